
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * From the ledger into a back end that adds up itself.  One worker does it for
 * all.  Where to go on is what the back end says; what the zone has been told
 * stands in the zone: so whoever dies is followed by one that tells the rest.
 */


#include "ngx_http_llmgw_files.h"

#include <sys/random.h>


#define NGX_HTTP_LLMGW_FEED_JOB    "store-feed"

/* ms: the job is held without a sign of life; between tries; most of them */
#define NGX_HTTP_LLMGW_FEED_HOLD   15000
#define NGX_HTTP_LLMGW_FEED_AGAIN  500
#define NGX_HTTP_LLMGW_FEED_SLOW   10000

/* records of a batch, bytes of them */
#define NGX_HTTP_LLMGW_FEED_ITEMS  500
#define NGX_HTTP_LLMGW_FEED_BYTES  (256 * 1024)

#define NGX_HTTP_LLMGW_FEED_ID     16


typedef enum {
    ngx_http_llmgw_feed_unknown = 0,     /* where the back end stands */
    ngx_http_llmgw_feed_asking,
    ngx_http_llmgw_feed_known,
    ngx_http_llmgw_feed_sending,         /* a batch */
    ngx_http_llmgw_feed_summing          /* sums in place of what is gone */
} ngx_http_llmgw_feed_state_e;


typedef struct {
    ngx_http_llmgw_store_t        *st;
    ngx_http_llmgw_files_t        *files;
    ngx_http_llmgw_feed_state_e    state;
    ngx_event_t                    timer;
    ngx_str_t                      node;
    ngx_msec_t                     wait;     /* before the next try */
    uint64_t                       have;     /* of the back end */
    uint64_t                       last;     /* of the batch, as it was made */
    llmgw_heap_t                   heap;     /* of the batch */
    llmgw_tail_t                   tail;
    llmgw_report_t                 report;
    ngx_http_llmgw_spend_batch_t   batch;
    ngx_http_llmgw_spend_item_t    items[NGX_HTTP_LLMGW_FEED_ITEMS];

    llmgw_heap_t                   sums_heap;
    llmgw_sums_node_t             *sums;     /* not given yet */
    uint64_t                       sums_seq;

    unsigned                       open:1;   /* tail */
    unsigned                       summed:1; /* sums_heap */
    u_char                         name[NGX_MAXHOSTNAMELEN
                                        + NGX_HTTP_LLMGW_FEED_ID + 1];
} ngx_http_llmgw_feed_t;


static ngx_int_t ngx_http_llmgw_feed_name(ngx_http_llmgw_feed_t *f,
    ngx_log_t *log);
static void ngx_http_llmgw_feed_handler(ngx_event_t *ev);
static void ngx_http_llmgw_feed_leave(ngx_http_llmgw_feed_t *f);
static void ngx_http_llmgw_feed_applied(void *data, ngx_int_t rc,
    uint64_t last);
static void ngx_http_llmgw_feed_send(ngx_http_llmgw_feed_t *f);
static ngx_int_t ngx_http_llmgw_feed_open(ngx_http_llmgw_feed_t *f);
static ngx_int_t ngx_http_llmgw_feed_first(ngx_http_llmgw_feed_t *f,
    uint64_t number, uint64_t *first);
static ngx_int_t ngx_http_llmgw_feed_read(ngx_http_llmgw_feed_t *f);
static void ngx_http_llmgw_feed_done(void *data, ngx_int_t rc);
static void ngx_http_llmgw_feed_told(ngx_http_llmgw_feed_t *f, unsigned type,
    uint64_t seq, llmgw_str_t payload);
static ngx_int_t ngx_http_llmgw_feed_load(ngx_http_llmgw_feed_t *f);
static ngx_int_t ngx_http_llmgw_feed_sums(ngx_http_llmgw_feed_t *f);


/* of the worker */
static ngx_http_llmgw_feed_t  ngx_http_llmgw_feed;


ngx_int_t
ngx_http_llmgw_feed_init(ngx_http_llmgw_files_t *files, ngx_cycle_t *cycle)
{
    ngx_http_llmgw_feed_t  *f;

    f = &ngx_http_llmgw_feed;

    ngx_memzero(f, sizeof(ngx_http_llmgw_feed_t));

    f->st = files->lmcf->store;
    f->files = files;

    if (f->st->ops->spend == NULL) {
        return NGX_OK;
    }

    ngx_http_llmgw_files_report(&f->report, cycle->log);

    (void) llmgw_heap_init(&f->heap, NGX_HTTP_LLMGW_FEED_BYTES);

    f->timer.handler = ngx_http_llmgw_feed_handler;
    f->timer.data = f;
    f->timer.log = cycle->log;
    f->timer.cancelable = 1;

    ngx_add_timer(&f->timer, 1);

    return NGX_OK;
}


void
ngx_http_llmgw_feed_exit(ngx_http_llmgw_files_t *files)
{
    ngx_http_llmgw_feed_t  *f;

    f = &ngx_http_llmgw_feed;

    if (f->st == NULL || f->st->ops->spend == NULL) {
        return;
    }

    if (f->timer.timer_set) {
        ngx_del_timer(&f->timer);
    }

    ngx_http_llmgw_feed_leave(f);

    llmgw_heap_free(&f->heap);

    ngx_http_llmgw_zone_job_done(files->lmcf, NGX_HTTP_LLMGW_FEED_JOB);
}


/*
 * The name under which the back end keeps what it has of this ledger.  One
 * that begins anew, with numbers that were there before, gets another one.
 */

static ngx_int_t
ngx_http_llmgw_feed_name(ngx_http_llmgw_feed_t *f, ngx_log_t *log)
{
    u_char    *p;
    ssize_t    n;
    ngx_fd_t   fd;
    uint64_t   id;
    char       path[LLMGW_PATH_MAX];
    u_char     text[NGX_HTTP_LLMGW_FEED_ID];

    if (f->node.len) {
        return NGX_OK;
    }

    (void) ngx_snprintf((u_char *) path, sizeof(path), "%s/id%Z",
                        f->files->ledger);

    fd = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (fd == NGX_INVALID_FILE) {
        goto failed;
    }

    n = pread(fd, text, sizeof(text), 0);

    if (n != sizeof(text)) {

        if (getrandom(&id, sizeof(id), 0) != sizeof(id)) {
            goto failed;
        }

        (void) ngx_sprintf(text, "%016xL", id);

        if (pwrite(fd, text, sizeof(text), 0) != sizeof(text)
            || fdatasync(fd) != 0)
        {
            goto failed;
        }
    }

    (void) ngx_close_file(fd);

    for (n = 0; n < (ssize_t) sizeof(text); n++) {
        if ((text[n] < '0' || text[n] > '9')
            && (text[n] < 'a' || text[n] > 'f'))
        {
            text[n] = '0';
        }
    }

    p = ngx_snprintf(f->name, sizeof(f->name), "%V-%*s", &f->st->node,
                     sizeof(text), text);

    f->node.data = f->name;
    f->node.len = p - f->name;

    return NGX_OK;

failed:

    ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                  "llmgw: cannot read or write \"%s\"", path);

    if (fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(fd);
    }

    return NGX_ERROR;
}


static void
ngx_http_llmgw_feed_handler(ngx_event_t *ev)
{
    ngx_http_llmgw_feed_t  *f;

    f = ev->data;

    if (ngx_exiting
        || ngx_http_llmgw_zone_job(f->files->lmcf, NGX_HTTP_LLMGW_FEED_JOB,
                                   NGX_HTTP_LLMGW_FEED_HOLD)
           != NGX_OK)
    {
        if (f->state != ngx_http_llmgw_feed_asking
            && f->state != ngx_http_llmgw_feed_sending
            && f->state != ngx_http_llmgw_feed_summing)
        {
            ngx_http_llmgw_feed_leave(f);

            if (ngx_exiting) {
                ngx_http_llmgw_zone_job_done(f->files->lmcf,
                                             NGX_HTTP_LLMGW_FEED_JOB);
            }
        }

        ngx_add_timer(ev, NGX_HTTP_LLMGW_FEED_AGAIN);
        return;
    }

    switch (f->state) {

    case ngx_http_llmgw_feed_unknown:

        if (ngx_http_llmgw_feed_name(f, ev->log) != NGX_OK) {
            ngx_add_timer(ev, NGX_HTTP_LLMGW_FEED_SLOW);
            return;
        }

        /* the answer comes at once, or later */

        f->state = ngx_http_llmgw_feed_asking;
        ngx_add_timer(ev, NGX_HTTP_LLMGW_FEED_AGAIN);

        f->st->ops->applied(f->st, &f->node, ngx_http_llmgw_feed_applied, f);
        return;

    case ngx_http_llmgw_feed_known:
        ngx_add_timer(ev, f->files->lmcf->sync);
        ngx_http_llmgw_feed_send(f);
        return;

    default:
        ngx_add_timer(ev, NGX_HTTP_LLMGW_FEED_AGAIN);
    }
}


static void
ngx_http_llmgw_feed_leave(ngx_http_llmgw_feed_t *f)
{
    if (f->open) {
        llmgw_tail_close(&f->tail);
        f->open = 0;
    }

    if (f->summed) {
        llmgw_heap_free(&f->sums_heap);
        f->summed = 0;
        f->sums = NULL;
    }

    f->state = ngx_http_llmgw_feed_unknown;
}


static void
ngx_http_llmgw_feed_applied(void *data, ngx_int_t rc, uint64_t last)
{
    ngx_http_llmgw_feed_t *f = data;

    if (f->state != ngx_http_llmgw_feed_asking) {
        return;
    }

    if (rc == NGX_ERROR) {
        f->state = ngx_http_llmgw_feed_unknown;
        return;
    }

    f->state = ngx_http_llmgw_feed_known;
    f->have = (rc == NGX_OK) ? last : 0;
    f->wait = NGX_HTTP_LLMGW_FEED_AGAIN;

    ngx_add_timer(&f->timer, 1);
}


static void
ngx_http_llmgw_feed_send(ngx_http_llmgw_feed_t *f)
{
    ngx_int_t  rc;

    if (f->sums == NULL && !f->open) {

        rc = ngx_http_llmgw_feed_open(f);

        if (rc == NGX_DECLINED) {
            rc = ngx_http_llmgw_feed_load(f);
        }

        if (rc != NGX_OK) {
            ngx_add_timer(&f->timer, NGX_HTTP_LLMGW_FEED_SLOW);
            return;
        }
    }

    rc = f->sums ? ngx_http_llmgw_feed_sums(f) : ngx_http_llmgw_feed_read(f);

    if (rc != NGX_OK) {
        return;
    }

    f->batch.node = f->node;
    f->batch.items = f->items;
    f->batch.handler = ngx_http_llmgw_feed_done;
    f->batch.data = f;
    f->batch.log = f->timer.log;

    f->last = f->batch.last;

    f->st->ops->spend(f->st, &f->batch);
}


/*
 * Reads on from the record behind the last that the back end has, or that the
 * zone was told.  NGX_DECLINED: the ledger does not reach back so far.
 */

static ngx_int_t
ngx_http_llmgw_feed_open(ngx_http_llmgw_feed_t *f)
{
    ssize_t          n;
    uint64_t        *list, first, from;
    ngx_int_t        rc;
    llmgw_heap_t     heap;
    llmgw_log_pos_t  pos;

    ngx_memzero(&pos, sizeof(llmgw_log_pos_t));

    from = ngx_min(f->have, (uint64_t) f->files->sh->fed) + 1;
    rc = NGX_OK;

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), f->files->ledger,
                        LLMGW_LEDGER_SUFFIX, &list);

    if (n < 0) {
        rc = NGX_ERROR;
    }

    first = 1;

    while (n > 0) {

        n--;

        if (ngx_http_llmgw_feed_first(f, list[n], &first) == NGX_OK) {

            pos.number = list[n];

            if (first <= from) {
                break;
            }
        }
    }

    llmgw_heap_free(&heap);

    if (rc != NGX_OK) {
        return rc;
    }

    if (pos.number && first > f->have + 1) {
        return NGX_DECLINED;
    }

    llmgw_tail_init(&f->tail, f->files->ledger, LLMGW_LEDGER_SUFFIX, &pos,
                    &f->report);
    f->open = 1;

    return NGX_OK;
}


/* The number of the first record of a file. */

static ngx_int_t
ngx_http_llmgw_feed_first(ngx_http_llmgw_feed_t *f, uint64_t number,
    uint64_t *first)
{
    char           path[LLMGW_PATH_MAX];
    ngx_int_t      rc;
    llmgw_file_t   file;
    llmgw_walk_t   walk;
    llmgw_frame_t  frame;

    llmgw_disk_path(path, f->files->ledger, number, LLMGW_LEDGER_SUFFIX);

    if (llmgw_walk_open(&walk, path, 0) != 0) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (llmgw_walk_next(&walk, &frame) == LLMGW_OK
        && frame.type == LLMGW_RECORD_FILE
        && llmgw_file_read(frame.payload, &file) == LLMGW_OK)
    {
        *first = file.first;
        rc = NGX_OK;
    }

    llmgw_walk_close(&walk);

    return rc;
}


/* NGX_OK: there is a batch; NGX_DECLINED: there is nothing new. */

static ngx_int_t
ngx_http_llmgw_feed_read(ngx_http_llmgw_feed_t *f)
{
    size_t                        bytes;
    llmgw_int_t                   rc;
    llmgw_frame_t                 frame;
    ngx_http_llmgw_spend_item_t  *item;

    llmgw_arena_reset(&f->heap.arena);

    f->batch.nitems = 0;
    f->batch.first = f->have + 1;
    f->batch.last = f->have;

    bytes = 0;
    rc = LLMGW_OK;

    while (f->batch.nitems < NGX_HTTP_LLMGW_FEED_ITEMS
           && bytes < NGX_HTTP_LLMGW_FEED_BYTES)
    {
        rc = llmgw_tail_next(&f->tail, &frame);

        if (rc != LLMGW_OK) {
            break;
        }

        switch (frame.type) {

        case LLMGW_RECORD_SPEND:
        case LLMGW_RECORD_LOST:
        case LLMGW_RECORD_ADJUST:
        case LLMGW_RECORD_GONE:
            break;

        default:
            continue;
        }

        if (frame.seq <= f->have) {

            /* who sent it did not live to tell the zone */

            ngx_http_llmgw_feed_told(f, frame.type, frame.seq, frame.payload);
            continue;
        }

        item = &f->items[f->batch.nitems];

        item->type = frame.type;
        item->seq = frame.seq;
        item->payload = llmgw_str_dup(&f->heap.arena, frame.payload);

        if (item->payload.data == NULL) {
            ngx_http_llmgw_feed_leave(f);
            return NGX_ERROR;
        }

        bytes += frame.payload.len;
        f->batch.last = frame.seq;
        f->batch.nitems++;
    }

    if (rc == LLMGW_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, f->timer.log, ngx_errno,
                      "llmgw: the ledger in \"%s\" cannot be read",
                      f->files->ledger);
        ngx_http_llmgw_feed_leave(f);
        return NGX_ERROR;
    }

    if (f->batch.nitems == 0) {

        /* of the ledger's last records not all are for a back end */

        f->files->sh->due = 0;

        return NGX_DECLINED;
    }

    f->state = ngx_http_llmgw_feed_sending;

    return NGX_OK;
}


static void
ngx_http_llmgw_feed_done(void *data, ngx_int_t rc)
{
    ngx_http_llmgw_feed_t *f = data;

    ngx_uint_t                    i;
    ngx_http_llmgw_spend_item_t  *item;

    if (ngx_exiting || rc == NGX_ERROR) {

        /* all of it once more, from where the back end stands then */

        ngx_http_llmgw_feed_leave(f);

        f->wait = ngx_min(2 * f->wait + 1, NGX_HTTP_LLMGW_FEED_SLOW);

        if (!ngx_exiting) {
            ngx_add_timer(&f->timer, f->wait / 2
                                     + ngx_random() % (f->wait / 2 + 1));
        }

        return;
    }

    if (rc == NGX_DECLINED) {

        if (f->batch.last < f->have) {
            ngx_log_error(NGX_LOG_WARN, f->timer.log, 0,
                          "llmgw: the store has lost records behind %uL, "
                          "they are given again from there",
                          f->batch.last);
        }

        ngx_http_llmgw_feed_leave(f);

        f->have = f->batch.last;
        f->state = ngx_http_llmgw_feed_known;

        ngx_add_timer(&f->timer, 1);
        return;
    }

    f->wait = NGX_HTTP_LLMGW_FEED_AGAIN;

    if (f->state == ngx_http_llmgw_feed_summing) {

        f->state = ngx_http_llmgw_feed_known;

        if (f->sums == NULL) {
            llmgw_heap_free(&f->sums_heap);
            f->summed = 0;
            f->have = f->sums_seq;
        }

        ngx_add_timer(&f->timer, 1);
        return;
    }

    for (i = 0; i < f->batch.nitems; i++) {
        item = &f->items[i];
        ngx_http_llmgw_feed_told(f, item->type, item->seq, item->payload);
    }

    f->have = f->last;
    f->state = ngx_http_llmgw_feed_known;

    if (f->batch.nitems == NGX_HTTP_LLMGW_FEED_ITEMS) {
        ngx_add_timer(&f->timer, 1);
    }
}


/* What this zone has settled is no longer only its own. */

static void
ngx_http_llmgw_feed_told(ngx_http_llmgw_feed_t *f, unsigned type,
    uint64_t seq, llmgw_str_t payload)
{
    ngx_uint_t                  i;
    llmgw_spend_t               s;
    ngx_http_llmgw_charge_t     charge;
    ngx_http_llmgw_files_sh_t  *sh;

    sh = f->files->sh;

    if (seq <= (uint64_t) sh->fed) {
        return;
    }

    if (type == LLMGW_RECORD_SPEND
        && llmgw_spend_read(payload, &s) == LLMGW_OK
        && ngx_http_llmgw_ring_zone(s.ring) == sh->id)
    {
        for (i = 0; i < s.ncharges; i++) {

            charge.kind = s.charges[i].kind;
            charge.id = s.charges[i].id;
            charge.meter = s.charges[i].meter;
            charge.reset_at = s.charges[i].reset_at;

            ngx_http_llmgw_zone_applied(f->files->lmcf, &charge, s.cost,
                                        NULL);
        }
    }

    sh->fed = seq;
}


/* All sums that the ledger has, in place of records that are deleted. */

static ngx_int_t
ngx_http_llmgw_feed_load(ngx_http_llmgw_feed_t *f)
{
    llmgw_int_t      rc;
    llmgw_sums_t     sums;
    llmgw_log_pos_t  pos;

    rc = llmgw_sums_init(&sums, llmgw_heap_init(&f->sums_heap, 1024 * 1024));

    if (rc == LLMGW_OK) {
        rc = llmgw_ledger_load(f->files->ledger, &sums, &pos, &f->report,
                               NULL, NULL);
    }

    if (rc != LLMGW_OK) {
        ngx_log_error(NGX_LOG_ALERT, f->timer.log, ngx_errno,
                      "llmgw: the ledger in \"%s\" cannot be read",
                      f->files->ledger);
        llmgw_heap_free(&f->sums_heap);
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_WARN, f->timer.log, 0,
                  "llmgw: the store has lost more than the ledger keeps, it "
                  "gets the sums of all %uz entities", sums.n);

    f->summed = 1;
    f->sums = sums.first;
    f->sums_seq = pos.seq;

    if (f->sums == NULL) {

        /* nothing was ever spent */

        llmgw_heap_free(&f->sums_heap);
        f->summed = 0;
        f->have = pos.seq;

        return ngx_http_llmgw_feed_open(f);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_feed_sums(ngx_http_llmgw_feed_t *f)
{
    u_char                       *p;
    size_t                        n;
    ngx_http_llmgw_spend_item_t  *item;

    llmgw_arena_reset(&f->heap.arena);

    f->batch.nitems = 0;
    f->batch.first = 1;
    f->batch.last = 0;

    for ( /* void */ ;
         f->sums && f->batch.nitems < NGX_HTTP_LLMGW_FEED_ITEMS;
         f->sums = f->sums->newer)
    {
        n = llmgw_total_size(&f->sums->total);
        p = llmgw_alloc(&f->heap.arena, n);

        if (p == NULL) {
            ngx_http_llmgw_feed_leave(f);
            return NGX_ERROR;
        }

        (void) llmgw_total_write(p, &f->sums->total);

        item = &f->items[f->batch.nitems++];

        item->type = LLMGW_RECORD_TOTAL;
        item->seq = f->sums_seq;
        item->payload = llmgw_str(p, n);
    }

    if (f->sums == NULL) {
        f->batch.last = f->sums_seq;
    }

    f->state = ngx_http_llmgw_feed_summing;

    return NGX_OK;
}
