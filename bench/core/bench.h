
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#ifndef _LLMGW_BENCH_H_INCLUDED_
#define _LLMGW_BENCH_H_INCLUDED_


#include "llmgw_core.h"


#define BENCH_MEMORY  (64 << 20)
#define BENCH_CALL    (12 << 20)


typedef void (*bench_pt)(void *data);


void *bench_alloc(void *data, size_t size);
u_char *bench_buffer(size_t size);
double bench_now(void);
double bench_run(const char *name, size_t bytes, double seconds, bench_pt run,
    void *data);

/* Requests and answers of n elements. */

llmgw_str_t bench_bedrock_stream(unsigned n);
llmgw_str_t bench_bedrock_calls(unsigned n);
llmgw_str_t bench_bedrock_whole(unsigned n);
llmgw_str_t bench_bedrock_files(unsigned n);
llmgw_str_t bench_gemini_stream(unsigned n);
llmgw_str_t bench_gemini_calls(unsigned n);
llmgw_str_t bench_gemini_array(unsigned n);
llmgw_str_t bench_gemini_whole(unsigned n);
llmgw_str_t bench_gemini_contents(unsigned n);

void bench_json(double seconds);
void bench_dialects(double seconds);
void bench_route(double seconds);


#endif /* _LLMGW_BENCH_H_INCLUDED_ */
