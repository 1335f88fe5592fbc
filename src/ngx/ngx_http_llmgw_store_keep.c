
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Keeping the files of entities: changes of others are noticed, files are made
 * durable, and what was changed often is put together, without stopping.
 */


#include "ngx_http_llmgw_files.h"


/* between looks for changes of others, and for what is to be tidied up, ms */
#define NGX_HTTP_LLMGW_KEEP_LOOK    1000
#define NGX_HTTP_LLMGW_KEEP_TIDY    60000

/* changes that are not put together, at least */
#define NGX_HTTP_LLMGW_KEEP_LEAST   (8 * 1024 * 1024)

/* entities of a turn that tells where they are now */
#define NGX_HTTP_LLMGW_KEEP_MOVES   500


typedef struct {
    ngx_http_llmgw_work_t         work;
    ngx_http_llmgw_store_call_t  *call;      /* NULL: canceled */
    ngx_fd_t                      fd;
} ngx_http_llmgw_keep_sync_t;


static void ngx_http_llmgw_keep_timer(ngx_event_t *ev);
static void ngx_http_llmgw_keep_flush(ngx_http_llmgw_file_t *f);
static ngx_int_t ngx_http_llmgw_keep_flush_work(ngx_http_llmgw_work_t *w,
    size_t slice);
static void ngx_http_llmgw_keep_flushed(ngx_http_llmgw_work_t *w);
static ngx_int_t ngx_http_llmgw_keep_sync_work(ngx_http_llmgw_work_t *w,
    size_t slice);
static void ngx_http_llmgw_keep_synced(ngx_http_llmgw_work_t *w);
static void ngx_http_llmgw_keep_tidy(ngx_http_llmgw_file_t *f);
static ngx_int_t ngx_http_llmgw_keep_compact(ngx_http_llmgw_work_t *w,
    size_t slice);
static void ngx_http_llmgw_keep_compacted(ngx_http_llmgw_work_t *w);
static void ngx_http_llmgw_keep_move(ngx_http_llmgw_file_t *f);
static void ngx_http_llmgw_keep_moves(ngx_event_t *ev);


ngx_int_t
ngx_http_llmgw_keep_init(ngx_http_llmgw_file_t *f, ngx_cycle_t *cycle)
{
    f->timer.handler = ngx_http_llmgw_keep_timer;
    f->timer.data = f;
    f->timer.log = cycle->log;
    f->timer.cancelable = 1;
    f->tidied = ngx_current_msec;

    f->moves.handler = ngx_http_llmgw_keep_moves;
    f->moves.data = f;
    f->moves.log = cycle->log;

    ngx_add_timer(&f->timer, NGX_HTTP_LLMGW_KEEP_LOOK);

    return NGX_OK;
}


void
ngx_http_llmgw_keep_exit(ngx_http_llmgw_file_t *f)
{
    if (f->dirty && f->append.log.fd >= 0
        && f->files->fsync != ngx_http_llmgw_fsync_no)
    {
        (void) fdatasync(f->append.log.fd);
    }
}


static void
ngx_http_llmgw_keep_timer(ngx_event_t *ev)
{
    ngx_http_llmgw_file_t *f = ev->data;

    if (ngx_exiting) {
        return;
    }

    if (ngx_http_llmgw_append_behind(&f->append)
        && ngx_http_llmgw_append_open(&f->append, f->files->node, ev->log)
           == NGX_OK)
    {
        ngx_http_llmgw_append_close(&f->append, 1);
    }

    if (f->dirty && !f->sync.running
        && f->files->fsync == ngx_http_llmgw_fsync_everysec)
    {
        ngx_http_llmgw_keep_flush(f);
    }

    if (!f->compact.running && !f->moving
        && ngx_current_msec - f->tidied >= NGX_HTTP_LLMGW_KEEP_TIDY)
    {
        f->tidied = ngx_current_msec;

        if (ngx_http_llmgw_zone_job(f->files->lmcf, "store-tidy",
                                    2 * NGX_HTTP_LLMGW_KEEP_TIDY)
            == NGX_OK)
        {
            ngx_http_llmgw_keep_tidy(f);
        }
    }

    ngx_add_timer(ev, NGX_HTTP_LLMGW_KEEP_LOOK);
}


static void
ngx_http_llmgw_keep_flush(ngx_http_llmgw_file_t *f)
{
    f->sync_fd = dup(f->append.log.fd);

    if (f->sync_fd == NGX_INVALID_FILE) {
        return;
    }

    f->dirty = 0;

    f->sync.work = ngx_http_llmgw_keep_flush_work;
    f->sync.done = ngx_http_llmgw_keep_flushed;
    f->sync.data = f;
    f->sync.files = f->files;
    f->sync.log = f->timer.log;

    ngx_http_llmgw_work(&f->sync);
}


static ngx_int_t
ngx_http_llmgw_keep_flush_work(ngx_http_llmgw_work_t *w, size_t slice)
{
    ngx_http_llmgw_file_t *f = w->data;

    return fdatasync(f->sync_fd) == 0 ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_llmgw_keep_flushed(ngx_http_llmgw_work_t *w)
{
    ngx_http_llmgw_file_t *f = w->data;

    (void) ngx_close_file(f->sync_fd);

    if (w->rc != NGX_OK) {

        f->dirty = 1;

        if (ngx_http_llmgw_alarm(&f->alarm)) {
            ngx_log_error(NGX_LOG_ALERT, w->log, w->err,
                          "llmgw: \"%s\" cannot be made durable",
                          f->files->entities);
        }
    }
}


void
ngx_http_llmgw_keep_sync(ngx_fd_t fd, ngx_http_llmgw_files_t *files,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_keep_sync_t  *sync;

    sync = ngx_calloc(sizeof(ngx_http_llmgw_keep_sync_t), call->log);
    if (sync == NULL) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    sync->fd = dup(fd);

    if (sync->fd == NGX_INVALID_FILE) {
        ngx_free(sync);
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    sync->call = call;
    call->job = &sync->call;

    sync->work.work = ngx_http_llmgw_keep_sync_work;
    sync->work.done = ngx_http_llmgw_keep_synced;
    sync->work.data = sync;
    sync->work.files = files;
    sync->work.log = ngx_cycle->log;

    ngx_http_llmgw_work(&sync->work);
}


static ngx_int_t
ngx_http_llmgw_keep_sync_work(ngx_http_llmgw_work_t *w, size_t slice)
{
    ngx_http_llmgw_keep_sync_t *sync = w->data;

    return fdatasync(sync->fd) == 0 ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_llmgw_keep_synced(ngx_http_llmgw_work_t *w)
{
    ngx_http_llmgw_keep_sync_t *sync = w->data;

    ngx_int_t                     rc;
    ngx_http_llmgw_store_call_t  *call;

    rc = w->rc;
    call = sync->call;

    if (rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ALERT, w->log, w->err,
                      "llmgw: a change could not be made durable");
    }

    (void) ngx_close_file(sync->fd);
    ngx_free(sync);

    if (call) {
        call->job = NULL;
        ngx_http_llmgw_store_done(call, rc);
    }
}


/* the change itself stays */

void
ngx_http_llmgw_keep_cancel(ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_call_t  **waiting;

    if (call->job) {
        waiting = call->job;
        *waiting = NULL;
        call->job = NULL;
    }
}


static void
ngx_http_llmgw_keep_tidy(ngx_http_llmgw_file_t *f)
{
    int          rc;
    uint64_t     changes, snapshot, number;
    ngx_uint_t   large;

    if (llmgw_entities_garbage(f->files->entities, &changes, &snapshot,
                               &number)
        != LLMGW_OK)
    {
        return;
    }

    if (number > f->files->sh->moved) {

        /* another one has put it together, maybe without living to tell */

        ngx_http_llmgw_keep_move(f);
        return;
    }

    large = (changes > NGX_HTTP_LLMGW_KEEP_LEAST && changes > snapshot);

    if (!large
        || ngx_http_llmgw_append_open(&f->append, f->files->node,
                                      f->timer.log)
           != NGX_OK)
    {
        return;
    }

    rc = llmgw_log_turn(&f->append.log, ngx_http_llmgw_now_ms(), NULL, 0);

    ngx_http_llmgw_append_close(&f->append, 1);

    if (rc != 0) {
        return;
    }

    f->upto = f->append.log.pos.number - 1;

    ngx_http_llmgw_files_report(&f->report, f->timer.log);

    f->compact.work = ngx_http_llmgw_keep_compact;
    f->compact.done = ngx_http_llmgw_keep_compacted;
    f->compact.data = f;
    f->compact.files = f->files;
    f->compact.log = f->timer.log;

    ngx_http_llmgw_work(&f->compact);
}


static ngx_int_t
ngx_http_llmgw_keep_compact(ngx_http_llmgw_work_t *w, size_t slice)
{
    ngx_http_llmgw_file_t *f = w->data;

    return llmgw_entities_compact(f->files->entities, f->upto,
                                  ngx_http_llmgw_now_ms(), &f->report)
           == LLMGW_OK ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_llmgw_keep_compacted(ngx_http_llmgw_work_t *w)
{
    ngx_http_llmgw_file_t *f = w->data;

    if (w->rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ALERT, w->log, w->err,
                      "llmgw: \"%s\" could not be compacted",
                      f->files->entities);
        return;
    }

    ngx_log_error(NGX_LOG_NOTICE, w->log, 0,
                  "llmgw: \"%s\" was compacted through file %uL",
                  f->files->entities, f->upto);

    ngx_http_llmgw_keep_move(f);
}


/* The zone comes to know where everything is now, a few at a time. */

static void
ngx_http_llmgw_keep_move(ngx_http_llmgw_file_t *f)
{
    char      path[LLMGW_PATH_MAX];
    uint64_t  changes, snapshot;

    if (llmgw_entities_garbage(f->files->entities, &changes, &snapshot,
                               &f->upto)
        != LLMGW_OK)
    {
        return;
    }

    llmgw_place_path(path, f->files->entities,
                     llmgw_place_segment(f->upto, 1));

    if (llmgw_walk_open(&f->walk, path, 0) != 0) {
        ngx_log_error(NGX_LOG_ALERT, f->timer.log, ngx_errno,
                      "llmgw: \"%s\" cannot be read", path);
        return;
    }

    f->moving = 1;

    ngx_post_event(&f->moves, &ngx_posted_next_events);
}


static void
ngx_http_llmgw_keep_moves(ngx_event_t *ev)
{
    ngx_http_llmgw_file_t *f = ev->data;

    ngx_uint_t                   n;
    llmgw_int_t                  rc;
    llmgw_frame_t                frame;
    llmgw_entity_t               e;
    ngx_http_llmgw_info_t        info;
    ngx_http_llmgw_place_t       to;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = f->files->lmcf;

    for (n = 0; n < NGX_HTTP_LLMGW_KEEP_MOVES; n++) {

        rc = llmgw_walk_next(&f->walk, &frame);

        if (rc != LLMGW_OK) {
            goto done;
        }

        if (frame.type != LLMGW_RECORD_PUT
            || llmgw_entity_read(frame.payload, &e) != LLMGW_OK
            || e.kind >= LLMGW_KINDS)
        {
            continue;
        }

        if (ngx_http_llmgw_zone_info(lmcf, e.kind, e.id, &info) != NGX_OK
            || (uint64_t) info.version != e.version)
        {
            continue;
        }

        to.segment = llmgw_place_segment(f->upto, 1);
        to.offset = f->walk.pos - frame.size;
        to.length = frame.size;

        ngx_http_llmgw_zone_move(lmcf, e.kind, e.id, &info.place, &to);
    }

    ngx_post_event(ev, &ngx_posted_next_events);

    return;

done:

    llmgw_walk_close(&f->walk);

    f->moving = 0;

    if (rc != LLMGW_DONE) {
        ngx_log_error(NGX_LOG_ALERT, ev->log, 0,
                      "llmgw: snapshot %uL in \"%s\" cannot be read",
                      f->upto, f->files->entities);
        return;
    }

    f->files->sh->moved = f->upto;

    (void) llmgw_entities_clean(f->files->entities);
}
