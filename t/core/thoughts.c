
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Thoughts of a history that another account or model has had, errors that say
 * so, and services that say whether to come again.
 */


#include "test.h"
#include "llmgw_reply.h"


#define TURN                                                                 \
    "{\"role\":\"user\",\"content\":\"Hi\"},"                                \
    "{\"role\":\"assistant\",\"content\":["                                  \
    "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"sig-A\"},"   \
    "{\"type\":\"redacted_thinking\",\"data\":\"red-A\"},"                   \
    "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}]},"   \
    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","             \
    "\"tool_use_id\":\"t1\",\"content\":\"r\"}]}"

#define MESSAGES(more)                                                       \
    "{\"model\":\"m\",\"max_tokens\":2000,\"messages\":[" TURN "]" more "}"

#define CHAT(more)                                                           \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}," \
    "{\"role\":\"assistant\",\"content\":null,\"thinking_blocks\":["         \
    "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"sig-A\"},"   \
    "{\"type\":\"redacted_thinking\",\"data\":\"red-A\"}],\"tool_calls\":["  \
    "{\"id\":\"t1\",\"type\":\"function\",\"extra_content\":{\"google\":"    \
    "{\"thought_signature\":\"sig-A\"}},"                                    \
    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"                 \
    "{\"role\":\"tool\",\"tool_call_id\":\"t1\",\"content\":\"r\"}]" more "}"

#define CONTENTS                                                             \
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]},"      \
    "{\"role\":\"model\",\"parts\":[{\"text\":\"a\",\"thoughtSignature\":"   \
    "\"sig-A\"},{\"functionCall\":{\"name\":\"f\",\"args\":{}},"             \
    "\"thoughtSignature\":\"sig-A\"}]},{\"role\":\"user\",\"parts\":["       \
    "{\"functionResponse\":{\"name\":\"f\",\"response\":{\"r\":1}}}]}]}"

#define BUDGET  ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}"


static void
thoughts_call(test_mem_t *m, llmgw_call_t *call, llmgw_target_t *target,
    llmgw_settings_t *settings, const char *dialect, const char *path,
    const char *model, const char *body)
{
    const llmgw_endpoint_t  *ep;

    test_mem_init(m, 4096, 0);

    memset(target, 0, sizeof(llmgw_target_t));
    memset(settings, 0, sizeof(llmgw_settings_t));

    ep = llmgw_endpoint_find(test_cstr(path), &target->base_path);
    check(ep != NULL);

    llmgw_call_init(call, &m->arena, ep);
    call->rest = target->base_path;
    target->base_path = llmgw_null_str;

    check_int(llmgw_call_read(call, test_cstr(body),
                              llmgw_lit("application/json")),
              LLMGW_OK);

    target->dialect = llmgw_dialect_find(test_cstr(dialect));
    target->model = test_cstr(model);
    target->settings = settings;

    check(target->dialect != NULL);
}


static void
test_thoughts_stripped(void)
{
    size_t            i;
    unsigned          strip;
    test_mem_t        m;
    llmgw_str_t       body;
    llmgw_call_t      call;
    llmgw_target_t    target;
    llmgw_settings_t  settings;
    llmgw_upstream_t  up;

    static const struct {
        const char  *dialect;
        const char  *path;
        const char  *model;
        const char  *body;
        const char  *with;      /* the request has it with thoughts … */
        const char  *without;   /* … and without */
        const char  *dropped;
    } rows[] = {

        /* its own clients: bytes, less the blocks */
        { "anthropic", "/v1/messages", "claude-sonnet-4-5", MESSAGES(""),
          "\"sig-A\"},{\"type\":\"redacted_thinking\",\"data\":\"red-A\"}",
          "\"content\":[{\"type\":\"tool_use\"", NULL },
        { "anthropic", "/v1/messages", "claude-sonnet-4-5", MESSAGES(BUDGET),
          "\"thinking\":{\"type\":\"enabled\"",
          "\"thinking\":{\"type\":\"disabled\"}", "thinking" },
        { "anthropic", "/v1/messages", "claude-opus-4-7",
          MESSAGES(",\"thinking\":{\"type\":\"adaptive\"}"),
          "\"thinking\":{\"type\":\"adaptive\"}",
          "\"thinking\":{\"type\":\"adaptive\"}", NULL },

        /* translated */
        { "anthropic", "/v1/chat/completions", "claude-sonnet-4-5",
          CHAT(",\"reasoning_effort\":\"low\""), "\"budget_tokens\"",
          "\"content\":[{\"type\":\"tool_use\"", "reasoning_effort" },
        { "anthropic", "/v1/chat/completions", "claude-sonnet-4-5",
          CHAT(BUDGET), "\"budget_tokens\"",
          "\"content\":[{\"type\":\"tool_use\"", "thinking" },
        { "bedrock", "/v1/chat/completions", "anthropic.claude-sonnet-4-5",
          CHAT(",\"reasoning_effort\":\"low\""), "sig-A",
          "\"content\":[{\"toolUse\"", "reasoning_effort" },
        { "gemini", "/v1/chat/completions", "gemini-3-pro",
          CHAT(""), "\"thoughtSignature\":\"sig-A\"",
          "\"thoughtSignature\":\"skip_thought_signature_validator\"", NULL },
        { "gemini", "/v1/chat/completions", "gemini-2.5-pro",
          CHAT(""), "\"thoughtSignature\":\"sig-A\"", "\"functionCall\"",
          NULL },

        { "gemini", "/v1beta/models/m:generateContent", "gemini-3-pro",
          CONTENTS, "{\"text\":\"a\",\"thoughtSignature\":\"sig-A\"}",
          "{\"text\":\"a\"},{\"functionCall\":{\"name\":\"f\",\"args\":{}},"
          "\"thoughtSignature\":\"skip_thought_signature_validator\"}",
          NULL }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("thoughts: %s, %s, %s, %s", rows[i].dialect, rows[i].path,
                  rows[i].model, rows[i].body);

        thoughts_call(&m, &call, &target, &settings, rows[i].dialect,
                      rows[i].path, rows[i].model, rows[i].body);

        for (strip = 0; strip < 2; strip++) {

            call.strip_thinking = strip;

            memset(&up, 0, sizeof(llmgw_upstream_t));
            llmgw_out_init(&up.body, &m.arena, 1024, 0, 0);

            check_int(llmgw_call_prepare(&call, &target, &up), LLMGW_OK);
            check_int(llmgw_out_close(&up.body), LLMGW_OK);

            body = llmgw_out_join(&up.body, &m.arena);

            if (strip) {
                check(llmgw_str_find(body, llmgw_lit("sig-A")) == NULL);
                check(llmgw_str_find(body, llmgw_lit("red-A")) == NULL);
                check(llmgw_str_find(body, test_cstr(rows[i].without)));

                if (rows[i].dropped) {
                    check(call.dropped != NULL);
                    check(call.dropped
                          && llmgw_str_eq(call.dropped->name,
                                          test_cstr(rows[i].dropped)));
                    check(llmgw_str_find(body, llmgw_lit("budget_tokens"))
                          == NULL);
                }

            } else {
                check(llmgw_str_find(body, test_cstr(rows[i].with)));
            }
        }

        test_mem_free(&m);
    }
}


#define ANTHROPIC(message)                                                   \
    "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","     \
    "\"message\":\"" message "\"}}"


static void
test_thoughts_errors(void)
{
    size_t            i;
    test_mem_t        m;
    llmgw_out_t       out;
    llmgw_int_t       rc;
    llmgw_head_t      head;
    llmgw_call_t      call;
    llmgw_reply_t     reply;
    llmgw_target_t    target;
    llmgw_settings_t  settings;
    llmgw_upstream_t  up;

    static const struct {
        const char  *dialect;
        const char  *path;
        const char  *retry;     /* x-should-retry */
        const char  *answer;
        unsigned     status;
        unsigned     thoughts;
        unsigned     retryable;
    } rows[] = {
        { "anthropic", "/v1/messages", "",
          ANTHROPIC("messages.1.content.0: `thinking` or `redacted_thinking` "
                    "blocks in the latest assistant message cannot be "
                    "modified. These blocks must remain as they were in the "
                    "original response."), 400, 1, 0 },
        { "anthropic", "/v1/chat/completions", "",
          ANTHROPIC("messages.1.content.0: Invalid `signature` in `thinking` "
                    "block"), 400, 1, 0 },
        { "anthropic", "/v1/chat/completions", "",
          ANTHROPIC("max_tokens: must be greater than "
                    "`thinking.budget_tokens`"), 400, 0, 0 },
        { "anthropic", "/v1/chat/completions", "",
          ANTHROPIC("blocks in the latest assistant message cannot be "
                    "modified"), 500, 0, 1 },
        { "bedrock", "/v1/chat/completions", "",
          "{\"message\":\"The model returned the following errors: "
          "messages.1.content.0: `thinking` or `redacted_thinking` blocks in "
          "the latest assistant message cannot be modified.\"}", 400, 1, 0 },
        { "gemini", "/v1/chat/completions", "",
          "{\"error\":{\"code\":400,\"message\":\"Corrupted thought "
          "signature.\",\"status\":\"INVALID_ARGUMENT\"}}", 400, 1, 0 },
        { "gemini", "/v1/chat/completions", "",
          "{\"error\":{\"code\":400,\"message\":\"Function call is missing a "
          "thought_signature in functionCall parts.\",\"status\":"
          "\"INVALID_ARGUMENT\"}}", 400, 0, 0 },

        /* a service knows best */
        { "anthropic", "/v1/messages", "true", ANTHROPIC("bad"), 400, 0, 1 },
        { "anthropic", "/v1/messages", "false",
          "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
          "\"message\":\"x\"}}", 429, 0, 0 },
        { "anthropic", "/v1/messages", "",
          "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
          "\"message\":\"x\"}}", 429, 0, 1 },
        { "openai", "/v1/chat/completions", "True",
          "{\"error\":{\"message\":\"x\"}}", 409, 0, 1 },
        { "openai", "/v1/chat/completions", "false",
          "{\"error\":{\"message\":\"x\"}}", 500, 0, 0 },
        { "openai", "/v1/chat/completions", "maybe",
          "{\"error\":{\"message\":\"x\"}}", 500, 0, 1 },

        /* … but money does not come back */
        { "openai", "/v1/chat/completions", "true",
          "{\"error\":{\"message\":\"x\",\"code\":\"insufficient_quota\"}}",
          429, 0, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("thoughts: %s, x-should-retry \"%s\", %s",
                  rows[i].dialect, rows[i].retry, rows[i].answer);

        thoughts_call(&m, &call, &target, &settings, rows[i].dialect,
                      rows[i].path, "claude-sonnet-4-5",
                      strcmp(rows[i].path, "/v1/messages") ? CHAT("")
                                                           : MESSAGES(""));

        memset(&up, 0, sizeof(llmgw_upstream_t));
        memset(&head, 0, sizeof(llmgw_head_t));

        llmgw_out_init(&up.body, &m.arena, 1024, 0, 0);
        llmgw_out_init(&out, &m.arena, 1024, 0, 0);

        check_int(llmgw_call_prepare(&call, &target, &up), LLMGW_OK);

        head.status = rows[i].status;
        head.content_type = llmgw_lit("application/json");
        head.should_retry = test_cstr(rows[i].retry);

        check_int(llmgw_reply_init(&reply, &call, &m.arena, &head, 1 << 20),
                  LLMGW_OK);

        rc = llmgw_reply_feed(&reply, test_cstr(rows[i].answer).data,
                              strlen(rows[i].answer), &out);

        if (rc == LLMGW_OK) {
            rc = llmgw_reply_end(&reply, 0, &out);
        }

        check_int(rc, LLMGW_INVALID);
        check_int(reply.error.thoughts, rows[i].thoughts);
        check_int(reply.error.retryable, rows[i].retryable);

        test_mem_free(&m);
    }
}


void
test_thoughts(void)
{
    test_thoughts_stripped();
    test_thoughts_errors();
}
