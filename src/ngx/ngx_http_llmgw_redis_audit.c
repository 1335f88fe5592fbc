
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The audit log of all gateways: a stream that has what was changed last.  Each
 * gateway's files have all that was changed by it.
 */


#include "ngx_http_llmgw_store_redis.h"
#include "ngx_http_llmgw_files.h"


#define NGX_HTTP_LLMGW_REDIS_AUDIT_NAME   "audit"

/* entries of a page; the largest of them together have to fit a reply */
#define NGX_HTTP_LLMGW_REDIS_AUDIT_PAGE   100

/* "18446744073709551615-18446744073709551615" */
#define NGX_HTTP_LLMGW_REDIS_AUDIT_ID     41


/* Whose call it is, while its entry goes first here and then there. */

typedef struct {
    ngx_http_llmgw_store_handler_pt   handler;
    void                             *data;
    ngx_int_t                         rc;
} ngx_http_llmgw_redis_audit_t;


static void ngx_http_llmgw_redis_audit_kept(
    ngx_http_llmgw_store_call_t *call);
static ngx_int_t ngx_http_llmgw_redis_audit_send(
    ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_redis_audit_added(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v);
static void ngx_http_llmgw_redis_audit_listed(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_audit_rows(
    ngx_http_llmgw_store_call_t *call, const llmgw_redis_value_t *v);
static ngx_int_t ngx_http_llmgw_redis_audit_cursor(
    ngx_http_llmgw_store_call_t *call, llmgw_str_t id);


void
ngx_http_llmgw_redis_audit_append(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_redis_audit_t  *audit;

    audit = ngx_palloc(call->pool, sizeof(ngx_http_llmgw_redis_audit_t));

    if (audit == NULL) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    audit->handler = call->handler;
    audit->data = call->data;

    call->handler = ngx_http_llmgw_redis_audit_kept;
    call->data = audit;

    ngx_http_llmgw_audit_append(st, call);
}


/* what one of the two cannot take, the other one has nevertheless */

static void
ngx_http_llmgw_redis_audit_kept(ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_redis_audit_t *audit = call->data;

    audit->rc = call->rc;
    call->pending = 1;

    if (ngx_http_llmgw_redis_audit_send(call) != NGX_OK) {

        call->handler = audit->handler;
        call->data = audit->data;

        ngx_http_llmgw_store_done(call, NGX_ERROR);
    }
}


static ngx_int_t
ngx_http_llmgw_redis_audit_send(ngx_http_llmgw_store_call_t *call)
{
    llmgw_str_t                     args[7];
    u_char                          name[LLMGW_REDIS_NAME];
    u_char                          most[LLMGW_REDIS_DECIMAL];
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;

    args[0] = llmgw_lit("XADD");
    args[1] = llmgw_redis_word(name, w->rs->redis.prefix,
                               NGX_HTTP_LLMGW_REDIS_AUDIT_NAME,
                               llmgw_null_str);
    args[2] = llmgw_lit("MAXLEN");
    args[3].data = most;
    args[3].len = llmgw_redis_put_decimal(most, w->rs->audit) - most;
    args[4] = llmgw_lit("*");
    args[5] = llmgw_lit("entry");
    args[6] = ngx_http_llmgw_str(call->json);

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_audit_added, call);

    if (ask == NULL
        || ngx_http_llmgw_redis_add(ask, args, 7) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    call->job = &ask->data;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_audit_added(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_store_call_t *call = ask->data;

    ngx_int_t                      rc;
    ngx_http_llmgw_redis_audit_t  *audit;

    if (call == NULL) {

        /* canceled */

        return;
    }

    audit = call->data;
    rc = audit->rc;

    call->job = NULL;
    call->handler = audit->handler;
    call->data = audit->data;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])) {
        rc = NGX_ERROR;
    }

    ngx_http_llmgw_store_done(call, rc);
}


/*
 * Newest first.  The ids of a stream are times, those at which the server got
 * an entry; a cursor is the last id that is to be looked at.
 */

void
ngx_http_llmgw_redis_audit_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    u_char                         *p;
    llmgw_str_t                     args[6];
    u_char                          name[LLMGW_REDIS_NAME];
    u_char                          first[LLMGW_REDIS_DECIMAL];
    u_char                          last[LLMGW_REDIS_DECIMAL];
    u_char                          count[LLMGW_REDIS_DECIMAL];
    ngx_http_llmgw_log_query_t     *query;
    ngx_http_llmgw_redis_ask_t     *ask;
    ngx_http_llmgw_redis_worker_t  *w;

    w = &ngx_http_llmgw_redis_worker;
    query = call->query;

    if (query->limit == 0 || query->limit > NGX_HTTP_LLMGW_REDIS_AUDIT_PAGE) {
        query->limit = NGX_HTTP_LLMGW_REDIS_AUDIT_PAGE;
    }

    args[0] = llmgw_lit("XREVRANGE");
    args[1] = llmgw_redis_word(name, w->rs->redis.prefix,
                               NGX_HTTP_LLMGW_REDIS_AUDIT_NAME,
                               llmgw_null_str);
    args[2] = llmgw_lit("+");
    args[3] = llmgw_lit("-");
    args[4] = llmgw_lit("COUNT");

    if (query->cursor.len) {
        args[2] = ngx_http_llmgw_str(query->cursor);

    } else if (query->to > 0) {
        p = llmgw_redis_put_decimal(last, query->to - 1);
        args[2] = llmgw_str(last, p - last);
    }

    if (query->from > 0) {
        p = llmgw_redis_put_decimal(first, query->from);
        args[3] = llmgw_str(first, p - first);
    }

    p = llmgw_redis_put_decimal(count, query->limit);
    args[5] = llmgw_str(count, p - count);

    ask = ngx_http_llmgw_redis_create(&w->redis,
                                      ngx_http_llmgw_redis_audit_listed,
                                      call);

    if (ask == NULL
        || ngx_http_llmgw_redis_add(ask, args, 6) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    call->job = &ask->data;
}


static void
ngx_http_llmgw_redis_audit_listed(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_store_call_t *call = ask->data;

    ngx_int_t  rc;

    if (call == NULL) {
        return;
    }

    call->job = NULL;
    rc = NGX_ERROR;

    if (v && ngx_http_llmgw_redis_well(ask->redis, v[0])) {
        rc = ngx_http_llmgw_redis_audit_rows(call, v[0]);
    }

    ngx_http_llmgw_store_done(call, rc);
}


/* What has no field "entry" was added by somebody else. */

static ngx_int_t
ngx_http_llmgw_redis_audit_rows(ngx_http_llmgw_store_call_t *call,
    const llmgw_redis_value_t *v)
{
    size_t                      i, k;
    ngx_str_t                  *row, text;
    const llmgw_redis_value_t  *entry, *fields;

    if (v->type != LLMGW_REDIS_ARRAY
        || ngx_array_init(&call->rows, call->pool, v->n + 1,
                          sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&call->cursor);

    for (i = 0; i < v->n; i++) {

        entry = v->elts[i];

        if (entry->type != LLMGW_REDIS_ARRAY || entry->n != 2
            || entry->elts[0]->type != LLMGW_REDIS_STRING
            || entry->elts[1]->type != LLMGW_REDIS_ARRAY)
        {
            return NGX_ERROR;
        }

        fields = entry->elts[1];

        for (k = 0; k + 1 < fields->n; k += 2) {

            if (fields->elts[k]->type != LLMGW_REDIS_STRING
                || !llmgw_str_is(fields->elts[k]->str, "entry")
                || fields->elts[k + 1]->type != LLMGW_REDIS_STRING)
            {
                continue;
            }

            text.data = (u_char *) fields->elts[k + 1]->str.data;
            text.len = fields->elts[k + 1]->str.len;

            row = ngx_array_push(&call->rows);

            row->len = text.len;
            row->data = ngx_pstrdup(call->pool, &text);

            if (row->data == NULL) {
                return NGX_ERROR;
            }

            break;
        }
    }

    if (v->n < call->query->limit) {
        return NGX_OK;
    }

    return ngx_http_llmgw_redis_audit_cursor(call,
                                             v->elts[v->n - 1]->elts[0]->str);
}


/* The id before this one. */

static ngx_int_t
ngx_http_llmgw_redis_audit_cursor(ngx_http_llmgw_store_call_t *call,
    llmgw_str_t id)
{
    u_char   *p, *dash;
    int64_t   ms, n;

    dash = id.len ? memchr(id.data, '-', id.len) : NULL;

    if (dash == NULL
        || llmgw_redis_decimal(llmgw_str(id.data, dash - id.data), &ms)
           != LLMGW_OK
        || llmgw_redis_decimal(llmgw_str(dash + 1,
                                         id.data + id.len - dash - 1), &n)
           != LLMGW_OK
        || ms < 0 || n < 0)
    {
        return NGX_ERROR;
    }

    if (ms == 0 && n == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(call->pool, NGX_HTTP_LLMGW_REDIS_AUDIT_ID);
    if (p == NULL) {
        return NGX_ERROR;
    }

    call->cursor.data = p;

    /* without a number it is the last one of its millisecond */

    p = llmgw_redis_put_decimal(p, n ? ms : ms - 1);

    if (n) {
        *p++ = '-';
        p = llmgw_redis_put_decimal(p, n - 1);
    }

    call->cursor.len = p - call->cursor.data;

    return NGX_OK;
}
