
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Cohere's API, version 2: what the files of this dialect share.
 */


#ifndef _LLMGW_COHERE_H_INCLUDED_
#define _LLMGW_COHERE_H_INCLUDED_


#include "llmgw_call.h"


typedef struct {
    llmgw_call_t     *call;
    llmgw_chat_t     *chat;
    llmgw_out_t      *out;
    uint64_t          taken;        /* parameters */
    unsigned          tools:1;      /* some are written */
    unsigned          strict:1;     /* and one of them is strict */
    unsigned          documents:1;
} llmgw_cohere_write_t;


/* The path below the base URL, whose version may be written or not. */

llmgw_int_t llmgw_cohere_path(llmgw_call_t *call, llmgw_str_t path,
    llmgw_upstream_t *up);

/* llmgw_cohere_params.c; all members but messages and tools */

llmgw_int_t llmgw_cohere_write_params(llmgw_cohere_write_t *w);

/* llmgw_cohere_messages.c; the member "messages" */

llmgw_int_t llmgw_cohere_write_messages(llmgw_cohere_write_t *w);

/* llmgw_cohere_reader.c */

extern const llmgw_reader_ops_t  llmgw_cohere_reader;

void llmgw_cohere_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage);

/* llmgw_cohere_error.c */

void llmgw_cohere_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e);

/* llmgw_cohere_tasks.c */

extern const llmgw_task_t  llmgw_cohere_tasks[];


#endif /* _LLMGW_COHERE_H_INCLUDED_ */
