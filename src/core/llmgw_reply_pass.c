
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers that pass as they are: what is picked off them on the way.
 */


#include "llmgw_resume.h"
#include "llmgw_splice.h"
#include "llmgw_tokens.h"


typedef enum {
    pass_usage = 0,
    pass_error,
    pass_type,
    pass_model,
    pass_response_usage,
    pass_response_model,
    pass_message_usage,
    pass_message_model,
    pass_response_id,
    pass_response_created,
    pass_sequence,
    pass_usage_metadata,
    pass_model_version,
    pass_delta
} llmgw_reply_path_e;


static void llmgw_reply_picked(void *ctx, unsigned path, llmgw_str_t value,
    unsigned cut);
static void llmgw_reply_pass_usage(llmgw_reply_t *rp, llmgw_str_t value);
static void llmgw_reply_pass_type(llmgw_reply_t *rp, llmgw_str_t type);
static void llmgw_reply_pass_delta(llmgw_reply_t *rp, llmgw_str_t value,
    unsigned cut);
static void llmgw_reply_pass_duration(llmgw_reply_t *rp,
    const llmgw_json_node_t *v, llmgw_str_t value);
static void llmgw_reply_pass_texts(llmgw_reply_t *rp);
static llmgw_int_t llmgw_reply_pass_scan(llmgw_reply_t *rp, const u_char *p,
    size_t n);
static llmgw_int_t llmgw_reply_pass_put(llmgw_reply_t *rp, const u_char *p,
    size_t n);
static llmgw_int_t llmgw_reply_tag_event(void *ctx,
    const llmgw_sse_event_t *ev);
static llmgw_int_t llmgw_reply_event_end(llmgw_reply_t *rp,
    const u_char *pos);
static llmgw_int_t llmgw_reply_repair(llmgw_reply_t *rp,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_reply_first_error(void *ctx,
    const llmgw_sse_event_t *ev);


/* of all dialects that pass; the names do not collide */

static const llmgw_pick_path_t  llmgw_reply_paths[] = {
    llmgw_pick_1("usage"),
    llmgw_pick_1("error"),
    llmgw_pick_1("type"),
    llmgw_pick_1("model"),
    llmgw_pick_2("response", "usage"),
    llmgw_pick_2("response", "model"),
    llmgw_pick_2("message", "usage"),
    llmgw_pick_2("message", "model"),
    llmgw_pick_2("response", "id"),
    llmgw_pick_2("response", "created_at"),
    llmgw_pick_1("sequence_number"),
    llmgw_pick_1("usageMetadata"),
    llmgw_pick_1("modelVersion"),
    llmgw_pick_1("delta")
};


/* events with which a stream ends well */

static const llmgw_str_t  llmgw_reply_last[] = {
    llmgw_string("\"response.completed\""),
    llmgw_string("\"response.incomplete\""),
    llmgw_string("\"response.failed\""),
    llmgw_string("\"message_stop\""),
    llmgw_string("\"image_generation.completed\""),
    llmgw_string("\"image_edit.completed\""),
    llmgw_string("\"transcript.text.done\""),
    llmgw_string("\"speech.audio.done\"")
};


/* events that come before a model has done anything */

static const llmgw_str_t  llmgw_reply_first[] = {
    llmgw_string("\"response.created\""),
    llmgw_string("\"response.queued\""),
    llmgw_string("\"response.in_progress\""),
    llmgw_string("\"message_start\""),
    llmgw_string("\"ping\"")
};


llmgw_int_t
llmgw_reply_pass_init(llmgw_reply_t *rp)
{
    rp->pick = llmgw_alloc(rp->arena, sizeof(llmgw_pick_t));
    if (rp->pick == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_pick_init(rp->pick, llmgw_reply_paths,
                    llmgw_nelts(llmgw_reply_paths), llmgw_reply_picked, rp);

    if (rp->mode == LLMGW_REPLY_PASS_EVENTS) {

        if (!rp->call->tagged) {
            return LLMGW_OK;
        }

        llmgw_sse_init(&rp->sse, rp->arena, rp->max, llmgw_reply_tag_event,
                       rp);
    }

    return llmgw_reply_edit_init(rp);
}


/*
 * The client gets whole events: what is left of one when the upstream is cut
 * would spoil the error behind it.
 */

llmgw_int_t
llmgw_reply_pass_events(llmgw_reply_t *rp, const u_char *p, size_t n)
{
    size_t        held, done;
    llmgw_int_t   rc;

    held = rp->body_len;

    if (held || !rp->begun) {

        rc = llmgw_reply_gather(rp, p, n, rp->max);
        if (rc != LLMGW_OK) {
            return rc;
        }

        p = rp->body;
    }

    rp->edge = p;

    rc = llmgw_reply_pass_scan(rp, p + held, n);

    if (rc == LLMGW_INVALID && rp->begun && rp->edge > p) {

        /* what came in front of the error is for the client */

        done = (size_t) (rp->edge - p);

        return (llmgw_reply_pass_put(rp, p, done) == LLMGW_ERROR)
               ? LLMGW_ERROR : rc;
    }

    if (rc != LLMGW_OK || !rp->begun) {
        return rc;
    }

    n += held;
    done = (size_t) (rp->edge - p);

    if (done) {
        rc = llmgw_reply_pass_put(rp, p, done);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (p != rp->body) {
        return llmgw_reply_gather(rp, p + done, n - done, rp->max);
    }

    rp->body_len = n - done;

    if (done) {
        memmove(rp->body, rp->body + done, rp->body_len);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_reply_pass_put(llmgw_reply_t *rp, const u_char *p, size_t n)
{
    if (rp->call->tagged) {
        return llmgw_sse_feed(&rp->sse, p, n);
    }

    if (rp->call->resume && llmgw_resume_feed(rp, p, n) == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    llmgw_put_n(rp->out, p, n);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_reply_tag_event(void *ctx, const llmgw_sse_event_t *ev)
{
    llmgw_reply_t *rp = ctx;

    llmgw_int_t     rc;
    llmgw_json_t    j;
    llmgw_splice_t  sp;

    llmgw_arena_reset(&rp->scratch);
    llmgw_splice_init(&sp, &rp->scratch);

    if (ev->data.len) {

        rc = llmgw_json_parse(&j, &rp->scratch, ev->data, LLMGW_JSON_ALL,
                              LLMGW_JSON_ALL);

        if (rc == LLMGW_ERROR) {
            return rc;
        }

        if (rc == LLMGW_OK && j.nodes[0].type == LLMGW_JSON_OBJECT) {

            rp->fix.doc = &j;
            rp->fix.splice = &sp;

            rc = rp->repair->event(&rp->fix);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    if (sp.head == NULL && !sp.failed) {
        llmgw_put(rp->out, ev->raw);
        return LLMGW_OK;
    }

    if (ev->name.len) {
        llmgw_puts(rp->out, "event: ");
        llmgw_put(rp->out, ev->name);
        llmgw_puts(rp->out, "\n");
    }

    llmgw_puts(rp->out, "data: ");

    rc = llmgw_splice_put(&sp, ev->data, rp->out);

    llmgw_puts(rp->out, "\n\n");

    return rc;
}


static void
llmgw_reply_picked(void *ctx, unsigned path, llmgw_str_t value, unsigned cut)
{
    llmgw_reply_t *rp = ctx;

    if (path != pass_type && path != pass_delta) {
        rp->noted = 1;
    }

    switch ((llmgw_reply_path_e) path) {

    case pass_usage:
    case pass_response_usage:
    case pass_message_usage:
    case pass_usage_metadata:

        if (value.data[0] == '{' && !cut) {
            llmgw_reply_pass_usage(rp, value);
        }

        break;

    case pass_error:
        rp->has_error = (value.data[0] == '{' || value.data[0] == '"');
        break;

    case pass_type:
        llmgw_reply_pass_type(rp, value);
        break;

    case pass_delta:
        llmgw_reply_pass_delta(rp, value, cut);
        break;

    case pass_model:
    case pass_response_model:
    case pass_message_model:
    case pass_model_version:

        if (rp->model.len == 0 && value.len > 2 && value.data[0] == '"'
            && !cut)
        {
            rp->model = llmgw_str_dup(rp->arena, llmgw_str(value.data + 1,
                                                           value.len - 2));
        }

        break;

    case pass_response_id:

        if (rp->passed.id.len == 0 && value.len > 2 && value.data[0] == '"'
            && !cut)
        {
            rp->passed.id = llmgw_str_dup(rp->arena,
                                          llmgw_str(value.data + 1,
                                                    value.len - 2));
        }

        break;

    case pass_response_created:

        if (llmgw_json_int(value, &rp->passed.created) != LLMGW_OK) {
            rp->passed.created = 0;
        }

        break;

    case pass_sequence:

        if (llmgw_json_int(value, &rp->sequence) != LLMGW_OK) {
            rp->sequence = -1;
        }

        break;
    }
}


static void
llmgw_reply_pass_usage(llmgw_reply_t *rp, llmgw_str_t value)
{
    llmgw_json_t  j;

    if (llmgw_json_parse(&j, &rp->scratch, value, LLMGW_JSON_ALL, 256)
        == LLMGW_OK)
    {
        rp->provider->read_usage(&rp->usage, &j, j.nodes);
    }
}


/* a piece of text, or an object around one */

static void
llmgw_reply_pass_delta(llmgw_reply_t *rp, llmgw_str_t value, unsigned cut)
{
    size_t        i, n;
    llmgw_json_t  j;

    /* as Anthropic writes it */

    static const llmgw_str_t  usual[] = {
        llmgw_string("{\"type\":\"text_delta\",\"text\":\""),
        llmgw_string("{\"type\":\"input_json_delta\",\"partial_json\":\""),
        llmgw_string("{\"type\":\"thinking_delta\",\"thinking\":\"")
    };

    if (value.data[0] == '"' || cut) {
        rp->text += llmgw_tokens_jstr(value);
        return;
    }

    for (i = 0; i < llmgw_nelts(usual); i++) {

        n = usual[i].len;

        if (value.len >= n + 2 && memcmp(value.data, usual[i].data, n) == 0) {
            rp->text += llmgw_tokens_jstr(llmgw_str(value.data + n,
                                                    value.len - n - 2));
            rp->lead = usual[i];
            return;
        }
    }

    if (llmgw_json_parse(&j, &rp->scratch, value, LLMGW_JSON_ALL, 256)
        == LLMGW_OK)
    {
        rp->text += llmgw_tokens_value(&j, j.nodes);
    }
}


static void
llmgw_reply_pass_type(llmgw_reply_t *rp, llmgw_str_t type)
{
    size_t  i;

    if (llmgw_str_is(type, "\"error\"")) {
        rp->has_error = 1;
        rp->is_last = 1;
        return;
    }

    for (i = 0; i < llmgw_nelts(llmgw_reply_last); i++) {
        if (llmgw_str_eq(type, llmgw_reply_last[i])) {
            rp->is_last = 1;
            return;
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_reply_first); i++) {
        if (llmgw_str_eq(type, llmgw_reply_first[i])) {
            rp->preamble = 1;
            return;
        }
    }
}


static void
llmgw_reply_event_begin(llmgw_reply_t *rp)
{
    llmgw_pick_reset(rp->pick);
    llmgw_arena_reset(&rp->scratch);

    rp->has_data = 0;
    rp->has_error = 0;
    rp->preamble = 0;
    rp->is_last = 0;
    rp->noted = 0;
    rp->lead.len = 0;
}


/* the event between the edge and pos has passed: more of the kind may come */

static llmgw_int_t
llmgw_reply_pass_learn(llmgw_reply_t *rp, const u_char *pos)
{
    llmgw_str_t    raw, text;
    const u_char  *p;

    llmgw_twin_forget(&rp->twin);

    if (rp->lead.len == 0 || rp->noted || rp->has_error || rp->preamble
        || rp->is_last || rp->passed.sequence >= 0)
    {
        return LLMGW_OK;
    }

    raw = llmgw_str(rp->edge, (size_t) (pos - rp->edge));

    p = llmgw_str_find(raw, rp->lead);
    if (p == NULL) {
        return LLMGW_OK;
    }

    p += rp->lead.len;
    text.data = p;

    for ( ;; ) {

        p = llmgw_json_quote(p, pos);

        if (pos - p < 2) {
            return LLMGW_OK;
        }

        if (*p == '"') {
            break;
        }

        p += 2;
    }

    text.len = (size_t) (p - text.data);

    return llmgw_twin_learn(&rp->twin, rp->arena, raw, text);
}


/*
 * Looks at events without keeping them: the lines are told apart by how they
 * begin, what follows "data:" goes through the pick.
 */

static llmgw_int_t
llmgw_reply_pass_scan(llmgw_reply_t *rp, const u_char *p, size_t n)
{
    size_t         len;
    llmgw_int_t    rc;
    llmgw_str_t    text;
    const u_char  *q, *end;

    end = p + n;

    while (p < end) {

        if (p == rp->edge && rp->begun) {

            len = llmgw_twin_match(&rp->twin, llmgw_str(p, (size_t) (end - p)),
                                   &text);
            if (len) {
                rp->text += llmgw_tokens_jstr(text);
                p += len;
                rp->edge = p;
                continue;
            }
        }

        q = memchr(p, '\n', (size_t) (end - p));
        len = (size_t) ((q ? q : end) - p);

        while (rp->line_len < 5 && len) {
            rp->line[rp->line_len++] = *p++;
            len--;

            if (rp->line_len == 5) {
                rp->in_data = (memcmp(rp->line, "data:", 5) == 0);
                rp->has_data |= rp->in_data;
            }
        }

        if (rp->in_data && len) {
            llmgw_pick_feed(rp->pick, p, len);
        }

        p += len;

        if (q == NULL) {
            break;
        }

        p++;

        if (rp->line_len == 0
            || (rp->line_len == 1 && rp->line[0] == '\r'))
        {
            rc = llmgw_reply_event_end(rp, p);

            if (rc == LLMGW_OK) {
                rc = llmgw_reply_pass_learn(rp, p);
            }

            if (rc != LLMGW_OK) {
                return rc;
            }

            llmgw_reply_event_begin(rp);

            rp->edge = p;

            if (!rp->begun) {
                rp->event_pos = (size_t) (p - rp->body);
            }
        }

        rp->line_len = 0;
        rp->in_data = 0;
    }

    return LLMGW_OK;
}


/* pos is behind the event */

static llmgw_int_t
llmgw_reply_event_end(llmgw_reply_t *rp, const u_char *pos)
{
    const u_char  *event;

    if (!rp->has_data) {
        return LLMGW_OK;
    }

    rp->complete |= rp->is_last;
    rp->passed.sequence = rp->sequence;

    if (rp->has_error && (!rp->begun || llmgw_resume_may(rp))) {

        /* all that came so far has been gathered: the event is read again */

        event = rp->begun ? rp->edge : rp->body + rp->event_pos;
        rp->complete = 0;

        llmgw_sse_init(&rp->sse, &rp->scratch, rp->max,
                       llmgw_reply_first_error, rp);

        return llmgw_sse_feed(&rp->sse, event, (size_t) (pos - event));
    }

    if (!rp->preamble) {
        rp->begun = 1;
        rp->tokens = 1;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_reply_first_error(void *ctx, const llmgw_sse_event_t *ev)
{
    return ev->data.len ? llmgw_reply_pass_error(ctx, ev->data) : LLMGW_OK;
}


llmgw_int_t
llmgw_reply_pass_error(llmgw_reply_t *rp, llmgw_str_t data)
{
    llmgw_head_t   head;
    llmgw_error_t  e;

    memset(&e, 0, sizeof(llmgw_error_t));
    e.retry_after = -1;

    head = rp->head;
    head.status = 0;

    rp->provider->read_error(rp->call, &head, data, &e);

    e.upstream = 1;

    return llmgw_reply_failed(rp, &e);
}


/*
 * A document that is being passed on already.  Up to there it was held and not
 * looked at; from here on it is followed as it goes by.
 */

void
llmgw_reply_pass_follow(llmgw_reply_t *rp, const u_char *p, size_t n)
{
    llmgw_pick_feed(rp->pick, p, n);

    rp->text += n;
}


llmgw_int_t
llmgw_reply_pass_whole(llmgw_reply_t *rp)
{
    uint32_t                  depth;
    llmgw_int_t               rc;
    llmgw_str_t               raw;
    llmgw_json_t              j;
    const llmgw_json_node_t  *k, *v;

    if (rp->begun) {
        llmgw_pick_end(rp->pick);

        if (rp->pick->broken || !rp->pick->complete) {
            return llmgw_reply_invalid(rp);
        }

        goto done;
    }

    /* deep enough for the details of a usage object, or for a message */

    depth = (rp->repair && (rp->call->tagged
                            || rp->call->endpoint->id == LLMGW_EP_CHAT))
            ? 4 : 3;

    if (llmgw_json_parse(&j, &rp->scratch, llmgw_str(rp->body, rp->body_len),
                         depth, LLMGW_JSON_ALL)
        != LLMGW_OK)
    {
        return llmgw_reply_invalid(rp);
    }

    /* whatever the endpoint, an answer is an object */

    if (j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return llmgw_reply_invalid(rp);
    }

    llmgw_json_each_member(k, v, j.nodes) {

        raw = llmgw_json_raw(&j, v);

        if (llmgw_json_is(&j, k, "usage")) {

            if (v->type == LLMGW_JSON_OBJECT) {
                rp->provider->read_usage(&rp->usage, &j, v);
            }

        } else if (llmgw_json_is(&j, k, "usageMetadata")) {
            llmgw_reply_picked(rp, pass_usage_metadata, raw, 0);

        } else if (llmgw_json_is(&j, k, "model")
                   || llmgw_json_is(&j, k, "modelVersion"))
        {
            llmgw_reply_picked(rp, pass_model, raw, 0);

        } else if (llmgw_json_is(&j, k, "error")) {
            llmgw_reply_picked(rp, pass_error, raw, 0);

        } else if (llmgw_json_is(&j, k, "type")) {
            llmgw_reply_picked(rp, pass_type, raw, 0);

        } else if (llmgw_json_is(&j, k, "duration")) {
            llmgw_reply_pass_duration(rp, v, raw);
        }
    }

    /* a response that failed is one */

    if (rp->has_error && rp->call->endpoint->id != LLMGW_EP_RESPONSES
        && !rp->call->endpoint->stored)
    {
        return llmgw_reply_pass_error(rp, llmgw_str(rp->body, rp->body_len));
    }

    if (rp->usage.completion <= 0) {
        llmgw_reply_pass_texts(rp);
    }

    if (depth == 4) {

        rc = llmgw_reply_repair(rp, &j);
        if (rc != LLMGW_OK) {
            return rc;
        }

    } else {
        rp->out->ref = rp->body_len;
        llmgw_put_n(rp->out, rp->body, rp->body_len);
    }

done:

    rp->begun = 1;
    rp->tokens = 1;
    rp->complete = 1;
    rp->closed = 1;

    return LLMGW_DONE;
}


/* of audio that was heard, in seconds */

static void
llmgw_reply_pass_duration(llmgw_reply_t *rp, const llmgw_json_node_t *v,
    llmgw_str_t value)
{
    double  seconds;

    if (v->type != LLMGW_JSON_NUMBER || rp->usage.seconds >= 0
        || (rp->call->endpoint->id != LLMGW_EP_TRANSCRIPTIONS
            && rp->call->endpoint->id != LLMGW_EP_TRANSLATIONS))
    {
        return;
    }

    seconds = llmgw_json_double(value);

    if (seconds >= 0) {
        rp->usage.seconds = (seconds < LLMGW_USAGE_MAX) ? seconds
                                                        : LLMGW_USAGE_MAX;
    }
}


/* weighs the texts of an answer whose provider did not count them */

static void
llmgw_reply_pass_texts(llmgw_reply_t *rp)
{
    size_t                    i;
    llmgw_json_t              j;
    const llmgw_json_node_t  *k, *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("choices"),
        llmgw_string("content"),
        llmgw_string("output"),
        llmgw_string("candidates"),
        llmgw_string("text")
    };

    if (llmgw_json_parse(&j, &rp->scratch, llmgw_str(rp->body, rp->body_len),
                         LLMGW_JSON_ALL, LLMGW_JSON_ALL)
        != LLMGW_OK
        || j.nodes[0].type != LLMGW_JSON_OBJECT)
    {
        return;
    }

    llmgw_json_each_member(k, v, j.nodes) {

        for (i = 0; i < llmgw_nelts(names); i++) {

            if (llmgw_json_is_n(&j, k, (const char *) names[i].data,
                                names[i].len))
            {
                rp->text += llmgw_tokens_value(&j, v);
            }
        }
    }
}


/* what a variant of a dialect says in its own way, as the dialect has it */

static llmgw_int_t
llmgw_reply_repair(llmgw_reply_t *rp, const llmgw_json_t *j)
{
    llmgw_int_t     rc;
    llmgw_splice_t  sp;

    llmgw_splice_init(&sp, &rp->scratch);

    rp->fix.doc = j;
    rp->fix.splice = &sp;

    rc = rp->repair->whole(&rp->fix);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rp->edited = (sp.head != NULL);
    rp->out->ref = rp->body_len;

    return llmgw_splice_put(&sp, llmgw_str(rp->body, rp->body_len), rp->out);
}


/* the body of a passing stream ended */

llmgw_int_t
llmgw_reply_pass_end(llmgw_reply_t *rp)
{
    unsigned     was;
    llmgw_int_t  rc;

    was = rp->begun;

    /* the last event may lack its blank line, but nothing else */

    rp->complete |= rp->is_last && rp->pick->complete;

    if (rp->complete) {

        rp->begun = 1;
        rp->closed = 1;

        if (rp->body_len && (rp->is_last || !was)) {

            rc = llmgw_reply_pass_put(rp, rp->body, rp->body_len);

            if (rc == LLMGW_OK) {
                rc = llmgw_reply_pass_put(rp, (u_char *) "\n\n", 2);
            }

            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        return LLMGW_DONE;
    }

    /* every choice has ended, only the mark is missing */

    if (rp->mode == LLMGW_REPLY_PASS_EDITED && rp->begun_map
        && rp->begun_map == rp->ended_map)
    {
        llmgw_puts(rp->out, "data: [DONE]\n\n");

        rp->begun = 1;
        rp->complete = 1;
        rp->closed = 1;

        return LLMGW_DONE;
    }

    return llmgw_reply_incomplete(rp);
}


/* the client has seen a part of a stream: it is told that this was not all */

llmgw_int_t
llmgw_reply_pass_tail(llmgw_reply_t *rp)
{
    llmgw_event_t              ev;
    const llmgw_writer_ops_t  *write;

    if (rp->mode != LLMGW_REPLY_PASS_EVENTS
        && rp->mode != LLMGW_REPLY_PASS_EDITED
        && rp->mode != LLMGW_REPLY_PASS_FRAMES)
    {
        /* a broken JSON document or sound: it just ends */

        return LLMGW_DONE;
    }

    write = rp->call->endpoint->door->stream;

    rp->writer.call = rp->call;
    rp->writer.arena = rp->arena;
    rp->writer.passed = &rp->passed;
    rp->passed.model = rp->model;

    if (rp->call->tagged) {

        rp->passed.id = llmgw_tag_add(rp->call->tags, rp->call->target->where,
                                      rp->passed.id, rp->arena);

        if (rp->passed.id.data == NULL && rp->passed.id.len) {
            return LLMGW_ERROR;
        }
    }

    rp->writer.state = llmgw_calloc(rp->arena, write->state);

    if (rp->writer.state == NULL) {
        return LLMGW_ERROR;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_ERROR;
    ev.error = &rp->error;

    return (write->event(&rp->writer, &ev) == LLMGW_ERROR) ? LLMGW_ERROR
                                                           : LLMGW_DONE;
}
