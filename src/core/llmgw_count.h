
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * How many tokens a chat takes, without having it answered.
 */


#ifndef _LLMGW_COUNT_H_INCLUDED_
#define _LLMGW_COUNT_H_INCLUDED_


#include "llmgw_call.h"


/*
 * Asks the provider of the call's target where it counts, returns LLMGW_DONE
 * with an estimate where it does not.
 */

llmgw_int_t llmgw_count_request(llmgw_call_t *call, llmgw_upstream_t *up);

/* What a chat takes by the number of its bytes, messages and images. */

int64_t llmgw_estimate(const llmgw_chat_t *chat);

/* The bytes, in UTF-8, that a jstr stands for. */

size_t llmgw_jstr_bytes(llmgw_str_t s);


#endif /* _LLMGW_COUNT_H_INCLUDED_ */
