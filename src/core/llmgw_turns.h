
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tool calls for clients whose format shows one after the other.  What has
 * been closed cannot be opened again, so of calls that arrive in turns all but
 * the first wait until those before them are complete.
 */


#ifndef _LLMGW_TURNS_H_INCLUDED_
#define _LLMGW_TURNS_H_INCLUDED_


#include "llmgw_call.h"


typedef struct llmgw_turn_s  llmgw_turn_t;

struct llmgw_turn_s {
    llmgw_turn_t  *next;
    uint32_t       index;        /* of the events */
    llmgw_str_t    id;
    llmgw_str_t    name;
    llmgw_str_t    signature;
    llmgw_buf_t    args;         /* jstr, while it waits */

    /* how far its arguments are: they may be cut anywhere */
    uint32_t       depth;
    unsigned       string:1;
    unsigned       escape:1;
    unsigned       complete:1;
    unsigned       whole:1;      /* they came in one piece */
};


/*
 * What the format does: "open" ends what is open and begins the call, "args"
 * writes a part of its arguments, "close" ends whatever is open.
 */

typedef struct {
    llmgw_int_t (*open)(llmgw_writer_t *w, const llmgw_turn_t *turn);
    llmgw_int_t (*args)(llmgw_writer_t *w, const llmgw_turn_t *turn,
        llmgw_str_t text);
    llmgw_int_t (*close)(llmgw_writer_t *w);

    /* of a call that came without one */
    llmgw_str_t (*id)(llmgw_writer_t *w, llmgw_str_t id);
} llmgw_turns_ops_t;


typedef struct {
    const llmgw_turns_ops_t  *ops;
    llmgw_turn_t              now;       /* the open one */
    llmgw_turn_t             *held;      /* that wait for it */
    llmgw_turn_t            **last;
    llmgw_turn_t             *latest;    /* of them, that got something */
    uint32_t                  nheld;
    size_t                    size;      /* bytes of their arguments */
    unsigned                  open:1;    /* cleared by "close" */
} llmgw_turns_t;


#define llmgw_turns_init(t, o)  ((t)->ops = (o), (t)->last = &(t)->held)

/* LLMGW_EV_TOOL_BEGIN, LLMGW_EV_TOOL_ARGS, LLMGW_EV_TOOL_END */

llmgw_int_t llmgw_turns_begin(llmgw_writer_t *w, llmgw_turns_t *t,
    const llmgw_event_t *ev);
llmgw_int_t llmgw_turns_args(llmgw_writer_t *w, llmgw_turns_t *t,
    const llmgw_event_t *ev);
llmgw_int_t llmgw_turns_end(llmgw_writer_t *w, llmgw_turns_t *t,
    uint32_t index);

/* Writes what waits, and leaves the last of it open; it may end otherwise. */

llmgw_int_t llmgw_turns_drain(llmgw_writer_t *w, llmgw_turns_t *t);

/* The same, and closes what is open. */

llmgw_int_t llmgw_turns_flush(llmgw_writer_t *w, llmgw_turns_t *t);


#endif /* _LLMGW_TURNS_H_INCLUDED_ */
