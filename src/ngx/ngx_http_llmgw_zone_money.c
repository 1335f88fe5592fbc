
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What was used, as stores and other gateways come to know it; how the store
 * does; jobs that one worker does for all.
 */


#include "ngx_http_llmgw_entity.h"


static ngx_http_llmgw_money_t *ngx_http_llmgw_money_locked(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st,
    llmgw_kind_e kind, llmgw_str_t id, llmgw_str_t meter, ngx_uint_t create,
    ngx_http_llmgw_entity_t **ep);


void
ngx_http_llmgw_money_turn(ngx_http_llmgw_money_t *m, time_t now,
    int64_t duration)
{
    m->duration = duration;

    if (llmgw_period_turn(&m->reset_at, now, duration)) {
        m->spend = 0;
        m->pending = 0;
    }
}


static ngx_http_llmgw_money_t *
ngx_http_llmgw_money_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, llmgw_kind_e kind, llmgw_str_t id,
    llmgw_str_t meter, ngx_uint_t create, ngx_http_llmgw_entity_t **ep)
{
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_entity_t  *e;

    if (ep) {
        *ep = NULL;
    }

    if (kind >= LLMGW_KINDS || id.len == 0 || id.len > LLMGW_ID_MAX
        || meter.len > NGX_HTTP_LLMGW_METER)
    {
        return NULL;
    }

    e = ngx_http_llmgw_entity_find_locked(st, kind, id,
                                  ngx_http_llmgw_entity_hash(st, kind, id));

    if (ep) {
        *ep = e;
    }

    if (e == NULL) {
        return NULL;
    }

    if (meter.len == 0) {
        return &e->money;
    }

    m = ngx_http_llmgw_meter_locked(shpool, st, e, meter, create);

    return m ? &m->money : NULL;
}


/*
 * A request can be known to the store before the worker that settles it comes
 * to do so: what is pending is less than nothing then, for a moment.  When no
 * request is on its way, nothing is pending.
 */

void
ngx_http_llmgw_unsynced_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_int_t n)
{
    ngx_http_llmgw_meter_t  *m;

    e->unsynced += n;
    st->counts.unsynced += n;

    if (e->unsynced != 0) {
        return;
    }

    e->money.pending = 0;
    e->money.total_pending = 0;

    for (m = e->meters; m; m = m->next) {
        m->money.pending = 0;
        m->money.total_pending = 0;
    }
}


/* the sum stays, unless the store knows of other gateways' requests */

void
ngx_http_llmgw_zone_applied(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_charge_t *charge, int64_t cost,
    const ngx_http_llmgw_totals_t *totals)
{
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_money_t   *m;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);

    ngx_http_llmgw_lock(lmcf);

    m = ngx_http_llmgw_money_locked(shpool, st, charge->kind, charge->id,
                                    charge->meter, 0, &e);
    if (m == NULL) {
        goto done;
    }

    m->total_pending -= cost;
    m->total = totals ? totals->total : m->total + cost;

    if (charge->reset_at == m->reset_at) {
        m->pending -= cost;
        m->spend += cost;
    }

    if (totals && totals->reset_at == m->reset_at) {
        m->spend = totals->spend;
    }

    if (charge->meter.len == 0) {
        ngx_http_llmgw_unsynced_locked(st, e, -1);
        ngx_http_llmgw_entity_release_locked(shpool, st, e);
    }

done:

    ngx_http_llmgw_unlock(lmcf);
}


void
ngx_http_llmgw_zone_totals(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, llmgw_str_t meter,
    const ngx_http_llmgw_totals_t *totals)
{
    ngx_http_llmgw_money_t   *m;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    ngx_http_llmgw_lock(lmcf);

    m = ngx_http_llmgw_money_locked(ngx_http_llmgw_shpool(lmcf), st, kind, id,
                                    meter, 1, &e);

    if (m == NULL && e == NULL && kind == LLMGW_KIND_MEMBER
        && llmgw_id_valid(kind, id)
        && ngx_http_llmgw_configured_locked(lmcf, kind, id))
    {
        /* one of a team that limits its members may have no record */

        m = ngx_http_llmgw_money_locked(ngx_http_llmgw_shpool(lmcf), st, kind,
                                        id, meter, 1, NULL);
    }

    if (m) {
        m->total = totals->total;

        /* a period that is over here is over there */

        if (totals->reset_at >= m->reset_at) {
            m->spend = totals->spend;
            m->reset_at = totals->reset_at;
        }
    }

    ngx_http_llmgw_unlock(lmcf);
}


void
ngx_http_llmgw_zone_charge(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_charge_t *charge, int64_t spend, int64_t total)
{
    ngx_http_llmgw_money_t  *m;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    ngx_http_llmgw_lock(lmcf);

    m = ngx_http_llmgw_money_locked(ngx_http_llmgw_shpool(lmcf), st,
                                    charge->kind, charge->id, charge->meter,
                                    1, NULL);
    if (m) {
        m->total += total;

        if (charge->reset_at == m->reset_at) {
            m->spend += spend;

        } else if (charge->reset_at > m->reset_at) {
            m->spend = spend;
            m->pending = 0;
            m->reset_at = charge->reset_at;
        }
    }

    ngx_http_llmgw_unlock(lmcf);
}


void
ngx_http_llmgw_zone_reset_spend(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, int64_t spend)
{
    ngx_http_llmgw_money_t  *m;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    ngx_http_llmgw_lock(lmcf);

    m = ngx_http_llmgw_money_locked(ngx_http_llmgw_shpool(lmcf), st, kind, id,
                                    llmgw_null_str, 0, NULL);
    if (m) {
        m->spend = spend;
        m->pending = 0;
    }

    ngx_http_llmgw_unlock(lmcf);
}


ngx_uint_t
ngx_http_llmgw_zone_deltas(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_delta_t *deltas, ngx_uint_t n)
{
    ngx_uint_t                i;
    ngx_queue_t              *q;
    ngx_http_llmgw_delta_t   *d;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return 0;
    }

    ngx_http_llmgw_lock(lmcf);

    for (i = 0; i < n && !ngx_queue_empty(&st->fresh); i++) {

        q = ngx_queue_head(&st->fresh);
        ngx_queue_remove(q);

        e = ngx_queue_data(q, ngx_http_llmgw_entity_t, fresh);
        e->is_fresh = 0;

        d = &deltas[i];

        ngx_memcpy(d->name, ngx_http_llmgw_entity_id(e), e->len);

        d->kind = e->kind;
        d->id = llmgw_str(d->name, e->len);
        d->in_flight = e->in_flight;
        d->requests = 0;
        d->tokens = 0;

        if (e->rates) {
            d->requests = e->rates->new_requests;
            d->tokens = e->rates->new_tokens;
            e->rates->new_requests = 0;
            e->rates->new_tokens = 0;
        }
    }

    ngx_http_llmgw_unlock(lmcf);

    return i;
}


void
ngx_http_llmgw_zone_undelivered(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_delta_t *deltas, ngx_uint_t n)
{
    uint32_t                  hash;
    ngx_uint_t                i;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    ngx_http_llmgw_lock(lmcf);

    for (i = 0; i < n; i++) {

        hash = ngx_http_llmgw_entity_hash(st, deltas[i].kind, deltas[i].id);

        e = ngx_http_llmgw_entity_find_locked(st, deltas[i].kind,
                                              deltas[i].id, hash);
        if (e && e->rates) {
            e->rates->new_requests += deltas[i].requests;
            e->rates->new_tokens += deltas[i].tokens;

            ngx_http_llmgw_fresh_locked(st, e);
        }
    }

    ngx_http_llmgw_unlock(lmcf);
}


void
ngx_http_llmgw_zone_remote(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, uint64_t requests, uint64_t tokens,
    ngx_uint_t in_flight)
{
    uint32_t                  hash;
    ngx_msec_t                now;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_rates_t   *rates;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    now = ngx_current_msec;
    hash = ngx_http_llmgw_entity_hash(st, kind, id);

    ngx_http_llmgw_lock(lmcf);

    e = ngx_http_llmgw_entity_find_locked(st, kind, id, hash);

    if (e) {
        e->remote = in_flight;

        if (requests || tokens) {

            rates = ngx_http_llmgw_rates_locked(ngx_http_llmgw_shpool(lmcf),
                                                st, e);
            if (rates) {
                (void) llmgw_window_add(&rates->requests, now, requests);
                (void) llmgw_window_add(&rates->tokens, now, tokens);
            }
        }
    }

    ngx_http_llmgw_unlock(lmcf);
}


void
ngx_http_llmgw_zone_complete(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st) {
        ngx_http_llmgw_lock(lmcf);

        st->complete = 1;

        ngx_http_llmgw_unlock(lmcf);
    }
}


void
ngx_http_llmgw_zone_feed(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st) {
        ngx_http_llmgw_lock(lmcf);

        /* so that what is confirmed in this very millisecond is older */

        st->epoch = ngx_current_msec + 1;
        st->fed = ++st->serial;
        st->alive = ngx_current_msec;
        st->feed = 1;

        ngx_http_llmgw_unlock(lmcf);
    }
}


void
ngx_http_llmgw_zone_alive(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st) {
        ngx_http_llmgw_lock(lmcf);

        if (st->feed) {
            st->alive = ngx_current_msec;
        }

        ngx_http_llmgw_unlock(lmcf);
    }
}


void
ngx_http_llmgw_zone_down(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st) {
        ngx_http_llmgw_lock(lmcf);

        st->feed = 0;

        ngx_http_llmgw_unlock(lmcf);
    }
}


/* what does not exist answers that it is not there; all else is there */

static ngx_uint_t
ngx_http_llmgw_gone(ngx_pid_t pid)
{
    return kill(pid, 0) == -1 && ngx_errno == NGX_ESRCH;
}


ngx_int_t
ngx_http_llmgw_zone_job(ngx_http_llmgw_main_conf_t *lmcf, const char *name,
    ngx_msec_t hold)
{
    ngx_int_t                rc;
    ngx_pid_t                holder;
    ngx_uint_t               i, gone;
    ngx_msec_t               now;
    ngx_http_llmgw_job_t    *job, *free;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return NGX_BUSY;
    }

    now = ngx_current_msec;
    holder = 0;
    gone = 0;

again:

    job = NULL;
    free = NULL;
    rc = NGX_BUSY;

    ngx_http_llmgw_lock(lmcf);

    for (i = 0; i < NGX_HTTP_LLMGW_JOBS; i++) {

        if (st->jobs[i].name[0] == '\0') {
            free = free ? free : &st->jobs[i];

        } else if (ngx_strcmp(st->jobs[i].name, name) == 0) {
            job = &st->jobs[i];
            break;
        }
    }

    if (job == NULL && free) {
        job = free;
        ngx_cpystrn(job->name, (u_char *) name, sizeof(job->name));
    }

    if (job) {

        if (job->pid == 0 || job->pid == ngx_pid
            || (ngx_msec_int_t) (now - job->until) >= 0
            || (gone && job->pid == holder))
        {
            job->pid = ngx_pid;
            job->until = now + hold;
            rc = NGX_OK;

        } else {
            holder = job->pid;
        }
    }

    ngx_http_llmgw_unlock(lmcf);

    /* the system is not asked under the lock, and only once */

    if (rc == NGX_BUSY && job && !gone) {

        gone = ngx_http_llmgw_gone(holder);

        if (gone) {
            goto again;
        }
    }

    return rc;
}


void
ngx_http_llmgw_zone_job_done(ngx_http_llmgw_main_conf_t *lmcf,
    const char *name)
{
    ngx_uint_t               i;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        return;
    }

    ngx_http_llmgw_lock(lmcf);

    for (i = 0; i < NGX_HTTP_LLMGW_JOBS; i++) {
        if (ngx_strcmp(st->jobs[i].name, name) == 0
            && st->jobs[i].pid == ngx_pid)
        {
            st->jobs[i].pid = 0;
        }
    }

    ngx_http_llmgw_unlock(lmcf);
}


void
ngx_http_llmgw_zone_counts(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_counts_t *counts)
{
    ngx_slab_pool_t         *shpool;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL) {
        ngx_memzero(counts, sizeof(ngx_http_llmgw_counts_t));
        return;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);

    ngx_http_llmgw_lock(lmcf);

    *counts = st->counts;
    counts->missing = st->nmissing[0] + st->nmissing[1];
    counts->free_pages = shpool->pfree;

    ngx_http_llmgw_unlock(lmcf);
}
