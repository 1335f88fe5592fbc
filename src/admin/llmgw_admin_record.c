
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Keys and records.
 */


#include "llmgw_admin.h"
#include "llmgw_digest.h"


void
llmgw_admin_make_key(const u_char *random, u_char *key)
{
    size_t    i, n;
    uint32_t  v;

    static const u_char  letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    memcpy(key, "sk-", 3);
    n = 3;

    for (i = 0; i < LLMGW_ADMIN_RANDOM; i += 3) {

        v = (uint32_t) random[i] << 16 | (uint32_t) random[i + 1] << 8
            | random[i + 2];

        key[n++] = letters[v >> 18];
        key[n++] = letters[v >> 12 & 63];
        key[n++] = letters[v >> 6 & 63];
        key[n++] = letters[v & 63];
    }
}


void
llmgw_admin_key_name(llmgw_str_t key, u_char *name)
{
    memcpy(name, "sk-...", 6);
    memcpy(name + 6, key.data + key.len - 4, 4);
}


llmgw_int_t
llmgw_admin_key_id(llmgw_str_t key, u_char *id)
{
    u_char  digest[LLMGW_SHA256_LEN];

    if (llmgw_id_valid(LLMGW_KIND_KEY, key)) {
        memcpy(id, key.data, LLMGW_ADMIN_DIGEST);
        return LLMGW_OK;
    }

    if (llmgw_sha256(key, digest) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    (void) llmgw_hex(id, digest, LLMGW_SHA256_LEN);

    return LLMGW_OK;
}


void
llmgw_admin_uuid(const u_char *random, u_char *uuid)
{
    size_t  i;
    u_char  b[16];

    memcpy(b, random, 16);

    b[6] = (u_char) ((b[6] & 0x0f) | 0x40);
    b[8] = (u_char) ((b[8] & 0x3f) | 0x80);

    for (i = 0; i < 16; i++) {

        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *uuid++ = '-';
        }

        uuid = llmgw_hex(uuid, &b[i], 1);
    }
}


llmgw_int_t
llmgw_admin_merge(json_t *record, const json_t *fields)
{
    json_t      *v;
    const char  *name;

    json_object_foreach((json_t *) fields, name, v) {

        if (json_is_null(v)) {
            (void) json_object_del(record, name);
            continue;
        }

        if (json_object_set(record, name, v) != 0) {
            return LLMGW_ERROR;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_admin_stamp(json_t *record, int64_t now, llmgw_str_t by,
    unsigned created)
{
    if (created
        && (json_object_set_new(record, "created_at", llmgw_admin_time(now))
            != 0
            || json_object_set_new(record, "created_by",
                                   llmgw_admin_string(by))
               != 0))
    {
        return LLMGW_ERROR;
    }

    return json_object_set_new(record, "updated_at", llmgw_admin_time(now))
           == 0
           && json_object_set_new(record, "updated_by",
                                  llmgw_admin_string(by)) == 0
           ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_admin_record_text(llmgw_arena_t *a, llmgw_kind_e kind,
    const json_t *record, llmgw_str_t *text, llmgw_problem_t *problem)
{
    char            *json;
    llmgw_policy_t  *policy;

    if (kind == LLMGW_KIND_KEY
        && (json_object_get(record, "temp_budget_increase") == NULL)
           != (json_object_get(record, "temp_budget_expiry") == NULL))
    {
        problem->field = llmgw_lit("temp_budget_expiry");
        problem->message = llmgw_lit("and temp_budget_increase must be given "
                                     "together");
        return LLMGW_INVALID;
    }

    json = json_dumps(record, LLMGW_ADMIN_DUMP);

    if (json == NULL) {
        return LLMGW_ERROR;
    }

    *text = llmgw_str_dup(a, llmgw_str((u_char *) json, strlen(json)));

    free(json);

    if (text->data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_policy_read(a, kind, *text, 0, &policy, problem);
}


json_t *
llmgw_admin_record(llmgw_str_t text)
{
    json_t  *record;

    record = json_loadb((const char *) text.data, text.len,
                        JSON_REJECT_DUPLICATES, NULL);

    if (record && !json_is_object(record)) {
        json_decref(record);
        return NULL;
    }

    return record;
}


static int
llmgw_admin_is(const json_t *v, llmgw_str_t s)
{
    return json_is_string(v) && json_string_length(v) == s.len
           && memcmp(json_string_value(v), s.data, s.len) == 0;
}


/* a list in a record, made if there is none; borrowed */

static json_t *
llmgw_admin_list(json_t *record, const char *name)
{
    json_t  *list, *copy;

    list = json_object_get(record, name);

    /* records share what they have in common with those they came from */

    copy = json_is_array(list) ? json_deep_copy(list) : json_array();

    if (copy == NULL || json_object_set_new(record, name, copy) != 0) {
        return NULL;
    }

    return copy;
}


json_t *
llmgw_admin_member(const json_t *record, llmgw_str_t user)
{
    size_t   i;
    json_t  *list, *item;

    list = json_object_get(record, "members_with_roles");

    json_array_foreach(list, i, item) {
        if (llmgw_admin_is(json_object_get(item, "user_id"), user)) {
            return item;
        }
    }

    return NULL;
}


llmgw_int_t
llmgw_admin_member_add(json_t *record, llmgw_str_t user, llmgw_str_t role)
{
    json_t  *list, *item;

    list = llmgw_admin_list(record, "members_with_roles");

    if (list == NULL) {
        return LLMGW_ERROR;
    }

    item = llmgw_admin_member(record, user);

    if (item) {
        return json_object_set_new(item, "role", llmgw_admin_string(role)) == 0
               ? LLMGW_OK : LLMGW_ERROR;
    }

    item = json_pack("{s:s%, s:s%}", "user_id", (const char *) user.data,
                     user.len, "role", (const char *) role.data, role.len);

    return item && json_array_append_new(list, item) == 0 ? LLMGW_OK
                                                          : LLMGW_ERROR;
}


llmgw_int_t
llmgw_admin_member_delete(json_t *record, llmgw_str_t user)
{
    size_t   i;
    json_t  *list, *item;

    list = llmgw_admin_list(record, "members_with_roles");

    if (list == NULL) {
        return LLMGW_ERROR;
    }

    json_array_foreach(list, i, item) {
        if (llmgw_admin_is(json_object_get(item, "user_id"), user)) {
            (void) json_array_remove(list, i);
            return LLMGW_OK;
        }
    }

    return LLMGW_DECLINED;
}


llmgw_int_t
llmgw_admin_list_add(json_t *record, const char *name, llmgw_str_t s)
{
    size_t   i;
    json_t  *list, *item;

    list = llmgw_admin_list(record, name);

    if (list == NULL) {
        return LLMGW_ERROR;
    }

    json_array_foreach(list, i, item) {
        if (llmgw_admin_is(item, s)) {
            return LLMGW_OK;
        }
    }

    return json_array_append_new(list, llmgw_admin_string(s)) == 0
           ? LLMGW_OK : LLMGW_ERROR;
}


void
llmgw_admin_list_delete(json_t *record, const char *name, llmgw_str_t s)
{
    size_t   i;
    json_t  *list, *item;

    list = llmgw_admin_list(record, name);

    json_array_foreach(list, i, item) {
        if (llmgw_admin_is(item, s)) {
            (void) json_array_remove(list, i);
            return;
        }
    }
}


/* Columns that each row has: what stands there when nothing was set. */

static const struct {
    const char    *name;
    uint16_t       kinds;
    json_type      type;
} llmgw_columns[] = {

#define K  (1 << LLMGW_KIND_KEY)
#define U  (1 << LLMGW_KIND_USER)
#define T  (1 << LLMGW_KIND_TEAM)
#define M  (1 << LLMGW_KIND_MEMBER)
#define O  (1 << LLMGW_KIND_ORGANIZATION)
#define C  (1 << LLMGW_KIND_CUSTOMER)
#define G  (1 << LLMGW_KIND_TAG)
#define B  (1 << LLMGW_KIND_BUDGET)

    { "key_name", K, JSON_NULL },
    { "key_alias", K, JSON_NULL },
    { "user_alias", U, JSON_NULL },
    { "user_email", U, JSON_NULL },
    { "user_role", U, JSON_NULL },
    { "team_alias", T, JSON_NULL },
    { "organization_alias", O, JSON_NULL },
    { "alias", C, JSON_NULL },
    { "description", G, JSON_NULL },
    { "user_id", K, JSON_NULL },
    { "team_id", K, JSON_NULL },
    { "organization_id", K|T, JSON_NULL },
    { "budget_id", K|U|T|O|C|G, JSON_NULL },
    { "teams", U, JSON_ARRAY },
    { "members_with_roles", T, JSON_ARRAY },
    { "models", K|U|T|O|G, JSON_ARRAY },
    { "aliases", K, JSON_OBJECT },
    { "model_aliases", T, JSON_OBJECT },
    { "permissions", K, JSON_OBJECT },
    { "metadata", K|U|T|O|B, JSON_OBJECT },
    { "blocked", K|U|T|C, JSON_FALSE },
    { "expires", K, JSON_NULL },
    { "allowed_routes", K, JSON_ARRAY },
    { "allowed_model_region", C, JSON_NULL },
    { "default_model", C, JSON_NULL },
    { "max_budget", K|U|T|M|O|C|G|B, JSON_NULL },
    { "soft_budget", K|T|B, JSON_NULL },
    { "budget_duration", K|U|T|M|O|C|G|B, JSON_NULL },
    { "model_max_budget", K|B, JSON_OBJECT },
    { "rpm_limit", K|U|T|M|O|C|B, JSON_NULL },
    { "tpm_limit", K|U|T|M|O|C|B, JSON_NULL },
    { "max_parallel_requests", K|U|T|B, JSON_NULL },
    { "created_at", K|U|T|O|C|G|B, JSON_NULL },
    { "created_by", K|U|T|O|C|G|B, JSON_NULL },
    { "updated_at", K|U|T|O|C|G|B, JSON_NULL },
    { "updated_by", K|U|T|O|C|G|B, JSON_NULL }
};


static json_t *
llmgw_admin_default(json_type type)
{
    switch (type) {

    case JSON_ARRAY:
        return json_array();

    case JSON_OBJECT:
        return json_object();

    case JSON_FALSE:
        return json_false();

    default:
        return json_null();
    }
}


static llmgw_int_t
llmgw_admin_row_state(llmgw_kind_e kind, json_t *row,
    const llmgw_admin_state_t *state)
{
    int64_t      duration, reset_at;
    llmgw_str_t  s;

    if (kind == LLMGW_KIND_BUDGET) {
        return LLMGW_OK;
    }

    reset_at = state->reset_at;
    s = llmgw_admin_text(row, "budget_duration");

    if (reset_at == 0 && s.len
        && llmgw_duration_parse(s, &duration) == LLMGW_OK)
    {
        reset_at = llmgw_period_end(state->now, duration);
    }

    return json_object_set_new(row, "spend",
                               llmgw_admin_money(state->spend < 0
                                                 ? 0 : state->spend))
           == 0
           && json_object_set_new(row, "total_spend",
                                  llmgw_admin_money(state->total < 0
                                                    ? 0 : state->total))
              == 0
           && json_object_set_new(row, "budget_reset_at",
                                  llmgw_admin_time(reset_at))
              == 0
           ? LLMGW_OK : LLMGW_ERROR;
}


json_t *
llmgw_admin_row(llmgw_kind_e kind, llmgw_str_t id, const json_t *record,
    const llmgw_admin_state_t *state)
{
    size_t       i;
    json_t      *row;
    llmgw_str_t  name;

    row = json_object();

    if (row == NULL) {
        return NULL;
    }

    name = llmgw_admin_id_name(kind);

    if (json_object_setn_new(row, (const char *) name.data, name.len,
                             llmgw_admin_string(id))
        != 0)
    {
        goto failed;
    }

    for (i = 0; i < llmgw_nelts(llmgw_columns); i++) {

        if ((llmgw_columns[i].kinds >> kind & 1)
            && json_object_set_new(row, llmgw_columns[i].name,
                               llmgw_admin_default(llmgw_columns[i].type))
               != 0)
        {
            goto failed;
        }
    }

    if (json_object_update(row, (json_t *) record) != 0
        || llmgw_admin_row_state(kind, row, state) != LLMGW_OK)
    {
        goto failed;
    }

    (void) json_object_del(row, "version");

    return row;

failed:

    json_decref(row);

    return NULL;
}


/* what one has and the other has not, or has otherwise */

static json_t *
llmgw_admin_differ(const json_t *one, const json_t *other)
{
    json_t      *v, *diff;
    const char  *name;

    diff = json_object();

    if (diff == NULL || one == NULL) {
        return diff;
    }

    json_object_foreach((json_t *) one, name, v) {

        if (strcmp(name, "updated_at") == 0
            || strcmp(name, "updated_by") == 0
            || json_equal(v, json_object_get(other, name)))
        {
            continue;
        }

        if (json_object_set(diff, name, v) != 0) {
            json_decref(diff);
            return NULL;
        }
    }

    return diff;
}


llmgw_int_t
llmgw_admin_diff(const json_t *before, const json_t *after, json_t **was,
    json_t **is)
{
    *was = llmgw_admin_differ(before, after);
    *is = llmgw_admin_differ(after, before);

    if (*was && *is) {
        return LLMGW_OK;
    }

    json_decref(*was);
    json_decref(*is);

    *was = NULL;
    *is = NULL;

    return LLMGW_ERROR;
}


/* names that clients sent were cut at a number of bytes */

json_t *
llmgw_admin_string(llmgw_str_t s)
{
    char          *p, *text;
    size_t         cut;
    json_t        *v;
    const u_char  *at, *next, *last;

    for (cut = 0; cut < 4 && cut <= s.len; cut++) {

        if (cut && s.data[s.len - cut] < 0x80) {
            break;
        }

        v = json_stringn(s.len ? (const char *) s.data : "", s.len - cut);

        if (v) {
            return v;
        }
    }

    text = malloc(s.len * 3 + 1);

    if (text == NULL) {
        return NULL;
    }

    p = text;
    last = s.data + s.len;

    for (at = s.data; at < last; /* void */ ) {

        next = (*at < 0x80) ? at + 1 : llmgw_utf8_run(at, last);

        if (next == NULL) {
            memcpy(p, "\xef\xbf\xbd", 3);
            p += 3;
            at++;
            continue;
        }

        memcpy(p, at, next - at);
        p += next - at;
        at = next;
    }

    v = json_stringn(text, p - text);

    free(text);

    return v;
}


json_t *
llmgw_admin_money(int64_t nano)
{
    return json_real((double) nano / (double) LLMGW_DOLLAR);
}


json_t *
llmgw_admin_time(int64_t seconds)
{
    u_char  buf[LLMGW_TIME_LEN];

    if (seconds <= 0) {
        return json_null();
    }

    (void) llmgw_time_write(buf, seconds);

    return json_stringn((char *) buf, sizeof(buf));
}


json_t *
llmgw_admin_error(unsigned status, llmgw_str_t type, llmgw_str_t param,
    llmgw_str_t message)
{
    char     code[16];
    char    *buf;
    size_t   n;
    json_t  *error, *text;

    /* the message names the field, so that it can be read alone */

    buf = malloc(param.len + message.len + 2);

    if (buf == NULL) {
        return NULL;
    }

    n = 0;

    if (param.len) {
        memcpy(buf, param.data, param.len);
        buf[param.len] = ' ';
        n = param.len + 1;
    }

    memcpy(buf + n, message.data, message.len);

    text = llmgw_admin_string(llmgw_str((u_char *) buf, n + message.len));

    free(buf);

    (void) snprintf(code, sizeof(code), "%u", status);

    error = json_pack("{s:{s:o, s:o, s:o, s:s}}", "error",
                      "message", text, "type", llmgw_admin_string(type),
                      "param", param.len ? llmgw_admin_string(param)
                                         : json_null(),
                      "code", code);

    if (error == NULL || status != 422) {
        return error;
    }

    if (json_object_set_new(error, "detail",
                            json_pack("[{s:[s,o], s:o, s:s}]",
                                      "loc", "body",
                                      llmgw_admin_string(param),
                                      "msg", llmgw_admin_string(message),
                                      "type", "value_error"))
        != 0)
    {
        json_decref(error);
        return NULL;
    }

    return error;
}
