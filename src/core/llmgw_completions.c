
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_check.h"
#include "llmgw_completions.h"
#include "llmgw_openai_read.h"


static llmgw_int_t llmgw_completions_read(llmgw_call_t *call,
    llmgw_chat_t *chat);
static llmgw_int_t llmgw_completions_prompt(llmgw_openai_read_t *rd,
    llmgw_node_t *v);
static llmgw_int_t llmgw_completions_member(llmgw_call_t *call,
    llmgw_openai_read_t *rd, llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_completions_refuse(llmgw_openai_read_t *rd,
    llmgw_str_t param, const char *what);


const llmgw_door_t  llmgw_door_completions = {
    .read_request = llmgw_completions_read,
    .whole = &llmgw_completions_whole,
    .stream = &llmgw_completions_stream,
    .write_error = llmgw_openai_write_error,
    .error_status = llmgw_openai_error_status
};


static llmgw_int_t
llmgw_completions_read(llmgw_call_t *call, llmgw_chat_t *chat)
{
    llmgw_int_t          rc;
    llmgw_node_t        *k, *v, *root, *prompt;
    llmgw_openai_read_t  rd;

    memset(&rd, 0, sizeof(llmgw_openai_read_t));

    rd.chat = chat;
    rd.j = &call->doc;
    rd.arena = chat->arena;
    rd.error = &call->error;
    rd.last_extra = &chat->extra;

    root = rd.j->nodes;
    prompt = llmgw_json_get(rd.j, root, "prompt");

    if (prompt == NULL || prompt->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(&rd, root, "prompt");
    }

    rc = llmgw_completions_prompt(&rd, prompt);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_each_member(k, v, root) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        rc = llmgw_completions_member(call, &rd, k, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* a string, or an array of one */

static llmgw_int_t
llmgw_completions_prompt(llmgw_openai_read_t *rd, llmgw_node_t *v)
{
    llmgw_part_t     *part;
    llmgw_message_t  *m;

    if (v->type == LLMGW_JSON_ARRAY && v->span > 1) {

        if (v[1].type == LLMGW_JSON_NUMBER || v[1].type == LLMGW_JSON_ARRAY) {
            return llmgw_completions_refuse(rd, llmgw_lit("prompt"),
                                            "way to take token numbers");
        }

        if (llmgw_json_next(v + 1) != llmgw_json_next(v)) {
            return llmgw_completions_refuse(rd, llmgw_lit("prompt"),
                                            "way to take several prompts");
        }

        v++;
    }

    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_openai_bad(rd, v, llmgw_lit("invalid_type"),
                                "a string or an array of one string");
    }

    m = llmgw_chat_message(rd->chat, LLMGW_ROLE_USER, 0);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    m->string = 1;

    part = llmgw_chat_part(rd->chat, m, LLMGW_PART_TEXT, 0);
    if (part == NULL) {
        return LLMGW_ERROR;
    }

    part->text = llmgw_json_str(rd->j, v);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_completions_refuse(llmgw_openai_read_t *rd, llmgw_str_t param,
    const char *what)
{
    return llmgw_refuse(rd->error, llmgw_lit("unsupported_parameter"), param,
                        llmgw_fmt(rd->arena, "\"%.*s\" cannot be served: the "
                                  "provider has no %s", llmgw_arg(param),
                                  what));
}


static llmgw_int_t
llmgw_completions_member(llmgw_call_t *call, llmgw_openai_read_t *rd,
    llmgw_node_t *k, llmgw_node_t *v)
{
    int64_t              n;
    llmgw_param_e        p;
    const llmgw_json_t  *j;

    j = rd->j;

    if (llmgw_json_is(j, k, "prompt") || llmgw_json_is(j, k, "model")
        || llmgw_json_is(j, k, "stream")
        || llmgw_json_is(j, k, "stream_options"))
    {
        return LLMGW_OK;
    }

    if (llmgw_json_is(j, k, "max_tokens")) {
        return llmgw_check_int(j, v, llmgw_lit("max_tokens"), 0, INT32_MAX,
                               &rd->chat->max_tokens, rd->error, rd->arena);
    }

    /* what only a completion can do, unless it is not asked for */

    if (llmgw_json_is(j, k, "echo")) {
        return (v->type == LLMGW_JSON_FALSE)
               ? LLMGW_OK
               : llmgw_completions_refuse(rd, llmgw_lit("echo"),
                                          "way to repeat the prompt");
    }

    if (llmgw_json_is(j, k, "suffix")) {
        return (v->type == LLMGW_JSON_STRING && v->len == 0)
               ? LLMGW_OK
               : llmgw_completions_refuse(rd, llmgw_lit("suffix"),
                                          "way to insert a text");
    }

    if (llmgw_json_is(j, k, "best_of")) {
        return (v->type == LLMGW_JSON_NUMBER
                && llmgw_json_int(llmgw_json_str(j, v), &n) == LLMGW_OK
                && n == 1)
               ? LLMGW_OK
               : llmgw_completions_refuse(rd, llmgw_lit("best_of"),
                                          "way to choose the best of several "
                                          "answers");
    }

    if (llmgw_json_is(j, k, "logprobs")) {

        /* a number here, and another form of answer */

        llmgw_call_drop(call, llmgw_lit("logprobs"));
        return LLMGW_OK;
    }

    p = llmgw_param_find(j, k);

    return (p != LLMGW_P_MAX) ? llmgw_openai_read_param(rd, p, v)
                              : llmgw_openai_read_extra(rd, k, v);
}
