
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The reader of event streams: however a stream is cut into reads, the events
 * are the same.  The first two bytes seed the cuts and set the largest event.
 */


#include "fuzz.h"
#include "llmgw_sse.h"


typedef struct {
    fuzz_mem_t     mem;
    llmgw_out_t    out;
} fuzz_log_t;


static llmgw_int_t
fuzz_event(void *ctx, const llmgw_sse_event_t *ev)
{
    fuzz_log_t  *log;

    log = ctx;

    fuzz_assert(!ev->comment || ev->data.len == 0);
    fuzz_assert(ev->data.len <= ev->raw.len && ev->name.len <= ev->raw.len);

    llmgw_puts(&log->out, "[");
    llmgw_put(&log->out, ev->name);
    llmgw_puts(&log->out, "|");
    llmgw_put(&log->out, ev->data);
    llmgw_puts(&log->out, "|");
    llmgw_put_int(&log->out, ev->partial);
    llmgw_put_int(&log->out, ev->comment);
    llmgw_puts(&log->out, "]");
    llmgw_put(&log->out, ev->raw);

    return LLMGW_OK;
}


static llmgw_int_t
fuzz_run(fuzz_log_t *log, llmgw_str_t text, size_t max, uint32_t seed)
{
    size_t        n;
    fuzz_mem_t    piece;
    llmgw_int_t   rc;
    llmgw_str_t   s;
    llmgw_sse_t   sse;

    fuzz_mem_init(&log->mem);
    llmgw_out_init(&log->out, &log->mem.arena, 1000, 0, 0);
    llmgw_sse_init(&sse, &log->mem.arena, max, fuzz_event, log);

    rc = LLMGW_OK;

    while (text.len && rc == LLMGW_OK) {

        n = seed ? fuzz_piece(&seed, text.len) : text.len;

        /* gone as soon as it has been read */

        fuzz_mem_init(&piece);
        s = fuzz_copy(&piece, llmgw_str(text.data, n));

        rc = llmgw_sse_feed(&sse, s.data, s.len);

        fuzz_mem_free(&piece);

        text.data += n;
        text.len -= n;
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_sse_finish(&sse);
    }

    fuzz_assert(rc == LLMGW_OK || rc == LLMGW_TOO_LARGE);
    fuzz_assert(llmgw_out_close(&log->out) == LLMGW_OK);

    return rc;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       max;
    llmgw_int_t  rc;
    llmgw_str_t  text;
    fuzz_log_t   whole, split;

    if (size < 2) {
        return 0;
    }

    text = llmgw_str(data + 2, size - 2);
    max = data[1] < 0x80 ? 1 << 20 : (size_t) (data[1] - 0x7f);

    rc = fuzz_run(&whole, text, max, 0);

    fuzz_assert(fuzz_run(&split, text, max, data[0] + 1u) == rc);
    fuzz_assert(llmgw_str_eq(llmgw_out_join(&whole.out, &whole.mem.arena),
                             llmgw_out_join(&split.out, &split.mem.arena)));

    fuzz_mem_free(&whole.mem);
    fuzz_mem_free(&split.mem);

    return 0;
}
