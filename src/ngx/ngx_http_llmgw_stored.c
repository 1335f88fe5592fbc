
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a provider stores: whose it is, and at which provider location.
 */


#include "ngx_http_llmgw_admit.h"
#include "llmgw_digest.h"
#include "llmgw_stored.h"


static ngx_http_llmgw_step_t *ngx_http_llmgw_stored_step(
    ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx);
static ngx_uint_t ngx_http_llmgw_stores(ngx_http_request_t *r,
    ngx_http_llmgw_step_t *step);
static ngx_int_t ngx_http_llmgw_stored_nowhere(ngx_http_llmgw_ctx_t *ctx,
    llmgw_str_t message);


/* the key of all tags is made from a secret that need not be kept itself */

ngx_int_t
ngx_http_llmgw_tag_key(ngx_http_llmgw_main_conf_t *lmcf, u_char *digest)
{
    if (llmgw_hmac_sha256(llmgw_str(digest, LLMGW_SHA256_LEN),
                          llmgw_lit("llmgw ids of what is stored"),
                          lmcf->tag_key)
        != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    lmcf->tags = 1;

    return NGX_OK;
}


char *
ngx_http_llmgw_secret_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    u_char      digest[LLMGW_SHA256_LEN];
    ngx_str_t  *value, secret;

    if (lmcf->secret) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_llmgw_secret(cf, &value[1], &secret) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (secret.len < NGX_HTTP_LLMGW_SECRET_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret must have at least %d characters: make "
                           "one with \"openssl rand -hex 24\"",
                           NGX_HTTP_LLMGW_SECRET_MIN);
        return NGX_CONF_ERROR;
    }

    if (llmgw_sha256(ngx_http_llmgw_str(secret), digest) != LLMGW_OK
        || ngx_http_llmgw_tag_key(lmcf, digest) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    lmcf->secret = 1;

    return NGX_CONF_OK;
}


/* the operator sees ids as the providers have them, a team those of its own */

void
ngx_http_llmgw_tags(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_identity_t  *id;

    if (lmcf->tags) {
        ctx->tags.key = llmgw_str(lmcf->tag_key, LLMGW_SHA256_LEN);
    }

    id = ctx->identity;

    if (id->id[LLMGW_KIND_TEAM].len) {
        ctx->tags.tenant = id->id[LLMGW_KIND_TEAM];

    } else if (!id->master) {
        ctx->tags.tenant = llmgw_str(id->digest, NGX_HTTP_LLMGW_DIGEST);
    }

    ctx->call.tags = &ctx->tags;
}


/* of the steps of a model those that lead to where the ids are kept */

ngx_int_t
ngx_http_llmgw_pinned(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t              i, n;
    ngx_http_llmgw_step_t  *step;

    step = ngx_palloc(r->pool, ctx->nsteps * sizeof(ngx_http_llmgw_step_t));
    if (step == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    n = 0;

    for (i = 0; i < ctx->nsteps; i++) {
        if (ctx->steps[i].where == ctx->call.where) {
            step[n++] = ctx->steps[i];
        }
    }

    if (n == 0) {
        return ngx_http_llmgw_stored_nowhere(ctx,
                         llmgw_lit("what the request refers to is stored "
                                   "where no deployment of the model is"));
    }

    ctx->steps = step;
    ctx->nsteps = n;

    return NGX_OK;
}


/* a path with an id instead of a body with a model */

ngx_int_t
ngx_http_llmgw_stored_select(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_step_t  *step;

    step = ngx_http_llmgw_stored_step(r, ctx);

    if (step == NULL) {
        return ngx_http_llmgw_stored_nowhere(ctx,
                         llmgw_lit("no provider that the key may use keeps "
                                   "such a thing"));
    }

    ctx->model = step->owner;
    ctx->steps = step;
    ctx->nsteps = 1;

    return NGX_OK;
}


/*
 * Where its tag says, as far as the key may go there.  Without a tag the first
 * provider that stores anything: new conversations are made there, and it is
 * the operator's to know where others are.
 */

static ngx_http_llmgw_step_t *
ngx_http_llmgw_stored_step(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t                    i, j;
    ngx_http_llmgw_step_t        *step;
    ngx_http_llmgw_model_t      **models;
    ngx_http_llmgw_main_conf_t   *lmcf;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);
    models = lmcf->models.elts;

    for (i = 0; i < lmcf->models.nelts; i++) {

        if (!ngx_http_llmgw_may_use(ctx, models[i])) {
            continue;
        }

        step = models[i]->steps.elts;

        for (j = 0; j < models[i]->steps.nelts; j++) {

            if (step[j].owner != models[i]) {
                continue;
            }

            if (ctx->call.pinned ? step[j].where == ctx->call.where
                                 : ngx_http_llmgw_stores(r, &step[j]))
            {
                return &step[j];
            }
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_http_llmgw_stores(ngx_http_request_t *r, ngx_http_llmgw_step_t *step)
{
    ngx_http_core_loc_conf_t   **clcfp;
    ngx_http_core_srv_conf_t    *cscf;
    ngx_http_llmgw_loc_conf_t   *llcf;

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    if (cscf->named_locations == NULL) {
        return 0;
    }

    for (clcfp = cscf->named_locations; *clcfp; clcfp++) {

        if ((*clcfp)->name.len != step->location.len
            || ngx_strncmp((*clcfp)->name.data, step->location.data,
                           step->location.len)
               != 0)
        {
            continue;
        }

        llcf = (*clcfp)->loc_conf[ngx_http_llmgw_module.ctx_index];

        return llcf->provider && !llcf->mock
               && llmgw_dialect_base(llcf->target.dialect)
                  == &llmgw_dialect_openai;
    }

    return 0;
}


static ngx_int_t
ngx_http_llmgw_stored_nowhere(ngx_http_llmgw_ctx_t *ctx, llmgw_str_t message)
{
    ngx_str_set(&ctx->detail, "not_stored");

    return ngx_http_llmgw_error(ctx, NGX_HTTP_NOT_FOUND,
                                llmgw_lit("not_found"), message);
}
