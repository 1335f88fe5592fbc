
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the files that write a chat completion request share.
 */


#ifndef _LLMGW_OPENAI_WRITE_H_INCLUDED_
#define _LLMGW_OPENAI_WRITE_H_INCLUDED_


#include "llmgw_openai.h"


typedef struct {
    llmgw_call_t     *call;
    llmgw_chat_t     *chat;
    llmgw_out_t      *out;

    /* what a variant of the dialect sets */
    llmgw_str_t       family;       /* the model, where its name is opaque */
    unsigned          no_usage:1;   /* there are no stream_options */
    unsigned          max_tokens:1; /* nor max_completion_tokens */
    unsigned          system:1;     /* nor the developer */

    /* tool messages whose images wait for the message behind them */
    llmgw_message_t  *media;

    llmgw_tool_t     *search;       /* a search tool of another service */
    unsigned          cache:1;      /* cache markers were left out */
    unsigned          images:1;     /* images of the assistant, too */
} llmgw_openai_write_t;


/* The whole body; call, chat and out are set.  LLMGW_OK, LLMGW_INVALID, LLMGW_ERROR. */

llmgw_int_t llmgw_openai_write_body(llmgw_openai_write_t *w);

/* The member "messages".  LLMGW_OK, LLMGW_INVALID, LLMGW_ERROR. */

llmgw_int_t llmgw_openai_write_messages(llmgw_openai_write_t *w);

/*
 * What OpenAI's format cannot say is refused, or dropped where the operator
 * wants that: LLMGW_OK then.  what: the provider has no …
 */

llmgw_int_t llmgw_openai_cannot(llmgw_openai_write_t *w, llmgw_str_t param,
    const char *what);


#endif /* _LLMGW_OPENAI_WRITE_H_INCLUDED_ */
