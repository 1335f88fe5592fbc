
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the files that read a chat completion request share.
 */


#ifndef _LLMGW_OPENAI_READ_H_INCLUDED_
#define _LLMGW_OPENAI_READ_H_INCLUDED_


#include "llmgw_map.h"
#include "llmgw_openai.h"


typedef struct {
    llmgw_chat_t        *chat;
    const llmgw_json_t  *j;
    llmgw_arena_t       *arena;
    llmgw_error_t       *error;
    llmgw_member_t     **last_extra;

    /* the call that the next tool message answers, if it names none */
    llmgw_part_t        *pending;

    /* deprecated calls have no ids: the latest call of each name */
    llmgw_map_t          functions;
} llmgw_openai_read_t;


/* sets of JSON types */

#define LLMGW_BIT(type)   (1u << (type))
#define LLMGW_BOOLEAN     (LLMGW_BIT(LLMGW_JSON_FALSE)                       \
                           | LLMGW_BIT(LLMGW_JSON_TRUE))
#define LLMGW_NUMBER      LLMGW_BIT(LLMGW_JSON_NUMBER)
#define LLMGW_STRING      LLMGW_BIT(LLMGW_JSON_STRING)
#define LLMGW_ARRAY       LLMGW_BIT(LLMGW_JSON_ARRAY)
#define LLMGW_OBJECT      LLMGW_BIT(LLMGW_JSON_OBJECT)


/*
 * All of these return LLMGW_OK; LLMGW_INVALID: the error is set and names the
 * path of the member; LLMGW_ERROR: no memory.
 */

/* An object lacks a member. */

llmgw_int_t llmgw_openai_missing(llmgw_openai_read_t *rd,
    llmgw_node_t *object, const char *name);

/* A value is not what it "must be". */

llmgw_int_t llmgw_openai_bad(llmgw_openai_read_t *rd, llmgw_node_t *v,
    llmgw_str_t code, const char *what);

/* A value has one of the types; 0: any. */

llmgw_int_t llmgw_openai_want(llmgw_openai_read_t *rd, llmgw_node_t *v,
    unsigned types);

/* An optional string, one that is compared with others, and a raw value. */

llmgw_int_t llmgw_openai_string(llmgw_openai_read_t *rd, llmgw_node_t *v,
    llmgw_str_t *s);
llmgw_int_t llmgw_openai_name(llmgw_openai_read_t *rd, llmgw_node_t *v,
    llmgw_str_t *s);
llmgw_int_t llmgw_openai_raw(llmgw_openai_read_t *rd, llmgw_node_t *v,
    unsigned types, llmgw_str_t *s);


/* llmgw_openai_request.c; what other requests of OpenAI's have as well */

llmgw_int_t llmgw_openai_read_param(llmgw_openai_read_t *rd,
    llmgw_param_e p, llmgw_node_t *v);
llmgw_int_t llmgw_openai_read_effort(llmgw_openai_read_t *rd,
    llmgw_node_t *v);

/* A member that has no place in the chat form: for whoever knows it. */

llmgw_int_t llmgw_openai_read_extra(llmgw_openai_read_t *rd,
    llmgw_node_t *k, llmgw_node_t *v);


/* llmgw_openai_messages.c */

llmgw_int_t llmgw_openai_read_messages(llmgw_openai_read_t *rd,
    llmgw_node_t *v);

/* {data, format} */

llmgw_int_t llmgw_openai_read_audio(llmgw_openai_read_t *rd,
    llmgw_part_t *part, llmgw_node_t *v);


/* llmgw_openai_tools.c; functions: the deprecated array */

llmgw_int_t llmgw_openai_read_tools(llmgw_openai_read_t *rd, llmgw_node_t *v,
    unsigned functions);
llmgw_int_t llmgw_openai_read_choice(llmgw_openai_read_t *rd,
    llmgw_node_t *v);

/* {name, description, parameters, strict} */

llmgw_int_t llmgw_openai_read_definition(llmgw_openai_read_t *rd,
    llmgw_tool_t *tool, llmgw_node_t *v);
llmgw_int_t llmgw_openai_read_calls(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v);

/* {name, arguments}, or {name, input} of a custom tool */

llmgw_int_t llmgw_openai_read_function(llmgw_openai_read_t *rd,
    llmgw_part_t *part, llmgw_node_t *v, unsigned custom);


#endif /* _LLMGW_OPENAI_READ_H_INCLUDED_ */
