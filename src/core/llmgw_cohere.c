
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Chats for Cohere.
 */


#include "llmgw_chat_write.h"
#include "llmgw_cohere.h"


static llmgw_int_t llmgw_cohere_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
static llmgw_int_t llmgw_cohere_write_tools(llmgw_cohere_write_t *w);
static unsigned llmgw_cohere_unwanted(const llmgw_chat_t *c,
    const llmgw_tool_t *tool);
static void llmgw_cohere_write_choice(llmgw_cohere_write_t *w);


const llmgw_dialect_t  llmgw_dialect_cohere = {
    .name = llmgw_string("cohere"),
    .write_request = llmgw_cohere_write_request,
    .reader = &llmgw_cohere_reader,
    .read_error = llmgw_cohere_read_error,
    .read_usage = llmgw_cohere_read_usage,
    .tasks = llmgw_cohere_tasks
};


llmgw_int_t
llmgw_cohere_path(llmgw_call_t *call, llmgw_str_t path, llmgw_upstream_t *up)
{
    u_char       *p;
    llmgw_str_t   base;

    base = call->target->base_path;

    if (llmgw_str_ends(base, "/v1") || llmgw_str_ends(base, "/v2")) {
        base.len -= sizeof("/v2") - 1;
    }

    p = llmgw_nalloc(call->arena, base.len + path.len);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    up->path = llmgw_str(p, base.len + path.len);

    if (base.len) {
        memcpy(p, base.data, base.len);
    }

    memcpy(p + base.len, path.data, path.len);

    return llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                                 llmgw_lit("application/json"));
}


static llmgw_int_t
llmgw_cohere_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_int_t           rc;
    llmgw_out_t          *o;
    llmgw_cohere_write_t  w;

    memset(&w, 0, sizeof(llmgw_cohere_write_t));

    o = &up->body;

    w.call = call;
    w.chat = chat;
    w.out = o;

    if (llmgw_cohere_path(call, llmgw_lit("/v2/chat"), up) != LLMGW_OK
        || llmgw_upstream_header(up, call->arena, llmgw_lit("accept"),
                                 chat->stream
                                 ? llmgw_lit("text/event-stream")
                                 : llmgw_lit("application/json"))
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "model", call->target->model);

    if (chat->stream) {
        llmgw_json_member_raw(o, "stream", llmgw_lit("true"));
    }

    rc = llmgw_cohere_write_messages(&w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_cohere_write_tools(&w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_cohere_write_params(&w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_close(o, '}');

    llmgw_call_drop_breakpoints(call, chat);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_cohere_write_tools(llmgw_cohere_write_t *w)
{
    llmgw_int_t    rc;
    llmgw_out_t   *o;
    llmgw_tool_t  *tool;

    o = w->out;

    llmgw_chat_exclude(w->chat);

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

        if (llmgw_cohere_unwanted(w->chat, tool)) {
            continue;
        }

        if (!w->tools) {
            w->tools = 1;
            llmgw_json_key(o, "tools");
            llmgw_json_open(o, '[');
        }

        llmgw_chat_put_tool(o, tool);

        w->strict |= tool->strict;
    }

    if (w->tools) {
        llmgw_json_close(o, ']');
        llmgw_cohere_write_choice(w);
    }

    return LLMGW_OK;
}


/* a choice of some functions is made by showing no others */

static unsigned
llmgw_cohere_unwanted(const llmgw_chat_t *c, const llmgw_tool_t *tool)
{
    if (c->choice == LLMGW_CHOICE_ALLOWED) {
        return tool->excluded;
    }

    return c->choice == LLMGW_CHOICE_NAMED && c->choice_names
           && !llmgw_str_eq(tool->name, c->choice_names->name);
}


static void
llmgw_cohere_write_choice(llmgw_cohere_write_t *w)
{
    switch (w->chat->choice) {

    case LLMGW_CHOICE_ALLOWED:

        if (!w->chat->choice_required) {
            break;
        }

        /* fall through */

    case LLMGW_CHOICE_NAMED:
    case LLMGW_CHOICE_REQUIRED:
        llmgw_json_member(w->out, "tool_choice", llmgw_lit("REQUIRED"));
        break;

    case LLMGW_CHOICE_NONE:
        llmgw_json_member(w->out, "tool_choice", llmgw_lit("NONE"));
        break;

    default: /* LLMGW_CHOICE_UNSET, LLMGW_CHOICE_AUTO */
        break;
    }
}
