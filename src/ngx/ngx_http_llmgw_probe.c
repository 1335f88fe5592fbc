
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The life of active checks.  Each worker has a timer for each of them; the
 * first whose timer finds that one is due takes a lease in the zone and asks,
 * the others look again later.  A lease ends by itself, since a killed worker
 * ends none.
 */


#include "ngx_http_llmgw_probe.h"


/* a lease outlives the time of a request by; ms */
#define NGX_HTTP_LLMGW_PROBE_LEASE  1000


static void ngx_http_llmgw_probe_timer(ngx_event_t *ev);
static ngx_msec_t ngx_http_llmgw_probe_pause(
    const ngx_http_llmgw_probe_conf_t *conf);
static void ngx_http_llmgw_probe_begin(ngx_http_llmgw_probe_t *p);
static void ngx_http_llmgw_probe_done(ngx_http_llmgw_fetch_t *f);
static ngx_uint_t ngx_http_llmgw_probe_judge(ngx_http_llmgw_probe_t *p,
    ngx_uint_t status);
static void ngx_http_llmgw_probe_note(ngx_http_llmgw_probe_t *p,
    ngx_uint_t result, ngx_uint_t status, const char *reason);
static ngx_uint_t ngx_http_llmgw_probe_apply(ngx_http_llmgw_probe_t *p);


ngx_int_t
ngx_http_llmgw_probes_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_probe_t      **probes, *p;
    ngx_http_llmgw_main_conf_t   *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    probes = lmcf->probes.elts;

    for (i = 0; i < lmcf->probes.nelts; i++) {

        p = probes[i];

        p->timer.handler = ngx_http_llmgw_probe_timer;
        p->timer.data = p;
        p->timer.log = cycle->log;
        p->timer.cancelable = 1;

        /* not all of them at once */

        ngx_add_timer(&p->timer, 1 + ngx_random() % (p->conf->jitter + 1));
    }

    return NGX_OK;
}


void
ngx_http_llmgw_probes_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                    i;
    ngx_http_llmgw_probe_t      **p;
    ngx_http_llmgw_main_conf_t   *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    p = lmcf->probes.elts;

    for (i = 0; i < lmcf->probes.nelts; i++) {

        if (p[i]->fetch == NULL) {
            continue;
        }

        ngx_http_llmgw_fetch_cancel(p[i]->fetch);
        p[i]->fetch = NULL;

        /* another worker may ask at once */

        ngx_shmtx_lock(&p[i]->shpool->mutex);

        if (p[i]->sh->holder == ngx_pid) {
            p[i]->sh->holder = 0;
        }

        ngx_shmtx_unlock(&p[i]->shpool->mutex);
    }
}


static void
ngx_http_llmgw_probe_timer(ngx_event_t *ev)
{
    ngx_msec_int_t              wait, longest;
    ngx_http_llmgw_probe_t     *p;
    ngx_http_llmgw_probe_sh_t  *sh;

    p = ev->data;
    sh = p->sh;

    if (ngx_exiting) {
        return;
    }

    longest = p->conf->interval + p->conf->jitter;

    ngx_shmtx_lock(&p->shpool->mutex);

    wait = sh->next ? (ngx_msec_int_t) (sh->next - ngx_current_msec) : 0;

    if (wait > longest) {

        /* the configuration before this one was more patient */

        wait = longest;
        sh->next = ngx_current_msec + longest;
    }

    if (wait <= 0 && sh->holder) {
        wait = (ngx_msec_int_t) (sh->lease - ngx_current_msec);
    }

    if (wait <= 0) {
        sh->holder = ngx_pid;
        sh->lease = ngx_current_msec + p->conf->timeout
                    + NGX_HTTP_LLMGW_PROBE_LEASE;
    }

    ngx_shmtx_unlock(&p->shpool->mutex);

    if (wait > 0) {

        /* whoever comes a moment later finds that it has been done */

        ngx_add_timer(ev, (ngx_msec_t) wait + ngx_random() % 20);
        return;
    }

    ngx_http_llmgw_probe_begin(p);
}


static ngx_msec_t
ngx_http_llmgw_probe_pause(const ngx_http_llmgw_probe_conf_t *conf)
{
    return conf->interval - conf->jitter
           + ngx_random() % (2 * conf->jitter + 1);
}


static void
ngx_http_llmgw_probe_begin(ngx_http_llmgw_probe_t *p)
{
    const char  *reason;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                   "llmgw health check of \"%V\"", &p->name);

    p->began = ngx_current_msec;
    p->fetch = ngx_http_llmgw_probe_request(p, &reason);

    if (p->fetch == NULL) {
        ngx_http_llmgw_probe_note(p, ngx_http_llmgw_probe_unclear, 0, reason);
        return;
    }

    p->fetch->handler = ngx_http_llmgw_probe_done;
    p->fetch->data = p;

    ngx_http_llmgw_fetch_start(p->fetch);
}


static void
ngx_http_llmgw_probe_done(ngx_http_llmgw_fetch_t *f)
{
    ngx_uint_t               status;
    ngx_http_llmgw_probe_t  *p;

    p = f->data;
    p->fetch = NULL;

    /* how long a list of models is, does not matter */

    if (f->failed && !f->too_large) {
        ngx_http_llmgw_probe_note(p, ngx_http_llmgw_probe_failed, 0,
                                  f->failed);
        return;
    }

    status = f->answer.status;

    ngx_http_llmgw_probe_note(p, ngx_http_llmgw_probe_judge(p, status),
                              status, NULL);
}


static ngx_uint_t
ngx_http_llmgw_probe_judge(ngx_http_llmgw_probe_t *p, ngx_uint_t status)
{
    if (status >= 200 && status < 300) {
        return ngx_http_llmgw_probe_passed;
    }

    /* a limit of the account is no outage, and passes by itself */

    if (status == NGX_HTTP_TOO_MANY_REQUESTS) {
        return ngx_http_llmgw_probe_unclear;
    }

    switch (p->conf->kind) {

    case ngx_http_llmgw_probe_models:

        /* a provider without such a list may be well all the same */

        return (status == NGX_HTTP_NOT_FOUND
                || status == NGX_HTTP_NOT_ALLOWED
                || status == NGX_HTTP_NOT_IMPLEMENTED)
               ? ngx_http_llmgw_probe_unclear : ngx_http_llmgw_probe_failed;

    case ngx_http_llmgw_probe_ping:

        /* it is there, and does not like this request */

        return (status == NGX_HTTP_BAD_REQUEST
                || status == NGX_HTTP_REQUEST_ENTITY_TOO_LARGE
                || status == 422)
               ? ngx_http_llmgw_probe_unclear : ngx_http_llmgw_probe_failed;

    default: /* ngx_http_llmgw_probe_uri */
        return ngx_http_llmgw_probe_failed;
    }
}


static void
ngx_http_llmgw_probe_note(ngx_http_llmgw_probe_t *p, ngx_uint_t result,
    ngx_uint_t status, const char *reason)
{
    ngx_uint_t                  n, news, level;
    ngx_http_llmgw_probe_sh_t  *sh;

    static char  *names[] = { "", "passed", "failed", "is unclear" };

    sh = p->sh;

    ngx_shmtx_lock(&p->shpool->mutex);

    news = (sh->result != result);

    sh->row = news ? 1 : sh->row + 1;
    sh->result = result;
    sh->status = status;
    sh->time = ngx_time();
    sh->took = ngx_current_msec - p->began;
    sh->next = ngx_current_msec + ngx_http_llmgw_probe_pause(p->conf);
    sh->holder = 0;

    sh->reason_len = 0;

    if (reason) {
        sh->reason_len = ngx_min(ngx_strlen(reason),
                                 NGX_HTTP_LLMGW_PROBE_REASON);
        ngx_memcpy(sh->reason, reason, sh->reason_len);
    }

    n = ngx_http_llmgw_probe_apply(p);

    ngx_shmtx_unlock(&p->shpool->mutex);

    ngx_add_timer(&p->timer, ngx_max((ngx_msec_int_t) (sh->next
                                                       - ngx_current_msec),
                                     1));

    if (!news && n == 0) {
        return;
    }

    level = (result == ngx_http_llmgw_probe_passed) ? NGX_LOG_NOTICE
                                                    : NGX_LOG_WARN;

    ngx_log_error(level, ngx_cycle->log, 0,
                  "llmgw: health check of \"%V\" %s: %s%sstatus %ui; "
                  "deployments %s: %ui", &p->name, names[result],
                  reason ? reason : "", reason ? ", " : "", status,
                  result == ngx_http_llmgw_probe_passed ? "asked again"
                                                        : "left alone", n);
}


/* how many deployments it changes something for */

static ngx_uint_t
ngx_http_llmgw_probe_apply(ngx_http_llmgw_probe_t *p)
{
    ngx_msec_t                         ms;
    ngx_uint_t                         i, n;
    llmgw_breaker_t                   *b;
    ngx_http_llmgw_step_t            **step;
    ngx_http_llmgw_routing_t          *rt;
    const ngx_http_llmgw_probe_conf_t *conf;

    n = 0;
    conf = p->conf;
    step = p->steps.elts;

    /* until the next one has failed as well, in the worst case */

    ms = conf->interval + conf->jitter + conf->timeout
         + 2 * NGX_HTTP_LLMGW_PROBE_LEASE;

    for (i = 0; i < p->steps.nelts; i++) {

        rt = step[i]->owner->routing;
        b = &rt->route.list[step[i]->index].numbers->breaker;

        if (p->sh->result == ngx_http_llmgw_probe_failed
            && p->sh->row >= conf->fails)
        {
            n += llmgw_breaker_down(b, &rt->breaker, ngx_current_msec, ms);

        } else if (p->sh->result == ngx_http_llmgw_probe_passed
                   && p->sh->row >= conf->passes)
        {
            n += llmgw_breaker_up(b, ngx_current_msec);
        }
    }

    return n;
}


void
ngx_http_llmgw_probe_show(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_step_t *step, llmgw_out_t *o)
{
    ngx_uint_t                  i, j;
    ngx_http_llmgw_step_t     **steps;
    ngx_http_llmgw_probe_t    **p;
    ngx_http_llmgw_probe_sh_t   sh;

    static llmgw_str_t  names[] = {
        llmgw_string("none"),
        llmgw_string("passed"),
        llmgw_string("failed"),
        llmgw_string("unclear")
    };

    p = lmcf->probes.elts;

    for (i = 0; i < lmcf->probes.nelts; i++) {

        steps = p[i]->steps.elts;

        for (j = 0; j < p[i]->steps.nelts && steps[j] != step; j++) {
            /* void */
        }

        if (j < p[i]->steps.nelts) {
            break;
        }
    }

    if (i == lmcf->probes.nelts) {
        return;
    }

    ngx_shmtx_lock(&p[i]->shpool->mutex);
    sh = *p[i]->sh;
    ngx_shmtx_unlock(&p[i]->shpool->mutex);

    llmgw_json_key(o, "health_check");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "result", names[sh.result]);

    if (sh.result) {

        llmgw_json_member_int(o, "in_a_row", sh.row);
        llmgw_json_member_int(o, "time", sh.time);
        llmgw_json_member_int(o, "duration_ms", sh.took);

        if (sh.status) {
            llmgw_json_member_int(o, "status", sh.status);
        }

        if (sh.reason_len) {
            llmgw_json_member(o, "reason",
                              llmgw_str(sh.reason, sh.reason_len));
        }
    }

    llmgw_json_close(o, '}');
}
