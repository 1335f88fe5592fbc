
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Legacy completions in front of providers that only chat: the prompt is a
 * message of the user, the answer's text the completion.
 */


#ifndef _LLMGW_COMPLETIONS_H_INCLUDED_
#define _LLMGW_COMPLETIONS_H_INCLUDED_


#include "llmgw_call.h"


/* llmgw_completions_answer.c */

extern const llmgw_writer_ops_t  llmgw_completions_whole;
extern const llmgw_writer_ops_t  llmgw_completions_stream;


#endif /* _LLMGW_COMPLETIONS_H_INCLUDED_ */
