
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_overrides.h"
#include "llmgw_canon.h"
#include "llmgw_check.h"
#include "llmgw_jstr.h"


#define LLMGW_OVERRIDES_NAME     256

/* a list has no more values than that */
#define LLMGW_OVERRIDES_VALUES   256

/* numbers above are the same as these */
#define LLMGW_OVERRIDES_RETRIES  1000
#define LLMGW_OVERRIDES_SECONDS  1000000


typedef enum {
    LLMGW_OVERRIDES_NONE = 0,
    LLMGW_OVERRIDES_LIST,
    LLMGW_OVERRIDES_NUMBER,
    LLMGW_OVERRIDES_TIME
} llmgw_overrides_e;


static llmgw_overrides_e
llmgw_overrides_which(const llmgw_json_t *j, const llmgw_json_node_t *key)
{
    if (!(key->flags & LLMGW_JSON_ESCAPED)
        && key->len != 7 && key->len != 9 && key->len != 11)
    {
        return LLMGW_OVERRIDES_NONE;
    }

    if (llmgw_json_is(j, key, "timeout")) {
        return LLMGW_OVERRIDES_TIME;
    }

    if (llmgw_json_is(j, key, "fallbacks")) {
        return LLMGW_OVERRIDES_LIST;
    }

    return llmgw_json_is(j, key, "num_retries") ? LLMGW_OVERRIDES_NUMBER
                                                : LLMGW_OVERRIDES_NONE;
}


/* "name" or {"model":"name"} */

static llmgw_int_t
llmgw_overrides_name(llmgw_overrides_t *o, llmgw_arena_t *a,
    const llmgw_json_t *j, const llmgw_json_node_t *v, unsigned n,
    llmgw_error_t *e)
{
    llmgw_str_t               param, name;
    const llmgw_json_node_t  *k, *m;

    param = llmgw_fmt(a, "fallbacks[%u]", n);

    if (v->type == LLMGW_JSON_OBJECT) {

        llmgw_json_each_member(k, m, v) {

            if (!llmgw_json_is(j, k, "model")) {
                param = llmgw_fmt(a, "fallbacks[%u].%.*s", n,
                                  llmgw_arg(llmgw_json_str(j, k)));

                return llmgw_refuse(e, llmgw_lit("unsupported_parameter"),
                                    param,
                                    llmgw_lit("a fallback has a \"model\", "
                                              "and no parameters of its "
                                              "own"));
            }
        }

        param = llmgw_fmt(a, "fallbacks[%u].model", n);
        v = llmgw_json_get(j, v, "model");
    }

    if (v == NULL || v->type != LLMGW_JSON_STRING || v->len == 0
        || v->len > LLMGW_OVERRIDES_NAME)
    {
        return llmgw_refuse(e, llmgw_lit("invalid_type"), param,
                            llmgw_lit("\"fallbacks\" must be a list of names "
                                      "of models, 1 to 256 characters long"));
    }

    if (llmgw_check_name(v, param, e, a) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (o->nfallbacks == LLMGW_OVERRIDES_FALLBACKS) {
        return LLMGW_OK;
    }

    name = llmgw_jstr_decode(a, llmgw_json_str(j, v));
    if (name.data == NULL) {
        return LLMGW_ERROR;
    }

    /* it outlives the bytes that it was read from */

    name = llmgw_str_dup(a, name);
    if (name.data == NULL) {
        return LLMGW_ERROR;
    }

    o->fallback[o->nfallbacks++] = name;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_overrides_list(llmgw_overrides_t *o, llmgw_arena_t *a, llmgw_str_t raw,
    llmgw_error_t *e)
{
    unsigned                  n;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v;

    /* the document may have no nodes inside of its members */

    rc = llmgw_json_parse(&j, a, raw, LLMGW_JSON_ALL, LLMGW_OVERRIDES_VALUES);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_ARRAY) {
        return llmgw_refuse(e, llmgw_lit("invalid_type"),
                            llmgw_lit("fallbacks"),
                            llmgw_lit("\"fallbacks\" must be a list of names "
                                      "of models"));
    }

    o->nfallbacks = 0;
    n = 0;

    llmgw_json_each(v, j.nodes) {

        rc = llmgw_overrides_name(o, a, &j, v, n++, e);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_overrides_read(llmgw_overrides_t *o, llmgw_arena_t *a,
    const llmgw_json_t *j, const llmgw_json_node_t *v,
    llmgw_overrides_e which, llmgw_error_t *e)
{
    double  seconds;

    if (v->type == LLMGW_JSON_NULL) {
        return LLMGW_OK;
    }

    switch (which) {

    case LLMGW_OVERRIDES_LIST:
        return llmgw_overrides_list(o, a, llmgw_json_raw(j, v), e);

    case LLMGW_OVERRIDES_NUMBER:

        if (v->type != LLMGW_JSON_NUMBER
            || llmgw_json_int(llmgw_json_raw(j, v), &o->retries) != LLMGW_OK
            || o->retries < 0)
        {
            return llmgw_refuse(e, llmgw_lit("invalid_type"),
                                llmgw_lit("num_retries"),
                                llmgw_lit("\"num_retries\" must be an integer "
                                          "from 0"));
        }

        if (o->retries > LLMGW_OVERRIDES_RETRIES) {
            o->retries = LLMGW_OVERRIDES_RETRIES;
        }

        return LLMGW_OK;

    default: /* LLMGW_OVERRIDES_TIME */

        seconds = (v->type == LLMGW_JSON_NUMBER)
                  ? llmgw_json_double(llmgw_json_raw(j, v)) : 0;

        if (!(seconds > 0)) {
            return llmgw_refuse(e, llmgw_lit("invalid_type"),
                                llmgw_lit("timeout"),
                                llmgw_lit("\"timeout\" must be a number of "
                                          "seconds above 0"));
        }

        if (seconds > LLMGW_OVERRIDES_SECONDS) {
            seconds = LLMGW_OVERRIDES_SECONDS;
        }

        o->timeout = (int64_t) (seconds * 1000);

        if (o->timeout == 0) {
            o->timeout = 1;
        }

        return LLMGW_OK;
    }
}


llmgw_int_t
llmgw_overrides(llmgw_overrides_t **op, llmgw_arena_t *a,
    const llmgw_json_t *j, u_char *body, unsigned native, llmgw_error_t *e)
{
    llmgw_int_t               rc;
    llmgw_overrides_t        *o;
    llmgw_overrides_e         which;
    const llmgw_json_node_t  *k, *v;

    if (j->n == 0 || j->nodes[0].type != LLMGW_JSON_OBJECT) {
        return LLMGW_DECLINED;
    }

    o = NULL;

    llmgw_json_each_member(k, v, j->nodes) {

        which = llmgw_overrides_which(j, k);

        if (which == LLMGW_OVERRIDES_NONE) {
            continue;
        }

        if (o == NULL) {

            o = llmgw_alloc(a, sizeof(llmgw_overrides_t));
            if (o == NULL) {
                return LLMGW_ERROR;
            }

            o->nfallbacks = -1;
            o->retries = -1;
            o->timeout = 0;
            o->native = 0;
        }

        if (which == LLMGW_OVERRIDES_LIST && native) {
            o->native = (v->type != LLMGW_JSON_NULL);
            continue;
        }

        rc = llmgw_overrides_read(o, a, j, v, which, e);

        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_blank_member(body, j, k);
    }

    *op = o;

    return o ? LLMGW_OK : LLMGW_DECLINED;
}
