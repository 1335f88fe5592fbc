
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Series of durations: kept one by one, in tenths of a microsecond, so that
 * percentiles are exact and the raw samples can be kept.
 */


#ifndef _BENCH_SAMPLES_H_INCLUDED_
#define _BENCH_SAMPLES_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <stdio.h>


#define BENCH_TICK  100       /* ns */


typedef struct {
    uint32_t  *v;
    size_t     n;
    size_t     cap;
} bench_samples_t;


void bench_samples_add(bench_samples_t *s, int64_t ns);

/* Appends to FILE.NAME: little-endian 32-bit numbers, 0.1 us each. */

void bench_samples_write(bench_samples_t *s, const char *file,
    const char *name);

/*
 * Prints the series as a JSON member and sorts it.  base is the time, in ns,
 * that the mock itself takes: samples gathered 40 ms behind it are the mark of
 * Nagle's algorithm meeting delayed acknowledgements.  conns is the number of
 * connections that the samples come from.
 */

void bench_samples_print(FILE *out, bench_samples_t *s, const char *name,
    int64_t base, size_t conns);


#endif /* _BENCH_SAMPLES_H_INCLUDED_ */
