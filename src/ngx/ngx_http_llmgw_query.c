
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Keys in query strings, which some clients of Google's API send.  They are
 * taken out of the request before anything may log it.
 */


#include "ngx_http_llmgw_module.h"
#include "llmgw_query.h"


static ngx_int_t ngx_http_llmgw_query_hide(ngx_http_request_t *r,
    llmgw_str_t name);
static ngx_int_t ngx_http_llmgw_query_cut(ngx_http_request_t *r,
    ngx_str_t *s, u_char *args, u_char *last, llmgw_str_t name);
static ngx_int_t ngx_http_llmgw_query_admin(ngx_http_request_t *r);


/* in locations with "llmgw on", as soon as these are known */

ngx_int_t
ngx_http_llmgw_query_handler(ngx_http_request_t *r)
{
    llmgw_str_t                 value;
    ngx_http_llmgw_ctx_t       *ctx;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    if (r != r->main || llcf->provider || r->args.len == 0) {
        return NGX_DECLINED;
    }

    if (llcf->admin && ngx_http_llmgw_admin_path(r)) {
        return ngx_http_llmgw_query_admin(r);
    }

    if (!llcf->enable) {
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

    return (ngx_http_llmgw_query_hide(r, llmgw_lit("key")) == NGX_OK)
           ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* the admin API is asked about keys; its own copy has them still */

static ngx_int_t
ngx_http_llmgw_query_admin(ngx_http_request_t *r)
{
    size_t                 i;
    ngx_http_llmgw_ctx_t  *ctx;

    static const llmgw_str_t  names[] = {
        llmgw_string("key"),
        llmgw_string("api_key"),
        llmgw_string("key_hash")
    };

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL) {
        ctx = ngx_http_llmgw_create_ctx(r);
        if (ctx == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    ctx->admin_args = llmgw_str_dup(&ctx->arena, ngx_http_llmgw_str(r->args));

    if (ctx->admin_args.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < llmgw_nelts(names); i++) {

        if (ngx_http_llmgw_query_hide(r, names[i]) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return NGX_DECLINED;
}


/* out of all that a variable may show */

static ngx_int_t
ngx_http_llmgw_query_hide(ngx_http_request_t *r, llmgw_str_t name)
{
    u_char     *p, *last;
    ngx_str_t  *s;

    s = &r->args;

    if (ngx_http_llmgw_query_cut(r, s, s->data, s->data + s->len, name)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    s = &r->unparsed_uri;
    last = s->data + s->len;
    p = ngx_strlchr(s->data, last, '?');

    if (p && ngx_http_llmgw_query_cut(r, s, p + 1, last, name) != NGX_OK) {
        return NGX_ERROR;
    }

    /* METHOD URI HTTP/VERSION */

    s = &r->request_line;
    last = s->data + s->len;
    p = ngx_strlchr(s->data, last, '?');

    if (p == NULL) {
        return NGX_OK;
    }

    while (last > p && *(last - 1) != ' ') {
        last--;
    }

    last = (last > p) ? last - 1 : s->data + s->len;

    return ngx_http_llmgw_query_cut(r, s, p + 1, last, name);
}


/* a copy of s without the key in its arguments, and without "?" before none */

static ngx_int_t
ngx_http_llmgw_query_cut(ngx_http_request_t *r, ngx_str_t *s, u_char *args,
    u_char *last, llmgw_str_t name)
{
    u_char  *p, *q, *end, *start;

    start = ngx_pnalloc(r->pool, s->len);
    if (start == NULL) {
        return NGX_ERROR;
    }

    end = s->data + s->len;

    p = ngx_cpymem(start, s->data, args - s->data);
    q = llmgw_query_cut(p, llmgw_str(args, last - args), name);

    if (q == p && p > start) {
        q--;
    }

    q = ngx_cpymem(q, last, end - last);

    s->data = start;
    s->len = q - start;

    return NGX_OK;
}
