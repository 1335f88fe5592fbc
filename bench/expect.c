
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "expect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static unsigned bench_expect_digits(bench_expect_t *e, size_t pos);
static void bench_expect_slot(bench_expect_t *e, size_t pos, unsigned len,
    unsigned stamp);


void
bench_expect_read(bench_expect_t *e, const char *file)
{
    FILE      *in;
    size_t     i;
    unsigned   n;

    static const char  created[] = "\"created\":";

    memset(e, 0, sizeof(bench_expect_t));

    in = fopen(file, "rb");
    if (in == NULL) {
        bench_die("open \"%s\": %s", file, strerror(errno));
    }

    do {
        e->data = bench_realloc(e->data, e->len + 65536);
        i = fread(e->data + e->len, 1, 65536, in);
        e->len += i;
    } while (i);

    (void) fclose(in);

    for (i = 0; i < e->len; i++) {

        if (e->data[i] == '~') {
            n = bench_expect_digits(e, i + 1);

            if (n == BENCH_STAMP && e->data[i + 1 + n] == '~') {
                bench_expect_slot(e, i + 1, n, 1);
                i += n + 1;
            }

        } else if (e->data[i] == '"' && e->len - i > sizeof(created)
                   && memcmp(e->data + i, created, sizeof(created) - 1) == 0)
        {
            i += sizeof(created) - 1;
            n = bench_expect_digits(e, i);

            if (n) {
                bench_expect_slot(e, i, n, 0);
                i += n - 1;
            }
        }
    }
}


static unsigned
bench_expect_digits(bench_expect_t *e, size_t pos)
{
    size_t  i;

    for (i = pos; i < e->len - 1; i++) {
        if (e->data[i] < '0' || e->data[i] > '9') {
            break;
        }
    }

    return i - pos;
}


static void
bench_expect_slot(bench_expect_t *e, size_t pos, unsigned len, unsigned stamp)
{
    bench_slot_t  *slot;

    if (e->nslots % 1024 == 0) {
        e->slots = bench_realloc(e->slots,
                                 (e->nslots + 1024) * sizeof(bench_slot_t));
    }

    slot = &e->slots[e->nslots++];

    slot->pos = pos;
    slot->len = len;
    slot->stamp = stamp;
}


int
bench_expect(bench_expect_t *e, bench_match_t *m, const char *p, size_t n,
    bench_stamp_pt handler, void *ctx)
{
    size_t         run, upto;
    const char    *end;
    bench_slot_t  *slot;

    if (n > e->len - m->pos) {
        return 0;
    }

    end = p + n;

    while (p < end) {

        slot = (m->slot < e->nslots) ? &e->slots[m->slot] : NULL;

        if (slot == NULL || m->pos < slot->pos) {
            upto = slot ? slot->pos : e->len;
            run = upto - m->pos;

            if (run > (size_t) (end - p)) {
                run = end - p;
            }

            if (memcmp(e->data + m->pos, p, run) != 0) {
                return 0;
            }

            m->pos += run;
            p += run;
            continue;
        }

        while (p < end && m->pos < slot->pos + slot->len) {

            if (*p < '0' || *p > '9') {
                return 0;
            }

            m->digits = m->digits * 10 + (*p - '0');
            m->pos++;
            p++;
        }

        if (m->pos == slot->pos + slot->len) {
            m->slot++;

            if (slot->stamp) {
                handler(ctx, m->digits);
            }

            m->digits = 0;
        }
    }

    return 1;
}


int
bench_expect_done(bench_expect_t *e, bench_match_t *m)
{
    return m->pos == e->len;
}
