
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Streams that pass by whole events: of those whose clients cannot live with
 * half of one, and that have no end mark but what the last event says.
 */


#include "llmgw_resume.h"
#include "llmgw_tokens.h"


static llmgw_int_t llmgw_reply_frame(llmgw_reply_t *rp, llmgw_str_t data,
    llmgw_str_t raw);
static llmgw_int_t llmgw_reply_frame_look(llmgw_reply_t *rp,
    llmgw_str_t data);


llmgw_int_t
llmgw_reply_frames_event(void *ctx, const llmgw_sse_event_t *ev)
{
    llmgw_reply_t *rp = ctx;

    llmgw_int_t  rc;

    /* an event that the end of the body cut is none, unless it is whole */

    if (ev->partial && (ev->data.len == 0
                        || llmgw_json_check(ev->data) == LLMGW_INVALID))
    {
        return LLMGW_OK;
    }

    rc = llmgw_reply_frame(rp, ev->data, ev->raw);

    if (rc == LLMGW_OK && ev->partial) {
        llmgw_puts(rp->out, "\n\n");
    }

    return rc;
}


llmgw_int_t
llmgw_reply_frames_element(void *ctx, const llmgw_element_t *frame)
{
    return llmgw_reply_frame(ctx, frame->data, frame->raw);
}


static llmgw_int_t
llmgw_reply_frame(llmgw_reply_t *rp, llmgw_str_t data, llmgw_str_t raw)
{
    llmgw_int_t  rc;

    if (data.len) {
        rc = llmgw_reply_frame_look(rp, data);
        if (rc != LLMGW_OK) {
            return rc;
        }

        rp->begun = 1;
        rp->tokens = 1;
    }

    /* what comes in front of the first event promises nothing */

    if (rp->begun) {
        llmgw_put(rp->out, raw);
    }

    return LLMGW_OK;
}


/* whether a candidate has ended; a stream has no other mark of its end */

static unsigned
llmgw_reply_frame_last(const llmgw_json_t *j)
{
    const llmgw_json_node_t  *list, *v;

    list = llmgw_json_array(j, j->nodes, "candidates");

    if (list) {

        llmgw_json_each(v, list) {
            if (llmgw_json_string(j, v, "finishReason")) {
                return 1;
            }
        }
    }

    return llmgw_json_string(j, llmgw_json_object(j, j->nodes,
                                                  "promptFeedback"),
                             "blockReason")
           != NULL;
}


static llmgw_int_t
llmgw_reply_frame_look(llmgw_reply_t *rp, llmgw_str_t data)
{
    llmgw_int_t               rc;
    llmgw_str_t               model;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v;

    llmgw_arena_reset(&rp->scratch);

    rc = llmgw_json_parse(&j, &rp->scratch, data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {

        /* what has begun to pass goes on to do so */

        return rp->begun ? LLMGW_OK : llmgw_reply_invalid(rp);
    }

    v = llmgw_json_get(&j, j.nodes, "error");

    if (v && v->type != LLMGW_JSON_NULL) {

        if (!rp->begun || llmgw_resume_may(rp)) {
            return llmgw_reply_pass_error(rp, data);
        }

        rp->complete = 1;
    }

    if (rp->call->resume) {
        llmgw_resume_frame(rp, &j);
    }

    v = llmgw_json_object(&j, j.nodes, "usageMetadata");

    if (v) {
        rp->provider->read_usage(&rp->usage, &j, v);
    }

    v = llmgw_json_array(&j, j.nodes, "candidates");

    if (v) {
        rp->text += llmgw_tokens_value(&j, v);
    }

    model = llmgw_json_get_str(&j, j.nodes, "modelVersion");

    if (rp->model.len == 0 && model.len) {
        rp->model = llmgw_str_dup(rp->arena, model);

        if (rp->model.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    if (llmgw_reply_frame_last(&j)) {
        rp->complete = 1;
    }

    return LLMGW_OK;
}


/* the body ended */

llmgw_int_t
llmgw_reply_frames_pass_end(llmgw_reply_t *rp)
{
    if (!rp->complete) {
        return llmgw_reply_incomplete(rp);
    }

    if (rp->framing == LLMGW_FRAMES_ARRAY
        && llmgw_frames_finish(&rp->frames) != LLMGW_OK)
    {
        /* nothing but the bracket is missing */

        llmgw_putc(rp->out, ']');
    }

    rp->closed = 1;

    return LLMGW_DONE;
}


llmgw_str_t
llmgw_reply_ping(const llmgw_reply_t *rp)
{
    const llmgw_door_t  *door;

    if (!rp->begun || rp->closed) {
        return llmgw_null_str;
    }

    switch (rp->mode) {

    case LLMGW_REPLY_PASS_EVENTS:
    case LLMGW_REPLY_PASS_EDITED:
    case LLMGW_REPLY_PASS_FRAMES:
    case LLMGW_REPLY_STREAM:
        break;

    default:
        return llmgw_null_str;
    }

    if (rp->call->array) {

        /* white space, which may stand between elements */

        return llmgw_lit("\n");
    }

    door = rp->call->endpoint->door;

    return (door && door->ping.len) ? door->ping : llmgw_lit(": ping\n\n");
}
