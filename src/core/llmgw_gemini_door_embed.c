
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * embedContent and batchEmbedContents: what they ask for is asked in OpenAI's
 * form, which every provider of embeddings understands one way or another.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"
#include "llmgw_task.h"


/* the numbers of a vector need no nodes */
#define LLMGW_GEMINI_VECTOR_DEPTH  3


static llmgw_int_t llmgw_gemini_embed_ask(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_gemini_embed_answer(llmgw_call_t *call,
    llmgw_outcome_t *answer);


const llmgw_task_t  llmgw_gemini_door_tasks[] = {

    { LLMGW_EP_EMBED_CONTENT, llmgw_gemini_embed_ask,
      llmgw_gemini_embed_answer },
    { LLMGW_EP_BATCH_EMBED, llmgw_gemini_embed_ask,
      llmgw_gemini_embed_answer },

    { LLMGW_EP_NONE, NULL, NULL }
};


/* what is asked for, and how */

typedef struct {
    llmgw_gemini_door_t   d;
    llmgw_call_t          inner;
    llmgw_out_t           texts;
    uint32_t              n;

    /* of the first request; those of one batch do not differ */
    llmgw_node_t         *dimensions;
    llmgw_node_t         *task_type;
    llmgw_node_t         *title;
} llmgw_gemini_wanted_t;


/* the texts of a content's parts, joined by line breaks */

static llmgw_int_t
llmgw_gemini_embed_text(llmgw_gemini_wanted_t *e, llmgw_node_t *content)
{
    unsigned       n;
    llmgw_int_t    rc;
    llmgw_out_t   *o;
    llmgw_str_t    text;
    llmgw_node_t  *parts, *part, *member[LLMGW_GP_MAX];

    static const llmgw_str_t  names[] = {
        llmgw_string("parts")
    };

    o = &e->texts;

    if (content->type == LLMGW_JSON_STRING) {
        llmgw_json_put_jstr(o, llmgw_json_str(e->d.j, content));
        return LLMGW_OK;
    }

    if (content->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(&e->d, content, "must be an object");
    }

    rc = llmgw_gemini_members(&e->d, content, names, 1, &parts, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (parts == NULL || parts->type != LLMGW_JSON_ARRAY) {
        return llmgw_gemini_missing(&e->d, content, "parts");
    }

    llmgw_json_comma(o);
    llmgw_putc(o, '"');

    n = 0;

    llmgw_json_each(part, parts) {

        rc = llmgw_gemini_part(&e->d, part, member);

        if (rc == LLMGW_OK && member[LLMGW_GP_TEXT] == NULL) {
            rc = llmgw_gemini_bad(&e->d, part, "must be a text");
        }

        if (rc == LLMGW_OK) {
            rc = llmgw_gemini_string(&e->d, member[LLMGW_GP_TEXT], &text);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }

        if (n++) {
            llmgw_puts(o, "\\n");
        }

        llmgw_put(o, text);
    }

    llmgw_putc(o, '"');

    o->comma = 1;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_embed_one(llmgw_gemini_wanted_t *e, llmgw_node_t *v)
{
    llmgw_int_t    rc;
    llmgw_node_t  *m[5];

    static const llmgw_str_t  names[] = {
        llmgw_string("content"),
        llmgw_string("outputDimensionality"),
        llmgw_string("taskType"),
        llmgw_string("title"),
        llmgw_string("model")
    };

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(&e->d, v, "must be an object");
    }

    rc = llmgw_gemini_members(&e->d, v, names, 5, m, e->n ? NULL : "");
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (m[0] == NULL) {
        return llmgw_gemini_missing(&e->d, v, "content");
    }

    if (m[1] && m[1]->type != LLMGW_JSON_NUMBER) {
        return llmgw_gemini_bad(&e->d, m[1], "must be an integer");
    }

    if (e->n++ == 0) {
        e->dimensions = m[1];
        e->task_type = m[2];
        e->title = m[3];

    } else if ((m[1] == NULL) != (e->dimensions == NULL)
               || (m[1] && !llmgw_str_eq(llmgw_json_raw(e->d.j, m[1]),
                                         llmgw_json_raw(e->d.j,
                                                        e->dimensions))))
    {
        return llmgw_gemini_bad(&e->d, m[1] ? m[1] : v,
                                "must be the same in all requests of a "
                                "batch");
    }

    return llmgw_gemini_embed_text(e, m[0]);
}


static llmgw_int_t
llmgw_gemini_embed_texts(llmgw_gemini_wanted_t *e)
{
    llmgw_int_t    rc;
    llmgw_node_t  *list, *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("requests")
    };

    if (e->d.call->endpoint->id == LLMGW_EP_EMBED_CONTENT) {
        return llmgw_gemini_embed_one(e, e->d.j->nodes);
    }

    rc = llmgw_gemini_members(&e->d, e->d.j->nodes, names, 1, &list, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (list == NULL || list->type != LLMGW_JSON_ARRAY || list->span == 1) {
        return llmgw_gemini_missing(&e->d, e->d.j->nodes, "requests");
    }

    llmgw_json_each(v, list) {

        rc = llmgw_gemini_embed_one(e, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/*
 * Members that OpenAI does not know are left out where the body would pass
 * with them.
 */

static llmgw_int_t
llmgw_gemini_embed_body(llmgw_gemini_wanted_t *e, llmgw_str_t *body)
{
    unsigned                passes;
    llmgw_out_t             o;
    llmgw_str_t             texts;
    const llmgw_dialect_t  *provider;

    if (llmgw_out_close(&e->texts) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    texts = llmgw_out_join(&e->texts, e->d.arena);

    if (texts.data == NULL) {
        return LLMGW_ERROR;
    }

    provider = e->inner.target->dialect;
    passes = provider->passes && provider->passes(&e->inner);

    llmgw_out_init(&o, e->d.arena, 512, 512, 0);

    llmgw_json_open(&o, '{');
    llmgw_json_member(&o, "model", e->d.call->model);
    llmgw_json_key(&o, "input");
    llmgw_putc(&o, '[');
    llmgw_put(&o, texts);
    llmgw_putc(&o, ']');

    o.comma = 1;

    llmgw_json_member(&o, "encoding_format", llmgw_lit("float"));

    if (e->dimensions) {
        llmgw_json_member_raw(&o, "dimensions",
                              llmgw_json_raw(e->d.j, e->dimensions));
    }

    if (e->task_type && passes) {
        llmgw_call_drop(e->d.call, llmgw_lit("taskType"));

    } else if (e->task_type) {
        llmgw_json_member_raw(&o, "task_type",
                              llmgw_json_raw(e->d.j, e->task_type));
    }

    if (e->title && passes) {
        llmgw_call_drop(e->d.call, llmgw_lit("title"));

    } else if (e->title) {
        llmgw_json_member_raw(&o, "title",
                              llmgw_json_raw(e->d.j, e->title));
    }

    llmgw_json_close(&o, '}');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    *body = llmgw_out_join(&o, e->d.arena);

    return body->data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_gemini_embed_ask(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t             rc;
    llmgw_str_t             body, rest;
    const llmgw_name_t     *n;
    llmgw_gemini_wanted_t  *e;

    e = llmgw_calloc(call->arena, sizeof(llmgw_gemini_wanted_t));
    if (e == NULL) {
        return LLMGW_ERROR;
    }

    e->d.call = call;
    e->d.j = &call->doc;
    e->d.arena = call->arena;

    llmgw_out_init(&e->texts, call->arena, 512, 512, 0);

    rc = llmgw_gemini_embed_texts(e);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_call_init(&e->inner, call->arena,
                    llmgw_endpoint_find(llmgw_lit("/v1/embeddings"), &rest));

    e->inner.now = call->now;
    e->inner.hosted = call->hosted;
    e->inner.target = call->target;

    memcpy(e->inner.random, call->random, sizeof(call->random));

    rc = llmgw_gemini_embed_body(e, &body);

    if (rc == LLMGW_OK) {
        rc = llmgw_call_read(&e->inner, body, llmgw_lit("application/json"));
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_call_prepare(&e->inner, call->target, up);
    }

    if (rc == LLMGW_INVALID) {
        call->error = e->inner.error;
    }

    for (n = e->inner.dropped; n; n = n->next) {
        llmgw_call_drop(call, n->name);
    }

    call->task_data = e;
    call->target = e->inner.target;
    call->attempt = e->inner.attempt;

    return rc;
}


/* floats in base64, which some services give unasked */

static llmgw_int_t
llmgw_gemini_embed_floats(llmgw_outcome_t *answer, llmgw_str_t base64)
{
    float         f;
    size_t        i;
    uint32_t      n;
    llmgw_int_t   rc;
    llmgw_str_t   bytes, number;

    rc = llmgw_base64_decode(answer->arena, base64, &bytes);

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (bytes.len % 4) {
        return LLMGW_INVALID;
    }

    llmgw_json_open(answer->out, '[');

    for (i = 0; i < bytes.len; i += 4) {

        n = bytes.data[i] | (uint32_t) bytes.data[i + 1] << 8
            | (uint32_t) bytes.data[i + 2] << 16
            | (uint32_t) bytes.data[i + 3] << 24;

        if ((n & 0x7f800000) == 0x7f800000) {
            return LLMGW_INVALID;
        }

        memcpy(&f, &n, sizeof(float));

        number = llmgw_fmt(answer->arena, "%.9g", (double) f);

        if (number.data == NULL) {
            return LLMGW_ERROR;
        }

        llmgw_json_put_raw(answer->out, number);
    }

    llmgw_json_close(answer->out, ']');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_embed_vector(llmgw_outcome_t *answer, const llmgw_json_t *j,
    llmgw_node_t *v)
{
    llmgw_int_t    rc;
    llmgw_node_t  *vector;

    vector = llmgw_json_get(j, v, "embedding");

    if (vector == NULL) {
        return LLMGW_INVALID;
    }

    llmgw_json_open(answer->out, '{');
    llmgw_json_key(answer->out, "values");

    rc = LLMGW_OK;

    if (vector->type == LLMGW_JSON_ARRAY) {
        llmgw_json_put_raw(answer->out, llmgw_json_raw(j, vector));

    } else if (vector->type == LLMGW_JSON_STRING) {
        rc = llmgw_gemini_embed_floats(answer, llmgw_json_str(j, vector));

    } else {
        rc = LLMGW_INVALID;
    }

    llmgw_json_close(answer->out, '}');

    return rc;
}


/* OpenAI's answer, made of the provider's own where that is another */

static llmgw_int_t
llmgw_gemini_embed_inner(llmgw_gemini_wanted_t *e, llmgw_outcome_t *answer,
    llmgw_str_t *body)
{
    llmgw_int_t      rc;
    llmgw_out_t      o;
    llmgw_outcome_t  inner;

    *body = answer->body;

    if (e->inner.task == NULL) {
        return LLMGW_OK;
    }

    llmgw_out_init(&o, answer->arena, 4096, 512, 0);

    inner = *answer;
    inner.out = &o;

    rc = e->inner.task->read(&e->inner, &inner);
    if (rc != LLMGW_OK) {
        return rc;
    }

    answer->model = inner.model;

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    *body = llmgw_out_join(&o, answer->arena);

    return body->data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_gemini_embed_answer(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    uint32_t                n;
    llmgw_int_t             rc;
    llmgw_out_t            *o;
    llmgw_str_t             body;
    llmgw_json_t            j;
    llmgw_node_t           *list, *v;
    llmgw_gemini_wanted_t  *e;

    e = call->task_data;
    o = answer->out;

    rc = llmgw_gemini_embed_inner(e, answer, &body);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_json_parse(&j, answer->arena, body, LLMGW_GEMINI_VECTOR_DEPTH,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    list = llmgw_json_array(&j, j.nodes, "data");

    if (list == NULL || list->span == 1) {
        return LLMGW_INVALID;
    }

    llmgw_json_open(o, '{');

    if (call->endpoint->id == LLMGW_EP_EMBED_CONTENT) {
        llmgw_json_key(o, "embedding");
        n = 1;
        rc = llmgw_gemini_embed_vector(answer, &j, list + 1);

    } else {

        llmgw_json_key(o, "embeddings");
        llmgw_json_open(o, '[');

        n = 0;

        llmgw_json_each(v, list) {

            rc = llmgw_gemini_embed_vector(answer, &j, v);
            if (rc != LLMGW_OK) {
                return rc;
            }

            n++;
        }

        llmgw_json_close(o, ']');
    }

    llmgw_json_close(o, '}');

    if (rc != LLMGW_OK || n != e->n) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    if (e->inner.task == NULL) {

        v = llmgw_json_object(&j, j.nodes, "usage");

        if (v) {
            call->target->dialect->read_usage(answer->usage, &j, v);
        }

        answer->model = llmgw_json_get_str(&j, j.nodes, "model");
    }

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}
