
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_cohere.h"
#include "llmgw_headers.h"
#include "llmgw_jstr.h"


/* an error is a small object: more values than this are something else */
#define LLMGW_COHERE_ERROR_NODES  4096


static llmgw_str_t llmgw_cohere_error_message(llmgw_call_t *call,
    const llmgw_head_t *head, llmgw_str_t body);
static unsigned llmgw_cohere_error_status(unsigned status,
    llmgw_str_t message);


static unsigned
llmgw_cohere_says(llmgw_str_t message, llmgw_str_t words)
{
    return llmgw_str_casefind(message, words) != NULL;
}


void
llmgw_cohere_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    int64_t      ms;
    unsigned     blocked;
    llmgw_str_t  message;

    message = llmgw_cohere_error_message(call, head, body);

    llmgw_error_status(e, llmgw_cohere_error_status(head->status, message));

    e->upstream = 1;
    e->message = message.len ? message
                 : llmgw_fmt(call->arena, "upstream returned status %u",
                             head->status);

    blocked = head->status == 498
              && llmgw_cohere_says(message, llmgw_lit("blocked"));

    if (blocked) {
        e->code = llmgw_lit("content_policy_violation");

    } else if (e->status == 400
               && (llmgw_cohere_says(message,
                                     llmgw_lit("prompt exceeds context "
                                               "length"))
                   || (llmgw_cohere_says(message,
                                         llmgw_lit("too many tokens"))
                       && !llmgw_cohere_says(message,
                                             llmgw_lit("max tokens must be "
                                                       "less than")))))
    {
        e->code = llmgw_lit("context_length_exceeded");

    } else if (e->status == 404
               && llmgw_cohere_says(message, llmgw_lit("model")))
    {
        e->code = llmgw_lit("model_not_found");

    } else if (e->status == 429
               && llmgw_cohere_says(message, llmgw_lit("calls / month")))
    {
        e->code = llmgw_lit("insufficient_quota");
    }

    llmgw_error_classify(e);

    ms = llmgw_head_wait(head, call->now);

    if (ms >= 0) {
        e->retry_after = ms;
    }
}


/* statuses that only Cohere has */

static unsigned
llmgw_cohere_error_status(unsigned status, llmgw_str_t message)
{
    switch (status) {

    case 0:
    case 501:
        return 502;

    case 422:
        return 400;

    case 498:

        /* a token that is not valid, or blocked content on old deployments */

        return llmgw_cohere_says(message, llmgw_lit("blocked")) ? 400 : 401;

    case 499:
        return 408;

    default:
        return status;
    }
}


static llmgw_str_t
llmgw_cohere_error_message(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body)
{
    size_t                    i;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("message"),
        llmgw_string("data"),
        llmgw_string("error"),
        llmgw_string("detail")
    };

    if (body.len
        && llmgw_json_parse(&j, call->arena, body, 2,
                            LLMGW_COHERE_ERROR_NODES)
           == LLMGW_OK)
    {
        for (i = 0; i < llmgw_nelts(names); i++) {

            v = llmgw_json_get_n(&j, j.nodes, (const char *) names[i].data,
                                 names[i].len);

            if (v && v->type == LLMGW_JSON_OBJECT) {
                v = llmgw_json_get(&j, v, "message");
            }

            if (v && v->type == LLMGW_JSON_STRING && v->len) {
                return llmgw_jstr_decode(call->arena, llmgw_json_str(&j, v));
            }
        }

        return llmgw_null_str;
    }

    return llmgw_error_text(body, head->content_type);
}
