
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the catalogue says about the provider of a location: where it is, and in
 * what it differs from the dialect it speaks.
 */


#include "ngx_http_llmgw_module.h"
#include "llmgw_traits.h"


static ngx_int_t ngx_http_llmgw_catalogue_param(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf, ngx_str_t *param);


/* "manual", and what is filled in in the provider's address */

ngx_int_t
ngx_http_llmgw_catalogue_params(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf, ngx_uint_t *manual)
{
    u_char      *p;
    size_t       len;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;
    *manual = 0;
    len = 0;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "manual") == 0) {
            *manual = 1;
            continue;
        }

        if (ngx_http_llmgw_catalogue_param(cf, llcf, &value[i]) != NGX_OK) {
            return NGX_ERROR;
        }

        len += value[i].len + 1;
    }

    if (len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    llcf->words.data = p;
    llcf->words.len = len - 1;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "manual") == 0) {
            continue;
        }

        p = ngx_cpymem(p, value[i].data, value[i].len);
        *p++ = ' ';
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_catalogue_param(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf, ngx_str_t *param)
{
    u_char       c, *p, *last;
    llmgw_str_t  name;

    p = param->data;
    last = p + param->len;

    while (p < last && *p != '=') {
        p++;
    }

    name = llmgw_str(param->data, (size_t) (p - param->data));

    /* the region of AWS has a directive of its own */

    if (p == last || llcf->provider->auth == LLMGW_AUTH_AWS
        || !llmgw_provider_takes(llcf->provider, name))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": there is \"manual\", "
                           "and what stands in braces in the address of the "
                           "provider", param);
        return NGX_ERROR;
    }

    for (p++; p < last; p++) {

        c = *p;

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
        {
            break;
        }
    }

    if (p < last || param->data[name.len + 1] == '\0') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": its value is letters, "
                           "digits, dots, hyphens and underscores", param);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* the provider's own address, where the configuration has no other */

ngx_int_t
ngx_http_llmgw_catalogue_base(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf)
{
    ngx_str_t      name, word;
    llmgw_int_t    rc;
    llmgw_str_t    url;
    llmgw_arena_t  arena;

    if (llcf->base_url.len || llcf->provider->auth == LLMGW_AUTH_NONE) {
        return NGX_OK;
    }

    name.data = (u_char *) llcf->provider->name.data;
    name.len = llcf->provider->name.len;

    if (llcf->provider->base_url.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"llmgw_provider %V\" has no address of its own: "
                           "add \"llmgw_base_url\"", &name);
        return NGX_ERROR;
    }

    llmgw_arena_init(&arena, ngx_http_llmgw_alloc, cf->pool, 256, 0);

    rc = llmgw_provider_url(llcf->provider, ngx_http_llmgw_str(llcf->words),
                            &arena, &url);

    if (rc == LLMGW_DECLINED) {

        word.data = (u_char *) url.data;
        word.len = url.len;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"llmgw_provider %V\" has no address of its own: "
                           "add \"llmgw_base_url\", or write "
                           "\"llmgw_provider %V %V=...\"",
                           &name, &name, &word);
        return NGX_ERROR;
    }

    if (rc != LLMGW_OK) {
        return NGX_ERROR;
    }

    llcf->base_url.data = (u_char *) url.data;
    llcf->base_url.len = url.len;

    return NGX_OK;
}


/* of a location all of whose directives have been read */

ngx_int_t
ngx_http_llmgw_catalogue_traits(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf)
{
    llmgw_traits_t        *plain;
    const llmgw_traits_t  *traits;

    traits = conf->provider->traits;

    if (traits && !conf->quirks) {

        plain = ngx_palloc(cf->pool, sizeof(llmgw_traits_t));
        if (plain == NULL) {
            return NGX_ERROR;
        }

        llmgw_traits_plain(plain, traits);
        traits = plain;
    }

    conf->target.traits = traits;

    if (traits && traits->no_usage) {
        conf->settings.no_stream_usage = 1;
    }

    return NGX_OK;
}
