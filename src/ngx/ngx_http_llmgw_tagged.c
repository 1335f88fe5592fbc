
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Deployments that are kept for requests with a tag.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_plan.h"


/* those of a model that a request may have */

typedef enum {
    tagged_plain = 0,                /* without tags */
    tagged_open,                     /* … and with "default" */
    tagged_default,
    tagged_match                     /* with one of the request's own */
} ngx_http_llmgw_tagged_e;


static ngx_uint_t ngx_http_llmgw_tag_fits(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step, ngx_http_llmgw_tagged_e which);
static ngx_uint_t ngx_http_llmgw_has_tag(ngx_array_t *tags, llmgw_str_t tag);


/* "tags=a,b" of a deployment */

ngx_int_t
ngx_http_llmgw_deployment_tags(ngx_conf_t *cf,
    ngx_http_llmgw_deployment_t *d, ngx_str_t *value)
{
    u_char                      *p, *last, *end;
    llmgw_str_t                  s, *tag;
    ngx_http_llmgw_main_conf_t  *lmcf;

    d->tags = ngx_array_create(cf->pool, 2, sizeof(llmgw_str_t));
    if (d->tags == NULL) {
        return NGX_ERROR;
    }

    last = value->data + value->len;

    for (p = value->data + sizeof("tags=") - 1; /* void */ ; p = end + 1) {

        end = ngx_strlchr(p, last, ',');

        if (end == NULL) {
            end = last;
        }

        s = llmgw_str(p, end - p);

        if (!llmgw_id_valid(LLMGW_KIND_TAG, s)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid tag in \"%V\"", value);
            return NGX_ERROR;
        }

        tag = ngx_array_push(d->tags);
        if (tag == NULL) {
            return NGX_ERROR;
        }

        *tag = s;

        if (end == last) {
            break;
        }
    }

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);
    lmcf->tagged = 1;

    return NGX_OK;
}


/* n steps of one model after the other; to may be from */

ngx_uint_t
ngx_http_llmgw_tagged(ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_step_t *from,
    ngx_uint_t n, ngx_http_llmgw_step_t *to)
{
    ngx_uint_t                i, j, end, left;
    ngx_http_llmgw_tagged_e   which;

    left = 0;

    for (i = 0; i < n; i = end) {

        which = ctx->identity->ntags ? tagged_plain : tagged_open;

        for (end = i; end < n && from[end].owner == from[i].owner; end++) {

            if (which == tagged_open) {
                continue;
            }

            if (ngx_http_llmgw_tag_fits(ctx, &from[end], tagged_match)) {
                which = tagged_match;

            } else if (which == tagged_plain
                       && ngx_http_llmgw_tag_fits(ctx, &from[end],
                                                  tagged_default))
            {
                which = tagged_default;
            }
        }

        for (j = i; j < end; j++) {
            if (ngx_http_llmgw_tag_fits(ctx, &from[j], which)) {
                to[left++] = from[j];
            }
        }
    }

    return left;
}


static ngx_uint_t
ngx_http_llmgw_tag_fits(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step, ngx_http_llmgw_tagged_e which)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_deployment_t  *d;

    d = step->owner->deployments.elts;
    d += step->index;

    if (d->tags == NULL) {
        return which == tagged_plain || which == tagged_open;
    }

    switch (which) {

    case tagged_plain:
        return 0;

    case tagged_open:
    case tagged_default:
        return ngx_http_llmgw_has_tag(d->tags, llmgw_lit("default"));

    default: /* tagged_match */

        for (i = 0; i < ctx->identity->ntags; i++) {
            if (ngx_http_llmgw_has_tag(d->tags, ctx->identity->tags[i])) {
                return 1;
            }
        }

        return 0;
    }
}


static ngx_uint_t
ngx_http_llmgw_has_tag(ngx_array_t *tags, llmgw_str_t tag)
{
    ngx_uint_t    i;
    llmgw_str_t  *t;

    t = tags->elts;

    for (i = 0; i < tags->nelts; i++) {
        if (llmgw_str_eq(t[i], tag)) {
            return 1;
        }
    }

    return 0;
}


/* leaves the steps that are for the request's tags */

ngx_int_t
ngx_http_llmgw_select_tagged(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_step_t       *step;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    /* what is stored at a place can only be had there */

    if (!lmcf->tagged || ctx->call.pinned || ctx->call.endpoint->stored) {
        return NGX_OK;
    }

    step = ngx_palloc(ctx->request->pool,
                      ctx->nsteps * sizeof(ngx_http_llmgw_step_t));
    if (step == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->nsteps = ngx_http_llmgw_tagged(ctx, ctx->steps, ctx->nsteps, step);
    ctx->steps = step;

    if (ctx->nsteps) {
        return NGX_OK;
    }

    ngx_str_set(&ctx->detail, "no_deployment_for_tags");

    return ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_REQUEST,
                                llmgw_lit("no_deployment_for_tags"),
                                llmgw_lit("no deployment of the model is for "
                                          "requests with these tags"));
}
