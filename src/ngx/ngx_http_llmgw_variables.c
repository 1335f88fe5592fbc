
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "ngx_http_llmgw_module.h"


typedef enum {
    var_key_name = 0,
    var_model,
    var_deployment,
    var_provider,
    var_attempts,
    var_prompt_tokens,
    var_completion_tokens,
    var_cached_tokens,
    var_ttft,
    var_status_detail
} ngx_http_llmgw_var_e;


static ngx_int_t ngx_http_llmgw_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_llmgw_next_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_llmgw_headers_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_http_llmgw_vars[] = {

    { ngx_string("llmgw_key_name"), NULL, ngx_http_llmgw_variable,
      var_key_name, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_model"), NULL, ngx_http_llmgw_variable,
      var_model, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_deployment"), NULL, ngx_http_llmgw_variable,
      var_deployment, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_provider"), NULL, ngx_http_llmgw_variable,
      var_provider, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_attempts"), NULL, ngx_http_llmgw_variable,
      var_attempts, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_prompt_tokens"), NULL, ngx_http_llmgw_variable,
      var_prompt_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_completion_tokens"), NULL, ngx_http_llmgw_variable,
      var_completion_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_cached_tokens"), NULL, ngx_http_llmgw_variable,
      var_cached_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_ttft"), NULL, ngx_http_llmgw_variable,
      var_ttft, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_status_detail"), NULL, ngx_http_llmgw_variable,
      var_status_detail, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    /* what the lines of llmgw_provider are made of */

    { ngx_string("llmgw_next"), NULL, ngx_http_llmgw_next_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_upstream_headers"), NULL,
      ngx_http_llmgw_headers_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_llmgw_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_llmgw_vars; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_number(ngx_http_request_t *r, ngx_str_t *s, int64_t n)
{
    s->data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (s->data == NULL) {
        return NGX_ERROR;
    }

    s->len = ngx_sprintf(s->data, "%L", n) - s->data;

    return NGX_OK;
}


/* s is left alone where there is nothing to say */

static ngx_int_t
ngx_http_llmgw_value(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t which, ngx_str_t *s)
{
    ngx_msec_t            t;
    llmgw_str_t           model;
    const llmgw_usage_t  *usage;

    usage = &ctx->reply.usage;

    switch ((ngx_http_llmgw_var_e) which) {

    case var_key_name:

        if (ctx->key) {
            *s = ctx->key->name;
        }

        break;

    case var_model:

        if (ctx->model) {
            *s = ctx->model->name;

        } else if (ctx->call.model.len) {

            model = llmgw_jstr_decode(&ctx->arena, ctx->call.model);
            s->data = (u_char *) model.data;
            s->len = model.len;
        }

        break;

    case var_deployment:

        if (ctx->step) {
            *s = ctx->step->location;
        }

        break;

    case var_provider:

        if (ctx->llcf) {
            s->data = (u_char *) ctx->llcf->provider->name.data;
            s->len = ctx->llcf->provider->name.len;
        }

        break;

    case var_attempts:
        return ngx_http_llmgw_number(r, s, ctx->attempts);

    case var_prompt_tokens:

        if (ctx->replied && usage->reported && usage->prompt >= 0) {
            return ngx_http_llmgw_number(r, s, usage->prompt);
        }

        break;

    case var_completion_tokens:

        if (ctx->replied && usage->reported && usage->completion >= 0) {
            return ngx_http_llmgw_number(r, s, usage->completion);
        }

        break;

    case var_cached_tokens:

        if (ctx->replied && usage->reported && usage->cached >= 0) {
            return ngx_http_llmgw_number(r, s, usage->cached);
        }

        break;

    case var_ttft:

        if (ctx->first == 0) {
            break;
        }

        /* seconds with milliseconds, as $request_time */

        s->data = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
        if (s->data == NULL) {
            return NGX_ERROR;
        }

        t = ctx->first - ctx->start;

        s->len = ngx_sprintf(s->data, "%T.%03M", (time_t) t / 1000, t % 1000)
                 - s->data;
        break;

    case var_status_detail:
        *s = ctx->detail;
        break;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t              s;
    ngx_http_llmgw_ctx_t  *ctx;

    ngx_str_null(&s);

    ctx = ngx_http_llmgw_get_ctx(r->main);

    if (ctx && ngx_http_llmgw_value(r, ctx, data, &s) != NGX_OK) {
        return NGX_ERROR;
    }

    if (s.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = s.len;
    v->data = s.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_next_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t             *name;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_llmgw_get_ctx(r);
    name = ctx ? ngx_http_llmgw_next(ctx) : NULL;

    if (name == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = name->len;
    v->data = name->data;

    return NGX_OK;
}


/*
 * Holds a credential.  It has a value only while the proxy makes its request,
 * which is before nginx has given the upstream's output its pool: no log and
 * no header of an answer can print it.
 */

static ngx_int_t
ngx_http_llmgw_headers_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_llmgw_module);

    if (ctx == NULL || ctx->state != ngx_http_llmgw_sending
        || r->upstream == NULL || r->upstream->output.pool != NULL)
    {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;
    v->len = ctx->headers.len;
    v->data = ctx->headers.data;

    return NGX_OK;
}
