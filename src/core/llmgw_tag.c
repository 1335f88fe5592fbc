
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_digest.h"
#include "llmgw_tag.h"


#define LLMGW_TAG_MARK     "_lg"
#define LLMGW_TAG_MAC      16
#define LLMGW_TAG_BYTES    (4 + LLMGW_TAG_MAC)
#define LLMGW_TAG_CHARS    27       /* of base64 without padding */
#define LLMGW_TAG_LEN      (sizeof(LLMGW_TAG_MARK) - 1 + LLMGW_TAG_CHARS)

/* no provider's id is longer, and what is hashed stands on the stack */
#define LLMGW_TAG_MAX_ID   256
#define LLMGW_TAG_TENANT   256


static const u_char  llmgw_tag_abc[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


static llmgw_int_t
llmgw_tag_mac(const llmgw_tags_t *tags, const u_char *where, llmgw_str_t id,
    u_char *mac)
{
    u_char  text[LLMGW_TAG_TENANT + 1 + 4 + LLMGW_TAG_MAX_ID], *p;
    u_char  digest[LLMGW_SHA256_LEN];

    if (id.len > LLMGW_TAG_MAX_ID || tags->tenant.len > LLMGW_TAG_TENANT) {
        return LLMGW_INVALID;
    }

    /* the parts cannot run into each other: one has a length, one a size */

    p = text;
    *p++ = (u_char) tags->tenant.len;

    memcpy(p, tags->tenant.data, tags->tenant.len);
    p += tags->tenant.len;

    memcpy(p, where, 4);
    p += 4;

    memcpy(p, id.data, id.len);
    p += id.len;

    if (llmgw_hmac_sha256(tags->key, llmgw_str(text, (size_t) (p - text)),
                          digest)
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    memcpy(mac, digest, LLMGW_TAG_MAC);

    return LLMGW_OK;
}


llmgw_str_t
llmgw_tag_add(const llmgw_tags_t *tags, uint32_t where, llmgw_str_t id,
    llmgw_arena_t *a)
{
    u_char    tag[LLMGW_TAG_BYTES], *p, *start;
    size_t    i;
    unsigned  bits, n;

    if (tags->key.len == 0 || tags->tenant.len == 0 || id.len == 0) {
        return id;
    }

    tag[0] = (u_char) (where >> 24);
    tag[1] = (u_char) (where >> 16);
    tag[2] = (u_char) (where >> 8);
    tag[3] = (u_char) where;

    switch (llmgw_tag_mac(tags, tag, id, tag + 4)) {

    case LLMGW_OK:
        break;

    case LLMGW_INVALID:

        /* nobody could bring it back */

        return id;

    default:
        return llmgw_null_str;
    }

    start = llmgw_nalloc(a, id.len + LLMGW_TAG_LEN);
    if (start == NULL) {
        return llmgw_null_str;
    }

    memcpy(start, id.data, id.len);
    p = start + id.len;

    memcpy(p, LLMGW_TAG_MARK, sizeof(LLMGW_TAG_MARK) - 1);
    p += sizeof(LLMGW_TAG_MARK) - 1;

    bits = 0;
    n = 0;

    for (i = 0; i < LLMGW_TAG_BYTES; i++) {

        bits = bits << 8 | tag[i];
        n += 8;

        while (n >= 6) {
            n -= 6;
            *p++ = llmgw_tag_abc[bits >> n & 63];
        }
    }

    *p++ = llmgw_tag_abc[bits << (6 - n) & 63];

    return llmgw_str(start, (size_t) (p - start));
}


llmgw_int_t
llmgw_tag_take(const llmgw_tags_t *tags, llmgw_str_t tagged, llmgw_str_t *id,
    uint32_t *where)
{
    u_char         tag[LLMGW_TAG_BYTES], mac[LLMGW_TAG_MAC];
    size_t         i, k;
    unsigned       bits, n;
    llmgw_int_t    rc;
    const u_char  *p, *c;

    *id = tagged;

    if (tagged.len <= LLMGW_TAG_LEN) {
        return LLMGW_DECLINED;
    }

    p = tagged.data + tagged.len - LLMGW_TAG_LEN;

    if (memcmp(p, LLMGW_TAG_MARK, sizeof(LLMGW_TAG_MARK) - 1) != 0) {
        return LLMGW_DECLINED;
    }

    p += sizeof(LLMGW_TAG_MARK) - 1;

    bits = 0;
    n = 0;
    k = 0;

    for (i = 0; i < LLMGW_TAG_CHARS; i++) {

        c = memchr(llmgw_tag_abc, p[i], sizeof(llmgw_tag_abc) - 1);

        if (c == NULL) {
            return LLMGW_DECLINED;
        }

        bits = bits << 6 | (unsigned) (c - llmgw_tag_abc);
        n += 6;

        if (n >= 8) {
            n -= 8;
            tag[k++] = (u_char) (bits >> n);
        }
    }

    /* one way to write it: the bits that are left are zeros */

    if (bits & ((1u << n) - 1)) {
        return LLMGW_INVALID;
    }

    id->len = tagged.len - LLMGW_TAG_LEN;

    *where = (uint32_t) tag[0] << 24 | (uint32_t) tag[1] << 16
             | (uint32_t) tag[2] << 8 | tag[3];

    if (tags->tenant.len == 0) {
        return LLMGW_OK;
    }

    if (tags->key.len == 0) {
        return LLMGW_INVALID;
    }

    rc = llmgw_tag_mac(tags, tag, *id, mac);

    if (rc != LLMGW_OK) {
        return rc;
    }

    return llmgw_digest_equal(mac, tag + 4, LLMGW_TAG_MAC) ? LLMGW_OK
                                                           : LLMGW_INVALID;
}


uint32_t
llmgw_tag_where(llmgw_str_t name)
{
    u_char  digest[LLMGW_SHA256_LEN];

    if (llmgw_sha256(name, digest) != LLMGW_OK) {
        return 0;
    }

    return (uint32_t) digest[0] << 24 | (uint32_t) digest[1] << 16
           | (uint32_t) digest[2] << 8 | digest[3];
}
