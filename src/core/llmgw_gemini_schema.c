
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_gemini_schema.h"
#include "llmgw_jstr.h"
#include "llmgw_map.h"


#define LLMGW_GS_DEPTH  64


static const llmgw_str_t  llmgw_gs_names[LLMGW_GS_MAX] = {
    llmgw_string("$id"),
    llmgw_string("$anchor"),
    llmgw_string("$ref"),
    llmgw_string("type"),
    llmgw_string("title"),
    llmgw_string("description"),
    llmgw_string("format"),
    llmgw_string("enum"),
    llmgw_string("const"),
    llmgw_string("items"),
    llmgw_string("prefixItems"),
    llmgw_string("minItems"),
    llmgw_string("maxItems"),
    llmgw_string("minLength"),
    llmgw_string("maxLength"),
    llmgw_string("minProperties"),
    llmgw_string("maxProperties"),
    llmgw_string("pattern"),
    llmgw_string("minimum"),
    llmgw_string("maximum"),
    llmgw_string("exclusiveMinimum"),
    llmgw_string("exclusiveMaximum"),
    llmgw_string("anyOf"),
    llmgw_string("oneOf"),
    llmgw_string("additionalProperties"),
    llmgw_string("propertyOrdering"),
    llmgw_string("nullable")
};


/* what a keyword's value has to be, as a set of JSON types; 0: anything */

#define GS_STRING  LLMGW_GS_BIT(LLMGW_JSON_STRING)
#define GS_NUMBER  LLMGW_GS_BIT(LLMGW_JSON_NUMBER)
#define GS_ARRAY   LLMGW_GS_BIT(LLMGW_JSON_ARRAY)
#define GS_OBJECT  LLMGW_GS_BIT(LLMGW_JSON_OBJECT)
#define GS_BOOL    (LLMGW_GS_BIT(LLMGW_JSON_FALSE)                           \
                    | LLMGW_GS_BIT(LLMGW_JSON_TRUE))

static const uint8_t  llmgw_gs_values[LLMGW_GS_MAX] = {
    GS_STRING,              /* $id */
    GS_STRING,              /* $anchor */
    GS_STRING,              /* $ref */
    GS_STRING|GS_ARRAY,     /* type */
    GS_STRING,              /* title */
    GS_STRING,              /* description */
    GS_STRING,              /* format */
    GS_ARRAY,               /* enum */
    0,                      /* const */
    GS_ARRAY|GS_OBJECT|GS_BOOL, /* items */
    GS_ARRAY,               /* prefixItems */
    GS_NUMBER,              /* minItems */
    GS_NUMBER,              /* maxItems */
    GS_NUMBER,              /* minLength */
    GS_NUMBER,              /* maxLength */
    GS_NUMBER,              /* minProperties */
    GS_NUMBER,              /* maxProperties */
    GS_STRING,              /* pattern */
    GS_NUMBER,              /* minimum */
    GS_NUMBER,              /* maximum */
    GS_NUMBER,              /* exclusiveMinimum: once it was a boolean */
    GS_NUMBER,              /* exclusiveMaximum */
    GS_ARRAY,               /* anyOf */
    GS_ARRAY,               /* oneOf */
    GS_OBJECT|GS_BOOL,      /* additionalProperties */
    GS_ARRAY,               /* propertyOrdering */
    GS_BOOL                 /* nullable */
};


static llmgw_int_t llmgw_gs_push(llmgw_gs_t *s, llmgw_gs_list_t **list,
    llmgw_node_t *node);
static llmgw_int_t llmgw_gs_follow(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_node_t *ref);
static llmgw_node_t *llmgw_gs_resolve(llmgw_gs_t *s, llmgw_node_t *ref);
static llmgw_node_t *llmgw_gs_step(llmgw_gs_t *s, llmgw_node_t *node,
    llmgw_str_t name);


llmgw_int_t
llmgw_gemini_write_schema(llmgw_gemini_request_t *r, const llmgw_json_t *j,
    llmgw_node_t *schema, unsigned response)
{
    size_t       start;
    llmgw_gs_t   s;
    llmgw_int_t  rc;

    memset(&s, 0, sizeof(llmgw_gs_t));

    start = llmgw_out_size(r->out);

    s.out = r->out;
    s.arena = r->arena;
    s.doc = j;
    s.root = schema;
    s.limit = start + r->schema_bytes;
    s.steps = r->schema_steps;
    s.json = r->family.json;
    s.response = response;

    rc = s.json ? llmgw_gs_write_json(&s, schema)
                : llmgw_gs_write_openapi(&s, schema, NULL);

    if (rc == LLMGW_OK && llmgw_out_size(r->out) > s.limit) {
        rc = LLMGW_INVALID;
    }

    if (rc == LLMGW_OK) {
        r->schema_bytes = s.limit - llmgw_out_size(r->out);
        r->schema_steps = s.steps;
    }

    return rc;
}


llmgw_int_t
llmgw_gs_enter(llmgw_gs_t *s)
{
    if (++s->depth > LLMGW_GS_DEPTH || llmgw_out_size(s->out) > s->limit
        || s->steps-- == 0)
    {
        return LLMGW_INVALID;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gs_push(llmgw_gs_t *s, llmgw_gs_list_t **list, llmgw_node_t *node)
{
    llmgw_gs_list_t  *l;

    while (*list) {
        list = &(*list)->next;
    }

    l = llmgw_alloc(s->arena, sizeof(llmgw_gs_list_t));
    if (l == NULL) {
        return LLMGW_ERROR;
    }

    l->next = NULL;
    l->node = node;

    *list = l;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gs_view(llmgw_gs_t *s, llmgw_gs_view_t *view, llmgw_node_t *schema)
{
    memset(view, 0, sizeof(llmgw_gs_view_t));

    view->around = s->refs;

    return llmgw_gs_collect(s, view, schema, !s->json);
}


static unsigned
llmgw_gs_keyword(llmgw_gs_t *s, llmgw_node_t *key)
{
    unsigned  i;

    for (i = 0; i < LLMGW_GS_MAX; i++) {

        if (llmgw_json_is_n(s->doc, key,
                            (const char *) llmgw_gs_names[i].data,
                            llmgw_gs_names[i].len))
        {
            break;
        }
    }

    return i;
}


/* one member of a schema */

static llmgw_int_t
llmgw_gs_member(llmgw_gs_t *s, llmgw_gs_view_t *view, llmgw_node_t *k,
    llmgw_node_t *v)
{
    unsigned  i;

    if (llmgw_json_is(s->doc, k, "properties")) {
        return (v->type == LLMGW_JSON_OBJECT && v->span > 1)
               ? llmgw_gs_push(s, &view->properties, v) : LLMGW_OK;
    }

    if (llmgw_json_is(s->doc, k, "required")) {
        return (v->type == LLMGW_JSON_ARRAY && v->span > 1)
               ? llmgw_gs_push(s, &view->required, v) : LLMGW_OK;
    }

    if (llmgw_json_is(s->doc, k, "$defs")
        || llmgw_json_is(s->doc, k, "definitions"))
    {
        return (v->type == LLMGW_JSON_OBJECT && v->span > 1)
               ? llmgw_gs_push(s, &view->defs, v) : LLMGW_OK;
    }

    i = llmgw_gs_keyword(s, k);

    if (i == LLMGW_GS_MAX || view->kw[i]
        || (llmgw_gs_values[i]
            && !(llmgw_gs_values[i] & LLMGW_GS_BIT(v->type))))
    {
        return LLMGW_OK;
    }

    /* a list of items was the way to say what is in which place */

    if (i == LLMGW_GS_ITEMS && v->type == LLMGW_JSON_ARRAY) {
        i = LLMGW_GS_PREFIX;
    }

    if (view->kw[i] == NULL) {
        view->kw[i] = v;
    }

    if (i == LLMGW_GS_NULLABLE && v->type == LLMGW_JSON_TRUE) {
        view->nullable = 1;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gs_collect(llmgw_gs_t *s, llmgw_gs_view_t *view, llmgw_node_t *schema,
    unsigned resolve)
{
    llmgw_int_t    rc;
    llmgw_node_t  *k, *v, *all, *ref;

    if (schema->type != LLMGW_JSON_OBJECT) {
        return LLMGW_OK;
    }

    all = NULL;
    ref = NULL;

    llmgw_json_each_member(k, v, schema) {

        if (s->steps-- == 0) {
            return LLMGW_INVALID;
        }

        if (llmgw_json_is(s->doc, k, "allOf")) {
            all = (v->type == LLMGW_JSON_ARRAY) ? v : NULL;
            continue;
        }

        if (resolve && llmgw_json_is(s->doc, k, "$ref")) {
            ref = (v->type == LLMGW_JSON_STRING) ? v : NULL;
            continue;
        }

        rc = llmgw_gs_member(s, view, k, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (ref) {
        rc = llmgw_gs_follow(s, view, ref);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (all) {

        llmgw_json_each(v, all) {

            rc = llmgw_gs_enter(s);

            if (rc == LLMGW_OK) {
                rc = llmgw_gs_collect(s, view, v, 1);
            }

            if (rc != LLMGW_OK) {
                return rc;
            }

            llmgw_gs_leave(s);
        }
    }

    return LLMGW_OK;
}


/* what a reference leads to, once, and not what it stands in itself */

static llmgw_int_t
llmgw_gs_follow(llmgw_gs_t *s, llmgw_gs_view_t *view, llmgw_node_t *ref)
{
    unsigned          around;
    llmgw_node_t     *target;
    llmgw_gs_list_t  *l;

    target = llmgw_gs_resolve(s, ref);

    if (target == NULL) {
        return LLMGW_OK;
    }

    around = 0;

    for (l = s->refs; l; l = l->next) {

        around |= (l == view->around);

        if (l->node == target) {
            view->recursive |= around;
            return LLMGW_OK;
        }
    }

    l = llmgw_alloc(s->arena, sizeof(llmgw_gs_list_t));
    if (l == NULL) {
        return LLMGW_ERROR;
    }

    l->node = target;
    l->next = s->refs;
    s->refs = l;

    return llmgw_gs_collect(s, view, target, 1);
}


/* "#/$defs/a~1b" */

static llmgw_node_t *
llmgw_gs_resolve(llmgw_gs_t *s, llmgw_node_t *ref)
{
    u_char        *d, *start;
    u_char         c, h;
    size_t         i, n;
    llmgw_str_t    path, name;
    llmgw_node_t  *node;

    path = llmgw_jstr_decode(s->arena, llmgw_json_str(s->doc, ref));

    if (path.len == 0 || path.data[0] != '#') {
        return NULL;
    }

    node = s->root;
    i = 1;

    start = llmgw_nalloc(s->arena, path.len);
    if (start == NULL) {
        return NULL;
    }

    while (i < path.len) {

        if (path.data[i++] != '/') {

            /* an anchor */

            return NULL;
        }

        for (d = start; i < path.len && path.data[i] != '/'; i++) {

            c = path.data[i];

            if (c == '~' && i + 1 < path.len) {
                i++;
                c = (path.data[i] == '1') ? '/' : '~';

            } else if (c == '%' && i + 2 < path.len) {

                c = 0;

                for (n = 1; n <= 2; n++) {
                    h = path.data[i + n] | 0x20;
                    h = (h >= '0' && h <= '9') ? h - '0'
                        : (h >= 'a' && h <= 'f') ? h - 'a' + 10 : 0;
                    c = (u_char) (c << 4 | h);
                }

                i += 2;
            }

            *d++ = c;
        }

        name = llmgw_str(start, (size_t) (d - start));
        node = llmgw_gs_step(s, node, name);

        if (node == NULL) {
            return NULL;
        }
    }

    return node;
}


static llmgw_node_t *
llmgw_gs_step(llmgw_gs_t *s, llmgw_node_t *node, llmgw_str_t name)
{
    int64_t        n;
    llmgw_node_t  *v;

    if (node->type == LLMGW_JSON_OBJECT) {
        return llmgw_json_get_n(s->doc, node, (const char *) name.data,
                                name.len);
    }

    if (node->type != LLMGW_JSON_ARRAY
        || llmgw_json_int(name, &n) != LLMGW_OK)
    {
        return NULL;
    }

    llmgw_json_each(v, node) {
        if (n-- == 0) {
            return v;
        }
    }

    return NULL;
}


llmgw_int_t
llmgw_gs_each(llmgw_gs_t *s, const llmgw_gs_list_t *list,
    llmgw_gs_member_pt handler, void *ctx)
{
    llmgw_int_t             rc;
    llmgw_str_t             name;
    llmgw_map_t             last, done;
    llmgw_node_t           *k, *v;
    const llmgw_gs_list_t  *l;

    if (list == NULL) {
        return LLMGW_OK;
    }

    if (list->next == NULL) {

        llmgw_json_each_member(k, v, list->node) {
            rc = handler(s, k, v, ctx);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        return LLMGW_OK;
    }

    llmgw_map_init(&last, s->arena);
    llmgw_map_init(&done, s->arena);

    for (l = list; l; l = l->next) {

        llmgw_json_each_member(k, v, l->node) {

            name = llmgw_jstr_canonical(s->arena, llmgw_json_str(s->doc, k));

            if (name.data == NULL || llmgw_map_put(&last, name, v) != LLMGW_OK)
            {
                return LLMGW_ERROR;
            }
        }
    }

    for (l = list; l; l = l->next) {

        llmgw_json_each_member(k, v, l->node) {

            name = llmgw_jstr_canonical(s->arena, llmgw_json_str(s->doc, k));

            if (name.data == NULL) {
                return LLMGW_ERROR;
            }

            if (llmgw_map_get(&done, name)) {
                continue;
            }

            if (llmgw_map_put(&done, name, v) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            rc = handler(s, k, llmgw_map_get(&last, name), ctx);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return LLMGW_OK;
}


unsigned
llmgw_gs_types(llmgw_node_t *values)
{
    unsigned       types;
    llmgw_node_t  *v;

    types = 0;

    llmgw_json_each(v, values) {
        types |= LLMGW_GS_BIT(v->type);
    }

    return types;
}


void
llmgw_gs_bound(llmgw_gs_t *s, const llmgw_gs_view_t *view, unsigned below,
    unsigned integer)
{
    double         a, b;
    int64_t        n;
    llmgw_str_t    raw;
    llmgw_node_t  *closed, *open;

    closed = view->kw[below ? LLMGW_GS_MAXIMUM : LLMGW_GS_MINIMUM];
    open = view->kw[below ? LLMGW_GS_BELOW : LLMGW_GS_ABOVE];

    if (closed == NULL && open == NULL) {
        return;
    }

    raw = llmgw_json_str(s->doc, closed ? closed : open);

    if (open) {

        b = llmgw_json_double(llmgw_json_str(s->doc, open));

        if (integer && b > -9e15 && b < 9e15) {

            /* the next whole number */

            n = (int64_t) b;

            if (below) {
                n = ((double) n < b) ? n : n - 1;

            } else {
                n = ((double) n > b) ? n : n + 1;
            }

            b = (double) n;

            if (closed == NULL) {
                raw = llmgw_fmt(s->arena, "%lld", (long long) n);
            }

        } else {
            n = 0;
            integer = 0;
        }

        if (closed) {

            a = llmgw_json_double(raw);

            if (below ? b < a : b > a) {
                raw = integer ? llmgw_fmt(s->arena, "%lld", (long long) n)
                              : llmgw_json_str(s->doc, open);
            }
        }
    }

    if (raw.data == NULL) {
        s->out->failed = 1;
        return;
    }

    if (below) {
        llmgw_json_member_raw(s->out, "maximum", raw);

    } else {
        llmgw_json_member_raw(s->out, "minimum", raw);
    }
}
