
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the parts of the store that work with files share: journal, shipper,
 * ledger, entities.  All others go by ngx_http_llmgw_store.h.
 *
 *     DIR/lock               held by the one who writes the ledger
 *     DIR/journal/N.ring     one for each worker
 *     DIR/ledger/N.led …     see llmgw_ledger.h
 *     DIR/entities/N.ent …   see llmgw_entities.h
 *     DIR/audit/N.aud
 *     DIR/content/N.cnt
 *
 * Locks are those of files: they end with whoever holds them, and hold between
 * gateways that do not share memory (during a binary upgrade).
 */


#ifndef _NGX_HTTP_LLMGW_FILES_H_INCLUDED_
#define _NGX_HTTP_LLMGW_FILES_H_INCLUDED_


#include "ngx_http_llmgw_store.h"
#include "llmgw_entities.h"
#include "llmgw_groups.h"
#include "llmgw_ledger.h"
#include "llmgw_ring.h"


#define NGX_HTTP_LLMGW_RING_SUFFIX   ".ring"
#define NGX_HTTP_LLMGW_OLD_SUFFIX    ".old"      /* a ring that was emptied */
#define NGX_HTTP_LLMGW_AUDIT_SUFFIX  ".aud"
#define NGX_HTTP_LLMGW_CONTENT_SUFFIX  ".cnt"


typedef enum {
    ngx_http_llmgw_fsync_no = 0,
    ngx_http_llmgw_fsync_everysec,
    ngx_http_llmgw_fsync_always
} ngx_http_llmgw_fsync_e;

typedef enum {
    ngx_http_llmgw_full_refuse = 0,
    ngx_http_llmgw_full_drop
} ngx_http_llmgw_full_e;


/*
 * In the zone: sh->files.  A position is written where the other one is not
 * and then chosen, so that whoever dies leaves one of the two.
 */

typedef struct {
    llmgw_log_pos_t               pos[2];
    ngx_atomic_t                  at;
} ngx_http_llmgw_files_pos_t;

typedef struct ngx_http_llmgw_files_sh_s  ngx_http_llmgw_files_sh_t;
typedef struct ngx_http_llmgw_files_s     ngx_http_llmgw_files_t;

struct ngx_http_llmgw_files_sh_s {
    uint64_t                      signature;  /* of the directory */
    uint32_t                      id;         /* of this zone, in ring ids */
    uint32_t                      loaded;
    ngx_http_llmgw_files_pos_t    ledger;     /* the zone has it up to here */
    ngx_http_llmgw_files_pos_t    entities;
    ngx_http_llmgw_files_pos_t    audit;
    ngx_atomic_t                  seq;        /* of the ledger, record by
                                                 record */
    ngx_atomic_t                  fed;        /* a back end has them, and the
                                                 zone was told */
    ngx_atomic_t                  due;        /* … and what it may lack of
                                                 before this zone; 0: none */
    ngx_atomic_t                  dropped;    /* requests, not recorded */
    ngx_atomic_t                  rings;      /* made so far */
    uint64_t                      moved;      /* the snapshot that places in
                                                 the zone may be in */
};


struct ngx_http_llmgw_files_s {
    ngx_http_llmgw_main_conf_t   *lmcf;
    ngx_cycle_t                  *cycle;
    ngx_http_llmgw_files_sh_t    *sh;
    llmgw_str_t                   node;

    /* all end with a zero */
    ngx_str_t                     dir;
    char                         *lock;
    char                         *journal;
    char                         *ledger;
    char                         *entities;
    char                         *audit;
    char                         *content;

    size_t                        ring;       /* bytes of a ring's data */
    uint32_t                      slots;
    uint64_t                      segment;    /* bytes of a file */
    time_t                        retention;  /* 0: for ever */
    ngx_uint_t                    fsync;
    ngx_uint_t                    full;

    ngx_uid_t                     user;       /* of the workers; -1 */
    ngx_gid_t                     group;

#if (NGX_THREADS)
    ngx_thread_pool_t            *pool;
#endif
};


#define ngx_http_llmgw_now_ms()                                              \
    ((int64_t) ngx_time() * 1000 + (ngx_timeofday())->msec)

/* rings carry the zone that their owner works with in their id */

#define ngx_http_llmgw_ring_zone(id)  ((uint32_t) ((id) >> 32))


void ngx_http_llmgw_files_get(ngx_http_llmgw_files_pos_t *p,
    llmgw_log_pos_t *pos);
void ngx_http_llmgw_files_set(ngx_http_llmgw_files_pos_t *p,
    const llmgw_log_pos_t *pos);

/* Reports of the libraries go to a log of nginx. */

void ngx_http_llmgw_files_report(llmgw_report_t *report, ngx_log_t *log);

/* What the master made belongs to the workers. */

void ngx_http_llmgw_files_chown(ngx_http_llmgw_files_t *files,
    const char *dir, ngx_log_t *log);

/*
 * Runs what touches mapped memory of a file.  NGX_ERROR: the disk could not
 * give or take what was there.  Not to be nested.
 */

ngx_int_t ngx_http_llmgw_guard(void (*run)(void *data), void *data);
ngx_int_t ngx_http_llmgw_guard_init(ngx_log_t *log);

/* A line a minute, with what it stands for. */

typedef struct {
    time_t        last;
    ngx_uint_t    count;
} ngx_http_llmgw_alarm_t;

ngx_uint_t ngx_http_llmgw_alarm(ngx_http_llmgw_alarm_t *alarm);


/*
 * Work that may block, done by a thread where there are any; otherwise in
 * slices, between events.  work() gets the size of a slice in bytes, 0: all at
 * once; it returns NGX_AGAIN when there is more.  done() runs in the event
 * loop, once, and may free it all.
 */

typedef struct ngx_http_llmgw_work_s  ngx_http_llmgw_work_t;

struct ngx_http_llmgw_work_s {
    ngx_int_t                   (*work)(ngx_http_llmgw_work_t *w,
                                        size_t slice);
    void                        (*done)(ngx_http_llmgw_work_t *w);
    void                         *data;
    ngx_http_llmgw_files_t       *files;
    ngx_log_t                    *log;
    ngx_int_t                     rc;
    ngx_err_t                     err;
    ngx_event_t                   event;
#if (NGX_THREADS)
    ngx_thread_task_t             task;
#endif
    unsigned                      running:1;
};

#define NGX_HTTP_LLMGW_SLICE  (256 * 1024)

void ngx_http_llmgw_work(ngx_http_llmgw_work_t *w);


/*
 * A log that any worker may append to, one at a time: _open() takes the lock,
 * gives what others have appended meanwhile to "seen", and is followed by
 * llmgw_log_room() … and _close().  NGX_BUSY: another process has the lock.
 */

typedef struct {
    const char                   *dir;
    const char                   *suffix;
    unsigned                      kind;       /* llmgw_file_kind_e */
    ngx_http_llmgw_files_pos_t   *pos;
    void                        (*seen)(void *data, const llmgw_frame_t *f,
                                        const llmgw_log_pos_t *pos);
    void                         *data;
    uint64_t                      limit;
    llmgw_log_t                   log;
    llmgw_report_t                report;
    ngx_http_llmgw_alarm_t        alarm;
    ngx_fd_t                      lock;
} ngx_http_llmgw_append_t;

ngx_int_t ngx_http_llmgw_append_open(ngx_http_llmgw_append_t *a,
    llmgw_str_t node, ngx_log_t *log);

/* ok: what was written is there; otherwise it is taken back. */

void ngx_http_llmgw_append_close(ngx_http_llmgw_append_t *a, ngx_uint_t ok);
void ngx_http_llmgw_append_end(ngx_http_llmgw_append_t *a);

/* Whether others have appended something; without the lock. */

ngx_uint_t ngx_http_llmgw_append_behind(ngx_http_llmgw_append_t *a);


/* ngx_http_llmgw_journal.c */

extern const ngx_http_llmgw_journal_t  ngx_http_llmgw_journal;

ngx_int_t ngx_http_llmgw_journal_init(ngx_http_llmgw_files_t *files,
    ngx_cycle_t *cycle);
void ngx_http_llmgw_journal_exit(ngx_http_llmgw_files_t *files);


/*
 * The shipper: what rings hold goes into the ledger.  One process at a time
 * does it, the one that has the lock.  These are its steps, each of which does
 * what can be done at once; ngx_http_llmgw_shipper.c has them done by workers.
 */

typedef struct {
    llmgw_ring_t                  ring;
    llmgw_ring_info_t             info;
    uint32_t                      number;
    ngx_fd_t                      fd;
    u_char                       *mem;
    size_t                        bytes;

    uint64_t                      pos;        /* what comes next */
    uint64_t                      seq;        /* of what came last */
    uint64_t                      written;    /* in the ledger up to here, */
    uint64_t                      syncing;    /* … being made durable */
    uint32_t                      slot;       /* lost requests up to here */
    ngx_uint_t                    named;      /* of them, so far */
    ngx_msec_t                    since;      /* it is waited for */
    uint64_t                      waits;      /* … the record at pos - 1 */
    unsigned                      dead:1;     /* its owner is */
    unsigned                      empty:1;    /* … and all of it was read */
    unsigned                      bad:1;      /* it cannot be read */
} ngx_http_llmgw_ship_ring_t;

typedef struct {
    uint64_t                      ring;
    uint64_t                      seq;
    uint32_t                      slot;
} ngx_http_llmgw_ship_mark_t;

typedef struct {
    ngx_http_llmgw_files_t       *files;
    ngx_log_t                    *log;
    llmgw_log_t                   ledger;
    llmgw_report_t                report;
    ngx_array_t                   rings;      /* of ..._ship_ring_t * */
    ngx_array_t                   marks;      /* of ..._ship_mark_t */
    ngx_pool_t                   *pool;
    ngx_uint_t                    first;      /* ring of the next batch */
    ngx_http_llmgw_alarm_t        alarm;
    unsigned                      open:1;
    unsigned                      dirty:1;    /* written, not durable */
    unsigned                      partial:1;  /* a ring could not be mapped */
} ngx_http_llmgw_ship_t;

/* NGX_DECLINED: somebody else has the lock */

ngx_int_t ngx_http_llmgw_ship_open(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_files_t *files, ngx_log_t *log);
void ngx_http_llmgw_ship_close(ngx_http_llmgw_ship_t *ship);

/* Finds rings that are new, and those whose owner is gone. */

void ngx_http_llmgw_ship_scan(ngx_http_llmgw_ship_t *ship);

/*
 * Takes records, writes them, tells the zone; a batch at most.  NGX_OK,
 * NGX_AGAIN: there may be more; NGX_DECLINED: there were none; NGX_ERROR: they
 * could not be written (logged).
 */

ngx_int_t ngx_http_llmgw_ship_batch(ngx_http_llmgw_ship_t *ship);

/* What was written, or was when _syncing() was called, is durable. */

void ngx_http_llmgw_ship_syncing(ngx_http_llmgw_ship_t *ship);
void ngx_http_llmgw_ship_synced(ngx_http_llmgw_ship_t *ship);

/* Of a ring: what is shipped and made durable before it is time, one in … */
#define NGX_HTTP_LLMGW_SHIP_SHARE  4

/*
 * Whether a ring would fill up before the next second: it keeps its records
 * until they are durable in the ledger.
 */

ngx_uint_t ngx_http_llmgw_ship_urgent(ngx_http_llmgw_ship_t *ship);

/* Another file, if it is time.  NGX_OK: there is one; NGX_DECLINED. */

ngx_int_t ngx_http_llmgw_ship_turn(ngx_http_llmgw_ship_t *ship);

/* The records stay where they are for now: said once a minute. */

void ngx_http_llmgw_ship_failed(ngx_http_llmgw_ship_t *ship, ngx_err_t err);


/* ngx_http_llmgw_ship_ledger.c */

/* Opens the ledger at its end, with marks of what it has of each ring. */

ngx_int_t ngx_http_llmgw_ship_catch_up(ngx_http_llmgw_ship_t *ship, int lock);

/* The mark of a ring, a new one if need be; NULL: no memory. */

ngx_http_llmgw_ship_mark_t *ngx_http_llmgw_ship_mark(
    ngx_http_llmgw_ship_t *ship, uint64_t ring);

/*
 * The zone comes to know a record that is in the ledger now, once.  With a
 * back end that adds up itself, it is that one that tells it.
 */

void ngx_http_llmgw_ship_tell(ngx_http_llmgw_files_t *files,
    const llmgw_frame_t *f);

/* The zone has all that the ledger has, or comes to know it otherwise. */

ngx_int_t ngx_http_llmgw_ship_here(ngx_http_llmgw_files_t *files,
    ngx_log_t *log);

/*
 * The zone gets to know what others have written into the ledger, a slice at
 * most; for who does not have the lock.
 */

ngx_int_t ngx_http_llmgw_ship_follow(ngx_http_llmgw_files_t *files,
    ngx_log_t *log);


/* ngx_http_llmgw_shipper.c */

/* All of it in one go: in the master before it forks, in the last worker. */

void ngx_http_llmgw_ship_all(ngx_http_llmgw_files_t *files, ngx_log_t *log);

/* The worker's ring fills up: does something at once if it is this worker's. */

void ngx_http_llmgw_shipper_wake(void);

ngx_int_t ngx_http_llmgw_shipper_init(ngx_http_llmgw_files_t *files,
    ngx_cycle_t *cycle);
void ngx_http_llmgw_shipper_exit(ngx_http_llmgw_files_t *files,
    ngx_log_t *log);


/* ngx_http_llmgw_feed.c: from the ledger into a back end with sums */

ngx_int_t ngx_http_llmgw_feed_init(ngx_http_llmgw_files_t *files,
    ngx_cycle_t *cycle);
void ngx_http_llmgw_feed_exit(ngx_http_llmgw_files_t *files);


/* ngx_http_llmgw_store_file.c: entities, of the process */

#define NGX_HTTP_LLMGW_FILE_OPEN  8

typedef struct {
    ngx_fd_t                      fd;
    uint32_t                      segment;
} ngx_http_llmgw_file_open_t;

typedef struct {
    ngx_http_llmgw_files_t       *files;
    ngx_http_llmgw_append_t       append;
    ngx_http_llmgw_file_open_t    open[NGX_HTTP_LLMGW_FILE_OPEN];
    ngx_uint_t                    next;       /* of them, to be replaced */
    llmgw_heap_t                  heap;       /* for one policy */

    /* ngx_http_llmgw_store_keep.c */
    ngx_event_t                   timer;
    ngx_msec_t                    tidied;
    ngx_http_llmgw_work_t         sync;
    ngx_fd_t                      sync_fd;
    ngx_http_llmgw_alarm_t        alarm;
    ngx_http_llmgw_work_t         compact;
    llmgw_report_t                report;
    uint64_t                      upto;
    ngx_event_t                   moves;
    llmgw_walk_t                  walk;
    unsigned                      dirty:1;
    unsigned                      moving:1;
} ngx_http_llmgw_file_t;

extern ngx_http_llmgw_file_t  ngx_http_llmgw_file;


/* ngx_http_llmgw_store_keep.c: durability and compaction */

ngx_int_t ngx_http_llmgw_keep_init(ngx_http_llmgw_file_t *f,
    ngx_cycle_t *cycle);
void ngx_http_llmgw_keep_exit(ngx_http_llmgw_file_t *f);

/* The call ends when the file is durable. */

void ngx_http_llmgw_keep_sync(ngx_fd_t fd, ngx_http_llmgw_files_t *files,
    ngx_http_llmgw_store_call_t *call);

/* What a thread does for a call ends there; nobody hears of it. */

void ngx_http_llmgw_keep_cancel(ngx_http_llmgw_store_call_t *call);


/* ngx_http_llmgw_logs.c, _audit_file.c */

/* of a report, at most */
#define NGX_HTTP_LLMGW_GROUPS  100000

/* The rows of a report; whether a query that has no other filters fits. */

ngx_int_t ngx_http_llmgw_logs_groups(llmgw_groups_t *groups,
    ngx_http_llmgw_store_call_t *call);
ngx_uint_t ngx_http_llmgw_logs_match(const ngx_http_llmgw_log_query_t *query,
    const llmgw_group_t *c);

void ngx_http_llmgw_logs(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_audit_append(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
void ngx_http_llmgw_audit_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);


#endif /* _NGX_HTTP_LLMGW_FILES_H_INCLUDED_ */
