
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_jstr.h"
#include "llmgw_map.h"
#include "llmgw_schema.h"


static const llmgw_schema_rule_t *llmgw_schema_rule(const llmgw_schema_t *s,
    const llmgw_json_node_t *key);
static void llmgw_schema_member(llmgw_schema_t *s,
    const llmgw_json_node_t *schema, const llmgw_json_node_t *key,
    const llmgw_json_node_t *value);
static void llmgw_schema_list(llmgw_schema_t *s,
    const llmgw_json_node_t *list);
static void llmgw_schema_map(llmgw_schema_t *s, const llmgw_json_node_t *map);
static unsigned llmgw_schema_complete(const llmgw_json_t *j,
    const llmgw_json_node_t *schema, llmgw_arena_t *a);
static llmgw_schema_e llmgw_schema_anthropic_ask(llmgw_schema_t *s,
    const llmgw_json_node_t *schema, const llmgw_json_node_t *key,
    const llmgw_json_node_t *value);
static void llmgw_schema_anthropic_close(llmgw_schema_t *s,
    const llmgw_json_node_t *schema);


#define llmgw_schema_drop(name)  { llmgw_string(name), LLMGW_SCHEMA_DROP,     \
                                   { 0, NULL } }
#define llmgw_schema_do(name, action)                                        \
    { llmgw_string(name), LLMGW_SCHEMA_##action, { 0, NULL } }

static const llmgw_schema_rule_t  llmgw_schema_anthropic_rules[] = {

    /* written anew for every object */
    llmgw_schema_drop("additionalProperties"),

    llmgw_schema_do("properties", MAP),
    llmgw_schema_do("$defs", MAP),
    llmgw_schema_do("definitions", MAP),
    llmgw_schema_do("dependentSchemas", MAP),
    llmgw_schema_do("items", LIST),
    llmgw_schema_do("prefixItems", LIST),
    llmgw_schema_do("additionalItems", LIST),
    llmgw_schema_do("unevaluatedItems", LIST),
    llmgw_schema_do("anyOf", LIST),
    llmgw_schema_do("allOf", LIST),

    { llmgw_string("oneOf"), LLMGW_SCHEMA_ASK, llmgw_string("anyOf") },

    llmgw_schema_do("enum", ASK),
    llmgw_schema_do("format", ASK),
    llmgw_schema_do("pattern", ASK),
    llmgw_schema_do("minItems", ASK),

    llmgw_schema_drop("minimum"),
    llmgw_schema_drop("maximum"),
    llmgw_schema_drop("exclusiveMinimum"),
    llmgw_schema_drop("exclusiveMaximum"),
    llmgw_schema_drop("multipleOf"),
    llmgw_schema_drop("minLength"),
    llmgw_schema_drop("maxLength"),
    llmgw_schema_drop("maxItems"),
    llmgw_schema_drop("uniqueItems"),
    llmgw_schema_drop("minProperties"),
    llmgw_schema_drop("maxProperties"),
    llmgw_schema_drop("patternProperties"),
    llmgw_schema_drop("propertyNames"),
    llmgw_schema_drop("contains"),
    llmgw_schema_drop("dependentRequired"),
    llmgw_schema_drop("if"),
    llmgw_schema_drop("then"),
    llmgw_schema_drop("else"),
    llmgw_schema_drop("not")
};


const llmgw_schema_rules_t  llmgw_schema_anthropic = {
    llmgw_schema_anthropic_rules,
    llmgw_nelts(llmgw_schema_anthropic_rules),
    LLMGW_SCHEMA_COPY,
    llmgw_schema_anthropic_ask,
    llmgw_schema_anthropic_close
};


static const llmgw_str_t  llmgw_schema_anthropic_formats[] = {
    llmgw_string("date-time"),
    llmgw_string("time"),
    llmgw_string("date"),
    llmgw_string("duration"),
    llmgw_string("email"),
    llmgw_string("hostname"),
    llmgw_string("uri"),
    llmgw_string("ipv4"),
    llmgw_string("ipv6"),
    llmgw_string("uuid")
};


/* where subschemas are, for whoever only looks */

static const llmgw_str_t  llmgw_schema_maps[] = {
    llmgw_string("properties"),
    llmgw_string("$defs"),
    llmgw_string("definitions")
};

static const llmgw_str_t  llmgw_schema_lists[] = {
    llmgw_string("items"),
    llmgw_string("prefixItems"),
    llmgw_string("anyOf"),
    llmgw_string("allOf"),
    llmgw_string("oneOf"),
    llmgw_string("not")
};


const llmgw_json_node_t *
llmgw_schema_find(const llmgw_json_t *doc, llmgw_str_t raw, llmgw_arena_t *a,
    llmgw_json_t *own, const llmgw_json_t **used)
{
    size_t                    pos;
    uint32_t                  low, high, mid;
    const llmgw_json_node_t  *node;

    if (doc && doc->text && raw.data >= doc->text
        && raw.data + raw.len <= doc->text + doc->len)
    {
        pos = (size_t) (raw.data - doc->text);
        low = 0;
        high = doc->n;

        /* nodes stand in the order of their text */

        while (low < high) {

            mid = low + (high - low) / 2;
            node = &doc->nodes[mid];

            if (node->pos < pos) {
                low = mid + 1;

            } else {
                high = mid;
            }
        }

        if (low < doc->n && doc->nodes[low].pos == pos
            && doc->nodes[low].len == raw.len
            && !(doc->nodes[low].flags & LLMGW_JSON_COLLAPSED))
        {
            *used = doc;
            return &doc->nodes[low];
        }
    }

    if (llmgw_json_parse(own, a, raw, LLMGW_JSON_ALL, LLMGW_JSON_ALL)
        != LLMGW_OK)
    {
        return NULL;
    }

    *used = own;

    return own->nodes;
}


void
llmgw_schema_write(llmgw_schema_t *s, const llmgw_json_node_t *schema)
{
    const llmgw_json_node_t  *k, *v;

    /* true and false are schemas too */

    if (schema->type != LLMGW_JSON_OBJECT) {
        llmgw_json_put_raw(s->out, llmgw_json_raw(s->doc, schema));
        return;
    }

    llmgw_json_open(s->out, '{');

    llmgw_json_each_member(k, v, schema) {
        llmgw_schema_member(s, schema, k, v);
    }

    if (s->rules->close) {
        s->rules->close(s, schema);
    }

    if (schema == s->root) {

        if (s->type.len && llmgw_json_get(s->doc, schema, "type") == NULL) {
            llmgw_json_member(s->out, "type", s->type);
        }

        if (s->description.len
            && llmgw_json_get(s->doc, schema, "description") == NULL)
        {
            llmgw_json_member(s->out, "description", s->description);
        }
    }

    llmgw_json_close(s->out, '}');
}


static const llmgw_schema_rule_t *
llmgw_schema_rule(const llmgw_schema_t *s, const llmgw_json_node_t *key)
{
    size_t                      i;
    const llmgw_schema_rule_t  *rule;

    for (i = 0; i < s->rules->n; i++) {

        rule = &s->rules->rule[i];

        if (llmgw_json_is_n(s->doc, key, (const char *) rule->name.data,
                            rule->name.len))
        {
            return rule;
        }
    }

    return NULL;
}


static void
llmgw_schema_member(llmgw_schema_t *s, const llmgw_json_node_t *schema,
    const llmgw_json_node_t *key, const llmgw_json_node_t *value)
{
    llmgw_schema_e              action;
    const llmgw_schema_rule_t  *rule;

    rule = llmgw_schema_rule(s, key);
    action = rule ? rule->action : s->rules->other;

    if (action == LLMGW_SCHEMA_ASK) {
        action = s->rules->ask(s, schema, key, value);
    }

    if (action == LLMGW_SCHEMA_DROP) {
        return;
    }

    if (rule && rule->rename.len) {
        llmgw_json_key_n(s->out, (const char *) rule->rename.data,
                         rule->rename.len);

    } else {
        llmgw_json_put_jstr(s->out, llmgw_json_str(s->doc, key));
        llmgw_putc(s->out, ':');
        s->out->comma = 0;
    }

    switch (action) {

    case LLMGW_SCHEMA_ONE:
        llmgw_schema_write(s, value);
        break;

    case LLMGW_SCHEMA_LIST:
        llmgw_schema_list(s, value);
        break;

    case LLMGW_SCHEMA_MAP:
        llmgw_schema_map(s, value);
        break;

    default:
        llmgw_json_put_raw(s->out, llmgw_json_raw(s->doc, value));
    }
}


static void
llmgw_schema_list(llmgw_schema_t *s, const llmgw_json_node_t *list)
{
    const llmgw_json_node_t  *v;

    if (list->type != LLMGW_JSON_ARRAY) {
        llmgw_schema_write(s, list);
        return;
    }

    llmgw_json_open(s->out, '[');

    llmgw_json_each(v, list) {
        llmgw_schema_write(s, v);
    }

    llmgw_json_close(s->out, ']');
}


static void
llmgw_schema_map(llmgw_schema_t *s, const llmgw_json_node_t *map)
{
    const llmgw_json_node_t  *k, *v;

    if (map->type != LLMGW_JSON_OBJECT) {
        llmgw_json_put_raw(s->out, llmgw_json_raw(s->doc, map));
        return;
    }

    llmgw_json_open(s->out, '{');

    llmgw_json_each_member(k, v, map) {
        llmgw_json_put_jstr(s->out, llmgw_json_str(s->doc, k));
        llmgw_putc(s->out, ':');
        s->out->comma = 0;

        llmgw_schema_write(s, v);
    }

    llmgw_json_close(s->out, '}');
}


unsigned
llmgw_schema_is_object(const llmgw_json_t *j, const llmgw_json_node_t *schema)
{
    const llmgw_json_node_t  *type, *v;

    type = llmgw_json_get(j, schema, "type");

    if (type == NULL) {
        return llmgw_json_get(j, schema, "properties") != NULL
               || llmgw_json_get(j, schema, "additionalProperties") != NULL;
    }

    if (type->type == LLMGW_JSON_STRING) {
        return llmgw_json_is(j, type, "object");
    }

    if (type->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(v, type) {
            if (v->type == LLMGW_JSON_STRING
                && llmgw_json_is(j, v, "object"))
            {
                return 1;
            }
        }
    }

    return 0;
}


unsigned
llmgw_schema_closed(const llmgw_json_t *j, const llmgw_json_node_t *schema,
    llmgw_arena_t *a)
{
    size_t                    i;
    const llmgw_json_node_t  *k, *v, *sub;

    if (schema->type != LLMGW_JSON_OBJECT) {
        return schema->type != LLMGW_JSON_TRUE;
    }

    if (llmgw_schema_is_object(j, schema)
        && !llmgw_schema_complete(j, schema, a))
    {
        return 0;
    }

    for (i = 0; i < llmgw_nelts(llmgw_schema_maps); i++) {

        sub = llmgw_json_get_type(j, schema,
                                  (const char *) llmgw_schema_maps[i].data,
                                  llmgw_schema_maps[i].len,
                                  LLMGW_JSON_OBJECT);
        if (sub == NULL) {
            continue;
        }

        llmgw_json_each_member(k, v, sub) {
            if (!llmgw_schema_closed(j, v, a)) {
                return 0;
            }
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_schema_lists); i++) {

        sub = llmgw_json_get_n(j, schema,
                               (const char *) llmgw_schema_lists[i].data,
                               llmgw_schema_lists[i].len);
        if (sub == NULL) {
            continue;
        }

        if (sub->type != LLMGW_JSON_ARRAY) {

            if (!llmgw_schema_closed(j, sub, a)) {
                return 0;
            }

            continue;
        }

        llmgw_json_each(v, sub) {
            if (!llmgw_schema_closed(j, v, a)) {
                return 0;
            }
        }
    }

    return 1;
}


/* one object schema: "required" names all properties, no others are allowed */

static unsigned
llmgw_schema_complete(const llmgw_json_t *j, const llmgw_json_node_t *schema,
    llmgw_arena_t *a)
{
    llmgw_map_t               names;
    const llmgw_json_node_t  *k, *v, *properties, *required, *additional;

    additional = llmgw_json_get(j, schema, "additionalProperties");

    if (additional == NULL || additional->type != LLMGW_JSON_FALSE) {
        return 0;
    }

    properties = llmgw_json_object(j, schema, "properties");
    required = llmgw_json_array(j, schema, "required");

    if (properties == NULL || properties->span == 1) {
        return 1;
    }

    if (required == NULL) {
        return 0;
    }

    llmgw_map_init(&names, a);

    llmgw_json_each(v, required) {

        if (v->type == LLMGW_JSON_STRING
            && llmgw_map_put(&names,
                             llmgw_jstr_canonical(a, llmgw_json_str(j, v)), v)
               != LLMGW_OK)
        {
            return 0;
        }
    }

    llmgw_json_each_member(k, v, properties) {

        if (llmgw_map_get(&names,
                          llmgw_jstr_canonical(a, llmgw_json_str(j, k)))
            == NULL)
        {
            return 0;
        }
    }

    return 1;
}


/* look-arounds, back-references and \b are refused by the service */

static unsigned
llmgw_schema_pattern_simple(llmgw_str_t re)
{
    u_char  c;
    size_t  i;

    for (i = 0; i + 1 < re.len; i++) {

        c = re.data[i + 1];

        if (re.data[i] == '\\') {

            if ((c >= '1' && c <= '9') || c == 'k' || c == 'b' || c == 'B') {
                return 0;
            }

            i++;
            continue;
        }

        if (re.data[i] != '(' || c != '?' || i + 2 == re.len) {
            continue;
        }

        c = re.data[i + 2];

        if (c == '<' && i + 3 < re.len) {
            c = re.data[i + 3];
        }

        if (c == '=' || c == '!') {
            return 0;
        }
    }

    return 1;
}


static llmgw_schema_e
llmgw_schema_anthropic_ask(llmgw_schema_t *s,
    const llmgw_json_node_t *schema, const llmgw_json_node_t *key,
    const llmgw_json_node_t *value)
{
    size_t                    i;
    llmgw_str_t               text;
    const llmgw_json_node_t  *v;

    if (llmgw_json_is(s->doc, key, "oneOf")) {

        /* an object cannot have the same name twice */

        return llmgw_json_get(s->doc, schema, "anyOf") ? LLMGW_SCHEMA_DROP
                                                       : LLMGW_SCHEMA_LIST;
    }

    if (llmgw_json_is(s->doc, key, "enum")) {

        if (value->type != LLMGW_JSON_ARRAY) {
            return LLMGW_SCHEMA_DROP;
        }

        llmgw_json_each(v, value) {
            if (v->type >= LLMGW_JSON_ARRAY) {
                return LLMGW_SCHEMA_DROP;
            }
        }

        return LLMGW_SCHEMA_COPY;
    }

    text = llmgw_json_str(s->doc, value);

    if (llmgw_json_is(s->doc, key, "minItems")) {
        return (llmgw_str_is(text, "0") || llmgw_str_is(text, "1"))
               ? LLMGW_SCHEMA_COPY : LLMGW_SCHEMA_DROP;
    }

    if (value->type != LLMGW_JSON_STRING) {
        return LLMGW_SCHEMA_DROP;
    }

    if (llmgw_json_is(s->doc, key, "pattern")) {

        text = llmgw_jstr_decode(s->arena, text);

        return (text.data && llmgw_schema_pattern_simple(text))
               ? LLMGW_SCHEMA_COPY : LLMGW_SCHEMA_DROP;
    }

    /* format */

    for (i = 0; i < llmgw_nelts(llmgw_schema_anthropic_formats); i++) {
        if (llmgw_str_eq(text, llmgw_schema_anthropic_formats[i])) {
            return LLMGW_SCHEMA_COPY;
        }
    }

    return LLMGW_SCHEMA_DROP;
}


static void
llmgw_schema_anthropic_close(llmgw_schema_t *s,
    const llmgw_json_node_t *schema)
{
    if (llmgw_schema_is_object(s->doc, schema)) {
        llmgw_json_member_raw(s->out, "additionalProperties",
                              llmgw_lit("false"));
    }
}
