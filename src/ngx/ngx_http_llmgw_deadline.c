
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The time that all attempts of a request have together: llmgw_deadline, or the
 * client's "timeout" if that is less.
 */


#include "ngx_http_llmgw_module.h"


/* it begins when the request is complete: clients may be slow to send it */

void
ngx_http_llmgw_deadline(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_msec_t                  limit;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    limit = llcf->deadline;

    if (ctx->overrides && ctx->overrides->timeout
        && (limit == 0 || (ngx_msec_t) ctx->overrides->timeout < limit))
    {
        limit = ctx->overrides->timeout;
    }

    if (limit) {
        ctx->deadline = ngx_current_msec + limit;

        /* 0 is a time, too, when the clock has gone round */

        ctx->deadline += (ctx->deadline == 0);
    }
}


ngx_msec_t
ngx_http_llmgw_time_left(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_msec_int_t  left;

    if (ctx->deadline == 0) {
        return NGX_TIMER_INFINITE;
    }

    left = (ngx_msec_int_t) (ctx->deadline - ngx_current_msec);

    return ngx_max(left, 0);
}


void
ngx_http_llmgw_expired_error(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_str_set(&ctx->detail, "deadline");

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_GATEWAY_TIME_OUT,
                                llmgw_lit("deadline_exceeded"),
                                llmgw_lit("there was no answer in the time "
                                          "that the request has"));
}


/* what an attempt has failed with says more than that there was no other */

ngx_int_t
ngx_http_llmgw_expired(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    if (!ctx->has_error) {
        ngx_http_llmgw_expired_error(ctx);
    }

    return ngx_http_llmgw_final(r, ctx);
}


char *
ngx_http_llmgw_deadline_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    ngx_str_t  *value;

    if (llcf->deadline != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        llcf->deadline = 0;
        return NGX_CONF_OK;
    }

    llcf->deadline = ngx_parse_time(&value[1], 0);

    if (llcf->deadline == (ngx_msec_t) NGX_ERROR || llcf->deadline == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid time \"%V\": write \"off\", or how long "
                           "the attempts of a request may take", &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
