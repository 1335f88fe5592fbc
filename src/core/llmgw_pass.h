
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What passing requests of one dialect and of its variants have in common.
 */


#ifndef _LLMGW_PASS_H_INCLUDED_
#define _LLMGW_PASS_H_INCLUDED_


#include "llmgw_call.h"


/* The provider's name of the model instead of the client's. */

void llmgw_pass_model(llmgw_call_t *call, llmgw_splice_t *sp);

/* Thinking blocks that Claude's services refuse are taken out. */

void llmgw_pass_foreign(llmgw_call_t *call, llmgw_splice_t *sp);

/*
 * Asks for usage in a stream, unless the client does or the operator does not
 * want it; sets call->usage_added.
 */

void llmgw_pass_usage(llmgw_call_t *call, llmgw_splice_t *sp);

/* The content type, and the client's headers that OpenAI's services know. */

llmgw_int_t llmgw_pass_openai_headers(llmgw_call_t *call,
    llmgw_upstream_t *up);


#endif /* _LLMGW_PASS_H_INCLUDED_ */
