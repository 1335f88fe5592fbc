
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_count.h"
#include "llmgw_jstr.h"


#define LLMGW_ESTIMATE_BYTES    4       /* of a token */
#define LLMGW_ESTIMATE_MESSAGE  4       /* tokens around each message */
#define LLMGW_ESTIMATE_IMAGE    1600    /* tokens of an image */


static llmgw_int_t llmgw_count_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);


static const llmgw_task_t  llmgw_count_task = {
    LLMGW_EP_NONE,
    NULL,
    llmgw_count_read
};


llmgw_int_t
llmgw_count_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t             rc;
    const llmgw_dialect_t  *provider;

    provider = call->target->dialect;

    if (provider->write_count) {

        rc = provider->write_count(call, call->chat, up);

        if (rc != LLMGW_DECLINED) {
            call->task = &llmgw_count_task;
            return rc;
        }
    }

    call->estimated = 1;
    call->endpoint->door->write_count(call, llmgw_estimate(call->chat),
                                      &up->body);

    return LLMGW_DONE;
}


static llmgw_int_t
llmgw_count_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    int64_t       tokens;
    llmgw_int_t   rc;
    llmgw_json_t  j;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, LLMGW_JSON_ALL,
                          100000);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_INVALID;
    }

    if (j.nodes[0].type != LLMGW_JSON_OBJECT
        || call->target->dialect->read_count(&j, &tokens) != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    call->endpoint->door->write_count(call, tokens, answer->out);

    return LLMGW_OK;
}


size_t
llmgw_jstr_bytes(llmgw_str_t s)
{
    u_char         buf[4];
    size_t         n, bytes;
    const u_char  *p, *q, *end;

    bytes = 0;
    p = s.data;
    end = p + s.len;

    while (p < end) {

        q = memchr(p, '\\', (size_t) (end - p));

        if (q == NULL) {
            return bytes + (size_t) (end - p);
        }

        bytes += (size_t) (q - p);
        p = llmgw_jstr_char(q, end, buf, &n);
        bytes += n;
    }

    return bytes;
}


int64_t
llmgw_estimate(const llmgw_chat_t *chat)
{
    size_t                  bytes;
    int64_t                 tokens;
    const llmgw_part_t     *p;
    const llmgw_tool_t     *tool;
    const llmgw_message_t  *m;

    bytes = 0;
    tokens = 0;

    for (m = chat->messages; m; m = m->next) {

        tokens += LLMGW_ESTIMATE_MESSAGE;
        bytes += llmgw_jstr_bytes(m->name);

        for (p = m->parts; p; p = p->next) {

            switch (p->type) {

            case LLMGW_PART_IMAGE:
                tokens += LLMGW_ESTIMATE_IMAGE;
                break;

            case LLMGW_PART_THINKING:

                /* who counts by bytes is not who thought it */

                break;

            default:
                bytes += llmgw_jstr_bytes(p->text) + llmgw_jstr_bytes(p->name)
                         + p->args.len;
            }
        }
    }

    for (tool = chat->tools; tool; tool = tool->next) {
        bytes += llmgw_jstr_bytes(tool->name)
                 + llmgw_jstr_bytes(tool->description)
                 + tool->parameters.len;

        if (tool->type == LLMGW_TOOL_NATIVE) {
            bytes += tool->raw.len;
        }
    }

    bytes += chat->format_schema.len;

    return tokens + (int64_t) ((bytes + LLMGW_ESTIMATE_BYTES - 1)
                               / LLMGW_ESTIMATE_BYTES);
}
