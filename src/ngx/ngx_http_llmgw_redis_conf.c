
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * "llmgw_store redis://HOST[:PORT][/DB] | rediss://… | unix:PATH" and its
 * parameters.
 */


#include <ngx_sha1.h>
#include "ngx_http_llmgw_redis.h"


#define NGX_HTTP_LLMGW_REDIS_PORT     6379
#define NGX_HTTP_LLMGW_REDIS_TIMEOUT  5000


static ngx_int_t ngx_http_llmgw_redis_param(ngx_conf_t *cf, ngx_str_t *param,
    ngx_http_llmgw_redis_conf_t *conf);
static ngx_int_t ngx_http_llmgw_redis_db(ngx_conf_t *cf, ngx_str_t *db,
    ngx_http_llmgw_redis_conf_t *conf);
static ngx_int_t ngx_http_llmgw_redis_password(ngx_conf_t *cf,
    ngx_str_t *text, ngx_http_llmgw_redis_conf_t *conf);
static void ngx_http_llmgw_redis_sha(ngx_http_llmgw_redis_conf_t *conf);


char *
ngx_http_llmgw_redis_conf(ngx_conf_t *cf, ngx_str_t *url,
    ngx_http_llmgw_redis_conf_t *conf)
{
    u_char      *p;
    size_t       n;
    ngx_str_t   *value, s;
    ngx_uint_t   i;

    value = cf->args->elts;

    p = ngx_strlchr(url->data, url->data + url->len, '@');

    if (p) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no name and password may stand in the address of "
                           "the store: write \"user=NAME\" and "
                           "\"password=env:NAME\" or \"password=file:PATH\"");
        return NGX_CONF_ERROR;
    }

    conf->url = *url;
    conf->timeout = NGX_HTTP_LLMGW_REDIS_TIMEOUT;
    conf->prefix = llmgw_lit("llmgw");

    /* redis://HOST:PORT/DB */

    if (url->data[0] == 'r') {

        n = (url->data[5] == 's') ? sizeof("rediss://") - 1
                                  : sizeof("redis://") - 1;

        p = ngx_strlchr(url->data + n, url->data + url->len, '/');

        if (p) {
            s.data = p + 1;
            s.len = url->data + url->len - s.data;

            conf->url.len = p - url->data;

            if (s.len && ngx_http_llmgw_redis_db(cf, &s, conf) != NGX_OK) {
                return NGX_CONF_ERROR;
            }
        }
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_llmgw_redis_param(cf, &value[i], conf) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (conf->user.len && conf->password.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the store has a user without a password");
        return NGX_CONF_ERROR;
    }

    ngx_http_llmgw_redis_sha(conf);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_llmgw_redis_param(ngx_conf_t *cf, ngx_str_t *param,
    ngx_http_llmgw_redis_conf_t *conf)
{
    u_char     *p;
    ngx_str_t   s;

    p = ngx_strlchr(param->data, param->data + param->len, '=');

    if (p == NULL || p + 1 == param->data + param->len) {
        goto invalid;
    }

    p++;

    s.data = p;
    s.len = param->data + param->len - p;

    switch (p - param->data) {

    case sizeof("db=") - 1:

        if (ngx_strncmp(param->data, "db=", 3) == 0) {
            return ngx_http_llmgw_redis_db(cf, &s, conf);
        }

        if (ngx_strncmp(param->data, "ca=", 3) == 0) {
            conf->ca = s;
            return NGX_OK;
        }

        break;

    case sizeof("user=") - 1:

        if (ngx_strncmp(param->data, "user=", 5) == 0) {
            conf->user = s;
            return NGX_OK;
        }

        break;

    case sizeof("prefix=") - 1:

        if (ngx_strncmp(param->data, "prefix=", 7) == 0) {

            conf->prefix = ngx_http_llmgw_str(s);

            if (llmgw_redis_prefix_valid(conf->prefix)) {
                return NGX_OK;
            }

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid prefix \"%V\" of the store: it has "
                               "from 1 to %d letters, digits, \".\", \"_\", "
                               "\"-\" and \":\"", &s, LLMGW_REDIS_PREFIX);
            return NGX_ERROR;
        }

        break;

    case sizeof("timeout=") - 1:

        if (ngx_strncmp(param->data, "timeout=", 8) == 0) {

            conf->timeout = ngx_parse_time(&s, 0);

            if (conf->timeout != (ngx_msec_t) NGX_ERROR
                && conf->timeout >= 100 && conf->timeout <= 60000)
            {
                return NGX_OK;
            }

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid timeout \"%V\" of the store: it is "
                               "from 100ms to 60s", &s);
            return NGX_ERROR;
        }

        break;

    case sizeof("password=") - 1:

        if (ngx_strncmp(param->data, "password=", 9) == 0) {
            return ngx_http_llmgw_redis_password(cf, &s, conf);
        }

        break;
    }

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" of the store", param);
    return NGX_ERROR;
}


static ngx_int_t
ngx_http_llmgw_redis_password(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_llmgw_redis_conf_t *conf)
{
    if (ngx_strncmp(text->data, "env:", 4) != 0
        && ngx_strncmp(text->data, "file:", 5) != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the password of the store cannot stand in here: "
                           "write \"password=env:NAME\" or "
                           "\"password=file:PATH\"");
        return NGX_ERROR;
    }

    return ngx_http_llmgw_secret(cf, text, &conf->password);
}


static ngx_int_t
ngx_http_llmgw_redis_db(ngx_conf_t *cf, ngx_str_t *db,
    ngx_http_llmgw_redis_conf_t *conf)
{
    ngx_int_t  n;

    n = ngx_atoi(db->data, db->len);

    if (n == NGX_ERROR || n > 99999 || conf->db.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid or second number \"%V\" of the store's "
                           "database", db);
        return NGX_ERROR;
    }

    conf->db = *db;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_sha(ngx_http_llmgw_redis_conf_t *conf)
{
    ngx_uint_t   i;
    ngx_sha1_t   sha1;
    llmgw_str_t  text;
    u_char       digest[20];

    for (i = 0; i < LLMGW_REDIS_SCRIPTS; i++) {

        text = llmgw_redis_script(i);

        ngx_sha1_init(&sha1);
        ngx_sha1_update(&sha1, text.data, text.len);
        ngx_sha1_final(digest, &sha1);

        (void) ngx_hex_dump(conf->sha[i], digest, sizeof(digest));
    }
}


/* when all of the configuration is read, since a resolver may be in it */

char *
ngx_http_llmgw_redis_conf_init(ngx_conf_t *cf,
    ngx_http_llmgw_redis_conf_t *conf)
{
    ngx_url_t   u;
    ngx_uint_t  ssl;

    ssl = (conf->url.data[0] == 'r' && conf->url.data[5] == 's');

    if (conf->ca.len && ngx_conf_full_name(cf->cycle, &conf->ca, 1) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->ca.len && !ssl) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"ca=\" is of no use for the store \"%V\": its address "
                      "does not begin with \"rediss://\"", &conf->url);
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = conf->url;
    u.default_port = NGX_HTTP_LLMGW_REDIS_PORT;
    u.no_resolve = 1;

    if (conf->url.data[0] == 'r') {
        u.url.data += ssl ? 9 : 8;
        u.url.len -= ssl ? 9 : 8;
    }

    if (ngx_parse_url(cf->pool, &u) != NGX_OK || u.host.len == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "%s in the address of the store \"%V\"",
                      u.err ? u.err : "no host", &conf->url);
        return NGX_CONF_ERROR;
    }

    conf->site.url = conf->url;

    if (u.family == AF_UNIX) {
        conf->site.addrs = u.addrs;
        conf->site.naddrs = u.naddrs;
        conf->site.literal = 1;
        return NGX_CONF_OK;
    }

    return ngx_http_llmgw_site_peer(cf, &u, ssl, &conf->ca, &conf->site)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}
