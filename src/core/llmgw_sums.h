
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Sums of many entities while records are added up: at a start, when the
 * ledger is folded, in the tool.  One rule for all of them: what has the same
 * kind, id and meter is one sum.
 */


#ifndef _LLMGW_SUMS_H_INCLUDED_
#define _LLMGW_SUMS_H_INCLUDED_


#include "llmgw_record.h"


typedef struct llmgw_sums_node_s  llmgw_sums_node_t;

struct llmgw_sums_node_s {
    llmgw_sums_node_t   *next;       /* of the same slot */
    llmgw_sums_node_t   *newer;      /* in the order they came */
    uint64_t             hash;
    llmgw_total_t        total;
    unsigned             mark:1;     /* the user's */
    unsigned             gone:1;     /* on the sum without a meter: what came
                                        before all of these does not count */
};

typedef struct {
    llmgw_arena_t       *arena;
    llmgw_sums_node_t  **slots;
    size_t               mask;
    size_t               n;
    llmgw_sums_node_t   *first;
    llmgw_sums_node_t  **last;
} llmgw_sums_t;


llmgw_int_t llmgw_sums_init(llmgw_sums_t *s, llmgw_arena_t *a);

/* NULL: there is none; with add, no memory.  Texts are copied. */

llmgw_sums_node_t *llmgw_sums_find(llmgw_sums_t *s, unsigned kind,
    llmgw_str_t id, llmgw_str_t meter, unsigned add);

/* A frame of any type; those that change no sum are passed over. */

llmgw_int_t llmgw_sums_frame(llmgw_sums_t *s, const llmgw_frame_t *f);


#endif /* _LLMGW_SUMS_H_INCLUDED_ */
