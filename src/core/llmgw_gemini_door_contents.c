
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The contents of a request of generateContent's clients.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_gemini_read_content(llmgw_gemini_door_t *d,
    llmgw_node_t *v, uint32_t index);
static llmgw_int_t llmgw_gemini_read_user(llmgw_gemini_door_t *d,
    llmgw_node_t *parts, uint32_t index);
static llmgw_int_t llmgw_gemini_read_model(llmgw_gemini_door_t *d,
    llmgw_node_t *parts, uint32_t index);


static const llmgw_str_t  llmgw_gemini_parts[LLMGW_GP_MAX] = {
    llmgw_string("text"),
    llmgw_string("inlineData"),
    llmgw_string("fileData"),
    llmgw_string("functionCall"),
    llmgw_string("functionResponse"),
    llmgw_string("thought"),
    llmgw_string("thoughtSignature"),
    llmgw_string("executableCode"),
    llmgw_string("codeExecutionResult"),
    llmgw_string("toolCall"),
    llmgw_string("toolResponse"),
    llmgw_string("videoMetadata"),
    llmgw_string("mediaResolution"),
    llmgw_string("partMetadata")
};


/* role and parts; of a list or of one part alone */

static llmgw_int_t
llmgw_gemini_content(llmgw_gemini_door_t *d, llmgw_node_t *v,
    llmgw_node_t **role, llmgw_node_t **parts)
{
    llmgw_int_t    rc;
    llmgw_node_t  *m[2];

    static const llmgw_str_t  names[] = {
        llmgw_string("role"),
        llmgw_string("parts")
    };

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, names, 2, m, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (m[0] && m[0]->type != LLMGW_JSON_STRING) {
        return llmgw_gemini_bad(d, m[0], "must be a string");
    }

    if (m[1] && m[1]->type != LLMGW_JSON_ARRAY
        && m[1]->type != LLMGW_JSON_OBJECT)
    {
        return llmgw_gemini_bad(d, m[1], "must be an array");
    }

    *role = m[0];
    *parts = m[1];

    return LLMGW_OK;
}


/* the parts one by one, of an array or one that stands alone */

#define llmgw_gemini_each(v, list)                                           \
    for (v = ((list)->type == LLMGW_JSON_ARRAY) ? (list) + 1 : (list);       \
         v < (list) + (list)->span;                                          \
         v = llmgw_json_next(v))


llmgw_int_t
llmgw_gemini_part(llmgw_gemini_door_t *d, llmgw_node_t *v,
    llmgw_node_t **member)
{
    size_t       i;
    llmgw_int_t  rc;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, llmgw_gemini_parts, LLMGW_GP_MAX, member,
                              NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    for (i = 0; i < LLMGW_GP_MAX; i++) {
        if (member[i]) {
            return LLMGW_OK;
        }
    }

    return llmgw_gemini_bad(d, v, "is no part of a known kind");
}


llmgw_int_t
llmgw_gemini_read_text(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_str_t    text;
    llmgw_part_t  *p;

    rc = llmgw_gemini_string(d, v, &text);

    if (rc != LLMGW_OK || text.len == 0) {
        return rc;
    }

    p = llmgw_chat_part(d->chat, m, LLMGW_PART_TEXT, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    p->text = text;

    return LLMGW_OK;
}


/* a message that got nothing is taken away again; one text is a string */

static void
llmgw_gemini_message_done(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_message_t **last)
{
    if (m->parts == NULL) {
        *last = NULL;
        d->chat->last = last;
        return;
    }

    m->string = m->parts->next == NULL && m->parts->type == LLMGW_PART_TEXT;
}


llmgw_int_t
llmgw_gemini_read_system(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    uint32_t          i;
    llmgw_int_t       rc;
    llmgw_node_t     *role, *parts, *part, *member[LLMGW_GP_MAX];
    llmgw_message_t  *m, **last;

    last = d->chat->last;

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_SYSTEM, 0);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    if (v->type == LLMGW_JSON_STRING) {
        rc = llmgw_gemini_read_text(d, m, v, 0);
        llmgw_gemini_message_done(d, m, last);

        return rc;
    }

    rc = llmgw_gemini_content(d, v, &role, &parts);
    if (rc != LLMGW_OK) {
        return rc;
    }

    i = 0;

    if (parts) {

        llmgw_gemini_each(part, parts) {

            rc = llmgw_gemini_part(d, part, member);

            if (rc == LLMGW_OK && member[LLMGW_GP_TEXT] == NULL) {
                rc = llmgw_gemini_bad(d, part, "must be a text");
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_gemini_read_text(d, m, member[LLMGW_GP_TEXT], i++);
            }

            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    llmgw_gemini_message_done(d, m, last);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_read_contents(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    uint32_t       i;
    llmgw_int_t    rc;
    llmgw_node_t  *content;

    if (v->type == LLMGW_JSON_OBJECT) {
        return llmgw_gemini_read_content(d, v, 0);
    }

    if (v->type != LLMGW_JSON_ARRAY) {
        return llmgw_gemini_bad(d, v, "must be an array");
    }

    if (v->span == 1) {
        return llmgw_gemini_bad(d, v, "must not be empty");
    }

    i = 0;

    llmgw_json_each(content, v) {

        rc = llmgw_gemini_read_content(d, content, i++);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_read_content(llmgw_gemini_door_t *d, llmgw_node_t *v,
    uint32_t index)
{
    llmgw_int_t    rc;
    llmgw_node_t  *role, *parts;

    rc = llmgw_gemini_content(d, v, &role, &parts);

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (role && role->len && !llmgw_json_is(d->j, role, "user")
        && !llmgw_json_is(d->j, role, "function")
        && !llmgw_json_is(d->j, role, "model"))
    {
        return llmgw_gemini_bad(d, role, "must be user or model");
    }

    if (parts == NULL) {
        return LLMGW_OK;
    }

    return (role && llmgw_json_is(d->j, role, "model"))
           ? llmgw_gemini_read_model(d, parts, index)
           : llmgw_gemini_read_user(d, parts, index);
}


static unsigned
llmgw_gemini_is_thought(llmgw_node_t **member)
{
    return member[LLMGW_GP_THOUGHT]
           && member[LLMGW_GP_THOUGHT]->type == LLMGW_JSON_TRUE;
}


/* the results of calls first, each a message; then what else there is */

static llmgw_int_t
llmgw_gemini_read_user(llmgw_gemini_door_t *d, llmgw_node_t *parts,
    uint32_t index)
{
    uint32_t          i;
    llmgw_int_t       rc;
    llmgw_node_t     *v, *member[LLMGW_GP_MAX];
    llmgw_message_t  *m, **last;

    i = 0;

    llmgw_gemini_each(v, parts) {

        rc = llmgw_gemini_part(d, v, member);

        if (rc == LLMGW_OK && member[LLMGW_GP_RESULT]) {
            rc = llmgw_gemini_read_result(d, member[LLMGW_GP_RESULT], index, i);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }

        i++;
    }

    last = d->chat->last;

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_USER, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    i = 0;

    llmgw_gemini_each(v, parts) {

        rc = llmgw_gemini_part(d, v, member);

        if (rc == LLMGW_OK && !llmgw_gemini_is_thought(member)) {
            rc = llmgw_gemini_read_media(d, m, member, i);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }

        i++;
    }

    llmgw_gemini_message_done(d, m, last);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_read_model(llmgw_gemini_door_t *d, llmgw_node_t *parts,
    uint32_t index)
{
    uint32_t          i;
    llmgw_int_t       rc;
    llmgw_str_t       signature;
    llmgw_node_t     *v, *member[LLMGW_GP_MAX];
    llmgw_message_t  *m, **last;

    llmgw_map_init(&d->names, d->arena);
    llmgw_map_init(&d->ids, d->arena);

    last = d->chat->last;

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_ASSISTANT, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    i = 0;

    llmgw_gemini_each(v, parts) {

        rc = llmgw_gemini_part(d, v, member);
        if (rc != LLMGW_OK) {
            return rc;
        }

        if (llmgw_gemini_is_thought(member)) {

            /* its text does not go back, and what it signs goes with a call */

        } else if (member[LLMGW_GP_CALL]) {
            rc = llmgw_gemini_read_call(d, m, member, index, i);

        } else {

            rc = llmgw_gemini_read_media(d, m, member, i);

            if (rc == LLMGW_OK) {
                rc = llmgw_gemini_read_signature(d, m, member[LLMGW_GP_SIGNATURE],
                                                 &signature);
                if (signature.len) {
                    m->signature = signature;
                }
            }
        }

        if (rc != LLMGW_OK) {
            return rc;
        }

        i++;
    }

    llmgw_gemini_message_done(d, m, last);

    return LLMGW_OK;
}
