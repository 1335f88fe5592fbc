
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "llmgw_bytes.h"
#include "llmgw_entities.h"


#define LLMGW_CHANGES_SLOTS  1024

/* snapshots that are kept */
#define LLMGW_SNAPSHOT_KEEP  2


/* The latest change of each entity that the logs name. */

typedef struct llmgw_change_s  llmgw_change_t;

struct llmgw_change_s {
    llmgw_change_t    *next;
    uint64_t           hash;
    uint64_t           version;
    uint64_t           number;
    uint64_t           offset;
    unsigned           kind;
    llmgw_str_t        id;
};

typedef struct {
    llmgw_arena_t     *arena;
    llmgw_change_t   **slots;
    size_t             mask;
    size_t             n;
} llmgw_changes_t;


static llmgw_change_t *llmgw_changes_find(llmgw_changes_t *c, unsigned kind,
    llmgw_str_t id, unsigned add);
static llmgw_int_t llmgw_changes_grow(llmgw_changes_t *c);
static llmgw_int_t llmgw_changes_read(llmgw_changes_t *c, const char *dir,
    uint64_t from, uint64_t upto, llmgw_log_pos_t *pos,
    llmgw_report_t *report);
static llmgw_int_t llmgw_snapshot_find(const char *dir, uint64_t upto,
    uint64_t *number, llmgw_report_t *report);
static llmgw_int_t llmgw_snapshot_check(const char *dir, uint64_t number,
    llmgw_report_t *report);
static llmgw_int_t llmgw_entities_merge(const char *dir,
    llmgw_changes_t *changes, uint64_t snapshot, uint64_t upto,
    llmgw_entity_pt handler, void *data);
static llmgw_int_t llmgw_entities_file(const char *dir,
    llmgw_changes_t *changes, uint64_t number, unsigned snapshot,
    llmgw_entity_pt handler, void *data);
static llmgw_int_t llmgw_entities_copy(void *data, const llmgw_entity_t *e,
    const llmgw_place_t *place);


void
llmgw_place_path(char *path, const char *dir, uint32_t segment)
{
    llmgw_disk_path(path, dir, segment >> 1,
                    (segment & 1) ? LLMGW_SNAPSHOT_SUFFIX
                                  : LLMGW_ENTITIES_SUFFIX);
}


static llmgw_change_t *
llmgw_changes_find(llmgw_changes_t *c, unsigned kind, llmgw_str_t id,
    unsigned add)
{
    size_t           i;
    uint64_t         h;
    llmgw_change_t  *change;

    h = 0xcbf29ce484222325ULL ^ kind;

    for (i = 0; i < id.len; i++) {
        h = (h ^ id.data[i]) * 0x100000001b3ULL;
    }

    h ^= h >> 29;

    for (change = c->slots[h & c->mask]; change; change = change->next) {
        if (change->hash == h && change->kind == kind
            && llmgw_str_eq(change->id, id))
        {
            return change;
        }
    }

    if (!add || (c->n > c->mask && llmgw_changes_grow(c) != LLMGW_OK)) {
        return NULL;
    }

    change = llmgw_calloc(c->arena, sizeof(llmgw_change_t));
    if (change == NULL) {
        return NULL;
    }

    change->hash = h;
    change->kind = kind;
    change->id = llmgw_str_dup(c->arena, id);

    if (change->id.data == NULL) {
        return NULL;
    }

    change->next = c->slots[h & c->mask];
    c->slots[h & c->mask] = change;
    c->n++;

    return change;
}


static llmgw_int_t
llmgw_changes_grow(llmgw_changes_t *c)
{
    size_t            i, mask;
    llmgw_change_t   *change, *next, **slots;

    mask = c->mask * 4 + 3;

    slots = llmgw_calloc(c->arena, (mask + 1) * sizeof(*slots));
    if (slots == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i <= c->mask; i++) {
        for (change = c->slots[i]; change != NULL; change = next) {
            next = change->next;
            change->next = slots[change->hash & mask];
            slots[change->hash & mask] = change;
        }
    }

    c->slots = slots;
    c->mask = mask;

    return LLMGW_OK;
}


/* The logs behind "from", through "upto" (0: all there are). */

static llmgw_int_t
llmgw_changes_read(llmgw_changes_t *c, const char *dir, uint64_t from,
    uint64_t upto, llmgw_log_pos_t *pos, llmgw_report_t *report)
{
    long             damaged;
    llmgw_int_t      rc;
    llmgw_tail_t     tail;
    llmgw_frame_t    f;
    llmgw_entity_t   e;
    llmgw_change_t  *change;

    damaged = report->damaged;

    c->mask = LLMGW_CHANGES_SLOTS - 1;
    c->n = 0;
    c->slots = llmgw_calloc(c->arena, LLMGW_CHANGES_SLOTS
                                      * sizeof(*c->slots));
    if (c->slots == NULL) {
        errno = ENOMEM;
        return LLMGW_ERROR;
    }

    memset(pos, 0, sizeof(llmgw_log_pos_t));

    pos->number = from;
    pos->closed = from ? 1 : 0;

    llmgw_tail_init(&tail, dir, LLMGW_ENTITIES_SUFFIX, pos, report);

    for ( ;; ) {

        rc = llmgw_tail_next(&tail, &f);

        if (rc != LLMGW_OK || (upto && tail.pos.number > upto)) {
            break;
        }

        *pos = tail.pos;

        if (tail.pos.number <= from
            || (f.type != LLMGW_RECORD_PUT && f.type != LLMGW_RECORD_DELETE))
        {
            continue;
        }

        if (llmgw_entity_read(f.payload, &e) != LLMGW_OK) {

            report->damaged++;

            llmgw_report(report, LLMGW_REPORT_ERROR,
                         "%s/%010llu%s: the record at offset %llu makes no "
                         "sense", dir, (unsigned long long) tail.pos.number,
                         LLMGW_ENTITIES_SUFFIX, (unsigned long long)
                         (tail.pos.offset - f.size));
            continue;
        }

        change = llmgw_changes_find(c, e.kind, e.id, 1);

        if (change == NULL) {
            errno = ENOMEM;
            rc = LLMGW_ERROR;
            break;
        }

        if (e.version >= change->version) {
            change->version = e.version;
            change->number = tail.pos.number;
            change->offset = tail.pos.offset - f.size;
        }
    }

    llmgw_tail_close(&tail);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    return report->damaged == damaged ? LLMGW_OK : LLMGW_INVALID;
}


/* The latest snapshot that is whole; 0: there is none. */

static llmgw_int_t
llmgw_snapshot_find(const char *dir, uint64_t upto, uint64_t *number,
    llmgw_report_t *report)
{
    ssize_t         i, n;
    uint64_t       *list;
    llmgw_int_t     rc;
    llmgw_heap_t    heap;

    *number = 0;
    rc = LLMGW_OK;

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), dir,
                        LLMGW_SNAPSHOT_SUFFIX, &list);

    for (i = n - 1; i >= 0; i--) {

        if (upto && list[i] > upto) {
            continue;
        }

        rc = llmgw_snapshot_check(dir, list[i], report);

        if (rc == LLMGW_OK) {
            *number = list[i];
        }

        if (rc != LLMGW_INVALID) {
            break;
        }
    }

    llmgw_heap_free(&heap);

    /* what none of them can say any more, the logs may */

    return n < 0 || rc == LLMGW_ERROR ? LLMGW_ERROR : LLMGW_OK;
}


static llmgw_int_t
llmgw_snapshot_check(const char *dir, uint64_t number,
    llmgw_report_t *report)
{
    char             path[LLMGW_PATH_MAX];
    uint64_t         n;
    llmgw_int_t      rc;
    llmgw_frame_t    f;
    llmgw_walk_t   r;

    llmgw_disk_path(path, dir, number, LLMGW_SNAPSHOT_SUFFIX);

    if (llmgw_walk_open(&r, path, 0) != 0) {
        return LLMGW_ERROR;
    }

    n = 0;

    for ( ;; ) {

        rc = llmgw_walk_next(&r, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (f.type == LLMGW_RECORD_END) {

            if (f.payload.len == 8 && llmgw_get_u64(f.payload.data) == n) {
                rc = LLMGW_DONE;
            }

            break;
        }

        n += (f.type == LLMGW_RECORD_PUT);
    }

    llmgw_walk_close(&r);

    if (rc == LLMGW_DONE && f.type == LLMGW_RECORD_END) {
        return LLMGW_OK;
    }

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    llmgw_report(report, LLMGW_REPORT_WARN,
                 "%s: damaged at offset %llu, not used", path,
                 (unsigned long long) (rc == LLMGW_INVALID ? r.bad : r.pos));

    return LLMGW_INVALID;
}


llmgw_int_t
llmgw_entities_load(const char *dir, llmgw_log_pos_t *pos,
    llmgw_report_t *report, llmgw_entity_pt handler, void *data)
{
    ssize_t           n;
    uint64_t          snapshot, *list;
    llmgw_int_t       rc, changed;
    llmgw_heap_t      heap;
    llmgw_changes_t   changes;

    changes.arena = llmgw_heap_init(&heap, 65536);

    rc = llmgw_snapshot_find(dir, 0, &snapshot, report);

    if (rc == LLMGW_OK) {
        n = llmgw_disk_list(changes.arena, dir, LLMGW_ENTITIES_SUFFIX, &list);

        if (n < 0) {
            rc = LLMGW_ERROR;

        } else if (n > 0 && list[0] > snapshot + 1) {

            report->damaged++;

            llmgw_report(report, LLMGW_REPORT_ERROR,
                         "%s: changes %llu to %llu are missing", dir,
                         (unsigned long long) snapshot + 1,
                         (unsigned long long) list[0] - 1);
            rc = LLMGW_INVALID;
        }
    }

    if (rc == LLMGW_ERROR) {
        llmgw_heap_free(&heap);
        return rc;
    }

    changed = llmgw_changes_read(&changes, dir, snapshot, 0, pos, report);

    if (changed == LLMGW_OK) {
        changed = rc;
    }

    if (changed != LLMGW_ERROR) {
        rc = llmgw_entities_merge(dir, &changes, snapshot, 0, handler, data);
    }

    llmgw_heap_free(&heap);

    return changed != LLMGW_OK ? changed : rc;
}


/* Each entity from the file that has its latest record. */

static llmgw_int_t
llmgw_entities_merge(const char *dir, llmgw_changes_t *changes,
    uint64_t snapshot, uint64_t upto, llmgw_entity_pt handler, void *data)
{
    ssize_t        i, n;
    uint64_t      *list;
    llmgw_int_t    rc;

    n = llmgw_disk_list(changes->arena, dir, LLMGW_ENTITIES_SUFFIX, &list);

    if (n < 0) {
        return LLMGW_ERROR;
    }

    rc = LLMGW_OK;

    if (snapshot) {
        rc = llmgw_entities_file(dir, changes, snapshot, 1, handler, data);
    }

    for (i = 0; i < n && rc == LLMGW_OK; i++) {
        if (list[i] > snapshot && (upto == 0 || list[i] <= upto)) {
            rc = llmgw_entities_file(dir, changes, list[i], 0, handler, data);
        }
    }

    return rc;
}


static llmgw_int_t
llmgw_entities_file(const char *dir, llmgw_changes_t *changes,
    uint64_t number, unsigned snapshot, llmgw_entity_pt handler, void *data)
{
    char             path[LLMGW_PATH_MAX];
    llmgw_int_t      rc;
    llmgw_place_t    place;
    llmgw_frame_t    f;
    llmgw_entity_t   e;
    llmgw_walk_t   r;
    llmgw_change_t  *change;

    place.segment = llmgw_place_segment(number, snapshot);
    llmgw_place_path(path, dir, place.segment);

    if (llmgw_walk_open(&r, path, 0) != 0) {
        return LLMGW_ERROR;
    }

    for ( ;; ) {

        rc = llmgw_walk_next(&r, &f);

        if (rc == LLMGW_INVALID) {
            continue;
        }

        if (rc != LLMGW_OK) {
            break;
        }

        if (f.type != LLMGW_RECORD_PUT
            || llmgw_entity_read(f.payload, &e) != LLMGW_OK)
        {
            continue;
        }

        place.length = (uint32_t) f.size;
        place.offset = r.pos - f.size;

        change = llmgw_changes_find(changes, e.kind, e.id, 0);

        if (snapshot ? change != NULL && change->version > e.version
                     : change == NULL || change->number != number
                       || change->offset != place.offset)
        {
            continue;
        }

        rc = handler(data, &e, &place);

        if (rc != LLMGW_OK) {
            llmgw_walk_close(&r);
            return rc;
        }
    }

    llmgw_walk_close(&r);

    return rc == LLMGW_ERROR ? LLMGW_ERROR : LLMGW_OK;
}


static llmgw_int_t
llmgw_entities_copy(void *data, const llmgw_entity_t *e,
    const llmgw_place_t *place)
{
    llmgw_build_t  *w = data;

    size_t   len;
    u_char  *p;

    len = llmgw_entity_size(e);
    p = llmgw_build_room(w, len);

    if (p == NULL) {
        errno = w->error;
        return LLMGW_ERROR;
    }

    w->seq = e->version;

    (void) llmgw_entity_write(p, e);
    llmgw_build_add(w, LLMGW_RECORD_PUT, len);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_entities_compact(const char *dir, uint64_t upto, int64_t now,
    llmgw_report_t *report)
{
    uint64_t          snapshot;
    llmgw_int_t       rc;
    llmgw_file_t      file;
    llmgw_heap_t      heap;
    llmgw_build_t    w;
    llmgw_changes_t   changes;
    llmgw_log_pos_t   pos;

    changes.arena = llmgw_heap_init(&heap, 65536);

    rc = llmgw_snapshot_find(dir, upto - 1, &snapshot, report);

    if (rc == LLMGW_OK) {
        rc = llmgw_changes_read(&changes, dir, snapshot, upto, &pos, report);
    }

    if (rc != LLMGW_OK) {

        /* of damaged files no snapshot is made: they may be repaired */

        llmgw_heap_free(&heap);
        return rc;
    }

    memset(&file, 0, sizeof(llmgw_file_t));

    file.kind = LLMGW_FILE_SNAPSHOT;
    file.number = upto;
    file.first = pos.seq;
    file.time = now;

    if (llmgw_build_open(&w, dir, upto, LLMGW_SNAPSHOT_SUFFIX, &file) != 0) {
        llmgw_heap_free(&heap);
        return LLMGW_ERROR;
    }

    rc = llmgw_entities_merge(dir, &changes, snapshot, upto,
                              llmgw_entities_copy, &w);

    llmgw_heap_free(&heap);

    if (llmgw_build_close(&w, rc == LLMGW_OK) != 0) {
        return LLMGW_ERROR;
    }

    if (rc == LLMGW_OK && llmgw_disk_sync_dir(dir) != 0) {
        return LLMGW_ERROR;
    }

    return rc;
}


llmgw_int_t
llmgw_entities_garbage(const char *dir, uint64_t *changes,
    uint64_t *snapshot, uint64_t *number)
{
    char            path[LLMGW_PATH_MAX];
    ssize_t         i, n, nsnap;
    uint64_t       *list, *snaps;
    struct stat     st;
    llmgw_heap_t    heap;
    llmgw_arena_t  *a;

    *changes = 0;
    *snapshot = 0;
    *number = 0;

    a = llmgw_heap_init(&heap, 4096);

    n = llmgw_disk_list(a, dir, LLMGW_ENTITIES_SUFFIX, &list);
    nsnap = n < 0 ? -1 : llmgw_disk_list(a, dir, LLMGW_SNAPSHOT_SUFFIX,
                                         &snaps);
    if (nsnap < 0) {
        llmgw_heap_free(&heap);
        return LLMGW_ERROR;
    }

    if (nsnap) {

        *number = snaps[nsnap - 1];
        llmgw_disk_path(path, dir, *number, LLMGW_SNAPSHOT_SUFFIX);

        if (stat(path, &st) == 0) {
            *snapshot = (uint64_t) st.st_size;
        }
    }

    for (i = 0; i < n; i++) {

        if (list[i] <= *number) {
            continue;
        }

        llmgw_disk_path(path, dir, list[i], LLMGW_ENTITIES_SUFFIX);

        if (stat(path, &st) == 0) {
            *changes += (uint64_t) st.st_size;
        }
    }

    llmgw_heap_free(&heap);

    return LLMGW_OK;
}


long
llmgw_entities_clean(const char *dir)
{
    char            path[LLMGW_PATH_MAX];
    long            count;
    ssize_t         i, n, nsnap;
    uint64_t       *list, *snaps, keep;
    llmgw_heap_t    heap;
    llmgw_arena_t  *a;

    count = 0;
    a = llmgw_heap_init(&heap, 4096);

    n = llmgw_disk_list(a, dir, LLMGW_ENTITIES_SUFFIX, &list);
    nsnap = n < 0 ? -1 : llmgw_disk_list(a, dir, LLMGW_SNAPSHOT_SUFFIX,
                                         &snaps);
    if (nsnap < LLMGW_SNAPSHOT_KEEP) {
        llmgw_heap_free(&heap);
        return nsnap < 0 ? -1 : 0;
    }

    keep = snaps[nsnap - LLMGW_SNAPSHOT_KEEP];

    for (i = 0; i < nsnap - LLMGW_SNAPSHOT_KEEP; i++) {
        llmgw_disk_path(path, dir, snaps[i], LLMGW_SNAPSHOT_SUFFIX);
        count += unlink(path) == 0;
    }

    for (i = 0; i < n; i++) {
        if (list[i] <= keep) {
            llmgw_disk_path(path, dir, list[i], LLMGW_ENTITIES_SUFFIX);
            count += unlink(path) == 0;
        }
    }

    llmgw_heap_free(&heap);

    return count;
}
