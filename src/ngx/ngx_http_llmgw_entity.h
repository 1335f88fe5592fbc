
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * How entities and leases lie in the zone.  Only the zone and the admission
 * know this; all others go by ngx_http_llmgw_zone.h.
 *
 * Functions with "_locked" are called with the zone's lock held.
 */


#ifndef _NGX_HTTP_LLMGW_ENTITY_H_INCLUDED_
#define _NGX_HTTP_LLMGW_ENTITY_H_INCLUDED_


#include "ngx_http_llmgw_store.h"


typedef struct ngx_http_llmgw_entity_s  ngx_http_llmgw_entity_t;
typedef struct ngx_http_llmgw_meter_s   ngx_http_llmgw_meter_t;
typedef struct ngx_http_llmgw_lease_s   ngx_http_llmgw_lease_t;
typedef struct ngx_http_llmgw_line_s    ngx_http_llmgw_line_t;
typedef struct ngx_http_llmgw_failures_sh_s  ngx_http_llmgw_failures_sh_t;


/* levels that one request can have: the kinds but for budget, and its tags */
#define NGX_HTTP_LLMGW_LEVELS   (LLMGW_KINDS - 2 + NGX_HTTP_LLMGW_TAGS)

/* "m:" and the name of a model, "d:" and a number */
#define NGX_HTTP_LLMGW_METER    (LLMGW_ID_MAX + 2)

/* remembered places of what was changed, against answers that are older */
#define NGX_HTTP_LLMGW_RECENT   1024

#define NGX_HTTP_LLMGW_JOBS     32

/* buckets of the lines in which requests wait */
#define NGX_HTTP_LLMGW_LINES    64


/* Requests and tokens of a minute; there where something limits them. */

typedef struct {
    llmgw_window_t             requests;
    llmgw_window_t             tokens;
    uint32_t                   new_requests;  /* others do not know them yet */
    uint32_t                   new_tokens;
} ngx_http_llmgw_rates_t;


/*
 * spend and total are what the store has, pending is what was settled here and
 * has not reached it: what is spent is the sum of both.
 */

typedef struct {
    int64_t                    spend;
    int64_t                    pending;
    int64_t                    total;
    int64_t                    total_pending;
    int64_t                    reset_at;
    int64_t                    duration;    /* of the period */
    int64_t                    limit;       /* in force; -1: none */
    int64_t                    reserved;
} ngx_http_llmgw_money_t;


/* A budget beside the entity's own, or what one model may use. */

struct ngx_http_llmgw_meter_s {
    ngx_http_llmgw_meter_t    *next;
    ngx_http_llmgw_money_t     money;
    ngx_http_llmgw_rates_t     rates;
    uint16_t                   len;
    uint8_t                    budget;      /* it counts money */
    u_char                     name[1];
};


/*
 * The id stands behind the structure, in the same block: with a key's 64
 * digits that is just less than 256 bytes.
 */

struct ngx_http_llmgw_entity_s {
    ngx_http_llmgw_entity_t   *next;        /* in its bucket */
    ngx_queue_t                lru;
    ngx_queue_t                fresh;       /* with rates to be delivered */
    llmgw_policy_t            *policy;
    ngx_http_llmgw_rates_t    *rates;
    ngx_http_llmgw_meter_t    *meters;
    ngx_http_llmgw_money_t     money;
    int64_t                    version;
    ngx_http_llmgw_place_t     place;
    ngx_msec_t                 confirmed;   /* by the store */
    uint32_t                   hash;
    uint32_t                   used;        /* seconds of ngx_current_msec */
    uint32_t                   leases;      /* that point here */
    uint32_t                   in_flight;
    uint32_t                   remote;      /* in flight at other gateways */
    int32_t                    unsynced;    /* requests the store lacks */
    uint16_t                   len;         /* of the id */
    uint8_t                    kind;
    unsigned                   missing:1;
    unsigned                   stale:1;
    unsigned                   stored:1;    /* policy: the store's record */
    unsigned                   configured:1; /* it is counted all the time */
    unsigned                   is_fresh:1;  /* in the queue of such */
    unsigned                   warned:1;    /* of its soft budget */
    unsigned                   lined:1;     /* requests wait for it */
};

#define ngx_http_llmgw_entity_id(e)                                          \
    ((u_char *) (e) + sizeof(ngx_http_llmgw_entity_t))


/*
 * A request under way.  What it has reserved is the same at each level, which
 * are all found again by what stands here.
 */

struct ngx_http_llmgw_lease_s {
    ngx_queue_t                queue;       /* of the worker's */
    ngx_http_llmgw_entity_t   *level[NGX_HTTP_LLMGW_LEVELS];
    int64_t                    cost;        /* reserved */
    uint64_t                   tokens;      /* … in this part of the windows */
    uint64_t                  *in_flight;   /* of a deployment, or NULL */
    uint32_t                  *running;     /* … of its model's key, or NULL */
    uint32_t                   part;
    uint32_t                   nlevels;
    uint32_t                   counted;     /* bits: levels with rates, */
    uint32_t                   counted_model;    /* … with the model's */
    ngx_http_llmgw_mark_t      mark;
    ngx_msec_t                 start;
    u_char                     request[16]; /* call.random */
    uint16_t                   len;
    u_char                     model[1];    /* its public name */
};


typedef struct {
    ngx_pid_t                  pid;
    ngx_queue_t                leases;
    ngx_queue_t                waiters;
} ngx_http_llmgw_slot_t;


/* How a model's answers come out, against what is guessed before. */

struct ngx_http_llmgw_mean_s {
    ngx_queue_t                queue;
    uint64_t                   n;           /* answers so far */
    uint64_t                   completion;  /* mean of tokens, * 256 */
    uint64_t                   prompt;      /* real to estimated, * 256 */
    uint16_t                   len;
    u_char                     name[1];
};


typedef struct {
    ngx_pid_t                  pid;
    ngx_msec_t                 until;
    u_char                     name[16];
} ngx_http_llmgw_job_t;


/* In the zone, once: sh->state */

struct ngx_http_llmgw_state_s {
    ngx_http_llmgw_entity_t  **buckets;
    ngx_uint_t                 mask;
    uint64_t                   seed[2];

    ngx_queue_t                lru[LLMGW_KINDS];
    ngx_queue_t                missing[2];  /* keys; all others */
    ngx_uint_t                 nmissing[2];
    ngx_uint_t                 max_missing;
    ngx_queue_t                fresh;
    ngx_queue_t                means;
    ngx_queue_t                lines[NGX_HTTP_LLMGW_LINES];
    ngx_http_llmgw_failures_sh_t  *failures; /* NULL: never counted */
    ngx_queue_t                jwks;        /* of ngx_http_llmgw_jwks_sh_t */
    ngx_atomic_t               jwks_version; /* any of them changed */

    /* by ngx_process_slot */
    ngx_http_llmgw_slot_t     *slots[NGX_MAX_PROCESSES];

    ngx_uint_t                 serial;
    ngx_uint_t                 recent[NGX_HTTP_LLMGW_RECENT];

    ngx_msec_t                 epoch;       /* older is to be confirmed, */
    ngx_uint_t                 fed;         /* … and was asked for before */
    ngx_msec_t                 alive;       /* the feed was */
    unsigned                   complete:1;
    unsigned                   feed:1;

    ngx_http_llmgw_job_t       jobs[NGX_HTTP_LLMGW_JOBS];
    ngx_http_llmgw_counts_t    counts;
    time_t                     complained;  /* of being full, last */
    ngx_uint_t                 complaints;
};


#define ngx_http_llmgw_shpool(lmcf)                                          \
    ((ngx_slab_pool_t *) (lmcf)->zone->shm.addr)

#define ngx_http_llmgw_lock(lmcf)                                            \
    ngx_shmtx_lock(&ngx_http_llmgw_shpool(lmcf)->mutex)

#define ngx_http_llmgw_unlock(lmcf)                                          \
    ngx_shmtx_unlock(&ngx_http_llmgw_shpool(lmcf)->mutex)


/* the part of sh that is this module's, or NULL without a zone */

ngx_http_llmgw_state_t *ngx_http_llmgw_state(
    ngx_http_llmgw_main_conf_t *lmcf);

ngx_int_t ngx_http_llmgw_state_init(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_sh_t *sh, size_t size);


uint32_t ngx_http_llmgw_entity_hash(ngx_http_llmgw_state_t *st,
    llmgw_kind_e kind, llmgw_str_t id);

ngx_http_llmgw_entity_t *ngx_http_llmgw_entity_find_locked(
    ngx_http_llmgw_state_t *st, llmgw_kind_e kind, llmgw_str_t id,
    uint32_t hash);

/* A new one, which must not be there yet; NULL: no room. */

ngx_http_llmgw_entity_t *ngx_http_llmgw_entity_add_locked(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st, llmgw_kind_e kind,
    llmgw_str_t id, uint32_t hash);

/* Nothing points to it, and nothing in it would be lost. */

ngx_uint_t ngx_http_llmgw_evictable_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e);

void ngx_http_llmgw_entity_free_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e);

/* Another id of the same length. */

void ngx_http_llmgw_entity_rehash_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, llmgw_str_t id, uint32_t hash);

void ngx_http_llmgw_entity_touch_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_msec_t now);

/* What is counted though no store may have a record of it; NULL: no room. */

ngx_http_llmgw_entity_t *ngx_http_llmgw_configured_locked(
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind, llmgw_str_t id);

/* The same, from outside of the lock; NGX_ERROR: no room. */

ngx_int_t ngx_http_llmgw_zone_configure(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id);

/* A lease or a record less points to it: gone if nothing keeps it. */

void ngx_http_llmgw_entity_release_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e);

/* Memory of the zone, for which others may have to go. */

void *ngx_http_llmgw_alloc_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, size_t size);

ngx_http_llmgw_rates_t *ngx_http_llmgw_rates_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e);

/* create: NULL without room; else NULL where there is none */

ngx_http_llmgw_meter_t *ngx_http_llmgw_meter_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_entity_t *e, llmgw_str_t name,
    ngx_uint_t create);

void ngx_http_llmgw_fresh_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e);

/* Whether the store tells about changes at this time. */

ngx_uint_t ngx_http_llmgw_fed_locked(ngx_http_llmgw_state_t *st,
    ngx_msec_t now);

/* Whether it has to be asked for again before it is used. */

ngx_uint_t ngx_http_llmgw_stale_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_msec_t now);

/* Until when a store that cannot be asked does not matter. */

ngx_msec_t ngx_http_llmgw_confirmed_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e);

/* Says that the zone is full, not more often than once a second. */

void ngx_http_llmgw_zone_full(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_log_t *log);


/* ngx_http_llmgw_lease.c */

/* Whether a meter counts what this model costs. */

ngx_uint_t ngx_http_llmgw_meter_counts(ngx_http_llmgw_meter_t *m,
    llmgw_str_t model);

/* What a request charges, and where that is counted. */

typedef struct {
    ngx_http_llmgw_money_t    *money[LLMGW_CHARGES_MAX];
    ngx_http_llmgw_charge_t    charge[LLMGW_CHARGES_MAX];
    ngx_uint_t                 n;
} ngx_http_llmgw_charges_t;

/* NULL: no room, or this process has no place of its own */

ngx_http_llmgw_lease_t *ngx_http_llmgw_lease_add_locked(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st, llmgw_str_t model);

/* Periods turn with the time; ids and names point into the zone. */

void ngx_http_llmgw_lease_charges_locked(ngx_http_llmgw_lease_t *lease,
    time_t now, ngx_http_llmgw_charges_t *charges);

/* Ends it: what was reserved is exchanged for what was used. */

void ngx_http_llmgw_lease_end_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_lease_t *lease,
    const ngx_http_llmgw_charges_t *charges,
    const ngx_http_llmgw_outcome_t *outcome, ngx_msec_t now);

/* As if it had never been; what it counted is another one's. */

void ngx_http_llmgw_lease_drop_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_lease_t *lease);

/* So many more requests that the store does not know, or fewer. */

void ngx_http_llmgw_unsynced_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_int_t n);

void ngx_http_llmgw_mean_add(ngx_http_llmgw_mean_t *mean, uint64_t completion,
    uint64_t prompt, uint64_t estimated);

/* Ends its period if that is over. */

void ngx_http_llmgw_money_turn(ngx_http_llmgw_money_t *m, time_t now,
    int64_t duration);


/* ngx_http_llmgw_queue.c */

/* The places of a worker that is gone. */

void ngx_http_llmgw_lines_reap_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_slot_t *slot);

/* A slot may be free: those that wait in this worker are looked at soon. */

void ngx_http_llmgw_queue_freed(void);


/* ngx_http_llmgw_lookup.c */

/*
 * Asks the store.  NGX_OK: the zone has the answer, also that there is none;
 * NGX_AGAIN: resume is called; NGX_ERROR: it cannot be asked; NGX_BUSY: there
 * are too many questions under way, or the zone has no room for the answer.
 */

ngx_int_t ngx_http_llmgw_lookup(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, llmgw_kind_e kind, llmgw_str_t id,
    ngx_http_llmgw_resume_pt resume);


#endif /* _NGX_HTTP_LLMGW_ENTITY_H_INCLUDED_ */
