
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Whatever a server sends, in whatever pieces: it is read the same way, stays
 * within the limits, and what is made of it is one of the results that there
 * are.  The first byte is the size of the pieces.
 */


#include "fuzz.h"
#include "llmgw_redis_model.h"


#define FUZZ_MAX  4096


static size_t
fuzz_value(const llmgw_redis_value_t *v, unsigned depth, uint32_t *sum)
{
    size_t  i, n;

    fuzz_assert(depth <= LLMGW_REDIS_DEPTH);

    n = 1;
    *sum = *sum * 31 + v->type;

    switch (v->type) {

    case LLMGW_REDIS_INTEGER:
        *sum = *sum * 31 + (uint32_t) v->number;
        break;

    case LLMGW_REDIS_ARRAY:

        for (i = 0; i < v->n; i++) {
            fuzz_assert(v->elts[i] != NULL);
            n += fuzz_value(v->elts[i], depth + 1, sum);
        }

        break;

    case LLMGW_REDIS_NIL:
        break;

    default:

        for (i = 0; i < v->str.len; i++) {
            *sum = *sum * 31 + v->str.data[i];
        }
    }

    return n;
}


static void
fuzz_use(llmgw_arena_t *a, const llmgw_redis_value_t *v)
{
    size_t                 n;
    int64_t                number;
    uint64_t               have;
    unsigned               notes;
    llmgw_int_t            rc;
    llmgw_str_t            rest;
    llmgw_redis_pair_t     pair;
    llmgw_redis_news_t     news;
    llmgw_redis_total_t   *totals;
    llmgw_redis_record_t   record;
    llmgw_redis_change_t   change;
    u_char                 buf[LLMGW_REDIS_NEWS];

    (void) llmgw_redis_number(v, &number);
    (void) llmgw_redis_pair(v, &pair);
    (void) llmgw_redis_group_reply(a, v, &totals, &n, &have, &notes);

    rc = llmgw_redis_record(a, llmgw_lit("t"), v, NULL, &record);
    fuzz_assert(rc != LLMGW_OK || record.version > 0);

    if (v->type == LLMGW_REDIS_ARRAY && v->n == 2) {

        rc = llmgw_redis_record(a, llmgw_lit("t"), v->elts[0], v->elts[1],
                                &record);
        fuzz_assert(rc != LLMGW_OK || record.ntotals <= LLMGW_REDIS_METERS);
    }

    if (v->type != LLMGW_REDIS_ARRAY && v->type != LLMGW_REDIS_NIL
        && v->type != LLMGW_REDIS_INTEGER)
    {
        (void) llmgw_redis_error(v->str);
        (void) llmgw_redis_change(v->str, &change);

        rest = v->str;

        while (llmgw_redis_news_read(&rest, &news) == LLMGW_OK) {
            fuzz_assert(llmgw_redis_news_write(buf, &news)
                        <= buf + LLMGW_REDIS_NEWS);
        }
    }
}


static uint32_t
fuzz_read(llmgw_str_t text, size_t piece, unsigned use)
{
    size_t                i, n;
    uint32_t              sum;
    fuzz_mem_t            mem;
    llmgw_int_t           rc;
    llmgw_redis_t         r;
    llmgw_redis_value_t  *v;

    fuzz_mem_init(&mem);

    sum = 1;

    if (llmgw_redis_init(&r, &mem.arena, FUZZ_MAX) != LLMGW_OK) {
        fuzz_mem_free(&mem);
        return 0;
    }

    for (i = 0; i < text.len; i += n) {

        n = text.len - i;
        n = n > piece ? piece : n;

        rc = llmgw_redis_feed(&r, llmgw_str(text.data + i, n));

        while (rc == LLMGW_OK) {

            rc = llmgw_redis_next(&r, &v);

            if (rc == LLMGW_OK) {
                fuzz_assert(fuzz_value(v, 0, &sum) <= LLMGW_REDIS_ELEMENTS
                                                      + 1);
                if (use) {
                    fuzz_use(&mem.arena, v);
                }
            }
        }

        if (rc != LLMGW_AGAIN) {
            fuzz_assert(rc == LLMGW_INVALID && r.why != NULL);
            sum = sum * 31 + 7;
            break;
        }
    }

    llmgw_redis_free(&r);
    fuzz_mem_free(&mem);

    return sum;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t     sum;
    llmgw_str_t  text;

    if (size < 1 || size > FUZZ_MAX) {
        return 0;
    }

    text = llmgw_str(data + 1, size - 1);

    sum = fuzz_read(text, text.len ? text.len : 1, 1);
    fuzz_assert(fuzz_read(text, data[0] % 32 + 1, 0) == sum);

    return 0;
}
