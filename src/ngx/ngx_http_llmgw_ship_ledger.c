
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the ledger has: how far the rings are in it, and what the zone has to
 * be told of it.
 */


#include "ngx_http_llmgw_files.h"
#include "llmgw_bytes.h"


/* records that are told about in one turn, when somebody else ships */
#define NGX_HTTP_LLMGW_SHIP_TURN   2000


static ngx_int_t ngx_http_llmgw_ship_seen(ngx_http_llmgw_ship_t *ship,
    const llmgw_frame_t *f);
static ngx_uint_t ngx_http_llmgw_ship_claim(ngx_http_llmgw_files_t *files,
    uint64_t seq);


/*
 * All of the file that is being written is read: it begins with how far the
 * rings had come, and a ring gives its place up only some time after that.
 * What it has behind the place that this zone knows, a predecessor wrote who
 * did not live to say so, or who had another zone.
 */

ngx_int_t
ngx_http_llmgw_ship_catch_up(ngx_http_llmgw_ship_t *ship, int lock)
{
    ssize_t                  n;
    uint64_t                *list;
    llmgw_int_t              rc;
    llmgw_heap_t             heap;
    llmgw_tail_t             tail;
    llmgw_frame_t            f;
    llmgw_log_pos_t          pos, known;
    ngx_http_llmgw_files_t  *files;

    files = ship->files;

    ngx_memzero(&pos, sizeof(llmgw_log_pos_t));

    if (files->sh->loaded) {

        ngx_http_llmgw_files_get(&files->sh->ledger, &known);

        pos.number = known.number;

    } else {

        n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), files->ledger,
                            LLMGW_LEDGER_SUFFIX, &list);

        if (n > 0) {
            pos.number = list[n - 1];
        }

        llmgw_heap_free(&heap);
    }

    llmgw_tail_init(&tail, files->ledger, LLMGW_LEDGER_SUFFIX, &pos,
                    &ship->report);

    do {
        rc = llmgw_tail_next(&tail, &f);
    } while (rc == LLMGW_OK
             && ngx_http_llmgw_ship_seen(ship, &f) == NGX_OK);

    pos = tail.pos;

    llmgw_tail_close(&tail);

    if (rc != LLMGW_DONE
        || llmgw_log_open(&ship->ledger, files->ledger, LLMGW_LEDGER_SUFFIX,
                          LLMGW_FILE_LEDGER, files->node, lock, &pos,
                          files->segment)
           != 0)
    {
        ship->ledger.lock = lock;
        ngx_http_llmgw_ship_failed(ship, ngx_errno);
        return NGX_ERROR;
    }

    /* a ledger that somebody took away begins anew above what is known */

    ship->ledger.base = files->sh->seq;

    if (files->sh->loaded) {
        ngx_http_llmgw_files_set(&files->sh->ledger, &pos);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_ship_seen(ngx_http_llmgw_ship_t *ship, const llmgw_frame_t *f)
{
    size_t                       i;
    uint64_t                     ring, seq;
    const u_char                *p;
    llmgw_spend_t                s;
    ngx_http_llmgw_files_t      *files;
    ngx_http_llmgw_ship_mark_t  *mark;

    files = ship->files;

    switch (f->type) {

    case LLMGW_RECORD_MARK:

        for (i = 0; i + 16 <= f->payload.len; i += 16) {

            p = f->payload.data + i;

            ring = llmgw_get_u64(p);
            seq = llmgw_get_u64(p + 8);

            mark = ngx_http_llmgw_ship_mark(ship, ring);
            if (mark == NULL) {
                return NGX_ERROR;
            }

            mark->seq = ngx_max(mark->seq, seq);
        }

        return NGX_OK;

    case LLMGW_RECORD_LOST:

        if (llmgw_spend_read(f->payload, &s) == LLMGW_OK) {

            mark = ngx_http_llmgw_ship_mark(ship, s.ring);
            if (mark == NULL) {
                return NGX_ERROR;
            }

            mark->slot = ngx_max(mark->slot, (uint32_t) s.seq);
        }

        break;

    case LLMGW_RECORD_SPEND:
    case LLMGW_RECORD_ADJUST:
    case LLMGW_RECORD_GONE:

        if (llmgw_spend_origin(f->payload, &ring, &seq) != LLMGW_OK) {
            break;
        }

        mark = ngx_http_llmgw_ship_mark(ship, ring);
        if (mark == NULL) {
            return NGX_ERROR;
        }

        mark->seq = ngx_max(mark->seq, seq);
        break;

    default:
        return NGX_OK;
    }

    if (files->sh->loaded) {
        ngx_http_llmgw_ship_tell(files, f);
    }

    return NGX_OK;
}


ngx_http_llmgw_ship_mark_t *
ngx_http_llmgw_ship_mark(ngx_http_llmgw_ship_t *ship, uint64_t ring)
{
    ngx_uint_t                   i;
    ngx_http_llmgw_ship_mark_t  *mark;

    mark = ship->marks.elts;

    /* the one that was used last is most often the one that is looked for */

    for (i = ship->marks.nelts; i > 0; i--) {
        if (mark[i - 1].ring == ring) {
            return &mark[i - 1];
        }
    }

    mark = ngx_array_push(&ship->marks);
    if (mark == NULL) {
        return NULL;
    }

    ngx_memzero(mark, sizeof(ngx_http_llmgw_ship_mark_t));
    mark->ring = ring;

    return mark;
}


/*
 * One that follows the ledger may still be at it when another one takes over
 * from who has written it: a record is told by the one who claims it.
 */

static ngx_uint_t
ngx_http_llmgw_ship_claim(ngx_http_llmgw_files_t *files, uint64_t seq)
{
    ngx_atomic_uint_t  known;

    do {
        known = files->sh->seq;

        if (seq <= known) {
            return 0;
        }

    } while (!ngx_atomic_cmp_set(&files->sh->seq, known, seq));

    return 1;
}


void
ngx_http_llmgw_ship_tell(ngx_http_llmgw_files_t *files,
    const llmgw_frame_t *f)
{
    ngx_uint_t                   i;
    llmgw_spend_t                s;
    llmgw_total_t                t;
    ngx_http_llmgw_charge_t      charge;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = files->lmcf;

    if (!ngx_http_llmgw_ship_claim(files, f->seq)
        || lmcf->store->ops->spend)
    {
        return;
    }

    if (f->type == LLMGW_RECORD_SPEND
        && llmgw_spend_read(f->payload, &s) == LLMGW_OK)
    {
        for (i = 0; i < s.ncharges; i++) {

            charge.kind = s.charges[i].kind;
            charge.id = s.charges[i].id;
            charge.meter = s.charges[i].meter;
            charge.reset_at = s.charges[i].reset_at;

            if (ngx_http_llmgw_ring_zone(s.ring) == files->sh->id) {
                ngx_http_llmgw_zone_applied(lmcf, &charge, s.cost, NULL);

            } else {
                ngx_http_llmgw_zone_charge(lmcf, &charge, s.cost, s.cost);
            }
        }

        return;
    }

    if (f->type == LLMGW_RECORD_ADJUST
        && llmgw_total_read(f->payload, &t) == LLMGW_OK
        && ngx_http_llmgw_ring_zone(t.ring) != files->sh->id)
    {
        charge.kind = t.kind;
        charge.id = t.id;
        charge.meter = t.meter;
        charge.reset_at = t.reset_at;

        ngx_http_llmgw_zone_charge(lmcf, &charge, t.spend, t.total);
    }
}


ngx_int_t
ngx_http_llmgw_ship_here(ngx_http_llmgw_files_t *files, ngx_log_t *log)
{
    ssize_t          n;
    uint64_t        *list;
    llmgw_int_t      rc;
    llmgw_heap_t     heap;
    llmgw_tail_t     tail;
    llmgw_frame_t    f;
    llmgw_report_t   report;
    llmgw_log_pos_t  pos;

    ngx_http_llmgw_files_report(&report, log);
    ngx_memzero(&pos, sizeof(llmgw_log_pos_t));

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), files->ledger,
                        LLMGW_LEDGER_SUFFIX, &list);

    if (n > 0) {
        pos.number = list[n - 1];
    }

    llmgw_heap_free(&heap);

    llmgw_tail_init(&tail, files->ledger, LLMGW_LEDGER_SUFFIX, &pos, &report);

    do {
        rc = llmgw_tail_next(&tail, &f);
    } while (rc == LLMGW_OK);

    llmgw_tail_close(&tail);

    if (n < 0 || rc != LLMGW_DONE) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "llmgw: the ledger in \"%s\" cannot be read",
                      files->ledger);
        return NGX_ERROR;
    }

    ngx_http_llmgw_files_set(&files->sh->ledger, &tail.pos);
    files->sh->seq = tail.pos.seq;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_ship_follow(ngx_http_llmgw_files_t *files, ngx_log_t *log)
{
    ngx_uint_t       n;
    llmgw_int_t      rc;
    llmgw_tail_t     tail;
    llmgw_frame_t    f;
    llmgw_report_t   report;
    llmgw_log_pos_t  pos;

    ngx_http_llmgw_files_report(&report, log);
    ngx_http_llmgw_files_get(&files->sh->ledger, &pos);

    llmgw_tail_init(&tail, files->ledger, LLMGW_LEDGER_SUFFIX, &pos, &report);

    for (n = 0; n < NGX_HTTP_LLMGW_SHIP_TURN; n++) {

        rc = llmgw_tail_next(&tail, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (f.type != LLMGW_RECORD_FILE && f.type != LLMGW_RECORD_MARK
            && f.type != LLMGW_RECORD_END)
        {
            ngx_http_llmgw_ship_tell(files, &f);
        }
    }

    ngx_http_llmgw_files_set(&files->sh->ledger, &tail.pos);

    llmgw_tail_close(&tail);

    return n == NGX_HTTP_LLMGW_SHIP_TURN ? NGX_AGAIN : NGX_OK;
}
