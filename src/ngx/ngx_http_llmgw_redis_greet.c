
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What is said first on a connection to a Redis server: who the gateway is,
 * which database it wants, whether that is one of its own, and its scripts.
 */


#include "ngx_http_llmgw_redis.h"


#define NGX_HTTP_LLMGW_REDIS_REPLY   (32 * 1024 * 1024)

#define NGX_HTTP_LLMGW_REDIS_FORMAT  '1'


/* steps of the greeting, in their order */

typedef enum {
    ngx_http_llmgw_redis_auth = 0,
    ngx_http_llmgw_redis_select,
    ngx_http_llmgw_redis_format,
    ngx_http_llmgw_redis_scripts,
    ngx_http_llmgw_redis_last = ngx_http_llmgw_redis_scripts
                                + LLMGW_REDIS_SCRIPTS
} ngx_http_llmgw_redis_step_e;


static ngx_int_t ngx_http_llmgw_redis_steps(ngx_http_llmgw_redis_t *redis,
    ngx_uint_t *step, llmgw_str_t *args, ngx_uint_t *n, u_char *buf);
static ngx_int_t ngx_http_llmgw_redis_hello(ngx_http_llmgw_redis_t *redis,
    llmgw_str_t *args, ngx_uint_t n);
static ngx_int_t ngx_http_llmgw_redis_known(ngx_http_llmgw_redis_t *redis,
    const llmgw_redis_value_t *v);
static void ngx_http_llmgw_redis_mark(ngx_http_llmgw_redis_t *redis);
static void ngx_http_llmgw_redis_marked(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);


static void *
ngx_http_llmgw_redis_alloc(void *data, size_t size)
{
    return ngx_palloc(data, size);
}


/*
 * All that has to be said is said at once; the answers come in its order.
 * What others ask goes behind it.
 */

void
ngx_http_llmgw_redis_greet(ngx_http_llmgw_redis_t *redis)
{
    ngx_uint_t         n, step;
    llmgw_str_t        args[3];
    ngx_connection_t  *c;
    u_char             buf[LLMGW_REDIS_NAME];

    c = redis->peer.connection;

    redis->state = ngx_http_llmgw_redis_greeting;

    llmgw_arena_init(&redis->arena, ngx_http_llmgw_redis_alloc, redis->pool,
                     4096, 0);

    if (llmgw_redis_init(&redis->reader, &redis->arena,
                         NGX_HTTP_LLMGW_REDIS_REPLY)
        != LLMGW_OK)
    {
        ngx_http_llmgw_redis_lost(redis, 0, "no memory");
        return;
    }

    c->read->handler = ngx_http_llmgw_redis_read_handler;
    c->write->handler = ngx_http_llmgw_redis_write_handler;

    for (step = 0; step <= ngx_http_llmgw_redis_last; step++) {

        if (ngx_http_llmgw_redis_steps(redis, &step, args, &n, buf)
            == NGX_DECLINED)
        {
            break;
        }

        if (ngx_http_llmgw_redis_hello(redis, args, n) != NGX_OK) {
            ngx_http_llmgw_redis_lost(redis, 0, "no memory");
            return;
        }
    }

    redis->step = ngx_http_llmgw_redis_auth;

    (void) ngx_http_llmgw_redis_steps(redis, &redis->step, NULL, NULL, NULL);

    ngx_http_llmgw_redis_write_handler(c->write);
}


/*
 * The next step from *step on that is to be taken, and its words.  A
 * subscriber takes no scripts, but subscribes.
 */

static ngx_int_t
ngx_http_llmgw_redis_steps(ngx_http_llmgw_redis_t *redis,
    ngx_uint_t *step, llmgw_str_t *args, ngx_uint_t *n, u_char *buf)
{
    const ngx_http_llmgw_redis_conf_t  *conf;

    conf = redis->conf;

    if (*step == ngx_http_llmgw_redis_auth && conf->password.len == 0) {
        (*step)++;
    }

    if (*step == ngx_http_llmgw_redis_select && conf->db.len == 0) {
        (*step)++;
    }

    if (*step >= ngx_http_llmgw_redis_last
        || (redis->push && *step > ngx_http_llmgw_redis_scripts))
    {
        return NGX_DECLINED;
    }

    if (args == NULL) {
        return NGX_OK;
    }

    *n = 2;

    switch (*step) {

    case ngx_http_llmgw_redis_auth:

        args[0] = llmgw_lit("AUTH");
        args[1] = ngx_http_llmgw_str(conf->password);

        if (conf->user.len) {
            args[1] = ngx_http_llmgw_str(conf->user);
            args[2] = ngx_http_llmgw_str(conf->password);
            *n = 3;
        }

        break;

    case ngx_http_llmgw_redis_select:
        args[0] = llmgw_lit("SELECT");
        args[1] = ngx_http_llmgw_str(conf->db);
        break;

    case ngx_http_llmgw_redis_format:
        args[0] = llmgw_lit("GET");
        args[1] = llmgw_redis_word(buf, conf->prefix, "format",
                                   llmgw_null_str);
        break;

    default:

        if (redis->push) {
            args[0] = llmgw_lit("SUBSCRIBE");
            args[1] = redis->channels[0];
            args[2] = redis->channels[1];
            *n = 3;
            break;
        }

        args[0] = llmgw_lit("SCRIPT");
        args[1] = llmgw_lit("LOAD");
        args[2] = llmgw_redis_script(*step - ngx_http_llmgw_redis_scripts);
        *n = 3;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_redis_hello(ngx_http_llmgw_redis_t *redis, llmgw_str_t *args,
    ngx_uint_t n)
{
    ngx_http_llmgw_redis_ask_t  *ask;

    ask = ngx_http_llmgw_redis_create(redis, NULL, NULL);

    if (ask == NULL || ngx_http_llmgw_redis_add(ask, args, n) != NGX_OK) {
        return NGX_ERROR;
    }

    ask->hello = 1;

    ngx_http_llmgw_redis_push_ask(ask);

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_redis_greeted(ngx_http_llmgw_redis_t *redis,
    const llmgw_redis_value_t *v)
{
    const char  *why;

    why = NULL;

    switch (redis->step) {

    case ngx_http_llmgw_redis_auth:
        why = "the server refuses user and password";
        break;

    case ngx_http_llmgw_redis_select:
        why = "the server does not give the database";
        break;

    case ngx_http_llmgw_redis_format:
        why = "the server cannot be used now";
        break;

    default:

        /* a script that could not be loaded is loaded when it is needed */

        if (redis->push
            || (v->type == LLMGW_REDIS_ERROR
                && llmgw_redis_error(v->str) == LLMGW_REDIS_E_AUTH))
        {
            why = "the server refuses what the gateway needs";
        }
    }

    if (v->type == LLMGW_REDIS_ERROR && why) {

        if (llmgw_redis_error(v->str) == LLMGW_REDIS_E_MOVED) {
            why = "the server is one of a cluster, which is not supported";
        }

        (void) ngx_http_llmgw_redis_well(redis, v);

        ngx_http_llmgw_redis_lost(redis, 0, why);
        return NGX_ERROR;
    }

    if (redis->step == ngx_http_llmgw_redis_format
        && ngx_http_llmgw_redis_known(redis, v) != NGX_OK)
    {
        ngx_http_llmgw_redis_lost(redis, 0, "the database holds something "
                                  "else than this gateway's data");
        return NGX_ERROR;
    }

    redis->step++;

    if (ngx_http_llmgw_redis_steps(redis, &redis->step, NULL, NULL, NULL)
        == NGX_DECLINED)
    {
        ngx_http_llmgw_redis_done(redis);
    }

    return NGX_OK;
}


/*
 * "1", the layout of the data, and a number that no other database has: so
 * what was emptied, or replaced, is not taken for what others have deleted.
 */

static ngx_int_t
ngx_http_llmgw_redis_known(ngx_http_llmgw_redis_t *redis,
    const llmgw_redis_value_t *v)
{
    if (v->type == LLMGW_REDIS_NIL) {

        if (redis->push) {
            return NGX_OK;
        }

        ngx_http_llmgw_redis_mark(redis);

    } else if (v->type != LLMGW_REDIS_STRING || v->str.len == 0
               || v->str.data[0] != NGX_HTTP_LLMGW_REDIS_FORMAT
               || (v->str.len > 1 && v->str.data[1] != ' ')
               || v->str.len > NGX_HTTP_LLMGW_REDIS_MARK)
    {
        return NGX_ERROR;
    }

    if (redis->mark_len && redis->push == NULL
        && (v->type == LLMGW_REDIS_NIL || v->str.len != redis->mark_len
            || ngx_memcmp(v->str.data, redis->mark, redis->mark_len) != 0))
    {
        redis->emptied = 1;
        redis->replaced = ngx_current_msec;

        ngx_log_error(NGX_LOG_WARN, &redis->log, 0,
                      "llmgw: the store has other data than before, keys that "
                      "are known go on for llmgw_store_grace");
    }

    redis->mark_len = 0;

    if (v->type == LLMGW_REDIS_STRING) {
        redis->mark_len = v->str.len;
        ngx_memcpy(redis->mark, v->str.data, v->str.len);
    }

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_mark(ngx_http_llmgw_redis_t *redis)
{
    u_char                      *p;
    llmgw_str_t                  args[4];
    u_char                       text[NGX_HTTP_LLMGW_REDIS_MARK];
    u_char                       buf[LLMGW_REDIS_NAME];
    ngx_http_llmgw_redis_ask_t  *ask;

    p = ngx_sprintf(text, "%c %T%06xi", NGX_HTTP_LLMGW_REDIS_FORMAT,
                    ngx_time(), (ngx_int_t) (ngx_random() & 0xffffff));

    args[0] = llmgw_lit("SET");
    args[1] = llmgw_redis_word(buf, redis->conf->prefix, "format",
                               llmgw_null_str);
    args[2] = llmgw_str(text, p - text);
    args[3] = llmgw_lit("NX");

    if (ngx_http_llmgw_redis_hello(redis, args, 4) != NGX_OK) {
        return;
    }

    /* another worker may have come first */

    args[0] = llmgw_lit("GET");

    ask = ngx_http_llmgw_redis_create(redis, ngx_http_llmgw_redis_marked,
                                      NULL);

    if (ask && ngx_http_llmgw_redis_add(ask, args, 2) == NGX_OK) {
        ask->hello = 1;
        ngx_http_llmgw_redis_push_ask(ask);
    }
}


static void
ngx_http_llmgw_redis_marked(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_t  *redis;

    redis = ask->redis;

    if (v && v[0]->type == LLMGW_REDIS_STRING
        && v[0]->str.len <= NGX_HTTP_LLMGW_REDIS_MARK)
    {
        redis->mark_len = v[0]->str.len;
        ngx_memcpy(redis->mark, v[0]->str.data, redis->mark_len);
    }
}
