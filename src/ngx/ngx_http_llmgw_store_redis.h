
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the parts of the Redis store share.
 */


#ifndef _NGX_HTTP_LLMGW_STORE_REDIS_H_INCLUDED_
#define _NGX_HTTP_LLMGW_STORE_REDIS_H_INCLUDED_


#include "ngx_http_llmgw_redis.h"
#include "ngx_http_llmgw_store.h"


/* entities whose rates are exchanged in one turn */
#define NGX_HTTP_LLMGW_REDIS_RATES  512


/* st->data: read-only when the configuration is read. */

typedef struct {
    ngx_http_llmgw_redis_conf_t   redis;
    ngx_uint_t                    stream;    /* entries; 0: there is none */
    ngx_uint_t                    audit;     /* entries */
    llmgw_str_t                   changes;   /* channels */
    llmgw_str_t                   sums;
} ngx_http_llmgw_redis_store_t;


/* An entity that other gateways have requests of under way. */

typedef struct {
    llmgw_kind_e                  kind;
    size_t                        len;
    u_char                        id[LLMGW_ID_MAX];
} ngx_http_llmgw_redis_flying_t;


/* Of the worker. */

typedef struct {
    ngx_http_llmgw_store_t       *st;
    ngx_http_llmgw_redis_store_t *rs;
    ngx_http_llmgw_main_conf_t   *lmcf;
    ngx_http_llmgw_redis_t        redis;     /* for questions */
    ngx_http_llmgw_redis_t        feed;      /* for news */
    ngx_event_t                   beat;
    ngx_event_t                   sync;
    ngx_uint_t                    syncing;   /* answers awaited */
    ngx_http_llmgw_redis_flying_t *flying;
    ngx_uint_t                    nflying;
    time_t                        told;      /* of what is damaged, last */
    unsigned                      feeding:1; /* the feed was started */
} ngx_http_llmgw_redis_worker_t;

extern ngx_http_llmgw_redis_worker_t  ngx_http_llmgw_redis_worker;


/* Says what is wrong with an entity's data, once in a while. */

void ngx_http_llmgw_redis_damaged(llmgw_kind_e kind, llmgw_str_t id,
    const char *why);


/* ngx_http_llmgw_redis_audit.c */

void ngx_http_llmgw_redis_audit_append(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_redis_audit_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);

/* ngx_http_llmgw_redis_get.c */

void ngx_http_llmgw_redis_get(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);

/* ngx_http_llmgw_redis_list.c */

void ngx_http_llmgw_redis_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);

/* ngx_http_llmgw_redis_spend.c */

void ngx_http_llmgw_redis_spend(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_spend_batch_t *batch);
void ngx_http_llmgw_redis_applied(ngx_http_llmgw_store_t *st,
    ngx_str_t *node, void (*handler)(void *data, ngx_int_t rc, uint64_t last),
    void *data);

/*
 * ngx_http_llmgw_redis_days.c: a batch into the spend of its days.  NGX_OK: the
 * handler is called; NGX_DECLINED: there is nothing to be done.  And reports.
 */

ngx_int_t ngx_http_llmgw_redis_days(ngx_http_llmgw_spend_batch_t *batch,
    ngx_pool_t *pool, void (*handler)(void *data, ngx_int_t rc), void *data);
void ngx_http_llmgw_redis_logs(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);

/* ngx_http_llmgw_redis_sync.c */

ngx_int_t ngx_http_llmgw_redis_sync_init(ngx_http_llmgw_redis_worker_t *w,
    ngx_cycle_t *cycle);
void ngx_http_llmgw_redis_sync_exit(ngx_http_llmgw_redis_worker_t *w);


#endif /* _NGX_HTTP_LLMGW_STORE_REDIS_H_INCLUDED_ */
