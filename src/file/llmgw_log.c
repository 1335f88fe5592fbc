
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "llmgw_bytes.h"
#include "llmgw_log.h"


/* of the record that closes a file: records, first, last, cost */
#define LLMGW_LOG_END  32

#define LLMGW_DAY_MS      86400000LL


static void llmgw_log_count(llmgw_log_pos_t *pos, unsigned type,
    uint64_t seq, llmgw_str_t payload);
static int llmgw_log_begin(llmgw_log_t *l, int64_t now,
    const llmgw_mark_t *marks, size_t nmarks);
static llmgw_int_t llmgw_tail_open(llmgw_tail_t *t);
static llmgw_int_t llmgw_tail_more(llmgw_tail_t *t, llmgw_int_t rc);


/* One record more. */

static void
llmgw_log_count(llmgw_log_pos_t *pos, unsigned type, uint64_t seq,
    llmgw_str_t payload)
{
    int64_t        end, cost;
    llmgw_file_t   file;

    switch (type) {

    case LLMGW_RECORD_FILE:

        if (llmgw_file_read(payload, &file) == LLMGW_OK) {
            pos->created = file.time;
            pos->seq = file.first - 1;
        }

        return;

    case LLMGW_RECORD_END:
        pos->closed = 1;
        return;

    case LLMGW_RECORD_MARK:
        return;

    default:
        break;
    }

    pos->seq = seq;
    pos->records++;

    if ((type == LLMGW_RECORD_SPEND || type == LLMGW_RECORD_LOST)
        && llmgw_spend_brief(payload, &end, &cost) == LLMGW_OK)
    {
        if (pos->first == 0 || end < pos->first) {
            pos->first = end;
        }

        if (end > pos->last) {
            pos->last = end;
        }

        pos->cost += cost;
    }
}


void
llmgw_tail_init(llmgw_tail_t *t, const char *dir, const char *suffix,
    const llmgw_log_pos_t *pos, llmgw_report_t *report)
{
    memset(t, 0, sizeof(llmgw_tail_t));

    snprintf(t->dir, sizeof(t->dir), "%s", dir);

    t->suffix = suffix;
    t->reader.fd = -1;
    t->report = report;

    if (pos != NULL) {
        t->pos = *pos;
    }
}


void
llmgw_tail_close(llmgw_tail_t *t)
{
    if (t->open) {
        llmgw_walk_close(&t->reader);
        t->open = 0;
    }
}


/* LLMGW_DECLINED: there is no such file, nor a later one */

static llmgw_int_t
llmgw_tail_open(llmgw_tail_t *t)
{
    char          path[LLMGW_PATH_MAX];
    ssize_t       i, n;
    uint64_t     *list;
    llmgw_heap_t  heap;

    if (t->pos.number) {

        llmgw_disk_path(path, t->dir, t->pos.number, t->suffix);

        if (llmgw_walk_open(&t->reader, path, (int64_t) t->pos.offset) == 0)
        {
            t->open = 1;
            return LLMGW_OK;
        }

        if (errno != ENOENT) {
            return LLMGW_ERROR;
        }
    }

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), t->dir,
                        t->suffix, &list);

    for (i = 0; i < n && list[i] <= t->pos.number; i++) { /* void */ }

    if (i < n) {

        if (t->pos.number && list[i] != t->pos.number + 1) {
            llmgw_report(t->report, LLMGW_REPORT_WARN,
                         "%s: files %llu to %llu are missing", t->dir,
                         (unsigned long long) t->pos.number + 1,
                         (unsigned long long) list[i] - 1);
        }

        memset(&t->pos, 0, sizeof(llmgw_log_pos_t));
        t->pos.number = list[i];

        llmgw_disk_path(path, t->dir, list[i], t->suffix);
    }

    llmgw_heap_free(&heap);

    if (n < 0) {
        return LLMGW_ERROR;
    }

    if (i >= n) {
        return LLMGW_DECLINED;
    }

    if (llmgw_walk_open(&t->reader, path, 0) != 0) {
        return LLMGW_ERROR;
    }

    t->open = 1;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_tail_next(llmgw_tail_t *t, llmgw_frame_t *f)
{
    llmgw_int_t  rc;

    for ( ;; ) {

        if (!t->open) {

            rc = llmgw_tail_open(t);

            if (rc != LLMGW_OK) {
                return rc == LLMGW_DECLINED ? LLMGW_DONE : rc;
            }
        }

        rc = llmgw_walk_next(&t->reader, f);

        switch (rc) {

        case LLMGW_OK:
            t->pos.offset = t->reader.pos;
            llmgw_log_count(&t->pos, f->type, f->seq, f->payload);
            return LLMGW_OK;

        case LLMGW_INVALID:

            if (t->report != NULL) {
                t->report->damaged++;
            }

            llmgw_report(t->report, LLMGW_REPORT_ERROR,
                         "%s/%010llu%s: damaged from offset %llu to %llu, "
                         "passed over", t->dir,
                         (unsigned long long) t->pos.number,
                         t->suffix,
                         (unsigned long long) t->reader.bad,
                         (unsigned long long) t->reader.pos);

            t->pos.offset = t->reader.pos;
            break;

        case LLMGW_ERROR:
            return LLMGW_ERROR;

        default:

            rc = llmgw_tail_more(t, rc);

            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }
}


/* At the end of a file: it may have grown, or there is a next one. */

static llmgw_int_t
llmgw_tail_more(llmgw_tail_t *t, llmgw_int_t rc)
{
    char         path[LLMGW_PATH_MAX];
    struct stat  st;

    if (fstat(t->reader.fd, &st) != 0) {
        return LLMGW_ERROR;
    }

    if ((uint64_t) st.st_size > t->reader.end) {

        /* what was read of a record may have been written again since */

        t->reader.end = (uint64_t) st.st_size;
        t->reader.len = 0;

        return LLMGW_OK;
    }

    llmgw_disk_path(path, t->dir, t->pos.number + 1, t->suffix);

    if (stat(path, &st) != 0) {

        if (errno != ENOENT) {
            return LLMGW_ERROR;
        }

        t->reader.len = 0;

        return LLMGW_DONE;
    }

    if (rc == LLMGW_AGAIN) {

        /* it is closed, so the rest is no record that is being written */

        if (t->report != NULL) {
            t->report->damaged++;
        }

        llmgw_report(t->report, LLMGW_REPORT_ERROR,
                     "%s/%010llu%s: damaged from offset %llu to its end",
                     t->dir, (unsigned long long) t->pos.number,
                     t->suffix,
                     (unsigned long long) t->pos.offset);
    }

    llmgw_tail_close(t);

    /* numbers go on where this file ended, whatever the next one says */

    t->pos.number++;
    t->pos.offset = 0;
    t->pos.records = 0;
    t->pos.created = 0;
    t->pos.first = 0;
    t->pos.last = 0;
    t->pos.cost = 0;
    t->pos.closed = 0;

    return LLMGW_OK;
}


int
llmgw_log_open(llmgw_log_t *l, const char *dir, const char *suffix,
    unsigned kind, llmgw_str_t node, int lock, const llmgw_log_pos_t *pos,
    uint64_t limit)
{
    char  path[LLMGW_PATH_MAX];

    memset(l, 0, sizeof(llmgw_log_t));

    snprintf(l->dir, sizeof(l->dir), "%s", dir);

    l->suffix = suffix;
    l->kind = kind;
    l->node = node;
    l->lock = lock;
    l->fd = -1;
    l->limit = limit;
    l->pos = *pos;
    l->next = *pos;

    l->buf = malloc(LLMGW_LOG_BATCH);

    if (l->buf == NULL) {
        errno = ENOMEM;
        return -1;
    }

    if (l->pos.number == 0 || l->pos.closed) {
        return 0;
    }

    llmgw_disk_path(path, dir, l->pos.number, l->suffix);

    l->fd = open(path, O_RDWR|O_CLOEXEC);

    if (l->fd < 0 || ftruncate(l->fd, (off_t) l->pos.offset) != 0) {
        return -1;
    }

    return 0;
}


void
llmgw_log_close(llmgw_log_t *l)
{
    if (l->fd >= 0) {
        close(l->fd);
    }

    if (l->lock >= 0) {
        close(l->lock);
    }

    free(l->buf);

    l->fd = -1;
    l->lock = -1;
    l->buf = NULL;
}


u_char *
llmgw_log_room(llmgw_log_t *l, size_t len)
{
    if (llmgw_frame_size(len) > LLMGW_LOG_BATCH - l->len) {
        return NULL;
    }

    return l->buf + l->len + LLMGW_FRAME_HEADER;
}


void
llmgw_log_add(llmgw_log_t *l, unsigned type, size_t len)
{
    u_char  *p, *end;

    p = l->buf + l->len;
    end = llmgw_frame_write(p, type, l->next.seq + 1, len);

    l->len += (size_t) (end - p);
    l->next.offset += (uint64_t) (end - p);

    llmgw_log_count(&l->next, type, l->next.seq + 1,
                       llmgw_str(p + LLMGW_FRAME_HEADER, len));
}


int
llmgw_log_write(llmgw_log_t *l)
{
    if (llmgw_disk_write(l->fd, l->buf, l->len, l->pos.offset) != 0) {
        return -1;
    }

    l->pos = l->next;
    l->len = 0;

    return 0;
}


int
llmgw_log_ready(llmgw_log_t *l, int64_t now, const llmgw_mark_t *marks,
    size_t nmarks)
{
    if (l->fd >= 0 && l->pos.offset > 0) {
        return 0;
    }

    if (l->pos.seq == 0) {
        l->pos.seq = l->base;
    }

    return llmgw_log_begin(l, now, marks, nmarks);
}


int
llmgw_log_due(const llmgw_log_t *l, int64_t now)
{
    if (l->fd < 0 || l->pos.records == 0) {
        return 0;
    }

    return l->pos.offset >= l->limit
           || now / LLMGW_DAY_MS > l->pos.created / LLMGW_DAY_MS;
}


int
llmgw_log_turn(llmgw_log_t *l, int64_t now, const llmgw_mark_t *marks,
    size_t nmarks)
{
    u_char  buf[LLMGW_LOG_END + LLMGW_FRAME_OVERHEAD], *p;

    if (l->len) {
        errno = EAGAIN;
        return -1;
    }

    if (!l->pos.closed) {

        p = buf + LLMGW_FRAME_HEADER;

        llmgw_put_u64(p, l->pos.records);
        llmgw_put_u64(p + 8, (uint64_t) l->pos.first);
        llmgw_put_u64(p + 16, (uint64_t) l->pos.last);
        llmgw_put_u64(p + 24, (uint64_t) l->pos.cost);

        p = llmgw_frame_write(buf, LLMGW_RECORD_END, l->pos.seq,
                              LLMGW_LOG_END);

        if (llmgw_disk_write(l->fd, buf, (size_t) (p - buf), l->pos.offset)
            != 0
            || fdatasync(l->fd) != 0)
        {
            return -1;
        }

        l->pos.offset += (uint64_t) (p - buf);
        l->pos.closed = 1;

        close(l->fd);
        l->fd = -1;
    }

    return llmgw_log_begin(l, now, marks, nmarks);
}


/* A file, or its first records once more where they were not finished. */

static int
llmgw_log_begin(llmgw_log_t *l, int64_t now, const llmgw_mark_t *marks,
    size_t nmarks)
{
    int            fd;
    char           path[LLMGW_PATH_MAX];
    size_t         i, len, max;
    u_char        *buf, *p, *end;
    uint64_t       number;
    llmgw_file_t   file;

    number = l->pos.number;

    if (number == 0 || l->pos.closed) {
        number++;
    }

    memset(&file, 0, sizeof(llmgw_file_t));

    file.kind = l->kind;
    file.number = number;
    file.first = l->pos.seq + 1;
    file.time = now;
    file.node = l->node;

    max = llmgw_frame_size(llmgw_file_size(&file))
          + llmgw_frame_size(16 * nmarks);

    buf = malloc(max);
    if (buf == NULL) {
        errno = ENOMEM;
        return -1;
    }

    (void) llmgw_file_write(buf + LLMGW_FRAME_HEADER, &file);
    end = llmgw_frame_write(buf, LLMGW_RECORD_FILE, l->pos.seq,
                            llmgw_file_size(&file));

    if (nmarks) {

        p = end + LLMGW_FRAME_HEADER;

        for (i = 0; i < nmarks; i++) {
            llmgw_put_u64(p + 16 * i, marks[i].ring);
            llmgw_put_u64(p + 16 * i + 8, marks[i].seq);
        }

        end = llmgw_frame_write(end, LLMGW_RECORD_MARK, l->pos.seq,
                                16 * nmarks);
    }

    len = (size_t) (end - buf);

    llmgw_disk_path(path, l->dir, number, l->suffix);

    fd = open(path, O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC, 0600);

    if (fd < 0 || llmgw_disk_write(fd, buf, len, 0) != 0) {
        i = (size_t) errno;

        if (fd >= 0) {
            close(fd);
        }

        free(buf);
        errno = (int) i;

        return -1;
    }

    free(buf);
    (void) llmgw_disk_sync_dir(l->dir);

    if (l->fd >= 0) {
        close(l->fd);
    }

    l->fd = fd;

    l->pos.number = number;
    l->pos.offset = len;
    l->pos.records = 0;
    l->pos.created = now;
    l->pos.first = 0;
    l->pos.last = 0;
    l->pos.cost = 0;
    l->pos.closed = 0;

    l->next = l->pos;

    return 0;
}


llmgw_int_t
llmgw_log_summary(const char *path, llmgw_log_pos_t *pos)
{
    llmgw_int_t     rc;
    const u_char   *p;
    llmgw_frame_t   f;
    llmgw_walk_t  r;

    if (llmgw_walk_open(&r, path, -1) != 0) {
        return LLMGW_ERROR;
    }

    memset(pos, 0, sizeof(llmgw_log_pos_t));

    pos->offset = r.end;
    rc = llmgw_walk_prev(&r, &f);

    if (rc == LLMGW_OK && f.type == LLMGW_RECORD_END
        && f.payload.len == LLMGW_LOG_END)
    {
        p = f.payload.data;

        pos->seq = f.seq;
        pos->records = llmgw_get_u64(p);
        pos->first = (int64_t) llmgw_get_u64(p + 8);
        pos->last = (int64_t) llmgw_get_u64(p + 16);
        pos->cost = (int64_t) llmgw_get_u64(p + 24);
        pos->closed = 1;

    } else if (rc != LLMGW_ERROR) {
        rc = LLMGW_DECLINED;
    }

    llmgw_walk_close(&r);

    return rc;
}
