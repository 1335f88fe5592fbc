
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The life of a connection to a Redis server.  Every way that ends one leads
 * through ngx_http_llmgw_redis_lost(), which also has it made again.
 */


#include "ngx_http_llmgw_redis.h"


/* ms: before it is tried again, at most; between two moves to a new master */
#define NGX_HTTP_LLMGW_REDIS_WAIT    5000
#define NGX_HTTP_LLMGW_REDIS_FIRST   50
#define NGX_HTTP_LLMGW_REDIS_RENEW   5000
#define NGX_HTTP_LLMGW_REDIS_SILENT  5000

/* seconds between two lines about the same */
#define NGX_HTTP_LLMGW_REDIS_TELL    60


static u_char *ngx_http_llmgw_redis_log_error(ngx_log_t *log, u_char *buf,
    size_t len);
static void ngx_http_llmgw_redis_timer_handler(ngx_event_t *ev);
static void ngx_http_llmgw_redis_begin(ngx_http_llmgw_redis_t *redis);
static void ngx_http_llmgw_redis_resolve_handler(ngx_resolver_ctx_t *resolve);
static void ngx_http_llmgw_redis_connect(ngx_http_llmgw_redis_t *redis);
static void ngx_http_llmgw_redis_next(ngx_http_llmgw_redis_t *redis,
    ngx_err_t err, const char *why);
static void ngx_http_llmgw_redis_connect_handler(ngx_event_t *ev);
static void ngx_http_llmgw_redis_connected(ngx_http_llmgw_redis_t *redis);
#if (NGX_SSL)
static void ngx_http_llmgw_redis_secure(ngx_http_llmgw_redis_t *redis);
static void ngx_http_llmgw_redis_secured(ngx_connection_t *c);
#endif
static void ngx_http_llmgw_redis_close(ngx_http_llmgw_redis_t *redis);


void
ngx_http_llmgw_redis_start(ngx_http_llmgw_redis_t *redis, ngx_cycle_t *cycle)
{
    redis->log = *cycle->log;
    redis->log.handler = ngx_http_llmgw_redis_log_error;
    redis->log.data = redis;
    redis->log.action = NULL;

    redis->timer.handler = ngx_http_llmgw_redis_timer_handler;
    redis->timer.data = redis;
    redis->timer.log = &redis->log;
    redis->timer.cancelable = 1;

    redis->state = ngx_http_llmgw_redis_away;
    redis->closing = 0;

    redis->renewed = ngx_current_msec - NGX_HTTP_LLMGW_REDIS_RENEW;

    ngx_queue_init(&redis->waiting);
    ngx_queue_init(&redis->asked);

    ngx_http_llmgw_redis_begin(redis);
}


void
ngx_http_llmgw_redis_stop(ngx_http_llmgw_redis_t *redis)
{
    redis->closing = 1;

    ngx_http_llmgw_redis_close(redis);

    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }

    ngx_http_llmgw_redis_fail(redis);
}


void
ngx_http_llmgw_redis_renew(ngx_http_llmgw_redis_t *redis)
{
    if (redis->state != ngx_http_llmgw_redis_ready
        || ngx_current_msec - redis->renewed < NGX_HTTP_LLMGW_REDIS_RENEW)
    {
        return;
    }

    redis->renewed = ngx_current_msec;

    /* not from in here: whoever calls is in the middle of a reply */

    ngx_add_timer(&redis->timer, 1);
}


void
ngx_http_llmgw_redis_beat(ngx_http_llmgw_redis_t *redis)
{
    llmgw_str_t                  ping;
    ngx_msec_t                   silent;
    ngx_http_llmgw_redis_ask_t  *ask;

    if (redis->state != ngx_http_llmgw_redis_ready) {
        return;
    }

    silent = ngx_current_msec - redis->heard;

    /* others' questions have a time of their own */

    if (redis->push && silent > redis->conf->timeout) {
        ngx_http_llmgw_redis_lost(redis, NGX_ETIMEDOUT, "no answer in time");
        return;
    }

    if (redis->push == NULL && silent < NGX_HTTP_LLMGW_REDIS_SILENT) {
        return;
    }

    ping = llmgw_lit("PING");

    ask = ngx_http_llmgw_redis_create(redis, NULL, NULL);

    if (ask == NULL || ngx_http_llmgw_redis_add(ask, &ping, 1) != NGX_OK) {
        return;
    }

    ask->beat = 1;

    ngx_http_llmgw_redis_push_ask(ask);
}


static u_char *
ngx_http_llmgw_redis_log_error(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char                  *p;
    ngx_http_llmgw_redis_t  *redis;

    p = buf;
    redis = log->data;

    if (log->action) {
        p = ngx_snprintf(buf, len, " while %s", log->action);
        len -= p - buf;
        buf = p;
    }

    return ngx_snprintf(buf, len, ", llmgw store \"%V\"", &redis->conf->url);
}


/* It is away: now again.  It is ready: it was a replica, or has been silent. */

static void
ngx_http_llmgw_redis_timer_handler(ngx_event_t *ev)
{
    ngx_http_llmgw_redis_t  *redis;

    redis = ev->data;

    switch (redis->state) {

    case ngx_http_llmgw_redis_away:

        if (!ngx_exiting || !ngx_queue_empty(&redis->waiting)) {
            ngx_http_llmgw_redis_begin(redis);
        }

        return;

    case ngx_http_llmgw_redis_ready:
        ngx_http_llmgw_redis_lost(redis, 0, "the server is a replica");
        return;

    default:
        ngx_http_llmgw_redis_lost(redis, NGX_ETIMEDOUT, "no connection in "
                                  "time");
    }
}


static void
ngx_http_llmgw_redis_begin(ngx_http_llmgw_redis_t *redis)
{
    ngx_resolver_ctx_t           *resolve;
    const ngx_http_llmgw_site_t  *site;

    site = &redis->conf->site;

    redis->pool = ngx_create_pool(4096, &redis->log);
    if (redis->pool == NULL) {
        ngx_http_llmgw_redis_lost(redis, 0, "no memory");
        return;
    }

    redis->addrs = site->addrs;
    redis->naddrs = site->naddrs;
    redis->naddr = 0;
    redis->fed = 0;
    redis->out_pos = 0;
    redis->out_len = 0;

    ngx_add_timer(&redis->timer, redis->conf->timeout);

    if (!site->literal && site->resolver) {

        redis->state = ngx_http_llmgw_redis_resolving;

        resolve = ngx_resolve_start(site->resolver, NULL);

        if (resolve == NULL) {
            ngx_http_llmgw_redis_lost(redis, 0, "no memory");
            return;
        }

        if (resolve != NGX_NO_RESOLVER) {

            resolve->name = site->host;
            resolve->handler = ngx_http_llmgw_redis_resolve_handler;
            resolve->data = redis;
            resolve->timeout = site->resolver_timeout;
            resolve->cancelable = 1;

            redis->resolve = resolve;

            if (ngx_resolve_name(resolve) != NGX_OK) {
                redis->resolve = NULL;
                ngx_http_llmgw_redis_lost(redis, 0,
                                          "the host cannot be resolved");
            }

            return;
        }
    }

    ngx_http_llmgw_redis_connect(redis);
}


static void
ngx_http_llmgw_redis_resolve_handler(ngx_resolver_ctx_t *resolve)
{
    ngx_int_t                rc;
    ngx_http_llmgw_redis_t  *redis;

    redis = resolve->data;
    redis->resolve = NULL;

    rc = NGX_OK;

    if (resolve->state == 0) {
        rc = ngx_http_llmgw_peer_addrs(redis->pool, &redis->conf->site,
                                       resolve, &redis->addrs,
                                       &redis->naddrs);
    }

    ngx_resolve_name_done(resolve);

    if (rc != NGX_OK) {
        ngx_http_llmgw_redis_lost(redis, 0, "no memory");
        return;
    }

    /* else what was known when nginx was started may still be right */

    ngx_http_llmgw_redis_connect(redis);
}


static void
ngx_http_llmgw_redis_connect(ngx_http_llmgw_redis_t *redis)
{
    ngx_int_t          rc;
    ngx_addr_t        *addr;
    ngx_connection_t  *c;

    redis->state = ngx_http_llmgw_redis_connecting;

    for ( /* void */ ; redis->naddr < redis->naddrs; redis->naddr++) {

        addr = &redis->addrs[redis->naddr];

        ngx_memzero(&redis->peer, sizeof(ngx_peer_connection_t));

        redis->peer.sockaddr = addr->sockaddr;
        redis->peer.socklen = addr->socklen;
        redis->peer.name = &addr->name;
        redis->peer.get = ngx_event_get_peer;
        redis->peer.log = &redis->log;

        /* what fails again and again is told here, not each time */

        redis->peer.log_error = NGX_ERROR_INFO;

        rc = ngx_event_connect_peer(&redis->peer);

        c = redis->peer.connection;

        if (rc == NGX_ERROR || rc == NGX_BUSY || rc == NGX_DECLINED) {

            if (c) {
                ngx_close_connection(c);
                redis->peer.connection = NULL;
            }

            continue;
        }

        c->data = redis;
        c->pool = redis->pool;
        c->log = &redis->log;
        c->read->log = &redis->log;
        c->write->log = &redis->log;
        c->read->cancelable = 1;
        c->write->cancelable = 1;

        c->read->handler = ngx_http_llmgw_redis_connect_handler;
        c->write->handler = ngx_http_llmgw_redis_connect_handler;

        if (rc == NGX_OK) {
            ngx_http_llmgw_redis_connected(redis);
        }

        return;
    }

    ngx_http_llmgw_redis_lost(redis, ngx_socket_errno,
                              redis->naddrs ? "no connection"
                                            : "the host cannot be resolved");
}


static void
ngx_http_llmgw_redis_next(ngx_http_llmgw_redis_t *redis, ngx_err_t err,
    const char *why)
{
    if (redis->naddr + 1 >= redis->naddrs) {
        ngx_http_llmgw_redis_lost(redis, err, why);
        return;
    }

    ngx_http_llmgw_peer_close(redis->peer.connection);
    redis->peer.connection = NULL;

    redis->naddr++;

    ngx_http_llmgw_redis_connect(redis);
}


static void
ngx_http_llmgw_redis_connect_handler(ngx_event_t *ev)
{
    int                      err;
    socklen_t                len;
    ngx_connection_t        *c;
    ngx_http_llmgw_redis_t  *redis;

    c = ev->data;
    redis = c->data;

    err = 0;
    len = sizeof(int);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    if (err) {
        ngx_http_llmgw_redis_next(redis, err, "no connection");
        return;
    }

    ngx_http_llmgw_redis_connected(redis);
}


static void
ngx_http_llmgw_redis_connected(ngx_http_llmgw_redis_t *redis)
{
#if (NGX_SSL)

    if (redis->conf->site.ssl) {
        ngx_http_llmgw_redis_secure(redis);
        return;
    }

#endif

    ngx_http_llmgw_redis_greet(redis);
}


#if (NGX_SSL)

static void
ngx_http_llmgw_redis_secure(ngx_http_llmgw_redis_t *redis)
{
    ngx_connection_t             *c;
    const ngx_http_llmgw_site_t  *site;

    c = redis->peer.connection;
    site = &redis->conf->site;

    redis->state = ngx_http_llmgw_redis_handshake;

    if (ngx_ssl_create_connection(site->ssl, c,
                                  NGX_SSL_BUFFER|NGX_SSL_CLIENT)
        != NGX_OK)
    {
        ngx_http_llmgw_redis_lost(redis, 0, "no memory");
        return;
    }

    if (!site->literal
        && SSL_set_tlsext_host_name(c->ssl->connection,
                                    (char *) site->host.data)
           == 0)
    {
        ngx_http_llmgw_redis_lost(redis, 0, "SSL handshake failed");
        return;
    }

    if (ngx_ssl_handshake(c) == NGX_AGAIN) {
        c->ssl->handler = ngx_http_llmgw_redis_secured;
        return;
    }

    ngx_http_llmgw_redis_secured(c);
}


static void
ngx_http_llmgw_redis_secured(ngx_connection_t *c)
{
    ngx_http_llmgw_redis_t  *redis;

    redis = c->data;

    if (!c->ssl->handshaked) {
        ngx_http_llmgw_redis_next(redis, 0, "SSL handshake failed");
        return;
    }

    if (ngx_http_llmgw_peer_verify(c, &redis->conf->site) != NGX_OK) {
        ngx_http_llmgw_redis_lost(redis, 0, "the certificate is not trusted");
        return;
    }

    ngx_http_llmgw_redis_greet(redis);
}

#endif


void
ngx_http_llmgw_redis_done(ngx_http_llmgw_redis_t *redis)
{
    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }

    if (redis->failures > 1 && redis->lost) {
        ngx_log_error(NGX_LOG_NOTICE, &redis->log, 0,
                      "llmgw: the store is there again after %T s",
                      ngx_time() - redis->lost);
    }

    redis->state = ngx_http_llmgw_redis_ready;
    redis->failures = 0;
    redis->lost = 0;
    redis->heard = ngx_current_msec;

    if (redis->up) {
        redis->up(redis);
    }
}


void
ngx_http_llmgw_redis_lost(ngx_http_llmgw_redis_t *redis, ngx_err_t err,
    const char *why)
{
    ngx_msec_t  wait;
    ngx_uint_t  ready;

    if (redis->closing) {
        return;
    }

    ready = (redis->state == ngx_http_llmgw_redis_ready);

    redis->failures++;

    if (redis->lost == 0) {
        redis->lost = ngx_time();
    }

    /* one that ends once, and is there again at once, is no news */

    if (redis->failures > 1
        && ngx_time() - redis->told >= NGX_HTTP_LLMGW_REDIS_TELL)
    {
        redis->told = ngx_time();

        ngx_log_error(NGX_LOG_ERR, &redis->log, err,
                      "llmgw: the store cannot be asked: %s", why);

    } else {
        ngx_log_error(NGX_LOG_INFO, &redis->log, err,
                      "llmgw: connection to the store is lost: %s", why);
    }

    ngx_http_llmgw_redis_close(redis);

    wait = NGX_HTTP_LLMGW_REDIS_FIRST << ngx_min(redis->failures, 8);
    wait = ngx_min(wait, NGX_HTTP_LLMGW_REDIS_WAIT);

    /* workers and gateways do not come all at the same moment */

    wait = wait / 2 + ngx_random() % (wait / 2 + 1);

    ngx_add_timer(&redis->timer, wait);

    if (ready && redis->down) {
        redis->down(redis);
    }

    ngx_http_llmgw_redis_fail(redis);
}


static void
ngx_http_llmgw_redis_close(ngx_http_llmgw_redis_t *redis)
{
    redis->state = ngx_http_llmgw_redis_away;

    if (redis->resolve) {
        ngx_resolve_name_done(redis->resolve);
        redis->resolve = NULL;
    }

    if (redis->peer.connection) {
        ngx_http_llmgw_peer_close(redis->peer.connection);
        redis->peer.connection = NULL;
    }

    llmgw_redis_free(&redis->reader);

    if (redis->pool) {
        ngx_destroy_pool(redis->pool);
        redis->pool = NULL;
    }
}


ngx_uint_t
ngx_http_llmgw_redis_well(ngx_http_llmgw_redis_t *redis,
    const llmgw_redis_value_t *v)
{
    size_t               len;
    ngx_uint_t           level;
    llmgw_redis_error_e  error;

    static time_t  told[LLMGW_REDIS_E_TYPE + 1];

    if (v->type != LLMGW_REDIS_ERROR) {
        return 1;
    }

    error = llmgw_redis_error(v->str);

    switch (error) {

    case LLMGW_REDIS_E_AUTH:
        level = NGX_LOG_CRIT;
        break;

    case LLMGW_REDIS_E_WRITES:
        level = NGX_LOG_ALERT;
        break;

    default:
        level = NGX_LOG_ERR;
    }

    if (ngx_time() - told[error] >= NGX_HTTP_LLMGW_REDIS_TELL) {

        told[error] = ngx_time();
        len = ngx_min(v->str.len, 200);

        ngx_log_error(level, &redis->log, 0,
                      "llmgw: the store answers: %*s", len, v->str.data);
    }

    if (error == LLMGW_REDIS_E_READONLY) {
        ngx_http_llmgw_redis_renew(redis);
    }

    return 0;
}
