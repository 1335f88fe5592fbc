
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_digest.h"


static llmgw_str_t
hex(const u_char *digest)
{
    static u_char  text[2 * LLMGW_SHA256_LEN];

    (void) llmgw_hex(text, digest, LLMGW_SHA256_LEN);

    return llmgw_str(text, sizeof(text));
}


/* FIPS 180-2, appendix B; RFC 4231 */

void
test_digest(void)
{
    u_char          digest[LLMGW_SHA256_LEN], key[131];
    llmgw_sha256_t  c;

    test_case("SHA-256");

    check_int(llmgw_sha256(llmgw_lit(""), digest), LLMGW_OK);
    check_lit(hex(digest), "e3b0c44298fc1c149afbf4c8996fb924"
                           "27ae41e4649b934ca495991b7852b855");

    check_int(llmgw_sha256(llmgw_null_str, digest), LLMGW_OK);
    check_lit(hex(digest), "e3b0c44298fc1c149afbf4c8996fb924"
                           "27ae41e4649b934ca495991b7852b855");

    check_int(llmgw_sha256(llmgw_lit("abc"), digest), LLMGW_OK);
    check_lit(hex(digest), "ba7816bf8f01cfea414140de5dae2223"
                           "b00361a396177a9cb410ff61f20015ad");

    test_case("HMAC-SHA-256");

    check_int(llmgw_hmac_sha256(llmgw_lit("Jefe"),
                            llmgw_lit("what do ya want for nothing?"),
                            digest), LLMGW_OK);
    check_lit(hex(digest), "5bdcc146bf60754e6a042426089575c7"
                           "5a003f089d2739839dec58b964ec3843");

    memset(key, 0xaa, sizeof(key));

    check_int(llmgw_hmac_sha256(llmgw_str(key, sizeof(key)),
                            llmgw_lit("Test Using Larger Than Block-Size Key "
                                      "- Hash Key First"),
                            digest), LLMGW_OK);
    check_lit(hex(digest), "60e431591ee0b67f0d8a26aacbf5b77f"
                           "8e0bc6213728c5140546040f0ee37f54");

    test_case("digests in a row, of texts in pieces");

    check_int(llmgw_sha256_init(&c), LLMGW_OK);

    check_int(llmgw_sha256_update(&c, llmgw_lit("a")), LLMGW_OK);
    check_int(llmgw_sha256_update(&c, llmgw_null_str), LLMGW_OK);
    check_int(llmgw_sha256_update(&c, llmgw_lit("bc")), LLMGW_OK);
    check_int(llmgw_sha256_final(&c, digest), LLMGW_OK);
    check_lit(hex(digest), "ba7816bf8f01cfea414140de5dae2223"
                           "b00361a396177a9cb410ff61f20015ad");

    check_int(llmgw_sha256_hmac(&c, llmgw_lit("Jefe"),
                                llmgw_lit("what do ya want for nothing?"),
                                digest), LLMGW_OK);
    check_lit(hex(digest), "5bdcc146bf60754e6a042426089575c7"
                           "5a003f089d2739839dec58b964ec3843");

    check_int(llmgw_sha256_hmac(&c, llmgw_str(key, sizeof(key)),
                                llmgw_lit("Test Using Larger Than Block-Size "
                                          "Key - Hash Key First"),
                                digest), LLMGW_OK);
    check_lit(hex(digest), "60e431591ee0b67f0d8a26aacbf5b77f"
                           "8e0bc6213728c5140546040f0ee37f54");

    check_int(llmgw_sha256_final(&c, digest), LLMGW_OK);
    check_lit(hex(digest), "e3b0c44298fc1c149afbf4c8996fb924"
                           "27ae41e4649b934ca495991b7852b855");

    llmgw_sha256_free(&c);

    test_case("comparing digests");

    check(llmgw_digest_equal((u_char *) "abc", (u_char *) "abc", 3));
    check(!llmgw_digest_equal((u_char *) "abc", (u_char *) "abd", 3));
}
