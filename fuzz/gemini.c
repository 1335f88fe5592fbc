
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Gemini's dialect, and Vertex AI, which serves models in several formats.
 */


#include "call.h"


#define CHAT        "/v1/chat/completions"
#define MESSAGES    "/v1/messages"
#define EMBEDDINGS  "/v1/embeddings"
#define IMAGES      "/v1/images/generations"
#define JSON        "application/json"
#define EVENTS      "text/event-stream"

#define GEMINI      &llmgw_dialect_gemini
#define VERTEX      &llmgw_dialect_vertex

#define FLASH_20    "gemini-2.0-flash"
#define FLASH_25    "gemini-2.5-flash"
#define PRO_3       "gemini-3-pro-preview"
#define CLAUDE      "claude-sonnet-4-5@20250929"
#define EMBED       "gemini-embedding-001"
#define TEXT_EMBED  "text-embedding-005"
#define DRAW        "gemini-2.5-flash-image"
#define IMAGEN      "imagen-4.0-generate-001"

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_STREAM                                                           \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"stream_options\":{\"include_usage\":true},"                           \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_TOOLS                                                            \
    "{\"model\":\"m\",\"stream\":true,\"n\":2,"                              \
    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"1f\"}}],"    \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_MESSAGES                                                         \
    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"                     \
    "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},"            \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_TEXT    "{\"model\":\"m\",\"input\":\"a\"}"
#define ASK_TEXTS                                                            \
    "{\"model\":\"m\",\"input\":[\"a\",\"b\"],"                              \
    "\"encoding_format\":\"base64\"}"
#define ASK_IMAGE   "{\"model\":\"m\",\"prompt\":\"x\"}"


/* seeds.py knows the order */

static const fuzz_case_t  cases[] = {

    { CHAT, GEMINI, FLASH_25, NULL, 0, JSON },
    { CHAT, GEMINI, PRO_3, NULL, 0, JSON },
    { CHAT, GEMINI, FLASH_20, NULL, 0, JSON },
    { EMBEDDINGS, GEMINI, EMBED, NULL, 0, JSON },
    { IMAGES, GEMINI, DRAW, NULL, 0, JSON },
    { CHAT, VERTEX, FLASH_25, NULL, 0, JSON },
    { CHAT, VERTEX, CLAUDE, NULL, 0, JSON },
    { EMBEDDINGS, VERTEX, TEXT_EMBED, NULL, 0, JSON },
    { MESSAGES, VERTEX, CLAUDE, NULL, 0, JSON },

    { CHAT, GEMINI, FLASH_25, ASK, 200, JSON },
    { CHAT, GEMINI, FLASH_25, ASK_STREAM, 200, EVENTS },
    { CHAT, GEMINI, FLASH_25, ASK_STREAM, 200, JSON },
    { CHAT, GEMINI, PRO_3, ASK_TOOLS, 200, EVENTS },
    { MESSAGES, GEMINI, PRO_3, ASK_MESSAGES, 200, EVENTS },
    { EMBEDDINGS, GEMINI, EMBED, ASK_TEXTS, 200, JSON },
    { IMAGES, GEMINI, DRAW, ASK_IMAGE, 200, JSON },
    { IMAGES, VERTEX, IMAGEN, ASK_IMAGE, 200, JSON },
    { CHAT, VERTEX, FLASH_25, ASK, 200, JSON },
    { CHAT, VERTEX, FLASH_25, ASK_STREAM, 200, EVENTS },
    { CHAT, VERTEX, CLAUDE, ASK, 200, JSON },
    { CHAT, VERTEX, CLAUDE, ASK_STREAM, 200, EVENTS },
    { MESSAGES, VERTEX, CLAUDE, ASK_MESSAGES, 200, EVENTS },
    { EMBEDDINGS, VERTEX, TEXT_EMBED, ASK_TEXT, 200, JSON },
    { CHAT, GEMINI, FLASH_25, ASK, 429, JSON },
    { CHAT, VERTEX, CLAUDE, ASK, 400, JSON }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_call(cases, llmgw_nelts(cases), data, size);

    return 0;
}
