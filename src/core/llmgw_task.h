
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Small things that the tasks and the paths of several dialects need.
 */


#ifndef _LLMGW_TASK_H_INCLUDED_
#define _LLMGW_TASK_H_INCLUDED_


#include "llmgw_call.h"


/*
 * Tells the client of the top-level members of j that stand in none of two
 * lists: the provider does not get them.  null counts as absent.
 */

void llmgw_task_drop(llmgw_call_t *call, const llmgw_json_t *j,
    const llmgw_str_t *read, size_t nread, const llmgw_str_t *known,
    size_t nknown);

/*
 * A name (jstr) as one segment of a path: all but RFC 3986's unreserved
 * characters is percent-encoded.  LLMGW_INVALID: it cannot be one ("..",
 * control characters), call->error says so; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_path_segment(llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t *segment);

/* The same in the value of a query parameter or of a form. */

u_char *llmgw_percent_encode(u_char *p, llmgw_str_t bytes);

#define LLMGW_PERCENT_SIZE(n)  ((n) * 3)

/* Content-Type: application/json.  LLMGW_OK, LLMGW_ERROR. */

llmgw_int_t llmgw_upstream_json(llmgw_call_t *call, llmgw_upstream_t *up);


#endif /* _LLMGW_TASK_H_INCLUDED_ */
