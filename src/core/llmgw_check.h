
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request must not be, whatever its dialect: ambiguous.
 */


#ifndef _LLMGW_CHECK_H_INCLUDED_
#define _LLMGW_CHECK_H_INCLUDED_


#include "llmgw_error.h"


/*
 * Duplicate members anywhere but inside of what is data to us: tool schemas,
 * arguments, metadata.  LLMGW_INVALID: e names the member.
 */

llmgw_int_t llmgw_check_duplicates(const llmgw_json_t *j, llmgw_arena_t *a,
    llmgw_error_t *e);

/*
 * Top-level members that decide something, in another case ("Model"), which
 * the next parser might take for the member itself.
 */

llmgw_int_t llmgw_check_case(const llmgw_json_t *j, llmgw_arena_t *a,
    llmgw_error_t *e);

/*
 * A string that decides something (model, user, names): no lone surrogates, no
 * NUL.  LLMGW_INVALID: e names param.
 */

llmgw_int_t llmgw_check_name(const llmgw_json_node_t *v, llmgw_str_t param,
    llmgw_error_t *e, llmgw_arena_t *a);

/*
 * An integer member from min to max; absent and null leave *value alone.
 */

llmgw_int_t llmgw_check_int(const llmgw_json_t *j, const llmgw_json_node_t *v,
    llmgw_str_t param, int64_t min, int64_t max, int64_t *value,
    llmgw_error_t *e, llmgw_arena_t *a);

/* The path of a node: messages[0].content[1].text */

llmgw_str_t llmgw_json_path(const llmgw_json_t *j,
    const llmgw_json_node_t *node, llmgw_arena_t *a);


#endif /* _LLMGW_CHECK_H_INCLUDED_ */
