
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Formats in which user and assistant take turns: messages of one side that
 * follow one another become one turn, a turn of the user comes first, and
 * system messages stand elsewhere.
 */


#ifndef _LLMGW_DIALOG_H_INCLUDED_
#define _LLMGW_DIALOG_H_INCLUDED_


#include "llmgw_chat.h"
#include "llmgw_out.h"


typedef struct {
    const llmgw_chat_t  *chat;

    /* whether the format has a place for a part */
    unsigned           (*kept)(const void *request, const llmgw_message_t *m,
                             const llmgw_part_t *p);

    /* write a turn: the messages of one side from "from" up to "to" */
    llmgw_int_t        (*user)(void *request, llmgw_message_t *from,
                             llmgw_message_t *to);
    llmgw_int_t        (*assistant)(void *request, llmgw_message_t *from,
                             llmgw_message_t *to);

    llmgw_str_t          first;     /* a turn of the user, where none is */
} llmgw_dialog_t;


/* Writes all turns, as elements of an array that is open. */

llmgw_int_t llmgw_dialog_write(const llmgw_dialog_t *d, void *request,
    llmgw_out_t *o);

/* Whether nothing of a message is kept. */

unsigned llmgw_dialog_empty(const llmgw_dialog_t *d, const void *request,
    const llmgw_message_t *m);

/* The text at the end where the assistant has the last turn, or NULL. */

llmgw_part_t *llmgw_dialog_prefill(const llmgw_dialog_t *d,
    const void *request);

/*
 * The cache breakpoint behind a part that is kept.  One on a part that is
 * not moves to the part before it, one on the message to its last part.
 */

llmgw_str_t llmgw_dialog_breakpoint(const llmgw_dialog_t *d,
    const void *request, const llmgw_message_t *m, const llmgw_part_t *p);


#endif /* _LLMGW_DIALOG_H_INCLUDED_ */
