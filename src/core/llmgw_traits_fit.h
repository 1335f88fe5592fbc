
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the files that fit a body to a provider share.
 */


#ifndef _LLMGW_TRAITS_FIT_H_INCLUDED_
#define _LLMGW_TRAITS_FIT_H_INCLUDED_


#include "llmgw_splice.h"
#include "llmgw_traits.h"


typedef struct {
    llmgw_call_t          *call;
    const llmgw_json_t    *j;
    llmgw_splice_t        *splice;
    const llmgw_quirk_t   *quirks;     /* NULL: none for this body */
    llmgw_ep_e             endpoint;
    llmgw_json_t           set;        /* what the operator sets; n 0: none */
    unsigned               chat:1;     /* it is a chat completion */
    unsigned               noted:1;    /* a member of messages was dropped */
} llmgw_fit_t;


/* The next quirk of a kind, of this body and its model; key NULL: any name. */

const llmgw_quirk_t *llmgw_fit_quirk(const llmgw_fit_t *f,
    const llmgw_quirk_t *after, llmgw_quirk_e kind,
    const llmgw_json_node_t *key);

void llmgw_fit_replace(llmgw_fit_t *f, const llmgw_json_node_t *v,
    llmgw_str_t text);

/* llmgw_traits_messages.c.  LLMGW_OK, LLMGW_ERROR. */

llmgw_int_t llmgw_fit_messages(llmgw_fit_t *f,
    const llmgw_json_node_t *messages);
void llmgw_fit_tools(llmgw_fit_t *f, const llmgw_json_node_t *tools);


#endif /* _LLMGW_TRAITS_FIT_H_INCLUDED_ */
