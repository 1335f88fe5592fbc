
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"


static void
test_arena_align(void)
{
    u_char         *p, *q;
    unsigned        i;
    test_mem_t      m;
    llmgw_arena_t  *a;

    test_case("arena: alignment and distinct memory");

    a = test_mem_init(&m, 256, 0);

    for (i = 0; i < 200; i++) {

        p = llmgw_nalloc(a, i % 5);
        q = llmgw_alloc(a, i % 7 + 1);

        check(p != NULL && q != NULL);
        check_int((uintptr_t) q & 7, 0);

        memset(p, 1, i % 5);
        memset(q, 2, i % 7 + 1);

        check(p + i % 5 <= q || q + i % 7 + 1 <= p);
    }

    test_mem_free(&m);

    test_case("arena: zeroed memory, also of used blocks");

    a = test_mem_init(&m, 256, 0);

    p = llmgw_alloc(a, 100);
    memset(p, 0xff, 100);

    llmgw_arena_reset(a);

    p = llmgw_calloc(a, 100);

    for (i = 0; i < 100; i++) {
        check_int(p[i], 0);
    }

    test_mem_free(&m);
}


static void
test_arena_reset(void)
{
    size_t          size;
    unsigned        i, round;
    test_mem_t      m;
    llmgw_arena_t  *a;

    test_case("arena: reset before anything was allocated");

    a = test_mem_init(&m, 256, 0);

    llmgw_arena_reset(a);
    check_int(m.calls, 0);
    check(llmgw_alloc(a, 1) != NULL);

    test_mem_free(&m);

    test_case("arena: a loop of reset and use takes no new memory");

    a = test_mem_init(&m, 512, 0);
    size = 0;

    for (round = 0; round < 50; round++) {

        llmgw_arena_reset(a);

        for (i = 0; i < 40; i++) {
            memset(llmgw_alloc(a, 10 + i * 5), (int) round, 10 + i * 5);
        }

        if (round == 0) {
            size = a->size;
        }

        check_int(a->size, size);
    }

    test_mem_free(&m);

    test_case("arena: a block too small for the request is passed over");

    a = test_mem_init(&m, 64, 0);

    check(llmgw_alloc(a, 40) != NULL);
    check(llmgw_alloc(a, 1000) != NULL);
    check(llmgw_alloc(a, 40) != NULL);

    llmgw_arena_reset(a);
    size = a->size;

    check(llmgw_alloc(a, 900) != NULL);
    check_int(a->size, size);

    test_mem_free(&m);
}


static void
test_arena_limit(void)
{
    size_t          n;
    test_mem_t      m;
    llmgw_arena_t  *a;

    test_case("arena: the limit holds");

    a = test_mem_init(&m, 256, 1000);

    for (n = 0; llmgw_alloc(a, 40); n++) { /* void */ }

    check(n >= 14 && n <= 25);
    check(a->size <= 1000);
    check(llmgw_alloc(a, 100000) == NULL);
    check(llmgw_nalloc(a, 100000) == NULL);

    llmgw_arena_reset(a);
    check(llmgw_alloc(a, 40) != NULL);

    test_mem_free(&m);

    test_case("arena: sizes that overflow");

    a = test_mem_init(&m, 256, 0);

    check(llmgw_alloc(a, SIZE_MAX) == NULL);
    check(llmgw_alloc(a, SIZE_MAX - 15) == NULL);
    check(llmgw_alloc(a, SIZE_MAX / 2 + 1) == NULL);
    check(llmgw_nalloc(a, SIZE_MAX) == NULL);
    check_int(m.calls, 0);

    test_mem_free(&m);

    test_case("arena: a failed allocation leaves it usable");

    a = test_mem_init(&m, 64, 0);

    check(llmgw_alloc(a, 30) != NULL);

    m.fail = m.calls;
    check(llmgw_alloc(a, 500) == NULL);
    check(llmgw_calloc(a, 500) == NULL);
    check(llmgw_str_dup(a, llmgw_str((u_char *) a, 500)).data == NULL);

    m.fail = -1;
    check(llmgw_alloc(a, 500) != NULL);

    test_mem_free(&m);
}


void
test_arena(void)
{
    llmgw_str_t     s;
    test_mem_t      m;
    llmgw_arena_t  *a;

    test_arena_align();
    test_arena_reset();
    test_arena_limit();

    test_case("arena: copies of strings");

    a = test_mem_init(&m, 0, 0);

    s = llmgw_str_dup(a, test_str("abc"));
    check_lit(s, "abc");

    s = llmgw_str_dup(a, llmgw_null_str);
    check(s.data != NULL && s.len == 0);

    test_mem_free(&m);
}


void
test_strings(void)
{
    llmgw_str_t  s;

    test_case("strings: equality");

    check(llmgw_str_eq(llmgw_null_str, llmgw_lit("")));
    check(llmgw_str_eq(llmgw_lit("abc"), llmgw_lit("abc")));
    check(!llmgw_str_eq(llmgw_lit("abc"), llmgw_lit("abd")));
    check(!llmgw_str_eq(llmgw_lit("abc"), llmgw_lit("ab")));

    check(llmgw_str_caseeq(llmgw_lit("aBc-9"), llmgw_lit("AbC-9")));
    check(!llmgw_str_caseeq(llmgw_lit("a@"), llmgw_lit("a`")));
    check(!llmgw_str_caseeq(llmgw_lit("["), llmgw_lit("{")));

    test_case("strings: literals");

    s = llmgw_lit("data: x");

    check(llmgw_str_starts(s, "data:"));
    check(!llmgw_str_starts(s, "data: xy"));
    check(llmgw_str_ends(s, " x"));
    check(!llmgw_str_ends(s, "data:"));
    check(llmgw_str_is(s, "data: x"));
    check(!llmgw_str_is(s, "data: "));

    test_case("strings: search");

    s = llmgw_lit("aaab AAAB");

    check(llmgw_str_find(s, llmgw_lit("aab")) == s.data + 1);
    check(llmgw_str_find(s, llmgw_lit("aac")) == NULL);
    check(llmgw_str_find(s, llmgw_lit("")) == NULL);
    check(llmgw_str_find(llmgw_null_str, llmgw_lit("a")) == NULL);
    check(llmgw_str_casefind(s, llmgw_lit("b aa")) == s.data + 3);
    check(llmgw_str_casefind(s, llmgw_lit("aaab ")) == s.data);
    check(llmgw_str_casefind(llmgw_lit("xAAAB"), llmgw_lit("aaab")) != NULL);
    check(llmgw_str_casefind(s, llmgw_lit("aaabb")) == NULL);
    check(llmgw_str_casefind(llmgw_lit("a"), llmgw_lit("aa")) == NULL);
    check(llmgw_str_casefind(s, llmgw_lit("")) == NULL);
}
