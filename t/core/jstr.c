
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_json.h"
#include "llmgw_jstr.h"


static void
test_jstr_decode(void)
{
    size_t          i;
    test_mem_t      m;
    llmgw_str_t     s, d;
    llmgw_arena_t  *a;

    static const struct {
        llmgw_str_t  jstr;
        llmgw_str_t  bytes;
        size_t       chars;
    } rows[] = {
        { llmgw_string(""), llmgw_string(""), 0 },
        { llmgw_string("abc"), llmgw_string("abc"), 3 },
        { llmgw_string("\\\"\\\\\\/\\b\\f\\n\\r\\t"),
          llmgw_string("\"\\/\b\f\n\r\t"), 8 },
        { llmgw_string("a\\u0041b"), llmgw_string("aAb"), 3 },
        { llmgw_string("\\u0000"), llmgw_string("\0"), 1 },
        { llmgw_string("\\u007f\\u0080"), llmgw_string("\x7f\xc2\x80"), 2 },
        { llmgw_string("\\u07ff\\u0800"), llmgw_string("\xdf\xbf\xe0\xa0\x80"),
          2 },
        { llmgw_string("\\uFFFF\\ud7ff\\ue000"),
          llmgw_string("\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80"), 3 },
        { llmgw_string("\\u00E9\\u00e9"), llmgw_string("\xc3\xa9\xc3\xa9"),
          2 },
        { llmgw_string("\\ud83d\\ude42"), llmgw_string("\xf0\x9f\x99\x82"),
          1 },
        { llmgw_string("\\ud800\\udc00\\uDBFF\\uDFFF"),
          llmgw_string("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), 2 },
        { llmgw_string("\\ud800"), llmgw_string("\xef\xbf\xbd"), 1 },
        { llmgw_string("\\udc00x"), llmgw_string("\xef\xbf\xbdx"), 2 },
        { llmgw_string("\\ud800\\n"), llmgw_string("\xef\xbf\xbd\n"), 2 },
        { llmgw_string("\\ud800\\u0041"), llmgw_string("\xef\xbf\xbd" "A"),
          2 },
        { llmgw_string("\\ud83d\\ud83d\\ude42"),
          llmgw_string("\xef\xbf\xbd\xf0\x9f\x99\x82"), 2 },
        { llmgw_string("caf\xc3\xa9 \xe4\xb8\xad\xf0\x9f\x99\x82\\n"),
          llmgw_string("caf\xc3\xa9 \xe4\xb8\xad\xf0\x9f\x99\x82\n"), 8 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("jstr: decode %.*s", test_arg(rows[i].jstr));

        a = test_mem_init(&m, 0, 0);

        s = llmgw_str(test_guard(rows[i].jstr), rows[i].jstr.len);
        d = llmgw_jstr_decode(a, s);

        check_str(d, rows[i].bytes);
        check_int(llmgw_jstr_chars(s), rows[i].chars);
        check(llmgw_jstr_equal(s, rows[i].bytes));

        if (rows[i].bytes.len) {
            d = rows[i].bytes;
            d.len--;
            check(!llmgw_jstr_equal(s, d));
        }

        check(!llmgw_jstr_equal(s, llmgw_lit("something else altogether")));

        test_mem_free(&m);
    }

    test_case("jstr: decode without escapes copies nothing");

    a = test_mem_init(&m, 0, 0);

    s = llmgw_lit("plain \xc3\xa9");
    check(llmgw_jstr_decode(a, s).data == s.data);
    check(llmgw_jstr_canonical(a, s).data == s.data);
    check(llmgw_jstr_encode(a, s).data == s.data);
    check(llmgw_jstr_decode(a, llmgw_null_str).data != NULL);
    check(llmgw_jstr_canonical(a, llmgw_null_str).data != NULL);
    check(llmgw_jstr_encode(a, llmgw_null_str).data != NULL);
    check_int(m.calls, 0);

    test_mem_free(&m);
}


static void
test_jstr_encode(void)
{
    size_t          i;
    test_mem_t      m;
    llmgw_str_t     s;
    llmgw_arena_t  *a;

    static const struct {
        llmgw_str_t  bytes;
        llmgw_str_t  jstr;
    } rows[] = {
        { llmgw_string("a\"b\\c/d"), llmgw_string("a\\\"b\\\\c/d") },
        { llmgw_string("\n\r\t\b\f"), llmgw_string("\\n\\r\\t\\u0008\\u000c") },
        { llmgw_string("\0\x01\x1f\x7f"),
          llmgw_string("\\u0000\\u0001\\u001f\x7f") },
        { llmgw_string("\xc3\xa9\n\xe4\xb8\xad\xf0\x9f\x99\x82"),
          llmgw_string("\xc3\xa9\\n\xe4\xb8\xad\xf0\x9f\x99\x82") },

        /* what is no UTF-8 becomes U+FFFD, the rest stays */
        { llmgw_string("a\x80z"), llmgw_string("a\xef\xbf\xbdz") },
        { llmgw_string("a\xffz"), llmgw_string("a\xef\xbf\xbdz") },
        { llmgw_string("\xe9t\xe9"),
          llmgw_string("\xef\xbf\xbdt\xef\xbf\xbd") },
        { llmgw_string("\xc3\xa9\xe9\xc3\xa9"),
          llmgw_string("\xc3\xa9\xef\xbf\xbd\xc3\xa9") },
        { llmgw_string("\xc0\x80"),
          llmgw_string("\xef\xbf\xbd\xef\xbf\xbd") },
        { llmgw_string("\xed\xa0\x80\""),
          llmgw_string("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\\"") },
        { llmgw_string("\xe4\xb8\xad\xe4"),
          llmgw_string("\xe4\xb8\xad\xef\xbf\xbd") },
        { llmgw_string("\xf0\x9f\x99\x82\xc3"),
          llmgw_string("\xf0\x9f\x99\x82\xef\xbf\xbd") }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("jstr: encode %zu", i);

        a = test_mem_init(&m, 0, 0);

        s = llmgw_str(test_guard(rows[i].bytes), rows[i].bytes.len);
        check_str(llmgw_jstr_encode(a, s), rows[i].jstr);

        /* the arena is as tight as the text */

        check(llmgw_nalloc(a, 1) != NULL);

        test_mem_free(&m);
    }

    test_case("jstr: encode gives memory back");

    a = test_mem_init(&m, 4096, 0);

    s = llmgw_jstr_encode(a, llmgw_lit("a\nb"));
    check_lit(s, "a\\nb");
    check(llmgw_nalloc(a, 1) == s.data + s.len);

    test_mem_free(&m);
}


static void
test_jstr_canonical(void)
{
    size_t          i;
    test_mem_t      m;
    llmgw_str_t     s;
    llmgw_arena_t  *a;

    static const struct {
        llmgw_str_t  from;
        llmgw_str_t  to;
    } rows[] = {
        { llmgw_string("gpt-4o"), llmgw_string("gpt-4o") },
        { llmgw_string("gpt\\u002d4o"), llmgw_string("gpt-4o") },
        { llmgw_string("a\\/b"), llmgw_string("a/b") },
        { llmgw_string("\\u00e9"), llmgw_string("\xc3\xa9") },
        { llmgw_string("\\u0022\\u005c"), llmgw_string("\\\"\\\\") },
        { llmgw_string("\\u000a"), llmgw_string("\\n") },
        { llmgw_string("\\u000A\\b"), llmgw_string("\\n\\u0008") },
        { llmgw_string("\\u0000"), llmgw_string("\\u0000") },
        { llmgw_string("\\ud83d\\ude42"), llmgw_string("\xf0\x9f\x99\x82") }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("jstr: canonical %.*s", test_arg(rows[i].from));

        a = test_mem_init(&m, 0, 0);

        s = llmgw_jstr_canonical(a, rows[i].from);
        check_str(s, rows[i].to);
        check_str(llmgw_jstr_canonical(a, s), rows[i].to);

        test_mem_free(&m);
    }
}


static void
test_jstr_blank(void)
{
    size_t       i;
    llmgw_str_t  s;

    static const struct {
        llmgw_str_t  jstr;
        int          blank;
        llmgw_str_t  rtrim;
    } rows[] = {
        { llmgw_string(""), 1, llmgw_string("") },
        { llmgw_string(" "), 1, llmgw_string("") },
        { llmgw_string("  \\n\\t\\r\\f"), 1, llmgw_string("") },
        { llmgw_string("\\u0020\\u000A\\u000b\\u0009"), 1, llmgw_string("") },
        { llmgw_string("a"), 0, llmgw_string("a") },
        { llmgw_string(" a "), 0, llmgw_string(" a") },
        { llmgw_string("a \\n\\r\\t \\u0020"), 0, llmgw_string("a") },
        { llmgw_string("a\\u000d"), 0, llmgw_string("a") },
        { llmgw_string("a\\u000C"), 0, llmgw_string("a") },
        { llmgw_string("a\\n b\\n"), 0, llmgw_string("a\\n b") },
        { llmgw_string("a\\\\n"), 0, llmgw_string("a\\\\n") },
        { llmgw_string("a\\\\ "), 0, llmgw_string("a\\\\") },
        { llmgw_string("a\\\\\\n"), 0, llmgw_string("a\\\\") },
        { llmgw_string("nation"), 0, llmgw_string("nation") },
        { llmgw_string("\\u0000"), 0, llmgw_string("\\u0000") },
        { llmgw_string("\\b"), 0, llmgw_string("\\b") },
        { llmgw_string("x20"), 0, llmgw_string("x20") },
        { llmgw_string("\\u0120"), 0, llmgw_string("\\u0120") },
        { llmgw_string("\\\\u0020"), 0, llmgw_string("\\\\u0020") },
        { llmgw_string("\xc3\xa9 "), 0, llmgw_string("\xc3\xa9") },
        { llmgw_string("\xf0\x9f\x99\x82"), 0,
          llmgw_string("\xf0\x9f\x99\x82") },

        /* only ASCII white space, as the services count it */
        { llmgw_string("\xc2\xa0"), 0, llmgw_string("\xc2\xa0") },
        { llmgw_string("\\u00a0"), 0, llmgw_string("\\u00a0") }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("jstr: blank and trim \"%.*s\"", test_arg(rows[i].jstr));

        s = llmgw_str(test_guard(rows[i].jstr), rows[i].jstr.len);

        check_int(llmgw_jstr_blank(s), rows[i].blank);
        check_str(llmgw_jstr_rtrim(s), rows[i].rtrim);

        s.data = test_guard_front(s);
        check_str(llmgw_jstr_rtrim(s), rows[i].rtrim);
    }

    test_case("jstr: blank and trim of nothing");

    check(llmgw_jstr_blank(llmgw_null_str));
    check_int(llmgw_jstr_rtrim(llmgw_null_str).len, 0);
}


/* Any bytes: encoded they are a JSON string, and decode to what they were. */

static void
test_jstr_round(void)
{
    size_t          i, n;
    unsigned        round;
    u_char          buf[600], *p;
    test_mem_t      m;
    llmgw_str_t     s, e, q, d;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    test_case("jstr: random bytes there and back");

    for (round = 0; round < 4000; round++) {

        test_at("round %u", round);
        a = test_mem_init(&m, 0, 0);

        n = test_random(round < 2000 ? 12 : 200);

        for (i = 0; i < n; i++) {
            buf[i] = (u_char) (test_random(3) ? 'a' + test_random(26)
                                              : test_random(256));
        }

        s = llmgw_str(buf, n);
        e = llmgw_jstr_encode(a, s);

        p = llmgw_nalloc(a, e.len + 2);
        p[0] = '"';
        memcpy(p + 1, e.data, e.len);
        p[e.len + 1] = '"';
        q = llmgw_str(p, e.len + 2);

        check_int(llmgw_json_check(q), LLMGW_JSON_STRING);

        d = llmgw_jstr_decode(a, e);

        if (llmgw_str_eq(d, s)) {
            test_mem_free(&m);
            continue;
        }

        /* only broken UTF-8 may have changed: then a second time is stable */

        check(llmgw_json_parse(&j, a, q, 0, 1) == LLMGW_OK
              && llmgw_str_find(d, llmgw_lit("\xef\xbf\xbd")) != NULL);
        check_str(llmgw_jstr_decode(a, llmgw_jstr_encode(a, d)), d);

        test_mem_free(&m);
    }
}


static void
test_jstr_memory(void)
{
    int          done;
    long         n;
    test_mem_t   m;
    llmgw_str_t  s;

    test_case("jstr: no memory");

    test_chaos(&m, n, done) {
        s = llmgw_jstr_decode(&m.arena, llmgw_lit("a\\nb"));
        done = (s.data != NULL);
        check(done == (n == 1));
    }

    test_chaos(&m, n, done) {
        s = llmgw_jstr_encode(&m.arena, llmgw_lit("a\nb"));
        done = (s.data != NULL);
        check(done == (n == 1));
    }

    test_chaos(&m, n, done) {
        s = llmgw_jstr_canonical(&m.arena, llmgw_lit("a\\u000ab"));
        done = (s.data != NULL);
        check(done == (n == 2));
    }
}


/* A long text of letters with one bad byte must not cost its square. */

static void
test_jstr_linear(void)
{
    size_t          i, n;
    u_char         *p;
    test_mem_t      m;
    llmgw_str_t     s;
    llmgw_arena_t  *a;

    test_case("jstr: 3 MB of letters with a broken end");

    a = test_mem_init(&m, 0, 0);
    n = 3000000;
    p = llmgw_nalloc(a, n + 1);

    for (i = 0; i < n; i += 3) {
        memcpy(p + i, "\xe4\xb8\xad", 3);
    }

    p[n] = 0xff;

    s = llmgw_jstr_encode(a, llmgw_str(p, n + 1));

    check_int(s.len, n + 3);
    check(memcmp(s.data, p, n) == 0);
    check(memcmp(s.data + n, "\xef\xbf\xbd", 3) == 0);

    test_mem_free(&m);
}


void
test_jstr(void)
{
    test_jstr_decode();
    test_jstr_encode();
    test_jstr_canonical();
    test_jstr_blank();
    test_jstr_round();
    test_jstr_memory();
    test_jstr_linear();
}
