
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "fuzz.h"


struct fuzz_block_s {
    fuzz_block_t  *next;
    void          *data;
};


static void *
fuzz_alloc(void *data, size_t size)
{
    fuzz_mem_t    *m;
    fuzz_block_t  *b;

    m = data;

    b = malloc(sizeof(fuzz_block_t));
    fuzz_assert(b != NULL);

    b->data = malloc(size);
    fuzz_assert(b->data != NULL);

    /* what is used without having been set does not look like zeros */

    memset(b->data, 0xa5, size);

    b->next = m->blocks;
    m->blocks = b;

    return b->data;
}


llmgw_arena_t *
fuzz_mem_init(fuzz_mem_t *m)
{
    m->blocks = NULL;

    llmgw_arena_init(&m->arena, fuzz_alloc, m, 0, 0);

    return &m->arena;
}


void
fuzz_mem_free(fuzz_mem_t *m)
{
    fuzz_block_t  *b, *next;

    for (b = m->blocks; b; b = next) {
        next = b->next;
        free(b->data);
        free(b);
    }
}


llmgw_str_t
fuzz_copy(fuzz_mem_t *m, llmgw_str_t s)
{
    u_char  *p;

    p = fuzz_alloc(m, s.len ? s.len : 1);

    if (s.len) {
        memcpy(p, s.data, s.len);
    }

    return llmgw_str(p, s.len);
}


size_t
fuzz_piece(uint32_t *seed, size_t left)
{
    size_t  n;

    *seed = *seed * 1103515245 + 12345;

    /* mostly small ones; sometimes a byte at a time for a while */

    switch (*seed >> 28) {

    case 0:
        n = left;
        break;

    case 1:
    case 2:
    case 3:
        n = 1 + (*seed >> 16) % 200;
        break;

    case 4:
    case 5:
    case 6:
    case 7:
        n = 1 + (*seed >> 16) % 20;
        break;

    default:
        n = 1 + (*seed >> 16) % 3;
    }

    return n < left ? n : left;
}
