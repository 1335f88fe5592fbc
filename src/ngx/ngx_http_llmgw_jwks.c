
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Each worker has a timer; the first whose timer finds that the keys are due
 * takes a lease in the zone and asks for them, the others take over what it
 * got.  A lease ends by itself, since a killed worker ends none.
 *
 * Keys that were good once are used until they are too old, whatever the
 * provider says meanwhile: an answer that is no set of keys changes nothing.
 */


#include "ngx_http_llmgw_jwks.h"
#include "llmgw_digest.h"

#include <signal.h>


#define NGX_HTTP_LLMGW_JWKS_TIMEOUT    5000

/* a lease outlives the time of a request by */
#define NGX_HTTP_LLMGW_JWKS_LEASE      1000

/* a token of a key that is not in the set makes it due, once in */
#define NGX_HTTP_LLMGW_JWKS_PAUSE      60000

/* between attempts after failures */
#define NGX_HTTP_LLMGW_JWKS_RETRY      1000
#define NGX_HTTP_LLMGW_JWKS_RETRY_MAX  60000

/* how often a worker looks whether another one has got them: with requests
   that wait, and without */
#define NGX_HTTP_LLMGW_JWKS_POLL       20
#define NGX_HTTP_LLMGW_JWKS_LOOK       1000

/* a timer looks at least that often, so that what is in use is seen to be */
#define NGX_HTTP_LLMGW_JWKS_SEEN       3600000
#define NGX_HTTP_LLMGW_JWKS_UNSEEN     (24 * 3600000)

/* requests of a worker that may wait */
#define NGX_HTTP_LLMGW_JWKS_WAITERS    1024


static void ngx_http_llmgw_jwks_free(void *data);
static ngx_http_llmgw_jwks_sh_t *ngx_http_llmgw_jwks_lock(
    ngx_http_llmgw_jwks_t *j);
static ngx_http_llmgw_jwks_sh_t *ngx_http_llmgw_jwks_find_locked(
    ngx_http_llmgw_jwks_t *j);
static void ngx_http_llmgw_jwks_unlock(ngx_http_llmgw_jwks_t *j);
static void ngx_http_llmgw_jwks_changed(ngx_http_llmgw_jwks_t *j);
static ngx_uint_t ngx_http_llmgw_jwks_busy(ngx_http_llmgw_jwks_t *j);
static void ngx_http_llmgw_jwks_sync(ngx_http_llmgw_jwks_t *j,
    ngx_uint_t wanted);
static void ngx_http_llmgw_jwks_bury(ngx_http_llmgw_jwks_t *j);
static void ngx_http_llmgw_jwks_take(ngx_http_llmgw_jwks_t *j, size_t room);
static void ngx_http_llmgw_jwks_start(ngx_http_llmgw_jwks_t *j);
static void ngx_http_llmgw_jwks_fetched(ngx_http_llmgw_fetch_t *f);
static const char *ngx_http_llmgw_jwks_store(ngx_http_llmgw_jwks_t *j,
    llmgw_str_t text);
static void ngx_http_llmgw_jwks_fail(ngx_http_llmgw_jwks_t *j,
    const char *reason, ngx_uint_t status);
static void ngx_http_llmgw_jwks_arm(ngx_http_llmgw_jwks_t *j);
static void ngx_http_llmgw_jwks_timer(ngx_event_t *ev);
static void ngx_http_llmgw_jwks_wake(ngx_http_llmgw_jwks_t *j);


#define ngx_http_llmgw_jwks_past(time)                                       \
    ((ngx_msec_int_t) ((time) - ngx_current_msec) <= 0)


ngx_int_t
ngx_http_llmgw_jwks_conf(ngx_conf_t *cf, ngx_http_llmgw_jwks_t *j)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_llmgw_module);

    if (ngx_http_llmgw_site(cf, &j->url, &llcf->trusted_certificate, &j->site)
        != NGX_OK
        || llmgw_sha256(ngx_http_llmgw_str(j->url), j->key) != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_strncasecmp(j->url.data, (u_char *) "http:", 5) == 0) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "keys from \"%V\" can be replaced by anybody on the "
                      "way: use https", &j->url);
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_llmgw_jwks_free;
    cln->data = j;

    return NGX_OK;
}


/* of the process that has them: workers destroy the configuration as well */

static void
ngx_http_llmgw_jwks_free(void *data)
{
    ngx_http_llmgw_jwks_t *j = data;

    llmgw_jwks_free(j->keys);
    ngx_free(j->local.text);
}


void
ngx_http_llmgw_jwks_init_process(ngx_http_llmgw_jwks_t *j,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_log_t *log)
{
    ngx_queue_init(&j->waiters);

    j->timer.handler = ngx_http_llmgw_jwks_timer;
    j->timer.data = j;
    j->timer.log = log;
    j->timer.cancelable = 1;

    if (lmcf->zone) {
        j->shpool = ngx_http_llmgw_shpool(lmcf);
        j->st = ngx_http_llmgw_state(lmcf);
    }

    /* the first worker asks, unless it is slow */

    ngx_add_timer(&j->timer, ngx_worker ? 50 + ngx_random() % 50 : 1);
}


void
ngx_http_llmgw_jwks_exit_process(ngx_http_llmgw_jwks_t *j)
{
    ngx_http_llmgw_jwks_sh_t  *js;

    if (j->fetch == NULL) {
        return;
    }

    ngx_http_llmgw_fetch_cancel(j->fetch);
    j->fetch = NULL;

    /* another worker may ask at once */

    js = ngx_http_llmgw_jwks_lock(j);

    if (js->holder == ngx_pid) {
        js->holder = 0;
    }

    ngx_http_llmgw_jwks_unlock(j);
}


/* what is shared, locked; entries come and go, so no pointer is kept */

static ngx_http_llmgw_jwks_sh_t *
ngx_http_llmgw_jwks_lock(ngx_http_llmgw_jwks_t *j)
{
    ngx_http_llmgw_jwks_sh_t  *js;

    if (j->shpool) {

        ngx_shmtx_lock(&j->shpool->mutex);

        js = ngx_http_llmgw_jwks_find_locked(j);

        if (js) {
            return js;
        }

        ngx_shmtx_unlock(&j->shpool->mutex);

        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "llmgw: no room in llmgw_zone for the keys of \"%V\": "
                      "each worker asks for its own", &j->url);

        j->shpool = NULL;
    }

    return &j->local;
}


static void
ngx_http_llmgw_jwks_unlock(ngx_http_llmgw_jwks_t *j)
{
    if (j->shpool) {
        ngx_shmtx_unlock(&j->shpool->mutex);
    }
}


static ngx_http_llmgw_jwks_sh_t *
ngx_http_llmgw_jwks_find_locked(ngx_http_llmgw_jwks_t *j)
{
    ngx_queue_t               *q, *next;
    ngx_http_llmgw_jwks_sh_t  *js;

    for (q = ngx_queue_head(&j->st->jwks);
         q != ngx_queue_sentinel(&j->st->jwks);
         q = ngx_queue_next(q))
    {
        js = ngx_queue_data(q, ngx_http_llmgw_jwks_sh_t, queue);

        if (ngx_memcmp(js->key, j->key, NGX_HTTP_LLMGW_DIGEST) == 0) {
            return js;
        }
    }

    /* those of other configurations go when there is a new one */

    for (q = ngx_queue_head(&j->st->jwks);
         q != ngx_queue_sentinel(&j->st->jwks);
         q = next)
    {
        next = ngx_queue_next(q);
        js = ngx_queue_data(q, ngx_http_llmgw_jwks_sh_t, queue);

        if (ngx_http_llmgw_jwks_past(js->seen + NGX_HTTP_LLMGW_JWKS_UNSEEN)) {

            ngx_queue_remove(q);

            if (js->text) {
                ngx_slab_free_locked(j->shpool, js->text);
            }

            ngx_slab_free_locked(j->shpool, js);
        }
    }

    js = ngx_http_llmgw_alloc_locked(j->shpool, j->st,
                                     sizeof(ngx_http_llmgw_jwks_sh_t));
    if (js) {
        ngx_memzero(js, sizeof(ngx_http_llmgw_jwks_sh_t));
        ngx_memcpy(js->key, j->key, NGX_HTTP_LLMGW_DIGEST);
        js->asked = ngx_current_msec - NGX_HTTP_LLMGW_JWKS_PAUSE;
        ngx_queue_insert_head(&j->st->jwks, &js->queue);
    }

    return js;
}


/* makes all workers look again */

static void
ngx_http_llmgw_jwks_changed(ngx_http_llmgw_jwks_t *j)
{
    if (j->shpool) {
        (void) ngx_atomic_fetch_add(&j->st->jwks_version, 1);
    }
}


/* somebody asks for them at this moment */

static ngx_uint_t
ngx_http_llmgw_jwks_busy(ngx_http_llmgw_jwks_t *j)
{
    return j->fetch || (j->holder && j->holder != ngx_pid);
}


/*
 * Takes over what other workers did, and asks for keys if they are due and
 * nobody else does.  wanted: one is missing among those that are there.
 */

static void
ngx_http_llmgw_jwks_sync(ngx_http_llmgw_jwks_t *j, ngx_uint_t wanted)
{
    size_t                     room;
    ngx_uint_t                 version, ask;
    ngx_http_llmgw_jwks_sh_t  *js;

    if (j->holder && j->holder != ngx_pid) {
        ngx_http_llmgw_jwks_bury(j);
    }

    version = j->shpool ? j->st->jwks_version : 0;
    room = 0;
    ask = 0;

    js = ngx_http_llmgw_jwks_lock(j);

    js->seen = ngx_current_msec;

    if (js->serial && j->serial != js->serial) {
        room = js->len;
    }

    j->failures = js->failures;
    j->retry = js->retry;

    if ((js->holder == 0 || ngx_http_llmgw_jwks_past(js->lease))
        && (js->serial == 0
            || ngx_http_llmgw_jwks_past(js->fetched + j->max_age)
            || ngx_http_llmgw_jwks_past(js->fetched + j->refresh)
            || (wanted && ngx_http_llmgw_jwks_past(js->asked
                                               + NGX_HTTP_LLMGW_JWKS_PAUSE)))
        && (js->failures == 0 || ngx_http_llmgw_jwks_past(js->retry))
        && !ngx_exiting
        && j->fetch == NULL)
    {
        js->holder = ngx_pid;
        js->lease = ngx_current_msec + NGX_HTTP_LLMGW_JWKS_TIMEOUT
                    + NGX_HTTP_LLMGW_JWKS_LEASE;
        ask = 1;

        if (wanted) {
            js->asked = ngx_current_msec;
        }
    }

    j->holder = ngx_http_llmgw_jwks_past(js->lease) ? 0 : js->holder;

    ngx_http_llmgw_jwks_unlock(j);

    j->version = version;

    if (room) {
        ngx_http_llmgw_jwks_take(j, room);
    }

    if (ask) {
        ngx_http_llmgw_jwks_start(j);
    }
}


/* a lease whose holder was killed need not run out */

static void
ngx_http_llmgw_jwks_bury(ngx_http_llmgw_jwks_t *j)
{
    ngx_http_llmgw_jwks_sh_t  *js;

    if (kill(j->holder, 0) != -1 || ngx_errno != NGX_ESRCH) {
        return;
    }

    js = ngx_http_llmgw_jwks_lock(j);

    if (js->holder == j->holder) {
        js->holder = 0;
    }

    ngx_http_llmgw_jwks_unlock(j);
}


/* nothing is allocated under the lock; who comes too late is told again */

static void
ngx_http_llmgw_jwks_take(ngx_http_llmgw_jwks_t *j, size_t room)
{
    size_t                     len;
    u_char                    *text;
    const char                *error;
    llmgw_jwks_t              *keys;
    ngx_http_llmgw_jwks_sh_t  *js;

    text = ngx_alloc(room, ngx_cycle->log);
    if (text == NULL) {
        return;
    }

    js = ngx_http_llmgw_jwks_lock(j);

    len = js->len;

    if (len <= room) {
        ngx_memcpy(text, js->text, len);
        j->serial = js->serial;
        j->fetched = js->fetched;
    }

    ngx_http_llmgw_jwks_unlock(j);

    if (len > room) {
        ngx_free(text);
        return;
    }

    /* another worker has read it before it became the text of all */

    keys = llmgw_jwks_read(llmgw_str(text, len), &error);

    ngx_free(text);

    if (keys == NULL) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "llmgw: the keys of \"%V\" in the zone cannot be read: "
                      "%s", &j->url, error);
        return;
    }

    llmgw_jwks_free(j->keys);

    j->keys = keys;
}


static void
ngx_http_llmgw_jwks_start(ngx_http_llmgw_jwks_t *j)
{
    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                   "llmgw keys asked for at \"%V\"", &j->url);

    j->fetch = ngx_http_llmgw_fetch_create(&j->site);

    if (j->fetch == NULL) {
        ngx_http_llmgw_jwks_fail(j, "no memory", 0);
        return;
    }

    j->fetch->timeout = NGX_HTTP_LLMGW_JWKS_TIMEOUT;
    j->fetch->connect_timeout = NGX_HTTP_LLMGW_JWKS_TIMEOUT / 2;
    j->fetch->max = NGX_HTTP_LLMGW_JWKS_MAX;
    j->fetch->handler = ngx_http_llmgw_jwks_fetched;
    j->fetch->data = j;

    ngx_http_llmgw_fetch_start(j->fetch);
}


static void
ngx_http_llmgw_jwks_fetched(ngx_http_llmgw_fetch_t *f)
{
    const char             *failed;
    ngx_uint_t              status;
    ngx_http_llmgw_jwks_t  *j;

    j = f->data;
    j->fetch = NULL;

    status = f->failed ? 0 : f->answer.status;

    /* a redirect is no answer: where keys are from stands in nginx.conf */

    if (f->failed) {
        failed = f->failed;

    } else if (status != NGX_HTTP_OK) {
        failed = "another status than 200";

    } else {
        failed = ngx_http_llmgw_jwks_store(j, f->answer.body);
    }

    if (failed) {
        ngx_http_llmgw_jwks_fail(j, failed, status);
    }

    ngx_http_llmgw_jwks_sync(j, 0);
    ngx_http_llmgw_jwks_wake(j);
    ngx_http_llmgw_jwks_arm(j);
}


/* NULL, or why the answer cannot be used */

static const char *
ngx_http_llmgw_jwks_store(ngx_http_llmgw_jwks_t *j, llmgw_str_t body)
{
    u_char                    *text;
    const char                *error;
    ngx_uint_t                 level;
    llmgw_jwks_t              *keys;
    ngx_http_llmgw_jwks_sh_t  *js;

    keys = llmgw_jwks_read(body, &error);

    if (keys == NULL) {
        return error;
    }

    js = ngx_http_llmgw_jwks_lock(j);

    if (j->shpool) {
        text = ngx_http_llmgw_alloc_locked(j->shpool, j->st, body.len);

    } else {
        text = ngx_alloc(body.len, ngx_cycle->log);
    }

    if (text == NULL) {

        js->holder = 0;

        ngx_http_llmgw_jwks_unlock(j);
        llmgw_jwks_free(keys);

        return "no memory, or no room in llmgw_zone";
    }

    ngx_memcpy(text, body.data, body.len);

    if (js->text) {

        if (j->shpool) {
            ngx_slab_free_locked(j->shpool, js->text);

        } else {
            ngx_free(js->text);
        }
    }

    level = js->failures ? NGX_LOG_NOTICE : NGX_LOG_INFO;

    js->text = text;
    js->len = body.len;
    js->serial++;
    js->fetched = ngx_current_msec;
    js->failures = 0;
    js->holder = 0;

    j->serial = js->serial;
    j->fetched = js->fetched;

    ngx_http_llmgw_jwks_unlock(j);

    ngx_http_llmgw_jwks_changed(j);

    llmgw_jwks_free(j->keys);
    j->keys = keys;

    ngx_log_error(level, ngx_cycle->log, 0,
                  "llmgw: keys obtained from \"%V\"", &j->url);

    return NULL;
}


static void
ngx_http_llmgw_jwks_fail(ngx_http_llmgw_jwks_t *j, const char *reason,
    ngx_uint_t status)
{
    ngx_msec_t                 delay;
    ngx_uint_t                 n;
    ngx_http_llmgw_jwks_sh_t  *js;

    js = ngx_http_llmgw_jwks_lock(j);

    n = ++js->failures;

    delay = NGX_HTTP_LLMGW_JWKS_RETRY << ngx_min(n - 1, 6);
    delay = ngx_min(delay, NGX_HTTP_LLMGW_JWKS_RETRY_MAX);
    delay = delay / 2 + ngx_random() % (delay / 2 + 1);

    js->retry = ngx_current_msec + delay;
    js->holder = 0;

    ngx_http_llmgw_jwks_unlock(j);

    ngx_http_llmgw_jwks_changed(j);

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "llmgw: no keys from \"%V\": %s, status %ui, failure %ui, "
                  "next attempt in %M ms", &j->url, reason, status, n, delay);
}


const llmgw_jwks_t *
ngx_http_llmgw_jwks_get(ngx_http_llmgw_jwks_t *j)
{
    if (j->shpool && j->version != j->st->jwks_version) {
        ngx_http_llmgw_jwks_sync(j, 0);
    }

    return (j->keys && !ngx_http_llmgw_jwks_past(j->fetched + j->max_age))
           ? j->keys : NULL;
}


ngx_int_t
ngx_http_llmgw_jwks_wait(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_jwks_t *j, ngx_http_llmgw_resume_pt resume)
{
    if (ctx->keys_waited || j->nwaiters == NGX_HTTP_LLMGW_JWKS_WAITERS) {
        return NGX_DECLINED;
    }

    ngx_http_llmgw_jwks_ask(j);

    if (!ngx_http_llmgw_jwks_busy(j)) {
        return NGX_DECLINED;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "llmgw waits for keys of \"%V\"", &j->url);

    /* who leaves is taken out as one that waits for the store */

    ctx->lookup = j;
    ctx->lookup_resume = resume;

    ngx_queue_insert_tail(&j->waiters, &ctx->lookup_queue);
    j->nwaiters++;

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_http_llmgw_jwks_arm(j);

    return NGX_AGAIN;
}


void
ngx_http_llmgw_jwks_ask(ngx_http_llmgw_jwks_t *j)
{
    ngx_http_llmgw_jwks_sync(j, 1);
}


ngx_msec_t
ngx_http_llmgw_jwks_retry(ngx_http_llmgw_jwks_t *j)
{
    return (j->failures && !ngx_http_llmgw_jwks_past(j->retry))
           ? j->retry - ngx_current_msec : 1000;
}


static void
ngx_http_llmgw_jwks_arm(ngx_http_llmgw_jwks_t *j)
{
    ngx_msec_t  delay, at;

    if (j->fetch) {

        /* its end arms the timer */

        return;
    }

    if (ngx_exiting && ngx_queue_empty(&j->waiters)) {
        return;
    }

    if (ngx_http_llmgw_jwks_busy(j)) {

        delay = ngx_queue_empty(&j->waiters) ? NGX_HTTP_LLMGW_JWKS_LOOK
                                             : NGX_HTTP_LLMGW_JWKS_POLL;

    } else {
        at = j->serial ? j->fetched + j->refresh : ngx_current_msec;

        if (j->failures && (ngx_msec_int_t) (j->retry - at) > 0) {
            at = j->retry;
        }

        delay = ngx_http_llmgw_jwks_past(at) ? NGX_HTTP_LLMGW_JWKS_POLL
                                             : at - ngx_current_msec;

        delay = ngx_min(delay, NGX_HTTP_LLMGW_JWKS_SEEN);
    }

    if (j->timer.timer_set) {
        ngx_del_timer(&j->timer);
    }

    ngx_add_timer(&j->timer, delay);
}


static void
ngx_http_llmgw_jwks_timer(ngx_event_t *ev)
{
    ngx_http_llmgw_jwks_t  *j;

    j = ev->data;

    ngx_http_llmgw_jwks_sync(j, 0);

    if (!ngx_http_llmgw_jwks_busy(j)) {
        ngx_http_llmgw_jwks_wake(j);
    }

    ngx_http_llmgw_jwks_arm(j);
}


/* each of those who waited may end its request, and with it others' waiting */

static void
ngx_http_llmgw_jwks_wake(ngx_http_llmgw_jwks_t *j)
{
    ngx_queue_t               *q;
    ngx_connection_t          *c;
    ngx_http_request_t        *r;
    ngx_http_llmgw_ctx_t      *ctx;
    ngx_http_llmgw_resume_pt   resume;

    while (!ngx_queue_empty(&j->waiters)) {

        q = ngx_queue_head(&j->waiters);
        ngx_queue_remove(q);

        ctx = ngx_queue_data(q, ngx_http_llmgw_ctx_t, lookup_queue);

        ctx->lookup = NULL;
        ctx->keys_waited = 1;

        r = ctx->request;
        c = r->connection;
        resume = ctx->lookup_resume;

        ngx_http_set_log_request(c->log, r);

        r->read_event_handler = ngx_http_block_reading;

        resume(r);

        ngx_http_run_posted_requests(c);
    }

    j->nwaiters = 0;
}
