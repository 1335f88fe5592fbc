
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the configuration says about access tokens: a fixed one, or how to
 * obtain them.
 */


#include "ngx_http_llmgw_token.h"
#include "llmgw_azure.h"
#include "llmgw_jwt.h"

#include <jansson.h>


#define NGX_HTTP_LLMGW_GOOGLE_TOKEN_URL                                      \
    "https://oauth2.googleapis.com/token"
#define NGX_HTTP_LLMGW_GOOGLE_SCOPE                                          \
    "https://www.googleapis.com/auth/cloud-platform"

/* by address, so that it needs no resolver; the host is in the request */
#define NGX_HTTP_LLMGW_GOOGLE_METADATA_URL                                   \
    "http://169.254.169.254/computeMetadata/v1/instance/service-accounts"    \
    "/default/token"

#define NGX_HTTP_LLMGW_AZURE_AUTHORITY                                       \
    "https://login.microsoftonline.com"
#define NGX_HTTP_LLMGW_AZURE_METADATA_URL                                    \
    "http://169.254.169.254/metadata/identity/oauth2/token"


static ngx_int_t ngx_http_llmgw_credentials_token(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t);
static ngx_int_t ngx_http_llmgw_google(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t);
static ngx_int_t ngx_http_llmgw_google_file(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_str_t *text);
static ngx_int_t ngx_http_llmgw_google_read(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t,
    json_t *root);
static ngx_int_t ngx_http_llmgw_google_account(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t,
    json_t *root);
static ngx_int_t ngx_http_llmgw_google_member(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, json_t *root, const char *name,
    ngx_uint_t required, ngx_str_t *s);
static ngx_int_t ngx_http_llmgw_azure(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t);
static ngx_int_t ngx_http_llmgw_azure_managed(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t);
static ngx_int_t ngx_http_llmgw_token_add(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t);
static ngx_int_t ngx_http_llmgw_token_key(ngx_http_llmgw_token_t *t);


#define ngx_http_llmgw_plain(c)                                              \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z')                \
     || ((c) >= '0' && (c) <= '9') || (c) == '-' || (c) == '.' || (c) == '_')


/* of a provider location, with its directives read */

ngx_int_t
ngx_http_llmgw_credentials(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf)
{
    ngx_uint_t               google, azure;
    ngx_http_llmgw_token_t  *t;

    conf->credential.token = ngx_http_llmgw_str(conf->bearer_token);

    google = (conf->google_credentials.len != 0);

    azure = (conf->azure_managed_identity == 1
             || conf->azure_tenant.len || conf->azure_client_secret.len
             || conf->azure_client_id.len);

    if (google + azure + (conf->bearer_token.len != 0) > 1) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the location of \"llmgw_provider\" in %s:%ui has more "
                      "than one kind of access token: keep one of "
                      "\"llmgw_bearer_token\", \"llmgw_google_credentials\" "
                      "and \"llmgw_azure_...\"", conf->file_name, conf->line);
        return NGX_ERROR;
    }

    if (google || azure) {

        t = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_token_t));

        if (t == NULL
            || ngx_http_llmgw_credentials_token(cf, conf, t) != NGX_OK)
        {
            return NGX_ERROR;
        }

    } else if (conf->token_url.len || conf->token_scope.len) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_token_url\" and \"llmgw_token_scope\" in "
                      "%s:%ui go with \"llmgw_google_credentials\" or "
                      "\"llmgw_azure_client_secret\"", conf->file_name,
                      conf->line);
        return NGX_ERROR;
    }

    conf->settings.google_project = ngx_http_llmgw_str(conf->google_project);
    conf->settings.google_location =
                                    ngx_http_llmgw_str(conf->google_location);
    conf->settings.google_user_project =
                                ngx_http_llmgw_str(conf->google_user_project);

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_credentials_token(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t)
{
    t->timeout = conf->token_timeout;
    t->scope = conf->token_scope;

    if (conf->google_credentials.len) {

        if (ngx_http_llmgw_google(cf, conf, t) != NGX_OK) {
            return NGX_ERROR;
        }

    } else if (ngx_http_llmgw_azure(cf, conf, t) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_llmgw_token_add(cf, conf, t);
}


static ngx_int_t
ngx_http_llmgw_google(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf,
    ngx_http_llmgw_token_t *t)
{
    json_t        *root;
    ngx_int_t      rc;
    ngx_str_t      text;
    json_error_t   e;

    if (t->scope.len == 0) {
        ngx_str_set(&t->scope, NGX_HTTP_LLMGW_GOOGLE_SCOPE);
    }

    if (ngx_strcmp(conf->google_credentials.data, "metadata") == 0) {

        t->kind = ngx_http_llmgw_token_google_metadata;
        ngx_str_set(&t->name, "Google's metadata server");

        if (conf->token_url.len == 0) {
            ngx_str_set(&conf->token_url, NGX_HTTP_LLMGW_GOOGLE_METADATA_URL);
        }

        return NGX_OK;
    }

    if (ngx_http_llmgw_google_file(cf, conf, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    root = json_loadb((char *) text.data, text.len, JSON_REJECT_DUPLICATES,
                      &e);

    if (!json_is_object(root)) {

        /* the parser's own message would quote the file */

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_google_credentials %V\" is not a JSON object",
                      &conf->google_credentials);
        json_decref(root);

        return NGX_ERROR;
    }

    rc = ngx_http_llmgw_google_read(cf, conf, t, root);

    json_decref(root);

    return rc;
}


/* PATH, or env:NAME, a variable that holds a path or the file's content */

static ngx_int_t
ngx_http_llmgw_google_file(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf,
    ngx_str_t *text)
{
    char       *env;
    ngx_str_t   s;

    s = conf->google_credentials;

    if (s.len > 4 && ngx_strncmp(s.data, "env:", 4) == 0) {

        env = getenv((char *) s.data + 4);

        if (env == NULL || *env == '\0') {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "environment variable \"%s\" is not set: set it "
                          "for the nginx master process", s.data + 4);
            return NGX_ERROR;
        }

        s.len = ngx_strlen(env);
        s.data = ngx_pnalloc(cf->pool, s.len + 1);

        if (s.data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(s.data, env, s.len + 1);

        if (s.data[0] == '{') {
            *text = s;
            return NGX_OK;
        }

    } else if (s.len > 5 && ngx_strncmp(s.data, "file:", 5) == 0) {
        s.data += 5;
        s.len -= 5;
    }

    return ngx_http_llmgw_secret_file(cf, &s, text);
}


static ngx_int_t
ngx_http_llmgw_google_read(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf,
    ngx_http_llmgw_token_t *t, json_t *root)
{
    const char  *type;

    type = json_string_value(json_object_get(root, "type"));

    if (type && ngx_strcmp(type, "service_account") == 0) {
        return ngx_http_llmgw_google_account(cf, conf, t, root);
    }

    if (type && ngx_strcmp(type, "authorized_user") == 0) {

        t->kind = ngx_http_llmgw_token_google_user;

        if (ngx_http_llmgw_google_member(cf, conf, root, "client_id", 1,
                                         &t->client_id)
            != NGX_OK
            || ngx_http_llmgw_google_member(cf, conf, root, "client_secret",
                                            1, &t->secret)
               != NGX_OK
            || ngx_http_llmgw_google_member(cf, conf, root, "refresh_token",
                                            1, &t->key_id)
               != NGX_OK
            || ngx_http_llmgw_google_member(cf, conf, root,
                                            "quota_project_id", 0,
                                            &conf->google_user_project)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        t->name = t->client_id;

        if (conf->token_url.len == 0) {
            ngx_str_set(&conf->token_url, NGX_HTTP_LLMGW_GOOGLE_TOKEN_URL);
        }

        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"llmgw_google_credentials %V\" has the type \"%s\": "
                  "\"service_account\" and \"authorized_user\" are supported",
                  &conf->google_credentials, type ? type : "");

    return NGX_ERROR;
}


/* what escaped the file twice left line ends as "\\n" */

static void
ngx_http_llmgw_google_lines(ngx_str_t *s)
{
    u_char  *p, *d, *last;

    d = s->data;
    last = s->data + s->len;

    for (p = s->data; p < last; p++) {

        if (*p == '\\' && last - p > 1 && p[1] == 'n') {
            *d++ = '\n';
            p++;

        } else {
            *d++ = *p;
        }
    }

    *d = '\0';
    s->len = d - s->data;
}


static ngx_int_t
ngx_http_llmgw_google_account(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, ngx_http_llmgw_token_t *t, json_t *root)
{
    ngx_str_t      project;
    llmgw_str_t    jwt;
    llmgw_arena_t  arena;

    t->kind = ngx_http_llmgw_token_google_account;

    if (ngx_http_llmgw_google_member(cf, conf, root, "client_email", 1,
                                     &t->client_id)
        != NGX_OK
        || ngx_http_llmgw_google_member(cf, conf, root, "private_key", 1,
                                        &t->secret)
           != NGX_OK
        || ngx_http_llmgw_google_member(cf, conf, root, "private_key_id", 0,
                                        &t->key_id)
           != NGX_OK
        || ngx_http_llmgw_google_member(cf, conf, root, "token_uri", 0,
                                        &t->audience)
           != NGX_OK
        || ngx_http_llmgw_google_member(cf, conf, root, "project_id", 0,
                                        &project)
           != NGX_OK
        || ngx_http_llmgw_google_member(cf, conf, root, "quota_project_id",
                                        0, &conf->google_user_project)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    t->name = t->client_id;

    ngx_http_llmgw_google_lines(&t->secret);

    if (t->audience.len == 0) {
        ngx_str_set(&t->audience, NGX_HTTP_LLMGW_GOOGLE_TOKEN_URL);
    }

    if (conf->token_url.len == 0) {
        conf->token_url = t->audience;
    }

    if (conf->google_project.len == 0) {
        conf->google_project = project;
    }

    /* a key that cannot sign is found now and not in an hour */

    llmgw_arena_init(&arena, ngx_http_llmgw_alloc, cf->temp_pool, 1024, 0);

    if (llmgw_jwt_rs256(&arena, ngx_http_llmgw_str(t->secret),
                        llmgw_lit("{}"), llmgw_lit("{}"), &jwt)
        != LLMGW_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"private_key\" in \"llmgw_google_credentials %V\" is "
                      "not an RSA key in PEM format",
                      &conf->google_credentials);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_google_member(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf, json_t *root, const char *name,
    ngx_uint_t required, ngx_str_t *s)
{
    json_t  *value;

    value = json_object_get(root, name);

    ngx_str_null(s);

    if (json_is_string(value) && json_string_length(value)) {

        s->len = json_string_length(value);
        s->data = ngx_pnalloc(cf->pool, s->len + 1);

        if (s->data == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_cpystrn(s->data, (u_char *) json_string_value(value),
                           s->len + 1);

        return NGX_OK;
    }

    if (!required && (value == NULL || json_is_null(value)
                      || json_is_string(value)))
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"llmgw_google_credentials %V\" has no text \"%s\"",
                  &conf->google_credentials, name);

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_llmgw_azure(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf,
    ngx_http_llmgw_token_t *t)
{
    u_char         *p;
    ngx_uint_t      i;
    llmgw_str_t     path;
    llmgw_arena_t   arena;

    if (t->scope.len == 0) {
        ngx_str_set(&t->scope, LLMGW_AZURE_SCOPE);
    }

    if (conf->azure_managed_identity == 1) {
        return ngx_http_llmgw_azure_managed(cf, conf, t);
    }

    if (conf->azure_client_id.len == 0 || conf->azure_client_secret.len == 0
        || (conf->azure_tenant.len == 0 && conf->token_url.len == 0))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the location of \"llmgw_provider\" in %s:%ui needs "
                      "\"llmgw_azure_tenant\", \"llmgw_azure_client_id\" and "
                      "\"llmgw_azure_client_secret\" together",
                      conf->file_name, conf->line);
        return NGX_ERROR;
    }

    /* a part of the path */

    for (i = 0; i < conf->azure_tenant.len; i++) {
        if (!ngx_http_llmgw_plain(conf->azure_tenant.data[i])) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "invalid \"llmgw_azure_tenant %V\": it is an id or "
                          "a domain", &conf->azure_tenant);
            return NGX_ERROR;
        }
    }

    t->kind = ngx_http_llmgw_token_azure_client;
    t->client_id = conf->azure_client_id;
    t->secret = conf->azure_client_secret;
    t->name = t->client_id;

    if (conf->token_url.len == 0) {

        llmgw_arena_init(&arena, ngx_http_llmgw_alloc, cf->pool, 256, 0);

        path = llmgw_azure_token_path(&arena,
                                      ngx_http_llmgw_str(conf->azure_tenant));

        p = ngx_pnalloc(cf->pool, sizeof(NGX_HTTP_LLMGW_AZURE_AUTHORITY)
                                  + path.len);

        if (path.data == NULL || p == NULL) {
            return NGX_ERROR;
        }

        conf->token_url.data = p;
        conf->token_url.len = ngx_sprintf(p, NGX_HTTP_LLMGW_AZURE_AUTHORITY
                                          "%*s", path.len, path.data)
                              - p;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_azure_managed(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf,
    ngx_http_llmgw_token_t *t)
{
    ngx_uint_t  i;

    if (conf->azure_client_secret.len || conf->azure_tenant.len) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_azure_managed_identity\" of the location in "
                      "%s:%ui takes no tenant and no secret",
                      conf->file_name, conf->line);
        return NGX_ERROR;
    }

    /* a part of the query */

    for (i = 0; i < conf->azure_client_id.len; i++) {
        if (!ngx_http_llmgw_plain(conf->azure_client_id.data[i])) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "invalid \"llmgw_azure_client_id %V\"",
                          &conf->azure_client_id);
            return NGX_ERROR;
        }
    }

    t->kind = ngx_http_llmgw_token_azure_managed;
    t->client_id = conf->azure_client_id;
    ngx_str_set(&t->name, "Azure's managed identity");

    if (conf->token_url.len == 0) {
        ngx_str_set(&conf->token_url, NGX_HTTP_LLMGW_AZURE_METADATA_URL);
    }

    /* what is asked for there is a resource: a scope without its end */

    if (t->scope.len > 9
        && ngx_strncmp(t->scope.data + t->scope.len - 9, "/.default", 9) == 0)
    {
        t->scope.len -= 8;
    }

    return NGX_OK;
}


/* locations with the same account share its token */

static ngx_int_t
ngx_http_llmgw_token_add(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf,
    ngx_http_llmgw_token_t *t)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_token_t      **tokens;
    ngx_http_llmgw_main_conf_t   *lmcf;

    if (ngx_http_llmgw_site(cf, &conf->token_url, &conf->trusted_certificate,
                            &t->site)
        != NGX_OK
        || ngx_http_llmgw_token_key(t) != NGX_OK)
    {
        return NGX_ERROR;
    }

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);
    tokens = lmcf->tokens.elts;

    for (i = 0; i < lmcf->tokens.nelts; i++) {
        if (ngx_memcmp(tokens[i]->key, t->key, NGX_HTTP_LLMGW_DIGEST) == 0) {
            conf->token = tokens[i];
            return NGX_OK;
        }
    }

    t->local = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_token_sh_t));
    t->value.data = ngx_pnalloc(cf->pool, LLMGW_OAUTH_TOKEN_MAX);
    t->reason.data = ngx_pnalloc(cf->pool, NGX_HTTP_LLMGW_TOKEN_REASON);

    tokens = ngx_array_push(&lmcf->tokens);

    if (t->local == NULL || t->value.data == NULL || t->reason.data == NULL
        || tokens == NULL)
    {
        return NGX_ERROR;
    }

    *tokens = t;
    conf->token = t;

    return NGX_OK;
}


/*
 * What the token depends on, the secret included: after a reload with another
 * secret the old one's token is not taken.
 */

static ngx_int_t
ngx_http_llmgw_token_key(ngx_http_llmgw_token_t *t)
{
    size_t       len;
    unsigned     n;
    ngx_int_t    rc;
    ngx_uint_t   i;
    EVP_MD_CTX  *md;

    ngx_str_t   *part[] = {
        &t->site.url, &t->client_id, &t->secret, &t->key_id, &t->audience,
        &t->scope
    };

    md = EVP_MD_CTX_new();
    if (md == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1
        || EVP_DigestUpdate(md, &t->kind, sizeof(t->kind)) != 1)
    {
        goto done;
    }

    for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {

        len = part[i]->len;

        if (EVP_DigestUpdate(md, &len, sizeof(size_t)) != 1
            || EVP_DigestUpdate(md, part[i]->data, len) != 1)
        {
            goto done;
        }
    }

    if (EVP_DigestFinal_ex(md, t->key, &n) == 1) {
        rc = NGX_OK;
    }

done:

    EVP_MD_CTX_free(md);

    return rc;
}
