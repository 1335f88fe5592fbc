
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Leases: what requests under way have reserved, so that it comes back even if
 * their worker dies.
 */


#include "ngx_http_llmgw_entity.h"


/* how often leases without a worker are looked for, ms */
#define NGX_HTTP_LLMGW_REAP   1000

/* leases that are ended under one lock */
#define NGX_HTTP_LLMGW_REAPED  32

/* answers after which a mean follows only slowly */
#define NGX_HTTP_LLMGW_MEAN   64


static void ngx_http_llmgw_reap_handler(ngx_event_t *ev);
static void ngx_http_llmgw_reap(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_log_t *log);
static ngx_uint_t ngx_http_llmgw_reap_slot(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_uint_t slot, ngx_pid_t pid);


/* of the worker */
static ngx_event_t       ngx_http_llmgw_reap_event;
static ngx_connection_t  ngx_http_llmgw_reap_connection;


ngx_http_llmgw_lease_t *
ngx_http_llmgw_lease_add_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, llmgw_str_t model)
{
    ngx_http_llmgw_slot_t   *slot;
    ngx_http_llmgw_lease_t  *lease;

    slot = st->slots[ngx_process_slot];

    if (slot == NULL || slot->pid != ngx_pid) {
        return NULL;
    }

    lease = ngx_http_llmgw_alloc_locked(shpool, st,
                         offsetof(ngx_http_llmgw_lease_t, model) + model.len);
    if (lease == NULL) {
        return NULL;
    }

    ngx_memzero(lease, offsetof(ngx_http_llmgw_lease_t, model));
    ngx_memcpy(lease->model, model.data, model.len);

    lease->len = model.len;
    lease->start = ngx_current_msec;

    ngx_queue_insert_tail(&slot->leases, &lease->queue);

    st->counts.leases++;

    return lease;
}


/* "d:…" counts all that is spent; "m:…" what its model costs */

ngx_uint_t
ngx_http_llmgw_meter_counts(ngx_http_llmgw_meter_t *m, llmgw_str_t model)
{
    return m->len < 2 || m->name[0] != 'm'
           || llmgw_wildcard(llmgw_str(m->name + 2, m->len - 2), model);
}


static void
ngx_http_llmgw_lease_charge(ngx_http_llmgw_charges_t *charges,
    ngx_http_llmgw_entity_t *e, ngx_http_llmgw_meter_t *m, time_t now)
{
    ngx_http_llmgw_money_t   *money;
    ngx_http_llmgw_charge_t  *c;

    money = m ? &m->money : &e->money;

    ngx_http_llmgw_money_turn(money, now, money->duration);

    charges->money[charges->n] = money;

    c = &charges->charge[charges->n++];

    c->kind = e->kind;
    c->id = llmgw_str(ngx_http_llmgw_entity_id(e), e->len);
    c->meter = m ? llmgw_str(m->name, m->len) : llmgw_null_str;
    c->reset_at = money->reset_at;
}


/*
 * The entity's own is the last one: with it the request is accounted for.  Of
 * more meters than a record of the journal holds some are left out, but never
 * the entities' own.
 */

void
ngx_http_llmgw_lease_charges_locked(ngx_http_llmgw_lease_t *lease, time_t now,
    ngx_http_llmgw_charges_t *charges)
{
    ngx_uint_t                i;
    llmgw_str_t               model;
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_entity_t  *e;

    model = llmgw_str(lease->model, lease->len);
    charges->n = 0;

    for (i = 0; i < lease->nlevels; i++) {

        e = lease->level[i];

        for (m = e->meters; m; m = m->next) {
            if (m->budget && ngx_http_llmgw_meter_counts(m, model)
                && charges->n + lease->nlevels - i < LLMGW_CHARGES_MAX)
            {
                ngx_http_llmgw_lease_charge(charges, e, m, now);
            }
        }

        ngx_http_llmgw_lease_charge(charges, e, NULL, now);
    }
}


/* tokens that were more, or fewer, than those that were reserved */

static void
ngx_http_llmgw_lease_tokens(ngx_http_llmgw_lease_t *lease,
    ngx_http_llmgw_rates_t *rates, uint64_t tokens, ngx_msec_t now)
{
    if (tokens > lease->tokens) {
        (void) llmgw_window_add(&rates->tokens, now, tokens - lease->tokens);

    } else {
        llmgw_window_sub(&rates->tokens, now, lease->part,
                         lease->tokens - tokens);
    }

    rates->new_tokens += tokens;
}


void
ngx_http_llmgw_lease_end_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_lease_t *lease,
    const ngx_http_llmgw_charges_t *charges,
    const ngx_http_llmgw_outcome_t *outcome, ngx_msec_t now)
{
    uint64_t                  tokens;
    ngx_uint_t                i;
    llmgw_str_t               model;
    ngx_http_llmgw_money_t   *money;
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_entity_t  *e;

    model = llmgw_str(lease->model, lease->len);

    tokens = ngx_max(outcome->usage.prompt, 0)
             + ngx_max(outcome->usage.completion, 0);

    for (i = 0; i < charges->n; i++) {

        money = charges->money[i];
        money->total_pending += outcome->cost;

        if (money->reset_at == charges->charge[i].reset_at) {
            money->pending += outcome->cost;
        }
    }

    for (i = 0; i < lease->nlevels; i++) {

        e = lease->level[i];

        e->money.reserved -= ngx_min(lease->cost, e->money.reserved);

        if (e->rates && (lease->counted >> i & 1)) {
            ngx_http_llmgw_lease_tokens(lease, e->rates, tokens, now);
            ngx_http_llmgw_fresh_locked(st, e);
        }

        for (m = e->meters; m; m = m->next) {

            if (!ngx_http_llmgw_meter_counts(m, model)) {
                continue;
            }

            if (m->budget) {
                m->money.reserved -= ngx_min(lease->cost, m->money.reserved);
            }

            if (m->name[0] == 'm' && (lease->counted_model >> i & 1)) {
                ngx_http_llmgw_lease_tokens(lease, &m->rates, tokens, now);
            }
        }

        if (lease->mark.ring) {
            ngx_http_llmgw_unsynced_locked(st, e, 1);
        }

        e->in_flight--;
        e->leases--;

        ngx_http_llmgw_entity_release_locked(shpool, st, e);
    }

    if (lease->in_flight) {
        (void) __atomic_fetch_sub(lease->in_flight, 1, __ATOMIC_RELAXED);

        if (lease->running) {
            (void) __atomic_fetch_sub(lease->running, 1, __ATOMIC_RELAXED);
        }
    }

    ngx_http_llmgw_lease_drop_locked(shpool, st, lease);
}


void
ngx_http_llmgw_lease_drop_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_lease_t *lease)
{
    ngx_queue_remove(&lease->queue);
    ngx_slab_free_locked(shpool, lease);

    st->counts.leases--;
}


/*
 * A worker takes the place of one that is gone, and what that one has left.
 * Its requests are settled by the journal, or have never been answered.
 */

ngx_int_t
ngx_http_llmgw_leases_init_process(ngx_cycle_t *cycle)
{
    ngx_slab_pool_t             *shpool;
    ngx_http_llmgw_slot_t       *slot;
    ngx_http_llmgw_state_t      *st;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    st = ngx_http_llmgw_state(lmcf);

    if (st == NULL
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);

    ngx_http_llmgw_lock(lmcf);

    slot = st->slots[ngx_process_slot];

    if (slot == NULL) {

        slot = ngx_http_llmgw_alloc_locked(shpool, st,
                                           sizeof(ngx_http_llmgw_slot_t));
        if (slot) {
            ngx_queue_init(&slot->leases);
            ngx_queue_init(&slot->waiters);
            st->slots[ngx_process_slot] = slot;
        }
    }

    if (slot) {
        slot->pid = ngx_pid;
        ngx_http_llmgw_lines_reap_locked(shpool, st, slot);
    }

    ngx_http_llmgw_unlock(lmcf);

    if (slot == NULL) {
        ngx_http_llmgw_zone_full(lmcf, cycle->log);
        return NGX_OK;
    }

    while (ngx_http_llmgw_reap_slot(lmcf, ngx_process_slot, ngx_pid)) {
        /* void */
    }

    ngx_http_llmgw_reap_event.handler = ngx_http_llmgw_reap_handler;
    ngx_http_llmgw_reap_event.data = &ngx_http_llmgw_reap_connection;
    ngx_http_llmgw_reap_event.log = cycle->log;
    ngx_http_llmgw_reap_event.cancelable = 1;

    ngx_http_llmgw_reap_connection.fd = (ngx_socket_t) -1;
    ngx_http_llmgw_reap_connection.data = lmcf;

    ngx_add_timer(&ngx_http_llmgw_reap_event, NGX_HTTP_LLMGW_REAP);

    ngx_http_llmgw_queue_init_process(cycle, lmcf);

    return NGX_OK;
}


static void
ngx_http_llmgw_reap_handler(ngx_event_t *ev)
{
    ngx_connection_t            *c;
    ngx_http_llmgw_main_conf_t  *lmcf;

    c = ev->data;
    lmcf = c->data;

    if (ngx_exiting) {
        return;
    }

    if (ngx_http_llmgw_zone_job(lmcf, "reap", 3 * NGX_HTTP_LLMGW_REAP)
        == NGX_OK)
    {
        ngx_http_llmgw_reap(lmcf, ev->log);
    }

    ngx_add_timer(ev, NGX_HTTP_LLMGW_REAP);
}


static void
ngx_http_llmgw_reap(ngx_http_llmgw_main_conf_t *lmcf, ngx_log_t *log)
{
    ngx_pid_t                pid;
    ngx_uint_t               i, n, count;
    ngx_http_llmgw_slot_t   *slot;
    ngx_http_llmgw_state_t  *st;

    st = ngx_http_llmgw_state(lmcf);

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {

        slot = st->slots[i];

        if (slot == NULL) {
            continue;
        }

        ngx_http_llmgw_lock(lmcf);

        pid = (ngx_queue_empty(&slot->leases)
               && ngx_queue_empty(&slot->waiters)) ? 0 : slot->pid;

        ngx_http_llmgw_unlock(lmcf);

        if (pid == 0 || pid == ngx_pid
            || kill(pid, 0) != -1 || ngx_errno != NGX_ESRCH)
        {
            continue;
        }

        n = 0;

        do {
            count = ngx_http_llmgw_reap_slot(lmcf, i, pid);
            n += count;
        } while (count);

        ngx_log_error(NGX_LOG_NOTICE, log, 0,
                      "llmgw: worker process %P has left %ui requests under "
                      "way", pid, n);
    }
}


/*
 * The journal is read without the lock.  Leases first become this process's
 * own, so that nobody else ends them, and the next one does if it dies.
 */

static ngx_uint_t
ngx_http_llmgw_reap_slot(ngx_http_llmgw_main_conf_t *lmcf, ngx_uint_t n,
    ngx_pid_t pid)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i, count;
    ngx_queue_t               *q;
    ngx_slab_pool_t           *shpool;
    ngx_http_llmgw_slot_t     *slot, *own;
    ngx_http_llmgw_lease_t    *lease[NGX_HTTP_LLMGW_REAPED];
    ngx_http_llmgw_state_t    *st;
    ngx_http_llmgw_outcome_t   outcome;
    ngx_http_llmgw_charges_t   charges;

    st = ngx_http_llmgw_state(lmcf);
    shpool = ngx_http_llmgw_shpool(lmcf);
    slot = st->slots[n];
    own = st->slots[ngx_process_slot];
    count = 0;

    if (own == NULL) {
        return 0;
    }

    ngx_http_llmgw_lock(lmcf);

    if (slot != own && slot->pid == pid) {
        ngx_http_llmgw_lines_reap_locked(shpool, st, slot);
    }

    while (slot->pid == pid && !ngx_queue_empty(&slot->leases)
           && count < NGX_HTTP_LLMGW_REAPED)
    {
        q = ngx_queue_head(&slot->leases);

        if (own == slot && count
            && q == &lease[0]->queue)
        {
            break;
        }

        ngx_queue_remove(q);
        ngx_queue_insert_tail(&own->leases, q);

        lease[count++] = ngx_queue_data(q, ngx_http_llmgw_lease_t, queue);
    }

    ngx_http_llmgw_unlock(lmcf);

    for (i = 0; i < count; i++) {

        ngx_memzero(&outcome, sizeof(ngx_http_llmgw_outcome_t));
        rc = NGX_DECLINED;

        if (lease[i]->mark.ring && lmcf->journal) {
            rc = lmcf->journal->find(lmcf, &lease[i]->mark, &outcome);
        }

        if (rc != NGX_OK) {

            /* not answered and not charged; or counted by now, cost and all */

            ngx_memzero(&outcome, sizeof(ngx_http_llmgw_outcome_t));
        }

        ngx_http_llmgw_lock(lmcf);

        if (rc == NGX_DECLINED) {
            lease[i]->mark.ring = 0;
        }

        ngx_http_llmgw_lease_charges_locked(lease[i], ngx_time(), &charges);
        ngx_http_llmgw_lease_end_locked(shpool, st, lease[i], &charges,
                                        &outcome, ngx_current_msec);
        st->counts.reaped++;

        ngx_http_llmgw_unlock(lmcf);
    }

    return count;
}


/* How answers of a model come out; no more than a guess at the next one. */

void
ngx_http_llmgw_mean_add(ngx_http_llmgw_mean_t *mean, uint64_t completion,
    uint64_t prompt, uint64_t estimated)
{
    int64_t   ratio;
    uint64_t  n;

    /* the mean of all at first, later mainly that of the last ones */

    n = ngx_min(mean->n + 1, NGX_HTTP_LLMGW_MEAN);

    mean->completion += ((int64_t) (completion * 256)
                         - (int64_t) mean->completion) / (int64_t) n;

    if (prompt && estimated) {

        ratio = prompt * 256 / estimated;

        if (ratio > 256 * 256) {
            ratio = 256 * 256;
        }

        mean->prompt += (ratio - (int64_t) mean->prompt) / (int64_t) n;
    }

    mean->n++;
}
