
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What an answer says about its text: where it comes from, and how likely it
 * was.
 */


#include "llmgw_gemini.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_gemini_text_room(llmgw_gemini_text_t *t,
    llmgw_arena_t *a, size_t n);
static void llmgw_gemini_put_bytes(llmgw_out_t *o, llmgw_arena_t *a,
    llmgw_str_t token);


/*
 * The service counts bytes, clients count letters.  A text that has gone by is
 * not kept for that: one bit for each byte is enough.
 */

llmgw_int_t
llmgw_gemini_text_add(llmgw_gemini_text_t *t, llmgw_arena_t *a,
    llmgw_str_t text)
{
    u_char         buf[4];
    size_t         i, n;
    const u_char  *p, *q, *end;

    p = text.data;
    end = p + text.len;

    if (llmgw_gemini_text_room(t, a, text.len) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    while (p < end) {

        q = llmgw_json_plain(p, end);

        t->len += (size_t) (q - p);
        p = q;

        if (p == end) {
            break;
        }

        p = llmgw_jstr_char(p, end, buf, &n);

        for (i = 0; i < n; i++, t->len++) {
            if ((buf[i] & 0xc0) == 0x80) {
                t->bits[t->len / 8] |= (uint8_t) (1u << t->len % 8);
            }
        }
    }

    return LLMGW_OK;
}


/* room for n bytes more; an escape is never shorter than what it stands for */

static llmgw_int_t
llmgw_gemini_text_room(llmgw_gemini_text_t *t, llmgw_arena_t *a, size_t n)
{
    size_t    size;
    uint8_t  *bits;

    if (t->len + n <= t->size * 8) {
        return LLMGW_OK;
    }

    size = t->size ? t->size * 2 : 256;

    while (size * 8 < t->len + n) {
        size *= 2;
    }

    bits = llmgw_calloc(a, size);
    if (bits == NULL) {
        return LLMGW_ERROR;
    }

    if (t->len) {
        memcpy(bits, t->bits, t->size);
    }

    t->bits = bits;
    t->size = size;

    return LLMGW_OK;
}


/* for every eighth byte of the map, how many letters begin before it */

static uint32_t *
llmgw_gemini_letters(const llmgw_gemini_text_t *t, llmgw_arena_t *a)
{
    size_t     i, k, n;
    uint32_t  *sums, sum;

    static const uint8_t  ones[] = {
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4
    };

    n = t->size / 8 + 1;

    sums = llmgw_alloc(a, n * sizeof(uint32_t));
    if (sums == NULL) {
        return NULL;
    }

    sum = 0;

    for (i = 0; i < n; i++) {

        sums[i] = sum;

        for (k = i * 8; k < i * 8 + 8 && k < t->size; k++) {
            sum += 8u - ones[t->bits[k] & 15] - ones[t->bits[k] >> 4];
        }
    }

    return sums;
}


static int64_t
llmgw_gemini_letter(const llmgw_gemini_text_t *t, const uint32_t *sums,
    int64_t pos)
{
    size_t   i, n;
    int64_t  letters;

    if (pos <= 0) {
        return 0;
    }

    n = ((uint64_t) pos < t->len) ? (size_t) pos : t->len;

    letters = sums[n / 64];

    for (i = n / 64 * 64; i < n; i++) {
        letters += !(t->bits[i / 8] & 1u << i % 8);
    }

    return letters;
}


static int64_t
llmgw_gemini_offset(const llmgw_json_t *j, llmgw_node_t *segment,
    const char *name, size_t len)
{
    int64_t        n;
    llmgw_node_t  *v;

    v = llmgw_json_get_type(j, segment, name, len, LLMGW_JSON_NUMBER);

    return (v && llmgw_json_int(llmgw_json_str(j, v), &n) == LLMGW_OK) ? n : 0;
}


/* LLMGW_DECLINED: there is nothing to cite */

llmgw_int_t
llmgw_gemini_put_annotations(llmgw_out_t *o, const llmgw_json_t *j,
    llmgw_node_t *grounding, const llmgw_gemini_text_t *t)
{
    int64_t         k;
    uint32_t       *sums, nchunks;
    unsigned        any;
    llmgw_node_t   *chunks, *supports, *v, *i, *web, *segment, **chunk;

    chunks = llmgw_json_array(j, grounding, "groundingChunks");
    supports = llmgw_json_array(j, grounding, "groundingSupports");

    if (chunks == NULL || supports == NULL) {
        return LLMGW_DECLINED;
    }

    chunk = llmgw_alloc(o->arena, chunks->span * sizeof(llmgw_node_t *));
    sums = llmgw_gemini_letters(t, o->arena);

    if (chunk == NULL || sums == NULL) {
        return LLMGW_ERROR;
    }

    nchunks = 0;

    llmgw_json_each(v, chunks) {
        chunk[nchunks++] = v;
    }

    any = 0;

    llmgw_json_each(v, supports) {

        web = NULL;
        segment = llmgw_json_array(j, v, "groundingChunkIndices");

        if (segment == NULL) {
            continue;
        }

        llmgw_json_each(i, segment) {

            if (i->type == LLMGW_JSON_NUMBER
                && llmgw_json_int(llmgw_json_str(j, i), &k) == LLMGW_OK
                && k >= 0 && k < nchunks)
            {
                web = llmgw_json_object(j, chunk[k], "web");

                if (web) {
                    break;
                }
            }
        }

        if (web == NULL) {
            continue;
        }

        segment = llmgw_json_object(j, v, "segment");

        if (!any) {
            llmgw_json_open(o, '[');
            any = 1;
        }

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "type", llmgw_lit("url_citation"));
        llmgw_json_key(o, "url_citation");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "url", llmgw_json_get_str(j, web, "uri"));
        llmgw_json_member(o, "title", llmgw_json_get_str(j, web, "title"));
        llmgw_json_member_int(o, "start_index",
                        llmgw_gemini_letter(t, sums,
                            llmgw_gemini_offset(j, segment, "startIndex",
                                                sizeof("startIndex") - 1)));
        llmgw_json_member_int(o, "end_index",
                        llmgw_gemini_letter(t, sums,
                            llmgw_gemini_offset(j, segment, "endIndex",
                                                sizeof("endIndex") - 1)));
        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
    }

    if (!any) {
        return LLMGW_DECLINED;
    }

    llmgw_json_close(o, ']');

    return LLMGW_OK;
}


static void
llmgw_gemini_put_token(llmgw_out_t *o, llmgw_arena_t *a,
    const llmgw_json_t *j, llmgw_node_t *token)
{
    llmgw_str_t    text;
    llmgw_node_t  *v;

    text = llmgw_json_get_str(j, token, "token");
    v = llmgw_json_number(j, token, "logProbability");

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "token", text);
    llmgw_json_member_raw(o, "logprob", v ? llmgw_json_str(j, v)
                                          : llmgw_lit("0"));
    llmgw_json_key(o, "bytes");
    llmgw_gemini_put_bytes(o, a, text);
}


static void
llmgw_gemini_put_bytes(llmgw_out_t *o, llmgw_arena_t *a, llmgw_str_t token)
{
    size_t       i;
    llmgw_str_t  bytes;

    bytes = llmgw_jstr_decode(a, token);

    if (bytes.data == NULL && token.len) {
        o->failed = 1;
        return;
    }

    llmgw_json_open(o, '[');

    for (i = 0; i < bytes.len; i++) {
        llmgw_json_put_int(o, bytes.data[i]);
    }

    llmgw_json_close(o, ']');
}


llmgw_int_t
llmgw_gemini_put_logprobs(llmgw_out_t *o, llmgw_arena_t *a,
    const llmgw_json_t *j, llmgw_node_t *result)
{
    llmgw_node_t  *chosen, *top, *v, *n, *last, *list;

    chosen = llmgw_json_array(j, result, "chosenCandidates");
    top = llmgw_json_array(j, result, "topCandidates");

    n = top ? top + 1 : NULL;
    last = top ? top + top->span : NULL;

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "content");
    llmgw_json_open(o, '[');

    for (v = chosen ? chosen + 1 : NULL;
         v && v < chosen + chosen->span;
         v = llmgw_json_next(v))
    {
        llmgw_gemini_put_token(o, a, j, v);

        llmgw_json_key(o, "top_logprobs");
        llmgw_json_open(o, '[');

        if (n < last) {

            list = llmgw_json_array(j, n, "candidates");
            n = llmgw_json_next(n);

            if (list) {

                llmgw_json_each(result, list) {
                    llmgw_gemini_put_token(o, a, j, result);
                    llmgw_json_close(o, '}');
                }
            }
        }

        llmgw_json_close(o, ']');
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
    llmgw_json_member_raw(o, "refusal", llmgw_lit("null"));
    llmgw_json_close(o, '}');

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}
