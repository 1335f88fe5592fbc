
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_headers.h"
#include "llmgw_map.h"


#define LLMGW_REQUEST_ID_MAX  256

/* bytes of the names of what was left out */
#define LLMGW_DROPPED_MAX     1024


typedef enum {
    header_same = 0,
    header_reset,       /* an RFC 3339 time becomes a duration */
    header_time         /* and the other way round */
} llmgw_header_kind_e;


typedef struct {
    llmgw_str_t  from;
    llmgw_str_t  to;
    unsigned     kind;
} llmgw_header_map_t;


static llmgw_int_t llmgw_header_mapped(const llmgw_call_t *call,
    const llmgw_header_map_t *map, llmgw_str_t value, llmgw_str_t *out_name,
    llmgw_str_t *out_value);
static llmgw_int_t llmgw_header_convert(const llmgw_call_t *call,
    unsigned kind, llmgw_str_t value, llmgw_str_t *out_value);
static unsigned llmgw_header_line(llmgw_str_t s);
static llmgw_str_t llmgw_header_dropped(const llmgw_call_t *call);
static llmgw_str_t llmgw_rfc3339_put(llmgw_arena_t *a, int64_t t);


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
    llmgw_string("x-ratelimit-reset-tokens"),

    /* Azure, Hugging Face */
    llmgw_string("x-ms-region"),
    llmgw_string("apim-request-id"),
    llmgw_string("azureml-model-session"),
    llmgw_string("x-inference-provider")
};


static const llmgw_header_map_t  llmgw_header_map[] = {

    { llmgw_string("request-id"), llmgw_string("x-request-id"),
      header_same },
    { llmgw_string("x-debug-trace-id"), llmgw_string("x-request-id"),
      header_same },
    { llmgw_string("x-amzn-requestid"), llmgw_string("x-request-id"),
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
      llmgw_string("x-ratelimit-reset-tokens"), header_reset },

    /* trial keys of Cohere */

    { llmgw_string("x-trial-endpoint-call-limit"),
      llmgw_string("x-ratelimit-limit-requests"), header_same },
    { llmgw_string("x-trial-endpoint-call-remaining"),
      llmgw_string("x-ratelimit-remaining-requests"), header_same },

    { llmgw_string(""), llmgw_string(""), 0 }
};


/* for clients of the Messages API; the request id is a header of our own */

static const llmgw_header_map_t  llmgw_header_messages[] = {

    { llmgw_string("retry-after"), llmgw_string("retry-after"),
      header_same },
    { llmgw_string("retry-after-ms"), llmgw_string("retry-after-ms"),
      header_same },
    { llmgw_string("x-should-retry"), llmgw_string("x-should-retry"),
      header_same },

    { llmgw_string("x-ratelimit-limit-requests"),
      llmgw_string("anthropic-ratelimit-requests-limit"), header_same },
    { llmgw_string("x-ratelimit-remaining-requests"),
      llmgw_string("anthropic-ratelimit-requests-remaining"), header_same },
    { llmgw_string("x-ratelimit-reset-requests"),
      llmgw_string("anthropic-ratelimit-requests-reset"), header_time },

    { llmgw_string("x-ratelimit-limit-tokens"),
      llmgw_string("anthropic-ratelimit-tokens-limit"), header_same },
    { llmgw_string("x-ratelimit-remaining-tokens"),
      llmgw_string("anthropic-ratelimit-tokens-remaining"), header_same },
    { llmgw_string("x-ratelimit-reset-tokens"),
      llmgw_string("anthropic-ratelimit-tokens-reset"), header_time },

    { llmgw_string(""), llmgw_string(""), 0 }
};


/* for clients of the Gemini API; here, too, the request id is our own */

static const llmgw_header_map_t  llmgw_header_gemini[] = {

    { llmgw_string("retry-after"), llmgw_string("retry-after"),
      header_same },

    { llmgw_string(""), llmgw_string(""), 0 }
};


static unsigned
llmgw_header_is_gemini(const llmgw_call_t *call)
{
    return call->endpoint
           && (call->endpoint->door == &llmgw_door_gemini
               || call->endpoint->door == &llmgw_door_gemini_other);
}


llmgw_int_t
llmgw_response_header(const llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t value, llmgw_str_t *out_name, llmgw_str_t *out_value)
{
    size_t                     i;
    const llmgw_header_map_t  *map;

    /* nothing here may end a header early */

    if (!llmgw_header_line(value)) {
        return LLMGW_DECLINED;
    }

    map = llmgw_header_map;

    if (call->endpoint->door == &llmgw_door_messages) {

        /* the service's own client gets the service's own headers */

        if (call->pass
            && (llmgw_str_starts(name, "anthropic-ratelimit-")
                || llmgw_str_starts(name, "anthropic-priority-")
                || llmgw_str_starts(name, "anthropic-fast-")))
        {
            *out_name = name;
            *out_value = value;

            return LLMGW_OK;
        }

        map = llmgw_header_messages;

    } else if (llmgw_header_is_gemini(call)) {
        map = llmgw_header_gemini;

    } else {

        for (i = 0; i < llmgw_nelts(llmgw_header_names); i++) {

            if (llmgw_str_eq(name, llmgw_header_names[i])) {
                *out_name = name;
                *out_value = value;
                return LLMGW_OK;
            }
        }
    }

    for ( /* void */ ; map->from.len; map++) {
        if (llmgw_str_eq(name, map->from)) {
            return llmgw_header_mapped(call, map, value, out_name, out_value);
        }
    }

    return LLMGW_DECLINED;
}


static llmgw_int_t
llmgw_header_mapped(const llmgw_call_t *call, const llmgw_header_map_t *map,
    llmgw_str_t value, llmgw_str_t *out_name, llmgw_str_t *out_value)
{
    *out_name = map->to;
    *out_value = value;

    if (map->kind == header_same) {
        return LLMGW_OK;
    }

    return llmgw_header_convert(call, map->kind, value, out_value);
}


static llmgw_int_t
llmgw_header_convert(const llmgw_call_t *call, unsigned kind,
    llmgw_str_t value, llmgw_str_t *out_value)
{
    int64_t  t;

    if (kind == header_time) {

        t = llmgw_duration_ms(value);

        if (t < 0) {
            return LLMGW_DECLINED;
        }

        *out_value = llmgw_rfc3339_put(call->arena,
                                       call->now + (t + 999) / 1000);

    } else {

        t = llmgw_rfc3339(value);

        if (t < 0) {
            return LLMGW_DECLINED;
        }

        t = (t > call->now) ? t - call->now : 0;

        *out_value = llmgw_fmt(call->arena, "%llds", (long long) t);
    }

    return out_value->data ? LLMGW_OK : LLMGW_ERROR;
}


static unsigned
llmgw_header_line(llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < ' ' || s.data[i] == 0x7f) {
            return 0;
        }
    }

    return 1;
}


llmgw_int_t
llmgw_own_header(const llmgw_call_t *call, unsigned n, llmgw_str_t *name,
    llmgw_str_t *value)
{
    if (call->endpoint && call->endpoint->door == &llmgw_door_messages
        && call->request_id.len)
    {
        if (n < 2) {
            *name = n ? llmgw_lit("x-request-id") : llmgw_lit("request-id");
            *value = call->request_id;

            return LLMGW_OK;
        }

        n -= 2;

    } else if (call->other_id
               || (llmgw_header_is_gemini(call) && call->request_id.len))
    {

        if (n == 0) {
            *name = llmgw_lit("x-request-id");
            *value = call->request_id;

            return LLMGW_OK;
        }

        n--;
    }

    if (call->estimated) {

        if (n == 0) {
            *name = llmgw_lit("x-llmgw-estimate");
            *value = llmgw_lit("1");

            return LLMGW_OK;
        }

        n--;
    }

    if (n || call->dropped == NULL) {
        return LLMGW_DECLINED;
    }

    *name = llmgw_lit("x-llmgw-dropped-params");
    *value = llmgw_header_dropped(call);

    return value->data ? LLMGW_OK : LLMGW_ERROR;
}


/* the names may be the client's own: only what a header can hold is shown */

static llmgw_str_t
llmgw_header_dropped(const llmgw_call_t *call)
{
    u_char              c, *p, *start, *end;
    size_t              i;
    llmgw_map_t         seen;
    const llmgw_name_t  *n;

    start = llmgw_nalloc(call->arena, LLMGW_DROPPED_MAX);
    if (start == NULL) {
        return llmgw_null_str;
    }

    p = start;
    end = start + LLMGW_DROPPED_MAX - (sizeof(", ...") - 1);

    llmgw_map_init(&seen, call->arena);

    for (n = call->dropped; n; n = n->next) {

        if (n->name.len == 0 || llmgw_map_get(&seen, n->name)) {
            continue;
        }

        if (llmgw_map_put(&seen, n->name, n) != LLMGW_OK) {
            return llmgw_null_str;
        }

        if (n->name.len + 2 > (size_t) (end - p)) {
            memcpy(p, ", ...", sizeof(", ...") - 1);
            p += sizeof(", ...") - 1;
            break;
        }

        if (p != start) {
            *p++ = ',';
            *p++ = ' ';
        }

        for (i = 0; i < n->name.len; i++) {

            c = n->name.data[i];

            *p++ = ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9') || c == '_' || c == '-'
                    || c == '.' || c == '[' || c == ']')
                   ? c : '?';
        }
    }

    return llmgw_str(start, (size_t) (p - start));
}


void
llmgw_head_note(llmgw_head_t *head, llmgw_str_t name, llmgw_str_t value)
{
    size_t  i;

    static const struct {
        llmgw_str_t  name;
        size_t       member;
    } members[] = {
        { llmgw_string("content-type"),
          offsetof(llmgw_head_t, content_type) },
        { llmgw_string("retry-after"), offsetof(llmgw_head_t, retry_after) },
        { llmgw_string("retry-after-ms"),
          offsetof(llmgw_head_t, retry_after_ms) },
        { llmgw_string("x-should-retry"),
          offsetof(llmgw_head_t, should_retry) },
        { llmgw_string("x-amzn-errortype"),
          offsetof(llmgw_head_t, error_type) },
        { llmgw_string("x-compute-tokens"),
          offsetof(llmgw_head_t, compute_tokens) },
        { llmgw_string("x-amzn-bedrock-input-token-count"),
          offsetof(llmgw_head_t, input_tokens) }
    };

    static const llmgw_str_t  ids[] = {
        llmgw_string("request-id"),
        llmgw_string("x-amzn-requestid"),
        llmgw_string("x-debug-trace-id"),
        llmgw_string("apim-request-id")
    };

    static const llmgw_str_t  resets[] = {
        llmgw_string("x-ratelimit-reset-tokens"),
        llmgw_string("x-ratelimit-reset-requests"),
        llmgw_string("x-rate-limit-reset-tokens")
    };

    for (i = 0; i < llmgw_nelts(members); i++) {

        if (llmgw_str_eq(name, members[i].name)) {
            *(llmgw_str_t *) ((u_char *) head + members[i].member) = value;
            return;
        }
    }

    if (llmgw_str_is(name, "x-request-id")) {
        head->request_id = value;
        head->other_id = 0;
        return;
    }

    for (i = 0; i < llmgw_nelts(ids); i++) {

        if (llmgw_str_eq(name, ids[i])) {

            if (head->request_id.len == 0) {
                head->request_id = value;
                head->other_id = llmgw_str_is(name, "apim-request-id");
            }

            return;
        }
    }

    for (i = 0; i < llmgw_nelts(resets); i++) {

        if (llmgw_str_eq(name, resets[i])) {

            /* what has passed is often -1 or 0 */

            if (head->ratelimit_reset.len == 0 && value.len
                && value.data[0] >= '1' && value.data[0] <= '9')
            {
                head->ratelimit_reset = value;
            }

            return;
        }
    }
}


int64_t
llmgw_head_wait(const llmgw_head_t *head, int64_t now)
{
    int64_t  ms;

    ms = llmgw_retry_after(head->retry_after_ms, now);

    if (ms >= 0) {

        /* a number is one of seconds to the function */

        return (ms + 999) / 1000;
    }

    return llmgw_retry_after(head->retry_after, now);
}


void
llmgw_left_note(llmgw_left_t *l, llmgw_str_t name, llmgw_str_t value,
    int64_t now)
{
    size_t   i;
    int64_t  t;

    static const struct {
        llmgw_str_t  left;
        llmgw_str_t  reset;
    } limits[LLMGW_LEFT_LIMITS] = {
        { llmgw_string("x-ratelimit-remaining-requests"),
          llmgw_string("x-ratelimit-reset-requests") },
        { llmgw_string("x-ratelimit-remaining-tokens"),
          llmgw_string("x-ratelimit-reset-tokens") },
        { llmgw_string("anthropic-ratelimit-requests-remaining"),
          llmgw_string("anthropic-ratelimit-requests-reset") },
        { llmgw_string("anthropic-ratelimit-tokens-remaining"),
          llmgw_string("anthropic-ratelimit-tokens-reset") },
        { llmgw_string("anthropic-ratelimit-input-tokens-remaining"),
          llmgw_string("anthropic-ratelimit-input-tokens-reset") },
        { llmgw_string("anthropic-ratelimit-output-tokens-remaining"),
          llmgw_string("anthropic-ratelimit-output-tokens-reset") }
    };

    if (!llmgw_str_starts(name, "x-ratelimit-re")
        && !llmgw_str_starts(name, "anthropic-ratelimit-"))
    {
        return;
    }

    for (i = 0; i < LLMGW_LEFT_LIMITS; i++) {

        if (llmgw_str_eq(name, limits[i].left)) {

            if (llmgw_str_is(value, "0")) {
                l->empty |= 1u << i;
            }

            return;
        }

        if (llmgw_str_eq(name, limits[i].reset)) {

            t = llmgw_rfc3339(value);

            l->reset[i] = (t >= 0) ? (t - now) * 1000
                                   : llmgw_duration_ms(value);
            return;
        }
    }
}


int64_t
llmgw_left_wait(const llmgw_left_t *l)
{
    size_t   i;
    int64_t  wait;

    wait = 0;

    for (i = 0; i < LLMGW_LEFT_LIMITS; i++) {
        if ((l->empty & 1u << i) && l->reset[i] > wait) {
            wait = l->reset[i];
        }
    }

    return wait;
}


void
llmgw_request_id(llmgw_call_t *call, const llmgw_head_t *head)
{
    if (head && head->request_id.len
        && head->request_id.len <= LLMGW_REQUEST_ID_MAX
        && llmgw_header_line(head->request_id))
    {
        call->request_id = head->request_id;
        call->other_id = head->other_id;
        return;
    }

    if (call->request_id.len == 0 && call->endpoint
        && (call->endpoint->door == &llmgw_door_messages
            || llmgw_header_is_gemini(call)))
    {
        call->request_id = llmgw_call_id(call, llmgw_lit("req_"));
    }
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


int64_t
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


static llmgw_str_t
llmgw_rfc3339_put(llmgw_arena_t *a, int64_t t)
{
    int64_t  days, era, doe, yoe, doy, mp, sec;

    days = t / 86400 + 719468;
    sec = t % 86400;

    /* the civil calendar, in eras of 400 years that begin in March */

    era = days / 146097;
    doe = days - era * 146097;
    yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    mp = (5 * doy + 2) / 153;

    return llmgw_fmt(a, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lldZ",
                     (long long) (era * 400 + yoe + (mp >= 10)),
                     (long long) (mp < 10 ? mp + 3 : mp - 9),
                     (long long) (doy - (153 * mp + 2) / 5 + 1),
                     (long long) (sec / 3600), (long long) (sec / 60 % 60),
                     (long long) (sec % 60));
}
