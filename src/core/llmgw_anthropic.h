
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Anthropic's Messages API, as a provider's dialect and as that of clients.
 */


#ifndef _LLMGW_ANTHROPIC_H_INCLUDED_
#define _LLMGW_ANTHROPIC_H_INCLUDED_


#include "llmgw_call.h"
#include "llmgw_claude.h"
#include "llmgw_dialog.h"


/* Another platform that serves the models: what is different there. */

typedef struct {
    llmgw_str_t              version;      /* a member instead of the model */

    /* lists of words with commas or blanks between them */
    llmgw_str_t              betas;        /* that it takes */
    llmgw_str_t              lacks;        /* members, tools, sources of kind
                                              "file" and "url" */

    unsigned                 any_beta:1;   /* it takes whatever is named */
    unsigned                 in_body:1;    /* betas are a member of the body,
                                              and streams one of the path */
} llmgw_anthropic_platform_t;


/* Writing requests: between the files of the writer */

typedef struct {
    llmgw_call_t            *call;
    llmgw_chat_t            *chat;
    llmgw_arena_t           *arena;
    llmgw_out_t             *out;
    const llmgw_settings_t  *settings;
    llmgw_claude_t           model;
    llmgw_choice_e           choice;       /* that is left of the client's */

    int64_t                  max_tokens;
    int64_t                  budget;       /* of manual thinking; 0: none */
    llmgw_str_t              thinking;     /* raw; empty: none */
    llmgw_str_t              effort;
    llmgw_str_t              system;       /* one more system text */
    llmgw_dialog_t           dialog;
    llmgw_part_t            *trim;         /* text at the end of a prefill */

    unsigned                 tools:1;      /* the request has some */
    unsigned                 forced:1;     /* tool_choice: any or tool */
    unsigned                 web_search:1; /* web_search_options is a tool */
    unsigned                 json_tool:1;
    unsigned                 format:1;     /* output_config.format */
    unsigned                 think_on:1;   /* the request switches it on */
    unsigned                 no_sampling:1;
    unsigned                 images:1;     /* a model's own were left out */
    unsigned                 count:1;      /* nothing is to be answered */

    const llmgw_anthropic_platform_t  *platform;  /* NULL: Anthropic's own */
} llmgw_anthropic_request_t;

llmgw_int_t llmgw_anthropic_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);

/* Only its tokens are asked for, and what came back. */

llmgw_int_t llmgw_anthropic_write_count(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
llmgw_int_t llmgw_anthropic_read_count(const llmgw_json_t *j,
    int64_t *tokens);

/*
 * Body and headers for another platform, whose path and version are its own
 * business; count: only the tokens are asked for.
 */

llmgw_int_t llmgw_anthropic_write_platform(llmgw_call_t *call,
    llmgw_chat_t *chat, const llmgw_anthropic_platform_t *platform,
    unsigned count, llmgw_upstream_t *up);

/* The same of a client's own bytes. */

llmgw_int_t llmgw_anthropic_pass_platform(llmgw_call_t *call,
    const llmgw_anthropic_platform_t *platform, llmgw_upstream_t *up);

/* Whether a platform lacks something. */

unsigned llmgw_anthropic_lacks(const llmgw_anthropic_platform_t *platform,
    llmgw_str_t name);

/* The betas of a header's value that a platform takes, behind those in o. */

void llmgw_anthropic_platform_betas(
    const llmgw_anthropic_platform_t *platform, llmgw_out_t *o,
    llmgw_str_t list);

/* LLMGW_OK; LLMGW_INVALID: call->error says why; LLMGW_ERROR: no memory. */

llmgw_int_t llmgw_anthropic_plan_tools(llmgw_anthropic_request_t *r);
llmgw_int_t llmgw_anthropic_write_params(llmgw_anthropic_request_t *r);
llmgw_int_t llmgw_anthropic_write_tools(llmgw_anthropic_request_t *r);
llmgw_int_t llmgw_anthropic_write_system(llmgw_anthropic_request_t *r);
llmgw_int_t llmgw_anthropic_write_messages(llmgw_anthropic_request_t *r);

/* An image or a file as a block that is still open. */

llmgw_int_t llmgw_anthropic_write_media(llmgw_anthropic_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);

llmgw_int_t llmgw_anthropic_refuse_part(llmgw_anthropic_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, llmgw_str_t code,
    const char *member, const char *why);

/*
 * A parameter that the provider does not have.  LLMGW_OK: left out, and its
 * name is on the list of those; LLMGW_INVALID: refused.
 */

llmgw_int_t llmgw_anthropic_refuse(llmgw_anthropic_request_t *r,
    llmgw_str_t param, llmgw_str_t message);


/* Reading answers */

extern const llmgw_reader_ops_t  llmgw_anthropic_reader;

void llmgw_anthropic_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e);
void llmgw_anthropic_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage);

/* An error object of a stream or of a body; status 0: its type decides. */

void llmgw_anthropic_error(llmgw_call_t *call, unsigned status,
    const llmgw_json_t *j, const llmgw_json_node_t *error, llmgw_error_t *e);


/* Clients: requests in, answers and errors out */

llmgw_int_t llmgw_anthropic_read_request(llmgw_call_t *call,
    llmgw_chat_t *chat);

extern const llmgw_writer_ops_t  llmgw_anthropic_whole;
extern const llmgw_writer_ops_t  llmgw_anthropic_stream;

void llmgw_anthropic_write_error(const llmgw_call_t *call,
    const llmgw_error_t *e, llmgw_out_t *o);
unsigned llmgw_anthropic_error_status(const llmgw_error_t *e);
void llmgw_anthropic_put_count(const llmgw_call_t *call, int64_t tokens,
    llmgw_out_t *o);


/* The same dialect on both sides: llmgw_pass.c */

llmgw_int_t llmgw_anthropic_pass_request(llmgw_call_t *call,
    llmgw_upstream_t *up);
unsigned llmgw_anthropic_passes(const llmgw_call_t *call);


#endif /* _LLMGW_ANTHROPIC_H_INCLUDED_ */
