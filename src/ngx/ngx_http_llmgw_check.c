
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Limits and budgets, level by level.  Everything here runs under the zone's
 * lock, and takes no memory but the zone's.
 */


#include "ngx_http_llmgw_check.h"


static ngx_int_t ngx_http_llmgw_room_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_level_t *level);
static void ngx_http_llmgw_check_rates(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level);
static void ngx_http_llmgw_check_budgets(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level);
static void ngx_http_llmgw_check_soft(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level);
static void ngx_http_llmgw_check_budget(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level,
    ngx_http_llmgw_money_t *money, int64_t limit, ngx_uint_t model);


/* What the record says; what its budget says; what its team says for all. */

static int64_t
ngx_http_llmgw_setting(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_level_t *level, llmgw_field_e field)
{
    if (llmgw_policy_has(level->policy, field)) {
        return llmgw_policy_number(level->policy, field, -1);
    }

    if (llmgw_policy_has(level->budget, field)) {
        return llmgw_policy_number(level->budget, field, -1);
    }

    if (level->kind != LLMGW_KIND_MEMBER) {
        return -1;
    }

    switch (field) {

    case LLMGW_F_RPM:
        field = LLMGW_F_MEMBER_RPM;
        break;

    case LLMGW_F_TPM:
        field = LLMGW_F_MEMBER_TPM;
        break;

    case LLMGW_F_MAX_BUDGET:
        field = LLMGW_F_MEMBER_BUDGET;
        break;

    case LLMGW_F_BUDGET_DURATION:
        field = LLMGW_F_MEMBER_DURATION;
        break;

    default:
        return -1;
    }

    return llmgw_policy_number(ctx->identity->policy[LLMGW_KIND_TEAM], field,
                               -1);
}


ngx_uint_t
ngx_http_llmgw_member_limits(ngx_http_llmgw_ctx_t *ctx)
{
    const llmgw_policy_t  *team;

    team = ctx->identity->policy[LLMGW_KIND_TEAM];

    return llmgw_policy_has(team, LLMGW_F_MEMBER_BUDGET)
           || llmgw_policy_has(team, LLMGW_F_MEMBER_RPM)
           || llmgw_policy_has(team, LLMGW_F_MEMBER_TPM);
}


/* the list of the record, or that of its budget */

static const llmgw_policy_t *
ngx_http_llmgw_list_of(ngx_http_llmgw_level_t *level, llmgw_field_e field)
{
    return llmgw_policy_has(level->policy, field) ? level->policy
                                                  : level->budget;
}


static llmgw_str_t
ngx_http_llmgw_model_meter(u_char *buf, llmgw_str_t name)
{
    u_char  *p;

    p = buf;
    *p++ = 'm';
    *p++ = ':';
    p = ngx_cpymem(p, name.data, name.len);

    return llmgw_str(buf, p - buf);
}


static llmgw_str_t
ngx_http_llmgw_period_meter(u_char *buf, int64_t duration)
{
    u_char  *p;

    p = ngx_sprintf(buf, "d:%L", duration);

    return llmgw_str(buf, p - buf);
}


ngx_int_t
ngx_http_llmgw_check_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a)
{
    ngx_uint_t               i;
    ngx_http_llmgw_level_t  *level;

    a->refused = 0;

    ctx->requests.limit = -1;
    ctx->tokens.limit = -1;

    for (i = 0; i < a->n; i++) {

        level = &a->level[i];

        if (level->e == NULL) {
            continue;
        }

        if (llmgw_policy_number(level->policy, LLMGW_F_BLOCKED, 0)) {
            a->refusal.what = ngx_http_llmgw_is_blocked;
            a->refusal.level = level;
            return NGX_DECLINED;
        }

        if (ngx_http_llmgw_room_locked(ctx, lmcf, a, level) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < a->n; i++) {

        level = &a->level[i];

        if (level->e) {
            ngx_http_llmgw_check_rates(ctx, a, level);
            ngx_http_llmgw_check_budgets(ctx, a, level);
        }
    }

    return a->refused ? NGX_DECLINED : NGX_OK;
}


/*
 * Memory for all that is going to be counted.  The tokens to be reserved are
 * cut to the smallest limit: an estimate must not make a request impossible
 * that the limit as such allows.
 */

static ngx_int_t
ngx_http_llmgw_room_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_level_t *level)
{
    u_char                    buf[NGX_HTTP_LLMGW_METER];
    int64_t                   tpm;
    unsigned                  i, k, n;
    llmgw_str_t               name;
    llmgw_item_t              item;
    ngx_slab_pool_t          *shpool;
    const llmgw_policy_t     *policy;
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_state_t   *st;

    static const llmgw_field_e  lists[] = {
        LLMGW_F_MODEL_RPM, LLMGW_F_MODEL_TPM, LLMGW_F_MODEL_BUDGETS,
        LLMGW_F_BUDGETS
    };

    st = ngx_http_llmgw_state(lmcf);
    shpool = ngx_http_llmgw_shpool(lmcf);

    tpm = ngx_http_llmgw_setting(ctx, level, LLMGW_F_TPM);

    if (tpm > 0 && a->tokens > (uint64_t) tpm) {
        a->tokens = tpm;
    }

    if ((tpm >= 0 || ngx_http_llmgw_setting(ctx, level, LLMGW_F_RPM) >= 0)
        && ngx_http_llmgw_rates_locked(shpool, st, level->e) == NULL)
    {
        return NGX_ERROR;
    }

    for (k = 0; k < llmgw_nelts(lists); k++) {

        policy = ngx_http_llmgw_list_of(level, lists[k]);
        n = llmgw_policy_count(policy, lists[k]);

        for (i = 0; i < n; i++) {

            llmgw_policy_item(policy, lists[k], i, &item);

            if (lists[k] == LLMGW_F_BUDGETS) {
                name = ngx_http_llmgw_period_meter(buf, item.duration);

            } else if (!llmgw_wildcard(item.name, a->model)) {
                continue;

            } else {
                name = ngx_http_llmgw_model_meter(buf, item.name);
            }

            m = ngx_http_llmgw_meter_locked(shpool, st, level->e, name, 1);

            if (m == NULL) {
                return NGX_ERROR;
            }

            if (lists[k] == LLMGW_F_MODEL_BUDGETS
                || lists[k] == LLMGW_F_BUDGETS)
            {
                m->budget = 1;
            }

            if (lists[k] == LLMGW_F_MODEL_TPM && item.number > 0
                && a->tokens > (uint64_t) item.number)
            {
                a->tokens = item.number;
            }
        }
    }

    return NGX_OK;
}


/* the refusal that holds longest is the one that is worth telling */

static ngx_http_llmgw_refusal_t *
ngx_http_llmgw_refuse_for(ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_level_t *level, ngx_http_llmgw_what_e what, int64_t limit,
    int64_t used, int64_t wait)
{
    if (a->refused
        && (a->refusal.wait < 0 || (wait >= 0 && wait <= a->refusal.wait)))
    {
        return NULL;
    }

    a->refused = 1;

    ngx_memzero(&a->refusal, sizeof(ngx_http_llmgw_refusal_t));

    a->refusal.what = what;
    a->refusal.level = level;
    a->refusal.limit = limit;
    a->refusal.used = used;
    a->refusal.wait = wait;

    return &a->refusal;
}


/* for headers: where the least is left behind this request */

static void
ngx_http_llmgw_note_rate(ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_rate_t *rate, const llmgw_window_t *w, int64_t limit,
    uint64_t n)
{
    int64_t  remaining;

    remaining = limit - (int64_t) (llmgw_window_used(w, a->now) + n);

    if (rate->limit >= 0 && rate->remaining <= remaining) {
        return;
    }

    rate->limit = limit;
    rate->remaining = ngx_max(remaining, 0);
    rate->reset = llmgw_window_end(a->now);
}


static void
ngx_http_llmgw_check_rate(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level,
    ngx_http_llmgw_what_e what, llmgw_window_t *w, int64_t limit, uint64_t n,
    ngx_uint_t model)
{
    int64_t                    wait;
    ngx_http_llmgw_rate_t     *rate;
    ngx_http_llmgw_refusal_t  *refusal;

    if (limit < 0) {
        return;
    }

    wait = llmgw_window_wait(w, a->now, limit, n);

    if (wait == 0) {
        rate = (what == ngx_http_llmgw_is_requests) ? &ctx->requests
                                                    : &ctx->tokens;
        ngx_http_llmgw_note_rate(a, rate, w, limit, n);
        return;
    }

    refusal = ngx_http_llmgw_refuse_for(a, level, what, limit,
                                        llmgw_window_used(w, a->now),
                                        limit ? wait : -1);
    if (refusal) {
        refusal->model = model;
    }
}


static void
ngx_http_llmgw_check_rates(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level)
{
    u_char                     buf[NGX_HTTP_LLMGW_METER];
    int64_t                    rpm, tpm, parallel, used;
    unsigned                   i, k, n;
    ngx_uint_t                 again;
    llmgw_item_t               item;
    const llmgw_policy_t      *policy;
    ngx_http_llmgw_meter_t    *m;
    ngx_http_llmgw_rates_t    *rates;

    static const llmgw_field_e  lists[] = {
        LLMGW_F_MODEL_RPM, LLMGW_F_MODEL_TPM
    };

    /* it has its slot, and has been counted as a request */

    again = (a->before.len != 0);

    rates = level->e->rates;
    rpm = ngx_http_llmgw_setting(ctx, level, LLMGW_F_RPM);
    tpm = ngx_http_llmgw_setting(ctx, level, LLMGW_F_TPM);
    parallel = ngx_http_llmgw_setting(ctx, level, LLMGW_F_PARALLEL);

    if (rates) {
        ngx_http_llmgw_check_rate(ctx, a, level, ngx_http_llmgw_is_requests,
                                  &rates->requests, rpm, !again, 0);
        ngx_http_llmgw_check_rate(ctx, a, level, ngx_http_llmgw_is_tokens,
                                  &rates->tokens, tpm, a->tokens, 0);
    }

    used = level->e->in_flight + level->e->remote;

    if (parallel >= 0 && !again
        && (used >= parallel
            || ngx_http_llmgw_line_blocks_locked(a->state, level->e, ctx)))
    {
        (void) ngx_http_llmgw_refuse_for(a, level, ngx_http_llmgw_is_parallel,
                                         parallel, used,
                                         parallel ? NGX_HTTP_LLMGW_SLOT_WAIT
                                                  : -1);
    }

    for (k = 0; k < llmgw_nelts(lists); k++) {

        policy = ngx_http_llmgw_list_of(level, lists[k]);
        n = llmgw_policy_count(policy, lists[k]);

        for (i = 0; i < n; i++) {

            llmgw_policy_item(policy, lists[k], i, &item);

            if (!llmgw_wildcard(item.name, a->model)) {
                continue;
            }

            m = ngx_http_llmgw_meter_locked(NULL, NULL, level->e,
                                            ngx_http_llmgw_model_meter(buf,
                                                         item.name), 0);
            if (m == NULL) {
                continue;
            }

            if (lists[k] == LLMGW_F_MODEL_RPM) {
                ngx_http_llmgw_check_rate(ctx, a, level,
                                          ngx_http_llmgw_is_requests,
                                          &m->rates.requests, item.number,
                                          !again
                                          || !llmgw_wildcard(item.name,
                                                             a->before), 1);
                continue;
            }

            ngx_http_llmgw_check_rate(ctx, a, level, ngx_http_llmgw_is_tokens,
                                      &m->rates.tokens, item.number,
                                      a->tokens, 1);
        }
    }
}


static void
ngx_http_llmgw_check_budgets(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level)
{
    u_char                     buf[NGX_HTTP_LLMGW_METER];
    int64_t                    max, duration;
    unsigned                   i, n;
    llmgw_item_t               item;
    const llmgw_policy_t      *policy;
    ngx_http_llmgw_meter_t    *m;

    max = ngx_http_llmgw_setting(ctx, level, LLMGW_F_MAX_BUDGET);
    duration = ngx_http_llmgw_setting(ctx, level, LLMGW_F_BUDGET_DURATION);

    ngx_http_llmgw_money_turn(&level->e->money, a->time,
                              ngx_max(duration, 0));

    if (max >= 0
        && llmgw_policy_number(level->policy, LLMGW_F_TEMP_EXPIRY, 0)
           > a->time)
    {
        max += llmgw_policy_number(level->policy, LLMGW_F_TEMP_INCREASE, 0);
    }

    if (max >= 0) {
        ngx_http_llmgw_check_budget(ctx, a, level, &level->e->money, max, 0);

    } else {
        level->e->money.limit = -1;
    }

    ngx_http_llmgw_check_soft(ctx, a, level);

    policy = ngx_http_llmgw_list_of(level, LLMGW_F_BUDGETS);
    n = llmgw_policy_count(policy, LLMGW_F_BUDGETS);

    for (i = 0; i < n; i++) {

        llmgw_policy_item(policy, LLMGW_F_BUDGETS, i, &item);

        m = ngx_http_llmgw_meter_locked(NULL, NULL, level->e,
                                        ngx_http_llmgw_period_meter(buf,
                                                     item.duration), 0);
        if (m) {
            ngx_http_llmgw_money_turn(&m->money, a->time, item.duration);
            ngx_http_llmgw_check_budget(ctx, a, level, &m->money, item.number,
                                        0);
        }
    }

    policy = ngx_http_llmgw_list_of(level, LLMGW_F_MODEL_BUDGETS);
    n = llmgw_policy_count(policy, LLMGW_F_MODEL_BUDGETS);

    for (i = 0; i < n; i++) {

        llmgw_policy_item(policy, LLMGW_F_MODEL_BUDGETS, i, &item);

        if (!llmgw_wildcard(item.name, a->model)) {
            continue;
        }

        m = ngx_http_llmgw_meter_locked(NULL, NULL, level->e,
                                        ngx_http_llmgw_model_meter(buf,
                                                     item.name), 0);
        if (m) {
            ngx_http_llmgw_money_turn(&m->money, a->time, item.duration);
            ngx_http_llmgw_check_budget(ctx, a, level, &m->money, item.number,
                                        1);
        }
    }
}


/* said once, when it is passed; and again when it was not in between */

static void
ngx_http_llmgw_check_soft(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level)
{
    int64_t  soft, spent;

    soft = ngx_http_llmgw_setting(ctx, level, LLMGW_F_SOFT_BUDGET);
    spent = level->e->money.spend + level->e->money.pending;

    if (soft < 0 || spent < soft) {
        level->e->warned = 0;
        return;
    }

    if (level->e->warned || a->warning.level) {
        return;
    }

    level->e->warned = 1;

    a->warning.level = level;
    a->warning.limit = soft;
    a->warning.used = spent;
}


/*
 * What is spent and what requests under way are expected to cost leave room
 * for this one.  With nothing under way what is left is enough, however
 * little: the expectation may be wrong, and there is no other to add to it.
 */

static void
ngx_http_llmgw_check_budget(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a, ngx_http_llmgw_level_t *level,
    ngx_http_llmgw_money_t *money, int64_t limit, ngx_uint_t model)
{
    int64_t                    spent, wait;
    ngx_http_llmgw_what_e      what;
    ngx_http_llmgw_refusal_t  *refusal;

    money->limit = limit;

    if (ctx->expect.free) {
        return;
    }

    spent = money->spend + money->pending;
    what = ngx_http_llmgw_is_budget;

    if (!ctx->expect.priced && !a->allow_unpriced) {

        /* nobody could say when the money ends */

        what = ngx_http_llmgw_is_unpriced;

    } else if (spent < limit
               && (money->reserved == 0
                   || spent + money->reserved + ctx->expect.cost <= limit))
    {
        return;
    }

    wait = -1;

    if (what == ngx_http_llmgw_is_budget && limit > 0) {

        if (spent < limit) {

            /* requests under way may come to less than expected */

            wait = NGX_HTTP_LLMGW_SLOT_WAIT;

        } else if (money->reset_at) {
            wait = (money->reset_at - a->time) * 1000;
        }
    }

    refusal = ngx_http_llmgw_refuse_for(a, level, what, limit, spent, wait);

    if (refusal) {
        refusal->model = model;
        refusal->reset_at = money->reset_at;
    }
}


void
ngx_http_llmgw_take_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_lease_t *lease)
{
    ngx_uint_t                i, n;
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_level_t   *level;
    ngx_http_llmgw_entity_t  *e;

    lease->cost = ctx->expect.cost;
    lease->tokens = a->tokens;
    lease->part = a->now / LLMGW_WINDOW_PART;

    ngx_memcpy(lease->request, ctx->call.random, sizeof(lease->request));

    for (i = 0, n = 0; i < a->n; i++) {

        level = &a->level[i];
        e = level->e;

        if (e == NULL) {
            continue;
        }

        e->in_flight++;
        e->money.reserved += lease->cost;

        if (e->rates) {

            lease->counted |= 1 << n;
            lease->part = llmgw_window_add(&e->rates->requests, a->now, 1);
            (void) llmgw_window_add(&e->rates->tokens, a->now, a->tokens);

            e->rates->new_requests++;
        }

        for (m = e->meters; m; m = m->next) {

            if (!ngx_http_llmgw_meter_counts(m, a->model)) {
                continue;
            }

            m->money.reserved += m->budget ? lease->cost : 0;

            if (m->name[0] == 'm') {
                lease->counted_model |= 1 << n;
                (void) llmgw_window_add(&m->rates.requests, a->now, 1);
                (void) llmgw_window_add(&m->rates.tokens, a->now, a->tokens);
            }
        }

        ngx_http_llmgw_fresh_locked(st, e);

        lease->level[n++] = e;
    }

    lease->nlevels = n;
}
