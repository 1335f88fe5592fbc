
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tool calls of an answer for clients of the Messages API.
 */


#include "llmgw_anthropic_answer.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_answer_open_call(llmgw_writer_t *w,
    const llmgw_turn_t *turn);
static llmgw_int_t llmgw_answer_put_args(llmgw_writer_t *w,
    const llmgw_turn_t *turn, llmgw_str_t text);
static llmgw_str_t llmgw_answer_call_id(llmgw_writer_t *w, llmgw_str_t id);


const llmgw_turns_ops_t  llmgw_answer_turns = {
    .open = llmgw_answer_open_call,
    .args = llmgw_answer_put_args,
    .close = llmgw_answer_close,
    .id = llmgw_answer_call_id
};


static llmgw_str_t
llmgw_answer_call_id(llmgw_writer_t *w, llmgw_str_t id)
{
    return id.len ? llmgw_claude_id(w->arena, id)
                  : llmgw_call_id(w->call, llmgw_lit("toolu_"));
}


/* a call begins; what is open ends */

static llmgw_int_t
llmgw_answer_open_call(llmgw_writer_t *w, const llmgw_turn_t *turn)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;

    if (turn->signature.len && w->call->show_reasoning) {

        /* the thoughts that led here take it, or else a block without any */

        if (a->open != LLMGW_AB_THINKING) {

            rc = llmgw_answer_close(w);
            if (rc != LLMGW_OK) {
                return rc;
            }

            llmgw_answer_begin(w, LLMGW_AB_THINKING, NULL);
        }

        rc = llmgw_answer_signed(w, turn->signature);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_answer_close(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    a->tools = 1;
    a->args.len = 0;

    llmgw_answer_begin(w, LLMGW_AB_TOOL, turn);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_answer_put_args(llmgw_writer_t *w, const llmgw_turn_t *turn,
    llmgw_str_t text)
{
    llmgw_answer_t *a = w->state;

    if (!a->stream) {
        return llmgw_buf_add(w->arena, &a->args, text);
    }

    if (text.len == 0 || (turn->whole && llmgw_str_is(text, "{}"))) {

        /* the block began with an empty object already */

        return LLMGW_OK;
    }

    llmgw_answer_delta(w);
    llmgw_puts(w->out, ",\"delta\":{\"type\":\"input_json_delta\","
                       "\"partial_json\":");
    llmgw_put_jstr(w->out, text);
    llmgw_puts(w->out, "}}\n\n");

    return LLMGW_OK;
}


llmgw_int_t
llmgw_answer_flush(llmgw_writer_t *w)
{
    llmgw_answer_t *a = w->state;

    return llmgw_turns_flush(w, &a->calls);
}


/* the input of a call in a whole answer: an object in any case */

llmgw_int_t
llmgw_answer_input(llmgw_writer_t *w)
{
    llmgw_str_t      args;
    llmgw_answer_t  *a;

    a = w->state;

    args = llmgw_jstr_decode(w->arena, llmgw_buf_str(&a->args));

    if (args.data == NULL && a->args.len) {
        return LLMGW_ERROR;
    }

    args = llmgw_args_object(w->arena, args);

    if (args.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_put_compact(w->out, args);

    return LLMGW_OK;
}
