
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers of a Text Generation Inference server: chat completions whose calls
 * all have the same id.
 */


#include "llmgw_huggingface.h"
#include "llmgw_openai_reader.h"


static llmgw_int_t llmgw_tgi_whole(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_tgi_event(llmgw_reader_t *rd, llmgw_str_t name,
    llmgw_str_t data);
static llmgw_int_t llmgw_tgi_end(llmgw_reader_t *rd);
static llmgw_int_t llmgw_tgi_sink(void *ctx, const llmgw_event_t *ev);


const llmgw_reader_ops_t  llmgw_tgi_reader = {
    sizeof(llmgw_openai_reader_t),
    llmgw_tgi_whole,
    llmgw_tgi_event,
    llmgw_tgi_end,
    LLMGW_EV_BIT(LLMGW_EV_TEXT)|LLMGW_EV_BIT(LLMGW_EV_REASONING),
    NULL
};


/* the reader of the format that it resembles, with an eye on its events */

static llmgw_reader_t
llmgw_tgi_inner(llmgw_reader_t *rd)
{
    llmgw_reader_t  inner;

    inner = *rd;
    inner.sink = llmgw_tgi_sink;
    inner.sink_ctx = rd;

    return inner;
}


static llmgw_int_t
llmgw_tgi_whole(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_reader_t  inner;

    inner = llmgw_tgi_inner(rd);

    return llmgw_openai_reader.whole(&inner, j);
}


static llmgw_int_t
llmgw_tgi_event(llmgw_reader_t *rd, llmgw_str_t name, llmgw_str_t data)
{
    llmgw_reader_t  inner;

    inner = llmgw_tgi_inner(rd);

    return llmgw_openai_reader.event(&inner, name, data);
}


static llmgw_int_t
llmgw_tgi_end(llmgw_reader_t *rd)
{
    llmgw_reader_t  inner;

    inner = llmgw_tgi_inner(rd);

    return llmgw_openai_reader.end(&inner);
}


static llmgw_int_t
llmgw_tgi_sink(void *ctx, const llmgw_event_t *ev)
{
    llmgw_reader_t *rd = ctx;

    llmgw_event_t  call;

    if (ev->type != LLMGW_EV_TOOL_BEGIN) {
        return rd->sink(rd->sink_ctx, ev);
    }

    /* "0", of every call of every answer */

    call = *ev;
    call.id = llmgw_call_id(rd->call, llmgw_lit("call_"));

    if (call.id.data == NULL) {
        return LLMGW_ERROR;
    }

    return rd->sink(rd->sink_ctx, &call);
}
