
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * How a policy is laid out: the header; 8 bytes for each field of the mask, in
 * its order; then what these refer to, by its distance from the beginning.
 *
 *     number            the value
 *     STRING            distance | length << 32
 *     lists of any kind distance of the entries | their number << 32
 */


#ifndef _LLMGW_POLICY_BLOCK_H_INCLUDED_
#define _LLMGW_POLICY_BLOCK_H_INCLUDED_


#include "llmgw_policy.h"


/* of an entry there is as much as its field needs */

typedef struct {
    uint32_t  name;              /* distance */
    uint32_t  len;
    uint64_t  value;             /* a number; or distance | length << 32 */
    int64_t   more;
} llmgw_entry_t;


static inline size_t
llmgw_entry_size(llmgw_field_e field)
{
    switch (field) {

    case LLMGW_F_BUDGETS:
    case LLMGW_F_MODEL_BUDGETS:
    case LLMGW_F_ALLOWED_IPS:
        return sizeof(llmgw_entry_t);

    case LLMGW_F_ALIASES:
    case LLMGW_F_JWT_CLAIMS:
    case LLMGW_F_MODEL_RPM:
    case LLMGW_F_MODEL_TPM:
        return offsetof(llmgw_entry_t, more);

    default:
        return offsetof(llmgw_entry_t, value);
    }
}


/* in the place of an entry */

typedef struct {
    u_char    len;               /* 4 or 16 */
    u_char    prefix;
    u_char    addr[16];
    u_char    pad[6];
} llmgw_net_t;


/* hex digits of the longest digest, SHA-512 */

#define LLMGW_FINGERPRINT_MAX  128


#endif /* _LLMGW_POLICY_BLOCK_H_INCLUDED_ */
