
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * GET /health/liveliness, /health/readiness: for whoever watches the process.
 * GET /health: how the deployments do, for the master key.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_probe.h"


static ngx_int_t ngx_http_llmgw_readiness(ngx_http_request_t *r,
    llmgw_out_t *o);
static void ngx_http_llmgw_deployment_state(ngx_http_llmgw_step_t *step,
    llmgw_out_t *o);
static ngx_int_t ngx_http_llmgw_deployments(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, llmgw_out_t *o);


ngx_int_t
ngx_http_llmgw_health_handler(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_out_t  out;

    llmgw_out_init(&out, &ctx->arena, 512, 0, 0);

    switch (ctx->call.endpoint->id) {

    case LLMGW_EP_LIVELINESS:
        llmgw_puts(&out, "\"I'm alive!\"");

        return ngx_http_llmgw_send(r, NGX_HTTP_OK, &out);

    case LLMGW_EP_READINESS:
        return ngx_http_llmgw_readiness(r, &out);

    default:
        return ngx_http_llmgw_deployments(r, ctx, &out);
    }
}


static ngx_int_t
ngx_http_llmgw_readiness(ngx_http_request_t *r, llmgw_out_t *o)
{
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    if (ngx_exiting || ngx_terminate || lmcf->models.nelts == 0) {
        llmgw_puts(o, "{\"status\":\"not ready\"}");
        return ngx_http_llmgw_send(r, NGX_HTTP_SERVICE_UNAVAILABLE, o);
    }

    llmgw_puts(o, "{\"status\":\"connected\"}");

    return ngx_http_llmgw_send(r, NGX_HTTP_OK, o);
}


static void
ngx_http_llmgw_deployment_state(ngx_http_llmgw_step_t *step, llmgw_out_t *o)
{
    uint64_t          mean;
    llmgw_numbers_t  *x;

    x = step->owner->routing->route.list[step->index].numbers;

    switch (llmgw_breaker_state(&x->breaker, ngx_current_msec)) {

    case LLMGW_BREAKER_CLOSED:
        llmgw_json_member(o, "status", llmgw_lit("healthy"));
        break;

    case LLMGW_BREAKER_OPEN:
        llmgw_json_member(o, "status", llmgw_lit("cooldown"));
        llmgw_json_member_int(o, "cooldown_ms",
                              x->breaker.open_until - ngx_current_msec);
        break;

    default:
        llmgw_json_member(o, "status", llmgw_lit("probing"));
    }

    llmgw_json_member_int(o, "in_flight", llmgw_load(&x->in_flight));
    llmgw_json_member_int(o, "requests_per_minute",
                          llmgw_meter_used(&x->requests, ngx_current_msec));
    llmgw_json_member_int(o, "tokens_per_minute",
                          llmgw_meter_used(&x->tokens, ngx_current_msec));

    mean = llmgw_load(&x->first.value);

    if (mean) {
        llmgw_json_member_int(o, "first_token_ms", mean / 1000);
    }

    mean = llmgw_load(&x->token.value);

    if (mean) {
        llmgw_json_member_int(o, "token_us", mean);
    }
}


static ngx_int_t
ngx_http_llmgw_deployments(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_out_t *o)
{
    ngx_uint_t                    i, j;
    ngx_http_llmgw_step_t        *step;
    ngx_http_llmgw_stat_t        *stat;
    ngx_http_llmgw_model_t      **models;
    ngx_http_llmgw_main_conf_t   *lmcf;

    if (!ctx->identity->admin) {
        return ngx_http_llmgw_error(ctx, NGX_HTTP_FORBIDDEN,
                                    llmgw_lit("permission_denied"),
                                    llmgw_lit("only the master key may see "
                                              "this"));
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);
    models = lmcf->models.elts;

    llmgw_puts(o, "{\"deployments\":[");

    for (i = 0; i < lmcf->models.nelts; i++) {

        step = models[i]->steps.elts;

        for (j = 0; j < models[i]->steps.nelts; j++) {

            if (step[j].owner != models[i]) {
                continue;
            }

            stat = step[j].stat;

            llmgw_json_open(o, '{');
            llmgw_json_key(o, "model_name");
            llmgw_puts(o, "\"");
            llmgw_put_escaped(o, ngx_http_llmgw_str(models[i]->name));
            llmgw_puts(o, "\"");
            o->comma = 1;
            llmgw_json_member(o, "deployment",
                              ngx_http_llmgw_str(step[j].location));
            llmgw_json_member(o, "model", step[j].model);

            if (stat) {
                llmgw_json_member_int(o, "attempts", stat->attempts);
                llmgw_json_member_int(o, "failures", stat->failures);

                if (stat->last_failure) {
                    llmgw_json_member_int(o, "last_status",
                                          stat->last_status);
                    llmgw_json_member_int(o, "last_failure",
                                          stat->last_failure);
                }

                ngx_http_llmgw_deployment_state(&step[j], o);
                ngx_http_llmgw_probe_show(lmcf, &step[j], o);
            }

            llmgw_json_close(o, '}');
        }
    }

    llmgw_puts(o, "]}");

    return ngx_http_llmgw_send(r, NGX_HTTP_OK, o);
}
