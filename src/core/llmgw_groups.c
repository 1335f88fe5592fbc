
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_bytes.h"
#include "llmgw_groups.h"


#define LLMGW_GROUPS_SLOTS  256

/* the numbers of a record; then texts, each with its length in two bytes */
#define LLMGW_G_NUMBERS     8
#define LLMGW_G_FIXED       (8 * LLMGW_G_NUMBERS)

#define LLMGW_DAY           86400


/* The order is that of the file. */

static const size_t  llmgw_group_numbers[LLMGW_G_NUMBERS] = {
    offsetof(llmgw_group_t, day),
    offsetof(llmgw_group_t, cost),
    offsetof(llmgw_group_t, requests),
    offsetof(llmgw_group_t, failed),
    offsetof(llmgw_group_t, prompt),
    offsetof(llmgw_group_t, completion),
    offsetof(llmgw_group_t, cached),
    offsetof(llmgw_group_t, cache_write)
};


static const struct {
    size_t    offset;
    unsigned  by;
} llmgw_group_texts[] = {
    { offsetof(llmgw_group_t, key), LLMGW_GROUP_KEY },
    { offsetof(llmgw_group_t, user), LLMGW_GROUP_USER },
    { offsetof(llmgw_group_t, team), LLMGW_GROUP_TEAM },
    { offsetof(llmgw_group_t, organization), LLMGW_GROUP_ORGANIZATION },
    { offsetof(llmgw_group_t, customer), LLMGW_GROUP_CUSTOMER },
    { offsetof(llmgw_group_t, model), LLMGW_GROUP_MODEL },
    { offsetof(llmgw_group_t, provider), LLMGW_GROUP_PROVIDER },
    { offsetof(llmgw_group_t, endpoint), LLMGW_GROUP_ENDPOINT }
};


static uint64_t llmgw_group_hash(uint64_t h, llmgw_str_t s);
static llmgw_int_t llmgw_groups_put(llmgw_groups_t *g, llmgw_group_t *c);
static int llmgw_group_same(const llmgw_group_t *a, const llmgw_group_t *b);
static llmgw_group_t *llmgw_group_copy(llmgw_arena_t *a,
    const llmgw_group_t *c);
static llmgw_int_t llmgw_groups_grow(llmgw_groups_t *g);
static void llmgw_group_sum(llmgw_group_t *c, const llmgw_group_t *more);


#define llmgw_group_text(c, i)                                               \
    ((llmgw_str_t *) ((u_char *) (c) + llmgw_group_texts[i].offset))

#define llmgw_group_number(c, i)                                             \
    ((int64_t *) ((u_char *) (c) + llmgw_group_numbers[i]))


llmgw_int_t
llmgw_groups_init(llmgw_groups_t *g, llmgw_arena_t *a, unsigned by,
    size_t max)
{
    memset(g, 0, sizeof(llmgw_groups_t));

    g->arena = a;
    g->by = by;
    g->max = max;
    g->last = &g->first;
    g->mask = LLMGW_GROUPS_SLOTS - 1;

    g->slots = llmgw_calloc(a, LLMGW_GROUPS_SLOTS * sizeof(*g->slots));

    return g->slots != NULL ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_groups_add(llmgw_groups_t *g, const llmgw_spend_t *s)
{
    llmgw_group_t  c;

    memset(&c, 0, sizeof(llmgw_group_t));

    c.day = s->end / 1000 - s->end / 1000 % LLMGW_DAY;
    c.key = s->key;
    c.user = s->user;
    c.team = s->team;
    c.organization = s->organization;
    c.customer = s->customer;
    c.model = s->model;
    c.provider = s->provider;
    c.endpoint = s->endpoint;
    c.ntags = s->ntags;
    c.tags = (llmgw_str_t *) s->tags;

    c.cost = s->cost;
    c.requests = 1;
    c.failed = (s->flags & LLMGW_SPEND_FAILED) ? 1 : 0;
    c.prompt = s->prompt > 0 ? s->prompt : 0;
    c.completion = s->completion > 0 ? s->completion : 0;
    c.cached = s->cached > 0 ? s->cached : 0;
    c.cache_write = s->cache_write > 0 ? s->cache_write : 0;

    return llmgw_groups_add_group(g, &c);
}


llmgw_int_t
llmgw_groups_add_group(llmgw_groups_t *g, const llmgw_group_t *c)
{
    unsigned        i;
    llmgw_int_t     rc;
    llmgw_group_t   one;

    one = *c;

    if (!(g->by & LLMGW_GROUP_DAY)) {
        one.day = 0;
    }

    for (i = 0; i < llmgw_nelts(llmgw_group_texts); i++) {
        if (!(g->by & llmgw_group_texts[i].by)) {
            *llmgw_group_text(&one, i) = llmgw_null_str;
        }
    }

    if (g->by & LLMGW_GROUP_TAG) {

        one.ntags = 1;

        for (i = 0; i < c->ntags; i++) {

            one.tags = &c->tags[i];

            rc = llmgw_groups_put(g, &one);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        return LLMGW_OK;
    }

    if (!(g->by & LLMGW_GROUP_TAGS)) {
        one.ntags = 0;
    }

    return llmgw_groups_put(g, &one);
}


static uint64_t
llmgw_group_hash(uint64_t h, llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        h = (h ^ s.data[i]) * 0x100000001b3ULL;
    }

    return (h ^ 0xff) * 0x100000001b3ULL;
}


static llmgw_int_t
llmgw_groups_put(llmgw_groups_t *g, llmgw_group_t *c)
{
    uint64_t        h;
    unsigned        i;
    llmgw_group_t  *old;

    h = 0xcbf29ce484222325ULL ^ (uint64_t) c->day;

    for (i = 0; i < llmgw_nelts(llmgw_group_texts); i++) {
        h = llmgw_group_hash(h, *llmgw_group_text(c, i));
    }

    for (i = 0; i < c->ntags; i++) {
        h = llmgw_group_hash(h, c->tags[i]);
    }

    c->hash = h ^ (h >> 29);

    for (old = g->slots[c->hash & g->mask]; old != NULL; old = old->next) {
        if (old->hash == c->hash && llmgw_group_same(old, c)) {
            llmgw_group_sum(old, c);
            return LLMGW_OK;
        }
    }

    if (g->max && g->n == g->max) {
        return LLMGW_TOO_LARGE;
    }

    if (g->n > g->mask && llmgw_groups_grow(g) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    c = llmgw_group_copy(g->arena, c);
    if (c == NULL) {
        return LLMGW_ERROR;
    }

    c->newer = NULL;
    c->next = g->slots[c->hash & g->mask];
    g->slots[c->hash & g->mask] = c;

    *g->last = c;
    g->last = &c->newer;
    g->n++;

    return LLMGW_OK;
}


static int
llmgw_group_same(const llmgw_group_t *a, const llmgw_group_t *b)
{
    unsigned  i;

    if (a->day != b->day || a->ntags != b->ntags) {
        return 0;
    }

    for (i = 0; i < llmgw_nelts(llmgw_group_texts); i++) {
        if (!llmgw_str_eq(*llmgw_group_text(a, i), *llmgw_group_text(b, i))) {
            return 0;
        }
    }

    for (i = 0; i < a->ntags; i++) {
        if (!llmgw_str_eq(a->tags[i], b->tags[i])) {
            return 0;
        }
    }

    return 1;
}


static llmgw_group_t *
llmgw_group_copy(llmgw_arena_t *a, const llmgw_group_t *c)
{
    unsigned        i;
    llmgw_str_t    *s;
    llmgw_group_t  *copy;

    copy = llmgw_alloc(a, sizeof(llmgw_group_t));
    if (copy == NULL) {
        return NULL;
    }

    *copy = *c;

    copy->tags = llmgw_alloc(a, (c->ntags + 1) * sizeof(llmgw_str_t));
    if (copy->tags == NULL) {
        return NULL;
    }

    for (i = 0; i < llmgw_nelts(llmgw_group_texts); i++) {

        s = llmgw_group_text(copy, i);
        *s = llmgw_str_dup(a, *s);

        if (s->data == NULL) {
            return NULL;
        }
    }

    for (i = 0; i < c->ntags; i++) {

        copy->tags[i] = llmgw_str_dup(a, c->tags[i]);

        if (copy->tags[i].data == NULL) {
            return NULL;
        }
    }

    return copy;
}


static llmgw_int_t
llmgw_groups_grow(llmgw_groups_t *g)
{
    size_t           mask;
    llmgw_group_t   *c, **slots;

    mask = g->mask * 4 + 3;

    slots = llmgw_calloc(g->arena, (mask + 1) * sizeof(*slots));
    if (slots == NULL) {
        return LLMGW_ERROR;
    }

    for (c = g->first; c != NULL; c = c->newer) {
        c->next = slots[c->hash & mask];
        slots[c->hash & mask] = c;
    }

    g->slots = slots;
    g->mask = mask;

    return LLMGW_OK;
}


static void
llmgw_group_sum(llmgw_group_t *c, const llmgw_group_t *more)
{
    unsigned  i;
    int64_t  *n;

    /* the first number is the day */

    for (i = 1; i < LLMGW_G_NUMBERS; i++) {

        n = llmgw_group_number(c, i);

        if (__builtin_add_overflow(*n, *llmgw_group_number(more, i), n)) {
            *n = *llmgw_group_number(more, i) < 0 ? INT64_MIN : INT64_MAX;
        }
    }
}


size_t
llmgw_group_size(const llmgw_group_t *c)
{
    size_t    size;
    unsigned  i;

    size = LLMGW_G_FIXED + 2 * llmgw_nelts(llmgw_group_texts) + 1
           + 2 * c->ntags;

    for (i = 0; i < llmgw_nelts(llmgw_group_texts); i++) {
        size += llmgw_group_text(c, i)->len;
    }

    for (i = 0; i < c->ntags; i++) {
        size += c->tags[i].len;
    }

    return size;
}


u_char *
llmgw_group_write(u_char *p, const llmgw_group_t *c)
{
    unsigned     i;
    llmgw_str_t  s;

    for (i = 0; i < LLMGW_G_NUMBERS; i++) {
        llmgw_put_u64(p, (uint64_t) *llmgw_group_number(c, i));
        p += 8;
    }

    for (i = 0; i < llmgw_nelts(llmgw_group_texts); i++) {
        s = *llmgw_group_text(c, i);
        llmgw_put_u16(p, (uint16_t) s.len);
        p = llmgw_put_bytes(p + 2, s);
    }

    *p++ = (u_char) c->ntags;

    for (i = 0; i < c->ntags; i++) {
        llmgw_put_u16(p, (uint16_t) c->tags[i].len);
        p = llmgw_put_bytes(p + 2, c->tags[i]);
    }

    return p;
}


llmgw_int_t
llmgw_group_read(llmgw_str_t payload, llmgw_group_t *c, llmgw_str_t *tags)
{
    size_t         left, len;
    unsigned       i, n;
    const u_char  *p;

    memset(c, 0, sizeof(llmgw_group_t));

    if (payload.len < LLMGW_G_FIXED) {
        return LLMGW_INVALID;
    }

    p = payload.data;

    for (i = 0; i < LLMGW_G_NUMBERS; i++) {
        *llmgw_group_number(c, i) = (int64_t) llmgw_get_u64(p);
        p += 8;
    }

    left = payload.len - LLMGW_G_FIXED;
    n = llmgw_nelts(llmgw_group_texts);

    c->tags = tags;

    for (i = 0; i < n + c->ntags; i++) {

        if (left < 2) {
            return LLMGW_INVALID;
        }

        len = llmgw_get_u16(p);
        p += 2;
        left -= 2;

        if (len > left || len > LLMGW_RECORD_ID) {
            return LLMGW_INVALID;
        }

        if (i < n) {
            *llmgw_group_text(c, i) = llmgw_str(p, len);

        } else {
            tags[i - n] = llmgw_str(p, len);
        }

        p += len;
        left -= len;

        if (i == n - 1) {

            if (left < 1 || *p > LLMGW_TAGS_MAX) {
                return LLMGW_INVALID;
            }

            c->ntags = *p++;
            left--;
        }
    }

    return left == 0 ? LLMGW_OK : LLMGW_INVALID;
}
