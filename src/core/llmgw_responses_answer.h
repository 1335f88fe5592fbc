
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that write answers of the Responses API.
 */


#ifndef _LLMGW_RESPONSES_ANSWER_H_INCLUDED_
#define _LLMGW_RESPONSES_ANSWER_H_INCLUDED_


#include "llmgw_responses.h"
#include "llmgw_turns.h"


typedef enum {
    LLMGW_RI_NONE = 0,
    LLMGW_RI_MESSAGE,
    LLMGW_RI_REASONING,
    LLMGW_RI_CALL
} llmgw_responses_item_e;


typedef enum {
    LLMGW_RP_NONE = 0,
    LLMGW_RP_TEXT,
    LLMGW_RP_REFUSAL
} llmgw_responses_part_e;


typedef struct {
    llmgw_responses_item_e         open;
    llmgw_responses_part_e         part;     /* of the open message */
    uint32_t                       index;    /* of the open or the next item */
    uint32_t                       parts;    /* of the message, closed */
    uint32_t                       cited;    /* annotations of the text */
    int64_t                        sequence; /* of the next event */
    unsigned                       stream:1;
    unsigned                       started:1;
    unsigned                       finished:1;
    unsigned                       summary:1; /* its part has been added */
    unsigned                       carries:1; /* thoughts holds some */
    unsigned                       cut:1;    /* the last item is incomplete */

    /* the response object */
    llmgw_str_t                    id;
    llmgw_str_t                    model;
    int64_t                        created;
    llmgw_str_t                    echo;     /* what was asked for */
    llmgw_out_t                    items;    /* closed ones */
    llmgw_finish_e                 finish;
    llmgw_usage_t                  usage;

    /* the open item */
    llmgw_str_t                    item;     /* its id */
    llmgw_buf_t                    text;     /* jstr: text, summary, arguments */
    llmgw_buf_t                    content;  /* closed parts of a message */
    llmgw_buf_t                    notes;    /* annotations of the text */
    llmgw_buf_t                    logprobs; /* of the text … */
    llmgw_buf_t                    next;     /* … and of what comes next */
    llmgw_buf_t                    thoughts; /* blocks of Claude's */
    llmgw_str_t                    signature; /* Gemini's */
    llmgw_str_t                    delta;    /* the head of such an event */

    llmgw_turns_t                  calls;
    llmgw_turn_t                   call;     /* the open one */
    const llmgw_responses_tool_t  *tool;     /* NULL: an ordinary function */
} llmgw_responses_answer_t;


/* An event: its name and type, members, the sequence number. */

void llmgw_responses_event_n(llmgw_writer_t *w, const char *name, size_t len);
void llmgw_responses_event_end(llmgw_writer_t *w);

#define llmgw_responses_event(w, lit)                                        \
    llmgw_responses_event_n(w, lit, sizeof(lit) - 1)

/* ,"item_id":…,"output_index":… and for parts ,"content_index":… */

void llmgw_responses_at(llmgw_writer_t *w);
void llmgw_responses_at_part(llmgw_writer_t *w);


/* Items, one open at a time: llmgw_responses_output.c */

llmgw_int_t llmgw_responses_text_delta(llmgw_writer_t *w,
    llmgw_responses_part_e part, llmgw_str_t text);
llmgw_int_t llmgw_responses_think_delta(llmgw_writer_t *w, llmgw_str_t text);
llmgw_int_t llmgw_responses_thought_block(llmgw_writer_t *w,
    llmgw_str_t raw);
llmgw_int_t llmgw_responses_logprobs_next(llmgw_writer_t *w,
    llmgw_str_t raw);
llmgw_int_t llmgw_responses_cite(llmgw_writer_t *w, llmgw_str_t raw);
llmgw_int_t llmgw_responses_draw(llmgw_writer_t *w, llmgw_str_t url);

/* A message without parts, where there is nothing else to show. */

llmgw_int_t llmgw_responses_nothing(llmgw_writer_t *w);

/* Begins an item and writes that it was added. */

llmgw_int_t llmgw_responses_open(llmgw_writer_t *w,
    llmgw_responses_item_e kind, llmgw_str_t prefix);

/* Ends the open item, and what of it is open. */

llmgw_int_t llmgw_responses_close(llmgw_writer_t *w);

/* The open item as it is now; status: "in_progress" … */

void llmgw_responses_put_item(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_str_t status);


/* Calls: llmgw_responses_calls.c */

extern const llmgw_turns_ops_t  llmgw_responses_turns;

void llmgw_responses_put_call(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_str_t status);
llmgw_int_t llmgw_responses_close_call(llmgw_writer_t *w);


/* The response object: llmgw_responses_object.c */

/*
 * The members that repeat the request, from a comma to the last brace; data is
 * NULL without memory.
 */

llmgw_str_t llmgw_responses_echo(const llmgw_call_t *call, llmgw_arena_t *a);

/* error: of status "failed" */

llmgw_int_t llmgw_responses_put_object(llmgw_writer_t *w, llmgw_str_t status,
    const llmgw_error_t *error);


/* llmgw_responses_error.c */

void llmgw_responses_put_message(llmgw_out_t *o, const llmgw_error_t *e);


#endif /* _LLMGW_RESPONSES_ANSWER_H_INCLUDED_ */
