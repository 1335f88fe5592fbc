
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Schemas of OpenAPI's kind, as generateContent's clients write them, as JSON
 * Schema.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"


typedef struct {
    const llmgw_json_t  *j;
    llmgw_arena_t       *arena;
    llmgw_out_t          out;
} llmgw_gemini_convert_t;


static void llmgw_gemini_convert(llmgw_gemini_convert_t *c,
    llmgw_node_t *schema);
static void llmgw_gemini_convert_type(llmgw_gemini_convert_t *c,
    llmgw_node_t *v, unsigned nullable);
static void llmgw_gemini_convert_list(llmgw_gemini_convert_t *c,
    llmgw_node_t *v, unsigned nullable);
static void llmgw_gemini_convert_enum(llmgw_gemini_convert_t *c,
    llmgw_node_t *v, unsigned nullable);
static void llmgw_gemini_convert_properties(llmgw_gemini_convert_t *c,
    llmgw_node_t *v, llmgw_node_t *order);


/* 64 bits, which that kind of JSON writes as strings */

static const llmgw_str_t  llmgw_gemini_counts[] = {
    llmgw_string("minItems"),
    llmgw_string("maxItems"),
    llmgw_string("minLength"),
    llmgw_string("maxLength"),
    llmgw_string("minProperties"),
    llmgw_string("maxProperties")
};


llmgw_str_t
llmgw_gemini_json_schema(llmgw_arena_t *a, const llmgw_json_t *j,
    llmgw_node_t *schema)
{
    llmgw_gemini_convert_t  c;

    c.j = j;
    c.arena = a;

    llmgw_out_init(&c.out, a, 512, 0, 0);

    llmgw_gemini_convert(&c, schema);

    return (llmgw_out_close(&c.out) == LLMGW_OK) ? llmgw_out_join(&c.out, a)
                                                 : llmgw_null_str;
}


static void
llmgw_gemini_convert_key(llmgw_gemini_convert_t *c, llmgw_node_t *k)
{
    llmgw_str_t  name;

    name = llmgw_json_str(c->j, k);

    llmgw_json_key_n(&c->out, (const char *) name.data, name.len);
}


/* a number that may be written as a string of digits */

static void
llmgw_gemini_convert_count(llmgw_gemini_convert_t *c, llmgw_node_t *v)
{
    int64_t      n;
    llmgw_str_t  s;

    s = llmgw_json_str(c->j, v);

    llmgw_json_put_raw(&c->out,
                       (v->type == LLMGW_JSON_STRING
                        && llmgw_json_int(s, &n) == LLMGW_OK)
                       ? s : llmgw_json_raw(c->j, v));
}


static void
llmgw_gemini_convert(llmgw_gemini_convert_t *c, llmgw_node_t *schema)
{
    size_t               i;
    unsigned             nullable;
    llmgw_str_t          name;
    llmgw_node_t        *k, *v, *order;
    const llmgw_json_t  *j;

    j = c->j;

    if (schema->type != LLMGW_JSON_OBJECT) {
        llmgw_json_put_raw(&c->out, llmgw_json_raw(j, schema));
        return;
    }

    v = llmgw_json_get(j, schema, "nullable");
    nullable = v && v->type == LLMGW_JSON_TRUE;

    order = llmgw_json_array(j, schema, "propertyOrdering");

    llmgw_json_open(&c->out, '{');

    llmgw_json_each_member(k, v, schema) {

        if (v->type == LLMGW_JSON_NULL || llmgw_json_is(j, k, "nullable")
            || llmgw_json_is(j, k, "propertyOrdering")
            || llmgw_json_is(j, k, "example"))
        {
            if (v->type == LLMGW_JSON_NULL && llmgw_json_is(j, k, "default")) {
                llmgw_json_member_raw(&c->out, "default", llmgw_lit("null"));
            }

            continue;
        }

        if (llmgw_json_is(j, k, "type")) {
            llmgw_gemini_convert_type(c, v, nullable);

        } else if (llmgw_json_is(j, k, "anyOf")
                   && v->type == LLMGW_JSON_ARRAY)
        {
            llmgw_json_key(&c->out, "anyOf");
            llmgw_gemini_convert_list(c, v, nullable);

        } else if (llmgw_json_is(j, k, "enum")
                   && v->type == LLMGW_JSON_ARRAY)
        {
            llmgw_gemini_convert_enum(c, v, nullable);

        } else if (llmgw_json_is(j, k, "properties")
                   && v->type == LLMGW_JSON_OBJECT)
        {
            llmgw_gemini_convert_properties(c, v, order);

        } else if (llmgw_json_is(j, k, "items")
                   || llmgw_json_is(j, k, "additionalProperties"))
        {
            llmgw_gemini_convert_key(c, k);
            llmgw_gemini_convert(c, v);

        } else {

            for (i = 0; i < llmgw_nelts(llmgw_gemini_counts); i++) {

                name = llmgw_gemini_counts[i];

                if (llmgw_json_is_n(j, k, (const char *) name.data,
                                    name.len))
                {
                    break;
                }
            }

            llmgw_gemini_convert_key(c, k);

            if (i < llmgw_nelts(llmgw_gemini_counts)) {
                llmgw_gemini_convert_count(c, v);

            } else {
                llmgw_json_put_raw(&c->out, llmgw_json_raw(j, v));
            }
        }
    }

    llmgw_json_close(&c->out, '}');
}


static void
llmgw_gemini_convert_put_type(llmgw_gemini_convert_t *c, llmgw_str_t type)
{
    size_t  i;

    llmgw_json_comma(&c->out);
    llmgw_putc(&c->out, '"');

    for (i = 0; i < type.len; i++) {
        llmgw_putc(&c->out, llmgw_tolower(type.data[i]));
    }

    llmgw_putc(&c->out, '"');

    c->out.comma = 1;
}


/* also where it is a list of types already */

static void
llmgw_gemini_convert_type(llmgw_gemini_convert_t *c, llmgw_node_t *v,
    unsigned nullable)
{
    llmgw_str_t    type;
    llmgw_node_t  *t;

    if (v->type == LLMGW_JSON_STRING) {

        type = llmgw_json_str(c->j, v);

        if (llmgw_str_caseeq(type, llmgw_lit("TYPE_UNSPECIFIED"))) {
            return;
        }

        llmgw_json_key(&c->out, "type");

        if (!nullable || llmgw_str_caseeq(type, llmgw_lit("null"))) {
            llmgw_gemini_convert_put_type(c, type);
            return;
        }

        llmgw_json_open(&c->out, '[');
        llmgw_gemini_convert_put_type(c, type);
        llmgw_json_put_jstr(&c->out, llmgw_lit("null"));
        llmgw_json_close(&c->out, ']');

        return;
    }

    llmgw_json_key(&c->out, "type");

    if (v->type != LLMGW_JSON_ARRAY) {
        llmgw_json_put_raw(&c->out, llmgw_json_raw(c->j, v));
        return;
    }

    llmgw_json_open(&c->out, '[');

    llmgw_json_each(t, v) {

        if (t->type != LLMGW_JSON_STRING) {
            continue;
        }

        type = llmgw_json_str(c->j, t);

        nullable &= !llmgw_str_caseeq(type, llmgw_lit("null"));

        llmgw_gemini_convert_put_type(c, type);
    }

    if (nullable) {
        llmgw_json_put_jstr(&c->out, llmgw_lit("null"));
    }

    llmgw_json_close(&c->out, ']');
}


static void
llmgw_gemini_convert_list(llmgw_gemini_convert_t *c, llmgw_node_t *v,
    unsigned nullable)
{
    llmgw_node_t  *s;

    llmgw_json_open(&c->out, '[');

    llmgw_json_each(s, v) {

        nullable &= !llmgw_str_caseeq(llmgw_json_get_str(c->j, s, "type"),
                                      llmgw_lit("null"));
        llmgw_gemini_convert(c, s);
    }

    if (nullable) {
        llmgw_json_put_raw(&c->out, llmgw_lit("{\"type\":\"null\"}"));
    }

    llmgw_json_close(&c->out, ']');
}


static void
llmgw_gemini_convert_enum(llmgw_gemini_convert_t *c, llmgw_node_t *v,
    unsigned nullable)
{
    llmgw_node_t  *s;

    llmgw_json_key(&c->out, "enum");
    llmgw_json_open(&c->out, '[');

    llmgw_json_each(s, v) {
        nullable &= s->type != LLMGW_JSON_NULL;
        llmgw_json_put_raw(&c->out, llmgw_json_raw(c->j, s));
    }

    if (nullable) {
        llmgw_json_put_raw(&c->out, llmgw_lit("null"));
    }

    llmgw_json_close(&c->out, ']');
}


static void
llmgw_gemini_convert_property(llmgw_gemini_convert_t *c, llmgw_node_t *k)
{
    llmgw_gemini_convert_key(c, k);
    llmgw_gemini_convert(c, k + 1);
}


/* in the order in which the client wants to have them */

static void
llmgw_gemini_convert_properties(llmgw_gemini_convert_t *c, llmgw_node_t *v,
    llmgw_node_t *order)
{
    llmgw_map_t    names;
    llmgw_str_t    name;
    llmgw_node_t  *k, *p, *s;

    llmgw_json_key(&c->out, "properties");
    llmgw_json_open(&c->out, '{');

    if (order == NULL) {

        llmgw_json_each_member(k, p, v) {
            llmgw_gemini_convert_property(c, k);
        }

        llmgw_json_close(&c->out, '}');

        return;
    }

    llmgw_map_init(&names, c->arena);

    llmgw_json_each_member(k, p, v) {

        name = llmgw_jstr_canonical(c->arena, llmgw_json_str(c->j, k));

        if (name.data == NULL || llmgw_map_put(&names, name, k) != LLMGW_OK) {
            c->out.failed = 1;
            return;
        }
    }

    /* who has been written is not there any more: his place is another's */

    llmgw_json_each(s, order) {

        if (s->type != LLMGW_JSON_STRING) {
            continue;
        }

        name = llmgw_jstr_canonical(c->arena, llmgw_json_str(c->j, s));

        if (name.data == NULL) {
            c->out.failed = 1;
            return;
        }

        k = llmgw_map_get(&names, name);

        if (k == NULL || k == v) {
            continue;
        }

        llmgw_gemini_convert_property(c, k);

        if (llmgw_map_put(&names, name, v) != LLMGW_OK) {
            c->out.failed = 1;
            return;
        }
    }

    llmgw_json_each_member(k, p, v) {

        name = llmgw_jstr_canonical(c->arena, llmgw_json_str(c->j, k));

        if (name.data && llmgw_map_get(&names, name) == k) {
            llmgw_gemini_convert_property(c, k);
        }
    }

    llmgw_json_close(&c->out, '}');
}
