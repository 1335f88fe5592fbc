
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Secrets in the configuration, static virtual keys, and the credential that
 * a client sends.
 */


#include "ngx_http_llmgw_module.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>


#define NGX_HTTP_LLMGW_KEY_MIN     20

/* the largest secret file, in bytes */
#define NGX_HTTP_LLMGW_SECRET_MAX  16384


static ngx_int_t ngx_http_llmgw_digest(ngx_str_t *s, u_char *digest);
static ngx_int_t ngx_http_llmgw_hex_digest(ngx_str_t *hex, u_char *digest);
static ngx_int_t ngx_http_llmgw_key_models(ngx_conf_t *cf,
    ngx_str_t *models, ngx_str_t *policy);


/* keys that stand in every tutorial */

static ngx_str_t  ngx_http_llmgw_known_keys[] = {
    ngx_string("sk-1234"),
    ngx_string("sk-12345678"),
    ngx_string("sk-1234567890"),
    ngx_string("sk-1234567890abcdef"),
    ngx_string("sk-master-key"),
    ngx_string("my-secret-master-key"),
    ngx_string("changeme"),
    ngx_string("changemechangeme"),
    ngx_null_string
};


/* a literal, env:NAME or file:PATH */

ngx_int_t
ngx_http_llmgw_secret(ngx_conf_t *cf, ngx_str_t *value, ngx_str_t *secret)
{
    char       *env;
    u_char     *p;
    ngx_str_t   s;

    s = *value;

    if (s.len > 4 && ngx_strncmp(s.data, "env:", 4) == 0) {

        /* values of the configuration end in a zero byte */

        env = getenv((char *) s.data + 4);

        if (env == NULL || *env == '\0') {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "environment variable \"%s\" is not set: set "
                               "it for the nginx master process, or write "
                               "file:PATH", s.data + 4);
            return NGX_ERROR;
        }

        s.len = ngx_strlen(env);
        s.data = ngx_pnalloc(cf->pool, s.len + 1);

        if (s.data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(s.data, env, s.len + 1);

    } else if (s.len > 5 && ngx_strncmp(s.data, "file:", 5) == 0) {

        s.data += 5;
        s.len -= 5;

        if (ngx_http_llmgw_secret_file(cf, &s, secret) != NGX_OK) {
            return NGX_ERROR;
        }

        s = *secret;
    }

    /* goes into a header: printable ASCII and nothing else */

    for (p = s.data; p < s.data + s.len; p++) {
        if (*p <= ' ' || *p >= 0x7f) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the secret holds a blank or a character that "
                               "a header cannot carry, at position %uz",
                               (size_t) (p - s.data));
            return NGX_ERROR;
        }
    }

    if (s.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "the secret is empty");
        return NGX_ERROR;
    }

    *secret = s;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_secret_file(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *secret)
{
    u_char           *p;
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_str_t         name;
    ngx_file_t        file;
    ngx_file_info_t   fi;

    name = *path;

    if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(name.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot read the secret file \"%V\"", &name);
        return NGX_ERROR;
    }

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", &name);
        goto failed;
    }

    if (!ngx_is_file(&fi) || ngx_file_size(&fi) > NGX_HTTP_LLMGW_SECRET_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret file \"%V\" is not a file of at most "
                           "%d bytes", &name, NGX_HTTP_LLMGW_SECRET_MAX);
        goto failed;
    }

    if (fi.st_mode & S_IROTH) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "everybody can read the secret file \"%V\": "
                           "chmod 600 it", &name);
    }

    p = ngx_pnalloc(cf->pool, NGX_HTTP_LLMGW_SECRET_MAX + 1);
    if (p == NULL) {
        goto failed;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.fd = fd;
    file.name = name;
    file.log = cf->log;

    n = ngx_read_file(&file, p, NGX_HTTP_LLMGW_SECRET_MAX, 0);

    if (n == NGX_ERROR) {
        goto failed;
    }

    while (n && (p[n - 1] == LF || p[n - 1] == CR || p[n - 1] == ' ')) {
        n--;
    }

    p[n] = '\0';

    secret->len = n;
    secret->data = p;

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", &name);
    }

    return NGX_OK;

failed:

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", &name);
    }

    return NGX_ERROR;
}


char *
ngx_http_llmgw_secret_slot(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *field, *value;

    field = (ngx_str_t *) ((char *) conf + cmd->offset);

    if (field->data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    return (ngx_http_llmgw_secret(cf, &value[1], field) == NGX_OK)
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_llmgw_digest(ngx_str_t *s, u_char *digest)
{
    unsigned  n;

    if (EVP_Digest(s->data, s->len, digest, &n, EVP_sha256(), NULL) != 1) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_hex_digest(ngx_str_t *hex, u_char *digest)
{
    ngx_int_t   n;
    ngx_uint_t  i;

    if (hex->len != 2 * NGX_HTTP_LLMGW_DIGEST) {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_HTTP_LLMGW_DIGEST; i++) {

        n = ngx_hextoi(hex->data + 2 * i, 2);
        if (n == NGX_ERROR) {
            return NGX_ERROR;
        }

        digest[i] = (u_char) n;
    }

    return NGX_OK;
}


/* {"models":["a","b"], in front of what else the policy says */

static ngx_int_t
ngx_http_llmgw_key_models(ngx_conf_t *cf, ngx_str_t *models,
    ngx_str_t *policy)
{
    u_char      *p, *q, *last;
    ngx_str_t    json;

    json.data = ngx_pnalloc(cf->pool, sizeof("{\"models\":[],}")
                                      + 4 * models->len + policy->len);
    if (json.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(json.data, "{\"models\":[", sizeof("{\"models\":[") - 1);

    last = models->data + models->len;

    for (q = models->data; q < last; q++) {

        if (*q == ',') {
            continue;
        }

        if (p[-1] != '[') {
            *p++ = ',';
        }

        *p++ = '"';

        while (q < last && *q != ',') {

            if (*q == '"' || *q == '\\') {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "invalid character in models=%V", models);
                return NGX_ERROR;
            }

            *p++ = *q++;
        }

        *p++ = '"';
    }

    *p++ = ']';

    if (policy->len > 1 && policy->data[0] == '{') {

        for (q = policy->data + 1; *q == ' '; q++) { /* void */ }

        if (*q != '}') {
            *p++ = ',';
        }

        p = ngx_cpymem(p, q, policy->data + policy->len - q);

    } else {
        *p++ = '}';
    }

    json.len = p - json.data;

    *policy = json;

    return NGX_OK;
}


char *
ngx_http_llmgw_key_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_str_t             *value, secret, models, policy;
    ngx_uint_t             i;
    ngx_http_llmgw_key_t  *key;

    value = cf->args->elts;

    ngx_str_null(&models);
    ngx_str_null(&policy);

    key = ngx_array_push(&lmcf->keys);
    if (key == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(key, sizeof(ngx_http_llmgw_key_t));

    key->file_name = cf->conf_file->file.name.data;
    key->line = cf->conf_file->line;

    if (value[1].len > 7 && ngx_strncmp(value[1].data, "sha256:", 7) == 0) {

        secret.data = value[1].data + 7;
        secret.len = value[1].len - 7;

        if (ngx_http_llmgw_hex_digest(&secret, key->digest) != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"sha256:\" must be followed by 64 hex "
                               "digits");
            return NGX_CONF_ERROR;
        }

    } else {

        if (ngx_http_llmgw_secret(cf, &value[1], &secret) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        if (secret.len < NGX_HTTP_LLMGW_KEY_MIN) {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "a key of less than %d characters can be "
                               "guessed", NGX_HTTP_LLMGW_KEY_MIN);
        }

        if (ngx_http_llmgw_digest(&secret, key->digest) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "name=", 5) == 0
            && value[i].len > 5)
        {
            key->name.data = value[i].data + 5;
            key->name.len = value[i].len - 5;
            continue;
        }

        if (ngx_strncmp(value[i].data, "models=", 7) == 0
            && value[i].len > 7)
        {
            models.data = value[i].data + 7;
            models.len = value[i].len - 7;
            continue;
        }

        if (ngx_strncmp(value[i].data, "policy=", 7) == 0
            && value[i].len > 7)
        {
            policy.data = value[i].data + 7;
            policy.len = value[i].len - 7;
            key->limited = 1;
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": a key takes name=NAME, "
                           "models=NAME,NAME and policy=JSON", &value[i]);
        return NGX_CONF_ERROR;
    }

    if (models.len
        && ngx_http_llmgw_key_models(cf, &models, &policy) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (policy.len) {
        key->policy = ngx_http_llmgw_conf_policy(cf, LLMGW_KIND_KEY, &policy);

        if (key->policy == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_llmgw_master_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_str_t             *value, *known, secret;
    ngx_http_llmgw_key_t  *key;

    if (lmcf->master_key) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_llmgw_secret(cf, &value[1], &secret) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    for (known = ngx_http_llmgw_known_keys; known->len; known++) {
        if (secret.len == known->len
            && ngx_strncmp(secret.data, known->data, secret.len) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the master key is a well-known example: make "
                               "one with \"openssl rand -hex 24\"");
            return NGX_CONF_ERROR;
        }
    }

    if (secret.len < NGX_HTTP_LLMGW_SECRET_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the master key must have at least %d characters: "
                           "make one with \"openssl rand -hex 24\"",
                           NGX_HTTP_LLMGW_SECRET_MIN);
        return NGX_CONF_ERROR;
    }

    key = ngx_array_push(&lmcf->keys);
    if (key == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(key, sizeof(ngx_http_llmgw_key_t));
    ngx_str_set(&key->name, "master");

    key->file_name = cf->conf_file->file.name.data;
    key->line = cf->conf_file->line;
    key->master = 1;

    if (ngx_http_llmgw_digest(&secret, key->digest) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (!lmcf->secret
        && ngx_http_llmgw_tag_key(lmcf, key->digest) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    lmcf->master_key = 1;

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_http_llmgw_slot(const u_char *digest)
{
    uint32_t  n;

    ngx_memcpy(&n, digest, sizeof(uint32_t));

    return n;
}


static void
ngx_http_llmgw_free_digest(void *data)
{
    EVP_MD_CTX_free(data);
}


ngx_int_t
ngx_http_llmgw_keys_init(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_uint_t             i, n, size;
    ngx_http_llmgw_key_t  *key, *old;
    ngx_pool_cleanup_t    *cln;

    /* looking the algorithm up takes longer than a digest: it is done once */

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    lmcf->digest = EVP_MD_CTX_new();
    if (lmcf->digest == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_llmgw_free_digest;
    cln->data = lmcf->digest;

    if (EVP_DigestInit_ex(lmcf->digest, EVP_sha256(), NULL) != 1) {
        return NGX_ERROR;
    }

    for (size = 8; size < 2 * lmcf->keys.nelts; size *= 2) { /* void */ }

    lmcf->key_slots = ngx_pcalloc(cf->pool, size * sizeof(uint32_t));
    if (lmcf->key_slots == NULL) {
        return NGX_ERROR;
    }

    lmcf->key_mask = size - 1;

    key = lmcf->keys.elts;

    for (i = 0; i < lmcf->keys.nelts; i++) {

        (void) ngx_hex_dump(key[i].hex, key[i].digest, NGX_HTTP_LLMGW_DIGEST);

        n = ngx_http_llmgw_slot(key[i].digest) & lmcf->key_mask;

        while (lmcf->key_slots[n]) {

            if (ngx_memcmp(key[lmcf->key_slots[n] - 1].digest, key[i].digest,
                           NGX_HTTP_LLMGW_DIGEST)
                == 0)
            {
                old = &key[lmcf->key_slots[n] - 1];

                ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                              "keys \"%V\" in %s:%ui and \"%V\" in %s:%ui "
                              "are the same secret: take one out",
                              &old->name, old->file_name, old->line,
                              &key[i].name, key[i].file_name, key[i].line);
                return NGX_ERROR;
            }

            n = (n + 1) & lmcf->key_mask;
        }

        lmcf->key_slots[n] = i + 1;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_key_digest(ngx_http_llmgw_main_conf_t *lmcf, ngx_str_t *key,
    u_char *digest)
{
    if (EVP_DigestInit_ex(lmcf->digest, NULL, NULL) != 1
        || EVP_DigestUpdate(lmcf->digest, key->data, key->len) != 1
        || EVP_DigestFinal_ex(lmcf->digest, digest, NULL) != 1)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * The digest is what is looked up, so that the time it takes tells nothing
 * about how much of a guess was right.
 */

const ngx_http_llmgw_key_t *
ngx_http_llmgw_key_find(ngx_http_llmgw_main_conf_t *lmcf,
    const u_char *digest)
{
    ngx_uint_t             n;
    ngx_http_llmgw_key_t  *keys, *key;

    keys = lmcf->keys.elts;

    n = ngx_http_llmgw_slot(digest) & lmcf->key_mask;

    while (lmcf->key_slots[n]) {

        key = &keys[lmcf->key_slots[n] - 1];

        if (CRYPTO_memcmp(key->digest, digest, NGX_HTTP_LLMGW_DIGEST) == 0) {
            return key;
        }

        n = (n + 1) & lmcf->key_mask;
    }

    return NULL;
}


static ngx_uint_t
ngx_http_llmgw_header_is(ngx_table_elt_t *h, const char *name, size_t len)
{
    return h->key.len == len
           && ngx_strncasecmp(h->key.data, (u_char *) name, len) == 0;
}


/* "Bearer KEY" */

static ngx_int_t
ngx_http_llmgw_bearer(ngx_http_request_t *r, ngx_str_t *key)
{
    u_char  *p, *last;

    p = r->headers_in.authorization->value.data;
    last = p + r->headers_in.authorization->value.len;

    if (last - p < 7 || ngx_strncasecmp(p, (u_char *) "bearer ", 7) != 0) {
        return NGX_DECLINED;
    }

    for (p += 7; p < last && *p == ' '; p++) { /* void */ }

    key->data = p;
    key->len = last - p;

    return key->len ? NGX_OK : NGX_DECLINED;
}


/*
 * The key in the order in which the dialects' clients are decided: x-api-key,
 * api-key, Authorization, then x-goog-api-key.  Clients of Gemini's API have
 * x-goog-api-key in front of all, and a key in the query last.  NGX_DECLINED:
 * none.
 */

ngx_int_t
ngx_http_llmgw_credential(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_str_t *key)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *api_key, *google, *x_api_key;

    api_key = NULL;
    google = NULL;
    x_api_key = NULL;
    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {

            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (google == NULL
            && ngx_http_llmgw_header_is(&h[i], "x-goog-api-key", 14))
        {
            google = &h[i];
        }

        if (x_api_key == NULL
            && ngx_http_llmgw_header_is(&h[i], "x-api-key", 9))
        {
            x_api_key = &h[i];
        }

        if (api_key == NULL
            && ngx_http_llmgw_header_is(&h[i], "api-key", 7))
        {
            api_key = &h[i];
        }
    }

    if (google
        && (ctx->call.endpoint->native == &llmgw_dialect_gemini
            || (x_api_key == NULL && api_key == NULL
                && r->headers_in.authorization == NULL)))
    {
        *key = google->value;
        return key->len ? NGX_OK : NGX_DECLINED;
    }

    if (x_api_key || api_key) {
        *key = x_api_key ? x_api_key->value : api_key->value;
        return key->len ? NGX_OK : NGX_DECLINED;
    }

    if (r->headers_in.authorization) {
        return ngx_http_llmgw_bearer(r, key);
    }

    if (ctx->call.endpoint->native == &llmgw_dialect_gemini
        && ctx->query_key.len)
    {
        key->data = (u_char *) ctx->query_key.data;
        key->len = ctx->query_key.len;

        return NGX_OK;
    }

    return NGX_DECLINED;
}
