
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The form of newer models: JSON Schema with a part of its keywords.
 */


#include "llmgw_gemini_schema.h"
#include "llmgw_map.h"


static void llmgw_gs_json_ref(llmgw_gs_t *s, llmgw_gs_view_t *view);
static llmgw_int_t llmgw_gs_json_members(llmgw_gs_t *s,
    llmgw_gs_view_t *view);
static void llmgw_gs_json_type(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_str_t inferred);
static void llmgw_gs_json_enum(llmgw_gs_t *s, llmgw_gs_view_t *view);
static llmgw_int_t llmgw_gs_json_list(llmgw_gs_t *s, llmgw_node_t *list,
    unsigned nullable);
static llmgw_int_t llmgw_gs_json_map(llmgw_gs_t *s, llmgw_str_t name,
    const llmgw_gs_list_t *list);
static llmgw_int_t llmgw_gs_json_property(llmgw_gs_t *s, llmgw_node_t *k,
    llmgw_node_t *v, void *ctx);
static llmgw_int_t llmgw_gs_json_required(llmgw_gs_t *s,
    const llmgw_gs_list_t *list);


/* keywords that go as they are, by where they stand */

static const struct {
    unsigned     keyword;
    llmgw_str_t  name;
} llmgw_gs_json_plain[] = {
    { LLMGW_GS_TITLE, llmgw_string("title") },
    { LLMGW_GS_DESCRIPTION, llmgw_string("description") },
    { LLMGW_GS_FORMAT, llmgw_string("format") },
    { LLMGW_GS_MIN_ITEMS, llmgw_string("minItems") },
    { LLMGW_GS_MAX_ITEMS, llmgw_string("maxItems") }
};


llmgw_int_t
llmgw_gs_write_json(llmgw_gs_t *s, llmgw_node_t *schema)
{
    llmgw_int_t       rc;
    llmgw_node_t     *ref;
    llmgw_gs_list_t  *refs;
    llmgw_gs_view_t   view;

    rc = llmgw_gs_enter(s);
    if (rc != LLMGW_OK) {
        return rc;
    }

    refs = s->refs;

    rc = llmgw_gs_view(s, &view, schema);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_open(s->out, '{');

    ref = view.kw[LLMGW_GS_REF];

    if (ref && ref->len && s->doc->text[ref->pos] == '#') {
        llmgw_gs_json_ref(s, &view);
        rc = llmgw_gs_json_map(s, llmgw_lit("$defs"), view.defs);

    } else {
        rc = llmgw_gs_json_members(s, &view);
    }

    llmgw_json_close(s->out, '}');

    s->refs = refs;

    llmgw_gs_leave(s);

    return rc;
}


static void
llmgw_gs_json_text(llmgw_gs_t *s, llmgw_str_t name, llmgw_node_t *v)
{
    if (v) {
        llmgw_json_key_n(s->out, (const char *) name.data, name.len);
        llmgw_json_put_raw(s->out, llmgw_json_raw(s->doc, v));
    }
}


/* beside a reference only what begins with "$" is taken */

static void
llmgw_gs_json_ref(llmgw_gs_t *s, llmgw_gs_view_t *view)
{
    llmgw_str_t  ref, rest;

    static const llmgw_str_t  old = llmgw_string("#/definitions/");

    llmgw_gs_json_text(s, llmgw_lit("$id"), view->kw[LLMGW_GS_ID]);
    llmgw_gs_json_text(s, llmgw_lit("$anchor"), view->kw[LLMGW_GS_ANCHOR]);

    ref = llmgw_json_str(s->doc, view->kw[LLMGW_GS_REF]);

    llmgw_json_key(s->out, "$ref");

    if (ref.len > old.len && memcmp(ref.data, old.data, old.len) == 0) {

        rest = llmgw_str(ref.data + old.len, ref.len - old.len);

        llmgw_puts(s->out, "\"#/$defs/");
        llmgw_put(s->out, rest);
        llmgw_putc(s->out, '"');

        s->out->comma = 1;

    } else {
        llmgw_json_put_jstr(s->out, ref);
    }
}


static llmgw_int_t
llmgw_gs_json_members(llmgw_gs_t *s, llmgw_gs_view_t *view)
{
    size_t         i;
    unsigned       types, integer;
    llmgw_int_t    rc;
    llmgw_str_t    inferred;
    llmgw_node_t  *v;

    llmgw_gs_json_text(s, llmgw_lit("$id"), view->kw[LLMGW_GS_ID]);
    llmgw_gs_json_text(s, llmgw_lit("$anchor"), view->kw[LLMGW_GS_ANCHOR]);

    rc = llmgw_gs_json_map(s, llmgw_lit("$defs"), view->defs);
    if (rc != LLMGW_OK) {
        return rc;
    }

    inferred = llmgw_null_str;

    if (view->properties) {
        inferred = llmgw_lit("object");

    } else if (view->kw[LLMGW_GS_ITEMS] || view->kw[LLMGW_GS_PREFIX]) {
        inferred = llmgw_lit("array");
    }

    v = view->kw[LLMGW_GS_CONST];

    if (v && v->type == LLMGW_JSON_STRING) {
        inferred = llmgw_lit("string");

    } else if (v && v->type == LLMGW_JSON_NUMBER) {
        inferred = (v->flags & LLMGW_JSON_INTEGER) ? llmgw_lit("integer")
                                                   : llmgw_lit("number");
    }

    v = view->kw[LLMGW_GS_ENUM];

    if (v) {
        types = llmgw_gs_types(v);

        if (types & LLMGW_GS_BIT(LLMGW_JSON_NULL)) {
            view->nullable = 1;

            if (inferred.len == 0
                && !(types & ~(LLMGW_GS_BIT(LLMGW_JSON_NULL)
                               | LLMGW_GS_BIT(LLMGW_JSON_STRING))))
            {
                inferred = llmgw_lit("string");
            }
        }
    }

    v = view->kw[LLMGW_GS_TYPE];

    integer = v && v->type == LLMGW_JSON_STRING
              && llmgw_json_is(s->doc, v, "integer");

    llmgw_gs_json_type(s, view, inferred);

    for (i = 0; i < llmgw_nelts(llmgw_gs_json_plain); i++) {
        llmgw_gs_json_text(s, llmgw_gs_json_plain[i].name,
                           view->kw[llmgw_gs_json_plain[i].keyword]);
    }

    llmgw_gs_json_enum(s, view);

    v = view->kw[LLMGW_GS_ITEMS];

    if (v && v->type != LLMGW_JSON_FALSE) {
        llmgw_json_key(s->out, "items");

        rc = llmgw_gs_write_json(s, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = view->kw[LLMGW_GS_PREFIX];

    if (v && v->span > 1) {
        llmgw_json_key(s->out, "prefixItems");

        rc = llmgw_gs_json_list(s, v, 0);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_gs_bound(s, view, 0, integer);
    llmgw_gs_bound(s, view, 1, integer);

    v = view->kw[LLMGW_GS_ANY_OF];

    if (v && v->span > 1) {
        llmgw_json_key(s->out, "anyOf");

        rc = llmgw_gs_json_list(s, v, view->nullable
                                      && view->kw[LLMGW_GS_TYPE] == NULL
                                      && inferred.len == 0);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = view->kw[LLMGW_GS_ONE_OF];

    if (v && v->span > 1) {
        llmgw_json_key(s->out, "oneOf");

        rc = llmgw_gs_json_list(s, v, 0);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_gs_json_map(s, llmgw_lit("properties"), view->properties);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = view->kw[LLMGW_GS_ADDITIONAL];

    if (v && v->type == LLMGW_JSON_OBJECT) {
        llmgw_json_key(s->out, "additionalProperties");

        rc = llmgw_gs_write_json(s, v);
        if (rc != LLMGW_OK) {
            return rc;
        }

    } else {
        llmgw_gs_json_text(s, llmgw_lit("additionalProperties"), v);
    }

    rc = llmgw_gs_json_required(s, view->required);

    llmgw_gs_json_text(s, llmgw_lit("propertyOrdering"),
                       view->kw[LLMGW_GS_ORDERING]);

    return rc;
}


/* types are written in small letters; "null" where nothing else is wanted */

static void
llmgw_gs_json_type(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_str_t inferred)
{
    u_char         c;
    size_t         i;
    unsigned       null;
    llmgw_out_t   *o;
    llmgw_str_t    name;
    llmgw_node_t  *type, *v, *end;

    o = s->out;
    type = view->kw[LLMGW_GS_TYPE];

    if (type == NULL && inferred.len == 0) {
        return;
    }

    llmgw_json_key(o, "type");

    if (type == NULL) {

        if (view->nullable) {
            llmgw_json_open(o, '[');
        }

        llmgw_json_put_jstr(o, inferred);

        if (view->nullable) {
            llmgw_puts(o, ",\"null\"]");
            o->comma = 1;
        }

        return;
    }

    null = !view->nullable;

    v = (type->type == LLMGW_JSON_ARRAY) ? type + 1 : type;
    end = type + type->span;

    if (type->type == LLMGW_JSON_ARRAY || !null) {
        llmgw_json_open(o, '[');
    }

    for ( /* void */ ; v < end; v = llmgw_json_next(v)) {

        if (v->type != LLMGW_JSON_STRING) {
            continue;
        }

        name = llmgw_json_str(s->doc, v);

        llmgw_json_comma(o);
        llmgw_putc(o, '"');

        for (i = 0; i < name.len; i++) {
            c = name.data[i];
            llmgw_putc(o, llmgw_tolower(c));
        }

        llmgw_putc(o, '"');
        o->comma = 1;

        null |= llmgw_str_caseeq(name, llmgw_lit("null"));
    }

    if (!null) {
        llmgw_json_put_jstr(o, llmgw_lit("null"));
    }

    if (type->type == LLMGW_JSON_ARRAY || view->nullable) {
        llmgw_json_close(o, ']');
    }
}


/* strings and numbers; a constant is an enumeration of one */

static void
llmgw_gs_json_enum(llmgw_gs_t *s, llmgw_gs_view_t *view)
{
    unsigned       open;
    llmgw_out_t   *o;
    llmgw_node_t  *v, *values;

    o = s->out;
    v = view->kw[LLMGW_GS_CONST];

    if (v && (v->type == LLMGW_JSON_STRING || v->type == LLMGW_JSON_NUMBER)) {
        llmgw_json_key(o, "enum");
        llmgw_json_open(o, '[');
        llmgw_json_put_raw(o, llmgw_json_raw(s->doc, v));
        llmgw_json_close(o, ']');

        return;
    }

    values = view->kw[LLMGW_GS_ENUM];

    if (values == NULL
        || (llmgw_gs_types(values)
            & ~(LLMGW_GS_BIT(LLMGW_JSON_NULL)
                | LLMGW_GS_BIT(LLMGW_JSON_STRING)
                | LLMGW_GS_BIT(LLMGW_JSON_NUMBER))))
    {
        return;
    }

    open = 0;

    llmgw_json_each(v, values) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        if (!open) {
            llmgw_json_key(o, "enum");
            llmgw_json_open(o, '[');
            open = 1;
        }

        llmgw_json_put_raw(o, llmgw_json_raw(s->doc, v));
    }

    if (open) {
        llmgw_json_close(o, ']');
    }
}


static llmgw_int_t
llmgw_gs_json_list(llmgw_gs_t *s, llmgw_node_t *list, unsigned nullable)
{
    llmgw_int_t    rc;
    llmgw_node_t  *v;

    llmgw_json_open(s->out, '[');

    llmgw_json_each(v, list) {

        if (v->type == LLMGW_JSON_FALSE) {
            continue;
        }

        rc = llmgw_gs_write_json(s, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (nullable) {
        llmgw_json_put_raw(s->out, llmgw_lit("{\"type\":\"null\"}"));
    }

    llmgw_json_close(s->out, ']');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gs_json_map(llmgw_gs_t *s, llmgw_str_t name,
    const llmgw_gs_list_t *list)
{
    llmgw_int_t  rc;

    if (list == NULL) {
        return LLMGW_OK;
    }

    llmgw_json_key_n(s->out, (const char *) name.data, name.len);
    llmgw_json_open(s->out, '{');

    rc = llmgw_gs_each(s, list, llmgw_gs_json_property, NULL);

    llmgw_json_close(s->out, '}');

    return rc;
}


static llmgw_int_t
llmgw_gs_json_property(llmgw_gs_t *s, llmgw_node_t *k, llmgw_node_t *v,
    void *ctx)
{
    (void) ctx;

    if (v->type == LLMGW_JSON_FALSE) {
        return LLMGW_OK;
    }

    llmgw_json_put_jstr(s->out, llmgw_json_str(s->doc, k));
    llmgw_putc(s->out, ':');
    s->out->comma = 0;

    return llmgw_gs_write_json(s, v);
}


static llmgw_int_t
llmgw_gs_json_required(llmgw_gs_t *s, const llmgw_gs_list_t *list)
{
    unsigned       several;
    llmgw_str_t    name;
    llmgw_map_t    seen;
    llmgw_node_t  *v;

    if (list == NULL) {
        return LLMGW_OK;
    }

    several = (list->next != NULL);

    llmgw_map_init(&seen, s->arena);

    llmgw_json_key(s->out, "required");
    llmgw_json_open(s->out, '[');

    for ( /* void */ ; list; list = list->next) {

        llmgw_json_each(v, list->node) {

            if (v->type != LLMGW_JSON_STRING) {
                continue;
            }

            name = llmgw_json_str(s->doc, v);

            if (several) {

                if (llmgw_map_get(&seen, name)) {
                    continue;
                }

                if (llmgw_map_put(&seen, name, v) != LLMGW_OK) {
                    return LLMGW_ERROR;
                }
            }

            llmgw_json_put_jstr(s->out, name);
        }
    }

    llmgw_json_close(s->out, ']');

    return LLMGW_OK;
}
