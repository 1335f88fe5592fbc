
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Errors as clients of the Messages API expect them.
 */


#include "llmgw_anthropic.h"


/* agents make room in their history when they read this */
#define LLMGW_ANTHROPIC_TOO_LONG  "prompt is too long"


static void llmgw_anthropic_put_path(llmgw_out_t *o, llmgw_str_t param);


/* the chat form's names of members that have others here */

static const struct {
    llmgw_str_t  chat;
    llmgw_str_t  name;
} llmgw_anthropic_names[] = {
    { llmgw_string("max_completion_tokens"), llmgw_string("max_tokens") },
    { llmgw_string("stop"), llmgw_string("stop_sequences") },
    { llmgw_string("user"), llmgw_string("metadata.user_id") },
    { llmgw_string("response_format"), llmgw_string("output_config.format") },
    { llmgw_string("reasoning_effort"),
      llmgw_string("output_config.effort") },
    { llmgw_string("parallel_tool_calls"),
      llmgw_string("tool_choice.disable_parallel_tool_use") },
    { llmgw_string("web_search_options"), llmgw_string("tools") }
};


/* … and of the ends of paths */

static const struct {
    llmgw_str_t  chat;
    llmgw_str_t  name;
} llmgw_anthropic_ends[] = {
    { llmgw_string(".image_url"), llmgw_string(".source") },
    { llmgw_string(".file."), llmgw_string(".source") },
    { llmgw_string(".function.parameters"), llmgw_string(".input_schema") },
    { llmgw_string(".function"), llmgw_string("") }
};


/* overloaded is a status of its own; but not where the gateway has no way */

static unsigned
llmgw_anthropic_overloaded(const llmgw_error_t *e)
{
    return e->status == 503 && e->upstream
           && llmgw_str_is(e->code, "overloaded");
}


unsigned
llmgw_anthropic_error_status(const llmgw_error_t *e)
{
    if (llmgw_anthropic_overloaded(e)) {
        return 529;
    }

    return (e->status == 422) ? 400 : e->status;
}


static llmgw_str_t
llmgw_anthropic_error_type(const llmgw_error_t *e)
{
    if (llmgw_anthropic_overloaded(e)) {
        return llmgw_lit("overloaded_error");
    }

    switch (e->status) {

    case 401:
        return llmgw_lit("authentication_error");

    case 402:
        return llmgw_lit("billing_error");

    case 403:
        return llmgw_lit("permission_error");

    case 404:
        return llmgw_lit("not_found_error");

    case 408:
    case 504:
        return llmgw_lit("timeout_error");

    case 409:
        return llmgw_lit("conflict_error");

    case 413:
        return llmgw_lit("request_too_large");

    case 429:
        return llmgw_lit("rate_limit_error");

    default:
        return (e->status < 500) ? llmgw_lit("invalid_request_error")
                                 : llmgw_lit("api_error");
    }
}


void
llmgw_anthropic_write_error(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    llmgw_str_t  message, param;

    if (e->upstream && e->raw.len && call->target
        && call->target->dialect == &llmgw_dialect_anthropic)
    {
        /* the service's own words */

        llmgw_put(o, e->raw);
        return;
    }

    llmgw_puts(o, "{\"type\":\"error\",\"error\":{\"type\":\"");
    llmgw_put(o, llmgw_anthropic_error_type(e));
    llmgw_puts(o, "\",\"message\":\"");

    message = e->message;
    param = e->param;

    if (!e->upstream && e->status == 404 && call->model.len
        && llmgw_str_is(e->code, "model_not_found"))
    {
        llmgw_puts(o, "model: ");
        llmgw_put(o, call->model);
        message = llmgw_null_str;

    } else if (e->context || llmgw_str_is(e->code, "context_length_exceeded"))
    {
        if (llmgw_str_casefind(message, llmgw_lit(LLMGW_ANTHROPIC_TOO_LONG))
            == NULL)
        {
            llmgw_puts(o, LLMGW_ANTHROPIC_TOO_LONG ": ");
        }

    } else if (!e->upstream && param.len) {

        llmgw_anthropic_put_path(o, param);
        llmgw_puts(o, ": ");

        /* the text may begin with the path as the chat form has it */

        if (message.len > param.len + 3 && message.data[0] == '"'
            && memcmp(message.data + 1, param.data, param.len) == 0
            && message.data[param.len + 1] == '"'
            && message.data[param.len + 2] == ' ')
        {
            message.data += param.len + 3;
            message.len -= param.len + 3;
        }
    }

    llmgw_put_escaped(o, message);
    llmgw_puts(o, "\"},\"request_id\":");

    if (call->request_id.len) {
        llmgw_putc(o, '"');
        llmgw_put_escaped(o, call->request_id);
        llmgw_putc(o, '"');

    } else {
        llmgw_puts(o, "null");
    }

    llmgw_putc(o, '}');
}


/* messages[0].content[1].file.file_id as messages.0.content.1.source */

static void
llmgw_anthropic_put_path(llmgw_out_t *o, llmgw_str_t param)
{
    size_t         i, n;
    llmgw_str_t    rest;
    const u_char  *p;

    for (i = 0; i < llmgw_nelts(llmgw_anthropic_names); i++) {

        n = llmgw_anthropic_names[i].chat.len;

        if (param.len >= n
            && memcmp(param.data, llmgw_anthropic_names[i].chat.data, n) == 0
            && (param.len == n || param.data[n] == '.'
                || param.data[n] == '['))
        {
            llmgw_put(o, llmgw_anthropic_names[i].name);
            param.data += n;
            param.len -= n;
            break;
        }
    }

    rest = llmgw_null_str;

    for (i = 0; i < llmgw_nelts(llmgw_anthropic_ends); i++) {

        p = llmgw_str_find(param, llmgw_anthropic_ends[i].chat);

        if (p) {
            param.len = (size_t) (p - param.data);
            rest = llmgw_anthropic_ends[i].name;
            break;
        }
    }

    while (param.len) {

        for (n = 0; n < param.len; n++) {
            if (param.data[n] == '[' || param.data[n] == ']') {
                break;
            }
        }

        llmgw_put_escaped(o, llmgw_str(param.data, n));

        if (n < param.len) {

            if (param.data[n] == '[') {
                llmgw_putc(o, '.');
            }

            n++;
        }

        param.data += n;
        param.len -= n;
    }

    llmgw_put(o, rest);
}
