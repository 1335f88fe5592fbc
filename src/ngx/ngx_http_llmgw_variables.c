
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_midstream.h"


typedef enum {
    var_key_name = 0,
    var_model,
    var_deployment,
    var_provider,
    var_attempts,
    var_continuations,
    var_prompt_tokens,
    var_completion_tokens,
    var_cached_tokens,
    var_cache_write_tokens,
    var_reasoning_tokens,
    var_prompt_audio_tokens,
    var_completion_audio_tokens,
    var_prompt_image_tokens,
    var_completion_image_tokens,
    var_images,
    var_usage_estimated,
    var_cost,
    var_ttft,
    var_queue_position,
    var_queue_time,
    var_status_detail
} ngx_http_llmgw_var_e;


static ngx_int_t ngx_http_llmgw_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_llmgw_usage_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static int64_t ngx_http_llmgw_count_of(ngx_http_llmgw_ctx_t *ctx,
    const llmgw_usage_t *u, ngx_http_llmgw_var_e which);
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

    { ngx_string("llmgw_continuations"), NULL, ngx_http_llmgw_variable,
      var_continuations, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_attempts"), NULL, ngx_http_llmgw_variable,
      var_attempts, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_prompt_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_prompt_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_completion_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_completion_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_cached_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_cached_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_cache_write_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_cache_write_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_reasoning_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_reasoning_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_prompt_audio_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_prompt_audio_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_completion_audio_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_completion_audio_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_prompt_image_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_prompt_image_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_completion_image_tokens"), NULL,
      ngx_http_llmgw_usage_variable,
      var_completion_image_tokens, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_images"), NULL, ngx_http_llmgw_usage_variable,
      var_images, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_usage_estimated"), NULL,
      ngx_http_llmgw_usage_variable,
      var_usage_estimated, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_cost"), NULL, ngx_http_llmgw_usage_variable,
      var_cost, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_ttft"), NULL, ngx_http_llmgw_variable,
      var_ttft, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_queue_position"), NULL, ngx_http_llmgw_variable,
      var_queue_position, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_queue_time"), NULL, ngx_http_llmgw_variable,
      var_queue_time, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_status_detail"), NULL, ngx_http_llmgw_variable,
      var_status_detail, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_cache_key"), NULL,
      ngx_http_llmgw_cache_key_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_cache_bypass"), NULL,
      ngx_http_llmgw_cache_control_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("llmgw_cache_no_store"), NULL,
      ngx_http_llmgw_cache_control_variable,
      1, NGX_HTTP_VAR_NOCACHEABLE, 0 },

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


/* seconds with milliseconds, as $request_time */

static ngx_int_t
ngx_http_llmgw_time(ngx_http_request_t *r, ngx_str_t *s, ngx_msec_t t)
{
    s->data = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (s->data == NULL) {
        return NGX_ERROR;
    }

    s->len = ngx_sprintf(s->data, "%T.%03M", (time_t) t / 1000, t % 1000)
             - s->data;

    return NGX_OK;
}


/* s is left alone where there is nothing to say */

static ngx_int_t
ngx_http_llmgw_value(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t which, ngx_str_t *s)
{
    llmgw_str_t  model;

    switch ((ngx_http_llmgw_var_e) which) {

    case var_key_name:

        if (ctx->identity) {
            s->data = (u_char *) ctx->identity->alias.data;
            s->len = ctx->identity->alias.len;
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

    case var_continuations:
        return ngx_http_llmgw_number(r, s, ctx->midstream
                                           ? ctx->midstream->times : 0);

    case var_ttft:
        return ctx->first ? ngx_http_llmgw_time(r, s, ctx->first - ctx->start)
                          : NGX_OK;

    case var_queue_position:
        return ctx->queue_position
               ? ngx_http_llmgw_number(r, s, ctx->queue_position) : NGX_OK;

    case var_queue_time:
        return ctx->queue_position
               ? ngx_http_llmgw_time(r, s, ctx->queue_time) : NGX_OK;

    case var_status_detail:
        *s = ctx->detail;
        break;

    default:
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


/* what has been used so far, and what it has cost */

static ngx_int_t
ngx_http_llmgw_usage_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    int64_t                n;
    llmgw_usage_t          u;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_llmgw_get_ctx(r->main);

    n = (ctx && ngx_http_llmgw_usage(ctx, &u) == NGX_OK)
        ? ngx_http_llmgw_count_of(ctx, &u, (ngx_http_llmgw_var_e) data) : -1;

    if (n < 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = ngx_pnalloc(r->pool, NGX_HTTP_LLMGW_DOLLARS_LEN);
    if (v->data == NULL) {
        return NGX_ERROR;
    }

    v->len = ((data == var_cost) ? ngx_http_llmgw_dollars(v->data, n)
                                 : ngx_sprintf(v->data, "%L", n))
             - v->data;

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* -1: nothing to say */

static int64_t
ngx_http_llmgw_count_of(ngx_http_llmgw_ctx_t *ctx, const llmgw_usage_t *u,
    ngx_http_llmgw_var_e which)
{
    switch (which) {

    case var_prompt_tokens:
        return u->prompt;

    case var_completion_tokens:
        return u->completion;

    case var_cached_tokens:
        return u->cached;

    case var_cache_write_tokens:
        return u->cache_write;

    case var_reasoning_tokens:
        return u->reasoning;

    case var_prompt_audio_tokens:
        return u->audio_in;

    case var_completion_audio_tokens:
        return u->audio_out;

    case var_prompt_image_tokens:
        return u->image_in;

    case var_completion_image_tokens:
        return u->image_out;

    case var_images:
        return u->images;

    case var_usage_estimated:
        return u->estimated;

    default:
        return ngx_http_llmgw_cost(ctx, u);
    }
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
