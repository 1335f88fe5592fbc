
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Estimates of tokens, and what an answer is said to have used.
 */


#include "test.h"
#include "llmgw_reply.h"
#include "llmgw_tokens.h"


static void
test_tokens_texts(void)
{
    size_t  i, k;

    static const struct {
        const char  *text;
        unsigned     quarters;
    } rows[] = {
        { "", 0 },
        { "a", 1 },
        { "Hello, world", 12 },
        { "caf\xc3\xa9", 5 },
        { "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", 12 },
        { "\xe4\xb8\xad\xe6\x96\x87", 8 },
        { "\xed\x95\x9c\xea\xb8\x80", 8 },
        { "\xf0\x9f\x98\x80", 8 },

        /* escapes weigh as what they stand for */
        { "a\\nb", 3 },
        { "\\\"\\\\", 2 },
        { "\\u0041", 1 },
        { "\\u00e9", 2 },
        { "\\u4e2D\\u6587", 8 },
        { "\\ud83d\\ude00", 8 },
        { "x\\\\u4e2d", 7 },

        /* longer than a vector register, in and out of step with it */
        { "0123456789abcdef", 16 },
        { "0123456789abcde\xc3\xa9", 17 },
        { "0123456789abcdef0123456789abcd\xe4\xb8\xad", 34 },
        { "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad"
          "\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87", 40 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("tokens: \"%s\"", rows[i].text);

        check_int(llmgw_tokens_jstr(
                      llmgw_str(test_guard(test_cstr(rows[i].text)),
                                strlen(rows[i].text))),
                  rows[i].quarters);
    }

    test_case("tokens: any length of any kind");
    {
        u_char           buf[400];
        uint64_t         want;
        size_t           n;

        static const struct {
            const char  *c;
            unsigned     weight;
        } kinds[] = {
            { "a", 1 }, { "\xc3\xa9", 2 }, { "\xe4\xb8\xad", 4 },
            { "\xf0\x9f\x98\x80", 8 }
        };

        for (i = 0; i < 100; i++) {

            n = 0;
            want = 0;

            for (k = 0; k < i; k++) {
                unsigned  j;

                j = test_random(4);
                memcpy(buf + n, kinds[j].c, strlen(kinds[j].c));
                n += strlen(kinds[j].c);
                want += kinds[j].weight;
            }

            check_int(llmgw_tokens_jstr(llmgw_str(test_guard(llmgw_str(buf,
                                                                       n)),
                                                  n)),
                      want);
        }
    }

    test_case("tokens: of quarters");

    check_int(llmgw_tokens(0), 0);
    check_int(llmgw_tokens(1), 1);
    check_int(llmgw_tokens(4), 1);
    check_int(llmgw_tokens(5), 2);
}


static void
test_tokens_requests(void)
{
    size_t       i;
    static char  text[2048];

    static const struct {
        const char  *body;
        unsigned     quarters;
    } rows[] = {
        { "{}", 0 },
        { "{\"model\":\"gpt-4o-with-a-long-name\",\"user\":\"somebody\"}", 0 },
        { "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
          "\"content\":\"Hello, world\"}],\"temperature\":0.5}",
          12 + 4 + 12 },
        { "{ \"messages\" : [ { \"role\" : \"user\" , "
          "\"content\" : \"Hello, world\" } ] }", 12 + 4 + 12 },
        { "{\"prompt\":\"Hello, world\"}", 12 },
        { "{\"input\":[\"Hello\",\"world\"]}", 10 },
        { "{\"input\":[1,22,333],\"dimensions\":256}", 12 },
        { "{\"input\":[[1,2],[3]]}", 12 },
        { "{\"system\":\"Be nice\",\"max_tokens\":100}", 7 },
        { "{\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]}", 12 + 5 },

        /* names count in schemas, and nowhere else */
        { "{\"tools\":[{\"type\":\"function\"}]}", 4 + 8 + 5 - 5 },
        { "{\"metadata\":{\"a\":\"not a prompt\"}}", 0 },

        /* media */
        { "{\"messages\":[{\"content\":[{\"image_url\":{\"url\":"
          "\"https://example.com/cat.png\"}}]}]}", 12 + 4 * 765 },
        { "{\"messages\":[{\"content\":[{\"image_url\":{\"detail\":\"low\","
          "\"url\":\"https://example.com/cat.png\"}}]}]}",
          12 + 3 + 4 * 765 },
        { "{\"messages\":[{\"content\":[{\"image_url\":"
          "\"data:image/png;base64,AAAA\"},{\"text\":\"abcd\"}]}]}",
          12 + 4 * 765 + 4 },

        /* strings with quotes in them */
        { "{\"prompt\":\"a\\\"b\",\"model\":\"x\"}", 3 },
        { "{\"prompt\":\"a\\\\\",\"model\":\"x\"}", 2 },
        { "{\"prompt\":\"\\\"messages\\\":\"}", 11 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("tokens: request %s", rows[i].body);

        check_int(llmgw_tokens_request(
                      llmgw_str(test_guard(test_cstr(rows[i].body)),
                                strlen(rows[i].body))),
                  rows[i].quarters);
    }

    test_case("tokens: base64 without a name is a medium");

    strcpy(text, "{\"messages\":[{\"data\":\"");
    for (i = 0; i < 300; i++) {
        strcat(text, "iVBO");
    }
    strcat(text, "\"}]}");

    check_int(llmgw_tokens_request(test_cstr(text)), 12 + 4 * 765);
}


/*
 * A request to an OpenAI service, and its answer; with cut the connection ends
 * behind it and the client has left.
 */

static void
tokens_usage(test_mem_t *m, const char *path, const char *body,
    const char *type, const char *answer, unsigned cut, llmgw_usage_t *u)
{
    llmgw_int_t              rc;
    llmgw_str_t              rest, s;
    llmgw_out_t              out;
    llmgw_call_t             call;
    llmgw_head_t             head;
    llmgw_reply_t            reply;
    llmgw_target_t           target;
    llmgw_settings_t         settings;
    llmgw_upstream_t         up;
    const llmgw_endpoint_t  *ep;

    test_mem_init(m, 4096, 0);

    memset(&settings, 0, sizeof(llmgw_settings_t));
    memset(&target, 0, sizeof(llmgw_target_t));
    memset(&head, 0, sizeof(llmgw_head_t));
    memset(&up, 0, sizeof(llmgw_upstream_t));

    ep = llmgw_endpoint_find(test_cstr(path), &rest);
    check(ep != NULL);

    llmgw_call_init(&call, &m->arena, ep);

    check_int(llmgw_call_read(&call, test_cstr(body),
                              llmgw_lit("application/json")),
              LLMGW_OK);

    target.dialect = &llmgw_dialect_openai;
    target.model = llmgw_lit("m");
    target.settings = &settings;

    llmgw_out_init(&up.body, &m->arena, 1024, 0, 0);

    check_int(llmgw_call_prepare(&call, &target, &up), LLMGW_OK);

    head.status = 200;
    head.content_type = test_cstr(type);

    check_int(llmgw_reply_init(&reply, &call, &m->arena, &head, 1 << 20),
              LLMGW_OK);

    llmgw_out_init(&out, &m->arena, 1024, 0, 0);

    s = test_cstr(answer);
    rc = llmgw_reply_feed(&reply, s.data, s.len, &out);

    if (rc == LLMGW_OK && !cut) {
        rc = llmgw_reply_end(&reply, 0, &out);
    }

    check_int(rc, cut ? LLMGW_OK : LLMGW_DONE);

    llmgw_reply_usage(&reply, u);

    test_mem_free(m);
}


#define CHAT    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","         \
                "\"content\":\"Hello, world\"}]"
#define DELTA(text)                                                          \
    "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"  \
    "\"" text "\"},\"finish_reason\":null}]}\n\n"
#define FINISH                                                               \
    "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},"            \
    "\"finish_reason\":\"stop\"}]}\n\n"
#define USAGE(p, c)                                                          \
    "data: {\"id\":\"1\",\"choices\":[],\"usage\":{\"prompt_tokens\":" p     \
    ",\"completion_tokens\":" c "}}\n\n"
#define DONE    "data: [DONE]\n\n"
#define SSE     "text/event-stream"
#define JSON    "application/json"


static void
test_tokens_usage(void)
{
    size_t         i;
    test_mem_t     m;
    llmgw_usage_t  u;

    static const struct {
        const char  *path;
        const char  *body;
        const char  *type;
        const char  *answer;
        unsigned     cut;
        int64_t      prompt;
        int64_t      completion;
        unsigned     estimated;
    } rows[] = {

        /* passing streams: reported; not reported; cut */
        { "/v1/chat/completions", CHAT ",\"stream\":true}", SSE,
          DELTA("") DELTA("Hello") DELTA(", you") FINISH USAGE("9", "5") DONE,
          0, 9, 5, 0 },
        { "/v1/chat/completions", CHAT ",\"stream\":true}", SSE,
          DELTA("") DELTA("Hello") DELTA(", you there") FINISH DONE,
          0, 7, 4, 1 },
        { "/v1/chat/completions", CHAT ",\"stream\":true}", SSE,
          DELTA("") DELTA("Hello") DELTA(" \xe4\xb8\xad\xe6\x96\x87"),
          1, 7, 4, 1 },
        { "/v1/chat/completions", CHAT ",\"stream\":true}", SSE,
          DELTA("") DELTA("Hello") DELTA("a\\\"b: \\u4e2d\\\\"),
          1, 7, 4, 1 },
        { "/v1/chat/completions", CHAT ",\"stream\":true}", SSE,
          DELTA("") DELTA("Hello")
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{"
          "\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
          "{\"name\":\"f123\",\"arguments\":\"\"}}]},\"finish_reason\":null}"
          "]}\n\n"
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{"
          "\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]},"
          "\"finish_reason\":null}]}\n\n",
          1, 7, 3, 1 },

        /* lies: none, where there was a text */
        { "/v1/chat/completions", CHAT ",\"stream\":true}", SSE,
          DELTA("") DELTA("Hello") FINISH USAGE("0", "0") DONE,
          0, 7, 2, 1 },
        { "/v1/chat/completions", CHAT ",\"stream\":true}", SSE,
          DELTA("") DELTA("Hello") FINISH USAGE("-5", "\"7\"") DONE,
          0, 7, 7, 1 },

        /* whole answers */
        { "/v1/chat/completions", CHAT "}", JSON,
          "{\"id\":\"1\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
          "\"assistant\",\"content\":\"Hello, world\"},\"finish_reason\":"
          "\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":"
          "4}}",
          0, 3, 4, 0 },
        { "/v1/chat/completions", CHAT "}", JSON,
          "{\"id\":\"1\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
          "\"assistant\",\"content\":\"Hello, world\"},\"finish_reason\":"
          "\"stop\"}]}",
          0, 7, 3, 1 },
        { "/v1/completions", "{\"model\":\"m\",\"prompt\":\"Hello\"}", JSON,
          "{\"id\":\"1\",\"choices\":[{\"index\":0,\"text\":\"abcde\","
          "\"finish_reason\":\"stop\"}]}",
          0, 2, 2, 1 },

        /* the Messages API over OpenAI's, translated */
        { "/v1/messages", "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"
          "\"messages\":[{\"role\":\"user\",\"content\":\"Hello, world\"}]}",
          SSE, DELTA("") DELTA("Hello") DELTA(", you there"),
          1, 7, 4, 1 },

        /* the Responses API, passing */
        { "/v1/responses", "{\"model\":\"m\",\"input\":\"Hello\","
          "\"stream\":true}", SSE,
          "event: response.created\ndata: {\"type\":\"response.created\","
          "\"response\":{\"id\":\"r\"}}\n\n"
          "event: x\ndata: {\"type\":\"response.output_text.delta\","
          "\"delta\":\"Hello, you\"}\n\n",
          1, 2, 3, 1 },

        { "/v1/embeddings", "{\"model\":\"m\",\"input\":\"Hello, world\"}",
          JSON, "{\"object\":\"list\",\"data\":[{\"embedding\":[1]}]}",
          0, 3, -1, 1 },
        { "/v1/embeddings", "{\"model\":\"m\",\"input\":\"Hello, world\"}",
          JSON, "{\"object\":\"list\",\"data\":[{\"embedding\":[1]}],"
          "\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}",
          0, 2, -1, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("usage: %s, %s, %.400s", rows[i].path, rows[i].body,
                  rows[i].answer);

        tokens_usage(&m, rows[i].path, rows[i].body, rows[i].type,
                     rows[i].answer, rows[i].cut, &u);

        check_int(u.prompt, rows[i].prompt);
        check_int(u.completion, rows[i].completion);
        check_int(u.estimated, rows[i].estimated);
    }

    test_case("usage: images");

    tokens_usage(&m, "/v1/images/generations",
                 "{\"model\":\"m\",\"prompt\":\"a cat\",\"n\":3}", JSON,
                 "{\"created\":1,\"data\":[{\"url\":\"a\"}]}", 0, &u);
    check_int(u.images, 3);
    check_int(u.estimated, 0);

    tokens_usage(&m, "/v1/images/generations",
                 "{\"model\":\"m\",\"prompt\":\"a cat\"}", JSON,
                 "{\"created\":1,\"data\":[{\"url\":\"a\"}]}", 0, &u);
    check_int(u.images, 1);

    test_case("usage: speech");

    tokens_usage(&m, "/v1/audio/speech",
                 "{\"model\":\"m\",\"input\":\"Gr\\u00fc\\u00dfe, 10 x\","
                 "\"voice\":\"v\"}", "audio/mpeg", "ID3.", 0, &u);
    check_int(u.characters, 11);
    check_int(u.prompt, 4);
    check_int(u.completion, 15);
    check_int(u.audio_out, 15);
    check_int(u.estimated, 1);

    test_case("usage: of Claude, a part of what is written for an hour");

    {
        llmgw_json_t  j;

        static const llmgw_str_t  usage = llmgw_string(
            "{\"input_tokens\":10,\"cache_creation_input_tokens\":50,"
            "\"cache_creation\":{\"ephemeral_5m_input_tokens\":20,"
            "\"ephemeral_1h_input_tokens\":30},\"output_tokens\":5}");

        test_mem_init(&m, 4096, 0);
        llmgw_usage_init(&u);

        check_int(llmgw_json_parse(&j, &m.arena, usage, LLMGW_JSON_ALL, 100),
                  LLMGW_OK);

        llmgw_dialect_anthropic.read_usage(&u, &j, j.nodes);

        check_int(u.prompt, 60);
        check_int(u.cache_write, 50);
        check_int(u.cache_write_1h, 30);

        test_mem_free(&m);
    }
}


void
test_tokens(void)
{
    test_tokens_texts();
    test_tokens_requests();
    test_tokens_usage();
}
