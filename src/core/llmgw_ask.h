
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What limits and budgets want to know of a request before it is sent: how
 * much it may come to, for whom it is, and under which tags.
 */


#ifndef _LLMGW_ASK_H_INCLUDED_
#define _LLMGW_ASK_H_INCLUDED_


#include "llmgw_call.h"


#define LLMGW_ASK_TAGS  16


typedef struct {
    int64_t      prompt;         /* tokens, by the length of the texts */
    int64_t      max_tokens;     /* of each answer; -1: not limited */
    int64_t      n;              /* answers */
    llmgw_str_t  customer;       /* end user; empty: nobody, or no valid id */
    llmgw_str_t  tags[LLMGW_ASK_TAGS];
    unsigned     ntags;
    unsigned     answers:1;      /* it is answered with tokens at all */
} llmgw_ask_t;


/*
 * Reads it from a call that llmgw_call_read() has taken.  Nothing of the
 * request is refused here: what does not look as it should counts as absent.
 * LLMGW_OK, LLMGW_ERROR.
 */

llmgw_int_t llmgw_ask_read(const llmgw_call_t *call, llmgw_ask_t *ask);

/*
 * Whether the request has a parameter: a member, or one inside of another
 * ("metadata.generation_name").
 */

int llmgw_ask_has(const llmgw_call_t *call, llmgw_str_t path);


#endif /* _LLMGW_ASK_H_INCLUDED_ */
