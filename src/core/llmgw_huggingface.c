
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The router passes OpenAI's chats to whichever partner serves the model.
 */


#include "llmgw_huggingface.h"
#include "llmgw_jstr.h"
#include "llmgw_openai.h"


/* an error is a small object: more values than this are something else */
#define LLMGW_HUGGINGFACE_ERROR_NODES  4096

/* requests that are too many at a time are soon not any more */
#define LLMGW_HUGGINGFACE_WAIT  1000


static unsigned llmgw_huggingface_passes(const llmgw_call_t *call);
static llmgw_int_t llmgw_huggingface_pass_request(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_huggingface_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
static void llmgw_huggingface_error_type(const llmgw_json_t *j,
    unsigned status, llmgw_error_t *e);
static void llmgw_huggingface_error_words(llmgw_error_t *e);


const llmgw_dialect_t  llmgw_dialect_huggingface = {
    .name = llmgw_string("huggingface"),
    .base = &llmgw_dialect_openai,
    .write_request = llmgw_huggingface_write_request,
    .reader = &llmgw_openai_reader,
    .read_error = llmgw_huggingface_read_error,
    .read_usage = llmgw_usage_read_openai,
    .passes = llmgw_huggingface_passes,
    .pass_request = llmgw_huggingface_pass_request
};


/* there are no embeddings and no images under /v1 */

static unsigned
llmgw_huggingface_passes(const llmgw_call_t *call)
{
    return call->endpoint->id == LLMGW_EP_CHAT;
}


static llmgw_int_t
llmgw_huggingface_pass_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    if (llmgw_huggingface_bill(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return llmgw_openai_pass_request(call, up);
}


static llmgw_int_t
llmgw_huggingface_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    if (llmgw_huggingface_bill(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return llmgw_openai_write_request(call, chat, up);
}


llmgw_int_t
llmgw_huggingface_bill(llmgw_call_t *call, llmgw_upstream_t *up)
{
    const llmgw_settings_t  *set;

    set = call->target->settings;

    if (set == NULL || set->huggingface_bill_to.len == 0) {
        return LLMGW_OK;
    }

    return llmgw_upstream_header(up, call->arena, llmgw_lit("x-hf-bill-to"),
                                 set->huggingface_bill_to);
}


llmgw_int_t
llmgw_huggingface_headers(llmgw_call_t *call, llmgw_upstream_t *up)
{
    if (llmgw_huggingface_bill(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                                 llmgw_lit("application/json"));
}


/*
 * The partners' errors are OpenAI's, more or less; the servers state a type
 * that tells more than the status does.
 */

void
llmgw_huggingface_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    double                    seconds;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v;

    llmgw_openai_read_error(call, head, body, e);

    if (body.len
        && llmgw_json_parse(&j, call->arena, body, LLMGW_JSON_ALL,
                            LLMGW_HUGGINGFACE_ERROR_NODES)
           == LLMGW_OK
        && j.nodes[0].type == LLMGW_JSON_OBJECT)
    {
        llmgw_huggingface_error_type(&j, head->status, e);

        /* a model that is being loaded */

        v = llmgw_json_number(&j, j.nodes, "estimated_time");

        if (v && e->retry_after < 0) {

            seconds = llmgw_json_double(llmgw_json_str(&j, v));

            if (seconds > 0 && seconds < 86400) {
                e->retry_after = (int64_t) (seconds * 1000);
            }
        }
    }

    llmgw_huggingface_error_words(e);
}


void
llmgw_huggingface_server_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    llmgw_head_t  as;

    as = *head;

    /* what a parser does not like comes as a sentence with status 422 */

    if (as.status == 422) {
        as.status = 400;

    } else if (as.status == 424) {
        as.status = 502;
    }

    llmgw_huggingface_read_error(call, &as, body, e);
}


static void
llmgw_huggingface_error_type(const llmgw_json_t *j, unsigned status,
    llmgw_error_t *e)
{
    size_t                    i;
    llmgw_str_t               type, code, message;
    const llmgw_json_node_t  *error;

    static const struct {
        llmgw_str_t  type;
        unsigned     status;
    } types[] = {
        { llmgw_string("validation"), 400 },
        { llmgw_string("template_error"), 400 },
        { llmgw_string("missing_template_variable"), 400 },
        { llmgw_string("tool_error"), 400 },
        { llmgw_string("tokenizer"), 400 },
        { llmgw_string("empty"), 400 },
        { llmgw_string("overloaded"), 429 },
        { llmgw_string("incomplete_generation"), 500 },
        { llmgw_string("incomplete_generation_stream"), 500 },
        { llmgw_string("stream_serialization_error"), 500 },
        { llmgw_string("generation"), 502 },
        { llmgw_string("backend"), 502 },
        { llmgw_string("unhealthy"), 503 }
    };

    type = llmgw_json_get_str(j, j->nodes, "error_type");

    if (type.len == 0) {
        type = llmgw_json_get_str(j, j->nodes, "type");
    }

    for (i = 0; i < llmgw_nelts(types); i++) {
        if (llmgw_str_caseeq(type, types[i].type)) {
            break;
        }
    }

    if (i < llmgw_nelts(types)) {
        status = types[i].status;

    } else {

        error = llmgw_json_object(j, j->nodes, "error");

        /* in a stream the status stands in the event */

        if (status == 0 && e->status == 422 && error
            && llmgw_json_number(j, error, "http_status_code"))
        {
            status = 400;

        } else {
            return;
        }
    }

    message = e->message;
    code = e->param;

    llmgw_error_status(e, status);

    e->upstream = 1;
    e->message = message;
    e->param = code;

    if (status == 429 && e->retry_after < 0) {
        e->retry_after = LLMGW_HUGGINGFACE_WAIT;
    }

    llmgw_error_classify(e);
}


static void
llmgw_huggingface_error_words(llmgw_error_t *e)
{
    size_t  i;

    static const llmgw_str_t  context[] = {
        llmgw_string("`inputs` tokens + `max_new_tokens` must be <="),
        llmgw_string("`inputs` must have less than")
    };

    for (i = 0; i < llmgw_nelts(context); i++) {

        if (e->status < 500 && llmgw_str_find(e->message, context[i])) {
            e->code = llmgw_lit("context_length_exceeded");
            llmgw_error_classify(e);
        }
    }

    if (e->status == 404 && llmgw_str_is(e->code, "not_found")
        && llmgw_str_casefind(e->message, llmgw_lit("model")))
    {
        e->code = llmgw_lit("model_not_found");
    }
}
