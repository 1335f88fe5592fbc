
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Hugging Face: the router, the servers for texts and for embeddings, the
 * pipeline.
 */


#include "call.h"


#define CHAT         "/v1/chat/completions"
#define COMPLETIONS  "/v1/completions"
#define EMBEDDINGS   "/v1/embeddings"
#define RERANK       "/v1/rerank"
#define JSON         "application/json"
#define EVENTS       "text/event-stream"

#define ROUTER       &llmgw_dialect_huggingface
#define TGI          &llmgw_dialect_tgi
#define TEI          &llmgw_dialect_tei
#define FEATURES     &llmgw_dialect_features
#define OPENAI       &llmgw_dialect_openai

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_USAGE                                                            \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"stream_options\":{\"include_usage\":true},"                           \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"

#define ASK_PROMPT                                                           \
    "{\"model\":\"m\",\"stream\":true,\"prompt\":\"x\"}"

#define ASK_TEXTS                                                            \
    "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}"

#define ASK_BASE64                                                           \
    "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"base64\"}"

#define ASK_RANKS                                                            \
    "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\",\"c\"],"    \
    "\"top_n\":2,\"return_documents\":true}"


/* seeds.py knows the order */

static const fuzz_case_t  cases[] = {

    { CHAT, TGI, "m", NULL, 0, JSON },
    { COMPLETIONS, TGI, "m", NULL, 0, JSON },
    { EMBEDDINGS, FEATURES, "m", NULL, 0, JSON },
    { RERANK, TEI, "m", NULL, 0, JSON },

    { CHAT, TGI, "m", ASK, 200, JSON },
    { CHAT, TGI, "m", ASK_USAGE, 200, EVENTS },
    { COMPLETIONS, TGI, "m", ASK_PROMPT, 200, EVENTS },
    { EMBEDDINGS, FEATURES, "m", ASK_TEXTS, 200, JSON },
    { EMBEDDINGS, FEATURES, "m", ASK_BASE64, 200, JSON },
    { RERANK, TEI, "m", ASK_RANKS, 200, JSON },
    { RERANK, OPENAI, "m", ASK_RANKS, 200, JSON },
    { CHAT, TGI, "m", ASK, 422, JSON },
    { CHAT, ROUTER, "m", ASK, 503, JSON }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_call(cases, llmgw_nelts(cases), data, size);

    return 0;
}
