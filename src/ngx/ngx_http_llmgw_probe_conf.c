
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * llmgw_health_check, and which checks follow from it.
 */


#include "ngx_http_llmgw_probe.h"
#include "llmgw_listing.h"


#define NGX_HTTP_LLMGW_PROBE_INTERVAL  30000
#define NGX_HTTP_LLMGW_PROBE_TIMEOUT   5000
#define NGX_HTTP_LLMGW_PROBE_LONGEST   (24 * 3600 * 1000)


static ngx_int_t ngx_http_llmgw_probe_param(ngx_conf_t *cf,
    ngx_http_llmgw_probe_conf_t *conf, ngx_str_t *value);
static ngx_int_t ngx_http_llmgw_probe_path(ngx_conf_t *cf,
    ngx_http_llmgw_probe_conf_t *conf, ngx_str_t *value);
static ngx_int_t ngx_http_llmgw_probe_add(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_step_t *step);
static ngx_http_llmgw_probe_t *ngx_http_llmgw_probe_find(
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_step_t *step);
static ngx_http_core_loc_conf_t *ngx_http_llmgw_probe_location(
    ngx_http_llmgw_main_conf_t *lmcf, ngx_str_t *name);
static ngx_int_t ngx_http_llmgw_probe_check(ngx_conf_t *cf,
    ngx_http_llmgw_probe_t *p);
static ngx_int_t ngx_http_llmgw_probe_site(ngx_conf_t *cf,
    ngx_http_llmgw_probe_t *p, ngx_http_core_loc_conf_t *clcf);
static ngx_int_t ngx_http_llmgw_probe_servers(ngx_conf_t *cf, ngx_url_t *u,
    ngx_http_llmgw_probe_t *p);
#if (NGX_HTTP_SSL)
static void ngx_http_llmgw_probe_ssl(ngx_conf_t *cf,
    ngx_http_llmgw_probe_t *p, ngx_http_core_loc_conf_t *clcf);
#endif
static ngx_http_llmgw_probe_sh_t *ngx_http_llmgw_probe_place(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh, ngx_str_t *name);


/* llmgw_health_check off | on | PARAMETER ... */

char *
ngx_http_llmgw_health_check(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    ngx_str_t                    *value;
    ngx_uint_t                    i;
    ngx_http_llmgw_probe_conf_t  *pcf;

    if (llcf->probe != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        llcf->probe = NULL;
        return NGX_CONF_OK;
    }

    pcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_probe_conf_t));
    if (pcf == NULL) {
        return NGX_CONF_ERROR;
    }

    pcf->interval = NGX_HTTP_LLMGW_PROBE_INTERVAL;
    pcf->timeout = NGX_HTTP_LLMGW_PROBE_TIMEOUT;
    pcf->jitter = NGX_CONF_UNSET_MSEC;
    pcf->passes = 1;
    pcf->fails = 2;
    pcf->file_name = cf->conf_file->file.name.data;
    pcf->line = cf->conf_file->line;

    llcf->probe = pcf;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "on") == 0) {
        value[1].len = 0;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len
            && ngx_http_llmgw_probe_param(cf, pcf, &value[i]) != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (pcf->jitter == NGX_CONF_UNSET_MSEC) {
        pcf->jitter = pcf->interval / 10;
    }

    if (pcf->jitter > pcf->interval) {
        return "has a \"jitter\" that is longer than its \"interval\"";
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_llmgw_probe_param(ngx_conf_t *cf, ngx_http_llmgw_probe_conf_t *conf,
    ngx_str_t *value)
{
    size_t      len;
    ngx_int_t   n;
    ngx_str_t   s;
    ngx_uint_t  i;

    static struct {
        char      *name;
        size_t     offset;
        ngx_int_t  min;
        ngx_int_t  max;
        unsigned   time;
    } params[] = {
        { "interval=", offsetof(ngx_http_llmgw_probe_conf_t, interval),
          100, NGX_HTTP_LLMGW_PROBE_LONGEST, 1 },
        { "timeout=", offsetof(ngx_http_llmgw_probe_conf_t, timeout),
          1, 3600 * 1000, 1 },
        { "jitter=", offsetof(ngx_http_llmgw_probe_conf_t, jitter),
          0, NGX_HTTP_LLMGW_PROBE_LONGEST, 1 },
        { "passes=", offsetof(ngx_http_llmgw_probe_conf_t, passes),
          1, 1000, 0 },
        { "fails=", offsetof(ngx_http_llmgw_probe_conf_t, fails),
          1, 1000, 0 }
    };

    if (ngx_strcmp(value->data, "ping") == 0
        && conf->kind == ngx_http_llmgw_probe_models)
    {
        conf->kind = ngx_http_llmgw_probe_ping;
        return NGX_OK;
    }

    if (ngx_strncmp(value->data, "uri=", 4) == 0
        && conf->kind == ngx_http_llmgw_probe_models)
    {
        return ngx_http_llmgw_probe_path(cf, conf, value);
    }

    for (i = 0; i < llmgw_nelts(params); i++) {

        len = ngx_strlen(params[i].name);

        if (value->len < len
            || ngx_strncmp(value->data, params[i].name, len) != 0)
        {
            continue;
        }

        s.data = value->data + len;
        s.len = value->len - len;

        n = params[i].time ? ngx_parse_time(&s, 0) : ngx_atoi(s.data, s.len);

        if (n == NGX_ERROR || n < params[i].min || n > params[i].max) {
            break;
        }

        *(ngx_uint_t *) ((u_char *) conf + params[i].offset) = n;

        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\": \"llmgw_health_check\" "
                       "takes \"off\", \"on\", interval=TIME (100ms or more), "
                       "timeout=TIME, jitter=TIME, passes=NUMBER, "
                       "fails=NUMBER, and \"ping\" or uri=/PATH", value);

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_llmgw_probe_path(ngx_conf_t *cf, ngx_http_llmgw_probe_conf_t *conf,
    ngx_str_t *value)
{
    u_char  *p, *last;

    conf->kind = ngx_http_llmgw_probe_uri;
    conf->uri.data = value->data + 4;
    conf->uri.len = value->len - 4;

    last = conf->uri.data + conf->uri.len;

    for (p = conf->uri.data; p < last; p++) {
        if (*p <= ' ' || *p >= 0x7f || *p == '#') {
            break;
        }
    }

    if (conf->uri.len == 0 || conf->uri.data[0] != '/' || p != last) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid path in \"%V\": it begins with \"/\", and "
                           "is written as it is sent", value);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* behind the configuration, with all models and locations */

ngx_int_t
ngx_http_llmgw_probes_init(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_uint_t                i, j;
    ngx_http_llmgw_step_t    *step;
    ngx_http_llmgw_model_t  **models;

    models = lmcf->models.elts;

    for (i = 0; i < lmcf->models.nelts; i++) {

        step = models[i]->steps.elts;

        for (j = 0; j < models[i]->steps.nelts; j++) {

            if (step[j].owner == models[i]
                && ngx_http_llmgw_probe_add(cf, lmcf, &step[j]) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_probe_add(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_step_t *step)
{
    ngx_http_llmgw_step_t     **target;
    ngx_http_llmgw_probe_t     *p, **probe;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_llmgw_loc_conf_t  *llcf;

    p = ngx_http_llmgw_probe_find(lmcf, step);

    if (p) {
        goto found;
    }

    clcf = ngx_http_llmgw_probe_location(lmcf, &step->location);

    if (clcf == NULL) {
        return NGX_OK;
    }

    llcf = clcf->loc_conf[ngx_http_llmgw_module.ctx_index];

    if (llcf->probe == NULL || llcf->provider == NULL || llcf->mock) {
        return NGX_OK;
    }

    p = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_probe_t));
    if (p == NULL) {
        return NGX_ERROR;
    }

    p->llcf = llcf;
    p->conf = llcf->probe;
    p->step = step;
    p->name = step->location;

    if (p->conf->kind == ngx_http_llmgw_probe_ping) {

        p->name.data = ngx_pnalloc(cf->pool, step->location.len + 1
                                             + step->model.len);
        if (p->name.data == NULL) {
            return NGX_ERROR;
        }

        p->name.len = ngx_sprintf(p->name.data, "%V %*s", &step->location,
                                  step->model.len, step->model.data)
                      - p->name.data;
    }

    if (ngx_array_init(&p->steps, cf->pool, 2, sizeof(void *)) != NGX_OK
        || ngx_http_llmgw_probe_check(cf, p) != NGX_OK
        || ngx_http_llmgw_probe_site(cf, p, clcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    probe = ngx_array_push(&lmcf->probes);
    if (probe == NULL) {
        return NGX_ERROR;
    }

    *probe = p;

found:

    target = ngx_array_push(&p->steps);
    if (target == NULL) {
        return NGX_ERROR;
    }

    *target = step;

    return NGX_OK;
}


/* an account is asked once, for whatever number of models */

static ngx_http_llmgw_probe_t *
ngx_http_llmgw_probe_find(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_step_t *step)
{
    ngx_uint_t                i;
    ngx_http_llmgw_probe_t  **p;

    p = lmcf->probes.elts;

    for (i = 0; i < lmcf->probes.nelts; i++) {

        if (p[i]->step->location.len == step->location.len
            && ngx_strncmp(p[i]->step->location.data, step->location.data,
                           step->location.len)
               == 0
            && (p[i]->conf->kind != ngx_http_llmgw_probe_ping
                || llmgw_str_eq(p[i]->step->model, step->model)))
        {
            return p[i];
        }
    }

    return NULL;
}


/* of the first server that has it */

static ngx_http_core_loc_conf_t *
ngx_http_llmgw_probe_location(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_str_t *name)
{
    ngx_uint_t                  i;
    ngx_http_core_loc_conf_t  **clcfp;
    ngx_http_core_srv_conf_t  **cscfp;

    cscfp = lmcf->servers.elts;

    for (i = 0; i < lmcf->servers.nelts; i++) {

        for (clcfp = cscfp[i]->named_locations; clcfp && *clcfp; clcfp++) {

            if (name->len == (*clcfp)->name.len
                && ngx_strncmp(name->data, (*clcfp)->name.data, name->len)
                   == 0)
            {
                return *clcfp;
            }
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_llmgw_probe_check(ngx_conf_t *cf, ngx_http_llmgw_probe_t *p)
{
    llmgw_int_t                 rc;
    llmgw_call_t                call;
    llmgw_arena_t               arena;
    llmgw_upstream_t            up;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);

    if (lmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_health_check\" in %s:%ui needs \"llmgw_zone\": "
                      "the workers share what they find",
                      p->conf->file_name, p->conf->line);
        return NGX_ERROR;
    }

    if (p->conf->kind == ngx_http_llmgw_probe_ping
        && memchr(p->step->model.data, '*', p->step->model.len))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_health_check\" in %s:%ui cannot ping \"%*s\", "
                      "which is no model", p->conf->file_name, p->conf->line,
                      p->step->model.len, p->step->model.data);
        return NGX_ERROR;
    }

    if (p->conf->kind != ngx_http_llmgw_probe_models) {
        return NGX_OK;
    }

    ngx_memzero(&call, sizeof(llmgw_call_t));
    ngx_memzero(&up, sizeof(llmgw_upstream_t));

    llmgw_arena_init(&arena, ngx_http_llmgw_alloc, cf->temp_pool, 256, 0);

    call.arena = &arena;
    call.target = &p->llcf->target;

    rc = llmgw_listing(p->llcf->provider, &call, &up);

    if (rc == LLMGW_DECLINED) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_health_check\" in %s:%ui: \"llmgw_provider "
                      "%*s\" of location \"%V\" has no list of models to ask "
                      "for: write \"llmgw_health_check off\" into the "
                      "location, or one with \"ping\" or \"uri=\"",
                      p->conf->file_name, p->conf->line,
                      p->llcf->provider->name.len,
                      p->llcf->provider->name.data, &p->step->location);
    }

    return (rc == LLMGW_OK) ? NGX_OK : NGX_ERROR;
}


/* the address that requests go to, and how they trust it */

static ngx_int_t
ngx_http_llmgw_probe_site(ngx_conf_t *cf, ngx_http_llmgw_probe_t *p,
    ngx_http_core_loc_conf_t *clcf)
{
    ngx_int_t             rc;
    ngx_url_t             u;
    ngx_uint_t            ssl, known;
    ngx_http_conf_ctx_t   ctx, *save;

    if (ngx_http_llmgw_site_parse(cf, &p->llcf->base_url, &u, &ssl)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    known = u.naddrs;

    if (ngx_http_llmgw_probe_servers(cf, &u, p) != NGX_OK) {
        return NGX_ERROR;
    }

    known = (known != u.naddrs);

    p->site.url = p->llcf->base_url;

    /* the resolver is the location's */

    save = cf->ctx;
    ctx = *save;
    ctx.loc_conf = clcf->loc_conf;
    cf->ctx = &ctx;

#if (NGX_HTTP_SSL)

    /* nginx 1.26 has one without content for proxies to plain HTTP */

    if (ssl) {
        ngx_http_llmgw_probe_ssl(cf, p, clcf);
    }

    rc = ngx_http_llmgw_site_peer(cf, &u, ssl && p->site.ssl == NULL,
                                  &p->llcf->trusted_certificate, &p->site);
#else
    rc = ngx_http_llmgw_site_peer(cf, &u, ssl, &p->llcf->trusted_certificate,
                                  &p->site);
#endif

    cf->ctx = save;

    p->site.authority = p->llcf->host;

    if (known) {

        /* the name of an upstream is what certificates have to have */

        p->site.literal = 0;
    }

    return rc;
}


/* those of an upstream block of the operator's */

static ngx_int_t
ngx_http_llmgw_probe_servers(ngx_conf_t *cf, ngx_url_t *u,
    ngx_http_llmgw_probe_t *p)
{
    ngx_uint_t                       i, j, n;
    ngx_http_upstream_server_t      *server;
    ngx_http_upstream_srv_conf_t   **uscfp, *uscf;
    ngx_http_upstream_main_conf_t   *umcf;

    umcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_upstream_module);
    uscfp = umcf->upstreams.elts;
    uscf = NULL;

    for (i = 0; u->no_port && i < umcf->upstreams.nelts; i++) {

        if ((uscfp[i]->flags & NGX_HTTP_UPSTREAM_CREATE)
            && uscfp[i]->host.len == u->host.len
            && ngx_strncasecmp(uscfp[i]->host.data, u->host.data,
                               u->host.len)
               == 0)
        {
            uscf = uscfp[i];
            break;
        }
    }

    if (uscf == NULL) {
        return NGX_OK;
    }

    n = 0;
    server = uscf->servers ? uscf->servers->elts : NULL;

    for (i = 0; server && i < uscf->servers->nelts; i++) {
        n += server[i].down ? 0 : server[i].naddrs;
    }

    if (n == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_health_check\" in %s:%ui: no address of "
                      "upstream \"%V\" is known: write \"llmgw_health_check "
                      "off\" into location \"%V\"", p->conf->file_name,
                      p->conf->line, &u->host, &p->step->location);
        return NGX_ERROR;
    }

    u->addrs = ngx_pcalloc(cf->pool, n * sizeof(ngx_addr_t));
    if (u->addrs == NULL) {
        return NGX_ERROR;
    }

    u->naddrs = 0;

    for (i = 0; i < uscf->servers->nelts; i++) {
        for (j = 0; !server[i].down && j < server[i].naddrs; j++) {
            u->addrs[u->naddrs++] = server[i].addrs[j];
        }
    }

    return NGX_OK;
}


#if (NGX_HTTP_SSL)

/*
 * What the proxy trusts, and shows of itself.  Its configuration begins with
 * that of an upstream in all versions of nginx; the rest of it is its own.
 */

static void
ngx_http_llmgw_probe_ssl(ngx_conf_t *cf, ngx_http_llmgw_probe_t *p,
    ngx_http_core_loc_conf_t *clcf)
{
    ngx_uint_t                 i;
    ngx_module_t             **modules;
    ngx_http_upstream_conf_t  *ucf;

    modules = cf->cycle->modules;

    for (i = 0; modules[i]; i++) {

        if (modules[i]->type != NGX_HTTP_MODULE
            || ngx_strcmp(modules[i]->name, "ngx_http_proxy_module") != 0)
        {
            continue;
        }

        ucf = clcf->loc_conf[modules[i]->ctx_index];

        if (ucf->ssl && ucf->ssl->ctx) {
            p->site.ssl = ucf->ssl;
            p->site.unverified = !ucf->ssl_verify;
        }

        return;
    }
}

#endif


ngx_int_t
ngx_http_llmgw_probes_zone(ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_uint_t                i;
    ngx_http_llmgw_probe_t  **p;

    p = lmcf->probes.elts;

    for (i = 0; i < lmcf->probes.nelts; i++) {

        p[i]->shpool = shpool;
        p[i]->sh = ngx_http_llmgw_probe_place(shpool, sh, &p[i]->name);

        if (p[i]->sh == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_http_llmgw_probe_sh_t *
ngx_http_llmgw_probe_place(ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh,
    ngx_str_t *name)
{
    ngx_queue_t                *q;
    ngx_http_llmgw_probe_sh_t  *ps;

    ngx_shmtx_lock(&shpool->mutex);

    for (q = ngx_queue_head(&sh->probes);
         q != ngx_queue_sentinel(&sh->probes);
         q = ngx_queue_next(q))
    {
        ps = ngx_queue_data(q, ngx_http_llmgw_probe_sh_t, queue);

        if (ps->len == name->len
            && ngx_memcmp(ps->name, name->data, name->len) == 0)
        {
            goto done;
        }
    }

    ps = ngx_slab_calloc_locked(shpool,
                      offsetof(ngx_http_llmgw_probe_sh_t, name) + name->len);

    if (ps) {
        ps->len = name->len;
        ngx_memcpy(ps->name, name->data, name->len);
        ngx_queue_insert_tail(&sh->probes, &ps->queue);
    }

done:

    ngx_shmtx_unlock(&shpool->mutex);

    return ps;
}
