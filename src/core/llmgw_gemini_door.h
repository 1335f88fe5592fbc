
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that read requests of generateContent's clients, and those
 * that write their answers.
 */


#ifndef _LLMGW_GEMINI_DOOR_H_INCLUDED_
#define _LLMGW_GEMINI_DOOR_H_INCLUDED_


#include "llmgw_gemini.h"
#include "llmgw_map.h"


/* What an answer depends on: call->asked. */

typedef struct {
    unsigned              thoughts:1;   /* may be seen */
    unsigned              cite:1;       /* sources are asked for */
} llmgw_gemini_asked_t;


/* The members of a part. */

typedef enum {
    LLMGW_GP_TEXT = 0,
    LLMGW_GP_DATA,
    LLMGW_GP_FILE,
    LLMGW_GP_CALL,
    LLMGW_GP_RESULT,
    LLMGW_GP_THOUGHT,
    LLMGW_GP_SIGNATURE,

    /* what only the native service knows */
    LLMGW_GP_CODE,
    LLMGW_GP_CODE_RESULT,
    LLMGW_GP_TOOL_CALL,
    LLMGW_GP_TOOL_RESULT,
    LLMGW_GP_VIDEO,
    LLMGW_GP_RESOLUTION,
    LLMGW_GP_METADATA,
    LLMGW_GP_MAX
} llmgw_gemini_part_e;


typedef struct {
    llmgw_call_t         *call;
    llmgw_chat_t         *chat;
    const llmgw_json_t   *j;
    llmgw_arena_t        *arena;
    llmgw_gemini_asked_t *asked;

    /* calls of the latest content of the model, for results without an id */
    llmgw_map_t           names;
    llmgw_map_t           ids;
} llmgw_gemini_door_t;


/*
 * All of these return LLMGW_OK; LLMGW_INVALID: call->error is set and names
 * the path of the member; LLMGW_ERROR: no memory.
 */

/*
 * Members of an object by their names, which may also be written_like_this;
 * NULL: it is not there, or null.  One that is there in both spellings is
 * refused.  others: what is put in front of the names of those that are none
 * of these, for the list of what is left out; NULL: they are not listed.
 */

llmgw_int_t llmgw_gemini_members(llmgw_gemini_door_t *d, llmgw_node_t *object,
    const llmgw_str_t *names, size_t n, llmgw_node_t **member,
    const char *others);

/* A value is not what it must be; or one that only Google's services take. */

llmgw_int_t llmgw_gemini_bad(llmgw_gemini_door_t *d, llmgw_node_t *v,
    const char *why);
llmgw_int_t llmgw_gemini_foreign(llmgw_gemini_door_t *d, llmgw_node_t *v);

/* A member that is missing in an object. */

llmgw_int_t llmgw_gemini_missing(llmgw_gemini_door_t *d, llmgw_node_t *object,
    const char *name);

/* Strings: any, and those that are compared with others. */

llmgw_int_t llmgw_gemini_string(llmgw_gemini_door_t *d, llmgw_node_t *v,
    llmgw_str_t *s);
llmgw_int_t llmgw_gemini_name(llmgw_gemini_door_t *d, llmgw_node_t *v,
    llmgw_str_t *s);

/* The members of a part, LLMGW_GP_MAX of them; there is at least one. */

llmgw_int_t llmgw_gemini_part(llmgw_gemini_door_t *d, llmgw_node_t *v,
    llmgw_node_t **member);

/* What it adds to a message, for one of a list of parts. */

llmgw_int_t llmgw_gemini_read_text(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t at);
llmgw_int_t llmgw_gemini_read_media(llmgw_gemini_door_t *d,
    llmgw_message_t *m, llmgw_node_t **member, uint32_t at);
llmgw_int_t llmgw_gemini_read_call(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t **member, uint32_t index, uint32_t at);

/* A result is a message of its own. */

llmgw_int_t llmgw_gemini_read_result(llmgw_gemini_door_t *d, llmgw_node_t *v,
    uint32_t index, uint32_t at);

/*
 * What signed a text or a call, empty where this gateway did: then it carried
 * thinking blocks, which are put in front of the message's parts.
 */

llmgw_int_t llmgw_gemini_read_signature(llmgw_gemini_door_t *d,
    llmgw_message_t *m, llmgw_node_t *v, llmgw_str_t *signature);

llmgw_int_t llmgw_gemini_read_system(llmgw_gemini_door_t *d, llmgw_node_t *v);
llmgw_int_t llmgw_gemini_read_contents(llmgw_gemini_door_t *d,
    llmgw_node_t *v);
llmgw_int_t llmgw_gemini_read_tools(llmgw_gemini_door_t *d, llmgw_node_t *v);
llmgw_int_t llmgw_gemini_read_choice(llmgw_gemini_door_t *d, llmgw_node_t *v);
llmgw_int_t llmgw_gemini_read_config(llmgw_gemini_door_t *d, llmgw_node_t *v);

/*
 * A schema of OpenAPI's kind as JSON Schema.  data is NULL without memory.
 */

llmgw_str_t llmgw_gemini_json_schema(llmgw_arena_t *a, const llmgw_json_t *j,
    llmgw_node_t *schema);

/* Whether a key is this name, in either spelling. */

unsigned llmgw_gemini_spelled(const llmgw_json_t *j, llmgw_node_t *key,
    llmgw_str_t name, llmgw_arena_t *a);


/* The request of a chat, also to count it; what is known before routing */

llmgw_int_t llmgw_gemini_read_request(llmgw_call_t *call,
    llmgw_chat_t *chat);
llmgw_int_t llmgw_gemini_check(llmgw_call_t *call);


/* Answers */

extern const llmgw_writer_ops_t  llmgw_gemini_whole;
extern const llmgw_writer_ops_t  llmgw_gemini_stream;

llmgw_str_t llmgw_gemini_stream_type(const llmgw_call_t *call);
void llmgw_gemini_write_error(const llmgw_call_t *call,
    const llmgw_error_t *e, llmgw_out_t *o);
unsigned llmgw_gemini_error_status(const llmgw_error_t *e);
void llmgw_gemini_put_count(const llmgw_call_t *call, int64_t tokens,
    llmgw_out_t *o);

/* {"code":…,"message":…,"status":…} without its end */

void llmgw_gemini_put_status(const llmgw_call_t *call,
    const llmgw_error_t *e, llmgw_out_t *o);


/* embedContent, batchEmbedContents, by whoever has embeddings */

extern const llmgw_task_t  llmgw_gemini_door_tasks[];


#endif /* _LLMGW_GEMINI_DOOR_H_INCLUDED_ */
