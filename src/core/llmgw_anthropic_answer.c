
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers for clients of the Messages API, whole and as a stream.
 */


#include "llmgw_anthropic_answer.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_anthropic_whole_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_anthropic_stream_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_answer_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_answer_error(llmgw_writer_t *w,
    const llmgw_error_t *e);
static llmgw_int_t llmgw_answer_refusal(llmgw_writer_t *w, llmgw_str_t text);
static llmgw_int_t llmgw_answer_start(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_answer_finish(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static void llmgw_answer_message_delta(llmgw_writer_t *w);
static llmgw_int_t llmgw_answer_message_stop(llmgw_writer_t *w);
static void llmgw_answer_stop(llmgw_writer_t *w);
static void llmgw_answer_usage(llmgw_writer_t *w);


const llmgw_writer_ops_t  llmgw_anthropic_whole = {
    sizeof(llmgw_answer_t),
    llmgw_anthropic_whole_event
};

const llmgw_writer_ops_t  llmgw_anthropic_stream = {
    sizeof(llmgw_answer_t),
    llmgw_anthropic_stream_event
};


/* a refusal is said twice; the second time it need not be a long one */
#define LLMGW_ANSWER_REFUSAL  16384

#define LLMGW_ANSWER_NO_USAGE                                                \
    "{\"input_tokens\":0,\"cache_creation_input_tokens\":0,"                 \
    "\"cache_read_input_tokens\":0,\"output_tokens\":0}"


static llmgw_int_t
llmgw_anthropic_whole_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    return llmgw_answer_event(w, ev);
}


static llmgw_int_t
llmgw_anthropic_stream_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_answer_t *a = w->state;

    a->stream = 1;

    return llmgw_answer_event(w, ev);
}


static llmgw_int_t
llmgw_answer_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;

    /* clients of this dialect cannot ask for more than one */

    if (ev->choice != 0) {
        return LLMGW_OK;
    }

    if (ev->type == LLMGW_EV_ERROR) {
        return llmgw_answer_error(w, ev->error);
    }

    if (!a->started) {
        rc = llmgw_answer_start(w, ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    switch (ev->type) {

    case LLMGW_EV_TEXT:
        return llmgw_answer_text(w, LLMGW_AB_TEXT, ev->text);

    case LLMGW_EV_REASONING:
        return w->call->show_reasoning ? llmgw_answer_thinking(w, ev->text)
                                       : LLMGW_OK;

    case LLMGW_EV_THINKING:
        return w->call->show_reasoning ? llmgw_answer_thought(w, ev)
                                       : LLMGW_OK;

    case LLMGW_EV_SIGNATURE:

        return (a->open == LLMGW_AB_THINKING)
               ? llmgw_answer_signed(w, ev->signature) : LLMGW_OK;

    case LLMGW_EV_REFUSAL:
        return llmgw_answer_refusal(w, ev->text);

    case LLMGW_EV_TOOL_BEGIN:
        rc = llmgw_turns_begin(w, &a->calls, ev);

        return (rc == LLMGW_OK && (ev->text.len || ev->raw.len))
               ? llmgw_turns_args(w, &a->calls, ev) : rc;

    case LLMGW_EV_TOOL_ARGS:
        return llmgw_turns_args(w, &a->calls, ev);

    case LLMGW_EV_TOOL_END:
        return llmgw_turns_end(w, &a->calls, ev->index);

    case LLMGW_EV_CITATIONS:
        return llmgw_answer_citations(w, ev->raw);

    case LLMGW_EV_FINISH:
        return llmgw_answer_finish(w, ev);

    case LLMGW_EV_USAGE:
        a->usage = *ev->usage;

        /* clients read the final counts from the same event as the reason */

        if (a->stream && a->finished) {
            llmgw_answer_message_delta(w);
        }

        return LLMGW_OK;

    case LLMGW_EV_END:
        return llmgw_answer_message_stop(w);

    default:

        /* no block of this dialect holds images or sound */

        return LLMGW_OK;
    }
}


/* of a whole answer that failed nothing is written at all */

static llmgw_int_t
llmgw_answer_error(llmgw_writer_t *w, const llmgw_error_t *e)
{
    llmgw_out_t  o;
    llmgw_str_t  body;

    if (!((llmgw_answer_t *) w->state)->stream) {
        return LLMGW_OK;
    }

    /* a body of the provider's may have several lines, an event has not */

    llmgw_out_init(&o, w->arena, 512, 0, 0);
    llmgw_anthropic_write_error(w->call, e, &o);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    body = llmgw_out_join(&o, w->arena);

    if (body.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_puts(w->out, "event: error\ndata: ");
    llmgw_put_compact(w->out, body);
    llmgw_puts(w->out, "\n\n");

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_answer_refusal(llmgw_writer_t *w, llmgw_str_t text)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;
    a->refused = 1;

    if (a->refusal.len < LLMGW_ANSWER_REFUSAL) {
        rc = llmgw_buf_add(w->arena, &a->refusal, text);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_answer_text(w, LLMGW_AB_REFUSAL, text);
}


/* an id of the provider's, without what its own dialect puts in front */

static llmgw_str_t
llmgw_answer_id(llmgw_writer_t *w, llmgw_str_t id)
{
    size_t  i;

    static const llmgw_str_t  prefixes[] = {
        llmgw_string("chatcmpl-"),
        llmgw_string("resp_"),
        llmgw_string("msg_")
    };

    for (i = 0; i < llmgw_nelts(prefixes); i++) {

        if (id.len >= prefixes[i].len
            && memcmp(id.data, prefixes[i].data, prefixes[i].len) == 0)
        {
            id.data += prefixes[i].len;
            id.len -= prefixes[i].len;
            break;
        }
    }

    return id.len ? llmgw_claude_id(w->arena, id)
                  : llmgw_call_id(w->call, llmgw_lit(""));
}


static llmgw_int_t
llmgw_answer_start(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_out_t     *o;
    llmgw_str_t      id, model;
    llmgw_answer_t  *a;

    a = w->state;
    o = w->out;

    a->started = 1;

    llmgw_turns_init(&a->calls, &llmgw_answer_turns);
    llmgw_usage_init(&a->usage);

    id = llmgw_answer_id(w, ev->type == LLMGW_EV_START ? ev->id
                                                       : llmgw_null_str);
    if (id.data == NULL) {
        return LLMGW_ERROR;
    }

    model = (ev->type == LLMGW_EV_START && ev->name.len)
            ? ev->name : w->call->target->model;

    if (a->stream) {
        llmgw_puts(o, "event: message_start\ndata: "
                      "{\"type\":\"message_start\",\"message\":");
    }

    llmgw_puts(o, "{\"id\":\"msg_");
    llmgw_put(o, id);
    llmgw_puts(o, "\",\"type\":\"message\",\"role\":\"assistant\","
                  "\"model\":");
    llmgw_put_jstr(o, model);
    llmgw_puts(o, ",\"content\":[");

    o->comma = 0;

    if (a->stream) {
        llmgw_puts(o, "],\"stop_reason\":null,\"stop_sequence\":null,"
                      "\"stop_details\":null,"
                      "\"usage\":" LLMGW_ANSWER_NO_USAGE "}}\n\n");
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_answer_finish(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;

    rc = llmgw_answer_flush(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    a->finished = 1;
    a->finish = ev->finish;
    a->context = ev->context;

    if (ev->stop.len) {
        a->stop = llmgw_str_dup(w->arena, ev->stop);

        if (a->stop.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    return LLMGW_OK;
}


static void
llmgw_answer_message_delta(llmgw_writer_t *w)
{
    llmgw_answer_t *a = w->state;

    if (a->delta) {
        return;
    }

    a->delta = 1;

    llmgw_puts(w->out, "event: message_delta\ndata: "
                       "{\"type\":\"message_delta\",\"delta\":{");
    llmgw_answer_stop(w);
    llmgw_puts(w->out, "},\"usage\":");
    llmgw_answer_usage(w);
    llmgw_puts(w->out, "}\n\n");
}


static llmgw_int_t
llmgw_answer_message_stop(llmgw_writer_t *w)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;

    rc = llmgw_answer_flush(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (a->stream) {
        llmgw_answer_message_delta(w);
        llmgw_puts(w->out, "event: message_stop\ndata: "
                           "{\"type\":\"message_stop\"}\n\n");
        return LLMGW_OK;
    }

    llmgw_puts(w->out, "],");
    llmgw_answer_stop(w);
    llmgw_puts(w->out, ",\"usage\":");
    llmgw_answer_usage(w);
    llmgw_putc(w->out, '}');

    return LLMGW_OK;
}


/* the three members that say why it ended */

static void
llmgw_answer_stop(llmgw_writer_t *w)
{
    llmgw_out_t     *o;
    llmgw_str_t      reason;
    llmgw_answer_t  *a;

    a = w->state;
    o = w->out;

    if (a->refused || a->finish == LLMGW_FINISH_CONTENT_FILTER) {
        a->refused = 1;
        reason = llmgw_lit("refusal");

    } else if (a->finish == LLMGW_FINISH_LENGTH) {
        reason = a->context ? llmgw_lit("model_context_window_exceeded")
                            : llmgw_lit("max_tokens");

    } else if (a->tools || a->finish == LLMGW_FINISH_TOOL_CALLS) {
        reason = llmgw_lit("tool_use");

    } else if (a->stop.len) {
        reason = llmgw_lit("stop_sequence");

    } else {
        reason = llmgw_lit("end_turn");
    }

    llmgw_puts(o, "\"stop_reason\":");
    llmgw_put_jstr(o, reason);
    llmgw_puts(o, ",\"stop_sequence\":");

    if (llmgw_str_is(reason, "stop_sequence")) {
        llmgw_put_jstr(o, a->stop);

    } else {
        llmgw_puts(o, "null");
    }

    if (!a->refused) {
        llmgw_puts(o, ",\"stop_details\":null");
        return;
    }

    llmgw_puts(o, ",\"stop_details\":{\"type\":\"refusal\","
                  "\"category\":null,\"explanation\":");

    if (a->refusal.len) {
        llmgw_put_jstr(o, llmgw_buf_str(&a->refusal));

    } else {
        llmgw_puts(o, "null");
    }

    llmgw_putc(o, '}');
}


static void
llmgw_answer_usage(llmgw_writer_t *w)
{
    int64_t         input, cached, written;
    llmgw_out_t    *o;
    llmgw_usage_t  *u;

    o = w->out;
    u = &((llmgw_answer_t *) w->state)->usage;

    cached = (u->cached > 0) ? u->cached : 0;
    written = (u->cache_write > 0) ? u->cache_write : 0;
    input = u->prompt - cached - written;

    llmgw_puts(o, "{\"input_tokens\":");
    llmgw_put_int(o, input > 0 ? input : 0);
    llmgw_puts(o, ",\"cache_creation_input_tokens\":");
    llmgw_put_int(o, written);
    llmgw_puts(o, ",\"cache_read_input_tokens\":");
    llmgw_put_int(o, cached);
    llmgw_puts(o, ",\"output_tokens\":");
    llmgw_put_int(o, u->completion > 0 ? u->completion : 0);

    if (u->reasoning >= 0) {
        llmgw_puts(o, ",\"output_tokens_details\":{\"thinking_tokens\":");
        llmgw_put_int(o, u->reasoning);
        llmgw_putc(o, '}');
    }

    llmgw_putc(o, '}');
}


void
llmgw_anthropic_put_count(const llmgw_call_t *call, int64_t tokens,
    llmgw_out_t *o)
{
    (void) call;

    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "input_tokens", tokens);
    llmgw_json_close(o, '}');
}
