
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Clients of the Responses API: what the files that understand their requests
 * share.  OpenAI's own service gets these as they are; what comes here goes to
 * another provider, or to one that has chat completions only.
 */


#ifndef _LLMGW_RESPONSES_H_INCLUDED_
#define _LLMGW_RESPONSES_H_INCLUDED_


#include "llmgw_openai_read.h"


/* reasoning that this gateway carries: "llmgw1." PROVIDER "." PAYLOAD */
#define LLMGW_CARRIED            "llmgw1."
#define LLMGW_CARRIED_ANTHROPIC  LLMGW_CARRIED "anthropic."
#define LLMGW_CARRIED_GEMINI     LLMGW_CARRIED "gemini."


/* A tool as the provider knows it, and as the client does. */

typedef struct {
    llmgw_str_t   name;           /* the client's; canonical jstr */
    llmgw_str_t   space;          /* its namespace; empty: none */
    unsigned      custom:1;       /* free-form: it takes a text */
} llmgw_responses_tool_t;


/* call->asked: what the answer depends on */

typedef struct {
    llmgw_map_t   tools;          /* of llmgw_responses_tool_t, by name */
    unsigned      encrypted:1;    /* reasoning that can be sent back */
} llmgw_responses_asked_t;


typedef struct {
    llmgw_openai_read_t       rd;
    llmgw_call_t             *call;
    llmgw_responses_asked_t  *asked;

    /* the assistant's message that a call would belong to */
    llmgw_message_t          *turn;

    /* reasoning that waits for what it led to, and that of the turn */
    llmgw_buf_t               reasoning;  /* jstr */
    llmgw_buf_t               before;
    llmgw_part_t             *thoughts;
    llmgw_part_t            **last_thought;
    llmgw_str_t               signature;

    unsigned                  omitted:1;  /* a tool has been left out */
    unsigned                  searches:1; /* … or is a search */
} llmgw_responses_read_t;


/* llmgw_responses_door.c */

llmgw_int_t llmgw_responses_read_request(llmgw_call_t *call,
    llmgw_chat_t *chat);

/* 400 with the path of what cannot be served. */

llmgw_int_t llmgw_responses_refuse(llmgw_responses_read_t *r,
    llmgw_node_t *v, const char *why);

/* llmgw_responses_items.c; system: messages are the system's, whoever says */

llmgw_int_t llmgw_responses_read_input(llmgw_responses_read_t *r,
    llmgw_node_t *v, unsigned system);

/* llmgw_responses_tools.c */

llmgw_int_t llmgw_responses_read_tools(llmgw_responses_read_t *r,
    llmgw_node_t *v);
llmgw_int_t llmgw_responses_read_choice(llmgw_responses_read_t *r,
    llmgw_node_t *v);

/* The name of a tool of a namespace; data is NULL without memory. */

llmgw_str_t llmgw_responses_flat_name(llmgw_arena_t *a, llmgw_str_t space,
    llmgw_str_t name);


/* Answers: llmgw_responses_answer.c */

extern const llmgw_writer_ops_t  llmgw_responses_whole;
extern const llmgw_writer_ops_t  llmgw_responses_stream;

/* Errors: llmgw_responses_error.c */

void llmgw_responses_write_error(const llmgw_call_t *call,
    const llmgw_error_t *e, llmgw_out_t *o);


#endif /* _LLMGW_RESPONSES_H_INCLUDED_ */
