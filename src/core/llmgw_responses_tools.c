
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The tools of a Responses request.  A free-form tool is a function with one
 * string for other providers, a namespace is a prefix of names.
 */


#include "llmgw_digest.h"
#include "llmgw_jstr.h"
#include "llmgw_responses.h"


static llmgw_int_t llmgw_responses_tool(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index, llmgw_str_t space);
static llmgw_int_t llmgw_responses_custom(llmgw_responses_read_t *r,
    llmgw_tool_t *tool, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_space(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_responses_hosted(llmgw_responses_read_t *r,
    llmgw_node_t *type, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_search(llmgw_responses_read_t *r,
    llmgw_node_t *v);
static llmgw_int_t llmgw_responses_allowed(llmgw_responses_read_t *r,
    llmgw_node_t *v);
static llmgw_int_t llmgw_responses_choose(llmgw_responses_read_t *r,
    llmgw_node_t *v, llmgw_name_t ***last);


/* the longest name that all providers take */
#define LLMGW_RESPONSES_NAME    64

/* of a longer one: how much of it stays, and of its digest */
#define LLMGW_RESPONSES_HEAD    55
#define LLMGW_RESPONSES_DIGEST  4

#define LLMGW_RESPONSES_CUSTOM                                               \
    "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}}," \
    "\"required\":[\"input\"],\"additionalProperties\":false}"


/* declared by agents whether they are wanted or not: nothing breaks without */

static const llmgw_str_t  llmgw_responses_unasked[] = {
    llmgw_string("tool_search"),
    llmgw_string("image_generation"),
    llmgw_string("programmatic_tool_calling")
};


llmgw_int_t
llmgw_responses_read_tools(llmgw_responses_read_t *r, llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *t;

    if (llmgw_openai_want(&r->rd, v, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    i = 0;

    llmgw_json_each(t, v) {
        rc = llmgw_responses_tool(r, t, i++, llmgw_null_str);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_tool(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index, llmgw_str_t space)
{
    unsigned                 custom;
    llmgw_int_t              rc;
    llmgw_node_t            *type;
    llmgw_tool_t            *tool;
    llmgw_responses_tool_t  *own;

    if (llmgw_openai_want(&r->rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    type = llmgw_json_get(r->rd.j, v, "type");

    if (type == NULL || type->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(&r->rd, v, "type");
    }

    if (llmgw_openai_want(&r->rd, type, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    custom = llmgw_json_is(r->rd.j, type, "custom");

    if (!custom && !llmgw_json_is(r->rd.j, type, "function")) {

        if (space.len == 0 && llmgw_json_is(r->rd.j, type, "namespace")) {
            return llmgw_responses_space(r, v, index);
        }

        return llmgw_responses_hosted(r, type, v);
    }

    tool = llmgw_chat_tool(r->rd.chat, LLMGW_TOOL_FUNCTION, index);
    if (tool == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_openai_read_definition(&r->rd, tool, v);

    if (rc == LLMGW_OK && custom) {
        rc = llmgw_responses_custom(r, tool, v);
    }

    if (rc != LLMGW_OK || (!custom && space.len == 0)) {
        return rc;
    }

    /* the answer will have to call it by its own name */

    own = llmgw_calloc(r->rd.arena, sizeof(llmgw_responses_tool_t));
    if (own == NULL) {
        return LLMGW_ERROR;
    }

    own->name = tool->name;
    own->space = space;
    own->custom = custom;

    tool->name = llmgw_responses_flat_name(r->rd.arena, space, tool->name);

    return tool->name.data ? llmgw_map_put(&r->asked->tools, tool->name, own)
                           : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_responses_custom(llmgw_responses_read_t *r, llmgw_tool_t *tool,
    llmgw_node_t *v)
{
    llmgw_node_t  *format, *type, *syntax, *definition;

    tool->parameters = llmgw_lit(LLMGW_RESPONSES_CUSTOM);
    tool->strict = 0;

    format = llmgw_json_object(r->rd.j, v, "format");
    type = llmgw_json_string(r->rd.j, format, "type");

    if (type == NULL || !llmgw_json_is(r->rd.j, type, "grammar")) {
        return LLMGW_OK;
    }

    syntax = llmgw_json_string(r->rd.j, format, "syntax");
    definition = llmgw_json_string(r->rd.j, format, "definition");

    if (syntax == NULL || definition == NULL) {
        return llmgw_openai_missing(&r->rd, format, syntax ? "definition"
                                                           : "syntax");
    }

    tool->description = llmgw_fmt(r->rd.arena, "%.*s%sInput grammar (%.*s):"
                                  "\\n%.*s",
                                  llmgw_arg(tool->description),
                                  tool->description.len ? "\\n\\n" : "",
                                  llmgw_arg(llmgw_json_str(r->rd.j, syntax)),
                                  llmgw_arg(llmgw_json_str(r->rd.j,
                                                           definition)));

    return tool->description.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_responses_space(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_int_t    rc;
    llmgw_str_t    space;
    llmgw_node_t  *tools, *t;

    space = llmgw_null_str;

    rc = llmgw_openai_name(&r->rd, llmgw_json_get(r->rd.j, v, "name"),
                           &space);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (space.len == 0) {
        return llmgw_openai_missing(&r->rd, v, "name");
    }

    tools = llmgw_json_get(r->rd.j, v, "tools");

    if (tools == NULL) {
        return LLMGW_OK;
    }

    if (llmgw_openai_want(&r->rd, tools, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(t, tools) {
        rc = llmgw_responses_tool(r, t, index, space);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* "<space>__<name>", or the beginning of that and a digest of it */

llmgw_str_t
llmgw_responses_flat_name(llmgw_arena_t *a, llmgw_str_t space,
    llmgw_str_t name)
{
    u_char       digest[LLMGW_SHA256_LEN], *p;
    llmgw_str_t  flat;

    if (space.len == 0) {
        return name;
    }

    flat = llmgw_fmt(a, "%.*s__%.*s", llmgw_arg(space), llmgw_arg(name));

    if (flat.data == NULL || flat.len <= LLMGW_RESPONSES_NAME) {
        return flat;
    }

    p = llmgw_nalloc(a, LLMGW_RESPONSES_NAME);

    if (p == NULL || llmgw_sha256(flat, digest) != LLMGW_OK) {
        return llmgw_null_str;
    }

    memcpy(p, flat.data, LLMGW_RESPONSES_HEAD);
    p[LLMGW_RESPONSES_HEAD] = '_';

    (void) llmgw_hex(p + LLMGW_RESPONSES_HEAD + 1, digest,
                     LLMGW_RESPONSES_DIGEST);

    return llmgw_str(p, LLMGW_RESPONSES_NAME);
}


/* what only the service itself can run */

static llmgw_int_t
llmgw_responses_hosted(llmgw_responses_read_t *r, llmgw_node_t *type,
    llmgw_node_t *v)
{
    size_t       i;
    llmgw_str_t  name;

    name = llmgw_json_str(r->rd.j, type);

    if (llmgw_str_starts(name, "web_search")
        && r->call->hosted != LLMGW_HOSTED_REFUSE)
    {
        return llmgw_responses_search(r, v);
    }

    for (i = 0; i < llmgw_nelts(llmgw_responses_unasked); i++) {
        if (llmgw_str_eq(llmgw_responses_unasked[i], name)) {
            break;
        }
    }

    if (r->call->hosted == LLMGW_HOSTED_OMIT
        || (r->call->hosted == LLMGW_HOSTED_DEFAULT
            && i < llmgw_nelts(llmgw_responses_unasked)))
    {
        r->omitted = 1;

        llmgw_call_drop(r->call, llmgw_fmt(r->rd.arena, "tools.%.*s",
                                           llmgw_arg(name)));
        return LLMGW_OK;
    }

    return llmgw_responses_refuse(r, type, "only the service of OpenAI runs "
                                  "such a tool");
}


/* the chat's own form of it; a provider that cannot search leaves it out */

static llmgw_int_t
llmgw_responses_search(llmgw_responses_read_t *r, llmgw_node_t *v)
{
    size_t          i;
    llmgw_out_t     o;
    llmgw_node_t   *size, *location, *m;
    llmgw_value_t  *value;

    static const llmgw_str_t  names[] = {
        llmgw_string("city"),
        llmgw_string("region"),
        llmgw_string("country"),
        llmgw_string("timezone")
    };

    r->searches = 1;
    r->rd.chat->search_optional = 1;

    llmgw_out_init(&o, r->rd.arena, 256, 0, 0);
    llmgw_json_open(&o, '{');

    size = llmgw_json_string(r->rd.j, v, "search_context_size");

    if (size) {
        llmgw_json_member(&o, "search_context_size",
                          llmgw_json_str(r->rd.j, size));
    }

    location = llmgw_json_object(r->rd.j, v, "user_location");

    if (location) {
        llmgw_json_key(&o, "user_location");
        llmgw_json_open(&o, '{');
        llmgw_json_member(&o, "type", llmgw_lit("approximate"));
        llmgw_json_key(&o, "approximate");
        llmgw_json_open(&o, '{');

        for (i = 0; i < llmgw_nelts(names); i++) {

            m = llmgw_json_get_type(r->rd.j, location,
                                    (const char *) names[i].data,
                                    names[i].len, LLMGW_JSON_STRING);
            if (m) {
                llmgw_json_key_n(&o, (const char *) names[i].data,
                                 names[i].len);
                llmgw_json_put_jstr(&o, llmgw_json_str(r->rd.j, m));
            }
        }

        llmgw_json_close(&o, '}');
        llmgw_json_close(&o, '}');
    }

    llmgw_json_close(&o, '}');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    value = &r->rd.chat->param[LLMGW_P_WEB_SEARCH_OPTIONS];

    value->raw = llmgw_out_join(&o, r->rd.arena);
    value->node = NULL;
    value->type = LLMGW_JSON_OBJECT;

    return value->raw.data ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_responses_read_choice(llmgw_responses_read_t *r, llmgw_node_t *v)
{
    size_t          i;
    llmgw_node_t   *word;
    llmgw_chat_t   *c;
    llmgw_name_t  **last;

    static const struct {
        llmgw_str_t     name;
        llmgw_choice_e  choice;
    } words[] = {
        { llmgw_string("auto"), LLMGW_CHOICE_AUTO },
        { llmgw_string("none"), LLMGW_CHOICE_NONE },
        { llmgw_string("required"), LLMGW_CHOICE_REQUIRED }
    };

    if (llmgw_openai_want(&r->rd, v, LLMGW_STRING|LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    c = r->rd.chat;

    if (c->tools == NULL && r->omitted && !r->searches) {

        /* a choice goes with its tools */

        return LLMGW_OK;
    }

    if (v->type == LLMGW_JSON_STRING) {

        for (i = 0; i < llmgw_nelts(words); i++) {

            if (llmgw_json_is_n(r->rd.j, v, (const char *) words[i].name.data,
                                words[i].name.len))
            {
                c->choice = words[i].choice;
                return LLMGW_OK;
            }
        }

        return llmgw_openai_bad(&r->rd, v, llmgw_lit("invalid_value"),
                                "\"auto\", \"none\", \"required\" or name a "
                                "tool");
    }

    word = llmgw_json_string(r->rd.j, v, "type");

    if (word == NULL) {
        return llmgw_openai_missing(&r->rd, v, "type");
    }

    if (llmgw_json_is(r->rd.j, word, "allowed_tools")) {
        return llmgw_responses_allowed(r, v);
    }

    if (llmgw_json_is(r->rd.j, word, "function")
        || llmgw_json_is(r->rd.j, word, "custom"))
    {
        c->choice = LLMGW_CHOICE_NAMED;
        last = &c->choice_names;

        return llmgw_responses_choose(r, v, &last);
    }

    /* a tool of the service's: it was left out, or is a search */

    c->choice = LLMGW_CHOICE_AUTO;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_allowed(llmgw_responses_read_t *r, llmgw_node_t *v)
{
    llmgw_int_t     rc;
    llmgw_node_t   *mode, *tools, *tool, *type;
    llmgw_name_t  **last;

    mode = llmgw_json_string(r->rd.j, v, "mode");
    tools = llmgw_json_array(r->rd.j, v, "tools");

    if (tools == NULL) {
        return llmgw_openai_missing(&r->rd, v, "tools");
    }

    r->rd.chat->choice = LLMGW_CHOICE_ALLOWED;
    r->rd.chat->choice_required = mode && llmgw_json_is(r->rd.j, mode,
                                                        "required");
    last = &r->rd.chat->choice_names;

    llmgw_json_each(tool, tools) {

        if (llmgw_openai_want(&r->rd, tool, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        type = llmgw_json_string(r->rd.j, tool, "type");

        if (type == NULL || (!llmgw_json_is(r->rd.j, type, "function")
                             && !llmgw_json_is(r->rd.j, type, "custom")))
        {
            continue;
        }

        rc = llmgw_responses_choose(r, tool, &last);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* {name, namespace} */

static llmgw_int_t
llmgw_responses_choose(llmgw_responses_read_t *r, llmgw_node_t *v,
    llmgw_name_t ***last)
{
    llmgw_int_t     rc;
    llmgw_str_t     name, space;
    llmgw_name_t   *n;

    name = llmgw_null_str;
    space = llmgw_null_str;

    rc = llmgw_openai_name(&r->rd, llmgw_json_get(r->rd.j, v, "name"), &name);

    if (rc == LLMGW_OK) {
        rc = llmgw_openai_name(&r->rd,
                               llmgw_json_string(r->rd.j, v, "namespace"),
                               &space);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (name.len == 0) {
        return llmgw_openai_missing(&r->rd, v, "name");
    }

    n = llmgw_alloc(r->rd.arena, sizeof(llmgw_name_t));
    if (n == NULL) {
        return LLMGW_ERROR;
    }

    n->name = llmgw_responses_flat_name(r->rd.arena, space, name);
    n->next = NULL;

    if (n->name.data == NULL) {
        return LLMGW_ERROR;
    }

    **last = n;
    *last = &n->next;

    return LLMGW_OK;
}
