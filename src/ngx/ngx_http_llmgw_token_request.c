
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * How each kind of account asks for its token, and what the answers say.
 */


#include "ngx_http_llmgw_token.h"
#include "llmgw_azure.h"
#include "llmgw_jwt.h"


#define NGX_HTTP_LLMGW_FORM                                                  \
    "Content-Type: application/x-www-form-urlencoded" CRLF


/* a clock that is ahead makes tokens that are not valid yet */
#define NGX_HTTP_LLMGW_JWT_SKEW  10

#define NGX_HTTP_LLMGW_JWT_LIFE  3600


static ngx_int_t ngx_http_llmgw_token_form(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_fetch_t *f);
static llmgw_int_t ngx_http_llmgw_token_assertion(ngx_http_llmgw_token_t *t,
    llmgw_arena_t *a, llmgw_str_t *jwt);
static ngx_int_t ngx_http_llmgw_token_managed(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_fetch_t *f);
static ngx_uint_t ngx_http_llmgw_token_tells(ngx_http_llmgw_token_t *t,
    llmgw_str_t text);


ngx_http_llmgw_fetch_t *
ngx_http_llmgw_token_request(ngx_http_llmgw_token_t *t)
{
    ngx_int_t                rc;
    ngx_http_llmgw_fetch_t  *f;

    f = ngx_http_llmgw_fetch_create(&t->site);
    if (f == NULL) {
        return NULL;
    }

    switch (t->kind) {

    case ngx_http_llmgw_token_google_metadata:
        ngx_str_set(&f->headers, "Metadata-Flavor: Google" CRLF);
        rc = NGX_OK;
        break;

    case ngx_http_llmgw_token_azure_managed:
        ngx_str_set(&f->headers, "Metadata: true" CRLF);
        rc = ngx_http_llmgw_token_managed(t, f);
        break;

    default:
        ngx_str_set(&f->headers, NGX_HTTP_LLMGW_FORM);
        rc = ngx_http_llmgw_token_form(t, f);
    }

    if (rc != NGX_OK) {
        ngx_http_llmgw_fetch_cancel(f);
        return NULL;
    }

    return f;
}


static ngx_int_t
ngx_http_llmgw_token_form(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_fetch_t *f)
{
    llmgw_out_t  out;
    llmgw_str_t  body, jwt;

    llmgw_out_init(&out, &f->arena, 4096, 0, 0);

    switch (t->kind) {

    case ngx_http_llmgw_token_google_account:

        if (ngx_http_llmgw_token_assertion(t, &f->arena, &jwt) != LLMGW_OK) {
            return NGX_ERROR;
        }

        llmgw_oauth_put(&out, llmgw_lit("grant_type"),
                        llmgw_lit("urn:ietf:params:oauth:grant-type:"
                                  "jwt-bearer"));
        llmgw_oauth_put(&out, llmgw_lit("assertion"), jwt);
        break;

    case ngx_http_llmgw_token_google_user:

        llmgw_oauth_put(&out, llmgw_lit("grant_type"),
                        llmgw_lit("refresh_token"));
        llmgw_oauth_put(&out, llmgw_lit("client_id"),
                        ngx_http_llmgw_str(t->client_id));
        llmgw_oauth_put(&out, llmgw_lit("client_secret"),
                        ngx_http_llmgw_str(t->secret));
        llmgw_oauth_put(&out, llmgw_lit("refresh_token"),
                        ngx_http_llmgw_str(t->key_id));
        break;

    default: /* ngx_http_llmgw_token_azure_client */

        body = llmgw_azure_token_form(&f->arena,
                                      ngx_http_llmgw_str(t->client_id),
                                      ngx_http_llmgw_str(t->secret),
                                      ngx_http_llmgw_str(t->scope));
        if (body.data == NULL) {
            return NGX_ERROR;
        }

        llmgw_put(&out, body);
    }

    if (llmgw_out_close(&out) != LLMGW_OK) {
        return NGX_ERROR;
    }

    body = llmgw_out_join(&out, &f->arena);
    if (body.data == NULL) {
        return NGX_ERROR;
    }

    f->body.data = (u_char *) body.data;
    f->body.len = body.len;

    return NGX_OK;
}


/* what a service account shows instead of a secret */

static llmgw_int_t
ngx_http_llmgw_token_assertion(ngx_http_llmgw_token_t *t, llmgw_arena_t *a,
    llmgw_str_t *jwt)
{
    int64_t      now;
    llmgw_out_t  header, claims;

    now = ngx_time() - NGX_HTTP_LLMGW_JWT_SKEW;

    llmgw_out_init(&header, a, 256, 0, 0);

    llmgw_puts(&header, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");

    if (t->key_id.len) {
        llmgw_puts(&header, ",\"kid\":\"");
        llmgw_put_escaped(&header, ngx_http_llmgw_str(t->key_id));
        llmgw_puts(&header, "\"");
    }

    llmgw_puts(&header, "}");

    llmgw_out_init(&claims, a, 1024, 0, 0);

    llmgw_puts(&claims, "{\"iss\":\"");
    llmgw_put_escaped(&claims, ngx_http_llmgw_str(t->client_id));
    llmgw_puts(&claims, "\",\"scope\":\"");
    llmgw_put_escaped(&claims, ngx_http_llmgw_str(t->scope));
    llmgw_puts(&claims, "\",\"aud\":\"");
    llmgw_put_escaped(&claims, ngx_http_llmgw_str(t->audience));
    llmgw_puts(&claims, "\",\"iat\":");
    llmgw_put_int(&claims, now);
    llmgw_puts(&claims, ",\"exp\":");
    llmgw_put_int(&claims, now + NGX_HTTP_LLMGW_JWT_LIFE);
    llmgw_puts(&claims, "}");

    if (llmgw_out_close(&header) != LLMGW_OK
        || llmgw_out_close(&claims) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_jwt_rs256(a, ngx_http_llmgw_str(t->secret),
                           llmgw_out_join(&header, a),
                           llmgw_out_join(&claims, a), jwt);
}


static ngx_int_t
ngx_http_llmgw_token_managed(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_fetch_t *f)
{
    llmgw_out_t  out;
    llmgw_str_t  query;

    llmgw_out_init(&out, &f->arena, 1024, 0, 0);

    llmgw_oauth_put(&out, llmgw_lit("api-version"), llmgw_lit("2018-02-01"));
    llmgw_oauth_put(&out, llmgw_lit("resource"), ngx_http_llmgw_str(t->scope));

    if (t->client_id.len) {
        llmgw_oauth_put(&out, llmgw_lit("client_id"),
                        ngx_http_llmgw_str(t->client_id));
    }

    if (llmgw_out_close(&out) != LLMGW_OK) {
        return NGX_ERROR;
    }

    query = llmgw_out_join(&out, &f->arena);
    if (query.data == NULL) {
        return NGX_ERROR;
    }

    f->path.len = t->site.path.len + 1 + query.len;
    f->path.data = ngx_pnalloc(f->pool, f->path.len);

    if (f->path.data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(f->path.data, "%V?%*s", &t->site.path, query.len,
                       query.data);

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_token_answer(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_fetch_t *f, llmgw_oauth_t *o, ngx_str_t *reason)
{
    u_char       *p, *last;
    llmgw_int_t   rc;

    p = reason->data;
    last = p + NGX_HTTP_LLMGW_TOKEN_REASON;

    if (f->failed) {
        p = ngx_slprintf(p, last, "%s", f->failed);
        goto failed;
    }

    /* anything else may answer where there is no metadata server */

    if (t->kind == ngx_http_llmgw_token_google_metadata
        && !llmgw_str_is(llmgw_http_header(&f->answer,
                                           llmgw_lit("metadata-flavor")),
                         "Google"))
    {
        p = ngx_slprintf(p, last, "not the metadata server");
        goto failed;
    }

    rc = llmgw_oauth_read(o, &f->arena, f->answer.status, f->answer.body);

    switch (rc) {

    case LLMGW_OK:
        return NGX_OK;

    case LLMGW_DECLINED:

        if (o->error.len == 0 || ngx_http_llmgw_token_tells(t, o->error)) {
            p = ngx_slprintf(p, last, "refused");
            break;
        }

        p = ngx_slprintf(p, last, "%*s", o->error.len, o->error.data);

        if (o->description.len
            && !ngx_http_llmgw_token_tells(t, o->description))
        {
            p = ngx_slprintf(p, last, ": %*s", o->description.len,
                             o->description.data);
        }

        break;

    default:
        p = ngx_slprintf(p, last, "the answer holds no token");
    }

failed:

    reason->len = p - reason->data;

    return NGX_DECLINED;
}


/*
 * An endpoint may repeat what it was sent, whole or cut: that goes nowhere.
 * "eyJ" is how the base64 of a JSON object begins.
 */

static ngx_uint_t
ngx_http_llmgw_token_tells(ngx_http_llmgw_token_t *t, llmgw_str_t text)
{
    llmgw_str_t  secret, refresh;

    secret = llmgw_str(t->secret.data, ngx_min(t->secret.len, 8));
    refresh = llmgw_str(t->key_id.data, ngx_min(t->key_id.len, 8));

    return llmgw_str_find(text, llmgw_lit("eyJ"))
           || (secret.len && llmgw_str_find(text, secret))
           || (t->kind == ngx_http_llmgw_token_google_user
               && llmgw_str_find(text, refresh));
}
