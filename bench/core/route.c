
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the choice of a deployment costs a request: choosing, taking the place,
 * and giving it back with what is learned of the attempt.
 */


#include <stdio.h>

#include "bench.h"
#include "llmgw_route.h"


#define BENCH_DEPLOYMENTS  100


typedef struct {
    llmgw_route_t       rt;
    llmgw_deployment_t  list[BENCH_DEPLOYMENTS];
    llmgw_numbers_t     numbers[BENCH_DEPLOYMENTS];
    uint64_t            sums[BENCH_DEPLOYMENTS];
    uint64_t            turn;
    uint64_t            now;
    uint64_t            random;
    unsigned            sticky;
} bench_route_t;


static void
bench_route_request(void *data)
{
    bench_route_t *b = data;

    int              i;
    uint32_t         part;
    llmgw_choice_t   c;
    llmgw_numbers_t  *x;

    memset(&c, 0, sizeof(llmgw_choice_t));

    b->random++;

    c.now = b->now + (b->random >> 4);
    c.random = b->random;
    c.tokens = 600;
    c.words = 100;
    c.sticky = b->sticky;
    c.affinity = b->random * 0x9e3779b97f4a7c15;

    i = llmgw_route_choose(&b->rt, &c);

    if (i == -1
        || llmgw_route_begin(&b->list[i], c.now, 600, &part) != LLMGW_OK)
    {
        printf("no deployment\n");
        return;
    }

    x = b->list[i].numbers;

    llmgw_mean_add(&x->first, c.now, 100000 + i);
    llmgw_mean_add(&x->token, c.now, 1000 + i);
    (void) llmgw_breaker_success(&x->breaker, c.now);

    llmgw_route_end(&b->list[i], c.now, part, 600, 500);
}


static void
bench_route_case(double seconds, const char *name, llmgw_strategy_e strategy,
    unsigned n, unsigned limits, unsigned open, unsigned sticky)
{
    char                  text[96];
    unsigned              i;
    static bench_route_t  b;

    memset(&b, 0, sizeof(bench_route_t));

    b.now = 100000000;
    b.sticky = sticky;
    b.rt.list = b.list;
    b.rt.sums = b.sums;
    b.rt.turn = &b.turn;
    b.rt.strategy = strategy;
    b.rt.n = n;

    for (i = 0; i < n; i++) {

        b.list[i].numbers = &b.numbers[i];
        b.list[i].hash = i * 0x9fb21c651e98df25;
        b.list[i].weight = 1 + i % 3;
        b.list[i].price = 1000 + i % 7;

        if (limits) {
            b.list[i].rpm = UINT32_MAX;
            b.list[i].tpm = UINT32_MAX;
            b.list[i].max_parallel = 100;
        }

        if (i < open) {
            b.numbers[i].breaker.open_until = UINT64_MAX;
        }
    }

    llmgw_route_init(&b.rt);

    snprintf(text, sizeof(text), "route: %s, %u deployments", name, n);

    (void) bench_run(text, 0, seconds, bench_route_request, &b);
}


void
bench_route(double seconds)
{
    char      name[64];
    unsigned  i;

    static const struct {
        const char        *name;
        llmgw_strategy_e   strategy;
    } rows[] = {
        { "ordered", LLMGW_STRATEGY_ORDERED },
        { "weighted", LLMGW_STRATEGY_WEIGHTED },
        { "round_robin", LLMGW_STRATEGY_ROUND_ROBIN },
        { "least_busy", LLMGW_STRATEGY_LEAST_BUSY },
        { "latency", LLMGW_STRATEGY_LATENCY },
        { "usage", LLMGW_STRATEGY_USAGE },
        { "cost", LLMGW_STRATEGY_COST }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {
        bench_route_case(seconds, rows[i].name, rows[i].strategy, 3, 0, 0, 0);
        bench_route_case(seconds, rows[i].name, rows[i].strategy,
                         BENCH_DEPLOYMENTS, 0, 0, 0);
    }

    bench_route_case(seconds, "affinity", LLMGW_STRATEGY_WEIGHTED,
                     BENCH_DEPLOYMENTS, 0, 0, 1);
    bench_route_case(seconds, "affinity, worst",
                     LLMGW_STRATEGY_WEIGHTED, BENCH_DEPLOYMENTS, 1,
                     BENCH_DEPLOYMENTS / 2, 1);

    /* all with limits, half of them in cooldown */

    for (i = 0; i < llmgw_nelts(rows); i++) {
        snprintf(name, sizeof(name), "%s, worst",
                 rows[i].name);
        bench_route_case(seconds, name, rows[i].strategy, BENCH_DEPLOYMENTS,
                         1, BENCH_DEPLOYMENTS / 2, 0);
    }
}
