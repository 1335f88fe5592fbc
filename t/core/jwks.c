
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tokens of others: signed here by new keys, and then changed in every way
 * that somebody without the keys could.
 */


#include "test.h"
#include "llmgw_jwks.h"
#include "llmgw_jstr.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>


#define NOW  1767225600

static EVP_PKEY  *rsa, *ec, *other, *shorter;


static EVP_PKEY *
jwks_make(int type, int bits)
{
    EVP_PKEY      *pkey;
    EVP_PKEY_CTX  *c;

    pkey = NULL;
    c = EVP_PKEY_CTX_new_id(type, NULL);

    check(EVP_PKEY_keygen_init(c) == 1);

    if (type == EVP_PKEY_RSA) {
        check(EVP_PKEY_CTX_set_rsa_keygen_bits(c, bits) == 1);

    } else {
        check(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(c,
                                            NID_X9_62_prime256v1) == 1);
    }

    check(EVP_PKEY_keygen(c, &pkey) == 1);

    EVP_PKEY_CTX_free(c);

    return pkey;
}


static char *
jwks_base64(const u_char *p, size_t n)
{
    char    *s;
    u_char  *last, *q;

    s = malloc(llmgw_base64_size(n) + 1);
    last = llmgw_base64_encode((u_char *) s, llmgw_str(p, n));

    while (last > (u_char *) s && last[-1] == '=') {
        last--;
    }

    *last = '\0';

    for (q = (u_char *) s; *q; q++) {
        *q = (*q == '+') ? '-' : (*q == '/') ? '_' : *q;
    }

    return s;
}


/* numbers out of the DER of a public key: it ends with them */

static json_t *
jwks_jwk(EVP_PKEY *pkey, const char *kid)
{
    int      len, n;
    char    *x, *y;
    u_char  *der;
    json_t  *jwk;

    der = NULL;
    len = i2d_PUBKEY(pkey, &der);

    if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC) {
        x = jwks_base64(der + len - 64, 32);
        y = jwks_base64(der + len - 32, 32);
        jwk = json_pack("{s:s, s:s, s:s, s:s, s:s*}", "kty", "EC", "crv",
                        "P-256", "x", x, "y", y, "kid", kid);

    } else {

        /* the exponent is 65537: 02 03 01 00 01 */

        n = EVP_PKEY_get_size(pkey);
        x = jwks_base64(der + len - 5 - n, (size_t) n);
        y = jwks_base64(der + len - 3, 3);
        jwk = json_pack("{s:s, s:s, s:s, s:s, s:s*}", "kty", "RSA", "use",
                        "sig", "n", x, "e", y, "kid", kid);
    }

    free(x);
    free(y);
    OPENSSL_free(der);

    return jwk;
}


static char *
jwks_sign(EVP_PKEY *pkey, const char *header, const char *claims)
{
    char        *h, *c, *s, *token;
    size_t       n;
    u_char       sig[1024], raw[64];
    ECDSA_SIG   *pair;
    EVP_MD_CTX  *md;

    const u_char  *p;

    h = jwks_base64((const u_char *) header, strlen(header));
    c = jwks_base64((const u_char *) claims, strlen(claims));

    token = malloc(strlen(h) + strlen(c) + 2048);
    sprintf(token, "%s.%s", h, c);

    n = sizeof(sig);
    md = EVP_MD_CTX_new();

    check(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, pkey) == 1);
    check(EVP_DigestSign(md, sig, &n, (u_char *) token, strlen(token)) == 1);

    EVP_MD_CTX_free(md);

    if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC) {
        p = sig;
        pair = d2i_ECDSA_SIG(NULL, &p, (long) n);
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32);
        ECDSA_SIG_free(pair);
        s = jwks_base64(raw, 64);

    } else {
        s = jwks_base64(sig, n);
    }

    strcat(token, ".");
    strcat(token, s);

    free(h);
    free(c);
    free(s);

    return token;
}


static llmgw_jwks_t *
jwks_set(json_t *list)
{
    char          *text;
    json_t        *doc;
    const char    *error;
    llmgw_jwks_t  *jwks;

    doc = json_pack("{s:o}", "keys", list);
    text = json_dumps(doc, 0);

    jwks = llmgw_jwks_read(test_cstr(text), &error);

    free(text);
    json_decref(doc);

    return jwks;
}


static const char *
jwks_said(llmgw_jwks_t *jwks, const llmgw_jwt_rules_t *rules,
    const char *token)
{
    json_t       *claims;
    const char   *wrong;
    llmgw_int_t   rc;
    llmgw_str_t   s;

    s = test_cstr(token);

    rc = llmgw_jwt_verify(jwks, rules, llmgw_str(test_guard(s), s.len), NOW,
                          &claims, &wrong);

    if (rc == LLMGW_OK) {
        json_decref(claims);
        return "OK";
    }

    return rc == LLMGW_INVALID ? wrong : "ERROR";
}


static void
jwks_claims(llmgw_jwks_t *jwks)
{
    char    *token;
    size_t   i;

    static const llmgw_str_t  audiences[] = {
        llmgw_string("one"), llmgw_string("two")
    };

    static const llmgw_jwt_rules_t  rules = {
        llmgw_string("https://issuer"), audiences, 2, 30
    };

    static const struct {
        const char  *claims;
        const char  *said;
    } rows[] = {
        { "{\"exp\":1767225601,\"iss\":\"https://issuer\",\"aud\":\"two\"}",
          "OK" },
        { "{\"exp\":1767225601.5,\"iss\":\"https://issuer\",\"aud\":"
          "[\"x\",\"one\"]}", "OK" },
        { "{\"exp\":1767225571,\"iss\":\"https://issuer\",\"aud\":\"one\"}",
          "OK" },
        { "{\"exp\":1767225570,\"iss\":\"https://issuer\",\"aud\":\"one\"}",
          "it has expired" },
        { "{\"iss\":\"https://issuer\",\"aud\":\"one\"}",
          "it has no end (exp)" },
        { "{\"exp\":\"1767225601\",\"iss\":\"https://issuer\",\"aud\":"
          "\"one\"}", "it has no end (exp)" },
        { "{\"exp\":1e300,\"iss\":\"https://issuer\",\"aud\":\"one\"}",
          "it has no end (exp)" },
        { "{\"exp\":1767229999,\"nbf\":1767225630,\"iss\":\"https://issuer\","
          "\"aud\":\"one\"}", "OK" },
        { "{\"exp\":1767229999,\"nbf\":1767225631,\"iss\":\"https://issuer\","
          "\"aud\":\"one\"}", "it is not yet good (nbf)" },
        { "{\"exp\":1767229999,\"nbf\":\"x\",\"iss\":\"https://issuer\","
          "\"aud\":\"one\"}", "it is not yet good (nbf)" },
        { "{\"exp\":1767225601,\"aud\":\"one\"}",
          "its issuer is another one (iss)" },
        { "{\"exp\":1767225601,\"iss\":\"https://issuer/\",\"aud\":\"one\"}",
          "its issuer is another one (iss)" },
        { "{\"exp\":1767225601,\"iss\":\"https://issuer\"}",
          "it is for somebody else (aud)" },
        { "{\"exp\":1767225601,\"iss\":\"https://issuer\",\"aud\":\"ones\"}",
          "it is for somebody else (aud)" },
        { "{\"exp\":1767225601,\"exp\":1967225601,\"iss\":\"https://issuer\","
          "\"aud\":\"one\"}", "its claims are no JSON object" },
        { "[]", "its claims are no JSON object" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("jwks: %s", rows[i].claims);

        token = jwks_sign(ec, "{\"alg\":\"ES256\"}", rows[i].claims);
        check_str(test_cstr(jwks_said(jwks, &rules, token)),
                  test_cstr(rows[i].said));
        free(token);
    }
}


static void
jwks_headers(llmgw_jwks_t *jwks)
{
    char        *token;
    size_t       i;
    EVP_PKEY    *keys[4];

    static const llmgw_jwt_rules_t  rules;
    static const char  claims[] = "{\"exp\":1767229999}";

    static const struct {
        unsigned     key;
        const char  *header;
        const char  *said;
    } rows[] = {
        { 0, "{\"alg\":\"RS256\",\"kid\":\"r\"}", "OK" },
        { 0, "{\"alg\":\"RS256\"}", "OK" },
        { 1, "{\"alg\":\"ES256\",\"kid\":\"anything\"}", "OK" },
        { 0, "{\"alg\":\"RS256\",\"kid\":\"x\"}", "no key has signed it" },
        { 2, "{\"alg\":\"RS256\",\"kid\":\"r\"}", "no key has signed it" },
        { 3, "{\"alg\":\"RS256\"}", "no key has signed it" },

        /* an algorithm is not for the token to choose */

        { 0, "{\"alg\":\"ES256\"}", "no key has signed it" },
        { 1, "{\"alg\":\"RS256\"}", "no key has signed it" },
        { 0, "{\"alg\":\"none\"}",
          "its algorithm is not RS256 or ES256" },
        { 0, "{\"alg\":\"HS256\"}",
          "its algorithm is not RS256 or ES256" },
        { 0, "{\"alg\":\"rs256\"}",
          "its algorithm is not RS256 or ES256" },
        { 0, "{}", "it is no token" },
        { 0, "{\"typ\":\"JWT\"}", "its algorithm is not RS256 or ES256" },
        { 0, "{\"alg\":\"none\",\"alg\":\"RS256\"}", "it is no token" },
        { 0, "{\"alg\":\"RS256\",\"crit\":[\"x\"]}",
          "it has critical extensions (crit)" }
    };

    keys[0] = rsa;
    keys[1] = ec;
    keys[2] = other;
    keys[3] = shorter;

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("jwks: %s by key %u", rows[i].header, rows[i].key);

        token = jwks_sign(keys[rows[i].key], rows[i].header, claims);
        check_str(test_cstr(jwks_said(jwks, &rules, token)),
                  test_cstr(rows[i].said));
        free(token);
    }
}


/* each byte another one; each length */

static void
jwks_changed(llmgw_jwks_t *jwks, EVP_PKEY *pkey, const char *header)
{
    int      c;
    char    *token, was;
    size_t   i, n;

    static const llmgw_jwt_rules_t  rules;

    test_case("jwks: %s, changed and cut", header);

    token = jwks_sign(pkey, header, "{\"exp\":1767229999,\"sub\":\"me\"}");
    n = strlen(token);

    check_str(test_cstr(jwks_said(jwks, &rules, token)), test_cstr("OK"));

    for (i = 0; i < n; i++) {

        was = token[i];

        for (c = 0; c < 3; c++) {
            token[i] = "A.\xc3"[c];

            if (token[i] != was) {
                test_at("byte %u", (unsigned) i);
                check(strcmp(jwks_said(jwks, &rules, token), "OK") != 0);
            }
        }

        token[i] = was;
    }

    for (i = 1; i < n; i++) {
        was = token[i];
        token[i] = '\0';
        test_at("length %u", (unsigned) i);
        check(strcmp(jwks_said(jwks, &rules, token), "OK") != 0);
        token[i] = was;
    }

    free(token);
}


static void
jwks_find(void)
{
    json_t  *c;

    test_case("jwks: claims by their paths");

    c = json_loads("{\"sub\":\"me\",\"a\":{\"b\":[\"x\",\"y\"],\"n\":5},"
                   "\"https://x.org/t\":\"z\",\"e\":[]}", 0, NULL);

    check_lit(llmgw_jwt_text(c, llmgw_lit("sub")), "me");
    check_lit(llmgw_jwt_text(c, llmgw_lit("a.b")), "x");
    check_lit(llmgw_jwt_text(c, llmgw_lit("https://x.org/t")), "z");
    check_int(llmgw_jwt_text(c, llmgw_lit("a")).len, 0);
    check_int(llmgw_jwt_text(c, llmgw_lit("e")).len, 0);
    check_int(llmgw_jwt_text(c, llmgw_lit("sub.x")).len, 0);
    check_int(llmgw_jwt_text(c, llmgw_lit("..")).len, 0);
    check(llmgw_jwt_has(c, llmgw_lit("a.b"), llmgw_lit("y")));
    check(llmgw_jwt_has(c, llmgw_lit("a.n"), llmgw_lit("5")));
    check(!llmgw_jwt_has(c, llmgw_lit("a.n"), llmgw_lit("05")));
    check(!llmgw_jwt_has(c, llmgw_lit("e"), llmgw_lit("")));
    check(!llmgw_jwt_has(c, llmgw_lit("none"), llmgw_lit("")));

    json_decref(c);
}


static void
jwks_sets(void)
{
    size_t       i;
    const char  *error;

    static const char  *texts[] = {
        "", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[]}",
        "{\"keys\":[1,null,{}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":"
        "\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
        "\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\","
        "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}]}"
    };

    for (i = 0; i < llmgw_nelts(texts); i++) {
        test_case("jwks: no set: %s", texts[i]);
        check(llmgw_jwks_read(test_cstr(texts[i]), &error) == NULL);
        check(error != NULL);
    }
}


static void
jwks_lacking(llmgw_jwks_t *jwks)
{
    char    *token;
    size_t   i;

    static const struct {
        const char  *header;
        int          lacks;
    } cases[] = {
        { "{\"alg\":\"RS256\",\"kid\":\"r\"}", 0 },
        { "{\"alg\":\"RS256\",\"kid\":\"new\"}", 1 },
        { "{\"alg\":\"RS256\"}", 0 },
        { "{\"alg\":\"ES256\",\"kid\":\"new\"}", 0 },  /* may be any of them */
        { "{\"alg\":\"HS256\",\"kid\":\"new\"}", 0 },
        { "{\"alg\":5,\"kid\":\"new\"}", 0 },
        { "{\"alg\":\"RS256\",\"kid\":7}", 0 },
        { "{\"kid\":\"new\"}", 0 },
        { "[]", 0 },
        { "{\"", 0 }
    };

    for (i = 0; i < llmgw_nelts(cases); i++) {
        test_case("jwks: a key that may be in another set: %s",
                  cases[i].header);
        token = jwks_sign(rsa, cases[i].header, "{}");
        check_int(llmgw_jwks_lacks(jwks, test_cstr(token)), cases[i].lacks);
        free(token);
    }

    check_int(llmgw_jwks_lacks(jwks, llmgw_lit("")), 0);
    check_int(llmgw_jwks_lacks(jwks, llmgw_lit("ey..")), 0);
    check_int(llmgw_jwks_lacks(jwks, llmgw_lit("ey.ey")), 0);
}


void
test_jwks(void)
{
    llmgw_jwks_t  *jwks;

    rsa = jwks_make(EVP_PKEY_RSA, 2048);
    ec = jwks_make(EVP_PKEY_EC, 0);
    other = jwks_make(EVP_PKEY_RSA, 2048);
    shorter = jwks_make(EVP_PKEY_RSA, 1024);

    test_case("jwks: keys that are too short are passed over");

    check(jwks_set(json_pack("[o]", jwks_jwk(shorter, "s"))) == NULL);

    jwks = jwks_set(json_pack("[o,o,o]", jwks_jwk(shorter, NULL),
                              jwks_jwk(rsa, "r"), jwks_jwk(ec, NULL)));
    check(jwks != NULL);

    if (jwks) {
        jwks_headers(jwks);
        jwks_claims(jwks);
        jwks_lacking(jwks);
        jwks_changed(jwks, ec, "{\"alg\":\"ES256\"}");
        jwks_changed(jwks, rsa, "{\"alg\":\"RS256\"}");
    }

    llmgw_jwks_free(jwks);

    jwks_find();
    jwks_sets();

    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(other);
    EVP_PKEY_free(shorter);
}
