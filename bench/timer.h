
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Timers of one thread, in a binary heap.
 */


#ifndef _BENCH_TIMER_H_INCLUDED_
#define _BENCH_TIMER_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


/* Zeroed before its first use. */

typedef struct {
    int64_t    due;
    size_t     place;     /* in the heap, from 1; 0: not set */
    void      *data;
} bench_timer_t;


void bench_timer_add(bench_timer_t *t, int64_t due);
void bench_timer_delete(bench_timer_t *t);

/* When the next one is due; -1: there is none. */

int64_t bench_timer_next(void);

/* Takes out one that is due and returns its data; NULL: there is none. */

void *bench_timer_expired(int64_t now);


#endif /* _BENCH_TIMER_H_INCLUDED_ */
