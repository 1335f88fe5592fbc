
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * One record, with what was spent, from Redis.
 */


#include "ngx_http_llmgw_store_redis.h"
#include "ngx_http_llmgw_files.h"


/* ms: between looks at whether the server has what this gateway had left */
#define NGX_HTTP_LLMGW_REDIS_LOOK  5


static ngx_uint_t ngx_http_llmgw_redis_get_early(
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_redis_get_again(ngx_event_t *ev);
static void ngx_http_llmgw_redis_get_ask(ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_redis_get_handler(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_gone(ngx_http_llmgw_redis_t *redis,
    llmgw_kind_e kind, llmgw_str_t id);
static ngx_int_t ngx_http_llmgw_redis_result(
    ngx_http_llmgw_store_call_t *call, const llmgw_redis_record_t *record);


void
ngx_http_llmgw_redis_get(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    call->state = 0;

    if (ngx_http_llmgw_redis_get_early(call)) {

        call->event.handler = ngx_http_llmgw_redis_get_again;
        call->event.data = call;
        call->event.log = call->log;

        ngx_add_timer(&call->event, NGX_HTTP_LLMGW_REDIS_LOOK);
        return;
    }

    ngx_http_llmgw_redis_get_ask(call);
}


/*
 * A gateway that was started may have requests in its ledger that the server's
 * sums lack.  These come first, unless there are so many that a lookup would
 * not see the end of it; then a sum is right when they are there.
 */

static ngx_uint_t
ngx_http_llmgw_redis_get_early(ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    return w->lmcf->files->sh->due
           && w->redis.failures < 2
           && call->state * NGX_HTTP_LLMGW_REDIS_LOOK
              < w->lmcf->lookup_timeout / 2;
}


static void
ngx_http_llmgw_redis_get_again(ngx_event_t *ev)
{
    ngx_http_llmgw_store_call_t  *call;

    call = ev->data;
    call->state++;

    if (ngx_http_llmgw_redis_get_early(call)) {
        ngx_add_timer(ev, NGX_HTTP_LLMGW_REDIS_LOOK);
        return;
    }

    ngx_http_llmgw_redis_get_ask(call);
}


static void
ngx_http_llmgw_redis_get_ask(ngx_http_llmgw_store_call_t *call)
{
    llmgw_str_t                     args[5], id;
    u_char                          name[LLMGW_REDIS_NAME];
    u_char                          sums[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;
    id = ngx_http_llmgw_str(call->id);

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_get_handler, call);
    if (ask == NULL) {
        goto failed;
    }

    args[0] = llmgw_lit("HMGET");
    args[1] = llmgw_redis_entity_name(name, w->rs->redis.prefix, call->kind,
                                      id, "");
    args[2] = llmgw_lit("id");
    args[3] = llmgw_lit("json");
    args[4] = llmgw_lit("version");

    if (ngx_http_llmgw_redis_add(ask, args, 5) != NGX_OK) {
        goto failed;
    }

    args[0] = llmgw_lit("HGETALL");
    args[1] = llmgw_redis_entity_name(sums, w->rs->redis.prefix, call->kind,
                                      id, ":spend");

    if (ngx_http_llmgw_redis_add(ask, args, 2) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        goto failed;
    }

    call->job = &ask->data;

    return;

failed:

    ngx_http_llmgw_store_done(call, NGX_ERROR);
}


static void
ngx_http_llmgw_redis_get_handler(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_store_call_t *call = ask->data;

    ngx_int_t              rc;
    llmgw_str_t            id;
    llmgw_redis_record_t   record;
    llmgw_redis_value_t   *sums;

    if (call == NULL) {

        /* canceled */

        return;
    }

    call->job = NULL;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    id = ngx_http_llmgw_str(call->id);
    sums = v[1];

    if (sums->type == LLMGW_REDIS_ERROR) {

        if (llmgw_redis_error(sums->str) != LLMGW_REDIS_E_TYPE) {
            (void) ngx_http_llmgw_redis_well(ask->redis, sums);
            ngx_http_llmgw_store_done(call, NGX_ERROR);
            return;
        }

        ngx_http_llmgw_redis_damaged(call->kind, id, "the sums are no hash");
        sums = NULL;
    }

    switch (llmgw_redis_record(&ask->redis->arena, id, v[0], sums, &record)) {

    case LLMGW_OK:

        if (record.damaged) {
            ngx_http_llmgw_redis_damaged(call->kind, id,
                                         "a sum is no number");
        }

        rc = ngx_http_llmgw_redis_result(call, &record);
        break;

    case LLMGW_DECLINED:
        rc = ngx_http_llmgw_redis_gone(ask->redis, call->kind, id);
        break;

    case LLMGW_INVALID:
        ngx_http_llmgw_redis_damaged(call->kind, id, record.why);

        /* fall through */

    default:
        rc = NGX_ERROR;
    }

    ngx_http_llmgw_store_done(call, rc);
}


/*
 * What is known here and not in a database that has lost what it had, is as if
 * the store were away: who is deleted has been told about before.
 */

static ngx_int_t
ngx_http_llmgw_redis_gone(ngx_http_llmgw_redis_t *redis, llmgw_kind_e kind,
    llmgw_str_t id)
{
    ngx_http_llmgw_info_t           info;
    ngx_http_llmgw_redis_worker_t  *w;

    w = redis->data;

    if (redis->emptied
        && ngx_current_msec - redis->replaced < w->lmcf->store_grace
        && ngx_http_llmgw_zone_info(w->lmcf, kind, id, &info) == NGX_OK
        && !info.missing)
    {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_llmgw_redis_result(ngx_http_llmgw_store_call_t *call,
    const llmgw_redis_record_t *record)
{
    size_t                         i;
    ngx_str_t                      text;
    llmgw_redis_total_t           *t;
    ngx_http_llmgw_store_total_t  *total;

    text.len = record->json.len;
    text.data = (u_char *) record->json.data;

    call->json.len = text.len;
    call->json.data = ngx_pstrdup(call->pool, &text);
    call->version = record->version;

    if (call->json.data == NULL
        || ngx_array_init(&call->totals, call->pool, record->ntotals + 1,
                          sizeof(ngx_http_llmgw_store_total_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < record->ntotals; i++) {

        t = &record->totals[i];

        total = ngx_array_push(&call->totals);

        text.len = t->meter.len;
        text.data = (u_char *) t->meter.data;

        total->meter.len = text.len;
        total->meter.data = NULL;
        total->totals.spend = t->spend;
        total->totals.total = t->total;
        total->totals.reset_at = t->reset_at;

        if (text.len) {
            total->meter.data = ngx_pstrdup(call->pool, &text);
            if (total->meter.data == NULL) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}
