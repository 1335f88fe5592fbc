
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Whole calls through the library: what a request and an answer cost, and
 * whether that grows with their size and no faster.
 */


#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "llmgw_reply.h"


typedef struct {
    const char             *name;
    const char             *path;
    const llmgw_dialect_t  *provider;
    const char             *model;
    llmgw_str_t           (*make)(unsigned n);
    const char             *request;       /* then "make" makes the answer */
    unsigned                stream;        /* 2: in frames of AWS */
    unsigned                max;           /* more is refused */
} bench_case_t;


typedef struct {
    const bench_case_t     *c;
    llmgw_str_t             input;
    llmgw_arena_t           arena;
    llmgw_arena_t           answer;
    llmgw_settings_t        settings;
    llmgw_target_t          target;
    size_t                  output;
} bench_call_t;


#define OPENAI     &llmgw_dialect_openai
#define ANTHROPIC  &llmgw_dialect_anthropic
#define AZURE      &llmgw_dialect_azure
#define COHERE     &llmgw_dialect_cohere
#define BEDROCK    &llmgw_dialect_bedrock
#define GEMINI     &llmgw_dialect_gemini

#define NOVA       "us.amazon.nova-lite-v1:0"
#define CLAUDE     "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
#define TGI        &llmgw_dialect_tgi
#define FEATURES   &llmgw_dialect_features
#define TEI        &llmgw_dialect_tei

#define CHAT       "/v1/chat/completions"
#define MESSAGES   "/v1/messages"
#define GENERATE   "/v1beta/models/m:generateContent"
#define EVENTS     "/v1beta/models/m:streamGenerateContent?alt=sse"

#define ASK                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
#define ASK_STREAM                                                           \
    "{\"model\":\"m\",\"stream\":true,"                                      \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
#define ASK_TEXT    "{\"model\":\"m\",\"input\":\"x\"}"
#define ASK_BASE64                                                           \
    "{\"model\":\"m\",\"input\":\"x\",\"encoding_format\":\"base64\"}"
#define ASK_MESSAGES                                                         \
    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"                     \
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"


#define ASK_GEMINI  "{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}"


static u_char  *buf;
static size_t   len;


static void
begin(void)
{
    if (buf == NULL) {
        buf = bench_buffer(BENCH_CALL);
    }

    len = 0;
}


static void
put(const char *fmt, unsigned n)
{
    int  m;

    m = snprintf((char *) buf + len, BENCH_CALL - len, fmt, n, n);

    if (m < 0 || (size_t) m >= BENCH_CALL - len) {
        abort();
    }

    len += (size_t) m;
}


#define comma(i)  put((i) ? "," : "", 0)


static llmgw_str_t
make_messages(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"max_tokens\":100,\"messages\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put(i % 2 ? "{\"role\":\"assistant\",\"content\":\"Answer number %u "
                    "says that it is so, and \\\"quotes\\\" something.\\n\"}"
                  : "{\"role\":\"user\",\"content\":\"Question number %u asks "
                    "whether it is so, in some more words than needed.\"}", i);
    }

    put("]}", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_parts(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\","
        "\"content\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"type\":\"text\",\"text\":\"Part number %u of a message.\"}",
            i);
    }

    put("]}]}", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_tools(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
        "\"tools\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"type\":\"function\",\"function\":{\"name\":\"tool_%u\","
            "\"description\":\"Does what %u says.\",\"parameters\":"
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},"
            "\"b\":{\"type\":\"integer\"}},\"required\":[\"a\"]}}}", i);
    }

    put("],\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":"
        "{\"mode\":\"auto\",\"tools\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"type\":\"function\",\"function\":{\"name\":\"tool_%u\"}}",
            n - 1 - i);
    }

    put("]}}}", 0);

    return llmgw_str(buf, len);
}


/* rounds of a call and its result */

static llmgw_str_t
make_calls(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}",
        0);

    for (i = 0; i < n; i++) {
        put(",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":"
            "\"call.%u\",\"type\":\"function\",\"function\":{\"name\":\"f\","
            "\"arguments\":\"{\\\"a\\\": %u}\"}}]}", i);
        put(",{\"role\":\"tool\",\"tool_call_id\":\"call.%u\",\"content\":"
            "\"The result is %u.\"}", i);
    }

    put("]}", 0);

    return llmgw_str(buf, len);
}


/* one message with all the calls, then the results from last to first */

static llmgw_str_t
make_parallel(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"id\":\"call.%u\",\"type\":\"function\",\"function\":"
            "{\"name\":\"f\",\"arguments\":\"{\\\"a\\\": %u}\"}}", i);
    }

    put("]}", 0);

    for (i = 0; i < n; i++) {
        put(",{\"role\":\"tool\",\"tool_call_id\":\"call.%u\",\"content\":"
            "\"The result is %u.\"}", n - 1 - i);
    }

    put("]}", 0);

    return llmgw_str(buf, len);
}


/* the same for Messages */

static llmgw_str_t
make_blocks(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
        "\"content\":\"x\"},{\"role\":\"assistant\",\"content\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"type\":\"tool_use\",\"id\":\"toolu_%u\",\"name\":\"f\","
            "\"input\":{\"a\": %u}}", i);
    }

    put("]},{\"role\":\"user\",\"content\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_%u\","
            "\"content\":\"The result is %u.\"}", n - 1 - i);
    }

    put("]}]}", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_schema(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
        "{\"name\":\"o\",\"schema\":{\"type\":\"object\",\"properties\":{", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("\"p%u\":{\"type\":\"object\",\"properties\":{\"q\":{\"type\":"
            "\"string\",\"maxLength\":%u}}}", i);
    }

    put("}}}}}", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_members(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
        "\"content\":\"x\"}]", 0);

    for (i = 0; i < n; i++) {
        put(",\"unknown_%u\":{\"a\":%u}", i);
    }

    put("}", 0);

    return llmgw_str(buf, len);
}


/* Answers */

static llmgw_str_t
make_openai_stream(unsigned n)
{
    unsigned  i;

    begin();

    for (i = 0; i < n; i++) {
        put("data: {\"id\":\"chatcmpl-Abcdefghijklmnopqrstuvwx\",\"object\":"
            "\"chat.completion.chunk\",\"created\":1760000000,\"model\":"
            "\"gpt-4o-2024-11-20\",\"service_tier\":\"default\",\"choices\":"
            "[{\"index\":0,\"delta\":{\"content\":\" token%u\"},\"logprobs\":"
            "null,\"finish_reason\":null}],\"usage\":null}\n\n", i);
    }

    put("data: {\"id\":\"chatcmpl-Abcdefghijklmnopqrstuvwx\",\"object\":"
        "\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"gpt-4o\","
        "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
        "\"usage\":null}\n\ndata: [DONE]\n\n", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_anthropic_stream(unsigned n)
{
    unsigned  i;

    begin();
    put("event: message_start\ndata: {\"type\":\"message_start\",\"message\":"
        "{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\","
        "\"model\":\"claude-sonnet-4-5\",\"content\":[],\"usage\":"
        "{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
        "event: content_block_start\ndata: {\"type\":\"content_block_start\","
        "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
        0);

    for (i = 0; i < n; i++) {
        put("event: content_block_delta\ndata: {\"type\":"
            "\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
            "\"text_delta\",\"text\":\" token%u\"}}\n\n", i);
    }

    put("event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
        "\"index\":0}\n\nevent: message_delta\ndata: {\"type\":"
        "\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":"
        "{\"output_tokens\":5}}\n\nevent: message_stop\ndata: {\"type\":"
        "\"message_stop\"}\n\n", 0);

    return llmgw_str(buf, len);
}


/* a call of many fragments, and many calls */

static llmgw_str_t
make_anthropic_calls(unsigned n)
{
    unsigned  i;

    begin();
    put("data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_01\","
        "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\","
        "\"content\":[],\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}"
        "\n\n", 0);

    for (i = 0; i < n; i++) {
        put("data: {\"type\":\"content_block_start\",\"index\":%u,"
            "\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_%u\","
            "\"name\":\"f\",\"input\":{}}}\n\n", i);
        put("data: {\"type\":\"content_block_delta\",\"index\":%u,\"delta\":"
            "{\"type\":\"input_json_delta\",\"partial_json\":"
            "\"{\\\"a\\\":%u}\"}}\n\n", i);
        put("data: {\"type\":\"content_block_stop\",\"index\":%u}\n\n", i);
    }

    put("data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
        "\"tool_use\"},\"usage\":{\"output_tokens\":5}}\n\n"
        "data: {\"type\":\"message_stop\"}\n\n", 0);

    return llmgw_str(buf, len);
}


/* fragments of many calls, one after the other: held back until they fit */

static llmgw_str_t
make_openai_interleaved(unsigned n)
{
    unsigned  i;

    begin();

    for (i = 0; i < n; i++) {
        put("data: {\"id\":\"chatcmpl-A\",\"object\":\"chat.completion.chunk\","
            "\"created\":1760000000,\"model\":\"m\",\"choices\":[{\"index\":0,"
            "\"delta\":{\"tool_calls\":[{\"index\":%u,\"id\":\"call_%u\","
            "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
            "\"{\\\"a\\\":\"}}]},\"finish_reason\":null}]}\n\n", i);
    }

    for (i = 0; i < n; i++) {
        put("data: {\"id\":\"chatcmpl-A\",\"object\":\"chat.completion.chunk\","
            "\"created\":1760000000,\"model\":\"m\",\"choices\":[{\"index\":0,"
            "\"delta\":{\"tool_calls\":[{\"index\":%u,\"function\":"
            "{\"arguments\":\"%u}\"}}]},\"finish_reason\":null}]}\n\n", i);
    }

    put("data: {\"id\":\"chatcmpl-A\",\"object\":\"chat.completion.chunk\","
        "\"created\":1760000000,\"model\":\"m\",\"choices\":[{\"index\":0,"
        "\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
        "data: [DONE]\n\n", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_anthropic_whole(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\","
        "\"model\":\"c\",\"content\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"type\":\"text\",\"text\":\"Sentence number %u. \"}", i);
    }

    put("],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":9,"
        "\"output_tokens\":5}}", 0);

    return llmgw_str(buf, len);
}


/* each chunk with the results of a filter */

static llmgw_str_t
make_azure_stream(unsigned n)
{
    unsigned  i;

    begin();
    put("data: {\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\","
        "\"object\":\"\",\"prompt_filter_results\":[{\"prompt_index\":0}]}"
        "\n\n", 0);

    for (i = 0; i < n; i++) {
        put("data: {\"choices\":[{\"content_filter_results\":{\"hate\":"
            "{\"filtered\":false,\"severity\":\"safe\"},\"violence\":"
            "{\"filtered\":false,\"severity\":\"safe\"}},\"delta\":"
            "{\"content\":\" token%u\"},\"finish_reason\":null,\"index\":0,"
            "\"logprobs\":null}],\"created\":1760000000,\"id\":"
            "\"chatcmpl-Abcdefghijklmnopqrstuvwx\",\"model\":\"gpt-4o\","
            "\"object\":\"chat.completion.chunk\",\"usage\":null}\n\n", i);
    }

    put("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\","
        "\"index\":0}],\"id\":\"chatcmpl-A\",\"usage\":null}\n\n"
        "data: [DONE]\n\n", 0);

    return llmgw_str(buf, len);
}


/* every second event has to be parsed and edited */

static llmgw_str_t
make_azure_async(unsigned n)
{
    unsigned  i;

    begin();

    for (i = 0; i < n; i++) {
        put("data: {\"choices\":[{\"delta\":{\"content\":\" token%u\"},"
            "\"finish_reason\":null,\"index\":0}],\"created\":1760000000,"
            "\"id\":\"chatcmpl-Abcdefghijklmnopqrstuvwx\",\"model\":"
            "\"gpt-4o\",\"object\":\"chat.completion.chunk\"}\n\n", i);
        put("data: {\"choices\":[{\"content_filter_offsets\":"
            "{\"start_offset\":%u},\"content_filter_results\":{\"hate\":"
            "{\"filtered\":false,\"severity\":\"safe\"}},\"finish_reason\":"
            "null,\"index\":0}],\"created\":0,\"id\":\"\",\"model\":\"\","
            "\"object\":\"\"}\n\n", i);
    }

    put("data: [DONE]\n\n", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_cohere_stream(unsigned n)
{
    unsigned  i;

    begin();
    put("event: message-start\ndata: {\"type\":\"message-start\",\"id\":"
        "\"c1\",\"delta\":{\"message\":{\"role\":\"assistant\"}}}\n\n", 0);

    for (i = 0; i < n; i++) {
        put("event: content-delta\ndata: {\"type\":\"content-delta\","
            "\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":"
            "\" token%u\"}}}}\n\n", i);
    }

    put("event: message-end\ndata: {\"type\":\"message-end\",\"delta\":"
        "{\"finish_reason\":\"COMPLETE\",\"usage\":{\"tokens\":"
        "{\"input_tokens\":5,\"output_tokens\":9}}}}\n\n", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_cohere_calls(unsigned n)
{
    unsigned  i;

    begin();
    put("data: {\"type\":\"message-start\",\"id\":\"c1\"}\n\n", 0);

    for (i = 0; i < n; i++) {
        put("data: {\"type\":\"tool-call-start\",\"index\":%u,\"delta\":"
            "{\"message\":{\"tool_calls\":{\"id\":\"f_%u\",\"type\":"
            "\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
            "\"\"}}}}}\n\n", i);
        put("data: {\"type\":\"tool-call-delta\",\"index\":%u,\"delta\":"
            "{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":"
            "\"{\\\"a\\\":%u}\"}}}}}\n\n", i);
        put("data: {\"type\":\"tool-call-end\",\"index\":%u}\n\n", i);
    }

    put("data: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":"
        "\"TOOL_CALL\"}}\n\n", 0);

    return llmgw_str(buf, len);
}


/* each element is a hundred numbers, as long as they commonly are */

static llmgw_str_t
make_vector(unsigned n)
{
    unsigned  i, k;

    begin();
    put("[[", 0);

    for (i = 0; i < n; i++) {
        for (k = 0; k < 100; k++) {
            comma(i || k);
            put(k % 2 ? "-0.0234%06u7890123" : "0.0%06u1234567", i * 97 + k);
        }
    }

    put("]]", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_texts(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"input\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("\"Text number %u that is to become a vector of numbers.\"", i);
    }

    put("]}", 0);

    return llmgw_str(buf, len);
}


static llmgw_str_t
make_documents(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"query\":\"q\",\"documents\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put(i % 2 ? "{\"title\":\"T %u\",\"body\":\"a \\\"document\\\"\"}"
                  : "\"Document number %u, to be put in its place.\"", i);
    }

    put("]}", 0);

    return llmgw_str(buf, len);
}


static const bench_case_t  cases[] = {

    { "request, messages, to OpenAI", CHAT, OPENAI, "gpt-4o",
      make_messages, NULL, 0, 0 },
    { "request, messages, to Anthropic", CHAT, ANTHROPIC,
      "claude-sonnet-4-5", make_messages, NULL, 0, 0 },
    { "request, Messages API, to OpenAI", MESSAGES, OPENAI, "gpt-4o",
      make_messages, NULL, 0, 0 },
    { "request, parts of a message", CHAT, ANTHROPIC, "claude-sonnet-4-5",
      make_parts, NULL, 0, 0 },
    { "request, tools, all allowed by name", CHAT, ANTHROPIC,
      "claude-sonnet-4-5", make_tools, NULL, 0, 0 },
    { "request, calls and results", CHAT, ANTHROPIC, "claude-sonnet-4-5",
      make_calls, NULL, 0, 0 },
    { "request, parallel calls", CHAT, ANTHROPIC, "claude-sonnet-4-5",
      make_parallel, NULL, 0, 0 },
    { "request, Messages API, parallel calls", MESSAGES, OPENAI, "gpt-4o",
      make_blocks, NULL, 0, 0 },
    { "request, properties of a schema", CHAT, ANTHROPIC,
      "claude-sonnet-4-5", make_schema, NULL, 0, 0 },
    { "request, unknown members", CHAT, ANTHROPIC, "claude-sonnet-4-5",
      make_members, NULL, 0, 0 },

    { "request, messages, to Azure", CHAT, AZURE, "gpt-4o",
      make_messages, NULL, 0, 0 },
    { "request, messages, to Cohere", CHAT, COHERE, "command-a-03-2025",
      make_messages, NULL, 0, 0 },
    { "request, tools, to Cohere", CHAT, COHERE, "command-a-03-2025",
      make_tools, NULL, 0, 0 },
    { "request, parallel calls, to Cohere", CHAT, COHERE,
      "command-a-03-2025", make_parallel, NULL, 0, 0 },
    { "request, messages, to TGI", CHAT, TGI, "m",
      make_messages, NULL, 0, 0 },
    { "request, calls and results, to TGI", CHAT, TGI, "m",
      make_calls, NULL, 0, 0 },
    { "request, texts for embeddings", "/v1/embeddings", FEATURES, "m",
      make_texts, NULL, 0, 0 },
    { "request, documents to be ranked", "/v1/rerank", TEI, "m",
      make_documents, NULL, 0, 0 },

    { "request, messages, to Bedrock", CHAT, BEDROCK, NOVA,
      make_messages, NULL, 0, 0 },
    { "request, tools, to Bedrock", CHAT, BEDROCK, CLAUDE,
      make_tools, NULL, 0, 0 },
    { "request, parallel calls, to Bedrock", CHAT, BEDROCK, CLAUDE,
      make_parallel, NULL, 0, 0 },
    { "request, documents, to Bedrock", CHAT, BEDROCK, NOVA,
      bench_bedrock_files, NULL, 0, 0 },

    { "request, messages, to Gemini", CHAT, GEMINI, "gemini-2.5-flash",
      make_messages, NULL, 0, 0 },
    { "request, tools, to Gemini", CHAT, GEMINI, "gemini-2.5-flash",
      make_tools, NULL, 0, 0 },
    { "request, schema in OpenAPI's form", CHAT, GEMINI, "gemini-2.0-flash",
      make_schema, NULL, 0, 0 },
    { "request, parallel calls, to Gemini", CHAT, GEMINI,
      "gemini-3-pro-preview", make_parallel, NULL, 0, 0 },
    { "request, Gemini API, to OpenAI", GENERATE, OPENAI, "gpt-4o",
      bench_gemini_contents, NULL, 0, 0 },
    { "request, Gemini API, passing", GENERATE, GEMINI, "gemini-2.5-flash",
      bench_gemini_contents, NULL, 0, 0 },

    { "stream of OpenAI, passing", CHAT, OPENAI, "gpt-4o",
      make_openai_stream, ASK_STREAM, 1, 0 },
    { "stream of OpenAI for the Messages API", MESSAGES, OPENAI, "gpt-4o",
      make_openai_stream, ASK_MESSAGES, 1, 0 },
    { "stream of OpenAI, interleaved calls", MESSAGES, OPENAI, "gpt-4o",
      make_openai_interleaved, ASK_MESSAGES, 1, 4000 },
    { "stream of Anthropic for OpenAI's clients", CHAT, ANTHROPIC,
      "claude-sonnet-4-5", make_anthropic_stream, ASK_STREAM, 1, 0 },
    { "stream of Anthropic, calls", CHAT, ANTHROPIC, "claude-sonnet-4-5",
      make_anthropic_calls, ASK_STREAM, 1, 0 },
    { "stream of Anthropic, passing", MESSAGES, ANTHROPIC,
      "claude-sonnet-4-5", make_anthropic_stream, ASK_MESSAGES, 1, 0 },
    { "answer of Anthropic, text blocks", CHAT, ANTHROPIC,
      "claude-sonnet-4-5", make_anthropic_whole, ASK, 0, 0 },

    { "stream of Azure, passing", CHAT, AZURE, "gpt-4o",
      make_azure_stream, ASK_STREAM, 1, 0 },
    { "stream of Azure, asynchronous filter", CHAT, AZURE, "gpt-4o",
      make_azure_async, ASK_STREAM, 1, 0 },
    { "stream of Cohere", CHAT, COHERE, "command-a-03-2025",
      make_cohere_stream, ASK_STREAM, 1, 0 },
    { "stream of Cohere, calls", CHAT, COHERE, "command-a-03-2025",
      make_cohere_calls, ASK_STREAM, 1, 4000 },
    { "stream of TGI", CHAT, TGI, "m", make_openai_stream, ASK_STREAM, 1, 0 },
    { "stream of Bedrock", CHAT, BEDROCK, NOVA,
      bench_bedrock_stream, ASK_STREAM, 2, 0 },
    { "stream of Bedrock, calls", CHAT, BEDROCK, NOVA,
      bench_bedrock_calls, ASK_STREAM, 2, 0 },
    { "answer of Bedrock, text blocks", CHAT, BEDROCK, NOVA,
      bench_bedrock_whole, ASK, 0, 0 },
    { "stream of Gemini", CHAT, GEMINI, "gemini-2.5-flash",
      bench_gemini_stream, ASK_STREAM, 1, 0 },
    { "stream of Gemini, calls", CHAT, GEMINI, "gemini-2.5-flash",
      bench_gemini_calls, ASK_STREAM, 1, 0 },
    { "stream of Gemini as an array", CHAT, GEMINI, "gemini-2.5-flash",
      bench_gemini_array, ASK_STREAM, 0, 0 },
    { "answer of Gemini, text parts", CHAT, GEMINI, "gemini-2.5-flash",
      bench_gemini_whole, ASK, 0, 0 },
    { "stream of Gemini, passing", EVENTS, GEMINI, "gemini-2.5-flash",
      bench_gemini_stream, ASK_GEMINI, 1, 0 },
    { "stream of OpenAI for the Gemini API", EVENTS, OPENAI, "gpt-4o",
      make_openai_stream, ASK_GEMINI, 1, 0 },
    { "answer of 100 floats an element", "/v1/embeddings", FEATURES, "m",
      make_vector, ASK_TEXT, 0, 1000 },
    { "the same, to base64", "/v1/embeddings", FEATURES, "m",
      make_vector, ASK_BASE64, 0, 1000 }
};


static void
run_answer(bench_call_t *b, llmgw_call_t *call)
{
    size_t         n, size;
    llmgw_int_t    rc;
    llmgw_out_t    o;
    llmgw_head_t   head;
    llmgw_reply_t  rp;

    memset(&head, 0, sizeof(llmgw_head_t));

    head.status = 200;
    head.content_type = llmgw_lit("application/json");

    if (b->c->stream) {
        head.content_type = (b->c->stream == 2)
                            ? llmgw_lit("application/vnd.amazon.eventstream")
                            : llmgw_lit("text/event-stream");
    }

    if (llmgw_reply_init(&rp, call, &b->arena, &head, 1 << 26) != LLMGW_OK) {
        abort();
    }

    b->output = 0;

    llmgw_arena_reset(&b->answer);
    llmgw_out_init(&o, &b->answer, 4096, 0, 0);

    rc = LLMGW_OK;

    /* as much as a worker reads at a time */

    for (n = 0; n < b->input.len && rc == LLMGW_OK; n += size) {

        size = (b->input.len - n < 4096) ? b->input.len - n : 4096;
        rc = llmgw_reply_feed(&rp, b->input.data + n, size, &o);

        if (rp.begun) {

            if (llmgw_out_close(&o) != LLMGW_OK) {
                abort();
            }

            b->output += o.size;

            llmgw_arena_reset(&b->answer);
            llmgw_out_init(&o, &b->answer, 4096, 0, 0);
        }
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_reply_end(&rp, 0, &o);
    }

    if (rc != LLMGW_DONE || rp.failed) {
        printf("\n%s: %d, %.*s\n", b->c->name, rc,
               llmgw_arg(rp.error.message));
        exit(1);
    }
}


static void
run_call(void *data)
{
    llmgw_str_t       s, body;
    const char       *query;
    llmgw_call_t      call;
    bench_call_t     *b;
    llmgw_upstream_t  up;

    b = data;

    llmgw_arena_reset(&b->arena);

    query = strchr(b->c->path, '?');

    s = llmgw_str((const u_char *) b->c->path,
                  query ? (size_t) (query - b->c->path) : strlen(b->c->path));

    body = llmgw_null_str;
    llmgw_call_init(&call, &b->arena, llmgw_endpoint_find(s, &body));

    call.rest = body;

    if (query) {
        call.query = llmgw_str((const u_char *) query + 1, strlen(query + 1));
    }

    call.now = 1795341600;

    body = b->input;

    if (b->c->request) {
        body = llmgw_str((const u_char *) b->c->request,
                         strlen(b->c->request));
    }

    memset(&up, 0, sizeof(llmgw_upstream_t));
    llmgw_out_init(&up.body, &b->arena, 4096, 512, 0);

    if (llmgw_call_read(&call, body, llmgw_lit("application/json"))
        != LLMGW_OK
        || llmgw_call_prepare(&call, &b->target, &up) != LLMGW_OK
        || llmgw_out_close(&up.body) != LLMGW_OK)
    {
        printf("\n%s: %.*s\n", b->c->name, llmgw_arg(call.error.message));
        exit(1);
    }

    if (b->c->request) {
        run_answer(b, &call);
    }
}


void
bench_dialects(double seconds)
{
    double         t, first;
    size_t         i, k;
    bench_call_t   b;

    static const unsigned  sizes[] = { 10, 100, 1000, 10000 };

    printf("whole calls: microseconds an element and MB/s, for 10, 100, "
           "1,000 and 10,000\n"
           "elements; memory the call keeps with 10,000\n");

    for (i = 0; i < llmgw_nelts(cases); i++) {

        memset(&b, 0, sizeof(bench_call_t));

        b.c = &cases[i];
        b.target.dialect = cases[i].provider;
        b.target.settings = &b.settings;
        b.target.model = llmgw_str((const u_char *) cases[i].model,
                                   strlen(cases[i].model));

        printf("  %-40s", cases[i].name);
        first = 0;
        t = 0;

        for (k = 0; k < llmgw_nelts(sizes); k++) {

            if (cases[i].max && sizes[k] > cases[i].max) {
                printf("      -     -");
                break;
            }

            llmgw_arena_init(&b.arena, bench_alloc, NULL, 4096, 0);
            llmgw_arena_init(&b.answer, bench_alloc, NULL, 4096, 0);

            b.input = cases[i].make(sizes[k]);

            t = bench_run(NULL, b.input.len, seconds, run_call, &b);

            printf(" %6.3f %5.0f", t / sizes[k] * 1e6,
                   (double) b.input.len / t / 1e6);
            fflush(stdout);

            if (sizes[k] == 100) {
                first = t / sizes[k];
            }
        }

        /* what costs four times as much in a long list is worth a look */

        printf("  %6zu kB%s\n", b.arena.size / 1024,
               t / sizes[k - 1] > first * 4 ? "  GROWS" : "");
    }
}
