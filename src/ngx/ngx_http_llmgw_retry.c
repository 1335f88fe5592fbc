
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Which failures of an attempt are followed by another one: "retry_on".
 */


#include "ngx_http_llmgw_plan.h"


/* status codes that may be named, one bit each */
#define NGX_HTTP_LLMGW_FIRST   400
#define NGX_HTTP_LLMGW_LAST    599


struct ngx_http_llmgw_retry_on_s {
    ngx_uint_t  failures;
    u_char      status[NGX_HTTP_LLMGW_LAST - NGX_HTTP_LLMGW_FIRST + 1];
};


ngx_int_t
ngx_http_llmgw_retry_on_line(ngx_conf_t *cf, ngx_http_llmgw_routing_t *rt)
{
    ngx_int_t                    n;
    ngx_str_t                   *value;
    ngx_uint_t                   i, j;
    ngx_http_llmgw_retry_on_t   *on;

    static const struct {
        char        *name;
        ngx_uint_t   failure;
    } names[] = {
        { "connect", NGX_HTTP_LLMGW_NO_CONNECTION },
        { "timeout", NGX_HTTP_LLMGW_TIMED_OUT },
        { "invalid", NGX_HTTP_LLMGW_NO_ANSWER }
    };

    if (rt->retry_on) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"retry_on\" is duplicate");
        return NGX_ERROR;
    }

    on = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_retry_on_t));
    if (on == NULL) {
        return NGX_ERROR;
    }

    rt->retry_on = on;
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        for (j = 0; j < llmgw_nelts(names); j++) {
            if (ngx_strcmp(value[i].data, names[j].name) == 0) {
                on->failures |= names[j].failure;
                break;
            }
        }

        if (j < llmgw_nelts(names)) {
            continue;
        }

        n = ngx_atoi(value[i].data, value[i].len);

        if (n < NGX_HTTP_LLMGW_FIRST || n > NGX_HTTP_LLMGW_LAST) {
            break;
        }

        on->status[n - NGX_HTTP_LLMGW_FIRST] = 1;
    }

    if (i == 1 || i < cf->args->nelts) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"retry_on\" takes status codes from %d to %d, "
                           "\"connect\", \"timeout\" and \"invalid\"",
                           NGX_HTTP_LLMGW_FIRST, NGX_HTTP_LLMGW_LAST);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* what of it was no answer with a status of its own; 0: it was one */

static ngx_uint_t
ngx_http_llmgw_failure(ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_error_t  *e;

    e = &ctx->error;

    if (ctx->plan->failure) {
        return ctx->plan->failure;
    }

    if (ctx->late) {
        return NGX_HTTP_LLMGW_TIMED_OUT;
    }

    if (llmgw_str_is(e->code, "upstream_invalid_response")
        || llmgw_str_is(e->code, "upstream_incomplete")
        || (e->status == NGX_HTTP_BAD_GATEWAY
            && ctx->reply.head.status < NGX_HTTP_BAD_REQUEST))
    {
        return NGX_HTTP_LLMGW_NO_ANSWER;
    }

    return 0;
}


ngx_uint_t
ngx_http_llmgw_retry_on(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_routing_t *rt)
{
    ngx_uint_t                  failure, status;
    ngx_http_llmgw_retry_on_t  *on;

    on = rt->retry_on;

    if (on == NULL) {
        return ngx_http_llmgw_falls_back(&ctx->error);
    }

    failure = ngx_http_llmgw_failure(ctx);

    if (failure) {
        return (on->failures & failure) != 0;
    }

    status = ctx->error.status;

    return status >= NGX_HTTP_LLMGW_FIRST && status <= NGX_HTTP_LLMGW_LAST
           && on->status[status - NGX_HTTP_LLMGW_FIRST];
}
