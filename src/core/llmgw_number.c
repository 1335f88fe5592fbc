
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Numbers of JSON.
 */


#include <stdio.h>
#include <stdlib.h>

#include "llmgw_json.h"


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

            if (point) {
                return LLMGW_DECLINED;
            }

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

    power += (int64_t) zeros;

    if (p < end) {

        /* the exponent; a text is shorter than 2^32 digits */

        if ((*p | 0x20) != 'e') {
            return LLMGW_DECLINED;
        }

        p++;
        neg = (p < end && *p == '-');

        if (p < end && (*p == '+' || *p == '-')) {
            p++;
        }

        if (p == end) {
            return LLMGW_DECLINED;
        }

        for (e = 0; p < end; p++) {

            if (*p < '0' || *p > '9') {
                return LLMGW_DECLINED;
            }

            if (e < INT64_MAX / 100) {
                e = e * 10 + (*p - '0');
            }
        }

        power += neg ? -e : e;
    }

    if (v == 0) {
        *value = 0;
        return LLMGW_OK;
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
