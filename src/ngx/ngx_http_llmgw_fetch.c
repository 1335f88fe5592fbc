
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * resolve -> connect -> handshake -> send and read -> done.  Every way leads
 * through ngx_http_llmgw_fetch_done().
 */


#include "ngx_http_llmgw_module.h"
#include "ngx_http_llmgw_fetch.h"


#define NGX_HTTP_LLMGW_FETCH_TIMEOUT  10000
#define NGX_HTTP_LLMGW_FETCH_CONNECT  5000
#define NGX_HTTP_LLMGW_FETCH_MAX      65536


static u_char *ngx_http_llmgw_fetch_log_error(ngx_log_t *log, u_char *buf,
    size_t len);
static ngx_int_t ngx_http_llmgw_fetch_request(ngx_http_llmgw_fetch_t *f);
static void ngx_http_llmgw_fetch_resolve_handler(ngx_resolver_ctx_t *resolve);
static void ngx_http_llmgw_fetch_connect(ngx_http_llmgw_fetch_t *f);
static void ngx_http_llmgw_fetch_next(ngx_http_llmgw_fetch_t *f);
static void ngx_http_llmgw_fetch_connect_handler(ngx_event_t *ev);
static void ngx_http_llmgw_fetch_connected(ngx_http_llmgw_fetch_t *f);
#if (NGX_SSL)
static void ngx_http_llmgw_fetch_handshake(ngx_http_llmgw_fetch_t *f);
static void ngx_http_llmgw_fetch_handshake_handler(ngx_connection_t *c);
#endif
static void ngx_http_llmgw_fetch_exchange(ngx_http_llmgw_fetch_t *f);
static void ngx_http_llmgw_fetch_write_handler(ngx_event_t *wev);
static void ngx_http_llmgw_fetch_read_handler(ngx_event_t *rev);
static void ngx_http_llmgw_fetch_idle_handler(ngx_event_t *ev);
static void ngx_http_llmgw_fetch_timer_handler(ngx_event_t *ev);
static void ngx_http_llmgw_fetch_done_handler(ngx_event_t *ev);
static void ngx_http_llmgw_fetch_done(ngx_http_llmgw_fetch_t *f,
    const char *failed);
static void ngx_http_llmgw_fetch_close(ngx_http_llmgw_fetch_t *f);
static void ngx_http_llmgw_fetch_stop(ngx_http_llmgw_fetch_t *f);


ngx_http_llmgw_fetch_t *
ngx_http_llmgw_fetch_create(const ngx_http_llmgw_site_t *site)
{
    ngx_pool_t              *pool;
    ngx_http_llmgw_fetch_t  *f;

    pool = ngx_create_pool(16384, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    f = ngx_pcalloc(pool, sizeof(ngx_http_llmgw_fetch_t));
    if (f == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    f->site = site;
    f->pool = pool;

    f->path = site->path;
    f->timeout = NGX_HTTP_LLMGW_FETCH_TIMEOUT;
    f->connect_timeout = NGX_HTTP_LLMGW_FETCH_CONNECT;
    f->max = NGX_HTTP_LLMGW_FETCH_MAX;

    f->log = *ngx_cycle->log;
    f->log.handler = ngx_http_llmgw_fetch_log_error;
    f->log.data = f;
    f->log.action = NULL;

    pool->log = &f->log;

    f->timer.handler = ngx_http_llmgw_fetch_timer_handler;
    f->timer.data = f;
    f->timer.log = &f->log;
    f->timer.cancelable = 1;

    f->done.handler = ngx_http_llmgw_fetch_done_handler;
    f->done.data = f;
    f->done.log = &f->log;

    llmgw_arena_init(&f->arena, ngx_http_llmgw_alloc, pool, 2048, 0);

    return f;
}


static u_char *
ngx_http_llmgw_fetch_log_error(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char                  *p;
    ngx_http_llmgw_fetch_t  *f;

    p = buf;
    f = log->data;

    if (log->action) {
        p = ngx_snprintf(buf, len, " while %s", log->action);
        len -= p - buf;
        buf = p;
    }

    p = ngx_snprintf(buf, len, ", llmgw request to \"%V\"", &f->site->url);

    return p;
}


void
ngx_http_llmgw_fetch_start(ngx_http_llmgw_fetch_t *f)
{
    ngx_resolver_ctx_t           *resolve;
    const ngx_http_llmgw_site_t  *site;

    site = f->site;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, &f->log, 0,
                   "llmgw fetch \"%V\"", &site->url);

    llmgw_http_init(&f->answer, &f->arena, f->max,
                    f->method.len == 4
                    && ngx_strncmp(f->method.data, "HEAD", 4) == 0);

    if (ngx_http_llmgw_fetch_request(f) != NGX_OK) {
        ngx_http_llmgw_fetch_done(f, "no memory");
        return;
    }

    ngx_add_timer(&f->timer, f->timeout);

    f->addrs = site->addrs;
    f->naddrs = site->naddrs;

    if (!site->literal && site->resolver) {

        f->log.action = "resolving";

        resolve = ngx_resolve_start(site->resolver, NULL);

        if (resolve == NULL) {
            ngx_http_llmgw_fetch_done(f, "no memory");
            return;
        }

        if (resolve != NGX_NO_RESOLVER) {

            resolve->name = site->host;
            resolve->handler = ngx_http_llmgw_fetch_resolve_handler;
            resolve->data = f;
            resolve->timeout = site->resolver_timeout;
            resolve->cancelable = 1;

            f->resolve = resolve;

            if (ngx_resolve_name(resolve) != NGX_OK) {
                f->resolve = NULL;
                ngx_http_llmgw_fetch_done(f, "the host cannot be resolved");
            }

            return;
        }
    }

    ngx_http_llmgw_fetch_connect(f);
}


static ngx_int_t
ngx_http_llmgw_fetch_request(ngx_http_llmgw_fetch_t *f)
{
    size_t                        len;
    ngx_buf_t                    *b;
    const ngx_http_llmgw_site_t  *site;

    site = f->site;

    if (f->method.len == 0) {

        if (f->body.len) {
            ngx_str_set(&f->method, "POST");

        } else {
            ngx_str_set(&f->method, "GET");
        }
    }

    len = f->method.len + f->path.len + site->authority.len + f->headers.len
          + f->body.len + NGX_SIZE_T_LEN
          + sizeof("  HTTP/1.1" CRLF "Host: " CRLF "Connection: close" CRLF
                   "User-Agent: llmgw/" NGX_HTTP_LLMGW_VERSION CRLF
                   "Accept: application/json" CRLF
                   "Content-Length: " CRLF CRLF);

    b = ngx_create_temp_buf(f->pool, len);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->last = ngx_sprintf(b->last, "%V %V HTTP/1.1" CRLF "Host: %V" CRLF
                          "Connection: close" CRLF
                          "User-Agent: llmgw/" NGX_HTTP_LLMGW_VERSION CRLF
                          "Accept: application/json" CRLF "%V",
                          &f->method, &f->path, &site->authority,
                          &f->headers);

    if (f->body.len
        || (f->method.len == 4
            && ngx_strncmp(f->method.data, "POST", 4) == 0))
    {
        b->last = ngx_sprintf(b->last, "Content-Length: %uz" CRLF,
                              f->body.len);
    }

    *b->last++ = CR; *b->last++ = LF;

    if (f->body.len) {
        b->last = ngx_cpymem(b->last, f->body.data, f->body.len);
    }

    f->request = b;

    return NGX_OK;
}


static void
ngx_http_llmgw_fetch_resolve_handler(ngx_resolver_ctx_t *resolve)
{
    ngx_int_t                     rc;
    ngx_http_llmgw_fetch_t       *f;
    const ngx_http_llmgw_site_t  *site;

    f = resolve->data;
    site = f->site;

    f->resolve = NULL;

    if (resolve->state) {

        ngx_log_error(NGX_LOG_ERR, &f->log, 0,
                      "\"%V\" could not be resolved (%i: %s)",
                      &resolve->name, resolve->state,
                      ngx_resolver_strerror(resolve->state));

        ngx_resolve_name_done(resolve);

        /* what was known when nginx was started may still be right */

        if (site->naddrs) {
            ngx_http_llmgw_fetch_connect(f);
            return;
        }

        ngx_http_llmgw_fetch_done(f, "the host cannot be resolved");
        return;
    }

    rc = ngx_http_llmgw_peer_addrs(f->pool, site, resolve, &f->addrs,
                                   &f->naddrs);

    ngx_resolve_name_done(resolve);

    if (rc != NGX_OK) {
        ngx_http_llmgw_fetch_done(f, "no memory");
        return;
    }

    ngx_http_llmgw_fetch_connect(f);
}


static void
ngx_http_llmgw_fetch_connect(ngx_http_llmgw_fetch_t *f)
{
    ngx_int_t          rc;
    ngx_addr_t        *addr;
    ngx_connection_t  *c;

    f->log.action = "connecting";

    for ( /* void */ ; f->naddr < f->naddrs; f->naddr++) {

        addr = &f->addrs[f->naddr];

        ngx_memzero(&f->peer, sizeof(ngx_peer_connection_t));

        f->peer.sockaddr = addr->sockaddr;
        f->peer.socklen = addr->socklen;
        f->peer.name = &addr->name;
        f->peer.get = ngx_event_get_peer;
        f->peer.log = &f->log;
        f->peer.log_error = NGX_ERROR_ERR;

        rc = ngx_event_connect_peer(&f->peer);

        if (rc == NGX_ERROR || rc == NGX_BUSY || rc == NGX_DECLINED) {

            if (f->peer.connection) {
                ngx_http_llmgw_fetch_close(f);
            }

            continue;
        }

        c = f->peer.connection;

        c->data = f;
        c->pool = f->pool;
        c->log = &f->log;
        c->read->log = &f->log;
        c->write->log = &f->log;

        c->read->handler = ngx_http_llmgw_fetch_connect_handler;
        c->write->handler = ngx_http_llmgw_fetch_connect_handler;

        if (rc == NGX_OK) {
            ngx_http_llmgw_fetch_connected(f);
            return;
        }

        /* rc == NGX_AGAIN */

        c->write->cancelable = 1;
        ngx_add_timer(c->write, f->connect_timeout);

        return;
    }

    ngx_http_llmgw_fetch_done(f, f->naddrs ? "no connection"
                                           : "no address is known");
}


static void
ngx_http_llmgw_fetch_next(ngx_http_llmgw_fetch_t *f)
{
    ngx_http_llmgw_fetch_close(f);

    f->naddr++;

    ngx_http_llmgw_fetch_connect(f);
}


static void
ngx_http_llmgw_fetch_connect_handler(ngx_event_t *ev)
{
    ngx_connection_t        *c;
    ngx_http_llmgw_fetch_t  *f;

    c = ev->data;
    f = c->data;

    if (ev->timedout) {
        ngx_log_error(NGX_LOG_ERR, &f->log, NGX_ETIMEDOUT,
                      "connection to %V timed out", f->peer.name);
        ngx_http_llmgw_fetch_next(f);
        return;
    }

    if (ngx_http_llmgw_peer_test(c) != NGX_OK) {
        ngx_http_llmgw_fetch_next(f);
        return;
    }

    ngx_http_llmgw_fetch_connected(f);
}


static void
ngx_http_llmgw_fetch_connected(ngx_http_llmgw_fetch_t *f)
{
#if (NGX_SSL)

    if (f->site->ssl) {
        ngx_http_llmgw_fetch_handshake(f);
        return;
    }

#endif

    ngx_http_llmgw_fetch_exchange(f);
}


#if (NGX_SSL)

static void
ngx_http_llmgw_fetch_handshake(ngx_http_llmgw_fetch_t *f)
{
    ngx_int_t                     rc;
    ngx_connection_t             *c;
    const ngx_http_llmgw_site_t  *site;

    c = f->peer.connection;
    site = f->site;

    f->log.action = "SSL handshaking";

    if (ngx_ssl_create_connection(site->ssl, c, NGX_SSL_BUFFER|NGX_SSL_CLIENT)
        != NGX_OK)
    {
        ngx_http_llmgw_fetch_done(f, "no memory");
        return;
    }

#ifdef SSL_CTRL_SET_TLSEXT_HOSTNAME

    /* RFC 6066: no addresses in here; the host ends in a zero byte */

    if (!site->literal
        && SSL_set_tlsext_host_name(c->ssl->connection,
                                    (char *) site->host.data)
           == 0)
    {
        ngx_ssl_error(NGX_LOG_ERR, &f->log, 0,
                      "SSL_set_tlsext_host_name(\"%V\") failed", &site->host);
        ngx_http_llmgw_fetch_done(f, "SSL handshake failed");
        return;
    }

#endif

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {

        if (!c->write->timer_set) {
            c->write->cancelable = 1;
            ngx_add_timer(c->write, f->connect_timeout);
        }

        c->ssl->handler = ngx_http_llmgw_fetch_handshake_handler;

        return;
    }

    ngx_http_llmgw_fetch_handshake_handler(c);
}


static void
ngx_http_llmgw_fetch_handshake_handler(ngx_connection_t *c)
{
    ngx_http_llmgw_fetch_t  *f;

    f = c->data;

    if (!c->ssl->handshaked) {

        if (c->write->timedout) {
            ngx_log_error(NGX_LOG_ERR, &f->log, NGX_ETIMEDOUT,
                          "SSL handshake with %V timed out", f->peer.name);
        }

        ngx_http_llmgw_fetch_next(f);
        return;
    }

    if (ngx_http_llmgw_peer_verify(c, f->site) != NGX_OK) {
        ngx_http_llmgw_fetch_done(f, "the certificate is not trusted");
        return;
    }

    ngx_http_llmgw_fetch_exchange(f);
}


#endif


static void
ngx_http_llmgw_fetch_exchange(ngx_http_llmgw_fetch_t *f)
{
    ngx_connection_t  *c;

    c = f->peer.connection;

    f->log.action = "waiting for the answer";

    if (c->write->timer_set) {
        ngx_del_timer(c->write);
    }

    c->read->handler = ngx_http_llmgw_fetch_read_handler;
    c->write->handler = ngx_http_llmgw_fetch_write_handler;

    ngx_http_llmgw_fetch_write_handler(c->write);
}


static void
ngx_http_llmgw_fetch_write_handler(ngx_event_t *wev)
{
    ssize_t                  n;
    ngx_buf_t               *b;
    ngx_connection_t        *c;
    ngx_http_llmgw_fetch_t  *f;

    c = wev->data;
    f = c->data;
    b = f->request;

    while (b->pos < b->last) {

        n = c->send(c, b->pos, b->last - b->pos);

        if (n == NGX_ERROR) {
            ngx_http_llmgw_fetch_done(f, "the connection broke");
            return;
        }

        if (n <= 0) {

            /* NGX_AGAIN */

            if (ngx_handle_write_event(wev, 0) != NGX_OK) {
                ngx_http_llmgw_fetch_done(f, "no memory");
            }

            return;
        }

        b->pos += n;
    }

    wev->handler = ngx_http_llmgw_fetch_idle_handler;

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_http_llmgw_fetch_done(f, "no memory");
        return;
    }

    /* what came in while the handshake went on makes no event any more */

    ngx_http_llmgw_fetch_read_handler(c->read);
}


static void
ngx_http_llmgw_fetch_read_handler(ngx_event_t *rev)
{
    ssize_t                  n;
    llmgw_int_t              rc;
    ngx_connection_t        *c;
    ngx_http_llmgw_fetch_t  *f;
    u_char                   buf[4096];

    c = rev->data;
    f = c->data;

    for ( ;; ) {

        n = c->recv(c, buf, sizeof(buf));

        if (n == NGX_AGAIN) {

            if (ngx_handle_read_event(rev, 0) != NGX_OK) {
                ngx_http_llmgw_fetch_done(f, "no memory");
            }

            return;
        }

        if (n == NGX_ERROR) {
            ngx_http_llmgw_fetch_done(f, "the connection broke");
            return;
        }

        rc = n ? llmgw_http_feed(&f->answer, buf, n)
               : llmgw_http_end(&f->answer);

        if (rc == LLMGW_OK) {
            continue;
        }

        switch (rc) {

        case LLMGW_DONE:
            ngx_http_llmgw_fetch_done(f, NULL);
            return;

        case LLMGW_TOO_LARGE:
            f->too_large = 1;
            ngx_http_llmgw_fetch_done(f, "the answer is too large");
            return;

        case LLMGW_ERROR:
            ngx_http_llmgw_fetch_done(f, "no memory");
            return;

        default:
            ngx_http_llmgw_fetch_done(f, n ? "the answer is not HTTP"
                                           : "the answer is not complete");
            return;
        }
    }
}


static void
ngx_http_llmgw_fetch_idle_handler(ngx_event_t *ev)
{
    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, ev->log, 0, "llmgw fetch idle");
}


static void
ngx_http_llmgw_fetch_timer_handler(ngx_event_t *ev)
{
    ngx_http_llmgw_fetch_t  *f;

    f = ev->data;

    ngx_log_error(NGX_LOG_ERR, &f->log, NGX_ETIMEDOUT,
                  "llmgw: no answer in time");

    ngx_http_llmgw_fetch_done(f, "no answer in time");
}


/* what has begun inside of somebody's call ends outside of it */

static void
ngx_http_llmgw_fetch_done(ngx_http_llmgw_fetch_t *f, const char *failed)
{
    f->failed = failed;

    ngx_http_llmgw_fetch_stop(f);

    ngx_post_event(&f->done, &ngx_posted_events);
}


static void
ngx_http_llmgw_fetch_done_handler(ngx_event_t *ev)
{
    ngx_http_llmgw_fetch_t  *f;

    f = ev->data;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, &f->log, 0,
                   "llmgw fetch done: %s, status %ui",
                   f->failed ? f->failed : "ok",
                   (ngx_uint_t) f->answer.status);

    f->handler(f);

    ngx_destroy_pool(f->pool);
}


void
ngx_http_llmgw_fetch_cancel(ngx_http_llmgw_fetch_t *f)
{
    ngx_http_llmgw_fetch_stop(f);

    if (f->done.posted) {
        ngx_delete_posted_event(&f->done);
    }

    ngx_destroy_pool(f->pool);
}


static void
ngx_http_llmgw_fetch_close(ngx_http_llmgw_fetch_t *f)
{
    ngx_http_llmgw_peer_close(f->peer.connection);

    f->peer.connection = NULL;
}


static void
ngx_http_llmgw_fetch_stop(ngx_http_llmgw_fetch_t *f)
{
    if (f->timer.timer_set) {
        ngx_del_timer(&f->timer);
    }

    if (f->resolve) {
        ngx_resolve_name_done(f->resolve);
        f->resolve = NULL;
    }

    if (f->peer.connection) {
        ngx_http_llmgw_fetch_close(f);
    }
}
