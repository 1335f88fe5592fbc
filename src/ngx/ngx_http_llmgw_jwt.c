
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tokens of an identity provider in place of keys, or beside them.
 */


#include "ngx_http_llmgw_jwks.h"
#include "llmgw_digest.h"


#define NGX_HTTP_LLMGW_AUDIENCES  16


/* set once with the configuration; what is fetched belongs to the worker */

struct ngx_http_llmgw_jwt_s {
    llmgw_jwks_t       *jwks;         /* of a file */
    ngx_http_llmgw_jwks_t  *remote;   /* NULL: they are in a file */
    ngx_msec_t          refresh;
    ngx_msec_t          max_age;
    llmgw_jwt_rules_t   rules;
    llmgw_str_t         audiences[NGX_HTTP_LLMGW_AUDIENCES];
    llmgw_str_t         claim[LLMGW_KINDS];   /* that names one; or empty */
};


static char *ngx_http_llmgw_jwt_url(ngx_conf_t *cf,
    ngx_http_llmgw_jwt_t *jwt, ngx_str_t *url);
static char *ngx_http_llmgw_jwt_file(ngx_conf_t *cf,
    ngx_http_llmgw_jwt_t *jwt, ngx_str_t *name);
static ngx_int_t ngx_http_llmgw_jwt_read(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *text);
static char *ngx_http_llmgw_jwt_param(ngx_conf_t *cf,
    ngx_http_llmgw_jwt_t *jwt, ngx_str_t *s);
static void ngx_http_llmgw_jwt_free_keys(void *data);
static void ngx_http_llmgw_jwt_free_claims(void *data);
static const llmgw_jwks_t *ngx_http_llmgw_jwt_keys(ngx_http_llmgw_jwt_t *jwt);
static json_t *ngx_http_llmgw_jwt_claims(ngx_http_request_t *r,
    ngx_http_llmgw_jwt_t *jwt, const llmgw_jwks_t *keys, ngx_str_t *token);
static ngx_int_t ngx_http_llmgw_jwt_claim(ngx_http_request_t *r,
    llmgw_str_t name, llmgw_str_t value);
static ngx_int_t ngx_http_llmgw_jwt_refuse(ngx_http_llmgw_ctx_t *ctx);


char *
ngx_http_llmgw_jwt_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    char                  *rv;
    ngx_str_t             *value;
    ngx_uint_t             i;
    ngx_http_llmgw_jwt_t  *jwt;

    if (lmcf->jwt) {
        return "is duplicate";
    }

    value = cf->args->elts;

    jwt = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_jwt_t));
    if (jwt == NULL) {
        return NGX_CONF_ERROR;
    }

    jwt->claim[LLMGW_KIND_USER] = llmgw_lit("sub");
    jwt->rules.leeway = 60;
    jwt->rules.audiences = jwt->audiences;
    jwt->refresh = NGX_CONF_UNSET_MSEC;
    jwt->max_age = NGX_CONF_UNSET_MSEC;

    for (i = 2; i < cf->args->nelts; i++) {

        rv = ngx_http_llmgw_jwt_param(cf, jwt, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (ngx_strncasecmp(value[1].data, (u_char *) "https://", 8) == 0
        || ngx_strncasecmp(value[1].data, (u_char *) "http://", 7) == 0)
    {
        rv = ngx_http_llmgw_jwt_url(cf, jwt, &value[1]);

    } else {
        rv = ngx_http_llmgw_jwt_file(cf, jwt, &value[1]);
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    lmcf->jwt = jwt;
    lmcf->jwt_claim = ngx_http_llmgw_jwt_claim;

    return NGX_CONF_OK;
}


static char *
ngx_http_llmgw_jwt_url(ngx_conf_t *cf, ngx_http_llmgw_jwt_t *jwt,
    ngx_str_t *url)
{
    ngx_http_llmgw_jwks_t  *j;

    ngx_conf_init_msec_value(jwt->refresh, 3600000);
    ngx_conf_init_msec_value(jwt->max_age, 24 * 3600000);

    if (jwt->max_age < jwt->refresh) {
        return "has a \"max_age\" below its \"refresh\"";
    }

    j = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_jwks_t));
    if (j == NULL) {
        return NGX_CONF_ERROR;
    }

    j->url = *url;
    j->refresh = jwt->refresh;
    j->max_age = jwt->max_age;

    jwt->remote = j;

    return NGX_CONF_OK;
}


static char *
ngx_http_llmgw_jwt_file(ngx_conf_t *cf, ngx_http_llmgw_jwt_t *jwt,
    ngx_str_t *name)
{
    ngx_str_t            text;
    const char          *error;
    ngx_pool_cleanup_t  *cln;

    if (jwt->refresh != NGX_CONF_UNSET_MSEC
        || jwt->max_age != NGX_CONF_UNSET_MSEC)
    {
        return "takes \"refresh\" and \"max_age\" only with a URL";
    }

    if (ngx_http_llmgw_jwt_read(cf, name, &text) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    jwt->jwks = llmgw_jwks_read(ngx_http_llmgw_str(text), &error);

    if (jwt->jwks == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is no set of keys (JWKS): %s", name,
                           error);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_llmgw_jwt_free_keys;
    cln->data = jwt->jwks;

    return NGX_CONF_OK;
}


/* the whole of http {} is known: there may be a resolver */

ngx_int_t
ngx_http_llmgw_jwt_init(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    return (lmcf->jwt && lmcf->jwt->remote)
           ? ngx_http_llmgw_jwks_conf(cf, lmcf->jwt->remote) : NGX_OK;
}


void
ngx_http_llmgw_jwt_init_process(ngx_cycle_t *cycle,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    if (lmcf->jwt && lmcf->jwt->remote
        && (ngx_process == NGX_PROCESS_WORKER
            || ngx_process == NGX_PROCESS_SINGLE))
    {
        ngx_http_llmgw_jwks_init_process(lmcf->jwt->remote, lmcf, cycle->log);
    }
}


void
ngx_http_llmgw_jwt_exit_process(ngx_http_llmgw_main_conf_t *lmcf)
{
    if (lmcf->jwt && lmcf->jwt->remote) {
        ngx_http_llmgw_jwks_exit_process(lmcf->jwt->remote);
    }
}


static char *
ngx_http_llmgw_jwt_time(ngx_str_t *s, size_t len, ngx_msec_t *time)
{
    ngx_int_t  n;
    ngx_str_t  text;

    text.data = s->data + len;
    text.len = s->len - len;

    n = ngx_parse_time(&text, 0);

    if (n == NGX_ERROR || n < 1000) {
        return "has a time that is none, or less than 1s";
    }

    *time = n;

    return NGX_CONF_OK;
}


static char *
ngx_http_llmgw_jwt_param(ngx_conf_t *cf, ngx_http_llmgw_jwt_t *jwt,
    ngx_str_t *s)
{
    u_char        *p, *last, *comma;
    ngx_int_t      n;
    ngx_str_t      time;
    ngx_uint_t     i;
    llmgw_str_t    text;

    static const struct {
        llmgw_str_t    name;
        llmgw_kind_e   kind;
    } claims[] = {
        { llmgw_string("user="), LLMGW_KIND_USER },
        { llmgw_string("team="), LLMGW_KIND_TEAM },
        { llmgw_string("organization="), LLMGW_KIND_ORGANIZATION }
    };

    text = ngx_http_llmgw_str(*s);

    for (i = 0; i < llmgw_nelts(claims); i++) {

        if (text.len > claims[i].name.len
            && ngx_strncmp(text.data, claims[i].name.data,
                           claims[i].name.len)
               == 0)
        {
            jwt->claim[claims[i].kind] =
                                  llmgw_str(text.data + claims[i].name.len,
                                            text.len - claims[i].name.len);
            return NGX_CONF_OK;
        }
    }

    if (ngx_strncmp(s->data, "issuer=", 7) == 0 && s->len > 7) {
        jwt->rules.issuer = llmgw_str(s->data + 7, s->len - 7);
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(s->data, "leeway=", 7) == 0) {

        time.data = s->data + 7;
        time.len = s->len - 7;

        n = ngx_parse_time(&time, 1);

        if (n == NGX_ERROR || n > 3600) {
            return "has an invalid \"leeway\": it is at most 1h";
        }

        jwt->rules.leeway = n;

        return NGX_CONF_OK;
    }

    if (ngx_strncmp(s->data, "refresh=", 8) == 0) {
        return ngx_http_llmgw_jwt_time(s, 8, &jwt->refresh);
    }

    if (ngx_strncmp(s->data, "max_age=", 8) == 0) {
        return ngx_http_llmgw_jwt_time(s, 8, &jwt->max_age);
    }

    if (ngx_strncmp(s->data, "audience=", 9) != 0 || s->len == 9) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": it takes issuer=, "
                           "audience=, leeway=, user=, team=, organization=, "
                           "refresh= and max_age=", s);
        return NGX_CONF_ERROR;
    }

    last = s->data + s->len;

    for (p = s->data + 9; p < last; p = comma + 1) {

        comma = ngx_strlchr(p, last, ',');

        if (comma == NULL) {
            comma = last;
        }

        if (comma == p
            || jwt->rules.naudiences == NGX_HTTP_LLMGW_AUDIENCES)
        {
            return "has an empty \"audience\", or too many";
        }

        jwt->audiences[jwt->rules.naudiences++] = llmgw_str(p, comma - p);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_llmgw_jwt_read(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *text)
{
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_str_t         full;
    ngx_file_t        file;
    ngx_file_info_t   fi;

    full = *name;

    if (ngx_conf_full_name(cf->cycle, &full, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(full.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", &full);
        return NGX_ERROR;
    }

    n = NGX_ERROR;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR || !ngx_is_file(&fi)
        || ngx_file_size(&fi) > NGX_HTTP_LLMGW_JWKS_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not a file of at most %d bytes", &full,
                           NGX_HTTP_LLMGW_JWKS_MAX);
        goto done;
    }

    text->data = ngx_pnalloc(cf->pool, ngx_file_size(&fi) + 1);
    if (text->data == NULL) {
        goto done;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.fd = fd;
    file.name = full;
    file.log = cf->log;

    n = ngx_read_file(&file, text->data, ngx_file_size(&fi), 0);

    text->len = (n < 0) ? 0 : n;

done:

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", &full);
    }

    return (n < 0) ? NGX_ERROR : NGX_OK;
}


static void
ngx_http_llmgw_jwt_free_keys(void *data)
{
    llmgw_jwks_free(data);
}


static void
ngx_http_llmgw_jwt_free_claims(void *data)
{
    json_decref(data);
}


/* virtual keys have no dots */

ngx_uint_t
ngx_http_llmgw_jwt_like(ngx_http_llmgw_main_conf_t *lmcf, ngx_str_t *key)
{
    return lmcf->jwt && llmgw_jwt_like(ngx_http_llmgw_str(*key));
}


/* at this time; NULL: there are none */

static const llmgw_jwks_t *
ngx_http_llmgw_jwt_keys(ngx_http_llmgw_jwt_t *jwt)
{
    return jwt->remote ? ngx_http_llmgw_jwks_get(jwt->remote) : jwt->jwks;
}


/* those of a good token, for as long as the request lives; or NULL */

static json_t *
ngx_http_llmgw_jwt_claims(ngx_http_request_t *r, ngx_http_llmgw_jwt_t *jwt,
    const llmgw_jwks_t *keys, ngx_str_t *token)
{
    json_t              *claims;
    const char          *wrong;
    llmgw_int_t          rc;
    ngx_pool_cleanup_t  *cln;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_llmgw_jwt_free_claims) {
            return cln->data;
        }
    }

    if (keys == NULL) {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    rc = llmgw_jwt_verify(keys, &jwt->rules, ngx_http_llmgw_str(*token),
                          ngx_time(), &claims, &wrong);

    if (rc == LLMGW_INVALID) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "client sent a token that is not good: %s", wrong);
    }

    if (rc != LLMGW_OK) {
        return NULL;
    }

    cln->handler = ngx_http_llmgw_jwt_free_claims;
    cln->data = claims;

    return claims;
}


/*
 * Of a key that is bound to claims: the key comes in x-api-key, the token in
 * Authorization.
 */

static ngx_int_t
ngx_http_llmgw_jwt_claim(ngx_http_request_t *r, llmgw_str_t name,
    llmgw_str_t value)
{
    json_t                      *claims;
    ngx_str_t                    s;
    const llmgw_jwks_t          *keys;
    ngx_http_llmgw_jwt_t        *jwt;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (r->headers_in.authorization == NULL) {
        return NGX_DECLINED;
    }

    s = r->headers_in.authorization->value;

    if (s.len < 7 || ngx_strncasecmp(s.data, (u_char *) "bearer ", 7) != 0) {
        return NGX_DECLINED;
    }

    s.data += 7;
    s.len -= 7;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    jwt = lmcf->jwt;
    keys = ngx_http_llmgw_jwt_keys(jwt);

    claims = ngx_http_llmgw_jwt_claims(r, jwt, keys, &s);

    if (claims == NULL && jwt->remote
        && (keys == NULL || llmgw_jwks_lacks(keys, ngx_http_llmgw_str(s))))
    {
        ngx_http_llmgw_jwks_ask(jwt->remote);

        if (keys == NULL) {
            return NGX_BUSY;
        }
    }

    return claims && llmgw_jwt_has(claims, name, value) ? NGX_OK
                                                        : NGX_DECLINED;
}


static ngx_int_t
ngx_http_llmgw_jwt_refuse(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_llmgw_failures_take(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_str_set(&ctx->detail, "wrong_token");

    return ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                                llmgw_lit("invalid_api_key"),
                                llmgw_lit("the token is not valid"));
}


ngx_int_t
ngx_http_llmgw_jwt_away(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    ngx_str_set(&ctx->detail, "keys_unavailable");

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                llmgw_lit("keys_unavailable"),
                                llmgw_lit("the token cannot be checked at the "
                                          "moment"));

    ctx->error.retry_after = ngx_http_llmgw_jwks_retry(lmcf->jwt->remote);

    return NGX_HTTP_SERVICE_UNAVAILABLE;
}


/*
 * A token that says who it is: all that the configuration asks it for has to
 * be in it.  Then it is as with a key, as ngx_http_llmgw_identify() has it.
 */

ngx_int_t
ngx_http_llmgw_jwt_identify(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_str_t *token, ngx_http_llmgw_resume_pt resume)
{
    json_t                      *claims;
    ngx_uint_t                   i;
    llmgw_str_t                  s;
    const llmgw_jwks_t          *keys;
    ngx_http_llmgw_jwt_t        *jwt;
    ngx_http_llmgw_identity_t   *id;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (ctx->identity) {
        return ngx_http_llmgw_identify(r, ctx, NULL, resume);
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);
    jwt = lmcf->jwt;

    keys = ngx_http_llmgw_jwt_keys(jwt);

    claims = ngx_http_llmgw_jwt_claims(r, jwt, keys, token);

    if (claims == NULL && jwt->remote
        && (keys == NULL
            || llmgw_jwks_lacks(keys, ngx_http_llmgw_str(*token))))
    {
        /* the provider may have a new key since it was asked */

        if (ngx_http_llmgw_jwks_wait(r, ctx, jwt->remote, resume)
            == NGX_AGAIN)
        {
            return NGX_AGAIN;
        }

        if (keys == NULL) {
            return ngx_http_llmgw_jwt_away(ctx);
        }
    }

    if (claims == NULL) {
        return ngx_http_llmgw_jwt_refuse(ctx);
    }

    id = llmgw_calloc(&ctx->arena, sizeof(ngx_http_llmgw_identity_t));
    if (id == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < LLMGW_KINDS; i++) {

        if (jwt->claim[i].len == 0) {
            continue;
        }

        s = llmgw_jwt_text(claims, jwt->claim[i]);

        if (!llmgw_id_valid((llmgw_kind_e) i, s)) {
            ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                          "client sent a token without a good claim \"%*s\"",
                          jwt->claim[i].len, jwt->claim[i].data);
            return ngx_http_llmgw_jwt_refuse(ctx);
        }

        id->id[i] = llmgw_str_dup(&ctx->arena, s);

        if (id->id[i].data == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    /* whose are the things that providers store: no key has this digest */

    s = llmgw_fmt(&ctx->arena, "jwt %.*s",
                  llmgw_arg(id->id[LLMGW_KIND_USER]));

    if (s.data == NULL || llmgw_sha256(s, id->digest) != LLMGW_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->identity = id;

    return ngx_http_llmgw_identify(r, ctx, NULL, resume);
}
