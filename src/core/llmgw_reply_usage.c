
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What an answer has used: what its provider reports, and estimates of what it
 * does not.
 */


#include "llmgw_reply.h"
#include "llmgw_jstr.h"
#include "llmgw_multipart.h"
#include "llmgw_tokens.h"


/* the audio of speech: about 1250 tokens and 900 characters a minute */
#define LLMGW_SPEECH_TOKENS      7
#define LLMGW_SPEECH_CHARACTERS  5

/* a rerank is billed by the hundred documents */
#define LLMGW_QUERY_DOCUMENTS    100


static void llmgw_usage_texts(const llmgw_reply_t *rp, llmgw_usage_t *u);
static void llmgw_usage_prompt(const llmgw_reply_t *rp, llmgw_usage_t *u);
static int64_t llmgw_usage_images(const llmgw_call_t *call);
static int64_t llmgw_usage_queries(const llmgw_call_t *call);
static void llmgw_usage_speech(const llmgw_call_t *call, llmgw_usage_t *u);


void
llmgw_reply_usage(const llmgw_reply_t *rp, llmgw_usage_t *u)
{
    int64_t              n;
    const llmgw_call_t  *call;

    *u = rp->usage;
    call = rp->call;

    switch (call->endpoint->id) {

    case LLMGW_EP_CHAT:
    case LLMGW_EP_COMPLETIONS:
    case LLMGW_EP_RESPONSES:
    case LLMGW_EP_RESPONSES_COMPACT:
    case LLMGW_EP_MESSAGES:
    case LLMGW_EP_GENERATE:
    case LLMGW_EP_STREAM_GENERATE:
        llmgw_usage_texts(rp, u);
        break;

    case LLMGW_EP_EMBEDDINGS:
    case LLMGW_EP_EMBED_CONTENT:
    case LLMGW_EP_BATCH_EMBED:
    case LLMGW_EP_MODERATIONS:
        llmgw_usage_prompt(rp, u);
        break;

    case LLMGW_EP_RERANK:

        if (u->prompt < 0) {
            llmgw_usage_prompt(rp, u);
        }

        if (u->queries < 0) {
            u->queries = llmgw_usage_queries(call);
        }

        break;

    case LLMGW_EP_IMAGES:
    case LLMGW_EP_IMAGE_EDITS:
    case LLMGW_EP_IMAGE_VARIATIONS:

        if (u->images < 0) {
            u->images = llmgw_usage_images(call);
        }

        break;

    case LLMGW_EP_TRANSCRIPTIONS:
    case LLMGW_EP_TRANSLATIONS:

        n = llmgw_tokens(rp->text);

        if (u->completion < 0 && n) {
            u->completion = n;
            u->estimated = 1;
        }

        break;

    case LLMGW_EP_SPEECH:
        llmgw_usage_speech(call, u);
        break;

    default:
        break;
    }
}


/* a text for a text */

static void
llmgw_usage_texts(const llmgw_reply_t *rp, llmgw_usage_t *u)
{
    int64_t  n;

    llmgw_usage_prompt(rp, u);

    n = llmgw_tokens(rp->text);

    /* what is reported in the middle is not all; zero tokens have no text */

    if (u->completion < 0 || (u->completion == 0 && n)
        || (!rp->complete && u->completion <= n))
    {
        u->completion = n;
        u->estimated = 1;
    }

    if (!rp->complete) {
        u->estimated = 1;
    }
}


static void
llmgw_usage_prompt(const llmgw_reply_t *rp, llmgw_usage_t *u)
{
    llmgw_call_t  *call;

    call = rp->call;

    if (u->prompt > 0 || call->multipart) {
        return;
    }

    if (call->weighed == 0) {
        call->weighed = llmgw_tokens(llmgw_tokens_request(call->body));
    }

    u->prompt = call->weighed;
    u->estimated = 1;
}


static int64_t
llmgw_usage_images(const llmgw_call_t *call)
{
    int64_t                   n;
    llmgw_int_t               rc;
    llmgw_str_t               value;
    llmgw_multipart_t         mp;
    llmgw_multipart_part_t    part;
    const llmgw_json_node_t  *v;

    value = llmgw_null_str;

    if (!call->multipart) {

        v = llmgw_json_number(&call->doc, call->doc.nodes, "n");

        if (v) {
            value = llmgw_json_str(&call->doc, v);
        }

    } else if (llmgw_multipart_init(&mp, call->boundary, call->body)
               == LLMGW_OK)
    {
        for ( ;; ) {

            rc = llmgw_multipart_next(&mp, &part);
            if (rc != LLMGW_OK) {
                break;
            }

            if (llmgw_str_is(part.name, "n")) {
                value = part.value;
            }
        }
    }

    return (value.len && llmgw_json_int(value, &n) == LLMGW_OK && n > 0)
           ? n : 1;
}


static int64_t
llmgw_usage_queries(const llmgw_call_t *call)
{
    int64_t                   n;
    const llmgw_json_node_t  *v, *list;

    n = 0;
    list = llmgw_json_array(&call->doc, call->doc.nodes, "documents");

    if (list && !(list->flags & LLMGW_JSON_COLLAPSED)) {

        llmgw_json_each(v, list) {
            n++;
        }
    }

    n = (n + LLMGW_QUERY_DOCUMENTS - 1) / LLMGW_QUERY_DOCUMENTS;

    return n ? n : 1;
}


static void
llmgw_usage_speech(const llmgw_call_t *call, llmgw_usage_t *u)
{
    llmgw_str_t  input;

    if (call->multipart) {
        return;
    }

    input = llmgw_json_get_str(&call->doc, call->doc.nodes, "input");

    u->characters = (int64_t) llmgw_jstr_chars(input);

    if (u->prompt >= 0 && u->completion >= 0) {
        return;
    }

    u->prompt = llmgw_tokens(llmgw_tokens_jstr(input));
    u->completion = u->characters * LLMGW_SPEECH_TOKENS
                    / LLMGW_SPEECH_CHARACTERS;
    u->audio_out = u->completion;
    u->estimated = 1;
}
