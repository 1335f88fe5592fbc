
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A token is taken for what one of the set's keys says it is: the algorithm
 * comes from the kind of key, and the token has to name the same.
 */


#include "llmgw_jwks.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>


#define LLMGW_JWK_RS256  0
#define LLMGW_JWK_ES256  1

#define LLMGW_JWK_RSA_MIN   256      /* bytes: 2048 bits */
#define LLMGW_JWK_RSA_MAX   1024
#define LLMGW_JWK_EC        32       /* bytes of a coordinate */

/* of a token that does not say which key: each try takes its time */
#define LLMGW_JWT_TRIES     4

/* what may come around the numbers of a key or of a signature */
#define LLMGW_JWK_DER       64


typedef struct {
    EVP_PKEY      *pkey;
    char          *kid;              /* NULL: it has none */
    int            alg;
} llmgw_jwk_t;

struct llmgw_jwks_s {
    unsigned       n;
    llmgw_jwk_t    keys[LLMGW_JWKS_KEYS];
};


/* base64url without padding; the number of bytes, or -1 */

static int
llmgw_jwt_decode(u_char *p, llmgw_str_t s)
{
    int            c;
    size_t         i;
    u_char        *start;
    uint32_t       v;
    unsigned       bits;

    start = p;
    v = 0;
    bits = 0;

    if (s.len % 4 == 1) {
        return -1;
    }

    for (i = 0; i < s.len; i++) {

        c = s.data[i];

        if (c >= 'A' && c <= 'Z') {
            c -= 'A';

        } else if (c >= 'a' && c <= 'z') {
            c -= 'a' - 26;

        } else if (c >= '0' && c <= '9') {
            c += 52 - '0';

        } else if (c == '-') {
            c = 62;

        } else if (c == '_') {
            c = 63;

        } else {
            return -1;
        }

        v = v << 6 | (uint32_t) c;
        bits += 6;

        if (bits >= 8) {
            bits -= 8;
            *p++ = (u_char) (v >> bits);
        }
    }

    /* a text that stands for bytes has one form and no other */

    return (v & ((1u << bits) - 1)) ? -1 : (int) (p - start);
}


/* DER: tag and length in front of n bytes */

static u_char *
llmgw_der_head(u_char *p, u_char tag, size_t n)
{
    *p++ = tag;

    if (n >= 256) {
        *p++ = 0x82;
        *p++ = (u_char) (n >> 8);

    } else if (n >= 128) {
        *p++ = 0x81;
    }

    *p++ = (u_char) n;

    return p;
}


static u_char *
llmgw_der_integer(u_char *p, const u_char *v, size_t n)
{
    unsigned  zero;

    while (n > 1 && *v == 0) {
        v++;
        n--;
    }

    zero = *v >> 7;

    p = llmgw_der_head(p, 0x02, n + zero);

    if (zero) {
        *p++ = 0;
    }

    memcpy(p, v, n);

    return p + n;
}


/* a member of a JWK that is a number, big-endian */

static int
llmgw_jwk_number(const json_t *jwk, const char *name, u_char *p, size_t max)
{
    json_t       *v;
    llmgw_str_t   s;

    v = json_object_get(jwk, name);

    if (!json_is_string(v)) {
        return -1;
    }

    s = llmgw_str((const u_char *) json_string_value(v),
                  json_string_length(v));

    return (s.len == 0 || s.len > max * 4 / 3 + 2) ? -1
                                                   : llmgw_jwt_decode(p, s);
}


static EVP_PKEY *
llmgw_jwk_rsa(const json_t *jwk)
{
    int            nn, ne;
    u_char        *p, *last, n[LLMGW_JWK_RSA_MAX + 4], e[16];
    u_char         key[LLMGW_JWK_RSA_MAX + LLMGW_JWK_DER];
    u_char         info[LLMGW_JWK_RSA_MAX + 2 * LLMGW_JWK_DER];
    u_char         der[LLMGW_JWK_RSA_MAX + 3 * LLMGW_JWK_DER];
    size_t         size;
    const u_char  *in;

    /* SEQUENCE { OID 1.2.840.113549.1.1.1, NULL } */

    static const u_char  algorithm[] = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
        0x01, 0x01, 0x05, 0x00
    };

    nn = llmgw_jwk_number(jwk, "n", n, LLMGW_JWK_RSA_MAX);
    ne = llmgw_jwk_number(jwk, "e", e, 8);

    if (nn < LLMGW_JWK_RSA_MIN || n[0] == 0 || ne < 1) {
        return NULL;
    }

    p = llmgw_der_integer(key, n, (size_t) nn);
    last = llmgw_der_integer(p, e, (size_t) ne);
    size = last - key;

    p = llmgw_der_head(info, 0x30, size);
    memcpy(p, key, size);
    size += p - info;

    /* a bit string of whole bytes */

    memcpy(key, algorithm, sizeof(algorithm));
    p = llmgw_der_head(key + sizeof(algorithm), 0x03, size + 1);
    *p++ = 0;

    last = llmgw_der_head(der, 0x30, (p - key) + size);
    memcpy(last, key, p - key);
    memcpy(last + (p - key), info, size);
    size += (last - der) + (p - key);

    in = der;

    return d2i_PUBKEY(NULL, &in, (long) size);
}


static EVP_PKEY *
llmgw_jwk_ec(const json_t *jwk)
{
    u_char         der[27 + 2 * LLMGW_JWK_EC + 8];
    const char    *curve;
    const u_char  *in;

    /* SubjectPublicKeyInfo of a point on prime256v1, uncompressed */

    static const u_char  head[] = {
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
        0x07, 0x03, 0x42, 0x00, 0x04
    };

    curve = json_string_value(json_object_get(jwk, "crv"));

    if (curve == NULL || strcmp(curve, "P-256") != 0) {
        return NULL;
    }

    memcpy(der, head, sizeof(head));

    if (llmgw_jwk_number(jwk, "x", der + sizeof(head), LLMGW_JWK_EC)
        != LLMGW_JWK_EC
        || llmgw_jwk_number(jwk, "y", der + sizeof(head) + LLMGW_JWK_EC,
                            LLMGW_JWK_EC)
           != LLMGW_JWK_EC)
    {
        return NULL;
    }

    in = der;

    return d2i_PUBKEY(NULL, &in, sizeof(head) + 2 * LLMGW_JWK_EC);
}


/* NULL: not for signatures of ours */

static EVP_PKEY *
llmgw_jwk_read(const json_t *jwk, int *alg)
{
    const char  *kty, *use, *name;

    kty = json_string_value(json_object_get(jwk, "kty"));
    use = json_string_value(json_object_get(jwk, "use"));
    name = json_string_value(json_object_get(jwk, "alg"));

    if (kty == NULL || (use && strcmp(use, "sig") != 0)) {
        return NULL;
    }

    if (strcmp(kty, "RSA") == 0 && (!name || strcmp(name, "RS256") == 0)) {
        *alg = LLMGW_JWK_RS256;
        return llmgw_jwk_rsa(jwk);
    }

    if (strcmp(kty, "EC") == 0 && (!name || strcmp(name, "ES256") == 0)) {
        *alg = LLMGW_JWK_ES256;
        return llmgw_jwk_ec(jwk);
    }

    return NULL;
}


llmgw_jwks_t *
llmgw_jwks_read(llmgw_str_t text, const char **error)
{
    int            alg;
    size_t         i;
    json_t        *doc, *list, *jwk;
    EVP_PKEY      *pkey;
    const char    *kid;
    llmgw_jwk_t   *key;
    llmgw_jwks_t  *jwks;

    *error = "no memory";

    doc = json_loadb((const char *) text.data, text.len,
                     JSON_REJECT_DUPLICATES, NULL);
    list = json_object_get(doc, "keys");

    if (!json_is_array(list)) {
        *error = "it is no JSON object with a list \"keys\"";
        json_decref(doc);
        return NULL;
    }

    jwks = calloc(1, sizeof(llmgw_jwks_t));

    if (jwks == NULL) {
        json_decref(doc);
        return NULL;
    }

    json_array_foreach(list, i, jwk) {

        pkey = llmgw_jwk_read(jwk, &alg);

        ERR_clear_error();

        if (pkey == NULL) {
            continue;
        }

        if (jwks->n == LLMGW_JWKS_KEYS) {
            EVP_PKEY_free(pkey);
            *error = "it has too many keys";
            goto failed;
        }

        kid = json_string_value(json_object_get(jwk, "kid"));

        key = &jwks->keys[jwks->n++];

        key->pkey = pkey;
        key->alg = alg;
        key->kid = kid ? strdup(kid) : NULL;

        if (kid && key->kid == NULL) {
            goto failed;
        }
    }

    if (jwks->n == 0) {
        *error = "it has no key for RS256 (2048 bits and more) or ES256";
        goto failed;
    }

    json_decref(doc);

    return jwks;

failed:

    json_decref(doc);
    llmgw_jwks_free(jwks);

    return NULL;
}


void
llmgw_jwks_free(llmgw_jwks_t *jwks)
{
    unsigned  i;

    if (jwks == NULL) {
        return;
    }

    for (i = 0; i < jwks->n; i++) {
        EVP_PKEY_free(jwks->keys[i].pkey);
        free(jwks->keys[i].kid);
    }

    free(jwks);
}


/* three parts of base64url, of which the first begins with {" */

int
llmgw_jwt_like(llmgw_str_t token)
{
    size_t    i;
    unsigned  dots;

    dots = 0;

    for (i = 0; i < token.len; i++) {
        dots += (token.data[i] == '.');
    }

    return dots == 2 && llmgw_str_starts(token, "ey");
}


static json_t *
llmgw_jwt_json(llmgw_str_t part, u_char *buf)
{
    int  n;

    n = llmgw_jwt_decode(buf, part);

    return (n < 0) ? NULL : json_loadb((char *) buf, (size_t) n,
                                       JSON_REJECT_DUPLICATES, NULL);
}


static int
llmgw_jwt_signed(const llmgw_jwk_t *key, llmgw_str_t text, u_char *sig,
    size_t len)
{
    int          rc;
    u_char      *p, numbers[2 * LLMGW_JWK_EC + 8], der[sizeof(numbers) + 4];
    EVP_MD_CTX  *md;

    if (key->alg == LLMGW_JWK_ES256) {

        /* two numbers of one size, which OpenSSL wants as a sequence */

        if (len != 2 * LLMGW_JWK_EC) {
            return 0;
        }

        p = llmgw_der_integer(numbers, sig, LLMGW_JWK_EC);
        p = llmgw_der_integer(p, sig + LLMGW_JWK_EC, LLMGW_JWK_EC);

        len = p - numbers;

        p = llmgw_der_head(der, 0x30, len);
        memcpy(p, numbers, len);

        len += p - der;
        sig = der;
    }

    md = EVP_MD_CTX_new();

    if (md == NULL) {
        return 0;
    }

    rc = EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key->pkey) == 1
         && EVP_DigestVerify(md, sig, len, text.data, text.len) == 1;

    EVP_MD_CTX_free(md);
    ERR_clear_error();

    return rc;
}


/* a time that stands in a claim; missing is what it is otherwise */

static int64_t
llmgw_jwt_time(const json_t *claims, const char *name, int64_t missing)
{
    double   d;
    json_t  *v;

    v = json_object_get(claims, name);

    if (v == NULL) {
        return missing;
    }

    d = json_is_number(v) ? json_number_value(v) : -1;

    return (d < 0 || d > 1e15) ? -1 : (int64_t) d;
}


static const char *
llmgw_jwt_rules(const json_t *claims, const llmgw_jwt_rules_t *rules,
    int64_t now)
{
    int64_t   from, until;
    unsigned  i;

    until = llmgw_jwt_time(claims, "exp", -1);

    if (until < 0) {
        return "it has no end (exp)";
    }

    if (until + rules->leeway <= now) {
        return "it has expired";
    }

    from = llmgw_jwt_time(claims, "nbf", 0);

    if (from < 0 || from - rules->leeway > now) {
        return "it is not yet good (nbf)";
    }

    if (rules->issuer.len
        && !llmgw_str_eq(rules->issuer,
                         llmgw_jwt_text(claims, llmgw_lit("iss"))))
    {
        return "its issuer is another one (iss)";
    }

    for (i = 0; i < rules->naudiences; i++) {
        if (llmgw_jwt_has(claims, llmgw_lit("aud"), rules->audiences[i])) {
            return NULL;
        }
    }

    return rules->naudiences ? "it is for somebody else (aud)" : NULL;
}


static int
llmgw_jwt_alg(const json_t *header)
{
    const char  *name;

    name = json_string_value(json_object_get(header, "alg"));

    if (name && strcmp(name, "RS256") == 0) {
        return LLMGW_JWK_RS256;
    }

    if (name && strcmp(name, "ES256") == 0) {
        return LLMGW_JWK_ES256;
    }

    return -1;
}


int
llmgw_jwks_lacks(const llmgw_jwks_t *jwks, llmgw_str_t token)
{
    int                 alg, lacks;
    u_char              buf[LLMGW_JWT_MAX];
    json_t             *header;
    unsigned            i;
    const char         *kid;
    const u_char       *dot;
    const llmgw_jwk_t  *key;

    if (token.len > LLMGW_JWT_MAX || !llmgw_jwt_like(token)) {
        return 0;
    }

    dot = memchr(token.data, '.', token.len);

    header = llmgw_jwt_json(llmgw_str(token.data, dot - token.data), buf);

    alg = llmgw_jwt_alg(header);
    kid = json_string_value(json_object_get(header, "kid"));

    lacks = (alg >= 0 && kid != NULL);

    for (i = 0; lacks && i < jwks->n; i++) {

        key = &jwks->keys[i];

        lacks = key->alg != alg
                || (key->kid && strcmp(kid, key->kid) != 0);
    }

    json_decref(header);

    return lacks;
}


/* the keys that may have signed it: those of its name, or all */

static const char *
llmgw_jwt_check(const llmgw_jwks_t *jwks, const json_t *header,
    llmgw_str_t text, u_char *sig, size_t len)
{
    int                 alg;
    unsigned            i, tries;
    const char         *kid;
    const llmgw_jwk_t  *key;

    alg = llmgw_jwt_alg(header);
    kid = json_string_value(json_object_get(header, "kid"));

    if (alg < 0) {
        return "its algorithm is not RS256 or ES256";
    }

    /* extensions that must be understood are not */

    if (json_object_get(header, "crit")) {
        return "it has critical extensions (crit)";
    }

    tries = 0;

    for (i = 0; i < jwks->n && tries < LLMGW_JWT_TRIES; i++) {

        key = &jwks->keys[i];

        if (key->alg != alg
            || (kid && key->kid && strcmp(kid, key->kid) != 0))
        {
            continue;
        }

        tries++;

        if (llmgw_jwt_signed(key, text, sig, len)) {
            return NULL;
        }
    }

    return "no key has signed it";
}


llmgw_int_t
llmgw_jwt_verify(const llmgw_jwks_t *jwks, const llmgw_jwt_rules_t *rules,
    llmgw_str_t token, int64_t now, json_t **claims, const char **wrong)
{
    int            n;
    u_char         buf[LLMGW_JWT_MAX], sig[LLMGW_JWK_RSA_MAX + 4];
    json_t        *header, *payload;
    llmgw_str_t    part, text;
    const u_char  *dot, *last;

    *wrong = "it is no token";

    if (token.len > LLMGW_JWT_MAX || !llmgw_jwt_like(token)) {
        return LLMGW_INVALID;
    }

    /* there are two of them */

    dot = memchr(token.data, '.', token.len);
    last = memchr(dot + 1, '.', token.data + token.len - dot - 1);

    text = llmgw_str(token.data, last - token.data);
    part = llmgw_str(last + 1, token.data + token.len - last - 1);

    if (part.len > LLMGW_JWK_RSA_MAX * 4 / 3) {
        return LLMGW_INVALID;
    }

    n = llmgw_jwt_decode(sig, part);

    if (n <= 0) {
        return LLMGW_INVALID;
    }

    header = llmgw_jwt_json(llmgw_str(token.data, dot - token.data), buf);

    if (!json_is_object(header)) {
        json_decref(header);
        return LLMGW_INVALID;
    }

    *wrong = llmgw_jwt_check(jwks, header, text, sig, (size_t) n);

    json_decref(header);

    if (*wrong) {
        return LLMGW_INVALID;
    }

    payload = llmgw_jwt_json(llmgw_str(dot + 1, last - dot - 1), buf);

    *wrong = json_is_object(payload) ? llmgw_jwt_rules(payload, rules, now)
                                     : "its claims are no JSON object";
    if (*wrong) {
        json_decref(payload);
        return LLMGW_INVALID;
    }

    *claims = payload;

    return LLMGW_OK;
}


/* a claim whose own name has dots goes before one inside of others */

static json_t *
llmgw_jwt_find(const json_t *claims, llmgw_str_t path)
{
    json_t        *v;
    const u_char  *dot;

    v = json_object_getn(claims, (const char *) path.data, path.len);

    if (v) {
        return v;
    }

    dot = memchr(path.data, '.', path.len);

    if (dot == NULL) {
        return NULL;
    }

    v = json_object_getn(claims, (const char *) path.data, dot - path.data);

    return v ? llmgw_jwt_find(v, llmgw_str(dot + 1, path.data + path.len
                                                    - dot - 1))
             : NULL;
}


llmgw_str_t
llmgw_jwt_text(const json_t *claims, llmgw_str_t path)
{
    json_t  *v;

    v = llmgw_jwt_find(claims, path);

    if (json_is_array(v)) {
        v = json_array_get(v, 0);
    }

    return json_is_string(v) ? llmgw_str((const u_char *) json_string_value(v),
                                         json_string_length(v))
                             : llmgw_null_str;
}


static int
llmgw_jwt_equal(const json_t *v, llmgw_str_t value)
{
    int   n;
    char  buf[32];

    if (json_is_string(v)) {
        return json_string_length(v) == value.len
               && memcmp(json_string_value(v), value.data, value.len) == 0;
    }

    if (json_is_boolean(v)) {
        return json_is_true(v) ? llmgw_str_is(value, "true")
                               : llmgw_str_is(value, "false");
    }

    if (!json_is_integer(v)) {
        return 0;
    }

    n = snprintf(buf, sizeof(buf), "%lld", (long long) json_integer_value(v));

    return (size_t) n == value.len && memcmp(buf, value.data, value.len) == 0;
}


int
llmgw_jwt_has(const json_t *claims, llmgw_str_t path, llmgw_str_t value)
{
    size_t   i;
    json_t  *v, *item;

    v = llmgw_jwt_find(claims, path);

    json_array_foreach(v, i, item) {
        if (llmgw_jwt_equal(item, value)) {
            return 1;
        }
    }

    return llmgw_jwt_equal(v, value);
}
