
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Cohere's chats, whole or in events, into the events of the intermediate
 * form.
 */


#include "llmgw_cohere.h"
#include "llmgw_jstr.h"
#include "llmgw_reader.h"


/* no answer calls more tools */
#define LLMGW_COHERE_MAX_CALLS  4096


typedef struct {
    llmgw_usage_t   usage;
    uint32_t        calls;        /* begun so far */
    int64_t        *index;        /* the service's, of each call */
    uint32_t        size;
    unsigned        counted:1;
    unsigned        open:1;       /* the last call has not ended */
} llmgw_cohere_reader_t;


typedef enum {
    cohere_message_start = 0,
    cohere_content_start,
    cohere_content_delta,
    cohere_plan_delta,
    cohere_call_start,
    cohere_call_delta,
    cohere_call_end,
    cohere_message_end,
    cohere_other
} llmgw_cohere_event_e;


static llmgw_int_t llmgw_cohere_whole(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_cohere_event(llmgw_reader_t *rd, llmgw_str_t name,
    llmgw_str_t data);
static llmgw_int_t llmgw_cohere_end(llmgw_reader_t *rd);
static llmgw_int_t llmgw_cohere_start(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_cohere_content(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *content);
static llmgw_int_t llmgw_cohere_call(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *call, int64_t index);
static llmgw_int_t llmgw_cohere_args(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *call, int64_t index);
static llmgw_int_t llmgw_cohere_call_end(llmgw_reader_t *rd);
static llmgw_int_t llmgw_cohere_finish(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *end);


const llmgw_reader_ops_t  llmgw_cohere_reader = {
    sizeof(llmgw_cohere_reader_t),
    llmgw_cohere_whole,
    llmgw_cohere_event,
    llmgw_cohere_end,
    LLMGW_EV_BIT(LLMGW_EV_TEXT)|LLMGW_EV_BIT(LLMGW_EV_REASONING),
    NULL
};


static llmgw_int_t
llmgw_cohere_emit(llmgw_reader_t *rd, llmgw_event_e type)
{
    llmgw_event_t  ev;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = type;

    return rd->sink(rd->sink_ctx, &ev);
}


/* nothing is sent for nothing */

static llmgw_int_t
llmgw_cohere_emit_text(llmgw_reader_t *rd, llmgw_event_e type,
    llmgw_str_t text)
{
    llmgw_event_t  ev;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = type;
    ev.text = text;

    return rd->sink(rd->sink_ctx, &ev);
}


void
llmgw_cohere_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage)
{
    int64_t                   n;
    const llmgw_json_node_t  *tokens, *billed, *v;

    if (usage == NULL) {
        return;
    }

    /* what is billed lacks the prompt that the service puts around ours */

    tokens = llmgw_json_object(j, usage, "tokens");
    billed = llmgw_json_object(j, usage, "billed_units");

    v = llmgw_json_get(j, tokens, "input_tokens");
    v = v ? v : llmgw_json_get(j, billed, "input_tokens");

    n = v ? llmgw_usage_count(j, v) : -1;

    if (n >= 0) {
        u->prompt = n;
        u->reported = 1;
    }

    v = llmgw_json_get(j, tokens, "output_tokens");
    v = v ? v : llmgw_json_get(j, billed, "output_tokens");

    n = v ? llmgw_usage_count(j, v) : -1;

    if (n >= 0) {
        u->completion = n;
        u->reported = 1;
    }

    v = llmgw_json_get(j, usage, "cached_tokens");

    n = v ? llmgw_usage_count(j, v) : -1;

    if (n >= 0) {
        u->cached = n;
    }
}


static void
llmgw_cohere_count(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *usage)
{
    llmgw_cohere_reader_t  *st;

    st = rd->state;

    if (!st->counted) {
        llmgw_usage_init(&st->usage);
        st->counted = 1;
    }

    llmgw_cohere_read_usage(&st->usage, j, usage);
}


static llmgw_int_t
llmgw_cohere_whole(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    int64_t                   n;
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v, *message, *calls;

    message = llmgw_json_object(j, j->nodes, "message");

    if (message == NULL) {
        v = llmgw_json_string(j, j->nodes, "message");

        return v ? llmgw_reader_fail_with(rd, 502, llmgw_lit("bad_gateway"),
                                          llmgw_jstr_decode(rd->arena,
                                                        llmgw_json_str(j, v)))
                 : llmgw_reader_invalid(rd);
    }

    rc = llmgw_cohere_start(rd, j);

    if (rc == LLMGW_OK) {
        rc = llmgw_cohere_emit_text(rd, LLMGW_EV_REASONING,
                                    llmgw_json_get_str(j, message,
                                                       "tool_plan"));
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get(j, message, "content");

    if (v) {
        rc = llmgw_cohere_content(rd, j, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    calls = llmgw_json_array(j, message, "tool_calls");
    n = 0;

    if (calls) {

        llmgw_json_each(v, calls) {

            rc = llmgw_cohere_call(rd, j, v, n++);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return llmgw_cohere_finish(rd, j, j->nodes);
}


static llmgw_cohere_event_e
llmgw_cohere_type(const llmgw_json_t *j)
{
    size_t                    i;
    const llmgw_json_node_t  *type;

    /* in the order of llmgw_cohere_event_e */

    static const llmgw_str_t  types[] = {
        llmgw_string("message-start"),
        llmgw_string("content-start"),
        llmgw_string("content-delta"),
        llmgw_string("tool-plan-delta"),
        llmgw_string("tool-call-start"),
        llmgw_string("tool-call-delta"),
        llmgw_string("tool-call-end"),
        llmgw_string("message-end")
    };

    type = llmgw_json_string(j, j->nodes, "type");

    for (i = 0; type && i < llmgw_nelts(types); i++) {

        if (llmgw_json_is_n(j, type, (const char *) types[i].data,
                            types[i].len))
        {
            return (llmgw_cohere_event_e) i;
        }
    }

    return cohere_other;
}


/* an object, also where an array might be expected; NULL: there is none */

static const llmgw_json_node_t *
llmgw_cohere_calls(const llmgw_json_t *j, const llmgw_json_node_t *message)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get(j, message, "tool_calls");

    if (v && v->type == LLMGW_JSON_ARRAY && v->span > 1) {
        v++;
    }

    return (v && v->type == LLMGW_JSON_OBJECT) ? v : NULL;
}


static llmgw_int_t
llmgw_cohere_event(llmgw_reader_t *rd, llmgw_str_t name, llmgw_str_t data)
{
    int64_t                   index;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_cohere_event_e      type;
    const llmgw_json_node_t  *v, *delta, *message;

    (void) name;

    if (llmgw_str_is(data, "[DONE]")) {
        return LLMGW_OK;
    }

    rc = llmgw_json_parse(&j, rd->scratch, data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return llmgw_reader_invalid(rd);
    }

    delta = llmgw_json_object(&j, j.nodes, "delta");
    message = llmgw_json_object(&j, delta, "message");

    v = llmgw_json_number(&j, j.nodes, "index");

    if (v == NULL || llmgw_json_int(llmgw_json_str(&j, v), &index)
                     != LLMGW_OK)
    {
        index = -1;
    }

    type = llmgw_cohere_type(&j);

    switch (type) {

    case cohere_message_start:
        return llmgw_cohere_start(rd, &j);

    case cohere_content_start:
    case cohere_content_delta:
        v = llmgw_json_get(&j, message, "content");

        return v ? llmgw_cohere_content(rd, &j, v) : LLMGW_OK;

    case cohere_plan_delta:
        return llmgw_cohere_emit_text(rd, LLMGW_EV_REASONING,
                                      llmgw_json_get_str(&j, message,
                                                         "tool_plan"));

    case cohere_call_start:
    case cohere_call_delta:
        v = llmgw_cohere_calls(&j, message);

        if (v == NULL) {
            return LLMGW_OK;
        }

        return (type == cohere_call_start)
               ? llmgw_cohere_call(rd, &j, v, index)
               : llmgw_cohere_args(rd, &j, v, index);

    case cohere_call_end:
        return llmgw_cohere_call_end(rd);

    case cohere_message_end:
        return llmgw_cohere_finish(rd, &j, delta);

    default: /* cohere_other */

        /* an error that came behind a status of 200 */

        v = llmgw_json_string(&j, j.nodes, "message");

        return (v && llmgw_json_get(&j, j.nodes, "type") == NULL)
               ? llmgw_reader_fail_with(rd, 502, llmgw_lit("bad_gateway"),
                                        llmgw_jstr_decode(rd->arena,
                                                       llmgw_json_str(&j, v)))
               : LLMGW_OK;
    }
}


/* without message-end the answer is not complete */

static llmgw_int_t
llmgw_cohere_end(llmgw_reader_t *rd)
{
    (void) rd;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_cohere_start(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t    rc;
    llmgw_event_t  ev;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_START;
    ev.id = llmgw_json_get_str(j, j->nodes, "id");

    rc = rd->sink(rd->sink_ctx, &ev);

    return (rc == LLMGW_OK) ? llmgw_cohere_emit(rd, LLMGW_EV_CHOICE) : rc;
}


/* a string, one part, or a list of parts */

static llmgw_int_t
llmgw_cohere_content(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *content)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v;

    if (content->type == LLMGW_JSON_STRING) {
        return llmgw_cohere_emit_text(rd, LLMGW_EV_TEXT,
                                      llmgw_json_str(j, content));
    }

    if (content->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(v, content) {

            if (v->type != LLMGW_JSON_OBJECT) {
                continue;
            }

            rc = llmgw_cohere_content(rd, j, v);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        return LLMGW_OK;
    }

    if (content->type != LLMGW_JSON_OBJECT) {
        return LLMGW_OK;
    }

    rc = llmgw_cohere_emit_text(rd, LLMGW_EV_REASONING,
                                llmgw_json_get_str(j, content, "thinking"));
    if (rc != LLMGW_OK) {
        return rc;
    }

    return llmgw_cohere_emit_text(rd, LLMGW_EV_TEXT,
                                  llmgw_json_get_str(j, content, "text"));
}


static llmgw_int_t
llmgw_cohere_call(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *call, int64_t index)
{
    int64_t                  *list;
    uint32_t                  size;
    llmgw_int_t               rc;
    llmgw_event_t             ev;
    llmgw_cohere_reader_t    *st;
    const llmgw_json_node_t  *function, *args;

    st = rd->state;

    rc = llmgw_cohere_call_end(rd);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (st->calls == LLMGW_COHERE_MAX_CALLS) {
        return llmgw_reader_invalid(rd);
    }

    if (st->calls == st->size) {

        size = st->size ? st->size * 2 : 8;

        list = llmgw_alloc(rd->arena, size * sizeof(int64_t));
        if (list == NULL) {
            return LLMGW_ERROR;
        }

        if (st->calls) {
            memcpy(list, st->index, st->calls * sizeof(int64_t));
        }

        st->index = list;
        st->size = size;
    }

    st->index[st->calls] = index;

    function = llmgw_json_object(j, call, "function");
    args = llmgw_json_get(j, function, "arguments");

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_TOOL_BEGIN;
    ev.index = st->calls++;
    ev.id = llmgw_json_get_str(j, call, "id");
    ev.name = llmgw_json_get_str(j, function, "name");

    if (args && args->type == LLMGW_JSON_STRING) {
        ev.text = llmgw_json_str(j, args);

    } else if (args && args->type == LLMGW_JSON_OBJECT) {
        ev.raw = llmgw_json_raw(j, args);
    }

    if (ev.id.len == 0) {
        ev.id = llmgw_call_id(rd->call, llmgw_lit("call_"));

        if (ev.id.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    st->open = 1;

    return rd->sink(rd->sink_ctx, &ev);
}


static llmgw_int_t
llmgw_cohere_args(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *call, int64_t index)
{
    uint32_t                i;
    llmgw_event_t           ev;
    llmgw_cohere_reader_t  *st;

    st = rd->state;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_TOOL_ARGS;
    ev.text = llmgw_json_get_str(j, llmgw_json_object(j, call, "function"),
                                 "arguments");

    if (ev.text.len == 0 || st->calls == 0) {
        return LLMGW_OK;
    }

    /* of the call that is being made, mostly */

    for (i = st->calls; i-- > 0; /* void */ ) {

        if (st->index[i] == index || index < 0) {
            ev.index = i;
            return rd->sink(rd->sink_ctx, &ev);
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_cohere_call_end(llmgw_reader_t *rd)
{
    llmgw_event_t           ev;
    llmgw_cohere_reader_t  *st;

    st = rd->state;

    if (!st->open) {
        return LLMGW_OK;
    }

    st->open = 0;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_TOOL_END;
    ev.index = st->calls - 1;

    return rd->sink(rd->sink_ctx, &ev);
}


/* end is the object that holds finish_reason, usage and error */

static llmgw_int_t
llmgw_cohere_finish(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *end)
{
    llmgw_int_t               rc;
    llmgw_str_t               error;
    llmgw_event_t             ev;
    llmgw_cohere_reader_t    *st;
    const llmgw_json_node_t  *reason;

    st = rd->state;

    reason = llmgw_json_string(j, end, "finish_reason");
    error = llmgw_jstr_decode(rd->arena, llmgw_json_get_str(j, end, "error"));

    llmgw_cohere_count(rd, j, llmgw_json_object(j, end, "usage"));

    if (reason && llmgw_json_is(j, reason, "TIMEOUT")) {
        return llmgw_reader_fail_with(rd, 504, llmgw_lit("upstream_timeout"),
                                      error.len ? error
                                      : llmgw_lit("the upstream did not "
                                                  "answer in time"));
    }

    if (error.len || (reason && llmgw_json_is(j, reason, "ERROR"))) {
        return llmgw_reader_fail_with(rd, 502, llmgw_lit("bad_gateway"),
                                      error.len ? error
                                      : llmgw_lit("the upstream failed to "
                                                  "answer"));
    }

    rc = llmgw_cohere_call_end(rd);
    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_FINISH;
    ev.finish = (reason && llmgw_json_is(j, reason, "MAX_TOKENS"))
                ? LLMGW_FINISH_LENGTH
                : (reason && llmgw_json_is(j, reason, "TOOL_CALL"))
                ? LLMGW_FINISH_TOOL_CALLS
                : (st->calls) ? LLMGW_FINISH_TOOL_CALLS : LLMGW_FINISH_STOP;

    rc = rd->sink(rd->sink_ctx, &ev);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (st->usage.reported) {

        ev.type = LLMGW_EV_USAGE;
        ev.usage = &st->usage;

        rc = rd->sink(rd->sink_ctx, &ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_cohere_emit(rd, LLMGW_EV_END);

    return (rc == LLMGW_OK) ? LLMGW_DONE : rc;
}
