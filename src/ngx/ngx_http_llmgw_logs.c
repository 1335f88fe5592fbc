
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Questions about what was spent, answered from the ledger's files: a page of
 * requests, or sums of them.  Files are read by a thread where there are any,
 * which works with copies of its own: whoever asked may be gone before.
 */


#include "ngx_http_llmgw_files.h"
#include "llmgw_groups.h"


/* questions of one worker at a time */
#define NGX_HTTP_LLMGW_QUERIES   16

#define NGX_HTTP_LLMGW_ROWS      1000

/* "status" of a query */
#define NGX_HTTP_LLMGW_SUCCESS   1
#define NGX_HTTP_LLMGW_FAILURE   2
#define NGX_HTTP_LLMGW_LOST      3


typedef struct ngx_http_llmgw_row_s  ngx_http_llmgw_row_t;

struct ngx_http_llmgw_row_s {
    ngx_http_llmgw_row_t         *next;
    llmgw_str_t                   payload;
};

typedef struct {
    ngx_http_llmgw_work_t         work;
    ngx_http_llmgw_store_call_t  *call;       /* NULL: canceled */
    ngx_http_llmgw_log_query_t    query;      /* with texts of its own */
    llmgw_heap_t                  heap;
    llmgw_log_pos_t               end;        /* of what is written */

    uint64_t                     *files;
    ssize_t                       nfiles;
    ssize_t                       at;         /* of them */
    uint64_t                      from;       /* where to go on in it */
    llmgw_walk_t                  walk;
    unsigned                      open:1;
    unsigned                      resume:1;   /* from is a cursor's */
    unsigned                      more:1;     /* there is another page */

    ngx_http_llmgw_row_t         *rows;
    ngx_http_llmgw_row_t        **last;
    ngx_uint_t                    nrows;
    ngx_uint_t                    skipped;
    ngx_uint_t                    total;
    ngx_uint_t                    damaged;
    uint64_t                      next_file;
    uint64_t                      next_pos;

    llmgw_groups_t                groups;
} ngx_http_llmgw_query_t;


static ngx_int_t ngx_http_llmgw_query_copy(ngx_http_llmgw_query_t *q,
    const ngx_http_llmgw_log_query_t *from);
static ngx_int_t ngx_http_llmgw_query_cursor(ngx_http_llmgw_query_t *q);
static ngx_int_t ngx_http_llmgw_query_work(ngx_http_llmgw_work_t *w,
    size_t slice);
static ngx_int_t ngx_http_llmgw_query_list(ngx_http_llmgw_query_t *q);
static ngx_int_t ngx_http_llmgw_query_open(ngx_http_llmgw_query_t *q);
static ngx_int_t ngx_http_llmgw_query_summed(ngx_http_llmgw_query_t *q,
    const llmgw_log_pos_t *sum);
static ngx_int_t ngx_http_llmgw_query_read(ngx_http_llmgw_query_t *q,
    size_t slice);
static ngx_int_t ngx_http_llmgw_query_take(ngx_http_llmgw_query_t *q,
    const llmgw_frame_t *f);
static ngx_uint_t ngx_http_llmgw_query_match(
    const ngx_http_llmgw_log_query_t *query, unsigned type,
    const llmgw_spend_t *s);
static void ngx_http_llmgw_query_done(ngx_http_llmgw_work_t *w);
static ngx_int_t ngx_http_llmgw_query_rows(ngx_http_llmgw_query_t *q,
    ngx_http_llmgw_store_call_t *call);


/* of the worker */
static ngx_uint_t  ngx_http_llmgw_nqueries;


void
ngx_http_llmgw_logs(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call)
{
    llmgw_arena_t           *a;
    ngx_http_llmgw_query_t  *q;
    ngx_http_llmgw_files_t  *files;

    files = st->lmcf->files;

    if (ngx_http_llmgw_nqueries == NGX_HTTP_LLMGW_QUERIES) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    q = ngx_calloc(sizeof(ngx_http_llmgw_query_t), call->log);
    if (q == NULL) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    a = llmgw_heap_init(&q->heap, 65536);

    q->last = &q->rows;

    ngx_http_llmgw_files_get(&files->sh->ledger, &q->end);

    if (ngx_http_llmgw_query_copy(q, call->query) != NGX_OK
        || ngx_http_llmgw_query_cursor(q) != NGX_OK
        || (q->query.group
            && llmgw_groups_init(&q->groups, a, q->query.group,
                                 NGX_HTTP_LLMGW_GROUPS)
               != LLMGW_OK))
    {
        llmgw_heap_free(&q->heap);
        ngx_free(q);
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    q->call = call;
    call->job = &q->call;

    ngx_http_llmgw_nqueries++;

    q->work.work = ngx_http_llmgw_query_work;
    q->work.done = ngx_http_llmgw_query_done;
    q->work.data = q;
    q->work.files = files;
    q->work.log = ngx_cycle->log;

    ngx_http_llmgw_work(&q->work);
}


static ngx_int_t
ngx_http_llmgw_query_copy(ngx_http_llmgw_query_t *q,
    const ngx_http_llmgw_log_query_t *from)
{
    ngx_uint_t   i;
    llmgw_str_t  s;
    ngx_str_t   *to[] = {
        &q->query.request_id, &q->query.key, &q->query.user, &q->query.team,
        &q->query.organization, &q->query.customer, &q->query.tag,
        &q->query.model, &q->query.provider, &q->query.session,
        &q->query.cursor
    };

    q->query = *from;

    for (i = 0; i < sizeof(to) / sizeof(to[0]); i++) {

        if (to[i]->len == 0) {
            continue;
        }

        s = llmgw_str_dup(&q->heap.arena, ngx_http_llmgw_str(*to[i]));
        if (s.data == NULL) {
            return NGX_ERROR;
        }

        to[i]->data = (u_char *) s.data;
    }

    if (q->query.limit == 0 || q->query.limit > NGX_HTTP_LLMGW_ROWS) {
        q->query.limit = NGX_HTTP_LLMGW_ROWS;
    }

    if (q->query.to == 0) {
        q->query.to = INT64_MAX;
    }

    return NGX_OK;
}


/* "12.3456": a file, and a place in it */

static ngx_int_t
ngx_http_llmgw_query_cursor(ngx_http_llmgw_query_t *q)
{
    u_char     *dot;
    off_t       file, pos;
    ngx_str_t  *s;

    s = &q->query.cursor;

    if (s->len == 0) {
        return NGX_OK;
    }

    dot = ngx_strlchr(s->data, s->data + s->len, '.');

    if (dot == NULL) {
        return NGX_ERROR;
    }

    file = ngx_atoof(s->data, dot - s->data);
    pos = ngx_atoof(dot + 1, s->data + s->len - dot - 1);

    if (file == (off_t) NGX_ERROR || pos == (off_t) NGX_ERROR || pos % 8) {
        return NGX_ERROR;
    }

    q->resume = 1;
    q->next_file = file;
    q->from = pos;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_query_work(ngx_http_llmgw_work_t *w, size_t slice)
{
    ngx_http_llmgw_query_t *q = w->data;

    ngx_int_t  rc;

    if (q->files == NULL && ngx_http_llmgw_query_list(q) != NGX_OK) {
        return NGX_ERROR;
    }

    while (q->call) {

        if (!q->open) {

            rc = ngx_http_llmgw_query_open(q);

            if (rc == NGX_DONE) {
                return NGX_OK;
            }

            if (rc != NGX_OK) {
                return rc;
            }
        }

        rc = ngx_http_llmgw_query_read(q, slice);

        if (rc == NGX_AGAIN && slice == 0) {
            continue;
        }

        if (rc != NGX_DECLINED) {
            return rc;
        }

        llmgw_walk_close(&q->walk);
        q->open = 0;

        q->at += q->query.ascending ? 1 : -1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_query_list(ngx_http_llmgw_query_t *q)
{
    q->nfiles = llmgw_disk_list(&q->heap.arena, q->work.files->ledger,
                                LLMGW_LEDGER_SUFFIX, &q->files);
    if (q->nfiles < 0) {
        return NGX_ERROR;
    }

    /* what the zone has not heard of is not there yet */

    while (q->nfiles && q->files[q->nfiles - 1] > q->end.number) {
        q->nfiles--;
    }

    if (q->query.ascending) {

        for (q->at = 0;
             q->resume && q->at < q->nfiles
             && q->files[q->at] < q->next_file;
             q->at++)
        {
            /* void */
        }

    } else {

        for (q->at = q->nfiles - 1;
             q->resume && q->at >= 0 && q->files[q->at] > q->next_file;
             q->at--)
        {
            /* void */
        }
    }

    if (q->resume && (q->at < 0 || q->at >= q->nfiles
                      || q->files[q->at] != q->next_file))
    {
        /* the file was deleted meanwhile: the next one as a whole */

        q->resume = 0;
    }

    return NGX_OK;
}


/* NGX_DONE: no more files */

static ngx_int_t
ngx_http_llmgw_query_open(ngx_http_llmgw_query_t *q)
{
    char              path[LLMGW_PATH_MAX];
    uint64_t          number;
    ngx_int_t         rc;
    llmgw_log_pos_t   sum;

    for ( /* void */ ;
         q->at >= 0 && q->at < q->nfiles;
         q->at += q->query.ascending ? 1 : -1)
    {
        number = q->files[q->at];

        llmgw_disk_path(path, q->work.files->ledger, number,
                        LLMGW_LEDGER_SUFFIX);

        if (llmgw_log_summary(path, &sum) == LLMGW_OK) {

            if (sum.last < q->query.from || sum.first >= q->query.to) {
                q->resume = 0;
                continue;
            }

            rc = ngx_http_llmgw_query_summed(q, &sum);

            if (rc == NGX_OK) {
                continue;
            }

            if (rc == NGX_ERROR) {
                return NGX_ERROR;
            }
        }

        if (llmgw_walk_open(&q->walk, path, 0) != 0) {

            if (ngx_errno == NGX_ENOENT) {
                continue;
            }

            return NGX_ERROR;
        }

        if (number == q->end.number && q->walk.end > q->end.offset) {
            q->walk.end = q->end.offset;
        }

        q->walk.pos = q->query.ascending ? 0 : q->walk.end;

        if (q->resume) {
            q->walk.pos = ngx_min(q->from, q->walk.end);
            q->resume = 0;
        }

        q->open = 1;

        return NGX_OK;
    }

    return NGX_DONE;
}


/*
 * A report need not read a file whose requests are all wanted: it was summed
 * up when it was closed.  NGX_DECLINED: it has to be read.
 */

static ngx_int_t
ngx_http_llmgw_query_summed(ngx_http_llmgw_query_t *q,
    const llmgw_log_pos_t *sum)
{
    char                               path[LLMGW_PATH_MAX];
    llmgw_int_t                        rc, added;
    llmgw_str_t                        tags[LLMGW_TAGS_MAX];
    llmgw_walk_t                       walk;
    llmgw_frame_t                      f;
    llmgw_group_t                      c;
    const ngx_http_llmgw_log_query_t  *query;

    query = &q->query;

    if (query->group == 0 || sum->first < query->from
        || sum->last >= query->to || query->request_id.len
        || query->model.len || query->session.len || query->status
        || query->min_cost > 0 || query->max_cost >= 0)
    {
        return NGX_DECLINED;
    }

    llmgw_disk_path(path, q->work.files->ledger, q->files[q->at],
                    LLMGW_GROUPS_SUFFIX);

    /* looked through before anything is added: all of it, or nothing */

    if (llmgw_walk_open(&walk, path, 0) != 0) {
        return NGX_DECLINED;
    }

    f.type = 0;

    do {
        rc = llmgw_walk_next(&walk, &f);
    } while (rc == LLMGW_OK && f.type != LLMGW_RECORD_END);

    llmgw_walk_close(&walk);

    if (rc != LLMGW_OK || llmgw_walk_open(&walk, path, 0) != 0) {
        return NGX_DECLINED;
    }

    for ( ;; ) {

        rc = llmgw_walk_next(&walk, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (f.type != LLMGW_RECORD_GROUP
            || llmgw_group_read(f.payload, &c, tags) != LLMGW_OK
            || !ngx_http_llmgw_logs_match(query, &c))
        {
            continue;
        }

        added = llmgw_groups_add_group(&q->groups, &c);

        if (added != LLMGW_OK) {
            llmgw_walk_close(&walk);
            return NGX_ERROR;
        }
    }

    llmgw_walk_close(&walk);

    return rc == LLMGW_DONE ? NGX_OK : NGX_ERROR;
}


/* an empty text is not looked for */

static ngx_uint_t
ngx_http_llmgw_is(const ngx_str_t *wanted, llmgw_str_t s)
{
    return wanted->len == 0
           || (wanted->len == s.len
               && ngx_memcmp(wanted->data, s.data, s.len) == 0);
}


static ngx_uint_t
ngx_http_llmgw_has_tag(const ngx_str_t *wanted, const llmgw_str_t *tags,
    ngx_uint_t ntags)
{
    ngx_uint_t  i;

    if (wanted->len == 0) {
        return 1;
    }

    for (i = 0; i < ntags; i++) {
        if (ngx_http_llmgw_is(wanted, tags[i])) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_http_llmgw_logs_match(const ngx_http_llmgw_log_query_t *query,
    const llmgw_group_t *c)
{
    return ngx_http_llmgw_is(&query->key, c->key)
           && ngx_http_llmgw_is(&query->user, c->user)
           && ngx_http_llmgw_is(&query->team, c->team)
           && ngx_http_llmgw_is(&query->organization, c->organization)
           && ngx_http_llmgw_is(&query->customer, c->customer)
           && ngx_http_llmgw_is(&query->provider, c->provider)
           && ngx_http_llmgw_has_tag(&query->tag, c->tags, c->ntags);
}


/*
 * NGX_DECLINED: the end of the file; NGX_OK: nothing more is wanted; NGX_AGAIN:
 * the slice is over.
 */

static ngx_int_t
ngx_http_llmgw_query_read(ngx_http_llmgw_query_t *q, size_t slice)
{
    uint64_t       start;
    ngx_int_t      taken;
    llmgw_int_t    rc;
    llmgw_frame_t  f;

    start = q->walk.pos;

    while (q->call) {

        if (slice
            && (q->query.ascending ? q->walk.pos - start
                                   : start - q->walk.pos) >= slice)
        {
            return NGX_AGAIN;
        }

        rc = q->query.ascending ? llmgw_walk_next(&q->walk, &f)
                                : llmgw_walk_prev(&q->walk, &f);

        switch (rc) {

        case LLMGW_OK:
            break;

        case LLMGW_INVALID:
            q->damaged += (q->walk.bad > q->walk.pos)
                          ? q->walk.bad - q->walk.pos
                          : q->walk.pos - q->walk.bad;
            continue;

        case LLMGW_ERROR:
            return NGX_ERROR;

        default:
            return NGX_DECLINED;
        }

        taken = ngx_http_llmgw_query_take(q, &f);

        if (taken != NGX_AGAIN) {
            return taken;
        }
    }

    return NGX_OK;
}


/* NGX_AGAIN: go on */

static ngx_int_t
ngx_http_llmgw_query_take(ngx_http_llmgw_query_t *q, const llmgw_frame_t *f)
{
    int64_t                cost, end;
    llmgw_int_t            rc;
    llmgw_spend_t          s;
    ngx_http_llmgw_row_t  *row;

    if ((f->type != LLMGW_RECORD_SPEND && f->type != LLMGW_RECORD_LOST)
        || llmgw_spend_brief(f->payload, &end, &cost) != LLMGW_OK
        || end < q->query.from || end >= q->query.to
        || llmgw_spend_read(f->payload, &s) != LLMGW_OK
        || !ngx_http_llmgw_query_match(&q->query, f->type, &s))
    {
        return NGX_AGAIN;
    }

    if (q->query.group) {

        rc = (f->type == LLMGW_RECORD_SPEND)
             ? llmgw_groups_add(&q->groups, &s) : LLMGW_OK;

        return rc == LLMGW_OK ? NGX_AGAIN : NGX_ERROR;
    }

    q->total++;

    if (q->skipped < q->query.offset) {
        q->skipped++;
        return NGX_AGAIN;
    }

    if (q->nrows == q->query.limit) {

        if (!q->more) {

            /* the next page begins with this one */

            q->more = 1;
            q->next_file = q->files[q->at];
            q->next_pos = q->query.ascending ? q->walk.pos - f->size
                                             : q->walk.pos + f->size;
        }

        return q->query.count ? NGX_AGAIN : NGX_OK;
    }

    row = llmgw_alloc(&q->heap.arena, sizeof(ngx_http_llmgw_row_t));
    if (row == NULL) {
        return NGX_ERROR;
    }

    row->next = NULL;
    row->payload = llmgw_str_dup(&q->heap.arena, f->payload);

    if (row->payload.data == NULL) {
        return NGX_ERROR;
    }

    *q->last = row;
    q->last = &row->next;
    q->nrows++;

    return NGX_AGAIN;
}


static ngx_uint_t
ngx_http_llmgw_query_match(const ngx_http_llmgw_log_query_t *query,
    unsigned type, const llmgw_spend_t *s)
{
    switch (query->status) {

    case NGX_HTTP_LLMGW_SUCCESS:

        if (type != LLMGW_RECORD_SPEND || (s->flags & LLMGW_SPEND_FAILED)) {
            return 0;
        }

        break;

    case NGX_HTTP_LLMGW_FAILURE:

        if (type != LLMGW_RECORD_SPEND || !(s->flags & LLMGW_SPEND_FAILED)) {
            return 0;
        }

        break;

    case NGX_HTTP_LLMGW_LOST:

        if (type != LLMGW_RECORD_LOST) {
            return 0;
        }

        break;

    default:
        break;
    }

    if (s->cost < query->min_cost
        || (query->max_cost >= 0 && s->cost > query->max_cost))
    {
        return 0;
    }

    return ngx_http_llmgw_is(&query->request_id, s->request_id)
           && ngx_http_llmgw_is(&query->key, s->key)
           && ngx_http_llmgw_is(&query->user, s->user)
           && ngx_http_llmgw_is(&query->team, s->team)
           && ngx_http_llmgw_is(&query->organization, s->organization)
           && ngx_http_llmgw_is(&query->customer, s->customer)
           && ngx_http_llmgw_is(&query->provider, s->provider)
           && ngx_http_llmgw_is(&query->session, s->session)
           && (ngx_http_llmgw_is(&query->model, s->model)
               || ngx_http_llmgw_is(&query->model, s->upstream))
           && ngx_http_llmgw_has_tag(&query->tag, s->tags, s->ntags);
}


static void
ngx_http_llmgw_query_done(ngx_http_llmgw_work_t *w)
{
    ngx_http_llmgw_query_t *q = w->data;

    ngx_int_t                     rc;
    ngx_http_llmgw_store_call_t  *call;

    call = q->call;
    rc = w->rc;

    if (q->open) {
        llmgw_walk_close(&q->walk);
    }

    if (call && rc == NGX_OK) {
        call->damaged = q->damaged;

        rc = q->query.group ? ngx_http_llmgw_logs_groups(&q->groups, call)
                            : ngx_http_llmgw_query_rows(q, call);
    }

    llmgw_heap_free(&q->heap);
    ngx_free(q);

    ngx_http_llmgw_nqueries--;

    if (call) {
        call->job = NULL;
        ngx_http_llmgw_store_done(call, rc);
    }
}


static ngx_int_t
ngx_http_llmgw_query_rows(ngx_http_llmgw_query_t *q,
    ngx_http_llmgw_store_call_t *call)
{
    u_char                *p;
    llmgw_str_t            payload;
    llmgw_spend_t         *s;
    ngx_http_llmgw_row_t  *row;

    if (ngx_array_init(&call->rows, call->pool, q->nrows + 1,
                       sizeof(llmgw_spend_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (row = q->rows; row; row = row->next) {

        payload = row->payload;

        p = ngx_pnalloc(call->pool, payload.len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(p, payload.data, payload.len);

        s = ngx_array_push(&call->rows);

        (void) llmgw_spend_read(llmgw_str(p, payload.len), s);
    }

    call->total = q->total;

    ngx_str_null(&call->cursor);

    if (q->more) {

        p = ngx_pnalloc(call->pool, 2 * NGX_INT64_LEN + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        call->cursor.data = p;
        call->cursor.len = ngx_sprintf(p, "%uL.%uL", q->next_file,
                                       q->next_pos)
                           - p;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_group_text(ngx_pool_t *pool, ngx_str_t *to, llmgw_str_t from)
{
    if (from.len == 0) {
        ngx_str_null(to);
        return NGX_OK;
    }

    to->len = from.len;

    to->data = ngx_pnalloc(pool, from.len);
    if (to->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(to->data, from.data, from.len);

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_logs_groups(llmgw_groups_t *groups,
    ngx_http_llmgw_store_call_t *call)
{
    llmgw_str_t                  tag;
    llmgw_group_t               *c;
    ngx_http_llmgw_log_group_t  *g;

    if (ngx_array_init(&call->rows, call->pool, groups->n + 1,
                       sizeof(ngx_http_llmgw_log_group_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (c = groups->first; c; c = c->newer) {

        g = ngx_array_push(&call->rows);
        tag = c->ntags ? c->tags[0] : llmgw_null_str;

        if (ngx_http_llmgw_group_text(call->pool, &g->key, c->key) != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->user, c->user)
               != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->team, c->team)
               != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->organization,
                                         c->organization)
               != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->customer,
                                         c->customer)
               != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->tag, tag) != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->model, c->model)
               != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->provider,
                                         c->provider)
               != NGX_OK
            || ngx_http_llmgw_group_text(call->pool, &g->endpoint,
                                         c->endpoint)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        g->day = c->day;
        g->cost = c->cost;
        g->requests = c->requests;
        g->failed = c->failed;
        g->prompt = c->prompt;
        g->completion = c->completion;
        g->cached = c->cached;
        g->cache_write = c->cache_write;
    }

    call->total = groups->n;

    return NGX_OK;
}
