
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that read requests of the Messages API.
 */


#ifndef _LLMGW_ANTHROPIC_DOOR_H_INCLUDED_
#define _LLMGW_ANTHROPIC_DOOR_H_INCLUDED_


#include "llmgw_anthropic.h"


typedef const llmgw_json_node_t  llmgw_node_t;

typedef struct {
    llmgw_call_t        *call;
    llmgw_chat_t        *chat;
    const llmgw_json_t  *j;
    llmgw_arena_t       *arena;
} llmgw_anthropic_door_t;


/*
 * All of these return LLMGW_OK; LLMGW_INVALID: call->error is set and names
 * the path of the member; LLMGW_ERROR: no memory.
 */

/* A value is not what it must be. */

llmgw_int_t llmgw_anthropic_bad(llmgw_anthropic_door_t *d, llmgw_node_t *v,
    const char *why);

/* … is one that only Anthropic's own service takes. */

llmgw_int_t llmgw_anthropic_foreign(llmgw_anthropic_door_t *d,
    llmgw_node_t *v);

/* A required string; one that is compared with others. */

llmgw_int_t llmgw_anthropic_need(llmgw_anthropic_door_t *d,
    llmgw_node_t *object, const char *name, llmgw_str_t *s);
llmgw_int_t llmgw_anthropic_need_name(llmgw_anthropic_door_t *d,
    llmgw_node_t *object, const char *name, llmgw_str_t *s);

/* The same of a member that is missing. */

llmgw_int_t llmgw_anthropic_missing(llmgw_anthropic_door_t *d,
    llmgw_node_t *object, const char *name);

llmgw_int_t llmgw_anthropic_read_system(llmgw_anthropic_door_t *d,
    llmgw_node_t *v);
llmgw_int_t llmgw_anthropic_read_messages(llmgw_anthropic_door_t *d,
    llmgw_node_t *v);
llmgw_int_t llmgw_anthropic_read_assistant(llmgw_anthropic_door_t *d,
    llmgw_node_t *content, uint32_t index);

/* A text; empty ones leave nothing. */

llmgw_int_t llmgw_anthropic_read_text(llmgw_anthropic_door_t *d,
    llmgw_message_t *m, llmgw_node_t *block, llmgw_str_t text,
    uint32_t index);


#endif /* _LLMGW_ANTHROPIC_DOOR_H_INCLUDED_ */
