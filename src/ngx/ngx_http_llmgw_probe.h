
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Active checks of deployments: requests of the gateway's own, in intervals,
 * which no client waits for.
 */


#ifndef _NGX_HTTP_LLMGW_PROBE_H_INCLUDED_
#define _NGX_HTTP_LLMGW_PROBE_H_INCLUDED_


#include "ngx_http_llmgw_plan.h"
#include "ngx_http_llmgw_fetch.h"


#define NGX_HTTP_LLMGW_PROBE_REASON  64


typedef enum {
    ngx_http_llmgw_probe_models = 0,  /* the provider's list of models */
    ngx_http_llmgw_probe_uri,         /* a path of its server */
    ngx_http_llmgw_probe_ping         /* a chat, which costs tokens */
} ngx_http_llmgw_probe_e;


typedef enum {
    ngx_http_llmgw_probe_none = 0,    /* there was none yet */
    ngx_http_llmgw_probe_passed,
    ngx_http_llmgw_probe_failed,
    ngx_http_llmgw_probe_unclear      /* it says nothing about requests */
} ngx_http_llmgw_probe_result_e;


/* llmgw_health_check */

struct ngx_http_llmgw_probe_conf_s {
    ngx_http_llmgw_probe_e      kind;
    ngx_msec_t                  interval;
    ngx_msec_t                  jitter;
    ngx_msec_t                  timeout;
    ngx_uint_t                  passes;
    ngx_uint_t                  fails;
    ngx_str_t                   uri;
    u_char                     *file_name;
    ngx_uint_t                  line;
};


/*
 * In the zone.  Entries are only added, and never move.  Times are those of
 * ngx_current_msec, which all processes of a machine share.
 */

typedef struct {
    ngx_queue_t                 queue;
    ngx_msec_t                  next;     /* when the next one is due */
    ngx_pid_t                   holder;   /* who is at it; 0: nobody */
    ngx_msec_t                  lease;    /* … and until when it may */

    /* the last one */
    time_t                      time;     /* Unix seconds */
    ngx_msec_t                  took;
    ngx_uint_t                  result;
    ngx_uint_t                  status;   /* 0: no answer */
    ngx_uint_t                  row;      /* with that result, in a row */
    size_t                      reason_len;
    u_char                      reason[NGX_HTTP_LLMGW_PROBE_REASON];

    size_t                      len;
    u_char                      name[1];
} ngx_http_llmgw_probe_sh_t;


/* What is checked: a location, or with a ping one model there. */

typedef struct {
    ngx_str_t                   name;
    const ngx_http_llmgw_probe_conf_t  *conf;
    ngx_http_llmgw_loc_conf_t  *llcf;
    ngx_http_llmgw_step_t      *step;     /* the first of them */
    ngx_http_llmgw_site_t       site;
    ngx_array_t                 steps;    /* of ngx_http_llmgw_step_t *: all
                                             deployments that it is for */
    ngx_slab_pool_t            *shpool;
    ngx_http_llmgw_probe_sh_t  *sh;

    /* of this worker */
    ngx_event_t                 timer;
    ngx_http_llmgw_fetch_t     *fetch;
    ngx_msec_t                  began;
} ngx_http_llmgw_probe_t;


/* ngx_http_llmgw_probe.c */

ngx_int_t ngx_http_llmgw_probes_init_process(ngx_cycle_t *cycle);
void ngx_http_llmgw_probes_exit_process(ngx_cycle_t *cycle);

/* what is known of a deployment's checks, for GET /health */

void ngx_http_llmgw_probe_show(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_step_t *step, llmgw_out_t *o);

/* ngx_http_llmgw_probe_conf.c */

char *ngx_http_llmgw_health_check(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_probes_init(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);
ngx_int_t ngx_http_llmgw_probes_zone(ngx_slab_pool_t *shpool,
    ngx_http_llmgw_sh_t *sh, ngx_http_llmgw_main_conf_t *lmcf);

/* ngx_http_llmgw_probe_request.c */

/* the request of one check, not started yet; NULL: reason says why not */

ngx_http_llmgw_fetch_t *ngx_http_llmgw_probe_request(
    ngx_http_llmgw_probe_t *p, const char **reason);


#endif /* _NGX_HTTP_LLMGW_PROBE_H_INCLUDED_ */
