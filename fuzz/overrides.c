
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Members of a body that are for the gateway: when they are taken out, what is
 * left is JSON with the other members as they were, and none of them.
 */


#include "fuzz.h"
#include "llmgw_canon.h"
#include "llmgw_json.h"
#include "llmgw_overrides.h"


static unsigned
fuzz_own(const llmgw_json_t *j, const llmgw_json_node_t *k, unsigned native)
{
    return (llmgw_json_is(j, k, "fallbacks") && !native)
           || llmgw_json_is(j, k, "num_retries")
           || llmgw_json_is(j, k, "timeout");
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                   *body;
    unsigned                  native;
    fuzz_mem_t                mem;
    llmgw_int_t               rc;
    llmgw_str_t               text;
    llmgw_json_t              before, after;
    llmgw_error_t             e;
    llmgw_overrides_t        *o;
    const llmgw_json_node_t  *k, *v, *x;

    if (size == 0) {
        return 0;
    }

    fuzz_mem_init(&mem);
    memset(&e, 0, sizeof(llmgw_error_t));

    native = data[0] & 1;
    text = llmgw_str(data + 1, size - 1);

    rc = llmgw_json_parse(&before, &mem.arena, text, 1, LLMGW_JSON_ALL);

    if (rc != LLMGW_OK || before.nodes[0].type != LLMGW_JSON_OBJECT
        || llmgw_json_duplicate(&before, before.nodes, &mem.arena))
    {
        /* such a body is refused before */

        goto done;
    }

    body = (u_char *) fuzz_copy(&mem, text).data;

    fuzz_assert(llmgw_json_parse(&after, &mem.arena,
                                 llmgw_str(body, text.len), 1, LLMGW_JSON_ALL)
                == LLMGW_OK);

    o = NULL;
    rc = llmgw_overrides(&o, &mem.arena, &after, body, native, &e);

    if (rc == LLMGW_INVALID) {
        fuzz_assert(e.status == 400 && e.param.len && e.message.len);
        goto done;
    }

    fuzz_assert(rc == LLMGW_OK || rc == LLMGW_DECLINED);
    fuzz_assert((rc == LLMGW_OK) == (o != NULL));

    if (o) {
        fuzz_assert(o->retries >= -1 && o->timeout >= 0);
        fuzz_assert(o->nfallbacks >= -1
                    && o->nfallbacks <= LLMGW_OVERRIDES_FALLBACKS);
    }

    fuzz_assert(llmgw_json_parse(&after, &mem.arena,
                                 llmgw_str(body, text.len), 1, LLMGW_JSON_ALL)
                == LLMGW_OK);

    x = after.nodes + 1;

    llmgw_json_each_member(k, v, before.nodes) {

        if (fuzz_own(&before, k, native)) {
            fuzz_assert(rc == LLMGW_OK);
            continue;
        }

        fuzz_assert(x < after.nodes + after.nodes[0].span);
        fuzz_assert(llmgw_str_eq(llmgw_json_raw(&before, k),
                                 llmgw_json_raw(&after, x)));
        fuzz_assert(llmgw_str_eq(llmgw_json_raw(&before, v),
                                 llmgw_json_raw(&after, x + 1)));

        x = llmgw_json_next(x + 1);
    }

    fuzz_assert(x == after.nodes + after.nodes[0].span);

    rc = llmgw_overrides(&o, &mem.arena, &after, body, native, &e);

    /* what is left is the client's API's own */

    fuzz_assert(rc == (o ? LLMGW_OK : LLMGW_DECLINED));
    fuzz_assert(o == NULL || (native && o->nfallbacks == -1
                              && o->retries == -1 && o->timeout == 0));

done:

    fuzz_mem_free(&mem);

    return 0;
}
