
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a provider can be asked to see whether it is there and takes a
 * credential: the list of its models, which costs no tokens, or a chat that
 * costs a few.
 */


#ifndef _LLMGW_LISTING_H_INCLUDED_
#define _LLMGW_LISTING_H_INCLUDED_


#include "llmgw_provider.h"


/*
 * The GET request for the models, without a credential; of the call only
 * arena and target have to be set.  LLMGW_DECLINED: the provider has no such
 * list where it answers chats; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_listing(const llmgw_provider_t *p, llmgw_call_t *call,
    llmgw_upstream_t *up);

/*
 * The smallest chat with the model, which is a jstr: the body of a client's
 * request.  data is NULL without memory.
 */

llmgw_str_t llmgw_ping(const llmgw_provider_t *p, llmgw_arena_t *a,
    llmgw_str_t model);


#endif /* _LLMGW_LISTING_H_INCLUDED_ */
