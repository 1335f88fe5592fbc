
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Errors of Google's services: google.rpc.Status.
 */


#include "llmgw_gemini.h"
#include "llmgw_jstr.h"


/* an error is a small object: more values than this are something else */
#define LLMGW_GEMINI_ERROR_NODES  4096


typedef struct {
    unsigned     status;      /* of the provider */
    llmgw_str_t  name;        /* its status word */
    unsigned     client;      /* status, type and code for the client */
    llmgw_str_t  type;
    llmgw_str_t  code;
    unsigned     retryable;
} llmgw_gemini_status_t;

#define llmgw_row(status, name, client, type, code, retryable)               \
    { status, llmgw_string(name), client, llmgw_string(type),                \
      llmgw_string(code), retryable }

static const llmgw_gemini_status_t  llmgw_gemini_statuses[] = {

    llmgw_row(400, "INVALID_ARGUMENT", 400, "invalid_request_error", "", 0),
    llmgw_row(400, "FAILED_PRECONDITION", 400, "invalid_request_error",
              "failed_precondition", 0),
    llmgw_row(400, "OUT_OF_RANGE", 400, "invalid_request_error", "", 0),
    llmgw_row(401, "UNAUTHENTICATED", 401, "authentication_error",
              "invalid_api_key", 0),
    llmgw_row(403, "PERMISSION_DENIED", 403, "permission_error",
              "permission_denied", 0),
    llmgw_row(404, "NOT_FOUND", 404, "invalid_request_error",
              "model_not_found", 0),
    llmgw_row(408, "CANCELLED", 408, "timeout_error", "request_timeout", 1),
    llmgw_row(499, "CANCELLED", 408, "timeout_error", "request_timeout", 1),
    llmgw_row(409, "ABORTED", 409, "conflict_error", "", 1),
    llmgw_row(413, "", 413, "invalid_request_error", "request_too_large", 0),
    llmgw_row(429, "RESOURCE_EXHAUSTED", 429, "rate_limit_error",
              "rate_limit_exceeded", 1),
    llmgw_row(500, "INTERNAL", 500, "server_error", "internal_error", 1),
    llmgw_row(500, "UNKNOWN", 500, "server_error", "internal_error", 1),
    llmgw_row(503, "UNAVAILABLE", 503, "server_error", "overloaded", 1),
    llmgw_row(504, "DEADLINE_EXCEEDED", 504, "timeout_error",
              "upstream_timeout", 1)
};


static void llmgw_gemini_error(llmgw_call_t *call, const llmgw_json_t *j,
    llmgw_node_t *error, unsigned status, llmgw_error_t *e);
static void llmgw_gemini_error_row(llmgw_error_t *e, unsigned status,
    llmgw_str_t name);
static void llmgw_gemini_error_detail(llmgw_call_t *call,
    const llmgw_json_t *j, llmgw_node_t *detail, llmgw_error_t *e);
static void llmgw_gemini_error_words(llmgw_error_t *e, llmgw_str_t name);


/* {"error":{…}}, also in an array; NULL: neither */

static llmgw_node_t *
llmgw_gemini_error_find(const llmgw_json_t *j)
{
    llmgw_node_t  *v;

    v = j->nodes;

    if (v->type == LLMGW_JSON_ARRAY) {

        if (v->span == 1) {
            return NULL;
        }

        v++;
    }

    v = llmgw_json_get(j, v, "error");

    return (v && v->type == LLMGW_JSON_OBJECT) ? v : NULL;
}


void
llmgw_gemini_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    int64_t        ms;
    unsigned       tries, status;
    llmgw_str_t    text;
    llmgw_json_t   j, inner, *doc;
    llmgw_node_t  *error, *v;

    doc = &j;
    error = NULL;
    status = head->status;

    if (body.len
        && llmgw_json_parse(&j, call->arena, body, LLMGW_JSON_ALL,
                            LLMGW_GEMINI_ERROR_NODES)
           == LLMGW_OK)
    {
        error = llmgw_gemini_error_find(&j);
    }

    /* a message may be such a text itself */

    for (tries = 0; error && tries < 1; tries++) {

        v = llmgw_json_string(doc, error, "message");

        text = v ? llmgw_jstr_decode(call->arena, llmgw_json_str(doc, v))
                 : llmgw_null_str;

        if (text.len == 0 || (text.data[0] != '{' && text.data[0] != '[')
            || llmgw_json_parse(&inner, call->arena, text, LLMGW_JSON_ALL,
                                LLMGW_GEMINI_ERROR_NODES)
               != LLMGW_OK)
        {
            break;
        }

        v = llmgw_gemini_error_find(&inner);

        if (v == NULL) {
            break;
        }

        doc = &inner;
        error = v;
    }

    memset(e, 0, sizeof(llmgw_error_t));

    e->retry_after = -1;
    e->upstream = 1;

    llmgw_gemini_error(call, doc, error, status, e);

    if (error) {
        e->raw = body;
    }

    if (error == NULL && status == 404) {

        /* a page of the front end's: the host or the path is wrong */

        llmgw_error_set(e, 502, llmgw_lit("bad_gateway"), llmgw_null_str,
                        llmgw_lit("upstream returned status 404"));
        e->upstream = 1;
    }

    ms = llmgw_retry_after(head->retry_after, call->now);

    if (ms >= 0) {
        e->retry_after = ms;
    }

    if (e->retry_after >= 0 && e->retry_after < 1000
        && (e->status == 429 || e->status == 503))
    {
        e->retry_after = 1000;
    }
}


static void
llmgw_gemini_error(llmgw_call_t *call, const llmgw_json_t *j,
    llmgw_node_t *error, unsigned status, llmgw_error_t *e)
{
    int64_t        code;
    llmgw_str_t    name;
    llmgw_node_t  *v, *details;

    name = llmgw_null_str;
    details = NULL;

    if (error) {

        name = llmgw_json_get_str(j, error, "status");
        details = llmgw_json_array(j, error, "details");

        v = llmgw_json_string(j, error, "message");

        if (v) {
            e->message = llmgw_jstr_decode(call->arena, llmgw_json_str(j, v));
        }

        v = llmgw_json_number(j, error, "code");

        /* behind a status of 200 it has to say itself which one it is */

        if (status < 400 && v
            && llmgw_json_int(llmgw_json_str(j, v), &code) == LLMGW_OK
            && code >= 400 && code <= 599)
        {
            status = (unsigned) code;
        }
    }

    llmgw_gemini_error_row(e, status, name);

    if (e->message.len == 0) {
        e->message = llmgw_fmt(call->arena, "upstream returned status %u",
                               status ? status : e->status);
    }

    if (details) {

        llmgw_json_each(v, details) {
            llmgw_gemini_error_detail(call, j, v, e);
        }
    }

    llmgw_gemini_error_words(e, name);

    e->thoughts = e->status == 400
                  && (llmgw_str_casefind(e->message,
                                         llmgw_lit("thought signature"))
                      || llmgw_str_casefind(e->message,
                                            llmgw_lit("thought_signature")))
                  && llmgw_str_casefind(e->message, llmgw_lit("missing"))
                     == NULL;

    if (e->retry_after < 0 && (e->status == 429 || e->status == 503)) {
        e->retry_after = llmgw_error_wait(e->message,
                                          llmgw_lit("please retry in "));
    }
}


static void
llmgw_gemini_error_row(llmgw_error_t *e, unsigned status, llmgw_str_t name)
{
    size_t                        i;
    const llmgw_gemini_status_t  *row, *found;

    found = NULL;

    for (i = 0; i < llmgw_nelts(llmgw_gemini_statuses); i++) {

        row = &llmgw_gemini_statuses[i];

        if (status >= 400 && row->status != status) {
            continue;
        }

        /* a word that is not known does not change the status */

        if (row->name.len && llmgw_str_eq(row->name, name)) {
            found = row;
            break;
        }

        if (status >= 400 && found == NULL) {
            found = row;
        }
    }

    if (found) {
        e->status = found->client;
        e->type = found->type;
        e->code = found->code;
        e->retryable = found->retryable;
        return;
    }

    llmgw_error_status(e, status);

    if (e->status == 502) {
        e->retryable = 1;
    }
}


/* one of google.rpc's messages about an error */

static void
llmgw_gemini_error_detail(llmgw_call_t *call, const llmgw_json_t *j,
    llmgw_node_t *detail, llmgw_error_t *e)
{
    int64_t        ms;
    llmgw_str_t    type, s;
    llmgw_node_t  *v, *list;

    type = llmgw_json_get_str(j, detail, "@type");

    if (llmgw_str_ends(type, ".RetryInfo")) {

        ms = llmgw_duration_ms(llmgw_json_get_str(j, detail, "retryDelay"));

        if (ms >= 0) {
            e->retry_after = ms;
        }

    } else if (llmgw_str_ends(type, ".ErrorInfo")) {

        s = llmgw_json_get_str(j, detail, "reason");

        if (llmgw_str_is(s, "API_KEY_INVALID")) {
            e->status = 401;
            e->type = llmgw_lit("authentication_error");
            e->code = llmgw_lit("invalid_api_key");
        }

    } else if (llmgw_str_ends(type, ".BadRequest")) {

        list = llmgw_json_array(j, detail, "fieldViolations");

        if (list == NULL || e->param.len) {
            return;
        }

        llmgw_json_each(v, list) {

            s = llmgw_json_get_str(j, v, "field");

            if (s.len) {
                e->param = llmgw_jstr_decode(call->arena, s);
                return;
            }
        }

    } else if (llmgw_str_ends(type, ".QuotaFailure")) {

        list = llmgw_json_array(j, detail, "violations");

        if (list == NULL || e->status != 429) {
            return;
        }

        llmgw_json_each(v, list) {

            if (llmgw_str_find(llmgw_json_get_str(j, v, "quotaId"),
                               llmgw_lit("PerDay")))
            {
                /* that does not come back in seconds */

                e->type = llmgw_lit("insufficient_quota");
                e->code = llmgw_lit("insufficient_quota");
                e->quota = 1;
                e->retryable = 0;
                return;
            }
        }
    }
}


static unsigned
llmgw_gemini_error_says(const llmgw_error_t *e, const llmgw_str_t *words,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (llmgw_str_casefind(e->message, words[i])) {
            return 1;
        }
    }

    return 0;
}


/* what only the wording tells */

static void
llmgw_gemini_error_words(llmgw_error_t *e, llmgw_str_t name)
{
    static const llmgw_str_t  context[] = {
        llmgw_string("exceeds the maximum number of tokens allowed"),
        llmgw_string("input context is too long")
    };

    static const llmgw_str_t  policy[] = {
        llmgw_string("blocked by"),
        llmgw_string("safety filters"),
        llmgw_string("prohibited content"),
        llmgw_string("usage guidelines")
    };

    static const llmgw_str_t  size[] = {
        llmgw_string("request payload size exceeds the limit")
    };

    static const llmgw_str_t  model[] = {
        llmgw_string("is not allowed to use publisher model")
    };

    if (e->status != 400) {
        return;
    }

    if (llmgw_str_starts(e->message, "API key not valid")
        || llmgw_str_starts(e->message, "API key expired"))
    {
        e->status = 401;
        e->type = llmgw_lit("authentication_error");
        e->code = llmgw_lit("invalid_api_key");

    } else if (llmgw_gemini_error_says(e, context, llmgw_nelts(context))) {
        e->context = 1;
        e->code = llmgw_lit("context_length_exceeded");
        e->param = llmgw_lit("messages");

    } else if (llmgw_gemini_error_says(e, size, llmgw_nelts(size))) {
        e->status = 413;
        e->code = llmgw_lit("request_too_large");

    } else if (llmgw_str_is(name, "FAILED_PRECONDITION")
               && llmgw_gemini_error_says(e, model, llmgw_nelts(model)))
    {
        e->status = 403;
        e->type = llmgw_lit("permission_error");
        e->code = llmgw_lit("model_not_enabled");

    } else if (llmgw_gemini_error_says(e, policy, llmgw_nelts(policy))) {
        e->policy = 1;
        e->code = llmgw_lit("content_policy_violation");
    }
}
