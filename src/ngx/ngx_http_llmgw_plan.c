
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * How a request goes from one deployment to the next.  The decision is made
 * once, where a failure is known, and stands in ctx->steps behind the attempts
 * so far.
 */


#include "ngx_http_llmgw_check.h"
#include "ngx_http_llmgw_plan.h"


/* retries, in per cent of a model's requests */
#define NGX_HTTP_LLMGW_EXTRA   20


static ngx_uint_t ngx_http_llmgw_plan_enter(ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t from);
static ngx_uint_t ngx_http_llmgw_plan_models(ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t from, llmgw_choice_t *c);
static ngx_uint_t ngx_http_llmgw_plan_other(ngx_http_llmgw_ctx_t *ctx,
    ngx_array_t *names);
static ngx_uint_t ngx_http_llmgw_plan_retry(ngx_http_llmgw_ctx_t *ctx);
static ngx_uint_t ngx_http_llmgw_account_error(llmgw_error_t *e);
static void ngx_http_llmgw_plan_bad(ngx_http_llmgw_ctx_t *ctx);
static ngx_uint_t ngx_http_llmgw_plan_at_once(ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_wait_handler(ngx_http_request_t *r);


/* without a zone nobody else is there */

static void
ngx_http_llmgw_plan_lock(ngx_http_llmgw_main_conf_t *lmcf)
{
    if (lmcf->zone) {
        ngx_shmtx_lock(&ngx_http_llmgw_shpool(lmcf)->mutex);
    }
}


static void
ngx_http_llmgw_plan_unlock(ngx_http_llmgw_main_conf_t *lmcf)
{
    if (lmcf->zone) {
        ngx_shmtx_unlock(&ngx_http_llmgw_shpool(lmcf)->mutex);
    }
}


ngx_int_t
ngx_http_llmgw_plan(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t                 i;
    llmgw_choice_t             c;
    ngx_http_request_t        *r;
    ngx_http_llmgw_plan_t     *plan;
    ngx_http_llmgw_routing_t  *rt;

    r = ctx->request;

    plan = ngx_pcalloc(r->pool, sizeof(ngx_http_llmgw_plan_t));
    if (plan == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->plan = plan;

    plan->all = ctx->steps;
    plan->nall = ctx->nsteps;

    for (i = 0; i < plan->nall; i++) {
        rt = plan->all[i].owner->routing;
        plan->size += 1 + ngx_http_llmgw_rounds(ctx, rt);

        if (plan->size >= NGX_HTTP_LLMGW_ATTEMPTS || rt->context.nelts
            || rt->content.nelts)
        {
            plan->size = NGX_HTTP_LLMGW_ATTEMPTS;
            break;
        }
    }

    ctx->steps = ngx_palloc(r->pool,
                            plan->size * sizeof(ngx_http_llmgw_step_t));
    if (ctx->steps == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->nsteps = 0;

    if (ngx_http_llmgw_plan_models(ctx, 0, &c)) {
        return NGX_OK;
    }

    ngx_str_set(&ctx->detail, "deployments_full");

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_TOO_MANY_REQUESTS,
                                llmgw_lit("rate_limit_exceeded"),
                                llmgw_lit("no deployment of the model takes "
                                          "more requests at the moment"));
    ctx->error.retry_after = c.wait;

    return NGX_HTTP_TOO_MANY_REQUESTS;
}


/*
 * From one model to the next, beginning at this step.  All of them are asked
 * for one that is well before any is asked for one in cooldown: a cooldown
 * steers, it refuses nobody.
 */

static ngx_uint_t
ngx_http_llmgw_plan_models(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t from,
    llmgw_choice_t *c)
{
    ngx_uint_t              i, any;
    ngx_http_llmgw_plan_t  *plan;

    plan = ctx->plan;

    ngx_memzero(c, sizeof(llmgw_choice_t));

    for (any = 0; any < 2; any++) {

        for (i = from; i < plan->nall; i = plan->to) {
            if (ngx_http_llmgw_plan_enter(ctx, i)
                && ngx_http_llmgw_plan_choose(ctx, any, c))
            {
                return 1;
            }
        }

        /* a slot of one that is well is worth some time */

        for (i = from; i < plan->nall; i = plan->to) {
            if (ngx_http_llmgw_plan_enter(ctx, i)
                && ngx_http_llmgw_room_step(ctx, any))
            {
                return 1;
            }
        }
    }

    return 0;
}


/* sets from and to in any case */

static ngx_uint_t
ngx_http_llmgw_plan_enter(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t from)
{
    ngx_uint_t               i, n;
    ngx_http_llmgw_step_t   *step;
    ngx_http_llmgw_plan_t   *plan;
    ngx_http_llmgw_model_t  *model;

    plan = ctx->plan;
    step = plan->all;
    model = step[from].owner;

    for (i = from + 1; i < plan->nall; i++) {

        /* the same model again begins with a lower number */

        if (step[i].owner != model || step[i].index <= step[i - 1].index) {
            break;
        }
    }

    plan->from = from;
    plan->to = i;

    for (n = 0; n < plan->nvisited; n++) {
        if (plan->visited[n] == model) {
            return 0;
        }
    }

    plan->model = model;
    plan->round = 0;

    n = model->routing->route.n;

    plan->skip = ngx_palloc(ctx->request->pool, n);
    if (plan->skip == NULL) {
        return 0;
    }

    plan->fresh = (plan->to - plan->from == n);

    ngx_memset(plan->skip, plan->fresh ? 0 : NGX_HTTP_LLMGW_ABSENT, n);

    for (i = plan->from; i < plan->to; i++) {
        plan->skip[step[i].index] = 0;
    }

    return 1;
}


ngx_uint_t
ngx_http_llmgw_plan_choose(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t any,
    llmgw_choice_t *c)
{
    int                        n;
    ngx_str_t                  s;
    ngx_uint_t                 i, awaited;
    ngx_http_llmgw_plan_t     *plan;
    ngx_http_llmgw_routing_t  *rt;
    ngx_http_complex_value_t  *affinity;

    plan = ctx->plan;
    rt = plan->model->routing;

    if (ctx->nsteps >= plan->size) {
        return 0;
    }

    ngx_memzero(c, sizeof(llmgw_choice_t));

    c->now = ngx_current_msec;
    c->random = (uint64_t) ngx_random() << 31 ^ ngx_random();
    c->tokens = ctx->expect.prompt + ctx->expect.completion;
    c->words = ctx->expect.completion;
    c->again = ctx->nsteps != 0;
    c->any = any;

    awaited = rt->place && rt->place->line && ngx_http_llmgw_room_awaited(ctx);

    c->skip = (plan->fresh && !awaited) ? NULL : plan->skip;

    affinity = rt->affinity;

    if (affinity) {

        if (ngx_http_complex_value(ctx->request, affinity, &s) != NGX_OK) {
            return 0;
        }

        if (s.len) {
            c->sticky = 1;
            c->affinity = llmgw_route_hash(ngx_http_llmgw_str(s));
        }
    }

    n = llmgw_route_choose(&rt->route, c);

    for (i = 0; awaited && i < rt->route.n; i++) {
        plan->skip[i] &= ~NGX_HTTP_LLMGW_AWAITED;
    }

    return (n == -1) ? 0 : ngx_http_llmgw_plan_add(ctx, n);
}


ngx_uint_t
ngx_http_llmgw_plan_add(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t n)
{
    ngx_uint_t              i;
    ngx_http_llmgw_plan_t  *plan;

    plan = ctx->plan;

    i = plan->from;

    if (plan->to - i == plan->model->routing->route.n) {

        /* all of them, in their order */

        i += n;
    }

    for ( /* void */ ; i < plan->to; i++) {

        if (plan->all[i].index == n) {

            if (ngx_http_llmgw_readmit(ctx, &plan->all[i]) != NGX_OK) {
                return 0;
            }

            ctx->steps[ctx->nsteps++] = plan->all[i];
            plan->room = 0;

            if (plan->nvisited < NGX_HTTP_LLMGW_MODELS
                && (plan->nvisited == 0
                    || plan->visited[plan->nvisited - 1] != plan->model))
            {
                plan->visited[plan->nvisited++] = plan->model;
                llmgw_budget_request(plan->model->routing->budget,
                                     NGX_HTTP_LLMGW_EXTRA);
            }

            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_llmgw_account_error(llmgw_error_t *e)
{
    return e->quota || e->status == NGX_HTTP_UNAUTHORIZED || e->status == 402
           || e->status == NGX_HTTP_FORBIDDEN
           || e->status == NGX_HTTP_NOT_FOUND;
}


ngx_uint_t
ngx_http_llmgw_plan_next(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t refused)
{
    u_char                    *skip;
    llmgw_error_t             *e;
    llmgw_choice_t             c;
    ngx_http_llmgw_plan_t     *plan, saved;
    ngx_http_llmgw_routing_t  *rt;

    e = &ctx->error;
    plan = ctx->plan;

    if (ctx->nsteps >= plan->size || ngx_http_llmgw_time_left(ctx) == 0) {
        return 0;
    }

    rt = plan->model->routing;

    if (!refused && e->context
        && ngx_http_llmgw_plan_other(ctx, &rt->context))
    {
        return 1;
    }

    if (!refused && e->policy
        && ngx_http_llmgw_plan_other(ctx, &rt->content))
    {
        return 1;
    }

    if (!refused && !ngx_http_llmgw_retry_on(ctx, rt)) {
        return 0;
    }

    skip = &plan->skip[ctx->step->index];
    *skip |= NGX_HTTP_LLMGW_TRIED;

    if (refused || ngx_http_llmgw_account_error(e)) {
        *skip |= NGX_HTTP_LLMGW_BARRED;
    }

    plan->fresh = 0;

    if (ngx_http_llmgw_plan_choose(ctx, 0, &c)
        || (!refused && ngx_http_llmgw_plan_retry(ctx)))
    {
        return 1;
    }

    saved = *plan;

    if (ngx_http_llmgw_plan_models(ctx, plan->to, &c)) {
        return 1;
    }

    *plan = saved;

    return ngx_http_llmgw_room_step(ctx, 0);
}


/* models for a kind of error, in place of all that was to come */

static ngx_uint_t
ngx_http_llmgw_plan_other(ngx_http_llmgw_ctx_t *ctx, ngx_array_t *names)
{
    ngx_str_t                   *name;
    ngx_uint_t                   i, j, n;
    llmgw_choice_t               c;
    ngx_http_llmgw_step_t       *step, *all;
    ngx_http_llmgw_plan_t       *plan, save;
    ngx_http_llmgw_model_t      *model;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (names->nelts == 0) {
        return 0;
    }

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);
    name = names->elts;
    n = 0;

    for (i = 0; i < names->nelts; i++) {
        n += ngx_http_llmgw_model_find(lmcf, &name[i])->steps.nelts;
    }

    all = ngx_palloc(ctx->request->pool, n * sizeof(ngx_http_llmgw_step_t));
    if (all == NULL) {
        return 0;
    }

    n = 0;

    for (i = 0; i < names->nelts; i++) {

        model = ngx_http_llmgw_model_find(lmcf, &name[i]);
        step = model->steps.elts;

        for (j = 0; j < model->steps.nelts; j++) {

            if (ngx_http_llmgw_may_use(ctx, step[j].owner)
                && (!ctx->call.pinned || step[j].where == ctx->call.where))
            {
                all[n++] = step[j];
            }
        }
    }

    if (lmcf->tagged && !ctx->call.pinned) {
        n = ngx_http_llmgw_tagged(ctx, all, n, all);
    }

    plan = ctx->plan;

    save = *plan;

    plan->all = all;
    plan->nall = n;

    if (ngx_http_llmgw_plan_models(ctx, 0, &c)) {
        return 1;
    }

    /* then it goes on where it was */

    *plan = save;

    return 0;
}


/*
 * All deployments of the model once more, after a while.  What the provider
 * asks for is waited for, if that is not too long for a client.
 */

static ngx_uint_t
ngx_http_llmgw_plan_retry(ngx_http_llmgw_ctx_t *ctx)
{
    int64_t                    ms;
    ngx_uint_t                 i;
    llmgw_choice_t             c;
    ngx_http_llmgw_plan_t     *plan;
    ngx_http_llmgw_routing_t  *rt;

    plan = ctx->plan;
    rt = plan->model->routing;

    if (plan->round >= ngx_http_llmgw_rounds(ctx, rt)) {
        return 0;
    }

    ms = ngx_max(ctx->error.retry_after, 0);

    if (ms > (int64_t) rt->backoff_max) {
        return 0;
    }

    ms += llmgw_backoff(rt->backoff, rt->backoff_max, plan->round + 1,
                        (uint64_t) ngx_random() << 31 ^ ngx_random());

    if ((ngx_msec_t) ms >= ngx_http_llmgw_time_left(ctx)) {

        /* other models need no wait */

        return 0;
    }

    for (i = 0; i < rt->route.n; i++) {
        if ((plan->skip[i] & ~NGX_HTTP_LLMGW_TRIED) == 0) {
            break;
        }
    }

    if (i == rt->route.n || !llmgw_budget_retry(rt->budget, ngx_current_msec))
    {
        return 0;
    }

    for (i = 0; i < rt->route.n; i++) {
        plan->skip[i] &= ~NGX_HTTP_LLMGW_TRIED;
    }

    plan->round++;

    if (!ngx_http_llmgw_plan_choose(ctx, 0, &c)
        && !ngx_http_llmgw_plan_choose(ctx, 1, &c))
    {
        return 0;
    }

    plan->wait = 1;
    plan->wait_until = ngx_current_msec + ms;

    return 1;
}


/* in a phase in front of the one that limits are in, as limit_req does it */

ngx_int_t
ngx_http_llmgw_plan_wait(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_msec_int_t          ms;
    ngx_http_llmgw_plan_t  *plan;

    plan = ctx->plan;

    if (!plan->wait) {
        return NGX_OK;
    }

    ms = (ngx_msec_int_t) (plan->wait_until - ngx_current_msec);

    if (ms <= 0) {
        plan->wait = 0;
        return NGX_OK;
    }

    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_llmgw_wait_handler;

    r->connection->write->delayed = 1;
    ngx_add_timer(r->connection->write, (ngx_msec_t) ms);

    return NGX_AGAIN;
}


static void
ngx_http_llmgw_wait_handler(ngx_http_request_t *r)
{
    ngx_event_t  *wev;

    wev = r->connection->write;

    if (wev->delayed) {

        if (ngx_handle_write_event(wev, 0) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        }

        return;
    }

    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


ngx_int_t
ngx_http_llmgw_plan_begin(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_step_t     *step;
    ngx_http_llmgw_plan_t     *plan;
    ngx_http_llmgw_routing_t  *rt;
    const llmgw_deployment_t  *d;

    plan = ctx->plan;

    if (plan->room) {
        return NGX_DECLINED;
    }

    step = &ctx->steps[ctx->attempts];
    rt = step->owner->routing;
    d = &rt->route.list[step->index];

    plan->tokens = ctx->expect.prompt + ctx->expect.completion;

    if (llmgw_route_begin(d, ngx_current_msec, plan->tokens, &plan->part)
        != LLMGW_OK)
    {
        return NGX_DECLINED;
    }

    plan->deployment = d;
    plan->owner = step->owner;
    plan->began = ngx_current_msec;
    plan->failure = 0;

    if (rt->place) {
        plan->running = &rt->place->running[ctx->identity->digest[0]
                                            % NGX_HTTP_LLMGW_RUNNING];
        (void) llmgw_add(plan->running, 1);

        if (ctx->waiter) {
            ngx_http_llmgw_room_served(ctx);
        }
    }

    if (ctx->lease) {

        /* a worker that dies has not ended it */

        ctx->lease->in_flight = &d->numbers->in_flight;
        ctx->lease->running = plan->running;
    }

    return NGX_OK;
}


void
ngx_http_llmgw_plan_answers(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_plan_t       *plan;
    llmgw_breaker_t             *breaker;
    ngx_http_llmgw_main_conf_t  *lmcf;

    plan = ctx->plan;

    if (plan == NULL || plan->deployment == NULL || ctx->cached) {
        return;
    }

    if (ctx->call.stream) {
        llmgw_mean_add(&plan->deployment->numbers->first, ngx_current_msec,
                       (ngx_current_msec - plan->began) * 1000);
    }

    breaker = &plan->deployment->numbers->breaker;

    if (llmgw_breaker_state(breaker, ngx_current_msec)
        == LLMGW_BREAKER_CLOSED)
    {
        return;
    }

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    ngx_http_llmgw_plan_lock(lmcf);
    llmgw_breaker_close(breaker, plan->began);
    ngx_http_llmgw_plan_unlock(lmcf);
}


static void
ngx_http_llmgw_plan_samples(ngx_http_llmgw_ctx_t *ctx)
{
    uint64_t                us, n;
    llmgw_numbers_t        *x;
    ngx_http_llmgw_plan_t  *plan;

    plan = ctx->plan;
    x = plan->deployment->numbers;

    us = (ngx_current_msec - plan->began) * 1000;
    n = ngx_max(ctx->reply.usage.completion, 0);

    if (!ctx->call.stream) {

        if (n) {
            llmgw_mean_add(&x->token, ngx_current_msec, us / n);

        } else {
            llmgw_mean_add(&x->first, ngx_current_msec, us);
        }

        return;
    }

    if (n > 1 && ctx->first) {
        us = (ngx_current_msec - ctx->first) * 1000;
        llmgw_mean_add(&x->token, ngx_current_msec, us / (n - 1));
    }
}


void
ngx_http_llmgw_plan_end(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_verdict_e verdict)
{
    uint64_t                     used;
    llmgw_breaker_t             *breaker;
    ngx_http_llmgw_plan_t       *plan;
    ngx_http_llmgw_main_conf_t  *lmcf;

    plan = ctx->plan;

    if (plan == NULL || plan->deployment == NULL) {
        return;
    }

    if (ctx->expired && verdict == ngx_http_llmgw_bad) {

        /* clients can make the time as short as they like */

        verdict = ngx_http_llmgw_neutral;
    }

    breaker = &plan->deployment->numbers->breaker;
    used = (verdict == ngx_http_llmgw_bad) ? 0 : plan->tokens;

    switch (verdict) {

    case ngx_http_llmgw_bad:
        ngx_http_llmgw_plan_bad(ctx);
        break;

    case ngx_http_llmgw_good:

        if (ctx->cached) {
            break;
        }

        ngx_http_llmgw_plan_samples(ctx);

        if (ctx->reply.usage.reported) {
            used = ngx_max(ctx->reply.usage.prompt, 0)
                   + ngx_max(ctx->reply.usage.completion, 0);
        }

        if (llmgw_breaker_success(breaker, plan->began) == LLMGW_AGAIN) {

            lmcf = ngx_http_get_module_main_conf(ctx->request,
                                                 ngx_http_llmgw_module);
            ngx_http_llmgw_plan_lock(lmcf);
            llmgw_breaker_close(breaker, plan->began);
            ngx_http_llmgw_plan_unlock(lmcf);
        }

        break;

    default: /* ngx_http_llmgw_neutral */

        if (llmgw_breaker_state(breaker, ngx_current_msec)
            == LLMGW_BREAKER_PROBING)
        {
            llmgw_breaker_release(breaker);
        }
    }

    if (ctx->lease) {
        ctx->lease->in_flight = NULL;
    }

    llmgw_route_end(plan->deployment, ngx_current_msec, plan->part,
                    plan->tokens, used);

    plan->deployment = NULL;

    if (plan->running) {
        (void) llmgw_add(plan->running, -1);
        plan->running = NULL;

        ngx_http_llmgw_queue_freed();
    }
}


/* errors that are not the deployment's own are no reason to leave it alone */

static void
ngx_http_llmgw_plan_bad(ngx_http_llmgw_ctx_t *ctx)
{
    uint64_t                     ms;
    ngx_uint_t                   level;
    llmgw_error_t               *e;
    ngx_http_llmgw_plan_t       *plan;
    ngx_http_llmgw_main_conf_t  *lmcf;

    e = &ctx->error;
    plan = ctx->plan;

    if (e->context || e->policy || !ngx_http_llmgw_falls_back(e)) {
        return;
    }

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    ngx_http_llmgw_plan_lock(lmcf);

    ms = llmgw_breaker_failure(&plan->deployment->numbers->breaker,
                               &plan->owner->routing->breaker,
                               ngx_current_msec,
                               ngx_http_llmgw_plan_at_once(ctx),
                               e->retry_after,
                               (uint64_t) ngx_random() << 31 ^ ngx_random());

    ngx_http_llmgw_plan_unlock(lmcf);

    if (ms == 0) {
        return;
    }

    level = ngx_http_llmgw_account_error(e) ? NGX_LOG_ERR : NGX_LOG_WARN;

    ngx_log_error(level, ctx->request->connection->log, 0,
                  "llmgw: deployment \"%V\" of model \"%V\" is left alone for "
                  "%uL ms after status %ui", &ctx->step->location,
                  &plan->owner->name, ms, (ngx_uint_t) e->status);
}


static ngx_uint_t
ngx_http_llmgw_plan_at_once(ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_error_t  *e;

    e = &ctx->error;

    if (e->status == NGX_HTTP_TOO_MANY_REQUESTS || e->quota) {
        return ctx->plan->owner->routing->route.n > 1 || e->retry_after > 0;
    }

    if (e->status != NGX_HTTP_NOT_FOUND) {
        return ngx_http_llmgw_account_error(e);
    }

    /* paths that not all providers have are asked for by clients */

    switch (ctx->call.endpoint->id) {

    case LLMGW_EP_CHAT:
    case LLMGW_EP_MESSAGES:
    case LLMGW_EP_GENERATE:
    case LLMGW_EP_STREAM_GENERATE:
        return 1;

    default:
        return 0;
    }
}


/*
 * nginx sends no POST twice, since it cannot know what came of the first one.
 * A connection that was kept, and over which nothing has come back, had been
 * closed by the other side before the request arrived.
 */

ngx_uint_t
ngx_http_llmgw_plan_stale(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_upstream_t        *u;
    ngx_http_upstream_state_t  *state;

    u = r->upstream;

    if (ctx->plan->stale || ctx->llcf->mock || u == NULL || !u->peer.cached
        || r->upstream_states == NULL || r->upstream_states->nelts == 0)
    {
        return 0;
    }

    state = r->upstream_states->elts;
    state += r->upstream_states->nelts - 1;

    if (state->status != NGX_HTTP_BAD_GATEWAY || state->bytes_received != 0) {
        return 0;
    }

    ctx->plan->stale = 1;

    return 1;
}
