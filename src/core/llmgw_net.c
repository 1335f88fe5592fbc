
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Addresses and networks as texts.
 */


#include "llmgw_policy.h"


/* one to "digits" digits of a number that is at most max; or -1 */

static int
llmgw_net_number(const u_char **p, const u_char *last, unsigned base,
    unsigned digits, unsigned max)
{
    u_char         c;
    unsigned       n, d;
    const u_char  *start;

    start = *p;

    for (n = 0; *p < last && *p - start < digits; (*p)++) {

        c = llmgw_tolower(**p);

        if (c >= '0' && c <= '9') {
            d = c - '0';

        } else if (base == 16 && c >= 'a' && c <= 'f') {
            d = c - 'a' + 10;

        } else {
            break;
        }

        n = n * base + d;
    }

    if (*p == start || n > max) {
        return -1;
    }

    /* some read 010 as eight */

    if (base == 10 && *p - start > 1 && *start == '0') {
        return -1;
    }

    return (int) n;
}


static llmgw_int_t
llmgw_net_ipv4(const u_char *p, const u_char *last, u_char *addr)
{
    int       n;
    unsigned  i;

    for (i = 0; i < 4; i++) {

        if (i > 0 && (p == last || *p++ != '.')) {
            return LLMGW_INVALID;
        }

        n = llmgw_net_number(&p, last, 10, 3, 255);
        if (n < 0) {
            return LLMGW_INVALID;
        }

        addr[i] = (u_char) n;
    }

    return p == last ? LLMGW_OK : LLMGW_INVALID;
}


/* groups in front of "::" and behind it; an IPv4 address may be the last two */

static llmgw_int_t
llmgw_net_ipv6(const u_char *p, const u_char *last, u_char *addr)
{
    int            n;
    size_t         len, gap;
    const u_char  *q;

    memset(addr, 0, 16);

    len = 0;
    gap = 17;

    if (last - p >= 2 && p[0] == ':' && p[1] == ':') {
        gap = 0;
        p += 2;
    }

    while (p < last) {

        if (len == 16) {
            return LLMGW_INVALID;
        }

        q = p;
        n = llmgw_net_number(&p, last, 16, 4, 0xffff);

        if (n < 0) {
            return LLMGW_INVALID;
        }

        if (p < last && *p == '.') {

            if (len > 12 || llmgw_net_ipv4(q, last, addr + len) != LLMGW_OK) {
                return LLMGW_INVALID;
            }

            len += 4;
            p = last;
            break;
        }

        addr[len++] = (u_char) (n >> 8);
        addr[len++] = (u_char) n;

        if (p == last) {
            break;
        }

        if (*p++ != ':' || p == last) {
            return LLMGW_INVALID;
        }

        if (*p == ':') {

            if (gap != 17) {
                return LLMGW_INVALID;
            }

            gap = len;
            p++;
        }
    }

    if (gap == 17) {
        return len == 16 ? LLMGW_OK : LLMGW_INVALID;
    }

    if (len == 16) {
        return LLMGW_INVALID;
    }

    memmove(addr + 16 - (len - gap), addr + gap, len - gap);
    memset(addr + gap, 0, 16 - len);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_net_parse(llmgw_str_t s, u_char *addr, size_t *len, unsigned *prefix)
{
    int            n;
    llmgw_int_t    rc;
    const u_char  *p, *last, *slash;

    last = s.data + s.len;
    slash = s.len ? memchr(s.data, '/', s.len) : NULL;
    p = slash ? slash : last;

    if (s.len && memchr(s.data, ':', s.len)) {
        rc = llmgw_net_ipv6(s.data, p, addr);
        *len = 16;

    } else {
        rc = llmgw_net_ipv4(s.data, p, addr);
        *len = 4;
    }

    *prefix = (unsigned) *len * 8;

    if (rc != LLMGW_OK || slash == NULL) {
        return rc;
    }

    p = slash + 1;
    n = llmgw_net_number(&p, last, 10, 3, *prefix);

    if (n < 0 || p != last) {
        return LLMGW_INVALID;
    }

    *prefix = (unsigned) n;

    return LLMGW_OK;
}
