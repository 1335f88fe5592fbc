
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Query strings: NAME=VALUE&NAME=VALUE, percent-encoded.
 */


#ifndef _LLMGW_QUERY_H_INCLUDED_
#define _LLMGW_QUERY_H_INCLUDED_


#include "llmgw_core.h"


/*
 * The value of the first member of that name, as it stands there; the name may
 * be encoded in it, too.  data is NULL where there is none.
 */

llmgw_str_t llmgw_query_value(llmgw_str_t query, llmgw_str_t name);

/*
 * Writes the query without the members of that name to p, which may be where
 * the query stands; the end of it.
 */

u_char *llmgw_query_cut(u_char *p, llmgw_str_t query, llmgw_str_t name);

/* What an encoded text stands for; data is NULL without memory. */

llmgw_str_t llmgw_percent_decode(llmgw_arena_t *a, llmgw_str_t s);


#endif /* _LLMGW_QUERY_H_INCLUDED_ */
