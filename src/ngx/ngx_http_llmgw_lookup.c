
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Questions to the store, and the requests that wait for the answers.
 */


#include "ngx_http_llmgw_entity.h"
#include "ngx_http_llmgw_store.h"


/* questions of one worker at a time: those who cannot ask are told so */
#define NGX_HTTP_LLMGW_LOOKUPS  1024

#define NGX_HTTP_LLMGW_LOOKUP_BUCKETS  256


typedef struct {
    ngx_queue_t                   queue;     /* in its bucket */
    ngx_queue_t                   waiters;   /* of ngx_http_llmgw_ctx_t */
    ngx_event_t                   timer;
    ngx_http_llmgw_store_call_t   call;
    ngx_http_llmgw_main_conf_t   *lmcf;
    ngx_pool_t                   *pool;
    ngx_uint_t                    serial;
    ngx_int_t                     rc;
    llmgw_str_t                   id;
    unsigned                      asking:1;  /* store_get() has not returned */
    unsigned                      done:1;
} ngx_http_llmgw_lookup_t;


static void *ngx_http_llmgw_lookup_alloc(void *data, size_t size);
static ngx_http_llmgw_lookup_t *ngx_http_llmgw_lookup_find(
    llmgw_kind_e kind, llmgw_str_t id, ngx_queue_t **bucket);
static ngx_http_llmgw_lookup_t *ngx_http_llmgw_lookup_create(
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind, llmgw_str_t id);
static void ngx_http_llmgw_lookup_answer(ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_lookup_put(ngx_http_llmgw_lookup_t *lk);
static void ngx_http_llmgw_lookup_timeout(ngx_event_t *ev);
static void ngx_http_llmgw_lookup_finish(ngx_http_llmgw_lookup_t *lk);
static void ngx_http_llmgw_lookup_free(ngx_http_llmgw_lookup_t *lk);


/* of the worker */
static ngx_queue_t  ngx_http_llmgw_lookups[NGX_HTTP_LLMGW_LOOKUP_BUCKETS];
static ngx_uint_t   ngx_http_llmgw_nlookups;


ngx_int_t
ngx_http_llmgw_lookup(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_kind_e kind, llmgw_str_t id, ngx_http_llmgw_resume_pt resume)
{
    ngx_int_t                    rc;
    ngx_queue_t                 *bucket;
    ngx_http_llmgw_lookup_t     *lk;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    if (lmcf->store == NULL) {
        return NGX_ERROR;
    }

    lk = ngx_http_llmgw_lookup_find(kind, id, &bucket);

    if (lk == NULL) {

        if (ngx_http_llmgw_nlookups == NGX_HTTP_LLMGW_LOOKUPS) {
            return NGX_BUSY;
        }

        lk = ngx_http_llmgw_lookup_create(lmcf, kind, id);
        if (lk == NULL) {
            return NGX_BUSY;
        }

        ngx_queue_insert_tail(bucket, &lk->queue);
        ngx_http_llmgw_nlookups++;

        ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                       "llmgw lookup of %ui \"%*s\"", (ngx_uint_t) kind,
                       (kind == LLMGW_KIND_KEY) ? 8 : id.len, id.data);

        ngx_http_llmgw_store_get(lmcf, &lk->call);

        lk->asking = 0;

        if (lk->done) {
            rc = lk->rc;
            ngx_http_llmgw_lookup_free(lk);
            return rc;
        }

        ngx_add_timer(&lk->timer, lmcf->lookup_timeout);
    }

    ctx->lookup = lk;
    ctx->lookup_resume = resume;

    ngx_queue_insert_tail(&lk->waiters, &ctx->lookup_queue);

    /* a client that leaves ends the wait; one that reads does not */

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_AGAIN;
}


static ngx_http_llmgw_lookup_t *
ngx_http_llmgw_lookup_find(llmgw_kind_e kind, llmgw_str_t id,
    ngx_queue_t **bucket)
{
    ngx_uint_t                n;
    ngx_queue_t              *q;
    ngx_http_llmgw_lookup_t  *lk;

    if (ngx_http_llmgw_lookups[0].next == NULL) {
        for (n = 0; n < NGX_HTTP_LLMGW_LOOKUP_BUCKETS; n++) {
            ngx_queue_init(&ngx_http_llmgw_lookups[n]);
        }
    }

    n = (ngx_crc32_short((u_char *) id.data, id.len) + kind)
        % NGX_HTTP_LLMGW_LOOKUP_BUCKETS;

    *bucket = &ngx_http_llmgw_lookups[n];

    for (q = ngx_queue_head(*bucket);
         q != ngx_queue_sentinel(*bucket);
         q = ngx_queue_next(q))
    {
        lk = ngx_queue_data(q, ngx_http_llmgw_lookup_t, queue);

        if (lk->call.kind == kind && llmgw_str_eq(lk->id, id)) {
            return lk;
        }
    }

    return NULL;
}


static ngx_http_llmgw_lookup_t *
ngx_http_llmgw_lookup_create(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id)
{
    ngx_pool_t               *pool;
    ngx_http_llmgw_lookup_t  *lk;

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    lk = ngx_pcalloc(pool, sizeof(ngx_http_llmgw_lookup_t) + id.len);
    if (lk == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    ngx_memcpy((u_char *) lk + sizeof(ngx_http_llmgw_lookup_t), id.data,
               id.len);

    lk->id = llmgw_str((u_char *) lk + sizeof(ngx_http_llmgw_lookup_t),
                       id.len);

    ngx_queue_init(&lk->waiters);

    lk->lmcf = lmcf;
    lk->pool = pool;
    lk->asking = 1;
    lk->serial = ngx_http_llmgw_zone_serial(lmcf);

    lk->call.handler = ngx_http_llmgw_lookup_answer;
    lk->call.data = lk;
    lk->call.log = ngx_cycle->log;
    lk->call.pool = pool;
    lk->call.kind = kind;
    lk->call.id.data = (u_char *) lk->id.data;
    lk->call.id.len = lk->id.len;

    lk->timer.handler = ngx_http_llmgw_lookup_timeout;
    lk->timer.data = lk;
    lk->timer.log = ngx_cycle->log;

    return lk;
}


static void *
ngx_http_llmgw_lookup_alloc(void *data, size_t size)
{
    return ngx_palloc(data, size);
}


static void
ngx_http_llmgw_lookup_answer(ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_lookup_t *lk = call->data;

    if (call->rc == NGX_OK) {
        lk->rc = ngx_http_llmgw_lookup_put(lk);

    } else if (call->rc == NGX_DECLINED) {

        lk->rc = ngx_http_llmgw_zone_missing(lk->lmcf, call->kind, lk->id,
                                             lk->serial);
        if (lk->rc != NGX_OK) {
            ngx_http_llmgw_zone_full(lk->lmcf, call->log);
            lk->rc = NGX_BUSY;
        }

    } else {
        lk->rc = NGX_ERROR;
    }

    lk->done = 1;

    if (!lk->asking) {
        ngx_http_llmgw_lookup_finish(lk);
    }
}


/* a record that cannot be understood is as good as a store that has failed */

static ngx_int_t
ngx_http_llmgw_lookup_put(ngx_http_llmgw_lookup_t *lk)
{
    ngx_uint_t                      i;
    llmgw_int_t                     rc;
    llmgw_str_t                     meter;
    llmgw_arena_t                   arena;
    llmgw_policy_t                 *policy;
    llmgw_problem_t                 problem;
    ngx_http_llmgw_store_call_t    *call;
    ngx_http_llmgw_store_total_t   *total;
    const ngx_http_llmgw_totals_t  *own;

    call = &lk->call;

    llmgw_arena_init(&arena, ngx_http_llmgw_lookup_alloc, lk->pool, 4096, 0);

    rc = llmgw_policy_read(&arena, call->kind, ngx_http_llmgw_str(call->json),
                           0, &policy, &problem);

    if (rc == LLMGW_INVALID) {
        ngx_log_error(NGX_LOG_ERR, call->log, 0,
                      "llmgw: the store's record of %*s \"%*s\" is not valid: "
                      "%*s%s%*s", llmgw_kind_name(call->kind).len,
                      llmgw_kind_name(call->kind).data,
                      (call->kind == LLMGW_KIND_KEY) ? (size_t) 8 : lk->id.len,
                      lk->id.data,
                      problem.field.len > 64 ? (size_t) 64 : problem.field.len,
                      problem.field.data, problem.field.len ? " " : "",
                      problem.message.len, problem.message.data);
    }

    if (rc != LLMGW_OK) {
        return NGX_ERROR;
    }

    own = NULL;
    total = call->totals.elts;

    for (i = 0; i < call->totals.nelts; i++) {
        if (total[i].meter.len == 0) {
            own = &total[i].totals;
        }
    }

    if (ngx_http_llmgw_zone_put(lk->lmcf, call->kind, lk->id, policy,
                                call->version, own, NULL, lk->serial)
        != NGX_OK)
    {
        ngx_http_llmgw_zone_full(lk->lmcf, call->log);
        return NGX_BUSY;
    }

    for (i = 0; i < call->totals.nelts; i++) {

        meter = ngx_http_llmgw_str(total[i].meter);

        if (meter.len) {
            ngx_http_llmgw_zone_totals(lk->lmcf, call->kind, lk->id, meter,
                                       &total[i].totals);
        }
    }

    return NGX_OK;
}


static void
ngx_http_llmgw_lookup_timeout(ngx_event_t *ev)
{
    ngx_http_llmgw_lookup_t *lk = ev->data;

    ngx_http_llmgw_store_cancel(lk->lmcf, &lk->call);

    lk->rc = NGX_ERROR;

    ngx_http_llmgw_lookup_finish(lk);
}


/*
 * Each of those who waited may end its request, and with it others' waiting.
 * Who asks again meanwhile asks anew.
 */

static void
ngx_http_llmgw_lookup_finish(ngx_http_llmgw_lookup_t *lk)
{
    ngx_queue_t               *q;
    ngx_connection_t          *c;
    ngx_http_request_t        *r;
    ngx_http_llmgw_ctx_t      *ctx;
    ngx_http_llmgw_resume_pt   resume;

    ngx_queue_remove(&lk->queue);
    ngx_queue_init(&lk->queue);

    while (!ngx_queue_empty(&lk->waiters)) {

        q = ngx_queue_head(&lk->waiters);
        ngx_queue_remove(q);

        ctx = ngx_queue_data(q, ngx_http_llmgw_ctx_t, lookup_queue);

        ctx->lookup = NULL;
        ctx->lookup_rc = lk->rc;
        ctx->lookup_answered = 1;

        r = ctx->request;
        c = r->connection;
        resume = ctx->lookup_resume;

        ngx_http_set_log_request(c->log, r);

        r->read_event_handler = ngx_http_block_reading;

        resume(r);

        ngx_http_run_posted_requests(c);
    }

    ngx_http_llmgw_lookup_free(lk);
}


static void
ngx_http_llmgw_lookup_free(ngx_http_llmgw_lookup_t *lk)
{
    ngx_queue_remove(&lk->queue);

    if (lk->timer.timer_set) {
        ngx_del_timer(&lk->timer);
    }

    ngx_http_llmgw_nlookups--;

    ngx_destroy_pool(lk->pool);
}


/* the question stays: others may want to know, and soon */

void
ngx_http_llmgw_lookup_cancel(ngx_http_llmgw_ctx_t *ctx)
{
    if (ctx->lookup) {
        ngx_queue_remove(&ctx->lookup_queue);
        ctx->lookup = NULL;
    }
}
