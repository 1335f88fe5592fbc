
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Bedrock's dialect: requests for models of several families, its answers, and
 * its streams in AWS's framing.  No fuzzer guesses checksums: half of the
 * streams get the right ones.
 */


#include <zlib.h>

#include "call.h"


#define CHAT        "/v1/chat/completions"
#define MESSAGES    "/v1/messages"
#define EMBEDDINGS  "/v1/embeddings"
#define IMAGES      "/v1/images/generations"
#define RERANK      "/v1/rerank"
#define JSON        "application/json"
#define FRAMES      "application/vnd.amazon.eventstream"

#define BEDROCK     &llmgw_dialect_bedrock

#define CLAUDE      "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
#define NOVA        "us.amazon.nova-lite-v1:0"
#define TITAN       "amazon.titan-embed-text-v2:0"
#define EMBED       "cohere.embed-v4:0"
#define CANVAS      "amazon.nova-canvas-v1:0"
#define STABILITY   "stability.stable-image-core-v1:1"
#define RANK        "cohere.rerank-v3-5:0"

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_STREAM                                                           \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"stream_options\":{\"include_usage\":true},"                           \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define SCHEMA                                                               \
    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"         \
    "{\"name\":\"o\",\"schema\":{\"type\":\"object\",\"properties\":{}}}},"

#define ASK_FORCED                                                           \
    "{\"model\":\"m\"," SCHEMA                                               \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_FORCED_STREAM                                                    \
    "{\"model\":\"m\",\"stream\":true," SCHEMA                               \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_MESSAGES                                                         \
    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"                     \
    "\"stop_sequences\":[\"E\"],"                                            \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_TEXT    "{\"model\":\"m\",\"input\":\"a\"}"
#define ASK_TEXTS                                                            \
    "{\"model\":\"m\",\"input\":[\"a\",\"b\"],"                              \
    "\"encoding_format\":\"base64\"}"
#define ASK_IMAGE   "{\"model\":\"m\",\"prompt\":\"x\"}"
#define ASK_RANKS                                                            \
    "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\",\"c\"]}"


/* seeds.py knows the order */

static const fuzz_case_t  cases[] = {

    { CHAT, BEDROCK, CLAUDE, NULL, 0, JSON },
    { CHAT, BEDROCK, NOVA, NULL, 0, JSON },
    { EMBEDDINGS, BEDROCK, TITAN, NULL, 0, JSON },
    { EMBEDDINGS, BEDROCK, EMBED, NULL, 0, JSON },
    { IMAGES, BEDROCK, CANVAS, NULL, 0, JSON },
    { IMAGES, BEDROCK, STABILITY, NULL, 0, JSON },
    { RERANK, BEDROCK, RANK, NULL, 0, JSON },

    { CHAT, BEDROCK, CLAUDE, ASK, 200, JSON },
    { CHAT, BEDROCK, NOVA, ASK_FORCED, 200, JSON },
    { CHAT, BEDROCK, CLAUDE, ASK_STREAM, 200, FRAMES },
    { CHAT, BEDROCK, NOVA, ASK_FORCED_STREAM, 200, FRAMES },
    { MESSAGES, BEDROCK, CLAUDE, ASK_MESSAGES, 200, FRAMES },
    { EMBEDDINGS, BEDROCK, TITAN, ASK_TEXT, 200, JSON },
    { EMBEDDINGS, BEDROCK, EMBED, ASK_TEXTS, 200, JSON },
    { IMAGES, BEDROCK, CANVAS, ASK_IMAGE, 200, JSON },
    { IMAGES, BEDROCK, STABILITY, ASK_IMAGE, 200, JSON },
    { RERANK, BEDROCK, RANK, ASK_RANKS, 200, JSON },
    { CHAT, BEDROCK, CLAUDE, ASK, 400, JSON },
    { MESSAGES, BEDROCK, CLAUDE, ASK_MESSAGES, 429, JSON },

    { CHAT, BEDROCK, FUZZ_INVOKED, NULL, 0, JSON },
    { CHAT, BEDROCK, FUZZ_INVOKED, ASK, 200, JSON },
    { CHAT, BEDROCK, FUZZ_INVOKED, ASK_STREAM, 200, FRAMES },
    { MESSAGES, BEDROCK, FUZZ_INVOKED, ASK_MESSAGES, 200, FRAMES }
};


static uint32_t
get(const uint8_t *p)
{
    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16
           | (uint32_t) p[2] << 8 | p[3];
}


static void
set(uint8_t *p, uint32_t n)
{
    p[0] = (uint8_t) (n >> 24);
    p[1] = (uint8_t) (n >> 16);
    p[2] = (uint8_t) (n >> 8);
    p[3] = (uint8_t) n;
}


/* for as long as the lengths make sense */

static void
set_checksums(uint8_t *p, size_t n)
{
    size_t  total;

    while (n >= 16) {

        total = get(p);

        if (total > n || total < 16 || get(p + 4) > total - 16) {
            return;
        }

        set(p + 8, (uint32_t) crc32(0, p, 8));
        set(p + total - 4, (uint32_t) crc32(0, p, (uInt) (total - 4)));

        p += total;
        n -= total;
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t            *copy;
    const fuzz_case_t  *c;

    if (size < 2) {
        return 0;
    }

    copy = malloc(size);
    fuzz_assert(copy != NULL);
    memcpy(copy, data, size);

    c = &cases[data[0] % llmgw_nelts(cases)];

    if (strcmp(c->type, FRAMES) == 0 && !(data[1] & 0x80)) {
        set_checksums(copy + 2, size - 2);
    }

    fuzz_call(cases, llmgw_nelts(cases), copy, size);

    free(copy);

    return 0;
}
