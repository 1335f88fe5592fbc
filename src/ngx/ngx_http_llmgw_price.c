
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Prices of deployments, and what a request has used and cost.
 */


#include "ngx_http_llmgw_midstream.h"


/* LiteLLM's file has about 1.5 MB */
#define NGX_HTTP_LLMGW_PRICES_MAX    (64 * 1024 * 1024)

#define NGX_HTTP_LLMGW_PRICES_BLOCK  (64 * 1024)

#define NGX_HTTP_LLMGW_NANO          1000000000


/* lines of "price" in llmgw_model {} for one location, or for all */

typedef struct {
    ngx_str_t                  location;  /* empty: all */
    llmgw_price_t              price;
    unsigned                   base:1;    /* the line without "above" */
} ngx_http_llmgw_model_price_t;


/* of a step, in one of the servers */

struct ngx_http_llmgw_step_price_s {
    ngx_http_core_srv_conf_t  *server;
    const llmgw_price_t       *price;     /* NULL: none is known */
};


static ngx_int_t ngx_http_llmgw_prices_read(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *text);
static ngx_int_t ngx_http_llmgw_prices_add(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_price_list_t *list);
static ngx_http_llmgw_model_price_t *ngx_http_llmgw_model_price_of(
    ngx_http_llmgw_model_t *model, ngx_str_t *location);
static ngx_int_t ngx_http_llmgw_model_prices_check(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model);
static ngx_int_t ngx_http_llmgw_step_prices(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_step_t *step);
static ngx_int_t ngx_http_llmgw_attempt_usage(ngx_http_llmgw_ctx_t *ctx,
    llmgw_usage_t *u);
static ngx_int_t ngx_http_llmgw_resolve(ngx_pool_t *pool,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_loc_conf_t *llcf,
    ngx_http_llmgw_step_t *step, const llmgw_price_t **price);


/* "llmgw_prices FILE": of entries with one name the last file's hold */

char *
ngx_http_llmgw_prices(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_str_t           *value, name, text;
    llmgw_int_t          rc;
    llmgw_str_t          error;
    llmgw_arena_t        a, tmp;
    llmgw_price_list_t   list;

    value = cf->args->elts;
    name = value[1];

    if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK
        || ngx_http_llmgw_prices_read(cf, &name, &text) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    llmgw_arena_init(&a, ngx_http_llmgw_alloc, cf->pool,
                     NGX_HTTP_LLMGW_PRICES_BLOCK, 0);
    llmgw_arena_init(&tmp, ngx_http_llmgw_alloc, cf->temp_pool,
                     NGX_HTTP_LLMGW_PRICES_BLOCK, 0);

    rc = llmgw_price_read(&list, &a, &tmp, ngx_http_llmgw_str(text), &error);

    if (rc == LLMGW_INVALID) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the prices in \"%V\" cannot be read: %*s",
                           &name, error.len, error.data);
        return NGX_CONF_ERROR;
    }

    if (rc != LLMGW_OK
        || ngx_http_llmgw_prices_add(cf, lmcf, &list) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_llmgw_prices_read(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *text)
{
    size_t           size;
    ssize_t          n;
    ngx_int_t        rc;
    ngx_file_t       file;
    ngx_file_info_t  fi;

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name = *name;
    file.log = cf->log;
    file.fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(file.fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", name);
        goto done;
    }

    if (!ngx_is_file(&fi) || ngx_file_size(&fi) > NGX_HTTP_LLMGW_PRICES_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not a file of at most %d bytes", name,
                           NGX_HTTP_LLMGW_PRICES_MAX);
        goto done;
    }

    size = (size_t) ngx_file_size(&fi);

    text->len = 0;
    text->data = ngx_pnalloc(cf->temp_pool, size + 1);

    if (text->data == NULL) {
        goto done;
    }

    while (text->len < size) {

        n = ngx_read_file(&file, text->data + text->len, size - text->len,
                          text->len);

        if (n == NGX_ERROR) {
            goto done;
        }

        if (n == 0) {
            break;
        }

        text->len += n;
    }

    rc = NGX_OK;

done:

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", name);
    }

    return rc;
}


static ngx_int_t
ngx_http_llmgw_prices_add(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_price_list_t *list)
{
    size_t                n;
    llmgw_price_list_t   *all;
    llmgw_price_entry_t  *e;

    all = lmcf->prices;

    if (all == NULL) {

        all = ngx_palloc(cf->pool, sizeof(llmgw_price_list_t));
        if (all == NULL) {
            return NGX_ERROR;
        }

        *all = *list;
        lmcf->prices = all;

        return NGX_OK;
    }

    n = all->n + list->n;

    e = ngx_palloc(cf->pool, (n + 1) * sizeof(llmgw_price_entry_t));
    if (e == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(e, all->entries, all->n * sizeof(llmgw_price_entry_t));
    ngx_memcpy(e + all->n, list->entries,
               list->n * sizeof(llmgw_price_entry_t));

    all->entries = e;
    all->n = n;

    llmgw_price_list_sort(all);

    return NGX_OK;
}


/* "price [@location] [above=TOKENS] input=2.50 output=10 ...;" */

char *
ngx_http_llmgw_model_price(ngx_conf_t *cf, ngx_http_llmgw_model_t *model)
{
    u_char                        *p;
    int64_t                        above;
    ngx_str_t                     *value, location;
    ngx_uint_t                     i, first;
    llmgw_int_t                    rc;
    llmgw_str_t                    name, number;
    ngx_http_llmgw_model_price_t  *mp;

    value = cf->args->elts;
    first = 1;
    above = 0;

    ngx_str_null(&location);

    if (first < cf->args->nelts && value[first].data[0] == '@') {
        location = value[first++];
    }

    if (first < cf->args->nelts
        && ngx_strncmp(value[first].data, "above=", 6) == 0)
    {
        above = ngx_atosz(value[first].data + 6, value[first].len - 6);

        if (above <= 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid number of tokens in \"%V\"",
                               &value[first]);
            return NGX_CONF_ERROR;
        }

        first++;
    }

    if (first == cf->args->nelts) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"price\" takes prices: \"price input=2.50 "
                           "output=10;\", in US dollars per million tokens");
        return NGX_CONF_ERROR;
    }

    mp = ngx_http_llmgw_model_price_of(model, &location);

    if (mp == NULL) {

        mp = ngx_array_push(&model->prices);
        if (mp == NULL) {
            return NGX_CONF_ERROR;
        }

        mp->location = location;
        mp->base = 0;

        llmgw_price_init(&mp->price);
    }

    if (above == 0) {

        if (mp->base) {
            return "is duplicate";
        }

        mp->base = 1;
    }

    for (i = first; i < cf->args->nelts; i++) {

        p = (u_char *) ngx_strchr(value[i].data, '=');
        rc = LLMGW_DECLINED;

        if (p) {
            name = llmgw_str(value[i].data, p - value[i].data);
            number = llmgw_str(p + 1, value[i].data + value[i].len - (p + 1));

            rc = llmgw_price_set(&mp->price, above, name, number);
        }

        if (rc == LLMGW_OK) {
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           (rc == LLMGW_INVALID)
                           ? "invalid price in \"%V\""
                           : (rc == LLMGW_TOO_LARGE)
                           ? "too many \"above\" for \"%V\""
                           : (above && p)
                           ? "invalid parameter \"%V\" behind \"above\""
                           : "invalid parameter \"%V\" of \"price\"",
                           &value[i]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_http_llmgw_model_price_t *
ngx_http_llmgw_model_price_of(ngx_http_llmgw_model_t *model,
    ngx_str_t *location)
{
    ngx_uint_t                     i;
    ngx_http_llmgw_model_price_t  *mp;

    mp = model->prices.elts;

    for (i = 0; i < model->prices.nelts; i++) {

        if (mp[i].location.len == location->len
            && (location->len == 0
                || ngx_strncmp(mp[i].location.data, location->data,
                               location->len)
                   == 0))
        {
            return &mp[i];
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_llmgw_prices_create(ngx_conf_t *cf, ngx_http_llmgw_model_t *model)
{
    return ngx_array_init(&model->prices, cf->pool, 1,
                          sizeof(ngx_http_llmgw_model_price_t));
}


/* comes when the chains are made, and locations have their providers */

ngx_int_t
ngx_http_llmgw_prices_init(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_uint_t                i, j;
    ngx_http_llmgw_step_t    *step;
    ngx_http_llmgw_model_t  **models;

    models = lmcf->models.elts;

    for (i = 0; i < lmcf->models.nelts; i++) {
        if (ngx_http_llmgw_model_prices_check(cf, models[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < lmcf->models.nelts; i++) {

        step = models[i]->steps.elts;

        for (j = 0; j < models[i]->steps.nelts; j++) {
            if (ngx_http_llmgw_step_prices(cf, lmcf, &step[j]) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* of a token in and one out, pico-dollars; for strategy cost */

uint64_t
ngx_http_llmgw_token_price(ngx_http_llmgw_step_t *step)
{
    const llmgw_price_t  *price;

    price = step->prices ? step->prices->price : NULL;

    if (step->prices == NULL || step->prices->server == NULL || price == NULL
        || price->unit[LLMGW_UNIT_INPUT] < 0)
    {
        return UINT64_MAX;
    }

    return price->unit[LLMGW_UNIT_INPUT]
           + ngx_max(price->unit[LLMGW_UNIT_OUTPUT], 0);
}


static ngx_int_t
ngx_http_llmgw_model_prices_check(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model)
{
    ngx_uint_t                     i, j;
    ngx_http_llmgw_deployment_t   *d;
    ngx_http_llmgw_model_price_t  *mp;

    mp = model->prices.elts;
    d = model->deployments.elts;

    for (i = 0; i < model->prices.nelts; i++) {

        llmgw_price_finish(&mp[i].price);

        if (!mp[i].base) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "model \"%V\" in %s:%ui has a \"price\" above so "
                          "many tokens, and none below: add \"price "
                          "input=... output=...;\"", &model->name,
                          model->file_name, model->line);
            return NGX_ERROR;
        }

        if (mp[i].location.len == 0) {
            continue;
        }

        for (j = 0; j < model->deployments.nelts; j++) {

            if (d[j].location.len == mp[i].location.len
                && ngx_strncmp(d[j].location.data, mp[i].location.data,
                               mp[i].location.len)
                   == 0)
            {
                break;
            }
        }

        if (j == model->deployments.nelts) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "model \"%V\" in %s:%ui has a \"price\" for "
                          "\"%V\", where it has no deployment",
                          &model->name, model->file_name, model->line,
                          &mp[i].location);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_step_prices(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_step_t *step)
{
    ngx_uint_t                     i;
    ngx_http_llmgw_loc_conf_t     *llcf;
    ngx_http_core_srv_conf_t     **cscfp;
    ngx_http_llmgw_step_price_t   *sp;

    sp = ngx_palloc(cf->pool, (lmcf->servers.nelts + 1)
                              * sizeof(ngx_http_llmgw_step_price_t));
    if (sp == NULL) {
        return NGX_ERROR;
    }

    step->prices = sp;

    cscfp = lmcf->servers.elts;

    for (i = 0; i < lmcf->servers.nelts; i++) {

        llcf = ngx_http_llmgw_location(cscfp[i], &step->location);

        sp[i].server = cscfp[i];

        if (ngx_http_llmgw_resolve(cf->pool, lmcf, llcf, step, &sp[i].price)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    sp[i].server = NULL;

    return NGX_OK;
}


/*
 * What the model says goes before what files say, and these before what is
 * built in.  A name that means nothing to anybody else, such as that of an
 * ARN, is priced as what it stands for.
 */

static ngx_int_t
ngx_http_llmgw_resolve(ngx_pool_t *pool, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_loc_conf_t *llcf, ngx_http_llmgw_step_t *step,
    const llmgw_price_t **price)
{
    ngx_str_t                      all;
    llmgw_str_t                    family;
    llmgw_price_t                 *p, found;
    ngx_http_llmgw_model_price_t  *mp;

    *price = NULL;

    ngx_str_null(&all);

    mp = ngx_http_llmgw_model_price_of(step->owner, &step->location);

    if (mp == NULL) {
        mp = ngx_http_llmgw_model_price_of(step->owner, &all);
    }

    if (mp) {
        *price = &mp->price;
        return NGX_OK;
    }

    if (llcf == NULL || llcf->provider == NULL) {
        return NGX_OK;
    }

    family = llcf->settings.model_family;

    if (llmgw_price_find(lmcf->prices, llcf->provider->name, step->model,
                         &found)
        != LLMGW_OK
        && (family.len == 0
            || llmgw_price_find(lmcf->prices, llcf->provider->name, family,
                                &found)
               != LLMGW_OK))
    {
        return NGX_OK;
    }

    p = ngx_palloc(pool, sizeof(llmgw_price_t));
    if (p == NULL) {
        return NGX_ERROR;
    }

    *p = found;
    *price = p;

    return NGX_OK;
}


/* the price of a step, NULL: none is known */

const llmgw_price_t *
ngx_http_llmgw_step_price(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step)
{
    ngx_http_core_srv_conf_t     *cscf;
    ngx_http_llmgw_step_price_t  *sp;

    cscf = ngx_http_get_module_srv_conf(ctx->request, ngx_http_core_module);

    for (sp = step->prices; sp && sp->server; sp++) {
        if (sp->server == cscf) {
            return sp->price;
        }
    }

    return NULL;
}


/*
 * What the request has used so far.  NGX_DECLINED: nothing, or nothing that a
 * provider would want to be paid for.
 */

ngx_int_t
ngx_http_llmgw_usage(ngx_http_llmgw_ctx_t *ctx, llmgw_usage_t *u)
{
    ngx_int_t  rc;

    rc = ngx_http_llmgw_attempt_usage(ctx, u);

    return ctx->midstream ? ngx_http_llmgw_midstream_usage(ctx, u, rc) : rc;
}


/* of the attempt under way */

static ngx_int_t
ngx_http_llmgw_attempt_usage(ngx_http_llmgw_ctx_t *ctx, llmgw_usage_t *u)
{
    ngx_http_upstream_t  *us;

    llmgw_usage_init(u);

    if (ctx->call.endpoint == NULL || ctx->call.endpoint->count
        || ctx->call.endpoint->stored)
    {
        return NGX_DECLINED;
    }

    if (ctx->replied && (!ctx->has_error || ctx->interrupted)
        && ctx->reply.mode != LLMGW_REPLY_ERROR
        && (ctx->midstream == NULL || !ctx->midstream->counted))
    {
        llmgw_reply_usage(&ctx->reply, u);
        return NGX_OK;
    }

    us = ctx->request->upstream;

    if (ctx->state != ngx_http_llmgw_sending || ctx->llcf->mock
        || us == NULL || !us->request_sent)
    {
        return NGX_DECLINED;
    }

    /* the provider has begun to work */

    u->prompt = ctx->expect.prompt;
    u->estimated = 1;

    return NGX_OK;
}


/* nano-dollars; -1: there is no price */

int64_t
ngx_http_llmgw_cost(ngx_http_llmgw_ctx_t *ctx, const llmgw_usage_t *u)
{
    int64_t               cost;
    llmgw_usage_t         own;
    const llmgw_price_t  *price;

    if (ctx->midstream) {

        /* each attempt has its own price */

        u = (ngx_http_llmgw_attempt_usage(ctx, &own) == NGX_OK) ? &own : NULL;
    }

    if (ctx->cached || u == NULL) {
        cost = 0;

    } else {
        price = ctx->step ? ngx_http_llmgw_step_price(ctx, ctx->step) : NULL;
        cost = price ? llmgw_price_cost(price, u) : -1;
    }

    return ctx->midstream ? ngx_http_llmgw_midstream_cost(ctx, cost) : cost;
}


/* a decimal number of dollars, as short as it can be exactly */

u_char *
ngx_http_llmgw_dollars(u_char *p, int64_t nano)
{
    p = ngx_sprintf(p, "%L.%09L", nano / NGX_HTTP_LLMGW_NANO,
                    nano % NGX_HTTP_LLMGW_NANO);

    while (p[-1] == '0') {
        p--;
    }

    return (p[-1] == '.') ? p - 1 : p;
}


/*
 * What a whole answer has cost is known before its header goes out; what a
 * stream will cost is not.
 */

ngx_int_t
ngx_http_llmgw_cost_header(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    u_char         *p;
    int64_t         cost;
    llmgw_str_t     value;
    llmgw_usage_t   u;

    if (ctx->call.stream
        || (!ctx->reply.closed
            && ctx->call.endpoint->id != LLMGW_EP_SPEECH)
        || ngx_http_llmgw_usage(ctx, &u) != NGX_OK)
    {
        return NGX_OK;
    }

    cost = ngx_http_llmgw_cost(ctx, &u);

    if (cost < 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_HTTP_LLMGW_DOLLARS_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value = llmgw_str(p, ngx_http_llmgw_dollars(p, cost) - p);

    if (ngx_http_llmgw_exposes_litellm(ctx)
        && ngx_http_llmgw_push_header(r, llmgw_lit("x-litellm-response-cost"),
                                      value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_llmgw_push_header(r, llmgw_lit("x-llmgw-response-cost"),
                                      value);
}
