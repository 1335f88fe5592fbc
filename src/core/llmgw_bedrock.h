
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Amazon Bedrock: chats by Converse, everything else by InvokeModel.
 */


#ifndef _LLMGW_BEDROCK_H_INCLUDED_
#define _LLMGW_BEDROCK_H_INCLUDED_


#include "llmgw_claude.h"
#include "llmgw_dialog.h"
#include "llmgw_map.h"


/* Whose model it is: what it takes differs more than the format says. */

typedef enum {
    LLMGW_BEDROCK_OTHER = 0,
    LLMGW_BEDROCK_CLAUDE,
    LLMGW_BEDROCK_NOVA,
    LLMGW_BEDROCK_NOVA2,
    LLMGW_BEDROCK_AMAZON,
    LLMGW_BEDROCK_META,
    LLMGW_BEDROCK_MISTRAL,
    LLMGW_BEDROCK_COHERE,
    LLMGW_BEDROCK_AI21,
    LLMGW_BEDROCK_DEEPSEEK,
    LLMGW_BEDROCK_QWEN,
    LLMGW_BEDROCK_OPENAI,
    LLMGW_BEDROCK_STABILITY
} llmgw_bedrock_family_e;

typedef struct {
    llmgw_str_t              id;        /* as requests have it; jstr */
    llmgw_str_t              name;      /* of the model: "amazon.nova-…" */
    llmgw_bedrock_family_e   family;
    llmgw_claude_t           claude;
} llmgw_bedrock_model_t;

/* Of the attempt.  LLMGW_ERROR: no memory. */

llmgw_int_t llmgw_bedrock_model(const llmgw_call_t *call,
    llmgw_bedrock_model_t *m);

/*
 * The path of an operation, and with head also the headers of its request.
 * LLMGW_INVALID: the model's id cannot stand in a path, call->error says so.
 */

llmgw_int_t llmgw_bedrock_path(llmgw_call_t *call,
    const llmgw_bedrock_model_t *m, llmgw_str_t operation,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_bedrock_head(llmgw_call_t *call,
    const llmgw_bedrock_model_t *m, llmgw_str_t operation,
    llmgw_upstream_t *up);


/* Writing requests: between the files of the writer */

#define LLMGW_BEDROCK_FIELDS  8

typedef struct {
    llmgw_str_t              name;
    llmgw_str_t              value;     /* raw */
} llmgw_bedrock_field_t;

typedef struct {
    llmgw_call_t            *call;
    llmgw_chat_t            *chat;
    llmgw_arena_t           *arena;
    llmgw_out_t             *out;
    const llmgw_settings_t  *settings;
    llmgw_bedrock_model_t    model;
    llmgw_choice_e           choice;    /* that is left of the client's */
    llmgw_claude_plan_t      plan;      /* how Claude is asked to think */
    int64_t                  max_tokens; /* -1: the model's own limit */

    llmgw_str_t              json;      /* more system texts */
    llmgw_dialog_t           dialog;
    llmgw_part_t            *trim;      /* text at the end of a prefill */
    llmgw_map_t              documents; /* names so far */
    unsigned                 points;    /* cachePoint blocks so far */

    /* additionalModelRequestFields: the client's, and what we add to them */
    llmgw_json_t             own;
    const llmgw_json_t      *doc;
    const llmgw_json_node_t *client;
    llmgw_bedrock_field_t    field[LLMGW_BEDROCK_FIELDS];
    unsigned                 nfields;

    unsigned                 tools:1;   /* the client's, at least one */
    unsigned                 history:1; /* there are calls or results in it */
    unsigned                 forced:1;  /* the answer is to be a call */
    unsigned                 single:1;  /* … one at a time */
    unsigned                 mute:1;    /* tools are sent, but not to be used */
    unsigned                 json_tool:1;
    unsigned                 format:1;  /* outputConfig */
    unsigned                 bare:1;    /* no limit, no sampling */
    unsigned                 images:1;  /* a model's own were left out */
    unsigned                 uncached:1; /* so were breakpoints */
} llmgw_bedrock_request_t;

llmgw_int_t llmgw_bedrock_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);

/* The tokens of Claude's requests; those of others are not counted. */

llmgw_int_t llmgw_bedrock_write_count(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
llmgw_int_t llmgw_bedrock_read_count(const llmgw_json_t *j,
    int64_t *tokens);

/* Claude by its own format. */

llmgw_int_t llmgw_bedrock_claude_write(llmgw_call_t *call,
    llmgw_chat_t *chat, const llmgw_bedrock_model_t *m,
    llmgw_upstream_t *up);

/* LLMGW_OK; LLMGW_INVALID: call->error says why; LLMGW_ERROR: no memory. */

llmgw_int_t llmgw_bedrock_plan_tools(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_plan_effort(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_plan_fields(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_write_messages(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_write_system(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_write_inference(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_write_tools(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_write_fields(llmgw_bedrock_request_t *r);
llmgw_int_t llmgw_bedrock_write_rest(llmgw_bedrock_request_t *r);

/* Adds a member to additionalModelRequestFields, unless the client has it. */

void llmgw_bedrock_field(llmgw_bedrock_request_t *r, llmgw_str_t name,
    llmgw_str_t value);

/* The member in the client's additionalModelRequestFields, or NULL. */

const llmgw_json_node_t *llmgw_bedrock_client_field(
    const llmgw_bedrock_request_t *r, llmgw_str_t name);

/* A parameter of the client's, or NULL. */

const llmgw_value_t *llmgw_bedrock_given(const llmgw_bedrock_request_t *r,
    llmgw_param_e p);

void llmgw_bedrock_drop(llmgw_bedrock_request_t *r, llmgw_param_e p);

/*
 * A parameter that the provider does not have.  LLMGW_OK: left out, and its
 * name is on the list of those; LLMGW_INVALID: refused.
 */

llmgw_int_t llmgw_bedrock_refuse(llmgw_bedrock_request_t *r,
    llmgw_str_t param, llmgw_str_t message);

llmgw_int_t llmgw_bedrock_refuse_part(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, llmgw_str_t code,
    const char *member, const char *why);

/*
 * A block behind which the prompt is cached; cache is the client's
 * cache_control, empty: none.  tool: it is in the list of tools.
 */

void llmgw_bedrock_put_point(llmgw_bedrock_request_t *r, llmgw_str_t cache,
    unsigned tool);

/* An image, a sound, a film or a file as a block. */

llmgw_int_t llmgw_bedrock_write_media(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, unsigned *document);


/* Reading answers */

extern const llmgw_reader_ops_t  llmgw_bedrock_reader;

void llmgw_bedrock_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e);
void llmgw_bedrock_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage);

/* An exception of a stream; name is its type. */

void llmgw_bedrock_exception(llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t body, llmgw_arena_t *a, llmgw_error_t *e);


/* What is no chat */

llmgw_int_t llmgw_bedrock_write_embeddings(llmgw_call_t *call,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_bedrock_read_embeddings(llmgw_call_t *call,
    llmgw_outcome_t *answer);
llmgw_int_t llmgw_bedrock_write_rerank(llmgw_call_t *call,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_bedrock_read_rerank(llmgw_call_t *call,
    llmgw_outcome_t *answer);
llmgw_int_t llmgw_bedrock_write_images(llmgw_call_t *call,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_bedrock_read_images(llmgw_call_t *call,
    llmgw_outcome_t *answer);


#endif /* _LLMGW_BEDROCK_H_INCLUDED_ */
