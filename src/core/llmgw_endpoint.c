
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_call.h"
#include "llmgw_responses.h"


/* the path, what a request to it is, whose it is, and how it is understood */

#define LLMGW_EP(i, p, is_post, takes, more, is_open, has_usage, of, by)     \
    { .id = i, .path = llmgw_string(p), .post = is_post, .body = takes,      \
      .prefix = more, .open = is_open, .usage = has_usage, .native = of,     \
      .door = by }

/* the tokens of a chat that is asked for in the same way */

#define LLMGW_EP_COUNT(i, p, of, by)                                         \
    { .id = i, .path = llmgw_string(p), .post = 1, .body = LLMGW_BODY_JSON,  \
      .count = 1, .native = of, .door = by }

/* what the provider stores; the methods depend on the rest of the path */

#define LLMGW_EP_STORED(i, p, more)                                          \
    { .id = i, .path = llmgw_string(p), .body = LLMGW_BODY_JSON,             \
      .prefix = more, .stored = 1, .native = &llmgw_dialect_openai,          \
      .door = &llmgw_door_stored }

#define ep_openai     &llmgw_dialect_openai
#define ep_anthropic  &llmgw_dialect_anthropic

/*
 * What no other provider can do than those who speak the dialect, but the
 * errors of which have to look like theirs.
 */

static const llmgw_door_t  llmgw_door_plain = {
    .stream = &llmgw_openai_stream,     /* its error, behind what passed */
    .write_error = llmgw_openai_write_error,
    .error_status = llmgw_openai_error_status
};

static const llmgw_door_t  llmgw_door_stored = {
    .stream = &llmgw_responses_stream,
    .write_error = llmgw_responses_write_error,
    .error_status = llmgw_openai_error_status
};

#define ep_chat       &llmgw_door_chat
#define ep_messages   &llmgw_door_messages
#define ep_responses  &llmgw_door_responses
#define ep_legacy     &llmgw_door_completions
#define ep_plain      &llmgw_door_plain

/* the longer of two paths with one beginning comes first */

static const llmgw_endpoint_t  llmgw_endpoints[] = {

    LLMGW_EP(LLMGW_EP_CHAT, "/chat/completions", 1, LLMGW_BODY_JSON,
             0, 0, 1, ep_openai, ep_chat),
    LLMGW_EP(LLMGW_EP_COMPLETIONS, "/completions", 1, LLMGW_BODY_JSON,
             0, 0, 1, ep_openai, ep_legacy),
    LLMGW_EP(LLMGW_EP_EMBEDDINGS, "/embeddings", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_MODERATIONS, "/moderations", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_IMAGES, "/images/generations", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_IMAGE_EDITS, "/images/edits", 1,
             LLMGW_BODY_JSON|LLMGW_BODY_MULTIPART, 0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_IMAGE_VARIATIONS, "/images/variations", 1,
             LLMGW_BODY_MULTIPART, 0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_TRANSCRIPTIONS, "/audio/transcriptions", 1,
             LLMGW_BODY_MULTIPART, 0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_TRANSLATIONS, "/audio/translations", 1,
             LLMGW_BODY_MULTIPART, 0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_SPEECH, "/audio/speech", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_RERANK, "/rerank", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_RERANK, "/v2/rerank", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_RESPONSES, "/responses", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_openai, ep_responses),
    LLMGW_EP_COUNT(LLMGW_EP_RESPONSES_INPUT_TOKENS, "/responses/input_tokens",
                   ep_openai, ep_responses),
    LLMGW_EP(LLMGW_EP_RESPONSES_COMPACT, "/responses/compact", 1,
             LLMGW_BODY_JSON, 0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP_STORED(LLMGW_EP_RESPONSE, "/responses/", 1),
    LLMGW_EP_STORED(LLMGW_EP_CONVERSATIONS, "/conversations", 0),
    LLMGW_EP_STORED(LLMGW_EP_CONVERSATION, "/conversations/", 1),
    LLMGW_EP(LLMGW_EP_MESSAGES, "/messages", 1, LLMGW_BODY_JSON,
             0, 0, 0, ep_anthropic, ep_messages),
    LLMGW_EP_COUNT(LLMGW_EP_COUNT_TOKENS, "/messages/count_tokens",
                   ep_anthropic, ep_messages),
    LLMGW_EP(LLMGW_EP_MODELS, "/models", 0, LLMGW_BODY_NONE,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_MODEL, "/models/", 0, LLMGW_BODY_NONE,
             1, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_HELLO, "/api/hello", 0, LLMGW_BODY_NONE,
             0, 1, 0, ep_anthropic, ep_messages),
    LLMGW_EP(LLMGW_EP_HEALTH, "/health", 0, LLMGW_BODY_NONE,
             0, 0, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_LIVELINESS, "/health/liveliness", 0, LLMGW_BODY_NONE,
             0, 1, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_LIVELINESS, "/health/liveness", 0, LLMGW_BODY_NONE,
             0, 1, 0, ep_openai, ep_plain),
    LLMGW_EP(LLMGW_EP_READINESS, "/health/readiness", 0, LLMGW_BODY_NONE,
             0, 1, 0, ep_openai, ep_plain),

    { .id = LLMGW_EP_NONE }
};


static const llmgw_endpoint_t  llmgw_endpoints_messages[] = {
    LLMGW_EP(LLMGW_EP_MODELS, "/models", 0, LLMGW_BODY_NONE,
             0, 0, 0, ep_anthropic, ep_messages),
    LLMGW_EP(LLMGW_EP_MODEL, "/models/", 0, LLMGW_BODY_NONE,
             1, 0, 0, ep_anthropic, ep_messages)
};


const llmgw_endpoint_t *
llmgw_endpoint_messages(const llmgw_endpoint_t *ep)
{
    size_t  i;

    for (i = 0; i < llmgw_nelts(llmgw_endpoints_messages); i++) {
        if (llmgw_endpoints_messages[i].id == ep->id) {
            return &llmgw_endpoints_messages[i];
        }
    }

    return ep;
}


const llmgw_endpoint_t *
llmgw_endpoint_find(llmgw_str_t path, llmgw_str_t *rest)
{
    const llmgw_endpoint_t  *ep;

    *rest = llmgw_null_str;

    /* a base URL with the provider's name in it */

    if (llmgw_str_starts(path, "/anthropic/v1/")) {
        path.data += sizeof("/anthropic") - 1;
        path.len -= sizeof("/anthropic") - 1;
    }

    if (llmgw_str_starts(path, "/v1/")
        && !llmgw_str_starts(path, "/v1/v2/"))
    {
        path.data += 3;
        path.len -= 3;
    }

    for (ep = llmgw_endpoints; ep->id; ep++) {

        if (ep->prefix) {

            if (path.len > ep->path.len
                && memcmp(path.data, ep->path.data, ep->path.len) == 0)
            {
                *rest = llmgw_str(path.data + ep->path.len,
                                  path.len - ep->path.len);
                return ep;
            }

            continue;
        }

        if (llmgw_str_eq(path, ep->path)) {
            return ep;
        }
    }

    return NULL;
}
