
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What limits and budgets want to know of a request.
 */


#include "test.h"
#include "llmgw_ask.h"


static llmgw_int_t
ask_call(test_mem_t *m, llmgw_call_t *call, const char *path,
    const char *body)
{
    llmgw_str_t  rest;

    llmgw_call_init(call, &m->arena,
                    llmgw_endpoint_find(test_cstr(path), &rest));

    return llmgw_call_read(call, test_cstr(body),
                           llmgw_lit("application/json"));
}


static void
ask_numbers(void)
{
    size_t        i;
    test_mem_t    m;
    llmgw_ask_t   ask;
    llmgw_call_t  call;

    static const struct {
        const char  *path;
        const char  *body;
        int          prompt;
        int          max_tokens;
        int          n;
        int          answers;
    } rows[] = {
        { "/v1/chat/completions",
          "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
          "\"content\":\"0123456789abcdef\"}]}",
          20, -1, 1, 1 },
        { "/v1/chat/completions",
          "{\"model\":\"m\",\"messages\":[],\"max_tokens\":7,\"n\":3}",
          11, 7, 3, 1 },
        { "/v1/chat/completions",
          "{\"model\":\"m\",\"messages\":[],\"max_tokens\":7,"
          "\"max_completion_tokens\":9}",
          16, 9, 1, 1 },
        { "/v1/responses",
          "{\"model\":\"m\",\"input\":\"hello\",\"max_output_tokens\":5}",
          13, 5, 1, 1 },
        { "/v1/messages",
          "{\"model\":\"m\",\"max_tokens\":11,\"messages\":[]}",
          10, 11, 1, 1 },
        { "/v1/embeddings", "{\"model\":\"m\",\"input\":[\"01234567\"]}",
          10, -1, 1, 0 },
        { "/v1/rerank",
          "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"01234567\"]}",
          12, -1, 1, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("ask: %s %s", rows[i].path, rows[i].body);

        test_mem_init(&m, 0, 0);

        check_int(ask_call(&m, &call, rows[i].path, rows[i].body), LLMGW_OK);
        check_int(llmgw_ask_read(&call, &ask), LLMGW_OK);
        check_int(ask.prompt, rows[i].prompt);
        check_int(ask.max_tokens, rows[i].max_tokens);
        check_int(ask.n, rows[i].n);
        check_int(ask.answers, rows[i].answers);

        test_mem_free(&m);
    }
}


/* a picture is not so many tokens as its bytes have letters */

static void
ask_files(void)
{
    char          body[8192];
    test_mem_t    m;
    llmgw_ask_t   ask;
    llmgw_call_t  call;

    static const struct {
        const char  *start;
        int          c;
        int          prompt;
    } rows[] = {
        { "data:image/png;base64,", 'A', 1030 },
        { "", 'A', 1030 },
        { "a b ", 'A', 1030 }
    };

    size_t  i, k, n;

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("ask: 4000 bytes that begin with \"%s\"", rows[i].start);

        n = sprintf(body, "{\"model\":\"m\",\"messages\":[{\"role\":"
                    "\"user\",\"content\":\"%s", rows[i].start);

        for (k = strlen(rows[i].start); k < 4000; k++) {
            body[n++] = rows[i].c;
        }

        strcpy(body + n, "\"}]}");

        test_mem_init(&m, 0, 0);

        check_int(ask_call(&m, &call, "/v1/chat/completions", body),
                  LLMGW_OK);
        check_int(llmgw_ask_read(&call, &ask), LLMGW_OK);
        check(ask.prompt <= rows[i].prompt);
        check(ask.prompt > 900);

        test_mem_free(&m);
    }
}


static void
ask_people(void)
{
    size_t        i, k;
    char          tags[256];
    test_mem_t    m;
    llmgw_ask_t   ask;
    llmgw_call_t  call;

    static const struct {
        const char  *path;
        const char  *members;
        const char  *customer;
        const char  *tags;
    } rows[] = {
        { "/v1/chat/completions", "", "", "" },
        { "/v1/chat/completions", ",\"user\":\"ann\"", "ann", "" },
        { "/v1/chat/completions",
          ",\"user\":\"\\u0061nn\",\"metadata\":{\"user_id\":\"bob\"}",
          "ann", "" },
        { "/v1/messages", ",\"metadata\":{\"user_id\":\"bob\"}", "bob", "" },
        { "/v1/chat/completions", ",\"safety_identifier\":\"carl\"", "carl",
          "" },
        { "/v1/chat/completions", ",\"user\":\"a\\nb\"", "", "" },
        { "/v1/chat/completions",
          ",\"metadata\":{\"tags\":[\"a\",7,\"b\\u0000\",\"c\"]}", "",
          "a c " },
        { "/v1/chat/completions", ",\"metadata\":{\"tags\":\"a\"}", "", "" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        char  body[512];

        test_case("ask: for whom, %s", rows[i].members);

        sprintf(body, "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[]%s}",
                rows[i].members);

        test_mem_init(&m, 0, 0);

        check_int(ask_call(&m, &call, rows[i].path, body), LLMGW_OK);
        check_int(llmgw_ask_read(&call, &ask), LLMGW_OK);
        check_int(ask.customer.len, strlen(rows[i].customer));
        check(memcmp(ask.customer.data ? ask.customer.data
                                       : (const u_char *) "",
                     rows[i].customer, ask.customer.len)
              == 0);

        tags[0] = '\0';

        for (k = 0; k < ask.ntags; k++) {
            strncat(tags, (const char *) ask.tags[k].data, ask.tags[k].len);
            strcat(tags, " ");
        }

        check_str(test_cstr(tags), test_cstr(rows[i].tags));

        test_mem_free(&m);
    }
}


static void
ask_has(void)
{
    size_t        i;
    test_mem_t    m;
    llmgw_call_t  call;

    static const struct {
        const char  *path;
        int          has;
    } rows[] = {
        { "user", 1 }, { "metadata", 1 }, { "metadata.a", 1 },
        { "metadata.a.b", 1 }, { "metadata.c", 0 }, { "metadata.a.b.c", 0 },
        { "user.x", 0 }, { "none", 0 }, { "metadata.", 0 }, { "zero", 0 }
    };

    test_mem_init(&m, 0, 0);

    test_case("ask: parameters");

    check_int(ask_call(&m, &call, "/v1/chat/completions",
                       "{\"model\":\"m\",\"messages\":[],\"user\":\"u\","
                       "\"zero\":null,"
                       "\"metadata\":{\"a\":{\"b\":1},\"c\":null}}"),
              LLMGW_OK);

    for (i = 0; i < llmgw_nelts(rows); i++) {
        test_case("ask: parameter \"%s\"", rows[i].path);
        check_int(llmgw_ask_has(&call, test_cstr(rows[i].path)),
                  rows[i].has);
    }

    test_mem_free(&m);
}


void
test_ask(void)
{
    ask_numbers();
    ask_files();
    ask_people();
    ask_has();
}
