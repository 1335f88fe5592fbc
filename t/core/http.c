
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers to the gateway's own requests: HTTP/1 in any pieces, and what token
 * endpoints say and are shown.
 */


#include "test.h"
#include "llmgw_http.h"
#include "llmgw_jwt.h"
#include "llmgw_oauth.h"


#define HTTP_MAX  64


typedef struct {
    llmgw_str_t   text;
    llmgw_int_t   rc;         /* of the last byte, or of the end */
    unsigned      status;
    llmgw_str_t   body;
} http_row_t;


/* in pieces of n bytes; with "end" the connection is closed behind it */

static llmgw_int_t
http_run(llmgw_http_t *h, llmgw_arena_t *a, llmgw_str_t text, size_t n,
    unsigned end)
{
    size_t         len;
    llmgw_int_t    rc;
    const u_char  *p;

    llmgw_http_init(h, a, HTTP_MAX, 0);

    rc = LLMGW_OK;

    while (text.len && rc == LLMGW_OK) {

        len = (n < text.len) ? n : text.len;

        p = test_guard(llmgw_str(text.data, len));
        rc = llmgw_http_feed(h, p, len);

        text.data += len;
        text.len -= len;
    }

    if (rc == LLMGW_OK && end) {
        rc = llmgw_http_end(h);
    }

    return rc;
}


static const http_row_t  http_rows[] = {

    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
      LLMGW_DONE, 200, llmgw_string("hello") },
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP"),
      LLMGW_DONE, 200, llmgw_string("hello") },
    { llmgw_string("HTTP/1.1 200\r\ncontent-length:5 \r\n\r\nhello"),
      LLMGW_DONE, 200, llmgw_string("hello") },
    { llmgw_string("HTTP/1.0 404 Not Found\nContent-Length: 0\n\n"),
      LLMGW_DONE, 404, llmgw_string("") },
    { llmgw_string("HTTP/1.1 204 No Content\r\n\r\n"),
      LLMGW_DONE, 204, llmgw_string("") },
    { llmgw_string("HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n"),
      LLMGW_DONE, 304, llmgw_string("") },

    /* up to the end of the connection */
    { llmgw_string("HTTP/1.1 200 OK\r\n\r\nhello"),
      LLMGW_DONE, 200, llmgw_string("hello") },
    { llmgw_string("HTTP/1.0 200 OK\r\nX: y\r\n\r\n"),
      LLMGW_DONE, 200, llmgw_string("") },

    /* chunks */
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
                   "3\r\nhel\r\n02;ext=\"a\"\r\nlo\r\n0\r\nX: t\r\n\r\n"),
      LLMGW_DONE, 200, llmgw_string("hello") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "0\r\n\r\n"),
      LLMGW_DONE, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "A\nabcdefghij\n0\n\n"),
      LLMGW_DONE, 200, llmgw_string("abcdefghij") },

    /* answers before the answer */
    { llmgw_string("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\n"
                   "Content-Length: 9\r\nLink: a\r\n\r\n"
                   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
      LLMGW_DONE, 200, llmgw_string("ok") },

    /* cut */
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"),
      LLMGW_INVALID, 200, llmgw_string("hell") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nhel\r\n"),
      LLMGW_INVALID, 200, llmgw_string("hel") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "0\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string(""), LLMGW_INVALID, 0, llmgw_string("") },

    /* not HTTP */
    { llmgw_string("SSH-2.0-OpenSSH_9.2\r\n"), LLMGW_INVALID, 0,
      llmgw_string("") },
    { llmgw_string("HTTP/2 200\r\n\r\n"), LLMGW_INVALID, 0, llmgw_string("") },
    { llmgw_string("HTTP/1.1 20x OK\r\n\r\n"), LLMGW_INVALID, 0,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 2000 OK\r\n\r\n"), LLMGW_INVALID, 0,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 099 OK\r\n\r\n"), LLMGW_INVALID, 0,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 101 Switching\r\n\r\n"), LLMGW_INVALID, 0,
      llmgw_string("") },
    { llmgw_string("\r\nHTTP/1.1 200 OK\r\n\r\n"), LLMGW_INVALID, 0,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), LLMGW_INVALID, 200,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"), LLMGW_INVALID,
      200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nA : b\r\n\r\n"), LLMGW_INVALID, 200,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\n: b\r\n\r\n"), LLMGW_INVALID, 200,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"), LLMGW_INVALID, 200,
      llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n"), LLMGW_INVALID, 200,
      llmgw_string("") },

    /* where does it end? */
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                   "Content-Length: 5\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                   "Content-Length: 5\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 1234567890123456"
                   "\r\n\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "-1\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5x\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "0000000000000005\r\n"),
      LLMGW_INVALID, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "2\r\nabc\r\n"),
      LLMGW_INVALID, 200, llmgw_string("ab") },

    /* 64 bytes are the most here */
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n"
                   "0123456789abcdef0123456789abcdef"
                   "0123456789abcdef0123456789abcdef"),
      LLMGW_DONE, 200,
      llmgw_string("0123456789abcdef0123456789abcdef"
                   "0123456789abcdef0123456789abcdef") },
    { llmgw_string("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n"),
      LLMGW_TOO_LARGE, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "41\r\n"),
      LLMGW_TOO_LARGE, 200, llmgw_string("") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "1\r\na\r\n40\r\n"),
      LLMGW_TOO_LARGE, 200, llmgw_string("a") },
    { llmgw_string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "fffffffffffffff\r\n"),
      LLMGW_TOO_LARGE, 200, llmgw_string("") }
};


static void
test_http_answers(void)
{
    size_t         i, n;
    test_mem_t     m;
    llmgw_http_t   h;
    llmgw_int_t    rc;

    for (i = 0; i < llmgw_nelts(http_rows); i++) {

        test_case("http: %.*s", test_arg(http_rows[i].text));

        for (n = 1; n <= http_rows[i].text.len + 1; n++) {

            test_at("pieces of %zu", n);
            test_mem_init(&m, 64, 0);

            rc = http_run(&h, &m.arena, http_rows[i].text, n, 1);

            check_int(rc, http_rows[i].rc);
            check_int(h.status, http_rows[i].status);
            check_str(h.body, http_rows[i].body);

            test_mem_free(&m);
        }
    }
}


static void
test_http_headers(void)
{
    size_t        i;
    test_mem_t    m;
    llmgw_http_t  h;
    static u_char  text[LLMGW_HTTP_LINE + 200];

    static const llmgw_str_t  answer =
        llmgw_string("HTTP/1.1 200 OK\r\nRetry-After:  7 \r\n"
                     "RETRY-AFTER: 8\r\nX-Empty:\r\nX-Tab: a\tb\r\n"
                     "Content-Length: 0\r\n\r\n");

    test_case("http: headers by name");
    test_mem_init(&m, 64, 0);

    check_int(http_run(&h, &m.arena, answer, 3, 0), LLMGW_DONE);
    check_lit(llmgw_http_header(&h, llmgw_lit("retry-after")), "7");
    check_lit(llmgw_http_header(&h, llmgw_lit("x-empty")), "");
    check_lit(llmgw_http_header(&h, llmgw_lit("x-tab")), "a\tb");
    check_int(llmgw_http_header(&h, llmgw_lit("x-none")).len, 0);

    test_mem_free(&m);

    test_case("http: the answer to HEAD has no body");
    test_mem_init(&m, 64, 0);

    llmgw_http_init(&h, &m.arena, HTTP_MAX, 1);
    check_int(llmgw_http_feed(&h, http_rows[0].text.data,
                              http_rows[0].text.len),
              LLMGW_DONE);
    check_int(h.body.len, 0);

    test_mem_free(&m);

    test_case("http: a line without end");
    test_mem_init(&m, 64, 0);

    memset(text, 'a', sizeof(text));
    memcpy(text, "HTTP/1.1 200 OK\r\n", 17);

    check_int(http_run(&h, &m.arena, llmgw_str(text, sizeof(text)), 100, 0),
              LLMGW_TOO_LARGE);

    test_mem_free(&m);

    test_case("http: headers without end");
    test_mem_init(&m, 64, 0);

    for (i = 17; i + 4 <= sizeof(text); i += 4) {
        memcpy(text + i, "A:b\n", 4);
    }

    check_int(http_run(&h, &m.arena, llmgw_str(text, i), 100, 0),
              LLMGW_TOO_LARGE);

    test_mem_free(&m);

    test_case("http: informational answers without end");
    test_mem_init(&m, 64, 0);

    llmgw_http_init(&h, &m.arena, HTTP_MAX, 0);

    for (i = 0; i < 1000; i++) {
        if (llmgw_http_feed(&h, (const u_char *) "HTTP/1.1 100 x\r\n\r\n", 18)
            != LLMGW_OK)
        {
            break;
        }
    }

    check(i < 100);

    test_mem_free(&m);
}


static void
test_http_memory(void)
{
    long           n, done;
    size_t         i;
    test_mem_t     m;
    llmgw_http_t   h;
    llmgw_int_t    rc;

    for (i = 0; i < llmgw_nelts(http_rows); i++) {

        test_case("http: memory ends in %.*s", test_arg(http_rows[i].text));

        test_chaos(&m, n, done) {
            test_at("after %ld", n);
            rc = http_run(&h, &m.arena, http_rows[i].text, 7, 1);
            done = (rc == http_rows[i].rc);
            check(done || rc == LLMGW_ERROR);
        }
    }
}


static void
test_oauth_answers(void)
{
    size_t         i;
    test_mem_t     m;
    llmgw_int_t    rc;
    llmgw_oauth_t  o;

    static const struct {
        unsigned      status;
        llmgw_str_t   body;
        llmgw_int_t   rc;
        int64_t       lifetime;
        llmgw_str_t   token;      /* or error and description */
        llmgw_str_t   text;
    } rows[] = {

        { 200, llmgw_string("{\"access_token\":\"ya29.a..\",\"expires_in\":"
                            "3599,\"token_type\":\"Bearer\"}"),
          LLMGW_OK, 3599, llmgw_string("ya29.a.."), llmgw_null_str },
        { 200, llmgw_string("{\"token_type\":\"bearer\",\"expires_in\":"
                            "\"86399\",\"access_token\":\"a\\/b\"}"),
          LLMGW_OK, 86399, llmgw_string("a/b"), llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\"}"),
          LLMGW_OK, 300, llmgw_string("a"), llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\",\"expires_in\":null}"),
          LLMGW_OK, 300, llmgw_string("a"), llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\",\"expires_in\":1e9}"),
          LLMGW_OK, 86400, llmgw_string("a"), llmgw_null_str },

        { 200, llmgw_string("{\"access_token\":\"a\",\"expires_in\":0}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\",\"expires_in\":-5}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\",\"expires_in\":\"x\"}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\",\"expires_in\":[1]}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\",\"token_type\":\"mac\"}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"\"}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a b\"}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"a\\r\\nX: 1\"}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":\"\\u00e9\"}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"access_token\":1}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("{\"id_token\":\"a\"}"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("[\"a\"]"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string("<html>"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 200, llmgw_string(""),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },
        { 503, llmgw_string("busy"),
          LLMGW_INVALID, 0, llmgw_null_str, llmgw_null_str },

        { 400, llmgw_string("{\"error\":\"invalid_grant\","
                            "\"error_description\":\"Invalid JWT "
                            "Signature.\"}"),
          LLMGW_DECLINED, 0, llmgw_string("invalid_grant"),
          llmgw_string("Invalid JWT Signature.") },
        { 401, llmgw_string("{\"error\":\"a\",\"error_description\":"
                            "\"one\\r\\ntwo \\u00e9 \\n\"}"),
          LLMGW_DECLINED, 0, llmgw_string("a"),
          llmgw_string("one  two") },
        { 403, llmgw_string("{\"error\":{\"status\":\"PERMISSION_DENIED\","
                            "\"message\":\"no\"}}"),
          LLMGW_DECLINED, 0, llmgw_string("PERMISSION_DENIED"),
          llmgw_string("no") },
        { 401, llmgw_string("{\"error\":7}"),
          LLMGW_DECLINED, 0, llmgw_null_str, llmgw_null_str },
        { 401, llmgw_string("no"),
          LLMGW_DECLINED, 0, llmgw_null_str, llmgw_null_str },

        /* a token next to a status that says no is none */
        { 403, llmgw_string("{\"access_token\":\"a\"}"),
          LLMGW_DECLINED, 0, llmgw_null_str, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("oauth: %u %.*s", rows[i].status, test_arg(rows[i].body));
        test_mem_init(&m, 64, 0);

        rc = llmgw_oauth_read(&o, &m.arena, rows[i].status, rows[i].body);

        check_int(rc, rows[i].rc);
        check_int(o.error.len != 0, rc == LLMGW_DECLINED
                                    && rows[i].token.len != 0);

        if (rows[i].rc == LLMGW_OK) {
            check_str(o.token, rows[i].token);
            check_int(o.lifetime, rows[i].lifetime);

        } else if (rows[i].token.len) {
            check_str(o.error, rows[i].token);
            check_str(o.description, rows[i].text);
        }

        test_mem_free(&m);
    }
}


static void
test_oauth_form(void)
{
    test_mem_t   m;
    llmgw_out_t  out;

    test_case("oauth: a form");
    test_mem_init(&m, 0, 0);

    llmgw_out_init(&out, &m.arena, 64, 0, 0);
    llmgw_oauth_put(&out, llmgw_lit("grant_type"), llmgw_lit("urn:a-b"));
    llmgw_oauth_put(&out, llmgw_lit("s"), llmgw_lit("a~b_c. &=+%\xc3\xa9"));
    llmgw_oauth_put(&out, llmgw_lit("e"), llmgw_lit(""));

    check_int(llmgw_out_close(&out), LLMGW_OK);
    check_lit(llmgw_out_join(&out, &m.arena),
              "grant_type=urn%3Aa-b&s=a~b_c.%20%26%3D%2B%25%C3%A9&e=");

    test_mem_free(&m);
}


/* signed by "openssl dgst -sha256 -sign" */

static const llmgw_str_t  jwt_key = llmgw_string(
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAKJKSZYgKWsJsAxJ\n"
    "OIjv0XhZPBNPD6u6YQjzYUpylDwn9oiXkenvgATc4wWJp/q1yws3MyB1tw7/Rfhb\n"
    "c4spDEwfN6SbhWmHVAW4k8H2qV4U95Mt1+e2k/kaOcrSELRQQZECKZizju79JTlf\n"
    "yaHufK8iWoGIzOA/J5+XmwiHqMrZAgMBAAECgYAHtrY2r4KodsZqXxST1apEKSGk\n"
    "3U4mYG56SW8nZbjL/y5FocaqstqH4KPdwIQ+c2OaPd5tPYsc6F9ABcDBLYtLA5Iw\n"
    "tlk9pSEhuvTuj0bCHKyygbSMYRyJPG9jZmgnpjHHtKVxxY7m8Hzns4uGbZqPLCGE\n"
    "4Z+vlw1N6pXeXIBksQJBANIZI76d9SbL/l4StZZKmVJoeJgzNhvSGgnqgy2WnLap\n"
    "QTIExnQBy22DP7kdFuIDmfkXhovGR/q3yNJaxe14QvUCQQDFvzrhgp3ZW9NoF5Cs\n"
    "hxapLhzvTOpWt3zbfzTB2lLoSn4hFOz1Hs72dNdYAZrROFdDAqFQpDRFraSl3/Iy\n"
    "aaHVAkB8/nPjnfoRwN9ufFcIOQ2Kl5jXg/A3EQJoz9qHLsnBamTdKzYeIksythkd\n"
    "Oo84m8fpB/QGCEsegGS7sUF8DEZZAkAFJcc4m5fUUqmcKhDgDNwwJz0llZD8FOax\n"
    "KAyNh0tlNJs37T2F2/lzPPNmHRSUoazT17uvR7b8oVqJ3tyFJ27JAkAKJq5/OM3x\n"
    "CAKLQPVQILrAruvALcrWwutZi7IqJAaENB7Edyq3xHh6yRbe2eNIRkS6S+mbBGC/\n"
    "/WEaP9k53JNS\n"
    "-----END PRIVATE KEY-----\n");

static const llmgw_str_t  jwt_token = llmgw_string(
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhXHUwMGU5Pz4ifQ.DHe12B7OdfybC-MuEzeFfV"
    "enFvUrjTcZK1aTJjAYZN7SHCdHLdWWWeGDekk_3ILc3Iy-FpcDB5oSJEQNSzmtu2nl8ClW"
    "XcU1FRxzh3kFe7hqXIUqKsPnKi_MnCOW16Jngw0X7pHGYxz3O8_Ted6KAHQqf1a2muL6vf"
    "T364dzNRg");


static void
test_jwt(void)
{
    long         n, done;
    test_mem_t   m;
    llmgw_int_t  rc;
    llmgw_str_t  jwt;

    static const llmgw_str_t  header = llmgw_string("{\"alg\":\"RS256\"}");
    static const llmgw_str_t  claims =
        llmgw_string("{\"iss\":\"a\\u00e9?>\"}");

    test_case("jwt: RS256");

    test_chaos(&m, n, done) {
        test_at("memory ends after %ld", n);
        rc = llmgw_jwt_rs256(&m.arena, jwt_key, header, claims, &jwt);
        done = (rc == LLMGW_OK);

        if (done) {
            check_str(jwt, jwt_token);

        } else {
            check_int(rc, LLMGW_ERROR);
        }
    }

    test_case("jwt: keys that cannot sign");
    test_mem_init(&m, 0, 0);

    check_int(llmgw_jwt_rs256(&m.arena, llmgw_lit(""), header, claims, &jwt),
              LLMGW_INVALID);
    check_int(llmgw_jwt_rs256(&m.arena,
                              llmgw_str(jwt_key.data, jwt_key.len / 2),
                              header, claims, &jwt),
              LLMGW_INVALID);

    test_mem_free(&m);
}


void
test_http(void)
{
    test_http_answers();
    test_http_headers();
    test_http_memory();
    test_oauth_answers();
    test_oauth_form();
    test_jwt();
}
