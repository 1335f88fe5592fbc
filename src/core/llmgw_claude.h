
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What is known about Claude models, whoever serves them: several platforms
 * do, each in a format of its own.
 */


#ifndef _LLMGW_CLAUDE_H_INCLUDED_
#define _LLMGW_CLAUDE_H_INCLUDED_


#include "llmgw_call.h"


/* the signature of a thinking block that this gateway made up */
#define LLMGW_SIGNATURE  "llmgw1."


/* What a model accepts. */

typedef enum {
    LLMGW_CLAUDE_NONE = 0,       /* does not think */
    LLMGW_CLAUDE_MANUAL,         /* within a budget of tokens */
    LLMGW_CLAUDE_ADAPTIVE
} llmgw_claude_thinking_e;

typedef enum {
    LLMGW_CLAUDE_OFF_ABSENT = 0, /* thinks only when asked to */
    LLMGW_CLAUDE_OFF_DISABLED,
    LLMGW_CLAUDE_OFF_BETWEEN,    /* "between_tools" is the least */
    LLMGW_CLAUDE_OFF_NEVER
} llmgw_claude_off_e;

typedef struct {
    unsigned                 version;      /* 405 is 4.5 */
    llmgw_claude_thinking_e  thinking;
    llmgw_claude_off_e       off;
    int64_t                  max_tokens;   /* where the client gave none */

    unsigned                 sampling:1;   /* temperature, top_p, top_k */
    unsigned                 one_of_two:1; /* … not temperature with top_p */
    unsigned                 structured:1; /* output formats, strict tools */
    unsigned                 xhigh:1;      /* takes that effort */
    unsigned                 haiku:1;
} llmgw_claude_t;

/* By the model's name; one that cannot be read counts as the newest. */

void llmgw_claude(llmgw_claude_t *c, llmgw_str_t name);


/* Whether a thinking block is one that the service made and will take. */

unsigned llmgw_claude_thought(const llmgw_call_t *call,
    const llmgw_part_t *p);

/*
 * Whether an error says that thinking blocks of the history are not the
 * service's own: call->strip_thinking may help.
 */

unsigned llmgw_claude_thoughts(const llmgw_error_t *e);

/* Ids: what [A-Za-z0-9_-] does not have becomes "_". */

llmgw_str_t llmgw_claude_id(llmgw_arena_t *a, llmgw_str_t id);


/* How a request asks for thinking. */

typedef struct {
    llmgw_claude_t  model;

    /* tokens of the answer; those of thinking are added where the client gave
       no limit */
    int64_t         max_tokens;
    unsigned        forced:1;    /* the answer is to be a tool call */

    /* what comes of it */
    int64_t         budget;      /* of manual thinking that effort asked for */
    llmgw_str_t     thinking;    /* raw; empty: none */
    llmgw_str_t     effort;      /* of output_config; empty: none */
    unsigned        on:1;        /* the request switches it on */
} llmgw_claude_plan_t;

/*
 * LLMGW_OK; LLMGW_DECLINED: reasoning_effort is a word that nobody knows;
 * LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_claude_plan(llmgw_claude_plan_t *p, llmgw_call_t *call,
    const llmgw_chat_t *chat);


#endif /* _LLMGW_CLAUDE_H_INCLUDED_ */
