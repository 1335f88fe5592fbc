
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tokens of an identity provider in place of keys, or beside them.
 */


#include "ngx_http_llmgw_admit.h"
#include "llmgw_digest.h"
#include "llmgw_jwks.h"


/* the largest file of keys, in bytes */
#define NGX_HTTP_LLMGW_JWKS_MAX  (256 * 1024)

#define NGX_HTTP_LLMGW_AUDIENCES  16


/* set once with the configuration */

struct ngx_http_llmgw_jwt_s {
    llmgw_jwks_t       *jwks;
    llmgw_jwt_rules_t   rules;
    llmgw_str_t         audiences[NGX_HTTP_LLMGW_AUDIENCES];
    llmgw_str_t         claim[LLMGW_KINDS];   /* that names one; or empty */
};


static ngx_int_t ngx_http_llmgw_jwt_read(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *text);
static char *ngx_http_llmgw_jwt_param(ngx_conf_t *cf,
    ngx_http_llmgw_jwt_t *jwt, ngx_str_t *s);
static void ngx_http_llmgw_jwt_free_keys(void *data);
static void ngx_http_llmgw_jwt_free_claims(void *data);
static json_t *ngx_http_llmgw_jwt_claims(ngx_http_request_t *r,
    ngx_http_llmgw_jwt_t *jwt, ngx_str_t *token);
static ngx_int_t ngx_http_llmgw_jwt_claim(ngx_http_request_t *r,
    llmgw_str_t name, llmgw_str_t value);
static ngx_int_t ngx_http_llmgw_jwt_refuse(ngx_http_llmgw_ctx_t *ctx);


char *
ngx_http_llmgw_jwt_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    char                  *rv;
    ngx_str_t             *value, text;
    ngx_uint_t             i;
    const char            *error;
    ngx_pool_cleanup_t    *cln;
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

    for (i = 2; i < cf->args->nelts; i++) {

        rv = ngx_http_llmgw_jwt_param(cf, jwt, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (ngx_http_llmgw_jwt_read(cf, &value[1], &text) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    jwt->jwks = llmgw_jwks_read(ngx_http_llmgw_str(text), &error);

    if (jwt->jwks == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is no set of keys (JWKS): %s", &value[1],
                           error);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_llmgw_jwt_free_keys;
    cln->data = jwt->jwks;

    lmcf->jwt = jwt;
    lmcf->jwt_claim = ngx_http_llmgw_jwt_claim;

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

    if (ngx_strncmp(s->data, "audience=", 9) != 0 || s->len == 9) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": it takes issuer=, "
                           "audience=, leeway=, user=, team= and "
                           "organization=", s);
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


/* those of a good token, for as long as the request lives; or NULL */

static json_t *
ngx_http_llmgw_jwt_claims(ngx_http_request_t *r, ngx_http_llmgw_jwt_t *jwt,
    ngx_str_t *token)
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

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    rc = llmgw_jwt_verify(jwt->jwks, &jwt->rules, ngx_http_llmgw_str(*token),
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

    claims = ngx_http_llmgw_jwt_claims(r, lmcf->jwt, &s);

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
    ngx_http_llmgw_jwt_t        *jwt;
    ngx_http_llmgw_identity_t   *id;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (ctx->identity) {
        return ngx_http_llmgw_identify(r, ctx, NULL, resume);
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);
    jwt = lmcf->jwt;

    claims = ngx_http_llmgw_jwt_claims(r, jwt, token);

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
