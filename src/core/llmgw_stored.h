
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Responses and conversations that the provider stores: requests that name
 * them, and the ids in what passes.
 */


#ifndef _LLMGW_STORED_H_INCLUDED_
#define _LLMGW_STORED_H_INCLUDED_


#include "llmgw_call.h"


#define LLMGW_METHOD_GET     1
#define LLMGW_METHOD_POST    2
#define LLMGW_METHOD_DELETE  4


/*
 * The methods that a path of stored things takes, 0 where there is no such
 * path; rest is what llmgw_endpoint_find() left.
 */

unsigned llmgw_stored_methods(const llmgw_endpoint_t *ep, llmgw_str_t rest);

/*
 * Reads a request for such a path, in place of llmgw_call_read(): rest and
 * query of the call are set, the body is passed on.  After LLMGW_OK, pinned
 * tells whether the id says where it is kept.  LLMGW_INVALID: call->error.
 */

llmgw_int_t llmgw_stored_read(llmgw_call_t *call, llmgw_str_t body,
    llmgw_str_t content_type);

/* Notes where a Responses request has to go; it may be wrong about it. */

void llmgw_stored_pin(llmgw_call_t *call);


/* For dialects whose service stores. */

/*
 * The path at the service, without what stands in front of "/responses"; then
 * what of the query it gets, behind a "?" or, if the path has one, a "&".
 */

llmgw_str_t llmgw_stored_path(const llmgw_call_t *call);
llmgw_int_t llmgw_stored_query(llmgw_call_t *call, llmgw_upstream_t *up);

/*
 * The ids in a Responses request without their tags, and without reasoning
 * that the service did not make.  LLMGW_INVALID: one of them is not the
 * client's to name.
 */

llmgw_int_t llmgw_stored_request(llmgw_call_t *call, llmgw_splice_t *sp);


/* The ids in answers get their tags: llmgw_stored_answer.c */

extern const llmgw_repair_ops_t  llmgw_stored_repair;


#endif /* _LLMGW_STORED_H_INCLUDED_ */
