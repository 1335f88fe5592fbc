
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Public keys of an identity provider, fetched from its URL and kept current:
 * one request at a time for all workers.
 */


#ifndef _NGX_HTTP_LLMGW_JWKS_H_INCLUDED_
#define _NGX_HTTP_LLMGW_JWKS_H_INCLUDED_


#include "ngx_http_llmgw_check.h"
#include "ngx_http_llmgw_fetch.h"
#include "llmgw_jwks.h"


/* the largest set of keys, in bytes */
#define NGX_HTTP_LLMGW_JWKS_MAX  (256 * 1024)


/*
 * What workers know together; in the zone, or one in each worker without it.
 * Times are those of ngx_current_msec, which all processes of a machine share.
 */

typedef struct {
    ngx_queue_t                   queue;
    u_char                        key[NGX_HTTP_LLMGW_DIGEST];  /* the URL's */
    ngx_msec_t                    seen;     /* by a worker that has it */

    ngx_uint_t                    serial;   /* of the text; 0: there is none */
    ngx_msec_t                    fetched;

    ngx_pid_t                     holder;   /* who asks; 0: nobody */
    ngx_msec_t                    lease;    /* … and until when it may */
    ngx_msec_t                    asked;    /* … for a missing key, last */

    ngx_uint_t                    failures; /* since the last success */
    ngx_msec_t                    retry;    /* not before */
    size_t                        len;
    u_char                       *text;     /* as it was sent */
} ngx_http_llmgw_jwks_sh_t;


typedef struct {
    ngx_str_t                     url;
    ngx_http_llmgw_site_t         site;
    ngx_msec_t                    refresh;
    ngx_msec_t                    max_age;  /* of keys that are used */
    u_char                        key[NGX_HTTP_LLMGW_DIGEST];

    /* of this worker */
    ngx_slab_pool_t              *shpool;   /* NULL: local is all there is */
    ngx_http_llmgw_state_t       *st;
    ngx_http_llmgw_jwks_sh_t      local;
    ngx_uint_t                    version;  /* of what was seen last */
    ngx_uint_t                    serial;   /* of keys */
    llmgw_jwks_t                 *keys;     /* own; NULL: there are none */
    ngx_msec_t                    fetched;
    ngx_uint_t                    failures;
    ngx_msec_t                    retry;
    ngx_pid_t                     holder;

    ngx_queue_t                   waiters;  /* of ngx_http_llmgw_ctx_t */
    ngx_uint_t                    nwaiters;
    ngx_event_t                   timer;
    ngx_http_llmgw_fetch_t       *fetch;
} ngx_http_llmgw_jwks_t;


/* The host is looked for with the resolver of http {}. */

ngx_int_t ngx_http_llmgw_jwks_conf(ngx_conf_t *cf, ngx_http_llmgw_jwks_t *j);

void ngx_http_llmgw_jwks_init_process(ngx_http_llmgw_jwks_t *j,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_log_t *log);
void ngx_http_llmgw_jwks_exit_process(ngx_http_llmgw_jwks_t *j);

/* The keys that are good until the next event, or NULL. */

const llmgw_jwks_t *ngx_http_llmgw_jwks_get(ngx_http_llmgw_jwks_t *j);

/*
 * The keys that a request needs are not there: they are asked for, if that was
 * not done just before.  NGX_AGAIN: resume(r) is called when there is an
 * answer; NGX_DECLINED: there is nothing to wait for.
 */

ngx_int_t ngx_http_llmgw_jwks_wait(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_jwks_t *j,
    ngx_http_llmgw_resume_pt resume);

/* The same for who cannot wait: they are asked for, and that is all. */

void ngx_http_llmgw_jwks_ask(ngx_http_llmgw_jwks_t *j);

/* Until the next attempt, ms. */

ngx_msec_t ngx_http_llmgw_jwks_retry(ngx_http_llmgw_jwks_t *j);


#endif /* _NGX_HTTP_LLMGW_JWKS_H_INCLUDED_ */
