
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Little-endian numbers at places of any alignment.
 */


#ifndef _LLMGW_BYTES_H_INCLUDED_
#define _LLMGW_BYTES_H_INCLUDED_


#include "llmgw_core.h"


#if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
#define llmgw_le16(n)  __builtin_bswap16(n)
#define llmgw_le32(n)  __builtin_bswap32(n)
#define llmgw_le64(n)  __builtin_bswap64(n)

#else
#define llmgw_le16(n)  (n)
#define llmgw_le32(n)  (n)
#define llmgw_le64(n)  (n)
#endif


static inline uint16_t
llmgw_get_u16(const u_char *p)
{
    uint16_t  n;

    memcpy(&n, p, 2);

    return llmgw_le16(n);
}


static inline uint32_t
llmgw_get_u32(const u_char *p)
{
    uint32_t  n;

    memcpy(&n, p, 4);

    return llmgw_le32(n);
}


static inline uint64_t
llmgw_get_u64(const u_char *p)
{
    uint64_t  n;

    memcpy(&n, p, 8);

    return llmgw_le64(n);
}


static inline void
llmgw_put_u16(u_char *p, uint16_t n)
{
    n = llmgw_le16(n);
    memcpy(p, &n, 2);
}


static inline void
llmgw_put_u32(u_char *p, uint32_t n)
{
    n = llmgw_le32(n);
    memcpy(p, &n, 4);
}


static inline void
llmgw_put_u64(u_char *p, uint64_t n)
{
    n = llmgw_le64(n);
    memcpy(p, &n, 8);
}


/* The end of what was written. */

static inline u_char *
llmgw_put_bytes(u_char *p, llmgw_str_t s)
{
    if (s.len) {
        memcpy(p, s.data, s.len);
    }

    return p + s.len;
}


#endif /* _LLMGW_BYTES_H_INCLUDED_ */
