
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a client's Messages API request.
 */


#include "llmgw_anthropic_door.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_anthropic_read_message(llmgw_anthropic_door_t *d,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_anthropic_read_user(llmgw_anthropic_door_t *d,
    llmgw_node_t *content, uint32_t index);
static llmgw_int_t llmgw_anthropic_read_result(llmgw_anthropic_door_t *d,
    llmgw_node_t *block, uint32_t index, uint32_t at);
static llmgw_int_t llmgw_anthropic_read_block(llmgw_anthropic_door_t *d,
    llmgw_message_t *m, llmgw_node_t *block, uint32_t at);
static llmgw_int_t llmgw_anthropic_read_image(llmgw_anthropic_door_t *d,
    llmgw_message_t *m, llmgw_node_t *block, uint32_t at);
static llmgw_int_t llmgw_anthropic_read_document(llmgw_anthropic_door_t *d,
    llmgw_message_t *m, llmgw_node_t *block, uint32_t at);
static llmgw_int_t llmgw_anthropic_read_search(llmgw_anthropic_door_t *d,
    llmgw_message_t *m, llmgw_node_t *block, uint32_t at);


/* a first system text of agents that changes with every request */
#define LLMGW_ANTHROPIC_BILLING  "x-anthropic-billing-header"


llmgw_int_t
llmgw_anthropic_read_system(llmgw_anthropic_door_t *d, llmgw_node_t *v)
{
    uint32_t          i;
    llmgw_int_t       rc;
    llmgw_str_t       text;
    llmgw_node_t     *block;
    llmgw_message_t  *m, **last;

    if (v->type != LLMGW_JSON_STRING && v->type != LLMGW_JSON_ARRAY) {
        return llmgw_anthropic_bad(d, v, "must be a string or an array");
    }

    last = d->chat->last;

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_SYSTEM, 0);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    rc = LLMGW_OK;

    if (v->type == LLMGW_JSON_STRING) {

        rc = llmgw_anthropic_read_text(d, m, v, llmgw_json_str(d->j, v), 0);

    } else {

        i = 0;

        llmgw_json_each(block, v) {

            if (block->type != LLMGW_JSON_OBJECT) {
                return llmgw_anthropic_bad(d, block, "must be an object");
            }

            text = llmgw_json_get_str(d->j, block, "type");

            if (!llmgw_str_is(text, "text")) {
                return llmgw_anthropic_bad(d, block, "must be a text block");
            }

            rc = llmgw_anthropic_need(d, block, "text", &text);

            if (rc == LLMGW_OK
                && !(i == 0 && llmgw_str_starts(text, LLMGW_ANTHROPIC_BILLING)))
            {
                rc = llmgw_anthropic_read_text(d, m, block, text, i);
            }

            if (rc != LLMGW_OK) {
                return rc;
            }

            i++;
        }
    }

    if (m->parts == NULL) {
        *last = NULL;
        d->chat->last = last;

    } else {
        m->string = (m->parts->next == NULL);
    }

    return rc;
}


llmgw_int_t
llmgw_anthropic_read_text(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, llmgw_str_t text, uint32_t index)
{
    llmgw_part_t  *p;
    llmgw_node_t  *v;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    p = llmgw_chat_part(d->chat, m, LLMGW_PART_TEXT, index);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    p->text = text;

    v = llmgw_json_object(d->j, block, "cache_control");

    if (v) {
        p->cache_control = llmgw_json_raw(d->j, v);
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_read_messages(llmgw_anthropic_door_t *d, llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *m;

    if (v->type != LLMGW_JSON_ARRAY) {
        return llmgw_anthropic_bad(d, v, "must be an array");
    }

    if (v->span == 1) {
        return llmgw_anthropic_bad(d, v, "at least one message is required");
    }

    i = 0;

    llmgw_json_each(m, v) {

        rc = llmgw_anthropic_read_message(d, m, i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_read_message(llmgw_anthropic_door_t *d, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_int_t       rc;
    llmgw_str_t       role;
    llmgw_part_t     *p;
    llmgw_node_t     *content;
    llmgw_message_t  *m;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, v, "must be an object");
    }

    rc = llmgw_anthropic_need(d, v, "role", &role);
    if (rc != LLMGW_OK) {
        return rc;
    }

    content = llmgw_json_get(d->j, v, "content");

    if (content == NULL || content->type == LLMGW_JSON_NULL) {
        return llmgw_anthropic_missing(d, v, "content");
    }

    if (content->type != LLMGW_JSON_STRING
        && content->type != LLMGW_JSON_ARRAY)
    {
        return llmgw_anthropic_bad(d, content, "must be a string or an array");
    }

    if (llmgw_str_is(role, "system")) {
        return llmgw_anthropic_read_system(d, content);
    }

    if (llmgw_str_is(role, "assistant")) {
        return llmgw_anthropic_read_assistant(d, content, index);
    }

    if (!llmgw_str_is(role, "user")) {
        return llmgw_anthropic_bad(d, llmgw_json_get(d->j, v, "role"),
                                   "must be user, assistant or system");
    }

    if (content->type == LLMGW_JSON_ARRAY) {
        return llmgw_anthropic_read_user(d, content, index);
    }

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_USER, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    p = llmgw_chat_part(d->chat, m, LLMGW_PART_TEXT, 0);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    p->text = llmgw_json_str(d->j, content);
    m->string = 1;

    return LLMGW_OK;
}


/* the results of tools first, each a message; then what else there is */

static llmgw_int_t
llmgw_anthropic_read_user(llmgw_anthropic_door_t *d, llmgw_node_t *content,
    uint32_t index)
{
    uint32_t          i;
    llmgw_int_t       rc;
    llmgw_node_t     *block, *type;
    llmgw_message_t  *m, **last;

    i = 0;

    llmgw_json_each(block, content) {

        if (block->type != LLMGW_JSON_OBJECT) {
            return llmgw_anthropic_bad(d, block, "must be an object");
        }

        type = llmgw_json_string(d->j, block, "type");

        if (type == NULL) {
            return llmgw_anthropic_missing(d, block, "type");
        }

        if (llmgw_json_is(d->j, type, "tool_result")) {
            rc = llmgw_anthropic_read_result(d, block, index, i);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        i++;
    }

    last = d->chat->last;

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_USER, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    i = 0;

    llmgw_json_each(block, content) {

        type = llmgw_json_string(d->j, block, "type");

        if (!llmgw_json_is(d->j, type, "tool_result")) {
            rc = llmgw_anthropic_read_block(d, m, block, i);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        i++;
    }

    if (m->parts == NULL) {
        *last = NULL;
        d->chat->last = last;

    } else {
        m->string = m->parts->next == NULL
                    && m->parts->type == LLMGW_PART_TEXT;
    }

    return LLMGW_OK;
}


/* at: the block in its message, by which all parts of the result are named */

static llmgw_int_t
llmgw_anthropic_read_result(llmgw_anthropic_door_t *d, llmgw_node_t *block,
    uint32_t index, uint32_t at)
{
    llmgw_int_t       rc;
    llmgw_part_t     *p;
    llmgw_node_t     *v, *content;
    llmgw_message_t  *m;

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_TOOL, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_anthropic_need_name(d, block, "tool_use_id", &m->tool_call_id);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get(d->j, block, "is_error");
    m->is_error = v && v->type == LLMGW_JSON_TRUE;

    v = llmgw_json_object(d->j, block, "cache_control");

    if (v) {
        m->cache_control = llmgw_json_raw(d->j, v);
    }

    content = llmgw_json_get(d->j, block, "content");

    if (content && content->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(v, content) {

            if (v->type != LLMGW_JSON_OBJECT) {
                return llmgw_anthropic_bad(d, v, "must be an object");
            }

            rc = llmgw_anthropic_read_block(d, m, v, at);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        if (m->parts) {
            m->string = m->parts->next == NULL
                        && m->parts->type == LLMGW_PART_TEXT;
            return LLMGW_OK;
        }

    } else if (content && content->type != LLMGW_JSON_STRING
               && content->type != LLMGW_JSON_NULL)
    {
        return llmgw_anthropic_bad(d, content, "must be a string or an array");
    }

    p = llmgw_chat_part(d->chat, m, LLMGW_PART_TEXT, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    m->string = 1;

    if (content && content->type == LLMGW_JSON_STRING) {
        p->text = llmgw_json_str(d->j, content);
    }

    return LLMGW_OK;
}


/* blocks of a user or of a tool's result */

static llmgw_int_t
llmgw_anthropic_read_block(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_str_t    text;
    llmgw_node_t  *type;

    type = llmgw_json_string(d->j, block, "type");

    if (type == NULL) {
        return llmgw_anthropic_missing(d, block, "type");
    }

    if (llmgw_json_is(d->j, type, "text")) {

        rc = llmgw_anthropic_need(d, block, "text", &text);

        return (rc == LLMGW_OK)
               ? llmgw_anthropic_read_text(d, m, block, text, at) : rc;
    }

    if (llmgw_json_is(d->j, type, "image")) {
        return llmgw_anthropic_read_image(d, m, block, at);
    }

    if (llmgw_json_is(d->j, type, "document")) {
        return llmgw_anthropic_read_document(d, m, block, at);
    }

    if (llmgw_json_is(d->j, type, "search_result")) {
        return llmgw_anthropic_read_search(d, m, block, at);
    }

    if (llmgw_json_is(d->j, type, "tool_reference")
        && m->role == LLMGW_ROLE_TOOL)
    {
        rc = llmgw_anthropic_need(d, block, "tool_name", &text);

        return (rc == LLMGW_OK)
               ? llmgw_anthropic_read_text(d, m, block, text, at) : rc;
    }

    return llmgw_anthropic_foreign(d, type);
}


/* {"type":…}; NULL: the error is set */

static llmgw_node_t *
llmgw_anthropic_source(llmgw_anthropic_door_t *d, llmgw_node_t *block,
    llmgw_str_t *type, llmgw_int_t *rc)
{
    llmgw_node_t  *source;

    source = llmgw_json_get(d->j, block, "source");

    if (source == NULL) {
        *rc = llmgw_anthropic_missing(d, block, "source");
        return NULL;
    }

    if (source->type != LLMGW_JSON_OBJECT) {
        *rc = llmgw_anthropic_bad(d, source, "must be an object");
        return NULL;
    }

    *rc = llmgw_anthropic_need(d, source, "type", type);

    return (*rc == LLMGW_OK) ? source : NULL;
}


static llmgw_part_t *
llmgw_anthropic_media_part(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, llmgw_part_e type, uint32_t at)
{
    llmgw_part_t  *p;
    llmgw_node_t  *v;

    p = llmgw_chat_part(d->chat, m, type, at);
    if (p == NULL) {
        return NULL;
    }

    v = llmgw_json_object(d->j, block, "cache_control");

    if (v) {
        p->cache_control = llmgw_json_raw(d->j, v);
    }

    return p;
}


static llmgw_int_t
llmgw_anthropic_read_image(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_str_t    type;
    llmgw_part_t  *p;
    llmgw_node_t  *source;

    source = llmgw_anthropic_source(d, block, &type, &rc);
    if (source == NULL) {
        return rc;
    }

    p = llmgw_anthropic_media_part(d, m, block, LLMGW_PART_IMAGE, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    if (llmgw_str_is(type, "url")) {
        return llmgw_anthropic_need(d, source, "url", &p->url);
    }

    if (!llmgw_str_is(type, "base64")) {
        return llmgw_anthropic_foreign(d, source);
    }

    rc = llmgw_anthropic_need(d, source, "media_type", &p->mime);

    return (rc == LLMGW_OK)
           ? llmgw_anthropic_need(d, source, "data", &p->data) : rc;
}


/* texts joined into one; data is NULL without memory */

static llmgw_str_t
llmgw_anthropic_joined(llmgw_anthropic_door_t *d, llmgw_out_t *o)
{
    return (llmgw_out_close(o) == LLMGW_OK) ? llmgw_out_join(o, d->arena)
                                            : llmgw_null_str;
}


/* a document that is a text: title, blank line, text */

static llmgw_int_t
llmgw_anthropic_read_plain(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, llmgw_node_t *source, uint32_t at)
{
    llmgw_int_t  rc;
    llmgw_str_t  title, text;
    llmgw_out_t  o;

    rc = llmgw_anthropic_need(d, source, "data", &text);
    if (rc != LLMGW_OK) {
        return rc;
    }

    title = llmgw_json_get_str(d->j, block, "title");

    if (title.len && text.len) {

        llmgw_out_init(&o, d->arena, title.len + text.len + 4, 0, 0);
        llmgw_put(&o, title);
        llmgw_puts(&o, "\\n\\n");
        llmgw_put(&o, text);

        text = llmgw_anthropic_joined(d, &o);

        if (text.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    return llmgw_anthropic_read_text(d, m, block, text, at);
}


/* a document that is blocks: as if they stood in its place */

static llmgw_int_t
llmgw_anthropic_read_blocks(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, llmgw_node_t *source, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_str_t    type;
    llmgw_node_t  *content, *v;

    content = llmgw_json_get(d->j, source, "content");

    if (content && content->type == LLMGW_JSON_STRING) {
        return llmgw_anthropic_read_text(d, m, block,
                                         llmgw_json_str(d->j, content), at);
    }

    if (content == NULL || content->type != LLMGW_JSON_ARRAY) {
        return llmgw_anthropic_missing(d, source, "content");
    }

    llmgw_json_each(v, content) {

        type = llmgw_json_get_str(d->j, v, "type");

        if (!llmgw_str_is(type, "text") && !llmgw_str_is(type, "image")) {
            return llmgw_anthropic_bad(d, v, "must be a text or an image");
        }

        rc = llmgw_anthropic_read_block(d, m, v, at);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_read_document(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_str_t    type;
    llmgw_part_t  *p;
    llmgw_node_t  *source, *v;

    source = llmgw_anthropic_source(d, block, &type, &rc);
    if (source == NULL) {
        return rc;
    }

    if (llmgw_str_is(type, "text")) {
        return llmgw_anthropic_read_plain(d, m, block, source, at);
    }

    if (llmgw_str_is(type, "content")) {
        return llmgw_anthropic_read_blocks(d, m, block, source, at);
    }

    if (!llmgw_str_is(type, "base64") && !llmgw_str_is(type, "url")) {
        return llmgw_anthropic_foreign(d, source);
    }

    p = llmgw_anthropic_media_part(d, m, block, LLMGW_PART_FILE, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    v = llmgw_json_get(d->j, llmgw_json_get(d->j, block, "citations"),
                       "enabled");

    p->citations = v && v->type == LLMGW_JSON_TRUE;
    p->name = llmgw_json_get_str(d->j, block, "title");

    if (llmgw_str_is(type, "url")) {
        return llmgw_anthropic_need(d, source, "url", &p->id);
    }

    if (p->name.len == 0) {
        p->name = llmgw_lit("document.pdf");
    }

    p->mime = llmgw_json_get_str(d->j, source, "media_type");

    if (p->mime.len == 0) {
        p->mime = llmgw_lit("application/pdf");
    }

    return llmgw_anthropic_need(d, source, "data", &p->data);
}


static llmgw_int_t
llmgw_anthropic_read_search(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, uint32_t at)
{
    unsigned       n;
    llmgw_str_t    text;
    llmgw_out_t    o;
    llmgw_node_t  *content, *v;

    llmgw_out_init(&o, d->arena, 1024, 0, 0);

    llmgw_put(&o, llmgw_json_get_str(d->j, block, "title"));
    llmgw_puts(&o, "\\n");
    llmgw_put(&o, llmgw_json_get_str(d->j, block, "source"));
    llmgw_puts(&o, "\\n\\n");

    content = llmgw_json_array(d->j, block, "content");
    n = 0;

    if (content) {

        llmgw_json_each(v, content) {

            if (n++) {
                llmgw_puts(&o, "\\n");
            }

            llmgw_put(&o, llmgw_json_get_str(d->j, v, "text"));
        }
    }

    text = llmgw_anthropic_joined(d, &o);

    return text.data ? llmgw_anthropic_read_text(d, m, block, text, at)
                     : LLMGW_ERROR;
}


/*
 * JSON without white space around its values; the bytes themselves where there
 * is none.
 */

static llmgw_str_t
llmgw_anthropic_compact(llmgw_anthropic_door_t *d, llmgw_str_t json)
{
    llmgw_out_t  o;

    llmgw_out_init(&o, d->arena, 256, 1, 0);
    llmgw_put_compact(&o, json);

    return llmgw_anthropic_joined(d, &o);
}


static llmgw_int_t
llmgw_anthropic_read_call(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_part_t  *p;
    llmgw_node_t  *v;

    p = llmgw_anthropic_media_part(d, m, block, LLMGW_PART_TOOL_CALL, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_anthropic_need_name(d, block, "id", &p->id);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_anthropic_need_name(d, block, "name", &p->name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get(d->j, block, "input");

    p->args = (v && v->type != LLMGW_JSON_NULL)
              ? llmgw_anthropic_compact(d, llmgw_json_raw(d->j, v))
              : llmgw_lit("{}");

    return p->args.data ? LLMGW_OK : LLMGW_ERROR;
}


/* what other services than Claude thought, and what they need back of it */

typedef struct {
    llmgw_out_t    text;
    llmgw_str_t    gemini;
} llmgw_anthropic_thoughts_t;


/*
 * Thoughts of Claude go back as they are.  Those whose signature this gateway
 * made carry what another service needs back: its text goes only where it is
 * asked for.
 */

static llmgw_int_t
llmgw_anthropic_read_thought(llmgw_anthropic_door_t *d, llmgw_message_t *m,
    llmgw_node_t *block, uint32_t at, llmgw_anthropic_thoughts_t *other)
{
    llmgw_str_t    signature;
    llmgw_part_t  *p;

    signature = llmgw_json_get_str(d->j, block, "signature");

    if (llmgw_str_starts(signature, LLMGW_SIGNATURE "gemini.")) {
        signature.data += sizeof(LLMGW_SIGNATURE "gemini.") - 1;
        signature.len -= sizeof(LLMGW_SIGNATURE "gemini.") - 1;

        if (other->gemini.len == 0) {
            other->gemini = signature;
        }

        return LLMGW_OK;
    }

    if (signature.len == 0 || llmgw_str_starts(signature, LLMGW_SIGNATURE)) {
        llmgw_put(&other->text, llmgw_json_get_str(d->j, block, "thinking"));
        return LLMGW_OK;
    }

    p = llmgw_chat_part(d->chat, m, LLMGW_PART_THINKING, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    p->text = llmgw_json_get_str(d->j, block, "thinking");
    p->signature = signature;
    p->raw = llmgw_json_raw(d->j, block);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_read_assistant_block(llmgw_anthropic_door_t *d,
    llmgw_message_t *m, llmgw_node_t *block, uint32_t at,
    llmgw_anthropic_thoughts_t *other)
{
    llmgw_int_t    rc;
    llmgw_str_t    text;
    llmgw_part_t  *p;
    llmgw_node_t  *type;

    if (block->type != LLMGW_JSON_OBJECT) {
        return llmgw_anthropic_bad(d, block, "must be an object");
    }

    type = llmgw_json_string(d->j, block, "type");

    if (type == NULL) {
        return llmgw_anthropic_missing(d, block, "type");
    }

    if (llmgw_json_is(d->j, type, "text")) {

        rc = llmgw_anthropic_need(d, block, "text", &text);

        return (rc == LLMGW_OK)
               ? llmgw_anthropic_read_text(d, m, block, text, at) : rc;
    }

    if (llmgw_json_is(d->j, type, "tool_use")) {
        return llmgw_anthropic_read_call(d, m, block, at);
    }

    if (llmgw_json_is(d->j, type, "thinking")) {
        return llmgw_anthropic_read_thought(d, m, block, at, other);
    }

    if (llmgw_json_is(d->j, type, "redacted_thinking")) {

        p = llmgw_chat_part(d->chat, m, LLMGW_PART_THINKING, at);
        if (p == NULL) {
            return LLMGW_ERROR;
        }

        p->redacted = 1;
        p->raw = llmgw_json_raw(d->j, block);
    }

    /* what the service's own tools did is in the text that follows */

    return LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_read_assistant(llmgw_anthropic_door_t *d,
    llmgw_node_t *content, uint32_t index)
{
    uint32_t                     i, texts;
    llmgw_int_t                  rc;
    llmgw_part_t                *p, *call;
    llmgw_node_t                *block;
    llmgw_message_t             *m, **last;
    llmgw_anthropic_thoughts_t   other;

    last = d->chat->last;

    other.gemini = llmgw_null_str;
    llmgw_out_init(&other.text, d->arena, 256, 256, 0);

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_ASSISTANT, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    if (content->type == LLMGW_JSON_STRING) {

        rc = llmgw_anthropic_read_text(d, m, content,
                                       llmgw_json_str(d->j, content), 0);
        if (rc != LLMGW_OK) {
            return rc;
        }

    } else {

        i = 0;

        llmgw_json_each(block, content) {

            rc = llmgw_anthropic_read_assistant_block(d, m, block, i++,
                                                      &other);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    texts = 0;
    call = NULL;

    for (p = m->parts; p; p = p->next) {

        texts += (p->type == LLMGW_PART_TEXT);

        if (call == NULL && p->type == LLMGW_PART_TOOL_CALL) {
            call = p;
        }
    }

    if (texts == 0 && call == NULL) {

        /* nothing that another provider would see */

        *last = NULL;
        d->chat->last = last;

        return LLMGW_OK;
    }

    if (llmgw_out_close(&other.text) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (other.text.size) {

        m->reasoning = llmgw_out_join(&other.text, d->arena);

        if (m->reasoning.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    m->string = (texts == 1);

    if (call) {
        call->signature = other.gemini;

    } else {
        m->signature = other.gemini;
    }

    return LLMGW_OK;
}
