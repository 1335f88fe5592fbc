
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Whether a deployment is to be asked at all: a circuit breaker; how long to
 * wait before the next try, and how many of them there may be.  Pure functions
 * of the time in milliseconds, of a clock that never steps, and of random
 * numbers that are given.
 *
 * The structures are meant for memory that processes share: all zero is a good
 * beginning.  What two processes may do at once is said for each function.
 */


#ifndef _LLMGW_BREAKER_H_INCLUDED_
#define _LLMGW_BREAKER_H_INCLUDED_


#include "llmgw_core.h"


#define llmgw_load(p)      __atomic_load_n(p, __ATOMIC_RELAXED)
#define llmgw_store(p, v)  __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define llmgw_add(p, n)    __atomic_fetch_add(p, n, __ATOMIC_RELAXED)

/* whether *p was *old and is v now; else *old is what it is */

#define llmgw_swap(p, old, v)                                                \
    __atomic_compare_exchange_n(p, old, v, 0, __ATOMIC_RELAXED,              \
                                __ATOMIC_RELAXED)


/* The next one of a row of random numbers; *state is any number at first. */

uint64_t llmgw_random(uint64_t *state);

/* Evenly from 0 to n, which is not part of it; 0 for n 0. */

uint64_t llmgw_random_below(uint64_t *state, uint64_t n);


typedef struct {
    uint64_t  base;            /* ms of the first time open; 0: never open */
    uint64_t  max;             /* … which grows up to this */
    uint64_t  longest;         /* … or to what a Retry-After may ask for */
    uint32_t  failures;        /* in a row; 0: their number is no reason */
    uint32_t  ratio;           /* per cent of a window's; 0: no reason */
    uint32_t  volume;          /* attempts of a window before ratio counts */
    uint32_t  window;          /* ms */
} llmgw_breaker_conf_t;


typedef struct {
    uint64_t  open_until;      /* ms; 0: closed */
    uint64_t  opened_at;
    uint64_t  probe_until;     /* a probe has until then */
    uint64_t  window;          /* when it began */
    uint32_t  total;           /* attempts of the window */
    uint32_t  failed;
    uint32_t  row;             /* failures one after the other */
    uint32_t  times;           /* opened without a success in between */
    uint32_t  held;            /* what ends it early, is not for checks */
} llmgw_breaker_t;


typedef enum {
    LLMGW_BREAKER_CLOSED = 0,
    LLMGW_BREAKER_OPEN,
    LLMGW_BREAKER_HALF_OPEN,   /* the next attempt is the probe */
    LLMGW_BREAKER_PROBING      /* it is under way */
} llmgw_breaker_e;


/* At any time. */

llmgw_breaker_e llmgw_breaker_state(const llmgw_breaker_t *b, uint64_t now);

/*
 * Takes the probe of a half-open breaker: 1 for one of all who try at once.
 * What becomes of it has to be said within "lease" ms, else there is another.
 */

int llmgw_breaker_probe(llmgw_breaker_t *b, uint64_t now, uint64_t lease);

/* The probe ended and nothing is known by it: a client has left. */

void llmgw_breaker_release(llmgw_breaker_t *b);

/*
 * An attempt that began at "began" has succeeded.  LLMGW_AGAIN: there is more
 * to do than can be done beside others; the caller takes a lock and calls
 * llmgw_breaker_close().
 */

llmgw_int_t llmgw_breaker_success(llmgw_breaker_t *b, uint64_t began);
void llmgw_breaker_close(llmgw_breaker_t *b, uint64_t began);

/*
 * An attempt has failed.  Under a lock.  at_once: no second failure is needed;
 * wait: the ms that the provider asked for, or -1; random: any number.
 * Returns for how many ms the breaker is open now, 0 if it stays as it was.
 */

uint64_t llmgw_breaker_failure(llmgw_breaker_t *b,
    const llmgw_breaker_conf_t *conf, uint64_t now, int at_once, int64_t wait,
    uint64_t random);

/*
 * Checks that no request depends on, under a lock.  One that has failed: it is
 * open for at least so many ms, in which the next one comes.  One that has
 * succeeded: the next request is the probe, unless the time was asked for by
 * the provider, or by an answer that such a check does not put right.  Both
 * return 1 if something has changed.
 */

int llmgw_breaker_down(llmgw_breaker_t *b, const llmgw_breaker_conf_t *conf,
    uint64_t now, uint64_t ms);
int llmgw_breaker_up(llmgw_breaker_t *b, uint64_t now);


/* Ms before the n-th retry (n from 1): anything from 0 to base * 2^(n-1). */

uint64_t llmgw_backoff(uint64_t base, uint64_t max, unsigned n,
    uint64_t random);


/*
 * Retries of all requests together: a part of them, and a few more in quiet
 * times, so that an outage is not answered with a multiple of the load.  At
 * any time.
 */

#define LLMGW_BUDGET_SPARE  10000      /* thousandths of a retry, to begin */
#define LLMGW_BUDGET_MAX    100000

typedef struct {
    uint64_t  used;            /* thousandths, of LLMGW_BUDGET_SPARE */
    uint64_t  saved;           /* thousandths, by requests */
    uint64_t  since;           /* s: used becomes less by one each second */
} llmgw_budget_t;

/* One more request: percent is what it adds to the retries that may be. */

void llmgw_budget_request(llmgw_budget_t *b, unsigned percent);

/* 1: a retry may be made, and is counted */

int llmgw_budget_retry(llmgw_budget_t *b, uint64_t now);


#endif /* _LLMGW_BREAKER_H_INCLUDED_ */
