
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers for clients of generateContent: whole, and as a stream of events or
 * of an array's elements.
 */


#include "llmgw_gemini_answer.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_gemini_whole_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_gemini_stream_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_gemini_answer_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_gemini_answer_error(llmgw_writer_t *w,
    const llmgw_error_t *e);
static llmgw_int_t llmgw_gemini_answer_start(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_gemini_choice_t *llmgw_gemini_answer_choice(llmgw_writer_t *w,
    uint32_t index);
static llmgw_int_t llmgw_gemini_answer_text(llmgw_writer_t *w,
    llmgw_gemini_open_e kind, llmgw_str_t text);
static llmgw_int_t llmgw_gemini_answer_image(llmgw_writer_t *w,
    llmgw_str_t url);
static llmgw_int_t llmgw_gemini_answer_list(llmgw_writer_t *w,
    llmgw_buf_t *list, llmgw_str_t raw);
static llmgw_int_t llmgw_gemini_answer_logprobs(llmgw_writer_t *w,
    llmgw_str_t raw);
static llmgw_int_t llmgw_gemini_answer_usage(llmgw_writer_t *w,
    const llmgw_usage_t *u);
static llmgw_int_t llmgw_gemini_answer_last(llmgw_writer_t *w);
static llmgw_int_t llmgw_gemini_answer_end(llmgw_writer_t *w);
static llmgw_int_t llmgw_gemini_answer_open_call(llmgw_writer_t *w,
    const llmgw_turn_t *turn);
static llmgw_int_t llmgw_gemini_answer_args(llmgw_writer_t *w,
    const llmgw_turn_t *turn, llmgw_str_t text);
static llmgw_int_t llmgw_gemini_answer_close_call(llmgw_writer_t *w);
static llmgw_str_t llmgw_gemini_answer_call_id(llmgw_writer_t *w,
    llmgw_str_t id);


const llmgw_writer_ops_t  llmgw_gemini_whole = {
    sizeof(llmgw_gemini_answer_t),
    llmgw_gemini_whole_event
};

const llmgw_writer_ops_t  llmgw_gemini_stream = {
    sizeof(llmgw_gemini_answer_t),
    llmgw_gemini_stream_event
};

static const llmgw_turns_ops_t  llmgw_gemini_turns = {
    .open = llmgw_gemini_answer_open_call,
    .args = llmgw_gemini_answer_args,
    .close = llmgw_gemini_answer_close_call,
    .id = llmgw_gemini_answer_call_id
};


/* what is kept for the end of an answer; more than this nobody reads */
#define LLMGW_GEMINI_ANSWER_KEPT  4194304


llmgw_str_t
llmgw_gemini_stream_type(const llmgw_call_t *call)
{
    return call->array ? llmgw_lit("application/json")
                       : llmgw_lit("text/event-stream; charset=utf-8");
}


static llmgw_int_t
llmgw_gemini_whole_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    return llmgw_gemini_answer_event(w, ev);
}


static llmgw_int_t
llmgw_gemini_stream_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_gemini_answer_t *a = w->state;

    a->stream = 1;

    return llmgw_gemini_answer_event(w, ev);
}


static llmgw_int_t
llmgw_gemini_answer_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t                  rc;
    llmgw_gemini_choice_t       *c;
    llmgw_gemini_answer_t       *a;
    const llmgw_gemini_asked_t  *asked;

    a = w->state;
    asked = w->call->asked;

    if (ev->type == LLMGW_EV_ERROR) {
        return llmgw_gemini_answer_error(w, ev->error);
    }

    if (!a->started) {
        rc = llmgw_gemini_answer_start(w, ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_arena_reset(&a->scratch);

    switch (ev->type) {

    case LLMGW_EV_START:
        return LLMGW_OK;

    case LLMGW_EV_USAGE:
        return llmgw_gemini_answer_usage(w, ev->usage);

    case LLMGW_EV_END:
        return llmgw_gemini_answer_end(w);

    default:
        break;
    }

    if (ev->choice >= LLMGW_CALL_MAX_N) {
        return LLMGW_OK;
    }

    c = llmgw_gemini_answer_choice(w, ev->choice);

    if (c == NULL) {
        return LLMGW_ERROR;
    }

    a->now = c;

    switch (ev->type) {

    case LLMGW_EV_TEXT:
        return llmgw_gemini_answer_text(w, LLMGW_GA_TEXT, ev->text);

    case LLMGW_EV_REASONING:
        return asked->thoughts
               ? llmgw_gemini_answer_text(w, LLMGW_GA_THOUGHT, ev->text)
               : LLMGW_OK;

    case LLMGW_EV_THINKING:
        return llmgw_gemini_answer_list(w, &c->thoughts, ev->raw);

    case LLMGW_EV_REFUSAL:

        rc = llmgw_gemini_answer_text(w, LLMGW_GA_TEXT, ev->text);

        return (rc == LLMGW_OK && c->refusal.len < LLMGW_GEMINI_ANSWER_KEPT)
               ? llmgw_buf_add(w->arena, &c->refusal, ev->text) : rc;

    case LLMGW_EV_TOOL_BEGIN:
        rc = llmgw_turns_begin(w, &c->calls, ev);

        return (rc == LLMGW_OK && (ev->text.len || ev->raw.len))
               ? llmgw_turns_args(w, &c->calls, ev) : rc;

    case LLMGW_EV_TOOL_ARGS:
        return llmgw_turns_args(w, &c->calls, ev);

    case LLMGW_EV_TOOL_END:
        return llmgw_turns_end(w, &c->calls, ev->index);

    case LLMGW_EV_IMAGE:
        return llmgw_gemini_answer_image(w, ev->text);

    case LLMGW_EV_CITATIONS:

        return (ev->raw.len > 2)
               ? llmgw_gemini_answer_list(w, &c->cites,
                                          llmgw_str(ev->raw.data + 1,
                                                    ev->raw.len - 2))
               : LLMGW_OK;

    case LLMGW_EV_LOGPROBS:
        return llmgw_gemini_answer_logprobs(w, ev->raw);

    case LLMGW_EV_FINISH:

        rc = llmgw_turns_flush(w, &c->calls);

        c->finish = ev->finish;
        c->finished = 1;

        return rc;

    default:

        /* signatures and sound: no other service has them in this form */

        return LLMGW_OK;
    }
}


/* what stands in front of an object of a stream */

static void
llmgw_gemini_answer_object(llmgw_writer_t *w)
{
    llmgw_gemini_answer_t *a = w->state;

    if (!w->call->array) {
        llmgw_puts(w->out, "data: ");

    } else if (a->begun || w->passed) {
        llmgw_puts(w->out, ",\r\n");

    } else {
        llmgw_puts(w->out, "[");
    }

    a->begun = 1;
    w->out->comma = 0;
}


/* of a whole answer that failed nothing is written at all */

static llmgw_int_t
llmgw_gemini_answer_error(llmgw_writer_t *w, const llmgw_error_t *e)
{
    llmgw_gemini_answer_t *a = w->state;

    if (!a->stream) {
        return LLMGW_OK;
    }

    llmgw_gemini_answer_object(w);

    llmgw_puts(w->out, "{\"error\":");
    llmgw_gemini_put_status(w->call, e, w->out);
    llmgw_puts(w->out, "}}");

    if (w->call->array) {
        llmgw_puts(w->out, "]");

    } else {
        llmgw_puts(w->out, "\n\n");
    }

    return LLMGW_OK;
}


/* an id of the provider's, without what its own dialect puts in front */

static llmgw_str_t
llmgw_gemini_answer_id(llmgw_writer_t *w, llmgw_str_t id)
{
    size_t  i;

    static const llmgw_str_t  prefixes[] = {
        llmgw_string("chatcmpl-"),
        llmgw_string("resp_"),
        llmgw_string("msg_")
    };

    for (i = 0; i < llmgw_nelts(prefixes); i++) {

        if (id.len > prefixes[i].len
            && memcmp(id.data, prefixes[i].data, prefixes[i].len) == 0)
        {
            id.data += prefixes[i].len;
            id.len -= prefixes[i].len;
            break;
        }
    }

    return id.len ? id : llmgw_call_id(w->call, llmgw_lit(""));
}


static llmgw_int_t
llmgw_gemini_answer_start(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_out_t             o;
    llmgw_str_t             id, model;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    a->started = 1;

    llmgw_usage_init(&a->usage);
    llmgw_arena_init(&a->scratch, w->arena->alloc, w->arena->data, 2048, 0);

    id = llmgw_gemini_answer_id(w, ev->type == LLMGW_EV_START
                                   ? ev->id : llmgw_null_str);

    if (id.data == NULL) {
        return LLMGW_ERROR;
    }

    model = (ev->type == LLMGW_EV_START && ev->name.len)
            ? ev->name : w->call->target->model;

    llmgw_out_init(&o, w->arena, 128, 0, 0);

    llmgw_puts(&o, ",\"modelVersion\":");
    llmgw_put_jstr(&o, model);
    llmgw_puts(&o, ",\"responseId\":");
    llmgw_put_jstr(&o, id);
    llmgw_puts(&o, "}");

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    a->tail = llmgw_out_join(&o, w->arena);

    return a->tail.data ? LLMGW_OK : LLMGW_ERROR;
}


/* NULL: no memory */

static llmgw_gemini_choice_t *
llmgw_gemini_answer_choice(llmgw_writer_t *w, uint32_t index)
{
    llmgw_gemini_answer_t  *a;
    llmgw_gemini_choice_t  *c, **last;

    a = w->state;

    if (a->now && a->now->index == index) {
        return a->now;
    }

    for (last = &a->choices; *last && (*last)->index < index;
         last = &(*last)->next)
    {
        /* void */
    }

    if (*last && (*last)->index == index) {
        return *last;
    }

    c = llmgw_calloc(w->arena, sizeof(llmgw_gemini_choice_t));
    if (c == NULL) {
        return NULL;
    }

    c->index = index;
    c->next = *last;
    *last = c;

    llmgw_turns_init(&c->calls, &llmgw_gemini_turns);

    if (!a->stream) {
        llmgw_out_init(&c->parts, w->arena, 1024, 0, 0);
    }

    return c;
}


/* the part that is open in a whole answer */

static void
llmgw_gemini_answer_close(llmgw_gemini_choice_t *c)
{
    if (c->open == LLMGW_GA_NONE) {
        return;
    }

    if (c->open == LLMGW_GA_THOUGHT) {
        llmgw_puts(&c->parts, "\",\"thought\":true}");

    } else {
        llmgw_puts(&c->parts, "\"}");
    }

    c->parts.comma = 1;
    c->open = LLMGW_GA_NONE;
}


/* one part of a stream is an event */

static void
llmgw_gemini_answer_begin(llmgw_writer_t *w)
{
    llmgw_gemini_answer_object(w);

    llmgw_puts(w->out, "{\"candidates\":[{\"content\":{\"role\":\"model\","
                       "\"parts\":[");
}


static llmgw_int_t
llmgw_gemini_answer_done(llmgw_writer_t *w)
{
    llmgw_int_t             rc;
    llmgw_out_t            *o;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    o = w->out;

    llmgw_puts(o, "]},\"index\":");
    llmgw_put_int(o, a->now->index);

    rc = llmgw_gemini_put_extras(w, a->now, 0);

    llmgw_puts(o, "}]");
    llmgw_put(o, a->tail);

    if (!w->call->array) {
        llmgw_puts(o, "\n\n");
    }

    return rc;
}


static llmgw_int_t
llmgw_gemini_answer_text(llmgw_writer_t *w, llmgw_gemini_open_e kind,
    llmgw_str_t text)
{
    llmgw_int_t                  rc;
    llmgw_gemini_choice_t       *c;
    llmgw_gemini_answer_t       *a;
    const llmgw_gemini_asked_t  *asked;

    a = w->state;
    c = a->now;
    asked = w->call->asked;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    if (c->calls.open || c->calls.held) {
        rc = llmgw_turns_flush(w, &c->calls);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (asked->cite && kind == LLMGW_GA_TEXT
        && c->text.len < LLMGW_GEMINI_ANSWER_KEPT)
    {
        rc = llmgw_buf_add(w->arena, &c->text, text);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (!a->stream) {

        if (c->open != kind) {
            llmgw_gemini_answer_close(c);
            llmgw_json_comma(&c->parts);
            llmgw_puts(&c->parts, "{\"text\":\"");
            c->open = kind;
        }

        llmgw_put(&c->parts, text);

        return c->parts.failed ? LLMGW_ERROR : LLMGW_OK;
    }

    llmgw_gemini_answer_begin(w);

    llmgw_puts(w->out, "{\"text\":");
    llmgw_put_jstr(w->out, text);

    if (kind == LLMGW_GA_THOUGHT) {
        llmgw_puts(w->out, ",\"thought\":true");
    }

    llmgw_puts(w->out, "}");

    return llmgw_gemini_answer_done(w);
}


static llmgw_int_t
llmgw_gemini_answer_image(llmgw_writer_t *w, llmgw_str_t url)
{
    llmgw_int_t             rc;
    llmgw_gemini_choice_t  *c;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    c = a->now;

    rc = llmgw_turns_flush(w, &c->calls);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (!a->stream) {
        llmgw_gemini_answer_close(c);

        return llmgw_gemini_put_image(w, &c->parts, url);
    }

    llmgw_gemini_answer_begin(w);

    rc = llmgw_gemini_put_image(w, w->out, url);

    return (rc == LLMGW_OK) ? llmgw_gemini_answer_done(w) : rc;
}


static llmgw_int_t
llmgw_gemini_answer_list(llmgw_writer_t *w, llmgw_buf_t *list,
    llmgw_str_t raw)
{
    llmgw_int_t  rc;

    if (raw.len == 0 || raw.len > LLMGW_GEMINI_ANSWER_KEPT - list->len) {
        return LLMGW_OK;
    }

    rc = list->len ? llmgw_buf_add(w->arena, list, llmgw_lit(",")) : LLMGW_OK;

    return (rc == LLMGW_OK) ? llmgw_buf_add(w->arena, list, raw) : rc;
}


static llmgw_int_t
llmgw_gemini_answer_logprobs(llmgw_writer_t *w, llmgw_str_t raw)
{
    llmgw_int_t             rc;
    llmgw_json_t            j;
    llmgw_node_t           *list;
    llmgw_gemini_answer_t  *a;

    a = w->state;

    rc = llmgw_json_parse(&j, &a->scratch, raw, 2, LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_OK;
    }

    list = llmgw_json_array(&j, j.nodes, "content");

    if (list == NULL) {
        return LLMGW_OK;
    }

    raw = llmgw_json_raw(&j, list);

    return llmgw_gemini_answer_list(w, &a->now->logprobs,
                                    llmgw_str(raw.data + 1, raw.len - 2));
}


static llmgw_int_t
llmgw_gemini_answer_usage(llmgw_writer_t *w, const llmgw_usage_t *u)
{
    llmgw_gemini_choice_t  *c;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    a->usage = *u;

    if (!a->stream || a->choices == NULL) {
        return LLMGW_OK;
    }

    for (c = a->choices; c; c = c->next) {
        if (!c->finished) {
            return LLMGW_OK;
        }
    }

    /* what may still come says nothing to the client */

    return llmgw_gemini_answer_last(w);
}


static void
llmgw_gemini_answer_reason(llmgw_out_t *o, const llmgw_gemini_choice_t *c)
{
    llmgw_puts(o, ",\"finishReason\":");

    switch (c->finish) {

    case LLMGW_FINISH_LENGTH:
        llmgw_puts(o, "\"MAX_TOKENS\"");
        break;

    case LLMGW_FINISH_CONTENT_FILTER:

        llmgw_puts(o, "\"SAFETY\"");

        if (c->refusal.len) {
            llmgw_puts(o, ",\"finishMessage\":");
            llmgw_put_jstr(o, llmgw_buf_str(&c->refusal));
        }

        break;

    default: /* LLMGW_FINISH_STOP, LLMGW_FINISH_TOOL_CALLS */
        llmgw_puts(o, "\"STOP\"");
    }
}


/* an answer without any candidate is one of an empty one */

static llmgw_int_t
llmgw_gemini_answer_complete(llmgw_writer_t *w)
{
    llmgw_int_t             rc;
    llmgw_gemini_choice_t  *c;
    llmgw_gemini_answer_t  *a;

    a = w->state;

    if (a->choices == NULL
        && llmgw_gemini_answer_choice(w, 0) == NULL)
    {
        return LLMGW_ERROR;
    }

    for (c = a->choices; c; c = c->next) {

        a->now = c;

        rc = llmgw_turns_flush(w, &c->calls);
        if (rc != LLMGW_OK) {
            return rc;
        }

        if (!a->stream) {
            llmgw_gemini_answer_close(c);
        }
    }

    return LLMGW_OK;
}


/* the finishes; the last of them has what the answer took */

static llmgw_int_t
llmgw_gemini_answer_last(llmgw_writer_t *w)
{
    llmgw_int_t             rc;
    llmgw_out_t            *o;
    llmgw_gemini_choice_t  *c;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    o = w->out;

    if (a->last) {
        return LLMGW_OK;
    }

    a->last = 1;

    rc = llmgw_gemini_answer_complete(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    for (c = a->choices; c; c = c->next) {

        llmgw_gemini_answer_begin(w);

        /* clients leave a turn out of their history that has no part */

        llmgw_puts(o, "{\"text\":\"\"}]}");
        llmgw_gemini_answer_reason(o, c);
        llmgw_puts(o, ",\"index\":");
        llmgw_put_int(o, c->index);

        rc = llmgw_gemini_put_extras(w, c, 1);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_puts(o, "}]");

        if (c->next == NULL) {
            llmgw_puts(o, ",\"usageMetadata\":");
            llmgw_gemini_put_usage(o, &a->usage);
        }

        llmgw_put(o, a->tail);

        if (!w->call->array) {
            llmgw_puts(o, "\n\n");
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_answer_end(llmgw_writer_t *w)
{
    llmgw_int_t             rc;
    llmgw_out_t            *o;
    llmgw_str_t             parts;
    llmgw_gemini_choice_t  *c;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    o = w->out;

    if (a->stream) {

        rc = llmgw_gemini_answer_last(w);

        if (rc == LLMGW_OK && w->call->array) {
            llmgw_puts(o, "]");
        }

        return rc;
    }

    rc = llmgw_gemini_answer_complete(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_puts(o, "{\"candidates\":[");

    for (c = a->choices; c; c = c->next) {

        if (llmgw_out_close(&c->parts) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        parts = llmgw_out_join(&c->parts, w->arena);

        if (parts.data == NULL && c->parts.size) {
            return LLMGW_ERROR;
        }

        llmgw_puts(o, "{\"content\":{\"role\":\"model\",\"parts\":[");

        if (parts.len) {
            llmgw_put(o, parts);

        } else {
            llmgw_puts(o, "{\"text\":\"\"}");
        }

        llmgw_puts(o, "]}");
        llmgw_gemini_answer_reason(o, c);
        llmgw_puts(o, ",\"index\":");
        llmgw_put_int(o, c->index);

        rc = llmgw_gemini_put_extras(w, c, 1);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_putc(o, '}');

        if (c->next) {
            llmgw_putc(o, ',');
        }
    }

    llmgw_puts(o, "],\"usageMetadata\":");
    llmgw_gemini_put_usage(o, &a->usage);
    llmgw_put(o, a->tail);

    return LLMGW_OK;
}


/* calls, one after the other and each in one piece */

static llmgw_str_t
llmgw_gemini_answer_call_id(llmgw_writer_t *w, llmgw_str_t id)
{
    return id.len ? id : llmgw_call_id(w->call, llmgw_lit("call_"));
}


static llmgw_int_t
llmgw_gemini_answer_open_call(llmgw_writer_t *w, const llmgw_turn_t *turn)
{
    llmgw_int_t             rc;
    llmgw_gemini_choice_t  *c;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    c = a->now;

    rc = llmgw_gemini_answer_close_call(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    c->call = *turn;
    c->args.len = 0;
    c->gathers = 1;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_answer_args(llmgw_writer_t *w, const llmgw_turn_t *turn,
    llmgw_str_t text)
{
    llmgw_gemini_answer_t *a = w->state;

    (void) turn;

    return llmgw_buf_add(w->arena, &a->now->args, text);
}


static llmgw_int_t
llmgw_gemini_answer_close_call(llmgw_writer_t *w)
{
    llmgw_int_t             rc;
    llmgw_gemini_choice_t  *c;
    llmgw_gemini_answer_t  *a;

    a = w->state;
    c = a->now;

    c->calls.open = 0;

    if (!c->gathers) {
        return LLMGW_OK;
    }

    c->gathers = 0;

    if (!a->stream) {
        llmgw_gemini_answer_close(c);

        return llmgw_gemini_put_call(w, &c->parts, c);
    }

    llmgw_gemini_answer_begin(w);

    rc = llmgw_gemini_put_call(w, w->out, c);

    return (rc == LLMGW_OK) ? llmgw_gemini_answer_done(w) : rc;
}
