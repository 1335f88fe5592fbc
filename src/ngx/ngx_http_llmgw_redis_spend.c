
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Batches of the ledger into the sums in Redis, each of them once:
 *
 *     where the server stands -> each entity's sums -> the sums of days
 *         -> the stream -> the mark
 *
 * A batch that was interrupted is given again as a whole; each entity's hash
 * says which of this gateway's records are in it, so that only what it lacks
 * is added.  When the mark follows, all of the batch is there.
 */


#include "ngx_http_llmgw_store_redis.h"


/* questions of a batch at a time, so that lookups find their way between */
#define NGX_HTTP_LLMGW_REDIS_WINDOW   64

/* records of one question to the stream; bytes of one message */
#define NGX_HTTP_LLMGW_REDIS_ENTRIES  32
#define NGX_HTTP_LLMGW_REDIS_MESSAGE  16384


typedef struct {
    llmgw_redis_group_t           *group;
    llmgw_redis_total_t           *totals;
    size_t                         n;
    ngx_uint_t                     tries;
} ngx_http_llmgw_redis_part_t;


typedef struct {
    ngx_pool_t                    *pool;
    llmgw_arena_t                  arena;
    ngx_http_llmgw_spend_batch_t  *batch;
    ngx_http_llmgw_redis_worker_t *w;
    llmgw_redis_groups_t           groups;
    ngx_http_llmgw_redis_part_t   *parts;
    ngx_uint_t                     nparts;
    ngx_uint_t                     next;     /* not asked yet */
    ngx_uint_t                     item;     /* not in the stream yet */
    ngx_uint_t                     pending;
    unsigned                       failed:1;
    unsigned                       days:1;   /* they were asked */
} ngx_http_llmgw_redis_job_t;


typedef struct {
    ngx_http_llmgw_redis_job_t    *job;
    ngx_http_llmgw_redis_part_t   *part;
} ngx_http_llmgw_redis_step_t;


typedef struct {
    void                         (*handler)(void *data, ngx_int_t rc,
                                       uint64_t last);
    void                          *data;
} ngx_http_llmgw_redis_question_t;


static ngx_int_t ngx_http_llmgw_redis_job_parts(
    ngx_http_llmgw_redis_job_t *job);
static ngx_http_llmgw_redis_ask_t *ngx_http_llmgw_redis_ask_mark(
    ngx_str_t *node, ngx_http_llmgw_redis_pt handler, void *data);
static ngx_int_t ngx_http_llmgw_redis_mark_number(llmgw_redis_value_t **v,
    uint64_t *last);
static void ngx_http_llmgw_redis_job_mark(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static void ngx_http_llmgw_redis_job_turn(ngx_http_llmgw_redis_job_t *job);
static ngx_int_t ngx_http_llmgw_redis_job_part(
    ngx_http_llmgw_redis_job_t *job, ngx_http_llmgw_redis_part_t *part);
static void ngx_http_llmgw_redis_job_answer(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_job_rest(
    ngx_http_llmgw_redis_job_t *job, ngx_http_llmgw_redis_part_t *part,
    uint64_t have);
static void ngx_http_llmgw_redis_job_days(void *data, ngx_int_t rc);
static ngx_int_t ngx_http_llmgw_redis_job_stream(
    ngx_http_llmgw_redis_job_t *job);
static void ngx_http_llmgw_redis_job_streamed(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_job_close(
    ngx_http_llmgw_redis_job_t *job);
static void ngx_http_llmgw_redis_job_closed(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static void ngx_http_llmgw_redis_job_done(ngx_http_llmgw_redis_job_t *job,
    ngx_int_t rc);
static void ngx_http_llmgw_redis_job_news(ngx_http_llmgw_redis_job_t *job);
static void ngx_http_llmgw_redis_publish(ngx_http_llmgw_redis_worker_t *w,
    llmgw_str_t text);
static void ngx_http_llmgw_redis_applied_answer(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t **v);


void
ngx_http_llmgw_redis_spend(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_spend_batch_t *batch)
{
    ngx_pool_t                  *pool;
    ngx_http_llmgw_redis_job_t  *job;

    pool = ngx_create_pool(16384, batch->log);
    if (pool == NULL) {
        batch->handler(batch->data, NGX_ERROR);
        return;
    }

    job = ngx_pcalloc(pool, sizeof(ngx_http_llmgw_redis_job_t));
    if (job == NULL) {
        ngx_destroy_pool(pool);
        batch->handler(batch->data, NGX_ERROR);
        return;
    }

    job->pool = pool;
    job->batch = batch;
    job->w = &ngx_http_llmgw_redis_worker;

    llmgw_arena_init(&job->arena, ngx_http_llmgw_alloc, pool, 16384, 0);

    if (ngx_http_llmgw_redis_job_parts(job) != NGX_OK
        || ngx_http_llmgw_redis_ask_mark(&batch->node,
                                         ngx_http_llmgw_redis_job_mark, job)
           == NULL)
    {
        ngx_http_llmgw_redis_job_done(job, NGX_ERROR);
    }
}


static ngx_int_t
ngx_http_llmgw_redis_job_parts(ngx_http_llmgw_redis_job_t *job)
{
    ngx_uint_t                     i;
    llmgw_int_t                    rc;
    llmgw_redis_group_t           *group;
    ngx_http_llmgw_spend_item_t   *item;
    ngx_http_llmgw_spend_batch_t  *batch;

    batch = job->batch;

    if (llmgw_redis_groups_init(&job->groups, &job->arena, batch->nitems)
        != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < batch->nitems; i++) {

        item = &batch->items[i];

        rc = llmgw_redis_groups_add(&job->groups, item->type, item->seq,
                                    item->payload, NULL);

        if (rc == LLMGW_ERROR) {
            return NGX_ERROR;
        }

        if (rc == LLMGW_INVALID) {

            /* the ledger's checksum was right: written by a later version */

            ngx_log_error(NGX_LOG_ALERT, batch->log, 0,
                          "llmgw: record %uL of the ledger cannot be read, "
                          "the store does not get it", item->seq);
        }
    }

    job->parts = ngx_pcalloc(job->pool, (job->groups.n + 1)
                             * sizeof(ngx_http_llmgw_redis_part_t));
    if (job->parts == NULL) {
        return NGX_ERROR;
    }

    for (group = job->groups.list; group; group = group->newer) {
        job->parts[job->nparts++].group = group;
    }

    return NGX_OK;
}


static ngx_http_llmgw_redis_ask_t *
ngx_http_llmgw_redis_ask_mark(ngx_str_t *node,
    ngx_http_llmgw_redis_pt handler, void *data)
{
    llmgw_str_t                     args[3];
    u_char                          name[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    args[0] = llmgw_lit("HGET");
    args[1] = llmgw_redis_name(name, w->rs->redis.prefix, llmgw_lit("node"),
                               ngx_http_llmgw_str(*node), "");
    args[2] = llmgw_lit("applied");

    ask = ngx_http_llmgw_redis_create(&w->redis, handler, data);

    if (ask == NULL
        || ngx_http_llmgw_redis_add(ask, args, 3) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NULL;
    }

    return ask;
}


/* what is no number is as good as nothing: the marks of entities decide */

static ngx_int_t
ngx_http_llmgw_redis_mark_number(llmgw_redis_value_t **v, uint64_t *last)
{
    int64_t  n;

    if (v == NULL
        || !ngx_http_llmgw_redis_well(&ngx_http_llmgw_redis_worker.redis,
                                      v[0]))
    {
        return NGX_ERROR;
    }

    *last = (llmgw_redis_number(v[0], &n) == LLMGW_OK && n > 0) ? n : 0;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_job_mark(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_job_t *job = ask->data;

    uint64_t                       have;
    ngx_http_llmgw_spend_batch_t  *batch;

    batch = job->batch;

    if (ngx_http_llmgw_redis_mark_number(v, &have) != NGX_OK) {
        ngx_http_llmgw_redis_job_done(job, NGX_ERROR);
        return;
    }

    if ((batch->first > 1 && have < batch->first - 1)
        || (batch->last && have >= batch->last))
    {
        batch->last = have;
        ngx_http_llmgw_redis_job_done(job, NGX_DECLINED);
        return;
    }

    ngx_http_llmgw_redis_job_turn(job);
}


/* As much as may be under way; with nothing left, what comes next. */

static void
ngx_http_llmgw_redis_job_turn(ngx_http_llmgw_redis_job_t *job)
{
    ngx_int_t  rc;

    while (!job->failed && job->next < job->nparts
           && job->pending < NGX_HTTP_LLMGW_REDIS_WINDOW)
    {
        if (ngx_http_llmgw_redis_job_part(job, &job->parts[job->next++])
            != NGX_OK)
        {
            job->failed = 1;
        }
    }

    if (job->pending) {
        return;
    }

    if (job->failed) {
        ngx_http_llmgw_redis_job_done(job, NGX_ERROR);
        return;
    }

    rc = NGX_DECLINED;

    if (!job->days) {

        job->days = 1;
        job->pending = 1;

        rc = ngx_http_llmgw_redis_days(job->batch, job->pool,
                                       ngx_http_llmgw_redis_job_days, job);
        if (rc == NGX_OK) {
            return;
        }

        job->pending = 0;
    }

    if (rc == NGX_DECLINED && job->w->rs->stream) {
        rc = ngx_http_llmgw_redis_job_stream(job);
    }

    if (rc == NGX_DECLINED) {

        if (job->batch->last == 0) {
            ngx_http_llmgw_redis_job_done(job, NGX_OK);
            return;
        }

        rc = ngx_http_llmgw_redis_job_close(job);
    }

    if (rc != NGX_OK) {
        ngx_http_llmgw_redis_job_done(job, NGX_ERROR);
    }
}


static ngx_int_t
ngx_http_llmgw_redis_job_part(ngx_http_llmgw_redis_job_t *job,
    ngx_http_llmgw_redis_part_t *part)
{
    unsigned                       n;
    llmgw_str_t                   *args, *more, node;
    u_char                         name[LLMGW_REDIS_NAME];
    u_char                         aside[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t    *ask;
    ngx_http_llmgw_redis_step_t   *step;

    node = ngx_http_llmgw_str(job->batch->node);

    step = ngx_palloc(job->pool, sizeof(ngx_http_llmgw_redis_step_t));

    if (step == NULL
        || llmgw_redis_group_args(&job->arena, part->group, node, &more, &n)
           != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    args = llmgw_alloc(&job->arena, (n + 2) * sizeof(llmgw_str_t));
    if (args == NULL) {
        return NGX_ERROR;
    }

    args[0] = llmgw_redis_entity_name(name, job->w->rs->redis.prefix,
                                      part->group->kind, part->group->id,
                                      ":spend");
    args[1] = llmgw_redis_entity_name(aside, job->w->rs->redis.prefix,
                                      part->group->kind, part->group->id,
                                      ":damaged");

    ngx_memcpy(args + 2, more, n * sizeof(llmgw_str_t));

    step->job = job;
    step->part = part;

    ask = ngx_http_llmgw_redis_create(&job->w->redis,
                                      ngx_http_llmgw_redis_job_answer, step);

    if (ask == NULL
        || ngx_http_llmgw_redis_eval(ask, LLMGW_REDIS_SPEND, 2, args, n + 2)
           != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    job->pending++;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_job_answer(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_step_t *step = ask->data;

    size_t                        i;
    uint64_t                      have;
    unsigned                      notes;
    ngx_http_llmgw_redis_job_t   *job;
    ngx_http_llmgw_redis_part_t  *part;

    job = step->job;
    part = step->part;

    job->pending--;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])) {
        job->failed = 1;
        ngx_http_llmgw_redis_job_turn(job);
        return;
    }

    notes = 0;

    switch (llmgw_redis_group_reply(&job->arena, v[0], &part->totals,
                                    &part->n, &have, &notes))
    {
    case LLMGW_OK:

        /* the answer's texts end with it */

        for (i = 0; i < part->n; i++) {

            part->totals[i].meter = llmgw_str_dup(&job->arena,
                                                  part->totals[i].meter);

            if (part->totals[i].meter.data == NULL) {
                job->failed = 1;
            }
        }

        break;

    case LLMGW_AGAIN:

        if (ngx_http_llmgw_redis_job_rest(job, part, have) != NGX_OK) {
            job->failed = 1;
        }

        break;

    default:
        job->failed = 1;
    }

    if (notes & LLMGW_REDIS_DAMAGED) {
        ngx_http_llmgw_redis_damaged(part->group->kind, part->group->id,
                                     "what was no sum was set aside");
    }

    ngx_http_llmgw_redis_job_turn(job);
}


/* Of an entity, only what it lacks. */

static ngx_int_t
ngx_http_llmgw_redis_job_rest(ngx_http_llmgw_redis_job_t *job,
    ngx_http_llmgw_redis_part_t *part, uint64_t have)
{
    ngx_uint_t                     i;
    llmgw_redis_groups_t           rest;
    ngx_http_llmgw_spend_item_t   *item;
    ngx_http_llmgw_spend_batch_t  *batch;

    batch = job->batch;

    /* nobody else adds for this gateway: once is enough */

    if (part->tries++
        || llmgw_redis_groups_init(&rest, &job->arena, 1) != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < batch->nitems; i++) {

        item = &batch->items[i];

        if (item->seq > have
            && llmgw_redis_groups_add(&rest, item->type, item->seq,
                                      item->payload, part->group)
               == LLMGW_ERROR)
        {
            return NGX_ERROR;
        }
    }

    if (rest.list == NULL) {
        return NGX_OK;
    }

    part->group = rest.list;

    return ngx_http_llmgw_redis_job_part(job, part);
}


static void
ngx_http_llmgw_redis_job_days(void *data, ngx_int_t rc)
{
    ngx_http_llmgw_redis_job_t *job = data;

    job->pending--;

    if (rc != NGX_OK) {
        job->failed = 1;
    }

    ngx_http_llmgw_redis_job_turn(job);
}


/* NGX_DECLINED: all of it is in the stream */

static ngx_int_t
ngx_http_llmgw_redis_job_stream(ngx_http_llmgw_redis_job_t *job)
{
    u_char                         *p;
    ngx_uint_t                      n;
    llmgw_int_t                     rc;
    llmgw_str_t                     args[2 + 2 * NGX_HTTP_LLMGW_REDIS_ENTRIES];
    u_char                          name[LLMGW_REDIS_NAME];
    u_char                          most[LLMGW_REDIS_DECIMAL];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_spend_item_t    *item;
    ngx_http_llmgw_redis_worker_t  *w;

    w = job->w;

    args[0] = llmgw_redis_word(name, w->rs->redis.prefix, "spend:",
                               ngx_http_llmgw_str(w->st->node));
    args[1].data = most;
    args[1].len = llmgw_redis_put_decimal(most, w->rs->stream) - most;

    n = 2;

    for ( /* void */ ;
         job->item < job->batch->nitems && n < llmgw_nelts(args);
         job->item++)
    {
        item = &job->batch->items[job->item];

        if (item->type != LLMGW_RECORD_SPEND) {
            continue;
        }

        rc = llmgw_redis_export(&job->arena, item->payload, &args[n + 1]);

        if (rc == LLMGW_INVALID) {
            continue;
        }

        p = ngx_pnalloc(job->pool, LLMGW_REDIS_DECIMAL);

        if (rc != LLMGW_OK || p == NULL) {
            return NGX_ERROR;
        }

        args[n].data = p;
        args[n].len = llmgw_redis_put_decimal(p, item->seq) - p;

        n += 2;
    }

    if (n == 2) {
        return NGX_DECLINED;
    }

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_job_streamed, job);

    if (ask == NULL
        || ngx_http_llmgw_redis_eval(ask, LLMGW_REDIS_EXPORT, 1, args, n)
           != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    job->pending++;

    return NGX_OK;
}


/* A stream that cannot be written must not hold up the sums. */

static void
ngx_http_llmgw_redis_job_streamed(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_job_t *job = ask->data;

    job->pending--;

    if (v == NULL) {
        job->failed = 1;

    } else if (!ngx_http_llmgw_redis_well(ask->redis, v[0])
               && llmgw_redis_error(v[0]->str) != LLMGW_REDIS_E_TYPE
               && llmgw_redis_error(v[0]->str) != LLMGW_REDIS_E_AUTH)
    {
        job->failed = 1;
    }

    ngx_http_llmgw_redis_job_turn(job);
}


static ngx_int_t
ngx_http_llmgw_redis_job_close(ngx_http_llmgw_redis_job_t *job)
{
    llmgw_str_t                     args[3];
    u_char                          name[LLMGW_REDIS_NAME];
    u_char                          first[LLMGW_REDIS_DECIMAL];
    u_char                          last[LLMGW_REDIS_DECIMAL];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_spend_batch_t   *batch;

    batch = job->batch;

    args[0] = llmgw_redis_name(name, job->w->rs->redis.prefix,
                               llmgw_lit("node"),
                               ngx_http_llmgw_str(batch->node), "");
    args[1].data = first;
    args[1].len = llmgw_redis_put_decimal(first, batch->first) - first;
    args[2].data = last;
    args[2].len = llmgw_redis_put_decimal(last, batch->last) - last;

    ask = ngx_http_llmgw_redis_create(&job->w->redis,
                                      ngx_http_llmgw_redis_job_closed, job);

    if (ask == NULL
        || ngx_http_llmgw_redis_eval(ask, LLMGW_REDIS_MARK, 1, args, 3)
           != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    job->pending++;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_job_closed(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_job_t *job = ask->data;

    llmgw_redis_pair_t  pair;

    job->pending--;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])
        || llmgw_redis_pair(v[0], &pair) != LLMGW_OK || pair.number < 0)
    {
        ngx_http_llmgw_redis_job_done(job, NGX_ERROR);
        return;
    }

    if (pair.code == 0) {
        job->batch->last = pair.number;
        ngx_http_llmgw_redis_job_done(job, NGX_DECLINED);
        return;
    }

    ngx_http_llmgw_redis_job_done(job, NGX_OK);
}


/*
 * The zone is told by the handler what it has settled itself; only behind that
 * it can be told what the sums are with others' requests.
 */

static void
ngx_http_llmgw_redis_job_done(ngx_http_llmgw_redis_job_t *job, ngx_int_t rc)
{
    void                          *data;
    void                         (*handler)(void *data, ngx_int_t rc);

    handler = job->batch->handler;
    data = job->batch->data;

    handler(data, rc);

    if (rc == NGX_OK) {
        ngx_http_llmgw_redis_job_news(job);
    }

    ngx_destroy_pool(job->pool);
}


static void
ngx_http_llmgw_redis_job_news(ngx_http_llmgw_redis_job_t *job)
{
    u_char                        *p, *start, *text;
    ngx_uint_t                     i, k;
    llmgw_str_t                    node;
    llmgw_redis_news_t             news;
    ngx_http_llmgw_totals_t        totals;
    ngx_http_llmgw_redis_part_t   *part;

    text = ngx_pnalloc(job->pool, NGX_HTTP_LLMGW_REDIS_MESSAGE);
    if (text == NULL) {
        return;
    }

    node = ngx_http_llmgw_str(job->w->st->node);

    start = ngx_cpymem(text, node.data, node.len);
    *start++ = '\n';

    p = start;

    for (i = 0; i < job->nparts; i++) {

        part = &job->parts[i];

        for (k = 0; k < part->n; k++) {

            news.kind = part->group->kind;
            news.id = part->group->id;
            news.total = part->totals[k];

            totals.spend = news.total.spend;
            totals.total = news.total.total;
            totals.reset_at = news.total.reset_at;

            ngx_http_llmgw_zone_totals(job->w->lmcf, news.kind, news.id,
                                       news.total.meter, &totals);

            if (news.id.len > LLMGW_RECORD_ID
                || news.total.meter.len > LLMGW_RECORD_TEXT)
            {
                continue;
            }

            if (text + NGX_HTTP_LLMGW_REDIS_MESSAGE - p < LLMGW_REDIS_NEWS) {
                ngx_http_llmgw_redis_publish(job->w,
                                             llmgw_str(text, p - text));
                p = start;
            }

            p = llmgw_redis_news_write(p, &news);
        }
    }

    if (p != start) {
        ngx_http_llmgw_redis_publish(job->w, llmgw_str(text, p - text));
    }
}


static void
ngx_http_llmgw_redis_publish(ngx_http_llmgw_redis_worker_t *w,
    llmgw_str_t text)
{
    llmgw_str_t                  args[3];
    ngx_http_llmgw_redis_ask_t  *ask;

    args[0] = llmgw_lit("PUBLISH");
    args[1] = w->rs->sums;
    args[2] = text;

    ask = ngx_http_llmgw_redis_create(&w->redis, NULL, NULL);

    if (ask && ngx_http_llmgw_redis_add(ask, args, 3) == NGX_OK) {
        (void) ngx_http_llmgw_redis_send(ask);
    }
}


void
ngx_http_llmgw_redis_applied(ngx_http_llmgw_store_t *st, ngx_str_t *node,
    void (*handler)(void *data, ngx_int_t rc, uint64_t last), void *data)
{
    ngx_http_llmgw_redis_question_t  *q;

    q = ngx_alloc(sizeof(ngx_http_llmgw_redis_question_t), ngx_cycle->log);

    if (q) {
        q->handler = handler;
        q->data = data;

        if (ngx_http_llmgw_redis_ask_mark(node,
                                    ngx_http_llmgw_redis_applied_answer, q))
        {
            return;
        }

        ngx_free(q);
    }

    handler(data, NGX_ERROR, 0);
}


static void
ngx_http_llmgw_redis_applied_answer(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_question_t *q = ask->data;

    uint64_t                          last;
    ngx_int_t                         rc;
    ngx_http_llmgw_redis_question_t   question;

    question = *q;
    ngx_free(q);

    last = 0;
    rc = ngx_http_llmgw_redis_mark_number(v, &last);

    if (rc == NGX_OK && last == 0) {
        rc = NGX_DECLINED;
    }

    question.handler(question.data, rc, last);
}
