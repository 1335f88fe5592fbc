
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Errors of Azure OpenAI.  The service, its front end and whatever stands in
 * between have a form each; clients get one.
 */


#include "llmgw_azure.h"
#include "llmgw_jstr.h"
#include "llmgw_openai.h"


/* an error is a small object: more values than this are something else */
#define LLMGW_AZURE_ERROR_NODES  4096


typedef struct {
    llmgw_call_t        *call;
    const llmgw_head_t  *head;
    llmgw_error_t       *error;
    const llmgw_json_t  *j;
    llmgw_node_t        *object;    /* the error itself, or what there is */
    llmgw_str_t          code;      /* as it was written */
    unsigned             policy:1;
} llmgw_azure_error_t;


static unsigned llmgw_azure_error_status(llmgw_azure_error_t *ae);
static void llmgw_azure_error_code(llmgw_azure_error_t *ae);
static void llmgw_azure_error_wait(llmgw_azure_error_t *ae);
static llmgw_str_t llmgw_azure_error_raw(llmgw_azure_error_t *ae);


/* codes that OpenAI's clients know under another name */

static const struct {
    llmgw_str_t  code;
    llmgw_str_t  name;       /* empty: that of the status */
    unsigned     status;     /* of an error that does not state it */
} llmgw_azure_codes[] = {
    { llmgw_string("content_filter"), llmgw_string("content_filter"), 400 },
    { llmgw_string("contentFilter"),
      llmgw_string("content_policy_violation"), 400 },
    { llmgw_string("content_policy_violation"),
      llmgw_string("content_policy_violation"), 400 },
    { llmgw_string("context_length_exceeded"),
      llmgw_string("context_length_exceeded"), 400 },
    { llmgw_string("DeploymentNotFound"), llmgw_string("model_not_found"),
      404 },
    { llmgw_string("model_not_found"), llmgw_string("model_not_found"),
      404 },
    { llmgw_string("Unauthorized"), llmgw_string("invalid_api_key"), 401 },
    { llmgw_string("Timeout"), llmgw_string(""), 408 },
    { llmgw_string("RateLimitReached"), llmgw_string(""), 429 },
    { llmgw_string("TooManyRequests"), llmgw_string(""), 429 },
    { llmgw_string("too_many_requests"), llmgw_string(""), 429 },
    { llmgw_string("InternalServerError"), llmgw_string(""), 500 },
    { llmgw_string("ServiceUnavailable"), llmgw_string(""), 503 },
    { llmgw_string("NoCapacity"), llmgw_string(""), 503 }
};


void
llmgw_azure_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    llmgw_str_t          s;
    llmgw_json_t         j;
    llmgw_node_t        *error;
    llmgw_azure_error_t  ae;

    memset(&ae, 0, sizeof(llmgw_azure_error_t));

    ae.call = call;
    ae.head = head;
    ae.error = e;

    e->upstream = 1;

    if (body.len == 0
        || llmgw_json_parse(&j, call->arena, body, LLMGW_JSON_ALL,
                            LLMGW_AZURE_ERROR_NODES)
           != LLMGW_OK
        || j.nodes[0].type != LLMGW_JSON_OBJECT)
    {
        llmgw_error_status(e, llmgw_azure_error_status(&ae));

        e->upstream = 1;
        e->message = llmgw_error_text(body, head->content_type);

    } else {

        ae.j = &j;

        error = llmgw_json_object(&j, j.nodes, "error");
        ae.object = error ? error : j.nodes;

        llmgw_azure_error_code(&ae);

        s = llmgw_openai_error_sentence(call->arena, &j, ae.object);

        if (s.len == 0 && error) {
            s = llmgw_openai_error_sentence(call->arena, &j, j.nodes);
        }

        e->message = s;
    }

    if (e->message.len == 0) {
        e->message = llmgw_fmt(call->arena, "upstream returned status %u",
                               head->status ? head->status : e->status);
    }

    llmgw_error_classify(e);

    if (ae.policy
        || llmgw_str_casefind(e->message,
                              llmgw_lit("content management policy")))
    {
        e->policy = 1;
        e->retryable = 0;

        if (e->status == 400 && e->code.len == 0) {
            e->code = llmgw_lit("content_filter");
        }
    }

    llmgw_openai_error_hints(call, head, e);
    llmgw_azure_error_wait(&ae);

    if (ae.object && ae.object != j.nodes) {
        e->raw = llmgw_azure_error_raw(&ae);
    }
}


static unsigned
llmgw_azure_is_number(llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < '0' || s.data[i] > '9') {
            return 0;
        }
    }

    return 1;
}


static unsigned
llmgw_azure_status_of(llmgw_str_t number)
{
    int64_t  n;

    if (llmgw_json_int(number, &n) == LLMGW_OK && n >= 400 && n <= 599) {
        return (unsigned) n;
    }

    return 0;
}


/* the status, or what stands for it in an event of a stream */

static unsigned
llmgw_azure_error_status(llmgw_azure_error_t *ae)
{
    size_t         i;
    unsigned       status;
    llmgw_node_t  *v;

    status = ae->head->status;

    if (status == 0 && ae->object) {

        v = llmgw_json_number(ae->j, ae->object, "statusCode");

        if (v) {
            status = llmgw_azure_status_of(llmgw_json_str(ae->j, v));
        }

        if (status == 0) {
            status = llmgw_azure_status_of(ae->code);
        }

        for (i = 0; status == 0 && i < llmgw_nelts(llmgw_azure_codes); i++) {
            if (llmgw_str_eq(ae->code, llmgw_azure_codes[i].code)) {
                status = llmgw_azure_codes[i].status;
            }
        }

        if (status == 0) {
            status = llmgw_openai_stream_status(ae->j, ae->object,
                                   llmgw_json_get_str(ae->j, ae->object,
                                                      "type"));
        }
    }

    switch (status) {

    case 0:
    case 424:
        return 502;

    case 412:
        return 409;

    default:
        return status;
    }
}


static llmgw_str_t
llmgw_azure_error_string(llmgw_azure_error_t *ae, const char *name,
    size_t len)
{
    llmgw_node_t  *v;

    v = llmgw_json_get_n(ae->j, ae->object, name, len);

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return llmgw_null_str;
    }

    if (v->type == LLMGW_JSON_NUMBER) {
        return llmgw_json_str(ae->j, v);
    }

    return (v->type == LLMGW_JSON_STRING)
           ? llmgw_jstr_decode(ae->call->arena, llmgw_json_str(ae->j, v))
           : llmgw_null_str;
}


/* status, type, code and param */

static void
llmgw_azure_error_code(llmgw_azure_error_t *ae)
{
    size_t          i;
    llmgw_str_t     type, inner;
    llmgw_error_t  *e;

    static const llmgw_str_t  types[] = {
        llmgw_string("invalid_request_error"),
        llmgw_string("authentication_error"),
        llmgw_string("permission_error"),
        llmgw_string("rate_limit_error"),
        llmgw_string("insufficient_quota"),
        llmgw_string("tokens"),
        llmgw_string("requests"),
        llmgw_string("conflict_error"),
        llmgw_string("timeout_error"),
        llmgw_string("server_error"),
        llmgw_string("service_unavailable_error"),
        llmgw_string("image_generation_user_error"),
        llmgw_string("request_forbidden")
    };

    e = ae->error;

    ae->code = llmgw_azure_error_string(ae, "code", sizeof("code") - 1);
    type = llmgw_azure_error_string(ae, "type", sizeof("type") - 1);

    inner = llmgw_json_get_str(ae->j, llmgw_json_object(ae->j, ae->object,
                                                        "innererror"),
                               "code");
    if (inner.len == 0) {
        inner = llmgw_json_get_str(ae->j, llmgw_json_object(ae->j, ae->object,
                                                            "inner_error"),
                                   "code");
    }

    ae->policy = llmgw_str_is(inner, "ResponsibleAIPolicyViolation");

    llmgw_error_status(e, llmgw_azure_error_status(ae));

    e->upstream = 1;
    e->param = llmgw_azure_error_string(ae, "param", sizeof("param") - 1);

    for (i = 0; i < llmgw_nelts(types); i++) {
        if (llmgw_str_eq(type, types[i])) {
            e->type = types[i];
        }
    }

    /* a number says no more than the status does */

    if (ae->code.len == 0 || llmgw_azure_is_number(ae->code)
        || ae->head->status == 424
        || (e->status == 401 && llmgw_str_is(ae->code, "PermissionDenied")))
    {
        return;
    }

    for (i = 0; i < llmgw_nelts(llmgw_azure_codes); i++) {

        if (llmgw_str_eq(ae->code, llmgw_azure_codes[i].code)) {

            if (llmgw_azure_codes[i].name.len) {
                e->code = llmgw_azure_codes[i].name;
            }

            return;
        }
    }

    e->code = ae->code;
}


/* "Please retry after 12 seconds." */

static int64_t
llmgw_azure_error_seconds(llmgw_str_t message)
{
    llmgw_str_t    n;
    const u_char  *p, *end;

    static const llmgw_str_t  after = llmgw_string("retry after ");

    p = llmgw_str_casefind(message, after);

    if (p == NULL) {
        return -1;
    }

    p += after.len;
    end = message.data + message.len;

    n = llmgw_str(p, 0);

    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    n.len = (size_t) (p - n.data);

    return (n.len && llmgw_str_casefind(llmgw_str(p, (size_t) (end - p)),
                                        llmgw_lit(" second"))
                     == p)
           ? llmgw_retry_after(n, 0) : -1;
}


static void
llmgw_azure_error_wait(llmgw_azure_error_t *ae)
{
    llmgw_error_t  *e;

    e = ae->error;

    if (e->status != 429 && e->status != 503) {
        return;
    }

    if (e->retry_after < 0) {
        e->retry_after = llmgw_retry_after(ae->head->ratelimit_reset,
                                           ae->call->now);
    }

    if (e->retry_after < 0) {
        e->retry_after = llmgw_azure_error_seconds(e->message);
    }
}


/* the error as OpenAI's clients expect it, with what else Azure says in it */

static llmgw_str_t
llmgw_azure_error_raw(llmgw_azure_error_t *ae)
{
    size_t         i;
    llmgw_out_t    o;
    llmgw_node_t  *k, *v;

    static const llmgw_str_t  ours[] = {
        llmgw_string("message"),
        llmgw_string("type"),
        llmgw_string("param"),
        llmgw_string("code"),
        llmgw_string("status"),
        llmgw_string("statusCode")
    };

    llmgw_out_init(&o, ae->call->arena, 512, 0, 0);

    llmgw_json_open(&o, '{');
    llmgw_error_write_members(&o, ae->error);

    llmgw_json_each_member(k, v, ae->object) {

        for (i = 0; i < llmgw_nelts(ours); i++) {
            if (llmgw_json_is_n(ae->j, k, (const char *) ours[i].data,
                                ours[i].len))
            {
                break;
            }
        }

        if (i == llmgw_nelts(ours)) {
            llmgw_json_put_raw(&o, llmgw_json_raw(ae->j, k));
            llmgw_putc(&o, ':');
            llmgw_put_compact(&o, llmgw_json_raw(ae->j, v));
        }
    }

    llmgw_json_close(&o, '}');

    return (llmgw_out_close(&o) == LLMGW_OK)
           ? llmgw_out_join(&o, ae->call->arena) : llmgw_null_str;
}
