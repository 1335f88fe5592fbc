
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "http.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>


enum {
    CHUNK_SIZE = 0,
    CHUNK_EXTENSION,
    CHUNK_DATA,
    CHUNK_DATA_END,
    CHUNK_TRAILER,
    CHUNK_TRAILER_LINE,
    CHUNK_DONE,
    CHUNK_BROKEN
};


int64_t
bench_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return ts.tv_sec * BENCH_S + ts.tv_nsec;
}


void
bench_die(const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    (void) vfprintf(stderr, fmt, args);
    va_end(args);
    (void) fputc('\n', stderr);

    exit(2);
}


void *
bench_alloc(size_t n)
{
    void  *p;

    p = calloc(1, n ? n : 1);
    if (p == NULL) {
        bench_die("out of memory");
    }

    return p;
}


void *
bench_realloc(void *p, size_t n)
{
    p = realloc(p, n);
    if (p == NULL) {
        bench_die("out of memory");
    }

    return p;
}


uint64_t
bench_number(const char *text, const char *what)
{
    char      *end;
    uint64_t   n;

    errno = 0;
    n = strtoull(text, &end, 10);

    if (errno || end == text || *end != '\0' || *text == '-') {
        bench_die("invalid %s \"%s\"", what, text);
    }

    return n;
}


int
bench_listen(int port)
{
    int                 fd, one;
    struct sockaddr_in  sin;

    memset(&sin, 0, sizeof(struct sockaddr_in));

    sin.sin_family = AF_INET;
    sin.sin_port = htons((uint16_t) port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    one = 1;

    fd = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0);

    if (fd == -1
        || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(int)) == -1
        || bind(fd, (struct sockaddr *) &sin, sizeof(struct sockaddr_in)) == -1
        || listen(fd, 4096) == -1)
    {
        bench_die("listen on 127.0.0.1:%d: %s", port, strerror(errno));
    }

    return fd;
}


void
bench_nodelay(int fd)
{
    int  one;

    one = 1;

    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(int)) == -1) {
        bench_die("setsockopt(TCP_NODELAY): %s", strerror(errno));
    }
}


int
bench_wait(int ep, struct epoll_event *events, int n, int64_t due)
{
    int               rc;
    int64_t           left;
    struct timespec  *tsp, ts;

    tsp = NULL;

    if (due >= 0) {
        left = due - bench_now();

        if (left < 0) {
            left = 0;
        }

        ts.tv_sec = left / BENCH_S;
        ts.tv_nsec = left % BENCH_S;
        tsp = &ts;
    }

    rc = epoll_pwait2(ep, events, n, tsp, NULL);

    if (rc == -1) {
        if (errno == EINTR) {
            return 0;
        }

        bench_die("epoll_pwait2(): %s", strerror(errno));
    }

    return rc;
}


size_t
bench_head_end(const char *p, size_t n)
{
    const char  *end;

    end = memmem(p, n, "\r\n\r\n", 4);

    return end ? (size_t) (end - p) + 4 : 0;
}


const char *
bench_field(const char *head, size_t n, const char *name, size_t *len)
{
    size_t       name_len;
    const char  *p, *eol, *end;

    p = head;
    end = head + n;
    name_len = strlen(name);

    for ( ;; ) {

        eol = memchr(p, '\n', end - p);
        if (eol == NULL) {
            return NULL;
        }

        p = eol + 1;

        if ((size_t) (end - p) <= name_len) {
            return NULL;
        }

        if (p[name_len] != ':' || strncasecmp(p, name, name_len) != 0) {
            continue;
        }

        p += name_len + 1;

        while (p < end && *p == ' ') {
            p++;
        }

        eol = memchr(p, '\r', end - p);
        if (eol == NULL) {
            return NULL;
        }

        *len = eol - p;

        return p;
    }
}


int
bench_value_is(const char *value, size_t len, const char *word)
{
    return value && strlen(word) == len && strncasecmp(value, word, len) == 0;
}


int64_t
bench_value_number(const char *value, size_t len)
{
    size_t   i;
    int64_t  n;

    if (value == NULL || len == 0 || len > 15) {
        return -1;
    }

    n = 0;

    for (i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9') {
            return -1;
        }

        n = n * 10 + (value[i] - '0');
    }

    return n;
}


static int
bench_hex(char ch)
{
    if (ch >= '0' && ch <= '9') {
        return ch - '0';
    }

    ch |= 0x20;

    return (ch >= 'a' && ch <= 'f') ? ch - 'a' + 10 : -1;
}


size_t
bench_chunked(bench_chunked_t *c, const char *p, size_t n, const char **body,
    size_t *len)
{
    int          digit;
    size_t       run;
    const char  *start, *end;

    start = p;
    end = p + n;
    *len = 0;

    while (p < end) {

        switch (c->state) {

        case CHUNK_SIZE:
            digit = bench_hex(*p);

            if (digit >= 0 && c->left < 0x1000000) {
                c->left = c->left * 16 + digit;
                p++;
                break;
            }

            if (*p != '\r' && *p != ';') {
                c->state = CHUNK_BROKEN;
                return p - start;
            }

            c->state = CHUNK_EXTENSION;
            break;

        case CHUNK_EXTENSION:
            if (*p++ == '\n') {
                c->state = c->left ? CHUNK_DATA : CHUNK_TRAILER;
            }

            break;

        case CHUNK_DATA:
            run = (size_t) (end - p) < c->left ? (size_t) (end - p) : c->left;

            *body = p;
            *len = run;
            c->left -= run;

            if (c->left == 0) {
                c->state = CHUNK_DATA_END;
            }

            return p + run - start;

        case CHUNK_DATA_END:
            if (*p == '\n') {
                c->state = CHUNK_SIZE;

            } else if (*p != '\r') {
                c->state = CHUNK_BROKEN;
                return p - start;
            }

            p++;
            break;

        case CHUNK_TRAILER:
            if (*p == '\n') {
                c->state = CHUNK_DONE;
                return p + 1 - start;
            }

            if (*p != '\r') {
                c->state = CHUNK_TRAILER_LINE;
            }

            p++;
            break;

        case CHUNK_TRAILER_LINE:
            if (*p++ == '\n') {
                c->state = CHUNK_TRAILER;
            }

            break;

        default:
            return p - start;
        }
    }

    return p - start;
}


int
bench_chunked_done(const bench_chunked_t *c)
{
    return c->state == CHUNK_DONE;
}


int
bench_chunked_broken(const bench_chunked_t *c)
{
    return c->state == CHUNK_BROKEN;
}
