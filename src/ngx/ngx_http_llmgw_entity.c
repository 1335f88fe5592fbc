
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Entities in the zone: a table by kind and id, the least recently used at the
 * end of a queue for each kind.
 */


#include "ngx_http_llmgw_entity.h"


/* one bucket for so many bytes of the zone; an entity takes about half */
#define NGX_HTTP_LLMGW_BUCKET    1024

/* of the zone's bytes, those not known to exist may take one in so many */
#define NGX_HTTP_LLMGW_MISSING   128

/* entities looked at, and thrown out, to make room once */
#define NGX_HTTP_LLMGW_LOOKS     64
#define NGX_HTTP_LLMGW_EVICTED   16

/* how long one that is missing is believed without a feed, ms */
#define NGX_HTTP_LLMGW_BELIEVED  5000


static ngx_uint_t ngx_http_llmgw_evict(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_uint_t n);


/*
 * Kinds in the order in which they go when there is no more room: what clients
 * can make up comes first, what most requests need comes last.
 */

static const llmgw_kind_e  ngx_http_llmgw_evict_order[] = {
    LLMGW_KIND_CUSTOMER,
    LLMGW_KIND_TAG,
    LLMGW_KIND_MEMBER,
    LLMGW_KIND_KEY,
    LLMGW_KIND_USER,
    LLMGW_KIND_BUDGET,
    LLMGW_KIND_TEAM,
    LLMGW_KIND_ORGANIZATION
};


ngx_http_llmgw_state_t *
ngx_http_llmgw_state(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_sh_t  *sh;

    if (lmcf->zone == NULL) {
        return NULL;
    }

    sh = ngx_http_llmgw_shpool(lmcf)->data;

    return sh->state;
}


ngx_int_t
ngx_http_llmgw_state_init(ngx_slab_pool_t *shpool, ngx_http_llmgw_sh_t *sh,
    size_t size)
{
    ngx_uint_t               i, n;
    ngx_http_llmgw_state_t  *st;

    st = ngx_slab_calloc(shpool, sizeof(ngx_http_llmgw_state_t));
    if (st == NULL) {
        return NGX_ERROR;
    }

    for (n = 64; n < size / NGX_HTTP_LLMGW_BUCKET; n *= 2) { /* void */ }

    st->buckets = ngx_slab_calloc(shpool,
                                  n * sizeof(ngx_http_llmgw_entity_t *));
    if (st->buckets == NULL) {
        return NGX_ERROR;
    }

    st->mask = n - 1;

    if (RAND_bytes((u_char *) st->seed, sizeof(st->seed)) != 1) {
        return NGX_ERROR;
    }

    for (i = 0; i < LLMGW_KINDS; i++) {
        ngx_queue_init(&st->lru[i]);
    }

    ngx_queue_init(&st->missing[0]);
    ngx_queue_init(&st->missing[1]);
    ngx_queue_init(&st->fresh);
    ngx_queue_init(&st->means);
    ngx_queue_init(&st->jwks);

    for (i = 0; i < NGX_HTTP_LLMGW_LINES; i++) {
        ngx_queue_init(&st->lines[i]);
    }

    st->max_missing = size / NGX_HTTP_LLMGW_MISSING / 256 + 16;
    st->counts.pages = shpool->pfree;

    /* what is full is said by us, not by the allocator for each request */

    shpool->log_nomem = 0;

    sh->state = st;

    return NGX_OK;
}


/*
 * Clients choose ids, so the place in the table depends on a secret: nobody can
 * make many of them meet in one bucket.
 */

uint32_t
ngx_http_llmgw_entity_hash(ngx_http_llmgw_state_t *st, llmgw_kind_e kind,
    llmgw_str_t id)
{
    size_t         n;
    uint64_t       h, w;
    const u_char  *p;

    h = st->seed[0] ^ (uint64_t) kind << 32 ^ id.len;

    for (p = id.data, n = id.len; n; p += 8, n -= 8) {

        w = 0;

        if (n < 8) {
            ngx_memcpy(&w, p, n);
            n = 8;

        } else {
            ngx_memcpy(&w, p, 8);
        }

        h = (h ^ w) * 0x9e3779b97f4a7c15;
        h ^= h >> 29;
        h += st->seed[1];
    }

    h *= 0xbf58476d1ce4e5b9;

    return (uint32_t) (h >> 32);
}


ngx_http_llmgw_entity_t *
ngx_http_llmgw_entity_find_locked(ngx_http_llmgw_state_t *st,
    llmgw_kind_e kind, llmgw_str_t id, uint32_t hash)
{
    ngx_http_llmgw_entity_t  *e;

    for (e = st->buckets[hash & st->mask]; e; e = e->next) {

        /* of a key the time that this takes tells nothing but its digest */

        if (e->hash == hash && e->kind == kind && e->len == id.len
            && CRYPTO_memcmp(ngx_http_llmgw_entity_id(e), id.data, id.len)
               == 0)
        {
            return e;
        }
    }

    return NULL;
}


static void
ngx_http_llmgw_entity_link(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e)
{
    ngx_http_llmgw_entity_t  **bucket;

    bucket = &st->buckets[e->hash & st->mask];

    e->next = *bucket;
    *bucket = e;
}


static void
ngx_http_llmgw_entity_unlink(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e)
{
    ngx_http_llmgw_entity_t  **p;

    for (p = &st->buckets[e->hash & st->mask]; *p != e; p = &(*p)->next) {
        /* void */
    }

    *p = e->next;
}


void
ngx_http_llmgw_entity_rehash_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, llmgw_str_t id, uint32_t hash)
{
    ngx_http_llmgw_entity_unlink(st, e);

    ngx_memcpy(ngx_http_llmgw_entity_id(e), id.data, id.len);
    e->hash = hash;

    ngx_http_llmgw_entity_link(st, e);
}


ngx_http_llmgw_entity_t *
ngx_http_llmgw_entity_add_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, llmgw_kind_e kind, llmgw_str_t id,
    uint32_t hash)
{
    ngx_http_llmgw_entity_t  *e;

    e = ngx_http_llmgw_alloc_locked(shpool, st,
                                    sizeof(ngx_http_llmgw_entity_t) + id.len);
    if (e == NULL) {
        return NULL;
    }

    ngx_memzero(e, sizeof(ngx_http_llmgw_entity_t));
    ngx_memcpy(ngx_http_llmgw_entity_id(e), id.data, id.len);

    e->hash = hash;
    e->kind = kind;
    e->len = id.len;
    e->used = ngx_current_msec / 1000;

    ngx_http_llmgw_entity_link(st, e);
    ngx_queue_insert_head(&st->lru[kind], &e->lru);

    st->counts.entities[kind]++;

    return e;
}


void
ngx_http_llmgw_entity_free_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e)
{
    ngx_http_llmgw_meter_t  *m, *next;

    ngx_http_llmgw_entity_unlink(st, e);
    ngx_queue_remove(&e->lru);

    if (e->is_fresh) {
        ngx_queue_remove(&e->fresh);
    }

    if (e->missing) {
        st->nmissing[e->kind != LLMGW_KIND_KEY]--;

    } else {
        st->counts.entities[e->kind]--;
    }

    if (e->policy) {
        ngx_slab_free_locked(shpool, e->policy);
    }

    if (e->rates) {
        ngx_slab_free_locked(shpool, e->rates);
    }

    for (m = e->meters; m; m = next) {
        next = m->next;
        ngx_slab_free_locked(shpool, m);
    }

    ngx_slab_free_locked(shpool, e);
}


void
ngx_http_llmgw_entity_touch_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_msec_t now)
{
    /* once a second is enough, and saves going to its neighbors */

    if (e->used == (uint32_t) (now / 1000)) {
        return;
    }

    e->used = now / 1000;

    ngx_queue_remove(&e->lru);
    ngx_queue_insert_head(e->missing
                          ? &st->missing[e->kind != LLMGW_KIND_KEY]
                          : &st->lru[e->kind], &e->lru);
}


/* nothing points to it, and nothing in it would be lost */

ngx_uint_t
ngx_http_llmgw_evictable_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e)
{
    if (e->leases || e->unsynced > 0 || e->money.total_pending || e->configured
        || e->is_fresh)
    {
        return 0;
    }

    /* a limit would begin anew */

    if (!e->missing && e->rates
        && (llmgw_window_used(&e->rates->requests, ngx_current_msec)
            || llmgw_window_used(&e->rates->tokens, ngx_current_msec)))
    {
        return 0;
    }

    return e->missing || !st->complete;
}


void
ngx_http_llmgw_entity_release_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e)
{
    if (e->missing && st->complete && ngx_http_llmgw_evictable_locked(st, e)) {
        ngx_http_llmgw_entity_free_locked(shpool, st, e);
    }
}


static ngx_uint_t
ngx_http_llmgw_evict_queue(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_queue_t *lru, ngx_uint_t *looks,
    ngx_uint_t n)
{
    ngx_uint_t                evicted;
    ngx_queue_t              *q, *prev;
    ngx_http_llmgw_entity_t  *e;

    evicted = 0;

    for (q = ngx_queue_last(lru);
         q != ngx_queue_sentinel(lru) && *looks && evicted < n;
         q = prev)
    {
        prev = ngx_queue_prev(q);
        e = ngx_queue_data(q, ngx_http_llmgw_entity_t, lru);

        (*looks)--;

        if (ngx_http_llmgw_evictable_locked(st, e)) {
            ngx_http_llmgw_entity_free_locked(shpool, st, e);
            evicted++;
            continue;
        }

        /* not to be looked at again and again */

        ngx_queue_remove(q);
        ngx_queue_insert_head(lru, q);
    }

    return evicted;
}


static ngx_uint_t
ngx_http_llmgw_evict(ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st,
    ngx_uint_t n)
{
    ngx_uint_t  i, looks, evicted;

    looks = NGX_HTTP_LLMGW_LOOKS;

    evicted = ngx_http_llmgw_evict_queue(shpool, st, &st->missing[0], &looks,
                                         n);
    evicted += ngx_http_llmgw_evict_queue(shpool, st, &st->missing[1], &looks,
                                          n - evicted);

    for (i = 0;
         i < llmgw_nelts(ngx_http_llmgw_evict_order) && evicted < n
         && !st->complete;
         i++)
    {
        looks = NGX_HTTP_LLMGW_LOOKS;

        evicted += ngx_http_llmgw_evict_queue(shpool, st,
                                  &st->lru[ngx_http_llmgw_evict_order[i]],
                                  &looks, n - evicted);
    }

    st->counts.evicted += evicted;

    return evicted;
}


void *
ngx_http_llmgw_alloc_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, size_t size)
{
    void  *p;

    p = ngx_slab_alloc_locked(shpool, size);

    if (p || ngx_http_llmgw_evict(shpool, st, NGX_HTTP_LLMGW_EVICTED) == 0) {
        return p;
    }

    return ngx_slab_alloc_locked(shpool, size);
}


ngx_http_llmgw_rates_t *
ngx_http_llmgw_rates_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e)
{
    if (e->rates == NULL) {

        /* the entity must not go for it */

        e->leases++;
        e->rates = ngx_http_llmgw_alloc_locked(shpool, st,
                                              sizeof(ngx_http_llmgw_rates_t));
        e->leases--;

        if (e->rates) {
            ngx_memzero(e->rates, sizeof(ngx_http_llmgw_rates_t));
        }
    }

    return e->rates;
}


ngx_http_llmgw_meter_t *
ngx_http_llmgw_meter_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e, llmgw_str_t name,
    ngx_uint_t create)
{
    ngx_http_llmgw_meter_t  *m;

    for (m = e->meters; m; m = m->next) {
        if (m->len == name.len && ngx_memcmp(m->name, name.data, m->len) == 0)
        {
            return m;
        }
    }

    if (!create) {
        return NULL;
    }

    e->leases++;
    m = ngx_http_llmgw_alloc_locked(shpool, st,
                          offsetof(ngx_http_llmgw_meter_t, name) + name.len);
    e->leases--;

    if (m) {
        ngx_memzero(m, offsetof(ngx_http_llmgw_meter_t, name));
        ngx_memcpy(m->name, name.data, name.len);

        m->len = name.len;
        m->next = e->meters;
        e->meters = m;
    }

    return m;
}


void
ngx_http_llmgw_fresh_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e)
{
    if (!e->is_fresh && st->feed) {
        e->is_fresh = 1;
        ngx_queue_insert_tail(&st->fresh, &e->fresh);
    }
}


ngx_uint_t
ngx_http_llmgw_fed_locked(ngx_http_llmgw_state_t *st, ngx_msec_t now)
{
    return st->feed
           && (ngx_msec_int_t) (now - st->alive) <= NGX_HTTP_LLMGW_FEED;
}


ngx_uint_t
ngx_http_llmgw_stale_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_msec_t now)
{
    if (st->complete) {
        return 0;
    }

    if (e->stale) {
        return 1;
    }

    if (ngx_http_llmgw_fed_locked(st, now)) {
        return (ngx_msec_int_t) (e->confirmed - st->epoch) < 0;
    }

    /*
     * Nobody says that it has come to be.  Others than keys only narrow what a
     * key may: without them it goes on as before.
     */

    return e->missing && e->kind == LLMGW_KIND_KEY
           && (ngx_msec_int_t) (now - e->confirmed) > NGX_HTTP_LLMGW_BELIEVED;
}


ngx_msec_t
ngx_http_llmgw_confirmed_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e)
{
    /* as long as the feed was alive it would have told */

    if (!e->stale && (ngx_msec_int_t) (e->confirmed - st->epoch) >= 0
        && (ngx_msec_int_t) (st->alive - e->confirmed) > 0)
    {
        return st->alive;
    }

    return e->confirmed;
}


/*
 * Under the lock nothing is logged: the complaints are counted in the zone, so
 * that all workers together say it once a second.
 */

void
ngx_http_llmgw_zone_full(ngx_http_llmgw_main_conf_t *lmcf, ngx_log_t *log)
{
    time_t                   now;
    ngx_uint_t               n;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);
    now = ngx_time();
    n = 0;

    ngx_http_llmgw_lock(lmcf);

    st->counts.refused++;
    st->complaints++;

    if (st->complained != now) {
        st->complained = now;
        n = st->complaints;
        st->complaints = 0;
    }

    ngx_http_llmgw_unlock(lmcf);

    if (n) {
        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "llmgw: zone \"%V\" is full, %ui times: give "
                      "llmgw_zone more memory", &lmcf->zone->shm.name, n);
    }
}
