
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>


/* bytes that SHA-256 takes at a time */
#define LLMGW_SHA256_BLOCK  64


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


llmgw_int_t
llmgw_sha256_init(llmgw_sha256_t *c)
{
    c->md = EVP_MD_CTX_new();

    if (c->md == NULL) {
        return LLMGW_ERROR;
    }

    if (EVP_DigestInit_ex(c->md, EVP_sha256(), NULL) != 1) {
        llmgw_sha256_free(c);
        return LLMGW_ERROR;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_sha256_update(llmgw_sha256_t *c, llmgw_str_t s)
{
    return (s.len == 0 || EVP_DigestUpdate(c->md, s.data, s.len) == 1)
           ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_sha256_final(llmgw_sha256_t *c, u_char *digest)
{
    return (EVP_DigestFinal_ex(c->md, digest, NULL) == 1
            && EVP_DigestInit_ex(c->md, NULL, NULL) == 1)
           ? LLMGW_OK : LLMGW_ERROR;
}


/* RFC 2104; the digest may be where the key is */

llmgw_int_t
llmgw_sha256_hmac(llmgw_sha256_t *c, llmgw_str_t key, llmgw_str_t s,
    u_char *digest)
{
    size_t       i;
    u_char       pad[LLMGW_SHA256_BLOCK], inner[LLMGW_SHA256_LEN];
    llmgw_int_t  rc;

    memset(pad, 0, sizeof(pad));
    rc = LLMGW_OK;

    if (key.len > sizeof(pad)) {
        rc = llmgw_sha256_update(c, key);

        if (rc == LLMGW_OK) {
            rc = llmgw_sha256_final(c, pad);
        }

    } else if (key.len) {
        memcpy(pad, key.data, key.len);
    }

    for (i = 0; i < sizeof(pad); i++) {
        pad[i] ^= 0x36;
    }

    if (rc != LLMGW_OK
        || llmgw_sha256_update(c, llmgw_str(pad, sizeof(pad))) != LLMGW_OK
        || llmgw_sha256_update(c, s) != LLMGW_OK
        || llmgw_sha256_final(c, inner) != LLMGW_OK)
    {
        rc = LLMGW_ERROR;
    }

    for (i = 0; i < sizeof(pad); i++) {
        pad[i] ^= 0x36 ^ 0x5c;
    }

    if (rc != LLMGW_OK
        || llmgw_sha256_update(c, llmgw_str(pad, sizeof(pad))) != LLMGW_OK
        || llmgw_sha256_update(c, llmgw_str(inner, sizeof(inner)))
           != LLMGW_OK
        || llmgw_sha256_final(c, digest) != LLMGW_OK)
    {
        rc = LLMGW_ERROR;
    }

    llmgw_wipe(pad, sizeof(pad));

    return rc;
}


void
llmgw_sha256_free(llmgw_sha256_t *c)
{
    EVP_MD_CTX_free(c->md);
    c->md = NULL;
}


void
llmgw_wipe(u_char *p, size_t n)
{
    OPENSSL_cleanse(p, n);
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
