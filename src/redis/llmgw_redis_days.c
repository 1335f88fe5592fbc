
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What was spent on a day, for reports: a hash for each day, with a field for
 * each group of requests that a report may ask for.  A field's name is
 *
 *     key|user|team|organization|customer|model|provider|endpoint|tag,tag
 *
 * where "|", ",", "%" and all that is not visible ASCII is written as "%2c";
 * its value is "cost requests failed prompt completion cached cache_write".
 */


#include "llmgw_digest.h"
#include "llmgw_redis_model.h"
#include "llmgw_window.h"


#define LLMGW_REDIS_DAY_TEXTS    8
#define LLMGW_REDIS_DAY_NUMBERS  7

#define LLMGW_REDIS_DAY_SECONDS  86400


static const size_t  llmgw_redis_day_texts[LLMGW_REDIS_DAY_TEXTS] = {
    offsetof(llmgw_group_t, key),
    offsetof(llmgw_group_t, user),
    offsetof(llmgw_group_t, team),
    offsetof(llmgw_group_t, organization),
    offsetof(llmgw_group_t, customer),
    offsetof(llmgw_group_t, model),
    offsetof(llmgw_group_t, provider),
    offsetof(llmgw_group_t, endpoint)
};


static const size_t  llmgw_redis_day_numbers[LLMGW_REDIS_DAY_NUMBERS] = {
    offsetof(llmgw_group_t, cost),
    offsetof(llmgw_group_t, requests),
    offsetof(llmgw_group_t, failed),
    offsetof(llmgw_group_t, prompt),
    offsetof(llmgw_group_t, completion),
    offsetof(llmgw_group_t, cached),
    offsetof(llmgw_group_t, cache_write)
};


static llmgw_str_t llmgw_redis_day_name(llmgw_arena_t *a,
    const llmgw_group_t *c);
static u_char *llmgw_redis_day_escape(u_char *p, llmgw_str_t s);
static llmgw_int_t llmgw_redis_day_part(llmgw_arena_t *a, llmgw_str_t *rest,
    const char *ends, llmgw_str_t *part);
static int llmgw_redis_day_digit(u_char c);


#define llmgw_redis_day_text_of(c, i)                                        \
    ((llmgw_str_t *) ((u_char *) (c) + llmgw_redis_day_texts[i]))

#define llmgw_redis_day_number_of(c, i)                                      \
    ((int64_t *) ((u_char *) (c) + llmgw_redis_day_numbers[i]))

#define llmgw_redis_day_plain(c)                                             \
    ((c) > 0x20 && (c) < 0x7f && (c) != '|' && (c) != ',' && (c) != '%')


llmgw_str_t
llmgw_redis_day(u_char *buf, int64_t day)
{
    (void) llmgw_time_write(buf, day);

    return llmgw_str(buf, sizeof("2026-01-31") - 1);
}


llmgw_int_t
llmgw_redis_day_read(llmgw_str_t s, int64_t *day)
{
    int       year, month, date;
    size_t    i;
    int64_t   days;

    if (s.len != sizeof("2026-01-31") - 1 || s.data[4] != '-'
        || s.data[7] != '-')
    {
        return LLMGW_INVALID;
    }

    for (i = 0; i < s.len; i++) {
        if (i != 4 && i != 7 && (s.data[i] < '0' || s.data[i] > '9')) {
            return LLMGW_INVALID;
        }
    }

    year = (s.data[0] - '0') * 1000 + (s.data[1] - '0') * 100
           + (s.data[2] - '0') * 10 + s.data[3] - '0';
    month = (s.data[5] - '0') * 10 + s.data[6] - '0';
    date = (s.data[8] - '0') * 10 + s.data[9] - '0';

    if (year < 1970 || month < 1 || month > 12 || date < 1 || date > 31) {
        return LLMGW_INVALID;
    }

    /* years that begin in March have their leap day at the end */

    if (month < 3) {
        month += 12;
        year--;
    }

    days = 365 * (int64_t) year + year / 4 - year / 100 + year / 400
           + (153 * (month - 3) + 2) / 5 + date - 1 - 719468;

    *day = days * LLMGW_REDIS_DAY_SECONDS;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_redis_days_add(llmgw_arena_t *a, llmgw_redis_day_t **days,
    uint64_t seq, llmgw_str_t payload, const llmgw_redis_day_t *only)
{
    int64_t             day;
    llmgw_spend_t       s;
    llmgw_redis_day_t  *d;

    if (llmgw_spend_read(payload, &s) != LLMGW_OK || s.end < 0) {
        return LLMGW_INVALID;
    }

    day = s.end / 1000 - s.end / 1000 % LLMGW_REDIS_DAY_SECONDS;

    if (only != NULL && only->day != day) {
        return LLMGW_OK;
    }

    for (d = *days; d != NULL; d = d->next) {
        if (d->day == day) {
            break;
        }
    }

    if (d == NULL) {

        d = llmgw_calloc(a, sizeof(llmgw_redis_day_t));

        if (d == NULL
            || llmgw_groups_init(&d->groups, a, LLMGW_GROUP_ALL, 0)
               != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }

        d->day = day;
        d->first = seq;

        d->next = *days;
        *days = d;
    }

    d->last = seq;

    return llmgw_groups_add(&d->groups, &s);
}


llmgw_int_t
llmgw_redis_day_args(llmgw_arena_t *a, const llmgw_redis_day_t *d,
    llmgw_str_t node, int64_t keep, llmgw_str_t **args, unsigned *n)
{
    u_char         *p;
    size_t          i, count;
    llmgw_str_t    *arg;
    llmgw_group_t  *c, few;

    count = 5 + (2 + LLMGW_REDIS_DAY_NUMBERS) * d->groups.n;

    arg = llmgw_alloc(a, count * sizeof(llmgw_str_t));
    p = llmgw_nalloc(a, (4 + LLMGW_REDIS_DAY_NUMBERS * d->groups.n)
                        * LLMGW_REDIS_DECIMAL);

    if (arg == NULL || p == NULL) {
        return LLMGW_ERROR;
    }

    *args = arg;
    *n = count;

    *arg++ = node;

#define llmgw_redis_day_put(value)                                           \
    do {                                                                     \
        arg->data = p;                                                       \
        p = llmgw_redis_put_decimal(p, value);                               \
        arg->len = p - arg->data;                                            \
        arg++;                                                               \
    } while (0)

    llmgw_redis_day_put(d->first);
    llmgw_redis_day_put(d->last);
    llmgw_redis_day_put(keep);
    llmgw_redis_day_put(LLMGW_REDIS_DAY_GROUPS);

    for (c = d->groups.first; c != NULL; c = c->newer) {

        /* what clients name as they like is left out when there is too much */

        few = *c;
        few.customer = llmgw_null_str;
        few.ntags = 0;

        arg[0] = llmgw_redis_day_name(a, c);
        arg[1] = llmgw_redis_day_name(a, &few);

        if (arg[0].data == NULL || arg[1].data == NULL) {
            return LLMGW_ERROR;
        }

        arg += 2;

        for (i = 0; i < LLMGW_REDIS_DAY_NUMBERS; i++) {
            llmgw_redis_day_put(*llmgw_redis_day_number_of(c, i));
        }
    }

#undef llmgw_redis_day_put

    return LLMGW_OK;
}


static llmgw_str_t
llmgw_redis_day_name(llmgw_arena_t *a, const llmgw_group_t *c)
{
    u_char   *p, *name;
    size_t    len;
    unsigned  i;

    len = LLMGW_REDIS_DAY_TEXTS + c->ntags;

    for (i = 0; i < LLMGW_REDIS_DAY_TEXTS; i++) {
        len += 3 * llmgw_redis_day_text_of(c, i)->len;
    }

    for (i = 0; i < c->ntags; i++) {
        len += 3 * c->tags[i].len;
    }

    name = llmgw_nalloc(a, len);
    if (name == NULL) {
        return llmgw_null_str;
    }

    p = name;

    for (i = 0; i < LLMGW_REDIS_DAY_TEXTS; i++) {
        p = llmgw_redis_day_escape(p, *llmgw_redis_day_text_of(c, i));
        *p++ = '|';
    }

    for (i = 0; i < c->ntags; i++) {

        if (i) {
            *p++ = ',';
        }

        p = llmgw_redis_day_escape(p, c->tags[i]);
    }

    return llmgw_str(name, p - name);
}


static u_char *
llmgw_redis_day_escape(u_char *p, llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {

        if (llmgw_redis_day_plain(s.data[i])) {
            *p++ = s.data[i];
            continue;
        }

        *p++ = '%';
        p = llmgw_hex(p, &s.data[i], 1);
    }

    return p;
}


llmgw_int_t
llmgw_redis_day_group(llmgw_arena_t *a, llmgw_str_t name, llmgw_str_t value,
    llmgw_group_t *c, llmgw_str_t *tags)
{
    unsigned     i;
    llmgw_int_t  rc;
    llmgw_str_t  word;

    memset(c, 0, sizeof(llmgw_group_t));

    for (i = 0; i < LLMGW_REDIS_DAY_TEXTS; i++) {

        rc = llmgw_redis_day_part(a, &name, "|",
                                  llmgw_redis_day_text_of(c, i));
        if (rc != LLMGW_OK) {
            return rc;
        }

        /* the bar has to be there, also where nothing follows */

        if (name.data == NULL) {
            return LLMGW_INVALID;
        }
    }

    c->tags = tags;

    while (name.len && c->ntags < LLMGW_TAGS_MAX) {

        rc = llmgw_redis_day_part(a, &name, ",", &tags[c->ntags++]);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (name.len) {
        return LLMGW_INVALID;
    }

    for (i = 0; i < LLMGW_REDIS_DAY_NUMBERS; i++) {

        rc = llmgw_redis_day_part(a, &value, " ", &word);

        if (rc == LLMGW_OK) {
            rc = llmgw_redis_decimal(word, llmgw_redis_day_number_of(c, i));
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return value.len == 0 ? LLMGW_OK : LLMGW_INVALID;
}


/*
 * Up to the end or the byte in "ends", which is taken as well; where it is the
 * end, rest->data is NULL.
 */

static llmgw_int_t
llmgw_redis_day_part(llmgw_arena_t *a, llmgw_str_t *rest, const char *ends,
    llmgw_str_t *part)
{
    int      high, low;
    u_char  *p;
    size_t   i, len;

    for (len = 0; len < rest->len && rest->data[len] != (u_char) *ends; len++)
    {
        /* void */
    }

    p = llmgw_nalloc(a, len + 1);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    part->data = p;

    for (i = 0; i < len; i++) {

        if (rest->data[i] != '%') {
            *p++ = rest->data[i];
            continue;
        }

        high = (i + 2 < len) ? llmgw_redis_day_digit(rest->data[i + 1]) : -1;
        low = (high >= 0) ? llmgw_redis_day_digit(rest->data[i + 2]) : -1;

        if (low < 0) {
            return LLMGW_INVALID;
        }

        *p++ = (u_char) (high * 16 + low);
        i += 2;
    }

    part->len = p - part->data;

    if (part->len > LLMGW_RECORD_ID) {
        return LLMGW_INVALID;
    }

    if (len == rest->len) {
        *rest = llmgw_null_str;

    } else {
        rest->data += len + 1;
        rest->len -= len + 1;
    }

    return LLMGW_OK;
}


static int
llmgw_redis_day_digit(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}
