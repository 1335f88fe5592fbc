
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <stdio.h>
#include <stdlib.h>

#include "llmgw_json.h"
#include "llmgw_jstr.h"

#if (defined __SSE2__)
#include <immintrin.h>
#endif


/* strings longer than this are scanned by the widest vectors there are */

#define LLMGW_JSON_LONG  64


static const u_char *llmgw_json_scan(llmgw_json_t *j, const u_char *p,
    const u_char *end, unsigned *flags);
static const u_char *llmgw_json_escape(llmgw_json_t *j, const u_char *p,
    const u_char *end, unsigned *flags);
static const u_char *llmgw_json_number_end(const u_char *p, const u_char *end,
    unsigned *flags);
static llmgw_json_node_t *llmgw_json_grow(llmgw_json_t *j);


/* 1: stands for itself in a string */

static const u_char  llmgw_json_plain_chars[256] = {
    [0x20 ... 0x21] = 1, [0x23 ... 0x5b] = 1, [0x5d ... 0x7f] = 1
};


static inline const u_char *
llmgw_json_ws(const u_char *p, const u_char *end)
{
    while (p < end
           && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    {
        p++;
    }

    return p;
}


#if (defined __SSE2__)

static inline unsigned
llmgw_json_special16(const u_char *p)
{
    __m128i  c, m;

    c = _mm_loadu_si128((const __m128i *) p);

    m = _mm_cmpeq_epi8(c, _mm_set1_epi8('"'));
    m = _mm_or_si128(m, _mm_cmpeq_epi8(c, _mm_set1_epi8('\\')));
    m = _mm_or_si128(m, _mm_cmpeq_epi8(c,
                                    _mm_min_epu8(c, _mm_set1_epi8(0x1f))));

    /* bytes above 0x7f have the bit that movemask takes */
    m = _mm_or_si128(m, c);

    return (unsigned) _mm_movemask_epi8(m);
}


__attribute__((target("avx2")))
static const u_char *
llmgw_json_plain_avx2(const u_char *p, const u_char *end)
{
    __m256i   c0, c1, m0, m1;
    unsigned  mask;

    const __m256i  quote = _mm256_set1_epi8('"');
    const __m256i  slash = _mm256_set1_epi8('\\');
    const __m256i  ctl = _mm256_set1_epi8(0x1f);

    while (end - p >= 64) {

        c0 = _mm256_loadu_si256((const __m256i *) p);
        c1 = _mm256_loadu_si256((const __m256i *) (p + 32));

        m0 = _mm256_or_si256(_mm256_cmpeq_epi8(c0, quote),
                             _mm256_cmpeq_epi8(c0, slash));
        m1 = _mm256_or_si256(_mm256_cmpeq_epi8(c1, quote),
                             _mm256_cmpeq_epi8(c1, slash));

        m0 = _mm256_or_si256(m0,
                         _mm256_cmpeq_epi8(c0, _mm256_min_epu8(c0, ctl)));
        m1 = _mm256_or_si256(m1,
                         _mm256_cmpeq_epi8(c1, _mm256_min_epu8(c1, ctl)));

        m0 = _mm256_or_si256(m0, c0);
        m1 = _mm256_or_si256(m1, c1);

        if (_mm256_movemask_epi8(_mm256_or_si256(m0, m1)) != 0) {

            mask = (unsigned) _mm256_movemask_epi8(m0);
            if (mask) {
                return p + __builtin_ctz(mask);
            }

            mask = (unsigned) _mm256_movemask_epi8(m1);
            return p + 32 + __builtin_ctz(mask);
        }

        p += 64;
    }

    return p;
}

#endif


const u_char *
llmgw_json_plain(const u_char *p, const u_char *end)
{
#if (defined __SSE2__)
    unsigned       mask;
    const u_char  *start;

    start = p;

    while (end - p >= 16) {

        mask = llmgw_json_special16(p);
        if (mask) {
            return p + __builtin_ctz(mask);
        }

        p += 16;

        if (p - start == LLMGW_JSON_LONG && __builtin_cpu_supports("avx2")) {
            p = llmgw_json_plain_avx2(p, end);
        }
    }

#else
    uint64_t  w, x;

    const uint64_t  ones = 0x0101010101010101ULL;
    const uint64_t  high = 0x8080808080808080ULL;

    while (end - p >= 8) {

        memcpy(&w, p, 8);

        /* a byte that is a quote, a backslash, below 0x20 or above 0x7f */

        x = w | (w - 0x20 * ones)
              | ((w ^ '"' * ones) - ones)
              | ((w ^ '\\' * ones) - ones);

        if (x & high) {
            break;
        }

        p += 8;
    }

#endif

    while (p < end && llmgw_json_plain_chars[*p]) {
        p++;
    }

    return p;
}


const u_char *
llmgw_utf8_run(const u_char *p, const u_char *end)
{
    u_char    c;
    unsigned  u;

    while (p < end && *p >= 0x80) {

        c = *p;

        if (c < 0xe0) {

            if (c < 0xc2 || end - p < 2 || (p[1] & 0xc0) != 0x80) {
                return NULL;
            }

            p += 2;
            continue;
        }

        if (c < 0xf0) {

            if (end - p < 3 || (p[1] & 0xc0) != 0x80
                || (p[2] & 0xc0) != 0x80)
            {
                return NULL;
            }

            u = (unsigned) (c & 0x0f) << 12 | (unsigned) (p[1] & 0x3f) << 6;

            if (u < 0x800 || (u & 0xf800) == 0xd800) {
                return NULL;
            }

            p += 3;
            continue;
        }

        if (c > 0xf4 || end - p < 4 || (p[1] & 0xc0) != 0x80
            || (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
        {
            return NULL;
        }

        u = (unsigned) (c & 0x07) << 18 | (unsigned) (p[1] & 0x3f) << 12;

        if (u < 0x10000 || u > 0x10ffff) {
            return NULL;
        }

        p += 4;
    }

    return p;
}


/* p is behind the opening quote; returns the closing quote */

static const u_char *
llmgw_json_scan(llmgw_json_t *j, const u_char *p, const u_char *end,
    unsigned *flags)
{
    const u_char  *q;

    for ( ;; ) {

        p = llmgw_json_plain(p, end);

        if (p == end) {
            j->error = "the string is not closed";
            j->error_pos = p - j->text;
            return NULL;
        }

        if (*p == '"') {
            return p;
        }

        if (*p == '\\') {

            p = llmgw_json_escape(j, p, end, flags);
            if (p == NULL) {
                return NULL;
            }

            continue;
        }

        if (*p < 0x20) {
            j->error = "control character in a string";
            j->error_pos = p - j->text;
            return NULL;
        }

        q = llmgw_utf8_run(p, end);
        if (q == NULL) {
            j->error = "the text is not UTF-8";
            j->error_pos = p - j->text;
            return NULL;
        }

        p = q;
    }
}


static int
llmgw_json_hex4(const u_char *p, unsigned *value)
{
    u_char    c;
    unsigned  i, u;

    u = 0;

    for (i = 0; i < 4; i++) {
        c = p[i];

        if (c >= '0' && c <= '9') {
            u = u << 4 | (c - '0');
            continue;
        }

        c |= 0x20;

        if (c < 'a' || c > 'f') {
            return 0;
        }

        u = u << 4 | (c - 'a' + 10);
    }

    *value = u;

    return 1;
}


static const u_char *
llmgw_json_escape(llmgw_json_t *j, const u_char *p, const u_char *end,
    unsigned *flags)
{
    unsigned  u, v;

    *flags |= LLMGW_JSON_ESCAPED;

    if (end - p < 2) {
        goto invalid;
    }

    switch (p[1]) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 2;

    case 'u':
        break;

    default:
        goto invalid;
    }

    if (end - p < 6 || !llmgw_json_hex4(p + 2, &u)) {
        goto invalid;
    }

    if (u == 0) {
        *flags |= LLMGW_JSON_NUL;
        return p + 6;
    }

    if ((u & 0xf800) != 0xd800) {
        return p + 6;
    }

    if ((u & 0xfc00) == 0xd800 && end - p >= 12 && p[6] == '\\'
        && p[7] == 'u' && llmgw_json_hex4(p + 8, &v)
        && (v & 0xfc00) == 0xdc00)
    {
        return p + 12;
    }

    *flags |= LLMGW_JSON_SURROGATE;

    return p + 6;

invalid:

    j->error = "invalid escape in a string";
    j->error_pos = p - j->text;

    return NULL;
}


/* NULL: not a number */

static const u_char *
llmgw_json_number_end(const u_char *p, const u_char *end, unsigned *flags)
{
    *flags = LLMGW_JSON_INTEGER;

    if (*p == '-') {
        p++;
    }

    if (p == end) {
        return NULL;
    }

    if (*p == '0') {
        p++;

    } else if (*p >= '1' && *p <= '9') {

        while (p < end && *p >= '0' && *p <= '9') {
            p++;
        }

    } else {
        return NULL;
    }

    if (p < end && *p == '.') {

        *flags = 0;
        p++;

        if (p == end || *p < '0' || *p > '9') {
            return NULL;
        }

        while (p < end && *p >= '0' && *p <= '9') {
            p++;
        }
    }

    if (p < end && (*p == 'e' || *p == 'E')) {

        *flags = 0;
        p++;

        if (p < end && (*p == '+' || *p == '-')) {
            p++;
        }

        if (p == end || *p < '0' || *p > '9') {
            return NULL;
        }

        while (p < end && *p >= '0' && *p <= '9') {
            p++;
        }
    }

    return p;
}


static llmgw_json_node_t *
llmgw_json_grow(llmgw_json_t *j)
{
    uint32_t            cap;
    llmgw_json_node_t  *nodes;

    if (j->n >= j->max_nodes) {
        j->error = "too many values";
        return NULL;
    }

    cap = j->cap ? j->cap * 2 : 64;

    if (cap > j->max_nodes) {
        cap = j->max_nodes;
    }

    nodes = llmgw_alloc(j->arena, cap * sizeof(llmgw_json_node_t));
    if (nodes == NULL) {
        j->error = NULL;
        return NULL;
    }

    if (j->n) {
        memcpy(nodes, j->nodes, j->n * sizeof(llmgw_json_node_t));
    }

    j->nodes = nodes;
    j->cap = cap;

    return &nodes[j->n++];
}


static inline llmgw_json_node_t *
llmgw_json_push(llmgw_json_t *j)
{
    if (j->n < j->cap) {
        return &j->nodes[j->n++];
    }

    return llmgw_json_grow(j);
}


llmgw_int_t
llmgw_json_parse(llmgw_json_t *j, llmgw_arena_t *a, llmgw_str_t text,
    uint32_t node_depth, uint32_t max_nodes)
{
    size_t              cap;
    unsigned            flags, depth, type, is_key;
    const u_char       *p, *q, *end;
    llmgw_json_node_t  *node;

    /* index of each open container; UINT32_MAX when it has no node */
    uint32_t            stack[LLMGW_JSON_MAX_DEPTH + 1];
    u_char              kind[LLMGW_JSON_MAX_DEPTH + 1];

    j->text = text.data;
    j->len = text.len;
    j->nodes = NULL;
    j->n = 0;
    j->cap = 0;
    j->max_nodes = max_nodes < UINT32_MAX / 64 ? max_nodes : UINT32_MAX / 64;
    j->node_depth = node_depth;
    j->arena = a;
    j->error = NULL;
    j->error_pos = 0;

    if (text.len >= UINT32_MAX) {
        j->error = "the text is too long";
        return LLMGW_TOO_LARGE;
    }

    /* a guess that fits most bodies, so that growing is rare */

    cap = text.len / 24 + 8;

    if (cap > 1024) {
        cap = 1024;
    }

    if (cap > j->max_nodes) {
        cap = j->max_nodes;
    }

    j->nodes = llmgw_alloc(a, cap * sizeof(llmgw_json_node_t));
    if (j->nodes == NULL) {
        return LLMGW_ERROR;
    }

    j->cap = (uint32_t) cap;

    p = text.data;
    end = p + text.len;
    depth = 0;
    is_key = 0;

    p = llmgw_json_ws(p, end);

value:

    if (p == end) {
        j->error = "a value is missing";
        goto invalid;
    }

    node = NULL;
    flags = 0;

    if (depth <= node_depth) {

        node = llmgw_json_push(j);
        if (node == NULL) {
            j->error_pos = p - text.data;
            return j->error ? LLMGW_TOO_LARGE : LLMGW_ERROR;
        }

        node->span = 1;
        node->depth = (uint16_t) depth;
    }

    switch (*p) {

    case '"':
        q = llmgw_json_scan(j, p + 1, end, &flags);
        if (q == NULL) {
            return LLMGW_INVALID;
        }

        if (node) {
            node->pos = (uint32_t) (p + 1 - text.data);
            node->len = (uint32_t) (q - p - 1);
            node->type = LLMGW_JSON_STRING;
            node->flags = (uint8_t) flags;
        }

        p = llmgw_json_ws(q + 1, end);

        if (is_key) {

            if (p == end || *p != ':') {
                j->error = "expected ':'";
                goto invalid;
            }

            p = llmgw_json_ws(p + 1, end);
            is_key = 0;

            goto value;
        }

        goto after;

    case '{':
    case '[':

        if (depth == LLMGW_JSON_MAX_DEPTH) {
            j->error = "nested too deep";
            goto invalid;
        }

        type = *p;

        if (node) {
            node->pos = (uint32_t) (p - text.data);
            node->type = (type == '{') ? LLMGW_JSON_OBJECT : LLMGW_JSON_ARRAY;
            node->flags = (depth == node_depth) ? LLMGW_JSON_COLLAPSED : 0;
            stack[depth] = j->n - 1;

        } else {
            stack[depth] = UINT32_MAX;
        }

        kind[depth] = (u_char) type;
        depth++;

        p = llmgw_json_ws(p + 1, end);

        if (p < end && *p == (type == '{' ? '}' : ']')) {
            goto close;
        }

        if (type == '[') {
            goto value;
        }

        goto key;

    case 't':
        if (end - p < 4 || memcmp(p, "true", 4) != 0) {
            goto unknown;
        }

        type = LLMGW_JSON_TRUE;
        q = p + 4;
        break;

    case 'f':
        if (end - p < 5 || memcmp(p, "false", 5) != 0) {
            goto unknown;
        }

        type = LLMGW_JSON_FALSE;
        q = p + 5;
        break;

    case 'n':
        if (end - p < 4 || memcmp(p, "null", 4) != 0) {
            goto unknown;
        }

        type = LLMGW_JSON_NULL;
        q = p + 4;
        break;

    default:
        if (*p != '-' && (*p < '0' || *p > '9')) {
            goto unknown;
        }

        type = LLMGW_JSON_NUMBER;
        q = llmgw_json_number_end(p, end, &flags);

        if (q == NULL) {
            j->error = "invalid number";
            goto invalid;
        }
    }

    if (node) {
        node->pos = (uint32_t) (p - text.data);
        node->len = (uint32_t) (q - p);
        node->type = (uint8_t) type;
        node->flags = (uint8_t) flags;
    }

    p = llmgw_json_ws(q, end);

after:

    if (depth == 0) {

        if (p != end) {
            j->error = "unexpected text behind the value";
            goto invalid;
        }

        return LLMGW_OK;
    }

    if (p == end) {
        j->error = (kind[depth - 1] == '{') ? "expected ',' or '}'"
                                            : "expected ',' or ']'";
        goto invalid;
    }

    if (*p == ',') {

        p = llmgw_json_ws(p + 1, end);

        if (kind[depth - 1] == '[') {
            goto value;
        }

        goto key;
    }

    if (*p != (kind[depth - 1] == '{' ? '}' : ']')) {
        j->error = (kind[depth - 1] == '{') ? "expected ',' or '}'"
                                            : "expected ',' or ']'";
        goto invalid;
    }

close:

    depth--;

    if (stack[depth] != UINT32_MAX) {
        node = &j->nodes[stack[depth]];
        node->len = (uint32_t) (p + 1 - text.data) - node->pos;
        node->span = j->n - stack[depth];
    }

    p = llmgw_json_ws(p + 1, end);

    goto after;

key:

    if (p == end || *p != '"') {
        j->error = "expected a member name";
        goto invalid;
    }

    is_key = 1;

    goto value;

unknown:

    j->error = "expected a value";

invalid:

    j->error_pos = p - text.data;

    return LLMGW_INVALID;
}


llmgw_int_t
llmgw_json_check(llmgw_str_t text)
{
    llmgw_int_t    rc;
    llmgw_json_t   j;
    llmgw_arena_t  a;

    /* the document's value is all that gets a node */

    u_char         mem[sizeof(llmgw_json_node_t) + 16];

    memset(&a, 0, sizeof(llmgw_arena_t));
    a.pos = mem;
    a.end = mem + sizeof(mem);

    rc = llmgw_json_parse(&j, &a, text, 0, 1);

    return (rc == LLMGW_OK) ? j.nodes[0].type : LLMGW_INVALID;
}


int
llmgw_json_is_slow(const llmgw_json_t *j, const llmgw_json_node_t *node,
    const char *name, size_t len)
{
    /* an escape is at least one byte longer than what it stands for */

    if (node->len <= len) {
        return 0;
    }

    return llmgw_jstr_equal(llmgw_json_str(j, node),
                            llmgw_str((const u_char *) name, len));
}


const llmgw_json_node_t *
llmgw_json_get_n(const llmgw_json_t *j, const llmgw_json_node_t *object,
    const char *name, size_t len)
{
    const llmgw_json_node_t  *k, *v;

    if (object == NULL || object->type != LLMGW_JSON_OBJECT) {
        return NULL;
    }

    llmgw_json_each_member(k, v, object) {
        if (llmgw_json_is_n(j, k, name, len)) {
            return v;
        }
    }

    return NULL;
}


const llmgw_json_node_t *
llmgw_json_get_type(const llmgw_json_t *j, const llmgw_json_node_t *object,
    const char *name, size_t len, llmgw_json_type_e type)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get_n(j, object, name, len);

    return (v != NULL && v->type == type) ? v : NULL;
}


llmgw_str_t
llmgw_json_get_str_n(const llmgw_json_t *j, const llmgw_json_node_t *object,
    const char *name, size_t len)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get_type(j, object, name, len, LLMGW_JSON_STRING);

    return v ? llmgw_json_str(j, v) : llmgw_null_str;
}


/*
 * Keys are compared as what they stand for: "a" and "\u0061" are one name.
 * The seed keeps a body from being made of colliding names.
 */

static uint32_t
llmgw_json_key_hash(llmgw_str_t key, uint64_t seed)
{
    size_t    i;
    uint64_t  h;

    h = seed;

    for (i = 0; i < key.len; i++) {
        h = (h ^ key.data[i]) * 0x9e3779b97f4a7c15ULL;
        h ^= h >> 29;
    }

    return (uint32_t) (h >> 32);
}


const llmgw_json_node_t *
llmgw_json_duplicate(const llmgw_json_t *j, const llmgw_json_node_t *object,
    llmgw_arena_t *a)
{
    size_t                    n, size, i;
    uint64_t                  seed;
    unsigned                  escaped;
    llmgw_str_t               key, *keys;
    const llmgw_json_node_t  *k, *v, *k2, *v2;

    n = 0;
    escaped = 0;

    llmgw_json_each_member(k, v, object) {
        escaped |= k->flags & LLMGW_JSON_ESCAPED;
        n++;
    }

    if (n <= 8 && !escaped) {

        llmgw_json_each_member(k, v, object) {

            for (k2 = object + 1; k2 < k; k2 = llmgw_json_next(v2)) {
                v2 = k2 + 1;

                if (k2->len == k->len
                    && memcmp(j->text + k2->pos, j->text + k->pos, k->len)
                       == 0)
                {
                    return k;
                }
            }
        }

        return NULL;
    }

    for (size = 4; size < n * 2; size *= 2) { /* void */ }

    keys = llmgw_calloc(a, size * sizeof(llmgw_str_t));
    if (keys == NULL) {
        return object + 1;
    }

    /* the address space is laid out at random */

    seed = (uint64_t) (uintptr_t) keys ^ (uint64_t) (uintptr_t) j->text << 20
           ^ (uint64_t) (uintptr_t) &n;

    llmgw_json_each_member(k, v, object) {

        key = llmgw_json_str(j, k);

        if (k->flags & LLMGW_JSON_ESCAPED) {
            key = llmgw_jstr_decode(a, key);

            if (key.data == NULL) {
                return k;
            }
        }

        i = llmgw_json_key_hash(key, seed) & (size - 1);

        while (keys[i].data) {
            if (llmgw_str_eq(keys[i], key)) {
                return k;
            }

            i = (i + 1) & (size - 1);
        }

        keys[i] = key;
    }

    return NULL;
}


/*
 * A number longer than the buffer of llmgw_json_double(): leading digits and
 * the exponent.  Of the digits behind the 40th only matters whether there is
 * one that is not zero: it tells a number from the one between two doubles.
 */

static double
llmgw_json_long_number(llmgw_str_t s)
{
    char           buf[64];
    int64_t        shift, e;
    size_t         n, i;
    unsigned       point, more, neg;
    const u_char  *p, *end;

    p = s.data;
    end = p + s.len;
    n = 0;
    shift = 0;
    point = 0;
    more = 0;

    if (p < end && *p == '-') {
        buf[n++] = *p++;
    }

    for (i = 0; p < end; p++) {

        if (*p == '.') {
            point = 1;
            continue;
        }

        if (*p < '0' || *p > '9') {
            break;
        }

        if (*p == '0' && i == 0) {
            shift -= point;
            continue;
        }

        if (i < 40) {
            buf[n++] = (char) *p;
            i++;
            shift -= point;

        } else {
            shift += !point;
            more |= (*p != '0');
        }
    }

    if (i == 0) {
        return (n == 1) ? -0.0 : 0.0;
    }

    if (more) {
        buf[n++] = '1';
        shift--;
    }

    if (p < end) {

        p++;
        e = 0;
        neg = 0;

        if (p < end && (*p == '+' || *p == '-')) {
            neg = (*p == '-');
            p++;
        }

        for ( /* void */ ; p < end && e < 1000000; p++) {
            e = e * 10 + (*p - '0');
        }

        shift += neg ? -e : e;
    }

    if (shift > 9999) {
        shift = 9999;

    } else if (shift < -9999) {
        shift = -9999;
    }

    snprintf(buf + n, sizeof(buf) - n, "e%d", (int) shift);

    return strtod(buf, NULL);
}


/*
 * An integer written with a fraction or an exponent: its digits without the
 * zeros at both ends, and the power of ten.  A double would not do, since it
 * does not hold all integers.
 */

static llmgw_int_t
llmgw_json_decimal(const u_char *p, const u_char *end, uint64_t *value)
{
    int64_t   power, e;
    uint64_t  v, zeros;
    unsigned  point, neg;

    v = 0;
    zeros = 0;
    power = 0;
    point = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p == '.') {
            point = 1;
            continue;
        }

        if (*p < '0' || *p > '9') {
            break;
        }

        power -= point;

        if (*p == '0') {
            zeros += (v != 0);
            continue;
        }

        /* 10^20 is past 64 bits, and so is what has more digits than that */

        if (zeros > 20) {
            return LLMGW_DECLINED;
        }

        for ( /* void */ ; zeros; zeros--) {
            if (v > UINT64_MAX / 10) {
                return LLMGW_DECLINED;
            }

            v *= 10;
        }

        if (v > (UINT64_MAX - (*p - '0')) / 10) {
            return LLMGW_DECLINED;
        }

        v = v * 10 + (*p - '0');
    }

    if (v == 0) {
        *value = 0;
        return LLMGW_OK;
    }

    power += (int64_t) zeros;

    if (p < end) {

        /* the exponent; a text is shorter than 2^32 digits */

        p++;
        neg = (p < end && *p == '-');

        if (p < end && (*p == '+' || *p == '-')) {
            p++;
        }

        for (e = 0; p < end && e < INT64_MAX / 100; p++) {
            e = e * 10 + (*p - '0');
        }

        power += neg ? -e : e;
    }

    if (power < 0 || power > 20) {
        return LLMGW_DECLINED;
    }

    for ( /* void */ ; power; power--) {
        if (v > UINT64_MAX / 10) {
            return LLMGW_DECLINED;
        }

        v *= 10;
    }

    *value = v;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_json_int(llmgw_str_t s, int64_t *value)
{
    size_t    i;
    uint64_t  v, max;
    unsigned  neg;

    neg = (s.len && s.data[0] == '-');
    max = (uint64_t) INT64_MAX + neg;

    if (s.len == neg) {
        return LLMGW_DECLINED;
    }

    v = 0;

    for (i = neg; i < s.len; i++) {

        if (s.data[i] < '0' || s.data[i] > '9') {

            if (llmgw_json_decimal(s.data + neg, s.data + s.len, &v)
                != LLMGW_OK)
            {
                return LLMGW_DECLINED;
            }

            break;
        }

        if (v > (UINT64_MAX - (s.data[i] - '0')) / 10) {

            /* unless its exponent brings it back */

            if (llmgw_json_decimal(s.data + neg, s.data + s.len, &v)
                != LLMGW_OK)
            {
                return LLMGW_DECLINED;
            }

            break;
        }

        v = v * 10 + (s.data[i] - '0');
    }

    if (v > max) {
        return LLMGW_DECLINED;
    }

    *value = (int64_t) (neg ? 0 - v : v);

    return LLMGW_OK;
}


double
llmgw_json_double(llmgw_str_t s)
{
    char  buf[64];

    if (s.len >= sizeof(buf)) {
        return llmgw_json_long_number(s);
    }

    memcpy(buf, s.data, s.len);
    buf[s.len] = '\0';

    return strtod(buf, NULL);
}
