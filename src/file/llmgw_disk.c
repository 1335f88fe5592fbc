
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "llmgw_bytes.h"
#include "llmgw_disk.h"


#define LLMGW_WALK_BUF  (256 * 1024)
#define LLMGW_BUILD_BUF  (256 * 1024)


typedef struct llmgw_heap_block_s  llmgw_heap_block_t;

struct llmgw_heap_block_s {
    llmgw_heap_block_t  *next;
    size_t               size;
};


static void *llmgw_heap_alloc(void *data, size_t size);
static int llmgw_disk_compare(const void *a, const void *b);
static llmgw_int_t llmgw_walk_fill(llmgw_walk_t *r, uint64_t pos,
    size_t len);
static llmgw_int_t llmgw_walk_resync(llmgw_walk_t *r);
static int llmgw_build_flush(llmgw_build_t *w);


static void *
llmgw_heap_alloc(void *data, size_t size)
{
    llmgw_heap_t        *h;
    llmgw_heap_block_t  *b;

    h = data;

    b = malloc(sizeof(llmgw_heap_block_t) + size);
    if (b == NULL) {
        return NULL;
    }

    b->next = h->blocks;
    b->size = size;
    h->blocks = b;

    return b + 1;
}


llmgw_arena_t *
llmgw_heap_init(llmgw_heap_t *h, size_t block)
{
    h->blocks = NULL;

    llmgw_arena_init(&h->arena, llmgw_heap_alloc, h, block, 0);

    return &h->arena;
}


void
llmgw_heap_free(llmgw_heap_t *h)
{
    llmgw_heap_block_t  *b, *next;

    for (b = h->blocks; b != NULL; b = next) {
        next = b->next;
        free(b);
    }

    h->blocks = NULL;
}


void
llmgw_report(llmgw_report_t *r, llmgw_report_e level, const char *fmt, ...)
{
    char     text[LLMGW_PATH_MAX + 256];
    va_list  args;

    if (r == NULL || r->handler == NULL) {
        return;
    }

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    r->handler(r->data, level, text);
}


void
llmgw_disk_path(char *path, const char *dir, uint64_t number,
    const char *suffix)
{
    snprintf(path, LLMGW_PATH_MAX, "%s/%010llu%s", dir,
             (unsigned long long) number, suffix);
}


static int
llmgw_disk_compare(const void *a, const void *b)
{
    uint64_t  one, two;

    one = *(const uint64_t *) a;
    two = *(const uint64_t *) b;

    return one < two ? -1 : one > two;
}


ssize_t
llmgw_disk_list(llmgw_arena_t *a, const char *dir, const char *suffix,
    uint64_t **numbers)
{
    DIR            *d;
    char           *end;
    size_t          n, max;
    uint64_t        number, *list, *more;
    struct dirent  *de;

    n = 0;
    max = 64;
    *numbers = NULL;

    list = llmgw_alloc(a, max * sizeof(uint64_t));
    if (list == NULL) {
        errno = ENOMEM;
        return -1;
    }

    d = opendir(dir);

    if (d == NULL) {
        return errno == ENOENT ? 0 : -1;
    }

    for ( ;; ) {

        errno = 0;
        de = readdir(d);

        if (de == NULL) {
            break;
        }

        if (de->d_name[0] < '0' || de->d_name[0] > '9') {
            continue;
        }

        number = strtoull(de->d_name, &end, 10);

        if (end - de->d_name != 10 || strcmp(end, suffix) != 0) {
            continue;
        }

        if (n == max) {

            more = llmgw_alloc(a, 2 * max * sizeof(uint64_t));
            if (more == NULL) {
                closedir(d);
                errno = ENOMEM;
                return -1;
            }

            memcpy(more, list, n * sizeof(uint64_t));
            list = more;
            max *= 2;
        }

        list[n++] = number;
    }

    if (errno != 0) {
        closedir(d);
        return -1;
    }

    closedir(d);

    qsort(list, n, sizeof(uint64_t), llmgw_disk_compare);

    *numbers = list;

    return (ssize_t) n;
}


int
llmgw_disk_write(int fd, const u_char *p, size_t len, uint64_t offset)
{
    ssize_t  n;

    while (len) {

        n = pwrite(fd, p, len, (off_t) offset);

        if (n < 0) {

            if (errno == EINTR) {
                continue;
            }

            return -1;
        }

        if (n == 0) {
            errno = ENOSPC;
            return -1;
        }

        p += n;
        len -= (size_t) n;
        offset += (uint64_t) n;
    }

    return 0;
}


int
llmgw_disk_sync_dir(const char *dir)
{
    int  fd, rc, err;

    fd = open(dir, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    rc = fsync(fd);
    err = errno;

    close(fd);

    /* not every file system can sync a directory */

    if (rc != 0 && (err == EINVAL || err == ENOTSUP)) {
        return 0;
    }

    errno = err;

    return rc;
}


int
llmgw_disk_lock(const char *path)
{
    int  fd, err;

    fd = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (fd < 0) {
        return -1;
    }

    if (flock(fd, LOCK_EX|LOCK_NB) != 0) {
        err = errno;
        close(fd);
        errno = err;
        return -1;
    }

    return fd;
}


int
llmgw_walk_init(llmgw_walk_t *r, int fd, int64_t from)
{
    struct stat  st;

    memset(r, 0, sizeof(llmgw_walk_t));

    r->fd = fd;

    if (fstat(fd, &st) != 0) {
        return -1;
    }

    r->size = LLMGW_WALK_BUF;
    r->buf = malloc(r->size);

    if (r->buf == NULL) {
        errno = ENOMEM;
        return -1;
    }

    r->end = (uint64_t) st.st_size;
    r->pos = from < 0 ? r->end : (uint64_t) from;

    if (r->pos > r->end) {
        r->pos = r->end;
    }

    return 0;
}


int
llmgw_walk_open(llmgw_walk_t *r, const char *path, int64_t from)
{
    int  fd;

    memset(r, 0, sizeof(llmgw_walk_t));
    r->fd = -1;

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    if (llmgw_walk_init(r, fd, from) != 0) {
        llmgw_walk_close(r);
        return -1;
    }

    return 0;
}


void
llmgw_walk_close(llmgw_walk_t *r)
{
    int  err;

    err = errno;

    if (r->fd >= 0) {
        close(r->fd);
    }

    free(r->buf);

    r->fd = -1;
    r->buf = NULL;

    errno = err;
}


/* Makes len bytes from pos on stand in the buffer, fewer at the end. */

static llmgw_int_t
llmgw_walk_fill(llmgw_walk_t *r, uint64_t pos, size_t len)
{
    u_char   *p;
    size_t    size;
    ssize_t   n;
    uint64_t  base;

    if (len > r->end - pos) {
        len = (size_t) (r->end - pos);
    }

    if (pos >= r->base && pos + len <= r->base + r->len) {
        return LLMGW_OK;
    }

    if (len > r->size) {

        size = (len + LLMGW_WALK_BUF - 1) / LLMGW_WALK_BUF
               * LLMGW_WALK_BUF;

        p = realloc(r->buf, size);
        if (p == NULL) {
            errno = ENOMEM;
            return LLMGW_ERROR;
        }

        r->buf = p;
        r->size = size;
    }

    base = pos;

    /* a file that is read from its end: what stands before is next */

    if (r->len && pos < r->base) {
        base = pos + len > r->size ? pos + len - r->size : 0;

        if (base > pos) {
            base = pos;
        }
    }

    r->base = base;
    r->len = 0;

    while (r->len < r->size && base + r->len < r->end) {

        size = r->size - r->len;

        if (size > r->end - base - r->len) {
            size = (size_t) (r->end - base - r->len);
        }

        n = pread(r->fd, r->buf + r->len, size, (off_t) (base + r->len));

        if (n < 0) {

            if (errno == EINTR) {
                continue;
            }

            return LLMGW_ERROR;
        }

        if (n == 0) {

            /* it was cut meanwhile */

            r->end = base + r->len;
            break;
        }

        r->len += (size_t) n;
    }

    return LLMGW_OK;
}


int
llmgw_walk_ready(const llmgw_walk_t *r)
{
    return r->pos >= r->base
           && r->pos + LLMGW_FRAME_OVERHEAD <= r->base + r->len;
}


llmgw_int_t
llmgw_walk_next(llmgw_walk_t *r, llmgw_frame_t *f)
{
    size_t       left;
    llmgw_int_t  rc;

    if (r->pos >= r->end) {
        return LLMGW_DONE;
    }

    if (llmgw_walk_fill(r, r->pos, LLMGW_FRAME_OVERHEAD) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    for ( ;; ) {

        if (r->pos >= r->end) {
            return LLMGW_DONE;
        }

        left = (size_t) (r->base + r->len - r->pos);

        rc = llmgw_frame_read(r->buf + (r->pos - r->base), left, f);

        if (rc == LLMGW_OK) {
            r->pos += f->size;
            return LLMGW_OK;
        }

        if (rc != LLMGW_AGAIN || r->base + r->len == r->end
            || f->size > r->end - r->pos)
        {
            return llmgw_walk_resync(r);
        }

        if (llmgw_walk_fill(r, r->pos, f->size) != LLMGW_OK) {
            return LLMGW_ERROR;
        }
    }
}


/*
 * There is no whole record at r->pos.  If none follows either, it was being
 * written when the writer was stopped.
 */

static llmgw_int_t
llmgw_walk_resync(llmgw_walk_t *r)
{
    u_char         *p;
    uint64_t        pos;
    llmgw_int_t     rc;
    llmgw_frame_t   f;

    r->bad = r->pos;

    for (pos = r->pos + 8; pos + LLMGW_FRAME_OVERHEAD <= r->end; pos += 8) {

        if (llmgw_walk_fill(r, pos, LLMGW_FRAME_OVERHEAD) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        if (pos + LLMGW_FRAME_OVERHEAD > r->end) {
            break;
        }

        p = r->buf + (pos - r->base);
        rc = llmgw_frame_read(p, (size_t) (r->base + r->len - pos), &f);

        if (rc == LLMGW_AGAIN && f.size <= r->end - pos) {

            if (llmgw_walk_fill(r, pos, f.size) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            p = r->buf + (pos - r->base);
            rc = llmgw_frame_read(p, (size_t) (r->base + r->len - pos), &f);
        }

        if (rc == LLMGW_OK) {
            r->pos = pos;
            return LLMGW_INVALID;
        }
    }

    r->pos = r->bad;

    return LLMGW_AGAIN;
}


llmgw_int_t
llmgw_walk_prev(llmgw_walk_t *r, llmgw_frame_t *f)
{
    size_t       size;
    u_char      *p;
    uint64_t     pos;
    llmgw_int_t  rc;

    for (pos = r->pos & ~(uint64_t) 7; pos >= LLMGW_FRAME_OVERHEAD; pos -= 8)
    {
        size = LLMGW_FRAME_TRAILER;

        for ( ;; ) {

            if (llmgw_walk_fill(r, pos - size, size) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            if (pos > r->end) {
                rc = LLMGW_INVALID;
                break;
            }

            p = r->buf + (pos - size - r->base);
            rc = llmgw_frame_read_back(p, size, f);

            if (rc != LLMGW_AGAIN || f->size > pos) {
                break;
            }

            size = f->size;
        }

        if (rc != LLMGW_OK) {
            continue;
        }

        if (pos != r->pos) {

            /* what stands behind it is damaged, or was never finished */

            r->bad = r->pos;
            rc = r->pos == r->end ? LLMGW_AGAIN : LLMGW_INVALID;
            r->pos = pos;

            return rc;
        }

        r->pos -= f->size;

        return LLMGW_OK;
    }

    if (r->pos != 0) {
        r->bad = r->pos;
        r->pos = 0;
        return LLMGW_INVALID;
    }

    return LLMGW_DONE;
}


int
llmgw_build_open(llmgw_build_t *w, const char *dir, uint64_t number,
    const char *suffix, const llmgw_file_t *file)
{
    u_char  *p;

    memset(w, 0, sizeof(llmgw_build_t));

    llmgw_disk_path(w->path, dir, number, suffix);

    /* two processes may be at the same file, whoever is ready last */

    snprintf(w->temp, sizeof(w->temp), "%.*s.%ld.tmp",
             (int) sizeof(w->temp) - 32, w->path, (long) getpid());

    w->buf = malloc(LLMGW_BUILD_BUF);

    if (w->buf == NULL) {
        w->fd = -1;
        errno = ENOMEM;
        return -1;
    }

    (void) unlink(w->temp);

    w->fd = open(w->temp, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);

    if (w->fd < 0) {
        free(w->buf);
        w->buf = NULL;
        return -1;
    }

    p = llmgw_build_room(w, llmgw_file_size(file));

    if (p != NULL) {
        (void) llmgw_file_write(p, file);
        llmgw_build_add(w, LLMGW_RECORD_FILE, llmgw_file_size(file));
        w->records = 0;
    }

    return 0;
}


static int
llmgw_build_flush(llmgw_build_t *w)
{
    if (w->error == 0
        && llmgw_disk_write(w->fd, w->buf, w->len, w->offset) != 0)
    {
        w->error = errno;
    }

    w->offset += w->len;
    w->len = 0;

    return w->error ? -1 : 0;
}


u_char *
llmgw_build_room(llmgw_build_t *w, size_t len)
{
    u_char  *p;
    size_t   size;

    size = llmgw_frame_size(len);

    if (size > LLMGW_BUILD_BUF) {

        /* a rare one: the buffer grows for it and stays */

        (void) llmgw_build_flush(w);

        p = realloc(w->buf, size);

        if (p == NULL || size > LLMGW_FRAME_MAX) {
            w->buf = p ? p : w->buf;
            w->error = w->error ? w->error : ENOMEM;
            return NULL;
        }

        w->buf = p;

    } else if (size > LLMGW_BUILD_BUF - w->len) {
        (void) llmgw_build_flush(w);
    }

    return w->error ? NULL : w->buf + w->len + LLMGW_FRAME_HEADER;
}


void
llmgw_build_add(llmgw_build_t *w, unsigned type, size_t len)
{
    u_char  *p;

    p = llmgw_frame_write(w->buf + w->len, type, w->seq, len);

    w->len = (size_t) (p - w->buf);
    w->records++;

    if (w->len > LLMGW_BUILD_BUF) {
        (void) llmgw_build_flush(w);
    }
}


int
llmgw_build_close(llmgw_build_t *w, int keep)
{
    u_char  *p;

    if (w->fd < 0) {
        return -1;
    }

    if (keep) {
        p = llmgw_build_room(w, 8);

        if (p != NULL) {
            llmgw_put_u64(p, w->records);
            llmgw_build_add(w, LLMGW_RECORD_END, 8);
        }

        (void) llmgw_build_flush(w);

        if (w->error == 0
            && (fsync(w->fd) != 0 || rename(w->temp, w->path) != 0))
        {
            w->error = errno;
        }
    }

    close(w->fd);
    free(w->buf);

    w->fd = -1;
    w->buf = NULL;

    if (!keep || w->error) {
        (void) unlink(w->temp);
        errno = w->error;
        return keep ? -1 : 0;
    }

    return 0;
}
