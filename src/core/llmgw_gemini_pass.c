
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The same API on both sides: the path gets the provider's name of the model,
 * and the body passes.
 */


#include "llmgw_gemini.h"
#include "llmgw_splice.h"


static void llmgw_gemini_pass_names(llmgw_call_t *call, llmgw_splice_t *sp,
    llmgw_str_t model);
static void llmgw_gemini_pass_name(llmgw_call_t *call, llmgw_splice_t *sp,
    llmgw_node_t *object, llmgw_str_t model);
static void llmgw_gemini_pass_contents(llmgw_call_t *call,
    llmgw_splice_t *sp, llmgw_node_t *contents);
static void llmgw_gemini_pass_content(llmgw_call_t *call, llmgw_splice_t *sp,
    llmgw_node_t *content);


unsigned
llmgw_gemini_passes(const llmgw_call_t *call)
{
    return call->endpoint->native == &llmgw_dialect_gemini;
}


llmgw_int_t
llmgw_gemini_pass_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t  rc;
    llmgw_str_t  model, method;

    rc = llmgw_gemini_model(call, call->target->model, &model);

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_pass_body(call, model, up);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    method = call->endpoint->method;

    up->path = llmgw_gemini_path(call, model,
                                 !call->endpoint->streams
                                 ? (const char *) method.data
                                 : call->array
                                 ? "streamGenerateContent"
                                 : "streamGenerateContent?alt=sse");

    if (up->path.data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_gemini_headers(call, up, call->stream && !call->array);
}


llmgw_int_t
llmgw_gemini_pass_body(llmgw_call_t *call, llmgw_str_t model,
    llmgw_upstream_t *up)
{
    llmgw_node_t        *v;
    llmgw_splice_t       sp;
    const llmgw_json_t  *j;

    j = &call->doc;

    llmgw_splice_init(&sp, call->arena);

    if (model.len && !llmgw_str_eq(call->model, call->target->model)) {
        llmgw_gemini_pass_names(call, &sp, model);
    }

    if (call->strip_thinking
        || llmgw_str_find(call->body,
                          llmgw_lit("\"" LLMGW_GEMINI_CARRIED_BASE64)))
    {
        llmgw_gemini_pass_contents(call, &sp,
                                   llmgw_json_get(j, j->nodes, "contents"));

        v = llmgw_json_object(j, j->nodes, "generateContentRequest");

        llmgw_gemini_pass_contents(call, &sp, llmgw_json_get(j, v,
                                                             "contents"));
    }

    return llmgw_splice_put(&sp, call->body, &up->body);
}


/* requests inside of others name the model again, and it has to be the same */

static void
llmgw_gemini_pass_names(llmgw_call_t *call, llmgw_splice_t *sp,
    llmgw_str_t model)
{
    llmgw_node_t        *v, *list;
    const llmgw_json_t  *j;

    j = &call->doc;

    llmgw_gemini_pass_name(call, sp, j->nodes, model);
    llmgw_gemini_pass_name(call, sp,
                           llmgw_json_object(j, j->nodes,
                                             "generateContentRequest"),
                           model);

    list = llmgw_json_array(j, j->nodes, "requests");

    if (list == NULL) {
        return;
    }

    llmgw_json_each(v, list) {
        llmgw_gemini_pass_name(call, sp, v, model);
    }
}


static void
llmgw_gemini_pass_name(llmgw_call_t *call, llmgw_splice_t *sp,
    llmgw_node_t *object, llmgw_str_t model)
{
    llmgw_str_t          name;
    llmgw_node_t        *v;
    const llmgw_json_t  *j;

    j = &call->doc;
    v = llmgw_json_string(j, object, "model");

    if (v == NULL) {
        return;
    }

    name = llmgw_json_str(j, v);

    llmgw_splice_add(sp, name.data, name.data + name.len, model);
}


static void
llmgw_gemini_pass_contents(llmgw_call_t *call, llmgw_splice_t *sp,
    llmgw_node_t *contents)
{
    llmgw_node_t  *v;

    if (contents && contents->type == LLMGW_JSON_OBJECT) {
        llmgw_gemini_pass_content(call, sp, contents);
        return;
    }

    if (contents == NULL || contents->type != LLMGW_JSON_ARRAY) {
        return;
    }

    llmgw_json_each(v, contents) {
        llmgw_gemini_pass_content(call, sp, v);
    }
}


/*
 * A part's member that holds what another provider needs to have back, or that
 * this one would not take.
 */

static unsigned
llmgw_gemini_pass_foreign(void *ctx, const llmgw_json_t *j, llmgw_node_t *key)
{
    const llmgw_call_t *call = ctx;

    llmgw_node_t  *value;

    value = key + 1;

    return (llmgw_json_is(j, key, "thoughtSignature")
            || llmgw_json_is(j, key, "thought_signature"))
           && value->type == LLMGW_JSON_STRING
           && (call->strip_thinking
               || llmgw_str_starts(llmgw_json_str(j, value),
                                   LLMGW_GEMINI_CARRIED_BASE64));
}


static void
llmgw_gemini_pass_content(llmgw_call_t *call, llmgw_splice_t *sp,
    llmgw_node_t *content)
{
    llmgw_str_t          raw;
    llmgw_node_t        *parts, *part, *k, *v;
    const llmgw_json_t  *j;

    j = &call->doc;
    parts = llmgw_json_array(j, content, "parts");

    if (parts == NULL) {
        return;
    }

    llmgw_json_each(part, parts) {

        if (part->type != LLMGW_JSON_OBJECT) {
            continue;
        }

        if (llmgw_json_get(j, part, "functionCall") == NULL
            && llmgw_json_get(j, part, "function_call") == NULL)
        {
            llmgw_splice_filter(sp, j, part, llmgw_gemini_pass_foreign, call);
            continue;
        }

        /* newer models refuse calls that have none */

        llmgw_json_each_member(k, v, part) {

            if (llmgw_gemini_pass_foreign(call, j, k)) {
                raw = llmgw_json_raw(j, v);
                llmgw_splice_add(sp, raw.data, raw.data + raw.len,
                                 llmgw_lit("\"" LLMGW_GEMINI_SKIP "\""));
            }
        }
    }
}
