
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_sums.h"


#define LLMGW_SUMS_SLOTS  1024


static uint64_t llmgw_sums_hash(unsigned kind, llmgw_str_t id);
static llmgw_int_t llmgw_sums_gone(llmgw_sums_t *s, unsigned kind,
    llmgw_str_t id);
static llmgw_int_t llmgw_sums_grow(llmgw_sums_t *s);


llmgw_int_t
llmgw_sums_init(llmgw_sums_t *s, llmgw_arena_t *a)
{
    memset(s, 0, sizeof(llmgw_sums_t));

    s->arena = a;
    s->last = &s->first;
    s->mask = LLMGW_SUMS_SLOTS - 1;

    s->slots = llmgw_calloc(a, LLMGW_SUMS_SLOTS * sizeof(*s->slots));

    return s->slots != NULL ? LLMGW_OK : LLMGW_ERROR;
}


/* All sums of an entity are in one slot. */

static uint64_t
llmgw_sums_hash(unsigned kind, llmgw_str_t id)
{
    size_t    i;
    uint64_t  h;

    /* FNV-1a, finished so that the low bits depend on all of them */

    h = 0xcbf29ce484222325ULL ^ kind;

    for (i = 0; i < id.len; i++) {
        h = (h ^ id.data[i]) * 0x100000001b3ULL;
    }

    return h ^ (h >> 29);
}


llmgw_sums_node_t *
llmgw_sums_find(llmgw_sums_t *s, unsigned kind, llmgw_str_t id,
    llmgw_str_t meter, unsigned add)
{
    uint64_t            hash;
    llmgw_total_t      *t;
    llmgw_sums_node_t  *node;

    hash = llmgw_sums_hash(kind, id);

    for (node = s->slots[hash & s->mask]; node != NULL; node = node->next) {

        t = &node->total;

        if (node->hash == hash && t->kind == kind
            && llmgw_str_eq(t->id, id) && llmgw_str_eq(t->meter, meter))
        {
            return node;
        }
    }

    if (!add || (s->n > s->mask && llmgw_sums_grow(s) != LLMGW_OK)) {
        return NULL;
    }

    node = llmgw_calloc(s->arena, sizeof(llmgw_sums_node_t));
    if (node == NULL) {
        return NULL;
    }

    t = &node->total;

    t->kind = kind;
    t->id = llmgw_str_dup(s->arena, id);
    t->meter = llmgw_str_dup(s->arena, meter);

    if (t->id.data == NULL || t->meter.data == NULL) {
        return NULL;
    }

    node->hash = hash;
    node->next = s->slots[hash & s->mask];
    s->slots[hash & s->mask] = node;

    *s->last = node;
    s->last = &node->newer;
    s->n++;

    return node;
}


static llmgw_int_t
llmgw_sums_grow(llmgw_sums_t *s)
{
    size_t               mask;
    llmgw_sums_node_t   *node, **slots;

    mask = s->mask * 4 + 3;

    slots = llmgw_calloc(s->arena, (mask + 1) * sizeof(*slots));
    if (slots == NULL) {
        return LLMGW_ERROR;
    }

    for (node = s->first; node != NULL; node = node->newer) {
        node->next = slots[node->hash & mask];
        slots[node->hash & mask] = node;
    }

    s->slots = slots;
    s->mask = mask;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_sums_frame(llmgw_sums_t *s, const llmgw_frame_t *f)
{
    unsigned            i;
    llmgw_int_t         rc;
    llmgw_spend_t       spend;
    llmgw_total_t       total;
    llmgw_charge_t     *c;
    llmgw_sums_node_t  *node;

    switch (f->type) {

    case LLMGW_RECORD_SPEND:

        rc = llmgw_spend_read(f->payload, &spend);
        if (rc != LLMGW_OK) {
            return rc;
        }

        for (i = 0; i < spend.ncharges; i++) {

            c = &spend.charges[i];

            node = llmgw_sums_find(s, c->kind, c->id, c->meter, 1);
            if (node == NULL) {
                return LLMGW_ERROR;
            }

            llmgw_total_charge(&node->total, &spend, c);
        }

        return LLMGW_OK;

    case LLMGW_RECORD_GONE:

        rc = llmgw_total_read(f->payload, &total);
        if (rc != LLMGW_OK) {
            return rc;
        }

        return llmgw_sums_gone(s, total.kind, total.id);

    case LLMGW_RECORD_TOTAL:
    case LLMGW_RECORD_ADJUST:

        rc = llmgw_total_read(f->payload, &total);
        if (rc != LLMGW_OK) {
            return rc;
        }

        node = llmgw_sums_find(s, total.kind, total.id, total.meter, 1);
        if (node == NULL) {
            return LLMGW_ERROR;
        }

        llmgw_total_add(&node->total, &total);

        return LLMGW_OK;

    default:
        return LLMGW_OK;
    }
}


static llmgw_int_t
llmgw_sums_gone(llmgw_sums_t *s, unsigned kind, llmgw_str_t id)
{
    llmgw_total_t      *t;
    llmgw_sums_node_t  *node, *own;

    own = llmgw_sums_find(s, kind, id, llmgw_null_str, 1);
    if (own == NULL) {
        return LLMGW_ERROR;
    }

    for (node = s->slots[own->hash & s->mask]; node; node = node->next) {

        t = &node->total;

        if (node->hash == own->hash && t->kind == kind
            && llmgw_str_eq(t->id, id))
        {
            t->spend = 0;
            t->total = 0;
            t->reset_at = 0;
            t->requests = 0;
            t->tokens = 0;
        }
    }

    own->gone = 1;

    return LLMGW_OK;
}
