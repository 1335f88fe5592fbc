
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Headers of answers: the gateway's own, and those of a provider that clients
 * may see.
 */


#include "ngx_http_llmgw_admit.h"
#include "llmgw_headers.h"


ngx_int_t
ngx_http_llmgw_push_header(ngx_http_request_t *r, llmgw_str_t name,
    llmgw_str_t value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.data = (u_char *) name.data;
    h->key.len = name.len;
    h->lowcase_key = (u_char *) name.data;
    h->value.data = (u_char *) value.data;
    h->value.len = value.len;
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return NGX_OK;
}


/* those that the library makes itself, and what the operator lets out */

ngx_int_t
ngx_http_llmgw_own_headers(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t   i;
    llmgw_str_t  name, value;

    for (i = 0;
         llmgw_own_header(&ctx->call, i, &name, &value) == LLMGW_OK;
         i++)
    {
        if (ngx_http_llmgw_push_header(r, name, value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_http_llmgw_expose(r, ctx);
}


/*
 * An answer has the headers that are named in a list, and nothing else that a
 * provider may have put into it: no cookies, no redirects.
 */

ngx_int_t
ngx_http_llmgw_copy_headers(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t            i;
    llmgw_int_t           rv;
    llmgw_str_t           name, value;
    ngx_list_part_t      *part;
    ngx_table_elt_t      *h;
    ngx_http_upstream_t  *u;

    if (ngx_http_llmgw_own_headers(r, ctx) != NGX_OK
        || ngx_http_llmgw_limit_headers(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* an error of the gateway's own has none of an attempt before it */

    if (ctx->llcf == NULL || (ctx->has_error && !ctx->error.upstream)) {
        return NGX_OK;
    }

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u == NULL) {
        return NGX_OK;
    }

    part = &u->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {

            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].hash == 0 || h[i].lowcase_key == NULL) {
            continue;
        }

        rv = llmgw_response_header(&ctx->call,
                                   llmgw_str(h[i].lowcase_key, h[i].key.len),
                                   ngx_http_llmgw_str(h[i].value),
                                   &name, &value);

        /*
         * An error's own time to wait comes from the error; limits of the
         * account are not those of the key.
         */

        if (rv == LLMGW_DECLINED
            || (ctx->has_error && llmgw_str_is(name, "retry-after"))
            || (rv == LLMGW_OK
                && (ctx->requests.limit >= 0 || ctx->tokens.limit >= 0
                    || ctx->cached)
                && llmgw_str_find(name, llmgw_lit("ratelimit"))))
        {
            continue;
        }

        if (rv != LLMGW_OK
            || ngx_http_llmgw_push_header(r, name, value) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
