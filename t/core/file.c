
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Files of records, without nginx.  They are made in a directory of their own
 * under the current one.
 */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "llmgw_bytes.h"
#include "llmgw_entities.h"
#include "llmgw_groups.h"
#include "llmgw_ledger.h"
#include "llmgw_policy.h"


#define FILE_TEAMS   7
#define FILE_DAY_MS  86400000LL


static char            dir[256];
static char            said[8192];
static llmgw_report_t  report;


static void
file_said(void *data, llmgw_report_e level, const char *text)
{
    size_t  n;

    (void) data;

    n = strlen(said);
    snprintf(said + n, sizeof(said) - n, "%d %s\n", (int) level, text);
}


static void
file_clear(void)
{
    char           path[LLMGW_PATH_MAX];
    size_t         k;
    ssize_t        i, n;
    uint64_t      *list;
    llmgw_heap_t   heap;

    static const char *const  suffixes[] = {
        LLMGW_LEDGER_SUFFIX, LLMGW_TOTALS_SUFFIX, LLMGW_GROUPS_SUFFIX,
        LLMGW_ENTITIES_SUFFIX, LLMGW_SNAPSHOT_SUFFIX
    };

    llmgw_heap_init(&heap, 4096);

    for (k = 0; k < llmgw_nelts(suffixes); k++) {

        n = llmgw_disk_list(&heap.arena, dir, suffixes[k], &list);

        for (i = 0; i < n; i++) {
            llmgw_disk_path(path, dir, list[i], suffixes[k]);
            unlink(path);
        }
    }

    llmgw_heap_free(&heap);

    said[0] = '\0';
    memset(&report, 0, sizeof(report));
    report.handler = file_said;
}


static u_char *
file_slurp(const char *path, size_t *len)
{
    int          fd;
    u_char      *p;
    struct stat  st;

    fd = open(path, O_RDONLY);

    if (fd < 0 || fstat(fd, &st) != 0) {
        perror(path);
        exit(2);
    }

    *len = (size_t) st.st_size;
    p = malloc(*len + 1);

    if (read(fd, p, *len) != (ssize_t) *len) {
        perror(path);
        exit(2);
    }

    close(fd);

    return p;
}


static void
file_put(const char *path, const u_char *p, size_t len)
{
    int  fd;

    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC, 0600);

    if (fd < 0 || llmgw_disk_write(fd, p, len, 0) != 0) {
        perror(path);
        exit(2);
    }

    close(fd);
}


/* A ledger, and what its sums have to be. */

typedef struct {
    llmgw_log_t        log;
    llmgw_log_pos_t    pos;
    int64_t            now;
    int64_t            cost[FILE_TEAMS];
    int64_t            count[FILE_TEAMS];
    int64_t            n;
} file_ledger_t;


static void
file_open(file_ledger_t *l, uint64_t limit)
{
    llmgw_int_t    rc;
    llmgw_tail_t   tail;
    llmgw_frame_t  f;

    llmgw_tail_init(&tail, dir, LLMGW_LEDGER_SUFFIX, &l->pos, &report);

    do {
        rc = llmgw_tail_next(&tail, &f);
    } while (rc == LLMGW_OK);

    check_int(rc, LLMGW_DONE);
    l->pos = tail.pos;
    llmgw_tail_close(&tail);

    check_int(llmgw_log_open(&l->log, dir, LLMGW_LEDGER_SUFFIX,
                             LLMGW_FILE_LEDGER, llmgw_lit("node"), -1,
                             &l->pos, limit), 0);
}


static void
file_request(file_ledger_t *l)
{
    int            team;
    char           name[32], model[32];
    size_t         len;
    u_char        *p;
    llmgw_spend_t  s;

    team = (int) test_random(FILE_TEAMS);

    snprintf(name, sizeof(name), "team-%d", team);
    snprintf(model, sizeof(model), "model-%u", test_random(2));

    llmgw_spend_init(&s);
    s.ring = 1;
    s.seq = l->log.next.seq + 1;
    s.end = l->now;
    s.cost = test_random(1000000);
    s.prompt = 10;
    s.completion = 5;
    s.team = test_cstr(name);
    s.model = test_cstr(model);
    s.ncharges = 1;
    s.charges[0].kind = LLMGW_KIND_TEAM;
    s.charges[0].id = s.team;
    s.charges[0].meter = llmgw_null_str;
    s.charges[0].reset_at = 0;

    len = llmgw_spend_size(&s);
    p = llmgw_log_room(&l->log, len);
    check(p != NULL);
    (void) llmgw_spend_write(p, &s);
    llmgw_log_add(&l->log, LLMGW_RECORD_SPEND, len);

    l->cost[team] += s.cost;
    l->count[team]++;
    l->n++;
}


static void
file_gone(file_ledger_t *l, int team)
{
    char           name[32];
    u_char        *p;
    llmgw_total_t  t;

    snprintf(name, sizeof(name), "team-%d", team);

    memset(&t, 0, sizeof(t));
    t.kind = LLMGW_KIND_TEAM;
    t.id = test_cstr(name);

    p = llmgw_log_room(&l->log, llmgw_total_size(&t));
    (void) llmgw_total_write(p, &t);
    llmgw_log_add(&l->log, LLMGW_RECORD_GONE, llmgw_total_size(&t));
    check_int(llmgw_log_write(&l->log), 0);

    l->n -= l->count[team];
    l->count[team] = 0;
    l->cost[team] = 0;
}


static void
file_check_sums(file_ledger_t *l)
{
    int                 i;
    char                name[32];
    int64_t             n;
    llmgw_heap_t        heap;
    llmgw_sums_t        sums;
    llmgw_log_pos_t     pos;
    llmgw_sums_node_t  *node;

    check_int(llmgw_sums_init(&sums, llmgw_heap_init(&heap, 4096)), LLMGW_OK);
    check_int(llmgw_ledger_load(dir, &sums, &pos, &report, NULL, NULL),
              LLMGW_OK);

    n = 0;

    for (i = 0; i < FILE_TEAMS; i++) {

        snprintf(name, sizeof(name), "team-%d", i);
        node = llmgw_sums_find(&sums, LLMGW_KIND_TEAM, test_cstr(name),
                               llmgw_null_str, 0);

        check_int(node ? node->total.total : 0, l->cost[i]);
        n += node ? node->total.requests : 0;
    }

    check_int(n, l->n);
    check_int(pos.seq, l->log.pos.seq);
    check_int(pos.offset, l->log.pos.offset);
    check_int(pos.number, l->log.pos.number);

    llmgw_heap_free(&heap);
}


static void
test_file_reader(void)
{
    char             path[LLMGW_PATH_MAX];
    size_t           i, k, len, n, whole;
    u_char          *p, *copy;
    uint64_t         at[64];
    llmgw_int_t      rc;
    llmgw_file_t     file;
    llmgw_frame_t    f;
    llmgw_entity_t   e;
    llmgw_walk_t   r;
    llmgw_build_t   w;

    static u_char    big[700000];

    test_case("file: written, and read both ways");

    file_clear();
    memset(big, 'b', sizeof(big));
    memset(&file, 0, sizeof(file));
    memset(&e, 0, sizeof(e));

    check_int(llmgw_build_open(&w, dir, 5, LLMGW_SNAPSHOT_SUFFIX, &file), 0);

    for (i = 0; i < 20; i++) {

        e.version = i;
        e.id = llmgw_lit("id");
        e.json = llmgw_str(big, i == 9 ? sizeof(big) : 10 + i);

        p = llmgw_build_room(&w, llmgw_entity_size(&e));
        check(p != NULL);
        (void) llmgw_entity_write(p, &e);
        llmgw_build_add(&w, LLMGW_RECORD_PUT, llmgw_entity_size(&e));
    }

    llmgw_disk_path(path, dir, 5, LLMGW_SNAPSHOT_SUFFIX);
    check_int(access(path, F_OK), -1);
    check_int(llmgw_build_close(&w, 1), 0);
    check_int(access(path, F_OK), 0);

    check_int(llmgw_walk_open(&r, path, 0), 0);

    n = 0;

    while (llmgw_walk_next(&r, &f) == LLMGW_OK) {
        at[n++] = r.pos;

        if (f.type == LLMGW_RECORD_PUT) {
            check_int(llmgw_entity_read(f.payload, &e), LLMGW_OK);
            check_int(e.version, n - 2);
        }
    }

    check_int(n, 22);
    check_int(llmgw_walk_next(&r, &f), LLMGW_DONE);
    llmgw_walk_close(&r);

    check_int(llmgw_walk_open(&r, path, -1), 0);

    while (llmgw_walk_prev(&r, &f) == LLMGW_OK) {
        n--;
        check_int(r.pos, n ? at[n - 1] : 0);
        check_int(r.pos + f.size, at[n]);
    }

    check_int(n, 0);
    check_int(llmgw_walk_prev(&r, &f), LLMGW_DONE);
    llmgw_walk_close(&r);

    p = file_slurp(path, &whole);

    test_case("file: torn anywhere");

    for (i = 0; i < 400; i++) {

        len = i < 200 ? i : whole - (i - 200);

        test_at("%zu of %zu bytes", len, whole);
        file_put(path, p, len);

        for (n = 0; n < 22 && at[n] <= len; n++) { /* void */ }

        check_int(llmgw_walk_open(&r, path, 0), 0);

        for (k = 0; k < n; k++) {
            check_int(llmgw_walk_next(&r, &f), LLMGW_OK);
        }

        rc = llmgw_walk_next(&r, &f);
        check_int(rc, len == (n ? at[n - 1] : 0) ? LLMGW_DONE : LLMGW_AGAIN);
        check_int(r.pos, n ? at[n - 1] : 0);
        llmgw_walk_close(&r);

        check_int(llmgw_walk_open(&r, path, -1), 0);
        rc = llmgw_walk_prev(&r, &f);

        if (len != (n ? at[n - 1] : 0)) {
            check_int(rc, n ? LLMGW_AGAIN : LLMGW_INVALID);
            check_int(r.pos, n ? at[n - 1] : 0);
            rc = llmgw_walk_prev(&r, &f);
        }

        check_int(rc, n ? LLMGW_OK : LLMGW_DONE);
        llmgw_walk_close(&r);
    }

    test_case("file: damaged in the middle");

    copy = malloc(whole);

    for (i = 1; i < 21; i++) {

        /* record i, at a place that grows */

        memcpy(copy, p, whole);
        copy[at[i - 1] + (i * 7) % 48] ^= 0x40;
        file_put(path, copy, whole);

        test_at("record %zu", i);

        check_int(llmgw_walk_open(&r, path, 0), 0);

        for (k = 0; k < i; k++) {
            check_int(llmgw_walk_next(&r, &f), LLMGW_OK);
        }

        check_int(llmgw_walk_next(&r, &f), LLMGW_INVALID);
        check_int(r.bad, at[i - 1]);
        check_int(r.pos, at[i]);

        for (k = i + 1; k < 22; k++) {
            check_int(llmgw_walk_next(&r, &f), LLMGW_OK);
        }

        check_int(llmgw_walk_next(&r, &f), LLMGW_DONE);
        llmgw_walk_close(&r);

        check_int(llmgw_walk_open(&r, path, -1), 0);

        for (k = 21; k > i; k--) {
            check_int(llmgw_walk_prev(&r, &f), LLMGW_OK);
        }

        check_int(llmgw_walk_prev(&r, &f), LLMGW_INVALID);
        check_int(r.bad, at[i]);
        check_int(r.pos, at[i - 1]);
        check_int(llmgw_walk_prev(&r, &f), LLMGW_OK);
        llmgw_walk_close(&r);
    }

    free(copy);
    free(p);

    test_case("file: given up, no file");

    file_clear();
    check_int(llmgw_build_open(&w, dir, 5, LLMGW_SNAPSHOT_SUFFIX, &file), 0);
    check_int(llmgw_build_close(&w, 0), 0);
    check_int(access(path, F_OK), -1);
    check_int(access(w.temp, F_OK), -1);

    check(llmgw_build_open(&w, "no-such-directory", 5, ".snp", &file) != 0);
    check_int(errno, ENOENT);
    check(llmgw_walk_open(&r, path, 0) != 0);
}


static void
test_file_log(void)
{
    char             path[LLMGW_PATH_MAX];
    size_t           i, k, len;
    u_char          *p;
    uint64_t         seq;
    struct rlimit    limit, old;
    llmgw_mark_t     marks[2];
    llmgw_frame_t    f;
    llmgw_tail_t     tail;
    file_ledger_t    l;
    llmgw_log_pos_t  pos;

    test_case("log: written in batches, turned, sums add up");

    file_clear();
    memset(&l, 0, sizeof(l));
    l.now = 1760000000000;
    file_open(&l, 16384);

    marks[0].ring = 1;
    marks[0].seq = 5;
    marks[1].ring = 2;
    marks[1].seq = 6;

    check_int(llmgw_log_ready(&l.log, l.now, marks, 2), 0);
    check_int(l.log.pos.seq, 0);

    for (i = 0; i < 60; i++) {

        for (k = test_random(20); k; k--) {
            file_request(&l);
        }

        if (l.log.len) {
            check_int(llmgw_log_write(&l.log), 0);
        }

        file_check_sums(&l);

        if (llmgw_log_due(&l.log, l.now)) {
            check_int(llmgw_log_turn(&l.log, l.now, marks, 2), 0);
            check_int(llmgw_log_due(&l.log, l.now), 0);
        }

        if (i % 7 == 6) {
            llmgw_log_close(&l.log);
            file_open(&l, 16384);
        }
    }

    check(l.log.pos.number > 3);

    llmgw_disk_path(path, dir, 1, LLMGW_LEDGER_SUFFIX);
    check_int(llmgw_log_summary(path, &pos), LLMGW_OK);
    check(pos.records > 50 && pos.first == l.now && pos.last == l.now);

    test_case("log: another day");

    check_int(llmgw_log_due(&l.log, l.now), 0);
    l.now += FILE_DAY_MS;
    file_request(&l);
    check_int(llmgw_log_write(&l.log), 0);
    check_int(llmgw_log_due(&l.log, l.now), 1);
    check_int(llmgw_log_turn(&l.log, l.now, NULL, 0), 0);
    check_int(llmgw_log_due(&l.log, l.now + FILE_DAY_MS), 0);

    test_case("log: followed while it grows");

    llmgw_tail_init(&tail, dir, LLMGW_LEDGER_SUFFIX, NULL, &report);

    for (i = 0, seq = 0; llmgw_tail_next(&tail, &f) == LLMGW_OK; ) {

        if (f.type == LLMGW_RECORD_SPEND) {
            check(seq == 0 || f.seq == seq + 1);
            seq = f.seq;
            i++;
        }
    }

    check_int(i, l.n);

    for (k = 0; k < 200; k++) {

        file_request(&l);
        check_int(llmgw_log_write(&l.log), 0);

        if (llmgw_log_due(&l.log, l.now)) {
            check_int(llmgw_log_turn(&l.log, l.now, NULL, 0), 0);
        }

        do {
            check_int(llmgw_tail_next(&tail, &f), LLMGW_OK);
        } while (f.type != LLMGW_RECORD_SPEND);

        check_int(f.seq, ++seq);
        check(llmgw_tail_next(&tail, &f) == LLMGW_DONE
              || f.type != LLMGW_RECORD_SPEND);
    }

    llmgw_tail_close(&tail);

    test_case("log: the disk is full, and has room again");

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    limit = old;

    l.log.limit = 1 << 20;
    limit.rlim_cur = l.log.pos.offset + 1000;
    setrlimit(RLIMIT_FSIZE, &limit);

    for (i = 0; i < 20; i++) {
        file_request(&l);
    }

    check_int(llmgw_log_write(&l.log), -1);
    check_int(llmgw_log_write(&l.log), -1);
    file_request(&l);

    /* meanwhile somebody reads it: what is whole of it counts already */

    setrlimit(RLIMIT_FSIZE, &old);
    check_int(llmgw_log_write(&l.log), 0);
    file_check_sums(&l);

    test_case("log: no room for the next file");

    limit.rlim_cur = 40;
    setrlimit(RLIMIT_FSIZE, &limit);
    check_int(llmgw_log_turn(&l.log, l.now, NULL, 0), -1);
    setrlimit(RLIMIT_FSIZE, &old);
    check_int(llmgw_log_turn(&l.log, l.now, NULL, 0), 0);
    file_request(&l);
    check_int(llmgw_log_write(&l.log), 0);
    file_check_sums(&l);

    llmgw_disk_path(path, dir, l.log.pos.number + 1, LLMGW_LEDGER_SUFFIX);
    check_int(mkdir(path, 0700), 0);
    check_int(llmgw_log_turn(&l.log, l.now, NULL, 0), -1);
    check_int(l.log.pos.closed, 1);
    rmdir(path);
    llmgw_log_close(&l.log);
    file_open(&l, 16384);
    check_int(llmgw_log_ready(&l.log, l.now, NULL, 0), 0);
    file_request(&l);
    check_int(llmgw_log_write(&l.log), 0);
    file_check_sums(&l);

    test_case("log: killed in the middle of a write");

    for (i = 0; i < 200; i++) {

        file_request(&l);
        len = l.log.len;
        p = malloc(len);
        memcpy(p, l.log.buf, len);
        check_int(llmgw_disk_write(l.log.fd, p, test_random((unsigned) len),
                                   l.log.pos.offset), 0);
        free(p);

        /* the next one writes what the first one did not tell about */

        l.log.fd = -1;
        pos = l.log.pos;
        p = malloc(len);
        memcpy(p, l.log.buf, len);
        free(l.log.buf);
        file_open(&l, 1 << 20);
        check_int(l.log.pos.offset, pos.offset);
        check_int(llmgw_log_ready(&l.log, l.now, NULL, 0), 0);
        memcpy(l.log.buf, p, len);
        l.log.len = len;
        l.log.next.offset += len;
        l.log.next.seq++;
        l.log.next.records++;
        check_int(llmgw_log_write(&l.log), 0);
        free(p);
    }

    file_check_sums(&l);
    check_str(test_cstr(said), llmgw_lit(""));

    llmgw_log_close(&l.log);
}


static void
test_file_fold(void)
{
    char             path[LLMGW_PATH_MAX];
    size_t           i, k, len;
    u_char          *p;
    int64_t          day, cost, n;
    uint64_t         upto, files, bytes;
    llmgw_str_t      tags[LLMGW_TAGS_MAX];
    llmgw_frame_t    f;
    llmgw_group_t    c;
    file_ledger_t    l;
    llmgw_walk_t   r;
    llmgw_log_pos_t  pos;

    test_case("fold: the same sums, whatever was folded");

    file_clear();
    memset(&l, 0, sizeof(l));
    l.now = 1760000000000;
    file_open(&l, 8192);
    check_int(llmgw_log_ready(&l.log, l.now, NULL, 0), 0);

    for (i = 0; i < 400; i++) {

        for (k = test_random(12); k; k--) {
            file_request(&l);
        }

        if (l.log.len) {
            check_int(llmgw_log_write(&l.log), 0);
        }

        l.now += 600000;

        if (test_random(30) == 0) {
            file_gone(&l, (int) test_random(FILE_TEAMS));
        }

        if (llmgw_log_due(&l.log, l.now)) {
            check_int(llmgw_log_turn(&l.log, l.now, NULL, 0), 0);
        }

        if (test_random(10) == 0) {

            check_int(llmgw_ledger_unfolded(dir, &upto, &files, &bytes),
                      LLMGW_OK);

            if (files) {
                check(bytes > 0);
                check_int(llmgw_ledger_fold(dir, upto, l.now, &report),
                          LLMGW_OK);
                check_int(llmgw_ledger_unfolded(dir, &upto, &files, &bytes),
                          LLMGW_OK);
                check_int(files, 0);
            }

            file_check_sums(&l);
        }

        if (test_random(20) == 0) {
            check(llmgw_ledger_clean(dir, l.now - FILE_DAY_MS, UINT64_MAX,
                                     &report) >= 0);
            file_check_sums(&l);
        }
    }

    test_case("fold: groups have what their file has");

    check_int(llmgw_ledger_unfolded(dir, &upto, &files, &bytes), LLMGW_OK);

    if (files) {
        check_int(llmgw_ledger_fold(dir, upto, l.now, &report), LLMGW_OK);
    }

    upto = l.log.pos.number - 1;

    llmgw_disk_path(path, dir, upto, LLMGW_LEDGER_SUFFIX);
    check_int(llmgw_log_summary(path, &pos), LLMGW_OK);

    llmgw_disk_path(path, dir, upto, LLMGW_GROUPS_SUFFIX);
    check_int(llmgw_walk_open(&r, path, 0), 0);

    cost = 0;
    n = 0;
    day = 0;

    while (llmgw_walk_next(&r, &f) == LLMGW_OK) {

        if (f.type == LLMGW_RECORD_GROUP) {
            check_int(llmgw_group_read(f.payload, &c, tags), LLMGW_OK);
            check_int(c.day % 86400, 0);
            check(llmgw_str_starts(c.model, "model-"));
            cost += c.cost;
            n += c.requests;
            day += (c.prompt == 10 * c.requests);
        }
    }

    llmgw_walk_close(&r);

    check_int(cost, pos.cost);
    check(n > 0 && n <= (int64_t) pos.records);
    check(day > 0);

    test_case("fold: damaged totals are not used");

    check_int(said[0], '0');
    said[0] = '\0';

    llmgw_disk_path(path, dir, upto, LLMGW_TOTALS_SUFFIX);
    p = file_slurp(path, &len);
    p[len / 2] ^= 1;
    file_put(path, p, len);
    file_check_sums(&l);
    check(strstr(said, "damaged at offset") != NULL);

    p[len / 2] ^= 1;
    file_put(path, p, len - 32);
    file_check_sums(&l);
    file_put(path, p, len);
    free(p);

    test_case("ledger: what is damaged is reported, with its place");

    said[0] = '\0';
    report.damaged = 0;
    llmgw_log_close(&l.log);

    /* as if there had never been totals */

    for (i = 0; i <= upto; i++) {
        llmgw_disk_path(path, dir, i, LLMGW_TOTALS_SUFFIX);
        unlink(path);
    }

    llmgw_disk_path(path, dir, upto, LLMGW_LEDGER_SUFFIX);
    p = file_slurp(path, &len);
    p[200] ^= 1;
    file_put(path, p, len);
    free(p);

    memset(&l.pos, 0, sizeof(l.pos));
    file_open(&l, 8192);
    check_int(report.damaged, 1);
    check(strstr(said, ".led: damaged from offset ") != NULL);
    llmgw_log_close(&l.log);
}


/* Entities in the files, and in a table. */

#define FILE_ENTITIES  40

typedef struct {
    unsigned   version[FILE_ENTITIES];
    unsigned   seen;
    unsigned   wrong;
} file_model_t;


static llmgw_int_t
file_entity(void *data, const llmgw_entity_t *e, const llmgw_place_t *place)
{
    char           path[LLMGW_PATH_MAX], text[32];
    unsigned       n;
    llmgw_frame_t  f;
    file_model_t  *m = data;
    llmgw_walk_t r;
    llmgw_entity_t again;

    n = (unsigned) strtoul((char *) e->id.data, NULL, 10);

    snprintf(text, sizeof(text), "{\"n\":%u}", m->version[n]);

    if (m->version[n] == 0 || !llmgw_str_eq(test_cstr(text), e->json)) {
        m->wrong++;
    }

    m->seen++;

    /* the place is where it is */

    llmgw_place_path(path, dir, place->segment);

    if (llmgw_walk_open(&r, path, (int64_t) place->offset) != 0
        || llmgw_walk_next(&r, &f) != LLMGW_OK
        || f.size != place->length
        || llmgw_entity_read(f.payload, &again) != LLMGW_OK
        || again.version != e->version)
    {
        m->wrong++;
    }

    llmgw_walk_close(&r);

    return LLMGW_OK;
}


static void
test_file_entities(void)
{
    char             id[16], json[32], path[LLMGW_PATH_MAX];
    size_t           i, k, len, live;
    u_char          *p;
    int64_t          now;
    uint64_t         changes, snapshot, number;
    unsigned         n, count;
    llmgw_int_t      rc;
    llmgw_log_t      log;
    file_model_t     m;
    llmgw_entity_t   e;
    llmgw_log_pos_t  pos;

    test_case("entities: the same, whatever was compacted");

    file_clear();
    memset(&m, 0, sizeof(m));
    memset(&e, 0, sizeof(e));
    memset(&pos, 0, sizeof(pos));

    now = 1760000000000;
    count = 0;

    check_int(llmgw_log_open(&log, dir, LLMGW_ENTITIES_SUFFIX,
                             LLMGW_FILE_ENTITIES, llmgw_null_str, -1, &pos,
                             1 << 20), 0);
    check_int(llmgw_log_ready(&log, now, NULL, 0), 0);

    for (i = 0; i < 300; i++) {

        for (k = test_random(20); k; k--) {

            n = test_random(FILE_ENTITIES);

            snprintf(id, sizeof(id), "%u", n);
            e.kind = n % 5;
            e.id = llmgw_str((u_char *) id, strlen(id) + 1);
            e.version = log.next.seq + 1;

            if (test_random(4) == 0) {
                m.version[n] = 0;
                e.json = llmgw_null_str;

            } else {
                m.version[n] = ++count;
                snprintf(json, sizeof(json), "{\"n\":%u}", count);
                e.json = test_cstr(json);
            }

            p = llmgw_log_room(&log, llmgw_entity_size(&e));
            (void) llmgw_entity_write(p, &e);
            llmgw_log_add(&log, e.json.len ? LLMGW_RECORD_PUT
                                           : LLMGW_RECORD_DELETE,
                          llmgw_entity_size(&e));
        }

        if (log.len) {
            check_int(llmgw_log_write(&log), 0);
        }

        if (test_random(10) == 0) {

            check_int(llmgw_log_turn(&log, now, NULL, 0), 0);
            check_int(llmgw_entities_compact(dir, log.pos.number - 1, now,
                                             &report), LLMGW_OK);
            check_int(llmgw_entities_garbage(dir, &changes, &snapshot,
                                             &number), LLMGW_OK);
            check_int(number, log.pos.number - 1);
            check(changes < 200 && snapshot > 100);
        }

        if (test_random(10) == 0) {
            check(llmgw_entities_clean(dir) >= 0);
        }

        for (n = 0, live = 0; n < FILE_ENTITIES; n++) {
            live += m.version[n] != 0;
        }

        m.seen = 0;
        check_int(llmgw_entities_load(dir, &pos, &report, file_entity, &m),
                  LLMGW_OK);
        check_int(m.seen, live);
        check_int(m.wrong, 0);
        check_int(pos.offset, log.pos.offset);
        check_int(pos.seq, log.pos.seq);
    }

    check_str(test_cstr(said), llmgw_lit(""));

    test_case("entities: a damaged snapshot, the one before it");

    check_int(llmgw_log_turn(&log, now, NULL, 0), 0);
    check_int(llmgw_entities_compact(dir, log.pos.number - 1, now, &report),
              LLMGW_OK);
    check(llmgw_entities_clean(dir) >= 0);

    llmgw_disk_path(path, dir, log.pos.number - 1, LLMGW_SNAPSHOT_SUFFIX);
    p = file_slurp(path, &len);
    p[len / 2] ^= 1;
    file_put(path, p, len);

    m.seen = 0;
    check_int(llmgw_entities_load(dir, &pos, &report, file_entity, &m),
              LLMGW_OK);
    check_int(m.seen, live);
    check_int(m.wrong, 0);
    check(strstr(said, ".snp: damaged at offset ") != NULL);

    p[len / 2] ^= 1;
    file_put(path, p, len - 40);
    free(p);
    m.seen = 0;
    check_int(llmgw_entities_load(dir, &pos, &report, file_entity, &m),
              LLMGW_OK);
    check_int(m.seen, live);

    test_case("entities: damaged changes are refused, with their place");

    said[0] = '\0';
    report.damaged = 0;

    llmgw_disk_path(path, dir, log.pos.number - 1, LLMGW_ENTITIES_SUFFIX);
    p = file_slurp(path, &len);
    p[100] ^= 1;
    file_put(path, p, len);
    free(p);

    rc = llmgw_entities_load(dir, &pos, &report, file_entity, &m);
    check_int(rc, LLMGW_INVALID);
    check(strstr(said, ".ent: damaged from offset ") != NULL);
    check_int(llmgw_entities_compact(dir, log.pos.number, now, &report),
              LLMGW_INVALID);

    llmgw_log_close(&log);
}


int
main(int argc, char **argv)
{
    snprintf(dir, sizeof(dir), "%s/llmgw-file-%d",
             argc > 1 ? argv[1] : "/tmp", (int) getpid());

    if (mkdir(dir, 0700) != 0) {
        perror(dir);
        return 2;
    }

    test_file_reader();
    test_file_log();
    test_file_fold();
    test_file_entities();

    file_clear();
    rmdir(dir);

    return test_done();
}
