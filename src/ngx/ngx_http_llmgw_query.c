
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Keys in query strings, which some clients of Google's API send.  They are
 * taken out of the request before anything may log it.
 */


#include "ngx_http_llmgw_module.h"
#include "llmgw_query.h"


static ngx_int_t ngx_http_llmgw_query_cut(ngx_http_request_t *r,
    ngx_str_t *s, u_char *args, u_char *last);


/* in locations with "llmgw on", as soon as these are known */

ngx_int_t
ngx_http_llmgw_query_handler(ngx_http_request_t *r)
{
    u_char                     *p, *last;
    ngx_str_t                  *s;
    llmgw_str_t                 value;
    ngx_http_llmgw_ctx_t       *ctx;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    if (r != r->main || !llcf->enable || llcf->provider || r->args.len == 0) {
        return NGX_DECLINED;
    }

    value = llmgw_query_value(ngx_http_llmgw_str(r->args), llmgw_lit("key"));

    if (value.data == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL) {
        ctx = ngx_http_llmgw_create_ctx(r);
        if (ctx == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    ctx->query_key = llmgw_percent_decode(&ctx->arena, value);

    if (ctx->query_key.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    s = &r->args;

    if (ngx_http_llmgw_query_cut(r, s, s->data, s->data + s->len) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    s = &r->unparsed_uri;
    last = s->data + s->len;
    p = ngx_strlchr(s->data, last, '?');

    if (p && ngx_http_llmgw_query_cut(r, s, p + 1, last) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* METHOD URI HTTP/VERSION */

    s = &r->request_line;
    last = s->data + s->len;
    p = ngx_strlchr(s->data, last, '?');

    if (p == NULL) {
        return NGX_DECLINED;
    }

    while (last > p && *(last - 1) != ' ') {
        last--;
    }

    last = (last > p) ? last - 1 : s->data + s->len;

    return (ngx_http_llmgw_query_cut(r, s, p + 1, last) == NGX_OK)
           ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* a copy of s without the key in its arguments, and without "?" before none */

static ngx_int_t
ngx_http_llmgw_query_cut(ngx_http_request_t *r, ngx_str_t *s, u_char *args,
    u_char *last)
{
    u_char  *p, *q, *end, *start;

    start = ngx_pnalloc(r->pool, s->len);
    if (start == NULL) {
        return NGX_ERROR;
    }

    end = s->data + s->len;

    p = ngx_cpymem(start, s->data, args - s->data);
    q = llmgw_query_cut(p, llmgw_str(args, last - args), llmgw_lit("key"));

    if (q == p && p > start) {
        q--;
    }

    q = ngx_cpymem(q, last, end - last);

    s->data = start;
    s->len = q - start;

    return NGX_OK;
}
