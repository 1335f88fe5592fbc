
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the files that read chat completions of a provider share.
 */


#ifndef _LLMGW_OPENAI_READER_H_INCLUDED_
#define _LLMGW_OPENAI_READER_H_INCLUDED_


#include "llmgw_openai.h"
#include "llmgw_reader.h"


typedef struct {
    llmgw_str_t             id;         /* the provider's; may be empty */
    int64_t                 index;      /* the provider's, or -1 */
    unsigned                begun:1;
    unsigned                ended:1;
    unsigned                args:1;     /* some have come */
} llmgw_openai_call_t;


typedef struct {
    llmgw_openai_call_t    *calls;
    uint32_t                ncalls;
    uint32_t                size;
    unsigned                begun:1;
    unsigned                ended:1;
} llmgw_openai_choice_t;


typedef struct {
    llmgw_openai_choice_t  *choices;    /* by their index */
    uint32_t                nchoices;
    llmgw_str_t             tier;
    llmgw_usage_t           usage;
    unsigned                started:1;
    unsigned                counted:1;  /* usage is initialized */
} llmgw_openai_reader_t;


/* The members of one message or delta, as events. */

llmgw_int_t llmgw_openai_read_delta(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t *delta,
    unsigned whole);

llmgw_int_t llmgw_openai_emit_raw(llmgw_reader_t *rd, llmgw_event_e type,
    uint32_t index, llmgw_str_t raw);

/* The answer cannot be used: 502, with this message. */

llmgw_int_t llmgw_openai_invalid(llmgw_reader_t *rd, llmgw_str_t message);


#endif /* _LLMGW_OPENAI_READER_H_INCLUDED_ */
