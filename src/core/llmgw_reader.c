
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_reader.h"
#include "llmgw_chat.h"


llmgw_int_t
llmgw_reader_fail(llmgw_reader_t *rd, const llmgw_error_t *e)
{
    llmgw_event_t  ev;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_ERROR;
    ev.error = e;

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_reader_fail_with(llmgw_reader_t *rd, unsigned status, llmgw_str_t code,
    llmgw_str_t message)
{
    llmgw_error_t  e;

    llmgw_error_set(&e, status, code, llmgw_null_str, message);
    e.upstream = 1;

    return llmgw_reader_fail(rd, &e);
}


llmgw_int_t
llmgw_reader_invalid(llmgw_reader_t *rd)
{
    return llmgw_reader_fail_with(rd, 502,
                                  llmgw_lit("upstream_invalid_response"),
                                  llmgw_lit("the upstream's answer is not "
                                            "valid"));
}


llmgw_int_t
llmgw_reader_error(llmgw_reader_t *rd, llmgw_str_t body)
{
    llmgw_head_t   head;
    llmgw_error_t  e;

    memset(&head, 0, sizeof(llmgw_head_t));
    memset(&e, 0, sizeof(llmgw_error_t));
    e.retry_after = -1;

    /* variants of a dialect have their own words for errors */

    rd->call->target->dialect->read_error(rd->call, &head, body, &e);

    return llmgw_reader_fail(rd, &e);
}
