
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Azure OpenAI: OpenAI's dialect on other paths, with filter results in its
 * answers and errors of its own.
 */


#ifndef _LLMGW_AZURE_H_INCLUDED_
#define _LLMGW_AZURE_H_INCLUDED_


#include "llmgw_call.h"


/* llmgw_azure_answer.c */

extern const llmgw_repair_ops_t  llmgw_azure_repair;

/* llmgw_azure_error.c */

void llmgw_azure_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e);


/* llmgw_azure.c: the path of the list of models */

llmgw_int_t llmgw_azure_listing(llmgw_call_t *call, llmgw_upstream_t *up);


/* what Entra ID is asked for; clouds of governments have another host */

#define LLMGW_AZURE_SCOPE  "https://cognitiveservices.azure.com/.default"

/*
 * Entra ID, OAuth 2.0 client credentials: what is posted to the token endpoint
 * as application/x-www-form-urlencoded, and the path of that endpoint on
 * https://login.microsoftonline.com.  data is NULL without memory.
 */

llmgw_str_t llmgw_azure_token_path(llmgw_arena_t *a, llmgw_str_t tenant);
llmgw_str_t llmgw_azure_token_form(llmgw_arena_t *a, llmgw_str_t client_id,
    llmgw_str_t client_secret, llmgw_str_t scope);


#endif /* _LLMGW_AZURE_H_INCLUDED_ */
