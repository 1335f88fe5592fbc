
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "ngx_http_llmgw_files.h"

#include <setjmp.h>


/* seconds between lines about the same thing */
#define NGX_HTTP_LLMGW_ALARM  60


static void ngx_http_llmgw_files_said(void *data, llmgw_report_e level,
    const char *text);
static void ngx_http_llmgw_bus_handler(int signo, siginfo_t *info,
    void *context);
static void ngx_http_llmgw_work_slice(ngx_event_t *ev);
#if (NGX_THREADS)
static void ngx_http_llmgw_work_thread(void *data, ngx_log_t *log);
static void ngx_http_llmgw_work_done(ngx_event_t *ev);
#endif


static sigjmp_buf             ngx_http_llmgw_bus;
static volatile sig_atomic_t  ngx_http_llmgw_guarded;


void
ngx_http_llmgw_files_get(ngx_http_llmgw_files_pos_t *p, llmgw_log_pos_t *pos)
{
    *pos = p->pos[p->at & 1];
}


void
ngx_http_llmgw_files_set(ngx_http_llmgw_files_pos_t *p,
    const llmgw_log_pos_t *pos)
{
    ngx_uint_t  next;

    next = (p->at + 1) & 1;

    p->pos[next] = *pos;

    ngx_memory_barrier();

    p->at = next;
}


void
ngx_http_llmgw_files_report(llmgw_report_t *report, ngx_log_t *log)
{
    report->handler = ngx_http_llmgw_files_said;
    report->data = log;
    report->damaged = 0;
}


static void
ngx_http_llmgw_files_said(void *data, llmgw_report_e level, const char *text)
{
    ngx_log_t *log = data;

    ngx_uint_t  severity;

    severity = level == LLMGW_REPORT_INFO ? NGX_LOG_NOTICE
               : level == LLMGW_REPORT_WARN ? NGX_LOG_WARN : NGX_LOG_ALERT;

    ngx_log_error(severity, log, 0, "llmgw: %s", text);
}


void
ngx_http_llmgw_files_chown(ngx_http_llmgw_files_t *files, const char *dir,
    ngx_log_t *log)
{
    char              path[LLMGW_PATH_MAX];
    ngx_dir_t         d;
    ngx_str_t         name;
    ngx_file_info_t   fi;

    if (geteuid() != 0 || files->user == (ngx_uid_t) NGX_CONF_UNSET_UINT) {
        return;
    }

    name.data = (u_char *) dir;
    name.len = ngx_strlen(dir);

    if (ngx_open_dir(&name, &d) == NGX_ERROR) {
        return;
    }

    while (ngx_read_dir(&d) == NGX_OK) {

        if (ngx_de_name(&d)[0] == '.') {
            continue;
        }

        (void) ngx_snprintf((u_char *) path, sizeof(path), "%s/%s%Z", dir,
                            ngx_de_name(&d));

        if (ngx_file_info(path, &fi) == NGX_FILE_ERROR
            || !S_ISREG(fi.st_mode) || fi.st_uid == files->user)
        {
            continue;
        }

        if (chown(path, files->user, files->group) == -1) {
            ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                          "chown(\"%s\", %d) failed", path, files->user);
        }
    }

    (void) ngx_close_dir(&d);
}


ngx_int_t
ngx_http_llmgw_guard_init(ngx_log_t *log)
{
    struct sigaction  sa;

    ngx_memzero(&sa, sizeof(struct sigaction));

    sa.sa_sigaction = ngx_http_llmgw_bus_handler;
    sa.sa_flags = SA_SIGINFO|SA_NODEFER;

    sigemptyset(&sa.sa_mask);

    if (sigaction(SIGBUS, &sa, NULL) == -1) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      "sigaction(SIGBUS) failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* anywhere else it is what it always was */

static void
ngx_http_llmgw_bus_handler(int signo, siginfo_t *info, void *context)
{
    if (ngx_http_llmgw_guarded) {
        siglongjmp(ngx_http_llmgw_bus, 1);
    }

    (void) signal(SIGBUS, SIG_DFL);
}


ngx_int_t
ngx_http_llmgw_guard(void (*run)(void *data), void *data)
{
    if (sigsetjmp(ngx_http_llmgw_bus, 0) != 0) {
        ngx_http_llmgw_guarded = 0;
        return NGX_ERROR;
    }

    ngx_http_llmgw_guarded = 1;

    run(data);

    ngx_http_llmgw_guarded = 0;

    return NGX_OK;
}


ngx_uint_t
ngx_http_llmgw_alarm(ngx_http_llmgw_alarm_t *alarm)
{
    alarm->count++;

    if (alarm->last && ngx_time() - alarm->last < NGX_HTTP_LLMGW_ALARM) {
        return 0;
    }

    alarm->last = ngx_time();

    return 1;
}


void
ngx_http_llmgw_work(ngx_http_llmgw_work_t *w)
{
    w->running = 1;

    ngx_memzero(&w->event, sizeof(ngx_event_t));

    w->event.data = w;
    w->event.log = w->log;

#if (NGX_THREADS)

    if (w->files->pool) {

        ngx_memzero(&w->task, sizeof(ngx_thread_task_t));

        w->task.ctx = w;
        w->task.handler = ngx_http_llmgw_work_thread;
        w->task.event.data = w;
        w->task.event.handler = ngx_http_llmgw_work_done;
        w->task.event.log = w->log;

        if (ngx_thread_task_post(w->files->pool, &w->task) == NGX_OK) {
            return;
        }
    }

#endif

    w->event.handler = ngx_http_llmgw_work_slice;

    ngx_post_event(&w->event, &ngx_posted_next_events);
}


static void
ngx_http_llmgw_work_slice(ngx_event_t *ev)
{
    ngx_http_llmgw_work_t *w = ev->data;

    w->rc = w->work(w, NGX_HTTP_LLMGW_SLICE);
    w->err = ngx_errno;

    if (w->rc == NGX_AGAIN) {
        ngx_post_event(&w->event, &ngx_posted_next_events);
        return;
    }

    w->running = 0;
    w->done(w);
}


#if (NGX_THREADS)

static void
ngx_http_llmgw_work_thread(void *data, ngx_log_t *log)
{
    ngx_http_llmgw_work_t *w = data;

    do {
        w->rc = w->work(w, 0);
        w->err = ngx_errno;
    } while (w->rc == NGX_AGAIN);
}


static void
ngx_http_llmgw_work_done(ngx_event_t *ev)
{
    ngx_http_llmgw_work_t *w = ev->data;

    w->running = 0;
    w->done(w);
}

#endif
