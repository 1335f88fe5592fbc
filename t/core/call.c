
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the vectors do not reach: endpoints, ids, times, headers, multipart
 * bodies, splices, counts.
 */


#include "test.h"
#include "llmgw_headers.h"
#include "llmgw_map.h"
#include "llmgw_multipart.h"
#include "llmgw_reply.h"
#include "llmgw_splice.h"


/* 2026-11-22 10:00:00 UTC */
#define NOW  1795341600


static void
test_call_endpoints(void)
{
    size_t                   i;
    llmgw_str_t              rest;
    const llmgw_endpoint_t  *ep;

    static const struct {
        llmgw_str_t  path;
        unsigned     id;
        llmgw_str_t  rest;
    } rows[] = {
        { llmgw_string("/v1/chat/completions"), LLMGW_EP_CHAT,
          llmgw_null_str },
        { llmgw_string("/chat/completions"), LLMGW_EP_CHAT, llmgw_null_str },
        { llmgw_string("/v1/completions"), LLMGW_EP_COMPLETIONS,
          llmgw_null_str },
        { llmgw_string("/v1/responses/input_tokens"),
          LLMGW_EP_RESPONSES_INPUT_TOKENS, llmgw_null_str },
        { llmgw_string("/v1/messages"), LLMGW_EP_MESSAGES, llmgw_null_str },
        { llmgw_string("/v1/rerank"), LLMGW_EP_RERANK, llmgw_null_str },
        { llmgw_string("/v2/rerank"), LLMGW_EP_RERANK, llmgw_null_str },
        { llmgw_string("/v1/models"), LLMGW_EP_MODELS, llmgw_null_str },
        { llmgw_string("/v1/models/gpt-4o"), LLMGW_EP_MODEL,
          llmgw_string("gpt-4o") },
        { llmgw_string("/v1/models/a/b"), LLMGW_EP_MODEL,
          llmgw_string("a/b") },
        { llmgw_string("/health/liveliness"), LLMGW_EP_LIVELINESS,
          llmgw_null_str },

        { llmgw_string(""), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/v1"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/v1/"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/v1/v1/chat/completions"), LLMGW_EP_NONE,
          llmgw_null_str },
        { llmgw_string("/v1/v2/rerank"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/v2/chat/completions"), LLMGW_EP_NONE,
          llmgw_null_str },
        { llmgw_string("/v1/chat/completions/"), LLMGW_EP_NONE,
          llmgw_null_str },
        { llmgw_string("/v1/chat/completion"), LLMGW_EP_NONE,
          llmgw_null_str },
        { llmgw_string("/v1/Chat/Completions"), LLMGW_EP_NONE,
          llmgw_null_str },
        { llmgw_string("/v1/models/"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/v1/responses/resp_1"), LLMGW_EP_RESPONSE,
          llmgw_string("resp_1") },
        { llmgw_string("/v1/responses/"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/v1/responses/compact"), LLMGW_EP_RESPONSES_COMPACT,
          llmgw_null_str },
        { llmgw_string("/v1/conversations"), LLMGW_EP_CONVERSATIONS,
          llmgw_null_str },
        { llmgw_string("/v1/conversations/conv_1/items"),
          LLMGW_EP_CONVERSATION, llmgw_string("conv_1/items") },
        { llmgw_string("/anthropic/v1/messages"), LLMGW_EP_MESSAGES,
          llmgw_null_str },
        { llmgw_string("/anthropic/v1/messages/count_tokens"),
          LLMGW_EP_COUNT_TOKENS, llmgw_null_str },
        { llmgw_string("/anthropic/messages"), LLMGW_EP_NONE,
          llmgw_null_str },
        { llmgw_string("/api/hello"), LLMGW_EP_HELLO, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("call: endpoint of \"%.*s\"", test_arg(rows[i].path));

        ep = llmgw_endpoint_find(llmgw_str(test_guard(rows[i].path),
                                           rows[i].path.len),
                                 &rest);

        check_int(ep ? ep->id : LLMGW_EP_NONE, rows[i].id);

        if (ep) {
            check(llmgw_str_eq(rest, rows[i].rest));
            check(ep->native != NULL);
        }
    }

    test_case("call: dialects by name");

    check(llmgw_dialect_find(llmgw_lit("openai")) == &llmgw_dialect_openai);
    check(llmgw_dialect_find(llmgw_lit("anthropic"))
          == &llmgw_dialect_anthropic);
    check(llmgw_dialect_find(llmgw_lit("open")) == NULL);
    check(llmgw_dialect_find(llmgw_null_str) == NULL);
}


static void
test_call_ids(void)
{
    size_t                   i, k, n;
    test_mem_t               m;
    llmgw_str_t              rest, id[400];
    llmgw_call_t             call;
    const llmgw_endpoint_t  *ep;

    test_case("call: ids differ and are names");

    test_mem_init(&m, 4096, 0);
    ep = llmgw_endpoint_find(llmgw_lit("/v1/chat/completions"), &rest);
    n = 0;

    /* two calls whose random bytes differ in one bit */

    for (k = 0; k < 2; k++) {

        llmgw_call_init(&call, &m.arena, ep);
        call.random[3] = (u_char) k;

        for (i = 0; i < 200; i++) {
            id[n] = llmgw_call_id(&call, llmgw_lit("call_"));
            check_int(id[n].len, 29);
            check(llmgw_str_starts(id[n], "call_"));
            n++;
        }
    }

    for (i = 0; i < n; i++) {

        for (k = 5; k < id[i].len; k++) {
            check(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789", id[i].data[k])
                  != NULL);
        }

        for (k = i + 1; k < n; k++) {
            check(!llmgw_str_eq(id[i], id[k]));
        }
    }

    m.fail = m.calls;
    llmgw_arena_init(&m.arena, m.arena.alloc, &m, 0, 0);
    check(llmgw_call_id(&call, llmgw_lit("x")).data == NULL);

    test_mem_free(&m);
}


static void
test_call_times(void)
{
    size_t       i;
    llmgw_str_t  s;

    static const struct {
        llmgw_str_t  text;
        int64_t      ms;
    } after[] = {
        { llmgw_string("0"), 0 },
        { llmgw_string("13"), 13000 },
        { llmgw_string(" 13\t"), 13000 },
        { llmgw_string("1.5"), 1500 },
        { llmgw_string("0.0004"), 1 },
        { llmgw_string("007"), 7000 },
        { llmgw_string("6m0s"), 360000 },
        { llmgw_string("88ms"), 88 },
        { llmgw_string("Sun, 22 Nov 2026 10:00:30 GMT"), 30000 },
        { llmgw_string("Sunday, 22-Nov-26 10:01:00 GMT"), 60000 },
        { llmgw_string("Sun Nov 22 11:00:00 2026"), 3600000 },
        { llmgw_string("Sun Dec  6 10:00:00 2026"), 14 * 86400000LL },
        { llmgw_string("Mon, 01 Mar 2027 10:00:00 GMT"), 99 * 86400000LL },
        { llmgw_string("Tue, 29 Feb 2028 10:00:00 GMT"), 366 * 86400000LL },
        { llmgw_string("Sun, 22 Nov 2026 09:59:59 GMT"), 0 },
        { llmgw_string("Sun, 06 Nov 1994 08:49:37 GMT"), 0 },

        { llmgw_string(""), -1 },
        { llmgw_string("   "), -1 },
        { llmgw_string("-5"), -1 },
        { llmgw_string("soon"), -1 },
        { llmgw_string("13 apples"), -1 },
        { llmgw_string("1e3"), -1 },
        { llmgw_string("Sun, 32 Nov 2026 10:00:00 GMT"), -1 },
        { llmgw_string("Sun, 22 Foo 2026 10:00:00 GMT"), -1 },
        { llmgw_string("Sun, 22 Nov 2026 25:00:00 GMT"), -1 },
        { llmgw_string("22 Nov 2026"), -1 }
    };

    static const struct {
        llmgw_str_t  text;
        int64_t      ms;
    } durations[] = {
        { llmgw_string("1s"), 1000 },
        { llmgw_string("6m0s"), 360000 },
        { llmgw_string("88ms"), 88 },
        { llmgw_string("1h2m3.5s"), 3723500 },
        { llmgw_string("1d"), 86400000 },
        { llmgw_string("0s"), 0 },
        { llmgw_string("1us"), 1 },
        { llmgw_string("1500us"), 2 },
        { llmgw_string("1.5ms"), 2 },
        { llmgw_string("59.999999s"), 60000 },

        { llmgw_string(""), -1 },
        { llmgw_string("1"), -1 },
        { llmgw_string("s"), -1 },
        { llmgw_string("1x"), -1 },
        { llmgw_string("1s2"), -1 },
        { llmgw_string("-1s"), -1 },
        { llmgw_string("1 s"), -1 },
        { llmgw_string("1..5s"), -1 },
        { llmgw_string("."), -1 }
    };

    for (i = 0; i < llmgw_nelts(after); i++) {

        test_case("call: Retry-After \"%.*s\"", test_arg(after[i].text));

        s = llmgw_str(test_guard(after[i].text), after[i].text.len);
        check_int(llmgw_retry_after(s, NOW), after[i].ms);
    }

    for (i = 0; i < llmgw_nelts(durations); i++) {

        test_case("call: duration \"%.*s\"", test_arg(durations[i].text));

        s = llmgw_str(test_guard(durations[i].text), durations[i].text.len);
        check_int(llmgw_duration_ms(s), durations[i].ms);
    }

    test_case("call: hints of ages are cut, not overflowed");

    check(llmgw_retry_after(llmgw_lit("99999999999999999999999999"), NOW)
          > 0);
    check(llmgw_retry_after(llmgw_lit("99999999999999999d"), NOW) > 0);
    check(llmgw_duration_ms(llmgw_lit("9999999999999999999h9999999999999d"))
          > 0);
    check(llmgw_retry_after(llmgw_lit("Sun, 22 Nov 9999 10:00:00 GMT"), NOW)
          > 0);
}


static void
test_call_headers(void)
{
    size_t        i;
    test_mem_t    m;
    llmgw_int_t   rc;
    llmgw_str_t   rest, name, value;
    llmgw_call_t  call;

    static const struct {
        unsigned     messages;   /* a client of the Messages API */
        unsigned     pass;
        llmgw_str_t  name;
        llmgw_str_t  value;
        llmgw_str_t  to;
        llmgw_str_t  out;
    } rows[] = {
        { 0, 0, llmgw_string("request-id"), llmgw_string("req_1"),
          llmgw_string("x-request-id"), llmgw_string("req_1") },
        { 0, 1, llmgw_string("x-ratelimit-reset-tokens"),
          llmgw_string("6m0s"), llmgw_string("x-ratelimit-reset-tokens"),
          llmgw_string("6m0s") },
        { 0, 0, llmgw_string("anthropic-ratelimit-requests-reset"),
          llmgw_string("2026-11-22T10:00:20Z"),
          llmgw_string("x-ratelimit-reset-requests"), llmgw_string("20s") },
        { 0, 0, llmgw_string("anthropic-ratelimit-tokens-reset"),
          llmgw_string("2026-11-22T11:00:20.5+01:00"),
          llmgw_string("x-ratelimit-reset-tokens"), llmgw_string("20s") },
        { 0, 0, llmgw_string("anthropic-ratelimit-tokens-reset"),
          llmgw_string("2028-03-01T10:00:00Z"),
          llmgw_string("x-ratelimit-reset-tokens"),
          llmgw_string("40176000s") },
        { 0, 0, llmgw_string("anthropic-ratelimit-tokens-reset"),
          llmgw_string("2026-11-22T09:59:00Z"),
          llmgw_string("x-ratelimit-reset-tokens"), llmgw_string("0s") },
        { 1, 0, llmgw_string("x-ratelimit-reset-requests"),
          llmgw_string("1h0m0.2s"),
          llmgw_string("anthropic-ratelimit-requests-reset"),
          llmgw_string("2026-11-22T11:00:01Z") },
        { 1, 0, llmgw_string("retry-after"), llmgw_string("7"),
          llmgw_string("retry-after"), llmgw_string("7") },
        { 1, 1, llmgw_string("anthropic-ratelimit-tokens-reset"),
          llmgw_string("2026-11-22T10:00:20Z"),
          llmgw_string("anthropic-ratelimit-tokens-reset"),
          llmgw_string("2026-11-22T10:00:20Z") },

        { 0, 0, llmgw_string("anthropic-ratelimit-tokens-reset"),
          llmgw_string("tomorrow"), llmgw_null_str, llmgw_null_str },
        { 0, 0, llmgw_string("anthropic-ratelimit-tokens-reset"),
          llmgw_string("2026-13-22T10:00:20Z"), llmgw_null_str,
          llmgw_null_str },
        { 1, 0, llmgw_string("x-ratelimit-reset-requests"),
          llmgw_string("soon"), llmgw_null_str, llmgw_null_str },
        { 0, 1, llmgw_string("set-cookie"), llmgw_string("a=b"),
          llmgw_null_str, llmgw_null_str },
        { 0, 1, llmgw_string("openai-organization"), llmgw_string("o"),
          llmgw_null_str, llmgw_null_str },
        { 0, 1, llmgw_string("x-accel-redirect"), llmgw_string("/x"),
          llmgw_null_str, llmgw_null_str },
        { 1, 1, llmgw_string("anthropic-organization-id"), llmgw_string("o"),
          llmgw_null_str, llmgw_null_str },
        { 0, 0, llmgw_string("x-request-id"),
          llmgw_string("a\r\nset-cookie: b"), llmgw_null_str,
          llmgw_null_str },
        { 0, 0, llmgw_string("x-request-id"), llmgw_string("a\x7f"),
          llmgw_null_str, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("call: header %.*s: %.*s%s", test_arg(rows[i].name),
                  test_arg(rows[i].value),
                  rows[i].messages ? " for Messages" : "");

        test_mem_init(&m, 0, 0);

        llmgw_call_init(&call, &m.arena,
                        llmgw_endpoint_find(rows[i].messages
                                            ? llmgw_lit("/v1/messages")
                                            : llmgw_lit("/v1/completions"),
                                            &rest));
        call.now = NOW;
        call.pass = rows[i].pass;

        rc = llmgw_response_header(&call, rows[i].name,
                                   llmgw_str(test_guard(rows[i].value),
                                             rows[i].value.len),
                                   &name, &value);

        check_int(rc, rows[i].to.data ? LLMGW_OK : LLMGW_DECLINED);

        if (rc == LLMGW_OK) {
            check_str(name, rows[i].to);
            check_str(value, rows[i].out);
        }

        test_mem_free(&m);
    }
}


static void
test_call_left(void)
{
    size_t        i;
    llmgw_left_t  l;

    static const struct {
        const char  *header[4];      /* names and values */
        int64_t      wait;
    } rows[] = {
        { { "x-ratelimit-remaining-requests", "0",
            "x-ratelimit-reset-requests", "20s" }, 20000 },
        { { "x-ratelimit-reset-tokens", "6m0s",
            "x-ratelimit-remaining-tokens", "0" }, 360000 },
        { { "x-ratelimit-remaining-tokens", "1",
            "x-ratelimit-reset-tokens", "6m0s" }, 0 },
        { { "x-ratelimit-remaining-tokens", "0",
            "x-ratelimit-reset-requests", "20s" }, 0 },
        { { "x-ratelimit-remaining-tokens", "0",
            "x-ratelimit-reset-tokens", "soon" }, 0 },
        { { "anthropic-ratelimit-requests-remaining", "0",
            "anthropic-ratelimit-requests-reset",
            "2026-11-22T10:00:20Z" }, 20000 },
        { { "anthropic-ratelimit-tokens-remaining", "0",
            "anthropic-ratelimit-tokens-reset",
            "2026-11-22T11:00:02+01:00" }, 2000 },
        { { "anthropic-ratelimit-input-tokens-remaining", "0",
            "anthropic-ratelimit-input-tokens-reset",
            "2026-11-22T10:01:00.5Z" }, 60000 },
        { { "anthropic-ratelimit-output-tokens-reset",
            "2026-11-22T10:01:00Z",
            "anthropic-ratelimit-output-tokens-remaining", "0" }, 60000 },
        { { "anthropic-ratelimit-output-tokens-reset",
            "2026-11-22T10:01:00Z",
            "anthropic-ratelimit-output-tokens-remaining", "4000" }, 0 },
        { { "anthropic-ratelimit-tokens-remaining", "0",
            "anthropic-ratelimit-tokens-reset",
            "2026-11-22T09:59:00Z" }, 0 },
        { { "anthropic-ratelimit-tokens-limit", "0",
            "anthropic-ratelimit-tokens-reset",
            "2026-11-22T10:01:00Z" }, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("call: what is left: %s: %s", rows[i].header[0],
                  rows[i].header[1]);

        memset(&l, 0, sizeof(llmgw_left_t));

        llmgw_left_note(&l, test_cstr(rows[i].header[0]),
                        test_cstr(rows[i].header[1]), NOW);
        llmgw_left_note(&l, test_cstr(rows[i].header[2]),
                        test_cstr(rows[i].header[3]), NOW);

        check_int(llmgw_left_wait(&l), rows[i].wait);
    }
}


static void
test_call_multipart(void)
{
    size_t                   i, n, len;
    u_char                   buf[512];
    llmgw_int_t              rc;
    llmgw_str_t              s, b;
    llmgw_multipart_t        mp;
    llmgw_multipart_part_t   part;

    static const struct {
        llmgw_str_t  type;
        llmgw_str_t  boundary;
    } types[] = {
        { llmgw_string("multipart/form-data; boundary=abc"),
          llmgw_string("abc") },
        { llmgw_string("multipart/form-data;boundary=\"a b\""),
          llmgw_string("a b") },
        { llmgw_string("multipart/form-data; charset=utf-8; Boundary=x; q=1"),
          llmgw_string("x") },
        { llmgw_string("multipart/form-data; q=\"; boundary=no\"; boundary=y"),
          llmgw_string("y") },
        { llmgw_string("multipart/form-data"), llmgw_string("") },
        { llmgw_string("multipart/form-data; boundary="), llmgw_string("") },
        { llmgw_string("multipart/form-data; xboundary=a"),
          llmgw_string("") },
        { llmgw_string("multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaa"
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
          llmgw_string("") }
    };

    /* names and values that come out, and how it ends */

    static const struct {
        llmgw_str_t  body;
        llmgw_int_t  rc;
        llmgw_str_t  parts;
    } rows[] = {
        { llmgw_string("--b\r\nContent-Disposition: form-data; name=\"a\""
                       "\r\n\r\n1\r\n--b--\r\n"), LLMGW_DONE,
          llmgw_string("a=1;") },
        { llmgw_string("--b\r\ncontent-disposition:form-data;name=a\r\n\r\n1"
                       "\r\n--b--"), LLMGW_DONE, llmgw_string("a=1;") },
        { llmgw_string("--b\r\nContent-Disposition: form-data; name=\"a\""
                       "\r\n\r\n\r\n--b--\r\n"), LLMGW_DONE,
          llmgw_string("a=;") },
        { llmgw_string("--b \t\r\nContent-Disposition: form-data; name=\"f\";"
                       " filename=\"x;name=y\"\r\nContent-Type: a/b\r\n\r\n"
                       "-b \r\n-b\n--b\r\n--b\r\n"
                       "Content-Disposition: form-data; name=\"m\"\r\n\r\n2"
                       "\r\n--b--\r\nbehind"), LLMGW_DONE,
          llmgw_string("f:-b \r\n-b\n--b;m=2;") },
        { llmgw_string("--b--\r\n"), LLMGW_DONE, llmgw_string("") },

        { llmgw_string("--b\r\n\r\n1\r\n--b--\r\n"), LLMGW_INVALID,
          llmgw_string("") },
        { llmgw_string("--b\r\nContent-Disposition: form-data\r\n\r\n1"
                       "\r\n--b--\r\n"), LLMGW_INVALID, llmgw_string("") },
        { llmgw_string("--b\r\nContent-Disposition: form-data; name=a\r\n"
                       "Content-Disposition: form-data; name=c\r\n\r\n1"
                       "\r\n--b--\r\n"), LLMGW_INVALID, llmgw_string("") },
        { llmgw_string("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"
                       "1\r\n"), LLMGW_INVALID, llmgw_string("") },
        { llmgw_string("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"
                       "1\r\n--bx\r\n"), LLMGW_INVALID,
          llmgw_string("a=1;") }
    };

    for (i = 0; i < llmgw_nelts(types); i++) {

        test_case("call: boundary in \"%.*s\"", test_arg(types[i].type));

        s = llmgw_str(test_guard(types[i].type), types[i].type.len);
        check(llmgw_str_eq(llmgw_multipart_boundary(s), types[i].boundary));
    }

    b = llmgw_lit("b");

    for (i = 0; i < llmgw_nelts(rows); i++) {

        /* any beginning of it ends somehow, too, and reads nothing more */

        for (n = 0; n <= rows[i].body.len; n++) {

            if (n == 0) {
                test_case("call: multipart %zu, every prefix", i);
            }

            s = llmgw_str(test_guard(llmgw_str(rows[i].body.data, n)), n);
            len = 0;

            rc = llmgw_multipart_init(&mp, b, s);

            while (rc == LLMGW_OK) {

                rc = llmgw_multipart_next(&mp, &part);

                if (rc == LLMGW_OK) {
                    memcpy(buf + len, part.name.data, part.name.len);
                    len += part.name.len;
                    buf[len++] = part.file ? ':' : '=';
                    memcpy(buf + len, part.value.data, part.value.len);
                    len += part.value.len;
                    buf[len++] = ';';
                }
            }

            test_at("%zu bytes", n);
            check(rc == LLMGW_DONE || rc == LLMGW_INVALID);

            if (n == rows[i].body.len) {
                check_int(rc, rows[i].rc);
                check_str(llmgw_str(buf, len), rows[i].parts);
            }
        }
    }
}


static unsigned
unwanted(void *ctx, const llmgw_json_t *j, const llmgw_json_node_t *element)
{
    unsigned  *mask;

    mask = ctx;

    return (*mask >> (llmgw_json_str(j, element).data[0] - '1')) & 1;
}


static void
test_call_splice(void)
{
    size_t                    i, len;
    u_char                    want[64];
    unsigned                  mask, kept;
    test_mem_t                m;
    llmgw_out_t               o;
    llmgw_str_t               body, raw;
    llmgw_json_t              j;
    llmgw_arena_t            *a;
    llmgw_splice_t            sp;
    const llmgw_json_node_t  *k, *v;

    test_case("call: every choice of elements taken out of an array");

    body = llmgw_lit("{\"x\": [ 1 ,2, 3,4 , 5 ], \"y\":0}");

    for (mask = 0; mask < 32; mask++) {

        test_at("mask %u", mask);
        a = test_mem_init(&m, 0, 0);

        check_int(llmgw_json_parse(&j, a, body, LLMGW_JSON_ALL, 100),
                  LLMGW_OK);

        llmgw_splice_init(&sp, a);
        kept = (unsigned) llmgw_splice_filter(&sp, &j,
                              llmgw_json_array(&j, j.nodes, "x"), unwanted,
                              &mask);
        check_int(kept, 5 - __builtin_popcount(mask));

        llmgw_out_init(&o, a, 100, 0, 0);
        check_int(llmgw_splice_put(&sp, body, &o), LLMGW_OK);
        check_int(llmgw_out_close(&o), LLMGW_OK);
        raw = llmgw_out_join(&o, a);

        len = (size_t) sprintf((char *) want, "{\"x\":[");

        for (i = 0; i < 5; i++) {
            if (!(mask >> i & 1)) {
                len += (size_t) sprintf((char *) want + len, "%s%zu",
                                        want[len - 1] == '[' ? "" : ",",
                                        i + 1);
            }
        }

        len += (size_t) sprintf((char *) want + len, "],\"y\":0}");

        llmgw_out_init(&o, a, 100, 0, 0);
        llmgw_put_compact(&o, raw);
        check_int(llmgw_out_close(&o), LLMGW_OK);
        check_str(llmgw_out_join(&o, a), llmgw_str(want, len));

        test_mem_free(&m);
    }

    test_case("call: each member taken out of an object");

    body = llmgw_lit("{ \"a\" : 1 , \"b\":[2] ,\"c\" : \"3\" }");

    for (i = 0; i < 3; i++) {

        a = test_mem_init(&m, 0, 0);

        check_int(llmgw_json_parse(&j, a, body, LLMGW_JSON_ALL, 100),
                  LLMGW_OK);

        llmgw_splice_init(&sp, a);
        len = 0;

        llmgw_json_each_member(k, v, j.nodes) {
            if (len++ == i) {
                raw = llmgw_json_raw(&j, v);
                llmgw_splice_cut(&sp, body, llmgw_json_raw(&j, k).data,
                                 raw.data + raw.len);
            }
        }

        llmgw_out_init(&o, a, 100, 0, 0);
        check_int(llmgw_splice_put(&sp, body, &o), LLMGW_OK);
        check_int(llmgw_out_close(&o), LLMGW_OK);
        raw = llmgw_out_join(&o, a);

        test_at("member %zu", i);
        check_int(llmgw_json_parse(&j, a, raw, LLMGW_JSON_ALL, 100),
                  LLMGW_OK);
        check((llmgw_json_get(&j, j.nodes, "a") == NULL) == (i == 0));
        check((llmgw_json_get(&j, j.nodes, "b") == NULL) == (i == 1));
        check((llmgw_json_get(&j, j.nodes, "c") == NULL) == (i == 2));

        test_mem_free(&m);
    }

    test_case("call: edits in any order");

    a = test_mem_init(&m, 0, 0);
    body = llmgw_lit("abcdef");

    llmgw_splice_init(&sp, a);
    llmgw_splice_add(&sp, body.data + 4, body.data + 5, llmgw_lit("[E]"));
    llmgw_splice_add(&sp, body.data, body.data + 1, llmgw_lit("[A]"));
    llmgw_splice_add(&sp, body.data + 6, body.data + 6, llmgw_lit("[end]"));
    llmgw_splice_add(&sp, body.data + 2, body.data + 4, llmgw_lit(""));

    llmgw_out_init(&o, a, 100, 0, 0);
    check_int(llmgw_splice_put(&sp, body, &o), LLMGW_OK);
    check_int(llmgw_out_close(&o), LLMGW_OK);
    check_lit(llmgw_out_join(&o, a), "[A]b[E]f[end]");

    test_mem_free(&m);

    test_case("call: an edit without memory");

    a = test_mem_init(&m, 0, 0);
    m.fail = 0;
    llmgw_splice_init(&sp, a);
    llmgw_splice_add(&sp, body.data, body.data, llmgw_lit("x"));
    m.fail = -1;
    llmgw_out_init(&o, a, 100, 0, 0);
    check_int(llmgw_splice_put(&sp, body, &o), LLMGW_ERROR);
    test_mem_free(&m);
}


static void
test_call_map(void)
{
    long           n;
    size_t         i;
    char           key[16];
    test_mem_t     m;
    llmgw_map_t    map;
    llmgw_str_t    s;

    test_case("call: a map of 5,000 names");

    test_mem_init(&m, 4096, 0);
    llmgw_map_init(&map, &m.arena);

    check(llmgw_map_get(&map, llmgw_lit("none")) == NULL);

    for (i = 1; i <= 5000; i++) {
        n = sprintf(key, "key%zu", i);
        s = llmgw_str_dup(&m.arena, llmgw_str((u_char *) key, (size_t) n));
        check_int(llmgw_map_put(&map, s, (void *) i), LLMGW_OK);
    }

    check_int(llmgw_map_put(&map, llmgw_lit("key7"), (void *) 1), LLMGW_OK);
    check_int(llmgw_map_put(&map, llmgw_lit(""), (void *) 2), LLMGW_OK);

    for (i = 1; i <= 5000; i++) {
        n = sprintf(key, "key%zu", i);
        check(llmgw_map_get(&map, llmgw_str((u_char *) key, (size_t) n))
              == (void *) (i == 7 ? 1 : i));
    }

    check(llmgw_map_get(&map, llmgw_lit("")) == (void *) 2);
    check(llmgw_map_get(&map, llmgw_lit("key")) == NULL);

    test_mem_free(&m);

    test_case("call: a map without memory");

    test_mem_init(&m, 0, 0);
    m.fail = 0;
    llmgw_map_init(&map, &m.arena);
    check_int(llmgw_map_put(&map, llmgw_lit("a"), &map), LLMGW_ERROR);
    check(llmgw_map_get(&map, llmgw_lit("a")) == NULL);
    test_mem_free(&m);
}


static void
test_call_counts(void)
{
    size_t         i;
    test_mem_t     m;
    llmgw_json_t   j;

    static const struct {
        llmgw_str_t  text;
        int64_t      count;
    } rows[] = {
        { llmgw_string("0"), 0 },
        { llmgw_string("17"), 17 },
        { llmgw_string("17.0"), 17 },
        { llmgw_string("1e3"), 1000 },
        { llmgw_string("-3"), 0 },
        { llmgw_string("1000000001"), LLMGW_USAGE_MAX },
        { llmgw_string("99999999999999999999"), LLMGW_USAGE_MAX },
        { llmgw_string("1e300"), LLMGW_USAGE_MAX },
        { llmgw_string("-1e300"), 0 },
        { llmgw_string("\"42\""), 42 },
        { llmgw_string("null"), -1 },
        { llmgw_string("\"many\""), -1 },
        { llmgw_string("\"\""), -1 },
        { llmgw_string("{}"), -1 },
        { llmgw_string("true"), -1 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("call: a count of %.*s", test_arg(rows[i].text));

        test_mem_init(&m, 0, 0);

        check_int(llmgw_json_parse(&j, &m.arena, rows[i].text,
                                   LLMGW_JSON_ALL, 10),
                  LLMGW_OK);
        check_int(llmgw_usage_count(&j, j.nodes), rows[i].count);

        test_mem_free(&m);
    }
}


/* how services that speak OpenAI's format say it */

static void
test_call_errors(void)
{
    size_t         i;
    llmgw_error_t  e;

    static const struct {
        const char  *name;
        unsigned     status;
        const char  *message;
        const char  *code;
    } rows[] = {
        { "OpenAI, vLLM", 400, "This model's maximum context length is 128000 "
          "tokens.", "context_length_exceeded" },
        { "Groq", 400, "Please reduce the length of the messages or "
          "completion.", "context_length_exceeded" },
        { "xAI", 400, "This model's maximum prompt length is 131072 but the "
          "request contains 537812 tokens.", "context_length_exceeded" },
        { "Moonshot", 400, "Invalid request: Your request exceeded model "
          "token limit: 8192", "context_length_exceeded" },
        { "llama.cpp", 400, "the request exceeds the available context size, "
          "try increasing it", "context_length_exceeded" },
        { "SGLang", 400, "The input (9000 tokens) is longer than the model's "
          "context length (8192 tokens).", "context_length_exceeded" },
        { "Mistral", 422, "Prompt contains 66770 tokens and 0 draft tokens, "
          "too large for model with 32768 maximum context length",
          "context_length_exceeded" },
        { "the same words about a limit", 429, "Requests with a maximum "
          "context length are limited.", "" },
        { "OpenAI's images", 400, "Your request was rejected by our safety "
          "system.", "content_policy_violation" },
        { "xAI's guidelines", 400, "Content violates usage guidelines.",
          "content_policy_violation" },
        { "DeepSeek", 400, "Content Exists Risk",
          "content_policy_violation" },
        { "DashScope", 400, "Input data may contain inappropriate content.",
          "content_policy_violation" },
        { "none of it", 400, "temperature must be below 2", "" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("call: an error of %s", rows[i].name);

        memset(&e, 0, sizeof(llmgw_error_t));

        e.status = rows[i].status;
        e.message = test_cstr(rows[i].message);
        e.raw = llmgw_lit("{}");

        llmgw_error_classify(&e);

        check(llmgw_str_eq(e.code, test_cstr(rows[i].code)));
        check_int(e.raw.len, rows[i].code[0] ? 0 : 2);
        check_int(e.context || e.policy, rows[i].code[0] != '\0');
    }
}


void
test_call(void)
{
    test_call_endpoints();
    test_call_ids();
    test_call_times();
    test_call_headers();
    test_call_left();
    test_call_multipart();
    test_call_splice();
    test_call_map();
    test_call_counts();
    test_call_errors();
}
