
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A journal that was left behind: whatever its file holds, a consumer stays
 * inside of it and comes to an end.  The input is laid over a ring with some
 * records: the place, then the bytes.
 */


#include "fuzz.h"
#include "llmgw_bytes.h"
#include "llmgw_ring.h"


#define FUZZ_SLOTS  4


static void
fuzz_walk(u_char *mem, size_t bytes)
{
    uint32_t              slot, latency, flags;
    uint64_t              pos, next;
    llmgw_int_t           rc;
    llmgw_ring_t          ring;
    llmgw_spend_t         s;
    llmgw_ring_info_t     info;
    llmgw_ring_entry_t    e;
    llmgw_ring_outcome_t  o;

    if (llmgw_ring_attach(&ring, mem, bytes, &info) != LLMGW_OK) {
        return;
    }

    pos = llmgw_ring_tail(&ring);

    for ( ;; ) {

        rc = llmgw_ring_read(&ring, pos, &e);

        if (rc == LLMGW_AGAIN) {
            break;
        }

        if (rc == LLMGW_INVALID) {
            next = llmgw_ring_resync(&ring, pos);
            fuzz_assert(next > pos);
            pos = next;
            continue;
        }

        fuzz_assert(rc == LLMGW_OK && e.next > pos);
        fuzz_assert(e.frame.payload.data >= mem
                    && e.frame.payload.data + e.frame.payload.len
                       <= mem + bytes);

        (void) llmgw_spend_read(e.frame.payload, &s);
        (void) llmgw_ring_take(&e, 0, 1, &latency, &flags);

        pos = e.next;
    }

    slot = 0;

    while (llmgw_ring_lost(&ring, &slot, &s) == LLMGW_OK) {
        fuzz_assert(slot <= info.nslots);
    }

    for (slot = 0; slot < 64; slot++) {
        (void) llmgw_ring_outcome(&ring, slot, &o);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t              bytes, at, reserve;
    u_char             *mem;
    uint64_t            mark, pos;
    unsigned            i;
    llmgw_ring_t        ring;
    llmgw_spend_t       s;
    llmgw_ring_info_t   info;

    if (size < 4) {
        return 0;
    }

    bytes = llmgw_ring_bytes(FUZZ_SLOTS, LLMGW_RING_MIN);
    mem = aligned_alloc(64, (bytes + 63) & ~(size_t) 63);
    fuzz_assert(mem != NULL);
    memset(mem, 0, bytes);

    memset(&info, 0, sizeof(info));
    info.id = 1;
    info.size = LLMGW_RING_MIN;
    info.nslots = FUZZ_SLOTS;

    llmgw_ring_create(&ring, mem, &info);

    llmgw_spend_init(&s);
    s.request_id = llmgw_lit("request");
    s.model = llmgw_lit("model");

    for (i = 0; i < 6; i++) {
        fuzz_assert(llmgw_ring_begin(&ring, &s, &mark, &reserve) == LLMGW_OK);

        if (i < 3) {
            fuzz_assert(llmgw_ring_end(&ring, mark, reserve, &s, 0, &pos)
                        == LLMGW_OK);
            llmgw_ring_done(&ring, mark, 0);
        }

        if (i == 5) {
            llmgw_ring_done(&ring, mark, reserve);
        }
    }

    /* the interesting part is the beginning: header, slots, first records */

    at = llmgw_get_u32(data) % (16 * 1024);
    size -= 4;

    memcpy(mem + at, data + 4, size < bytes - at ? size : bytes - at);

    fuzz_walk(mem, bytes);

    free(mem);

    return 0;
}
