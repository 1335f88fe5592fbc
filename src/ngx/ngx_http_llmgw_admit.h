
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Who a request is from, whether it may go on, and what it has cost:
 *
 *     ngx_http_llmgw_identify()   access phase, before the body is read
 *     ngx_http_llmgw_admit()      behind the body: limits and budgets
 *     ngx_http_llmgw_settle()     with the last bytes of the answer
 *
 * A request that was admitted has a lease in the zone until it is settled.  A
 * worker that dies leaves its leases to the others.
 */


#ifndef _NGX_HTTP_LLMGW_ADMIT_H_INCLUDED_
#define _NGX_HTTP_LLMGW_ADMIT_H_INCLUDED_


#include "ngx_http_llmgw_zone.h"
#include "llmgw_usage.h"


/* tags of a request that are looked up; further ones are only recorded */
#define NGX_HTTP_LLMGW_TAGS  8

/* when to try again where a slot may be free at any time, ms */
#define NGX_HTTP_LLMGW_SLOT_WAIT  1000


/*
 * Whom a request is from.  Ids are empty where there is nobody; policies are
 * copies, NULL where there is none.  All of it lives as long as the request.
 */

struct ngx_http_llmgw_identity_s {
    u_char                  digest[NGX_HTTP_LLMGW_DIGEST];
    u_char                  hex[2 * NGX_HTTP_LLMGW_DIGEST];
    llmgw_str_t             id[LLMGW_KINDS];       /* by llmgw_kind_e */
    const llmgw_policy_t   *policy[LLMGW_KINDS];
    llmgw_str_t             alias;                 /* of the key, for logs */
    llmgw_str_t             tags[NGX_HTTP_LLMGW_TAGS];
    ngx_uint_t              ntags;

    unsigned                master:1;   /* no limit holds for it */
    unsigned                admin:1;    /* the user's role is proxy_admin */
};


/* A place in the journal; ring 0 is none. */

typedef struct {
    uint64_t                sequence;
    uint32_t                ring;
} ngx_http_llmgw_mark_t;


/* What a request came to.  Costs are nano-dollars. */

typedef struct {
    llmgw_usage_t           usage;
    int64_t                 cost;
    ngx_uint_t              status;     /* to the client */
    unsigned                estimated:1; /* tokens that nobody reported */
    unsigned                unpriced:1; /* no price: cost is 0 */
    unsigned                aborted:1;  /* the client left */
    unsigned                stopped:1;  /* … or its money ended */
} ngx_http_llmgw_outcome_t;


/*
 * The journal, where there is one (lmcf->journal).
 *
 * begin() when a request was admitted: writes its mark.  NGX_BUSY: there is no
 * room, and such requests are to be refused.
 *
 * end() before the last bytes of the answer are handed on, or when it is clear
 * that there will be none; the charges say which totals the cost goes into.
 * Only behind it the zone is settled, so that a worker that dies in between
 * leaves a lease whose end is known.
 *
 * done() in the log phase, when nothing of the request will change any more.
 *
 * find() for a lease of a dead worker: NGX_OK with cost and usage.prompt,
 * usage.completion when the end has been written and the shipper has not had
 * it yet; NGX_DONE when it had (_zone_applied() was called or will be, without
 * the zone's having been settled); NGX_DECLINED when there is no end: the
 * request was under way, which the journal itself reports.
 */

struct ngx_http_llmgw_journal_s {
    ngx_int_t (*begin)(ngx_http_llmgw_ctx_t *ctx,
        ngx_http_llmgw_mark_t *mark);
    void (*end)(ngx_http_llmgw_ctx_t *ctx, const ngx_http_llmgw_mark_t *mark,
        const ngx_http_llmgw_outcome_t *outcome,
        const ngx_http_llmgw_charge_t *charges, ngx_uint_t ncharges);
    void (*done)(ngx_http_llmgw_ctx_t *ctx);
    ngx_int_t (*find)(ngx_http_llmgw_main_conf_t *lmcf,
        const ngx_http_llmgw_mark_t *mark, ngx_http_llmgw_outcome_t *outcome);
};


/*
 * Finds whose key this is (or, with key NULL, the ids that are in
 * ctx->identity already: a JWT's) and checks all that needs no look into the
 * body.
 *
 * NGX_OK: ctx->identity is complete.  NGX_AGAIN: the store is asked, resume(r)
 * is called later and has to call this function again; the request is held
 * meanwhile.  An HTTP status: ctx->error is the answer.
 */

typedef void (*ngx_http_llmgw_resume_pt)(ngx_http_request_t *r);

ngx_int_t ngx_http_llmgw_identify(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_str_t *key,
    ngx_http_llmgw_resume_pt resume);

/*
 * ngx_http_llmgw_jwt.c: the same for a token in place of a key, and whether a
 * key is one.
 */

ngx_int_t ngx_http_llmgw_jwt_identify(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_str_t *token,
    ngx_http_llmgw_resume_pt resume);
ngx_uint_t ngx_http_llmgw_jwt_like(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_str_t *key);
char *ngx_http_llmgw_jwt_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_jwt_init(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);
void ngx_http_llmgw_jwt_init_process(ngx_cycle_t *cycle,
    ngx_http_llmgw_main_conf_t *lmcf);
void ngx_http_llmgw_jwt_exit_process(ngx_http_llmgw_main_conf_t *lmcf);

/* There are no keys to hold a token against: 503. */

ngx_int_t ngx_http_llmgw_jwt_away(ngx_http_llmgw_ctx_t *ctx);

/*
 * ngx_http_llmgw_failures.c: a credential that nobody knows, counted for its
 * address, once for each request.  NGX_OK, or 429 with the error set.
 */

ngx_int_t ngx_http_llmgw_failures_take(ngx_http_llmgw_ctx_t *ctx);
char *ngx_http_llmgw_auth_failures(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Whether the key, its user, team and organization may use a model. */

ngx_uint_t ngx_http_llmgw_may_use(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_model_t *model);

/* The same; the error of the level that refuses is set: 403. */

ngx_int_t ngx_http_llmgw_check_model(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_model_t *model);

/* Whether it may use any model that there is or will be. */

ngx_uint_t ngx_http_llmgw_may_use_any(ngx_http_llmgw_ctx_t *ctx);

/* The model that the aliases of key and team make of a name. */

llmgw_str_t ngx_http_llmgw_alias(ngx_http_llmgw_ctx_t *ctx,
    llmgw_str_t model);


/*
 * Limits and budgets, when the model is known.  Returns as _identify() does;
 * behind NGX_OK the request has a lease, which ends with the request at the
 * latest.
 */

ngx_int_t ngx_http_llmgw_admit(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_resume_pt resume);

/*
 * ngx_http_llmgw_readmit.c: the request goes on at a deployment of another
 * model, by whose limits and price it is admitted.  NGX_DECLINED: there is no
 * room for it, and nothing has changed.
 */

ngx_int_t ngx_http_llmgw_readmit(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step);

/*
 * The answer has come so far: what was reserved follows what is used.
 * NGX_DECLINED: llmgw_stop_on_budget is on and the money has ended.
 */

ngx_int_t ngx_http_llmgw_progress(ngx_http_llmgw_ctx_t *ctx);

/* Ends the lease, once; writes the end into the journal. */

void ngx_http_llmgw_settle(ngx_http_llmgw_ctx_t *ctx);

/* x-ratelimit-* of the tightest level, as it was when it was admitted */

ngx_int_t ngx_http_llmgw_limit_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);


/* ngx_http_llmgw_queue.c: the request does not wait for a slot any more. */

void ngx_http_llmgw_queue_leave(ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_queue_init_process(ngx_cycle_t *cycle,
    ngx_http_llmgw_main_conf_t *lmcf);
char *ngx_http_llmgw_queue_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* Ends what a request waits for, when it is over before. */

void ngx_http_llmgw_lookup_cancel(ngx_http_llmgw_ctx_t *ctx);


/* Leases of workers that are gone; called in each worker as it starts. */

ngx_int_t ngx_http_llmgw_leases_init_process(ngx_cycle_t *cycle);


/* ngx_http_llmgw_limit.c: directives */

char *ngx_http_llmgw_policy_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_limit_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_budget_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_HTTP_LLMGW_ADMIT_H_INCLUDED_ */
