
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * From the journal's rings into the ledger.  A record is written, then the
 * zone is told, then the ring gives its place up: who does this may be killed
 * at any moment, and whoever follows finds out from the ledger itself how far
 * it had come.
 */


#include "ngx_http_llmgw_files.h"

#include <sys/file.h>
#include <sys/mman.h>


/* how long a record waits for what only the log phase knows, ms */
#define NGX_HTTP_LLMGW_SHIP_WAIT   200

/* lost requests of one worker that are named in the log */
#define NGX_HTTP_LLMGW_SHIP_NAMED  100

/* rings that were emptied, and stay for leases to be looked up in them */
#define NGX_HTTP_LLMGW_SHIP_OLD    8
#define NGX_HTTP_LLMGW_SHIP_AGE    600


typedef struct {
    ngx_http_llmgw_ship_t       *ship;
    ngx_http_llmgw_ship_ring_t  *ring;
    ngx_int_t                    rc;
} ngx_http_llmgw_ship_take_t;


static void ngx_http_llmgw_ship_map(ngx_http_llmgw_ship_t *ship,
    uint32_t number);
static void ngx_http_llmgw_ship_attach(void *data);
static void ngx_http_llmgw_ship_unmap(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_ship_ring_t *r);
static void ngx_http_llmgw_ship_rename(ngx_http_llmgw_ship_t *ship,
    uint32_t number, const char *suffix);
static void ngx_http_llmgw_ship_forget(ngx_http_llmgw_ship_t *ship);
static void ngx_http_llmgw_ship_take(void *data);
static ngx_int_t ngx_http_llmgw_ship_record(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_ship_ring_t *r, llmgw_ring_entry_t *e);
static ngx_int_t ngx_http_llmgw_ship_lost(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_ship_ring_t *r);
static ngx_int_t ngx_http_llmgw_ship_write(ngx_http_llmgw_ship_t *ship);
static void ngx_http_llmgw_ship_written(ngx_http_llmgw_ship_t *ship);
static void ngx_http_llmgw_ship_release(void *data);


ngx_int_t
ngx_http_llmgw_ship_open(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_files_t *files, ngx_log_t *log)
{
    int  lock;

    ngx_memzero(ship, sizeof(ngx_http_llmgw_ship_t));

    lock = llmgw_disk_lock(files->lock);

    if (lock < 0) {

        if (ngx_errno == EWOULDBLOCK) {
            return NGX_DECLINED;
        }

        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      "llmgw: cannot lock \"%s\"", files->lock);
        return NGX_ERROR;
    }

    ship->files = files;
    ship->log = log;
    ship->ledger.fd = -1;
    ship->ledger.lock = lock;

    ngx_http_llmgw_files_report(&ship->report, log);

    ship->pool = ngx_create_pool(4096, log);

    if (ship->pool == NULL
        || ngx_array_init(&ship->rings, ship->pool, 16, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&ship->marks, ship->pool, 16,
                          sizeof(ngx_http_llmgw_ship_mark_t))
           != NGX_OK)
    {
        goto failed;
    }

    /* so that others know whether their zone hears of what is shipped */

    (void) pwrite(lock, &files->sh->id, sizeof(uint32_t), 0);

    if (ngx_http_llmgw_ship_catch_up(ship, lock) != NGX_OK) {
        goto failed;
    }

    ship->open = 1;

    return NGX_OK;

failed:

    ngx_http_llmgw_ship_close(ship);

    return NGX_ERROR;
}


void
ngx_http_llmgw_ship_close(ngx_http_llmgw_ship_t *ship)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_ship_ring_t  **r;

    if (ship->pool) {

        r = ship->rings.elts;

        for (i = 0; i < ship->rings.nelts; i++) {
            ngx_http_llmgw_ship_unmap(ship, r[i]);
        }

        ngx_destroy_pool(ship->pool);
        ship->pool = NULL;
    }

    /* the lock is the last thing to go */

    llmgw_log_close(&ship->ledger);

    ship->open = 0;
}


void
ngx_http_llmgw_ship_scan(ngx_http_llmgw_ship_t *ship)
{
    ssize_t                       i, n;
    uint64_t                     *list;
    ngx_uint_t                    k;
    llmgw_heap_t                  heap;
    ngx_http_llmgw_ship_ring_t  **r;

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), ship->files->journal,
                        NGX_HTTP_LLMGW_RING_SUFFIX, &list);

    ship->partial = (n < 0);

    if (n < 0) {
        ngx_http_llmgw_ship_failed(ship, ngx_errno);
    }

    for (i = 0; i < n; i++) {

        r = ship->rings.elts;

        for (k = 0; k < ship->rings.nelts; k++) {
            if (r[k]->number == list[i]) {
                break;
            }
        }

        if (k == ship->rings.nelts) {
            ngx_http_llmgw_ship_map(ship, (uint32_t) list[i]);
        }
    }

    llmgw_heap_free(&heap);

    r = ship->rings.elts;

    for (k = 0; k < ship->rings.nelts; k++) {
        if (!r[k]->dead && flock(r[k]->fd, LOCK_EX|LOCK_NB) == 0) {
            r[k]->dead = 1;
        }
    }

    ngx_http_llmgw_ship_forget(ship);
}


static void
ngx_http_llmgw_ship_map(ngx_http_llmgw_ship_t *ship, uint32_t number)
{
    char                          path[LLMGW_PATH_MAX];
    ngx_file_info_t               fi;
    ngx_http_llmgw_ship_mark_t   *mark;
    ngx_http_llmgw_ship_take_t    take;
    ngx_http_llmgw_ship_ring_t   *r, **rp;

    r = ngx_pcalloc(ship->pool, sizeof(ngx_http_llmgw_ship_ring_t));
    rp = ngx_array_push(&ship->rings);

    if (r == NULL || rp == NULL) {
        ship->rings.nelts -= (rp != NULL);
        ship->partial = 1;
        return;
    }

    *rp = r;

    llmgw_disk_path(path, ship->files->journal, number,
                    NGX_HTTP_LLMGW_RING_SUFFIX);

    r->number = number;
    r->mem = NULL;
    r->fd = open(path, O_RDWR|O_CLOEXEC);

    if (r->fd == NGX_INVALID_FILE
        || ngx_fd_info(r->fd, &fi) == NGX_FILE_ERROR)
    {
        goto failed;
    }

    r->bytes = ngx_file_size(&fi);

    if (r->bytes) {
        r->mem = mmap(NULL, r->bytes, PROT_READ|PROT_WRITE, MAP_SHARED,
                      r->fd, 0);

        if (r->mem == MAP_FAILED) {
            r->mem = NULL;
            goto failed;
        }
    }

    take.ship = ship;
    take.ring = r;
    take.rc = NGX_ERROR;

    if (r->mem == NULL
        || ngx_http_llmgw_guard(ngx_http_llmgw_ship_attach, &take) != NGX_OK
        || take.rc != NGX_OK)
    {
        /* one that somebody works with is left to him */

        if (flock(r->fd, LOCK_EX|LOCK_NB) == 0) {

            ngx_log_error(NGX_LOG_ALERT, ship->log, 0,
                          "llmgw: \"%s\" is no journal, or a damaged one: it "
                          "is kept as \"%s.bad\"", path, path);

            ngx_http_llmgw_ship_rename(ship, number,
                                       NGX_HTTP_LLMGW_RING_SUFFIX ".bad");
        }

        ngx_set_errno(0);
        goto failed;
    }

    r->pos = llmgw_ring_tail(&r->ring);
    r->written = r->pos;
    r->syncing = r->pos;

    mark = ngx_http_llmgw_ship_mark(ship, r->info.id);

    if (mark) {
        r->seq = mark->seq;
        r->slot = mark->slot;
    }

    return;

failed:

    if (ngx_errno) {
        ship->partial = 1;
        ngx_http_llmgw_ship_failed(ship, ngx_errno);
    }

    ngx_http_llmgw_ship_unmap(ship, r);

    ship->rings.nelts--;
}


static void
ngx_http_llmgw_ship_attach(void *data)
{
    ngx_http_llmgw_ship_take_t *take = data;

    ngx_http_llmgw_ship_ring_t  *r;

    r = take->ring;

    if (llmgw_ring_attach(&r->ring, r->mem, r->bytes, &r->info) == LLMGW_OK) {
        take->rc = NGX_OK;
    }
}


static void
ngx_http_llmgw_ship_unmap(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_ship_ring_t *r)
{
    if (r->mem) {
        (void) munmap(r->mem, r->bytes);
        r->mem = NULL;
    }

    if (r->fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(r->fd);
        r->fd = NGX_INVALID_FILE;
    }
}


static void
ngx_http_llmgw_ship_rename(ngx_http_llmgw_ship_t *ship, uint32_t number,
    const char *suffix)
{
    char  from[LLMGW_PATH_MAX], to[LLMGW_PATH_MAX];

    llmgw_disk_path(from, ship->files->journal, number,
                    NGX_HTTP_LLMGW_RING_SUFFIX);
    llmgw_disk_path(to, ship->files->journal, number, suffix);

    if (ngx_rename_file(from, to) == NGX_FILE_ERROR) {
        ngx_http_llmgw_ship_failed(ship, ngx_errno);
    }
}


/* Rings without an owner and without anything in them; old ones go. */

static void
ngx_http_llmgw_ship_forget(ngx_http_llmgw_ship_t *ship)
{
    char                          path[LLMGW_PATH_MAX];
    ssize_t                       i, n;
    uint64_t                     *list;
    ngx_uint_t                    k;
    llmgw_heap_t                  heap;
    ngx_file_info_t               fi;
    ngx_http_llmgw_ship_ring_t  **r;

    r = ship->rings.elts;

    for (k = 0; k < ship->rings.nelts; /* void */ ) {

        if (!r[k]->bad
            && (!r[k]->empty || ship->dirty || ship->ledger.len
                || !llmgw_ring_empty(&r[k]->ring)))
        {
            k++;
            continue;
        }

        ngx_http_llmgw_ship_rename(ship, r[k]->number,
                                   r[k]->bad ? NGX_HTTP_LLMGW_RING_SUFFIX
                                               ".bad"
                                             : NGX_HTTP_LLMGW_OLD_SUFFIX);
        ngx_http_llmgw_ship_unmap(ship, r[k]);

        r[k] = r[--ship->rings.nelts];
    }

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), ship->files->journal,
                        NGX_HTTP_LLMGW_OLD_SUFFIX, &list);

    for (i = 0; i < n; i++) {

        llmgw_disk_path(path, ship->files->journal, list[i],
                        NGX_HTTP_LLMGW_OLD_SUFFIX);

        if (n - i > NGX_HTTP_LLMGW_SHIP_OLD
            || (ngx_file_info(path, &fi) != NGX_FILE_ERROR
                && ngx_time() - fi.st_ctime > NGX_HTTP_LLMGW_SHIP_AGE))
        {
            (void) ngx_delete_file(path);
        }
    }

    llmgw_heap_free(&heap);
}


ngx_int_t
ngx_http_llmgw_ship_batch(ngx_http_llmgw_ship_t *ship)
{
    ngx_int_t                     rc;
    ngx_uint_t                    i, n;
    llmgw_mark_t                 *marks;
    ngx_http_llmgw_ship_take_t    take;
    ngx_http_llmgw_ship_ring_t  **r;

    /* a batch that could not be written comes first */

    if (ship->ledger.len) {
        return ngx_http_llmgw_ship_write(ship);
    }

    r = ship->rings.elts;
    n = ship->rings.nelts;

    for (i = 0; i < n; i++) {
        if (!r[i]->bad && !r[i]->empty
            && (r[i]->dead || r[i]->pos != llmgw_ring_head(&r[i]->ring)))
        {
            break;
        }
    }

    if (i == n) {
        return NGX_DECLINED;
    }

    if (ship->ledger.fd < 0 || ship->ledger.pos.offset == 0) {

        marks = ngx_alloc((n + 1) * sizeof(llmgw_mark_t), ship->log);
        if (marks == NULL) {
            return NGX_ERROR;
        }

        for (i = 0; i < n; i++) {
            marks[i].ring = r[i]->info.id;
            marks[i].seq = r[i]->seq;
        }

        rc = llmgw_log_ready(&ship->ledger, ngx_http_llmgw_now_ms(), marks,
                             n);
        ngx_free(marks);

        if (rc != 0) {
            ngx_http_llmgw_ship_failed(ship, ngx_errno);
            return NGX_ERROR;
        }
    }

    rc = NGX_DECLINED;

    /* each time another one is the first, so that none fills all batches */

    ship->first++;

    for (i = 0; i < n && rc != NGX_AGAIN; i++) {

        take.ship = ship;
        take.ring = r[(i + ship->first) % n];
        take.rc = NGX_OK;

        if (take.ring->bad || take.ring->empty) {
            continue;
        }

        if (ngx_http_llmgw_guard(ngx_http_llmgw_ship_take, &take) != NGX_OK) {

            ngx_log_error(NGX_LOG_ALERT, ship->log, 0,
                          "llmgw: the journal's file %uD cannot be read, it "
                          "is kept as \".bad\"", take.ring->number);

            take.ring->bad = 1;
            continue;
        }

        rc = take.rc;
    }

    if (ship->ledger.len == 0) {

        /* maybe there were records that the ledger had already */

        ngx_http_llmgw_ship_written(ship);

        return NGX_DECLINED;
    }

    if (ngx_http_llmgw_ship_write(ship) != NGX_OK) {
        return NGX_ERROR;
    }

    return rc == NGX_AGAIN ? NGX_AGAIN : NGX_OK;
}


/* NGX_AGAIN: the batch is full */

static void
ngx_http_llmgw_ship_take(void *data)
{
    ngx_http_llmgw_ship_take_t *take = data;

    uint64_t                     next;
    llmgw_int_t                  rc;
    llmgw_ring_entry_t           e;
    ngx_http_llmgw_ship_t       *ship;
    ngx_http_llmgw_ship_ring_t  *r;

    ship = take->ship;
    r = take->ring;

    for ( ;; ) {

        rc = llmgw_ring_read(&r->ring, r->pos, &e);

        if (rc == LLMGW_AGAIN) {
            break;
        }

        if (rc == LLMGW_INVALID) {

            next = llmgw_ring_resync(&r->ring, r->pos);

            ngx_log_error(NGX_LOG_ALERT, ship->log, 0,
                          "llmgw: the journal's file %uD is damaged from "
                          "position %uL to %uL, passed over", r->number,
                          r->pos, next);

            ship->report.damaged++;
            r->pos = next;
            continue;
        }

        if (e.frame.seq <= r->seq) {

            /* the ledger has it */

            r->pos = e.next;
            continue;
        }

        take->rc = ngx_http_llmgw_ship_record(ship, r, &e);

        if (take->rc != NGX_OK) {
            break;
        }
    }

    if (take->rc == NGX_DECLINED) {

        /* its request is about to be logged */

        take->rc = NGX_OK;
        return;
    }

    if (rc == LLMGW_AGAIN && r->dead) {
        take->rc = ngx_http_llmgw_ship_lost(ship, r);
    }
}


static ngx_int_t
ngx_http_llmgw_ship_record(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_ship_ring_t *r, llmgw_ring_entry_t *e)
{
    u_char       *p;
    uint32_t      latency, flags;
    ngx_uint_t    wait;
    llmgw_str_t  *payload;

    payload = &e->frame.payload;

    p = llmgw_log_room(&ship->ledger, payload->len);

    if (p == NULL) {
        return NGX_AGAIN;
    }

    if (r->waits != r->pos + 1) {
        r->waits = r->pos + 1;
        r->since = ngx_current_msec;
    }

    wait = (ngx_current_msec - r->since < NGX_HTTP_LLMGW_SHIP_WAIT);

    if (llmgw_ring_take(e, wait, r->dead, &latency, &flags) != LLMGW_OK) {
        return NGX_DECLINED;
    }

    ngx_memcpy(p, payload->data, payload->len);

    if (e->frame.type == LLMGW_RECORD_SPEND && (latency || flags)) {
        llmgw_spend_complete(p, latency, flags);
    }

    llmgw_log_add(&ship->ledger, e->frame.type, payload->len);

    r->seq = e->frame.seq;
    r->pos = e->next;

    return NGX_OK;
}


/* Requests that were under way when a worker died, by their id. */

static ngx_int_t
ngx_http_llmgw_ship_lost(ngx_http_llmgw_ship_t *ship,
    ngx_http_llmgw_ship_ring_t *r)
{
    size_t          len;
    u_char         *p;
    uint32_t        slot;
    llmgw_spend_t   s;

    for ( ;; ) {

        slot = r->slot;

        if (llmgw_ring_lost(&r->ring, &slot, &s) != LLMGW_OK) {
            if (r->named > NGX_HTTP_LLMGW_SHIP_NAMED) {
                ngx_log_error(NGX_LOG_WARN, ship->log, 0,
                              "llmgw: %ui requests were under way when "
                              "process %uD ended, the ledger has all of them",
                              r->named, r->info.pid);
            }

            r->empty = 1;
            return NGX_OK;
        }

        /* the slot's place in the record keeps it from being written twice */

        s.ring = r->info.id;
        s.seq = slot;
        s.end = ngx_http_llmgw_now_ms();
        s.node = llmgw_str(r->info.node, r->info.node_len);

        len = llmgw_spend_size(&s);
        p = len ? llmgw_log_room(&ship->ledger, len) : NULL;

        if (len && p == NULL) {
            return NGX_AGAIN;
        }

        if (len) {
            (void) llmgw_spend_write(p, &s);
            llmgw_log_add(&ship->ledger, LLMGW_RECORD_LOST, len);

            if (++r->named > NGX_HTTP_LLMGW_SHIP_NAMED) {
                r->slot = slot;
                continue;
            }

            ngx_log_error(NGX_LOG_WARN, ship->log, 0,
                          "llmgw: request %*s of key \"%*s\" (%*s), model "
                          "\"%*s\", was under way when process %uD ended",
                          s.request_id.len, s.request_id.data,
                          s.key_alias.len, s.key_alias.data,
                          ngx_min(s.key.len, (size_t) 8), s.key.data,
                          s.model.len, s.model.data, r->info.pid);
        }

        r->slot = slot;
    }
}


static ngx_int_t
ngx_http_llmgw_ship_write(ngx_http_llmgw_ship_t *ship)
{
    size_t                   i, len;
    llmgw_frame_t            f;
    ngx_http_llmgw_files_t  *files;

    files = ship->files;
    len = ship->ledger.len;

    if (llmgw_log_write(&ship->ledger) != 0) {
        ngx_http_llmgw_ship_failed(ship, ngx_errno);
        return NGX_ERROR;
    }

    ship->alarm.last = 0;
    ship->dirty = 1;

    if (files->sh->loaded) {

        for (i = 0; i < len; i += f.size) {

            if (llmgw_frame_read(ship->ledger.buf + i, len - i, &f)
                != LLMGW_OK)
            {
                break;
            }

            ngx_http_llmgw_ship_tell(files, &f);
        }
    }

    ngx_http_llmgw_ship_written(ship);

    if (files->sh->loaded) {
        ngx_http_llmgw_files_set(&files->sh->ledger, &ship->ledger.pos);
    }

    return NGX_OK;
}


/* The ledger has all that was read. */

static void
ngx_http_llmgw_ship_written(ngx_http_llmgw_ship_t *ship)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_ship_ring_t  **r;

    r = ship->rings.elts;

    for (i = 0; i < ship->rings.nelts; i++) {
        if (r[i]->written != r[i]->pos) {
            r[i]->written = r[i]->pos;
            ship->dirty = 1;
        }
    }

    if (ship->dirty && ship->files->fsync == ngx_http_llmgw_fsync_no) {
        ngx_http_llmgw_ship_syncing(ship);
        ngx_http_llmgw_ship_synced(ship);
    }
}


void
ngx_http_llmgw_ship_failed(ngx_http_llmgw_ship_t *ship, ngx_err_t err)
{
    if (ngx_http_llmgw_alarm(&ship->alarm)) {
        ngx_log_error(NGX_LOG_ALERT, ship->log, err,
                      "llmgw: the ledger in \"%s\" cannot be written, records "
                      "stay in the journal", ship->files->ledger);
    }
}


void
ngx_http_llmgw_ship_syncing(ngx_http_llmgw_ship_t *ship)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_ship_ring_t  **r;

    r = ship->rings.elts;

    for (i = 0; i < ship->rings.nelts; i++) {
        r[i]->syncing = r[i]->written;
    }

    ship->dirty = 0;
}


ngx_uint_t
ngx_http_llmgw_ship_urgent(ngx_http_llmgw_ship_t *ship)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_ship_ring_t  **r;

    r = ship->rings.elts;

    for (i = 0; i < ship->rings.nelts; i++) {
        if (!r[i]->bad
            && r[i]->written - llmgw_ring_tail(&r[i]->ring)
               >= r[i]->info.size / NGX_HTTP_LLMGW_SHIP_SHARE)
        {
            return 1;
        }
    }

    return 0;
}


void
ngx_http_llmgw_ship_synced(ngx_http_llmgw_ship_t *ship)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_ship_ring_t  **r;

    r = ship->rings.elts;

    for (i = 0; i < ship->rings.nelts; i++) {

        if (!r[i]->bad && r[i]->syncing > llmgw_ring_tail(&r[i]->ring)
            && ngx_http_llmgw_guard(ngx_http_llmgw_ship_release, r[i])
               != NGX_OK)
        {
            r[i]->bad = 1;
        }
    }
}


static void
ngx_http_llmgw_ship_release(void *data)
{
    ngx_http_llmgw_ship_ring_t *r = data;

    llmgw_ring_release(&r->ring, r->syncing);
}


ngx_int_t
ngx_http_llmgw_ship_turn(ngx_http_llmgw_ship_t *ship)
{
    int64_t                       now;
    ngx_int_t                     rc;
    ngx_uint_t                    i, n;
    llmgw_mark_t                 *marks;
    ngx_http_llmgw_ship_ring_t  **r;

    now = ngx_http_llmgw_now_ms();

    /* a new file has to begin with the marks of all rings */

    if (ship->ledger.len || ship->partial
        || !llmgw_log_due(&ship->ledger, now))
    {
        return NGX_DECLINED;
    }

    r = ship->rings.elts;
    n = ship->rings.nelts;

    marks = ngx_alloc((n + 1) * sizeof(llmgw_mark_t), ship->log);
    if (marks == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        marks[i].ring = r[i]->info.id;
        marks[i].seq = r[i]->seq;
    }

    rc = llmgw_log_turn(&ship->ledger, now, marks, n);

    ngx_free(marks);

    if (rc != 0) {
        ngx_http_llmgw_ship_failed(ship, ngx_errno);
        return NGX_ERROR;
    }

    if (ship->files->sh->loaded) {
        ngx_http_llmgw_files_set(&ship->files->sh->ledger, &ship->ledger.pos);
    }

    return NGX_OK;
}
