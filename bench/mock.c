
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A mock of providers for measurements: one process, one thread.
 *
 *     mock PORT
 *
 * Listens on 127.0.0.1 (0: on a free port), prints "port N" and answers
 *
 *     POST /m/MODE/.../chat/completions   as OpenAI does
 *     POST /m/MODE/.../messages           as Anthropic does
 *     GET  /stats                         what was counted, as JSON
 *     GET  /aborts                        when peers left early: JSON, ns
 *
 * after the whole body has been read.  A body with "stream":true is answered
 * with a stream.  MODE is explained in README.md, "The mock".
 */


#include "answers.h"
#include "timer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>


#define MOCK_INPUT   262144
#define MOCK_HEAD    16384
#define MOCK_WINDOW  1024
#define MOCK_MODES   256
#define MOCK_EVENTS  512
#define MOCK_ABORTS  65536


typedef enum {
    MOCK_READ_HEAD = 0,
    MOCK_READ_BODY,
    MOCK_ANSWER,
    MOCK_HANG
} mock_state_e;


typedef struct {
    int               fd;
    mock_state_e      state;

    char             *head;        /* what came of a head split over reads */
    size_t            head_len;

    /* of the body only its two ends are kept: the deciding members are there */
    char              first[MOCK_WINDOW];
    char              last[MOCK_WINDOW];
    size_t            first_len;
    size_t            last_len;

    uint64_t          left;        /* bytes of a body with a length */
    bench_chunked_t   chunked;

    bench_mode_t     *mode;
    bench_answer_t   *answer;
    bench_dialect_e   dialect;
    size_t            unit;        /* the next one to send */

    char             *out;         /* what the socket did not take */
    size_t            out_pos;
    size_t            out_len;
    size_t            out_cap;

    int64_t           due;
    bench_timer_t     timer;

    unsigned          is_chunked:1;
    unsigned          blocked:1;
    unsigned          dead:1;
} mock_conn_t;


typedef struct {
    uint64_t          requests;
    uint64_t          answers;
    uint64_t          events;
    uint64_t          aborts;
    uint64_t          invalid;
    uint64_t          open;
} mock_stats_t;


static void mock_accept(int listener);
static void mock_event(mock_conn_t *c, uint32_t events);
static void mock_read(mock_conn_t *c);
static size_t mock_read_head(mock_conn_t *c, const char *p, size_t n);
static size_t mock_read_body(mock_conn_t *c, const char *p, size_t n);
static int mock_route(mock_conn_t *c, const char *head, size_t n);
static int mock_get(mock_conn_t *c, const char *head);
static void mock_window(mock_conn_t *c, const char *p, size_t n);
static int mock_member(mock_conn_t *c, const char *name);
static int mock_member_in(const char *p, size_t n, const char *name);
static bench_mode_t *mock_mode(const char *name, size_t len);
static void mock_start(mock_conn_t *c);
static void mock_step(mock_conn_t *c);
static void mock_send(mock_conn_t *c, const char *p, size_t n);
static void mock_flush(mock_conn_t *c);
static void mock_finish(mock_conn_t *c);
static void mock_close(mock_conn_t *c, int reset);


static int            mock_ep;
static char           mock_input[MOCK_INPUT];
static bench_mode_t  *mock_modes[MOCK_MODES];
static size_t         mock_nmodes;
static int64_t        mock_abort_times[MOCK_ABORTS];
static mock_stats_t   mock_stats;


int
main(int argc, char **argv)
{
    int                  i, n, listener;
    int64_t              now;
    socklen_t            len;
    mock_conn_t         *c;
    struct sockaddr_in   sin;
    struct epoll_event   ev, events[MOCK_EVENTS];

    if (argc != 2) {
        bench_die("usage: mock PORT");
    }

    (void) signal(SIGPIPE, SIG_IGN);
    (void) prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void) prctl(PR_SET_TIMERSLACK, 1);

    listener = bench_listen((int) bench_number(argv[1], "port"));

    len = sizeof(struct sockaddr_in);

    if (getsockname(listener, (struct sockaddr *) &sin, &len) == -1) {
        bench_die("getsockname(): %s", strerror(errno));
    }

    mock_ep = epoll_create1(EPOLL_CLOEXEC);

    ev.events = EPOLLIN;
    ev.data.ptr = NULL;

    if (mock_ep == -1
        || epoll_ctl(mock_ep, EPOLL_CTL_ADD, listener, &ev) == -1)
    {
        bench_die("epoll: %s", strerror(errno));
    }

    (void) printf("port %d\n", ntohs(sin.sin_port));
    (void) fflush(stdout);

    for ( ;; ) {

        n = bench_wait(mock_ep, events, MOCK_EVENTS, bench_timer_next());

        for (i = 0; i < n; i++) {

            if (events[i].data.ptr == NULL) {
                mock_accept(listener);
                continue;
            }

            mock_event(events[i].data.ptr, events[i].events);
        }

        if (bench_timer_next() == -1) {
            continue;
        }

        now = bench_now();

        for ( ;; ) {
            c = bench_timer_expired(now);
            if (c == NULL) {
                break;
            }

            mock_step(c);

            if (c->dead) {
                free(c);
            }
        }
    }
}


static void
mock_accept(int listener)
{
    int                 fd;
    mock_conn_t        *c;
    struct epoll_event  ev;

    for ( ;; ) {

        fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK|SOCK_CLOEXEC);

        if (fd == -1) {
            if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) {
                return;
            }

            bench_die("accept4(): %s", strerror(errno));
        }

        bench_nodelay(fd);

        c = bench_alloc(sizeof(mock_conn_t));

        c->fd = fd;
        c->timer.data = c;

        ev.events = EPOLLIN|EPOLLRDHUP;
        ev.data.ptr = c;

        if (epoll_ctl(mock_ep, EPOLL_CTL_ADD, fd, &ev) == -1) {
            bench_die("epoll_ctl(): %s", strerror(errno));
        }

        mock_stats.open++;
    }
}


static void
mock_event(mock_conn_t *c, uint32_t events)
{
    if (events & EPOLLOUT) {
        mock_flush(c);
    }

    if (!c->dead && (events & (EPOLLIN|EPOLLRDHUP|EPOLLHUP|EPOLLERR))) {
        mock_read(c);
    }

    if (c->dead) {
        free(c);
    }
}


static void
mock_read(mock_conn_t *c)
{
    size_t       used;
    ssize_t      n;
    const char  *p, *end;

    n = recv(c->fd, mock_input, MOCK_INPUT, 0);

    if (n <= 0) {
        if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }

        mock_close(c, 0);
        return;
    }

    p = mock_input;
    end = p + n;

    while (p < end) {

        if (c->state == MOCK_READ_HEAD) {
            used = mock_read_head(c, p, end - p);

        } else if (c->state == MOCK_READ_BODY) {
            used = mock_read_body(c, p, end - p);

        } else {
            /* no client of a measurement sends before it has its answer */
            used = 0;
        }

        if (c->dead) {
            return;
        }

        if (used == 0) {
            mock_stats.invalid++;
            mock_close(c, 0);
            return;
        }

        p += used;
    }
}


/* Returns what was used of the input: 0 when it is no request. */

static size_t
mock_read_head(mock_conn_t *c, const char *p, size_t n)
{
    size_t  have, end, used;

    if (c->head_len == 0) {
        end = bench_head_end(p, n);

        if (end) {
            return mock_route(c, p, end) ? end : 0;
        }
    }

    have = c->head_len;

    if (have + n > MOCK_HEAD) {
        n = MOCK_HEAD - have;
    }

    if (n == 0) {
        return 0;
    }

    if (c->head == NULL) {
        c->head = bench_alloc(MOCK_HEAD);
    }

    memcpy(c->head + have, p, n);
    c->head_len += n;

    end = bench_head_end(c->head, c->head_len);

    if (end == 0) {
        return n;
    }

    used = end - have;
    c->head_len = 0;

    return mock_route(c, c->head, end) ? used : 0;
}


static int
mock_route(mock_conn_t *c, const char *head, size_t n)
{
    size_t       len, name;
    int64_t      length;
    const char  *p, *path, *end, *value;

    if (strncmp(head, "GET ", 4) == 0) {
        return mock_get(c, head);
    }

    if (strncmp(head, "POST /m/", 8) != 0) {
        return 0;
    }

    path = head + 8;
    end = memchr(path, ' ', n - 8);
    if (end == NULL) {
        return 0;
    }

    p = memchr(path, '/', end - path);
    if (p == NULL) {
        return 0;
    }

    name = p - path;

    if (c->mode == NULL || strlen(c->mode->name) != name
        || memcmp(c->mode->name, path, name) != 0)
    {
        c->mode = mock_mode(path, name);
        if (c->mode == NULL) {
            return 0;
        }
    }

    if (end - p >= 9 && memcmp(end - 9, "/messages", 9) == 0) {
        c->dialect = BENCH_ANTHROPIC;

    } else if (end - p >= 17 && memcmp(end - 17, "/chat/completions", 17) == 0)
    {
        c->dialect = BENCH_OPENAI;

    } else {
        return 0;
    }

    mock_stats.requests++;

    c->first_len = 0;
    c->last_len = 0;
    c->is_chunked = 0;

    value = bench_field(head, n, "content-length", &len);

    if (value) {
        length = bench_value_number(value, len);
        if (length <= 0) {
            return 0;
        }

        c->left = length;

    } else {
        value = bench_field(head, n, "transfer-encoding", &len);
        if (!bench_value_is(value, len, "chunked")) {
            return 0;
        }

        c->is_chunked = 1;
        memset(&c->chunked, 0, sizeof(bench_chunked_t));
    }

    c->state = MOCK_READ_BODY;

    return 1;
}


static int
mock_get(mock_conn_t *c, const char *head)
{
    char      *text;
    size_t     i, n, len;
    char       field[160];

    text = bench_alloc(256 + MOCK_ABORTS * 22);
    len = 0;

    if (strncmp(head, "GET /stats ", 11) == 0) {
        len = sprintf(text, "{\"requests\":%lu,\"answers\":%lu,"
                      "\"events\":%lu,\"aborts\":%lu,\"invalid\":%lu,"
                      "\"open\":%lu}", mock_stats.requests,
                      mock_stats.answers, mock_stats.events,
                      mock_stats.aborts, mock_stats.invalid, mock_stats.open);

    } else if (strncmp(head, "GET /aborts ", 12) == 0) {
        n = mock_stats.aborts < MOCK_ABORTS ? mock_stats.aborts : MOCK_ABORTS;

        text[len++] = '[';

        for (i = 0; i < n; i++) {
            len += sprintf(text + len, "%s%ld", i ? "," : "",
                           mock_abort_times[i]);
        }

        text[len++] = ']';
    }

    n = sprintf(field, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                "Content-Length: %zu\r\n\r\n",
                len ? "200 OK" : "404 Not Found", len);

    mock_send(c, field, n);

    if (!c->dead) {
        mock_send(c, text, len);
    }

    free(text);

    return 1;
}


static size_t
mock_read_body(mock_conn_t *c, const char *p, size_t n)
{
    int          done;
    size_t       used, len;
    const char  *body;

    if (c->is_chunked) {
        used = bench_chunked(&c->chunked, p, n, &body, &len);

        if (bench_chunked_broken(&c->chunked)) {
            return 0;
        }

        done = bench_chunked_done(&c->chunked);

    } else {
        body = p;
        len = n < c->left ? n : c->left;
        used = len;
        c->left -= len;
        done = (c->left == 0);
    }

    mock_window(c, body, len);

    if (done) {
        mock_start(c);
    }

    return used;
}


static void
mock_window(mock_conn_t *c, const char *p, size_t n)
{
    size_t  free_len;

    free_len = MOCK_WINDOW - c->first_len;

    if (free_len) {
        free_len = n < free_len ? n : free_len;
        memcpy(c->first + c->first_len, p, free_len);
        c->first_len += free_len;
    }

    if (n >= MOCK_WINDOW) {
        memcpy(c->last, p + n - MOCK_WINDOW, MOCK_WINDOW);
        c->last_len = MOCK_WINDOW;
        return;
    }

    if (c->last_len + n > MOCK_WINDOW) {
        memmove(c->last, c->last + c->last_len + n - MOCK_WINDOW,
                MOCK_WINDOW - n);
        c->last_len = MOCK_WINDOW - n;
    }

    memcpy(c->last + c->last_len, p, n);
    c->last_len += n;
}


static int
mock_member(mock_conn_t *c, const char *name)
{
    return mock_member_in(c->first, c->first_len, name)
           || mock_member_in(c->last, c->last_len, name);
}


/*
 * Whether there is a member of this name, given with its quotes, that is true.
 * A name inside a string has its quotes escaped, so it does not match.
 */

static int
mock_member_in(const char *p, size_t n, const char *name)
{
    const char  *end;

    end = p + n;

    for ( ;; ) {

        p = memmem(p, end - p, name, strlen(name));
        if (p == NULL) {
            return 0;
        }

        p += strlen(name);

        while (p < end && (*p == ' ' || *p == ':')) {
            p++;
        }

        if (end - p >= 4 && memcmp(p, "true", 4) == 0) {
            return 1;
        }
    }
}


static bench_mode_t *
mock_mode(const char *name, size_t len)
{
    size_t         i;
    bench_mode_t  *mode;

    for (i = 0; i < mock_nmodes; i++) {
        mode = mock_modes[i];

        if (strlen(mode->name) == len && memcmp(mode->name, name, len) == 0) {
            return mode;
        }
    }

    if (mock_nmodes == MOCK_MODES) {
        return NULL;
    }

    mode = bench_alloc(sizeof(bench_mode_t));

    if (!bench_mode_parse(mode, name, len)) {
        free(mode);
        return NULL;
    }

    mock_modes[mock_nmodes++] = mode;

    return mode;
}


static void
mock_start(mock_conn_t *c)
{
    int            stream, off;
    int64_t        wait;
    bench_mode_t  *mode;

    mode = c->mode;

    stream = mock_member(c, "\"stream\"");

    c->answer = bench_answer(mode, c->dialect, stream,
                             stream && mock_member(c, "\"include_usage\""));
    c->unit = 0;
    c->state = MOCK_ANSWER;

    if (mode->nagle) {
        off = 0;
        (void) setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &off, sizeof(int));
    }

    wait = mode->delay + (stream ? mode->ttft : 0);

    if (wait) {
        c->due = bench_now() + wait;
        bench_timer_add(&c->timer, c->due);
        return;
    }

    c->due = mode->gap ? bench_now() : 0;
    mock_step(c);
}


/* Sends what is due, up to a pause or a fault. */

static void
mock_step(mock_conn_t *c)
{
    size_t           from, to;
    bench_mode_t    *mode;
    bench_answer_t  *a;

    mode = c->mode;
    a = c->answer;
    from = c->unit;

    if (from == mode->hang_at) {
        c->state = MOCK_HANG;
        return;
    }

    if (from == mode->reset_at || from == mode->close_at) {
        c->state = MOCK_READ_HEAD;
        mock_close(c, from == mode->reset_at);
        return;
    }

    to = mode->gap ? from + 1 : a->units;

    if (mode->hang_at > from && mode->hang_at < to) {
        to = mode->hang_at;
    }

    if (mode->reset_at > from && mode->reset_at < to) {
        to = mode->reset_at;
    }

    if (mode->close_at > from && mode->close_at < to) {
        to = mode->close_at;
    }

    bench_answer_stamp(a, from, to);

    if (a->stamped) {
        mock_stats.events += to - from;
    }

    c->unit = to;

    if (mode->nagle) {
        mock_send(c, a->data + a->unit[from], 16);

        if (!c->dead) {
            mock_send(c, a->data + a->unit[from] + 16,
                      a->unit[to] - a->unit[from] - 16);
        }

    } else {
        mock_send(c, a->data + a->unit[from], a->unit[to] - a->unit[from]);
    }

    if (c->dead) {
        return;
    }

    if (to < a->units) {
        /* from the planned time, so that the pace does not drift */
        c->due += mode->gap;
        bench_timer_add(&c->timer, c->due);
        return;
    }

    if (c->out_len == 0) {
        mock_finish(c);
    }
}


static void
mock_send(mock_conn_t *c, const char *p, size_t n)
{
    ssize_t             sent;
    struct epoll_event  ev;

    sent = 0;

    if (c->out_len == 0) {
        sent = send(c->fd, p, n, MSG_NOSIGNAL);

        if (sent == -1) {
            if (errno != EAGAIN && errno != EINTR) {
                mock_close(c, 0);
                return;
            }

            sent = 0;
        }

        if ((size_t) sent == n) {
            return;
        }
    }

    p += sent;
    n -= sent;

    if (c->out_cap - c->out_len < n) {
        c->out_cap = c->out_len + n;
        c->out = bench_realloc(c->out, c->out_cap);
    }

    memcpy(c->out + c->out_len, p, n);
    c->out_len += n;

    if (!c->blocked) {
        ev.events = EPOLLIN|EPOLLRDHUP|EPOLLOUT;
        ev.data.ptr = c;

        (void) epoll_ctl(mock_ep, EPOLL_CTL_MOD, c->fd, &ev);
        c->blocked = 1;
    }
}


static void
mock_flush(mock_conn_t *c)
{
    ssize_t             n;
    struct epoll_event  ev;

    n = send(c->fd, c->out + c->out_pos, c->out_len - c->out_pos, MSG_NOSIGNAL);

    if (n == -1) {
        if (errno != EAGAIN && errno != EINTR) {
            mock_close(c, 0);
        }

        return;
    }

    c->out_pos += n;

    if (c->out_pos < c->out_len) {
        return;
    }

    c->out_pos = 0;
    c->out_len = 0;
    c->blocked = 0;

    ev.events = EPOLLIN|EPOLLRDHUP;
    ev.data.ptr = c;

    (void) epoll_ctl(mock_ep, EPOLL_CTL_MOD, c->fd, &ev);

    if (c->state == MOCK_ANSWER && c->unit == c->answer->units) {
        mock_finish(c);
    }
}


static void
mock_finish(mock_conn_t *c)
{
    c->state = MOCK_READ_HEAD;
    mock_stats.answers++;
}


/* A peer that closes in the middle of an answer has left. */

static void
mock_close(mock_conn_t *c, int reset)
{
    struct linger  linger;

    if (c->state == MOCK_ANSWER || c->state == MOCK_HANG) {

        if (mock_stats.aborts < MOCK_ABORTS) {
            mock_abort_times[mock_stats.aborts] = bench_now();
        }

        mock_stats.aborts++;
    }

    bench_timer_delete(&c->timer);

    if (reset) {
        linger.l_onoff = 1;
        linger.l_linger = 0;

        (void) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger,
                          sizeof(struct linger));
    }

    (void) close(c->fd);

    free(c->head);
    free(c->out);

    c->dead = 1;
    mock_stats.open--;
}
