
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_jstr.h"


static void
test_base64_tables(void)
{
    size_t          i;
    u_char          buf[64], *end;
    test_mem_t      m;
    llmgw_int_t     rc;
    llmgw_str_t     s, d;
    llmgw_arena_t  *a;

    /* RFC 4648, section 10, and the two that differ by alphabet */

    static const struct {
        llmgw_str_t  bytes;
        llmgw_str_t  base64;
    } pairs[] = {
        { llmgw_string(""), llmgw_string("") },
        { llmgw_string("f"), llmgw_string("Zg==") },
        { llmgw_string("fo"), llmgw_string("Zm8=") },
        { llmgw_string("foo"), llmgw_string("Zm9v") },
        { llmgw_string("foob"), llmgw_string("Zm9vYg==") },
        { llmgw_string("fooba"), llmgw_string("Zm9vYmE=") },
        { llmgw_string("foobar"), llmgw_string("Zm9vYmFy") },
        { llmgw_string("\xfb\xff\xfe"), llmgw_string("+//+") },
        { llmgw_string("\0\0\0"), llmgw_string("AAAA") }
    };

    static const struct {
        llmgw_str_t  base64;
        llmgw_int_t  rc;
        llmgw_str_t  bytes;
    } rows[] = {

        /* without padding, other alphabet, white space, JSON escapes */
        { llmgw_string("Zg"), LLMGW_OK, llmgw_string("f") },
        { llmgw_string("Zm8"), LLMGW_OK, llmgw_string("fo") },
        { llmgw_string("-__-"), LLMGW_OK, llmgw_string("\xfb\xff\xfe") },
        { llmgw_string("Zm9v\r\nYm Fy\t"), LLMGW_OK, llmgw_string("foobar") },
        { llmgw_string("Zg =\n= "), LLMGW_OK, llmgw_string("f") },
        { llmgw_string("\\/\\/\\/\\/"), LLMGW_OK,
          llmgw_string("\xff\xff\xff") },
        { llmgw_string("Zm9v\\nYmFy\\r\\n\\t"), LLMGW_OK,
          llmgw_string("foobar") },
        { llmgw_string("\\u002B\\u002f//"), LLMGW_OK,
          llmgw_string("\xfb\xff\xff") },
        { llmgw_string("Zg\\u003d\\u003D"), LLMGW_OK, llmgw_string("f") },
        { llmgw_string("Zg\\u0020"), LLMGW_OK, llmgw_string("f") },

        { llmgw_string("Z"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9vY"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Z==="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zg="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zg==="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm8=="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9v="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9v===="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("===="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zg==Zg=="), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm=9"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9*"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9\0"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9\xc3\xa9"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9v\\"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9v\\b"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9v\\\""), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9v\\u0000"), LLMGW_INVALID, llmgw_null_str },
        { llmgw_string("Zm9v\\u00e9"), LLMGW_INVALID, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(pairs); i++) {

        test_case("base64: %.*s there and back", test_arg(pairs[i].base64));

        s = llmgw_str(test_guard(pairs[i].bytes), pairs[i].bytes.len);
        end = llmgw_base64_encode(buf, s);

        check_str(llmgw_str(buf, (size_t) (end - buf)), pairs[i].base64);
        check_int(end - buf, llmgw_base64_size(s.len));

        a = test_mem_init(&m, 0, 0);
        s = llmgw_str(test_guard(pairs[i].base64), pairs[i].base64.len);

        check_int(llmgw_base64_decode(a, s, &d), LLMGW_OK);
        check_str(d, pairs[i].bytes);

        test_mem_free(&m);
    }

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("base64: decode %.*s", test_arg(rows[i].base64));

        a = test_mem_init(&m, 0, 0);
        s = llmgw_str(test_guard(rows[i].base64), rows[i].base64.len);

        rc = llmgw_base64_decode(a, s, &d);
        check_int(rc, rows[i].rc);

        if (rc == LLMGW_OK) {
            check_str(d, rows[i].bytes);
        }

        test_mem_free(&m);
    }

    test_case("base64: no memory");

    a = test_mem_init(&m, 0, 0);
    m.fail = 0;
    check_int(llmgw_base64_decode(a, llmgw_lit("Zg=="), &d), LLMGW_ERROR);
    test_mem_free(&m);
}


static void
test_base64_random(void)
{
    size_t          i, n;
    u_char          buf[200], out[400], *end;
    test_mem_t      m;
    llmgw_str_t     d;
    llmgw_arena_t  *a;

    test_case("base64: all lengths of random bytes there and back");

    for (n = 0; n < sizeof(buf); n++) {

        for (i = 0; i < n; i++) {
            buf[i] = (u_char) test_random(256);
        }

        test_at("length %zu", n);
        a = test_mem_init(&m, 0, 0);

        end = llmgw_base64_encode(out, llmgw_str(buf, n));
        check_int(llmgw_base64_decode(a, llmgw_str(out, end - out), &d),
                  LLMGW_OK);
        check_str(d, llmgw_str(buf, n));

        test_mem_free(&m);
    }
}


static void
test_data_url(void)
{
    int               done;
    long              fail;
    size_t            i;
    test_mem_t        m;
    llmgw_int_t       rc;
    llmgw_str_t       s;
    llmgw_arena_t    *a;
    llmgw_data_url_t  d;

    static const struct {
        llmgw_str_t  url;
        llmgw_int_t  rc;
        llmgw_str_t  mime;
        llmgw_str_t  payload;
    } rows[] = {
        { llmgw_string("data:image/png;base64,iVBORw0KGgo="), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("iVBORw0KGgo=") },
        { llmgw_string("data:image/png;base64,"), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("") },
        { llmgw_string("DATA:Image/PNG;BASE64,AA=="), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("AA==") },
        { llmgw_string("data:image/jpg;base64,/9j/"), LLMGW_OK,
          llmgw_string("image/jpeg"), llmgw_string("/9j/") },
        { llmgw_string("data:image/png;charset=utf-8;base64,AA=="), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("AA==") },
        { llmgw_string("data:image/png;base64;name=a.png,AA=="), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("AA==") },
        { llmgw_string("data:image\\/png;base64,\\/9j\\/"), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("/9j/") },
        { llmgw_string("data:image/svg\\u002bxml;base64,AA=="), LLMGW_OK,
          llmgw_string("image/svg+xml"), llmgw_string("AA==") },
        { llmgw_string("data:image/png;base64,iVBO\\u002B\\u002Fw0\\u003D"),
          LLMGW_OK, llmgw_string("image/png"), llmgw_string("iVBO+/w0=") },
        { llmgw_string("data:image/png;base64,iVBO\\r\\nRw0K \\tGgo="),
          LLMGW_OK, llmgw_string("image/png"), llmgw_string("iVBORw0KGgo=") },
        { llmgw_string("data:image/png;base64, iV BO"), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("iVBO") },
        { llmgw_string("data:image/png;base64,-_-_"), LLMGW_OK,
          llmgw_string("image/png"), llmgw_string("-_-_") },
        { llmgw_string("data:;base64,AA=="), LLMGW_OK, llmgw_string(""),
          llmgw_string("AA==") },

        { llmgw_string(""), LLMGW_DECLINED, llmgw_null_str, llmgw_null_str },
        { llmgw_string("data"), LLMGW_DECLINED, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("https://example.com/a.png"), LLMGW_DECLINED,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string(" data:image/png;base64,AA=="), LLMGW_DECLINED,
          llmgw_null_str, llmgw_null_str },

        { llmgw_string("data:"), LLMGW_INVALID, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("data:,"), LLMGW_INVALID, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("data:image/png,abc"), LLMGW_INVALID, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("data:image/png;base64"), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/png;base64x,AA=="), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:text/plain,hello%20world"), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/png;base64,A*=="), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/png;base64,AA==\\u0000"), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/png;base64,AA\\\""), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/png;base64,AA\\\\"), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/png;base64,\xc3\xa9"), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },

        /* the type goes into JSON and into headers as it is */
        { llmgw_string("data:im\\\"age/png;base64,AA=="), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/png\\r\\nx: y;base64,AA=="),
          LLMGW_INVALID, llmgw_null_str, llmgw_null_str },
        { llmgw_string("data:image/\xc3\xa9;base64,AA=="), LLMGW_INVALID,
          llmgw_null_str, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("data URL: %.*s", test_arg(rows[i].url));

        a = test_mem_init(&m, 0, 0);
        s = llmgw_str(test_guard(rows[i].url), rows[i].url.len);

        rc = llmgw_data_url(a, s, &d);
        check_int(rc, rows[i].rc);

        if (rc == LLMGW_OK) {
            check_str(d.mime, rows[i].mime);
            check_str(d.payload, rows[i].payload);
        }

        test_mem_free(&m);
    }

    test_case("data URL: a clean payload is not copied");

    a = test_mem_init(&m, 0, 0);
    s = llmgw_lit("data:image/png;base64,iVBORw0KGgo=");

    check_int(llmgw_data_url(a, s, &d), LLMGW_OK);
    check(d.payload.data == s.data + 22);

    test_mem_free(&m);

    test_case("data URL: no memory");

    test_chaos(&m, fail, done) {

        rc = llmgw_data_url(&m.arena,
                            llmgw_lit("data:image\\/png;base64,i VBO"), &d);

        test_at("allocation %ld", fail);
        check_int(rc, fail < 3 ? LLMGW_ERROR : LLMGW_OK);
        done = (rc == LLMGW_OK);
    }

    check(done);
}


void
test_base64(void)
{
    test_base64_tables();
    test_base64_random();
    test_data_url();
}
