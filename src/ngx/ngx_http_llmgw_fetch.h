
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A small HTTP/1.1 client for what the gateway itself asks for: one request
 * on a connection of its own, a short answer, nothing that blocks.
 */


#ifndef _NGX_HTTP_LLMGW_FETCH_H_INCLUDED_
#define _NGX_HTTP_LLMGW_FETCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>
#include <ngx_http.h>

#include "llmgw_http.h"


/* Where requests go to; made with the configuration, then read-only. */

typedef struct {
    ngx_str_t                   url;        /* for messages */
    ngx_str_t                   host;
    ngx_str_t                   authority;  /* of the Host header */
    ngx_str_t                   path;       /* with its query */
    in_port_t                   port;
    ngx_addr_t                 *addrs;      /* known when nginx was started */
    ngx_uint_t                  naddrs;
    ngx_resolver_t             *resolver;   /* asked first, if there is one */
    ngx_msec_t                  resolver_timeout;
#if (NGX_SSL)
    ngx_ssl_t                  *ssl;        /* NULL: plain HTTP */
#endif

    unsigned                    literal:1;  /* the host is an address */
    unsigned                    unverified:1; /* any certificate will do */
} ngx_http_llmgw_site_t;


/*
 * ca is a file of trusted certificates, or empty: the system's.  The resolver
 * is that of the location at hand, which must have been merged.
 */

ngx_int_t ngx_http_llmgw_site(ngx_conf_t *cf, ngx_str_t *url, ngx_str_t *ca,
    ngx_http_llmgw_site_t *site);

/* What it does first: where the URL leads, without being resolved. */

ngx_int_t ngx_http_llmgw_site_parse(ngx_conf_t *cf, ngx_str_t *url,
    ngx_url_t *u, ngx_uint_t *ssl);

/* The same of what was parsed, without being resolved. */

ngx_int_t ngx_http_llmgw_site_peer(ngx_conf_t *cf, ngx_url_t *u,
    ngx_uint_t ssl, ngx_str_t *ca, ngx_http_llmgw_site_t *site);


/* ngx_http_llmgw_peer.c: steps on the way to a connection */

ngx_int_t ngx_http_llmgw_peer_addrs(ngx_pool_t *pool,
    const ngx_http_llmgw_site_t *site, ngx_resolver_ctx_t *resolve,
    ngx_addr_t **addrs, ngx_uint_t *naddrs);
ngx_int_t ngx_http_llmgw_peer_test(ngx_connection_t *c);
#if (NGX_SSL)
ngx_int_t ngx_http_llmgw_peer_verify(ngx_connection_t *c,
    const ngx_http_llmgw_site_t *site);
#endif
void ngx_http_llmgw_peer_close(ngx_connection_t *c);


typedef struct ngx_http_llmgw_fetch_s  ngx_http_llmgw_fetch_t;

typedef void (*ngx_http_llmgw_fetch_pt)(ngx_http_llmgw_fetch_t *f);


struct ngx_http_llmgw_fetch_s {
    const ngx_http_llmgw_site_t  *site;
    ngx_pool_t                   *pool;
    llmgw_arena_t                 arena;    /* out of the pool */

    /*
     * The request, between _create() and _start(): all but the handler may be
     * left as it is.  Texts must live as long as the fetch.
     */
    ngx_str_t                     method;   /* GET; POST with a body */
    ngx_str_t                     path;     /* the site's */
    ngx_str_t                     headers;  /* "Name: value" CRLF … */
    ngx_str_t                     body;
    ngx_msec_t                    timeout;  /* of the whole */
    ngx_msec_t                    connect_timeout;  /* of an address */
    size_t                        max;      /* largest answer, bytes */
    ngx_http_llmgw_fetch_pt       handler;
    void                         *data;

    /* the answer; or why there is none */
    llmgw_http_t                  answer;
    const char                   *failed;
    ngx_uint_t                    too_large; /* that is why: status is known */

    /* own */
    ngx_log_t                     log;
    ngx_peer_connection_t         peer;
    ngx_resolver_ctx_t           *resolve;
    ngx_addr_t                   *addrs;
    ngx_uint_t                    naddrs;
    ngx_uint_t                    naddr;    /* of the address in use */
    ngx_buf_t                    *request;
    ngx_event_t                   timer;
    ngx_event_t                   done;
};


/* NULL: no memory */

ngx_http_llmgw_fetch_t *ngx_http_llmgw_fetch_create(
    const ngx_http_llmgw_site_t *site);

/*
 * The handler is called exactly once, never from in here, and everything is
 * freed when it returns.  A worker that shuts down does not wait for a fetch.
 */

void ngx_http_llmgw_fetch_start(ngx_http_llmgw_fetch_t *f);

/* Ends a fetch without a call of its handler. */

void ngx_http_llmgw_fetch_cancel(ngx_http_llmgw_fetch_t *f);


#endif /* _NGX_HTTP_LLMGW_FETCH_H_INCLUDED_ */
