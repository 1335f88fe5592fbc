
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Events into completions, whole or in chunks.  Their form has room for texts
 * and nothing else: no thoughts, no calls.
 */


#include "llmgw_completions.h"
#include "llmgw_openai.h"


/* "n" has this maximum; an index past it is none */
#define LLMGW_COMPLETIONS_MAX    128

/* texts of an answer that comes in pieces are gathered in such blocks */
#define LLMGW_COMPLETIONS_BLOCK  1024


typedef struct {
    llmgw_out_t                  text;
    llmgw_finish_e               finish;
    unsigned                     begun:1;
    unsigned                     ended:1;
} llmgw_completions_choice_t;


typedef struct {
    llmgw_completions_choice_t  *choices;
    uint32_t                     nchoices;
    llmgw_str_t                  id;
    llmgw_str_t                  model;
    int64_t                      created;
    llmgw_usage_t                usage;
    unsigned                     started:1;
    unsigned                     counted:1;
} llmgw_completions_t;


static llmgw_int_t llmgw_completions_whole_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_completions_whole_end(llmgw_writer_t *w);
static llmgw_int_t llmgw_completions_stream_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static void llmgw_completions_chunk(llmgw_writer_t *w, uint32_t index,
    llmgw_str_t text, llmgw_str_t finish);
static void llmgw_completions_stream_end(llmgw_writer_t *w);


const llmgw_writer_ops_t  llmgw_completions_whole = {
    sizeof(llmgw_completions_t),
    llmgw_completions_whole_event
};


const llmgw_writer_ops_t  llmgw_completions_stream = {
    sizeof(llmgw_completions_t),
    llmgw_completions_stream_event
};


static llmgw_int_t
llmgw_completions_start(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    unsigned              start;
    llmgw_str_t           id;
    llmgw_completions_t  *st;

    st = w->state;

    if (st->started) {
        return LLMGW_OK;
    }

    st->started = 1;

    start = (ev->type == LLMGW_EV_START);
    id = start ? ev->id : llmgw_null_str;

    if (llmgw_str_starts(id, "chatcmpl-")) {
        id.data += sizeof("chatcmpl-") - 1;
        id.len -= sizeof("chatcmpl-") - 1;
    }

    if (id.len == 0) {
        st->id = llmgw_call_id(w->call, llmgw_lit("cmpl-"));

    } else if (llmgw_str_starts(id, "cmpl-")) {
        st->id = llmgw_str_dup(w->arena, id);

    } else {
        st->id = llmgw_fmt(w->arena, "cmpl-%.*s", llmgw_arg(id));
    }

    st->created = (start && ev->created) ? ev->created : w->call->now;
    st->model = llmgw_str_dup(w->arena, (start && ev->name.len)
                                        ? ev->name : w->call->target->model);

    return (st->id.data && st->model.data) ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_completions_choice_t *
llmgw_completions_choice(llmgw_writer_t *w, uint32_t index)
{
    uint32_t                     n;
    llmgw_completions_t         *st;
    llmgw_completions_choice_t  *choices;

    st = w->state;

    if (index >= st->nchoices) {

        if (index >= LLMGW_COMPLETIONS_MAX) {
            return NULL;
        }

        for (n = st->nchoices ? st->nchoices : 1; n <= index; n *= 2) {
            /* void */
        }

        choices = llmgw_calloc(w->arena,
                               n * sizeof(llmgw_completions_choice_t));
        if (choices == NULL) {
            return NULL;
        }

        if (st->nchoices) {
            memcpy(choices, st->choices,
                   st->nchoices * sizeof(llmgw_completions_choice_t));
        }

        st->choices = choices;
        st->nchoices = n;
    }

    return &st->choices[index];
}


static llmgw_str_t
llmgw_completions_reason(llmgw_finish_e finish)
{
    switch (finish) {

    case LLMGW_FINISH_LENGTH:
        return llmgw_lit("length");

    case LLMGW_FINISH_CONTENT_FILTER:
        return llmgw_lit("content_filter");

    default: /* LLMGW_FINISH_STOP, LLMGW_FINISH_TOOL_CALLS */
        return llmgw_lit("stop");
    }
}


static llmgw_int_t
llmgw_completions_whole_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_completions_t         *st;
    llmgw_completions_choice_t  *c;

    st = w->state;

    switch (ev->type) {

    case LLMGW_EV_ERROR:
        llmgw_openai_write_error(w->call, ev->error, w->out);
        return LLMGW_OK;

    case LLMGW_EV_START:
        return llmgw_completions_start(w, ev);

    case LLMGW_EV_USAGE:
        st->usage = *ev->usage;
        st->counted = 1;
        return LLMGW_OK;

    case LLMGW_EV_END:
        return llmgw_completions_whole_end(w);

    default:
        break;
    }

    c = llmgw_completions_choice(w, ev->choice);
    if (c == NULL) {
        return LLMGW_ERROR;
    }

    c->begun = 1;

    switch (ev->type) {

    case LLMGW_EV_TEXT:
    case LLMGW_EV_REFUSAL:

        if (c->text.arena == NULL) {
            llmgw_out_init(&c->text, w->arena, LLMGW_COMPLETIONS_BLOCK,
                           w->out->ref, 0);
        }

        llmgw_put(&c->text, ev->text);
        break;

    case LLMGW_EV_FINISH:
        c->finish = ev->finish;
        break;

    default:
        break;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_completions_whole_end(llmgw_writer_t *w)
{
    uint32_t                     i;
    llmgw_out_t                 *o;
    llmgw_seg_t                 *seg;
    llmgw_event_t                ev;
    llmgw_completions_t         *st;
    llmgw_completions_choice_t  *c;

    o = w->out;
    st = w->state;

    ev.type = LLMGW_EV_END;

    if (llmgw_completions_start(w, &ev) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (!st->counted) {
        llmgw_usage_init(&st->usage);
    }

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "id", st->id);
    llmgw_json_member(o, "object", llmgw_lit("text_completion"));
    llmgw_json_member_int(o, "created", st->created);
    llmgw_json_member(o, "model", st->model);
    llmgw_json_key(o, "choices");
    llmgw_json_open(o, '[');

    for (i = 0; i < st->nchoices; i++) {

        c = &st->choices[i];

        if (!c->begun) {
            continue;
        }

        llmgw_json_open(o, '{');
        llmgw_json_key(o, "text");
        llmgw_putc(o, '"');

        if (c->text.arena) {

            if (llmgw_out_close(&c->text) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            for (seg = c->text.head; seg; seg = seg->next) {
                llmgw_put_n(o, seg->pos, (size_t) (seg->last - seg->pos));
            }
        }

        llmgw_putc(o, '"');
        o->comma = 1;

        llmgw_json_member_int(o, "index", i);
        llmgw_json_member_raw(o, "logprobs", llmgw_lit("null"));
        llmgw_json_member(o, "finish_reason",
                          llmgw_completions_reason(c->finish));
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
    llmgw_json_key(o, "usage");
    llmgw_usage_write_chat(o, &st->usage);
    llmgw_json_close(o, '}');

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


static llmgw_int_t
llmgw_completions_stream_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_completions_t         *st;
    llmgw_completions_choice_t  *c;

    st = w->state;

    if (ev->type == LLMGW_EV_ERROR) {

        /* also of a stream that passed by and has no state here */

        llmgw_puts(w->out, "data: ");
        llmgw_openai_write_error(w->call, ev->error, w->out);
        llmgw_puts(w->out, "\n\ndata: [DONE]\n\n");

        return LLMGW_OK;
    }

    if (llmgw_completions_start(w, ev) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    switch (ev->type) {

    case LLMGW_EV_USAGE:
        st->usage = *ev->usage;
        st->counted = 1;
        return LLMGW_OK;

    case LLMGW_EV_END:
        llmgw_completions_stream_end(w);
        break;

    case LLMGW_EV_TEXT:
    case LLMGW_EV_REFUSAL:
        llmgw_completions_chunk(w, ev->choice, ev->text, llmgw_null_str);
        break;

    case LLMGW_EV_FINISH:

        c = llmgw_completions_choice(w, ev->choice);
        if (c == NULL) {
            return LLMGW_ERROR;
        }

        if (!c->ended) {
            c->ended = 1;
            llmgw_completions_chunk(w, ev->choice, llmgw_null_str,
                                    llmgw_completions_reason(ev->finish));
        }

        break;

    default:
        break;
    }

    return w->out->failed ? LLMGW_ERROR : LLMGW_OK;
}


static void
llmgw_completions_chunk_begin(llmgw_writer_t *w)
{
    llmgw_out_t          *o;
    llmgw_completions_t  *st;

    o = w->out;
    st = w->state;

    llmgw_puts(o, "data: {\"id\":\"");
    llmgw_put(o, st->id);
    llmgw_puts(o, "\",\"object\":\"text_completion\",\"created\":");
    llmgw_put_int(o, st->created);
    llmgw_puts(o, ",\"model\":\"");
    llmgw_put(o, st->model);
    llmgw_puts(o, "\",\"choices\":[");
}


static void
llmgw_completions_chunk(llmgw_writer_t *w, uint32_t index, llmgw_str_t text,
    llmgw_str_t finish)
{
    llmgw_out_t  *o;

    o = w->out;

    llmgw_completions_chunk_begin(w);

    llmgw_puts(o, "{\"text\":\"");
    llmgw_put(o, text);
    llmgw_puts(o, "\",\"index\":");
    llmgw_put_int(o, index);
    llmgw_puts(o, ",\"logprobs\":null,\"finish_reason\":");

    if (finish.len) {
        llmgw_put_jstr(o, finish);

    } else {
        llmgw_puts(o, "null");
    }

    llmgw_puts(o, "}]");

    if (w->call->include_usage) {
        llmgw_puts(o, ",\"usage\":null");
    }

    llmgw_puts(o, "}\n\n");
}


static void
llmgw_completions_stream_end(llmgw_writer_t *w)
{
    llmgw_out_t          *o;
    llmgw_completions_t  *st;

    o = w->out;
    st = w->state;

    if (w->call->include_usage) {

        if (!st->counted) {
            llmgw_usage_init(&st->usage);
        }

        llmgw_completions_chunk_begin(w);
        llmgw_puts(o, "],\"usage\":");

        o->comma = 0;
        llmgw_usage_write_chat(o, &st->usage);

        llmgw_puts(o, "}\n\n");
    }

    llmgw_puts(o, "data: [DONE]\n\n");
}
