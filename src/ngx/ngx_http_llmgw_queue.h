
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Lines of requests that wait for a slot: of an entity, or of a model's
 * deployments.  They lie in the zone.
 */


#ifndef _NGX_HTTP_LLMGW_QUEUE_H_INCLUDED_
#define _NGX_HTTP_LLMGW_QUEUE_H_INCLUDED_


#include "ngx_http_llmgw_check.h"
#include "ngx_http_llmgw_plan.h"


/* a key in a line */

typedef struct {
    ngx_queue_t                queue;
    u_char                     key[16];     /* of its digest */
    uint64_t                   finish;      /* of its last request */
    ngx_uint_t                 waiting;
    unsigned                   fresh:1;
} ngx_http_llmgw_flow_t;


/* Deployments of which one is waited for, and how many requests each takes. */

typedef struct {
    uint64_t                  *in_flight;
    uint64_t                   max;
} ngx_http_llmgw_room_slot_t;


typedef struct {
    ngx_queue_t                queue;       /* of its line */
    ngx_uint_t                 waiting;
    ngx_uint_t                 n;
    ngx_http_llmgw_room_slot_t slot[1];
} ngx_http_llmgw_room_t;


struct ngx_http_llmgw_line_s {
    ngx_queue_t                queue;       /* in its bucket */
    ngx_http_llmgw_entity_t   *e;           /* NULL: a model's, … */
    ngx_http_llmgw_place_sh_t *place;       /* … which is this one */
    ngx_queue_t                rooms;       /* … with these */
    ngx_rbtree_t               tags;
    ngx_rbtree_node_t          sentinel;
    ngx_queue_t                flows;
    ngx_uint_t                 nflows;
    uint64_t                   time;        /* the tag served last */
    int64_t                    limit;
    ngx_uint_t                 n;
};


struct ngx_http_llmgw_waiter_s {
    ngx_rbtree_node_t          node;        /* its key is the tag */
    ngx_queue_t                queue;       /* of its worker */
    ngx_http_llmgw_line_t     *line;
    ngx_http_llmgw_flow_t     *flow;
    ngx_http_llmgw_room_t     *room;        /* NULL in an entity's line */
    ngx_pid_t                  pid;
    void                      *ctx;         /* there */
    ngx_uint_t                 look;        /* that has called it */
};


#define ngx_http_llmgw_waiter(n)                                             \
    ((ngx_http_llmgw_waiter_t *)                                             \
         ((u_char *) (n) - offsetof(ngx_http_llmgw_waiter_t, node)))


/* ngx_http_llmgw_queue.c */

/* An empty line, in a bucket; NULL: no room in the zone. */

ngx_http_llmgw_line_t *ngx_http_llmgw_line_create_locked(
    ngx_slab_pool_t *shpool, ngx_http_llmgw_state_t *st, uint32_t hash);

/*
 * A place in the line.  NULL: the line or the zone is full, and the line is
 * gone if nobody else is in it.  under_way: turns that a key has had of which
 * the line knows nothing.
 */

ngx_http_llmgw_waiter_t *ngx_http_llmgw_line_add_locked(
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_line_t *line, ngx_uint_t under_way);

void ngx_http_llmgw_waiter_free_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_waiter_t *w);

/* ngx_http_llmgw_room.c */

/* Whose turn it is in a model's line, or NULL. */

ngx_http_llmgw_waiter_t *ngx_http_llmgw_room_next_locked(
    ngx_http_llmgw_line_t *line);

/* The waiter goes, or waits for others. */

void ngx_http_llmgw_room_release_locked(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_waiter_t *w);


#endif /* _NGX_HTTP_LLMGW_QUEUE_H_INCLUDED_ */
