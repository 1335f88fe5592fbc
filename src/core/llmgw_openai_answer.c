
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Events into one chat completion.
 */


#include "llmgw_openai.h"


/* texts of an answer that comes in pieces are gathered in such blocks */
#define LLMGW_OPENAI_BLOCK  1024


typedef struct llmgw_openai_tool_s  llmgw_openai_tool_t;

struct llmgw_openai_tool_s {
    llmgw_openai_tool_t    *next;
    llmgw_str_t             id;
    llmgw_str_t             name;
    llmgw_str_t             signature;
    llmgw_out_t             args;
};


typedef struct {
    llmgw_out_t             text;
    llmgw_out_t             reasoning;
    llmgw_out_t             refusal;
    llmgw_out_t             thinking;
    llmgw_out_t             images;
    llmgw_out_t             annotations;
    llmgw_out_t             logprobs;
    llmgw_out_t             logprobs_refusal;
    llmgw_str_t             audio;
    llmgw_str_t             signature;

    llmgw_openai_tool_t    *tools;
    llmgw_openai_tool_t   **last_tool;
    uint32_t                ntools;
    uint32_t                nimages;

    llmgw_finish_e          finish;
    unsigned                has_logprobs:1;
    unsigned                has_refusals:1;  /* among the logprobs */
} llmgw_openai_message_t;


typedef struct {
    llmgw_openai_message_t  **messages;   /* by choice; NULL: none yet */
    uint32_t                  nmessages;
    llmgw_str_t               id;
    llmgw_str_t               model;
    llmgw_str_t               tier;
    int64_t                   created;
    llmgw_usage_t             usage;
    unsigned                  counted:1;
} llmgw_openai_whole_t;


static llmgw_int_t llmgw_openai_whole_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_whole_start(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_whole_tool(llmgw_writer_t *w,
    llmgw_openai_message_t *m, const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_whole_image(llmgw_writer_t *w,
    llmgw_openai_message_t *m, llmgw_str_t url);
static llmgw_int_t llmgw_openai_whole_logprobs(llmgw_writer_t *w,
    llmgw_openai_message_t *m, llmgw_str_t raw);
static llmgw_int_t llmgw_openai_whole_end(llmgw_writer_t *w);
static void llmgw_openai_whole_choice(llmgw_writer_t *w, uint32_t index,
    llmgw_openai_message_t *m);
static void llmgw_openai_whole_content(llmgw_out_t *o,
    llmgw_openai_message_t *m);
static void llmgw_openai_whole_calls(llmgw_writer_t *w,
    llmgw_openai_message_t *m);


const llmgw_writer_ops_t  llmgw_openai_whole = {
    sizeof(llmgw_openai_whole_t),
    llmgw_openai_whole_event
};


llmgw_str_t
llmgw_openai_answer_id(llmgw_writer_t *w, llmgw_str_t id)
{
    if (id.len == 0) {
        return llmgw_call_id(w->call, llmgw_lit("chatcmpl-"));
    }

    if (llmgw_str_starts(id, "chatcmpl-")) {
        return llmgw_str_dup(w->arena, id);
    }

    return llmgw_fmt(w->arena, "chatcmpl-%.*s", llmgw_arg(id));
}


llmgw_str_t
llmgw_openai_finish_reason(const llmgw_call_t *call, llmgw_finish_e finish,
    unsigned tools)
{
    if (tools && finish == LLMGW_FINISH_STOP) {
        finish = LLMGW_FINISH_TOOL_CALLS;
    }

    switch (finish) {

    case LLMGW_FINISH_LENGTH:
        return llmgw_lit("length");

    case LLMGW_FINISH_CONTENT_FILTER:
        return llmgw_lit("content_filter");

    case LLMGW_FINISH_TOOL_CALLS:

        if (call->chat && call->chat->functions) {
            return llmgw_lit("function_call");
        }

        return llmgw_lit("tool_calls");

    default: /* LLMGW_FINISH_STOP */
        return llmgw_lit("stop");
    }
}


/* where a piece of text goes; nothing is taken until the first one */

static llmgw_out_t *
llmgw_openai_gather(llmgw_writer_t *w, llmgw_out_t *o)
{
    if (o->arena == NULL) {
        llmgw_out_init(o, w->arena, LLMGW_OPENAI_BLOCK, w->out->ref, 0);
    }

    return o;
}


static void
llmgw_openai_put_gathered(llmgw_out_t *o, llmgw_out_t *gathered)
{
    llmgw_seg_t  *seg;

    if (gathered->arena == NULL) {
        return;
    }

    if (llmgw_out_close(gathered) != LLMGW_OK) {
        o->failed = 1;
        return;
    }

    for (seg = gathered->head; seg; seg = seg->next) {
        llmgw_put_n(o, seg->pos, (size_t) (seg->last - seg->pos));
    }
}


static llmgw_openai_message_t *
llmgw_openai_whole_message(llmgw_writer_t *w, uint32_t index)
{
    uint32_t                  n;
    llmgw_openai_whole_t     *st;
    llmgw_openai_message_t   *m, **messages;

    st = w->state;

    if (index >= st->nmessages) {

        for (n = st->nmessages ? st->nmessages : 1; n <= index; n *= 2) {
            /* void */
        }

        messages = llmgw_calloc(w->arena, n * sizeof(void *));
        if (messages == NULL) {
            return NULL;
        }

        if (st->nmessages) {
            memcpy(messages, st->messages, st->nmessages * sizeof(void *));
        }

        st->messages = messages;
        st->nmessages = n;
    }

    if (st->messages[index] == NULL) {

        m = llmgw_calloc(w->arena, sizeof(llmgw_openai_message_t));
        if (m == NULL) {
            return NULL;
        }

        m->last_tool = &m->tools;
        st->messages[index] = m;
    }

    return st->messages[index];
}


static llmgw_int_t
llmgw_openai_whole_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_out_t             *o;
    llmgw_openai_whole_t    *st;
    llmgw_openai_message_t  *m;

    st = w->state;

    switch (ev->type) {

    case LLMGW_EV_START:
        return llmgw_openai_whole_start(w, ev);

    case LLMGW_EV_USAGE:
        st->usage = *ev->usage;
        st->counted = 1;
        st->tier = llmgw_str_dup(w->arena, ev->tier);
        return LLMGW_OK;

    case LLMGW_EV_ERROR:
        llmgw_openai_write_error(w->call, ev->error, w->out);
        return LLMGW_OK;

    case LLMGW_EV_END:
        return llmgw_openai_whole_end(w);

    default:
        break;
    }

    m = llmgw_openai_whole_message(w, ev->choice);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    switch (ev->type) {

    case LLMGW_EV_TEXT:
        llmgw_put(llmgw_openai_gather(w, &m->text), ev->text);
        break;

    case LLMGW_EV_REASONING:
        llmgw_put(llmgw_openai_gather(w, &m->reasoning), ev->text);
        break;

    case LLMGW_EV_REFUSAL:
        llmgw_put(llmgw_openai_gather(w, &m->refusal), ev->text);
        break;

    case LLMGW_EV_THINKING:
        o = llmgw_openai_gather(w, &m->thinking);
        llmgw_json_put_raw(o, ev->raw);
        break;

    case LLMGW_EV_CITATIONS:
        o = llmgw_openai_gather(w, &m->annotations);

        /* the elements of the array */

        if (ev->raw.len > 2) {
            llmgw_json_put_raw(o, llmgw_str(ev->raw.data + 1,
                                            ev->raw.len - 2));
        }

        break;

    case LLMGW_EV_AUDIO:
        m->audio = llmgw_str_dup(w->arena, ev->raw);
        break;

    case LLMGW_EV_TOOL_BEGIN:
    case LLMGW_EV_TOOL_ARGS:
        return llmgw_openai_whole_tool(w, m, ev);

    case LLMGW_EV_IMAGE:
        if (llmgw_openai_whole_image(w, m, ev->text) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        break;

    case LLMGW_EV_LOGPROBS:
        return llmgw_openai_whole_logprobs(w, m, ev->raw);

    case LLMGW_EV_FINISH:
        m->finish = ev->finish;
        return LLMGW_OK;

    default: /* LLMGW_EV_CHOICE, LLMGW_EV_SIGNATURE, LLMGW_EV_TOOL_END */
        break;
    }

    if (ev->signature.len) {
        m->signature = llmgw_str_dup(w->arena, ev->signature);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_whole_start(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_openai_whole_t  *st;

    st = w->state;

    st->created = ev->created;
    st->model = llmgw_str_dup(w->arena, ev->name);
    st->id = llmgw_openai_answer_id(w, ev->id);

    return (st->id.data && (st->model.data || ev->name.len == 0))
           ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_openai_whole_tool(llmgw_writer_t *w, llmgw_openai_message_t *m,
    const llmgw_event_t *ev)
{
    uint32_t              i;
    llmgw_out_t          *o;
    llmgw_openai_tool_t  *t;

    if (ev->type == LLMGW_EV_TOOL_BEGIN) {

        t = llmgw_calloc(w->arena, sizeof(llmgw_openai_tool_t));
        if (t == NULL) {
            return LLMGW_ERROR;
        }

        t->id = llmgw_str_dup(w->arena, ev->id);
        t->name = llmgw_str_dup(w->arena, ev->name);
        t->signature = llmgw_str_dup(w->arena, ev->signature);

        *m->last_tool = t;
        m->last_tool = &t->next;
        m->current = t;
        m->ntools++;

    } else {

        /* mostly it is the one that began last */

        t = m->current;

        if (ev->index + 1 != m->ntools) {
            t = m->tools;

            for (i = 0; t && i < ev->index; i++) {
                t = t->next;
            }
        }

        if (t == NULL) {
            return LLMGW_OK;
        }
    }

    o = llmgw_openai_gather(w, &t->args);

    if (ev->raw.len) {
        llmgw_put_compact_escaped(o, ev->raw);

    } else {
        llmgw_put(o, ev->text);
    }

    return LLMGW_OK;
}
