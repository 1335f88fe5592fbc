
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Parameters of admin requests: each type's values, and what is wrong with
 * them.
 */


#include "llmgw_admin_param.h"
#include "llmgw_error.h"


llmgw_int_t
llmgw_admin_wrong(llmgw_admin_reading_t *rd, llmgw_str_t field,
    const char *message)
{
    rd->rq->problem.field = field;
    rd->rq->problem.message = llmgw_str((const u_char *) message,
                                        strlen(message));

    return LLMGW_INVALID;
}


llmgw_str_t
llmgw_admin_value(const json_t *v)
{
    return llmgw_str((const u_char *) json_string_value(v),
                     json_string_length(v));
}


llmgw_int_t
llmgw_admin_put(json_t *object, llmgw_str_t name, json_t *value)
{
    if (value == NULL) {
        return LLMGW_ERROR;
    }

    return json_object_setn_new(object, (const char *) name.data, name.len,
                                value) == 0 ? LLMGW_OK : LLMGW_ERROR;
}


/* printable text, without what could break a line of a log or a header */

int
llmgw_admin_clean(llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < ' ' || s.data[i] == 0x7f) {
            return 0;
        }
    }

    return 1;
}


static int
llmgw_admin_key_valid(llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (s.data[i] <= ' ' || s.data[i] >= 0x7f) {
            return 0;
        }
    }

    return s.len && s.len <= LLMGW_ID_MAX;
}


/* the id of a key: of one that was sent, or its digest */

static json_t *
llmgw_admin_key_value(llmgw_str_t s)
{
    u_char  id[LLMGW_ADMIN_DIGEST];

    if (llmgw_admin_key_id(s, id) != LLMGW_OK) {
        return NULL;
    }

    return json_stringn((char *) id, sizeof(id));
}


static llmgw_int_t
llmgw_admin_read_text(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, llmgw_str_t s)
{
    switch (p->type) {

    case LLMGW_P_KEY:

        if (!llmgw_admin_key_valid(s)) {
            return llmgw_admin_wrong(rd, p->name, "must be a key, or the "
                                     "SHA-256 of one in hex digits");
        }

        return llmgw_admin_put(rd->rq->params, p->name,
                               llmgw_admin_key_value(s));

    case LLMGW_P_NEW_KEY:

        if (!llmgw_str_starts(s, "sk-") || s.len < 20
            || !llmgw_admin_key_valid(s))
        {
            return llmgw_admin_wrong(rd, p->name, "must be \"sk-\" and at "
                                     "least 17 characters, without blanks");
        }

        break;

    case LLMGW_P_ID:

        if (s.len == 0) {
            return llmgw_admin_wrong(rd, p->name, "must not be empty");
        }

        /* fall through */

    default:

        if (s.len > LLMGW_ID_MAX) {
            return llmgw_admin_wrong(rd, p->name, "is too long");
        }

        if (!llmgw_admin_clean(s)) {
            return llmgw_admin_wrong(rd, p->name,
                                     "has a character that is not allowed");
        }
    }

    return llmgw_admin_put(rd->rq->params, p->name,
                           json_stringn((const char *) s.data, s.len));
}


static llmgw_int_t
llmgw_admin_read_enum(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, llmgw_str_t s)
{
    const llmgw_str_t  *value;

    for (value = p->values; value->len; value++) {
        if (llmgw_str_eq(*value, s)) {
            return llmgw_admin_put(rd->rq->params, p->name,
                                   json_stringn((const char *) s.data,
                                                s.len));
        }
    }

    return llmgw_admin_wrong(rd, p->name,
                             "is not one of the allowed values");
}


/* the text of a number, from wherever it came */

static llmgw_int_t
llmgw_admin_read_number(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, llmgw_str_t s)
{
    int64_t      n;
    llmgw_str_t  message;

    if (p->type == LLMGW_P_MONEY) {

        if (llmgw_json_check(s) != LLMGW_JSON_NUMBER
            || llmgw_money_parse(s, &n) != LLMGW_OK)
        {
            return llmgw_admin_wrong(rd, p->name, "must be an amount of "
                                     "dollars that is not negative");
        }

        return llmgw_admin_put(rd->rq->params, p->name, json_integer(n));
    }

    if (llmgw_json_check(s) != LLMGW_JSON_NUMBER
        || llmgw_json_int(s, &n) != LLMGW_OK || n < p->min || n > p->max)
    {
        message = (p->max == INT64_MAX)
                  ? llmgw_lit("must be an integer that is not negative")
                  : llmgw_fmt(rd->arena, "must be an integer from %lld to "
                              "%lld", (long long) p->min,
                              (long long) p->max);

        rd->rq->problem.field = p->name;
        rd->rq->problem.message = message;

        return message.data ? LLMGW_INVALID : LLMGW_ERROR;
    }

    return llmgw_admin_put(rd->rq->params, p->name, json_integer(n));
}


static llmgw_int_t
llmgw_admin_read_duration(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, llmgw_str_t s)
{
    int64_t  n;

    if (p->type == LLMGW_P_LIFE && llmgw_str_is(s, "-1")) {
        n = 0;

    } else if (llmgw_duration_parse(s, &n) != LLMGW_OK) {
        return llmgw_admin_wrong(rd, p->name, "must be a duration, such as "
                                 "\"30s\", \"12h\", \"30d\" or \"1mo\"");
    }

    return llmgw_admin_put(rd->rq->params, p->name, json_integer(n));
}


/* "2026-01-31" as a beginning and as an end means all of that day */

static llmgw_int_t
llmgw_admin_read_time(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, llmgw_str_t s)
{
    int64_t  n;

    if (llmgw_time_parse(s, &n) != LLMGW_OK) {
        return llmgw_admin_wrong(rd, p->name, "must be a date or a time, such "
                                 "as \"2026-01-31\" or "
                                 "\"2026-01-31T23:59:59Z\"");
    }

    if (p->type == LLMGW_P_TO && s.len == sizeof("2026-01-31") - 1) {
        n += 86399;
    }

    return llmgw_admin_put(rd->rq->params, p->name, json_integer(n));
}


/* adds to a list; message is NULL where there was no memory */

static llmgw_int_t
llmgw_admin_add_id(llmgw_admin_type_e type, json_t *list, llmgw_str_t s,
    const char **message)
{
    json_t  *v;

    *message = NULL;

    if (s.len == 0 || s.len > LLMGW_ID_MAX) {
        *message = "has an entry that is empty or too long";
        return LLMGW_INVALID;
    }

    if (json_array_size(list) == LLMGW_ADMIN_IDS) {
        *message = "has too many entries";
        return LLMGW_INVALID;
    }

    if (type == LLMGW_P_KEYS) {

        if (!llmgw_admin_key_valid(s)) {
            *message = "has an entry that is no key";
            return LLMGW_INVALID;
        }

        v = llmgw_admin_key_value(s);

    } else {

        if (!llmgw_admin_clean(s)) {
            *message = "has a character that is not allowed";
            return LLMGW_INVALID;
        }

        v = json_stringn((const char *) s.data, s.len);
    }

    return v && json_array_append_new(list, v) == 0 ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_admin_read_list(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, const json_t *v)
{
    size_t        i;
    json_t       *list, *item;
    const char   *message;
    llmgw_int_t   rc;

    if (!json_is_array(v) || json_array_size(v) == 0) {
        return llmgw_admin_wrong(rd, p->name, "must be a list that is not "
                                 "empty");
    }

    list = json_array();

    if (list == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < json_array_size(v); i++) {

        item = json_array_get(v, i);

        if (!json_is_string(item)) {
            rc = LLMGW_INVALID;
            message = "must be a list of strings";

        } else {
            rc = llmgw_admin_add_id(p->type, list, llmgw_admin_value(item),
                                    &message);
        }

        if (rc != LLMGW_OK) {
            json_decref(list);
            return message ? llmgw_admin_wrong(rd, p->name, message)
                           : LLMGW_ERROR;
        }
    }

    return llmgw_admin_put(rd->rq->params, p->name, list);
}


static llmgw_int_t
llmgw_admin_read_words(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, llmgw_str_t s)
{
    json_t        *list;
    const char    *message;
    llmgw_int_t    rc;
    llmgw_str_t    word;
    const u_char  *comma;

    list = json_array();

    if (list == NULL) {
        return LLMGW_ERROR;
    }

    for ( ;; ) {

        comma = s.len ? memchr(s.data, ',', s.len) : NULL;
        word = comma ? llmgw_str(s.data, comma - s.data) : s;

        rc = llmgw_admin_add_id(p->type, list, word, &message);

        if (rc != LLMGW_OK) {
            json_decref(list);
            return message ? llmgw_admin_wrong(rd, p->name, message)
                           : LLMGW_ERROR;
        }

        if (comma == NULL) {
            break;
        }

        s.len -= comma + 1 - s.data;
        s.data = comma + 1;
    }

    return llmgw_admin_put(rd->rq->params, p->name, list);
}


/* {"user_id": …, "role": …} */

static const char *
llmgw_admin_member_wrong(const json_t *v)
{
    json_t       *value;
    const char   *name, *role;
    llmgw_str_t   user;

    if (!json_is_object(v)) {
        return "must be an object with user_id and role, or a list of them";
    }

    json_object_foreach((json_t *) v, name, value) {

        if (strcmp(name, "user_id") == 0) {
            user = json_is_string(value) ? llmgw_admin_value(value)
                                         : llmgw_null_str;

            if (!llmgw_id_valid(LLMGW_KIND_USER, user)) {
                return "has a user_id that is no id";
            }

        } else if (strcmp(name, "role") == 0) {
            role = json_string_value(value);

            if (role == NULL
                || (strcmp(role, "user") != 0 && strcmp(role, "admin") != 0))
            {
                return "has a role that is not \"user\" or \"admin\"";
            }

        } else {
            return "takes user_id and role and nothing else";
        }
    }

    return json_object_get(v, "user_id") ? NULL : "needs a user_id";
}


llmgw_int_t
llmgw_admin_members(llmgw_admin_reading_t *rd, llmgw_str_t name, json_t *v,
    json_t **list)
{
    size_t       i;
    json_t      *item;
    const char  *message;

    *list = json_is_array(v) ? json_incref(v) : json_pack("[O]", v);

    if (*list == NULL) {
        return LLMGW_ERROR;
    }

    message = (json_array_size(*list) > LLMGW_ADMIN_IDS)
              ? "has too many entries" : NULL;

    for (i = 0; message == NULL && i < json_array_size(*list); i++) {

        item = json_array_get(*list, i);
        message = llmgw_admin_member_wrong(item);

        if (message == NULL && json_object_get(item, "role") == NULL
            && json_object_set_new(item, "role", json_string("user")) != 0)
        {
            json_decref(*list);
            return LLMGW_ERROR;
        }
    }

    if (message) {
        json_decref(*list);
        return llmgw_admin_wrong(rd, name, message);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_admin_read_members(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, json_t *v)
{
    json_t       *list;
    llmgw_int_t   rc;

    rc = llmgw_admin_members(rd, p->name, v, &list);

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (json_array_size(list) == 0) {
        json_decref(list);
        return llmgw_admin_wrong(rd, p->name, "must not be empty");
    }

    return llmgw_admin_put(rd->rq->params, p->name, list);
}


static llmgw_int_t
llmgw_admin_read_bool(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, const json_t *v)
{
    llmgw_str_t  s;

    if (json_is_boolean(v)) {
        return llmgw_admin_put(rd->rq->params, p->name,
                               json_boolean(json_is_true(v)));
    }

    s = (rd->query && json_is_string(v)) ? llmgw_admin_value(v)
                                         : llmgw_null_str;

    if (llmgw_str_is(s, "true") || llmgw_str_is(s, "True")) {
        return llmgw_admin_put(rd->rq->params, p->name, json_true());
    }

    if (llmgw_str_is(s, "false") || llmgw_str_is(s, "False")) {
        return llmgw_admin_put(rd->rq->params, p->name, json_false());
    }

    return llmgw_admin_wrong(rd, p->name, "must be true or false");
}


llmgw_int_t
llmgw_admin_read_param(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, json_t *v)
{
    char         *text;
    llmgw_int_t   rc;

    switch (p->type) {

    case LLMGW_P_BOOL:
        return llmgw_admin_read_bool(rd, p, v);

    case LLMGW_P_IDS:
    case LLMGW_P_KEYS:
        return llmgw_admin_read_list(rd, p, v);

    case LLMGW_P_MEMBERS:
        return llmgw_admin_read_members(rd, p, v);

    case LLMGW_P_INT:
    case LLMGW_P_MONEY:

        if (rd->query) {
            return llmgw_admin_read_number(rd, p, llmgw_admin_value(v));
        }

        if (!json_is_number(v)) {
            return llmgw_admin_wrong(rd, p->name, "must be a number");
        }

        text = json_dumps(v, JSON_ENCODE_ANY|LLMGW_ADMIN_DUMP);

        if (text == NULL) {
            return LLMGW_ERROR;
        }

        rc = llmgw_admin_read_number(rd, p, llmgw_str((u_char *) text,
                                                      strlen(text)));
        free(text);

        return rc;

    default:
        break;
    }

    if (!json_is_string(v)) {
        return llmgw_admin_wrong(rd, p->name, "must be a string");
    }

    switch (p->type) {

    case LLMGW_P_DURATION:
    case LLMGW_P_LIFE:
        return llmgw_admin_read_duration(rd, p, llmgw_admin_value(v));

    case LLMGW_P_FROM:
    case LLMGW_P_TO:
        return llmgw_admin_read_time(rd, p, llmgw_admin_value(v));

    case LLMGW_P_ENUM:
        return llmgw_admin_read_enum(rd, p, llmgw_admin_value(v));

    case LLMGW_P_WORDS:
        return llmgw_admin_read_words(rd, p, llmgw_admin_value(v));

    default:
        return llmgw_admin_read_text(rd, p, llmgw_admin_value(v));
    }
}
