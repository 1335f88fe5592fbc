
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tool calls of an answer for clients of the Messages API.  A block cannot be
 * opened again, so of calls that arrive in turns all but the first wait until
 * those before them are complete.
 */


#include "llmgw_anthropic_answer.h"
#include "llmgw_jstr.h"


/* more than that nobody asks for: then they are written as they are */
#define LLMGW_ANSWER_HELD       256
#define LLMGW_ANSWER_HELD_SIZE  4194304


static llmgw_int_t llmgw_answer_open_call(llmgw_writer_t *w,
    const llmgw_answer_call_t *call);
static llmgw_int_t llmgw_answer_next_calls(llmgw_writer_t *w);
static llmgw_int_t llmgw_answer_put_args(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static void llmgw_answer_follow(llmgw_answer_call_t *c, llmgw_str_t text);


llmgw_int_t
llmgw_answer_call(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t           rc;
    llmgw_answer_t       *a;
    llmgw_answer_call_t  *c, call;

    a = w->state;
    a->tools = 1;

    memset(&call, 0, sizeof(llmgw_answer_call_t));

    call.index = ev->index;

    call.id = ev->id.len ? llmgw_anthropic_id(w->arena, ev->id)
                         : llmgw_call_id(w->call, llmgw_lit("toolu_"));

    if (call.id.data == ev->id.data) {
        call.id = llmgw_str_dup(w->arena, call.id);
    }

    call.name = llmgw_str_dup(w->arena, ev->name);
    call.signature = llmgw_str_dup(w->arena, ev->signature);

    if (call.id.data == NULL || call.name.data == NULL
        || call.signature.data == NULL)
    {
        return LLMGW_ERROR;
    }

    if (a->open != LLMGW_AB_TOOL || (a->call.complete && a->held == NULL)) {

        return llmgw_answer_open_call(w, &call);
    }

    if (a->nheld == LLMGW_ANSWER_HELD) {

        rc = llmgw_answer_flush(w);
        if (rc != LLMGW_OK) {
            return rc;
        }

        return llmgw_answer_open_call(w, &call);
    }

    c = llmgw_alloc(w->arena, sizeof(llmgw_answer_call_t));
    if (c == NULL) {
        return LLMGW_ERROR;
    }

    *c = call;

    *a->last = c;
    a->last = &c->next;
    a->latest = c;
    a->nheld++;

    return LLMGW_OK;
}


/* a call begins; what is open ends */

static llmgw_int_t
llmgw_answer_open_call(llmgw_writer_t *w, const llmgw_answer_call_t *call)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;

    if (call->signature.len && w->call->show_reasoning) {

        /* the thoughts that led here take it, or else a block without any */

        if (a->open != LLMGW_AB_THINKING) {

            rc = llmgw_answer_close(w);
            if (rc != LLMGW_OK) {
                return rc;
            }

            llmgw_answer_begin(w, LLMGW_AB_THINKING);
        }

        rc = llmgw_answer_signed(w, call->signature);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_answer_close(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    a->call = *call;
    a->call.next = NULL;

    llmgw_answer_begin(w, LLMGW_AB_TOOL);

    return LLMGW_OK;
}


/* whole arguments as a jstr; data is NULL without memory */

static llmgw_str_t
llmgw_answer_raw_args(llmgw_writer_t *w, llmgw_str_t raw)
{
    llmgw_out_t  o;

    llmgw_out_init(&o, w->arena, raw.len, 0, 0);
    llmgw_put_compact_escaped(&o, raw);

    return (llmgw_out_close(&o) == LLMGW_OK) ? llmgw_out_join(&o, w->arena)
                                             : llmgw_null_str;
}


llmgw_int_t
llmgw_answer_args(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t           rc;
    llmgw_str_t           text;
    llmgw_answer_t       *a;
    llmgw_answer_call_t  *c;

    a = w->state;

    if (a->open == LLMGW_AB_TOOL && a->call.index == ev->index) {

        rc = llmgw_answer_put_args(w, ev);

        if (rc == LLMGW_OK && a->call.complete && a->held) {
            rc = llmgw_answer_next_calls(w);
        }

        return rc;
    }

    c = a->latest;

    if (c == NULL || c->index != ev->index) {

        for (c = a->held; c && c->index != ev->index; c = c->next) {
            /* void */
        }

        if (c == NULL) {
            return LLMGW_OK;
        }

        a->latest = c;
    }

    text = ev->text;

    if (ev->raw.len) {
        c->complete = 1;
        text = llmgw_answer_raw_args(w, ev->raw);

        if (text.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    llmgw_answer_follow(c, text);

    rc = llmgw_answer_keep(w, &c->args, text);
    if (rc != LLMGW_OK) {
        return rc;
    }

    a->held_size += text.len;

    return (a->held_size > LLMGW_ANSWER_HELD_SIZE) ? llmgw_answer_flush(w)
                                                   : LLMGW_OK;
}


/* arguments of the open call */

static llmgw_int_t
llmgw_answer_put_args(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_out_t     *o;
    llmgw_str_t      text;
    llmgw_answer_t  *a;

    a = w->state;
    o = w->out;

    if (ev->raw.len) {
        a->call.complete = 1;

    } else {
        llmgw_answer_follow(&a->call, ev->text);
    }

    if (!a->stream) {

        if (ev->raw.len == 0) {
            return llmgw_answer_keep(w, &a->call.args, ev->text);
        }

        text = llmgw_answer_raw_args(w, ev->raw);

        return text.data ? llmgw_answer_keep(w, &a->call.args, text)
                         : LLMGW_ERROR;
    }

    if (ev->raw.len ? llmgw_str_is(ev->raw, "{}") : ev->text.len == 0) {

        /* the block began with an empty object already */

        return LLMGW_OK;
    }

    llmgw_answer_delta(w);
    llmgw_puts(o, ",\"delta\":{\"type\":\"input_json_delta\","
                  "\"partial_json\":\"");

    if (ev->raw.len) {
        llmgw_put_compact_escaped(o, ev->raw);

    } else {
        llmgw_put(o, ev->text);
    }

    llmgw_puts(o, "\"}}\n\n");

    return LLMGW_OK;
}


llmgw_int_t
llmgw_answer_call_end(llmgw_writer_t *w, uint32_t index)
{
    llmgw_answer_t       *a;
    llmgw_answer_call_t  *c;

    a = w->state;

    if (a->open == LLMGW_AB_TOOL && a->call.index == index) {
        a->call.complete = 1;

        return a->held ? llmgw_answer_next_calls(w) : LLMGW_OK;
    }

    for (c = a->held; c; c = c->next) {

        if (c->index == index) {
            c->complete = 1;
            break;
        }
    }

    return LLMGW_OK;
}


/* the first of those that wait becomes the open one */

static llmgw_int_t
llmgw_answer_next_call(llmgw_writer_t *w)
{
    llmgw_int_t           rc;
    llmgw_answer_t       *a;
    llmgw_answer_call_t  *c;

    a = w->state;
    c = a->held;

    rc = llmgw_answer_close(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    a->held = c->next;
    a->nheld--;
    a->held_size -= c->args.len;

    if (a->held == NULL) {
        a->last = &a->held;
    }

    if (a->latest == c) {
        a->latest = NULL;
    }

    rc = llmgw_answer_open_call(w, c);

    if (rc != LLMGW_OK || !a->stream || c->args.len == 0) {
        return rc;
    }

    llmgw_answer_delta(w);
    llmgw_puts(w->out, ",\"delta\":{\"type\":\"input_json_delta\","
                       "\"partial_json\":");
    llmgw_put_jstr(w->out, llmgw_str(c->args.data, c->args.len));
    llmgw_puts(w->out, "}}\n\n");

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_answer_next_calls(llmgw_writer_t *w)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;

    do {
        rc = llmgw_answer_next_call(w);

    } while (rc == LLMGW_OK && a->held && a->call.complete);

    return rc;
}


llmgw_int_t
llmgw_answer_flush(llmgw_writer_t *w)
{
    llmgw_int_t      rc;
    llmgw_answer_t  *a;

    a = w->state;

    while (a->held) {
        rc = llmgw_answer_next_call(w);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_answer_close(w);
}


/* the input of a call in a whole answer: an object in any case */

llmgw_int_t
llmgw_answer_input(llmgw_writer_t *w)
{
    llmgw_str_t      args;
    llmgw_answer_t  *a;

    a = w->state;

    args = llmgw_jstr_decode(w->arena, llmgw_str(a->call.args.data,
                                                 a->call.args.len));
    if (args.data == NULL) {
        return LLMGW_ERROR;
    }

    args = llmgw_args_object(w->arena, args);

    if (args.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_put_compact(w->out, args);

    return LLMGW_OK;
}


/*
 * Follows the JSON of arguments to where its value is complete.  The text is a
 * jstr, so what stands for a quote there is an escape here.
 */

static void
llmgw_answer_follow(llmgw_answer_call_t *c, llmgw_str_t text)
{
    u_char         buf[4], ch;
    size_t         n;
    const u_char  *p, *end;

    p = text.data;
    end = p + text.len;

    while (p < end) {

        if (*p == '\\') {
            p = llmgw_jstr_char(p, end, buf, &n);
            ch = (n == 1) ? buf[0] : 'x';

        } else {
            ch = *p++;
        }

        if (c->escape) {
            c->escape = 0;
            continue;
        }

        if (c->string) {
            c->escape = (ch == '\\');
            c->string = (ch != '"');
            continue;
        }

        switch (ch) {

        case '"':
            c->string = 1;
            break;

        case '{':
        case '[':
            c->depth++;
            break;

        case '}':
        case ']':

            if (c->depth && --c->depth == 0) {
                c->complete = 1;
            }

            break;
        }
    }
}
