
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The tools of a request to Anthropic, and which of them is to be called.
 */


#include "llmgw_anthropic.h"
#include "llmgw_schema.h"


static unsigned llmgw_anthropic_has_tool(llmgw_anthropic_request_t *r,
    llmgw_str_t name);
static llmgw_int_t llmgw_anthropic_write_function(
    llmgw_anthropic_request_t *r, const llmgw_tool_t *tool);
static llmgw_int_t llmgw_anthropic_write_schema(llmgw_anthropic_request_t *r,
    llmgw_str_t raw, unsigned strict);
static void llmgw_anthropic_write_search(llmgw_anthropic_request_t *r);
static void llmgw_anthropic_write_choice(llmgw_anthropic_request_t *r);


/* tools of the service itself and of its clients: "<name>_<date>" */

static const llmgw_str_t  llmgw_anthropic_tool_types[] = {
    llmgw_string("web_search_"),
    llmgw_string("web_fetch_"),
    llmgw_string("code_execution_"),
    llmgw_string("bash_"),
    llmgw_string("text_editor_"),
    llmgw_string("memory_"),
    llmgw_string("computer_"),
    llmgw_string("browser_"),
    llmgw_string("tool_search_tool_"),
    llmgw_string("mcp_toolset")
};


static unsigned
llmgw_anthropic_native(const llmgw_tool_t *tool)
{
    size_t       i;
    llmgw_str_t  type;

    for (i = 0; i < llmgw_nelts(llmgw_anthropic_tool_types); i++) {

        type = llmgw_anthropic_tool_types[i];

        if (tool->name.len >= type.len
            && memcmp(tool->name.data, type.data, type.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* whether a tool is sent; planning has refused what is not */

static unsigned
llmgw_anthropic_tool_sent(const llmgw_anthropic_request_t *r,
    const llmgw_tool_t *tool)
{
    if (tool->excluded) {
        return 0;
    }

    return tool->type == LLMGW_TOOL_FUNCTION
           || (tool->type == LLMGW_TOOL_NATIVE
               && llmgw_anthropic_native(tool)
               && !llmgw_anthropic_lacks(r->platform, tool->name));
}


llmgw_int_t
llmgw_anthropic_plan_tools(llmgw_anthropic_request_t *r)
{
    unsigned              search;
    llmgw_int_t           rc;
    llmgw_str_t           param;
    llmgw_tool_t         *tool;
    const llmgw_value_t  *v;

    search = 0;

    for (tool = r->chat->tools; tool; tool = tool->next) {

        if (llmgw_anthropic_tool_sent(r, tool)) {
            r->tools = 1;
            search |= tool->type == LLMGW_TOOL_NATIVE
                      && llmgw_str_starts(tool->name, "web_search_");
            continue;
        }

        if (tool->excluded) {
            continue;
        }

        param = llmgw_fmt(r->arena, "tools[%u].type", tool->index);

        rc = llmgw_anthropic_refuse(r, param,
                                    llmgw_lit("the provider does not take "
                                              "tools of this type"));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = &r->chat->param[LLMGW_P_WEB_SEARCH_OPTIONS];

    if (v->raw.len && v->type != LLMGW_JSON_NULL && !search) {

        if (llmgw_anthropic_lacks(r->platform, llmgw_lit("web_search"))) {
            llmgw_call_drop(r->call, llmgw_lit("web_search_options"));

        } else {
            r->web_search = 1;
            r->tools = 1;
        }
    }

    r->choice = r->chat->choice;

    if (r->choice == LLMGW_CHOICE_NAMED && r->settings->drop
        && !llmgw_anthropic_has_tool(r, r->chat->choice_names->name))
    {
        /* it went with its tool */

        llmgw_call_drop(r->call, llmgw_lit("tool_choice"));
        r->choice = LLMGW_CHOICE_UNSET;
    }

    return LLMGW_OK;
}


static unsigned
llmgw_anthropic_has_tool(llmgw_anthropic_request_t *r, llmgw_str_t name)
{
    const llmgw_tool_t  *tool;

    for (tool = r->chat->tools; tool; tool = tool->next) {

        if (llmgw_anthropic_tool_sent(r, tool)
            && (tool->type == LLMGW_TOOL_NATIVE
                || llmgw_str_eq(tool->name, name)))
        {
            return 1;
        }
    }

    return 0;
}


llmgw_int_t
llmgw_anthropic_write_tools(llmgw_anthropic_request_t *r)
{
    llmgw_int_t    rc;
    llmgw_out_t   *o;
    llmgw_tool_t  *tool;

    o = r->out;

    if (!r->tools && !r->json_tool) {

        if (r->choice != LLMGW_CHOICE_UNSET) {
            llmgw_call_drop(r->call, llmgw_lit("tool_choice"));
        }

        if (r->chat->param[LLMGW_P_PARALLEL_TOOL_CALLS].raw.len) {
            llmgw_call_drop(r->call, llmgw_lit("parallel_tool_calls"));
        }

        return LLMGW_OK;
    }

    llmgw_json_key(o, "tools");
    llmgw_json_open(o, '[');

    for (tool = r->chat->tools; tool; tool = tool->next) {

        if (!llmgw_anthropic_tool_sent(r, tool)) {
            continue;
        }

        if (tool->type == LLMGW_TOOL_NATIVE) {
            llmgw_json_put_raw(o, tool->raw);
            continue;
        }

        rc = llmgw_anthropic_write_function(r, tool);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (r->web_search) {
        llmgw_anthropic_write_search(r);
    }

    if (r->json_tool) {

        llmgw_json_open(o, '{');
        llmgw_puts(o, "\"name\":\"json_response\",\"description\":"
                      "\"Give the answer in this form.\"");
        o->comma = 1;

        rc = llmgw_anthropic_write_schema(r, r->chat->format_schema, 0);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');

    llmgw_anthropic_write_choice(r);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_write_function(llmgw_anthropic_request_t *r,
    const llmgw_tool_t *tool)
{
    unsigned      strict;
    llmgw_int_t   rc;
    llmgw_out_t  *o;

    o = r->out;
    strict = tool->strict && r->model.structured;

    if (tool->strict && !strict) {
        llmgw_call_drop(r->call, llmgw_fmt(r->arena,
                                           "tools[%u].function.strict",
                                           tool->index));
    }

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "name", tool->name);

    if (tool->description.len) {
        llmgw_json_member(o, "description", tool->description);
    }

    rc = llmgw_anthropic_write_schema(r, tool->parameters, strict);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (strict) {
        llmgw_json_member_raw(o, "strict", llmgw_lit("true"));
    }

    if (tool->cache_control.len) {
        llmgw_json_member_raw(o, "cache_control", tool->cache_control);
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_write_schema(llmgw_anthropic_request_t *r, llmgw_str_t raw,
    unsigned strict)
{
    llmgw_out_t              *o;
    llmgw_json_t              own;
    llmgw_schema_t            s;
    const llmgw_json_node_t  *schema;

    o = r->out;
    schema = NULL;

    llmgw_json_key(o, "input_schema");

    memset(&s, 0, sizeof(llmgw_schema_t));

    if (raw.len) {

        schema = llmgw_schema_find(r->chat->doc, raw, r->arena, &own, &s.doc);
        if (schema == NULL) {
            return LLMGW_ERROR;
        }
    }

    if (schema == NULL || schema->type <= LLMGW_JSON_TRUE
        || (schema->type == LLMGW_JSON_OBJECT && schema->span == 1))
    {
        llmgw_json_put_raw(o, strict
                              ? llmgw_lit("{\"type\":\"object\","
                                          "\"properties\":{},"
                                          "\"additionalProperties\":false}")
                              : llmgw_lit("{\"type\":\"object\","
                                          "\"properties\":{}}"));
        return LLMGW_OK;
    }

    if (strict) {
        s.rules = &llmgw_schema_anthropic;
        s.arena = r->arena;
        s.out = o;
        s.root = schema;
        s.type = llmgw_lit("object");

        llmgw_schema_write(&s, schema);

        return LLMGW_OK;
    }

    raw = llmgw_json_raw(s.doc, schema);

    if (schema->type == LLMGW_JSON_OBJECT
        && llmgw_json_get(s.doc, schema, "type") == NULL)
    {
        llmgw_puts(o, "{\"type\":\"object\",");
        raw.data++;
        raw.len--;
    }

    llmgw_json_put_raw(o, raw);

    return LLMGW_OK;
}


static void
llmgw_anthropic_write_search(llmgw_anthropic_request_t *r)
{
    size_t                    i;
    llmgw_str_t               size;
    llmgw_out_t              *o;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_json_node_t  *object, *v, *user, *place;

    static const llmgw_str_t  names[] = {
        llmgw_string("city"),
        llmgw_string("region"),
        llmgw_string("country"),
        llmgw_string("timezone")
    };

    o = r->out;

    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"type\":\"web_search_20250305\","
                  "\"name\":\"web_search\"");
    o->comma = 1;

    object = llmgw_schema_find(r->chat->doc,
                             r->chat->param[LLMGW_P_WEB_SEARCH_OPTIONS].raw,
                             r->arena, &own, &doc);

    size = object ? llmgw_json_get_str(doc, object, "search_context_size")
                  : llmgw_null_str;

    if (llmgw_str_is(size, "low")) {
        llmgw_json_member_int(o, "max_uses", 1);

    } else if (llmgw_str_is(size, "medium")) {
        llmgw_json_member_int(o, "max_uses", 5);

    } else if (llmgw_str_is(size, "high")) {
        llmgw_json_member_int(o, "max_uses", 10);
    }

    user = object ? llmgw_json_object(doc, object, "user_location") : NULL;
    place = user ? llmgw_json_object(doc, user, "approximate") : NULL;

    /* some clients write the fields without the object around them */

    if (place == NULL) {
        place = user;
    }

    if (place) {

        llmgw_json_key(o, "user_location");
        llmgw_json_open(o, '{');
        llmgw_puts(o, "\"type\":\"approximate\"");
        o->comma = 1;

        for (i = 0; i < llmgw_nelts(names); i++) {

            v = llmgw_json_get_type(doc, place, (const char *) names[i].data,
                                    names[i].len, LLMGW_JSON_STRING);
            if (v) {
                llmgw_json_key_n(o, (const char *) names[i].data,
                                 names[i].len);
                llmgw_json_put_raw(o, llmgw_json_raw(doc, v));
            }
        }

        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_anthropic_write_choice(llmgw_anthropic_request_t *r)
{
    unsigned       single;
    llmgw_out_t   *o;
    llmgw_chat_t  *chat;

    o = r->out;
    chat = r->chat;

    if (r->json_tool) {
        llmgw_json_member_raw(o, "tool_choice",
                              llmgw_lit("{\"type\":\"tool\","
                                        "\"name\":\"json_response\"}"));
        return;
    }

    single = chat->param[LLMGW_P_PARALLEL_TOOL_CALLS].raw.len
             && chat->param[LLMGW_P_PARALLEL_TOOL_CALLS].type
                == LLMGW_JSON_FALSE;

    if (r->choice == LLMGW_CHOICE_UNSET && !single) {
        return;
    }

    llmgw_json_key(o, "tool_choice");
    llmgw_json_open(o, '{');

    switch (r->choice) {

    case LLMGW_CHOICE_NONE:
        llmgw_json_member(o, "type", llmgw_lit("none"));
        single = 0;
        break;

    case LLMGW_CHOICE_NAMED:
        llmgw_json_member(o, "type", llmgw_lit("tool"));
        llmgw_json_member(o, "name", chat->choice_names->name);
        break;

    default:
        llmgw_json_member(o, "type", r->forced ? llmgw_lit("any")
                                               : llmgw_lit("auto"));
    }

    if (single) {
        llmgw_json_member_raw(o, "disable_parallel_tool_use",
                              llmgw_lit("true"));
    }

    llmgw_json_close(o, '}');
}
