
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The way of one answer from the provider's bytes to the client's.
 */


#ifndef _LLMGW_REPLY_H_INCLUDED_
#define _LLMGW_REPLY_H_INCLUDED_


#include "llmgw_call.h"
#include "llmgw_pick.h"


typedef enum {
    LLMGW_REPLY_PASS = 0,     /* bytes as they are; looked at on the side */
    LLMGW_REPLY_PASS_WHOLE,   /* the same, held until the end is seen */
    LLMGW_REPLY_PASS_STREAM,  /* events as they are, some edited or left out */
    LLMGW_REPLY_WHOLE,        /* a JSON document, translated */
    LLMGW_REPLY_STREAM,       /* events, translated */
    LLMGW_REPLY_ERROR         /* an error body, gathered */
} llmgw_reply_e;


typedef struct {
    llmgw_reply_e              mode;
    llmgw_call_t              *call;
    llmgw_head_t               head;
    llmgw_arena_t             *arena;
    llmgw_arena_t              scratch;
    llmgw_out_t               *out;

    llmgw_sse_t                sse;
    llmgw_pick_t               pick;
    llmgw_reader_t             reader;
    llmgw_writer_t             writer;
    const llmgw_reader_ops_t  *read;
    const llmgw_writer_ops_t  *write;

    /* what is gathered: error bodies, whole answers */
    u_char                    *body;
    size_t                     body_len;
    size_t                     body_size;
    size_t                     body_max;

    llmgw_usage_t              usage;
    llmgw_error_t              error;
    llmgw_str_t                model;      /* as the provider reports it */

    /* pass-through streams: how many choices began and ended */
    uint32_t                   choices;
    uint32_t                   finished;
    uint64_t                   finished_map;
    uint64_t                   choices_map;

    unsigned                   begun:1;    /* out holds what a client may see */
    unsigned                   complete:1; /* the end mark has come */
    unsigned                   failed:1;   /* error says why */
    unsigned                   closed:1;   /* nothing more goes to the client */
    unsigned                   tokens:1;   /* the first token has been seen */
} llmgw_reply_t;


/*
 * Chooses the mode by the head of the answer.  max is the largest body that
 * is gathered and the largest event, in bytes.
 */

llmgw_int_t llmgw_reply_init(llmgw_reply_t *rp, llmgw_call_t *call,
    llmgw_arena_t *a, const llmgw_head_t *head, size_t max);

/*
 * Takes bytes of the answer and writes to out what the client gets for them.
 *
 * LLMGW_OK; LLMGW_DONE: the answer is complete for the client, whatever else
 * comes is ignored; LLMGW_INVALID: the answer failed before the client has
 * seen anything of it, rp->error is what to answer, and another attempt may
 * follow; LLMGW_ERROR: no memory.
 *
 * A failure after the client has seen bytes is written into out as the
 * dialect's error event and returns LLMGW_DONE with rp->failed set.
 */

llmgw_int_t llmgw_reply_feed(llmgw_reply_t *rp, const u_char *p, size_t n,
    llmgw_out_t *out);

/* The body ended: truncated when the connection was cut.  Returns as above. */

llmgw_int_t llmgw_reply_end(llmgw_reply_t *rp, unsigned truncated,
    llmgw_out_t *out);

/* Of a client's answer: "application/json", "text/event-stream; …", or empty
   where the provider's own stays. */

llmgw_str_t llmgw_reply_content_type(const llmgw_reply_t *rp);


#endif /* _LLMGW_REPLY_H_INCLUDED_ */
