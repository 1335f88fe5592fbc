
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a JSON text means, as a digest: the order of members, white space and
 * the way in which strings are escaped make no difference.
 */


#ifndef _LLMGW_CANON_H_INCLUDED_
#define _LLMGW_CANON_H_INCLUDED_


#include "llmgw_digest.h"
#include "llmgw_json.h"


/*
 * Adds a text to a digest; one that is no JSON counts byte by byte.  Numbers
 * keep their digits: 1 and 1.0 are two.  Memory comes from the arena and may
 * be given back when the function returns.  LLMGW_OK, LLMGW_ERROR.
 */

llmgw_int_t llmgw_canon(llmgw_sha256_t *c, llmgw_arena_t *a,
    llmgw_str_t text);


/*
 * "cache" of a request, which is for the gateway and no parameter of any
 * provider: {"no-cache":true,"no-store":true,"ttl":60}.
 */

typedef struct {
    unsigned  no_cache:1;   /* what is stored is not for this request */
    unsigned  no_store:1;   /* … nor is its answer to be stored */
    int64_t   ttl;          /* seconds that it may be; -1: not given */
} llmgw_cache_control_t;

/*
 * Overwrites a member at the top of a body, and a comma beside it, with
 * blanks.  j is made of the body; its other nodes stay as they are.
 */

void llmgw_blank_member(u_char *body, const llmgw_json_t *j,
    const llmgw_json_node_t *key);

/*
 * Looks for the member and overwrites it with blanks, so that nothing that
 * points into the body moves.  LLMGW_OK: it was there; LLMGW_DECLINED: there
 * is none, or one with other names in it, which stays; LLMGW_INVALID: a value
 * is of a wrong type, param is its path; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_cache_control(llmgw_cache_control_t *cc, llmgw_arena_t *a,
    u_char *body, size_t len, llmgw_str_t *param);


#endif /* _LLMGW_CANON_H_INCLUDED_ */
