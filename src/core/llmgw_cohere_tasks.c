
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Cohere's embeddings, and its reranking, which clients speak as it is.
 */


#include "llmgw_cohere.h"
#include "llmgw_embeddings.h"
#include "llmgw_rerank.h"


/* texts at a time */
#define LLMGW_COHERE_MAX_TEXTS  96


static llmgw_int_t llmgw_cohere_write_embed(llmgw_call_t *call,
    llmgw_upstream_t *up);
static void llmgw_cohere_put_embed(llmgw_out_t *o,
    const llmgw_embeddings_t *em, llmgw_str_t model);
static llmgw_int_t llmgw_cohere_read_embed(llmgw_call_t *call,
    llmgw_outcome_t *answer);
static llmgw_int_t llmgw_cohere_write_rerank(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_cohere_read_rerank(llmgw_call_t *call,
    llmgw_outcome_t *answer);


const llmgw_task_t  llmgw_cohere_tasks[] = {
    { LLMGW_EP_EMBEDDINGS, llmgw_cohere_write_embed,
      llmgw_cohere_read_embed },
    { LLMGW_EP_RERANK, llmgw_cohere_write_rerank, llmgw_cohere_read_rerank },
    { LLMGW_EP_NONE, NULL, NULL }
};


/* members of the client's that go on as they are */

static void
llmgw_cohere_put_known(llmgw_out_t *o, const llmgw_json_t *j,
    const llmgw_str_t *known, size_t n)
{
    size_t                    i;
    const llmgw_json_node_t  *v;

    for (i = 0; i < n; i++) {

        v = llmgw_json_get_n(j, j->nodes, (const char *) known[i].data,
                             known[i].len);

        if (v && v->type != LLMGW_JSON_NULL) {
            llmgw_json_key_n(o, (const char *) known[i].data, known[i].len);
            llmgw_json_put_raw(o, llmgw_json_raw(j, v));
        }
    }
}


/* models from before there was a choice of dimensions */

static unsigned
llmgw_cohere_fixed(llmgw_str_t model)
{
    return llmgw_str_starts(model, "embed-english-")
           || llmgw_str_starts(model, "embed-multilingual-");
}


static llmgw_int_t
llmgw_cohere_write_embed(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t              rc;
    llmgw_embeddings_t      *em;
    const llmgw_settings_t  *set;

    static const llmgw_str_t  read[] = {
        llmgw_string("truncate"),
        llmgw_string("max_tokens"),
        llmgw_string("priority"),
        llmgw_string("input_type"),
        llmgw_string("dimensions")
    };

    em = llmgw_alloc(call->arena, sizeof(llmgw_embeddings_t));
    if (em == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_embeddings_read(call, em);

    if (rc == LLMGW_OK) {
        rc = llmgw_embeddings_limit(call, em, LLMGW_COHERE_MAX_TEXTS);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (em->dimensions >= 0 && llmgw_cohere_fixed(call->target->model)) {

        set = call->target->settings;

        if (set == NULL || !set->drop) {
            return llmgw_refuse(&call->error,
                                llmgw_lit("unsupported_parameter"),
                                llmgw_lit("dimensions"),
                                llmgw_lit("\"dimensions\" cannot be served: "
                                          "the model has a fixed number of "
                                          "them"));
        }

        em->dimensions = -1;
        llmgw_call_drop(call, llmgw_lit("dimensions"));
    }

    if (llmgw_cohere_path(call, llmgw_lit("/v2/embed"), up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    llmgw_cohere_put_embed(&up->body, em, call->target->model);

    llmgw_embeddings_drop(call, em, read, llmgw_nelts(read));

    call->task_data = em;

    return LLMGW_OK;
}


static void
llmgw_cohere_put_embed(llmgw_out_t *o, const llmgw_embeddings_t *em,
    llmgw_str_t model)
{
    static const llmgw_str_t  known[] = {
        llmgw_string("truncate"),
        llmgw_string("max_tokens"),
        llmgw_string("priority")
    };

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "model", model);
    llmgw_embeddings_put_texts(o, em, llmgw_lit("texts"));

    /* demanded by all models but the oldest */

    llmgw_json_key(o, "input_type");

    if (llmgw_json_string(&em->doc, em->doc.nodes, "input_type")) {
        llmgw_json_put_jstr(o, llmgw_json_get_str(&em->doc, em->doc.nodes,
                                                  "input_type"));

    } else {
        llmgw_json_put_jstr(o, llmgw_lit("search_document"));
    }

    /* the shape of the answer depends on it */

    llmgw_json_member_raw(o, "embedding_types", llmgw_lit("[\"float\"]"));

    if (em->dimensions >= 0) {
        llmgw_json_member_int(o, "output_dimension", em->dimensions);
    }

    llmgw_cohere_put_known(o, &em->doc, known, llmgw_nelts(known));

    llmgw_json_close(o, '}');
}


/* {"embeddings":{"float":[[…],…]},"meta":{"billed_units":{…}}} */

static llmgw_int_t
llmgw_cohere_read_embed(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    int64_t                   n, tokens;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_vectors_t           vs;
    const llmgw_json_node_t  *v, *list, *units;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, 3,
                          LLMGW_JSON_ALL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    list = llmgw_json_array(&j, llmgw_json_object(&j, j.nodes, "embeddings"),
                            "float");

    if (list == NULL) {

        /* as it is when no type was asked for */

        list = llmgw_json_array(&j, j.nodes, "embeddings");
    }

    if (list == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_vectors_open(&vs, answer, call->task_data);

    llmgw_json_each(v, list) {

        rc = llmgw_vectors_put(&vs, llmgw_json_raw(&j, v));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    units = llmgw_json_object(&j, llmgw_json_object(&j, j.nodes, "meta"),
                              "billed_units");

    v = llmgw_json_get(&j, units, "input_tokens");
    tokens = v ? llmgw_usage_count(&j, v) : -1;

    v = llmgw_json_get(&j, units, "image_tokens");
    n = v ? llmgw_usage_count(&j, v) : -1;

    if (n >= 0) {
        tokens = (tokens >= 0) ? tokens + n : n;
    }

    return llmgw_vectors_close(&vs, call->target->model, tokens);
}


static llmgw_int_t
llmgw_cohere_write_rerank(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t      rc;
    llmgw_out_t     *o;
    llmgw_rerank_t  *rr;

    static const llmgw_str_t  known[] = {
        llmgw_string("max_tokens_per_doc"),
        llmgw_string("priority")
    };

    rr = llmgw_alloc(call->arena, sizeof(llmgw_rerank_t));
    if (rr == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_rerank_read(call, rr);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_cohere_path(call, llmgw_lit("/v2/rerank"), up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    o = &up->body;
    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "model", call->target->model);
    llmgw_json_member(o, "query", rr->query);
    llmgw_rerank_put_texts(o, rr, llmgw_lit("documents"));

    if (rr->top_n >= 0) {
        llmgw_json_member_int(o, "top_n", rr->top_n);
    }

    llmgw_cohere_put_known(o, &call->doc, known, llmgw_nelts(known));

    llmgw_json_close(o, '}');

    llmgw_rerank_drop(call, known, llmgw_nelts(known));

    call->task_data = rr;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_cohere_read_rerank(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v, *list, *meta;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, 3,
                          LLMGW_JSON_ALL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    list = llmgw_json_array(&j, j.nodes, "results");

    if (list == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(v, list) {

        rc = llmgw_rerank_rank(call->task_data, &j,
                               llmgw_json_get(&j, v, "index"),
                               llmgw_json_get(&j, v, "relevance_score"),
                               answer->arena);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    meta = llmgw_json_object(&j, j.nodes, "meta");

    return llmgw_rerank_write(call, call->task_data, answer,
                              llmgw_json_get_str(&j, j.nodes, "id"),
                              meta ? llmgw_json_raw(&j, meta)
                                   : llmgw_null_str);
}
