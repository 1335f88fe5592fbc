
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the tokenizer takes and what it refuses.
 */


#include "test.h"
#include "llmgw_json.h"


static const llmgw_str_t  accepted[] = {

    /* any value may be a document */
    llmgw_string("{}"), llmgw_string("[]"), llmgw_string("\"\""),
    llmgw_string("0"), llmgw_string("-0"), llmgw_string("true"),
    llmgw_string("false"), llmgw_string("null"), llmgw_string("\"a\""),

    /* white space: these four, anywhere between tokens */
    llmgw_string(" \t\r\n{ \t\r\n} \t\r\n"),
    llmgw_string(" [ 1 , 2 ] "),
    llmgw_string("{ \"a\" : 1 , \"b\" : [ ] }"),
    llmgw_string("\n\n1\n\n"),

    /* numbers */
    llmgw_string("[0,-0,1,-1,10,1234567890]"),
    llmgw_string("[0.0,0.5,-0.5,10.25,0.000001]"),
    llmgw_string("[1e1,1E1,1e+1,1e-1,0e0,0E+0,1.5e10,-1.5E-10]"),
    llmgw_string("[1e00,1e01,1E-00007]"),
    llmgw_string("[123456789012345678901234567890]"),
    llmgw_string("[1e99999,-1e-99999,0.1e999999999999]"),
    llmgw_string("-1.0"),

    /* escapes */
    llmgw_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    llmgw_string("\"\\u0041\\u00e9\\u4e2d\\uFFFF\\uabcd\\uABCD\""),
    llmgw_string("\"\\u0000\""),
    llmgw_string("\"\\ud83d\\ude42\""),
    llmgw_string("\"\\ud800\""), llmgw_string("\"\\udc00\""),
    llmgw_string("\"\\ud800x\""), llmgw_string("\"\\ud800\\n\""),
    llmgw_string("\"\\ud800\\u0041\""), llmgw_string("\"\\udfff\\ud800\""),

    /* DEL and the separators of lines are ordinary characters */
    llmgw_string("\"\x7f\""),
    llmgw_string("\"\xe2\x80\xa8\xe2\x80\xa9\""),

    /* UTF-8: first and last of each length, around the surrogates */
    llmgw_string("\"\xc2\x80\""), llmgw_string("\"\xdf\xbf\""),
    llmgw_string("\"\xe0\xa0\x80\""), llmgw_string("\"\xed\x9f\xbf\""),
    llmgw_string("\"\xee\x80\x80\""), llmgw_string("\"\xef\xbf\xbf\""),
    llmgw_string("\"\xf0\x90\x80\x80\""),
    llmgw_string("\"\xf4\x8f\xbf\xbf\""),
    llmgw_string("\"\xef\xbb\xbf\""),

    /* structure */
    llmgw_string("{\"\":{\"\":{\"\":[]}}}"),
    llmgw_string("[[[[[[[[[[]]]]]]]]]]"),
    llmgw_string("{\"a\":1,\"a\":2}"),
    llmgw_string("[{},[],\"\",0,true,false,null]"),
    llmgw_string("{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":\"e\"}")
};


static const llmgw_str_t  refused[] = {

    llmgw_string(""), llmgw_string(" "), llmgw_string("\n\t"),

    /* no marks of other encodings, no other white space */
    llmgw_string("\xef\xbb\xbf{}"),
    llmgw_string("{\0}"), llmgw_string("{}\0"), llmgw_string("\0{}"),
    llmgw_string("\xff\xfe{\0}\0"), llmgw_string("{\0\"\0a\0\"\0:\0"),
    llmgw_string("[\v1]"), llmgw_string("[\f1]"), llmgw_string("[\xa0]"),
    llmgw_string("[1,\xc2\xa0" "2]"), llmgw_string("\xe2\x80\xa8" "1"),

    /* more than one document, or less */
    llmgw_string("{}{}"), llmgw_string("1 2"), llmgw_string("\"a\" \"b\""),
    llmgw_string("{},"), llmgw_string("[]]"), llmgw_string("{}}"),
    llmgw_string("]"), llmgw_string("}"), llmgw_string(","),
    llmgw_string(":"), llmgw_string("1,"), llmgw_string("nulll"),
    llmgw_string("truefalse"), llmgw_string("1true"),

    /* arrays */
    llmgw_string("["), llmgw_string("[1"), llmgw_string("[1,"),
    llmgw_string("[,]"), llmgw_string("[1,]"), llmgw_string("[,1]"),
    llmgw_string("[1,,2]"), llmgw_string("[1 2]"), llmgw_string("[1:2]"),
    llmgw_string("[1}"), llmgw_string("[\"a\":1]"), llmgw_string("[{]"),

    /* objects */
    llmgw_string("{"), llmgw_string("{\"a\""), llmgw_string("{\"a\":"),
    llmgw_string("{\"a\":1"), llmgw_string("{\"a\":1,"),
    llmgw_string("{\"a\":1,}"), llmgw_string("{,\"a\":1}"),
    llmgw_string("{\"a\":1,,\"b\":2}"), llmgw_string("{\"a\"}"),
    llmgw_string("{\"a\",1}"), llmgw_string("{\"a\" 1}"),
    llmgw_string("{\"a\"::1}"), llmgw_string("{\"a\":1:2}"),
    llmgw_string("{\"a\":}"), llmgw_string("{:1}"), llmgw_string("{1:2}"),
    llmgw_string("{a:1}"), llmgw_string("{'a':1}"), llmgw_string("{null:1}"),
    llmgw_string("{[]:1}"), llmgw_string("{\"a\":1 \"b\":2}"),
    llmgw_string("{\"a\":1]"), llmgw_string("{\"a\":1}}"),
    llmgw_string("{\"a\":[}"), llmgw_string("{}:"),

    /* words */
    llmgw_string("t"), llmgw_string("tru"), llmgw_string("True"),
    llmgw_string("TRUE"), llmgw_string("fals"), llmgw_string("nul"),
    llmgw_string("nil"), llmgw_string("NaN"), llmgw_string("Infinity"),
    llmgw_string("-Infinity"), llmgw_string("undefined"),
    llmgw_string("[tru]"), llmgw_string("[fals"), llmgw_string("n"),

    /* numbers */
    llmgw_string("-"), llmgw_string("+1"), llmgw_string("--1"),
    llmgw_string("01"), llmgw_string("-01"), llmgw_string("00"),
    llmgw_string("1."), llmgw_string(".5"), llmgw_string("-.5"),
    llmgw_string("1.e1"), llmgw_string("1e"), llmgw_string("1e+"),
    llmgw_string("1e-"), llmgw_string("1E1.5"), llmgw_string("1.2.3"),
    llmgw_string("0x10"), llmgw_string("1_000"), llmgw_string("1,000"),
    llmgw_string("1e1e1"), llmgw_string("[-]"), llmgw_string("[1.]"),
    llmgw_string("- 1"), llmgw_string("1 .5"), llmgw_string("0e"),
    llmgw_string("-a"), llmgw_string("0.e1"), llmgw_string("1f"),

    /* strings */
    llmgw_string("\""), llmgw_string("\"a"), llmgw_string("a\""),
    llmgw_string("'a'"), llmgw_string("\"a\nb\""), llmgw_string("\"\t\""),
    llmgw_string("\"\0\""), llmgw_string("\"\x1f\""),
    llmgw_string("\"\\\""), llmgw_string("\"\\x41\""),
    llmgw_string("\"\\a\""), llmgw_string("\"\\'\""),
    llmgw_string("\"\\0\""), llmgw_string("\"\\v\""),
    llmgw_string("\"\\U0041\""), llmgw_string("\"\\u\""),
    llmgw_string("\"\\u004\""), llmgw_string("\"\\u004g\""),
    llmgw_string("\"\\u 041\""), llmgw_string("\"\\u+041\""),
    llmgw_string("\"\\u{41}\""), llmgw_string("\"\\"),
    llmgw_string("\"\\u00"), llmgw_string("\"\\ud83d\\u"),
    llmgw_string("\"\\ud83d\\u12\""), llmgw_string("\"\\ud83d\\x\""),
    llmgw_string("\"\\u\xc3\xa9" "00\""), llmgw_string("\"\\\xc3\xa9\""),

    /* UTF-8: no continuation, overlong, surrogates, beyond the end */
    llmgw_string("\"\x80\""), llmgw_string("\"\xbf\""),
    llmgw_string("\"\xc0\x80\""), llmgw_string("\"\xc1\xbf\""),
    llmgw_string("\"\xc2\""), llmgw_string("\"\xc2\xc2\""),
    llmgw_string("\"\xc2 \""), llmgw_string("\"\xdf\x7f\""),
    llmgw_string("\"\xe0\x80\x80\""), llmgw_string("\"\xe0\x9f\xbf\""),
    llmgw_string("\"\xe1\x80\""), llmgw_string("\"\xe1\x80\xc0\""),
    llmgw_string("\"\xe1\xc0\x80\""), llmgw_string("\"\xe4\xb8\""),
    llmgw_string("\"\xed\xa0\x80\""), llmgw_string("\"\xed\xbf\xbf\""),
    llmgw_string("\"\xed\xa0\xbd\xed\xb9\x82\""),
    llmgw_string("\"\xf0\x80\x80\x80\""), llmgw_string("\"\xf0\x8f\xbf\xbf\""),
    llmgw_string("\"\xf4\x90\x80\x80\""), llmgw_string("\"\xf5\x80\x80\x80\""),
    llmgw_string("\"\xf0\x9f\x99\""), llmgw_string("\"\xf0\x9f\""),
    llmgw_string("\"\xf0\""), llmgw_string("\"\xf0\x9f\x99\xc2\""),
    llmgw_string("\"\xf8\x88\x80\x80\x80\""), llmgw_string("\"\xfe\""),
    llmgw_string("\"\xff\""), llmgw_string("\"\xe4\xb8\xad\xe4\xb8"),
    llmgw_string("\xc3\xa9"), llmgw_string("{\"\xc3\":1}"),

    /* not JSON at all */
    llmgw_string("// c\n1"), llmgw_string("/* c */1"),
    llmgw_string("[1]// c"), llmgw_string("#"), llmgw_string("<html>"),
    llmgw_string("data: {}"), llmgw_string("(1)"), llmgw_string("a")
};


static llmgw_int_t
parse(llmgw_json_t *j, llmgw_arena_t *a, llmgw_str_t text)
{
    return llmgw_json_parse(j, a, text, LLMGW_JSON_ALL, 100000);
}


static void
test_json_tables(void)
{
    size_t          i;
    test_mem_t      m;
    llmgw_str_t     s;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    for (i = 0; i < llmgw_nelts(accepted); i++) {

        s = accepted[i];
        test_case("json: accept %zu: %.*s", i, test_arg(s));

        s.data = test_guard(s);
        a = test_mem_init(&m, 0, 0);

        check_int(parse(&j, a, s), LLMGW_OK);
        check(j.error == NULL);

        s.data = test_guard_front(s);
        check_int(parse(&j, a, s), LLMGW_OK);
        check_int(llmgw_json_check(s), j.nodes[0].type);
        check_int(llmgw_json_parse(&j, a, s, 0, 1), LLMGW_OK);
        check_int(j.n, 1);

        test_mem_free(&m);
    }

    for (i = 0; i < llmgw_nelts(refused); i++) {

        s = refused[i];
        test_case("json: refuse %zu: %.*s", i, test_arg(s));

        s.data = test_guard(s);
        a = test_mem_init(&m, 0, 0);

        check_int(parse(&j, a, s), LLMGW_INVALID);
        check(j.error != NULL && j.error_pos <= s.len);

        s.data = test_guard_front(s);
        check_int(parse(&j, a, s), LLMGW_INVALID);
        check_int(llmgw_json_check(s), LLMGW_INVALID);
        check_int(llmgw_json_parse(&j, a, s, 0, 1), LLMGW_INVALID);

        test_mem_free(&m);
    }
}


/*
 * Each kind of byte at each place of a string around the sizes that vectors
 * work in, with the end of the text at a page that must not be read.
 */

static void
test_json_string_places(void)
{
    size_t          i, n, len;
    unsigned        k;
    u_char          buf[256];
    test_mem_t      m;
    llmgw_int_t     rc;
    llmgw_str_t     s;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    static const struct {
        llmgw_str_t  what;
        unsigned     ok;
        unsigned     flags;
    } kinds[] = {
        { llmgw_string("x"), 1, 0 },
        { llmgw_string("\x7f"), 1, 0 },
        { llmgw_string(" "), 1, 0 },
        { llmgw_string("!"), 1, 0 },
        { llmgw_string("#"), 1, 0 },
        { llmgw_string("["), 1, 0 },
        { llmgw_string("]"), 1, 0 },
        { llmgw_string("\\n"), 1, LLMGW_JSON_ESCAPED },
        { llmgw_string("\\\""), 1, LLMGW_JSON_ESCAPED },
        { llmgw_string("\\\\"), 1, LLMGW_JSON_ESCAPED },
        { llmgw_string("\\u0041"), 1, LLMGW_JSON_ESCAPED },
        { llmgw_string("\xc3\xa9"), 1, 0 },
        { llmgw_string("\xe4\xb8\xad"), 1, 0 },
        { llmgw_string("\xf0\x9f\x99\x82"), 1, 0 },
        { llmgw_string("\0"), 0, 0 },
        { llmgw_string("\x1f"), 0, 0 },
        { llmgw_string("\n"), 0, 0 },
        { llmgw_string("\x80"), 0, 0 },
        { llmgw_string("\xff"), 0, 0 },
        { llmgw_string("\xe4\xb8"), 0, 0 },
        { llmgw_string("\xed\xa0\x80"), 0, 0 },
        { llmgw_string("\\q"), 0, 0 },
        { llmgw_string("\\u00g0"), 0, 0 }
    };

    for (k = 0; k < llmgw_nelts(kinds); k++) {

        test_case("json: byte kind %u at each place of a string", k);

        for (n = 0; n <= 140; n++) {

            for (i = 0; i <= n; i += (n > 70 && i > 2 && i + 3 < n) ? 7 : 1) {

                test_at("length %zu, place %zu", n, i);

                buf[0] = '"';
                memset(buf + 1, 'a', i);
                memcpy(buf + 1 + i, kinds[k].what.data, kinds[k].what.len);
                len = 1 + i + kinds[k].what.len;
                memset(buf + len, 'b', n - i);
                len += n - i;
                buf[len++] = '"';

                s = llmgw_str(buf, len);
                s.data = test_guard(s);

                a = test_mem_init(&m, 0, 0);
                rc = parse(&j, a, s);

                check_int(rc, kinds[k].ok ? LLMGW_OK : LLMGW_INVALID);

                if (rc == LLMGW_OK) {
                    check_int(j.nodes[0].len, len - 2);
                    check_int(j.nodes[0].flags, kinds[k].flags);

                } else {
                    check_int(j.error_pos, i + 1);
                }

                test_mem_free(&m);
            }
        }
    }
}


/* llmgw_json_plain() against its definition */

static void
test_json_plain(void)
{
    size_t         i, n;
    unsigned       c;
    u_char         buf[300];
    const u_char  *p, *end;

    test_case("json: the end of a plain run, every byte at every place");

    for (n = 0; n <= 150; n++) {

        memset(buf, 'a', n);
        p = test_guard(llmgw_str(buf, n));

        test_at("length %zu", n);
        check(llmgw_json_plain(p, p + n) == p + n);

        /* stops before what is not plain, and not at what is behind the end */

        if (n == 0) {
            continue;
        }

        for (i = 0; i < n; i += (n > 40) ? 5 : 1) {
            memset(buf, 'a', n);

            for (c = 0; c < 256; c += (n > 20 && c > 0x30 && c < 0x7a) ? 9 : 1)
            {
                buf[i] = (u_char) c;
                p = test_guard(llmgw_str(buf, n));

                end = (c < 0x20 || c == '"' || c == '\\' || c > 0x7f) ? p + i
                                                                      : p + n;

                test_at("length %zu, place %zu, byte 0x%02x", n, i, c);
                check(llmgw_json_plain(p, p + n) == end);
            }
        }
    }
}


/* the definition of UTF-8 (RFC 3629), by code points */

static size_t
utf8_put(u_char *p, unsigned u)
{
    if (u < 0x80) {
        p[0] = (u_char) u;
        return 1;
    }

    if (u < 0x800) {
        p[0] = (u_char) (0xc0 + (u >> 6));
        p[1] = (u_char) (0x80 + (u & 0x3f));
        return 2;
    }

    if (u < 0x10000) {
        p[0] = (u_char) (0xe0 + (u >> 12));
        p[1] = (u_char) (0x80 + (u >> 6 & 0x3f));
        p[2] = (u_char) (0x80 + (u & 0x3f));
        return 3;
    }

    p[0] = (u_char) (0xf0 + (u >> 18));
    p[1] = (u_char) (0x80 + (u >> 12 & 0x3f));
    p[2] = (u_char) (0x80 + (u >> 6 & 0x3f));
    p[3] = (u_char) (0x80 + (u & 0x3f));
    return 4;
}


/* valid when decoding gives a code point that encodes to the same bytes */

static int
utf8_valid(const u_char *p, size_t n)
{
    u_char    buf[4];
    size_t    len, i;
    unsigned  u;

    while (n) {

        len = (*p < 0x80) ? 1 : (*p >= 0xf0) ? 4 : (*p >= 0xe0) ? 3 : 2;

        if (len > n) {
            return 0;
        }

        u = (len == 1) ? *p : *p & (0x7f >> len);

        for (i = 1; i < len; i++) {
            u = u << 6 | (p[i] & 0x3f);
        }

        if (u > 0x10ffff || (u >= 0xd800 && u < 0xe000)
            || utf8_put(buf, u) != len || memcmp(buf, p, len) != 0)
        {
            return 0;
        }

        p += len;
        n -= len;
    }

    return 1;
}


static void
test_json_utf8(void)
{
    size_t         n, len, i;
    unsigned       u, b0, b1, b2, b3;
    u_char         buf[400];
    const u_char  *p, *q, *end;

    static const unsigned  chars[] = { 0xe9, 0x4e2d, 0x1f642 };

    static const u_char  edges[] = {
        0x00, 0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1,
        0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4,
        0xf5, 0xff
    };

    test_case("utf8: every code point");

    for (u = 0x80; u <= 0x10ffff; u++) {

        n = utf8_put(buf, u);
        buf[n] = 'x';

        q = llmgw_utf8_run(buf, buf + n + 1);

        if (q != ((u >= 0xd800 && u < 0xe000) ? NULL : buf + n)) {
            test_at("U+%04X", u);
            check(0);
        }
    }

    test_case("utf8: every sequence of edge bytes");

    for (b0 = 0; b0 < llmgw_nelts(edges); b0++) {
        for (b1 = 0; b1 < llmgw_nelts(edges); b1++) {
            for (b2 = 0; b2 < llmgw_nelts(edges); b2++) {
                for (b3 = 0; b3 < llmgw_nelts(edges); b3++) {

                    buf[0] = edges[b0];
                    buf[1] = edges[b1];
                    buf[2] = edges[b2];
                    buf[3] = edges[b3];

                    for (len = 0; len < 4 && buf[len] >= 0x80; len++) {
                        /* void */
                    }

                    q = llmgw_utf8_run(buf, buf + 4);

                    if (q != (utf8_valid(buf, len) ? buf + len : NULL)) {
                        test_at("%02x %02x %02x %02x", buf[0], buf[1], buf[2],
                                buf[3]);
                        check(0);
                    }
                }
            }
        }
    }

    test_case("utf8: long runs, broken at each place");

    for (u = 0; u < 3; u++) {

        for (n = 0; n < 300; n += len) {
            len = utf8_put(buf + n, chars[u]);
        }

        for (len = 1; len <= n; len++) {

            p = test_guard(llmgw_str(buf, len));
            end = p + len;

            test_at("run %u, cut to %zu", u, len);
            check(llmgw_utf8_run(p, end)
                  == (utf8_valid(p, len) ? end : NULL));
        }

        for (i = 0; i < n; i++) {

            b0 = buf[i];

            for (b1 = 0; b1 < llmgw_nelts(edges); b1++) {

                buf[i] = edges[b1];
                p = test_guard(llmgw_str(buf, n));

                for (len = 0; len < n && p[len] >= 0x80; len++) {
                    /* void */
                }

                test_at("run %u, byte 0x%02x at %zu", u, edges[b1], i);
                check(llmgw_utf8_run(p, p + n)
                      == (utf8_valid(p, len) ? p + len : NULL));
            }

            buf[i] = (u_char) b0;
        }
    }

    test_case("utf8: nothing to check");

    check(llmgw_utf8_run(buf, buf) == buf);
    buf[0] = 'a';
    check(llmgw_utf8_run(buf, buf + 1) == buf);
}


/* Texts of all kinds of letters, whole and broken, as the tokenizer reads. */

static void
test_json_letters(void)
{
    size_t         n, i;
    u_char         buf[300], *p;
    unsigned       round, ok;
    test_mem_t     m;
    llmgw_str_t    s;
    llmgw_json_t   j;
    const u_char  *q, *bad, *end;

    static const unsigned  letters[] = {
        'a', ' ', 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x4e2d, 0xd7ff, 0xe000,
        0xffff, 0x10000, 0x1f642, 0x10ffff
    };

    test_case("json: random letters, whole and broken");

    for (round = 0; round < 60000; round++) {

        buf[0] = '"';

        for (n = 1; n < 1 + round % 270; /* void */ ) {
            n += utf8_put(buf + n, letters[test_random(llmgw_nelts(letters))]);
        }

        /* half of them broken somewhere by any byte above 0x7f */

        if (round % 2 && n > 1) {
            buf[1 + test_random((unsigned) n - 1)] =
                                         (u_char) (0x80 + test_random(0x80));
        }

        ok = utf8_valid(buf + 1, n - 1);
        buf[n++] = '"';

        test_at("round %u", round);

        /* in front of an unreadable page, and with more behind it */

        s = llmgw_str(test_guard(llmgw_str(buf, n)), n);

        check_int(llmgw_json_check(s), ok ? LLMGW_JSON_STRING : LLMGW_INVALID);

        test_mem_init(&m, 0, 0);

        p = llmgw_nalloc(&m.arena, n + 80);
        memcpy(p, buf, n);
        memset(p + n, 0xbf, 80);
        end = p + n + 80;

        q = llmgw_json_text(p + 1, end, &bad);
        check(q == (ok ? p + n - 1 : NULL));

        /* nor does it look at what is in front */

        q = test_guard_front(llmgw_str(p + 1, n + 79));
        check((llmgw_json_text(q, q + n + 79, &bad) != NULL) == ok);

        q = llmgw_json_text(p + 1, end, &bad);

        if (!ok) {

            for (i = n - 2; !utf8_valid(p + 1, i); i--) { /* void */ }

            check(bad <= p + 1 + i && p + 1 + i - bad < 4
                  && utf8_valid(p + 1, (size_t) (bad - p - 1)));

            check_int(parse(&j, &m.arena, s), LLMGW_INVALID);
            check_int(j.error_pos, bad - p);
        }

        test_mem_free(&m);
    }
}


static const llmgw_str_t  samples[] = {
    llmgw_string("{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\","
                 "\"content\":\"caf\xc3\xa9 \\u00e9\\n\\ud83d\\ude42 "
                 "\xf0\x9f\x99\x82 \xe4\xb8\xad\xe6\x96\x87\"}],"
                 "\"temperature\":-1.5e+10,\"stream\":true,\"stop\":null,"
                 "\"n\":[1,2.5,false,{}],\"x\":{\"y\":[[]]}}"),
    llmgw_string(" [ \"a fairly long text of more than sixty-four bytes, so "
                 "that the wide loop has its turn as well, and then some\" , "
                 "12345 ] "),
    llmgw_string("\"\\\\\\\"\\/\\b\\f\\n\\r\\t\\u0000\\uffff\"")
};


static void
test_json_prefixes(void)
{
    size_t          i, n, closed;
    u_char          buf[512];
    test_mem_t      m;
    llmgw_int_t     rc;
    llmgw_str_t     s;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    for (i = 0; i < llmgw_nelts(samples); i++) {

        test_case("json: every prefix of sample %zu", i);

        s = samples[i];

        for (closed = s.len; s.data[closed - 1] == ' '; closed--) {
            /* void */
        }

        for (n = 0; n <= s.len; n++) {

            test_at("prefix %zu", n);

            a = test_mem_init(&m, 0, 0);
            rc = parse(&j, a, llmgw_str(test_guard(llmgw_str(s.data, n)), n));

            check_int(rc, n >= closed ? LLMGW_OK : LLMGW_INVALID);

            if (rc != LLMGW_OK) {
                check(j.error_pos <= n);
            }

            test_mem_free(&m);
        }
    }

    test_case("json: every byte of the samples broken");

    for (i = 0; i < llmgw_nelts(samples); i++) {

        memcpy(buf, samples[i].data, samples[i].len);
        s = llmgw_str(buf, samples[i].len);

        for (n = 0; n < s.len; n++) {

            /* no NUL is taken anywhere */

            buf[n] = '\0';

            a = test_mem_init(&m, 0, 0);

            test_at("sample %zu, byte %zu", i, n);
            check_int(parse(&j, a, llmgw_str(test_guard(s), s.len)),
                      LLMGW_INVALID);

            test_mem_free(&m);

            buf[n] = samples[i].data[n];
        }
    }
}


static void
test_json_depth(void)
{
    size_t          n, len;
    u_char         *p, buf[1024];
    unsigned        object;
    test_mem_t      m;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    for (object = 0; object < 2; object++) {

        test_case("json: depth of %s", object ? "objects" : "arrays");

        for (n = 1; n <= LLMGW_JSON_MAX_DEPTH + 2; n++) {

            len = 0;

            while (len < n * (object ? 5 : 1)) {

                if (object) {
                    memcpy(buf + len, "{\"\":", 4);
                    len += 4;

                    /* the innermost is empty */

                    if (len == n * 4) {
                        len -= 3;
                        break;
                    }

                } else {
                    buf[len++] = '[';
                }
            }

            memset(buf + len, object ? '}' : ']', n);
            len += n;

            test_at("depth %zu", n);
            a = test_mem_init(&m, 0, 0);

            check_int(parse(&j, a, llmgw_str(test_guard(llmgw_str(buf, len)),
                                             len)),
                      n <= LLMGW_JSON_MAX_DEPTH ? LLMGW_OK : LLMGW_INVALID);
            check_int(llmgw_json_check(llmgw_str(buf, len)),
                      n <= LLMGW_JSON_MAX_DEPTH
                      ? (object ? LLMGW_JSON_OBJECT : LLMGW_JSON_ARRAY)
                      : LLMGW_INVALID);

            if (n <= LLMGW_JSON_MAX_DEPTH) {
                check_int(j.nodes[j.n - 1].depth, n - 1);
            }

            test_mem_free(&m);
        }
    }

    test_case("json: a megabyte of brackets");

    a = test_mem_init(&m, 0, 0);
    p = llmgw_nalloc(a, 1 << 20);
    memset(p, '[', 1 << 20);

    check_int(parse(&j, a, llmgw_str(p, 1 << 20)), LLMGW_INVALID);
    check_int(j.error_pos, LLMGW_JSON_MAX_DEPTH);

    test_mem_free(&m);
}


static void
test_json_limits(void)
{
    int             done;
    long            n;
    size_t          i;
    uint32_t        max;
    test_mem_t      m;
    llmgw_int_t     rc;
    llmgw_str_t     s;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    static u_char   buf[8192];

    s = llmgw_lit("{\"a\":[1,2,3],\"b\":{\"c\":4}}");

    test_case("json: the most nodes");

    for (max = 0; max < 14; max++) {

        test_at("%u nodes", max);
        a = test_mem_init(&m, 0, 0);

        check_int(llmgw_json_parse(&j, a, s, LLMGW_JSON_ALL, max),
                  max < 10 ? LLMGW_TOO_LARGE : LLMGW_OK);

        test_mem_free(&m);
    }

    test_case("json: what has no nodes does not count");

    a = test_mem_init(&m, 0, 0);
    check_int(llmgw_json_parse(&j, a, s, 1, 5), LLMGW_OK);
    check_int(j.n, 5);
    test_mem_free(&m);

    test_case("json: text without data");

    a = test_mem_init(&m, 0, 0);
    check_int(parse(&j, a, llmgw_null_str), LLMGW_INVALID);
    check_int(llmgw_json_check(llmgw_null_str), LLMGW_INVALID);
    test_mem_free(&m);

    test_case("json: a text of 4 GB is refused unread");

    a = test_mem_init(&m, 0, 0);
    check_int(parse(&j, a, llmgw_str((const u_char *) "", UINT32_MAX)),
              LLMGW_TOO_LARGE);
    test_mem_free(&m);

    test_case("json: no memory");

    /* enough values that the nodes have to grow several times */

    buf[0] = '[';

    for (i = 0; i < 4000; i++) {
        buf[1 + i * 2] = '1';
        buf[2 + i * 2] = ',';
    }

    buf[i * 2] = ']';
    s = llmgw_str(buf, i * 2 + 1);

    test_chaos(&m, n, done) {
        test_at("allocation %ld", n);
        rc = parse(&j, &m.arena, s);

        if (rc == LLMGW_OK) {
            check_int(j.n, 4001);
            done = 1;

        } else {
            check_int(rc, LLMGW_ERROR);
        }
    }

    check(done && n > 2);
}


static void
test_json_errors(void)
{
    size_t          i;
    test_mem_t      m;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    static const struct {
        llmgw_str_t  text;
        const char  *error;
        size_t       pos;
    } rows[] = {
        { llmgw_string(""), "a value is missing", 0 },
        { llmgw_string("{\"a\": }"), "expected a value", 6 },
        { llmgw_string("{\"a\" 1}"), "expected ':'", 5 },
        { llmgw_string("{\"a\":1 1}"), "expected ',' or '}'", 7 },
        { llmgw_string("[1 1]"), "expected ',' or ']'", 3 },
        { llmgw_string("{1}"), "expected a member name", 1 },
        { llmgw_string("{\"a\":1,}"), "expected a member name", 7 },
        { llmgw_string("1 x"), "unexpected text behind the value", 2 },
        { llmgw_string("[01]"), "expected ',' or ']'", 2 },
        { llmgw_string("[-]"), "invalid number", 1 },
        { llmgw_string("[\"ab"), "the string is not closed", 4 },
        { llmgw_string("[\"a\tb\"]"), "control character in a string", 3 },
        { llmgw_string("[\"a\\qb\"]"), "invalid escape in a string", 3 },
        { llmgw_string("[\"a\xff\"]"), "the text is not UTF-8", 3 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("json: error text for %.*s", test_arg(rows[i].text));

        a = test_mem_init(&m, 0, 0);

        check_int(parse(&j, a, rows[i].text), LLMGW_INVALID);
        check_str(test_cstr(j.error), test_cstr(rows[i].error));
        check_int(j.error_pos, rows[i].pos);

        test_mem_free(&m);
    }
}


void
test_json(void)
{
    test_json_tables();
    test_json_string_places();
    test_json_plain();
    test_json_utf8();
    test_json_letters();
    test_json_prefixes();
    test_json_depth();
    test_json_limits();
    test_json_errors();
}
