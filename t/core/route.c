
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The choice among deployments, with a clock and random numbers of our own.
 */


#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"
#include "llmgw_route.h"


#define N  100


typedef struct {
    llmgw_route_t       rt;
    llmgw_deployment_t  list[N];
    llmgw_numbers_t     numbers[N];
    uint64_t            sums[N];
    uint64_t            turn;
    unsigned            picks[N];
    uint64_t            random;
    uint64_t            now;
} bed_t;


static void
bed(bed_t *t, llmgw_strategy_e strategy, unsigned n)
{
    char      name[16];
    unsigned  i;

    memset(t, 0, sizeof(bed_t));

    t->now = 10000000;
    t->random = 4711;
    t->rt.list = t->list;
    t->rt.sums = t->sums;
    t->rt.turn = &t->turn;
    t->rt.strategy = strategy;
    t->rt.n = n;

    for (i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "@d%u", i);
        t->list[i].numbers = &t->numbers[i];
        t->list[i].hash = llmgw_route_hash(test_cstr(name));
        t->list[i].weight = 1;
        t->list[i].price = UINT64_MAX;
    }

    llmgw_route_init(&t->rt);
}


static int
choose(bed_t *t, llmgw_choice_t *more)
{
    int             i;
    llmgw_choice_t  c;

    memset(&c, 0, sizeof(llmgw_choice_t));

    if (more) {
        c = *more;
    }

    c.now = t->now;
    c.random = llmgw_random(&t->random);

    i = llmgw_route_choose(&t->rt, &c);

    if (more) {
        *more = c;
    }

    if (i >= 0) {
        t->picks[i]++;
    }

    return i;
}


/* of one process among several: nothing of the bed is its own */

static int
route_pick(bed_t *t, unsigned seed)
{
    llmgw_choice_t  c;

    memset(&c, 0, sizeof(llmgw_choice_t));

    c.now = t->now;
    c.random = seed;

    return llmgw_route_choose(&t->rt, &c);
}


static void
opened(bed_t *t, unsigned i, uint64_t until)
{
    t->numbers[i].breaker.open_until = until;
    t->numbers[i].breaker.opened_at = t->now;
}


static void
route_weighted(void)
{
    double    want;
    bed_t     t;
    unsigned  i, n, sum, set;

    static const unsigned  weights[][5] = {
        { 1, 1, 1, 0 }, { 1, 2, 3, 4, 0 }, { 97, 2, 1, 0 },
        { 10000, 1, 5000, 0 }, { 3, 7, 11, 13, 0 }, { 1, 0 }
    };

    for (set = 0; set < llmgw_nelts(weights); set++) {

        for (n = 0, sum = 0; n < 5 && weights[set][n]; n++) {
            sum += weights[set][n];
        }

        test_case("weighted: set %u, 100,000 picks within 2 %%", set);

        bed(&t, LLMGW_STRATEGY_WEIGHTED, n);

        for (i = 0; i < n; i++) {
            t.list[i].weight = weights[set][i];
        }

        llmgw_route_init(&t.rt);

        for (i = 0; i < 100000; i++) {
            check(choose(&t, NULL) >= 0);
        }

        for (i = 0; i < n; i++) {

            want = 100000.0 * weights[set][i] / sum;

            test_at("deployment %u: %u of %.1f", i, t.picks[i], want);
            check(t.picks[i] >= want * 0.98 - 3);
            check(t.picks[i] <= want * 1.02 + 3);
        }
    }

    test_case("weighted: short runs are even, too");

    bed(&t, LLMGW_STRATEGY_WEIGHTED, 4);

    for (i = 0; i < 40; i++) {
        choose(&t, NULL);
    }

    for (i = 0; i < 4; i++) {
        test_at("deployment %u: %u", i, t.picks[i]);
        check(t.picks[i] >= 8 && t.picks[i] <= 12);
    }

    test_case("weighted: the weights of those that are left");

    bed(&t, LLMGW_STRATEGY_WEIGHTED, 4);

    for (i = 0; i < 4; i++) {
        t.list[i].weight = i + 1;
    }

    llmgw_route_init(&t.rt);
    opened(&t, 3, t.now + 1000);

    for (i = 0; i < 60000; i++) {
        choose(&t, NULL);
    }

    check_int(t.picks[3], 0);
    check(t.picks[0] > 9600 && t.picks[0] < 10400);
    check(t.picks[1] > 19400 && t.picks[1] < 20600);
    check(t.picks[2] > 29400 && t.picks[2] < 30600);
}


/* as workers do it: what is shared is memory, nothing else */

static void
route_processes(void)
{
    bed_t     *t;
    pid_t      pid[4];
    unsigned   i, n;
    uint64_t  *shared;

    static const unsigned  weights[] = { 5, 3, 2 };

    test_case("weighted: 100,000 picks of four processes");

    shared = mmap(NULL, sizeof(bed_t) + 4 * sizeof(uint64_t),
                  PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    check(shared != MAP_FAILED);

    if (shared == MAP_FAILED) {
        return;
    }

    t = (bed_t *) (shared + 4);

    bed(t, LLMGW_STRATEGY_WEIGHTED, 3);

    for (i = 0; i < 3; i++) {
        t->list[i].weight = weights[i];
    }

    llmgw_route_init(&t->rt);

    for (n = 0; n < 4; n++) {

        pid[n] = fork();

        if (pid[n] == 0) {

            for (i = 0; i < 25000; i++) {
                (void) llmgw_add(&shared[route_pick(t, n)], 1);
            }

            _exit(0);
        }

        check(pid[n] != -1);
    }

    for (n = 0; n < 4; n++) {
        if (pid[n] != -1) {
            check_int(waitpid(pid[n], NULL, 0), pid[n]);
        }
    }

    for (i = 0; i < 3; i++) {
        test_at("deployment %u: %u", i, (unsigned) shared[i]);
        check(shared[i] >= 10000 * weights[i] * 98 / 100);
        check(shared[i] <= 10000 * weights[i] * 102 / 100);
    }

    munmap(shared, sizeof(bed_t) + 4 * sizeof(uint64_t));
}


static void
route_order(void)
{
    bed_t           t;
    uint8_t         skip[N];
    unsigned        i;
    llmgw_choice_t  c;

    test_case("ordered: the first one that can");

    bed(&t, LLMGW_STRATEGY_ORDERED, 4);
    memset(&c, 0, sizeof(llmgw_choice_t));
    memset(skip, 0, sizeof(skip));
    c.skip = skip;

    for (i = 0; i < 4; i++) {
        check_int(choose(&t, &c), i);
        skip[i] = 1;
    }

    check_int(choose(&t, &c), -1);
    check(!c.open && !c.full);
    check_int(choose(&t, NULL), 0);

    opened(&t, 0, t.now + 1);
    check_int(choose(&t, NULL), 1);

    test_case("round robin: one after the other");

    bed(&t, LLMGW_STRATEGY_ROUND_ROBIN, 3);

    for (i = 0; i < 9; i++) {
        check_int(choose(&t, NULL), i % 3);
    }

    test_case("tiers: a later one only without the earlier ones");

    bed(&t, LLMGW_STRATEGY_WEIGHTED, 4);
    t.list[0].order = 2;
    t.list[1].order = 1;
    t.list[2].order = 2;
    t.list[3].order = 1;
    llmgw_route_init(&t.rt);

    check(t.list[0].numbers == &t.numbers[1]);
    check(t.list[1].numbers == &t.numbers[3]);
    check(t.list[2].numbers == &t.numbers[0]);

    for (i = 0; i < 100; i++) {
        check(choose(&t, NULL) < 2);
    }

    check(t.picks[0] >= 49 && t.picks[0] <= 51);

    opened(&t, 1, t.now + 1000);

    for (i = 0; i < 100; i++) {
        check_int(choose(&t, NULL), 1);
    }

    opened(&t, 3, t.now + 1000);

    for (i = 0; i < 100; i++) {
        check(choose(&t, NULL) >= 2);
    }

    test_case("tiers: all of them in cooldown");

    opened(&t, 0, t.now + 500);
    opened(&t, 2, t.now + 2000);

    memset(&c, 0, sizeof(llmgw_choice_t));
    check_int(choose(&t, &c), -1);
    check(c.open);
    check(!c.full);

    opened(&t, 1, t.now + 900);
    c.any = 1;
    check_int(choose(&t, &c), 0);

    test_case("no deployment at all");

    t.rt.n = 0;
    check_int(choose(&t, NULL), -1);
}


static void
route_probe(void)
{
    bed_t            t;
    unsigned         i, n;
    llmgw_numbers_t *x;

    test_case("probe: one request, until it is known what comes of it");

    bed(&t, LLMGW_STRATEGY_LATENCY, 3);

    for (i = 0; i < 3; i++) {
        llmgw_mean_add(&t.numbers[i].first, t.now, 1000);
    }

    x = &t.numbers[1];
    opened(&t, 1, t.now + 100);

    for (i = 0; i < 100; i++) {
        check(choose(&t, NULL) != 1);
    }

    t.list[1].always = 1;

    for (i = 0, n = 0; i < 100; i++) {
        n += choose(&t, NULL) == 1;
    }

    check(n > 10);

    t.list[1].always = 0;
    t.picks[1] = 0;
    t.now += 100;

    check_int(choose(&t, NULL), 1);

    for (i = 0; i < 100; i++) {
        check(choose(&t, NULL) != 1);
    }

    llmgw_breaker_close(&x->breaker, t.now);

    for (i = 0; i < 100; i++) {
        choose(&t, NULL);
    }

    check(t.picks[1] > 10);
}


static void
route_busy(void)
{
    int             at;
    bed_t           t;
    unsigned        i, n;
    uint32_t        part;
    llmgw_choice_t  c;

    test_case("least busy: the emptiest, by weight");

    bed(&t, LLMGW_STRATEGY_LEAST_BUSY, 3);
    t.list[2].weight = 2;
    llmgw_route_init(&t.rt);

    for (i = 0; i < 400; i++) {
        at = choose(&t, NULL);
        check_int(llmgw_route_begin(&t.list[at], t.now, 0, &part), LLMGW_OK);
    }

    check_int(t.numbers[0].in_flight, 100);
    check_int(t.numbers[1].in_flight, 100);
    check_int(t.numbers[2].in_flight, 200);

    test_case("least busy: equals take turns");

    bed(&t, LLMGW_STRATEGY_LEAST_BUSY, 4);

    for (i = 0; i < 4000; i++) {
        choose(&t, NULL);
    }

    for (i = 0; i < 4; i++) {
        check(t.picks[i] > 900 && t.picks[i] < 1100);
    }

    test_case("least busy: away from the one that holds its requests");

    for (n = 3; n <= N; n += 97) {

        bed(&t, LLMGW_STRATEGY_LEAST_BUSY, n);

        /* each request takes 10 ms, at the last deployment for ever */

        for (i = 0; i < 10000; i++) {

            at = choose(&t, NULL);
            llmgw_route_begin(&t.list[at], t.now, 0, &part);

            if (at != (int) n - 1) {
                llmgw_route_end(&t.list[at], t.now, part, 0, 0);
            }
        }

        test_at("%u of %u", t.picks[n - 1], 10000 / n);
        check(t.picks[n - 1] < 10000 / n / 10);
    }

    test_case("max_parallel, rpm and tpm");

    bed(&t, LLMGW_STRATEGY_ORDERED, 3);
    t.list[0].max_parallel = 2;
    t.list[1].rpm = 2;
    t.list[2].tpm = 1000;

    memset(&c, 0, sizeof(llmgw_choice_t));
    c.tokens = 400;

    for (i = 0; i < 6; i++) {
        at = choose(&t, &c);
        check_int(at, i / 2);
        check_int(llmgw_route_begin(&t.list[at], t.now, 400, &part),
                  LLMGW_OK);
    }

    check_int(choose(&t, &c), -1);
    check(c.full);
    check(!c.open);
    check(c.wait > 0);

    /* a slot may be free at any time, a minute passes when it does */

    c.now = t.now;
    check(llmgw_route_waits(&t.list[0], &c));
    check(!llmgw_route_waits(&t.list[1], &c));
    check(!llmgw_route_waits(&t.list[2], &c));

    t.list[1].max_parallel = 1;
    check(!llmgw_route_waits(&t.list[1], &c));
    t.list[1].max_parallel = 0;

    check_int(llmgw_route_begin(&t.list[0], t.now, 0, &part), LLMGW_DECLINED);
    check_int(llmgw_route_begin(&t.list[1], t.now, 0, &part), LLMGW_DECLINED);
    check_int(t.numbers[0].in_flight, 2);
    check_int(t.numbers[1].in_flight, 2);

    /* it came to less than was thought */

    llmgw_route_end(&t.list[2], t.now, t.now / LLMGW_METER_PART, 400, 100);
    check_int(choose(&t, &c), 2);

    llmgw_route_end(&t.list[0], t.now, t.now / LLMGW_METER_PART, 400, 400);
    check_int(choose(&t, &c), 0);

    t.now += 67000;
    t.numbers[0].in_flight = 2;
    check_int(choose(&t, &c), 1);

    test_case("a request that is larger than the limit");

    bed(&t, LLMGW_STRATEGY_ORDERED, 1);
    t.list[0].tpm = 1000;
    memset(&c, 0, sizeof(llmgw_choice_t));
    c.tokens = 5000;

    check_int(choose(&t, &c), 0);
    llmgw_route_begin(&t.list[0], t.now, 5000, &part);
    check_int(choose(&t, &c), -1);
}


static void
route_latency(void)
{
    int             at;
    bed_t           t;
    unsigned        i, j, n, slow;
    llmgw_choice_t  c;
    int             where[64];
    uint32_t        part[64];
    uint64_t        until[64];

    /*
     * 64 clients for 20 seconds; the first deployment answers in 100 ms like
     * the others, and in a second after 10.
     */

    for (n = 3; n <= N; n += 97) {

        test_case("latency: %u deployments, away from the slow one", n);

        bed(&t, LLMGW_STRATEGY_LATENCY, n);

        for (j = 0; j < 64; j++) {
            where[j] = -1;
        }

        slow = 0;

        for (i = 0; i < 20000; i++, t.now++) {

            if (i == 15000) {
                slow = t.picks[0];
                memset(t.picks, 0, sizeof(t.picks));
            }

            for (j = 0; j < 64; j++) {

                at = where[j];

                if (at >= 0) {

                    if (until[j] > t.now) {
                        continue;
                    }

                    llmgw_mean_add(&t.numbers[at].first, t.now,
                                   (at == 0 && i > 10000) ? 1000000 : 100000);
                    llmgw_route_end(&t.list[at], t.now, part[j], 0, 0);
                }

                at = choose(&t, NULL);
                llmgw_route_begin(&t.list[at], t.now, 0, &part[j]);

                where[j] = at;
                until[j] = t.now + ((at == 0 && i >= 10000) ? 1000 : 100);
            }
        }

        check(slow > 4000 / n);

        for (i = 0, j = 0; i < n; i++) {
            j += t.picks[i];
        }

        test_at("%u of %u", t.picks[0], j);
        check(t.picks[0] * 10 < j / n);
    }

    test_case("latency: one that nobody knows is asked");

    bed(&t, LLMGW_STRATEGY_LATENCY, 2);
    llmgw_mean_add(&t.numbers[0].first, t.now, 5);
    check_int(choose(&t, NULL), 1);

    test_case("latency: what was slow once fades");

    bed(&t, LLMGW_STRATEGY_LATENCY, 2);
    llmgw_mean_add(&t.numbers[0].first, t.now, 1000);
    llmgw_mean_add(&t.numbers[1].first, t.now, 10000);

    for (i = 0; i < 300 && choose(&t, NULL) == 0; i++) {
        t.now += 1000;
        llmgw_mean_add(&t.numbers[0].first, t.now, 1000);
    }

    check(i > 20);
    check(i < 120);

    test_case("latency: tokens count as many times as there are");

    bed(&t, LLMGW_STRATEGY_LATENCY, 2);
    llmgw_mean_add(&t.numbers[0].first, t.now, 100000);
    llmgw_mean_add(&t.numbers[0].token, t.now, 1000);
    llmgw_mean_add(&t.numbers[1].first, t.now, 10000);
    llmgw_mean_add(&t.numbers[1].token, t.now, 5000);

    memset(&c, 0, sizeof(llmgw_choice_t));

    c.words = 10;
    check_int(choose(&t, &c), 1);

    c.words = 100;
    check_int(choose(&t, &c), 0);

    test_case("mean: long ago");

    check_int(llmgw_mean_get(&t.numbers[0].first, t.now + 100000000), 1);
    check_int(llmgw_mean_get(&t.numbers[0].first, t.now), 100000);
}


static void
route_usage(void)
{
    int       at;
    bed_t     t;
    unsigned  i;
    uint32_t  part;

    test_case("usage: fewest tokens of the minute");

    bed(&t, LLMGW_STRATEGY_USAGE, 3);

    for (i = 0; i < 300; i++) {
        at = choose(&t, NULL);
        llmgw_route_begin(&t.list[at], t.now, (at == 0) ? 200 : 100, &part);
        llmgw_route_end(&t.list[at], t.now, part, 100, 100);
    }

    check(t.picks[0] > 50 && t.picks[0] < 70);
    check(t.picks[1] > 110 && t.picks[2] > 110);

    test_case("usage: as parts of the limits, where all have one");

    bed(&t, LLMGW_STRATEGY_USAGE, 2);
    t.list[0].tpm = 100000;
    t.list[1].tpm = 300000;
    llmgw_route_init(&t.rt);

    for (i = 0; i < 400; i++) {
        at = choose(&t, NULL);
        llmgw_route_begin(&t.list[at], t.now, 100, &part);
    }

    check(t.picks[0] > 95 && t.picks[0] < 105);

    test_case("cost: the cheapest, then the next one");

    bed(&t, LLMGW_STRATEGY_COST, 4);
    t.list[1].price = 300;
    t.list[2].price = 200;
    t.list[3].price = 200;

    for (i = 0; i < 1000; i++) {
        check(choose(&t, NULL) >= 2);
    }

    check(t.picks[2] > 400 && t.picks[3] > 400);

    opened(&t, 2, t.now + 1);
    opened(&t, 3, t.now + 1);
    check_int(choose(&t, NULL), 1);
    opened(&t, 1, t.now + 1);
    check_int(choose(&t, NULL), 0);

    test_case("a limit that the provider says is used up");

    bed(&t, LLMGW_STRATEGY_ORDERED, 2);
    t.numbers[0].drained_until = t.now + 1000;
    check_int(choose(&t, NULL), 1);

    /* rather that than nothing */

    opened(&t, 1, t.now + 5000);
    check_int(choose(&t, NULL), 0);

    t.numbers[0].drained_until = t.now;
    check_int(choose(&t, NULL), 0);
}


static void
route_affinity(void)
{
    int             at;
    bed_t           t;
    unsigned        i, moved, picks[N];
    llmgw_choice_t  c;
    static int      was[10000];

    test_case("affinity: the same for the same, even by weight");

    bed(&t, LLMGW_STRATEGY_WEIGHTED, 4);
    t.list[3].weight = 3;
    llmgw_route_init(&t.rt);

    memset(&c, 0, sizeof(llmgw_choice_t));
    c.sticky = 1;

    for (i = 0; i < 10000; i++) {
        c.affinity = llmgw_route_hash(llmgw_str((u_char *) &i, sizeof(i)));
        was[i] = choose(&t, &c);
        check_int(choose(&t, &c), was[i]);
    }

    for (i = 0; i < 4; i++) {
        picks[i] = t.picks[i] / 2 / t.list[i].weight;
        test_at("%u", picks[i]);
        check(picks[i] > 1567 && picks[i] < 1767);
    }

    test_case("affinity: only what was there moves");

    opened(&t, 1, t.now + 1000);
    moved = 0;

    for (i = 0; i < 10000; i++) {

        c.affinity = llmgw_route_hash(llmgw_str((u_char *) &i, sizeof(i)));
        at = choose(&t, &c);

        check(at != 1);

        if (was[i] != 1) {
            check_int(at, was[i]);
        }

        moved += (at != was[i]);
    }

    check_int(moved, picks[1]);
}


static void
route_meter(void)
{
    uint32_t       part;
    uint64_t       now;
    llmgw_meter_t  m;

    test_case("meter: a minute");

    memset(&m, 0, sizeof(llmgw_meter_t));
    now = 6000000;

    part = llmgw_meter_add(&m, now, 5);
    llmgw_meter_add(&m, now + 7000, 6);
    check_int(llmgw_meter_used(&m, now + 7000), 11);
    check_int(llmgw_meter_used(&m, now + 59999), 11);
    check_int(llmgw_meter_used(&m, now + 66000), 6);
    check_int(llmgw_meter_used(&m, now + 72000), 0);

    llmgw_meter_sub(&m, part, 3);
    check_int(llmgw_meter_used(&m, now + 7000), 8);
    llmgw_meter_sub(&m, part, 30);
    check_int(llmgw_meter_used(&m, now + 7000), 6);

    llmgw_meter_add(&m, now + 66000, 1);
    llmgw_meter_sub(&m, part, 1);
    check_int(llmgw_meter_used(&m, now + 66000), 7);

    test_case("meter: does not flow over");

    llmgw_meter_add(&m, now + 66000, UINT32_MAX);
    check_int(llmgw_meter_used(&m, now + 66000), 6 + (uint64_t) UINT32_MAX);
}


void
test_route(void)
{
    route_weighted();
    route_processes();
    route_order();
    route_probe();
    route_busy();
    route_latency();
    route_usage();
    route_affinity();
    route_meter();
}
