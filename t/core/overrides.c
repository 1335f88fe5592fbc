
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_overrides.h"


static llmgw_int_t
test_overrides_read(test_mem_t *m, u_char *body, size_t len, unsigned native,
    llmgw_overrides_t **o, llmgw_error_t *e)
{
    llmgw_int_t   rc;
    llmgw_json_t  j;

    memset(e, 0, sizeof(llmgw_error_t));
    *o = NULL;

    rc = llmgw_json_parse(&j, &m->arena, llmgw_str(body, len), 1,
                          LLMGW_JSON_ALL);

    return (rc == LLMGW_OK) ? llmgw_overrides(o, &m->arena, &j, body, native,
                                              e)
                            : rc;
}


static void
test_overrides_values(void)
{
    int                 n;
    size_t              i, k, len, used;
    u_char              body[512];
    test_mem_t          m;
    llmgw_int_t         rc;
    llmgw_error_t       e;
    llmgw_overrides_t  *o;

    /* "after": with the blanks left out; "names": with a comma behind each */

    static const struct {
        const char   *body;
        const char   *after;
        const char   *names;
        int           fallbacks;
        int           retries;
        int           timeout;
    } rows[] = {
        { "{\"a\":1}", "{\"a\":1}", NULL, 0, 0, 0 },
        { "{}", "{}", NULL, 0, 0, 0 },
        { "{\"a\":{\"timeout\":1,\"fallbacks\":1}}",
          "{\"a\":{\"timeout\":1,\"fallbacks\":1}}", NULL, 0, 0, 0 },
        { "{\"max_retries\":\"x\",\"timeouT\":1,\"fall_back\":{}}",
          "{\"max_retries\":\"x\",\"timeouT\":1,\"fall_back\":{}}", NULL,
          0, 0, 0 },

        { "{\"timeout\":1.5,\"a\":1}", "{\"a\":1}", "", -1, -1, 1500 },
        { "{\"a\":1,\"timeout\":60}", "{\"a\":1}", "", -1, -1, 60000 },
        { "{\"timeout\":1e-9}", "{}", "", -1, -1, 1 },
        { "{\"timeout\":1e300}", "{}", "", -1, -1, 1000000000 },
        { "{\"timeout\":null}", "{}", "", -1, -1, 0 },
        { "{\"tim\\u0065out\":2,\"a\":1}", "{\"a\":1}", "", -1, -1, 2000 },

        { "{\"num_retries\":0}", "{}", "", -1, 0, 0 },
        { "{\"num_retries\":3.0,\"a\":1}", "{\"a\":1}", "", -1, 3, 0 },
        { "{\"num_retries\":999999999999}", "{}", "", -1, 1000, 0 },

        { "{\"fallbacks\":[]}", "{}", "", 0, -1, 0 },
        { "{\"a\":1,\n\"fallbacks\" : [\"x\",{\"model\":\"y\\u002f\"}] }",
          "{\"a\":1}", "x,y/,", 2, -1, 0 },
        { "{\"fallbacks\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]}", "{}",
          "1,2,3,4,5,", 5, -1, 0 },

        /* several of them, one beside the other and at either end */

        { "{\"timeout\":1,\"fallbacks\":[\"x\"],\"num_retries\":2}", "{}",
          "x,", 1, 2, 1000 },
        { "{\"timeout\":1,\"a\":1,\"num_retries\":2,\"fallbacks\":null}",
          "{\"a\":1}", "", -1, 2, 1000 },
        { "{\"a\":1,\"num_retries\":2,\"b\":2,\"timeout\":3}",
          "{\"a\":1,\"b\":2}", "", -1, 2, 3000 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("overrides %s", rows[i].body);
        test_mem_init(&m, 0, 0);

        len = strlen(rows[i].body);
        memcpy(body, rows[i].body, len);

        rc = test_overrides_read(&m, body, len, 0, &o, &e);

        check_int(rc, rows[i].names ? LLMGW_OK : LLMGW_DECLINED);

        for (k = 0, used = 0; k < len; k++) {
            if (body[k] != ' ' && body[k] != '\n') {
                body[used++] = body[k];
            }
        }

        check_str(llmgw_str(body, used), test_cstr(rows[i].after));

        if (o) {
            check_int(o->retries, rows[i].retries);
            check_int(o->timeout, rows[i].timeout);
            check_int(o->nfallbacks, rows[i].fallbacks);

            for (n = 0, used = 0; n < o->nfallbacks; n++) {
                memcpy(body + used, o->fallback[n].data, o->fallback[n].len);
                used += o->fallback[n].len;
                body[used++] = ',';
            }

            check_str(llmgw_str(body, used), test_cstr(rows[i].names));
        }

        test_mem_free(&m);
    }
}


static void
test_overrides_refused(void)
{
    size_t              i, len;
    u_char              body[512];
    test_mem_t          m;
    llmgw_error_t       e;
    llmgw_overrides_t  *o;

    static const struct {
        const char  *body;
        const char  *param;
    } rows[] = {
        { "{\"timeout\":\"60\"}", "timeout" },
        { "{\"timeout\":0}", "timeout" },
        { "{\"timeout\":-1}", "timeout" },
        { "{\"timeout\":true}", "timeout" },
        { "{\"timeout\":{}}", "timeout" },
        { "{\"num_retries\":\"2\"}", "num_retries" },
        { "{\"num_retries\":1.5}", "num_retries" },
        { "{\"num_retries\":-1}", "num_retries" },
        { "{\"num_retries\":[]}", "num_retries" },
        { "{\"fallbacks\":\"x\"}", "fallbacks" },
        { "{\"fallbacks\":{\"model\":\"x\"}}", "fallbacks" },
        { "{\"fallbacks\":[1]}", "fallbacks[0]" },
        { "{\"fallbacks\":[\"x\",\"\"]}", "fallbacks[1]" },
        { "{\"fallbacks\":[\"x\",null]}", "fallbacks[1]" },
        { "{\"fallbacks\":[\"\\u0000\"]}", "fallbacks[0]" },
        { "{\"fallbacks\":[[\"x\"]]}", "fallbacks[0]" },
        { "{\"fallbacks\":[{}]}", "fallbacks[0].model" },
        { "{\"fallbacks\":[{\"model\":1}]}", "fallbacks[0].model" },
        { "{\"fallbacks\":[{\"model\":\"x\",\"n\":2}]}", "fallbacks[0].n" },
        { "{\"fallbacks\":[\"1\",\"2\",\"3\",\"4\",\"5\",6]}",
          "fallbacks[5]" },
        { "{\"timeout\":1,\"num_retries\":2,\"fallbacks\":7}", "fallbacks" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("overrides %s", rows[i].body);
        test_mem_init(&m, 0, 0);

        len = strlen(rows[i].body);
        memcpy(body, rows[i].body, len);

        check_int(test_overrides_read(&m, body, len, 0, &o, &e),
                  LLMGW_INVALID);
        check_int(e.status, 400);
        check_str(e.param, test_cstr(rows[i].param));

        test_mem_free(&m);
    }

    /* a list without an end, and names that are too long */

    test_mem_init(&m, 0, 0);

    memset(body, 'x', sizeof(body));
    memcpy(body, "{\"fallbacks\":[\"", 15);
    memcpy(body + 15 + 257, "\"]}", 3);

    test_case("overrides with a long name");

    check_int(test_overrides_read(&m, body, 15 + 257 + 3, 0, &o, &e),
              LLMGW_INVALID);

    test_case("overrides of an API with fallbacks of its own");

    len = strlen("{\"fallbacks\":[1],\"timeout\":2}");
    memcpy(body, "{\"fallbacks\":[1],\"timeout\":2}", len);

    check_int(test_overrides_read(&m, body, len, 1, &o, &e), LLMGW_OK);
    check(o && o->timeout == 2000 && o->nfallbacks == -1);
    check_str(llmgw_str(body, 16), test_cstr("{\"fallbacks\":[1]"));

    test_mem_free(&m);
}


static void
test_overrides_memory(void)
{
    int                 done;
    long                n;
    size_t              len;
    u_char              body[512];
    test_mem_t          m;
    llmgw_int_t         rc;
    llmgw_error_t       e;
    llmgw_overrides_t  *o;

    static const char  text[] =
        "{\"fallbacks\":[\"a\\u002f\",{\"model\":\"b\"}],\"timeout\":1}";

    test_case("overrides without memory");

    len = sizeof(text) - 1;

    test_chaos(&m, n, done) {

        memcpy(body, text, len);
        rc = test_overrides_read(&m, body, len, 0, &o, &e);

        check(rc == LLMGW_OK || rc == LLMGW_ERROR);
        done = (rc == LLMGW_OK);
    }

    check(done && n > 2);
}


void
test_overrides(void)
{
    test_overrides_values();
    test_overrides_refused();
    test_overrides_memory();
}
