
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Admission of a model that a request falls back to.  What the request has
 * reserved for the model before is exchanged for what this one needs, in one
 * look at the zone: it is never without either, and never has both.
 */


#include "ngx_http_llmgw_check.h"


static ngx_int_t ngx_http_llmgw_exchange_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a);
static ngx_int_t ngx_http_llmgw_held_levels_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a);
static void ngx_http_llmgw_give_locked(ngx_http_llmgw_lease_t *lease,
    ngx_msec_t now);
static void ngx_http_llmgw_take_back_locked(ngx_http_llmgw_lease_t *lease,
    ngx_msec_t now);
static ngx_http_llmgw_lease_t *ngx_http_llmgw_lease_copy_locked(
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_admission_t *a);
static void ngx_http_llmgw_count_model_locked(ngx_http_llmgw_lease_t *lease,
    ngx_http_llmgw_lease_t *before, ngx_uint_t asked, ngx_msec_t now);


ngx_int_t
ngx_http_llmgw_readmit(ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_step_t *step)
{
    ngx_int_t                    rc;
    llmgw_str_t                  kind;
    ngx_http_llmgw_rate_t        requests, tokens;
    ngx_http_llmgw_expect_t      expect;
    ngx_http_llmgw_admission_t   a;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (ctx->lease == NULL || step->owner == ctx->charged) {
        return NGX_OK;
    }

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    requests = ctx->requests;
    tokens = ctx->tokens;
    expect = ctx->expect;

    ngx_http_llmgw_estimate(ctx, step);
    ngx_http_llmgw_levels(ctx, lmcf, step->owner, &a);

    ngx_http_llmgw_lock(lmcf);

    rc = ngx_http_llmgw_exchange_locked(ctx, lmcf, &a);

    ngx_http_llmgw_unlock(lmcf);

    ngx_http_llmgw_warn(ctx, &a);

    if (rc == NGX_OK) {
        ctx->charged = step->owner;
        return NGX_OK;
    }

    ctx->requests = requests;
    ctx->tokens = tokens;
    ctx->expect = expect;

    if (rc == NGX_DECLINED) {
        kind = llmgw_kind_name(a.refusal.level->kind);

        ngx_log_error(NGX_LOG_INFO, ctx->request->connection->log, 0,
                      "llmgw: model \"%V\" is passed over: the limits of the "
                      "%*s leave no room for it", &step->owner->name,
                      kind.len, kind.data);
    }

    return NGX_DECLINED;
}


/* NGX_DECLINED: a->refusal; NGX_ERROR: no room, or a budget is not known */

static ngx_int_t
ngx_http_llmgw_exchange_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_http_llmgw_lease_t  *lease, *before;

    before = ctx->lease;

    a->warning.level = NULL;
    a->state = ngx_http_llmgw_state(lmcf);
    a->before = llmgw_str(before->model, before->len);

    rc = ngx_http_llmgw_held_levels_locked(ctx, lmcf, a);

    if (rc == NGX_OK) {

        /* of what it has itself it must not be refused */

        ngx_http_llmgw_give_locked(before, a->now);

        rc = ngx_http_llmgw_check_locked(ctx, lmcf, a);

        lease = (rc == NGX_OK) ? ngx_http_llmgw_lease_copy_locked(ctx, lmcf, a)
                               : NULL;

        if (lease) {
            ngx_http_llmgw_count_model_locked(lease, before,
                                              ctx->attempts != 0, a->now);
            ngx_http_llmgw_lease_drop_locked(ngx_http_llmgw_shpool(lmcf),
                                             a->state, before);
            ctx->lease = lease;

        } else {
            rc = (rc == NGX_DECLINED) ? NGX_DECLINED : NGX_ERROR;
        }

        ngx_http_llmgw_take_back_locked(ctx->lease, a->now);
    }

    for (i = 0; i < a->n; i++) {
        if (a->level[i].budget_entity) {
            a->level[i].budget_entity->leases--;
        }
    }

    return rc;
}


/*
 * The levels that the lease has; those that had no entity at first stay
 * without.  The lease keeps all of them, so the store need not be asked.
 */

static ngx_int_t
ngx_http_llmgw_held_levels_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a)
{
    ngx_uint_t                i, k;
    ngx_http_llmgw_lease_t   *lease;
    ngx_http_llmgw_level_t   *level;
    ngx_http_llmgw_entity_t  *e;

    lease = ctx->lease;

    for (i = 0; i < a->n; i++) {
        a->level[i].e = NULL;
        a->level[i].budget = NULL;
        a->level[i].budget_entity = NULL;
    }

    for (i = 0, k = 0; i < a->n && k < lease->nlevels; i++) {

        level = &a->level[i];
        e = lease->level[k];

        /* of one kind there is but one, save for tags; a key may be renamed */

        if (e->kind != level->kind
            || (e->kind == LLMGW_KIND_TAG
                && !llmgw_str_eq(level->id,
                                 llmgw_str(ngx_http_llmgw_entity_id(e),
                                           e->len))))
        {
            continue;
        }

        k++;

        if (e->missing && (e->kind == LLMGW_KIND_KEY
                           || e->kind == LLMGW_KIND_TEAM
                           || e->kind == LLMGW_KIND_ORGANIZATION))
        {
            /* deleted while the request was under way */

            a->refusal.what = ngx_http_llmgw_is_gone;
            a->refusal.level = level;

            return NGX_DECLINED;
        }

        level->e = e;

        if (!level->configured && e->stored) {
            level->policy = e->policy;
        }

        if (ngx_http_llmgw_find_budget_locked(ctx, lmcf, a, level) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * What is reserved, but for the request as such: that has been counted, and
 * the slots are those that it has.
 */

static void
ngx_http_llmgw_give_locked(ngx_http_llmgw_lease_t *lease, ngx_msec_t now)
{
    ngx_uint_t                i;
    llmgw_str_t               model;
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_entity_t  *e;

    model = llmgw_str(lease->model, lease->len);

    for (i = 0; i < lease->nlevels; i++) {

        e = lease->level[i];

        e->money.reserved -= ngx_min(lease->cost, e->money.reserved);

        if (lease->counted >> i & 1) {
            llmgw_window_sub(&e->rates->tokens, now, lease->part,
                             lease->tokens);
        }

        for (m = e->meters; m; m = m->next) {

            if (!ngx_http_llmgw_meter_counts(m, model)) {
                continue;
            }

            if (m->budget) {
                m->money.reserved -= ngx_min(lease->cost, m->money.reserved);
            }

            if (m->name[0] == 'm' && (lease->counted_model >> i & 1)) {
                llmgw_window_sub(&m->rates.tokens, now, lease->part,
                                 lease->tokens);
            }
        }
    }
}


static void
ngx_http_llmgw_take_back_locked(ngx_http_llmgw_lease_t *lease, ngx_msec_t now)
{
    ngx_uint_t                i;
    llmgw_str_t               model;
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_entity_t  *e;

    model = llmgw_str(lease->model, lease->len);

    lease->part = now / LLMGW_WINDOW_PART;

    for (i = 0; i < lease->nlevels; i++) {

        e = lease->level[i];

        e->money.reserved += lease->cost;

        if (lease->counted >> i & 1) {
            lease->part = llmgw_window_add(&e->rates->tokens, now,
                                           lease->tokens);
        }

        for (m = e->meters; m; m = m->next) {

            if (!ngx_http_llmgw_meter_counts(m, model)) {
                continue;
            }

            if (m->budget) {
                m->money.reserved += lease->cost;
            }

            if (m->name[0] == 'm' && (lease->counted_model >> i & 1)) {
                (void) llmgw_window_add(&m->rates.tokens, now, lease->tokens);
            }
        }
    }
}


/* another model's name, and what is to be reserved for it */

static ngx_http_llmgw_lease_t *
ngx_http_llmgw_lease_copy_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a)
{
    ngx_http_llmgw_lease_t  *lease, *before;

    lease = ngx_http_llmgw_lease_add_locked(ngx_http_llmgw_shpool(lmcf),
                                            a->state, a->model);
    if (lease == NULL) {
        return NULL;
    }

    before = ctx->lease;

    ngx_memcpy(lease->level, before->level, sizeof(lease->level));
    ngx_memcpy(lease->request, before->request, sizeof(lease->request));

    lease->nlevels = before->nlevels;
    lease->counted = before->counted;
    lease->mark = before->mark;
    lease->start = before->start;
    lease->in_flight = before->in_flight;
    lease->running = before->running;
    lease->cost = ctx->expect.cost;
    lease->tokens = a->tokens;

    return lease;
}


/*
 * The request counts for each model that was asked, once with each of the
 * limits; for one that never was it is taken back.
 */

static void
ngx_http_llmgw_count_model_locked(ngx_http_llmgw_lease_t *lease,
    ngx_http_llmgw_lease_t *before, ngx_uint_t asked, ngx_msec_t now)
{
    ngx_uint_t               i, is, was;
    llmgw_str_t              model, old;
    ngx_http_llmgw_meter_t  *m;

    model = llmgw_str(lease->model, lease->len);
    old = llmgw_str(before->model, before->len);

    for (i = 0; i < lease->nlevels; i++) {

        for (m = lease->level[i]->meters; m; m = m->next) {

            if (m->name[0] != 'm') {
                continue;
            }

            is = ngx_http_llmgw_meter_counts(m, model);
            was = ngx_http_llmgw_meter_counts(m, old)
                  && (before->counted_model >> i & 1);

            if (is) {
                lease->counted_model |= 1 << i;
            }

            if (is && !was) {
                (void) llmgw_window_add(&m->rates.requests, now, 1);

            } else if (was && !is && !asked) {
                llmgw_window_sub(&m->rates.requests, now, before->part, 1);
            }
        }
    }
}
