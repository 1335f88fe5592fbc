
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The audit log: who changed what.  A record is the time in Unix ms, and a
 * JSON object.
 */


#include "ngx_http_llmgw_files.h"
#include "llmgw_bytes.h"

#include <jansson.h>


/* a worker that finds the lock taken tries again, ms */
#define NGX_HTTP_LLMGW_AUDIT_AGAIN    3
#define NGX_HTTP_LLMGW_AUDIT_TIMEOUT  5000

#define NGX_HTTP_LLMGW_AUDIT_TIME     8
#define NGX_HTTP_LLMGW_AUDIT_MAX      (256 * 1024)

#define NGX_HTTP_LLMGW_AUDIT_PAGE     1000

/* bytes that one question may read, as it is not left to a thread */
#define NGX_HTTP_LLMGW_AUDIT_READ     (32 * 1024 * 1024)


static ngx_http_llmgw_append_t *ngx_http_llmgw_audit_log(
    ngx_http_llmgw_files_t *files);
static ngx_int_t ngx_http_llmgw_audit_complete(
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_audit_again(ngx_event_t *ev);
static void ngx_http_llmgw_audit_try(ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_audit_write(ngx_http_llmgw_append_t *a,
    ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_audit_read(ngx_http_llmgw_files_t *files,
    ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_audit_cursor(ngx_str_t *cursor,
    uint64_t *file, uint64_t *pos);
static ngx_int_t ngx_http_llmgw_audit_more(ngx_http_llmgw_store_call_t *call,
    uint64_t file, uint64_t pos);
static ngx_int_t ngx_http_llmgw_audit_row(ngx_http_llmgw_store_call_t *call,
    const llmgw_frame_t *f, ngx_uint_t *skipped);


/* of the worker */
static ngx_http_llmgw_append_t  ngx_http_llmgw_audit;


void
ngx_http_llmgw_audit_append(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    if (ngx_http_llmgw_audit_complete(call) != NGX_OK) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    call->event.handler = ngx_http_llmgw_audit_again;
    call->event.data = call;
    call->event.log = call->log;
    call->job = NULL;
    call->state = NGX_HTTP_LLMGW_AUDIT_TIMEOUT / NGX_HTTP_LLMGW_AUDIT_AGAIN;

    (void) ngx_http_llmgw_audit_log(st->lmcf->files);

    ngx_http_llmgw_audit_try(call);
}


/* what every entry has */

static ngx_int_t
ngx_http_llmgw_audit_complete(ngx_http_llmgw_store_call_t *call)
{
    char          *text;
    u_char         random[16], id[37], when[32], hex[32], *p;
    size_t         len;
    json_t        *json;
    ngx_int_t      rc;
    ngx_tm_t       tm;
    ngx_uint_t     missing;
    ngx_time_t    *tp;

    json = json_loadb((char *) call->json.data, call->json.len,
                      JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(json)) {
        json_decref(json);
        return NGX_ERROR;
    }

    missing = 0;

    if (json_object_get(json, "id") == NULL) {

        if (RAND_bytes(random, sizeof(random)) != 1) {
            json_decref(json);
            return NGX_ERROR;
        }

        (void) ngx_hex_dump(hex, random, sizeof(random));

        p = ngx_sprintf(id, "%*s-%*s-4%*s-a%*s-%*s%Z", (size_t) 8, hex,
                        (size_t) 4, hex + 8, (size_t) 3, hex + 13,
                        (size_t) 3, hex + 17, (size_t) 12, hex + 20);
        (void) p;

        missing |= json_object_set_new(json, "id", json_string((char *) id));
    }

    if (json_object_get(json, "updated_at") == NULL) {

        tp = ngx_timeofday();
        ngx_gmtime(tp->sec, &tm);

        (void) ngx_sprintf(when, "%4d-%02d-%02dT%02d:%02d:%02d.%03MZ%Z",
                           tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                           tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec,
                           tp->msec);

        missing |= json_object_set_new(json, "updated_at",
                                       json_string((char *) when));
    }

    text = missing ? NULL : json_dumps(json, JSON_COMPACT);

    json_decref(json);

    if (text == NULL) {
        return NGX_ERROR;
    }

    len = ngx_strlen(text);
    rc = NGX_ERROR;

    p = (len <= NGX_HTTP_LLMGW_AUDIT_MAX) ? ngx_pnalloc(call->pool, len)
                                          : NULL;
    if (p) {
        ngx_memcpy(p, text, len);
        call->json.data = p;
        call->json.len = len;
        rc = NGX_OK;
    }

    free(text);

    return rc;
}


static ngx_http_llmgw_append_t *
ngx_http_llmgw_audit_log(ngx_http_llmgw_files_t *files)
{
    ngx_http_llmgw_append_t  *a;

    a = &ngx_http_llmgw_audit;

    if (a->dir == NULL) {
        a->dir = files->audit;
        a->suffix = NGX_HTTP_LLMGW_AUDIT_SUFFIX;
        a->kind = LLMGW_FILE_AUDIT;
        a->pos = &files->sh->audit;
        a->data = files;
        a->limit = files->segment;
        a->lock = -1;
        a->log.fd = -1;
        a->log.lock = -1;
    }

    return a;
}


static void
ngx_http_llmgw_audit_again(ngx_event_t *ev)
{
    ngx_http_llmgw_audit_try(ev->data);
}


static void
ngx_http_llmgw_audit_try(ngx_http_llmgw_store_call_t *call)
{
    ngx_int_t                 rc;
    ngx_http_llmgw_files_t   *files;
    ngx_http_llmgw_append_t  *a;

    a = &ngx_http_llmgw_audit;
    files = a->data;

    rc = ngx_http_llmgw_append_open(a, files->node, call->log);

    if (rc == NGX_BUSY && call->state) {
        call->state--;
        ngx_add_timer(&call->event, NGX_HTTP_LLMGW_AUDIT_AGAIN);
        return;
    }

    if (rc == NGX_OK) {
        rc = ngx_http_llmgw_audit_write(a, call);
        ngx_http_llmgw_append_close(a, rc == NGX_OK);
    }

    if (rc == NGX_OK && files->fsync != ngx_http_llmgw_fsync_no) {
        ngx_http_llmgw_keep_sync(a->log.fd, files, call);
        return;
    }

    ngx_http_llmgw_store_done(call, rc == NGX_OK ? NGX_OK : NGX_ERROR);
}


static ngx_int_t
ngx_http_llmgw_audit_write(ngx_http_llmgw_append_t *a,
    ngx_http_llmgw_store_call_t *call)
{
    u_char   *p;
    size_t    len;
    int64_t   now;

    now = ngx_http_llmgw_now_ms();

    if (llmgw_log_due(&a->log, now)
        && a->log.pos.offset >= a->limit
        && llmgw_log_turn(&a->log, now, NULL, 0) != 0)
    {
        return NGX_ERROR;
    }

    len = NGX_HTTP_LLMGW_AUDIT_TIME + call->json.len;
    p = llmgw_log_room(&a->log, len);

    if (p == NULL) {
        return NGX_ERROR;
    }

    llmgw_put_u64(p, now);
    ngx_memcpy(p + NGX_HTTP_LLMGW_AUDIT_TIME, call->json.data,
               call->json.len);

    llmgw_log_add(&a->log, LLMGW_RECORD_AUDIT, len);

    if (llmgw_log_write(&a->log) != 0) {

        if (ngx_http_llmgw_alarm(&a->alarm)) {
            ngx_log_error(NGX_LOG_ALERT, call->log, ngx_errno,
                          "llmgw: \"%s\" cannot be written", a->dir);
        }

        return NGX_ERROR;
    }

    return NGX_OK;
}


void
ngx_http_llmgw_audit_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_done(call, ngx_http_llmgw_audit_read(
                                                 st->lmcf->files, call));
}


/*
 * Newest first.  A cursor is "12.3456": a file, and the place in it that comes
 * next.  Changes are few: what is read here at a time is seldom much.
 */

static ngx_int_t
ngx_http_llmgw_audit_read(ngx_http_llmgw_files_t *files,
    ngx_http_llmgw_store_call_t *call)
{
    char                         path[LLMGW_PATH_MAX];
    size_t                       bytes;
    ssize_t                      i, n;
    uint64_t                    *list, file, pos;
    ngx_int_t                    rc;
    ngx_uint_t                   skipped;
    llmgw_int_t                  walked;
    llmgw_heap_t                 heap;
    llmgw_walk_t                 walk;
    llmgw_frame_t                f;
    ngx_http_llmgw_log_query_t  *query;

    query = call->query;

    if (query->limit == 0 || query->limit > NGX_HTTP_LLMGW_AUDIT_PAGE) {
        query->limit = NGX_HTTP_LLMGW_AUDIT_PAGE;
    }

    if (ngx_http_llmgw_audit_cursor(&query->cursor, &file, &pos) != NGX_OK
        || ngx_array_init(&call->rows, call->pool, 16, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&call->cursor);

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), files->audit,
                        NGX_HTTP_LLMGW_AUDIT_SUFFIX, &list);

    rc = n < 0 ? NGX_ERROR : NGX_AGAIN;
    bytes = 0;
    skipped = 0;

    for (i = n - 1; i >= 0 && rc == NGX_AGAIN; i--) {

        if (list[i] > file) {
            continue;
        }

        llmgw_disk_path(path, files->audit, list[i],
                        NGX_HTTP_LLMGW_AUDIT_SUFFIX);

        if (llmgw_walk_open(&walk, path, -1) != 0) {
            rc = NGX_ERROR;
            break;
        }

        if (list[i] == file) {
            walk.pos = ngx_min(pos, walk.pos);
        }

        while (rc == NGX_AGAIN) {

            walked = llmgw_walk_prev(&walk, &f);

            if (walked == LLMGW_INVALID) {
                call->damaged += walk.bad - walk.pos;
                continue;
            }

            if (walked != LLMGW_OK) {
                rc = (walked == LLMGW_ERROR) ? NGX_ERROR : NGX_AGAIN;
                break;
            }

            bytes += f.size;

            rc = (bytes > NGX_HTTP_LLMGW_AUDIT_READ
                  || call->rows.nelts == query->limit)
                 ? ngx_http_llmgw_audit_more(call, list[i],
                                             walk.pos + f.size)
                 : ngx_http_llmgw_audit_row(call, &f, &skipped);
        }

        llmgw_walk_close(&walk);
    }

    llmgw_heap_free(&heap);

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_audit_cursor(ngx_str_t *cursor, uint64_t *file, uint64_t *pos)
{
    off_t    number, offset;
    u_char  *dot;

    *file = UINT64_MAX;
    *pos = 0;

    if (cursor->len == 0) {
        return NGX_OK;
    }

    dot = ngx_strlchr(cursor->data, cursor->data + cursor->len, '.');

    if (dot == NULL) {
        return NGX_ERROR;
    }

    number = ngx_atoof(cursor->data, dot - cursor->data);
    offset = ngx_atoof(dot + 1, cursor->data + cursor->len - dot - 1);

    if (number == (off_t) NGX_ERROR || offset == (off_t) NGX_ERROR) {
        return NGX_ERROR;
    }

    *file = number;
    *pos = offset;

    return NGX_OK;
}


/* The page ends here. */

static ngx_int_t
ngx_http_llmgw_audit_more(ngx_http_llmgw_store_call_t *call, uint64_t file,
    uint64_t pos)
{
    u_char  *p;

    p = ngx_pnalloc(call->pool, 2 * NGX_INT64_LEN + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    call->cursor.data = p;
    call->cursor.len = ngx_sprintf(p, "%uL.%uL", file, pos) - p;

    return NGX_OK;
}


/* NGX_AGAIN: go on */

static ngx_int_t
ngx_http_llmgw_audit_row(ngx_http_llmgw_store_call_t *call,
    const llmgw_frame_t *f, ngx_uint_t *skipped)
{
    int64_t                      time;
    ngx_str_t                   *row;
    ngx_http_llmgw_log_query_t  *query;

    if (f->type != LLMGW_RECORD_AUDIT
        || f->payload.len < NGX_HTTP_LLMGW_AUDIT_TIME)
    {
        return NGX_AGAIN;
    }

    query = call->query;
    time = llmgw_get_u64(f->payload.data);

    if (time < query->from) {
        return NGX_OK;
    }

    if (query->to && time >= query->to) {
        return NGX_AGAIN;
    }

    if (*skipped < query->offset) {
        (*skipped)++;
        return NGX_AGAIN;
    }

    row = ngx_array_push(&call->rows);
    if (row == NULL) {
        return NGX_ERROR;
    }

    row->len = f->payload.len - NGX_HTTP_LLMGW_AUDIT_TIME;
    row->data = ngx_pnalloc(call->pool, row->len);

    if (row->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(row->data, f->payload.data + NGX_HTTP_LLMGW_AUDIT_TIME,
               row->len);

    return NGX_AGAIN;
}
