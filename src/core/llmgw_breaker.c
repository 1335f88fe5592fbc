
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Circuit breaker, back-off and retry budget.
 */


#include "llmgw_breaker.h"


/* SplitMix64: good enough to spread load, not to keep secrets */

uint64_t
llmgw_random(uint64_t *state)
{
    uint64_t  z;

    *state += 0x9e3779b97f4a7c15;

    z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;

    return z ^ (z >> 31);
}


uint64_t
llmgw_random_below(uint64_t *state, uint64_t n)
{
    return n ? llmgw_random(state) % n : 0;
}


llmgw_breaker_e
llmgw_breaker_state(const llmgw_breaker_t *b, uint64_t now)
{
    uint64_t  until;

    until = llmgw_load(&b->open_until);

    if (until == 0) {
        return LLMGW_BREAKER_CLOSED;
    }

    if (now < until) {
        return LLMGW_BREAKER_OPEN;
    }

    return (now < llmgw_load(&b->probe_until)) ? LLMGW_BREAKER_PROBING
                                               : LLMGW_BREAKER_HALF_OPEN;
}


int
llmgw_breaker_probe(llmgw_breaker_t *b, uint64_t now, uint64_t lease)
{
    uint64_t  until;

    until = llmgw_load(&b->probe_until);

    return until <= now && llmgw_swap(&b->probe_until, &until, now + lease);
}


void
llmgw_breaker_release(llmgw_breaker_t *b)
{
    llmgw_store(&b->probe_until, 0);
}


llmgw_int_t
llmgw_breaker_success(llmgw_breaker_t *b, uint64_t began)
{
    if (llmgw_load(&b->open_until) == 0 && llmgw_load(&b->row) == 0) {
        (void) llmgw_add(&b->total, 1);
        return LLMGW_OK;
    }

    return LLMGW_AGAIN;
}


void
llmgw_breaker_close(llmgw_breaker_t *b, uint64_t began)
{
    b->total++;
    b->row = 0;

    /* one that began before says nothing about the time since */

    if (b->open_until && began >= b->opened_at) {
        llmgw_store(&b->open_until, 0);
        llmgw_store(&b->probe_until, 0);
        b->times = 0;
        b->total = 0;
        b->failed = 0;
    }
}


static uint64_t
llmgw_breaker_time(const llmgw_breaker_t *b, const llmgw_breaker_conf_t *conf,
    int64_t wait, uint64_t random)
{
    uint64_t  ms;

    if (wait >= 0) {

        /* not earlier than asked for, and not all of them at the same time */

        ms = ((uint64_t) wait < conf->longest) ? (uint64_t) wait
                                               : conf->longest;

        return ms + llmgw_random_below(&random, ms / 8 + 1) + 1;
    }

    ms = conf->base;

    if (b->times) {
        ms = (b->times < 20) ? ms << b->times : conf->max;
    }

    if (ms > conf->max) {
        ms = conf->max;
    }

    /* three quarters to five quarters */

    return ms - ms / 4 + llmgw_random_below(&random, ms / 2 + 1) + 1;
}


uint64_t
llmgw_breaker_failure(llmgw_breaker_t *b, const llmgw_breaker_conf_t *conf,
    uint64_t now, int at_once, int64_t wait, uint64_t random)
{
    uint64_t  ms;

    if (now - b->window >= conf->window) {
        b->window = now;
        b->total = 0;
        b->failed = 0;
    }

    b->total++;
    b->failed++;
    b->row++;

    if (conf->base == 0) {
        return 0;
    }

    if (b->open_until && now < b->open_until) {

        /* was under way when it opened; only a longer time to wait is news */

        if (wait < 0) {
            return 0;
        }

        ms = llmgw_breaker_time(b, conf, wait, random);

        if (now + ms <= b->open_until) {
            return 0;
        }

        b->held = 1;
        llmgw_store(&b->open_until, now + ms);

        return ms;
    }

    if (b->open_until == 0 && !at_once
        && (conf->failures == 0 || b->row < conf->failures)
        && (conf->ratio == 0 || b->total < conf->volume
            || (uint64_t) b->failed * 100 < (uint64_t) b->total * conf->ratio))
    {
        return 0;
    }

    ms = llmgw_breaker_time(b, conf, wait, random);

    b->times++;
    b->opened_at = now;
    b->held = at_once || wait >= 0;

    llmgw_store(&b->probe_until, 0);
    llmgw_store(&b->open_until, now + ms);

    return ms;
}


int
llmgw_breaker_down(llmgw_breaker_t *b, const llmgw_breaker_conf_t *conf,
    uint64_t now, uint64_t ms)
{
    int  opens;

    if (conf->base == 0) {
        return 0;
    }

    opens = (b->open_until <= now);

    if (opens) {

        /* a probe that is under way began before */

        b->opened_at = now;
        b->held = 0;
        llmgw_store(&b->probe_until, 0);
    }

    if (b->open_until < now + ms) {
        llmgw_store(&b->open_until, now + ms);
    }

    return opens;
}


int
llmgw_breaker_up(llmgw_breaker_t *b, uint64_t now)
{
    if (b->open_until <= now || b->held) {
        return 0;
    }

    llmgw_store(&b->probe_until, 0);
    llmgw_store(&b->open_until, now);

    return 1;
}


uint64_t
llmgw_backoff(uint64_t base, uint64_t max, unsigned n, uint64_t random)
{
    uint64_t  ms;

    ms = base;

    if (n > 1) {
        ms = (n < 20) ? ms << (n - 1) : max;
    }

    if (ms > max) {
        ms = max;
    }

    return llmgw_random_below(&random, ms + 1);
}


void
llmgw_budget_request(llmgw_budget_t *b, unsigned percent)
{
    if (llmgw_load(&b->saved) < LLMGW_BUDGET_MAX) {
        (void) llmgw_add(&b->saved, percent * 10);
    }
}


static int
llmgw_budget_spend(uint64_t *saved, uint64_t n)
{
    uint64_t  have;

    have = llmgw_load(saved);

    while (have >= n) {
        if (llmgw_swap(saved, &have, have - n)) {
            return 1;
        }
    }

    return 0;
}


int
llmgw_budget_retry(llmgw_budget_t *b, uint64_t now)
{
    uint64_t  since, used, back;

    if (llmgw_budget_spend(&b->saved, 1000)) {
        return 1;
    }

    /* what was used of the spare ones comes back with time */

    now /= 1000;
    since = llmgw_load(&b->since);

    if (now > since && llmgw_swap(&b->since, &since, now)) {

        back = (now - since) * 1000;
        used = llmgw_load(&b->used);

        while (!llmgw_swap(&b->used, &used, used > back ? used - back : 0)) {
            /* void */
        }
    }

    used = llmgw_load(&b->used);

    while (used + 1000 <= LLMGW_BUDGET_SPARE) {
        if (llmgw_swap(&b->used, &used, used + 1000)) {
            return 1;
        }
    }

    return 0;
}
