
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Members that the operator sets in the bodies for a provider.
 */


#include "ngx_http_llmgw_module.h"


#define NGX_HTTP_LLMGW_PARAM_NODES  10000
#define NGX_HTTP_LLMGW_PARAM_BLOCK  1024


/* what is called "a.b" is the member "b" of the member "a" */

typedef struct {
    ngx_str_t    name;
    llmgw_str_t  value;     /* JSON */
} ngx_http_llmgw_param_t;


static char *ngx_http_llmgw_param_add(ngx_conf_t *cf, ngx_array_t **params,
    ngx_str_t *name, ngx_str_t *value);
static char *ngx_http_llmgw_param_name(ngx_conf_t *cf, ngx_array_t *params,
    ngx_str_t *name);
static ngx_int_t ngx_http_llmgw_param_value(ngx_conf_t *cf, ngx_str_t *value,
    llmgw_str_t *json);
static void ngx_http_llmgw_params_write(ngx_array_t *params, size_t prefix,
    ngx_uint_t first, llmgw_out_t *o);
static size_t ngx_http_llmgw_param_segment(ngx_str_t *name, size_t prefix);


/* "llmgw_set_param NAME VALUE" */

char *
ngx_http_llmgw_set_param(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_http_llmgw_param_add(cf, &llcf->params, &value[1], &value[2]);
}


/* "param=NAME=VALUE" of a deployment; text is what follows the first "=" */

char *
ngx_http_llmgw_deployment_param(ngx_conf_t *cf, ngx_array_t **params,
    ngx_str_t *text)
{
    u_char     *p;
    ngx_str_t   name, value;

    p = ngx_strlchr(text->data, text->data + text->len, '=');

    if (p == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"param=%V\": write "
                           "\"param=NAME=VALUE\"", text);
        return NGX_CONF_ERROR;
    }

    name.data = text->data;
    name.len = p - text->data;

    value.data = p + 1;
    value.len = text->data + text->len - value.data;

    return ngx_http_llmgw_param_add(cf, params, &name, &value);
}


static char *
ngx_http_llmgw_param_add(ngx_conf_t *cf, ngx_array_t **params,
    ngx_str_t *name, ngx_str_t *value)
{
    char                    *rv;
    ngx_http_llmgw_param_t  *param;

    if (*params == NULL) {

        *params = ngx_array_create(cf->pool, 4,
                                   sizeof(ngx_http_llmgw_param_t));
        if (*params == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    rv = ngx_http_llmgw_param_name(cf, *params, name);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    param = ngx_array_push(*params);
    if (param == NULL) {
        return NGX_CONF_ERROR;
    }

    param->name = *name;

    if (ngx_http_llmgw_param_value(cf, value, &param->value) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* what is routed, admitted and streamed by is the client's to say */

static char *
ngx_http_llmgw_param_name(ngx_conf_t *cf, ngx_array_t *params,
    ngx_str_t *name)
{
    size_t                   i, n;
    ngx_uint_t               k;
    ngx_http_llmgw_param_t  *param;

    static const llmgw_str_t  decide[] = {
        llmgw_string("model"),
        llmgw_string("stream")
    };

    for (i = 0; i < name->len; i++) {

        if (name->data[i] <= ' ' || name->data[i] >= 0x7f
            || name->data[i] == '"' || name->data[i] == '\\'
            || (name->data[i] == '.'
                && (i == 0 || i + 1 == name->len
                    || name->data[i - 1] == '.')))
        {
            break;
        }
    }

    if (name->len == 0 || i < name->len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid name of a parameter \"%V\"", name);
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < llmgw_nelts(decide); i++) {

        if (llmgw_str_caseeq(decide[i], ngx_http_llmgw_str(*name))) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the parameter \"%V\" cannot be set: it is "
                               "what requests are routed by", name);
            return NGX_CONF_ERROR;
        }
    }

    param = params->elts;

    for (k = 0; k < params->nelts; k++) {

        /* the same one, or one that is inside of the other */

        n = ngx_min(name->len, param[k].name.len);

        if (ngx_strncmp(name->data, param[k].name.data, n) == 0
            && (name->len == n || name->data[n] == '.')
            && (param[k].name.len == n || param[k].name.data[n] == '.'))
        {
            return "is duplicate";
        }
    }

    return NGX_CONF_OK;
}


/* JSON as it is; anything else is a text */

static ngx_int_t
ngx_http_llmgw_param_value(ngx_conf_t *cf, ngx_str_t *value,
    llmgw_str_t *json)
{
    llmgw_int_t    rc;
    llmgw_out_t    o;
    llmgw_json_t   j;
    llmgw_arena_t  a;

    llmgw_arena_init(&a, ngx_http_llmgw_alloc, cf->pool,
                     NGX_HTTP_LLMGW_PARAM_BLOCK, 0);

    rc = llmgw_json_parse(&j, &a, ngx_http_llmgw_str(*value), LLMGW_JSON_ALL,
                          NGX_HTTP_LLMGW_PARAM_NODES);

    if (rc == LLMGW_OK) {
        *json = llmgw_json_raw(&j, j.nodes);
        return NGX_OK;
    }

    if (rc == LLMGW_ERROR) {
        return NGX_ERROR;
    }

    if (value->len && (value->data[0] == '{' || value->data[0] == '[')) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not valid JSON", value);
        return NGX_ERROR;
    }

    llmgw_out_init(&o, &a, value->len + 16, 0, 0);

    llmgw_putc(&o, '"');
    llmgw_put_escaped(&o, ngx_http_llmgw_str(*value));
    llmgw_putc(&o, '"');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return NGX_ERROR;
    }

    *json = llmgw_out_join(&o, &a);

    return json->data ? NGX_OK : NGX_ERROR;
}


/* all of them as one JSON object; empty: there are none */

ngx_int_t
ngx_http_llmgw_params_json(ngx_conf_t *cf, ngx_array_t *params,
    llmgw_str_t *json)
{
    llmgw_out_t    o;
    llmgw_arena_t  a;

    *json = llmgw_null_str;

    if (params == NULL) {
        return NGX_OK;
    }

    llmgw_arena_init(&a, ngx_http_llmgw_alloc, cf->pool,
                     NGX_HTTP_LLMGW_PARAM_BLOCK, 0);
    llmgw_out_init(&o, &a, NGX_HTTP_LLMGW_PARAM_BLOCK, 0, 0);

    ngx_http_llmgw_params_write(params, 0, 0, &o);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return NGX_ERROR;
    }

    *json = llmgw_out_join(&o, &a);

    return json->data ? NGX_OK : NGX_ERROR;
}


/*
 * The object of those whose names begin with the first prefix bytes of the
 * first one's.
 */

static void
ngx_http_llmgw_params_write(ngx_array_t *params, size_t prefix,
    ngx_uint_t first, llmgw_out_t *o)
{
    size_t                   n;
    ngx_uint_t               i, k;
    ngx_http_llmgw_param_t  *param;

    param = params->elts;

    llmgw_json_open(o, '{');

    for (i = first; i < params->nelts; i++) {

        if (ngx_strncmp(param[i].name.data, param[first].name.data, prefix)
            != 0)
        {
            continue;
        }

        n = ngx_http_llmgw_param_segment(&param[i].name, prefix);

        /* a member that has been written with the first of its kind */

        for (k = first; k < i; k++) {

            if (param[k].name.len > n
                && param[k].name.data[n] == '.'
                && ngx_strncmp(param[k].name.data, param[i].name.data, n)
                   == 0)
            {
                break;
            }
        }

        if (k < i) {
            continue;
        }

        llmgw_json_key_n(o, (char *) param[i].name.data + prefix, n - prefix);

        if (n == param[i].name.len) {
            llmgw_put(o, param[i].value);
            o->comma = 1;

        } else {
            ngx_http_llmgw_params_write(params, n + 1, i, o);
        }
    }

    llmgw_json_close(o, '}');
}


/* where the part of a name that begins at prefix ends */

static size_t
ngx_http_llmgw_param_segment(ngx_str_t *name, size_t prefix)
{
    u_char  *p;

    p = ngx_strlchr(name->data + prefix, name->data + name->len, '.');

    return p ? (size_t) (p - name->data) : name->len;
}
