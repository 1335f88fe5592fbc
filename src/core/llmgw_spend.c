
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request cost, and sums of it.
 *
 * The payload begins with the numbers, each at a place of its own; members
 * follow: a tag, the length in two bytes, the bytes.  Who does not know a tag
 * passes over it.
 */


#include "llmgw_bytes.h"
#include "llmgw_policy.h"
#include "llmgw_record.h"


/* places of the numbers */

#define LLMGW_S_RING      0
#define LLMGW_S_SEQ       8
#define LLMGW_S_START     16
#define LLMGW_S_END       24
#define LLMGW_S_COST      32
#define LLMGW_S_COUNTS    40         /* fourteen, four bytes each */
#define LLMGW_S_FIRST     96
#define LLMGW_S_LATENCY   100
#define LLMGW_S_UPSTREAM  104
#define LLMGW_S_FLAGS     108
#define LLMGW_S_STATUS    112
#define LLMGW_S_ATTEMPTS  114
#define LLMGW_S_FIXED     116

#define LLMGW_S_UNKNOWN   0xffffffff

/* tags that are no text of the table below */

#define LLMGW_S_TAG       64
#define LLMGW_S_CHARGE    65

/* of a charge: kind, reset_at, length of the id, length of the meter */

#define LLMGW_C_FIXED     13

/* the id is that of the request's own member, or its n-th tag */

#define LLMGW_C_SAME      0xffff
#define LLMGW_C_TAG       0xff00

#define LLMGW_T_FIXED     68


/* The order of the counts is that of the file. */

static const size_t  llmgw_spend_counts[] = {
    offsetof(llmgw_spend_t, prompt),
    offsetof(llmgw_spend_t, completion),
    offsetof(llmgw_spend_t, cached),
    offsetof(llmgw_spend_t, cache_write),
    offsetof(llmgw_spend_t, cache_write_1h),
    offsetof(llmgw_spend_t, reasoning),
    offsetof(llmgw_spend_t, audio_in),
    offsetof(llmgw_spend_t, audio_out),
    offsetof(llmgw_spend_t, image_in),
    offsetof(llmgw_spend_t, image_out),
    offsetof(llmgw_spend_t, images),
    offsetof(llmgw_spend_t, characters),
    offsetof(llmgw_spend_t, queries),
    offsetof(llmgw_spend_t, audio_ms)
};


/* The tag of a text is its place here, plus one. */

static const struct {
    size_t    offset;
    unsigned  id;                    /* must be whole */
} llmgw_spend_texts[] = {
    { offsetof(llmgw_spend_t, request_id), 0 },
    { offsetof(llmgw_spend_t, key), 1 },
    { offsetof(llmgw_spend_t, key_alias), 0 },
    { offsetof(llmgw_spend_t, user), 1 },
    { offsetof(llmgw_spend_t, team), 1 },
    { offsetof(llmgw_spend_t, organization), 1 },
    { offsetof(llmgw_spend_t, customer), 1 },
    { offsetof(llmgw_spend_t, model), 0 },
    { offsetof(llmgw_spend_t, upstream), 0 },
    { offsetof(llmgw_spend_t, deployment), 0 },
    { offsetof(llmgw_spend_t, provider), 0 },
    { offsetof(llmgw_spend_t, endpoint), 0 },
    { offsetof(llmgw_spend_t, tier), 0 },
    { offsetof(llmgw_spend_t, error), 0 },
    { offsetof(llmgw_spend_t, session), 0 },
    { offsetof(llmgw_spend_t, address), 0 },
    { offsetof(llmgw_spend_t, node), 0 }
};


static const llmgw_str_t *llmgw_spend_same(const llmgw_spend_t *s,
    unsigned kind);
static unsigned llmgw_spend_ref(const llmgw_spend_t *s,
    const llmgw_charge_t *c);
static u_char *llmgw_charge_write(u_char *p, const llmgw_spend_t *s,
    const llmgw_charge_t *c);
static llmgw_int_t llmgw_charge_read(llmgw_str_t v, llmgw_spend_t *s);
static llmgw_int_t llmgw_charge_resolve(llmgw_spend_t *s);


#define llmgw_spend_text(s, i)                                               \
    ((llmgw_str_t *) ((u_char *) (s) + llmgw_spend_texts[i].offset))

#define llmgw_spend_count(s, i)                                              \
    ((int64_t *) ((u_char *) (s) + llmgw_spend_counts[i]))


void
llmgw_spend_init(llmgw_spend_t *s)
{
    size_t  i;

    /* the arrays are as long as their counts say */

    memset(s, 0, offsetof(llmgw_spend_t, tags));

    for (i = 0; i < llmgw_nelts(llmgw_spend_counts); i++) {
        *llmgw_spend_count(s, i) = -1;
    }
}


/* The member that has the id of a kind, NULL where none does. */

static const llmgw_str_t *
llmgw_spend_same(const llmgw_spend_t *s, unsigned kind)
{
    switch (kind) {

    case LLMGW_KIND_KEY:
        return &s->key;

    case LLMGW_KIND_USER:
        return &s->user;

    case LLMGW_KIND_TEAM:
        return &s->team;

    case LLMGW_KIND_ORGANIZATION:
        return &s->organization;

    case LLMGW_KIND_CUSTOMER:
        return &s->customer;

    default:
        return NULL;
    }
}


/* What stands for the length of a charge's id. */

static unsigned
llmgw_spend_ref(const llmgw_spend_t *s, const llmgw_charge_t *c)
{
    unsigned            i;
    const llmgw_str_t  *same;

    same = llmgw_spend_same(s, c->kind);

    if (same != NULL && llmgw_str_eq(*same, c->id)) {
        return LLMGW_C_SAME;
    }

    if (c->kind == LLMGW_KIND_TAG) {

        for (i = 0; i < s->ntags; i++) {
            if (llmgw_str_eq(s->tags[i], c->id)) {
                return LLMGW_C_TAG + i;
            }
        }
    }

    return (unsigned) c->id.len;
}


size_t
llmgw_spend_size(const llmgw_spend_t *s)
{
    size_t                 i, len, size;
    unsigned               ref;
    const llmgw_charge_t  *c;

    if (s->ntags > LLMGW_TAGS_MAX || s->ncharges > LLMGW_CHARGES_MAX) {
        return 0;
    }

    size = LLMGW_S_FIXED;

    for (i = 0; i < llmgw_nelts(llmgw_spend_texts); i++) {

        len = llmgw_spend_text(s, i)->len;

        if (llmgw_spend_texts[i].id) {
            if (len > LLMGW_RECORD_ID) {
                return 0;
            }

        } else if (len > LLMGW_RECORD_TEXT) {
            len = LLMGW_RECORD_TEXT;
        }

        size += len ? 3 + len : 0;
    }

    for (i = 0; i < s->ntags; i++) {

        if (s->tags[i].len > LLMGW_RECORD_ID) {
            return 0;
        }

        size += 3 + s->tags[i].len;
    }

    for (i = 0; i < s->ncharges; i++) {

        c = &s->charges[i];

        if (c->kind >= LLMGW_RECORD_KINDS || c->id.len > LLMGW_RECORD_ID
            || c->meter.len > LLMGW_RECORD_TEXT)
        {
            return 0;
        }

        ref = llmgw_spend_ref(s, c);

        size += 3 + LLMGW_C_FIXED + c->meter.len
                + (ref < LLMGW_C_TAG ? c->id.len : 0);
    }

    return size;
}


u_char *
llmgw_spend_write(u_char *p, const llmgw_spend_t *s)
{
    size_t       i;
    int64_t      n;
    llmgw_str_t  text;

    llmgw_put_u64(p + LLMGW_S_RING, s->ring);
    llmgw_put_u64(p + LLMGW_S_SEQ, s->seq);
    llmgw_put_u64(p + LLMGW_S_START, (uint64_t) s->start);
    llmgw_put_u64(p + LLMGW_S_END, (uint64_t) s->end);
    llmgw_put_u64(p + LLMGW_S_COST, (uint64_t) s->cost);

    for (i = 0; i < llmgw_nelts(llmgw_spend_counts); i++) {

        n = *llmgw_spend_count(s, i);

        llmgw_put_u32(p + LLMGW_S_COUNTS + 4 * i,
                      n < 0 ? LLMGW_S_UNKNOWN
                            : n < LLMGW_S_UNKNOWN ? (uint32_t) n
                                                  : LLMGW_S_UNKNOWN - 1);
    }

    llmgw_put_u32(p + LLMGW_S_FIRST, s->first_ms);
    llmgw_put_u32(p + LLMGW_S_LATENCY, s->latency_ms);
    llmgw_put_u32(p + LLMGW_S_UPSTREAM, s->upstream_ms);
    llmgw_put_u32(p + LLMGW_S_FLAGS, s->flags);
    llmgw_put_u16(p + LLMGW_S_STATUS, s->status);
    llmgw_put_u16(p + LLMGW_S_ATTEMPTS, s->attempts);

    p += LLMGW_S_FIXED;

    for (i = 0; i < llmgw_nelts(llmgw_spend_texts); i++) {

        text = *llmgw_spend_text(s, i);

        if (text.len == 0) {
            continue;
        }

        if (!llmgw_spend_texts[i].id && text.len > LLMGW_RECORD_TEXT) {
            text.len = LLMGW_RECORD_TEXT;
        }

        *p = (u_char) (i + 1);
        llmgw_put_u16(p + 1, (uint16_t) text.len);
        p = llmgw_put_bytes(p + 3, text);
    }

    for (i = 0; i < s->ntags; i++) {
        *p = LLMGW_S_TAG;
        llmgw_put_u16(p + 1, (uint16_t) s->tags[i].len);
        p = llmgw_put_bytes(p + 3, s->tags[i]);
    }

    for (i = 0; i < s->ncharges; i++) {
        p = llmgw_charge_write(p, s, &s->charges[i]);
    }

    return p;
}


static u_char *
llmgw_charge_write(u_char *p, const llmgw_spend_t *s, const llmgw_charge_t *c)
{
    size_t    len;
    unsigned  ref;

    ref = llmgw_spend_ref(s, c);

    len = LLMGW_C_FIXED + c->meter.len + (ref < LLMGW_C_TAG ? c->id.len : 0);

    *p = LLMGW_S_CHARGE;
    llmgw_put_u16(p + 1, (uint16_t) len);

    p += 3;

    p[0] = (u_char) c->kind;
    llmgw_put_u64(p + 1, (uint64_t) c->reset_at);
    llmgw_put_u16(p + 9, (uint16_t) ref);
    llmgw_put_u16(p + 11, (uint16_t) c->meter.len);

    p += LLMGW_C_FIXED;

    if (ref < LLMGW_C_TAG) {
        p = llmgw_put_bytes(p, c->id);
    }

    return llmgw_put_bytes(p, c->meter);
}


llmgw_int_t
llmgw_spend_read(llmgw_str_t payload, llmgw_spend_t *s)
{
    size_t         i, len, left;
    uint32_t       n;
    unsigned       tag;
    const u_char  *p;

    llmgw_spend_init(s);

    if (payload.len < LLMGW_S_FIXED) {
        return LLMGW_INVALID;
    }

    p = payload.data;

    s->ring = llmgw_get_u64(p + LLMGW_S_RING);
    s->seq = llmgw_get_u64(p + LLMGW_S_SEQ);
    s->start = (int64_t) llmgw_get_u64(p + LLMGW_S_START);
    s->end = (int64_t) llmgw_get_u64(p + LLMGW_S_END);
    s->cost = (int64_t) llmgw_get_u64(p + LLMGW_S_COST);

    for (i = 0; i < llmgw_nelts(llmgw_spend_counts); i++) {

        n = llmgw_get_u32(p + LLMGW_S_COUNTS + 4 * i);

        if (n != LLMGW_S_UNKNOWN) {
            *llmgw_spend_count(s, i) = n;
        }
    }

    s->first_ms = llmgw_get_u32(p + LLMGW_S_FIRST);
    s->latency_ms = llmgw_get_u32(p + LLMGW_S_LATENCY);
    s->upstream_ms = llmgw_get_u32(p + LLMGW_S_UPSTREAM);
    s->flags = llmgw_get_u32(p + LLMGW_S_FLAGS);
    s->status = llmgw_get_u16(p + LLMGW_S_STATUS);
    s->attempts = llmgw_get_u16(p + LLMGW_S_ATTEMPTS);

    p += LLMGW_S_FIXED;
    left = payload.len - LLMGW_S_FIXED;

    while (left) {

        if (left < 3) {
            return LLMGW_INVALID;
        }

        tag = p[0];
        len = llmgw_get_u16(p + 1);

        p += 3;
        left -= 3;

        if (len > left) {
            return LLMGW_INVALID;
        }

        if (tag == LLMGW_S_CHARGE) {

            if (llmgw_charge_read(llmgw_str(p, len), s) != LLMGW_OK) {
                return LLMGW_INVALID;
            }

        } else if (tag == LLMGW_S_TAG) {

            if (s->ntags == LLMGW_TAGS_MAX || len > LLMGW_RECORD_ID) {
                return LLMGW_INVALID;
            }

            s->tags[s->ntags++] = llmgw_str(p, len);

        } else if (tag > 0 && tag <= llmgw_nelts(llmgw_spend_texts)) {

            if (len > (llmgw_spend_texts[tag - 1].id ? LLMGW_RECORD_ID
                                                     : LLMGW_RECORD_TEXT))
            {
                return LLMGW_INVALID;
            }

            *llmgw_spend_text(s, tag - 1) = llmgw_str(p, len);
        }

        p += len;
        left -= len;
    }

    return llmgw_charge_resolve(s);
}


static llmgw_int_t
llmgw_charge_read(llmgw_str_t v, llmgw_spend_t *s)
{
    size_t           id, meter;
    llmgw_charge_t  *c;

    if (v.len < LLMGW_C_FIXED || s->ncharges == LLMGW_CHARGES_MAX) {
        return LLMGW_INVALID;
    }

    c = &s->charges[s->ncharges++];

    c->kind = v.data[0];
    c->reset_at = (int64_t) llmgw_get_u64(v.data + 1);

    id = llmgw_get_u16(v.data + 9);
    meter = llmgw_get_u16(v.data + 11);

    v.data += LLMGW_C_FIXED;
    v.len -= LLMGW_C_FIXED;

    if (c->kind >= LLMGW_RECORD_KINDS || meter > LLMGW_RECORD_TEXT) {
        return LLMGW_INVALID;
    }

    /* what it refers to may stand behind it: the length says so until then */

    c->id = llmgw_str(NULL, id);

    if (id < LLMGW_C_TAG) {

        if (id > LLMGW_RECORD_ID || id > v.len) {
            return LLMGW_INVALID;
        }

        c->id.data = v.data;

        v.data += id;
        v.len -= id;
    }

    if (meter != v.len) {
        return LLMGW_INVALID;
    }

    c->meter = v;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_charge_resolve(llmgw_spend_t *s)
{
    unsigned            i, tag;
    llmgw_charge_t     *c;
    const llmgw_str_t  *same;

    for (i = 0; i < s->ncharges; i++) {

        c = &s->charges[i];

        if (c->id.len < LLMGW_C_TAG) {
            continue;
        }

        if (c->id.len == LLMGW_C_SAME) {

            same = llmgw_spend_same(s, c->kind);

            if (same == NULL) {
                return LLMGW_INVALID;
            }

            c->id = *same;
            continue;
        }

        tag = (unsigned) c->id.len - LLMGW_C_TAG;

        if (tag >= s->ntags) {
            return LLMGW_INVALID;
        }

        c->id = s->tags[tag];
    }

    return LLMGW_OK;
}


void
llmgw_spend_complete(u_char *payload, uint32_t latency_ms, uint32_t flags)
{
    flags |= llmgw_get_u32(payload + LLMGW_S_FLAGS);

    llmgw_put_u32(payload + LLMGW_S_LATENCY, latency_ms);
    llmgw_put_u32(payload + LLMGW_S_FLAGS, flags);
}


llmgw_int_t
llmgw_spend_origin(llmgw_str_t payload, uint64_t *ring, uint64_t *seq)
{
    /* both stand first in a change of a sum, too */

    if (payload.len < LLMGW_T_FIXED) {
        return LLMGW_INVALID;
    }

    *ring = llmgw_get_u64(payload.data + LLMGW_S_RING);
    *seq = llmgw_get_u64(payload.data + LLMGW_S_SEQ);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_spend_brief(llmgw_str_t payload, int64_t *end, int64_t *cost)
{
    if (payload.len < LLMGW_S_FIXED) {
        return LLMGW_INVALID;
    }

    *end = (int64_t) llmgw_get_u64(payload.data + LLMGW_S_END);
    *cost = (int64_t) llmgw_get_u64(payload.data + LLMGW_S_COST);

    return LLMGW_OK;
}


size_t
llmgw_total_size(const llmgw_total_t *t)
{
    if (t->kind >= LLMGW_RECORD_KINDS || t->id.len > LLMGW_RECORD_ID
        || t->meter.len > LLMGW_RECORD_TEXT)
    {
        return 0;
    }

    return LLMGW_T_FIXED + t->id.len + t->meter.len;
}


u_char *
llmgw_total_write(u_char *p, const llmgw_total_t *t)
{
    llmgw_put_u64(p, t->ring);
    llmgw_put_u64(p + 8, t->seq);
    llmgw_put_u64(p + 16, (uint64_t) t->spend);
    llmgw_put_u64(p + 24, (uint64_t) t->total);
    llmgw_put_u64(p + 32, (uint64_t) t->reset_at);
    llmgw_put_u64(p + 40, (uint64_t) t->requests);
    llmgw_put_u64(p + 48, (uint64_t) t->tokens);
    llmgw_put_u64(p + 56, (uint64_t) t->last);

    p[64] = (u_char) t->kind;
    p[65] = (u_char) t->meter.len;
    llmgw_put_u16(p + 66, (uint16_t) t->id.len);

    p = llmgw_put_bytes(p + LLMGW_T_FIXED, t->id);

    return llmgw_put_bytes(p, t->meter);
}


llmgw_int_t
llmgw_total_read(llmgw_str_t payload, llmgw_total_t *t)
{
    const u_char  *p;

    memset(t, 0, sizeof(llmgw_total_t));

    p = payload.data;

    if (payload.len < LLMGW_T_FIXED) {
        return LLMGW_INVALID;
    }

    t->ring = llmgw_get_u64(p);
    t->seq = llmgw_get_u64(p + 8);
    t->spend = (int64_t) llmgw_get_u64(p + 16);
    t->total = (int64_t) llmgw_get_u64(p + 24);
    t->reset_at = (int64_t) llmgw_get_u64(p + 32);
    t->requests = (int64_t) llmgw_get_u64(p + 40);
    t->tokens = (int64_t) llmgw_get_u64(p + 48);
    t->last = (int64_t) llmgw_get_u64(p + 56);

    t->kind = p[64];
    t->meter.len = p[65];
    t->id.len = llmgw_get_u16(p + 66);

    if (t->kind >= LLMGW_RECORD_KINDS || t->id.len > LLMGW_RECORD_ID
        || payload.len != LLMGW_T_FIXED + t->id.len + t->meter.len)
    {
        return LLMGW_INVALID;
    }

    t->id.data = p + LLMGW_T_FIXED;
    t->meter.data = t->id.data + t->id.len;

    return LLMGW_OK;
}


/* Sums stop at the ends of their range instead of wrapping around. */

static int64_t
llmgw_sum(int64_t a, int64_t b)
{
    int64_t  sum;

    if (__builtin_add_overflow(a, b, &sum)) {
        return b < 0 ? INT64_MIN : INT64_MAX;
    }

    return sum;
}


void
llmgw_total_charge(llmgw_total_t *t, const llmgw_spend_t *s,
    const llmgw_charge_t *c)
{
    llmgw_total_t  change;

    memset(&change, 0, sizeof(llmgw_total_t));

    change.spend = s->cost;
    change.total = s->cost;
    change.reset_at = c->reset_at;
    change.requests = 1;
    change.tokens = llmgw_sum(s->prompt > 0 ? s->prompt : 0,
                              s->completion > 0 ? s->completion : 0);
    change.last = s->end / 1000;

    llmgw_total_add(t, &change);
}


void
llmgw_total_add(llmgw_total_t *t, const llmgw_total_t *change)
{
    t->total = llmgw_sum(t->total, change->total);
    t->requests = llmgw_sum(t->requests, change->requests);
    t->tokens = llmgw_sum(t->tokens, change->tokens);

    if (change->last > t->last) {
        t->last = change->last;
    }

    if (change->reset_at == t->reset_at) {
        t->spend = llmgw_sum(t->spend, change->spend);

    } else if (change->reset_at > t->reset_at) {
        t->reset_at = change->reset_at;
        t->spend = change->spend;
    }
}
