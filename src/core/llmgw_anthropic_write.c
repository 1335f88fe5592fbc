
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The chat form as a request of the Messages API.
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"
#include "llmgw_map.h"
#include "llmgw_schema.h"


static llmgw_int_t llmgw_anthropic_write(llmgw_anthropic_request_t *r,
    llmgw_str_t path, llmgw_upstream_t *up);
static llmgw_int_t llmgw_anthropic_plan(llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_plan_format(llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_plan_tokens(llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_plan_thinking(
    llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_write_output(llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_write_betas(llmgw_anthropic_request_t *r,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_anthropic_headers(llmgw_anthropic_request_t *r,
    llmgw_upstream_t *up);


/* in the order of the body */

static llmgw_int_t (*const  llmgw_anthropic_writers[])(
    llmgw_anthropic_request_t *r) = {
    llmgw_anthropic_write_params,
    llmgw_anthropic_write_output,
    llmgw_anthropic_write_tools,
    llmgw_anthropic_write_system,
    llmgw_anthropic_write_messages
};

/* where in it the chat itself begins */
#define LLMGW_ANTHROPIC_TOOLS  2


/* members that only work together with a beta */

static const struct {
    llmgw_str_t  member;
    llmgw_str_t  beta;
} llmgw_anthropic_betas[] = {
    { llmgw_string("speed"), llmgw_string("fast-mode-2026-02-01") },
    { llmgw_string("mcp_servers"), llmgw_string("mcp-client-2025-11-20") },
    { llmgw_string("context_management"),
      llmgw_string("context-management-2025-06-27") }
};


llmgw_int_t
llmgw_anthropic_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_anthropic_request_t  r;

    memset(&r, 0, sizeof(llmgw_anthropic_request_t));

    r.call = call;
    r.chat = chat;

    return llmgw_anthropic_write(&r, llmgw_lit("/messages"), up);
}


llmgw_int_t
llmgw_anthropic_write_count(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_anthropic_request_t  r;

    memset(&r, 0, sizeof(llmgw_anthropic_request_t));

    r.call = call;
    r.chat = chat;
    r.count = 1;

    return llmgw_anthropic_write(&r, llmgw_lit("/messages/count_tokens"), up);
}


llmgw_int_t
llmgw_anthropic_write_platform(llmgw_call_t *call, llmgw_chat_t *chat,
    const llmgw_anthropic_platform_t *platform, unsigned count,
    llmgw_upstream_t *up)
{
    llmgw_anthropic_request_t  r;

    memset(&r, 0, sizeof(llmgw_anthropic_request_t));

    r.call = call;
    r.chat = chat;
    r.count = count;
    r.platform = platform;

    return llmgw_anthropic_write(&r, llmgw_null_str, up);
}


llmgw_int_t
llmgw_anthropic_read_count(const llmgw_json_t *j, int64_t *tokens)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_number(j, j->nodes, "input_tokens");

    if (v == NULL) {
        return LLMGW_INVALID;
    }

    *tokens = llmgw_usage_count(j, v);

    return (*tokens < 0) ? LLMGW_INVALID : LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_write(llmgw_anthropic_request_t *r, llmgw_str_t path,
    llmgw_upstream_t *up)
{
    size_t        i;
    llmgw_int_t   rc;
    llmgw_out_t  *o;
    llmgw_str_t   model;

    static const llmgw_settings_t  none;

    r->arena = r->call->arena;
    r->out = &up->body;
    r->settings = r->call->target->settings ? r->call->target->settings
                                            : &none;

    model = r->call->target->model.len ? r->call->target->model
                                       : r->chat->model;

    llmgw_claude(&r->model, model);
    llmgw_chat_exclude(r->chat);

    if (llmgw_anthropic_lacks(r->platform, llmgw_lit("output_config"))) {
        r->model.structured = 0;
    }

    rc = llmgw_anthropic_plan(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    r->call->json_tool = r->json_tool;

    o = r->out;

    llmgw_json_open(o, '{');

    if (r->platform) {
        llmgw_json_member(o, "anthropic_version", r->platform->version);
    }

    /* other platforms have the model in the path */

    if (r->platform == NULL || r->count) {
        llmgw_json_member(o, "model", model);
    }

    if (!r->count) {
        llmgw_json_member_int(o, "max_tokens", r->max_tokens);

        if (r->chat->stream && !(r->platform && r->platform->in_body)) {
            llmgw_json_member_raw(o, "stream", llmgw_lit("true"));
        }
    }

    if (r->thinking.len) {
        llmgw_json_member_raw(o, "thinking", r->thinking);
    }

    /* counting refuses what only matters for an answer */

    for (i = r->count ? LLMGW_ANTHROPIC_TOOLS : 0;
         i < llmgw_nelts(llmgw_anthropic_writers);
         i++)
    {
        rc = llmgw_anthropic_writers[i](r);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_anthropic_write_betas(r, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_close(o, '}');

    if (r->platform == NULL) {
        up->path = llmgw_v1_path(r->arena, r->call->target->base_path, path);

        if (up->path.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    rc = llmgw_anthropic_headers(r, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    return llmgw_out_close(o);
}


llmgw_int_t
llmgw_anthropic_refuse(llmgw_anthropic_request_t *r, llmgw_str_t param,
    llmgw_str_t message)
{
    if (r->settings->drop) {
        llmgw_call_drop(r->call, param);
        return LLMGW_OK;
    }

    return llmgw_refuse(&r->call->error, llmgw_lit("unsupported_parameter"),
                        param, message);
}


static llmgw_int_t
llmgw_anthropic_plan(llmgw_anthropic_request_t *r)
{
    llmgw_int_t    rc;
    llmgw_str_t    version;
    llmgw_chat_t  *chat;

    chat = r->chat;

    rc = llmgw_anthropic_plan_tools(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_anthropic_plan_format(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    r->forced = r->json_tool
                || (r->tools
                    && (r->choice == LLMGW_CHOICE_REQUIRED
                        || r->choice == LLMGW_CHOICE_NAMED
                        || (r->choice == LLMGW_CHOICE_ALLOWED
                            && chat->choice_required)));

    rc = llmgw_anthropic_plan_tokens(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_anthropic_plan_thinking(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    /* newer versions of the API refuse sampling whatever the model */

    version = r->settings->anthropic_version;

    r->no_sampling = !r->model.sampling
                     || (version.len == 10
                         && memcmp(version.data, "2026-10-21", 10) >= 0);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_plan_format(llmgw_anthropic_request_t *r)
{
    unsigned       schema;
    llmgw_chat_t  *chat;

    chat = r->chat;

    if (chat->format != LLMGW_FORMAT_JSON
        && chat->format != LLMGW_FORMAT_SCHEMA)
    {
        return LLMGW_OK;
    }

    schema = chat->format == LLMGW_FORMAT_SCHEMA && chat->format_schema.len;

    if (schema && r->model.structured) {
        r->format = 1;
        return LLMGW_OK;
    }

    /* a call cannot be forced beside thinking */

    if (schema && !r->tools && chat->thinking != LLMGW_THINKING_ENABLED) {
        r->json_tool = 1;
        return LLMGW_OK;
    }

    r->system = llmgw_chat_json_prompt(chat, schema);

    return r->system.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_anthropic_plan_tokens(llmgw_anthropic_request_t *r)
{
    llmgw_str_t  param;

    if (r->chat->max_tokens >= 1) {
        r->max_tokens = r->chat->max_tokens;
        return LLMGW_OK;
    }

    if (r->chat->max_tokens == -1) {
        r->max_tokens = r->settings->max_tokens > 0 ? r->settings->max_tokens
                                                    : r->model.max_tokens;
        return LLMGW_OK;
    }

    param = llmgw_json_get(r->chat->doc, r->chat->doc->nodes,
                           "max_completion_tokens")
            ? llmgw_lit("max_completion_tokens") : llmgw_lit("max_tokens");

    return llmgw_refuse(&r->call->error, llmgw_lit("invalid_value"), param,
                        llmgw_fmt(r->arena, "\"%.*s\" must be at least 1 for "
                                  "this provider", llmgw_arg(param)));
}


static llmgw_int_t
llmgw_anthropic_plan_thinking(llmgw_anthropic_request_t *r)
{
    llmgw_int_t          rc;
    llmgw_claude_plan_t  p;

    memset(&p, 0, sizeof(llmgw_claude_plan_t));

    p.model = r->model;
    p.max_tokens = r->max_tokens;
    p.forced = r->forced;

    rc = llmgw_claude_plan(&p, r->call, r->chat);

    if (rc == LLMGW_DECLINED) {
        return llmgw_anthropic_refuse(r, llmgw_lit("reasoning_effort"),
                                      llmgw_lit(LLMGW_EFFORT_UNKNOWN));
    }

    r->max_tokens = p.max_tokens;
    r->budget = p.budget;
    r->thinking = p.thinking;
    r->effort = p.effort;
    r->think_on = p.on;

    return rc;
}


/* effort and format share an object, and the client may have sent one too */

static llmgw_int_t
llmgw_anthropic_write_output(llmgw_anthropic_request_t *r)
{
    llmgw_out_t              *o;
    llmgw_json_t              own;
    llmgw_schema_t            s;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *v;
    const llmgw_json_node_t  *k, *n, *object, *schema;

    o = r->out;
    object = NULL;
    doc = NULL;

    v = llmgw_chat_extra(r->chat, "output_config",
                         sizeof("output_config") - 1);

    if (llmgw_anthropic_lacks(r->platform, llmgw_lit("output_config"))) {

        if (v || r->effort.len) {
            llmgw_call_drop(r->call, v ? llmgw_lit("output_config")
                                       : llmgw_lit("reasoning_effort"));
        }

        return LLMGW_OK;
    }

    if (v) {
        object = llmgw_schema_find(r->chat->doc, v->raw, r->arena, &own, &doc);

        if (object == NULL) {
            return LLMGW_ERROR;
        }

        if (object->type != LLMGW_JSON_OBJECT) {
            llmgw_json_member_raw(o, "output_config", v->raw);
            return LLMGW_OK;
        }

    } else if (r->effort.len == 0 && !r->format) {
        return LLMGW_OK;
    }

    llmgw_json_key(o, "output_config");
    llmgw_json_open(o, '{');

    if (object) {

        llmgw_json_each_member(k, n, object) {
            llmgw_json_put_jstr(o, llmgw_json_str(doc, k));
            llmgw_putc(o, ':');
            o->comma = 0;
            llmgw_json_put_raw(o, llmgw_json_raw(doc, n));
        }
    }

    if (r->effort.len && llmgw_json_get(doc, object, "effort") == NULL) {
        llmgw_json_member(o, "effort", r->effort);
    }

    if (r->format && llmgw_json_get(doc, object, "format") == NULL) {

        memset(&s, 0, sizeof(llmgw_schema_t));

        schema = llmgw_schema_find(r->chat->doc, r->chat->format_schema,
                                   r->arena, &own, &s.doc);
        if (schema == NULL) {
            return LLMGW_ERROR;
        }

        s.rules = &llmgw_schema_anthropic;
        s.arena = r->arena;
        s.out = o;
        s.root = schema;
        s.description = r->chat->format_description;

        llmgw_json_key(o, "format");
        llmgw_json_open(o, '{');
        llmgw_puts(o, "\"type\":\"json_schema\",\"schema\":");
        llmgw_schema_write(&s, schema);
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


/* adds the names of a list that are not there yet */

static llmgw_int_t
llmgw_anthropic_add_betas(llmgw_out_t *o, llmgw_map_t *seen, llmgw_str_t list)
{
    size_t       i;
    llmgw_str_t  name;

    while (list.len) {

        for (i = 0; i < list.len && list.data[i] != ','; i++) { /* void */ }

        name = llmgw_str(list.data, i);

        list.data += i + (i < list.len);
        list.len -= i + (i < list.len);

        while (name.len && (name.data[0] == ' ' || name.data[0] == '\t')) {
            name.data++;
            name.len--;
        }

        while (name.len && (name.data[name.len - 1] == ' '
                            || name.data[name.len - 1] == '\t'))
        {
            name.len--;
        }

        if (name.len == 0 || llmgw_map_get(seen, name)) {
            continue;
        }

        if (llmgw_map_put(seen, name, name.data) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        if (llmgw_out_size(o)) {
            llmgw_putc(o, ',');
        }

        llmgw_put(o, name);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_betas_value(llmgw_anthropic_request_t *r, llmgw_str_t *value)
{
    size_t                 i;
    llmgw_int_t            rc;
    llmgw_out_t            o, taken;
    llmgw_map_t            seen;
    llmgw_header_t        *h;
    const llmgw_claude_t  *m;

    *value = llmgw_null_str;

    llmgw_out_init(&o, r->arena, 256, 0, 0);
    llmgw_map_init(&seen, r->arena);

    rc = LLMGW_OK;

    for (h = r->call->headers; h && rc == LLMGW_OK; h = h->next) {
        if (llmgw_str_is(h->name, "anthropic-beta")) {
            rc = llmgw_anthropic_add_betas(&o, &seen, h->value);
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_anthropic_betas) && rc == LLMGW_OK;
         i++)
    {
        if (llmgw_chat_extra(r->chat,
                        (const char *) llmgw_anthropic_betas[i].member.data,
                        llmgw_anthropic_betas[i].member.len)
            && !llmgw_anthropic_lacks(r->platform,
                                      llmgw_anthropic_betas[i].member))
        {
            rc = llmgw_anthropic_add_betas(&o, &seen,
                                           llmgw_anthropic_betas[i].beta);
        }
    }

    m = &r->model;

    if (r->settings->interleaved_thinking && r->think_on && r->tools
        && m->thinking == LLMGW_CLAUDE_MANUAL && m->version >= 400
        && !m->haiku && rc == LLMGW_OK)
    {
        rc = llmgw_anthropic_add_betas(&o, &seen,
                              llmgw_lit("interleaved-thinking-2025-05-14"));
    }

    if (rc != LLMGW_OK || llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    *value = llmgw_out_join(&o, r->arena);

    if (value->data == NULL || r->platform == NULL || r->platform->any_beta) {
        return value->data ? LLMGW_OK : LLMGW_ERROR;
    }

    llmgw_out_init(&taken, r->arena, 256, 0, 0);
    llmgw_anthropic_platform_betas(r->platform, &taken, *value);

    if (llmgw_out_close(&taken) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    *value = llmgw_out_join(&taken, r->arena);

    return value->data ? LLMGW_OK : LLMGW_ERROR;
}


/* names in a header, or in an array of the body */

static llmgw_int_t
llmgw_anthropic_write_betas(llmgw_anthropic_request_t *r,
    llmgw_upstream_t *up)
{
    size_t        i;
    llmgw_out_t  *o;
    llmgw_str_t   betas;

    if (llmgw_anthropic_betas_value(r, &betas) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (betas.len == 0) {
        return LLMGW_OK;
    }

    if (r->platform == NULL || !r->platform->in_body) {
        return llmgw_upstream_header(up, r->arena,
                                     llmgw_lit("anthropic-beta"), betas);
    }

    o = r->out;

    llmgw_json_key(o, "anthropic_beta");
    llmgw_json_open(o, '[');

    while (betas.len) {

        for (i = 0; i < betas.len && betas.data[i] != ','; i++) { /* void */ }

        llmgw_json_comma(o);
        llmgw_putc(o, '"');
        llmgw_put_escaped(o, llmgw_str(betas.data, i));
        llmgw_putc(o, '"');
        o->comma = 1;

        i += (i < betas.len);

        betas.data += i;
        betas.len -= i;
    }

    llmgw_json_close(o, ']');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_headers(llmgw_anthropic_request_t *r, llmgw_upstream_t *up)
{
    if (r->platform == NULL
        && llmgw_upstream_header(up, r->arena,
                                 llmgw_lit("anthropic-version"),
                                 r->settings->anthropic_version.len
                                 ? r->settings->anthropic_version
                                 : llmgw_lit("2023-06-01"))
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (llmgw_upstream_header(up, r->arena, llmgw_lit("content-type"),
                              llmgw_lit("application/json"))
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_upstream_header(up, r->arena, llmgw_lit("accept"),
                                 (r->chat->stream
                                  && !(r->platform && r->platform->in_body))
                                 ? llmgw_lit("text/event-stream")
                                 : llmgw_lit("application/json"));
}
