
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The processor time and context switches that other processes used.
 */


#ifndef _BENCH_CPU_H_INCLUDED_
#define _BENCH_CPU_H_INCLUDED_


#include <stdio.h>


/* "name=pid"; the text is kept */

void bench_cpu_add(char *value);

/* 0: at the begin, 1: at the end of what is counted */

void bench_cpu_snapshot(int at);

/* Appends a member "cpu" to a JSON object. */

void bench_cpu_print(FILE *out);


#endif /* _BENCH_CPU_H_INCLUDED_ */
