
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the tasks of several providers share: embeddings, reranking, names in
 * paths.
 */


#include <math.h>

#include "test.h"
#include "llmgw_azure.h"
#include "llmgw_embeddings.h"
#include "llmgw_jstr.h"
#include "llmgw_rerank.h"
#include "llmgw_task.h"


typedef struct {
    test_mem_t              mem;
    llmgw_call_t            call;
    llmgw_target_t          target;
} tasks_t;


static llmgw_int_t
tasks_begin(tasks_t *t, const char *path, llmgw_str_t body)
{
    llmgw_str_t  rest;

    memset(&t->target, 0, sizeof(llmgw_target_t));
    t->target.model = llmgw_lit("m");

    llmgw_call_init(&t->call, &t->mem.arena,
                    llmgw_endpoint_find(test_cstr(path), &rest));

    t->call.target = &t->target;

    return llmgw_call_read(&t->call, body, llmgw_lit("application/json"));
}


static void
tasks_embeddings_read(void)
{
    size_t              i;
    tasks_t             t;
    llmgw_int_t         rc;
    llmgw_str_t         got;
    llmgw_out_t         o;
    llmgw_name_t       *d;
    llmgw_embeddings_t  em;

    static const struct {
        llmgw_str_t  body;
        llmgw_str_t  texts;     /* empty: refused */
        llmgw_str_t  param;     /* … naming this */
        llmgw_str_t  dropped;
        int          base64;
        int          dimensions;
    } rows[] = {
        { llmgw_string("{\"model\":\"m\",\"input\":\"a\"}"),
          llmgw_string("\"t\":[\"a\"]"), llmgw_null_str, llmgw_null_str,
          0, -1 },
        { llmgw_string("{\"model\":\"m\",\"input\":[\"a\",\"\\u0062\"],"
                       "\"encoding_format\":\"base64\",\"dimensions\":2,"
                       "\"user\":\"u\",\"known\":1,\"other\":null}"),
          llmgw_string("\"t\":[\"a\",\"\\u0062\"]"), llmgw_null_str,
          llmgw_string("dimensions user"), 1, 2 },
        { llmgw_string("{\"model\":\"m\",\"input\":\"\","
                       "\"encoding_format\":null,\"dimensions\":null}"),
          llmgw_string("\"t\":[\"\"]"), llmgw_null_str, llmgw_null_str,
          0, -1 },
        { llmgw_string("{\"model\":\"m\",\"input\":\"a\","
                       "\"encoding_format\":\"float\"}"),
          llmgw_string("\"t\":[\"a\"]"), llmgw_null_str, llmgw_null_str,
          0, -1 },

        { llmgw_string("{\"model\":\"m\"}"), llmgw_null_str,
          llmgw_string("input"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":null}"), llmgw_null_str,
          llmgw_string("input"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":[]}"), llmgw_null_str,
          llmgw_string("input"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":{}}"), llmgw_null_str,
          llmgw_string("input"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":[1,2]}"), llmgw_null_str,
          llmgw_string("input"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":[[1,2]]}"), llmgw_null_str,
          llmgw_string("input"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":[\"a\",null]}"),
          llmgw_null_str, llmgw_string("input[1]"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":[{\"text\":\"a\"}]}"),
          llmgw_null_str, llmgw_string("input[0]"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":\"a\","
                       "\"encoding_format\":\"int8\"}"),
          llmgw_null_str, llmgw_string("encoding_format"), llmgw_null_str,
          0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":\"a\","
                       "\"encoding_format\":1}"),
          llmgw_null_str, llmgw_string("encoding_format"), llmgw_null_str,
          0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":\"a\",\"dimensions\":0}"),
          llmgw_null_str, llmgw_string("dimensions"), llmgw_null_str, 0, 0 },
        { llmgw_string("{\"model\":\"m\",\"input\":\"a\","
                       "\"dimensions\":\"3\"}"),
          llmgw_null_str, llmgw_string("dimensions"), llmgw_null_str, 0, 0 }
    };

    static const llmgw_str_t  known[] = { llmgw_string("known") };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("embeddings: read %.*s", test_arg(rows[i].body));

        test_mem_init(&t.mem, 0, 0);

        check_int(tasks_begin(&t, "/v1/embeddings", rows[i].body), LLMGW_OK);

        rc = llmgw_embeddings_read(&t.call, &em);

        if (rows[i].texts.len == 0) {
            check_int(rc, LLMGW_INVALID);
            check_int(t.call.error.status, 400);
            check_str(t.call.error.param, rows[i].param);
            test_mem_free(&t.mem);
            continue;
        }

        check_int(rc, LLMGW_OK);
        check_int(em.base64, rows[i].base64);
        check_int(em.dimensions, rows[i].dimensions);

        llmgw_out_init(&o, &t.mem.arena, 0, 0, 0);
        llmgw_embeddings_put_texts(&o, &em, llmgw_lit("t"));
        (void) llmgw_out_close(&o);
        check_str(llmgw_out_join(&o, &t.mem.arena), rows[i].texts);

        check_int(llmgw_embeddings_limit(&t.call, &em, em.n), LLMGW_OK);
        check_int(llmgw_embeddings_limit(&t.call, &em, em.n - 1),
                  LLMGW_INVALID);
        check_lit(t.call.error.code, "batch_too_large");

        llmgw_embeddings_drop(&t.call, &em, known, 1);

        got = llmgw_lit("");

        for (d = t.call.dropped; d; d = d->next) {
            got = llmgw_fmt(&t.mem.arena, "%.*s%s%.*s", llmgw_arg(got),
                            got.len ? " " : "", llmgw_arg(d->name));
        }

        check_str(got, rows[i].dropped);

        test_mem_free(&t.mem);
    }
}


static void
tasks_embeddings_write(void)
{
    long                n;
    int                 done;
    size_t              i, k;
    tasks_t             t;
    llmgw_int_t         rc;
    llmgw_out_t         o;
    llmgw_usage_t       usage;
    llmgw_outcome_t     answer;
    llmgw_vectors_t     vs;
    llmgw_embeddings_t  em;

    static const struct {
        llmgw_str_t  format;
        llmgw_str_t  vector[3];   /* an empty one ends them */
        int64_t      tokens;
        llmgw_str_t  answer;      /* empty: not valid */
    } rows[] = {
        { llmgw_string("float"),
          { llmgw_string("[0.25, -1e-7]"), llmgw_string("[1]") }, 3,
          llmgw_string("{\"object\":\"list\",\"data\":["
                       "{\"object\":\"embedding\",\"index\":0,"
                       "\"embedding\":[0.25,-1e-7]},"
                       "{\"object\":\"embedding\",\"index\":1,"
                       "\"embedding\":[1]}],\"model\":\"m\","
                       "\"usage\":{\"prompt_tokens\":3,"
                       "\"total_tokens\":3}}") },
        { llmgw_string("base64"),
          { llmgw_string("[0.25,1.0]"), llmgw_string("[ 0.0 , -1.0 ]") }, -1,
          llmgw_string("{\"object\":\"list\",\"data\":["
                       "{\"object\":\"embedding\",\"index\":0,"
                       "\"embedding\":\"AACAPgAAgD8=\"},"
                       "{\"object\":\"embedding\",\"index\":1,"
                       "\"embedding\":\"AAAAAAAAgL8=\"}],\"model\":\"m\","
                       "\"usage\":{\"prompt_tokens\":0,"
                       "\"total_tokens\":0}}") },

        { llmgw_string("float"), { llmgw_string("[1]") }, 0, llmgw_null_str },
        { llmgw_string("float"),
          { llmgw_string("[1]"), llmgw_string("[1]"), llmgw_string("[1]") },
          0, llmgw_null_str },
        { llmgw_string("float"), { llmgw_string("[]"), llmgw_string("[1]") },
          0, llmgw_null_str },
        { llmgw_string("float"), { llmgw_string("[ ]"), llmgw_string("[1]") },
          0, llmgw_null_str },
        { llmgw_string("float"),
          { llmgw_string("[[1]]"), llmgw_string("[1]") }, 0,
          llmgw_null_str },
        { llmgw_string("base64"),
          { llmgw_string("[[1]]"), llmgw_string("[1]") }, 0,
          llmgw_null_str },
        { llmgw_string("float"),
          { llmgw_string("[1,\"2\"]"), llmgw_string("[1]") }, 0,
          llmgw_null_str },
        { llmgw_string("base64"),
          { llmgw_string("[1,null]"), llmgw_string("[1]") }, 0,
          llmgw_null_str },
        { llmgw_string("base64"),
          { llmgw_string("[1e39]"), llmgw_string("[1]") }, 0,
          llmgw_null_str },
        { llmgw_string("float"),
          { llmgw_string("\"AACAPg==\""), llmgw_string("[1]") }, 0,
          llmgw_null_str },
        { llmgw_string("float"), { llmgw_string("1"), llmgw_string("[1]") },
          0, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("embeddings: write %.*s of %.*s", test_arg(rows[i].format),
                  test_arg(rows[i].vector[0]));

        test_chaos(&t.mem, n, done) {

            rc = tasks_begin(&t, "/v1/embeddings",
                             llmgw_lit("{\"model\":\"m\","
                                       "\"input\":[\"a\",\"b\"]}"));

            if (rc == LLMGW_OK) {
                rc = llmgw_embeddings_read(&t.call, &em);
            }

            if (rc != LLMGW_OK) {
                check_int(rc, LLMGW_ERROR);
                continue;
            }

            em.base64 = llmgw_str_is(rows[i].format, "base64");

            memset(&answer, 0, sizeof(llmgw_outcome_t));
            llmgw_out_init(&o, &t.mem.arena, 16, 0, 0);
            llmgw_usage_init(&usage);

            answer.out = &o;
            answer.usage = &usage;
            answer.arena = &t.mem.arena;

            llmgw_vectors_open(&vs, &answer, &em);

            for (k = 0; k < 3 && rows[i].vector[k].len; k++) {
                rc = llmgw_vectors_put(&vs, rows[i].vector[k]);

                if (rc != LLMGW_OK) {
                    break;
                }
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_vectors_close(&vs, llmgw_lit("m"),
                                         rows[i].tokens);
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_out_close(&o);
            }

            if (rc == LLMGW_ERROR) {
                continue;
            }

            done = 1;

            if (rows[i].answer.len == 0) {
                check_int(rc, LLMGW_INVALID);
                continue;
            }

            check_int(rc, LLMGW_OK);
            t.mem.fail = -1;
            check_str(llmgw_out_join(&o, &t.mem.arena), rows[i].answer);
            check_int(usage.prompt, rows[i].tokens);
            check_int(usage.reported, rows[i].tokens >= 0);
            check_lit(answer.model, "m");
        }

        check(done);
    }
}


/* nothing is lost where the packed floats come in several pieces */

static void
tasks_embeddings_long(void)
{
    char                text[32];
    size_t              i, n, len;
    u_char             *array;
    float               f;
    tasks_t             t;
    uint32_t            bits;
    llmgw_out_t         o;
    llmgw_str_t         s, bytes;
    const u_char       *p;
    llmgw_usage_t       usage;
    llmgw_outcome_t     answer;
    llmgw_vectors_t     vs;
    llmgw_embeddings_t  em;

    for (n = 185; n < 200; n++) {

        test_case("embeddings: %zu floats as base64", n);

        test_mem_init(&t.mem, 0, 0);

        check_int(tasks_begin(&t, "/v1/embeddings",
                              llmgw_lit("{\"model\":\"m\",\"input\":\"a\"}")),
                  LLMGW_OK);
        check_int(llmgw_embeddings_read(&t.call, &em), LLMGW_OK);

        em.base64 = 1;

        memset(&answer, 0, sizeof(llmgw_outcome_t));
        llmgw_out_init(&o, &t.mem.arena, 4096, 0, 0);

        answer.out = &o;
        answer.usage = &usage;

        array = llmgw_nalloc(&t.mem.arena, n * 12 + 2);
        len = 1;
        array[0] = '[';

        for (i = 0; i < n; i++) {
            len += (size_t) sprintf(text, "%s%zu.5", i ? "," : "", i);
            memcpy(array + len - strlen(text), text, strlen(text));
        }

        array[len++] = ']';

        llmgw_vectors_open(&vs, &answer, &em);
        check_int(llmgw_vectors_put(&vs, llmgw_str(array, len)), LLMGW_OK);
        (void) llmgw_out_close(&o);

        s = llmgw_out_join(&o, &t.mem.arena);
        p = llmgw_str_find(s, llmgw_lit("embedding\":\""));

        s.len -= (size_t) (p + 12 - s.data) + 2;
        s.data = p + 12;

        check_int(llmgw_base64_decode(&t.mem.arena, s, &bytes), LLMGW_OK);
        check_int(bytes.len, n * 4);

        for (i = 0; i < n && i * 4 + 4 <= bytes.len; i++) {
            bits = bytes.data[i * 4] | bytes.data[i * 4 + 1] << 8
                   | bytes.data[i * 4 + 2] << 16
                   | (uint32_t) bytes.data[i * 4 + 3] << 24;
            memcpy(&f, &bits, 4);
            check(f == (float) i + 0.5f);
        }

        test_mem_free(&t.mem);
    }
}


static void
tasks_float(void)
{
    char         text[64];
    float        got, want;
    size_t       i;
    double       d;
    uint32_t     bits;

    static const char *const  rows[] = {
        "0", "-0", "0.0", "1", "-1", "0.1", "-0.1", "1e0", "1E2", "1e+2",
        "1e-2", "12345678901234567890", "0.012345678901234567",
        "-0.0234567890123456789012345", "3.4028234e38", "1e-45", "1e-46",
        "1.17549429e-38", "123e-30", "0.000000000000000000000001",

        /* between two floats, and a little to both sides of it */

        "16777217", "16777217.0000000000000000001", "16777216.999999999999",
        "1.00000005960464477539062500000000000000000001",
        "1.000000059604644775390625", "1.0000000596046447753906249999",
        "1e-9999", "0e9999", "100000000000000000000000000000e-29"
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("embeddings: float of %s", rows[i]);

        want = (float) strtod(rows[i], NULL);
        check_int(llmgw_float(test_cstr(rows[i]), &got), LLMGW_OK);
        check(memcmp(&want, &got, sizeof(float)) == 0);
    }

    test_case("embeddings: floats of random bits");

    for (i = 0; i < 20000; i++) {

        bits = (uint32_t) test_random(1u << 16) << 16 | test_random(1u << 16);
        memcpy(&want, &bits, sizeof(float));

        if (!isfinite(want)) {
            continue;
        }

        /* as exactly as floats and doubles are commonly written */

        d = want;
        snprintf(text, sizeof(text), (i & 1) ? "%.9g" : "%.17g", d);

        test_at("%s", text);
        check_int(llmgw_float(test_cstr(text), &got), LLMGW_OK);
        check(memcmp(&want, &got, sizeof(float)) == 0);

        d = want + want * 1e-8 * (double) test_random(100);
        snprintf(text, sizeof(text), "%.17g", d);
        want = (float) d;

        if (isfinite(want)) {
            test_at("%s", text);
            check_int(llmgw_float(test_cstr(text), &got), LLMGW_OK);
            check(memcmp(&want, &got, sizeof(float)) == 0);
        }
    }

    test_case("embeddings: what is no float");

    check_int(llmgw_float(llmgw_lit(""), &got), LLMGW_INVALID);
    check_int(llmgw_float(llmgw_lit("-"), &got), LLMGW_INVALID);
    check_int(llmgw_float(llmgw_lit("x"), &got), LLMGW_INVALID);
    check_int(llmgw_float(llmgw_lit("1.2.3"), &got), LLMGW_INVALID);
    check_int(llmgw_float(llmgw_lit("1e39"), &got), LLMGW_INVALID);
    check_int(llmgw_float(llmgw_lit("-1e99999"), &got), LLMGW_INVALID);
}


static void
tasks_rerank_read(void)
{
    size_t          i;
    tasks_t         t;
    llmgw_int_t     rc;
    llmgw_out_t     o;
    llmgw_rerank_t  rr;

    static const struct {
        llmgw_str_t  body;
        llmgw_str_t  texts;     /* empty: refused */
        llmgw_str_t  param;
    } rows[] = {
        { llmgw_string("{\"model\":\"m\",\"query\":\"q\","
                       "\"documents\":[\"a\",{\"text\":\"b\"},"
                       "{\"title\": \"c \\\"d\\\"\", \"n\": [1, 2]},"
                       "{\"text\":null},{}],\"top_n\":2,"
                       "\"max_tokens_per_doc\":9}"),
          llmgw_string("\"t\":[\"a\",\"b\",\"{\\\"title\\\":\\\"c \\\\\\\"d"
                       "\\\\\\\"\\\",\\\"n\\\":[1,2]}\","
                       "\"{\\\"text\\\":null}\",\"{}\"]"),
          llmgw_null_str },
        { llmgw_string("{\"model\":\"m\",\"documents\":[\"a\"]}"),
          llmgw_null_str, llmgw_string("query") },
        { llmgw_string("{\"model\":\"m\",\"query\":[\"q\"],"
                       "\"documents\":[\"a\"]}"),
          llmgw_null_str, llmgw_string("query") },
        { llmgw_string("{\"model\":\"m\",\"query\":\"q\"}"),
          llmgw_null_str, llmgw_string("documents") },
        { llmgw_string("{\"model\":\"m\",\"query\":\"q\","
                       "\"documents\":[]}"),
          llmgw_null_str, llmgw_string("documents") },
        { llmgw_string("{\"model\":\"m\",\"query\":\"q\","
                       "\"documents\":\"a\"}"),
          llmgw_null_str, llmgw_string("documents") },
        { llmgw_string("{\"model\":\"m\",\"query\":\"q\","
                       "\"documents\":[\"a\",1]}"),
          llmgw_null_str, llmgw_string("documents[1]") },
        { llmgw_string("{\"model\":\"m\",\"query\":\"q\","
                       "\"documents\":[\"a\"],\"top_n\":0}"),
          llmgw_null_str, llmgw_string("top_n") },
        { llmgw_string("{\"model\":\"m\",\"query\":\"q\","
                       "\"documents\":[\"a\"],\"return_documents\":1}"),
          llmgw_null_str, llmgw_string("return_documents") }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("rerank: read %.*s", test_arg(rows[i].body));

        test_mem_init(&t.mem, 0, 0);

        check_int(tasks_begin(&t, "/v1/rerank", rows[i].body), LLMGW_OK);

        rc = llmgw_rerank_read(&t.call, &rr);

        if (rows[i].texts.len == 0) {
            check_int(rc, LLMGW_INVALID);
            check_int(t.call.error.status, 400);
            check_str(t.call.error.param, rows[i].param);
            test_mem_free(&t.mem);
            continue;
        }

        check_int(rc, LLMGW_OK);
        check_lit(rr.query, "q");
        check_int(rr.top_n, 2);
        check_int(rr.max_tokens_per_doc, 9);

        llmgw_out_init(&o, &t.mem.arena, 0, 0, 0);
        llmgw_rerank_put_texts(&o, &rr, llmgw_lit("t"));
        (void) llmgw_out_close(&o);
        check_str(llmgw_out_join(&o, &t.mem.arena), rows[i].texts);

        test_mem_free(&t.mem);
    }
}


static llmgw_int_t
tasks_rank(llmgw_rerank_t *rr, llmgw_str_t ranks, llmgw_arena_t *a)
{
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v;

    if (llmgw_json_parse(&j, a, ranks, LLMGW_JSON_ALL, LLMGW_JSON_ALL)
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_json_each(v, j.nodes) {

        rc = llmgw_rerank_rank(rr, &j, llmgw_json_get(&j, v, "i"),
                               llmgw_json_get(&j, v, "s"), a);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static void
tasks_rerank_write(void)
{
    int              done;
    long             n;
    size_t           i;
    tasks_t          t;
    llmgw_int_t      rc;
    llmgw_out_t      o;
    llmgw_rerank_t   rr;
    llmgw_outcome_t  answer;

    static const struct {
        llmgw_str_t  ranks;
        int          top_n;
        int          documents;
        llmgw_str_t  meta;
        llmgw_str_t  answer;    /* empty: not valid */
    } rows[] = {
        { llmgw_string("[{\"i\":0,\"s\":0.5},{\"i\":2,\"s\":0.90},"
                       "{\"i\":1,\"s\":0.5},{\"i\":3,\"s\":-1}]"),
          -1, 0, llmgw_string("{\"a\": 1}"),
          llmgw_string("{\"id\":\"r\",\"model\":\"m\",\"results\":["
                       "{\"index\":2,\"relevance_score\":0.90},"
                       "{\"index\":0,\"relevance_score\":0.5},"
                       "{\"index\":1,\"relevance_score\":0.5},"
                       "{\"index\":3,\"relevance_score\":-1}],"
                       "\"meta\":{\"a\":1}}") },
        { llmgw_string("[{\"i\":3,\"s\":1},{\"i\":2,\"s\":2}]"),
          1, 1, llmgw_null_str,
          llmgw_string("{\"id\":\"r\",\"model\":\"m\",\"results\":["
                       "{\"index\":2,\"relevance_score\":2,"
                       "\"document\":{\"text\":\"c\"}}]}") },
        { llmgw_string("[]"), 9, 1, llmgw_null_str,
          llmgw_string("{\"id\":\"r\",\"model\":\"m\",\"results\":[]}") },

        { llmgw_string("[{\"i\":4,\"s\":1}]"), -1, 0, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("[{\"i\":-1,\"s\":1}]"), -1, 0, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("[{\"i\":0.5,\"s\":1}]"), -1, 0, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("[{\"i\":\"0\",\"s\":1}]"), -1, 0, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("[{\"s\":1}]"), -1, 0, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("[{\"i\":0,\"s\":null}]"), -1, 0, llmgw_null_str,
          llmgw_null_str },
        { llmgw_string("[{\"i\":1,\"s\":1},{\"i\":1,\"s\":1}]"), -1, 0,
          llmgw_null_str, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("rerank: write %.*s", test_arg(rows[i].ranks));

        test_chaos(&t.mem, n, done) {

            rc = tasks_begin(&t, "/v2/rerank",
                             llmgw_lit("{\"model\":\"m\",\"query\":\"q\","
                                       "\"documents\":[\"a\",\"b\",\"c\","
                                       "\"d\"]}"));

            if (rc == LLMGW_OK) {
                rc = llmgw_rerank_read(&t.call, &rr);
            }

            if (rc != LLMGW_OK) {
                check_int(rc, LLMGW_ERROR);
                continue;
            }

            rr.top_n = rows[i].top_n;
            rr.return_documents = rows[i].documents != 0;

            memset(&answer, 0, sizeof(llmgw_outcome_t));
            llmgw_out_init(&o, &t.mem.arena, 16, 0, 0);

            answer.out = &o;
            answer.arena = &t.mem.arena;

            rc = tasks_rank(&rr, rows[i].ranks, &t.mem.arena);

            if (rc == LLMGW_OK) {
                rc = llmgw_rerank_write(&t.call, &rr, &answer,
                                        llmgw_lit("r"), rows[i].meta);
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_out_close(&o);
            }

            if (rc == LLMGW_ERROR) {
                continue;
            }

            done = 1;

            if (rows[i].answer.len == 0) {
                check_int(rc, LLMGW_INVALID);
                continue;
            }

            check_int(rc, LLMGW_OK);
            t.mem.fail = -1;
            check_str(llmgw_out_join(&o, &t.mem.arena), rows[i].answer);
        }

        check(done);
    }
}


/* many ranks in any order come out in order, equal ones as they came */

static void
tasks_rerank_sorted(void)
{
    size_t           i, n;
    tasks_t          t;
    llmgw_out_t      o;
    llmgw_rank_t    *a, *b;
    llmgw_rerank_t   rr;
    llmgw_outcome_t  answer;

    test_case("rerank: sorted");

    for (n = 1; n < 70; n++) {

        test_at("%zu", n);
        test_mem_init(&t.mem, 4096, 0);

        (void) tasks_begin(&t, "/v1/rerank",
                           llmgw_lit("{\"model\":\"m\",\"query\":\"q\","
                                     "\"documents\":[\"a\"]}"));
        (void) llmgw_rerank_read(&t.call, &rr);

        rr.nranks = (uint32_t) n;
        rr.ranks = llmgw_alloc(&t.mem.arena, n * sizeof(llmgw_rank_t));

        for (i = 0; i < n; i++) {
            rr.ranks[i].index = (uint32_t) i;
            rr.ranks[i].score = llmgw_fmt(&t.mem.arena, "%u",
                                          test_random(10));
        }

        memset(&answer, 0, sizeof(llmgw_outcome_t));
        llmgw_out_init(&o, &t.mem.arena, 4096, 0, 0);
        answer.out = &o;
        answer.arena = &t.mem.arena;

        check_int(llmgw_rerank_write(&t.call, &rr, &answer, llmgw_null_str,
                                     llmgw_null_str),
                  LLMGW_OK);

        for (i = 1; i < n; i++) {
            a = &rr.ranks[i - 1];
            b = &rr.ranks[i];

            check(a->score.data[0] > b->score.data[0]
                  || (a->score.data[0] == b->score.data[0]
                      && a->index < b->index));
        }

        test_mem_free(&t.mem);
    }
}


static void
tasks_segments(void)
{
    size_t       i;
    tasks_t      t;
    llmgw_int_t  rc;
    llmgw_str_t  s;

    static const struct {
        llmgw_str_t  name;
        llmgw_str_t  segment;   /* empty: refused */
    } rows[] = {
        { llmgw_string("gpt-4.1-mini"), llmgw_string("gpt-4.1-mini") },
        { llmgw_string("a_b~c.d"), llmgw_string("a_b~c.d") },
        { llmgw_string("../x"), llmgw_string("..%2Fx") },
        { llmgw_string("%2e%2e"), llmgw_string("%252e%252e") },
        { llmgw_string("a?b#c@d:e"), llmgw_string("a%3Fb%23c%40d%3Ae") },
        { llmgw_string("a b"), llmgw_string("a%20b") },
        { llmgw_string("a\\/b"), llmgw_string("a%2Fb") },
        { llmgw_string("\\u00e4"), llmgw_string("%C3%A4") },
        { llmgw_string("\xc3\xa4"), llmgw_string("%C3%A4") },
        { llmgw_string("..."), llmgw_string("...") },

        { llmgw_string("."), llmgw_null_str },
        { llmgw_string(".."), llmgw_null_str },
        { llmgw_string("\\u002e."), llmgw_null_str },
        { llmgw_string("a\\r\\nb"), llmgw_null_str },
        { llmgw_string("a\\u0000"), llmgw_null_str },
        { llmgw_string("a\x7f"), llmgw_null_str },
        { llmgw_string(""), llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("path: segment of \"%.*s\"", test_arg(rows[i].name));

        test_mem_init(&t.mem, 0, 0);
        llmgw_call_init(&t.call, &t.mem.arena, NULL);

        rc = llmgw_path_segment(&t.call, rows[i].name, &s);

        if (rows[i].segment.len) {
            check_int(rc, LLMGW_OK);
            check_str(s, rows[i].segment);

        } else {
            check_int(rc, LLMGW_INVALID);
            check_lit(t.call.error.param, "model");
        }

        test_mem_free(&t.mem);
    }
}


static void
tasks_entra(void)
{
    int          done;
    long         n;
    test_mem_t   m;
    llmgw_str_t  path, form;

    test_case("azure: request for a token");

    test_chaos(&m, n, done) {

        path = llmgw_azure_token_path(&m.arena, llmgw_lit("con/toso.com"));
        form = llmgw_azure_token_form(&m.arena, llmgw_lit("a-1"),
                                      llmgw_lit("s~e+c&r=t\xc3\xa4 %"),
                                      llmgw_lit(LLMGW_AZURE_SCOPE));

        if (path.data == NULL || form.data == NULL) {
            continue;
        }

        done = 1;

        check_lit(path, "/con%2Ftoso.com/oauth2/v2.0/token");
        check_lit(form, "grant_type=client_credentials&client_id=a-1"
                        "&client_secret=s~e%2Bc%26r%3Dt%C3%A4%20%25"
                        "&scope=https%3A%2F%2Fcognitiveservices.azure.com"
                        "%2F.default");
    }

    check(done);
}


void
test_tasks(void)
{
    tasks_embeddings_read();
    tasks_embeddings_write();
    tasks_embeddings_long();
    tasks_float();
    tasks_rerank_read();
    tasks_rerank_write();
    tasks_rerank_sorted();
    tasks_segments();
    tasks_entra();
}
