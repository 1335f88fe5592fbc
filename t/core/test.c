
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <sys/mman.h>
#include <unistd.h>

#include "test.h"


/* a broken loop would print a line for every byte */

#define TEST_MAX_PRINTED  5


struct test_block_s {
    test_block_t  *next;
    void          *data;
};


static struct {
    char       name[256];
    char       at[128];
    unsigned   open;
    unsigned   bad;         /* failed checks of the case */
    unsigned   passed;
    unsigned   failed;
    uint64_t   random;
} test = { .random = 88172645463325252ULL };


static void
test_close(void)
{
    if (!test.open) {
        return;
    }

    if (test.bad) {
        test.failed++;

    } else {
        test.passed++;
    }

    test.open = 0;
    test.bad = 0;
}


void
test_case(const char *fmt, ...)
{
    va_list  args;

    test_close();

    va_start(args, fmt);
    vsnprintf(test.name, sizeof(test.name), fmt, args);
    va_end(args);

    test.at[0] = '\0';
    test.open = 1;
}


void
test_at(const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    vsnprintf(test.at, sizeof(test.at), fmt, args);
    va_end(args);
}


static int
test_fail(const char *expr, const char *file, int line)
{
    if (++test.bad > TEST_MAX_PRINTED) {
        return 0;
    }

    printf("FAILED: %s%s%s\n  %s:%d: %s\n", test.name,
           test.at[0] ? ", " : "", test.at, file, line, expr);

    return 1;
}


int
test_check(int ok, const char *expr, const char *file, int line)
{
    if (!ok) {
        test_fail(expr, file, line);
    }

    return ok;
}


int
test_check_int(long long got, long long want, const char *expr,
    const char *file, int line)
{
    if (got == want) {
        return 1;
    }

    if (test_fail(expr, file, line)) {
        printf("  got %lld, expected %lld\n", got, want);
    }

    return 0;
}


static void
test_print(const char *title, llmgw_str_t s)
{
    size_t  i;

    printf("  %s (%zu): ", title, s.len);

    if (s.data == NULL) {
        printf("NULL\n");
        return;
    }

    for (i = 0; i < s.len && i < 400; i++) {

        if (s.data[i] < 0x20 || s.data[i] >= 0x7f || s.data[i] == '\\') {
            printf("\\x%02x", s.data[i]);

        } else {
            putchar(s.data[i]);
        }
    }

    printf("%s\n", i < s.len ? "..." : "");
}


int
test_check_str(llmgw_str_t got, llmgw_str_t want, const char *expr,
    const char *file, int line)
{
    if (got.data != NULL && llmgw_str_eq(got, want)) {
        return 1;
    }

    if (test_fail(expr, file, line)) {
        test_print("got     ", got);
        test_print("expected", want);
    }

    return 0;
}


int
test_done(void)
{
    test_close();

    printf("%u passed, %u failed\n", test.passed, test.failed);

    return test.failed ? 1 : 0;
}


static void *
test_alloc(void *data, size_t size)
{
    void          *p;
    test_mem_t    *m;
    test_block_t  *b;

    m = data;

    if (m->fail >= 0 && m->calls >= m->fail) {
        m->calls++;
        return NULL;
    }

    m->calls++;

    b = malloc(sizeof(test_block_t));
    p = malloc(size);

    if (b == NULL || p == NULL) {
        abort();
    }

    /* what is used without having been set shows */

    memset(p, 0xa5, size);

    b->data = p;
    b->next = m->blocks;
    m->blocks = b;

    return p;
}


llmgw_arena_t *
test_mem_init(test_mem_t *m, size_t block, size_t limit)
{
    m->blocks = NULL;
    m->fail = -1;
    m->calls = 0;

    llmgw_arena_init(&m->arena, test_alloc, m, block, limit);

    return &m->arena;
}


void
test_mem_free(test_mem_t *m)
{
    test_block_t  *b, *next;

    for (b = m->blocks; b; b = next) {
        next = b->next;
        free(b->data);
        free(b);
    }

    m->blocks = NULL;
}


static u_char *
test_pages(size_t len, unsigned front)
{
    size_t         page, n;

    static size_t  size[2];
    static u_char *base[2];

    page = (size_t) sysconf(_SC_PAGESIZE);
    n = (len + page - 1) / page * page + page;

    if (n > size[front]) {

        if (base[front]) {
            munmap(base[front], size[front]);
        }

        base[front] = mmap(NULL, n, PROT_READ|PROT_WRITE,
                           MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

        if (base[front] == MAP_FAILED
            || mprotect(front ? base[front] : base[front] + n - page, page,
                        PROT_NONE)
               != 0)
        {
            abort();
        }

        size[front] = n;
    }

    return front ? base[front] + page : base[front] + size[front] - page - len;
}


const u_char *
test_guard(llmgw_str_t s)
{
    u_char  *p;

    p = test_pages(s.len, 0);

    if (s.len) {
        memcpy(p, s.data, s.len);
    }

    return p;
}


const u_char *
test_guard_front(llmgw_str_t s)
{
    u_char  *p;

    p = test_pages(s.len, 1);

    if (s.len) {
        memcpy(p, s.data, s.len);
    }

    return p;
}


unsigned
test_random(unsigned n)
{
    test.random ^= test.random << 13;
    test.random ^= test.random >> 7;
    test.random ^= test.random << 17;

    return (unsigned) (test.random >> 32) % n;
}
