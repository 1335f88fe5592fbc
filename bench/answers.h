
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the mock provider answers.  An answer is rendered once for each mode,
 * dialect and form, complete with its HTTP framing, and only has its time
 * stamps written before each sending.
 */


#ifndef _BENCH_ANSWERS_H_INCLUDED_
#define _BENCH_ANSWERS_H_INCLUDED_


#include "http.h"


#define BENCH_MODE_NAME  64
#define BENCH_NEVER      SIZE_MAX


typedef enum {
    BENCH_OPENAI = 0,
    BENCH_ANTHROPIC
} bench_dialect_e;


/*
 * units: a plain answer is one; of a stream each unit is what is sent at one
 * time: an event with text, the first one with the head and what opens the
 * stream, the last one with what closes it.  unit[i] is the offset of unit i,
 * stamp[i] of its time stamp (none in plain answers).
 */

typedef struct {
    char      *data;
    size_t     len;
    size_t    *unit;
    size_t    *stamp;
    size_t     units;
    unsigned   stamped:1;
} bench_answer_t;


typedef struct {
    char            name[BENCH_MODE_NAME];

    size_t          size;         /* of a plain answer's body */
    int64_t         delay;        /* before the first byte */
    size_t          events;
    int64_t         ttft;         /* before the first event */
    int64_t         gap;          /* between events; 0: all at once */
    unsigned        status;

    /* the unit before which this happens */
    size_t          hang_at;
    size_t          reset_at;
    size_t          close_at;

    unsigned        nagle:1;

    bench_answer_t *answers[2][2][2];   /* dialect, stream, usage asked for */
} bench_mode_t;


/*
 * Reads "a2048-d20", the name of a mode; 0 when it is none.  See
 * README.md, "The mock".
 */

int bench_mode_parse(bench_mode_t *mode, const char *name, size_t len);

bench_answer_t *bench_answer(bench_mode_t *mode, bench_dialect_e dialect,
    int stream, int usage);

/* Writes the current time into the stamps of units [from, to). */

void bench_answer_stamp(bench_answer_t *a, size_t from, size_t to);


#endif /* _BENCH_ANSWERS_H_INCLUDED_ */
