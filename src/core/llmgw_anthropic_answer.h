
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that write answers of the Messages API.
 */


#ifndef _LLMGW_ANTHROPIC_ANSWER_H_INCLUDED_
#define _LLMGW_ANTHROPIC_ANSWER_H_INCLUDED_


#include "llmgw_anthropic.h"
#include "llmgw_turns.h"


typedef enum {
    LLMGW_AB_NONE = 0,
    LLMGW_AB_TEXT,
    LLMGW_AB_REFUSAL,
    LLMGW_AB_THINKING,
    LLMGW_AB_TOOL
} llmgw_answer_block_e;


typedef struct {
    llmgw_answer_block_e   open;
    uint32_t               index;       /* of the open or the next block */
    unsigned               stream:1;
    unsigned               started:1;
    unsigned               finished:1;
    unsigned               delta:1;     /* message_delta has been written */
    unsigned               tools:1;     /* there has been a call */
    unsigned               refused:1;
    unsigned               context:1;
    unsigned               cited:1;     /* cites holds some */

    llmgw_str_t            signature;   /* of the open thinking block */
    llmgw_out_t            cites;       /* of the open text, whole answers */

    llmgw_turns_t          calls;
    llmgw_buf_t            args;        /* of the open one, whole answers */

    llmgw_buf_t            refusal;     /* jstr */
    llmgw_finish_e         finish;
    llmgw_str_t            stop;
    llmgw_usage_t          usage;
} llmgw_answer_t;


/* Blocks, one open at a time: llmgw_anthropic_answer_blocks.c */

llmgw_int_t llmgw_answer_text(llmgw_writer_t *w, llmgw_answer_block_e kind,
    llmgw_str_t text);
llmgw_int_t llmgw_answer_thinking(llmgw_writer_t *w, llmgw_str_t text);
llmgw_int_t llmgw_answer_thought(llmgw_writer_t *w, const llmgw_event_t *ev);
llmgw_int_t llmgw_answer_citations(llmgw_writer_t *w, llmgw_str_t raw);

/* Calls: llmgw_anthropic_answer_calls.c */

extern const llmgw_turns_ops_t  llmgw_answer_turns;

/* Closes the open block; flush: also the calls that wait for it. */

llmgw_int_t llmgw_answer_close(llmgw_writer_t *w);
llmgw_int_t llmgw_answer_flush(llmgw_writer_t *w);

/* What calls and blocks share. */

void llmgw_answer_begin(llmgw_writer_t *w, llmgw_answer_block_e kind,
    const llmgw_turn_t *turn);      /* of LLMGW_AB_TOOL */
void llmgw_answer_end(llmgw_writer_t *w);
llmgw_int_t llmgw_answer_signed(llmgw_writer_t *w, llmgw_str_t payload);
void llmgw_answer_delta(llmgw_writer_t *w);
llmgw_int_t llmgw_answer_input(llmgw_writer_t *w);


#endif /* _LLMGW_ANTHROPIC_ANSWER_H_INCLUDED_ */
