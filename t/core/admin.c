
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The admin API without a server.
 */


#include "test.h"
#include "llmgw_admin.h"


static llmgw_admin_request_t  rq;


/* "OK", or the problem as it would be told */

static const char *
admin_said(llmgw_int_t rc)
{
    static char  buf[512];

    if (rc == LLMGW_OK) {
        return "OK";
    }

    if (rc != LLMGW_INVALID) {
        return "ERROR";
    }

    (void) snprintf(buf, sizeof(buf), "%.*s: %.*s",
                    test_arg(rq.problem.field),
                    test_arg(rq.problem.message));
    return buf;
}


static const char *
admin_ask(test_mem_t *m, const char *path, const char *text)
{
    int                         query;
    llmgw_int_t                 rc;
    llmgw_str_t                 s, segment;
    const llmgw_admin_route_t  *route;

    json_decref(rq.params);
    json_decref(rq.fields);

    memset(&rq, 0, sizeof(rq));

    route = llmgw_admin_find(test_cstr(path), &segment);

    if (route == NULL) {
        return "no route";
    }

    s = test_cstr(text);
    query = !(route->methods & LLMGW_ADMIN_POST);

    rc = query ? llmgw_admin_read_query(&m->arena, route,
                                        llmgw_str(test_guard(s), s.len), &rq)
               : llmgw_admin_read_body(&m->arena, route,
                                       llmgw_str(test_guard(s), s.len), &rq);

    if (rc == LLMGW_OK && route->segment.len) {
        rc = llmgw_admin_read_segment(&m->arena, route, segment, &rq);
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_admin_complete(&m->arena, route, &rq);
    }

    return admin_said(rc);
}


static const char *
admin_dump(const json_t *v)
{
    static char  *text;

    free(text);

    text = json_dumps(v, LLMGW_ADMIN_DUMP|JSON_SORT_KEYS|JSON_ENCODE_ANY);

    return text ? text : "nothing";
}


#define check_text(x, lit)                                                   \
    check_str(test_cstr(x), test_cstr(lit))


static void
admin_routes(void)
{
    unsigned                    i, j;
    llmgw_str_t                 segment;
    const llmgw_admin_route_t  *r, *other;
    const llmgw_admin_param_t  *p;

    test_case("admin: each path is found, once");

    for (i = 0; llmgw_admin_route(i); i++) {

        r = llmgw_admin_route(i);

        if (r->segment.len == 0) {
            check(llmgw_admin_find(r->path, &segment) == r);
            check_int(segment.len, 0);
        }

        for (j = 0; j < i; j++) {
            other = llmgw_admin_route(j);
            check(!llmgw_str_eq(other->path, r->path));
        }

        /* a parameter and a field of one name would be two things */

        for (p = r->params; r->fields && p->name.len; p++) {
            check(llmgw_field_find((llmgw_kind_e) r->kind, p->name) == NULL);
        }
    }

    check(i > 50);

    test_case("admin: segments and aliases");

    r = llmgw_admin_find(llmgw_lit("/key/sk-abc/regenerate"), &segment);
    check(r && r->op == LLMGW_ADMIN_REGENERATE);
    check_lit(segment, "sk-abc");

    r = llmgw_admin_find(llmgw_lit("/end_user/new"), &segment);
    check(r && r->kind == LLMGW_KIND_CUSTOMER && r->op == LLMGW_ADMIN_NEW);

    r = llmgw_admin_find(llmgw_lit("/v1/model/info"), &segment);
    check(r && r->op == LLMGW_ADMIN_MODELS);

    check(llmgw_admin_find(llmgw_lit("/key//regenerate"), &segment) == NULL);
    check(llmgw_admin_find(llmgw_lit("/key/a/b/regenerate"), &segment)
          == NULL);
    check(llmgw_admin_find(llmgw_lit("/key/generate/"), &segment) == NULL);
    check(llmgw_admin_find(llmgw_lit("/KEY/generate"), &segment) == NULL);
    check(llmgw_admin_find(llmgw_lit("/end_user/"), &segment) == NULL);
    check(llmgw_admin_find(llmgw_lit(""), &segment) == NULL);
}


static void
admin_bodies(void)
{
    size_t      i;
    test_mem_t  m;

    static const struct {
        const char  *path;
        const char  *body;
        const char  *said;
    } rows[] = {
        { "/key/generate", "", "OK" },
        { "/key/generate", "{}", "OK" },
        { "/key/generate", "[]", ": the body is not a JSON object" },
        { "/key/generate", "{", ": the body is not valid JSON" },
        { "/key/generate", "{\"models\":[],\"models\":[]}",
          ": the body has a member twice" },
        { "/key/generate", "{\"metadata\":{\"a\":1,\"a\":2}}",
          ": the body has a member twice" },
        { "/key/generate", "{\"key_alias\":\"\\u0000\"}",
          ": the body has a string or a number that cannot be used" },
        { "/key/generate", "{\"rpm_limit\":99999999999999999999}",
          ": the body has a string or a number that cannot be used" },
        { "/key/generate", "{\"mdels\":[\"a\"]}", "mdels: is not known" },
        { "/key/generate", "{\"\":1}", ": is not known" },
        { "/key/generate", "{\"max_budget\":-1}", "max_budget: must be an "
          "amount of dollars that is not negative" },
        { "/key/generate", "{\"max_budget\":\"1\"}", "max_budget: must be an "
          "amount of dollars that is not negative" },
        { "/key/generate", "{\"max_budget\":1e30}", "max_budget: must be an "
          "amount of dollars that is not negative" },
        { "/key/generate", "{\"models\":\"a\"}", "models: must be a list" },
        { "/key/generate", "{\"models\":[1]}",
          "models[0]: must be a string" },
        { "/key/generate", "{\"rpm_limit\":1.5}",
          "rpm_limit: must be an integer that is not negative" },
        { "/key/generate", "{\"duration\":\"30x\"}", "duration: must be a "
          "duration, such as \"30s\", \"12h\", \"30d\" or \"1mo\"" },
        { "/key/generate", "{\"duration\":30}", "duration: must be a "
          "string" },
        { "/key/generate", "{\"duration\":null}", "OK" },
        { "/key/generate", "{\"key\":\"sk-short\"}", "key: must be \"sk-\" "
          "and at least 17 characters, without blanks" },
        { "/key/generate", "{\"key\":\"sk-0123456789abcdefgh\"}", "OK" },
        { "/key/generate", "{\"team_id\":\"a/b\"}",
          "team_id: must not have a \"/\"" },
        { "/key/generate", "{\"allowed_ips\":[\"10.0.0.0/33\"]}",
          "allowed_ips[0]: must be an address or a network, such as "
          "\"10.0.0.0/8\"" },

        /* what only the gateway may say */

        { "/key/generate", "{\"token\":\"x\"}", "token: cannot be set" },
        { "/key/generate", "{\"created_by\":\"x\"}",
          "created_by: cannot be set" },
        { "/key/generate", "{\"rotated_to\":\"x\"}",
          "rotated_to: cannot be set" },
        { "/key/generate", "{\"version\":1}", "version: cannot be set" },
        { "/key/generate", "{\"user_role\":\"proxy_admin\"}",
          "user_role: is not known" },
        { "/team/new", "{\"spend\":1}", "spend: cannot be set" },

        { "/key/update", "{\"models\":[]}", "key: must be given" },
        { "/key/update", "{\"key\":\"a b\"}", "key: must be a key, or the "
          "SHA-256 of one in hex digits" },
        { "/key/update", "{\"key\":\"sk-1\",\"duration\":\"-1\"}", "OK" },
        { "/key/delete", "{\"keys\":[]}", "keys: must be a list that is not "
          "empty" },
        { "/key/delete", "{\"keys\":[1]}", "keys: must be a list of "
          "strings" },
        { "/key/delete", "{\"keys\":\"sk-1\"}", "keys: must be a list that "
          "is not empty" },
        { "/key/sk-1/reset_spend", "{\"reset_to\":1.5}", "OK" },
        { "/key/sk-1/reset_spend", "{\"reset_to\":\"1.5\"}",
          "reset_to: must be a number" },
        { "/key/sk-1/regenerate", "{\"key\":\"sk-2\"}",
          "key: is another one than in the path" },
        { "/key/sk-1/regenerate", "{\"key\":\"sk-1\"}", "OK" },
        { "/key/regenerate", "{}", "key: must be given" },
        { "/key/regenerate", "{\"key\":\"sk-1\",\"new_master_key\":\"x\"}",
          "new_master_key: is not known" },

        { "/team/new", "{\"members_with_roles\":[{\"user_id\":\"u\"}]}",
          "OK" },
        { "/team/new", "{\"members_with_roles\":[{\"role\":\"user\"}]}",
          "members_with_roles: needs a user_id" },
        { "/team/new", "{\"members_with_roles\":[{\"user_id\":\"u\","
          "\"role\":\"proxy_admin\"}]}",
          "members_with_roles: has a role that is not \"user\" or "
          "\"admin\"" },
        { "/team/member_add", "{\"team_id\":\"t\",\"member\":[]}",
          "member: must not be empty" },
        { "/team/member_add", "{\"team_id\":\"t\",\"member\":{\"user_id\":"
          "\"u\",\"x\":1}}",
          "member: takes user_id and role and nothing else" },
        { "/team/member_add", "{\"team_id\":\"t\",\"member\":{\"user_id\":"
          "\"u\"},\"max_budget_in_team\":1}", "OK" },
        { "/team/member_update", "{\"team_id\":\"t\",\"user_id\":\"u\","
          "\"tpm_limit\":-1}",
          "tpm_limit: must be an integer that is not negative" },
        { "/user/new", "{\"user_role\":\"root\"}",
          "user_role: is not one of the allowed values" },
        { "/user/new", "{\"auto_create_key\":\"true\"}",
          "auto_create_key: must be true or false" },
        { "/budget/info", "{\"budgets\":[\"\"]}",
          "budgets: has an entry that is empty or too long" }
    };

    test_mem_init(&m, 0, 0);

    for (i = 0; i < llmgw_nelts(rows); i++) {
        test_case("admin: %s %s", rows[i].path, rows[i].body);
        check_text(admin_ask(&m, rows[i].path, rows[i].body), rows[i].said);
    }

    test_case("admin: a body that is too deep");
    {
        char  deep[1024];

        memset(deep, 0, sizeof(deep));
        strcpy(deep, "{\"metadata\":");
        memset(deep + 12, '[', 200);
        memset(deep + 212, ']', 200);
        strcat(deep, "}");

        check_text(admin_ask(&m, "/key/generate", deep),
                   ": the body is not valid JSON");
    }

    test_case("admin: what was read");

    check_text(admin_ask(&m, "/key/generate",
                         "{\"models\":[\"a\"],\"max_budget\":0.1,"
                         "\"duration\":\"1d\",\"metadata\":{\"x\":[1,2.5]}}"),
               "OK");
    check_text(admin_dump(rq.params), "{\"duration\":86400}");
    check_text(admin_dump(rq.fields), "{\"max_budget\":0.1,\"metadata\":"
               "{\"x\":[1,2.5]},\"models\":[\"a\"]}");

    check_text(admin_ask(&m, "/key/abc/reset_spend", "{\"reset_to\":0.25}"),
               "OK");
    check_text(admin_dump(rq.params), "{\"key\":\"ba7816bf8f01cfea414140de5d"
               "ae2223b00361a396177a9cb410ff61f20015ad\",\"reset_to\":"
               "250000000}");

    test_mem_free(&m);
}


static void
admin_queries(void)
{
    size_t      i;
    test_mem_t  m;

    static const struct {
        const char  *path;
        const char  *query;
        const char  *said;
    } rows[] = {
        { "/key/list", "", "OK" },
        { "/key/list", "page=2&size=50&", "OK" },
        { "/key/list", "page=0", "page: must be an integer from 1 to "
          "1000000" },
        { "/key/list", "size=1001",
          "size: must be an integer from 1 to 1000" },
        { "/key/list", "size=x", "size: must be an integer from 1 to 1000" },
        { "/key/list", "size=1%00", ": the query has a character that is not "
          "allowed" },
        { "/key/list", "sort_order=up",
          "sort_order: is not one of the allowed values" },
        { "/key/list", "user=a", "user: is not known" },
        { "/key/list", "user_id=a&user_id=b", "user_id: is given twice" },
        { "/key/list", "user_id=%ff", "user_id: is not UTF-8" },
        { "/key/list", "return_full_object=true", "OK" },
        { "/key/list", "return_full_object=1",
          "return_full_object: must be true or false" },
        { "/key/list", "user_id=", "OK" },
        { "/key/list", "page=", "page: must be an integer from 1 to "
          "1000000" },
        { "/key/list", "key_hash=", "key_hash: must be a key, or the SHA-256 "
          "of one in hex digits" },
        { "/key/list", "&&=&", ": is not known" },
        { "/team/info", "", "team_id: must be given" },
        { "/user/list", "user_ids=a,,b",
          "user_ids: has an entry that is empty or too long" },
        { "/global/spend/report", "start_date=2026-01-01",
          "end_date: must be given" },
        { "/global/spend/report", "start_date=2026-13-01&end_date=2026-01-01",
          "start_date: must be a date or a time, such as \"2026-01-31\" or "
          "\"2026-01-31T23:59:59Z\"" },
        { "/spend/logs", "min_spend=-1", "min_spend: must be an amount of "
          "dollars that is not negative" },
        { "/spend/logs", "min_spend=01", "min_spend: must be an amount of "
          "dollars that is not negative" }
    };

    test_mem_init(&m, 0, 0);

    for (i = 0; i < llmgw_nelts(rows); i++) {
        test_case("admin: %s?%s", rows[i].path, rows[i].query);
        check_text(admin_ask(&m, rows[i].path, rows[i].query), rows[i].said);
    }

    test_case("admin: what was read of a query");

    check_text(admin_ask(&m, "/spend/logs", "start_date=2026-01-01&end_date="
                         "2026-01-01&min_spend=0.5&user_id=a+b%2Bc"
                         "&summarize=false"),
               "OK");
    check_text(admin_dump(rq.params), "{\"end_date\":1767311999,"
               "\"min_spend\":500000000,\"start_date\":1767225600,"
               "\"summarize\":false,\"user_id\":\"a b+c\"}");

    check_text(admin_ask(&m, "/user/list", "user_ids=a,b"), "OK");
    check_text(admin_dump(rq.params), "{\"user_ids\":[\"a\",\"b\"]}");

    test_mem_free(&m);
}


static void
admin_keys(void)
{
    size_t  i;
    u_char  random[LLMGW_ADMIN_RANDOM], key[LLMGW_ADMIN_KEY_LEN];
    u_char  id[LLMGW_ADMIN_DIGEST], again[LLMGW_ADMIN_DIGEST];
    u_char  name[LLMGW_ADMIN_NAME_LEN], uuid[LLMGW_ADMIN_UUID_LEN];

    test_case("admin: keys are all that was random");

    memset(random, 0, sizeof(random));
    llmgw_admin_make_key(random, key);
    check_lit(llmgw_str(key, sizeof(key)),
              "sk-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

    memset(random, 0xff, sizeof(random));
    llmgw_admin_make_key(random, key);
    check_lit(llmgw_str(key, sizeof(key)),
              "sk-________________________________");

    for (i = 0; i < sizeof(random); i++) {
        random[i] = (u_char) (i * 11);
    }

    llmgw_admin_make_key(random, key);
    check_lit(llmgw_str(key, sizeof(key)),
              "sk-AAsWISw3Qk1YY255hI-apbC7xtHc5_L9");

    llmgw_admin_key_name(llmgw_str(key, sizeof(key)), name);
    check_lit(llmgw_str(name, sizeof(name)), "sk-...5_L9");

    test_case("admin: ids of keys");

    check_int(llmgw_admin_key_id(llmgw_lit("abc"), id), LLMGW_OK);
    check_lit(llmgw_str(id, sizeof(id)), "ba7816bf8f01cfea414140de5dae2223"
              "b00361a396177a9cb410ff61f20015ad");
    check_int(llmgw_admin_key_id(llmgw_str(id, sizeof(id)), again), LLMGW_OK);
    check(memcmp(id, again, sizeof(id)) == 0);

    test_case("admin: a UUID");

    llmgw_admin_uuid(random, uuid);
    check_lit(llmgw_str(uuid, sizeof(uuid)),
              "000b1621-2c37-424d-9863-6e79848f9aa5");
}


static void
admin_records(void)
{
    json_t               *record, *other, *row, *was, *is;
    test_mem_t            m;
    llmgw_str_t           text;
    llmgw_problem_t       problem;
    llmgw_admin_state_t   state;

    test_mem_init(&m, 0, 0);

    test_case("admin: fields are set and taken out");

    record = json_loads("{\"models\":[\"a\"],\"rpm_limit\":5}", 0, NULL);
    other = json_loads("{\"rpm_limit\":null,\"tpm_limit\":7}", 0, NULL);

    check_int(llmgw_admin_merge(record, other), LLMGW_OK);
    check_text(admin_dump(record), "{\"models\":[\"a\"],\"tpm_limit\":7}");

    check_int(llmgw_admin_stamp(record, 1767225600, llmgw_lit("me"), 1),
              LLMGW_OK);
    check_int(llmgw_admin_record_text(&m.arena, LLMGW_KIND_KEY, record, &text,
                                      &problem),
              LLMGW_OK);
    check_lit(text, "{\"models\":[\"a\"],\"tpm_limit\":7,\"created_at\":"
              "\"2026-01-01T00:00:00Z\",\"created_by\":\"me\",\"updated_at\":"
              "\"2026-01-01T00:00:00Z\",\"updated_by\":\"me\"}");

    json_decref(other);

    other = llmgw_admin_record(text);
    check(json_equal(record, other));

    test_case("admin: two fields that belong together");

    json_object_set_new(other, "temp_budget_increase", json_integer(1));
    check_int(llmgw_admin_record_text(&m.arena, LLMGW_KIND_KEY, other, &text,
                                      &problem),
              LLMGW_INVALID);
    check_lit(problem.field, "temp_budget_expiry");

    test_case("admin: members of a team");

    json_object_clear(other);
    check_int(llmgw_admin_member_add(other, llmgw_lit("u"),
                                     llmgw_lit("user")), LLMGW_OK);
    check_int(llmgw_admin_member_add(other, llmgw_lit("v"),
                                     llmgw_lit("user")), LLMGW_OK);

    row = json_copy(other);

    check_int(llmgw_admin_member_add(row, llmgw_lit("u"),
                                     llmgw_lit("admin")), LLMGW_OK);
    check_int(llmgw_admin_member_delete(row, llmgw_lit("v")), LLMGW_OK);
    check_int(llmgw_admin_member_delete(row, llmgw_lit("v")),
              LLMGW_DECLINED);
    check_text(admin_dump(row), "{\"members_with_roles\":[{\"role\":"
               "\"admin\",\"user_id\":\"u\"}]}");

    /* the record that it was copied from is as it was */

    check_text(admin_dump(other), "{\"members_with_roles\":[{\"role\":"
               "\"user\",\"user_id\":\"u\"},{\"role\":\"user\",\"user_id\":"
               "\"v\"}]}");

    test_case("admin: lists of names");

    check_int(llmgw_admin_list_add(row, "teams", llmgw_lit("t")), LLMGW_OK);
    check_int(llmgw_admin_list_add(row, "teams", llmgw_lit("t")), LLMGW_OK);
    check_text(admin_dump(json_object_get(row, "teams")), "[\"t\"]");
    llmgw_admin_list_delete(row, "teams", llmgw_lit("t"));
    check_text(admin_dump(json_object_get(row, "teams")), "[]");

    json_decref(row);

    test_case("admin: what changed");

    check_int(llmgw_admin_diff(record, other, &was, &is), LLMGW_OK);
    check(json_object_get(was, "models") != NULL);
    check(json_object_get(was, "updated_at") == NULL);
    check(json_object_get(is, "members_with_roles") != NULL);
    json_decref(was);
    json_decref(is);

    check_int(llmgw_admin_diff(NULL, record, &was, &is), LLMGW_OK);
    check_text(admin_dump(was), "{}");
    check_int(json_object_size(is), 4);
    json_decref(was);
    json_decref(is);

    test_case("admin: a row has all columns");

    memset(&state, 0, sizeof(state));
    state.spend = 1500000000;
    state.now = 1767225600;

    json_object_set_new(record, "budget_duration", json_string("1d"));

    row = llmgw_admin_row(LLMGW_KIND_KEY, llmgw_lit("abc"), record, &state);
    check_text(admin_dump(json_object_get(row, "spend")), "1.5");
    check_text(admin_dump(json_object_get(row, "token")), "\"abc\"");
    check_text(admin_dump(json_object_get(row, "max_budget")), "null");
    check_text(admin_dump(json_object_get(row, "models")), "[\"a\"]");
    check_text(admin_dump(json_object_get(row, "budget_reset_at")),
               "\"2026-01-02T00:00:00Z\"");
    json_decref(row);

    json_decref(record);
    json_decref(other);

    test_mem_free(&m);
}


static void
admin_values(void)
{
    json_t  *v;

    test_case("admin: texts that were cut");

    v = llmgw_admin_string(llmgw_lit("\xc3\xa4\xe2\x82"));
    check_text(admin_dump(v), "\"\xc3\xa4\"");
    json_decref(v);

    v = llmgw_admin_string(llmgw_lit("a\xff" "b"));
    check_text(admin_dump(v), "\"a\xef\xbf\xbd" "b\"");
    json_decref(v);

    v = llmgw_admin_string(llmgw_lit("\xff\xff\xff\xff\xff"));
    check_int(json_string_length(v), 15);
    json_decref(v);

    v = llmgw_admin_string(llmgw_null_str);
    check_text(admin_dump(v), "\"\"");
    json_decref(v);

    test_case("admin: errors");

    v = llmgw_admin_error(404, llmgw_lit("not_found_error"), llmgw_null_str,
                          llmgw_lit("there is no such team"));
    check_text(admin_dump(v), "{\"error\":{\"code\":\"404\",\"message\":"
               "\"there is no such team\",\"param\":null,\"type\":"
               "\"not_found_error\"}}");
    json_decref(v);

    v = llmgw_admin_error(422, llmgw_lit("validation_error"),
                          llmgw_lit("models"), llmgw_lit("must be a list"));
    check_text(admin_dump(v), "{\"detail\":[{\"loc\":[\"body\",\"models\"],"
               "\"msg\":\"must be a list\",\"type\":\"value_error\"}],"
               "\"error\":{\"code\":\"422\",\"message\":\"models must be a "
               "list\",\"param\":\"models\",\"type\":\"validation_error\"}}");
    json_decref(v);
}


/* what docs/openapi.yaml is made of */

static json_t *
admin_param(const llmgw_admin_param_t *p)
{
    json_t             *v, *values;
    const llmgw_str_t  *s;

    static const char  *types[] = {
        "string", "id", "key", "new_key", "bool", "int", "money", "duration",
        "life", "from", "to", "ids", "words", "keys", "enum", "members"
    };

    values = json_array();

    for (s = p->values; s && s->len; s++) {
        json_array_append_new(values, llmgw_admin_string(*s));
    }

    v = json_pack("{s:o, s:s, s:b, s:o}", "name", llmgw_admin_string(p->name),
                  "type", types[p->type], "required", p->required, "values",
                  values);

    if (p->type == LLMGW_P_INT) {
        json_object_set_new(v, "min", json_integer(p->min));
        json_object_set_new(v, "max", json_integer(p->max));
    }

    return v;
}


static json_t *
admin_field(const llmgw_field_t *f)
{
    json_t             *values;
    const llmgw_str_t  *s;

    static const char  *types[] = {
        "bool", "int", "money", "duration", "time", "enum", "string", "list",
        "strings", "ints", "lists", "nets", "budgets", "object", "any"
    };

    values = json_array();

    for (s = f->values; s && s->len; s++) {
        json_array_append_new(values, llmgw_admin_string(*s));
    }

    return json_pack("{s:o, s:s, s:o, s:i}", "name",
                     llmgw_admin_string(f->name), "type", types[f->type],
                     "values", values, "max", (int) f->max);
}


static int
admin_print(void)
{
    json_t                     *list, *route, *params, *fields;
    unsigned                    i, j;
    const llmgw_field_t        *f;
    const llmgw_admin_param_t  *p;
    const llmgw_admin_route_t  *r;

    list = json_array();

    for (i = 0; llmgw_admin_route(i); i++) {

        r = llmgw_admin_route(i);
        params = json_array();
        fields = json_array();

        for (p = r->params; p->name.len; p++) {
            json_array_append_new(params, admin_param(p));
        }

        for (j = 0; r->fields && llmgw_field(j); j++) {

            f = llmgw_field(j);

            if ((f->kinds >> r->kind & 1) && !f->record) {
                json_array_append_new(fields, admin_field(f));
            }
        }

        route = json_pack("{s:o, s:i, s:i, s:i, s:o, s:o, s:o, s:o}",
                          "path", llmgw_admin_string(r->path),
                          "methods", (int) r->methods, "op", (int) r->op,
                          "group", (int) r->group, "kind",
                          llmgw_admin_string(llmgw_kind_name(r->kind)),
                          "segment", llmgw_admin_string(r->segment),
                          "params", params, "fields", fields);

        json_array_append_new(list, route);
    }

    json_dumpf(list, stdout, JSON_INDENT(1));
    json_decref(list);

    return 0;
}


/* "routes": prints them instead */

int
main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "routes") == 0) {
        return admin_print();
    }

    admin_routes();
    admin_bodies();
    admin_queries();
    admin_keys();
    admin_records();
    admin_values();

    test_jwks();

    json_decref(rq.params);
    json_decref(rq.fields);

    return test_done();
}
