
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request says of its own routing in its body.  It can ask for less
 * than the operator allows, and choose among what its key may use.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_plan.h"


/*
 * Members of the body that are for the gateway.  LLMGW_DECLINED: there are
 * none; LLMGW_OK: there were, and the body has to be read once more.
 */

llmgw_int_t
ngx_http_llmgw_own_members(ngx_http_llmgw_ctx_t *ctx)
{
    unsigned     native;
    llmgw_int_t  rc, rv;

    rc = ngx_http_llmgw_cache_request(ctx);

    if (rc != LLMGW_OK && rc != LLMGW_DECLINED) {
        return rc;
    }

    /* Anthropic's API has fallbacks of its own, for its own service */

    native = ctx->call.endpoint->door == &llmgw_door_messages;

    rv = llmgw_overrides(&ctx->overrides, &ctx->arena, &ctx->call.doc,
                         ctx->body, native, &ctx->call.error);

    return (rv == LLMGW_DECLINED) ? rc : rv;
}


/* rounds after the first one: the client's number, as far as it may go */

ngx_uint_t
ngx_http_llmgw_rounds(ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_routing_t *rt)
{
    llmgw_overrides_t  *o;

    o = ctx->overrides;

    if (o == NULL || o->retries < 0) {
        return rt->retries;
    }

    return ngx_min((ngx_uint_t) o->retries, rt->retries_limit);
}


static ngx_http_llmgw_model_t *
ngx_http_llmgw_own_fallback(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_str_t asked)
{
    ngx_str_t                name;
    llmgw_str_t              s;
    ngx_http_llmgw_model_t  *model;

    s = ngx_http_llmgw_alias(ctx, asked);

    name.data = (u_char *) s.data;
    name.len = s.len;

    model = ngx_http_llmgw_model_find(lmcf, &name);

    if (model == NULL) {
        ngx_str_set(&ctx->detail, "unknown_model");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_REQUEST,
                                    llmgw_lit("model_not_found"),
                                    llmgw_fmt(&ctx->arena, "the fallback "
                                              "\"%.*s\" does not exist",
                                              llmgw_arg(asked)));

    } else if (ngx_http_llmgw_check_model(ctx, model) == NGX_OK) {
        return model;
    }

    ctx->error.param = llmgw_lit("fallbacks");

    return NULL;
}


/* in place of the model's own */

ngx_int_t
ngx_http_llmgw_own_fallbacks(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    int                          i;
    ngx_uint_t                   j, n;
    llmgw_overrides_t           *o;
    ngx_http_llmgw_step_t       *step, *from;
    ngx_http_llmgw_model_t      *model[LLMGW_OVERRIDES_FALLBACKS];
    ngx_http_llmgw_main_conf_t  *lmcf;

    o = ctx->overrides;

    if (o->native && !ngx_http_llmgw_may_use_any(ctx)) {

        /* the provider would be told of models that nobody has looked at */

        ngx_str_set(&ctx->detail, "model_not_allowed");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_FORBIDDEN,
                                    llmgw_lit("permission_denied"),
                                    llmgw_lit("an API key that may use some "
                                              "models only cannot name others "
                                              "to the provider"));

        ctx->error.param = llmgw_lit("fallbacks");

        return NGX_HTTP_FORBIDDEN;
    }

    if (o->nfallbacks < 0 || ctx->call.endpoint->stored) {
        return NGX_OK;
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    for (n = 0; n < ctx->nsteps; n++) {
        if (ctx->steps[n].owner != ctx->model) {
            break;
        }
    }

    ctx->nsteps = n;

    for (i = 0; i < o->nfallbacks; i++) {

        model[i] = ngx_http_llmgw_own_fallback(ctx, lmcf, o->fallback[i]);

        if (model[i] == NULL) {
            return ctx->error.status;
        }

        n += model[i]->steps.nelts;
    }

    step = ngx_palloc(r->pool, n * sizeof(ngx_http_llmgw_step_t));
    if (step == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    n = ctx->nsteps;
    ngx_memcpy(step, ctx->steps, n * sizeof(ngx_http_llmgw_step_t));

    for (i = 0; i < o->nfallbacks; i++) {

        from = model[i]->steps.elts;

        for (j = 0; j < model[i]->steps.nelts; j++) {
            if (ngx_http_llmgw_may_use(ctx, from[j].owner)) {
                step[n++] = from[j];
            }
        }
    }

    ctx->steps = step;
    ctx->nsteps = n;

    return NGX_OK;
}
