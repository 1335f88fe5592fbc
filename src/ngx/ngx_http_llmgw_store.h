
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a store is, and what the other parts give it.
 *
 *     zone   --get()-->                 a back end: file, Redis
 *     admin  --put(), list() ...-->         |
 *     zone   <--ngx_http_llmgw_zone_put()---+   changes, own and of others
 *
 * Records of spend do not go this way: they go through the journal
 * (ngx_http_llmgw_journal_t) into the ledger, which is always made of files
 * of this gateway; a back end gets them from there by spend().
 */


#ifndef _NGX_HTTP_LLMGW_STORE_H_INCLUDED_
#define _NGX_HTTP_LLMGW_STORE_H_INCLUDED_


#include "ngx_http_llmgw_admit.h"
#include "llmgw_record.h"


typedef struct ngx_http_llmgw_store_s       ngx_http_llmgw_store_t;
typedef struct ngx_http_llmgw_store_ops_s   ngx_http_llmgw_store_ops_t;
typedef struct ngx_http_llmgw_store_call_s  ngx_http_llmgw_store_call_t;

typedef void (*ngx_http_llmgw_store_handler_pt)(
    ngx_http_llmgw_store_call_t *call);


/* what put() and del() expect to find */

#define NGX_HTTP_LLMGW_VERSION_ANY   ((uint64_t) -1)
#define NGX_HTTP_LLMGW_VERSION_NONE  0           /* it must not exist */


/* An entity in an answer. */

typedef struct {
    ngx_str_t                         id;
    ngx_str_t                         json;
    uint64_t                          version;   /* never 0 */
} ngx_http_llmgw_store_row_t;


/* One sum of an entity. */

typedef struct {
    ngx_str_t                         meter;
    ngx_http_llmgw_totals_t           totals;
} ngx_http_llmgw_store_total_t;


/*
 * A query of the spend log or of the audit log.  Empty strings and zero times
 * do not filter.
 */

typedef enum {
    ngx_http_llmgw_group_none = 0,
    ngx_http_llmgw_group_day = 0x0001,
    ngx_http_llmgw_group_key = 0x0002,
    ngx_http_llmgw_group_user = 0x0004,
    ngx_http_llmgw_group_team = 0x0008,
    ngx_http_llmgw_group_organization = 0x0010,
    ngx_http_llmgw_group_customer = 0x0020,
    ngx_http_llmgw_group_tag = 0x0040,           /* once for each tag */
    ngx_http_llmgw_group_model = 0x0080,
    ngx_http_llmgw_group_provider = 0x0100,
    ngx_http_llmgw_group_endpoint = 0x0200
} ngx_http_llmgw_group_e;


typedef struct {
    int64_t                           from;      /* Unix ms, of the end of */
    int64_t                           to;        /*   the request; below "to" */

    ngx_str_t                         request_id;
    ngx_str_t                         key;       /* 64 hex digits */
    ngx_str_t                         user;
    ngx_str_t                         team;
    ngx_str_t                         organization;
    ngx_str_t                         customer;
    ngx_str_t                         tag;
    ngx_str_t                         model;     /* the client's or the */
    ngx_str_t                         provider;  /*   provider's name */
    ngx_str_t                         session;

    int64_t                           min_cost;  /* nano-dollars */
    int64_t                           max_cost;  /* -1: no limit */
    ngx_uint_t                        status;    /* 0: all; 1: success; 2:
                                                    failure; 3: lost, was
                                                    under way in a crash */

    ngx_uint_t                        group;     /* bits; a report if not 0 */
    ngx_uint_t                        ascending; /* default: newest first */
    ngx_str_t                         cursor;    /* of the page before */
    ngx_uint_t                        offset;    /* rows to pass over */
    ngx_uint_t                        limit;     /* rows of a page, <= 1000 */
    ngx_uint_t                        count;     /* "total" is wanted: all is
                                                    read */
} ngx_http_llmgw_log_query_t;


/* One group of a report; members that were not asked for are empty. */

typedef struct {
    int64_t                           day;       /* Unix s of midnight, UTC */
    ngx_str_t                         key;
    ngx_str_t                         user;
    ngx_str_t                         team;
    ngx_str_t                         organization;
    ngx_str_t                         customer;
    ngx_str_t                         tag;
    ngx_str_t                         model;
    ngx_str_t                         provider;
    ngx_str_t                         endpoint;

    int64_t                           cost;
    int64_t                           requests;
    int64_t                           failed;
    int64_t                           prompt;
    int64_t                           completion;
    int64_t                           cached;
    int64_t                           cache_write;
} ngx_http_llmgw_log_group_t;


/*
 * One call.  The caller owns the memory, which has to stay until the handler
 * ran or the call was canceled; it sets the first part and asks.  The handler
 * runs exactly once for each call that was not canceled, maybe before the
 * asking function returns, and may free the call.  Results are in "pool".
 *
 *     NGX_OK        done
 *     NGX_DECLINED  there is no such entity
 *     NGX_BUSY      the version is another one: "version" says which (0: it
 *                   does not exist)
 *     NGX_ERROR     the store cannot be asked, or does not do this
 */

struct ngx_http_llmgw_store_call_s {
    ngx_http_llmgw_store_handler_pt   handler;
    void                             *data;
    ngx_log_t                        *log;
    ngx_pool_t                       *pool;

    ngx_uint_t                        kind;      /* llmgw_kind_e */
    ngx_str_t                         id;
    ngx_str_t                         json;      /* put(), audit_append(); the
                                                    result of get() */
    uint64_t                          version;   /* expected; the result's */

    ngx_str_t                         cursor;    /* list(), logs(): the next
                                                    page's; empty: no more */
    ngx_uint_t                        limit;     /* list() */
    ngx_http_llmgw_log_query_t       *query;

    /* results */
    ngx_int_t                         rc;
    ngx_array_t                       rows;      /* list():
                                                    ..._store_row_t;
                                                    logs(): llmgw_spend_t;
                                                    report:
                                                    ..._log_group_t;
                                                    audit_list(): ngx_str_t */
    ngx_array_t                       totals;    /* get():
                                                    ..._store_total_t */
    ngx_uint_t                        total;     /* logs(), with "count" */
    ngx_uint_t                        damaged;   /* logs(): bytes that could
                                                    not be read */

    /* the back end's own */
    ngx_queue_t                       queue;
    ngx_event_t                       event;
    void                             *job;
    ngx_uint_t                        state;
    unsigned                          pending:1;
    unsigned                          canceled:1;
    unsigned                          local:1;   /* logs(): what other gateways
                                                    have is not in it */
};


/*
 * A batch of the ledger for a back end's totals: spend, lost, adjust, gone, in
 * their order.
 * "last" is the sequence number of the last one; the batch before ended at
 * "first" - 1.  The back end adds it all or nothing, once, however often it is
 * given (it keeps the highest "last" of each node with the sums), and calls
 * handler(data, rc) with NGX_OK, NGX_ERROR (asked again later), or
 * NGX_DECLINED where it had the batch already: then "last" is what it has.
 *
 * NGX_DECLINED with "last" below "first" - 1: the back end has lost what stood
 * before the batch (it was emptied, or a replica took over without the last
 * second), and "last" is what it has.  The ledger goes on from there.  Where
 * it does not reach back so far it gives its sums instead, "first" being 1, as
 * LLMGW_RECORD_TOTAL items whose seq is that of the last record in them: in
 * several batches with "last" 0, and that seq in the last of them.  A back end
 * adds such a sum to entities for which it has nothing of this node.
 *
 * Marks are kept by the name of the node, so a ledger that begins anew must
 * have a name that none had before: llmgw_node and a random part of its own.
 *
 * The zone: behind handler(data, NGX_OK), which calls
 * ngx_http_llmgw_zone_applied() without totals for what this zone has settled,
 * the back end gives its totals to ngx_http_llmgw_zone_totals().
 */

typedef struct {
    unsigned                          type;      /* LLMGW_RECORD_* */
    uint64_t                          seq;
    llmgw_str_t                       payload;
} ngx_http_llmgw_spend_item_t;

typedef struct {
    ngx_str_t                         node;
    uint64_t                          first;
    uint64_t                          last;
    ngx_http_llmgw_spend_item_t      *items;
    ngx_uint_t                        nitems;
    void                            (*handler)(void *data, ngx_int_t rc);
    void                             *data;
    ngx_log_t                        *log;
} ngx_http_llmgw_spend_batch_t;


/*
 * A back end.  Members that it does not need are NULL: then the file store's
 * do the work (logs, audit), or there is none to be done (spend).
 *
 *     conf          once, when the directive is read
 *     start         in the master, before it forks, on a fresh zone: fills it
 *                   if that is the back end's way
 *     init, exit    in each worker
 *     applied       calls handler(data, rc, last) with the sequence number of
 *                   the last record of this node that it has; NGX_DECLINED:
 *                   it has none
 */

struct ngx_http_llmgw_store_ops_s {
    ngx_str_t    name;
    ngx_uint_t   complete;       /* what the zone does not have, does not
                                    exist */

    char      *(*conf)(ngx_conf_t *cf, ngx_http_llmgw_store_t *st,
                    ngx_str_t *url);
    ngx_int_t  (*start)(ngx_http_llmgw_store_t *st, ngx_log_t *log);
    ngx_int_t  (*init)(ngx_http_llmgw_store_t *st, ngx_cycle_t *cycle);
    void       (*exit)(ngx_http_llmgw_store_t *st, ngx_cycle_t *cycle);

    void       (*get)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);
    void       (*put)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);
    void       (*del)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);
    void       (*list)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);
    void       (*logs)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);
    void       (*audit_append)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);
    void       (*audit_list)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);
    void       (*cancel)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_store_call_t *call);

    void       (*spend)(ngx_http_llmgw_store_t *st,
                    ngx_http_llmgw_spend_batch_t *batch);
    void       (*applied)(ngx_http_llmgw_store_t *st, ngx_str_t *node,
                    void (*handler)(void *data, ngx_int_t rc, uint64_t last),
                    void *data);

    /* when all of the configuration is read: a resolver is known by now */
    char      *(*init_conf)(ngx_conf_t *cf, ngx_http_llmgw_store_t *st);
};


/* In llmgw_main_conf: lmcf->store, NULL without a store. */

struct ngx_http_llmgw_store_s {
    const ngx_http_llmgw_store_ops_t  *ops;
    ngx_http_llmgw_main_conf_t        *lmcf;
    ngx_str_t                          url;      /* without its secrets */
    ngx_str_t                          node;     /* llmgw_node */
    void                              *data;     /* the back end's own */
};

extern const ngx_http_llmgw_store_ops_t  ngx_http_llmgw_store_file;
extern const ngx_http_llmgw_store_ops_t  ngx_http_llmgw_store_redis;


/*
 * Asking.  With no store all of them end with NGX_ERROR, get() with
 * NGX_DECLINED.  A change is in force in this gateway's zone when the handler
 * of put() or del() runs with NGX_OK.
 *
 * list() gives the entities of a kind in an order that does not change while
 * others come and go; logs() gives a page of requests, or a report.
 * audit_append() of a JSON object adds "id" and "updated_at" where they are
 * missing; audit_list() filters by time only.
 */

void ngx_http_llmgw_store_get(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_store_put(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_store_del(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_store_list(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_store_logs(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_store_audit_append(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_store_audit_list(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);

/* The handler will not run; idempotent, also after the handler ran. */

void ngx_http_llmgw_store_cancel(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call);

/* For back ends: ends a call. */

void ngx_http_llmgw_store_done(ngx_http_llmgw_store_call_t *call,
    ngx_int_t rc);


/*
 * A sum is changed by hand: the spend of a period is reset.  spend and total
 * are what is added to the sum (negative ones take away); the zone has done so
 * already.  What is remembered here is added again at each restart, and given
 * to the back end in its order with the requests.
 * NGX_ERROR: the journal is full.
 */

ngx_int_t ngx_http_llmgw_store_adjust(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_charge_t *charge, int64_t spend, int64_t total,
    ngx_log_t *log);


/* All sums of an entity are no more: it was deleted. */

ngx_int_t ngx_http_llmgw_store_gone(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, ngx_log_t *log);


/*
 * The zone's side, in addition to ngx_http_llmgw_zone.h.  A request, or a
 * change of a sum, that this zone did not settle itself but that counts: it
 * came from another gateway process that shares the directory (during a binary
 * upgrade), or from the tool that corrects prices.
 */

void ngx_http_llmgw_zone_charge(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_charge_t *charge, int64_t spend, int64_t total);


/* Directives. */

char *ngx_http_llmgw_store_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_journal_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_retention_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
extern ngx_conf_enum_t  ngx_http_llmgw_fsync_modes[];
extern ngx_conf_enum_t  ngx_http_llmgw_full_modes[];

/* The module's life, in its order. */

ngx_int_t ngx_http_llmgw_store_init_conf(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);
ngx_int_t ngx_http_llmgw_store_init_zone(ngx_shm_zone_t *shm_zone,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_sh_t *sh);
ngx_int_t ngx_http_llmgw_store_init_process(ngx_cycle_t *cycle);
void ngx_http_llmgw_store_exit_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_LLMGW_STORE_H_INCLUDED_ */
