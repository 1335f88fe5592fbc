
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A request to the admin API.  Its handler is called again and again: what it
 * asks the store for it takes the answer of when it comes to the same place
 * once more.
 *
 *     ngx_http_llmgw_admin.c          who may, reading, answering, asking
 *     ngx_http_llmgw_admin_change.c   records that are read and changed
 *     ngx_http_llmgw_admin_entity.c   keys, users, teams, budgets …
 *     ngx_http_llmgw_admin_delete.c   … and what goes with them
 *     ngx_http_llmgw_admin_list.c     lists of them, and the audit log
 *     ngx_http_llmgw_admin_key.c      what only keys have
 *     ngx_http_llmgw_admin_team.c     members
 *     ngx_http_llmgw_admin_spend.c    the log of requests, sums, models
 */


#ifndef _NGX_HTTP_LLMGW_ADMIN_H_INCLUDED_
#define _NGX_HTTP_LLMGW_ADMIN_H_INCLUDED_


#include "ngx_http_llmgw_store.h"
#include "llmgw_admin.h"


typedef struct ngx_http_llmgw_admin_s   ngx_http_llmgw_admin_t;
typedef struct ngx_http_llmgw_change_s  ngx_http_llmgw_change_t;

/*
 * NGX_AGAIN: it waits; NGX_OK: the answer stands in a->answer; else a status,
 * which ngx_http_llmgw_admin_refuse() has set up.
 */

typedef ngx_int_t (*ngx_http_llmgw_admin_pt)(ngx_http_llmgw_admin_t *a);

/* Makes ch->after of ch->before; NULL before: there was no record. */

typedef ngx_int_t (*ngx_http_llmgw_edit_pt)(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);


/* A record that a request needs. */

struct ngx_http_llmgw_change_s {
    llmgw_kind_e                  kind;
    llmgw_str_t                   id;
    ngx_http_llmgw_edit_pt        edit;      /* NULL: it is read only */
    void                        (*done)(ngx_http_llmgw_admin_t *a,
                                      ngx_http_llmgw_change_t *ch);
    const char                   *action;    /* for the audit log */
    const char                   *field;     /* of the request that names it */
    json_t                       *fields;    /* for edit(); own */
    llmgw_str_t                   name;      /* for edit() */
    llmgw_str_t                   role;
    int64_t                       money;     /* for done() */

    ngx_http_llmgw_totals_t       totals;    /* the store's, when it was read */
    json_t                       *before;    /* own */
    json_t                       *after;     /* own */
    llmgw_str_t                   text;      /* of after */
    uint64_t                      version;
    ngx_uint_t                    tries;

    unsigned                      create:1;  /* it must not be there yet */
    unsigned                      make:1;    /* it is made if it is not there */
    unsigned                      optional:1; /* … or passed over */
    unsigned                      remove:1;
    unsigned                      written:1;
};


typedef enum {
    ngx_http_llmgw_admin_reading = 0,
    ngx_http_llmgw_admin_writing,
    ngx_http_llmgw_admin_writing_again,  /* the version was another one */
    ngx_http_llmgw_admin_auditing
} ngx_http_llmgw_admin_phase_e;


/* A walk over all records of a kind. */

typedef struct {
    ngx_str_t                     cursor;
    ngx_pool_t                   *pool;      /* of one page */
    unsigned                      begun:1;
} ngx_http_llmgw_scan_t;

typedef ngx_int_t (*ngx_http_llmgw_scan_pt)(ngx_http_llmgw_admin_t *a,
    llmgw_str_t id, json_t *record);


struct ngx_http_llmgw_admin_s {
    ngx_http_request_t           *request;
    ngx_http_llmgw_ctx_t         *ctx;
    ngx_http_llmgw_main_conf_t   *lmcf;
    const llmgw_admin_route_t    *route;
    llmgw_str_t                   segment;
    llmgw_admin_request_t         rq;
    ngx_http_llmgw_admin_pt       handler;
    ngx_uint_t                    step;      /* the handler's own */
    int64_t                       now;       /* Unix seconds */
    llmgw_str_t                   by;        /* who asks */

    /* the answer */
    ngx_uint_t                    status;
    json_t                       *answer;

    /* asking the store */
    ngx_http_llmgw_store_call_t   call;
    ngx_event_t                   event;
    unsigned                      asking:1;
    unsigned                      answered:1;
    unsigned                      own:1;     /* asks for its own key only */
    unsigned                      ended:1;

    /* changing records */
    ngx_array_t                   changes;   /* of ..._change_t * */
    ngx_uint_t                    at;
    ngx_http_llmgw_admin_phase_e  phase;

    /* lists */
    ngx_http_llmgw_scan_t         scan;
    ngx_array_t                   found;     /* of the handler's own */
    ngx_uint_t                    total;
    json_t                       *rows;
    void                         *data;      /* the handler's own */

    u_char                        key[LLMGW_ADMIN_KEY_LEN];
    llmgw_str_t                   new_key;   /* shown once */
};


/* ngx_http_llmgw_admin.c */

ngx_int_t ngx_http_llmgw_admin_random(ngx_http_llmgw_admin_t *a, u_char *p,
    size_t n);
ngx_int_t ngx_http_llmgw_admin_refuse(ngx_http_llmgw_admin_t *a,
    ngx_uint_t status, const char *type, llmgw_str_t param,
    llmgw_str_t message);
ngx_int_t ngx_http_llmgw_admin_wrong(ngx_http_llmgw_admin_t *a,
    const char *param, const char *message);
ngx_int_t ngx_http_llmgw_admin_failed(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_unavailable(ngx_http_llmgw_admin_t *a);

/*
 * Asks with a->call, whose members are set when this returns 1: the first of
 * ..._ask(), the rest by the caller.  Then _tell() gives NGX_AGAIN or the
 * call's result.
 */

ngx_uint_t ngx_http_llmgw_admin_ask(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_tell(ngx_http_llmgw_admin_t *a,
    void (*fn)(ngx_http_llmgw_main_conf_t *lmcf,
               ngx_http_llmgw_store_call_t *call));
ngx_int_t ngx_http_llmgw_admin_yield(ngx_http_llmgw_admin_t *a);

/* ngx_http_llmgw_admin_change.c */

ngx_http_llmgw_change_t *ngx_http_llmgw_admin_add(ngx_http_llmgw_admin_t *a,
    llmgw_kind_e kind, llmgw_str_t id, ngx_http_llmgw_edit_pt edit,
    const char *action);
ngx_int_t ngx_http_llmgw_admin_look(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_apply(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_require(ngx_http_llmgw_admin_t *a,
    const json_t *fields);
json_t *ngx_http_llmgw_admin_row(ngx_http_llmgw_admin_t *a,
    llmgw_kind_e kind, llmgw_str_t id, const json_t *record,
    const ngx_http_llmgw_totals_t *totals);
void ngx_http_llmgw_admin_present(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
void ngx_http_llmgw_admin_set_spend(ngx_http_llmgw_admin_t *a,
    llmgw_kind_e kind, llmgw_str_t id, int64_t spend);
void ngx_http_llmgw_admin_free_changes(ngx_http_llmgw_admin_t *a);

ngx_int_t ngx_http_llmgw_edit_new(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
ngx_int_t ngx_http_llmgw_edit_update(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
ngx_int_t ngx_http_llmgw_edit_remove(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);

/* ngx_http_llmgw_admin_entity.c */

ngx_int_t ngx_http_llmgw_admin_new(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_update(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_info(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_block(ngx_http_llmgw_admin_t *a);
llmgw_str_t ngx_http_llmgw_admin_dup(ngx_http_llmgw_admin_t *a,
    llmgw_str_t s);
ngx_http_llmgw_change_t *ngx_http_llmgw_change_n(ngx_http_llmgw_admin_t *a,
    ngx_uint_t n);
json_t *ngx_http_llmgw_change_row(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);

/* ngx_http_llmgw_admin_delete.c */

ngx_int_t ngx_http_llmgw_admin_delete(ngx_http_llmgw_admin_t *a);

/* ngx_http_llmgw_admin_list.c */

ngx_int_t ngx_http_llmgw_admin_scan(ngx_http_llmgw_admin_t *a,
    llmgw_kind_e kind, ngx_http_llmgw_scan_pt match);
ngx_int_t ngx_http_llmgw_admin_owned(ngx_http_llmgw_admin_t *a,
    const char *field, llmgw_str_t owner);
ngx_int_t ngx_http_llmgw_admin_list(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_audit(ngx_http_llmgw_admin_t *a);

/* ngx_http_llmgw_admin_key.c */

ngx_int_t ngx_http_llmgw_admin_new_key(ngx_http_llmgw_admin_t *a,
    json_t *fields, ngx_http_llmgw_change_t **chp);
ngx_int_t ngx_http_llmgw_admin_regenerate(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_reset_spend(ngx_http_llmgw_admin_t *a);

/*
 * ngx_http_llmgw_zone_succeed.c: new_id, which is in the zone, gets what was
 * counted for id.  totals is an array of ngx_http_llmgw_store_total_t: the
 * sums that have changed their id.  NGX_DECLINED: not both are in the zone.
 */

ngx_int_t ngx_http_llmgw_zone_succeed(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, llmgw_str_t new_id, ngx_pool_t *pool,
    ngx_array_t *totals);

/* ngx_http_llmgw_admin_team.c */

ngx_int_t ngx_http_llmgw_admin_join(ngx_http_llmgw_admin_t *a,
    llmgw_str_t team, llmgw_str_t user, llmgw_str_t role,
    ngx_uint_t team_too);
ngx_int_t ngx_http_llmgw_admin_member_add(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_member_update(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_member_delete(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_leave(ngx_http_llmgw_admin_t *a,
    llmgw_str_t team, llmgw_str_t user, ngx_uint_t team_too,
    ngx_uint_t user_too);

/* ngx_http_llmgw_admin_spend.c */

ngx_int_t ngx_http_llmgw_admin_logs(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_spend(ngx_http_llmgw_admin_t *a);
ngx_int_t ngx_http_llmgw_admin_report(ngx_http_llmgw_admin_t *a);

/* ngx_http_llmgw_admin_models.c */

ngx_int_t ngx_http_llmgw_admin_models(ngx_http_llmgw_admin_t *a);


#endif /* _NGX_HTTP_LLMGW_ADMIN_H_INCLUDED_ */
