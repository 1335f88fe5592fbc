
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * OAuth 2.0 (RFC 6749): the answer of a token endpoint.
 */


#ifndef _LLMGW_OAUTH_H_INCLUDED_
#define _LLMGW_OAUTH_H_INCLUDED_


#include "llmgw_error.h"


/* Microsoft's tokens of users in many groups are the longest in practice. */

#define LLMGW_OAUTH_TOKEN_MAX    8192

/* A day: what lives longer is asked for again by then. */

#define LLMGW_OAUTH_LIFETIME_MAX  86400


typedef struct {
    llmgw_str_t  token;         /* printable ASCII without blanks */
    int64_t      lifetime;      /* seconds, 1 to LLMGW_OAUTH_LIFETIME_MAX */

    /* LLMGW_DECLINED: why; printable ASCII, cut at 256 bytes */
    llmgw_str_t  error;         /* "invalid_grant" … */
    llmgw_str_t  description;
} llmgw_oauth_t;


/*
 * LLMGW_OK; LLMGW_DECLINED: the endpoint refused, and says why if it does;
 * LLMGW_INVALID: not an answer of a token endpoint; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_oauth_read(llmgw_oauth_t *o, llmgw_arena_t *a,
    unsigned status, llmgw_str_t body);

/* name=value of an application/x-www-form-urlencoded body, "&" in front. */

void llmgw_oauth_put(llmgw_out_t *o, llmgw_str_t name, llmgw_str_t value);


#endif /* _LLMGW_OAUTH_H_INCLUDED_ */
