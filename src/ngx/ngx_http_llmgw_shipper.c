
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * One worker ships for all; it also keeps the ledger's files: makes them
 * durable, sums them up, deletes those that are too old.
 */


#include "ngx_http_llmgw_files.h"


/*
 * ms: between batches, when woken, without work, between looks for rings and
 * the lock, between times that files are made durable or looked for age
 */
#define NGX_HTTP_LLMGW_SHIP_BUSY    10
#define NGX_HTTP_LLMGW_SHIP_WAKE    2
#define NGX_HTTP_LLMGW_SHIP_IDLE    100
#define NGX_HTTP_LLMGW_SHIP_LOOK    1000
#define NGX_HTTP_LLMGW_SHIP_EVERY   1000
#define NGX_HTTP_LLMGW_SHIP_HOUR    3600000

/* batches of one turn */
#define NGX_HTTP_LLMGW_SHIP_MANY    4

/* bytes of closed files that are not summed up yet, at least */
#define NGX_HTTP_LLMGW_SHIP_FOLD    (32 * 1024 * 1024)


typedef struct {
    ngx_http_llmgw_ship_t     ship;
    ngx_http_llmgw_files_t   *files;
    ngx_event_t               timer;
    ngx_msec_t                looked;
    ngx_msec_t                synced;
    ngx_msec_t                cleaned;

    ngx_http_llmgw_work_t     sync;
    ngx_fd_t                  sync_fd;
    ngx_http_llmgw_alarm_t    sync_alarm;

    ngx_http_llmgw_work_t     keep;
    llmgw_report_t            keep_report;
    int64_t                   keep_now;
    int64_t                   keep_before;
    uint64_t                  keep_from;
    ngx_msec_t                woken;
    ngx_atomic_uint_t         rings;         /* made before the last look */
    unsigned                  sync_failed:1; /* the last time */
    unsigned                  fold:1;        /* there may be files to sum up */
} ngx_http_llmgw_shipper_t;


static void ngx_http_llmgw_shipper_handler(ngx_event_t *ev);
static ngx_uint_t ngx_http_llmgw_shipper_turn(ngx_http_llmgw_shipper_t *s);
static void ngx_http_llmgw_shipper_sync(ngx_http_llmgw_shipper_t *s);
static ngx_int_t ngx_http_llmgw_shipper_sync_work(ngx_http_llmgw_work_t *w,
    size_t slice);
static void ngx_http_llmgw_shipper_sync_done(ngx_http_llmgw_work_t *w);
static void ngx_http_llmgw_shipper_keep(ngx_http_llmgw_shipper_t *s);
static ngx_int_t ngx_http_llmgw_shipper_keep_work(ngx_http_llmgw_work_t *w,
    size_t slice);
static void ngx_http_llmgw_shipper_keep_done(ngx_http_llmgw_work_t *w);
static ngx_uint_t ngx_http_llmgw_shipper_stranger(
    ngx_http_llmgw_files_t *files);


/* of the worker */
static ngx_http_llmgw_shipper_t  ngx_http_llmgw_shipper;


void
ngx_http_llmgw_ship_all(ngx_http_llmgw_files_t *files, ngx_log_t *log)
{
    ngx_int_t               rc;
    ngx_http_llmgw_ship_t   ship;

    if (ngx_http_llmgw_ship_open(&ship, files, log) != NGX_OK) {
        return;
    }

    ngx_http_llmgw_ship_scan(&ship);

    do {
        rc = ngx_http_llmgw_ship_batch(&ship);
    } while (rc == NGX_OK || rc == NGX_AGAIN);

    if (ship.dirty && ship.ledger.fd >= 0) {

        ngx_http_llmgw_ship_syncing(&ship);

        if (fdatasync(ship.ledger.fd) == 0) {
            ngx_http_llmgw_ship_synced(&ship);
        }
    }

    /* with what is empty now gone */

    ngx_http_llmgw_ship_scan(&ship);

    ngx_http_llmgw_ship_close(&ship);
}


ngx_int_t
ngx_http_llmgw_shipper_init(ngx_http_llmgw_files_t *files,
    ngx_cycle_t *cycle)
{
    ngx_http_llmgw_shipper_t  *s;

    s = &ngx_http_llmgw_shipper;

    ngx_memzero(s, sizeof(ngx_http_llmgw_shipper_t));

    s->files = files;
    s->fold = 1;

    s->timer.handler = ngx_http_llmgw_shipper_handler;
    s->timer.data = s;
    s->timer.log = cycle->log;
    s->timer.cancelable = 1;

    s->looked = ngx_current_msec - NGX_HTTP_LLMGW_SHIP_LOOK;
    s->synced = s->looked;
    s->cleaned = ngx_current_msec - NGX_HTTP_LLMGW_SHIP_HOUR;

    ngx_add_timer(&s->timer, 1);

    return NGX_OK;
}


void
ngx_http_llmgw_shipper_exit(ngx_http_llmgw_files_t *files, ngx_log_t *log)
{
    ngx_http_llmgw_shipper_t  *s;

    s = &ngx_http_llmgw_shipper;

    if (s->ship.open) {
        ngx_http_llmgw_ship_close(&s->ship);
    }

    ngx_http_llmgw_ship_all(files, log);
}


void
ngx_http_llmgw_shipper_wake(void)
{
    ngx_http_llmgw_shipper_t  *s;

    s = &ngx_http_llmgw_shipper;

    /* the others look again soon; and what is being written takes its time */

    if (s->timer.timer_set && !ngx_exiting
        && ngx_current_msec - s->woken >= NGX_HTTP_LLMGW_SHIP_WAKE)
    {
        s->woken = ngx_current_msec;
        ngx_post_event(&s->timer, &ngx_posted_events);
    }
}


static void
ngx_http_llmgw_shipper_handler(ngx_event_t *ev)
{
    ngx_http_llmgw_shipper_t *s = ev->data;

    ngx_uint_t         more;
    ngx_msec_t         now;
    ngx_atomic_uint_t  rings;

    now = ngx_current_msec;
    more = 0;

    if (ngx_exiting) {

        /* the workers that come after this one go on with it */

        if (s->ship.open && !s->sync.running) {
            ngx_http_llmgw_ship_close(&s->ship);
        }

        ngx_add_timer(ev, NGX_HTTP_LLMGW_SHIP_IDLE);
        return;
    }

    rings = s->files->sh->rings;

    if (now - s->looked >= NGX_HTTP_LLMGW_SHIP_LOOK || rings != s->rings) {

        /* a new ring may be full before the next look */

        s->looked = now;
        s->rings = rings;

        if (!s->ship.open
            && ngx_http_llmgw_ship_open(&s->ship, s->files, ev->log)
               == NGX_DECLINED
            && ngx_http_llmgw_shipper_stranger(s->files)
            && ngx_http_llmgw_zone_job(s->files->lmcf, "ship-follow",
                                       3 * NGX_HTTP_LLMGW_SHIP_LOOK)
               == NGX_OK)
        {
            more = (ngx_http_llmgw_ship_follow(s->files, ev->log)
                    == NGX_AGAIN);

            if (more) {
                s->looked -= NGX_HTTP_LLMGW_SHIP_LOOK;
            }
        }

        if (s->ship.open) {
            ngx_http_llmgw_ship_scan(&s->ship);
        }
    }

    if (s->ship.open) {
        more = ngx_http_llmgw_shipper_turn(s);
    }

    ngx_add_timer(ev, more ? NGX_HTTP_LLMGW_SHIP_BUSY
                           : NGX_HTTP_LLMGW_SHIP_IDLE);
}


/* Whether somebody ships who does not share this zone. */

static ngx_uint_t
ngx_http_llmgw_shipper_stranger(ngx_http_llmgw_files_t *files)
{
    ssize_t    n;
    ngx_fd_t   fd;
    uint32_t   id;

    fd = open(files->lock, O_RDONLY|O_CLOEXEC);

    if (fd == NGX_INVALID_FILE) {
        return 0;
    }

    n = pread(fd, &id, sizeof(uint32_t), 0);

    (void) ngx_close_file(fd);

    return n == sizeof(uint32_t) && id != files->sh->id;
}


static ngx_uint_t
ngx_http_llmgw_shipper_turn(ngx_http_llmgw_shipper_t *s)
{
    ngx_int_t   rc;
    ngx_uint_t  n;

    for (n = 0; n < NGX_HTTP_LLMGW_SHIP_MANY; n++) {

        rc = ngx_http_llmgw_ship_batch(&s->ship);

        if (rc != NGX_AGAIN) {
            break;
        }
    }

    if (!s->sync.running) {

        /* a file that is being made durable is not closed */

        if (ngx_http_llmgw_ship_turn(&s->ship) == NGX_OK) {
            s->fold = 1;
        }

        if (s->ship.dirty
            && (s->files->fsync == ngx_http_llmgw_fsync_always
                || ngx_current_msec - s->synced
                   >= NGX_HTTP_LLMGW_SHIP_EVERY
                || (!s->sync_failed
                    && ngx_http_llmgw_ship_urgent(&s->ship))))
        {
            ngx_http_llmgw_shipper_sync(s);
        }
    }

    if (!s->keep.running
        && (s->fold
            || ngx_current_msec - s->cleaned >= NGX_HTTP_LLMGW_SHIP_HOUR))
    {
        ngx_http_llmgw_shipper_keep(s);
    }

    return rc == NGX_OK || rc == NGX_AGAIN;
}


static void
ngx_http_llmgw_shipper_sync(ngx_http_llmgw_shipper_t *s)
{
    s->sync_fd = dup(s->ship.ledger.fd);

    if (s->sync_fd == NGX_INVALID_FILE) {
        return;
    }

    s->synced = ngx_current_msec;

    ngx_http_llmgw_ship_syncing(&s->ship);

    s->sync.work = ngx_http_llmgw_shipper_sync_work;
    s->sync.done = ngx_http_llmgw_shipper_sync_done;
    s->sync.data = s;
    s->sync.files = s->files;
    s->sync.log = s->timer.log;

    ngx_http_llmgw_work(&s->sync);
}


static ngx_int_t
ngx_http_llmgw_shipper_sync_work(ngx_http_llmgw_work_t *w, size_t slice)
{
    ngx_http_llmgw_shipper_t *s = w->data;

    return fdatasync(s->sync_fd) == 0 ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_llmgw_shipper_sync_done(ngx_http_llmgw_work_t *w)
{
    ngx_http_llmgw_shipper_t *s = w->data;

    (void) ngx_close_file(s->sync_fd);

    s->sync_failed = (w->rc != NGX_OK);

    if (!s->ship.open) {
        return;
    }

    if (w->rc == NGX_OK) {
        ngx_http_llmgw_ship_synced(&s->ship);
        return;
    }

    s->ship.dirty = 1;

    if (ngx_http_llmgw_alarm(&s->sync_alarm)) {
        ngx_log_error(NGX_LOG_ALERT, w->log, w->err,
                      "llmgw: the ledger in \"%s\" cannot be made durable, "
                      "records stay in the journal", s->files->ledger);
    }
}


/* Sums up what was closed, and deletes what is too old. */

static void
ngx_http_llmgw_shipper_keep(ngx_http_llmgw_shipper_t *s)
{
    s->fold = 0;
    s->cleaned = ngx_current_msec;

    s->keep_now = ngx_http_llmgw_now_ms();
    s->keep_before = s->files->retention
                     ? s->keep_now - (int64_t) s->files->retention * 1000 : 0;
    s->keep_from = s->ship.ledger.pos.number;

    ngx_http_llmgw_files_report(&s->keep_report, s->timer.log);

    s->keep.work = ngx_http_llmgw_shipper_keep_work;
    s->keep.done = ngx_http_llmgw_shipper_keep_done;
    s->keep.data = s;
    s->keep.files = s->files;
    s->keep.log = s->timer.log;

    ngx_http_llmgw_work(&s->keep);
}


/*
 * In one piece also without threads: then a file that was closed stops the
 * worker for as long as it takes to read it.
 */

static ngx_int_t
ngx_http_llmgw_shipper_keep_work(ngx_http_llmgw_work_t *w, size_t slice)
{
    ngx_http_llmgw_shipper_t *s = w->data;

    uint64_t     upto, files, bytes, least;
    struct stat  st;
    char         path[LLMGW_PATH_MAX];
    const char  *dir;

    dir = s->files->ledger;

    if (llmgw_ledger_unfolded(dir, &upto, &files, &bytes) != LLMGW_OK) {
        return NGX_ERROR;
    }

    /* sums of a million entities are not written for every few requests */

    least = NGX_HTTP_LLMGW_SHIP_FOLD;

    if (files) {
        llmgw_disk_path(path, dir, upto - files, LLMGW_TOTALS_SUFFIX);

        if (stat(path, &st) == 0 && (uint64_t) st.st_size / 2 > least) {
            least = st.st_size / 2;
        }
    }

    if (files && (bytes >= least || s->keep_before)
        && llmgw_ledger_fold(dir, upto, s->keep_now, &s->keep_report)
           != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    return llmgw_ledger_clean(dir, s->keep_before, s->keep_from,
                              &s->keep_report)
           < 0 ? NGX_ERROR : NGX_OK;
}


static void
ngx_http_llmgw_shipper_keep_done(ngx_http_llmgw_work_t *w)
{
    ngx_http_llmgw_shipper_t *s = w->data;

    if (w->rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ALERT, w->log, w->err,
                      "llmgw: the ledger in \"%s\" could not be summed up",
                      s->files->ledger);
    }
}
