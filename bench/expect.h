
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The answer that is expected, byte for byte, except for what has to differ:
 * the mock's time stamps, which are read, and the value of "created".
 */


#ifndef _BENCH_EXPECT_H_INCLUDED_
#define _BENCH_EXPECT_H_INCLUDED_


#include "http.h"


typedef struct {
    size_t     pos;
    unsigned   len;
    unsigned   stamp:1;
} bench_slot_t;


typedef struct {
    char          *data;
    size_t         len;
    bench_slot_t  *slots;
    size_t         nslots;
} bench_expect_t;


/* The place of one answer in it; zeroed before each answer. */

typedef struct {
    size_t         pos;
    size_t         slot;
    int64_t        digits;
} bench_match_t;


typedef void (*bench_stamp_pt)(void *ctx, int64_t stamp);


void bench_expect_read(bench_expect_t *e, const char *file);

/*
 * Compares the next n bytes of an answer; calls handler for each time stamp
 * that became complete.  Returns 0 where they differ.
 */

int bench_expect(bench_expect_t *e, bench_match_t *m, const char *p, size_t n,
    bench_stamp_pt handler, void *ctx);

int bench_expect_done(bench_expect_t *e, bench_match_t *m);


#endif /* _BENCH_EXPECT_H_INCLUDED_ */
