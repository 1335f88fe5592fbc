
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Records in the zone: what stores and the admin API put there, change and
 * look up.
 */


#include "ngx_http_llmgw_entity.h"


/* buckets that are walked over under one lock */
#define NGX_HTTP_LLMGW_WALK  512


static ngx_int_t ngx_http_llmgw_set_policy(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e,
    const llmgw_policy_t *policy);
static void ngx_http_llmgw_set_missing(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e);
static void ngx_http_llmgw_set_found(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e);


/* A change of what hash stands for; answers that are older do not count. */

#define ngx_http_llmgw_changed(st, hash)                                     \
    (st)->recent[(hash) % NGX_HTTP_LLMGW_RECENT] = ++(st)->serial

#define ngx_http_llmgw_outdated(st, hash, serial_)                           \
    ((ngx_int_t) ((st)->recent[(hash) % NGX_HTTP_LLMGW_RECENT] - (serial_))  \
     > 0)


ngx_uint_t
ngx_http_llmgw_zone_serial(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_uint_t               serial;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return 0;
    }

    ngx_http_llmgw_lock(lmcf);

    serial = st->serial;

    ngx_http_llmgw_unlock(lmcf);

    return serial;
}


/* what allows everything takes no memory */

static ngx_int_t
ngx_http_llmgw_set_policy(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e,
    const llmgw_policy_t *policy)
{
    llmgw_policy_t  *p;

    p = NULL;

    if (policy && (policy->mask || !(policy->routes & LLMGW_ROUTES_ALL))) {

        /* one of the same size goes into the place of the old one */

        if (e->policy && e->policy->size == policy->size) {
            ngx_memcpy(e->policy, policy, policy->size);
            return NGX_OK;
        }

        e->leases++;
        p = ngx_http_llmgw_alloc_locked(shpool, st, policy->size);
        e->leases--;

        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(p, policy, policy->size);
    }

    if (e->policy) {
        ngx_slab_free_locked(shpool, e->policy);
    }

    e->policy = p;

    return NGX_OK;
}


static void
ngx_http_llmgw_set_missing(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e)
{
    ngx_uint_t  i;

    if (e->policy) {
        ngx_slab_free_locked(shpool, e->policy);
        e->policy = NULL;
    }

    if (e->missing) {
        return;
    }

    i = (e->kind != LLMGW_KIND_KEY);

    e->missing = 1;
    e->stored = 0;
    e->version = 0;

    st->nmissing[i]++;
    st->counts.entities[e->kind]--;

    ngx_queue_remove(&e->lru);
    ngx_queue_insert_head(&st->missing[i], &e->lru);
}


static void
ngx_http_llmgw_set_found(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e)
{
    e->missing = 0;

    st->nmissing[e->kind != LLMGW_KIND_KEY]--;
    st->counts.entities[e->kind]++;

    ngx_queue_remove(&e->lru);
    ngx_queue_insert_head(&st->lru[e->kind], &e->lru);

    /* another one of this name: nothing of the old one is its own */

    ngx_memzero(&e->money, offsetof(ngx_http_llmgw_money_t, reserved));
}


/* what was asked for since the feed began is not older than it */

static void
ngx_http_llmgw_set_confirmed(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_uint_t serial)
{
    e->confirmed = ngx_current_msec;

    if ((ngx_int_t) (serial - st->fed) >= 0
        && (ngx_msec_int_t) (e->confirmed - st->epoch) < 0)
    {
        e->confirmed = st->epoch;
    }
}


static void
ngx_http_llmgw_set_money(ngx_http_llmgw_money_t *m,
    const llmgw_policy_t *policy, const ngx_http_llmgw_totals_t *totals)
{
    if (totals) {
        m->spend = totals->spend;
        m->total = totals->total;
        m->reset_at = totals->reset_at;
        return;
    }

    m->spend = llmgw_policy_number(policy, LLMGW_F_SPEND, 0);
    m->total = llmgw_policy_number(policy, LLMGW_F_TOTAL_SPEND, m->spend);
    m->reset_at = llmgw_policy_number(policy, LLMGW_F_BUDGET_RESET_AT, 0);
}


ngx_int_t
ngx_http_llmgw_zone_put(ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind,
    llmgw_str_t id, const llmgw_policy_t *policy, int64_t version,
    const ngx_http_llmgw_totals_t *totals,
    const ngx_http_llmgw_place_t *place, ngx_uint_t serial)
{
    uint32_t                  hash;
    ngx_int_t                 rc;
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL || id.len == 0 || id.len > LLMGW_ID_MAX) {
        return NGX_ERROR;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);
    hash = ngx_http_llmgw_entity_hash(st, kind, id);
    rc = NGX_OK;

    ngx_http_llmgw_lock(lmcf);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

    if (e == NULL) {

        e = ngx_http_llmgw_entity_add_locked(shpool, st, kind, id, hash);
        if (e == NULL) {
            goto failed;
        }

        ngx_http_llmgw_set_money(&e->money, policy, totals);

    } else if (e->missing) {
        ngx_http_llmgw_set_found(st, e);
        ngx_http_llmgw_set_money(&e->money, policy, totals);

    } else if (!e->stored) {

        if (totals) {
            ngx_http_llmgw_set_money(&e->money, policy, totals);
        }

    } else if (version != 0 && version < e->version) {
        goto done;
    }

    if (ngx_http_llmgw_set_policy(shpool, st, e, policy) != NGX_OK) {
        goto failed;
    }

    e->stored = 1;
    e->version = version;
    ngx_http_llmgw_set_confirmed(st, e, serial);
    e->stale = ngx_http_llmgw_outdated(st, hash, serial);

    if (place) {
        e->place = *place;
    }

    goto done;

failed:

    /* what it was before is not what it is now */

    if (e) {
        e->stale = 1;
    }

    rc = NGX_ERROR;

done:

    ngx_http_llmgw_unlock(lmcf);

    return rc;
}


/*
 * There are only so many of them: the oldest gives its place to a new one, so
 * that a flood of keys that do not exist takes no more than that.
 */

ngx_int_t
ngx_http_llmgw_zone_missing(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, ngx_uint_t serial)
{
    uint32_t                  hash;
    ngx_int_t                 rc;
    ngx_uint_t                i, n;
    ngx_queue_t              *q, *prev, *queue;
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e, *old;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL || id.len == 0 || id.len > LLMGW_ID_MAX) {
        return NGX_ERROR;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);
    hash = ngx_http_llmgw_entity_hash(st, kind, id);
    i = (kind != LLMGW_KIND_KEY);
    queue = &st->missing[i];
    rc = NGX_OK;

    ngx_http_llmgw_lock(lmcf);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

    if (e == NULL) {

        n = 0;

        for (q = ngx_queue_last(queue);
             q != ngx_queue_sentinel(queue)
             && st->nmissing[i] >= st->max_missing && n < 8;
             q = prev, n++)
        {
            prev = ngx_queue_prev(q);
            old = ngx_queue_data(q, ngx_http_llmgw_entity_t, lru);

            if (ngx_http_llmgw_evictable_locked(st, old)) {
                ngx_http_llmgw_entity_free_locked(shpool, st, old);
                continue;
            }

            /* others behind it may go */

            ngx_queue_remove(q);
            ngx_queue_insert_head(queue, q);
        }

        e = ngx_http_llmgw_entity_add_locked(shpool, st, kind, id, hash);
    }

    if (e) {
        ngx_http_llmgw_set_missing(shpool, st, e);

        ngx_http_llmgw_set_confirmed(st, e, serial);
        e->stale = ngx_http_llmgw_outdated(st, hash, serial);

    } else {
        rc = NGX_ERROR;
    }

    ngx_http_llmgw_unlock(lmcf);

    return rc;
}


void
ngx_http_llmgw_zone_del(ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind,
    llmgw_str_t id)
{
    uint32_t                  hash;
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);
    hash = ngx_http_llmgw_entity_hash(st, kind, id);

    ngx_http_llmgw_lock(lmcf);

    ngx_http_llmgw_changed(st, hash);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

    if (e) {
        ngx_http_llmgw_set_missing(shpool, st, e);

        e->confirmed = ngx_current_msec;
        e->stale = 0;

        ngx_http_llmgw_entity_release_locked(shpool, st, e);
    }

    ngx_http_llmgw_unlock(lmcf);
}


void
ngx_http_llmgw_zone_invalidate(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id)
{
    uint32_t                  hash;
    ngx_uint_t                i;
    ngx_queue_t              *q;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL || kind >= LLMGW_KINDS) {
        return;
    }

    ngx_http_llmgw_lock(lmcf);

    if (id.len) {
        hash = ngx_http_llmgw_entity_hash(st, kind, id);

        ngx_http_llmgw_changed(st, hash);

        e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

        if (e) {
            e->stale = 1;
        }

        ngx_http_llmgw_unlock(lmcf);
        return;
    }

    for (i = 0; i < NGX_HTTP_LLMGW_RECENT; i++) {
        ngx_http_llmgw_changed(st, i);
    }

    for (q = ngx_queue_head(&st->lru[kind]);
         q != ngx_queue_sentinel(&st->lru[kind]);
         q = ngx_queue_next(q))
    {
        e = ngx_queue_data(q, ngx_http_llmgw_entity_t, lru);
        e->stale = 1;
    }

    i = (kind != LLMGW_KIND_KEY);

    for (q = ngx_queue_head(&st->missing[i]);
         q != ngx_queue_sentinel(&st->missing[i]);
         q = ngx_queue_next(q))
    {
        e = ngx_queue_data(q, ngx_http_llmgw_entity_t, lru);
        e->stale = 1;
    }

    ngx_http_llmgw_unlock(lmcf);
}


/* Counted from the start on, so that a store has where to put its sums. */

ngx_int_t
ngx_http_llmgw_zone_configure(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id)
{
    ngx_http_llmgw_entity_t  *e;

    ngx_http_llmgw_lock(lmcf);

    e = ngx_http_llmgw_configured_locked(lmcf, kind, id);

    ngx_http_llmgw_unlock(lmcf);

    return e ? NGX_OK : NGX_ERROR;
}


ngx_http_llmgw_entity_t *
ngx_http_llmgw_configured_locked(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id)
{
    uint32_t                  hash;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);
    hash = ngx_http_llmgw_entity_hash(st, kind, id);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

    if (e == NULL) {
        e = ngx_http_llmgw_entity_add_locked(ngx_http_llmgw_shpool(lmcf), st,
                                             kind, id, hash);
    }

    if (e) {
        e->configured = 1;
    }

    return e;
}


/* the same memory under another name, so that leases still point to it */

ngx_int_t
ngx_http_llmgw_zone_rename(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, llmgw_str_t new_id)
{
    uint32_t                  hash, new_hash;
    ngx_int_t                 rc;
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e, *other;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL || id.len != new_id.len) {
        return NGX_DECLINED;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);
    hash = ngx_http_llmgw_entity_hash(st, kind, id);
    new_hash = ngx_http_llmgw_entity_hash(st, kind, new_id);
    rc = NGX_DECLINED;

    ngx_http_llmgw_lock(lmcf);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);
    other = ngx_http_llmgw_entity_find_locked(st, kind, new_id, new_hash);

    if (other && other->missing
        && ngx_http_llmgw_evictable_locked(st, other))
    {
        ngx_http_llmgw_entity_free_locked(shpool, st, other);
        other = NULL;
    }

    if (e && other == NULL) {

        ngx_http_llmgw_changed(st, hash);
        ngx_http_llmgw_changed(st, new_hash);

        ngx_http_llmgw_entity_rehash_locked(st, e, new_id, new_hash);

        e->version = 0;
        rc = NGX_OK;
    }

    ngx_http_llmgw_unlock(lmcf);

    return rc;
}


ngx_int_t
ngx_http_llmgw_zone_info(ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind,
    llmgw_str_t id, ngx_http_llmgw_info_t *info)
{
    ngx_msec_t                now;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return NGX_DECLINED;
    }

    now = ngx_current_msec;

    ngx_http_llmgw_lock(lmcf);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id,
                                  ngx_http_llmgw_entity_hash(st, kind, id));

    if (e == NULL) {
        ngx_http_llmgw_unlock(lmcf);
        return NGX_DECLINED;
    }

    ngx_http_llmgw_money_turn(&e->money, ngx_time(), e->money.duration);

    ngx_memzero(info, sizeof(ngx_http_llmgw_info_t));

    info->version = e->version;
    info->spend = e->money.spend + e->money.pending;
    info->total = e->money.total + e->money.total_pending;
    info->reset_at = e->money.reset_at;
    info->reserved = e->money.reserved;
    info->in_flight = e->in_flight;
    info->place = e->place;
    info->missing = e->missing;
    info->stale = (e->stored || e->missing)
                  && ngx_http_llmgw_stale_locked(st, e, now);
    info->configured = e->configured;

    if (e->rates) {
        info->requests = llmgw_window_used(&e->rates->requests, now);
        info->tokens = llmgw_window_used(&e->rates->tokens, now);
    }

    ngx_http_llmgw_unlock(lmcf);

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_zone_policy(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, ngx_pool_t *pool,
    llmgw_policy_t **policy)
{
    size_t                    size, room;
    uint32_t                  hash;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return NGX_DECLINED;
    }

    *policy = NULL;
    hash = ngx_http_llmgw_entity_hash(st, kind, id);

    for (room = 0; /* void */ ; room = size) {

        if (room) {
            *policy = ngx_palloc(pool, room);
            if (*policy == NULL) {
                return NGX_ERROR;
            }
        }

        ngx_http_llmgw_lock(lmcf);

        e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

        if (e == NULL || e->missing) {
            ngx_http_llmgw_unlock(lmcf);
            return NGX_DECLINED;
        }

        size = e->policy ? e->policy->size : 0;

        if (size == 0) {
            *policy = NULL;

        } else if (size <= room) {
            ngx_memcpy(*policy, e->policy, size);
        }

        ngx_http_llmgw_unlock(lmcf);

        if (size <= room) {
            return NGX_OK;
        }
    }
}


ngx_uint_t
ngx_http_llmgw_zone_walk(ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind,
    ngx_uint_t *cursor, ngx_http_llmgw_name_t *names, ngx_uint_t n,
    u_char *buf)
{
    ngx_uint_t                count, first, i, looked;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL || n == 0) {
        *cursor = 0;
        return 0;
    }

    count = 0;

    for (i = *cursor; i <= st->mask; /* void */ ) {

        ngx_http_llmgw_lock(lmcf);

        for (looked = 0;
             looked < NGX_HTTP_LLMGW_WALK && i <= st->mask;
             looked++, i++)
        {
            first = count;

            for (e = st->buckets[i]; e; e = e->next) {

                if (e->kind != kind || e->missing) {
                    continue;
                }

                if (count == n) {
                    break;
                }

                names[count].id.data = buf + count * LLMGW_ID_MAX;
                names[count].id.len = e->len;
                names[count].version = e->version;
                names[count].place = e->place;

                ngx_memcpy(buf + count * LLMGW_ID_MAX,
                           ngx_http_llmgw_entity_id(e), e->len);
                count++;
            }

            if (e && first) {

                /* this bucket once more, with all of its entities */

                ngx_http_llmgw_unlock(lmcf);

                *cursor = i;
                return first;
            }
        }

        ngx_http_llmgw_unlock(lmcf);

        if (count == n && i <= st->mask) {
            *cursor = i;
            return count;
        }
    }

    *cursor = 0;

    return count;
}


void
ngx_http_llmgw_zone_move(ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind,
    llmgw_str_t id, const ngx_http_llmgw_place_t *from,
    const ngx_http_llmgw_place_t *to)
{
    uint32_t                  hash;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    hash = ngx_http_llmgw_entity_hash(st, kind, id);

    ngx_http_llmgw_lock(lmcf);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

    if (e && e->place.segment == from->segment
        && e->place.offset == from->offset)
    {
        e->place = *to;
    }

    ngx_http_llmgw_unlock(lmcf);
}
