
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A client's chat completion request, read into the chat form.
 */


#include "llmgw_check.h"
#include "llmgw_jstr.h"
#include "llmgw_openai_read.h"


static llmgw_int_t llmgw_openai_read_member(llmgw_openai_read_t *rd,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_thinking(llmgw_openai_read_t *rd,
    llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_format(llmgw_openai_read_t *rd,
    llmgw_node_t *v);


/* in the order of llmgw_param_e */

static const uint8_t  llmgw_openai_param_types[LLMGW_P_MAX] = {
    LLMGW_NUMBER,                       /* temperature */
    LLMGW_NUMBER,                       /* top_p */
    LLMGW_NUMBER,                       /* top_k */
    LLMGW_NUMBER,                       /* n */
    LLMGW_STRING|LLMGW_ARRAY,           /* stop */
    LLMGW_NUMBER,                       /* presence_penalty */
    LLMGW_NUMBER,                       /* frequency_penalty */
    LLMGW_OBJECT,                       /* logit_bias */
    LLMGW_BOOLEAN,                         /* logprobs */
    LLMGW_NUMBER,                       /* top_logprobs */
    LLMGW_NUMBER|LLMGW_STRING,          /* seed: theirs to refuse */
    LLMGW_BOOLEAN,                         /* parallel_tool_calls */
    LLMGW_STRING,                       /* verbosity */
    LLMGW_ARRAY,                        /* modalities */
    LLMGW_OBJECT,                       /* audio */
    LLMGW_OBJECT,                       /* prediction */
    LLMGW_OBJECT,                       /* web_search_options */
    LLMGW_STRING,                       /* service_tier */
    LLMGW_BOOLEAN,                         /* store */
    LLMGW_OBJECT,                       /* metadata */
    LLMGW_STRING,                       /* user */
    LLMGW_STRING,                       /* safety_identifier */
    LLMGW_STRING,                       /* prompt_cache_key */
    LLMGW_STRING,                       /* prompt_cache_retention */
    LLMGW_OBJECT,                       /* prompt_cache_options */
    0                                   /* moderation: any */
};


llmgw_int_t
llmgw_openai_read_request(llmgw_call_t *call, llmgw_chat_t *chat)
{
    llmgw_int_t          rc;
    llmgw_node_t        *k, *v, *root, *messages, *choice, *functions;
    llmgw_openai_read_t  rd;

    memset(&rd, 0, sizeof(llmgw_openai_read_t));

    rd.chat = chat;
    rd.j = &call->doc;
    rd.arena = chat->arena;
    rd.error = &call->error;
    rd.last_extra = &chat->extra;

    llmgw_map_init(&rd.functions, rd.arena);

    root = rd.j->nodes;

    llmgw_json_each_member(k, v, root) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        rc = llmgw_openai_read_member(&rd, k, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    messages = llmgw_json_get(rd.j, root, "messages");

    if (messages == NULL || messages->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(&rd, root, "messages");
    }

    rc = llmgw_openai_read_messages(&rd, messages);
    if (rc != LLMGW_OK) {
        return rc;
    }

    /* the deprecated pair counts where the new one is absent */

    choice = llmgw_json_get(rd.j, root, "tool_choice");
    functions = llmgw_json_get(rd.j, root, "functions");

    if (functions && functions->type != LLMGW_JSON_NULL
        && chat->tools == NULL)
    {
        rc = llmgw_openai_read_tools(&rd, functions, 1);
        if (rc != LLMGW_OK) {
            return rc;
        }

        chat->functions = 1;

        if (choice == NULL || choice->type == LLMGW_JSON_NULL) {
            choice = llmgw_json_get(rd.j, root, "function_call");
        }
    }

    if (choice && choice->type != LLMGW_JSON_NULL) {

        rc = llmgw_openai_read_choice(&rd, choice);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* top-level members, but for those that depend on others */

static llmgw_int_t
llmgw_openai_read_member(llmgw_openai_read_t *rd, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_param_e        p;
    const llmgw_json_t  *j;

    j = rd->j;

    if (llmgw_json_is(j, k, "messages") || llmgw_json_is(j, k, "model")
        || llmgw_json_is(j, k, "stream")
        || llmgw_json_is(j, k, "stream_options")
        || llmgw_json_is(j, k, "tool_choice")
        || llmgw_json_is(j, k, "functions")
        || llmgw_json_is(j, k, "function_call"))
    {
        return LLMGW_OK;
    }

    if (llmgw_json_is(j, k, "tools")) {
        return llmgw_openai_read_tools(rd, v, 0);
    }

    if (llmgw_json_is(j, k, "max_completion_tokens")) {
        return llmgw_check_int(j, v, llmgw_lit("max_completion_tokens"), 0,
                               INT32_MAX, &rd->chat->max_tokens, rd->error,
                               rd->arena);
    }

    if (llmgw_json_is(j, k, "max_tokens")) {

        if (llmgw_json_number(j, j->nodes, "max_completion_tokens")) {
            return LLMGW_OK;
        }

        return llmgw_check_int(j, v, llmgw_lit("max_tokens"), 0, INT32_MAX,
                               &rd->chat->max_tokens, rd->error, rd->arena);
    }

    if (llmgw_json_is(j, k, "response_format")) {
        return llmgw_openai_read_format(rd, v);
    }

    if (llmgw_json_is(j, k, "reasoning_effort")) {
        return llmgw_openai_read_effort(rd, v);
    }

    if (llmgw_json_is(j, k, "reasoning")) {

        if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        if (llmgw_json_string(j, j->nodes, "reasoning_effort")) {
            return LLMGW_OK;
        }

        v = llmgw_json_get(j, v, "effort");

        return (v == NULL || v->type == LLMGW_JSON_NULL)
               ? LLMGW_OK : llmgw_openai_read_effort(rd, v);
    }

    if (llmgw_json_is(j, k, "thinking")) {
        return llmgw_openai_read_thinking(rd, v);
    }

    p = llmgw_param_find(j, k);

    if (p != LLMGW_P_MAX) {
        return llmgw_openai_read_param(rd, p, v);
    }

    return llmgw_openai_read_extra(rd, k, v);
}


llmgw_int_t
llmgw_openai_read_extra(llmgw_openai_read_t *rd, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_member_t  *m;

    if (llmgw_json_is(rd->j, k, "extra_body")
        && llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    m = llmgw_calloc(rd->arena, sizeof(llmgw_member_t));
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    m->name = llmgw_jstr_canonical(rd->arena, llmgw_json_str(rd->j, k));
    if (m->name.data == NULL) {
        return LLMGW_ERROR;
    }

    m->value.raw = llmgw_json_raw(rd->j, v);
    m->value.node = v;
    m->value.type = v->type;

    *rd->last_extra = m;
    rd->last_extra = &m->next;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_openai_read_param(llmgw_openai_read_t *rd, llmgw_param_e p,
    llmgw_node_t *v)
{
    int64_t         n;
    llmgw_node_t   *s;
    llmgw_value_t  *value;

    if (llmgw_openai_want(rd, v, llmgw_openai_param_types[p]) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    switch (p) {

    case LLMGW_P_SEED:
    case LLMGW_P_TOP_K:
    case LLMGW_P_TOP_LOGPROBS:

        if (v->type == LLMGW_JSON_NUMBER
            && llmgw_json_int(llmgw_json_str(rd->j, v), &n) != LLMGW_OK)
        {
            return llmgw_openai_bad(rd, v, llmgw_lit("invalid_type"),
                                    "an integer");
        }

        break;

    case LLMGW_P_STOP:
    case LLMGW_P_MODALITIES:

        if (v->type != LLMGW_JSON_ARRAY) {
            break;
        }

        llmgw_json_each(s, v) {
            if (llmgw_openai_want(rd, s, LLMGW_STRING) != LLMGW_OK) {
                return LLMGW_INVALID;
            }
        }

        break;

    default:
        break;
    }

    value = &rd->chat->param[p];

    value->raw = llmgw_json_raw(rd->j, v);
    value->node = v;
    value->type = v->type;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_openai_read_effort(llmgw_openai_read_t *rd, llmgw_node_t *v)
{
    llmgw_int_t  rc;

    rc = llmgw_openai_name(rd, v, &rd->chat->effort_name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rd->chat->effort = llmgw_effort(rd->chat->effort_name);

    if (rd->chat->effort == LLMGW_EFFORT_UNSET) {
        return llmgw_openai_bad(rd, v, llmgw_lit("invalid_value"),
                                "\"none\", \"minimal\", \"low\", \"medium\", "
                                "\"high\", \"xhigh\" or \"max\"");
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_read_thinking(llmgw_openai_read_t *rd, llmgw_node_t *v)
{
    llmgw_chat_t        *c;
    llmgw_node_t        *type;
    const llmgw_json_t  *j;

    j = rd->j;
    c = rd->chat;

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    type = llmgw_json_get(j, v, "type");

    if (type == NULL || type->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(rd, v, "type");
    }

    if (llmgw_openai_want(rd, type, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    c->thinking = llmgw_json_is(j, type, "enabled") ? LLMGW_THINKING_ENABLED
                  : llmgw_json_is(j, type, "adaptive")
                  ? LLMGW_THINKING_ADAPTIVE
                  : llmgw_json_is(j, type, "disabled")
                  ? LLMGW_THINKING_DISABLED
                  : LLMGW_THINKING_OTHER;

    c->thinking_raw = llmgw_json_raw(j, v);

    /* -1 stands for the service's own choice */

    return llmgw_check_int(j, llmgw_json_get(j, v, "budget_tokens"),
                           llmgw_lit("thinking.budget_tokens"), -1,
                           INT32_MAX, &c->thinking_budget, rd->error,
                           rd->arena);
}


static llmgw_int_t
llmgw_openai_read_format(llmgw_openai_read_t *rd, llmgw_node_t *v)
{
    llmgw_chat_t        *c;
    llmgw_node_t        *type, *schema, *member[4];
    const llmgw_json_t  *j;

    static const llmgw_str_t  names[] = {
        llmgw_string("name"),
        llmgw_string("description"),
        llmgw_string("schema"),
        llmgw_string("strict")
    };

    j = rd->j;
    c = rd->chat;

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    type = llmgw_json_get(j, v, "type");

    if (type == NULL || type->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(rd, v, "type");
    }

    if (llmgw_openai_want(rd, type, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (llmgw_json_is(j, type, "text")) {
        c->format = LLMGW_FORMAT_TEXT;
        return LLMGW_OK;
    }

    if (llmgw_json_is(j, type, "json_object")) {
        c->format = LLMGW_FORMAT_JSON;
        return LLMGW_OK;
    }

    if (!llmgw_json_is(j, type, "json_schema")) {
        return llmgw_openai_bad(rd, type, llmgw_lit("invalid_value"),
                                "\"text\", \"json_object\" or "
                                "\"json_schema\"");
    }

    schema = llmgw_json_get(j, v, "json_schema");

    if (schema == NULL || schema->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(rd, v, "json_schema");
    }

    if (llmgw_openai_want(rd, schema, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(j, schema, names, 4, member);

    c->format = LLMGW_FORMAT_SCHEMA;
    c->format_strict = member[3] && member[3]->type == LLMGW_JSON_TRUE;

    if (llmgw_openai_string(rd, member[0], &c->format_name) != LLMGW_OK
        || llmgw_openai_string(rd, member[1], &c->format_description)
           != LLMGW_OK
        || llmgw_openai_raw(rd, member[2], LLMGW_OBJECT, &c->format_schema)
           != LLMGW_OK
        || (member[3]
            && llmgw_openai_want(rd, member[3], LLMGW_BOOLEAN) != LLMGW_OK))
    {
        return LLMGW_INVALID;
    }

    return LLMGW_OK;
}
