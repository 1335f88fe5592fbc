
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_check.h"
#include "llmgw_jstr.h"
#include "llmgw_openai_read.h"


void
llmgw_openai_members(const llmgw_json_t *j, llmgw_node_t *object,
    const llmgw_str_t *names, size_t n, llmgw_node_t **member)
{
    size_t         i;
    llmgw_node_t  *k, *v;

    memset(member, 0, n * sizeof(llmgw_node_t *));

    llmgw_json_each_member(k, v, object) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        for (i = 0; i < n; i++) {

            if (llmgw_json_is_n(j, k, (const char *) names[i].data,
                                names[i].len))
            {
                member[i] = v;
                break;
            }
        }
    }
}


/* Gemini's signature, under the names that clients know it by */

llmgw_str_t
llmgw_openai_signature(const llmgw_json_t *j, llmgw_node_t *extra)
{
    llmgw_str_t  s;

    s = llmgw_json_get_str(j, llmgw_json_get(j, extra, "google"),
                           "thought_signature");

    if (s.len == 0) {
        s = llmgw_json_get_str(j, llmgw_json_get(j, extra, "vertex"),
                               "thought_signature");
    }

    return s;
}


llmgw_int_t
llmgw_openai_missing(llmgw_openai_read_t *rd, llmgw_node_t *object,
    const char *name)
{
    llmgw_str_t  path;

    path = llmgw_json_path(rd->j, object, rd->arena);
    path = llmgw_fmt(rd->arena, "%.*s%s%s", llmgw_arg(path),
                     path.len ? "." : "", name);

    return llmgw_refuse(rd->error, llmgw_lit("missing_required_parameter"),
                        path,
                        llmgw_fmt(rd->arena, "\"%.*s\" is missing",
                                  llmgw_arg(path)));
}


llmgw_int_t
llmgw_openai_bad(llmgw_openai_read_t *rd, llmgw_node_t *v, llmgw_str_t code,
    const char *what)
{
    llmgw_str_t  path;

    path = llmgw_json_path(rd->j, v, rd->arena);

    return llmgw_refuse(rd->error, code, path,
                        llmgw_fmt(rd->arena, "\"%.*s\" must be %s",
                                  llmgw_arg(path), what));
}


llmgw_int_t
llmgw_openai_want(llmgw_openai_read_t *rd, llmgw_node_t *v, unsigned types)
{
    const char  *what;

    if (types == 0 || (types & LLMGW_BIT(v->type))) {
        return LLMGW_OK;
    }

    switch (types) {

    case LLMGW_BOOLEAN:
        what = "a boolean";
        break;

    case LLMGW_NUMBER:
        what = "a number";
        break;

    case LLMGW_STRING:
        what = "a string";
        break;

    case LLMGW_ARRAY:
        what = "an array";
        break;

    case LLMGW_OBJECT:
        what = "an object";
        break;

    case LLMGW_STRING|LLMGW_ARRAY:
        what = "a string or an array";
        break;

    default: /* LLMGW_STRING|LLMGW_OBJECT */
        what = "a string or an object";
    }

    return llmgw_openai_bad(rd, v, llmgw_lit("invalid_type"), what);
}


llmgw_int_t
llmgw_openai_string(llmgw_openai_read_t *rd, llmgw_node_t *v, llmgw_str_t *s)
{
    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return LLMGW_OK;
    }

    *s = llmgw_json_str(rd->j, v);

    return llmgw_openai_want(rd, v, LLMGW_STRING);
}


llmgw_int_t
llmgw_openai_name(llmgw_openai_read_t *rd, llmgw_node_t *v, llmgw_str_t *s)
{
    if (v == NULL) {
        return LLMGW_OK;
    }

    if (llmgw_openai_want(rd, v, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (v->flags & (LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL)) {
        return llmgw_check_name(v, llmgw_json_path(rd->j, v, rd->arena),
                                rd->error, rd->arena);
    }

    *s = llmgw_jstr_canonical(rd->arena, llmgw_json_str(rd->j, v));

    return s->data ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_openai_raw(llmgw_openai_read_t *rd, llmgw_node_t *v, unsigned types,
    llmgw_str_t *s)
{
    if (v == NULL) {
        return LLMGW_OK;
    }

    *s = llmgw_json_raw(rd->j, v);

    return llmgw_openai_want(rd, v, types);
}
