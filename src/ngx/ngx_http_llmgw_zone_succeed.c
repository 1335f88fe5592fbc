
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A key that takes the place of another: what was counted for the old one goes
 * on to count for the new one, requests that are under way included.
 */


#include "ngx_http_llmgw_entity.h"
#include "ngx_http_llmgw_admin.h"


/* memory is taken before the lock is: there is room for so many sums */
#define NGX_HTTP_LLMGW_SUMS  64


static void ngx_http_llmgw_succeed_swap(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *old, ngx_http_llmgw_entity_t *new,
    llmgw_str_t id, uint32_t hash, llmgw_str_t new_id, uint32_t new_hash);
static void ngx_http_llmgw_succeed_money(ngx_http_llmgw_money_t *m,
    ngx_http_llmgw_money_t *other);
static void ngx_http_llmgw_succeed_total(ngx_http_llmgw_money_t *m,
    ngx_http_llmgw_store_total_t *total);


ngx_int_t
ngx_http_llmgw_zone_succeed(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, llmgw_str_t new_id, ngx_pool_t *pool,
    ngx_array_t *totals)
{
    u_char                        *names;
    uint32_t                       hash, new_hash;
    ngx_uint_t                     n;
    ngx_http_llmgw_meter_t        *m;
    ngx_http_llmgw_state_t        *st;
    ngx_http_llmgw_entity_t       *old, *new;
    ngx_http_llmgw_store_total_t  *total;

    st = ngx_http_llmgw_state(lmcf);

    names = ngx_pnalloc(pool, NGX_HTTP_LLMGW_SUMS * NGX_HTTP_LLMGW_METER);

    if (st == NULL || names == NULL
        || ngx_array_init(totals, pool, NGX_HTTP_LLMGW_SUMS + 1,
                          sizeof(ngx_http_llmgw_store_total_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    total = totals->elts;
    n = 0;

    hash = ngx_http_llmgw_entity_hash(st, kind, id);
    new_hash = ngx_http_llmgw_entity_hash(st, kind, new_id);

    ngx_http_llmgw_lock(lmcf);

    old = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);
    new = ngx_http_llmgw_entity_find_locked(st, kind, new_id, new_hash);

    if (old && new && !old->missing && !new->missing) {

        /* "old" is behind this what was counted, under the new id */

        ngx_http_llmgw_succeed_swap(st, old, new, id, hash, new_id, new_hash);

        ngx_http_llmgw_succeed_money(&old->money, &new->money);
        ngx_http_llmgw_succeed_total(&old->money, &total[n]);
        ngx_str_null(&total[n].meter);
        n++;

        for (m = old->meters; m && n <= NGX_HTTP_LLMGW_SUMS; m = m->next) {

            ngx_http_llmgw_succeed_money(&m->money, NULL);

            if (!m->budget || m->len > NGX_HTTP_LLMGW_METER) {
                continue;
            }

            total[n].meter.data = names;
            total[n].meter.len = m->len;
            names = ngx_cpymem(names, m->name, m->len);

            ngx_http_llmgw_succeed_total(&m->money, &total[n]);
            n++;
        }
    }

    ngx_http_llmgw_unlock(lmcf);

    totals->nelts = n;

    return n ? NGX_OK : NGX_DECLINED;
}


/*
 * Requests under way point to the entity: so it is the entity that changes its
 * id, and the records that change their entity.
 */

static void
ngx_http_llmgw_succeed_swap(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *old, ngx_http_llmgw_entity_t *new,
    llmgw_str_t id, uint32_t hash, llmgw_str_t new_id, uint32_t new_hash)
{
    int64_t                 version;
    ngx_msec_t              confirmed;
    ngx_uint_t              stale, stored;
    llmgw_policy_t         *policy;
    ngx_http_llmgw_place_t  place;

    ngx_http_llmgw_entity_rehash_locked(st, new, id, hash);
    ngx_http_llmgw_entity_rehash_locked(st, old, new_id, new_hash);

    policy = old->policy;
    version = old->version;
    place = old->place;
    confirmed = old->confirmed;
    stale = old->stale;
    stored = old->stored;

    old->policy = new->policy;
    old->version = new->version;
    old->place = new->place;
    old->confirmed = new->confirmed;
    old->stale = new->stale;
    old->stored = new->stored;

    new->policy = policy;
    new->version = version;
    new->place = place;
    new->confirmed = confirmed;
    new->stale = stale;
    new->stored = stored;

    /* the store will come to know of these under the old id */

    new->unsynced += old->unsynced;
    old->unsynced = 0;
}


/* what is pending is no longer of this one, which has it as settled */

static void
ngx_http_llmgw_succeed_money(ngx_http_llmgw_money_t *m,
    ngx_http_llmgw_money_t *other)
{
    if (other) {
        other->pending += m->pending;
        other->spend -= m->pending;
        other->total_pending += m->total_pending;
        other->total -= m->total_pending;
        other->reset_at = m->reset_at;
    }

    m->spend += m->pending;
    m->total += m->total_pending;
    m->pending = 0;
    m->total_pending = 0;
}


static void
ngx_http_llmgw_succeed_total(ngx_http_llmgw_money_t *m,
    ngx_http_llmgw_store_total_t *total)
{
    total->totals.spend = m->spend;
    total->totals.total = m->total;
    total->totals.reset_at = m->reset_at;
}
