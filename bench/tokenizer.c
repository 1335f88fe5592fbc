
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The speed of the JSON tokenizer on one body:
 *
 *     tokenizer FILE
 *
 * Prints gigabytes a second, of the best of many passes.
 */


#include "http.h"
#include "../src/core/llmgw_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>


#define TOKENIZER_TIME  (300 * BENCH_MS)


static void *tokenizer_alloc(void *data, size_t size);


int
main(int argc, char **argv)
{
    FILE           *in;
    u_char         *text;
    size_t          len, n;
    int64_t         start, took, best, end;
    llmgw_json_t    json;
    llmgw_arena_t   arena;

    if (argc != 2) {
        bench_die("usage: tokenizer FILE");
    }

    in = fopen(argv[1], "rb");
    if (in == NULL) {
        bench_die("open \"%s\": %s", argv[1], strerror(errno));
    }

    text = NULL;
    len = 0;

    do {
        text = bench_realloc(text, len + 65536);
        n = fread(text + len, 1, 65536, in);
        len += n;
    } while (n);

    (void) fclose(in);

    llmgw_arena_init(&arena, tokenizer_alloc, NULL, 65536, 0);

    best = INT64_MAX;
    end = bench_now() + TOKENIZER_TIME;

    do {
        llmgw_arena_reset(&arena);

        start = bench_now();

        if (llmgw_json_parse(&json, &arena, llmgw_str(text, len),
                             LLMGW_JSON_ALL, LLMGW_JSON_ALL)
            != LLMGW_OK)
        {
            bench_die("\"%s\" is not JSON", argv[1]);
        }

        took = bench_now() - start;

        if (took < best) {
            best = took;
        }

    } while (bench_now() < end);

    (void) printf("%.3f\n", (double) len / best);

    return 0;
}


static void *
tokenizer_alloc(void *data, size_t size)
{
    (void) data;

    return malloc(size);
}
