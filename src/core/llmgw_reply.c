
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_jstr.h"
#include "llmgw_resume.h"
#include "llmgw_tokens.h"


/* error bodies are cut here: nobody writes more to say what went wrong */
#define LLMGW_REPLY_ERROR_MAX  65536

/* a JSON answer that passes is held up to here, so that a broken one may
   still be answered by another provider */
#define LLMGW_REPLY_HOLD  1048576

/* runs from here on are referred to where the bytes outlive the output */
#define LLMGW_REPLY_REF  512


static llmgw_int_t llmgw_reply_fail(llmgw_reply_t *rp, unsigned status,
    llmgw_str_t code, llmgw_str_t message);
static llmgw_int_t llmgw_reply_error(llmgw_reply_t *rp);
static void llmgw_reply_should_retry(const llmgw_head_t *head,
    llmgw_error_t *e);
static llmgw_int_t llmgw_reply_whole(llmgw_reply_t *rp);
static llmgw_int_t llmgw_reply_task(llmgw_reply_t *rp);
static llmgw_int_t llmgw_reply_sink(void *ctx, const llmgw_event_t *ev);
static void llmgw_reply_frames_init(llmgw_reply_t *rp);
static llmgw_int_t llmgw_reply_frames(llmgw_reply_t *rp, const u_char *p,
    size_t n);
static llmgw_int_t llmgw_reply_frames_end(llmgw_reply_t *rp);
static llmgw_int_t llmgw_reply_sse(void *ctx, const llmgw_sse_event_t *ev);
static llmgw_int_t llmgw_reply_element(void *ctx,
    const llmgw_element_t *frame);
static llmgw_int_t llmgw_reply_message(void *ctx,
    const llmgw_es_message_t *m);


static unsigned
llmgw_reply_type_is(llmgw_str_t content_type, llmgw_str_t type)
{
    return content_type.len >= type.len
           && llmgw_str_caseeq(llmgw_str(content_type.data, type.len), type)
           && (content_type.len == type.len
               || content_type.data[type.len] == ';'
               || content_type.data[type.len] == ' ');
}


static void
llmgw_reply_mode(llmgw_reply_t *rp)
{
    unsigned       events, json;
    llmgw_str_t    type;
    llmgw_call_t  *call;

    call = rp->call;
    type = rp->head.content_type;

    events = llmgw_reply_type_is(type, llmgw_lit("text/event-stream"));
    json = llmgw_reply_type_is(type, llmgw_lit("application/json"));

    if (llmgw_reply_type_is(type,
                            llmgw_lit("application/vnd.amazon.eventstream")))
    {
        rp->framing = LLMGW_FRAMES_EVENTSTREAM;
    }

    if (rp->head.status < 200 || rp->head.status > 299) {
        rp->mode = LLMGW_REPLY_ERROR;
        return;
    }

    if (call->task) {
        rp->mode = LLMGW_REPLY_TASK;
        return;
    }

    if (!call->pass) {
        rp->mode = (events || rp->framing != LLMGW_FRAMES_SSE
                    || (call->stream && (!json || rp->provider->arrays)))
                   ? LLMGW_REPLY_STREAM : LLMGW_REPLY_WHOLE;
        return;
    }

    if (call->stream && call->endpoint->streams) {
        rp->mode = LLMGW_REPLY_PASS_FRAMES;
        return;
    }

    if (events) {
        rp->mode = call->endpoint->usage ? LLMGW_REPLY_PASS_EDITED
                                         : LLMGW_REPLY_PASS_EVENTS;
        return;
    }

    if (json || llmgw_reply_type_is(type, llmgw_lit("text/html"))) {
        rp->mode = LLMGW_REPLY_PASS_WHOLE;
        return;
    }

    /* an endpoint that answers JSON only, whatever the type says */

    switch (call->endpoint->id) {

    case LLMGW_EP_SPEECH:
    case LLMGW_EP_TRANSCRIPTIONS:
    case LLMGW_EP_TRANSLATIONS:
        rp->mode = LLMGW_REPLY_PASS;
        break;

    default:
        rp->mode = LLMGW_REPLY_PASS_WHOLE;
    }
}


llmgw_int_t
llmgw_reply_init(llmgw_reply_t *rp, llmgw_call_t *call, llmgw_arena_t *a,
    const llmgw_head_t *head, size_t max)
{
    const llmgw_reader_ops_t  *read;

    memset(rp, 0, offsetof(llmgw_reply_t, sse));
    memset(&rp->reader, 0,
           sizeof(llmgw_reply_t) - offsetof(llmgw_reply_t, reader));

    rp->call = call;
    rp->provider = call->target->dialect;
    rp->arena = a;
    rp->head = *head;
    rp->max = max;
    rp->sequence = -1;
    rp->passed.sequence = -1;

    llmgw_usage_init(&rp->usage);
    llmgw_reply_mode(rp);

    /* the scratch takes its blocks from where the arena takes its own */

    llmgw_arena_init(&rp->scratch, a->alloc, a->data, 2048, 0);

    if (call->resume) {
        llmgw_resume_reply(rp);
    }

    switch (rp->mode) {

    case LLMGW_REPLY_PASS_EDITED:
        llmgw_sse_init(&rp->sse, a, max, llmgw_reply_edit_event, rp);

        return llmgw_reply_edit_init(rp);

    case LLMGW_REPLY_PASS_EVENTS:
    case LLMGW_REPLY_PASS_WHOLE:
        return llmgw_reply_pass_init(rp);

    case LLMGW_REPLY_PASS_FRAMES:
        llmgw_reply_frames_init(rp);

        return LLMGW_OK;

    case LLMGW_REPLY_WHOLE:
    case LLMGW_REPLY_STREAM:
        break;

    default:
        return LLMGW_OK;
    }

    read = rp->provider->reader;

    rp->reader.call = call;
    rp->reader.arena = a;
    rp->reader.scratch = &rp->scratch;
    rp->reader.sink = llmgw_reply_sink;
    rp->reader.sink_ctx = rp;
    rp->reader.request_id = head->request_id;

    rp->write = call->stream ? call->endpoint->door->stream
                             : call->endpoint->door->whole;

    rp->writer.call = call;
    rp->writer.arena = a;

    rp->reader.state = llmgw_calloc(a, read->state);

    if (call->resume && call->resume->on) {
        rp->writer = call->resume->writer;
        rp->write = call->resume->write;

    } else {
        rp->writer.state = llmgw_calloc(a, rp->write->state);
    }

    if (rp->reader.state == NULL || rp->writer.state == NULL) {
        return LLMGW_ERROR;
    }

    if (rp->mode == LLMGW_REPLY_STREAM) {
        llmgw_reply_frames_init(rp);
    }

    return LLMGW_OK;
}


llmgw_str_t
llmgw_reply_content_type(const llmgw_reply_t *rp)
{
    const llmgw_call_t  *call;

    call = rp->call;

    if (rp->mode == LLMGW_REPLY_TASK) {
        return rp->type.len ? rp->type : llmgw_lit("application/json");
    }

    if (rp->mode != LLMGW_REPLY_WHOLE && rp->mode != LLMGW_REPLY_STREAM) {
        return llmgw_null_str;
    }

    if (!call->stream) {
        return llmgw_lit("application/json");
    }

    return call->endpoint->door->stream_type
           ? call->endpoint->door->stream_type(call)
           : llmgw_lit("text/event-stream; charset=utf-8");
}


llmgw_int_t
llmgw_reply_gather(llmgw_reply_t *rp, const u_char *p, size_t n, size_t max)
{
    size_t   size;
    u_char  *body;

    if (n > max - rp->body_len) {
        return LLMGW_TOO_LARGE;
    }

    if (n > rp->body_size - rp->body_len) {

        size = rp->body_size ? rp->body_size * 2 : 4096;

        while (size < rp->body_len + n) {
            size *= 2;
        }

        body = llmgw_nalloc(rp->arena, size);
        if (body == NULL) {
            return LLMGW_ERROR;
        }

        if (rp->body_len) {
            memcpy(body, rp->body, rp->body_len);
        }

        rp->body = body;
        rp->body_size = size;
    }

    if (n) {
        memcpy(rp->body + rp->body_len, p, n);
        rp->body_len += n;
    }

    return LLMGW_OK;
}


/* an answer that cannot be used; what can still be done about it is told by
   the return code */

static llmgw_int_t
llmgw_reply_fail(llmgw_reply_t *rp, unsigned status, llmgw_str_t code,
    llmgw_str_t message)
{
    llmgw_error_t  e;

    llmgw_error_set(&e, status, code, llmgw_null_str, message);
    e.upstream = 1;
    e.retryable = 1;

    return llmgw_reply_failed(rp, &e);
}


llmgw_int_t
llmgw_reply_failed(llmgw_reply_t *rp, const llmgw_error_t *e)
{
    llmgw_event_t  ev;

    rp->error = *e;
    rp->failed = 1;
    rp->closed = 1;

    /* what the error points to may be gone with the event */

    rp->error.type = llmgw_str_dup(rp->arena, e->type);
    rp->error.code = llmgw_str_dup(rp->arena, e->code);
    rp->error.param = llmgw_str_dup(rp->arena, e->param);
    rp->error.message = llmgw_str_dup(rp->arena, e->message);
    rp->error.raw = llmgw_str_dup(rp->arena, e->raw);

    if (rp->error.type.data == NULL || rp->error.code.data == NULL
        || rp->error.param.data == NULL || rp->error.message.data == NULL
        || rp->error.raw.data == NULL)
    {
        return LLMGW_ERROR;
    }

    if (!rp->begun || llmgw_resume_may(rp)) {
        return LLMGW_INVALID;
    }

    if (rp->mode == LLMGW_REPLY_STREAM) {

        memset(&ev, 0, sizeof(llmgw_event_t));
        ev.type = LLMGW_EV_ERROR;
        ev.error = &rp->error;

        if (rp->write->event(&rp->writer, &ev) == LLMGW_ERROR) {
            return LLMGW_ERROR;
        }

        return LLMGW_DONE;
    }

    return llmgw_reply_pass_tail(rp);
}


llmgw_int_t
llmgw_reply_feed(llmgw_reply_t *rp, const u_char *p, size_t n,
    llmgw_out_t *out)
{
    llmgw_int_t  rc;

    if (rp->closed || n == 0) {
        return rp->closed ? LLMGW_DONE : LLMGW_OK;
    }

    rp->out = out;
    rp->writer.out = out;

    switch (rp->mode) {

    case LLMGW_REPLY_ERROR:

        if (n > LLMGW_REPLY_ERROR_MAX - rp->body_len) {
            n = LLMGW_REPLY_ERROR_MAX - rp->body_len;
        }

        return llmgw_reply_gather(rp, p, n, LLMGW_REPLY_ERROR_MAX);

    case LLMGW_REPLY_PASS:

        /* sound, or a transcript: a quarter of a token each byte */

        rp->text += n;

        out->ref = 0;
        llmgw_put_n(out, p, n);
        rp->begun = 1;
        rp->tokens = 1;

        return LLMGW_OK;

    case LLMGW_REPLY_PASS_EVENTS:
        out->ref = 0;
        rc = llmgw_reply_pass_events(rp, p, n);
        break;

    case LLMGW_REPLY_PASS_WHOLE:

        if (rp->begun) {
            llmgw_reply_pass_follow(rp, p, n);
            out->ref = 0;
            llmgw_put_n(out, p, n);
            return LLMGW_OK;
        }

        if (rp->repair) {

            /* what may be edited is edited as a whole */

            rc = llmgw_reply_gather(rp, p, n, rp->max);
            break;
        }

        rc = llmgw_reply_gather(rp, p, n, SIZE_MAX);

        if (rc == LLMGW_OK && rp->body_len > LLMGW_REPLY_HOLD) {
            llmgw_reply_pass_follow(rp, rp->body, rp->body_len);
            out->ref = LLMGW_REPLY_REF;
            llmgw_put_n(out, rp->body, rp->body_len);
            rp->begun = 1;
            rp->tokens = 1;
        }

        return rc;

    case LLMGW_REPLY_WHOLE:
    case LLMGW_REPLY_TASK:
        rc = llmgw_reply_gather(rp, p, n, rp->max);
        break;

    case LLMGW_REPLY_PASS_EDITED:
        out->ref = 0;
        rc = llmgw_sse_feed(&rp->sse, p, n);
        break;

    default: /* LLMGW_REPLY_STREAM, LLMGW_REPLY_PASS_FRAMES */
        out->ref = 0;
        rc = llmgw_reply_frames(rp, p, n);
    }

    if (rc == LLMGW_TOO_LARGE) {
        return llmgw_reply_fail(rp, 502,
                                llmgw_lit("upstream_invalid_response"),
                                llmgw_lit("the upstream's answer is too "
                                          "large"));
    }

    if (rc == LLMGW_DONE) {
        rp->closed = 1;
    }

    return rc;
}


llmgw_int_t
llmgw_reply_end(llmgw_reply_t *rp, unsigned truncated, llmgw_out_t *out)
{
    llmgw_int_t  rc;

    if (rp->closed) {
        return LLMGW_DONE;
    }

    rp->out = out;
    rp->writer.out = out;
    out->ref = 0;

    switch (rp->mode) {

    case LLMGW_REPLY_ERROR:
        return llmgw_reply_error(rp);

    case LLMGW_REPLY_PASS:

        if (truncated) {
            break;
        }

        rp->begun = 1;
        rp->complete = 1;
        rp->closed = 1;

        return LLMGW_DONE;

    case LLMGW_REPLY_PASS_WHOLE:

        if (truncated) {
            break;
        }

        return llmgw_reply_pass_whole(rp);

    case LLMGW_REPLY_WHOLE:

        if (truncated) {
            break;
        }

        return llmgw_reply_whole(rp);

    case LLMGW_REPLY_TASK:

        if (truncated) {
            break;
        }

        return llmgw_reply_task(rp);

    case LLMGW_REPLY_PASS_EVENTS:
        return llmgw_reply_pass_end(rp);

    case LLMGW_REPLY_PASS_EDITED:

        rc = llmgw_sse_finish(&rp->sse);

        if (rc == LLMGW_OK) {
            return llmgw_reply_pass_end(rp);
        }

        /* the end mark was the last event, and its line end the last byte */

        if (rc == LLMGW_DONE) {
            rp->closed = 1;
        }

        return rc;

    case LLMGW_REPLY_PASS_FRAMES:

        rc = llmgw_reply_frames_end(rp);

        return (rc == LLMGW_OK) ? llmgw_reply_frames_pass_end(rp) : rc;

    default: /* LLMGW_REPLY_STREAM */

        rc = llmgw_reply_frames_end(rp);

        if (rc == LLMGW_OK) {
            rc = rp->provider->reader->end(&rp->reader);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_reply_incomplete(rp);
}


llmgw_int_t
llmgw_reply_incomplete(llmgw_reply_t *rp)
{
    return llmgw_reply_fail(rp, 502, llmgw_lit("upstream_incomplete"),
                            llmgw_lit("upstream stream ended before the "
                                      "response was complete"));
}


llmgw_int_t
llmgw_reply_invalid(llmgw_reply_t *rp)
{
    return llmgw_reply_fail(rp, 502, llmgw_lit("upstream_invalid_response"),
                            llmgw_lit("the upstream's answer is not valid"));
}


static llmgw_int_t
llmgw_reply_error(llmgw_reply_t *rp)
{
    llmgw_error_t  e;

    memset(&e, 0, sizeof(llmgw_error_t));
    e.retry_after = -1;

    if (rp->head.status < 400) {

        /* redirects are never followed */

        llmgw_error_set(&e, 502, llmgw_lit("bad_gateway"), llmgw_null_str,
                        llmgw_fmt(rp->arena, "upstream returned status %u",
                                  rp->head.status));

    } else {
        rp->provider->read_error(rp->call, &rp->head,
                                 llmgw_str(rp->body, rp->body_len), &e);

        llmgw_reply_should_retry(&rp->head, &e);
    }

    e.upstream = 1;

    return llmgw_reply_failed(rp, &e);
}


/* a service that knows better than what the status says */

static void
llmgw_reply_should_retry(const llmgw_head_t *head, llmgw_error_t *e)
{
    if (e->quota || e->context || e->policy) {
        return;
    }

    if (llmgw_str_caseeq(head->should_retry, llmgw_lit("true"))) {
        e->retryable = 1;

    } else if (llmgw_str_caseeq(head->should_retry, llmgw_lit("false"))) {
        e->retryable = 0;
    }
}


static llmgw_int_t
llmgw_reply_whole(llmgw_reply_t *rp)
{
    llmgw_int_t   rc;
    llmgw_json_t  j;

    /* the gathered body lives as long as the output */

    rp->out->ref = LLMGW_REPLY_REF;

    rc = llmgw_json_parse(&j, rp->arena, llmgw_str(rp->body, rp->body_len),
                          LLMGW_JSON_ALL, LLMGW_JSON_ALL);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return llmgw_reply_invalid(rp);
    }

    rc = rp->provider->reader->whole(&rp->reader, &j);

    if (rc != LLMGW_OK) {
        return rc;
    }

    return llmgw_reply_invalid(rp);
}


static llmgw_int_t
llmgw_reply_task(llmgw_reply_t *rp)
{
    llmgw_int_t      rc;
    llmgw_error_t    e;
    llmgw_outcome_t  answer;

    memset(&e, 0, sizeof(llmgw_error_t));
    memset(&answer, 0, sizeof(llmgw_outcome_t));

    e.retry_after = -1;

    /* the gathered body lives as long as the output */

    rp->out->ref = LLMGW_REPLY_REF;

    answer.head = &rp->head;
    answer.body = llmgw_str(rp->body, rp->body_len);
    answer.arena = rp->arena;
    answer.out = rp->out;
    answer.usage = &rp->usage;
    answer.error = &e;

    rc = rp->call->task->read(rp->call, &answer);

    if (rc == LLMGW_INVALID) {

        if (e.status == 0) {
            return llmgw_reply_invalid(rp);
        }

        e.upstream = 1;

        return llmgw_reply_failed(rp, &e);
    }

    if (rc != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    rp->type = answer.content_type;
    rp->model = answer.model;
    rp->begun = 1;
    rp->tokens = 1;
    rp->complete = 1;
    rp->closed = 1;

    return LLMGW_DONE;
}


/* how the events of a stream are told apart */

static void
llmgw_reply_frames_init(llmgw_reply_t *rp)
{
    unsigned  pass;

    pass = (rp->mode == LLMGW_REPLY_PASS_FRAMES);

    if (pass || rp->provider->arrays) {
        rp->sniff = 1;

        llmgw_frames_init(&rp->frames, rp->arena, rp->max,
                          pass ? llmgw_reply_frames_element
                               : llmgw_reply_element, rp);
    }

    switch (rp->framing) {

    case LLMGW_FRAMES_EVENTSTREAM:
        llmgw_eventstream_init(&rp->eventstream, rp->arena, rp->max,
                               llmgw_reply_message, rp);
        break;

    default: /* LLMGW_FRAMES_SSE */
        llmgw_sse_init(&rp->sse, rp->arena, rp->max,
                       pass ? llmgw_reply_frames_event : llmgw_reply_sse, rp);

        rp->sse.shortcut = pass ? NULL : llmgw_reply_shortcut;
    }
}


static llmgw_int_t
llmgw_reply_frames(llmgw_reply_t *rp, const u_char *p, size_t n)
{
    llmgw_int_t  rc;

    if (rp->sniff) {

        while (n && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')) {
            p++;
            n--;
        }

        if (n == 0) {
            return LLMGW_OK;
        }

        rp->sniff = 0;

        if (*p == '[' || *p == '{') {
            rp->framing = LLMGW_FRAMES_ARRAY;
        }
    }

    switch (rp->framing) {

    case LLMGW_FRAMES_EVENTSTREAM:
        rc = llmgw_eventstream_feed(&rp->eventstream, p, n);
        break;

    case LLMGW_FRAMES_ARRAY:
        rc = llmgw_frames_feed(&rp->frames, p, n);
        break;

    default: /* LLMGW_FRAMES_SSE */
        rc = llmgw_sse_feed(&rp->sse, p, n);
    }

    /* the framing itself is broken, and nobody has said so yet */

    if (rc == LLMGW_INVALID && !rp->failed) {
        return llmgw_reply_invalid(rp);
    }

    return rc;
}


static llmgw_int_t
llmgw_reply_frames_end(llmgw_reply_t *rp)
{
    switch (rp->framing) {

    case LLMGW_FRAMES_EVENTSTREAM:
    case LLMGW_FRAMES_ARRAY:

        /* a message that the end cut is none */

        return LLMGW_OK;

    default: /* LLMGW_FRAMES_SSE */
        return llmgw_sse_finish(&rp->sse);
    }
}


static llmgw_int_t
llmgw_reply_sse(void *ctx, const llmgw_sse_event_t *ev)
{
    llmgw_reply_t *rp = ctx;

    if (ev->data.len == 0) {
        return LLMGW_OK;
    }

    /* an event that the end of the body cut is none, unless it is whole */

    if (ev->partial && !llmgw_str_is(ev->data, "[DONE]")
        && llmgw_json_check(ev->data) == LLMGW_INVALID)
    {
        return LLMGW_OK;
    }

    llmgw_arena_reset(&rp->scratch);

    return llmgw_reply_event(rp, ev->name, ev->data, ev->raw);
}


static llmgw_int_t
llmgw_reply_element(void *ctx, const llmgw_element_t *frame)
{
    llmgw_reply_t *rp = ctx;

    if (frame->data.len == 0) {
        return LLMGW_OK;
    }

    llmgw_arena_reset(&rp->scratch);

    return llmgw_reply_event(rp, llmgw_null_str, frame->data, frame->data);
}


/* a message of AWS; errors come as exceptions do, in the form of their body */

static llmgw_int_t
llmgw_reply_message(void *ctx, const llmgw_es_message_t *m)
{
    llmgw_reply_t *rp = ctx;

    llmgw_str_t  name, data;

    llmgw_arena_reset(&rp->scratch);

    name = m->event;
    data = m->payload;

    rp->reader.exception = 0;

    if (llmgw_str_is(m->type, "exception")) {
        rp->reader.exception = 1;
        name = m->exception;

    } else if (llmgw_str_is(m->type, "error")) {
        rp->reader.exception = 1;
        name = m->code;

        data = llmgw_jstr_encode(&rp->scratch, m->message);

        if (data.data) {
            data = llmgw_fmt(&rp->scratch, "{\"message\":\"%.*s\"}",
                             llmgw_arg(data));
        }

        if (data.data == NULL) {
            return LLMGW_ERROR;
        }

    } else if (data.len == 0) {
        return LLMGW_OK;
    }

    return llmgw_reply_event(rp, name, data, data);
}


/*
 * Every event of a translated answer comes by here: it is accounted, and
 * decides whether the client may see anything yet.
 */

static llmgw_int_t
llmgw_reply_sink(void *ctx, const llmgw_event_t *ev)
{
    llmgw_reply_t *rp = ctx;

    return rp->call->resume ? llmgw_resume_event(rp, ev)
                            : llmgw_reply_take(rp, ev);
}


llmgw_int_t
llmgw_reply_take(llmgw_reply_t *rp, const llmgw_event_t *ev)
{
    llmgw_int_t  rc;

    if (rp->sent++ == 0) {
        rp->again = *ev;
    }

    switch (ev->type) {

    case LLMGW_EV_START:
        rp->model = llmgw_str_dup(rp->arena, ev->name);
        break;

    case LLMGW_EV_CHOICE:
    case LLMGW_EV_TOOL_END:
    case LLMGW_EV_SIGNATURE:
    case LLMGW_EV_LOGPROBS:
        break;

    case LLMGW_EV_USAGE:
        rp->usage = *ev->usage;
        break;

    case LLMGW_EV_ERROR:
        return llmgw_reply_failed(rp, ev->error);

    case LLMGW_EV_END:
        rp->complete = 1;
        rp->closed = 1;
        rp->begun = 1;
        break;

    case LLMGW_EV_TEXT:
    case LLMGW_EV_REASONING:
    case LLMGW_EV_REFUSAL:
    case LLMGW_EV_THINKING:
    case LLMGW_EV_TOOL_BEGIN:
    case LLMGW_EV_TOOL_ARGS:
        rp->text += llmgw_tokens_jstr(ev->name) + llmgw_tokens_jstr(ev->text)
                    + llmgw_tokens_jstr(ev->raw);

        /* fall through */

    default:
        rp->tokens = 1;

        /* a whole answer is written at its end */

        if (rp->call->stream) {
            rp->begun = 1;
        }
    }

    rc = rp->write->event(&rp->writer, ev);

    if (rc == LLMGW_OK && rp->closed) {
        return LLMGW_DONE;
    }

    return rc;
}
