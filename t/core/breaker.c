
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Circuit breaker, back-off and retry budget, with a clock of our own.
 */


#include "test.h"
#include "llmgw_breaker.h"


static const llmgw_breaker_conf_t  conf = {
    1000, 8000, 60000, 3, 50, 10, 30000
};


static void
breaker_life(void)
{
    uint64_t         ms, now;
    llmgw_breaker_t  b;

    test_case("breaker: opens at the third failure in a row");

    memset(&b, 0, sizeof(llmgw_breaker_t));
    now = 5000000;

    check_int(llmgw_breaker_state(&b, now), LLMGW_BREAKER_CLOSED);
    check_int(llmgw_breaker_failure(&b, &conf, now, 0, -1, 1), 0);
    check_int(llmgw_breaker_failure(&b, &conf, now, 0, -1, 1), 0);

    check_int(llmgw_breaker_success(&b, now), LLMGW_AGAIN);
    llmgw_breaker_close(&b, now);
    check_int(llmgw_breaker_success(&b, now), LLMGW_OK);

    check_int(llmgw_breaker_failure(&b, &conf, now, 0, -1, 1), 0);
    check_int(llmgw_breaker_failure(&b, &conf, now, 0, -1, 1), 0);

    ms = llmgw_breaker_failure(&b, &conf, now, 0, -1, 1);

    check(ms >= 750 && ms <= 1251);
    check_int(llmgw_breaker_state(&b, now), LLMGW_BREAKER_OPEN);
    check_int(llmgw_breaker_state(&b, now + ms - 1), LLMGW_BREAKER_OPEN);

    test_case("breaker: those that were under way change nothing");

    check_int(llmgw_breaker_failure(&b, &conf, now + 10, 0, -1, 1), 0);
    check_int(llmgw_breaker_success(&b, now - 10), LLMGW_AGAIN);
    llmgw_breaker_close(&b, now - 10);
    check_int(llmgw_breaker_state(&b, now + 10), LLMGW_BREAKER_OPEN);
    check_int(llmgw_breaker_state(&b, now + ms), LLMGW_BREAKER_HALF_OPEN);

    test_case("breaker: one probe at a time");

    now += ms;

    check(llmgw_breaker_probe(&b, now, 500));
    check(!llmgw_breaker_probe(&b, now, 500));
    check_int(llmgw_breaker_state(&b, now), LLMGW_BREAKER_PROBING);

    /* nobody says what became of it */

    check(llmgw_breaker_probe(&b, now + 500, 500));
    check(!llmgw_breaker_probe(&b, now + 500, 500));

    llmgw_breaker_release(&b);
    check_int(llmgw_breaker_state(&b, now), LLMGW_BREAKER_HALF_OPEN);

    test_case("breaker: a probe that succeeds closes it");

    check(llmgw_breaker_probe(&b, now, 500));
    llmgw_breaker_close(&b, now);
    check_int(llmgw_breaker_state(&b, now), LLMGW_BREAKER_CLOSED);
    check_int(llmgw_breaker_failure(&b, &conf, now, 0, -1, 1), 0);
}


static void
breaker_grows(void)
{
    unsigned         i;
    uint64_t         ms, now, want, min, max;
    llmgw_breaker_t  b;

    test_case("breaker: stays open longer each time, up to a limit");

    memset(&b, 0, sizeof(llmgw_breaker_t));
    now = 1;
    want = 1000;
    min = UINT64_MAX;
    max = 0;

    for (i = 0; i < 100; i++) {

        test_at("%u", i);

        ms = llmgw_breaker_failure(&b, &conf, now, 1, -1, i * 7919);

        check(ms >= want * 3 / 4);
        check(ms <= want * 5 / 4 + 1);

        if (want == 8000) {
            min = (ms < min) ? ms : min;
            max = (ms > max) ? ms : max;
        }

        now += ms;
        want = (want < 8000) ? want * 2 : 8000;

        check_int(llmgw_breaker_state(&b, now), LLMGW_BREAKER_HALF_OPEN);
        check(llmgw_breaker_probe(&b, now, 500));
    }

    test_case("breaker: the times differ");

    check(min < 6500);
    check(max > 9500);
}


static void
breaker_wait(void)
{
    uint64_t         ms, more;
    llmgw_breaker_t  b;

    test_case("breaker: the provider's own time to wait");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    ms = llmgw_breaker_failure(&b, &conf, 100, 1, 20000, 3);
    check(ms > 20000 && ms <= 22501);

    test_case("breaker: a shorter one does not make it shorter");

    check_int(llmgw_breaker_failure(&b, &conf, 200, 1, 5000, 3), 0);
    check_int(llmgw_breaker_state(&b, 100 + ms - 1), LLMGW_BREAKER_OPEN);

    test_case("breaker: a longer one makes it longer");

    more = llmgw_breaker_failure(&b, &conf, 200, 1, 40000, 3);
    check(more > 40000);
    check_int(llmgw_breaker_state(&b, 100 + 40000), LLMGW_BREAKER_OPEN);

    test_case("breaker: years are not waited for");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    ms = llmgw_breaker_failure(&b, &conf, 100, 1, (int64_t) 1 << 60, 3);
    check(ms > 60000 && ms <= 67501);

    test_case("breaker: less than its own first time");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    ms = llmgw_breaker_failure(&b, &conf, 100, 1, 0, 3);
    check(ms >= 1 && ms <= 2);
}


static void
breaker_ratio(void)
{
    unsigned              i;
    uint64_t              ms;
    llmgw_breaker_t       b;
    llmgw_breaker_conf_t  off;

    test_case("breaker: half of a window's attempts fail");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    ms = 0;

    for (i = 0; i < 20 && ms == 0; i++) {

        ms = llmgw_breaker_failure(&b, &conf, 50000 + i, 0, -1, 3);

        if (ms == 0) {
            llmgw_breaker_close(&b, 50000 + i);
        }
    }

    check(ms != 0);
    check_int(i, 6);

    test_case("breaker: not with failures of a window before");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    for (i = 0; i < 20; i++) {

        ms = llmgw_breaker_failure(&b, &conf, 50000 + i * 8000, 0, -1, 3);
        check_int(ms, 0);

        llmgw_breaker_close(&b, 50000 + i * 8000);
    }

    test_case("breaker: successes count without a lock");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    check_int(llmgw_breaker_failure(&b, &conf, 50000, 0, -1, 3), 0);
    llmgw_breaker_close(&b, 50000);

    for (i = 0; i < 100; i++) {
        check_int(llmgw_breaker_success(&b, 50000), LLMGW_OK);
    }

    check_int(b.total, 102);
    check_int(b.failed, 1);

    test_case("breaker: off");

    off = conf;
    off.base = 0;

    for (i = 0; i < 100; i++) {
        check_int(llmgw_breaker_failure(&b, &off, 50000, 1, 1000, 3), 0);
    }

    check_int(llmgw_breaker_state(&b, 50000), LLMGW_BREAKER_CLOSED);
}


static void
backoff(void)
{
    unsigned  n;
    uint64_t  i, ms, want, min, max;

    want = 500;

    for (n = 1; n < 40; n++) {

        test_case("back-off: retry %u", n);

        min = UINT64_MAX;
        max = 0;

        for (i = 0; i < 1000; i++) {
            ms = llmgw_backoff(500, 8000, n, i);
            min = (ms < min) ? ms : min;
            max = (ms > max) ? ms : max;
        }

        /* anything from nothing to all of it */

        check(min < want / 50);
        check(max <= want);
        check(max > want - want / 50);

        want = (want < 8000) ? want * 2 : 8000;
    }

    test_case("back-off: none");
    check_int(llmgw_backoff(0, 8000, 3, 7), 0);
}


static void
budget(void)
{
    unsigned        i, n;
    llmgw_budget_t  b;

    test_case("budget: a few to begin with");

    memset(&b, 0, sizeof(llmgw_budget_t));

    for (n = 0; n < 1000 && llmgw_budget_retry(&b, 77000); n++) { }
    check_int(n, 10);

    test_case("budget: a fifth of the requests");

    for (i = 0, n = 0; i < 10000; i++) {
        llmgw_budget_request(&b, 20);
        n += llmgw_budget_retry(&b, 77000);
    }

    check_int(n, 2000);

    test_case("budget: what is saved has a limit");

    for (i = 0; i < 10000; i++) {
        llmgw_budget_request(&b, 20);
    }

    for (n = 0; n < 1000 && llmgw_budget_retry(&b, 77000); n++) { }
    check_int(n, 100);

    test_case("budget: one more each second");

    for (n = 0; n < 1000 && llmgw_budget_retry(&b, 80000); n++) { }
    check_int(n, 3);

    for (n = 0; n < 1000 && llmgw_budget_retry(&b, 8000000); n++) { }
    check_int(n, 10);

    test_case("budget: none without a part");

    for (i = 0; i < 100; i++) {
        llmgw_budget_request(&b, 0);
        check(!llmgw_budget_retry(&b, 8000000));
    }
}


static void
breaker_checks(void)
{
    uint64_t         ms, now;
    llmgw_breaker_t  b;

    static const llmgw_breaker_conf_t  off = {
        0, 8000, 60000, 3, 50, 10, 30000
    };

    test_case("checks: one that failed keeps requests away");

    memset(&b, 0, sizeof(llmgw_breaker_t));
    now = 7000000;

    check_int(llmgw_breaker_down(&b, &conf, now, 2000), 1);
    check_int(llmgw_breaker_state(&b, now + 1999), LLMGW_BREAKER_OPEN);
    check_int(llmgw_breaker_down(&b, &conf, now + 1000, 2000), 0);
    check_int(llmgw_breaker_state(&b, now + 2999), LLMGW_BREAKER_OPEN);
    check_int(llmgw_breaker_state(&b, now + 3000), LLMGW_BREAKER_HALF_OPEN);

    test_case("checks: one that succeeded makes the next request the probe");

    check_int(llmgw_breaker_up(&b, now + 1500), 1);
    check_int(llmgw_breaker_state(&b, now + 1500), LLMGW_BREAKER_HALF_OPEN);
    check(llmgw_breaker_probe(&b, now + 1500, 500));
    check_int(llmgw_breaker_up(&b, now + 1600), 0);

    test_case("checks: a probe that was under way does not outvote one");

    check_int(llmgw_breaker_down(&b, &conf, now + 1700, 2000), 1);
    llmgw_breaker_close(&b, now + 1500);
    check_int(llmgw_breaker_state(&b, now + 1800), LLMGW_BREAKER_OPEN);

    /* a request that nobody else could serve does */

    llmgw_breaker_close(&b, now + 1750);
    check_int(llmgw_breaker_state(&b, now + 1800), LLMGW_BREAKER_CLOSED);
    check_int(llmgw_breaker_up(&b, now + 1800), 0);
    check_int(llmgw_breaker_state(&b, now + 1800), LLMGW_BREAKER_CLOSED);

    test_case("checks: failures of requests end early, too");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    llmgw_breaker_failure(&b, &conf, now, 0, -1, 1);
    llmgw_breaker_failure(&b, &conf, now, 0, -1, 1);
    ms = llmgw_breaker_failure(&b, &conf, now, 0, -1, 1);

    check(ms > 0);
    check_int(llmgw_breaker_up(&b, now + 10), 1);
    check_int(llmgw_breaker_state(&b, now + 10), LLMGW_BREAKER_HALF_OPEN);

    test_case("checks: but not what the provider asked for, nor an account");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    check(llmgw_breaker_failure(&b, &conf, now, 1, -1, 1) > 0);
    check_int(llmgw_breaker_up(&b, now + 10), 0);
    check_int(llmgw_breaker_state(&b, now + 10), LLMGW_BREAKER_OPEN);

    memset(&b, 0, sizeof(llmgw_breaker_t));

    check_int(llmgw_breaker_down(&b, &conf, now, 500), 1);
    check(llmgw_breaker_failure(&b, &conf, now, 0, 9000, 1) >= 9000);
    check_int(llmgw_breaker_up(&b, now + 10), 0);
    check_int(llmgw_breaker_down(&b, &conf, now + 10, 500), 0);
    check_int(llmgw_breaker_state(&b, now + 8000), LLMGW_BREAKER_OPEN);

    test_case("checks: without cooldowns they only look");

    memset(&b, 0, sizeof(llmgw_breaker_t));

    check_int(llmgw_breaker_down(&b, &off, now, 500), 0);
    check_int(llmgw_breaker_state(&b, now), LLMGW_BREAKER_CLOSED);
}


void
test_breaker(void)
{
    breaker_life();
    breaker_checks();
    breaker_grows();
    breaker_wait();
    breaker_ratio();
    backoff();
    budget();
}
