
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Which of a model's deployments is asked.  Pure: the configuration, what is
 * known of each deployment, the time and a random number are given.
 *
 * What is known of deployments is meant for memory that processes share, and
 * may be read and added to by all of them at any time; all zero is a good
 * beginning.
 */


#ifndef _LLMGW_ROUTE_H_INCLUDED_
#define _LLMGW_ROUTE_H_INCLUDED_


#include "llmgw_breaker.h"


/* a minute in ten parts, as llmgw_window_t has it */

#define LLMGW_METER_PART   6000
#define LLMGW_METER_PARTS  11

typedef struct {
    uint64_t  part[LLMGW_METER_PARTS];   /* number of the part, count */
} llmgw_meter_t;

uint64_t llmgw_meter_used(const llmgw_meter_t *m, uint64_t now);

/* Returns the part that has it, for llmgw_meter_sub(). */

uint32_t llmgw_meter_add(llmgw_meter_t *m, uint64_t now, uint64_t n);
void llmgw_meter_sub(llmgw_meter_t *m, uint32_t part, uint64_t n);


/*
 * A mean in which a sample counts the more the longer ago the last one is.
 * Without samples it fades: what was slow once is tried again.  Microseconds;
 * 0: there was no sample.
 */

typedef struct {
    uint64_t  value;
    uint64_t  at;              /* ms */
} llmgw_mean_t;

void llmgw_mean_add(llmgw_mean_t *m, uint64_t now, uint64_t sample);
uint64_t llmgw_mean_get(const llmgw_mean_t *m, uint64_t now);


/* What is known of a deployment. */

typedef struct {
    uint64_t         in_flight;
    uint64_t         drained_until;  /* the provider's limit is used up; ms */
    llmgw_breaker_t  breaker;
    llmgw_mean_t     first;          /* to the first token */
    llmgw_mean_t     token;          /* for each one */
    llmgw_meter_t    requests;
    llmgw_meter_t    tokens;
} llmgw_numbers_t;


typedef enum {
    LLMGW_STRATEGY_ORDERED = 0,      /* the first one that can */
    LLMGW_STRATEGY_WEIGHTED,
    LLMGW_STRATEGY_ROUND_ROBIN,
    LLMGW_STRATEGY_LEAST_BUSY,
    LLMGW_STRATEGY_LATENCY,
    LLMGW_STRATEGY_USAGE,
    LLMGW_STRATEGY_COST
} llmgw_strategy_e;

#define LLMGW_WEIGHT_MAX  10000


typedef struct {
    llmgw_numbers_t  *numbers;
    uint64_t          hash;          /* of its name, for affinity */
    uint64_t          price;         /* of tokens; UINT64_MAX: not known */
    uint64_t          tpm;           /* 0: no limit */
    uint32_t          rpm;
    uint32_t          max_parallel;
    uint32_t          weight;        /* 1 … LLMGW_WEIGHT_MAX */
    uint32_t          order;         /* the lowest first */
    unsigned          always:1;      /* also when its breaker is open, which
                                        others may have left so */
} llmgw_deployment_t;


/*
 * Deployments stand in the order of "order", and otherwise as they were
 * written.  turn is shared, too.
 */

typedef struct {
    llmgw_deployment_t  *list;
    unsigned             n;
    llmgw_strategy_e     strategy;
    uint64_t            *turn;
    uint64_t            *sums;       /* of weights, in front of each; n */
    uint64_t             total;      /* … of the first tier */
    unsigned             first;      /* deployments of the first tier */
    unsigned             by_tpm:1;   /* all have one */
} llmgw_route_t;

/* Sorts, and fills in sums and what stands below it. */

void llmgw_route_init(llmgw_route_t *rt);


typedef struct {
    uint64_t        now;             /* ms */
    uint64_t        random;          /* a state for llmgw_random() */
    uint64_t        tokens;          /* that the request may come to */
    uint64_t        words;           /* … of its answer */
    uint64_t        affinity;        /* hash of what it belongs to, or … */
    unsigned        sticky:1;        /* … is of no interest */
    unsigned        again:1;         /* not the request's first choice */
    unsigned        any:1;           /* also those in cooldown */
    const uint8_t  *skip;            /* n flags, or NULL: not these */

    /* why there was none; all can be */
    unsigned        open:1;          /* in cooldown */
    unsigned        full:1;          /* rpm, tpm, max_parallel */
    uint64_t        wait;            /* ms until a full one has room, or 0 */
} llmgw_choice_t;


/*
 * The index of the deployment, or -1.  The probe of a half-open breaker is
 * taken by the choice: llmgw_breaker_release() gives it back.
 */

int llmgw_route_choose(llmgw_route_t *rt, llmgw_choice_t *c);

/* 1: but for a slot, of which it has a number, it could be asked. */

unsigned llmgw_route_waits(const llmgw_deployment_t *d,
    const llmgw_choice_t *c);

/* ms that a probe may take */

#define LLMGW_ROUTE_PROBE  30000

/*
 * Takes the chosen one's place among those under way.  LLMGW_DECLINED: another
 * request was faster, it is full.  *part is for llmgw_route_end().
 */

llmgw_int_t llmgw_route_begin(const llmgw_deployment_t *d, uint64_t now,
    uint64_t tokens, uint32_t *part);

/* It is over; tokens were reserved, used is what they came to. */

void llmgw_route_end(const llmgw_deployment_t *d, uint64_t now, uint32_t part,
    uint64_t tokens, uint64_t used);


/* Of keys of affinity and names of deployments. */

uint64_t llmgw_route_hash(llmgw_str_t s);


#endif /* _LLMGW_ROUTE_H_INCLUDED_ */
