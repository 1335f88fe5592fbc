
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The life of access tokens.  Each worker has a timer for each token; the
 * first whose timer finds that a new one is due takes a lease in the zone and
 * asks for it, the others look again later.  A lease ends by itself, since a
 * killed worker ends none.
 *
 * A request that finds no token waits for the one that is being asked for.
 * After a failure nobody waits until a token is there again: the next
 * deployment is tried at once, and the timers alone go on asking.
 */


#include "ngx_http_llmgw_token.h"

#include <signal.h>


/* what a token has left when a new one is asked for; a fourth of its life if
   that is less */
#define NGX_HTTP_LLMGW_TOKEN_MARGIN    300000

/* clocks and requests under way: it is not used in its last seconds */
#define NGX_HTTP_LLMGW_TOKEN_SKEW      10000

/* a lease outlives the time of a request by */
#define NGX_HTTP_LLMGW_TOKEN_LEASE     1000

/* between attempts after failures */
#define NGX_HTTP_LLMGW_TOKEN_RETRY     1000
#define NGX_HTTP_LLMGW_TOKEN_RETRY_MAX 30000

/* how often a worker looks whether another one has got it: with requests
   that wait, and without */
#define NGX_HTTP_LLMGW_TOKEN_POLL      20
#define NGX_HTTP_LLMGW_TOKEN_LOOK      1000

/* a timer looks at least that often, so that what is in use is seen to be */
#define NGX_HTTP_LLMGW_TOKEN_SEEN      3600000
#define NGX_HTTP_LLMGW_TOKEN_UNSEEN    (24 * 3600000)

/* a token that is refused when it is younger, or in the first fourth of its
   life, was not refused for its age */
#define NGX_HTTP_LLMGW_TOKEN_YOUNG     10000


static ngx_http_llmgw_token_sh_t *ngx_http_llmgw_token_lock(
    ngx_http_llmgw_token_t *t);
static ngx_http_llmgw_token_sh_t *ngx_http_llmgw_token_find_locked(
    ngx_http_llmgw_token_t *t);
static void ngx_http_llmgw_token_unlock(ngx_http_llmgw_token_t *t);
static void ngx_http_llmgw_token_changed(ngx_http_llmgw_token_t *t);
static ngx_uint_t ngx_http_llmgw_token_valid(ngx_http_llmgw_token_t *t);
static void ngx_http_llmgw_token_sync(ngx_http_llmgw_token_t *t,
    ngx_uint_t wanted);
static void ngx_http_llmgw_token_copy(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_token_sh_t *ts);
static void ngx_http_llmgw_token_bury(ngx_http_llmgw_token_t *t);
static void ngx_http_llmgw_token_ask(ngx_http_llmgw_token_t *t);
static void ngx_http_llmgw_token_fetched(ngx_http_llmgw_fetch_t *f);
static void ngx_http_llmgw_token_store(ngx_http_llmgw_token_t *t,
    llmgw_oauth_t *o);
static void ngx_http_llmgw_token_fail(ngx_http_llmgw_token_t *t,
    ngx_uint_t status, ngx_msec_t after, ngx_str_t *reason);
static void ngx_http_llmgw_token_arm(ngx_http_llmgw_token_t *t);
static void ngx_http_llmgw_token_timer(ngx_event_t *ev);
static void ngx_http_llmgw_token_wake(ngx_http_llmgw_token_t *t);
static ngx_int_t ngx_http_llmgw_token_wait(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_token_t *t);
static void ngx_http_llmgw_token_wait_handler(ngx_event_t *ev);
static void ngx_http_llmgw_token_wait_cleanup(void *data);
static ngx_int_t ngx_http_llmgw_token_refuse(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_token_t *t);


#define ngx_http_llmgw_token_past(time)                                      \
    ((ngx_msec_int_t) ((time) - ngx_current_msec) <= 0)


ngx_int_t
ngx_http_llmgw_tokens_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_token_t      **tokens, *t;
    ngx_http_llmgw_main_conf_t   *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    if (lmcf->tokens.nelts == 0
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    tokens = lmcf->tokens.elts;

    for (i = 0; i < lmcf->tokens.nelts; i++) {

        t = tokens[i];

        if (lmcf->zone) {
            t->shpool = (ngx_slab_pool_t *) lmcf->zone->shm.addr;
            t->sh = t->shpool->data;
        }

        ngx_queue_init(&t->waiters);

        t->timer.handler = ngx_http_llmgw_token_timer;
        t->timer.data = t;
        t->timer.log = cycle->log;
        t->timer.cancelable = 1;

        /* the first worker asks, unless it is slow */

        ngx_add_timer(&t->timer, ngx_worker ? 50 + ngx_random() % 50 : 1);
    }

    return NGX_OK;
}


void
ngx_http_llmgw_tokens_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_token_t      **tokens, *t;
    ngx_http_llmgw_token_sh_t    *ts;
    ngx_http_llmgw_main_conf_t   *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    if (lmcf == NULL) {
        return;
    }

    tokens = lmcf->tokens.elts;

    for (i = 0; i < lmcf->tokens.nelts; i++) {

        t = tokens[i];

        if (t->fetch == NULL) {
            continue;
        }

        ngx_http_llmgw_fetch_cancel(t->fetch);
        t->fetch = NULL;

        /* another worker may ask at once */

        ts = ngx_http_llmgw_token_lock(t);

        if (ts->holder == ngx_pid) {
            ts->holder = 0;
        }

        ngx_http_llmgw_token_unlock(t);
    }
}


/*
 * What is shared about a token, locked.  Entries come and go in the zone, so
 * that no pointer to one is kept.
 */

static ngx_http_llmgw_token_sh_t *
ngx_http_llmgw_token_lock(ngx_http_llmgw_token_t *t)
{
    ngx_http_llmgw_token_sh_t  *ts;

    if (t->shpool) {

        ngx_shmtx_lock(&t->shpool->mutex);

        ts = ngx_http_llmgw_token_find_locked(t);

        if (ts) {
            return ts;
        }

        ngx_shmtx_unlock(&t->shpool->mutex);

        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "llmgw: no room in llmgw_zone for the token of \"%V\": "
                      "each worker asks for one of its own", &t->name);

        t->shpool = NULL;
        t->version = 0;
    }

    return t->local;
}


static void
ngx_http_llmgw_token_unlock(ngx_http_llmgw_token_t *t)
{
    if (t->shpool) {
        ngx_shmtx_unlock(&t->shpool->mutex);
    }
}


static ngx_http_llmgw_token_sh_t *
ngx_http_llmgw_token_find_locked(ngx_http_llmgw_token_t *t)
{
    ngx_queue_t                *q, *next;
    ngx_http_llmgw_token_sh_t  *ts;

    for (q = ngx_queue_head(&t->sh->tokens);
         q != ngx_queue_sentinel(&t->sh->tokens);
         q = ngx_queue_next(q))
    {
        ts = ngx_queue_data(q, ngx_http_llmgw_token_sh_t, queue);

        if (ngx_memcmp(ts->key, t->key, NGX_HTTP_LLMGW_DIGEST) == 0) {
            return ts;
        }
    }

    /* those of secrets that were replaced go when there is a new one */

    for (q = ngx_queue_head(&t->sh->tokens);
         q != ngx_queue_sentinel(&t->sh->tokens);
         q = next)
    {
        next = ngx_queue_next(q);
        ts = ngx_queue_data(q, ngx_http_llmgw_token_sh_t, queue);

        if (ngx_http_llmgw_token_past(ts->seen
                                      + NGX_HTTP_LLMGW_TOKEN_UNSEEN))
        {
            ngx_queue_remove(q);
            ngx_explicit_memzero(ts, sizeof(ngx_http_llmgw_token_sh_t));
            ngx_slab_free_locked(t->shpool, ts);
        }
    }

    ts = ngx_slab_calloc_locked(t->shpool, sizeof(ngx_http_llmgw_token_sh_t));

    if (ts) {
        ngx_memcpy(ts->key, t->key, NGX_HTTP_LLMGW_DIGEST);
        ngx_queue_insert_head(&t->sh->tokens, &ts->queue);
    }

    return ts;
}


/* makes all workers look again */

static void
ngx_http_llmgw_token_changed(ngx_http_llmgw_token_t *t)
{
    if (t->shpool) {
        (void) ngx_atomic_fetch_add(&t->sh->token_version, 1);
    }
}


static ngx_uint_t
ngx_http_llmgw_token_valid(ngx_http_llmgw_token_t *t)
{
    return t->serial && !ngx_http_llmgw_token_past(t->expires);
}


/*
 * Takes over what other workers did, and asks for a token if one is due and
 * nobody else does.  wanted: somebody waits for it.
 */

static void
ngx_http_llmgw_token_sync(ngx_http_llmgw_token_t *t, ngx_uint_t wanted)
{
    ngx_uint_t                  version, ask;
    ngx_http_llmgw_token_sh_t  *ts;

    if (t->holder && t->holder != ngx_pid) {
        ngx_http_llmgw_token_bury(t);
    }

    version = t->shpool ? t->sh->token_version : 0;
    ask = 0;

    ts = ngx_http_llmgw_token_lock(t);

    ts->seen = ngx_current_msec;

    ngx_http_llmgw_token_copy(t, ts);

    if ((ts->holder == 0 || ngx_http_llmgw_token_past(ts->lease))
        && (!ngx_http_llmgw_token_valid(t)
            || ngx_http_llmgw_token_past(ts->refresh))
        && (ts->failures == 0 || ngx_http_llmgw_token_past(ts->retry))
        && (wanted || !ngx_exiting)
        && t->fetch == NULL)
    {
        ts->holder = ngx_pid;
        ts->lease = ngx_current_msec + t->timeout
                    + NGX_HTTP_LLMGW_TOKEN_LEASE;
        ask = 1;
    }

    t->holder = ts->holder;

    ngx_http_llmgw_token_unlock(t);

    t->version = version;

    if (ask) {
        ngx_http_llmgw_token_ask(t);
    }
}


static void
ngx_http_llmgw_token_copy(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_token_sh_t *ts)
{
    if (t->serial != ts->serial) {
        t->value.len = ts->len;
        ngx_memcpy(t->value.data, ts->value, ts->len);
        t->serial = ts->serial;
    }

    t->expires = ts->expires;
    t->refresh = ts->refresh;
    t->retry = ts->retry;
    t->status = ts->status;

    if (ts->failures && t->failures != ts->failures) {
        t->reason.len = ts->reason_len;
        ngx_memcpy(t->reason.data, ts->reason, ts->reason_len);
    }

    t->failures = ts->failures;
}


/* a lease whose holder was killed need not run out */

static void
ngx_http_llmgw_token_bury(ngx_http_llmgw_token_t *t)
{
    ngx_http_llmgw_token_sh_t  *ts;

    if (kill(t->holder, 0) != -1 || ngx_errno != NGX_ESRCH) {
        return;
    }

    ts = ngx_http_llmgw_token_lock(t);

    if (ts->holder == t->holder) {
        ts->holder = 0;
    }

    ngx_http_llmgw_token_unlock(t);
}


static void
ngx_http_llmgw_token_ask(ngx_http_llmgw_token_t *t)
{
    static ngx_str_t  reason = ngx_string("no request could be made");

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                   "llmgw token \"%V\" asked for", &t->name);

    t->asked = ngx_current_msec;
    t->fetch = ngx_http_llmgw_token_request(t);

    if (t->fetch == NULL) {
        ngx_http_llmgw_token_fail(t, 0, 0, &reason);
        return;
    }

    t->fetch->timeout = t->timeout;
    t->fetch->connect_timeout = ngx_min(t->timeout, 5000);
    t->fetch->handler = ngx_http_llmgw_token_fetched;
    t->fetch->data = t;

    ngx_http_llmgw_fetch_start(t->fetch);
}


static void
ngx_http_llmgw_token_fetched(ngx_http_llmgw_fetch_t *f)
{
    int64_t                  after;
    ngx_str_t                reason;
    ngx_int_t                rc;
    llmgw_oauth_t            o;
    ngx_http_llmgw_token_t  *t;
    u_char                   text[NGX_HTTP_LLMGW_TOKEN_REASON];

    t = f->data;
    t->fetch = NULL;

    reason.data = text;
    reason.len = 0;

    rc = ngx_http_llmgw_token_answer(t, f, &o, &reason);

    if (rc == NGX_OK) {
        ngx_http_llmgw_token_store(t, &o);

    } else {
        after = f->failed ? -1
                : llmgw_retry_after(llmgw_http_header(&f->answer,
                                                llmgw_lit("retry-after")),
                                    ngx_time());

        ngx_http_llmgw_token_fail(t, f->failed ? 0 : f->answer.status,
                                  (after > 0) ? (ngx_msec_t) after : 0,
                                  &reason);
    }

    ngx_http_llmgw_token_sync(t, !ngx_queue_empty(&t->waiters));
    ngx_http_llmgw_token_wake(t);
    ngx_http_llmgw_token_arm(t);
}


static void
ngx_http_llmgw_token_store(ngx_http_llmgw_token_t *t, llmgw_oauth_t *o)
{
    ngx_msec_t                  life, margin;
    ngx_uint_t                  level;
    ngx_http_llmgw_token_sh_t  *ts;

    life = (ngx_msec_t) o->lifetime * 1000;

    margin = ngx_min(life / 4, NGX_HTTP_LLMGW_TOKEN_MARGIN);
    margin = margin - margin / 10 + ngx_random() % (margin / 5 + 1);

    ts = ngx_http_llmgw_token_lock(t);

    level = ts->failures ? NGX_LOG_NOTICE : NGX_LOG_INFO;

    ts->serial++;
    ts->len = o->token.len;
    ngx_memcpy(ts->value, o->token.data, o->token.len);

    ts->young = ngx_current_msec
                + ngx_min(life / 4, NGX_HTTP_LLMGW_TOKEN_YOUNG);
    ts->refresh = t->asked + life - margin;
    ts->expires = t->asked + life
                  - ngx_min(life / 10, NGX_HTTP_LLMGW_TOKEN_SKEW);
    ts->failures = 0;
    ts->holder = 0;

    ngx_http_llmgw_token_unlock(t);

    ngx_http_llmgw_token_changed(t);

    ngx_log_error(level, ngx_cycle->log, 0,
                  "llmgw: access token of \"%V\" obtained, valid for %L "
                  "seconds", &t->name, o->lifetime);
}


static void
ngx_http_llmgw_token_fail(ngx_http_llmgw_token_t *t, ngx_uint_t status,
    ngx_msec_t after, ngx_str_t *reason)
{
    ngx_msec_t                  delay;
    ngx_uint_t                  n;
    ngx_http_llmgw_token_sh_t  *ts;

    ts = ngx_http_llmgw_token_lock(t);

    n = ++ts->failures;

    delay = NGX_HTTP_LLMGW_TOKEN_RETRY << ngx_min(n - 1, 5);
    delay = ngx_max(delay, after);
    delay = ngx_min(delay, NGX_HTTP_LLMGW_TOKEN_RETRY_MAX);
    delay = delay / 2 + ngx_random() % (delay / 2 + 1);

    ts->retry = ngx_current_msec + delay;
    ts->status = status;
    ts->reason_len = ngx_min(reason->len, NGX_HTTP_LLMGW_TOKEN_REASON);
    ngx_memcpy(ts->reason, reason->data, ts->reason_len);
    ts->holder = 0;

    ngx_http_llmgw_token_unlock(t);

    ngx_http_llmgw_token_changed(t);

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "llmgw: no access token of \"%V\" from \"%V\": %V, status "
                  "%ui, failure %ui, next attempt in %M ms", &t->name,
                  &t->site.url, reason, status, n, delay);
}


static void
ngx_http_llmgw_token_arm(ngx_http_llmgw_token_t *t)
{
    ngx_msec_t  delay, at;

    if (t->fetch) {

        /* its end arms the timer */

        return;
    }

    if (ngx_exiting && ngx_queue_empty(&t->waiters)) {
        return;
    }

    if (t->holder && t->holder != ngx_pid) {

        delay = ngx_queue_empty(&t->waiters) ? NGX_HTTP_LLMGW_TOKEN_LOOK
                                             : NGX_HTTP_LLMGW_TOKEN_POLL;

    } else {
        at = ngx_http_llmgw_token_valid(t) ? t->refresh : ngx_current_msec;

        if (t->failures
            && (ngx_msec_int_t) (t->retry - at) > 0)
        {
            at = t->retry;
        }

        delay = ngx_http_llmgw_token_past(at) ? NGX_HTTP_LLMGW_TOKEN_POLL
                                              : at - ngx_current_msec;

        delay = ngx_min(delay, NGX_HTTP_LLMGW_TOKEN_SEEN);
    }

    if (t->timer.timer_set) {
        ngx_del_timer(&t->timer);
    }

    ngx_add_timer(&t->timer, delay);
}


static void
ngx_http_llmgw_token_timer(ngx_event_t *ev)
{
    ngx_http_llmgw_token_t  *t;

    t = ev->data;

    ngx_http_llmgw_token_sync(t, !ngx_queue_empty(&t->waiters));

    if (ngx_http_llmgw_token_valid(t) || t->failures) {
        ngx_http_llmgw_token_wake(t);
    }

    ngx_http_llmgw_token_arm(t);
}


/*
 * The token for the attempt at hand, good until the next event.  NGX_AGAIN:
 * the request is held, and its handler called again when there is news;
 * NGX_DECLINED: there is none, ctx->error says why; otherwise a status.
 */

ngx_int_t
ngx_http_llmgw_token_get(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_token_t *t)
{
    if (!ngx_http_llmgw_token_valid(t)
        || (t->shpool && t->version != t->sh->token_version))
    {
        ngx_http_llmgw_token_sync(t, 1);
    }

    if (ngx_http_llmgw_token_valid(t)) {
        ctx->token = t;
        ctx->token_serial = t->serial;
        return NGX_OK;
    }

    if (t->failures || ctx->wait_over) {
        return ngx_http_llmgw_token_refuse(ctx, t);
    }

    return ngx_http_llmgw_token_wait(r, ctx, t);
}


/* of the attempt at hand, or to be looked for in what an upstream says */

ngx_str_t *
ngx_http_llmgw_token_value(ngx_http_llmgw_token_t *t)
{
    return &t->value;
}


ngx_str_t *
ngx_http_llmgw_token_current(ngx_http_llmgw_token_t *t)
{
    if (!ngx_http_llmgw_token_valid(t)
        || (t->shpool && t->version != t->sh->token_version))
    {
        ngx_http_llmgw_token_sync(t, 0);
    }

    return ngx_http_llmgw_token_valid(t) ? &t->value : NULL;
}


static ngx_int_t
ngx_http_llmgw_token_refuse(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_token_t *t)
{
    llmgw_str_t  message, reason;

    if (t->failures == 0) {

        /* it has been waited for long enough */

        ngx_str_set(&ctx->detail, "token_timeout");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                             llmgw_lit("upstream_unavailable"),
                             llmgw_lit("the upstream's access token did not "
                                       "arrive in time"));

        ctx->error.retryable = 1;

        return NGX_DECLINED;
    }

    ngx_str_set(&ctx->detail, "token_failed");

    reason = ngx_http_llmgw_str(t->reason);

    if (t->status == NGX_HTTP_BAD_REQUEST
        || t->status == NGX_HTTP_UNAUTHORIZED
        || t->status == NGX_HTTP_FORBIDDEN)
    {
        message = llmgw_fmt(&ctx->arena, "the upstream refused the gateway's "
                            "credential: %.*s", llmgw_arg(reason));

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                                    llmgw_lit("invalid_upstream_credential"),
                                    message);

        return NGX_DECLINED;
    }

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                llmgw_lit("upstream_unavailable"),
                                llmgw_lit("the upstream's access token cannot "
                                          "be obtained"));

    ctx->error.retryable = 1;
    ctx->error.retry_after = ngx_http_llmgw_token_past(t->retry)
                             ? 1000 : t->retry - ngx_current_msec;

    return NGX_DECLINED;
}


/*
 * The provider refused the token that the attempt was made with.  NGX_OK: the
 * token is given up, the attempt may be made again with a new one.
 */

ngx_int_t
ngx_http_llmgw_token_refused(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_http_llmgw_token_t     *t;
    ngx_http_llmgw_token_sh_t  *ts;

    t = ctx->token;

    if (t == NULL || ctx->token_retried == ctx->step) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    ts = ngx_http_llmgw_token_lock(t);

    if (ts->serial == ctx->token_serial) {

        if (ngx_http_llmgw_token_past(ts->young)) {
            ts->expires = ngx_current_msec;
            ts->refresh = ngx_current_msec;

        } else {
            rc = NGX_DECLINED;
        }
    }

    ngx_http_llmgw_token_unlock(t);

    if (rc != NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                  "llmgw: upstream refused the access token of \"%V\", a new "
                  "one is asked for", &t->name);

    ngx_http_llmgw_token_changed(t);

    if (!t->shpool) {
        t->expires = t->local->expires;
    }

    ctx->token_retried = ctx->step;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_token_wait(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_token_t *t)
{
    ngx_msec_t           left;
    ngx_http_cleanup_t  *cln;

    if (ctx->wait_until == 0) {

        if (ctx->wait.handler == NULL) {

            /* a request that is ended no longer waits, freed or not */

            cln = ngx_http_cleanup_add(r, 0);
            if (cln == NULL) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }

            cln->handler = ngx_http_llmgw_token_wait_cleanup;
            cln->data = ctx;
        }

        ctx->wait.handler = ngx_http_llmgw_token_wait_handler;
        ctx->wait.data = ctx;
        ctx->wait.log = r->connection->log;

        left = ngx_http_llmgw_time_left(ctx);

        ctx->wait_until = ngx_current_msec + ngx_min(t->timeout, left);
    }

    /* a client that leaves is noticed */

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);

    } else if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "llmgw waits for the token \"%V\"", &t->name);

    ngx_queue_insert_tail(&t->waiters, &ctx->wait_queue);
    ctx->waiting = 1;

    ngx_add_timer(&ctx->wait,
                  ngx_http_llmgw_token_past(ctx->wait_until)
                  ? 1 : ctx->wait_until - ngx_current_msec);

    ngx_http_llmgw_token_arm(t);

    /* for the handler that is called again */

    r->main->count++;

    return NGX_AGAIN;
}


static void
ngx_http_llmgw_token_wake(ngx_http_llmgw_token_t *t)
{
    ngx_queue_t           *q;
    ngx_http_llmgw_ctx_t  *ctx;

    while (!ngx_queue_empty(&t->waiters)) {

        q = ngx_queue_head(&t->waiters);
        ctx = ngx_queue_data(q, ngx_http_llmgw_ctx_t, wait_queue);

        ngx_queue_remove(q);
        ctx->waiting = 0;

        ngx_del_timer(&ctx->wait);
        ngx_post_event(&ctx->wait, &ngx_posted_events);
    }
}


static void
ngx_http_llmgw_token_wait_handler(ngx_event_t *ev)
{
    ngx_connection_t      *c;
    ngx_http_request_t    *r;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ev->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "llmgw token wait handler, timed out: %ui",
                   (ngx_uint_t) ev->timedout);

    if (ev->timedout) {
        ev->timedout = 0;
        ctx->wait_over = 1;
    }

    if (ctx->waiting) {
        ngx_queue_remove(&ctx->wait_queue);
        ctx->waiting = 0;
    }

    r->read_event_handler = ngx_http_block_reading;

    ngx_http_finalize_request(r, ngx_http_llmgw_provider_handler(r));

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_llmgw_token_wait_cleanup(void *data)
{
    ngx_http_llmgw_ctx_t *ctx = data;

    if (ctx->waiting) {
        ngx_queue_remove(&ctx->wait_queue);
        ctx->waiting = 0;
    }

    if (ctx->wait.timer_set) {
        ngx_del_timer(&ctx->wait);
    }

    if (ctx->wait.posted) {
        ngx_delete_posted_event(&ctx->wait);
    }
}
