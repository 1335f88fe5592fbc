
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The upstream of a base URL: made where the operator wrote none, with
 * connections that are kept.  A name that cannot be resolved when nginx starts
 * must not keep it from starting.
 */


#include "ngx_http_llmgw_module.h"


typedef struct {
    ngx_str_t                host;
    in_port_t                port;
    ngx_uint_t               no_port;
    ngx_addr_t              *addrs;
    ngx_uint_t               naddrs;

    /* of this worker */
    ngx_uint_t               current;
#if (NGX_HTTP_SSL)
    ngx_ssl_session_t      **sessions;
#endif
} ngx_http_llmgw_peers_t;


typedef struct {
    ngx_http_llmgw_peers_t  *peers;
    ngx_uint_t               next;
    ngx_uint_t               index;  /* of the address in use */
} ngx_http_llmgw_peer_t;


static ngx_uint_t ngx_http_llmgw_upstream_named(ngx_conf_t *cf,
    ngx_str_t *host, ngx_uint_t created);
static ngx_http_upstream_srv_conf_t *ngx_http_llmgw_upstream_create(
    ngx_conf_t *cf, ngx_str_t *name, ngx_http_conf_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_init_upstream(ngx_conf_t *cf,
    ngx_http_upstream_srv_conf_t *us);
static ngx_int_t ngx_http_llmgw_init_peer(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us);
static ngx_int_t ngx_http_llmgw_get_peer(ngx_peer_connection_t *pc,
    void *data);
static void ngx_http_llmgw_free_peer(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t state);
#if (NGX_HTTP_SSL)
static ngx_int_t ngx_http_llmgw_set_session(ngx_peer_connection_t *pc,
    void *data);
static void ngx_http_llmgw_save_session(ngx_peer_connection_t *pc,
    void *data);
#endif


static ngx_str_t  ngx_http_llmgw_keepalive[] = {
    ngx_string("keepalive 64"),
    ngx_string("keepalive_requests 10000"),
    ngx_string("keepalive_timeout 60s"),
    ngx_null_string
};


static ngx_uint_t
ngx_http_llmgw_upstream_named(ngx_conf_t *cf, ngx_str_t *host,
    ngx_uint_t created)
{
    ngx_uint_t                       i;
    ngx_http_upstream_srv_conf_t   **uscfp;
    ngx_http_upstream_main_conf_t   *umcf;

    umcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_upstream_module);
    uscfp = umcf->upstreams.elts;

    for (i = 0; i < umcf->upstreams.nelts; i++) {

        if (uscfp[i]->host.len == host->len
            && ngx_strncasecmp(uscfp[i]->host.data, host->data, host->len)
               == 0
            && (!created || (uscfp[i]->flags & NGX_HTTP_UPSTREAM_CREATE)))
        {
            return 1;
        }
    }

    return 0;
}


/* name: in which "proxy_pass" finds it */

ngx_int_t
ngx_http_llmgw_upstream_add(ngx_conf_t *cf, ngx_url_t *u, ngx_uint_t ssl,
    ngx_str_t *name)
{
    u_char                         *p;
    ngx_str_t                      *line;
    ngx_conf_t                      save;
    ngx_http_conf_ctx_t            *ctx;
    ngx_http_llmgw_peers_t         *peers;
    ngx_http_upstream_server_t     *server;
    ngx_http_upstream_srv_conf_t   *uscf;
    ngx_http_upstream_main_conf_t  *umcf;
    if (u->no_port && ngx_http_llmgw_upstream_named(cf, &u->host, 1)) {

        /* the operator's own, which stands before this location */

        *name = u->host;
        return NGX_OK;
    }

    p = ngx_pnalloc(cf->pool, sizeof("llmgw--65535-") + u->host.len
                              + NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    name->data = p;
    name->len = ngx_sprintf(p, "llmgw-%V-%ui", &u->host, (ngx_uint_t) u->port)
                - p;

    if (ssl) {

        /* a kept connection was verified as one location wants it: no other
           location may use it */

        umcf = ngx_http_conf_get_module_main_conf(cf,
                                                  ngx_http_upstream_module);

        name->len = ngx_sprintf(p + name->len, "-%ui", umcf->upstreams.nelts)
                    - p;
    }

    /* an IPv6 address is no name */

    for ( /* void */ ; p < name->data + name->len; p++) {
        if (*p == ':' || *p == '[' || *p == ']') {
            *p = '-';
        }
    }

    if (ngx_http_llmgw_upstream_named(cf, name, 0)) {
        return NGX_OK;
    }

    ctx = ngx_pcalloc(cf->pool, sizeof(ngx_http_conf_ctx_t));
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    uscf = ngx_http_llmgw_upstream_create(cf, name, ctx);
    if (uscf == NULL) {
        return NGX_ERROR;
    }

    peers = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_peers_t));
    if (peers == NULL) {
        return NGX_ERROR;
    }

    peers->host = u->host;
    peers->port = u->port;
    peers->no_port = u->no_port;

    server = ngx_array_push(uscf->servers);
    if (server == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(server, sizeof(ngx_http_upstream_server_t));
    server->name = u->host;

    uscf->peer.init_upstream = ngx_http_llmgw_init_upstream;
    uscf->peer.data = peers;

    save = *cf;
    cf->ctx = ctx;
    cf->cmd_type = NGX_HTTP_UPS_CONF;

    for (line = ngx_http_llmgw_keepalive; line->len; line++) {
        if (ngx_http_llmgw_line(cf, NGX_HTTP_LLMGW_LINE_OPTIONAL, line->data,
                                line->len)
            != NGX_OK)
        {
            *cf = save;
            return NGX_ERROR;
        }
    }

    *cf = save;

    return NGX_OK;
}


/* what the "upstream" directive does for its block */

static ngx_http_upstream_srv_conf_t *
ngx_http_llmgw_upstream_create(ngx_conf_t *cf, ngx_str_t *name,
    ngx_http_conf_ctx_t *ctx)
{
    void                          *conf;
    ngx_url_t                      u;
    ngx_uint_t                     m;
    ngx_http_module_t             *module;
    ngx_http_conf_ctx_t           *http;
    ngx_http_upstream_srv_conf_t  *uscf;

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.host = *name;
    u.no_resolve = 1;
    u.no_port = 1;

    uscf = ngx_http_upstream_add(cf, &u, NGX_HTTP_UPSTREAM_CREATE
                                         |NGX_HTTP_UPSTREAM_MAX_CONNS
                                         |NGX_HTTP_UPSTREAM_MAX_FAILS
                                         |NGX_HTTP_UPSTREAM_FAIL_TIMEOUT);
    if (uscf == NULL) {
        return NULL;
    }

    http = cf->ctx;

    ctx->main_conf = http->main_conf;
    ctx->srv_conf = ngx_pcalloc(cf->pool, sizeof(void *) * ngx_http_max_module);
    ctx->loc_conf = ngx_pcalloc(cf->pool, sizeof(void *) * ngx_http_max_module);

    if (ctx->srv_conf == NULL || ctx->loc_conf == NULL) {
        return NULL;
    }

    ctx->srv_conf[ngx_http_upstream_module.ctx_index] = uscf;
    uscf->srv_conf = ctx->srv_conf;

    for (m = 0; cf->cycle->modules[m]; m++) {

        if (cf->cycle->modules[m]->type != NGX_HTTP_MODULE) {
            continue;
        }

        module = cf->cycle->modules[m]->ctx;

        if (module->create_srv_conf) {

            conf = module->create_srv_conf(cf);
            if (conf == NULL) {
                return NULL;
            }

            ctx->srv_conf[cf->cycle->modules[m]->ctx_index] = conf;
        }

        if (module->create_loc_conf) {

            conf = module->create_loc_conf(cf);
            if (conf == NULL) {
                return NULL;
            }

            ctx->loc_conf[cf->cycle->modules[m]->ctx_index] = conf;
        }
    }

    uscf->servers = ngx_array_create(cf->pool, 1,
                                     sizeof(ngx_http_upstream_server_t));

    return uscf->servers ? uscf : NULL;
}


static ngx_int_t
ngx_http_llmgw_init_upstream(ngx_conf_t *cf,
    ngx_http_upstream_srv_conf_t *us)
{
    ngx_url_t                u;
    ngx_http_llmgw_peers_t  *peers;

    peers = us->peer.data;

    if (peers->no_port && ngx_http_llmgw_upstream_named(cf, &peers->host, 1)) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "upstream \"%V\" is named by \"llmgw_base_url\" before "
                      "it is defined: put it in front of the server",
                      &peers->host);
        return NGX_ERROR;
    }

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = peers->host;
    u.default_port = peers->port;

    us->peer.init = ngx_http_llmgw_init_peer;

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {

        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "llmgw: %s \"%V\": requests to it will fail",
                      u.err ? u.err : "cannot resolve", &peers->host);

        return NGX_OK;
    }

    peers->addrs = u.addrs;
    peers->naddrs = u.naddrs;

#if (NGX_HTTP_SSL)

    peers->sessions = ngx_pcalloc(cf->pool,
                                  u.naddrs * sizeof(ngx_ssl_session_t *));
    if (peers->sessions == NULL) {
        return NGX_ERROR;
    }

#endif

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_init_peer(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us)
{
    ngx_http_llmgw_peer_t   *peer;
    ngx_http_llmgw_peers_t  *peers;

    peers = us->peer.data;

    if (peers->naddrs == 0) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "llmgw: no address of \"%V\" is known", &peers->host);
    }

    peer = ngx_palloc(r->pool, sizeof(ngx_http_llmgw_peer_t));
    if (peer == NULL) {
        return NGX_ERROR;
    }

    peer->peers = peers;
    peer->next = peers->current++;
    peer->index = 0;

    r->upstream->peer.data = peer;
    r->upstream->peer.get = ngx_http_llmgw_get_peer;
    r->upstream->peer.free = ngx_http_llmgw_free_peer;
    r->upstream->peer.tries = peers->naddrs ? peers->naddrs : 1;

#if (NGX_HTTP_SSL)

    r->upstream->peer.set_session = ngx_http_llmgw_set_session;
    r->upstream->peer.save_session = ngx_http_llmgw_save_session;

#endif

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_get_peer(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_llmgw_peer_t *peer = data;

    ngx_addr_t  *addr;

    if (peer->peers->naddrs == 0) {
        pc->name = &peer->peers->host;
        return NGX_BUSY;
    }

    peer->index = peer->next++ % peer->peers->naddrs;
    addr = &peer->peers->addrs[peer->index];

    pc->cached = 0;
    pc->connection = NULL;
    pc->sockaddr = addr->sockaddr;
    pc->socklen = addr->socklen;
    pc->name = &addr->name;

    return NGX_OK;
}


static void
ngx_http_llmgw_free_peer(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t state)
{
    if (pc->tries) {
        pc->tries--;
    }
}


#if (NGX_HTTP_SSL)

static ngx_int_t
ngx_http_llmgw_set_session(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_llmgw_peer_t *peer = data;

    return ngx_ssl_set_session(pc->connection,
                               peer->peers->sessions[peer->index]);
}


static void
ngx_http_llmgw_save_session(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_llmgw_peer_t *peer = data;

    ngx_ssl_session_t  *session, *old;

    session = ngx_ssl_get_session(pc->connection);

    if (session == NULL) {
        return;
    }

    old = peer->peers->sessions[peer->index];
    peer->peers->sessions[peer->index] = session;

    if (old) {
        ngx_ssl_free_session(old);
    }
}

#endif
