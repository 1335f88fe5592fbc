
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What Gemini answers, and its clients ask.
 */


#include <stdio.h>
#include <stdlib.h>

#include "bench.h"


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


llmgw_str_t
bench_gemini_stream(unsigned n)
{
    unsigned  i;

    begin();

    for (i = 0; i < n; i++) {
        put("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
            "\" token%u\"}],\"role\":\"model\"},\"index\":0}],"
            "\"usageMetadata\":{\"promptTokenCount\":9,"
            "\"candidatesTokenCount\":%u,\"totalTokenCount\":99},"
            "\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"r1\"}"
            "\r\n\r\n", i);
    }

    put("data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}],"
        "\"modelVersion\":\"gemini-2.5-flash\"}\r\n\r\n", 0);

    return llmgw_str(buf, len);
}


llmgw_str_t
bench_gemini_calls(unsigned n)
{
    unsigned  i;

    begin();

    for (i = 0; i < n; i++) {
        put("data: {\"candidates\":[{\"content\":{\"parts\":[{"
            "\"functionCall\":{\"name\":\"get_weather\",\"args\":{\"city\":"
            "\"City %u\",\"days\":%u}}}],\"role\":\"model\"},\"index\":0}]}"
            "\r\n\r\n", i);
    }

    put("data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}]}"
        "\r\n\r\n", 0);

    return llmgw_str(buf, len);
}


/* one array, as it comes without "alt=sse" */

llmgw_str_t
bench_gemini_array(unsigned n)
{
    unsigned  i;

    begin();
    put("[", 0);

    for (i = 0; i < n; i++) {
        put("{\n  \"candidates\": [\n    {\n      \"content\": {\n        "
            "\"parts\": [ { \"text\": \" token%u\" } ],\n        "
            "\"role\": \"model\"\n      },\n      \"index\": 0\n    }\n  ]\n}"
            "\n,\r\n", i);
    }

    put("{\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}]}\n]", 0);

    return llmgw_str(buf, len);
}


llmgw_str_t
bench_gemini_whole(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"text\":\"Sentence number %u. \"}", i);
    }

    put("]},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":"
        "{\"promptTokenCount\":9,\"candidatesTokenCount\":5,"
        "\"totalTokenCount\":14}}", 0);

    return llmgw_str(buf, len);
}


/* a client's request: turns with calls and their results */

llmgw_str_t
bench_gemini_contents(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"contents\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);

        switch (i % 4) {

        case 0:
            put("{\"role\":\"user\",\"parts\":[{\"text\":\"Question number %u "
                "asks for the weather.\"}]}", i);
            break;

        case 1:
            put("{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":"
                "\"get_weather\",\"args\":{\"city\":\"City %u\"}}}]}", i);
            break;

        case 2:
            put("{\"role\":\"user\",\"parts\":[{\"functionResponse\":{"
                "\"name\":\"get_weather\",\"response\":{\"output\":"
                "\"%u degrees\"}}}]}", i);
            break;

        default:
            put("{\"role\":\"model\",\"parts\":[{\"text\":\"It has got %u "
                "degrees there.\"}]}", i);
        }
    }

    put("],\"tools\":[{\"functionDeclarations\":[{\"name\":\"get_weather\","
        "\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"city\":"
        "{\"type\":\"STRING\"}}}}]}]}", 0);

    return llmgw_str(buf, len);
}
