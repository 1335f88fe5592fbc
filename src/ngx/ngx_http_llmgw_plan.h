
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Which deployments a request is sent to, one after the other: the
 * configuration of a model, what the workers know of its deployments, and how
 * far a request has come.
 */


#ifndef _NGX_HTTP_LLMGW_PLAN_H_INCLUDED_
#define _NGX_HTTP_LLMGW_PLAN_H_INCLUDED_


#include "ngx_http_llmgw_module.h"
#include "llmgw_route.h"


/* attempts of a request, whatever is configured */
#define NGX_HTTP_LLMGW_ATTEMPTS  30

/* models that a request can come to */
#define NGX_HTTP_LLMGW_MODELS    16


/* requests under way of a model, by a byte of their keys */
#define NGX_HTTP_LLMGW_RUNNING   32

/* why a deployment is no choice: flags of plan->skip */
#define NGX_HTTP_LLMGW_TRIED     1
#define NGX_HTTP_LLMGW_BARRED    2   /* another time would be no better */
#define NGX_HTTP_LLMGW_ABSENT    4   /* not among those that may be tried */
#define NGX_HTTP_LLMGW_AWAITED   8   /* its next slot is that of others */


/*
 * In the zone, for a deployment of a model or for a model; without a zone each
 * worker has its own.  Entries are only added, and never move.
 */

typedef struct {
    ngx_queue_t        queue;
    llmgw_numbers_t   *numbers;      /* of a deployment; or of a model: */
    uint64_t           turn;
    llmgw_budget_t     budget;
    struct ngx_http_llmgw_line_s  *line; /* that waits for deployments */
    uint32_t           running[NGX_HTTP_LLMGW_RUNNING];
    size_t             len;
    u_char             name[1];
} ngx_http_llmgw_place_sh_t;


/* how an attempt failed that has no answer with a status: flags */

#define NGX_HTTP_LLMGW_NO_CONNECTION  1
#define NGX_HTTP_LLMGW_TIMED_OUT      2
#define NGX_HTTP_LLMGW_NO_ANSWER      4

typedef struct ngx_http_llmgw_retry_on_s  ngx_http_llmgw_retry_on_t;


struct ngx_http_llmgw_routing_s {
    llmgw_route_t      route;
    llmgw_budget_t    *budget;
    ngx_http_llmgw_place_sh_t  *place; /* NULL: nobody waits for slots */
    llmgw_breaker_conf_t  breaker;
    ngx_uint_t         retries;
    ngx_uint_t         retries_limit; /* of what clients ask for */
    ngx_http_llmgw_retry_on_t *retry_on; /* NULL: the default */
    ngx_msec_t         backoff;
    ngx_msec_t         backoff_max;
    ngx_http_complex_value_t  *affinity;  /* NULL: none */
    ngx_array_t        context;      /* names of models: too long a prompt */
    ngx_array_t        content;      /* … refused for its content */
    unsigned           strategy:1;   /* was given */
    unsigned           weighted:1;   /* a weight was */
    unsigned           midstream:1;  /* streams go on elsewhere */
    unsigned           midstream_set:1;
};


struct ngx_http_llmgw_plan_s {
    ngx_http_llmgw_step_t    *all;   /* models one after the other */
    ngx_uint_t                nall;
    ngx_uint_t                from;  /* the steps of the current one */
    ngx_uint_t                to;
    ngx_http_llmgw_model_t   *model;
    u_char                   *skip;  /* of its deployments: why not */
    ngx_uint_t                size;  /* of ctx->steps */
    ngx_uint_t                round; /* retries of the current model */
    ngx_uint_t                nvisited;
    ngx_http_llmgw_model_t   *visited[NGX_HTTP_LLMGW_MODELS];

    ngx_msec_t                wait_until;

    /* the attempt under way */
    const llmgw_deployment_t *deployment;  /* NULL: none */
    ngx_http_llmgw_model_t   *owner;
    ngx_msec_t                began;
    uint64_t                  tokens;
    uint32_t                  part;
    uint32_t                 *running;
    ngx_uint_t                failure;     /* as nginx knows it */

    unsigned                  fresh:1;     /* skip has nothing in it */
    unsigned                  room:1;      /* the step is to be waited for */
    unsigned                  wait:1;
    unsigned                  stale:1;     /* a kept connection had ended */
};


/* ngx_http_llmgw_routing.c */

ngx_int_t ngx_http_llmgw_routing_create(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model);

/* NGX_DECLINED: it is another line */

ngx_int_t ngx_http_llmgw_routing_line(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model);
ngx_int_t ngx_http_llmgw_deployment_line(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model, ngx_http_llmgw_deployment_t *d,
    ngx_str_t *value);

/* behind the block, and when all models are known */

void ngx_http_llmgw_routing_sort(ngx_http_llmgw_model_t *model);
ngx_int_t ngx_http_llmgw_routing_init(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model);

/* the zone's places instead of the worker's own; queue: slots are waited for */

ngx_int_t ngx_http_llmgw_routing_zone(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_sh_t *sh, ngx_http_llmgw_model_t *model, ngx_uint_t queue);

/* ngx_http_llmgw_tagged.c */

ngx_int_t ngx_http_llmgw_deployment_tags(ngx_conf_t *cf,
    ngx_http_llmgw_deployment_t *d, ngx_str_t *value);

/* those of the steps that are for the request's tags; to may be from */

ngx_uint_t ngx_http_llmgw_tagged(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *from, ngx_uint_t n, ngx_http_llmgw_step_t *to);
ngx_int_t ngx_http_llmgw_select_tagged(ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_price.c */

uint64_t ngx_http_llmgw_token_price(ngx_http_llmgw_step_t *step);

/* ngx_http_llmgw_retry.c */

ngx_int_t ngx_http_llmgw_retry_on_line(ngx_conf_t *cf,
    ngx_http_llmgw_routing_t *rt);
ngx_uint_t ngx_http_llmgw_retry_on(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_routing_t *rt);

/* ngx_http_llmgw_overrides.c */

llmgw_int_t ngx_http_llmgw_own_members(ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_own_fallbacks(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_uint_t ngx_http_llmgw_rounds(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_routing_t *rt);

/* ngx_http_llmgw_plan.c */

/* how an attempt ended */

typedef enum {
    ngx_http_llmgw_neutral = 0,      /* nothing is known by it */
    ngx_http_llmgw_good,
    ngx_http_llmgw_bad
} ngx_http_llmgw_verdict_e;

/* Turns ctx->steps, which are all that may be tried, into the first of them. */

ngx_int_t ngx_http_llmgw_plan(ngx_http_llmgw_ctx_t *ctx);

/*
 * The attempt has failed with ctx->error.  1: ctx->steps has one more.
 * refused: the deployment cannot serve the request, another one may.
 */

ngx_uint_t ngx_http_llmgw_plan_next(ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t refused);

/* One more step, of the current model; any: also one in cooldown. */

ngx_uint_t ngx_http_llmgw_plan_choose(ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t any, llmgw_choice_t *c);

/* The same, for a deployment that was chosen. */

ngx_uint_t ngx_http_llmgw_plan_add(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t n);

/* NGX_AGAIN: not yet; NGX_DECLINED: it has no room any more */

ngx_int_t ngx_http_llmgw_plan_wait(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_plan_begin(ngx_http_llmgw_ctx_t *ctx);

/* the client sees the answer begin; it is over */

void ngx_http_llmgw_plan_answers(ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_plan_end(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_verdict_e verdict);

/* 1: a kept connection had ended; the same step once more */

ngx_uint_t ngx_http_llmgw_plan_stale(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_drain.c: what the provider says of its limits */

void ngx_http_llmgw_plan_limits(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_room.c */

/* 1: others wait for deployments of the model, which are marked so. */

ngx_uint_t ngx_http_llmgw_room_awaited(ngx_http_llmgw_ctx_t *ctx);

/* 1: ctx->steps has one more, which is full and may be waited for. */

ngx_uint_t ngx_http_llmgw_room_step(ngx_http_llmgw_ctx_t *ctx,
    ngx_uint_t any);

/*
 * The next step has no room.  NGX_OK: another one is in its place; NGX_AGAIN:
 * the request waits, and its phases go on later; NGX_DECLINED: it does not.
 */

ngx_int_t ngx_http_llmgw_room_wait(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* It has a slot, and the place in the line is free. */

void ngx_http_llmgw_room_served(ngx_http_llmgw_ctx_t *ctx);


#endif /* _NGX_HTTP_LLMGW_PLAN_H_INCLUDED_ */
