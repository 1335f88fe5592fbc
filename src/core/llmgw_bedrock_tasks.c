
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Embeddings and reranking on Bedrock: each model has a format of its own.
 */


#include "llmgw_bedrock.h"
#include "llmgw_embeddings.h"
#include "llmgw_jstr.h"
#include "llmgw_rerank.h"
#include "llmgw_task.h"


typedef enum {
    bedrock_titan1 = 0,
    bedrock_titan2,
    bedrock_titan_image,
    bedrock_nova,
    bedrock_cohere3,
    bedrock_cohere4
} llmgw_bedrock_embed_e;


typedef struct {
    llmgw_embeddings_t       em;
    llmgw_bedrock_model_t    model;
    llmgw_bedrock_embed_e    format;
} llmgw_bedrock_embed_t;


typedef struct {
    llmgw_rerank_t           rr;
    llmgw_bedrock_model_t    model;
} llmgw_bedrock_rerank_t;


static llmgw_int_t llmgw_bedrock_embed_one(llmgw_call_t *call,
    llmgw_bedrock_embed_t *e, llmgw_out_t *o);
static llmgw_int_t llmgw_bedrock_embed_batch(llmgw_call_t *call,
    llmgw_bedrock_embed_t *e, llmgw_out_t *o);
static llmgw_int_t llmgw_bedrock_read_vectors(llmgw_bedrock_embed_t *e,
    const llmgw_json_t *j, llmgw_vectors_t *vs);


/* texts that Cohere's models take at a time */
#define LLMGW_BEDROCK_TEXTS  96


static const struct {
    llmgw_str_t            prefix;
    llmgw_bedrock_embed_e  format;
} llmgw_bedrock_embedders[] = {
    { llmgw_string("amazon.titan-embed-text-v2"), bedrock_titan2 },
    { llmgw_string("amazon.titan-embed-text-v1"), bedrock_titan1 },
    { llmgw_string("amazon.titan-embed-g1-text"), bedrock_titan1 },
    { llmgw_string("amazon.titan-embed-image"), bedrock_titan_image },
    { llmgw_string("amazon.nova-2-multimodal-embeddings"), bedrock_nova },
    { llmgw_string("cohere.embed-v4"), bedrock_cohere4 },
    { llmgw_string("cohere.embed-"), bedrock_cohere3 }
};


static llmgw_int_t
llmgw_bedrock_no_endpoint(llmgw_call_t *call)
{
    llmgw_error_set(&call->error, 404, llmgw_lit("unsupported_endpoint"),
                    llmgw_null_str,
                    llmgw_fmt(call->arena, "model \"%.*s\" does not serve "
                              "this endpoint", llmgw_arg(call->model)));

    return LLMGW_INVALID;
}


static llmgw_int_t
llmgw_bedrock_invoke(llmgw_call_t *call, const llmgw_bedrock_model_t *m,
    llmgw_upstream_t *up)
{
    llmgw_int_t  rc;

    rc = llmgw_bedrock_head(call, m, llmgw_lit("invoke"), up);

    return (rc == LLMGW_OK) ? llmgw_upstream_header(up, call->arena,
                                               llmgw_lit("accept"),
                                               llmgw_lit("application/json"))
                            : rc;
}


llmgw_int_t
llmgw_bedrock_write_embeddings(llmgw_call_t *call, llmgw_upstream_t *up)
{
    size_t                  i, n;
    llmgw_int_t             rc;
    llmgw_out_t            *o;
    llmgw_str_t             name;
    llmgw_bedrock_embed_t  *e;

    e = llmgw_alloc(call->arena, sizeof(llmgw_bedrock_embed_t));
    if (e == NULL) {
        return LLMGW_ERROR;
    }

    call->task_data = e;

    rc = llmgw_bedrock_model(call, &e->model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    n = llmgw_nelts(llmgw_bedrock_embedders);

    for (i = 0; i < n; i++) {

        name = llmgw_bedrock_embedders[i].prefix;

        if (e->model.name.len >= name.len
            && memcmp(e->model.name.data, name.data, name.len) == 0)
        {
            break;
        }
    }

    if (i == n) {
        return llmgw_bedrock_no_endpoint(call);
    }

    e->format = llmgw_bedrock_embedders[i].format;

    rc = llmgw_embeddings_read(call, &e->em);
    if (rc != LLMGW_OK) {
        return rc;
    }

    o = &up->body;

    rc = (e->format >= bedrock_cohere3) ? llmgw_bedrock_embed_batch(call, e, o)
                                        : llmgw_bedrock_embed_one(call, e, o);

    return (rc == LLMGW_OK) ? llmgw_bedrock_invoke(call, &e->model, up) : rc;
}


/* LLMGW_DECLINED: it is left out */

static llmgw_int_t
llmgw_bedrock_no_dimensions(llmgw_call_t *call)
{
    if (call->target->settings && call->target->settings->drop) {
        llmgw_call_drop(call, llmgw_lit("dimensions"));
        return LLMGW_DECLINED;
    }

    return llmgw_refuse(&call->error, llmgw_lit("unsupported_parameter"),
                        llmgw_lit("dimensions"),
                        llmgw_lit("the vectors of this model have one size "
                                  "only"));
}


/* a member of the client's that goes on as it is */

static void
llmgw_bedrock_copy_member(llmgw_out_t *o, const llmgw_json_t *j,
    const char *name, size_t len)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get_n(j, j->nodes, name, len);

    if (v && v->type != LLMGW_JSON_NULL) {
        llmgw_json_key_n(o, name, len);
        llmgw_json_put_raw(o, llmgw_json_raw(j, v));
    }
}


/* models that take one text */

static llmgw_int_t
llmgw_bedrock_embed_one(llmgw_call_t *call, llmgw_bedrock_embed_t *e,
    llmgw_out_t *o)
{
    llmgw_int_t    rc;
    llmgw_str_t    text;
    llmgw_json_t  *j;

    static const llmgw_str_t  known[] = {
        llmgw_string("dimensions"),
        llmgw_string("normalize")
    };

    static const llmgw_str_t  known_image[] = {
        llmgw_string("dimensions"),
        llmgw_string("inputImage")
    };

    j = &e->em.doc;

    if (e->em.n > 1) {
        return llmgw_refuse(&call->error, llmgw_lit("batch_not_supported"),
                            llmgw_lit("input"),
                            llmgw_lit("the model takes one text at a time"));
    }

    if (e->format == bedrock_titan1 && e->em.dimensions >= 0) {

        rc = llmgw_bedrock_no_dimensions(call);
        if (rc != LLMGW_DECLINED) {
            return rc;
        }
    }

    text = llmgw_json_str(j, e->em.first);

    llmgw_json_open(o, '{');

    if (e->format == bedrock_nova) {

        llmgw_puts(o, "\"schemaVersion\":\"nova-multimodal-embed-v1\","
                      "\"taskType\":\"SINGLE_EMBEDDING\","
                      "\"singleEmbeddingParams\":");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "embeddingPurpose", llmgw_lit("GENERIC_INDEX"));

        if (e->em.dimensions >= 0) {
            llmgw_json_member_int(o, "embeddingDimension", e->em.dimensions);
        }

        llmgw_json_key(o, "text");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "truncationMode", llmgw_lit("END"));
        llmgw_json_member(o, "value", text);
        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');

    } else {
        llmgw_json_member(o, "inputText", text);
    }

    switch (e->format) {

    case bedrock_titan2:

        if (e->em.dimensions >= 0) {
            llmgw_json_member_int(o, "dimensions", e->em.dimensions);
        }

        llmgw_bedrock_copy_member(o, j, "normalize",
                                  sizeof("normalize") - 1);
        llmgw_embeddings_drop(call, &e->em, known, llmgw_nelts(known));
        break;

    case bedrock_titan_image:

        llmgw_bedrock_copy_member(o, j, "inputImage",
                                  sizeof("inputImage") - 1);

        if (e->em.dimensions >= 0) {
            llmgw_json_key(o, "embeddingConfig");
            llmgw_json_open(o, '{');
            llmgw_json_member_int(o, "outputEmbeddingLength",
                                  e->em.dimensions);
            llmgw_json_close(o, '}');
        }

        llmgw_embeddings_drop(call, &e->em, known_image,
                              llmgw_nelts(known_image));
        break;

    default:

        /* where it is not taken it has been told already */

        llmgw_embeddings_drop(call, &e->em, known, 1);
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_embed_batch(llmgw_call_t *call, llmgw_bedrock_embed_t *e,
    llmgw_out_t *o)
{
    llmgw_int_t               rc;
    llmgw_json_t             *j;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  known[] = {
        llmgw_string("dimensions"),
        llmgw_string("input_type"),
        llmgw_string("truncate")
    };

    j = &e->em.doc;

    rc = llmgw_embeddings_limit(call, &e->em, LLMGW_BEDROCK_TEXTS);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (e->format == bedrock_cohere3 && e->em.dimensions >= 0) {

        rc = llmgw_bedrock_no_dimensions(call);
        if (rc != LLMGW_DECLINED) {
            return rc;
        }
    }

    llmgw_json_open(o, '{');
    llmgw_embeddings_put_texts(o, &e->em, llmgw_lit("texts"));

    /* the model does not do without it */

    v = llmgw_json_string(j, j->nodes, "input_type");

    llmgw_json_key(o, "input_type");
    llmgw_json_put_raw(o, v ? llmgw_json_raw(j, v)
                            : llmgw_lit("\"search_document\""));

    llmgw_json_member_raw(o, "embedding_types", llmgw_lit("[\"float\"]"));

    llmgw_bedrock_copy_member(o, j, "truncate", sizeof("truncate") - 1);

    if (e->format == bedrock_cohere4 && e->em.dimensions >= 0) {
        llmgw_json_member_int(o, "output_dimension", e->em.dimensions);
    }

    llmgw_json_close(o, '}');

    llmgw_embeddings_drop(call, &e->em, known, llmgw_nelts(known));

    return LLMGW_OK;
}


llmgw_int_t
llmgw_bedrock_read_embeddings(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    int64_t                   tokens;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_vectors_t           vs;
    llmgw_bedrock_embed_t    *e;
    const llmgw_json_node_t  *v;

    e = call->task_data;

    /* the numbers of most vectors need no nodes */

    rc = llmgw_json_parse(&j, answer->arena, answer->body, 3, LLMGW_JSON_ALL);

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_INVALID;
    }

    llmgw_vectors_open(&vs, answer, &e->em);

    rc = llmgw_bedrock_read_vectors(e, &j, &vs);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get(&j, j.nodes, "inputTextTokenCount");
    tokens = v ? llmgw_usage_count(&j, v) : -1;

    if (tokens < 0
        && (llmgw_json_int(answer->head->input_tokens, &tokens) != LLMGW_OK
            || tokens < 0 || tokens > LLMGW_USAGE_MAX))
    {
        tokens = -1;
    }

    return llmgw_vectors_close(&vs, e->model.id, tokens);
}


static llmgw_int_t
llmgw_bedrock_read_vectors(llmgw_bedrock_embed_t *e, const llmgw_json_t *j,
    llmgw_vectors_t *vs)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v, *n, *list;

    if (e->format <= bedrock_titan_image) {

        v = llmgw_json_array(j, j->nodes, "embedding");

        if (v == NULL) {
            v = llmgw_json_array(j, llmgw_json_object(j, j->nodes,
                                                      "embeddingsByType"),
                                 "float");
        }

        return v ? llmgw_vectors_put(vs, llmgw_json_raw(j, v))
                 : LLMGW_INVALID;
    }

    list = llmgw_json_get(j, j->nodes, "embeddings");

    if (list && list->type == LLMGW_JSON_OBJECT) {
        list = llmgw_json_get(j, list, "float");
    }

    if (list == NULL || list->type != LLMGW_JSON_ARRAY) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(v, list) {

        n = (e->format == bedrock_nova) ? llmgw_json_get(j, v, "embedding")
                                        : v;

        rc = n ? llmgw_vectors_put(vs, llmgw_json_raw(j, n)) : LLMGW_INVALID;

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_bedrock_write_rerank(llmgw_call_t *call, llmgw_upstream_t *up)
{
    unsigned                 cohere;
    llmgw_int_t              rc;
    llmgw_out_t             *o;
    llmgw_bedrock_rerank_t  *r;

    r = llmgw_alloc(call->arena, sizeof(llmgw_bedrock_rerank_t));
    if (r == NULL) {
        return LLMGW_ERROR;
    }

    call->task_data = r;

    rc = llmgw_bedrock_model(call, &r->model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    cohere = llmgw_str_starts(r->model.name, "cohere.rerank");

    if (!cohere && !llmgw_str_starts(r->model.name, "amazon.rerank")) {
        return llmgw_bedrock_no_endpoint(call);
    }

    rc = llmgw_rerank_read(call, &r->rr);
    if (rc != LLMGW_OK) {
        return rc;
    }

    o = &up->body;

    llmgw_json_open(o, '{');

    if (cohere) {
        llmgw_json_member_int(o, "api_version", 2);
    }

    llmgw_json_member(o, "query", r->rr.query);
    llmgw_rerank_put_texts(o, &r->rr, llmgw_lit("documents"));

    if (r->rr.top_n >= 0) {
        llmgw_json_member_int(o, "top_n", r->rr.top_n);
    }

    llmgw_json_close(o, '}');

    llmgw_rerank_drop(call, NULL, 0);

    return llmgw_bedrock_invoke(call, &r->model, up);
}


llmgw_int_t
llmgw_bedrock_read_rerank(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_bedrock_rerank_t   *r;
    const llmgw_json_node_t  *v, *list;

    r = call->task_data;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_INVALID;
    }

    list = llmgw_json_array(&j, j.nodes, "results");

    if (list == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(v, list) {

        rc = llmgw_rerank_rank(&r->rr, &j, llmgw_json_get(&j, v, "index"),
                               llmgw_json_get(&j, v, "relevance_score"),
                               answer->arena);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_rerank_write(call, &r->rr, answer, llmgw_null_str,
                              llmgw_null_str);
}
