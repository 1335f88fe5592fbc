
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the configuration says about Vertex AI: where it is, whose project pays,
 * and what Claude lacks there.
 */


#include "ngx_http_llmgw_module.h"
#include "llmgw_vertex.h"


/* projects and locations go into paths, and locations into host names */

static ngx_uint_t
ngx_http_llmgw_google_plain(ngx_str_t *s, ngx_uint_t project)
{
    u_char  c, *p;

    for (p = s->data; p < s->data + s->len; p++) {

        c = *p;

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'
              || (project && (c == '.' || c == ':'))))
        {
            return 0;
        }
    }

    return s->len != 0 && s->data[0] != '.';
}


char *
ngx_http_llmgw_google_location(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char       *rv;
    ngx_str_t  *value;

    rv = ngx_http_llmgw_early(cf, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    if (!ngx_http_llmgw_google_plain(&value[1], 0)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid location \"%V\": locations are called "
                           "us-central1, europe-west4, global …", &value[1]);
        return NGX_CONF_ERROR;
    }

    return ngx_conf_set_str_slot(cf, cmd, conf);
}


char *
ngx_http_llmgw_google_project(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (!ngx_http_llmgw_google_plain(&value[1], 1)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid project \"%V\": write its id or its "
                           "number", &value[1]);
        return NGX_CONF_ERROR;
    }

    return ngx_conf_set_str_slot(cf, cmd, conf);
}


/* words, kept as one text; "none" is the empty one */

char *
ngx_http_llmgw_words(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    u_char      *p;
    size_t       len;
    ngx_str_t   *field, *value;
    ngx_uint_t   i;

    field = (ngx_str_t *) ((char *) conf + cmd->offset);

    if (field->data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "none") == 0) {
        ngx_str_set(field, "");
        return NGX_CONF_OK;
    }

    len = 0;

    for (i = 1; i < cf->args->nelts; i++) {

        for (p = value[i].data; p < value[i].data + value[i].len; p++) {

            if (*p <= ' ' || *p >= 0x7f || *p == ',' || *p == '"') {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid name \"%V\"",
                                   &value[i]);
                return NGX_CONF_ERROR;
            }
        }

        len += value[i].len + 1;
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    field->data = p;

    for (i = 1; i < cf->args->nelts; i++) {

        p = ngx_cpymem(p, value[i].data, value[i].len);
        *p++ = ' ';
    }

    field->len = len - 1;

    return NGX_CONF_OK;
}


/* the address of a provider that its location names */

ngx_int_t
ngx_http_llmgw_google_base(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf)
{
    u_char         *p;
    llmgw_str_t     host;
    llmgw_arena_t   arena;

    if (llcf->provider->dialect != &llmgw_dialect_vertex
        || llcf->base_url.len)
    {
        return NGX_OK;
    }

    llmgw_arena_init(&arena, ngx_http_llmgw_alloc, cf->temp_pool, 256, 0);

    host = llmgw_vertex_host(&arena,
                             ngx_http_llmgw_str(llcf->google_location));

    if (host.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(cf->pool, sizeof("https://") - 1 + host.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    llcf->base_url.data = p;

    p = ngx_cpymem(p, "https://", sizeof("https://") - 1);
    p = ngx_cpymem(p, host.data, host.len);

    llcf->base_url.len = p - llcf->base_url.data;

    return NGX_OK;
}


/* of a provider location, with its credentials read */

ngx_int_t
ngx_http_llmgw_vertex(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf)
{
    conf->settings.claude_betas = ngx_http_llmgw_str(conf->claude_betas);
    conf->settings.claude_lacks = ngx_http_llmgw_str(conf->claude_lacks);

    if ((conf->google_project.len
         && !ngx_http_llmgw_google_plain(&conf->google_project, 1))
        || (conf->google_user_project.len
            && !ngx_http_llmgw_google_plain(&conf->google_user_project, 1)))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "invalid name of a project in "
                      "\"llmgw_google_credentials %V\"",
                      &conf->google_credentials);
        return NGX_ERROR;
    }

    /* a key of the service's own goes with one project */

    if (conf->provider->dialect != &llmgw_dialect_vertex
        || conf->google_project.len || conf->api_key.len)
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"llmgw_provider vertex\" in %s:%ui knows no project: add "
                  "\"llmgw_google_project\"", conf->file_name, conf->line);

    return NGX_ERROR;
}
