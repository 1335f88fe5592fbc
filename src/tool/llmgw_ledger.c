
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * llmgw-ledger: looks at the files of a store, and may do so while a gateway
 * works with them.  See docs/ledger.md.
 */


#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "llmgw_entities.h"
#include "llmgw_ledger.h"
#include "llmgw_policy.h"
#include "llmgw_price.h"


#define LLMGW_TOOL_DAMAGED  1
#define LLMGW_TOOL_USAGE    2
#define LLMGW_TOOL_FAILED   3


typedef struct {
    const char          *dir;
    const char          *prices;     /* a file, or NULL */
    int64_t              from;       /* Unix ms, of the end of a request */
    int64_t              to;
    unsigned             csv:1;

    llmgw_price_list_t   list;
    llmgw_heap_t         list_heap;
    llmgw_report_t       report;
} llmgw_tool_t;


typedef struct {
    int64_t              requests;
    int64_t              lost;
    int64_t              prompt;
    int64_t              completion;
    int64_t              cost;
    int64_t              unpriced;
} llmgw_count_t;


typedef struct {
    const char          *name;
    size_t               offset;
} llmgw_column_t;


#define llmgw_column(name, member)  { name, offsetof(llmgw_spend_t, member) }


static const llmgw_column_t  llmgw_texts[] = {
    llmgw_column("request_id", request_id),
    llmgw_column("api_key", key),
    llmgw_column("key_alias", key_alias),
    llmgw_column("user", user),
    llmgw_column("team_id", team),
    llmgw_column("organization_id", organization),
    llmgw_column("end_user", customer),
    llmgw_column("model_group", model),
    llmgw_column("model", upstream),
    llmgw_column("deployment", deployment),
    llmgw_column("custom_llm_provider", provider),
    llmgw_column("call_type", endpoint),
    llmgw_column("service_tier", tier),
    llmgw_column("error_code", error),
    llmgw_column("session_id", session),
    llmgw_column("requester_ip_address", address),
    llmgw_column("node", node)
};


static const llmgw_column_t  llmgw_counts[] = {
    llmgw_column("prompt_tokens", prompt),
    llmgw_column("completion_tokens", completion),
    llmgw_column("cached_tokens", cached),
    llmgw_column("cache_write_tokens", cache_write),
    llmgw_column("cache_write_1h_tokens", cache_write_1h),
    llmgw_column("reasoning_tokens", reasoning),
    llmgw_column("audio_in_tokens", audio_in),
    llmgw_column("audio_out_tokens", audio_out),
    llmgw_column("image_in_tokens", image_in),
    llmgw_column("image_out_tokens", image_out),
    llmgw_column("images", images),
    llmgw_column("characters", characters),
    llmgw_column("queries", queries),
    llmgw_column("audio_ms", audio_ms)
};


static const struct {
    const char  *name;
    uint32_t     flag;
} llmgw_flags[] = {
    { "stream", LLMGW_SPEND_STREAM },
    { "estimated", LLMGW_SPEND_ESTIMATED },
    { "unpriced", LLMGW_SPEND_UNPRICED },
    { "cache_hit", LLMGW_SPEND_CACHE_HIT },
    { "aborted", LLMGW_SPEND_ABORTED },
    { "stopped", LLMGW_SPEND_STOPPED },
    { "failed", LLMGW_SPEND_FAILED }
};


static int llmgw_usage(void);
static int llmgw_options(llmgw_tool_t *t, int argc, char **argv);
static int llmgw_time(const char *s, int64_t *ms);
static int llmgw_prices(llmgw_tool_t *t);
static void llmgw_said(void *data, llmgw_report_e level, const char *text);
static int llmgw_verify(llmgw_tool_t *t);
static long llmgw_verify_files(llmgw_tool_t *t, const char *sub,
    const char *suffix, int whole);
static int llmgw_replay(llmgw_tool_t *t);
static llmgw_int_t llmgw_replay_frame(llmgw_tool_t *t, llmgw_sums_t *sums,
    llmgw_count_t *n, const llmgw_frame_t *f, u_char *buf, size_t size);
static int llmgw_named(llmgw_tool_t *t, const llmgw_spend_t *s,
    llmgw_price_t *price);
static void llmgw_price(llmgw_tool_t *t, llmgw_spend_t *s);
static int llmgw_export(llmgw_tool_t *t);
static void llmgw_export_head(void);
static void llmgw_export_row(llmgw_tool_t *t, unsigned type,
    const llmgw_spend_t *s);
static void llmgw_put_money(int64_t nano);
static void llmgw_put_text(llmgw_tool_t *t, llmgw_str_t s);
static void llmgw_put_time(llmgw_tool_t *t, int64_t ms);


int
main(int argc, char **argv)
{
    int            rc;
    llmgw_tool_t   t;

    memset(&t, 0, sizeof(llmgw_tool_t));

    t.to = INT64_MAX;
    t.report.handler = llmgw_said;

    if (argc < 3 || llmgw_options(&t, argc - 3, argv + 3) != 0) {
        return llmgw_usage();
    }

    t.dir = argv[2];

    if (access(t.dir, R_OK|X_OK) != 0) {
        fprintf(stderr, "llmgw-ledger: %s: %s\n", t.dir, strerror(errno));
        return LLMGW_TOOL_FAILED;
    }

    if (t.prices && llmgw_prices(&t) != 0) {
        return LLMGW_TOOL_FAILED;
    }

    if (strcmp(argv[1], "verify") == 0) {
        rc = llmgw_verify(&t);

    } else if (strcmp(argv[1], "replay") == 0) {
        rc = llmgw_replay(&t);

    } else if (strcmp(argv[1], "export") == 0) {
        rc = llmgw_export(&t);

    } else {
        return llmgw_usage();
    }

    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "llmgw-ledger: %s\n", strerror(errno));
        return LLMGW_TOOL_FAILED;
    }

    llmgw_heap_free(&t.list_heap);

    return rc;
}


static int
llmgw_usage(void)
{
    fprintf(stderr,
            "usage: llmgw-ledger verify DIR\n"
            "       llmgw-ledger replay DIR [--prices FILE] [--from TIME]"
            " [--to TIME]\n"
            "       llmgw-ledger export DIR [--prices FILE] [--from TIME]"
            " [--to TIME] [--csv]\n"
            "\n"
            "DIR is the directory of \"llmgw_store file:DIR\"; TIME is "
            "YYYY-MM-DD or\nYYYY-MM-DDTHH:MM:SSZ.  Exit status: 0, 1 where "
            "something is damaged, 2 wrong\nuse, 3 a file could not be "
            "read.\n");

    return LLMGW_TOOL_USAGE;
}


static int
llmgw_options(llmgw_tool_t *t, int argc, char **argv)
{
    int  i;

    for (i = 0; i < argc; i++) {

        if (strcmp(argv[i], "--csv") == 0) {
            t->csv = 1;
            continue;
        }

        if (i + 1 == argc) {
            return -1;
        }

        if (strcmp(argv[i], "--prices") == 0) {
            t->prices = argv[++i];

        } else if (strcmp(argv[i], "--from") == 0) {

            if (llmgw_time(argv[++i], &t->from) != 0) {
                return -1;
            }

        } else if (strcmp(argv[i], "--to") == 0) {

            if (llmgw_time(argv[++i], &t->to) != 0) {
                return -1;
            }

        } else {
            return -1;
        }
    }

    return 0;
}


static int
llmgw_time(const char *s, int64_t *ms)
{
    char       *end;
    struct tm   tm;

    memset(&tm, 0, sizeof(struct tm));

    end = strptime(s, "%Y-%m-%d", &tm);

    if (end != NULL && *end == 'T') {
        end = strptime(end, "T%H:%M:%SZ", &tm);
    }

    if (end == NULL || *end != '\0') {
        return -1;
    }

    *ms = (int64_t) timegm(&tm) * 1000;

    return 0;
}


static int
llmgw_prices(llmgw_tool_t *t)
{
    FILE           *f;
    long            size;
    u_char         *text;
    llmgw_int_t     rc;
    llmgw_str_t     error;
    llmgw_heap_t    tmp;
    llmgw_arena_t  *a;

    rc = LLMGW_ERROR;
    text = NULL;
    error = llmgw_null_str;

    a = llmgw_heap_init(&t->list_heap, 65536);
    f = fopen(t->prices, "rb");

    if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0
        || fseek(f, 0, SEEK_SET) != 0
        || (text = malloc((size_t) size + 1)) == NULL
        || fread(text, 1, (size_t) size, f) != (size_t) size)
    {
        fprintf(stderr, "llmgw-ledger: %s: %s\n", t->prices,
                strerror(errno));

    } else {
        rc = llmgw_price_read(&t->list, a, llmgw_heap_init(&tmp, 65536),
                              llmgw_str(text, (size_t) size), &error);

        if (rc != LLMGW_OK) {
            fprintf(stderr, "llmgw-ledger: %s: %.*s\n", t->prices,
                    (int) error.len, (const char *) error.data);
        }

        llmgw_heap_free(&tmp);
    }

    if (f != NULL) {
        fclose(f);
    }

    free(text);

    return rc == LLMGW_OK ? 0 : -1;
}


static void
llmgw_said(void *data, llmgw_report_e level, const char *text)
{
    fprintf(stderr, "%s\n", text);
}


static int
llmgw_verify(llmgw_tool_t *t)
{
    long    damaged, n;
    size_t  i;

    static const struct {
        const char  *sub;
        const char  *suffix;
        int          whole;      /* it has its name when it is complete */
    } kinds[] = {
        { "ledger", LLMGW_LEDGER_SUFFIX, 0 },
        { "ledger", LLMGW_TOTALS_SUFFIX, 1 },
        { "ledger", LLMGW_GROUPS_SUFFIX, 1 },
        { "entities", LLMGW_ENTITIES_SUFFIX, 0 },
        { "entities", LLMGW_SNAPSHOT_SUFFIX, 1 },
        { "audit", ".aud", 0 }
    };

    damaged = 0;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {

        n = llmgw_verify_files(t, kinds[i].sub, kinds[i].suffix,
                               kinds[i].whole);
        if (n < 0) {
            return LLMGW_TOOL_FAILED;
        }

        damaged += n;
    }

    return damaged ? LLMGW_TOOL_DAMAGED : 0;
}


/* The count of damaged places, -1. */

static long
llmgw_verify_files(llmgw_tool_t *t, const char *sub, const char *suffix,
    int whole)
{
    int             last;
    char            dir[LLMGW_PATH_MAX], path[LLMGW_PATH_MAX];
    long            damaged;
    ssize_t         i, n;
    uint64_t       *list, records;
    llmgw_int_t     rc;
    llmgw_heap_t    heap;
    llmgw_walk_t    walk;
    llmgw_frame_t   f;

    snprintf(dir, sizeof(dir), "%.900s/%s", t->dir, sub);

    n = llmgw_disk_list(llmgw_heap_init(&heap, 4096), dir, suffix, &list);

    damaged = n < 0 ? -1 : 0;

    for (i = 0; i < n; i++) {

        last = (i == n - 1);
        records = 0;

        llmgw_disk_path(path, dir, list[i], suffix);

        if (i && !whole && list[i] != list[i - 1] + 1) {
            printf("%s: files %" PRIu64 " to %" PRIu64 " are missing\n", dir,
                   list[i - 1] + 1, list[i] - 1);
            damaged++;
        }

        if (llmgw_walk_open(&walk, path, 0) != 0) {
            fprintf(stderr, "llmgw-ledger: %s: %s\n", path, strerror(errno));
            damaged = -1;
            break;
        }

        f.type = 0;

        do {
            rc = llmgw_walk_next(&walk, &f);

            if (rc == LLMGW_OK) {
                records++;

            } else if (rc == LLMGW_INVALID) {
                printf("%s: damaged from offset %" PRIu64 " to %" PRIu64
                       "\n", path, walk.bad, walk.pos);
                damaged++;
            }

        } while (rc == LLMGW_OK || rc == LLMGW_INVALID);

        if (rc == LLMGW_AGAIN && last && !whole) {

            /* it is being written, or will be written over */

            printf("%s: the last record, at offset %" PRIu64
                   ", is not complete\n", path, walk.pos);

        } else if (rc == LLMGW_AGAIN
                   || (f.type != LLMGW_RECORD_END && (whole || !last)))
        {
            printf("%s: damaged from offset %" PRIu64 " to its end\n", path,
                   walk.pos);
            damaged++;

        } else if (rc == LLMGW_ERROR) {
            fprintf(stderr, "llmgw-ledger: %s: %s\n", path, strerror(errno));
            llmgw_walk_close(&walk);
            damaged = -1;
            break;
        }

        printf("%s: %" PRIu64 " records\n", path, records);

        llmgw_walk_close(&walk);
    }

    llmgw_heap_free(&heap);

    return damaged;
}


/* Adds up all that is there, by the rule that a gateway's start uses. */

static int
llmgw_replay(llmgw_tool_t *t)
{
    char                dir[LLMGW_PATH_MAX];
    u_char             *buf;
    llmgw_int_t         rc;
    llmgw_str_t         kind;
    llmgw_heap_t        heap;
    llmgw_sums_t        sums;
    llmgw_tail_t        tail;
    llmgw_count_t       n;
    llmgw_frame_t       f;
    llmgw_sums_node_t  *node;

    memset(&n, 0, sizeof(llmgw_count_t));
    snprintf(dir, sizeof(dir), "%.900s/ledger", t->dir);

    buf = malloc(LLMGW_FRAME_MAX);

    if (buf == NULL
        || llmgw_sums_init(&sums, llmgw_heap_init(&heap, 1024 * 1024))
           != LLMGW_OK)
    {
        fprintf(stderr, "llmgw-ledger: no memory\n");
        return LLMGW_TOOL_FAILED;
    }

    llmgw_tail_init(&tail, dir, LLMGW_LEDGER_SUFFIX, NULL, &t->report);

    for ( ;; ) {

        rc = llmgw_tail_next(&tail, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        rc = llmgw_replay_frame(t, &sums, &n, &f, buf, LLMGW_FRAME_MAX);

        if (rc == LLMGW_ERROR) {
            break;
        }
    }

    llmgw_tail_close(&tail);

    if (rc != LLMGW_DONE) {
        fprintf(stderr, "llmgw-ledger: %s: %s\n", dir, strerror(errno));
        return LLMGW_TOOL_FAILED;
    }

    for (node = sums.first; node != NULL; node = node->newer) {

        if (node->total.kind >= LLMGW_KINDS) {
            continue;
        }

        kind = llmgw_kind_name((llmgw_kind_e) node->total.kind);

        printf("{\"kind\":\"%.*s\",\"id\":", (int) kind.len,
               (const char *) kind.data);
        llmgw_put_text(t, node->total.id);
        printf(",\"meter\":");
        llmgw_put_text(t, node->total.meter);
        printf(",\"spend\":");
        llmgw_put_money(node->total.spend);
        printf(",\"total\":");
        llmgw_put_money(node->total.total);
        printf(",\"reset_at\":%" PRId64 ",\"requests\":%" PRId64
               ",\"tokens\":%" PRId64 "}\n", node->total.reset_at,
               node->total.requests, node->total.tokens);
    }

    printf("{\"kind\":\"all\",\"requests\":%" PRId64 ",\"lost\":%" PRId64
           ",\"prompt_tokens\":%" PRId64 ",\"completion_tokens\":%" PRId64
           ",\"unpriced\":%" PRId64 ",\"cost\":", n.requests, n.lost,
           n.prompt, n.completion, n.unpriced);
    llmgw_put_money(n.cost);
    printf("}\n");

    llmgw_heap_free(&heap);
    free(buf);

    return t->report.damaged ? LLMGW_TOOL_DAMAGED : 0;
}


static llmgw_int_t
llmgw_replay_frame(llmgw_tool_t *t, llmgw_sums_t *sums, llmgw_count_t *n,
    const llmgw_frame_t *f, u_char *buf, size_t size)
{
    size_t          len;
    llmgw_frame_t   priced;
    llmgw_spend_t   s;

    if (f->type != LLMGW_RECORD_SPEND && f->type != LLMGW_RECORD_LOST) {
        return llmgw_sums_frame(sums, f);
    }

    if (llmgw_spend_read(f->payload, &s) != LLMGW_OK) {
        t->report.damaged++;
        return LLMGW_INVALID;
    }

    if (s.end < t->from || s.end >= t->to) {
        return LLMGW_OK;
    }

    if (f->type == LLMGW_RECORD_LOST) {
        n->lost++;
        return LLMGW_OK;
    }

    if (t->prices) {
        llmgw_price(t, &s);
    }

    n->requests++;
    n->prompt += s.prompt > 0 ? s.prompt : 0;
    n->completion += s.completion > 0 ? s.completion : 0;
    n->cost += s.cost;
    n->unpriced += (s.flags & LLMGW_SPEND_UNPRICED) != 0;

    if (t->prices == NULL) {
        return llmgw_sums_frame(sums, f);
    }

    len = llmgw_spend_size(&s);

    if (len == 0 || len > size) {
        t->report.damaged++;
        return LLMGW_INVALID;
    }

    (void) llmgw_spend_write(buf, &s);

    priced = *f;
    priced.payload = llmgw_str(buf, len);

    return llmgw_sums_frame(sums, &priced);
}


/*
 * Whether the file of prices names a model: those that are built in do not
 * replace what nginx.conf has said.
 */

static int
llmgw_named(llmgw_tool_t *t, const llmgw_spend_t *s, llmgw_price_t *price)
{
    size_t                 i;
    llmgw_price_t          builtin;
    llmgw_price_entry_t   *e;

    if (llmgw_price_find(&t->list, s->provider, s->upstream, price)
        != LLMGW_OK)
    {
        return 0;
    }

    for (i = 0; i < t->list.n; i++) {

        e = &t->list.entries[i];

        if (llmgw_str_eq(e->model, s->upstream)
            && (e->provider.len == 0
                || llmgw_str_eq(e->provider, s->provider)))
        {
            return 1;
        }
    }

    /* it may have been found by a part of its name */

    return llmgw_price_find(NULL, s->provider, s->upstream, &builtin)
           != LLMGW_OK
           || memcmp(&builtin, price, sizeof(llmgw_price_t)) != 0;
}


/* What was answered from a cache stays free. */

static void
llmgw_price(llmgw_tool_t *t, llmgw_spend_t *s)
{
    int64_t         cost;
    llmgw_usage_t   u;
    llmgw_price_t   price;

    if ((s->flags & LLMGW_SPEND_CACHE_HIT) || !llmgw_named(t, s, &price)) {
        return;
    }

    llmgw_usage_init(&u);

    u.prompt = s->prompt;
    u.completion = s->completion;
    u.cached = s->cached;
    u.cache_write = s->cache_write;
    u.cache_write_1h = s->cache_write_1h;
    u.reasoning = s->reasoning;
    u.audio_in = s->audio_in;
    u.audio_out = s->audio_out;
    u.image_in = s->image_in;
    u.image_out = s->image_out;
    u.images = s->images;
    u.characters = s->characters;
    u.queries = s->queries;
    u.seconds = s->audio_ms < 0 ? -1 : (double) s->audio_ms / 1000;

    cost = llmgw_price_cost(&price, &u);

    if (cost >= 0) {
        s->cost = cost;
        s->flags &= ~LLMGW_SPEND_UNPRICED;
    }
}


static int
llmgw_export(llmgw_tool_t *t)
{
    char            dir[LLMGW_PATH_MAX];
    llmgw_int_t     rc;
    llmgw_tail_t    tail;
    llmgw_frame_t   f;
    llmgw_spend_t   s;

    snprintf(dir, sizeof(dir), "%.900s/ledger", t->dir);

    if (t->csv) {
        llmgw_export_head();
    }

    llmgw_tail_init(&tail, dir, LLMGW_LEDGER_SUFFIX, NULL, &t->report);

    for ( ;; ) {

        rc = llmgw_tail_next(&tail, &f);

        if (rc != LLMGW_OK) {
            break;
        }

        if (f.type != LLMGW_RECORD_SPEND && f.type != LLMGW_RECORD_LOST) {
            continue;
        }

        if (llmgw_spend_read(f.payload, &s) != LLMGW_OK) {
            t->report.damaged++;
            continue;
        }

        if (s.end < t->from || s.end >= t->to) {
            continue;
        }

        if (t->prices && f.type == LLMGW_RECORD_SPEND) {
            llmgw_price(t, &s);
        }

        llmgw_export_row(t, f.type, &s);
    }

    llmgw_tail_close(&tail);

    if (rc != LLMGW_DONE) {
        fprintf(stderr, "llmgw-ledger: %s: %s\n", dir, strerror(errno));
        return LLMGW_TOOL_FAILED;
    }

    return t->report.damaged ? LLMGW_TOOL_DAMAGED : 0;
}


static void
llmgw_export_head(void)
{
    size_t  i;

    printf("type,startTime,endTime,status,spend");

    for (i = 0; i < sizeof(llmgw_texts) / sizeof(llmgw_texts[0]); i++) {
        printf(",%s", llmgw_texts[i].name);
    }

    for (i = 0; i < sizeof(llmgw_counts) / sizeof(llmgw_counts[0]); i++) {
        printf(",%s", llmgw_counts[i].name);
    }

    printf(",latency_ms,first_token_ms,upstream_ms,attempts");

    for (i = 0; i < sizeof(llmgw_flags) / sizeof(llmgw_flags[0]); i++) {
        printf(",%s", llmgw_flags[i].name);
    }

    printf(",request_tags\n");
}


#define llmgw_name(t, name)                                                  \
    do {                                                                     \
        if ((t)->csv) {                                                      \
            putchar(',');                                                    \
                                                                             \
        } else {                                                             \
            printf(",\"%s\":", name);                                        \
        }                                                                    \
    } while (0)


static void
llmgw_export_row(llmgw_tool_t *t, unsigned type, const llmgw_spend_t *s)
{
    size_t        i;
    int64_t       n;
    llmgw_str_t   text;

    printf(t->csv ? "%s" : "{\"type\":\"%s\"",
           type == LLMGW_RECORD_LOST ? "lost" : "request");

    llmgw_name(t, "startTime");
    llmgw_put_time(t, s->start);
    llmgw_name(t, "endTime");
    llmgw_put_time(t, s->end);
    llmgw_name(t, "status");
    printf("%u", s->status);
    llmgw_name(t, "spend");
    llmgw_put_money(s->cost);

    for (i = 0; i < sizeof(llmgw_texts) / sizeof(llmgw_texts[0]); i++) {

        memcpy(&text, (const char *) s + llmgw_texts[i].offset,
               sizeof(llmgw_str_t));

        llmgw_name(t, llmgw_texts[i].name);
        llmgw_put_text(t, text);
    }

    for (i = 0; i < sizeof(llmgw_counts) / sizeof(llmgw_counts[0]); i++) {

        memcpy(&n, (const char *) s + llmgw_counts[i].offset,
               sizeof(int64_t));

        llmgw_name(t, llmgw_counts[i].name);

        if (n >= 0) {
            printf("%" PRId64, n);

        } else if (!t->csv) {
            printf("null");
        }
    }

    llmgw_name(t, "latency_ms");
    printf("%u", s->latency_ms);
    llmgw_name(t, "first_token_ms");
    printf("%u", s->first_ms);
    llmgw_name(t, "upstream_ms");
    printf("%u", s->upstream_ms);
    llmgw_name(t, "attempts");
    printf("%u", s->attempts);

    for (i = 0; i < sizeof(llmgw_flags) / sizeof(llmgw_flags[0]); i++) {
        llmgw_name(t, llmgw_flags[i].name);
        printf("%s", (s->flags & llmgw_flags[i].flag) ? "true" : "false");
    }

    llmgw_name(t, "request_tags");

    if (!t->csv) {
        putchar('[');
    }

    for (i = 0; i < s->ntags; i++) {

        if (i) {
            putchar(t->csv ? ' ' : ',');
        }

        llmgw_put_text(t, s->tags[i]);
    }

    printf("%s", t->csv ? "\n" : "]}\n");
}


/* dollars, exactly */

static void
llmgw_put_money(int64_t nano)
{
    uint64_t  n;

    n = nano < 0 ? 0 - (uint64_t) nano : (uint64_t) nano;

    printf("%s%" PRIu64 ".%09" PRIu64, nano < 0 ? "-" : "",
           n / 1000000000, n % 1000000000);
}


/* in a table, what a spreadsheet would take for a formula is no formula */

static void
llmgw_put_text(llmgw_tool_t *t, llmgw_str_t s)
{
    size_t   i;
    u_char   c;

    if (t->csv && s.len == 0) {
        return;
    }

    putchar('"');

    if (t->csv && strchr("=+-@\t\r", s.data[0]) != NULL) {
        putchar('\'');
    }

    for (i = 0; i < s.len; i++) {

        c = s.data[i];

        if (t->csv) {

            if (c == '"') {
                putchar('"');
            }

            putchar(c < 0x20 ? ' ' : c);

        } else if (c == '"' || c == '\\') {
            putchar('\\');
            putchar(c);

        } else if (c < 0x20) {
            printf("\\u%04x", c);

        } else {
            putchar(c);
        }
    }

    putchar('"');
}


static void
llmgw_put_time(llmgw_tool_t *t, int64_t ms)
{
    char       buf[32];
    time_t     sec;
    struct tm  tm;

    sec = (time_t) (ms / 1000);

    gmtime_r(&sec, &tm);
    strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%S", &tm);

    printf(t->csv ? "%s.%03dZ" : "\"%s.%03dZ\"", buf, (int) (ms % 1000));
}
