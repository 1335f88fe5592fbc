
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the readers of all dialects send in the same way.
 */


#ifndef _LLMGW_READER_H_INCLUDED_
#define _LLMGW_READER_H_INCLUDED_


#include "llmgw_call.h"


/* Hands an event on.  Returns what its taker returned. */

static inline llmgw_int_t
llmgw_reader_send(llmgw_reader_t *rd, const llmgw_event_t *ev)
{
    return rd->sink(rd->sink_ctx, ev);
}


/* An error event. */

llmgw_int_t llmgw_reader_fail(llmgw_reader_t *rd, const llmgw_error_t *e);

/* An error event of the upstream: 502 for what cannot be understood. */

llmgw_int_t llmgw_reader_fail_with(llmgw_reader_t *rd, unsigned status,
    llmgw_str_t code, llmgw_str_t message);
llmgw_int_t llmgw_reader_invalid(llmgw_reader_t *rd);

/* The error in an answer that was announced as a good one. */

llmgw_int_t llmgw_reader_error(llmgw_reader_t *rd, llmgw_str_t body);


#endif /* _LLMGW_READER_H_INCLUDED_ */
