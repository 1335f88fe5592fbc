
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Requests that wait for a slot instead of being refused: llmgw_queue.
 *
 * Each entity whose parallel requests are all under way has a line, and each
 * model whose deployments are full (ngx_http_llmgw_room.c).  In a line keys
 * take turns by start-time fair queueing: a request's tag is the later one of
 * the line's virtual time and the end of its key's last one, and the smallest
 * tag is served.  A key that sends many requests is served as often as any
 * other.
 *
 * Lines are shared by all workers.  Who is served is decided by whoever looks,
 * and carried out by the worker that has the request: at once when a slot was
 * freed there, otherwise when it looks again.
 */


#include "ngx_http_llmgw_queue.h"


/* how often a worker looks for what others have freed, ms */
#define NGX_HTTP_LLMGW_LOOK    10

/* virtual time of a request of a key of weight 1 */
#define NGX_HTTP_LLMGW_TURN    4096

/* the most turns that one key has while another has one */
#define NGX_HTTP_LLMGW_WEIGHT  1024

/* how long requests wait, ms */
#define NGX_HTTP_LLMGW_PATIENCE  30000

/* keys that may be remembered beyond those that wait */
#define NGX_HTTP_LLMGW_FLOWS   16


static ngx_http_llmgw_line_t *ngx_http_llmgw_line_locked(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_uint_t create);
static ngx_http_llmgw_flow_t *ngx_http_llmgw_flow_locked(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_line_t *line, u_char *key);
static ngx_uint_t ngx_http_llmgw_in_flight(ngx_http_llmgw_admission_t *a);
static ngx_http_llmgw_waiter_t *ngx_http_llmgw_line_head(
    ngx_http_llmgw_line_t *line);
static void ngx_http_llmgw_line_free_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_line_t *line);
static ngx_http_llmgw_waiter_t *ngx_http_llmgw_line_next(
    ngx_http_llmgw_line_t *line);
static ngx_http_llmgw_ctx_t *ngx_http_llmgw_queue_call(
    ngx_http_llmgw_main_conf_t *lmcf);
static void ngx_http_llmgw_queue_resume(ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_queue_look(ngx_event_t *ev);
static void ngx_http_llmgw_queue_timeout(ngx_event_t *ev);


/* of the worker */
static ngx_event_t       ngx_http_llmgw_look_event;
static ngx_connection_t  ngx_http_llmgw_look_connection;
static ngx_uint_t        ngx_http_llmgw_look_serial;
static ngx_uint_t        ngx_http_llmgw_nwaiting;


static ngx_http_llmgw_line_t *
ngx_http_llmgw_line_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e, ngx_uint_t create)
{
    ngx_queue_t            *q, *bucket;
    ngx_http_llmgw_line_t  *line;

    bucket = &st->lines[e->hash % NGX_HTTP_LLMGW_LINES];

    if (e->lined) {
        for (q = ngx_queue_head(bucket);
             q != ngx_queue_sentinel(bucket);
             q = ngx_queue_next(q))
        {
            line = ngx_queue_data(q, ngx_http_llmgw_line_t, queue);

            if (line->e == e) {
                return line;
            }
        }
    }

    if (!create) {
        return NULL;
    }

    line = ngx_http_llmgw_line_create_locked(shpool, st, e->hash);

    if (line) {

        /* it stays while somebody waits for it */

        line->e = e;
        e->lined = 1;
        e->leases++;
    }

    return line;
}


ngx_http_llmgw_line_t *
ngx_http_llmgw_line_create_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, uint32_t hash)
{
    ngx_http_llmgw_line_t  *line;

    line = ngx_http_llmgw_alloc_locked(shpool, st,
                                       sizeof(ngx_http_llmgw_line_t));
    if (line == NULL) {
        return NULL;
    }

    ngx_memzero(line, sizeof(ngx_http_llmgw_line_t));

    ngx_rbtree_init(&line->tags, &line->sentinel, ngx_rbtree_insert_value);
    ngx_queue_init(&line->rooms);
    ngx_queue_init(&line->flows);
    ngx_queue_insert_head(&st->lines[hash % NGX_HTTP_LLMGW_LINES],
                          &line->queue);

    return line;
}


static ngx_http_llmgw_flow_t *
ngx_http_llmgw_flow_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_line_t *line, u_char *key)
{
    ngx_queue_t            *q, *next;
    ngx_http_llmgw_flow_t  *flow, *found;

    found = NULL;

    for (q = ngx_queue_head(&line->flows);
         q != ngx_queue_sentinel(&line->flows);
         q = next)
    {
        next = ngx_queue_next(q);
        flow = ngx_queue_data(q, ngx_http_llmgw_flow_t, queue);

        if (ngx_memcmp(flow->key, key, sizeof(flow->key)) == 0) {
            found = flow;

        } else if (flow->waiting == 0 && flow->finish <= line->time
                   && line->nflows > NGX_HTTP_LLMGW_FLOWS)
        {
            /* one that would begin anew */

            ngx_queue_remove(q);
            ngx_slab_free_locked(shpool, flow);
            line->nflows--;
        }
    }

    if (found) {
        return found;
    }

    flow = ngx_http_llmgw_alloc_locked(shpool, st,
                                       sizeof(ngx_http_llmgw_flow_t));
    if (flow == NULL) {
        return NULL;
    }

    ngx_memcpy(flow->key, key, sizeof(flow->key));

    flow->finish = 0;
    flow->waiting = 0;
    flow->fresh = 1;

    ngx_queue_insert_tail(&line->flows, &flow->queue);
    line->nflows++;

    return flow;
}


static ngx_http_llmgw_waiter_t *
ngx_http_llmgw_line_head(ngx_http_llmgw_line_t *line)
{
    ngx_rbtree_node_t  *node;

    if (line->tags.root == line->tags.sentinel) {
        return NULL;
    }

    node = ngx_rbtree_min(line->tags.root, line->tags.sentinel);

    return ngx_http_llmgw_waiter(node);
}


/*
 * Whether others are to be served before this request, which must not take a
 * slot that they wait for.
 */

ngx_uint_t
ngx_http_llmgw_line_blocks_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_line_t    *line;
    ngx_http_llmgw_waiter_t  *head;

    if (!e->lined) {
        return 0;
    }

    line = ngx_http_llmgw_line_locked(NULL, st, e, 0);

    if (line == NULL) {
        return 0;
    }

    head = ngx_http_llmgw_line_head(line);

    return head && head != ctx->waiter;
}


/* of the request's key */

static ngx_uint_t
ngx_http_llmgw_in_flight(ngx_http_llmgw_admission_t *a)
{
    ngx_uint_t  i;

    for (i = 0; i < a->n; i++) {
        if (a->level[i].kind == LLMGW_KIND_KEY) {
            return a->level[i].e ? a->level[i].e->in_flight : 0;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_llmgw_line_join_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a)
{
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_slot_t    *slot;
    ngx_http_llmgw_line_t    *line;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_waiter_t  *w;
    ngx_http_llmgw_entity_t  *e;

    if (lmcf->queue == 0 || ctx->queue_over || a->refusal.wait < 0
        || a->refusal.what != ngx_http_llmgw_is_parallel)
    {
        return NGX_DECLINED;
    }

    st = ngx_http_llmgw_state(lmcf);
    slot = st->slots[ngx_process_slot];

    if (slot == NULL || slot->pid != ngx_pid) {

        /* nobody would clear up behind this worker */

        return NGX_DECLINED;
    }

    shpool = ngx_http_llmgw_shpool(lmcf);
    e = a->refusal.level->e;
    w = ctx->waiter;

    if (w && w->line->e == e) {
        w->line->limit = a->refusal.limit;
        return NGX_AGAIN;
    }

    if (w) {
        ctx->waiter = NULL;
        ngx_http_llmgw_waiter_free_locked(shpool, st, w);
    }

    line = ngx_http_llmgw_line_locked(shpool, st, e, 1);

    if (line == NULL) {
        return NGX_DECLINED;
    }

    line->limit = a->refusal.limit;

    return ngx_http_llmgw_line_add_locked(ctx, lmcf, line,
                                          ngx_http_llmgw_in_flight(a))
           ? NGX_AGAIN : NGX_BUSY;
}


ngx_http_llmgw_waiter_t *
ngx_http_llmgw_line_add_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_line_t *line,
    ngx_uint_t under_way)
{
    int64_t                   weight;
    uint64_t                  start;
    ngx_slab_pool_t          *shpool;
    ngx_http_llmgw_flow_t    *flow;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_waiter_t  *w;

    st = ngx_http_llmgw_state(lmcf);
    shpool = ngx_http_llmgw_shpool(lmcf);

    w = NULL;
    flow = NULL;

    if (line->n < lmcf->queue) {

        flow = ngx_http_llmgw_flow_locked(shpool, st, line,
                                          ctx->identity->digest);
    }

    if (flow) {
        w = ngx_http_llmgw_alloc_locked(shpool, st,
                                        sizeof(ngx_http_llmgw_waiter_t));
    }

    if (w == NULL) {

        if (line->n == 0) {
            ngx_http_llmgw_line_free_locked(shpool, st, line);
        }

        return NULL;
    }

    ngx_memzero(w, sizeof(ngx_http_llmgw_waiter_t));

    weight = llmgw_policy_number(ctx->identity->policy[LLMGW_KIND_KEY],
                                 LLMGW_F_QUEUE_WEIGHT, 1);
    weight = ngx_max(1, ngx_min(weight, NGX_HTTP_LLMGW_WEIGHT));

    if (flow->fresh) {

        /* what it has under way are turns that it has had */

        flow->fresh = 0;
        flow->finish = line->time
                       + under_way * NGX_HTTP_LLMGW_TURN / weight;
    }

    start = ngx_max(line->time, flow->finish);

    flow->finish = start + NGX_HTTP_LLMGW_TURN / weight;
    flow->waiting++;

    w->node.key = start;
    w->line = line;
    w->flow = flow;
    w->pid = ngx_pid;
    w->ctx = ctx;

    ngx_rbtree_insert(&line->tags, &w->node);
    ngx_queue_insert_tail(&st->slots[ngx_process_slot]->waiters, &w->queue);

    line->n++;

    ctx->waiter = w;
    ctx->queue_position = line->n;

    return w;
}


/* the request has its slot */

void
ngx_http_llmgw_line_served_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_waiter_t  *w;

    w = ctx->waiter;

    if (w) {
        ctx->waiter = NULL;
        w->line->time = w->node.key;

        ngx_http_llmgw_waiter_free_locked(ngx_http_llmgw_shpool(lmcf),
                                          ngx_http_llmgw_state(lmcf), w);
    }
}


void
ngx_http_llmgw_waiter_free_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_waiter_t *w)
{
    ngx_http_llmgw_line_t  *line;

    line = w->line;

    ngx_rbtree_delete(&line->tags, &w->node);
    ngx_queue_remove(&w->queue);

    if (w->room) {
        ngx_http_llmgw_room_release_locked(shpool, w);
    }

    w->flow->waiting--;
    line->n--;

    ngx_slab_free_locked(shpool, w);

    if (line->n == 0) {
        ngx_http_llmgw_line_free_locked(shpool, st, line);
    }
}


static void
ngx_http_llmgw_line_free_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_line_t *line)
{
    ngx_queue_t              *q;
    ngx_http_llmgw_flow_t    *flow;
    ngx_http_llmgw_entity_t  *e;

    while (!ngx_queue_empty(&line->flows)) {
        q = ngx_queue_head(&line->flows);
        ngx_queue_remove(q);

        flow = ngx_queue_data(q, ngx_http_llmgw_flow_t, queue);
        ngx_slab_free_locked(shpool, flow);
    }

    e = line->e;

    if (e == NULL) {
        line->place->line = NULL;
    }

    ngx_queue_remove(&line->queue);
    ngx_slab_free_locked(shpool, line);

    if (e) {
        e->lined = 0;
        e->leases--;

        ngx_http_llmgw_entity_release_locked(shpool, st, e);
    }
}


/* The places of a worker that is gone. */

void
ngx_http_llmgw_lines_reap_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_slot_t *slot)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&slot->waiters)) {
        q = ngx_queue_head(&slot->waiters);

        ngx_http_llmgw_waiter_free_locked(shpool, st,
                         ngx_queue_data(q, ngx_http_llmgw_waiter_t, queue));
    }
}


/* behind ngx_http_llmgw_line_join_locked(), without the lock */

void
ngx_http_llmgw_queue_wait(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_resume_pt resume)
{
    ngx_msec_t  left;

    ctx->queue_resume = resume;

    /* a client that leaves ends the wait; one that reads does not */

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    if (ctx->queue_timer.timer_set) {
        return;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "llmgw: the request waits for a slot, as number %ui",
                  ctx->queue_position);

    ctx->queue_since = ngx_current_msec;

    ctx->queue_timer.handler = ngx_http_llmgw_queue_timeout;
    ctx->queue_timer.data = ctx;
    ctx->queue_timer.log = r->connection->log;

    /* in one line after the other, but not longer for that */

    left = ngx_max(lmcf->queue_timeout, ctx->queue_time + 1)
           - ctx->queue_time;

    ngx_add_timer(&ctx->queue_timer,
                  ngx_min(left, ngx_http_llmgw_time_left(ctx)));

    ngx_http_llmgw_nwaiting++;

    if (!ngx_http_llmgw_look_event.timer_set) {
        ngx_add_timer(&ngx_http_llmgw_look_event, NGX_HTTP_LLMGW_LOOK);
    }
}


/* The request is over, or has its slot, or will not get one. */

void
ngx_http_llmgw_queue_leave(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_waiter_t     *w;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (ctx->queue_timer.timer_set) {
        ngx_del_timer(&ctx->queue_timer);
    }

    if (ctx->queue_since) {
        ctx->queue_time += ngx_current_msec - ctx->queue_since;
        ctx->queue_since = 0;
        ngx_http_llmgw_nwaiting--;
    }

    w = ctx->waiter;

    if (w) {
        lmcf = ngx_http_get_module_main_conf(ctx->request,
                                             ngx_http_llmgw_module);
        ngx_http_llmgw_lock(lmcf);

        ctx->waiter = NULL;
        ngx_http_llmgw_waiter_free_locked(ngx_http_llmgw_shpool(lmcf),
                                          ngx_http_llmgw_state(lmcf), w);

        ngx_http_llmgw_unlock(lmcf);

        /* those behind it may be served now */

        ngx_http_llmgw_queue_freed();
    }
}


static void
ngx_http_llmgw_queue_timeout(ngx_event_t *ev)
{
    ngx_http_llmgw_ctx_t *ctx = ev->data;

    ctx->queue_over = 1;

    if (ctx->lookup) {

        /* it is on its way to be admitted, and will learn of it there */

        return;
    }

    ngx_http_llmgw_queue_resume(ctx);
}


static void
ngx_http_llmgw_queue_resume(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    r->read_event_handler = ngx_http_block_reading;

    ctx->queue_resume(r);

    ngx_http_run_posted_requests(c);
}


/* A slot may be free. */

void
ngx_http_llmgw_queue_freed(void)
{
    if (ngx_http_llmgw_nwaiting) {
        ngx_post_event(&ngx_http_llmgw_look_event, &ngx_posted_events);
    }
}


static ngx_http_llmgw_waiter_t *
ngx_http_llmgw_line_next(ngx_http_llmgw_line_t *line)
{
    if (line->e == NULL) {
        return ngx_http_llmgw_room_next_locked(line);
    }

    return ((int64_t) line->e->in_flight + line->e->remote < line->limit)
           ? ngx_http_llmgw_line_head(line) : NULL;
}


/*
 * Whose turn it is, of the requests of this worker.  One at a time: the end
 * of one may be that of another on the same connection.
 */

static ngx_http_llmgw_ctx_t *
ngx_http_llmgw_queue_call(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_uint_t                i;
    ngx_queue_t              *q;
    ngx_http_llmgw_ctx_t     *ctx;
    ngx_http_llmgw_line_t    *line;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_waiter_t  *w;

    st = ngx_http_llmgw_state(lmcf);
    ctx = NULL;

    ngx_http_llmgw_lock(lmcf);

    for (i = 0; i < NGX_HTTP_LLMGW_LINES && ctx == NULL; i++) {

        for (q = ngx_queue_head(&st->lines[i]);
             q != ngx_queue_sentinel(&st->lines[i]);
             q = ngx_queue_next(q))
        {
            line = ngx_queue_data(q, ngx_http_llmgw_line_t, queue);
            w = ngx_http_llmgw_line_next(line);

            if (w && w->pid == ngx_pid
                && ((ngx_http_llmgw_ctx_t *) w->ctx)->lookup == NULL
                && w->look != ngx_http_llmgw_look_serial)
            {
                w->look = ngx_http_llmgw_look_serial;
                ctx = w->ctx;
                break;
            }
        }
    }

    ngx_http_llmgw_unlock(lmcf);

    return ctx;
}


static void
ngx_http_llmgw_queue_look(ngx_event_t *ev)
{
    ngx_connection_t            *c;
    ngx_http_llmgw_ctx_t        *ctx;
    ngx_http_llmgw_main_conf_t  *lmcf;

    c = ev->data;
    lmcf = c->data;

    ngx_http_llmgw_look_serial++;

    while (ngx_http_llmgw_nwaiting) {

        ctx = ngx_http_llmgw_queue_call(lmcf);

        if (ctx == NULL) {
            break;
        }

        ngx_http_llmgw_queue_resume(ctx);
    }

    if (ngx_http_llmgw_nwaiting && !ev->timer_set) {
        ngx_add_timer(ev, NGX_HTTP_LLMGW_LOOK);
    }
}


void
ngx_http_llmgw_queue_init_process(ngx_cycle_t *cycle,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_look_event.handler = ngx_http_llmgw_queue_look;
    ngx_http_llmgw_look_event.data = &ngx_http_llmgw_look_connection;
    ngx_http_llmgw_look_event.log = cycle->log;
    ngx_http_llmgw_look_event.cancelable = 1;

    ngx_http_llmgw_look_connection.fd = (ngx_socket_t) -1;
    ngx_http_llmgw_look_connection.data = lmcf;
}


char *
ngx_http_llmgw_queue_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_int_t    n;
    ngx_str_t   *value, s;
    ngx_msec_t   timeout;

    if (lmcf->queue != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 3 && ngx_strncmp(value[1].data, "off", 3) == 0
        && cf->args->nelts == 2)
    {
        lmcf->queue = 0;
        return NGX_CONF_OK;
    }

    n = ngx_atoi(value[1].data, value[1].len);

    if (n <= 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid number of requests \"%V\" that may wait: "
                           "write \"off\", or 1 or more", &value[1]);
        return NGX_CONF_ERROR;
    }

    timeout = NGX_HTTP_LLMGW_PATIENCE;

    if (cf->args->nelts == 3) {

        if (value[2].len < 9
            || ngx_strncmp(value[2].data, "timeout=", 8) != 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\": only timeout=TIME "
                               "may stand here", &value[2]);
            return NGX_CONF_ERROR;
        }

        s.data = value[2].data + 8;
        s.len = value[2].len - 8;

        timeout = ngx_parse_time(&s, 0);

        if (timeout == (ngx_msec_t) NGX_ERROR || timeout == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid time \"%V\"", &s);
            return NGX_CONF_ERROR;
        }
    }

    lmcf->queue = n;
    lmcf->queue_timeout = timeout;

    return NGX_CONF_OK;
}
