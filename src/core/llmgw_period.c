
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Periods of budgets, time and money as texts.
 */


#include "llmgw_window.h"


#define LLMGW_DAY        86400
#define LLMGW_YEARS_MAX  100

/* 9999-12-31T23:59:59Z */
#define LLMGW_TIME_MAX   253402300799LL


/* days since 1970-01-01 of the Gregorian calendar; month from 0, day from 1 */

static int64_t
llmgw_days(int64_t year, unsigned month, unsigned day)
{
    int64_t   era;
    unsigned  in_era, in_year;

    /* the year begins in March, so that the leap day is its last */

    if (month < 2) {
        year--;
    }

    era = (year >= 0 ? year : year - 399) / 400;
    in_era = (unsigned) (year - era * 400);
    in_year = (153 * ((month + 10) % 12) + 2) / 5 + day - 1;

    return era * 146097 + (int64_t) (in_era * 365 + in_era / 4 - in_era / 100
                                     + in_year)
           - 719468;
}


static void
llmgw_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t   era;
    unsigned  in_era, y, in_year, m;

    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    in_era = (unsigned) (days - era * 146097);
    y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    in_year = in_era - (365 * y + y / 4 - y / 100);
    m = (5 * in_year + 2) / 153;

    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = (m + 2) % 12;
    *year = (int64_t) y + era * 400 + (*month < 2);
}


static unsigned
llmgw_month_days(int64_t year, unsigned month)
{
    static const u_char  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (month == 1 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        return 29;
    }

    return days[month];
}


static int64_t
llmgw_floor(int64_t n, int64_t unit)
{
    return n - ((n % unit) + unit) % unit;
}


llmgw_int_t
llmgw_duration_parse(llmgw_str_t s, int64_t *duration)
{
    size_t       i;
    int64_t      n, unit;
    llmgw_str_t  name;

    n = 0;

    for (i = 0; i < s.len && s.data[i] >= '0' && s.data[i] <= '9'; i++) {

        n = n * 10 + (s.data[i] - '0');

        if (n > 10000000000LL) {
            return LLMGW_INVALID;
        }
    }

    if (i == 0 || n == 0) {
        return LLMGW_INVALID;
    }

    name = llmgw_str(s.data + i, s.len - i);

    if (llmgw_str_is(name, "mo")) {

        if (n > 12 * LLMGW_YEARS_MAX) {
            return LLMGW_INVALID;
        }

        *duration = LLMGW_MONTHS + n;
        return LLMGW_OK;
    }

    if (llmgw_str_is(name, "s")) {
        unit = 1;

    } else if (llmgw_str_is(name, "m")) {
        unit = 60;

    } else if (llmgw_str_is(name, "h")) {
        unit = 3600;

    } else if (llmgw_str_is(name, "d")) {
        unit = LLMGW_DAY;

    } else if (llmgw_str_is(name, "w")) {
        unit = 7 * LLMGW_DAY;

    } else {
        return LLMGW_INVALID;
    }

    if (n > (int64_t) 366 * LLMGW_DAY * LLMGW_YEARS_MAX / unit) {
        return LLMGW_INVALID;
    }

    *duration = n * unit;

    return LLMGW_OK;
}


/* the month n months on: its first day, and which one it is */

static int64_t
llmgw_month_on(int64_t now, int64_t n, int64_t *year, unsigned *month,
    unsigned *day)
{
    llmgw_civil(llmgw_floor(now, LLMGW_DAY) / LLMGW_DAY, year, month, day);

    n += *month;

    *year += n / 12;
    *month = (unsigned) (n % 12);

    return llmgw_days(*year, *month, 1);
}


int64_t
llmgw_duration_after(int64_t now, int64_t duration)
{
    int64_t   year, first;
    unsigned  month, day, days;

    if (duration < LLMGW_MONTHS) {
        return now + duration;
    }

    first = llmgw_month_on(now, duration - LLMGW_MONTHS, &year, &month, &day);
    days = llmgw_month_days(year, month);

    if (day > days) {
        day = days;
    }

    return (first + day - 1) * LLMGW_DAY + (now - llmgw_floor(now, LLMGW_DAY));
}


int64_t
llmgw_period_end(int64_t now, int64_t duration)
{
    int64_t   year, days, months;
    unsigned  month, day;

    months = 0;

    if (duration >= LLMGW_MONTHS) {
        months = duration - LLMGW_MONTHS;

    } else if (duration == 30 * LLMGW_DAY) {
        months = 1;
    }

    if (months) {
        return llmgw_month_on(now, months, &year, &month, &day) * LLMGW_DAY;
    }

    if (duration % LLMGW_DAY != 0) {
        return llmgw_floor(now, duration) + duration;
    }

    days = llmgw_floor(now, LLMGW_DAY) / LLMGW_DAY;

    if (duration == 7 * LLMGW_DAY) {

        /* 1970-01-05 was a Monday */

        return (llmgw_floor(days - 4, 7) + 4 + 7) * LLMGW_DAY;
    }

    return days * LLMGW_DAY + duration;
}


int
llmgw_period_turn(int64_t *end, int64_t now, int64_t duration)
{
    int64_t  next;

    if (duration == 0) {
        *end = 0;
        return 0;
    }

    if (*end != 0 && now >= *end) {
        *end = llmgw_period_end(now, duration);
        return 1;
    }

    /* a shift of the clock is no new period */

    next = llmgw_period_end(now, duration);

    if (*end == 0 || *end > next) {
        *end = next;
    }

    return 0;
}


/* n digits, -1 when there are not as many */

static int64_t
llmgw_digits(const u_char **p, const u_char *last, size_t n)
{
    int64_t  v;

    if ((size_t) (last - *p) < n) {
        return -1;
    }

    for (v = 0; n; n--, (*p)++) {

        if (**p < '0' || **p > '9') {
            return -1;
        }

        v = v * 10 + (**p - '0');
    }

    return v;
}


static int
llmgw_take(const u_char **p, const u_char *last, u_char c)
{
    if (*p == last || **p != c) {
        return 0;
    }

    (*p)++;

    return 1;
}


/* "Z", "+02:00", "-0530"; seconds east of Greenwich */

static llmgw_int_t
llmgw_offset(const u_char **p, const u_char *last, int64_t *offset)
{
    int      minus;
    int64_t  hour, minute;

    *offset = 0;

    if (*p == last || llmgw_take(p, last, 'Z') || llmgw_take(p, last, 'z')) {
        return LLMGW_OK;
    }

    minus = (**p == '-');

    if (!minus && **p != '+') {
        return LLMGW_INVALID;
    }

    (*p)++;

    hour = llmgw_digits(p, last, 2);
    (void) llmgw_take(p, last, ':');
    minute = llmgw_digits(p, last, 2);

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return LLMGW_INVALID;
    }

    *offset = (hour * 60 + minute) * (minus ? -60 : 60);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_time_parse(llmgw_str_t s, int64_t *seconds)
{
    int64_t        year, month, day, hour, minute, second, offset;
    const u_char  *p, *last;

    p = s.data;
    last = s.data + s.len;

    year = llmgw_digits(&p, last, 4);

    if (year < 1970 || !llmgw_take(&p, last, '-')) {
        return LLMGW_INVALID;
    }

    month = llmgw_digits(&p, last, 2);

    if (month < 1 || month > 12 || !llmgw_take(&p, last, '-')) {
        return LLMGW_INVALID;
    }

    day = llmgw_digits(&p, last, 2);

    if (day < 1 || day > llmgw_month_days(year, (unsigned) month - 1)) {
        return LLMGW_INVALID;
    }

    hour = 0;
    minute = 0;
    second = 0;
    offset = 0;

    if (p != last) {

        if (*p != 'T' && *p != 't' && *p != ' ') {
            return LLMGW_INVALID;
        }

        p++;

        hour = llmgw_digits(&p, last, 2);

        if (hour < 0 || hour > 23 || !llmgw_take(&p, last, ':')) {
            return LLMGW_INVALID;
        }

        minute = llmgw_digits(&p, last, 2);

        if (minute < 0 || minute > 59) {
            return LLMGW_INVALID;
        }

        if (llmgw_take(&p, last, ':')) {

            second = llmgw_digits(&p, last, 2);

            /* a leap second is the first of the next minute */

            if (second < 0 || second > 60) {
                return LLMGW_INVALID;
            }
        }

        if (llmgw_take(&p, last, '.')) {

            if (llmgw_digits(&p, last, 1) < 0) {
                return LLMGW_INVALID;
            }

            while (p != last && *p >= '0' && *p <= '9') {
                p++;
            }
        }

        if (llmgw_offset(&p, last, &offset) != LLMGW_OK || p != last) {
            return LLMGW_INVALID;
        }
    }

    *seconds = llmgw_days(year, (unsigned) month - 1, (unsigned) day)
               * LLMGW_DAY
               + hour * 3600 + minute * 60 + second - offset;

    if (*seconds < 0) {
        *seconds = 0;
    }

    return LLMGW_OK;
}


static u_char *
llmgw_write_digits(u_char *p, int64_t v, size_t n)
{
    size_t  i;

    for (i = n; i > 0; i--) {
        p[i - 1] = (u_char) ('0' + v % 10);
        v /= 10;
    }

    return p + n;
}


u_char *
llmgw_time_write(u_char *p, int64_t seconds)
{
    int64_t   year, rest;
    unsigned  month, day;

    if (seconds < 0) {
        seconds = 0;
    }

    if (seconds > LLMGW_TIME_MAX) {
        seconds = LLMGW_TIME_MAX;
    }

    llmgw_civil(seconds / LLMGW_DAY, &year, &month, &day);
    rest = seconds % LLMGW_DAY;

    p = llmgw_write_digits(p, year, 4);
    *p++ = '-';
    p = llmgw_write_digits(p, month + 1, 2);
    *p++ = '-';
    p = llmgw_write_digits(p, day, 2);
    *p++ = 'T';
    p = llmgw_write_digits(p, rest / 3600, 2);
    *p++ = ':';
    p = llmgw_write_digits(p, rest / 60 % 60, 2);
    *p++ = ':';
    p = llmgw_write_digits(p, rest % 60, 2);
    *p++ = 'Z';

    return p;
}


/*
 * Digits and the power of ten behind them.  From the 20th digit on they do not
 * count: that is far behind the ninth place of what is in range.
 */

static llmgw_int_t
llmgw_decimal(llmgw_str_t s, uint64_t *digits, int *exponent)
{
    int            fraction, minus;
    int64_t        e;
    const u_char  *p, *last;

    p = s.data;
    last = s.data + s.len;

    *digits = 0;
    *exponent = 0;

    if (p == last || *p < '0' || *p > '9') {
        return LLMGW_INVALID;
    }

    for (fraction = 0; p != last; p++) {

        if (*p == '.' && !fraction) {
            fraction = 1;
            continue;
        }

        if (*p < '0' || *p > '9') {
            break;
        }

        if (*digits >= 1000000000000000000ULL) {
            *exponent += !fraction;
            continue;
        }

        *digits = *digits * 10 + (*p - '0');
        *exponent -= fraction;
    }

    if (p == last) {
        return LLMGW_OK;
    }

    if (*p != 'e' && *p != 'E') {
        return LLMGW_INVALID;
    }

    p++;
    minus = llmgw_take(&p, last, '-');

    if (!minus) {
        (void) llmgw_take(&p, last, '+');
    }

    if (p == last) {
        return LLMGW_INVALID;
    }

    for (e = 0; p != last; p++) {

        if (*p < '0' || *p > '9') {
            return LLMGW_INVALID;
        }

        if (e < 100000) {
            e = e * 10 + (*p - '0');
        }
    }

    *exponent += (int) (minus ? -e : e);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_money_parse(llmgw_str_t number, int64_t *nano)
{
    int       exponent;
    uint64_t  n, unit;

    if (llmgw_decimal(number, &n, &exponent) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    exponent += 9;

    for ( /* void */ ; n && exponent > 0; exponent--) {

        if (n > 9000000000000000000ULL / 10) {
            return LLMGW_INVALID;
        }

        n *= 10;
    }

    if (n && exponent < 0) {

        if (exponent < -19) {
            n = 0;

        } else {
            for (unit = 1; exponent < 0; exponent++) {
                unit *= 10;
            }

            n = n / unit + (n % unit >= unit / 2);
        }
    }

    if (n > 9000000000000000000ULL) {
        return LLMGW_INVALID;
    }

    *nano = (int64_t) n;

    return LLMGW_OK;
}


u_char *
llmgw_money_write(u_char *p, int64_t nano)
{
    size_t    n;
    u_char    buf[24];
    uint64_t  v, whole;

    v = (uint64_t) nano;

    if (nano < 0) {
        *p++ = '-';
        v = -v;
    }

    whole = v / LLMGW_DOLLAR;
    v %= LLMGW_DOLLAR;

    n = sizeof(buf);

    do {
        buf[--n] = (u_char) ('0' + whole % 10);
        whole /= 10;
    } while (whole);

    memcpy(p, buf + n, sizeof(buf) - n);
    p += sizeof(buf) - n;

    if (v == 0) {
        return p;
    }

    *p++ = '.';
    p = llmgw_write_digits(p, (int64_t) v, 9);

    while (p[-1] == '0') {
        p--;
    }

    return p;
}
