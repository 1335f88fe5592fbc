
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Server-sent events: an incremental reader (WHATWG HTML, "9.2.6 Interpreting
 * an event stream") and the frames of a writer.
 */


#ifndef _LLMGW_SSE_H_INCLUDED_
#define _LLMGW_SSE_H_INCLUDED_


#include "llmgw_out.h"


/*
 * One event.  name is empty when it had no "event:" line; data are the "data:"
 * lines joined by line feeds; raw are all bytes of the event, the blank line
 * included.  They are valid during the call.  What the handler returns other
 * than LLMGW_OK stops the reader and is returned by it.
 */

typedef struct {
    llmgw_str_t  name;
    llmgw_str_t  data;
    llmgw_str_t  raw;
    unsigned     partial:1;    /* the body ended inside of this event */
    unsigned     comment:1;    /* only comment lines: data is empty */
} llmgw_sse_event_t;

typedef llmgw_int_t (*llmgw_sse_handler_pt)(void *ctx,
    const llmgw_sse_event_t *ev);


/*
 * Looks at input that begins with an event, of at most max bytes each, before
 * it is taken apart.  *done: how much of it needs no handler any more.  Returns
 * as the handler does.
 */

typedef llmgw_int_t (*llmgw_sse_shortcut_pt)(void *ctx, llmgw_str_t input,
    size_t max, size_t *done);


typedef struct {
    llmgw_sse_handler_pt   handler;
    llmgw_sse_shortcut_pt  shortcut;  /* NULL: every event is taken apart */
    void                  *ctx;
    llmgw_arena_t         *arena;

    /* an event that began in an earlier piece of input */
    u_char                *buf;
    size_t                 len;
    size_t                 size;
    size_t                 max;

    /* several data lines, joined */
    u_char                *joined;
    size_t                 joined_size;

    unsigned               bol:1;     /* at the beginning of a line */
    unsigned               cr:1;      /* the last byte was CR */
    unsigned               started:1; /* the byte order mark is behind us */
    unsigned               end:1;     /* the event ends with a pending LF */
} llmgw_sse_t;


/*
 * max: the largest event in bytes.  The buffer for an event that is split over
 * several reads comes from the arena and is kept for the next one.
 */

void llmgw_sse_init(llmgw_sse_t *s, llmgw_arena_t *a, size_t max,
    llmgw_sse_handler_pt handler, void *ctx);

/*
 * LLMGW_OK; LLMGW_TOO_LARGE: an event past max; LLMGW_ERROR: no memory; or
 * what the handler returned.  With several events in the input the handler is
 * called for each of them.
 */

llmgw_int_t llmgw_sse_feed(llmgw_sse_t *s, const u_char *p, size_t n);

/* The body ended: what is left is given to the handler with partial set. */

llmgw_int_t llmgw_sse_finish(llmgw_sse_t *s);


#endif /* _LLMGW_SSE_H_INCLUDED_ */
