
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Headers that tell a client how its request was served, if the operator wants
 * it to know.
 */


#include "ngx_http_llmgw_module.h"


#define NGX_HTTP_LLMGW_EXPOSE_LITELLM  0x80


typedef enum {
    expose_call_id = 0,
    expose_model,
    expose_deployment,
    expose_provider,
    expose_attempts,
    expose_fallbacks,
    expose_overhead
} ngx_http_llmgw_expose_e;


typedef struct {
    ngx_str_t    name;               /* in the directive */
    llmgw_str_t  header;
    llmgw_str_t  litellm;            /* empty: it has none */
} ngx_http_llmgw_exposed_t;


static ngx_int_t ngx_http_llmgw_expose_value(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_uint_t which, ngx_uint_t litellm,
    llmgw_str_t *value);
static ngx_int_t ngx_http_llmgw_expose_text(ngx_http_request_t *r,
    llmgw_str_t s, llmgw_str_t *value);
static ngx_uint_t ngx_http_llmgw_fallbacks(ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t *retries);
static ngx_msec_t ngx_http_llmgw_overhead(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);


/* in the order of ngx_http_llmgw_expose_e */

static const ngx_http_llmgw_exposed_t  ngx_http_llmgw_exposed[] = {

    { ngx_string("call-id"), llmgw_string("x-llmgw-call-id"),
      llmgw_string("x-litellm-call-id") },

    { ngx_string("model"), llmgw_string("x-llmgw-model"),
      llmgw_string("x-litellm-model-group") },

    { ngx_string("deployment"), llmgw_string("x-llmgw-deployment"),
      llmgw_string("x-litellm-model-id") },

    { ngx_string("provider"), llmgw_string("x-llmgw-provider"),
      llmgw_string("") },

    { ngx_string("attempts"), llmgw_string("x-llmgw-attempts"),
      llmgw_string("x-litellm-attempted-retries") },

    { ngx_string("fallbacks"), llmgw_string("x-llmgw-fallbacks"),
      llmgw_string("x-litellm-attempted-fallbacks") },

    { ngx_string("overhead-ms"), llmgw_string("x-llmgw-overhead-ms"),
      llmgw_string("x-litellm-overhead-duration-ms") }
};


char *
ngx_http_llmgw_expose_headers(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i, n, mask, litellm;

    if (llcf->expose != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        llcf->expose = 0;
        return NGX_CONF_OK;
    }

    mask = 0;
    litellm = 0;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "litellm") == 0) {
            litellm = NGX_HTTP_LLMGW_EXPOSE_LITELLM;
            continue;
        }

        if (ngx_strcmp(value[i].data, "all") == 0) {
            mask = (1 << llmgw_nelts(ngx_http_llmgw_exposed)) - 1;
            continue;
        }

        for (n = 0; n < llmgw_nelts(ngx_http_llmgw_exposed); n++) {
            if (ngx_strcmp(value[i].data, ngx_http_llmgw_exposed[n].name.data)
                == 0)
            {
                break;
            }
        }

        if (n == llmgw_nelts(ngx_http_llmgw_exposed)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown header \"%V\": it must be call-id, "
                               "model, deployment, provider, attempts, "
                               "fallbacks, overhead-ms or all; \"off\" stands "
                               "alone", &value[i]);
            return NGX_CONF_ERROR;
        }

        mask |= 1 << n;
    }

    if (mask == 0) {
        return "names no header";
    }

    llcf->expose = mask | litellm;

    return NGX_CONF_OK;
}


/* of the location that the client sent its request to */

static ngx_uint_t
ngx_http_llmgw_exposes(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_loc_conf_t  *llcf;

    if (ctx->attempts == 0 || ctx->llcf == NULL) {
        return 0;
    }

    llcf = ctx->entry[ngx_http_llmgw_module.ctx_index];

    return llcf->expose;
}


ngx_uint_t
ngx_http_llmgw_exposes_litellm(ngx_http_llmgw_ctx_t *ctx)
{
    return ngx_http_llmgw_exposes(ctx) & NGX_HTTP_LLMGW_EXPOSE_LITELLM;
}


ngx_int_t
ngx_http_llmgw_expose(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_str_t                      value;
    ngx_uint_t                       i, mask;
    const ngx_http_llmgw_exposed_t  *x;

    mask = ngx_http_llmgw_exposes(ctx);

    if (mask == 0) {
        return NGX_OK;
    }

    for (i = 0; i < llmgw_nelts(ngx_http_llmgw_exposed); i++) {

        if (!(mask & (1 << i))) {
            continue;
        }

        x = &ngx_http_llmgw_exposed[i];

        if (ngx_http_llmgw_expose_value(r, ctx, i, 0, &value) != NGX_OK
            || ngx_http_llmgw_push_header(r, x->header, value) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (x->litellm.len == 0 || !(mask & NGX_HTTP_LLMGW_EXPOSE_LITELLM)) {
            continue;
        }

        if (ngx_http_llmgw_expose_value(r, ctx, i, 1, &value) != NGX_OK
            || ngx_http_llmgw_push_header(r, x->litellm, value) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_expose_value(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t which, ngx_uint_t litellm, llmgw_str_t *value)
{
    u_char      *p;
    uint64_t     n;
    ngx_uint_t   retries;

    switch ((ngx_http_llmgw_expose_e) which) {

    case expose_call_id:

        /* as it stands in the ledger */

        p = ngx_pnalloc(r->pool, 2 * sizeof(ctx->call.random));
        if (p == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_hex_dump(p, ctx->call.random, sizeof(ctx->call.random));

        *value = llmgw_str(p, 2 * sizeof(ctx->call.random));

        return NGX_OK;

    case expose_model:
        return ngx_http_llmgw_expose_text(r,
                                ngx_http_llmgw_str(ctx->step->owner->name),
                                value);

    case expose_deployment:
        return ngx_http_llmgw_expose_text(r,
                                     ngx_http_llmgw_str(ctx->step->location),
                                     value);

    case expose_provider:
        return ngx_http_llmgw_expose_text(r, ctx->llcf->provider->name,
                                          value);

    case expose_attempts:
        n = ctx->attempts;

        if (litellm) {
            (void) ngx_http_llmgw_fallbacks(ctx, &retries);
            n = retries;
        }

        break;

    case expose_fallbacks:
        n = ngx_http_llmgw_fallbacks(ctx, &retries);
        break;

    default: /* expose_overhead */
        n = ngx_http_llmgw_overhead(r, ctx);
    }

    p = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    *value = llmgw_str(p, ngx_sprintf(p, "%uL", n) - p);

    return NGX_OK;
}


/* names are the operator's own, and may have bytes that no header can hold */

static ngx_int_t
ngx_http_llmgw_expose_text(ngx_http_request_t *r, llmgw_str_t s,
    llmgw_str_t *value)
{
    u_char  *p;
    size_t   i;

    *value = s;

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < ' ' || s.data[i] > '~') {
            break;
        }
    }

    if (i == s.len) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, s.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < s.len; i++) {
        p[i] = (s.data[i] < ' ' || s.data[i] > '~') ? '?' : s.data[i];
    }

    *value = llmgw_str(p, s.len);

    return NGX_OK;
}


/* attempts at another model than before; retries: further ones at the same */

static ngx_uint_t
ngx_http_llmgw_fallbacks(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t *retries)
{
    ngx_uint_t               i, n;
    ngx_http_llmgw_model_t  *model;

    n = 0;
    *retries = 0;
    model = ctx->model;

    for (i = 0; i < ctx->attempts; i++) {

        if (ctx->steps[i].owner != model) {
            model = ctx->steps[i].owner;
            n++;

        } else if (i) {
            (*retries)++;
        }
    }

    return n;
}


static ngx_msec_t
ngx_http_llmgw_overhead(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t                  i;
    ngx_msec_t                  total, spent;
    ngx_http_upstream_t        *u;
    ngx_http_upstream_state_t  *state;

    total = ngx_current_msec - ctx->start;
    spent = 0;

    if (r->upstream_states) {

        state = r->upstream_states->elts;

        for (i = 0; i < r->upstream_states->nelts; i++) {
            if (state[i].response_time != (ngx_msec_t) -1) {
                spent += state[i].response_time;
            }
        }
    }

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u && u->state && u->state->response_time == (ngx_msec_t) -1) {

        /* it is under way */

        spent += ngx_current_msec - u->start_time;
    }

    return (total > spent) ? total - spent : 0;
}
