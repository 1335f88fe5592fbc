
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that write answers of generateContent.
 */


#ifndef _LLMGW_GEMINI_ANSWER_H_INCLUDED_
#define _LLMGW_GEMINI_ANSWER_H_INCLUDED_


#include "llmgw_gemini_door.h"
#include "llmgw_turns.h"


typedef enum {
    LLMGW_GA_NONE = 0,
    LLMGW_GA_TEXT,
    LLMGW_GA_THOUGHT
} llmgw_gemini_open_e;


typedef struct llmgw_gemini_choice_s  llmgw_gemini_choice_t;

struct llmgw_gemini_choice_s {
    llmgw_gemini_choice_t  *next;      /* by index */
    uint32_t                index;

    llmgw_out_t             parts;     /* of a whole answer */
    llmgw_gemini_open_e     open;      /* … the part that is not closed */

    llmgw_turns_t           calls;
    llmgw_turn_t            call;      /* that is gathered */
    llmgw_buf_t             args;      /* … its arguments; jstr */

    llmgw_buf_t             thoughts;  /* Claude's blocks; JSON, with commas */
    llmgw_buf_t             text;      /* what sources are cited in; jstr */
    llmgw_buf_t             cites;     /* annotations; JSON, with commas */
    llmgw_buf_t             logprobs;  /* tokens; JSON, with commas */
    llmgw_buf_t             refusal;   /* jstr */
    llmgw_finish_e          finish;

    unsigned                gathers:1; /* call is one */
    unsigned                carried:1; /* the thoughts have gone out */
    unsigned                finished:1;
};


typedef struct {
    llmgw_gemini_choice_t  *choices;
    llmgw_gemini_choice_t  *now;       /* that events are of */
    llmgw_str_t             tail;      /* of each object */
    llmgw_arena_t           scratch;   /* of the event */
    llmgw_usage_t           usage;
    unsigned                stream:1;
    unsigned                started:1;
    unsigned                begun:1;   /* something has been written */
    unsigned                last:1;    /* the finishes have been written */
} llmgw_gemini_answer_t;


/* What a candidate has beside its content and its index; commas in front. */

llmgw_int_t llmgw_gemini_put_extras(llmgw_writer_t *w,
    llmgw_gemini_choice_t *c, unsigned last);

/* {"functionCall":…} of the call that was gathered */

llmgw_int_t llmgw_gemini_put_call(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_gemini_choice_t *c);

/* {"inlineData":…} or {"fileData":…} */

llmgw_int_t llmgw_gemini_put_image(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_str_t url);

void llmgw_gemini_put_usage(llmgw_out_t *o, const llmgw_usage_t *u);


#endif /* _LLMGW_GEMINI_ANSWER_H_INCLUDED_ */
