
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_map.h"


#define LLMGW_MAP_SIZE  16


static llmgw_map_slot_t *llmgw_map_slot(const llmgw_map_t *m,
    llmgw_str_t key);
static llmgw_int_t llmgw_map_grow(llmgw_map_t *m);


void
llmgw_map_init(llmgw_map_t *m, llmgw_arena_t *a)
{
    memset(m, 0, sizeof(llmgw_map_t));

    m->arena = a;
}


const void *
llmgw_map_get(const llmgw_map_t *m, llmgw_str_t key)
{
    return m->size ? llmgw_map_slot(m, key)->value : NULL;
}


llmgw_int_t
llmgw_map_put(llmgw_map_t *m, llmgw_str_t key, const void *value)
{
    llmgw_map_slot_t  *slot;

    if (m->n >= m->size / 2 && llmgw_map_grow(m) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    slot = llmgw_map_slot(m, key);

    if (slot->value == NULL) {
        slot->key = key;
        m->n++;
    }

    slot->value = value;

    return LLMGW_OK;
}


static llmgw_map_slot_t *
llmgw_map_slot(const llmgw_map_t *m, llmgw_str_t key)
{
    size_t             i;
    uint64_t           h;
    llmgw_map_slot_t  *slot;

    h = m->seed;

    for (i = 0; i < key.len; i++) {
        h = (h ^ key.data[i]) * 0x9e3779b97f4a7c15ULL;
        h ^= h >> 29;
    }

    i = (size_t) (h >> 32);

    for ( ;; ) {

        slot = &m->slots[i & (m->size - 1)];

        if (slot->value == NULL || llmgw_str_eq(slot->key, key)) {
            return slot;
        }

        i++;
    }
}


static llmgw_int_t
llmgw_map_grow(llmgw_map_t *m)
{
    uint32_t           i, old;
    llmgw_map_slot_t  *slots, *slot;

    old = m->size;
    slots = m->slots;

    m->size = old ? old * 2 : LLMGW_MAP_SIZE;

    m->slots = llmgw_calloc(m->arena, m->size * sizeof(llmgw_map_slot_t));
    if (m->slots == NULL) {
        m->slots = slots;
        m->size = old;
        return LLMGW_ERROR;
    }

    /*
     * The address space is laid out at random: the seed keeps a body from
     * being made of names that collide.
     */

    m->seed = (uint64_t) (uintptr_t) m->slots * 0x9e3779b97f4a7c15ULL
              ^ (uint64_t) (uintptr_t) &slots << 17;

    for (i = 0; i < old; i++) {

        if (slots[i].value) {
            slot = llmgw_map_slot(m, slots[i].key);
            *slot = slots[i];
        }
    }

    return LLMGW_OK;
}
