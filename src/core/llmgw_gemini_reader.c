
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers of generateContent, whole and streamed, as events.  An event of a
 * stream is a small answer, and a whole answer a stream of one event.
 */


#include "llmgw_gemini_reader.h"
#include "llmgw_headers.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_gemini_read_whole(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_gemini_read_event(llmgw_reader_t *rd,
    llmgw_str_t name, llmgw_str_t data);
static llmgw_int_t llmgw_gemini_read_end(llmgw_reader_t *rd);
static llmgw_int_t llmgw_gemini_answer(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_gemini_start(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_gemini_feedback(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_gemini_candidate(llmgw_reader_t *rd,
    const llmgw_json_t *j, llmgw_node_t *candidate, uint32_t index);
static llmgw_int_t llmgw_gemini_ground(llmgw_reader_t *rd,
    llmgw_gemini_candidate_t *c, const llmgw_json_t *j,
    llmgw_node_t *grounding);
static llmgw_int_t llmgw_gemini_cite(llmgw_reader_t *rd, uint32_t index);
static llmgw_int_t llmgw_gemini_finish(llmgw_reader_t *rd,
    const llmgw_json_t *j, llmgw_node_t *candidate, uint32_t index,
    llmgw_str_t reason);


const llmgw_reader_ops_t  llmgw_gemini_reader = {
    sizeof(llmgw_gemini_state_t),
    llmgw_gemini_read_whole,
    llmgw_gemini_read_event,
    llmgw_gemini_read_end,
    0,
    NULL
};


/* citations come only where the model could search */

static unsigned
llmgw_gemini_searches(const llmgw_call_t *call)
{
    const llmgw_tool_t  *tool;

    if (call->chat == NULL) {
        return 0;
    }

    if (call->chat->param[LLMGW_P_WEB_SEARCH_OPTIONS].raw.len) {
        return 1;
    }

    for (tool = call->chat->tools; tool; tool = tool->next) {
        if (tool->type == LLMGW_TOOL_NATIVE) {
            return 1;
        }
    }

    return 0;
}


static llmgw_int_t
llmgw_gemini_read_whole(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t           rc;
    llmgw_gemini_state_t *s;

    s = rd->state;
    s->whole = 1;
    s->mem = rd->arena;

    rc = llmgw_gemini_answer(rd, j);

    return (rc == LLMGW_OK) ? llmgw_gemini_read_end(rd) : rc;
}


static llmgw_int_t
llmgw_gemini_read_event(llmgw_reader_t *rd, llmgw_str_t name,
    llmgw_str_t data)
{
    llmgw_int_t            rc;
    llmgw_json_t           j;
    llmgw_gemini_state_t  *s;

    (void) name;

    s = rd->state;
    s->mem = rd->scratch;

    /* a mark that proxies like to add */

    if (llmgw_str_is(data, "[DONE]")) {
        return LLMGW_OK;
    }

    rc = llmgw_json_parse(&j, rd->scratch, data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : llmgw_reader_invalid(rd);
    }

    if (j.nodes[0].type == LLMGW_JSON_ARRAY && j.nodes[0].span > 1) {

        /* [{"error":…}] */

        return llmgw_json_get(&j, j.nodes + 1, "error")
               ? llmgw_reader_error(rd, data) : llmgw_reader_invalid(rd);
    }

    if (j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return llmgw_reader_invalid(rd);
    }

    return llmgw_gemini_answer(rd, &j);
}


/* the body ended: there is no other mark of it */

static llmgw_int_t
llmgw_gemini_read_end(llmgw_reader_t *rd)
{
    uint32_t               i, n;
    llmgw_int_t            rc;
    llmgw_event_t          ev;
    llmgw_usage_t         *u;
    llmgw_gemini_state_t  *s;

    s = rd->state;
    n = 0;

    for (i = 0; i < s->ncandidates; i++) {

        if (!s->candidates[i].begun) {
            continue;
        }

        n++;

        if (!s->candidates[i].finished) {
            return LLMGW_OK;
        }
    }

    if (n == 0) {
        return LLMGW_OK;
    }

    u = &s->usage;

    if (!u->reported) {
        llmgw_usage_init(u);
        u->prompt = 0;
        u->completion = 0;
        u->cached = 0;
        u->reasoning = 0;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_USAGE;
    ev.usage = u;

    rc = llmgw_reader_send(rd, &ev);
    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_END;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_gemini_answer(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    uint32_t               i, index;
    int64_t                n;
    llmgw_int_t            rc;
    llmgw_node_t          *v, *candidates, *c;
    llmgw_gemini_state_t  *s;

    s = rd->state;

    v = llmgw_json_get(j, j->nodes, "error");

    if (v && v->type != LLMGW_JSON_NULL) {
        return llmgw_reader_error(rd, llmgw_str(j->text, j->len));
    }

    v = llmgw_json_object(j, j->nodes, "usageMetadata");

    if (v) {
        llmgw_gemini_read_usage(&s->usage, j, v);
    }

    rc = llmgw_gemini_start(rd, j);
    if (rc != LLMGW_OK) {
        return rc;
    }

    candidates = llmgw_json_array(j, j->nodes, "candidates");

    if (candidates == NULL || candidates->span == 1) {
        return llmgw_gemini_feedback(rd, j);
    }

    i = 0;

    llmgw_json_each(c, candidates) {

        v = llmgw_json_number(j, c, "index");

        index = (v && llmgw_json_int(llmgw_json_str(j, v), &n) == LLMGW_OK
                 && n >= 0 && n < LLMGW_GEMINI_CANDIDATES)
                ? (uint32_t) n : i;
        i++;

        if (c->type != LLMGW_JSON_OBJECT || index >= LLMGW_GEMINI_CANDIDATES)
        {
            continue;
        }

        rc = llmgw_gemini_candidate(rd, j, c, index);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_start(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    int64_t                t;
    llmgw_str_t            created;
    llmgw_event_t          ev;
    llmgw_gemini_state_t  *s;

    s = rd->state;

    if (s->started) {
        return LLMGW_OK;
    }

    s->started = 1;
    s->cite = llmgw_gemini_searches(rd->call);

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_START;
    ev.id = llmgw_json_get_str(j, j->nodes, "responseId");
    ev.name = llmgw_json_get_str(j, j->nodes, "modelVersion");

    if (ev.name.len == 0) {
        ev.name = rd->call->target->model;
    }

    created = llmgw_json_get_str(j, j->nodes, "createTime");

    if (created.len) {
        t = llmgw_rfc3339(created);
        ev.created = (t > 0) ? t : 0;
    }

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_gemini_begin(llmgw_reader_t *rd, uint32_t index)
{
    llmgw_event_t              ev;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_candidate_t  *c;

    s = rd->state;
    c = &s->candidates[index];

    if (index >= s->ncandidates) {
        s->ncandidates = index + 1;
    }

    if (c->begun) {
        return LLMGW_OK;
    }

    c->begun = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_CHOICE;
    ev.choice = index;

    return llmgw_reader_send(rd, &ev);
}


/* an event without candidates: the prompt was refused, or it counts only */

static llmgw_int_t
llmgw_gemini_feedback(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t            rc;
    llmgw_str_t            reason;
    llmgw_event_t          ev;
    llmgw_gemini_state_t  *s;

    s = rd->state;

    reason = llmgw_json_get_str(j, llmgw_json_object(j, j->nodes,
                                                     "promptFeedback"),
                                "blockReason");

    if (reason.len == 0) {
        return s->whole ? llmgw_reader_invalid(rd) : LLMGW_OK;
    }

    if (s->candidates[0].finished) {
        return LLMGW_OK;
    }

    rc = llmgw_gemini_begin(rd, 0);
    if (rc != LLMGW_OK) {
        return rc;
    }

    s->candidates[0].finished = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_FINISH;
    ev.finish = LLMGW_FINISH_CONTENT_FILTER;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_gemini_candidate(llmgw_reader_t *rd, const llmgw_json_t *j,
    llmgw_node_t *candidate, uint32_t index)
{
    llmgw_int_t                rc;
    llmgw_out_t                o;
    llmgw_str_t                reason;
    llmgw_node_t              *v;
    llmgw_event_t              ev;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_candidate_t  *c;

    s = rd->state;
    c = &s->candidates[index];

    if (c->finished) {
        return LLMGW_OK;
    }

    rc = llmgw_gemini_begin(rd, index);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_object(j, candidate, "logprobsResult");

    if (v) {

        llmgw_out_init(&o, s->mem, 1024, 0, 0);

        if (llmgw_gemini_put_logprobs(&o, s->mem, j, v) != LLMGW_OK
            || llmgw_out_close(&o) != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }

        memset(&ev, 0, sizeof(llmgw_event_t));
        ev.type = LLMGW_EV_LOGPROBS;
        ev.choice = index;
        ev.raw = llmgw_out_join(&o, s->mem);

        rc = ev.raw.data ? llmgw_reader_send(rd, &ev) : LLMGW_ERROR;
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = llmgw_json_array(j, llmgw_json_object(j, candidate, "content"),
                         "parts");
    if (v) {
        rc = llmgw_gemini_read_parts(rd, j, index, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = llmgw_json_object(j, candidate, "groundingMetadata");

    if (v && s->cite) {
        rc = llmgw_gemini_ground(rd, c, j, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    reason = llmgw_json_get_str(j, candidate, "finishReason");

    if (reason.len == 0 && !s->whole) {
        return LLMGW_OK;
    }

    return llmgw_gemini_finish(rd, j, candidate, index, reason);
}


/* the latest one counts, and is kept until the text has ended */

static llmgw_int_t
llmgw_gemini_ground(llmgw_reader_t *rd, llmgw_gemini_candidate_t *c,
    const llmgw_json_t *j, llmgw_node_t *grounding)
{
    llmgw_str_t  raw;

    raw = llmgw_json_raw(j, grounding);

    if (raw.len > c->grounding_size) {

        c->grounding_size = raw.len + raw.len / 2;
        c->grounding_buf = llmgw_nalloc(rd->arena, c->grounding_size);

        if (c->grounding_buf == NULL) {
            c->grounding_size = 0;
            return LLMGW_ERROR;
        }
    }

    memcpy(c->grounding_buf, raw.data, raw.len);
    c->grounding = llmgw_str(c->grounding_buf, raw.len);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_cite(llmgw_reader_t *rd, uint32_t index)
{
    llmgw_int_t                rc;
    llmgw_out_t                o;
    llmgw_json_t               j;
    llmgw_event_t              ev;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_candidate_t  *c;

    s = rd->state;
    c = &s->candidates[index];

    if (c->grounding.len == 0) {
        return LLMGW_OK;
    }

    if (llmgw_json_parse(&j, s->mem, c->grounding, LLMGW_JSON_ALL,
                         LLMGW_JSON_ALL)
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_out_init(&o, s->mem, 1024, 0, 0);

    rc = llmgw_gemini_put_annotations(&o, &j, j.nodes, &c->text);

    if (rc == LLMGW_DECLINED) {
        return LLMGW_OK;
    }

    if (rc != LLMGW_OK || llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_CITATIONS;
    ev.choice = index;
    ev.raw = llmgw_out_join(&o, s->mem);

    return ev.raw.data ? llmgw_reader_send(rd, &ev) : LLMGW_ERROR;
}


/* reasons that go with content, and those that stand for the lack of it */

typedef enum {
    reason_stop = 0,
    reason_length,
    reason_filter,
    reason_broken
} llmgw_gemini_reason_e;

static const struct {
    llmgw_str_t            name;
    llmgw_gemini_reason_e  reason;
} llmgw_gemini_reasons[] = {
    { llmgw_string("STOP"), reason_stop },
    { llmgw_string("MAX_TOKENS"), reason_length },
    { llmgw_string("CONTINUATION"), reason_length },
    { llmgw_string("SAFETY"), reason_filter },
    { llmgw_string("RECITATION"), reason_filter },
    { llmgw_string("LANGUAGE"), reason_filter },
    { llmgw_string("BLOCKLIST"), reason_filter },
    { llmgw_string("PROHIBITED_CONTENT"), reason_filter },
    { llmgw_string("SPII"), reason_filter },
    { llmgw_string("IMAGE_SAFETY"), reason_filter },
    { llmgw_string("IMAGE_PROHIBITED_CONTENT"), reason_filter },
    { llmgw_string("IMAGE_RECITATION"), reason_filter },
    { llmgw_string("MODEL_ARMOR"), reason_filter },
    { llmgw_string("JAILBREAK"), reason_filter },
    { llmgw_string("MALFORMED_FUNCTION_CALL"), reason_broken },
    { llmgw_string("UNEXPECTED_TOOL_CALL"), reason_broken },
    { llmgw_string("TOO_MANY_TOOL_CALLS"), reason_broken },
    { llmgw_string("MALFORMED_RESPONSE"), reason_broken },
    { llmgw_string("MISSING_THOUGHT_SIGNATURE"), reason_broken },
    { llmgw_string("NO_IMAGE"), reason_broken }
};


static llmgw_gemini_reason_e
llmgw_gemini_reason(llmgw_str_t name)
{
    size_t  i;

    for (i = 0; i < llmgw_nelts(llmgw_gemini_reasons); i++) {
        if (llmgw_str_eq(name, llmgw_gemini_reasons[i].name)) {
            return llmgw_gemini_reasons[i].reason;
        }
    }

    return reason_stop;
}


unsigned
llmgw_gemini_blocked(llmgw_str_t reason)
{
    return llmgw_gemini_reason(reason) == reason_filter;
}


/* a candidate that came to nothing: another attempt may do better */

static llmgw_int_t
llmgw_gemini_broken(llmgw_reader_t *rd, const llmgw_json_t *j,
    llmgw_node_t *candidate, llmgw_str_t reason)
{
    u_char         *code;
    size_t          i;
    llmgw_str_t     message;
    llmgw_error_t   e;
    llmgw_event_t   ev;

    code = llmgw_nalloc(rd->arena, reason.len);
    if (code == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < reason.len; i++) {
        code[i] = llmgw_tolower(reason.data[i]);
    }

    message = llmgw_jstr_decode(rd->arena,
                                llmgw_json_get_str(j, candidate,
                                                   "finishMessage"));

    llmgw_error_set(&e, 502, llmgw_str(code, reason.len), llmgw_null_str,
                    message.len ? message : reason);

    e.upstream = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_ERROR;
    ev.error = &e;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_gemini_finish(llmgw_reader_t *rd, const llmgw_json_t *j,
    llmgw_node_t *candidate, uint32_t index, llmgw_str_t reason)
{
    llmgw_int_t                rc;
    llmgw_event_t              ev;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_candidate_t  *c;

    s = rd->state;
    c = &s->candidates[index];

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_FINISH;
    ev.choice = index;

    switch (llmgw_gemini_reason(reason)) {

    case reason_length:
        ev.finish = LLMGW_FINISH_LENGTH;
        break;

    case reason_filter:
        ev.finish = LLMGW_FINISH_CONTENT_FILTER;
        break;

    case reason_broken:

        if (!c->produced) {
            return llmgw_gemini_broken(rd, j, candidate, reason);
        }

        /* fall through */

    default:
        ev.finish = c->tools ? LLMGW_FINISH_TOOL_CALLS : LLMGW_FINISH_STOP;
    }

    rc = llmgw_gemini_cite(rd, index);
    if (rc != LLMGW_OK) {
        return rc;
    }

    c->finished = 1;

    return llmgw_reader_send(rd, &ev);
}


/* counts by modality: only sound and images are told apart */

static void
llmgw_gemini_details(const llmgw_json_t *j, llmgw_node_t *list,
    int64_t *audio, int64_t *image)
{
    int64_t        n, *sum;
    llmgw_node_t  *v, *modality;

    if (list == NULL) {
        return;
    }

    llmgw_json_each(v, list) {

        modality = llmgw_json_string(j, v, "modality");
        n = llmgw_usage_count(j, llmgw_json_get(j, v, "tokenCount"));

        if (modality == NULL || n <= 0) {
            continue;
        }

        if (llmgw_json_is(j, modality, "AUDIO")) {
            sum = audio;

        } else if (llmgw_json_is(j, modality, "IMAGE")) {
            sum = image;

        } else {
            continue;
        }

        *sum = (*sum > 0 ? *sum : 0) + n;
    }
}


void
llmgw_gemini_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    llmgw_node_t *usage)
{
    size_t         i;
    int64_t        n, count[6];
    unsigned       any;
    llmgw_node_t  *k, *v;

    enum { prompt = 0, candidates, thoughts, total, cached, tools };

    static const llmgw_str_t  names[] = {
        llmgw_string("promptTokenCount"),
        llmgw_string("candidatesTokenCount"),
        llmgw_string("thoughtsTokenCount"),
        llmgw_string("totalTokenCount"),
        llmgw_string("cachedContentTokenCount"),
        llmgw_string("toolUsePromptTokenCount")
    };

    if (usage->type != LLMGW_JSON_OBJECT) {
        return;
    }

    memset(count, 0, sizeof(count));
    any = 0;

    llmgw_json_each_member(k, v, usage) {

        for (i = 0; i < llmgw_nelts(names); i++) {

            if (llmgw_json_is_n(j, k, (const char *) names[i].data,
                                names[i].len))
            {
                n = llmgw_usage_count(j, v);

                if (n >= 0) {
                    count[i] = n;
                    any = 1;
                }

                break;
            }
        }
    }

    if (!any) {

        /* what an early event says is not about tokens */

        return;
    }

    llmgw_usage_init(u);

    u->reported = 1;
    u->prompt = count[prompt] + count[tools];
    u->cached = count[cached];
    u->reasoning = count[thoughts];

    /* some count the thoughts among the answer already */

    u->completion = count[candidates];

    if (u->prompt + count[candidates] != count[total]) {
        u->completion += count[thoughts];
    }

    llmgw_gemini_details(j, llmgw_json_array(j, usage, "promptTokensDetails"),
                         &u->audio_in, &u->image_in);
    llmgw_gemini_details(j, llmgw_json_array(j, usage,
                                             "candidatesTokensDetails"),
                         &u->audio_out, &u->image_out);
}
