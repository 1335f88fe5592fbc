
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Clients of the Gemini API in front of Gemini and of others, with streams of
 * both kinds.
 */


#include "call.h"


#define WHOLE      "/v1beta/models/m:generateContent"
#define STREAM     "/v1beta/models/m:streamGenerateContent?alt=sse"
#define ARRAY      "/v1beta/models/m:streamGenerateContent"
#define EMBED      "/v1beta/models/m:embedContent"
#define BATCH      "/v1beta/models/m:batchEmbedContents"
#define JSON       "application/json"
#define EVENTS     "text/event-stream"

#define OPENAI     &llmgw_dialect_openai
#define ANTHROPIC  &llmgw_dialect_anthropic
#define GEMINI     &llmgw_dialect_gemini

#define GPT        "gpt-4o"
#define CLAUDE     "claude-sonnet-4-5"
#define FLASH      "gemini-2.5-flash"
#define VECTORS    "text-embedding-3-small"

#define ASK        "{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}"

#define ASK_THOUGHTS                                                         \
    "{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}],\"generationConfig\":"   \
    "{\"thinkingConfig\":{\"thinkingBudget\":1024,"                          \
    "\"includeThoughts\":true}}}"

#define ASK_EMBED  "{\"content\":{\"parts\":[{\"text\":\"x\"}]}}"
#define ASK_BATCH  "{\"requests\":[" ASK_EMBED "," ASK_EMBED "]}"


/* seeds.py knows the order */

static const fuzz_case_t  cases[] = {

    { WHOLE, OPENAI, GPT, NULL, 0, JSON },
    { WHOLE, ANTHROPIC, CLAUDE, NULL, 0, JSON },
    { WHOLE, GEMINI, FLASH, NULL, 0, JSON },
    { EMBED, OPENAI, VECTORS, NULL, 0, JSON },
    { BATCH, OPENAI, VECTORS, NULL, 0, JSON },

    { WHOLE, OPENAI, GPT, ASK, 200, JSON },
    { STREAM, OPENAI, GPT, ASK_THOUGHTS, 200, EVENTS },
    { ARRAY, OPENAI, GPT, ASK, 200, EVENTS },
    { WHOLE, ANTHROPIC, CLAUDE, ASK_THOUGHTS, 200, JSON },
    { STREAM, ANTHROPIC, CLAUDE, ASK_THOUGHTS, 200, EVENTS },
    { ARRAY, ANTHROPIC, CLAUDE, ASK, 200, EVENTS },
    { WHOLE, GEMINI, FLASH, ASK, 200, JSON },
    { STREAM, GEMINI, FLASH, ASK, 200, EVENTS },
    { ARRAY, GEMINI, FLASH, ASK, 200, JSON },
    { EMBED, OPENAI, VECTORS, ASK_EMBED, 200, JSON },
    { BATCH, OPENAI, VECTORS, ASK_BATCH, 200, JSON },
    { WHOLE, OPENAI, GPT, ASK, 429, JSON },
    { STREAM, ANTHROPIC, CLAUDE, ASK, 400, JSON }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_call(cases, llmgw_nelts(cases), data, size);

    return 0;
}
