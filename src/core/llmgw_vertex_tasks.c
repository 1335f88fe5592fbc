
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What is no chat, on Vertex AI.
 */


#include "llmgw_gemini_tasks.h"
#include "llmgw_vertex.h"


/* inputs of one request */
#define LLMGW_VERTEX_EMBED_MAX  250

/* the numbers of a vector need no nodes */
#define LLMGW_VERTEX_EMBED_DEPTH  4

/* values of what is said about one of them */
#define LLMGW_VERTEX_STATISTICS  64


static llmgw_int_t llmgw_vertex_embed_write(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_vertex_embed_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);
static int64_t llmgw_vertex_embed_tokens(llmgw_outcome_t *answer,
    llmgw_str_t statistics);
static llmgw_int_t llmgw_vertex_images_write(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_vertex_images_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);
static llmgw_int_t llmgw_vertex_speech_write(llmgw_call_t *call,
    llmgw_upstream_t *up);


const llmgw_task_t  llmgw_vertex_tasks[] = {

    { LLMGW_EP_EMBEDDINGS, llmgw_vertex_embed_write,
      llmgw_vertex_embed_read },
    { LLMGW_EP_IMAGES, llmgw_vertex_images_write, llmgw_vertex_images_read },
    { LLMGW_EP_IMAGE_EDITS, llmgw_vertex_images_write,
      llmgw_vertex_images_read },
    { LLMGW_EP_SPEECH, llmgw_vertex_speech_write, llmgw_gemini_speech_read },

    { LLMGW_EP_NONE, NULL, NULL }
};


/* of Google's models only: others have no such operation there */

static llmgw_int_t
llmgw_vertex_task(llmgw_call_t *call, llmgw_vertex_t **v)
{
    *v = llmgw_vertex_begin(call);

    if (*v == NULL) {
        return LLMGW_ERROR;
    }

    if ((*v)->format == LLMGW_VERTEX_GOOGLE) {
        return LLMGW_OK;
    }

    llmgw_error_set(&call->error, 404, llmgw_lit("unsupported_endpoint"),
                    llmgw_null_str,
                    llmgw_fmt(call->arena, "the provider of model \"%.*s\" "
                              "does not serve this endpoint",
                              llmgw_arg(call->model)));

    return LLMGW_INVALID;
}


/* two forms of one operation, by the age of the model */

static unsigned
llmgw_vertex_embeds_content(llmgw_str_t model)
{
    return llmgw_str_find(model, llmgw_lit("gemini")) != NULL
           && !llmgw_str_is(model, "gemini-embedding-001");
}


static void
llmgw_vertex_embed_instances(llmgw_out_t *o, const llmgw_gemini_embed_t *e)
{
    llmgw_node_t        *v;
    const llmgw_json_t  *j;

    j = &e->em.doc;

    llmgw_json_key(o, "instances");
    llmgw_json_open(o, '[');

    llmgw_embeddings_each(v, &e->em) {

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "content", llmgw_json_str(j, v));

        if (e->task_type) {
            llmgw_json_member(o, "task_type",
                              llmgw_json_str(j, e->task_type));
        }

        if (e->title) {
            llmgw_json_member(o, "title", llmgw_json_str(j, e->title));
        }

        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');

    if (e->em.dimensions <= 0 && e->truncate == NULL) {
        return;
    }

    llmgw_json_key(o, "parameters");
    llmgw_json_open(o, '{');

    if (e->em.dimensions > 0) {
        llmgw_json_member_int(o, "outputDimensionality", e->em.dimensions);
    }

    if (e->truncate) {
        llmgw_json_member_raw(o, "autoTruncate",
                              llmgw_json_raw(j, e->truncate));
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_vertex_embed_content(llmgw_out_t *o, const llmgw_gemini_embed_t *e)
{
    const llmgw_json_t  *j;

    j = &e->em.doc;

    llmgw_puts(o, "\"content\":{\"parts\":[{\"text\":");
    llmgw_put_jstr(o, llmgw_json_str(j, e->em.first));
    llmgw_puts(o, "}]}");

    if (e->em.dimensions <= 0 && e->task_type == NULL && e->title == NULL
        && e->truncate == NULL)
    {
        return;
    }

    o->comma = 1;

    llmgw_json_key(o, "embedContentConfig");
    llmgw_json_open(o, '{');

    if (e->em.dimensions > 0) {
        llmgw_json_member_int(o, "outputDimensionality", e->em.dimensions);
    }

    if (e->task_type) {
        llmgw_json_member(o, "taskType", llmgw_json_str(j, e->task_type));
    }

    if (e->title) {
        llmgw_json_member(o, "title", llmgw_json_str(j, e->title));
    }

    if (e->truncate) {
        llmgw_json_member_raw(o, "autoTruncate",
                              llmgw_json_raw(j, e->truncate));
    }

    llmgw_json_close(o, '}');
}


static llmgw_int_t
llmgw_vertex_embed_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    unsigned               content;
    llmgw_int_t            rc;
    llmgw_out_t           *o;
    llmgw_vertex_t        *v;
    llmgw_gemini_embed_t  *e;

    rc = llmgw_vertex_task(call, &v);
    if (rc != LLMGW_OK) {
        return rc;
    }

    content = llmgw_vertex_embeds_content(v->model);

    rc = llmgw_gemini_embed(call, content || llmgw_str_is(v->model,
                                                       "gemini-embedding-001")
                                  ? 1 : LLMGW_VERTEX_EMBED_MAX, &e);
    if (rc != LLMGW_OK) {
        return rc;
    }

    o = &up->body;

    llmgw_json_open(o, '{');

    if (content) {
        llmgw_vertex_embed_content(o, e);

    } else {
        llmgw_vertex_embed_instances(o, e);
    }

    llmgw_json_close(o, '}');

    rc = llmgw_vertex_path(call, v, content ? "embedContent" : "predict", up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    return (llmgw_vertex_headers(call, up, 0) == LLMGW_OK)
           ? llmgw_out_close(o) : LLMGW_ERROR;
}


/* it lies as deep as the numbers do, so there are no nodes in it yet */

static int64_t
llmgw_vertex_embed_tokens(llmgw_outcome_t *answer, llmgw_str_t statistics)
{
    llmgw_json_t  j;

    if (llmgw_json_parse(&j, answer->arena, statistics, 1,
                         LLMGW_VERTEX_STATISTICS)
        != LLMGW_OK)
    {
        return -1;
    }

    return llmgw_usage_count(&j, llmgw_json_get(&j, j.nodes, "token_count"));
}


static llmgw_int_t
llmgw_vertex_embed_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    int64_t                      n, tokens;
    llmgw_int_t                  rc;
    llmgw_json_t                 j;
    llmgw_node_t                *list, *v, *vector, *values, *statistics;
    llmgw_vectors_t              vs;
    const llmgw_gemini_embed_t  *e;

    e = call->task_data;

    rc = llmgw_json_parse(&j, answer->arena, answer->body,
                          LLMGW_VERTEX_EMBED_DEPTH, LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    llmgw_vectors_open(&vs, answer, &e->em);

    vector = llmgw_json_object(&j, j.nodes, "embedding");

    if (vector) {

        values = llmgw_json_array(&j, vector, "values");

        rc = values ? llmgw_vectors_put(&vs, llmgw_json_raw(&j, values))
                    : LLMGW_INVALID;
        if (rc != LLMGW_OK) {
            return rc;
        }

        v = llmgw_json_get(&j, llmgw_json_object(&j, j.nodes,
                                                 "usageMetadata"),
                           "promptTokenCount");

        return llmgw_vectors_close(&vs, call->target->model,
                                   llmgw_usage_count(&j, v));
    }

    list = llmgw_json_array(&j, j.nodes, "predictions");

    if (list == NULL) {
        return LLMGW_INVALID;
    }

    tokens = -1;

    llmgw_json_each(v, list) {

        vector = llmgw_json_object(&j, v, "embeddings");
        values = llmgw_json_array(&j, vector, "values");

        rc = values ? llmgw_vectors_put(&vs, llmgw_json_raw(&j, values))
                    : LLMGW_INVALID;
        if (rc != LLMGW_OK) {
            return rc;
        }

        statistics = llmgw_json_object(&j, vector, "statistics");

        n = statistics
            ? llmgw_vertex_embed_tokens(answer, llmgw_json_raw(&j, statistics))
            : -1;

        if (n >= 0) {
            tokens = (tokens < 0) ? n : tokens + n;
        }
    }

    return llmgw_vectors_close(&vs, call->target->model, tokens);
}


static llmgw_int_t
llmgw_vertex_images_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    unsigned         imagen;
    llmgw_int_t      rc;
    llmgw_vertex_t  *v;

    rc = llmgw_vertex_task(call, &v);
    if (rc != LLMGW_OK) {
        return rc;
    }

    imagen = llmgw_gemini_is_imagen(v->model);

    rc = imagen ? llmgw_gemini_imagen_body(call, up, 1)
                : llmgw_gemini_image_body(call, up);

    if (rc == LLMGW_OK) {
        rc = llmgw_vertex_path(call, v, imagen ? "predict"
                                               : "generateContent", up);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    return (llmgw_vertex_headers(call, up, 0) == LLMGW_OK)
           ? llmgw_out_close(&up->body) : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_vertex_images_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    return llmgw_gemini_is_imagen(call->target->model)
           ? llmgw_gemini_imagen_read(call, answer)
           : llmgw_gemini_image_read(call, answer);
}


static llmgw_int_t
llmgw_vertex_speech_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t      rc;
    llmgw_vertex_t  *v;

    rc = llmgw_vertex_task(call, &v);

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_speech_body(call, up);
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_vertex_path(call, v, "generateContent", up);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    return (llmgw_vertex_headers(call, up, 0) == LLMGW_OK)
           ? llmgw_out_close(&up->body) : LLMGW_ERROR;
}
