
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Calls whose arguments come in pieces, each with the path of its value:
 *
 *     {"jsonPath":"$.trip.stops[1]","stringValue":"Os","willContinue":true}
 *
 * Nobody else streams them like that, so the call is put together first.
 */


#include "llmgw_gemini_reader.h"
#include "llmgw_jstr.h"


/* no call has so many values, or so long ones */
#define LLMGW_GEMINI_PIECES  4096
#define LLMGW_GEMINI_PIECE   1048576


typedef struct llmgw_gemini_value_s  llmgw_gemini_value_t;

struct llmgw_gemini_value_s {
    llmgw_gemini_value_t   *next;      /* beside it */
    llmgw_gemini_value_t   *children;
    llmgw_str_t             name;      /* of a member; jstr */
    int64_t                 index;     /* of an element, -1: a member */

    /* of one without children */
    llmgw_str_t             raw;
    u_char                 *text;      /* jstr, in pieces */
    size_t                  len;
    size_t                  size;
    unsigned                string:1;
};


struct llmgw_gemini_partial_s {
    llmgw_str_t             id;
    llmgw_str_t             name;
    llmgw_str_t             signature;
    llmgw_gemini_value_t    root;
    uint32_t                n;
};


static llmgw_int_t llmgw_gemini_piece(llmgw_reader_t *rd,
    llmgw_gemini_partial_t *p, const llmgw_json_t *j, llmgw_node_t *arg);
static llmgw_int_t llmgw_gemini_value(llmgw_reader_t *rd,
    llmgw_gemini_partial_t *p, llmgw_str_t path,
    llmgw_gemini_value_t **value);
static llmgw_int_t llmgw_gemini_value_text(llmgw_reader_t *rd,
    llmgw_gemini_value_t *v, llmgw_str_t s);
static void llmgw_gemini_put_value(llmgw_out_t *o,
    const llmgw_gemini_value_t *v);


static llmgw_int_t
llmgw_gemini_take(llmgw_reader_t *rd, llmgw_str_t *to, llmgw_str_t s)
{
    if (s.len == 0 || to->len) {
        return LLMGW_OK;
    }

    *to = llmgw_str_dup(rd->arena, s);

    return to->data ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_gemini_read_partial(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *part, llmgw_node_t *call)
{
    llmgw_int_t                rc;
    llmgw_out_t                o;
    llmgw_str_t                args;
    llmgw_node_t              *v, *pieces, *more;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_partial_t    *p;
    llmgw_gemini_candidate_t  *c;

    s = rd->state;
    c = &s->candidates[index];
    p = c->partial;

    if (p == NULL) {

        p = llmgw_calloc(rd->arena, sizeof(llmgw_gemini_partial_t));
        if (p == NULL) {
            return LLMGW_ERROR;
        }

        c->partial = p;
    }

    if (llmgw_gemini_take(rd, &p->id, llmgw_json_get_str(j, call, "id"))
        != LLMGW_OK
        || llmgw_gemini_take(rd, &p->name,
                             llmgw_json_get_str(j, call, "name"))
           != LLMGW_OK
        || llmgw_gemini_take(rd, &p->signature,
                             llmgw_json_get_str(j, part, "thoughtSignature"))
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    pieces = llmgw_json_array(j, call, "partialArgs");

    if (pieces) {

        llmgw_json_each(v, pieces) {

            rc = llmgw_gemini_piece(rd, p, j, v);

            if (rc == LLMGW_INVALID) {
                return llmgw_reader_invalid(rd);
            }

            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    more = llmgw_json_get(j, call, "willContinue");

    if (more && more->type == LLMGW_JSON_TRUE) {
        return LLMGW_OK;
    }

    c->partial = NULL;

    llmgw_out_init(&o, s->mem, 1024, 0, 0);

    if (p->root.children) {
        llmgw_gemini_put_value(&o, &p->root);

    } else {
        llmgw_puts(&o, "{}");
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    args = llmgw_out_join(&o, s->mem);

    return args.data ? llmgw_gemini_send_call(rd, index, p->id, p->name, args,
                                              p->signature)
                     : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_gemini_piece(llmgw_reader_t *rd, llmgw_gemini_partial_t *p,
    const llmgw_json_t *j, llmgw_node_t *arg)
{
    size_t                 i;
    llmgw_int_t            rc;
    llmgw_str_t            path;
    llmgw_node_t          *v;
    llmgw_gemini_value_t  *value;

    static const llmgw_str_t  kinds[] = {
        llmgw_string("numberValue"),
        llmgw_string("boolValue"),
        llmgw_string("nullValue")
    };

    path = llmgw_json_get_str(j, arg, "jsonPath");

    if (path.len == 0) {
        return LLMGW_INVALID;
    }

    path = llmgw_jstr_decode(rd->arena, path);

    if (path.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_gemini_value(rd, p, path, &value);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_string(j, arg, "stringValue");

    if (v) {
        value->string = 1;
        return llmgw_gemini_value_text(rd, value, llmgw_json_str(j, v));
    }

    for (i = 0; i < llmgw_nelts(kinds); i++) {

        v = llmgw_json_get_n(j, arg, (const char *) kinds[i].data,
                             kinds[i].len);

        if (v == NULL || v->type >= LLMGW_JSON_STRING) {

            /* the enumeration of null has a name */

            if (v == NULL || i != 2) {
                continue;
            }

            value->raw = llmgw_lit("null");
            return LLMGW_OK;
        }

        value->raw = llmgw_str_dup(rd->arena, llmgw_json_raw(j, v));

        return value->raw.data ? LLMGW_OK : LLMGW_ERROR;
    }

    return LLMGW_OK;
}


/* one step of a path: ".name", "['name']" or "[n]"; NULL: it is none */

static const u_char *
llmgw_gemini_step(const u_char *s, const u_char *end, llmgw_str_t *name,
    int64_t *index)
{
    u_char         quote;
    const u_char  *start;

    *index = -1;
    start = s + 1;

    if (*s == '.') {

        for (s++; s < end && *s != '.' && *s != '['; s++) { /* void */ }

        *name = llmgw_str(start, (size_t) (s - start));

        return s;
    }

    if (*s != '[' || end - s < 3) {
        return NULL;
    }

    quote = s[1];

    if (quote == '\'' || quote == '"') {

        start++;

        for (s += 2; s < end && *s != quote; s++) { /* void */ }

        *name = llmgw_str(start, (size_t) (s - start));

        return (end - s < 2 || s[1] != ']') ? NULL : s + 2;
    }

    for (s++; s < end && *s != ']'; s++) { /* void */ }

    *name = llmgw_str(start, (size_t) (s - start));

    if (s == end || llmgw_json_int(*name, index) != LLMGW_OK || *index < 0) {
        return NULL;
    }

    *name = llmgw_null_str;

    return s + 1;
}


/* the value at a path, which is made if need be */

static llmgw_int_t
llmgw_gemini_value(llmgw_reader_t *rd, llmgw_gemini_partial_t *p,
    llmgw_str_t path, llmgw_gemini_value_t **value)
{
    int64_t                index;
    uint32_t               depth;
    llmgw_str_t            name;
    const u_char          *s, *end;
    llmgw_gemini_value_t  *v, **child;

    s = path.data;
    end = s + path.len;

    if (*s++ != '$') {
        return LLMGW_INVALID;
    }

    v = &p->root;

    for (depth = 0; s < end; depth++) {

        s = llmgw_gemini_step(s, end, &name, &index);

        if (s == NULL) {
            return LLMGW_INVALID;
        }

        if (index < 0) {
            name = llmgw_jstr_encode(rd->arena, name);

            if (name.data == NULL) {
                return LLMGW_ERROR;
            }
        }

        for (child = &v->children; *child; child = &(*child)->next) {

            if ((*child)->index == index
                && llmgw_str_eq((*child)->name, name))
            {
                break;
            }
        }

        if (*child == NULL) {

            if (++p->n > LLMGW_GEMINI_PIECES || depth > LLMGW_JSON_MAX_DEPTH
                || (v->children && (v->children->index < 0) != (index < 0)))
            {
                return LLMGW_INVALID;
            }

            *child = llmgw_calloc(rd->arena, sizeof(llmgw_gemini_value_t));

            if (*child == NULL) {
                return LLMGW_ERROR;
            }

            /* the event that it stands in is soon gone */

            (*child)->name = llmgw_str_dup(rd->arena, name);
            (*child)->index = index;

            if ((*child)->name.data == NULL) {
                return LLMGW_ERROR;
            }
        }

        v = *child;
    }

    *value = v;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_value_text(llmgw_reader_t *rd, llmgw_gemini_value_t *v,
    llmgw_str_t s)
{
    size_t   size;
    u_char  *text;

    if (s.len > LLMGW_GEMINI_PIECE - v->len) {
        return LLMGW_INVALID;
    }

    if (s.len > v->size - v->len) {

        size = v->size ? v->size * 2 : 64;

        while (size < v->len + s.len) {
            size *= 2;
        }

        text = llmgw_nalloc(rd->arena, size);
        if (text == NULL) {
            return LLMGW_ERROR;
        }

        if (v->len) {
            memcpy(text, v->text, v->len);
        }

        v->text = text;
        v->size = size;
    }

    if (s.len) {
        memcpy(v->text + v->len, s.data, s.len);
        v->len += s.len;
    }

    return LLMGW_OK;
}


static void
llmgw_gemini_put_value(llmgw_out_t *o, const llmgw_gemini_value_t *v)
{
    unsigned                     array;
    const llmgw_gemini_value_t  *c;

    if (v->children == NULL) {

        if (v->string) {
            llmgw_json_put_jstr(o, llmgw_str(v->text, v->len));

        } else {
            llmgw_json_put_raw(o, v->raw.len ? v->raw : llmgw_lit("null"));
        }

        return;
    }

    /* elements come in their order */

    array = (v->children->index >= 0);

    llmgw_json_open(o, array ? '[' : '{');

    for (c = v->children; c; c = c->next) {

        if (!array) {
            llmgw_json_put_jstr(o, c->name);
            llmgw_putc(o, ':');
            o->comma = 0;
        }

        llmgw_gemini_put_value(o, c);
    }

    llmgw_json_close(o, array ? ']' : '}');
}
