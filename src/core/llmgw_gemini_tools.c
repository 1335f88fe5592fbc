
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Tools and their choice.
 */


#include "llmgw_gemini.h"


static llmgw_int_t llmgw_gemini_declaration(llmgw_gemini_request_t *r,
    const llmgw_tool_t *tool);
static llmgw_int_t llmgw_gemini_choice(llmgw_gemini_request_t *r);


/* tools that the service has itself */

enum {
    gemini_search = 0,
    gemini_code,
    gemini_url,
    gemini_maps,
    gemini_tools
};

static const llmgw_str_t  llmgw_gemini_own_tools[gemini_tools] = {
    llmgw_string("googleSearch"),
    llmgw_string("codeExecution"),
    llmgw_string("urlContext"),
    llmgw_string("googleMaps")
};


/* … and what clients call them; "begin": behind it stands a date */

static const struct {
    llmgw_str_t  name;
    unsigned     tool;
    unsigned     begin;
} llmgw_gemini_tool_names[] = {
    { llmgw_string("web_search"), gemini_search, 1 },
    { llmgw_string("google_search"), gemini_search, 0 },
    { llmgw_string("googleSearch"), gemini_search, 0 },
    { llmgw_string("code_execution"), gemini_code, 1 },
    { llmgw_string("codeExecution"), gemini_code, 0 },
    { llmgw_string("url_context"), gemini_url, 0 },
    { llmgw_string("urlContext"), gemini_url, 0 },
    { llmgw_string("google_maps"), gemini_maps, 0 },
    { llmgw_string("googleMaps"), gemini_maps, 0 }
};


static unsigned
llmgw_gemini_own_tool(llmgw_str_t type)
{
    size_t       i;
    llmgw_str_t  name;

    for (i = 0; i < llmgw_nelts(llmgw_gemini_tool_names); i++) {

        name = llmgw_gemini_tool_names[i].name;

        if (llmgw_gemini_tool_names[i].begin && type.len > name.len
            && type.data[name.len] == '_')
        {
            type.len = name.len;
        }

        if (llmgw_str_eq(type, name)) {
            return llmgw_gemini_tool_names[i].tool;
        }
    }

    return gemini_tools;
}


llmgw_int_t
llmgw_gemini_plan_tools(llmgw_gemini_request_t *r)
{
    llmgw_int_t          rc;
    const llmgw_tool_t  *tool;

    for (tool = r->chat->tools; tool; tool = tool->next) {

        if (tool->type == LLMGW_TOOL_FUNCTION) {
            r->functions = 1;
            continue;
        }

        if (tool->type == LLMGW_TOOL_NATIVE
            && llmgw_gemini_own_tool(tool->name) != gemini_tools)
        {
            r->native = 1;
            continue;
        }

        rc = llmgw_gemini_refuse(r, llmgw_fmt(r->arena, "tools[%u].type",
                                              tool->index),
                                 "is a kind of tool that this provider does "
                                 "not have");
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    r->search = r->chat->param[LLMGW_P_WEB_SEARCH_OPTIONS].raw.len
                && r->chat->param[LLMGW_P_WEB_SEARCH_OPTIONS].type
                   != LLMGW_JSON_NULL;

    if (!r->functions || r->family.third) {
        return LLMGW_OK;
    }

    /* older models take functions or the service's own tools, not both */

    for (tool = r->chat->tools; r->native && tool; tool = tool->next) {

        if (tool->type == LLMGW_TOOL_NATIVE
            && llmgw_gemini_own_tool(tool->name) != gemini_tools)
        {
            llmgw_call_drop(r->call, llmgw_fmt(r->arena, "tools[%u]",
                                               tool->index));
        }
    }

    if (r->search) {
        llmgw_call_drop(r->call, llmgw_lit("web_search_options"));
    }

    r->native = 0;
    r->search = 0;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_write_tools(llmgw_gemini_request_t *r)
{
    unsigned             own, done;
    llmgw_int_t          rc;
    llmgw_out_t         *o;
    const llmgw_tool_t  *tool;

    o = r->out;

    if (r->cached.len || (!r->functions && !r->native && !r->search)) {

        /* what is cached brings its tools with it */

        return LLMGW_OK;
    }

    llmgw_json_key(o, "tools");
    llmgw_json_open(o, '[');

    if (r->functions) {

        llmgw_json_open(o, '{');
        llmgw_json_key(o, "functionDeclarations");
        llmgw_json_open(o, '[');

        for (tool = r->chat->tools; tool; tool = tool->next) {

            if (tool->type == LLMGW_TOOL_FUNCTION) {
                rc = llmgw_gemini_declaration(r, tool);
                if (rc != LLMGW_OK) {
                    return rc;
                }
            }
        }

        llmgw_json_close(o, ']');
        llmgw_json_close(o, '}');
    }

    done = 0;

    for (tool = r->native ? r->chat->tools : NULL; tool; tool = tool->next) {

        if (tool->type == LLMGW_TOOL_NATIVE) {
            own = llmgw_gemini_own_tool(tool->name);

            if (own != gemini_tools) {
                done |= 1u << own;
            }
        }
    }

    if (r->search) {
        done |= 1u << gemini_search;
    }

    for (own = 0; own < gemini_tools; own++) {

        if (done & 1u << own) {
            llmgw_json_open(o, '{');
            llmgw_json_key_n(o,
                           (const char *) llmgw_gemini_own_tools[own].data,
                           llmgw_gemini_own_tools[own].len);
            llmgw_json_put_raw(o, llmgw_lit("{}"));
            llmgw_json_close(o, '}');
        }
    }

    llmgw_json_close(o, ']');

    return (r->functions && !r->count) ? llmgw_gemini_choice(r) : LLMGW_OK;
}


/* a schema that says nothing but "an object" */

static unsigned
llmgw_gemini_says_nothing(const llmgw_json_t *j, llmgw_node_t *schema)
{
    size_t         i;
    llmgw_node_t  *v;

    static const llmgw_str_t  structure[] = {
        llmgw_string("anyOf"),
        llmgw_string("oneOf"),
        llmgw_string("allOf"),
        llmgw_string("$ref"),
        llmgw_string("items"),
        llmgw_string("enum")
    };

    if (schema->type != LLMGW_JSON_OBJECT) {
        return 1;
    }

    v = llmgw_json_object(j, schema, "properties");

    if (v && v->span > 1) {
        return 0;
    }

    v = llmgw_json_get(j, schema, "additionalProperties");

    if (v && v->type == LLMGW_JSON_OBJECT) {
        return 0;
    }

    v = llmgw_json_get(j, schema, "type");

    if (v && !(v->type == LLMGW_JSON_STRING
               && llmgw_json_is(j, v, "object")))
    {
        return 0;
    }

    for (i = 0; i < llmgw_nelts(structure); i++) {

        if (llmgw_json_get_n(j, schema, (const char *) structure[i].data,
                             structure[i].len))
        {
            return 0;
        }
    }

    return 1;
}


static llmgw_int_t
llmgw_gemini_declaration(llmgw_gemini_request_t *r, const llmgw_tool_t *tool)
{
    llmgw_int_t          rc;
    llmgw_out_t         *o;
    llmgw_str_t          name, param;
    llmgw_json_t         own;
    llmgw_node_t        *schema;
    const llmgw_json_t  *j;

    o = r->out;

    name = llmgw_gemini_function(r->arena, tool->name);

    if (name.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "name", name);

    if (tool->description.len) {
        llmgw_json_member(o, "description", tool->description);
    }

    if (tool->parameters.len) {

        schema = llmgw_schema_find(r->chat->doc, tool->parameters, r->arena,
                                   &own, &j);
        if (schema == NULL) {
            return LLMGW_ERROR;
        }

        if (!llmgw_gemini_says_nothing(j, schema)) {

            if (r->family.json) {
                llmgw_json_key(o, "parametersJsonSchema");

            } else {
                llmgw_json_key(o, "parameters");
            }

            rc = llmgw_gemini_write_schema(r, j, schema, 0);

            if (rc == LLMGW_INVALID) {

                param = llmgw_fmt(r->arena, "tools[%u].function.parameters",
                                  tool->index);

                return llmgw_refuse(&r->call->error,
                                    llmgw_lit("unsupported_parameter"), param,
                                    llmgw_fmt(r->arena, "\"%.*s\" is too deep "
                                              "or too large for this "
                                              "provider", llmgw_arg(param)));
            }

            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_choice(llmgw_gemini_request_t *r)
{
    llmgw_str_t          mode, name;
    llmgw_out_t         *o;
    const llmgw_chat_t  *c;
    const llmgw_name_t  *n;

    o = r->out;
    c = r->chat;
    n = NULL;

    switch (c->choice) {

    case LLMGW_CHOICE_AUTO:
        mode = llmgw_lit("AUTO");
        break;

    case LLMGW_CHOICE_NONE:
        mode = llmgw_lit("NONE");
        break;

    case LLMGW_CHOICE_REQUIRED:
        mode = llmgw_lit("ANY");
        break;

    case LLMGW_CHOICE_NAMED:
        mode = llmgw_lit("ANY");
        n = c->choice_names;
        break;

    case LLMGW_CHOICE_ALLOWED:

        /* names are not taken together with AUTO */

        mode = c->choice_required ? llmgw_lit("ANY") : llmgw_lit("VALIDATED");
        n = c->choice_names;
        break;

    default: /* LLMGW_CHOICE_UNSET */
        return LLMGW_OK;
    }

    llmgw_json_key(o, "toolConfig");
    llmgw_json_open(o, '{');
    llmgw_json_key(o, "functionCallingConfig");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "mode", mode);

    if (n) {

        llmgw_json_key(o, "allowedFunctionNames");
        llmgw_json_open(o, '[');

        for ( /* void */ ; n; n = n->next) {

            name = llmgw_gemini_function(r->arena, n->name);

            if (name.data == NULL) {
                return LLMGW_ERROR;
            }

            llmgw_json_put_jstr(o, name);
        }

        llmgw_json_close(o, ']');
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return LLMGW_OK;
}
