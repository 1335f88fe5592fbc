
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_jstr.h"
#include "llmgw_json.h"

#if (defined __SSE2__)
#include <emmintrin.h>
#endif


static const u_char  llmgw_hex[] = "0123456789abcdef";


static unsigned
llmgw_jstr_hex4(const u_char *p)
{
    u_char    c;
    unsigned  i, u;

    u = 0;

    for (i = 0; i < 4; i++) {
        c = p[i];
        u = u << 4 | (unsigned) (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }

    return u;
}


static size_t
llmgw_utf8_put(u_char *p, unsigned u)
{
    if (u < 0x80) {
        p[0] = (u_char) u;
        return 1;
    }

    if (u < 0x800) {
        p[0] = (u_char) (0xc0 | u >> 6);
        p[1] = (u_char) (0x80 | (u & 0x3f));
        return 2;
    }

    if (u < 0x10000) {
        p[0] = (u_char) (0xe0 | u >> 12);
        p[1] = (u_char) (0x80 | (u >> 6 & 0x3f));
        p[2] = (u_char) (0x80 | (u & 0x3f));
        return 3;
    }

    p[0] = (u_char) (0xf0 | u >> 18);
    p[1] = (u_char) (0x80 | (u >> 12 & 0x3f));
    p[2] = (u_char) (0x80 | (u >> 6 & 0x3f));
    p[3] = (u_char) (0x80 | (u & 0x3f));

    return 4;
}


const u_char *
llmgw_jstr_char(const u_char *p, const u_char *end, u_char *buf, size_t *n)
{
    size_t    len;
    unsigned  u, v;

    if (*p != '\\') {

        len = (*p < 0x80) ? 1 : (*p < 0xe0) ? 2 : (*p < 0xf0) ? 3 : 4;

        if (len > (size_t) (end - p)) {
            len = (size_t) (end - p);
        }

        memcpy(buf, p, len);
        *n = len;

        return p + len;
    }

    *n = 1;

    if (end - p < 2) {
        buf[0] = '\\';
        return end;
    }

    switch (p[1]) {

    case 'b':
        buf[0] = '\b';
        return p + 2;

    case 'f':
        buf[0] = '\f';
        return p + 2;

    case 'n':
        buf[0] = '\n';
        return p + 2;

    case 'r':
        buf[0] = '\r';
        return p + 2;

    case 't':
        buf[0] = '\t';
        return p + 2;

    case 'u':
        break;

    default:
        buf[0] = p[1];
        return p + 2;
    }

    if (end - p < 6) {
        buf[0] = '\\';
        return end;
    }

    u = llmgw_jstr_hex4(p + 2);
    p += 6;

    if ((u & 0xf800) == 0xd800) {

        if ((u & 0xfc00) == 0xd800 && end - p >= 6 && p[0] == '\\'
            && p[1] == 'u')
        {
            v = llmgw_jstr_hex4(p + 2);

            if ((v & 0xfc00) == 0xdc00) {
                u = 0x10000 + ((u & 0x3ff) << 10 | (v & 0x3ff));
                *n = llmgw_utf8_put(buf, u);
                return p + 6;
            }
        }

        u = 0xfffd;
    }

    *n = llmgw_utf8_put(buf, u);

    return p;
}


llmgw_str_t
llmgw_jstr_decode(llmgw_arena_t *a, llmgw_str_t s)
{
    u_char        *d, *start;
    size_t         n;
    const u_char  *p, *q, *end;

    if (s.len == 0 || memchr(s.data, '\\', s.len) == NULL) {
        return s.data ? s : llmgw_lit("");
    }

    /* an escape is never shorter than its bytes */

    start = llmgw_nalloc(a, s.len);
    if (start == NULL) {
        return llmgw_null_str;
    }

    d = start;
    p = s.data;
    end = p + s.len;

    while (p < end) {

        q = memchr(p, '\\', (size_t) (end - p));

        if (q == NULL) {
            q = end;
        }

        memcpy(d, p, (size_t) (q - p));
        d += q - p;
        p = q;

        if (p < end) {
            p = llmgw_jstr_char(p, end, d, &n);
            d += n;
        }
    }

    return llmgw_str(start, (size_t) (d - start));
}


u_char *
llmgw_jstr_escape(u_char *d, llmgw_str_t bytes)
{
    u_char         c;
    const u_char  *p, *q, *bad, *end;

    p = bytes.data;
    end = p + bytes.len;

    while (p < end) {

        q = llmgw_json_plain(p, end);

        memcpy(d, p, (size_t) (q - p));
        d += q - p;
        p = q;

        if (p == end) {
            break;
        }

        c = *p;

        if (c >= 0x80) {

            q = llmgw_json_text(p, end, &bad);

            if (q == NULL) {

                memcpy(d, p, (size_t) (bad - p));
                d += bad - p;

                memcpy(d, "\xef\xbf\xbd", 3);
                d += 3;
                p = bad + 1;

                continue;
            }

            memcpy(d, p, (size_t) (q - p));
            d += q - p;
            p = q;

            continue;
        }

        *d++ = '\\';

        switch (c) {

        case '"':
        case '\\':
            *d++ = c;
            break;

        case '\n':
            *d++ = 'n';
            break;

        case '\r':
            *d++ = 'r';
            break;

        case '\t':
            *d++ = 't';
            break;

        default:
            *d++ = 'u';
            *d++ = '0';
            *d++ = '0';
            *d++ = llmgw_hex[c >> 4];
            *d++ = llmgw_hex[c & 15];
        }

        p++;
    }

    return d;
}


llmgw_str_t
llmgw_jstr_encode(llmgw_arena_t *a, llmgw_str_t bytes)
{
    u_char        *p, *end;
    const u_char  *q, *bad, *last;

    if (bytes.len == 0) {
        return llmgw_lit("");
    }

    /* mostly there is nothing to escape */

    q = bytes.data;
    last = q + bytes.len;

    for ( ;; ) {

        q = llmgw_json_plain(q, last);

        if (q == last) {
            return bytes;
        }

        if (*q < 0x80) {
            break;
        }

        q = llmgw_json_text(q, last, &bad);

        if (q == NULL) {
            break;
        }
    }

    p = llmgw_nalloc(a, LLMGW_JSTR_ESCAPED_SIZE(bytes.len));
    if (p == NULL) {
        return llmgw_null_str;
    }

    end = llmgw_jstr_escape(p, bytes);

    /* give back what was not needed */

    if (a->pos == p + LLMGW_JSTR_ESCAPED_SIZE(bytes.len)) {
        a->pos = end;
    }

    return llmgw_str(p, (size_t) (end - p));
}


llmgw_str_t
llmgw_jstr_canonical(llmgw_arena_t *a, llmgw_str_t s)
{
    llmgw_str_t  bytes;

    if (s.len == 0 || memchr(s.data, '\\', s.len) == NULL) {
        return s.data ? s : llmgw_lit("");
    }

    bytes = llmgw_jstr_decode(a, s);

    if (bytes.data == NULL) {
        return llmgw_null_str;
    }

    return llmgw_jstr_encode(a, bytes);
}


int
llmgw_jstr_equal(llmgw_str_t s, llmgw_str_t bytes)
{
    u_char         buf[4];
    size_t         n, i;
    const u_char  *p, *end;

    p = s.data;
    end = p + s.len;
    i = 0;

    while (p < end) {

        p = llmgw_jstr_char(p, end, buf, &n);

        if (n > bytes.len - i || memcmp(bytes.data + i, buf, n) != 0) {
            return 0;
        }

        i += n;
    }

    return i == bytes.len;
}


int
llmgw_jstr_blank(llmgw_str_t s)
{
    u_char         buf[4];
    size_t         n;
    const u_char  *p, *end;

    p = s.data;
    end = p + s.len;

    while (p < end) {

        p = llmgw_jstr_char(p, end, buf, &n);

        if (n != 1
            || (buf[0] != ' ' && buf[0] != '\t' && buf[0] != '\n'
                && buf[0] != '\r' && buf[0] != '\f' && buf[0] != '\v'))
        {
            return 0;
        }
    }

    return 1;
}


llmgw_str_t
llmgw_jstr_rtrim(llmgw_str_t s)
{
    u_char         buf[4];
    size_t         n, keep;
    const u_char  *p, *end;

    if (s.len == 0) {
        return s;
    }

    /* most texts end in something else */

    end = s.data + s.len;

    if (end[-1] > ' ' && end[-1] != 'n' && end[-1] != 't' && end[-1] != 'r'
        && end[-1] != 'f' && (end[-1] < '0' || end[-1] > '9')
        && (end[-1] | 0x20) != 'a' && (end[-1] | 0x20) != 'd'
        && (end[-1] | 0x20) != 'b' && (end[-1] | 0x20) != 'c')
    {
        return s;
    }

    keep = 0;
    p = s.data;

    while (p < end) {

        p = llmgw_jstr_char(p, end, buf, &n);

        if (n != 1
            || (buf[0] != ' ' && buf[0] != '\t' && buf[0] != '\n'
                && buf[0] != '\r' && buf[0] != '\f' && buf[0] != '\v'))
        {
            keep = (size_t) (p - s.data);
        }
    }

    s.len = keep;

    return s;
}


size_t
llmgw_jstr_chars(llmgw_str_t s)
{
    u_char         buf[4];
    size_t         n, chars;
    const u_char  *p, *end;

    p = s.data;
    end = p + s.len;
    chars = 0;

    while (p < end) {
        p = llmgw_jstr_char(p, end, buf, &n);
        chars++;
    }

    return chars;
}


u_char *
llmgw_base64_encode(u_char *d, llmgw_str_t bytes)
{
    size_t         n;
    const u_char  *p;

    static const u_char  abc[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    p = bytes.data;

    for (n = bytes.len; n >= 3; n -= 3) {
        *d++ = abc[p[0] >> 2];
        *d++ = abc[(p[0] & 3) << 4 | p[1] >> 4];
        *d++ = abc[(p[1] & 15) << 2 | p[2] >> 6];
        *d++ = abc[p[2] & 63];
        p += 3;
    }

    if (n) {
        *d++ = abc[p[0] >> 2];

        if (n == 1) {
            *d++ = abc[(p[0] & 3) << 4];
            *d++ = '=';

        } else {
            *d++ = abc[(p[0] & 3) << 4 | p[1] >> 4];
            *d++ = abc[(p[1] & 15) << 2];
        }

        *d++ = '=';
    }

    return d;
}


/* 0 to 63: the value; above: what the names say */

#define LLMGW_BASE64_PAD    64
#define LLMGW_BASE64_SPACE  65
#define LLMGW_BASE64_SLASH  66
#define LLMGW_BASE64_NONE   67

#define LLMGW_N             LLMGW_BASE64_NONE
#define LLMGW_N8            LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N,              \
                            LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N
#define LLMGW_N32           LLMGW_N8, LLMGW_N8, LLMGW_N8, LLMGW_N8

static const u_char  llmgw_base64_values[256] = {
    LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N,
    LLMGW_N, 65, 65, LLMGW_N, LLMGW_N, 65, LLMGW_N, LLMGW_N, LLMGW_N8, LLMGW_N8,
    65, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N,
    LLMGW_N, LLMGW_N, LLMGW_N, 62, LLMGW_N, 62, LLMGW_N, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61,
    LLMGW_N, LLMGW_N, LLMGW_N, 64, LLMGW_N, LLMGW_N,
    LLMGW_N, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    LLMGW_N, 66, LLMGW_N, LLMGW_N, 63,
    LLMGW_N, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
    LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N, LLMGW_N,
    LLMGW_N32, LLMGW_N32, LLMGW_N32, LLMGW_N32
};


/*
 * The character at *p, which is a backslash, and what it stands for; JSON
 * writers escape "/" and some of them "+" and "=" (\u002B).  Moves p behind it.
 */

static u_char
llmgw_base64_escape(const u_char **p, const u_char *end)
{
    u_char  buf[4];
    size_t  n;

    *p = llmgw_jstr_char(*p, end, buf, &n);

    return (n == 1) ? buf[0] : 0;
}


llmgw_int_t
llmgw_base64_decode(llmgw_arena_t *a, llmgw_str_t s, llmgw_str_t *bytes)
{
    u_char         v, *d, *start;
    unsigned       n, acc, padding;
    const u_char  *p, *end;

    start = llmgw_nalloc(a, s.len / 4 * 3 + 3);
    if (start == NULL) {
        return LLMGW_ERROR;
    }

    d = start;
    n = 0;
    acc = 0;
    padding = 0;

    p = s.data;
    end = p + s.len;

    while (p < end) {

        v = llmgw_base64_values[*p];

        if (v == LLMGW_BASE64_SLASH) {
            v = llmgw_base64_values[llmgw_base64_escape(&p, end)];

        } else {
            p++;
        }

        if (v >= 64) {

            if (v == LLMGW_BASE64_SPACE) {
                continue;
            }

            if (v == LLMGW_BASE64_PAD) {
                padding++;
                continue;
            }

            return LLMGW_INVALID;
        }

        if (padding) {
            return LLMGW_INVALID;
        }

        acc = acc << 6 | v;

        if (++n == 4) {
            *d++ = (u_char) (acc >> 16);
            *d++ = (u_char) (acc >> 8);
            *d++ = (u_char) acc;
            n = 0;
            acc = 0;
        }
    }

    /* padding may be missing, but not be wrong */

    if (n == 1 || padding > 2 || (padding && n + padding != 4)) {
        return LLMGW_INVALID;
    }

    if (n == 2) {
        *d++ = (u_char) (acc >> 4);

    } else if (n == 3) {
        *d++ = (u_char) (acc >> 10);
        *d++ = (u_char) (acc >> 2);
    }

    *bytes = llmgw_str(start, (size_t) (d - start));

    return LLMGW_OK;
}


/* the end of the run of base64's characters, padding included */

static const u_char *
llmgw_base64_run(const u_char *p, const u_char *end)
{
#if (defined __SSE2__)
    unsigned  mask;
    __m128i   c, m, x;

    while (end - p >= 16) {

        c = _mm_loadu_si128((const __m128i *) p);

        /* letters, with their case folded */

        x = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)),
                         _mm_set1_epi8('a'));
        m = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(25)), x);

        /* the slash and the digits are neighbours */

        x = _mm_sub_epi8(c, _mm_set1_epi8('/'));
        m = _mm_or_si128(m, _mm_cmpeq_epi8(
                                    _mm_min_epu8(x, _mm_set1_epi8(10)), x));

        m = _mm_or_si128(m, _mm_cmpeq_epi8(c, _mm_set1_epi8('+')));
        m = _mm_or_si128(m, _mm_cmpeq_epi8(c, _mm_set1_epi8('-')));
        m = _mm_or_si128(m, _mm_cmpeq_epi8(c, _mm_set1_epi8('_')));
        m = _mm_or_si128(m, _mm_cmpeq_epi8(c, _mm_set1_epi8('=')));

        mask = (unsigned) _mm_movemask_epi8(m);

        if (mask != 0xffff) {
            return p + __builtin_ctz(~mask);
        }

        p += 16;
    }
#endif

    while (p < end && llmgw_base64_values[*p] <= LLMGW_BASE64_PAD) {
        p++;
    }

    return p;
}


llmgw_int_t
llmgw_base64_clean(llmgw_arena_t *a, llmgw_str_t s, llmgw_str_t *out)
{
    u_char         c, *d, *start;
    const u_char  *p, *q, *end;

    p = s.data;
    end = p + s.len;
    q = llmgw_base64_run(p, end);

    if (q == end) {
        *out = s;
        return LLMGW_OK;
    }

    start = llmgw_nalloc(a, s.len);
    if (start == NULL) {
        return LLMGW_ERROR;
    }

    d = start;

    for ( ;; ) {

        memcpy(d, p, (size_t) (q - p));
        d += q - p;
        p = q;

        if (p == end) {
            break;
        }

        c = *p;

        if (c == '\\') {
            c = llmgw_base64_escape(&p, end);

        } else {
            p++;
        }

        if (llmgw_base64_values[c] <= LLMGW_BASE64_PAD) {
            *d++ = c;

        } else if (llmgw_base64_values[c] != LLMGW_BASE64_SPACE) {
            return LLMGW_INVALID;
        }

        q = llmgw_base64_run(p, end);
    }

    *out = llmgw_str(start, (size_t) (d - start));

    return LLMGW_OK;
}


llmgw_int_t
llmgw_data_url(llmgw_arena_t *a, llmgw_str_t url, llmgw_data_url_t *d)
{
    size_t         i;
    u_char        *m;
    unsigned       base64;
    llmgw_str_t    head, param;
    const u_char  *p, *q, *comma;

    if (url.len < 5
        || !llmgw_str_caseeq(llmgw_str(url.data, 5), llmgw_lit("data:")))
    {
        return LLMGW_DECLINED;
    }

    comma = memchr(url.data, ',', url.len);
    if (comma == NULL) {
        return LLMGW_INVALID;
    }

    head = llmgw_str(url.data + 5, (size_t) (comma - url.data) - 5);

    /* JSON may write the slash of the type as "\/" */

    head = llmgw_jstr_decode(a, head);
    if (head.data == NULL) {
        return LLMGW_ERROR;
    }

    p = head.data;
    q = memchr(p, ';', head.len);

    d->mime = llmgw_str(p, q ? (size_t) (q - p) : head.len);
    base64 = 0;

    while (q) {

        p = q + 1;
        q = memchr(p, ';', (size_t) (head.data + head.len - p));

        param = llmgw_str(p, q ? (size_t) (q - p)
                               : (size_t) (head.data + head.len - p));

        if (llmgw_str_caseeq(param, llmgw_lit("base64"))) {
            base64 = 1;
        }
    }

    if (!base64) {
        return LLMGW_INVALID;
    }

    m = llmgw_nalloc(a, d->mime.len + 1);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < d->mime.len; i++) {
        m[i] = llmgw_tolower(d->mime.data[i]);

        /* goes into JSON and into headers as it is */

        if (m[i] <= ' ' || m[i] >= 0x7f || m[i] == '"' || m[i] == '\\') {
            return LLMGW_INVALID;
        }
    }

    d->mime.data = m;

    if (llmgw_str_is(d->mime, "image/jpg")) {
        d->mime = llmgw_lit("image/jpeg");
    }

    return llmgw_base64_clean(a, llmgw_str(comma + 1,
                                 (size_t) (url.data + url.len - comma - 1)),
                              &d->payload);
}
