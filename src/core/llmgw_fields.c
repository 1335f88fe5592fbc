
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The fields of records, under LiteLLM's names.
 */


#include "llmgw_policy.h"


#define K  (1 << LLMGW_KIND_KEY)
#define U  (1 << LLMGW_KIND_USER)
#define T  (1 << LLMGW_KIND_TEAM)
#define M  (1 << LLMGW_KIND_MEMBER)
#define O  (1 << LLMGW_KIND_ORGANIZATION)
#define C  (1 << LLMGW_KIND_CUSTOMER)
#define G  (1 << LLMGW_KIND_TAG)
#define B  (1 << LLMGW_KIND_BUDGET)
#define X  (1 << LLMGW_KIND_GLOBAL)
#define ALL  (K|U|T|M|O|C|G|B|X)

#define LLMGW_NAMES  4096      /* in a list */
#define LLMGW_TEXT   4096      /* bytes of a description */


static const llmgw_str_t  llmgw_kind_names[] = {
    llmgw_string("key"),
    llmgw_string("user"),
    llmgw_string("team"),
    llmgw_string("member"),
    llmgw_string("organization"),
    llmgw_string("customer"),
    llmgw_string("tag"),
    llmgw_string("budget"),
    llmgw_string("global")
};


static const llmgw_str_t  llmgw_roles[] = {
    llmgw_string("internal_user"),
    llmgw_string("internal_user_viewer"),
    llmgw_string("proxy_admin"),
    llmgw_string("proxy_admin_viewer"),
    { 0, NULL }
};

static const llmgw_str_t  llmgw_member_roles[] = {
    llmgw_string("user"),
    llmgw_string("admin"),
    { 0, NULL }
};

static const llmgw_str_t  llmgw_limit_types[] = {
    llmgw_string("best_effort_throughput"),
    llmgw_string("guaranteed_throughput"),
    llmgw_string("dynamic"),
    { 0, NULL }
};

static const llmgw_str_t  llmgw_key_types[] = {
    llmgw_string("default"),
    llmgw_string("llm_api"),
    llmgw_string("management"),
    llmgw_string("read_only"),
    { 0, NULL }
};

static const llmgw_str_t  llmgw_regions[] = {
    llmgw_string("eu"),
    llmgw_string("us"),
    { 0, NULL }
};


#define kept(name, kinds, type, field, max)                                  \
    { llmgw_string(name), kinds, LLMGW_T_##type, LLMGW_F_##field, max, NULL, \
      0 }
#define own(name, kinds, type, field, max)                                   \
    { llmgw_string(name), kinds, LLMGW_T_##type, LLMGW_F_##field, max, NULL, \
      1 }
#define checked(name, kinds, type, max)                                      \
    { llmgw_string(name), kinds, LLMGW_T_##type, LLMGW_F_MAX, max, NULL, 0 }
#define made(name, kinds, type, max)                                         \
    { llmgw_string(name), kinds, LLMGW_T_##type, LLMGW_F_MAX, max, NULL, 1 }


static const llmgw_field_t  llmgw_fields[] = {

    /* names and owners */

    kept("key_alias", K, STRING, ALIAS, LLMGW_ID_MAX),
    kept("user_alias", U, STRING, ALIAS, LLMGW_ID_MAX),
    kept("team_alias", T, STRING, ALIAS, LLMGW_ID_MAX),
    kept("organization_alias", O, STRING, ALIAS, LLMGW_ID_MAX),
    kept("alias", C, STRING, ALIAS, LLMGW_ID_MAX),
    kept("user_id", K, STRING, USER_ID, LLMGW_ID_MAX),
    checked("user_id", U|M|C, STRING, LLMGW_ID_MAX),
    kept("team_id", K, STRING, TEAM_ID, LLMGW_ID_MAX),
    checked("team_id", T|M, STRING, LLMGW_ID_MAX),
    kept("organization_id", K|T, STRING, ORGANIZATION_ID, LLMGW_ID_MAX),
    checked("organization_id", U|O, STRING, LLMGW_ID_MAX),
    kept("budget_id", K|U|T|M|O|C|G, STRING, BUDGET_ID, LLMGW_ID_MAX),
    checked("budget_id", B, STRING, LLMGW_ID_MAX),
    checked("project_id", K, STRING, LLMGW_ID_MAX),
    checked("agent_id", K, STRING, LLMGW_ID_MAX),
    checked("name", G, STRING, LLMGW_ID_MAX),
    checked("description", G, STRING, LLMGW_TEXT),
    checked("user_email", U|M, STRING, LLMGW_ID_MAX),
    checked("sso_user_id", U, STRING, LLMGW_ID_MAX),
    checked("teams", U, LIST, LLMGW_NAMES),
    checked("organizations", U, LIST, LLMGW_NAMES),
    checked("members_with_roles", T, ANY, 0),
    checked("admins", T, LIST, LLMGW_NAMES),
    checked("members", T, LIST, LLMGW_NAMES),
    made("token", K, STRING, 64),
    made("key_name", K, STRING, 64),

    /* who may, what, from where */

    kept("blocked", K|U|T|M|O|C, BOOL, BLOCKED, 0),
    kept("expires", K, TIME, EXPIRES, 0),
    own("rotated_to", K, STRING, ROTATED_TO, 64),
    { llmgw_string("user_role"), U, LLMGW_T_ENUM, LLMGW_F_USER_ROLE, 0,
      llmgw_roles, 0 },
    { llmgw_string("role"), M, LLMGW_T_ENUM, LLMGW_F_MAX, 0,
      llmgw_member_roles, 0 },
    { llmgw_string("key_type"), K, LLMGW_T_ENUM, LLMGW_F_MAX, 0,
      llmgw_key_types, 0 },
    kept("models", K|U|T|M|O|G, LIST, MODELS, LLMGW_NAMES),
    kept("aliases", K|U, STRINGS, ALIASES, LLMGW_NAMES),
    kept("model_aliases", T, STRINGS, ALIASES, LLMGW_NAMES),
    kept("allowed_routes", K, LIST, ALLOWED_ROUTES, 256),
    kept("allowed_ips", K|U|T, NETS, ALLOWED_IPS, 1024),
    kept("allowed_client_fingerprints", K, LIST, CLIENT_CERTS, 256),
    kept("jwt_claims", K, STRINGS, JWT_CLAIMS, 64),
    kept("enforced_params", K|T, LIST, ENFORCED_PARAMS, 64),
    kept("tags", K|U|T, LIST, TAGS, 64),
    kept("guardrails", K|T, LIST, GUARDRAILS, 256),
    checked("policies", K|T, LIST, 256),
    checked("prompts", K|T, LIST, 256),
    checked("access_group_ids", K|T, LIST, 256),
    checked("allowed_passthrough_routes", K|T, LIST, 256),
    checked("allowed_cache_controls", K, LIST, 64),
    checked("allowed_vector_store_indexes", K|T, ANY, 0),
    checked("object_permission", K|U|T|O|C, OBJECT, 0),
    checked("permissions", K, OBJECT, 0),
    checked("team_member_permissions", T, LIST, 64),
    { llmgw_string("allowed_model_region"), C, LLMGW_T_ENUM, LLMGW_F_MAX, 0,
      llmgw_regions, 0 },
    checked("default_model", C, STRING, LLMGW_ID_MAX),
    checked("metadata", K|U|T|M|O|C|G|B, OBJECT, 0),
    checked("config", K, OBJECT, 0),
    checked("router_settings", K|T, OBJECT, 0),
    checked("secret_manager_settings", T, OBJECT, 0),
    checked("budget_fallbacks", K, LISTS, 256),

    /* budgets */

    kept("max_budget", ALL, MONEY, MAX_BUDGET, 0),
    kept("soft_budget", ALL, MONEY, SOFT_BUDGET, 0),
    kept("budget_duration", ALL, DURATION, BUDGET_DURATION, 0),
    kept("budget_reset_at", B, TIME, BUDGET_RESET_AT, 0),
    own("budget_reset_at", ALL & ~B, TIME, BUDGET_RESET_AT, 0),
    kept("temp_budget_increase", K, MONEY, TEMP_INCREASE, 0),
    kept("temp_budget_expiry", K, TIME, TEMP_EXPIRY, 0),
    kept("budget_limits", K|U|T, BUDGETS, BUDGETS, 16),
    kept("model_max_budget", K|U|T|M|B, BUDGETS, MODEL_BUDGETS, 256),
    kept("team_member_budget", T, MONEY, MEMBER_BUDGET, 0),
    kept("team_member_budget_duration", T, DURATION, MEMBER_DURATION, 0),
    kept("spend", K|C, MONEY, SPEND, 0),
    own("spend", ALL & ~(K|C), MONEY, SPEND, 0),
    own("total_spend", ALL, MONEY, TOTAL_SPEND, 0),
    made("model_spend", K|U|T, OBJECT, 0),
    made("soft_budget_cooldown", K, BOOL, 0),

    /* limits */

    kept("rpm_limit", ALL, INT, RPM, 0),
    kept("tpm_limit", ALL, INT, TPM, 0),
    kept("max_parallel_requests", ALL, INT, PARALLEL, 0),
    kept("queue_weight", K, INT, QUEUE_WEIGHT, 0),
    kept("model_rpm_limit", K|U|T|O, INTS, MODEL_RPM, 256),
    kept("model_tpm_limit", K|U|T|O, INTS, MODEL_TPM, 256),
    kept("team_member_rpm_limit", T, INT, MEMBER_RPM, 0),
    kept("team_member_tpm_limit", T, INT, MEMBER_TPM, 0),
    { llmgw_string("rpm_limit_type"), K|T, LLMGW_T_ENUM, LLMGW_F_MAX, 0,
      llmgw_limit_types, 0 },
    { llmgw_string("tpm_limit_type"), K|T, LLMGW_T_ENUM, LLMGW_F_MAX, 0,
      llmgw_limit_types, 0 },

    /* the life of a record */

    checked("auto_rotate", K, BOOL, 0),
    checked("rotation_interval", K, DURATION, 0),
    checked("team_member_key_duration", T, DURATION, 0),
    own("version", ALL, INT, VERSION, 0),
    made("created_at", ALL, TIME, 0),
    made("created_by", ALL, STRING, LLMGW_ID_MAX),
    made("updated_at", ALL, TIME, 0),
    made("updated_by", ALL, STRING, LLMGW_ID_MAX),
    made("last_active", K, TIME, 0),
    made("rotation_count", K, INT, 0),
    made("last_rotation_at", K, TIME, 0),
    made("key_rotation_at", K, TIME, 0),
    made("revoke_at", K, TIME, 0)
};


llmgw_str_t
llmgw_kind_name(llmgw_kind_e kind)
{
    return kind < LLMGW_KINDS ? llmgw_kind_names[kind] : llmgw_null_str;
}


llmgw_kind_e
llmgw_kind_find(llmgw_str_t name)
{
    unsigned  i;

    for (i = 0; i < LLMGW_KINDS; i++) {
        if (llmgw_str_eq(llmgw_kind_names[i], name)) {
            break;
        }
    }

    return (llmgw_kind_e) i;
}


int
llmgw_id_valid(llmgw_kind_e kind, llmgw_str_t id)
{
    size_t         i;
    u_char         c;
    const u_char  *p, *last, *slash;

    if (id.len == 0 || id.len > LLMGW_ID_MAX) {
        return 0;
    }

    if (kind == LLMGW_KIND_KEY) {

        if (id.len != 64) {
            return 0;
        }

        for (i = 0; i < id.len; i++) {

            c = id.data[i];

            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return 0;
            }
        }

        return 1;
    }

    if (kind == LLMGW_KIND_GLOBAL) {
        return llmgw_str_is(id, "global");
    }

    slash = memchr(id.data, '/', id.len);

    if ((kind == LLMGW_KIND_TEAM && slash)
        || (kind == LLMGW_KIND_MEMBER
            && (slash == NULL || slash == id.data
                || slash == id.data + id.len - 1)))
    {
        return 0;
    }

    last = id.data + id.len;

    for (p = id.data; p < last; /* void */ ) {

        if (*p < ' ' || *p == 0x7f) {
            return 0;
        }

        if (*p < 0x80) {
            p++;
            continue;
        }

        p = llmgw_utf8_run(p, last);
        if (p == NULL) {
            return 0;
        }
    }

    return 1;
}


const llmgw_field_t *
llmgw_field(unsigned n)
{
    return n < llmgw_nelts(llmgw_fields) ? &llmgw_fields[n] : NULL;
}


/*
 * Records have some dozens of fields, of which most are not there: the length
 * and the first letter rule nearly all of the names out.
 */

const llmgw_field_t *
llmgw_field_find(llmgw_kind_e kind, llmgw_str_t name)
{
    unsigned              i;
    const llmgw_field_t  *f;

    for (i = 0; i < llmgw_nelts(llmgw_fields); i++) {

        f = &llmgw_fields[i];

        if (f->name.len == name.len && f->name.data[0] == name.data[0]
            && (f->kinds >> kind & 1)
            && memcmp(f->name.data, name.data, name.len) == 0)
        {
            return f;
        }
    }

    return NULL;
}
