
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The values of a record's fields, checked one by one.
 */


#include "llmgw_policy_value.h"
#include "llmgw_error.h"
#include "llmgw_jstr.h"


llmgw_int_t
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


llmgw_int_t
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
