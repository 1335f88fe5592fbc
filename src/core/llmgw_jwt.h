
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * JSON Web Tokens (RFC 7519) that are signed here.
 */


#ifndef _LLMGW_JWT_H_INCLUDED_
#define _LLMGW_JWT_H_INCLUDED_


#include "llmgw_out.h"


/*
 * HEADER.CLAIMS.SIGNATURE with RS256 (RSASSA-PKCS1-v1_5, SHA-256); header and
 * claims are JSON, key is a private key in PEM format.  LLMGW_INVALID: the key
 * is none that can sign; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_jwt_rs256(llmgw_arena_t *a, llmgw_str_t key,
    llmgw_str_t header, llmgw_str_t claims, llmgw_str_t *jwt);


#endif /* _LLMGW_JWT_H_INCLUDED_ */
