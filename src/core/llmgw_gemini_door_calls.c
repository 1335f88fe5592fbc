
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Calls and their results in requests of generateContent's clients, which may
 * have no ids there.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"


/* a call that the model made, until its result is met */

typedef struct llmgw_gemini_asked_call_s  llmgw_gemini_asked_call_t;

struct llmgw_gemini_asked_call_s {
    llmgw_gemini_asked_call_t  *next;      /* of the same name */
    llmgw_gemini_asked_call_t  *last;      /* … of the first of them */
    llmgw_str_t                 id;
    unsigned                    answered:1;
};


/* JSON without white space; data is NULL without memory */

static llmgw_str_t
llmgw_gemini_compact(llmgw_gemini_door_t *d, llmgw_node_t *v, unsigned text)
{
    llmgw_out_t  o;
    llmgw_str_t  raw;

    raw = llmgw_json_raw(d->j, v);

    llmgw_out_init(&o, d->arena, 256, 1, 0);

    if (text) {
        llmgw_put_compact_escaped(&o, raw);

    } else {
        llmgw_put_compact(&o, raw);
    }

    return (llmgw_out_close(&o) == LLMGW_OK) ? llmgw_out_join(&o, d->arena)
                                             : llmgw_null_str;
}


/* the id of the call that a result without one is of */

static llmgw_str_t
llmgw_gemini_result_id(llmgw_gemini_door_t *d, llmgw_str_t name,
    uint32_t index, uint32_t at)
{
    llmgw_gemini_asked_call_t  *c;

    c = (llmgw_gemini_asked_call_t *) llmgw_map_get(&d->names, name);

    while (c && c->answered) {
        c = c->next;
    }

    if (c == NULL) {
        return llmgw_fmt(d->arena, "call_%u_%u", index, at);
    }

    c->answered = 1;

    /* those in front of it need not be looked at again */

    if (c->next
        && llmgw_map_put(&d->names, name, c->next) != LLMGW_OK)
    {
        return llmgw_null_str;
    }

    return c->id;
}


/* {"output":X}, {"result":X}, {"error":X}: X; else the whole of it */

static llmgw_int_t
llmgw_gemini_read_response(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t at)
{
    llmgw_part_t  *p;
    llmgw_node_t  *k;

    p = llmgw_chat_part(d->chat, m, LLMGW_PART_TEXT, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    if (v == NULL) {
        return LLMGW_OK;
    }

    k = v + 1;

    if (v->type == LLMGW_JSON_OBJECT && v->span > 1
        && llmgw_json_next(k + 1) == v + v->span)
    {
        if (llmgw_json_is(d->j, k, "error")) {
            m->is_error = 1;
            v = k + 1;

        } else if (llmgw_json_is(d->j, k, "output")
                   || llmgw_json_is(d->j, k, "result"))
        {
            v = k + 1;
        }
    }

    p->text = (v->type == LLMGW_JSON_STRING) ? llmgw_json_str(d->j, v)
                                             : llmgw_gemini_compact(d, v, 1);

    return p->text.data ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_gemini_read_result(llmgw_gemini_door_t *d, llmgw_node_t *v,
    uint32_t index, uint32_t at)
{
    llmgw_int_t                 rc;
    llmgw_str_t                 name;
    llmgw_node_t               *part, *member[4], *inner[LLMGW_GP_MAX];
    llmgw_message_t            *m;
    llmgw_gemini_asked_call_t  *c;

    static const llmgw_str_t  names[] = {
        llmgw_string("id"),
        llmgw_string("name"),
        llmgw_string("response"),
        llmgw_string("parts")
    };

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, names, 4, member, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (member[1] == NULL) {
        return llmgw_gemini_missing(d, v, "name");
    }

    m = llmgw_chat_message(d->chat, LLMGW_ROLE_TOOL, index);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_gemini_name(d, member[1], &name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (member[0] && member[0]->len) {

        rc = llmgw_gemini_name(d, member[0], &m->tool_call_id);
        if (rc != LLMGW_OK) {
            return rc;
        }

        c = (llmgw_gemini_asked_call_t *) llmgw_map_get(&d->ids,
                                                        m->tool_call_id);
        if (c) {
            c->answered = 1;
        }

    } else {
        m->tool_call_id = llmgw_gemini_result_id(d, name, index, at);

        if (m->tool_call_id.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    rc = llmgw_gemini_read_response(d, m, member[2], at);

    if (rc == LLMGW_OK && member[3] && member[3]->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(part, member[3]) {

            rc = llmgw_gemini_part(d, part, inner);

            if (rc == LLMGW_OK) {
                rc = llmgw_gemini_read_media(d, m, inner, at);
            }

            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    m->string = m->parts && m->parts->next == NULL;

    return rc;
}


/*
 * Thinking blocks of Claude, which came to the client as the signature of the
 * first call behind them.  Damaged ones are not there.
 */

static llmgw_int_t
llmgw_gemini_read_carried(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_str_t bytes)
{
    llmgw_int_t     rc;
    llmgw_str_t     type;
    llmgw_json_t   *j;
    llmgw_part_t   *p, *first, **last;
    llmgw_node_t   *v;

    j = llmgw_alloc(d->arena, sizeof(llmgw_json_t));
    if (j == NULL) {
        return LLMGW_ERROR;
    }

    bytes.data += sizeof(LLMGW_GEMINI_CARRIED) - 1;
    bytes.len -= sizeof(LLMGW_GEMINI_CARRIED) - 1;

    rc = llmgw_json_parse(j, d->arena, bytes, LLMGW_JSON_ALL, 100000);

    if (rc != LLMGW_OK || j->nodes[0].type != LLMGW_JSON_ARRAY) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_OK;
    }

    first = NULL;
    last = &first;

    llmgw_json_each(v, j->nodes) {

        type = llmgw_json_get_str(j, v, "type");

        if (!llmgw_str_is(type, "thinking")
            && !llmgw_str_is(type, "redacted_thinking"))
        {
            continue;
        }

        p = llmgw_calloc(d->arena, sizeof(llmgw_part_t));
        if (p == NULL) {
            return LLMGW_ERROR;
        }

        p->type = LLMGW_PART_THINKING;
        p->redacted = llmgw_str_is(type, "redacted_thinking");
        p->text = llmgw_json_get_str(j, v, "thinking");
        p->signature = llmgw_json_get_str(j, v, "signature");
        p->raw = llmgw_json_raw(j, v);

        *last = p;
        last = &p->next;
    }

    /* the service wants them in front of everything else */

    if (first) {

        *last = m->parts;

        if (m->parts == NULL) {
            m->last = last;
        }

        m->parts = first;
    }

    return LLMGW_OK;
}


/* a signature: of this gateway, or of the service that made the call or text */

llmgw_int_t
llmgw_gemini_read_signature(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t *v, llmgw_str_t *signature)
{
    llmgw_int_t  rc;
    llmgw_str_t  s, bytes;

    *signature = llmgw_null_str;

    if (v == NULL || v->type != LLMGW_JSON_STRING) {
        return LLMGW_OK;
    }

    s = llmgw_json_str(d->j, v);

    if (!llmgw_str_starts(s, LLMGW_GEMINI_CARRIED_BASE64)) {
        *signature = s;
        return LLMGW_OK;
    }

    rc = llmgw_base64_decode(d->arena, s, &bytes);

    if (rc != LLMGW_OK || !llmgw_str_starts(bytes, LLMGW_GEMINI_CARRIED)) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_OK;
    }

    return llmgw_gemini_read_carried(d, m, bytes);
}


/* notes a call for the results that follow */

static llmgw_int_t
llmgw_gemini_note_call(llmgw_gemini_door_t *d, const llmgw_part_t *p)
{
    llmgw_gemini_asked_call_t  *c, *first;

    c = llmgw_calloc(d->arena, sizeof(llmgw_gemini_asked_call_t));
    if (c == NULL) {
        return LLMGW_ERROR;
    }

    c->id = p->id;
    c->last = c;

    if (llmgw_map_put(&d->ids, c->id, c) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    first = (llmgw_gemini_asked_call_t *) llmgw_map_get(&d->names, p->name);

    if (first) {
        first->last->next = c;
        first->last = c;

        return LLMGW_OK;
    }

    return llmgw_map_put(&d->names, p->name, c);
}


llmgw_int_t
llmgw_gemini_read_call(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t **part, uint32_t index, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_str_t    signature;
    llmgw_part_t  *p;
    llmgw_node_t  *member[3];

    static const llmgw_str_t  names[] = {
        llmgw_string("id"),
        llmgw_string("name"),
        llmgw_string("args")
    };

    if (part[LLMGW_GP_CALL]->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, part[LLMGW_GP_CALL], "must be an object");
    }

    rc = llmgw_gemini_members(d, part[LLMGW_GP_CALL], names, 3, member, NULL);

    if (rc == LLMGW_OK && member[1] == NULL) {
        rc = llmgw_gemini_missing(d, part[LLMGW_GP_CALL], "name");
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_read_signature(d, m, part[LLMGW_GP_SIGNATURE],
                                         &signature);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    p = llmgw_chat_part(d->chat, m, LLMGW_PART_TOOL_CALL, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    p->signature = signature;

    rc = llmgw_gemini_name(d, member[1], &p->name);

    if (rc == LLMGW_OK && member[0] && member[0]->len) {
        rc = llmgw_gemini_name(d, member[0], &p->id);

    } else if (rc == LLMGW_OK) {
        p->id = llmgw_fmt(d->arena, "call_%u_%u", index, at);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    p->args = member[2] ? llmgw_gemini_compact(d, member[2], 0)
                        : llmgw_lit("{}");

    if (p->id.data == NULL || p->args.data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_gemini_note_call(d, p);
}
