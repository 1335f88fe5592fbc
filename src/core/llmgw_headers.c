
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_headers.h"


typedef enum {
    header_same = 0,
    header_reset        /* an RFC 3339 time becomes a duration */
} llmgw_header_kind_e;


typedef struct {
    llmgw_str_t  from;
    llmgw_str_t  to;
    unsigned     kind;
} llmgw_header_map_t;


static llmgw_int_t llmgw_header_neutral(const llmgw_call_t *call,
    llmgw_str_t name, llmgw_str_t value, llmgw_str_t *out_name,
    llmgw_str_t *out_value);
static int64_t llmgw_rfc3339(llmgw_str_t s);


/* OpenAI's own, of any provider that speaks like it */

static const llmgw_str_t  llmgw_header_names[] = {
    llmgw_string("x-request-id"),
    llmgw_string("openai-processing-ms"),
    llmgw_string("openai-version"),
    llmgw_string("retry-after"),
    llmgw_string("retry-after-ms"),
    llmgw_string("x-should-retry"),
    llmgw_string("content-disposition"),
    llmgw_string("x-ratelimit-limit-requests"),
    llmgw_string("x-ratelimit-limit-tokens"),
    llmgw_string("x-ratelimit-remaining-requests"),
    llmgw_string("x-ratelimit-remaining-tokens"),
    llmgw_string("x-ratelimit-reset-requests"),
    llmgw_string("x-ratelimit-reset-tokens")
};


static const llmgw_header_map_t  llmgw_header_map[] = {

    { llmgw_string("request-id"), llmgw_string("x-request-id"),
      header_same },

    { llmgw_string("anthropic-ratelimit-requests-limit"),
      llmgw_string("x-ratelimit-limit-requests"), header_same },
    { llmgw_string("anthropic-ratelimit-requests-remaining"),
      llmgw_string("x-ratelimit-remaining-requests"), header_same },
    { llmgw_string("anthropic-ratelimit-requests-reset"),
      llmgw_string("x-ratelimit-reset-requests"), header_reset },

    { llmgw_string("anthropic-ratelimit-tokens-limit"),
      llmgw_string("x-ratelimit-limit-tokens"), header_same },
    { llmgw_string("anthropic-ratelimit-tokens-remaining"),
      llmgw_string("x-ratelimit-remaining-tokens"), header_same },
    { llmgw_string("anthropic-ratelimit-tokens-reset"),
      llmgw_string("x-ratelimit-reset-tokens"), header_reset }
};


llmgw_int_t
llmgw_response_header(const llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t value, llmgw_str_t *out_name, llmgw_str_t *out_value)
{
    size_t  i;

    /* one line of text: nothing here may end a header early */

    for (i = 0; i < value.len; i++) {
        if (value.data[i] < ' ' || value.data[i] == 0x7f) {
            return LLMGW_DECLINED;
        }
    }

    /* the service's own client gets the service's own headers */

    if (call->pass && call->endpoint->dialect == &llmgw_dialect_anthropic
        && (llmgw_str_is(name, "request-id")
            || llmgw_str_starts(name, "anthropic-ratelimit-")
            || llmgw_str_starts(name, "anthropic-priority-")
            || llmgw_str_starts(name, "anthropic-fast-")))
    {
        *out_name = name;
        *out_value = value;

        return LLMGW_OK;
    }

    return llmgw_header_neutral(call, name, value, out_name, out_value);
}


static llmgw_int_t
llmgw_header_neutral(const llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t value, llmgw_str_t *out_name, llmgw_str_t *out_value)
{
    size_t   i;
    int64_t  t;

    for (i = 0; i < llmgw_nelts(llmgw_header_names); i++) {

        if (llmgw_str_eq(name, llmgw_header_names[i])) {
            *out_name = name;
            *out_value = value;
            return LLMGW_OK;
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_header_map); i++) {

        if (!llmgw_str_eq(name, llmgw_header_map[i].from)) {
            continue;
        }

        *out_name = llmgw_header_map[i].to;
        *out_value = value;

        if (llmgw_header_map[i].kind != header_reset) {
            return LLMGW_OK;
        }

        t = llmgw_rfc3339(value);

        if (t < 0) {
            return LLMGW_DECLINED;
        }

        t = (t > call->now) ? t - call->now : 0;

        *out_value = llmgw_fmt(call->arena, "%llds", (long long) t);

        return out_value->data ? LLMGW_OK : LLMGW_ERROR;
    }

    return LLMGW_DECLINED;
}


static int
llmgw_digits(const u_char *p, unsigned n)
{
    int  v;

    for (v = 0; n; n--, p++) {

        if (*p < '0' || *p > '9') {
            return -1;
        }

        v = v * 10 + (*p - '0');
    }

    return v;
}


/* 2026-11-22T10:15:00Z, also with a fraction and an offset; -1: it is none */

static int64_t
llmgw_rfc3339(llmgw_str_t s)
{
    int            year, month, day, hour, min, sec, oh, om;
    int64_t        days, t, y;
    const u_char  *p, *end;

    if (s.len < 20 || s.data[4] != '-' || s.data[7] != '-'
        || (s.data[10] | 0x20) != 't' || s.data[13] != ':'
        || s.data[16] != ':')
    {
        return -1;
    }

    year = llmgw_digits(s.data, 4);
    month = llmgw_digits(s.data + 5, 2);
    day = llmgw_digits(s.data + 8, 2);
    hour = llmgw_digits(s.data + 11, 2);
    min = llmgw_digits(s.data + 14, 2);
    sec = llmgw_digits(s.data + 17, 2);

    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31
        || hour < 0 || hour > 23 || min < 0 || min > 59 || sec < 0
        || sec > 60)
    {
        return -1;
    }

    /* days from the civil calendar, years beginning in March */

    y = (month <= 2) ? year - 1 : year;
    month += (month <= 2) ? 9 : -3;

    days = y * 365 + y / 4 - y / 100 + y / 400 + (153 * month + 2) / 5
           + day - 1 - 719468;

    t = ((days * 24 + hour) * 60 + min) * 60 + sec;

    end = s.data + s.len;

    for (p = s.data + 19; p < end && (*p == '.' || (*p >= '0' && *p <= '9'));
         p++)
    {
        /* void */
    }

    if (p == end) {
        return -1;
    }

    if ((*p == '+' || *p == '-') && end - p >= 6) {

        oh = llmgw_digits(p + 1, 2);
        om = llmgw_digits(p + 4, 2);

        if (oh < 0 || om < 0) {
            return -1;
        }

        t += (*p == '+') ? -(oh * 3600 + om * 60) : oh * 3600 + om * 60;
    }

    return t;
}
