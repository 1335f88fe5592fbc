
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_bytes.h"
#include "llmgw_ring.h"


#define LLMGW_RING_MAGIC     0x31474e495257474cULL      /* LGWRING1 */
#define LLMGW_RING_VERSION   1

/* entries begin at multiples of it, so that a header always fits */
#define LLMGW_RING_UNIT      32

/* of a mark: the index of the slot; the rest counts */
#define LLMGW_RING_INDEX     20
#define LLMGW_RING_SLOTS     (1 << LLMGW_RING_INDEX)

/*
 * What an end may have more than was known at the beginning: names of the
 * deployment, charges, an error.
 */
#define LLMGW_RING_MORE      1024

/* lost where a record does not fit in front of the end of the data */
#define LLMGW_RING_SLACK     LLMGW_RING_RECORD


struct llmgw_ring_header_s {
    uint64_t           magic;
    uint32_t           version;
    uint32_t           crc;          /* of info */
    llmgw_ring_info_t  info;

    u_char             producer[0] __attribute__((aligned(256)));
    uint64_t           head;

    u_char             consumer[0] __attribute__((aligned(256)));
    uint64_t           tail;
};


typedef enum {
    LLMGW_SLOT_FREE = 0,
    LLMGW_SLOT_OPEN,
    LLMGW_SLOT_ENDED
} llmgw_slot_state_e;

struct llmgw_ring_slot_s {
    uint32_t           state;
    uint32_t           next;         /* of the free ones, index + 1 */
    uint64_t           mark;
    uint64_t           end;          /* position of the end, plus one */
    int64_t            cost;
    int64_t            prompt;
    int64_t            completion;
    uint32_t           len;
    u_char             data[LLMGW_RING_SLOT - 52];
};


typedef enum {
    LLMGW_ENTRY_FINAL = 0,
    LLMGW_ENTRY_OPEN,
    LLMGW_ENTRY_CLOSING,
    LLMGW_ENTRY_CLOSED,
    LLMGW_ENTRY_TAKEN
} llmgw_entry_state_e;

typedef enum {
    LLMGW_ENTRY_PAD = 1,
    LLMGW_ENTRY_FRAME
} llmgw_entry_type_e;

struct llmgw_ring_head_s {
    uint64_t           pos;          /* its own, as a check */
    uint32_t           size;
    uint32_t           type;
    uint32_t           state;
    uint32_t           latency;
    uint32_t           flags;
    uint32_t           zero;
};


static llmgw_ring_slot_t *llmgw_ring_slot(const llmgw_ring_t *r,
    uint64_t mark);
static void llmgw_ring_describe(llmgw_ring_slot_t *slot,
    const llmgw_spend_t *s);
static u_char *llmgw_ring_room(llmgw_ring_t *r, size_t len, size_t keep,
    uint64_t *pos);
static void llmgw_ring_commit(llmgw_ring_t *r, uint64_t pos, unsigned type,
    size_t len, unsigned state);


#define llmgw_ring_at(r, pos)                                                \
    ((llmgw_ring_head_t *) ((r)->data + (pos) % (r)->size))

#define llmgw_ring_load(p)      __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define llmgw_ring_store(p, v)  __atomic_store_n(p, v, __ATOMIC_RELEASE)


size_t
llmgw_ring_bytes(uint32_t nslots, uint64_t size)
{
    return LLMGW_RING_PAGE + (size_t) nslots * LLMGW_RING_SLOT + size;
}


void
llmgw_ring_create(llmgw_ring_t *r, u_char *mem, const llmgw_ring_info_t *info)
{
    uint32_t              i;
    llmgw_ring_slot_t    *slot;
    llmgw_ring_header_t  *h;

    memset(r, 0, sizeof(llmgw_ring_t));

    h = (llmgw_ring_header_t *) mem;

    h->version = LLMGW_RING_VERSION;
    h->info = *info;
    h->crc = llmgw_crc32c(0, (u_char *) &h->info, sizeof(llmgw_ring_info_t));

    r->header = h;
    r->slots = mem + LLMGW_RING_PAGE;
    r->data = r->slots + (size_t) info->nslots * LLMGW_RING_SLOT;
    r->size = info->size;
    r->nslots = info->nslots;

    for (i = info->nslots; i > 0; i--) {
        slot = (llmgw_ring_slot_t *) (r->slots + (i - 1) * LLMGW_RING_SLOT);
        slot->next = r->free;
        r->free = i;
    }

    /* whoever sees the magic finds all of it */

    llmgw_ring_store(&h->magic, LLMGW_RING_MAGIC);
}


llmgw_int_t
llmgw_ring_attach(llmgw_ring_t *r, u_char *mem, size_t bytes,
    llmgw_ring_info_t *info)
{
    uint64_t              head, tail;
    llmgw_ring_header_t  *h;

    memset(r, 0, sizeof(llmgw_ring_t));

    h = (llmgw_ring_header_t *) mem;

    if (bytes < LLMGW_RING_PAGE
        || llmgw_ring_load(&h->magic) != LLMGW_RING_MAGIC)
    {
        return LLMGW_INVALID;
    }

    if (h->version != LLMGW_RING_VERSION) {
        return LLMGW_DECLINED;
    }

    *info = h->info;

    if (h->crc != llmgw_crc32c(0, (u_char *) info, sizeof(llmgw_ring_info_t))
        || info->nslots > LLMGW_RING_SLOTS
        || info->size < LLMGW_RING_MIN || info->size > bytes
        || info->size % LLMGW_RING_UNIT != 0
        || info->node_len > LLMGW_RING_NODE
        || llmgw_ring_bytes(info->nslots, info->size) > bytes)
    {
        return LLMGW_INVALID;
    }

    head = llmgw_ring_load(&h->head);
    tail = llmgw_ring_load(&h->tail);

    if (tail > head || head - tail > info->size
        || head % LLMGW_RING_UNIT != 0 || tail % LLMGW_RING_UNIT != 0)
    {
        return LLMGW_INVALID;
    }

    r->header = h;
    r->slots = mem + LLMGW_RING_PAGE;
    r->data = r->slots + (size_t) info->nslots * LLMGW_RING_SLOT;
    r->size = info->size;
    r->nslots = info->nslots;

    return LLMGW_OK;
}


int
llmgw_ring_empty(const llmgw_ring_t *r)
{
    return llmgw_ring_tail(r) == llmgw_ring_head(r);
}


static llmgw_ring_slot_t *
llmgw_ring_slot(const llmgw_ring_t *r, uint64_t mark)
{
    uint32_t            i;
    llmgw_ring_slot_t  *slot;

    i = (uint32_t) (mark & (LLMGW_RING_SLOTS - 1));

    if (i >= r->nslots) {
        return NULL;
    }

    slot = (llmgw_ring_slot_t *) (r->slots + (size_t) i * LLMGW_RING_SLOT);

    return slot->mark == mark ? slot : NULL;
}


llmgw_int_t
llmgw_ring_begin(llmgw_ring_t *r, const llmgw_spend_t *s, uint64_t *mark,
    size_t *reserve)
{
    size_t              size;
    uint32_t            i;
    llmgw_ring_slot_t  *slot;

    i = r->free;
    size = llmgw_spend_size(s);

    if (i == 0 || size == 0) {
        return LLMGW_TOO_LARGE;
    }

    size += LLMGW_RING_MORE;

    if (r->head - r->tail + r->reserved + size + LLMGW_RING_SLACK > r->size) {

        r->tail = llmgw_ring_load(&r->header->tail);

        if (r->head - r->tail + r->reserved + size + LLMGW_RING_SLACK
            > r->size)
        {
            return LLMGW_TOO_LARGE;
        }
    }

    slot = (llmgw_ring_slot_t *) (r->slots + (size_t) (i - 1)
                                             * LLMGW_RING_SLOT);

    llmgw_ring_describe(slot, s);

    slot->mark = ++r->marks << LLMGW_RING_INDEX | (i - 1);
    slot->end = 0;

    llmgw_ring_store(&slot->state, LLMGW_SLOT_OPEN);

    r->free = slot->next;
    r->reserved += size;
    r->open++;

    *mark = slot->mark;
    *reserve = size;

    return LLMGW_OK;
}


/* Enough to tell people which request it was. */

static void
llmgw_ring_describe(llmgw_ring_slot_t *slot, const llmgw_spend_t *s)
{
    llmgw_spend_t  d;

    llmgw_spend_init(&d);

    d.start = s->start;
    d.flags = s->flags;
    d.request_id = s->request_id;
    d.key = s->key;

    if (d.request_id.len > 128) {
        d.request_id.len = 128;
    }

    if (d.key.len > 64) {
        d.key.len = 64;
    }

#define llmgw_ring_take_text(name)                                           \
    d.name = s->name;                                                        \
    if (llmgw_spend_size(&d) > sizeof(slot->data)) {                         \
        d.name.len = 0;                                                      \
    }

    llmgw_ring_take_text(team);
    llmgw_ring_take_text(user);
    llmgw_ring_take_text(model);
    llmgw_ring_take_text(customer);
    llmgw_ring_take_text(key_alias);
    llmgw_ring_take_text(organization);
    llmgw_ring_take_text(endpoint);
    llmgw_ring_take_text(address);

    slot->len = (uint32_t) (llmgw_spend_write(slot->data, &d) - slot->data);
}


/*
 * Room for a frame with so large a payload, in one piece; "keep" bytes stay
 * free behind it.
 */

static u_char *
llmgw_ring_room(llmgw_ring_t *r, size_t len, size_t keep, uint64_t *pos)
{
    size_t              left, need, used;
    llmgw_ring_head_t  *e;

    need = sizeof(llmgw_ring_head_t) + llmgw_frame_size(len);
    need = (need + LLMGW_RING_UNIT - 1) & ~(size_t) (LLMGW_RING_UNIT - 1);

    if (need > LLMGW_RING_RECORD) {
        return NULL;
    }

    left = r->size - r->head % r->size;
    used = need > left ? left + need : need;

    if (r->head - r->tail + used + keep > r->size) {

        r->tail = llmgw_ring_load(&r->header->tail);

        if (r->head - r->tail + used + keep > r->size) {
            return NULL;
        }
    }

    *pos = r->head;

    if (need > left) {
        e = llmgw_ring_at(r, r->head);

        memset(e, 0, sizeof(llmgw_ring_head_t));
        e->pos = r->head;
        e->size = (uint32_t) left;
        e->type = LLMGW_ENTRY_PAD;

        *pos += left;
    }

    return (u_char *) (llmgw_ring_at(r, *pos) + 1);
}


/* The payload is in its place; when head has moved the record is there. */

static void
llmgw_ring_commit(llmgw_ring_t *r, uint64_t pos, unsigned type, size_t len,
    unsigned state)
{
    size_t              size;
    llmgw_ring_head_t  *e;

    e = llmgw_ring_at(r, pos);

    (void) llmgw_frame_write((u_char *) (e + 1), type, r->seq, len);

    size = sizeof(llmgw_ring_head_t) + llmgw_frame_size(len);

    e->pos = pos;
    e->size = (uint32_t) ((size + LLMGW_RING_UNIT - 1)
                          & ~(size_t) (LLMGW_RING_UNIT - 1));
    e->type = LLMGW_ENTRY_FRAME;
    e->state = state;
    e->latency = 0;
    e->flags = 0;
    e->zero = 0;

    r->head = pos + e->size;

    llmgw_ring_store(&r->header->head, r->head);
}


llmgw_int_t
llmgw_ring_end(llmgw_ring_t *r, uint64_t mark, size_t reserve,
    llmgw_spend_t *s, unsigned open, uint64_t *pos)
{
    size_t              len;
    u_char             *p;
    llmgw_ring_slot_t  *slot;

    slot = llmgw_ring_slot(r, mark);

    if (slot == NULL || slot->state != LLMGW_SLOT_OPEN) {
        return LLMGW_DECLINED;
    }

    s->ring = r->header->info.id;
    s->seq = r->seq + 1;

    len = llmgw_spend_size(s);

    /* what was reserved for it is there, and what is kept for gaps */

    p = len ? llmgw_ring_room(r, len, 0, pos) : NULL;

    if (p == NULL) {
        return LLMGW_TOO_LARGE;
    }

    r->seq++;
    r->reserved -= reserve;

    (void) llmgw_spend_write(p + LLMGW_FRAME_HEADER, s);

    /*
     * The slot knows the outcome before the record is there, and where the
     * record will be: so it can be told whether it is.
     */

    slot->cost = s->cost;
    slot->prompt = s->prompt;
    slot->completion = s->completion;

    llmgw_ring_store(&slot->end, *pos + 1);

    llmgw_ring_commit(r, *pos, LLMGW_RECORD_SPEND, len,
                      open ? LLMGW_ENTRY_OPEN : LLMGW_ENTRY_FINAL);

    llmgw_ring_store(&slot->state, LLMGW_SLOT_ENDED);

    r->open--;

    return LLMGW_OK;
}


void
llmgw_ring_close(llmgw_ring_t *r, uint64_t pos, uint32_t latency_ms,
    uint32_t flags)
{
    uint32_t            state;
    llmgw_ring_head_t  *entry;

    if (llmgw_ring_tail(r) > pos) {
        return;
    }

    entry = llmgw_ring_at(r, pos);
    state = LLMGW_ENTRY_OPEN;

    if (!__atomic_compare_exchange_n(&entry->state, &state,
                                     LLMGW_ENTRY_CLOSING, 0,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    {
        return;
    }

    entry->latency = latency_ms;
    entry->flags = flags;

    llmgw_ring_store(&entry->state, LLMGW_ENTRY_CLOSED);
}


void
llmgw_ring_done(llmgw_ring_t *r, uint64_t mark, size_t reserve)
{
    llmgw_ring_slot_t  *slot;

    slot = llmgw_ring_slot(r, mark);

    if (slot == NULL) {
        return;
    }

    if (slot->state == LLMGW_SLOT_OPEN) {
        r->reserved -= reserve;
        r->open--;
    }

    llmgw_ring_store(&slot->state, LLMGW_SLOT_FREE);

    slot->mark = 0;
    slot->next = r->free;
    r->free = (uint32_t) (mark & (LLMGW_RING_SLOTS - 1)) + 1;
}


llmgw_int_t
llmgw_ring_adjust(llmgw_ring_t *r, unsigned type, llmgw_total_t *change)
{
    size_t     len;
    u_char    *p;
    uint64_t   pos;

    change->ring = r->header->info.id;
    change->seq = r->seq + 1;

    len = llmgw_total_size(change);
    p = len ? llmgw_ring_room(r, len, r->reserved + LLMGW_RING_SLACK, &pos)
            : NULL;

    if (p == NULL) {
        return LLMGW_TOO_LARGE;
    }

    r->seq++;

    (void) llmgw_total_write(p + LLMGW_FRAME_HEADER, change);

    llmgw_ring_commit(r, pos, type, len, LLMGW_ENTRY_FINAL);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_ring_outcome(const llmgw_ring_t *r, uint64_t mark,
    llmgw_ring_outcome_t *outcome)
{
    uint32_t            state;
    uint64_t            end;
    llmgw_ring_slot_t  *slot;

    slot = llmgw_ring_slot(r, mark);

    if (slot == NULL) {
        return LLMGW_DECLINED;
    }

    state = llmgw_ring_load(&slot->state);
    end = llmgw_ring_load(&slot->end);

    if (state == LLMGW_SLOT_FREE
        || (state == LLMGW_SLOT_OPEN
            && (end == 0 || llmgw_ring_head(r) < end)))
    {
        return LLMGW_DECLINED;
    }

    outcome->cost = slot->cost;
    outcome->prompt = slot->prompt;
    outcome->completion = slot->completion;
    outcome->taken = (llmgw_ring_tail(r) >= end);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_ring_lost(const llmgw_ring_t *r, uint32_t *n, llmgw_spend_t *s)
{
    llmgw_ring_slot_t     *slot;
    llmgw_ring_outcome_t   outcome;

    while (*n < r->nslots) {

        slot = (llmgw_ring_slot_t *) (r->slots + (size_t) *n
                                                 * LLMGW_RING_SLOT);
        (*n)++;

        if (slot->state != LLMGW_SLOT_OPEN
            || llmgw_ring_outcome(r, slot->mark, &outcome) == LLMGW_OK
            || slot->len > sizeof(slot->data)
            || llmgw_spend_read(llmgw_str(slot->data, slot->len), s)
               != LLMGW_OK)
        {
            continue;
        }

        return LLMGW_OK;
    }

    return LLMGW_DONE;
}


uint64_t
llmgw_ring_tail(const llmgw_ring_t *r)
{
    return llmgw_ring_load(&r->header->tail);
}


uint64_t
llmgw_ring_head(const llmgw_ring_t *r)
{
    return llmgw_ring_load(&r->header->head);
}


llmgw_int_t
llmgw_ring_read(const llmgw_ring_t *r, uint64_t pos, llmgw_ring_entry_t *e)
{
    size_t              left;
    uint64_t            head;
    llmgw_ring_head_t  *h;

    head = llmgw_ring_head(r);

    for ( ;; ) {

        if (pos == head) {
            return LLMGW_AGAIN;
        }

        if (pos > head || head - pos > r->size || pos % LLMGW_RING_UNIT != 0)
        {
            return LLMGW_INVALID;
        }

        h = llmgw_ring_at(r, pos);
        left = r->size - pos % r->size;

        if (h->pos != pos || h->size < sizeof(llmgw_ring_head_t)
            || h->size > left || h->size > head - pos
            || h->size % LLMGW_RING_UNIT != 0)
        {
            return LLMGW_INVALID;
        }

        if (h->type != LLMGW_ENTRY_PAD) {
            break;
        }

        if (h->size != left) {
            return LLMGW_INVALID;
        }

        pos += h->size;
    }

    if (h->type != LLMGW_ENTRY_FRAME
        || llmgw_frame_read((u_char *) (h + 1),
                            h->size - sizeof(llmgw_ring_head_t), &e->frame)
           != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    e->head = h;
    e->next = pos + h->size;

    return LLMGW_OK;
}


uint64_t
llmgw_ring_resync(const llmgw_ring_t *r, uint64_t pos)
{
    uint64_t            head;
    llmgw_ring_entry_t  e;

    head = llmgw_ring_head(r);

    for (pos += LLMGW_RING_UNIT; pos < head; pos += LLMGW_RING_UNIT) {
        if (llmgw_ring_read(r, pos, &e) == LLMGW_OK) {
            return pos;
        }
    }

    return head;
}


llmgw_int_t
llmgw_ring_take(llmgw_ring_entry_t *e, unsigned wait, unsigned dead,
    uint32_t *latency_ms, uint32_t *flags)
{
    uint32_t  state;

    *latency_ms = 0;
    *flags = 0;

    state = llmgw_ring_load(&e->head->state);

    if (state == LLMGW_ENTRY_OPEN && !dead) {

        if (wait) {
            return LLMGW_AGAIN;
        }

        if (__atomic_compare_exchange_n(&e->head->state, &state,
                                        LLMGW_ENTRY_TAKEN, 0,
                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        {
            return LLMGW_OK;
        }

        /* it has been closed this instant: state says how far that is */
    }

    if (state == LLMGW_ENTRY_CLOSING && !dead) {
        return LLMGW_AGAIN;
    }

    if (state == LLMGW_ENTRY_CLOSED) {
        *latency_ms = e->head->latency;
        *flags = e->head->flags;
    }

    return LLMGW_OK;
}


void
llmgw_ring_release(llmgw_ring_t *r, uint64_t pos)
{
    llmgw_ring_store(&r->header->tail, pos);
}
