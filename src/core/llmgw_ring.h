
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A journal's ring: memory that one process writes records into and another
 * one takes them out of, in their order.  The memory is a file's, so that it
 * outlives both: what was committed is there, whenever either was killed.
 *
 *     header   what it is; "head" is moved behind a record when it is whole,
 *              "tail" when it is safe elsewhere
 *     slots    one for each request under way: who it is from, and later what
 *              it came to
 *     data     records, each a frame (llmgw_record.h) behind an entry header
 *
 * Numbers are the machine's own: the file belongs to it.  A consumer takes
 * nothing in it for granted.  Functions of the producer must not be called by
 * two threads at once, nor those of the consumer.
 */


#ifndef _LLMGW_RING_H_INCLUDED_
#define _LLMGW_RING_H_INCLUDED_


#include "llmgw_record.h"


#define LLMGW_RING_PAGE      4096
#define LLMGW_RING_SLOT      512
#define LLMGW_RING_NODE      64

/* the smallest data; the largest record in bytes */
#define LLMGW_RING_MIN       (256 * 1024)
#define LLMGW_RING_RECORD    (64 * 1024)


typedef struct {
    uint64_t           id;           /* never used twice */
    uint64_t           zone;         /* the shared memory its owner works with,
                                        0: none */
    int64_t            created;      /* Unix ms */
    uint64_t           size;         /* of the data */
    uint32_t           nslots;
    uint32_t           pid;
    uint32_t           number;       /* of the file */
    uint32_t           node_len;
    u_char             node[LLMGW_RING_NODE];
} llmgw_ring_info_t;

typedef struct llmgw_ring_header_s  llmgw_ring_header_t;
typedef struct llmgw_ring_slot_s    llmgw_ring_slot_t;
typedef struct llmgw_ring_head_s    llmgw_ring_head_t;

typedef struct {
    llmgw_ring_header_t  *header;
    u_char               *slots;
    u_char               *data;
    uint64_t              size;
    uint32_t              nslots;

    /* the producer's */
    uint64_t              head;
    uint64_t              tail;      /* when it was last looked at */
    uint64_t              reserved;  /* bytes, for ends to come */
    uint64_t              seq;       /* of the last record */
    uint64_t              marks;
    uint32_t              free;      /* index + 1 of the first free slot */
    uint32_t              open;      /* requests under way */
} llmgw_ring_t;


/* Bytes of memory that a ring takes. */

size_t llmgw_ring_bytes(uint32_t nslots, uint64_t size);

/* A new ring in zeroed memory; the caller is its producer. */

void llmgw_ring_create(llmgw_ring_t *r, u_char *mem,
    const llmgw_ring_info_t *info);

/*
 * A ring that is there.  LLMGW_INVALID: it is none, or its header is damaged;
 * LLMGW_DECLINED: of another version.
 */

llmgw_int_t llmgw_ring_attach(llmgw_ring_t *r, u_char *mem, size_t bytes,
    llmgw_ring_info_t *info);

/* All records were taken. */

int llmgw_ring_empty(const llmgw_ring_t *r);


/*
 * The producer.  begin: s is what is known, *mark names the request, *reserve
 * is to be kept until its end.  LLMGW_TOO_LARGE: no room.
 */

llmgw_int_t llmgw_ring_begin(llmgw_ring_t *r, const llmgw_spend_t *s,
    uint64_t *mark, size_t *reserve);

/*
 * The end; s->ring and s->seq are set.  *pos is for close(), where "open" is
 * set: the consumer then waits a moment for it.  LLMGW_TOO_LARGE: no room, or
 * s does not make a record; LLMGW_DECLINED: no such request.
 */

llmgw_int_t llmgw_ring_end(llmgw_ring_t *r, uint64_t mark, size_t reserve,
    llmgw_spend_t *s, unsigned open, uint64_t *pos);

/* What is known only later; nothing happens where it was taken already. */

void llmgw_ring_close(llmgw_ring_t *r, uint64_t pos, uint32_t latency_ms,
    uint32_t flags);

/* The request needs its slot no more; without an end it is as if never begun:
   then reserve is what begin() gave, else 0. */

void llmgw_ring_done(llmgw_ring_t *r, uint64_t mark, size_t reserve);

/*
 * A change of a sum (LLMGW_RECORD_ADJUST), the end of an entity's (_GONE);
 * change->ring and change->seq are set.
 */

llmgw_int_t llmgw_ring_adjust(llmgw_ring_t *r, unsigned type,
    llmgw_total_t *change);


/*
 * Whether the end of a request was written, by mark: LLMGW_OK and what it came
 * to, or LLMGW_DECLINED.  For any process, when the producer is dead.
 */

typedef struct {
    int64_t            cost;
    int64_t            prompt;
    int64_t            completion;
    unsigned           taken:1;      /* the record is safe elsewhere */
} llmgw_ring_outcome_t;

llmgw_int_t llmgw_ring_outcome(const llmgw_ring_t *r, uint64_t mark,
    llmgw_ring_outcome_t *outcome);

/*
 * The requests without an end of a dead producer: *slot is 0 at first.
 * LLMGW_OK; LLMGW_DONE: no more.
 */

llmgw_int_t llmgw_ring_lost(const llmgw_ring_t *r, uint32_t *slot,
    llmgw_spend_t *s);


/* The consumer. */

typedef struct {
    llmgw_frame_t        frame;
    uint64_t             next;       /* position behind it */
    llmgw_ring_head_t   *head;
} llmgw_ring_entry_t;

uint64_t llmgw_ring_tail(const llmgw_ring_t *r);
uint64_t llmgw_ring_head(const llmgw_ring_t *r);

/*
 * The record at a position.  LLMGW_AGAIN: there is none yet; LLMGW_INVALID:
 * there is no whole record, see llmgw_ring_resync().
 */

llmgw_int_t llmgw_ring_read(const llmgw_ring_t *r, uint64_t pos,
    llmgw_ring_entry_t *e);

/* The position of the next whole record behind pos, or the head. */

uint64_t llmgw_ring_resync(const llmgw_ring_t *r, uint64_t pos);

/*
 * Takes a record: from now on close() does not change it.  LLMGW_OK, with what
 * close() said in latency_ms and flags (zero where it said nothing);
 * LLMGW_AGAIN: it was not closed yet and "wait" is set, or it is being closed
 * this instant by a producer that is not dead.
 */

llmgw_int_t llmgw_ring_take(llmgw_ring_entry_t *e, unsigned wait,
    unsigned dead, uint32_t *latency_ms, uint32_t *flags);

/* Everything up to pos is safe elsewhere. */

void llmgw_ring_release(llmgw_ring_t *r, uint64_t pos);


#endif /* _LLMGW_RING_H_INCLUDED_ */
