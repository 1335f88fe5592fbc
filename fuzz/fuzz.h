
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Fuzz targets are libFuzzer's: LLVMFuzzerTestOneInput() in a file of its own.
 * With fuzz/main.c instead of libFuzzer they run over files.
 */


#ifndef _LLMGW_FUZZ_H_INCLUDED_
#define _LLMGW_FUZZ_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>

#include "llmgw_core.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* What must hold; the input is kept by who ran the target. */

#define fuzz_assert(x)                                                       \
    do {                                                                     \
        if (!(x)) {                                                          \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);          \
            abort();                                                         \
        }                                                                    \
    } while (0)


/*
 * Memory of one run: every allocation a block of its own, so that the
 * sanitizer sees an overrun.
 */

typedef struct fuzz_block_s  fuzz_block_t;

typedef struct {
    fuzz_block_t   *blocks;
    llmgw_arena_t   arena;
} fuzz_mem_t;

llmgw_arena_t *fuzz_mem_init(fuzz_mem_t *m);
void fuzz_mem_free(fuzz_mem_t *m);

/* An exact copy in the memory. */

llmgw_str_t fuzz_copy(fuzz_mem_t *m, llmgw_str_t s);

/* Sizes of pieces, all from one seed: the same for the same input. */

size_t fuzz_piece(uint32_t *seed, size_t left);


#endif /* _LLMGW_FUZZ_H_INCLUDED_ */
