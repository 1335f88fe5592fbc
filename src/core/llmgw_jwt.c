
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_jwt.h"
#include "llmgw_jstr.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>


/* an RSA key of 16384 bits */
#define LLMGW_JWT_SIGNATURE  2048


static u_char *llmgw_jwt_encode(u_char *p, llmgw_str_t bytes);
static EVP_PKEY *llmgw_jwt_key(llmgw_str_t pem);


llmgw_int_t
llmgw_jwt_rs256(llmgw_arena_t *a, llmgw_str_t key, llmgw_str_t header,
    llmgw_str_t claims, llmgw_str_t *jwt)
{
    size_t        n;
    u_char       *p, *start;
    EVP_PKEY     *pkey;
    EVP_MD_CTX   *md;
    llmgw_int_t   rc;
    u_char        signature[LLMGW_JWT_SIGNATURE];

    start = llmgw_nalloc(a, llmgw_base64_size(header.len) + 1
                            + llmgw_base64_size(claims.len) + 1
                            + llmgw_base64_size(LLMGW_JWT_SIGNATURE));
    if (start == NULL) {
        return LLMGW_ERROR;
    }

    p = llmgw_jwt_encode(start, header);
    *p++ = '.';
    p = llmgw_jwt_encode(p, claims);

    pkey = llmgw_jwt_key(key);
    md = EVP_MD_CTX_new();

    rc = LLMGW_INVALID;
    n = sizeof(signature);

    if (pkey != NULL && md != NULL
        && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, pkey) == 1
        && EVP_DigestSign(md, signature, &n, start, (size_t) (p - start)) == 1)
    {
        *p++ = '.';
        p = llmgw_jwt_encode(p, llmgw_str(signature, n));

        *jwt = llmgw_str(start, (size_t) (p - start));
        rc = LLMGW_OK;

    } else {
        ERR_clear_error();
    }

    EVP_MD_CTX_free(md);
    EVP_PKEY_free(pkey);

    return rc;
}


static EVP_PKEY *
llmgw_jwt_key(llmgw_str_t pem)
{
    BIO       *bio;
    EVP_PKEY  *pkey;

    if (pem.len > 65536) {
        return NULL;
    }

    bio = BIO_new_mem_buf(pem.data, (int) pem.len);
    if (bio == NULL) {
        return NULL;
    }

    pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

    BIO_free(bio);

    if (pkey != NULL
        && (EVP_PKEY_base_id(pkey) != EVP_PKEY_RSA
            || EVP_PKEY_size(pkey) > LLMGW_JWT_SIGNATURE))
    {
        EVP_PKEY_free(pkey);
        return NULL;
    }

    return pkey;
}


/* base64url without padding */

static u_char *
llmgw_jwt_encode(u_char *p, llmgw_str_t bytes)
{
    u_char  *end;

    end = llmgw_base64_encode(p, bytes);

    while (end > p && end[-1] == '=') {
        end--;
    }

    for ( /* void */ ; p < end; p++) {

        if (*p == '+') {
            *p = '-';

        } else if (*p == '/') {
            *p = '_';
        }
    }

    return end;
}
