
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The tokenizer against jansson.  Both must take and refuse the same texts and
 * read the same values out of them, but for this:
 *
 *   - nesting: the tokenizer stops at 128, jansson at 2048;
 *   - lone surrogates (\ud800): the tokenizer takes and marks them, jansson
 *     refuses;
 *   - \u0000 in a member's name: jansson refuses;
 *   - numbers that overflow a double: jansson refuses;
 *   - a NUL byte behind a number: jansson skips it;
 *   - a member twice: jansson keeps the last one, the tokenizer all of them.
 */


#include <jansson.h>
#include <math.h>

#include "fuzz.h"
#include "llmgw_json.h"
#include "llmgw_jstr.h"
#include "llmgw_out.h"


#define FUZZ_DECODE                                                          \
    (JSON_DECODE_ANY|JSON_ALLOW_NUL|JSON_DECODE_INT_AS_REAL)


typedef struct {
    llmgw_json_t   *json;
    llmgw_arena_t  *arena;
    unsigned        surrogate;
    unsigned        nul_key;
    unsigned        overflow;
    unsigned        duplicate;
} fuzz_facts_t;


/* what the nodes say, and whether they say it rightly */

static const llmgw_json_node_t *
fuzz_walk(fuzz_facts_t *f, const llmgw_json_node_t *n, unsigned depth)
{
    unsigned                  key;
    llmgw_str_t               s;
    const llmgw_json_node_t  *v, *end;

    end = n + n->span;
    s = llmgw_json_raw(f->json, n);

    fuzz_assert(n->depth == depth);
    fuzz_assert((size_t) (s.data - f->json->text) + s.len <= f->json->len);

    switch (n->type) {

    case LLMGW_JSON_STRING:
        fuzz_assert(s.data[0] == '"' && s.data[s.len - 1] == '"');
        f->surrogate |= n->flags & LLMGW_JSON_SURROGATE;
        break;

    case LLMGW_JSON_NUMBER:
        f->overflow |= isinf(llmgw_json_double(s));
        break;

    case LLMGW_JSON_OBJECT:
    case LLMGW_JSON_ARRAY:

        if (n->type == LLMGW_JSON_OBJECT
            && llmgw_json_duplicate(f->json, n, f->arena))
        {
            f->duplicate = 1;
        }

        key = 0;

        for (v = n + 1; v < end; /* void */ ) {

            key = (n->type == LLMGW_JSON_OBJECT) && !key;

            if (key) {
                fuzz_assert(v->type == LLMGW_JSON_STRING);
                f->nul_key |= v->flags & LLMGW_JSON_NUL;
            }

            v = fuzz_walk(f, v, depth + 1);
        }

        fuzz_assert(v == end && !key);

        return end;

    default:
        break;
    }

    fuzz_assert(n->span == 1);

    return end;
}


static void
fuzz_compare(fuzz_facts_t *f, const llmgw_json_node_t *n, json_t *want)
{
    double                    d, w;
    size_t                    i;
    int64_t                   v;
    llmgw_str_t               s, text;
    const llmgw_json_node_t  *k, *m, *last;

    text = llmgw_json_str(f->json, n);

    switch (n->type) {

    case LLMGW_JSON_NULL:
        fuzz_assert(json_is_null(want));
        return;

    case LLMGW_JSON_TRUE:
        fuzz_assert(json_is_true(want));
        return;

    case LLMGW_JSON_FALSE:
        fuzz_assert(json_is_false(want));
        return;

    case LLMGW_JSON_NUMBER:
        fuzz_assert(json_is_real(want));

        d = llmgw_json_double(text);
        w = json_real_value(want);

        /* past 40 digits the last bit is not promised */

        fuzz_assert(d == w
                    || (text.len > 40 && (nextafter(d, w) == w)));

        if (llmgw_json_int(text, &v) == LLMGW_OK) {
            fuzz_assert((double) v == w
                        || (text.len > 40 && nextafter((double) v, w) == w));

        } else {
            /* none, or one that a double does not tell from its neighbour */

            fuzz_assert(w != floor(w) || fabs(w) >= 9007199254740992.0
                        || w == 0 || text.len > 16);
        }

        return;

    case LLMGW_JSON_STRING:
        fuzz_assert(json_is_string(want));

        s = llmgw_jstr_decode(f->arena, text);

        fuzz_assert(s.len == json_string_length(want)
                    && memcmp(s.data, json_string_value(want), s.len) == 0);
        fuzz_assert(llmgw_jstr_equal(text, s));
        return;

    case LLMGW_JSON_ARRAY:
        fuzz_assert(json_is_array(want));

        i = 0;

        llmgw_json_each(m, n) {
            fuzz_assert(i < json_array_size(want));
            fuzz_compare(f, m, json_array_get(want, i));
            i++;
        }

        fuzz_assert(i == json_array_size(want));
        return;

    default:
        break;
    }

    fuzz_assert(json_is_object(want));

    i = 0;

    llmgw_json_each_member(k, m, n) {

        s = llmgw_jstr_decode(f->arena, llmgw_json_str(f->json, k));
        i++;

        if (f->duplicate) {
            continue;
        }

        /* a name without NUL, since jansson took it */

        text = llmgw_str_dup(f->arena, llmgw_str(s.data, s.len));
        last = llmgw_json_get_n(f->json, n, (char *) s.data, s.len);

        fuzz_assert(last == m);
        fuzz_assert(json_object_getn(want, (char *) text.data, text.len)
                    != NULL);

        fuzz_compare(f, m, json_object_getn(want, (char *) text.data,
                                            text.len));
    }

    fuzz_assert(f->duplicate || i == json_object_size(want));
}


/* strings: what each function says must fit with the others */

static void
fuzz_strings(fuzz_facts_t *f)
{
    uint32_t           i;
    llmgw_int_t        rc;
    llmgw_str_t        s, d, c, bytes;
    llmgw_data_url_t   url;

    for (i = 0; i < f->json->n; i++) {

        if (f->json->nodes[i].type != LLMGW_JSON_STRING) {
            continue;
        }

        s = llmgw_json_str(f->json, &f->json->nodes[i]);
        d = llmgw_jstr_decode(f->arena, s);
        c = llmgw_jstr_canonical(f->arena, s);

        fuzz_assert(llmgw_jstr_equal(s, d));
        fuzz_assert(llmgw_jstr_equal(c, d));
        fuzz_assert(llmgw_str_eq(llmgw_jstr_decode(f->arena, c), d));
        fuzz_assert(llmgw_str_eq(llmgw_jstr_canonical(f->arena, c), c));
        fuzz_assert(llmgw_str_eq(llmgw_jstr_encode(f->arena, d), c));
        fuzz_assert(llmgw_jstr_chars(s) == llmgw_jstr_chars(c));
        fuzz_assert(llmgw_jstr_blank(s) == (llmgw_jstr_rtrim(s).len == 0));
        fuzz_assert(llmgw_jstr_blank(s) == llmgw_jstr_blank(c));

        rc = llmgw_base64_decode(f->arena, s, &bytes);
        fuzz_assert(rc == llmgw_base64_decode(f->arena, c, &bytes));

        if (llmgw_data_url(f->arena, s, &url) == LLMGW_OK) {
            fuzz_assert(llmgw_base64_decode(f->arena, url.payload, &bytes)
                        != LLMGW_ERROR);
        }
    }
}


static void
fuzz_writer(fuzz_facts_t *f, llmgw_str_t text, int valid)
{
    llmgw_out_t    o;
    llmgw_str_t    s;
    llmgw_json_t   again;

    /* any bytes become the content of a string */

    llmgw_out_init(&o, f->arena, 100, 0, 0);
    llmgw_putc(&o, '"');
    llmgw_put_escaped(&o, text);
    llmgw_putc(&o, '"');
    fuzz_assert(llmgw_out_close(&o) == LLMGW_OK);

    s = llmgw_out_join(&o, f->arena);
    fuzz_assert(llmgw_json_check(s) == LLMGW_JSON_STRING);

    s = llmgw_str(s.data + 1, s.len - 2);
    fuzz_assert(llmgw_str_eq(s, llmgw_jstr_encode(f->arena, text)));

    llmgw_out_init(&o, f->arena, 100, 0, 0);
    llmgw_put_compact(&o, text);
    fuzz_assert(llmgw_out_close(&o) == LLMGW_OK);

    if (!valid) {
        return;
    }

    s = llmgw_out_join(&o, f->arena);

    fuzz_assert(llmgw_json_parse(&again, f->arena, s, LLMGW_JSON_ALL, 1000000)
                == LLMGW_OK);
    fuzz_assert(again.n == f->json->n);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t        *want;
    uint32_t       depth;
    fuzz_mem_t     mem;
    llmgw_int_t    rc;
    llmgw_str_t    text;
    llmgw_json_t   j, flat;
    fuzz_facts_t   f;
    json_error_t   error;

    memset(&f, 0, sizeof(fuzz_facts_t));

    f.arena = fuzz_mem_init(&mem);
    f.json = &j;

    text = fuzz_copy(&mem, llmgw_str(data, size));

    rc = llmgw_json_parse(&j, f.arena, text, LLMGW_JSON_ALL, 1000000);
    fuzz_assert(rc == LLMGW_OK || rc == LLMGW_INVALID);
    fuzz_assert(llmgw_json_check(text)
                == (rc == LLMGW_OK ? (llmgw_int_t) j.nodes[0].type
                                   : LLMGW_INVALID));

    for (depth = 0; depth < 3; depth++) {
        fuzz_assert(llmgw_json_parse(&flat, f.arena, text, depth, 1000000)
                    == rc);
    }

    want = json_loadb((const char *) text.data, text.len, FUZZ_DECODE,
                      &error);

    if (rc == LLMGW_OK) {

        fuzz_assert(fuzz_walk(&f, j.nodes, 0) == j.nodes + j.n);

        if (f.surrogate || f.nul_key || f.overflow) {
            fuzz_assert(want == NULL);

        } else {
            fuzz_assert(want != NULL);
            fuzz_compare(&f, j.nodes, want);
            json_decref(want);

            want = json_loadb((const char *) text.data, text.len,
                              FUZZ_DECODE|JSON_REJECT_DUPLICATES, &error);

            fuzz_assert((want == NULL) == f.duplicate);
        }

        fuzz_strings(&f);

    } else {
        fuzz_assert(j.error != NULL && j.error_pos <= text.len);
        fuzz_assert(want == NULL || strcmp(j.error, "nested too deep") == 0
                    || memchr(text.data, '\0', text.len) != NULL);
    }

    fuzz_writer(&f, text, rc == LLMGW_OK);

    json_decref(want);
    fuzz_mem_free(&mem);

    return 0;
}
