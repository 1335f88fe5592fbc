
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * An HTTP/1 answer, read in any pieces: what services say that the gateway
 * itself asks (tokens, keys, health).  Such answers are short, and kept whole.
 */


#ifndef _LLMGW_HTTP_H_INCLUDED_
#define _LLMGW_HTTP_H_INCLUDED_


#include "llmgw_call.h"


#define LLMGW_HTTP_LINE     8192     /* the longest line of a head */
#define LLMGW_HTTP_HEADERS  128      /* their number, trailers included */


typedef struct {
    llmgw_arena_t    *arena;

    /* what has been read so far */
    unsigned          status;
    llmgw_header_t   *headers;       /* in order; names in lower case */
    llmgw_str_t       body;

    /* own */
    llmgw_header_t  **last;
    u_char           *buf;           /* of the body */
    size_t            size;
    size_t            max;           /* of the body, in bytes */
    uint64_t          rest;          /* of the body or of a chunk */
    unsigned          nheaders;
    unsigned          informational; /* answers before the real one */
    uint8_t           state;
    unsigned          head:1;
    unsigned          chunked:1;
    unsigned          has_length:1;
    size_t            line_len;
    u_char            line[LLMGW_HTTP_LINE];
} llmgw_http_t;


/*
 * max is the largest body in bytes; head: the request was HEAD, so that no
 * body follows whatever the headers say.
 */

void llmgw_http_init(llmgw_http_t *h, llmgw_arena_t *a, size_t max,
    unsigned head);

/*
 * LLMGW_OK: more has to come; LLMGW_DONE: the answer is complete, and what
 * follows it is ignored; LLMGW_INVALID: this is no answer; LLMGW_TOO_LARGE;
 * LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_http_feed(llmgw_http_t *h, const u_char *p, size_t n);

/* The connection ended.  LLMGW_DONE, or LLMGW_INVALID: in the middle. */

llmgw_int_t llmgw_http_end(llmgw_http_t *h);

/* A header's value, or an empty string; of several the first. */

llmgw_str_t llmgw_http_header(const llmgw_http_t *h, llmgw_str_t name);


#endif /* _LLMGW_HTTP_H_INCLUDED_ */
