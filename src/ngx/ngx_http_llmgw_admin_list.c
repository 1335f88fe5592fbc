
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Lists of records: a walk over all of a kind, in pages between which others
 * have their turn.  Of what fits only the id and what it is sorted by is kept;
 * the rows of the one page that was asked for are read again.
 */


#include "ngx_http_llmgw_admin.h"


#define NGX_HTTP_LLMGW_ADMIN_SCAN   100      /* records of a page */
#define NGX_HTTP_LLMGW_ADMIN_AUDIT  1000     /* entries of one */
#define NGX_HTTP_LLMGW_ADMIN_OWNED  1000     /* keys in an answer */
#define NGX_HTTP_LLMGW_ADMIN_SORT   32       /* bytes that texts sort by */


/* A record that fits. */

typedef struct {
    llmgw_str_t   id;
    double        number;
    u_char        text[NGX_HTTP_LLMGW_ADMIN_SORT];
    u_char        len;
    u_char        descending;
} ngx_http_llmgw_row_t;


static ngx_int_t ngx_http_llmgw_scan_page(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_scan_pt match);
static ngx_int_t ngx_http_llmgw_scan_cursor(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_owned_match(ngx_http_llmgw_admin_t *a,
    llmgw_str_t id, json_t *record);
static ngx_int_t ngx_http_llmgw_list_match(ngx_http_llmgw_admin_t *a,
    llmgw_str_t id, json_t *record);
static ngx_uint_t ngx_http_llmgw_list_fits(ngx_http_llmgw_admin_t *a,
    llmgw_str_t id, json_t *record);
static ngx_uint_t ngx_http_llmgw_list_expired(ngx_http_llmgw_admin_t *a,
    json_t *record);
static void ngx_http_llmgw_list_sort(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_row_t *row, json_t *record);
static int ngx_libc_cdecl ngx_http_llmgw_list_compare(const void *one,
    const void *two);
static ngx_int_t ngx_http_llmgw_list_page(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_list_answer(ngx_http_llmgw_admin_t *a);
static ngx_uint_t ngx_http_llmgw_audit_fits(ngx_http_llmgw_admin_t *a,
    json_t *entry);


/* NGX_OK when all were seen */

ngx_int_t
ngx_http_llmgw_admin_scan(ngx_http_llmgw_admin_t *a, llmgw_kind_e kind,
    ngx_http_llmgw_scan_pt match)
{
    ngx_int_t               rc;
    ngx_http_llmgw_scan_t  *s;

    s = &a->scan;

    if (!s->begun) {
        s->begun = 1;
        ngx_str_null(&s->cursor);
    }

    if (ngx_http_llmgw_admin_ask(a)) {

        s->pool = ngx_create_pool(4096, a->request->connection->log);
        if (s->pool == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        a->call.kind = kind;
        a->call.cursor = s->cursor;
        a->call.limit = NGX_HTTP_LLMGW_ADMIN_SCAN;
        a->call.pool = s->pool;
    }

    rc = ngx_http_llmgw_admin_tell(a, ngx_http_llmgw_store_list);

    if (rc == NGX_AGAIN) {
        return rc;
    }

    rc = (rc == NGX_OK) ? ngx_http_llmgw_scan_page(a, match)
                        : ngx_http_llmgw_admin_unavailable(a);

    ngx_destroy_pool(s->pool);
    s->pool = NULL;

    if (rc != NGX_OK) {
        return rc;
    }

    if (s->cursor.len) {
        return ngx_http_llmgw_admin_yield(a);
    }

    s->begun = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_scan_page(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_scan_pt match)
{
    json_t                      *record;
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_http_llmgw_store_row_t  *row;

    row = a->call.rows.elts;

    for (i = 0; i < a->call.rows.nelts; i++) {

        record = llmgw_admin_record(ngx_http_llmgw_str(row[i].json));

        if (record == NULL) {

            /* somebody wrote it by hand; keys are refused as long as it is */

            continue;
        }

        rc = match(a, ngx_http_llmgw_str(row[i].id), record);

        json_decref(record);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return ngx_http_llmgw_scan_cursor(a);
}


/* where it goes on; its memory goes with the page */

static ngx_int_t
ngx_http_llmgw_scan_cursor(ngx_http_llmgw_admin_t *a)
{
    u_char     *p;
    ngx_str_t   cursor;

    cursor = a->call.cursor;

    if (cursor.len > a->scan.cursor.len || a->scan.cursor.data == NULL) {

        p = ngx_pnalloc(a->request->pool, cursor.len + NGX_INT64_LEN);
        if (p == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

    } else {
        p = a->scan.cursor.data;
    }

    if (cursor.len) {
        ngx_memcpy(p, cursor.data, cursor.len);
    }

    a->scan.cursor.data = p;
    a->scan.cursor.len = cursor.len;

    return NGX_OK;
}


/* the keys of a user or a team, in a->rows */

typedef struct {
    const char   *field;
    llmgw_str_t   owner;
} ngx_http_llmgw_owned_t;


ngx_int_t
ngx_http_llmgw_admin_owned(ngx_http_llmgw_admin_t *a, const char *field,
    llmgw_str_t owner)
{
    ngx_http_llmgw_owned_t  *o;

    if (a->rows == NULL) {

        o = ngx_palloc(a->request->pool, sizeof(ngx_http_llmgw_owned_t));
        a->rows = json_array();

        if (o == NULL || a->rows == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        o->field = field;
        o->owner = owner;

        a->data = o;
    }

    return ngx_http_llmgw_admin_scan(a, LLMGW_KIND_KEY,
                                     ngx_http_llmgw_owned_match);
}


static ngx_int_t
ngx_http_llmgw_owned_match(ngx_http_llmgw_admin_t *a, llmgw_str_t id,
    json_t *record)
{
    ngx_http_llmgw_owned_t  *o;

    o = a->data;

    if (!llmgw_str_eq(llmgw_admin_text(record, o->field), o->owner)
        || json_array_size(a->rows) == NGX_HTTP_LLMGW_ADMIN_OWNED)
    {
        return NGX_OK;
    }

    return json_array_append_new(a->rows,
                                 ngx_http_llmgw_admin_row(a, LLMGW_KIND_KEY,
                                                          id, record, NULL))
           == 0 ? NGX_OK : ngx_http_llmgw_admin_failed(a);
}


ngx_int_t
ngx_http_llmgw_admin_list(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t  rc;

    if (a->step == 0) {

        if (ngx_array_init(&a->found, a->request->pool, 64,
                           sizeof(ngx_http_llmgw_row_t))
            != NGX_OK)
        {
            return ngx_http_llmgw_admin_failed(a);
        }

        a->step = 1;
    }

    if (a->step == 1) {

        rc = ngx_http_llmgw_admin_scan(a, (llmgw_kind_e) a->route->kind,
                                       ngx_http_llmgw_list_match);
        if (rc != NGX_OK) {
            return rc;
        }

        rc = ngx_http_llmgw_list_page(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 2;
    }

    rc = ngx_http_llmgw_admin_look(a);

    return rc == NGX_OK ? ngx_http_llmgw_list_answer(a) : rc;
}


static ngx_int_t
ngx_http_llmgw_list_match(ngx_http_llmgw_admin_t *a, llmgw_str_t id,
    json_t *record)
{
    ngx_http_llmgw_row_t  *row;

    if (!ngx_http_llmgw_list_fits(a, id, record)) {
        return NGX_OK;
    }

    row = ngx_array_push(&a->found);
    if (row == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ngx_memzero(row, sizeof(ngx_http_llmgw_row_t));

    row->id = ngx_http_llmgw_admin_dup(a, id);
    if (row->id.data == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ngx_http_llmgw_list_sort(a, row, record);

    return NGX_OK;
}


/* parameters and the members of records that they compare to */

static ngx_uint_t
ngx_http_llmgw_list_fits(ngx_http_llmgw_admin_t *a, llmgw_str_t id,
    json_t *record)
{
    size_t        i;
    json_t       *list, *item;
    ngx_uint_t    k, part;
    llmgw_str_t   want, have;

    static const struct {
        llmgw_kind_e   kind;
        const char    *param;
        const char    *field;
    } filters[] = {
        { LLMGW_KIND_KEY, "user_id", "user_id" },
        { LLMGW_KIND_KEY, "team_id", "team_id" },
        { LLMGW_KIND_KEY, "organization_id", "organization_id" },
        { LLMGW_KIND_KEY, "project_id", "project_id" },
        { LLMGW_KIND_KEY, "agent_id", "agent_id" },
        { LLMGW_KIND_KEY, "budget_id", "budget_id" },
        { LLMGW_KIND_KEY, "key_alias", "key_alias" },
        { LLMGW_KIND_TEAM, "organization_id", "organization_id" },
        { LLMGW_KIND_TEAM, "team_id", "team_id" },
        { LLMGW_KIND_TEAM, "team_alias", "team_alias" },
        { LLMGW_KIND_USER, "role", "user_role" },
        { LLMGW_KIND_USER, "user_email", "user_email" }
    };

    part = llmgw_admin_true(a->rq.params, "substring_matching", 0);

    for (k = 0; k < llmgw_nelts(filters); k++) {

        if (filters[k].kind != (llmgw_kind_e) a->route->kind) {
            continue;
        }

        want = llmgw_admin_text(a->rq.params, filters[k].param);

        if (want.len == 0) {
            continue;
        }

        have = llmgw_admin_text(record, filters[k].field);

        if (part ? have.len < want.len
                   || memmem(have.data, have.len, want.data, want.len) == NULL
                 : !llmgw_str_eq(want, have))
        {
            return 0;
        }
    }

    switch (a->route->kind) {

    case LLMGW_KIND_KEY:

        want = llmgw_admin_text(a->rq.params, "key_hash");

        return (want.len == 0 || llmgw_str_eq(want, id))
               && ngx_http_llmgw_list_expired(a, record);

    case LLMGW_KIND_TEAM:

        want = llmgw_admin_text(a->rq.params, "user_id");

        return want.len == 0 || llmgw_admin_member(record, want) != NULL;

    case LLMGW_KIND_USER:

        want = llmgw_admin_text(a->rq.params, "team");

        if (want.len) {

            list = json_object_get(record, "teams");

            json_array_foreach(list, i, item) {
                have = llmgw_str((u_char *) json_string_value(item),
                                 json_string_length(item));

                if (llmgw_str_eq(want, have)) {
                    break;
                }
            }

            if (i == json_array_size(list)) {
                return 0;
            }
        }

        list = json_object_get(a->rq.params, "user_ids");

        json_array_foreach(list, i, item) {
            want = llmgw_str((u_char *) json_string_value(item),
                             json_string_length(item));

            if (llmgw_str_eq(want, id)) {
                return 1;
            }
        }

        return list == NULL;

    default:
        return 1;
    }
}


static ngx_uint_t
ngx_http_llmgw_list_expired(ngx_http_llmgw_admin_t *a, json_t *record)
{
    int64_t      expires;
    ngx_uint_t   expired;
    llmgw_str_t  want, s;

    want = llmgw_admin_text(a->rq.params, "expires");

    if (want.len == 0) {
        return 1;
    }

    s = llmgw_admin_text(record, "expires");

    expired = s.len && llmgw_time_parse(s, &expires) == LLMGW_OK
              && expires <= a->now;

    return llmgw_str_is(want, "expired") ? expired : !expired;
}


static void
ngx_http_llmgw_list_sort(ngx_http_llmgw_admin_t *a, ngx_http_llmgw_row_t *row,
    json_t *record)
{
    json_t                 *v;
    llmgw_str_t             by, s;
    ngx_http_llmgw_info_t   info;

    by = llmgw_admin_text(a->rq.params, "sort_by");

    row->descending = !llmgw_str_is(llmgw_admin_text(a->rq.params,
                                                     "sort_order"),
                                    "asc");
    if (by.len == 0) {
        by = llmgw_lit("created_at");
    }

    if (llmgw_str_is(by, "spend")) {

        if (ngx_http_llmgw_zone_info(a->lmcf, (llmgw_kind_e) a->route->kind,
                                     row->id, &info)
            == NGX_OK)
        {
            row->number = (double) info.spend;
        }

        return;
    }

    v = json_object_getn(record, (char *) by.data, by.len);

    if (json_is_number(v)) {
        row->number = json_number_value(v);
        return;
    }

    s = llmgw_admin_text(record, (char *) by.data);

    row->len = (u_char) ngx_min(s.len, NGX_HTTP_LLMGW_ADMIN_SORT);

    if (row->len) {
        ngx_memcpy(row->text, s.data, row->len);
    }
}


/* rows that are equal stand by their ids, so that pages do not overlap */

static int ngx_libc_cdecl
ngx_http_llmgw_list_compare(const void *one, const void *two)
{
    int                          rc;
    const ngx_http_llmgw_row_t  *x, *y;

    x = one;
    y = two;

    rc = (x->number > y->number) - (x->number < y->number);

    if (rc == 0) {
        rc = ngx_memn2cmp((u_char *) x->text, (u_char *) y->text, x->len,
                          y->len);
    }

    if (rc == 0) {
        return (int) ngx_memn2cmp((u_char *) x->id.data,
                                  (u_char *) y->id.data, x->id.len,
                                  y->id.len);
    }

    return x->descending ? -rc : rc;
}


static ngx_uint_t
ngx_http_llmgw_page_size(ngx_http_llmgw_admin_t *a)
{
    int64_t  n;

    /* lists that are only a list have no place to tell how many there are */

    n = (a->route->kind == LLMGW_KIND_KEY) ? 10
        : (a->route->kind == LLMGW_KIND_USER || a->route->group) ? 25
        : 1000;

    n = llmgw_admin_number(a->rq.params, "size", n);

    return (ngx_uint_t) llmgw_admin_number(a->rq.params, "page_size", n);
}


static ngx_int_t
ngx_http_llmgw_list_page(ngx_http_llmgw_admin_t *a)
{
    ngx_uint_t                i, n, from;
    ngx_http_llmgw_row_t     *row;
    ngx_http_llmgw_change_t  *ch;

    n = ngx_http_llmgw_page_size(a);
    from = (ngx_uint_t) (llmgw_admin_number(a->rq.params, "page", 1) - 1) * n;

    ngx_qsort(a->found.elts, a->found.nelts, sizeof(ngx_http_llmgw_row_t),
              ngx_http_llmgw_list_compare);

    row = a->found.elts;

    for (i = from; i < a->found.nelts && i < from + n; i++) {

        ch = ngx_http_llmgw_admin_add(a, (llmgw_kind_e) a->route->kind,
                                      row[i].id, NULL, NULL);
        if (ch == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        /* it may have been deleted meanwhile */

        ch->optional = 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_list_answer(ngx_http_llmgw_admin_t *a)
{
    json_t                   *rows, *row;
    ngx_uint_t                i, n, full;
    json_int_t                page, pages;
    ngx_http_llmgw_change_t  *ch;

    rows = json_array();
    full = (a->route->kind != LLMGW_KIND_KEY)
           || llmgw_admin_true(a->rq.params, "return_full_object", 0);

    for (i = 0; rows && i < a->changes.nelts; i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (ch->before == NULL) {
            continue;
        }

        row = full ? ngx_http_llmgw_change_row(a, ch)
                   : llmgw_admin_string(ch->id);

        if (json_array_append_new(rows, row) != 0) {
            json_decref(rows);
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    n = ngx_http_llmgw_page_size(a);
    page = (json_int_t) llmgw_admin_number(a->rq.params, "page", 1);
    pages = (json_int_t) ((a->found.nelts + n - 1) / n);

    switch (a->route->kind) {

    case LLMGW_KIND_KEY:
        a->answer = json_pack("{s:o, s:I, s:I, s:I}", "keys", rows,
                              "total_count", (json_int_t) a->found.nelts,
                              "current_page", page, "total_pages", pages);
        break;

    case LLMGW_KIND_USER:
        a->answer = json_pack("{s:o, s:I, s:I, s:I, s:I}", "users", rows,
                              "total", (json_int_t) a->found.nelts,
                              "page", page, "page_size", (json_int_t) n,
                              "total_pages", pages);
        break;

    case LLMGW_KIND_TEAM:

        if (a->route->group) {
            a->answer = json_pack("{s:o, s:I, s:I, s:I, s:I}", "teams", rows,
                                  "total", (json_int_t) a->found.nelts,
                                  "page", page, "page_size", (json_int_t) n,
                                  "total_pages", pages);
            break;
        }

        /* fall through */

    default:
        a->answer = rows;
    }

    return NGX_OK;
}


/*
 * The audit log, newest first.  The store picks by time; the rest is done
 * here, page by page.
 */

ngx_int_t
ngx_http_llmgw_admin_audit(ngx_http_llmgw_admin_t *a)
{
    json_t                      *entry;
    ngx_int_t                    rc;
    ngx_str_t                   *line;
    ngx_uint_t                   i, n, from;
    ngx_http_llmgw_log_query_t  *q;

    n = (ngx_uint_t) llmgw_admin_number(a->rq.params, "page_size", 50);
    from = (ngx_uint_t) (llmgw_admin_number(a->rq.params, "page", 1) - 1) * n;

    if (a->data == NULL) {

        q = ngx_pcalloc(a->request->pool, sizeof(ngx_http_llmgw_log_query_t));
        a->rows = json_array();

        if (q == NULL || a->rows == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        q->from = llmgw_admin_number(a->rq.params, "start_date", 0) * 1000;
        q->to = (llmgw_admin_number(a->rq.params, "end_date", -1) + 1) * 1000;
        q->limit = NGX_HTTP_LLMGW_ADMIN_AUDIT;
        q->max_cost = -1;

        a->data = q;
    }

    q = a->data;

    if (ngx_http_llmgw_admin_ask(a)) {

        a->scan.pool = ngx_create_pool(4096, a->request->connection->log);
        if (a->scan.pool == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        q->cursor = a->scan.cursor;

        a->call.pool = a->scan.pool;
        a->call.query = q;
    }

    rc = ngx_http_llmgw_admin_tell(a, ngx_http_llmgw_store_audit_list);

    if (rc == NGX_AGAIN) {
        return rc;
    }

    if (rc != NGX_OK) {
        return ngx_http_llmgw_admin_unavailable(a);
    }

    line = a->call.rows.elts;

    for (i = 0; i < a->call.rows.nelts; i++) {

        entry = llmgw_admin_record(ngx_http_llmgw_str(line[i]));

        if (entry == NULL || !ngx_http_llmgw_audit_fits(a, entry)) {
            json_decref(entry);
            continue;
        }

        if (a->total++ < from || json_array_size(a->rows) == n) {
            json_decref(entry);
            continue;
        }

        if (json_array_append_new(a->rows, entry) != 0) {
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    rc = ngx_http_llmgw_scan_cursor(a);

    ngx_destroy_pool(a->scan.pool);
    a->scan.pool = NULL;

    if (rc != NGX_OK) {
        return rc;
    }

    if (a->scan.cursor.len) {
        return ngx_http_llmgw_admin_yield(a);
    }

    a->answer = json_pack("{s:O, s:I, s:I, s:I, s:I}", "audit_logs", a->rows,
                          "total", (json_int_t) a->total,
                          "page", (json_int_t) (from / n + 1),
                          "page_size", (json_int_t) n, "total_pages",
                          (json_int_t) ((a->total + n - 1) / n));
    return NGX_OK;
}


static ngx_uint_t
ngx_http_llmgw_audit_fits(ngx_http_llmgw_admin_t *a, json_t *entry)
{
    size_t       i;
    llmgw_str_t  want;

    static const char  *names[] = {
        "changed_by", "object_id", "table_name", "action"
    };

    for (i = 0; i < llmgw_nelts(names); i++) {

        want = llmgw_admin_text(a->rq.params, names[i]);

        if (want.len
            && !llmgw_str_eq(want, llmgw_admin_text(entry, names[i])))
        {
            return 0;
        }
    }

    return 1;
}
