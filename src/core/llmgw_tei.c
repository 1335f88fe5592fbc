
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Embeddings and reranking: a Text Embeddings Inference server, which has
 * OpenAI's endpoint for the former, and the feature extraction pipeline, which
 * has its own.
 */


#include "llmgw_embeddings.h"
#include "llmgw_huggingface.h"
#include "llmgw_openai.h"
#include "llmgw_rerank.h"


static unsigned llmgw_tei_passes(const llmgw_call_t *call);
static llmgw_int_t llmgw_tei_pass_request(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_tei_write_rerank(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_tei_read_rerank(llmgw_call_t *call,
    llmgw_outcome_t *answer);
static llmgw_int_t llmgw_features_write(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_features_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);


static const llmgw_task_t  llmgw_tei_tasks[] = {
    { LLMGW_EP_RERANK, llmgw_tei_write_rerank, llmgw_tei_read_rerank },
    { LLMGW_EP_NONE, NULL, NULL }
};


static const llmgw_task_t  llmgw_features_tasks[] = {
    { LLMGW_EP_EMBEDDINGS, llmgw_features_write, llmgw_features_read },
    { LLMGW_EP_NONE, NULL, NULL }
};


const llmgw_dialect_t  llmgw_dialect_tei = {
    .name = llmgw_string("tei"),
    .base = &llmgw_dialect_openai,
    .read_error = llmgw_huggingface_server_error,
    .read_usage = llmgw_usage_read_openai,
    .tasks = llmgw_tei_tasks,
    .passes = llmgw_tei_passes,
    .pass_request = llmgw_tei_pass_request
};


const llmgw_dialect_t  llmgw_dialect_features = {
    .name = llmgw_string("feature-extraction"),
    .read_error = llmgw_huggingface_server_error,
    .read_usage = llmgw_usage_read_openai,
    .tasks = llmgw_features_tasks
};


static unsigned
llmgw_tei_passes(const llmgw_call_t *call)
{
    return call->endpoint->id == LLMGW_EP_EMBEDDINGS;
}


static llmgw_int_t
llmgw_tei_pass_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    if (llmgw_huggingface_bill(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return llmgw_openai_pass_request(call, up);
}


static llmgw_int_t
llmgw_tei_write_rerank(llmgw_call_t *call, llmgw_upstream_t *up)
{
    u_char          *p;
    llmgw_int_t      rc;
    llmgw_out_t     *o;
    llmgw_str_t      base;
    llmgw_rerank_t  *rr;

    static const llmgw_str_t  path = llmgw_string("/rerank");

    rr = llmgw_alloc(call->arena, sizeof(llmgw_rerank_t));
    if (rr == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_rerank_read(call, rr);
    if (rc != LLMGW_OK) {
        return rc;
    }

    /* it stands beside the OpenAI endpoints, not among them */

    base = call->target->base_path;

    if (llmgw_str_ends(base, "/v1")) {
        base.len -= sizeof("/v1") - 1;
    }

    p = llmgw_nalloc(call->arena, base.len + path.len);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    up->path = llmgw_str(p, base.len + path.len);

    if (base.len) {
        memcpy(p, base.data, base.len);
    }

    memcpy(p + base.len, path.data, path.len);

    if (llmgw_huggingface_headers(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    o = &up->body;
    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "query", rr->query);
    llmgw_rerank_put_texts(o, rr, llmgw_lit("texts"));
    llmgw_json_member_raw(o, "raw_scores", llmgw_lit("false"));
    llmgw_json_member_raw(o, "return_text", llmgw_lit("false"));
    llmgw_json_member_raw(o, "truncate", llmgw_lit("true"));
    llmgw_json_close(o, '}');

    llmgw_rerank_drop(call, NULL, 0);

    call->task_data = rr;

    return LLMGW_OK;
}


/* [{"index":1,"score":0.99},…] */

static llmgw_int_t
llmgw_tei_read_rerank(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_rerank_t           *rr;
    const llmgw_json_node_t  *v;

    rr = call->task_data;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, 2,
                          LLMGW_JSON_ALL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (j.nodes[0].type != LLMGW_JSON_ARRAY) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(v, j.nodes) {

        rc = llmgw_rerank_rank(rr, &j, llmgw_json_get(&j, v, "index"),
                               llmgw_json_get(&j, v, "score"),
                               answer->arena);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_rerank_write(call, rr, answer, llmgw_null_str,
                              llmgw_null_str);
}


static llmgw_int_t
llmgw_features_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    size_t                    i;
    llmgw_int_t               rc;
    llmgw_out_t              *o;
    llmgw_embeddings_t       *em;
    const llmgw_json_t       *j;
    const llmgw_settings_t   *set;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  known[] = {
        llmgw_string("normalize"),
        llmgw_string("truncate"),
        llmgw_string("truncation_direction"),
        llmgw_string("prompt_name")
    };

    set = call->target->settings;

    em = llmgw_alloc(call->arena, sizeof(llmgw_embeddings_t));
    if (em == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_embeddings_read(call, em);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (em->dimensions >= 0 && !(set && set->drop)) {
        return llmgw_refuse(&call->error, llmgw_lit("unsupported_parameter"),
                            llmgw_lit("dimensions"),
                            llmgw_lit("\"dimensions\" cannot be served: the "
                                      "provider has no such parameter"));
    }

    /* the base URL is the pipeline's own */

    up->path = call->target->base_path;

    if (up->path.len == 0) {
        up->path = llmgw_lit("/");
    }

    if (llmgw_huggingface_headers(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    o = &up->body;
    j = &em->doc;

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_embeddings_put_texts(o, em, llmgw_lit("inputs"));

    for (i = 0; i < llmgw_nelts(known); i++) {

        v = llmgw_json_get_n(j, j->nodes, (const char *) known[i].data,
                             known[i].len);

        if (v && v->type != LLMGW_JSON_NULL) {
            llmgw_json_key_n(o, (const char *) known[i].data, known[i].len);
            llmgw_json_put_raw(o, llmgw_json_raw(j, v));
        }
    }

    llmgw_json_close(o, '}');

    llmgw_embeddings_drop(call, em, known, llmgw_nelts(known));

    call->task_data = em;

    return LLMGW_OK;
}


/*
 * A list of vectors; or one vector, of a server that was asked for one.  A list
 * of lists of vectors has one for each token: which of them to take, or how
 * many, is not for a gateway to decide.
 */

static llmgw_int_t
llmgw_features_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    int64_t                   tokens;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_vectors_t           vs;
    const llmgw_json_node_t  *v;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, 1,
                          LLMGW_JSON_ALL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (j.nodes[0].type != LLMGW_JSON_ARRAY || j.nodes[0].span == 1) {
        return LLMGW_INVALID;
    }

    llmgw_vectors_open(&vs, answer, call->task_data);

    if (j.nodes[1].type == LLMGW_JSON_NUMBER) {
        rc = llmgw_vectors_put(&vs, llmgw_json_raw(&j, j.nodes));

    } else {

        llmgw_json_each(v, j.nodes) {

            rc = llmgw_vectors_put(&vs, llmgw_json_raw(&j, v));

            if (rc != LLMGW_OK) {
                break;
            }
        }
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_json_int(answer->head->compute_tokens, &tokens) != LLMGW_OK
        || tokens < 0 || tokens > LLMGW_USAGE_MAX)
    {
        tokens = -1;
    }

    return llmgw_vectors_close(&vs, call->target->model, tokens);
}
