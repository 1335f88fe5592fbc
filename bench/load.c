
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A load generator: one thread, keep-alive connections to 127.0.0.1.
 *
 * Without --rate the loop is closed: each of --conns connections sends its
 * next request when it has its answer.  With --rate requests are planned at a
 * constant distance and latency counts from the planned time, whether or not a
 * connection was free, so that a stall is seen by all it would have met.
 *
 * Prints one JSON object; times in microseconds.  See README.md.
 */


#include "cpu.h"
#include "load.h"
#include "samples.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>


#define LOAD_INPUT   262144
#define LOAD_HEAD    16384
#define LOAD_EVENTS  512
#define LOAD_SWEEP   (100 * BENCH_MS)

#define LOAD_MAX_FAILED  1000


typedef enum {
    LOAD_STATUS = 0,
    LOAD_MISMATCH,
    LOAD_SHORT,
    LOAD_RESET,
    LOAD_TIMEOUT,
    LOAD_MISSED,
    LOAD_EARLY,
    LOAD_FAILURES
} load_failure_e;


static const char *const  load_failure_names[] = {
    "status",      /* another status than expected, or no HTTP */
    "mismatch",    /* a byte differs */
    "short",       /* complete as HTTP, but not the whole answer */
    "reset",       /* closed before the end */
    "timeout",
    "missed",      /* planned, but no connection was free till the end */
    "early"        /* ended where it should be held */
};


typedef enum {
    LOAD_IDLE = 0,
    LOAD_WAIT_HEAD,
    LOAD_WAIT_BODY
} load_state_e;


typedef struct {
    int               fd;          /* -1: not connected */
    load_state_e      state;
    int64_t           planned;
    int64_t           received;    /* the latest time stamped event */
    size_t            sent;

    char             *head;
    size_t            head_len;
    uint64_t          left;
    bench_chunked_t   chunked;
    bench_match_t     match;
    uint64_t          stamps;

    unsigned          blocked:1;
    unsigned          is_chunked:1;
    unsigned          to_close:1;  /* the body lasts till the end */
    unsigned          close:1;
    unsigned          done:1;
} load_conn_t;


static void load_run(void);
static int64_t load_launch(int64_t now);
static int load_may_start(void);
static int64_t load_planned(uint64_t n);
static void load_start(load_conn_t *c, int64_t planned);
static void load_connect(load_conn_t *c);
static void load_send(load_conn_t *c);
static void load_want(load_conn_t *c, int out);
static void load_read(load_conn_t *c);
static size_t load_head(load_conn_t *c, const char *p, size_t n);
static int load_parse(load_conn_t *c, const char *head, size_t n);
static size_t load_body(load_conn_t *c, const char *p, size_t n);
static void load_stamp(void *ctx, int64_t stamp);
static void load_complete(load_conn_t *c);
static void load_fail(load_conn_t *c, load_failure_e why, const char *detail,
    size_t len);
static void load_close(load_conn_t *c);
static void load_idle(load_conn_t *c);
static int load_counted(load_conn_t *c);
static void load_sweep(int64_t now);
static void load_print(void);


static load_conf_t      conf;
static load_conn_t     *conns;
static load_conn_t    **idle;         /* a stack of connections at rest */
static size_t           nidle;
static int              ep;
static char             input[LOAD_INPUT];

static int64_t          now_ns;       /* when the latest input was read */
static int64_t          epoch;        /* planned time of the first request */
static int64_t          begin_ns;
static int64_t          end_ns;
static unsigned         begun;
static unsigned         ended;

static uint64_t         started;
static uint64_t         completed;    /* of the counted window */
static uint64_t         finished;     /* of all */
static uint64_t         ready;        /* streams with a first event */
static uint64_t         events;
static uint64_t         bytes;
static uint64_t         reconnects;
static uint64_t         failures[LOAD_FAILURES];
static uint64_t         failed;

static bench_samples_t  latency;
static bench_samples_t  ttft;
static bench_samples_t  gaps;
static bench_samples_t  transit;
static int64_t         *left_at;
static size_t           nleft;


int
main(int argc, char **argv)
{
    size_t  i;

    (void) signal(SIGPIPE, SIG_IGN);
    (void) prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void) prctl(PR_SET_TIMERSLACK, 1);

    load_options(&conf, argc, argv);

    conns = bench_alloc(conf.conns * sizeof(load_conn_t));
    idle = bench_alloc(conf.conns * sizeof(load_conn_t *));

    for (i = 0; i < conf.conns; i++) {
        conns[i].fd = -1;
        idle[conf.conns - 1 - i] = &conns[i];
    }

    nidle = conf.conns;

    ep = epoll_create1(EPOLL_CLOEXEC);
    if (ep == -1) {
        bench_die("epoll_create1(): %s", strerror(errno));
    }

    load_run();
    load_print();

    return failed ? 1 : 0;
}


static void
load_run(void)
{
    int                 i, n;
    int64_t             now, due, sweep;
    load_conn_t        *c;
    struct epoll_event  list[LOAD_EVENTS];

    now = bench_now();

    epoch = now;
    begin_ns = now + conf.warmup;
    end_ns = conf.requests || conf.hold ? INT64_MAX
                                        : begin_ns + conf.duration;
    sweep = now + LOAD_SWEEP;

    for ( ;; ) {

        if (!begun && now >= begin_ns && (!conf.hold || ready == conf.conns)) {
            begun = 1;
            begin_ns = now;
            bench_cpu_snapshot(0);

            if (conf.hold) {
                end_ns = now + conf.duration;

                (void) printf("{\"ready\":%zu}\n", conf.conns);
                (void) fflush(stdout);
            }
        }

        if ((conf.requests && finished >= conf.requests)
            || failed >= LOAD_MAX_FAILED || (conf.hold && failed))
        {
            end_ns = now;
        }

        if (begun && !ended && now >= end_ns) {
            end_ns = now;
            ended = 1;
            bench_cpu_snapshot(1);
        }

        if (ended && (conf.hold || (nidle == conf.conns && !load_may_start())))
        {
            return;
        }

        if (ended && conf.rate && now > end_ns + conf.timeout) {
            failures[LOAD_MISSED] += (end_ns - epoch) * conf.rate / BENCH_S
                                     - started;
            failed += failures[LOAD_MISSED];
            return;
        }

        due = load_launch(now);

        if (sweep < due) {
            due = sweep;
        }

        if (!begun && begin_ns < due && begin_ns > now) {
            due = begin_ns;
        }

        if (begun && !ended && end_ns < due) {
            due = end_ns;
        }

        n = bench_wait(ep, list, LOAD_EVENTS, due);

        for (i = 0; i < n; i++) {
            c = list[i].data.ptr;

            if (list[i].events & EPOLLOUT) {
                load_send(c);
            }

            if (c->fd != -1
                && (list[i].events & (EPOLLIN|EPOLLRDHUP|EPOLLHUP|EPOLLERR)))
            {
                load_read(c);
            }
        }

        now = bench_now();

        if (now >= sweep) {
            load_sweep(now);
            sweep = now + LOAD_SWEEP;
        }
    }
}


/* Starts what is due on connections at rest; returns when more will be. */

static int64_t
load_launch(int64_t now)
{
    int64_t  planned;

    while (nidle && load_may_start()) {

        planned = now;

        if (conf.rate) {
            planned = load_planned(started);

            if (planned > now) {
                return planned;
            }
        }

        load_start(idle[--nidle], planned);
    }

    return INT64_MAX;
}


/* With a rate all that was planned before the end is started, if late. */

static int
load_may_start(void)
{
    if (failed >= LOAD_MAX_FAILED) {
        return 0;
    }

    if (conf.requests) {
        return started < conf.requests;
    }

    if (conf.hold) {
        return started < conf.conns;
    }

    if (conf.rate) {
        return load_planned(started) < end_ns;
    }

    return !ended;
}


static int64_t
load_planned(uint64_t n)
{
    return epoch + (int64_t) (n * (BENCH_S / conf.rate));
}


static void
load_start(load_conn_t *c, int64_t planned)
{
    started++;

    c->planned = planned;
    c->state = LOAD_WAIT_HEAD;
    c->sent = 0;
    c->head_len = 0;
    c->stamps = 0;
    c->close = 0;
    memset(&c->match, 0, sizeof(bench_match_t));

    if (c->fd == -1) {
        load_connect(c);
    }

    load_send(c);
}


/*
 * Blocking: on the loopback interface this waits for nothing but a place in
 * the queue of the listener.
 */

static void
load_connect(load_conn_t *c)
{
    int                 fd;
    struct sockaddr_in  sin;
    struct epoll_event  ev;

    memset(&sin, 0, sizeof(struct sockaddr_in));

    sin.sin_family = AF_INET;
    sin.sin_port = htons((uint16_t) conf.port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    fd = socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0);
    if (fd == -1) {
        bench_die("socket(): %s", strerror(errno));
    }

    if (connect(fd, (struct sockaddr *) &sin, sizeof(struct sockaddr_in))
        == -1)
    {
        bench_die("connect to 127.0.0.1:%d: %s", conf.port, strerror(errno));
    }

    bench_nodelay(fd);
    (void) fcntl(fd, F_SETFL, O_NONBLOCK);

    ev.events = EPOLLIN|EPOLLRDHUP;
    ev.data.ptr = c;

    if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) == -1) {
        bench_die("epoll_ctl(): %s", strerror(errno));
    }

    if (c->done) {
        reconnects++;
    }

    c->fd = fd;
    c->blocked = 0;
    c->done = 1;
}


static void
load_send(load_conn_t *c)
{
    ssize_t  n;

    if (c->state == LOAD_IDLE) {
        return;
    }

    while (c->sent < conf.request_len) {

        n = send(c->fd, conf.request + c->sent, conf.request_len - c->sent,
                 MSG_NOSIGNAL);

        if (n == -1) {
            if (errno == EAGAIN || errno == EINTR) {
                load_want(c, 1);
                return;
            }

            load_fail(c, LOAD_RESET, "while sending", 13);
            return;
        }

        c->sent += n;
    }

    if (c->blocked) {
        load_want(c, 0);
    }
}


static void
load_want(load_conn_t *c, int out)
{
    struct epoll_event  ev;

    if (c->blocked == out) {
        return;
    }

    ev.events = EPOLLIN|EPOLLRDHUP|(out ? EPOLLOUT : 0);
    ev.data.ptr = c;

    (void) epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);

    c->blocked = out;
}


static void
load_read(load_conn_t *c)
{
    size_t       used;
    ssize_t      n;
    const char  *p, *end;

    n = recv(c->fd, input, LOAD_INPUT, 0);

    now_ns = bench_now();

    if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }

    if (n <= 0) {

        if (c->state == LOAD_IDLE) {
            load_close(c);

        } else if (n == 0 && c->state == LOAD_WAIT_BODY && c->to_close) {
            c->close = 1;
            load_complete(c);

        } else {
            load_fail(c, LOAD_RESET, "", 0);
        }

        return;
    }

    p = input;
    end = input + n;

    if (c->state == LOAD_IDLE) {
        /* more than one answer to a request */
        load_fail(c, LOAD_MISMATCH, p, n);
        return;
    }

    while (p < end) {

        if (c->state == LOAD_WAIT_HEAD) {
            used = load_head(c, p, end - p);

        } else {
            used = load_body(c, p, end - p);
        }

        if (used == 0) {
            /* failed or left */
            return;
        }

        p += used;

        if (c->state == LOAD_IDLE) {

            if (p < end) {
                load_fail(c, LOAD_MISMATCH, p, end - p);
                return;
            }

            if (conf.rate == 0 && load_may_start()) {
                /* the top of the stack is this connection */
                load_start(idle[--nidle], now_ns);
            }

            return;
        }
    }
}


static size_t
load_head(load_conn_t *c, const char *p, size_t n)
{
    size_t  have, end, used;

    have = c->head_len;

    if (have == 0) {
        end = bench_head_end(p, n);

        if (end) {
            return load_parse(c, p, end) ? end : 0;
        }
    }

    if (have + n > LOAD_HEAD) {
        n = LOAD_HEAD - have;
    }

    if (n == 0) {
        load_fail(c, LOAD_STATUS, c->head, have);
        return 0;
    }

    if (c->head == NULL) {
        c->head = bench_alloc(LOAD_HEAD);
    }

    memcpy(c->head + have, p, n);
    c->head_len += n;

    end = bench_head_end(c->head, c->head_len);

    if (end == 0) {
        return n;
    }

    used = end - have;

    return load_parse(c, c->head, end) ? used : 0;
}


static int
load_parse(load_conn_t *c, const char *head, size_t n)
{
    size_t       len;
    int64_t      length;
    const char  *value;

    if (n < 14 || strncmp(head, "HTTP/1.1 ", 9) != 0
        || atoi(head + 9) != conf.status)
    {
        load_fail(c, LOAD_STATUS, head, n);
        return 0;
    }

    c->is_chunked = 0;
    c->to_close = 0;
    c->state = LOAD_WAIT_BODY;

    value = bench_field(head, n, "connection", &len);
    c->close = bench_value_is(value, len, "close");

    value = bench_field(head, n, "content-length", &len);

    if (value) {
        length = bench_value_number(value, len);

        if (length <= 0) {
            load_fail(c, LOAD_STATUS, head, n);
            return 0;
        }

        c->left = length;
        return 1;
    }

    value = bench_field(head, n, "transfer-encoding", &len);

    if (bench_value_is(value, len, "chunked")) {
        c->is_chunked = 1;
        memset(&c->chunked, 0, sizeof(bench_chunked_t));
        return 1;
    }

    c->to_close = 1;

    return 1;
}


static size_t
load_body(load_conn_t *c, const char *p, size_t n)
{
    int          done;
    size_t       used, len;
    const char  *body;

    done = 0;

    if (c->is_chunked) {
        used = bench_chunked(&c->chunked, p, n, &body, &len);

        if (bench_chunked_broken(&c->chunked)) {
            load_fail(c, LOAD_MISMATCH, p, n);
            return 0;
        }

        done = bench_chunked_done(&c->chunked);

    } else {
        body = p;
        len = n;

        if (!c->to_close) {
            len = n < c->left ? n : c->left;
            c->left -= len;
            done = (c->left == 0);
        }

        used = len;
    }

    bytes += len;

    if (conf.expect.data
        && !bench_expect(&conf.expect, &c->match, body, len, load_stamp, c))
    {
        load_fail(c, LOAD_MISMATCH, body, len);
        return 0;
    }

    if (conf.leave && c->stamps >= conf.leave) {

        if (nleft % 1024 == 0) {
            left_at = bench_realloc(left_at, (nleft + 1024) * sizeof(int64_t));
        }

        left_at[nleft++] = bench_now();

        finished++;
        completed++;
        load_close(c);
        load_idle(c);

        return 0;
    }

    if (done) {
        load_complete(c);

        if (c->fd == -1) {
            return 0;
        }
    }

    return used;
}


static void
load_stamp(void *ctx, int64_t stamp)
{
    load_conn_t *c = ctx;

    int  counted;

    counted = load_counted(c);
    events += counted;

    if (c->stamps++ == 0) {
        ready++;

        if (counted) {
            bench_samples_add(&ttft, now_ns - c->planned);
        }

    } else if (counted && conf.stamps) {
        bench_samples_add(&gaps, now_ns - c->received);
    }

    if (counted && conf.stamps) {
        bench_samples_add(&transit, now_ns - stamp);
    }

    c->received = now_ns;
}


/* Puts the connection at rest; load_read() takes it on from there. */

static void
load_complete(load_conn_t *c)
{
    if (conf.expect.data && !bench_expect_done(&conf.expect, &c->match)) {
        load_fail(c, LOAD_SHORT, "", 0);
        return;
    }

    if (conf.hold) {
        load_fail(c, LOAD_EARLY, "", 0);
        return;
    }

    if (c->sent < conf.request_len && conf.status < 400) {
        load_fail(c, LOAD_MISMATCH, "answered before the request's end", 33);
        return;
    }

    finished++;

    if (load_counted(c)) {
        bench_samples_add(&latency, now_ns - c->planned);
    }

    /* throughput counts what was answered within the window */

    if (begun && !ended) {
        completed++;
    }

    if (c->close || c->sent < conf.request_len) {
        load_close(c);
    }

    load_idle(c);
}


static void
load_fail(load_conn_t *c, load_failure_e why, const char *detail, size_t len)
{
    if (failed++ < 3) {
        (void) fprintf(stderr, "load: %s: %.*s\n", load_failure_names[why],
                       (int) (len < 600 ? len : 600), detail);
    }

    failures[why]++;
    finished++;

    if (c->state == LOAD_IDLE) {
        /* it stands among those at rest already */
        load_close(c);
        return;
    }

    load_close(c);
    load_idle(c);
}


static void
load_close(load_conn_t *c)
{
    if (c->fd != -1) {
        (void) close(c->fd);
        c->fd = -1;
    }
}


static void
load_idle(load_conn_t *c)
{
    c->state = LOAD_IDLE;
    idle[nidle++] = c;
}


static int
load_counted(load_conn_t *c)
{
    if (conf.rate && !conf.requests && !conf.hold) {
        return c->planned >= begin_ns && c->planned < end_ns;
    }

    return begun && !ended;
}


static void
load_sweep(int64_t now)
{
    size_t        i;
    load_conn_t  *c;

    for (i = 0; i < conf.conns; i++) {
        c = &conns[i];

        if (c->state != LOAD_IDLE && !conf.hold
            && now - c->planned > conf.timeout)
        {
            load_fail(c, LOAD_TIMEOUT, "", 0);
        }
    }

    if (conf.hold && !begun && now - epoch > conf.timeout) {
        failures[LOAD_TIMEOUT] += conf.conns - ready;
        failed += conf.conns - ready;
    }
}


static void
load_print(void)
{
    FILE    *out;
    size_t   i;
    double   seconds;

    out = stdout;
    seconds = (double) (end_ns - begin_ns) / BENCH_S;

    if (!ended) {
        seconds = 0;
    }

    (void) fprintf(out, "{\"seconds\":%.4f,\"total\":%lu,\"requests\":%lu,"
                   "\"rps\":%.1f,\"bytes\":%lu,\"events\":%lu,"
                   "\"reconnects\":%lu,\"failed\":%lu,\"failures\":{",
                   seconds, finished, completed,
                   seconds > 0 ? completed / seconds : 0, bytes, events,
                   reconnects, failed);

    for (i = 0; i < LOAD_FAILURES; i++) {
        (void) fprintf(out, "%s\"%s\":%lu", i ? "," : "",
                       load_failure_names[i], failures[i]);
    }

    (void) fputc('}', out);

    bench_cpu_print(out);

    if (conf.raw) {
        bench_samples_write(&latency, conf.raw, "lat");
        bench_samples_write(&ttft, conf.raw, "ttft");
        bench_samples_write(&gaps, conf.raw, "gap");
        bench_samples_write(&transit, conf.raw, "transit");
    }

    bench_samples_print(out, &latency, "lat", conf.delay, conf.conns);
    bench_samples_print(out, &ttft, "ttft", conf.ttft, conf.conns);
    bench_samples_print(out, &gaps, "gap", conf.gap, conf.conns);
    bench_samples_print(out, &transit, "transit", 0, conf.conns);

    if (conf.leave) {
        (void) fprintf(out, ",\"left_at\":[");

        for (i = 0; i < nleft; i++) {
            (void) fprintf(out, "%s%ld", i ? "," : "", left_at[i]);
        }

        (void) fputc(']', out);
    }

    (void) fprintf(out, "}\n");
}
