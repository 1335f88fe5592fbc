
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Events into a stream of chat completion chunks: one event, one chunk.
 */


#include "llmgw_openai.h"


/* a longer text is not copied if it need not be */
#define LLMGW_OPENAI_COPY  4096


typedef struct {
    llmgw_str_t               logprobs;     /* for the next chunk */
    u_char                   *logprobs_buf;
    size_t                    logprobs_size;

    uint8_t                  *args;         /* by tool: there were some */
    uint32_t                  args_size;
    uint32_t                  tools;
    uint32_t                  images;
    unsigned                  begun:1;
    unsigned                  ended:1;
} llmgw_openai_delta_t;


typedef struct {
    llmgw_openai_delta_t     *deltas;       /* by choice */
    uint32_t                  ndeltas;

    /*
     * What all chunks have in common: up to the choice's index, the same with
     * the beginning of a text of choice 0, and what follows a text.
     */

    llmgw_str_t               head;
    llmgw_str_t               text_head;
    llmgw_str_t               text_tail;

    llmgw_usage_t             usage;
    unsigned                  counted:1;
} llmgw_openai_stream_t;


static llmgw_int_t llmgw_openai_stream_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_stream_start(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_openai_delta_t *llmgw_openai_stream_choice(llmgw_writer_t *w,
    uint32_t index);
static llmgw_int_t llmgw_openai_stream_text(llmgw_writer_t *w,
    llmgw_openai_delta_t *d, const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_stream_logprobs(llmgw_writer_t *w,
    llmgw_openai_delta_t *d, llmgw_str_t raw);
static llmgw_int_t llmgw_openai_stream_tool(llmgw_writer_t *w,
    llmgw_openai_delta_t *d, const llmgw_event_t *ev);
static void llmgw_openai_stream_other(llmgw_writer_t *w,
    llmgw_openai_delta_t *d, const llmgw_event_t *ev);
static void llmgw_openai_stream_finish(llmgw_writer_t *w,
    llmgw_openai_delta_t *d, const llmgw_event_t *ev);
static void llmgw_openai_stream_end(llmgw_writer_t *w);


const llmgw_writer_ops_t  llmgw_openai_stream = {
    sizeof(llmgw_openai_stream_t),
    llmgw_openai_stream_event
};


/* what follows a delta; the quote ends a text */

#define LLMGW_OPENAI_TAIL                                                    \
    "\"},\"logprobs\":null,\"finish_reason\":null}]"

#define LLMGW_OPENAI_NO_USAGE   ",\"usage\":null"
#define LLMGW_OPENAI_CHUNK_END  "}\n\n"


static llmgw_int_t
llmgw_openai_stream_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_openai_delta_t   *d;
    llmgw_openai_stream_t  *st;

    st = w->state;

    if (ev->type == LLMGW_EV_ERROR) {

        /* also of a stream that passed by and has no state here */

        llmgw_puts(w->out, "data: ");
        llmgw_openai_write_error(w->call, ev->error, w->out);
        llmgw_puts(w->out, "\n\ndata: [DONE]\n\n");

        return LLMGW_OK;
    }

    if (st->head.len == 0
        && llmgw_openai_stream_start(w, ev) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    switch (ev->type) {

    case LLMGW_EV_START:
        return LLMGW_OK;

    case LLMGW_EV_USAGE:
        st->usage = *ev->usage;
        st->counted = 1;
        return LLMGW_OK;

    case LLMGW_EV_END:
        llmgw_openai_stream_end(w);
        return w->out->failed ? LLMGW_ERROR : LLMGW_OK;

    default:
        break;
    }

    d = llmgw_openai_stream_choice(w, ev->choice);

    if (d == NULL) {
        return LLMGW_ERROR;
    }

    if (d->ended) {
        return LLMGW_OK;
    }

    switch (ev->type) {

    case LLMGW_EV_CHOICE:
        break;

    case LLMGW_EV_TEXT:
        return llmgw_openai_stream_text(w, d, ev);

    case LLMGW_EV_LOGPROBS:
        return llmgw_openai_stream_logprobs(w, d, ev->raw);

    case LLMGW_EV_TOOL_BEGIN:
    case LLMGW_EV_TOOL_ARGS:
    case LLMGW_EV_TOOL_END:
        return llmgw_openai_stream_tool(w, d, ev);

    case LLMGW_EV_FINISH:
        llmgw_openai_stream_finish(w, d, ev);
        break;

    default:
        llmgw_openai_stream_other(w, d, ev);
    }

    return w->out->failed ? LLMGW_ERROR : LLMGW_OK;
}


/* the parts that no chunk changes; ev may be another event than the start */

static llmgw_int_t
llmgw_openai_stream_start(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    unsigned                start;
    llmgw_str_t             id, model;
    llmgw_openai_stream_t  *st;

    st = w->state;
    start = (ev->type == LLMGW_EV_START);

    /* the id of a stream that passed by is what the client has seen */

    id = (w->passed && ev->id.len)
         ? llmgw_str_dup(w->arena, ev->id)
         : llmgw_openai_answer_id(w, start ? ev->id : llmgw_null_str);

    model = (start && ev->name.len) ? ev->name : w->call->target->model;

    st->text_head = llmgw_fmt(w->arena, "data: {\"id\":\"%.*s\","
                              "\"object\":\"chat.completion.chunk\","
                              "\"created\":%lld,\"model\":\"%.*s\","
                              "\"choices\":[{\"index\":"
                              "0,\"delta\":{\"content\":\"",
                              llmgw_arg(id),
                              (long long) ((start && ev->created)
                                           ? ev->created : w->call->now),
                              llmgw_arg(model));

    if (id.data == NULL || st->text_head.data == NULL) {
        return LLMGW_ERROR;
    }

    st->head = st->text_head;
    st->head.len -= sizeof("0,\"delta\":{\"content\":\"") - 1;

    st->text_tail = w->call->include_usage
                    ? llmgw_lit(LLMGW_OPENAI_TAIL LLMGW_OPENAI_NO_USAGE
                                LLMGW_OPENAI_CHUNK_END)
                    : llmgw_lit(LLMGW_OPENAI_TAIL LLMGW_OPENAI_CHUNK_END);

    return LLMGW_OK;
}


/* opens the delta of a chunk */

static void
llmgw_openai_chunk_begin(llmgw_writer_t *w, uint32_t index)
{
    llmgw_openai_stream_t  *st;

    st = w->state;

    llmgw_put(w->out, st->head);
    llmgw_put_int(w->out, index);
    llmgw_puts(w->out, ",\"delta\":{");

    w->out->comma = 0;
}


static void
llmgw_openai_chunk_end(llmgw_writer_t *w, llmgw_openai_delta_t *d,
    llmgw_str_t finish)
{
    llmgw_out_t  *o;

    o = w->out;

    llmgw_puts(o, "},\"logprobs\":");

    if (d->logprobs.len) {
        llmgw_put_compact(o, d->logprobs);
        d->logprobs.len = 0;

    } else {
        llmgw_puts(o, "null");
    }

    if (finish.len) {
        llmgw_puts(o, ",\"finish_reason\":\"");
        llmgw_put(o, finish);
        llmgw_puts(o, "\"}]");

    } else {
        llmgw_puts(o, ",\"finish_reason\":null}]");
    }

    if (w->call->include_usage) {
        llmgw_puts(o, LLMGW_OPENAI_NO_USAGE);
    }

    llmgw_puts(o, LLMGW_OPENAI_CHUNK_END);
}


/* a choice's state; its first chunk names the role */

static llmgw_openai_delta_t *
llmgw_openai_stream_choice(llmgw_writer_t *w, uint32_t index)
{
    uint32_t                n;
    llmgw_openai_delta_t   *deltas, *d;
    llmgw_openai_stream_t  *st;

    st = w->state;

    if (index >= st->ndeltas) {

        for (n = st->ndeltas ? st->ndeltas : 1; n <= index; n *= 2) {
            /* void */
        }

        deltas = llmgw_calloc(w->arena, n * sizeof(llmgw_openai_delta_t));
        if (deltas == NULL) {
            return NULL;
        }

        if (st->ndeltas) {
            memcpy(deltas, st->deltas,
                   st->ndeltas * sizeof(llmgw_openai_delta_t));
        }

        st->deltas = deltas;
        st->ndeltas = n;
    }

    d = &st->deltas[index];

    if (!d->begun) {
        d->begun = 1;

        llmgw_openai_chunk_begin(w, index);
        llmgw_puts(w->out, "\"role\":\"assistant\",\"content\":\"\"");
        llmgw_openai_chunk_end(w, d, llmgw_null_str);
    }

    return d;
}


static llmgw_int_t
llmgw_openai_stream_text(llmgw_writer_t *w, llmgw_openai_delta_t *d,
    const llmgw_event_t *ev)
{
    size_t                  n;
    u_char                 *p;
    llmgw_out_t            *o;
    llmgw_openai_stream_t  *st;

    o = w->out;
    st = w->state;

    if (ev->text.len == 0 && ev->signature.len == 0) {
        return LLMGW_OK;
    }

    if (ev->choice || ev->signature.len || d->logprobs.len
        || ev->text.len > LLMGW_OPENAI_COPY)
    {
        llmgw_openai_chunk_begin(w, ev->choice);

        if (ev->text.len) {
            llmgw_json_member(o, "content", ev->text);
        }

        if (ev->signature.len) {
            llmgw_openai_put_signature(o, ev->signature);
        }

        llmgw_openai_chunk_end(w, d, llmgw_null_str);

        return o->failed ? LLMGW_ERROR : LLMGW_OK;
    }

    /* nearly all chunks of nearly all streams */

    n = st->text_head.len + ev->text.len + st->text_tail.len;

    p = llmgw_out_room(o, n);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    memcpy(p, st->text_head.data, st->text_head.len);
    p += st->text_head.len;

    memcpy(p, ev->text.data, ev->text.len);
    p += ev->text.len;

    memcpy(p, st->text_tail.data, st->text_tail.len);

    o->pos = p + st->text_tail.len;

    return LLMGW_OK;
}


/* they come ahead of the text that they are about */

static llmgw_int_t
llmgw_openai_stream_logprobs(llmgw_writer_t *w, llmgw_openai_delta_t *d,
    llmgw_str_t raw)
{
    size_t  size;

    if (raw.len > d->logprobs_size) {

        size = raw.len + raw.len / 2;

        d->logprobs_buf = llmgw_nalloc(w->arena, size);
        if (d->logprobs_buf == NULL) {
            d->logprobs_size = 0;
            return LLMGW_ERROR;
        }

        d->logprobs_size = size;
    }

    if (raw.len) {
        memcpy(d->logprobs_buf, raw.data, raw.len);
    }

    d->logprobs = llmgw_str(d->logprobs_buf, raw.len);

    return LLMGW_OK;
}


/* notes that a tool has arguments; whether it had some already, or -1 */

static int
llmgw_openai_stream_args(llmgw_writer_t *w, llmgw_openai_delta_t *d,
    uint32_t index, unsigned now)
{
    int       had;
    uint8_t  *args;
    uint32_t  n;

    if (index >= d->args_size) {

        for (n = d->args_size ? d->args_size : 8; n <= index; n *= 2) {
            /* void */
        }

        args = llmgw_calloc(w->arena, n);
        if (args == NULL) {
            return -1;
        }

        if (d->args_size) {
            memcpy(args, d->args, d->args_size);
        }

        d->args = args;
        d->args_size = n;
    }

    had = d->args[index];
    d->args[index] |= (now != 0);

    return had;
}


static llmgw_int_t
llmgw_openai_stream_tool(llmgw_writer_t *w, llmgw_openai_delta_t *d,
    const llmgw_event_t *ev)
{
    int           had;
    unsigned      legacy, begin;
    llmgw_out_t  *o;

    o = w->out;
    begin = (ev->type == LLMGW_EV_TOOL_BEGIN);
    legacy = w->call->chat && w->call->chat->functions;

    if (legacy && ev->index) {

        /* the deprecated form has room for one */

        return LLMGW_OK;
    }

    had = llmgw_openai_stream_args(w, d, ev->index, ev->text.len
                                                    || ev->raw.len);
    if (had < 0) {
        return LLMGW_ERROR;
    }

    if ((ev->type == LLMGW_EV_TOOL_END && had)
        || (ev->type == LLMGW_EV_TOOL_ARGS && ev->text.len == 0
            && ev->raw.len == 0))
    {
        return LLMGW_OK;
    }

    d->tools |= begin;

    llmgw_openai_chunk_begin(w, ev->choice);

    if (legacy) {
        llmgw_puts(o, "\"function_call\":{");

    } else {
        llmgw_puts(o, "\"tool_calls\":[{\"index\":");
        llmgw_put_int(o, ev->index);

        if (begin) {
            llmgw_puts(o, ",\"id\":\"");
            llmgw_put(o, ev->id);
            llmgw_puts(o, "\",\"type\":\"function\"");
        }

        llmgw_puts(o, ",\"function\":{");
    }

    if (begin) {
        llmgw_puts(o, "\"name\":\"");
        llmgw_put(o, ev->name);
        llmgw_puts(o, "\",");
    }

    llmgw_puts(o, "\"arguments\":\"");

    if (ev->type == LLMGW_EV_TOOL_END) {

        /* a call without arguments has an empty object of them */

        llmgw_puts(o, "{}");

    } else if (ev->raw.len) {
        llmgw_put_compact_escaped(o, ev->raw);

    } else {
        llmgw_put(o, ev->text);
    }

    llmgw_puts(o, "\"}");

    if (!legacy) {

        if (ev->signature.len) {
            o->comma = 1;
            llmgw_openai_put_signature(o, ev->signature);
        }

        llmgw_puts(o, "}]");
    }

    llmgw_openai_chunk_end(w, d, llmgw_null_str);

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


static void
llmgw_openai_stream_other(llmgw_writer_t *w, llmgw_openai_delta_t *d,
    const llmgw_event_t *ev)
{
    llmgw_out_t  *o;

    o = w->out;

    if (ev->text.len == 0 && ev->raw.len == 0 && ev->signature.len == 0) {
        return;
    }

    llmgw_openai_chunk_begin(w, ev->choice);

    /* raw values go out on one line */

    switch (ev->type) {

    case LLMGW_EV_REASONING:
        llmgw_json_member(o, "reasoning_content", ev->text);
        break;

    case LLMGW_EV_REFUSAL:
        llmgw_json_member(o, "refusal", ev->text);
        break;

    case LLMGW_EV_THINKING:
        llmgw_puts(o, "\"thinking_blocks\":[");
        llmgw_put_compact(o, ev->raw);
        llmgw_putc(o, ']');
        break;

    case LLMGW_EV_CITATIONS:
        llmgw_puts(o, "\"annotations\":");
        llmgw_put_compact(o, ev->raw);
        break;

    case LLMGW_EV_AUDIO:
        llmgw_puts(o, "\"audio\":");
        llmgw_put_compact(o, ev->raw);
        break;

    case LLMGW_EV_IMAGE:
        llmgw_puts(o, "\"images\":[");
        llmgw_openai_put_image(o, ev->text, d->images++);
        llmgw_putc(o, ']');

        if (ev->signature.len == 0) {
            break;
        }

        /* fall through */

    default: /* LLMGW_EV_SIGNATURE */
        llmgw_openai_put_signature(o, ev->signature);
    }

    llmgw_openai_chunk_end(w, d, llmgw_null_str);
}


static void
llmgw_openai_stream_finish(llmgw_writer_t *w, llmgw_openai_delta_t *d,
    const llmgw_event_t *ev)
{
    d->ended = 1;

    llmgw_openai_chunk_begin(w, ev->choice);
    llmgw_openai_chunk_end(w, d, llmgw_openai_finish_reason(w->call,
                                                            ev->finish,
                                                            d->tools));
}


static void
llmgw_openai_stream_end(llmgw_writer_t *w)
{
    llmgw_out_t            *o;
    llmgw_openai_stream_t  *st;

    o = w->out;
    st = w->state;

    if (w->call->include_usage) {

        if (!st->counted) {
            llmgw_usage_init(&st->usage);
        }

        /* no choices: the last bracket and its object are not for this one */

        llmgw_put_n(o, st->head.data,
                    st->head.len - (sizeof("{\"index\":") - 1));
        llmgw_puts(o, "],\"usage\":");

        o->comma = 0;

        llmgw_usage_write_chat(o, &st->usage);
        llmgw_puts(o, LLMGW_OPENAI_CHUNK_END);
    }

    llmgw_puts(o, "data: [DONE]\n\n");
}
