
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A chat in OpenAI's form for a provider, when the client spoke another one.
 */


#include "llmgw_chat_write.h"
#include "llmgw_jstr.h"
#include "llmgw_openai_write.h"
#include "llmgw_traits.h"


/* OpenAI takes no longer "user" */
#define LLMGW_OPENAI_MAX_USER  64


static llmgw_int_t llmgw_openai_write_headers(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_openai_write_params(llmgw_openai_write_t *w);
static void llmgw_openai_write_effort(llmgw_openai_write_t *w);
static void llmgw_openai_write_format(llmgw_openai_write_t *w);
static llmgw_int_t llmgw_openai_write_tools(llmgw_openai_write_t *w);
static void llmgw_openai_write_choice(llmgw_openai_write_t *w);
static llmgw_int_t llmgw_openai_write_search(llmgw_openai_write_t *w);


llmgw_int_t
llmgw_openai_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_openai_write_t  w;

    memset(&w, 0, sizeof(llmgw_openai_write_t));

    w.call = call;
    w.chat = chat;
    w.out = &up->body;

    up->path = llmgw_openai_path(call, LLMGW_EP_CHAT,
                                 llmgw_lit("/chat/completions"));

    if (up->path.data == NULL
        || llmgw_openai_write_headers(call, up) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_openai_write_body(&w);
}


llmgw_int_t
llmgw_openai_write_body(llmgw_openai_write_t *w)
{
    llmgw_int_t      rc;
    llmgw_out_t     *o;
    llmgw_member_t  *m;

    o = w->out;

    if (w->family.len == 0) {
        w->family = w->call->target->model;
    }

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "model", w->call->target->model);

    rc = llmgw_openai_write_messages(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_openai_write_params(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_openai_write_tools(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (w->chat->stream) {

        llmgw_json_member_raw(o, "stream", llmgw_lit("true"));

        /* tokens are counted whether or not the client asked */

        if (!w->no_usage && llmgw_chat_wants_usage(w->call)) {
            llmgw_json_member_raw(o, "stream_options",
                                  llmgw_lit("{\"include_usage\":true}"));
        }
    }

    llmgw_json_close(o, '}');

    for (m = w->chat->extra; m; m = m->next) {

        if (llmgw_str_is(m->name, "cache_control")) {
            w->cache = 1;

        } else if (m->value.type != LLMGW_JSON_NULL) {
            llmgw_call_drop(w->call, m->name);
        }
    }

    if (w->cache) {
        llmgw_call_drop(w->call, llmgw_lit("cache_control"));
    }

    if (w->images) {
        llmgw_call_drop(w->call, llmgw_lit("images"));
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_write_headers(llmgw_call_t *call, llmgw_upstream_t *up)
{
    const llmgw_settings_t  *set;

    set = call->target->settings;

    if (llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                              llmgw_lit("application/json"))
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (set && set->openai_organization.len
        && llmgw_upstream_header(up, call->arena,
                                 llmgw_lit("openai-organization"),
                                 set->openai_organization)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (set && set->openai_project.len
        && llmgw_upstream_header(up, call->arena,
                                 llmgw_lit("openai-project"),
                                 set->openai_project)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_openai_cannot(llmgw_openai_write_t *w, llmgw_str_t param,
    const char *what)
{
    return llmgw_chat_cannot(w->call, param, what);
}


static llmgw_int_t
llmgw_openai_write_params(llmgw_openai_write_t *w)
{
    unsigned                 i;
    llmgw_out_t             *o;
    llmgw_str_t              name, raw;
    llmgw_chat_t            *c;
    const llmgw_settings_t  *set;

    o = w->out;
    c = w->chat;
    set = w->call->target->settings;

    if (c->max_tokens >= 0) {

        if (w->max_tokens) {
            llmgw_json_member_int(o, "max_tokens", c->max_tokens);

        } else {
            llmgw_json_member_int(o, "max_completion_tokens", c->max_tokens);
        }
    }

    for (i = 0; i < LLMGW_P_MAX; i++) {

        name = llmgw_param_name((llmgw_param_e) i);
        raw = c->param[i].raw;

        if (raw.len == 0 || c->param[i].type == LLMGW_JSON_NULL) {
            continue;
        }

        switch (i) {

        case LLMGW_P_PARALLEL_TOOL_CALLS:

            /* goes with the tools */
            continue;

        case LLMGW_P_WEB_SEARCH_OPTIONS:

            if (c->search_optional
                && llmgw_str_find(w->family, llmgw_lit("search")) == NULL)
            {
                llmgw_call_drop(w->call, name);
                continue;
            }

            break;

        case LLMGW_P_TOP_K:

            if (set && set->refuse_lossy && !set->drop) {
                return llmgw_openai_cannot(w, name, "such parameter");
            }

            llmgw_call_drop(w->call, name);
            continue;

        case LLMGW_P_USER:

            if (c->param[i].type == LLMGW_JSON_STRING
                && llmgw_jstr_chars(llmgw_str(raw.data + 1, raw.len - 2))
                   > LLMGW_OPENAI_MAX_USER)
            {
                llmgw_call_drop(w->call, name);
                continue;
            }

            break;

        default:
            break;
        }

        llmgw_json_key_n(o, (const char *) name.data, name.len);
        llmgw_json_put_raw(o, raw);
    }

    llmgw_openai_write_effort(w);
    llmgw_openai_write_format(w);

    return LLMGW_OK;
}


unsigned
llmgw_openai_reasons(llmgw_str_t model)
{
    size_t  i;

    /* hosts of open models put the maker's name in front */

    for (i = model.len; i && model.data[i - 1] != '/'; i--) { /* void */ }

    model.data += i;
    model.len -= i;

    return (model.len > 1 && model.data[0] == 'o' && model.data[1] >= '0'
            && model.data[1] <= '9')
           || llmgw_str_starts(model, "gpt-5")
           || llmgw_str_starts(model, "gpt-oss")
           || llmgw_str_starts(model, "codex");
}


static void
llmgw_openai_write_effort(llmgw_openai_write_t *w)
{
    llmgw_str_t    effort;
    llmgw_chat_t  *c;

    c = w->chat;

    if (c->effort_name.len) {
        effort = c->effort_name;

    } else if (c->thinking == LLMGW_THINKING_ENABLED) {

        effort = (c->thinking_budget < 0) ? llmgw_lit("medium")
                 : (c->thinking_budget <= 1024) ? llmgw_lit("low")
                 : (c->thinking_budget <= 8192) ? llmgw_lit("medium")
                 : llmgw_lit("high");

    } else {
        return;
    }

    if (llmgw_openai_reasons(w->family)
        || (w->call->target->traits && w->call->target->traits->efforts))
    {
        llmgw_json_member(w->out, "reasoning_effort", effort);
        return;
    }

    llmgw_call_drop(w->call, c->effort_name.len
                             ? llmgw_lit("reasoning_effort")
                             : llmgw_lit("thinking"));
}


static void
llmgw_openai_write_format(llmgw_openai_write_t *w)
{
    llmgw_out_t   *o;
    llmgw_chat_t  *c;

    o = w->out;
    c = w->chat;

    switch (c->format) {

    case LLMGW_FORMAT_TEXT:
        llmgw_json_member_raw(o, "response_format",
                              llmgw_lit("{\"type\":\"text\"}"));
        return;

    case LLMGW_FORMAT_JSON:
        llmgw_json_member_raw(o, "response_format",
                              llmgw_lit("{\"type\":\"json_object\"}"));
        return;

    case LLMGW_FORMAT_SCHEMA:
        break;

    default:
        return;
    }

    llmgw_json_key(o, "response_format");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("json_schema"));
    llmgw_json_key(o, "json_schema");
    llmgw_json_open(o, '{');

    llmgw_json_member(o, "name", c->format_name.len ? c->format_name
                                                    : llmgw_lit("response"));

    if (c->format_description.len) {
        llmgw_json_member(o, "description", c->format_description);
    }

    if (c->format_schema.len) {
        llmgw_json_member_raw(o, "schema", c->format_schema);
    }

    if (c->format_strict) {
        llmgw_json_member_raw(o, "strict", llmgw_lit("true"));
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}


static void
llmgw_openai_write_tool(llmgw_out_t *o, const llmgw_tool_t *tool)
{
    if (tool->type == LLMGW_TOOL_CUSTOM && tool->raw.len) {
        llmgw_json_put_raw(o, tool->raw);
        return;
    }

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("function"));
    llmgw_json_key(o, "function");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "name", tool->name);

    if (tool->description.len) {
        llmgw_json_member(o, "description", tool->description);
    }

    if (tool->parameters.len) {
        llmgw_json_member_raw(o, "parameters", tool->parameters);
    }

    if (tool->strict) {
        llmgw_json_member_raw(o, "strict", llmgw_lit("true"));
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}


static llmgw_int_t
llmgw_openai_write_tools(llmgw_openai_write_t *w)
{
    unsigned        open;
    llmgw_int_t     rc;
    llmgw_out_t    *o;
    llmgw_str_t     parallel;
    llmgw_tool_t   *tool;

    o = w->out;
    open = 0;

    for (tool = w->chat->tools; tool; tool = tool->next) {

        w->cache |= tool->cache_control.len != 0;

        if (tool->type == LLMGW_TOOL_NATIVE) {

            /* the one tool that has a counterpart, if the model has it */

            if (llmgw_str_starts(tool->name, "web_search")
                && llmgw_str_find(w->family, llmgw_lit("search")))
            {
                w->search = tool;
                continue;
            }

            if (w->chat->search_optional
                && llmgw_str_starts(tool->name, "web_search"))
            {
                llmgw_call_drop(w->call, llmgw_lit("tools.web_search"));
                continue;
            }

            rc = llmgw_openai_cannot(w, llmgw_fmt(w->call->arena,
                                                  "tools[%u].type",
                                                  tool->index),
                                     "such tool");
            if (rc != LLMGW_OK) {
                return rc;
            }

            continue;
        }

        if (!open) {
            llmgw_json_key(o, "tools");
            llmgw_json_open(o, '[');
            open = 1;
        }

        llmgw_openai_write_tool(o, tool);
    }

    if (open) {
        llmgw_json_close(o, ']');

        llmgw_openai_write_choice(w);

        parallel = w->chat->param[LLMGW_P_PARALLEL_TOOL_CALLS].raw;

        if (parallel.len) {
            llmgw_json_member_raw(o, "parallel_tool_calls", parallel);
        }
    }

    if (w->search && w->chat->param[LLMGW_P_WEB_SEARCH_OPTIONS].raw.len == 0)
    {
        return llmgw_openai_write_search(w);
    }

    return LLMGW_OK;
}


/* a function that is there: tools may have been left out */

static unsigned
llmgw_openai_has_tool(const llmgw_chat_t *c, llmgw_str_t name)
{
    const llmgw_tool_t  *tool;

    for (tool = c->tools; tool; tool = tool->next) {

        if (tool->type != LLMGW_TOOL_NATIVE && llmgw_str_eq(tool->name, name))
        {
            return 1;
        }
    }

    return 0;
}


static void
llmgw_openai_write_choice(llmgw_openai_write_t *w)
{
    llmgw_out_t   *o;
    llmgw_chat_t  *c;
    llmgw_name_t  *n;

    o = w->out;
    c = w->chat;

    switch (c->choice) {

    case LLMGW_CHOICE_AUTO:
        llmgw_json_member(o, "tool_choice", llmgw_lit("auto"));
        break;

    case LLMGW_CHOICE_NONE:
        llmgw_json_member(o, "tool_choice", llmgw_lit("none"));
        break;

    case LLMGW_CHOICE_REQUIRED:
        llmgw_json_member(o, "tool_choice", llmgw_lit("required"));
        break;

    case LLMGW_CHOICE_NAMED:

        n = c->choice_names;

        if (n == NULL || !llmgw_openai_has_tool(c, n->name)) {
            break;
        }

        llmgw_json_key(o, "tool_choice");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "type", llmgw_lit("function"));
        llmgw_json_key(o, "function");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "name", n->name);
        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
        break;

    case LLMGW_CHOICE_ALLOWED:
        llmgw_json_key(o, "tool_choice");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "type", llmgw_lit("allowed_tools"));
        llmgw_json_key(o, "allowed_tools");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "mode", c->choice_required
                                     ? llmgw_lit("required")
                                     : llmgw_lit("auto"));
        llmgw_json_key(o, "tools");
        llmgw_json_open(o, '[');

        for (n = c->choice_names; n; n = n->next) {
            llmgw_json_open(o, '{');
            llmgw_json_member(o, "type", llmgw_lit("function"));
            llmgw_json_key(o, "function");
            llmgw_json_open(o, '{');
            llmgw_json_member(o, "name", n->name);
            llmgw_json_close(o, '}');
            llmgw_json_close(o, '}');
        }

        llmgw_json_close(o, ']');
        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
        break;

    default: /* LLMGW_CHOICE_UNSET */
        break;
    }
}


/* Anthropic's search tool: its user_location is a level deeper here */

static llmgw_int_t
llmgw_openai_write_search(llmgw_openai_write_t *w)
{
    size_t                    i;
    llmgw_out_t              *o;
    llmgw_json_t              j;
    const llmgw_json_node_t  *location, *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("city"),
        llmgw_string("region"),
        llmgw_string("country"),
        llmgw_string("timezone")
    };

    o = w->out;

    llmgw_json_key(o, "web_search_options");
    llmgw_json_open(o, '{');

    if (llmgw_json_parse(&j, w->call->arena, w->search->raw, LLMGW_JSON_ALL,
                         LLMGW_JSON_ALL)
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    location = llmgw_json_object(&j, j.nodes, "user_location");

    if (location) {

        llmgw_json_key(o, "user_location");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "type", llmgw_lit("approximate"));
        llmgw_json_key(o, "approximate");
        llmgw_json_open(o, '{');

        for (i = 0; i < llmgw_nelts(names); i++) {

            v = llmgw_json_get_type(&j, location,
                                    (const char *) names[i].data,
                                    names[i].len, LLMGW_JSON_STRING);
            if (v) {
                llmgw_json_key_n(o, (const char *) names[i].data,
                                 names[i].len);
                llmgw_json_put_raw(o, llmgw_json_raw(&j, v));
            }
        }

        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}
