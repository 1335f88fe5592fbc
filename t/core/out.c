
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_jstr.h"
#include "llmgw_out.h"


static size_t
segments(const llmgw_out_t *o)
{
    size_t              n;
    const llmgw_seg_t  *s;

    for (n = 0, s = o->head; s; s = s->next) {
        check(s->last > s->pos);
        n++;
    }

    return n;
}


static void
test_out_blocks(void)
{
    size_t          block, n, i;
    u_char          text[2000];
    test_mem_t      m;
    llmgw_out_t     o;
    llmgw_arena_t  *a;

    for (i = 0; i < sizeof(text); i++) {
        text[i] = (u_char) ('a' + i % 26);
    }

    test_case("out: bytes come out as they went in, at any size of block");

    for (block = 1; block < 70; block++) {

        test_at("block %zu", block);
        a = test_mem_init(&m, 0, 0);
        llmgw_out_init(&o, a, block, 0, 0);

        for (n = 0, i = 0; n + i < sizeof(text); i = (i + 7) % 90) {

            if (i % 3 == 0) {
                llmgw_putc(&o, text[n++]);
            }

            llmgw_put_n(&o, text + n, i);
            n += i;

            check_int(llmgw_out_size(&o), n);
        }

        check_int(llmgw_out_close(&o), LLMGW_OK);
        check_int(o.size, n);
        check_int(llmgw_out_size(&o), n);
        check_str(llmgw_out_join(&o, a), llmgw_str(text, n));
        segments(&o);

        test_mem_free(&m);
    }

    test_case("out: nothing written");

    a = test_mem_init(&m, 0, 0);
    llmgw_out_init(&o, a, 100, 0, 0);

    llmgw_put_n(&o, "", 0);
    llmgw_put(&o, llmgw_null_str);
    check_int(llmgw_out_close(&o), LLMGW_OK);
    check_lit(llmgw_out_join(&o, a), "");
    check(o.head == NULL && o.size == 0);
    check_int(m.calls, 0);

    test_mem_free(&m);

    test_case("out: written on after a close");

    a = test_mem_init(&m, 0, 0);
    llmgw_out_init(&o, a, 100, 0, 0);

    llmgw_puts(&o, "one");
    check_int(llmgw_out_close(&o), LLMGW_OK);
    llmgw_puts(&o, "two");
    check_int(llmgw_out_close(&o), LLMGW_OK);
    check_int(llmgw_out_close(&o), LLMGW_OK);
    check_lit(llmgw_out_join(&o, a), "onetwo");
    check_int(segments(&o), 2);

    test_mem_free(&m);

    test_case("out: room");

    a = test_mem_init(&m, 0, 0);
    llmgw_out_init(&o, a, 16, 0, 0);

    llmgw_puts(&o, "0123456789");
    check(llmgw_out_room(&o, 6) == o.pos);

    memset(llmgw_out_room(&o, 100), 'x', 100);
    o.pos += 100;

    check(llmgw_out_room(&o, 0) != NULL);
    check_int(llmgw_out_close(&o), LLMGW_OK);
    check_int(o.size, 110);

    test_mem_free(&m);
}


static void
test_out_refs(void)
{
    test_mem_t      m;
    llmgw_out_t     o;
    llmgw_arena_t  *a;

    static const u_char  text[] = "a long run that is referred to";

    test_case("out: long runs are referred to, in order");

    a = test_mem_init(&m, 0, 0);
    llmgw_out_init(&o, a, 64, 20, 0);

    llmgw_puts(&o, "<");
    llmgw_put_n(&o, text, 30);
    llmgw_puts(&o, "|");
    llmgw_put_n(&o, text, 19);
    llmgw_put_n(&o, text, 20);
    llmgw_puts(&o, ">");

    check_int(llmgw_out_size(&o), 1 + 30 + 1 + 19 + 20 + 1);
    check_int(llmgw_out_close(&o), LLMGW_OK);
    check_int(segments(&o), 5);
    check(o.head->next->pos == text);
    check(o.head->next->next->pos != text);
    check(o.head->next->next->next->pos == text);

    check_lit(llmgw_out_join(&o, a),
              "<a long run that is referred to|a long run that is "
              "a long run that is r>");

    test_mem_free(&m);

    test_case("out: one reference is not copied by a join");

    a = test_mem_init(&m, 0, 0);
    llmgw_out_init(&o, a, 64, 20, 0);

    llmgw_put_n(&o, text, 30);
    check_int(llmgw_out_close(&o), LLMGW_OK);
    check(llmgw_out_join(&o, a).data == text);

    test_mem_free(&m);
}


static void
test_out_max(void)
{
    size_t          block, ref, n, i;
    u_char          text[64];
    u_char         *p;
    unsigned        how;
    test_mem_t      m;
    llmgw_out_t     o;
    llmgw_arena_t  *a;

    memset(text, 'x', sizeof(text));

    test_case("out: the maximum holds however the bytes come");

    for (block = 1; block <= 300; block += 23) {
        for (ref = 0; ref <= 8; ref += 8) {
            for (how = 0; how < 4; how++) {
                for (n = 95; n <= 110; n++) {

                    test_at("block %zu, ref %zu, way %u, %zu bytes", block,
                            ref, how, n);

                    a = test_mem_init(&m, 0, 0);
                    llmgw_out_init(&o, a, block, ref, 100);

                    for (i = 0; i < n; i++) {

                        switch (how) {

                        case 0:
                            llmgw_putc(&o, 'x');
                            break;

                        case 1:
                            llmgw_put_n(&o, text, 1);
                            break;

                        case 2:
                            p = llmgw_out_room(&o, 1);
                            if (p) {
                                *o.pos++ = 'x';
                            }

                            break;

                        default:
                            if (n - i >= 9) {
                                llmgw_put_n(&o, text, 9);
                                i += 8;

                            } else {
                                llmgw_put_n(&o, text, 1);
                            }
                        }
                    }

                    check_int(llmgw_out_close(&o),
                              n <= 100 ? LLMGW_OK : LLMGW_TOO_LARGE);

                    test_mem_free(&m);
                }
            }
        }
    }

    test_case("out: a writer that goes on past the maximum takes no memory");

    for (block = 16; block <= 4096; block *= 4) {

        test_at("block %zu", block);
        a = test_mem_init(&m, 0, 0);
        llmgw_out_init(&o, a, block, 0, 1000);

        for (n = 0; n < 100000; n++) {
            llmgw_put_n(&o, text, 7);
        }

        check(o.failed && o.large);
        check(a->size < 1000 * 8 + block * 2);
        check(llmgw_out_room(&o, 1) == NULL);
        check_int(llmgw_out_close(&o), LLMGW_TOO_LARGE);

        test_mem_free(&m);
    }

    test_case("out: exactly the maximum in one piece");

    a = test_mem_init(&m, 0, 0);
    llmgw_out_init(&o, a, 16, 0, 64);
    llmgw_put_n(&o, text, 64);
    check_int(llmgw_out_close(&o), LLMGW_OK);
    llmgw_put_n(&o, text, 1);
    check_int(llmgw_out_close(&o), LLMGW_TOO_LARGE);
    test_mem_free(&m);
}


static void
test_out_write(llmgw_out_t *o)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "id", llmgw_lit("a\\nb"));
    llmgw_json_member_int(o, "n", -42);
    llmgw_json_member_raw(o, "x", llmgw_lit("{\"y\":1.0}"));
    llmgw_json_key(o, "list");
    llmgw_json_open(o, '[');
    llmgw_json_put_int(o, 1);
    llmgw_json_put_jstr(o, llmgw_lit("two"));
    llmgw_json_put_raw(o, llmgw_lit("null"));
    llmgw_json_open(o, '{');
    llmgw_json_close(o, '}');
    llmgw_json_open(o, '[');
    llmgw_json_close(o, ']');
    llmgw_json_close(o, ']');
    llmgw_json_key(o, "text");
    llmgw_json_comma(o);
    llmgw_putc(o, '"');
    llmgw_put_escaped(o, llmgw_lit("say \"hi\"\n\xc3\xa9"));
    llmgw_putc(o, '"');
    o->comma = 1;
    llmgw_json_member_int(o, "z", 0);
    llmgw_json_close(o, '}');
}


static void
test_out_json(void)
{
    int             done;
    long            n;
    size_t          i;
    test_mem_t      m;
    llmgw_out_t     o;
    llmgw_int_t     rc;
    llmgw_arena_t  *a;

    static const struct {
        int64_t      value;
        llmgw_str_t  text;
    } ints[] = {
        { 0, llmgw_string("0") },
        { 7, llmgw_string("7") },
        { -7, llmgw_string("-7") },
        { 10, llmgw_string("10") },
        { 1234567890123, llmgw_string("1234567890123") },
        { INT64_MAX, llmgw_string("9223372036854775807") },
        { INT64_MIN, llmgw_string("-9223372036854775808") }
    };

    static const llmgw_str_t  want =
        llmgw_string("{\"id\":\"a\\nb\",\"n\":-42,\"x\":{\"y\":1.0},"
                     "\"list\":[1,\"two\",null,{},[]],"
                     "\"text\":\"say \\\"hi\\\"\\n\xc3\xa9\",\"z\":0}");

    for (i = 0; i < llmgw_nelts(ints); i++) {

        test_case("out: integer %.*s", test_arg(ints[i].text));

        a = test_mem_init(&m, 0, 0);
        llmgw_out_init(&o, a, 64, 0, 0);

        llmgw_put_int(&o, ints[i].value);
        check_int(llmgw_out_close(&o), LLMGW_OK);
        check_str(llmgw_out_join(&o, a), ints[i].text);

        test_mem_free(&m);
    }

    test_case("out: JSON with its commas, any size of block");

    for (i = 1; i < 150; i++) {

        test_at("block %zu", i);
        a = test_mem_init(&m, 0, 0);
        llmgw_out_init(&o, a, i, i % 3 ? 0 : i % 20, 0);

        test_out_write(&o);
        check_int(llmgw_out_close(&o), LLMGW_OK);
        check_str(llmgw_out_join(&o, a), want);

        test_mem_free(&m);
    }

    test_case("out: no memory, at each allocation");

    test_chaos(&m, n, done) {

        llmgw_out_init(&o, &m.arena, 16, 8, 0);
        test_out_write(&o);
        rc = llmgw_out_close(&o);

        test_at("allocation %ld", n);

        if (rc == LLMGW_OK) {
            m.fail = -1;
            check_str(llmgw_out_join(&o, &m.arena), want);
            done = 1;

        } else {
            check_int(rc, LLMGW_ERROR);
        }
    }

    check(done && n > 5);

    test_case("out: no memory for a join");

    a = test_mem_init(&m, 0, 0);
    llmgw_out_init(&o, a, 4, 0, 0);
    llmgw_puts(&o, "0123456789");
    llmgw_puts(&o, "0123456789");
    check_int(llmgw_out_close(&o), LLMGW_OK);

    m.fail = m.calls;
    check(llmgw_out_join(&o, a).data == NULL);

    test_mem_free(&m);
}


static void
test_out_escaped(void)
{
    size_t          i, n, len;
    u_char         *p;
    unsigned        round;
    test_mem_t      m;
    llmgw_out_t     o;
    llmgw_str_t     s, got;
    llmgw_arena_t  *a;

    static const char  *pieces[] = {
        "a", "plain text of some length", "\n", "\"", "\\", "\x01",
        "\xc3\xa9", "\xe4\xb8\xad", "\xf0\x9f\x99\x82", "\x7f",
        "0123456789012345678901234567890123456789012345678901234567890123456789"
    };

    test_case("out: escaping in pieces is escaping at once");

    for (round = 0; round < 300; round++) {

        a = test_mem_init(&m, 0, 0);
        p = llmgw_nalloc(a, 400 * 80);

        for (n = 0, i = 0; i < 10 + round; i++) {
            s = test_cstr(pieces[test_random(llmgw_nelts(pieces))]);
            memcpy(p + n, s.data, s.len);
            n += s.len;
        }

        s = llmgw_str(p, n);

        /* every third text is broken somewhere */

        if (round % 3 == 0) {
            p[test_random((unsigned) n)] = 0xe4;
        }

        test_at("round %u", round);

        llmgw_out_init(&o, a, 64 + test_random(1000), 0, 0);
        llmgw_put_escaped(&o, s);
        check_int(llmgw_out_close(&o), LLMGW_OK);

        got = llmgw_out_join(&o, a);
        len = got.len;
        check_str(got, llmgw_jstr_encode(a, s));
        check(len >= n);

        test_mem_free(&m);
    }
}


/*
 * A letter in front of stray continuation bytes, at each place around where
 * the pieces are cut.
 */

static void
test_out_pieces(void)
{
    size_t          i, n;
    u_char          buf[600];
    test_mem_t      m;
    llmgw_out_t     o;
    llmgw_str_t     s;
    llmgw_arena_t  *a;

    static const llmgw_str_t  letters[] = {
        llmgw_string("\xc3\xa9"), llmgw_string("\xe4\xb8\xad"),
        llmgw_string("\xf0\x9f\x99\x82"), llmgw_string("\xe4\xb8"),
        llmgw_string("\xf0")
    };

    test_case("out: a letter at the end of a piece");

    for (i = 0; i < llmgw_nelts(letters); i++) {
        for (n = 240; n < 270; n++) {

            memset(buf, 'a', sizeof(buf));
            buf[0] = '\n';
            memcpy(buf + n, letters[i].data, letters[i].len);
            memset(buf + n + letters[i].len, 0x80, 6);

            test_at("letter %zu at %zu", i, n);
            a = test_mem_init(&m, 0, 0);

            llmgw_out_init(&o, a, 64, 0, 0);
            s = llmgw_str(buf, sizeof(buf));
            llmgw_put_escaped(&o, s);
            check_int(llmgw_out_close(&o), LLMGW_OK);
            check_str(llmgw_out_join(&o, a), llmgw_jstr_encode(a, s));

            test_mem_free(&m);
        }
    }
}


static void
test_out_compact(void)
{
    size_t          i;
    test_mem_t      m;
    llmgw_out_t     o;
    llmgw_arena_t  *a;

    static const struct {
        llmgw_str_t  from;
        llmgw_str_t  to;
        llmgw_str_t  escaped;
    } rows[] = {
        { llmgw_string(""), llmgw_string(""), llmgw_string("") },
        { llmgw_string(" { } "), llmgw_string("{}"), llmgw_string("{}") },
        { llmgw_string("{ \"a b\" : [ 1 , -2.50e+3 ,\r\n\ttrue ] }"),
          llmgw_string("{\"a b\":[1,-2.50e+3,true]}"),
          llmgw_string("{\\\"a b\\\":[1,-2.50e+3,true]}") },
        { llmgw_string("\"  \\\"  \\\\\" "), llmgw_string("\"  \\\"  \\\\\""),
          llmgw_string("\\\"  \\\\\\\"  \\\\\\\\\\\"") },
        { llmgw_string("[\"\\\\\" , \" \" , \"\\u0020\"]"),
          llmgw_string("[\"\\\\\",\" \",\"\\u0020\"]"),
          llmgw_string("[\\\"\\\\\\\\\\\",\\\" \\\",\\\"\\\\u0020\\\"]") },
        { llmgw_string("[ \"\xe4\xb8\xad \xf0\x9f\x99\x82\" ]"),
          llmgw_string("[\"\xe4\xb8\xad \xf0\x9f\x99\x82\"]"),
          llmgw_string("[\\\"\xe4\xb8\xad \xf0\x9f\x99\x82\\\"]") },
        { llmgw_string("12345678901234567890"),
          llmgw_string("12345678901234567890"),
          llmgw_string("12345678901234567890") },

        /* no JSON: nothing is read past the end */
        { llmgw_string("[ \"a  "), llmgw_string("[\"a  "),
          llmgw_string("[\\\"a  ") },
        { llmgw_string("[ \"a\\"), llmgw_string("[\"a\\"),
          llmgw_string("[\\\"a\\\\") },
        { llmgw_string("[ \""), llmgw_string("[\""), llmgw_string("[\\\"") }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("out: compact %.*s", test_arg(rows[i].from));

        a = test_mem_init(&m, 0, 0);

        llmgw_out_init(&o, a, 64, 0, 0);
        llmgw_put_compact(&o, llmgw_str(test_guard(rows[i].from),
                                        rows[i].from.len));
        check_int(llmgw_out_close(&o), LLMGW_OK);
        check_str(llmgw_out_join(&o, a), rows[i].to);

        llmgw_out_init(&o, a, 64, 0, 0);
        llmgw_put_compact_escaped(&o, llmgw_str(test_guard(rows[i].from),
                                                rows[i].from.len));
        check_int(llmgw_out_close(&o), LLMGW_OK);
        check_str(llmgw_out_join(&o, a), rows[i].escaped);

        test_mem_free(&m);
    }
}


void
test_out(void)
{
    test_out_blocks();
    test_out_refs();
    test_out_max();
    test_out_json();
    test_out_escaped();
    test_out_pieces();
    test_out_compact();
}
