
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_bytes.h"
#include "llmgw_policy.h"
#include "llmgw_sums.h"


static u_char  buf[65536 + 64];


static llmgw_str_t
record_frame(unsigned type, uint64_t seq, llmgw_str_t payload)
{
    u_char  *end;

    memset(buf, 0xee, sizeof(buf));

    (void) llmgw_put_bytes(buf + LLMGW_FRAME_HEADER, payload);
    end = llmgw_frame_write(buf, type, seq, payload.len);

    return llmgw_str(buf, (size_t) (end - buf));
}


static void
test_crc(void)
{
    size_t    i, n;
    u_char    p[300];
    uint32_t  crc, bit;
    unsigned  k;

    /* RFC 3720, appendix B.4 */

    static const struct {
        int       from;
        int       step;
        uint32_t  crc;
    } rows[] = {
        { 0, 0, 0x8a9136aa },
        { 0xff, 0, 0x62a8ab43 },
        { 0, 1, 0x46dd794e },
        { 31, -1, 0x113fdb5c }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("crc: row %zu", i);

        for (n = 0; n < 32; n++) {
            p[n] = (u_char) (rows[i].from + rows[i].step * (int) n);
        }

        check_int(llmgw_crc32c(0, p, 32), rows[i].crc);
    }

    test_case("crc: the same bit by bit, and in pieces");

    for (n = 0; n < sizeof(p); n++) {
        p[n] = (u_char) test_random(256);
    }

    for (n = 0; n < sizeof(p); n += 7) {

        crc = 0xffffffff;

        for (i = 0; i < n; i++) {
            crc ^= p[i];

            for (k = 0; k < 8; k++) {
                bit = crc & 1;
                crc = (crc >> 1) ^ (bit ? 0x82f63b78 : 0);
            }
        }

        check_int(llmgw_crc32c(0, p, n), ~crc);
        check_int(llmgw_crc32c(llmgw_crc32c(0, p, n / 3), p + n / 3,
                               n - n / 3), (uint32_t) ~crc);
    }
}


static void
test_frames(void)
{
    size_t         i, n;
    u_char         text[64], *copy;
    llmgw_int_t    rc;
    llmgw_str_t    s;
    llmgw_frame_t  f;

    memset(text, 'x', sizeof(text));

    for (n = 0; n <= sizeof(text); n++) {

        test_case("frame: payload of %zu bytes", n);

        s = record_frame(LLMGW_RECORD_AUDIT, 0x1122334455667788ULL,
                         llmgw_str(text, n));

        check_int(s.len, llmgw_frame_size(n));
        check_int(s.len % 8, 0);
        check_int(buf[s.len], 0xee);

        check_int(llmgw_frame_read(test_guard(s), s.len, &f), LLMGW_OK);
        check_int(f.type, LLMGW_RECORD_AUDIT);
        check_int(f.version, 1);
        check_int(f.seq, 0x1122334455667788ULL);
        check_int(f.size, s.len);
        check_str(f.payload, llmgw_str(text, n));

        check_int(llmgw_frame_read_back(test_guard_front(s), s.len, &f),
                  LLMGW_OK);
        check_str(f.payload, llmgw_str(text, n));

        for (i = 0; i < s.len; i++) {

            /* a beginning of a frame is no damage */

            test_at("cut at %zu", i);

            check_int(llmgw_frame_read(test_guard(llmgw_str(s.data, i)), i,
                                       &f), LLMGW_AGAIN);
            check_int(f.size, i < 8 ? 0 : s.len);

            rc = llmgw_frame_read_back(test_guard(llmgw_str(s.data + i,
                                                            s.len - i)),
                                       s.len - i, &f);
            check(rc == (i == 0 ? LLMGW_OK : LLMGW_AGAIN));
        }

        copy = malloc(s.len);
        memcpy(copy, s.data, s.len);

        for (i = 0; i < s.len; i++) {

            /* each single byte matters */

            test_at("byte %zu", i);

            copy[i] ^= 0x10;
            rc = llmgw_frame_read(copy, s.len, &f);
            check(rc == LLMGW_INVALID
                  || (rc == LLMGW_AGAIN && i >= 4 && i < 8
                      && f.size > s.len));
            copy[i] ^= 0x10;
        }

        free(copy);
    }

    test_case("frame: found behind damage");

    s = record_frame(LLMGW_RECORD_PUT, 1, llmgw_lit("one"));
    n = s.len;
    memcpy(text, buf, n);
    memset(buf, 0x5a, 4096);
    memcpy(buf + 800, text, n);

    check_int(llmgw_frame_find(buf, 4096), 800);
    check_int(llmgw_frame_find(buf + 8, 4096), 792);
    check_int(llmgw_frame_find(buf, 800 + n), 800);
    check_int(llmgw_frame_find(buf, 800 + n - 1), 800 + n - 1);
    check_int(llmgw_frame_find(buf, 0), 0);

    memcpy(buf + 104, text, 16);
    check_int(llmgw_frame_find(buf, 4096), 800);
}


static void
record_fill(llmgw_spend_t *s)
{
    llmgw_spend_init(s);

    s->ring = 0xfedcba9876543210ULL;
    s->seq = 77;
    s->start = 1760000000123;
    s->end = 1760000004567;
    s->cost = 123456789012;
    s->prompt = 1000;
    s->completion = 2000;
    s->cached = 0;
    s->images = 3000000000;
    s->first_ms = 350;
    s->latency_ms = 4444;
    s->upstream_ms = 4400;
    s->status = 200;
    s->attempts = 2;
    s->flags = LLMGW_SPEND_STREAM|LLMGW_SPEND_ESTIMATED;
    s->request_id = llmgw_lit("req-1");
    s->key = llmgw_lit("0123456789abcdef0123456789abcdef"
                       "0123456789abcdef0123456789abcdef");
    s->key_alias = llmgw_lit("alias");
    s->user = llmgw_lit("user");
    s->team = llmgw_lit("team");
    s->customer = llmgw_lit("customer \"x\"");
    s->model = llmgw_lit("gpt-4o");
    s->upstream = llmgw_lit("gpt-4o-2024");
    s->deployment = llmgw_lit("@openai");
    s->provider = llmgw_lit("openai");
    s->endpoint = llmgw_lit("chat");
    s->node = llmgw_lit("node-1");
    s->tags[0] = llmgw_lit("prod");
    s->tags[1] = llmgw_lit("blue");
    s->ntags = 2;

    s->charges[0].kind = LLMGW_KIND_KEY;
    s->charges[0].id = s->key;
    s->charges[0].meter = llmgw_null_str;
    s->charges[0].reset_at = 1760054400;
    s->charges[1] = s->charges[0];
    s->charges[1].meter = llmgw_lit("gpt-4o");
    s->charges[2].kind = LLMGW_KIND_TAG;
    s->charges[2].id = s->tags[1];
    s->charges[2].meter = llmgw_null_str;
    s->charges[2].reset_at = 0;
    s->charges[3].kind = LLMGW_KIND_GLOBAL;
    s->charges[3].id = llmgw_lit("global");
    s->charges[3].meter = llmgw_lit("7d");
    s->charges[3].reset_at = 1760054401;
    s->ncharges = 4;
}


static void
test_spend(void)
{
    size_t         i, n;
    u_char        *p, *end;
    unsigned       k;
    llmgw_int_t    rc;
    llmgw_str_t    text;
    llmgw_spend_t  s, t;

    static u_char  longest[1024];

    test_case("spend: there and back");

    record_fill(&s);
    n = llmgw_spend_size(&s);
    p = malloc(n);
    end = llmgw_spend_write(p, &s);

    check_int(end - p, n);
    check_int(llmgw_spend_read(llmgw_str(p, n), &t), LLMGW_OK);

    check_int(t.ring, s.ring);
    check_int(t.seq, 77);
    check_int(t.start, s.start);
    check_int(t.end, s.end);
    check_int(t.cost, s.cost);
    check_int(t.prompt, 1000);
    check_int(t.cached, 0);
    check_int(t.cache_write, -1);
    check_int(t.images, 3000000000);
    check_int(t.queries, -1);
    check_int(t.audio_ms, -1);
    check_int(t.first_ms, 350);
    check_int(t.latency_ms, 4444);
    check_int(t.upstream_ms, 4400);
    check_int(t.status, 200);
    check_int(t.attempts, 2);
    check_int(t.flags, s.flags);
    check_lit(t.request_id, "req-1");
    check_str(t.key, s.key);
    check_lit(t.customer, "customer \"x\"");
    check_int(t.organization.len, 0);
    check_lit(t.node, "node-1");
    check_int(t.ntags, 2);
    check_lit(t.tags[1], "blue");
    check_int(t.ncharges, 4);

    for (k = 0; k < 4; k++) {
        check_int(t.charges[k].kind, s.charges[k].kind);
        check_str(t.charges[k].id, s.charges[k].id);
        check_str(t.charges[k].meter, s.charges[k].meter);
        check_int(t.charges[k].reset_at, s.charges[k].reset_at);
    }

    llmgw_spend_complete(p, 5000, LLMGW_SPEND_ABORTED);
    check_int(llmgw_spend_read(llmgw_str(p, n), &t), LLMGW_OK);
    check_int(t.latency_ms, 5000);
    check_int(t.flags, s.flags | LLMGW_SPEND_ABORTED);
    check_lit(t.request_id, "req-1");

    test_case("spend: every cut is refused, or a member less");

    for (i = 0; i < n; i++) {
        rc = llmgw_spend_read(llmgw_str(test_guard(llmgw_str(p, i)), i), &t);
        check(rc == LLMGW_INVALID || (rc == LLMGW_OK && i >= 116));
    }

    test_case("spend: any byte changed does no harm");

    for (i = 0; i < n; i++) {
        for (k = 1; k < 256; k += 26) {
            p[i] ^= (u_char) k;
            (void) llmgw_spend_read(llmgw_str(test_guard(llmgw_str(p, n)), n),
                                    &t);
            p[i] ^= (u_char) k;
        }
    }

    free(p);

    test_case("spend: members of a later version are passed over");

    llmgw_spend_init(&s);
    s.model = llmgw_lit("m");
    end = llmgw_spend_write(buf, &s);
    end[0] = 200;
    llmgw_put_u16(end + 1, 2);
    end[3] = end[4] = 0xff;
    check_int(llmgw_spend_read(llmgw_str(buf, (size_t) (end + 5 - buf)), &t),
              LLMGW_OK);
    check_lit(t.model, "m");

    test_case("spend: texts are cut, ids are not");

    memset(longest, 'l', sizeof(longest));
    text = llmgw_str(longest, sizeof(longest));

    llmgw_spend_init(&s);
    s.model = text;
    n = llmgw_spend_size(&s);
    end = llmgw_spend_write(buf, &s);
    check_int(end - buf, n);
    check_int(llmgw_spend_read(llmgw_str(buf, n), &t), LLMGW_OK);
    check_int(t.model.len, LLMGW_RECORD_TEXT);

    s.user = text;
    check_int(llmgw_spend_size(&s), 0);
    s.user.len = LLMGW_RECORD_ID;
    check(llmgw_spend_size(&s) > 0);

    s.ncharges = 1;
    s.charges[0].kind = LLMGW_KIND_TEAM;
    s.charges[0].id = llmgw_str(longest, LLMGW_RECORD_ID + 1);
    s.charges[0].meter = llmgw_null_str;
    s.charges[0].reset_at = 0;
    check_int(llmgw_spend_size(&s), 0);
    s.charges[0].id.len--;
    check(llmgw_spend_size(&s) > 0);
    s.charges[0].meter = text;
    check_int(llmgw_spend_size(&s), 0);
    s.charges[0].meter = llmgw_null_str;
    s.charges[0].kind = LLMGW_RECORD_KINDS;
    check_int(llmgw_spend_size(&s), 0);

    s.ncharges = LLMGW_CHARGES_MAX + 1;
    check_int(llmgw_spend_size(&s), 0);
    s.ncharges = 0;
    s.ntags = LLMGW_TAGS_MAX + 1;
    check_int(llmgw_spend_size(&s), 0);

    test_case("spend: counts at their limits");

    llmgw_spend_init(&s);
    s.prompt = 0xffffffffLL;
    s.completion = INT64_MAX;
    s.cached = INT64_MIN;
    n = llmgw_spend_size(&s);
    (void) llmgw_spend_write(buf, &s);
    check_int(llmgw_spend_read(llmgw_str(buf, n), &t), LLMGW_OK);
    check_int(t.prompt, 0xfffffffe);
    check_int(t.completion, 0xfffffffe);
    check_int(t.cached, -1);
}


static void
test_others(void)
{
    size_t          i, n;
    u_char         *end;
    llmgw_str_t     s;
    llmgw_file_t    file, f;
    llmgw_total_t   total, t;
    llmgw_entity_t  entity, e;

    test_case("entity: there and back, and cut");

    memset(&entity, 0, sizeof(entity));
    entity.kind = LLMGW_KIND_TEAM;
    entity.version = 9;
    entity.time = 1760000000123;
    entity.id = llmgw_lit("team-1");
    entity.json = llmgw_lit("{\"a\":1}");

    n = llmgw_entity_size(&entity);
    end = llmgw_entity_write(buf, &entity);
    check_int(end - buf, n);
    check_int(llmgw_entity_read(llmgw_str(buf, n), &e), LLMGW_OK);
    check_int(e.kind, LLMGW_KIND_TEAM);
    check_int(e.version, 9);
    check_int(e.time, entity.time);
    check_lit(e.id, "team-1");
    check_lit(e.json, "{\"a\":1}");

    for (i = 0; i < n - entity.json.len; i++) {
        s = llmgw_str(test_guard(llmgw_str(buf, i)), i);
        check_int(llmgw_entity_read(s, &e), LLMGW_INVALID);
    }

    entity.kind = LLMGW_RECORD_KINDS;
    check_int(llmgw_entity_size(&entity), 0);
    entity.kind = 0;
    entity.id = llmgw_str(buf, LLMGW_RECORD_ID + 1);
    check_int(llmgw_entity_size(&entity), 0);

    test_case("total: there and back, and cut");

    memset(&total, 0, sizeof(total));
    total.ring = 5;
    total.seq = 6;
    total.kind = LLMGW_KIND_KEY;
    total.id = llmgw_lit("id");
    total.meter = llmgw_lit("meter");
    total.spend = -5;
    total.total = 1234567890123;
    total.reset_at = 1760054400;
    total.requests = 3;
    total.tokens = 4;
    total.last = 1760000000;

    n = llmgw_total_size(&total);
    end = llmgw_total_write(buf, &total);
    check_int(end - buf, n);
    check_int(llmgw_total_read(llmgw_str(buf, n), &t), LLMGW_OK);
    check_int(t.ring, 5);
    check_int(t.seq, 6);
    check_int(t.spend, -5);
    check_int(t.total, 1234567890123);
    check_int(t.reset_at, 1760054400);
    check_int(t.requests, 3);
    check_int(t.tokens, 4);
    check_int(t.last, 1760000000);
    check_lit(t.id, "id");
    check_lit(t.meter, "meter");

    for (i = 0; i < n; i++) {
        s = llmgw_str(test_guard(llmgw_str(buf, i)), i);
        check_int(llmgw_total_read(s, &t), LLMGW_INVALID);
    }

    test_case("file: there and back, of another version");

    memset(&file, 0, sizeof(file));
    file.kind = LLMGW_FILE_LEDGER;
    file.number = 12;
    file.first = 34;
    file.time = 56;
    file.node = llmgw_lit("node");

    n = llmgw_file_size(&file);
    end = llmgw_file_write(buf, &file);
    check_int(end - buf, n);
    check_int(llmgw_file_read(llmgw_str(buf, n), &f), LLMGW_OK);
    check_int(f.kind, LLMGW_FILE_LEDGER);
    check_int(f.number, 12);
    check_int(f.first, 34);
    check_int(f.time, 56);
    check_lit(f.node, "node");
    check_int(llmgw_file_read(llmgw_str(buf, 31), &f), LLMGW_INVALID);
    buf[4]++;
    check_int(llmgw_file_read(llmgw_str(buf, n), &f), LLMGW_DECLINED);
}


static void
test_total_rule(void)
{
    llmgw_spend_t   s;
    llmgw_total_t   t, change;
    llmgw_charge_t  c;

    test_case("total: periods go forward only");

    memset(&t, 0, sizeof(t));
    memset(&c, 0, sizeof(c));
    llmgw_spend_init(&s);

    s.cost = 10;
    s.prompt = 1;
    s.completion = -1;
    s.end = 5000;

    c.reset_at = 100;
    llmgw_total_charge(&t, &s, &c);
    llmgw_total_charge(&t, &s, &c);
    check_int(t.spend, 20);
    check_int(t.total, 20);
    check_int(t.reset_at, 100);
    check_int(t.last, 5);
    check_int(t.requests, 2);
    check_int(t.tokens, 2);

    c.reset_at = 200;
    llmgw_total_charge(&t, &s, &c);
    check_int(t.spend, 10);
    check_int(t.total, 30);

    /* one that was late */

    c.reset_at = 100;
    llmgw_total_charge(&t, &s, &c);
    check_int(t.spend, 10);
    check_int(t.total, 40);
    check_int(t.reset_at, 200);

    test_case("total: changes by hand");

    memset(&change, 0, sizeof(change));
    change.spend = -10;
    change.reset_at = 200;
    llmgw_total_add(&t, &change);
    check_int(t.spend, 0);
    check_int(t.total, 40);

    change.total = -40;
    change.spend = 0;
    llmgw_total_add(&t, &change);
    check_int(t.total, 0);

    test_case("total: no wrapping around");

    change.total = INT64_MAX;
    llmgw_total_add(&t, &change);
    llmgw_total_add(&t, &change);
    check_int(t.total, INT64_MAX);
    change.total = INT64_MIN;
    t.total = -2;
    llmgw_total_add(&t, &change);
    check_int(t.total, INT64_MIN);
}


static void
test_sums_all(void)
{
    long                n;
    int                 done;
    char                id[32];
    size_t              i, k;
    u_char             *end;
    test_mem_t          m;
    llmgw_int_t         rc;
    llmgw_sums_t        sums;
    llmgw_frame_t       f;
    llmgw_spend_t       s;
    llmgw_total_t       t;
    llmgw_arena_t      *a;
    llmgw_sums_node_t  *node;

    test_case("sums: many entities, added by frames");

    a = test_mem_init(&m, 65536, 0);
    check_int(llmgw_sums_init(&sums, a), LLMGW_OK);

    memset(&f, 0, sizeof(f));

    for (k = 0; k < 3; k++) {
        for (i = 0; i < 5000; i++) {

            llmgw_spend_init(&s);
            s.cost = (int64_t) i;
            snprintf(id, sizeof(id), "team-%zu", i);
            s.team = test_cstr(id);
            s.ncharges = 1;
            s.charges[0].kind = LLMGW_KIND_TEAM;
            s.charges[0].id = s.team;
            s.charges[0].meter = llmgw_null_str;
            s.charges[0].reset_at = 0;

            end = llmgw_spend_write(buf, &s);

            f.type = LLMGW_RECORD_SPEND;
            f.payload = llmgw_str(buf, (size_t) (end - buf));

            check_int(llmgw_sums_frame(&sums, &f), LLMGW_OK);
        }
    }

    check_int(sums.n, 5000);

    for (i = 0, node = sums.first; node != NULL; node = node->newer, i++) {
        check_int(node->total.total, (int64_t) i * 3);
    }

    check_int(i, 5000);

    node = llmgw_sums_find(&sums, LLMGW_KIND_TEAM, llmgw_lit("team-4999"),
                           llmgw_null_str, 0);
    check(node != NULL && node->total.requests == 3);

    check(llmgw_sums_find(&sums, LLMGW_KIND_USER, llmgw_lit("team-4999"),
                          llmgw_null_str, 0) == NULL);
    check(llmgw_sums_find(&sums, LLMGW_KIND_TEAM, llmgw_lit("team-499"),
                          llmgw_lit("9"), 0) == NULL);

    memset(&t, 0, sizeof(t));
    t.kind = LLMGW_KIND_TEAM;
    t.id = llmgw_lit("team-4999");
    t.total = -3 * 4999;
    end = llmgw_total_write(buf, &t);
    f.type = LLMGW_RECORD_ADJUST;
    f.payload = llmgw_str(buf, (size_t) (end - buf));
    check_int(llmgw_sums_frame(&sums, &f), LLMGW_OK);
    check(node != NULL && node->total.total == 0);

    /* of all meters, and what comes then counts again */

    t.meter = llmgw_lit("d:1");
    t.total = 5;
    end = llmgw_total_write(buf, &t);
    f.payload = llmgw_str(buf, (size_t) (end - buf));
    check_int(llmgw_sums_frame(&sums, &f), LLMGW_OK);
    node = llmgw_sums_find(&sums, LLMGW_KIND_TEAM, t.id, t.meter, 0);
    check(node != NULL && node->total.total == 5);
    f.type = LLMGW_RECORD_GONE;
    check_int(llmgw_sums_frame(&sums, &f), LLMGW_OK);
    check_int(node->total.total, 0);
    f.type = LLMGW_RECORD_ADJUST;
    check_int(llmgw_sums_frame(&sums, &f), LLMGW_OK);
    check_int(node->total.total, 5);
    node = llmgw_sums_find(&sums, LLMGW_KIND_TEAM, t.id, llmgw_null_str, 0);
    check(node != NULL && node->gone && node->total.requests == 0);

    f.type = LLMGW_RECORD_LOST;
    check_int(llmgw_sums_frame(&sums, &f), LLMGW_OK);
    f.type = LLMGW_RECORD_SPEND;
    f.payload.len = 20;
    check_int(llmgw_sums_frame(&sums, &f), LLMGW_INVALID);
    f.type = LLMGW_RECORD_TOTAL;
    check_int(llmgw_sums_frame(&sums, &f), LLMGW_INVALID);

    test_mem_free(&m);

    test_case("sums: no memory");

    test_chaos(&m, n, done) {

        rc = llmgw_sums_init(&sums, &m.arena);

        for (i = 0; i < 3 && rc == LLMGW_OK; i++) {
            snprintf(id, sizeof(id), "%zu", i);
            rc = llmgw_sums_find(&sums, 1, test_cstr(id), llmgw_null_str, 1)
                 ? LLMGW_OK : LLMGW_ERROR;
        }

        done = (rc == LLMGW_OK);
    }

    check(n > 3 && done);
}


void
test_record(void)
{
    test_crc();
    test_frames();
    test_spend();
    test_others();
    test_total_rule();
    test_sums_all();
}
