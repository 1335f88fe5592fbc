
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A stream that breaks off behind its first bytes, and goes on with what
 * another provider makes of it: that one gets the text so far as the beginning
 * of its answer, and its events go into the stream that the client has.
 *
 * The caller sets call->resume before the first answer.  From then on
 * llmgw_reply_feed() and _end() return LLMGW_INVALID where a stream that the
 * client has seen failed and may be continued:
 *
 *     llmgw_resume_ready()    can it be?
 *     llmgw_resume_go()       it is: the next attempt goes on with it
 *     llmgw_resume_fail()     it is not: the error that the client gets
 */


#ifndef _LLMGW_RESUME_H_INCLUDED_
#define _LLMGW_RESUME_H_INCLUDED_


#include "llmgw_reply.h"


/* a longer text is not kept, and its stream is not continued; bytes of jstr */
#define LLMGW_RESUME_MAX  262144


struct llmgw_resume_s {
    llmgw_arena_t             *arena;
    llmgw_arena_t              scratch;    /* for one event that passes */

    llmgw_buf_t                text;       /* of the answer so far; jstr */
    uint64_t                   weight;     /* of it, quarters of tokens */
    llmgw_str_t                blank;      /* its end, that a model was not
                                              given and may say again */

    llmgw_passed_t             first;      /* what a passing stream said */
    llmgw_sse_t                sse;        /* … its events */

    /* of the stream that the client has, once another attempt goes on */
    llmgw_writer_t             writer;
    const llmgw_writer_ops_t  *write;

    llmgw_part_t              *part;       /* of the request: the text */
    int64_t                    max_tokens; /* that the client asked for */
    llmgw_usage_t              usage;      /* of the attempts before */

    unsigned                   lost:1;     /* it cannot be continued */
    unsigned                   on:1;       /* the attempt continues it */
    unsigned                   ready:1;    /* writer is set */
    unsigned                   asked:1;    /* max_tokens is */
    unsigned                   counted:1;  /* this attempt's usage was seen */
};


/* Whether answers to a call can be continued at all; it has been read. */

unsigned llmgw_resume_possible(const llmgw_call_t *call);

void llmgw_resume_init(llmgw_resume_t *rs, llmgw_call_t *call);

/* LLMGW_OK, LLMGW_DECLINED, LLMGW_ERROR */

llmgw_int_t llmgw_resume_ready(llmgw_reply_t *rp);

/* u: what the attempt that broke off has used, in llmgw_reply_usage()'s way */

llmgw_int_t llmgw_resume_go(llmgw_reply_t *rp, llmgw_usage_t *u);

/* Returns as llmgw_reply_failed() does for a stream that has begun. */

llmgw_int_t llmgw_resume_fail(llmgw_reply_t *rp, const llmgw_error_t *e,
    llmgw_out_t *out);

/* a += b */

void llmgw_resume_count(llmgw_usage_t *a, const llmgw_usage_t *b);


/* Between the files of the library */

/* LLMGW_INVALID: the target does not take the beginning of an answer */

llmgw_int_t llmgw_resume_target(llmgw_call_t *call);

void llmgw_resume_reply(llmgw_reply_t *rp);
void llmgw_resume_begin_events(llmgw_reply_t *rp);
void llmgw_resume_add(llmgw_resume_t *rs, llmgw_str_t text);

/* a translated event; those of a passing chat, Messages and Gemini stream */

llmgw_int_t llmgw_resume_event(llmgw_reply_t *rp, const llmgw_event_t *ev);
void llmgw_resume_chunk(llmgw_reply_t *rp, const llmgw_json_t *j);
llmgw_int_t llmgw_resume_feed(llmgw_reply_t *rp, const u_char *p, size_t n);
void llmgw_resume_frame(llmgw_reply_t *rp, const llmgw_json_t *j);

llmgw_int_t llmgw_reply_take(llmgw_reply_t *rp, const llmgw_event_t *ev);

/* Whether the failure of a stream that has begun is left to the caller. */

#define llmgw_resume_may(rp)                                                 \
    ((rp)->call->resume && !(rp)->call->resume->lost)


#endif /* _LLMGW_RESUME_H_INCLUDED_ */
