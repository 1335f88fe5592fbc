
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * From records of the ledger to what is added to each entity's sums.
 *
 * What has the same meter becomes one change by llmgw_total_add(), which is
 * also how the script adds it: the order within a batch does not matter, since
 * of several periods only the latest one's spend counts in the end.
 */


#include "llmgw_redis_model.h"


/* numbers of a script: what is larger is cut there as well */
#define LLMGW_REDIS_NUMBER  899999999999999999LL

/* a later version's kinds have no names here */
#define llmgw_redis_group_named(kind, id)                                    \
    ((kind) < LLMGW_KINDS && (id).len > 0)


static llmgw_redis_group_t *llmgw_redis_group(llmgw_redis_groups_t *g,
    unsigned kind, llmgw_str_t id, uint64_t seq);
static llmgw_redis_sum_t *llmgw_redis_group_sum(llmgw_redis_groups_t *g,
    llmgw_redis_group_t *group, llmgw_str_t meter, unsigned seed);
static int llmgw_redis_group_is(const llmgw_redis_group_t *only,
    unsigned kind, llmgw_str_t id);
static llmgw_str_t llmgw_redis_text(llmgw_arena_t *a, int64_t n);


llmgw_int_t
llmgw_redis_groups_init(llmgw_redis_groups_t *g, llmgw_arena_t *a, size_t n)
{
    size_t  slots;

    memset(g, 0, sizeof(llmgw_redis_groups_t));

    for (slots = 16; slots < n; slots *= 2) { /* void */ }

    g->arena = a;
    g->tail = &g->list;
    g->mask = slots - 1;
    g->slots = llmgw_calloc(a, slots * sizeof(llmgw_redis_group_t *));

    return g->slots != NULL ? LLMGW_OK : LLMGW_ERROR;
}


static int
llmgw_redis_group_is(const llmgw_redis_group_t *only, unsigned kind,
    llmgw_str_t id)
{
    return only == NULL
           || (only->kind == kind && llmgw_str_eq(only->id, id));
}


llmgw_int_t
llmgw_redis_groups_add(llmgw_redis_groups_t *g, unsigned type, uint64_t seq,
    llmgw_str_t payload, const llmgw_redis_group_t *only)
{
    unsigned              i;
    llmgw_spend_t         s;
    llmgw_total_t         t;
    llmgw_charge_t       *c;
    llmgw_redis_sum_t    *sum;
    llmgw_redis_group_t  *group;

    switch (type) {

    case LLMGW_RECORD_SPEND:

        if (llmgw_spend_read(payload, &s) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        for (i = 0; i < s.ncharges; i++) {

            c = &s.charges[i];

            if (!llmgw_redis_group_is(only, c->kind, c->id)
                || !llmgw_redis_group_named(c->kind, c->id))
            {
                continue;
            }

            group = llmgw_redis_group(g, c->kind, c->id, seq);
            if (group == NULL) {
                return LLMGW_ERROR;
            }

            sum = llmgw_redis_group_sum(g, group, c->meter, 0);
            if (sum == NULL) {
                return LLMGW_ERROR;
            }

            llmgw_total_charge(&sum->change, &s, c);
        }

        return LLMGW_OK;

    case LLMGW_RECORD_TOTAL:
    case LLMGW_RECORD_ADJUST:
    case LLMGW_RECORD_GONE:

        if (llmgw_total_read(payload, &t) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        if (!llmgw_redis_group_is(only, t.kind, t.id)
            || !llmgw_redis_group_named(t.kind, t.id))
        {
            return LLMGW_OK;
        }

        group = llmgw_redis_group(g, t.kind, t.id, seq);
        if (group == NULL) {
            return LLMGW_ERROR;
        }

        if (type == LLMGW_RECORD_GONE) {
            group->sums = NULL;
            group->nsums = 0;
            group->gone = 1;
            return LLMGW_OK;
        }

        sum = llmgw_redis_group_sum(g, group, t.meter,
                                    type == LLMGW_RECORD_TOTAL);
        if (sum == NULL) {
            return LLMGW_ERROR;
        }

        llmgw_total_add(&sum->change, &t);

        return LLMGW_OK;

    default:
        return LLMGW_OK;
    }
}


static llmgw_redis_group_t *
llmgw_redis_group(llmgw_redis_groups_t *g, unsigned kind, llmgw_str_t id,
    uint64_t seq)
{
    size_t                i;
    uint32_t              hash;
    llmgw_redis_group_t  *group;

    hash = 2166136261U ^ kind;

    for (i = 0; i < id.len; i++) {
        hash = (hash ^ id.data[i]) * 16777619;
    }

    for (group = g->slots[hash & g->mask]; group != NULL; group = group->next)
    {
        if (group->hash == hash && group->kind == kind
            && llmgw_str_eq(group->id, id))
        {
            if (seq > group->last) {
                group->last = seq;
            }

            return group;
        }
    }

    group = llmgw_calloc(g->arena, sizeof(llmgw_redis_group_t));
    if (group == NULL) {
        return NULL;
    }

    group->id = llmgw_str_dup(g->arena, id);
    if (group->id.data == NULL) {
        return NULL;
    }

    group->hash = hash;
    group->kind = kind;
    group->first = seq;
    group->last = seq;

    group->next = g->slots[hash & g->mask];
    g->slots[hash & g->mask] = group;

    *g->tail = group;
    g->tail = &group->newer;
    g->n++;

    return group;
}


static llmgw_redis_sum_t *
llmgw_redis_group_sum(llmgw_redis_groups_t *g, llmgw_redis_group_t *group,
    llmgw_str_t meter, unsigned seed)
{
    llmgw_redis_sum_t  *sum;

    for (sum = group->sums; sum != NULL; sum = sum->next) {
        if (sum->seed == seed && llmgw_str_eq(sum->change.meter, meter)) {
            return sum;
        }
    }

    sum = llmgw_calloc(g->arena, sizeof(llmgw_redis_sum_t));
    if (sum == NULL) {
        return NULL;
    }

    sum->change.meter = llmgw_str_dup(g->arena, meter);
    if (sum->change.meter.data == NULL) {
        return NULL;
    }

    sum->seed = seed;
    sum->next = group->sums;
    group->sums = sum;
    group->nsums++;

    return sum;
}


static llmgw_str_t
llmgw_redis_text(llmgw_arena_t *a, int64_t n)
{
    u_char  *p;

    if (n > LLMGW_REDIS_NUMBER) {
        n = LLMGW_REDIS_NUMBER;
    }

    if (n < -LLMGW_REDIS_NUMBER) {
        n = -LLMGW_REDIS_NUMBER;
    }

    p = llmgw_nalloc(a, LLMGW_REDIS_DECIMAL);
    if (p == NULL) {
        return llmgw_null_str;
    }

    return llmgw_str(p, llmgw_redis_put_decimal(p, n) - p);
}


llmgw_int_t
llmgw_redis_group_args(llmgw_arena_t *a, const llmgw_redis_group_t *group,
    llmgw_str_t node, llmgw_str_t **args, unsigned *n)
{
    size_t               i, count;
    llmgw_str_t         *arg;
    const llmgw_total_t *t;
    llmgw_redis_sum_t   *sum;

    count = 3 + group->gone + 8 * group->nsums;

    arg = llmgw_alloc(a, count * sizeof(llmgw_str_t));
    if (arg == NULL) {
        return LLMGW_ERROR;
    }

    *args = arg;
    *n = count;

    *arg++ = node;
    *arg++ = llmgw_redis_text(a, group->first);
    *arg++ = llmgw_redis_text(a, group->last);

    if (group->gone) {
        *arg++ = llmgw_lit("gone");
    }

    for (sum = group->sums; sum != NULL; sum = sum->next) {

        t = &sum->change;

        *arg++ = sum->seed ? llmgw_lit("sum") : llmgw_lit("add");
        *arg++ = t->meter;
        *arg++ = llmgw_redis_text(a, t->reset_at);
        *arg++ = llmgw_redis_text(a, t->spend);
        *arg++ = llmgw_redis_text(a, t->total);
        *arg++ = llmgw_redis_text(a, t->requests);
        *arg++ = llmgw_redis_text(a, t->tokens);
        *arg++ = llmgw_redis_text(a, t->last);
    }

    for (i = 1; i < count; i++) {
        if ((*args)[i].data == NULL) {
            return LLMGW_ERROR;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_redis_group_reply(llmgw_arena_t *a, const llmgw_redis_value_t *v,
    llmgw_redis_total_t **totals, size_t *n, uint64_t *have, unsigned *notes)
{
    size_t                i;
    llmgw_redis_total_t  *t;

    if (v->type != LLMGW_REDIS_ARRAY || v->n < 2 || (v->n - 2) % 4
        || v->elts[0]->type != LLMGW_REDIS_INTEGER
        || v->elts[1]->type != LLMGW_REDIS_INTEGER
        || v->elts[1]->number < 0)
    {
        return LLMGW_INVALID;
    }

    *have = v->elts[1]->number;

    if (v->elts[0]->number == -1) {
        return LLMGW_AGAIN;
    }

    *notes = (unsigned) v->elts[0]->number;
    *n = (v->n - 2) / 4;

    t = llmgw_alloc(a, (*n + 1) * sizeof(llmgw_redis_total_t));
    if (t == NULL) {
        return LLMGW_ERROR;
    }

    *totals = t;

    for (i = 2; i < v->n; i += 4, t++) {

        if (v->elts[i]->type != LLMGW_REDIS_STRING
            || llmgw_redis_number(v->elts[i + 1], &t->reset_at) != LLMGW_OK
            || llmgw_redis_number(v->elts[i + 2], &t->spend) != LLMGW_OK
            || llmgw_redis_number(v->elts[i + 3], &t->total) != LLMGW_OK)
        {
            return LLMGW_INVALID;
        }

        t->meter = v->elts[i]->str;
    }

    return LLMGW_OK;
}
