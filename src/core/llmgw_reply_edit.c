
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Streams of chat and completions that pass as they are, but for the usage
 * that the client did not ask for.
 */


#include "llmgw_resume.h"
#include "llmgw_splice.h"
#include "llmgw_tokens.h"
#include "llmgw_stored.h"
#include "llmgw_traits.h"


#define LLMGW_EDIT_USAGE  ",\"usage\":null"


typedef enum {
    edit_plain = 0,      /* a delta of choice 0, without usage */
    edit_null_usage,     /* the same with "usage":null as its last member */
    edit_look            /* may be anything */
} llmgw_edit_e;


/* the texts of an event */

typedef struct {
    uint64_t     weight;   /* see llmgw_tokens.h */
    unsigned     n;
    llmgw_str_t  last;
} llmgw_edit_texts_t;


static llmgw_edit_e llmgw_reply_glance(llmgw_str_t data,
    llmgw_edit_texts_t *texts);
static const u_char *llmgw_reply_text(const u_char *p, const u_char *start,
    const u_char *end, llmgw_edit_texts_t *texts);
static llmgw_int_t llmgw_reply_plain(llmgw_reply_t *rp,
    const llmgw_sse_event_t *ev, llmgw_edit_e kind,
    const llmgw_edit_texts_t *texts);
static void llmgw_reply_put_plain(llmgw_reply_t *rp, llmgw_str_t raw);
static llmgw_int_t llmgw_reply_twins(void *ctx, llmgw_str_t input,
    size_t max, size_t *done);
static llmgw_int_t llmgw_reply_look(llmgw_reply_t *rp,
    const llmgw_sse_event_t *ev);
static llmgw_int_t llmgw_reply_repair_event(llmgw_reply_t *rp,
    const llmgw_json_t *j, llmgw_splice_t *sp);
static unsigned llmgw_reply_choices(llmgw_reply_t *rp, const llmgw_json_t *j,
    const llmgw_json_node_t *choices);
static llmgw_int_t llmgw_reply_put_event(llmgw_reply_t *rp,
    const llmgw_sse_event_t *ev, llmgw_splice_t *sp);


/* what passes may have to be put right: by its dialect, or because of ids */

llmgw_int_t
llmgw_reply_edit_init(llmgw_reply_t *rp)
{
    rp->repair = rp->provider->repair;

    if (rp->call->tagged) {
        rp->repair = &llmgw_stored_repair;

    } else if (rp->call->endpoint->id == LLMGW_EP_CHAT
               && llmgw_traits_repairs(rp->call->target->traits))
    {
        rp->repair = &llmgw_traits_repair;
    }

    if (rp->repair == NULL) {

        if (rp->mode == LLMGW_REPLY_PASS_EDITED) {
            rp->sse.shortcut = llmgw_reply_twins;
        }

        return LLMGW_OK;
    }

    rp->fix.call = rp->call;
    rp->fix.arena = rp->arena;
    rp->fix.state = llmgw_calloc(rp->arena, rp->repair->state);

    return rp->fix.state ? LLMGW_OK : LLMGW_ERROR;
}


/*
 * What nearly every event of a stream is, told from the names in it.  A name
 * is a quote in front of a colon; in a text that quote has a backslash.  A
 * wrong guess can only be edit_look, after which the event is parsed.
 */

static llmgw_edit_e
llmgw_reply_glance(llmgw_str_t data, llmgw_edit_texts_t *texts)
{
    unsigned       finish;
    llmgw_edit_e   kind;
    const u_char  *p, *start, *end;

    start = data.data;
    end = start + data.len;
    kind = edit_plain;
    finish = 0;

    memset(texts, 0, sizeof(llmgw_edit_texts_t));

    if (data.len < 16 || end[-1] != '}') {
        return edit_look;
    }

    for (p = start; /* void */ ; p++) {

        p = memchr(p, ':', (size_t) (end - p));

        if (p == NULL) {
            break;
        }

        if (p - start < 7 || end - p < 6) {

            if (p - start < 2 || p[-1] <= ' ') {
                return edit_look;
            }

            continue;
        }

        if (p[-1] != '"') {

            /* a blank may stand between a name and its colon */

            if (p[-1] <= ' ' && p[-2] == '"') {
                return edit_look;
            }

            continue;
        }

        switch (p[-2]) {

        case 'e':

            if (memcmp(p - 7, "\"usage", 6) != 0) {
                break;
            }

            if (end - p != 6 || memcmp(p, ":null}", 6) != 0 || p[-8] != ',') {
                return edit_look;
            }

            kind = edit_null_usage;
            break;

        case 'r':

            if (memcmp(p - 7, "\"error", 6) == 0) {
                return edit_look;
            }

            break;

        case 'x':

            if (memcmp(p - 7, "\"index", 6) == 0
                && (p[1] != '0' || (p[2] != ',' && p[2] != '}')))
            {
                return edit_look;
            }

            break;

        case 'n':

            if (p - start < 15 || memcmp(p - 15, "\"finish_reason", 14) != 0) {
                break;
            }

            if (memcmp(p, ":null", 5) != 0) {
                return edit_look;
            }

            finish++;
            break;

        case 't':
        case 's':
        case 'g':
            p = llmgw_reply_text(p, start, end, texts);

            if (p == NULL) {
                return edit_look;
            }

            break;
        }
    }

    return (finish == 1) ? kind : edit_look;
}


/*
 * p is at the colon behind "content", "reasoning_content", "reasoning" or
 * "arguments", or behind another name.  Returns where to go on, NULL: the text
 * has no end.
 */

static const u_char *
llmgw_reply_text(const u_char *p, const u_char *start, const u_char *end,
    llmgw_edit_texts_t *texts)
{
    const u_char  *q;

    if (p[1] != '"' || p - start < 12
        || !((memcmp(p - 8, "content\"", 8) == 0
              && (p[-9] == '"' || p[-9] == '_'))
             || memcmp(p - 11, "\"arguments\"", 11) == 0
             || memcmp(p - 11, "\"reasoning\"", 11) == 0))
    {
        return p;
    }

    p += 2;

    for (q = p; q < end; q += 2) {

        q = llmgw_json_quote(q, end);

        if (q < end && *q == '"') {
            texts->n++;
            texts->last = llmgw_str(p, (size_t) (q - p));
            texts->weight += llmgw_tokens_jstr(texts->last);
            return q;
        }
    }

    return NULL;
}


/* one event of the stream; out keeps its bytes until "begun" */

llmgw_int_t
llmgw_reply_edit_event(void *ctx, const llmgw_sse_event_t *ev)
{
    llmgw_reply_t *rp = ctx;

    llmgw_edit_e        kind;
    llmgw_edit_texts_t  texts;

    llmgw_twin_forget(&rp->twin);

    if (ev->data.len == 0) {

        /* comments, retry: lines; what the end cut is nothing */

        if (!ev->partial && rp->begun) {
            llmgw_put(rp->out, ev->raw);
        }

        return LLMGW_OK;
    }

    if (llmgw_str_is(ev->data, "[DONE]")) {

        rp->complete = 1;
        rp->begun = 1;

        llmgw_put(rp->out, ev->partial ? llmgw_lit("data: [DONE]\n\n")
                                       : ev->raw);
        return LLMGW_DONE;
    }

    /* the first events decide whether the client sees any */

    if (rp->begun && !ev->partial && !llmgw_resume_may(rp)) {

        kind = llmgw_reply_glance(ev->data, &texts);

        if (kind != edit_look
            && (rp->repair == NULL
                || !rp->repair->glance(&rp->fix, ev->data)))
        {
            return llmgw_reply_plain(rp, ev, kind, &texts);
        }
    }

    return llmgw_reply_look(rp, ev);
}


static llmgw_int_t
llmgw_reply_plain(llmgw_reply_t *rp, const llmgw_sse_event_t *ev,
    llmgw_edit_e kind, const llmgw_edit_texts_t *texts)
{
    size_t  n;

    rp->begun_map |= 1;
    rp->behind = 0;

    if (kind == edit_null_usage && rp->call->usage_added) {

        if (ev->data.data < ev->raw.data
            || ev->data.data + ev->data.len > ev->raw.data + ev->raw.len)
        {
            /* several data lines, joined elsewhere */

            return llmgw_reply_look(rp, ev);
        }

        /* ",\"usage\":null" in front of the last bracket goes */

        n = (size_t) (ev->data.data - ev->raw.data) + ev->data.len - 1;
        rp->behind = ev->raw.len - n;
    }

    rp->text += texts->weight;

    llmgw_reply_put_plain(rp, ev->raw);

    if (texts->n != 1 || rp->sse.shortcut == NULL) {
        return LLMGW_OK;
    }

    return llmgw_twin_learn(&rp->twin, rp->arena, ev->raw, texts->last);
}


static void
llmgw_reply_put_plain(llmgw_reply_t *rp, llmgw_str_t raw)
{
    size_t  n;

    if (rp->behind == 0) {
        llmgw_put(rp->out, raw);
        return;
    }

    n = raw.len - rp->behind;

    llmgw_put_n(rp->out, raw.data, n - (sizeof(LLMGW_EDIT_USAGE) - 1));
    llmgw_put_n(rp->out, raw.data + n, rp->behind);
}


/* events that need no look: they are as the last one but for a text */

static llmgw_int_t
llmgw_reply_twins(void *ctx, llmgw_str_t input, size_t max, size_t *done)
{
    llmgw_reply_t *rp = ctx;

    size_t       n, run;
    llmgw_str_t  text, rest;

    run = 0;
    *done = 0;

    for ( ;; ) {

        rest = llmgw_str(input.data + *done, input.len - *done);
        n = llmgw_twin_match(&rp->twin, rest, &text);

        if (n == 0 || n > max) {
            break;
        }

        rp->text += llmgw_tokens_jstr(text);
        *done += n;

        if (rp->behind) {
            llmgw_reply_put_plain(rp, llmgw_str(rest.data, n));

        } else {
            run += n;
        }
    }

    if (run) {
        llmgw_put_n(rp->out, input.data, run);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_reply_look(llmgw_reply_t *rp, const llmgw_sse_event_t *ev)
{
    unsigned                  content;
    llmgw_int_t               rc;
    llmgw_str_t               raw;
    llmgw_json_t              j;
    llmgw_splice_t            sp;
    const llmgw_json_node_t  *v, *usage, *choices;

    llmgw_arena_reset(&rp->scratch);

    rc = llmgw_json_parse(&j, &rp->scratch, ev->data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return ev->partial ? LLMGW_OK : llmgw_reply_invalid(rp);
    }

    v = llmgw_json_get(&j, j.nodes, "error");

    if (v && v->type != LLMGW_JSON_NULL) {
        return llmgw_reply_pass_error(rp, ev->data);
    }

    v = llmgw_json_string(&j, j.nodes, "model");

    if (rp->model.len == 0 && v) {
        rp->model = llmgw_str_dup(rp->arena, llmgw_json_str(&j, v));
    }

    usage = llmgw_json_get(&j, j.nodes, "usage");

    if (usage && usage->type == LLMGW_JSON_OBJECT) {
        rp->provider->read_usage(&rp->usage, &j, usage);
    }

    llmgw_splice_init(&sp, &rp->scratch);

    rc = llmgw_reply_repair_event(rp, &j, &sp);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_DECLINED) ? LLMGW_OK : rc;
    }

    if (rp->call->resume) {
        llmgw_resume_chunk(rp, &j);
    }

    choices = llmgw_json_array(&j, j.nodes, "choices");
    content = choices ? llmgw_reply_choices(rp, &j, choices) : 0;

    /*
     * The first chunk only names the role.  A stream that dies behind it has
     * told the client nothing, so it waits for the second one.
     */

    if (content || rp->ended_map || rp->events++) {
        rp->begun = 1;
        rp->tokens = 1;
    }

    if (usage && rp->call->usage_added) {

        if (usage->type == LLMGW_JSON_OBJECT
            && (choices == NULL || choices->span == 1))
        {
            /* the chunk that the client did not ask for */

            return LLMGW_OK;
        }

        raw = llmgw_json_raw(&j, usage);

        llmgw_splice_cut(&sp, ev->data, llmgw_json_raw(&j, usage - 1).data,
                         raw.data + raw.len);
    }

    return llmgw_reply_put_event(rp, ev, &sp);
}


/* LLMGW_DECLINED: the client does not get it */

static llmgw_int_t
llmgw_reply_repair_event(llmgw_reply_t *rp, const llmgw_json_t *j,
    llmgw_splice_t *sp)
{
    llmgw_int_t  rc;

    if (rp->repair == NULL) {
        return LLMGW_OK;
    }

    rp->fix.doc = j;
    rp->fix.splice = sp;

    rc = rp->repair->event(&rp->fix);

    rp->edited |= (rc == LLMGW_DECLINED || sp->head != NULL);

    return rc;
}


/* whether any of them says something */

static unsigned
llmgw_reply_choices(llmgw_reply_t *rp, const llmgw_json_t *j,
    const llmgw_json_node_t *choices)
{
    int64_t                   index;
    uint64_t                  bit;
    unsigned                  content;
    const llmgw_json_node_t  *c, *v, *delta;

    content = 0;

    llmgw_json_each(c, choices) {

        v = llmgw_json_number(j, c, "index");

        if (v == NULL || llmgw_json_int(llmgw_json_str(j, v), &index)
                         != LLMGW_OK
            || index < 0)
        {
            index = 0;
        }

        /* n is at most 128: what is past the map shares its last bit */

        bit = (uint64_t) 1 << (index < 63 ? index : 63);

        rp->begun_map |= bit;

        if (llmgw_json_string(j, c, "finish_reason")) {
            rp->ended_map |= bit;
        }

        delta = llmgw_json_object(j, c, "delta");

        if (delta) {
            rp->text += llmgw_tokens_value(j, delta);

        } else {
            rp->text += llmgw_tokens_jstr(llmgw_json_get_str(j, c, "text"));
        }

        content |= llmgw_json_get_str(j, delta, "content").len
                   || llmgw_json_get_str(j, c, "text").len;
    }

    return content;
}


static llmgw_int_t
llmgw_reply_put_event(llmgw_reply_t *rp, const llmgw_sse_event_t *ev,
    llmgw_splice_t *sp)
{
    if (sp->head == NULL && !sp->failed) {

        llmgw_put(rp->out, ev->raw);

        if (ev->partial) {
            llmgw_puts(rp->out, "\n\n");
        }

        return LLMGW_OK;
    }

    llmgw_puts(rp->out, "data: ");

    if (llmgw_splice_put(sp, ev->data, rp->out) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    llmgw_puts(rp->out, "\n\n");

    return LLMGW_OK;
}
