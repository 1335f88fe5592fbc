
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The binary framing of AWS, application/vnd.amazon.eventstream: messages of
 * headers and a payload, guarded by two checksums.
 */


#ifndef _LLMGW_EVENTSTREAM_H_INCLUDED_
#define _LLMGW_EVENTSTREAM_H_INCLUDED_


#include "llmgw_core.h"


/*
 * One message; texts are plain bytes and valid during the call.  Headers that
 * it does not have are empty.
 */

typedef struct {
    llmgw_str_t  type;       /* :message-type: event, exception, error */
    llmgw_str_t  event;      /* :event-type */
    llmgw_str_t  exception;  /* :exception-type */
    llmgw_str_t  code;       /* :error-code */
    llmgw_str_t  message;    /* :error-message */
    llmgw_str_t  payload;
} llmgw_es_message_t;

typedef llmgw_int_t (*llmgw_es_handler_pt)(void *ctx,
    const llmgw_es_message_t *m);


typedef struct {
    llmgw_es_handler_pt   handler;
    void                 *ctx;
    llmgw_arena_t        *arena;

    /* a message that began in an earlier piece of input */
    u_char               *buf;
    size_t                len;
    size_t                size;
    size_t                total;    /* its length, once that is known */
    size_t                max;
} llmgw_eventstream_t;


/*
 * max: the largest message in bytes.  The buffer for a message that is split
 * over several reads comes from the arena and is kept for the next one.
 */

void llmgw_eventstream_init(llmgw_eventstream_t *es, llmgw_arena_t *a,
    size_t max, llmgw_es_handler_pt handler, void *ctx);

/*
 * LLMGW_OK; LLMGW_INVALID: a length or a checksum is wrong, and nothing that
 * follows can be trusted; LLMGW_TOO_LARGE: a message past max; LLMGW_ERROR: no
 * memory; or what the handler returned, if it was not LLMGW_OK.
 */

llmgw_int_t llmgw_eventstream_feed(llmgw_eventstream_t *es, const u_char *p,
    size_t n);

/* Whether the input so far ends inside of a message. */

#define llmgw_eventstream_partial(es)  ((es)->len != 0)


#endif /* _LLMGW_EVENTSTREAM_H_INCLUDED_ */
