
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Clients of the Messages API: their requests as the chat form.  What comes
 * here goes to another provider than Anthropic, so what only Anthropic's
 * service knows is left out or refused.
 */


#include "llmgw_anthropic_door.h"
#include "llmgw_check.h"
#include "llmgw_jstr.h"
#include "llmgw_schema.h"


static llmgw_int_t llmgw_anthropic_door_limit(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_number(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_stop(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_thinking(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_output(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_format(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_metadata(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_tier(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_cache(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_tools(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_native(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_later(llmgw_anthropic_door_t *d,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_anthropic_door_choice(llmgw_anthropic_door_t *d,
    llmgw_node_t *v);


typedef struct {
    llmgw_str_t   name;
    llmgw_int_t (*handler)(llmgw_anthropic_door_t *d, llmgw_node_t *k,
                           llmgw_node_t *v);
} llmgw_anthropic_member_t;


static const llmgw_anthropic_member_t  llmgw_anthropic_door_members[] = {
    { llmgw_string("model"), llmgw_anthropic_door_later },
    { llmgw_string("stream"), llmgw_anthropic_door_later },
    { llmgw_string("system"), llmgw_anthropic_door_later },
    { llmgw_string("messages"), llmgw_anthropic_door_later },
    { llmgw_string("tool_choice"), llmgw_anthropic_door_later },
    { llmgw_string("max_tokens"), llmgw_anthropic_door_limit },
    { llmgw_string("temperature"), llmgw_anthropic_door_number },
    { llmgw_string("top_p"), llmgw_anthropic_door_number },
    { llmgw_string("top_k"), llmgw_anthropic_door_number },
    { llmgw_string("stop_sequences"), llmgw_anthropic_door_stop },
    { llmgw_string("tools"), llmgw_anthropic_door_tools },
    { llmgw_string("thinking"), llmgw_anthropic_door_thinking },
    { llmgw_string("output_config"), llmgw_anthropic_door_output },
    { llmgw_string("output_format"), llmgw_anthropic_door_format },
    { llmgw_string("metadata"), llmgw_anthropic_door_metadata },
    { llmgw_string("service_tier"), llmgw_anthropic_door_tier },
    { llmgw_string("cache_control"), llmgw_anthropic_door_cache },
    { llmgw_string("container"), llmgw_anthropic_door_native },
    { llmgw_string("mcp_servers"), llmgw_anthropic_door_native },
    { llmgw_string("fallbacks"), llmgw_anthropic_door_native },
    { llmgw_string("user_profile_id"), llmgw_anthropic_door_native },
    { llmgw_string("workspace_id"), llmgw_anthropic_door_native }
};


llmgw_int_t
llmgw_anthropic_read_request(llmgw_call_t *call, llmgw_chat_t *chat)
{
    size_t                  i;
    llmgw_int_t             rc;
    llmgw_str_t             name;
    llmgw_node_t           *k, *v, *root;
    llmgw_anthropic_door_t  d;

    d.call = call;
    d.chat = chat;
    d.j = &call->doc;
    d.arena = call->arena;

    root = d.j->nodes;

    call->show_reasoning = 0;
    call->omit_thinking = 0;

    llmgw_json_each_member(k, v, root) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        for (i = 0; i < llmgw_nelts(llmgw_anthropic_door_members); i++) {

            name = llmgw_anthropic_door_members[i].name;

            if (llmgw_json_is_n(d.j, k, (const char *) name.data, name.len)) {
                break;
            }
        }

        if (i == llmgw_nelts(llmgw_anthropic_door_members)) {

            /* agents send what they were not asked for */

            llmgw_call_drop(call, llmgw_jstr_canonical(d.arena,
                                                     llmgw_json_str(d.j, k)));
            continue;
        }

        rc = llmgw_anthropic_door_members[i].handler(&d, k, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (chat->max_tokens == -1 && !call->endpoint->count) {
        return llmgw_anthropic_missing(&d, root, "max_tokens");
    }

    v = llmgw_json_get(d.j, root, "system");

    if (v && v->type != LLMGW_JSON_NULL) {
        rc = llmgw_anthropic_read_system(&d, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = llmgw_json_get(d.j, root, "messages");

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return llmgw_anthropic_missing(&d, root, "messages");
    }

    rc = llmgw_anthropic_read_messages(&d, v);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get(d.j, root, "tool_choice");

    return (v && v->type != LLMGW_JSON_NULL)
           ? llmgw_anthropic_door_choice(&d, v) : LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_bad(llmgw_anthropic_door_t *d, llmgw_node_t *v,
    const char *why)
{
    llmgw_str_t  path;

    path = llmgw_json_path(d->j, v, d->arena);

    return llmgw_refuse(&d->call->error, llmgw_lit("invalid_value"), path,
                        llmgw_str((const u_char *) why, strlen(why)));
}


llmgw_int_t
llmgw_anthropic_foreign(llmgw_anthropic_door_t *d, llmgw_node_t *v)
{
    llmgw_str_t  path;

    path = llmgw_json_path(d->j, v, d->arena);

    return llmgw_refuse(&d->call->error, llmgw_lit("unsupported_parameter"),
                        path, llmgw_lit("only Anthropic's own service takes "
                                        "this, and the model is served by "
                                        "another provider"));
}


llmgw_int_t
llmgw_anthropic_missing(llmgw_anthropic_door_t *d, llmgw_node_t *object,
    const char *name)
{
    llmgw_str_t  path;

    path = llmgw_json_path(d->j, object, d->arena);
    path = llmgw_fmt(d->arena, "%.*s%s%s", llmgw_arg(path),
                     path.len ? "." : "", name);

    return llmgw_refuse(&d->call->error,
                        llmgw_lit("missing_required_parameter"), path,
                        llmgw_lit("Field required"));
}


llmgw_int_t
llmgw_anthropic_need(llmgw_anthropic_door_t *d, llmgw_node_t *object,
    const char *name, llmgw_str_t *s)
{
    llmgw_node_t  *v;

    v = llmgw_json_get_n(d->j, object, name, strlen(name));

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return llmgw_anthropic_missing(d, object, name);
    }

    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_anthropic_bad(d, v, "must be a string");
    }

    *s = llmgw_json_str(d->j, v);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_need_name(llmgw_anthropic_door_t *d, llmgw_node_t *object,
    const char *name, llmgw_str_t *s)
{
    llmgw_int_t    rc;
    llmgw_node_t  *v;

    rc = llmgw_anthropic_need(d, object, name, s);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get_n(d->j, object, name, strlen(name));

    if (v->len == 0) {
        return llmgw_anthropic_bad(d, v, "must not be empty");
    }

    if (v->flags & (LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL)) {
        return llmgw_anthropic_bad(d, v, "holds a character that is not "
                                   "allowed there");
    }

    *s = llmgw_jstr_canonical(d->arena, *s);

    return s->data ? LLMGW_OK : LLMGW_ERROR;
}


/* what is read in another place, or after all others */

static llmgw_int_t
llmgw_anthropic_door_later(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    (void) d;
    (void) k;
    (void) v;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_limit(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    (void) k;

    if (v->type != LLMGW_JSON_NUMBER
        || llmgw_json_int(llmgw_json_str(d->j, v), &d->chat->max_tokens)
           != LLMGW_OK
        || d->chat->max_tokens < 1 || d->chat->max_tokens > INT32_MAX)
    {
        return llmgw_anthropic_bad(d, v, "must be an integer of at least 1");
    }

    return LLMGW_OK;
}


static void
llmgw_anthropic_door_value(llmgw_anthropic_door_t *d, llmgw_param_e p,
    llmgw_node_t *v)
{
    llmgw_value_t  *value;

    value = &d->chat->param[p];

    value->raw = llmgw_json_raw(d->j, v);
    value->node = v;
    value->type = v->type;
}


/* temperature, top_p, top_k: the same names in both forms */

static llmgw_int_t
llmgw_anthropic_door_number(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    if (v->type != LLMGW_JSON_NUMBER) {
        return llmgw_anthropic_bad(d, v, "must be a number");
    }

    llmgw_anthropic_door_value(d, llmgw_param_find(d->j, k), v);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_stop(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_node_t  *s;

    (void) k;

    if (v->type != LLMGW_JSON_ARRAY) {
        return llmgw_anthropic_bad(d, v, "must be an array of strings");
    }

    llmgw_json_each(s, v) {
        if (s->type != LLMGW_JSON_STRING) {
            return llmgw_anthropic_bad(d, s, "must be a string");
        }
    }

    if (v->span > 1) {
        llmgw_anthropic_door_value(d, LLMGW_P_STOP, v);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_thinking(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_int_t    rc;
    llmgw_str_t    type;
    llmgw_chat_t  *c;
    llmgw_node_t  *budget;

    (void) k;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, v, "must be an object");
    }

    rc = llmgw_anthropic_need(d, v, "type", &type);
    if (rc != LLMGW_OK) {
        return rc;
    }

    c = d->chat;
    c->thinking_raw = llmgw_json_raw(d->j, v);

    if (llmgw_str_is(type, "enabled")) {

        c->thinking = LLMGW_THINKING_ENABLED;
        budget = llmgw_json_get(d->j, v, "budget_tokens");

        if (budget == NULL) {
            return llmgw_anthropic_missing(d, v, "budget_tokens");
        }

        if (budget->type != LLMGW_JSON_NUMBER
            || llmgw_json_int(llmgw_json_str(d->j, budget),
                              &c->thinking_budget)
               != LLMGW_OK
            || c->thinking_budget < 0 || c->thinking_budget > INT32_MAX)
        {
            return llmgw_anthropic_bad(d, budget, "must be an integer");
        }

    } else if (llmgw_str_is(type, "adaptive")) {
        c->thinking = LLMGW_THINKING_ADAPTIVE;

    } else if (llmgw_str_is(type, "disabled")) {
        c->thinking = LLMGW_THINKING_DISABLED;
        return LLMGW_OK;

    } else {
        c->thinking = LLMGW_THINKING_OTHER;
        return LLMGW_OK;
    }

    /* programs that did not ask for thoughts read content[0].text */

    d->call->show_reasoning = 1;
    d->call->omit_thinking = llmgw_str_is(llmgw_json_get_str(d->j, v,
                                                             "display"),
                                          "omitted");

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_output(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_node_t  *m;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, v, "must be an object");
    }

    m = llmgw_json_get(d->j, v, "effort");

    if (m && m->type != LLMGW_JSON_NULL) {

        d->chat->effort_name = llmgw_json_str(d->j, m);
        d->chat->effort = llmgw_effort(d->chat->effort_name);

        if (m->type != LLMGW_JSON_STRING
            || d->chat->effort == LLMGW_EFFORT_UNSET)
        {
            return llmgw_anthropic_bad(d, m, "must be low, medium, high, "
                                       "xhigh or max");
        }
    }

    m = llmgw_json_get(d->j, v, "format");

    return (m && m->type != LLMGW_JSON_NULL)
           ? llmgw_anthropic_door_format(d, k, m) : LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_format(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_int_t    rc;
    llmgw_str_t    type;
    llmgw_chat_t  *c;
    llmgw_node_t  *schema;

    (void) k;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, v, "must be an object");
    }

    rc = llmgw_anthropic_need(d, v, "type", &type);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (!llmgw_str_is(type, "json_schema")) {
        return llmgw_anthropic_bad(d, llmgw_json_get(d->j, v, "type"),
                                   "must be json_schema");
    }

    schema = llmgw_json_get(d->j, v, "schema");

    if (schema == NULL) {
        return llmgw_anthropic_missing(d, v, "schema");
    }

    if (schema->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, schema, "must be an object");
    }

    c = d->chat;

    c->format = LLMGW_FORMAT_SCHEMA;
    c->format_name = llmgw_lit("response");
    c->format_schema = llmgw_json_raw(d->j, schema);
    c->format_strict = llmgw_schema_closed(d->j, schema, d->arena);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_metadata(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_node_t  *user;

    (void) k;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, v, "must be an object");
    }

    user = llmgw_json_get(d->j, v, "user_id");

    if (user == NULL || user->type == LLMGW_JSON_NULL) {
        return LLMGW_OK;
    }

    if (user->type != LLMGW_JSON_STRING) {
        return llmgw_anthropic_bad(d, user, "must be a string");
    }

    if (user->flags & (LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL)) {
        return llmgw_anthropic_bad(d, user, "holds a character that is not "
                                   "allowed there");
    }

    llmgw_anthropic_door_value(d, LLMGW_P_USER, user);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_tier(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_value_t  *value;

    (void) k;

    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_anthropic_bad(d, v, "must be a string");
    }

    value = &d->chat->param[LLMGW_P_SERVICE_TIER];

    if (llmgw_json_is(d->j, v, "auto")) {
        value->raw = llmgw_lit("\"auto\"");

    } else if (llmgw_json_is(d->j, v, "standard_only")) {
        value->raw = llmgw_lit("\"default\"");

    } else {
        llmgw_call_drop(d->call, llmgw_lit("service_tier"));
        return LLMGW_OK;
    }

    value->type = LLMGW_JSON_STRING;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_cache(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_member_t  *m;

    (void) k;

    m = llmgw_calloc(d->arena, sizeof(llmgw_member_t));
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    m->name = llmgw_lit("cache_control");
    m->value.raw = llmgw_json_raw(d->j, v);
    m->value.node = v;
    m->value.type = v->type;

    m->next = d->chat->extra;
    d->chat->extra = m;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_native(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    (void) k;

    if (v->type == LLMGW_JSON_ARRAY && v->span == 1) {
        return LLMGW_OK;
    }

    return llmgw_anthropic_foreign(d, v);
}


/* a tool of the service's own, or one that only its models know */

static llmgw_int_t
llmgw_anthropic_door_hosted(llmgw_anthropic_door_t *d, llmgw_node_t *v,
    llmgw_node_t *type, uint32_t index)
{
    llmgw_str_t    name;
    llmgw_tool_t  *tool;

    name = llmgw_json_str(d->j, type);

    switch (d->call->hosted) {

    case LLMGW_HOSTED_REFUSE:
        return llmgw_anthropic_foreign(d, type);

    case LLMGW_HOSTED_OMIT:

        if (!llmgw_str_starts(name, "web_search_")) {

            llmgw_call_drop(d->call, llmgw_fmt(d->arena, "tools.%.*s",
                                               llmgw_arg(name)));
            return LLMGW_OK;
        }

        d->chat->search_optional = 1;
        break;

    default:
        break;
    }

    tool = llmgw_chat_tool(d->chat, LLMGW_TOOL_NATIVE, index);
    if (tool == NULL) {
        return LLMGW_ERROR;
    }

    tool->raw = llmgw_json_raw(d->j, v);

    return llmgw_anthropic_need_name(d, v, "type", &tool->name);
}


static llmgw_int_t
llmgw_anthropic_door_tool(llmgw_anthropic_door_t *d, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_int_t    rc;
    llmgw_node_t  *type, *m;
    llmgw_tool_t  *tool;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, v, "must be an object");
    }

    type = llmgw_json_string(d->j, v, "type");

    if (type && !llmgw_json_is(d->j, type, "custom")) {
        return llmgw_anthropic_door_hosted(d, v, type, index);
    }

    tool = llmgw_chat_tool(d->chat, LLMGW_TOOL_FUNCTION, index);
    if (tool == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_anthropic_need_name(d, v, "name", &tool->name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    tool->description = llmgw_json_get_str(d->j, v, "description");

    m = llmgw_json_get(d->j, v, "input_schema");

    if (m && m->type != LLMGW_JSON_NULL) {

        if (m->type != LLMGW_JSON_OBJECT) {
            return llmgw_anthropic_bad(d, m, "must be an object");
        }

        tool->parameters = llmgw_json_raw(d->j, m);
    }

    m = llmgw_json_get(d->j, v, "strict");
    tool->strict = m && m->type == LLMGW_JSON_TRUE;

    m = llmgw_json_object(d->j, v, "cache_control");

    if (m) {
        tool->cache_control = llmgw_json_raw(d->j, m);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_tools(llmgw_anthropic_door_t *d, llmgw_node_t *k,
    llmgw_node_t *v)
{
    uint32_t       index;
    llmgw_int_t    rc;
    llmgw_node_t  *tool;

    (void) k;

    if (v->type != LLMGW_JSON_ARRAY) {
        return llmgw_anthropic_bad(d, v, "must be an array");
    }

    index = 0;

    llmgw_json_each(tool, v) {

        rc = llmgw_anthropic_door_tool(d, tool, index++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_door_choice(llmgw_anthropic_door_t *d, llmgw_node_t *v)
{
    llmgw_int_t     rc;
    llmgw_str_t     type;
    llmgw_chat_t   *c;
    llmgw_node_t   *single;
    llmgw_value_t  *value;

    c = d->chat;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, v, "must be an object");
    }

    rc = llmgw_anthropic_need(d, v, "type", &type);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (c->tools == NULL) {
        llmgw_call_drop(d->call, llmgw_lit("tool_choice"));
        return LLMGW_OK;
    }

    if (llmgw_str_is(type, "auto")) {
        c->choice = LLMGW_CHOICE_AUTO;

    } else if (llmgw_str_is(type, "any")) {
        c->choice = LLMGW_CHOICE_REQUIRED;

    } else if (llmgw_str_is(type, "none")) {
        c->choice = LLMGW_CHOICE_NONE;

    } else if (llmgw_str_is(type, "tool")) {

        c->choice = LLMGW_CHOICE_NAMED;
        c->choice_names = llmgw_calloc(d->arena, sizeof(llmgw_name_t));

        if (c->choice_names == NULL) {
            return LLMGW_ERROR;
        }

        rc = llmgw_anthropic_need_name(d, v, "name", &c->choice_names->name);
        if (rc != LLMGW_OK) {
            return rc;
        }

    } else {
        return llmgw_anthropic_bad(d, llmgw_json_get(d->j, v, "type"),
                                   "must be auto, any, none or tool");
    }

    single = llmgw_json_get(d->j, v, "disable_parallel_tool_use");

    if (single && single->type == LLMGW_JSON_TRUE) {
        value = &c->param[LLMGW_P_PARALLEL_TOOL_CALLS];
        value->raw = llmgw_lit("false");
        value->type = LLMGW_JSON_FALSE;
    }

    return LLMGW_OK;
}
