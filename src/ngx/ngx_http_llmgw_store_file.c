
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The store of files: every entity is in the zone, which also knows where its
 * record stands.  Changes are appended, by one worker at a time.
 */


#include "ngx_http_llmgw_files.h"
#include "ngx_http_llmgw_entity.h"


/* a worker that finds the lock taken tries again, ms */
#define NGX_HTTP_LLMGW_PUT_AGAIN    3
#define NGX_HTTP_LLMGW_PUT_TIMEOUT  5000

/* entities of a page */
#define NGX_HTTP_LLMGW_FILE_PAGE    100


typedef enum {
    ngx_http_llmgw_file_put = 1,
    ngx_http_llmgw_file_del
} ngx_http_llmgw_file_op_e;


static char *ngx_http_llmgw_file_conf(ngx_conf_t *cf,
    ngx_http_llmgw_store_t *st, ngx_str_t *url);
static ngx_int_t ngx_http_llmgw_file_start(ngx_http_llmgw_store_t *st,
    ngx_log_t *log);
static llmgw_int_t ngx_http_llmgw_file_load(void *data,
    const llmgw_entity_t *e, const llmgw_place_t *place);
static ngx_int_t ngx_http_llmgw_file_totals(ngx_http_llmgw_files_t *files,
    ngx_log_t *log);
static ngx_int_t ngx_http_llmgw_file_init(ngx_http_llmgw_store_t *st,
    ngx_cycle_t *cycle);
static void ngx_http_llmgw_file_exit(ngx_http_llmgw_store_t *st,
    ngx_cycle_t *cycle);
static void ngx_http_llmgw_file_get(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_file_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_file_read(ngx_http_llmgw_store_call_t *call,
    llmgw_kind_e kind, llmgw_str_t id, ngx_http_llmgw_place_t *place,
    ngx_str_t *json, uint64_t *version);
static ngx_fd_t ngx_http_llmgw_file_segment(uint32_t segment,
    ngx_uint_t again);
static void ngx_http_llmgw_file_change(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call, ngx_http_llmgw_file_op_e op);
static void ngx_http_llmgw_file_put_call(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_file_del_call(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_file_again(ngx_event_t *ev);
static void ngx_http_llmgw_file_try(ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_file_write(ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_file_policy(ngx_http_llmgw_files_t *files,
    const llmgw_entity_t *e, llmgw_policy_t **policy, ngx_log_t *log);
static void ngx_http_llmgw_file_seen(void *data, const llmgw_frame_t *f,
    const llmgw_log_pos_t *pos);
static void ngx_http_llmgw_file_cancel(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);


const ngx_http_llmgw_store_ops_t  ngx_http_llmgw_store_file = {
    ngx_string("file"),
    1,                                     /* complete */
    ngx_http_llmgw_file_conf,
    ngx_http_llmgw_file_start,
    ngx_http_llmgw_file_init,
    ngx_http_llmgw_file_exit,
    ngx_http_llmgw_file_get,
    ngx_http_llmgw_file_put_call,
    ngx_http_llmgw_file_del_call,
    ngx_http_llmgw_file_list,
    ngx_http_llmgw_logs,
    ngx_http_llmgw_audit_append,
    ngx_http_llmgw_audit_list,
    ngx_http_llmgw_file_cancel,
    NULL,                                  /* spend */
    NULL,                                  /* applied */
    NULL                                   /* init_conf */
};


ngx_http_llmgw_file_t  ngx_http_llmgw_file;


static char *
ngx_http_llmgw_file_conf(ngx_conf_t *cf, ngx_http_llmgw_store_t *st,
    ngx_str_t *url)
{
    ngx_http_llmgw_files_t  *files;

    files = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_files_t));
    if (files == NULL) {
        return NGX_CONF_ERROR;
    }

    files->dir = *url;

    st->url = *url;
    st->lmcf->files = files;

    return NGX_CONF_OK;
}


/* In the master: the zone is new, and nobody works with it yet. */

static ngx_int_t
ngx_http_llmgw_file_start(ngx_http_llmgw_store_t *st, ngx_log_t *log)
{
    uint64_t                 changes, snapshot;
    llmgw_int_t              rc;
    llmgw_report_t           report;
    llmgw_log_pos_t          pos;
    ngx_http_llmgw_file_t   *f;
    ngx_http_llmgw_files_t  *files;

    f = &ngx_http_llmgw_file;
    files = st->lmcf->files;

    f->files = files;

    ngx_http_llmgw_files_report(&report, log);

    llmgw_heap_init(&f->heap, 65536);

    rc = llmgw_entities_load(files->entities, &pos, &report,
                             ngx_http_llmgw_file_load, log);

    llmgw_heap_free(&f->heap);

    switch (rc) {

    case LLMGW_OK:
        break;

    case LLMGW_INVALID:

        /* it may have been a key that was blocked, a limit that was set */

        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "llmgw: \"%s\" is damaged in %L places, so that changes "
                      "may be missing: restore a copy of it", files->entities,
                      (int64_t) report.damaged);
        return NGX_ERROR;

    case LLMGW_TOO_LARGE:
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "llmgw: \"llmgw_zone\" is too small for what is in "
                      "\"%s\": a store of files has all of it in the zone",
                      files->entities);
        return NGX_ERROR;

    default:
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "llmgw: \"%s\" cannot be read", files->entities);
        return NGX_ERROR;
    }

    ngx_http_llmgw_files_set(&files->sh->entities, &pos);

    if (llmgw_entities_garbage(files->entities, &changes, &snapshot,
                               &files->sh->moved)
        != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_llmgw_file_totals(files, log) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_llmgw_zone_complete(st->lmcf);

    return NGX_OK;
}


static llmgw_int_t
ngx_http_llmgw_file_load(void *data, const llmgw_entity_t *e,
    const llmgw_place_t *place)
{
    ngx_log_t *log = data;

    ngx_int_t                    rc;
    llmgw_policy_t              *policy;
    ngx_http_llmgw_place_t       at;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_llmgw_file.files->lmcf;

    rc = ngx_http_llmgw_file_policy(ngx_http_llmgw_file.files, e, &policy,
                                    log);
    if (rc == NGX_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc == NGX_DECLINED) {

        /* said in the log; whoever needs it is refused */

        return LLMGW_OK;
    }

    at.offset = place->offset;
    at.segment = place->segment;
    at.length = place->length;

    rc = ngx_http_llmgw_zone_put(lmcf, e->kind, e->id, policy, e->version,
                                 NULL, &at, ngx_http_llmgw_zone_serial(lmcf));

    return rc == NGX_OK ? LLMGW_OK : LLMGW_TOO_LARGE;
}


/* NGX_DECLINED: the record is not valid (logged); NGX_ERROR: no memory */

static ngx_int_t
ngx_http_llmgw_file_policy(ngx_http_llmgw_files_t *files,
    const llmgw_entity_t *e, llmgw_policy_t **policy, ngx_log_t *log)
{
    size_t            len;
    llmgw_int_t       rc;
    llmgw_str_t       name;
    llmgw_problem_t   problem;

    llmgw_arena_reset(&ngx_http_llmgw_file.heap.arena);

    rc = LLMGW_INVALID;

    ngx_memzero(&problem, sizeof(llmgw_problem_t));

    if (e->kind < LLMGW_KINDS) {
        rc = llmgw_policy_read(&ngx_http_llmgw_file.heap.arena, e->kind,
                               e->json, 0, policy, &problem);
    }

    if (rc == LLMGW_OK) {
        return NGX_OK;
    }

    if (rc != LLMGW_INVALID) {
        return NGX_ERROR;
    }

    name = (e->kind < LLMGW_KINDS) ? llmgw_kind_name(e->kind)
                                   : llmgw_lit("unknown kind");

    /* of a key no more is told than its beginning */

    len = (e->kind == LLMGW_KIND_KEY && e->id.len > 8) ? 8 : e->id.len;

    ngx_log_error(NGX_LOG_ALERT, log, 0,
                  "llmgw: the record of %*s \"%*s\" in \"%s\" is not valid, "
                  "it is left out: %*s %*s", name.len, name.data, len,
                  e->id.data, files->entities, problem.field.len,
                  problem.field.data, problem.message.len,
                  problem.message.data);

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_llmgw_file_totals(ngx_http_llmgw_files_t *files, ngx_log_t *log)
{
    llmgw_int_t               rc;
    llmgw_heap_t              heap;
    llmgw_sums_t              sums;
    llmgw_report_t            report;
    llmgw_log_pos_t           pos;
    llmgw_sums_node_t        *node;
    ngx_http_llmgw_totals_t   totals;

    ngx_http_llmgw_files_report(&report, log);

    rc = llmgw_sums_init(&sums, llmgw_heap_init(&heap, 1024 * 1024));

    if (rc == LLMGW_OK) {
        rc = llmgw_ledger_load(files->ledger, &sums, &pos, &report, NULL,
                               NULL);
    }

    if (rc != LLMGW_OK) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "llmgw: the ledger in \"%s\" cannot be read",
                      files->ledger);
        llmgw_heap_free(&heap);
        return NGX_ERROR;
    }

    if (report.damaged) {

        /* money that is missing stops nobody; it is to be looked for */

        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "llmgw: the ledger in \"%s\" is damaged in %L places, "
                      "sums are without what was there", files->ledger,
                      (int64_t) report.damaged);
    }

    for (node = sums.first; node; node = node->newer) {

        if (node->total.kind >= LLMGW_KINDS) {
            continue;
        }

        /* a member of a team has no record of its own */

        if (node->total.kind == LLMGW_KIND_MEMBER
            && ngx_http_llmgw_zone_configure(files->lmcf, LLMGW_KIND_MEMBER,
                                             node->total.id)
               != NGX_OK)
        {
            ngx_log_error(NGX_LOG_EMERG, log, 0,
                          "llmgw: \"llmgw_zone\" is too small for the sums "
                          "in \"%s\"", files->ledger);
            llmgw_heap_free(&heap);
            return NGX_ERROR;
        }

        totals.spend = node->total.spend;
        totals.total = node->total.total;
        totals.reset_at = node->total.reset_at;

        ngx_http_llmgw_zone_totals(files->lmcf, node->total.kind,
                                   node->total.id, node->total.meter,
                                   &totals);
    }

    llmgw_heap_free(&heap);

    ngx_http_llmgw_files_set(&files->sh->ledger, &pos);
    files->sh->seq = pos.seq;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_file_init(ngx_http_llmgw_store_t *st, ngx_cycle_t *cycle)
{
    ngx_uint_t               i;
    ngx_http_llmgw_file_t   *f;
    ngx_http_llmgw_files_t  *files;

    f = &ngx_http_llmgw_file;
    files = st->lmcf->files;

    ngx_memzero(f, sizeof(ngx_http_llmgw_file_t));

    f->files = files;

    for (i = 0; i < NGX_HTTP_LLMGW_FILE_OPEN; i++) {
        f->open[i].fd = NGX_INVALID_FILE;
    }

    llmgw_heap_init(&f->heap, 65536);

    f->append.dir = files->entities;
    f->append.suffix = LLMGW_ENTITIES_SUFFIX;
    f->append.kind = LLMGW_FILE_ENTITIES;
    f->append.pos = &files->sh->entities;
    f->append.seen = ngx_http_llmgw_file_seen;
    f->append.data = cycle->log;
    f->append.limit = files->segment;
    f->append.lock = -1;
    f->append.log.fd = -1;
    f->append.log.lock = -1;

    return ngx_http_llmgw_keep_init(f, cycle);
}


static void
ngx_http_llmgw_file_exit(ngx_http_llmgw_store_t *st, ngx_cycle_t *cycle)
{
    ngx_http_llmgw_file_t  *f;

    f = &ngx_http_llmgw_file;

    ngx_http_llmgw_keep_exit(f);

    llmgw_heap_free(&f->heap);
}


static void
ngx_http_llmgw_file_get(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_int_t                      rc;
    llmgw_str_t                    id;
    ngx_http_llmgw_info_t          info;
    ngx_http_llmgw_store_total_t  *total;

    id = ngx_http_llmgw_str(call->id);

    rc = ngx_http_llmgw_zone_info(st->lmcf, call->kind, id, &info);

    if (rc != NGX_OK || info.missing || info.place.length == 0) {
        ngx_http_llmgw_store_done(call, NGX_DECLINED);
        return;
    }

    rc = ngx_http_llmgw_file_read(call, call->kind, id, &info.place,
                                  &call->json, &call->version);

    if (rc == NGX_OK) {

        if (ngx_array_init(&call->totals, call->pool, 1,
                           sizeof(ngx_http_llmgw_store_total_t))
            != NGX_OK)
        {
            ngx_http_llmgw_store_done(call, NGX_ERROR);
            return;
        }

        total = ngx_array_push(&call->totals);

        ngx_str_null(&total->meter);
        total->totals.spend = info.spend;
        total->totals.total = info.total;
        total->totals.reset_at = info.reset_at;
    }

    ngx_http_llmgw_store_done(call, rc);
}


/*
 * The record at a place.  It may have moved since the zone was asked: then the
 * zone is asked once more.
 */

static ngx_int_t
ngx_http_llmgw_file_read(ngx_http_llmgw_store_call_t *call,
    llmgw_kind_e kind, llmgw_str_t id, ngx_http_llmgw_place_t *place,
    ngx_str_t *json, uint64_t *version)
{
    u_char                  *p;
    ngx_fd_t                 fd;
    ngx_uint_t               tries;
    llmgw_frame_t            f;
    llmgw_entity_t           e;
    ngx_http_llmgw_info_t    info;
    ngx_http_llmgw_files_t  *files;

    files = ngx_http_llmgw_file.files;

    info.place = *place;

    for (tries = 0; tries < 3; tries++) {

        if (info.place.length > LLMGW_FRAME_MAX) {
            break;
        }

        p = ngx_pnalloc(call->pool, info.place.length);
        if (p == NULL) {
            return NGX_ERROR;
        }

        fd = ngx_http_llmgw_file_segment(info.place.segment, tries);

        if (fd != NGX_INVALID_FILE
            && pread(fd, p, info.place.length, info.place.offset)
               == (ssize_t) info.place.length
            && llmgw_frame_read(p, info.place.length, &f) == LLMGW_OK
            && f.type == LLMGW_RECORD_PUT
            && llmgw_entity_read(f.payload, &e) == LLMGW_OK
            && e.kind == kind && llmgw_str_eq(e.id, id))
        {
            json->data = (u_char *) e.json.data;
            json->len = e.json.len;
            *version = e.version;

            return NGX_OK;
        }

        if (ngx_http_llmgw_zone_info(files->lmcf, kind, id, &info) != NGX_OK
            || info.missing)
        {
            return NGX_DECLINED;
        }
    }

    ngx_log_error(NGX_LOG_ALERT, call->log, 0,
                  "llmgw: the record of %*s \"%*s\" cannot be read in \"%s\"",
                  llmgw_kind_name(kind).len, llmgw_kind_name(kind).data,
                  (kind == LLMGW_KIND_KEY) ? ngx_min(id.len, (size_t) 8)
                                           : id.len, id.data,
                  files->entities);

    return NGX_ERROR;
}


static ngx_fd_t
ngx_http_llmgw_file_segment(uint32_t segment, ngx_uint_t again)
{
    char                         path[LLMGW_PATH_MAX];
    ngx_uint_t                   i;
    ngx_http_llmgw_file_t       *f;
    ngx_http_llmgw_file_open_t  *o;

    f = &ngx_http_llmgw_file;
    o = NULL;

    for (i = 0; i < NGX_HTTP_LLMGW_FILE_OPEN; i++) {
        if (f->open[i].fd != NGX_INVALID_FILE
            && f->open[i].segment == segment)
        {
            o = &f->open[i];

            if (!again) {
                return o->fd;
            }

            break;
        }
    }

    if (o == NULL) {
        o = &f->open[f->next++ % NGX_HTTP_LLMGW_FILE_OPEN];
    }

    if (o->fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(o->fd);
    }

    llmgw_place_path(path, f->files->entities, segment);

    o->fd = open(path, O_RDONLY|O_CLOEXEC);
    o->segment = segment;

    return o->fd;
}


static void
ngx_http_llmgw_file_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    u_char                      *buf, *p;
    ngx_int_t                    rc;
    ngx_uint_t                   i, n, cursor;
    ngx_http_llmgw_name_t        name[NGX_HTTP_LLMGW_FILE_PAGE];
    ngx_http_llmgw_store_row_t  *row;

    n = call->limit;

    if (n == 0 || n > NGX_HTTP_LLMGW_FILE_PAGE) {
        n = NGX_HTTP_LLMGW_FILE_PAGE;
    }

    cursor = 0;

    if (call->cursor.len) {

        rc = ngx_atoi(call->cursor.data, call->cursor.len);

        if (rc == NGX_ERROR || rc == 0) {
            ngx_http_llmgw_store_done(call, NGX_ERROR);
            return;
        }

        cursor = rc;
    }

    buf = ngx_palloc(call->pool, n * LLMGW_ID_MAX);
    p = ngx_pnalloc(call->pool, NGX_INT_T_LEN);

    if (buf == NULL || p == NULL
        || ngx_array_init(&call->rows, call->pool, n,
                          sizeof(ngx_http_llmgw_store_row_t))
           != NGX_OK)
    {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    n = ngx_http_llmgw_zone_walk(st->lmcf, call->kind, &cursor, name, n, buf);

    for (i = 0; i < n; i++) {

        if (name[i].place.length == 0) {
            continue;
        }

        row = ngx_array_push(&call->rows);

        row->id.data = (u_char *) name[i].id.data;
        row->id.len = name[i].id.len;

        rc = ngx_http_llmgw_file_read(call, call->kind, name[i].id,
                                      &name[i].place, &row->json,
                                      &row->version);
        if (rc == NGX_OK) {
            continue;
        }

        call->rows.nelts--;

        if (rc == NGX_ERROR) {
            ngx_http_llmgw_store_done(call, NGX_ERROR);
            return;
        }
    }

    ngx_str_null(&call->cursor);

    if (cursor) {
        call->cursor.data = p;
        call->cursor.len = ngx_sprintf(p, "%ui", cursor) - p;
    }

    ngx_http_llmgw_store_done(call, NGX_OK);
}


static void
ngx_http_llmgw_file_put_call(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_file_change(st, call, ngx_http_llmgw_file_put);
}


static void
ngx_http_llmgw_file_del_call(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_file_change(st, call, ngx_http_llmgw_file_del);
}


static void
ngx_http_llmgw_file_change(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call, ngx_http_llmgw_file_op_e op)
{
    call->state = op;

    call->event.handler = ngx_http_llmgw_file_again;
    call->event.data = call;
    call->event.log = call->log;

    call->limit = NGX_HTTP_LLMGW_PUT_TIMEOUT / NGX_HTTP_LLMGW_PUT_AGAIN;

    ngx_http_llmgw_file_try(call);
}


static void
ngx_http_llmgw_file_again(ngx_event_t *ev)
{
    ngx_http_llmgw_file_try(ev->data);
}


static void
ngx_http_llmgw_file_try(ngx_http_llmgw_store_call_t *call)
{
    ngx_int_t               rc;
    ngx_http_llmgw_file_t  *f;

    f = &ngx_http_llmgw_file;

    rc = ngx_http_llmgw_append_open(&f->append, f->files->node, call->log);

    if (rc == NGX_BUSY && call->limit--) {
        ngx_add_timer(&call->event, NGX_HTTP_LLMGW_PUT_AGAIN);
        return;
    }

    if (rc != NGX_OK) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    rc = ngx_http_llmgw_file_write(call);

    ngx_http_llmgw_append_close(&f->append, rc == NGX_OK);

    if (rc == NGX_OK && call->state == ngx_http_llmgw_file_del) {
        (void) ngx_http_llmgw_store_gone(f->files->lmcf, call->kind,
                                         ngx_http_llmgw_str(call->id),
                                         call->log);
    }

    if (rc == NGX_OK) {

        f->dirty = 1;

        if (f->files->fsync == ngx_http_llmgw_fsync_always) {
            ngx_http_llmgw_keep_sync(f->append.log.fd, f->files, call);
            return;
        }
    }

    ngx_http_llmgw_store_done(call, rc);
}


/* The lock is held, and the zone is as the file is. */

static ngx_int_t
ngx_http_llmgw_file_write(ngx_http_llmgw_store_call_t *call)
{
    u_char                      *p;
    size_t                       len;
    uint64_t                     version;
    ngx_int_t                    rc;
    llmgw_str_t                  id;
    llmgw_entity_t               e;
    llmgw_policy_t              *policy;
    ngx_http_llmgw_file_t       *f;
    ngx_http_llmgw_info_t        info;
    ngx_http_llmgw_place_t       place;
    ngx_http_llmgw_main_conf_t  *lmcf;

    f = &ngx_http_llmgw_file;
    lmcf = f->files->lmcf;
    id = ngx_http_llmgw_str(call->id);

    rc = ngx_http_llmgw_zone_info(lmcf, call->kind, id, &info);

    version = (rc == NGX_OK && !info.missing && info.place.length)
              ? (uint64_t) info.version : 0;

    if (call->state == ngx_http_llmgw_file_del && version == 0) {
        return NGX_DECLINED;
    }

    if (call->version != NGX_HTTP_LLMGW_VERSION_ANY
        && call->version != version)
    {
        call->version = version;
        return NGX_BUSY;
    }

    ngx_memzero(&e, sizeof(llmgw_entity_t));

    e.kind = call->kind;
    e.version = f->append.log.next.seq + 1;
    e.time = ngx_http_llmgw_now_ms();
    e.id = id;

    if (call->state == ngx_http_llmgw_file_put) {

        e.json = ngx_http_llmgw_str(call->json);

        if (ngx_http_llmgw_file_policy(f->files, &e, &policy, call->log)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    len = llmgw_entity_size(&e);
    p = len ? llmgw_log_room(&f->append.log, len) : NULL;

    if (p == NULL) {
        ngx_log_error(NGX_LOG_ERR, call->log, 0,
                      "llmgw: a record of %uz bytes is too large", len);
        return NGX_ERROR;
    }

    place.offset = f->append.log.pos.offset;
    place.segment = llmgw_place_segment(f->append.log.pos.number, 0);
    place.length = llmgw_frame_size(len);

    (void) llmgw_entity_write(p, &e);

    llmgw_log_add(&f->append.log,
                  call->state == ngx_http_llmgw_file_put
                  ? LLMGW_RECORD_PUT : LLMGW_RECORD_DELETE, len);

    if (llmgw_log_write(&f->append.log) != 0) {

        if (ngx_http_llmgw_alarm(&f->append.alarm)) {
            ngx_log_error(NGX_LOG_ALERT, call->log, ngx_errno,
                          "llmgw: \"%s\" cannot be written",
                          f->files->entities);
        }

        return NGX_ERROR;
    }

    call->version = e.version;

    if (call->state == ngx_http_llmgw_file_del) {
        ngx_http_llmgw_zone_del(lmcf, call->kind, id);
        return NGX_OK;
    }

    if (ngx_http_llmgw_zone_put(lmcf, call->kind, id, policy, e.version, NULL,
                                &place, ngx_http_llmgw_zone_serial(lmcf))
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ALERT, call->log, 0,
                      "llmgw: \"llmgw_zone\" has no room for another entity");
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* What another gateway process appended. */

static void
ngx_http_llmgw_file_seen(void *data, const llmgw_frame_t *frame,
    const llmgw_log_pos_t *pos)
{
    ngx_log_t *log = data;

    llmgw_place_t                place;
    llmgw_entity_t               e;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if ((frame->type != LLMGW_RECORD_PUT
         && frame->type != LLMGW_RECORD_DELETE)
        || llmgw_entity_read(frame->payload, &e) != LLMGW_OK
        || e.kind >= LLMGW_KINDS)
    {
        return;
    }

    lmcf = ngx_http_llmgw_file.files->lmcf;

    if (frame->type == LLMGW_RECORD_DELETE) {
        ngx_http_llmgw_zone_del(lmcf, e.kind, e.id);
        return;
    }

    place.offset = pos->offset - frame->size;
    place.segment = llmgw_place_segment(pos->number, 0);
    place.length = frame->size;

    if (ngx_http_llmgw_file_load(log, &e, &place) != LLMGW_OK) {
        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "llmgw: \"llmgw_zone\" has no room for another entity");
    }
}


static void
ngx_http_llmgw_file_cancel(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_keep_cancel(call);
}
