
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The intermediate form of a chat: a request as messages of parts, an answer
 * as events.  Every dialect reads into it and writes from it, and none knows
 * another.  All texts are jstr (llmgw_jstr.h) unless said otherwise; "raw" is
 * a JSON value as it stands.
 */


#ifndef _LLMGW_CHAT_H_INCLUDED_
#define _LLMGW_CHAT_H_INCLUDED_


#include "llmgw_error.h"
#include "llmgw_usage.h"


typedef struct llmgw_part_s     llmgw_part_t;
typedef struct llmgw_message_s  llmgw_message_t;
typedef struct llmgw_tool_s     llmgw_tool_t;
typedef struct llmgw_name_s     llmgw_name_t;
typedef struct llmgw_member_s   llmgw_member_t;


/* Request */

typedef enum {
    LLMGW_ROLE_SYSTEM = 0,
    LLMGW_ROLE_DEVELOPER,
    LLMGW_ROLE_USER,
    LLMGW_ROLE_ASSISTANT,
    LLMGW_ROLE_TOOL
} llmgw_role_e;


typedef enum {
    LLMGW_PART_TEXT = 0,
    LLMGW_PART_REFUSAL,
    LLMGW_PART_IMAGE,        /* url: data URL or link; or data: base64, mime */
    LLMGW_PART_AUDIO,        /* data: base64, format */
    LLMGW_PART_FILE,         /* data: data URL, or base64 and mime; or id */
    LLMGW_PART_VIDEO,        /* url */
    LLMGW_PART_THINKING,     /* raw block of Claude, text and signature */
    LLMGW_PART_TOOL_CALL,
    LLMGW_PART_NATIVE        /* raw: a block that only its own service knows */
} llmgw_part_e;


struct llmgw_part_s {
    llmgw_part_t  *next;
    llmgw_part_e   type;
    uint32_t       index;        /* in the client's list */

    llmgw_str_t    text;         /* text, refusal, thinking */
    llmgw_str_t    url;          /* image, video */
    llmgw_str_t    data;         /* audio, file */
    llmgw_str_t    format;       /* audio */
    llmgw_str_t    mime;         /* stated by the client beside the URL */
    llmgw_str_t    detail;       /* image */
    llmgw_str_t    id;           /* tool call; file */
    llmgw_str_t    name;         /* tool call; file name; native: its type */

    /* tool call: the arguments' text; decoded, so that it is JSON if it is */
    llmgw_str_t    args;

    llmgw_str_t    signature;    /* thinking; Gemini's of a call or a text */
    llmgw_str_t    raw;
    llmgw_str_t    cache_control; /* raw */

    unsigned       custom:1;     /* call of a custom (free-form) tool */
    unsigned       redacted:1;   /* thinking: redacted_thinking */
    unsigned       citations:1;  /* file: citations are asked for */
};


struct llmgw_message_s {
    llmgw_message_t   *next;
    llmgw_part_t      *parts;
    llmgw_part_t     **last;
    llmgw_role_e       role;
    uint32_t           index;    /* in the client's list */

    llmgw_str_t        name;
    llmgw_str_t        tool_call_id;
    llmgw_str_t        reasoning;      /* reasoning_content */
    llmgw_str_t        tool_plan;      /* Cohere's, of its calls */
    llmgw_str_t        signature;      /* Gemini's, of the message */
    llmgw_str_t        audio;          /* raw {"id"} of an earlier answer */
    llmgw_str_t        cache_control;  /* raw */

    unsigned           string:1;       /* content was a string, not parts */
    unsigned           is_error:1;     /* tool: the call failed */
    unsigned           function:1;     /* the deprecated function role */
    unsigned           function_call:1; /* the deprecated member was used */
};


typedef enum {
    LLMGW_TOOL_FUNCTION = 0,
    LLMGW_TOOL_CUSTOM,
    LLMGW_TOOL_NATIVE        /* raw; name is its "type" */
} llmgw_tool_e;


struct llmgw_tool_s {
    llmgw_tool_t  *next;
    llmgw_tool_e   type;
    uint32_t       index;        /* in the client's list */

    llmgw_str_t    name;
    llmgw_str_t    description;
    llmgw_str_t    parameters;   /* raw JSON Schema, or empty */
    llmgw_str_t    raw;
    llmgw_str_t    cache_control; /* raw */

    unsigned       strict:1;
    unsigned       excluded:1;   /* by an allowed_tools choice */
};


struct llmgw_name_s {
    llmgw_name_t  *next;
    llmgw_str_t    name;
};


typedef enum {
    LLMGW_CHOICE_UNSET = 0,
    LLMGW_CHOICE_AUTO,
    LLMGW_CHOICE_NONE,
    LLMGW_CHOICE_REQUIRED,
    LLMGW_CHOICE_NAMED,       /* names: the one function */
    LLMGW_CHOICE_ALLOWED      /* names: a choice of functions */
} llmgw_choice_e;


typedef enum {
    LLMGW_FORMAT_UNSET = 0,
    LLMGW_FORMAT_TEXT,
    LLMGW_FORMAT_JSON,
    LLMGW_FORMAT_SCHEMA
} llmgw_format_e;


typedef enum {
    LLMGW_THINKING_UNSET = 0,
    LLMGW_THINKING_ENABLED,   /* with a budget of tokens */
    LLMGW_THINKING_ADAPTIVE,
    LLMGW_THINKING_DISABLED,
    LLMGW_THINKING_OTHER
} llmgw_thinking_e;


typedef enum {
    LLMGW_EFFORT_UNSET = 0,
    LLMGW_EFFORT_NONE,
    LLMGW_EFFORT_MINIMAL,
    LLMGW_EFFORT_LOW,
    LLMGW_EFFORT_MEDIUM,
    LLMGW_EFFORT_HIGH,
    LLMGW_EFFORT_XHIGH,
    LLMGW_EFFORT_MAX
} llmgw_effort_e;


/*
 * Parameters that are one JSON value.  A writer takes those it knows, in any
 * order; what nobody took is what the provider cannot honour.
 */

typedef enum {
    LLMGW_P_TEMPERATURE = 0,
    LLMGW_P_TOP_P,
    LLMGW_P_TOP_K,
    LLMGW_P_N,
    LLMGW_P_STOP,
    LLMGW_P_PRESENCE_PENALTY,
    LLMGW_P_FREQUENCY_PENALTY,
    LLMGW_P_LOGIT_BIAS,
    LLMGW_P_LOGPROBS,
    LLMGW_P_TOP_LOGPROBS,
    LLMGW_P_SEED,
    LLMGW_P_PARALLEL_TOOL_CALLS,
    LLMGW_P_VERBOSITY,
    LLMGW_P_MODALITIES,
    LLMGW_P_AUDIO,
    LLMGW_P_PREDICTION,
    LLMGW_P_WEB_SEARCH_OPTIONS,
    LLMGW_P_SERVICE_TIER,
    LLMGW_P_STORE,
    LLMGW_P_METADATA,
    LLMGW_P_USER,
    LLMGW_P_SAFETY_IDENTIFIER,
    LLMGW_P_PROMPT_CACHE_KEY,
    LLMGW_P_PROMPT_CACHE_RETENTION,
    LLMGW_P_PROMPT_CACHE_OPTIONS,
    LLMGW_P_MODERATION,
    LLMGW_P_MAX
} llmgw_param_e;


typedef struct {
    llmgw_str_t               raw;      /* with quotes; empty: not given */
    const llmgw_json_node_t  *node;     /* in the request's document */
    uint8_t                   type;     /* llmgw_json_type_e */
} llmgw_value_t;


/* A top-level member that the chat form has no name for. */

struct llmgw_member_s {
    llmgw_member_t  *next;
    llmgw_str_t      name;
    llmgw_value_t    value;
};


typedef struct {
    const llmgw_json_t  *doc;
    llmgw_arena_t       *arena;

    llmgw_str_t          model;

    llmgw_message_t     *messages;
    llmgw_message_t    **last;

    llmgw_tool_t        *tools;
    llmgw_tool_t       **last_tool;
    llmgw_choice_e       choice;
    llmgw_name_t        *choice_names;
    unsigned             choice_required:1;  /* allowed: mode "required" */
    unsigned             functions:1;        /* deprecated members were used */
    unsigned             stream:1;
    unsigned             include_usage:1;
    unsigned             search_optional:1;  /* rather no search than none */

    llmgw_format_e       format;
    llmgw_str_t          format_name;
    llmgw_str_t          format_description;
    llmgw_str_t          format_schema;      /* raw; empty: none */
    unsigned             format_strict:1;

    int64_t              max_tokens;         /* -1: not given */
    llmgw_effort_e       effort;
    llmgw_str_t          effort_name;        /* as it was written */
    llmgw_thinking_e     thinking;
    int64_t              thinking_budget;    /* tokens, or -1 */
    llmgw_str_t          thinking_raw;       /* raw */

    llmgw_value_t        param[LLMGW_P_MAX];
    llmgw_member_t      *extra;
} llmgw_chat_t;


llmgw_message_t *llmgw_chat_message(llmgw_chat_t *c, llmgw_role_e role,
    uint32_t index);
llmgw_part_t *llmgw_chat_part(llmgw_chat_t *c, llmgw_message_t *m,
    llmgw_part_e type, uint32_t index);
llmgw_tool_t *llmgw_chat_tool(llmgw_chat_t *c, llmgw_tool_e type,
    uint32_t index);

/* An extension member by its name, or NULL; null counts as absent. */

const llmgw_value_t *llmgw_chat_extra(const llmgw_chat_t *c,
    const char *name, size_t len);

/* The name under which clients know a parameter. */

llmgw_str_t llmgw_param_name(llmgw_param_e p);

/* A parameter by its name, or LLMGW_P_MAX. */

llmgw_param_e llmgw_param_find(const llmgw_json_t *j,
    const llmgw_json_node_t *key);

llmgw_effort_e llmgw_effort(llmgw_str_t name);

#define LLMGW_EFFORT_UNKNOWN                                                 \
    "\"reasoning_effort\" must be none, minimal, low, medium, high, xhigh "  \
    "or max"

/* Marks the tools that an allowed_tools choice leaves out. */

void llmgw_chat_exclude(llmgw_chat_t *c);


/*
 * A system text (jstr) that asks for JSON, where a service has no parameter for
 * it; schema: of the schema that the client gave.  data is NULL without memory.
 */

llmgw_str_t llmgw_chat_json_prompt(const llmgw_chat_t *c, unsigned schema);


/*
 * A call's arguments as the JSON object that most services want: blank text
 * and null become {}, other JSON {"value":…}, what is no JSON {"_raw":"…"}.
 * args is the decoded text.
 */

llmgw_str_t llmgw_args_object(llmgw_arena_t *a, llmgw_str_t args);


/* Answer */

typedef enum {
    LLMGW_EV_START = 0,      /* id, model, created */
    LLMGW_EV_CHOICE,         /* the choice begins (OpenAI: its role) */
    LLMGW_EV_TEXT,
    LLMGW_EV_REASONING,
    LLMGW_EV_THINKING,       /* raw: one whole block of Claude */
    LLMGW_EV_SIGNATURE,      /* Gemini's, of the text or image before it */
    LLMGW_EV_REFUSAL,
    LLMGW_EV_TOOL_BEGIN,     /* id, name; signature; args as in the next */
    LLMGW_EV_TOOL_ARGS,      /* a fragment, or raw: whole */
    LLMGW_EV_TOOL_END,
    LLMGW_EV_IMAGE,          /* text: data URL or link */
    LLMGW_EV_AUDIO,          /* raw: OpenAI's audio object */
    LLMGW_EV_CITATIONS,      /* raw: array of OpenAI's annotations */
    LLMGW_EV_LOGPROBS,       /* raw: OpenAI's object, of the text behind it */
    LLMGW_EV_FINISH,
    LLMGW_EV_USAGE,
    LLMGW_EV_ERROR,
    LLMGW_EV_END
} llmgw_event_e;

#define LLMGW_EV_BIT(type)  (1u << (type))


typedef enum {
    LLMGW_FINISH_STOP = 0,
    LLMGW_FINISH_LENGTH,
    LLMGW_FINISH_TOOL_CALLS,
    LLMGW_FINISH_CONTENT_FILTER
} llmgw_finish_e;


typedef struct {
    llmgw_event_e         type;
    uint32_t              choice;
    uint32_t              index;     /* tool call: 0, 1, 2 … in its choice */

    llmgw_str_t           text;
    llmgw_str_t           id;
    llmgw_str_t           name;      /* tool; START: the model */
    llmgw_str_t           raw;
    llmgw_str_t           signature;
    int64_t               created;   /* START: Unix seconds, 0: unknown */

    llmgw_finish_e        finish;
    llmgw_str_t           stop;      /* FINISH: the stop sequence that hit */
    unsigned              context:1; /* FINISH, length: the context is full */

    llmgw_str_t           tier;      /* USAGE: OpenAI's service_tier, or empty */
    const llmgw_usage_t  *usage;
    const llmgw_error_t  *error;
} llmgw_event_t;


typedef llmgw_int_t (*llmgw_sink_pt)(void *ctx, const llmgw_event_t *ev);


#endif /* _LLMGW_CHAT_H_INCLUDED_ */
