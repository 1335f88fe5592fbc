
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The picker against the tokenizer: out of what is JSON both get the same
 * values, however the text is cut.  What is no JSON must not hurt.
 */


#include "fuzz.h"
#include "llmgw_out.h"
#include "llmgw_pick.h"


static const llmgw_pick_path_t  paths[] = {
    llmgw_pick_1("usage"),
    llmgw_pick_1("error"),
    llmgw_pick_2("a", "b"),
    llmgw_pick_3("choices", "*", "finish_reason"),
    llmgw_pick_3("choices", "*", "index"),
    llmgw_pick_close_2("choices", "*"),
    { { llmgw_string("choices"), llmgw_string("*"), llmgw_string("delta"),
        llmgw_string("content") }, 4, 0 },
    llmgw_pick_3("*", "*", "*"),
    { { llmgw_string("choices"), llmgw_string("*"), llmgw_string("delta"),
        llmgw_string("tool_calls"), llmgw_string("*") }, 5, 0 }
};


static void
fuzz_picked(void *ctx, unsigned path, llmgw_str_t value, unsigned cut)
{
    llmgw_out_t  *o;

    o = ctx;

    fuzz_assert(path < llmgw_nelts(paths));
    fuzz_assert(value.len <= LLMGW_PICK_VALUE);

    llmgw_put_int(o, path);
    llmgw_puts(o, ":");
    llmgw_put(o, value);
    llmgw_put_int(o, cut);
    llmgw_puts(o, "\n");
}


static unsigned
fuzz_filter(unsigned mask, unsigned depth, llmgw_str_t name)
{
    unsigned     i, out;
    llmgw_str_t  s;

    if (depth > LLMGW_PICK_DEPTH || name.len > LLMGW_PICK_KEY) {
        return 0;
    }

    out = 0;

    for (i = 0; i < llmgw_nelts(paths); i++) {

        if (!(mask & 1u << i) || paths[i].n < depth) {
            continue;
        }

        s = paths[i].segment[depth - 1];

        if (llmgw_str_eq(s, name)) {
            out |= 1u << i;
        }
    }

    return out;
}


static unsigned
fuzz_ends(unsigned i, unsigned depth)
{
    return paths[i].n == depth;
}


/* what the picker must say, from the nodes */

static void
fuzz_expect(const llmgw_json_t *j, const llmgw_json_node_t *n, unsigned mask,
    unsigned capture, llmgw_out_t *o)
{
    unsigned                  i, got, depth;
    llmgw_str_t               raw, name;
    const llmgw_json_node_t  *v;

    got = llmgw_nelts(paths);
    depth = n->depth;

    for (i = 0; !capture && depth <= LLMGW_PICK_DEPTH && i < got; i++) {
        if ((mask & 1u << i) && !paths[i].close && fuzz_ends(i, depth)) {
            got = i;
            capture = 1;
        }
    }

    if (n->type >= LLMGW_JSON_ARRAY) {

        for (v = n + 1; v < n + n->span; v = llmgw_json_next(v)) {

            name = llmgw_lit("*");

            if (n->type == LLMGW_JSON_OBJECT) {
                name = llmgw_json_str(j, v);
                v = llmgw_json_next(v);
            }

            fuzz_expect(j, v, fuzz_filter(mask, depth + 1, name), capture, o);
        }

        for (i = 0; depth < LLMGW_PICK_DEPTH && i < llmgw_nelts(paths); i++) {
            if ((mask & 1u << i) && paths[i].close && fuzz_ends(i, depth)) {
                fuzz_picked(o, i, llmgw_null_str, 0);
            }
        }
    }

    if (got < llmgw_nelts(paths)) {
        raw = llmgw_json_raw(j, n);

        if (raw.len > LLMGW_PICK_VALUE) {
            raw.len = LLMGW_PICK_VALUE;
            fuzz_picked(o, got, raw, 1);

        } else {
            fuzz_picked(o, got, raw, 0);
        }
    }
}


static llmgw_str_t
fuzz_pick(fuzz_mem_t *m, llmgw_pick_t *pk, llmgw_str_t text, uint32_t seed)
{
    size_t       n;
    fuzz_mem_t   piece;
    llmgw_out_t  o;
    llmgw_str_t  s;

    llmgw_out_init(&o, &m->arena, 1000, 0, 0);
    llmgw_pick_init(pk, paths, llmgw_nelts(paths), fuzz_picked, &o);

    while (text.len) {

        n = seed ? fuzz_piece(&seed, text.len) : text.len;

        fuzz_mem_init(&piece);
        s = fuzz_copy(&piece, llmgw_str(text.data, n));

        llmgw_pick_feed(pk, s.data, s.len);

        fuzz_mem_free(&piece);

        text.data += n;
        text.len -= n;
    }

    llmgw_pick_end(pk);

    fuzz_assert(llmgw_out_close(&o) == LLMGW_OK);

    return llmgw_out_join(&o, &m->arena);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_mem_t     m;
    llmgw_out_t    o;
    llmgw_str_t    text, whole, split;
    llmgw_json_t   j;
    llmgw_pick_t  *pk, *pk2;

    if (size < 1) {
        return 0;
    }

    fuzz_mem_init(&m);

    text = fuzz_copy(&m, llmgw_str(data + 1, size - 1));
    pk = llmgw_alloc(&m.arena, sizeof(llmgw_pick_t));
    pk2 = llmgw_alloc(&m.arena, sizeof(llmgw_pick_t));

    whole = fuzz_pick(&m, pk, text, 0);
    split = fuzz_pick(&m, pk2, text, data[0] + 1u);

    fuzz_assert(llmgw_str_eq(whole, split));
    fuzz_assert(pk->complete == pk2->complete && pk->broken == pk2->broken);

    if (llmgw_json_parse(&j, &m.arena, text, LLMGW_JSON_ALL, 1000000)
        == LLMGW_OK)
    {
        fuzz_assert(pk->complete && !pk->broken);

        llmgw_out_init(&o, &m.arena, 1000, 0, 0);
        fuzz_expect(&j, j.nodes, (1u << llmgw_nelts(paths)) - 1, 0, &o);
        fuzz_assert(llmgw_out_close(&o) == LLMGW_OK);

        fuzz_assert(llmgw_str_eq(whole, llmgw_out_join(&o, &m.arena)));
    }

    fuzz_mem_free(&m);

    return 0;
}
