
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_check.h"
#include "llmgw_rerank.h"
#include "llmgw_task.h"


static llmgw_int_t llmgw_rerank_documents(llmgw_call_t *call,
    llmgw_rerank_t *rr);
static void llmgw_rerank_sort(llmgw_rank_t *ranks, llmgw_rank_t *room,
    double *scores, double *scores_room, size_t n);


llmgw_int_t
llmgw_rerank_read(llmgw_call_t *call, llmgw_rerank_t *rr)
{
    llmgw_error_t            *e;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v;

    memset(rr, 0, sizeof(llmgw_rerank_t));

    rr->top_n = -1;
    rr->max_tokens_per_doc = -1;

    j = &call->doc;
    e = &call->error;

    v = llmgw_json_get(j, j->nodes, "query");

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return llmgw_refuse(e, llmgw_lit("missing_required_parameter"),
                            llmgw_lit("query"),
                            llmgw_lit("\"query\" is missing"));
    }

    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_refuse(e, llmgw_lit("invalid_type"), llmgw_lit("query"),
                            llmgw_lit("\"query\" must be a string"));
    }

    rr->query = llmgw_json_str(j, v);

    v = llmgw_json_get(j, j->nodes, "return_documents");

    if (v && v->type > LLMGW_JSON_TRUE) {
        return llmgw_refuse(e, llmgw_lit("invalid_type"),
                            llmgw_lit("return_documents"),
                            llmgw_lit("\"return_documents\" must be a "
                                      "boolean"));
    }

    rr->return_documents = v && v->type == LLMGW_JSON_TRUE;

    if (llmgw_check_int(j, llmgw_json_get(j, j->nodes, "top_n"),
                        llmgw_lit("top_n"), 1, INT32_MAX, &rr->top_n, e,
                        call->arena)
        != LLMGW_OK
        || llmgw_check_int(j, llmgw_json_get(j, j->nodes,
                                             "max_tokens_per_doc"),
                           llmgw_lit("max_tokens_per_doc"), 1, INT32_MAX,
                           &rr->max_tokens_per_doc, e, call->arena)
           != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    return llmgw_rerank_documents(call, rr);
}


/* what a document that is an object says: its text, or all of it */

static llmgw_str_t
llmgw_rerank_text(llmgw_call_t *call, const llmgw_json_node_t *v)
{
    llmgw_out_t               o;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *text;

    j = &call->doc;
    text = llmgw_json_string(j, v, "text");

    if (text) {
        return llmgw_json_str(j, text);
    }

    llmgw_out_init(&o, call->arena, 256, 0, 0);
    llmgw_put_compact_escaped(&o, llmgw_json_raw(j, v));

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return llmgw_null_str;
    }

    return llmgw_out_join(&o, call->arena);
}


static llmgw_int_t
llmgw_rerank_documents(llmgw_call_t *call, llmgw_rerank_t *rr)
{
    uint32_t                  n;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v, *documents;

    j = &call->doc;
    documents = llmgw_json_get(j, j->nodes, "documents");

    if (documents == NULL || documents->type == LLMGW_JSON_NULL) {
        return llmgw_refuse(&call->error,
                            llmgw_lit("missing_required_parameter"),
                            llmgw_lit("documents"),
                            llmgw_lit("\"documents\" is missing"));
    }

    if (documents->type != LLMGW_JSON_ARRAY || documents->span == 1) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_type"),
                            llmgw_lit("documents"),
                            llmgw_lit("\"documents\" must be an array that is "
                                      "not empty"));
    }

    n = 0;

    llmgw_json_each(v, documents) {
        n++;
    }

    rr->texts = llmgw_alloc(call->arena, n * sizeof(llmgw_str_t));
    if (rr->texts == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_each(v, documents) {

        if (v->type == LLMGW_JSON_STRING) {
            rr->texts[rr->n++] = llmgw_json_str(j, v);
            continue;
        }

        if (v->type != LLMGW_JSON_OBJECT) {
            return llmgw_refuse(&call->error, llmgw_lit("invalid_type"),
                                llmgw_fmt(call->arena, "documents[%u]",
                                          rr->n),
                                llmgw_fmt(call->arena, "\"documents[%u]\" "
                                          "must be a string or an object",
                                          rr->n));
        }

        rr->texts[rr->n] = llmgw_rerank_text(call, v);

        if (rr->texts[rr->n].data == NULL) {
            return LLMGW_ERROR;
        }

        rr->n++;
    }

    return LLMGW_OK;
}


void
llmgw_rerank_put_texts(llmgw_out_t *o, const llmgw_rerank_t *rr,
    llmgw_str_t name)
{
    uint32_t  i;

    llmgw_json_key_n(o, (const char *) name.data, name.len);
    llmgw_json_open(o, '[');

    for (i = 0; i < rr->n; i++) {
        llmgw_json_put_jstr(o, rr->texts[i]);
    }

    llmgw_json_close(o, ']');
}


void
llmgw_rerank_drop(llmgw_call_t *call, const llmgw_str_t *known, size_t n)
{
    /* top_n and return_documents are the gateway's own doing */

    static const llmgw_str_t  read[] = {
        llmgw_string("model"),
        llmgw_string("query"),
        llmgw_string("documents"),
        llmgw_string("top_n"),
        llmgw_string("return_documents")
    };

    llmgw_task_drop(call, &call->doc, read, llmgw_nelts(read), known, n);
}


llmgw_int_t
llmgw_rerank_rank(llmgw_rerank_t *rr, const llmgw_json_t *j,
    const llmgw_json_node_t *index, const llmgw_json_node_t *score,
    llmgw_arena_t *a)
{
    int64_t        n;
    llmgw_rank_t  *rank;

    if (index == NULL || index->type != LLMGW_JSON_NUMBER
        || score == NULL || score->type != LLMGW_JSON_NUMBER
        || llmgw_json_int(llmgw_json_str(j, index), &n) != LLMGW_OK
        || n < 0 || n >= rr->n)
    {
        return LLMGW_INVALID;
    }

    if (rr->ranks == NULL) {

        rr->ranks = llmgw_alloc(a, rr->n * sizeof(llmgw_rank_t));
        rr->taken = llmgw_calloc(a, rr->n);

        if (rr->ranks == NULL || rr->taken == NULL) {
            return LLMGW_ERROR;
        }
    }

    if (rr->taken[n]) {
        return LLMGW_INVALID;
    }

    rr->taken[n] = 1;

    rank = &rr->ranks[rr->nranks++];
    rank->index = (uint32_t) n;
    rank->score = llmgw_json_str(j, score);

    return LLMGW_OK;
}


/* Merges: equal scores keep the provider's order. */

static void
llmgw_rerank_sort(llmgw_rank_t *ranks, llmgw_rank_t *room, double *scores,
    double *scores_room, size_t n)
{
    size_t  half, i, j, k;

    if (n < 2) {
        return;
    }

    half = n / 2;

    llmgw_rerank_sort(ranks, room, scores, scores_room, half);
    llmgw_rerank_sort(ranks + half, room, scores + half, scores_room,
                      n - half);

    if (scores[half - 1] >= scores[half]) {
        return;
    }

    memcpy(room, ranks, half * sizeof(llmgw_rank_t));
    memcpy(scores_room, scores, half * sizeof(double));

    i = 0;
    j = half;

    for (k = 0; i < half; k++) {

        if (j < n && scores[j] > scores_room[i]) {
            scores[k] = scores[j];
            ranks[k] = ranks[j++];
            continue;
        }

        scores[k] = scores_room[i];
        ranks[k] = room[i++];
    }
}


llmgw_int_t
llmgw_rerank_write(llmgw_call_t *call, llmgw_rerank_t *rr,
    llmgw_outcome_t *answer, llmgw_str_t id, llmgw_str_t meta)
{
    double        *scores;
    size_t         i, n;
    llmgw_out_t   *o;
    llmgw_rank_t  *room;

    o = answer->out;
    n = rr->nranks;

    if (n) {
        room = llmgw_alloc(answer->arena, n * sizeof(llmgw_rank_t));
        scores = llmgw_alloc(answer->arena, 2 * n * sizeof(double));

        if (room == NULL || scores == NULL) {
            return LLMGW_ERROR;
        }

        for (i = 0; i < n; i++) {
            scores[i] = llmgw_json_double(rr->ranks[i].score);
        }

        llmgw_rerank_sort(rr->ranks, room, scores, scores + n, n);
    }

    if (rr->top_n >= 0 && (uint64_t) rr->top_n < n) {
        n = (size_t) rr->top_n;
    }

    if (id.len == 0) {
        id = llmgw_call_id(call, llmgw_lit("rerank-"));

        if (id.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "id", id);
    llmgw_json_member(o, "model", call->target->model);
    llmgw_json_key(o, "results");
    llmgw_json_open(o, '[');

    for (i = 0; i < n; i++) {

        llmgw_json_open(o, '{');
        llmgw_json_member_int(o, "index", rr->ranks[i].index);
        llmgw_json_member_raw(o, "relevance_score", rr->ranks[i].score);

        if (rr->return_documents) {
            llmgw_json_key(o, "document");
            llmgw_json_open(o, '{');
            llmgw_json_member(o, "text", rr->texts[rr->ranks[i].index]);
            llmgw_json_close(o, '}');
        }

        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');

    if (meta.len) {
        llmgw_json_key(o, "meta");
        llmgw_put_compact(o, meta);
        o->comma = 1;
    }

    llmgw_json_close(o, '}');

    answer->model = call->target->model;

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}
