
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_check.h"
#include "llmgw_jstr.h"


/* containers whose members are the business of whoever wrote them */

static const llmgw_str_t  llmgw_check_opaque[] = {
    llmgw_string("parameters"),
    llmgw_string("input_schema"),
    llmgw_string("inputSchema"),
    llmgw_string("parametersJsonSchema"),
    llmgw_string("parameters_json_schema"),
    llmgw_string("responseSchema"),
    llmgw_string("response_schema"),
    llmgw_string("responseJsonSchema"),
    llmgw_string("response_json_schema"),
    llmgw_string("_responseJsonSchema"),
    llmgw_string("schema"),
    llmgw_string("arguments"),
    llmgw_string("args"),
    llmgw_string("response"),
    llmgw_string("metadata"),
    llmgw_string("labels"),
    llmgw_string("logit_bias")
};


static const llmgw_str_t  llmgw_check_deciding[] = {
    llmgw_string("model"),
    llmgw_string("models"),
    llmgw_string("stream"),
    llmgw_string("stream_options"),
    llmgw_string("messages"),
    llmgw_string("input"),
    llmgw_string("prompt"),
    llmgw_string("max_tokens"),
    llmgw_string("max_completion_tokens"),
    llmgw_string("max_output_tokens"),
    llmgw_string("n"),
    llmgw_string("user"),
    llmgw_string("metadata"),
    llmgw_string("tools"),
    llmgw_string("tool_choice"),
    llmgw_string("service_tier"),
    llmgw_string("extra_body")
};


static unsigned
llmgw_check_is_opaque(const llmgw_json_t *j, const llmgw_json_node_t *key,
    const llmgw_json_node_t *value)
{
    size_t       i;
    llmgw_str_t  name;

    name = llmgw_json_str(j, key);

    for (i = 0; i < llmgw_nelts(llmgw_check_opaque); i++) {
        if (llmgw_str_eq(name, llmgw_check_opaque[i])) {
            return 1;
        }
    }

    /* a tool call's arguments, but not the input of a responses request */

    return value->type == LLMGW_JSON_OBJECT && llmgw_str_is(name, "input");
}


static const llmgw_json_node_t *
llmgw_check_walk(const llmgw_json_t *j, const llmgw_json_node_t *node,
    llmgw_arena_t *a)
{
    const llmgw_json_node_t  *k, *v, *found;

    if (node->flags & LLMGW_JSON_COLLAPSED) {
        return NULL;
    }

    if (node->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(v, node) {

            if (v->type < LLMGW_JSON_ARRAY) {
                continue;
            }

            found = llmgw_check_walk(j, v, a);
            if (found) {
                return found;
            }
        }

        return NULL;
    }

    found = llmgw_json_duplicate(j, node, a);
    if (found) {
        return found;
    }

    llmgw_json_each_member(k, v, node) {

        if (v->type < LLMGW_JSON_ARRAY || llmgw_check_is_opaque(j, k, v)) {
            continue;
        }

        found = llmgw_check_walk(j, v, a);
        if (found) {
            return found;
        }
    }

    return NULL;
}


llmgw_int_t
llmgw_check_duplicates(const llmgw_json_t *j, llmgw_arena_t *a,
    llmgw_error_t *e)
{
    llmgw_str_t               path;
    const llmgw_json_node_t  *key;

    if (j->nodes[0].type < LLMGW_JSON_ARRAY) {
        return LLMGW_OK;
    }

    key = llmgw_check_walk(j, j->nodes, a);
    if (key == NULL) {
        return LLMGW_OK;
    }

    path = llmgw_json_path(j, key, a);

    return llmgw_refuse(e, llmgw_lit("invalid_json"), path,
                        llmgw_fmt(a, "duplicate member \"%.*s\"",
                                  llmgw_arg(path)));
}


llmgw_int_t
llmgw_check_case(const llmgw_json_t *j, llmgw_arena_t *a, llmgw_error_t *e)
{
    size_t                    i;
    llmgw_str_t               name;
    const llmgw_json_node_t  *k, *v;

    llmgw_json_each_member(k, v, j->nodes) {

        name = llmgw_json_str(j, k);

        if (k->flags & LLMGW_JSON_ESCAPED) {
            name = llmgw_jstr_decode(a, name);
        }

        for (i = 0; i < name.len; i++) {
            if (name.data[i] >= 'A' && name.data[i] <= 'Z') {
                break;
            }
        }

        if (i == name.len) {
            continue;
        }

        for (i = 0; i < llmgw_nelts(llmgw_check_deciding); i++) {

            if (llmgw_str_caseeq(name, llmgw_check_deciding[i])) {
                return llmgw_refuse(e, llmgw_lit("invalid_json"), name,
                                 llmgw_fmt(a, "unknown member \"%.*s\": "
                                           "write \"%.*s\"", llmgw_arg(name),
                                           llmgw_arg(llmgw_check_deciding[i])));
            }
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_check_name(const llmgw_json_node_t *v, llmgw_str_t param,
    llmgw_error_t *e, llmgw_arena_t *a)
{
    if (v->flags & (LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL)) {
        return llmgw_refuse(e, llmgw_lit("invalid_value"), param,
                            llmgw_fmt(a, "\"%.*s\" holds a character that is "
                                      "not allowed there", llmgw_arg(param)));
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_check_int(const llmgw_json_t *j, const llmgw_json_node_t *v,
    llmgw_str_t param, int64_t min, int64_t max, int64_t *value,
    llmgw_error_t *e, llmgw_arena_t *a)
{
    int64_t  n;

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return LLMGW_OK;
    }

    if (v->type != LLMGW_JSON_NUMBER
        || llmgw_json_int(llmgw_json_str(j, v), &n) != LLMGW_OK
        || n < min || n > max)
    {
        return llmgw_refuse(e, llmgw_lit("invalid_value"), param,
                            llmgw_fmt(a, "\"%.*s\" must be an integer from "
                                      "%lld to %lld", llmgw_arg(param),
                                      (long long) min, (long long) max));
    }

    *value = n;

    return LLMGW_OK;
}


llmgw_str_t
llmgw_json_path(const llmgw_json_t *j, const llmgw_json_node_t *node,
    llmgw_arena_t *a)
{
    unsigned                  n;
    llmgw_str_t               path, name;
    const llmgw_json_node_t  *k, *v, *at, *next;

    path = llmgw_lit("");
    at = j->nodes;

    while (at != node && at->type >= LLMGW_JSON_ARRAY) {

        next = NULL;
        n = 0;

        if (at->type == LLMGW_JSON_ARRAY) {

            llmgw_json_each(v, at) {

                if (node < v + v->span) {
                    next = v;
                    path = llmgw_fmt(a, "%.*s[%u]", llmgw_arg(path), n);
                    break;
                }

                n++;
            }

        } else {

            llmgw_json_each_member(k, v, at) {

                if (node < v + v->span) {

                    name = llmgw_jstr_decode(a, llmgw_json_str(j, k));
                    path = llmgw_fmt(a, "%.*s%s%.*s", llmgw_arg(path),
                                     path.len ? "." : "", llmgw_arg(name));

                    next = (node == k) ? node : v;
                    break;
                }
            }
        }

        if (next == NULL) {
            break;
        }

        at = next;
    }

    return path;
}
