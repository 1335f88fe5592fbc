
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "answers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* What every answer reports, so that a wrong count anywhere is seen. */

#define BENCH_INPUT   1000
#define BENCH_OUTPUT  200

#define OPENAI_MODEL     "gpt-4o-mini-2024-07-18"
#define ANTHROPIC_MODEL  "claude-sonnet-4-5-20250929"

#define OPENAI_USAGE                                                         \
    "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d,"    \
    "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"    \
    "\"completion_tokens_details\":{\"reasoning_tokens\":0,"                 \
    "\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"                   \
    "\"rejected_prediction_tokens\":0}}"

#define ANTHROPIC_USAGE                                                      \
    "{\"input_tokens\":%d,\"cache_creation_input_tokens\":0,"                \
    "\"cache_read_input_tokens\":0,\"output_tokens\":%d,"                    \
    "\"service_tier\":\"standard\"}"

#define STAMP_TEXT  "~000000000000000000~"


typedef struct {
    char    *data;
    size_t   len;
    size_t   cap;
} bench_buf_t;


static bench_answer_t *bench_render_plain(bench_mode_t *mode,
    bench_dialect_e dialect);
static bench_answer_t *bench_render_error(bench_mode_t *mode,
    bench_dialect_e dialect);
static bench_answer_t *bench_render_stream(bench_mode_t *mode,
    bench_dialect_e dialect, int usage);
static void bench_stream_open(bench_buf_t *b, bench_dialect_e dialect,
    int usage);
static size_t bench_stream_text(bench_buf_t *b, bench_dialect_e dialect,
    int usage, size_t i);
static void bench_stream_close(bench_buf_t *b, bench_dialect_e dialect,
    int usage);
static void bench_openai_chunk(bench_buf_t *b, int usage, const char *delta,
    const char *finish);
static void bench_chunk(bench_buf_t *b, bench_buf_t *event);
static void bench_filler(bench_buf_t *b, size_t n);
static bench_answer_t *bench_answer_plain(bench_buf_t *b);
static void bench_add(bench_buf_t *b, const char *data, size_t n);
static void bench_printf(bench_buf_t *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


int
bench_mode_parse(bench_mode_t *mode, const char *name, size_t len)
{
    char     *p, *end;
    size_t    key;
    uint64_t  n;

    memset(mode, 0, sizeof(bench_mode_t));

    if (len == 0 || len >= BENCH_MODE_NAME) {
        return 0;
    }

    memcpy(mode->name, name, len);

    mode->size = 512;
    mode->events = 64;
    mode->status = 200;
    mode->hang_at = BENCH_NEVER;
    mode->reset_at = BENCH_NEVER;
    mode->close_at = BENCH_NEVER;

    p = mode->name;

    for ( ;; ) {

        key = strspn(p, "abcdefghijklmnopqrstuvwxyz");
        n = strtoull(p + key, &end, 10);

        if (key == 0 || n > 100000000 || (*end != '\0' && *end != '-')) {
            return 0;
        }

        if (key == 1 && *p == 'a') {
            mode->size = n;

        } else if (key == 1 && *p == 'd') {
            mode->delay = n * BENCH_MS;

        } else if (key == 1 && *p == 'n' && n > 0 && n <= 100000) {
            mode->events = n;

        } else if (key == 1 && *p == 'g') {
            mode->gap = n * BENCH_MS;

        } else if (key == 1 && *p == 't') {
            mode->ttft = n * BENCH_MS;

        } else if (key == 1 && *p == 'e' && n >= 400 && n <= 599) {
            mode->status = n;

        } else if (strncmp(p, "hang", key) == 0 && key == 4) {
            mode->hang_at = n;

        } else if (strncmp(p, "reset", key) == 0 && key == 5) {
            mode->reset_at = n;

        } else if (strncmp(p, "close", key) == 0 && key == 5) {
            mode->close_at = n;

        } else if (strncmp(p, "nagle", key) == 0 && key == 5) {
            mode->nagle = 1;

        } else {
            return 0;
        }

        if (*end == '\0') {
            return 1;
        }

        p = end + 1;
    }
}


bench_answer_t *
bench_answer(bench_mode_t *mode, bench_dialect_e dialect, int stream,
    int usage)
{
    bench_answer_t  **slot;

    slot = &mode->answers[dialect][stream][usage];

    if (*slot == NULL) {

        if (mode->status != 200) {
            *slot = bench_render_error(mode, dialect);

        } else if (stream) {
            *slot = bench_render_stream(mode, dialect, usage);

        } else {
            *slot = bench_render_plain(mode, dialect);
        }
    }

    return *slot;
}


void
bench_answer_stamp(bench_answer_t *a, size_t from, size_t to)
{
    char     text[BENCH_STAMP];
    size_t   i;
    int64_t  now;

    if (!a->stamped) {
        return;
    }

    now = bench_now();

    for (i = BENCH_STAMP; i-- > 0; /* void */) {
        text[i] = '0' + now % 10;
        now /= 10;
    }

    for (i = from; i < to; i++) {
        memcpy(a->data + a->stamp[i], text, BENCH_STAMP);
    }
}


static bench_answer_t *
bench_render_plain(bench_mode_t *mode, bench_dialect_e dialect)
{
    size_t        fixed;
    bench_buf_t   b, head, tail;

    memset(&b, 0, sizeof(bench_buf_t));
    memset(&head, 0, sizeof(bench_buf_t));
    memset(&tail, 0, sizeof(bench_buf_t));

    if (dialect == BENCH_OPENAI) {
        bench_printf(&head, "{\"id\":\"chatcmpl-bench00000000000000000001\","
                     "\"object\":\"chat.completion\",\"created\":1760000000,"
                     "\"model\":\"" OPENAI_MODEL "\",\"choices\":[{\"index\":0,"
                     "\"message\":{\"role\":\"assistant\",\"content\":\"");
        bench_printf(&tail, "\",\"refusal\":null,\"annotations\":[]},"
                     "\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                     "\"usage\":" OPENAI_USAGE ",\"service_tier\":\"default\","
                     "\"system_fingerprint\":\"fp_bench\"}",
                     BENCH_INPUT, BENCH_OUTPUT, BENCH_INPUT + BENCH_OUTPUT);

    } else {
        bench_printf(&head, "{\"id\":\"msg_bench000000000000000001\","
                     "\"type\":\"message\",\"role\":\"assistant\","
                     "\"model\":\"" ANTHROPIC_MODEL "\","
                     "\"content\":[{\"type\":\"text\",\"text\":\"");
        bench_printf(&tail, "\"}],\"stop_reason\":\"end_turn\","
                     "\"stop_sequence\":null,\"usage\":" ANTHROPIC_USAGE "}",
                     BENCH_INPUT, BENCH_OUTPUT);
    }

    fixed = head.len + tail.len;

    if (mode->size < fixed + 16) {
        mode->size = fixed + 16;
    }

    bench_printf(&b, "HTTP/1.1 200 OK\r\n"
                 "Content-Type: application/json\r\n"
                 "Content-Length: %zu\r\n"
                 "%s: req_bench00000000000001\r\n\r\n", mode->size,
                 dialect == BENCH_OPENAI ? "x-request-id" : "request-id");

    bench_add(&b, head.data, head.len);
    bench_filler(&b, mode->size - fixed);
    bench_add(&b, tail.data, tail.len);

    free(head.data);
    free(tail.data);

    return bench_answer_plain(&b);
}


static bench_answer_t *
bench_render_error(bench_mode_t *mode, bench_dialect_e dialect)
{
    const char   *type;
    bench_buf_t   b, body;

    memset(&b, 0, sizeof(bench_buf_t));
    memset(&body, 0, sizeof(bench_buf_t));

    if (dialect == BENCH_OPENAI) {
        type = (mode->status == 429) ? "requests" : "server_error";

        bench_printf(&body, "{\"error\":{\"message\":\"mock error %u\","
                     "\"type\":\"%s\",\"param\":null,\"code\":%s}}",
                     mode->status, type,
                     mode->status == 429 ? "\"rate_limit_exceeded\"" : "null");

    } else {
        type = (mode->status == 429) ? "rate_limit_error"
               : (mode->status == 529) ? "overloaded_error" : "api_error";

        bench_printf(&body, "{\"type\":\"error\",\"error\":{\"type\":\"%s\","
                     "\"message\":\"mock error %u\"},"
                     "\"request_id\":\"req_bench\"}", type, mode->status);
    }

    bench_printf(&b, "HTTP/1.1 %u Mock\r\n"
                 "Content-Type: application/json\r\n"
                 "Content-Length: %zu\r\n%s\r\n", mode->status, body.len,
                 (mode->status == 429 || mode->status == 503)
                 ? "Retry-After: 1\r\n" : "");

    bench_add(&b, body.data, body.len);

    free(body.data);

    return bench_answer_plain(&b);
}


static bench_answer_t *
bench_render_stream(bench_mode_t *mode, bench_dialect_e dialect, int usage)
{
    size_t           i;
    bench_buf_t      b;
    bench_answer_t  *a;

    memset(&b, 0, sizeof(bench_buf_t));

    a = bench_alloc(sizeof(bench_answer_t));

    a->units = mode->events;
    a->stamped = 1;
    a->unit = bench_alloc((a->units + 1) * sizeof(size_t));
    a->stamp = bench_alloc(a->units * sizeof(size_t));

    bench_printf(&b, "HTTP/1.1 200 OK\r\n"
                 "Content-Type: text/event-stream; charset=utf-8\r\n"
                 "Cache-Control: no-cache\r\n"
                 "Transfer-Encoding: chunked\r\n"
                 "%s: req_bench00000000000001\r\n\r\n",
                 dialect == BENCH_OPENAI ? "x-request-id" : "request-id");

    bench_stream_open(&b, dialect, usage);

    for (i = 0; i < a->units; i++) {
        a->unit[i] = i ? b.len : 0;
        a->stamp[i] = bench_stream_text(&b, dialect, usage, i);
    }

    bench_stream_close(&b, dialect, usage);
    bench_printf(&b, "0\r\n\r\n");

    a->data = b.data;
    a->len = b.len;
    a->unit[a->units] = b.len;

    return a;
}


static void
bench_stream_open(bench_buf_t *b, bench_dialect_e dialect, int usage)
{
    bench_buf_t  event;

    memset(&event, 0, sizeof(bench_buf_t));

    if (dialect == BENCH_OPENAI) {
        bench_openai_chunk(b, usage, "{\"role\":\"assistant\",\"content\":\"\","
                           "\"refusal\":null}", "null");
        return;
    }

    bench_printf(&event, "event: message_start\n"
                 "data: {\"type\":\"message_start\",\"message\":{"
                 "\"id\":\"msg_bench000000000000000001\","
                 "\"type\":\"message\",\"role\":\"assistant\","
                 "\"model\":\"" ANTHROPIC_MODEL "\",\"content\":[],"
                 "\"stop_reason\":null,\"stop_sequence\":null,"
                 "\"usage\":" ANTHROPIC_USAGE "}}\n\n", BENCH_INPUT, 1);
    bench_chunk(b, &event);

    bench_printf(&event, "event: content_block_start\n"
                 "data: {\"type\":\"content_block_start\",\"index\":0,"
                 "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
    bench_chunk(b, &event);

    bench_printf(&event, "event: ping\ndata: {\"type\": \"ping\"}\n\n");
    bench_chunk(b, &event);

    free(event.data);
}


/* Returns the offset of the time stamp's digits. */

static size_t
bench_stream_text(bench_buf_t *b, bench_dialect_e dialect, int usage, size_t i)
{
    char         delta[128];
    size_t       start;
    char        *stamp;
    bench_buf_t  event;

    memset(&event, 0, sizeof(bench_buf_t));

    start = b->len;

    if (dialect == BENCH_OPENAI) {
        (void) snprintf(delta, sizeof(delta),
                        "{\"content\":\" w%zu" STAMP_TEXT "\"}", i);
        bench_openai_chunk(b, usage, delta, "null");

    } else {
        bench_printf(&event, "event: content_block_delta\n"
                     "data: {\"type\":\"content_block_delta\",\"index\":0,"
                     "\"delta\":{\"type\":\"text_delta\","
                     "\"text\":\" w%zu" STAMP_TEXT "\"}}\n\n", i);
        bench_chunk(b, &event);
        free(event.data);
    }

    stamp = memmem(b->data + start, b->len - start, STAMP_TEXT,
                   sizeof(STAMP_TEXT) - 1);

    return stamp + 1 - b->data;
}


static void
bench_stream_close(bench_buf_t *b, bench_dialect_e dialect, int usage)
{
    bench_buf_t  event;

    memset(&event, 0, sizeof(bench_buf_t));

    if (dialect == BENCH_OPENAI) {
        bench_openai_chunk(b, usage, "{}", "\"stop\"");

        if (usage) {
            bench_printf(&event, "data: {\"id\":"
                         "\"chatcmpl-bench00000000000000000001\","
                         "\"object\":\"chat.completion.chunk\","
                         "\"created\":1760000000,\"model\":\"" OPENAI_MODEL
                         "\",\"service_tier\":\"default\","
                         "\"system_fingerprint\":\"fp_bench\","
                         "\"choices\":[],\"usage\":" OPENAI_USAGE "}\n\n",
                         BENCH_INPUT, BENCH_OUTPUT,
                         BENCH_INPUT + BENCH_OUTPUT);
            bench_chunk(b, &event);
        }

        bench_printf(&event, "data: [DONE]\n\n");
        bench_chunk(b, &event);

    } else {
        bench_printf(&event, "event: content_block_stop\n"
                     "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n");
        bench_chunk(b, &event);

        bench_printf(&event, "event: message_delta\n"
                     "data: {\"type\":\"message_delta\",\"delta\":{"
                     "\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                     "\"usage\":{\"output_tokens\":%d}}\n\n", BENCH_OUTPUT);
        bench_chunk(b, &event);

        bench_printf(&event, "event: message_stop\n"
                     "data: {\"type\":\"message_stop\"}\n\n");
        bench_chunk(b, &event);
    }

    free(event.data);
}


static void
bench_openai_chunk(bench_buf_t *b, int usage, const char *delta,
    const char *finish)
{
    bench_buf_t  event;

    memset(&event, 0, sizeof(bench_buf_t));

    bench_printf(&event, "data: {\"id\":\"chatcmpl-bench00000000000000000001\","
                 "\"object\":\"chat.completion.chunk\",\"created\":1760000000,"
                 "\"model\":\"" OPENAI_MODEL "\",\"service_tier\":\"default\","
                 "\"system_fingerprint\":\"fp_bench\",\"choices\":[{"
                 "\"index\":0,\"delta\":%s,\"logprobs\":null,"
                 "\"finish_reason\":%s}]%s}\n\n",
                 delta, finish, usage ? ",\"usage\":null" : "");

    bench_chunk(b, &event);

    free(event.data);
}


/* Providers send each event as a chunk of its own. */

static void
bench_chunk(bench_buf_t *b, bench_buf_t *event)
{
    bench_printf(b, "%zx\r\n", event->len);
    bench_add(b, event->data, event->len);
    bench_add(b, "\r\n", 2);

    event->len = 0;
}


/* n bytes of prose as they stand between JSON quotes. */

static void
bench_filler(bench_buf_t *b, size_t n)
{
    size_t       i, len;
    const char  *word;

    static const char *const  words[] = {
        "The ", "gateway ", "answers ", "with ", "text ", "of ", "some ",
        "length, ", "as ", "models ", "do: ", "\\\"quoted\\\", ", "in ",
        "\xc3\xa9t\xc3\xa9, ", "lines.\\n"
    };

    for (i = 0; /* void */; i++) {
        word = words[i % (sizeof(words) / sizeof(words[0]))];
        len = strlen(word);

        if (len > n) {
            break;
        }

        bench_add(b, word, len);
        n -= len;
    }

    while (n--) {
        bench_add(b, ".", 1);
    }
}


static bench_answer_t *
bench_answer_plain(bench_buf_t *b)
{
    bench_answer_t  *a;

    a = bench_alloc(sizeof(bench_answer_t));

    a->data = b->data;
    a->len = b->len;
    a->units = 1;
    a->unit = bench_alloc(2 * sizeof(size_t));
    a->unit[1] = b->len;

    return a;
}


static void
bench_add(bench_buf_t *b, const char *data, size_t n)
{
    if (b->cap - b->len < n) {
        b->cap = 2 * b->cap + n;
        b->data = bench_realloc(b->data, b->cap);
    }

    memcpy(b->data + b->len, data, n);
    b->len += n;
}


static void
bench_printf(bench_buf_t *b, const char *fmt, ...)
{
    int      n;
    char     text[2048];
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (n < 0 || (size_t) n >= sizeof(text)) {
        bench_die("an answer's part is too long");
    }

    bench_add(b, text, n);
}
