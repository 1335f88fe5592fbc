
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Where the gateway's own requests go to: what a URL says, and how the other
 * side is trusted.
 */


#include "ngx_http_llmgw_module.h"
#include "ngx_http_llmgw_fetch.h"


#define NGX_HTTP_LLMGW_SITE_RESOLVE  5000


static ngx_int_t ngx_http_llmgw_site_host(ngx_conf_t *cf, ngx_url_t *u,
    ngx_http_llmgw_site_t *site);
static ngx_int_t ngx_http_llmgw_site_addrs(ngx_conf_t *cf, ngx_url_t *u,
    ngx_http_llmgw_site_t *site);
#if (NGX_SSL)
static ngx_ssl_t *ngx_http_llmgw_site_ssl(ngx_conf_t *cf, ngx_str_t *ca);
#endif


ngx_int_t
ngx_http_llmgw_site(ngx_conf_t *cf, ngx_str_t *url, ngx_str_t *ca,
    ngx_http_llmgw_site_t *site)
{
    ngx_url_t   u;
    ngx_uint_t  ssl;

    if (ngx_http_llmgw_site_parse(cf, url, &u, &ssl) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(site, sizeof(ngx_http_llmgw_site_t));

    site->url = *url;

    return ngx_http_llmgw_site_peer(cf, &u, ssl, ca, site);
}


ngx_int_t
ngx_http_llmgw_site_parse(ngx_conf_t *cf, ngx_str_t *url, ngx_url_t *u,
    ngx_uint_t *ssl)
{
    u_char  *p, *last;
    size_t   add;

    if (url->len > 8
        && ngx_strncasecmp(url->data, (u_char *) "https://", 8) == 0)
    {
        *ssl = 1;
        add = 8;

    } else if (url->len > 7
               && ngx_strncasecmp(url->data, (u_char *) "http://", 7) == 0)
    {
        *ssl = 0;
        add = 7;

    } else {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "URL \"%V\" must begin with \"https://\" or "
                      "\"http://\"", url);
        return NGX_ERROR;
    }

    last = url->data + url->len;

    for (p = url->data + add; p < last; p++) {
        if (*p <= ' ' || *p >= 0x7f || *p == '#' || *p == '@' || *p == '"'
            || *p == '\\')
        {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "invalid character \"%c\" in URL \"%V\"", *p, url);
            return NGX_ERROR;
        }
    }

    ngx_memzero(u, sizeof(ngx_url_t));

    u->url.data = url->data + add;
    u->url.len = url->len - add;
    u->default_port = *ssl ? 443 : 80;
    u->uri_part = 1;
    u->no_resolve = 1;

    if (ngx_parse_url(cf->pool, u) != NGX_OK || u->family == AF_UNIX) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s in URL \"%V\"",
                      u->err ? u->err : "no host", url);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_site_peer(ngx_conf_t *cf, ngx_url_t *u, ngx_uint_t ssl,
    ngx_str_t *ca, ngx_http_llmgw_site_t *site)
{
    if (ngx_http_llmgw_site_host(cf, u, site) != NGX_OK
        || ngx_http_llmgw_site_addrs(cf, u, site) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ssl) {
        return NGX_OK;
    }

#if (NGX_SSL)

    site->ssl = ngx_http_llmgw_site_ssl(cf, ca);

    return site->ssl ? NGX_OK : NGX_ERROR;

#else

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "this nginx knows no TLS, which URL \"%V\" needs",
                  &site->url);
    return NGX_ERROR;

#endif
}


static ngx_int_t
ngx_http_llmgw_site_host(ngx_conf_t *cf, ngx_url_t *u,
    ngx_http_llmgw_site_t *site)
{
    u_char     *p;
    ngx_str_t   host;

    site->port = u->port;
    site->literal = (u->naddrs != 0);

    /* a name in a certificate has no brackets, and OpenSSL wants its end */

    host = u->host;

    if (host.len > 2 && host.data[0] == '[') {
        host.data++;
        host.len -= 2;
    }

    site->host.len = host.len;
    site->host.data = ngx_pnalloc(cf->pool, host.len + 1);

    if (site->host.data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(site->host.data, host.data, host.len + 1);

    site->authority = u->host;

    if (!u->no_port && u->port != u->default_port) {

        p = ngx_pnalloc(cf->pool, u->host.len + sizeof(":65535"));
        if (p == NULL) {
            return NGX_ERROR;
        }

        site->authority.data = p;
        site->authority.len = ngx_sprintf(p, "%V:%ui", &u->host,
                                          (ngx_uint_t) u->port)
                              - p;
    }

    if (u->uri.len == 0) {
        ngx_str_set(&site->path, "/");

    } else if (u->uri.data[0] == '/') {
        site->path = u->uri;

    } else {

        /* a query right behind the host */

        p = ngx_pnalloc(cf->pool, u->uri.len + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        site->path.data = p;
        site->path.len = u->uri.len + 1;

        *p++ = '/';
        ngx_memcpy(p, u->uri.data, u->uri.len);
    }

    return NGX_OK;
}


/*
 * A name that cannot be resolved now must not keep nginx from starting: with
 * a "resolver" it is asked for again anyway.
 */

static ngx_int_t
ngx_http_llmgw_site_addrs(ngx_conf_t *cf, ngx_url_t *u,
    ngx_http_llmgw_site_t *site)
{
    ngx_url_t                  r;
    ngx_http_core_loc_conf_t  *clcf;

    if (site->literal) {
        site->addrs = u->addrs;
        site->naddrs = u->naddrs;
        return NGX_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    site->resolver_timeout = NGX_HTTP_LLMGW_SITE_RESOLVE;

    if (clcf->resolver && clcf->resolver->connections.nelts) {

        site->resolver = clcf->resolver;

        if (clcf->resolver_timeout != NGX_CONF_UNSET_MSEC) {
            site->resolver_timeout = clcf->resolver_timeout;
        }
    }

    ngx_memzero(&r, sizeof(ngx_url_t));

    r.url = u->host;
    r.default_port = u->port;

    if (ngx_parse_url(cf->pool, &r) != NGX_OK) {

        if (site->resolver == NULL) {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "llmgw: %s \"%V\": requests to it will fail, write "
                          "a \"resolver\"", r.err ? r.err : "cannot resolve",
                          &u->host);
        }

        return NGX_OK;
    }

    site->addrs = r.addrs;
    site->naddrs = r.naddrs;

    return NGX_OK;
}


#if (NGX_SSL)

/* one context for each file: a bundle of authorities takes megabytes */

static ngx_ssl_t *
ngx_http_llmgw_site_ssl(ngx_conf_t *cf, ngx_str_t *ca)
{
    ngx_str_t                     file;
    ngx_ssl_t                    *ssl;
    ngx_uint_t                    i;
    ngx_pool_cleanup_t           *cln;
    ngx_http_llmgw_trust_t       *trust;
    ngx_http_llmgw_main_conf_t   *lmcf;

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);

    file = *ca;

    if (file.len == 0) {

        file.data = (u_char *) ngx_http_llmgw_ca_file();

        if (file.data == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "no certificates of authorities are found in this "
                          "system: install them (Debian: ca-certificates), "
                          "or write \"llmgw_trusted_certificate\"");
            return NULL;
        }

        file.len = ngx_strlen(file.data);
    }

    trust = lmcf->trusts.elts;

    for (i = 0; i < lmcf->trusts.nelts; i++) {

        if (trust[i].file.len == file.len
            && ngx_strncmp(trust[i].file.data, file.data, file.len) == 0)
        {
            return trust[i].ssl;
        }
    }

    ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);
    trust = ngx_array_push(&lmcf->trusts);

    if (ssl == NULL || cln == NULL || trust == NULL) {
        return NULL;
    }

    trust->file = file;
    trust->ssl = ssl;

    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL) != NGX_OK)
    {
        return NULL;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    if (ngx_ssl_trusted_certificate(cf, ssl, &file, 5) != NGX_OK) {
        return NULL;
    }

    return ssl;
}

#endif
