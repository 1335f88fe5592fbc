
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The tools of a client's chat completion request, and the calls of them.
 */


#include "llmgw_jstr.h"
#include "llmgw_openai_read.h"


static llmgw_int_t llmgw_openai_read_tool(llmgw_openai_read_t *rd,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_openai_read_allowed(llmgw_openai_read_t *rd,
    llmgw_node_t *v);
static llmgw_int_t llmgw_openai_add_choice(llmgw_openai_read_t *rd,
    llmgw_node_t *v, llmgw_name_t ***last);
static llmgw_int_t llmgw_openai_read_call(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v, uint32_t index);


enum {
    LLMGW_CM_ID = 0,
    LLMGW_CM_TYPE,
    LLMGW_CM_FUNCTION,
    LLMGW_CM_CUSTOM,
    LLMGW_CM_EXTRA,
    LLMGW_CM_SPECIFIC,
    LLMGW_CM_CACHE,
    LLMGW_CM_MAX
};

static const llmgw_str_t  llmgw_openai_tool_call[LLMGW_CM_MAX] = {
    llmgw_string("id"),
    llmgw_string("type"),
    llmgw_string("function"),
    llmgw_string("custom"),
    llmgw_string("extra_content"),
    llmgw_string("provider_specific_fields"),
    llmgw_string("cache_control")
};


enum {
    LLMGW_TM_NAME = 0,
    LLMGW_TM_DESCRIPTION,
    LLMGW_TM_PARAMETERS,
    LLMGW_TM_STRICT,
    LLMGW_TM_CACHE,
    LLMGW_TM_MAX
};

static const llmgw_str_t  llmgw_openai_definition[LLMGW_TM_MAX] = {
    llmgw_string("name"),
    llmgw_string("description"),
    llmgw_string("parameters"),
    llmgw_string("strict"),
    llmgw_string("cache_control")
};


llmgw_int_t
llmgw_openai_read_tools(llmgw_openai_read_t *rd, llmgw_node_t *v,
    unsigned functions)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *t;
    llmgw_tool_t  *tool;

    if (llmgw_openai_want(rd, v, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    i = 0;

    llmgw_json_each(t, v) {

        if (llmgw_openai_want(rd, t, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        if (functions) {

            tool = llmgw_chat_tool(rd->chat, LLMGW_TOOL_FUNCTION, i++);
            if (tool == NULL) {
                return LLMGW_ERROR;
            }

            rc = llmgw_openai_read_definition(rd, tool, t);

        } else {
            rc = llmgw_openai_read_tool(rd, t, i++);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_read_tool(llmgw_openai_read_t *rd, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_node_t  *definition, *member[4];
    llmgw_tool_t  *tool;
    llmgw_tool_e   type;

    static const llmgw_str_t  names[] = {
        llmgw_string("type"),
        llmgw_string("function"),
        llmgw_string("custom"),
        llmgw_string("cache_control")
    };

    llmgw_openai_members(rd->j, v, names, 4, member);

    type = LLMGW_TOOL_NATIVE;
    definition = NULL;

    if (member[0]) {

        if (llmgw_openai_want(rd, member[0], LLMGW_STRING) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        if (llmgw_json_is(rd->j, member[0], "function")) {
            type = LLMGW_TOOL_FUNCTION;
            definition = member[1];

        } else if (llmgw_json_is(rd->j, member[0], "custom")) {
            type = LLMGW_TOOL_CUSTOM;
            definition = member[2];
        }

    } else if (member[1]) {
        type = LLMGW_TOOL_FUNCTION;
        definition = member[1];

    } else if (v->span == 1) {
        return llmgw_openai_missing(rd, v, "type");
    }

    tool = llmgw_chat_tool(rd->chat, type, index);
    if (tool == NULL) {
        return LLMGW_ERROR;
    }

    tool->raw = llmgw_json_raw(rd->j, v);

    if (llmgw_openai_raw(rd, member[3], LLMGW_OBJECT, &tool->cache_control)
        != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    if (type == LLMGW_TOOL_NATIVE) {

        /* a tool without a type is named by its first member */

        return llmgw_openai_name(rd, member[0] ? member[0] : v + 1,
                                 &tool->name);
    }

    if (definition == NULL) {
        return llmgw_openai_missing(rd, v, type == LLMGW_TOOL_CUSTOM
                                           ? "custom" : "function");
    }

    return llmgw_openai_read_definition(rd, tool, definition);
}


llmgw_int_t
llmgw_openai_read_definition(llmgw_openai_read_t *rd, llmgw_tool_t *tool,
    llmgw_node_t *v)
{
    llmgw_int_t    rc;
    llmgw_node_t  *member[LLMGW_TM_MAX];

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(rd->j, v, llmgw_openai_definition, LLMGW_TM_MAX,
                         member);

    rc = llmgw_openai_name(rd, member[LLMGW_TM_NAME], &tool->name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (tool->name.len == 0) {
        return llmgw_openai_missing(rd, v, "name");
    }

    if (llmgw_openai_string(rd, member[LLMGW_TM_DESCRIPTION],
                            &tool->description)
        != LLMGW_OK
        || llmgw_openai_raw(rd, member[LLMGW_TM_PARAMETERS], LLMGW_OBJECT,
                            &tool->parameters)
           != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    if (member[LLMGW_TM_STRICT]) {

        if (llmgw_openai_want(rd, member[LLMGW_TM_STRICT], LLMGW_BOOLEAN)
            != LLMGW_OK)
        {
            return LLMGW_INVALID;
        }

        tool->strict = member[LLMGW_TM_STRICT]->type == LLMGW_JSON_TRUE;
    }

    if (tool->cache_control.len) {
        return LLMGW_OK;
    }

    return llmgw_openai_raw(rd, member[LLMGW_TM_CACHE], LLMGW_OBJECT,
                            &tool->cache_control);
}


/* tool_choice, and the deprecated function_call */

llmgw_int_t
llmgw_openai_read_choice(llmgw_openai_read_t *rd, llmgw_node_t *v)
{
    size_t          i;
    llmgw_node_t   *word, *function;
    llmgw_name_t  **last;

    static const struct {
        llmgw_str_t     name;
        llmgw_choice_e  choice;
    } words[] = {
        { llmgw_string("auto"), LLMGW_CHOICE_AUTO },
        { llmgw_string("none"), LLMGW_CHOICE_NONE },
        { llmgw_string("required"), LLMGW_CHOICE_REQUIRED }
    };

    if (llmgw_openai_want(rd, v, LLMGW_STRING|LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    last = &rd->chat->choice_names;
    word = v;

    if (v->type == LLMGW_JSON_OBJECT) {

        word = llmgw_json_get(rd->j, v, "type");

        if (word == NULL || word->type == LLMGW_JSON_NULL) {

            /* the deprecated {"name":…} */

            rd->chat->choice = LLMGW_CHOICE_NAMED;

            return llmgw_openai_add_choice(rd, v, &last);
        }

        if (llmgw_openai_want(rd, word, LLMGW_STRING) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        if (llmgw_json_is(rd->j, word, "allowed_tools")) {
            return llmgw_openai_read_allowed(rd, v);
        }

        if (llmgw_json_is(rd->j, word, "function")
            || llmgw_json_is(rd->j, word, "custom"))
        {
            rd->chat->choice = LLMGW_CHOICE_NAMED;

            function = llmgw_json_is(rd->j, word, "function")
                       ? llmgw_json_get(rd->j, v, "function")
                       : llmgw_json_get(rd->j, v, "custom");

            if (function == NULL || function->type == LLMGW_JSON_NULL) {
                return llmgw_openai_missing(rd, v,
                                            llmgw_json_is(rd->j, word,
                                                          "function")
                                            ? "function" : "custom");
            }

            return llmgw_openai_add_choice(rd, function, &last);
        }
    }

    for (i = 0; i < llmgw_nelts(words); i++) {

        if (llmgw_json_is_n(rd->j, word, (const char *) words[i].name.data,
                            words[i].name.len))
        {
            rd->chat->choice = words[i].choice;
            return LLMGW_OK;
        }
    }

    return llmgw_openai_bad(rd, word, llmgw_lit("invalid_value"),
                            "\"auto\", \"none\", \"required\" or name a "
                            "function");
}


static llmgw_int_t
llmgw_openai_read_allowed(llmgw_openai_read_t *rd, llmgw_node_t *v)
{
    llmgw_int_t     rc;
    llmgw_node_t   *mode, *tools, *tool, *function;
    llmgw_name_t  **last;

    function = llmgw_json_object(rd->j, v, "allowed_tools");

    if (function) {
        v = function;
    }

    mode = llmgw_json_get(rd->j, v, "mode");
    tools = llmgw_json_get(rd->j, v, "tools");

    if (tools == NULL || tools->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(rd, v, "tools");
    }

    if (llmgw_openai_want(rd, tools, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (mode && mode->type != LLMGW_JSON_NULL) {

        if (llmgw_openai_want(rd, mode, LLMGW_STRING) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        rd->chat->choice_required = llmgw_json_is(rd->j, mode, "required");

        if (!rd->chat->choice_required && !llmgw_json_is(rd->j, mode, "auto"))
        {
            return llmgw_openai_bad(rd, mode, llmgw_lit("invalid_value"),
                                    "\"auto\" or \"required\"");
        }
    }

    rd->chat->choice = LLMGW_CHOICE_ALLOWED;
    last = &rd->chat->choice_names;

    llmgw_json_each(tool, tools) {

        if (llmgw_openai_want(rd, tool, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        function = llmgw_json_object(rd->j, tool, "function");

        if (function == NULL) {
            function = llmgw_json_object(rd->j, tool, "custom");
        }

        rc = llmgw_openai_add_choice(rd, function ? function : tool, &last);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* the name in a function, or the type of a tool that has no name */

static llmgw_int_t
llmgw_openai_add_choice(llmgw_openai_read_t *rd, llmgw_node_t *v,
    llmgw_name_t ***last)
{
    llmgw_int_t    rc;
    llmgw_str_t    name;
    llmgw_name_t  *n;
    llmgw_node_t  *s;

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    s = llmgw_json_get(rd->j, v, "name");

    if (s == NULL) {
        s = llmgw_json_get(rd->j, v, "type");
    }

    name = llmgw_null_str;

    rc = llmgw_openai_name(rd, s, &name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (name.len == 0) {
        return llmgw_openai_missing(rd, v, "name");
    }

    n = llmgw_calloc(rd->arena, sizeof(llmgw_name_t));
    if (n == NULL) {
        return LLMGW_ERROR;
    }

    n->name = name;

    **last = n;
    *last = &n->next;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_openai_read_calls(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v)
{
    uint32_t        i;
    llmgw_int_t     rc;
    llmgw_node_t   *call;
    llmgw_part_t  **first;

    if (llmgw_openai_want(rd, v, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    first = m->last;
    i = 0;

    llmgw_json_each(call, v) {

        rc = llmgw_openai_read_call(rd, m, call, i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rd->pending = *first;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_read_call(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t index)
{
    llmgw_int_t    rc;
    llmgw_node_t  *type, *member[LLMGW_CM_MAX];
    llmgw_part_t  *part;

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(rd->j, v, llmgw_openai_tool_call, LLMGW_CM_MAX,
                         member);

    type = member[LLMGW_CM_TYPE];

    if (type && llmgw_openai_want(rd, type, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    part = llmgw_chat_part(rd->chat, m, LLMGW_PART_TOOL_CALL, index);
    if (part == NULL) {
        return LLMGW_ERROR;
    }

    if (type && llmgw_json_is(rd->j, type, "custom")) {
        part->custom = 1;

        if (member[LLMGW_CM_CUSTOM] == NULL) {
            return llmgw_openai_missing(rd, v, "custom");
        }

        rc = llmgw_openai_read_function(rd, part, member[LLMGW_CM_CUSTOM], 1);

    } else {

        if (type && !llmgw_json_is(rd->j, type, "function")) {
            return llmgw_openai_bad(rd, type, llmgw_lit("invalid_value"),
                                    "\"function\" or \"custom\"");
        }

        if (member[LLMGW_CM_FUNCTION] == NULL) {
            return llmgw_openai_missing(rd, v, "function");
        }

        rc = llmgw_openai_read_function(rd, part, member[LLMGW_CM_FUNCTION],
                                        0);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_openai_name(rd, member[LLMGW_CM_ID], &part->id);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (part->id.len == 0) {

        part->id = llmgw_fmt(rd->arena, "call_%u_%u", m->index, index);
        if (part->id.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    part->signature = llmgw_openai_signature(rd->j, member[LLMGW_CM_EXTRA]);

    if (part->signature.len == 0) {
        part->signature = llmgw_json_get_str(rd->j,
                                             member[LLMGW_CM_FUNCTION],
                                             "thought_signature");
    }

    if (part->signature.len == 0) {
        part->signature = llmgw_json_get_str(rd->j,
                                             member[LLMGW_CM_SPECIFIC],
                                             "thought_signature");
    }

    return llmgw_openai_raw(rd, member[LLMGW_CM_CACHE], LLMGW_OBJECT,
                            &part->cache_control);
}


/* {name, arguments}, or {name, input} of a custom tool */

llmgw_int_t
llmgw_openai_read_function(llmgw_openai_read_t *rd, llmgw_part_t *part,
    llmgw_node_t *v, unsigned custom)
{
    llmgw_int_t    rc;
    llmgw_node_t  *member[2];

    static const llmgw_str_t  names[][2] = {
        { llmgw_string("name"), llmgw_string("arguments") },
        { llmgw_string("name"), llmgw_string("input") }
    };

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(rd->j, v, names[custom], 2, member);

    rc = llmgw_openai_name(rd, member[0], &part->name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (part->name.len == 0) {
        return llmgw_openai_missing(rd, v, "name");
    }

    if (member[1] == NULL) {
        return LLMGW_OK;
    }

    /* what some clients do not put into a string */

    if (member[1]->type == LLMGW_JSON_OBJECT && !custom) {
        part->args = llmgw_json_raw(rd->j, member[1]);
        return LLMGW_OK;
    }

    if (llmgw_openai_want(rd, member[1], LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    part->args = llmgw_jstr_decode(rd->arena,
                                   llmgw_json_str(rd->j, member[1]));

    return part->args.data ? LLMGW_OK : LLMGW_ERROR;
}
