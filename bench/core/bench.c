
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * How fast the library's foundation is, in megabytes of input a second and
 * cycles of the time stamp counter a byte.  Each figure is the best of several
 * rounds: what disturbs a round only makes it slower.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"


static u_char  *bench_memory;
static size_t   bench_used;


void *
bench_alloc(void *data, size_t size)
{
    (void) data;

    return malloc(size);
}


u_char *
bench_buffer(size_t size)
{
    u_char  *p;

    if (bench_memory == NULL) {
        bench_memory = malloc(BENCH_MEMORY);

        if (bench_memory == NULL) {
            abort();
        }

        memset(bench_memory, 0, BENCH_MEMORY);
    }

    if (size > BENCH_MEMORY - bench_used) {
        abort();
    }

    p = bench_memory + bench_used;
    bench_used += size;

    return p;
}


double
bench_now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec * 1e-9;
}


/* The best of the rounds that fit in the time, at least three. */

double
bench_run(const char *name, size_t bytes, double seconds, bench_pt run,
    void *data)
{
    double    start, t, best, end;
    unsigned  i, rounds, times;

    /* one round takes about a millisecond, so that the clock is no matter */

    times = 1;

    for ( ;; ) {
        start = bench_now();

        for (i = 0; i < times; i++) {
            run(data);
        }

        t = bench_now() - start;

        if (t > 0.001 || times >= 1 << 20) {
            break;
        }

        times *= 2;
    }

    best = t / times;
    end = bench_now() + seconds;

    for (rounds = 0; rounds < 3 || bench_now() < end; rounds++) {

        start = bench_now();

        for (i = 0; i < times; i++) {
            run(data);
        }

        t = (bench_now() - start) / times;

        if (t < best) {
            best = t;
        }
    }

    if (name && bytes == 0) {
        printf("%-42s %24.3f us\n", name, best * 1e6);
        fflush(stdout);

    } else if (name) {
        printf("%-42s %9.0f MB/s %9.3f us  (%zu bytes)\n", name,
               (double) bytes / best / 1e6, best * 1e6, bytes);
        fflush(stdout);
    }

    return best;
}


int
main(int argc, char **argv)
{
    double  seconds;

    /* how long each figure is measured */

    seconds = (argc > 1) ? atof(argv[1]) : 0.1;

    bench_json(seconds);
    bench_dialects(seconds);
    bench_route(seconds);

    return 0;
}
