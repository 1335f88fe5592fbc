
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Questions to a Redis server: they go out as they come, many at a time, and
 * the answers come in their order.
 */


#include "ngx_http_llmgw_redis.h"


#define NGX_HTTP_LLMGW_REDIS_OUT    65536
#define NGX_HTTP_LLMGW_REDIS_IN     16384

/*
 * Replies live until none is awaited: when they have become so many, nothing
 * more is asked until then.
 */

#define NGX_HTTP_LLMGW_REDIS_CORK   (4 * 1024 * 1024)


static void ngx_http_llmgw_redis_free_ask(ngx_http_llmgw_redis_ask_t *ask);
static void ngx_http_llmgw_redis_fill(ngx_http_llmgw_redis_t *redis);
static ngx_int_t ngx_http_llmgw_redis_replies(ngx_http_llmgw_redis_t *redis);
static ngx_int_t ngx_http_llmgw_redis_reply(ngx_http_llmgw_redis_t *redis,
    llmgw_redis_value_t *v);
static ngx_int_t ngx_http_llmgw_redis_again(ngx_http_llmgw_redis_ask_t *ask,
    const llmgw_redis_value_t *v);
static void ngx_http_llmgw_redis_settle(ngx_http_llmgw_redis_t *redis);


ngx_http_llmgw_redis_ask_t *
ngx_http_llmgw_redis_create(ngx_http_llmgw_redis_t *redis,
    ngx_http_llmgw_redis_pt handler, void *data)
{
    ngx_http_llmgw_redis_ask_t  *ask;

    if (redis->nasks >= NGX_HTTP_LLMGW_REDIS_ASKS) {
        return NULL;
    }

    ask = ngx_calloc(sizeof(ngx_http_llmgw_redis_ask_t), &redis->log);
    if (ask == NULL) {
        return NULL;
    }

    ask->handler = handler;
    ask->data = data;
    ask->redis = redis;
    ask->script = LLMGW_REDIS_SCRIPTS;

    redis->nasks++;

    return ask;
}


static void
ngx_http_llmgw_redis_free_ask(ngx_http_llmgw_redis_ask_t *ask)
{
    ngx_uint_t  i;

    for (i = 0; i < ask->n; i++) {
        if (ask->cmd[i]) {
            llmgw_redis_format_free(ask->cmd[i]);
        }
    }

    ask->redis->nasks--;

    ngx_free(ask);
}


ngx_int_t
ngx_http_llmgw_redis_add(ngx_http_llmgw_redis_ask_t *ask, llmgw_str_t *args,
    ngx_uint_t n)
{
    if (ask->n == NGX_HTTP_LLMGW_REDIS_REPLIES
        || llmgw_redis_format(args, n, &ask->cmd[ask->n], &ask->len[ask->n])
           != LLMGW_OK)
    {
        ngx_http_llmgw_redis_free_ask(ask);
        return NGX_ERROR;
    }

    ask->n++;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_redis_eval(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_script_e script, ngx_uint_t keys, llmgw_str_t *args,
    ngx_uint_t n)
{
    u_char        digits[LLMGW_REDIS_DECIMAL];
    ngx_int_t     rc;
    llmgw_str_t  *words;

    words = ngx_alloc((n + 3) * sizeof(llmgw_str_t), &ask->redis->log);
    if (words == NULL) {
        ngx_http_llmgw_redis_free_ask(ask);
        return NGX_ERROR;
    }

    words[0] = llmgw_lit("EVALSHA");
    words[1] = llmgw_str(ask->redis->conf->sha[script],
                         sizeof(ask->redis->conf->sha[script]));
    words[2] = llmgw_str(digits,
                         llmgw_redis_put_decimal(digits, keys) - digits);

    ngx_memcpy(words + 3, args, n * sizeof(llmgw_str_t));

    ask->script = script;

    rc = ngx_http_llmgw_redis_add(ask, words, n + 3);

    ngx_free(words);

    return rc;
}


/* Questions wait for the first attempt to connect, and for no other. */

ngx_int_t
ngx_http_llmgw_redis_send(ngx_http_llmgw_redis_ask_t *ask)
{
    ngx_http_llmgw_redis_t  *redis;

    redis = ask->redis;

    if (redis->closing || redis->push
        || (redis->state != ngx_http_llmgw_redis_ready
            && redis->failures > 1))
    {
        ngx_http_llmgw_redis_free_ask(ask);
        return NGX_ERROR;
    }

    ngx_queue_insert_tail(&redis->waiting, &ask->queue);

    /* what else is asked in this turn goes out with it */

    if (redis->state == ngx_http_llmgw_redis_ready) {
        ngx_post_event(redis->peer.connection->write, &ngx_posted_events);
    }

    return NGX_OK;
}


void
ngx_http_llmgw_redis_push_ask(ngx_http_llmgw_redis_ask_t *ask)
{
    ngx_queue_t                 *q;
    ngx_http_llmgw_redis_t      *redis;
    ngx_http_llmgw_redis_ask_t  *other;

    redis = ask->redis;

    /* behind those of its like, and what is on its way */

    for (q = ngx_queue_head(&redis->waiting);
         q != ngx_queue_sentinel(&redis->waiting);
         q = ngx_queue_next(q))
    {
        other = ngx_queue_data(q, ngx_http_llmgw_redis_ask_t, queue);

        if (!other->hello && !other->sent && !other->sending) {
            break;
        }
    }

    ngx_queue_insert_tail(q, &ask->queue);

    ngx_post_event(redis->peer.connection->write, &ngx_posted_events);
}


void
ngx_http_llmgw_redis_fail(ngx_http_llmgw_redis_t *redis)
{
    ngx_queue_t                  list, *q;
    ngx_http_llmgw_redis_ask_t  *ask;

    ngx_queue_init(&list);

    if (!ngx_queue_empty(&redis->asked)) {
        ngx_queue_add(&list, &redis->asked);
        ngx_queue_init(&redis->asked);
    }

    if (!ngx_queue_empty(&redis->waiting)) {
        ngx_queue_add(&list, &redis->waiting);
        ngx_queue_init(&redis->waiting);
    }

    while (!ngx_queue_empty(&list)) {

        q = ngx_queue_head(&list);
        ngx_queue_remove(q);

        ask = ngx_queue_data(q, ngx_http_llmgw_redis_ask_t, queue);

        if (ask->handler) {
            ask->handler(ask, NULL);
        }

        ngx_http_llmgw_redis_free_ask(ask);
    }
}


/* From the questions that wait into the buffer. */

static void
ngx_http_llmgw_redis_fill(ngx_http_llmgw_redis_t *redis)
{
    size_t                       n;
    ngx_queue_t                 *q;
    ngx_http_llmgw_redis_ask_t  *ask;

    if (redis->fed > NGX_HTTP_LLMGW_REDIS_CORK) {
        return;
    }

    while (!ngx_queue_empty(&redis->waiting)
           && redis->out_len < NGX_HTTP_LLMGW_REDIS_OUT)
    {
        q = ngx_queue_head(&redis->waiting);
        ask = ngx_queue_data(q, ngx_http_llmgw_redis_ask_t, queue);

        /* the greeting comes first */

        if (redis->state != ngx_http_llmgw_redis_ready && !ask->hello) {
            return;
        }

        n = ngx_min(ask->len[ask->sending] - ask->sent,
                    NGX_HTTP_LLMGW_REDIS_OUT - redis->out_len);

        ngx_memcpy(redis->out + redis->out_len,
                   ask->cmd[ask->sending] + ask->sent, n);

        redis->out_len += n;
        ask->sent += n;

        if (ask->sent < ask->len[ask->sending]) {
            return;
        }

        ask->sent = 0;
        ask->sending++;

        if (ask->sending < ask->n) {
            continue;
        }

        ngx_queue_remove(q);

        /* a subscriber's answers come among all else that comes in */

        if (redis->push && ask->beat) {
            ngx_http_llmgw_redis_free_ask(ask);
            continue;
        }

        ask->since = ngx_current_msec;

        ngx_queue_insert_tail(&redis->asked, q);
    }
}


void
ngx_http_llmgw_redis_write_handler(ngx_event_t *wev)
{
    ssize_t                  n;
    ngx_connection_t        *c;
    ngx_http_llmgw_redis_t  *redis;

    c = wev->data;
    redis = c->data;

    if (redis->out == NULL) {

        redis->out = ngx_alloc(NGX_HTTP_LLMGW_REDIS_OUT, &redis->log);
        if (redis->out == NULL) {
            ngx_http_llmgw_redis_lost(redis, 0, "no memory");
            return;
        }
    }

    for ( ;; ) {

        if (redis->out_pos == redis->out_len) {
            redis->out_pos = 0;
            redis->out_len = 0;
            ngx_http_llmgw_redis_fill(redis);
        }

        if (redis->out_pos == redis->out_len) {
            break;
        }

        if (!wev->ready) {
            break;
        }

        n = c->send(c, redis->out + redis->out_pos,
                    redis->out_len - redis->out_pos);

        if (n == NGX_ERROR) {
            ngx_http_llmgw_redis_lost(redis, 0, "the connection broke");
            return;
        }

        if (n == NGX_AGAIN || n == 0) {
            break;
        }

        redis->out_pos += n;
    }

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_http_llmgw_redis_lost(redis, 0, "no memory");
        return;
    }

    ngx_http_llmgw_redis_settle(redis);

    /* what came in with the handshake makes no event any more */

    if (c->read->ready) {
        ngx_post_event(c->read, &ngx_posted_events);
    }
}


void
ngx_http_llmgw_redis_read_handler(ngx_event_t *rev)
{
    ssize_t                  n;
    ngx_uint_t               turns;
    ngx_connection_t        *c;
    ngx_http_llmgw_redis_t  *redis;
    u_char                   buf[NGX_HTTP_LLMGW_REDIS_IN];

    c = rev->data;
    redis = c->data;

    if (rev->timedout) {
        ngx_http_llmgw_redis_lost(redis, NGX_ETIMEDOUT, "no answer in time");
        return;
    }

    for (turns = 0; turns < 64; turns++) {

        n = c->recv(c, buf, sizeof(buf));

        if (n == NGX_AGAIN) {

            if (ngx_handle_read_event(rev, 0) != NGX_OK) {
                ngx_http_llmgw_redis_lost(redis, 0, "no memory");
                return;
            }

            ngx_http_llmgw_redis_settle(redis);
            return;
        }

        if (n == NGX_ERROR || n == 0) {
            ngx_http_llmgw_redis_lost(redis, 0, n ? "the connection broke"
                                      : "the server closed the connection");
            return;
        }

        redis->fed += n;

        if (llmgw_redis_feed(&redis->reader, llmgw_str(buf, n)) != LLMGW_OK) {
            ngx_http_llmgw_redis_lost(redis, 0, redis->reader.why);
            return;
        }

        if (ngx_http_llmgw_redis_replies(redis) != NGX_OK) {
            return;
        }
    }

    /* others have their turn, too */

    ngx_http_llmgw_redis_settle(redis);

    ngx_post_event(rev, &ngx_posted_next_events);
}


/* NGX_ERROR: the connection is gone */

static ngx_int_t
ngx_http_llmgw_redis_replies(ngx_http_llmgw_redis_t *redis)
{
    ngx_int_t             rc;
    llmgw_redis_value_t  *v;

    for ( ;; ) {

        switch (llmgw_redis_next(&redis->reader, &v)) {

        case LLMGW_OK:
            break;

        case LLMGW_AGAIN:
            return NGX_OK;

        default:
            ngx_http_llmgw_redis_lost(redis, 0, redis->reader.why);
            return NGX_ERROR;
        }

        redis->heard = ngx_current_msec;

        if (redis->push && redis->state == ngx_http_llmgw_redis_ready) {
            redis->push(redis, v);
            rc = redis->state == ngx_http_llmgw_redis_ready ? NGX_OK
                                                            : NGX_ERROR;

        } else {
            rc = ngx_http_llmgw_redis_reply(redis, v);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }
}


static ngx_int_t
ngx_http_llmgw_redis_reply(ngx_http_llmgw_redis_t *redis,
    llmgw_redis_value_t *v)
{
    ngx_int_t                    rc;
    ngx_queue_t                 *q;
    ngx_http_llmgw_redis_ask_t  *ask;

    if (ngx_queue_empty(&redis->asked)) {
        ngx_http_llmgw_redis_lost(redis, 0,
                                  "an answer came that nobody asked for");
        return NGX_ERROR;
    }

    q = ngx_queue_head(&redis->asked);
    ask = ngx_queue_data(q, ngx_http_llmgw_redis_ask_t, queue);

    ask->values[ask->got++] = v;

    if (ask->got < ask->n) {
        return NGX_OK;
    }

    if (redis->state == ngx_http_llmgw_redis_greeting) {

        ngx_queue_remove(q);
        ngx_http_llmgw_redis_free_ask(ask);

        return ngx_http_llmgw_redis_greeted(redis, v);
    }

    if (ask->script != LLMGW_REDIS_SCRIPTS && !ask->retried
        && v->type == LLMGW_REDIS_ERROR
        && llmgw_redis_error(v->str) == LLMGW_REDIS_E_SCRIPT)
    {
        rc = ngx_http_llmgw_redis_again(ask, v);

        if (rc == NGX_OK) {
            return NGX_OK;
        }
    }

    ngx_queue_remove(q);

    if (ask->handler) {
        ask->handler(ask, ask->values);
    }

    ngx_http_llmgw_redis_free_ask(ask);

    return NGX_OK;
}


/* The server does not know the script: it was not run. */

static ngx_int_t
ngx_http_llmgw_redis_again(ngx_http_llmgw_redis_ask_t *ask,
    const llmgw_redis_value_t *v)
{
    llmgw_str_t                  args[3];
    ngx_http_llmgw_redis_t      *redis;
    ngx_http_llmgw_redis_ask_t  *load;

    redis = ask->redis;

    args[0] = llmgw_lit("SCRIPT");
    args[1] = llmgw_lit("LOAD");
    args[2] = llmgw_redis_script(ask->script);

    load = ngx_http_llmgw_redis_create(redis, NULL, NULL);

    if (load == NULL || ngx_http_llmgw_redis_add(load, args, 3) != NGX_OK) {
        return NGX_ERROR;
    }

    ask->retried = 1;
    ask->got = 0;
    ask->sending = 0;
    ask->sent = 0;

    ngx_queue_remove(&ask->queue);

    ngx_queue_insert_tail(&redis->waiting, &load->queue);
    ngx_queue_insert_tail(&redis->waiting, &ask->queue);

    ngx_post_event(redis->peer.connection->write, &ngx_posted_events);

    return NGX_OK;
}


/* Memory of replies goes with the last; the oldest question has a time. */

static void
ngx_http_llmgw_redis_settle(ngx_http_llmgw_redis_t *redis)
{
    ngx_msec_int_t               left;
    ngx_connection_t            *c;
    ngx_http_llmgw_redis_ask_t  *ask;

    c = redis->peer.connection;

    if (ngx_queue_empty(&redis->asked)) {

        if (c->read->timer_set) {
            ngx_del_timer(c->read);
        }

        if (llmgw_redis_idle(&redis->reader)) {

            llmgw_arena_reset(&redis->arena);

            if (redis->fed > NGX_HTTP_LLMGW_REDIS_CORK
                && !ngx_queue_empty(&redis->waiting))
            {
                ngx_post_event(c->write, &ngx_posted_events);
            }

            redis->fed = 0;
        }

        return;
    }

    ask = ngx_queue_data(ngx_queue_head(&redis->asked),
                         ngx_http_llmgw_redis_ask_t, queue);

    left = (ngx_msec_int_t) (ask->since + redis->conf->timeout
                             - ngx_current_msec);

    if (c->read->timer_set) {
        ngx_del_timer(c->read);
    }

    ngx_add_timer(c->read, left > 0 ? (ngx_msec_t) left : 1);
}
