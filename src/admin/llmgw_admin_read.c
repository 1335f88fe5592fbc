
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request says, member by member.
 */


#include "llmgw_admin.h"
#include "llmgw_error.h"
#include "llmgw_query.h"


typedef struct {
    llmgw_arena_t              *arena;
    const llmgw_admin_route_t  *route;
    llmgw_admin_request_t      *rq;
    unsigned                    query:1;     /* all values are texts */
} llmgw_admin_reading_t;


static llmgw_int_t
llmgw_admin_wrong(llmgw_admin_reading_t *rd, llmgw_str_t field,
    const char *message)
{
    rd->rq->problem.field = field;
    rd->rq->problem.message = llmgw_str((const u_char *) message,
                                        strlen(message));

    return LLMGW_INVALID;
}


static llmgw_str_t
llmgw_admin_value(const json_t *v)
{
    return llmgw_str((const u_char *) json_string_value(v),
                     json_string_length(v));
}


static llmgw_int_t
llmgw_admin_put(json_t *object, llmgw_str_t name, json_t *value)
{
    if (value == NULL) {
        return LLMGW_ERROR;
    }

    return json_object_setn_new(object, (const char *) name.data, name.len,
                                value) == 0 ? LLMGW_OK : LLMGW_ERROR;
}


/* printable text, without what could break a line of a log or a header */

static int
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


static llmgw_int_t
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


static llmgw_int_t
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


static llmgw_int_t
llmgw_admin_read_field(llmgw_admin_reading_t *rd, const llmgw_field_t *f,
    json_t *v)
{
    char         *text;
    json_t       *list;
    llmgw_int_t   rc;
    llmgw_str_t   copy;

    if (f->record) {
        return llmgw_admin_wrong(rd, f->name, "cannot be set");
    }

    if (llmgw_str_is(f->name, "members_with_roles") && !json_is_null(v)) {

        rc = llmgw_admin_members(rd, f->name, v, &list);

        return rc == LLMGW_OK ? llmgw_admin_put(rd->rq->fields, f->name, list)
                              : rc;
    }

    text = json_dumps(v, JSON_ENCODE_ANY|LLMGW_ADMIN_DUMP);

    if (text == NULL) {
        return LLMGW_ERROR;
    }

    /* problems may refer to it */

    copy = llmgw_str_dup(rd->arena, llmgw_str((u_char *) text,
                                              strlen(text)));
    free(text);

    if (copy.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_field_check(rd->arena, f, copy, &rd->rq->problem);

    return rc == LLMGW_OK ? llmgw_admin_put(rd->rq->fields, f->name,
                                            json_incref(v))
                          : rc;
}


static llmgw_int_t
llmgw_admin_read_member(llmgw_admin_reading_t *rd, llmgw_str_t name,
    json_t *v)
{
    llmgw_str_t                 copy;
    const llmgw_field_t        *f;
    const llmgw_admin_param_t  *p;

    for (p = rd->route->params; p->name.len; p++) {

        if (llmgw_str_eq(p->name, name)) {

            /* as good as not given */

            return json_is_null(v) ? LLMGW_OK
                                   : llmgw_admin_read_param(rd, p, v);
        }
    }

    f = (rd->route->fields && name.len)
        ? llmgw_field_find((llmgw_kind_e) rd->route->kind, name) : NULL;

    if (f) {
        return llmgw_admin_read_field(rd, f, v);
    }

    if (name.len > LLMGW_ID_MAX) {
        name.len = 0;
    }

    copy = llmgw_str_dup(rd->arena, name);

    return copy.data ? llmgw_admin_wrong(rd, copy, "is not known")
                     : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_admin_begin(llmgw_admin_reading_t *rd, llmgw_arena_t *a,
    const llmgw_admin_route_t *route, llmgw_admin_request_t *rq)
{
    memset(rd, 0, sizeof(llmgw_admin_reading_t));
    memset(rq, 0, sizeof(llmgw_admin_request_t));

    rd->arena = a;
    rd->route = route;
    rd->rq = rq;

    rq->params = json_object();
    rq->fields = json_object();

    return rq->params && rq->fields ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_admin_read_body(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_str_t body, llmgw_admin_request_t *rq)
{
    json_t                 *doc, *v;
    const char             *name;
    llmgw_int_t             rc;
    json_error_t            error;
    llmgw_admin_reading_t   rd;

    if (llmgw_admin_begin(&rd, a, route, rq) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (body.len == 0) {
        return LLMGW_OK;
    }

    rq->syntax = 1;

    /* how deep it may be is ours to say */

    if (llmgw_json_check(body) == LLMGW_INVALID) {
        return llmgw_admin_wrong(&rd, llmgw_null_str,
                                 "the body is not valid JSON");
    }

    doc = json_loadb((const char *) body.data, body.len,
                     JSON_REJECT_DUPLICATES, &error);

    if (doc == NULL) {

        if (json_error_code(&error) == json_error_out_of_memory) {
            return LLMGW_ERROR;
        }

        return llmgw_admin_wrong(&rd, llmgw_null_str,
                                 json_error_code(&error)
                                 == json_error_duplicate_key
                                 ? "the body has a member twice"
                                 : "the body has a string or a number that "
                                   "cannot be used");
    }

    if (!json_is_object(doc)) {
        json_decref(doc);
        return llmgw_admin_wrong(&rd, llmgw_null_str,
                                 "the body is not a JSON object");
    }

    rq->syntax = 0;

    json_object_foreach(doc, name, v) {

        rc = llmgw_admin_read_member(&rd, llmgw_str((const u_char *) name,
                                                    strlen(name)),
                                     v);
        if (rc != LLMGW_OK) {
            json_decref(doc);
            return rc;
        }
    }

    json_decref(doc);

    return LLMGW_OK;
}


/* "+" is a blank in what forms and their kin send */

static llmgw_int_t
llmgw_admin_decode(llmgw_arena_t *a, llmgw_str_t s, llmgw_str_t *text)
{
    size_t   i;
    u_char  *p;

    p = llmgw_nalloc(a, s.len + 1);

    if (p == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < s.len; i++) {
        p[i] = (s.data[i] == '+') ? ' ' : s.data[i];
    }

    *text = llmgw_percent_decode(a, llmgw_str(p, s.len));

    if (text->data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_admin_clean(*text) ? LLMGW_OK : LLMGW_INVALID;
}


static llmgw_int_t
llmgw_admin_read_pair(llmgw_admin_reading_t *rd, llmgw_str_t pair)
{
    json_t        *v;
    llmgw_int_t    rc;
    llmgw_str_t    name, value;
    const u_char  *p;

    p = memchr(pair.data, '=', pair.len);

    name = p ? llmgw_str(pair.data, p - pair.data) : pair;
    value = p ? llmgw_str(p + 1, pair.data + pair.len - p - 1)
              : llmgw_null_str;

    rc = llmgw_admin_decode(rd->arena, name, &name);

    if (rc == LLMGW_OK) {
        rc = llmgw_admin_decode(rd->arena, value, &value);
    }

    if (rc == LLMGW_INVALID) {
        return llmgw_admin_wrong(rd, llmgw_null_str, "the query has a "
                                 "character that is not allowed");
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (name.len <= LLMGW_ID_MAX
        && json_object_getn(rd->rq->params, (char *) name.data, name.len))
    {
        return llmgw_admin_wrong(rd, name, "is given twice");
    }

    v = json_stringn((char *) value.data, value.len);

    if (v == NULL) {
        return llmgw_admin_wrong(rd, name, "is not UTF-8");
    }

    rc = llmgw_admin_read_member(rd, name, v);

    json_decref(v);

    return rc;
}


llmgw_int_t
llmgw_admin_read_query(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_str_t query, llmgw_admin_request_t *rq)
{
    llmgw_int_t             rc;
    llmgw_str_t             pair;
    const u_char           *p;
    llmgw_admin_reading_t   rd;

    if (llmgw_admin_begin(&rd, a, route, rq) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    rd.query = 1;

    while (query.len) {

        p = memchr(query.data, '&', query.len);
        pair = p ? llmgw_str(query.data, p - query.data) : query;

        rc = pair.len ? llmgw_admin_read_pair(&rd, pair) : LLMGW_OK;

        if (rc != LLMGW_OK) {
            return rc;
        }

        if (p == NULL) {
            break;
        }

        query.len -= p + 1 - query.data;
        query.data = p + 1;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_admin_read_segment(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_str_t segment, llmgw_admin_request_t *rq)
{
    json_t                 *v, *given;
    llmgw_int_t             rc;
    llmgw_admin_reading_t   rd;

    memset(&rd, 0, sizeof(llmgw_admin_reading_t));

    rd.arena = a;
    rd.route = route;
    rd.rq = rq;

    given = json_object_getn(rq->params, (const char *) route->segment.data,
                             route->segment.len);
    json_incref(given);

    v = json_stringn((const char *) segment.data, segment.len);

    rc = v ? llmgw_admin_read_member(&rd, route->segment, v)
           : llmgw_admin_wrong(&rd, route->segment, "is not UTF-8");

    json_decref(v);

    if (rc == LLMGW_OK && given
        && !json_equal(given, json_object_getn(rq->params,
                                         (const char *) route->segment.data,
                                         route->segment.len)))
    {
        rc = llmgw_admin_wrong(&rd, route->segment,
                               "is another one than in the path");
    }

    json_decref(given);

    return rc;
}


llmgw_int_t
llmgw_admin_complete(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_admin_request_t *rq)
{
    const llmgw_admin_param_t  *p;

    for (p = route->params; p->name.len; p++) {

        if (p->required
            && json_object_getn(rq->params, (const char *) p->name.data,
                                p->name.len)
               == NULL)
        {
            rq->problem.field = p->name;
            rq->problem.message = llmgw_lit("must be given");

            return LLMGW_INVALID;
        }
    }

    return LLMGW_OK;
}


llmgw_str_t
llmgw_admin_text(const json_t *object, const char *name)
{
    json_t  *v;

    v = json_object_get(object, name);

    return json_is_string(v) ? llmgw_admin_value(v) : llmgw_null_str;
}


int64_t
llmgw_admin_number(const json_t *object, const char *name, int64_t missing)
{
    json_t  *v;

    v = json_object_get(object, name);

    return json_is_integer(v) ? (int64_t) json_integer_value(v) : missing;
}


int
llmgw_admin_true(const json_t *object, const char *name, int missing)
{
    json_t  *v;

    v = json_object_get(object, name);

    return json_is_boolean(v) ? json_is_true(v) : missing;
}
