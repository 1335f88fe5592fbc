
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the workers know together: keys, users, teams … with what they may and
 * what they have used, the requests that are under way, how deployments do.
 *
 * Functions here lock by themselves, do not block otherwise, and may be called
 * in the master before it forks.  A kind and an id name an entity; the id of a
 * key is the 64 hex digits of its SHA-256.  Texts that are given are copied.
 */


#ifndef _NGX_HTTP_LLMGW_ZONE_H_INCLUDED_
#define _NGX_HTTP_LLMGW_ZONE_H_INCLUDED_


#include "ngx_http_llmgw_module.h"
#include "llmgw_policy.h"


/* Where a store keeps a record; the zone only remembers it. */

typedef struct {
    uint64_t           offset;
    uint32_t           segment;
    uint32_t           length;
} ngx_http_llmgw_place_t;


/*
 * Money as a store has it.  The meter is empty for all that an entity spends;
 * a budget among several, or one of a model, has a meter of its own, whose
 * name is made by the zone and means nothing to a store.
 */

typedef struct {
    int64_t            spend;        /* nano-dollars, of the period */
    int64_t            total;        /* ever */
    int64_t            reset_at;     /* end of the period; 0: it has none */
} ngx_http_llmgw_totals_t;


/*
 * One total that a request adds its cost to.  A store has a total for each
 * kind, id and meter: where its reset_at is another one than this, spend
 * begins again at 0 (never back to an earlier period).
 */

typedef struct {
    llmgw_kind_e       kind;
    llmgw_str_t        id;
    llmgw_str_t        meter;
    int64_t            reset_at;
} ngx_http_llmgw_charge_t;


/* What there is to know about an entity; nothing in it points into the zone. */

typedef struct {
    int64_t            version;
    int64_t            spend;        /* of the period, settled */
    int64_t            total;
    int64_t            reset_at;
    int64_t            reserved;     /* expected of requests under way */
    uint64_t           requests;     /* of the last minute */
    uint64_t           tokens;
    ngx_uint_t         in_flight;    /* on this gateway */
    ngx_http_llmgw_place_t  place;
    unsigned           missing:1;    /* known not to exist */
    unsigned           stale:1;      /* to be asked for again before use */
    unsigned           configured:1; /* stands in nginx.conf */
} ngx_http_llmgw_info_t;


/*
 * Records.  A lower version than the one that is there is passed over and
 * answered with NGX_OK; version 0 always goes in.  totals is NULL where
 * the record itself says what was spent; of an entity that is there already
 * neither is looked at.  place is NULL where the store does not need it.
 *
 * serial is ngx_http_llmgw_zone_serial() from before the store was asked: what
 * was invalidated since is not taken for current.  NGX_ERROR: no room.
 */

ngx_uint_t ngx_http_llmgw_zone_serial(ngx_http_llmgw_main_conf_t *lmcf);

ngx_int_t ngx_http_llmgw_zone_put(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, const llmgw_policy_t *policy,
    int64_t version, const ngx_http_llmgw_totals_t *totals,
    const ngx_http_llmgw_place_t *place, ngx_uint_t serial);

/* The store does not have it.  Remembered for a while, among few others. */

ngx_int_t ngx_http_llmgw_zone_missing(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, ngx_uint_t serial);

/* Deleted: refused from now on, whoever asks. */

void ngx_http_llmgw_zone_del(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id);

/*
 * Another gateway changed it: the store is asked before it is used again.  An
 * id of length 0 stands for all of the kind.
 */

void ngx_http_llmgw_zone_invalidate(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id);

/*
 * A key gets another id and keeps what was counted.  NGX_DECLINED: there is no
 * such key, or the new id is in use.
 */

ngx_int_t ngx_http_llmgw_zone_rename(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, llmgw_str_t new_id);

/* NGX_DECLINED: not in the zone */

ngx_int_t ngx_http_llmgw_zone_info(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, ngx_http_llmgw_info_t *info);

/*
 * A copy of a policy in the pool; *policy is NULL for a record without any
 * field.  NGX_DECLINED: not in the zone, or known to be missing; NGX_ERROR: no
 * memory.
 */

ngx_int_t ngx_http_llmgw_zone_policy(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, ngx_pool_t *pool,
    llmgw_policy_t **policy);

/*
 * Walks over all entities of a kind, in no order that means anything, in
 * turns: cursor is 0 at first, and 0 again when all were seen.  One that is
 * there all the time is seen once.  Returns how many were written to names,
 * which is at most n; texts are in buf, which has room for n * LLMGW_ID_MAX.
 */

typedef struct {
    llmgw_str_t             id;
    int64_t                 version;
    ngx_http_llmgw_place_t  place;
} ngx_http_llmgw_name_t;

ngx_uint_t ngx_http_llmgw_zone_walk(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, ngx_uint_t *cursor, ngx_http_llmgw_name_t *names,
    ngx_uint_t n, u_char *buf);

/* A store moved the record, without a change of what is in it. */

void ngx_http_llmgw_zone_move(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, const ngx_http_llmgw_place_t *from,
    const ngx_http_llmgw_place_t *to);


/*
 * Money.  What a request costs is in the zone from its end on, and counts as
 * not yet known to the store until the shipper says that it is.  totals are
 * those that the store has now, with other gateways' requests in them; NULL
 * where the zone is to add the cost up itself.
 */

void ngx_http_llmgw_zone_applied(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_charge_t *charge, int64_t cost,
    const ngx_http_llmgw_totals_t *totals);

/* The store's totals, at a start or by news from another gateway. */

void ngx_http_llmgw_zone_totals(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, llmgw_str_t meter,
    const ngx_http_llmgw_totals_t *totals);

/* Sets what was spent in the period: /key/{key}/reset_spend */

void ngx_http_llmgw_zone_reset_spend(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, int64_t spend);


/*
 * Rates, for gateways that share a store.  _deltas() takes what was counted
 * since it was last called, of at most n entities; what could not be delivered
 * is given back.  _remote() adds what others have counted meanwhile, and says
 * how many requests they have under way.
 */

typedef struct {
    llmgw_kind_e       kind;
    llmgw_str_t        id;
    uint64_t           requests;
    uint64_t           tokens;
    ngx_uint_t         in_flight;
    u_char             name[LLMGW_ID_MAX];   /* of the id */
} ngx_http_llmgw_delta_t;

ngx_uint_t ngx_http_llmgw_zone_deltas(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_delta_t *deltas, ngx_uint_t n);
void ngx_http_llmgw_zone_undelivered(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_delta_t *deltas, ngx_uint_t n);
void ngx_http_llmgw_zone_remote(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, uint64_t requests, uint64_t tokens,
    ngx_uint_t in_flight);


/*
 * How the store does.
 *
 * _complete(): all its records are in the zone, and stay there: what is not in
 * the zone does not exist, and nothing may be evicted.
 *
 * _feed(): the store tells about changes from now on.  What was confirmed
 * before is asked for once more before it is used.  _alive() says that it
 * still does, and has to be called every few seconds; after
 * NGX_HTTP_LLMGW_FEED without it the store counts as gone, and what is known
 * is used for llmgw_store_grace.  _down() says so at once.
 */

#define NGX_HTTP_LLMGW_FEED  5000    /* ms */

void ngx_http_llmgw_zone_complete(ngx_http_llmgw_main_conf_t *lmcf);
void ngx_http_llmgw_zone_feed(ngx_http_llmgw_main_conf_t *lmcf);
void ngx_http_llmgw_zone_alive(ngx_http_llmgw_main_conf_t *lmcf);
void ngx_http_llmgw_zone_down(ngx_http_llmgw_main_conf_t *lmcf);


/*
 * Jobs that one worker does for all: NGX_OK when this process has the job from
 * now on for "hold" ms, NGX_BUSY when another one has it.  A job whose holder
 * died is free at once.  Names are constants of at most 15 bytes.
 */

ngx_int_t ngx_http_llmgw_zone_job(ngx_http_llmgw_main_conf_t *lmcf,
    const char *name, ngx_msec_t hold);
void ngx_http_llmgw_zone_job_done(ngx_http_llmgw_main_conf_t *lmcf,
    const char *name);


/* Counts of the whole zone, for health and metrics. */

typedef struct {
    ngx_uint_t         entities[LLMGW_KINDS];
    ngx_uint_t         missing;
    ngx_uint_t         leases;       /* requests under way */
    ngx_uint_t         refused;      /* for want of room */
    ngx_uint_t         evicted;
    ngx_uint_t         reaped;       /* leases of dead workers */
    ngx_uint_t         unsynced;     /* requests that the store lacks */
    ngx_uint_t         free_pages;
    ngx_uint_t         pages;
} ngx_http_llmgw_counts_t;

void ngx_http_llmgw_zone_counts(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_counts_t *counts);


#endif /* _NGX_HTTP_LLMGW_ZONE_H_INCLUDED_ */
