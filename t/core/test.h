
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A small test framework.  A case passes when none of its checks failed; rows
 * of tables are cases of their own, loops over splits are one case.
 */


#ifndef _LLMGW_TEST_H_INCLUDED_
#define _LLMGW_TEST_H_INCLUDED_


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "llmgw_core.h"


/* Begins a case; what follows is printed when a check of it fails. */

void test_case(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Adds to the case's name where a loop stands. */

void test_at(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

int test_check(int ok, const char *expr, const char *file, int line);
int test_check_int(long long got, long long want, const char *expr,
    const char *file, int line);
int test_check_str(llmgw_str_t got, llmgw_str_t want, const char *expr,
    const char *file, int line);

#define check(x)           test_check((x) != 0, #x, __FILE__, __LINE__)
#define check_int(x, y)                                                      \
    test_check_int((long long) (x), (long long) (y), #x, __FILE__, __LINE__)
#define check_str(x, y)    test_check_str(x, y, #x, __FILE__, __LINE__)
#define check_lit(x, lit)                                                    \
    test_check_str(x, llmgw_lit(lit), #x, __FILE__, __LINE__)

/* Prints the sums; the exit status. */

int test_done(void);


/*
 * Memory whose every block is an allocation of its own, so that the sanitizer
 * sees an overrun; "fail" is how many allocations succeed, -1 for all.
 */

typedef struct test_block_s  test_block_t;

typedef struct {
    test_block_t   *blocks;
    long            fail;
    long            calls;
    llmgw_arena_t   arena;
} test_mem_t;


/* block 0 gives each allocation of the arena a block of its own. */

llmgw_arena_t *test_mem_init(test_mem_t *m, size_t block, size_t limit);
void test_mem_free(test_mem_t *m);

/*
 * A loop whose body runs with the first allocation failing, then the second,
 * and so on.  The body sets "done" when it got what it wanted.
 */

#define test_chaos(m, n, done)                                               \
    for (n = 0, done = 0;                                                    \
         !done && n < 1000 && (test_mem_init(m, 0, 0), (m)->fail = n, 1);    \
         test_mem_free(m), n++)


/* A copy that ends right in front of (begins right behind) a page that must
   not be touched.  Valid until the next call. */

const u_char *test_guard(llmgw_str_t s);
const u_char *test_guard_front(llmgw_str_t s);


/* Pseudo-random, the same on every run. */

unsigned test_random(unsigned n);


#define test_str(lit)  llmgw_lit(lit)

/* For %.*s */

#define test_arg(s)  (int) (s).len, (const char *) (s).data

static inline llmgw_str_t
test_cstr(const char *s)
{
    return llmgw_str((const u_char *) s, strlen(s));
}


void test_arena(void);
void test_jwks(void);
void test_strings(void);
void test_json(void);
void test_json_nodes(void);
void test_number(void);
void test_jstr(void);
void test_base64(void);
void test_out(void);
void test_sse(void);
void test_http(void);
void test_price(void);
void test_tokens(void);
void test_params(void);
void test_thoughts(void);
void test_digest(void);
void test_canon(void);
void test_overrides(void);
void test_tag(void);
void test_twin(void);
void test_aws(void);
void test_call(void);
void test_traits(void);
void test_tasks(void);
void test_google(void);
void test_window(void);
void test_policy(void);
void test_ask(void);
void test_record(void);
void test_ring(void);
void test_breaker(void);
void test_route(void);
void test_listing(void);


#endif /* _LLMGW_TEST_H_INCLUDED_ */
