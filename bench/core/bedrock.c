
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What Bedrock answers, and is asked.
 */


#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

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


/* Frames of AWS */

static void
set_int(u_char *p, size_t n)
{
    p[0] = (u_char) (n >> 24);
    p[1] = (u_char) (n >> 16);
    p[2] = (u_char) (n >> 8);
    p[3] = (u_char) n;
}


static void
put_frame(const char *event, const char *fmt, unsigned n)
{
    size_t       start;
    static char  type[] = "\015:content-type\007\0\020application/json"
                          "\015:message-type\007\0\005event";

    start = len;

    put("............\013:event-type\007.", 0);
    buf[len - 1] = 0;
    put("%c", (unsigned) strlen(event));
    put(event, 0);
    memcpy(buf + len, type, sizeof(type) - 1);
    len += sizeof(type) - 1;

    set_int(buf + start + 4, len - start - 12);

    put(fmt, n);
    put("....", 0);

    set_int(buf + start, len - start);
    set_int(buf + start + 8, crc32(0, buf + start, 8));
    set_int(buf + len - 4, crc32(0, buf + start, (uInt) (len - start - 4)));
}


llmgw_str_t
bench_bedrock_stream(unsigned n)
{
    unsigned  i;

    begin();
    put_frame("messageStart", "{\"p\":\"abcdef\",\"role\":\"assistant\"}", 0);

    for (i = 0; i < n; i++) {
        put_frame("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":"
                  "{\"text\":\" token%u\"},\"p\":\"abcdefghijklmnop\"}", i);
    }

    put_frame("contentBlockStop", "{\"contentBlockIndex\":0}", 0);
    put_frame("messageStop", "{\"stopReason\":\"end_turn\"}", 0);
    put_frame("metadata", "{\"usage\":{\"inputTokens\":9,\"outputTokens\":5}}",
              0);

    return llmgw_str(buf, len);
}


llmgw_str_t
bench_bedrock_calls(unsigned n)
{
    unsigned  i;

    begin();
    put_frame("messageStart", "{\"role\":\"assistant\"}", 0);

    for (i = 0; i < n; i++) {
        put_frame("contentBlockStart", "{\"contentBlockIndex\":%u,\"start\":"
                  "{\"toolUse\":{\"toolUseId\":\"t_%u\",\"name\":\"f\"}}}",
                  i);
        put_frame("contentBlockDelta", "{\"contentBlockIndex\":%u,\"delta\":"
                  "{\"toolUse\":{\"input\":\"{\\\"a\\\":%u}\"}}}", i);
        put_frame("contentBlockStop", "{\"contentBlockIndex\":%u}", i);
    }

    put_frame("messageStop", "{\"stopReason\":\"tool_use\"}", 0);

    return llmgw_str(buf, len);
}


llmgw_str_t
bench_bedrock_whole(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"text\":\"Sentence number %u. \"}", i);
    }

    put("]}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":9,"
        "\"outputTokens\":5}}", 0);

    return llmgw_str(buf, len);
}


/* documents of one name, each of which is made different */

llmgw_str_t
bench_bedrock_files(unsigned n)
{
    unsigned  i;

    begin();
    put("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[", 0);

    for (i = 0; i < n; i++) {
        comma(i);
        put("{\"type\":\"file\",\"file\":{\"filename\":\"report.pdf\","
            "\"file_data\":\"data:application/pdf;base64,JVBERi0xLjQK\"}}", i);
    }

    put("]}]}", 0);

    return llmgw_str(buf, len);
}
