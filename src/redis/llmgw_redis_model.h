
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What lies in Redis, and under which names: docs/redis.md tells it to
 * operators.  Whatever is read may have been written by hand.
 */


#ifndef _LLMGW_REDIS_MODEL_H_INCLUDED_
#define _LLMGW_REDIS_MODEL_H_INCLUDED_


#include "llmgw_groups.h"
#include "llmgw_policy.h"
#include "llmgw_record.h"
#include "llmgw_redis.h"


/* all names begin with it and ":" */
#define LLMGW_REDIS_PREFIX   32

/* ids that can be seen in the name of a key, others go by their digest */
#define LLMGW_REDIS_PLAIN    128

#define LLMGW_REDIS_SUFFIX   16

/* sums of an entity that are looked at */
#define LLMGW_REDIS_METERS   1024

/* room for any name */
#define LLMGW_REDIS_NAME                                                     \
    (LLMGW_REDIS_PREFIX + LLMGW_REDIS_PLAIN + LLMGW_REDIS_SUFFIX + 32)


/* letters, digits and "._-:" */

int llmgw_redis_prefix_valid(llmgw_str_t prefix);

/*
 * "llmgw:{team:NAME}SUFFIX": all keys of an entity are in one slot of a
 * cluster.  NAME is the id, or "~" and the hex digits of its SHA-256 where it
 * is long or has bytes that mean something in Redis or in a shell.  kind may be
 * any word of at most 14 bytes.  buf has LLMGW_REDIS_NAME bytes; data is NULL
 * where the digest cannot be made.
 */

llmgw_str_t llmgw_redis_name(u_char *buf, llmgw_str_t prefix,
    llmgw_str_t kind, llmgw_str_t id, const char *suffix);

#define llmgw_redis_entity_name(buf, prefix, kind, id, suffix)               \
    llmgw_redis_name(buf, prefix, llmgw_kind_name(kind), id, suffix)

/* "llmgw:NAME" */

llmgw_str_t llmgw_redis_word(u_char *buf, llmgw_str_t prefix,
    const char *name, llmgw_str_t more);


/* Scripts: constants, known to the server by their SHA-1. */

typedef enum {
    LLMGW_REDIS_PUT = 0,
    LLMGW_REDIS_DEL,
    LLMGW_REDIS_SPEND,
    LLMGW_REDIS_MARK,
    LLMGW_REDIS_EXPORT,
    LLMGW_REDIS_RATES,
    LLMGW_REDIS_DAY,
    LLMGW_REDIS_SCRIPTS
} llmgw_redis_script_e;

llmgw_str_t llmgw_redis_script(llmgw_redis_script_e script);


/* A sum as Redis has it. */

typedef struct {
    llmgw_str_t    meter;
    int64_t        spend;
    int64_t        total;
    int64_t        reset_at;
} llmgw_redis_total_t;


/*
 * An entity, from the replies to
 *
 *     HMGET name id json version
 *     HGETALL name:spend
 *
 * the latter may be NULL.  LLMGW_DECLINED: there is none; LLMGW_INVALID: no
 * such replies, "why" says what is wrong; LLMGW_ERROR: no memory.  What is
 * said about money and cannot be read counts as 0, and sets "damaged".
 */

typedef struct {
    llmgw_str_t            id;
    llmgw_str_t            json;
    uint64_t               version;  /* never 0 */
    llmgw_redis_total_t   *totals;
    size_t                 ntotals;
    const char            *why;
    unsigned               damaged:1;
} llmgw_redis_record_t;

llmgw_int_t llmgw_redis_record(llmgw_arena_t *a, llmgw_str_t id,
    const llmgw_redis_value_t *fields, const llmgw_redis_value_t *spend,
    llmgw_redis_record_t *record);

/* Replies of scripts.  LLMGW_INVALID: none of theirs. */

typedef struct {
    int64_t        code;
    int64_t        number;
} llmgw_redis_pair_t;

llmgw_int_t llmgw_redis_pair(const llmgw_redis_value_t *v,
    llmgw_redis_pair_t *pair);


/*
 * What is told to other gateways.  A change: "put VERSION KIND ID", "del
 * VERSION KIND ID"; without an id it stands for all of the kind.  Sums: a run
 * of "KIND LEN LEN SPEND TOTAL RESET_AT ID METER\n", the lengths being those
 * of the id and the meter.
 */

typedef struct {
    llmgw_kind_e   kind;
    llmgw_str_t    id;
    int64_t        version;          /* 0: whatever it is */
    unsigned       del:1;
} llmgw_redis_change_t;

llmgw_int_t llmgw_redis_change(llmgw_str_t text, llmgw_redis_change_t *c);

typedef struct {
    llmgw_kind_e           kind;
    llmgw_str_t            id;
    llmgw_redis_total_t    total;
} llmgw_redis_news_t;

/* room for any of them */
#define LLMGW_REDIS_NEWS  (128 + LLMGW_RECORD_ID + LLMGW_RECORD_TEXT)

u_char *llmgw_redis_news_write(u_char *p, const llmgw_redis_news_t *n);

/* The first of them; text is what follows.  LLMGW_DONE, LLMGW_INVALID. */

llmgw_int_t llmgw_redis_news_read(llmgw_str_t *text, llmgw_redis_news_t *n);


/*
 * A batch of the ledger, put in order by entities: what all of it adds to each
 * of their sums.
 */

typedef struct llmgw_redis_sum_s    llmgw_redis_sum_t;
typedef struct llmgw_redis_group_s  llmgw_redis_group_t;

struct llmgw_redis_sum_s {
    llmgw_redis_sum_t     *next;
    llmgw_total_t          change;
    unsigned               seed:1;   /* all that was before, for those who have
                                        nothing */
};

struct llmgw_redis_group_s {
    llmgw_redis_group_t   *next;     /* of the same slot */
    llmgw_redis_group_t   *newer;
    uint32_t               hash;
    unsigned               kind;
    llmgw_str_t            id;
    uint64_t               first;    /* sequence numbers of its records */
    uint64_t               last;
    llmgw_redis_sum_t     *sums;
    size_t                 nsums;
    unsigned               gone:1;   /* nothing counts that came before */
};

typedef struct {
    llmgw_arena_t         *arena;
    llmgw_redis_group_t  **slots;
    size_t                 mask;
    size_t                 n;
    llmgw_redis_group_t   *list;
    llmgw_redis_group_t  **tail;
} llmgw_redis_groups_t;

llmgw_int_t llmgw_redis_groups_init(llmgw_redis_groups_t *g,
    llmgw_arena_t *a, size_t n);

/*
 * A record.  only: just what concerns this entity; NULL: all.  Types that
 * change no sum are passed over.  LLMGW_INVALID: it cannot be read.
 */

llmgw_int_t llmgw_redis_groups_add(llmgw_redis_groups_t *g, unsigned type,
    uint64_t seq, llmgw_str_t payload, const llmgw_redis_group_t *only);

/*
 * Arguments of the script "spend" behind its keys; *n is how many.
 * LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_redis_group_args(llmgw_arena_t *a,
    const llmgw_redis_group_t *group, llmgw_str_t node, llmgw_str_t **args,
    unsigned *n);

/*
 * Its reply.  LLMGW_OK with the sums as they are now; LLMGW_AGAIN: *have of
 * the records were known already, but not all: the rest is to be given alone.
 */

llmgw_int_t llmgw_redis_group_reply(llmgw_arena_t *a,
    const llmgw_redis_value_t *v, llmgw_redis_total_t **totals, size_t *n,
    uint64_t *have, unsigned *notes);

#define LLMGW_REDIS_DAMAGED  1       /* something was no number, or no hash */
#define LLMGW_REDIS_SKIPPED  2       /* a sum of what was lost */


/*
 * Spend of days, for reports.  first and last are the sequence numbers of the
 * records of a batch that are of this day.
 */

/* groups of a day: what comes later has no end users and no tags */
#define LLMGW_REDIS_DAY_GROUPS  100000

typedef struct llmgw_redis_day_s  llmgw_redis_day_t;

struct llmgw_redis_day_s {
    llmgw_redis_day_t     *next;
    int64_t                day;      /* Unix seconds of midnight, UTC */
    uint64_t               first;
    uint64_t               last;
    llmgw_groups_t         groups;
};

/* "2026-01-31"; buf has LLMGW_TIME_LEN bytes */

llmgw_str_t llmgw_redis_day(u_char *buf, int64_t day);
llmgw_int_t llmgw_redis_day_read(llmgw_str_t s, int64_t *day);

/*
 * A record of spend.  only: just what is of this day; NULL: all.
 * LLMGW_INVALID: it cannot be read; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_redis_days_add(llmgw_arena_t *a, llmgw_redis_day_t **days,
    uint64_t seq, llmgw_str_t payload, const llmgw_redis_day_t *only);

/*
 * Arguments of the script "day" behind its key.  keep: seconds that the day is
 * of use to anybody; 0: for ever.
 */

llmgw_int_t llmgw_redis_day_args(llmgw_arena_t *a,
    const llmgw_redis_day_t *d, llmgw_str_t node, int64_t keep,
    llmgw_str_t **args, unsigned *n);

/*
 * A field of a day; the day itself is not set.  tags is room for
 * LLMGW_TAGS_MAX.  LLMGW_INVALID: it is none, or a damaged one.
 */

llmgw_int_t llmgw_redis_day_group(llmgw_arena_t *a, llmgw_str_t name,
    llmgw_str_t value, llmgw_group_t *c, llmgw_str_t *tags);


/* A record of spend as JSON; LLMGW_INVALID: it is none. */

llmgw_int_t llmgw_redis_export(llmgw_arena_t *a, llmgw_str_t payload,
    llmgw_str_t *json);


#endif /* _LLMGW_REDIS_MODEL_H_INCLUDED_ */
