
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a client's chat completion request.
 */


#include "llmgw_jstr.h"
#include "llmgw_openai_read.h"


static llmgw_int_t llmgw_openai_read_message(llmgw_openai_read_t *rd,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_openai_read_assistant(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t **member);
static llmgw_int_t llmgw_openai_read_blocks(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_images(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_legacy(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_result(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v, llmgw_node_t **member);
static llmgw_int_t llmgw_openai_read_content(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_part(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_openai_read_link(llmgw_openai_read_t *rd,
    llmgw_part_t *part, llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_file(llmgw_openai_read_t *rd,
    llmgw_part_t *part, llmgw_node_t *v);
static llmgw_int_t llmgw_openai_read_block(llmgw_openai_read_t *rd,
    llmgw_message_t *m, llmgw_node_t *v, uint32_t index);


enum {
    LLMGW_M_ROLE = 0,
    LLMGW_M_CONTENT,
    LLMGW_M_NAME,
    LLMGW_M_TOOL_CALLS,
    LLMGW_M_TOOL_CALL_ID,
    LLMGW_M_FUNCTION_CALL,
    LLMGW_M_REFUSAL,
    LLMGW_M_AUDIO,
    LLMGW_M_REASONING,
    LLMGW_M_THINKING,
    LLMGW_M_IMAGES,
    LLMGW_M_IS_ERROR,
    LLMGW_M_CACHE,
    LLMGW_M_EXTRA,
    LLMGW_M_PLAN,
    LLMGW_M_MAX
};

static const llmgw_str_t  llmgw_openai_message[LLMGW_M_MAX] = {
    llmgw_string("role"),
    llmgw_string("content"),
    llmgw_string("name"),
    llmgw_string("tool_calls"),
    llmgw_string("tool_call_id"),
    llmgw_string("function_call"),
    llmgw_string("refusal"),
    llmgw_string("audio"),
    llmgw_string("reasoning_content"),
    llmgw_string("thinking_blocks"),
    llmgw_string("images"),
    llmgw_string("is_error"),
    llmgw_string("cache_control"),
    llmgw_string("extra_content"),
    llmgw_string("tool_plan")
};


enum {
    LLMGW_PM_TYPE = 0,
    LLMGW_PM_TEXT,
    LLMGW_PM_REFUSAL,
    LLMGW_PM_IMAGE,
    LLMGW_PM_AUDIO,
    LLMGW_PM_FILE,
    LLMGW_PM_VIDEO,
    LLMGW_PM_CACHE,
    LLMGW_PM_MAX
};

static const llmgw_str_t  llmgw_openai_part[LLMGW_PM_MAX] = {
    llmgw_string("type"),
    llmgw_string("text"),
    llmgw_string("refusal"),
    llmgw_string("image_url"),
    llmgw_string("input_audio"),
    llmgw_string("file"),
    llmgw_string("video_url"),
    llmgw_string("cache_control")
};


llmgw_int_t
llmgw_openai_read_messages(llmgw_openai_read_t *rd, llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *m;

    if (llmgw_openai_want(rd, v, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (v->span == 1) {
        return llmgw_openai_bad(rd, v, llmgw_lit("empty_array"),
                                "an array of at least one message");
    }

    i = 0;

    llmgw_json_each(m, v) {

        if (llmgw_openai_want(rd, m, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        rc = llmgw_openai_read_message(rd, m, i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_read_message(llmgw_openai_read_t *rd, llmgw_node_t *v,
    uint32_t index)
{
    size_t            i;
    llmgw_int_t       rc;
    llmgw_node_t     *member[LLMGW_M_MAX];
    llmgw_message_t  *m;

    static const struct {
        llmgw_str_t   name;
        llmgw_role_e  role;
    } roles[] = {
        { llmgw_string("user"), LLMGW_ROLE_USER },
        { llmgw_string("assistant"), LLMGW_ROLE_ASSISTANT },
        { llmgw_string("tool"), LLMGW_ROLE_TOOL },
        { llmgw_string("system"), LLMGW_ROLE_SYSTEM },
        { llmgw_string("developer"), LLMGW_ROLE_DEVELOPER },
        { llmgw_string("function"), LLMGW_ROLE_TOOL }
    };

    llmgw_openai_members(rd->j, v, llmgw_openai_message, LLMGW_M_MAX, member);

    if (member[LLMGW_M_ROLE] == NULL) {
        return llmgw_openai_missing(rd, v, "role");
    }

    if (llmgw_openai_want(rd, member[LLMGW_M_ROLE], LLMGW_STRING)
        != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    for (i = 0; i < llmgw_nelts(roles); i++) {

        if (llmgw_json_is_n(rd->j, member[LLMGW_M_ROLE],
                            (const char *) roles[i].name.data,
                            roles[i].name.len))
        {
            break;
        }
    }

    if (i == llmgw_nelts(roles)) {
        return llmgw_openai_bad(rd, member[LLMGW_M_ROLE],
                                llmgw_lit("invalid_value"),
                                "\"system\", \"developer\", \"user\", "
                                "\"assistant\", \"tool\" or \"function\"");
    }

    m = llmgw_chat_message(rd->chat, roles[i].role, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    m->function = (i == llmgw_nelts(roles) - 1);

    rc = llmgw_openai_name(rd, member[LLMGW_M_NAME], &m->name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_openai_raw(rd, member[LLMGW_M_CACHE], LLMGW_OBJECT,
                          &m->cache_control);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (m->role == LLMGW_ROLE_ASSISTANT) {
        return llmgw_openai_read_assistant(rd, m, member);
    }

    if (m->role == LLMGW_ROLE_TOOL) {
        return llmgw_openai_read_result(rd, m, v, member);
    }

    if (member[LLMGW_M_CONTENT] == NULL) {
        return llmgw_openai_missing(rd, v, "content");
    }

    return llmgw_openai_read_content(rd, m, member[LLMGW_M_CONTENT]);
}


static llmgw_int_t
llmgw_openai_read_assistant(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t **member)
{
    llmgw_int_t    rc;
    llmgw_part_t  *part;

    rd->pending = NULL;

    if (llmgw_openai_string(rd, member[LLMGW_M_REASONING], &m->reasoning)
        != LLMGW_OK
        || llmgw_openai_string(rd, member[LLMGW_M_PLAN], &m->tool_plan)
           != LLMGW_OK
        || llmgw_openai_raw(rd, member[LLMGW_M_AUDIO], LLMGW_OBJECT,
                            &m->audio)
           != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    m->signature = llmgw_openai_signature(rd->j, member[LLMGW_M_EXTRA]);

    /* in the order in which a service produces them */

    if (member[LLMGW_M_THINKING]) {
        rc = llmgw_openai_read_blocks(rd, m, member[LLMGW_M_THINKING]);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (member[LLMGW_M_CONTENT]) {
        rc = llmgw_openai_read_content(rd, m, member[LLMGW_M_CONTENT]);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (member[LLMGW_M_REFUSAL]) {
        part = llmgw_chat_part(rd->chat, m, LLMGW_PART_REFUSAL, 0);
        if (part == NULL) {
            return LLMGW_ERROR;
        }

        rc = llmgw_openai_string(rd, member[LLMGW_M_REFUSAL], &part->text);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (member[LLMGW_M_IMAGES]) {
        rc = llmgw_openai_read_images(rd, m, member[LLMGW_M_IMAGES]);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (member[LLMGW_M_TOOL_CALLS]) {
        return llmgw_openai_read_calls(rd, m, member[LLMGW_M_TOOL_CALLS]);
    }

    if (member[LLMGW_M_FUNCTION_CALL]) {
        return llmgw_openai_read_legacy(rd, m,
                                        member[LLMGW_M_FUNCTION_CALL]);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_read_blocks(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *block;

    if (llmgw_openai_want(rd, v, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    i = 0;

    llmgw_json_each(block, v) {

        if (llmgw_openai_want(rd, block, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        rc = llmgw_openai_read_block(rd, m, block, i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* what a model drew, in the form in which our answers have it */

static llmgw_int_t
llmgw_openai_read_images(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *image, *url;
    llmgw_part_t  *part;

    if (llmgw_openai_want(rd, v, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    i = 0;

    llmgw_json_each(image, v) {

        if (llmgw_openai_want(rd, image, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        url = llmgw_json_get(rd->j, image, "image_url");

        if (url == NULL) {
            return llmgw_openai_missing(rd, image, "image_url");
        }

        part = llmgw_chat_part(rd->chat, m, LLMGW_PART_IMAGE, i++);
        if (part == NULL) {
            return LLMGW_ERROR;
        }

        rc = llmgw_openai_read_link(rd, part, url);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* the deprecated function_call */

static llmgw_int_t
llmgw_openai_read_legacy(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v)
{
    llmgw_int_t    rc;
    llmgw_part_t  *part;

    m->function_call = 1;

    part = llmgw_chat_part(rd->chat, m, LLMGW_PART_TOOL_CALL, 0);
    if (part == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_openai_read_function(rd, part, v, 0);
    if (rc != LLMGW_OK) {
        return rc;
    }

    part->id = llmgw_fmt(rd->arena, "call_fn_%u", m->index);

    if (part->id.data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_map_put(&rd->functions, part->name, part);
}


/* tool and function messages */

static llmgw_int_t
llmgw_openai_read_result(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v, llmgw_node_t **member)
{
    llmgw_int_t          rc;
    const llmgw_part_t  *call;

    if (m->function) {

        if (m->name.len == 0) {
            return llmgw_openai_missing(rd, v, "name");
        }

        call = llmgw_map_get(&rd->functions, m->name);

        m->tool_call_id = call ? call->id
                               : llmgw_fmt(rd->arena, "call_fn_%u", m->index);
        if (m->tool_call_id.data == NULL) {
            return LLMGW_ERROR;
        }

    } else {

        rc = llmgw_openai_name(rd, member[LLMGW_M_TOOL_CALL_ID],
                               &m->tool_call_id);
        if (rc != LLMGW_OK) {
            return rc;
        }

        /* without an id results belong to the calls in their order */

        if (m->tool_call_id.len == 0) {

            if (rd->pending == NULL) {
                return llmgw_openai_missing(rd, v, "tool_call_id");
            }

            m->tool_call_id = rd->pending->id;
        }

        if (rd->pending) {
            rd->pending = rd->pending->next;
        }
    }

    if (member[LLMGW_M_IS_ERROR]) {

        if (llmgw_openai_want(rd, member[LLMGW_M_IS_ERROR], LLMGW_BOOLEAN)
            != LLMGW_OK)
        {
            return LLMGW_INVALID;
        }

        m->is_error = member[LLMGW_M_IS_ERROR]->type == LLMGW_JSON_TRUE;
    }

    if (member[LLMGW_M_CONTENT] == NULL) {
        return LLMGW_OK;
    }

    return llmgw_openai_read_content(rd, m, member[LLMGW_M_CONTENT]);
}


static llmgw_int_t
llmgw_openai_read_content(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *p;
    llmgw_part_t  *part;

    if (llmgw_openai_want(rd, v, LLMGW_STRING|LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (v->type == LLMGW_JSON_STRING) {

        m->string = 1;

        part = llmgw_chat_part(rd->chat, m, LLMGW_PART_TEXT, 0);
        if (part == NULL) {
            return LLMGW_ERROR;
        }

        part->text = llmgw_json_str(rd->j, v);

        return LLMGW_OK;
    }

    i = 0;

    llmgw_json_each(p, v) {

        if (llmgw_openai_want(rd, p, LLMGW_OBJECT) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        rc = llmgw_openai_read_part(rd, m, p, i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_read_part(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t index)
{
    size_t         i;
    llmgw_node_t  *type, *value, *member[LLMGW_PM_MAX];
    llmgw_part_t  *part;

    static const llmgw_part_e  types[LLMGW_PM_MAX] = {
        LLMGW_PART_NATIVE,
        LLMGW_PART_TEXT,
        LLMGW_PART_REFUSAL,
        LLMGW_PART_IMAGE,
        LLMGW_PART_AUDIO,
        LLMGW_PART_FILE,
        LLMGW_PART_VIDEO,
        LLMGW_PART_NATIVE
    };

    llmgw_openai_members(rd->j, v, llmgw_openai_part, LLMGW_PM_MAX, member);

    type = member[LLMGW_PM_TYPE];

    if (type == NULL) {
        return llmgw_openai_missing(rd, v, "type");
    }

    if (llmgw_openai_want(rd, type, LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    /* a part's value is the member that its type names */

    for (i = LLMGW_PM_TEXT; i <= LLMGW_PM_VIDEO; i++) {

        if (llmgw_json_is_n(rd->j, type,
                            (const char *) llmgw_openai_part[i].data,
                            llmgw_openai_part[i].len))
        {
            break;
        }
    }

    if (i > LLMGW_PM_VIDEO) {
        return llmgw_openai_read_block(rd, m, v, index);
    }

    value = member[i];

    if (value == NULL) {
        return llmgw_openai_missing(rd, v,
                                    (const char *) llmgw_openai_part[i].data);
    }

    part = llmgw_chat_part(rd->chat, m, types[i], index);
    if (part == NULL) {
        return LLMGW_ERROR;
    }

    if (llmgw_openai_raw(rd, member[LLMGW_PM_CACHE], LLMGW_OBJECT,
                         &part->cache_control)
        != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    switch (part->type) {

    case LLMGW_PART_TEXT:
    case LLMGW_PART_REFUSAL:
        return llmgw_openai_string(rd, value, &part->text);

    case LLMGW_PART_IMAGE:
    case LLMGW_PART_VIDEO:
        return llmgw_openai_read_link(rd, part, value);

    case LLMGW_PART_AUDIO:
        return llmgw_openai_read_audio(rd, part, value);

    default: /* LLMGW_PART_FILE */

        v = llmgw_json_get(rd->j, llmgw_json_object(rd->j, v, "citations"),
                           "enabled");

        part->citations = v && v->type == LLMGW_JSON_TRUE;

        return llmgw_openai_read_file(rd, part, value);
    }
}


/* {"url":…} or, as some clients write it, the URL alone */

static llmgw_int_t
llmgw_openai_read_link(llmgw_openai_read_t *rd, llmgw_part_t *part,
    llmgw_node_t *v)
{
    llmgw_node_t  *member[4];

    static const llmgw_str_t  names[] = {
        llmgw_string("url"),
        llmgw_string("detail"),
        llmgw_string("mime_type"),
        llmgw_string("format")
    };

    if (v->type == LLMGW_JSON_STRING) {
        part->url = llmgw_json_str(rd->j, v);
        return LLMGW_OK;
    }

    if (llmgw_openai_want(rd, v, LLMGW_STRING|LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(rd->j, v, names, 4, member);

    if (member[0] == NULL) {
        return llmgw_openai_missing(rd, v, "url");
    }

    if (llmgw_openai_string(rd, member[0], &part->url) != LLMGW_OK
        || llmgw_openai_string(rd, member[1], &part->detail) != LLMGW_OK
        || llmgw_openai_string(rd, member[2] ? member[2] : member[3],
                               &part->mime)
           != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_openai_read_audio(llmgw_openai_read_t *rd, llmgw_part_t *part,
    llmgw_node_t *v)
{
    llmgw_node_t  *member[2];

    static const llmgw_str_t  names[] = {
        llmgw_string("data"),
        llmgw_string("format")
    };

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(rd->j, v, names, 2, member);

    if (member[0] == NULL || member[1] == NULL) {
        return llmgw_openai_missing(rd, v, member[0] ? "format" : "data");
    }

    if (llmgw_openai_string(rd, member[0], &part->data) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    return llmgw_openai_name(rd, member[1], &part->format);
}


static llmgw_int_t
llmgw_openai_read_file(llmgw_openai_read_t *rd, llmgw_part_t *part,
    llmgw_node_t *v)
{
    llmgw_node_t  *member[5];

    static const llmgw_str_t  names[] = {
        llmgw_string("file_data"),
        llmgw_string("file_id"),
        llmgw_string("filename"),
        llmgw_string("mime_type"),
        llmgw_string("format")
    };

    if (llmgw_openai_want(rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(rd->j, v, names, 5, member);

    if (member[0] == NULL && member[1] == NULL) {
        return llmgw_openai_missing(rd, v, "file_data");
    }

    if (llmgw_openai_string(rd, member[0], &part->data) != LLMGW_OK
        || llmgw_openai_string(rd, member[2], &part->name) != LLMGW_OK
        || llmgw_openai_string(rd, member[3] ? member[3] : member[4],
                               &part->mime)
           != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    return llmgw_openai_name(rd, member[1], &part->id);
}


/* Claude's blocks, and parts that only one service knows */

static llmgw_int_t
llmgw_openai_read_block(llmgw_openai_read_t *rd, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t index)
{
    llmgw_int_t          rc;
    llmgw_node_t        *type;
    llmgw_part_t        *part;
    const llmgw_json_t  *j;

    j = rd->j;
    type = llmgw_json_get(j, v, "type");

    if (type == NULL || type->type == LLMGW_JSON_NULL) {
        return llmgw_openai_missing(rd, v, "type");
    }

    part = llmgw_chat_part(rd->chat, m, LLMGW_PART_NATIVE, index);
    if (part == NULL) {
        return LLMGW_ERROR;
    }

    part->raw = llmgw_json_raw(j, v);

    rc = llmgw_openai_name(rd, type, &part->name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_str_is(part->name, "thinking")) {
        part->type = LLMGW_PART_THINKING;
        part->text = llmgw_json_get_str(j, v, "thinking");
        part->signature = llmgw_json_get_str(j, v, "signature");

    } else if (llmgw_str_is(part->name, "redacted_thinking")) {
        part->type = LLMGW_PART_THINKING;
        part->redacted = 1;
    }

    return LLMGW_OK;
}
