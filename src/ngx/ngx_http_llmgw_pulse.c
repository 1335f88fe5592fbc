
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Time: how long a stream's first token may take, how long it may stand still,
 * what the client gets meanwhile, how long all of it may take, and how long the
 * end of a connection is waited for.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_midstream.h"


/* behind a complete answer */
#define NGX_HTTP_LLMGW_LINGER  1000

/* until an attempt is looked at again that could not be ended, ms */
#define NGX_HTTP_LLMGW_AGAIN  50


static void ngx_http_llmgw_linger_handler(ngx_event_t *ev);
static void ngx_http_llmgw_pulse_handler(ngx_event_t *ev);
static ngx_msec_t ngx_http_llmgw_beat(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_expire(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_uint_t ngx_http_llmgw_late(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_ping(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);


/* nothing more is wanted from this connection */

void
ngx_http_llmgw_stop_upstream(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_upstream_t  *u;

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u && u->cleanup && !u->buffering && u->length != 0) {
        u->length = 0;
        u->keepalive = 0;
    }
}


/*
 * The answer is complete, but the upstream has not ended its body.  Mostly the
 * last chunk is on its way, and the connection can be kept; one that stays open
 * must not hold the client's request.
 */

void
ngx_http_llmgw_linger(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_upstream_t  *u;

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u == NULL || u->cleanup == NULL || u->buffering || u->length == 0) {
        return;
    }

    ctx->linger.handler = ngx_http_llmgw_linger_handler;
    ctx->linger.data = ctx;
    ctx->linger.log = r->connection->log;

    ngx_add_timer(&ctx->linger, NGX_HTTP_LLMGW_LINGER);
}


static void
ngx_http_llmgw_linger_handler(ngx_event_t *ev)
{
    ngx_http_request_t    *r;
    ngx_http_upstream_t   *u;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ev->data;
    r = ctx->request;

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u == NULL || u->cleanup == NULL || u->peer.connection == NULL) {
        return;
    }

    ngx_http_llmgw_stop_upstream(r, ctx);

    /* the upstream's own handler ends the request */

    ngx_post_event(u->peer.connection->read, &ngx_posted_events);
}


/*
 * One timer, which looks at what has happened since: events of a stream come
 * too often to set a timer for each.
 */

void
ngx_http_llmgw_pulse(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_msec_t                  next;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ctx->llcf;

    ctx->late = 0;
    ctx->text = 0;
    ctx->moved = ngx_current_msec;
    ctx->alive = ctx->moved;

    if (!ctx->call.stream && ctx->deadline == 0 && ctx->step->timeout == 0) {
        return;
    }

    next = NGX_TIMER_INFINITE;

    if (ctx->call.stream) {

        if (llcf->stream_keepalive) {
            next = llcf->stream_keepalive;
        }

        if (llcf->ttft_timeout) {
            next = ngx_min(next, llcf->ttft_timeout);
        }

        if (llcf->stall_timeout) {
            next = ngx_min(next, llcf->stall_timeout);
        }
    }

    if (ctx->step->timeout) {
        next = ngx_min(next, ctx->step->timeout);
    }

    next = ngx_min(next, ngx_http_llmgw_time_left(ctx));

    if (next == NGX_TIMER_INFINITE) {
        return;
    }

    ctx->pulse.handler = ngx_http_llmgw_pulse_handler;
    ctx->pulse.data = ctx;
    ctx->pulse.log = ctx->request->connection->log;

    /* that of the attempt before would be kept for a time that is near */

    if (ctx->pulse.timer_set) {
        ngx_del_timer(&ctx->pulse);
    }

    ngx_add_timer(&ctx->pulse, next);
}


/* what is left of a time; 0: nothing */

static ngx_msec_t
ngx_http_llmgw_left(ngx_msec_t since, ngx_msec_t limit)
{
    ngx_msec_t  passed;

    passed = ngx_current_msec - since;

    return (passed < limit) ? limit - passed : 0;
}


static void
ngx_http_llmgw_pulse_handler(ngx_event_t *ev)
{
    ngx_msec_t             left, next;
    ngx_connection_t      *c;
    ngx_http_request_t    *r;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ev->data;
    r = ctx->request;

    if (ctx->last || ctx->interrupted
        || (ctx->state != ngx_http_llmgw_sending
            && ctx->state != ngx_http_llmgw_answering))
    {
        return;
    }

    c = r->connection;

    next = ngx_http_llmgw_beat(r, ctx);

    /* a whole answer that has begun cannot say that it was too late */

    if (ctx->deadline && !ctx->last && !ctx->llcf->mock
        && (ctx->call.stream || !ctx->header_sent))
    {
        left = ngx_http_llmgw_time_left(ctx);

        if (left == 0) {

            /* a client that has not taken what there is gets no more yet */

            if (!ctx->busy) {
                ngx_http_llmgw_expire(r, ctx);
            }

            left = NGX_HTTP_LLMGW_AGAIN;
        }

        next = ngx_min(next, left);
    }

    if (next != NGX_TIMER_INFINITE && !ctx->last) {
        ngx_add_timer(ev, next);
    }

    ngx_http_run_posted_requests(c);
}


/* how long nothing may happen at the moment; 0: there is no limit */

static ngx_msec_t
ngx_http_llmgw_patience(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_msec_t  limit;

    if (!ctx->call.stream) {
        return ctx->header_sent ? 0 : ctx->step->timeout;
    }

    if (ctx->replied && ctx->reply.tokens) {
        return ctx->llcf->stall_timeout;
    }

    limit = ctx->llcf->ttft_timeout;

    if (ctx->step->timeout && (limit == 0 || ctx->step->timeout < limit)) {
        limit = ctx->step->timeout;
    }

    return limit;
}


/* limits and signs of life of an attempt; the time to the next look */

static ngx_msec_t
ngx_http_llmgw_beat(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_msec_t                  left, limit, next;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ctx->llcf;
    next = NGX_TIMER_INFINITE;

    limit = ngx_http_llmgw_patience(ctx);

    /* while the client does not take what there is, nobody else is late */

    if (ctx->busy) {
        ctx->moved = ngx_current_msec;
    }

    if (limit) {
        left = ngx_http_llmgw_left(ctx->call.stream ? ctx->moved
                                                    : ctx->plan->began,
                                   limit);

        if (left == 0) {

            if (ngx_http_llmgw_late(r, ctx) && ctx->last) {
                return next;
            }

            /* nginx may go on to another server of the same upstream */

            ctx->moved = ngx_current_msec;
            left = limit;
        }

        next = left;

    } else if (llcf->stall_timeout && ctx->call.stream) {
        next = llcf->stall_timeout;
    }

    if (llcf->stream_keepalive && ctx->call.stream) {
        left = ngx_http_llmgw_left(ctx->alive, llcf->stream_keepalive);

        if (left == 0) {
            ngx_http_llmgw_ping(r, ctx);
            left = llcf->stream_keepalive;
        }

        next = ngx_min(next, left);
    }

    return next;
}


/* no other server of the same upstream gets the request now, either */

static void
ngx_http_llmgw_expire(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_upstream_t  *u;

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u) {
        ctx->expired = 1;
        u->peer.tries = ngx_min(u->peer.tries, 1);

        (void) ngx_http_llmgw_late(r, ctx);
    }
}


void
ngx_http_llmgw_late_error(ngx_http_llmgw_ctx_t *ctx)
{
    if (ctx->expired) {
        ngx_http_llmgw_expired_error(ctx);
        return;
    }

    ngx_str_set(&ctx->detail, "upstream_timeout");

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_GATEWAY_TIME_OUT,
                                llmgw_lit("upstream_timeout"),
                                llmgw_lit("the upstream did not answer in "
                                          "time"));
    ctx->error.upstream = 1;
    ctx->error.retryable = 1;
}


/*
 * The provider has had its time.  A stream that the client sees ends with an
 * error; before that it is a time-out as nginx knows it, with which the attempt
 * fails and another one follows.  0: there is nothing to end.
 */

static ngx_uint_t
ngx_http_llmgw_late(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_int_t           rc;
    llmgw_error_t         e;
    ngx_http_upstream_t  *u;

    u = ngx_http_llmgw_upstream(r, ctx);

    if (u == NULL || u->cleanup == NULL || u->peer.connection == NULL) {
        return 0;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, ctx->expired
                  ? "llmgw: the request's time is over, \"%V\" has not "
                    "answered"
                  : "llmgw: \"%V\" has not answered in time",
                  &ctx->step->location);

    ctx->late = 1;

    if (!ctx->header_sent || ctx->continuing || u->buffering) {
        u->peer.connection->read->timedout = 1;
        ngx_post_event(u->peer.connection->read, &ngx_posted_events);
        return 1;
    }

    if (ctx->expired) {
        llmgw_error_set(&e, NGX_HTTP_GATEWAY_TIME_OUT,
                        llmgw_lit("deadline_exceeded"), llmgw_null_str,
                        llmgw_lit("the answer took longer than the request "
                                  "may"));

        ngx_str_set(&ctx->detail, "deadline");

        if (ctx->midstream) {

            /* nobody else has more time */

            ctx->midstream->resume.lost = 1;
        }

    } else {
        llmgw_error_set(&e, NGX_HTTP_GATEWAY_TIME_OUT,
                        llmgw_lit("upstream_timeout"), llmgw_null_str,
                        llmgw_lit("the upstream stopped in the middle of its "
                                  "answer"));
        e.upstream = 1;

        ngx_str_set(&ctx->detail, "upstream_timeout");
    }

    rc = llmgw_reply_failed(&ctx->reply, &e);

    if (rc == LLMGW_INVALID) {

        /* the stream may go on elsewhere, when this attempt is over */

        ctx->error = ctx->reply.error;
        ctx->has_error = 1;
        ctx->interrupted = 1;

    } else if (rc != LLMGW_DONE || ngx_http_llmgw_flush(r, ctx) == NGX_ERROR) {
        r->connection->error = 1;
    }

    ngx_http_llmgw_stop_upstream(r, ctx);

    /* the upstream's own handler ends the request */

    ngx_post_event(u->peer.connection->read, &ngx_posted_events);

    return 1;
}


/* a sign of life; whoever has not taken the last bytes needs none */

static void
ngx_http_llmgw_ping(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_str_t                ping;
    ngx_connection_t          *c;
    ngx_http_core_loc_conf_t  *clcf;

    ctx->alive = ngx_current_msec;

    c = r->connection;

    if (!ctx->header_sent || ctx->busy || c->error || c->buffered
        || !c->write->ready)
    {
        return;
    }

    ping = ctx->continuing ? llmgw_lit(": ping\n\n")
                           : llmgw_reply_ping(&ctx->reply);

    if (ping.len == 0) {
        return;
    }

    if (ngx_http_llmgw_put(r, ctx, ping) == NGX_ERROR) {
        c->error = 1;
        return;
    }

    if (c->buffered && c->data == r) {

        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        if (ngx_handle_write_event(c->write, clcf->send_lowat) != NGX_OK) {
            c->error = 1;
        }
    }
}
