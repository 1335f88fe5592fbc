
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers in nginx's own cache.  What it keeps is what a provider has sent,
 * under a key that says all that the answer depends on; on the way to a client
 * it is read and translated as if it had just come.
 */


#include "ngx_http_llmgw_admit.h"
#include "llmgw_canon.h"


/* of keys: changes with what they are made of */
#define NGX_HTTP_LLMGW_CACHE_FORM  "llmgw cache 1"


static llmgw_int_t ngx_http_llmgw_cache_digest(ngx_http_llmgw_ctx_t *ctx,
    llmgw_arena_t *a, llmgw_sha256_t *c);


/* answers to other requests are not the same for ever */

static ngx_uint_t
ngx_http_llmgw_cacheable(ngx_http_llmgw_ctx_t *ctx)
{
    return ctx->request->method == NGX_HTTP_POST
           && ctx->call.endpoint && !ctx->call.endpoint->stored
           && !ctx->call.pinned;
}


static llmgw_int_t
ngx_http_llmgw_cache_add(llmgw_sha256_t *c, llmgw_str_t s)
{
    u_char  len[8];

    ngx_memzero(len, sizeof(len));
    ngx_memcpy(len, &s.len, sizeof(size_t));

    if (llmgw_sha256_update(c, llmgw_str(len, sizeof(len))) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return s.len ? llmgw_sha256_update(c, s) : LLMGW_OK;
}


/* whose answers these are: nobody else is to see them */

static llmgw_int_t
ngx_http_llmgw_cache_tenant(ngx_http_llmgw_ctx_t *ctx, llmgw_sha256_t *c)
{
    ngx_uint_t                  scope;
    llmgw_str_t                 kind, id;
    ngx_http_llmgw_identity_t  *who;

    scope = ctx->llcf->cache_scope;

    /* ids of what a provider stores are good for one tenant only */

    if (scope == NGX_HTTP_LLMGW_CACHE_SHARED && ctx->call.tagged) {
        scope = NGX_HTTP_LLMGW_CACHE_TENANT;
    }

    who = ctx->identity;

    if (scope == NGX_HTTP_LLMGW_CACHE_SHARED) {
        kind = llmgw_lit("shared");
        id = llmgw_null_str;

    } else if (who == NULL) {
        kind = llmgw_lit("anybody");
        id = llmgw_null_str;

    } else if (scope == NGX_HTTP_LLMGW_CACHE_TENANT
               && who->id[LLMGW_KIND_TEAM].len)
    {
        kind = llmgw_lit("team");
        id = who->id[LLMGW_KIND_TEAM];

    } else {
        kind = llmgw_lit("key");
        id = llmgw_str(who->digest, NGX_HTTP_LLMGW_DIGEST);
    }

    return (ngx_http_llmgw_cache_add(c, kind) == LLMGW_OK)
           ? ngx_http_llmgw_cache_add(c, id) : LLMGW_ERROR;
}


static llmgw_int_t
ngx_http_llmgw_cache_digest(ngx_http_llmgw_ctx_t *ctx, llmgw_arena_t *a,
    llmgw_sha256_t *c)
{
    llmgw_str_t      body;
    llmgw_header_t  *h;

    if (ngx_http_llmgw_cache_add(c, llmgw_lit(NGX_HTTP_LLMGW_CACHE_FORM))
        != LLMGW_OK
        || ngx_http_llmgw_cache_tenant(ctx, c) != LLMGW_OK
        || ngx_http_llmgw_cache_add(c, ctx->llcf->provider->name) != LLMGW_OK
        || ngx_http_llmgw_cache_add(c,
                                    ngx_http_llmgw_str(ctx->llcf->base_url))
           != LLMGW_OK
        || ngx_http_llmgw_cache_add(c, ctx->upstream.path) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    /* versions and betas; credentials and ids of requests make no answer */

    for (h = ctx->upstream.headers; h; h = h->next) {

        if (!llmgw_str_starts(h->name, "anthropic-")
            && !llmgw_str_starts(h->name, "openai-"))
        {
            continue;
        }

        if (ngx_http_llmgw_cache_add(c, h->name) != LLMGW_OK
            || ngx_http_llmgw_cache_add(c, h->value) != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }
    }

    body = llmgw_out_join(&ctx->upstream.body, a);

    return body.data ? llmgw_canon(c, a, body) : LLMGW_ERROR;
}


/*
 * $llmgw_cache_key, for "proxy_cache_key".  What must not be found again gets
 * a key that no other request has.
 */

ngx_int_t
ngx_http_llmgw_cache_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                *p, digest[LLMGW_SHA256_LEN];
    ngx_pool_t            *pool;
    llmgw_int_t            rc;
    llmgw_arena_t          arena;
    llmgw_sha256_t         c;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL || ctx->state != ngx_http_llmgw_sending) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, 2 * LLMGW_SHA256_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (llmgw_sha256_init(&c) != LLMGW_OK) {
        return NGX_ERROR;
    }

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, r->connection->log);

    if (pool == NULL) {
        llmgw_sha256_free(&c);
        return NGX_ERROR;
    }

    llmgw_arena_init(&arena, ngx_http_llmgw_alloc, pool, 8192, 0);

    rc = ngx_http_llmgw_cacheable(ctx)
         ? ngx_http_llmgw_cache_digest(ctx, &arena, &c)
         : ngx_http_llmgw_cache_add(&c, llmgw_str(ctx->call.random,
                                               sizeof(ctx->call.random)));

    if (rc == LLMGW_OK) {
        rc = llmgw_sha256_final(&c, digest);
    }

    llmgw_sha256_free(&c);
    ngx_destroy_pool(pool);

    if (rc != LLMGW_OK) {
        return NGX_ERROR;
    }

    (void) llmgw_hex(p, digest, LLMGW_SHA256_LEN);

    v->data = p;
    v->len = 2 * LLMGW_SHA256_LEN;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* $llmgw_cache_bypass and, with data set, $llmgw_cache_no_store */

ngx_int_t
ngx_http_llmgw_cache_control_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_uint_t             set;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    set = !ngx_http_llmgw_cacheable(ctx)
          || (data ? ctx->cache.no_store : ctx->cache.no_cache);

    v->data = (u_char *) "1";
    v->len = set ? 1 : 0;
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;

    return NGX_OK;
}


/*
 * The client's wishes, which go no further.  LLMGW_DECLINED: there are none;
 * LLMGW_OK: there were, and the body has to be read once more without them.
 */

llmgw_int_t
ngx_http_llmgw_cache_request(ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_int_t   rc;
    llmgw_str_t   param;
    llmgw_json_t  *j;

    j = &ctx->call.doc;
    ctx->cache.ttl = -1;

    if (j->n == 0 || llmgw_json_get(j, j->nodes, "cache") == NULL) {
        return LLMGW_DECLINED;
    }

    rc = llmgw_cache_control(&ctx->cache, &ctx->arena, ctx->body,
                             (size_t) (ctx->body_last - ctx->body), &param);

    if (rc == LLMGW_INVALID) {
        return llmgw_refuse(&ctx->call.error, llmgw_lit("invalid_value"),
                            param, llmgw_lit("a \"cache\" has \"no-cache\" and "
                                             "\"no-store\", true or false, and "
                                             "\"ttl\", seconds"));
    }

    return rc;
}


#if (NGX_HTTP_CACHE)

/* an answer begins: it is from the cache, or may be kept for so long */

void
ngx_http_llmgw_cache_reply(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    time_t                now, valid;
    ngx_http_upstream_t  *u;

    u = r->upstream;

    ctx->cached = (!ctx->llcf->mock && u && r->cached);

    if (ctx->llcf->mock || u == NULL || r->cached || !u->cacheable
        || r->cache == NULL || ctx->cache.ttl < 0)
    {
        return;
    }

    /* shorter than what the operator and the provider allow, never longer */

    now = ngx_time();
    valid = r->cache->valid_sec;

    if (valid == 0) {

        valid = ngx_http_file_cache_valid(u->conf->cache_valid,
                                          u->headers_in.status_n);
        if (valid == 0) {
            return;
        }

        valid += now;
    }

    if (valid - now > ctx->cache.ttl) {
        r->cache->valid_sec = now + ctx->cache.ttl;
    }
}


/*
 * An answer that turned out to be none, though its status was good: the cache
 * must not have it, or not keep it.
 */

void
ngx_http_llmgw_cache_failed(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

    if (ctx->llcf->mock || u == NULL || r->cache == NULL) {
        return;
    }

    if (r->cached) {

        r->cached = 0;
        ctx->cached = 0;

        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "llmgw: an answer in the cache is not valid, it is "
                      "removed");

    } else if (!u->cacheable) {
        return;

    } else {
        u->cacheable = 0;

        if (!r->cache->updated) {
            ngx_http_file_cache_free(r->cache,
                                     u->pipe ? u->pipe->temp_file : NULL);
            return;
        }

        /* nginx is done with the answer before its end is looked at */
    }

    if (ngx_delete_file(r->cache->file.name.data) == NGX_FILE_ERROR
        && ngx_errno != NGX_ENOENT)
    {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, ngx_errno,
                      ngx_delete_file_n " \"%V\" failed",
                      &r->cache->file.name);
    }
}


/* x-llmgw-cache, where there is a cache */

ngx_int_t
ngx_http_llmgw_cache_header(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_str_t            *status;
    ngx_http_upstream_t  *u;

    u = r->upstream;

    if (ctx->llcf->mock || u == NULL || u->cache_status == 0
        || u->cache_status > NGX_HTTP_CACHE_HIT)
    {
        return NGX_OK;
    }

    status = &ngx_http_cache_status[u->cache_status - 1];

    return ngx_http_llmgw_push_header(r, llmgw_lit("x-llmgw-cache"),
                                      ngx_http_llmgw_str(*status));
}

#else

void
ngx_http_llmgw_cache_reply(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    /* void */
}


void
ngx_http_llmgw_cache_failed(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    /* void */
}


ngx_int_t
ngx_http_llmgw_cache_header(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    return NGX_OK;
}

#endif
