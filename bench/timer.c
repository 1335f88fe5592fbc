
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "timer.h"
#include "http.h"


static void bench_timer_up(size_t i);
static void bench_timer_down(size_t i);


/* heap[0] is not used */

static bench_timer_t  **heap;
static size_t           nheap;
static size_t           cap;


void
bench_timer_add(bench_timer_t *t, int64_t due)
{
    if (nheap + 1 >= cap) {
        cap = cap ? 2 * cap : 1024;
        heap = bench_realloc(heap, cap * sizeof(bench_timer_t *));
    }

    t->due = due;
    heap[++nheap] = t;

    bench_timer_up(nheap);
}


void
bench_timer_delete(bench_timer_t *t)
{
    size_t          i;
    bench_timer_t  *last;

    i = t->place;

    if (i == 0) {
        return;
    }

    t->place = 0;
    last = heap[nheap--];

    if (last != t) {
        heap[i] = last;
        bench_timer_up(i);
        bench_timer_down(last->place);
    }
}


int64_t
bench_timer_next(void)
{
    return nheap ? heap[1]->due : -1;
}


void *
bench_timer_expired(int64_t now)
{
    bench_timer_t  *t;

    if (nheap == 0 || heap[1]->due > now) {
        return NULL;
    }

    t = heap[1];
    bench_timer_delete(t);

    return t->data;
}


static void
bench_timer_up(size_t i)
{
    bench_timer_t  *t;

    t = heap[i];

    while (i > 1 && heap[i / 2]->due > t->due) {
        heap[i] = heap[i / 2];
        heap[i]->place = i;
        i /= 2;
    }

    heap[i] = t;
    t->place = i;
}


static void
bench_timer_down(size_t i)
{
    size_t          down;
    bench_timer_t  *t;

    t = heap[i];

    for ( ;; ) {
        down = 2 * i;

        if (down < nheap && heap[down + 1]->due < heap[down]->due) {
            down++;
        }

        if (down > nheap || heap[down]->due >= t->due) {
            break;
        }

        heap[i] = heap[down];
        heap[i]->place = i;
        i = down;
    }

    heap[i] = t;
    t->place = i;
}
