
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Embeddings, and what all tasks share.
 */


#include "llmgw_gemini_tasks.h"
#include "llmgw_jstr.h"


/* inputs of one request */
#define LLMGW_GEMINI_EMBED_MAX  100

/* values of one body: an embedding of each input, and more than that */
#define LLMGW_GEMINI_TASK_NODES  4000000


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
llmgw_gemini_task_doc(llmgw_call_t *call, llmgw_json_t *j)
{
    if (llmgw_json_parse(j, call->arena, call->body, LLMGW_JSON_ALL,
                         LLMGW_GEMINI_TASK_NODES)
        == LLMGW_OK)
    {
        return LLMGW_OK;
    }

    /* it was valid when the call was read */

    return LLMGW_ERROR;
}


llmgw_int_t
llmgw_gemini_task_refuse(llmgw_call_t *call, llmgw_str_t param,
    const char *why)
{
    return llmgw_refuse(&call->error, llmgw_lit("unsupported_parameter"),
                        param,
                        llmgw_fmt(call->arena, "\"%.*s\" %s",
                                  llmgw_arg(param), why));
}


void
llmgw_gemini_task_drop(llmgw_call_t *call, const llmgw_json_t *j,
    const llmgw_str_t *known, size_t n)
{
    size_t         i;
    llmgw_node_t  *k, *v;

    llmgw_json_each_member(k, v, j->nodes) {

        if (v->type == LLMGW_JSON_NULL || llmgw_json_is(j, k, "model")) {
            continue;
        }

        for (i = 0; i < n; i++) {

            if (llmgw_json_is_n(j, k, (const char *) known[i].data,
                                known[i].len))
            {
                break;
            }
        }

        if (i == n) {
            llmgw_call_drop(call, llmgw_jstr_canonical(call->arena,
                                                       llmgw_json_str(j, k)));
        }
    }
}


llmgw_int_t
llmgw_gemini_embed(llmgw_call_t *call, uint32_t max,
    llmgw_gemini_embed_t **embed)
{
    llmgw_int_t            rc;
    llmgw_node_t          *v, *n;
    llmgw_json_t          *j;
    llmgw_gemini_embed_t  *e;

    static const llmgw_str_t  known[] = {
        llmgw_string("input"),
        llmgw_string("dimensions"),
        llmgw_string("encoding_format"),
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

    j = &e->doc;

    rc = llmgw_gemini_task_doc(call, j);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_gemini_task_drop(call, j, known, llmgw_nelts(known));

    v = llmgw_json_get(j, j->nodes, "input");

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return llmgw_refuse(&call->error,
                            llmgw_lit("missing_required_parameter"),
                            llmgw_lit("input"),
                            llmgw_lit("\"input\" is missing"));
    }

    e->input = v;

    if (v->type == LLMGW_JSON_STRING) {
        e->n = 1;

    } else if (v->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(n, v) {

            if (n->type != LLMGW_JSON_STRING) {
                return llmgw_gemini_task_refuse(call, llmgw_lit("input"),
                                         "must be text for this provider");
            }

            e->n++;
        }
    }

    if (e->n == 0) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_type"),
                            llmgw_lit("input"),
                            llmgw_lit("\"input\" must be a string or an "
                                      "array of strings"));
    }

    if (e->n > max) {
        return llmgw_refuse(&call->error, llmgw_lit("unsupported_parameter"),
                            llmgw_lit("input"),
                            llmgw_fmt(call->arena, "this model takes %u "
                                      "input%s at a time", max,
                                      max == 1 ? "" : "s"));
    }

    v = llmgw_json_get(j, j->nodes, "encoding_format");

    e->base64 = v && v->type == LLMGW_JSON_STRING
                && llmgw_json_is(j, v, "base64");

    e->dimensions = llmgw_json_number(j, j->nodes, "dimensions");
    e->task_type = llmgw_json_string(j, j->nodes, "task_type");
    e->title = llmgw_json_string(j, j->nodes, "title");

    v = llmgw_json_get(j, j->nodes, "auto_truncate");

    if (v && (v->type == LLMGW_JSON_TRUE || v->type == LLMGW_JSON_FALSE)) {
        e->truncate = v;
    }

    return LLMGW_OK;
}


llmgw_node_t *
llmgw_gemini_embed_next(const llmgw_gemini_embed_t *e, llmgw_node_t *v)
{
    if (e->input->type == LLMGW_JSON_STRING) {
        return v ? NULL : e->input;
    }

    v = v ? llmgw_json_next(v) : e->input + 1;

    return (v < e->input + e->input->span) ? v : NULL;
}


static llmgw_int_t
llmgw_gemini_embed_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_out_t           *o;
    llmgw_int_t            rc;
    llmgw_str_t            model;
    llmgw_json_t          *j;
    llmgw_node_t          *v;
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
    j = &e->doc;

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "requests");
    llmgw_json_open(o, '[');

    for (v = llmgw_gemini_embed_next(e, NULL);
         v;
         v = llmgw_gemini_embed_next(e, v))
    {
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

        if (e->dimensions) {
            llmgw_json_member_raw(o, "outputDimensionality",
                                  llmgw_json_raw(j, e->dimensions));
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


void
llmgw_gemini_embed_begin(llmgw_outcome_t *answer)
{
    answer->out->comma = 0;

    llmgw_puts(answer->out, "{\"object\":\"list\",\"data\":[");
}


/* 32-bit numbers, the lowest byte first */

static llmgw_int_t
llmgw_gemini_pack(llmgw_out_t *o, llmgw_arena_t *a, const llmgw_json_t *j,
    llmgw_node_t *values)
{
    float          f;
    u_char        *bytes, *p, *text;
    uint32_t       n, bits;
    llmgw_node_t  *v;

    n = values->span - 1;

    bytes = llmgw_nalloc(a, (size_t) n * 4);
    text = llmgw_nalloc(a, llmgw_base64_size((size_t) n * 4));

    if (bytes == NULL || text == NULL) {
        return LLMGW_ERROR;
    }

    p = bytes;

    llmgw_json_each(v, values) {

        f = (float) llmgw_json_double(llmgw_json_str(j, v));
        memcpy(&bits, &f, 4);

        *p++ = (u_char) bits;
        *p++ = (u_char) (bits >> 8);
        *p++ = (u_char) (bits >> 16);
        *p++ = (u_char) (bits >> 24);
    }

    p = llmgw_base64_encode(text, llmgw_str(bytes, (size_t) (p - bytes)));

    llmgw_json_put_jstr(o, llmgw_str(text, (size_t) (p - text)));

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_embed_put(const llmgw_gemini_embed_t *e,
    llmgw_outcome_t *answer, const llmgw_json_t *j, llmgw_node_t *values,
    uint32_t index)
{
    llmgw_out_t   *o;
    llmgw_int_t    rc;
    llmgw_node_t  *v;

    if (values == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(v, values) {
        if (v->type != LLMGW_JSON_NUMBER) {
            return LLMGW_INVALID;
        }
    }

    o = answer->out;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "object", llmgw_lit("embedding"));
    llmgw_json_member_int(o, "index", index);
    llmgw_json_key(o, "embedding");

    if (e->base64) {

        rc = llmgw_gemini_pack(o, answer->arena, j, values);
        if (rc != LLMGW_OK) {
            return rc;
        }

    } else {
        llmgw_put_compact(o, llmgw_json_raw(j, values));
        o->comma = 1;
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


void
llmgw_gemini_embed_end(llmgw_call_t *call, llmgw_outcome_t *answer,
    int64_t tokens)
{
    llmgw_out_t  *o;

    o = answer->out;

    if (tokens >= 0) {
        answer->usage->prompt = tokens;
        answer->usage->reported = 1;

    } else {
        tokens = 0;
    }

    answer->model = call->target->model;

    llmgw_puts(o, "],\"model\":");
    llmgw_put_jstr(o, call->target->model);
    llmgw_puts(o, ",\"usage\":{\"prompt_tokens\":");
    llmgw_put_int(o, tokens);
    llmgw_puts(o, ",\"total_tokens\":");
    llmgw_put_int(o, tokens);
    llmgw_puts(o, "}}");
}


static llmgw_int_t
llmgw_gemini_embed_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    uint32_t                     i;
    llmgw_int_t                  rc;
    llmgw_json_t                 j;
    llmgw_node_t                *list, *v;
    const llmgw_gemini_embed_t  *e;

    e = call->task_data;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, LLMGW_JSON_ALL,
                          LLMGW_GEMINI_TASK_NODES);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    list = llmgw_json_array(&j, j.nodes, "embeddings");

    if (list == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_gemini_embed_begin(answer);

    i = 0;

    llmgw_json_each(v, list) {

        rc = llmgw_gemini_embed_put(e, answer, &j,
                                    llmgw_json_array(&j, v, "values"), i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (i != e->n) {
        return LLMGW_INVALID;
    }

    v = llmgw_json_get(&j, llmgw_json_object(&j, j.nodes, "usageMetadata"),
                       "promptTokenCount");

    llmgw_gemini_embed_end(call, answer, llmgw_usage_count(&j, v));

    return answer->out->failed ? LLMGW_ERROR : LLMGW_OK;
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
                : llmgw_gemini_image_body(call, up, 0);
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
