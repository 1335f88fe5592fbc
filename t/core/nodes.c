
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the tokenizer says about what it took: nodes, walking, members.
 */


#include "test.h"
#include "llmgw_json.h"
#include "llmgw_out.h"


/*
 * Writes the document anew from its nodes, and checks on the way that each
 * node says what it must.
 */

static const llmgw_json_node_t *
rebuild(const llmgw_json_t *j, const llmgw_json_node_t *n, unsigned depth,
    llmgw_out_t *o)
{
    llmgw_str_t               s;
    const llmgw_json_node_t  *v, *end;

    check_int(n->depth, depth);
    check((size_t) n->pos + n->len <= j->len);

    s = llmgw_json_str(j, n);
    end = n + n->span;

    switch (n->type) {

    case LLMGW_JSON_OBJECT:
    case LLMGW_JSON_ARRAY:

        check_int(s.data[0], n->type == LLMGW_JSON_OBJECT ? '{' : '[');
        check_int(s.data[s.len - 1], n->type == LLMGW_JSON_OBJECT ? '}' : ']');

        if (n->flags & LLMGW_JSON_COLLAPSED) {
            check_int(n->span, 1);
            llmgw_put_compact(o, s);
            return end;
        }

        llmgw_putc(o, s.data[0]);

        for (v = n + 1; v < end; /* void */ ) {

            if (v != n + 1) {
                llmgw_putc(o, ',');
            }

            if (n->type == LLMGW_JSON_OBJECT) {
                check_int(v->type, LLMGW_JSON_STRING);
                v = rebuild(j, v, depth + 1, o);
                llmgw_putc(o, ':');
            }

            check(v < end);
            v = rebuild(j, v, depth + 1, o);
        }

        check(v == end);
        llmgw_putc(o, s.data[s.len - 1]);

        return end;

    case LLMGW_JSON_STRING:
        check_int(s.data[-1], '"');
        check_int(s.data[s.len], '"');
        break;

    case LLMGW_JSON_TRUE:
        check_lit(s, "true");
        break;

    case LLMGW_JSON_FALSE:
        check_lit(s, "false");
        break;

    case LLMGW_JSON_NULL:
        check_lit(s, "null");
        break;

    default:
        check_int(n->type, LLMGW_JSON_NUMBER);
    }

    check_int(n->span, 1);
    llmgw_put(o, llmgw_json_raw(j, n));

    return end;
}


static void
test_nodes_rebuild(void)
{
    size_t          i;
    uint32_t        depth;
    test_mem_t      m;
    llmgw_out_t     o, want;
    llmgw_str_t     s;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    static const llmgw_str_t  texts[] = {
        llmgw_string("null"), llmgw_string(" \"\\u00e9\" "),
        llmgw_string("{}"), llmgw_string("[]"), llmgw_string("-1.5e3"),
        llmgw_string("[ 1 , [ ] , { } , [ [ \"x\" ] ] , \"a b\" ]"),
        llmgw_string("{ \"a\" : { \"b\" : [ 1 , 2 , { \"c\" : null } ] , "
                     "\"d\" : { } } , \"e\\\"f\" : true , \"\" : false }"),
        llmgw_string("[[[[[[[[1]]]]]]],2]"),
        llmgw_string("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1},\"b\":2}}}}")
    };

    for (i = 0; i < llmgw_nelts(texts); i++) {

        test_case("nodes: rebuilt at each node depth: %.*s",
                  test_arg(texts[i]));

        for (depth = 0; depth < 10; depth++) {

            test_at("depth %u", depth);
            a = test_mem_init(&m, 0, 0);

            s = llmgw_str(test_guard(texts[i]), texts[i].len);

            check_int(llmgw_json_parse(&j, a, s, depth, 1000), LLMGW_OK);
            check_int(j.nodes[0].span, j.n);

            llmgw_out_init(&o, a, 512, 0, 0);
            rebuild(&j, j.nodes, 0, &o);
            check_int(llmgw_out_close(&o), LLMGW_OK);

            llmgw_out_init(&want, a, 512, 0, 0);
            llmgw_put_compact(&want, s);
            check_int(llmgw_out_close(&want), LLMGW_OK);

            check_str(llmgw_out_join(&o, a), llmgw_out_join(&want, a));

            test_mem_free(&m);
        }
    }
}


static void
test_nodes_flags(void)
{
    size_t          i;
    test_mem_t      m;
    llmgw_json_t    j;
    llmgw_arena_t  *a;

    static const struct {
        llmgw_str_t  text;
        unsigned     type;
        unsigned     flags;
    } rows[] = {
        { llmgw_string("\"a\""), LLMGW_JSON_STRING, 0 },
        { llmgw_string("\"\""), LLMGW_JSON_STRING, 0 },
        { llmgw_string("\"\\n\""), LLMGW_JSON_STRING, LLMGW_JSON_ESCAPED },
        { llmgw_string("\"\\u0000\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_NUL },
        { llmgw_string("\"\\u0001\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED },
        { llmgw_string("\"\\ud83d\\ude42\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED },
        { llmgw_string("\"\\uD83D\\uDE42\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED },
        { llmgw_string("\"\\ud800\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_SURROGATE },
        { llmgw_string("\"\\udfff\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_SURROGATE },
        { llmgw_string("\"\\ude42\\ud83d\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_SURROGATE },
        { llmgw_string("\"\\ud83d\\ud83d\\ude42\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_SURROGATE },
        { llmgw_string("\"\\ud83dx\\ude42\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_SURROGATE },
        { llmgw_string("\"\\ud83d\\n\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_SURROGATE },
        { llmgw_string("\"\\ud83d\\u0000\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED|LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL },
        { llmgw_string("\"\\ue000\\ud7ff\""), LLMGW_JSON_STRING,
          LLMGW_JSON_ESCAPED },
        { llmgw_string("1"), LLMGW_JSON_NUMBER, LLMGW_JSON_INTEGER },
        { llmgw_string("-0"), LLMGW_JSON_NUMBER, LLMGW_JSON_INTEGER },
        { llmgw_string("1.0"), LLMGW_JSON_NUMBER, 0 },
        { llmgw_string("1e0"), LLMGW_JSON_NUMBER, 0 },
        { llmgw_string("1E0"), LLMGW_JSON_NUMBER, 0 },
        { llmgw_string("true"), LLMGW_JSON_TRUE, 0 },
        { llmgw_string("false"), LLMGW_JSON_FALSE, 0 },
        { llmgw_string("null"), LLMGW_JSON_NULL, 0 },
        { llmgw_string("{}"), LLMGW_JSON_OBJECT, 0 },
        { llmgw_string("[]"), LLMGW_JSON_ARRAY, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("nodes: type and flags of %.*s", test_arg(rows[i].text));

        a = test_mem_init(&m, 0, 0);

        check_int(llmgw_json_parse(&j, a, rows[i].text, LLMGW_JSON_ALL, 10),
                  LLMGW_OK);
        check_int(j.nodes[0].type, rows[i].type);
        check_int(j.nodes[0].flags, rows[i].flags);
        check_int(llmgw_json_check(rows[i].text), rows[i].type);

        test_mem_free(&m);
    }

    test_case("nodes: flags do not spread to neighbours");

    a = test_mem_init(&m, 0, 0);

    check_int(llmgw_json_parse(&j, a, llmgw_lit("[\"\\n\",\"a\",1,1.5,\"b\"]"),
                               LLMGW_JSON_ALL, 10),
              LLMGW_OK);
    check_int(j.nodes[1].flags, LLMGW_JSON_ESCAPED);
    check_int(j.nodes[2].flags, 0);
    check_int(j.nodes[3].flags, LLMGW_JSON_INTEGER);
    check_int(j.nodes[4].flags, 0);
    check_int(j.nodes[5].flags, 0);

    test_mem_free(&m);

    test_case("nodes: collapsed containers");

    a = test_mem_init(&m, 0, 0);

    check_int(llmgw_json_parse(&j, a, llmgw_lit("{\"a\":[1,[2]],\"b\":{}}"),
                               1, 10),
              LLMGW_OK);
    check_int(j.n, 5);
    check_int(j.nodes[0].flags, 0);
    check_int(j.nodes[2].flags, LLMGW_JSON_COLLAPSED);
    check_lit(llmgw_json_str(&j, &j.nodes[2]), "[1,[2]]");
    check_int(j.nodes[2].span, 1);
    check_int(j.nodes[4].flags, LLMGW_JSON_COLLAPSED);
    check_lit(llmgw_json_raw(&j, &j.nodes[4]), "{}");

    test_mem_free(&m);
}


static void
test_nodes_walk(void)
{
    unsigned                  n;
    test_mem_t                m;
    llmgw_json_t              j;
    llmgw_arena_t            *a;
    const llmgw_json_node_t  *k, *v, *list;

    a = test_mem_init(&m, 0, 0);

    test_case("nodes: members");

    check_int(llmgw_json_parse(&j, a,
                  llmgw_lit("{\"s\":\"x\\n\",\"n\":5,\"z\":null,"
                            "\"o\":{\"s\":1},"
                            "\"a\":[1,[2,3],{\"k\":4},5],\"s\":2,"
                            "\"\\u0065\\u0073c\":true,\"e\":{}}"),
                  LLMGW_JSON_ALL, 100),
              LLMGW_OK);

    n = 0;

    llmgw_json_each_member(k, v, j.nodes) {
        check_int(k->type, LLMGW_JSON_STRING);
        check_int(v->depth, 1);
        n++;
    }

    check_int(n, 8);

    list = llmgw_json_array(&j, j.nodes, "a");
    n = 0;

    llmgw_json_each(v, list) {
        check_int(v->depth, 2);
        n++;
    }

    check_int(n, 4);

    v = llmgw_json_object(&j, j.nodes, "e");

    llmgw_json_each_member(k, list, v) {
        check(0);
    }

    test_case("nodes: get");

    check_lit(llmgw_json_get_str(&j, j.nodes, "s"), "x\\n");
    check_int(llmgw_json_get(&j, j.nodes, "s")->type, LLMGW_JSON_STRING);
    check_int(llmgw_json_get_str(&j, j.nodes, "n").len, 0);
    check_int(llmgw_json_get_str(&j, j.nodes, "none").len, 0);
    check(llmgw_json_get(&j, j.nodes, "z")->type == LLMGW_JSON_NULL);
    check(llmgw_json_string(&j, j.nodes, "z") == NULL);
    check(llmgw_json_object(&j, j.nodes, "z") == NULL);
    check(llmgw_json_number(&j, j.nodes, "n") != NULL);
    check(llmgw_json_number(&j, j.nodes, "s") == NULL);
    check(llmgw_json_array(&j, j.nodes, "o") == NULL);

    /* only members of the object itself */

    check(llmgw_json_get(&j, j.nodes, "k") == NULL);
    check(llmgw_json_get(&j, j.nodes, "x\\n") == NULL);
    check(llmgw_json_get(&j, llmgw_json_object(&j, j.nodes, "o"), "s")
          != NULL);

    test_case("nodes: get with an escaped name");

    check(llmgw_json_get(&j, j.nodes, "esc") != NULL);
    check(llmgw_json_get(&j, j.nodes, "es") == NULL);
    check(llmgw_json_get(&j, j.nodes, "escape") == NULL);
    check(llmgw_json_get(&j, j.nodes, "\\u0065\\u0073c") == NULL);

    test_case("nodes: get from what is no object");

    check(llmgw_json_get(&j, NULL, "a") == NULL);
    check(llmgw_json_get(&j, llmgw_json_array(&j, j.nodes, "a"), "k")
          == NULL);
    check(llmgw_json_get(&j, llmgw_json_get(&j, j.nodes, "s"), "a") == NULL);

    test_case("nodes: compare a string with a text");

    v = llmgw_json_get(&j, j.nodes, "s");

    check(llmgw_json_is(&j, v, "x\n"));
    check(!llmgw_json_is(&j, v, "x\\n"));
    check(!llmgw_json_is(&j, v, "x"));
    check(!llmgw_json_is(&j, v, ""));
    check(!llmgw_json_is(&j, v, "x\ny"));

    test_mem_free(&m);
}


static void
test_nodes_duplicate(void)
{
    int                       done;
    long                      fail;
    size_t                    i, n, len;
    test_mem_t                m;
    llmgw_str_t               s;
    llmgw_json_t              j;
    llmgw_arena_t            *a;
    const llmgw_json_node_t  *k;

    static char               buf[200000];

    static const struct {
        llmgw_str_t  text;
        int          pos;       /* of the second key, behind its quote */
    } rows[] = {
        { llmgw_string("{}"), -1 },
        { llmgw_string("{\"a\":1}"), -1 },
        { llmgw_string("{\"a\":1,\"b\":2}"), -1 },
        { llmgw_string("{\"a\":1,\"a\":2}"), 8 },
        { llmgw_string("{\"a\":1,\"b\":2,\"a\":3,\"b\":4}"), 14 },
        { llmgw_string("{\"a\":{\"a\":1},\"b\":{\"a\":2}}"), -1 },
        { llmgw_string("{\"a\":{\"b\":1,\"b\":2},\"c\":3}"), -1 },
        { llmgw_string("{\"a\":1,\"A\":2}"), -1 },
        { llmgw_string("{\"\":1,\"\":2}"), 7 },
        { llmgw_string("{\"\":1,\" \":2}"), -1 },
        { llmgw_string("{\"a\":1,\"\\u0061\":2}"), 8 },
        { llmgw_string("{\"\\u0061\":1,\"a\":2}"), 13 },
        { llmgw_string("{\"\\u0061\":1,\"\\u0061\":2}"), 13 },
        { llmgw_string("{\"\\u004a\":1,\"\\u004A\":2}"), 13 },
        { llmgw_string("{\"\\/\":1,\"/\":2}"), 9 },
        { llmgw_string("{\"a\":1,\"\\u0062\":2}"), -1 },
        { llmgw_string("{\"\xc3\xa9\":1,\"\\u00e9\":2}"), 9 },
        { llmgw_string("{\"\xf0\x9f\x99\x82\":1,\"\\ud83d\\ude42\":2}"), 11 },
        { llmgw_string("{\"\":1,\"\\u0000\":2}"), -1 },
        { llmgw_string("{\"a\":1,\"a\\u0000\":2}"), -1 },
        { llmgw_string("{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,"
                       "\"g\":0,\"h\":0,\"i\":0,\"j\":0}"), -1 },
        { llmgw_string("{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,"
                       "\"g\":0,\"h\":0,\"i\":0,\"a\":0}"), 56 },
        { llmgw_string("{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,"
                       "\"g\":0,\"h\":0,\"h\":0,\"a\":0}"), 50 },
        { llmgw_string("{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,"
                       "\"g\":0,\"h\":0,\"i\":0,\"\\u0061\":0}"), 56 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("nodes: duplicate in %.*s", test_arg(rows[i].text));

        a = test_mem_init(&m, 0, 0);

        check_int(llmgw_json_parse(&j, a, rows[i].text, LLMGW_JSON_ALL, 100),
                  LLMGW_OK);

        k = llmgw_json_duplicate(&j, j.nodes, a);
        check_int(k ? (int) k->pos : -1, rows[i].pos);

        test_mem_free(&m);
    }

    for (i = 0; i < 2; i++) {

        test_case("nodes: ten thousand members, %s duplicate",
                  i ? "one" : "no");

        len = 0;
        buf[len++] = '{';

        for (n = 0; n < 10000; n++) {
            len += sprintf(buf + len, "\"key%zu\":%zu,", n, n);
        }

        len += sprintf(buf + len, "\"key%s\":1}", i ? "5000" : "");
        s = llmgw_str((u_char *) buf, len);

        a = test_mem_init(&m, 0, 0);

        check_int(llmgw_json_parse(&j, a, s, LLMGW_JSON_ALL, 100000),
                  LLMGW_OK);

        k = llmgw_json_duplicate(&j, j.nodes, a);
        check((k != NULL) == i);

        if (k) {
            check_lit(llmgw_json_str(&j, k), "key5000");
        }

        test_mem_free(&m);
    }

    test_case("nodes: duplicate, no memory: refused rather than passed");

    s = llmgw_lit("{\"a\":1,\"\\u0062\":2,\"\\u0063\":3}");

    test_chaos(&m, fail, done) {

        /* the document itself has its memory */

        m.fail = -1;

        check_int(llmgw_json_parse(&j, &m.arena, s, LLMGW_JSON_ALL, 100),
                  LLMGW_OK);

        m.fail = m.calls + fail;
        k = llmgw_json_duplicate(&j, j.nodes, &m.arena);

        test_at("allocation %ld", fail);

        if (k == NULL) {
            done = 1;

        } else {
            check(fail < 3);
        }
    }

    check(done);
}


void
test_json_nodes(void)
{
    test_nodes_rebuild();
    test_nodes_flags();
    test_nodes_walk();
    test_nodes_duplicate();
}
