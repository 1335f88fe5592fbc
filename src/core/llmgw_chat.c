
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_chat.h"
#include "llmgw_jstr.h"
#include "llmgw_map.h"


#define LLMGW_CHAT_JSON                                                      \
    "Respond with one valid JSON object and nothing else: no explanation, "  \
    "no Markdown code fence."


/* in the order of llmgw_param_e */

static const llmgw_str_t  llmgw_params[LLMGW_P_MAX] = {
    llmgw_string("temperature"),
    llmgw_string("top_p"),
    llmgw_string("top_k"),
    llmgw_string("n"),
    llmgw_string("stop"),
    llmgw_string("presence_penalty"),
    llmgw_string("frequency_penalty"),
    llmgw_string("logit_bias"),
    llmgw_string("logprobs"),
    llmgw_string("top_logprobs"),
    llmgw_string("seed"),
    llmgw_string("parallel_tool_calls"),
    llmgw_string("verbosity"),
    llmgw_string("modalities"),
    llmgw_string("audio"),
    llmgw_string("prediction"),
    llmgw_string("web_search_options"),
    llmgw_string("service_tier"),
    llmgw_string("store"),
    llmgw_string("metadata"),
    llmgw_string("user"),
    llmgw_string("safety_identifier"),
    llmgw_string("prompt_cache_key"),
    llmgw_string("prompt_cache_retention"),
    llmgw_string("prompt_cache_options"),
    llmgw_string("moderation")
};


/* in the order of llmgw_effort_e */

static const llmgw_str_t  llmgw_efforts[] = {
    llmgw_string(""),
    llmgw_string("none"),
    llmgw_string("minimal"),
    llmgw_string("low"),
    llmgw_string("medium"),
    llmgw_string("high"),
    llmgw_string("xhigh"),
    llmgw_string("max")
};


llmgw_message_t *
llmgw_chat_message(llmgw_chat_t *c, llmgw_role_e role, uint32_t index)
{
    llmgw_message_t  *m;

    m = llmgw_calloc(c->arena, sizeof(llmgw_message_t));
    if (m == NULL) {
        return NULL;
    }

    m->role = role;
    m->index = index;
    m->last = &m->parts;

    *c->last = m;
    c->last = &m->next;

    return m;
}


llmgw_part_t *
llmgw_chat_part(llmgw_chat_t *c, llmgw_message_t *m, llmgw_part_e type,
    uint32_t index)
{
    llmgw_part_t  *part;

    part = llmgw_calloc(c->arena, sizeof(llmgw_part_t));
    if (part == NULL) {
        return NULL;
    }

    part->type = type;
    part->index = index;

    *m->last = part;
    m->last = &part->next;

    return part;
}


llmgw_tool_t *
llmgw_chat_tool(llmgw_chat_t *c, llmgw_tool_e type, uint32_t index)
{
    llmgw_tool_t  *tool;

    tool = llmgw_calloc(c->arena, sizeof(llmgw_tool_t));
    if (tool == NULL) {
        return NULL;
    }

    tool->type = type;
    tool->index = index;

    if (c->last_tool == NULL) {
        c->last_tool = &c->tools;
    }

    *c->last_tool = tool;
    c->last_tool = &tool->next;

    return tool;
}


const llmgw_value_t *
llmgw_chat_extra(const llmgw_chat_t *c, const char *name, size_t len)
{
    const llmgw_member_t  *m;

    for (m = c->extra; m; m = m->next) {

        if (m->name.len == len && memcmp(m->name.data, name, len) == 0) {
            return (m->value.type == LLMGW_JSON_NULL) ? NULL : &m->value;
        }
    }

    return NULL;
}


llmgw_str_t
llmgw_param_name(llmgw_param_e p)
{
    return (p < LLMGW_P_MAX) ? llmgw_params[p] : llmgw_lit("");
}


llmgw_param_e
llmgw_param_find(const llmgw_json_t *j, const llmgw_json_node_t *key)
{
    unsigned  i;

    for (i = 0; i < LLMGW_P_MAX; i++) {

        if (llmgw_json_is_n(j, key, (const char *) llmgw_params[i].data,
                            llmgw_params[i].len))
        {
            return (llmgw_param_e) i;
        }
    }

    return LLMGW_P_MAX;
}


llmgw_effort_e
llmgw_effort(llmgw_str_t name)
{
    unsigned  i;

    for (i = LLMGW_EFFORT_NONE; i < llmgw_nelts(llmgw_efforts); i++) {

        if (llmgw_str_eq(name, llmgw_efforts[i])) {
            return (llmgw_effort_e) i;
        }
    }

    return LLMGW_EFFORT_UNSET;
}


void
llmgw_chat_exclude(llmgw_chat_t *c)
{
    llmgw_map_t    names;
    llmgw_name_t  *n;
    llmgw_tool_t  *tool;

    if (c->choice != LLMGW_CHOICE_ALLOWED) {
        return;
    }

    llmgw_map_init(&names, c->arena);

    for (n = c->choice_names; n; n = n->next) {

        /* without memory the request fails a little later anyway */

        if (llmgw_map_put(&names, n->name, n) != LLMGW_OK) {
            return;
        }
    }

    for (tool = c->tools; tool; tool = tool->next) {
        tool->excluded = llmgw_map_get(&names, tool->name) == NULL;
    }
}


llmgw_str_t
llmgw_chat_json_prompt(const llmgw_chat_t *c, unsigned schema)
{
    llmgw_out_t  o;

    if (!schema) {
        return llmgw_lit(LLMGW_CHAT_JSON);
    }

    llmgw_out_init(&o, c->arena, 1024, 0, 0);

    llmgw_puts(&o, LLMGW_CHAT_JSON
                   " It must be valid against this JSON Schema:\\n");
    llmgw_put_compact_escaped(&o, c->format_schema);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return llmgw_null_str;
    }

    return llmgw_out_join(&o, c->arena);
}


llmgw_str_t
llmgw_args_object(llmgw_arena_t *a, llmgw_str_t args)
{
    llmgw_int_t  type;
    llmgw_str_t  text, whole;

    whole = args;

    while (args.len && (args.data[0] == ' ' || args.data[0] == '\n'
                        || args.data[0] == '\r' || args.data[0] == '\t'))
    {
        args.data++;
        args.len--;
    }

    while (args.len && (args.data[args.len - 1] == ' '
                        || args.data[args.len - 1] == '\n'
                        || args.data[args.len - 1] == '\r'
                        || args.data[args.len - 1] == '\t'))
    {
        args.len--;
    }

    if (args.len == 0) {
        return llmgw_lit("{}");
    }

    type = llmgw_json_check(args);

    switch (type) {

    case LLMGW_JSON_OBJECT:
        return args;

    case LLMGW_JSON_NULL:
        return llmgw_lit("{}");

    case LLMGW_INVALID:

        text = llmgw_jstr_encode(a, whole);

        return text.data ? llmgw_fmt(a, "{\"_raw\":\"%.*s\"}",
                                     llmgw_arg(text))
                         : llmgw_null_str;

    default:
        return llmgw_fmt(a, "{\"value\":%.*s}", llmgw_arg(args));
    }
}
