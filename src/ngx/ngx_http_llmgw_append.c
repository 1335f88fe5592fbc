
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Logs that all workers append to.
 */


#include "ngx_http_llmgw_files.h"


static ngx_int_t ngx_http_llmgw_append_catch_up(ngx_http_llmgw_append_t *a);
static void ngx_http_llmgw_append_failed(ngx_http_llmgw_append_t *a,
    ngx_log_t *log, ngx_err_t err);


ngx_int_t
ngx_http_llmgw_append_open(ngx_http_llmgw_append_t *a, llmgw_str_t node,
    ngx_log_t *log)
{
    char             path[LLMGW_PATH_MAX];
    ngx_file_info_t  fi;
    llmgw_log_pos_t  pos;

    (void) ngx_snprintf((u_char *) path, sizeof(path), "%s/lock%Z", a->dir);

    a->lock = llmgw_disk_lock(path);

    if (a->lock < 0) {

        if (ngx_errno == EWOULDBLOCK) {
            return NGX_BUSY;
        }

        ngx_http_llmgw_append_failed(a, log, ngx_errno);
        return NGX_ERROR;
    }

    ngx_http_llmgw_files_report(&a->report, log);

    if (ngx_http_llmgw_append_catch_up(a) != NGX_OK) {
        ngx_http_llmgw_append_failed(a, log, ngx_errno);
        goto failed;
    }

    ngx_http_llmgw_files_get(a->pos, &pos);

    if (a->log.buf == NULL || a->log.pos.number != pos.number
        || a->log.pos.closed != pos.closed || a->log.fd < 0)
    {
        /* another file than the last time */

        a->log.lock = -1;

        if (a->log.buf) {
            llmgw_log_close(&a->log);
        }

        if (llmgw_log_open(&a->log, a->dir, a->suffix, a->kind, node, -1,
                           &pos, a->limit)
            != 0)
        {
            ngx_http_llmgw_append_failed(a, log, ngx_errno);
            goto failed;
        }

    } else {

        /* what somebody did not finish is written over */

        if (ngx_fd_info(a->log.fd, &fi) == NGX_FILE_ERROR
            || (ngx_file_size(&fi) != (off_t) pos.offset
                && ftruncate(a->log.fd, pos.offset) == -1))
        {
            ngx_http_llmgw_append_failed(a, log, ngx_errno);
            goto failed;
        }

        a->log.pos = pos;
        a->log.next = pos;
        a->log.len = 0;
    }

    if (llmgw_log_ready(&a->log, ngx_http_llmgw_now_ms(), NULL, 0) != 0) {
        ngx_http_llmgw_append_failed(a, log, ngx_errno);
        goto failed;
    }

    return NGX_OK;

failed:

    ngx_http_llmgw_append_end(a);

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_llmgw_append_catch_up(ngx_http_llmgw_append_t *a)
{
    llmgw_int_t      rc;
    llmgw_tail_t     tail;
    llmgw_frame_t    f;
    llmgw_log_pos_t  pos;

    ngx_http_llmgw_files_get(a->pos, &pos);

    llmgw_tail_init(&tail, a->dir, a->suffix, &pos, &a->report);

    for ( ;; ) {

        rc = llmgw_tail_next(&tail, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (a->seen) {
            a->seen(a->data, &f, &tail.pos);
        }
    }

    if (tail.pos.offset != pos.offset || tail.pos.number != pos.number) {
        ngx_http_llmgw_files_set(a->pos, &tail.pos);
    }

    llmgw_tail_close(&tail);

    return rc == LLMGW_DONE ? NGX_OK : NGX_ERROR;
}


ngx_uint_t
ngx_http_llmgw_append_behind(ngx_http_llmgw_append_t *a)
{
    char             path[LLMGW_PATH_MAX];
    ngx_file_info_t  fi;
    llmgw_log_pos_t  pos;

    ngx_http_llmgw_files_get(a->pos, &pos);

    llmgw_disk_path(path, a->dir, pos.number + (pos.number == 0), a->suffix);

    if (ngx_file_info(path, &fi) != NGX_FILE_ERROR
        && (uint64_t) ngx_file_size(&fi) > pos.offset)
    {
        return 1;
    }

    llmgw_disk_path(path, a->dir, pos.number + 1, a->suffix);

    return ngx_file_info(path, &fi) != NGX_FILE_ERROR;
}


void
ngx_http_llmgw_append_close(ngx_http_llmgw_append_t *a, ngx_uint_t ok)
{
    llmgw_log_pos_t  pos;

    if (ok) {
        ngx_http_llmgw_files_set(a->pos, &a->log.pos);

    } else {
        ngx_http_llmgw_files_get(a->pos, &pos);

        /* the file may be one that was begun just now */

        if (a->log.fd >= 0 && a->log.pos.number == pos.number) {
            (void) ftruncate(a->log.fd, pos.offset);
            a->log.pos = pos;
        }

        a->log.len = 0;
    }

    ngx_http_llmgw_append_end(a);
}


void
ngx_http_llmgw_append_end(ngx_http_llmgw_append_t *a)
{
    if (a->lock >= 0) {
        (void) ngx_close_file(a->lock);
        a->lock = -1;
    }
}


static void
ngx_http_llmgw_append_failed(ngx_http_llmgw_append_t *a, ngx_log_t *log,
    ngx_err_t err)
{
    if (ngx_http_llmgw_alarm(&a->alarm)) {
        ngx_log_error(NGX_LOG_ALERT, log, err,
                      "llmgw: \"%s\" cannot be written, %ui times since the "
                      "last message", a->dir, a->alarm.count);
        a->alarm.count = 0;
    }
}
