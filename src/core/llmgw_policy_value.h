
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that make policies of records.
 */


#ifndef _LLMGW_POLICY_VALUE_H_INCLUDED_
#define _LLMGW_POLICY_VALUE_H_INCLUDED_


#include "llmgw_policy_block.h"


/* A value on its way into the block. */

typedef struct {
    unsigned          set;
    int64_t           number;
    llmgw_str_t       text;
    unsigned          n;         /* of entries */
    llmgw_item_t     *items;
    llmgw_net_t      *nets;
} llmgw_field_value_t;

typedef struct {
    llmgw_arena_t    *arena;
    llmgw_json_t      doc;
    llmgw_problem_t  *problem;
    unsigned          strict;
    unsigned          routes;
    llmgw_field_value_t     values[LLMGW_F_MAX];
} llmgw_reading_t;


/* Reads a value as its field demands it; LLMGW_INVALID: see rd->problem. */

llmgw_int_t llmgw_read_value(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value);

/* LLMGW_INVALID, with the problem that a field has. */

llmgw_int_t llmgw_wrong(llmgw_reading_t *rd, llmgw_str_t field,
    const char *message);


#endif /* _LLMGW_POLICY_VALUE_H_INCLUDED_ */
