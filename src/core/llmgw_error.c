
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <stdarg.h>
#include <stdio.h>

#include "llmgw_error.h"


/* hints past this are not worth to be waited for, nor to be computed with */
#define LLMGW_RETRY_MAX  ((int64_t) 366 * 86400 * 1000)


/* no sentence for a human is longer */
#define LLMGW_ERROR_TEXT  2048


static int64_t llmgw_http_date(llmgw_str_t s);
static int64_t llmgw_decimal(const u_char **pos, const u_char *end,
    int64_t unit);


typedef struct {
    unsigned     status;
    unsigned     retryable;
    llmgw_str_t  type;
    llmgw_str_t  code;
} llmgw_status_t;


static const llmgw_status_t  llmgw_statuses[] = {
    { 400, 0, llmgw_string("invalid_request_error"), llmgw_string("") },
    { 401, 0, llmgw_string("authentication_error"),
              llmgw_string("invalid_api_key") },
    { 402, 0, llmgw_string("insufficient_quota"),
              llmgw_string("insufficient_quota") },
    { 403, 0, llmgw_string("permission_error"),
              llmgw_string("permission_denied") },
    { 404, 0, llmgw_string("invalid_request_error"),
              llmgw_string("not_found") },
    { 408, 1, llmgw_string("timeout_error"),
              llmgw_string("request_timeout") },
    { 409, 1, llmgw_string("conflict_error"), llmgw_string("") },
    { 413, 0, llmgw_string("invalid_request_error"),
              llmgw_string("request_too_large") },
    { 422, 0, llmgw_string("invalid_request_error"), llmgw_string("") },
    { 429, 1, llmgw_string("rate_limit_error"),
              llmgw_string("rate_limit_exceeded") },
    { 500, 1, llmgw_string("server_error"), llmgw_string("internal_error") },
    { 502, 1, llmgw_string("server_error"), llmgw_string("bad_gateway") },
    { 503, 1, llmgw_string("server_error"), llmgw_string("overloaded") },
    { 504, 1, llmgw_string("timeout_error"),
              llmgw_string("upstream_timeout") }
};


void
llmgw_error_status(llmgw_error_t *e, unsigned status)
{
    size_t    i;
    unsigned  found;

    switch (status) {

    case 499:
        status = 408;
        break;

    case 529:
        status = 503;
        break;

    default:
        break;
    }

    e->status = status;
    e->quota = (status == 402);

    /* the row of an unknown client error is that of 400 */

    found = (status < 400 || status > 499) ? 502 : 400;

    for (i = 0; i < llmgw_nelts(llmgw_statuses); i++) {
        if (llmgw_statuses[i].status == status) {
            found = status;
            break;
        }
    }

    if (found == 502) {
        e->status = 502;
    }

    for (i = 0; i < llmgw_nelts(llmgw_statuses); i++) {

        if (llmgw_statuses[i].status == found) {
            e->type = llmgw_statuses[i].type;
            e->code = llmgw_statuses[i].code;
            e->retryable = llmgw_statuses[i].retryable;
            break;
        }
    }
}


void
llmgw_error_set(llmgw_error_t *e, unsigned status, llmgw_str_t code,
    llmgw_str_t param, llmgw_str_t message)
{
    memset(e, 0, sizeof(llmgw_error_t));

    e->retry_after = -1;

    llmgw_error_status(e, status);

    if (code.len) {
        e->code = code;
    }

    e->param = param;
    e->message = message;
}


llmgw_int_t
llmgw_refuse(llmgw_error_t *e, llmgw_str_t code, llmgw_str_t param,
    llmgw_str_t message)
{
    llmgw_error_set(e, 400, code, param, message);

    return LLMGW_INVALID;
}


llmgw_str_t
llmgw_fmt(llmgw_arena_t *a, const char *fmt, ...)
{
    int      n;
    u_char  *p;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);

    if (n < 0) {
        return llmgw_null_str;
    }

    p = llmgw_nalloc(a, (size_t) n + 1);
    if (p == NULL) {
        return llmgw_null_str;
    }

    va_start(args, fmt);
    (void) vsnprintf((char *) p, (size_t) n + 1, fmt, args);
    va_end(args);

    return llmgw_str(p, (size_t) n);
}


static unsigned
llmgw_error_says(const llmgw_error_t *e, const llmgw_str_t *texts, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (llmgw_str_casefind(e->message, texts[i]) != NULL) {
            return 1;
        }
    }

    return 0;
}


/* what the provider wrote does not go on where it lacks the code */

static void
llmgw_error_code(llmgw_error_t *e, llmgw_str_t code)
{
    if (!llmgw_str_eq(e->code, code)) {
        e->code = code;
        e->raw = llmgw_null_str;
    }
}


void
llmgw_error_classify(llmgw_error_t *e)
{
    static const llmgw_str_t  context[] = {
        llmgw_string("maximum context length"),
        llmgw_string("context window"),
        llmgw_string("reduce the length of the messages"),
        llmgw_string("input tokens exceed"),
        llmgw_string("maximum prompt length"),            /* xAI */
        llmgw_string("exceeded model token limit"),       /* Moonshot */
        llmgw_string("available context size"),           /* llama.cpp */
        llmgw_string("model's context length"),           /* SGLang */
        llmgw_string("prompt is too long")
    };

    static const llmgw_str_t  policy[] = {
        llmgw_string("safety system"),
        llmgw_string("usage policies"),
        llmgw_string("usage guidelines"),                 /* xAI */
        llmgw_string("content exists risk"),              /* DeepSeek */
        llmgw_string("inappropriate content")             /* DashScope */
    };

    if (llmgw_str_is(e->code, "context_length_exceeded")
        || ((e->status == 400 || e->status == 422)
            && llmgw_error_says(e, context, llmgw_nelts(context))))
    {
        e->context = 1;
        e->retryable = 0;

        llmgw_error_code(e, llmgw_lit("context_length_exceeded"));

        if (e->param.len == 0) {
            e->param = llmgw_lit("messages");
        }
    }

    if (llmgw_str_is(e->code, "content_policy_violation")
        || llmgw_str_is(e->code, "content_filter")
        || llmgw_str_is(e->code, "moderation_blocked"))
    {
        e->policy = 1;
        e->retryable = 0;

    } else if (llmgw_error_says(e, policy, llmgw_nelts(policy))) {

        e->policy = 1;

        if (e->status == 400 && !e->context) {
            llmgw_error_code(e, llmgw_lit("content_policy_violation"));
        }
    }

    if (e->status == 402 || llmgw_str_is(e->code, "insufficient_quota")
        || llmgw_str_is(e->type, "insufficient_quota"))
    {
        e->quota = 1;
        e->retryable = 0;
        e->type = llmgw_lit("insufficient_quota");
        e->code = llmgw_lit("insufficient_quota");
    }
}


llmgw_str_t
llmgw_error_text(llmgw_str_t body, llmgw_str_t content_type)
{
    unsigned       letters;
    const u_char  *p, *end;

    while (body.len && body.data[0] <= ' ') {
        body.data++;
        body.len--;
    }

    while (body.len && body.data[body.len - 1] <= ' ') {
        body.len--;
    }

    if (body.len == 0 || body.len > LLMGW_ERROR_TEXT
        || body.data[0] == '{' || body.data[0] == '['
        || llmgw_str_casefind(content_type, llmgw_lit("html")) != NULL)
    {
        return llmgw_null_str;
    }

    letters = 0;
    p = body.data;
    end = p + body.len;

    while (p < end) {

        if (*p >= 0x80) {

            p = llmgw_utf8_run(p, end);
            if (p == NULL) {
                return llmgw_null_str;
            }

            continue;
        }

        if (*p == '<' || *p == 0x7f
            || (*p < ' ' && *p != '\n' && *p != '\r' && *p != '\t'))
        {
            return llmgw_null_str;
        }

        letters |= (*p | 0x20) >= 'a' && (*p | 0x20) <= 'z';
        p++;
    }

    return letters ? body : llmgw_null_str;
}


static void
llmgw_error_put(llmgw_out_t *o, llmgw_str_t bytes, unsigned nullable)
{
    if (bytes.len == 0 && nullable) {
        llmgw_json_put_raw(o, llmgw_lit("null"));
        return;
    }

    llmgw_putc(o, '"');

    if (bytes.len) {
        llmgw_put_escaped(o, bytes);
    }

    llmgw_putc(o, '"');

    o->comma = 1;
}


void
llmgw_error_write_members(llmgw_out_t *o, const llmgw_error_t *e)
{
    llmgw_json_key(o, "message");
    llmgw_error_put(o, e->message, 0);

    llmgw_json_key(o, "type");
    llmgw_error_put(o, e->type, 0);

    llmgw_json_key(o, "param");
    llmgw_error_put(o, e->param, 1);

    llmgw_json_key(o, "code");
    llmgw_error_put(o, e->code, 1);
}


void
llmgw_error_write_object(llmgw_out_t *o, const llmgw_error_t *e)
{
    llmgw_json_open(o, '{');
    llmgw_error_write_members(o, e);
    llmgw_json_close(o, '}');
}


void
llmgw_error_write(llmgw_out_t *o, const llmgw_error_t *e)
{
    o->comma = 0;

    llmgw_json_open(o, '{');

    llmgw_json_key(o, "error");
    llmgw_error_write_object(o, e);

    llmgw_json_close(o, '}');
}


int64_t
llmgw_retry_after(llmgw_str_t value, int64_t now)
{
    int64_t        t;
    const u_char  *p, *end;

    while (value.len && (value.data[0] == ' ' || value.data[0] == '\t')) {
        value.data++;
        value.len--;
    }

    while (value.len && (value.data[value.len - 1] == ' '
                         || value.data[value.len - 1] == '\t'))
    {
        value.len--;
    }

    if (value.len == 0) {
        return -1;
    }

    p = value.data;
    end = p + value.len;

    if (*p >= '0' && *p <= '9') {

        t = llmgw_decimal(&p, end, 1000 * 1000);

        if (p == end) {
            return (t + 999) / 1000;
        }

        t = llmgw_duration_ms(value);

        if (t >= 0) {
            return t;
        }
    }

    t = llmgw_http_date(value);

    if (t < 0) {
        return -1;
    }

    if (t <= now) {
        return 0;
    }

    return (t - now < LLMGW_RETRY_MAX / 1000) ? (t - now) * 1000
                                              : LLMGW_RETRY_MAX;
}


/*
 * Digits with or without a fraction, in units (microseconds); *pos stays where
 * there is no digit.
 */

static int64_t
llmgw_decimal(const u_char **pos, const u_char *end, int64_t unit)
{
    int64_t        n, scale;
    const u_char  *p;

    p = *pos;
    n = 0;

    while (p < end && *p >= '0' && *p <= '9') {
        if (n < LLMGW_RETRY_MAX) {
            n = n * 10 + (*p - '0');
        }

        p++;
    }

    if (p == *pos) {
        return 0;
    }

    if (n > LLMGW_RETRY_MAX * 1000 / unit) {
        n = LLMGW_RETRY_MAX * 1000 / unit;
    }

    n *= unit;
    scale = unit;

    if (end - p >= 2 && *p == '.' && p[1] >= '0' && p[1] <= '9') {

        for (p++; p < end && *p >= '0' && *p <= '9'; p++) {
            scale /= 10;
            n += scale * (*p - '0');
        }
    }

    *pos = p;

    return n;
}


int64_t
llmgw_error_wait(llmgw_str_t message, llmgw_str_t words)
{
    llmgw_str_t    s;
    const u_char  *p, *end;

    p = llmgw_str_casefind(message, words);

    if (p == NULL) {
        return -1;
    }

    end = message.data + message.len;
    p += words.len;
    s = llmgw_str(p, 0);

    while (p < end && *p != ' ' && *p != ',') {
        p++;
    }

    /* without the end of the sentence */

    while (p > s.data && p[-1] == '.') {
        p--;
    }

    s.len = (size_t) (p - s.data);

    return llmgw_duration_ms(s);
}


int64_t
llmgw_duration_ms(llmgw_str_t value)
{
    size_t         i;
    int64_t        us;
    const u_char  *p, *end, *start, *digits;

    /* microseconds; the longer of two that begin alike comes first */

    static const struct {
        llmgw_str_t  name;
        int64_t      us;
    } units[] = {
        { llmgw_string("ms"), 1000 },
        { llmgw_string("us"), 1 },
        { llmgw_string("\xc2\xb5s"), 1 },
        { llmgw_string("\xce\xbcs"), 1 },
        { llmgw_string("d"), (int64_t) 86400 * 1000 * 1000 },
        { llmgw_string("h"), (int64_t) 3600 * 1000 * 1000 },
        { llmgw_string("m"), 60 * 1000 * 1000 },
        { llmgw_string("s"), 1000 * 1000 }
    };

    if (value.len == 0) {
        return -1;
    }

    p = value.data;
    end = p + value.len;
    us = 0;

    while (p < end) {

        start = p;

        while (p < end && ((*p >= '0' && *p <= '9') || *p == '.')) {
            p++;
        }

        for (i = 0; i < llmgw_nelts(units); i++) {

            if ((size_t) (end - p) >= units[i].name.len
                && memcmp(p, units[i].name.data, units[i].name.len) == 0)
            {
                break;
            }
        }

        if (i == llmgw_nelts(units)) {
            return -1;
        }

        digits = start;
        us += llmgw_decimal(&digits, p, units[i].us);

        if (digits != p || p == start) {
            return -1;
        }

        if (us > LLMGW_RETRY_MAX * 1000) {
            us = LLMGW_RETRY_MAX * 1000;
        }

        p += units[i].name.len;
    }

    return (us + 999) / 1000;
}


static unsigned
llmgw_date_tokens(llmgw_str_t s, llmgw_str_t *token, unsigned max)
{
    size_t    i;
    unsigned  n, gap;

    n = 0;
    gap = 1;

    for (i = 0; i < s.len; i++) {

        if (s.data[i] == ' ' || s.data[i] == ',' || s.data[i] == '-'
            || s.data[i] == ':')
        {
            gap = 1;
            continue;
        }

        if (gap) {

            if (n == max) {
                return 0;
            }

            token[n++] = llmgw_str(s.data + i, 0);
            gap = 0;
        }

        token[n - 1].len++;
    }

    return n;
}


/*
 * The three forms of RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT",
 * "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994".  Unix seconds,
 * or -1.
 */

static int64_t
llmgw_http_date(llmgw_str_t s)
{
    int64_t      year, month, day, hour, min, sec;
    unsigned     n, at[6];
    llmgw_str_t  token[8];

    static const char  months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    n = llmgw_date_tokens(s, token, llmgw_nelts(token));

    /* places of year, month, day, hour, minute, second */

    if (n == 8) {
        memcpy(at, (unsigned[]) { 3, 2, 1, 4, 5, 6 }, sizeof(at));

    } else if (n == 7) {
        memcpy(at, (unsigned[]) { 6, 1, 2, 3, 4, 5 }, sizeof(at));

    } else {
        return -1;
    }

    if (token[at[1]].len != 3) {
        return -1;
    }

    for (month = 0; month < 12; month++) {

        if (llmgw_str_caseeq(token[at[1]],
                             llmgw_str((const u_char *) months + month * 3,
                                       3)))
        {
            break;
        }
    }

    if (month == 12
        || token[at[0]].len > 4
        || llmgw_json_int(token[at[0]], &year) != LLMGW_OK
        || llmgw_json_int(token[at[2]], &day) != LLMGW_OK
        || llmgw_json_int(token[at[3]], &hour) != LLMGW_OK
        || llmgw_json_int(token[at[4]], &min) != LLMGW_OK
        || llmgw_json_int(token[at[5]], &sec) != LLMGW_OK
        || day < 1 || day > 31 || hour < 0 || hour > 23
        || min < 0 || min > 59 || sec < 0 || sec > 60)
    {
        return -1;
    }

    if (token[at[0]].len == 2) {
        year += (year < 70) ? 2000 : 1900;
    }

    if (year < 1970) {
        return -1;
    }

    /* days since the epoch, counted in years that begin in March */

    month--;

    if (month <= 0) {
        month += 12;
        year--;
    }

    day += 365 * year + year / 4 - year / 100 + year / 400
           + 367 * month / 12 - 719499;

    return ((day * 24 + hour) * 60 + min) * 60 + sec;
}
