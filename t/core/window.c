
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Sliding windows, periods of budgets, times and amounts as texts.
 */


#include "test.h"
#include "llmgw_window.h"


#define PART    LLMGW_WINDOW_PART


/* what a window must say: every use that is on record, one by one */

typedef struct {
    uint64_t  part[4096];
    uint64_t  n[4096];
    unsigned  used;
} model_t;


static uint64_t
model_used(const model_t *m, uint64_t part)
{
    uint64_t  sum;
    unsigned  i;

    for (i = 0, sum = 0; i < m->used; i++) {
        if (m->part[i] + LLMGW_WINDOW_PARTS > part) {
            sum += m->n[i];
        }
    }

    return sum;
}


static void
window_model(void)
{
    model_t         m;
    uint64_t        now, n, limit;
    unsigned        i;
    int64_t         wait;
    llmgw_window_t  w;

    test_case("window: as a list of all uses says");

    memset(&w, 0, sizeof(llmgw_window_t));
    memset(&m, 0, sizeof(model_t));

    now = 1000000;

    for (i = 0; i < 4096; i++) {

        /* mostly small steps, at times a long pause */

        now += test_random(8) ? test_random(3000) : test_random(200000);
        n = test_random(5);

        if (test_random(3) == 0 && m.used) {

            /* a part of what was used comes back */

            n = m.n[m.used - 1] ? test_random((unsigned) m.n[m.used - 1] + 1)
                                : 0;

            llmgw_window_sub(&w, now, (uint32_t) m.part[m.used - 1], n);

            if (m.part[m.used - 1] + LLMGW_WINDOW_PARTS > now / PART) {
                m.n[m.used - 1] -= n;
            }

        } else {
            m.part[m.used] = llmgw_window_add(&w, now, n);
            m.n[m.used++] = n;
        }

        test_at("step %u", i);

        check_int(llmgw_window_used(&w, now), model_used(&m, now / PART));

        limit = 1 + test_random(20);
        wait = llmgw_window_wait(&w, now, limit, 1);

        check(wait >= 0);

        if (wait == 0) {
            check(llmgw_window_used(&w, now) + 1 <= limit);

        } else {
            check(llmgw_window_used(&w, now + wait - 1) + 1 > limit);
            check(llmgw_window_used(&w, now + wait) + 1 <= limit);
            check(wait <= LLMGW_WINDOW_MS + PART);
        }

        wait = llmgw_window_reset(&w, now);

        check_int(llmgw_window_used(&w, now + wait), 0);
        check(wait == 0 || llmgw_window_used(&w, now + wait - 1) != 0);
    }
}


static void
window_never_more(void)
{
    uint64_t        now, times[10000];
    unsigned        i, n, first, phase;
    llmgw_window_t  w;

    test_case("window: no minute sees more than the limit");

    for (phase = 0; phase < PART; phase += 997) {

        memset(&w, 0, sizeof(llmgw_window_t));

        n = 0;
        first = 0;

        for (now = 600000 + phase; now < 900000 && n < 10000; now += 37) {

            /* tries as hard as it can */

            if (llmgw_window_wait(&w, now, 100, 1) == 0) {
                (void) llmgw_window_add(&w, now, 1);
                times[n++] = now;
            }
        }

        for (i = 0; i < n; i++) {

            while (times[i] - times[first] >= LLMGW_WINDOW_MS) {
                first++;
            }

            check(i - first + 1 <= 100);
        }

        /* nor is it much less */

        check(n >= 100 * (300 / 66));
    }
}


static void
window_edges(void)
{
    uint32_t        part;
    llmgw_window_t  w;

    test_case("window: at its edges");

    memset(&w, 0, sizeof(llmgw_window_t));

    check_int(llmgw_window_used(&w, 0), 0);
    check_int(llmgw_window_used(&w, 123456789012ULL), 0);
    check_int(llmgw_window_reset(&w, 5), 0);
    check_int(llmgw_window_wait(&w, 0, 0, 1), -1);
    check_int(llmgw_window_wait(&w, 0, 5, 6), -1);
    check_int(llmgw_window_wait(&w, 0, 5, 5), 0);

    /* right after the machine has started */

    part = llmgw_window_add(&w, 3, 2);

    check_int(part, 0);
    check_int(llmgw_window_used(&w, 3), 2);
    check_int(llmgw_window_wait(&w, 3, 2, 1), 11 * PART - 3);
    check_int(llmgw_window_used(&w, 11 * PART - 1), 2);
    check_int(llmgw_window_used(&w, 11 * PART), 0);

    test_case("window: a clock that is behind");

    (void) llmgw_window_add(&w, 100 * PART, 1);
    (void) llmgw_window_add(&w, 100 * PART - 1, 1);

    check_int(llmgw_window_used(&w, 100 * PART), 2);
    check_int(llmgw_window_used(&w, 100 * PART - 5), 2);
    check_int(llmgw_window_wait(&w, 100 * PART - 5, 2, 1), 11 * PART + 5);

    test_case("window: another clock");

    check_int(llmgw_window_used(&w, 10 * PART), 0);
    check_int(llmgw_window_add(&w, 10 * PART, 7), 10);
    check_int(llmgw_window_used(&w, 10 * PART), 7);

    test_case("window: what is taken back is not there any more");

    part = llmgw_window_add(&w, 200 * PART, 5);
    llmgw_window_sub(&w, 200 * PART, part, 9);
    check_int(llmgw_window_used(&w, 200 * PART), 0);

    part = llmgw_window_add(&w, 200 * PART, 5);
    (void) llmgw_window_add(&w, 211 * PART, 4);
    llmgw_window_sub(&w, 211 * PART, part, 5);
    check_int(llmgw_window_used(&w, 211 * PART), 4);

    llmgw_window_sub(&w, 211 * PART, 212, 4);
    check_int(llmgw_window_used(&w, 211 * PART), 4);

    test_case("window: more than fits");

    memset(&w, 0, sizeof(llmgw_window_t));

    (void) llmgw_window_add(&w, PART, UINT64_MAX);
    (void) llmgw_window_add(&w, PART, 1);
    check_int(llmgw_window_used(&w, PART), UINT32_MAX);
}


static void
window_durations(void)
{
    size_t       i;
    int64_t      d;
    llmgw_int_t  rc;

    static const struct {
        llmgw_str_t  text;
        int64_t      duration;      /* 0: refused */
    } rows[] = {
        { llmgw_string("1s"), 1 },
        { llmgw_string("30s"), 30 },
        { llmgw_string("5m"), 300 },
        { llmgw_string("24h"), 86400 },
        { llmgw_string("30d"), 2592000 },
        { llmgw_string("2w"), 1209600 },
        { llmgw_string("1mo"), LLMGW_MONTHS + 1 },
        { llmgw_string("1200mo"), LLMGW_MONTHS + 1200 },
        { llmgw_string("007d"), 604800 },
        { llmgw_string(""), 0 },
        { llmgw_string("0s"), 0 },
        { llmgw_string("-1d"), 0 },
        { llmgw_string("d"), 0 },
        { llmgw_string("10"), 0 },
        { llmgw_string("1.5h"), 0 },
        { llmgw_string("1 d"), 0 },
        { llmgw_string("1D"), 0 },
        { llmgw_string("1y"), 0 },
        { llmgw_string("1mon"), 0 },
        { llmgw_string("1d1h"), 0 },
        { llmgw_string("1201mo"), 0 },
        { llmgw_string("36601d"), 0 },
        { llmgw_string("99999999999999999999999s"), 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("duration %.*s", test_arg(rows[i].text));

        d = 0;
        rc = llmgw_duration_parse(rows[i].text, &d);

        check_int(rc, rows[i].duration ? LLMGW_OK : LLMGW_INVALID);
        check_int(d, rows[i].duration);
    }
}


static int64_t
at(const char *s)
{
    int64_t  t;

    t = -1;
    check_int(llmgw_time_parse(test_cstr(s), &t), LLMGW_OK);

    return t;
}


static void
window_periods(void)
{
    size_t   i;
    int64_t  d;
    u_char   buf[LLMGW_TIME_LEN];

    static const struct {
        const char  *now;
        const char  *duration;
        const char  *end;
    } rows[] = {
        { "2026-03-10T12:34:56Z", "30s", "2026-03-10T12:35:00Z" },
        { "2026-03-10T12:35:00Z", "30s", "2026-03-10T12:35:30Z" },
        { "2026-03-10T12:34:56Z", "1m", "2026-03-10T12:35:00Z" },
        { "2026-03-10T12:34:56Z", "15m", "2026-03-10T12:45:00Z" },
        { "2026-03-10T12:34:56Z", "1h", "2026-03-10T13:00:00Z" },
        { "2026-03-10T23:59:59Z", "12h", "2026-03-11T00:00:00Z" },
        { "2026-03-10T12:34:56Z", "1d", "2026-03-11T00:00:00Z" },
        { "2026-03-11T00:00:00Z", "1d", "2026-03-12T00:00:00Z" },
        { "2026-12-31T23:59:59Z", "1d", "2027-01-01T00:00:00Z" },
        { "2026-03-10T12:34:56Z", "3d", "2026-03-13T00:00:00Z" },

        /* Tuesday; Sunday; Monday */
        { "2026-03-10T12:34:56Z", "7d", "2026-03-16T00:00:00Z" },
        { "2026-03-15T23:59:59Z", "1w", "2026-03-16T00:00:00Z" },
        { "2026-03-16T00:00:00Z", "7d", "2026-03-23T00:00:00Z" },
        { "1970-01-01T00:00:00Z", "7d", "1970-01-05T00:00:00Z" },

        { "2026-03-10T12:34:56Z", "30d", "2026-04-01T00:00:00Z" },
        { "2026-03-10T12:34:56Z", "1mo", "2026-04-01T00:00:00Z" },
        { "2026-01-31T23:59:59Z", "1mo", "2026-02-01T00:00:00Z" },
        { "2026-12-01T00:00:00Z", "1mo", "2027-01-01T00:00:00Z" },
        { "2026-11-15T00:00:00Z", "3mo", "2027-02-01T00:00:00Z" },
        { "2028-02-29T12:00:00Z", "12mo", "2029-02-01T00:00:00Z" },
        { "2026-03-10T12:34:56Z", "2w", "2026-03-24T00:00:00Z" },

        /* clocks are put forward and back in Europe and in America */
        { "2026-03-29T00:59:59Z", "1h", "2026-03-29T01:00:00Z" },
        { "2026-03-28T23:00:00Z", "1d", "2026-03-29T00:00:00Z" },
        { "2026-03-29T12:00:00Z", "1d", "2026-03-30T00:00:00Z" },
        { "2026-10-25T00:30:00Z", "1d", "2026-10-26T00:00:00Z" },
        { "2026-11-01T06:30:00Z", "1h", "2026-11-01T07:00:00Z" },

        /* a leap second */
        { "2016-12-31T23:59:59Z", "1d", "2017-01-01T00:00:00Z" },
        { "2016-12-31T23:59:60Z", "1d", "2017-01-02T00:00:00Z" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("period: %s at %s", rows[i].duration, rows[i].now);

        check_int(llmgw_duration_parse(test_cstr(rows[i].duration), &d),
                  LLMGW_OK);

        (void) llmgw_time_write(buf, llmgw_period_end(at(rows[i].now), d));

        check_str(llmgw_str(buf, sizeof(buf)), test_cstr(rows[i].end));
    }
}


static void
window_turns(void)
{
    int64_t  now, end, day;

    test_case("period: begins, turns once, turns over several");

    check_int(llmgw_duration_parse(llmgw_lit("1d"), &day), LLMGW_OK);

    now = at("2026-03-10T12:00:00Z");
    end = 0;

    check_int(llmgw_period_turn(&end, now, day), 0);
    check_int(end, at("2026-03-11T00:00:00Z"));
    check_int(llmgw_period_turn(&end, end - 1, day), 0);
    check_int(llmgw_period_turn(&end, at("2026-03-11T00:00:00Z"), day), 1);
    check_int(llmgw_period_turn(&end, at("2026-03-11T00:00:00Z"), day), 0);
    check_int(end, at("2026-03-12T00:00:00Z"));
    check_int(llmgw_period_turn(&end, at("2026-03-20T00:00:01Z"), day), 1);
    check_int(end, at("2026-03-21T00:00:00Z"));

    test_case("period: a clock that goes back does not turn");

    check_int(llmgw_period_turn(&end, at("2026-03-20T12:00:00Z"), day), 0);
    check_int(end, at("2026-03-21T00:00:00Z"));
    check_int(llmgw_period_turn(&end, at("2026-03-18T12:00:00Z"), day), 0);
    check_int(end, at("2026-03-19T00:00:00Z"));

    test_case("period: a clock that was years ahead leaves nothing behind");

    check_int(llmgw_period_turn(&end, at("2036-03-18T12:00:00Z"), day), 1);
    check_int(llmgw_period_turn(&end, at("2026-03-19T12:00:00Z"), day), 0);
    check_int(end, at("2026-03-20T00:00:00Z"));

    test_case("period: another duration");

    check_int(llmgw_period_turn(&end, at("2026-03-19T12:00:00Z"),
                                LLMGW_MONTHS + 1), 0);
    check_int(llmgw_period_turn(&end, at("2026-03-19T12:00:00Z"), 3600), 0);
    check_int(end, at("2026-03-19T13:00:00Z"));
    check_int(llmgw_period_turn(&end, at("2027-03-19T12:00:00Z"), 0), 0);
    check_int(end, 0);

    test_case("period: some days do not begin anew each day");

    check_int(llmgw_period_turn(&end, at("2026-03-01T12:00:00Z"), 3 * day),
              0);
    check_int(llmgw_period_turn(&end, at("2026-03-02T12:00:00Z"), 3 * day),
              0);
    check_int(llmgw_period_turn(&end, at("2026-03-03T12:00:00Z"), 3 * day),
              0);
    check_int(end, at("2026-03-04T00:00:00Z"));
}


static void
window_after(void)
{
    test_case("duration: added to a time");

    check_int(llmgw_duration_after(100, 30), 130);
    check_int(llmgw_duration_after(at("2026-01-31T10:20:30Z"),
                                   LLMGW_MONTHS + 1),
              at("2026-02-28T10:20:30Z"));
    check_int(llmgw_duration_after(at("2028-01-31T10:20:30Z"),
                                   LLMGW_MONTHS + 1),
              at("2028-02-29T10:20:30Z"));
    check_int(llmgw_duration_after(at("2026-12-15T00:00:00Z"),
                                   LLMGW_MONTHS + 14),
              at("2028-02-15T00:00:00Z"));
}


static void
window_times(void)
{
    size_t   i;
    int64_t  t, day;
    u_char   buf[LLMGW_TIME_LEN];

    static const struct {
        llmgw_str_t  text;
        const char  *time;          /* NULL: refused */
    } rows[] = {
        { llmgw_string("2026-01-31T23:59:59Z"), "2026-01-31T23:59:59Z" },
        { llmgw_string("2026-01-31t23:59:59z"), "2026-01-31T23:59:59Z" },
        { llmgw_string("2026-01-31 23:59:59"), "2026-01-31T23:59:59Z" },
        { llmgw_string("2026-01-31"), "2026-01-31T00:00:00Z" },
        { llmgw_string("2026-01-31T23:59"), "2026-01-31T23:59:00Z" },
        { llmgw_string("2026-01-31T23:59:59.123456+00:00"),
          "2026-01-31T23:59:59Z" },
        { llmgw_string("2026-02-01T01:29:59+01:30"), "2026-01-31T23:59:59Z" },
        { llmgw_string("2026-01-31T18:59:59-0500"), "2026-01-31T23:59:59Z" },
        { llmgw_string("2028-02-29T00:00:00Z"), "2028-02-29T00:00:00Z" },
        { llmgw_string("2000-02-29T00:00:00Z"), "2000-02-29T00:00:00Z" },
        { llmgw_string("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59Z" },
        { llmgw_string("1970-01-01T00:00:00+05:00"), "1970-01-01T00:00:00Z" },
        { llmgw_string("2026-12-31T23:59:60Z"), "2027-01-01T00:00:00Z" },
        { llmgw_string(""), NULL },
        { llmgw_string("never"), NULL },
        { llmgw_string("1969-12-31T00:00:00Z"), NULL },
        { llmgw_string("2026-02-29T00:00:00Z"), NULL },
        { llmgw_string("2100-02-29T00:00:00Z"), NULL },
        { llmgw_string("2026-13-01T00:00:00Z"), NULL },
        { llmgw_string("2026-00-01T00:00:00Z"), NULL },
        { llmgw_string("2026-01-00T00:00:00Z"), NULL },
        { llmgw_string("2026-01-31T24:00:00Z"), NULL },
        { llmgw_string("2026-01-31T23:60:00Z"), NULL },
        { llmgw_string("2026-01-31T23:59:61Z"), NULL },
        { llmgw_string("2026-01-31T23:59:59.Z"), NULL },
        { llmgw_string("2026-01-31T23:59:59+25:00"), NULL },
        { llmgw_string("2026-01-31T23:59:59Zx"), NULL },
        { llmgw_string("2026-01-31T23:59:59 UTC"), NULL },
        { llmgw_string("2026-1-31"), NULL },
        { llmgw_string("20260131T235959Z"), NULL },
        { llmgw_string("2026-01-31T"), NULL }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("time %.*s", test_arg(rows[i].text));

        if (rows[i].time == NULL) {
            check_int(llmgw_time_parse(rows[i].text, &t), LLMGW_INVALID);
            continue;
        }

        check_int(llmgw_time_parse(rows[i].text, &t), LLMGW_OK);
        (void) llmgw_time_write(buf, t);
        check_str(llmgw_str(buf, sizeof(buf)), test_cstr(rows[i].time));
    }

    test_case("time: each day, there and back");

    for (day = 0; day < 200 * 366; day++) {

        (void) llmgw_time_write(buf, day * 86400 + 86399);

        if (llmgw_time_parse(llmgw_str(buf, sizeof(buf)), &t) != LLMGW_OK
            || t != day * 86400 + 86399)
        {
            check_int(t, day * 86400 + 86399);
            break;
        }
    }

    (void) llmgw_time_write(buf, -5);
    check_lit(llmgw_str(buf, sizeof(buf)), "1970-01-01T00:00:00Z");
    (void) llmgw_time_write(buf, INT64_MAX);
    check_lit(llmgw_str(buf, sizeof(buf)), "9999-12-31T23:59:59Z");
}


static void
window_money(void)
{
    size_t        i;
    int64_t       n;
    u_char        buf[LLMGW_MONEY_LEN];
    const u_char *s;

    static const struct {
        llmgw_str_t  text;
        int64_t      nano;          /* -1: refused */
        const char  *written;
    } rows[] = {
        { llmgw_string("0"), 0, "0" },
        { llmgw_string("0.0"), 0, "0" },
        { llmgw_string("12.5"), 12500000000, "12.5" },
        { llmgw_string("1e-05"), 10000, "0.00001" },
        { llmgw_string("1E+2"), 100000000000, "100" },
        { llmgw_string("0.000000001"), 1, "0.000000001" },
        { llmgw_string("0.0000000005"), 1, "0.000000001" },
        { llmgw_string("0.00000000049999"), 0, "0" },
        { llmgw_string("8999999999.999999999"), 8999999999999999999,
          "8999999999.999999999" },
        { llmgw_string("0.9999999999999999999e-9"), 1, "0.000000001" },
        { llmgw_string("0.1000000000000000055511151231257827"), 100000000,
          "0.1" },
        { llmgw_string("123456789.123456789"), 123456789123456789,
          "123456789.123456789" },
        { llmgw_string("9000000000"), 9000000000000000000, "9000000000" },
        { llmgw_string("9000000000.000000001"), -1, NULL },
        { llmgw_string("0.00000000000000000000000000000000000001"), 0, "0" },
        { llmgw_string("1e-400"), 0, "0" },
        { llmgw_string("0e999999999999"), 0, "0" },
        { llmgw_string("100000000000000000000e-20"), 1000000000, "1" },
        { llmgw_string("1e10"), -1, NULL },
        { llmgw_string("1e400"), -1, NULL },
        { llmgw_string("99999999999999999999999999999"), -1, NULL },
        { llmgw_string("-1"), -1, NULL },
        { llmgw_string("-0"), -1, NULL },
        { llmgw_string(""), -1, NULL },
        { llmgw_string("1e"), -1, NULL },
        { llmgw_string("1.2.3"), -1, NULL },
        { llmgw_string("1x"), -1, NULL },
        { llmgw_string(".5"), -1, NULL },
        { llmgw_string("NaN"), -1, NULL },
        { llmgw_string("Infinity"), -1, NULL }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("money %.*s", test_arg(rows[i].text));

        s = test_guard(rows[i].text);
        n = -1;

        check_int(llmgw_money_parse(llmgw_str(s, rows[i].text.len), &n),
                  rows[i].written ? LLMGW_OK : LLMGW_INVALID);
        check_int(n, rows[i].nano);

        if (rows[i].written) {
            check_str(llmgw_str(buf, llmgw_money_write(buf, n) - buf),
                      test_cstr(rows[i].written));
        }
    }

    test_case("money: written out of range");

    check_lit(llmgw_str(buf, llmgw_money_write(buf, INT64_MIN) - buf),
              "-9223372036.854775808");
    check_lit(llmgw_str(buf, llmgw_money_write(buf, -500000000) - buf),
              "-0.5");
}


void
test_window(void)
{
    window_model();
    window_never_more();
    window_edges();
    window_durations();
    window_periods();
    window_turns();
    window_after();
    window_times();
    window_money();
}
