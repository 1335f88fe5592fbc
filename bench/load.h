
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#ifndef _BENCH_LOAD_H_INCLUDED_
#define _BENCH_LOAD_H_INCLUDED_


#include "expect.h"


typedef struct {
    int               port;
    const char       *path;
    const char       *raw;         /* where raw samples go */
    size_t            conns;
    double            rate;        /* 0: closed loop */
    int64_t           warmup;
    int64_t           duration;    /* or the number of */
    uint64_t          requests;
    int64_t           timeout;
    int               status;
    int               hold;
    int               stamps;      /* samples of every event */
    uint64_t          leave;       /* after so many events */

    /* what the mock itself takes */
    int64_t           delay;
    int64_t           ttft;
    int64_t           gap;

    char             *request;     /* head and body as sent */
    size_t            request_len;
    bench_expect_t    expect;      /* without data: not compared */
} load_conf_t;


/* Reads the command line, the request's body and what is expected. */

void load_options(load_conf_t *conf, int argc, char **argv);


#endif /* _BENCH_LOAD_H_INCLUDED_ */
