
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_bedrock.h"
#include "llmgw_jstr.h"
#include "llmgw_task.h"


/* models hand their own errors on behind this */
#define LLMGW_BEDROCK_WRAPPER  "The model returned the following errors: "


typedef struct {
    unsigned     status;     /* 0: any, and in streams */
    llmgw_str_t  name;       /* of the exception; empty: any other */
    unsigned     client;     /* status, type and code for the client */
    llmgw_str_t  type;
    llmgw_str_t  code;
} llmgw_bedrock_error_t;


static void llmgw_bedrock_error(llmgw_call_t *call, unsigned status,
    llmgw_str_t name, llmgw_str_t body, llmgw_arena_t *a, llmgw_error_t *e);
static void llmgw_bedrock_error_row(llmgw_error_t *e, unsigned status,
    llmgw_str_t name);
static void llmgw_bedrock_error_invalid(llmgw_error_t *e);
static void llmgw_bedrock_error_original(llmgw_error_t *e, int64_t status);


static const llmgw_task_t  llmgw_bedrock_tasks[] = {

    { LLMGW_EP_EMBEDDINGS, llmgw_bedrock_write_embeddings,
      llmgw_bedrock_read_embeddings },
    { LLMGW_EP_RERANK, llmgw_bedrock_write_rerank,
      llmgw_bedrock_read_rerank },
    { LLMGW_EP_IMAGES, llmgw_bedrock_write_images,
      llmgw_bedrock_read_images },

    { LLMGW_EP_NONE, NULL, NULL }
};


const llmgw_dialect_t  llmgw_dialect_bedrock = {
    .name = llmgw_string("bedrock"),
    .write_request = llmgw_bedrock_write_request,
    .reader = &llmgw_bedrock_reader,
    .read_error = llmgw_bedrock_read_error,
    .read_usage = llmgw_bedrock_read_usage,
    .write_count = llmgw_bedrock_write_count,
    .read_count = llmgw_bedrock_read_count,
    .tasks = llmgw_bedrock_tasks
};


/* the longer of two that begin alike comes first */

static const struct {
    llmgw_str_t             prefix;
    llmgw_bedrock_family_e  family;
} llmgw_bedrock_families[] = {
    { llmgw_string("anthropic."), LLMGW_BEDROCK_CLAUDE },
    { llmgw_string("amazon.nova-2-"), LLMGW_BEDROCK_NOVA2 },
    { llmgw_string("amazon.nova-"), LLMGW_BEDROCK_NOVA },
    { llmgw_string("amazon."), LLMGW_BEDROCK_AMAZON },
    { llmgw_string("meta."), LLMGW_BEDROCK_META },
    { llmgw_string("mistral."), LLMGW_BEDROCK_MISTRAL },
    { llmgw_string("cohere."), LLMGW_BEDROCK_COHERE },
    { llmgw_string("ai21."), LLMGW_BEDROCK_AI21 },
    { llmgw_string("deepseek."), LLMGW_BEDROCK_DEEPSEEK },
    { llmgw_string("qwen."), LLMGW_BEDROCK_QWEN },
    { llmgw_string("openai."), LLMGW_BEDROCK_OPENAI },
    { llmgw_string("stability."), LLMGW_BEDROCK_STABILITY }
};


/* where a model is served from, in front of its name */

static const llmgw_str_t  llmgw_bedrock_places[] = {
    llmgw_string("us."),
    llmgw_string("eu."),
    llmgw_string("apac."),
    llmgw_string("jp."),
    llmgw_string("au."),
    llmgw_string("ca."),
    llmgw_string("us-gov."),
    llmgw_string("global.")
};


#define llmgw_row(status, name, client, type, code)                          \
    { status, llmgw_string(name), client, llmgw_string(type),                \
      llmgw_string(code) }

static const llmgw_bedrock_error_t  llmgw_bedrock_errors[] = {

    llmgw_row(0, "ValidationException", 400, "invalid_request_error", ""),
    llmgw_row(400, "ServiceQuotaExceededException", 429, "rate_limit_error",
              "rate_limit_exceeded"),
    llmgw_row(400, "", 400, "invalid_request_error", ""),

    llmgw_row(403, "UnrecognizedClientException", 401,
              "authentication_error", "invalid_api_key"),
    llmgw_row(403, "InvalidSignatureException", 401,
              "authentication_error", "invalid_api_key"),
    llmgw_row(403, "SignatureDoesNotMatch", 401, "authentication_error",
              "invalid_api_key"),
    llmgw_row(403, "MissingAuthenticationTokenException", 401,
              "authentication_error", "invalid_api_key"),
    llmgw_row(403, "IncompleteSignature", 401, "authentication_error",
              "invalid_api_key"),
    llmgw_row(403, "IncompleteSignatureException", 401,
              "authentication_error", "invalid_api_key"),
    llmgw_row(403, "ExpiredTokenException", 401, "authentication_error",
              "invalid_api_key"),
    llmgw_row(403, "InvalidClientTokenId", 401, "authentication_error",
              "invalid_api_key"),
    llmgw_row(403, "", 403, "permission_error", "permission_denied"),

    llmgw_row(404, "ResourceNotFoundException", 404, "invalid_request_error",
              "model_not_found"),
    llmgw_row(404, "", 404, "invalid_request_error", "not_found"),

    llmgw_row(0, "ModelTimeoutException", 504, "timeout_error",
              "upstream_timeout"),
    llmgw_row(408, "", 504, "timeout_error", "upstream_timeout"),
    llmgw_row(413, "", 413, "invalid_request_error", "request_too_large"),

    llmgw_row(0, "ModelStreamErrorException", 502, "server_error",
              "bad_gateway"),
    llmgw_row(424, "", 502, "server_error", "bad_gateway"),

    llmgw_row(429, "ModelNotReadyException", 503, "server_error",
              "model_not_ready"),
    llmgw_row(0, "ThrottlingException", 429, "rate_limit_error",
              "rate_limit_exceeded"),
    llmgw_row(429, "", 429, "rate_limit_error", "rate_limit_exceeded"),

    llmgw_row(0, "InternalServerException", 500, "server_error",
              "internal_error"),
    llmgw_row(500, "", 500, "server_error", "internal_error"),

    llmgw_row(0, "ServiceUnavailableException", 503, "server_error",
              "overloaded"),
    llmgw_row(503, "", 503, "server_error", "overloaded")
};


static u_char
llmgw_bedrock_hex(u_char c)
{
    return (u_char) ((c <= '9') ? c - '0' : (c | 0x20) - 'a' + 10);
}


static unsigned
llmgw_bedrock_is_hex(u_char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}


/* an id that somebody has encoded for a path already is decoded once */

static llmgw_str_t
llmgw_bedrock_id(llmgw_arena_t *a, llmgw_str_t model)
{
    u_char         c, *p, *start;
    size_t         i;

    if (llmgw_str_casefind(model, llmgw_lit("%3a")) == NULL
        && llmgw_str_casefind(model, llmgw_lit("%2f")) == NULL)
    {
        return model;
    }

    start = llmgw_nalloc(a, model.len);
    if (start == NULL) {
        return llmgw_null_str;
    }

    model = llmgw_jstr_decode(a, model);
    if (model.data == NULL) {
        return llmgw_null_str;
    }

    p = start;

    for (i = 0; i < model.len; i++) {

        c = model.data[i];

        if (c == '%' && model.len - i > 2
            && llmgw_bedrock_is_hex(model.data[i + 1])
            && llmgw_bedrock_is_hex(model.data[i + 2]))
        {
            c = (u_char) (llmgw_bedrock_hex(model.data[i + 1]) << 4
                          | llmgw_bedrock_hex(model.data[i + 2]));
            i += 2;
        }

        *p++ = c;
    }

    return llmgw_jstr_encode(a, llmgw_str(start, (size_t) (p - start)));
}


/* "amazon.nova-lite-v1:0" of an id, with where it is served left out */

static llmgw_str_t
llmgw_bedrock_name(llmgw_str_t id)
{
    size_t         i;
    llmgw_str_t    place;
    const u_char  *p;

    p = memrchr(id.data, '/', id.len);

    if (p) {
        id.len -= (size_t) (p + 1 - id.data);
        id.data = p + 1;
    }

    for (i = 0; i < llmgw_nelts(llmgw_bedrock_places); i++) {

        place = llmgw_bedrock_places[i];

        if (id.len > place.len
            && memcmp(id.data, place.data, place.len) == 0)
        {
            id.data += place.len;
            id.len -= place.len;
            break;
        }
    }

    return id;
}


static unsigned
llmgw_bedrock_find_family(llmgw_bedrock_model_t *m, llmgw_str_t name)
{
    size_t       i;
    llmgw_str_t  prefix;

    for (i = 0; i < llmgw_nelts(llmgw_bedrock_families); i++) {

        prefix = llmgw_bedrock_families[i].prefix;

        /* a vendor alone may stand in the configuration */

        if ((name.len >= prefix.len
             && memcmp(name.data, prefix.data, prefix.len) == 0)
            || (name.len == prefix.len - 1
                && memcmp(name.data, prefix.data, name.len) == 0))
        {
            m->name = name;
            m->family = llmgw_bedrock_families[i].family;

            return 1;
        }
    }

    return 0;
}


llmgw_int_t
llmgw_bedrock_model(const llmgw_call_t *call, llmgw_bedrock_model_t *m)
{
    llmgw_str_t              family;
    const llmgw_settings_t  *settings;

    memset(m, 0, sizeof(llmgw_bedrock_model_t));

    m->id = llmgw_bedrock_id(call->arena, call->target->model.len
                                          ? call->target->model : call->model);
    if (m->id.data == NULL) {
        return LLMGW_ERROR;
    }

    m->name = llmgw_bedrock_name(m->id);

    /* names of profiles and of imported models say nothing */

    settings = call->target->settings;
    family = settings ? settings->model_family : llmgw_null_str;

    if (!llmgw_bedrock_find_family(m, m->name) && family.len) {
        (void) llmgw_bedrock_find_family(m, llmgw_bedrock_name(family));
    }

    if (m->family == LLMGW_BEDROCK_CLAUDE) {
        llmgw_claude(&m->claude, m->name);
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_bedrock_path(llmgw_call_t *call, const llmgw_bedrock_model_t *m,
    llmgw_str_t operation, llmgw_upstream_t *up)
{
    llmgw_int_t  rc;
    llmgw_str_t  segment;

    rc = llmgw_path_segment(call, m->id, &segment);
    if (rc != LLMGW_OK) {
        return rc;
    }

    up->path = llmgw_fmt(call->arena, "%.*s/model/%.*s/%.*s",
                         llmgw_arg(call->target->base_path),
                         llmgw_arg(segment), llmgw_arg(operation));

    return up->path.data ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_bedrock_head(llmgw_call_t *call, const llmgw_bedrock_model_t *m,
    llmgw_str_t operation, llmgw_upstream_t *up)
{
    llmgw_int_t  rc;

    rc = llmgw_bedrock_path(call, m, operation, up);

    return (rc == LLMGW_OK) ? llmgw_upstream_json(call, up) : rc;
}


void
llmgw_bedrock_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage)
{
    int64_t                   n, input;
    const llmgw_json_node_t  *k, *v;

    if (usage->type != LLMGW_JSON_OBJECT) {
        return;
    }

    input = 0;
    u->cached = 0;
    u->cache_write = 0;
    u->completion = 0;

    llmgw_json_each_member(k, v, usage) {

        n = llmgw_usage_count(j, v);

        if (n < 0) {
            continue;
        }

        if (llmgw_json_is(j, k, "inputTokens")) {
            input = n;

        } else if (llmgw_json_is(j, k, "outputTokens")) {
            u->completion = n;

        } else if (llmgw_json_is(j, k, "cacheReadInputTokens")) {
            u->cached = n;

        } else if (llmgw_json_is(j, k, "cacheWriteInputTokens")) {
            u->cache_write = n;
        }
    }

    /* the service counts what was cached apart */

    u->prompt = input + u->cached + u->cache_write;
    u->reported = 1;
}


void
llmgw_bedrock_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    llmgw_bedrock_error(call, head->status, head->error_type, body,
                        call->arena, e);

    if (head->retry_after.len) {
        e->retry_after = llmgw_retry_after(head->retry_after, call->now);
    }
}


void
llmgw_bedrock_exception(llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t body, llmgw_arena_t *a, llmgw_error_t *e)
{
    llmgw_bedrock_error(call, 0, name, body, a, e);
}


/* a: what the error's texts are taken from; status 0: its name decides */

static void
llmgw_bedrock_error(llmgw_call_t *call, unsigned status, llmgw_str_t name,
    llmgw_str_t body, llmgw_arena_t *a, llmgw_error_t *e)
{
    int64_t                   original;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const u_char             *p;
    const llmgw_json_node_t  *v;

    memset(e, 0, sizeof(llmgw_error_t));

    e->retry_after = -1;
    e->upstream = 1;

    rc = LLMGW_INVALID;
    original = 0;

    if (body.len) {
        rc = llmgw_json_parse(&j, a, body, LLMGW_JSON_ALL, 100000);
    }

    if (rc == LLMGW_OK && j.nodes[0].type == LLMGW_JSON_OBJECT) {

        e->message = llmgw_json_get_str(&j, j.nodes, "message");

        if (e->message.len == 0) {
            e->message = llmgw_json_get_str(&j, j.nodes, "Message");
        }

        if (e->message.len) {
            e->message = llmgw_jstr_decode(a, e->message);
        }

        if (name.len == 0) {
            name = llmgw_json_get_str(&j, j.nodes, "__type");
            p = name.len ? memrchr(name.data, '#', name.len) : NULL;

            if (p) {
                name = llmgw_str(p + 1, (size_t) (name.data + name.len - p)
                                        - 1);
            }
        }

        if (name.len == 0) {
            name = llmgw_json_get_str(&j, j.nodes, "code");
        }

        v = llmgw_json_number(&j, j.nodes, "originalStatusCode");

        if (v && llmgw_json_int(llmgw_json_str(&j, v), &original)
                 != LLMGW_OK)
        {
            original = 0;
        }
    }

    /* ValidationException:http://… */

    p = name.len ? memchr(name.data, ':', name.len) : NULL;

    if (p) {
        name.len = (size_t) (p - name.data);
    }

    if (llmgw_str_starts(e->message, LLMGW_BEDROCK_WRAPPER)) {
        e->message.data += sizeof(LLMGW_BEDROCK_WRAPPER) - 1;
        e->message.len -= sizeof(LLMGW_BEDROCK_WRAPPER) - 1;
    }

    llmgw_bedrock_error_row(e, status, name);

    if (e->message.len == 0) {
        e->message = status ? llmgw_fmt(a, "upstream returned status %u",
                                        status)
                            : llmgw_lit("the upstream reported an error");
    }

    if (status == 424 && original >= 400 && original < 500) {
        llmgw_bedrock_error_original(e, original);

    } else if (llmgw_str_caseeq(name, llmgw_lit("ValidationException"))) {
        llmgw_bedrock_error_invalid(e);

    } else if (status == 403
               && llmgw_str_find(e->message,
                                 llmgw_lit("Authentication failed: Please "
                                           "make sure your API Key is "
                                           "valid")))
    {
        llmgw_error_status(e, 401);
    }

    /* what follows is the request as it was signed, with its token */

    if (e->status == 401) {

        p = memchr(e->message.data, '\n', e->message.len);

        if (p) {
            e->message.len = (size_t) (p - e->message.data);
        }
    }

    if (e->status == 429
        && llmgw_str_casefind(e->message,
                              llmgw_lit("too many tokens per day")))
    {
        e->type = llmgw_lit("insufficient_quota");
        e->code = llmgw_lit("insufficient_quota");
        e->quota = 1;
        e->retryable = 0;
    }

    e->thoughts = llmgw_claude_thoughts(e);
}


static void
llmgw_bedrock_error_row(llmgw_error_t *e, unsigned status, llmgw_str_t name)
{
    size_t                        i;
    const llmgw_bedrock_error_t  *row;

    for (i = 0; i < llmgw_nelts(llmgw_bedrock_errors); i++) {

        row = &llmgw_bedrock_errors[i];

        /* streams write names with a small first letter */

        if (row->name.len ? (row->status == 0 || row->status == status)
                            && llmgw_str_caseeq(row->name, name)
                          : row->status == status)
        {
            e->status = row->client;
            e->type = row->type;
            e->code = row->code;
            break;
        }
    }

    if (i == llmgw_nelts(llmgw_bedrock_errors)) {

        if (status >= 400 && status < 500) {
            llmgw_error_status(e, status);

        } else {
            e->status = 502;
            e->type = llmgw_lit("server_error");
            e->code = llmgw_lit("bad_gateway");
        }
    }

    e->retryable = (e->status == 429 || e->status >= 500);
}


/* the model itself refused: by its own status */

static void
llmgw_bedrock_error_original(llmgw_error_t *e, int64_t status)
{
    if (status == 429) {
        llmgw_error_status(e, 429);
        return;
    }

    llmgw_error_status(e, 400);
    llmgw_bedrock_error_invalid(e);
}


static unsigned
llmgw_bedrock_says(const llmgw_error_t *e, const llmgw_str_t *texts,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (llmgw_str_casefind(e->message, texts[i])) {
            return 1;
        }
    }

    return 0;
}


/* the service has no codes for these: its wordings tell */

static void
llmgw_bedrock_error_invalid(llmgw_error_t *e)
{
    static const llmgw_str_t  context[] = {
        llmgw_string("input is too long for requested model"),
        llmgw_string("prompt is too long"),
        llmgw_string("exceed context limit"),
        llmgw_string("maximum context length"),
        llmgw_string("too many input tokens"),
        llmgw_string("input length exceeds"),
        llmgw_string("context window"),
        llmgw_string("exceeds the maximum number of tokens"),
        llmgw_string("expected maxlength")
    };

    static const llmgw_str_t  policy[] = {
        llmgw_string("blocked by content filter"),
        llmgw_string("blocked by our content filters"),
        llmgw_string("content filtering policy"),
        llmgw_string("responsible ai")
    };

    if (llmgw_bedrock_says(e, context, llmgw_nelts(context))) {
        e->code = llmgw_lit("context_length_exceeded");
        e->param = llmgw_lit("messages");
        e->context = 1;
        return;
    }

    if (llmgw_bedrock_says(e, policy, llmgw_nelts(policy))
        || (llmgw_str_casefind(e->message, llmgw_lit("does not comply"))
            && llmgw_str_casefind(e->message, llmgw_lit("polic"))))
    {
        e->code = llmgw_lit("content_policy_violation");
        e->policy = 1;
        return;
    }

    if (llmgw_str_casefind(e->message,
                     llmgw_lit("the provided model identifier is invalid")))
    {
        e->status = 404;
        e->code = llmgw_lit("model_not_found");
    }
}
