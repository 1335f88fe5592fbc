
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_turns.h"
#include "llmgw_jstr.h"


/* more than that nobody asks for: then they are written as they are */
#define LLMGW_TURNS_HELD       256
#define LLMGW_TURNS_HELD_SIZE  4194304


static llmgw_int_t llmgw_turns_open(llmgw_writer_t *w, llmgw_turns_t *t,
    const llmgw_turn_t *turn);
static llmgw_int_t llmgw_turns_next(llmgw_writer_t *w, llmgw_turns_t *t);
static llmgw_int_t llmgw_turns_follow_on(llmgw_writer_t *w, llmgw_turns_t *t);
static llmgw_str_t llmgw_turns_text(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static void llmgw_turns_follow(llmgw_turn_t *turn, llmgw_str_t text);


llmgw_int_t
llmgw_turns_begin(llmgw_writer_t *w, llmgw_turns_t *t,
    const llmgw_event_t *ev)
{
    llmgw_int_t    rc;
    llmgw_turn_t  *held, turn;

    memset(&turn, 0, sizeof(llmgw_turn_t));

    turn.index = ev->index;

    /* what the event points to goes with it */

    turn.id = t->ops->id(w, ev->id);

    if (turn.id.data == ev->id.data) {
        turn.id = llmgw_str_dup(w->arena, turn.id);
    }

    turn.name = llmgw_str_dup(w->arena, ev->name);
    turn.signature = llmgw_str_dup(w->arena, ev->signature);

    if (turn.id.data == NULL || turn.name.data == NULL
        || turn.signature.data == NULL)
    {
        return LLMGW_ERROR;
    }

    if (!t->open || (t->now.complete && t->held == NULL)) {
        return llmgw_turns_open(w, t, &turn);
    }

    if (t->nheld == LLMGW_TURNS_HELD) {

        rc = llmgw_turns_flush(w, t);
        if (rc != LLMGW_OK) {
            return rc;
        }

        return llmgw_turns_open(w, t, &turn);
    }

    held = llmgw_alloc(w->arena, sizeof(llmgw_turn_t));
    if (held == NULL) {
        return LLMGW_ERROR;
    }

    *held = turn;

    *t->last = held;
    t->last = &held->next;
    t->latest = held;
    t->nheld++;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_turns_open(llmgw_writer_t *w, llmgw_turns_t *t,
    const llmgw_turn_t *turn)
{
    llmgw_int_t  rc;

    rc = t->ops->open(w, turn);
    if (rc != LLMGW_OK) {
        return rc;
    }

    t->now = *turn;
    t->now.next = NULL;
    t->open = 1;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_turns_args(llmgw_writer_t *w, llmgw_turns_t *t,
    const llmgw_event_t *ev)
{
    llmgw_int_t    rc;
    llmgw_str_t    text;
    llmgw_turn_t  *turn;

    text = llmgw_turns_text(w, ev);

    if (text.data == NULL && ev->raw.len) {
        return LLMGW_ERROR;
    }

    if (t->open && t->now.index == ev->index) {

        llmgw_turns_follow(&t->now, text);

        if (ev->raw.len) {
            t->now.complete = 1;
            t->now.whole = 1;
        }

        rc = t->ops->args(w, &t->now, text);

        if (rc == LLMGW_OK && t->now.complete && t->held) {
            rc = llmgw_turns_follow_on(w, t);
        }

        return rc;
    }

    turn = t->latest;

    if (turn == NULL || turn->index != ev->index) {

        for (turn = t->held; turn && turn->index != ev->index;
             turn = turn->next)
        {
            /* void */
        }

        if (turn == NULL) {
            return LLMGW_OK;
        }

        t->latest = turn;
    }

    llmgw_turns_follow(turn, text);
    turn->complete |= ev->raw.len != 0;

    rc = llmgw_buf_add(w->arena, &turn->args, text);
    if (rc != LLMGW_OK) {
        return rc;
    }

    t->size += text.len;

    return (t->size > LLMGW_TURNS_HELD_SIZE) ? llmgw_turns_flush(w, t)
                                             : LLMGW_OK;
}


/* whole arguments as a jstr; data is NULL without memory */

static llmgw_str_t
llmgw_turns_text(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_out_t  o;

    if (ev->raw.len == 0) {
        return ev->text;
    }

    llmgw_out_init(&o, w->arena, ev->raw.len + 64, 0, 0);
    llmgw_put_compact_escaped(&o, ev->raw);

    return (llmgw_out_close(&o) == LLMGW_OK) ? llmgw_out_join(&o, w->arena)
                                             : llmgw_null_str;
}


llmgw_int_t
llmgw_turns_end(llmgw_writer_t *w, llmgw_turns_t *t, uint32_t index)
{
    llmgw_turn_t  *turn;

    if (t->open && t->now.index == index) {
        t->now.complete = 1;

        return t->held ? llmgw_turns_follow_on(w, t) : LLMGW_OK;
    }

    for (turn = t->held; turn; turn = turn->next) {

        if (turn->index == index) {
            turn->complete = 1;
            break;
        }
    }

    return LLMGW_OK;
}


/* the first of those that wait becomes the open one */

static llmgw_int_t
llmgw_turns_next(llmgw_writer_t *w, llmgw_turns_t *t)
{
    llmgw_int_t    rc;
    llmgw_turn_t  *turn;

    turn = t->held;

    t->held = turn->next;
    t->nheld--;
    t->size -= turn->args.len;

    if (t->held == NULL) {
        t->last = &t->held;
    }

    if (t->latest == turn) {
        t->latest = NULL;
    }

    rc = llmgw_turns_open(w, t, turn);

    if (rc != LLMGW_OK || turn->args.len == 0) {
        return rc;
    }

    return t->ops->args(w, &t->now, llmgw_buf_str(&turn->args));
}


static llmgw_int_t
llmgw_turns_follow_on(llmgw_writer_t *w, llmgw_turns_t *t)
{
    llmgw_int_t  rc;

    do {
        rc = llmgw_turns_next(w, t);

    } while (rc == LLMGW_OK && t->held && t->now.complete);

    return rc;
}


llmgw_int_t
llmgw_turns_drain(llmgw_writer_t *w, llmgw_turns_t *t)
{
    llmgw_int_t  rc;

    while (t->held) {
        rc = llmgw_turns_next(w, t);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_turns_flush(llmgw_writer_t *w, llmgw_turns_t *t)
{
    llmgw_int_t  rc;

    rc = llmgw_turns_drain(w, t);

    return (rc == LLMGW_OK) ? t->ops->close(w) : rc;
}


/*
 * Follows the JSON of arguments to where its value is complete.  The text is a
 * jstr, so what stands for a quote there is an escape here.
 */

static void
llmgw_turns_follow(llmgw_turn_t *turn, llmgw_str_t text)
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

        if (turn->escape) {
            turn->escape = 0;
            continue;
        }

        if (turn->string) {
            turn->escape = (ch == '\\');
            turn->string = (ch != '"');
            continue;
        }

        switch (ch) {

        case '"':
            turn->string = 1;
            break;

        case '{':
        case '[':
            turn->depth++;
            break;

        case '}':
        case ']':

            if (turn->depth && --turn->depth == 0) {
                turn->complete = 1;
            }

            break;
        }
    }
}
