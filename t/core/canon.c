
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_canon.h"


static llmgw_int_t
digest_of(llmgw_arena_t *a, const char *text, u_char *digest)
{
    llmgw_int_t     rc;
    llmgw_sha256_t  c;

    if (llmgw_sha256_init(&c) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    rc = llmgw_canon(&c, a, test_cstr(text));

    if (llmgw_sha256_final(&c, digest) != LLMGW_OK) {
        rc = LLMGW_ERROR;
    }

    llmgw_sha256_free(&c);

    return rc;
}


static void
test_canon_digest(void)
{
    size_t      i;
    u_char      one[LLMGW_SHA256_LEN], two[LLMGW_SHA256_LEN];
    test_mem_t  m;

    static const struct {
        const char  *one;
        const char  *two;
        int          same;
    } rows[] = {
        { "{\"a\":1,\"b\":[1,2]}", " { \"b\" : [ 1 , 2 ],\n\"a\":1 } ", 1 },
        { "{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"y\":2,\"x\":1}}", 1 },
        { "{\"\\u0061\":\"\\u00e9\"}", "{\"a\":\"\xc3\xa9\"}", 1 },
        { "\"a\\/b\\n\"", "\"a/b\\u000a\"", 1 },
        { "{}", " { } ", 1 },
        { "[]", "[ ]", 1 },
        { "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}", 1 },
        { "no JSON", "no JSON", 1 },

        { "{\"a\":1,\"a\":2}", "{\"a\":2,\"a\":1}", 0 },
        { "[1,2]", "[2,1]", 0 },
        { "{\"a\":1}", "{\"a\":\"1\"}", 0 },
        { "{\"a\":null}", "{}", 0 },
        { "{\"a\":1}", "{\"a\":1.0}", 0 },
        { "{\"a\":\"b\"}", "{\"b\":\"a\"}", 0 },
        { "[\"a\",\"b\"]", "[\"ab\"]", 0 },
        { "[\"a\",\"b\"]", "[\"a,b\"]", 0 },
        { "[[1],2]", "[[1,2]]", 0 },
        { "{\"a\":{},\"b\":{}}", "{\"a\":{\"b\":{}}}", 0 },
        { "true", "\"true\"", 0 },
        { "\"\\ud800\"", "\"\\ud801\"", 0 },
        { "\"\\ud800\"", "\"\\ufffd\"", 0 },
        { "no JSON", "no JSON ", 0 },
        { "\"a\"", "a", 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("canon %s and %s", rows[i].one, rows[i].two);

        test_mem_init(&m, 0, 0);

        check_int(digest_of(&m.arena, rows[i].one, one), LLMGW_OK);
        check_int(digest_of(&m.arena, rows[i].two, two), LLMGW_OK);
        check_int(memcmp(one, two, sizeof(one)) == 0, rows[i].same);

        test_mem_free(&m);
    }
}


/* names in any order come to the same */

static void
test_canon_order(void)
{
    char        text[8192];
    size_t      len;
    u_char      first[LLMGW_SHA256_LEN], digest[LLMGW_SHA256_LEN];
    unsigned    i, k, n, step;
    test_mem_t  m;

    static const unsigned  steps[] = { 1, 2, 36, 50, 100 };

    for (n = 0; n < 101; n += 20) {

        for (k = 0; k < llmgw_nelts(steps); k++) {

            /* 101 is prime: each step goes through all names */

            step = steps[k];
            test_case("canon of %u members, step %u", n, step);

            len = (size_t) snprintf(text, sizeof(text), "{\"x\":0");

            for (i = 0; i < 101; i++) {
                if (i * step % 101 < n) {
                    len += (size_t) snprintf(text + len, sizeof(text) - len,
                                             ",\"n%u\":%u", i * step % 101,
                                             i * step % 101);
                }
            }

            snprintf(text + len, sizeof(text) - len, "}");

            test_mem_init(&m, 0, 0);
            check_int(digest_of(&m.arena, text, digest), LLMGW_OK);
            test_mem_free(&m);

            if (k == 0) {
                memcpy(first, digest, sizeof(first));
            }

            check(memcmp(first, digest, sizeof(first)) == 0);
        }
    }
}


static void
test_canon_memory(void)
{
    int            done;
    long           n;
    u_char         digest[LLMGW_SHA256_LEN];
    test_mem_t     m;
    llmgw_int_t    rc;

    test_case("canon without memory");

    test_chaos(&m, n, done) {

        rc = digest_of(&m.arena, "{\"a\":[{\"b\":\"\\u00e9\"},{}]}", digest);

        check(rc == LLMGW_OK || rc == LLMGW_ERROR);
        done = (rc == LLMGW_OK);
    }

    check(n > 2);
}


static void
test_canon_control(void)
{
    size_t                 i, k, n, len;
    u_char                 body[256];
    test_mem_t             m;
    llmgw_str_t            param;
    llmgw_cache_control_t  cc;

    /* "after": with the blanks left out */

    static const struct {
        const char   *body;
        llmgw_int_t   rc;
        const char   *after;
        int           no_cache;
        int           no_store;
        int           ttl;
    } rows[] = {
        { "{\"a\":1}", LLMGW_DECLINED, "{\"a\":1}", 0, 0, -1 },
        { "{\"cache\":{\"no-cache\":true},\"a\":1}", LLMGW_OK,
          "{\"a\":1}", 1, 0, -1 },
        { "{\"a\":1 ,\n\"cache\" : {\"no-store\":true, \"ttl\":60} }",
          LLMGW_OK, "{\"a\":1}", 0, 1, 60 },
        { "{\"a\":1,\"cache\":{},\"b\":2}", LLMGW_OK, "{\"a\":1,\"b\":2}",
          0, 0, -1 },
        { " { \"cache\":{\"no-cache\":false,\"ttl\":null} } ", LLMGW_OK,
          "{}", 0, 0, -1 },

        /* a name inside of something else is not meant */

        { "{\"a\":{\"cache\":{\"ttl\":1}}}", LLMGW_DECLINED,
          "{\"a\":{\"cache\":{\"ttl\":1}}}", 0, 0, -1 },
        { "{\"a\":\"\\\"cache\\\"\"}", LLMGW_DECLINED,
          "{\"a\":\"\\\"cache\\\"\"}", 0, 0, -1 },

        /* nor is a member of somebody else's */

        { "{\"cache\":true}", LLMGW_DECLINED, "{\"cache\":true}", 0, 0, -1 },
        { "{\"cache\":{\"kind\":\"x\"}}", LLMGW_DECLINED,
          "{\"cache\":{\"kind\":\"x\"}}", 0, 0, -1 },
        { "{\"cache\":{},\"cache\":{}}", LLMGW_DECLINED,
          "{\"cache\":{},\"cache\":{}}", 0, 0, -1 },
        { "{\"cache\":{\"ttl\":1}", LLMGW_DECLINED, "{\"cache\":{\"ttl\":1}",
          0, 0, -1 },
        { "[\"cache\"]", LLMGW_DECLINED, "[\"cache\"]", 0, 0, -1 },

        { "{\"cache\":{\"ttl\":0}}", LLMGW_INVALID, NULL, 0, 0, 0 },
        { "{\"cache\":{\"ttl\":\"60\"}}", LLMGW_INVALID, NULL, 0, 0, 0 },
        { "{\"cache\":{\"ttl\":1.5}}", LLMGW_INVALID, NULL, 0, 0, 0 },
        { "{\"cache\":{\"no-cache\":1}}", LLMGW_INVALID, NULL, 0, 0, 0 },
        { "{\"cache\":{\"no-store\":\"yes\"}}", LLMGW_INVALID, NULL, 0, 0, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("cache control %s", rows[i].body);
        test_mem_init(&m, 0, 0);

        len = strlen(rows[i].body);
        memcpy(body, rows[i].body, len);

        check_int(llmgw_cache_control(&cc, &m.arena, body, len, &param),
                  rows[i].rc);

        if (rows[i].rc == LLMGW_INVALID) {
            check(llmgw_str_starts(param, "cache."));

        } else {
            for (k = 0, n = 0; k < len; k++) {
                if (body[k] != ' ' && body[k] != '\n') {
                    body[n++] = body[k];
                }
            }

            check_str(llmgw_str(body, n), test_cstr(rows[i].after));
            check_int(cc.no_cache, rows[i].no_cache);
            check_int(cc.no_store, rows[i].no_store);
            check_int(cc.ttl, rows[i].ttl);
        }

        test_mem_free(&m);
    }
}


void
test_canon(void)
{
    test_canon_digest();
    test_canon_order();
    test_canon_memory();
    test_canon_control();
}
