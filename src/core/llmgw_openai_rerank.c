
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Reranking by services that otherwise speak OpenAI's dialect: Jina, Voyage,
 * vLLM and others.  All of them have an endpoint that resembles Cohere's, none
 * the same: the limit has two names, and so has the list of results.
 */


#include "llmgw_openai.h"
#include "llmgw_rerank.h"
#include "llmgw_task.h"
#include "llmgw_traits.h"


static llmgw_int_t llmgw_openai_write_rerank(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_openai_read_rerank(llmgw_call_t *call,
    llmgw_outcome_t *answer);


const llmgw_task_t  llmgw_openai_tasks[] = {
    { LLMGW_EP_RERANK, llmgw_openai_write_rerank, llmgw_openai_read_rerank },
    { LLMGW_EP_NONE, NULL, NULL }
};


static llmgw_int_t
llmgw_openai_write_rerank(llmgw_call_t *call, llmgw_upstream_t *up)
{
    size_t                    i;
    llmgw_int_t               rc;
    llmgw_out_t              *o;
    llmgw_rerank_t           *rr;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *k, *v;

    /*
     * The limit is not sent, under neither name: the answer is cut here.  The
     * documents need not come back either.
     */

    static const llmgw_str_t  ours[] = {
        llmgw_string("model"),
        llmgw_string("query"),
        llmgw_string("documents"),
        llmgw_string("top_n"),
        llmgw_string("return_documents")
    };

    rr = llmgw_alloc(call->arena, sizeof(llmgw_rerank_t));
    if (rr == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_rerank_read(call, rr);
    if (rc != LLMGW_OK) {
        return rc;
    }

    up->path = llmgw_openai_path(call, LLMGW_EP_RERANK,
                                 llmgw_lit("/rerank"));

    if (up->path.data == NULL || llmgw_upstream_json(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    o = &up->body;
    j = &call->doc;

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "model", call->target->model);
    llmgw_json_member(o, "query", rr->query);
    llmgw_rerank_put_texts(o, rr, llmgw_lit("documents"));
    llmgw_json_member_raw(o, "return_documents", llmgw_lit("false"));

    /* what else a service knows, it gets */

    llmgw_json_each_member(k, v, j->nodes) {

        for (i = 0; i < llmgw_nelts(ours); i++) {
            if (llmgw_json_is_n(j, k, (const char *) ours[i].data,
                                ours[i].len))
            {
                break;
            }
        }

        if (i == llmgw_nelts(ours)) {
            llmgw_json_put_raw(o, llmgw_json_raw(j, k));
            llmgw_putc(o, ':');
            llmgw_put(o, llmgw_json_raw(j, v));
        }
    }

    llmgw_json_close(o, '}');

    call->task_data = rr;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_read_rerank(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    int64_t                   n;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v, *list, *score, *meta;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, 3,
                          LLMGW_JSON_ALL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    list = llmgw_json_array(&j, j.nodes, "results");

    if (list == NULL) {
        list = llmgw_json_array(&j, j.nodes, "data");
    }

    if (list == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(v, list) {

        score = llmgw_json_get(&j, v, "relevance_score");

        if (score == NULL) {
            score = llmgw_json_get(&j, v, "score");
        }

        rc = llmgw_rerank_rank(call->task_data, &j,
                               llmgw_json_get(&j, v, "index"), score,
                               answer->arena);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    /* reading is all that was done */

    v = llmgw_json_get(&j, llmgw_json_object(&j, j.nodes, "usage"),
                       "total_tokens");

    n = v ? llmgw_usage_count(&j, v) : -1;

    if (n >= 0) {
        answer->usage->prompt = n;
        answer->usage->completion = 0;
        answer->usage->total = n;
        answer->usage->reported = 1;
    }

    meta = llmgw_json_object(&j, j.nodes, "meta");

    return llmgw_rerank_write(call, call->task_data, answer,
                              llmgw_json_get_str(&j, j.nodes, "id"),
                              meta ? llmgw_json_raw(&j, meta)
                                   : llmgw_null_str);
}
