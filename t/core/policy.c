
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Policies: what is read out of records, what is refused, what they decide.
 */


#include "test.h"
#include "llmgw_error.h"
#include "llmgw_policy.h"


static llmgw_int_t
policy_of(test_mem_t *m, llmgw_kind_e kind, const char *json,
    llmgw_policy_t **p)
{
    llmgw_int_t      rc;
    llmgw_str_t      s;
    llmgw_problem_t  problem;

    s = test_cstr(json);
    *p = NULL;

    rc = llmgw_policy_read(&m->arena, kind, llmgw_str(test_guard(s), s.len),
                           0, p, &problem);
    return rc;
}


/* the same at another place, which ends where it says it does */

static const llmgw_policy_t *
policy_moved(llmgw_policy_t *p)
{
    static u_char  *copy;

    free(copy);

    copy = malloc(p->size);
    memcpy(copy, p, p->size);
    memset(p, 0xa5, p->size);

    return (llmgw_policy_t *) copy;
}


static void
policy_read(void)
{
    test_mem_t             m;
    llmgw_item_t           item;
    llmgw_policy_t        *read;
    const llmgw_policy_t  *p;

    test_case("policy: all that a key may have");

    test_mem_init(&m, 0, 0);

    check_int(policy_of(&m, LLMGW_KIND_KEY,
        "{\"key_alias\":\"caf\\u00e9\",\"user_id\":\"u\",\"team_id\":\"t\","
        "\"organization_id\":\"o\",\"budget_id\":\"b\",\"blocked\":true,"
        "\"expires\":\"2026-01-31T23:59:59Z\",\"models\":[\"gpt-4o\","
        "\"claude-*\"],\"aliases\":{\"fast\":\"gpt-4o\",\"x\":\"y\"},"
        "\"allowed_ips\":[\"10.0.0.0/8\",\"::1\"],"
        "\"allowed_client_fingerprints\":[\"AB:CD\"],"
        "\"jwt_claims\":{\"sub\":\"me\"},\"tags\":[\"a\",\"b\"],"
        "\"max_budget\":12.5,\"soft_budget\":10,\"budget_duration\":\"30d\","
        "\"budget_limits\":[{\"budget_duration\":\"1d\",\"max_budget\":1}],"
        "\"model_max_budget\":{\"gpt-4o\":{\"budget_limit\":3,"
        "\"time_period\":\"1h\"},\"m\":0.5},\"rpm_limit\":60,"
        "\"tpm_limit\":100000,\"max_parallel_requests\":5,"
        "\"model_rpm_limit\":{\"gpt-4o\":7},\"spend\":0.25,\"version\":42,"
        "\"metadata\":{\"x\":[1]},\"config\":{},\"unknown\":[{}]}", &read),
        LLMGW_OK);

    p = policy_moved(read);

    check_int(p->kind, LLMGW_KIND_KEY);
    check_lit(llmgw_policy_string(p, LLMGW_F_ALIAS), "caf\xc3\xa9");
    check_lit(llmgw_policy_string(p, LLMGW_F_USER_ID), "u");
    check_lit(llmgw_policy_string(p, LLMGW_F_TEAM_ID), "t");
    check_lit(llmgw_policy_string(p, LLMGW_F_ORGANIZATION_ID), "o");
    check_lit(llmgw_policy_string(p, LLMGW_F_BUDGET_ID), "b");
    check_int(llmgw_policy_string(p, LLMGW_F_ROTATED_TO).len, 0);
    check_int(llmgw_policy_number(p, LLMGW_F_BLOCKED, 0), 1);
    check_int(llmgw_policy_number(p, LLMGW_F_EXPIRES, 0), 1769903999);
    check_int(llmgw_policy_number(p, LLMGW_F_MAX_BUDGET, -1), 12500000000);
    check_int(llmgw_policy_number(p, LLMGW_F_SOFT_BUDGET, -1), 10000000000);
    check_int(llmgw_policy_number(p, LLMGW_F_BUDGET_DURATION, 0),
              30 * 86400);
    check_int(llmgw_policy_number(p, LLMGW_F_RPM, -1), 60);
    check_int(llmgw_policy_number(p, LLMGW_F_TPM, -1), 100000);
    check_int(llmgw_policy_number(p, LLMGW_F_PARALLEL, -1), 5);
    check_int(llmgw_policy_number(p, LLMGW_F_SPEND, -1), 250000000);
    check_int(llmgw_policy_number(p, LLMGW_F_TOTAL_SPEND, -1), -1);
    check_int(llmgw_policy_number(p, LLMGW_F_VERSION, -1), 42);

    check_int(llmgw_policy_count(p, LLMGW_F_MODELS), 2);
    llmgw_policy_item(p, LLMGW_F_MODELS, 1, &item);
    check_lit(item.name, "claude-*");
    llmgw_policy_item(p, LLMGW_F_MODELS, 2, &item);
    check_int(item.name.len, 0);

    check(llmgw_policy_member(p, LLMGW_F_ALIASES, llmgw_lit("fast"), &item));
    check_lit(item.value, "gpt-4o");
    check(!llmgw_policy_member(p, LLMGW_F_ALIASES, llmgw_lit("fas"), &item));
    check(llmgw_policy_member(p, LLMGW_F_JWT_CLAIMS, llmgw_lit("sub"),
                              &item));
    check_lit(item.value, "me");
    check(llmgw_policy_member(p, LLMGW_F_MODEL_RPM, llmgw_lit("gpt-4o"),
                              &item));
    check_int(item.number, 7);

    check_int(llmgw_policy_count(p, LLMGW_F_BUDGETS), 1);
    llmgw_policy_item(p, LLMGW_F_BUDGETS, 0, &item);
    check_int(item.number, LLMGW_DOLLAR);
    check_int(item.duration, 86400);

    check(llmgw_policy_member(p, LLMGW_F_MODEL_BUDGETS, llmgw_lit("gpt-4o"),
                              &item));
    check_int(item.number, 3 * LLMGW_DOLLAR);
    check_int(item.duration, 3600);
    check(llmgw_policy_member(p, LLMGW_F_MODEL_BUDGETS, llmgw_lit("m"),
                              &item));
    check_int(item.number, LLMGW_DOLLAR / 2);
    check_int(item.duration, 0);

    test_mem_free(&m);

    test_case("policy: nothing at all");

    test_mem_init(&m, 0, 0);

    check_int(policy_of(&m, LLMGW_KIND_TEAM,
                        "{\"blocked\":false,\"models\":[],\"max_budget\":null,"
                        "\"team_alias\":\"\"}", &read), LLMGW_OK);
    check_int(read->mask, 0);
    check_int(read->size, sizeof(llmgw_policy_t));
    check(llmgw_policy_model(read, llmgw_lit("m"), NULL, 0));
    check(llmgw_policy_model(NULL, llmgw_lit("m"), NULL, 0));
    check(llmgw_policy_route(NULL, LLMGW_ROUTES_LLM, llmgw_lit("/x")));
    check(llmgw_policy_address(NULL, (u_char *) "abcd", 4));
    check(llmgw_policy_certificate(NULL, llmgw_null_str));
    check_int(llmgw_policy_count(NULL, LLMGW_F_MODELS), 0);
    check_int(llmgw_policy_number(NULL, LLMGW_F_RPM, 7), 7);

    test_mem_free(&m);

    test_case("policy: tags out of the metadata");

    test_mem_init(&m, 0, 0);

    check_int(policy_of(&m, LLMGW_KIND_KEY,
                        "{\"metadata\":{\"tags\":[\"x\",\"y\"]}}", &read),
              LLMGW_OK);
    check_int(llmgw_policy_count(read, LLMGW_F_TAGS), 2);
    check_int(policy_of(&m, LLMGW_KIND_KEY,
                        "{\"metadata\":{\"tags\":[\"x\",\"y\"]},"
                        "\"tags\":[\"z\"]}", &read),
              LLMGW_OK);
    check_int(llmgw_policy_count(read, LLMGW_F_TAGS), 1);

    test_mem_free(&m);
}


static void
policy_refused(void)
{
    size_t            i;
    test_mem_t        m;
    llmgw_int_t       rc;
    llmgw_str_t       s;
    llmgw_policy_t   *p;
    llmgw_problem_t   problem;

    /* strict: 2 says that only a strict reader minds */

    static const struct {
        llmgw_kind_e  kind;
        llmgw_str_t   json;
        const char   *field;
        int           strict;
    } rows[] = {
        { LLMGW_KIND_KEY, llmgw_string(""), "", 1 },
        { LLMGW_KIND_KEY, llmgw_string("null"), "", 1 },
        { LLMGW_KIND_KEY, llmgw_string("[]"), "", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{"), "", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{}x"), "", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"a\":\"\xff\"}"), "", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"blocked\":true,\"blocked\":"
                                       "false}"), "blocked", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"blocked\":true,"
                                       "\"block\\u0065d\":false}"),
          "block\\u0065d", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"rpm\":1}"), "rpm", 2 },
        { LLMGW_KIND_KEY, llmgw_string("{\"Blocked\":true}"), "Blocked", 2 },
        { LLMGW_KIND_KEY, llmgw_string("{\"team_alias\":\"x\"}"),
          "team_alias", 2 },
        { LLMGW_KIND_KEY, llmgw_string("{\"version\":1}"), "version", 2 },
        { LLMGW_KIND_TEAM, llmgw_string("{\"spend\":1}"), "spend", 2 },
        { LLMGW_KIND_KEY, llmgw_string("{\"\":1}"), "", 2 },
        { LLMGW_KIND_KEY, llmgw_string("{\"blocked\":1}"), "blocked", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"blocked\":\"true\"}"), "blocked",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"rpm_limit\":-1}"), "rpm_limit",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"rpm_limit\":1.5}"), "rpm_limit",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"rpm_limit\":\"1\"}"), "rpm_limit",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"tpm_limit\":1e30}"), "tpm_limit",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"max_budget\":-0.01}"),
          "max_budget", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"max_budget\":1e300}"),
          "max_budget", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"max_budget\":\"10\"}"),
          "max_budget", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"budget_duration\":\"1y\"}"),
          "budget_duration", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"budget_duration\":30}"),
          "budget_duration", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"expires\":\"soon\"}"), "expires",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"expires\":0}"), "expires", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"user_id\":7}"), "user_id", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"user_id\":\"a\\u0000b\"}"),
          "user_id", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"user_id\":\"a\\r\\nb\"}"),
          "user_id", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"user_id\":\"\\ud800\"}"),
          "user_id", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"team_id\":\"a/b\"}"), "team_id",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"rotated_to\":\"xyz\"}"),
          "rotated_to", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"models\":\"gpt-4o\"}"), "models",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"models\":[\"a\",1]}"),
          "models[1]", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"models\":[\"\"]}"), "models[0]",
          1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"aliases\":[]}"), "aliases", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"aliases\":{\"a\":1}}"),
          "aliases[0]", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"aliases\":{\"a\":\"b\","
                                       "\"a\":\"c\"}}"), "aliases", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"model_rpm_limit\":{\"a\":-1}}"),
          "model_rpm_limit[0]", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"allowed_ips\":[\"10.0.0.0/33\"]}"),
          "allowed_ips[0]", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"allowed_client_fingerprints\":"
                                       "[\"::\"]}"),
          "allowed_client_fingerprints[0]", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"budget_limits\":[{\"max_budget\":"
                                       "1}]}"),
          "budget_limits[0].budget_duration", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"budget_limits\":["
                                       "{\"budget_duration\":\"1d\"}]}"),
          "budget_limits[0].max_budget", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"budget_limits\":["
                                       "{\"budget_duration\":\"1d\","
                                       "\"max_budget\":1,\"x\":1}]}"),
          "budget_limits[0]", 2 },
        { LLMGW_KIND_KEY, llmgw_string("{\"budget_limits\":[5]}"),
          "budget_limits[0]", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"model_max_budget\":{\"m\":"
                                       "{\"max_budget\":1,\"budget_limit\":"
                                       "2}}}"),
          "model_max_budget[0].max_budget", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"metadata\":[]}"), "metadata", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"metadata\":{\"tags\":5}}"),
          "tags", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"budget_fallbacks\":{\"a\":1}}"),
          "budget_fallbacks", 1 },
        { LLMGW_KIND_KEY, llmgw_string("{\"key_type\":\"root\"}"),
          "key_type", 1 },
        { LLMGW_KIND_USER, llmgw_string("{\"user_role\":\"god\"}"),
          "user_role", 1 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        s = rows[i].json;

        test_case("policy: %.*s is refused", test_arg(s));
        test_mem_init(&m, 0, 0);

        rc = llmgw_policy_read(&m.arena, rows[i].kind,
                               llmgw_str(test_guard(s), s.len), 1, &p,
                               &problem);

        check_int(rc, LLMGW_INVALID);
        check(llmgw_str_eq(problem.field, test_cstr(rows[i].field)));
        check(problem.message.len != 0);

        rc = llmgw_policy_read(&m.arena, rows[i].kind,
                               llmgw_str(test_guard(s), s.len), 0, &p,
                               &problem);

        check_int(rc, rows[i].strict == 2 ? LLMGW_OK : LLMGW_INVALID);

        test_mem_free(&m);
    }

    test_case("policy: too large");
    test_mem_init(&m, 4096, 0);

    s.len = LLMGW_RECORD_MAX + 1;
    s.data = malloc(s.len);
    memset((u_char *) s.data, ' ', s.len);

    check_int(llmgw_policy_read(&m.arena, LLMGW_KIND_KEY, s, 0, &p, &problem),
              LLMGW_INVALID);

    memset((u_char *) s.data, '[', s.len);
    s.len--;

    check_int(llmgw_policy_read(&m.arena, LLMGW_KIND_KEY, s, 0, &p, &problem),
              LLMGW_INVALID);

    free((u_char *) s.data);
    test_mem_free(&m);
}


static void
policy_prefixes(void)
{
    size_t            len;
    test_mem_t        m;
    llmgw_str_t       s;
    llmgw_policy_t   *p;
    llmgw_problem_t   problem;

    static const llmgw_str_t  record = llmgw_string(
        "{\"key_alias\":\"a\\u00e9\",\"models\":[\"m\",\"n*\"],\"aliases\":"
        "{\"a\":\"b\"},\"max_budget\":1.5,\"allowed_ips\":[\"::/0\"],"
        "\"budget_limits\":[{\"max_budget\":1,\"budget_duration\":\"1d\"}],"
        "\"metadata\":{\"tags\":[\"x\"]},\"expires\":\"2026-01-01\"}");

    test_case("policy: every prefix of a record");

    for (len = 0; len < record.len; len++) {

        test_at("%zu bytes", len);
        test_mem_init(&m, 0, 0);

        s = llmgw_str(test_guard(llmgw_str(record.data, len)), len);

        check_int(llmgw_policy_read(&m.arena, LLMGW_KIND_KEY, s, 1, &p,
                                    &problem),
                  LLMGW_INVALID);

        test_mem_free(&m);
    }
}


static void
policy_chaos(void)
{
    int              done;
    long             n;
    test_mem_t       m;
    llmgw_int_t      rc;
    llmgw_policy_t  *p;

    test_case("policy: without memory");

    test_chaos(&m, n, done) {

        rc = policy_of(&m, LLMGW_KIND_KEY,
                       "{\"models\":[\"a\\u0062\"],\"aliases\":{\"x\":\"y\"},"
                       "\"allowed_ips\":[\"::1\"],"
                       "\"allowed_client_fingerprints\":[\"ab\"],"
                       "\"key_alias\":\"\\u00e9\"}", &p);

        check(rc == LLMGW_OK || rc == LLMGW_ERROR
              || rc == LLMGW_INVALID /* names cannot be compared */);

        done = (rc == LLMGW_OK);
    }

    check(done && n > 3);
}


static void
policy_models(void)
{
    size_t           i;
    test_mem_t       m;
    llmgw_policy_t  *p;

    static const llmgw_str_t  groups[] = {
        llmgw_string("beta"), llmgw_string("premium")
    };

    static const struct {
        const char  *models;
        const char  *model;
        int          allowed;
    } rows[] = {
        { "[]", "gpt-4o", 1 },
        { "[\"gpt-4o\"]", "gpt-4o", 1 },
        { "[\"gpt-4o\"]", "gpt-4", 0 },
        { "[\"gpt-4o\"]", "gpt-4o-mini", 0 },
        { "[\"gpt-4\"]", "gpt-4o", 0 },
        { "[\"a\",\"gpt-4o\"]", "gpt-4o", 1 },
        { "[\"*\"]", "anything", 1 },
        { "[\"gpt-*\"]", "gpt-4o", 1 },
        { "[\"gpt-*\"]", "gpt-", 1 },
        { "[\"gpt-*\"]", "gpt", 0 },
        { "[\"gpt-*\"]", "xgpt-4", 0 },
        { "[\"openai/*\"]", "openai/gpt-4o", 1 },
        { "[\"*-mini\"]", "gpt-4o-mini", 1 },
        { "[\"*-mini\"]", "gpt-4o-mini-x", 0 },
        { "[\"a*b*c\"]", "aXbXbc", 1 },
        { "[\"a*b*c\"]", "acb", 0 },
        { "[\"GPT-4o\"]", "gpt-4o", 0 },
        { "[\"premium\"]", "gpt-4o", 1 },
        { "[\"beta\"]", "gpt-4o", 1 },
        { "[\"alpha\"]", "gpt-4o", 0 },
        { "[\"all-proxy-models\"]", "gpt-4o", 1 },
        { "[\"all-team-models\"]", "gpt-4o", 1 },
        { "[\"no-default-models\"]", "gpt-4o", 0 },
        { "[\"no-default-models\",\"gpt-4o\"]", "gpt-4o", 1 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("models %s: %s", rows[i].models, rows[i].model);
        test_mem_init(&m, 4096, 0);

        check_int(policy_of(&m, LLMGW_KIND_KEY,
                            (char *) llmgw_fmt(&m.arena, "{\"models\":%s}%c",
                                               rows[i].models, 0).data, &p),
                  LLMGW_OK);
        check_int(llmgw_policy_model(p, test_cstr(rows[i].model), groups, 2),
                  rows[i].allowed);

        test_mem_free(&m);
    }
}


static void
policy_routes(void)
{
    size_t           i;
    test_mem_t       m;
    llmgw_policy_t  *p;

    static const struct {
        const char  *record;
        unsigned     group;
        const char  *path;
        int          allowed;
    } rows[] = {
        { "{}", LLMGW_ROUTES_LLM, "/v1/chat/completions", 1 },
        { "{\"allowed_routes\":[]}", LLMGW_ROUTES_LLM, "/v1/x", 1 },
        { "{\"allowed_routes\":[\"*\"]}", LLMGW_ROUTES_MANAGEMENT, "/key/new",
          1 },
        { "{\"allowed_routes\":[\"llm_api_routes\"]}", LLMGW_ROUTES_LLM,
          "/v1/embeddings", 1 },
        { "{\"allowed_routes\":[\"llm_api_routes\"]}", LLMGW_ROUTES_INFO,
          "/v1/models", 0 },
        { "{\"allowed_routes\":[\"info_routes\",\"/v1/embeddings\"]}",
          LLMGW_ROUTES_LLM, "/v1/embeddings", 1 },
        { "{\"allowed_routes\":[\"/v1/embeddings\"]}", LLMGW_ROUTES_LLM,
          "/embeddings", 1 },
        { "{\"allowed_routes\":[\"embeddings\"]}", LLMGW_ROUTES_LLM,
          "/v1/embeddings", 1 },
        { "{\"allowed_routes\":[\"/v1/embeddings\"]}", LLMGW_ROUTES_LLM,
          "/v1/embeddings/x", 0 },
        { "{\"allowed_routes\":[\"/v1/images/*\"]}", LLMGW_ROUTES_LLM,
          "/v1/images/edits", 1 },
        { "{\"allowed_routes\":[\"/v1/images/*\"]}", LLMGW_ROUTES_LLM,
          "/v1/image", 0 },
        { "{\"allowed_routes\":[\"/key/*\"]}", LLMGW_ROUTES_MANAGEMENT,
          "/key/info", 1 },
        { "{\"key_type\":\"llm_api\"}", LLMGW_ROUTES_LLM, "/v1/x", 1 },
        { "{\"key_type\":\"llm_api\"}", LLMGW_ROUTES_MANAGEMENT, "/key/new",
          0 },
        { "{\"key_type\":\"management\"}", LLMGW_ROUTES_LLM, "/v1/x", 0 },
        { "{\"key_type\":\"read_only\"}", LLMGW_ROUTES_INFO, "/v1/models",
          1 },
        { "{\"key_type\":\"default\"}", LLMGW_ROUTES_LLM, "/v1/x", 1 },
        { "{\"key_type\":\"read_only\",\"allowed_routes\":"
          "[\"llm_api_routes\"]}", LLMGW_ROUTES_LLM, "/v1/x", 1 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("routes %s: %s", rows[i].record, rows[i].path);
        test_mem_init(&m, 4096, 0);

        check_int(policy_of(&m, LLMGW_KIND_KEY, rows[i].record, &p),
                  LLMGW_OK);
        check_int(llmgw_policy_route(p, rows[i].group,
                                     test_cstr(rows[i].path)),
                  rows[i].allowed);

        test_mem_free(&m);
    }
}


static void
policy_addresses(void)
{
    size_t           i, len;
    u_char           addr[16];
    unsigned         prefix;
    test_mem_t       m;
    llmgw_policy_t  *p;

    static const struct {
        const char  *net;
        const char  *addr;
        int          allowed;
    } rows[] = {
        { "10.0.0.0/8", "10.255.1.2", 1 },
        { "10.0.0.0/8", "11.0.0.1", 0 },
        { "10.1.2.3", "10.1.2.3", 1 },
        { "10.1.2.3", "10.1.2.2", 0 },
        { "192.168.4.0/22", "192.168.7.255", 1 },
        { "192.168.4.0/22", "192.168.8.0", 0 },
        { "192.168.4.77/22", "192.168.5.1", 1 },
        { "0.0.0.0/0", "8.8.8.8", 1 },
        { "0.0.0.0/0", "::1", 0 },
        { "::/0", "8.8.8.8", 0 },
        { "::1", "::1", 1 },
        { "2001:db8::/32", "2001:db8:1::5", 1 },
        { "2001:db8::/33", "2001:db8:8000::5", 0 },
        { "10.0.0.0/8", "::ffff:10.1.1.1", 1 },
        { "fe80::1:2:3:4", "fe80:0:0:0:1:2:3:4", 1 }
    };

    static const char *const  wrong[] = {
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4/",
        "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/024", "1.2.3.4/8x", "1..3.4",
        ":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8:9", "12345::", "g::", "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::/129", "1:", ":1", "1::2:", "fe80::1%eth0", "host", "0x7f.0.0.1"
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("address %s in %s", rows[i].addr, rows[i].net);
        test_mem_init(&m, 4096, 0);

        check_int(policy_of(&m, LLMGW_KIND_KEY,
                            (char *) llmgw_fmt(&m.arena, "{\"allowed_ips\":"
                                               "[\"1.1.1.1\",\"%s\"]}%c",
                                               rows[i].net, 0).data, &p),
                  LLMGW_OK);
        check_int(llmgw_net_parse(test_cstr(rows[i].addr), addr, &len,
                                  &prefix),
                  LLMGW_OK);
        check_int(llmgw_policy_address(p, addr, len), rows[i].allowed);

        test_mem_free(&m);
    }

    for (i = 0; i < llmgw_nelts(wrong); i++) {

        test_case("address %s is none", wrong[i]);

        check_int(llmgw_net_parse(
                      llmgw_str(test_guard(test_cstr(wrong[i])),
                                strlen(wrong[i])), addr, &len, &prefix),
                  LLMGW_INVALID);
    }
}


static void
policy_certificates(void)
{
    test_mem_t       m;
    llmgw_policy_t  *p;

    test_case("certificates");
    test_mem_init(&m, 4096, 0);

    check_int(policy_of(&m, LLMGW_KIND_KEY,
                        "{\"allowed_client_fingerprints\":[\"AB:cd:01\","
                        "\"ffff\"]}", &p), LLMGW_OK);
    check(llmgw_policy_certificate(p, llmgw_lit("abcd01")));
    check(llmgw_policy_certificate(p, llmgw_lit("FF:FF")));
    check(!llmgw_policy_certificate(p, llmgw_lit("abcd0")));
    check(!llmgw_policy_certificate(p, llmgw_null_str));
    check(!llmgw_policy_certificate(p, llmgw_lit(
              "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
              "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
              "ffffffffffffffffffffffffffffffffffffffff")));

    test_mem_free(&m);
}


static void
policy_fields(void)
{
    unsigned              i, k;
    test_mem_t            m;
    llmgw_kind_e          kind;
    llmgw_problem_t       problem;
    const llmgw_field_t  *f, *g;

    test_case("fields: each name means one thing in a kind");

    for (i = 0; (f = llmgw_field(i)) != NULL; i++) {

        test_at("%.*s", test_arg(f->name));

        for (k = 0; k < LLMGW_KINDS; k++) {

            if (!(f->kinds >> k & 1)) {
                continue;
            }

            g = llmgw_field_find((llmgw_kind_e) k, f->name);
            check(g == f);
        }

        check((f->type == LLMGW_T_ENUM) == (f->values != NULL));
        check(f->type > LLMGW_T_STRINGS || f->type < LLMGW_T_STRING
              || f->max != 0);
    }

    check(llmgw_field_find(LLMGW_KIND_TEAM, llmgw_lit("key_alias")) == NULL);
    check(llmgw_field_find(LLMGW_KIND_KEY, llmgw_lit("key_aliax")) == NULL);

    test_case("fields: one value");
    test_mem_init(&m, 4096, 0);

    f = llmgw_field_find(LLMGW_KIND_KEY, llmgw_lit("models"));

    check_int(llmgw_field_check(&m.arena, f, llmgw_lit("[\"a\"]"), &problem),
              LLMGW_OK);
    check_int(llmgw_field_check(&m.arena, f, llmgw_lit("null"), &problem),
              LLMGW_OK);
    check_int(llmgw_field_check(&m.arena, f, llmgw_lit("[\"a\",{}]"),
                                &problem),
              LLMGW_INVALID);
    check_lit(problem.field, "models[1]");

    problem.field = llmgw_null_str;
    check_int(llmgw_field_check(&m.arena, f, llmgw_lit("[\"a\""), &problem),
              LLMGW_INVALID);
    check_lit(problem.field, "models");

    test_mem_free(&m);

    test_case("kinds");

    for (k = 0; k < LLMGW_KINDS; k++) {
        kind = llmgw_kind_find(llmgw_kind_name((llmgw_kind_e) k));
        check_int(kind, k);
    }

    check_int(llmgw_kind_find(llmgw_lit("keys")), LLMGW_KINDS);
    check_int(llmgw_kind_name(LLMGW_KINDS).len, 0);

    test_case("ids");

    check(llmgw_id_valid(LLMGW_KIND_KEY, llmgw_lit(
              "0123456789abcdef0123456789abcdef"
              "0123456789abcdef0123456789abcdef")));
    check(!llmgw_id_valid(LLMGW_KIND_KEY, llmgw_lit(
              "0123456789ABCDEF0123456789abcdef"
              "0123456789abcdef0123456789abcdef")));
    check(!llmgw_id_valid(LLMGW_KIND_KEY, llmgw_lit("sk-x")));
    check(llmgw_id_valid(LLMGW_KIND_USER, llmgw_lit("a/b c@d.e")));
    check(llmgw_id_valid(LLMGW_KIND_USER, llmgw_lit("caf\xc3\xa9")));
    check(!llmgw_id_valid(LLMGW_KIND_USER, llmgw_lit("\xc3")));
    check(!llmgw_id_valid(LLMGW_KIND_USER, llmgw_lit("a\nb")));
    check(!llmgw_id_valid(LLMGW_KIND_USER, llmgw_lit("a\177")));
    check(!llmgw_id_valid(LLMGW_KIND_USER, llmgw_null_str));
    check(!llmgw_id_valid(LLMGW_KIND_TEAM, llmgw_lit("a/b")));
    check(llmgw_id_valid(LLMGW_KIND_MEMBER, llmgw_lit("team/user/x")));
    check(!llmgw_id_valid(LLMGW_KIND_MEMBER, llmgw_lit("team")));
    check(!llmgw_id_valid(LLMGW_KIND_MEMBER, llmgw_lit("/user")));
    check(!llmgw_id_valid(LLMGW_KIND_MEMBER, llmgw_lit("team/")));
    check(llmgw_id_valid(LLMGW_KIND_GLOBAL, llmgw_lit("global")));
    check(!llmgw_id_valid(LLMGW_KIND_GLOBAL, llmgw_lit("x")));
}


static void
policy_wildcards(void)
{
    unsigned     i, k, pl, tl;
    u_char       pattern[8], text[10];
    llmgw_str_t  p, t;

    test_case("wildcards: a long one takes no time");

    p = llmgw_lit("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");
    t = llmgw_lit("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    check(!llmgw_wildcard(p, t));

    test_case("wildcards: nothing and everything");

    check(llmgw_wildcard(llmgw_null_str, llmgw_null_str));
    check(llmgw_wildcard(llmgw_lit("*"), llmgw_null_str));
    check(llmgw_wildcard(llmgw_lit("**"), llmgw_lit("ab")));
    check(!llmgw_wildcard(llmgw_null_str, llmgw_lit("a")));
    check(!llmgw_wildcard(llmgw_lit("a"), llmgw_null_str));

    test_case("wildcards: without a star, only the same");

    for (i = 0; i < 2000; i++) {

        pl = test_random(sizeof(pattern) + 1);
        tl = test_random(sizeof(text) + 1);

        for (k = 0; k < pl; k++) {
            pattern[k] = (u_char) ('a' + test_random(2));
        }

        for (k = 0; k < tl; k++) {
            text[k] = (u_char) ('a' + test_random(2));
        }

        p = llmgw_str(pattern, pl);
        t = llmgw_str(text, tl);

        check_int(llmgw_wildcard(p, t), llmgw_str_eq(p, t));
    }
}


void
test_policy(void)
{
    policy_read();
    policy_refused();
    policy_prefixes();
    policy_chaos();
    policy_models();
    policy_routes();
    policy_addresses();
    policy_certificates();
    policy_fields();
    policy_wildcards();
}
