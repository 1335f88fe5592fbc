
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Pieces of the chat form as several services want them: those whose messages
 * and tools look like OpenAI's.
 */


#ifndef _LLMGW_CHAT_WRITE_H_INCLUDED_
#define _LLMGW_CHAT_WRITE_H_INCLUDED_


#include "llmgw_call.h"


/* A parameter that the client gave; null counts as absent. */

#define llmgw_chat_given(c, p)                                               \
    ((c)->param[p].raw.len && (c)->param[p].type != LLMGW_JSON_NULL)

/* Whether a stream is to end with the tokens it took. */

#define llmgw_chat_wants_usage(call)                                         \
    ((call)->include_usage || (call)->target->settings == NULL               \
     || !(call)->target->settings->no_stream_usage)

/*
 * What a provider cannot do is refused, or dropped where the operator wants
 * that: LLMGW_OK then.  what: the provider has no …
 */

llmgw_int_t llmgw_chat_cannot(llmgw_call_t *call, llmgw_str_t param,
    const char *what);

/* The same for one part of a message. */

llmgw_int_t llmgw_chat_cannot_part(llmgw_call_t *call,
    const llmgw_message_t *m, const llmgw_part_t *p, const char *what);

/*
 * Tells the client of the parameters that were given and not taken, a bit set
 * for each one that was, and of all other members but those known.
 */

void llmgw_chat_drop_rest(llmgw_call_t *call, const llmgw_chat_t *c,
    uint64_t taken, const llmgw_str_t *known, size_t n);

/*
 * "name":["stop",…]; empty strings are left out, and the member with them.
 * More than max of them are refused, or cut.  LLMGW_OK, LLMGW_INVALID,
 * LLMGW_ERROR.
 */

llmgw_int_t llmgw_chat_put_stop(llmgw_call_t *call, const llmgw_chat_t *c,
    llmgw_out_t *o, llmgw_str_t name, unsigned max);

/* The texts of a message as one string. */

void llmgw_chat_put_text(llmgw_out_t *o, const llmgw_message_t *m,
    llmgw_str_t between);

/* {"type":"text","text":…} and {"type":"image_url","image_url":{…}} */

void llmgw_chat_put_text_part(llmgw_out_t *o, llmgw_str_t text);
void llmgw_chat_put_image_part(llmgw_out_t *o, const llmgw_part_t *p);

/* The member "tool_calls" of an assistant's message. */

void llmgw_chat_put_calls(llmgw_out_t *o, const llmgw_message_t *m);

/* One function of "tools"; strict is left out. */

void llmgw_chat_put_tool(llmgw_out_t *o, const llmgw_tool_t *tool);


/* Which kinds of parts a message has. */

unsigned llmgw_chat_kinds(const llmgw_message_t *m);

#define llmgw_chat_kind(type)  (1u << (type))


#endif /* _LLMGW_CHAT_WRITE_H_INCLUDED_ */
