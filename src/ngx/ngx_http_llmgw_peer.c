
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What all connections of the gateway's own have in common.
 */


#include "ngx_http_llmgw_module.h"
#include "ngx_http_llmgw_fetch.h"


ngx_int_t
ngx_http_llmgw_peer_addrs(ngx_pool_t *pool,
    const ngx_http_llmgw_site_t *site, ngx_resolver_ctx_t *resolve,
    ngx_addr_t **addrs, ngx_uint_t *naddrs)
{
    u_char           *p;
    socklen_t         socklen;
    ngx_addr_t       *addr;
    ngx_uint_t        i;
    struct sockaddr  *sockaddr;

    addr = ngx_pcalloc(pool, resolve->naddrs * sizeof(ngx_addr_t));
    if (addr == NULL) {
        return NGX_ERROR;
    }

    *addrs = addr;
    *naddrs = resolve->naddrs;

    for (i = 0; i < resolve->naddrs; i++) {

        socklen = resolve->addrs[i].socklen;

        sockaddr = ngx_palloc(pool, socklen);
        p = ngx_pnalloc(pool, NGX_SOCKADDR_STRLEN);

        if (sockaddr == NULL || p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(sockaddr, resolve->addrs[i].sockaddr, socklen);
        ngx_inet_set_port(sockaddr, site->port);

        addr[i].sockaddr = sockaddr;
        addr[i].socklen = socklen;
        addr[i].name.data = p;
        addr[i].name.len = ngx_sock_ntop(sockaddr, socklen, p,
                                         NGX_SOCKADDR_STRLEN, 1);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_peer_test(ngx_connection_t *c)
{
    int        err;
    socklen_t  len;

#if (NGX_HAVE_KQUEUE)

    if (ngx_event_flags & NGX_USE_KQUEUE_EVENT) {

        if (c->write->pending_eof || c->read->pending_eof) {

            err = c->write->pending_eof ? c->write->kq_errno
                                        : c->read->kq_errno;

            (void) ngx_connection_error(c, err,
                                    "kevent() reported that connect() failed");
            return NGX_ERROR;
        }

        return NGX_OK;
    }

#endif

    err = 0;
    len = sizeof(int);

    /* BSDs and Linux return 0 and set a pending error, Solaris returns -1 */

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    if (err) {
        (void) ngx_connection_error(c, err, "connect() failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


void
ngx_http_llmgw_peer_close(ngx_connection_t *c)
{
#if (NGX_SSL)

    if (c->ssl) {

        /* nothing more is read or said, so that this ends at once */

        c->ssl->no_wait_shutdown = 1;
        c->ssl->no_send_shutdown = 1;

        (void) ngx_ssl_shutdown(c);
    }

#endif

    ngx_close_connection(c);
}


#if (NGX_SSL)

ngx_int_t
ngx_http_llmgw_peer_verify(ngx_connection_t *c,
    const ngx_http_llmgw_site_t *site)
{
    int         rc;
    long        rv;
    X509       *cert;
    ngx_str_t   host;

    if (site->unverified) {
        return NGX_OK;
    }

    rv = SSL_get_verify_result(c->ssl->connection);

    if (rv != X509_V_OK) {
        ngx_log_error(NGX_LOG_ERR, c->log, 0,
                      "SSL certificate verify error: (%l:%s)", rv,
                      X509_verify_cert_error_string(rv));
        return NGX_ERROR;
    }

    host = site->host;

    if (!site->literal) {

        if (ngx_ssl_check_host(c, &host) == NGX_OK) {
            return NGX_OK;
        }

        goto failed;
    }

    cert = SSL_get_peer_certificate(c->ssl->connection);

    if (cert) {
        rc = X509_check_ip_asc(cert, (char *) host.data, 0);
        X509_free(cert);

        if (rc == 1) {
            return NGX_OK;
        }
    }

failed:

    ngx_log_error(NGX_LOG_ERR, c->log, 0,
                  "SSL certificate does not match \"%V\"", &host);

    return NGX_ERROR;
}

#endif
