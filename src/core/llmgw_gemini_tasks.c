
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Embeddings, and what all tasks share.
 */


#include "llmgw_gemini_tasks.h"


/* inputs of one request */
#define LLMGW_GEMINI_EMBED_MAX  100

/* the numbers of a vector need no nodes */
#define LLMGW_GEMINI_EMBED_DEPTH  3


static llmgw_int_t llmgw_gemini_embed_write(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_gemini_embed_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);
static llmgw_int_t llmgw_gemini_images_write(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_gemini_images_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);
static llmgw_int_t llmgw_gemini_speech_write(llmgw_call_t *call,
    llmgw_upstream_t *up);


const llmgw_task_t  llmgw_gemini_tasks[] = {

    { LLMGW_EP_EMBEDDINGS, llmgw_gemini_embed_write,
      llmgw_gemini_embed_read },
    { LLMGW_EP_IMAGES, llmgw_gemini_images_write, llmgw_gemini_images_read },
    { LLMGW_EP_IMAGE_EDITS, llmgw_gemini_images_write,
      llmgw_gemini_images_read },
    { LLMGW_EP_SPEECH, llmgw_gemini_speech_write, llmgw_gemini_speech_read },

    { LLMGW_EP_NONE, NULL, NULL }
};


llmgw_int_t
llmgw_gemini_task_refuse(llmgw_call_t *call, llmgw_str_t param,
    const char *why)
{
    return llmgw_refuse(&call->error, llmgw_lit("unsupported_parameter"),
                        param,
                        llmgw_fmt(call->arena, "\"%.*s\" %s",
                                  llmgw_arg(param), why));
}


llmgw_int_t
llmgw_gemini_embed(llmgw_call_t *call, uint32_t max,
    llmgw_gemini_embed_t **embed)
{
    llmgw_int_t            rc;
    llmgw_node_t          *v;
    const llmgw_json_t    *j;
    llmgw_gemini_embed_t  *e;

    static const llmgw_str_t  known[] = {
        llmgw_string("dimensions"),
        llmgw_string("task_type"),
        llmgw_string("title"),
        llmgw_string("auto_truncate")
    };

    e = llmgw_calloc(call->arena, sizeof(llmgw_gemini_embed_t));
    if (e == NULL) {
        return LLMGW_ERROR;
    }

    *embed = e;
    call->task_data = e;

    rc = llmgw_embeddings_read(call, &e->em);

    if (rc == LLMGW_OK) {
        rc = llmgw_embeddings_limit(call, &e->em, max);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_embeddings_drop(call, &e->em, known, llmgw_nelts(known));

    j = &e->em.doc;

    e->task_type = llmgw_json_string(j, j->nodes, "task_type");
    e->title = llmgw_json_string(j, j->nodes, "title");

    v = llmgw_json_get(j, j->nodes, "auto_truncate");

    if (v && (v->type == LLMGW_JSON_TRUE || v->type == LLMGW_JSON_FALSE)) {
        e->truncate = v;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_embed_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_out_t           *o;
    llmgw_int_t            rc;
    llmgw_str_t            model;
    llmgw_node_t          *v;
    const llmgw_json_t    *j;
    llmgw_gemini_embed_t  *e;

    rc = llmgw_gemini_model(call, call->target->model, &model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_gemini_embed(call, LLMGW_GEMINI_EMBED_MAX, &e);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (e->truncate) {
        llmgw_call_drop(call, llmgw_lit("auto_truncate"));
    }

    o = &up->body;
    j = &e->em.doc;

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "requests");
    llmgw_json_open(o, '[');

    llmgw_embeddings_each(v, &e->em) {

        /* texts in one content would make one vector */

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "model", model);
        llmgw_puts(o, ",\"content\":{\"parts\":[{\"text\":");
        llmgw_put_jstr(o, llmgw_json_str(j, v));
        llmgw_puts(o, "}]}");

        if (e->task_type) {
            llmgw_json_member(o, "taskType", llmgw_json_str(j, e->task_type));
        }

        if (e->title) {
            llmgw_json_member(o, "title", llmgw_json_str(j, e->title));
        }

        if (e->em.dimensions > 0) {
            llmgw_json_member_int(o, "outputDimensionality",
                                  e->em.dimensions);
        }

        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
    llmgw_json_close(o, '}');

    up->path = llmgw_gemini_path(call, model, "batchEmbedContents");

    if (up->path.data == NULL
        || llmgw_gemini_headers(call, up, 0) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_out_close(o);
}


static llmgw_int_t
llmgw_gemini_embed_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    llmgw_int_t                  rc;
    llmgw_json_t                 j;
    llmgw_node_t                *list, *v, *values;
    llmgw_vectors_t              vs;
    const llmgw_gemini_embed_t  *e;

    e = call->task_data;

    rc = llmgw_json_parse(&j, answer->arena, answer->body,
                          LLMGW_GEMINI_EMBED_DEPTH, LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    list = llmgw_json_array(&j, j.nodes, "embeddings");

    if (list == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_vectors_open(&vs, answer, &e->em);

    llmgw_json_each(v, list) {

        values = llmgw_json_array(&j, v, "values");

        rc = values ? llmgw_vectors_put(&vs, llmgw_json_raw(&j, values))
                    : LLMGW_INVALID;
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = llmgw_json_get(&j, llmgw_json_object(&j, j.nodes, "usageMetadata"),
                       "promptTokenCount");

    return llmgw_vectors_close(&vs, call->target->model,
                               llmgw_usage_count(&j, v));
}


static llmgw_int_t
llmgw_gemini_images_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    unsigned     imagen;
    llmgw_int_t  rc;
    llmgw_str_t  model;

    rc = llmgw_gemini_model(call, call->target->model, &model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    imagen = llmgw_gemini_is_imagen(call->target->model);

    rc = imagen ? llmgw_gemini_imagen_body(call, up, 0)
                : llmgw_gemini_image_body(call, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    up->path = llmgw_gemini_path(call, model, imagen ? "predict"
                                                     : "generateContent");

    if (up->path.data == NULL
        || llmgw_gemini_headers(call, up, 0) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_out_close(&up->body);
}


static llmgw_int_t
llmgw_gemini_images_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    return llmgw_gemini_is_imagen(call->target->model)
           ? llmgw_gemini_imagen_read(call, answer)
           : llmgw_gemini_image_read(call, answer);
}


static llmgw_int_t
llmgw_gemini_speech_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t  rc;
    llmgw_str_t  model;

    rc = llmgw_gemini_model(call, call->target->model, &model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_gemini_speech_body(call, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    up->path = llmgw_gemini_path(call, model, "generateContent");

    if (up->path.data == NULL
        || llmgw_gemini_headers(call, up, 0) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_out_close(&up->body);
}
