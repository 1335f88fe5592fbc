
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The way of one answer from the provider's bytes to the client's.
 */


#ifndef _LLMGW_REPLY_H_INCLUDED_
#define _LLMGW_REPLY_H_INCLUDED_


#include "llmgw_call.h"
#include "llmgw_eventstream.h"
#include "llmgw_frames.h"
#include "llmgw_pick.h"
#include "llmgw_twin.h"


typedef enum {
    LLMGW_REPLY_PASS = 0,     /* bytes as they are */
    LLMGW_REPLY_PASS_EVENTS,  /* the same; the events are looked at */
    LLMGW_REPLY_PASS_WHOLE,   /* a JSON document as it is, held to its end */
    LLMGW_REPLY_PASS_EDITED,  /* events as they are, but for usage */
    LLMGW_REPLY_PASS_FRAMES,  /* whole events as they are */
    LLMGW_REPLY_WHOLE,        /* a JSON document, translated */
    LLMGW_REPLY_TASK,         /* the whole of an answer that is no chat */
    LLMGW_REPLY_STREAM,       /* events, translated */
    LLMGW_REPLY_ERROR         /* an error body, gathered */
} llmgw_reply_e;


typedef struct {
    llmgw_reply_e              mode;
    llmgw_call_t              *call;
    const llmgw_dialect_t     *provider;
    llmgw_head_t               head;
    llmgw_arena_t             *arena;     /* for the life of the answer */
    llmgw_arena_t              scratch;   /* for one event */
    llmgw_out_t               *out;
    llmgw_frames_e             framing;   /* of a stream */
    unsigned                   sniff:1;   /* … which its first byte tells */
    llmgw_frames_t             frames;

    llmgw_twin_t               twin;      /* of the event before … */
    llmgw_event_t              again;     /* … and what it was */
    uint32_t                   sent;      /* events that one has come to */
    size_t                     behind;    /* of its bytes, behind a usage that
                                             is left out; 0: none is */

    const llmgw_repair_ops_t  *repair;    /* NULL: it passes as it is */
    llmgw_repair_t             fix;

    llmgw_sse_t                sse;
    llmgw_eventstream_t        eventstream;
    llmgw_pick_t              *pick;
    llmgw_reader_t             reader;
    llmgw_writer_t             writer;
    const llmgw_writer_ops_t  *write;

    /* what is gathered: error bodies, whole answers, held events */
    u_char                    *body;
    size_t                     body_len;
    size_t                     body_size;
    size_t                     max;

    /* out: what the answer was */
    llmgw_usage_t              usage;
    llmgw_error_t              error;
    llmgw_str_t                model;     /* as the provider reports it */
    llmgw_str_t                type;      /* of a task's answer */
    uint64_t                   text;      /* quarters of tokens that went by */

    /* passing streams */
    uint32_t                   events;    /* so far */
    size_t                     event_pos; /* of the event in the held body */
    const u_char              *edge;      /* behind the last whole event */

    llmgw_passed_t             passed;    /* what the last words need */
    uint64_t                   begun_map; /* choices that have begun */
    uint64_t                   ended_map; /* … that have a finish_reason */

    /* … the event that is going by */
    llmgw_str_t                lead;      /* what its text stands behind */
    int64_t                    sequence;  /* its number, or the last one's */
    u_char                     line[8];   /* how the line begins */
    uint8_t                    line_len;
    unsigned                   in_data:1;
    unsigned                   has_data:1;
    unsigned                   has_error:1;
    unsigned                   preamble:1; /* an event that promises nothing */
    unsigned                   is_last:1;  /* one with which streams end */
    unsigned                   noted:1;    /* it says more than texts do */

    unsigned                   begun:1;    /* the client may see out */
    unsigned                   complete:1; /* the end mark has come */
    unsigned                   failed:1;   /* error says why */
    unsigned                   closed:1;   /* nothing more for the client */
    unsigned                   edited:1;   /* some of it has been put right */
    unsigned                   tokens:1;   /* the first token has been seen */
} llmgw_reply_t;


/*
 * Chooses the mode by the head of the answer.  max is the largest body that
 * is gathered and the largest event, in bytes.  LLMGW_OK, LLMGW_ERROR.
 */

llmgw_int_t llmgw_reply_init(llmgw_reply_t *rp, llmgw_call_t *call,
    llmgw_arena_t *a, const llmgw_head_t *head, size_t max);

/*
 * Takes bytes of the answer and writes to out what the client gets for them.
 * Until "begun" is set the client must not see any of it, and out must be kept
 * for the next call.
 *
 * LLMGW_OK; LLMGW_DONE: the answer is complete for the client, whatever else
 * comes is ignored; LLMGW_INVALID: the answer failed before the client has
 * seen anything of it, rp->error is what to answer, and another attempt may
 * follow; LLMGW_ERROR: no memory.
 *
 * A failure after the client has seen bytes is written into out as the
 * dialect's error event and returns LLMGW_DONE with rp->failed set; where the
 * format has no such event (audio bytes), nothing is written.
 */

llmgw_int_t llmgw_reply_feed(llmgw_reply_t *rp, const u_char *p, size_t n,
    llmgw_out_t *out);

/* The body ended; truncated: the connection was cut.  Returns as above. */

llmgw_int_t llmgw_reply_end(llmgw_reply_t *rp, unsigned truncated,
    llmgw_out_t *out);

/*
 * What the answer has used: counts that the provider reports, and estimates
 * (u->estimated) of those it does not.  It may be asked at any time; before
 * the end for what has gone by.
 */

void llmgw_reply_usage(const llmgw_reply_t *rp, llmgw_usage_t *u);

/*
 * Content-Type of the client's answer; empty: the provider's own stays.
 */

llmgw_str_t llmgw_reply_content_type(const llmgw_reply_t *rp);

/*
 * What may be sent between two pieces of output of a stream to show that it is
 * alive; empty: nothing may.
 */

llmgw_str_t llmgw_reply_ping(const llmgw_reply_t *rp);

/* Whether the client's body has the length of the provider's. */

#define llmgw_reply_same_length(rp)                                          \
    ((rp)->mode == LLMGW_REPLY_PASS                                          \
     || ((rp)->mode == LLMGW_REPLY_PASS_WHOLE && !(rp)->edited))


/* Between the files of a reply */

llmgw_int_t llmgw_reply_gather(llmgw_reply_t *rp, const u_char *p, size_t n,
    size_t max);
llmgw_int_t llmgw_reply_pass_init(llmgw_reply_t *rp);
llmgw_int_t llmgw_reply_pass_events(llmgw_reply_t *rp, const u_char *p,
    size_t n);
void llmgw_reply_pass_follow(llmgw_reply_t *rp, const u_char *p, size_t n);
llmgw_int_t llmgw_reply_pass_error(llmgw_reply_t *rp, llmgw_str_t data);
llmgw_int_t llmgw_reply_edit_init(llmgw_reply_t *rp);
llmgw_int_t llmgw_reply_edit_event(void *ctx, const llmgw_sse_event_t *ev);
llmgw_int_t llmgw_reply_pass_whole(llmgw_reply_t *rp);
llmgw_int_t llmgw_reply_pass_end(llmgw_reply_t *rp);
llmgw_int_t llmgw_reply_pass_tail(llmgw_reply_t *rp);
llmgw_int_t llmgw_reply_failed(llmgw_reply_t *rp, const llmgw_error_t *e);
llmgw_int_t llmgw_reply_event(llmgw_reply_t *rp, llmgw_str_t name,
    llmgw_str_t data, llmgw_str_t raw);
llmgw_int_t llmgw_reply_shortcut(void *ctx, llmgw_str_t input, size_t max,
    size_t *done);
llmgw_int_t llmgw_reply_frames_event(void *ctx, const llmgw_sse_event_t *ev);
llmgw_int_t llmgw_reply_frames_element(void *ctx,
    const llmgw_element_t *frame);
llmgw_int_t llmgw_reply_frames_pass_end(llmgw_reply_t *rp);
llmgw_int_t llmgw_reply_incomplete(llmgw_reply_t *rp);
llmgw_int_t llmgw_reply_invalid(llmgw_reply_t *rp);


#endif /* _LLMGW_REPLY_H_INCLUDED_ */
