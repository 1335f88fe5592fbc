
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Base types of the core library.  The library knows no nginx type, does no
 * I/O, reads no clock, keeps no globals and allocates only from the arena it
 * is given.
 */


#ifndef _LLMGW_CORE_H_INCLUDED_
#define _LLMGW_CORE_H_INCLUDED_


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* memmem() */
#endif

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>


/*
 * Results.  LLMGW_ERROR is an allocation failure or a broken invariant, the
 * other negative values say what was wrong with the data.
 */

#define LLMGW_OK           0
#define LLMGW_ERROR       -1
#define LLMGW_AGAIN       -2     /* needs more input */
#define LLMGW_DONE        -3     /* complete, what follows is ignored */
#define LLMGW_DECLINED    -4     /* not found, or not for this function */
#define LLMGW_INVALID     -5     /* the input breaks its format */
#define LLMGW_TOO_LARGE   -6     /* a limit was passed */

typedef int  llmgw_int_t;


/* A run of bytes, not NUL-terminated.  data may be NULL when len is 0. */

typedef struct {
    size_t         len;
    const u_char  *data;
} llmgw_str_t;


#define llmgw_string(s)  { sizeof(s) - 1, (const u_char *) (s) }
#define llmgw_lit(s)                                                         \
    ((llmgw_str_t) { sizeof(s) - 1, (const u_char *) (s) })
#define llmgw_null_str   ((llmgw_str_t) { 0, NULL })


static inline llmgw_str_t
llmgw_str(const u_char *data, size_t len)
{
    llmgw_str_t  s;

    s.len = len;
    s.data = data;

    return s;
}


static inline int
llmgw_str_eq(llmgw_str_t a, llmgw_str_t b)
{
    return a.len == b.len
           && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}


#define llmgw_str_is(s, lit)                                                 \
    ((s).len == sizeof(lit) - 1                                              \
     && memcmp((s).data, lit, sizeof(lit) - 1) == 0)

#define llmgw_str_starts(s, lit)                                             \
    ((s).len >= sizeof(lit) - 1                                              \
     && memcmp((s).data, lit, sizeof(lit) - 1) == 0)

#define llmgw_str_ends(s, lit)                                               \
    ((s).len >= sizeof(lit) - 1                                              \
     && memcmp((s).data + (s).len - (sizeof(lit) - 1), lit,                  \
               sizeof(lit) - 1) == 0)

#define llmgw_nelts(a)  (sizeof(a) / sizeof((a)[0]))


/* ASCII only: JSON member names, header names and enumerations are ASCII. */

#define llmgw_tolower(c)  (u_char) ((c) >= 'A' && (c) <= 'Z' ? (c) | 0x20 : (c))

int llmgw_str_caseeq(llmgw_str_t a, llmgw_str_t b);

/* First occurrence of needle, or NULL; needle is lower case for _casefind. */

const u_char *llmgw_str_find(llmgw_str_t s, llmgw_str_t needle);
const u_char *llmgw_str_casefind(llmgw_str_t s, llmgw_str_t needle);

/*
 * Lists with single blanks between the words: the first one, which is taken
 * off; empty at the end.  And whether a word is in one.
 */

llmgw_str_t llmgw_str_word(llmgw_str_t *list);
unsigned llmgw_str_listed(llmgw_str_t list, llmgw_str_t word);


/*
 * The arena.  Memory comes in blocks from the allocator it was given and goes
 * back only as a whole, when the allocator's owner frees it (nginx: the pool).
 * llmgw_arena_reset() makes all of it usable again, so that a long stream
 * works in the memory of its largest event.
 */

typedef void *(*llmgw_alloc_pt)(void *data, size_t size);

typedef struct llmgw_block_s  llmgw_block_t;

struct llmgw_block_s {
    llmgw_block_t  *next;
    u_char         *end;
};

typedef struct {
    u_char          *pos;
    u_char          *end;
    llmgw_block_t   *first;
    llmgw_block_t   *current;
    llmgw_alloc_pt   alloc;
    void            *data;
    size_t           block;      /* bytes asked for at a time */
    size_t           size;       /* bytes taken from the allocator */
    size_t           limit;      /* refuse to take more; 0: no limit */
} llmgw_arena_t;


/* block is the unit of allocation in bytes, limit the hard maximum or 0. */

void llmgw_arena_init(llmgw_arena_t *a, llmgw_alloc_pt alloc, void *data,
    size_t block, size_t limit);
void llmgw_arena_reset(llmgw_arena_t *a);
void *llmgw_arena_slow(llmgw_arena_t *a, size_t size, size_t align);


/* Aligned memory, not zeroed; NULL when the allocator or the limit says no. */

static inline void *
llmgw_alloc(llmgw_arena_t *a, size_t size)
{
    u_char  *p;

    p = (u_char *) (((uintptr_t) a->pos + 7) & ~(uintptr_t) 7);

    if (p != NULL && p <= a->end && size <= (size_t) (a->end - p)) {
        a->pos = p + size;
        return p;
    }

    return llmgw_arena_slow(a, size, 8);
}


static inline void *
llmgw_calloc(llmgw_arena_t *a, size_t size)
{
    void  *p;

    p = llmgw_alloc(a, size);

    if (p != NULL) {
        memset(p, 0, size);
    }

    return p;
}


/* Bytes without alignment. */

static inline u_char *
llmgw_nalloc(llmgw_arena_t *a, size_t size)
{
    u_char  *p;

    p = a->pos;

    if (p != NULL && size <= (size_t) (a->end - p)) {
        a->pos = p + size;
        return p;
    }

    return llmgw_arena_slow(a, size, 1);
}


/* A copy in the arena; data is NULL when there was no memory. */

llmgw_str_t llmgw_str_dup(llmgw_arena_t *a, llmgw_str_t s);


/* A run of bytes that grows at its end; zeroed it is empty. */

typedef struct {
    u_char  *data;
    size_t   len;
    size_t   size;
} llmgw_buf_t;

/* LLMGW_OK, LLMGW_ERROR */

llmgw_int_t llmgw_buf_add(llmgw_arena_t *a, llmgw_buf_t *b, llmgw_str_t s);

#define llmgw_buf_str(b)  llmgw_str((b)->data, (b)->len)


#endif /* _LLMGW_CORE_H_INCLUDED_ */
