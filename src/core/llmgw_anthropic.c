
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"


typedef struct {
    unsigned     status;       /* of the provider */
    llmgw_str_t  name;         /* its type */
    unsigned     client;       /* status, type and code for the client */
    llmgw_str_t  type;
    llmgw_str_t  code;
    unsigned     retryable;
} llmgw_anthropic_error_t;


static void llmgw_anthropic_error_row(llmgw_error_t *e, unsigned status,
    llmgw_str_t name);
static void llmgw_anthropic_error_invalid(llmgw_error_t *e);
static void llmgw_anthropic_error_param(llmgw_error_t *e);


const llmgw_door_t  llmgw_door_messages = {
    .read_request = llmgw_anthropic_read_request,
    .whole = &llmgw_anthropic_whole,
    .stream = &llmgw_anthropic_stream,
    .ping = llmgw_string("event: ping\ndata: {\"type\":\"ping\"}\n\n"),
    .write_error = llmgw_anthropic_write_error,
    .error_status = llmgw_anthropic_error_status,
    .write_count = llmgw_anthropic_put_count
};


const llmgw_dialect_t  llmgw_dialect_anthropic = {
    .name = llmgw_string("anthropic"),
    .write_request = llmgw_anthropic_write_request,
    .reader = &llmgw_anthropic_reader,
    .read_error = llmgw_anthropic_read_error,
    .read_usage = llmgw_anthropic_read_usage,
    .write_count = llmgw_anthropic_write_count,
    .read_count = llmgw_anthropic_read_count,
    .passes = llmgw_anthropic_passes,
    .pass_request = llmgw_anthropic_pass_request
};


#define llmgw_row(status, name, client, type, code, retryable)               \
    { status, llmgw_string(name), client, llmgw_string(type),                \
      llmgw_string(code), retryable }

/* by status; in a stream, where there is none, by name */

static const llmgw_anthropic_error_t  llmgw_anthropic_errors[] = {

    llmgw_row(400, "invalid_request_error", 400, "invalid_request_error",
              "", 0),
    llmgw_row(401, "authentication_error", 401, "authentication_error",
              "invalid_api_key", 0),
    llmgw_row(402, "billing_error", 402, "insufficient_quota",
              "insufficient_quota", 0),
    llmgw_row(403, "permission_error", 403, "permission_error",
              "permission_denied", 0),
    llmgw_row(404, "not_found_error", 404, "invalid_request_error",
              "not_found", 0),
    llmgw_row(408, "", 408, "timeout_error", "request_timeout", 1),
    llmgw_row(499, "", 408, "timeout_error", "request_timeout", 1),
    llmgw_row(409, "conflict_error", 409, "conflict_error", "", 1),
    llmgw_row(412, "", 409, "conflict_error", "", 0),
    llmgw_row(413, "request_too_large", 413, "invalid_request_error",
              "request_too_large", 0),
    llmgw_row(422, "", 400, "invalid_request_error", "", 0),
    llmgw_row(429, "rate_limit_error", 429, "rate_limit_error",
              "rate_limit_exceeded", 1),
    llmgw_row(500, "api_error", 500, "server_error", "internal_error", 1),
    llmgw_row(503, "", 503, "server_error", "overloaded", 1),
    llmgw_row(504, "timeout_error", 504, "timeout_error",
              "upstream_timeout", 1),
    llmgw_row(529, "overloaded_error", 503, "server_error", "overloaded", 1)
};


/* members that a message may begin with: "messages.0.content: …" */

static const llmgw_str_t  llmgw_anthropic_members[] = {
    llmgw_string("messages"),
    llmgw_string("tools"),
    llmgw_string("system"),
    llmgw_string("tool_choice"),
    llmgw_string("max_tokens"),
    llmgw_string("temperature"),
    llmgw_string("top_p"),
    llmgw_string("top_k"),
    llmgw_string("thinking"),
    llmgw_string("stop_sequences"),
    llmgw_string("stream"),
    llmgw_string("metadata"),
    llmgw_string("service_tier"),
    llmgw_string("output_config"),
    llmgw_string("cache_control"),
    llmgw_string("container"),
    llmgw_string("mcp_servers"),
    llmgw_string("context_management"),
    llmgw_string("fallbacks"),
    llmgw_string("inference_geo"),
    llmgw_string("speed")
};


void
llmgw_anthropic_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage)
{
    int64_t                   input, n;
    const llmgw_json_node_t  *k, *v, *sub;

    if (usage->type != LLMGW_JSON_OBJECT) {
        return;
    }

    /* the service counts what was cached apart */

    input = -1;

    if (u->prompt >= 0) {
        input = u->prompt - (u->cached > 0 ? u->cached : 0)
                - (u->cache_write > 0 ? u->cache_write : 0);
    }

    llmgw_json_each_member(k, v, usage) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        if (llmgw_json_is(j, k, "output_tokens_details")) {

            sub = llmgw_json_get(j, v, "thinking_tokens");
            n = sub ? llmgw_usage_count(j, sub) : -1;

            if (n >= 0) {
                u->reasoning = n;
            }

            continue;
        }

        if (llmgw_json_is(j, k, "cache_creation")) {

            sub = llmgw_json_get(j, v, "ephemeral_1h_input_tokens");
            n = sub ? llmgw_usage_count(j, sub) : -1;

            if (n >= 0) {
                u->cache_write_1h = n;
            }

            continue;
        }

        n = llmgw_usage_count(j, v);

        if (n < 0) {
            continue;
        }

        if (llmgw_json_is(j, k, "input_tokens")) {
            input = n;

        } else if (llmgw_json_is(j, k, "output_tokens")) {
            u->completion = n;

        } else if (llmgw_json_is(j, k, "cache_read_input_tokens")) {
            u->cached = n;

        } else if (llmgw_json_is(j, k, "cache_creation_input_tokens")) {
            u->cache_write = n;

        } else {
            continue;
        }

        u->reported = 1;
    }

    if (!u->reported) {
        return;
    }

    /* absent is none */

    if (u->cached < 0) {
        u->cached = 0;
    }

    if (u->cache_write < 0) {
        u->cache_write = 0;
    }

    u->prompt = (input > 0 ? input : 0) + u->cached + u->cache_write;

    if (u->completion < 0) {
        u->completion = 0;
    }
}


void
llmgw_anthropic_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    int64_t                   ms;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *error, *type;

    rc = LLMGW_INVALID;
    error = NULL;

    if (body.len) {
        rc = llmgw_json_parse(&j, call->arena, body, LLMGW_JSON_ALL, 100000);
    }

    if (rc == LLMGW_OK) {

        error = llmgw_json_get(&j, j.nodes, "error");

        if (error == NULL) {
            error = j.nodes;
        }
    }

    llmgw_anthropic_error(call, head->status, rc == LLMGW_OK ? &j : NULL,
                          error, e);

    /* only what looks like the service's own is good for its clients */

    if (rc == LLMGW_OK && error->type == LLMGW_JSON_OBJECT) {

        type = llmgw_json_string(&j, j.nodes, "type");

        if (type && llmgw_json_is(&j, type, "error")
            && llmgw_json_string(&j, error, "type"))
        {
            e->raw = body;
        }
    }

    if (head->retry_after_ms.len && head->retry_after_ms.data[0] >= '0'
        && head->retry_after_ms.data[0] <= '9'
        && llmgw_json_int(head->retry_after_ms, &ms) == LLMGW_OK)
    {
        e->retry_after = ms;

    } else if (head->retry_after.len) {
        e->retry_after = llmgw_retry_after(head->retry_after, call->now);
    }
}


void
llmgw_anthropic_error(llmgw_call_t *call, unsigned status,
    const llmgw_json_t *j, const llmgw_json_node_t *error, llmgw_error_t *e)
{
    llmgw_str_t               name, code, model;
    const llmgw_json_node_t  *v;

    memset(e, 0, sizeof(llmgw_error_t));

    e->retry_after = -1;
    e->upstream = 1;

    name = llmgw_null_str;
    code = llmgw_null_str;

    if (error && error->type == LLMGW_JSON_OBJECT) {

        name = llmgw_json_get_str(j, error, "type");
        e->message = llmgw_json_get_str(j, error, "message");

        v = llmgw_json_object(j, error, "details");

        if (v) {
            code = llmgw_json_get_str(j, v, "error_code");
        }

    } else if (error && error->type == LLMGW_JSON_STRING) {
        e->message = llmgw_json_str(j, error);
    }

    if (e->message.len) {
        e->message = llmgw_jstr_decode(call->arena, e->message);
    }

    llmgw_anthropic_error_row(e, status, name);

    if (e->message.len == 0) {
        e->message = llmgw_fmt(call->arena, "upstream returned status %u",
                               status ? status : e->status);
    }

    switch (e->status) {

    case 400:
        e->thoughts = llmgw_claude_thoughts(e);
        llmgw_anthropic_error_invalid(e);
        break;

    case 402:
        e->quota = 1;
        break;

    case 404:
        model = call->target ? call->target->model : llmgw_null_str;

        if (llmgw_str_starts(e->message, "model:")
            || (model.len && llmgw_str_find(e->message, model)))
        {
            e->code = llmgw_lit("model_not_found");
        }

        break;

    case 429:

        if (llmgw_str_is(code, "enforced_spend_limit_reached")
            || llmgw_str_is(code, "contract_spend_limit_reached"))
        {
            e->type = llmgw_lit("insufficient_quota");
            e->code = llmgw_lit("insufficient_quota");
            e->quota = 1;
            e->retryable = 0;
        }
    }

    if (e->param.len == 0) {
        llmgw_anthropic_error_param(e);
    }
}


static void
llmgw_anthropic_error_row(llmgw_error_t *e, unsigned status, llmgw_str_t name)
{
    size_t                          i;
    const llmgw_anthropic_error_t  *row;

    for (i = 0; i < llmgw_nelts(llmgw_anthropic_errors); i++) {

        row = &llmgw_anthropic_errors[i];

        if (status ? row->status == status
                   : row->name.len && llmgw_str_eq(row->name, name))
        {
            e->status = row->client;
            e->type = row->type;
            e->code = row->code;
            e->retryable = row->retryable;
            return;
        }
    }

    if (status >= 400 && status < 500) {
        e->status = status;
        e->type = llmgw_lit("invalid_request_error");
        return;
    }

    e->status = 502;
    e->type = llmgw_lit("server_error");
    e->code = llmgw_lit("bad_gateway");
    e->retryable = 1;
}


/* the service has no codes for these: its wordings tell */

static void
llmgw_anthropic_error_invalid(llmgw_error_t *e)
{
    size_t  i;

    static const llmgw_str_t  context[] = {
        llmgw_string("prompt is too long"),
        llmgw_string("exceed context limit"),
        llmgw_string("exceeds the context window"),
        llmgw_string("context window"),
        llmgw_string("maximum context length")
    };

    for (i = 0; i < llmgw_nelts(context); i++) {

        if (llmgw_str_casefind(e->message, context[i])) {
            e->code = llmgw_lit("context_length_exceeded");
            e->param = llmgw_lit("messages");
            e->context = 1;
            return;
        }
    }

    if (llmgw_str_casefind(e->message, llmgw_lit("content filtering policy"))
        || (llmgw_str_casefind(e->message, llmgw_lit("usage policy"))
            && llmgw_str_casefind(e->message, llmgw_lit("blocked"))))
    {
        e->code = llmgw_lit("content_policy_violation");
        e->policy = 1;
        return;
    }

    if (llmgw_str_casefind(e->message,
                           llmgw_lit("credit balance is too low"))
        || llmgw_str_casefind(e->message,
                              llmgw_lit("you have reached your specified")))
    {
        e->code = llmgw_lit("insufficient_quota");
        e->quota = 1;
    }
}


/* "messages.0.content.1: …" names what is wrong */

static void
llmgw_anthropic_error_param(llmgw_error_t *e)
{
    u_char       c;
    size_t       i, n, first;
    llmgw_str_t  member;

    first = 0;

    for (n = 0; n < e->message.len; n++) {

        c = e->message.data[n];

        if (c == ':') {
            break;
        }

        if (first == 0 && (c == '.' || c == '[')) {
            first = n;
        }

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'
              || c == '[' || c == ']'))
        {
            return;
        }
    }

    if (n + 1 >= e->message.len || e->message.data[n + 1] != ' ') {
        return;
    }

    member = llmgw_str(e->message.data, first ? first : n);

    for (i = 0; i < llmgw_nelts(llmgw_anthropic_members); i++) {

        if (llmgw_str_eq(member, llmgw_anthropic_members[i])) {
            e->param = llmgw_str(e->message.data, n);
            return;
        }
    }
}
