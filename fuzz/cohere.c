
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Cohere's dialect: requests in its form, and its servers' answers.
 */


#include "call.h"


#define CHAT         "/v1/chat/completions"
#define COMPLETIONS  "/v1/completions"
#define EMBEDDINGS   "/v1/embeddings"
#define RERANK       "/v2/rerank"
#define JSON         "application/json"
#define EVENTS       "text/event-stream"

#define COHERE       &llmgw_dialect_cohere

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_USAGE                                                            \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"stream_options\":{\"include_usage\":true},"                           \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_MESSAGES                                                         \
    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"                     \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_PROMPT   "{\"model\":\"m\",\"prompt\":\"x\"}"

#define ASK_TEXTS                                                            \
    "{\"model\":\"m\",\"input\":[\"a\",\"b\"],"                              \
    "\"encoding_format\":\"base64\"}"

#define ASK_RANKS                                                            \
    "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\",\"c\"]}"


/* seeds.py knows the order */

static const fuzz_case_t  cases[] = {

    { CHAT, COHERE, "command-a-03-2025", NULL, 0, JSON },
    { CHAT, COHERE, "command-a-reasoning-08-2025", NULL, 0, JSON },
    { COMPLETIONS, COHERE, "m", NULL, 0, JSON },
    { EMBEDDINGS, COHERE, "embed-v4.0", NULL, 0, JSON },
    { RERANK, COHERE, "rerank-v4.0-pro", NULL, 0, JSON },

    { CHAT, COHERE, "m", ASK, 200, JSON },
    { CHAT, COHERE, "m", ASK_USAGE, 200, EVENTS },
    { "/v1/messages", COHERE, "m", ASK_MESSAGES, 200, EVENTS },
    { COMPLETIONS, COHERE, "m", ASK_PROMPT, 200, JSON },
    { EMBEDDINGS, COHERE, "m", ASK_TEXTS, 200, JSON },
    { RERANK, COHERE, "m", ASK_RANKS, 200, JSON },
    { CHAT, COHERE, "m", ASK, 400, JSON },
    { CHAT, COHERE, "m", ASK, 498, "text/plain" }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_call(cases, llmgw_nelts(cases), data, size);

    return 0;
}
