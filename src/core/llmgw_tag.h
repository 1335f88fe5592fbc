
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Ids of what a provider stores.  All clients share the provider's account, so
 * an id alone would open what another one has stored: a client gets it with a
 * tag that says whose it is and where it is kept.
 */


#ifndef _LLMGW_TAG_H_INCLUDED_
#define _LLMGW_TAG_H_INCLUDED_


#include "llmgw_core.h"


typedef struct {
    llmgw_str_t  key;       /* the gateway's secret; empty: it has none */
    llmgw_str_t  tenant;    /* empty: the operator, whose ids bear no tags */
} llmgw_tags_t;


/*
 * ID "_lg" TAG: 27 characters out of A-Za-z0-9_- for where it is kept and a
 * code that only the gateway can make.  Without a key, and for the operator, it
 * is the id itself.  data is NULL without memory.
 */

llmgw_str_t llmgw_tag_add(const llmgw_tags_t *tags, uint32_t where,
    llmgw_str_t id, llmgw_arena_t *a);

/*
 * Takes the tag off.  LLMGW_OK; LLMGW_DECLINED: there is none, which is right
 * for the operator only; LLMGW_INVALID: it is another tenant's, or was never
 * made here.  The operator may name everybody's.
 */

llmgw_int_t llmgw_tag_take(const llmgw_tags_t *tags, llmgw_str_t tagged,
    llmgw_str_t *id, uint32_t *where);

/* A number for the name of a place. */

uint32_t llmgw_tag_where(llmgw_str_t name);


#endif /* _LLMGW_TAG_H_INCLUDED_ */
