
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Between the files that read answers of the Messages API.
 */


#ifndef _LLMGW_ANTHROPIC_READER_H_INCLUDED_
#define _LLMGW_ANTHROPIC_READER_H_INCLUDED_


#include "llmgw_anthropic.h"
#include "llmgw_reader.h"


/* what a block of thinking begins with in its own form */
#define LLMGW_ANTHROPIC_THINKING  "{\"type\":\"thinking\",\"thinking\":\""


/* content blocks */

typedef enum {
    LLMGW_CB_OTHER = 0,
    LLMGW_CB_TEXT,
    LLMGW_CB_THINKING,
    LLMGW_CB_REDACTED,
    LLMGW_CB_TOOL,
    LLMGW_CB_JSON            /* a forced tool call that is the answer's text */
} llmgw_anthropic_block_e;


typedef struct {
    u_char  *data;
    size_t   len;
    size_t   size;
} llmgw_anthropic_buf_t;


typedef struct llmgw_anthropic_cite_s   llmgw_anthropic_cite_t;
typedef struct llmgw_anthropic_block_s  llmgw_anthropic_block_t;

struct llmgw_anthropic_cite_s {
    llmgw_anthropic_cite_t   *next;
    llmgw_str_t               url;      /* raw */
    llmgw_str_t               title;    /* raw */
};

struct llmgw_anthropic_block_s {
    llmgw_anthropic_block_t  *next;
    int64_t                   index;
    llmgw_anthropic_block_e   kind;
    uint32_t                  ordinal;  /* of the tool call */

    llmgw_anthropic_buf_t     text;     /* thinking or redacted: the block */
    llmgw_anthropic_buf_t     signature;

    size_t                    start;    /* of its text, in code points */
    llmgw_anthropic_cite_t   *cites;
    llmgw_anthropic_cite_t  **last_cite;

    unsigned                  begun:1;  /* it has had some text */
    unsigned                  lost:1;   /* more thinking than is kept */
};


typedef struct {
    llmgw_usage_t             usage;
    llmgw_str_t               tier;
    llmgw_arena_t            *mem;      /* for what lives as long as an event */

    llmgw_anthropic_block_t  *open;
    llmgw_anthropic_block_t  *free;
    llmgw_anthropic_block_t  *latest;   /* that a delta was for */
    uint32_t                  nopen;

    uint32_t                  tools;    /* calls so far */
    size_t                    chars;    /* code points of text so far */
    size_t                    cited;    /* bytes kept of citations */

    unsigned                  init:1;
    unsigned                  started:1;
    unsigned                  finished:1;
    unsigned                  ended:1;
    unsigned                  text:1;   /* there has been some */
    unsigned                  blank:1;  /* it ended in white space */
    unsigned                  apart:1;  /* a server tool came after it */
    unsigned                  count:1;  /* code points matter */
} llmgw_anthropic_state_t;


/* A new open block.  NULL: too many are open, or no memory. */

llmgw_anthropic_block_t *llmgw_anthropic_block_open(llmgw_reader_t *rd,
    int64_t index);
llmgw_anthropic_block_t *llmgw_anthropic_block_find(
    llmgw_anthropic_state_t *s, int64_t index);

/* Sends what a block is only known to be at its end. */

llmgw_int_t llmgw_anthropic_block_stop(llmgw_reader_t *rd,
    llmgw_anthropic_block_t *b);

llmgw_int_t llmgw_anthropic_block_text(llmgw_reader_t *rd,
    llmgw_anthropic_block_t *b, llmgw_str_t text);
llmgw_int_t llmgw_anthropic_block_thinking(llmgw_reader_t *rd,
    llmgw_anthropic_block_t *b, llmgw_str_t text);
llmgw_int_t llmgw_anthropic_block_tool(llmgw_reader_t *rd,
    llmgw_anthropic_block_t *b, const llmgw_json_t *j,
    const llmgw_json_node_t *block);
llmgw_int_t llmgw_anthropic_block_cite(llmgw_reader_t *rd,
    llmgw_anthropic_block_t *b, const llmgw_json_t *j,
    const llmgw_json_node_t *citation);

/* Appends to one of the block's buffers. */

llmgw_int_t llmgw_anthropic_block_keep(llmgw_reader_t *rd,
    llmgw_anthropic_block_t *b, llmgw_anthropic_buf_t *buf, llmgw_str_t s);


#endif /* _LLMGW_ANTHROPIC_READER_H_INCLUDED_ */
