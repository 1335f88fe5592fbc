
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The memory that the workers share: what is in it, and how deployments do.
 */


#include "ngx_http_llmgw_check.h"
#include "ngx_http_llmgw_probe.h"
#include "ngx_http_llmgw_store.h"


/* says "llmg", and which layout the zone has */
#define NGX_HTTP_LLMGW_MAGIC    0x6c6c6d67
#define NGX_HTTP_LLMGW_LAYOUT   8

/* the smallest zone: its own tables, and some room for keys */
#define NGX_HTTP_LLMGW_PAGES    16


static ngx_int_t ngx_http_llmgw_init_zone(ngx_shm_zone_t *shm_zone,
    void *data);
static ngx_int_t ngx_http_llmgw_init_configured(ngx_shm_zone_t *shm_zone,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_sh_t *sh);
static ngx_int_t ngx_http_llmgw_init_stats(ngx_shm_zone_t *shm_zone,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_sh_t *sh);
static ngx_http_llmgw_mean_t *ngx_http_llmgw_get_mean(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st, ngx_str_t *name);
static ngx_http_llmgw_stat_t *ngx_http_llmgw_get_stat(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh, ngx_str_t *name);


char *
ngx_http_llmgw_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    u_char     *p;
    ssize_t     size;
    ngx_str_t  *value, name, s;

    if (lmcf->zone) {
        return "is duplicate";
    }

    value = cf->args->elts;

    name.data = value[1].data;
    p = (u_char *) ngx_strchr(name.data, ':');

    if (p == NULL || p == name.data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone \"%V\": write NAME:SIZE, for example "
                           "llmgw:32m", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.len = p - name.data;

    s.data = p + 1;
    s.len = value[1].data + value[1].len - s.data;

    size = ngx_parse_size(&s);

    if (size == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" of zone \"%V\"", &s, &name);
        return NGX_CONF_ERROR;
    }

    if (size < (ssize_t) (NGX_HTTP_LLMGW_PAGES * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" is too small: it needs at least %uz "
                           "bytes", &name,
                           (size_t) NGX_HTTP_LLMGW_PAGES * ngx_pagesize);
        return NGX_CONF_ERROR;
    }

    lmcf->zone = ngx_shared_memory_add(cf, &name, size,
                                       &ngx_http_llmgw_module);
    if (lmcf->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    lmcf->zone->init = ngx_http_llmgw_init_zone;
    lmcf->zone->data = lmcf;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_llmgw_init_zone(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_llmgw_main_conf_t *olmcf = data;

    size_t                       len;
    ngx_slab_pool_t             *shpool;
    ngx_http_llmgw_sh_t         *sh;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (olmcf || shm_zone->shm.exists) {

        sh = shpool->data;

        if (sh->magic != NGX_HTTP_LLMGW_MAGIC
            || sh->layout != NGX_HTTP_LLMGW_LAYOUT)
        {
            ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                          "llmgw: zone \"%V\" was made by another version: "
                          "give it another name",  &shm_zone->shm.name);
            return NGX_ERROR;
        }

        return ngx_http_llmgw_init_configured(shm_zone, lmcf, sh);
    }

    sh = ngx_slab_calloc(shpool, sizeof(ngx_http_llmgw_sh_t));
    if (sh == NULL) {
        return NGX_ERROR;
    }

    sh->magic = NGX_HTTP_LLMGW_MAGIC;
    sh->layout = NGX_HTTP_LLMGW_LAYOUT;

    shpool->data = sh;

    ngx_queue_init(&sh->stats);
    ngx_queue_init(&sh->tokens);
    ngx_queue_init(&sh->places);
    ngx_queue_init(&sh->probes);

    len = sizeof(" in llmgw_zone \"\"") + shm_zone->shm.name.len;

    shpool->log_ctx = ngx_slab_alloc(shpool, len);
    if (shpool->log_ctx == NULL) {
        return NGX_ERROR;
    }

    ngx_sprintf(shpool->log_ctx, " in llmgw_zone \"%V\"%Z",
                &shm_zone->shm.name);

    if (ngx_http_llmgw_state_init(shpool, sh, shm_zone->shm.size) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_llmgw_init_configured(shm_zone, lmcf, sh);
}


/* what the configuration names is in the zone before requests are */

static ngx_int_t
ngx_http_llmgw_init_configured(ngx_shm_zone_t *shm_zone,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_sh_t *sh)
{
    ngx_uint_t                i;
    ngx_http_llmgw_key_t     *key;
    ngx_http_llmgw_policy_t  *policy;

    key = lmcf->keys.elts;

    for (i = 0; i < lmcf->keys.nelts; i++) {
        if (!key[i].master
            && ngx_http_llmgw_zone_configure(lmcf, LLMGW_KIND_KEY,
                                             llmgw_str(key[i].hex,
                                                       sizeof(key[i].hex)))
               != NGX_OK)
        {
            goto failed;
        }
    }

    policy = lmcf->policies.elts;

    for (i = 0; i < lmcf->policies.nelts; i++) {
        if (ngx_http_llmgw_zone_configure(lmcf, policy[i].kind,
                                          ngx_http_llmgw_str(policy[i].id))
            != NGX_OK)
        {
            goto failed;
        }
    }

    if (ngx_http_llmgw_init_stats(shm_zone, lmcf, sh) == NGX_OK
        && ngx_http_llmgw_failures_init_zone(lmcf) == NGX_OK)
    {
        return ngx_http_llmgw_store_init_zone(shm_zone, lmcf, sh);
    }

failed:

    ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                  "llmgw: zone \"%V\" is too small for what the "
                  "configuration has", &shm_zone->shm.name);

    return NGX_ERROR;
}


/*
 * Old workers may run on with the zone: entries are only added here.  Their
 * places stay the same, so that every worker can keep the pointer.
 */

static ngx_int_t
ngx_http_llmgw_init_stats(ngx_shm_zone_t *shm_zone,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_sh_t *sh)
{
    ngx_uint_t                i, j;
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_step_t    *step;
    ngx_http_llmgw_model_t  **models;

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    models = lmcf->models.elts;

    for (i = 0; i < lmcf->models.nelts; i++) {

        step = models[i]->steps.elts;

        for (j = 0; j < models[i]->steps.nelts; j++) {

            step[j].stat = ngx_http_llmgw_get_stat(shpool, sh,
                                                   &step[j].location);
            if (step[j].stat == NULL) {
                return NGX_ERROR;
            }
        }

        if (ngx_http_llmgw_routing_zone(shpool, sh, models[i], lmcf->queue)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        models[i]->mean = ngx_http_llmgw_get_mean(shpool, sh->state,
                                                  &models[i]->name);
        if (models[i]->mean == NULL) {
            return NGX_ERROR;
        }
    }

    return ngx_http_llmgw_probes_zone(shpool, sh, lmcf);
}


static ngx_http_llmgw_stat_t *
ngx_http_llmgw_get_stat(ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh,
    ngx_str_t *name)
{
    ngx_queue_t            *q;
    ngx_http_llmgw_stat_t  *stat;

    ngx_shmtx_lock(&shpool->mutex);

    for (q = ngx_queue_head(&sh->stats);
         q != ngx_queue_sentinel(&sh->stats);
         q = ngx_queue_next(q))
    {
        stat = ngx_queue_data(q, ngx_http_llmgw_stat_t, queue);

        if (stat->len == name->len
            && ngx_memcmp(stat->name, name->data, name->len) == 0)
        {
            goto done;
        }
    }

    stat = ngx_slab_calloc_locked(shpool,
                          offsetof(ngx_http_llmgw_stat_t, name) + name->len);

    if (stat) {
        stat->len = name->len;
        ngx_memcpy(stat->name, name->data, name->len);
        ngx_queue_insert_tail(&sh->stats, &stat->queue);
    }

done:

    ngx_shmtx_unlock(&shpool->mutex);

    return stat;
}


static ngx_http_llmgw_mean_t *
ngx_http_llmgw_get_mean(ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st,
    ngx_str_t *name)
{
    ngx_queue_t            *q;
    ngx_http_llmgw_mean_t  *mean;

    ngx_shmtx_lock(&shpool->mutex);

    for (q = ngx_queue_head(&st->means);
         q != ngx_queue_sentinel(&st->means);
         q = ngx_queue_next(q))
    {
        mean = ngx_queue_data(q, ngx_http_llmgw_mean_t, queue);

        if (mean->len == name->len
            && ngx_memcmp(mean->name, name->data, name->len) == 0)
        {
            goto done;
        }
    }

    mean = ngx_slab_calloc_locked(shpool,
                          offsetof(ngx_http_llmgw_mean_t, name) + name->len);

    if (mean) {
        mean->len = name->len;
        ngx_memcpy(mean->name, name->data, name->len);
        ngx_queue_insert_tail(&st->means, &mean->queue);
    }

done:

    ngx_shmtx_unlock(&shpool->mutex);

    return mean;
}
