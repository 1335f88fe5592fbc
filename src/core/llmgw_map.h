
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A small hash table from texts to pointers, for what would be quadratic
 * otherwise: tool results and their calls, names in a schema.
 */


#ifndef _LLMGW_MAP_H_INCLUDED_
#define _LLMGW_MAP_H_INCLUDED_


#include "llmgw_core.h"


typedef struct {
    llmgw_str_t     key;
    const void     *value;     /* NULL: the slot is free */
} llmgw_map_slot_t;

typedef struct {
    llmgw_map_slot_t  *slots;
    uint32_t           size;   /* a power of two */
    uint32_t           n;
    uint64_t           seed;
    llmgw_arena_t     *arena;
} llmgw_map_t;


void llmgw_map_init(llmgw_map_t *m, llmgw_arena_t *a);

/* Keys are compared byte by byte and must outlive the table. */

const void *llmgw_map_get(const llmgw_map_t *m, llmgw_str_t key);

/* A key that is there gets the new value.  LLMGW_OK, LLMGW_ERROR. */

llmgw_int_t llmgw_map_put(llmgw_map_t *m, llmgw_str_t key,
    const void *value);


#endif /* _LLMGW_MAP_H_INCLUDED_ */
