
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * OpenAI's dialect: its clients' requests, and its servers' answers.
 */


#include "call.h"


#define CHAT       "/v1/chat/completions"
#define JSON       "application/json"
#define EVENTS     "text/event-stream"

#define OPENAI     &llmgw_dialect_openai
#define ANTHROPIC  &llmgw_dialect_anthropic

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_STREAM                                                           \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_USAGE                                                            \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"stream_options\":{\"include_usage\":true},"                           \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_MESSAGES                                                         \
    "{\"model\":\"m\",\"max_tokens\":9,\"thinking\":{\"type\":\"adaptive\"}," \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_MESSAGES_STREAM                                                  \
    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"                     \
    "\"thinking\":{\"type\":\"adaptive\"},"                                  \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"


/* seeds.py knows the order */

static const fuzz_case_t  cases[] = {

    { CHAT, ANTHROPIC, "claude-sonnet-4-5", NULL, 0, JSON },
    { CHAT, ANTHROPIC, "claude-3-haiku", NULL, 0, JSON },
    { CHAT, OPENAI, "gpt-4o", NULL, 0, JSON },
    { "/v1/completions", OPENAI, "gpt-4o", NULL, 0, JSON },
    { "/v1/embeddings", OPENAI, "gpt-4o", NULL, 0, JSON },
    { "/v1/responses", OPENAI, "gpt-4o", NULL, 0, JSON },
    { "/v1/images/edits", OPENAI, "gpt-4o", NULL, 0,
      "multipart/form-data; boundary=b" },

    { CHAT, OPENAI, "gpt-4o", ASK, 200, JSON },
    { CHAT, OPENAI, "gpt-4o", ASK_STREAM, 200, EVENTS },
    { CHAT, OPENAI, "gpt-4o", ASK_USAGE, 200, EVENTS },
    { CHAT, OPENAI, "gpt-4o", ASK, 400, JSON },
    { CHAT, OPENAI, "gpt-4o", ASK_STREAM, 503, "text/html" },
    { "/v1/responses", OPENAI, "gpt-4o",
      "{\"model\":\"m\",\"stream\":true,\"input\":\"x\"}", 200, EVENTS },
    { "/v1/messages", OPENAI, "gpt-4o", ASK_MESSAGES, 200, JSON },
    { "/v1/messages", OPENAI, "gpt-4o", ASK_MESSAGES_STREAM, 200, EVENTS },
    { "/v1/messages", OPENAI, "gpt-4o", ASK_MESSAGES, 429, JSON }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_call(cases, llmgw_nelts(cases), data, size);

    return 0;
}
