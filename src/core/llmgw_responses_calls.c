
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tool calls of a Responses answer, under the names that the client gave.
 */


#include "llmgw_jstr.h"
#include "llmgw_responses_answer.h"


static llmgw_int_t llmgw_responses_open_call(llmgw_writer_t *w,
    const llmgw_turn_t *turn);
static llmgw_int_t llmgw_responses_put_args(llmgw_writer_t *w,
    const llmgw_turn_t *turn, llmgw_str_t text);
static llmgw_str_t llmgw_responses_call_id(llmgw_writer_t *w,
    llmgw_str_t id);
static llmgw_int_t llmgw_responses_custom_input(llmgw_writer_t *w);


const llmgw_turns_ops_t  llmgw_responses_turns = {
    .open = llmgw_responses_open_call,
    .args = llmgw_responses_put_args,
    .close = llmgw_responses_close,
    .id = llmgw_responses_call_id
};


static llmgw_str_t
llmgw_responses_call_id(llmgw_writer_t *w, llmgw_str_t id)
{
    return id.len ? id : llmgw_call_id(w->call, llmgw_lit("call_"));
}


static unsigned
llmgw_responses_is_custom(const llmgw_responses_answer_t *a)
{
    return a->tool && a->tool->custom;
}


/* a call begins; what is open ends */

static llmgw_int_t
llmgw_responses_open_call(llmgw_writer_t *w, const llmgw_turn_t *turn)
{
    llmgw_int_t                rc;
    llmgw_responses_answer_t  *a;
    llmgw_responses_asked_t   *asked;

    a = w->state;
    asked = w->call->asked;

    if (turn->signature.len && asked->encrypted) {

        /* the thoughts that led here take it, or else an item without any */

        if (a->open != LLMGW_RI_REASONING) {

            rc = llmgw_responses_close(w);

            if (rc == LLMGW_OK) {
                rc = llmgw_responses_open(w, LLMGW_RI_REASONING,
                                          llmgw_lit("rs_"));
            }

            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        a->signature = turn->signature;
    }

    rc = llmgw_responses_close(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    a->call = *turn;
    a->tool = llmgw_map_get(&asked->tools, turn->name);

    return llmgw_responses_open(w, LLMGW_RI_CALL,
                                llmgw_responses_is_custom(a)
                                ? llmgw_lit("ctc_") : llmgw_lit("fc_"));
}


static llmgw_int_t
llmgw_responses_put_args(llmgw_writer_t *w, const llmgw_turn_t *turn,
    llmgw_str_t text)
{
    llmgw_out_t               *o;
    llmgw_responses_answer_t  *a;

    (void) turn;

    a = w->state;
    o = w->out;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    if (llmgw_buf_add(w->arena, &a->text, text) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    /* the text of a free-form tool is inside, and shows when it is complete */

    if (!a->stream || llmgw_responses_is_custom(a)) {
        return LLMGW_OK;
    }

    llmgw_responses_event(w, "response.function_call_arguments.delta");
    llmgw_responses_at(w);
    llmgw_puts(o, ",\"delta\":");
    llmgw_put_jstr(o, text);
    llmgw_responses_event_end(w);

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


llmgw_int_t
llmgw_responses_close_call(llmgw_writer_t *w)
{
    llmgw_int_t                rc;
    llmgw_out_t               *o;
    llmgw_responses_answer_t  *a;

    a = w->state;
    o = w->out;

    if (llmgw_responses_is_custom(a)) {

        rc = llmgw_responses_custom_input(w);

        if (rc != LLMGW_OK || !a->stream) {
            return rc;
        }

        if (a->text.len) {
            llmgw_responses_event(w,
                                  "response.custom_tool_call_input.delta");
            llmgw_responses_at(w);
            llmgw_puts(o, ",\"delta\":");
            llmgw_put_jstr(o, llmgw_buf_str(&a->text));
            llmgw_responses_event_end(w);
        }

        llmgw_responses_event(w, "response.custom_tool_call_input.done");
        llmgw_responses_at(w);
        llmgw_puts(o, ",\"input\":");
        llmgw_put_jstr(o, llmgw_buf_str(&a->text));
        llmgw_responses_event_end(w);

        return o->failed ? LLMGW_ERROR : LLMGW_OK;
    }

    if (a->text.len == 0 && !a->cut) {

        /* clients read it as JSON */

        rc = llmgw_responses_put_args(w, &a->call, llmgw_lit("{}"));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (!a->stream) {
        return LLMGW_OK;
    }

    llmgw_responses_event(w, "response.function_call_arguments.done");
    llmgw_responses_at(w);
    llmgw_puts(o, ",\"name\":");
    llmgw_put_jstr(o, a->tool ? a->tool->name : a->call.name);
    llmgw_puts(o, ",\"arguments\":");
    llmgw_put_jstr(o, llmgw_buf_str(&a->text));
    llmgw_responses_event_end(w);

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


/* {"input":"…"} becomes what is in it; anything else stays as it is */

static llmgw_int_t
llmgw_responses_custom_input(llmgw_writer_t *w)
{
    llmgw_int_t                rc;
    llmgw_str_t                args;
    llmgw_json_t               j;
    llmgw_node_t              *v;
    llmgw_responses_answer_t  *a;

    a = w->state;

    if (a->text.len == 0) {
        return LLMGW_OK;
    }

    args = llmgw_jstr_decode(w->arena, llmgw_buf_str(&a->text));

    if (args.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_json_parse(&j, w->arena, args, 1, 100000);

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_OK;
    }

    v = llmgw_json_string(&j, j.nodes, "input");

    if (v == NULL) {
        return LLMGW_OK;
    }

    memset(&a->text, 0, sizeof(llmgw_buf_t));

    return llmgw_buf_add(w->arena, &a->text, llmgw_json_str(&j, v));
}


void
llmgw_responses_put_call(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_str_t status)
{
    unsigned                   custom;
    llmgw_responses_answer_t  *a;

    a = w->state;
    custom = llmgw_responses_is_custom(a);

    llmgw_puts(o, "{\"id\":");
    llmgw_put_jstr(o, a->item);
    llmgw_puts(o, ",\"type\":");
    llmgw_put_jstr(o, custom ? llmgw_lit("custom_tool_call")
                             : llmgw_lit("function_call"));
    llmgw_puts(o, ",\"status\":");
    llmgw_put_jstr(o, status);
    llmgw_puts(o, ",\"call_id\":");
    llmgw_put_jstr(o, a->call.id);
    llmgw_puts(o, ",\"name\":");
    llmgw_put_jstr(o, a->tool ? a->tool->name : a->call.name);

    if (a->tool && a->tool->space.len) {
        llmgw_puts(o, ",\"namespace\":");
        llmgw_put_jstr(o, a->tool->space);
    }

    if (custom) {
        llmgw_puts(o, ",\"input\":");

    } else {
        llmgw_puts(o, ",\"arguments\":");
    }

    llmgw_put_jstr(o, llmgw_buf_str(&a->text));
    llmgw_puts(o, "}");
}
