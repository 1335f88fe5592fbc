
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * From a record to a policy.
 */


#include "llmgw_policy_block.h"
#include "llmgw_error.h"
#include "llmgw_jstr.h"


/* values and names of a record; what is refused first is its size */

#define LLMGW_RECORD_NODES  100000


/* A value on its way into the block. */

typedef struct {
    unsigned          set;
    int64_t           number;
    llmgw_str_t       text;
    unsigned          n;         /* of entries */
    llmgw_item_t     *items;
    llmgw_net_t      *nets;
} llmgw_field_value_t;

typedef struct {
    llmgw_arena_t    *arena;
    llmgw_json_t      doc;
    llmgw_problem_t  *problem;
    unsigned          strict;
    unsigned          routes;
    llmgw_field_value_t     values[LLMGW_F_MAX];
} llmgw_reading_t;


static llmgw_int_t llmgw_read_value(llmgw_reading_t *rd,
    const llmgw_field_t *f, const llmgw_json_node_t *v,
    llmgw_field_value_t *value);


static llmgw_int_t
llmgw_wrong(llmgw_reading_t *rd, llmgw_str_t field, const char *message)
{
    rd->problem->field = field;
    rd->problem->message = llmgw_str((const u_char *) message,
                                     strlen(message));

    return LLMGW_INVALID;
}


/* … of a member or a place inside the field */

static llmgw_int_t
llmgw_wrong_in(llmgw_reading_t *rd, const llmgw_field_t *f, unsigned n,
    const char *name, const char *message)
{
    llmgw_str_t  field;

    field = llmgw_fmt(rd->arena, "%.*s[%u]%s%s", llmgw_arg(f->name), n,
                      *name ? "." : "", name);

    return llmgw_wrong(rd, field.data ? field : f->name, message);
}


/*
 * A text that may become part of headers, of logs and of names in a store: no
 * control characters, nothing that is not Unicode.
 */

static llmgw_int_t
llmgw_read_text(llmgw_reading_t *rd, const llmgw_json_node_t *v, size_t max,
    llmgw_str_t *text, const char **wrong)
{
    size_t  i;

    *wrong = "must be a string";

    if (v->type != LLMGW_JSON_STRING) {
        return LLMGW_INVALID;
    }

    *wrong = "has a character that is not allowed";

    if (v->flags & (LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL)) {
        return LLMGW_INVALID;
    }

    *text = llmgw_jstr_decode(rd->arena, llmgw_json_str(&rd->doc, v));

    if (text->data == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < ' ' || text->data[i] == 0x7f) {
            return LLMGW_INVALID;
        }
    }

    *wrong = "is too long";

    return (text->len > max) ? LLMGW_INVALID : LLMGW_OK;
}


static llmgw_int_t
llmgw_read_string(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    size_t       i;
    llmgw_int_t  rc;
    const char  *wrong;

    rc = llmgw_read_text(rd, v, f->max, &value->text, &wrong);

    if (rc != LLMGW_OK) {
        return rc == LLMGW_INVALID ? llmgw_wrong(rd, f->name, wrong) : rc;
    }

    /* of a description, an empty one; an empty id would be nobody's */

    if (f->field == LLMGW_F_ROTATED_TO
        && !llmgw_id_valid(LLMGW_KIND_KEY, value->text))
    {
        return llmgw_wrong(rd, f->name, "must be 64 hex digits");
    }

    if (f->field == LLMGW_F_TEAM_ID) {
        for (i = 0; i < value->text.len; i++) {
            if (value->text.data[i] == '/') {
                return llmgw_wrong(rd, f->name, "must not have a \"/\"");
            }
        }
    }

    /* "" is what some clients send for none */

    value->set = (value->text.len != 0);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_read_enum(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    const llmgw_str_t  *name;

    if (v->type == LLMGW_JSON_STRING) {

        for (name = f->values; name->len; name++) {

            if (llmgw_json_is_n(&rd->doc, v, (const char *) name->data,
                                name->len))
            {
                value->number = name - f->values;
                value->set = 1;
                return LLMGW_OK;
            }
        }
    }

    return llmgw_wrong(rd, f->name, "is not one of the allowed values");
}


static llmgw_int_t
llmgw_read_duration(llmgw_reading_t *rd, const llmgw_json_node_t *v,
    int64_t *duration)
{
    if (v->type != LLMGW_JSON_STRING
        || llmgw_duration_parse(llmgw_json_str(&rd->doc, v), duration)
           != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_read_money(llmgw_reading_t *rd, const llmgw_json_node_t *v,
    int64_t *money)
{
    if (v->type != LLMGW_JSON_NUMBER) {
        return LLMGW_INVALID;
    }

    return llmgw_money_parse(llmgw_json_str(&rd->doc, v), money);
}


static llmgw_int_t
llmgw_read_number(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    llmgw_str_t  s;

    s = llmgw_json_str(&rd->doc, v);
    value->set = 1;

    switch (f->type) {

    case LLMGW_T_BOOL:

        if (v->type != LLMGW_JSON_TRUE && v->type != LLMGW_JSON_FALSE) {
            return llmgw_wrong(rd, f->name, "must be true or false");
        }

        /* no field says false by being there */

        value->number = (v->type == LLMGW_JSON_TRUE);
        value->set = (unsigned) value->number;

        return LLMGW_OK;

    case LLMGW_T_INT:

        if (v->type != LLMGW_JSON_NUMBER
            || llmgw_json_int(s, &value->number) != LLMGW_OK
            || value->number < 0)
        {
            return llmgw_wrong(rd, f->name,
                               "must be an integer that is not negative");
        }

        return LLMGW_OK;

    case LLMGW_T_MONEY:

        if (llmgw_read_money(rd, v, &value->number) != LLMGW_OK) {
            return llmgw_wrong(rd, f->name, "must be an amount of dollars "
                               "that is not negative");
        }

        return LLMGW_OK;

    case LLMGW_T_DURATION:

        if (llmgw_read_duration(rd, v, &value->number) != LLMGW_OK) {
            return llmgw_wrong(rd, f->name, "must be a duration, such as "
                               "\"30s\", \"12h\", \"30d\" or \"1mo\"");
        }

        return LLMGW_OK;

    default: /* LLMGW_T_TIME */

        if (v->type != LLMGW_JSON_STRING
            || llmgw_time_parse(s, &value->number) != LLMGW_OK)
        {
            return llmgw_wrong(rd, f->name, "must be a time, such as "
                               "\"2026-01-31T23:59:59Z\"");
        }

        return LLMGW_OK;
    }
}


/* number of members of an object, of values of an array */

static unsigned
llmgw_members(const llmgw_json_node_t *v)
{
    unsigned                  n;
    const llmgw_json_node_t  *item, *key;

    n = 0;

    if (v->type == LLMGW_JSON_ARRAY) {
        llmgw_json_each(item, v) {
            n++;
        }

    } else {
        llmgw_json_each_member(key, item, v) {
            n++;
        }
    }

    return n;
}


static void
llmgw_fingerprint(u_char *p, llmgw_str_t *s)
{
    size_t  i, n;

    for (i = 0, n = 0; i < s->len; i++) {
        if (s->data[i] != ':') {
            p[n++] = llmgw_tolower(s->data[i]);
        }
    }

    s->data = p;
    s->len = n;
}


static llmgw_int_t
llmgw_read_list(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    u_char                   *p;
    unsigned                  n;
    const char               *wrong;
    llmgw_int_t               rc;
    llmgw_str_t              *name;
    const llmgw_json_node_t  *item;

    n = 0;

    llmgw_json_each(item, v) {

        name = &value->items[n].name;
        rc = llmgw_read_text(rd, item, LLMGW_ID_MAX, name, &wrong);

        if (rc == LLMGW_OK && name->len == 0) {
            wrong = "must not be empty";
            rc = LLMGW_INVALID;
        }

        if (rc == LLMGW_OK && f->field == LLMGW_F_CLIENT_CERTS) {

            p = llmgw_nalloc(rd->arena, name->len);
            if (p == NULL) {
                return LLMGW_ERROR;
            }

            llmgw_fingerprint(p, name);

            if (name->len == 0 || name->len > LLMGW_FINGERPRINT_MAX) {
                wrong = "must be the hex digits of a fingerprint";
                rc = LLMGW_INVALID;
            }
        }

        if (rc != LLMGW_OK) {
            return rc == LLMGW_INVALID ? llmgw_wrong_in(rd, f, n, "", wrong)
                                       : rc;
        }

        n++;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_read_nets(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    size_t                    len;
    unsigned                  n, prefix;
    llmgw_net_t              *net;
    const llmgw_json_node_t  *item;

    value->nets = llmgw_calloc(rd->arena, value->n * sizeof(llmgw_net_t));
    if (value->nets == NULL) {
        return LLMGW_ERROR;
    }

    n = 0;

    llmgw_json_each(item, v) {

        net = &value->nets[n];

        if (item->type != LLMGW_JSON_STRING
            || llmgw_net_parse(llmgw_json_str(&rd->doc, item), net->addr,
                               &len, &prefix)
               != LLMGW_OK)
        {
            return llmgw_wrong_in(rd, f, n, "", "must be an address or a "
                                  "network, such as \"10.0.0.0/8\"");
        }

        net->len = (u_char) len;
        net->prefix = (u_char) prefix;
        n++;
    }

    return LLMGW_OK;
}


/* {"budget_limit": 10, "time_period": "1d"}, or an amount alone */

static llmgw_int_t
llmgw_read_budget(llmgw_reading_t *rd, const llmgw_field_t *f, unsigned n,
    const llmgw_json_node_t *v, llmgw_item_t *item)
{
    unsigned                  amount;
    const llmgw_json_node_t  *key, *value;

    if (v->type == LLMGW_JSON_NUMBER && f->field == LLMGW_F_MODEL_BUDGETS) {

        if (llmgw_read_money(rd, v, &item->number) != LLMGW_OK) {
            return llmgw_wrong_in(rd, f, n, "", "must be an amount of dollars "
                                  "that is not negative");
        }

        return LLMGW_OK;
    }

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_wrong_in(rd, f, n, "", "must be an object");
    }

    amount = 0;

    llmgw_json_each_member(key, value, v) {

        if (llmgw_json_is(&rd->doc, key, "max_budget")
            || llmgw_json_is(&rd->doc, key, "budget_limit"))
        {
            amount++;

            if (llmgw_read_money(rd, value, &item->number) != LLMGW_OK) {
                return llmgw_wrong_in(rd, f, n, "max_budget", "must be an "
                                      "amount of dollars that is not "
                                      "negative");
            }

            continue;
        }

        if (llmgw_json_is(&rd->doc, key, "budget_duration")
            || llmgw_json_is(&rd->doc, key, "time_period"))
        {
            if (item->duration
                || llmgw_read_duration(rd, value, &item->duration)
                   != LLMGW_OK)
            {
                return llmgw_wrong_in(rd, f, n, "budget_duration",
                                      "must be a duration, such as \"1d\"");
            }

            continue;
        }

        if (rd->strict) {
            return llmgw_wrong_in(rd, f, n, "", "takes max_budget and "
                                  "budget_duration and nothing else");
        }
    }

    if (amount != 1) {
        return llmgw_wrong_in(rd, f, n, "max_budget", "must be given once");
    }

    if (item->duration == 0 && f->field == LLMGW_F_BUDGETS) {
        return llmgw_wrong_in(rd, f, n, "budget_duration", "must be given");
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_read_members(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    unsigned                  n;
    const char               *wrong;
    llmgw_int_t               rc;
    llmgw_item_t             *item;
    const llmgw_json_node_t  *key, *member;

    if (llmgw_json_duplicate(&rd->doc, v, rd->arena)) {
        return llmgw_wrong(rd, f->name, "has a member twice");
    }

    n = 0;

    llmgw_json_each_member(key, member, v) {

        item = &value->items[n];
        rc = llmgw_read_text(rd, key, LLMGW_ID_MAX, &item->name, &wrong);

        if (rc == LLMGW_OK && item->name.len == 0) {
            wrong = "must not be empty";
            rc = LLMGW_INVALID;
        }

        if (rc == LLMGW_OK) {

            switch (f->type) {

            case LLMGW_T_STRINGS:
                rc = llmgw_read_text(rd, member, LLMGW_ID_MAX, &item->value,
                                     &wrong);
                break;

            case LLMGW_T_INTS:
                wrong = "must be an integer that is not negative";

                if (member->type != LLMGW_JSON_NUMBER
                    || llmgw_json_int(llmgw_json_str(&rd->doc, member),
                                      &item->number)
                       != LLMGW_OK
                    || item->number < 0)
                {
                    rc = LLMGW_INVALID;
                }

                break;

            default: /* LLMGW_T_BUDGETS */
                rc = llmgw_read_budget(rd, f, n, member, item);

                if (rc != LLMGW_OK) {
                    return rc;
                }
            }
        }

        if (rc != LLMGW_OK) {
            return rc == LLMGW_INVALID ? llmgw_wrong_in(rd, f, n, "", wrong)
                                       : rc;
        }

        n++;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_read_entries(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    unsigned                  n, array;
    llmgw_int_t               rc;
    const llmgw_json_node_t  *item;

    array = f->type == LLMGW_T_LIST || f->type == LLMGW_T_NETS
            || f->field == LLMGW_F_BUDGETS;

    if (v->type != (array ? LLMGW_JSON_ARRAY : LLMGW_JSON_OBJECT)) {
        return llmgw_wrong(rd, f->name,
                           array ? "must be a list" : "must be an object");
    }

    value->n = llmgw_members(v);

    if (value->n > f->max) {
        return llmgw_wrong(rd, f->name, "is too long");
    }

    if (value->n == 0) {
        return LLMGW_OK;
    }

    value->set = 1;

    if (f->type == LLMGW_T_NETS) {
        return llmgw_read_nets(rd, f, v, value);
    }

    value->items = llmgw_calloc(rd->arena, value->n * sizeof(llmgw_item_t));
    if (value->items == NULL) {
        return LLMGW_ERROR;
    }

    if (f->type == LLMGW_T_LIST) {
        return llmgw_read_list(rd, f, v, value);
    }

    if (!array) {
        return llmgw_read_members(rd, f, v, value);
    }

    n = 0;

    llmgw_json_each(item, v) {

        rc = llmgw_read_budget(rd, f, n, item, &value->items[n]);

        if (rc != LLMGW_OK) {
            return rc;
        }

        n++;
    }

    return LLMGW_OK;
}


/* {"a": ["b", "c"]}; checked and not kept */

static llmgw_int_t
llmgw_read_lists(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v)
{
    llmgw_field_t             list;
    llmgw_int_t               rc;
    llmgw_field_value_t             value;
    const llmgw_json_node_t  *key, *member;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_wrong(rd, f->name, "must be an object of lists");
    }

    if (llmgw_members(v) > f->max) {
        return llmgw_wrong(rd, f->name, "is too long");
    }

    list = *f;
    list.type = LLMGW_T_LIST;

    llmgw_json_each_member(key, member, v) {

        memset(&value, 0, sizeof(llmgw_field_value_t));

        rc = llmgw_read_entries(rd, &list, member, &value);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_read_value(llmgw_reading_t *rd, const llmgw_field_t *f,
    const llmgw_json_node_t *v, llmgw_field_value_t *value)
{
    if (v->type == LLMGW_JSON_NULL) {
        return LLMGW_OK;
    }

    switch (f->type) {

    case LLMGW_T_BOOL:
    case LLMGW_T_INT:
    case LLMGW_T_MONEY:
    case LLMGW_T_DURATION:
    case LLMGW_T_TIME:
        return llmgw_read_number(rd, f, v, value);

    case LLMGW_T_ENUM:
        return llmgw_read_enum(rd, f, v, value);

    case LLMGW_T_STRING:
        return llmgw_read_string(rd, f, v, value);

    case LLMGW_T_LIST:
    case LLMGW_T_STRINGS:
    case LLMGW_T_INTS:
    case LLMGW_T_NETS:
    case LLMGW_T_BUDGETS:
        return llmgw_read_entries(rd, f, v, value);

    case LLMGW_T_LISTS:
        return llmgw_read_lists(rd, f, v);

    case LLMGW_T_OBJECT:

        if (v->type != LLMGW_JSON_OBJECT) {
            return llmgw_wrong(rd, f->name, "must be an object");
        }

        return LLMGW_OK;

    default: /* LLMGW_T_ANY */
        return LLMGW_OK;
    }
}


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
