
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Errors in one form, whoever made them: the gateway, a provider, nginx.
 */


#ifndef _LLMGW_ERROR_H_INCLUDED_
#define _LLMGW_ERROR_H_INCLUDED_


#include "llmgw_out.h"


/*
 * Texts are plain bytes, not JSON.  type and code are those of OpenAI's error
 * body; an empty code or param is written as null.
 */

typedef struct {
    unsigned     status;         /* to the client, 400 to 599 */
    llmgw_str_t  type;
    llmgw_str_t  code;
    llmgw_str_t  param;
    llmgw_str_t  message;

    /* a JSON error object that a client of the same dialect gets unchanged */
    llmgw_str_t  raw;

    int64_t      retry_after;    /* ms, or -1 */

    unsigned     upstream:1;     /* a provider's, not the gateway's own */
    unsigned     retryable:1;    /* another attempt may succeed */
    unsigned     context:1;      /* the prompt is too long for the model */
    unsigned     policy:1;       /* refused for its content */
    unsigned     quota:1;        /* does not come back by waiting seconds */
    unsigned     thoughts:1;     /* refused for thoughts of the history, which
                                    another account or model has had */
} llmgw_error_t;


/*
 * Type, default code and retryable of a status (wire format: OpenAI's table of
 * error types).  Sets status itself: one that is no error becomes 502, one
 * that OpenAI's clients do not know (529) its neighbour.
 */

void llmgw_error_status(llmgw_error_t *e, unsigned status);

/* An error of the gateway: status, code and message; the rest by status. */

void llmgw_error_set(llmgw_error_t *e, unsigned status, llmgw_str_t code,
    llmgw_str_t param, llmgw_str_t message);

/* 400 invalid_request_error; code "unsupported_parameter" and such. */

llmgw_int_t llmgw_refuse(llmgw_error_t *e, llmgw_str_t code,
    llmgw_str_t param, llmgw_str_t message);

/* printf() into the arena; data is NULL without memory. */

llmgw_str_t llmgw_fmt(llmgw_arena_t *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* For %.*s */

#define llmgw_arg(s)  (int) (s).len, (const char *) (s).data

/* Marks by code and message: context, policy, quota (OpenAI's own wordings). */

void llmgw_error_classify(llmgw_error_t *e);

/*
 * A body that is a sentence for a human, without the blanks around it; empty
 * where it is a page, JSON, or nothing.
 */

llmgw_str_t llmgw_error_text(llmgw_str_t body, llmgw_str_t content_type);

/* {"error":{"message","type","param","code"}}, without a line end */

void llmgw_error_write(llmgw_out_t *o, const llmgw_error_t *e);

/* The same without the outer braces' member: {"message",…} */

void llmgw_error_write_object(llmgw_out_t *o, const llmgw_error_t *e);

/* … nor the braces, where more members follow */

void llmgw_error_write_members(llmgw_out_t *o, const llmgw_error_t *e);

/*
 * Retry hints in milliseconds, -1 when the text is none: seconds (also with a
 * fraction), an HTTP date (now: Unix seconds), a duration such as "1m3.5s".
 */

int64_t llmgw_retry_after(llmgw_str_t value, int64_t now);
int64_t llmgw_duration_ms(llmgw_str_t value);

/* The duration that follows some words in a message, "… try again in 1.2s." */

int64_t llmgw_error_wait(llmgw_str_t message, llmgw_str_t words);


#endif /* _LLMGW_ERROR_H_INCLUDED_ */
