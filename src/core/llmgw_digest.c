
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>


llmgw_int_t
llmgw_sha256(llmgw_str_t s, u_char *digest)
{
    static const u_char  none[1];

    return SHA256(s.len ? s.data : none, s.len, digest) ? LLMGW_OK
                                                        : LLMGW_ERROR;
}


llmgw_int_t
llmgw_hmac_sha256(llmgw_str_t key, llmgw_str_t s, u_char *digest)
{
    unsigned  n;

    static const u_char  none[1];

    if (key.len > INT32_MAX
        || HMAC(EVP_sha256(), key.len ? key.data : none, (int) key.len,
                s.len ? s.data : none, s.len, digest, &n)
           == NULL)
    {
        return LLMGW_ERROR;
    }

    return LLMGW_OK;
}


u_char *
llmgw_hex(u_char *p, const u_char *bytes, size_t n)
{
    size_t  i;

    static const u_char  hex[] = "0123456789abcdef";

    for (i = 0; i < n; i++) {
        *p++ = hex[bytes[i] >> 4];
        *p++ = hex[bytes[i] & 0xf];
    }

    return p;
}


int
llmgw_digest_equal(const u_char *a, const u_char *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
