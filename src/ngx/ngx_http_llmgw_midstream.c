
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Streams that another attempt goes on with, behind their first bytes.
 *
 * To nginx it is an attempt like any other: the body filter returns 502 when
 * the upstream is finalized, and "error_page" leads to the next location.  The
 * header is the client's already, so that of the next answer goes nowhere; and
 * the filters behind ours get their contexts back, since they are in the
 * middle of a body.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_midstream.h"
#include "llmgw_tokens.h"


static ngx_int_t ngx_http_llmgw_midstream_save(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_midstream_header(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);


ngx_int_t
ngx_http_llmgw_midstream_reply(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_midstream_t  *ms;

    ms = ctx->midstream;

    if (ms == NULL) {

        if (!llmgw_resume_possible(&ctx->call)) {
            return NGX_OK;
        }

        ms = ngx_pcalloc(r->pool, sizeof(ngx_http_llmgw_midstream_t));
        if (ms == NULL) {
            return NGX_ERROR;
        }

        llmgw_resume_init(&ms->resume, &ctx->call);

        ctx->midstream = ms;
    }

    ms->counted = 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_midstream_begin(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_midstream_t  *ms;

    ms = ctx->midstream;

    ngx_http_llmgw_midstream_header(r, ctx);

    ms->times++;
    ctx->continuing = 0;

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "llmgw: the stream goes on at \"%V\"",
                  &ctx->step->location);

    return NGX_OK;
}


/* a phase's own contexts are of no use any more: content has been reached */

void
ngx_http_llmgw_midstream_filters(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t   i;
    void       **filters;

    filters = ctx->midstream->filters;

    for (i = 0; i < ngx_http_max_module; i++) {
        if (r->ctx[i] == NULL) {
            r->ctx[i] = filters[i];
        }
    }
}


static void
ngx_http_llmgw_midstream_header(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    r->headers_out = ctx->midstream->headers_out;
    r->err_status = 0;
    r->header_sent = 1;
}


static ngx_int_t
ngx_http_llmgw_midstream_save(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    size_t                       size;
    ngx_http_headers_out_t      *h;
    ngx_http_llmgw_midstream_t  *ms;

    ms = ctx->midstream;
    size = sizeof(void *) * ngx_http_max_module;

    if (ms->filters == NULL) {
        ms->filters = ngx_palloc(r->pool, size);
        if (ms->filters == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_memcpy(ms->filters, r->ctx, size);

    /* lists of their own for what the next answers have in their headers */

    h = &r->headers_out;
    ms->headers_out = *h;

    ngx_memzero(h, sizeof(ngx_http_headers_out_t));

    h->content_length_n = -1;
    h->last_modified_time = -1;

    if (ngx_list_init(&h->headers, r->pool, 8, sizeof(ngx_table_elt_t))
        != NGX_OK
        || ngx_list_init(&h->trailers, r->pool, 2, sizeof(ngx_table_elt_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    r->header_sent = 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_midstream_next(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    int64_t                      cost;
    ngx_int_t                    rc;
    llmgw_usage_t                usage;
    const llmgw_price_t         *price;
    ngx_http_llmgw_midstream_t  *ms;

    ms = ctx->midstream;
    ms->over = 1;

    /* in one piece with what follows it, or not at all */

    do {
        rc = ngx_http_llmgw_flush(r, ctx);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

    } while (ctx->busy == NULL && llmgw_out_size(&ctx->out));

    if (ctx->busy || r->buffered || r->connection->buffered) {

        /* nginx's writer comes back, or the client is gone */

        return NGX_AGAIN;
    }

    ms->over = 0;
    ms->error = ctx->error;
    ctx->interrupted = 0;

    ngx_http_llmgw_count_failure(ctx);
    ngx_http_llmgw_hide_key(ctx);
    ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_bad);

    ms->error = ctx->error;

    if (!ngx_http_llmgw_falls_back(&ctx->error)
        || llmgw_resume_ready(&ctx->reply) != LLMGW_OK
        || !ngx_http_llmgw_plan_next(ctx, 0))
    {
        return ngx_http_llmgw_midstream_fail(r, ctx);
    }

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "llmgw: attempt %ui at \"%V\" broke off with code \"%*s\"",
                  ctx->attempts, &ctx->step->location,
                  ctx->error.code.len, ctx->error.code.data);

    if (llmgw_resume_go(&ctx->reply, &usage) != LLMGW_OK) {
        return NGX_ERROR;
    }

    price = ngx_http_llmgw_step_price(ctx, ctx->step);
    cost = price ? llmgw_price_cost(price, &usage) : -1;

    if (cost >= 0) {
        ms->cost += cost;

    } else {
        ms->unpriced = 1;
    }

    ms->counted = 1;

    if (ngx_http_llmgw_midstream_save(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->continuing = 1;
    ctx->has_error = 0;
    ctx->replied = 0;
    ctx->in = NULL;
    ctx->state = ngx_http_llmgw_routing;

    return NGX_HTTP_BAD_GATEWAY;
}


ngx_int_t
ngx_http_llmgw_midstream_fail(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_int_t                  rc;
    ngx_http_llmgw_midstream_t  *ms;

    ms = ctx->midstream;

    if (ctx->continuing) {

        ngx_http_llmgw_midstream_filters(r, ctx);
        ngx_http_llmgw_midstream_header(r, ctx);

        /* what failed attempts have left there, the client has not seen */

        llmgw_arena_reset(&ctx->answer);
        llmgw_out_init(&ctx->out, &ctx->answer, NGX_HTTP_LLMGW_OUT, 0, 0);

        ctx->continuing = 0;
        ctx->header_held = 0;
        ms->counted = 1;
    }

    ctx->interrupted = 0;
    ctx->has_error = 0;
    ctx->replied = 1;
    ctx->in = NULL;
    ctx->state = ngx_http_llmgw_answering;

    rc = llmgw_resume_fail(&ctx->reply, &ms->error, &ctx->out);

    return (rc == LLMGW_ERROR) ? NGX_ERROR : ngx_http_llmgw_flush(r, ctx);
}


ngx_int_t
ngx_http_llmgw_midstream_usage(ngx_http_llmgw_ctx_t *ctx, llmgw_usage_t *u,
    ngx_int_t rc)
{
    llmgw_resume_t  *rs;

    rs = &ctx->midstream->resume;

    if (!rs->on) {
        return rc;
    }

    llmgw_resume_count(u, &rs->usage);

    return NGX_OK;
}


int64_t
ngx_http_llmgw_midstream_cost(ngx_http_llmgw_ctx_t *ctx, int64_t cost)
{
    ngx_http_llmgw_midstream_t  *ms;

    ms = ctx->midstream;

    if (!ms->resume.on) {
        return cost;
    }

    /* what is known is charged, whatever else is not */

    if (cost < 0 || ms->unpriced) {
        cost = ngx_max(cost, 0) + ms->cost;

        return cost ? cost : -1;
    }

    return cost + ms->cost;
}
