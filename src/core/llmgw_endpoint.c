
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

/* what may be done with a model that the path names */

#define LLMGW_EP_METHOD(i, name, counts, is_stream, by)                      \
    { .id = i, .path = llmgw_string("/models"), .post = 1,                   \
      .body = LLMGW_BODY_JSON, .count = counts, .native = ep_gemini,         \
      .door = by, .method = llmgw_string(name), .in_path = 1,                \
      .streams = is_stream }

#define ep_openai     &llmgw_dialect_openai
#define ep_anthropic  &llmgw_dialect_anthropic
#define ep_gemini     &llmgw_dialect_gemini

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


static const llmgw_endpoint_t  llmgw_gemini_endpoints[] = {

    LLMGW_EP(LLMGW_EP_GEMINI_MODELS, "/models", 0, LLMGW_BODY_NONE,
             0, 0, 0, ep_gemini, &llmgw_door_gemini_other),
    LLMGW_EP(LLMGW_EP_GEMINI_MODEL, "/models/", 0, LLMGW_BODY_NONE,
             1, 0, 0, ep_gemini, &llmgw_door_gemini_other),
    LLMGW_EP(LLMGW_EP_GEMINI_OTHER, "", 0, LLMGW_BODY_NONE,
             0, 0, 0, ep_gemini, &llmgw_door_gemini_other)
};

#define ep_gemini_models  &llmgw_gemini_endpoints[0]
#define ep_gemini_model   &llmgw_gemini_endpoints[1]
#define ep_gemini_none    &llmgw_gemini_endpoints[2]


const llmgw_endpoint_t *
llmgw_endpoint_gemini(const llmgw_endpoint_t *ep)
{
    switch (ep->id) {

    case LLMGW_EP_MODELS:
        return ep_gemini_models;

    case LLMGW_EP_MODEL:
        return ep_gemini_model;

    default:
        return ep;
    }
}


static const llmgw_endpoint_t  llmgw_methods[] = {

    LLMGW_EP_METHOD(LLMGW_EP_GENERATE, "generateContent", 0, 0,
                    &llmgw_door_gemini),
    LLMGW_EP_METHOD(LLMGW_EP_STREAM_GENERATE, "streamGenerateContent", 0, 1,
                    &llmgw_door_gemini),
    LLMGW_EP_METHOD(LLMGW_EP_GEMINI_COUNT, "countTokens", 1, 0,
                    &llmgw_door_gemini),
    LLMGW_EP_METHOD(LLMGW_EP_EMBED_CONTENT, "embedContent", 0, 0,
                    &llmgw_door_gemini_other),
    LLMGW_EP_METHOD(LLMGW_EP_BATCH_EMBED, "batchEmbedContents", 0, 0,
                    &llmgw_door_gemini_other),
    LLMGW_EP_METHOD(LLMGW_EP_GEMINI_PREDICT, "predict", 0, 0,
                    &llmgw_door_gemini_other)
};


/* methods that are not served; other words may be a part of a model's name */

static const llmgw_str_t  llmgw_methods_other[] = {
    llmgw_string("predictLongRunning"),
    llmgw_string("batchGenerateContent"),
    llmgw_string("asyncBatchEmbedContent"),
    llmgw_string("bidiGenerateContent"),
    llmgw_string("generateAnswer"),
    llmgw_string("generateText"),
    llmgw_string("generateMessage"),
    llmgw_string("countTextTokens"),
    llmgw_string("countMessageTokens"),
    llmgw_string("embedText"),
    llmgw_string("batchEmbedText"),
    llmgw_string("transferOwnership")
};


static unsigned
llmgw_endpoint_skip(llmgw_str_t *path, llmgw_str_t begin)
{
    if (path->len <= begin.len
        || memcmp(path->data, begin.data, begin.len) != 0
        || path->data[begin.len] != '/')
    {
        return 0;
    }

    path->data += begin.len;
    path->len -= begin.len;

    return 1;
}


/* "/models/NAME:METHOD"; NULL: nothing of it is known */

static const llmgw_endpoint_t *
llmgw_endpoint_method(llmgw_str_t path, llmgw_str_t *rest)
{
    size_t         i;
    unsigned       tuned;
    llmgw_str_t    method;
    const u_char  *p;

    tuned = llmgw_str_starts(path, "/tunedModels/");

    if (!tuned && !llmgw_str_starts(path, "/models/")) {
        return NULL;
    }

    /* names may have colons, too */

    for (p = path.data + path.len - 1; *p != ':'; p--) {
        if (p == path.data) {
            return NULL;
        }
    }

    method = llmgw_str(p + 1, (size_t) (path.data + path.len - p - 1));

    path.len = (size_t) (p - path.data);

    /* "tunedModels/ID" is a name, "models/" is none */

    *rest = llmgw_str(path.data + (tuned ? 1 : sizeof("/models/") - 1),
                      path.len - (tuned ? 1 : sizeof("/models/") - 1));

    for (i = 0; i < llmgw_nelts(llmgw_methods); i++) {
        if (llmgw_str_eq(method, llmgw_methods[i].method)) {
            return &llmgw_methods[i];
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_methods_other); i++) {
        if (llmgw_str_eq(method, llmgw_methods_other[i])) {
            return ep_gemini_none;
        }
    }

    return NULL;
}


/*
 * Google's paths.  Behind "/v1" there may be others, too: they are its own if
 * they end in one of its methods.
 */

static const llmgw_endpoint_t *
llmgw_endpoint_google(llmgw_str_t path, llmgw_str_t *rest)
{
    unsigned                 own;
    const llmgw_endpoint_t  *ep;

    own = llmgw_endpoint_skip(&path, llmgw_lit("/gemini"));

    if (llmgw_endpoint_skip(&path, llmgw_lit("/upload"))) {
        return (own || llmgw_str_starts(path, "/v1beta/"))
               ? ep_gemini_none : NULL;
    }

    if (llmgw_endpoint_skip(&path, llmgw_lit("/v1beta"))
        || llmgw_endpoint_skip(&path, llmgw_lit("/v1alpha")))
    {
        own = 1;

    } else if (!llmgw_endpoint_skip(&path, llmgw_lit("/v1"))) {
        return own ? ep_gemini_none : NULL;
    }

    ep = llmgw_endpoint_method(path, rest);

    if (ep || !own) {
        return ep;
    }

    if (llmgw_str_is(path, "/models") || llmgw_str_is(path, "/models/")) {
        return ep_gemini_models;
    }

    if (llmgw_str_starts(path, "/models/")) {
        *rest = llmgw_str(path.data + sizeof("/models/") - 1,
                          path.len - (sizeof("/models/") - 1));

        return ep_gemini_model;
    }

    return ep_gemini_none;
}


const llmgw_endpoint_t *
llmgw_endpoint_find(llmgw_str_t path, llmgw_str_t *rest)
{
    const llmgw_endpoint_t  *ep;

    *rest = llmgw_null_str;

    ep = llmgw_endpoint_google(path, rest);

    if (ep) {
        return ep;
    }

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
