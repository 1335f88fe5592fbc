
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the files of admission share.
 */


#ifndef _NGX_HTTP_LLMGW_CHECK_H_INCLUDED_
#define _NGX_HTTP_LLMGW_CHECK_H_INCLUDED_


#include "ngx_http_llmgw_entity.h"


typedef enum {
    ngx_http_llmgw_is_requests = 0,  /* in a minute */
    ngx_http_llmgw_is_tokens,
    ngx_http_llmgw_is_parallel,
    ngx_http_llmgw_is_budget,
    ngx_http_llmgw_is_unpriced,
    ngx_http_llmgw_is_blocked,
    ngx_http_llmgw_is_gone
} ngx_http_llmgw_what_e;


typedef struct {
    llmgw_str_t                id;
    llmgw_kind_e               kind;
    unsigned                   configured:1;
    const llmgw_policy_t      *policy;
    const llmgw_policy_t      *budget;      /* fills what the policy lacks */
    ngx_http_llmgw_entity_t   *e;
    ngx_http_llmgw_entity_t   *budget_entity;
} ngx_http_llmgw_level_t;


/* Why not; limit and used are requests, tokens or nano-dollars. */

typedef struct {
    ngx_http_llmgw_what_e      what;
    ngx_http_llmgw_level_t    *level;
    unsigned                   model:1;     /* only this model is limited */
    int64_t                    limit;
    int64_t                    used;
    int64_t                    wait;        /* ms; -1: for ever */
    int64_t                    reset_at;    /* of a budget; 0: never */
} ngx_http_llmgw_refusal_t;


typedef struct {
    ngx_http_llmgw_level_t     level[NGX_HTTP_LLMGW_LEVELS];
    ngx_uint_t                 n;
    ngx_msec_t                 now;
    time_t                     time;
    llmgw_str_t                model;
    uint64_t                   tokens;      /* to be reserved */
    ngx_uint_t                 allow_unpriced;

    /* whom to ask the store for */
    llmgw_kind_e               kind;
    llmgw_str_t                id;
    u_char                     text[LLMGW_ID_MAX];

    llmgw_str_t                before;      /* the model that the request
                                               counts for already */

    ngx_http_llmgw_state_t    *state;
    ngx_int_t                  waits;       /* NGX_AGAIN: it has a place */
    ngx_uint_t                 refused;
    ngx_http_llmgw_refusal_t   refusal;
    ngx_http_llmgw_refusal_t   warning;     /* of a soft budget; level NULL:
                                               none */
} ngx_http_llmgw_admission_t;


/* ngx_http_llmgw_identify.c */

ngx_int_t ngx_http_llmgw_store_away(ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_ask(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_kind_e kind, llmgw_str_t id, ngx_uint_t must,
    ngx_http_llmgw_resume_pt resume);
ngx_int_t ngx_http_llmgw_usable_locked(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_ctx_t *ctx, llmgw_kind_e kind,
    llmgw_str_t id, ngx_http_llmgw_entity_t **ep);

/* ngx_http_llmgw_allow.c */

/* from where, with what and for what the key may be used */

ngx_int_t ngx_http_llmgw_check_caller(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_admit.c */

void ngx_http_llmgw_estimate(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step);

/* Whom the request belongs to, and what it is to be admitted for. */

void ngx_http_llmgw_levels(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    ngx_http_llmgw_admission_t *a);

/* The budget that a level's record refers to; held until it is let go. */

ngx_int_t ngx_http_llmgw_find_budget_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_level_t *level);

/* ngx_http_llmgw_check.c */

/* Whether the team limits each of its members. */

ngx_uint_t ngx_http_llmgw_member_limits(ngx_http_llmgw_ctx_t *ctx);

/* NGX_DECLINED: a->refusal; NGX_ERROR: no room in the zone */

ngx_int_t ngx_http_llmgw_check_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a);

/* Counts and reserves at all levels. */

void ngx_http_llmgw_take_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_lease_t *lease);

/* ngx_http_llmgw_queue.c */

/*
 * Whether others wait for a slot of the entity and are to be served before
 * this request.
 */

ngx_uint_t ngx_http_llmgw_line_blocks_locked(ngx_http_llmgw_state_t *st,
    ngx_http_llmgw_entity_t *e, ngx_http_llmgw_ctx_t *ctx);

/*
 * Gives a request that was refused a place in the line of the entity that did
 * so, or leaves it the one that it has: NGX_AGAIN.  NGX_DECLINED: it is not
 * one to wait.  NGX_BUSY: the line is full.
 */

ngx_int_t ngx_http_llmgw_line_join_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a);

/* The request has been admitted: it gives its place up. */

void ngx_http_llmgw_line_served_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf);

/* Behind _line_join_locked(), without the lock: resume is called later. */

void ngx_http_llmgw_queue_wait(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_resume_pt resume);

/* ngx_http_llmgw_refuse.c */

ngx_int_t ngx_http_llmgw_refuse(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a);

/* Logs that a soft budget is spent, if it is. */

void ngx_http_llmgw_warn(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a);

/* ngx_http_llmgw_settle.c */

/* As if the request had not been admitted. */

void ngx_http_llmgw_undo(ngx_http_llmgw_ctx_t *ctx);

/* What its tokens cost; sets cost, priced and free. */

void ngx_http_llmgw_expect_cost(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step, ngx_http_llmgw_expect_t *x);

/* ngx_http_llmgw_failures.c */

ngx_int_t ngx_http_llmgw_failures_init_zone(ngx_http_llmgw_main_conf_t *lmcf);

/* The key was good after all, or nobody could say. */

void ngx_http_llmgw_failures_back(ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_limit.c */

/* An entity of the configuration, or NULL. */

const ngx_http_llmgw_policy_t *ngx_http_llmgw_configured(
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind, llmgw_str_t id);

/* The same, for a static key as well; the policy may be NULL. */

ngx_uint_t ngx_http_llmgw_configured_policy(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind, llmgw_str_t id,
    const llmgw_policy_t **policy);


#endif /* _NGX_HTTP_LLMGW_CHECK_H_INCLUDED_ */
