
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Azure OpenAI: what is put right in passing requests and answers, and errors.
 */


#include "call.h"


#define CHAT       "/v1/chat/completions"
#define JSON       "application/json"
#define EVENTS     "text/event-stream"

#define AZURE      &llmgw_dialect_azure

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_STREAM                                                           \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_USAGE                                                            \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"stream_options\":{\"include_usage\":true},"                           \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_PROMPT                                                           \
    "{\"model\":\"m\",\"stream\":true,\"prompt\":\"x\"}"

#define ASK_MESSAGES                                                         \
    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"                     \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"


/*
 * seeds.py knows the order.  "old" is a deployment with an early version of
 * the API and a model that reasons, see call.c.
 */

static const fuzz_case_t  cases[] = {

    { CHAT, AZURE, "my-gpt4o", NULL, 0, JSON },
    { CHAT, AZURE, "old", NULL, 0, JSON },
    { "/v1/images/generations", AZURE, "old", NULL, 0, JSON },
    { "/v1/messages", AZURE, "old", NULL, 0, JSON },

    { CHAT, AZURE, "my-gpt4o", ASK, 200, JSON },
    { CHAT, AZURE, "my-gpt4o", ASK_STREAM, 200, EVENTS },
    { CHAT, AZURE, "my-gpt4o", ASK_USAGE, 200, EVENTS },
    { "/v1/completions", AZURE, "my-gpt4o", ASK_PROMPT, 200, EVENTS },
    { "/v1/messages", AZURE, "my-gpt4o", ASK_MESSAGES, 200, EVENTS },
    { CHAT, AZURE, "my-gpt4o", ASK, 400, JSON },
    { CHAT, AZURE, "my-gpt4o", ASK_STREAM, 429, JSON }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_call(cases, llmgw_nelts(cases), data, size);

    return 0;
}
