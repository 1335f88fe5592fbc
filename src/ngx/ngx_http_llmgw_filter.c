
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers on their way back.  The header of an attempt is held until the
 * library says that the client may see it: until then the attempt may fail
 * and another one take its place.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_midstream.h"
#include "llmgw_headers.h"


static ngx_int_t ngx_http_llmgw_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_reply_header(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_reply_head(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, llmgw_head_t *head);
static ngx_int_t ngx_http_llmgw_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_llmgw_page_filter(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_chain_t *in);
static llmgw_int_t ngx_http_llmgw_feed(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_begin(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_set_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_failed(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static llmgw_int_t ngx_http_llmgw_stopped(ngx_http_llmgw_ctx_t *ctx);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


ngx_int_t
ngx_http_llmgw_filter_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_llmgw_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_llmgw_body_filter;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_header_filter(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_http_llmgw_ctx_t       *ctx;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    if (r != r->main
        || (!llcf->enable && llcf->provider == NULL && !r->internal))
    {
        return ngx_http_next_header_filter(r);
    }

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx && ctx->state == ngx_http_llmgw_sending && llcf->provider
        && r->err_status == 0)
    {
        return ngx_http_llmgw_reply_header(r, ctx);
    }

    if (ctx && ctx->continuing) {

        /* a page in the middle of a stream: the client gets an event */

        ctx->json_page = 1;
        return NGX_OK;
    }

    if (!llcf->enable && llcf->provider == NULL) {
        return ngx_http_next_header_filter(r);
    }

    rc = ngx_http_llmgw_page_header(r, &ctx);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_llmgw_reply_header(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_head_t          head;
    ngx_http_upstream_t  *u;

    ngx_http_llmgw_reply_head(r, ctx, &head);
    llmgw_request_id(&ctx->call, &head);

    if (r->http_version < NGX_HTTP_VERSION_10) {

        /*
         * What does not begin like HTTP/1 is taken for HTTP/0.9 by nginx,
         * which changes the version of the request itself.
         */

        r->http_version = ctx->http_version;

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_GATEWAY,
                                    llmgw_lit("upstream_invalid_response"),
                                    llmgw_lit("the upstream's answer is not "
                                              "HTTP"));
        ctx->error.upstream = 1;
        ctx->error.retryable = 1;

        return ngx_http_llmgw_failed(r, ctx);
    }

    if (r->headers_out.content_encoding
        && r->headers_out.content_encoding->hash
        && ngx_strcasecmp(r->headers_out.content_encoding->value.data,
                          (u_char *) "identity")
           != 0)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "llmgw: upstream sent a compressed answer that was not "
                      "asked for");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_GATEWAY,
                                    llmgw_lit("upstream_invalid_response"),
                                    llmgw_lit("the upstream's answer is "
                                              "compressed"));
        ctx->error.upstream = 1;
        ctx->error.retryable = 1;

        return ngx_http_llmgw_failed(r, ctx);
    }

    if (ctx->model && ctx->model->routing->midstream
        && ngx_http_llmgw_midstream_reply(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* what the answer leaves behind goes with the request */

    if (llmgw_reply_init(&ctx->reply, &ctx->call, &ctx->arena, &head,
                         ctx->llcf->max_answer)
        != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    if (ctx->answer.alloc == NULL) {
        llmgw_arena_init(&ctx->answer, ctx->arena.alloc, ctx->arena.data,
                         NGX_HTTP_LLMGW_OUT + 256, 0);
    }

    llmgw_arena_reset(&ctx->answer);
    llmgw_out_init(&ctx->out, &ctx->answer, NGX_HTTP_LLMGW_OUT, 0, 0);

    if (ctx->continuing) {
        llmgw_puts(&ctx->out, ": llmgw continued on ");
        llmgw_put(&ctx->out, ngx_http_llmgw_str(ctx->step->location));
        llmgw_puts(&ctx->out, "\n\n");
    }

    ctx->state = ngx_http_llmgw_answering;
    ctx->replied = 1;
    ctx->header_held = 1;
    ctx->has_error = 0;
    ctx->cut = 0;

    ngx_http_llmgw_cache_reply(r, ctx);

    if (!ctx->cached && ngx_http_llmgw_upstream(r, ctx)) {
        ngx_http_llmgw_plan_limits(r, ctx);
    }

    r->main_filter_need_in_memory = 1;

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u && !u->cacheable) {
        u->buffering = 0;

    } else if (ctx->midstream) {

        /* what is cached, or is going to be, is not broken off by us */

        ctx->midstream->resume.lost = 1;
    }

    if (u) {
        ngx_http_llmgw_watch_input(r, ctx);
    }

    return NGX_OK;
}


static void
ngx_http_llmgw_reply_head(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_head_t *head)
{
    ngx_uint_t            i;
    ngx_list_part_t      *part;
    ngx_table_elt_t      *h;
    ngx_http_upstream_t  *u;

    ngx_memzero(head, sizeof(llmgw_head_t));

    head->status = r->headers_out.status;
    head->content_type = ngx_http_llmgw_str(r->headers_out.content_type);

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u == NULL) {
        return;
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

        if (h[i].lowcase_key == NULL) {
            continue;
        }

        llmgw_head_note(head, llmgw_str(h[i].lowcase_key, h[i].key.len),
                        ngx_http_llmgw_str(h[i].value));
    }
}


static ngx_int_t
ngx_http_llmgw_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t              rc;
    llmgw_int_t            rv;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_llmgw_module);

    if (ctx == NULL || r != r->main) {
        return ngx_http_next_body_filter(r, in);
    }

    if (ctx->json_page) {
        return ngx_http_llmgw_page_filter(r, ctx, in);
    }

    if (!ctx->replied) {
        return ngx_http_next_body_filter(r, in);
    }

    if (in && ngx_chain_add_copy(r->pool, &ctx->in, in) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->midstream && ctx->midstream->over) {
        return ngx_http_llmgw_midstream_next(r, ctx);
    }

    for ( ;; ) {

        if (ctx->busy) {

            rc = ngx_http_llmgw_flush(r, ctx);

            if (rc == NGX_ERROR || ctx->busy) {
                return rc;
            }
        }

        if (ctx->in == NULL) {
            break;
        }

        /*
         * All that has come makes one piece of output, and is used up: nginx
         * does not end an attempt whose buffers are not.
         */

        do {
            rv = ngx_http_llmgw_feed(r, ctx);
        } while (ctx->in && rv != LLMGW_ERROR && rv != LLMGW_INVALID);

        if (rv == LLMGW_ERROR) {
            return NGX_ERROR;
        }

        if (rv == LLMGW_AGAIN) {

            /* failed, but the attempt is not over yet */

            return ctx->interrupted ? ngx_http_llmgw_flush(r, ctx) : NGX_OK;
        }

        if (rv == LLMGW_INVALID) {
            return ctx->interrupted ? ngx_http_llmgw_midstream_next(r, ctx)
                                    : ngx_http_llmgw_failed(r, ctx);
        }

        if (!ctx->reply.begun) {
            continue;
        }

        rc = ngx_http_llmgw_begin(r, ctx);

        if (rc == NGX_ERROR || rc > NGX_OK) {
            return rc;
        }

        rc = ngx_http_llmgw_flush(r, ctx);

        if (rc == NGX_ERROR) {
            return rc;
        }
    }

    return ctx->last ? ngx_http_next_body_filter(r, NULL) : NGX_OK;
}


/* an error page: ours instead of what comes in */

static ngx_int_t
ngx_http_llmgw_page_filter(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_chain_t *in)
{
    ngx_chain_t  *cl;

    for (cl = in; cl; cl = cl->next) {
        cl->buf->pos = cl->buf->last;
        cl->buf->file_pos = cl->buf->file_last;
    }

    if (ctx->continuing) {
        ctx->json_page = 0;
        return ngx_http_llmgw_midstream_fail(r, ctx);
    }

    if (ctx->page_sent) {
        return ngx_http_next_body_filter(r, NULL);
    }

    cl = ngx_http_llmgw_page_body(r, ctx);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_next_body_filter(r, cl);
}


/*
 * Gives what came in to the library, until there is output or no input.
 * LLMGW_INVALID: the attempt failed and is over; LLMGW_AGAIN: it failed, and
 * its end is still to come.
 */

static llmgw_int_t
ngx_http_llmgw_feed(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    size_t                n;
    ngx_buf_t            *b;
    llmgw_int_t           rv;
    ngx_uint_t            last;
    ngx_chain_t          *cl;
    ngx_http_upstream_t  *u;

    cl = ctx->in;
    b = cl->buf;
    ctx->in = cl->next;

    n = ngx_buf_in_memory(b) ? (size_t) (b->last - b->pos) : 0;
    last = b->last_buf || b->last_in_chain;
    rv = LLMGW_OK;

    if (n && !ctx->has_error) {

        rv = llmgw_reply_feed(&ctx->reply, b->pos, n, &ctx->out);

        if (rv == LLMGW_OK && ctx->call.stream && ctx->reply.begun
            && !ctx->cached && ngx_http_llmgw_progress(ctx) != NGX_OK)
        {
            rv = ngx_http_llmgw_stopped(ctx);
        }
    }

    if (ctx->reply.text != ctx->text) {
        ctx->text = ctx->reply.text;
        ctx->moved = ngx_current_msec;
    }

    b->pos = b->last;
    b->file_pos = b->file_last;

    /*
     * An attempt that nginx gave up in the middle of an answer ends with a
     * bare flush instead of a last buffer.
     */

    u = ngx_http_llmgw_upstream(r, ctx);

    if (!last && n == 0 && b->flush && u && u->cleanup == NULL) {
        ctx->cut = 1;
        last = 1;
    }

    ngx_free_chain(r->pool, cl);

    if (last && !ctx->has_error && rv == LLMGW_OK) {
        rv = llmgw_reply_end(&ctx->reply, ctx->cut, &ctx->out);
    }

    if (rv == LLMGW_INVALID) {
        ctx->error = ctx->reply.error;
        ctx->has_error = 1;

        /* the client has seen some of it */

        ctx->interrupted = ctx->header_sent && !ctx->header_held;

        if (ctx->late && ctx->cut) {
            ngx_http_llmgw_late_error(ctx);
        }
    }

    if (rv == LLMGW_INVALID || (rv == LLMGW_DONE && ctx->reply.failed)) {
        ngx_http_llmgw_cache_failed(r, ctx);
    }

    if (rv == LLMGW_DONE && ctx->reply.failed) {
        ngx_http_llmgw_stop_upstream(r, ctx);
    }

    if (ctx->reply.tokens && ctx->first == 0) {
        ctx->first = ngx_current_msec;
    }

    if (ctx->has_error) {

        if (last) {
            return LLMGW_INVALID;
        }

        ngx_http_llmgw_stop_upstream(r, ctx);

        return LLMGW_AGAIN;
    }

    return rv;
}


/* the money has ended; the client is told so in the middle of its stream */

static llmgw_int_t
ngx_http_llmgw_stopped(ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_error_t  e;

    if (ctx->midstream) {
        ctx->midstream->resume.lost = 1;
    }

    ngx_memzero(&e, sizeof(llmgw_error_t));

    llmgw_error_set(&e, NGX_HTTP_TOO_MANY_REQUESTS,
                    llmgw_lit("budget_exceeded"), llmgw_null_str,
                    llmgw_lit("the budget was used up while the answer was "
                              "under way"));
    e.type = llmgw_lit("budget_exceeded");

    return llmgw_reply_failed(&ctx->reply, &e);
}


/* sends the header when the time for it has come */

static ngx_int_t
ngx_http_llmgw_begin(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (!ctx->header_held) {
        return NGX_OK;
    }

    ctx->header_held = 0;

    ngx_http_llmgw_plan_answers(ctx);

    if (ctx->continuing) {
        return ngx_http_llmgw_midstream_begin(r, ctx);
    }

    if (ngx_http_llmgw_set_headers(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->header_sent = 1;

    rc = ngx_http_next_header_filter(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return (rc > NGX_OK) ? rc : NGX_ERROR;
    }

    if (ctx->midstream) {

        /* how the body ends was decided with the header */

        ctx->keepalive = r->keepalive;

        /* a compressed one is never without output that is held back */

        if (r->headers_out.content_encoding) {
            ctx->midstream->resume.lost = 1;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_set_headers(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    off_t        length;
    llmgw_str_t  type;

    length = r->headers_out.content_length_n;

    type = llmgw_reply_content_type(&ctx->reply);

    if (type.len == 0) {
        type = ngx_http_llmgw_str(r->headers_out.content_type);
    }

    if (!llmgw_reply_same_length(&ctx->reply)) {

        length = -1;

        /* a whole answer is all there */

        if (ctx->reply.closed && !ctx->call.stream) {
            length = llmgw_out_size(&ctx->out);
        }
    }

    ngx_http_clean_header(r);

    r->headers_out.status = ctx->reply.head.status;
    r->headers_out.content_length_n = length;

    r->headers_out.content_type.data = (u_char *) type.data;
    r->headers_out.content_type.len = type.len;
    r->headers_out.content_type_len = type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_llmgw_copy_headers(r, ctx) != NGX_OK
        || ngx_http_llmgw_cost_header(r, ctx) != NGX_OK
        || ngx_http_llmgw_cache_header(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ctx->call.stream && length == -1
        && (ngx_http_llmgw_push_header(r, llmgw_lit("cache-control"),
                                       llmgw_lit("no-cache"))
            != NGX_OK
            || ngx_http_llmgw_push_header(r, llmgw_lit("x-accel-buffering"),
                                          llmgw_lit("no"))
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* passes on what the library wrote */

ngx_int_t
ngx_http_llmgw_flush(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t      rc;
    ngx_buf_t     *b;
    ngx_uint_t     last;
    ngx_chain_t   *out, *cl, **ll;
    llmgw_seg_t   *seg;

    out = NULL;
    ll = &out;
    b = NULL;

    if (ctx->busy == NULL) {

        if (llmgw_out_close(&ctx->out) != LLMGW_OK) {
            return NGX_ERROR;
        }

        last = ctx->reply.closed && !ctx->last && !ctx->interrupted;

        if (last && ctx->reply.failed && ctx->out.head == NULL) {

            /* a format that cannot say that this was not all */

            ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                          "llmgw: upstream ended in the middle of an answer");
            return NGX_ERROR;
        }

        for (seg = ctx->out.head; seg || last; seg = seg ? seg->next : NULL) {

            cl = ngx_chain_get_free_buf(r->pool, &ctx->free);
            if (cl == NULL) {
                return NGX_ERROR;
            }

            b = cl->buf;
            ngx_memzero(b, sizeof(ngx_buf_t));

            b->tag = (ngx_buf_tag_t) &ngx_http_llmgw_module;

            if (seg) {
                b->pos = (u_char *) seg->pos;
                b->last = (u_char *) seg->last;
                b->start = b->pos;
                b->end = b->last;
                b->memory = 1;
            }

            *ll = cl;
            ll = &cl->next;

            if (seg == NULL || seg->next == NULL) {

                if (last) {
                    b->last_buf = 1;
                    b->last_in_chain = 1;
                    ctx->last = 1;
                    ctx->state = ngx_http_llmgw_done;
                    last = 0;

                } else {
                    b->flush = 1;
                }

                break;
            }
        }

        *ll = NULL;

        if (out == NULL) {
            return NGX_OK;
        }
    }

    if (ctx->last) {

        ngx_http_llmgw_plan_end(ctx, !ctx->reply.failed
                                     ? ngx_http_llmgw_good
                                     : ctx->stopped ? ngx_http_llmgw_neutral
                                                    : ngx_http_llmgw_bad);

        /* what the client has been answered for is on record before it is */

        ngx_http_llmgw_settle(ctx);
    }

    ctx->alive = ngx_current_msec;

    rc = ngx_http_next_body_filter(r, out);

    ngx_chain_update_chains(r->pool, &ctx->free, &ctx->busy, &out,
                            (ngx_buf_tag_t) &ngx_http_llmgw_module);

    if (ctx->busy == NULL) {
        llmgw_arena_reset(&ctx->answer);
        llmgw_out_init(&ctx->out, &ctx->answer, NGX_HTTP_LLMGW_OUT, 0, 0);
    }

    if (ctx->last && !ctx->linger.timer_set) {
        ngx_http_llmgw_linger(r, ctx);
    }

    return rc;
}


/* a few bytes between the events of a stream */

ngx_int_t
ngx_http_llmgw_put(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_str_t s)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    cl = ngx_chain_get_free_buf(r->pool, &ctx->free);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    b = cl->buf;
    ngx_memzero(b, sizeof(ngx_buf_t));

    b->tag = (ngx_buf_tag_t) &ngx_http_llmgw_module;
    b->pos = (u_char *) s.data;
    b->last = b->pos + s.len;
    b->start = b->pos;
    b->end = b->last;
    b->memory = 1;
    b->flush = 1;

    rc = ngx_http_next_body_filter(r, cl);

    ngx_chain_update_chains(r->pool, &ctx->free, &ctx->busy, &cl,
                            (ngx_buf_tag_t) &ngx_http_llmgw_module);

    return rc;
}


ngx_uint_t
ngx_http_llmgw_falls_back(llmgw_error_t *e)
{
    if (e->retryable || e->quota || e->status >= 500) {
        return 1;
    }

    /* the provider does not want this account, or does not have the model */

    return e->status == NGX_HTTP_UNAUTHORIZED || e->status == 402
           || e->status == NGX_HTTP_FORBIDDEN
           || e->status == NGX_HTTP_NOT_FOUND
           || e->status == NGX_HTTP_TOO_MANY_REQUESTS;
}


/*
 * The attempt is over and the client has seen nothing of it: the code that is
 * returned here goes to ngx_http_finalize_request(), and by "error_page" to
 * the next provider, or to the error that the client gets.
 */

static ngx_int_t
ngx_http_llmgw_failed(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "llmgw: attempt %ui at \"%V\" failed with status %ui, code "
                  "\"%*s\"", ctx->attempts, &ctx->step->location,
                  (ngx_uint_t) ctx->error.status, ctx->error.code.len,
                  ctx->error.code.data);

    ngx_http_llmgw_count_failure(ctx);
    ngx_http_llmgw_hide_key(ctx);

    ngx_http_clean_header(r);

    ctx->replied = 0;
    ctx->header_held = 0;
    ctx->in = NULL;

    ngx_str_set(&ctx->detail, "upstream_error");

    if (ctx->error.status == NGX_HTTP_UNAUTHORIZED
        && ngx_http_llmgw_token_refused(ctx) == NGX_OK)
    {
        /* the same deployment once more */

        ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);

        ctx->attempts--;
        ctx->state = ngx_http_llmgw_routing;
        return NGX_HTTP_BAD_GATEWAY;
    }

    if (ctx->error.thoughts && !ctx->call.strip_thinking) {

        /* the same deployment once more, without what it did not think */

        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "llmgw: upstream refused thoughts of the history, they "
                      "are left out");

        ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);

        ctx->attempts--;
        ctx->call.strip_thinking = 1;
        ctx->state = ngx_http_llmgw_routing;
        return NGX_HTTP_BAD_GATEWAY;
    }

    ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_bad);

    /* who does not want to go on with an answer does not end it */

    if (ngx_http_llmgw_plan_next(ctx, ctx->continuing
                                      && !ngx_http_llmgw_falls_back(
                                              &ctx->error)))
    {
        ctx->state = ngx_http_llmgw_routing;
        return NGX_HTTP_BAD_GATEWAY;
    }

    return ngx_http_llmgw_final(r, ctx);
}
