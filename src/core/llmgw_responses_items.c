
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The input of a Responses request: items as messages, calls and results.
 */


#include "llmgw_jstr.h"
#include "llmgw_responses.h"


typedef llmgw_int_t (*llmgw_responses_item_pt)(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index);


static llmgw_int_t llmgw_responses_item(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index, unsigned system);
static llmgw_int_t llmgw_responses_message(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index, unsigned system);
static llmgw_int_t llmgw_responses_call(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_responses_output(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_responses_thought(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_responses_carried(llmgw_responses_read_t *r,
    llmgw_str_t payload);
static llmgw_int_t llmgw_responses_more_tools(llmgw_responses_read_t *r,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_responses_content(llmgw_responses_read_t *r,
    llmgw_message_t *m, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_part(llmgw_responses_read_t *r,
    llmgw_message_t *m, llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_responses_image(llmgw_responses_read_t *r,
    llmgw_part_t *part, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_file(llmgw_responses_read_t *r,
    llmgw_part_t *part, llmgw_node_t *v);


static const struct {
    llmgw_str_t              name;
    llmgw_responses_item_pt  handler;
} llmgw_responses_items[] = {
    { llmgw_string("function_call"), llmgw_responses_call },
    { llmgw_string("function_call_output"), llmgw_responses_output },
    { llmgw_string("custom_tool_call"), llmgw_responses_call },
    { llmgw_string("custom_tool_call_output"), llmgw_responses_output },
    { llmgw_string("reasoning"), llmgw_responses_thought },
    { llmgw_string("additional_tools"), llmgw_responses_more_tools }
};


/* what tools of the service's own did before: calls and results alike */

static const llmgw_str_t  llmgw_responses_hosted_items[] = {
    llmgw_string("web_search_call"),
    llmgw_string("file_search_call"),
    llmgw_string("code_interpreter_call"),
    llmgw_string("image_generation_call"),
    llmgw_string("mcp_call"),
    llmgw_string("mcp_list_tools"),
    llmgw_string("mcp_approval_request"),
    llmgw_string("mcp_approval_response"),
    llmgw_string("computer_call"),
    llmgw_string("computer_call_output"),
    llmgw_string("tool_search_call"),
    llmgw_string("tool_search_output"),
    llmgw_string("program"),
    llmgw_string("program_output"),
    llmgw_string("local_shell_call"),
    llmgw_string("local_shell_call_output"),
    llmgw_string("shell_call"),
    llmgw_string("shell_call_output"),
    llmgw_string("apply_patch_call"),
    llmgw_string("apply_patch_call_output")
};


llmgw_int_t
llmgw_responses_read_input(llmgw_responses_read_t *r, llmgw_node_t *v,
    unsigned system)
{
    uint32_t          i;
    llmgw_int_t       rc;
    llmgw_node_t     *item;
    llmgw_part_t     *part;
    llmgw_message_t  *m;

    if (llmgw_openai_want(&r->rd, v, LLMGW_STRING|LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (v->type == LLMGW_JSON_STRING) {

        if (v->len == 0 && system) {
            return LLMGW_OK;
        }

        m = llmgw_chat_message(r->rd.chat, system ? LLMGW_ROLE_SYSTEM
                                                  : LLMGW_ROLE_USER, 0);
        if (m == NULL) {
            return LLMGW_ERROR;
        }

        part = llmgw_chat_part(r->rd.chat, m, LLMGW_PART_TEXT, 0);
        if (part == NULL) {
            return LLMGW_ERROR;
        }

        m->string = 1;
        part->text = llmgw_json_str(r->rd.j, v);

        return LLMGW_OK;
    }

    i = 0;

    llmgw_json_each(item, v) {

        if (llmgw_openai_want(&r->rd, item, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        rc = llmgw_responses_item(r, item, i++, system);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_item(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index, unsigned system)
{
    size_t         i;
    llmgw_str_t    name;
    llmgw_node_t  *type;

    type = llmgw_json_get(r->rd.j, v, "type");

    if (type == NULL || type->type == LLMGW_JSON_NULL) {

        /* messages need not say that they are */

        return llmgw_responses_message(r, v, index, system);
    }

    if (llmgw_openai_want(&r->rd, type, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (llmgw_json_is(r->rd.j, type, "message")) {
        return llmgw_responses_message(r, v, index, system);
    }

    for (i = 0; i < llmgw_nelts(llmgw_responses_items); i++) {

        name = llmgw_responses_items[i].name;

        if (llmgw_json_is_n(r->rd.j, type, (const char *) name.data,
                            name.len))
        {
            return llmgw_responses_items[i].handler(r, v, index);
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_responses_hosted_items); i++) {

        name = llmgw_responses_hosted_items[i];

        if (llmgw_json_is_n(r->rd.j, type, (const char *) name.data,
                            name.len))
        {
            return LLMGW_OK;
        }
    }

    return llmgw_responses_refuse(r, v, "only the service of OpenAI knows "
                                  "what is in such an item");
}


/* the assistant's turn ends; what it thought last led to nothing */

static void
llmgw_responses_turn_ends(llmgw_responses_read_t *r)
{
    r->turn = NULL;
    r->reasoning.len = 0;
    r->signature = llmgw_null_str;
    r->thoughts = NULL;
    r->last_thought = &r->thoughts;
}


/* reasoning goes in front of what it led to */

static llmgw_int_t
llmgw_responses_think(llmgw_responses_read_t *r, llmgw_message_t *m)
{
    llmgw_part_t  *p;

    if (r->reasoning.len) {

        if (m->reasoning.len == 0) {
            r->before = r->reasoning;

        } else if (llmgw_buf_add(r->rd.arena, &r->before,
                                 llmgw_lit("\\n\\n"))
                   != LLMGW_OK
                   || llmgw_buf_add(r->rd.arena, &r->before,
                                    llmgw_buf_str(&r->reasoning))
                      != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }

        m->reasoning = llmgw_buf_str(&r->before);
        memset(&r->reasoning, 0, sizeof(llmgw_buf_t));
    }

    for (p = r->thoughts; p; p = p->next) {
        *m->last = p;
        m->last = &p->next;
    }

    r->thoughts = NULL;
    r->last_thought = &r->thoughts;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_message(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index, unsigned system)
{
    size_t            i;
    llmgw_int_t       rc;
    llmgw_node_t     *role, *content;
    llmgw_message_t  *m;

    static const struct {
        llmgw_str_t   name;
        llmgw_role_e  role;
    } roles[] = {
        { llmgw_string("user"), LLMGW_ROLE_USER },
        { llmgw_string("assistant"), LLMGW_ROLE_ASSISTANT },
        { llmgw_string("system"), LLMGW_ROLE_SYSTEM },
        { llmgw_string("developer"), LLMGW_ROLE_DEVELOPER }
    };

    role = llmgw_json_get(r->rd.j, v, "role");
    content = llmgw_json_get(r->rd.j, v, "content");

    if (role == NULL || role->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(&r->rd, v, "role");
    }

    if (content == NULL || content->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(&r->rd, v, "content");
    }

    if (llmgw_openai_want(&r->rd, role, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    for (i = 0; i < llmgw_nelts(roles); i++) {

        if (llmgw_json_is_n(r->rd.j, role, (const char *) roles[i].name.data,
                            roles[i].name.len))
        {
            break;
        }
    }

    if (i == llmgw_nelts(roles)) {
        return llmgw_openai_bad(&r->rd, role, llmgw_lit("invalid_value"),
                                "\"user\", \"assistant\", \"system\" or "
                                "\"developer\"");
    }

    m = llmgw_chat_message(r->rd.chat, system ? LLMGW_ROLE_SYSTEM
                                              : roles[i].role, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    if (m->role == LLMGW_ROLE_ASSISTANT) {

        rc = llmgw_responses_think(r, m);
        if (rc != LLMGW_OK) {
            return rc;
        }

        r->turn = m;

    } else {
        llmgw_responses_turn_ends(r);
    }

    return llmgw_responses_content(r, m, content);
}


/* a call of a function, or of a free-form tool */

static llmgw_int_t
llmgw_responses_call(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index)
{
    unsigned          custom;
    llmgw_int_t       rc;
    llmgw_str_t       name, space, input;
    llmgw_node_t     *id, *m, *text;
    llmgw_part_t     *part;

    m = llmgw_json_get(r->rd.j, v, "type");
    custom = llmgw_json_is(r->rd.j, m, "custom_tool_call");

    id = llmgw_json_string(r->rd.j, v, "call_id");
    m = llmgw_json_string(r->rd.j, v, "name");
    text = llmgw_json_get_n(r->rd.j, v, custom ? "input" : "arguments",
                            custom ? 5 : 9);

    if (id == NULL || m == NULL) {
        return llmgw_openai_missing(&r->rd, v, id ? "name" : "call_id");
    }

    if (r->turn == NULL) {

        r->turn = llmgw_chat_message(r->rd.chat, LLMGW_ROLE_ASSISTANT, index);
        if (r->turn == NULL) {
            return LLMGW_ERROR;
        }
    }

    rc = llmgw_responses_think(r, r->turn);
    if (rc != LLMGW_OK) {
        return rc;
    }

    part = llmgw_chat_part(r->rd.chat, r->turn, LLMGW_PART_TOOL_CALL, index);
    if (part == NULL) {
        return LLMGW_ERROR;
    }

    part->signature = r->signature;
    r->signature = llmgw_null_str;

    name = llmgw_null_str;
    space = llmgw_null_str;
    input = llmgw_null_str;

    rc = llmgw_openai_name(&r->rd, id, &part->id);

    if (rc == LLMGW_OK) {
        rc = llmgw_openai_name(&r->rd, m, &name);
    }

    m = llmgw_json_get(r->rd.j, v, "namespace");

    if (rc == LLMGW_OK && m && m->type != LLMGW_JSON_NULL) {
        rc = llmgw_openai_name(&r->rd, m, &space);
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_openai_string(&r->rd, text, &input);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    part->name = llmgw_responses_flat_name(r->rd.arena, space, name);

    /* a jstr is what stands between quotes: no need to look inside */

    part->args = custom ? llmgw_fmt(r->rd.arena, "{\"input\":\"%.*s\"}",
                                    llmgw_arg(input))
                        : llmgw_jstr_decode(r->rd.arena, input);

    if (part->name.data == NULL
        || (part->args.data == NULL && (custom || input.len)))
    {
        return LLMGW_ERROR;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_output(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_int_t       rc;
    llmgw_node_t     *id, *output;
    llmgw_message_t  *m;

    id = llmgw_json_get(r->rd.j, v, "call_id");
    output = llmgw_json_get(r->rd.j, v, "output");

    if (id == NULL || id->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(&r->rd, v, "call_id");
    }

    llmgw_responses_turn_ends(r);

    m = llmgw_chat_message(r->rd.chat, LLMGW_ROLE_TOOL, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_openai_name(&r->rd, id, &m->tool_call_id);
    if (rc != LLMGW_OK) {
        return rc;
    }

    return (output && output->type != LLMGW_JSON_NULL)
           ? llmgw_responses_content(r, m, output) : LLMGW_OK;
}


/* its texts, and what this gateway has put into it */

static llmgw_int_t
llmgw_responses_thought(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index)
{
    size_t         i;
    llmgw_int_t    rc;
    llmgw_str_t    text, payload;
    llmgw_node_t  *list, *p;

    static const char *const  lists[] = { "summary", "content" };

    (void) index;

    for (i = 0; i < llmgw_nelts(lists); i++) {

        list = llmgw_json_get_type(r->rd.j, v, lists[i], strlen(lists[i]),
                                   LLMGW_JSON_ARRAY);
        if (list == NULL) {
            continue;
        }

        llmgw_json_each(p, list) {

            text = (p->type == LLMGW_JSON_OBJECT)
                   ? llmgw_json_get_str(r->rd.j, p, "text") : llmgw_null_str;

            if (text.len == 0) {
                continue;
            }

            if ((r->reasoning.len
                 && llmgw_buf_add(r->rd.arena, &r->reasoning,
                                  llmgw_lit("\\n\\n"))
                    != LLMGW_OK)
                || llmgw_buf_add(r->rd.arena, &r->reasoning, text)
                   != LLMGW_OK)
            {
                return LLMGW_ERROR;
            }
        }
    }

    payload = llmgw_json_get_str(r->rd.j, v, "encrypted_content");

    if (llmgw_str_starts(payload, LLMGW_CARRIED_ANTHROPIC)) {
        payload.data += sizeof(LLMGW_CARRIED_ANTHROPIC) - 1;
        payload.len -= sizeof(LLMGW_CARRIED_ANTHROPIC) - 1;

        rc = llmgw_responses_carried(r, payload);

        /* damaged on the way: then it is not there */

        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_OK;
    }

    if (llmgw_str_starts(payload, LLMGW_CARRIED_GEMINI)) {
        payload.data += sizeof(LLMGW_CARRIED_GEMINI) - 1;
        payload.len -= sizeof(LLMGW_CARRIED_GEMINI) - 1;

        if (r->signature.len == 0
            && llmgw_base64_decode(r->rd.arena, payload, &text) == LLMGW_OK)
        {
            r->signature = payload;
        }
    }

    return LLMGW_OK;
}


/* a JSON array of Claude's thinking blocks, in base64 */

static llmgw_int_t
llmgw_responses_carried(llmgw_responses_read_t *r, llmgw_str_t payload)
{
    llmgw_int_t    rc;
    llmgw_str_t    bytes, type;
    llmgw_json_t   j;
    llmgw_node_t  *v;
    llmgw_part_t  *part;

    rc = llmgw_base64_decode(r->rd.arena, payload, &bytes);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_json_parse(&j, r->rd.arena, bytes, LLMGW_JSON_ALL, 100000);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (j.nodes[0].type != LLMGW_JSON_ARRAY) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(v, j.nodes) {

        type = (v->type == LLMGW_JSON_OBJECT)
               ? llmgw_json_get_str(&j, v, "type") : llmgw_null_str;

        if (!llmgw_str_is(type, "thinking")
            && !llmgw_str_is(type, "redacted_thinking"))
        {
            continue;
        }

        part = llmgw_calloc(r->rd.arena, sizeof(llmgw_part_t));
        if (part == NULL) {
            return LLMGW_ERROR;
        }

        part->type = LLMGW_PART_THINKING;
        part->name = type;
        part->raw = llmgw_json_raw(&j, v);
        part->text = llmgw_json_get_str(&j, v, "thinking");
        part->signature = llmgw_json_get_str(&j, v, "signature");
        part->redacted = llmgw_str_is(type, "redacted_thinking");

        *r->last_thought = part;
        r->last_thought = &part->next;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_more_tools(llmgw_responses_read_t *r, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_node_t  *tools;

    (void) index;

    tools = llmgw_json_get(r->rd.j, v, "tools");

    return (tools && tools->type != LLMGW_JSON_NULL)
           ? llmgw_responses_read_tools(r, tools) : LLMGW_OK;
}


/* of a message or of a result */

static llmgw_int_t
llmgw_responses_content(llmgw_responses_read_t *r, llmgw_message_t *m,
    llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *p;
    llmgw_part_t  *part, **first;

    if (llmgw_openai_want(&r->rd, v, LLMGW_STRING|LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    first = m->last;

    if (v->type == LLMGW_JSON_STRING) {

        part = llmgw_chat_part(r->rd.chat, m, LLMGW_PART_TEXT, 0);
        if (part == NULL) {
            return LLMGW_ERROR;
        }

        part->text = llmgw_json_str(r->rd.j, v);

    } else {

        i = 0;

        llmgw_json_each(p, v) {

            if (llmgw_openai_want(&r->rd, p, LLMGW_OBJECT) != LLMGW_OK) {
                return LLMGW_INVALID;
            }

            rc = llmgw_responses_part(r, m, p, i++);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    /* one text alone stands for itself */

    m->string = *first && (*first)->type == LLMGW_PART_TEXT
                && (*first)->next == NULL;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_part(llmgw_responses_read_t *r, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t index)
{
    size_t         i;
    llmgw_node_t  *type, *value;
    llmgw_part_t  *part;

    static const struct {
        llmgw_str_t   name;
        llmgw_part_e  type;
        const char   *member;
    } parts[] = {
        { llmgw_string("input_text"), LLMGW_PART_TEXT, "text" },
        { llmgw_string("output_text"), LLMGW_PART_TEXT, "text" },
        { llmgw_string("text"), LLMGW_PART_TEXT, "text" },
        { llmgw_string("refusal"), LLMGW_PART_REFUSAL, "refusal" },
        { llmgw_string("input_image"), LLMGW_PART_IMAGE, NULL },
        { llmgw_string("input_file"), LLMGW_PART_FILE, NULL },
        { llmgw_string("input_audio"), LLMGW_PART_AUDIO, "input_audio" }
    };

    type = llmgw_json_string(r->rd.j, v, "type");

    if (type == NULL) {
        return llmgw_openai_missing(&r->rd, v, "type");
    }

    for (i = 0; i < llmgw_nelts(parts); i++) {

        if (llmgw_json_is_n(r->rd.j, type, (const char *) parts[i].name.data,
                            parts[i].name.len))
        {
            break;
        }
    }

    if (i == llmgw_nelts(parts)) {
        return llmgw_responses_refuse(r, type, "no such part is known");
    }

    value = NULL;

    if (parts[i].member) {

        value = llmgw_json_get_n(r->rd.j, v, parts[i].member,
                                 strlen(parts[i].member));

        if (value == NULL || value->type == LLMGW_JSON_NULL) {
            return llmgw_openai_missing(&r->rd, v, parts[i].member);
        }
    }

    part = llmgw_chat_part(r->rd.chat, m, parts[i].type, index);
    if (part == NULL) {
        return LLMGW_ERROR;
    }

    switch (part->type) {

    case LLMGW_PART_IMAGE:
        return llmgw_responses_image(r, part, v);

    case LLMGW_PART_FILE:
        return llmgw_responses_file(r, part, v);

    case LLMGW_PART_AUDIO:
        return llmgw_openai_read_audio(&r->rd, part, value);

    default: /* LLMGW_PART_TEXT, LLMGW_PART_REFUSAL */
        return llmgw_openai_string(&r->rd, value, &part->text);
    }
}


static llmgw_int_t
llmgw_responses_image(llmgw_responses_read_t *r, llmgw_part_t *part,
    llmgw_node_t *v)
{
    llmgw_node_t  *member[3];

    static const llmgw_str_t  names[] = {
        llmgw_string("image_url"),
        llmgw_string("file_id"),
        llmgw_string("detail")
    };

    llmgw_openai_members(r->rd.j, v, names, 3, member);

    if (member[0] == NULL) {

        if (member[1] == NULL) {
            return llmgw_openai_missing(&r->rd, v, "image_url");
        }

        return llmgw_responses_refuse(r, member[1], "the file is not at the "
                                      "provider of the model; send its data");
    }

    /* some clients write it as they do in a chat */

    if (member[0]->type == LLMGW_JSON_OBJECT) {

        member[0] = llmgw_json_get(r->rd.j, member[0], "url");

        if (member[0] == NULL) {
            return llmgw_openai_missing(&r->rd, v, "image_url.url");
        }
    }

    if (llmgw_openai_string(&r->rd, member[0], &part->url) != LLMGW_OK
        || llmgw_openai_string(&r->rd, member[2], &part->detail) != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    if (llmgw_str_is(part->detail, "original")) {
        part->detail = llmgw_lit("high");
    }

    return LLMGW_OK;
}


/* what a file without a type is, by the end of its name */

static llmgw_str_t
llmgw_responses_mime(llmgw_str_t name)
{
    size_t       i, n;
    llmgw_str_t  end;

    static const struct {
        llmgw_str_t  end;
        llmgw_str_t  mime;
    } types[] = {
        { llmgw_string("pdf"), llmgw_string("application/pdf") },
        { llmgw_string("txt"), llmgw_string("text/plain") },
        { llmgw_string("md"), llmgw_string("text/markdown") },
        { llmgw_string("csv"), llmgw_string("text/csv") },
        { llmgw_string("html"), llmgw_string("text/html") },
        { llmgw_string("xml"), llmgw_string("text/xml") },
        { llmgw_string("json"), llmgw_string("application/json") },
        { llmgw_string("png"), llmgw_string("image/png") },
        { llmgw_string("jpg"), llmgw_string("image/jpeg") },
        { llmgw_string("jpeg"), llmgw_string("image/jpeg") },
        { llmgw_string("gif"), llmgw_string("image/gif") },
        { llmgw_string("webp"), llmgw_string("image/webp") }
    };

    for (n = name.len; n && name.data[n - 1] != '.'; n--) { /* void */ }

    end = llmgw_str(name.data + n, name.len - n);

    for (i = 0; n && i < llmgw_nelts(types); i++) {
        if (llmgw_str_caseeq(types[i].end, end)) {
            return types[i].mime;
        }
    }

    return llmgw_null_str;
}


static llmgw_int_t
llmgw_responses_file(llmgw_responses_read_t *r, llmgw_part_t *part,
    llmgw_node_t *v)
{
    llmgw_node_t  *member[4];

    static const llmgw_str_t  names[] = {
        llmgw_string("file_data"),
        llmgw_string("filename"),
        llmgw_string("file_url"),
        llmgw_string("file_id")
    };

    llmgw_openai_members(r->rd.j, v, names, 4, member);

    if (llmgw_openai_string(&r->rd, member[1], &part->name) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (member[0]) {

        if (llmgw_openai_string(&r->rd, member[0], &part->data) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        if (part->data.len < 5
            || !llmgw_str_caseeq(llmgw_str(part->data.data, 5),
                                 llmgw_lit("data:")))
        {
            part->mime = llmgw_responses_mime(part->name);
        }

        return LLMGW_OK;
    }

    /* who can fetch it, will */

    if (member[2]) {
        return llmgw_openai_name(&r->rd, member[2], &part->id);
    }

    if (member[3] == NULL) {
        return llmgw_openai_missing(&r->rd, v, "file_data");
    }

    return llmgw_responses_refuse(r, member[3], "the file is not at the "
                                  "provider of the model; send its data");
}
