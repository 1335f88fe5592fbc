
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


/*
 * Several digests in a row, and those of texts in pieces.  Finding the
 * algorithm takes longer than hashing a line of text: here it is done once.
 * After "final" the next digest begins.
 */

typedef struct {
    void  *md;
} llmgw_sha256_t;

llmgw_int_t llmgw_sha256_init(llmgw_sha256_t *c);
llmgw_int_t llmgw_sha256_update(llmgw_sha256_t *c, llmgw_str_t s);
llmgw_int_t llmgw_sha256_final(llmgw_sha256_t *c, u_char *digest);
llmgw_int_t llmgw_sha256_hmac(llmgw_sha256_t *c, llmgw_str_t key,
    llmgw_str_t s, u_char *digest);
void llmgw_sha256_free(llmgw_sha256_t *c);

/* Overwrites what must not stay in memory. */

void llmgw_wipe(u_char *p, size_t n);


/* Lower-case hex digits, two for each byte; the end of what was written. */

u_char *llmgw_hex(u_char *p, const u_char *bytes, size_t n);

/* Takes the same time whatever differs. */

int llmgw_digest_equal(const u_char *a, const u_char *b, size_t n);


#endif /* _LLMGW_DIGEST_H_INCLUDED_ */
