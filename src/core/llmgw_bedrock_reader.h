
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that read answers of Converse.
 */


#ifndef _LLMGW_BEDROCK_READER_H_INCLUDED_
#define _LLMGW_BEDROCK_READER_H_INCLUDED_


#include "llmgw_bedrock.h"
#include "llmgw_reader.h"


typedef struct {
    u_char                  *data;
    size_t                   len;
    size_t                   size;
} llmgw_bedrock_buf_t;


typedef struct llmgw_bedrock_cite_s   llmgw_bedrock_cite_t;
typedef struct llmgw_bedrock_block_s  llmgw_bedrock_block_t;

struct llmgw_bedrock_cite_s {
    llmgw_bedrock_cite_t    *next;
    llmgw_str_t              url;       /* raw */
    llmgw_str_t              title;     /* raw */
};

/* What it is shows with every delta: a block may think and then speak. */

struct llmgw_bedrock_block_s {
    llmgw_bedrock_block_t   *next;
    int64_t                  index;
    uint32_t                 ordinal;   /* of the tool call */

    llmgw_bedrock_buf_t      thought;   /* as Claude's own format has it */
    llmgw_bedrock_buf_t      signature;
    llmgw_bedrock_buf_t      redacted;

    size_t                   start;     /* of its text, in code points */
    llmgw_bedrock_cite_t    *cites;
    llmgw_bedrock_cite_t   **last_cite;

    unsigned                 tool:1;
    unsigned                 json:1;    /* … whose input is the answer */
    unsigned                 begun:1;   /* it has had some text or input */
    unsigned                 lost:1;    /* more thinking than is kept */
};


typedef struct {
    llmgw_usage_t            usage;
    llmgw_str_t              tier;
    llmgw_arena_t           *mem;       /* for what lives as an event */

    llmgw_bedrock_block_t   *open;
    llmgw_bedrock_block_t   *free;
    uint32_t                 nopen;

    uint32_t                 tools;     /* calls so far */
    size_t                   chars;     /* code points of text so far */
    size_t                   cited;     /* bytes kept of citations */

    void                    *messages;  /* of the reader of Claude's format */

    unsigned                 init:1;
    unsigned                 started:1;
    unsigned                 text:1;    /* there has been some */
    unsigned                 finished:1;
} llmgw_bedrock_state_t;


/* A new open block.  NULL: too many are open, or no memory. */

llmgw_bedrock_block_t *llmgw_bedrock_block_open(llmgw_reader_t *rd,
    int64_t index);

/* Sends what a block is only known to be at its end. */

llmgw_int_t llmgw_bedrock_block_stop(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b);

llmgw_int_t llmgw_bedrock_block_text(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b, llmgw_str_t text);
llmgw_int_t llmgw_bedrock_block_args(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b, llmgw_str_t text);
llmgw_int_t llmgw_bedrock_block_reasoning(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b, llmgw_str_t text);
llmgw_int_t llmgw_bedrock_block_tool(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b, const llmgw_json_t *j,
    const llmgw_json_node_t *use);
llmgw_int_t llmgw_bedrock_block_cite(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b, const llmgw_json_t *j,
    const llmgw_json_node_t *citation);

/* Appends to one of the block's buffers. */

llmgw_int_t llmgw_bedrock_block_keep(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b, llmgw_bedrock_buf_t *buf, llmgw_str_t s);


/*
 * Claude by its own format.  LLMGW_DECLINED: the event's payload holds none.
 */

llmgw_int_t llmgw_bedrock_claude_whole(llmgw_reader_t *rd,
    const llmgw_json_t *doc);
llmgw_int_t llmgw_bedrock_claude_event(llmgw_reader_t *rd,
    const llmgw_json_t *j);
llmgw_int_t llmgw_bedrock_claude_end(llmgw_reader_t *rd);


#endif /* _LLMGW_BEDROCK_READER_H_INCLUDED_ */
