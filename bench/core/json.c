
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The foundation: tokenizer, escaping, base64, event streams.
 */


#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "llmgw_json.h"
#include "llmgw_jstr.h"
#include "llmgw_out.h"
#include "llmgw_sse.h"


#define MB  1000000


typedef struct {
    llmgw_str_t     text;
    llmgw_arena_t   arena;
    size_t          step;
    size_t          events;
} bench_text_t;


/* English, with the marks and line ends of a prompt */

static const char  words[] =
    "The gateway reads the request once and keeps what it has read as spans "
    "into the body, so that a text of a megabyte is moved from one format to "
    "another without being copied or unescaped on the way. ";


static void
run_parse(void *data)
{
    llmgw_json_t   j;
    bench_text_t  *t;

    t = data;

    llmgw_arena_reset(&t->arena);

    if (llmgw_json_parse(&j, &t->arena, t->text, LLMGW_JSON_ALL, 10000000)
        != LLMGW_OK)
    {
        printf("%s at %zu\n", j.error, j.error_pos);
        abort();
    }
}


static void
run_parse_flat(void *data)
{
    llmgw_json_t   j;
    bench_text_t  *t;

    t = data;

    llmgw_arena_reset(&t->arena);

    if (llmgw_json_parse(&j, &t->arena, t->text, 1, 1000) != LLMGW_OK) {
        abort();
    }
}


static void
run_compact(void *data)
{
    llmgw_out_t    o;
    bench_text_t  *t;

    t = data;

    llmgw_arena_reset(&t->arena);
    llmgw_out_init(&o, &t->arena, 65536, 0, 0);
    llmgw_put_compact(&o, t->text);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        abort();
    }
}


static void
run_escape(void *data)
{
    llmgw_out_t    o;
    bench_text_t  *t;

    t = data;

    llmgw_arena_reset(&t->arena);
    llmgw_out_init(&o, &t->arena, 65536, 0, 0);
    llmgw_put_escaped(&o, t->text);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        abort();
    }
}


static void
run_decode(void *data)
{
    bench_text_t  *t;

    t = data;

    llmgw_arena_reset(&t->arena);

    if (llmgw_jstr_decode(&t->arena, t->text).data == NULL) {
        abort();
    }
}


static void
run_data_url(void *data)
{
    bench_text_t      *t;
    llmgw_data_url_t   d;

    t = data;

    llmgw_arena_reset(&t->arena);

    if (llmgw_data_url(&t->arena, t->text, &d) != LLMGW_OK) {
        abort();
    }
}


static void
run_base64(void *data)
{
    llmgw_str_t    bytes;
    bench_text_t  *t;

    t = data;

    llmgw_arena_reset(&t->arena);

    if (llmgw_base64_decode(&t->arena, t->text, &bytes) != LLMGW_OK) {
        abort();
    }
}


static llmgw_int_t
sse_event(void *ctx, const llmgw_sse_event_t *ev)
{
    bench_text_t  *t;

    t = ctx;
    t->events += ev->data.len;

    return LLMGW_OK;
}


static void
run_sse(void *data)
{
    size_t         n, size;
    llmgw_sse_t    s;
    bench_text_t  *t;

    t = data;

    llmgw_arena_reset(&t->arena);
    llmgw_sse_init(&s, &t->arena, MB, sse_event, t);

    for (n = 0; n < t->text.len; n += size) {

        size = t->step;

        if (size > t->text.len - n) {
            size = t->text.len - n;
        }

        if (llmgw_sse_feed(&s, t->text.data + n, size) != LLMGW_OK) {
            abort();
        }
    }
}


/*
 * {"t":"..."} with about n bytes of these pieces, parted by bars, in a random
 * order: in a text that repeats itself the processor foresees every branch.
 */

static llmgw_str_t
text_of(const char *pieces, size_t n, unsigned bare)
{
    size_t          i, len, k;
    u_char         *p;
    unsigned        count;
    const char     *s, *start[64];
    static uint64_t x = 88172645463325252ULL;

    count = 0;

    for (s = pieces; s != NULL && count < 63; count++) {
        start[count] = s;
        s = strchr(s, '|');
        s = s ? s + 1 : NULL;
    }

    p = bench_buffer(n + 32);
    i = 0;

    if (!bare) {
        memcpy(p, "{\"t\":\"", 6);
        i = 6;
    }

    for ( ;; ) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;

        k = (size_t) (x >> 32) % count;
        len = strcspn(start[k], "|");

        if (i + len > n) {
            break;
        }

        memcpy(p + i, start[k], len);
        i += len;
    }

    if (!bare) {
        memcpy(p + i, "\"}", 2);
        i += 2;
    }

    return llmgw_str(p, i);
}


static llmgw_str_t
messages(unsigned n)
{
    size_t    i;
    u_char   *p;
    unsigned  k;

    p = bench_buffer(64 + n * 100);
    i = sprintf((char *) p, "{\"model\":\"gpt-4o\",\"stream\":true,"
                            "\"messages\":[");

    for (k = 0; k < n; k++) {
        i += sprintf((char *) p + i, "%s{\"role\":\"%s\",\"content\":\"%.*s\"}",
                     k ? "," : "", k % 2 ? "assistant" : "user",
                     10 + (int) (k * 7 % 30), words + k % 60);
    }

    i += sprintf((char *) p + i, "]}");

    return llmgw_str(p, i);
}


static llmgw_str_t
numbers(unsigned n, const char *fmt)
{
    size_t    i;
    u_char   *p;
    unsigned  k;

    p = bench_buffer(64 + n * 24);
    i = sprintf((char *) p, "{\"embedding\":[");

    for (k = 0; k < n; k++) {
        i += sprintf((char *) p + i, k ? "," : "");
        i += sprintf((char *) p + i, fmt, (double) (k * 7919 % 20011) / 20011);
    }

    i += sprintf((char *) p + i, "]}");

    return llmgw_str(p, i);
}


static llmgw_str_t
stream(unsigned n)
{
    size_t    i;
    u_char   *p;
    unsigned  k;

    p = bench_buffer(n * 300);
    i = 0;

    for (k = 0; k < n; k++) {
        i += sprintf((char *) p + i,
                     "data: {\"id\":\"chatcmpl-Abcdefghijklmnopqrstuvwx\","
                     "\"object\":\"chat.completion.chunk\","
                     "\"created\":1760000000,\"model\":\"gpt-4o-2024-11-20\","
                     "\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                     "\" token%u\"},\"logprobs\":null,"
                     "\"finish_reason\":null}]}\n\n", k);
    }

    return llmgw_str(p, i);
}


void
bench_json(double seconds)
{
    char          name[64];
    size_t        i;
    bench_text_t  t;

    static const char  english[] =
        "The |quick |brown |fox |jumps |over |the |lazy |dog |and |then |it "
        "|rests |for |a |while |under |an |old |tree |of |considerable |age ";

    static const char  prose[] =
        "The |quick |brown |fox |jumps |over |the |lazy |dog |and |then |it "
        "|rests |for |a |while |under |an |old |tree.\\n\\n|it \\\"said\\\" ";

    static const char  lines[] =
        "The |quick |brown |fox |jumps |over |the |lazy |dog |and |then |it "
        "|rests |for |a |while |under |an |old |tree.\n\n|it \"said\" ";

    static const char  cjk[] =
        "\xe4\xb8\xad\xe6\x96\x87|\xe6\x96\x87\xe6\x9c\xac\xef\xbc\x8c"
        "|\xe4\xb8\x80\xe6\xac\xa1\xe8\xaf\xbb\xe5\x8f\x96\xe3\x80\x82"
        "|\xe7\xbd\x91|\xe5\x85\xb3\xe8\xaf\xbb|GPT|\xe6\x97\xb6\xe5\x80\x99";

    static const char  european[] =
        "d\xc3\xa9j\xc3\xa0 |vu, |na\xc3\xafve |\xc3\xa9t\xc3\xa9 |o\xc3\xb9 "
        "|l'on |f\xc3\xaate |le |No\xc3\xabl, |fran\xc3\xa7" "ais |des |pour ";

    static const char  russian[] =
        "\xd0\xb8 |\xd0\xb2 |\xd0\xbd\xd0\xb5 |\xd0\xbf\xd0\xbe\xd1\x82\xd0"
        "\xbe\xd0\xbc |\xd1\x87\xd1\x82\xd0\xbe |\xd0\xba\xd0\xb0\xd0\xba, "
        "|\xd1\x82\xd0\xb5\xd0\xba\xd1\x81\xd1\x82 |\xd1\x8d\xd1\x82\xd0\xbe ";

    static const char  emoji[] =
        "ok |\xf0\x9f\x99\x82 |yes |\xf0\x9f\x9a\x80|\xf0\x9f\x8e\x89 |or |no ";

    static const char  code[] =
        "    |if (rc != LLMGW_OK) {\\n|return \\\"error\\\";\\n|}\\n\\n|i++;\\n"
        "|for (i = 0; i < n; i++) {\\n|    |    |size_t  n;\\n|len = |a + b;";

    static const char  base64[] =
        "iVBORw0KGgo|AAAANSUhEUg|AAAAEAAAAB|CAYAAA|AfFcSJ|AAAADU|lEQVR42mNk";

    static const char  escapes[] =
        "\\u4e2d|\\u6587|\\u0430\\u0431|\\ud83d\\ude42|a|b ";

    static const size_t  sizes[] = { 20, 100, 1000, 10000, 100000 };

    memset(&t, 0, sizeof(t));
    llmgw_arena_init(&t.arena, bench_alloc, NULL, 1 << 20, 0);

    printf("tokenizer\n");

    t.text = text_of(english, MB, 0);
    bench_run("  ASCII without escapes", t.text.len, seconds, run_parse, &t);

    t.text = text_of(base64, MB, 0);
    bench_run("  base64", t.text.len, seconds, run_parse, &t);

    t.text = text_of(prose, MB, 0);
    bench_run("  English with quotes and line ends", t.text.len, seconds,
              run_parse, &t);

    t.text = text_of(code, MB, 0);
    bench_run("  source text", t.text.len, seconds,
              run_parse, &t);

    t.text = text_of(cjk, MB, 0);
    bench_run("  Chinese", t.text.len, seconds, run_parse, &t);

    t.text = text_of(european, MB, 0);
    bench_run("  French", t.text.len, seconds, run_parse, &t);

    t.text = text_of(russian, MB, 0);
    bench_run("  Russian", t.text.len, seconds, run_parse, &t);

    t.text = text_of(emoji, MB, 0);
    bench_run("  emoji", t.text.len, seconds, run_parse, &t);

    t.text = text_of(escapes, MB, 0);
    bench_run("  \\uXXXX", t.text.len, seconds, run_parse, &t);

    t.text = messages(1000);
    bench_run("  chat of 1,000 short messages", t.text.len, seconds,
              run_parse, &t);

    t.text = messages(10);
    bench_run("  chat of 10 short messages", t.text.len, seconds, run_parse,
              &t);

    t.text = numbers(100000, "%.8f");
    bench_run("  100,000 numbers", t.text.len, seconds, run_parse, &t);
    bench_run("  100,000 numbers, without nodes", t.text.len, seconds,
              run_parse_flat, &t);

    t.text = numbers(100000, "%.0f");
    bench_run("  100,000 small integers", t.text.len, seconds, run_parse, &t);

    for (i = 0; i < llmgw_nelts(sizes); i++) {

        t.text = text_of(english, sizes[i], 0);
        snprintf(name, sizeof(name), "  a string of %zu bytes", sizes[i]);
        bench_run(name, t.text.len, seconds, run_parse, &t);
    }

    printf("writer\n");

    t.text = text_of(english, MB, 1);
    bench_run("  escape English", t.text.len, seconds, run_escape, &t);

    t.text = text_of(lines, MB, 1);
    bench_run("  escape English with quotes and line ends", t.text.len, seconds,
              run_escape, &t);

    t.text = text_of(cjk, MB, 1);
    bench_run("  escape Chinese", t.text.len, seconds, run_escape, &t);

    t.text = text_of(code, MB, 1);
    bench_run("  unescape source text", t.text.len, seconds, run_decode, &t);

    t.text = messages(1000);
    bench_run("  compact a chat", t.text.len, seconds, run_compact, &t);

    t.text = text_of(cjk, MB, 0);
    bench_run("  compact Chinese", t.text.len, seconds, run_compact, &t);

    printf("base64\n");

    t.text = text_of(base64, MB, 1);
    t.text.len &= ~(size_t) 3;
    bench_run("  decode", t.text.len, seconds, run_base64, &t);

    t.text = text_of(base64, MB, 1);
    memcpy((u_char *) t.text.data, "data:image/png;base64,", 22);
    bench_run("  data URL", t.text.len, seconds, run_data_url, &t);

    printf("event stream\n");

    t.text = stream(1000);

    t.step = 65536;
    bench_run("  1,000 events, 64 kB a read", t.text.len, seconds, run_sse,
              &t);

    t.step = 300;
    bench_run("  1,000 events, 300 bytes a read", t.text.len, seconds,
              run_sse, &t);

    t.step = 1;
    bench_run("  1,000 events, a byte a read", t.text.len, seconds, run_sse,
              &t);
}
