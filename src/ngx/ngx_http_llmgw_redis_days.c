
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Spend of days, of all gateways: batches of the ledger are added to it, and
 * reports are made of it.  What one request cost, only the ledger of the
 * gateway has that answered it.
 */


#include "ngx_http_llmgw_store_redis.h"
#include "ngx_http_llmgw_files.h"


#define NGX_HTTP_LLMGW_REDIS_DAYS      "days"

/* fields that the server looks at in one step */
#define NGX_HTTP_LLMGW_REDIS_FIELDS    "1000"

#define NGX_HTTP_LLMGW_REDIS_DAY       86400
#define NGX_HTTP_LLMGW_REDIS_DAY_MS    86400000


/* Of a batch. */

typedef struct {
    ngx_http_llmgw_spend_batch_t  *batch;
    ngx_pool_t                    *pool;
    llmgw_arena_t                  arena;
    ngx_uint_t                     pending;
    ngx_uint_t                     tries;
    void                         (*handler)(void *data, ngx_int_t rc);
    void                          *data;
    unsigned                       failed:1;
} ngx_http_llmgw_redis_days_t;

typedef struct {
    ngx_http_llmgw_redis_days_t   *days;
    llmgw_redis_day_t             *day;
    ngx_uint_t                     tries;
} ngx_http_llmgw_redis_day_step_t;


/* Of a report. */

typedef struct {
    ngx_http_llmgw_store_call_t   *call;
    ngx_http_llmgw_log_query_t     query;
    llmgw_arena_t                  arena;
    llmgw_groups_t                 groups;
    int64_t                       *days;
    ngx_uint_t                     ndays;
    ngx_uint_t                     day;      /* of them */
    llmgw_heap_t                   heap;     /* of what follows */
    llmgw_groups_t                 seen;     /* of the day */
    size_t                         cursor_len;
    u_char                         cursor[20];
    unsigned                       more:1;   /* it came in several steps */
} ngx_http_llmgw_redis_report_t;


static void ngx_http_llmgw_redis_days_turn(
    ngx_http_llmgw_redis_days_t *days);
static ngx_int_t ngx_http_llmgw_redis_days_name(
    ngx_http_llmgw_redis_days_t *days, llmgw_redis_day_t *day);
static void ngx_http_llmgw_redis_days_named(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_days_send(
    ngx_http_llmgw_redis_day_step_t *step);
static void ngx_http_llmgw_redis_days_answer(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_days_rest(
    ngx_http_llmgw_redis_day_step_t *step, uint64_t have);
static ngx_uint_t ngx_http_llmgw_redis_days_well(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t *v);
static ngx_uint_t ngx_http_llmgw_redis_report_fits(
    const ngx_http_llmgw_log_query_t *query);
static void ngx_http_llmgw_redis_report_free(void *data);
static void ngx_http_llmgw_redis_report_days(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_report_pick(
    ngx_http_llmgw_redis_report_t *r, const llmgw_redis_value_t *v);
static void ngx_http_llmgw_redis_report_next(
    ngx_http_llmgw_redis_report_t *r);
static ngx_int_t ngx_http_llmgw_redis_report_scan(
    ngx_http_llmgw_redis_report_t *r);
static void ngx_http_llmgw_redis_report_fields(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_report_add(
    ngx_http_llmgw_redis_report_t *r, const llmgw_redis_value_t *v);


ngx_int_t
ngx_http_llmgw_redis_days(ngx_http_llmgw_spend_batch_t *batch,
    ngx_pool_t *pool, void (*handler)(void *data, ngx_int_t rc), void *data)
{
    ngx_uint_t                        i;
    llmgw_redis_day_t                *list, *day;
    ngx_http_llmgw_spend_item_t      *item;
    ngx_http_llmgw_redis_days_t      *days;
    ngx_http_llmgw_redis_day_step_t  *step;

    days = ngx_pcalloc(pool, sizeof(ngx_http_llmgw_redis_days_t));
    if (days == NULL) {
        return NGX_ERROR;
    }

    days->batch = batch;
    days->pool = pool;
    days->handler = handler;
    days->data = data;

    llmgw_arena_init(&days->arena, ngx_http_llmgw_alloc, pool, 16384, 0);

    list = NULL;

    for (i = 0; i < batch->nitems; i++) {

        item = &batch->items[i];

        /* one that cannot be read was told about with the sums */

        if (item->type == LLMGW_RECORD_SPEND
            && llmgw_redis_days_add(&days->arena, &list, item->seq,
                                    item->payload, NULL)
               == LLMGW_ERROR)
        {
            return NGX_ERROR;
        }
    }

    if (list == NULL) {
        return NGX_DECLINED;
    }

    for (day = list; day && !days->failed; day = day->next) {

        step = ngx_pcalloc(pool, sizeof(ngx_http_llmgw_redis_day_step_t));

        if (step == NULL) {
            days->failed = 1;
            break;
        }

        step->days = days;
        step->day = day;

        if (ngx_http_llmgw_redis_days_name(days, day) != NGX_OK
            || ngx_http_llmgw_redis_days_send(step) != NGX_OK)
        {
            days->failed = 1;
        }
    }

    return days->pending ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_llmgw_redis_days_turn(ngx_http_llmgw_redis_days_t *days)
{
    if (days->pending == 0) {
        days->handler(days->data, days->failed ? NGX_ERROR : NGX_OK);
    }
}


/* so that a report over all time need not look for them */

static ngx_int_t
ngx_http_llmgw_redis_days_name(ngx_http_llmgw_redis_days_t *days,
    llmgw_redis_day_t *day)
{
    llmgw_str_t                     args[4];
    u_char                          buf[LLMGW_TIME_LEN];
    u_char                          name[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    args[0] = llmgw_lit("HSET");
    args[1] = llmgw_redis_word(name, w->rs->redis.prefix,
                               NGX_HTTP_LLMGW_REDIS_DAYS, llmgw_null_str);
    args[2] = llmgw_redis_day(buf, day->day);
    args[3] = llmgw_lit("1");

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_days_named, days);

    if (ask == NULL
        || ngx_http_llmgw_redis_add(ask, args, 4) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    days->pending++;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_days_named(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_days_t *days = ask->data;

    days->pending--;

    if (v == NULL || !ngx_http_llmgw_redis_days_well(ask, v[0])) {
        days->failed = 1;
    }

    ngx_http_llmgw_redis_days_turn(days);
}


static ngx_int_t
ngx_http_llmgw_redis_days_send(ngx_http_llmgw_redis_day_step_t *step)
{
    time_t                          keep;
    unsigned                        n;
    llmgw_str_t                    *args, *more;
    u_char                          buf[LLMGW_TIME_LEN];
    u_char                          name[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_days_t    *days;
    ngx_http_llmgw_redis_worker_t  *w;

    days = step->days;
    w = &ngx_http_llmgw_redis_worker;

    /* as long as the ledger has what happened last on that day */

    keep = w->lmcf->ledger_retention;

    if (keep) {
        keep += NGX_HTTP_LLMGW_REDIS_DAY;
    }

    if (llmgw_redis_day_args(&days->arena, step->day,
                             ngx_http_llmgw_str(days->batch->node), keep,
                             &more, &n)
        != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    args = llmgw_alloc(&days->arena, (n + 1) * sizeof(llmgw_str_t));
    if (args == NULL) {
        return NGX_ERROR;
    }

    args[0] = llmgw_redis_name(name, w->rs->redis.prefix, llmgw_lit("day"),
                               llmgw_redis_day(buf, step->day->day), "");

    ngx_memcpy(args + 1, more, n * sizeof(llmgw_str_t));

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_days_answer, step);

    if (ask == NULL
        || ngx_http_llmgw_redis_eval(ask, LLMGW_REDIS_DAY, 1, args, n + 1)
           != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    days->pending++;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_days_answer(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_day_step_t *step = ask->data;

    llmgw_redis_pair_t            pair;
    ngx_http_llmgw_redis_days_t  *days;

    days = step->days;
    days->pending--;

    if (v == NULL || !ngx_http_llmgw_redis_days_well(ask, v[0])) {
        days->failed = 1;

    } else if (v[0]->type != LLMGW_REDIS_ERROR) {

        if (llmgw_redis_pair(v[0], &pair) != LLMGW_OK || pair.number < 0
            || (pair.code == 0
                && ngx_http_llmgw_redis_days_rest(step, pair.number)
                   != NGX_OK))
        {
            days->failed = 1;
        }
    }

    ngx_http_llmgw_redis_days_turn(days);
}


/* Of a day, only what it lacks. */

static ngx_int_t
ngx_http_llmgw_redis_days_rest(ngx_http_llmgw_redis_day_step_t *step,
    uint64_t have)
{
    ngx_uint_t                    i;
    llmgw_redis_day_t            *rest;
    ngx_http_llmgw_spend_item_t  *item;
    ngx_http_llmgw_redis_days_t  *days;

    days = step->days;

    /* nobody else adds for this gateway: once is enough */

    if (step->tries++) {
        return NGX_ERROR;
    }

    rest = NULL;

    for (i = 0; i < days->batch->nitems; i++) {

        item = &days->batch->items[i];

        if (item->type == LLMGW_RECORD_SPEND
            && item->seq > have
            && llmgw_redis_days_add(&days->arena, &rest, item->seq,
                                    item->payload, step->day)
               == LLMGW_ERROR)
        {
            return NGX_ERROR;
        }
    }

    if (rest == NULL) {
        return NGX_OK;
    }

    step->day = rest;

    return ngx_http_llmgw_redis_days_send(step);
}


/* what cannot be written must not hold up the sums */

static ngx_uint_t
ngx_http_llmgw_redis_days_well(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t *v)
{
    llmgw_redis_error_e  error;

    if (ngx_http_llmgw_redis_well(ask->redis, v)) {
        return 1;
    }

    error = llmgw_redis_error(v->str);

    return error == LLMGW_REDIS_E_TYPE || error == LLMGW_REDIS_E_AUTH;
}


void
ngx_http_llmgw_redis_logs(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    llmgw_str_t                     args[2];
    u_char                          name[LLMGW_REDIS_NAME];
    ngx_pool_cleanup_t             *cln;
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_report_t  *r;
    ngx_http_llmgw_redis_worker_t  *w;

    if (!ngx_http_llmgw_redis_report_fits(call->query)) {
        call->local = 1;
        ngx_http_llmgw_logs(st, call);
        return;
    }

    w = &ngx_http_llmgw_redis_worker;

    cln = ngx_pool_cleanup_add(call->pool,
                               sizeof(ngx_http_llmgw_redis_report_t));
    if (cln == NULL) {
        goto failed;
    }

    r = cln->data;

    ngx_memzero(r, sizeof(ngx_http_llmgw_redis_report_t));

    (void) llmgw_heap_init(&r->heap, 65536);
    cln->handler = ngx_http_llmgw_redis_report_free;

    r->call = call;
    r->query = *call->query;

    if (r->query.to == 0) {
        r->query.to = INT64_MAX;
    }

    llmgw_arena_init(&r->arena, ngx_http_llmgw_alloc, call->pool, 16384, 0);

    if (llmgw_groups_init(&r->groups, &r->arena, r->query.group,
                          NGX_HTTP_LLMGW_GROUPS)
        != LLMGW_OK)
    {
        goto failed;
    }

    args[0] = llmgw_lit("HKEYS");
    args[1] = llmgw_redis_word(name, w->rs->redis.prefix,
                               NGX_HTTP_LLMGW_REDIS_DAYS, llmgw_null_str);

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_report_days, r);

    if (ask == NULL
        || ngx_http_llmgw_redis_add(ask, args, 2) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        goto failed;
    }

    call->job = &ask->data;

    return;

failed:

    ngx_http_llmgw_store_done(call, NGX_ERROR);
}


/* Whether sums of days tell it; else this gateway's ledger does. */

static ngx_uint_t
ngx_http_llmgw_redis_report_fits(const ngx_http_llmgw_log_query_t *query)
{
    return query->group
           && query->from % NGX_HTTP_LLMGW_REDIS_DAY_MS == 0
           && query->to % NGX_HTTP_LLMGW_REDIS_DAY_MS == 0
           && query->request_id.len == 0 && query->model.len == 0
           && query->session.len == 0 && query->status == 0
           && query->min_cost <= 0 && query->max_cost < 0;
}


static void
ngx_http_llmgw_redis_report_free(void *data)
{
    ngx_http_llmgw_redis_report_t *r = data;

    llmgw_heap_free(&r->heap);
}


static void
ngx_http_llmgw_redis_report_days(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_report_t *r = ask->data;

    if (r == NULL) {

        /* canceled */

        return;
    }

    r->call->job = NULL;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])
        || ngx_http_llmgw_redis_report_pick(r, v[0]) != NGX_OK)
    {
        ngx_http_llmgw_store_done(r->call, NGX_ERROR);
        return;
    }

    ngx_http_llmgw_redis_report_next(r);
}


static ngx_int_t
ngx_http_llmgw_redis_report_pick(ngx_http_llmgw_redis_report_t *r,
    const llmgw_redis_value_t *v)
{
    size_t   i;
    int64_t  day;

    if (v->type != LLMGW_REDIS_ARRAY) {
        return NGX_ERROR;
    }

    r->days = ngx_palloc(r->call->pool, (v->n + 1) * sizeof(int64_t));
    if (r->days == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < v->n; i++) {

        if (v->elts[i]->type == LLMGW_REDIS_STRING
            && llmgw_redis_day_read(v->elts[i]->str, &day) == LLMGW_OK
            && day * 1000 >= r->query.from && day * 1000 < r->query.to)
        {
            r->days[r->ndays++] = day;
        }
    }

    return NGX_OK;
}


/* The next step of a day, or the next day, or the end. */

static void
ngx_http_llmgw_redis_report_next(ngx_http_llmgw_redis_report_t *r)
{
    ngx_int_t  rc;

    if (r->day == r->ndays) {

        rc = ngx_http_llmgw_logs_groups(&r->groups, r->call);

        ngx_http_llmgw_store_done(r->call, rc);
        return;
    }

    if (r->cursor_len == 0) {

        r->cursor[0] = '0';
        r->cursor_len = 1;
        r->more = 0;

        llmgw_arena_reset(&r->heap.arena);

        if (llmgw_groups_init(&r->seen, &r->heap.arena, LLMGW_GROUP_ALL, 0)
            != LLMGW_OK)
        {
            ngx_http_llmgw_store_done(r->call, NGX_ERROR);
            return;
        }
    }

    if (ngx_http_llmgw_redis_report_scan(r) != NGX_OK) {
        ngx_http_llmgw_store_done(r->call, NGX_ERROR);
    }
}


static ngx_int_t
ngx_http_llmgw_redis_report_scan(ngx_http_llmgw_redis_report_t *r)
{
    llmgw_str_t                     args[5];
    u_char                          buf[LLMGW_TIME_LEN];
    u_char                          name[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    args[0] = llmgw_lit("HSCAN");
    args[1] = llmgw_redis_name(name, w->rs->redis.prefix, llmgw_lit("day"),
                               llmgw_redis_day(buf, r->days[r->day]), "");
    args[2] = llmgw_str(r->cursor, r->cursor_len);
    args[3] = llmgw_lit("COUNT");
    args[4] = llmgw_lit(NGX_HTTP_LLMGW_REDIS_FIELDS);

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_report_fields, r);

    if (ask == NULL
        || ngx_http_llmgw_redis_add(ask, args, 5) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    r->call->job = &ask->data;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_report_fields(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_report_t *r = ask->data;

    if (r == NULL) {
        return;
    }

    r->call->job = NULL;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])
        || ngx_http_llmgw_redis_report_add(r, v[0]) != NGX_OK)
    {
        ngx_http_llmgw_store_done(r->call, NGX_ERROR);
        return;
    }

    ngx_http_llmgw_redis_report_next(r);
}


/*
 * What is added to while it is walked may be met twice: where one step is not
 * enough, what was met is remembered.
 */

static ngx_int_t
ngx_http_llmgw_redis_report_add(ngx_http_llmgw_redis_report_t *r,
    const llmgw_redis_value_t *v)
{
    size_t                      i, known;
    llmgw_int_t                 rc;
    llmgw_str_t                 next, tags[LLMGW_TAGS_MAX];
    llmgw_group_t               c;
    llmgw_arena_t              *arena;
    const llmgw_redis_value_t  *list;

    if (v->type != LLMGW_REDIS_ARRAY || v->n != 2
        || v->elts[0]->type != LLMGW_REDIS_STRING
        || v->elts[0]->str.len == 0
        || v->elts[0]->str.len > sizeof(r->cursor)
        || v->elts[1]->type != LLMGW_REDIS_ARRAY || v->elts[1]->n % 2)
    {
        return NGX_ERROR;
    }

    next = v->elts[0]->str;
    list = v->elts[1];

    r->more |= !llmgw_str_is(next, "0");

    /* as long as the reply; what is kept is copied */

    arena = &ngx_http_llmgw_redis_worker.redis.arena;

    for (i = 0; i < list->n; i += 2) {

        if (list->elts[i]->type != LLMGW_REDIS_STRING
            || list->elts[i + 1]->type != LLMGW_REDIS_STRING)
        {
            return NGX_ERROR;
        }

        rc = llmgw_redis_day_group(arena, list->elts[i]->str,
                                   list->elts[i + 1]->str, &c, tags);

        if (rc == LLMGW_ERROR) {
            return NGX_ERROR;
        }

        c.day = r->days[r->day];

        if (rc != LLMGW_OK || !ngx_http_llmgw_logs_match(&r->query, &c)) {
            continue;
        }

        if (r->more) {

            known = r->seen.n;

            if (llmgw_groups_add_group(&r->seen, &c) != LLMGW_OK) {
                return NGX_ERROR;
            }

            if (r->seen.n == known) {
                continue;
            }
        }

        if (llmgw_groups_add_group(&r->groups, &c) != LLMGW_OK) {
            return NGX_ERROR;
        }
    }

    if (llmgw_str_is(next, "0")) {
        r->cursor_len = 0;
        r->day++;
        return NGX_OK;
    }

    ngx_memcpy(r->cursor, next.data, next.len);
    r->cursor_len = next.len;

    return NGX_OK;
}
