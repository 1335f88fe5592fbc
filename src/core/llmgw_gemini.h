
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Google's generateContent API: as a provider's dialect, as that of clients,
 * and as the part of Vertex AI that speaks it.
 */


#ifndef _LLMGW_GEMINI_H_INCLUDED_
#define _LLMGW_GEMINI_H_INCLUDED_


#include "llmgw_call.h"
#include "llmgw_schema.h"


typedef const llmgw_json_node_t  llmgw_node_t;


/* the signature that stands for one that was lost on the way */
#define LLMGW_GEMINI_SKIP  "skip_thought_signature_validator"

/* what a signature of this gateway's own making holds, and its beginning */
#define LLMGW_GEMINI_CARRIED         "llmgw1.anthropic."
#define LLMGW_GEMINI_CARRIED_BASE64  "bGxtZ3cx"


/* What a model accepts. */

typedef enum {
    LLMGW_GEMINI_THINK_NONE = 0,
    LLMGW_GEMINI_THINK_BUDGET,
    LLMGW_GEMINI_THINK_LEVEL
} llmgw_gemini_thinking_e;

typedef struct {
    unsigned                 version;     /* 205 is 2.5 */
    llmgw_gemini_thinking_e  thinking;
    unsigned                 flash:1;
    unsigned                 lite:1;
    unsigned                 json:1;      /* JSON Schema, not OpenAPI's */
    unsigned                 third:1;     /* 3 or newer */
} llmgw_gemini_t;

/* By the model's name; one without a number counts as the newest. */

void llmgw_gemini(llmgw_gemini_t *g, llmgw_str_t name);


/* Writing requests */

typedef struct {
    llmgw_call_t            *call;
    llmgw_chat_t            *chat;
    llmgw_arena_t           *arena;
    llmgw_out_t             *out;
    const llmgw_settings_t  *settings;
    llmgw_str_t              model;       /* as it stands in the path */
    llmgw_str_t              name;        /* what says which family it is of */
    llmgw_gemini_t           family;

    /* vendor extensions: {"thinking_config":…}; NULL: none */
    const llmgw_json_t      *google_doc;
    llmgw_node_t            *google;

    llmgw_str_t              cached;      /* cachedContent; jstr */

    /* what is left for schemas, which may refer to themselves in many ways */
    size_t                   schema_bytes;
    size_t                   schema_steps;

    unsigned                 vertex:1;
    unsigned                 count:1;     /* … which only counts what is said */
    unsigned                 functions:1; /* the request has some */
    unsigned                 native:1;    /* tools that are no functions */
    unsigned                 search:1;    /* web_search_options is a tool */
    unsigned                 no_format:1; /* cannot stand beside functions */
} llmgw_gemini_request_t;

llmgw_int_t llmgw_gemini_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
llmgw_int_t llmgw_gemini_write_count(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_gemini_read_count(const llmgw_json_t *j, int64_t *tokens);

/* For the target of the call; name, vertex and count may be changed after it. */

void llmgw_gemini_request(llmgw_gemini_request_t *r, llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);

/*
 * The members of the request, into an object that is open.  LLMGW_OK;
 * LLMGW_INVALID: call->error says why; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_gemini_write_members(llmgw_gemini_request_t *r);

llmgw_int_t llmgw_gemini_write_contents(llmgw_gemini_request_t *r);
llmgw_int_t llmgw_gemini_plan_tools(llmgw_gemini_request_t *r);
llmgw_int_t llmgw_gemini_write_tools(llmgw_gemini_request_t *r);
llmgw_int_t llmgw_gemini_write_config(llmgw_gemini_request_t *r);

/* A part that is no text: {"inlineData":…} or {"fileData":…} */

llmgw_int_t llmgw_gemini_write_media(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);

/*
 * A schema; response: of an answer, where the order of properties matters.
 * LLMGW_INVALID: it is too deep or too large.
 */

llmgw_int_t llmgw_gemini_write_schema(llmgw_gemini_request_t *r,
    const llmgw_json_t *j, llmgw_node_t *schema, unsigned response);

/* A function's name as the service takes it; data is NULL without memory. */

llmgw_str_t llmgw_gemini_function(llmgw_arena_t *a, llmgw_str_t name);

/* The same name as the client knows it. */

llmgw_str_t llmgw_gemini_client_function(const llmgw_chat_t *chat,
    llmgw_str_t name);

/* A parameter that the provider cannot honour: refused, or dropped. */

llmgw_int_t llmgw_gemini_refuse(llmgw_gemini_request_t *r, llmgw_str_t param,
    const char *why);
llmgw_int_t llmgw_gemini_refuse_part(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, llmgw_str_t code,
    const char *member, const char *why);

/*
 * A model's name as one segment of a path; "models/" and "google/" in front of
 * it are left out.  LLMGW_INVALID: it holds what no name does.
 */

llmgw_int_t llmgw_gemini_model(llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t *model);

/* base + /v1beta/models/MODEL:METHOD */

llmgw_str_t llmgw_gemini_path(llmgw_call_t *call, llmgw_str_t model,
    const char *method);

/* content-type, accept; stream: events are what is wanted */

llmgw_int_t llmgw_gemini_headers(llmgw_call_t *call, llmgw_upstream_t *up,
    unsigned stream);


/* Clients of the same API: their bytes go through */

unsigned llmgw_gemini_passes(const llmgw_call_t *call);
llmgw_int_t llmgw_gemini_pass_request(llmgw_call_t *call,
    llmgw_upstream_t *up);

/*
 * The body: where it names the model again, that is replaced by what the
 * service calls it, "models/NAME" (empty: by nothing); signatures that this
 * gateway made for clients are taken out.
 */

llmgw_int_t llmgw_gemini_pass_body(llmgw_call_t *call, llmgw_str_t model,
    llmgw_upstream_t *up);


/* Reading answers */

extern const llmgw_reader_ops_t  llmgw_gemini_reader;

void llmgw_gemini_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e);
void llmgw_gemini_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    llmgw_node_t *usage);

/* 502, or what the finish reason of a candidate without content stands for. */

unsigned llmgw_gemini_blocked(llmgw_str_t reason);

/* grounding: a candidate's metadata as OpenAI's annotations */

typedef struct {
    uint8_t   *bits;       /* one for each byte that continues a letter */
    size_t     size;       /* of the map, in bytes */
    size_t     len;        /* of the text so far, in bytes */
} llmgw_gemini_text_t;

llmgw_int_t llmgw_gemini_text_add(llmgw_gemini_text_t *t, llmgw_arena_t *a,
    llmgw_str_t text);
llmgw_int_t llmgw_gemini_put_annotations(llmgw_out_t *o,
    const llmgw_json_t *j, llmgw_node_t *grounding,
    const llmgw_gemini_text_t *t);

/* logprobsResult as OpenAI's logprobs */

llmgw_int_t llmgw_gemini_put_logprobs(llmgw_out_t *o, llmgw_arena_t *a,
    const llmgw_json_t *j, llmgw_node_t *result);


/* What is no chat */

extern const llmgw_task_t  llmgw_gemini_tasks[];


#endif /* _LLMGW_GEMINI_H_INCLUDED_ */
