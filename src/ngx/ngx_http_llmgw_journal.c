
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The journal: what a request cost is in a file that is mapped into memory
 * before the last bytes of its answer are on their way.  A record costs no
 * system call, and is there whichever processes are killed.
 */


#include "ngx_http_llmgw_files.h"

#include <sys/file.h>
#include <sys/mman.h>


/* how often a ring that could not be made is tried again, ms */
#define NGX_HTTP_LLMGW_RING_RETRY  1000

/* rings that are looked into for leases of dead workers */
#define NGX_HTTP_LLMGW_RING_FOUND  4


/* A request's part. */

typedef struct {
    uint64_t               mark;
    uint64_t               pos;          /* of its end */
    uint64_t               ring;         /* id: the worker may have another */
    size_t                 reserve;
    unsigned               ended:1;
    unsigned               done:1;
} ngx_http_llmgw_entry_t;


/* The worker's ring. */

typedef struct {
    llmgw_ring_t           ring;
    llmgw_ring_info_t      info;
    u_char                *mem;
    size_t                 bytes;
    ngx_fd_t               fd;
    ngx_msec_t             retry;
    unsigned               open:1;
    unsigned               tried:1;
} ngx_http_llmgw_ring_t;


typedef enum {
    ngx_http_llmgw_ring_begin = 0,
    ngx_http_llmgw_ring_end,
    ngx_http_llmgw_ring_done,
    ngx_http_llmgw_ring_adjust
} ngx_http_llmgw_ring_op_e;

typedef struct {
    ngx_http_llmgw_ring_op_e   what;
    ngx_http_llmgw_entry_t    *entry;
    llmgw_spend_t             *spend;
    llmgw_total_t             *total;
    ngx_uint_t                 type;
    uint32_t                   latency;
    uint32_t                   flags;
    llmgw_int_t                rc;
    unsigned                   full:1;     /* more than is good */
} ngx_http_llmgw_ring_op_t;


/* Another one's, mapped to be looked into. */

typedef struct {
    llmgw_ring_t           ring;
    u_char                *mem;
    size_t                 bytes;
    uint32_t               number;
} ngx_http_llmgw_ring_view_t;


static ngx_int_t ngx_http_llmgw_journal_begin(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_mark_t *mark);
static void ngx_http_llmgw_journal_end(ngx_http_llmgw_ctx_t *ctx,
    const ngx_http_llmgw_mark_t *mark,
    const ngx_http_llmgw_outcome_t *outcome,
    const ngx_http_llmgw_charge_t *charges, ngx_uint_t ncharges);
static void ngx_http_llmgw_journal_done(ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_journal_find(
    ngx_http_llmgw_main_conf_t *lmcf, const ngx_http_llmgw_mark_t *mark,
    ngx_http_llmgw_outcome_t *outcome);
static void ngx_http_llmgw_journal_who(ngx_http_llmgw_ctx_t *ctx,
    llmgw_spend_t *s);
static void ngx_http_llmgw_journal_what(ngx_http_llmgw_ctx_t *ctx,
    const ngx_http_llmgw_outcome_t *outcome, llmgw_spend_t *s);
static void ngx_http_llmgw_journal_shrink(llmgw_spend_t *s);
static void ngx_http_llmgw_journal_lost(ngx_http_llmgw_ctx_t *ctx,
    const llmgw_spend_t *s);
static ngx_int_t ngx_http_llmgw_ring_do(ngx_http_llmgw_ring_op_t *op);
static void ngx_http_llmgw_ring_run(void *data);
static ngx_int_t ngx_http_llmgw_ring_open(ngx_http_llmgw_files_t *files,
    ngx_log_t *log);
static ngx_int_t ngx_http_llmgw_ring_map(ngx_http_llmgw_files_t *files,
    char *temp, ngx_log_t *log);
static ngx_int_t ngx_http_llmgw_ring_name(ngx_http_llmgw_files_t *files,
    char *temp, ngx_log_t *log);
static void ngx_http_llmgw_ring_close(void);
static ngx_http_llmgw_ring_view_t *ngx_http_llmgw_ring_view(
    ngx_http_llmgw_files_t *files, uint32_t number);


const ngx_http_llmgw_journal_t  ngx_http_llmgw_journal = {
    ngx_http_llmgw_journal_begin,
    ngx_http_llmgw_journal_end,
    ngx_http_llmgw_journal_done,
    ngx_http_llmgw_journal_find
};


/* of the worker */
static ngx_http_llmgw_ring_t       ngx_http_llmgw_ring;
static ngx_http_llmgw_ring_view_t  ngx_http_llmgw_ring_views[
                                                  NGX_HTTP_LLMGW_RING_FOUND];
static ngx_http_llmgw_alarm_t      ngx_http_llmgw_ring_alarm;
static ngx_http_llmgw_alarm_t      ngx_http_llmgw_full_alarm;
static ngx_http_llmgw_alarm_t      ngx_http_llmgw_lost_alarm;


ngx_int_t
ngx_http_llmgw_journal_init(ngx_http_llmgw_files_t *files,
    ngx_cycle_t *cycle)
{
    ngx_memzero(&ngx_http_llmgw_ring, sizeof(ngx_http_llmgw_ring_t));

    ngx_http_llmgw_ring.fd = NGX_INVALID_FILE;

    /* a disk that has no room now may have some later: requests wait for it */

    (void) ngx_http_llmgw_ring_open(files, cycle->log);

    return NGX_OK;
}


void
ngx_http_llmgw_journal_exit(ngx_http_llmgw_files_t *files)
{
    ngx_http_llmgw_ring_close();
}


static ngx_int_t
ngx_http_llmgw_journal_begin(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_mark_t *mark)
{
    llmgw_spend_t               s;
    ngx_http_llmgw_files_t     *files;
    ngx_http_llmgw_entry_t     *entry;
    ngx_http_llmgw_ring_op_t    op;
    ngx_http_llmgw_main_conf_t *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);
    files = lmcf->files;

    entry = llmgw_calloc(&ctx->arena, sizeof(ngx_http_llmgw_entry_t));
    if (entry == NULL) {
        return NGX_ERROR;
    }

    llmgw_spend_init(&s);
    ngx_http_llmgw_journal_who(ctx, &s);

    op.what = ngx_http_llmgw_ring_begin;
    op.entry = entry;
    op.spend = &s;
    op.rc = LLMGW_ERROR;

    if (ngx_http_llmgw_ring_open(files, ctx->request->connection->log)
        == NGX_OK
        && ngx_http_llmgw_ring_do(&op) == NGX_OK)
    {
        entry->ring = ngx_http_llmgw_ring.info.id;
        ctx->journal = entry;

        mark->ring = ngx_http_llmgw_ring.info.number;
        mark->sequence = entry->mark;

        return NGX_OK;
    }

    if (ngx_http_llmgw_alarm(&ngx_http_llmgw_full_alarm)) {
        ngx_log_error(NGX_LOG_ALERT, ctx->request->connection->log, 0,
                      "llmgw: the journal is full, %ui requests %s since the "
                      "last message", ngx_http_llmgw_full_alarm.count,
                      files->full == ngx_http_llmgw_full_drop
                      ? "were not recorded" : "were refused");
        ngx_http_llmgw_full_alarm.count = 0;
    }

    if (files->full == ngx_http_llmgw_full_drop) {
        (void) ngx_atomic_fetch_add(&files->sh->dropped, 1);
        mark->ring = 0;
        return NGX_OK;
    }

    return NGX_BUSY;
}


static void
ngx_http_llmgw_journal_end(ngx_http_llmgw_ctx_t *ctx,
    const ngx_http_llmgw_mark_t *mark,
    const ngx_http_llmgw_outcome_t *outcome,
    const ngx_http_llmgw_charge_t *charges, ngx_uint_t ncharges)
{
    ngx_uint_t                 i;
    llmgw_spend_t              s;
    llmgw_charge_t            *c;
    ngx_http_llmgw_entry_t    *entry;
    ngx_http_llmgw_ring_op_t   op;

    entry = ctx->journal;

    if (entry == NULL || entry->ended) {
        return;
    }

    entry->ended = 1;

    llmgw_spend_init(&s);
    ngx_http_llmgw_journal_who(ctx, &s);
    ngx_http_llmgw_journal_what(ctx, outcome, &s);

    for (i = 0; i < ncharges && i < LLMGW_CHARGES_MAX; i++) {
        c = &s.charges[i];

        c->kind = charges[i].kind;
        c->id = charges[i].id;
        c->meter = charges[i].meter;
        c->reset_at = charges[i].reset_at;
    }

    s.ncharges = i;

    if (!ngx_http_llmgw_ring.open
        || entry->ring != ngx_http_llmgw_ring.info.id)
    {
        ngx_http_llmgw_journal_lost(ctx, &s);
        return;
    }

    op.what = ngx_http_llmgw_ring_end;
    op.entry = entry;
    op.spend = &s;
    op.rc = LLMGW_ERROR;

    if (ngx_http_llmgw_ring_do(&op) == NGX_OK) {
        return;
    }

    if (op.rc == LLMGW_TOO_LARGE) {

        /* what was reserved suffices for all that money needs */

        ngx_http_llmgw_journal_shrink(&s);

        if (ngx_http_llmgw_ring_do(&op) == NGX_OK) {
            return;
        }
    }

    ngx_http_llmgw_journal_lost(ctx, &s);
}


/* nothing that bounds the disk's errors can be done about it: say what it was */

static void
ngx_http_llmgw_journal_lost(ngx_http_llmgw_ctx_t *ctx, const llmgw_spend_t *s)
{
    if (ngx_http_llmgw_alarm(&ngx_http_llmgw_lost_alarm)) {
        ngx_log_error(NGX_LOG_ALERT, ctx->request->connection->log, 0,
                      "llmgw: request %*s, %L nano-dollars, could not be "
                      "recorded, %ui since the last message",
                      s->request_id.len, s->request_id.data, s->cost,
                      ngx_http_llmgw_lost_alarm.count);
        ngx_http_llmgw_lost_alarm.count = 0;
    }
}


static void
ngx_http_llmgw_journal_done(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_entry_t    *entry;
    ngx_http_llmgw_ring_op_t   op;

    entry = ctx->journal;

    if (entry == NULL || entry->done) {
        return;
    }

    entry->done = 1;

    if (!ngx_http_llmgw_ring.open
        || entry->ring != ngx_http_llmgw_ring.info.id)
    {
        return;
    }

    op.what = ngx_http_llmgw_ring_done;
    op.entry = entry;
    op.latency = (uint32_t) (ngx_current_msec - ctx->start);
    op.flags = ctx->request->connection->error ? LLMGW_SPEND_ABORTED : 0;
    op.rc = LLMGW_OK;
    op.full = 0;

    if (ngx_http_llmgw_ring_do(&op) == NGX_OK && op.full) {
        ngx_http_llmgw_shipper_wake();
    }
}


ngx_int_t
ngx_http_llmgw_store_adjust(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_charge_t *charge, int64_t spend, int64_t total,
    ngx_log_t *log)
{
    llmgw_total_t              t;
    ngx_http_llmgw_ring_op_t   op;

    if (lmcf->files == NULL || (spend == 0 && total == 0)) {
        return NGX_OK;
    }

    ngx_memzero(&t, sizeof(llmgw_total_t));

    t.kind = charge->kind;
    t.id = charge->id;
    t.meter = charge->meter;
    t.reset_at = charge->reset_at;
    t.spend = spend;
    t.total = total;

    op.what = ngx_http_llmgw_ring_adjust;
    op.total = &t;
    op.type = LLMGW_RECORD_ADJUST;
    op.rc = LLMGW_ERROR;

    if (ngx_http_llmgw_ring_open(lmcf->files, log) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_llmgw_ring_do(&op);
}


ngx_int_t
ngx_http_llmgw_store_gone(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id, ngx_log_t *log)
{
    llmgw_total_t              t;
    ngx_http_llmgw_ring_op_t   op;

    if (lmcf->files == NULL) {
        return NGX_OK;
    }

    ngx_memzero(&t, sizeof(llmgw_total_t));

    t.kind = kind;
    t.id = id;

    op.what = ngx_http_llmgw_ring_adjust;
    op.total = &t;
    op.type = LLMGW_RECORD_GONE;
    op.rc = LLMGW_ERROR;

    if (ngx_http_llmgw_ring_open(lmcf->files, log) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_llmgw_ring_do(&op);
}


/* What is known from the beginning. */

static void
ngx_http_llmgw_journal_who(ngx_http_llmgw_ctx_t *ctx, llmgw_spend_t *s)
{
    size_t                      n;
    ngx_uint_t                  i;
    ngx_connection_t           *c;
    ngx_http_llmgw_files_t     *files;
    ngx_http_llmgw_identity_t  *id;
    ngx_http_llmgw_main_conf_t *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);
    files = lmcf->files;
    id = ctx->identity;
    c = ctx->request->connection;

    n = sizeof(ctx->call.random);

    s->request_id.data = llmgw_nalloc(&ctx->arena, 2 * n);

    if (s->request_id.data) {
        (void) ngx_hex_dump((u_char *) s->request_id.data, ctx->call.random,
                            n);
        s->request_id.len = 2 * n;
    }

    s->start = ngx_http_llmgw_now_ms()
               - (int64_t) (ngx_current_msec - ctx->start);

    if (ctx->call.stream) {
        s->flags |= LLMGW_SPEND_STREAM;
    }

    if (ctx->model) {
        s->model = ngx_http_llmgw_str(ctx->model->name);

    } else {
        s->model = ctx->call.model;
    }

    if (ctx->call.endpoint) {
        s->endpoint = ctx->call.endpoint->path;
    }

    s->address = ngx_http_llmgw_str(c->addr_text);
    s->node = files->node;

    if (id == NULL) {
        return;
    }

    s->key = id->id[LLMGW_KIND_KEY];
    s->key_alias = id->alias;
    s->user = id->id[LLMGW_KIND_USER];
    s->team = id->id[LLMGW_KIND_TEAM];
    s->organization = id->id[LLMGW_KIND_ORGANIZATION];
    s->customer = id->id[LLMGW_KIND_CUSTOMER];

    for (i = 0; i < id->ntags && i < LLMGW_TAGS_MAX; i++) {
        s->tags[i] = id->tags[i];
    }

    s->ntags = i;
}


/* What it came to. */

static void
ngx_http_llmgw_journal_what(ngx_http_llmgw_ctx_t *ctx,
    const ngx_http_llmgw_outcome_t *outcome, llmgw_spend_t *s)
{
    ngx_http_request_t         *r;
    const llmgw_usage_t        *u;
    ngx_http_upstream_state_t  *state;

    r = ctx->request;
    u = &outcome->usage;

    s->end = ngx_http_llmgw_now_ms();
    s->cost = outcome->cost;

    s->prompt = u->prompt;
    s->completion = u->completion;
    s->cached = u->cached;
    s->cache_write = u->cache_write;
    s->reasoning = u->reasoning;
    s->audio_in = u->audio_in;
    s->audio_out = u->audio_out;
    s->image_in = u->image_in;
    s->image_out = u->image_out;
    s->cache_write_1h = u->cache_write_1h;
    s->images = u->images;
    s->characters = u->characters;
    s->queries = u->queries;

    if (u->seconds >= 0 && u->seconds < LLMGW_USAGE_MAX / 1000) {
        s->audio_ms = (int64_t) (u->seconds * 1000 + 0.5);
    }

    if (ctx->first) {
        s->first_ms = (uint32_t) (ctx->first - ctx->start);
    }

    s->latency_ms = (uint32_t) (ngx_current_msec - ctx->start);
    s->status = (uint16_t) outcome->status;
    s->attempts = (uint16_t) ctx->attempts;

    if (r->upstream_states && r->upstream_states->nelts) {
        state = r->upstream_states->elts;
        state += r->upstream_states->nelts - 1;

        if (state->header_time != (ngx_msec_t) -1) {
            s->upstream_ms = (uint32_t) state->header_time;
        }
    }

    if (ctx->step) {
        s->deployment = ngx_http_llmgw_str(ctx->step->location);
        s->upstream = ctx->target.model;
    }

    if (ctx->llcf && ctx->llcf->provider) {
        s->provider = ctx->llcf->provider->name;
    }

    if (outcome->estimated) {
        s->flags |= LLMGW_SPEND_ESTIMATED;
    }

    if (outcome->unpriced) {
        s->flags |= LLMGW_SPEND_UNPRICED;
    }

    if (outcome->aborted) {
        s->flags |= LLMGW_SPEND_ABORTED;
    }

    if (outcome->stopped) {
        s->flags |= LLMGW_SPEND_STOPPED;
    }

    if (ctx->has_error || outcome->status >= 400) {
        s->flags |= LLMGW_SPEND_FAILED;
        s->error = ctx->error.code;
    }

#if (NGX_HTTP_CACHE)

    if (r->upstream && r->upstream->cache_status == NGX_HTTP_CACHE_HIT) {
        s->flags |= LLMGW_SPEND_CACHE_HIT;
    }

#endif
}


static void
ngx_http_llmgw_journal_shrink(llmgw_spend_t *s)
{
    s->key_alias.len = 0;
    s->upstream.len = 0;
    s->deployment.len = 0;
    s->endpoint.len = 0;
    s->tier.len = 0;
    s->error.len = 0;
    s->session.len = 0;
    s->address.len = 0;
}


/*
 * Everything that touches the ring's memory: where the disk fails, so does
 * that.  The ring is given up then; what can be read of it is shipped.
 */

static ngx_int_t
ngx_http_llmgw_ring_do(ngx_http_llmgw_ring_op_t *op)
{
    if (ngx_http_llmgw_guard(ngx_http_llmgw_ring_run, op) != NGX_OK) {

        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "llmgw: the journal's file %uD could not be written to",
                      ngx_http_llmgw_ring.info.number);

        ngx_http_llmgw_ring_close();
        op->rc = LLMGW_ERROR;
    }

    return op->rc == LLMGW_OK ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_llmgw_ring_run(void *data)
{
    ngx_http_llmgw_ring_op_t *op = data;

    llmgw_ring_t            *ring;
    ngx_http_llmgw_entry_t  *entry;

    ring = &ngx_http_llmgw_ring.ring;
    entry = op->entry;

    switch (op->what) {

    case ngx_http_llmgw_ring_begin:
        op->rc = llmgw_ring_begin(ring, op->spend, &entry->mark,
                                  &entry->reserve);
        break;

    case ngx_http_llmgw_ring_end:
        op->rc = llmgw_ring_end(ring, entry->mark, entry->reserve, op->spend,
                                1, &entry->pos);
        break;

    case ngx_http_llmgw_ring_adjust:
        op->rc = llmgw_ring_adjust(ring, op->type, op->total);
        break;

    default: /* ngx_http_llmgw_ring_done */

        if (entry->ended) {
            llmgw_ring_close(ring, entry->pos, op->latency, op->flags);
        }

        llmgw_ring_done(ring, entry->mark, entry->reserve);

        op->full = (llmgw_ring_head(ring) - llmgw_ring_tail(ring)
                    >= ngx_http_llmgw_ring.info.size
                       / NGX_HTTP_LLMGW_SHIP_SHARE);
    }
}


/* Makes the worker's ring, unless it is there. */

static ngx_int_t
ngx_http_llmgw_ring_open(ngx_http_llmgw_files_t *files, ngx_log_t *log)
{
    char  temp[LLMGW_PATH_MAX];

    if (ngx_http_llmgw_ring.open) {
        return NGX_OK;
    }

    if (ngx_http_llmgw_ring.tried
        && ngx_current_msec - ngx_http_llmgw_ring.retry
           < NGX_HTTP_LLMGW_RING_RETRY)
    {
        return NGX_ERROR;
    }

    ngx_http_llmgw_ring.tried = 1;
    ngx_http_llmgw_ring.retry = ngx_current_msec;

    (void) ngx_snprintf((u_char *) temp, sizeof(temp), "%s/%P.tmp%Z",
                        files->journal, ngx_pid);

    if (ngx_http_llmgw_ring_map(files, temp, log) == NGX_OK
        && ngx_http_llmgw_ring_name(files, temp, log) == NGX_OK)
    {
        ngx_http_llmgw_ring.open = 1;
        return NGX_OK;
    }

    ngx_http_llmgw_ring_close();

    (void) ngx_delete_file(temp);

    return NGX_ERROR;
}


/*
 * A file with all its blocks: what is mapped cannot be told that a disk is
 * full.
 */

static ngx_int_t
ngx_http_llmgw_ring_map(ngx_http_llmgw_files_t *files, char *temp,
    ngx_log_t *log)
{
    ngx_err_t               err;
    ngx_http_llmgw_ring_t  *ring;

    ring = &ngx_http_llmgw_ring;

    ring->bytes = llmgw_ring_bytes(files->slots, files->ring);
    ring->bytes = ngx_align(ring->bytes, ngx_pagesize);
    ring->mem = MAP_FAILED;

    (void) ngx_delete_file(temp);

    ring->fd = open(temp, O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0600);

    if (ring->fd == NGX_INVALID_FILE) {
        err = ngx_errno;
        goto failed;
    }

    if (flock(ring->fd, LOCK_EX|LOCK_NB) == -1) {
        err = ngx_errno;
        goto failed;
    }

    err = posix_fallocate(ring->fd, 0, ring->bytes);

    if (err) {
        goto failed;
    }

    ring->mem = mmap(NULL, ring->bytes, PROT_READ|PROT_WRITE, MAP_SHARED,
                     ring->fd, 0);

    if (ring->mem == MAP_FAILED) {
        err = ngx_errno;
        goto failed;
    }

    return NGX_OK;

failed:

    if (ngx_http_llmgw_alarm(&ngx_http_llmgw_ring_alarm)) {
        ngx_log_error(NGX_LOG_ALERT, log, err,
                      "llmgw: cannot make a journal of %uz bytes in \"%s\"",
                      ring->bytes, files->journal);
    }

    return NGX_ERROR;
}


/* It gets its name when it is a ring, so that nobody takes it for a dead one. */

static ngx_int_t
ngx_http_llmgw_ring_name(ngx_http_llmgw_files_t *files, char *temp,
    ngx_log_t *log)
{
    char                    path[LLMGW_PATH_MAX];
    ssize_t                 n, old;
    uint64_t               *list, number;
    ngx_uint_t              i;
    llmgw_heap_t            heap;
    llmgw_arena_t          *a;
    llmgw_ring_info_t      *info;
    ngx_http_llmgw_ring_t  *ring;

    ring = &ngx_http_llmgw_ring;
    info = &ring->info;
    number = 0;

    a = llmgw_heap_init(&heap, 4096);

    n = llmgw_disk_list(a, files->journal, NGX_HTTP_LLMGW_RING_SUFFIX, &list);

    if (n > 0) {
        number = list[n - 1];
    }

    old = llmgw_disk_list(a, files->journal, NGX_HTTP_LLMGW_OLD_SUFFIX,
                          &list);

    if (old > 0 && list[old - 1] > number) {
        number = list[old - 1];
    }

    llmgw_heap_free(&heap);

    for (i = 0; n >= 0 && old >= 0 && i < 1000; i++) {

        number++;

        ngx_memzero(info, sizeof(llmgw_ring_info_t));

        info->id = (uint64_t) files->sh->id << 32
                   | (uint32_t) (ngx_atomic_fetch_add(&files->sh->rings, 1)
                                 + 1);
        info->zone = files->sh->id;
        info->created = ngx_http_llmgw_now_ms();
        info->size = files->ring;
        info->nslots = files->slots;
        info->pid = ngx_pid;
        info->number = number;
        info->node_len = ngx_min(files->node.len, LLMGW_RING_NODE);
        ngx_memcpy(info->node, files->node.data, info->node_len);

        llmgw_ring_create(&ring->ring, ring->mem, info);

        llmgw_disk_path(path, files->journal, number,
                        NGX_HTTP_LLMGW_RING_SUFFIX);

        if (link(temp, path) == 0) {
            (void) ngx_delete_file(temp);
            return NGX_OK;
        }

        if (ngx_errno != NGX_EEXIST) {
            break;
        }
    }

    if (ngx_http_llmgw_alarm(&ngx_http_llmgw_ring_alarm)) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      "llmgw: cannot give a journal its name in \"%s\"",
                      files->journal);
    }

    return NGX_ERROR;
}


/* The file stays; without its lock it is known to have nobody. */

static void
ngx_http_llmgw_ring_close(void)
{
    ngx_http_llmgw_ring_t  *ring;

    ring = &ngx_http_llmgw_ring;

    if (ring->mem && ring->mem != MAP_FAILED) {
        (void) munmap(ring->mem, ring->bytes);
    }

    if (ring->fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(ring->fd);
    }

    ring->mem = NULL;
    ring->fd = NGX_INVALID_FILE;
    ring->open = 0;
}


/* For leases of dead workers, of which there may be many at once. */

static ngx_int_t
ngx_http_llmgw_journal_find(ngx_http_llmgw_main_conf_t *lmcf,
    const ngx_http_llmgw_mark_t *mark, ngx_http_llmgw_outcome_t *outcome)
{
    llmgw_ring_outcome_t         o;
    ngx_http_llmgw_ring_view_t  *view;

    view = ngx_http_llmgw_ring_view(lmcf->files, mark->ring);

    if (view == NULL
        || llmgw_ring_outcome(&view->ring, mark->sequence, &o) != LLMGW_OK)
    {
        return NGX_DECLINED;
    }

    llmgw_usage_init(&outcome->usage);

    outcome->cost = o.cost;
    outcome->usage.prompt = o.prompt;
    outcome->usage.completion = o.completion;

    return o.taken ? NGX_DONE : NGX_OK;
}


static ngx_http_llmgw_ring_view_t *
ngx_http_llmgw_ring_view(ngx_http_llmgw_files_t *files, uint32_t number)
{
    char                         path[LLMGW_PATH_MAX];
    u_char                      *mem;
    ngx_fd_t                     fd;
    ngx_file_info_t              fi;
    llmgw_ring_info_t            info;
    ngx_http_llmgw_ring_view_t  *view;

    view = &ngx_http_llmgw_ring_views[number % NGX_HTTP_LLMGW_RING_FOUND];

    if (view->mem && view->number == number) {
        return view;
    }

    llmgw_disk_path(path, files->journal, number, NGX_HTTP_LLMGW_RING_SUFFIX);
    fd = open(path, O_RDWR|O_CLOEXEC);

    if (fd == NGX_INVALID_FILE && ngx_errno == NGX_ENOENT) {
        llmgw_disk_path(path, files->journal, number,
                        NGX_HTTP_LLMGW_OLD_SUFFIX);
        fd = open(path, O_RDWR|O_CLOEXEC);
    }

    if (fd == NGX_INVALID_FILE) {
        return NULL;
    }

    mem = MAP_FAILED;

    if (ngx_fd_info(fd, &fi) != NGX_FILE_ERROR && ngx_file_size(&fi) > 0) {
        mem = mmap(NULL, ngx_file_size(&fi), PROT_READ|PROT_WRITE, MAP_SHARED,
                   fd, 0);
    }

    (void) ngx_close_file(fd);

    if (mem == MAP_FAILED) {
        return NULL;
    }

    if (view->mem) {
        (void) munmap(view->mem, view->bytes);
    }

    view->mem = mem;
    view->bytes = ngx_file_size(&fi);
    view->number = number;

    if (llmgw_ring_attach(&view->ring, view->mem, view->bytes, &info)
        != LLMGW_OK)
    {
        (void) munmap(view->mem, view->bytes);
        view->mem = NULL;
        return NULL;
    }

    return view;
}
