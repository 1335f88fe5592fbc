
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request says of its own routing: "fallbacks", "num_retries" and
 * "timeout" are for the gateway and no parameters of any provider.
 */


#ifndef _LLMGW_OVERRIDES_H_INCLUDED_
#define _LLMGW_OVERRIDES_H_INCLUDED_


#include "llmgw_error.h"
#include "llmgw_json.h"


/* fallbacks that count; more are left out */
#define LLMGW_OVERRIDES_FALLBACKS  5


typedef struct {
    llmgw_str_t  fallback[LLMGW_OVERRIDES_FALLBACKS]; /* names of models */
    int          nfallbacks;    /* -1: not given */
    int64_t      retries;       /* -1: not given */
    int64_t      timeout;       /* ms; 0: not given */
    unsigned     native:1;      /* the client's API has fallbacks, given */
} llmgw_overrides_t;


/*
 * Looks for the members at the top of a document and overwrites them with
 * blanks, so that nothing that points into the body moves.  j is made of the
 * body.  native: "fallbacks" is a parameter of the client's own API and stays.
 *
 * LLMGW_OK: there were some, and o is made in the arena; LLMGW_DECLINED: there
 * are none; LLMGW_INVALID: e says what is wrong; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_overrides(llmgw_overrides_t **o, llmgw_arena_t *a,
    const llmgw_json_t *j, u_char *body, unsigned native, llmgw_error_t *e);


#endif /* _LLMGW_OVERRIDES_H_INCLUDED_ */
