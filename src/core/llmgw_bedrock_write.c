
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The chat form as a request of Converse.
 */


#include "llmgw_bedrock.h"
#include "llmgw_jstr.h"
#include "llmgw_schema.h"


static llmgw_int_t llmgw_bedrock_plan(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_plan_limit(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_plan_format(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_plan_thinking(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_write_output(llmgw_bedrock_request_t *r);


#define LLMGW_BEDROCK_MUTE  "Answer with text only. Do not call any tool."

/* the service takes no more breakpoints of the cache */
#define LLMGW_BEDROCK_POINTS  4


/* in the order of the prompt, in which the service looks for breakpoints */

static llmgw_int_t (*const  llmgw_bedrock_writers[])(
    llmgw_bedrock_request_t *r) = {
    llmgw_bedrock_write_tools,
    llmgw_bedrock_write_system,
    llmgw_bedrock_write_messages,
    llmgw_bedrock_write_inference,
    llmgw_bedrock_write_output,
    llmgw_bedrock_write_fields,
    llmgw_bedrock_write_rest
};


static llmgw_int_t
llmgw_bedrock_begin(llmgw_bedrock_request_t *r, llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up)
{
    static const llmgw_settings_t  none;

    memset(r, 0, sizeof(llmgw_bedrock_request_t));

    r->call = call;
    r->chat = chat;
    r->arena = call->arena;
    r->out = &up->body;
    r->settings = call->target->settings ? call->target->settings : &none;

    return llmgw_bedrock_model(call, &r->model);
}


llmgw_int_t
llmgw_bedrock_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    size_t                   i;
    llmgw_int_t              rc;
    llmgw_bedrock_request_t  r;

    rc = llmgw_bedrock_begin(&r, call, chat, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (r.settings->bedrock_invoke
        && r.model.family == LLMGW_BEDROCK_CLAUDE)
    {
        return llmgw_bedrock_claude_write(call, chat, &r.model, up);
    }

    llmgw_chat_exclude(chat);
    llmgw_map_init(&r.documents, r.arena);

    rc = llmgw_bedrock_plan(&r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    call->json_tool = r.json_tool;

    llmgw_json_open(r.out, '{');

    for (i = 0; i < llmgw_nelts(llmgw_bedrock_writers); i++) {
        rc = llmgw_bedrock_writers[i](&r);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(r.out, '}');

    if (r.uncached) {
        llmgw_call_drop(call, llmgw_lit("cache_control"));
    }

    rc = llmgw_bedrock_head(call, &r.model,
                            chat->stream ? llmgw_lit("converse-stream")
                                         : llmgw_lit("converse"), up);

    return (rc == LLMGW_OK) ? llmgw_out_close(r.out) : rc;
}


/* of a request of Converse, whichever way it is going to be sent */

llmgw_int_t
llmgw_bedrock_write_count(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    size_t                   i;
    llmgw_int_t              rc;
    llmgw_bedrock_request_t  r;

    static llmgw_int_t (*const  writers[])(llmgw_bedrock_request_t *r) = {
        llmgw_bedrock_write_tools,
        llmgw_bedrock_write_system,
        llmgw_bedrock_write_messages
    };

    rc = llmgw_bedrock_begin(&r, call, chat, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (r.model.family != LLMGW_BEDROCK_CLAUDE) {
        return LLMGW_DECLINED;
    }

    llmgw_chat_exclude(chat);
    llmgw_map_init(&r.documents, r.arena);

    rc = llmgw_bedrock_plan(&r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_open(r.out, '{');
    llmgw_json_key(r.out, "input");
    llmgw_json_open(r.out, '{');
    llmgw_json_key(r.out, "converse");
    llmgw_json_open(r.out, '{');

    for (i = 0; i < llmgw_nelts(writers); i++) {
        rc = writers[i](&r);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(r.out, '}');
    llmgw_json_close(r.out, '}');
    llmgw_json_close(r.out, '}');

    rc = llmgw_bedrock_head(call, &r.model, llmgw_lit("count-tokens"), up);

    return (rc == LLMGW_OK) ? llmgw_out_close(r.out) : rc;
}


llmgw_int_t
llmgw_bedrock_read_count(const llmgw_json_t *j, int64_t *tokens)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_number(j, j->nodes, "inputTokens");

    if (v == NULL) {
        return LLMGW_INVALID;
    }

    *tokens = llmgw_usage_count(j, v);

    return (*tokens < 0) ? LLMGW_INVALID : LLMGW_OK;
}


llmgw_int_t
llmgw_bedrock_refuse(llmgw_bedrock_request_t *r, llmgw_str_t param,
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
llmgw_bedrock_plan(llmgw_bedrock_request_t *r)
{
    size_t       i;
    llmgw_int_t  rc;

    static llmgw_int_t (*const  plans[])(llmgw_bedrock_request_t *r) = {
        llmgw_bedrock_plan_tools,
        llmgw_bedrock_plan_format,
        llmgw_bedrock_plan_limit,
        llmgw_bedrock_plan_thinking,
        llmgw_bedrock_plan_fields
    };

    for (i = 0; i < llmgw_nelts(plans); i++) {
        rc = plans[i](r);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_plan_limit(llmgw_bedrock_request_t *r)
{
    llmgw_str_t  param;

    r->max_tokens = r->chat->max_tokens;

    if (r->max_tokens >= 1 || r->max_tokens == -1) {
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
llmgw_bedrock_plan_format(llmgw_bedrock_request_t *r)
{
    unsigned       schema, force;
    llmgw_chat_t  *chat;

    chat = r->chat;

    if (chat->format == LLMGW_FORMAT_JSON
        || chat->format == LLMGW_FORMAT_SCHEMA)
    {
        schema = chat->format == LLMGW_FORMAT_SCHEMA
                 && chat->format_schema.len;

        /* whoever takes no choice of a tool cannot be made to call one */

        switch (r->model.family) {

        case LLMGW_BEDROCK_META:
        case LLMGW_BEDROCK_COHERE:
        case LLMGW_BEDROCK_AI21:
        case LLMGW_BEDROCK_DEEPSEEK:
        case LLMGW_BEDROCK_QWEN:
        case LLMGW_BEDROCK_OPENAI:
            force = 0;
            break;

        default:
            force = !r->tools && chat->thinking != LLMGW_THINKING_ENABLED;
        }

        if (schema && r->model.claude.structured) {
            r->format = 1;

        } else if (schema && force) {
            r->json_tool = 1;

        } else {
            r->json = llmgw_chat_json_prompt(chat, schema);

            if (r->json.data == NULL) {
                return LLMGW_ERROR;
            }
        }
    }

    r->forced = r->json_tool
                || (r->tools
                    && (r->choice == LLMGW_CHOICE_REQUIRED
                        || r->choice == LLMGW_CHOICE_NAMED
                        || (r->choice == LLMGW_CHOICE_ALLOWED
                            && chat->choice_required)));

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_plan_thinking(llmgw_bedrock_request_t *r)
{
    int64_t       limit;
    llmgw_int_t   rc;
    llmgw_chat_t  *chat;

    chat = r->chat;

    if (r->model.family != LLMGW_BEDROCK_CLAUDE) {
        return llmgw_bedrock_plan_effort(r);
    }

    /*
     * A limit is only sent where the client gave one, or where the budget of
     * thinking needs one that is larger.
     */

    limit = r->max_tokens;

    if (limit == -1) {
        limit = r->settings->max_tokens > 0 ? r->settings->max_tokens
                                            : r->model.claude.max_tokens;
    }

    r->plan.model = r->model.claude;
    r->plan.max_tokens = limit;
    r->plan.forced = r->forced;

    rc = llmgw_claude_plan(&r->plan, r->call, chat);

    if (rc == LLMGW_DECLINED) {
        return llmgw_bedrock_refuse(r, llmgw_lit("reasoning_effort"),
                                    llmgw_lit(LLMGW_EFFORT_UNKNOWN));
    }

    if (r->plan.max_tokens != limit) {
        r->max_tokens = r->plan.max_tokens;
    }

    return rc;
}


/* n: how many came before */

static void
llmgw_bedrock_system_text(llmgw_bedrock_request_t *r, unsigned n,
    llmgw_str_t text)
{
    if (n == 0) {
        llmgw_json_key(r->out, "system");
        llmgw_json_open(r->out, '[');
    }

    llmgw_json_open(r->out, '{');
    llmgw_json_member(r->out, "text", text);
    llmgw_json_close(r->out, '}');
}


llmgw_int_t
llmgw_bedrock_write_system(llmgw_bedrock_request_t *r)
{
    unsigned          n;
    llmgw_str_t       cache;
    llmgw_part_t     *p, *q;
    llmgw_message_t  *m;

    n = 0;

    for (m = r->chat->messages; m; m = m->next) {

        if (m->role != LLMGW_ROLE_SYSTEM && m->role != LLMGW_ROLE_DEVELOPER) {
            continue;
        }

        for (p = m->parts; p; p = p->next) {

            if (p->type != LLMGW_PART_TEXT) {
                return llmgw_bedrock_refuse_part(r, m, p,
                                       llmgw_lit("unsupported_parameter"), "",
                                       "must be a text: it is a system "
                                       "message's");
            }

            if (llmgw_jstr_blank(p->text)) {
                continue;
            }

            cache = p->cache_control;

            /* a breakpoint on an empty text moves to the one before it */

            for (q = p->next; q && q->type == LLMGW_PART_TEXT
                              && llmgw_jstr_blank(q->text); q = q->next)
            {
                if (cache.len == 0) {
                    cache = q->cache_control;
                }
            }

            if (q == NULL && cache.len == 0) {
                cache = m->cache_control;
            }

            llmgw_bedrock_system_text(r, n++, p->text);
            llmgw_bedrock_put_point(r, cache, 0);
        }
    }

    if (r->json.len) {
        llmgw_bedrock_system_text(r, n++, r->json);
    }

    if (r->mute) {
        llmgw_bedrock_system_text(r, n++, llmgw_lit(LLMGW_BEDROCK_MUTE));
    }

    if (n) {
        llmgw_json_close(r->out, ']');
    }

    return LLMGW_OK;
}


void
llmgw_bedrock_put_point(llmgw_bedrock_request_t *r, llmgw_str_t cache,
    unsigned tool)
{
    unsigned                  hour, claude;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_json_node_t  *object, *v;

    if (cache.len == 0) {
        return;
    }

    claude = (r->model.family == LLMGW_BEDROCK_CLAUDE);

    if (!claude
        && (tool || (r->model.family != LLMGW_BEDROCK_NOVA
                     && r->model.family != LLMGW_BEDROCK_NOVA2)))
    {
        r->uncached = 1;
        return;
    }

    if (r->points == LLMGW_BEDROCK_POINTS) {
        r->uncached = 1;
        return;
    }

    r->points++;

    hour = 0;

    if (claude && r->model.claude.version >= 405) {

        object = llmgw_schema_find(r->chat->doc, cache, r->arena, &own, &doc);
        v = object ? llmgw_json_string(doc, object, "ttl") : NULL;

        hour = v && llmgw_json_is(doc, v, "1h");
    }

    llmgw_json_put_raw(r->out, hour
                               ? llmgw_lit("{\"cachePoint\":{\"type\":"
                                           "\"default\",\"ttl\":\"1h\"}}")
                               : llmgw_lit("{\"cachePoint\":{\"type\":"
                                           "\"default\"}}"));
}


/* the schema is a text in the text: escaped once more */

static llmgw_int_t
llmgw_bedrock_write_output(llmgw_bedrock_request_t *r)
{
    llmgw_out_t              *o, text;
    llmgw_json_t              own;
    llmgw_schema_t            s;
    const llmgw_json_node_t  *schema;

    if (!r->format) {
        return LLMGW_OK;
    }

    memset(&s, 0, sizeof(llmgw_schema_t));

    schema = llmgw_schema_find(r->chat->doc, r->chat->format_schema, r->arena,
                               &own, &s.doc);
    if (schema == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_out_init(&text, r->arena, 4096, 0, 0);

    s.rules = &llmgw_schema_anthropic;
    s.arena = r->arena;
    s.out = &text;
    s.root = schema;

    llmgw_schema_write(&s, schema);

    if (llmgw_out_close(&text) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    o = r->out;

    llmgw_json_key(o, "outputConfig");
    llmgw_puts(o, "{\"textFormat\":{\"type\":\"json_schema\",\"structure\":"
                  "{\"jsonSchema\":{\"schema\":\"");
    llmgw_put_compact_escaped(o, llmgw_out_join(&text, r->arena));
    llmgw_putc(o, '"');
    o->comma = 1;

    if (r->chat->format_name.len) {
        llmgw_json_member(o, "name", r->chat->format_name);
    }

    if (r->chat->format_description.len) {
        llmgw_json_member(o, "description", r->chat->format_description);
    }

    llmgw_puts(o, "}}}}");
    o->comma = 1;

    return LLMGW_OK;
}
