
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_sse.h"


#define SSE_MAX  (1 << 20)


/* What came, as one text: "[name|data|flags]raw" of each event. */

typedef struct {
    char      text[16384];
    size_t    len;
    unsigned  events;
    unsigned  stop_at;     /* the handler stops at this event */
} sse_log_t;


static void
sse_put(sse_log_t *log, llmgw_str_t s)
{
    if (s.len > sizeof(log->text) - log->len - 64) {
        s.len = sizeof(log->text) - log->len - 64;
    }

    if (s.len) {
        memcpy(log->text + log->len, s.data, s.len);
        log->len += s.len;
    }
}


static llmgw_int_t
sse_handler(void *ctx, const llmgw_sse_event_t *ev)
{
    sse_log_t  *log;

    log = ctx;
    log->events++;

    sse_put(log, llmgw_lit("["));
    sse_put(log, ev->name);
    sse_put(log, llmgw_lit("|"));
    sse_put(log, ev->data);
    sse_put(log, llmgw_lit("|"));
    sse_put(log, ev->partial ? llmgw_lit("p") : llmgw_lit(""));
    sse_put(log, ev->comment ? llmgw_lit("c") : llmgw_lit(""));
    sse_put(log, llmgw_lit("]"));
    sse_put(log, ev->raw);

    if (log->stop_at == log->events) {
        return LLMGW_DONE;
    }

    return LLMGW_OK;
}


/* the same without the raw bytes */

static llmgw_int_t
sse_brief(void *ctx, const llmgw_sse_event_t *ev)
{
    size_t      len;
    sse_log_t  *log;

    log = ctx;

    sse_handler(ctx, ev);

    len = ev->raw.len < log->len ? ev->raw.len : log->len;
    log->len -= len;

    return LLMGW_OK;
}


static const struct {
    llmgw_str_t  text;
    llmgw_str_t  events;
} rows[] = {

    /* line ends */
    { llmgw_string("data: a\n\n"), llmgw_string("[|a|]") },
    { llmgw_string("data: a\r\n\r\n"), llmgw_string("[|a|]") },
    { llmgw_string("data: a\r\r"), llmgw_string("[|a|]") },
    { llmgw_string("data: a\n\r\n"), llmgw_string("[|a|]") },
    { llmgw_string("data: a\r\n\n"), llmgw_string("[|a|]") },
    { llmgw_string("data: a\r\n\r"), llmgw_string("[|a|]") },
    { llmgw_string("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n"),
      llmgw_string("[|a|][|b|][|c|][|d|]") },
    { llmgw_string("data: a\r\rdata: b\r\r"), llmgw_string("[|a|][|b|]") },
    { llmgw_string("event: x\rdata: a\rdata: b\r\r"),
      llmgw_string("[x|a\nb|]") },
    { llmgw_string("data: a\r\ndata: b\ndata: c\rdata: d\n\n"),
      llmgw_string("[|a\nb\nc\nd|]") },

    /* blank lines between events */
    { llmgw_string("\n\ndata: a\n\n\n\ndata: b\n\n"),
      llmgw_string("[||][||][|a|][||][||][|b|]") },
    { llmgw_string("\r\n\r\ndata: a\r\n\r\n"),
      llmgw_string("[||][||][|a|]") },
    { llmgw_string("\r\rdata: a\r\r"), llmgw_string("[||][||][|a|]") },

    /* fields */
    { llmgw_string("data:a\n\n"), llmgw_string("[|a|]") },
    { llmgw_string("data:  a\n\n"), llmgw_string("[| a|]") },
    { llmgw_string("data:\ta\n\n"), llmgw_string("[|\ta|]") },
    { llmgw_string("data:\n\n"), llmgw_string("[||]") },
    { llmgw_string("data: \n\n"), llmgw_string("[||]") },
    { llmgw_string("data\n\n"), llmgw_string("[||]") },
    { llmgw_string("data\ndata\n\n"), llmgw_string("[|\n|]") },
    { llmgw_string("data: a\ndata\ndata: b\n\n"),
      llmgw_string("[|a\n\nb|]") },
    { llmgw_string("data:\ndata: a\n\n"), llmgw_string("[|\na|]") },
    { llmgw_string("data: a: b:c\n\n"), llmgw_string("[|a: b:c|]") },
    { llmgw_string("event: ping\ndata: {}\n\n"), llmgw_string("[ping|{}|]") },
    { llmgw_string("event:ping\ndata:{}\n\n"), llmgw_string("[ping|{}|]") },
    { llmgw_string("data: {}\nevent: ping\n\n"), llmgw_string("[ping|{}|]") },
    { llmgw_string("event: a\nevent: b\ndata: 1\n\n"),
      llmgw_string("[b|1|]") },
    { llmgw_string("event: a\nevent\ndata: 1\n\n"), llmgw_string("[|1|]") },
    { llmgw_string("event: a\nevent:\ndata: 1\n\n"), llmgw_string("[|1|]") },
    { llmgw_string("event: a\n\ndata: 1\n\n"),
      llmgw_string("[a||][|1|]") },
    { llmgw_string("id: 7\nretry: 10\ndata: a\n\n"), llmgw_string("[|a|]") },
    { llmgw_string("datax: a\ndata : b\n data: c\nData: d\ndata: e\n\n"),
      llmgw_string("[|e|]") },
    { llmgw_string("events: a\nevent : b\ndata: e\n\n"),
      llmgw_string("[|e|]") },
    { llmgw_string("garbage\n\n"), llmgw_string("[||]") },

    /* comments */
    { llmgw_string(": ping\n\n"), llmgw_string("[||c]") },
    { llmgw_string(":\n\n"), llmgw_string("[||c]") },
    { llmgw_string(": a\n: b\n\n"), llmgw_string("[||c]") },
    { llmgw_string(": a\ndata: b\n\n"), llmgw_string("[|b|]") },
    { llmgw_string("data: b\n: a\n\n"), llmgw_string("[|b|]") },
    { llmgw_string(": data: x\ndata: y\n\n"), llmgw_string("[|y|]") },

    /* the byte order mark, once and in front */
    { llmgw_string("\xef\xbb\xbf" "data: a\n\ndata: b\n\n"),
      llmgw_string("[|a|][|b|]") },
    { llmgw_string("\xef\xbb\xbf: c\n\n"), llmgw_string("[||c]") },
    { llmgw_string("data: a\n\n\xef\xbb\xbf" "data: b\n\n"),
      llmgw_string("[|a|][||]") },
    { llmgw_string("\xef\xbb\xbf\xef\xbb\xbf" "data: a\n\n"),
      llmgw_string("[||]") },

    /* the body ends inside of an event */
    { llmgw_string("data: a"), llmgw_string("[|a|p]") },
    { llmgw_string("data: a\n"), llmgw_string("[|a|p]") },
    { llmgw_string("data: a\r"), llmgw_string("[|a|p]") },
    { llmgw_string("data: a\r\n"), llmgw_string("[|a|p]") },
    { llmgw_string("data: a\n\ndata: [DONE]\n"),
      llmgw_string("[|a|][|[DONE]|p]") },
    { llmgw_string("data: a\n\ndata: b\ndata"),
      llmgw_string("[|a|][|b\n|p]") },
    { llmgw_string("d"), llmgw_string("[||p]") },
    { llmgw_string(""), llmgw_string("") },

    /* what is not for this reader to judge */
    { llmgw_string("data: \0\x01\xff\n\n"), llmgw_string("[|\0\x01\xff|]") },
    { llmgw_string("data: \xf0\x9f\x99\x82\n\n"),
      llmgw_string("[|\xf0\x9f\x99\x82|]") },
    { llmgw_string("data: a\xe2\x80\xa8" "b\n\n"),
      llmgw_string("[|a\xe2\x80\xa8" "b|]") },
    { llmgw_string("data: a\vb\fc\n\n"), llmgw_string("[|a\vb\fc|]") }
};


static llmgw_int_t
sse_run(llmgw_sse_handler_pt handler, sse_log_t *log, llmgw_str_t text,
    size_t first, size_t step, size_t max)
{
    size_t       n;
    test_mem_t   m;
    llmgw_int_t  rc;
    llmgw_sse_t  s;

    log->len = 0;
    log->events = 0;
    log->stop_at = 0;

    test_mem_init(&m, 0, 0);
    llmgw_sse_init(&s, &m.arena, max, handler, log);

    rc = LLMGW_OK;

    while (text.len && rc == LLMGW_OK) {

        n = first ? first : step;
        first = 0;

        if (n == 0 || n > text.len) {
            n = text.len;
        }

        /* the reader may touch nothing outside of its piece */

        rc = llmgw_sse_feed(&s, test_guard(llmgw_str(text.data, n)), n);

        text.data += n;
        text.len -= n;
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_sse_finish(&s);
    }

    test_mem_free(&m);

    return rc;
}


static void
test_sse_rows(void)
{
    size_t       i, n;
    sse_log_t   *whole, *split;
    llmgw_str_t  want;

    whole = malloc(sizeof(sse_log_t));
    split = malloc(sizeof(sse_log_t));

    if (whole == NULL || split == NULL) {
        abort();
    }

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("sse: %zu: %.*s", i, test_arg(rows[i].text));

        check_int(sse_run(sse_brief, whole, rows[i].text, 0, 0, SSE_MAX),
                  LLMGW_OK);
        check_str(llmgw_str((u_char *) whole->text, whole->len),
                  rows[i].events);

        /* raw: no byte is lost, and splits make no difference */

        check_int(sse_run(sse_handler, whole, rows[i].text, 0, 0, SSE_MAX),
                  LLMGW_OK);
        want = llmgw_str((u_char *) whole->text, whole->len);

        for (n = 0; n <= rows[i].text.len; n++) {

            test_at("split at %zu", n);
            check_int(sse_run(sse_handler, split, rows[i].text, n, 0,
                              SSE_MAX),
                      LLMGW_OK);
            check_str(llmgw_str((u_char *) split->text, split->len), want);
        }

        for (n = 1; n <= 3; n++) {

            test_at("%zu at a time", n);
            check_int(sse_run(sse_handler, split, rows[i].text, 0, n,
                              SSE_MAX),
                      LLMGW_OK);
            check_str(llmgw_str((u_char *) split->text, split->len), want);
        }
    }

    free(whole);
    free(split);
}


/* All rows behind one another, and random mixtures of the pieces of lines. */

static void
test_sse_mixtures(void)
{
    size_t         n, i;
    u_char         buf[4096];
    unsigned       round;
    sse_log_t     *whole, *split;
    llmgw_str_t    text, want, s;

    static const char  *pieces[] = {
        "\n", "\r", "\r\n", "data: ", "data:", "event: x", "a", ": c", "data",
        "\n\n", "\xef\xbb\xbf", "\r\r", "{\"a\":1}", "id: 1"
    };

    whole = malloc(sizeof(sse_log_t));
    split = malloc(sizeof(sse_log_t));

    if (whole == NULL || split == NULL) {
        abort();
    }

    test_case("sse: random mixtures, random splits");

    for (round = 0; round < 3000; round++) {

        for (n = 0, i = 0; i < 1 + round % 40; i++) {
            s = test_cstr(pieces[test_random(llmgw_nelts(pieces))]);
            memcpy(buf + n, s.data, s.len);
            n += s.len;
        }

        test_at("round %u", round);

        text = llmgw_str(buf, n);
        sse_run(sse_handler, whole, text, 0, 0, SSE_MAX);
        want = llmgw_str((u_char *) whole->text, whole->len);

        sse_run(sse_handler, split, text, 0, 1, SSE_MAX);
        check_str(llmgw_str((u_char *) split->text, split->len), want);

        sse_run(sse_handler, split, text, test_random((unsigned) n + 1),
                1 + test_random(7), SSE_MAX);
        check_str(llmgw_str((u_char *) split->text, split->len), want);
    }

    free(whole);
    free(split);
}


static void
test_sse_max(void)
{
    size_t        i, step;
    u_char        buf[600];
    sse_log_t    *log;
    llmgw_int_t   rc;

    log = malloc(sizeof(sse_log_t));

    if (log == NULL) {
        abort();
    }

    test_case("sse: the largest event, whole and in pieces");

    for (i = 90; i <= 110; i++) {

        /* "data: " … "\n\n" of i bytes, twice */

        memset(buf, 'x', sizeof(buf));
        memcpy(buf, "data: ", 6);
        memcpy(buf + i - 2, "\n\n", 2);
        memcpy(buf + i, buf, i);

        for (step = 0; step < 120; step += 1 + step / 3) {

            test_at("%zu bytes, %zu at a time", i, step);

            rc = sse_run(sse_handler, log, llmgw_str(buf, i * 2), 0, step,
                         100);

            check_int(rc, i <= 100 ? LLMGW_OK : LLMGW_TOO_LARGE);
            check_int(log->events, i <= 100 ? 2 : 0);
        }
    }

    test_case("sse: an event without an end");

    memset(buf, 'x', sizeof(buf));
    check_int(sse_run(sse_handler, log, llmgw_str(buf, 100), 0, 7, 100),
              LLMGW_OK);
    check_int(sse_run(sse_handler, log, llmgw_str(buf, 101), 0, 7, 100),
              LLMGW_TOO_LARGE);
    check_int(sse_run(sse_handler, log, llmgw_str(buf, 101), 0, 0, 100),
              LLMGW_TOO_LARGE);

    free(log);
}


static void
test_sse_handler(void)
{
    int          done;
    long         n;
    test_mem_t   m;
    sse_log_t   *log;
    llmgw_int_t  rc;
    llmgw_sse_t  s;
    llmgw_str_t  text;

    log = calloc(1, sizeof(sse_log_t));

    if (log == NULL) {
        abort();
    }

    test_case("sse: what the handler returns stops the reader");

    text = llmgw_lit("data: 1\n\ndata: 2\n\ndata: 3\n\n");

    test_mem_init(&m, 0, 0);
    llmgw_sse_init(&s, &m.arena, SSE_MAX, sse_handler, log);
    log->stop_at = 2;

    check_int(llmgw_sse_feed(&s, text.data, text.len), LLMGW_DONE);
    check_int(log->events, 2);

    test_mem_free(&m);

    test_case("sse: an event of one read is not copied");

    test_mem_init(&m, 0, 0);
    llmgw_sse_init(&s, &m.arena, SSE_MAX, sse_handler, log);
    log->stop_at = 0;

    check_int(llmgw_sse_feed(&s, text.data, text.len), LLMGW_OK);
    check_int(m.calls, 0);

    test_mem_free(&m);

    test_case("sse: no memory");

    text = llmgw_lit("data: 1\ndata: 2\n\n");

    test_chaos(&m, n, done) {

        llmgw_sse_init(&s, &m.arena, SSE_MAX, sse_handler, log);
        log->events = 0;

        rc = llmgw_sse_feed(&s, text.data, 5);

        if (rc == LLMGW_OK) {
            rc = llmgw_sse_feed(&s, text.data + 5, text.len - 5);
        }

        test_at("allocation %ld", n);
        check_int(rc, n < 2 ? LLMGW_ERROR : LLMGW_OK);
        check_int(log->events, n < 2 ? 0 : 1);
        done = (rc == LLMGW_OK);
    }

    check(done);

    free(log);
}


/*
 * A long stream works in the memory of its largest event, also when each event
 * is a little larger than the one before.
 */

static void
test_sse_memory(void)
{
    size_t       i, n;
    u_char       buf[6000];
    test_mem_t   m;
    sse_log_t   *log;
    llmgw_sse_t  s;

    log = calloc(1, sizeof(sse_log_t));

    if (log == NULL) {
        abort();
    }

    test_case("sse: memory of many events");

    test_mem_init(&m, 0, 0);
    llmgw_sse_init(&s, &m.arena, SSE_MAX, sse_handler, log);

    for (i = 20; i < 5000; i++) {

        memset(buf, 'x', i);
        memcpy(buf, "data: 1\ndata: ", 14);
        memcpy(buf + i, "\n\n", 2);
        n = i + 2;

        check_int(llmgw_sse_feed(&s, buf, n / 2), LLMGW_OK);
        check_int(llmgw_sse_feed(&s, buf + n / 2, n - n / 2), LLMGW_OK);
    }

    check_int(log->events, 4980);
    check(m.arena.size < 64 * 1024);

    test_mem_free(&m);
    free(log);
}


/* Lines that end in CR must not cost the square of their number. */

static void
test_sse_linear(void)
{
    size_t       i, n;
    u_char      *p;
    test_mem_t   m;
    sse_log_t   *log;
    llmgw_sse_t  s;

    log = calloc(1, sizeof(sse_log_t));
    n = 2 << 20;
    p = malloc(n);

    if (log == NULL || p == NULL) {
        abort();
    }

    test_case("sse: a megabyte of lines ended by CR");

    for (i = 0; i < n; i += 2) {
        p[i] = 'a';
        p[i + 1] = '\r';
    }

    test_mem_init(&m, 0, 0);
    llmgw_sse_init(&s, &m.arena, n, sse_handler, log);

    check_int(llmgw_sse_feed(&s, p, n), LLMGW_OK);
    check_int(llmgw_sse_finish(&s), LLMGW_OK);
    check_int(log->events, 1);

    test_mem_free(&m);

    test_case("sse: two megabytes of data lines in an event");

    for (i = 0; i + 8 <= n; i += 8) {
        memcpy(p + i, "data: x\n", 8);
    }

    p[n - 2] = '\n';

    test_mem_init(&m, 0, 0);
    llmgw_sse_init(&s, &m.arena, n, sse_handler, log);
    log->events = 0;

    for (i = 0; i < n; i += 4096) {
        check_int(llmgw_sse_feed(&s, p + i, 4096), LLMGW_OK);
    }

    check_int(log->events, 1);

    test_mem_free(&m);

    free(log);
    free(p);
}


void
test_sse(void)
{
    test_sse_rows();
    test_sse_mixtures();
    test_sse_max();
    test_sse_handler();
    test_sse_memory();
    test_sse_linear();
}
