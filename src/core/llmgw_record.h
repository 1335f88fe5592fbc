
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The records that the gateway keeps in files: spend, totals, entities, the
 * audit log.  Everything is little-endian.  A frame carries one record:
 *
 *      0  4   magic "LGWR"
 *      4  4   size of the whole frame, a multiple of 8
 *      8  8   sequence number
 *     16  1   type
 *     17  1   version of the type's payload
 *     18  1   bytes of padding behind the payload, 0 to 7
 *     19  1   zero
 *     20  4   CRC-32C of what stands before it and behind it, up to the -8
 *     24  …   payload, padding
 *     -8  4   size again, so that a file can be read from its end
 *     -4  4   magic, its bits inverted
 *
 * Whoever reads takes nothing for granted: the files may be cut, damaged or
 * written by somebody else.
 */


#ifndef _LLMGW_RECORD_H_INCLUDED_
#define _LLMGW_RECORD_H_INCLUDED_


#include "llmgw_core.h"


#define LLMGW_FRAME_HEADER    24
#define LLMGW_FRAME_TRAILER   8
#define LLMGW_FRAME_OVERHEAD  (LLMGW_FRAME_HEADER + LLMGW_FRAME_TRAILER)

/* no frame is larger; content that was logged is cut to fit */
#define LLMGW_FRAME_MAX       (16 * 1024 * 1024)


/* The types are a file format: numbers never change their meaning. */

typedef enum {
    LLMGW_RECORD_FILE = 1,      /* first of each file */
    LLMGW_RECORD_MARK = 2,      /* how far rings had come: pairs of u64 */
    LLMGW_RECORD_SPEND = 3,     /* a request that was answered */
    LLMGW_RECORD_LOST = 4,      /* a request that was under way in a crash */
    LLMGW_RECORD_ADJUST = 5,    /* totals changed by hand, by a price */
    LLMGW_RECORD_TOTAL = 6,     /* sum of what came before */
    LLMGW_RECORD_PUT = 7,       /* an entity */
    LLMGW_RECORD_DELETE = 8,
    LLMGW_RECORD_AUDIT = 9,
    LLMGW_RECORD_CONTENT = 10,  /* prompt and answer of a request */
    LLMGW_RECORD_GROUP = 11,    /* sums of a day, for reports */
    LLMGW_RECORD_END = 12,      /* last of a complete file */
    LLMGW_RECORD_GONE = 13      /* an entity's sums are no more */
} llmgw_record_type_e;


typedef struct {
    uint64_t       seq;
    size_t         size;        /* of the whole frame */
    llmgw_str_t    payload;
    unsigned       type:8;
    unsigned       version:8;
} llmgw_frame_t;


/* The size of a frame with so large a payload. */

#define llmgw_frame_size(n)                                                  \
    (((size_t) (n) + LLMGW_FRAME_OVERHEAD + 7) & ~(size_t) 7)

/*
 * Completes a frame whose payload already stands at p + LLMGW_FRAME_HEADER;
 * p has room for llmgw_frame_size(len).  The end of the frame.
 */

u_char *llmgw_frame_write(u_char *p, unsigned type, uint64_t seq, size_t len);

/*
 * The frame at p.  LLMGW_AGAIN: what is there may be the beginning of a frame
 * that needs more than len bytes (f->size says how many, 0 where that is not
 * known yet).  LLMGW_INVALID: no frame, or a damaged one.
 */

llmgw_int_t llmgw_frame_read(const u_char *p, size_t len, llmgw_frame_t *f);

/* The frame that ends at p + len, in the same way. */

llmgw_int_t llmgw_frame_read_back(const u_char *p, size_t len,
    llmgw_frame_t *f);

/*
 * The offset of the first whole frame at or behind p, which is aligned as its
 * file is; len where there is none.
 */

size_t llmgw_frame_find(const u_char *p, size_t len);

uint32_t llmgw_crc32c(uint32_t crc, const u_char *p, size_t len);


/*
 * Kinds of entities are llmgw_kind_e's numbers: new ones go to its end.  Ids
 * are as the store has them (of a key: 64 hex digits), at most
 * LLMGW_RECORD_ID bytes.
 */

#define LLMGW_RECORD_KINDS  64
#define LLMGW_RECORD_ID     256
#define LLMGW_RECORD_TEXT   255


/*
 * One sum that a request's cost went to: that with the empty meter is all that
 * an entity spends, and there are more where it has several budgets.  reset_at
 * is when the budget period ends, as far as the gateway knew when it added: so
 * sums per period can be made again without knowing the budgets.
 */

typedef struct {
    unsigned       kind;        /* llmgw_kind_e */
    int64_t        reset_at;    /* Unix seconds; 0: no period */
    llmgw_str_t    id;
    llmgw_str_t    meter;
} llmgw_charge_t;

#define LLMGW_CHARGES_MAX  48
#define LLMGW_TAGS_MAX     16


/* llmgw_spend_t's flags, numbers of the file format */

#define LLMGW_SPEND_STREAM      0x0001
#define LLMGW_SPEND_ESTIMATED   0x0002   /* the provider told no usage */
#define LLMGW_SPEND_UNPRICED    0x0004   /* no price for the model */
#define LLMGW_SPEND_CACHE_HIT   0x0008
#define LLMGW_SPEND_ABORTED     0x0010   /* the client left */
#define LLMGW_SPEND_STOPPED     0x0020   /* its money ended */
#define LLMGW_SPEND_FAILED      0x0040   /* answered with an error */
#define LLMGW_SPEND_REAPED      0x0080   /* settled for a dead worker */


/*
 * A request.  Texts that name something to people (alias, model, error …) are
 * cut at 255 bytes by the writer; ids that are longer than LLMGW_RECORD_ID make
 * it fail.
 */

typedef struct {
    uint64_t       ring;        /* set by the journal: which ring, */
    uint64_t       seq;         /* and where in it */

    int64_t        start;       /* Unix milliseconds */
    int64_t        end;
    int64_t        cost;        /* nano-dollars */

    /* llmgw_usage_t's meaning; -1: not known */
    int64_t        prompt;      /* tokens */
    int64_t        completion;
    int64_t        cached;
    int64_t        cache_write;
    int64_t        reasoning;
    int64_t        audio_in;
    int64_t        audio_out;
    int64_t        image_in;
    int64_t        image_out;
    int64_t        cache_write_1h;  /* of cache_write, kept for an hour */
    int64_t        images;      /* that were made */
    int64_t        characters;  /* of text that was spoken */
    int64_t        queries;     /* searches, reranks */
    int64_t        audio_ms;    /* length of audio that was heard */

    uint32_t       first_ms;    /* until the first token; 0: none */
    uint32_t       latency_ms;  /* until the last byte */
    uint32_t       upstream_ms; /* of the attempt that answered */
    uint16_t       status;      /* as the client saw it */
    uint16_t       attempts;
    uint32_t       flags;

    llmgw_str_t    request_id;
    llmgw_str_t    key;         /* the entity's id; empty: none */
    llmgw_str_t    key_alias;
    llmgw_str_t    user;
    llmgw_str_t    team;
    llmgw_str_t    organization;
    llmgw_str_t    customer;
    llmgw_str_t    model;       /* what the client asked for */
    llmgw_str_t    upstream;    /* the provider's name for it */
    llmgw_str_t    deployment;
    llmgw_str_t    provider;
    llmgw_str_t    endpoint;    /* "chat", "embeddings" … */
    llmgw_str_t    tier;        /* service tier */
    llmgw_str_t    error;       /* code of the error */
    llmgw_str_t    session;
    llmgw_str_t    address;     /* of the client */
    llmgw_str_t    node;        /* the gateway's name */

    unsigned       ntags;
    unsigned       ncharges;
    llmgw_str_t    tags[LLMGW_TAGS_MAX];
    llmgw_charge_t charges[LLMGW_CHARGES_MAX];
} llmgw_spend_t;


/* All numbers zero or "not known", all texts empty. */

void llmgw_spend_init(llmgw_spend_t *s);

/*
 * Payload of LLMGW_RECORD_SPEND and LLMGW_RECORD_LOST.  The size is 0 where an
 * id is too long or there are too many of something.  llmgw_spend_write()
 * returns the end of what it wrote, exactly llmgw_spend_size() bytes.
 *
 * llmgw_spend_read() refers to the payload.  Members of a later version that
 * it does not know are passed over.
 */

size_t llmgw_spend_size(const llmgw_spend_t *s);
u_char *llmgw_spend_write(u_char *p, const llmgw_spend_t *s);
llmgw_int_t llmgw_spend_read(llmgw_str_t payload, llmgw_spend_t *s);

/*
 * What only the end of a request tells, put into a payload that is written
 * already; its size stays.
 */

void llmgw_spend_complete(u_char *payload, uint32_t latency_ms,
    uint32_t flags);

/*
 * Where a record of spend or a change of a sum came from, without reading all
 * of it.
 */

llmgw_int_t llmgw_spend_origin(llmgw_str_t payload, uint64_t *ring,
    uint64_t *seq);

/* When a request ended and what it cost, in the same way. */

llmgw_int_t llmgw_spend_brief(llmgw_str_t payload, int64_t *end,
    int64_t *cost);


/*
 * A sum.  As LLMGW_RECORD_TOTAL it is all that was charged before; as
 * LLMGW_RECORD_ADJUST it is a change by hand: figures are added, and where
 * reset_at is later than that of the sum, spend begins anew with this one's.
 */

typedef struct {
    uint64_t       ring;        /* of a change: where it comes from */
    uint64_t       seq;

    unsigned       kind;
    llmgw_str_t    id;
    llmgw_str_t    meter;
    int64_t        spend;       /* nano-dollars, of the period */
    int64_t        total;       /* ever */
    int64_t        reset_at;    /* Unix seconds, end of the period; 0: none */
    int64_t        requests;
    int64_t        tokens;
    int64_t        last;        /* Unix seconds of the latest request */
} llmgw_total_t;

size_t llmgw_total_size(const llmgw_total_t *t);
u_char *llmgw_total_write(u_char *p, const llmgw_total_t *t);
llmgw_int_t llmgw_total_read(llmgw_str_t payload, llmgw_total_t *t);

/*
 * Adds one request's share.  This is the one rule of how sums are made: the
 * gateway, a restart and the tool all use it.
 */

void llmgw_total_charge(llmgw_total_t *t, const llmgw_spend_t *s,
    const llmgw_charge_t *c);
void llmgw_total_add(llmgw_total_t *t, const llmgw_total_t *change);


/* An entity: LLMGW_RECORD_PUT, LLMGW_RECORD_DELETE (json empty). */

typedef struct {
    unsigned       kind;
    uint64_t       version;     /* counts the changes of the store */
    int64_t        time;        /* Unix milliseconds */
    llmgw_str_t    id;
    llmgw_str_t    json;
} llmgw_entity_t;

size_t llmgw_entity_size(const llmgw_entity_t *e);
u_char *llmgw_entity_write(u_char *p, const llmgw_entity_t *e);
llmgw_int_t llmgw_entity_read(llmgw_str_t payload, llmgw_entity_t *e);


/* The first record of a file. */

typedef enum {
    LLMGW_FILE_LEDGER = 1,
    LLMGW_FILE_TOTALS = 2,
    LLMGW_FILE_ENTITIES = 3,    /* log of changes */
    LLMGW_FILE_SNAPSHOT = 4,    /* of the entities */
    LLMGW_FILE_AUDIT = 5,
    LLMGW_FILE_CONTENT = 6,
    LLMGW_FILE_GROUPS = 7
} llmgw_file_kind_e;

typedef struct {
    unsigned       kind;        /* llmgw_file_kind_e */
    uint64_t       number;      /* of the segment */
    uint64_t       first;       /* sequence number of what comes next */
    int64_t        time;        /* Unix milliseconds */
    llmgw_str_t    node;
} llmgw_file_t;

size_t llmgw_file_size(const llmgw_file_t *f);
u_char *llmgw_file_write(u_char *p, const llmgw_file_t *f);
llmgw_int_t llmgw_file_read(llmgw_str_t payload, llmgw_file_t *f);


#endif /* _LLMGW_RECORD_H_INCLUDED_ */
