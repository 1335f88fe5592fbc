
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The paths of the admin API and the parameters that each of them takes.
 */


#include "llmgw_admin.h"
#include "llmgw_query.h"


#define LLMGW_PAGES  1000000         /* the last page that can be asked for */


#define param(n, t)                                                          \
    { .name = llmgw_string(n), .type = LLMGW_P_##t }
#define must(n, t)                                                           \
    { .name = llmgw_string(n), .type = LLMGW_P_##t, .required = 1 }
#define range(n, from, to)                                                   \
    { .name = llmgw_string(n), .type = LLMGW_P_INT, .min = from, .max = to }
#define one_of(n, list)                                                      \
    { .name = llmgw_string(n), .type = LLMGW_P_ENUM, .values = list }
#define end                                                                  \
    { .name = { 0, NULL } }


static const llmgw_str_t  llmgw_orders[] = {
    llmgw_string("asc"), llmgw_string("desc"), { 0, NULL }
};

static const llmgw_str_t  llmgw_key_sorts[] = {
    llmgw_string("created_at"), llmgw_string("updated_at"),
    llmgw_string("spend"), llmgw_string("max_budget"),
    llmgw_string("key_alias"), llmgw_string("expires"),
    llmgw_string("user_id"), llmgw_string("team_id"), { 0, NULL }
};

static const llmgw_str_t  llmgw_team_sorts[] = {
    llmgw_string("created_at"), llmgw_string("updated_at"),
    llmgw_string("spend"), llmgw_string("max_budget"),
    llmgw_string("team_alias"), llmgw_string("team_id"), { 0, NULL }
};

static const llmgw_str_t  llmgw_user_sorts[] = {
    llmgw_string("created_at"), llmgw_string("updated_at"),
    llmgw_string("spend"), llmgw_string("max_budget"),
    llmgw_string("user_email"), llmgw_string("user_id"), { 0, NULL }
};

static const llmgw_str_t  llmgw_expired[] = {
    llmgw_string("expired"), llmgw_string("active"), { 0, NULL }
};

static const llmgw_str_t  llmgw_user_roles[] = {
    llmgw_string("internal_user"), llmgw_string("internal_user_viewer"),
    llmgw_string("proxy_admin"), llmgw_string("proxy_admin_viewer"),
    { 0, NULL }
};

static const llmgw_str_t  llmgw_team_roles[] = {
    llmgw_string("user"), llmgw_string("admin"), { 0, NULL }
};

/* their places are those of "status" in a query of the log */

static const llmgw_str_t  llmgw_outcomes[] = {
    llmgw_string("all"), llmgw_string("success"), llmgw_string("failure"),
    llmgw_string("lost"), { 0, NULL }
};

static const llmgw_str_t  llmgw_report_groups[] = {
    llmgw_string("team"), llmgw_string("customer"), llmgw_string("api_key"),
    llmgw_string("day"), llmgw_string("user"), llmgw_string("tag"),
    llmgw_string("model"), llmgw_string("provider"),
    llmgw_string("organization"), { 0, NULL }
};

static const llmgw_str_t  llmgw_actions[] = {
    llmgw_string("created"), llmgw_string("updated"),
    llmgw_string("deleted"), llmgw_string("blocked"),
    llmgw_string("unblocked"), llmgw_string("rotated"), { 0, NULL }
};


static const llmgw_admin_param_t  llmgw_none[] = { end };

static const llmgw_admin_param_t  llmgw_key_new[] = {
    param("key", NEW_KEY), param("duration", DURATION), end
};

static const llmgw_admin_param_t  llmgw_key_update[] = {
    must("key", KEY), param("duration", LIFE), end
};

static const llmgw_admin_param_t  llmgw_key_info[] = {
    param("key", KEY), end
};

static const llmgw_admin_param_t  llmgw_key_one[] = {
    must("key", KEY), end
};

static const llmgw_admin_param_t  llmgw_key_delete[] = {
    param("keys", KEYS), param("key_aliases", IDS), end
};

static const llmgw_admin_param_t  llmgw_key_rotate[] = {
    must("key", KEY), param("new_key", NEW_KEY), param("duration", LIFE),
    param("grace_period", DURATION), end
};

static const llmgw_admin_param_t  llmgw_key_reset[] = {
    must("key", KEY),
    { .name = llmgw_string("reset_to"), .type = LLMGW_P_MONEY,
      .required = 1 },
    end
};

static const llmgw_admin_param_t  llmgw_key_list[] = {
    range("page", 1, LLMGW_PAGES), range("size", 1, 1000),
    param("user_id", STRING), param("team_id", STRING),
    param("organization_id", STRING), param("project_id", STRING),
    param("agent_id", STRING), param("budget_id", STRING),
    param("key_hash", KEY), param("key_alias", STRING),
    param("return_full_object", BOOL), param("substring_matching", BOOL),
    one_of("expires", llmgw_expired), one_of("sort_by", llmgw_key_sorts),
    one_of("sort_order", llmgw_orders), end
};

static const llmgw_admin_param_t  llmgw_team_id[] = {
    must("team_id", ID), end
};

static const llmgw_admin_param_t  llmgw_team_list[] = {
    range("page", 1, LLMGW_PAGES), range("page_size", 1, 1000),
    param("user_id", STRING), param("organization_id", STRING),
    param("team_id", STRING), param("team_alias", STRING),
    one_of("sort_by", llmgw_team_sorts),
    one_of("sort_order", llmgw_orders), end
};

static const llmgw_admin_param_t  llmgw_team_delete[] = {
    must("team_ids", IDS), end
};

static const llmgw_admin_param_t  llmgw_member_add[] = {
    must("team_id", ID), must("member", MEMBERS),
    param("max_budget_in_team", MONEY), end
};

static const llmgw_admin_param_t  llmgw_member_update[] = {
    must("team_id", ID), must("user_id", ID),
    one_of("role", llmgw_team_roles), param("max_budget_in_team", MONEY),
    range("tpm_limit", 0, INT64_MAX), range("rpm_limit", 0, INT64_MAX), end
};

static const llmgw_admin_param_t  llmgw_member_delete[] = {
    must("team_id", ID), must("user_id", ID), end
};

static const llmgw_admin_param_t  llmgw_user_new[] = {
    param("auto_create_key", BOOL), param("key_alias", STRING),
    param("duration", DURATION), end
};

static const llmgw_admin_param_t  llmgw_user_id[] = {
    must("user_id", ID), end
};

static const llmgw_admin_param_t  llmgw_user_list[] = {
    range("page", 1, LLMGW_PAGES), range("page_size", 1, 1000),
    one_of("role", llmgw_user_roles), param("user_ids", WORDS),
    param("user_email", STRING), param("team", STRING),
    one_of("sort_by", llmgw_user_sorts),
    one_of("sort_order", llmgw_orders), end
};

static const llmgw_admin_param_t  llmgw_user_ids[] = {
    must("user_ids", IDS), end
};

static const llmgw_admin_param_t  llmgw_end_user_id[] = {
    must("end_user_id", ID), end
};

static const llmgw_admin_param_t  llmgw_organization_id[] = {
    must("organization_id", ID), end
};

static const llmgw_admin_param_t  llmgw_organization_ids[] = {
    must("organization_ids", IDS), end
};

static const llmgw_admin_param_t  llmgw_budgets[] = {
    must("budgets", IDS), end
};

static const llmgw_admin_param_t  llmgw_budget_delete[] = {
    must("id", ID), end
};

static const llmgw_admin_param_t  llmgw_tag_names[] = {
    must("names", IDS), end
};

static const llmgw_admin_param_t  llmgw_tag_name[] = {
    must("name", ID), end
};

static const llmgw_admin_param_t  llmgw_pages[] = {
    range("page", 1, LLMGW_PAGES), range("page_size", 1, 1000), end
};

static const llmgw_admin_param_t  llmgw_models[] = {
    param("litellm_model_id", STRING), end
};

static const llmgw_admin_param_t  llmgw_logs[] = {
    param("api_key", KEY), param("user_id", STRING),
    param("team_id", STRING), param("organization_id", STRING),
    param("end_user", STRING), param("request_id", STRING),
    param("session_id", STRING), param("model", STRING),
    param("custom_llm_provider", STRING), param("tag", STRING),
    param("start_date", FROM), param("end_date", TO),
    param("summarize", BOOL), one_of("status_filter", llmgw_outcomes),
    param("min_spend", MONEY), param("max_spend", MONEY),
    range("page", 1, LLMGW_PAGES), range("page_size", 1, 1000),
    one_of("sort_order", llmgw_orders), end
};

static const llmgw_admin_param_t  llmgw_sums[] = {
    param("start_date", FROM), param("end_date", TO),
    param("api_key", KEY), param("user_id", STRING),
    param("team_id", STRING), range("limit", 1, 1000), end
};

static const llmgw_admin_param_t  llmgw_report[] = {
    must("start_date", FROM), must("end_date", TO),
    one_of("group_by", llmgw_report_groups), param("api_key", KEY),
    param("internal_user_id", STRING), param("team_id", STRING),
    param("customer_id", STRING), end
};

static const llmgw_admin_param_t  llmgw_audit[] = {
    range("page", 1, LLMGW_PAGES), range("page_size", 1, 1000),
    param("changed_by", STRING), param("object_id", STRING),
    param("table_name", STRING), one_of("action", llmgw_actions),
    param("start_date", FROM), param("end_date", TO), end
};


#define GET     LLMGW_ADMIN_GET
#define POST    LLMGW_ADMIN_POST
#define PATCH   (LLMGW_ADMIN_POST|LLMGW_ADMIN_PATCH)
#define REMOVE  (LLMGW_ADMIN_POST|LLMGW_ADMIN_DELETE_METHOD)

/* asks: path, what, of which kind, parameters */

#define ask(p, m, o, k, list)                                                \
    { .path = llmgw_string(p), .methods = m, .op = LLMGW_ADMIN_##o,          \
      .kind = LLMGW_KIND_##k, .params = list }
#define change(p, m, o, k, list, has_fields)                                 \
    { .path = llmgw_string(p), .methods = m, .op = LLMGW_ADMIN_##o,          \
      .kind = LLMGW_KIND_##k, .params = list, .fields = has_fields,          \
      .write = 1 }
#define change_at(p, o, k, list, has_fields, name)                           \
    { .path = llmgw_string(p), .methods = POST, .op = LLMGW_ADMIN_##o,       \
      .kind = LLMGW_KIND_##k, .params = list, .fields = has_fields,          \
      .write = 1, .segment = llmgw_string(name) }
#define sums(p, k)                                                           \
    { .path = llmgw_string(p), .methods = GET, .op = LLMGW_ADMIN_SPEND,      \
      .kind = LLMGW_KIND_GLOBAL, .group = LLMGW_KIND_##k,                    \
      .params = llmgw_sums }


static const llmgw_admin_route_t  llmgw_routes[] = {

    change("/key/generate", POST, NEW, KEY, llmgw_key_new, 1),
    change("/key/service-account/generate", POST, NEW, KEY, llmgw_key_new, 1),
    change("/key/update", POST, UPDATE, KEY, llmgw_key_update, 1),
    ask("/key/info", GET, INFO, KEY, llmgw_key_info),
    ask("/key/list", GET, LIST, KEY, llmgw_key_list),
    change("/key/delete", POST, DELETE, KEY, llmgw_key_delete, 0),
    change("/key/block", POST, BLOCK, KEY, llmgw_key_one, 0),
    change("/key/unblock", POST, UNBLOCK, KEY, llmgw_key_one, 0),
    change("/key/regenerate", POST, REGENERATE, KEY, llmgw_key_rotate, 1),
    change_at("/key/{}/regenerate", REGENERATE, KEY, llmgw_key_rotate, 1,
              "key"),
    change_at("/key/{}/reset_spend", RESET_SPEND, KEY, llmgw_key_reset, 0,
              "key"),

    change("/team/new", POST, NEW, TEAM, llmgw_none, 1),
    change("/team/update", PATCH, UPDATE, TEAM, llmgw_none, 1),
    ask("/team/info", GET, INFO, TEAM, llmgw_team_id),
    ask("/team/list", GET, LIST, TEAM, llmgw_team_list),
    { .path = llmgw_string("/v2/team/list"), .methods = GET,
      .op = LLMGW_ADMIN_LIST, .kind = LLMGW_KIND_TEAM, .group = 2,
      .params = llmgw_team_list },
    change("/team/delete", POST, DELETE, TEAM, llmgw_team_delete, 0),
    change("/team/member_add", POST, MEMBER_ADD, TEAM, llmgw_member_add, 0),
    change("/team/member_update", POST, MEMBER_UPDATE, TEAM,
           llmgw_member_update, 0),
    change("/team/member_delete", POST, MEMBER_DELETE, TEAM,
           llmgw_member_delete, 0),
    change("/team/block", POST, BLOCK, TEAM, llmgw_team_id, 0),
    change("/team/unblock", POST, UNBLOCK, TEAM, llmgw_team_id, 0),

    change("/user/new", POST, NEW, USER, llmgw_user_new, 1),
    change("/user/update", POST, UPDATE, USER, llmgw_none, 1),
    ask("/user/info", GET, INFO, USER, llmgw_user_id),
    ask("/user/list", GET, LIST, USER, llmgw_user_list),
    change("/user/delete", POST, DELETE, USER, llmgw_user_ids, 0),
    change("/user/block", POST, BLOCK, USER, llmgw_user_ids, 0),
    change("/user/unblock", POST, UNBLOCK, USER, llmgw_user_ids, 0),

    change("/customer/new", POST, NEW, CUSTOMER, llmgw_none, 1),
    change("/customer/update", POST, UPDATE, CUSTOMER, llmgw_none, 1),
    ask("/customer/info", GET, INFO, CUSTOMER, llmgw_end_user_id),
    ask("/customer/list", GET, LIST, CUSTOMER, llmgw_pages),
    change("/customer/delete", POST, DELETE, CUSTOMER, llmgw_user_ids, 0),
    change("/customer/block", POST, BLOCK, CUSTOMER, llmgw_user_ids, 0),
    change("/customer/unblock", POST, UNBLOCK, CUSTOMER, llmgw_user_ids, 0),

    change("/organization/new", POST, NEW, ORGANIZATION, llmgw_none, 1),
    change("/organization/update", PATCH, UPDATE, ORGANIZATION, llmgw_none,
           1),
    ask("/organization/info", GET, INFO, ORGANIZATION, llmgw_organization_id),
    ask("/organization/list", GET, LIST, ORGANIZATION, llmgw_pages),
    change("/organization/delete", REMOVE, DELETE, ORGANIZATION,
           llmgw_organization_ids, 0),

    change("/budget/new", POST, NEW, BUDGET, llmgw_none, 1),
    change("/budget/update", POST, UPDATE, BUDGET, llmgw_none, 1),
    ask("/budget/info", POST, INFO, BUDGET, llmgw_budgets),
    ask("/budget/list", GET, LIST, BUDGET, llmgw_pages),
    change("/budget/delete", POST, DELETE, BUDGET, llmgw_budget_delete, 0),

    change("/tag/new", POST, NEW, TAG, llmgw_none, 1),
    change("/tag/update", POST, UPDATE, TAG, llmgw_none, 1),
    ask("/tag/info", POST, INFO, TAG, llmgw_tag_names),
    ask("/tag/list", GET, LIST, TAG, llmgw_pages),
    change("/tag/delete", POST, DELETE, TAG, llmgw_tag_name, 0),

    ask("/model/info", GET, MODELS, GLOBAL, llmgw_models),

    ask("/spend/logs", GET, LOGS, GLOBAL, llmgw_logs),
    ask("/spend/logs/ui", GET, LOGS_PAGE, GLOBAL, llmgw_logs),
    ask("/spend/logs/v2", GET, LOGS_PAGE, GLOBAL, llmgw_logs),
    sums("/spend/keys", KEY),
    sums("/spend/users", USER),
    sums("/spend/teams", TEAM),
    sums("/spend/tags", TAG),
    ask("/global/spend/report", GET, REPORT, GLOBAL, llmgw_report),

    ask("/audit", GET, AUDIT, GLOBAL, llmgw_audit)
};


static const struct {
    llmgw_str_t  from;
    llmgw_str_t  to;
} llmgw_aliases[] = {
    { llmgw_string("/v1/model/info"), llmgw_string("/model/info") },
    { llmgw_string("/end_user/"), llmgw_string("/customer/") },
    { llmgw_string("/v2/user/list"), llmgw_string("/user/list") }
};


/* "/key/{}/regenerate"; the segment is not empty and has no slash */

static int
llmgw_admin_match(llmgw_str_t pattern, llmgw_str_t path,
    llmgw_str_t *segment)
{
    size_t         before, after;
    const u_char  *p;

    p = memchr(pattern.data, '{', pattern.len);

    if (p == NULL) {
        return llmgw_str_eq(pattern, path);
    }

    before = p - pattern.data;
    after = pattern.len - before - 2;

    if (path.len <= before + after
        || memcmp(path.data, pattern.data, before) != 0
        || memcmp(path.data + path.len - after, p + 2, after) != 0)
    {
        return 0;
    }

    *segment = llmgw_str(path.data + before, path.len - before - after);

    return memchr(segment->data, '/', segment->len) == NULL;
}


const llmgw_admin_route_t *
llmgw_admin_find(llmgw_str_t path, llmgw_str_t *segment)
{
    size_t        i, n;
    u_char        other[64];
    llmgw_str_t   from, to;

    *segment = llmgw_null_str;

    for (i = 0; i < llmgw_nelts(llmgw_aliases); i++) {

        from = llmgw_aliases[i].from;
        to = llmgw_aliases[i].to;

        if (path.len < from.len
            || memcmp(path.data, from.data, from.len) != 0
            || path.len - from.len + to.len > sizeof(other))
        {
            continue;
        }

        n = path.len - from.len;

        memcpy(other, to.data, to.len);
        memcpy(other + to.len, path.data + from.len, n);

        path = llmgw_str(other, to.len + n);

        break;
    }

    for (i = 0; i < llmgw_nelts(llmgw_routes); i++) {
        if (llmgw_admin_match(llmgw_routes[i].path, path, segment)) {
            return &llmgw_routes[i];
        }
    }

    return NULL;
}


const llmgw_admin_route_t *
llmgw_admin_route(unsigned n)
{
    return n < llmgw_nelts(llmgw_routes) ? &llmgw_routes[n] : NULL;
}


llmgw_str_t
llmgw_admin_id_name(llmgw_kind_e kind)
{
    switch (kind) {

    case LLMGW_KIND_KEY:
        return llmgw_lit("token");

    case LLMGW_KIND_USER:
    case LLMGW_KIND_CUSTOMER:
        return llmgw_lit("user_id");

    case LLMGW_KIND_TEAM:
        return llmgw_lit("team_id");

    case LLMGW_KIND_ORGANIZATION:
        return llmgw_lit("organization_id");

    case LLMGW_KIND_BUDGET:
        return llmgw_lit("budget_id");

    case LLMGW_KIND_TAG:
        return llmgw_lit("name");

    default:
        return llmgw_lit("id");
    }
}


llmgw_str_t
llmgw_admin_table(llmgw_kind_e kind)
{
    switch (kind) {

    case LLMGW_KIND_KEY:
        return llmgw_lit("LiteLLM_VerificationToken");

    case LLMGW_KIND_USER:
        return llmgw_lit("LiteLLM_UserTable");

    case LLMGW_KIND_TEAM:
        return llmgw_lit("LiteLLM_TeamTable");

    case LLMGW_KIND_MEMBER:
        return llmgw_lit("LiteLLM_TeamMembership");

    case LLMGW_KIND_ORGANIZATION:
        return llmgw_lit("LiteLLM_OrganizationTable");

    case LLMGW_KIND_CUSTOMER:
        return llmgw_lit("LiteLLM_EndUserTable");

    case LLMGW_KIND_BUDGET:
        return llmgw_lit("LiteLLM_BudgetTable");

    default:
        return llmgw_lit("LiteLLM_TagTable");
    }
}
