
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * OpenAI's chat completions: what the files of this dialect share.
 */


#ifndef _LLMGW_OPENAI_H_INCLUDED_
#define _LLMGW_OPENAI_H_INCLUDED_


#include "llmgw_call.h"


typedef const llmgw_json_node_t  llmgw_node_t;

/* Members of an object by their names; NULL: not there, or null. */

void llmgw_openai_members(const llmgw_json_t *j, llmgw_node_t *object,
    const llmgw_str_t *names, size_t n, llmgw_node_t **member);

/* Gemini's signature in an "extra_content"; empty: none. */

llmgw_str_t llmgw_openai_signature(const llmgw_json_t *j,
    llmgw_node_t *extra);


/* llmgw_openai_request.c */

llmgw_int_t llmgw_openai_read_request(llmgw_call_t *call, llmgw_chat_t *chat);

/* llmgw_openai_upstream.c */

llmgw_int_t llmgw_openai_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up);

/* Whether a model thinks; the others answer 400 to an effort. */

unsigned llmgw_openai_reasons(llmgw_str_t model);

/* llmgw_openai_reader.c */

extern const llmgw_reader_ops_t  llmgw_openai_reader;

/* llmgw_openai_answer.c */

extern const llmgw_writer_ops_t  llmgw_openai_whole;

/* "chatcmpl-" and the provider's id, or a new one */

llmgw_str_t llmgw_openai_answer_id(llmgw_writer_t *w, llmgw_str_t id);

/* tools: whether the choice called some */

llmgw_str_t llmgw_openai_finish_reason(const llmgw_call_t *call,
    llmgw_finish_e finish, unsigned tools);

/* One of "images", and the member "extra_content" with Gemini's signature. */

void llmgw_openai_put_image(llmgw_out_t *o, llmgw_str_t url, uint32_t index);
void llmgw_openai_put_signature(llmgw_out_t *o, llmgw_str_t signature);


/* llmgw_openai_stream.c */

extern const llmgw_writer_ops_t  llmgw_openai_stream;


/* llmgw_openai.c */

void llmgw_openai_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e);

/*
 * Parts of it for variants of this dialect: a sentence for a human in an error
 * object or around it, whatever its member is called; when to come back and
 * whether to, from the headers.
 */

llmgw_str_t llmgw_openai_error_sentence(llmgw_arena_t *a,
    const llmgw_json_t *j, llmgw_node_t *v);
void llmgw_openai_error_hints(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_error_t *e);

/* The status of an error that came behind one of 200. */

unsigned llmgw_openai_stream_status(const llmgw_json_t *j,
    llmgw_node_t *error, llmgw_str_t type);

/* {"error":{…}}, the provider's own object where it is of this dialect */

void llmgw_openai_write_error(const llmgw_call_t *call,
    const llmgw_error_t *e, llmgw_out_t *o);
unsigned llmgw_openai_error_status(const llmgw_error_t *e);

/* llmgw_openai_rerank.c */

extern const llmgw_task_t  llmgw_openai_tasks[];

/* llmgw_pass.c */

llmgw_int_t llmgw_openai_pass_request(llmgw_call_t *call,
    llmgw_upstream_t *up);
unsigned llmgw_openai_passes(const llmgw_call_t *call);


#endif /* _LLMGW_OPENAI_H_INCLUDED_ */
