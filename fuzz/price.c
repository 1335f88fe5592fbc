
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Files of prices: what is taken gives prices that are found again and costs
 * that are none or not negative.
 */


#include "fuzz.h"
#include "llmgw_price.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                i, k;
    int64_t               cost;
    fuzz_mem_t            mem, tmp;
    llmgw_int_t           rc;
    llmgw_str_t           text, error;
    llmgw_usage_t         u;
    llmgw_price_t         p;
    llmgw_price_list_t    list;
    llmgw_price_entry_t  *e;

    fuzz_mem_init(&mem);
    fuzz_mem_init(&tmp);

    text = fuzz_copy(&tmp, llmgw_str(data, size));

    rc = llmgw_price_read(&list, &mem.arena, &tmp.arena, text, &error);

    fuzz_assert(rc == LLMGW_OK || rc == LLMGW_INVALID);

    if (rc == LLMGW_INVALID) {
        fuzz_assert(error.len != 0);
    }

    /* the text is gone, the list is not */

    fuzz_mem_free(&tmp);

    for (i = 0; rc == LLMGW_OK && i < list.n; i++) {

        e = &list.entries[i];

        for (k = 0; k < LLMGW_UNIT_MAX; k++) {
            fuzz_assert(e->price.unit[k] >= -1);
        }

        for (k = 1; k < e->price.ntiers; k++) {
            fuzz_assert(e->price.tier[k - 1].above < e->price.tier[k].above);
        }

        if (e->model.len) {
            fuzz_assert(llmgw_price_find(&list, e->provider, e->model, &p)
                        == LLMGW_OK);
        }

        llmgw_usage_init(&u);

        u.prompt = size;
        u.cached = size / 2;
        u.cache_write = size / 3;
        u.completion = LLMGW_USAGE_MAX;
        u.images = 1;

        cost = llmgw_price_cost(&e->price, &u);

        fuzz_assert(cost >= -1);
    }

    fuzz_mem_free(&mem);

    return 0;
}
