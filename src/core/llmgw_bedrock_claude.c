
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Claude by InvokeModel: the Messages API as the body, and its answers in the
 * framing of AWS.
 */


#include "llmgw_anthropic.h"
#include "llmgw_bedrock_reader.h"
#include "llmgw_jstr.h"


#define LLMGW_BEDROCK_CLAUDE_VERSION  "bedrock-2023-05-31"

#define LLMGW_BEDROCK_CLAUDE_LACKS                                           \
    "cache_control, container, context_management, fallbacks, file, "        \
    "inference_geo, mcp_servers, metadata, service_tier, speed, url, "       \
    "code_execution, tool_search_tool_bm25, tool_search_tool_regex, "        \
    "web_fetch, web_search"


llmgw_int_t
llmgw_bedrock_claude_write(llmgw_call_t *call, llmgw_chat_t *chat,
    const llmgw_bedrock_model_t *m, llmgw_upstream_t *up)
{
    llmgw_int_t                 rc;
    llmgw_target_t             *t;
    const llmgw_settings_t     *set;
    llmgw_anthropic_platform_t  platform;

    t = llmgw_alloc(call->arena, sizeof(llmgw_target_t));
    if (t == NULL) {
        return LLMGW_ERROR;
    }

    set = call->target->settings;

    memset(&platform, 0, sizeof(llmgw_anthropic_platform_t));

    platform.version = llmgw_lit(LLMGW_BEDROCK_CLAUDE_VERSION);
    platform.in_body = 1;
    platform.any_beta = (set->claude_betas.data == NULL);
    platform.betas = set->claude_betas;
    platform.lacks = set->claude_lacks.data
                     ? set->claude_lacks
                     : llmgw_lit(LLMGW_BEDROCK_CLAUDE_LACKS);

    /* what the model can do is told by its name, not by a profile's */

    *t = *call->target;
    t->model = m->name;

    call->target = t;
    call->attempt = t;

    rc = llmgw_bedrock_path(call, m,
                            chat->stream
                            ? llmgw_lit("invoke-with-response-stream")
                            : llmgw_lit("invoke"), up);

    return (rc == LLMGW_OK)
           ? llmgw_anthropic_write_platform(call, chat, &platform, 0, up)
           : rc;
}


/*
 * The reader of the Messages API has a state of its own, which takes the place
 * of the dialect's while it runs.
 */

static llmgw_bedrock_state_t *
llmgw_bedrock_claude_enter(llmgw_reader_t *rd)
{
    llmgw_bedrock_state_t *s = rd->state;

    if (s->messages == NULL) {
        s->messages = llmgw_calloc(rd->arena, llmgw_anthropic_reader.state);

        if (s->messages == NULL) {
            return NULL;
        }
    }

    rd->state = s->messages;

    return s;
}


llmgw_int_t
llmgw_bedrock_claude_whole(llmgw_reader_t *rd, const llmgw_json_t *doc)
{
    llmgw_int_t             rc;
    llmgw_bedrock_state_t  *s;

    s = llmgw_bedrock_claude_enter(rd);

    if (s == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_anthropic_reader.whole(rd, doc);
    rd->state = s;

    return rc;
}


/* an event of the Messages API is in the event, as base64 */

llmgw_int_t
llmgw_bedrock_claude_event(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t             rc;
    llmgw_str_t             text, event;
    llmgw_bedrock_state_t  *s;

    text = llmgw_json_get_str(j, j->nodes, "bytes");

    if (text.len == 0) {
        return LLMGW_DECLINED;
    }

    rc = llmgw_base64_decode(rd->scratch, text, &event);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_DECLINED;
    }

    s = llmgw_bedrock_claude_enter(rd);

    if (s == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_anthropic_reader.event(rd, llmgw_null_str, event);
    rd->state = s;

    return rc;
}


llmgw_int_t
llmgw_bedrock_claude_end(llmgw_reader_t *rd)
{
    llmgw_int_t             rc;
    llmgw_bedrock_state_t  *s;

    s = llmgw_bedrock_claude_enter(rd);

    if (s == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_anthropic_reader.end(rd);
    rd->state = s;

    return rc;
}
