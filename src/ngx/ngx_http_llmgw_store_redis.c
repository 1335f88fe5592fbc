
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The store that gateways share: records in Redis, asked for when a key is not
 * in the zone, and news of what others change.
 */


#include "ngx_http_llmgw_store_redis.h"


/* ms: between looks at the connections; a gateway has one feed */
#define NGX_HTTP_LLMGW_REDIS_BEAT  1000
#define NGX_HTTP_LLMGW_REDIS_JOB   "redis-feed"

#define NGX_HTTP_LLMGW_REDIS_STREAM_MAX  100000000

/* changes that the audit log of all gateways has */
#define NGX_HTTP_LLMGW_REDIS_AUDIT       100000


static char *ngx_http_llmgw_store_redis_conf(ngx_conf_t *cf,
    ngx_http_llmgw_store_t *st, ngx_str_t *url);
static ngx_int_t ngx_http_llmgw_store_redis_entries(ngx_conf_t *cf,
    const char *name, ngx_uint_t *entries);
static char *ngx_http_llmgw_store_redis_init_conf(ngx_conf_t *cf,
    ngx_http_llmgw_store_t *st);
static ngx_int_t ngx_http_llmgw_store_redis_init(ngx_http_llmgw_store_t *st,
    ngx_cycle_t *cycle);
static void ngx_http_llmgw_store_redis_exit(ngx_http_llmgw_store_t *st,
    ngx_cycle_t *cycle);
static void ngx_http_llmgw_redis_beat_handler(ngx_event_t *ev);
static void ngx_http_llmgw_redis_feed_down(ngx_http_llmgw_redis_t *redis);
static void ngx_http_llmgw_redis_feed_push(ngx_http_llmgw_redis_t *redis,
    llmgw_redis_value_t *v);
static void ngx_http_llmgw_redis_changed(ngx_http_llmgw_redis_worker_t *w,
    llmgw_str_t text);
static void ngx_http_llmgw_redis_news(ngx_http_llmgw_redis_worker_t *w,
    llmgw_str_t text);
static void ngx_http_llmgw_redis_put(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_redis_del(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_redis_change_handler(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t **v);
static void ngx_http_llmgw_redis_own_put(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_redis_call_cancel(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);


ngx_http_llmgw_redis_worker_t  ngx_http_llmgw_redis_worker;


const ngx_http_llmgw_store_ops_t  ngx_http_llmgw_store_redis = {
    ngx_string("redis"),
    0,
    ngx_http_llmgw_store_redis_conf,
    NULL,                                  /* the zone begins empty */
    ngx_http_llmgw_store_redis_init,
    ngx_http_llmgw_store_redis_exit,
    ngx_http_llmgw_redis_get,
    ngx_http_llmgw_redis_put,
    ngx_http_llmgw_redis_del,
    ngx_http_llmgw_redis_list,
    ngx_http_llmgw_redis_logs,
    ngx_http_llmgw_redis_audit_append,
    ngx_http_llmgw_redis_audit_list,
    ngx_http_llmgw_redis_call_cancel,
    ngx_http_llmgw_redis_spend,
    ngx_http_llmgw_redis_applied,
    ngx_http_llmgw_store_redis_init_conf
};


static char *
ngx_http_llmgw_store_redis_conf(ngx_conf_t *cf, ngx_http_llmgw_store_t *st,
    ngx_str_t *url)
{
    ngx_http_llmgw_redis_store_t  *rs;

    rs = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_redis_store_t));
    if (rs == NULL) {
        return NGX_CONF_ERROR;
    }

    st->data = rs;

    rs->audit = NGX_HTTP_LLMGW_REDIS_AUDIT;

    /* these are the store's, all others are the connection's */

    if (ngx_http_llmgw_store_redis_entries(cf, "stream=", &rs->stream)
        != NGX_OK
        || ngx_http_llmgw_store_redis_entries(cf, "audit=", &rs->audit)
           != NGX_OK
        || ngx_http_llmgw_redis_conf(cf, url, &rs->redis) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    st->url = rs->redis.url;

    return NGX_CONF_OK;
}


/* A parameter that is a number of entries is taken out of the others. */

static ngx_int_t
ngx_http_llmgw_store_redis_entries(ngx_conf_t *cf, const char *name,
    ngx_uint_t *entries)
{
    size_t       len;
    ngx_int_t    n;
    ngx_str_t   *value;
    ngx_uint_t   i;

    len = ngx_strlen(name);
    value = cf->args->elts;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, name, len) != 0) {
            continue;
        }

        n = ngx_atoi(value[i].data + len, value[i].len - len);

        if (n == NGX_ERROR || n == 0 || n > NGX_HTTP_LLMGW_REDIS_STREAM_MAX) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid number of entries in \"%V\"",
                               &value[i]);
            return NGX_ERROR;
        }

        *entries = n;

        value[i] = value[cf->args->nelts - 1];
        cf->args->nelts--;
        break;
    }

    return NGX_OK;
}


static char *
ngx_http_llmgw_store_redis_init_conf(ngx_conf_t *cf,
    ngx_http_llmgw_store_t *st)
{
    u_char                        *p;
    llmgw_str_t                    db;
    ngx_http_llmgw_redis_store_t  *rs;

    rs = st->data;

    p = ngx_pnalloc(cf->pool, 2 * LLMGW_REDIS_NAME);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    /* channels are those of a server, not of a database */

    db = rs->redis.db.len ? ngx_http_llmgw_str(rs->redis.db) : llmgw_lit("0");

    rs->changes = llmgw_redis_word(p, rs->redis.prefix, "changes:", db);
    rs->sums = llmgw_redis_word(p + LLMGW_REDIS_NAME, rs->redis.prefix,
                                "sums:", db);

    return ngx_http_llmgw_redis_conf_init(cf, &rs->redis);
}


static ngx_int_t
ngx_http_llmgw_store_redis_init(ngx_http_llmgw_store_t *st,
    ngx_cycle_t *cycle)
{
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    ngx_memzero(w, sizeof(ngx_http_llmgw_redis_worker_t));

    w->st = st;
    w->rs = st->data;
    w->lmcf = st->lmcf;

    w->redis.conf = &w->rs->redis;
    w->redis.data = w;

    w->feed.conf = &w->rs->redis;
    w->feed.data = w;
    w->feed.push = ngx_http_llmgw_redis_feed_push;
    w->feed.down = ngx_http_llmgw_redis_feed_down;
    w->feed.channels[0] = w->rs->changes;
    w->feed.channels[1] = w->rs->sums;

    w->beat.handler = ngx_http_llmgw_redis_beat_handler;
    w->beat.data = w;
    w->beat.log = cycle->log;
    w->beat.cancelable = 1;

    ngx_http_llmgw_redis_start(&w->redis, cycle);

    ngx_add_timer(&w->beat, 1);

    return ngx_http_llmgw_redis_sync_init(w, cycle);
}


static void
ngx_http_llmgw_store_redis_exit(ngx_http_llmgw_store_t *st,
    ngx_cycle_t *cycle)
{
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    if (w->st == NULL) {
        return;
    }

    ngx_http_llmgw_redis_sync_exit(w);

    if (w->beat.timer_set) {
        ngx_del_timer(&w->beat);
    }

    if (w->feeding) {
        ngx_http_llmgw_redis_stop(&w->feed);
        ngx_http_llmgw_zone_job_done(w->lmcf, NGX_HTTP_LLMGW_REDIS_JOB);
    }

    ngx_http_llmgw_redis_stop(&w->redis);
}


static void
ngx_http_llmgw_redis_beat_handler(ngx_event_t *ev)
{
    ngx_uint_t                      job;
    ngx_http_llmgw_redis_worker_t  *w;

    w = ev->data;

    ngx_http_llmgw_redis_beat(&w->redis);

    job = !ngx_exiting
          && ngx_http_llmgw_zone_job(w->lmcf, NGX_HTTP_LLMGW_REDIS_JOB,
                                     5 * NGX_HTTP_LLMGW_REDIS_BEAT)
             == NGX_OK;

    if (job && !w->feeding) {
        w->feeding = 1;
        ngx_http_llmgw_redis_start(&w->feed, (ngx_cycle_t *) ngx_cycle);

    } else if (job) {
        ngx_http_llmgw_redis_beat(&w->feed);

    } else if (w->feeding) {

        w->feeding = 0;
        ngx_http_llmgw_redis_stop(&w->feed);

        if (ngx_exiting) {

            /* another worker's feed, from when it begins, says what is new */

            ngx_http_llmgw_zone_job_done(w->lmcf, NGX_HTTP_LLMGW_REDIS_JOB);
        }
    }

    ngx_add_timer(ev, NGX_HTTP_LLMGW_REDIS_BEAT);
}


static void
ngx_http_llmgw_redis_feed_down(ngx_http_llmgw_redis_t *redis)
{
    ngx_http_llmgw_redis_worker_t  *w;

    w = redis->data;

    ngx_http_llmgw_zone_down(w->lmcf);
}


static void
ngx_http_llmgw_redis_feed_push(ngx_http_llmgw_redis_t *redis,
    llmgw_redis_value_t *v)
{
    llmgw_str_t                     channel;
    ngx_http_llmgw_redis_worker_t  *w;

    w = redis->data;

    if (v->type != LLMGW_REDIS_ARRAY || v->n < 2
        || v->elts[0]->type != LLMGW_REDIS_STRING)
    {
        ngx_http_llmgw_redis_lost(redis, 0, "the news cannot be understood");
        return;
    }

    if (llmgw_str_is(v->elts[0]->str, "subscribe")) {

        /* the last of its channels; the first one ended the greeting */

        ngx_http_llmgw_zone_feed(w->lmcf);
        return;
    }

    ngx_http_llmgw_zone_alive(w->lmcf);

    if (!llmgw_str_is(v->elts[0]->str, "message") || v->n != 3
        || v->elts[1]->type != LLMGW_REDIS_STRING
        || v->elts[2]->type != LLMGW_REDIS_STRING)
    {
        return;
    }

    channel = v->elts[1]->str;

    if (llmgw_str_eq(channel, w->rs->changes)) {
        ngx_http_llmgw_redis_changed(w, v->elts[2]->str);

    } else if (llmgw_str_eq(channel, w->rs->sums)) {
        ngx_http_llmgw_redis_news(w, v->elts[2]->str);
    }
}


static void
ngx_http_llmgw_redis_changed(ngx_http_llmgw_redis_worker_t *w,
    llmgw_str_t text)
{
    ngx_http_llmgw_info_t   info;
    llmgw_redis_change_t    c;

    if (llmgw_redis_change(text, &c) != LLMGW_OK) {

        if (ngx_time() != w->told) {
            w->told = ngx_time();
            ngx_log_error(NGX_LOG_ERR, &w->feed.log, 0,
                          "llmgw: a message of %uz bytes on the channel of "
                          "changes is none", text.len);
        }

        return;
    }

    /* what this gateway has done itself, it knows */

    if (c.id.len && c.version
        && ngx_http_llmgw_zone_info(w->lmcf, c.kind, c.id, &info) == NGX_OK
        && !info.missing && !info.stale
        && (c.del ? info.version > c.version : info.version >= c.version))
    {
        return;
    }

    if (c.del && c.id.len) {
        ngx_http_llmgw_zone_del(w->lmcf, c.kind, c.id);
        return;
    }

    ngx_http_llmgw_zone_invalidate(w->lmcf, c.kind, c.id);
}


/* "NODE\n" and the sums that it has added to */

static void
ngx_http_llmgw_redis_news(ngx_http_llmgw_redis_worker_t *w, llmgw_str_t text)
{
    const u_char             *p;
    llmgw_redis_news_t        news;
    ngx_http_llmgw_totals_t   totals;

    p = text.len ? memchr(text.data, '\n', text.len) : NULL;

    if (p == NULL
        || llmgw_str_eq(llmgw_str(text.data, p - text.data),
                        ngx_http_llmgw_str(w->st->node)))
    {
        return;
    }

    text.len -= p + 1 - text.data;
    text.data = p + 1;

    while (llmgw_redis_news_read(&text, &news) == LLMGW_OK) {

        totals.spend = news.total.spend;
        totals.total = news.total.total;
        totals.reset_at = news.total.reset_at;

        ngx_http_llmgw_zone_totals(w->lmcf, news.kind, news.id,
                                   news.total.meter, &totals);
    }
}


void
ngx_http_llmgw_redis_damaged(llmgw_kind_e kind, llmgw_str_t id,
    const char *why)
{
    llmgw_str_t                     name;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    if (ngx_time() == w->told) {
        return;
    }

    w->told = ngx_time();

    name = llmgw_kind_name(kind);

    /* who has the digest of a key cannot use it, but it is not needed here */

    if (kind == LLMGW_KIND_KEY && id.len > 8) {
        id.len = 8;
    }

    ngx_log_error(NGX_LOG_ERR, &w->redis.log, 0,
                  "llmgw: what the store has of %*s \"%*s\" is damaged: %s",
                  name.len, name.data, id.len, id.data, why);
}


/* "" or the number; "kind id" behind it */

static ngx_int_t
ngx_http_llmgw_redis_change_texts(ngx_http_llmgw_store_call_t *call,
    u_char *buf, llmgw_str_t *version, llmgw_str_t *subject)
{
    u_char       *p;
    llmgw_str_t   kind;

    *version = llmgw_str((u_char *) "", 0);

    if (call->version != NGX_HTTP_LLMGW_VERSION_ANY) {
        p = llmgw_redis_put_decimal(buf, (int64_t) call->version);
        *version = llmgw_str(buf, p - buf);
    }

    kind = llmgw_kind_name(call->kind);

    p = ngx_pnalloc(call->pool, kind.len + 1 + call->id.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    subject->data = p;
    subject->len = kind.len + 1 + call->id.len;

    p = ngx_cpymem(p, kind.data, kind.len);
    *p++ = ' ';
    ngx_memcpy(p, call->id.data, call->id.len);

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_put(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    llmgw_str_t                     args[7], id;
    u_char                          digits[LLMGW_REDIS_DECIMAL];
    u_char                          name[LLMGW_REDIS_NAME];
    u_char                          sums[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;
    id = ngx_http_llmgw_str(call->id);

    if (call->json.len > LLMGW_RECORD_MAX) {
        goto failed;
    }

    args[0] = llmgw_redis_entity_name(name, w->rs->redis.prefix, call->kind,
                                      id, "");
    args[1] = llmgw_redis_entity_name(sums, w->rs->redis.prefix, call->kind,
                                      id, ":spend");
    args[3] = id;
    args[4] = ngx_http_llmgw_str(call->json);
    args[5] = w->rs->changes;

    if (ngx_http_llmgw_redis_change_texts(call, digits, &args[2], &args[6])
        != NGX_OK)
    {
        goto failed;
    }

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_change_handler,
                                      call);

    if (ask == NULL
        || ngx_http_llmgw_redis_eval(ask, LLMGW_REDIS_PUT, 2, args, 7)
           != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        goto failed;
    }

    call->state = ngx_http_llmgw_zone_serial(w->lmcf);
    call->job = &ask->data;

    return;

failed:

    ngx_http_llmgw_store_done(call, NGX_ERROR);
}


static void
ngx_http_llmgw_redis_del(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    llmgw_str_t                     args[4];
    u_char                          digits[LLMGW_REDIS_DECIMAL];
    u_char                          name[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    args[0] = llmgw_redis_entity_name(name, w->rs->redis.prefix, call->kind,
                                      ngx_http_llmgw_str(call->id), "");
    args[2] = w->rs->changes;

    if (ngx_http_llmgw_redis_change_texts(call, digits, &args[1], &args[3])
        != NGX_OK)
    {
        goto failed;
    }

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_change_handler,
                                      call);

    if (ask == NULL
        || ngx_http_llmgw_redis_eval(ask, LLMGW_REDIS_DEL, 1, args, 4)
           != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        goto failed;
    }

    call->job = &ask->data;

    return;

failed:

    ngx_http_llmgw_store_done(call, NGX_ERROR);
}


static void
ngx_http_llmgw_redis_change_handler(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_store_call_t *call = ask->data;

    llmgw_redis_pair_t              pair;
    ngx_http_llmgw_redis_worker_t  *w;

    if (call == NULL) {

        /* the change itself stays, and others tell about it */

        return;
    }

    w = ask->redis->data;
    call->job = NULL;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])
        || llmgw_redis_pair(v[0], &pair) != LLMGW_OK || pair.number < 0)
    {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    switch (pair.code) {

    case 1:

        call->version = pair.number;

        if (ask->script == LLMGW_REDIS_PUT) {
            ngx_http_llmgw_redis_own_put(w->lmcf, call);

        } else {
            ngx_http_llmgw_zone_del(w->lmcf, call->kind,
                                    ngx_http_llmgw_str(call->id));
            (void) ngx_http_llmgw_store_gone(w->lmcf, call->kind,
                                             ngx_http_llmgw_str(call->id),
                                             call->log);
        }

        ngx_http_llmgw_store_done(call, NGX_OK);
        return;

    case 2:
        ngx_http_llmgw_zone_del(w->lmcf, call->kind,
                                ngx_http_llmgw_str(call->id));
        ngx_http_llmgw_store_done(call, NGX_DECLINED);
        return;

    default:
        call->version = pair.number;
        ngx_http_llmgw_store_done(call, NGX_BUSY);
    }
}


/*
 * In force here at once, also should the store go away now.  One that is not
 * known here is asked for when it is used: it may have been spent from.
 */

static void
ngx_http_llmgw_redis_own_put(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    llmgw_str_t             id;
    llmgw_arena_t           arena;
    llmgw_policy_t         *policy;
    llmgw_problem_t         problem;
    ngx_http_llmgw_info_t   info;

    id = ngx_http_llmgw_str(call->id);

    llmgw_arena_init(&arena, ngx_http_llmgw_alloc, call->pool, 4096, 0);

    if (ngx_http_llmgw_zone_info(lmcf, call->kind, id, &info) == NGX_OK
        && !info.missing
        && llmgw_policy_read(&arena, call->kind,
                             ngx_http_llmgw_str(call->json), 0, &policy,
                             &problem)
           == LLMGW_OK
        && ngx_http_llmgw_zone_put(lmcf, call->kind, id, policy,
                                   call->version, NULL, NULL, call->state)
           == NGX_OK)
    {
        return;
    }

    ngx_http_llmgw_zone_invalidate(lmcf, call->kind, id);
}


/* what back ends do for each other: the job is where the call is named */

static void
ngx_http_llmgw_redis_call_cancel(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    void  **waiting;

    if (call->job) {
        waiting = call->job;
        *waiting = NULL;
        call->job = NULL;
    }
}
