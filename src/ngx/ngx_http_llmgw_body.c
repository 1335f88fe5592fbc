
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The client's body in one piece of memory.
 */


#include "ngx_http_llmgw_module.h"


static void ngx_http_llmgw_read_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_body_room(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, size_t n);


ngx_http_request_body_filter_pt  ngx_http_llmgw_next_request_body;


ngx_int_t
ngx_http_llmgw_read_body(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_client_body_handler_pt handler)
{
    ngx_int_t  rc;

    ctx->state = ngx_http_llmgw_reading;

    rc = ngx_http_read_client_request_body(r, handler);

    if (rc == NGX_AGAIN) {

        /* nginx would close the connection of a slow client unanswered */

        ctx->read_handler = r->read_event_handler;
        r->read_event_handler = ngx_http_llmgw_read_handler;
    }

    return rc;
}


static void
ngx_http_llmgw_read_handler(ngx_http_request_t *r)
{
    ngx_connection_t      *c;
    ngx_http_llmgw_ctx_t  *ctx;

    c = r->connection;
    ctx = ngx_http_llmgw_get_ctx(r);

    if (c->read->timedout) {

        c->read->timedout = 0;
        c->timedout = 1;

        r->keepalive = 0;
        r->lingering_close = 0;
        ctx->keepalive = 0;

        ngx_log_error(NGX_LOG_INFO, c->log, NGX_ETIMEDOUT,
                      "client timed out while sending its body");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_REQUEST_TIME_OUT,
                             llmgw_lit("request_timeout"),
                             llmgw_lit("the request body did not arrive in "
                                       "time"));

        /* finalizing with 408 itself would say nothing to the client */

        ngx_http_finalize_request(r,
                  ngx_http_special_response_handler(r,
                                                 NGX_HTTP_REQUEST_TIME_OUT));
        return;
    }

    ctx->read_handler(r);
}


/*
 * The body goes into one buffer: the request is signed, searched and spliced
 * as a whole.  Of a body of known length nginx reads what comes after the
 * first piece right into its place.
 */

ngx_int_t
ngx_http_llmgw_request_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    size_t                     n;
    ngx_buf_t                 *b, *rbuf;
    ngx_chain_t               *cl;
    ngx_http_llmgw_ctx_t      *ctx;
    ngx_http_request_body_t   *rb;

    ctx = ngx_http_get_module_ctx(r, ngx_http_llmgw_module);

    if (ctx == NULL || ctx->state != ngx_http_llmgw_reading) {
        return ngx_http_llmgw_next_request_body(r, in);
    }

    rb = r->request_body;

    for (cl = in; cl; cl = cl->next) {

        b = cl->buf;
        n = b->last - b->pos;

        if (n && b->pos == ctx->body_last) {

            /* read in its place */

            ctx->body_last = b->last;

        } else if (n && ctx->body == NULL && b->last_buf
                   && !r->headers_in.chunked
#if (NGX_HTTP_V2)
                   && r->stream == NULL
#endif
                   )
        {
            /* all of it came with the header, whose buffer stays */

            ctx->body = b->pos;
            ctx->body_last = b->last;
            ctx->body_end = b->last;

        } else if (n) {

            if (ngx_http_llmgw_body_room(r, ctx, n) != NGX_OK) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }

            ctx->body_last = ngx_cpymem(ctx->body_last, b->pos, n);
        }

        b->pos = b->last;

        if (b->last_buf) {
            rb->last_saved = 1;
        }
    }

    rbuf = rb->buf;

    if (rbuf && !r->headers_in.chunked && rb->rest > 0
#if (NGX_HTTP_V2)
        && r->stream == NULL
#endif
        && rbuf->pos == rbuf->last && ctx->body
        && (off_t) (ctx->body_end - ctx->body_last) >= rb->rest)
    {
        rbuf->start = ctx->body_last;
        rbuf->pos = ctx->body_last;
        rbuf->last = ctx->body_last;
        rbuf->end = ctx->body_end;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_body_room(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    size_t n)
{
    u_char  *p;
    size_t   size, used;

    if (n <= (size_t) (ctx->body_end - ctx->body_last)) {
        return NGX_OK;
    }

    used = ctx->body_last - ctx->body;

    if (ctx->body == NULL && !r->headers_in.chunked
        && r->headers_in.content_length_n > 0)
    {
        /* checked against the limit when the header was read */

        size = r->headers_in.content_length_n;

    } else {
        size = (used < 2048) ? 4096 : 2 * used;
    }

    if (size < used + n) {
        size = used + n;
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (used) {
        ngx_memcpy(p, ctx->body, used);

        /* a large piece goes back at once, a small one with the pool */

        (void) ngx_pfree(r->pool, ctx->body);
    }

    ctx->body = p;
    ctx->body_last = p + used;
    ctx->body_end = p + size;

    return NGX_OK;
}
