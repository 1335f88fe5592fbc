
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Anthropic's dialect: its clients' requests, and its service's answers.
 */


#include "call.h"


#define CHAT       "/v1/chat/completions"
#define MESSAGES   "/v1/messages"
#define JSON       "application/json"
#define EVENTS     "text/event-stream"

#define OPENAI     &llmgw_dialect_openai
#define ANTHROPIC  &llmgw_dialect_anthropic

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_STREAM                                                           \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"stream_options\":{\"include_usage\":true},"                           \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define SCHEMA                                                               \
    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"         \
    "{\"name\":\"o\",\"schema\":{\"type\":\"object\",\"properties\":{}}}},"

/* an old model answers a schema by a forced call */

#define ASK_FORCED                                                           \
    "{\"model\":\"m\"," SCHEMA                                               \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_FORCED_STREAM                                                    \
    "{\"model\":\"m\",\"stream\":true," SCHEMA                               \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_FUNCTIONS                                                        \
    "{\"model\":\"m\",\"functions\":[{\"name\":\"f\"}],"                     \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_MESSAGES                                                         \
    "{\"model\":\"m\",\"max_tokens\":9,"                                     \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_MESSAGES_STREAM                                                  \
    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"                     \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define CLAUDE     "claude-sonnet-4-5"
#define CLAUDE_3   "claude-3-5-sonnet-20241022"


/* seeds.py knows the order */

static const fuzz_case_t  cases[] = {

    { MESSAGES, OPENAI, "gpt-4o", NULL, 0, JSON },
    { MESSAGES, ANTHROPIC, CLAUDE, NULL, 0, JSON },

    { CHAT, ANTHROPIC, CLAUDE, ASK, 200, JSON },
    { CHAT, ANTHROPIC, CLAUDE, ASK_STREAM, 200, EVENTS },
    { CHAT, ANTHROPIC, CLAUDE_3, ASK_FORCED, 200, JSON },
    { CHAT, ANTHROPIC, CLAUDE_3, ASK_FORCED_STREAM, 200, EVENTS },
    { CHAT, ANTHROPIC, CLAUDE, ASK_FUNCTIONS, 200, JSON },
    { CHAT, ANTHROPIC, CLAUDE, ASK, 400, JSON },
    { CHAT, ANTHROPIC, CLAUDE, ASK_STREAM, 529, JSON },
    { MESSAGES, ANTHROPIC, CLAUDE, ASK_MESSAGES, 200, JSON },
    { MESSAGES, ANTHROPIC, CLAUDE, ASK_MESSAGES_STREAM, 200, EVENTS },
    { MESSAGES, ANTHROPIC, CLAUDE, ASK_MESSAGES, 500, JSON }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_call(cases, llmgw_nelts(cases), data, size);

    return 0;
}
