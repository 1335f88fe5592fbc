
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The inner loops over the text of JSON strings.
 */


#include "llmgw_scan.h"

#if (defined __SSE2__)
#include <immintrin.h>
#endif


/* 1: stands for itself in a string */

static const u_char  llmgw_json_plain_chars[256] = {
    [0x20 ... 0x21] = 1, [0x23 ... 0x5b] = 1, [0x5d ... 0x7f] = 1
};


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

        if (p - start == LLMGW_SCAN_LONG && __builtin_cpu_supports("avx2")) {
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
llmgw_json_quote(const u_char *p, const u_char *end)
{
#if (defined __SSE2__)
    __m128i   c;
    unsigned  mask;

    while (end - p >= 16) {

        c = _mm_loadu_si128((const __m128i *) p);
        c = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('"')),
                         _mm_cmpeq_epi8(c, _mm_set1_epi8('\\')));

        mask = (unsigned) _mm_movemask_epi8(c);
        if (mask) {
            return p + __builtin_ctz(mask);
        }

        p += 16;
    }
#endif

    while (p < end && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}


/* stops at the first sequence that is broken, at ASCII, or at the end */

static const u_char *
llmgw_utf8_stop(const u_char *p, const u_char *end)
{
    u_char    c;
    unsigned  u;

    while (p < end && *p >= 0x80) {

        c = *p;

        if (c < 0xe0) {

            if (c < 0xc2 || end - p < 2 || (p[1] & 0xc0) != 0x80) {
                return p;
            }

            p += 2;
            continue;
        }

        if (c < 0xf0) {

            if (end - p < 3 || (p[1] & 0xc0) != 0x80
                || (p[2] & 0xc0) != 0x80)
            {
                return p;
            }

            u = (unsigned) (c & 0x0f) << 12 | (unsigned) (p[1] & 0x3f) << 6;

            if (u < 0x800 || (u & 0xf800) == 0xd800) {
                return p;
            }

            p += 3;
            continue;
        }

        if (c > 0xf4 || end - p < 4 || (p[1] & 0xc0) != 0x80
            || (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
        {
            return p;
        }

        u = (unsigned) (c & 0x07) << 18 | (unsigned) (p[1] & 0x3f) << 12;

        if (u < 0x10000 || u > 0x10ffff) {
            return p;
        }

        p += 4;
    }

    return p;
}


const u_char *
llmgw_utf8_run(const u_char *p, const u_char *end)
{
    p = llmgw_utf8_stop(p, end);

    return (p < end && *p >= 0x80) ? NULL : p;
}


static const u_char *
llmgw_json_text_bytes(const u_char *p, const u_char *end, const u_char **bad)
{
    while (p < end) {

        if (*p >= 0x80) {
            p = llmgw_utf8_stop(p, end);

            if (p < end && *p >= 0x80) {
                *bad = p;
                return NULL;
            }

            continue;
        }

        if (!llmgw_json_plain_chars[*p]) {
            break;
        }

        p++;
    }

    return p;
}


#if (defined __SSE2__)

/*
 * UTF-8 in vectors, by the method of J. Keiser and D. Lemire, "Validating
 * UTF-8 in less than one instruction per byte" (2020).  Each pair of
 * neighbouring bytes is looked up by three of its nibbles; what is wrong with
 * the pair is a bit that all three tables have.
 */

#define U_SHORT     0x01    /* a lead without its continuation */
#define U_LONG      0x02    /* a continuation behind ASCII */
#define U_OVER3     0x04    /* e0 80 */
#define U_LARGE     0x08    /* above f4 8f */
#define U_SURR      0x10    /* ed a0 */
#define U_OVER2     0x20    /* c0, c1 */
#define U_LARGE8    0x40    /* f5 80 and above */
#define U_OVER4     0x40    /* f0 80 */
#define U_CONTS     0x80    /* two continuations: right in longer sequences */

#define U_CARRY     (U_SHORT|U_LONG|U_CONTS)
#define U_HIGH      (U_CARRY|U_LARGE|U_LARGE8)

#define U_TABLE(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)              \
    _mm256_setr_epi8((char) (a), (char) (b), (char) (c), (char) (d),         \
                     (char) (e), (char) (f), (char) (g), (char) (h),         \
                     (char) (i), (char) (j), (char) (k), (char) (l),         \
                     (char) (m), (char) (n), (char) (o), (char) (p),         \
                     (char) (a), (char) (b), (char) (c), (char) (d),         \
                     (char) (e), (char) (f), (char) (g), (char) (h),         \
                     (char) (i), (char) (j), (char) (k), (char) (l),         \
                     (char) (m), (char) (n), (char) (o), (char) (p))


__attribute__((target("avx2")))
static inline __m256i
llmgw_utf8_errors_avx2(__m256i c, __m256i prev)
{
    __m256i  near, b1, b2, b3, pair, must;

    const __m256i  low = _mm256_set1_epi8(0x0f);

    const __m256i  lead_high =
        U_TABLE(U_LONG, U_LONG, U_LONG, U_LONG,
                U_LONG, U_LONG, U_LONG, U_LONG,
                U_CONTS, U_CONTS, U_CONTS, U_CONTS,
                U_SHORT|U_OVER2, U_SHORT, U_SHORT|U_OVER3|U_SURR,
                U_SHORT|U_LARGE|U_LARGE8|U_OVER4);

    const __m256i  lead_low =
        U_TABLE(U_CARRY|U_OVER2|U_OVER3|U_OVER4, U_CARRY|U_OVER2, U_CARRY,
                U_CARRY, U_CARRY|U_LARGE, U_HIGH, U_HIGH, U_HIGH,
                U_HIGH, U_HIGH, U_HIGH, U_HIGH,
                U_HIGH, U_HIGH|U_SURR, U_HIGH, U_HIGH);

    const __m256i  next_high =
        U_TABLE(U_SHORT, U_SHORT, U_SHORT, U_SHORT,
                U_SHORT, U_SHORT, U_SHORT, U_SHORT,
                U_LONG|U_CONTS|U_OVER2|U_OVER3|U_OVER4|U_LARGE8,
                U_LONG|U_CONTS|U_OVER2|U_OVER3|U_LARGE,
                U_LONG|U_CONTS|U_OVER2|U_SURR|U_LARGE,
                U_LONG|U_CONTS|U_OVER2|U_SURR|U_LARGE,
                U_SHORT, U_SHORT, U_SHORT, U_SHORT);

    /* the bytes one, two and three places before each */

    near = _mm256_permute2x128_si256(prev, c, 0x21);

    b1 = _mm256_alignr_epi8(c, near, 15);
    b2 = _mm256_alignr_epi8(c, near, 14);
    b3 = _mm256_alignr_epi8(c, near, 13);

    pair = _mm256_shuffle_epi8(lead_high,
                         _mm256_and_si256(_mm256_srli_epi16(b1, 4), low));
    pair = _mm256_and_si256(pair,
                         _mm256_shuffle_epi8(lead_low,
                                             _mm256_and_si256(b1, low)));
    pair = _mm256_and_si256(pair,
                         _mm256_shuffle_epi8(next_high,
                             _mm256_and_si256(_mm256_srli_epi16(c, 4), low)));

    /* a third or a fourth byte must follow a continuation, no other may */

    must = _mm256_or_si256(_mm256_subs_epu8(b2, _mm256_set1_epi8(0x60)),
                           _mm256_subs_epu8(b3, _mm256_set1_epi8(0x70)));
    must = _mm256_and_si256(must, _mm256_set1_epi8((char) 0x80));

    return _mm256_xor_si256(must, pair);
}


/*
 * The end of the text, or a place from where the rest is read byte by byte;
 * NULL: somewhere it is not UTF-8.
 */

__attribute__((target("avx2")))
static const u_char *
llmgw_json_text_avx2(const u_char *p, const u_char *end)
{
    __m256i        c, m, error, prev;
    unsigned       mask, n;
    const u_char  *q, *start;

    static const u_char  keep[64] = {
        [0 ... 31] = 0xff
    };

    const __m256i  quote = _mm256_set1_epi8('"');
    const __m256i  slash = _mm256_set1_epi8('\\');
    const __m256i  ctl = _mm256_set1_epi8(0x1f);

    /* more than these at the end of a block, and its last character goes on */

    const __m256i  whole =
        _mm256_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1,
                         -1, -1, -1, -1, -1, -1, -1, -1,
                         -1, -1, -1, -1, -1, -1, -1, -1,
                         -1, -1, -1, -1, -1, (char) 0xef, (char) 0xdf,
                         (char) 0xbf);

    start = p;
    prev = _mm256_setzero_si256();

    while (end - p >= 32) {

        c = _mm256_loadu_si256((const __m256i *) p);

        m = _mm256_or_si256(_mm256_cmpeq_epi8(c, quote),
                            _mm256_cmpeq_epi8(c, slash));
        m = _mm256_or_si256(m, _mm256_cmpeq_epi8(c, _mm256_min_epu8(c, ctl)));

        mask = (unsigned) _mm256_movemask_epi8(m);
        n = 32;

        if (mask) {

            /* what is behind the end of the text counts as ASCII */

            n = (unsigned) __builtin_ctz(mask);
            c = _mm256_and_si256(c,
                    _mm256_loadu_si256((const __m256i *) (keep + 32 - n)));
        }

        if (_mm256_movemask_epi8(c) == 0) {
            error = _mm256_subs_epu8(prev, whole);

        } else {
            error = llmgw_utf8_errors_avx2(c, prev);
        }

        if (!_mm256_testz_si256(error, error)) {
            return NULL;
        }

        p += n;

        if (mask) {
            return p;
        }

        prev = c;
    }

    /* back to where the last character begins, if it goes on */

    for (q = p; p - q < 3 && q > start && q[-1] >= 0x80; /* void */ ) {

        q--;

        if (*q >= 0xc0) {
            return q;
        }
    }

    return p;
}

/*
 * Which bytes of a block are escaped: those behind an odd run of backslashes.
 * *carry: the first byte is, because of the block before; then: the byte
 * behind the block is.  (The addition carries through a run of backslashes.)
 */

static inline uint64_t
llmgw_json_escaped(uint64_t backslash, uint64_t *carry)
{
    uint64_t  follows, odd, runs, escaped;

    const uint64_t  even = 0x5555555555555555ULL;

    backslash &= ~*carry;
    follows = backslash << 1 | *carry;
    odd = backslash & ~even & ~follows;

    *carry = __builtin_add_overflow(odd, backslash, &runs);

    escaped = (even ^ runs << 1) & follows;

    return escaped;
}


__attribute__((target("avx2")))
static inline uint64_t
llmgw_json_mask_avx2(__m256i m0, __m256i m1)
{
    return (uint64_t) (uint32_t) _mm256_movemask_epi8(m0)
           | (uint64_t) (uint32_t) _mm256_movemask_epi8(m1) << 32;
}


/*
 * Walks a string 64 bytes at a time.  The closing quote, or a place from where
 * the rest is read byte by byte: near the end of the input, or where something
 * is wrong.
 */

__attribute__((target("avx2")))
static const u_char *
llmgw_scan_string_avx2(const u_char *p, const u_char *end, unsigned *flags)
{
    __m256i        c0, c1, prev, error, ok;
    uint64_t       quote, slash, ctl, high, escaped, valid, hex, carry;
    unsigned       n, open;
    const u_char  *q, *start, *skip;

    const __m256i  vquote = _mm256_set1_epi8('"');
    const __m256i  vslash = _mm256_set1_epi8('\\');
    const __m256i  vctl = _mm256_set1_epi8(0x1f);

    /* characters of escapes, by their low nibbles: "\"/bfnrt and u apart */

    const __m256i  plain = _mm256_setr_epi8(
                        0, 0, '"', 0, 't', 0, 'f', 0, 0, 0, 0, 0, '\\', 0,
                        'n', '/',
                        0, 0, '"', 0, 't', 0, 'f', 0, 0, 0, 0, 0, '\\', 0,
                        'n', '/');
    const __m256i  vb = _mm256_set1_epi8('b');
    const __m256i  vr = _mm256_set1_epi8('r');
    const __m256i  vu = _mm256_set1_epi8('u');

    start = p;
    skip = p;
    carry = 0;
    open = 0;
    prev = _mm256_setzero_si256();

    while (end - p >= 64) {

        c0 = _mm256_loadu_si256((const __m256i *) p);
        c1 = _mm256_loadu_si256((const __m256i *) (p + 32));

        /* most blocks hold nothing but themselves */

        ok = _mm256_or_si256(_mm256_cmpeq_epi8(c0, vquote),
                             _mm256_cmpeq_epi8(c0, vslash));
        ok = _mm256_or_si256(ok,
                         _mm256_cmpeq_epi8(c0, _mm256_min_epu8(c0, vctl)));
        ok = _mm256_or_si256(ok, _mm256_cmpeq_epi8(c1, vquote));
        ok = _mm256_or_si256(ok, _mm256_cmpeq_epi8(c1, vslash));
        ok = _mm256_or_si256(ok,
                         _mm256_cmpeq_epi8(c1, _mm256_min_epu8(c1, vctl)));
        ok = _mm256_or_si256(ok, _mm256_or_si256(c0, c1));

        if (_mm256_movemask_epi8(ok) == 0 && !(carry | open)) {
            p += 64;
            continue;
        }

        quote = llmgw_json_mask_avx2(_mm256_cmpeq_epi8(c0, vquote),
                                     _mm256_cmpeq_epi8(c1, vquote));
        slash = llmgw_json_mask_avx2(_mm256_cmpeq_epi8(c0, vslash),
                                     _mm256_cmpeq_epi8(c1, vslash));
        ctl = llmgw_json_mask_avx2(
                        _mm256_cmpeq_epi8(c0, _mm256_min_epu8(c0, vctl)),
                        _mm256_cmpeq_epi8(c1, _mm256_min_epu8(c1, vctl)));
        high = llmgw_json_mask_avx2(c0, c1);

        escaped = 0;

        if (slash | carry) {
            escaped = llmgw_json_escaped(slash, &carry);
            quote &= ~escaped;
        }

        /* the bytes up to the closing quote */

        valid = quote ? (quote & -quote) - 1 : ~(uint64_t) 0;

        if (ctl & valid) {
            break;
        }

        /* what is not UTF-8 behind the quote is wrong there, too */

        if (high || open) {

            error = _mm256_or_si256(llmgw_utf8_errors_avx2(c0, prev),
                                    llmgw_utf8_errors_avx2(c1, c0));

            if (!_mm256_testz_si256(error, error)) {
                break;
            }

            /* a character may go on in the next block */

            open = (high >> 61) != 0;
            prev = c1;
        }

        escaped &= valid;

        if (escaped) {

            ok = _mm256_cmpeq_epi8(c0, _mm256_shuffle_epi8(plain, c0));
            ok = _mm256_or_si256(ok, _mm256_cmpeq_epi8(c0, vb));
            ok = _mm256_or_si256(ok, _mm256_cmpeq_epi8(c0, vr));

            error = _mm256_cmpeq_epi8(c1, _mm256_shuffle_epi8(plain, c1));
            error = _mm256_or_si256(error, _mm256_cmpeq_epi8(c1, vb));
            error = _mm256_or_si256(error, _mm256_cmpeq_epi8(c1, vr));

            hex = escaped & ~llmgw_json_mask_avx2(ok, error);

            if (hex) {

                if (hex & ~llmgw_json_mask_avx2(_mm256_cmpeq_epi8(c0, vu),
                                                _mm256_cmpeq_epi8(c1, vu)))
                {
                    break;
                }

                do {
                    n = (unsigned) __builtin_ctzll(hex);
                    hex &= hex - 1;

                    q = p + n - 1;

                    if (q < skip) {
                        continue;
                    }

                    skip = llmgw_scan_unicode(q, end, flags);

                    if (skip == NULL) {
                        skip = start;
                        goto done;
                    }

                } while (hex);
            }

            *flags |= LLMGW_JSON_ESCAPED;
        }

        if (quote) {
            return p + __builtin_ctzll(quote);
        }

        p += 64;
    }

done:

    /*
     * The byte-wise reader takes over at the beginning of an escape and of a
     * character: this block's first one, unless that began in the one before.
     */

    for (q = p; p - q < 3 && q > start && q[-1] >= 0x80; /* void */ ) {

        q--;

        if (*q >= 0xc0) {
            p = q;
            break;
        }
    }

    n = 0;

    for (q = p; q > start && q[-1] == '\\'; q--) {
        n ^= 1;
    }

    p -= n;

    return (skip > p) ? skip : p;
}

#endif


const u_char *
llmgw_json_text(const u_char *p, const u_char *end, const u_char **bad)
{
#if (defined __SSE2__)
    const u_char  *q;

    if (end - p >= LLMGW_SCAN_LONG && __builtin_cpu_supports("avx2")) {

        q = llmgw_json_text_avx2(p, end);

        /* else: where it is broken, byte by byte */

        if (q != NULL) {
            p = q;
        }
    }
#endif

    return llmgw_json_text_bytes(p, end, bad);
}


const u_char *
llmgw_scan_string(const u_char *p, const u_char *end, unsigned *flags)
{
#if (defined __SSE2__)
    unsigned       mask;
    const u_char  *q;

    /* most strings are short */

    if (end - p >= 16) {

        mask = llmgw_json_special16(p);

        if (mask) {
            q = p + __builtin_ctz(mask);

            if (*q == '"') {
                return q;
            }
        }
    }

    if (end - p >= LLMGW_SCAN_LONG && __builtin_cpu_supports("avx2")) {
        return llmgw_scan_string_avx2(p, end, flags);
    }
#endif

    return p;
}


/* one more than the value; 0: no hexadecimal digit */

static const u_char  llmgw_scan_hex[256] = {
    ['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
    ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16
};


static inline int
llmgw_scan_hex4(const u_char *p, unsigned *value)
{
    unsigned  a, b, c, d;

    a = llmgw_scan_hex[p[0]];
    b = llmgw_scan_hex[p[1]];
    c = llmgw_scan_hex[p[2]];
    d = llmgw_scan_hex[p[3]];

    *value = (a - 1) << 12 | (b - 1) << 8 | (c - 1) << 4 | (d - 1);

    return (a != 0) & (b != 0) & (c != 0) & (d != 0);
}


const u_char *
llmgw_scan_unicode(const u_char *p, const u_char *end, unsigned *flags)
{
    unsigned  u, v;

    if (end - p < 6 || !llmgw_scan_hex4(p + 2, &u)) {
        return NULL;
    }

    if (u == 0) {
        *flags |= LLMGW_JSON_NUL;
        return p + 6;
    }

    if ((u & 0xf800) != 0xd800) {
        return p + 6;
    }

    if ((u & 0xfc00) == 0xd800 && end - p >= 12 && p[6] == '\\'
        && p[7] == 'u' && llmgw_scan_hex4(p + 8, &v)
        && (v & 0xfc00) == 0xdc00)
    {
        return p + 12;
    }

    *flags |= LLMGW_JSON_SURROGATE;

    return p + 6;
}
