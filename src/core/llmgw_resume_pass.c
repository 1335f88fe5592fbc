
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What has to be known of a stream that passes as it is, so that another
 * provider could go on with it.
 */


#include "llmgw_resume.h"


static llmgw_int_t llmgw_resume_message(void *ctx,
    const llmgw_sse_event_t *ev);
static unsigned llmgw_resume_block(llmgw_resume_t *rs, const llmgw_json_t *j,
    const llmgw_json_node_t *block);
static unsigned llmgw_resume_choice(llmgw_resume_t *rs, const llmgw_json_t *j,
    const llmgw_json_node_t *choice);
static unsigned llmgw_resume_candidate(llmgw_resume_t *rs,
    const llmgw_json_t *j, const llmgw_json_node_t *candidate);


/* whether a member says nothing: null, "", [] and {} */

static unsigned
llmgw_resume_nothing(const llmgw_json_node_t *v)
{
    switch (v->type) {

    case LLMGW_JSON_NULL:
        return 1;

    case LLMGW_JSON_STRING:
        return v->len == 0;

    case LLMGW_JSON_ARRAY:
    case LLMGW_JSON_OBJECT:
        return v->span == 1;

    default:
        return 0;
    }
}


/* what is 0, or is not there, is the first one */

static unsigned
llmgw_resume_first(const llmgw_json_t *j, const llmgw_json_node_t *object)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get(j, object, "index");

    return v == NULL || llmgw_json_is(j, v, "0");
}


static void
llmgw_resume_note(llmgw_resume_t *rs, llmgw_str_t *s, llmgw_str_t value)
{
    if (s->len == 0 && value.len) {
        *s = llmgw_str_dup(rs->arena, value);

        if (s->data == NULL) {
            s->len = 0;
            rs->lost = 1;
        }
    }
}


/* a chunk of a chat */

void
llmgw_resume_chunk(llmgw_reply_t *rp, const llmgw_json_t *j)
{
    llmgw_resume_t           *rs;
    const llmgw_json_node_t  *v, *list;

    rs = rp->call->resume;

    if (rs->lost) {
        return;
    }

    llmgw_resume_note(rs, &rs->first.id,
                      llmgw_json_get_str(j, j->nodes, "id"));
    llmgw_resume_note(rs, &rs->first.model,
                      llmgw_json_get_str(j, j->nodes, "model"));

    v = llmgw_json_number(j, j->nodes, "created");

    if (v && rs->first.created == 0
        && llmgw_json_int(llmgw_json_str(j, v), &rs->first.created)
           != LLMGW_OK)
    {
        rs->first.created = 0;
    }

    list = llmgw_json_array(j, j->nodes, "choices");

    if (list == NULL) {
        return;
    }

    llmgw_json_each(v, list) {
        if (!llmgw_resume_choice(rs, j, v)) {
            rs->lost = 1;
            return;
        }
    }
}


/* 0: it is more than a text, or not the first one, or has ended */

static unsigned
llmgw_resume_choice(llmgw_resume_t *rs, const llmgw_json_t *j,
    const llmgw_json_node_t *choice)
{
    const llmgw_json_node_t  *k, *v, *delta;

    if (choice->type != LLMGW_JSON_OBJECT || !llmgw_resume_first(j, choice)) {
        return 0;
    }

    v = llmgw_json_get(j, choice, "finish_reason");

    if (v && v->type != LLMGW_JSON_NULL) {
        return 0;
    }

    v = llmgw_json_get(j, choice, "logprobs");

    if (v && !llmgw_resume_nothing(v)) {
        return 0;
    }

    delta = llmgw_json_object(j, choice, "delta");

    if (delta == NULL) {
        return 1;
    }

    llmgw_json_each_member(k, v, delta) {

        if (llmgw_json_is(j, k, "role") || llmgw_resume_nothing(v)) {
            continue;
        }

        if (!llmgw_json_is(j, k, "content") || v->type != LLMGW_JSON_STRING) {
            return 0;
        }

        llmgw_resume_add(rs, llmgw_json_str(j, v));
    }

    return 1;
}


void
llmgw_resume_begin_events(llmgw_reply_t *rp)
{
    llmgw_resume_t *rs = rp->call->resume;

    llmgw_sse_init(&rs->sse, rp->arena, rp->max, llmgw_resume_message, rs);
}


/* events of the Messages API, whole */

llmgw_int_t
llmgw_resume_feed(llmgw_reply_t *rp, const u_char *p, size_t n)
{
    llmgw_resume_t *rs = rp->call->resume;

    return rs->lost ? LLMGW_OK : llmgw_sse_feed(&rs->sse, p, n);
}


static llmgw_int_t
llmgw_resume_message(void *ctx, const llmgw_sse_event_t *ev)
{
    llmgw_resume_t *rs = ctx;

    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *type, *v;

    if (rs->lost || ev->data.len == 0) {
        return LLMGW_OK;
    }

    llmgw_arena_reset(&rs->scratch);

    rc = llmgw_json_parse(&j, &rs->scratch, ev->data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {
        rs->lost = 1;
        return LLMGW_OK;
    }

    type = llmgw_json_string(&j, j.nodes, "type");

    if (type == NULL) {
        rs->lost = 1;
        return LLMGW_OK;
    }

    if (llmgw_json_is(&j, type, "ping")) {
        return LLMGW_OK;
    }

    if (llmgw_json_is(&j, type, "message_start")) {

        v = llmgw_json_object(&j, j.nodes, "message");

        if (v) {
            llmgw_resume_note(rs, &rs->first.id,
                              llmgw_json_get_str(&j, v, "id"));
            llmgw_resume_note(rs, &rs->first.model,
                              llmgw_json_get_str(&j, v, "model"));
        }

        return LLMGW_OK;
    }

    v = NULL;

    if (llmgw_json_is(&j, type, "content_block_start")) {
        v = llmgw_json_object(&j, j.nodes, "content_block");

    } else if (llmgw_json_is(&j, type, "content_block_delta")) {
        v = llmgw_json_object(&j, j.nodes, "delta");
    }

    /* all else is the end of a block, or what comes behind it */

    if (v == NULL || !llmgw_resume_first(&j, j.nodes)
        || !llmgw_resume_block(rs, &j, v))
    {
        rs->lost = 1;
    }

    return LLMGW_OK;
}


/* a block or a part of one, if it is a text and nothing else */

static unsigned
llmgw_resume_block(llmgw_resume_t *rs, const llmgw_json_t *j,
    const llmgw_json_node_t *block)
{
    const llmgw_json_node_t  *k, *v;

    v = llmgw_json_string(j, block, "type");

    if (v == NULL || (!llmgw_json_is(j, v, "text")
                      && !llmgw_json_is(j, v, "text_delta")))
    {
        return 0;
    }

    llmgw_json_each_member(k, v, block) {

        if (llmgw_json_is(j, k, "type") || llmgw_resume_nothing(v)) {
            continue;
        }

        if (!llmgw_json_is(j, k, "text") || v->type != LLMGW_JSON_STRING) {
            return 0;
        }

        llmgw_resume_add(rs, llmgw_json_str(j, v));
    }

    return 1;
}


/* a piece of a stream of generateContent */

void
llmgw_resume_frame(llmgw_reply_t *rp, const llmgw_json_t *j)
{
    llmgw_resume_t           *rs;
    const llmgw_json_node_t  *v, *list;

    rs = rp->call->resume;

    if (rs->lost) {
        return;
    }

    llmgw_resume_note(rs, &rs->first.id,
                      llmgw_json_get_str(j, j->nodes, "responseId"));
    llmgw_resume_note(rs, &rs->first.model,
                      llmgw_json_get_str(j, j->nodes, "modelVersion"));

    v = llmgw_json_get(j, j->nodes, "promptFeedback");

    if (v && !llmgw_resume_nothing(v)) {
        rs->lost = 1;
        return;
    }

    list = llmgw_json_array(j, j->nodes, "candidates");

    if (list == NULL) {
        return;
    }

    llmgw_json_each(v, list) {
        if (!llmgw_resume_candidate(rs, j, v)) {
            rs->lost = 1;
            return;
        }
    }
}


static unsigned
llmgw_resume_candidate(llmgw_resume_t *rs, const llmgw_json_t *j,
    const llmgw_json_node_t *candidate)
{
    const llmgw_json_node_t  *k, *v, *part, *parts;

    if (candidate->type != LLMGW_JSON_OBJECT) {
        return 0;
    }

    llmgw_json_each_member(k, v, candidate) {

        if (llmgw_json_is(j, k, "index")) {

            if (!llmgw_json_is(j, v, "0")) {
                return 0;
            }

            continue;
        }

        if (llmgw_json_is(j, k, "content")
            || llmgw_json_is(j, k, "safetyRatings")
            || llmgw_resume_nothing(v))
        {
            continue;
        }

        /* sources, log probabilities, the end */

        return 0;
    }

    v = llmgw_json_object(j, candidate, "content");
    parts = v ? llmgw_json_array(j, v, "parts") : NULL;

    if (parts == NULL) {
        return 1;
    }

    llmgw_json_each(part, parts) {

        if (part->type != LLMGW_JSON_OBJECT) {
            return 0;
        }

        llmgw_json_each_member(k, v, part) {

            if (!llmgw_json_is(j, k, "text")
                || v->type != LLMGW_JSON_STRING)
            {
                return 0;
            }

            llmgw_resume_add(rs, llmgw_json_str(j, v));
        }
    }

    return 1;
}
