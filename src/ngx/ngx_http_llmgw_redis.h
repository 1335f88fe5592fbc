
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A connection to a Redis server in nginx's event loop.  It is made by itself,
 * and made again when it ends; what was asked on it then ends with no answer.
 *
 *     away -> resolving -> connecting -> handshake -> greeting -> ready
 *       ^________________________________________________________/
 */


#ifndef _NGX_HTTP_LLMGW_REDIS_H_INCLUDED_
#define _NGX_HTTP_LLMGW_REDIS_H_INCLUDED_


#include "ngx_http_llmgw_module.h"
#include "ngx_http_llmgw_fetch.h"
#include "llmgw_redis_model.h"


/* questions of a connection at a time: more are refused */
#define NGX_HTTP_LLMGW_REDIS_ASKS     8192

/* bytes of what stands under "format" */
#define NGX_HTTP_LLMGW_REDIS_MARK     40

/* replies to one question */
#define NGX_HTTP_LLMGW_REDIS_REPLIES  32


/* Read-only when the configuration is read. */

typedef struct {
    ngx_str_t                          url;      /* for messages */
    ngx_http_llmgw_site_t              site;
    ngx_str_t                          user;
    ngx_str_t                          password;
    ngx_str_t                          db;
    ngx_str_t                          ca;       /* file; empty: the system's */
    llmgw_str_t                        prefix;
    ngx_msec_t                         timeout;
    u_char                             sha[LLMGW_REDIS_SCRIPTS][40];
} ngx_http_llmgw_redis_conf_t;


typedef enum {
    ngx_http_llmgw_redis_away = 0,               /* until the next attempt */
    ngx_http_llmgw_redis_resolving,
    ngx_http_llmgw_redis_connecting,
    ngx_http_llmgw_redis_handshake,
    ngx_http_llmgw_redis_greeting,
    ngx_http_llmgw_redis_ready
} ngx_http_llmgw_redis_state_e;


typedef struct ngx_http_llmgw_redis_s      ngx_http_llmgw_redis_t;
typedef struct ngx_http_llmgw_redis_ask_s  ngx_http_llmgw_redis_ask_t;


/*
 * v: as many replies as there were commands, until the handler returns; NULL:
 * there is no answer.  The question is gone when it returns.  Who does not want
 * to know any more sets "data" to NULL: its reply still has its place.
 */

typedef void (*ngx_http_llmgw_redis_pt)(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);

struct ngx_http_llmgw_redis_ask_s {
    ngx_http_llmgw_redis_pt            handler;  /* NULL: nobody listens */
    void                              *data;
    ngx_http_llmgw_redis_t            *redis;
    ngx_queue_t                        queue;
    ngx_msec_t                         since;
    char                              *cmd[NGX_HTTP_LLMGW_REDIS_REPLIES];
    size_t                             len[NGX_HTTP_LLMGW_REDIS_REPLIES];
    llmgw_redis_value_t               *values[NGX_HTTP_LLMGW_REDIS_REPLIES];
    ngx_uint_t                         n;        /* commands */
    ngx_uint_t                         sending;  /* the one that goes out, */
    size_t                             sent;     /* and so much of it */
    ngx_uint_t                         got;      /* replies */
    llmgw_redis_script_e               script;   /* _SCRIPTS: none */
    unsigned                           retried:1;
    unsigned                           hello:1;  /* a step of the greeting */
    unsigned                           beat:1;
};


struct ngx_http_llmgw_redis_s {
    const ngx_http_llmgw_redis_conf_t *conf;
    void                              *data;

    /* it can be asked; it cannot any more: may be NULL */
    void                             (*up)(ngx_http_llmgw_redis_t *redis);
    void                             (*down)(ngx_http_llmgw_redis_t *redis);

    /* of a subscriber: what comes in; then nothing can be asked */
    void                             (*push)(ngx_http_llmgw_redis_t *redis,
                                         llmgw_redis_value_t *v);
    llmgw_str_t                        channels[2];

    /* own */
    ngx_http_llmgw_redis_state_e       state;
    ngx_log_t                          log;
    ngx_event_t                        timer;
    ngx_peer_connection_t              peer;
    ngx_resolver_ctx_t                *resolve;
    ngx_addr_t                        *addrs;
    ngx_uint_t                         naddrs;
    ngx_uint_t                         naddr;
    ngx_pool_t                        *pool;     /* of this connection */
    llmgw_arena_t                      arena;    /* of replies */
    llmgw_redis_t                      reader;
    size_t                             fed;      /* since it was reset */
    u_char                            *out;
    size_t                             out_pos;
    size_t                             out_len;
    ngx_queue_t                        waiting;  /* not sent yet */
    ngx_queue_t                        asked;    /* no answer yet */
    ngx_uint_t                         nasks;
    ngx_uint_t                         step;     /* of the greeting */
    ngx_uint_t                         failures; /* in a row */
    ngx_msec_t                         heard;    /* a reply, last */
    ngx_msec_t                         renewed;  /* a replica was left */
    time_t                             lost;     /* since when, 0: never
                                                    there */
    time_t                             told;     /* in the log */
    ngx_msec_t                         replaced; /* other data than before */
    size_t                             mark_len;
    u_char                             mark[NGX_HTTP_LLMGW_REDIS_MARK];
    unsigned                           emptied:1; /* replaced is set */
    unsigned                           closing:1;
};


void ngx_http_llmgw_redis_start(ngx_http_llmgw_redis_t *redis,
    ngx_cycle_t *cycle);

/* For good; questions end with no answer. */

void ngx_http_llmgw_redis_stop(ngx_http_llmgw_redis_t *redis);

/*
 * To be called every second: a server that is silent is asked whether it is
 * there.
 */

void ngx_http_llmgw_redis_beat(ngx_http_llmgw_redis_t *redis);

/* Somebody else is to be connected with: this one is a replica. */

void ngx_http_llmgw_redis_renew(ngx_http_llmgw_redis_t *redis);


/*
 * A question: _create(), _add() for each command (or _eval() for one script),
 * _send().  NULL, NGX_ERROR: it cannot be asked, and is gone; the handler is
 * never called from in here.
 */

ngx_http_llmgw_redis_ask_t *ngx_http_llmgw_redis_create(
    ngx_http_llmgw_redis_t *redis, ngx_http_llmgw_redis_pt handler,
    void *data);
ngx_int_t ngx_http_llmgw_redis_add(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_str_t *args, ngx_uint_t n);

/* args: keys, then arguments */

ngx_int_t ngx_http_llmgw_redis_eval(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_script_e script, ngx_uint_t keys, llmgw_str_t *args,
    ngx_uint_t n);
ngx_int_t ngx_http_llmgw_redis_send(ngx_http_llmgw_redis_ask_t *ask);


/*
 * Whether a reply is no error; one that concerns all that is asked is logged,
 * once a minute.
 */

ngx_uint_t ngx_http_llmgw_redis_well(ngx_http_llmgw_redis_t *redis,
    const llmgw_redis_value_t *v);


/*
 * ngx_http_llmgw_redis.c, for _redis_ask.c: the connection is of no use any
 * more; not to be called where a caller goes on with it.
 */

void ngx_http_llmgw_redis_lost(ngx_http_llmgw_redis_t *redis, ngx_err_t err,
    const char *why);

/* The greeting has been answered as it should be: others may ask. */

void ngx_http_llmgw_redis_done(ngx_http_llmgw_redis_t *redis);


/*
 * ngx_http_llmgw_redis_greet.c: says what has to be said first on a connection
 * that has been made.
 */

void ngx_http_llmgw_redis_greet(ngx_http_llmgw_redis_t *redis);

/* A reply to a step of the greeting; NGX_ERROR: the connection is lost. */

ngx_int_t ngx_http_llmgw_redis_greeted(ngx_http_llmgw_redis_t *redis,
    const llmgw_redis_value_t *v);


/* ngx_http_llmgw_redis_ask.c */

void ngx_http_llmgw_redis_read_handler(ngx_event_t *rev);
void ngx_http_llmgw_redis_write_handler(ngx_event_t *wev);

/* It goes in front of all others: the greeting's. */

void ngx_http_llmgw_redis_push_ask(ngx_http_llmgw_redis_ask_t *ask);

/* All questions end. */

void ngx_http_llmgw_redis_fail(ngx_http_llmgw_redis_t *redis);


/* ngx_http_llmgw_redis_conf.c */

char *ngx_http_llmgw_redis_conf(ngx_conf_t *cf, ngx_str_t *url,
    ngx_http_llmgw_redis_conf_t *conf);
char *ngx_http_llmgw_redis_conf_init(ngx_conf_t *cf,
    ngx_http_llmgw_redis_conf_t *conf);


#endif /* _NGX_HTTP_LLMGW_REDIS_H_INCLUDED_ */
