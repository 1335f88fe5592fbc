
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A stream that goes on with another provider: whether it may, and how.
 */


#include "llmgw_bedrock.h"
#include "llmgw_claude.h"
#include "llmgw_jstr.h"
#include "llmgw_resume.h"
#include "llmgw_tokens.h"
#include "llmgw_vertex.h"


/* Claude takes the beginning of its answer up to here */
#define LLMGW_RESUME_CLAUDE  405


static unsigned llmgw_resume_claude(llmgw_str_t name);
static llmgw_int_t llmgw_resume_takes(llmgw_call_t *call, unsigned *trims);
static unsigned llmgw_resume_plain(const llmgw_call_t *call,
    const llmgw_chat_t *chat);
static llmgw_int_t llmgw_resume_prime(llmgw_reply_t *rp);
static llmgw_int_t llmgw_resume_text(llmgw_reply_t *rp,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_resume_usage(llmgw_reply_t *rp,
    const llmgw_usage_t *own);
static void llmgw_resume_keep(llmgw_resume_t *rs, const llmgw_event_t *ev);


unsigned
llmgw_resume_possible(const llmgw_call_t *call)
{
    if (!call->stream || call->array) {
        return 0;
    }

    switch (call->endpoint->id) {

    case LLMGW_EP_CHAT:
    case LLMGW_EP_MESSAGES:
    case LLMGW_EP_RESPONSES:
    case LLMGW_EP_STREAM_GENERATE:
        return 1;

    default:
        return 0;
    }
}


void
llmgw_resume_init(llmgw_resume_t *rs, llmgw_call_t *call)
{
    memset(rs, 0, sizeof(llmgw_resume_t));

    rs->arena = call->arena;

    llmgw_arena_init(&rs->scratch, call->arena->alloc, call->arena->data,
                     2048, 0);
    llmgw_usage_init(&rs->usage);

    call->resume = rs;
}


static unsigned
llmgw_resume_claude(llmgw_str_t name)
{
    llmgw_claude_t  model;

    llmgw_claude(&model, name);

    return model.version <= LLMGW_RESUME_CLAUDE;
}


/*
 * Who goes on with an answer that the last message begins.  Where a service is
 * known to refuse it, or where nothing is known, it is not asked.  trims: the
 * text has to lose the blanks at its end.
 */

static llmgw_int_t
llmgw_resume_takes(llmgw_call_t *call, unsigned *trims)
{
    llmgw_str_t             name;
    llmgw_vertex_t          vertex;
    const llmgw_dialect_t  *d;
    llmgw_bedrock_model_t   bedrock;

    d = call->target->dialect;
    name = call->target->model.len ? call->target->model : call->model;
    *trims = 0;

    if (d == &llmgw_dialect_openai || d == &llmgw_dialect_azure
        || d == &llmgw_dialect_huggingface || d == &llmgw_dialect_gemini)
    {
        return LLMGW_OK;
    }

    if (d == &llmgw_dialect_vertex) {

        llmgw_vertex(&vertex, name);

        if (vertex.format != LLMGW_VERTEX_CLAUDE) {
            return LLMGW_OK;
        }

        *trims = 1;

        return llmgw_resume_claude(vertex.model) ? LLMGW_OK : LLMGW_DECLINED;
    }

    if (d == &llmgw_dialect_anthropic) {
        *trims = 1;

        return llmgw_resume_claude(name) ? LLMGW_OK : LLMGW_DECLINED;
    }

    if (d == &llmgw_dialect_bedrock) {

        if (llmgw_bedrock_model(call, &bedrock) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        *trims = 1;

        return (bedrock.family == LLMGW_BEDROCK_CLAUDE
                && bedrock.claude.version <= LLMGW_RESUME_CLAUDE)
               ? LLMGW_OK : LLMGW_DECLINED;
    }

    return LLMGW_DECLINED;
}


/* an attempt that goes on with a stream is about to be written */

llmgw_int_t
llmgw_resume_target(llmgw_call_t *call)
{
    unsigned         trims;
    llmgw_int_t      rc;
    llmgw_str_t      text, kept;
    llmgw_resume_t  *rs;

    rs = call->resume;

    rc = llmgw_resume_takes(call, &trims);

    if (rc == LLMGW_DECLINED) {
        llmgw_error_set(&call->error, 400, llmgw_lit("unsupported_value"),
                        llmgw_null_str,
                        llmgw_lit("the model does not go on with an answer "
                                  "that has begun"));
        return LLMGW_INVALID;
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    rs->blank = llmgw_null_str;

    if (trims) {
        text = llmgw_buf_str(&rs->text);
        kept = llmgw_jstr_rtrim(text);

        rs->blank = llmgw_str(text.data + kept.len, text.len - kept.len);
    }

    return LLMGW_OK;
}


/* an answer begins: what its mode lets us know of it */

void
llmgw_resume_reply(llmgw_reply_t *rp)
{
    llmgw_resume_t  *rs;

    rs = rp->call->resume;

    rs->counted = 0;

    if (rs->on) {
        return;
    }

    rs->lost = 0;
    rs->ready = 0;
    rs->weight = 0;
    rs->text.len = 0;

    memset(&rs->first, 0, sizeof(llmgw_passed_t));

    switch (rp->mode) {

    case LLMGW_REPLY_STREAM:
    case LLMGW_REPLY_WHOLE:
    case LLMGW_REPLY_PASS_EDITED:
    case LLMGW_REPLY_PASS_FRAMES:
        break;

    case LLMGW_REPLY_PASS_EVENTS:

        /* items of Responses have ids that only their service knows */

        if (rp->call->endpoint->id == LLMGW_EP_MESSAGES
            && !rp->call->tagged)
        {
            llmgw_resume_begin_events(rp);
            break;
        }

        /* fall through */

    default:
        rs->lost = 1;
    }
}


/* what a text alone does not say cannot be gone on with */

static unsigned
llmgw_resume_plain(const llmgw_call_t *call, const llmgw_chat_t *chat)
{
    size_t                i;
    const llmgw_value_t  *v;

    static const llmgw_param_e  params[] = {
        LLMGW_P_LOGPROBS,
        LLMGW_P_TOP_LOGPROBS,
        LLMGW_P_MODALITIES,
        LLMGW_P_AUDIO
    };

    if (chat->format != LLMGW_FORMAT_UNSET
        && chat->format != LLMGW_FORMAT_TEXT)
    {
        return 0;
    }

    for (i = 0; i < llmgw_nelts(params); i++) {

        v = &chat->param[params[i]];

        if (v->raw.len && !llmgw_str_is(v->raw, "null")
            && !llmgw_str_is(v->raw, "false"))
        {
            return 0;
        }
    }

    v = &chat->param[LLMGW_P_N];

    return !call->json_tool
           && (v->raw.len == 0 || llmgw_str_is(v->raw, "null")
               || llmgw_str_is(v->raw, "1"));
}


/* half of a pair of surrogates is no text that another service would take */

static unsigned
llmgw_resume_half(llmgw_str_t text)
{
    const u_char  *p;

    if (text.len < 6) {
        return 0;
    }

    p = text.data + text.len - 6;

    return p[0] == '\\' && p[1] == 'u' && (p[2] | 0x20) == 'd'
           && ((p[3] >= '8' && p[3] <= '9') || (p[3] | 0x20) == 'a'
               || (p[3] | 0x20) == 'b');
}


llmgw_int_t
llmgw_resume_ready(llmgw_reply_t *rp)
{
    llmgw_int_t      rc;
    llmgw_call_t    *call;
    llmgw_resume_t  *rs;

    call = rp->call;
    rs = call->resume;

    if (rs->lost || llmgw_resume_half(llmgw_buf_str(&rs->text))) {
        return LLMGW_DECLINED;
    }

    if (call->chat == NULL) {
        call->dropped = NULL;
        call->dropped_last = &call->dropped;
    }

    rc = llmgw_call_read_chat(call);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_INVALID) ? LLMGW_DECLINED : rc;
    }

    if (!llmgw_resume_plain(call, call->chat)) {
        return LLMGW_DECLINED;
    }

    if (rs->ready) {
        return LLMGW_OK;
    }

    rc = LLMGW_OK;

    switch (rp->mode) {

    case LLMGW_REPLY_STREAM:
    case LLMGW_REPLY_WHOLE:
        rs->writer = rp->writer;
        rs->write = rp->write;
        break;

    default:
        rc = llmgw_resume_prime(rp);
    }

    rs->ready = (rc == LLMGW_OK);

    return rc;
}


/*
 * The provider wrote the stream so far.  A writer of our own is brought to
 * where it stands by writing the same into nothing.
 */

static llmgw_int_t
llmgw_resume_prime(llmgw_reply_t *rp)
{
    size_t           i;
    llmgw_int_t      rc;
    llmgw_out_t      out;
    llmgw_event_t    ev;
    llmgw_writer_t  *w;
    llmgw_resume_t  *rs;

    static const llmgw_event_e  events[] = {
        LLMGW_EV_START,
        LLMGW_EV_CHOICE,
        LLMGW_EV_TEXT
    };

    rs = rp->call->resume;
    w = &rs->writer;

    if (rs->text.len == 0 && rp->call->endpoint->id == LLMGW_EP_MESSAGES) {

        /* a block may have begun, and nothing else in it */

        return LLMGW_DECLINED;
    }

    rs->write = rp->call->endpoint->door->stream;

    memset(w, 0, sizeof(llmgw_writer_t));

    w->call = rp->call;
    w->arena = rp->arena;
    w->passed = &rs->first;
    w->out = &out;
    w->state = llmgw_calloc(rp->arena, rs->write->state);

    if (w->state == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_out_init(&out, &rs->scratch, 2048, 0, 0);

    for (i = 0; i < llmgw_nelts(events); i++) {

        memset(&ev, 0, sizeof(llmgw_event_t));

        ev.type = events[i];

        switch (ev.type) {

        case LLMGW_EV_START:
            ev.id = rs->first.id;
            ev.name = rs->first.model;
            ev.created = rs->first.created;
            break;

        case LLMGW_EV_TEXT:
            ev.text = llmgw_buf_str(&rs->text);
            break;

        default:
            break;
        }

        rc = rs->write->event(w, &ev);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    w->passed = NULL;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_resume_go(llmgw_reply_t *rp, llmgw_usage_t *u)
{
    llmgw_chat_t     *chat;
    llmgw_resume_t   *rs;
    llmgw_message_t  *m;

    rs = rp->call->resume;
    chat = rp->call->chat;

    llmgw_reply_usage(rp, u);
    llmgw_resume_count(&rs->usage, u);

    if (rs->part == NULL && rs->text.len) {

        m = llmgw_chat_message(chat, LLMGW_ROLE_ASSISTANT, 0);

        if (m == NULL) {
            return LLMGW_ERROR;
        }

        m->string = 1;

        rs->part = llmgw_chat_part(chat, m, LLMGW_PART_TEXT, 0);

        if (rs->part == NULL) {
            return LLMGW_ERROR;
        }
    }

    if (rs->part) {
        rs->part->text = llmgw_buf_str(&rs->text);
    }

    if (!rs->asked) {
        rs->asked = 1;
        rs->max_tokens = chat->max_tokens;
    }

    /* the client's limit is one for the whole of the answer */

    if (rs->max_tokens > 0) {
        chat->max_tokens = rs->max_tokens - llmgw_tokens(rs->weight);

        if (chat->max_tokens < 1) {
            chat->max_tokens = 1;
        }
    }

    rs->on = 1;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_resume_fail(llmgw_reply_t *rp, const llmgw_error_t *e,
    llmgw_out_t *out)
{
    llmgw_resume_t  *rs;

    rs = rp->call->resume;

    rs->lost = 1;

    if (rs->on) {
        rp->mode = LLMGW_REPLY_STREAM;
        rp->writer = rs->writer;
        rp->write = rs->write;
    }

    rp->out = out;
    rp->writer.out = out;
    rp->begun = 1;

    return llmgw_reply_failed(rp, e);
}


static void
llmgw_resume_sum(int64_t *a, int64_t b)
{
    if (b >= 0) {
        *a = (*a > 0 ? *a : 0) + b;
    }
}


void
llmgw_resume_count(llmgw_usage_t *a, const llmgw_usage_t *b)
{
    llmgw_resume_sum(&a->prompt, b->prompt);
    llmgw_resume_sum(&a->completion, b->completion);
    llmgw_resume_sum(&a->cached, b->cached);
    llmgw_resume_sum(&a->cache_write, b->cache_write);
    llmgw_resume_sum(&a->cache_write_1h, b->cache_write_1h);
    llmgw_resume_sum(&a->audio_in, b->audio_in);
    llmgw_resume_sum(&a->image_in, b->image_in);
    llmgw_resume_sum(&a->text_in, b->text_in);
    llmgw_resume_sum(&a->reasoning, b->reasoning);
    llmgw_resume_sum(&a->audio_out, b->audio_out);
    llmgw_resume_sum(&a->image_out, b->image_out);
    llmgw_resume_sum(&a->text_out, b->text_out);
    llmgw_resume_sum(&a->accepted_prediction, b->accepted_prediction);
    llmgw_resume_sum(&a->rejected_prediction, b->rejected_prediction);
    llmgw_resume_sum(&a->queries, b->queries);

    a->total = -1;
    a->reported |= b->reported;
    a->estimated |= b->estimated;
}


/* a translated answer: of the first attempt it is kept, later ones go on */

llmgw_int_t
llmgw_resume_event(llmgw_reply_t *rp, const llmgw_event_t *ev)
{
    llmgw_int_t      rc;
    llmgw_usage_t    own;
    llmgw_resume_t  *rs;

    rs = rp->call->resume;

    if (!rs->on) {
        llmgw_resume_keep(rs, ev);

        return llmgw_reply_take(rp, ev);
    }

    switch (ev->type) {

    case LLMGW_EV_TEXT:
        return llmgw_resume_text(rp, ev);

    case LLMGW_EV_REASONING:
    case LLMGW_EV_THINKING:
    case LLMGW_EV_SIGNATURE:

        /* about a text that the client has got already */

        rp->text += llmgw_tokens_jstr(ev->text);

        return LLMGW_OK;

    case LLMGW_EV_USAGE:
        rs->counted = 1;
        rp->usage = *ev->usage;

        return llmgw_resume_usage(rp, ev->usage);

    case LLMGW_EV_END:

        if (!rs->counted) {

            rp->complete = 1;
            llmgw_reply_usage(rp, &own);

            rc = llmgw_resume_usage(rp, &own);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        break;

    default:
        llmgw_resume_keep(rs, ev);
    }

    return llmgw_reply_take(rp, ev);
}


/* the client sees one answer, and what all of it has used */

static llmgw_int_t
llmgw_resume_usage(llmgw_reply_t *rp, const llmgw_usage_t *own)
{
    llmgw_event_t  ev;
    llmgw_usage_t  sum;

    sum = *own;
    llmgw_resume_count(&sum, &rp->call->resume->usage);

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_USAGE;
    ev.usage = &sum;

    return rp->write->event(&rp->writer, &ev);
}


/* blanks that the client has and the model was not given come only once */

static llmgw_int_t
llmgw_resume_text(llmgw_reply_t *rp, const llmgw_event_t *ev)
{
    size_t           n;
    llmgw_event_t    text;
    llmgw_resume_t  *rs;

    rs = rp->call->resume;
    text = *ev;

    if (rs->blank.len && text.text.len) {

        for (n = 0; n < rs->blank.len && n < text.text.len; n++) {
            if (rs->blank.data[n] != text.text.data[n]) {
                break;
            }
        }

        /* not the first half of an escape */

        if (n && text.text.data[n - 1] == '\\') {
            n--;
        }

        if (n == text.text.len) {
            rs->blank.data += n;
            rs->blank.len -= n;

        } else {
            rs->blank.len = 0;
        }

        text.text.data += n;
        text.text.len -= n;
    }

    llmgw_resume_keep(rs, &text);

    return llmgw_reply_take(rp, &text);
}


static void
llmgw_resume_keep(llmgw_resume_t *rs, const llmgw_event_t *ev)
{
    switch (ev->type) {

    case LLMGW_EV_START:
    case LLMGW_EV_USAGE:
    case LLMGW_EV_ERROR:
    case LLMGW_EV_END:
        return;

    case LLMGW_EV_CHOICE:
        rs->lost |= (ev->choice != 0);
        return;

    case LLMGW_EV_TEXT:

        if (ev->choice || ev->signature.len) {
            rs->lost = 1;
            return;
        }

        llmgw_resume_add(rs, ev->text);
        return;

    default:

        /* tool calls, thoughts, sound …, and the end */

        rs->lost = 1;
    }
}


void
llmgw_resume_add(llmgw_resume_t *rs, llmgw_str_t text)
{
    if (rs->lost) {
        return;
    }

    if (text.len > LLMGW_RESUME_MAX - rs->text.len
        || llmgw_buf_add(rs->arena, &rs->text, text) != LLMGW_OK)
    {
        rs->lost = 1;
        return;
    }

    rs->weight += llmgw_tokens_jstr(text);
}
