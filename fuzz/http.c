
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers to the gateway's own requests: however one is cut into reads, it is
 * the same; and what a token endpoint says is used or not, but harms nothing.
 * The first byte seeds the cuts.
 */


#include "fuzz.h"
#include "llmgw_http.h"
#include "llmgw_oauth.h"


#define FUZZ_MAX  2048


static llmgw_int_t
fuzz_run(llmgw_http_t *h, fuzz_mem_t *mem, llmgw_str_t text, uint32_t seed)
{
    size_t       n;
    fuzz_mem_t   piece;
    llmgw_int_t  rc;
    llmgw_str_t  s;

    fuzz_mem_init(mem);
    llmgw_http_init(h, &mem->arena, FUZZ_MAX, 0);

    rc = LLMGW_OK;

    while (text.len && rc == LLMGW_OK) {

        n = seed ? fuzz_piece(&seed, text.len) : text.len;

        /* gone as soon as it has been read */

        fuzz_mem_init(&piece);
        s = fuzz_copy(&piece, llmgw_str(text.data, n));

        rc = llmgw_http_feed(h, s.data, s.len);

        fuzz_mem_free(&piece);

        text.data += n;
        text.len -= n;
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_http_end(h);
    }

    fuzz_assert(rc == LLMGW_DONE || rc == LLMGW_INVALID
                || rc == LLMGW_TOO_LARGE);
    fuzz_assert(h->body.len <= FUZZ_MAX);

    return rc;
}


static void
fuzz_oauth(fuzz_mem_t *mem, unsigned status, llmgw_str_t body)
{
    size_t         i;
    llmgw_int_t    rc;
    llmgw_oauth_t  o;

    rc = llmgw_oauth_read(&o, &mem->arena, status, body);

    if (rc == LLMGW_OK) {
        fuzz_assert(status == 200);
        fuzz_assert(o.lifetime > 0
                    && o.lifetime <= LLMGW_OAUTH_LIFETIME_MAX);
        fuzz_assert(o.token.len && o.token.len <= LLMGW_OAUTH_TOKEN_MAX);

        for (i = 0; i < o.token.len; i++) {
            fuzz_assert(o.token.data[i] > ' ' && o.token.data[i] < 0x7f);
        }

        return;
    }

    fuzz_assert(rc == LLMGW_DECLINED || rc == LLMGW_INVALID);

    for (i = 0; i < o.error.len; i++) {
        fuzz_assert(o.error.data[i] >= ' ' && o.error.data[i] < 0x7f);
    }

    for (i = 0; i < o.description.len; i++) {
        fuzz_assert(o.description.data[i] >= ' '
                    && o.description.data[i] < 0x7f);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_mem_t       mem, other;
    llmgw_int_t      rc;
    llmgw_str_t      text;
    llmgw_http_t     whole, split;
    llmgw_header_t  *a, *b;

    if (size < 1) {
        return 0;
    }

    text = llmgw_str(data + 1, size - 1);

    rc = fuzz_run(&whole, &mem, text, 0);

    fuzz_assert(fuzz_run(&split, &other, text, data[0] + 1u) == rc);
    fuzz_assert(whole.status == split.status);

    if (rc == LLMGW_DONE) {
        fuzz_assert(llmgw_str_eq(whole.body, split.body));

        b = split.headers;

        for (a = whole.headers; a; a = a->next) {
            fuzz_assert(b && llmgw_str_eq(a->name, b->name)
                        && llmgw_str_eq(a->value, b->value));
            b = b->next;
        }

        fuzz_assert(b == NULL);

        fuzz_oauth(&mem, whole.status, whole.body);
    }

    fuzz_mem_free(&mem);
    fuzz_mem_free(&other);

    return 0;
}
