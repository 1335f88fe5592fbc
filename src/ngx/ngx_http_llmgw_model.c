
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * llmgw_model {}: public names, the deployments behind them, and the chain
 * that one request may try.
 */


#include "ngx_http_llmgw_plan.h"


static char *ngx_http_llmgw_model_param(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf);
static char *ngx_http_llmgw_deployment(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model);
static ngx_int_t ngx_http_llmgw_chain(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *head,
    ngx_http_llmgw_model_t *model);
static ngx_int_t ngx_http_llmgw_other_models(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    ngx_uint_t content);
static ngx_http_llmgw_model_t *ngx_http_llmgw_fallback_model(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    ngx_str_t *name, char *what);
static ngx_int_t ngx_http_llmgw_check_deployments(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_core_srv_conf_t *cscf);
static ngx_int_t ngx_http_llmgw_check_deployment(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *cscf, ngx_http_llmgw_model_t *model,
    ngx_http_llmgw_deployment_t *d);


char *
ngx_http_llmgw_model(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    char                     *rv;
    ngx_str_t                *value;
    ngx_uint_t                i;
    ngx_conf_t                save;
    ngx_http_llmgw_model_t   *model, **models, **m;

    value = cf->args->elts;
    models = lmcf->models.elts;

    for (i = 0; i < lmcf->models.nelts; i++) {

        if (models[i]->name.len == value[1].len
            && ngx_strncmp(models[i]->name.data, value[1].data, value[1].len)
               == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "model \"%V\" is already defined in %s:%ui: "
                               "put all its deployments into one block",
                               &value[1], models[i]->file_name,
                               models[i]->line);
            return NGX_CONF_ERROR;
        }
    }

    model = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_model_t));
    if (model == NULL) {
        return NGX_CONF_ERROR;
    }

    model->name = value[1];
    model->file_name = cf->conf_file->file.name.data;
    model->line = cf->conf_file->line;

    if (ngx_array_init(&model->groups, cf->pool, 2, sizeof(llmgw_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_array_init(&model->deployments, cf->pool, 2,
                       sizeof(ngx_http_llmgw_deployment_t))
        != NGX_OK
        || ngx_array_init(&model->aliases, cf->pool, 2, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&model->fallback, cf->pool, 2, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&model->steps, cf->pool, 2,
                          sizeof(ngx_http_llmgw_step_t))
           != NGX_OK
        || ngx_http_llmgw_routing_create(cf, model) != NGX_OK
        || ngx_http_llmgw_prices_create(cf, model) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    m = ngx_array_push(&lmcf->models);
    if (m == NULL) {
        return NGX_CONF_ERROR;
    }

    *m = model;

    save = *cf;
    cf->handler = ngx_http_llmgw_model_param;
    cf->handler_conf = (char *) model;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (model->deployments.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "model \"%V\" has no deployment: write "
                           "\"deployment @location;\" into its block",
                           &model->name);
        return NGX_CONF_ERROR;
    }

    ngx_http_llmgw_routing_sort(model);

    return NGX_CONF_OK;
}


static char *
ngx_http_llmgw_model_param(ngx_conf_t *cf, ngx_command_t *dummy, void *conf)
{
    ngx_http_llmgw_model_t *model = conf;

    ngx_int_t     rc;
    ngx_str_t    *value, *name;
    ngx_uint_t    i;
    llmgw_str_t  *group;

    value = cf->args->elts;

    if (ngx_strcmp(value[0].data, "deployment") == 0) {
        return ngx_http_llmgw_deployment(cf, model);
    }

    if (ngx_strcmp(value[0].data, "price") == 0) {
        return ngx_http_llmgw_model_price(cf, model);
    }

    if (ngx_strcmp(value[0].data, "fallback") == 0) {

        if (cf->args->nelts < 2) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"fallback\" takes the names of models");
            return NGX_CONF_ERROR;
        }

        for (i = 1; i < cf->args->nelts; i++) {
            name = ngx_array_push(&model->fallback);
            if (name == NULL) {
                return NGX_CONF_ERROR;
            }

            *name = value[i];
        }

        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[0].data, "alias") == 0 && cf->args->nelts > 1) {

        for (i = 1; i < cf->args->nelts; i++) {
            name = ngx_array_push(&model->aliases);
            if (name == NULL) {
                return NGX_CONF_ERROR;
            }

            *name = value[i];
        }

        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[0].data, "access_group") == 0
        && cf->args->nelts > 1)
    {
        for (i = 1; i < cf->args->nelts; i++) {
            group = ngx_array_push(&model->groups);
            if (group == NULL) {
                return NGX_CONF_ERROR;
            }

            *group = ngx_http_llmgw_str(value[i]);
        }

        return NGX_CONF_OK;
    }

    rc = ngx_http_llmgw_routing_line(cf, model);

    if (rc != NGX_DECLINED) {
        return (rc == NGX_OK) ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown \"%V\" in llmgw_model: it takes "
                       "\"deployment\", \"fallback\", \"price\", "
                       "\"alias\", \"access_group\", \"strategy\", "
                       "\"retries\", \"cooldown\", \"affinity\", "
                       "\"context_fallback\", \"content_fallback\", "
                       "\"midstream_fallback\" and \"hidden\"", &value[0]);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_llmgw_deployment(ngx_conf_t *cf, ngx_http_llmgw_model_t *model)
{
    char                         *rv;
    u_char                       *p, *last;
    ngx_int_t                     rc;
    ngx_str_t                    *value, param;
    ngx_uint_t                    i;
    ngx_http_llmgw_deployment_t  *d;

    value = cf->args->elts;

    if (cf->args->nelts < 2 || value[1].len < 2 || value[1].data[0] != '@') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"deployment\" takes a named location: "
                           "\"deployment @name model=NAME;\"");
        return NGX_CONF_ERROR;
    }

    d = ngx_array_push(&model->deployments);
    if (d == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(d, sizeof(ngx_http_llmgw_deployment_t));

    d->location = value[1];
    d->file_name = cf->conf_file->file.name.data;
    d->line = cf->conf_file->line;

    for (i = 2; i < cf->args->nelts; i++) {

        if (value[i].len > 6 && ngx_strncmp(value[i].data, "model=", 6) == 0)
        {
            d->model.data = value[i].data + 6;
            d->model.len = value[i].len - 6;

            /* goes into JSON and into paths as it is */

            last = d->model.data + d->model.len;

            for (p = d->model.data; p < last; p++) {
                if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '\\') {
                    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                       "invalid character in \"%V\"",
                                       &value[i]);
                    return NGX_CONF_ERROR;
                }
            }

            continue;
        }

        if (value[i].len > 6 && ngx_strncmp(value[i].data, "param=", 6) == 0)
        {
            param.data = value[i].data + 6;
            param.len = value[i].len - 6;

            rv = ngx_http_llmgw_deployment_param(cf, &d->params, &param);

            if (rv != NGX_CONF_OK) {
                return rv;
            }

            continue;
        }

        rc = ngx_http_llmgw_deployment_line(cf, model, d, &value[i]);

        if (rc == NGX_OK) {
            continue;
        }

        if (rc == NGX_DECLINED) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\": a deployment takes "
                               "model=NAME, param=NAME=VALUE, tags=TAG,..., "
                               "timeout=TIME, weight=, order=, rpm=, tpm= and "
                               "max_parallel= with a number",
                               &value[i]);
        }

        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * The names of models have capitals that matter.  ngx_hash_init() makes small
 * letters of its keys, so that the table is our own.
 */

static ngx_http_llmgw_model_slot_t *
ngx_http_llmgw_model_slot(ngx_http_llmgw_main_conf_t *lmcf, ngx_str_t *name)
{
    ngx_uint_t                    n;
    ngx_http_llmgw_model_slot_t  *slot;

    n = ngx_murmur_hash2(name->data, name->len) & lmcf->model_mask;

    for ( ;; ) {

        slot = &lmcf->model_slots[n];

        if (slot->model == NULL
            || (slot->name.len == name->len
                && ngx_memcmp(slot->name.data, name->data, name->len) == 0))
        {
            return slot;
        }

        n = (n + 1) & lmcf->model_mask;
    }
}


ngx_http_llmgw_model_t *
ngx_http_llmgw_model_find(ngx_http_llmgw_main_conf_t *lmcf, ngx_str_t *name)
{
    return lmcf->model_slots ? ngx_http_llmgw_model_slot(lmcf, name)->model
                             : NULL;
}


static ngx_int_t
ngx_http_llmgw_model_name(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_model_t *model, ngx_str_t *name)
{
    ngx_http_llmgw_model_slot_t  *slot;

    slot = ngx_http_llmgw_model_slot(lmcf, name);

    if (slot->model) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "alias \"%V\" of model \"%V\" in %s:%ui is already a "
                      "name of model \"%V\" in %s:%ui: take one of them out",
                      name, &model->name, model->file_name, model->line,
                      &slot->model->name, slot->model->file_name,
                      slot->model->line);
        return NGX_ERROR;
    }

    slot->name = *name;
    slot->model = model;

    return NGX_OK;
}


/* models first, so that it is the alias that is found to be one too many */

static ngx_int_t
ngx_http_llmgw_model_names(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_str_t                *alias;
    ngx_uint_t                i, j, n, size;
    ngx_http_llmgw_model_t  **models;

    models = lmcf->models.elts;
    n = lmcf->models.nelts;

    for (i = 0; i < lmcf->models.nelts; i++) {
        n += models[i]->aliases.nelts;
    }

    for (size = 8; size < 2 * n; size *= 2) { /* void */ }

    lmcf->model_slots = ngx_pcalloc(cf->pool,
                                 size * sizeof(ngx_http_llmgw_model_slot_t));
    if (lmcf->model_slots == NULL) {
        return NGX_ERROR;
    }

    lmcf->model_mask = size - 1;

    for (i = 0; i < lmcf->models.nelts; i++) {
        if (ngx_http_llmgw_model_name(cf, lmcf, models[i], &models[i]->name)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < lmcf->models.nelts; i++) {

        alias = models[i]->aliases.elts;

        for (j = 0; j < models[i]->aliases.nelts; j++) {
            if (ngx_http_llmgw_model_name(cf, lmcf, models[i], &alias[j])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_default_model(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    if (lmcf->default_name.data == NULL) {
        return NGX_OK;
    }

    lmcf->default_model = ngx_http_llmgw_model_find(lmcf,
                                                    &lmcf->default_name);

    if (lmcf->default_model) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"llmgw_default_model\" \"%V\" is not defined: add "
                  "\"llmgw_model %V { ... }\"", &lmcf->default_name,
                  &lmcf->default_name);

    return NGX_ERROR;
}


ngx_int_t
ngx_http_llmgw_models_init(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_uint_t                  i, j;
    ngx_http_llmgw_model_t    **models;
    ngx_http_core_srv_conf_t  **cscfp;

    if (lmcf->models.nelts == 0) {

        if (ngx_http_llmgw_default_model(cf, lmcf) != NGX_OK
            || ngx_http_llmgw_defaults_init(cf, lmcf) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (lmcf->servers.nelts) {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "\"llmgw on\" without any \"llmgw_model\": every "
                          "model will be unknown");
        }

        return NGX_OK;
    }

    if (ngx_http_llmgw_model_names(cf, lmcf) != NGX_OK
        || ngx_http_llmgw_default_model(cf, lmcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    models = lmcf->models.elts;

    for (i = 0; i < lmcf->models.nelts; i++) {
        if (ngx_http_llmgw_chain(cf, lmcf, models[i], models[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < lmcf->models.nelts; i++) {
        if (ngx_http_llmgw_other_models(cf, lmcf, models[i], 0) != NGX_OK
            || ngx_http_llmgw_other_models(cf, lmcf, models[i], 1) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_http_llmgw_defaults_init(cf, lmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    cscfp = lmcf->servers.elts;

    for (j = 0; j < lmcf->servers.nelts; j++) {
        if (ngx_http_llmgw_check_deployments(cf, lmcf, cscfp[j]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_llmgw_prices_init(cf, lmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < lmcf->models.nelts; i++) {
        if (ngx_http_llmgw_routing_init(cf, models[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * A chain is the deployments of a model, then those of its fallbacks with
 * their own fallbacks.  A model met twice on two ways is tried once; one met
 * on its own way is a cycle.
 */

static ngx_int_t
ngx_http_llmgw_chain(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_model_t *head, ngx_http_llmgw_model_t *model)
{
    ngx_str_t                    *name;
    ngx_uint_t                    i;
    ngx_http_llmgw_step_t        *step;
    ngx_http_llmgw_model_t       *next;
    ngx_http_llmgw_deployment_t  *d;

    model->mark = 1;

    d = model->deployments.elts;

    for (i = 0; i < model->deployments.nelts; i++) {

        step = ngx_array_push(&head->steps);
        if (step == NULL) {
            return NGX_ERROR;
        }

        step->location = d[i].location;
        step->model = ngx_http_llmgw_str(d[i].model.len ? d[i].model
                                                        : model->name);
        step->owner = model;
        step->where = llmgw_tag_where(ngx_http_llmgw_str(d[i].location));
        step->index = i;
        step->timeout = d[i].timeout;
        step->stat = NULL;
        step->prices = NULL;

        if (ngx_http_llmgw_params_json(cf, d[i].params, &step->params)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    name = model->fallback.elts;

    for (i = 0; i < model->fallback.nelts; i++) {

        next = ngx_http_llmgw_fallback_model(cf, lmcf, model, &name[i],
                                             "fallback");

        if (next == NULL) {
            return NGX_ERROR;
        }

        if (ngx_http_llmgw_chain(cf, lmcf, head, next) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    model->mark = 0;

    return NGX_OK;
}


static ngx_http_llmgw_model_t *
ngx_http_llmgw_fallback_model(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    ngx_str_t *name, char *what)
{
    ngx_http_llmgw_model_t  *next;

    next = ngx_http_llmgw_model_find(lmcf, name);

    if (next == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "%s \"%V\" of model \"%V\" is not defined "
                      "in %s:%ui: add \"llmgw_model %V { ... }\"",
                      what, name, &model->name, model->file_name,
                      model->line, name);
        return NULL;
    }

    if (next->mark) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "%s \"%V\" of model \"%V\" leads back to "
                      "itself in %s:%ui: take it out", what, name,
                      &model->name, model->file_name, model->line);
        return NULL;
    }

    return next;
}


/* those for a kind of error: each is there, and none leads to itself */

static ngx_int_t
ngx_http_llmgw_other_models(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_model_t *model, ngx_uint_t content)
{
    ngx_str_t               *name;
    ngx_uint_t               i;
    ngx_array_t             *names;
    ngx_http_llmgw_model_t  *next;

    names = content ? &model->routing->content : &model->routing->context;
    name = names->elts;

    model->mark = 1;

    for (i = 0; i < names->nelts; i++) {

        next = ngx_http_llmgw_fallback_model(cf, lmcf, model, &name[i],
                                             content ? "content_fallback"
                                                     : "context_fallback");
        if (next == NULL
            || ngx_http_llmgw_other_models(cf, lmcf, next, content) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    model->mark = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_check_deployments(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_core_srv_conf_t *cscf)
{
    ngx_uint_t                    i, j;
    ngx_http_llmgw_model_t      **models;
    ngx_http_llmgw_deployment_t  *d;

    models = lmcf->models.elts;

    for (i = 0; i < lmcf->models.nelts; i++) {

        d = models[i]->deployments.elts;

        for (j = 0; j < models[i]->deployments.nelts; j++) {
            if (ngx_http_llmgw_check_deployment(cf, cscf, models[i], &d[j])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_check_deployment(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *cscf, ngx_http_llmgw_model_t *model,
    ngx_http_llmgw_deployment_t *d)
{
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_llmgw_location(cscf, &d->location);

    if (llcf && llcf->provider) {
        return NGX_OK;
    }

    if (llcf) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "location \"%V\", a deployment of model \"%V\" in "
                      "%s:%ui, has no \"llmgw_provider\": add it",
                      &d->location, &model->name, d->file_name, d->line);
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "deployment \"%V\" of model \"%V\" in %s:%ui names no "
                  "location of server \"%V\": add \"location %V { "
                  "llmgw_provider ...; }\" to it", &d->location, &model->name,
                  d->file_name, d->line, &cscf->server_name, &d->location);

    return NGX_ERROR;
}


/* a named location of a server, or NULL */

ngx_http_llmgw_loc_conf_t *
ngx_http_llmgw_location(ngx_http_core_srv_conf_t *cscf, ngx_str_t *name)
{
    ngx_http_core_loc_conf_t  **clcfp;

    for (clcfp = cscf->named_locations; clcfp && *clcfp; clcfp++) {

        if (name->len == (*clcfp)->name.len
            && ngx_strncmp(name->data, (*clcfp)->name.data, name->len) == 0)
        {
            return (*clcfp)->loc_conf[ngx_http_llmgw_module.ctx_index];
        }
    }

    return NULL;
}
