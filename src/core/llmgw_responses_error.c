
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Errors as clients of the Responses API expect them: OpenAI's, with the names
 * that members have here.
 */


#include "llmgw_responses_answer.h"


/* the chat form's names of members that have others here */

static const struct {
    llmgw_str_t  chat;
    llmgw_str_t  name;
    unsigned     all:1;      /* whatever follows: it has no counterpart */
} llmgw_responses_names[] = {
    { llmgw_string("messages"), llmgw_string("input"), 1 },
    { llmgw_string("max_completion_tokens"),
      llmgw_string("max_output_tokens"), 0 },
    { llmgw_string("max_tokens"), llmgw_string("max_output_tokens"), 0 },
    { llmgw_string("reasoning_effort"),
      llmgw_string("reasoning.effort"), 0 },
    { llmgw_string("thinking"), llmgw_string("reasoning"), 1 },
    { llmgw_string("response_format"), llmgw_string("text.format"), 1 },
    { llmgw_string("verbosity"), llmgw_string("text.verbosity"), 0 },
    { llmgw_string("logprobs"), llmgw_string("top_logprobs"), 0 },
    { llmgw_string("web_search_options"), llmgw_string("tools"), 1 }
};


static llmgw_str_t
llmgw_responses_param_name(llmgw_arena_t *a, llmgw_str_t param)
{
    size_t         i, n;
    llmgw_str_t    rest;
    const u_char  *p;

    static const llmgw_str_t  function = llmgw_string(".function");

    for (i = 0; i < llmgw_nelts(llmgw_responses_names); i++) {

        n = llmgw_responses_names[i].chat.len;

        if (param.len < n
            || memcmp(param.data, llmgw_responses_names[i].chat.data, n) != 0
            || (param.len > n && param.data[n] != '.'
                && param.data[n] != '['))
        {
            continue;
        }

        if (param.len == n || llmgw_responses_names[i].all) {
            return llmgw_responses_names[i].name;
        }

        return param;
    }

    /* tools[0].function.parameters is tools[0].parameters */

    if (!llmgw_str_starts(param, "tools[")) {
        return param;
    }

    p = llmgw_str_find(param, function);

    if (p == NULL) {
        return param;
    }

    n = (size_t) (p - param.data);
    rest = llmgw_str(p + function.len, param.len - n - function.len);

    return llmgw_fmt(a, "%.*s%.*s", llmgw_arg(llmgw_str(param.data, n)),
                     llmgw_arg(rest));
}


void
llmgw_responses_write_error(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    llmgw_error_t  own;

    if (call->pass) {

        /* the service's own words */

        llmgw_openai_write_error(call, e, o);
        return;
    }

    own = *e;
    own.param = llmgw_responses_param_name(o->arena, e->param);

    if (own.param.data == NULL) {
        own.param = llmgw_null_str;
    }

    if (!e->upstream && e->status == 429 && e->retry_after > 0
        && llmgw_str_casefind(e->message, llmgw_lit("try again in")) == NULL)
    {
        own.message = llmgw_fmt(o->arena, "%.*s: try again in %llds",
                                llmgw_arg(e->message),
                                (long long) (e->retry_after + 999) / 1000);

        if (own.message.data == NULL) {
            own.message = e->message;
        }
    }

    llmgw_error_write(o, &own);
}


/*
 * Inside a stream there is no header for the time to wait: agents read it from
 * the text.
 */

void
llmgw_responses_put_message(llmgw_out_t *o, const llmgw_error_t *e)
{
    llmgw_put_escaped(o, e->message);

    if (e->retry_after > 0 && llmgw_str_is(e->code, "rate_limit_exceeded")
        && llmgw_str_casefind(e->message, llmgw_lit("try again in")) == NULL)
    {
        llmgw_puts(o, " Please try again in ");
        llmgw_put_int(o, (e->retry_after + 999) / 1000);
        llmgw_puts(o, "s.");
    }
}
