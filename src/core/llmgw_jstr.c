
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_jstr.h"
#include "llmgw_json.h"


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
    const u_char  *p, *q, *end;

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

            q = llmgw_utf8_run(p, end);

            if (q == NULL) {

                /* one sequence at a time up to the broken byte */

                for (q = p + 1; q < end && (*q & 0xc0) == 0x80; q++) {
                    /* void */
                }

                if (llmgw_utf8_run(p, q) == NULL) {
                    memcpy(d, "\xef\xbf\xbd", 3);
                    d += 3;
                    p++;
                    continue;
                }
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
    const u_char  *q, *last;

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

        q = llmgw_utf8_run(q, last);

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


static int
llmgw_base64_value(u_char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }

    if (c == '+' || c == '-') {
        return 62;
    }

    if (c == '/' || c == '_') {
        return 63;
    }

    return -1;
}


llmgw_int_t
llmgw_base64_decode(llmgw_arena_t *a, llmgw_str_t s, llmgw_str_t *bytes)
{
    int            v;
    u_char        *d, *start;
    size_t         i;
    unsigned       n, acc, padding;

    start = llmgw_nalloc(a, s.len / 4 * 3 + 3);
    if (start == NULL) {
        return LLMGW_ERROR;
    }

    d = start;
    n = 0;
    acc = 0;
    padding = 0;

    for (i = 0; i < s.len; i++) {

        switch (s.data[i]) {

        case ' ':
        case '\t':
        case '\r':
        case '\n':
            continue;

        case '\\':

            /* "\/" is a slash, "\n", "\r" and "\t" are white space */

            if (i + 1 < s.len && s.data[i + 1] == '/') {
                continue;
            }

            if (i + 1 < s.len
                && (s.data[i + 1] == 'n' || s.data[i + 1] == 'r'
                    || s.data[i + 1] == 't'))
            {
                i++;
                continue;
            }

            return LLMGW_INVALID;

        case '=':
            padding++;
            continue;
        }

        v = llmgw_base64_value(s.data[i]);

        if (v < 0 || padding) {
            return LLMGW_INVALID;
        }

        acc = acc << 6 | (unsigned) v;

        if (++n == 4) {
            *d++ = (u_char) (acc >> 16);
            *d++ = (u_char) (acc >> 8);
            *d++ = (u_char) acc;
            n = 0;
            acc = 0;
        }
    }

    if (n == 1 || padding > 2) {
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


/* 1: base64 of either alphabet, 2: white space, 3: backslash */

static const u_char  llmgw_base64_chars[256] = {
    ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['0' ... '9'] = 1,
    ['+'] = 1, ['/'] = 1, ['-'] = 1, ['_'] = 1, ['='] = 1,
    [' '] = 2, ['\n'] = 2, ['\r'] = 2, ['\t'] = 2, ['\\'] = 3
};


static llmgw_int_t
llmgw_base64_clean(llmgw_arena_t *a, llmgw_str_t s, llmgw_str_t *out)
{
    u_char  *d, *start;
    size_t   i;

    for (i = 0; i < s.len && llmgw_base64_chars[s.data[i]] == 1; i++) {
        /* void */
    }

    if (i == s.len) {
        *out = s;
        return LLMGW_OK;
    }

    start = llmgw_nalloc(a, s.len);
    if (start == NULL) {
        return LLMGW_ERROR;
    }

    d = start;

    for (i = 0; i < s.len; i++) {

        switch (llmgw_base64_chars[s.data[i]]) {

        case 1:
            *d++ = s.data[i];
            break;

        case 2:
            break;

        case 3:
            i++;

            if (i == s.len) {
                return LLMGW_INVALID;
            }

            if (s.data[i] == '/') {
                *d++ = '/';
                break;
            }

            if (s.data[i] == 'n' || s.data[i] == 'r' || s.data[i] == 't') {
                break;
            }

            return LLMGW_INVALID;

        default:
            return LLMGW_INVALID;
        }
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
