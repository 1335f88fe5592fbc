
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Files of the store as somebody else may have written them: walking over the
 * frames, forward, backward and from damage on, stays inside and ends; what a
 * reader takes, its writer gives again, and no record is larger than it says.
 * The first byte says what the rest is: frames, or one payload.
 */


#include "fuzz.h"
#include "llmgw_sums.h"


static void
fuzz_payload(unsigned type, llmgw_str_t payload)
{
    size_t          n;
    u_char         *p;
    fuzz_mem_t      mem;
    llmgw_str_t     again;
    llmgw_file_t    file;
    llmgw_sums_t    sums;
    llmgw_frame_t   f;
    llmgw_spend_t   s, s2;
    llmgw_total_t   t, t2;
    llmgw_entity_t  e, e2;

    fuzz_mem_init(&mem);
    payload = fuzz_copy(&mem, payload);

    switch (type) {

    case LLMGW_RECORD_SPEND:
    case LLMGW_RECORD_LOST:

        if (llmgw_spend_read(payload, &s) != LLMGW_OK) {
            break;
        }

        n = llmgw_spend_size(&s);
        fuzz_assert(n > 0);

        p = llmgw_alloc(&mem.arena, n);
        fuzz_assert(llmgw_spend_write(p, &s) == p + n);

        again = llmgw_str(p, n);
        fuzz_assert(llmgw_spend_read(again, &s2) == LLMGW_OK);
        fuzz_assert(s.cost == s2.cost && s.ncharges == s2.ncharges
                    && s.ntags == s2.ntags && s.flags == s2.flags
                    && llmgw_str_eq(s.model, s2.model));

        for (n = 0; n < s.ncharges; n++) {
            fuzz_assert(llmgw_str_eq(s.charges[n].id, s2.charges[n].id)
                        && s.charges[n].kind == s2.charges[n].kind
                        && s.charges[n].reset_at == s2.charges[n].reset_at
                        && llmgw_str_eq(s.charges[n].meter,
                                        s2.charges[n].meter));
        }

        break;

    case LLMGW_RECORD_TOTAL:
    case LLMGW_RECORD_ADJUST:

        if (llmgw_total_read(payload, &t) != LLMGW_OK) {
            break;
        }

        n = llmgw_total_size(&t);
        fuzz_assert(n == payload.len);

        p = llmgw_alloc(&mem.arena, n);
        fuzz_assert(llmgw_total_write(p, &t) == p + n);
        fuzz_assert(llmgw_total_read(llmgw_str(p, n), &t2) == LLMGW_OK);
        fuzz_assert(t.total == t2.total && llmgw_str_eq(t.id, t2.id));
        break;

    case LLMGW_RECORD_FILE:
        (void) llmgw_file_read(payload, &file);
        break;

    default:

        if (llmgw_entity_read(payload, &e) != LLMGW_OK) {
            break;
        }

        n = llmgw_entity_size(&e);
        fuzz_assert(n == payload.len);

        p = llmgw_alloc(&mem.arena, n);
        fuzz_assert(llmgw_entity_write(p, &e) == p + n);
        fuzz_assert(llmgw_entity_read(llmgw_str(p, n), &e2) == LLMGW_OK);
        fuzz_assert(e.version == e2.version && llmgw_str_eq(e.id, e2.id)
                    && llmgw_str_eq(e.json, e2.json));
    }

    if (llmgw_sums_init(&sums, &mem.arena) == LLMGW_OK) {
        memset(&f, 0, sizeof(f));
        f.type = type;
        f.payload = payload;
        (void) llmgw_sums_frame(&sums, &f);
    }

    fuzz_mem_free(&mem);
}


static void
fuzz_frames(llmgw_str_t text)
{
    size_t         pos, n, frames, back;
    llmgw_int_t    rc;
    llmgw_frame_t  f;

    frames = 0;
    pos = 0;

    while (pos < text.len) {

        rc = llmgw_frame_read(text.data + pos, text.len - pos, &f);

        if (rc == LLMGW_OK) {
            fuzz_assert(f.size <= text.len - pos && f.size % 8 == 0);
            fuzz_assert(f.payload.len + LLMGW_FRAME_OVERHEAD <= f.size);
            fuzz_payload(f.type, f.payload);

            frames++;
            pos += f.size;
            continue;
        }

        if (text.len - pos < 8) {
            break;
        }

        n = llmgw_frame_find(text.data + pos + 8, text.len - pos - 8);
        pos += 8 + n;
    }

    /* from the end on, what lies behind the last damage is found again */

    back = 0;

    while (pos > 0
           && llmgw_frame_read_back(text.data, pos, &f) == LLMGW_OK)
    {
        pos -= f.size;
        back++;
    }

    fuzz_assert(back <= frames || pos % 8 != 0);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t         n;
    u_char        *p;
    fuzz_mem_t     mem;
    llmgw_str_t    text;
    llmgw_frame_t  f;

    if (size < 1) {
        return 0;
    }

    fuzz_mem_init(&mem);
    text = fuzz_copy(&mem, llmgw_str(data + 1, size - 1));

    if (data[0] == 0) {
        fuzz_frames(text);

    } else {
        fuzz_payload(data[0] % 16, text);

        /* with a right sum, so that the reader gets to see it */

        n = llmgw_frame_size(text.len);
        p = llmgw_alloc(&mem.arena, n);
        memcpy(p + LLMGW_FRAME_HEADER, text.data, text.len);

        fuzz_assert(llmgw_frame_write(p, data[0] % 16, 1, text.len) == p + n);
        fuzz_assert(llmgw_frame_read(p, n, &f) == LLMGW_OK);
        fuzz_assert(llmgw_str_eq(f.payload, text));
        fuzz_assert(llmgw_frame_read_back(p, n, &f) == LLMGW_OK);
    }

    fuzz_mem_free(&mem);

    return 0;
}
