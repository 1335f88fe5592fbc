
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The choice among deployments.
 */


#include "llmgw_route.h"


/* with more than these, two are compared instead of all */
#define LLMGW_ROUTE_FEW    8

#define LLMGW_ROUTE_DRAWS  4

/* how fast a mean follows, and how fast it fades; ms */
#define LLMGW_MEAN_TIME    5000
#define LLMGW_MEAN_HALF    20000
#define LLMGW_MEAN_IDLE    5000

/* tokens of an answer whose length nobody knows */
#define LLMGW_ROUTE_WORDS  128


typedef enum {
    LLMGW_CAN = 0,
    LLMGW_CAN_PROBE,
    LLMGW_IS_OPEN,
    LLMGW_IS_FULL,
    LLMGW_IS_DRAINED
} llmgw_can_e;


uint64_t
llmgw_meter_used(const llmgw_meter_t *m, uint64_t now)
{
    uint64_t  part, word, sum;
    unsigned  i;

    part = now / LLMGW_METER_PART;
    sum = 0;

    for (i = 0; i < LLMGW_METER_PARTS; i++) {

        word = llmgw_load(&m->part[i]);

        if ((word >> 32) + LLMGW_METER_PARTS > part) {
            sum += word & 0xffffffff;
        }
    }

    return sum;
}


uint32_t
llmgw_meter_add(llmgw_meter_t *m, uint64_t now, uint64_t n)
{
    uint64_t  part, word, next, *p;

    part = now / LLMGW_METER_PART;
    p = &m->part[part % LLMGW_METER_PARTS];
    word = llmgw_load(p);

    do {
        next = (word >> 32 == part) ? word & 0xffffffff : 0;
        next = (next + n < 0xffffffff) ? next + n : 0xffffffff;
        next |= part << 32;

    } while (!llmgw_swap(p, &word, next));

    return part;
}


void
llmgw_meter_sub(llmgw_meter_t *m, uint32_t part, uint64_t n)
{
    uint64_t  word, count, *p;

    p = &m->part[part % LLMGW_METER_PARTS];
    word = llmgw_load(p);

    do {
        if (word >> 32 != part) {
            return;
        }

        count = word & 0xffffffff;
        count = (count > n) ? count - n : 0;

    } while (!llmgw_swap(p, &word, (uint64_t) part << 32 | count));
}


void
llmgw_mean_add(llmgw_mean_t *m, uint64_t now, uint64_t sample)
{
    uint64_t  value, at, share;

    if (sample == 0) {
        sample = 1;
    }

    value = llmgw_load(&m->value);
    at = llmgw_load(&m->at);

    if (value) {

        /* in 256ths; at least an eighth, so that bursts are followed, too */

        at = (now > at) ? now - at : 0;
        share = at * 256 / (at + LLMGW_MEAN_TIME);

        if (share < 32) {
            share = 32;
        }

        value = (value * (256 - share) + sample * share) / 256;
        sample = value ? value : 1;
    }

    /* of two at once one is lost: it is a guess all the same */

    llmgw_store(&m->value, sample);
    llmgw_store(&m->at, now);
}


uint64_t
llmgw_mean_get(const llmgw_mean_t *m, uint64_t now)
{
    uint64_t  value, idle, halves;

    value = llmgw_load(&m->value);
    idle = llmgw_load(&m->at);

    idle = (now > idle + LLMGW_MEAN_IDLE) ? now - idle - LLMGW_MEAN_IDLE : 0;
    halves = idle / LLMGW_MEAN_HALF;

    if (value == 0 || halves > 40) {
        return value ? 1 : 0;
    }

    value >>= halves;

    /* on a line from one half to the next */

    value -= value / 2 * (idle % LLMGW_MEAN_HALF) / LLMGW_MEAN_HALF;

    return value ? value : 1;
}


void
llmgw_route_init(llmgw_route_t *rt)
{
    unsigned            i, j;
    llmgw_deployment_t  d;

    for (i = 1; i < rt->n; i++) {

        d = rt->list[i];

        for (j = i; j && rt->list[j - 1].order > d.order; j--) {
            rt->list[j] = rt->list[j - 1];
        }

        rt->list[j] = d;
    }

    rt->total = 0;
    rt->first = 0;
    rt->by_tpm = 1;

    for (i = 0; i < rt->n; i++) {

        rt->sums[i] = rt->total;

        if (rt->list[i].order == rt->list[0].order) {
            rt->total += rt->list[i].weight;
            rt->first++;
        }

        if (rt->list[i].tpm == 0) {
            rt->by_tpm = 0;
        }
    }
}


/*
 * The index at a place among the weights of the first tier; places are parts
 * of 2^64.
 */

static unsigned
llmgw_route_at(const llmgw_route_t *rt, uint64_t place)
{
    unsigned  low, high, middle;

    place = (place >> 32) * rt->total >> 32;
    low = 0;
    high = rt->first;

    while (high - low > 1) {

        middle = (low + high) / 2;

        if (rt->sums[middle] <= place) {
            low = middle;

        } else {
            high = middle;
        }
    }

    return low;
}


static llmgw_can_e
llmgw_route_can(const llmgw_deployment_t *d, const llmgw_choice_t *c)
{
    uint64_t                used;
    llmgw_can_e             can;
    const llmgw_numbers_t  *x;

    x = d->numbers;
    can = LLMGW_CAN;

    if (!c->any && !d->always) {

        switch (llmgw_breaker_state(&x->breaker, c->now)) {

        case LLMGW_BREAKER_CLOSED:
            break;

        case LLMGW_BREAKER_HALF_OPEN:
            can = LLMGW_CAN_PROBE;
            break;

        default:
            return LLMGW_IS_OPEN;
        }
    }

    if (d->max_parallel && llmgw_load(&x->in_flight) >= d->max_parallel) {
        return LLMGW_IS_FULL;
    }

    if (d->rpm && llmgw_meter_used(&x->requests, c->now) >= d->rpm) {
        return LLMGW_IS_FULL;
    }

    if (d->tpm) {

        /* a request that is larger than the limit has a minute for itself */

        used = llmgw_meter_used(&x->tokens, c->now);

        if (used && used + c->tokens > d->tpm) {
            return LLMGW_IS_FULL;
        }
    }

    if (!c->any && llmgw_load(&x->drained_until) > c->now) {
        return LLMGW_IS_DRAINED;
    }

    return can;
}


unsigned
llmgw_route_waits(const llmgw_deployment_t *d, const llmgw_choice_t *c)
{
    llmgw_can_e         can;
    llmgw_deployment_t  wide;

    if (d->max_parallel == 0) {
        return 0;
    }

    wide = *d;
    wide.max_parallel = 0;

    can = llmgw_route_can(&wide, c);

    return can != LLMGW_IS_OPEN && can != LLMGW_IS_FULL;
}


/* the less the better */

static uint64_t
llmgw_route_score(const llmgw_route_t *rt, const llmgw_deployment_t *d,
    const llmgw_choice_t *c)
{
    uint64_t                first, token, busy, used;
    const llmgw_numbers_t  *x;

    x = d->numbers;

    switch (rt->strategy) {

    case LLMGW_STRATEGY_LEAST_BUSY:
        return ((llmgw_load(&x->in_flight) + 1) << 20) / d->weight;

    case LLMGW_STRATEGY_LATENCY:

        /*
         * Those under way count as well: they are the first to tell that a
         * deployment has become slow, long before the first of them ends.
         */

        first = llmgw_mean_get(&x->first, c->now);
        token = llmgw_mean_get(&x->token, c->now);
        busy = llmgw_load(&x->in_flight) + 1;

        return (first + token * (c->words ? c->words : LLMGW_ROUTE_WORDS))
               * busy / d->weight;

    case LLMGW_STRATEGY_USAGE:
        used = llmgw_meter_used(&x->tokens, c->now)
               + llmgw_meter_used(&x->requests, c->now);

        return (used << 20) / (rt->by_tpm ? d->tpm : d->weight);

    case LLMGW_STRATEGY_COST:
        return d->price;

    default:
        return 0;
    }
}


/*
 * How far a deployment is from what the request belongs to: -log2 / weight.
 * Most are farther than the nearest one so far, which a line below the curve
 * shows: UINT64_MAX then.
 */

static uint64_t
llmgw_route_distance(const llmgw_deployment_t *d, uint64_t affinity,
    uint64_t nearest)
{
    uint64_t  h, x, bits, least;
    unsigned  i;

    h = affinity ^ d->hash;
    h = llmgw_random(&h) | 1;

    i = __builtin_clzll(h);

    /* a number from 1 to 2, in units of 2^-31 */

    x = h << i >> 32;

    /* the tangent at 2 has the slope 1 / (2 ln 2), which is 47274 * 2^-16 */

    least = ((uint64_t) i << 16)
            + ((((uint64_t) 1 << 32) - x) * 47274 >> 31);

    if (nearest != UINT64_MAX && least << 20 >= (nearest + 1) * d->weight) {
        return UINT64_MAX;
    }

    /* the fraction bit by bit, by squaring it */

    bits = (uint64_t) (63 - i) << 16;

    for (i = 16; i; i--) {

        x = x * x >> 31;

        if (x >> 32) {
            x >>= 1;
            bits |= (uint64_t) 1 << (i - 1);
        }
    }

    return ((((uint64_t) 64 << 16) - bits) << 20) / d->weight;
}


static int
llmgw_route_take(llmgw_route_t *rt, llmgw_choice_t *c, unsigned i,
    llmgw_can_e can)
{
    if (can == LLMGW_CAN_PROBE
        && !llmgw_breaker_probe(&rt->list[i].numbers->breaker, c->now,
                                LLMGW_ROUTE_PROBE))
    {
        return -1;
    }

    return i;
}


/* without a look at all of them; -1: that is needed */

static int
llmgw_route_draw(llmgw_route_t *rt, llmgw_choice_t *c)
{
    int          best;
    uint64_t     score, least;
    unsigned     i, n, draws;
    llmgw_can_e  can;

    switch (rt->strategy) {

    case LLMGW_STRATEGY_ORDERED:
        i = 0;
        break;

    case LLMGW_STRATEGY_WEIGHTED:

        /* multiples of the golden ratio leave no gaps and no heaps */

        i = llmgw_route_at(rt, llmgw_add(rt->turn, 1) * 0x9e3779b97f4a7c15);
        break;

    case LLMGW_STRATEGY_ROUND_ROBIN:
        i = llmgw_add(rt->turn, 1) % rt->first;
        break;

    case LLMGW_STRATEGY_COST:
        return -1;

    default:

        if (rt->first <= LLMGW_ROUTE_FEW) {
            return -1;
        }

        best = -1;
        least = 0;
        draws = 0;

        for (n = 0; n < LLMGW_ROUTE_DRAWS && draws < 2; n++) {

            i = llmgw_route_at(rt, llmgw_random(&c->random));

            if ((int) i == best
                || llmgw_route_can(&rt->list[i], c) != LLMGW_CAN)
            {
                continue;
            }

            draws++;
            score = llmgw_route_score(rt, &rt->list[i], c);

            if (best == -1 || score < least) {
                best = i;
                least = score;
            }
        }

        return (draws == 2) ? best : -1;
    }

    can = llmgw_route_can(&rt->list[i], c);

    return (can <= LLMGW_CAN_PROBE) ? llmgw_route_take(rt, c, i, can) : -1;
}


static void
llmgw_route_note(llmgw_choice_t *c, llmgw_can_e can)
{
    if (can == LLMGW_IS_OPEN) {
        c->open = 1;
    }

    if (can == LLMGW_IS_FULL) {
        c->full = 1;
        c->wait = LLMGW_METER_PART;
    }
}


/*
 * All of the tier that begins at *from, which ends behind it.  drained: also
 * those whose provider has said that its limit is used up.
 */

static int
llmgw_route_scan(llmgw_route_t *rt, llmgw_choice_t *c, unsigned *from,
    unsigned drained)
{
    int                        best;
    uint64_t                   score, least, sum;
    unsigned                   i, order;
    llmgw_can_e                can, what;
    const llmgw_deployment_t  *d;

    best = -1;
    what = LLMGW_CAN;
    least = 0;
    sum = 0;
    order = rt->list[*from].order;

    for (i = *from; i < rt->n && rt->list[i].order == order; i++) {

        d = &rt->list[i];

        if (c->skip && c->skip[i]) {
            continue;
        }

        can = llmgw_route_can(d, c);

        if (can > LLMGW_CAN_PROBE && !(drained && can == LLMGW_IS_DRAINED)) {
            llmgw_route_note(c, can);
            continue;
        }

        if (c->sticky) {
            score = llmgw_route_distance(d, c->affinity,
                                         (best == -1) ? UINT64_MAX : least);

        } else if (rt->strategy == LLMGW_STRATEGY_ORDERED) {
            score = i;

        } else if (c->any) {

            /* the one that comes back first */

            score = llmgw_load(&d->numbers->breaker.open_until);

        } else if (can == LLMGW_CAN_PROBE) {
            score = 0;

        } else {
            score = llmgw_route_score(rt, d, c);
        }

        if (best != -1 && score > least) {
            continue;
        }

        if (best == -1 || score < least) {
            sum = 0;
        }

        /* among equals by weight, each as if it were the last one */

        sum += d->weight;

        if (sum == d->weight
            || llmgw_random_below(&c->random, sum) < d->weight)
        {
            best = i;
            what = can;
        }

        least = score;
    }

    *from = i;

    return (best == -1) ? -1 : llmgw_route_take(rt, c, best, what);
}


int
llmgw_route_choose(llmgw_route_t *rt, llmgw_choice_t *c)
{
    int       i;
    unsigned  from, drained;

    c->open = 0;
    c->full = 0;
    c->wait = 0;

    if (rt->n == 0) {
        return -1;
    }

    if (!c->again && !c->any && !c->sticky && c->skip == NULL) {

        i = llmgw_route_draw(rt, c);

        if (i != -1) {
            return i;
        }
    }

    for (drained = 0; drained < 2; drained++) {

        for (from = 0; from < rt->n; /* void */) {

            i = llmgw_route_scan(rt, c, &from, drained);

            if (i != -1) {
                return i;
            }
        }
    }

    return -1;
}


llmgw_int_t
llmgw_route_begin(const llmgw_deployment_t *d, uint64_t now, uint64_t tokens,
    uint32_t *part)
{
    llmgw_numbers_t  *x;

    x = d->numbers;

    if (llmgw_add(&x->in_flight, 1) >= d->max_parallel && d->max_parallel) {
        (void) llmgw_add(&x->in_flight, -1);
        return LLMGW_DECLINED;
    }

    *part = llmgw_meter_add(&x->requests, now, 1);

    if (d->rpm && llmgw_meter_used(&x->requests, now) > d->rpm) {
        llmgw_meter_sub(&x->requests, *part, 1);
        (void) llmgw_add(&x->in_flight, -1);
        return LLMGW_DECLINED;
    }

    (void) llmgw_meter_add(&x->tokens, now, tokens);

    return LLMGW_OK;
}


void
llmgw_route_end(const llmgw_deployment_t *d, uint64_t now, uint32_t part,
    uint64_t tokens, uint64_t used)
{
    llmgw_numbers_t  *x;

    x = d->numbers;

    (void) llmgw_add(&x->in_flight, -1);

    if (used > tokens) {
        (void) llmgw_meter_add(&x->tokens, now, used - tokens);

    } else if (used < tokens) {
        llmgw_meter_sub(&x->tokens, part, tokens - used);
    }
}


uint64_t
llmgw_route_hash(llmgw_str_t s)
{
    size_t    i;
    uint64_t  h, word;

    h = 0xcbf29ce484222325 ^ s.len;

    for (i = 0; i + 8 <= s.len; i += 8) {
        memcpy(&word, s.data + i, 8);
        h = (h ^ word) * 0x9fb21c651e98df25;
        h ^= h >> 32;
    }

    for ( /* void */ ; i < s.len; i++) {
        h = (h ^ s.data[i]) * 0x100000001b3;
    }

    return llmgw_random(&h);
}
