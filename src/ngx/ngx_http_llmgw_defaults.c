
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * llmgw_default_fallback: where requests go whose model has no fallback of its
 * own.
 */


#include "ngx_http_llmgw_module.h"


struct ngx_http_llmgw_defaults_s {
    ngx_array_t        names;        /* of ngx_str_t */
    u_char            *file_name;
    ngx_uint_t         line;
};


static ngx_int_t ngx_http_llmgw_defaults_check(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_defaults_t *d,
    ngx_str_t *name);


char *
ngx_http_llmgw_defaults_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    ngx_str_t                    *value, *name;
    ngx_uint_t                    i;
    ngx_http_llmgw_defaults_t    *d, **slot;
    ngx_http_llmgw_main_conf_t   *lmcf;

    if (llcf->defaults != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        llcf->defaults = NULL;
        return NGX_CONF_OK;
    }

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);

    d = ngx_palloc(cf->pool, sizeof(ngx_http_llmgw_defaults_t));
    slot = ngx_array_push(&lmcf->defaults);

    if (d == NULL || slot == NULL
        || ngx_array_init(&d->names, cf->pool, cf->args->nelts - 1,
                          sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    d->file_name = cf->conf_file->file.name.data;
    d->line = cf->conf_file->line;

    for (i = 1; i < cf->args->nelts; i++) {
        name = ngx_array_push(&d->names);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    *slot = d;
    llcf->defaults = d;

    return NGX_CONF_OK;
}


/* comes when the chains are made */

ngx_int_t
ngx_http_llmgw_defaults_init(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_str_t                   *name;
    ngx_uint_t                   i, j;
    ngx_http_llmgw_defaults_t  **d;

    d = lmcf->defaults.elts;

    for (i = 0; i < lmcf->defaults.nelts; i++) {

        name = d[i]->names.elts;

        for (j = 0; j < d[i]->names.nelts; j++) {
            if (ngx_http_llmgw_defaults_check(cf, lmcf, d[i], &name[j])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/*
 * A model that one of the list falls back to by itself, and that has no
 * fallback but the list, would lead back to where it came from.
 */

static ngx_int_t
ngx_http_llmgw_defaults_check(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_defaults_t *d,
    ngx_str_t *name)
{
    ngx_uint_t               i;
    ngx_http_llmgw_step_t   *step;
    ngx_http_llmgw_model_t  *model;

    model = ngx_http_llmgw_model_find(lmcf, name);

    if (model == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_default_fallback\" \"%V\" in %s:%ui is not "
                      "defined: add \"llmgw_model %V { ... }\"", name,
                      d->file_name, d->line, name);
        return NGX_ERROR;
    }

    step = model->steps.elts;

    for (i = 0; i < model->steps.nelts; i++) {

        if (step[i].owner != model && step[i].owner->fallback.nelts == 0) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"llmgw_default_fallback\" \"%V\" in %s:%ui leads "
                          "back to itself by its fallback \"%V\", which has "
                          "no other: take one of them out", name,
                          d->file_name, d->line, &step[i].owner->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* behind the steps of the model those of the list */

ngx_int_t
ngx_http_llmgw_defaults_add(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_defaults_t *d)
{
    ngx_str_t                   *name;
    ngx_uint_t                   i, n;
    ngx_http_llmgw_step_t       *step;
    ngx_http_llmgw_model_t      *model;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    name = d->names.elts;
    n = ctx->nsteps;

    for (i = 0; i < d->names.nelts; i++) {
        n += ngx_http_llmgw_model_find(lmcf, &name[i])->steps.nelts;
    }

    step = ngx_palloc(ctx->request->pool, n * sizeof(ngx_http_llmgw_step_t));
    if (step == NULL) {
        return NGX_ERROR;
    }

    n = ctx->nsteps;

    ngx_memcpy(step, ctx->steps, n * sizeof(ngx_http_llmgw_step_t));

    for (i = 0; i < d->names.nelts; i++) {

        model = ngx_http_llmgw_model_find(lmcf, &name[i]);

        if (model == ctx->model) {
            continue;
        }

        ngx_memcpy(&step[n], model->steps.elts,
                   model->steps.nelts * sizeof(ngx_http_llmgw_step_t));
        n += model->steps.nelts;
    }

    ctx->steps = step;
    ctx->nsteps = n;

    return NGX_OK;
}
