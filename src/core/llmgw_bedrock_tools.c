
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The tools of a request of Converse.  As soon as there are calls in the
 * history the service wants to have some, and it has no way to say that none
 * is to be called.
 */


#include "llmgw_bedrock.h"
#include "llmgw_schema.h"


static unsigned llmgw_bedrock_has_tool(llmgw_bedrock_request_t *r,
    llmgw_str_t name);
static llmgw_int_t llmgw_bedrock_write_tool(llmgw_bedrock_request_t *r,
    const llmgw_tool_t *tool);
static llmgw_int_t llmgw_bedrock_write_schema(llmgw_bedrock_request_t *r,
    llmgw_str_t raw, unsigned strict);
static llmgw_int_t llmgw_bedrock_write_names(llmgw_bedrock_request_t *r);
static void llmgw_bedrock_write_choice(llmgw_bedrock_request_t *r);


#define LLMGW_BEDROCK_SCHEMA  "{\"type\":\"object\",\"properties\":{}}"


static unsigned
llmgw_bedrock_tool_sent(const llmgw_tool_t *tool)
{
    return tool->type == LLMGW_TOOL_FUNCTION && !tool->excluded;
}


/* what the assistant's own format has as a call */

static unsigned
llmgw_bedrock_is_call(const llmgw_part_t *p)
{
    return p->type == LLMGW_PART_TOOL_CALL
           || (p->type == LLMGW_PART_NATIVE
               && llmgw_str_is(p->name, "tool_use"));
}


static unsigned
llmgw_bedrock_has_calls(const llmgw_chat_t *chat)
{
    const llmgw_part_t     *p;
    const llmgw_message_t  *m;

    for (m = chat->messages; m; m = m->next) {

        if (m->role == LLMGW_ROLE_TOOL) {
            return 1;
        }

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            continue;
        }

        for (p = m->parts; p; p = p->next) {
            if (llmgw_bedrock_is_call(p)) {
                return 1;
            }
        }
    }

    return 0;
}


llmgw_int_t
llmgw_bedrock_plan_tools(llmgw_bedrock_request_t *r)
{
    unsigned              claude;
    llmgw_int_t           rc;
    llmgw_str_t           param;
    llmgw_tool_t         *tool;
    const llmgw_value_t  *v;

    for (tool = r->chat->tools; tool; tool = tool->next) {

        if (llmgw_bedrock_tool_sent(tool)) {
            r->tools = 1;
            continue;
        }

        if (tool->excluded) {
            continue;
        }

        param = llmgw_fmt(r->arena, "tools[%u].type", tool->index);

        rc = llmgw_bedrock_refuse(r, param,
                                  llmgw_lit("the provider does not take tools "
                                            "of this type"));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    r->history = llmgw_bedrock_has_calls(r->chat);
    r->choice = r->chat->choice;

    if (r->choice == LLMGW_CHOICE_NAMED && r->settings->drop
        && !llmgw_bedrock_has_tool(r, r->chat->choice_names->name))
    {
        /* it went with its tool */

        llmgw_call_drop(r->call, llmgw_lit("tool_choice"));
        r->choice = LLMGW_CHOICE_UNSET;
    }

    if (r->choice == LLMGW_CHOICE_NONE) {

        r->mute = r->tools && r->history;

        /* what nobody is to call needs not to be shown */

        r->tools &= r->history;
    }

    claude = (r->model.family == LLMGW_BEDROCK_CLAUDE);
    v = llmgw_bedrock_given(r, LLMGW_P_PARALLEL_TOOL_CALLS);

    if (v && v->type == LLMGW_JSON_FALSE) {

        if (claude && r->tools && !r->mute) {
            r->single = 1;

        } else {
            llmgw_bedrock_drop(r, LLMGW_P_PARALLEL_TOOL_CALLS);
        }
    }

    return LLMGW_OK;
}


static unsigned
llmgw_bedrock_has_tool(llmgw_bedrock_request_t *r, llmgw_str_t name)
{
    const llmgw_tool_t  *tool;

    for (tool = r->chat->tools; tool; tool = tool->next) {

        if (llmgw_bedrock_tool_sent(tool) && llmgw_str_eq(tool->name, name)) {
            return 1;
        }
    }

    return 0;
}


llmgw_int_t
llmgw_bedrock_write_tools(llmgw_bedrock_request_t *r)
{
    llmgw_int_t    rc;
    llmgw_out_t   *o;
    llmgw_tool_t  *tool;

    o = r->out;

    if (!r->tools && !r->json_tool && !r->history) {

        if (r->choice != LLMGW_CHOICE_UNSET
            && r->choice != LLMGW_CHOICE_NONE)
        {
            llmgw_call_drop(r->call, llmgw_lit("tool_choice"));
        }

        return LLMGW_OK;
    }

    llmgw_json_key(o, "toolConfig");
    llmgw_json_open(o, '{');
    llmgw_json_key(o, "tools");
    llmgw_json_open(o, '[');

    for (tool = r->tools ? r->chat->tools : NULL; tool; tool = tool->next) {

        if (!llmgw_bedrock_tool_sent(tool)) {
            continue;
        }

        rc = llmgw_bedrock_write_tool(r, tool);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (r->json_tool) {

        llmgw_puts(o, "{\"toolSpec\":{\"name\":\"json_response\","
                      "\"description\":\"Give the answer in this form.\","
                      "\"inputSchema\":{\"json\":");

        rc = llmgw_bedrock_write_schema(r, r->chat->format_schema, 0);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_puts(o, "}}}");
        o->comma = 1;

    } else if (!r->tools) {

        rc = llmgw_bedrock_write_names(r);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(o, ']');

    llmgw_bedrock_write_choice(r);

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_write_tool(llmgw_bedrock_request_t *r,
    const llmgw_tool_t *tool)
{
    unsigned      strict;
    llmgw_int_t   rc;
    llmgw_out_t  *o;

    o = r->out;
    strict = tool->strict && r->model.claude.structured;

    if (tool->strict && !strict) {
        llmgw_call_drop(r->call, llmgw_fmt(r->arena,
                                           "tools[%u].function.strict",
                                           tool->index));
    }

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "toolSpec");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "name", tool->name);

    if (tool->description.len) {
        llmgw_json_member(o, "description", tool->description);
    }

    llmgw_json_key(o, "inputSchema");
    llmgw_puts(o, "{\"json\":");

    rc = llmgw_bedrock_write_schema(r, tool->parameters, strict);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_close(o, '}');

    if (strict) {
        llmgw_json_member_raw(o, "strict", llmgw_lit("true"));
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    llmgw_bedrock_put_point(r, tool->cache_control, 1);

    return LLMGW_OK;
}


/* what stands behind a key: no comma in front */

static llmgw_int_t
llmgw_bedrock_write_schema(llmgw_bedrock_request_t *r, llmgw_str_t raw,
    unsigned strict)
{
    llmgw_out_t              *o;
    llmgw_json_t              own;
    llmgw_schema_t            s;
    const llmgw_json_node_t  *schema;

    o = r->out;
    o->comma = 0;
    schema = NULL;

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
                              : llmgw_lit(LLMGW_BEDROCK_SCHEMA));
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


/* tools that the history calls, and that the client does not name any more */

static llmgw_int_t
llmgw_bedrock_write_names(llmgw_bedrock_request_t *r)
{
    llmgw_out_t              *o;
    llmgw_map_t               seen;
    llmgw_str_t               name;
    llmgw_json_t              j;
    const llmgw_part_t       *p;
    const llmgw_message_t    *m;

    o = r->out;
    llmgw_map_init(&seen, r->arena);

    for (m = r->chat->messages; m; m = m->next) {

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            continue;
        }

        for (p = m->parts; p; p = p->next) {

            if (!llmgw_bedrock_is_call(p)) {
                continue;
            }

            name = p->name;

            if (p->type == LLMGW_PART_NATIVE) {

                if (llmgw_json_parse(&j, r->arena, p->raw, 1, LLMGW_JSON_ALL)
                    != LLMGW_OK)
                {
                    return LLMGW_ERROR;
                }

                name = llmgw_json_get_str(&j, j.nodes, "name");
            }

            if (name.len == 0 || llmgw_map_get(&seen, name)) {
                continue;
            }

            if (llmgw_map_put(&seen, name, name.data) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            llmgw_json_open(o, '{');
            llmgw_json_key(o, "toolSpec");
            llmgw_json_open(o, '{');
            llmgw_json_member(o, "name", name);
            llmgw_puts(o, ",\"inputSchema\":{\"json\":" LLMGW_BEDROCK_SCHEMA
                          "}");
            llmgw_json_close(o, '}');
            llmgw_json_close(o, '}');
        }
    }

    if (seen.n == 0) {

        /* results whose calls are not there */

        llmgw_json_put_raw(o, llmgw_lit("{\"toolSpec\":{\"name\":\"tool\","
                                        "\"inputSchema\":{\"json\":"
                                        LLMGW_BEDROCK_SCHEMA "}}}"));
    }

    return LLMGW_OK;
}


static void
llmgw_bedrock_write_choice(llmgw_bedrock_request_t *r)
{
    llmgw_out_t  *o;

    o = r->out;

    if (r->json_tool) {
        llmgw_json_member_raw(o, "toolChoice",
                              llmgw_lit("{\"tool\":{\"name\":"
                                        "\"json_response\"}}"));
        return;
    }

    /* the choice goes where it can say that there is to be one call */

    if (!r->tools || r->mute || r->single) {
        return;
    }

    switch (r->model.family) {

    case LLMGW_BEDROCK_META:
    case LLMGW_BEDROCK_COHERE:
    case LLMGW_BEDROCK_AI21:
    case LLMGW_BEDROCK_DEEPSEEK:
    case LLMGW_BEDROCK_QWEN:
    case LLMGW_BEDROCK_OPENAI:

        /* these refuse the member */

        if (r->forced) {
            llmgw_call_drop(r->call, llmgw_lit("tool_choice"));
        }

        return;

    default:
        break;
    }

    switch (r->choice) {

    case LLMGW_CHOICE_UNSET:
    case LLMGW_CHOICE_NONE:
        break;

    case LLMGW_CHOICE_NAMED:
        llmgw_json_key(o, "toolChoice");
        llmgw_puts(o, "{\"tool\":");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "name", r->chat->choice_names->name);
        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
        break;

    default:
        llmgw_json_member_raw(o, "toolChoice",
                              r->forced ? llmgw_lit("{\"any\":{}}")
                                        : llmgw_lit("{\"auto\":{}}"));
    }
}
