
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Response headers: which of a provider's reach the client, and under which
 * name.
 */


#ifndef _LLMGW_HEADERS_H_INCLUDED_
#define _LLMGW_HEADERS_H_INCLUDED_


#include "llmgw_call.h"


/*
 * What the client gets for one header of the provider; name is lower case.
 * Headers come out under OpenAI's names, or under those of the client's
 * dialect.  LLMGW_DECLINED: nothing; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_response_header(const llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t value, llmgw_str_t *out_name, llmgw_str_t *out_value);

/*
 * Notes a header of the provider's answer where something depends on it; name
 * is lower case.
 */

void llmgw_head_note(llmgw_head_t *head, llmgw_str_t name,
    llmgw_str_t value);

/* What the headers say about when to come back, in ms; -1: nothing. */

int64_t llmgw_head_wait(const llmgw_head_t *head, int64_t now);

/*
 * Limits of the account that an answer says are used up, and when they begin
 * anew; all zero at first.
 */

#define LLMGW_LEFT_LIMITS  6

typedef struct {
    int64_t   reset[LLMGW_LEFT_LIMITS];   /* ms from now */
    unsigned  empty;                      /* bits: nothing is left */
} llmgw_left_t;

/* name is lower case; now: Unix seconds */

void llmgw_left_note(llmgw_left_t *l, llmgw_str_t name, llmgw_str_t value,
    int64_t now);

/* ms until something is left of all of them; 0: it is, or nobody knows */

int64_t llmgw_left_wait(const llmgw_left_t *l);

/*
 * What every answer has in the client's dialect, errors as well, and what was
 * done to the request: the n-th header, counted from 0.  LLMGW_DECLINED: there
 * is none.
 */

llmgw_int_t llmgw_own_header(const llmgw_call_t *call, unsigned n,
    llmgw_str_t *name, llmgw_str_t *value);

/*
 * Takes the provider's request id, where it has one that can stand in a
 * header, or makes one.  Clients of the Messages API always get one.  head is
 * NULL where there is no answer.
 */

void llmgw_request_id(llmgw_call_t *call, const llmgw_head_t *head);

/*
 * A time as 2026-11-22T10:15:00Z, also with a fraction and an offset, in Unix
 * seconds; -1: it is none.
 */

int64_t llmgw_rfc3339(llmgw_str_t s);


#endif /* _LLMGW_HEADERS_H_INCLUDED_ */
