
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "samples.h"
#include "http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


static int bench_samples_compare(const void *one, const void *two);
static size_t bench_samples_count(bench_samples_t *s, int64_t from,
    int64_t to);
static size_t bench_samples_pauses(bench_samples_t *s, int64_t from,
    int64_t to, size_t conns);
static int bench_samples_step(bench_samples_t *s, int64_t base,
    size_t conns);


void
bench_samples_add(bench_samples_t *s, int64_t ns)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 65536;
        s->v = bench_realloc(s->v, s->cap * sizeof(uint32_t));
    }

    ns /= BENCH_TICK;

    s->v[s->n++] = ns < 0 ? 0 : ns > UINT32_MAX ? UINT32_MAX : ns;
}


void
bench_samples_write(bench_samples_t *s, const char *file, const char *name)
{
    FILE  *out;
    char   path[4096];

    if (s->n == 0) {
        return;
    }

    (void) snprintf(path, sizeof(path), "%s.%s", file, name);

    out = fopen(path, "wb");

    if (out == NULL || fwrite(s->v, sizeof(uint32_t), s->n, out) != s->n
        || fclose(out) != 0)
    {
        bench_die("write \"%s\": %s", path, strerror(errno));
    }
}


void
bench_samples_print(FILE *out, bench_samples_t *s, const char *name,
    int64_t base, size_t conns)
{
    int     step;
    size_t  i, k;
    double  sum;

    static const struct {
        const char  *name;
        double       part;
    } marks[] = {
        { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p999", 0.999 },
        { "max", 1.0 }
    };

    (void) fprintf(out, ",\"%s\":{\"n\":%zu", name, s->n);

    if (s->n) {
        step = bench_samples_step(s, base, conns);

        qsort(s->v, s->n, sizeof(uint32_t), bench_samples_compare);

        sum = 0;

        for (i = 0; i < s->n; i++) {
            sum += s->v[i];
        }

        (void) fprintf(out, ",\"min\":%.1f,\"mean\":%.2f", s->v[0] / 10.0,
                       sum / s->n / 10.0);

        for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
            k = marks[i].part * s->n;

            if (k >= s->n) {
                k = s->n - 1;
            }

            (void) fprintf(out, ",\"%s\":%.1f", marks[i].name,
                           s->v[k] / 10.0);
        }

        (void) fprintf(out, ",\"step40\":%s",
                       step ? "true" : "false");
    }

    (void) fputc('}', out);
}


static int
bench_samples_compare(const void *one, const void *two)
{
    uint32_t  a, b;

    a = *(const uint32_t *) one;
    b = *(const uint32_t *) two;

    return a < b ? -1 : a > b;
}


static size_t
bench_samples_count(bench_samples_t *s, int64_t from, int64_t to)
{
    size_t    i, n;
    uint32_t  a, b;

    a = from / BENCH_TICK;
    b = to / BENCH_TICK;
    n = 0;

    for (i = 0; i < s->n; i++) {
        n += (s->v[i] >= a && s->v[i] < b);
    }

    return n;
}


/*
 * How many pauses there were at least: one meets each connection once, with
 * samples near each other.
 */

static size_t
bench_samples_pauses(bench_samples_t *s, int64_t from, int64_t to,
    size_t conns)
{
    size_t    i, n, met, start;
    uint32_t  a, b;

    a = from / BENCH_TICK;
    b = to / BENCH_TICK;
    n = 0;
    met = 0;
    start = 0;

    for (i = 0; i < s->n; i++) {

        if (s->v[i] < a || s->v[i] >= b) {
            continue;
        }

        if (n && met < conns && i - start < 8 * conns) {
            met++;
            continue;
        }

        n++;
        met = 1;
        start = i;
    }

    return n;
}


/*
 * The timer of a delayed acknowledgement fires for single connections and
 * always after 40 ms, in practice up to three ticks of the kernel's clock
 * later.  A stall of a process meets all connections at once, and more of them
 * spread over the neighborhood.
 */

static int
bench_samples_step(bench_samples_t *s, int64_t base, size_t conns)
{
    size_t   at, around;
    int64_t  from, to;

    from = base + 39 * BENCH_MS;
    to = base + 53 * BENCH_MS;

    if (bench_samples_pauses(s, from, to, conns) < 3) {
        return 0;
    }

    at = bench_samples_count(s, from, to);
    around = bench_samples_count(s, base + 24 * BENCH_MS, base + 38 * BENCH_MS)
             + bench_samples_count(s, base + 54 * BENCH_MS,
                                   base + 68 * BENCH_MS);

    /* the neighborhood is twice as wide */

    return at * 2000 >= s->n && at * 2 > around * 4;
}
