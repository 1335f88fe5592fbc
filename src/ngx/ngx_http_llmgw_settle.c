
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request has come to: while its answer is on the way, and at its end.
 */


#include "ngx_http_llmgw_check.h"
#include "ngx_http_llmgw_midstream.h"
#include "llmgw_tokens.h"


/* how often a running answer is looked at, ms */
#define NGX_HTTP_LLMGW_PROGRESS  100

/* of a text, for each token that was guessed */
#define NGX_HTTP_LLMGW_CHARACTERS  4

static void ngx_http_llmgw_outcome(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_outcome_t *outcome);
static uint64_t ngx_http_llmgw_so_far(ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_grow_locked(ngx_http_llmgw_lease_t *lease,
    ngx_http_llmgw_expect_t *x, ngx_uint_t stop, ngx_msec_t now);


ngx_int_t
ngx_http_llmgw_log_handler(ngx_http_request_t *r)
{
    ngx_http_llmgw_ctx_t        *ctx;
    ngx_http_llmgw_main_conf_t  *lmcf;

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL) {
        return NGX_OK;
    }

    ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);

    if (!ctx->admitted) {
        return NGX_OK;
    }

    ngx_http_llmgw_settle(ctx);

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    if (lmcf->journal) {
        lmcf->journal->done(ctx);
    }

    return NGX_OK;
}


/* it says of all that it costs nothing */

static ngx_uint_t
ngx_http_llmgw_is_free(const llmgw_price_t *price)
{
    ngx_uint_t  i;

    for (i = 0; i < LLMGW_UNIT_MAX; i++) {
        if (price->unit[i] > 0) {
            return 0;
        }
    }

    return price->ntiers == 0;
}


/*
 * What the deployment would take.  A price is known only if it is whichever of
 * the model's deployments answers in the end.
 */

void
ngx_http_llmgw_expect_cost(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step, ngx_http_llmgw_expect_t *x)
{
    ngx_uint_t              i, n;
    llmgw_usage_t           u;
    const llmgw_price_t    *price;
    ngx_http_llmgw_step_t  *all;

    x->cost = 0;
    x->priced = 1;
    x->free = 1;

    all = ctx->plan ? ctx->plan->all : ctx->steps;
    n = ctx->plan ? ctx->plan->nall : ctx->nsteps;

    for (i = 0; i < n; i++) {

        if (all[i].owner != step->owner) {
            continue;
        }

        price = ngx_http_llmgw_step_price(ctx, &all[i]);

        if (price == NULL) {
            x->priced = 0;
            x->free = 0;

        } else if (!ngx_http_llmgw_is_free(price)) {
            x->free = 0;
        }
    }

    price = ngx_http_llmgw_step_price(ctx, step);

    if (price == NULL) {
        return;
    }

    llmgw_usage_init(&u);

    u.prompt = x->prompt;
    u.completion = x->completion;

    switch (ctx->call.endpoint->id) {

    case LLMGW_EP_IMAGES:
    case LLMGW_EP_IMAGE_EDITS:
    case LLMGW_EP_IMAGE_VARIATIONS:
        u.images = ctx->ask->n;
        break;

    case LLMGW_EP_RERANK:
        u.queries = 1;
        break;

    case LLMGW_EP_SPEECH:
        u.characters = ctx->ask->prompt * NGX_HTTP_LLMGW_CHARACTERS;
        break;

    default:
        break;
    }

    x->cost = ngx_max(llmgw_price_cost(price, &u), 0);
}


/* tokens of an answer that is not complete */

static uint64_t
ngx_http_llmgw_so_far(ngx_http_llmgw_ctx_t *ctx)
{
    uint64_t              n;
    const llmgw_reply_t  *rp;

    rp = &ctx->reply;
    n = llmgw_tokens(rp->text);

    if (rp->usage.reported && rp->usage.completion > (int64_t) n) {
        return rp->usage.completion;
    }

    return n;
}


/* the wish of a running answer for more than was reserved for it */

ngx_int_t
ngx_http_llmgw_progress(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t                    rc;
    uint64_t                     prompt, completion;
    ngx_http_llmgw_expect_t      x;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (ctx->lease == NULL || ctx->stopped
        || ngx_current_msec - ctx->progress < NGX_HTTP_LLMGW_PROGRESS)
    {
        return NGX_OK;
    }

    ctx->progress = ngx_current_msec;

    prompt = ctx->expect.prompt;
    completion = ngx_http_llmgw_so_far(ctx);

    if (ctx->reply.usage.reported && ctx->reply.usage.prompt > 0) {
        prompt = ctx->reply.usage.prompt;
    }

    if (ctx->midstream && ctx->midstream->resume.on) {
        prompt += ngx_max(ctx->midstream->resume.usage.prompt, 0);
        completion += ngx_max(ctx->midstream->resume.usage.completion, 0);
    }

    if (prompt + completion <= ctx->expect.prompt + ctx->expect.completion) {
        return NGX_OK;
    }

    /* somewhat more than there is, so that it need not be asked for so soon */

    completion += completion / 4 + 16;

    x.prompt = prompt;
    x.completion = completion;

    ngx_http_llmgw_expect_cost(ctx, ctx->step, &x);

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    ngx_http_llmgw_lock(lmcf);

    rc = ngx_http_llmgw_grow_locked(ctx->lease, &x, lmcf->stop_on_budget,
                                    ctx->progress);
    ngx_http_llmgw_unlock(lmcf);

    if (rc == NGX_OK) {
        ctx->expect = x;
        return NGX_OK;
    }

    ctx->stopped = 1;
    ngx_str_set(&ctx->detail, "budget_stopped");

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_http_llmgw_has_room(ngx_http_llmgw_money_t *money, int64_t more)
{
    return money->limit < 0
           || money->spend + money->pending + money->reserved + more
              <= money->limit;
}


/* with stop: NGX_DECLINED where the money does not suffice */

static ngx_int_t
ngx_http_llmgw_grow_locked(ngx_http_llmgw_lease_t *lease,
    ngx_http_llmgw_expect_t *x, ngx_uint_t stop, ngx_msec_t now)
{
    int64_t                   cost;
    uint64_t                  tokens;
    ngx_uint_t                i, pass;
    llmgw_str_t               model;
    ngx_http_llmgw_meter_t   *m;
    ngx_http_llmgw_entity_t  *e;

    model = llmgw_str(lease->model, lease->len);

    cost = ngx_max(x->cost - lease->cost, 0);
    tokens = x->prompt + x->completion;
    tokens = (tokens > lease->tokens) ? tokens - lease->tokens : 0;

    for (pass = !stop; pass < 2; pass++) {

        for (i = 0; i < lease->nlevels; i++) {

            e = lease->level[i];

            if (pass == 0) {

                if (cost && !ngx_http_llmgw_has_room(&e->money, cost)) {
                    return NGX_DECLINED;
                }

            } else {
                e->money.reserved += cost;

                if (e->rates && (lease->counted >> i & 1)) {
                    (void) llmgw_window_add(&e->rates->tokens, now, tokens);
                }
            }

            for (m = e->meters; m; m = m->next) {

                if (!ngx_http_llmgw_meter_counts(m, model)) {
                    continue;
                }

                if (pass == 0) {

                    if (cost && m->budget
                        && !ngx_http_llmgw_has_room(&m->money, cost))
                    {
                        return NGX_DECLINED;
                    }

                } else {

                    if (m->budget) {
                        m->money.reserved += cost;
                    }

                    if (lease->counted_model >> i & 1) {
                        (void) llmgw_window_add(&m->rates.tokens, now,
                                                tokens);
                    }
                }
            }
        }
    }

    lease->cost += cost;
    lease->tokens += tokens;
    lease->part = now / LLMGW_WINDOW_PART;

    return NGX_OK;
}


static void
ngx_http_llmgw_outcome(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_outcome_t *outcome)
{
    int64_t              cost;
    llmgw_usage_t       *usage;
    ngx_http_request_t  *r;

    ngx_memzero(outcome, sizeof(ngx_http_llmgw_outcome_t));

    r = ctx->request;
    usage = &outcome->usage;

    outcome->status = (ctx->has_error && !ctx->header_sent)
                      ? ctx->error.status : r->headers_out.status;

    if (ctx->continuing) {
        outcome->status = ctx->midstream->headers_out.status;
    }

    outcome->stopped = ctx->stopped;

    if (!ctx->last && !ctx->page_sent && ctx->state != ngx_http_llmgw_done) {

        outcome->aborted = 1;

        if (!ctx->header_sent) {
            outcome->status = NGX_HTTP_CLIENT_CLOSED_REQUEST;
        }
    }

    if (ngx_http_llmgw_usage(ctx, usage) != NGX_OK) {
        return;
    }

    outcome->estimated = usage->estimated;

    cost = ngx_http_llmgw_cost(ctx, usage);

    outcome->unpriced = (cost < 0);
    outcome->cost = ngx_max(cost, 0);
}


/*
 * The journal has the end before the zone does.  A worker that dies in between
 * leaves its lease, and the journal says what became of the request.
 */

void
ngx_http_llmgw_settle(ngx_http_llmgw_ctx_t *ctx)
{
    u_char                       key[2 * NGX_HTTP_LLMGW_DIGEST];
    ngx_uint_t                   i;
    ngx_http_llmgw_lease_t      *lease;
    ngx_http_llmgw_state_t      *st;
    ngx_http_llmgw_outcome_t     outcome;
    ngx_http_llmgw_charge_t     *c;
    ngx_http_llmgw_charges_t     charges;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lease = ctx->lease;

    if (lease == NULL) {
        return;
    }

    ctx->lease = NULL;
    lease->in_flight = NULL;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);
    st = ngx_http_llmgw_state(lmcf);

    ngx_http_llmgw_outcome(ctx, &outcome);

    ctx->cost = outcome.cost;

    ngx_http_llmgw_lock(lmcf);

    ngx_http_llmgw_lease_charges_locked(lease, ngx_time(), &charges);

    if (lease->mark.ring && lmcf->journal) {

        /* ids stay as they are while the lease holds them, but for a key's */

        for (i = 0; i < charges.n; i++) {

            c = &charges.charge[i];

            if (c->kind == LLMGW_KIND_KEY && c->id.len == sizeof(key)) {
                ngx_memcpy(key, c->id.data, sizeof(key));
                c->id.data = key;
            }
        }

        ngx_http_llmgw_unlock(lmcf);

        lmcf->journal->end(ctx, &lease->mark, &outcome, charges.charge,
                           charges.n);

        ngx_http_llmgw_lock(lmcf);
    }

    ngx_http_llmgw_lease_end_locked(ngx_http_llmgw_shpool(lmcf), st, lease,
                                    &charges, &outcome, ngx_current_msec);

    if (ctx->charged->mean && ctx->ask->answers && !outcome.estimated
        && !outcome.aborted && outcome.usage.completion > 0)
    {
        ngx_http_llmgw_mean_add(ctx->charged->mean,
                                outcome.usage.completion / ctx->ask->n,
                                ngx_max(outcome.usage.prompt, 0),
                                ctx->ask->prompt);
    }

    ngx_http_llmgw_unlock(lmcf);

    ngx_http_llmgw_queue_freed();
}


void
ngx_http_llmgw_undo(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t                   i;
    llmgw_str_t                  model;
    ngx_msec_t                   now;
    ngx_http_llmgw_lease_t      *lease;
    ngx_http_llmgw_meter_t      *m;
    ngx_http_llmgw_entity_t     *e;
    ngx_http_llmgw_outcome_t     outcome;
    ngx_http_llmgw_charges_t     charges;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lease = ctx->lease;
    ctx->lease = NULL;
    ctx->admitted = 0;

    now = ngx_current_msec;
    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    ngx_memzero(&outcome, sizeof(ngx_http_llmgw_outcome_t));

    ngx_http_llmgw_lock(lmcf);

    model = llmgw_str(lease->model, lease->len);

    for (i = 0; i < lease->nlevels; i++) {

        e = lease->level[i];

        if (lease->counted >> i & 1) {
            llmgw_window_sub(&e->rates->requests, now, lease->part, 1);
            e->rates->new_requests -= (e->rates->new_requests != 0);
        }

        for (m = (lease->counted_model >> i & 1) ? e->meters : NULL;
             m;
             m = m->next)
        {
            if (m->name[0] == 'm' && ngx_http_llmgw_meter_counts(m, model)) {
                llmgw_window_sub(&m->rates.requests, now, lease->part, 1);
            }
        }
    }

    ngx_http_llmgw_lease_charges_locked(lease, ngx_time(), &charges);
    ngx_http_llmgw_lease_end_locked(ngx_http_llmgw_shpool(lmcf),
                                    ngx_http_llmgw_state(lmcf), lease,
                                    &charges, &outcome, now);

    ngx_http_llmgw_unlock(lmcf);

    ngx_http_llmgw_queue_freed();
}
