
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Chats for a Text Generation Inference server: like OpenAI's, but read by a
 * strict parser, and with members that mean something else.
 */


#include "llmgw_chat_write.h"
#include "llmgw_huggingface.h"
#include "llmgw_openai.h"


static llmgw_int_t llmgw_tgi_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
static llmgw_int_t llmgw_tgi_write_params(llmgw_tgi_write_t *w);
static void llmgw_tgi_write_top_p(llmgw_tgi_write_t *w);
static llmgw_int_t llmgw_tgi_write_tools(llmgw_tgi_write_t *w);
static void llmgw_tgi_write_choice(llmgw_tgi_write_t *w);
static void llmgw_tgi_write_format(llmgw_tgi_write_t *w);


const llmgw_dialect_t  llmgw_dialect_tgi = {
    .name = llmgw_string("tgi"),
    .write_request = llmgw_tgi_write_request,
    .reader = &llmgw_tgi_reader,
    .read_error = llmgw_huggingface_server_error,
    .read_usage = llmgw_usage_read_openai
};


static llmgw_int_t
llmgw_tgi_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_int_t              rc;
    llmgw_out_t             *o;
    llmgw_tgi_write_t        w;
    const llmgw_settings_t  *set;

    memset(&w, 0, sizeof(llmgw_tgi_write_t));

    o = &up->body;
    set = call->target->settings;

    w.call = call;
    w.chat = chat;
    w.out = o;

    up->path = llmgw_v1_path(call->arena, call->target->base_path,
                             llmgw_lit("/chat/completions"));

    if (up->path.data == NULL
        || llmgw_huggingface_headers(call, up) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    o->comma = 0;

    llmgw_json_open(o, '{');

    /* any other name is that of an adapter */

    llmgw_json_member(o, "model", (set && set->huggingface_adapter.len)
                                  ? set->huggingface_adapter
                                  : llmgw_lit("tgi"));

    rc = llmgw_tgi_write_messages(&w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_tgi_write_params(&w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_tgi_write_tools(&w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_tgi_write_format(&w);

    if (chat->stream) {
        llmgw_json_member_raw(o, "stream", llmgw_lit("true"));

        /* tokens are counted whether or not the client asked */

        if (llmgw_chat_wants_usage(call)) {
            llmgw_json_member_raw(o, "stream_options",
                                  llmgw_lit("{\"include_usage\":true}"));
        }
    }

    llmgw_json_close(o, '}');

    if (chat->effort_name.len) {
        llmgw_call_drop(call, llmgw_lit("reasoning_effort"));
    }

    if (chat->thinking != LLMGW_THINKING_UNSET) {
        llmgw_call_drop(call, llmgw_lit("thinking"));
    }

    llmgw_call_drop_breakpoints(call, chat);
    llmgw_chat_drop_rest(call, chat, w.taken, NULL, 0);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_tgi_write_params(llmgw_tgi_write_t *w)
{
    size_t                   i;
    int64_t                  n;
    llmgw_int_t              rc;
    llmgw_str_t              name;
    llmgw_chat_t            *c;
    llmgw_param_e            p;
    const llmgw_settings_t  *set;

    /* that are sent as they are */

    static const llmgw_param_e  same[] = {
        LLMGW_P_TEMPERATURE,
        LLMGW_P_PRESENCE_PENALTY,
        LLMGW_P_FREQUENCY_PENALTY,
        LLMGW_P_LOGPROBS,
        LLMGW_P_TOP_LOGPROBS
    };

    c = w->chat;
    set = w->call->target->settings;

    if (c->max_tokens >= 0) {
        llmgw_json_member_int(w->out, "max_tokens", c->max_tokens);

    } else if (set && set->max_tokens > 0) {

        /* the server's own default may be 100 */

        llmgw_json_member_int(w->out, "max_tokens", set->max_tokens);
    }

    for (i = 0; i < llmgw_nelts(same); i++) {

        p = same[i];
        name = llmgw_param_name(p);

        if (llmgw_chat_given(c, p)) {
            llmgw_json_key_n(w->out, (const char *) name.data, name.len);
            llmgw_json_put_raw(w->out, c->param[p].raw);
            w->taken |= (uint64_t) 1 << p;
        }
    }

    /* it is unsigned */

    if (llmgw_chat_given(c, LLMGW_P_SEED)
        && c->param[LLMGW_P_SEED].raw.data[0] != '-')
    {
        llmgw_json_member_raw(w->out, "seed", c->param[LLMGW_P_SEED].raw);
        w->taken |= (uint64_t) 1 << LLMGW_P_SEED;
    }

    llmgw_tgi_write_top_p(w);

    if (llmgw_chat_given(c, LLMGW_P_N)) {

        w->taken |= (uint64_t) 1 << LLMGW_P_N;

        if (llmgw_json_int(c->param[LLMGW_P_N].raw, &n) != LLMGW_OK || n > 1)
        {
            rc = llmgw_chat_cannot(w->call, llmgw_lit("n"),
                                   "way to make several choices");
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    w->taken |= (uint64_t) 1 << LLMGW_P_STOP;

    return llmgw_chat_put_stop(w->call, c, w->out, llmgw_lit("stop"),
                               UINT32_MAX);
}


/* it must lie between 0 and 1, and 1 is what its absence means */

static void
llmgw_tgi_write_top_p(llmgw_tgi_write_t *w)
{
    double       p;
    llmgw_str_t  raw;

    if (!llmgw_chat_given(w->chat, LLMGW_P_TOP_P)) {
        return;
    }

    raw = w->chat->param[LLMGW_P_TOP_P].raw;
    p = llmgw_json_double(raw);

    if (p > 0 && p < 1) {
        llmgw_json_member_raw(w->out, "top_p", raw);

    } else if (p != 1) {
        return;
    }

    w->taken |= (uint64_t) 1 << LLMGW_P_TOP_P;
}


static llmgw_int_t
llmgw_tgi_write_tools(llmgw_tgi_write_t *w)
{
    llmgw_int_t    rc;
    llmgw_out_t   *o;
    llmgw_tool_t  *tool;

    o = w->out;

    for (tool = w->chat->tools; tool; tool = tool->next) {

        if (tool->type != LLMGW_TOOL_FUNCTION) {

            rc = llmgw_chat_cannot(w->call,
                                   llmgw_fmt(w->call->arena, "tools[%u].type",
                                             tool->index),
                                   "such tool");
            if (rc != LLMGW_OK) {
                return rc;
            }

            continue;
        }

        if (!w->tools) {
            w->tools = 1;
            llmgw_json_key(o, "tools");
            llmgw_json_open(o, '[');
        }

        llmgw_chat_put_tool(o, tool);
    }

    if (w->tools) {
        llmgw_json_close(o, ']');
        llmgw_tgi_write_choice(w);
    }

    return LLMGW_OK;
}


static void
llmgw_tgi_write_choice(llmgw_tgi_write_t *w)
{
    llmgw_out_t   *o;
    llmgw_name_t  *n;
    llmgw_tool_t  *tool;

    o = w->out;

    switch (w->chat->choice) {

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

        n = w->chat->choice_names;

        for (tool = w->chat->tools; n && tool; tool = tool->next) {

            /* tools may have been left out */

            if (tool->type == LLMGW_TOOL_FUNCTION
                && llmgw_str_eq(tool->name, n->name))
            {
                break;
            }
        }

        if (n == NULL || tool == NULL) {
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
        llmgw_call_drop(w->call, llmgw_lit("tool_choice"));
        break;

    default: /* LLMGW_CHOICE_UNSET */
        break;
    }
}


static void
llmgw_tgi_write_format(llmgw_tgi_write_t *w)
{
    llmgw_out_t   *o;
    llmgw_chat_t  *c;

    o = w->out;
    c = w->chat;

    if (c->format == LLMGW_FORMAT_UNSET || c->format == LLMGW_FORMAT_TEXT) {
        return;
    }

    /* JSON without a schema is not known, and a schema excludes tools */

    if (c->format == LLMGW_FORMAT_JSON || c->format_schema.len == 0
        || w->tools)
    {
        llmgw_call_drop(w->call, llmgw_lit("response_format"));
        return;
    }

    llmgw_json_key(o, "response_format");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("json_schema"));
    llmgw_json_key(o, "value");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "name", c->format_name.len ? c->format_name
                                                    : llmgw_lit("response"));
    llmgw_json_member_raw(o, "schema", c->format_schema);
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}
