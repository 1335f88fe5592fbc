
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * All entities of a kind, page by page.  There is no list of them that could
 * be wrong: records are found by their names, also those that somebody wrote
 * by hand.  A cursor is "SCAN:NAME": where the server's own walk stands, and
 * the last name that was given of what that step finds.
 */


#include "ngx_http_llmgw_store_redis.h"


#define NGX_HTTP_LLMGW_REDIS_PAGE  1000

/* names that the server looks at in one step */
#define NGX_HTTP_LLMGW_REDIS_SCAN  "1000"


typedef struct {
    ngx_http_llmgw_store_call_t   *call;
    ngx_str_t                      scan;     /* of the step */
    ngx_str_t                      next;     /* of the one behind it */
    llmgw_str_t                    after;
    llmgw_str_t                   *names;
    ngx_uint_t                     n;
    ngx_uint_t                     i;        /* looked at so far */
    ngx_uint_t                     asked[NGX_HTTP_LLMGW_REDIS_REPLIES];
    ngx_uint_t                     nasked;
    u_char                         pattern[LLMGW_REDIS_NAME];
    size_t                         len;
} ngx_http_llmgw_redis_walk_t;


static ngx_int_t ngx_http_llmgw_redis_list_begin(
    ngx_http_llmgw_redis_walk_t *walk);
static ngx_int_t ngx_http_llmgw_redis_list_scan(
    ngx_http_llmgw_redis_walk_t *walk);
static void ngx_http_llmgw_redis_list_scanned(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_list_names(
    ngx_http_llmgw_redis_walk_t *walk, const llmgw_redis_value_t *v);
static int ngx_libc_cdecl ngx_http_llmgw_redis_list_order(const void *one,
    const void *two);
static void ngx_http_llmgw_redis_list_next(ngx_http_llmgw_redis_walk_t *walk);
static ngx_int_t ngx_http_llmgw_redis_list_ask(
    ngx_http_llmgw_redis_walk_t *walk);
static void ngx_http_llmgw_redis_list_records(
    ngx_http_llmgw_redis_ask_t *ask, llmgw_redis_value_t **v);
static ngx_int_t ngx_http_llmgw_redis_list_row(
    ngx_http_llmgw_redis_walk_t *walk, llmgw_str_t name,
    const llmgw_redis_value_t *v, llmgw_arena_t *a);
static void ngx_http_llmgw_redis_list_end(ngx_http_llmgw_redis_walk_t *walk,
    ngx_int_t rc);


void
ngx_http_llmgw_redis_list(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_redis_walk_t  *walk;

    walk = ngx_pcalloc(call->pool, sizeof(ngx_http_llmgw_redis_walk_t));

    if (walk) {
        walk->call = call;
    }

    if (walk == NULL
        || ngx_http_llmgw_redis_list_begin(walk) != NGX_OK
        || ngx_http_llmgw_redis_list_scan(walk) != NGX_OK)
    {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
    }
}


static ngx_int_t
ngx_http_llmgw_redis_list_begin(ngx_http_llmgw_redis_walk_t *walk)
{
    u_char                       *p, *colon;
    llmgw_str_t                   kind;
    ngx_str_t                     cursor;
    ngx_http_llmgw_store_call_t  *call;

    call = walk->call;
    cursor = call->cursor;

    ngx_str_set(&walk->scan, "0");

    if (cursor.len) {

        colon = ngx_strlchr(cursor.data, cursor.data + cursor.len, ':');
        if (colon == NULL || colon == cursor.data) {
            return NGX_ERROR;
        }

        /* a server's cursor is a number of 64 bits */

        for (p = cursor.data; p < colon; p++) {
            if (*p < '0' || *p > '9' || p - cursor.data > 20) {
                return NGX_ERROR;
            }
        }

        walk->scan.data = cursor.data;
        walk->scan.len = colon - cursor.data;
        walk->after = llmgw_str(colon + 1,
                                cursor.data + cursor.len - colon - 1);
    }

    if (call->limit == 0 || call->limit > NGX_HTTP_LLMGW_REDIS_PAGE) {
        call->limit = NGX_HTTP_LLMGW_REDIS_PAGE;
    }

    kind = llmgw_kind_name(call->kind);

    p = ngx_sprintf(walk->pattern, "%*s:{%*s:",
                    ngx_http_llmgw_redis_worker.rs->redis.prefix.len,
                    ngx_http_llmgw_redis_worker.rs->redis.prefix.data,
                    kind.len, kind.data);

    walk->len = p - walk->pattern;
    *p++ = '*';
    *p++ = '}';

    return ngx_array_init(&call->rows, call->pool, call->limit,
                          sizeof(ngx_http_llmgw_store_row_t));
}


static ngx_int_t
ngx_http_llmgw_redis_list_scan(ngx_http_llmgw_redis_walk_t *walk)
{
    llmgw_str_t                  args[6];
    ngx_http_llmgw_redis_ask_t  *ask;

    args[0] = llmgw_lit("SCAN");
    args[1] = ngx_http_llmgw_str(walk->scan);
    args[2] = llmgw_lit("MATCH");
    args[3] = llmgw_str(walk->pattern, walk->len + 2);
    args[4] = llmgw_lit("COUNT");
    args[5] = llmgw_lit(NGX_HTTP_LLMGW_REDIS_SCAN);

    ask = ngx_http_llmgw_redis_create(&ngx_http_llmgw_redis_worker.redis,
                                      ngx_http_llmgw_redis_list_scanned,
                                      walk);

    if (ask == NULL
        || ngx_http_llmgw_redis_add(ask, args, 6) != NGX_OK
        || ngx_http_llmgw_redis_send(ask) != NGX_OK)
    {
        return NGX_ERROR;
    }

    walk->call->job = &ask->data;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_list_scanned(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_walk_t *walk = ask->data;

    if (walk == NULL) {
        return;
    }

    walk->call->job = NULL;

    if (v == NULL || !ngx_http_llmgw_redis_well(ask->redis, v[0])
        || ngx_http_llmgw_redis_list_names(walk, v[0]) != NGX_OK)
    {
        ngx_http_llmgw_redis_list_end(walk, NGX_ERROR);
        return;
    }

    ngx_http_llmgw_redis_list_next(walk);
}


/* In an order of their own, and each of them once. */

static ngx_int_t
ngx_http_llmgw_redis_list_names(ngx_http_llmgw_redis_walk_t *walk,
    const llmgw_redis_value_t *v)
{
    size_t                      i, n;
    ngx_str_t                   text;
    const llmgw_redis_value_t  *list;

    if (v->type != LLMGW_REDIS_ARRAY || v->n != 2
        || v->elts[0]->type != LLMGW_REDIS_STRING
        || v->elts[0]->str.len == 0 || v->elts[0]->str.len > 20
        || v->elts[1]->type != LLMGW_REDIS_ARRAY)
    {
        return NGX_ERROR;
    }

    list = v->elts[1];

    text.data = (u_char *) v->elts[0]->str.data;
    text.len = v->elts[0]->str.len;

    walk->next.len = text.len;
    walk->next.data = ngx_pstrdup(walk->call->pool, &text);

    walk->names = ngx_palloc(walk->call->pool,
                             (list->n + 1) * sizeof(llmgw_str_t));

    if (walk->next.data == NULL || walk->names == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    for (i = 0; i < list->n; i++) {

        if (list->elts[i]->type != LLMGW_REDIS_STRING) {
            return NGX_ERROR;
        }

        text.data = (u_char *) list->elts[i]->str.data;
        text.len = list->elts[i]->str.len;

        if (text.len > LLMGW_REDIS_NAME || text.len < walk->len + 2) {
            continue;
        }

        walk->names[n].len = text.len;
        walk->names[n].data = ngx_pstrdup(walk->call->pool, &text);

        if (walk->names[n++].data == NULL) {
            return NGX_ERROR;
        }
    }

    walk->n = n;
    walk->i = 0;

    ngx_qsort(walk->names, n, sizeof(llmgw_str_t),
              ngx_http_llmgw_redis_list_order);

    return NGX_OK;
}


static int ngx_libc_cdecl
ngx_http_llmgw_redis_list_order(const void *one, const void *two)
{
    const llmgw_str_t *a = one;
    const llmgw_str_t *b = two;

    int  rc;

    rc = ngx_memcmp(a->data, b->data, ngx_min(a->len, b->len));

    return rc ? rc : (a->len > b->len) - (a->len < b->len);
}


static void
ngx_http_llmgw_redis_list_next(ngx_http_llmgw_redis_walk_t *walk)
{
    llmgw_str_t                  *name;
    ngx_http_llmgw_store_call_t  *call;

    call = walk->call;
    walk->nasked = 0;

    for ( /* void */ ; walk->i < walk->n; walk->i++) {

        name = &walk->names[walk->i];

        if ((walk->i && ngx_http_llmgw_redis_list_order(name - 1, name) == 0)
            || (walk->after.len
                && ngx_http_llmgw_redis_list_order(name, &walk->after) <= 0))
        {
            continue;
        }

        if (call->rows.nelts + walk->nasked == call->limit
            || walk->nasked == NGX_HTTP_LLMGW_REDIS_REPLIES)
        {
            break;
        }

        walk->asked[walk->nasked++] = walk->i;
    }

    if (walk->nasked) {

        if (ngx_http_llmgw_redis_list_ask(walk) != NGX_OK) {
            ngx_http_llmgw_redis_list_end(walk, NGX_ERROR);
        }

        return;
    }

    if (walk->i < walk->n) {
        ngx_http_llmgw_redis_list_end(walk, NGX_OK);
        return;
    }

    /* the step is done with */

    walk->scan = walk->next;
    walk->after = llmgw_null_str;
    walk->n = 0;
    walk->i = 0;

    if ((walk->scan.len == 1 && walk->scan.data[0] == '0')
        || call->rows.nelts == call->limit)
    {
        ngx_http_llmgw_redis_list_end(walk, NGX_OK);
        return;
    }

    if (ngx_http_llmgw_redis_list_scan(walk) != NGX_OK) {
        ngx_http_llmgw_redis_list_end(walk, NGX_ERROR);
    }
}


static ngx_int_t
ngx_http_llmgw_redis_list_ask(ngx_http_llmgw_redis_walk_t *walk)
{
    ngx_uint_t                   i;
    llmgw_str_t                  args[5];
    ngx_http_llmgw_redis_ask_t  *ask;

    ask = ngx_http_llmgw_redis_create(&ngx_http_llmgw_redis_worker.redis,
                                      ngx_http_llmgw_redis_list_records,
                                      walk);
    if (ask == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < walk->nasked; i++) {

        args[0] = llmgw_lit("HMGET");
        args[1] = walk->names[walk->asked[i]];
        args[2] = llmgw_lit("id");
        args[3] = llmgw_lit("json");
        args[4] = llmgw_lit("version");

        if (ngx_http_llmgw_redis_add(ask, args, 5) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_llmgw_redis_send(ask) != NGX_OK) {
        return NGX_ERROR;
    }

    walk->call->job = &ask->data;

    return NGX_OK;
}


static void
ngx_http_llmgw_redis_list_records(ngx_http_llmgw_redis_ask_t *ask,
    llmgw_redis_value_t **v)
{
    ngx_http_llmgw_redis_walk_t *walk = ask->data;

    ngx_uint_t  i;

    if (walk == NULL) {
        return;
    }

    walk->call->job = NULL;

    if (v == NULL) {
        ngx_http_llmgw_redis_list_end(walk, NGX_ERROR);
        return;
    }

    for (i = 0; i < walk->nasked; i++) {

        if (v[i]->type == LLMGW_REDIS_ERROR
            && llmgw_redis_error(v[i]->str) != LLMGW_REDIS_E_TYPE)
        {
            (void) ngx_http_llmgw_redis_well(ask->redis, v[i]);
            ngx_http_llmgw_redis_list_end(walk, NGX_ERROR);
            return;
        }

        if (ngx_http_llmgw_redis_list_row(walk, walk->names[walk->asked[i]],
                                          v[i], &ask->redis->arena)
            == NGX_ERROR)
        {
            ngx_http_llmgw_redis_list_end(walk, NGX_ERROR);
            return;
        }
    }

    ngx_http_llmgw_redis_list_next(walk);
}


/*
 * The id is what the record says, or what stands in the name.  NGX_DECLINED:
 * it is no record, or one that nobody would find by this id.
 */

static ngx_int_t
ngx_http_llmgw_redis_list_row(ngx_http_llmgw_redis_walk_t *walk,
    llmgw_str_t name, const llmgw_redis_value_t *v, llmgw_arena_t *a)
{
    ngx_str_t                     text;
    llmgw_str_t                   id, own;
    llmgw_redis_record_t          record;
    ngx_http_llmgw_store_row_t   *row;
    ngx_http_llmgw_store_call_t  *call;
    u_char                        buf[LLMGW_REDIS_NAME];

    call = walk->call;

    if (v->type != LLMGW_REDIS_ARRAY || v->n != 3) {
        return NGX_DECLINED;
    }

    id = llmgw_str(name.data + walk->len, name.len - walk->len - 1);

    if (v->elts[0]->type == LLMGW_REDIS_STRING) {
        id = v->elts[0]->str;
    }

    if (!llmgw_id_valid(call->kind, id)) {
        return NGX_DECLINED;
    }

    own = llmgw_redis_entity_name(buf,
                            ngx_http_llmgw_redis_worker.rs->redis.prefix,
                            call->kind, id, "");

    if (!llmgw_str_eq(own, name)
        || llmgw_redis_record(a, id, v, NULL, &record) != LLMGW_OK)
    {
        return NGX_DECLINED;
    }

    row = ngx_array_push(&call->rows);
    if (row == NULL) {
        return NGX_ERROR;
    }

    text.data = (u_char *) id.data;
    text.len = id.len;

    row->id.len = id.len;
    row->id.data = ngx_pstrdup(call->pool, &text);

    text.data = (u_char *) record.json.data;
    text.len = record.json.len;

    row->json.len = text.len;
    row->json.data = ngx_pstrdup(call->pool, &text);
    row->version = record.version;

    return (row->id.data && row->json.data) ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_llmgw_redis_list_end(ngx_http_llmgw_redis_walk_t *walk,
    ngx_int_t rc)
{
    u_char                       *p;
    llmgw_str_t                   after;
    ngx_http_llmgw_store_call_t  *call;

    call = walk->call;

    ngx_str_null(&call->cursor);

    after = walk->i ? walk->names[walk->i - 1] : walk->after;

    if (rc == NGX_OK
        && (after.len || walk->scan.len > 1 || walk->scan.data[0] != '0'))
    {
        p = ngx_pnalloc(call->pool, walk->scan.len + 1 + after.len);

        if (p == NULL) {
            rc = NGX_ERROR;

        } else {
            call->cursor.data = p;

            p = ngx_cpymem(p, walk->scan.data, walk->scan.len);
            *p++ = ':';
            p = ngx_cpymem(p, after.data, after.len);

            call->cursor.len = p - call->cursor.data;
        }
    }

    ngx_http_llmgw_store_done(call, rc);
}
