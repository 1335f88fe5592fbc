
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The Redis protocol (RESP2) as the store speaks it, without a connection:
 * commands out, replies in.  hiredis does the work, any version since 0.14;
 * what it leaves open is bounded here, since a server may be another one than
 * it should be, or hostile.
 */


#ifndef _LLMGW_REDIS_H_INCLUDED_
#define _LLMGW_REDIS_H_INCLUDED_


#include "llmgw_core.h"


/* a reply: its elements together, and how deep they may stand */
#define LLMGW_REDIS_ELEMENTS  65536
#define LLMGW_REDIS_DEPTH     6

/* bytes of a line: a status, an error */
#define LLMGW_REDIS_LINE      65536


typedef enum {
    LLMGW_REDIS_STRING = 0,
    LLMGW_REDIS_STATUS,
    LLMGW_REDIS_ERROR,
    LLMGW_REDIS_INTEGER,
    LLMGW_REDIS_NIL,
    LLMGW_REDIS_ARRAY
} llmgw_redis_type_e;


typedef struct llmgw_redis_value_s  llmgw_redis_value_t;

struct llmgw_redis_value_s {
    llmgw_redis_type_e     type;
    llmgw_str_t            str;      /* STRING, STATUS, ERROR */
    int64_t                number;   /* INTEGER */
    size_t                 n;        /* ARRAY */
    llmgw_redis_value_t  **elts;     /* … none of them is NULL */
};


typedef struct {
    struct redisReader    *reader;
    llmgw_arena_t         *arena;
    size_t                 max;      /* bytes of a reply */
    size_t                 elements; /* of the reply that is coming in */
    size_t                 bytes;
    const char            *why;      /* what is wrong, when something is */
} llmgw_redis_t;


/*
 * A reader whose replies live in the arena, until whoever owns that resets it;
 * not while a reply is coming in (llmgw_redis_idle()).  LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_redis_init(llmgw_redis_t *r, llmgw_arena_t *a, size_t max);
void llmgw_redis_free(llmgw_redis_t *r);

/*
 * _feed() takes bytes as they come; then _next() gives the replies that are
 * whole.  LLMGW_AGAIN: there is no more.  LLMGW_INVALID: what came is no
 * reply, or one that no question of ours has; r->why says so, and nothing can
 * be read any more.
 */

llmgw_int_t llmgw_redis_feed(llmgw_redis_t *r, llmgw_str_t data);
llmgw_int_t llmgw_redis_next(llmgw_redis_t *r, llmgw_redis_value_t **v);

/* No part of a reply has come in yet. */

int llmgw_redis_idle(const llmgw_redis_t *r);


/* A command, to be freed; LLMGW_ERROR: no memory. */

llmgw_int_t llmgw_redis_format(llmgw_str_t *args, unsigned n, char **cmd,
    size_t *len);
void llmgw_redis_format_free(char *cmd);


/*
 * What an error means to us.  The text is "CODE words…"; where a script was
 * stopped by an error, older servers tell the code in the middle of it.
 */

typedef enum {
    LLMGW_REDIS_E_OTHER = 0,
    LLMGW_REDIS_E_AWAY,          /* LOADING, BUSY, MASTERDOWN, CLUSTERDOWN,
                                    TRYAGAIN: later */
    LLMGW_REDIS_E_READONLY,      /* connected to a replica */
    LLMGW_REDIS_E_WRITES,        /* OOM, MISCONF, NOREPLICAS: it can be read */
    LLMGW_REDIS_E_AUTH,          /* NOAUTH, WRONGPASS, NOPERM */
    LLMGW_REDIS_E_SCRIPT,        /* NOSCRIPT */
    LLMGW_REDIS_E_MOVED,         /* MOVED, ASK, CROSSSLOT: a cluster */
    LLMGW_REDIS_E_TYPE           /* WRONGTYPE */
} llmgw_redis_error_e;

llmgw_redis_error_e llmgw_redis_error(llmgw_str_t text);


/*
 * A whole decimal number that fits, in a string or an integer; LLMGW_INVALID.
 */

llmgw_int_t llmgw_redis_number(const llmgw_redis_value_t *v, int64_t *n);
llmgw_int_t llmgw_redis_decimal(llmgw_str_t s, int64_t *n);

#define LLMGW_REDIS_DECIMAL  20

/* Writes at most LLMGW_REDIS_DECIMAL bytes; the end. */

u_char *llmgw_redis_put_decimal(u_char *p, int64_t n);

#define llmgw_redis_is(v, what)                                              \
    ((v)->type == (what))


#endif /* _LLMGW_REDIS_H_INCLUDED_ */
