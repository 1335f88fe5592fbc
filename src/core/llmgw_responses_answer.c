
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers for clients of the Responses API, whole and as a stream.
 */


#include "llmgw_claude.h"
#include "llmgw_responses_answer.h"


static llmgw_int_t llmgw_responses_whole_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_responses_stream_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_responses_write(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_responses_start(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_responses_reasoning_signed(llmgw_writer_t *w,
    llmgw_str_t signature);
static llmgw_int_t llmgw_responses_finish(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_responses_end(llmgw_writer_t *w);
static llmgw_int_t llmgw_responses_failed(llmgw_writer_t *w,
    const llmgw_error_t *e);


const llmgw_writer_ops_t  llmgw_responses_whole = {
    sizeof(llmgw_responses_answer_t),
    llmgw_responses_whole_event
};

const llmgw_writer_ops_t  llmgw_responses_stream = {
    sizeof(llmgw_responses_answer_t),
    llmgw_responses_stream_event
};


static llmgw_int_t
llmgw_responses_whole_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    /* of a whole answer that failed nothing is written at all */

    return (ev->type == LLMGW_EV_ERROR) ? LLMGW_OK
                                        : llmgw_responses_write(w, ev);
}


static llmgw_int_t
llmgw_responses_stream_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_responses_answer_t *a = w->state;

    a->stream = 1;

    return (ev->type == LLMGW_EV_ERROR) ? llmgw_responses_failed(w, ev->error)
                                        : llmgw_responses_write(w, ev);
}


static llmgw_int_t
llmgw_responses_write(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t                      rc;
    llmgw_responses_answer_t        *a;
    const llmgw_responses_asked_t   *asked;

    a = w->state;
    asked = w->call->asked;

    /* clients of this dialect cannot ask for more than one */

    if (ev->choice != 0) {
        return LLMGW_OK;
    }

    if (!a->started) {
        rc = llmgw_responses_start(w, ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    switch (ev->type) {

    case LLMGW_EV_TEXT:
        return llmgw_responses_text_delta(w, LLMGW_RP_TEXT, ev->text);

    case LLMGW_EV_REFUSAL:
        return llmgw_responses_text_delta(w, LLMGW_RP_REFUSAL, ev->text);

    case LLMGW_EV_REASONING:
        return llmgw_responses_think_delta(w, ev->text);

    case LLMGW_EV_THINKING:
        return asked->encrypted ? llmgw_responses_thought_block(w, ev->raw)
                                : LLMGW_OK;

    case LLMGW_EV_SIGNATURE:
        return (asked->encrypted && a->open == LLMGW_RI_REASONING)
               ? llmgw_responses_reasoning_signed(w, ev->signature)
               : LLMGW_OK;

    case LLMGW_EV_LOGPROBS:
        return llmgw_responses_logprobs_next(w, ev->raw);

    case LLMGW_EV_CITATIONS:
        return llmgw_responses_cite(w, ev->raw);

    case LLMGW_EV_IMAGE:
        return llmgw_responses_draw(w, ev->text);

    case LLMGW_EV_TOOL_BEGIN:
        rc = llmgw_turns_begin(w, &a->calls, ev);

        return (rc == LLMGW_OK && (ev->text.len || ev->raw.len))
               ? llmgw_turns_args(w, &a->calls, ev) : rc;

    case LLMGW_EV_TOOL_ARGS:
        return llmgw_turns_args(w, &a->calls, ev);

    case LLMGW_EV_TOOL_END:
        return llmgw_turns_end(w, &a->calls, ev->index);

    case LLMGW_EV_FINISH:
        return llmgw_responses_finish(w, ev);

    case LLMGW_EV_USAGE:
        a->usage = *ev->usage;
        return LLMGW_OK;

    case LLMGW_EV_END:
        return llmgw_responses_end(w);

    default:

        /* no item of this dialect holds sound */

        return LLMGW_OK;
    }
}


/* an id of the provider's, without what its own dialect puts in front */

static llmgw_str_t
llmgw_responses_id(llmgw_writer_t *w, llmgw_str_t id)
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

    if (id.len == 0) {
        return llmgw_call_id(w->call, llmgw_lit("resp_"));
    }

    id = llmgw_claude_id(w->arena, id);

    return id.data ? llmgw_fmt(w->arena, "resp_%.*s", llmgw_arg(id)) : id;
}


static llmgw_int_t
llmgw_responses_start(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    unsigned                   start;
    llmgw_int_t                rc;
    llmgw_responses_answer_t  *a;

    a = w->state;
    start = (ev->type == LLMGW_EV_START);

    a->started = 1;

    llmgw_usage_init(&a->usage);
    llmgw_turns_init(&a->calls, &llmgw_responses_turns);
    llmgw_out_init(&a->items, w->arena, 1024, 0, 0);

    a->id = llmgw_responses_id(w, start ? ev->id : llmgw_null_str);
    a->created = (start && ev->created) ? ev->created : w->call->now;
    a->model = llmgw_str_dup(w->arena, (start && ev->name.len)
                                       ? ev->name : w->call->target->model);
    a->echo = llmgw_responses_echo(w->call, w->arena);

    if (a->id.data == NULL || a->model.data == NULL || a->echo.data == NULL)
    {
        return LLMGW_ERROR;
    }

    if (!a->stream) {
        return LLMGW_OK;
    }

    llmgw_responses_event(w, "response.created");
    llmgw_puts(w->out, ",\"response\":");

    rc = llmgw_responses_put_object(w, llmgw_lit("in_progress"), NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_responses_event_end(w);

    llmgw_responses_event(w, "response.in_progress");
    llmgw_puts(w->out, ",\"response\":");

    rc = llmgw_responses_put_object(w, llmgw_lit("in_progress"), NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_responses_event_end(w);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_reasoning_signed(llmgw_writer_t *w, llmgw_str_t signature)
{
    llmgw_responses_answer_t *a = w->state;

    a->signature = llmgw_str_dup(w->arena, signature);

    return a->signature.data ? LLMGW_OK : LLMGW_ERROR;
}


/* what is open then is the last item, and may not be all of it */

static llmgw_int_t
llmgw_responses_finish(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t                rc;
    llmgw_responses_answer_t  *a;

    a = w->state;

    rc = llmgw_turns_drain(w, &a->calls);
    if (rc != LLMGW_OK) {
        return rc;
    }

    a->finished = 1;
    a->finish = ev->finish;
    a->cut = (ev->finish == LLMGW_FINISH_LENGTH
              || ev->finish == LLMGW_FINISH_CONTENT_FILTER);

    if (a->open == LLMGW_RI_NONE && a->index == 0) {
        return llmgw_responses_nothing(w);
    }

    return llmgw_responses_close(w);
}


static llmgw_int_t
llmgw_responses_end(llmgw_writer_t *w)
{
    llmgw_int_t                rc;
    llmgw_event_t              ev;
    llmgw_responses_answer_t  *a;

    a = w->state;

    if (!a->finished) {

        memset(&ev, 0, sizeof(llmgw_event_t));
        ev.finish = LLMGW_FINISH_STOP;

        rc = llmgw_responses_finish(w, &ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (!a->stream) {
        return llmgw_responses_put_object(w, a->cut ? llmgw_lit("incomplete")
                                                    : llmgw_lit("completed"),
                                          NULL);
    }

    if (a->cut) {
        llmgw_responses_event(w, "response.incomplete");
        llmgw_puts(w->out, ",\"response\":");
        rc = llmgw_responses_put_object(w, llmgw_lit("incomplete"), NULL);

    } else {
        llmgw_responses_event(w, "response.completed");
        llmgw_puts(w->out, ",\"response\":");
        rc = llmgw_responses_put_object(w, llmgw_lit("completed"), NULL);
    }

    llmgw_responses_event_end(w);

    return rc;
}


/*
 * After the stream began: the documented event, and the one that some agents
 * look for.  Of a stream that passed by nothing is known but what was noted.
 */

static llmgw_int_t
llmgw_responses_failed(llmgw_writer_t *w, const llmgw_error_t *e)
{
    llmgw_int_t                rc;
    llmgw_out_t               *o;
    llmgw_responses_answer_t  *a;

    a = w->state;
    o = w->out;

    if (!a->started) {

        a->started = 1;

        llmgw_out_init(&a->items, w->arena, 64, 0, 0);

        a->echo = llmgw_responses_echo(w->call, w->arena);
        a->model = w->call->target->model;
        a->created = w->call->now;

        if (a->echo.data == NULL) {
            return LLMGW_ERROR;
        }

        if (w->passed) {

            a->sequence = w->passed->sequence + 1;
            a->id = w->passed->id;

            if (w->passed->model.len) {
                a->model = w->passed->model;
            }

            if (w->passed->created) {
                a->created = w->passed->created;
            }
        }

        if (a->id.len == 0) {
            a->id = llmgw_call_id(w->call, llmgw_lit("resp_"));

            if (a->id.data == NULL) {
                return LLMGW_ERROR;
            }
        }
    }

    llmgw_responses_event(w, "error");
    llmgw_puts(o, ",\"code\":");

    if (e->code.len) {
        llmgw_putc(o, '"');
        llmgw_put_escaped(o, e->code);
        llmgw_putc(o, '"');

    } else {
        llmgw_puts(o, "null");
    }

    llmgw_puts(o, ",\"message\":\"");
    llmgw_responses_put_message(o, e);
    llmgw_puts(o, "\",\"param\":null");
    llmgw_responses_event_end(w);

    llmgw_responses_event(w, "response.failed");
    llmgw_puts(o, ",\"response\":");

    rc = llmgw_responses_put_object(w, llmgw_lit("failed"), e);

    llmgw_responses_event_end(w);

    return rc;
}


void
llmgw_responses_event_n(llmgw_writer_t *w, const char *name, size_t len)
{
    llmgw_puts(w->out, "event: ");
    llmgw_put_n(w->out, name, len);
    llmgw_puts(w->out, "\ndata: {\"type\":\"");
    llmgw_put_n(w->out, name, len);
    llmgw_puts(w->out, "\"");
}


void
llmgw_responses_event_end(llmgw_writer_t *w)
{
    llmgw_responses_answer_t *a = w->state;

    llmgw_puts(w->out, ",\"sequence_number\":");
    llmgw_put_int(w->out, a->sequence++);
    llmgw_puts(w->out, "}\n\n");
}


void
llmgw_responses_at(llmgw_writer_t *w)
{
    llmgw_responses_answer_t *a = w->state;

    llmgw_puts(w->out, ",\"item_id\":");
    llmgw_put_jstr(w->out, a->item);
    llmgw_puts(w->out, ",\"output_index\":");
    llmgw_put_int(w->out, a->index);
}


void
llmgw_responses_at_part(llmgw_writer_t *w)
{
    llmgw_responses_answer_t *a = w->state;

    llmgw_responses_at(w);
    llmgw_puts(w->out, ",\"content_index\":");
    llmgw_put_int(w->out, a->parts);
}
