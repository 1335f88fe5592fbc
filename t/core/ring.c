
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_policy.h"
#include "llmgw_ring.h"


#define RING_SLOTS  8


typedef struct {
    u_char             *mem;
    size_t              bytes;
    llmgw_ring_t        ring;        /* the producer's */
    llmgw_ring_t        consumer;
    llmgw_ring_info_t   info;
} ring_t;


static void
ring_init(ring_t *t)
{
    memset(t, 0, sizeof(ring_t));

    t->bytes = llmgw_ring_bytes(RING_SLOTS, LLMGW_RING_MIN);
    t->mem = aligned_alloc(4096, (t->bytes + 4095) & ~(size_t) 4095);
    memset(t->mem, 0, t->bytes);

    t->info.id = 0x1234567890abcdefULL;
    t->info.size = LLMGW_RING_MIN;
    t->info.nslots = RING_SLOTS;
    t->info.number = 3;
    t->info.node_len = 4;
    memcpy(t->info.node, "node", 4);

    llmgw_ring_create(&t->ring, t->mem, &t->info);

    check_int(llmgw_ring_attach(&t->consumer, t->mem, t->bytes, &t->info),
              LLMGW_OK);
}


static void
ring_request(llmgw_spend_t *s, unsigned n)
{
    static char  id[32];

    llmgw_spend_init(s);

    snprintf(id, sizeof(id), "req-%u", n);

    s->request_id = test_cstr(id);
    s->key = llmgw_lit("0123456789abcdef0123456789abcdef"
                       "0123456789abcdef0123456789abcdef");
    s->team = llmgw_lit("team");
    s->model = llmgw_lit("model");
    s->start = n;
    s->cost = n;
    s->prompt = 2 * n;
    s->completion = 3 * n;

    s->ncharges = 1;
    s->charges[0].kind = LLMGW_KIND_TEAM;
    s->charges[0].id = s->team;
    s->charges[0].meter = llmgw_null_str;
    s->charges[0].reset_at = 0;
}


static void
test_ring_life(void)
{
    ring_t                 t;
    size_t                 reserve;
    uint32_t               flags, latency, slot;
    uint64_t               mark, mark2, pos, pos2;
    llmgw_spend_t          s, got;
    llmgw_ring_entry_t     e;
    llmgw_ring_outcome_t   o;

    test_case("ring: a request, from begin to done");

    ring_init(&t);
    ring_request(&s, 7);

    check(llmgw_ring_empty(&t.consumer));
    check_int(llmgw_ring_begin(&t.ring, &s, &mark, &reserve), LLMGW_OK);
    check_int(t.ring.open, 1);
    check(llmgw_ring_empty(&t.consumer));
    check_int(llmgw_ring_outcome(&t.consumer, mark, &o), LLMGW_DECLINED);

    slot = 0;
    check_int(llmgw_ring_lost(&t.consumer, &slot, &got), LLMGW_OK);
    check_lit(got.request_id, "req-7");
    check_lit(got.team, "team");
    check_int(got.start, 7);
    check_int(llmgw_ring_lost(&t.consumer, &slot, &got), LLMGW_DONE);

    check_int(llmgw_ring_end(&t.ring, mark, reserve, &s, 1, &pos), LLMGW_OK);
    check_int(s.ring, t.info.id);
    check_int(s.seq, 1);
    check_int(t.ring.open, 0);
    check_int(t.ring.reserved, 0);

    check_int(llmgw_ring_end(&t.ring, mark, reserve, &s, 1, &pos2),
              LLMGW_DECLINED);

    check_int(llmgw_ring_outcome(&t.consumer, mark, &o), LLMGW_OK);
    check_int(o.cost, 7);
    check_int(o.prompt, 14);
    check_int(o.completion, 21);

    slot = 0;
    check_int(llmgw_ring_lost(&t.consumer, &slot, &got), LLMGW_DONE);

    check_int(llmgw_ring_read(&t.consumer, 0, &e), LLMGW_OK);
    check_int(e.frame.seq, 1);
    check_int(e.frame.type, LLMGW_RECORD_SPEND);
    check_int(llmgw_spend_read(e.frame.payload, &got), LLMGW_OK);
    check_lit(got.request_id, "req-7");
    check_int(got.ncharges, 1);

    check_int(llmgw_ring_take(&e, 1, 0, &latency, &flags), LLMGW_AGAIN);

    llmgw_ring_close(&t.ring, pos, 99, LLMGW_SPEND_ABORTED);
    llmgw_ring_close(&t.ring, pos, 98, 0);
    llmgw_ring_done(&t.ring, mark, 0);
    check_int(llmgw_ring_outcome(&t.consumer, mark, &o), LLMGW_DECLINED);

    check_int(llmgw_ring_take(&e, 1, 0, &latency, &flags), LLMGW_OK);
    check_int(latency, 99);
    check_int(flags, LLMGW_SPEND_ABORTED);

    check_int(llmgw_ring_read(&t.consumer, e.next, &e), LLMGW_AGAIN);
    llmgw_ring_release(&t.consumer, llmgw_ring_head(&t.consumer));
    check(llmgw_ring_empty(&t.consumer));

    test_case("ring: taken before it was closed");

    ring_request(&s, 8);
    check_int(llmgw_ring_begin(&t.ring, &s, &mark2, &reserve), LLMGW_OK);
    check(mark2 != mark);
    check_int(llmgw_ring_end(&t.ring, mark2, reserve, &s, 1, &pos), LLMGW_OK);
    check_int(llmgw_ring_read(&t.consumer, llmgw_ring_tail(&t.consumer), &e),
              LLMGW_OK);
    check_int(llmgw_ring_take(&e, 0, 0, &latency, &flags), LLMGW_OK);
    check_int(latency, 0);
    llmgw_ring_close(&t.ring, pos, 99, 1);
    check_int(e.head != NULL, 1);
    check_int(llmgw_ring_take(&e, 1, 0, &latency, &flags), LLMGW_OK);
    check_int(latency, 0);
    llmgw_ring_release(&t.consumer, e.next);
    llmgw_ring_close(&t.ring, pos, 99, 1);
    llmgw_ring_done(&t.ring, mark2, 0);

    test_case("ring: of a dead producer nothing is waited for");

    ring_request(&s, 9);
    check_int(llmgw_ring_begin(&t.ring, &s, &mark, &reserve), LLMGW_OK);
    check_int(llmgw_ring_end(&t.ring, mark, reserve, &s, 1, &pos), LLMGW_OK);
    check_int(llmgw_ring_read(&t.consumer, llmgw_ring_tail(&t.consumer), &e),
              LLMGW_OK);
    check_int(llmgw_ring_take(&e, 1, 1, &latency, &flags), LLMGW_OK);
    check_int(llmgw_ring_outcome(&t.consumer, mark, &o), LLMGW_OK);
    check_int(o.cost, 9);

    test_case("ring: canceled");

    ring_request(&s, 10);
    check_int(llmgw_ring_begin(&t.ring, &s, &mark, &reserve), LLMGW_OK);
    llmgw_ring_done(&t.ring, mark, reserve);
    check_int(t.ring.reserved, 0);
    check_int(t.ring.open, 0);
    check_int(llmgw_ring_outcome(&t.consumer, mark, &o), LLMGW_DECLINED);
    llmgw_ring_done(&t.ring, mark, reserve);
    check_int(t.ring.reserved, 0);

    free(t.mem);
}


static void
test_ring_full(void)
{
    ring_t              t;
    size_t              reserve[RING_SLOTS + 1], keep;
    uint32_t            flags, latency;
    uint64_t            mark[RING_SLOTS + 1], pos, sum, n, from;
    unsigned            i;
    llmgw_int_t         rc;
    llmgw_spend_t       s;
    llmgw_total_t       change;
    llmgw_ring_entry_t  e;

    test_case("ring: as many requests as slots");

    ring_init(&t);

    for (i = 0; i < RING_SLOTS; i++) {
        ring_request(&s, i);
        check_int(llmgw_ring_begin(&t.ring, &s, &mark[i], &reserve[i]),
                  LLMGW_OK);
    }

    check_int(llmgw_ring_begin(&t.ring, &s, &mark[i], &reserve[i]),
              LLMGW_TOO_LARGE);
    llmgw_ring_done(&t.ring, mark[3], reserve[3]);
    check_int(llmgw_ring_begin(&t.ring, &s, &mark[3], &reserve[3]), LLMGW_OK);

    for (i = 0; i < RING_SLOTS; i++) {
        llmgw_ring_done(&t.ring, mark[i], reserve[i]);
    }

    test_case("ring: full, and what was promised still fits");

    ring_request(&s, 1);
    check_int(llmgw_ring_begin(&t.ring, &s, &mark[0], &reserve[0]),
              LLMGW_OK);

    n = 0;

    for ( ;; ) {
        ring_request(&s, 2);
        rc = llmgw_ring_begin(&t.ring, &s, &mark[1], &keep);
        if (rc != LLMGW_OK) {
            break;
        }

        check_int(llmgw_ring_end(&t.ring, mark[1], keep, &s, 0, &pos),
                  LLMGW_OK);
        llmgw_ring_done(&t.ring, mark[1], 0);
        n++;
    }

    check_int(rc, LLMGW_TOO_LARGE);
    check(n > 300);

    memset(&change, 0, sizeof(change));

    while (llmgw_ring_adjust(&t.ring, LLMGW_RECORD_ADJUST, &change)
           == LLMGW_OK)
    {
        n++;
    }

    ring_request(&s, 1);
    check_int(llmgw_ring_end(&t.ring, mark[0], reserve[0], &s, 0, &pos),
              LLMGW_OK);
    llmgw_ring_done(&t.ring, mark[0], 0);

    test_case("ring: read, released, and round and round");

    sum = 0;
    from = 1;

    for (i = 0; i < 5000; i++) {

        while (llmgw_ring_read(&t.consumer, llmgw_ring_tail(&t.consumer), &e)
               == LLMGW_OK)
        {
            check_int(e.frame.seq, from);
            from++;
            sum++;

            check_int(llmgw_ring_take(&e, 1, 0, &latency, &flags), LLMGW_OK);
            llmgw_ring_release(&t.consumer, e.next);
        }

        check(llmgw_ring_empty(&t.consumer));

        for (keep = test_random(40); keep; keep--) {

            ring_request(&s, (unsigned) keep);
            s.error = llmgw_str((u_char *) "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
                                test_random(30));
            check_int(llmgw_ring_begin(&t.ring, &s, &mark[0], &reserve[0]),
                      LLMGW_OK);
            check_int(llmgw_ring_end(&t.ring, mark[0], reserve[0], &s, 0,
                                     &pos), LLMGW_OK);
            llmgw_ring_done(&t.ring, mark[0], 0);
            n++;

            if (keep == 5) {
                check_int(llmgw_ring_adjust(&t.ring, LLMGW_RECORD_ADJUST,
                                     &change), LLMGW_OK);
                n++;
            }
        }
    }

    while (llmgw_ring_read(&t.consumer, llmgw_ring_tail(&t.consumer), &e)
           == LLMGW_OK)
    {
        sum++;
        llmgw_ring_release(&t.consumer, e.next);
    }

    check_int(sum, n + 1);
    check_int(t.ring.reserved, 0);

    free(t.mem);
}


static void
test_ring_damage(void)
{
    ring_t              t;
    size_t              reserve;
    u_char             *copy;
    uint64_t            mark, pos, at[4];
    unsigned            i, k;
    llmgw_ring_t        r;
    llmgw_int_t         rc;
    llmgw_spend_t       s;
    llmgw_ring_info_t   info;
    llmgw_ring_entry_t  e;

    ring_init(&t);

    for (i = 0; i < 4; i++) {
        ring_request(&s, i);
        check_int(llmgw_ring_begin(&t.ring, &s, &mark, &reserve), LLMGW_OK);
        check_int(llmgw_ring_end(&t.ring, mark, reserve, &s, 0, &at[i]),
                  LLMGW_OK);
        llmgw_ring_done(&t.ring, mark, 0);
    }

    test_case("ring: a damaged record is passed over");

    t.ring.data[at[1] + 90] ^= 1;

    check_int(llmgw_ring_read(&t.consumer, at[0], &e), LLMGW_OK);
    check_int(e.next, at[1]);
    check_int(llmgw_ring_read(&t.consumer, at[1], &e), LLMGW_INVALID);
    pos = llmgw_ring_resync(&t.consumer, at[1]);
    check_int(pos, at[2]);
    check_int(llmgw_ring_read(&t.consumer, pos, &e), LLMGW_OK);
    check_int(e.frame.seq, 3);
    t.ring.data[at[3] + 90] ^= 1;
    check_int(llmgw_ring_resync(&t.consumer, at[2]),
              llmgw_ring_head(&t.consumer));

    test_case("ring: positions that are none");

    check_int(llmgw_ring_read(&t.consumer, at[3] + 8, &e), LLMGW_INVALID);
    check_int(llmgw_ring_read(&t.consumer, llmgw_ring_head(&t.consumer) + 32,
                              &e), LLMGW_INVALID);

    test_case("ring: a damaged header");

    copy = aligned_alloc(4096, (t.bytes + 4095) & ~(size_t) 4095);
    memcpy(copy, t.mem, t.bytes);

    for (i = 0; i < 1024; i++) {
        for (k = 1; k < 256; k <<= 1) {

            copy[i] ^= (u_char) k;

            rc = llmgw_ring_attach(&r, copy, t.bytes, &info);

            if (rc == LLMGW_OK) {
                (void) llmgw_ring_read(&r, llmgw_ring_tail(&r), &e);
            }

            /* magic, version, sum, and what the sum is of */

            check(rc != LLMGW_OK || i >= 16 + sizeof(llmgw_ring_info_t));
            copy[i] ^= (u_char) k;
        }
    }

    check_int(llmgw_ring_attach(&r, copy, t.bytes - 1, &info), LLMGW_INVALID);
    check_int(llmgw_ring_attach(&r, copy, 4095, &info), LLMGW_INVALID);
    memset(copy, 0, t.bytes);
    check_int(llmgw_ring_attach(&r, copy, t.bytes, &info), LLMGW_INVALID);

    free(copy);
    free(t.mem);
}


void
test_ring(void)
{
    test_ring_life();
    test_ring_full();
    test_ring_damage();
}
