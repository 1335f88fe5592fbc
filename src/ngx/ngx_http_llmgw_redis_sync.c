
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What is counted for limits is told to other gateways, and what they have
 * counted is asked for, every llmgw_sync.  One worker does it for all.
 */


#include "ngx_http_llmgw_store_redis.h"


#define NGX_HTTP_LLMGW_REDIS_SYNC_JOB  "redis-sync"


static void ngx_http_llmgw_redis_sync_handler(ngx_event_t *ev);
static void ngx_http_llmgw_redis_sync_flying(
    ngx_http_llmgw_redis_worker_t *w, const ngx_http_llmgw_delta_t *deltas,
    ngx_uint_t n);
static ngx_int_t ngx_http_llmgw_redis_sync_ask(
    ngx_http_llmgw_redis_worker_t *w, const ngx_http_llmgw_delta_t *delta);
static void ngx_http_llmgw_redis_sync_answer(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static void ngx_http_llmgw_redis_sync_remote(
    ngx_http_llmgw_redis_worker_t *w, const ngx_http_llmgw_delta_t *delta,
    const llmgw_redis_value_t *v);


ngx_int_t
ngx_http_llmgw_redis_sync_init(ngx_http_llmgw_redis_worker_t *w,
    ngx_cycle_t *cycle)
{
    w->flying = ngx_calloc(NGX_HTTP_LLMGW_REDIS_RATES
                           * sizeof(ngx_http_llmgw_redis_flying_t),
                           cycle->log);
    if (w->flying == NULL) {
        return NGX_ERROR;
    }

    w->sync.handler = ngx_http_llmgw_redis_sync_handler;
    w->sync.data = w;
    w->sync.log = cycle->log;
    w->sync.cancelable = 1;

    ngx_add_timer(&w->sync, w->lmcf->sync);

    return NGX_OK;
}


void
ngx_http_llmgw_redis_sync_exit(ngx_http_llmgw_redis_worker_t *w)
{
    if (w->sync.timer_set) {
        ngx_del_timer(&w->sync);
    }

    ngx_http_llmgw_zone_job_done(w->lmcf, NGX_HTTP_LLMGW_REDIS_SYNC_JOB);

    ngx_free(w->flying);
    w->flying = NULL;
}


static void
ngx_http_llmgw_redis_sync_handler(ngx_event_t *ev)
{
    ngx_uint_t                      i, n;
    ngx_http_llmgw_delta_t         *deltas;
    ngx_http_llmgw_redis_worker_t  *w;

    w = ev->data;

    ngx_add_timer(ev, w->lmcf->sync);

    /* one turn at a time: a slow server gets no more than it answers */

    if (w->syncing
        || w->redis.state != ngx_http_llmgw_redis_ready
        || ngx_http_llmgw_zone_job(w->lmcf, NGX_HTTP_LLMGW_REDIS_SYNC_JOB,
                                   w->lmcf->sync + 2000)
           != NGX_OK)
    {
        return;
    }

    deltas = ngx_alloc(NGX_HTTP_LLMGW_REDIS_RATES
                       * sizeof(ngx_http_llmgw_delta_t), ev->log);
    if (deltas == NULL) {
        return;
    }

    n = ngx_http_llmgw_zone_deltas(w->lmcf, deltas,
                                   NGX_HTTP_LLMGW_REDIS_RATES);

    for (i = 0; i < n; i++) {
        if (ngx_http_llmgw_redis_sync_ask(w, &deltas[i]) != NGX_OK) {
            ngx_http_llmgw_zone_undelivered(w->lmcf, &deltas[i], n - i);
            break;
        }
    }

    /* there may be more of them */

    if (n == NGX_HTTP_LLMGW_REDIS_RATES && i == n) {
        ngx_add_timer(ev, 10);
    }

    ngx_http_llmgw_redis_sync_flying(w, deltas, n);

    ngx_free(deltas);
}


/*
 * Others had requests under way, and this gateway has none of its own to tell:
 * what it knows of theirs would never end.
 */

static void
ngx_http_llmgw_redis_sync_flying(ngx_http_llmgw_redis_worker_t *w,
    const ngx_http_llmgw_delta_t *deltas, ngx_uint_t n)
{
    ngx_uint_t                       i, k, nflying;
    ngx_http_llmgw_delta_t           delta;
    ngx_http_llmgw_info_t            info;
    ngx_http_llmgw_redis_flying_t   *f;

    /* who is still flying is said by the answers */

    nflying = w->nflying;
    w->nflying = 0;

    for (i = 0; i < nflying; i++) {

        f = &w->flying[i];

        for (k = 0; k < n; k++) {
            if (deltas[k].kind == f->kind && deltas[k].id.len == f->len
                && ngx_memcmp(deltas[k].id.data, f->id, f->len) == 0)
            {
                break;
            }
        }

        if (k < n) {
            continue;
        }

        ngx_memzero(&delta, sizeof(ngx_http_llmgw_delta_t));

        delta.kind = f->kind;
        delta.id = llmgw_str(f->id, f->len);

        if (ngx_http_llmgw_zone_info(w->lmcf, delta.kind, delta.id, &info)
            != NGX_OK)
        {
            continue;
        }

        delta.in_flight = info.in_flight;

        if (ngx_http_llmgw_redis_sync_ask(w, &delta) != NGX_OK) {

            /* asked for again later */

            if (w->nflying != i) {
                w->flying[w->nflying] = *f;
            }

            w->nflying++;
        }
    }
}


static ngx_int_t
ngx_http_llmgw_redis_sync_ask(ngx_http_llmgw_redis_worker_t *w,
    const ngx_http_llmgw_delta_t *delta)
{
    u_char                       *p;
    llmgw_str_t                   args[5];
    ngx_http_llmgw_redis_ask_t   *ask;
    ngx_http_llmgw_delta_t       *copy;
    u_char                        name[LLMGW_REDIS_NAME];
    u_char                        buf[3 * LLMGW_REDIS_DECIMAL];

    copy = ngx_alloc(sizeof(ngx_http_llmgw_delta_t), w->sync.log);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    *copy = *delta;

    ngx_memcpy(copy->name, delta->id.data, delta->id.len);
    copy->id.data = copy->name;

    args[0] = llmgw_redis_entity_name(name, w->rs->redis.prefix, delta->kind,
                                      delta->id, ":rates");
    args[1] = ngx_http_llmgw_str(w->st->node);

    p = buf;

    args[2].data = p;
    p = llmgw_redis_put_decimal(p, delta->requests);
    args[2].len = p - args[2].data;

    args[3].data = p;
    p = llmgw_redis_put_decimal(p, delta->tokens);
    args[3].len = p - args[3].data;

    args[4].data = p;
    p = llmgw_redis_put_decimal(p, delta->in_flight);
    args[4].len = p - args[4].data;

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_sync_answer, copy);

    if (ask == NULL
        || ngx_http_llmgw_redis_eval(ask, LLMGW_REDIS_RATES, 1, args, 5)
           != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        ngx_free(copy);
        return NGX_ERROR;
    }

    w->syncing++;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_sync_answer(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_delta_t *delta = ask->data;

    ngx_uint_t                      i;
    ngx_http_llmgw_redis_worker_t  *w;

    w = ask->redis->data;

    w->syncing--;

    if (v && ngx_http_llmgw_redis_well(ask->redis, v[0])) {

        if (v[0]->type == LLMGW_REDIS_ARRAY && v[0]->n == 3) {

            for (i = 0; i < 3; i++) {
                if (v[0]->elts[i]->type != LLMGW_REDIS_INTEGER
                    || v[0]->elts[i]->number < 0)
                {
                    break;
                }
            }

            if (i == 3) {
                ngx_http_llmgw_redis_sync_remote(w, delta, v[0]);
            }
        }

    } else if (delta->requests || delta->tokens) {

        /*
         * No answer does not say that it was not counted: so it may be counted
         * twice by others, for the minute that it counts.
         */

        ngx_http_llmgw_zone_undelivered(w->lmcf, delta, 1);
    }

    ngx_free(delta);
}


static void
ngx_http_llmgw_redis_sync_remote(ngx_http_llmgw_redis_worker_t *w,
    const ngx_http_llmgw_delta_t *delta, const llmgw_redis_value_t *v)
{
    uint64_t                        requests, tokens, flying;
    ngx_http_llmgw_redis_flying_t  *f;

    requests = ngx_min(v->elts[0]->number, 1000000000);
    tokens = ngx_min(v->elts[1]->number, 1000000000000);
    flying = ngx_min(v->elts[2]->number, 1000000);

    ngx_http_llmgw_zone_remote(w->lmcf, delta->kind, delta->id, requests,
                               tokens, flying);

    if (flying == 0 || w->flying == NULL
        || w->nflying == NGX_HTTP_LLMGW_REDIS_RATES)
    {
        return;
    }

    f = &w->flying[w->nflying++];

    f->kind = delta->kind;
    f->len = delta->id.len;
    ngx_memcpy(f->id, delta->id.data, f->len);
}
