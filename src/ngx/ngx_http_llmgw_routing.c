
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The lines of llmgw_model {} that say how its deployments are chosen, and the
 * places in the zone for what is known of them.
 */


#include "ngx_http_llmgw_plan.h"


static ngx_int_t ngx_http_llmgw_strategy(ngx_conf_t *cf,
    ngx_http_llmgw_routing_t *rt);
static ngx_int_t ngx_http_llmgw_retries(ngx_conf_t *cf,
    ngx_http_llmgw_routing_t *rt);
static ngx_int_t ngx_http_llmgw_cooldown(ngx_conf_t *cf,
    ngx_http_llmgw_routing_t *rt);
static ngx_int_t ngx_http_llmgw_affinity(ngx_conf_t *cf,
    ngx_http_llmgw_routing_t *rt);
static ngx_int_t ngx_http_llmgw_midstream_line(ngx_conf_t *cf,
    ngx_http_llmgw_routing_t *rt);
static ngx_int_t ngx_http_llmgw_names(ngx_conf_t *cf, ngx_array_t *names);
static ngx_int_t ngx_http_llmgw_place_name(ngx_pool_t *pool,
    ngx_http_llmgw_model_t *model, ngx_http_llmgw_deployment_t *d,
    ngx_str_t *name);
static ngx_http_llmgw_place_sh_t *ngx_http_llmgw_get_place(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh, ngx_str_t *name,
    ngx_uint_t numbers);


ngx_int_t
ngx_http_llmgw_routing_create(ngx_conf_t *cf, ngx_http_llmgw_model_t *model)
{
    ngx_http_llmgw_routing_t  *rt;

    rt = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_routing_t));
    if (rt == NULL) {
        return NGX_ERROR;
    }

    model->routing = rt;

    rt->backoff = 500;
    rt->backoff_max = 8000;

    rt->breaker.base = 5000;
    rt->breaker.max = 60000;
    rt->breaker.longest = 600000;
    rt->breaker.failures = 3;
    rt->breaker.ratio = 50;
    rt->breaker.volume = 10;
    rt->breaker.window = 30000;

    if (ngx_array_init(&rt->context, cf->pool, 2, sizeof(ngx_str_t)) != NGX_OK
        || ngx_array_init(&rt->content, cf->pool, 2, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_routing_line(ngx_conf_t *cf, ngx_http_llmgw_model_t *model)
{
    ngx_str_t                 *value;
    ngx_http_llmgw_routing_t  *rt;

    value = cf->args->elts;
    rt = model->routing;

    if (ngx_strcmp(value[0].data, "strategy") == 0) {
        return ngx_http_llmgw_strategy(cf, rt);
    }

    if (ngx_strcmp(value[0].data, "retries") == 0) {
        return ngx_http_llmgw_retries(cf, rt);
    }

    if (ngx_strcmp(value[0].data, "retry_on") == 0) {
        return ngx_http_llmgw_retry_on_line(cf, rt);
    }

    if (ngx_strcmp(value[0].data, "cooldown") == 0) {
        return ngx_http_llmgw_cooldown(cf, rt);
    }

    if (ngx_strcmp(value[0].data, "affinity") == 0) {
        return ngx_http_llmgw_affinity(cf, rt);
    }

    if (ngx_strcmp(value[0].data, "context_fallback") == 0) {
        return ngx_http_llmgw_names(cf, &rt->context);
    }

    if (ngx_strcmp(value[0].data, "content_fallback") == 0) {
        return ngx_http_llmgw_names(cf, &rt->content);
    }

    if (ngx_strcmp(value[0].data, "midstream_fallback") == 0) {
        return ngx_http_llmgw_midstream_line(cf, rt);
    }

    if (ngx_strcmp(value[0].data, "hidden") == 0 && cf->args->nelts == 1) {
        model->hidden = 1;
        return NGX_OK;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_llmgw_strategy(ngx_conf_t *cf, ngx_http_llmgw_routing_t *rt)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    static char  *names[] = {
        "ordered", "weighted", "round_robin", "least_busy", "latency",
        "usage", "cost"
    };

    value = cf->args->elts;

    if (rt->strategy) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"strategy\" is duplicate");
        return NGX_ERROR;
    }

    for (i = 0; cf->args->nelts == 2 && i < llmgw_nelts(names); i++) {
        if (ngx_strcmp(value[1].data, names[i]) == 0) {
            rt->route.strategy = i;
            rt->strategy = 1;
            return NGX_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"strategy\" takes \"ordered\", \"weighted\", "
                       "\"round_robin\", \"least_busy\", \"latency\", "
                       "\"usage\" or \"cost\"");

    return NGX_ERROR;
}


/* retries NUMBER [backoff=TIME] [max=TIME] [limit=NUMBER] */

static ngx_int_t
ngx_http_llmgw_retries(ngx_conf_t *cf, ngx_http_llmgw_routing_t *rt)
{
    ngx_int_t    n;
    ngx_str_t   *value, s;
    ngx_uint_t   i;

    value = cf->args->elts;

    n = (cf->args->nelts > 1) ? ngx_atoi(value[1].data, value[1].len)
                              : NGX_ERROR;

    if (n == NGX_ERROR || n >= NGX_HTTP_LLMGW_ATTEMPTS) {
        goto invalid;
    }

    rt->retries = n;
    rt->retries_limit = n;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "backoff=", 8) == 0) {
            s.data = value[i].data + 8;
            s.len = value[i].len - 8;
            rt->backoff = ngx_parse_time(&s, 0);

            if (rt->backoff == (ngx_msec_t) NGX_ERROR) {
                goto invalid;
            }

            continue;
        }

        if (ngx_strncmp(value[i].data, "max=", 4) == 0) {
            s.data = value[i].data + 4;
            s.len = value[i].len - 4;
            rt->backoff_max = ngx_parse_time(&s, 0);

            if (rt->backoff_max == (ngx_msec_t) NGX_ERROR) {
                goto invalid;
            }

            continue;
        }

        if (ngx_strncmp(value[i].data, "limit=", 6) == 0) {
            n = ngx_atoi(value[i].data + 6, value[i].len - 6);

            if (n < (ngx_int_t) rt->retries || n >= NGX_HTTP_LLMGW_ATTEMPTS) {
                goto invalid;
            }

            rt->retries_limit = n;

            continue;
        }

        goto invalid;
    }

    return NGX_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"retries\" takes a number below %d, backoff=TIME, "
                       "max=TIME, and limit=NUMBER that is no less",
                       NGX_HTTP_LLMGW_ATTEMPTS);

    return NGX_ERROR;
}


/* cooldown off, or cooldown TIME [max=TIME] [failures=N] [ratio=N] */

static ngx_int_t
ngx_http_llmgw_cooldown(ngx_conf_t *cf, ngx_http_llmgw_routing_t *rt)
{
    ngx_int_t    n;
    ngx_str_t   *value, s;
    ngx_uint_t   i;

    value = cf->args->elts;

    if (cf->args->nelts < 2) {
        goto invalid;
    }

    if (ngx_strcmp(value[1].data, "off") == 0 && cf->args->nelts == 2) {
        rt->breaker.base = 0;
        return NGX_OK;
    }

    n = ngx_parse_time(&value[1], 0);

    if (n == NGX_ERROR || n == 0) {
        goto invalid;
    }

    rt->breaker.base = n;

    if (rt->breaker.max < rt->breaker.base) {
        rt->breaker.max = rt->breaker.base;
    }

    for (i = 2; i < cf->args->nelts; i++) {

        s.data = (u_char *) ngx_strchr(value[i].data, '=');

        if (s.data == NULL) {
            goto invalid;
        }

        s.data++;
        s.len = value[i].data + value[i].len - s.data;

        if (ngx_strncmp(value[i].data, "max=", 4) == 0) {
            n = ngx_parse_time(&s, 0);
            rt->breaker.max = n;

            if (n == NGX_ERROR || (uint64_t) n < rt->breaker.base) {
                goto invalid;
            }

            continue;
        }

        n = ngx_atoi(s.data, s.len);

        if (n == NGX_ERROR) {
            goto invalid;
        }

        if (ngx_strncmp(value[i].data, "failures=", 9) == 0) {
            rt->breaker.failures = n;
            continue;
        }

        if (ngx_strncmp(value[i].data, "ratio=", 6) == 0 && n <= 100) {
            rt->breaker.ratio = n;
            continue;
        }

        goto invalid;
    }

    return NGX_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"cooldown\" takes \"off\", or a time, max=TIME that "
                       "is no less, failures=NUMBER and ratio=PERCENT");

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_llmgw_affinity(ngx_conf_t *cf, ngx_http_llmgw_routing_t *rt)
{
    ngx_str_t                         *value;
    ngx_http_compile_complex_value_t   ccv;

    value = cf->args->elts;

    if (cf->args->nelts != 2 || rt->affinity) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"affinity\" takes one text with variables, once");
        return NGX_ERROR;
    }

    rt->affinity = ngx_pcalloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (rt->affinity == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value[1];
    ccv.complex_value = rt->affinity;

    return ngx_http_compile_complex_value(&ccv);
}


static ngx_int_t
ngx_http_llmgw_midstream_line(ngx_conf_t *cf, ngx_http_llmgw_routing_t *rt)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (cf->args->nelts != 2 || rt->midstream_set
        || (ngx_strcmp(value[1].data, "on") != 0
            && ngx_strcmp(value[1].data, "off") != 0))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"midstream_fallback\" takes \"on\" or \"off\", "
                           "once");
        return NGX_ERROR;
    }

    rt->midstream_set = 1;
    rt->midstream = (ngx_strcmp(value[1].data, "on") == 0);

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_names(ngx_conf_t *cf, ngx_array_t *names)
{
    ngx_str_t   *value, *name;
    ngx_uint_t   i;

    value = cf->args->elts;

    if (cf->args->nelts < 2) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" takes the names of models", &value[0]);
        return NGX_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        name = ngx_array_push(names);
        if (name == NULL) {
            return NGX_ERROR;
        }

        *name = value[i];
    }

    return NGX_OK;
}


/* parameters of a deployment that are numbers, and some others */

ngx_int_t
ngx_http_llmgw_deployment_line(ngx_conf_t *cf, ngx_http_llmgw_model_t *model,
    ngx_http_llmgw_deployment_t *d, ngx_str_t *value)
{
    size_t       len;
    u_char      *p;
    ngx_int_t    n;
    ngx_str_t    s;
    ngx_uint_t   i;

    static struct {
        char        *name;
        size_t       offset;
        ngx_int_t    min;
        ngx_int_t    max;
    } params[] = {
        { "weight=", offsetof(ngx_http_llmgw_deployment_t, weight), 1,
          LLMGW_WEIGHT_MAX },
        { "order=", offsetof(ngx_http_llmgw_deployment_t, order), 0, 1000000 },
        { "rpm=", offsetof(ngx_http_llmgw_deployment_t, rpm), 1, 0x7fffffff },
        { "tpm=", offsetof(ngx_http_llmgw_deployment_t, tpm), 1, 0x7fffffff },
        { "max_parallel=",
          offsetof(ngx_http_llmgw_deployment_t, max_parallel), 1, 0x7fffffff }
    };

    if (value->len >= 5 && ngx_strncmp(value->data, "tags=", 5) == 0) {
        return ngx_http_llmgw_deployment_tags(cf, d, value);
    }

    if (value->len >= 8 && ngx_strncmp(value->data, "timeout=", 8) == 0) {
        s.data = value->data + 8;
        s.len = value->len - 8;

        d->timeout = ngx_parse_time(&s, 0);

        if (d->timeout == (ngx_msec_t) NGX_ERROR || d->timeout == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid time in \"%V\"", value);
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    for (i = 0; i < llmgw_nelts(params); i++) {

        len = ngx_strlen(params[i].name);

        if (value->len < len
            || ngx_strncmp(value->data, params[i].name, len) != 0)
        {
            continue;
        }

        n = ngx_atoi(value->data + len, value->len - len);

        if (n == NGX_ERROR || n < params[i].min || n > params[i].max) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid number in \"%V\": it must be from %i "
                               "to %i", value, params[i].min, params[i].max);
            return NGX_ERROR;
        }

        p = (u_char *) d + params[i].offset;
        *(ngx_uint_t *) p = n;

        if (i == 0) {
            model->routing->weighted = 1;
        }

        return NGX_OK;
    }

    return NGX_DECLINED;
}


/* by tiers; within one they stay as they were written */

void
ngx_http_llmgw_routing_sort(ngx_http_llmgw_model_t *model)
{
    ngx_uint_t                    i, j;
    ngx_http_llmgw_deployment_t  *d, save;

    d = model->deployments.elts;

    for (i = 1; i < model->deployments.nelts; i++) {

        save = d[i];

        for (j = i; j && d[j - 1].order > save.order; j--) {
            d[j] = d[j - 1];
        }

        d[j] = save;
    }

    if (!model->routing->strategy && model->routing->weighted) {
        model->routing->route.strategy = LLMGW_STRATEGY_WEIGHTED;
    }
}


static ngx_int_t
ngx_http_llmgw_place_name(ngx_pool_t *pool, ngx_http_llmgw_model_t *model,
    ngx_http_llmgw_deployment_t *d, ngx_str_t *name)
{
    name->len = model->name.len;

    if (d) {
        name->len += 2 + d->location.len + d->model.len;
    }

    name->data = ngx_pnalloc(pool, name->len);
    if (name->data == NULL) {
        return NGX_ERROR;
    }

    if (d == NULL) {
        ngx_memcpy(name->data, model->name.data, model->name.len);
        return NGX_OK;
    }

    ngx_sprintf(name->data, "%V %V %V", &model->name, &d->location,
                &d->model);

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_routing_init(ngx_conf_t *cf, ngx_http_llmgw_model_t *model)
{
    ngx_str_t                     name;
    ngx_uint_t                    i, n;
    llmgw_route_t                *route;
    llmgw_numbers_t              *numbers;
    ngx_http_llmgw_step_t        *step;
    ngx_http_llmgw_place_sh_t    *place;
    ngx_http_llmgw_deployment_t  *d;

    route = &model->routing->route;
    d = model->deployments.elts;
    n = model->deployments.nelts;
    step = model->steps.elts;

    route->n = n;
    route->list = ngx_pcalloc(cf->pool, n * sizeof(llmgw_deployment_t));
    route->sums = ngx_pcalloc(cf->pool, n * sizeof(uint64_t));
    numbers = ngx_pcalloc(cf->pool, n * sizeof(llmgw_numbers_t));
    place = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_place_sh_t));

    if (route->list == NULL || route->sums == NULL || numbers == NULL
        || place == NULL)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (ngx_http_llmgw_place_name(cf->pool, model, &d[i], &name)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        route->list[i].numbers = &numbers[i];
        route->list[i].hash = llmgw_route_hash(ngx_http_llmgw_str(name));
        route->list[i].weight = d[i].weight ? d[i].weight : 1;
        route->list[i].order = d[i].order;
        route->list[i].rpm = d[i].rpm;
        route->list[i].tpm = d[i].tpm;
        route->list[i].max_parallel = d[i].max_parallel;
        route->list[i].price = ngx_http_llmgw_token_price(&step[i]);
        route->list[i].always = (model->routing->breaker.base == 0);
    }

    route->turn = &place->turn;
    model->routing->budget = &place->budget;

    llmgw_route_init(route);

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_routing_zone(ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh,
    ngx_http_llmgw_model_t *model, ngx_uint_t queue)
{
    ngx_int_t                     rc;
    ngx_str_t                     name;
    ngx_uint_t                    i, n, slots;
    ngx_pool_t                   *pool;
    llmgw_route_t                *route;
    ngx_http_llmgw_place_sh_t    *place;
    ngx_http_llmgw_deployment_t  *d;

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;
    route = &model->routing->route;
    d = model->deployments.elts;
    n = model->deployments.nelts;
    slots = 0;

    for (i = 0; i <= n; i++) {

        if (ngx_http_llmgw_place_name(pool, model, (i < n) ? &d[i] : NULL,
                                      &name)
            != NGX_OK)
        {
            goto done;
        }

        place = ngx_http_llmgw_get_place(shpool, sh, &name, i < n);
        if (place == NULL) {
            goto done;
        }

        if (i < n) {
            route->list[i].numbers = place->numbers;
            slots |= route->list[i].max_parallel;

        } else {
            route->turn = &place->turn;
            model->routing->budget = &place->budget;
            model->routing->place = (queue && slots) ? place : NULL;
        }
    }

    rc = NGX_OK;

done:

    ngx_destroy_pool(pool);

    return rc;
}


static ngx_http_llmgw_place_sh_t *
ngx_http_llmgw_get_place(ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh,
    ngx_str_t *name, ngx_uint_t numbers)
{
    size_t                      size;
    ngx_queue_t                *q;
    ngx_http_llmgw_place_sh_t  *place;

    ngx_shmtx_lock(&shpool->mutex);

    for (q = ngx_queue_head(&sh->places);
         q != ngx_queue_sentinel(&sh->places);
         q = ngx_queue_next(q))
    {
        place = ngx_queue_data(q, ngx_http_llmgw_place_sh_t, queue);

        if (place->len == name->len
            && (place->numbers != NULL) == numbers
            && ngx_memcmp(place->name, name->data, name->len) == 0)
        {
            goto done;
        }
    }

    size = ngx_align(offsetof(ngx_http_llmgw_place_sh_t, name) + name->len,
                     sizeof(uint64_t));

    place = ngx_slab_calloc_locked(shpool,
                           size + (numbers ? sizeof(llmgw_numbers_t) : 0));

    if (place) {

        if (numbers) {
            place->numbers = (llmgw_numbers_t *) ((u_char *) place + size);
        }

        place->len = name->len;
        ngx_memcpy(place->name, name->data, name->len);
        ngx_queue_insert_tail(&sh->places, &place->queue);
    }

done:

    ngx_shmtx_unlock(&shpool->mutex);

    return place;
}
