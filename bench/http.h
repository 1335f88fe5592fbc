
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the mock provider and the load generator share: a clock, sockets and
 * the little of HTTP/1.1 that both ends of a keep-alive connection need.
 */


#ifndef _BENCH_HTTP_H_INCLUDED_
#define _BENCH_HTTP_H_INCLUDED_


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stddef.h>
#include <stdint.h>


#define BENCH_MS  1000000LL
#define BENCH_S   1000000000LL

/*
 * A time stamp in the text of a stream event: '~', CLOCK_MONOTONIC in
 * nanoseconds as 18 digits, '~'.  All its bytes pass every JSON writer
 * untouched, so it survives a translation.
 */

#define BENCH_STAMP  18


typedef struct {
    unsigned  state;
    uint64_t  left;
} bench_chunked_t;


int64_t bench_now(void);
void bench_die(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
void *bench_alloc(size_t n);
void *bench_realloc(void *p, size_t n);
uint64_t bench_number(const char *text, const char *what);

int bench_listen(int port);
void bench_nodelay(int fd);

/* Waits for events until the time "due", or for ever when it is negative. */
struct epoll_event;
int bench_wait(int ep, struct epoll_event *events, int n, int64_t due);

/* The length of a complete head with its blank line, or 0. */
size_t bench_head_end(const char *p, size_t n);

/* The value of a field of a complete head, or NULL; name in lower case. */
const char *bench_field(const char *head, size_t n, const char *name,
    size_t *len);

int bench_value_is(const char *value, size_t len, const char *word);
int64_t bench_value_number(const char *value, size_t len);

/*
 * Takes chunked framing off, from any split of the input.  Returns how many
 * bytes were consumed; *body is the run of payload among them, *len its length
 * (0 when there is none).  To be called until the input is used up, done, or
 * broken.
 */

size_t bench_chunked(bench_chunked_t *c, const char *p, size_t n,
    const char **body, size_t *len);

int bench_chunked_done(const bench_chunked_t *c);
int bench_chunked_broken(const bench_chunked_t *c);


#endif /* _BENCH_HTTP_H_INCLUDED_ */
