
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Files of records: what the module and the tool share.  Plain POSIX, without
 * nginx; these functions may block.
 *
 * Files of one kind stand in one directory and are numbered: 0000000012.led.
 * A file begins with a LLMGW_RECORD_FILE frame; one that is written as a whole
 * (totals, snapshots) ends with LLMGW_RECORD_END and has its name only then.
 */


#ifndef _LLMGW_DISK_H_INCLUDED_
#define _LLMGW_DISK_H_INCLUDED_


#include <sys/types.h>

#include "llmgw_record.h"


#define LLMGW_PATH_MAX  1024


/* An arena on the heap, for what lives shorter than a process. */

typedef struct {
    llmgw_arena_t    arena;
    void            *blocks;
} llmgw_heap_t;

llmgw_arena_t *llmgw_heap_init(llmgw_heap_t *h, size_t block);
void llmgw_heap_free(llmgw_heap_t *h);


/* What is to be told to people; where is a file's name, or NULL. */

typedef enum {
    LLMGW_REPORT_INFO = 0,
    LLMGW_REPORT_WARN,           /* something was repaired or left out */
    LLMGW_REPORT_ERROR
} llmgw_report_e;

typedef struct {
    void  (*handler)(void *data, llmgw_report_e level, const char *text);
    void   *data;
    long    damaged;             /* places where records could not be read */
} llmgw_report_t;

void llmgw_report(llmgw_report_t *r, llmgw_report_e level, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));


/* "dir/0000000012.led" */

void llmgw_disk_path(char *path, const char *dir, uint64_t number,
    const char *suffix);

/*
 * The numbers of the files with a suffix (".led"), ascending, in the arena;
 * their count, or -1 with errno.  A directory that is not there has none.
 */

ssize_t llmgw_disk_list(llmgw_arena_t *a, const char *dir, const char *suffix,
    uint64_t **numbers);

/* Writes all of it at the offset, and again what was cut; 0, -1 with errno. */

int llmgw_disk_write(int fd, const u_char *p, size_t len, uint64_t offset);

/* Makes a name that was given or taken durable. */

int llmgw_disk_sync_dir(const char *dir);

/* A lock that ends with its holder: a descriptor, or -1 (errno EWOULDBLOCK) */

int llmgw_disk_lock(const char *path);


/* Reading records, from the beginning of a file or from its end. */

typedef struct {
    int              fd;
    u_char          *buf;
    size_t           size;       /* of buf */
    uint64_t         base;       /* offset of buf in the file */
    size_t           len;        /* bytes in it */
    uint64_t         pos;        /* of the next record; backward: its end */
    uint64_t         end;        /* of the file, when it was opened */
    uint64_t         bad;        /* damage: where it began; it ends at pos */
} llmgw_walk_t;

/* Takes the descriptor; "from" is an offset, -1 for the end.  0, -1. */

int llmgw_walk_init(llmgw_walk_t *r, int fd, int64_t from);
int llmgw_walk_open(llmgw_walk_t *r, const char *path, int64_t from);
void llmgw_walk_close(llmgw_walk_t *r);

/*
 * LLMGW_OK: f, whose texts stay until the next call, began at r->pos - f->size
 * (backward: begins at r->pos).  LLMGW_DONE: the end.  LLMGW_AGAIN: the last
 * record is not whole (torn): r->pos is where it begins.  LLMGW_INVALID: what
 * stands from r->bad to r->pos is damaged; the next call goes on behind it
 * (backward: in front of it, and r->bad is the later place).  LLMGW_ERROR:
 * errno.
 */

llmgw_int_t llmgw_walk_next(llmgw_walk_t *r, llmgw_frame_t *f);
llmgw_int_t llmgw_walk_prev(llmgw_walk_t *r, llmgw_frame_t *f);

/* Whether everything that is asked for next is in memory already. */

int llmgw_walk_ready(const llmgw_walk_t *r);


/* Writing a file that has its name when it is whole. */

typedef struct {
    char             path[LLMGW_PATH_MAX];
    char             temp[LLMGW_PATH_MAX];
    int              fd;
    int              error;      /* errno of the first failure */
    u_char          *buf;
    size_t           len;
    uint64_t         offset;     /* of buf */
    uint64_t         seq;
    uint64_t         records;
} llmgw_build_t;

int llmgw_build_open(llmgw_build_t *w, const char *dir, uint64_t number,
    const char *suffix, const llmgw_file_t *file);

/* Room for a payload; then _add() says what it became.  NULL: no room. */

u_char *llmgw_build_room(llmgw_build_t *w, size_t len);
void llmgw_build_add(llmgw_build_t *w, unsigned type, size_t len);

/* Syncs, gives the name; or removes it all where keep is 0.  0, -1. */

int llmgw_build_close(llmgw_build_t *w, int keep);


#endif /* _LLMGW_DISK_H_INCLUDED_ */
