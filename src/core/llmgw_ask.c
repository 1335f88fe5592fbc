
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request asks for.
 */


#include "llmgw_ask.h"
#include "llmgw_jstr.h"
#include "llmgw_policy.h"


/* bytes of text for a token, on average; tokens of an image or a file */
#define LLMGW_ASK_BYTES    4
#define LLMGW_ASK_FILE     1000

/* around each message, and for the request itself */
#define LLMGW_ASK_MESSAGE  4

/* of one request, at most */
#define LLMGW_ASK_ANSWERS  128

/* strings from here on may be the bytes of a file */
#define LLMGW_ASK_LONG     1024


/* base64 has none of the characters that texts of this length have */

static unsigned
llmgw_ask_is_file(llmgw_str_t s)
{
    if (s.len < LLMGW_ASK_LONG) {
        return 0;
    }

    return llmgw_str_starts(s, "data:")
           || (memchr(s.data, ' ', s.len) == NULL
               && memchr(s.data, '\\', s.len) == NULL
               && memchr(s.data, '{', s.len) == NULL);
}


/*
 * By the length of all strings, names and what is no prompt among them: how far
 * that is off is the same for each request of a kind, and is known after a few.
 */

static int64_t
llmgw_ask_prompt(const llmgw_json_t *j)
{
    size_t                    bytes;
    int64_t                   tokens;
    const llmgw_json_node_t  *v, *end;

    bytes = 0;
    tokens = LLMGW_ASK_MESSAGE;
    end = j->nodes + j->n;

    for (v = j->nodes; v < end; v++) {

        if (v->flags & LLMGW_JSON_COLLAPSED) {
            bytes += v->len;
            continue;
        }

        if (v->type != LLMGW_JSON_STRING) {
            continue;
        }

        if (v->len >= LLMGW_ASK_LONG
            && llmgw_ask_is_file(llmgw_json_str(j, v)))
        {
            tokens += LLMGW_ASK_FILE;

        } else {
            bytes += v->len;
        }
    }

    v = llmgw_json_get(j, j->nodes, "messages");

    if (v && v->type == LLMGW_JSON_ARRAY) {
        llmgw_json_each(end, v) {
            tokens += LLMGW_ASK_MESSAGE;
        }
    }

    return tokens + (int64_t) (bytes + LLMGW_ASK_BYTES - 1) / LLMGW_ASK_BYTES;
}


static int64_t
llmgw_ask_number(const llmgw_json_t *j, const llmgw_json_node_t *object,
    const char *name, size_t len)
{
    int64_t                   n;
    const llmgw_json_node_t  *v;

    if (object == NULL) {
        return -1;
    }

    v = llmgw_json_get_type(j, object, name, len, LLMGW_JSON_NUMBER);

    if (v == NULL || llmgw_json_int(llmgw_json_str(j, v), &n) != LLMGW_OK
        || n < 0)
    {
        return -1;
    }

    return n;
}


#define llmgw_ask_int(j, object, lit)                                        \
    llmgw_ask_number(j, object, lit, sizeof(lit) - 1)


/* how long the answers may be, and how many they are */

static void
llmgw_ask_answers(const llmgw_json_t *j, llmgw_ask_t *ask)
{
    const llmgw_json_node_t  *config;

    config = llmgw_json_object(j, j->nodes, "generationConfig");

    ask->max_tokens = llmgw_ask_int(j, j->nodes, "max_completion_tokens");

    if (ask->max_tokens < 0) {
        ask->max_tokens = llmgw_ask_int(j, j->nodes, "max_tokens");
    }

    if (ask->max_tokens < 0) {
        ask->max_tokens = llmgw_ask_int(j, j->nodes, "max_output_tokens");
    }

    if (ask->max_tokens < 0) {
        ask->max_tokens = llmgw_ask_int(j, config, "maxOutputTokens");
    }

    ask->n = llmgw_ask_int(j, j->nodes, "n");

    if (ask->n < 0) {
        ask->n = llmgw_ask_int(j, config, "candidateCount");
    }

    /* more than anybody serves: the request is refused, or the rest is */

    if (ask->n < 1 || ask->n > LLMGW_ASK_ANSWERS) {
        ask->n = 1;
    }
}


/* an id is taken as it is, or not at all */

static llmgw_int_t
llmgw_ask_id(const llmgw_call_t *call, const llmgw_json_node_t *v,
    llmgw_kind_e kind, llmgw_str_t *id)
{
    llmgw_str_t  s;

    if (v == NULL || v->type != LLMGW_JSON_STRING || v->len == 0
        || v->len > 6 * LLMGW_ID_MAX
        || (v->flags & (LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL)))
    {
        return LLMGW_OK;
    }

    s = llmgw_jstr_decode(call->arena, llmgw_json_str(&call->doc, v));

    if (s.data == NULL) {
        return LLMGW_ERROR;
    }

    if (llmgw_id_valid(kind, s)) {
        *id = s;
    }

    return LLMGW_OK;
}


/*
 * The end user: "user" as OpenAI has it, "metadata.user_id" as Anthropic has
 * it, "safety_identifier" where "user" is no longer used.
 */

static llmgw_int_t
llmgw_ask_customer(const llmgw_call_t *call, llmgw_ask_t *ask)
{
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *object;

    j = &call->doc;
    object = j->nodes;

    if (llmgw_ask_id(call, llmgw_json_get(j, object, "user"),
                     LLMGW_KIND_CUSTOMER, &ask->customer)
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (ask->customer.len == 0
        && llmgw_ask_id(call,
                        llmgw_json_get(j, llmgw_json_object(j, object,
                                                            "metadata"),
                                       "user_id"),
                        LLMGW_KIND_CUSTOMER, &ask->customer)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (ask->customer.len == 0
        && llmgw_ask_id(call, llmgw_json_get(j, object, "safety_identifier"),
                        LLMGW_KIND_CUSTOMER, &ask->customer)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_ask_tags(const llmgw_call_t *call, llmgw_ask_t *ask)
{
    llmgw_str_t               tag;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *tags, *v;

    j = &call->doc;

    tags = llmgw_json_get(j, llmgw_json_object(j, j->nodes, "metadata"),
                          "tags");

    if (tags == NULL || tags->type != LLMGW_JSON_ARRAY
        || (tags->flags & LLMGW_JSON_COLLAPSED))
    {
        return LLMGW_OK;
    }

    llmgw_json_each(v, tags) {

        if (ask->ntags == LLMGW_ASK_TAGS) {
            break;
        }

        tag = llmgw_null_str;

        if (llmgw_ask_id(call, v, LLMGW_KIND_TAG, &tag) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        if (tag.len) {
            ask->tags[ask->ntags++] = tag;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_ask_read(const llmgw_call_t *call, llmgw_ask_t *ask)
{
    const llmgw_json_t  *j;

    memset(ask, 0, sizeof(llmgw_ask_t));

    ask->max_tokens = -1;
    ask->n = 1;

    switch (call->endpoint->id) {

    case LLMGW_EP_CHAT:
    case LLMGW_EP_COMPLETIONS:
    case LLMGW_EP_RESPONSES:
    case LLMGW_EP_RESPONSES_COMPACT:
    case LLMGW_EP_MESSAGES:
    case LLMGW_EP_GENERATE:
    case LLMGW_EP_STREAM_GENERATE:
        ask->answers = 1;
        break;

    default:
        break;
    }

    j = &call->doc;

    if (call->multipart || j->n == 0 || j->nodes[0].type != LLMGW_JSON_OBJECT)
    {
        ask->prompt = LLMGW_ASK_FILE;
        return LLMGW_OK;
    }

    ask->prompt = llmgw_ask_prompt(j);

    llmgw_ask_answers(j, ask);

    if (llmgw_ask_customer(call, ask) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return llmgw_ask_tags(call, ask);
}


int
llmgw_ask_has(const llmgw_call_t *call, llmgw_str_t path)
{
    size_t                    len;
    const u_char             *dot;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v;

    j = &call->doc;

    if (call->multipart || j->n == 0) {
        return 0;
    }

    for (v = j->nodes; path.len; path.data += len + 1, path.len -= len + 1) {

        if (v->type != LLMGW_JSON_OBJECT
            || (v->flags & LLMGW_JSON_COLLAPSED))
        {
            return 0;
        }

        dot = memchr(path.data, '.', path.len);
        len = dot ? (size_t) (dot - path.data) : path.len;

        v = llmgw_json_get_n(j, v, (const char *) path.data, len);

        if (v == NULL || v->type == LLMGW_JSON_NULL) {
            return 0;
        }

        if (dot == NULL) {
            return 1;
        }
    }

    return 0;
}
