
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Events of a stream that are like the one before in every byte but those of a
 * text.  Nearly all events of nearly all streams are; they need no parsing.
 */


#ifndef _LLMGW_TWIN_H_INCLUDED_
#define _LLMGW_TWIN_H_INCLUDED_


#include "llmgw_core.h"


/* Events longer than this, without their texts, are not remembered. */

#define LLMGW_TWIN_MAX  1024


typedef struct {
    u_char      *bytes;      /* the parts around the texts, in their order */
    uint16_t     head;       /* length of what is in front of the text */
    uint16_t     middle;     /* … between it and the padding */
    uint16_t     tail;       /* … behind the last one; 0: nothing is known */
} llmgw_twin_t;


#define llmgw_twin_forget(t)  (t)->tail = 0

/*
 * Remembers an event.  text is the content of one of its JSON strings and
 * points into it; what is no such content, or too long, is not remembered.
 * A string with which a service pads its events may be another one each time.
 * The memory comes from the arena, once.  LLMGW_OK, LLMGW_ERROR.
 */

llmgw_int_t llmgw_twin_learn(llmgw_twin_t *t, llmgw_arena_t *a,
    llmgw_str_t event, llmgw_str_t text);

/*
 * If the bytes begin with a twin of the event that is remembered, its length,
 * else 0.  text is what stands in its text's place: it is never empty, and
 * valid where the rest is.
 */

size_t llmgw_twin_match(const llmgw_twin_t *t, llmgw_str_t bytes,
    llmgw_str_t *text);


#endif /* _LLMGW_TWIN_H_INCLUDED_ */
