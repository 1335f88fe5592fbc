
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * SHA-256 and what is made of it, by OpenSSL's libcrypto.
 */


#ifndef _LLMGW_DIGEST_H_INCLUDED_
#define _LLMGW_DIGEST_H_INCLUDED_


#include "llmgw_core.h"


#define LLMGW_SHA256_LEN  32


/* LLMGW_OK; LLMGW_ERROR: the library could not. */

llmgw_int_t llmgw_sha256(llmgw_str_t s, u_char *digest);
llmgw_int_t llmgw_hmac_sha256(llmgw_str_t key, llmgw_str_t s,
    u_char *digest);

/* Lower-case hex digits, two for each byte; the end of what was written. */

u_char *llmgw_hex(u_char *p, const u_char *bytes, size_t n);

/* Takes the same time whatever differs. */

int llmgw_digest_equal(const u_char *a, const u_char *b, size_t n);


#endif /* _LLMGW_DIGEST_H_INCLUDED_ */
