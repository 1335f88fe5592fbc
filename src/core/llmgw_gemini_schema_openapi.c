
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The form of older models: the part of OpenAPI's schemas that has no
 * references, one type to a schema, and unions that stand alone.
 */


#include "llmgw_gemini_schema.h"
#include "llmgw_jstr.h"
#include "llmgw_map.h"


/* unions in unions with one branch each */
#define LLMGW_GS_UNIONS  16


typedef enum {
    gs_string = 0,
    gs_number,
    gs_integer,
    gs_boolean,
    gs_array,
    gs_object,
    gs_null,
    gs_types
} llmgw_gs_type_e;


static const struct {
    llmgw_str_t  name;
    llmgw_str_t  upper;
    llmgw_str_t  formats[2];
} llmgw_gs_type[gs_types] = {
    { llmgw_string("string"), llmgw_string("STRING"),
      { llmgw_string("date-time"), llmgw_string("enum") } },
    { llmgw_string("number"), llmgw_string("NUMBER"),
      { llmgw_string("float"), llmgw_string("double") } },
    { llmgw_string("integer"), llmgw_string("INTEGER"),
      { llmgw_string("int32"), llmgw_string("int64") } },
    { llmgw_string("boolean"), llmgw_string("BOOLEAN"),
      { { 0, NULL }, { 0, NULL } } },
    { llmgw_string("array"), llmgw_string("ARRAY"),
      { { 0, NULL }, { 0, NULL } } },
    { llmgw_string("object"), llmgw_string("OBJECT"),
      { { 0, NULL }, { 0, NULL } } },
    { llmgw_string("null"), { 0, NULL }, { { 0, NULL }, { 0, NULL } } }
};


/* keywords that go as they are, with the types that have them */

static const struct {
    unsigned     keyword;
    unsigned     types;
    llmgw_str_t  name;
} llmgw_gs_open_plain[] = {
    { LLMGW_GS_MIN_ITEMS, 1u << gs_array, llmgw_string("minItems") },
    { LLMGW_GS_MAX_ITEMS, 1u << gs_array, llmgw_string("maxItems") },
    { LLMGW_GS_MIN_LENGTH, 1u << gs_string, llmgw_string("minLength") },
    { LLMGW_GS_MAX_LENGTH, 1u << gs_string, llmgw_string("maxLength") },
    { LLMGW_GS_PATTERN, 1u << gs_string, llmgw_string("pattern") },
    { LLMGW_GS_MIN_PROPERTIES, 1u << gs_object,
      llmgw_string("minProperties") },
    { LLMGW_GS_MAX_PROPERTIES, 1u << gs_object,
      llmgw_string("maxProperties") }
};


static llmgw_int_t llmgw_gs_open_union(llmgw_gs_t *s, llmgw_gs_view_t *view,
    unsigned *branches);
static llmgw_int_t llmgw_gs_open_branches(llmgw_gs_t *s,
    llmgw_gs_view_t *view);
static unsigned llmgw_gs_open_types(llmgw_gs_t *s, llmgw_gs_view_t *view);
static llmgw_int_t llmgw_gs_open_members(llmgw_gs_t *s,
    llmgw_gs_view_t *view, llmgw_gs_type_e type);
static void llmgw_gs_open_enum(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_gs_type_e type);
static llmgw_int_t llmgw_gs_open_array(llmgw_gs_t *s, llmgw_gs_view_t *view);
static llmgw_int_t llmgw_gs_open_object(llmgw_gs_t *s,
    llmgw_gs_view_t *view);


/* around: of a union, whose description and null are its branches' own */

llmgw_int_t
llmgw_gs_write_openapi(llmgw_gs_t *s, llmgw_node_t *schema,
    const llmgw_gs_view_t *around)
{
    unsigned           types, branches, open, i;
    llmgw_int_t        rc;
    llmgw_gs_list_t   *refs;
    llmgw_gs_view_t    view;

    rc = llmgw_gs_enter(s);
    if (rc != LLMGW_OK) {
        return rc;
    }

    refs = s->refs;

    rc = llmgw_gs_view(s, &view, schema);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (around) {
        view.nullable |= around->nullable;

        if (view.kw[LLMGW_GS_DESCRIPTION] == NULL) {
            view.kw[LLMGW_GS_DESCRIPTION] =
                                           around->kw[LLMGW_GS_DESCRIPTION];
        }
    }

    rc = llmgw_gs_open_union(s, &view, &branches);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_open(s->out, '{');

    if (branches) {
        rc = llmgw_gs_open_branches(s, &view);

    } else {

        types = llmgw_gs_open_types(s, &view);
        open = (types & (types - 1)) != 0;

        if (open) {
            llmgw_json_key(s->out, "anyOf");
            llmgw_json_open(s->out, '[');
        }

        for (i = 0; i < gs_null && rc == LLMGW_OK; i++) {

            if (!(types & 1u << i)) {
                continue;
            }

            if (open) {
                llmgw_json_open(s->out, '{');
            }

            rc = llmgw_gs_open_members(s, &view, (llmgw_gs_type_e) i);

            if (open) {
                llmgw_json_close(s->out, '}');
            }
        }

        if (open) {
            llmgw_json_close(s->out, ']');
        }
    }

    llmgw_json_close(s->out, '}');

    s->refs = refs;

    llmgw_gs_leave(s);

    return rc;
}


/* a branch that allows null and nothing else */

static unsigned
llmgw_gs_open_null(llmgw_gs_t *s, llmgw_node_t *v)
{
    llmgw_node_t  *type;

    type = llmgw_json_string(s->doc, v, "type");

    if (type) {
        return llmgw_str_caseeq(llmgw_json_str(s->doc, type),
                                llmgw_lit("null"));
    }

    type = llmgw_json_get(s->doc, v, "const");

    if (type) {
        return type->type == LLMGW_JSON_NULL;
    }

    type = llmgw_json_array(s->doc, v, "enum");

    return type && llmgw_gs_types(type) == LLMGW_GS_BIT(LLMGW_JSON_NULL);
}


/* a branch that is left of the union, after "v"; NULL: none */

static llmgw_node_t *
llmgw_gs_open_next(llmgw_gs_t *s, const llmgw_gs_view_t *view,
    llmgw_node_t *v)
{
    unsigned       i;
    llmgw_node_t  *list, *n;

    static const unsigned  unions[] = { LLMGW_GS_ANY_OF, LLMGW_GS_ONE_OF };

    for (i = 0; i < llmgw_nelts(unions); i++) {

        list = view->kw[unions[i]];

        if (list == NULL) {
            continue;
        }

        n = list + 1;

        if (v) {

            if (v <= list || v >= list + list->span) {
                continue;
            }

            n = llmgw_json_next(v);
            v = NULL;
        }

        for ( /* void */ ; n < list + list->span; n = llmgw_json_next(n)) {

            if (n->type == LLMGW_JSON_TRUE
                || (n->type == LLMGW_JSON_OBJECT
                    && !llmgw_gs_open_null(s, n)))
            {
                return n;
            }
        }
    }

    return NULL;
}


static unsigned
llmgw_gs_open_has_null(llmgw_gs_t *s, llmgw_node_t *list)
{
    llmgw_node_t  *v;

    if (list) {

        llmgw_json_each(v, list) {
            if (v->type == LLMGW_JSON_OBJECT && llmgw_gs_open_null(s, v)) {
                return 1;
            }
        }
    }

    return 0;
}


/*
 * Takes null out of a union, and the union out of a schema where one branch is
 * left of it.  branches: there are several.
 */

static llmgw_int_t
llmgw_gs_open_union(llmgw_gs_t *s, llmgw_gs_view_t *view, unsigned *branches)
{
    unsigned       n;
    llmgw_int_t    rc;
    llmgw_node_t  *first;

    *branches = 0;

    for (n = 0; n < LLMGW_GS_UNIONS; n++) {

        view->nullable |= llmgw_gs_open_has_null(s,
                                                 view->kw[LLMGW_GS_ANY_OF])
                          || llmgw_gs_open_has_null(s,
                                                   view->kw[LLMGW_GS_ONE_OF]);

        first = llmgw_gs_open_next(s, view, NULL);

        if (first == NULL) {
            return LLMGW_OK;
        }

        if (llmgw_gs_open_next(s, view, first)) {

            /* branches that only narrow an object cannot be said */

            *branches = (view->properties == NULL);

            return LLMGW_OK;
        }

        view->kw[LLMGW_GS_ANY_OF] = NULL;
        view->kw[LLMGW_GS_ONE_OF] = NULL;

        rc = llmgw_gs_collect(s, view, first, 1);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gs_open_branches(llmgw_gs_t *s, llmgw_gs_view_t *view)
{
    llmgw_int_t    rc;
    llmgw_node_t  *v;

    llmgw_json_key(s->out, "anyOf");
    llmgw_json_open(s->out, '[');

    for (v = llmgw_gs_open_next(s, view, NULL);
         v;
         v = llmgw_gs_open_next(s, view, v))
    {
        rc = llmgw_gs_write_openapi(s, v, view);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(s->out, ']');

    return LLMGW_OK;
}


static unsigned
llmgw_gs_open_type(llmgw_gs_t *s, llmgw_node_t *v)
{
    unsigned  i;

    if (v->type != LLMGW_JSON_STRING) {
        return 0;
    }

    for (i = 0; i < gs_types; i++) {
        if (llmgw_str_caseeq(llmgw_json_str(s->doc, v),
                             llmgw_gs_type[i].name))
        {
            return 1u << i;
        }
    }

    return 0;
}


/* the types that a schema names, or the one that it means */

static unsigned
llmgw_gs_open_types(llmgw_gs_t *s, llmgw_gs_view_t *view)
{
    unsigned       types, values;
    llmgw_node_t  *v, *type;

    type = view->kw[LLMGW_GS_TYPE];
    types = 0;

    if (type && type->type == LLMGW_JSON_STRING) {
        types = llmgw_gs_open_type(s, type);

    } else if (type) {

        llmgw_json_each(v, type) {
            types |= llmgw_gs_open_type(s, v);
        }
    }

    v = view->kw[LLMGW_GS_ENUM];
    values = v ? llmgw_gs_types(v) : 0;

    if ((types & 1u << gs_null)
        || (values & LLMGW_GS_BIT(LLMGW_JSON_NULL)))
    {
        view->nullable = 1;
    }

    types &= ~(1u << gs_null);
    values &= ~LLMGW_GS_BIT(LLMGW_JSON_NULL);

    if (types) {
        return types;
    }

    if (view->recursive || view->properties) {
        return 1u << gs_object;
    }

    if (view->kw[LLMGW_GS_ITEMS] || view->kw[LLMGW_GS_PREFIX]) {
        return 1u << gs_array;
    }

    v = view->kw[LLMGW_GS_CONST];

    if (values == 0 && v) {
        values = LLMGW_GS_BIT(v->type);
    }

    if (values == LLMGW_GS_BIT(LLMGW_JSON_NUMBER)) {
        return 1u << gs_number;
    }

    if (values && !(values & ~(LLMGW_GS_BIT(LLMGW_JSON_TRUE)
                               | LLMGW_GS_BIT(LLMGW_JSON_FALSE))))
    {
        return 1u << gs_boolean;
    }

    if (values == 0
        && (view->kw[LLMGW_GS_MINIMUM] || view->kw[LLMGW_GS_MAXIMUM]
            || view->kw[LLMGW_GS_ABOVE] || view->kw[LLMGW_GS_BELOW]))
    {
        return 1u << gs_number;
    }

    return 1u << gs_string;
}


static llmgw_int_t
llmgw_gs_open_members(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_gs_type_e type)
{
    size_t         i;
    unsigned       bit;
    llmgw_out_t   *o;
    llmgw_node_t  *v;

    o = s->out;
    bit = 1u << type;

    llmgw_json_member(o, "type", llmgw_gs_type[type].upper);

    v = view->kw[LLMGW_GS_FORMAT];

    if (v
        && (llmgw_str_eq(llmgw_json_str(s->doc, v),
                         llmgw_gs_type[type].formats[0])
            || llmgw_str_eq(llmgw_json_str(s->doc, v),
                            llmgw_gs_type[type].formats[1]))
        && v->len)
    {
        llmgw_json_member(o, "format", llmgw_json_str(s->doc, v));
    }

    llmgw_gs_open_enum(s, view, type);

    if (view->nullable) {
        llmgw_json_member_raw(o, "nullable", llmgw_lit("true"));
    }

    for (i = 0; i < llmgw_nelts(llmgw_gs_open_plain); i++) {

        v = view->kw[llmgw_gs_open_plain[i].keyword];

        if (v == NULL || !(llmgw_gs_open_plain[i].types & bit)
            || (view->kw[LLMGW_GS_PREFIX] && type == gs_array))
        {
            continue;
        }

        llmgw_json_key_n(o, (const char *) llmgw_gs_open_plain[i].name.data,
                         llmgw_gs_open_plain[i].name.len);
        llmgw_json_put_raw(o, llmgw_json_raw(s->doc, v));
    }

    switch (type) {

    case gs_number:
    case gs_integer:
        llmgw_gs_bound(s, view, 0, type == gs_integer);
        llmgw_gs_bound(s, view, 1, type == gs_integer);

        return LLMGW_OK;

    case gs_array:
        return llmgw_gs_open_array(s, view);

    case gs_object:
        return view->recursive ? LLMGW_OK : llmgw_gs_open_object(s, view);

    default:
        return LLMGW_OK;
    }
}


/* a value without its quotes */

static llmgw_str_t
llmgw_gs_open_value(llmgw_gs_t *s, llmgw_node_t *v)
{
    return (v->type >= LLMGW_JSON_ARRAY || v->type == LLMGW_JSON_NULL)
           ? llmgw_null_str : llmgw_json_str(s->doc, v);
}


/* enum and description: only strings can be enumerated */

static void
llmgw_gs_open_enum(llmgw_gs_t *s, llmgw_gs_view_t *view, llmgw_gs_type_e type)
{
    unsigned       n;
    llmgw_out_t   *o;
    llmgw_node_t  *values, *v, *end, *text;

    o = s->out;
    text = view->kw[LLMGW_GS_DESCRIPTION];
    values = view->kw[LLMGW_GS_CONST];

    if (values && values->type != LLMGW_JSON_STRING
        && values->type != LLMGW_JSON_NUMBER)
    {
        values = NULL;
    }

    v = values;
    end = values ? llmgw_json_next(values) : NULL;

    if (values == NULL) {
        values = view->kw[LLMGW_GS_ENUM];
        v = values ? values + 1 : NULL;
        end = values ? values + values->span : NULL;
    }

    if (type == gs_string || values == NULL) {

        if (text) {
            llmgw_json_member(o, "description", llmgw_json_str(s->doc, text));
        }

        n = 0;

        for ( /* void */ ; v < end; v = llmgw_json_next(v)) {

            if (llmgw_gs_open_value(s, v).len == 0) {
                continue;
            }

            if (n++ == 0) {
                llmgw_json_key(o, "enum");
                llmgw_json_open(o, '[');
            }

            llmgw_json_put_jstr(o, llmgw_gs_open_value(s, v));
        }

        if (n) {
            llmgw_json_close(o, ']');
        }

        return;
    }

    llmgw_json_key(o, "description");
    llmgw_putc(o, '"');

    if (text && text->len) {
        llmgw_put(o, llmgw_json_str(s->doc, text));
        llmgw_putc(o, ' ');
    }

    llmgw_puts(o, "Allowed values: ");

    n = 0;

    for ( /* void */ ; v < end; v = llmgw_json_next(v)) {

        if (llmgw_gs_open_value(s, v).len == 0) {
            continue;
        }

        if (n++) {
            llmgw_puts(o, ", ");
        }

        llmgw_put(o, llmgw_gs_open_value(s, v));
    }

    llmgw_puts(o, ".\"");
    o->comma = 1;
}


/* items are of one schema: those of a tuple become a union of what differs */

static llmgw_int_t
llmgw_gs_open_array(llmgw_gs_t *s, llmgw_gs_view_t *view)
{
    uint32_t       n, count;
    llmgw_int_t    rc;
    llmgw_out_t   *o, item, all;
    llmgw_map_t    seen;
    llmgw_str_t    text;
    llmgw_node_t  *v, *list;

    o = s->out;
    list = view->kw[LLMGW_GS_PREFIX];

    if (list == NULL || list->span == 1) {

        llmgw_json_key(o, "items");

        v = view->kw[LLMGW_GS_ITEMS];

        if (v && v->type == LLMGW_JSON_OBJECT) {
            return llmgw_gs_write_openapi(s, v, NULL);
        }

        llmgw_json_put_raw(o, llmgw_lit("{\"type\":\"STRING\"}"));

        return LLMGW_OK;
    }

    llmgw_map_init(&seen, s->arena);
    llmgw_out_init(&all, s->arena, 512, 0, s->limit);

    n = 0;
    count = 0;
    rc = LLMGW_OK;

    llmgw_json_each(v, list) {

        count++;

        llmgw_out_init(&item, s->arena, 256, 0, s->limit);

        s->out = &item;
        rc = llmgw_gs_write_openapi(s, v, NULL);
        s->out = o;

        if (rc != LLMGW_OK) {
            return rc;
        }

        if (llmgw_out_close(&item) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        text = llmgw_out_join(&item, s->arena);

        if (text.data == NULL) {
            return LLMGW_ERROR;
        }

        if (llmgw_map_get(&seen, text)) {
            continue;
        }

        if (llmgw_map_put(&seen, text, v) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        llmgw_json_put_raw(&all, text);
        n++;
    }

    if (llmgw_out_close(&all) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    text = llmgw_out_join(&all, s->arena);

    if (text.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_key(o, "items");

    if (n == 1) {
        llmgw_json_put_raw(o, text);

    } else {
        llmgw_json_open(o, '{');
        llmgw_json_key(o, "anyOf");
        llmgw_json_open(o, '[');
        llmgw_json_put_raw(o, text);
        llmgw_json_close(o, ']');
        llmgw_json_close(o, '}');
    }

    llmgw_json_member_int(o, "minItems", count);
    llmgw_json_member_int(o, "maxItems", count);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gs_open_property(llmgw_gs_t *s, llmgw_node_t *k, llmgw_node_t *v,
    void *ctx)
{
    llmgw_map_t *names = ctx;

    llmgw_str_t  name;

    if (v->type == LLMGW_JSON_FALSE) {
        return LLMGW_OK;
    }

    name = llmgw_jstr_canonical(s->arena, llmgw_json_str(s->doc, k));

    if (name.data == NULL || llmgw_map_put(names, name, v) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    llmgw_json_put_jstr(s->out, llmgw_json_str(s->doc, k));
    llmgw_putc(s->out, ':');
    s->out->comma = 0;

    return llmgw_gs_write_openapi(s, v, NULL);
}


static llmgw_int_t
llmgw_gs_open_order(llmgw_gs_t *s, llmgw_node_t *k, llmgw_node_t *v,
    void *ctx)
{
    (void) ctx;

    if (v->type != LLMGW_JSON_FALSE) {
        llmgw_json_put_jstr(s->out, llmgw_json_str(s->doc, k));
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gs_open_required(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_map_t *names)
{
    unsigned                open;
    llmgw_str_t             name;
    llmgw_map_t             done;
    llmgw_node_t           *v;
    const llmgw_gs_list_t  *l;

    llmgw_map_init(&done, s->arena);

    open = 0;

    for (l = view->required; l; l = l->next) {

        llmgw_json_each(v, l->node) {

            if (v->type != LLMGW_JSON_STRING) {
                continue;
            }

            name = llmgw_jstr_canonical(s->arena, llmgw_json_str(s->doc, v));

            if (name.data == NULL) {
                return LLMGW_ERROR;
            }

            if (llmgw_map_get(names, name) == NULL
                || llmgw_map_get(&done, name))
            {
                continue;
            }

            if (llmgw_map_put(&done, name, v) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            if (!open) {
                llmgw_json_key(s->out, "required");
                llmgw_json_open(s->out, '[');
                open = 1;
            }

            llmgw_json_put_jstr(s->out, name);
        }
    }

    if (open) {
        llmgw_json_close(s->out, ']');
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gs_open_object(llmgw_gs_t *s, llmgw_gs_view_t *view)
{
    llmgw_int_t    rc;
    llmgw_map_t    names;
    llmgw_node_t  *ordering;

    if (view->properties == NULL) {
        return LLMGW_OK;
    }

    llmgw_map_init(&names, s->arena);

    llmgw_json_key(s->out, "properties");
    llmgw_json_open(s->out, '{');

    rc = llmgw_gs_each(s, view->properties, llmgw_gs_open_property, &names);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_close(s->out, '}');

    rc = llmgw_gs_open_required(s, view, &names);
    if (rc != LLMGW_OK) {
        return rc;
    }

    ordering = view->kw[LLMGW_GS_ORDERING];

    if (ordering) {
        llmgw_json_member_raw(s->out, "propertyOrdering",
                              llmgw_json_raw(s->doc, ordering));
        return LLMGW_OK;
    }

    if (!s->response) {
        return LLMGW_OK;
    }

    /* the model would write them in the order of the alphabet */

    llmgw_json_key(s->out, "propertyOrdering");
    llmgw_json_open(s->out, '[');

    rc = llmgw_gs_each(s, view->properties, llmgw_gs_open_order, NULL);

    llmgw_json_close(s->out, ']');

    return rc;
}
