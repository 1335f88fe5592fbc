
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * How long a start takes that has many requests to add up: a ledger is
 * written, read as the gateway reads it, summed up as its worker does, and read
 * again from the sums.
 *
 *     bench-ledger DIR [RECORDS [KEYS]]
 */


#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "llmgw_ledger.h"
#include "llmgw_policy.h"


#define BENCH_SEGMENT  (64 * 1024 * 1024)
#define BENCH_NOW      1767225600000LL


static double
bench_now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec * 1e-9;
}


static void
bench_failed(const char *what)
{
    perror(what);
    exit(1);
}


/* A request of one of the keys, as one with a team and tags has it. */

static void
bench_request(llmgw_spend_t *s, long i, long keys)
{
    static char  key[65], user[32], team[32], id[33];

    llmgw_spend_init(s);

    snprintf(key, sizeof(key), "%064lx", i % keys);
    snprintf(user, sizeof(user), "user-%ld", i % keys % 5000);
    snprintf(team, sizeof(team), "team-%ld", i % keys % 100);
    snprintf(id, sizeof(id), "%032lx", i);

    s->ring = 1;
    s->seq = (uint64_t) i + 1;
    s->start = BENCH_NOW + i / 100;
    s->end = s->start + 1500;
    s->cost = 1234567;
    s->prompt = 1000;
    s->completion = 200;
    s->cached = 0;
    s->status = 200;
    s->attempts = 1;
    s->latency_ms = 1500;
    s->request_id = llmgw_str((u_char *) id, 32);
    s->key = llmgw_str((u_char *) key, 64);
    s->user = llmgw_str((u_char *) user, strlen(user));
    s->team = llmgw_str((u_char *) team, strlen(team));
    s->model = llmgw_lit("gpt-4o");
    s->upstream = llmgw_lit("gpt-4o-2024-08-06");
    s->deployment = llmgw_lit("@openai");
    s->provider = llmgw_lit("openai");
    s->endpoint = llmgw_lit("/chat/completions");
    s->address = llmgw_lit("10.0.0.17");
    s->node = llmgw_lit("gateway-1");
    s->ntags = 1;
    s->tags[0] = llmgw_lit("production");
    s->ncharges = 3;
    memset(s->charges, 0, 3 * sizeof(llmgw_charge_t));
    s->charges[0].kind = LLMGW_KIND_KEY;
    s->charges[0].id = s->key;
    s->charges[1].kind = LLMGW_KIND_USER;
    s->charges[1].id = s->user;
    s->charges[2].kind = LLMGW_KIND_TEAM;
    s->charges[2].id = s->team;
}


static void
bench_write(const char *dir, long records, long keys)
{
    long              i;
    size_t            len;
    u_char           *p;
    llmgw_log_t       log;
    llmgw_spend_t     s;
    llmgw_log_pos_t   pos;

    memset(&pos, 0, sizeof(llmgw_log_pos_t));

    if (llmgw_log_open(&log, dir, LLMGW_LEDGER_SUFFIX, LLMGW_FILE_LEDGER,
                       llmgw_lit("gateway-1"), -1, &pos, BENCH_SEGMENT)
        != 0
        || llmgw_log_ready(&log, BENCH_NOW, NULL, 0) != 0)
    {
        bench_failed(dir);
    }

    for (i = 0; i < records; i++) {

        bench_request(&s, i, keys);
        len = llmgw_spend_size(&s);
        p = llmgw_log_room(&log, len);

        if (p == NULL) {

            if (llmgw_log_write(&log) != 0
                || (llmgw_log_due(&log, BENCH_NOW)
                    && llmgw_log_turn(&log, BENCH_NOW, NULL, 0) != 0))
            {
                bench_failed(dir);
            }

            p = llmgw_log_room(&log, len);
        }

        (void) llmgw_spend_write(p, &s);
        llmgw_log_add(&log, LLMGW_RECORD_SPEND, len);
    }

    if (llmgw_log_write(&log) != 0) {
        bench_failed(dir);
    }

    llmgw_log_close(&log);
}


static void
bench_load(const char *dir, const char *what, long records)
{
    double           began;
    int64_t          requests;
    llmgw_int_t      rc;
    llmgw_heap_t     heap;
    llmgw_sums_t     sums;
    llmgw_report_t   report;
    llmgw_log_pos_t  pos;

    llmgw_sums_node_t  *node;

    memset(&report, 0, sizeof(llmgw_report_t));

    began = bench_now();

    rc = llmgw_sums_init(&sums, llmgw_heap_init(&heap, 1024 * 1024));

    if (rc == LLMGW_OK) {
        rc = llmgw_ledger_load(dir, &sums, &pos, &report, NULL, NULL);
    }

    if (rc != LLMGW_OK || report.damaged) {
        bench_failed(dir);
    }

    requests = 0;

    for (node = sums.first; node != NULL; node = node->newer) {
        if (node->total.kind == LLMGW_KIND_KEY) {
            requests += node->total.requests;
        }
    }

    if (requests != records) {
        fprintf(stderr, "%lld of %ld\n", (long long) requests, records);
        exit(1);
    }

    printf("  %-40s %8.2f s\n", what, bench_now() - began);

    llmgw_heap_free(&heap);
}


static void
bench_clean(const char *dir)
{
    DIR            *d;
    char            path[LLMGW_PATH_MAX];
    struct dirent  *e;

    d = opendir(dir);
    if (d == NULL) {
        return;
    }

    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.') {
            snprintf(path, sizeof(path), "%.700s/%.255s", dir, e->d_name);
            (void) unlink(path);
        }
    }

    closedir(d);
    (void) rmdir(dir);
}


int
main(int argc, char **argv)
{
    char      dir[LLMGW_PATH_MAX];
    long      records, keys;
    double    began;
    uint64_t  upto, files, bytes;

    records = argc > 2 ? atol(argv[2]) : 1000000;
    keys = argc > 3 ? atol(argv[3]) : 10000;

    if (argc < 2 || records < 1 || keys < 1) {
        fprintf(stderr, "usage: bench-ledger DIR [RECORDS [KEYS]]\n");
        return 2;
    }

    snprintf(dir, sizeof(dir), "%.700s/ledger-%ld", argv[1], (long) getpid());

    if (mkdir(dir, 0700) != 0) {
        bench_failed(dir);
    }

    printf("ledger of %ld requests, %ld keys\n", records, keys);

    bench_write(dir, records, keys);
    bench_load(dir, "a start that reads all of it", records);

    if (llmgw_ledger_unfolded(dir, &upto, &files, &bytes) != LLMGW_OK) {
        bench_failed(dir);
    }

    if (files) {
        began = bench_now();

        if (llmgw_ledger_fold(dir, upto, BENCH_NOW, NULL) != LLMGW_OK) {
            bench_failed(dir);
        }

        printf("  %-40s %8.2f s\n", "summing up its closed files",
               bench_now() - began);

        bench_load(dir, "a start that reads the sums", records);
    }

    bench_clean(dir);

    return 0;
}
