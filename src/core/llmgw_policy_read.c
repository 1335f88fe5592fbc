
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * From a record to a policy.
 */


#include "llmgw_policy_value.h"
#include "llmgw_error.h"
#include "llmgw_jstr.h"


/* values and names of a record; what is refused first is its size */

#define LLMGW_RECORD_NODES  100000


/* what key_type and allowed_routes open as a whole */

static void
llmgw_read_routes(llmgw_reading_t *rd, const llmgw_json_node_t *object)
{
    unsigned        i;
    llmgw_str_t     name;
    llmgw_field_value_t  *routes;

    routes = &rd->values[LLMGW_F_ALLOWED_ROUTES];

    if (routes->set) {

        for (i = 0; i < routes->n; i++) {

            name = routes->items[i].name;

            if (llmgw_str_is(name, "*")) {
                rd->routes |= LLMGW_ROUTES_ALL;

            } else if (llmgw_str_is(name, "llm_api_routes")) {
                rd->routes |= LLMGW_ROUTES_LLM;

            } else if (llmgw_str_is(name, "info_routes")) {
                rd->routes |= LLMGW_ROUTES_INFO;

            } else if (llmgw_str_is(name, "management_routes")) {
                rd->routes |= LLMGW_ROUTES_MANAGEMENT;
            }
        }

        return;
    }

    name = llmgw_json_get_str(&rd->doc, object, "key_type");

    if (llmgw_str_is(name, "llm_api")) {
        rd->routes = LLMGW_ROUTES_LLM;

    } else if (llmgw_str_is(name, "management")) {
        rd->routes = LLMGW_ROUTES_MANAGEMENT;

    } else if (llmgw_str_is(name, "read_only")) {
        rd->routes = LLMGW_ROUTES_INFO;

    } else {
        rd->routes = LLMGW_ROUTES_ALL;
    }
}


static llmgw_int_t
llmgw_read_metadata(llmgw_reading_t *rd, llmgw_kind_e kind,
    const llmgw_json_node_t *object)
{
    const llmgw_field_t      *f;
    const llmgw_json_node_t  *metadata, *tags;

    f = llmgw_field_find(kind, llmgw_lit("tags"));
    metadata = llmgw_json_object(&rd->doc, object, "metadata");

    if (f == NULL || metadata == NULL || rd->values[LLMGW_F_TAGS].set) {
        return LLMGW_OK;
    }

    tags = llmgw_json_get(&rd->doc, metadata, "tags");

    return tags ? llmgw_read_value(rd, f, tags, &rd->values[LLMGW_F_TAGS])
                : LLMGW_OK;
}


static uint32_t
llmgw_put_text(u_char *block, size_t *end, llmgw_str_t s)
{
    uint32_t  at;

    at = (uint32_t) *end;

    if (s.len) {
        memcpy(block + at, s.data, s.len);
        *end += s.len;
    }

    return at;
}


static size_t
llmgw_value_size(const llmgw_field_value_t *v, llmgw_field_e field)
{
    size_t    size;
    unsigned  i;

    size = v->text.len + v->n * llmgw_entry_size(field);

    for (i = 0; v->items && i < v->n; i++) {
        size += v->items[i].name.len + v->items[i].value.len;
    }

    return size;
}


/* entries stand in front of all texts: their numbers want to be aligned */

static llmgw_policy_t *
llmgw_policy_block(llmgw_reading_t *rd, llmgw_kind_e kind)
{
    size_t           size, entries, text, at;
    u_char          *block;
    unsigned         i, k, n;
    uint64_t         slot;
    llmgw_entry_t    e;
    llmgw_field_value_t   *v;
    llmgw_policy_t  *p;

    size = sizeof(llmgw_policy_t);
    n = 0;

    for (i = 0; i < LLMGW_F_MAX; i++) {
        if (rd->values[i].set) {
            size += 8 + llmgw_value_size(&rd->values[i], i);
            n++;
        }
    }

    block = llmgw_calloc(rd->arena, size);
    if (block == NULL) {
        return NULL;
    }

    p = (llmgw_policy_t *) block;

    p->size = (uint32_t) size;
    p->layout = LLMGW_POLICY_LAYOUT;
    p->kind = (uint8_t) kind;
    p->routes = (uint16_t) rd->routes;

    entries = sizeof(llmgw_policy_t) + n * 8;
    text = entries;

    for (i = 0; i < LLMGW_F_MAX; i++) {
        if (rd->values[i].set) {
            text += rd->values[i].n * llmgw_entry_size(i);
        }
    }

    at = sizeof(llmgw_policy_t);

    for (i = 0; i < LLMGW_F_MAX; i++) {

        v = &rd->values[i];

        if (!v->set) {
            continue;
        }

        p->mask |= (uint64_t) 1 << i;

        if (v->n) {
            slot = (uint64_t) entries | (uint64_t) v->n << 32;

        } else if (v->text.len) {
            slot = (uint64_t) v->text.len << 32;
            slot |= llmgw_put_text(block, &text, v->text);

        } else {
            slot = (uint64_t) v->number;
        }

        memcpy(block + at, &slot, 8);
        at += 8;

        for (k = 0; k < v->n; k++) {

            if (v->nets) {
                memcpy(&e, &v->nets[k], sizeof(llmgw_entry_t));

            } else {
                e.name = llmgw_put_text(block, &text, v->items[k].name);
                e.len = (uint32_t) v->items[k].name.len;
                e.value = (uint64_t) v->items[k].number;
                e.more = v->items[k].duration;

                if (i == LLMGW_F_ALIASES || i == LLMGW_F_JWT_CLAIMS) {
                    e.value = (uint64_t) v->items[k].value.len << 32;
                    e.value |= llmgw_put_text(block, &text,
                                              v->items[k].value);
                }
            }

            memcpy(block + entries, &e, llmgw_entry_size(i));
            entries += llmgw_entry_size(i);
        }
    }

    return p;
}


static llmgw_int_t
llmgw_read_member(llmgw_reading_t *rd, llmgw_kind_e kind,
    const llmgw_json_node_t *key, const llmgw_json_node_t *v)
{
    llmgw_str_t           name;
    llmgw_field_value_t         unused;
    const llmgw_field_t  *f;

    name = llmgw_jstr_decode(rd->arena, llmgw_json_str(&rd->doc, key));

    if (name.data == NULL) {
        return LLMGW_ERROR;
    }

    f = (name.len) ? llmgw_field_find(kind, name) : NULL;

    if (f == NULL) {
        return rd->strict ? llmgw_wrong(rd, name, "is not known") : LLMGW_OK;
    }

    if (f->record && rd->strict) {
        return llmgw_wrong(rd, name, "cannot be set");
    }

    if (f->field == LLMGW_F_MAX) {
        memset(&unused, 0, sizeof(llmgw_field_value_t));
        return llmgw_read_value(rd, f, v, &unused);
    }

    return llmgw_read_value(rd, f, v, &rd->values[f->field]);
}


static llmgw_int_t
llmgw_read_document(llmgw_reading_t *rd, llmgw_str_t json)
{
    llmgw_int_t  rc;

    if (json.len > LLMGW_RECORD_MAX) {
        return llmgw_wrong(rd, llmgw_null_str, "the record is too long");
    }

    rc = llmgw_json_parse(&rd->doc, rd->arena, json, LLMGW_JSON_ALL,
                          LLMGW_RECORD_NODES);

    if (rc == LLMGW_INVALID || rc == LLMGW_TOO_LARGE) {
        return llmgw_wrong(rd, llmgw_null_str, "is not valid JSON");
    }

    return rc;
}


llmgw_int_t
llmgw_policy_read(llmgw_arena_t *a, llmgw_kind_e kind, llmgw_str_t json,
    unsigned strict, llmgw_policy_t **policy, llmgw_problem_t *problem)
{
    llmgw_int_t               rc;
    llmgw_reading_t          *rd;
    const llmgw_json_node_t  *object, *key, *v;

    rd = llmgw_calloc(a, sizeof(llmgw_reading_t));
    if (rd == NULL) {
        return LLMGW_ERROR;
    }

    rd->arena = a;
    rd->problem = problem;
    rd->strict = strict;

    rc = llmgw_read_document(rd, json);

    if (rc != LLMGW_OK) {
        return rc;
    }

    object = rd->doc.nodes;

    if (object->type != LLMGW_JSON_OBJECT) {
        return llmgw_wrong(rd, llmgw_null_str, "must be an object");
    }

    /* a value that is there twice would be one for us, the other for others */

    v = llmgw_json_duplicate(&rd->doc, object, a);

    if (v) {
        return llmgw_wrong(rd, llmgw_json_str(&rd->doc, v), "is given twice");
    }

    llmgw_json_each_member(key, v, object) {

        rc = llmgw_read_member(rd, kind, key, v);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_read_metadata(rd, kind, object);

    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_read_routes(rd, object);

    *policy = llmgw_policy_block(rd, kind);

    return *policy ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_field_check(llmgw_arena_t *a, const llmgw_field_t *f, llmgw_str_t json,
    llmgw_problem_t *problem)
{
    llmgw_int_t       rc;
    llmgw_field_value_t     value;
    llmgw_reading_t  *rd;

    rd = llmgw_calloc(a, sizeof(llmgw_reading_t));
    if (rd == NULL) {
        return LLMGW_ERROR;
    }

    rd->arena = a;
    rd->problem = problem;
    rd->strict = 1;

    memset(&value, 0, sizeof(llmgw_field_value_t));

    rc = llmgw_read_document(rd, json);

    if (rc == LLMGW_INVALID && problem->field.len == 0) {
        problem->field = f->name;
    }

    return rc == LLMGW_OK ? llmgw_read_value(rd, f, rd->doc.nodes, &value)
                          : rc;
}
