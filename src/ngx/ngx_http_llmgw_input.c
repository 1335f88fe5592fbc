
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Chunks that are none.  nginx ends the request without a word when it cannot
 * read the framing of an answer; for a gateway this is an answer that broke
 * off, which another deployment may give, or the client is told about.
 */


#include "ngx_http_llmgw_module.h"


static ngx_int_t ngx_http_llmgw_input_init(void *data);
static ngx_int_t ngx_http_llmgw_input(void *data, ssize_t bytes);
static ngx_int_t ngx_http_llmgw_pipe_input(ngx_event_pipe_t *p,
    ngx_buf_t *buf);


/* when the header has been read, and nothing behind it */

void
ngx_http_llmgw_watch_input(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

    if (!u->headers_in.chunked || u->input_filter_ctx != r) {
        return;
    }

    ctx->input_init = u->input_filter_init;
    u->input_filter_init = ngx_http_llmgw_input_init;
}


static ngx_int_t
ngx_http_llmgw_input_init(void *data)
{
    ngx_http_request_t *r = data;

    ngx_int_t              rc;
    ngx_http_upstream_t   *u;
    ngx_http_llmgw_ctx_t  *ctx;

    u = r->upstream;
    ctx = ngx_http_get_module_ctx(r, ngx_http_llmgw_module);

    rc = ctx->input_init(data);

    if (u->buffering) {
        ctx->pipe_input = u->pipe->input_filter;
        u->pipe->input_filter = ngx_http_llmgw_pipe_input;

    } else {
        ctx->input = u->input_filter;
        u->input_filter = ngx_http_llmgw_input;
    }

    return rc;
}


static ngx_int_t
ngx_http_llmgw_input(void *data, ssize_t bytes)
{
    ngx_http_request_t *r = data;

    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_llmgw_module);

    if (ctx->input(data, bytes) == NGX_ERROR) {

        /* as if the connection had ended there */

        r->upstream->error = 1;
    }

    return NGX_OK;
}


/* with a cache */

static ngx_int_t
ngx_http_llmgw_pipe_input(ngx_event_pipe_t *p, ngx_buf_t *buf)
{
    ngx_http_request_t    *r;
    ngx_http_llmgw_ctx_t  *ctx;

    if (p->upstream_error) {
        return NGX_OK;
    }

    r = p->input_ctx;
    ctx = ngx_http_get_module_ctx(r, ngx_http_llmgw_module);

    if (ctx->pipe_input(p, buf) == NGX_ERROR) {
        p->upstream_error = 1;
    }

    return NGX_OK;
}
