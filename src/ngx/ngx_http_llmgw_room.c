
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Requests that wait for a slot of one of their model's deployments.
 *
 * A model has one line.  Not all requests in it wait for the same deployments:
 * some are for other tags, some have tried one of them.  So each has a room,
 * which are the deployments that it waits for, and is passed by while these
 * have no slot and those of a later one have.
 *
 * The place in the line is kept until the slot is taken, so that nobody who
 * has not waited gets it in between.
 */


#include "ngx_http_llmgw_queue.h"


static void ngx_http_llmgw_room_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_room_join(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf);
static ngx_uint_t ngx_http_llmgw_room_slots(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_room_slot_t *slot, ngx_uint_t any);
static ngx_uint_t ngx_http_llmgw_room_running(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_place_sh_t *place);
static ngx_int_t ngx_http_llmgw_room_join_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_room_slot_t *slot,
    ngx_uint_t n);
static ngx_http_llmgw_room_t *ngx_http_llmgw_room_get_locked(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_line_t *line, ngx_http_llmgw_room_slot_t *slot,
    ngx_uint_t n);
static ngx_uint_t ngx_http_llmgw_room_free(ngx_http_llmgw_room_t *room);


static void
ngx_http_llmgw_room_choice(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t any,
    llmgw_choice_t *c)
{
    ngx_memzero(c, sizeof(llmgw_choice_t));

    c->now = ngx_current_msec;
    c->tokens = ctx->expect.prompt + ctx->expect.completion;
    c->any = any;
}


ngx_uint_t
ngx_http_llmgw_room_awaited(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t                   i, j, found;
    ngx_queue_t                 *q;
    llmgw_route_t               *route;
    ngx_http_llmgw_room_t       *room;
    ngx_http_llmgw_line_t       *line;
    ngx_http_llmgw_plan_t       *plan;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    plan = ctx->plan;
    route = &plan->model->routing->route;
    found = 0;

    ngx_http_llmgw_lock(lmcf);

    line = plan->model->routing->place->line;

    /* a request that is in the line chooses when its turn has come */

    if (line && (ctx->waiter == NULL || ctx->waiter->line != line)) {

        for (q = ngx_queue_head(&line->rooms);
             q != ngx_queue_sentinel(&line->rooms);
             q = ngx_queue_next(q))
        {
            room = ngx_queue_data(q, ngx_http_llmgw_room_t, queue);

            for (i = 0; i < route->n; i++) {
                for (j = 0; j < room->n; j++) {
                    if (room->slot[j].in_flight
                        == &route->list[i].numbers->in_flight)
                    {
                        plan->skip[i] |= NGX_HTTP_LLMGW_AWAITED;
                        found = 1;
                    }
                }
            }
        }
    }

    ngx_http_llmgw_unlock(lmcf);

    return found;
}


ngx_uint_t
ngx_http_llmgw_room_step(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t any)
{
    ngx_uint_t              i;
    llmgw_route_t          *route;
    llmgw_choice_t          c;
    ngx_http_llmgw_plan_t  *plan;

    plan = ctx->plan;

    if (plan->model->routing->place == NULL || ctx->queue_over
        || ctx->nsteps >= plan->size)
    {
        return 0;
    }

    ngx_http_llmgw_room_choice(ctx, any, &c);

    route = &plan->model->routing->route;

    for (i = 0; i < route->n; i++) {

        if (plan->skip[i] == 0 && llmgw_route_waits(&route->list[i], &c)
            && ngx_http_llmgw_plan_add(ctx, i))
        {
            plan->room = 1;
            return 1;
        }
    }

    return 0;
}


/* in place of the step that has no room; that one is back if there is none */

static ngx_uint_t
ngx_http_llmgw_room_choose(ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_choice_t  c;

    ctx->nsteps = ctx->attempts;

    if (ngx_http_llmgw_plan_choose(ctx, 0, &c)
        || (ctx->queue_over && ngx_http_llmgw_plan_choose(ctx, 1, &c)))
    {
        return 1;
    }

    ctx->nsteps++;

    return 0;
}


ngx_int_t
ngx_http_llmgw_room_wait(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t                    rc;
    ngx_http_llmgw_plan_t       *plan;
    ngx_http_llmgw_main_conf_t  *lmcf;

    plan = ctx->plan;

    if (plan->model->routing->place == NULL) {
        return NGX_DECLINED;
    }

    if (ctx->queue_over) {
        ngx_http_llmgw_queue_leave(ctx);
    }

    /* one that was chosen, and has lost its slot to another, is not again */

    if (plan->room && (ctx->waiter || ctx->queue_over)
        && ngx_http_llmgw_room_choose(ctx))
    {
        return NGX_OK;
    }

    if (ctx->queue_over) {
        return NGX_DECLINED;
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    rc = ngx_http_llmgw_room_join(ctx, lmcf);

    if (rc == NGX_AGAIN) {
        plan->room = 1;
        ngx_http_llmgw_queue_wait(r, ctx, lmcf, ngx_http_llmgw_room_resume);
        return NGX_AGAIN;
    }

    ngx_http_llmgw_queue_leave(ctx);

    if (rc == NGX_BUSY) {
        ctx->queue_over = 1;

        return ngx_http_llmgw_room_choose(ctx) ? NGX_OK : NGX_DECLINED;
    }

    return NGX_DECLINED;
}


/* its turn has come, or its time is over: the phases find out which */

static void
ngx_http_llmgw_room_resume(ngx_http_request_t *r)
{
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


void
ngx_http_llmgw_room_served(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    ngx_http_llmgw_lock(lmcf);
    ngx_http_llmgw_line_served_locked(ctx, lmcf);
    ngx_http_llmgw_unlock(lmcf);

    ngx_http_llmgw_queue_leave(ctx);
}


static ngx_int_t
ngx_http_llmgw_room_join(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_int_t                    rc;
    ngx_uint_t                   n;
    ngx_http_llmgw_room_slot_t  *slot;

    n = ctx->plan->model->routing->route.n;

    slot = ngx_palloc(ctx->request->pool,
                      n * sizeof(ngx_http_llmgw_room_slot_t));
    if (slot == NULL) {
        return NGX_DECLINED;
    }

    n = ngx_http_llmgw_room_slots(ctx, slot, 0);

    if (n == 0) {
        n = ngx_http_llmgw_room_slots(ctx, slot, 1);
    }

    if (n == 0 || ctx->queue_time >= lmcf->queue_timeout) {
        return NGX_DECLINED;
    }

    ngx_http_llmgw_lock(lmcf);
    rc = ngx_http_llmgw_room_join_locked(ctx, lmcf, slot, n);
    ngx_http_llmgw_unlock(lmcf);

    return rc;
}


static ngx_uint_t
ngx_http_llmgw_room_slots(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_room_slot_t *slot, ngx_uint_t any)
{
    ngx_uint_t              i, n;
    llmgw_route_t          *route;
    llmgw_choice_t          c;
    llmgw_deployment_t     *d;
    ngx_http_llmgw_plan_t  *plan;

    ngx_http_llmgw_room_choice(ctx, any, &c);

    plan = ctx->plan;
    route = &plan->model->routing->route;
    n = 0;

    for (i = 0; i < route->n; i++) {

        d = &route->list[i];

        if (plan->skip[i] == 0 && llmgw_route_waits(d, &c)) {
            slot[n].in_flight = &d->numbers->in_flight;
            slot[n++].max = d->max_parallel;
        }
    }

    return n;
}


/*
 * Requests of the key, or of others with its number, that have a slot.  What a
 * killed worker had is in its number for ever, but no more than all have.
 */

static ngx_uint_t
ngx_http_llmgw_room_running(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_place_sh_t *place)
{
    uint64_t        all, own;
    ngx_uint_t      i;
    llmgw_route_t  *route;

    route = &ctx->plan->model->routing->route;
    all = 0;

    for (i = 0; i < route->n; i++) {
        all += llmgw_load(&route->list[i].numbers->in_flight);
    }

    own = llmgw_load(&place->running[ctx->identity->digest[0]
                                     % NGX_HTTP_LLMGW_RUNNING]);

    return ngx_min(own, all);
}


/* a request that has a place keeps it, whatever it waits for now */

static ngx_int_t
ngx_http_llmgw_room_join_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_room_slot_t *slot,
    ngx_uint_t n)
{
    ngx_slab_pool_t            *shpool;
    ngx_http_llmgw_room_t      *room;
    ngx_http_llmgw_line_t      *line;
    ngx_http_llmgw_slot_t      *own;
    ngx_http_llmgw_state_t     *st;
    ngx_http_llmgw_waiter_t    *w;
    ngx_http_llmgw_place_sh_t  *place;

    st = ngx_http_llmgw_state(lmcf);
    shpool = ngx_http_llmgw_shpool(lmcf);
    place = ctx->plan->model->routing->place;
    own = st->slots[ngx_process_slot];
    w = ctx->waiter;

    if (own == NULL || own->pid != ngx_pid) {

        /* nobody would clear up behind this worker */

        return NGX_DECLINED;
    }

    if (w && w->line != place->line) {
        ctx->waiter = NULL;
        ngx_http_llmgw_waiter_free_locked(shpool, st, w);
        w = NULL;
    }

    line = place->line;

    if (line == NULL) {

        line = ngx_http_llmgw_line_create_locked(shpool, st, place->len);
        if (line == NULL) {
            return NGX_BUSY;
        }

        line->place = place;
        place->line = line;
    }

    if (w == NULL) {

        w = ngx_http_llmgw_line_add_locked(ctx, lmcf, line,
                                      ngx_http_llmgw_room_running(ctx, place));
        if (w == NULL) {
            return NGX_BUSY;
        }
    }

    room = ngx_http_llmgw_room_get_locked(shpool, st, line, slot, n);

    if (room == NULL) {
        ctx->waiter = NULL;
        ngx_http_llmgw_waiter_free_locked(shpool, st, w);
        return NGX_BUSY;
    }

    room->waiting++;

    if (w->room) {
        ngx_http_llmgw_room_release_locked(shpool, w);
    }

    w->room = room;

    return NGX_AGAIN;
}


static ngx_http_llmgw_room_t *
ngx_http_llmgw_room_get_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_line_t *line,
    ngx_http_llmgw_room_slot_t *slot, ngx_uint_t n)
{
    size_t                  size;
    ngx_queue_t            *q;
    ngx_http_llmgw_room_t  *room;

    size = n * sizeof(ngx_http_llmgw_room_slot_t);

    for (q = ngx_queue_head(&line->rooms);
         q != ngx_queue_sentinel(&line->rooms);
         q = ngx_queue_next(q))
    {
        room = ngx_queue_data(q, ngx_http_llmgw_room_t, queue);

        if (room->n == n && ngx_memcmp(room->slot, slot, size) == 0) {
            return room;
        }
    }

    room = ngx_http_llmgw_alloc_locked(shpool, st,
                                offsetof(ngx_http_llmgw_room_t, slot) + size);
    if (room == NULL) {
        return NULL;
    }

    room->waiting = 0;
    room->n = n;
    ngx_memcpy(room->slot, slot, size);

    ngx_queue_insert_tail(&line->rooms, &room->queue);

    return room;
}


void
ngx_http_llmgw_room_release_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_waiter_t *w)
{
    ngx_http_llmgw_room_t  *room;

    room = w->room;
    w->room = NULL;

    if (--room->waiting == 0) {
        ngx_queue_remove(&room->queue);
        ngx_slab_free_locked(shpool, room);
    }
}


static ngx_uint_t
ngx_http_llmgw_room_free(ngx_http_llmgw_room_t *room)
{
    ngx_uint_t  i;

    for (i = 0; i < room->n; i++) {
        if (llmgw_load(room->slot[i].in_flight) < room->slot[i].max) {
            return 1;
        }
    }

    return 0;
}


/* the rooms first: they are few, and mostly there is one */

ngx_http_llmgw_waiter_t *
ngx_http_llmgw_room_next_locked(ngx_http_llmgw_line_t *line)
{
    ngx_queue_t              *q;
    ngx_rbtree_node_t        *node;
    ngx_http_llmgw_room_t    *room;
    ngx_http_llmgw_waiter_t  *w;

    for (q = ngx_queue_head(&line->rooms);
         q != ngx_queue_sentinel(&line->rooms);
         q = ngx_queue_next(q))
    {
        room = ngx_queue_data(q, ngx_http_llmgw_room_t, queue);

        if (ngx_http_llmgw_room_free(room)) {
            break;
        }
    }

    if (q == ngx_queue_sentinel(&line->rooms)) {
        return NULL;
    }

    for (node = ngx_rbtree_min(line->tags.root, line->tags.sentinel);
         node;
         node = ngx_rbtree_next(&line->tags, node))
    {
        w = ngx_http_llmgw_waiter(node);

        if (ngx_http_llmgw_room_free(w->room)) {
            return w;
        }
    }

    return NULL;
}
