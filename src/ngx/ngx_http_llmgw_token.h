
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Access tokens of providers that do not take keys: obtained ahead of need,
 * renewed ahead of their end, one for all workers.
 */


#ifndef _NGX_HTTP_LLMGW_TOKEN_H_INCLUDED_
#define _NGX_HTTP_LLMGW_TOKEN_H_INCLUDED_


#include "ngx_http_llmgw_module.h"
#include "ngx_http_llmgw_fetch.h"
#include "llmgw_oauth.h"


#define NGX_HTTP_LLMGW_TOKEN_REASON  256


typedef enum {
    ngx_http_llmgw_token_google_account = 0,  /* a key of a service account */
    ngx_http_llmgw_token_google_user,         /* a refresh token */
    ngx_http_llmgw_token_google_metadata,
    ngx_http_llmgw_token_azure_client,
    ngx_http_llmgw_token_azure_managed
} ngx_http_llmgw_token_e;


/*
 * What workers know together; in the zone, or one in each worker without it.
 * Times are those of ngx_current_msec, which all processes of a machine share.
 */

typedef struct {
    ngx_queue_t             queue;
    u_char                  key[NGX_HTTP_LLMGW_DIGEST];
    ngx_msec_t              seen;      /* by a worker that has it configured */

    ngx_uint_t              serial;    /* of the token; 0: there was none */
    ngx_msec_t              young;     /* until then */
    ngx_msec_t              refresh;   /* a new one should be there by then */
    ngx_msec_t              expires;

    ngx_pid_t               holder;    /* who asks for a new one; 0: nobody */
    ngx_msec_t              lease;     /* … and until when it may */

    ngx_uint_t              failures;  /* since the last success */
    ngx_msec_t              retry;     /* not before */
    ngx_uint_t              status;    /* of the last one; 0: no answer */
    size_t                  reason_len;
    size_t                  len;
    u_char                  reason[NGX_HTTP_LLMGW_TOKEN_REASON];
    u_char                  value[LLMGW_OAUTH_TOKEN_MAX];
} ngx_http_llmgw_token_sh_t;


struct ngx_http_llmgw_token_s {
    ngx_http_llmgw_token_e      kind;
    ngx_str_t                   name;      /* for logs: no secret */
    ngx_http_llmgw_site_t       site;
    ngx_msec_t                  timeout;
    u_char                      key[NGX_HTTP_LLMGW_DIGEST];

    /* which of them there are depends on the kind */
    ngx_str_t                   client_id; /* of an account its address */
    ngx_str_t                   secret;    /* the private key, PEM … */
    ngx_str_t                   key_id;
    ngx_str_t                   audience;
    ngx_str_t                   scope;

    /* of this worker */
    ngx_slab_pool_t            *shpool;    /* NULL: local is all there is */
    ngx_http_llmgw_sh_t        *sh;
    ngx_http_llmgw_token_sh_t  *local;
    ngx_uint_t                  version;   /* of all tokens, when last seen */
    ngx_uint_t                  serial;    /* of what is in value */
    ngx_msec_t                  refresh;
    ngx_msec_t                  expires;
    ngx_str_t                   value;
    ngx_uint_t                  failures;
    ngx_msec_t                  retry;
    ngx_uint_t                  status;
    ngx_str_t                   reason;
    ngx_pid_t                   holder;

    ngx_queue_t                 waiters;   /* of ngx_http_llmgw_ctx_t */
    ngx_event_t                 timer;
    ngx_http_llmgw_fetch_t     *fetch;
    ngx_msec_t                  asked;     /* when it was begun */
};


/* ngx_http_llmgw_token_request.c */

/* The request for a token, not started yet; NULL: it cannot be made. */

ngx_http_llmgw_fetch_t *ngx_http_llmgw_token_request(
    ngx_http_llmgw_token_t *t);

/* Reads the answer; "reason" has room for NGX_HTTP_LLMGW_TOKEN_REASON. */

ngx_int_t ngx_http_llmgw_token_answer(ngx_http_llmgw_token_t *t,
    ngx_http_llmgw_fetch_t *f, llmgw_oauth_t *o, ngx_str_t *reason);


#endif /* _NGX_HTTP_LLMGW_TOKEN_H_INCLUDED_ */
