
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Errors, and small answers, for clients of generateContent.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"


/* the chat form's names of members, and how these clients know them */

static const struct {
    llmgw_str_t  chat;
    llmgw_str_t  name;
    unsigned     whole:1;     /* what is inside of it has no name here */
} llmgw_gemini_names[] = {
    { llmgw_string("max_completion_tokens"),
      llmgw_string("generationConfig.maxOutputTokens"), 1 },
    { llmgw_string("max_tokens"),
      llmgw_string("generationConfig.maxOutputTokens"), 1 },
    { llmgw_string("temperature"),
      llmgw_string("generationConfig.temperature"), 1 },
    { llmgw_string("top_p"), llmgw_string("generationConfig.topP"), 1 },
    { llmgw_string("top_k"), llmgw_string("generationConfig.topK"), 1 },
    { llmgw_string("n"), llmgw_string("generationConfig.candidateCount"), 1 },
    { llmgw_string("stop"),
      llmgw_string("generationConfig.stopSequences"), 0 },
    { llmgw_string("seed"), llmgw_string("generationConfig.seed"), 1 },
    { llmgw_string("presence_penalty"),
      llmgw_string("generationConfig.presencePenalty"), 1 },
    { llmgw_string("frequency_penalty"),
      llmgw_string("generationConfig.frequencyPenalty"), 1 },
    { llmgw_string("logprobs"),
      llmgw_string("generationConfig.responseLogprobs"), 1 },
    { llmgw_string("top_logprobs"),
      llmgw_string("generationConfig.logprobs"), 1 },
    { llmgw_string("response_format"),
      llmgw_string("generationConfig.responseSchema"), 1 },
    { llmgw_string("modalities"),
      llmgw_string("generationConfig.responseModalities"), 1 },
    { llmgw_string("reasoning_effort"),
      llmgw_string("generationConfig.thinkingConfig.thinkingLevel"), 1 },
    { llmgw_string("thinking"),
      llmgw_string("generationConfig.thinkingConfig"), 1 },
    { llmgw_string("tool_choice"),
      llmgw_string("toolConfig.functionCallingConfig"), 1 },
    { llmgw_string("web_search_options"), llmgw_string("tools"), 1 },
    { llmgw_string("service_tier"), llmgw_string("serviceTier"), 1 },
    { llmgw_string("dimensions"), llmgw_string("outputDimensionality"), 1 },
    { llmgw_string("input"), llmgw_string("content"), 1 }
};


static const struct {
    unsigned     status;
    llmgw_str_t  name;
} llmgw_gemini_status_names[] = {
    { 400, llmgw_string("INVALID_ARGUMENT") },
    { 401, llmgw_string("UNAUTHENTICATED") },
    { 402, llmgw_string("FAILED_PRECONDITION") },
    { 403, llmgw_string("PERMISSION_DENIED") },
    { 404, llmgw_string("NOT_FOUND") },
    { 408, llmgw_string("CANCELLED") },
    { 409, llmgw_string("ABORTED") },
    { 429, llmgw_string("RESOURCE_EXHAUSTED") },
    { 500, llmgw_string("INTERNAL") },
    { 502, llmgw_string("INTERNAL") },
    { 503, llmgw_string("UNAVAILABLE") },
    { 504, llmgw_string("DEADLINE_EXCEEDED") }
};


unsigned
llmgw_gemini_error_status(const llmgw_error_t *e)
{
    return (e->status == 422) ? 400 : e->status;
}


static llmgw_str_t
llmgw_gemini_status_name(unsigned status)
{
    size_t  i;

    for (i = 0; i < llmgw_nelts(llmgw_gemini_status_names); i++) {
        if (llmgw_gemini_status_names[i].status == status) {
            return llmgw_gemini_status_names[i].name;
        }
    }

    return (status < 500) ? llmgw_lit("INVALID_ARGUMENT")
                          : llmgw_lit("INTERNAL");
}


/* a path as these clients wrote it; texts that are none pass as they are */

static void
llmgw_gemini_put_field(llmgw_out_t *o, llmgw_str_t param)
{
    size_t         i;
    llmgw_str_t    head, rest;
    const u_char  *p;

    for (i = 0; i < param.len; i++) {
        if (param.data[i] == '.' || param.data[i] == '[') {
            break;
        }
    }

    head = llmgw_str(param.data, i);
    rest = llmgw_str(param.data + i, param.len - i);

    if (llmgw_str_is(head, "messages")) {

        llmgw_puts(o, "contents");

        p = llmgw_str_find(rest, llmgw_lit(".content["));

        if (p == NULL) {

            /* a message is a content, but what it holds is another's */

            p = memchr(rest.data, '.', rest.len);
            llmgw_put_escaped(o, p ? llmgw_str(rest.data,
                                               (size_t) (p - rest.data))
                                   : rest);
            return;
        }

        llmgw_put_escaped(o, llmgw_str(rest.data, (size_t) (p - rest.data)));
        llmgw_puts(o, ".parts");

        rest.len -= (size_t) (p - rest.data) + sizeof(".content") - 1;
        rest.data = p + sizeof(".content") - 1;

        p = memchr(rest.data, ']', rest.len);

        llmgw_put_escaped(o, p ? llmgw_str(rest.data,
                                           (size_t) (p - rest.data) + 1)
                               : rest);
        return;
    }

    if (llmgw_str_is(head, "tools")) {

        p = llmgw_str_find(rest, llmgw_lit("].function"));

        if (p && (p + 10 == rest.data + rest.len || p[10] == '.')) {
            llmgw_put_escaped(o, llmgw_str(param.data,
                                           (size_t) (p - param.data) + 1));
            llmgw_puts(o, ".functionDeclarations");
            return;
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_gemini_names); i++) {

        if (llmgw_str_eq(head, llmgw_gemini_names[i].chat)) {

            llmgw_put(o, llmgw_gemini_names[i].name);

            if (!llmgw_gemini_names[i].whole) {
                llmgw_put_escaped(o, rest);
            }

            return;
        }
    }

    llmgw_put_escaped(o, param);
}


/* the text may begin with the path as the chat form has it */

static void
llmgw_gemini_put_message(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    llmgw_str_t  message, name;

    message = e->message;

    if (!e->upstream && e->status == 404
        && llmgw_str_is(e->code, "model_not_found"))
    {
        name = call->model.len ? call->model : call->rest;

        if (name.len) {

            llmgw_puts(o, "models/");

            /* the model is a jstr, the rest of a path is not */

            if (call->model.len) {
                llmgw_put(o, name);

            } else {
                llmgw_put_escaped(o, name);
            }

            llmgw_puts(o, " is not found");

            return;
        }
    }

    if (e->param.len && message.len > e->param.len + 2
        && message.data[0] == '"'
        && memcmp(message.data + 1, e->param.data, e->param.len) == 0
        && message.data[e->param.len + 1] == '"')
    {
        llmgw_puts(o, "\\\"");
        llmgw_gemini_put_field(o, e->param);

        message.data += e->param.len + 1;
        message.len -= e->param.len + 1;
    }

    llmgw_put_escaped(o, message);
}


void
llmgw_gemini_put_status(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    unsigned  status;

    status = llmgw_gemini_error_status(e);

    llmgw_puts(o, "{\"code\":");
    llmgw_put_int(o, status);
    llmgw_puts(o, ",\"message\":\"");
    llmgw_gemini_put_message(call, e, o);
    llmgw_puts(o, "\",\"status\":\"");
    llmgw_put(o, llmgw_gemini_status_name(status));
    llmgw_puts(o, "\"");
}


static void
llmgw_gemini_put_details(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    unsigned  retry;

    retry = e->retry_after >= 0 && (e->status == 429 || e->status == 503);

    if (!retry && e->param.len == 0) {
        return;
    }

    llmgw_puts(o, ",\"details\":[");

    if (retry) {

        llmgw_puts(o, "{\"@type\":"
                      "\"type.googleapis.com/google.rpc.RetryInfo\","
                      "\"retryDelay\":\"");
        llmgw_put_int(o, e->retry_after / 1000);

        if (e->retry_after % 1000) {
            llmgw_putc(o, '.');
            llmgw_putc(o, (u_char) ('0' + e->retry_after % 1000 / 100));
            llmgw_putc(o, (u_char) ('0' + e->retry_after % 100 / 10));
            llmgw_putc(o, (u_char) ('0' + e->retry_after % 10));
        }

        llmgw_puts(o, "s\"}");

        if (e->param.len) {
            llmgw_putc(o, ',');
        }
    }

    if (e->param.len) {
        llmgw_puts(o, "{\"@type\":"
                      "\"type.googleapis.com/google.rpc.BadRequest\","
                      "\"fieldViolations\":[{\"field\":\"");
        llmgw_gemini_put_field(o, e->param);
        llmgw_puts(o, "\",\"description\":\"");
        llmgw_gemini_put_message(call, e, o);
        llmgw_puts(o, "\"}]}");
    }

    llmgw_puts(o, "]");
}


void
llmgw_gemini_write_error(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    /* the service's own words; Vertex AI only keeps those of that form */

    if (e->upstream && e->raw.len && call->target
        && (call->target->dialect == &llmgw_dialect_gemini
            || call->target->dialect == &llmgw_dialect_vertex))
    {
        llmgw_put(o, e->raw);
        return;
    }

    llmgw_puts(o, "{\"error\":");
    llmgw_gemini_put_status(call, e, o);
    llmgw_gemini_put_details(call, e, o);
    llmgw_puts(o, "}}");
}


void
llmgw_gemini_put_count(const llmgw_call_t *call, int64_t tokens,
    llmgw_out_t *o)
{
    (void) call;

    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "totalTokens", tokens);
    llmgw_json_close(o, '}');
}
