
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Hugging Face: the router to its partners, and the servers that it made for
 * texts (TGI) and for embeddings (TEI).
 */


#ifndef _LLMGW_HUGGINGFACE_H_INCLUDED_
#define _LLMGW_HUGGINGFACE_H_INCLUDED_


#include "llmgw_call.h"


/* llmgw_huggingface.c; errors of the router, and of the servers */

void llmgw_huggingface_read_error(llmgw_call_t *call,
    const llmgw_head_t *head, llmgw_str_t body, llmgw_error_t *e);
void llmgw_huggingface_server_error(llmgw_call_t *call,
    const llmgw_head_t *head, llmgw_str_t body, llmgw_error_t *e);

/* Who is billed; the same with the content type. */

llmgw_int_t llmgw_huggingface_bill(llmgw_call_t *call,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_huggingface_headers(llmgw_call_t *call,
    llmgw_upstream_t *up);


/* llmgw_tgi.c */

typedef struct {
    llmgw_call_t     *call;
    llmgw_chat_t     *chat;
    llmgw_out_t      *out;
    uint64_t          taken;     /* parameters */
    unsigned          tools:1;   /* some are written */
} llmgw_tgi_write_t;


/* llmgw_tgi_messages.c; the member "messages" */

llmgw_int_t llmgw_tgi_write_messages(llmgw_tgi_write_t *w);

/* llmgw_tgi_reader.c */

extern const llmgw_reader_ops_t  llmgw_tgi_reader;


#endif /* _LLMGW_HUGGINGFACE_H_INCLUDED_ */
