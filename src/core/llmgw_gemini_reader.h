
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the files that read answers of generateContent share.
 */


#ifndef _LLMGW_GEMINI_READER_H_INCLUDED_
#define _LLMGW_GEMINI_READER_H_INCLUDED_


#include "llmgw_gemini.h"
#include "llmgw_reader.h"


/* answers to one request that are told apart */
#define LLMGW_GEMINI_CANDIDATES  16


typedef struct llmgw_gemini_partial_s  llmgw_gemini_partial_t;

typedef struct {
    uint32_t                 tools;       /* calls so far */
    llmgw_gemini_text_t      text;        /* for citations */
    llmgw_str_t              grounding;   /* raw; the latest */
    u_char                  *grounding_buf;
    size_t                   grounding_size;
    llmgw_gemini_partial_t  *partial;     /* a call that comes in pieces */

    unsigned                 begun:1;
    unsigned                 produced:1;  /* something for the client */
    unsigned                 written:1;   /* there has been text */
    unsigned                 finished:1;
} llmgw_gemini_candidate_t;


typedef struct {
    llmgw_usage_t            usage;
    llmgw_gemini_candidate_t candidates[LLMGW_GEMINI_CANDIDATES];
    uint32_t                 ncandidates;

    /* of the event, or of the answer */
    llmgw_arena_t           *mem;

    unsigned                 started:1;
    unsigned                 whole:1;
    unsigned                 cite:1;      /* citations may come */
} llmgw_gemini_state_t;


/* The parts of a candidate's content. */

llmgw_int_t llmgw_gemini_read_parts(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t *parts);

/* A call whose arguments are streamed: one piece of it. */

llmgw_int_t llmgw_gemini_read_partial(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t *part,
    llmgw_node_t *call);

/* A call that is complete: name and signature are jstr, args raw. */

llmgw_int_t llmgw_gemini_send_call(llmgw_reader_t *rd, uint32_t index,
    llmgw_str_t id, llmgw_str_t name, llmgw_str_t args,
    llmgw_str_t signature);


#endif /* _LLMGW_GEMINI_READER_H_INCLUDED_ */
