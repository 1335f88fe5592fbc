
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Sums that are made of the ledger's closed files, so that a start need not
 * read all of it, nor a report.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "llmgw_bytes.h"
#include "llmgw_groups.h"
#include "llmgw_ledger.h"


/* further groups of one file are left out: reports read the file itself */
#define LLMGW_FOLD_GROUPS  200000

/* totals that are kept: the latest, and one in case it is damaged */
#define LLMGW_FOLD_KEEP    2


typedef struct {
    llmgw_sums_t    *sums;
    llmgw_groups_t  *groups;
    uint64_t         seq;
} llmgw_fold_t;


static llmgw_int_t llmgw_totals_check(const char *dir, uint64_t number,
    llmgw_report_t *report);
static llmgw_int_t llmgw_totals_read(const char *dir, uint64_t number,
    llmgw_sums_t *sums, llmgw_report_t *report);
static llmgw_int_t llmgw_fold_file(const char *dir, uint64_t number,
    llmgw_fold_t *fold, llmgw_report_t *report);
static llmgw_int_t llmgw_fold_groups(const char *dir, uint64_t number,
    llmgw_groups_t *groups, int64_t now);
static llmgw_int_t llmgw_fold_totals(const char *dir, uint64_t from,
    uint64_t upto, llmgw_fold_t *fold, int64_t now);
static void llmgw_totals_add(llmgw_build_t *w, const llmgw_total_t *t);


/*
 * Whether totals can be used.  They are written as a whole or not at all; what
 * is wrong with them happened to the disk.
 */

static llmgw_int_t
llmgw_totals_check(const char *dir, uint64_t number, llmgw_report_t *report)
{
    char            path[LLMGW_PATH_MAX];
    uint64_t        n;
    llmgw_int_t     rc;
    llmgw_file_t    file;
    llmgw_frame_t   f;
    llmgw_walk_t  r;

    llmgw_disk_path(path, dir, number, LLMGW_TOTALS_SUFFIX);

    if (llmgw_walk_open(&r, path, 0) != 0) {
        return LLMGW_ERROR;
    }

    n = 0;
    rc = llmgw_walk_next(&r, &f);

    if (rc == LLMGW_OK
        && (f.type != LLMGW_RECORD_FILE
            || llmgw_file_read(f.payload, &file) != LLMGW_OK
            || file.kind != LLMGW_FILE_TOTALS))
    {
        rc = LLMGW_INVALID;
    }

    while (rc == LLMGW_OK) {

        rc = llmgw_walk_next(&r, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (f.type == LLMGW_RECORD_END) {
            rc = (f.payload.len == 8 && llmgw_get_u64(f.payload.data) == n)
                 ? LLMGW_DONE : LLMGW_INVALID;
            break;
        }

        n++;
    }

    if (rc == LLMGW_DONE) {
        rc = LLMGW_OK;

    } else if (rc != LLMGW_ERROR) {

        rc = LLMGW_INVALID;

        if (report != NULL) {
            report->damaged++;
        }

        llmgw_report(report, LLMGW_REPORT_ERROR,
                     "%s: damaged at offset %llu, not used", path,
                     (unsigned long long) (r.bad ? r.bad : r.pos));
    }

    llmgw_walk_close(&r);

    return rc;
}


static llmgw_int_t
llmgw_totals_read(const char *dir, uint64_t number, llmgw_sums_t *sums,
    llmgw_report_t *report)
{
    char            path[LLMGW_PATH_MAX];
    llmgw_int_t     rc;
    llmgw_frame_t   f;
    llmgw_walk_t  r;

    rc = llmgw_totals_check(dir, number, report);

    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_disk_path(path, dir, number, LLMGW_TOTALS_SUFFIX);

    if (llmgw_walk_open(&r, path, 0) != 0) {
        return LLMGW_ERROR;
    }

    for ( ;; ) {

        rc = llmgw_walk_next(&r, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (f.type == LLMGW_RECORD_TOTAL
            && llmgw_sums_frame(sums, &f) == LLMGW_ERROR)
        {
            errno = ENOMEM;
            rc = LLMGW_ERROR;
            break;
        }
    }

    llmgw_walk_close(&r);

    return rc == LLMGW_DONE ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_ledger_load(const char *dir, llmgw_sums_t *sums,
    llmgw_log_pos_t *pos, llmgw_report_t *report,
    void (*each)(void *data, const llmgw_frame_t *f), void *data)
{
    ssize_t         i, n, nlist;
    uint64_t       *totals, *list, from;
    llmgw_int_t     rc;
    llmgw_tail_t    tail;
    llmgw_heap_t    heap;
    llmgw_frame_t   f;
    llmgw_arena_t  *a;

    from = 0;
    a = llmgw_heap_init(&heap, 4096);

    n = llmgw_disk_list(a, dir, LLMGW_TOTALS_SUFFIX, &totals);
    nlist = n < 0 ? -1 : llmgw_disk_list(a, dir, LLMGW_LEDGER_SUFFIX, &list);

    if (nlist < 0) {
        llmgw_heap_free(&heap);
        return LLMGW_ERROR;
    }

    for (i = n - 1; i >= 0; i--) {

        rc = llmgw_totals_read(dir, totals[i], sums, report);

        if (rc == LLMGW_OK) {
            from = totals[i];
            break;
        }

        if (rc == LLMGW_ERROR) {
            llmgw_heap_free(&heap);
            return rc;
        }
    }

    /* what older files had is in no totals any more, nor in a file */

    if (nlist > 0 && list[0] > from + 1) {

        if (report != NULL) {
            report->damaged++;
        }

        llmgw_report(report, LLMGW_REPORT_ERROR,
                     "%s: sums are missing what was in files %llu to %llu",
                     dir, (unsigned long long) from + 1,
                     (unsigned long long) list[0] - 1);
    }

    llmgw_heap_free(&heap);

    /* a file that is in the totals says where its successor goes on */

    memset(pos, 0, sizeof(llmgw_log_pos_t));

    pos->number = from;
    pos->closed = from ? 1 : 0;

    llmgw_tail_init(&tail, dir, LLMGW_LEDGER_SUFFIX, pos, report);

    for ( ;; ) {

        rc = llmgw_tail_next(&tail, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (tail.pos.number <= from) {
            continue;
        }

        if (llmgw_sums_frame(sums, &f) == LLMGW_ERROR) {
            errno = ENOMEM;
            rc = LLMGW_ERROR;
            break;
        }

        if (each) {
            each(data, &f);
        }
    }

    *pos = tail.pos;

    llmgw_tail_close(&tail);

    return rc == LLMGW_DONE ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_ledger_unfolded(const char *dir, uint64_t *upto, uint64_t *files,
    uint64_t *bytes)
{
    char           path[LLMGW_PATH_MAX];
    ssize_t        i, n, ntotals;
    uint64_t      *list, *totals, from;
    struct stat    st;
    llmgw_heap_t   heap;
    llmgw_arena_t *a;

    *upto = 0;
    *files = 0;
    *bytes = 0;

    a = llmgw_heap_init(&heap, 4096);

    n = llmgw_disk_list(a, dir, LLMGW_LEDGER_SUFFIX, &list);
    ntotals = n < 0 ? -1 : llmgw_disk_list(a, dir, LLMGW_TOTALS_SUFFIX,
                                           &totals);
    if (ntotals < 0) {
        llmgw_heap_free(&heap);
        return LLMGW_ERROR;
    }

    from = ntotals ? totals[ntotals - 1] : 0;

    /* the last one is being written */

    for (i = 0; i < n - 1; i++) {

        if (list[i] <= from) {
            continue;
        }

        llmgw_disk_path(path, dir, list[i], LLMGW_LEDGER_SUFFIX);

        if (stat(path, &st) == 0) {
            *bytes += (uint64_t) st.st_size;
        }

        *upto = list[i];
        (*files)++;
    }

    llmgw_heap_free(&heap);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_ledger_fold(const char *dir, uint64_t upto, int64_t now,
    llmgw_report_t *report)
{
    ssize_t          i, n, ntotals;
    uint64_t        *list, *totals, from;
    llmgw_int_t      rc;
    llmgw_heap_t     heap, names, one;
    llmgw_sums_t     sums;
    llmgw_fold_t     fold;
    llmgw_groups_t   groups;
    llmgw_arena_t   *a;

    memset(&fold, 0, sizeof(llmgw_fold_t));

    from = 0;
    fold.sums = &sums;

    a = llmgw_heap_init(&names, 4096);
    n = llmgw_disk_list(a, dir, LLMGW_LEDGER_SUFFIX, &list);
    ntotals = n < 0 ? -1 : llmgw_disk_list(a, dir, LLMGW_TOTALS_SUFFIX,
                                           &totals);

    rc = ntotals < 0 ? LLMGW_ERROR : LLMGW_OK;

    for (i = ntotals - 1; i >= 0 && rc == LLMGW_OK; i--) {

        if (totals[i] >= upto) {
            continue;
        }

        rc = llmgw_totals_check(dir, totals[i], report);

        if (rc == LLMGW_OK) {
            from = totals[i];
            break;
        }

        rc = rc == LLMGW_INVALID ? LLMGW_OK : rc;
    }

    if (rc == LLMGW_OK
        && llmgw_sums_init(&sums, llmgw_heap_init(&heap, 65536)) != LLMGW_OK)
    {
        errno = ENOMEM;
        rc = LLMGW_ERROR;
    }

    if (rc != LLMGW_OK) {
        llmgw_heap_free(&names);
        return rc;
    }

    for (i = 0; i < n && rc == LLMGW_OK; i++) {

        if (list[i] <= from || list[i] > upto) {
            continue;
        }

        fold.groups = &groups;

        rc = llmgw_groups_init(&groups, llmgw_heap_init(&one, 65536),
                               LLMGW_GROUP_ALL, LLMGW_FOLD_GROUPS);

        if (rc == LLMGW_OK) {
            rc = llmgw_fold_file(dir, list[i], &fold, report);
        }

        if (rc == LLMGW_OK && fold.groups) {
            rc = llmgw_fold_groups(dir, list[i], &groups, now);
        }

        llmgw_heap_free(&one);
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_fold_totals(dir, from, upto, &fold, now);
    }

    llmgw_heap_free(&heap);
    llmgw_heap_free(&names);

    return rc;
}


static llmgw_int_t
llmgw_fold_file(const char *dir, uint64_t number, llmgw_fold_t *fold,
    llmgw_report_t *report)
{
    char            path[LLMGW_PATH_MAX];
    llmgw_int_t     rc, added;
    llmgw_frame_t   f;
    llmgw_spend_t   s;
    llmgw_walk_t  r;

    llmgw_disk_path(path, dir, number, LLMGW_LEDGER_SUFFIX);

    if (llmgw_walk_open(&r, path, 0) != 0) {
        return LLMGW_ERROR;
    }

    for ( ;; ) {

        rc = llmgw_walk_next(&r, &f);

        if (rc == LLMGW_INVALID) {
            llmgw_report(report, LLMGW_REPORT_WARN,
                         "%s: sums are made without what is damaged from "
                         "offset %llu to %llu", path,
                         (unsigned long long) r.bad,
                         (unsigned long long) r.pos);
            continue;
        }

        if (rc != LLMGW_OK) {
            break;
        }

        fold->seq = f.seq;
        added = llmgw_sums_frame(fold->sums, &f);

        if (added == LLMGW_OK && fold->groups
            && f.type == LLMGW_RECORD_SPEND
            && llmgw_spend_read(f.payload, &s) == LLMGW_OK)
        {
            added = llmgw_groups_add(fold->groups, &s);

            if (added == LLMGW_TOO_LARGE) {
                fold->groups = NULL;
            }
        }

        if (added == LLMGW_ERROR) {
            errno = ENOMEM;
            rc = LLMGW_ERROR;
            break;
        }
    }

    llmgw_walk_close(&r);

    return rc == LLMGW_ERROR ? LLMGW_ERROR : LLMGW_OK;
}


static llmgw_int_t
llmgw_fold_groups(const char *dir, uint64_t number, llmgw_groups_t *groups,
    int64_t now)
{
    size_t           len;
    u_char          *p;
    llmgw_file_t     file;
    llmgw_group_t   *c;
    llmgw_build_t   w;

    memset(&file, 0, sizeof(llmgw_file_t));

    file.kind = LLMGW_FILE_GROUPS;
    file.number = number;
    file.time = now;

    if (llmgw_build_open(&w, dir, number, LLMGW_GROUPS_SUFFIX, &file) != 0) {
        return LLMGW_ERROR;
    }

    for (c = groups->first; c != NULL; c = c->newer) {

        len = llmgw_group_size(c);
        p = llmgw_build_room(&w, len);

        if (p == NULL) {
            break;
        }

        (void) llmgw_group_write(p, c);
        llmgw_build_add(&w, LLMGW_RECORD_GROUP, len);
    }

    return llmgw_build_close(&w, 1) == 0 ? LLMGW_OK : LLMGW_ERROR;
}


/* The old sums pass through; those that have changed are added to. */

static llmgw_int_t
llmgw_fold_totals(const char *dir, uint64_t from, uint64_t upto,
    llmgw_fold_t *fold, int64_t now)
{
    char                path[LLMGW_PATH_MAX];
    llmgw_int_t         rc;
    llmgw_file_t        file;
    llmgw_total_t       t;
    llmgw_frame_t       f;
    llmgw_walk_t      r;
    llmgw_build_t      w;
    llmgw_sums_node_t  *node;

    memset(&file, 0, sizeof(llmgw_file_t));

    file.kind = LLMGW_FILE_TOTALS;
    file.number = upto;
    file.first = fold->seq;
    file.time = now;

    if (llmgw_build_open(&w, dir, upto, LLMGW_TOTALS_SUFFIX, &file) != 0) {
        return LLMGW_ERROR;
    }

    rc = LLMGW_DONE;

    if (from) {
        llmgw_disk_path(path, dir, from, LLMGW_TOTALS_SUFFIX);

        if (llmgw_walk_open(&r, path, 0) != 0) {
            (void) llmgw_build_close(&w, 0);
            return LLMGW_ERROR;
        }

        for ( ;; ) {

            rc = llmgw_walk_next(&r, &f);

            if (rc != LLMGW_OK) {
                break;
            }

            if (f.type != LLMGW_RECORD_TOTAL
                || llmgw_total_read(f.payload, &t) != LLMGW_OK)
            {
                continue;
            }

            node = llmgw_sums_find(fold->sums, t.kind, t.id, llmgw_null_str,
                                   0);

            if (node != NULL && node->gone) {
                continue;
            }

            if (t.meter.len) {
                node = llmgw_sums_find(fold->sums, t.kind, t.id, t.meter, 0);
            }

            if (node != NULL) {
                node->mark = 1;
                llmgw_total_add(&t, &node->total);
            }

            llmgw_totals_add(&w, &t);
        }

        llmgw_walk_close(&r);
    }

    for (node = fold->sums->first; node != NULL; node = node->newer) {
        if (!node->mark) {
            llmgw_totals_add(&w, &node->total);
        }
    }

    if (rc != LLMGW_DONE) {
        (void) llmgw_build_close(&w, 0);
        errno = EIO;
        return LLMGW_ERROR;
    }

    if (llmgw_build_close(&w, 1) != 0) {
        return LLMGW_ERROR;
    }

    return llmgw_disk_sync_dir(dir) == 0 ? LLMGW_OK : LLMGW_ERROR;
}


/* A sum that is nothing (its entity was deleted) need not be kept. */

static void
llmgw_totals_add(llmgw_build_t *w, const llmgw_total_t *t)
{
    size_t   len;
    u_char  *p;

    if (t->total == 0 && t->spend == 0 && t->requests == 0) {
        return;
    }

    len = llmgw_total_size(t);
    p = llmgw_build_room(w, len);

    if (p != NULL) {
        (void) llmgw_total_write(p, t);
        llmgw_build_add(w, LLMGW_RECORD_TOTAL, len);
    }
}


long
llmgw_ledger_clean(const char *dir, int64_t before, uint64_t keep,
    llmgw_report_t *report)
{
    char                 path[LLMGW_PATH_MAX];
    long                 count;
    ssize_t              i, n, ntotals;
    uint64_t            *list, *totals, safe;
    llmgw_heap_t         heap;
    llmgw_arena_t       *a;
    llmgw_log_pos_t   pos;

    count = 0;
    a = llmgw_heap_init(&heap, 4096);

    n = llmgw_disk_list(a, dir, LLMGW_LEDGER_SUFFIX, &list);
    ntotals = n < 0 ? -1 : llmgw_disk_list(a, dir, LLMGW_TOTALS_SUFFIX,
                                           &totals);
    if (ntotals < 0) {
        llmgw_heap_free(&heap);
        return -1;
    }

    for (i = 0; i < ntotals - LLMGW_FOLD_KEEP; i++) {
        llmgw_disk_path(path, dir, totals[i], LLMGW_TOTALS_SUFFIX);
        count += unlink(path) == 0;
    }

    /*
     * The older of the totals may have to be used: what came after them is
     * kept, too.
     */

    safe = ntotals >= LLMGW_FOLD_KEEP ? totals[ntotals - LLMGW_FOLD_KEEP] : 0;

    for (i = 0; i < n && before; i++) {

        if (list[i] > safe || list[i] >= keep) {
            break;
        }

        llmgw_disk_path(path, dir, list[i], LLMGW_LEDGER_SUFFIX);

        if (llmgw_log_summary(path, &pos) != LLMGW_OK
            || pos.last >= before)
        {
            break;
        }

        if (unlink(path) != 0) {
            break;
        }

        llmgw_report(report, LLMGW_REPORT_INFO,
                     "%s: deleted, %llu records are older than "
                     "llmgw_ledger_retention", path,
                     (unsigned long long) pos.records);

        count++;

        llmgw_disk_path(path, dir, list[i], LLMGW_GROUPS_SUFFIX);
        (void) unlink(path);
    }

    llmgw_heap_free(&heap);

    return count;
}
