
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A JSON array that is written piecemeal, cut into its elements: what Google's
 * services stream where nobody asked for server-sent events.
 */


#ifndef _LLMGW_FRAMES_H_INCLUDED_
#define _LLMGW_FRAMES_H_INCLUDED_


#include "llmgw_json.h"


/*
 * One element, an object; raw are all bytes since the one before it, so that
 * the raws of an array make up its text.  Behind the last element data is
 * empty.  Both are valid during the call.  What the handler returns other than
 * LLMGW_OK stops the reader and is returned by it.
 */

typedef struct {
    llmgw_str_t  data;
    llmgw_str_t  raw;
} llmgw_element_t;

typedef llmgw_int_t (*llmgw_frame_handler_pt)(void *ctx,
    const llmgw_element_t *frame);


typedef struct {
    llmgw_frame_handler_pt   handler;
    void                    *ctx;
    llmgw_arena_t           *arena;

    /* an element that began in an earlier piece of input */
    u_char                  *buf;
    size_t                   len;
    size_t                   size;
    size_t                   max;

    size_t                   data;     /* where the element begins in it */
    uint32_t                 depth;    /* of brackets inside the element */
    unsigned                 array:1;  /* its bracket has come */
    unsigned                 begun:1;  /* inside of an element */
    unsigned                 string:1;
    unsigned                 escape:1;
    unsigned                 ended:1;  /* nothing but white space may follow */
} llmgw_frames_t;


/* max: the largest element in bytes. */

void llmgw_frames_init(llmgw_frames_t *f, llmgw_arena_t *a, size_t max,
    llmgw_frame_handler_pt handler, void *ctx);

/*
 * An array of objects, or one object alone.  LLMGW_OK; LLMGW_INVALID: neither;
 * LLMGW_TOO_LARGE: an element past max; LLMGW_ERROR: no memory; or what the
 * handler returned.
 */

llmgw_int_t llmgw_frames_feed(llmgw_frames_t *f, const u_char *p, size_t n);

/* Whether the text was complete: LLMGW_OK, LLMGW_INVALID. */

llmgw_int_t llmgw_frames_finish(const llmgw_frames_t *f);


#endif /* _LLMGW_FRAMES_H_INCLUDED_ */
