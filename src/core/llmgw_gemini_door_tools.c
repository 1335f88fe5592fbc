
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tools of requests of generateContent's clients, and their choice.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"


enum {
    tool_functions = 0,
    tool_search,
    tool_retrieval,
    tool_max
};

static const llmgw_str_t  llmgw_gemini_tool_members[tool_max] = {
    llmgw_string("functionDeclarations"),
    llmgw_string("googleSearch"),
    llmgw_string("googleSearchRetrieval")
};


static llmgw_int_t
llmgw_gemini_read_function(llmgw_gemini_door_t *d, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_int_t    rc;
    llmgw_node_t  *m[4];
    llmgw_tool_t  *tool;

    static const llmgw_str_t  names[] = {
        llmgw_string("name"),
        llmgw_string("description"),
        llmgw_string("parametersJsonSchema"),
        llmgw_string("parameters")
    };

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, names, 4, m, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (m[0] == NULL) {
        return llmgw_gemini_missing(d, v, "name");
    }

    tool = llmgw_chat_tool(d->chat, LLMGW_TOOL_FUNCTION, index);
    if (tool == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_gemini_name(d, m[0], &tool->name);

    if (rc == LLMGW_OK && m[1]) {
        rc = llmgw_gemini_string(d, m[1], &tool->description);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (m[2]) {

        if (m[2]->type != LLMGW_JSON_OBJECT) {
            return llmgw_gemini_bad(d, m[2], "must be an object");
        }

        tool->parameters = llmgw_json_raw(d->j, m[2]);

    } else if (m[3]) {

        if (m[3]->type != LLMGW_JSON_OBJECT) {
            return llmgw_gemini_bad(d, m[3], "must be an object");
        }

        tool->parameters = llmgw_gemini_json_schema(d->arena, d->j, m[3]);

        if (tool->parameters.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_read_tool(llmgw_gemini_door_t *d, llmgw_node_t *v,
    uint32_t index)
{
    size_t          i;
    llmgw_int_t     rc;
    llmgw_node_t   *k, *value, *f, *m[tool_max];
    llmgw_value_t  *search;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, llmgw_gemini_tool_members, tool_max, m,
                              NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_each_member(k, value, v) {

        for (i = 0; i < tool_max && m[i] != value; i++) { /* void */ }

        if (i == tool_max && value->type != LLMGW_JSON_NULL) {
            return llmgw_gemini_foreign(d, value);
        }
    }

    if (m[tool_search] || m[tool_retrieval]) {

        search = &d->chat->param[LLMGW_P_WEB_SEARCH_OPTIONS];

        search->raw = llmgw_lit("{}");
        search->type = LLMGW_JSON_OBJECT;

        d->asked->cite = 1;
    }

    if (m[tool_functions] == NULL) {
        return LLMGW_OK;
    }

    if (m[tool_functions]->type != LLMGW_JSON_ARRAY) {
        return llmgw_gemini_bad(d, m[tool_functions], "must be an array");
    }

    llmgw_json_each(f, m[tool_functions]) {

        rc = llmgw_gemini_read_function(d, f, index);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_read_tools(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *tool;

    if (v->type != LLMGW_JSON_ARRAY) {
        return llmgw_gemini_bad(d, v, "must be an array");
    }

    i = 0;

    llmgw_json_each(tool, v) {

        rc = llmgw_gemini_read_tool(d, tool, i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* the names that the model may call, which is any of them or one of these */

static llmgw_int_t
llmgw_gemini_read_allowed(llmgw_gemini_door_t *d, llmgw_node_t *list)
{
    llmgw_int_t    rc;
    llmgw_name_t  *name, **last;
    llmgw_node_t  *v;

    if (list->type != LLMGW_JSON_ARRAY) {
        return llmgw_gemini_bad(d, list, "must be an array of strings");
    }

    last = &d->chat->choice_names;

    llmgw_json_each(v, list) {

        name = llmgw_calloc(d->arena, sizeof(llmgw_name_t));
        if (name == NULL) {
            return LLMGW_ERROR;
        }

        rc = llmgw_gemini_name(d, v, &name->name);
        if (rc != LLMGW_OK) {
            return rc;
        }

        *last = name;
        last = &name->next;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_read_choice(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    unsigned       any;
    llmgw_int_t    rc;
    llmgw_str_t    mode;
    llmgw_chat_t  *c;
    llmgw_node_t  *config, *m[2];

    static const llmgw_str_t  config_name[] = {
        llmgw_string("functionCallingConfig")
    };

    static const llmgw_str_t  names[] = {
        llmgw_string("mode"),
        llmgw_string("allowedFunctionNames")
    };

    c = d->chat;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, config_name, 1, &config, "toolConfig.");

    if (rc != LLMGW_OK || config == NULL) {
        return rc;
    }

    if (config->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, config, "must be an object");
    }

    rc = llmgw_gemini_members(d, config, names, 2, m,
                              "toolConfig.functionCallingConfig.");
    if (rc != LLMGW_OK || m[0] == NULL) {
        return rc;
    }

    rc = llmgw_gemini_string(d, m[0], &mode);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_str_caseeq(mode, llmgw_lit("auto"))
        || llmgw_str_caseeq(mode, llmgw_lit("mode_unspecified")))
    {
        return LLMGW_OK;
    }

    any = llmgw_str_caseeq(mode, llmgw_lit("any"));

    if (!any && !llmgw_str_caseeq(mode, llmgw_lit("none"))
        && !llmgw_str_caseeq(mode, llmgw_lit("validated")))
    {
        return llmgw_gemini_bad(d, m[0], "must be AUTO, ANY, NONE or "
                                "VALIDATED");
    }

    if (c->tools == NULL) {
        llmgw_call_drop(d->call, llmgw_lit("toolConfig"));
        return LLMGW_OK;
    }

    if (llmgw_str_caseeq(mode, llmgw_lit("none"))) {
        c->choice = LLMGW_CHOICE_NONE;
        return LLMGW_OK;
    }

    if (m[1]) {
        rc = llmgw_gemini_read_allowed(d, m[1]);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (c->choice_names == NULL) {
        c->choice = any ? LLMGW_CHOICE_REQUIRED : LLMGW_CHOICE_UNSET;
        return LLMGW_OK;
    }

    c->choice_required = any;
    c->choice = (any && c->choice_names->next == NULL)
                ? LLMGW_CHOICE_NAMED : LLMGW_CHOICE_ALLOWED;

    return LLMGW_OK;
}
