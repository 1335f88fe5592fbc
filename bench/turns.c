
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Preloaded into nginx, measures the turns of its event loop: what passes
 * between a return of epoll_wait() and the next call of it.  As long as that
 * takes, no other request is served.
 *
 * The file that BENCH_TURNS names gets four 64-bit numbers: turns, processor
 * nanoseconds of all, of the longest, and the longest by the clock.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>


typedef int (*bench_epoll_wait_pt)(int ep, struct epoll_event *events, int n,
    int timeout);


typedef struct {
    int64_t  turns;
    int64_t  cpu;
    int64_t  max_cpu;
    int64_t  max_wall;
} bench_turns_t;


static int64_t bench_clock(clockid_t id);


static bench_epoll_wait_pt   bench_epoll_wait;
static bench_turns_t        *bench_turns;
static int64_t               bench_cpu;
static int64_t               bench_wall;


/* Before main(), while the environment still is what it was started with. */

static void __attribute__((constructor))
bench_turns_init(void)
{
    int          fd;
    void        *p;
    const char  *file;

    bench_epoll_wait = (bench_epoll_wait_pt) dlsym(RTLD_NEXT, "epoll_wait");

    file = getenv("BENCH_TURNS");
    if (file == NULL) {
        return;
    }

    fd = open(file, O_RDWR|O_CREAT|O_CLOEXEC, 0644);
    if (fd == -1) {
        return;
    }

    if (ftruncate(fd, sizeof(bench_turns_t)) == 0) {
        p = mmap(NULL, sizeof(bench_turns_t), PROT_READ|PROT_WRITE,
                 MAP_SHARED, fd, 0);

        if (p != MAP_FAILED) {
            bench_turns = p;
        }
    }

    (void) close(fd);
}


int
epoll_wait(int ep, struct epoll_event *events, int n, int timeout)
{
    int      rc;
    int64_t  cpu, wall;

    if (bench_turns && bench_wall) {
        cpu = bench_clock(CLOCK_THREAD_CPUTIME_ID) - bench_cpu;
        wall = bench_clock(CLOCK_MONOTONIC) - bench_wall;

        bench_turns->turns++;
        bench_turns->cpu += cpu;

        if (cpu > bench_turns->max_cpu) {
            bench_turns->max_cpu = cpu;
        }

        if (wall > bench_turns->max_wall) {
            bench_turns->max_wall = wall;
        }
    }

    rc = bench_epoll_wait(ep, events, n, timeout);

    if (bench_turns) {
        bench_cpu = bench_clock(CLOCK_THREAD_CPUTIME_ID);
        bench_wall = bench_clock(CLOCK_MONOTONIC);
    }

    return rc;
}


static int64_t
bench_clock(clockid_t id)
{
    struct timespec  ts;

    (void) clock_gettime(id, &ts);

    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}
