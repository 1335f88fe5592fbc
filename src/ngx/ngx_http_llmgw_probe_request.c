
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a check asks: as a client's request would be asked, with the same
 * credential.
 */


#include "ngx_http_llmgw_probe.h"
#include "llmgw_listing.h"


static llmgw_int_t ngx_http_llmgw_probe_ask(ngx_http_llmgw_probe_t *p,
    llmgw_call_t *call, llmgw_upstream_t *up, const char **reason);
static ngx_int_t ngx_http_llmgw_probe_headers(ngx_http_llmgw_fetch_t *f,
    llmgw_upstream_t *up);


ngx_http_llmgw_fetch_t *
ngx_http_llmgw_probe_request(ngx_http_llmgw_probe_t *p, const char **reason)
{
    ngx_str_t                  *token;
    llmgw_int_t                 rc;
    llmgw_str_t                 body;
    llmgw_call_t                call;
    llmgw_target_t              target;
    llmgw_upstream_t            up;
    llmgw_credential_t          cred;
    ngx_http_llmgw_fetch_t     *f;
    ngx_http_llmgw_loc_conf_t  *llcf;

    *reason = "no memory";

    llcf = p->llcf;
    cred = llcf->credential;

    if (llcf->token) {

        token = ngx_http_llmgw_token_current(llcf->token);

        if (token == NULL) {
            *reason = "no access token";
            return NULL;
        }

        cred.token = ngx_http_llmgw_str(*token);
    }

    f = ngx_http_llmgw_fetch_create(&p->site);
    if (f == NULL) {
        return NULL;
    }

    ngx_memzero(&call, sizeof(llmgw_call_t));
    ngx_memzero(&up, sizeof(llmgw_upstream_t));

    target = llcf->target;
    target.model = p->step->model;
    target.where = p->step->where;
    target.set[1] = p->step->params;

    call.arena = &f->arena;
    call.target = &target;

    llmgw_out_init(&up.body, &f->arena, 1024, 0, 0);

    rc = ngx_http_llmgw_probe_ask(p, &call, &up, reason);

    if (rc == LLMGW_OK) {
        rc = llmgw_authorize(llcf->provider, &cred,
                             ngx_http_llmgw_str(llcf->host), ngx_time(), &up,
                             &f->arena, &call.error);
        if (rc == LLMGW_INVALID) {
            *reason = "no credential";
        }
    }

    if (rc != LLMGW_OK || ngx_http_llmgw_probe_headers(f, &up) != NGX_OK) {
        goto failed;
    }

    body = llmgw_out_join(&up.body, &f->arena);

    if (body.data == NULL && up.body.size) {
        goto failed;
    }

    f->body.data = (u_char *) body.data;
    f->body.len = body.len;
    f->path.data = (u_char *) up.path.data;
    f->path.len = up.path.len;
    f->timeout = p->conf->timeout;
    f->connect_timeout = p->conf->timeout;

    return f;

failed:

    ngx_http_llmgw_fetch_cancel(f);

    return NULL;
}


static llmgw_int_t
ngx_http_llmgw_probe_ask(ngx_http_llmgw_probe_t *p, llmgw_call_t *call,
    llmgw_upstream_t *up, const char **reason)
{
    llmgw_int_t            rc;
    llmgw_str_t            body;
    llmgw_arena_t         *a;
    const llmgw_target_t  *target;

    switch (p->conf->kind) {

    case ngx_http_llmgw_probe_models:

        rc = llmgw_listing(p->llcf->provider, call, up);

        if (rc != LLMGW_OK) {
            return rc;
        }

        break;

    case ngx_http_llmgw_probe_uri:
        up->path = ngx_http_llmgw_str(p->conf->uri);
        break;

    default: /* ngx_http_llmgw_probe_ping */

        a = call->arena;
        target = call->target;

        llmgw_call_init(call, a,
                        llmgw_endpoint_find(llmgw_lit("/chat/completions"),
                                            &call->rest));
        call->now = ngx_time();

        body = llmgw_ping(p->llcf->provider, a, p->step->model);
        if (body.data == NULL) {
            return LLMGW_ERROR;
        }

        rc = llmgw_call_read(call, body, llmgw_lit("application/json"));

        if (rc == LLMGW_OK) {
            rc = llmgw_call_prepare(call, target, up);
        }

        if (rc != LLMGW_OK) {
            *reason = "the model takes no chats";
            return rc;
        }
    }

    return llmgw_out_close(&up->body);
}


static ngx_int_t
ngx_http_llmgw_probe_headers(ngx_http_llmgw_fetch_t *f, llmgw_upstream_t *up)
{
    u_char          *p;
    size_t           len, i;
    llmgw_header_t  *h;

    len = 0;

    for (h = up->headers; h; h = h->next) {

        for (i = 0; i < h->value.len; i++) {

            /* nothing but one line of text may come from here */

            if (h->value.data[i] < ' ' || h->value.data[i] == 0x7f) {
                return NGX_ERROR;
            }
        }

        len += h->name.len + h->value.len + sizeof(": " CRLF) - 1;
    }

    if (len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(f->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    f->headers.data = p;

    for (h = up->headers; h; h = h->next) {

        /* the client writes one of its own */

        if (llmgw_str_is(h->name, "accept")) {
            continue;
        }

        p = ngx_cpymem(p, h->name.data, h->name.len);
        *p++ = ':'; *p++ = ' ';
        p = ngx_cpymem(p, h->value.data, h->value.len);
        *p++ = CR; *p++ = LF;
    }

    f->headers.len = p - f->headers.data;

    return NGX_OK;
}
