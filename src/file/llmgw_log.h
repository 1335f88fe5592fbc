
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Logs: numbered files of records that are only ever appended to, one after
 * the other.  A file is closed, with a sum of itself, when a day or a size is
 * over.  All records of a log have numbers of their own, which only grow.
 */


#ifndef _LLMGW_LOG_H_INCLUDED_
#define _LLMGW_LOG_H_INCLUDED_


#include "llmgw_disk.h"


/* bytes of one write */
#define LLMGW_LOG_BATCH   (512 * 1024)


/* A place between two records, and what the file has up to there. */

typedef struct {
    uint64_t           number;       /* of the file; 0: in front of all */
    uint64_t           offset;
    uint64_t           seq;          /* of the last record */
    uint64_t           records;
    int64_t            created;      /* Unix ms */
    int64_t            first;        /* the earliest end of a request, ms */
    int64_t            last;         /* the latest */
    int64_t            cost;
    uint32_t           closed;       /* nothing is appended any more */
    uint32_t           zero;
} llmgw_log_pos_t;


/* Reading on from a place, file after file, also while it is written. */

typedef struct {
    char                 dir[LLMGW_PATH_MAX];
    const char          *suffix;
    llmgw_log_pos_t      pos;
    llmgw_walk_t       reader;
    llmgw_report_t      *report;
    unsigned             open:1;
} llmgw_tail_t;

void llmgw_tail_init(llmgw_tail_t *t, const char *dir, const char *suffix,
    const llmgw_log_pos_t *pos, llmgw_report_t *report);
void llmgw_tail_close(llmgw_tail_t *t);

/*
 * LLMGW_OK, LLMGW_DONE: no more now.  Damage is reported and passed over.
 * LLMGW_ERROR: errno.
 */

llmgw_int_t llmgw_tail_next(llmgw_tail_t *t, llmgw_frame_t *f);


/*
 * Writing.  One writer at a time: who has the lock.  A mark says that the log
 * has a ring's records up to this one.
 */

typedef struct {
    uint64_t             ring;
    uint64_t             seq;
} llmgw_mark_t;

typedef struct {
    char                 dir[LLMGW_PATH_MAX];
    const char          *suffix;
    unsigned             kind;       /* llmgw_file_kind_e */
    llmgw_str_t          node;
    int                  lock;
    int                  fd;
    llmgw_log_pos_t      pos;        /* behind what is in the file */
    llmgw_log_pos_t      next;       /* behind what is in buf */
    u_char              *buf;
    size_t               len;
    uint64_t             limit;      /* bytes of a file */
    uint64_t             base;       /* numbers of a new log are above it */
} llmgw_log_t;

/*
 * Goes on at pos, which has to be the end (see llmgw_tail_next()): what stands
 * behind it is the beginning of a record that was never finished.  The lock is
 * the descriptor of llmgw_disk_lock(), or -1; it is closed with the log.
 */

int llmgw_log_open(llmgw_log_t *l, const char *dir, const char *suffix,
    unsigned kind, llmgw_str_t node, int lock, const llmgw_log_pos_t *pos,
    uint64_t limit);
void llmgw_log_close(llmgw_log_t *l);

/*
 * Has to be called before the first record: begins a file where there is none,
 * with the marks (see llmgw_mark_t).
 */

int llmgw_log_ready(llmgw_log_t *l, int64_t now,
    const llmgw_mark_t *marks, size_t nmarks);

/*
 * Room for a payload in the batch; NULL: it is full.  llmgw_log_add() gives
 * it its number.
 */

u_char *llmgw_log_room(llmgw_log_t *l, size_t len);
void llmgw_log_add(llmgw_log_t *l, unsigned type, size_t len);

/* Writes the batch.  -1: errno; the batch stays and is written again later. */

int llmgw_log_write(llmgw_log_t *l);

/*
 * Whether a new file is due: another day, or this one is long enough.  Then
 * _turn() closes it and begins the next one with the marks.
 */

int llmgw_log_due(const llmgw_log_t *l, int64_t now);
int llmgw_log_turn(llmgw_log_t *l, int64_t now,
    const llmgw_mark_t *marks, size_t nmarks);


/* What a closed file holds, without reading it; LLMGW_DECLINED: not closed. */

llmgw_int_t llmgw_log_summary(const char *path, llmgw_log_pos_t *pos);


#endif /* _LLMGW_LOG_H_INCLUDED_ */
