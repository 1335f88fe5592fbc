
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#ifndef _NGX_HTTP_LLMGW_MODULE_H_INCLUDED_
#define _NGX_HTTP_LLMGW_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <openssl/evp.h>

#include "llmgw_ask.h"
#include "llmgw_call.h"
#include "llmgw_canon.h"
#include "llmgw_jstr.h"
#include "llmgw_overrides.h"
#include "llmgw_policy.h"
#include "llmgw_price.h"
#include "llmgw_provider.h"
#include "llmgw_reply.h"


#define NGX_HTTP_LLMGW_VERSION  "0.1.0"

#define NGX_HTTP_LLMGW_DIGEST   32

/* what keys are made of has at least so many characters */
#define NGX_HTTP_LLMGW_SECRET_MIN  16


typedef struct ngx_http_llmgw_ctx_s       ngx_http_llmgw_ctx_t;
typedef struct ngx_http_llmgw_token_s     ngx_http_llmgw_token_t;
typedef struct ngx_http_llmgw_state_s     ngx_http_llmgw_state_t;
typedef struct ngx_http_llmgw_mean_s      ngx_http_llmgw_mean_t;
typedef struct ngx_http_llmgw_waiter_s    ngx_http_llmgw_waiter_t;
typedef struct ngx_http_llmgw_identity_s  ngx_http_llmgw_identity_t;
typedef struct ngx_http_llmgw_journal_s   ngx_http_llmgw_journal_t;
typedef struct ngx_http_llmgw_jwt_s       ngx_http_llmgw_jwt_t;
typedef struct ngx_http_llmgw_routing_s   ngx_http_llmgw_routing_t;
typedef struct ngx_http_llmgw_plan_s      ngx_http_llmgw_plan_t;
typedef struct ngx_http_llmgw_defaults_s  ngx_http_llmgw_defaults_t;
typedef struct ngx_http_llmgw_failures_s  ngx_http_llmgw_failures_t;
typedef struct ngx_http_llmgw_probe_conf_s  ngx_http_llmgw_probe_conf_t;
typedef struct ngx_http_llmgw_midstream_s  ngx_http_llmgw_midstream_t;


/* A virtual key.  Only the digest is kept. */

typedef struct {
    u_char             digest[NGX_HTTP_LLMGW_DIGEST];
    u_char             hex[2 * NGX_HTTP_LLMGW_DIGEST];
    ngx_str_t          name;
    const llmgw_policy_t  *policy;   /* NULL: it may do everything */
    u_char            *file_name;
    ngx_uint_t         line;
    unsigned           master:1;
    unsigned           limited:1;    /* by more than its models */
} ngx_http_llmgw_key_t;


/* An entity that stands in the configuration. */

typedef struct {
    ngx_str_t          id;
    llmgw_kind_e       kind;
    const llmgw_policy_t  *policy;
} ngx_http_llmgw_policy_t;


typedef struct {
    ngx_str_t          location;     /* "@name" */
    ngx_str_t          model;        /* empty: the name of the model */
    ngx_array_t       *params;       /* "param="; NULL: none */
    ngx_array_t       *tags;         /* of llmgw_str_t; NULL: none */
    ngx_uint_t         weight;       /* 0: not given */
    ngx_uint_t         order;
    ngx_uint_t         rpm;          /* 0: no limit */
    ngx_uint_t         tpm;
    ngx_uint_t         max_parallel;
    ngx_msec_t         timeout;      /* 0: none */
    u_char            *file_name;
    ngx_uint_t         line;
} ngx_http_llmgw_deployment_t;


/* Shared memory: how a deployment does.  Counters are only ever added to. */

typedef struct {
    ngx_queue_t        queue;
    ngx_atomic_t       attempts;
    ngx_atomic_t       failures;
    ngx_atomic_t       last_status;  /* of the last failure */
    ngx_atomic_t       last_failure; /* Unix seconds */
    size_t             len;
    u_char             name[1];
} ngx_http_llmgw_stat_t;


typedef struct {
    ngx_uint_t         magic;
    ngx_uint_t         layout;
    ngx_queue_t        stats;        /* of ngx_http_llmgw_stat_t */
    ngx_queue_t        tokens;       /* of ngx_http_llmgw_token_sh_t */
    ngx_queue_t        places;       /* of ngx_http_llmgw_place_sh_t */
    ngx_queue_t        probes;       /* of ngx_http_llmgw_probe_sh_t */
    ngx_atomic_t       token_version; /* any of them changed */
    ngx_http_llmgw_state_t  *state;  /* keys, users, teams … */
    struct ngx_http_llmgw_files_sh_s  *files; /* how far they are known */
} ngx_http_llmgw_sh_t;


typedef struct ngx_http_llmgw_model_s  ngx_http_llmgw_model_t;
typedef struct ngx_http_llmgw_step_price_s  ngx_http_llmgw_step_price_t;


/* One step of a model's chain: where, and under which name. */

typedef struct {
    ngx_str_t                    location;
    llmgw_str_t                  model;
    ngx_http_llmgw_model_t      *owner;
    ngx_http_llmgw_stat_t       *stat;   /* NULL without a zone */
    ngx_http_llmgw_step_price_t *prices; /* by server; NULL: none */
    llmgw_str_t                  params; /* JSON; empty: none */
    ngx_msec_t                   timeout; /* to answer; 0: none */
    uint32_t                     where;  /* the location, in ids */
    uint32_t                     index;  /* among the owner's deployments */
} ngx_http_llmgw_step_t;


struct ngx_http_llmgw_model_s {
    ngx_str_t          name;
    ngx_array_t        deployments;  /* of ngx_http_llmgw_deployment_t */
    ngx_array_t        aliases;      /* of ngx_str_t: its other names */
    ngx_array_t        fallback;     /* of ngx_str_t */
    ngx_array_t        steps;        /* of ngx_http_llmgw_step_t */
    ngx_array_t        prices;       /* lines of "price" */
    ngx_array_t        groups;       /* of llmgw_str_t */
    ngx_http_llmgw_mean_t  *mean;    /* NULL without a zone */
    ngx_http_llmgw_routing_t  *routing;
    u_char            *file_name;
    ngx_uint_t         line;
    ngx_uint_t         mark;         /* while fallbacks are followed */
    ngx_uint_t         hidden;       /* in lists of models */
};


/* a name that clients have for a model */

typedef struct {
    ngx_str_t                name;
    ngx_http_llmgw_model_t  *model;  /* NULL: the slot is free */
} ngx_http_llmgw_model_slot_t;


/* certificates that the gateway's own requests trust */

typedef struct {
    ngx_str_t          file;
#if (NGX_SSL)
    ngx_ssl_t         *ssl;
#endif
} ngx_http_llmgw_trust_t;


typedef struct {
    ngx_shm_zone_t    *zone;
    struct ngx_http_llmgw_store_s  *store;   /* NULL: none */
    const ngx_http_llmgw_journal_t *journal; /* NULL: none */

    llmgw_price_list_t *prices;      /* of llmgw_prices; NULL: none */

    struct ngx_http_llmgw_files_s  *files;   /* NULL: none */

    /* of the store and its journal */
    ngx_str_t          node;         /* name of this gateway */
    ngx_msec_t         sync;         /* between gateways */
    size_t             journal_size;
    ngx_str_t          journal_dir;
    ngx_uint_t         journal_full;
    ngx_uint_t         fsync;
    time_t             ledger_retention;

    ngx_array_t        models;       /* of ngx_http_llmgw_model_t * */
    ngx_http_llmgw_model_slot_t *model_slots; /* by name */
    ngx_uint_t         model_mask;
    ngx_str_t          default_name;
    ngx_http_llmgw_model_t *default_model; /* NULL: none */
    ngx_array_t        defaults;     /* of ngx_http_llmgw_defaults_t * */

    ngx_array_t        keys;         /* of ngx_http_llmgw_key_t */
    uint32_t          *key_slots;    /* index + 1 into keys, by digest */
    ngx_uint_t         key_mask;
    EVP_MD_CTX        *digest;       /* of the worker */

    ngx_array_t        policies;     /* of ngx_http_llmgw_policy_t */
    uint32_t          *policy_slots; /* index + 1 into policies */
    ngx_uint_t         policy_mask;
    ngx_str_t          global;       /* llmgw_limit and llmgw_budget, JSON */
    ngx_msec_t         store_grace;
    ngx_msec_t         lookup_timeout;
    ngx_flag_t         stop_on_budget;
    ngx_uint_t         queue;        /* requests that may wait in a line */
    ngx_msec_t         queue_timeout;
    ngx_flag_t         allow_unpriced;
    unsigned           has_limit:1;
    unsigned           has_budget:1;
    unsigned           tagged:1;     /* a deployment has tags */

    ngx_http_llmgw_failures_t  *failures; /* NULL: they are not counted */

    ngx_http_llmgw_jwt_t  *jwt;      /* NULL: none */

    /*
     * NGX_OK when the request's JWT has this claim, NGX_BUSY when there are no
     * keys to check it with; NULL: there are none
     */
    ngx_int_t        (*jwt_claim)(ngx_http_request_t *r, llmgw_str_t name,
                         llmgw_str_t value);

    ngx_array_t        servers;      /* of ngx_http_core_srv_conf_t * */
    ngx_array_t        trusts;       /* of ngx_http_llmgw_trust_t */
    ngx_array_t        tokens;       /* of ngx_http_llmgw_token_t * */
    ngx_array_t        probes;       /* of ngx_http_llmgw_probe_t * */

    time_t             started;
    ngx_flag_t         master_key;   /* one is set */

    /* ids of what providers store */
    u_char             tag_key[NGX_HTTP_LLMGW_DIGEST];
    ngx_uint_t         tags;         /* tag_key is set … */
    ngx_uint_t         secret;       /* … by llmgw_secret */
} ngx_http_llmgw_main_conf_t;


typedef struct {
    ngx_flag_t         enable;
    ngx_flag_t         admin;
    size_t             max_body;
    size_t             max_answer;
    ngx_flag_t         drop_params;
    ngx_uint_t         hosted;       /* llmgw_hosted_e */
    ngx_uint_t         cache_scope;
    ngx_msec_t         stream_keepalive;
    ngx_msec_t         ttft_timeout;
    ngx_msec_t         stall_timeout;
    ngx_msec_t         deadline;
    ngx_flag_t         stream_usage;
    ngx_flag_t         quirks;
    ngx_uint_t         expose;       /* headers */
    ngx_http_llmgw_defaults_t *defaults; /* fallbacks; NULL: none */

    ngx_str_t          base_url;
    ngx_str_t          api_key;
    ngx_str_t          anthropic_version;
    ngx_str_t          openai_organization;
    ngx_str_t          openai_project;
    ngx_str_t          bearer_token;
    ngx_str_t          model_family;
    ngx_str_t          azure_api_version;
    ngx_str_t          azure_tenant;
    ngx_str_t          azure_client_id;
    ngx_str_t          azure_client_secret;
    ngx_str_t          huggingface_adapter;
    ngx_str_t          huggingface_kind;
    ngx_str_t          huggingface_bill_to;
    ngx_str_t          aws_region;
    ngx_str_t          aws_access_key_id;
    ngx_str_t          aws_secret_access_key;
    ngx_str_t          aws_session_token;
    ngx_str_t          aws_file;     /* of credentials */
    ngx_str_t          aws_profile;
    ngx_str_t          bedrock_guardrail;
    ngx_str_t          bedrock_guardrail_version;
    ngx_str_t          bedrock_guardrail_mode;
    ngx_uint_t         bedrock_api;
    ngx_uint_t         max_tokens;

    ngx_str_t          google_credentials;
    ngx_str_t          google_project;
    ngx_str_t          google_location;
    ngx_str_t          google_user_project; /* of the credentials file */
    ngx_str_t          claude_betas;
    ngx_str_t          claude_lacks;
    ngx_flag_t         azure_managed_identity;
    ngx_str_t          token_url;
    ngx_str_t          token_scope;
    ngx_msec_t         token_timeout;
    ngx_str_t          trusted_certificate;
    ngx_array_t       *params;       /* of llmgw_set_param; NULL: none */
    ngx_http_llmgw_probe_conf_t  *probe; /* llmgw_health_check; NULL: off */

    /* set by llmgw_provider */
    const llmgw_provider_t  *provider;
    ngx_str_t          words;        /* "NAME=VALUE …", for its address */
    llmgw_target_t     target;       /* but for the model */
    llmgw_settings_t   settings;
    ngx_str_t          host;         /* of the Host header */
    llmgw_credential_t credential;
    ngx_http_llmgw_token_t  *token;  /* obtained, not given; or NULL */
    ngx_http_handler_pt  handler;    /* the proxy's, or the mock's */
    ngx_conf_file_t   *conf_file;    /* in which the location begins */
    u_char            *file_name;    /* of llmgw_provider */
    ngx_uint_t         line;
    ngx_uint_t         applied;      /* llmgw_base_url comes too late */
    ngx_flag_t         mock;
} ngx_http_llmgw_loc_conf_t;


typedef enum {
    ngx_http_llmgw_start = 0,
    ngx_http_llmgw_reading,          /* the client's body */
    ngx_http_llmgw_routing,          /* on the way to a provider location */
    ngx_http_llmgw_chosen,           /* in one, the provider not yet asked */
    ngx_http_llmgw_sending,          /* an attempt is under way */
    ngx_http_llmgw_answering,        /* its answer is coming in */
    ngx_http_llmgw_done
} ngx_http_llmgw_state_e;


/* What a request is expected to come to. */

typedef struct {
    uint64_t           prompt;       /* tokens */
    uint64_t           completion;
    int64_t            cost;         /* nano-dollars */
    unsigned           priced:1;     /* there is a price */
    unsigned           free:1;       /* … which is nothing */
} ngx_http_llmgw_expect_t;


/* For headers: the level that leaves least, as it was at admission. */

typedef struct {
    int64_t            limit;        /* -1: none */
    int64_t            remaining;
    int64_t            reset;        /* ms */
} ngx_http_llmgw_rate_t;


/*
 * One request.  Lives in the pool, and is found through a pool cleanup, since
 * jumps to named locations clear the module contexts.
 */

struct ngx_http_llmgw_ctx_s {
    ngx_http_request_t          *request;
    ngx_http_llmgw_state_e       state;

    llmgw_arena_t                arena;     /* for the life of the request */
    llmgw_arena_t                answer;    /* of one attempt's output */
    llmgw_call_t                 call;
    llmgw_tags_t                 tags;
    llmgw_str_t                  rest;      /* of the path */
    llmgw_str_t                  query_key; /* that was in the query */

    const ngx_http_llmgw_key_t  *key;       /* a static one, or NULL */
    ngx_http_llmgw_identity_t   *identity;  /* whom it is from */
    void                        *admin;     /* of a call of the admin API */
    llmgw_str_t                  admin_args; /* its query, if it has one */
    void                       **entry;     /* loc_conf of "llmgw on" */
    ngx_http_event_handler_pt    read_handler;
    ngx_uint_t                   http_version;  /* of the client */

    /* the client's body */
    u_char                      *body;
    u_char                      *body_last;
    u_char                      *body_end;

    /* routing */
    ngx_http_llmgw_model_t      *model;
    ngx_http_llmgw_step_t       *steps;
    ngx_uint_t                   nsteps;
    ngx_http_llmgw_plan_t       *plan;      /* NULL: steps are all there are */
    ngx_uint_t                   attempts;  /* begun so far */
    ngx_http_llmgw_step_t       *step;      /* of the current attempt */

    /* the current attempt */
    ngx_http_llmgw_loc_conf_t   *llcf;
    llmgw_target_t               target;
    llmgw_upstream_t             upstream;
    ngx_str_t                    headers;   /* for the provider */
    ngx_str_t                    unparsed_uri; /* the client's, while it is
                                                  replaced */
    llmgw_reply_t                reply;
    llmgw_out_t                  out;

    /* nginx's readers of the framing */
    ngx_int_t                  (*input_init)(void *data);
    ngx_int_t                  (*input)(void *data, ssize_t bytes);
    ngx_int_t                  (*pipe_input)(ngx_event_pipe_t *p,
                                     ngx_buf_t *buf);

    ngx_event_t                  linger;    /* behind a complete answer */

    ngx_http_llmgw_midstream_t  *midstream; /* NULL: streams break off */

    /* time in a stream */
    ngx_event_t                  pulse;
    ngx_msec_t                   moved;     /* when text came, or it began */
    ngx_msec_t                   alive;     /* when the client got something */
    uint64_t                     text;      /* of the reply, at that time */
    ngx_msec_t                   deadline;  /* of all attempts; 0: none */

    llmgw_cache_control_t        cache;     /* the client's */
    llmgw_overrides_t           *overrides; /* … for routing; NULL: none */

    /* admission */
    llmgw_ask_t                 *ask;
    ngx_http_llmgw_expect_t      expect;
    struct ngx_http_llmgw_lease_s  *lease;  /* in the zone */
    ngx_http_llmgw_model_t      *charged;   /* … for which model */
    void                        *journal;   /* what the journal knows of it */
    ngx_http_llmgw_rate_t        requests;
    ngx_http_llmgw_rate_t        tokens;
    int64_t                      cost;      /* of the request, settled */
    ngx_msec_t                   progress;  /* when it was last looked at */

    /* the store is asked */
    void                        *lookup;
    void                       (*lookup_resume)(ngx_http_request_t *r);
    ngx_queue_t                  lookup_queue;
    ngx_int_t                    lookup_rc;
    ngx_uint_t                   lookups;   /* so far */

    /* a slot is waited for */
    ngx_http_llmgw_waiter_t     *waiter;    /* in the zone */
    void                       (*queue_resume)(ngx_http_request_t *r);
    ngx_event_t                  queue_timer;
    ngx_msec_t                   queue_since;
    ngx_msec_t                   queue_time;    /* that it has waited */
    ngx_uint_t                   queue_position;

    /* access tokens */
    ngx_http_llmgw_token_t      *token;     /* of the attempt, or NULL */
    ngx_uint_t                   token_serial;
    ngx_http_llmgw_step_t       *token_retried; /* with a new one */
    ngx_queue_t                  wait_queue;
    ngx_event_t                  wait;
    ngx_msec_t                   wait_until;

    ngx_chain_t                 *in;        /* not yet worked on */
    ngx_chain_t                 *free;
    ngx_chain_t                 *busy;

    llmgw_error_t                error;     /* what to answer with */
    ngx_msec_t                   start;     /* of the request */
    ngx_msec_t                   first;     /* token to the client, or 0 */
    ngx_str_t                    detail;    /* $llmgw_status_detail */

    unsigned                     keepalive:1;
    unsigned                     has_error:1;
    unsigned                     header_held:1;
    unsigned                     header_sent:1;
    unsigned                     replied:1;   /* reply is in use */
    unsigned                     exhausted:1;
    unsigned                     next:1;      /* we asked for the next step */
    unsigned                     json_page:1; /* body of our own error page */
    unsigned                     page_sent:1;
    unsigned                     last:1;      /* last_buf has gone out */
    unsigned                     cut:1;       /* the upstream gave up */
    unsigned                     cached:1;    /* the answer is from a cache */
    unsigned                     late:1;      /* the attempt had its time */
    unsigned                     expired:1;   /* … and the request its own */
    unsigned                     interrupted:1; /* … and its stream may go on */
    unsigned                     continuing:1; /* it does, with another one */
    unsigned                     lookup_answered:1; /* lookup_rc is new */
    unsigned                     identified:1; /* it may read its body */
    unsigned                     suspect:1;   /* its key counts as unknown */
    unsigned                     keys_waited:1; /* it has waited for a JWKS */
    unsigned                     grace:1;     /* the store is away */
    unsigned                     admitted:1;  /* it had a lease */
    unsigned                     queue_over:1; /* it waits no longer */
    unsigned                     stopped:1;   /* its money ended */
    unsigned                     waiting:1;   /* in a token's queue */
    unsigned                     wait_over:1; /* … for as long as it may */
};


extern ngx_module_t  ngx_http_llmgw_module;
extern ngx_command_t  ngx_http_llmgw_commands[];


/* ngx_http_llmgw_request.c */

/* an arena's memory out of a pool */

void *ngx_http_llmgw_alloc(void *pool, size_t size);

ngx_http_llmgw_ctx_t *ngx_http_llmgw_get_ctx(ngx_http_request_t *r);
ngx_http_llmgw_ctx_t *ngx_http_llmgw_create_ctx(ngx_http_request_t *r);
ngx_int_t ngx_http_llmgw_access_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_llmgw_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_llmgw_error(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t status,
    llmgw_str_t code, llmgw_str_t message);
ngx_int_t ngx_http_llmgw_send(ngx_http_request_t *r, ngx_uint_t status,
    llmgw_out_t *out);
llmgw_str_t ngx_http_llmgw_allow(ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_admin.c */

ngx_int_t ngx_http_llmgw_admin_handler(ngx_http_request_t *r);
ngx_uint_t ngx_http_llmgw_admin_path(ngx_http_request_t *r);
ngx_int_t ngx_http_llmgw_admin_conf(ngx_conf_t *cf);

/* ngx_http_llmgw_list.c */

ngx_int_t ngx_http_llmgw_models_handler(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_health.c */

ngx_int_t ngx_http_llmgw_health_handler(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_body.c */

ngx_int_t ngx_http_llmgw_request_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
ngx_int_t ngx_http_llmgw_read_body(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_client_body_handler_pt handler);
extern ngx_http_request_body_filter_pt  ngx_http_llmgw_next_request_body;

/* ngx_http_llmgw_route.c */

void ngx_http_llmgw_route(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_attempt(ngx_http_request_t *r);
ngx_int_t ngx_http_llmgw_provider_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_llmgw_final(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_str_t *ngx_http_llmgw_next(ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_count_failure(ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_filter.c */

/* blocks of output; a stream works in one or two of them */
#define NGX_HTTP_LLMGW_OUT  3072

ngx_int_t ngx_http_llmgw_filter_init(ngx_conf_t *cf);
ngx_uint_t ngx_http_llmgw_falls_back(llmgw_error_t *e);

/* ngx_http_llmgw_headers.c: name, and value are not copied */

ngx_int_t ngx_http_llmgw_push_header(ngx_http_request_t *r, llmgw_str_t name,
    llmgw_str_t value);
ngx_int_t ngx_http_llmgw_own_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_copy_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_expose.c */

char *ngx_http_llmgw_expose_headers(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_expose(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_uint_t ngx_http_llmgw_exposes_litellm(ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_page.c */

ngx_int_t ngx_http_llmgw_page_header(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t **ctxp);
ngx_chain_t *ngx_http_llmgw_page_body(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_hide_key(ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_key.c */

char *ngx_http_llmgw_key_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_master_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_secret(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *secret);
char *ngx_http_llmgw_secret_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_secret_file(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *secret);
ngx_int_t ngx_http_llmgw_keys_init(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);
ngx_int_t ngx_http_llmgw_key_digest(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_str_t *key, u_char *digest);
const ngx_http_llmgw_key_t *ngx_http_llmgw_key_find(
    ngx_http_llmgw_main_conf_t *lmcf, const u_char *digest);
ngx_int_t ngx_http_llmgw_credential(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_str_t *key);

/* ngx_http_llmgw_model.c */

char *ngx_http_llmgw_model(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t ngx_http_llmgw_models_init(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);
ngx_http_llmgw_model_t *ngx_http_llmgw_model_find(
    ngx_http_llmgw_main_conf_t *lmcf, ngx_str_t *name);

ngx_http_llmgw_loc_conf_t *ngx_http_llmgw_location(
    ngx_http_core_srv_conf_t *cscf, ngx_str_t *name);

/* ngx_http_llmgw_defaults.c */

char *ngx_http_llmgw_defaults_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_defaults_init(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);
ngx_int_t ngx_http_llmgw_defaults_add(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_defaults_t *d);

/* ngx_http_llmgw_params.c */

char *ngx_http_llmgw_set_param(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_deployment_param(ngx_conf_t *cf, ngx_array_t **params,
    ngx_str_t *text);
ngx_int_t ngx_http_llmgw_params_json(ngx_conf_t *cf, ngx_array_t *params,
    llmgw_str_t *json);

/* ngx_http_llmgw_price.c */

/* of ngx_http_llmgw_dollars() */
#define NGX_HTTP_LLMGW_DOLLARS_LEN  (NGX_INT64_LEN + 10)

char *ngx_http_llmgw_prices(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_llmgw_model_price(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model);
ngx_int_t ngx_http_llmgw_prices_create(ngx_conf_t *cf,
    ngx_http_llmgw_model_t *model);
ngx_int_t ngx_http_llmgw_prices_init(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);
const llmgw_price_t *ngx_http_llmgw_step_price(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step);
ngx_int_t ngx_http_llmgw_usage(ngx_http_llmgw_ctx_t *ctx, llmgw_usage_t *u);
int64_t ngx_http_llmgw_cost(ngx_http_llmgw_ctx_t *ctx,
    const llmgw_usage_t *u);
u_char *ngx_http_llmgw_dollars(u_char *p, int64_t nano);
ngx_int_t ngx_http_llmgw_cost_header(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_provider.c */

/* required: it must be taken; optional: an operator's own line wins, and the
   module it belongs to may be missing */

#define NGX_HTTP_LLMGW_LINE_OPTIONAL  0
#define NGX_HTTP_LLMGW_LINE_REQUIRED  1

char *ngx_http_llmgw_provider(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_base_url(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_azure_api_version(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_huggingface_kind(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_line(ngx_conf_t *cf, ngx_uint_t kind, u_char *text,
    size_t len);
char *ngx_http_llmgw_early(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf);

/* ngx_http_llmgw_aws.c */

char *ngx_http_llmgw_aws_region(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_aws_credentials(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_bedrock_guardrail(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_aws_base(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf);
ngx_int_t ngx_http_llmgw_aws(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf);

ngx_int_t ngx_http_llmgw_flush(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_put(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, llmgw_str_t s);

/* ngx_http_llmgw_pulse.c */

/* the mock has no upstream, but an attempt before it may have left one */

#define ngx_http_llmgw_upstream(r, ctx)                                      \
    ((ctx)->llcf->mock ? NULL : (r)->upstream)

void ngx_http_llmgw_stop_upstream(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_linger(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_pulse(ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_late_error(ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_input.c */

void ngx_http_llmgw_watch_input(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_deadline.c */

char *ngx_http_llmgw_deadline_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* the time begins that all attempts have together */

void ngx_http_llmgw_deadline(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* what is left of it; 0: nothing, NGX_TIMER_INFINITE: there is no limit */

ngx_msec_t ngx_http_llmgw_time_left(ngx_http_llmgw_ctx_t *ctx);

/* the error, unless there is one already; the code for nginx */

void ngx_http_llmgw_expired_error(ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_expired(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_cache.c */

/* who shares cached answers; the default is a team, or a key without one */

#define NGX_HTTP_LLMGW_CACHE_TENANT  0
#define NGX_HTTP_LLMGW_CACHE_KEY     1
#define NGX_HTTP_LLMGW_CACHE_SHARED  2

ngx_int_t ngx_http_llmgw_cache_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_llmgw_cache_control_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
llmgw_int_t ngx_http_llmgw_cache_request(ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_cache_reply(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
void ngx_http_llmgw_cache_failed(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_cache_header(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_query.c */

ngx_int_t ngx_http_llmgw_query_handler(ngx_http_request_t *r);

/* ngx_http_llmgw_google.c */

char *ngx_http_llmgw_google_location(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_google_project(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_llmgw_words(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t ngx_http_llmgw_google_base(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf);
ngx_int_t ngx_http_llmgw_vertex(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf);

char *ngx_http_llmgw_ca_file(void);

/* ngx_http_llmgw_catalogue.c */

ngx_int_t ngx_http_llmgw_catalogue_params(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf, ngx_uint_t *manual);
ngx_int_t ngx_http_llmgw_catalogue_base(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf);
ngx_int_t ngx_http_llmgw_catalogue_traits(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf);

/* ngx_http_llmgw_credentials.c */

ngx_int_t ngx_http_llmgw_credentials(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *conf);

/* ngx_http_llmgw_token.c */

ngx_int_t ngx_http_llmgw_tokens_init_process(ngx_cycle_t *cycle);
void ngx_http_llmgw_tokens_exit_process(ngx_cycle_t *cycle);
ngx_int_t ngx_http_llmgw_token_get(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_token_t *t);
ngx_int_t ngx_http_llmgw_token_refused(ngx_http_llmgw_ctx_t *ctx);
ngx_str_t *ngx_http_llmgw_token_value(ngx_http_llmgw_token_t *t);

/* one that is valid now, or NULL */

ngx_str_t *ngx_http_llmgw_token_current(ngx_http_llmgw_token_t *t);

/* ngx_http_llmgw_upstream.c */

ngx_int_t ngx_http_llmgw_upstream_add(ngx_conf_t *cf, ngx_url_t *u,
    ngx_uint_t ssl, ngx_str_t *name);

/* ngx_http_llmgw_mock.c */

ngx_int_t ngx_http_llmgw_mock_handler(ngx_http_request_t *r);

/* ngx_http_llmgw_variables.c */

ngx_int_t ngx_http_llmgw_add_variables(ngx_conf_t *cf);

/* ngx_http_llmgw_stored.c */

char *ngx_http_llmgw_secret_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_llmgw_tag_key(ngx_http_llmgw_main_conf_t *lmcf,
    u_char *digest);
void ngx_http_llmgw_tags(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_pinned(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
ngx_int_t ngx_http_llmgw_stored_select(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* ngx_http_llmgw_limit.c */

const llmgw_policy_t *ngx_http_llmgw_conf_policy(ngx_conf_t *cf,
    llmgw_kind_e kind, ngx_str_t *json);
ngx_int_t ngx_http_llmgw_policies_init(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf);

/* ngx_http_llmgw_settle.c */

ngx_int_t ngx_http_llmgw_log_handler(ngx_http_request_t *r);

/* ngx_http_llmgw_zone.c */

char *ngx_http_llmgw_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


static ngx_inline llmgw_str_t
ngx_http_llmgw_str(ngx_str_t s)
{
    return llmgw_str(s.data, s.len);
}


#endif /* _NGX_HTTP_LLMGW_MODULE_H_INCLUDED_ */
