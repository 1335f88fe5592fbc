
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Limits that stand in the configuration: llmgw_policy, llmgw_limit,
 * llmgw_budget.
 */


#include "ngx_http_llmgw_check.h"


static void *ngx_http_llmgw_conf_alloc(void *data, size_t size);
static char *ngx_http_llmgw_add_global(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_str_t *name, ngx_str_t *value);
static ngx_int_t ngx_http_llmgw_check_owner(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, const llmgw_policy_t *policy,
    llmgw_field_e field, llmgw_kind_e kind, ngx_str_t *name);
static ngx_uint_t ngx_http_llmgw_policy_slot(llmgw_kind_e kind,
    llmgw_str_t id);


static void *
ngx_http_llmgw_conf_alloc(void *data, size_t size)
{
    return ngx_palloc(data, size);
}


/* a policy of the configuration; logs what is wrong with it */

const llmgw_policy_t *
ngx_http_llmgw_conf_policy(ngx_conf_t *cf, llmgw_kind_e kind,
    ngx_str_t *json)
{
    llmgw_int_t       rc;
    llmgw_arena_t     arena;
    llmgw_policy_t   *policy;
    llmgw_problem_t   problem;

    llmgw_arena_init(&arena, ngx_http_llmgw_conf_alloc, cf->pool, 1024, 0);

    rc = llmgw_policy_read(&arena, kind, ngx_http_llmgw_str(*json), 1,
                           &policy, &problem);

    if (rc == LLMGW_OK) {
        return policy;
    }

    if (rc == LLMGW_INVALID) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid policy \"%V\": %s%*s%s%*s", json,
                           problem.field.len ? "\"" : "",
                           problem.field.len, problem.field.data,
                           problem.field.len ? "\" " : "",
                           problem.message.len, problem.message.data);
    }

    return NULL;
}


static ngx_http_llmgw_policy_t *
ngx_http_llmgw_policy_find(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, ngx_str_t *id)
{
    ngx_uint_t                i;
    ngx_http_llmgw_policy_t  *p;

    p = lmcf->policies.elts;

    for (i = 0; i < lmcf->policies.nelts; i++) {
        if (p[i].kind == kind && p[i].id.len == id->len
            && ngx_memcmp(p[i].id.data, id->data, id->len) == 0)
        {
            return &p[i];
        }
    }

    return NULL;
}


/* llmgw_policy KIND ID JSON; */

char *
ngx_http_llmgw_policy_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_str_t                *value;
    llmgw_kind_e              kind;
    ngx_http_llmgw_policy_t  *p;

    value = cf->args->elts;

    kind = llmgw_kind_find(ngx_http_llmgw_str(value[1]));

    if (kind == LLMGW_KINDS || kind == LLMGW_KIND_KEY
        || kind == LLMGW_KIND_GLOBAL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid kind \"%V\": it can be user, team, "
                           "member, organization, customer, tag or budget",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    if (!llmgw_id_valid(kind, ngx_http_llmgw_str(value[2]))) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid id \"%V\" of a %V",
                           &value[2], &value[1]);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_llmgw_policy_find(lmcf, kind, &value[2])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%V \"%V\" has a policy already", &value[1],
                           &value[2]);
        return NGX_CONF_ERROR;
    }

    p = ngx_array_push(&lmcf->policies);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    p->kind = kind;
    p->id = value[2];
    p->policy = ngx_http_llmgw_conf_policy(cf, kind, &value[3]);

    return p->policy ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/*
 * The directives that make up the policy of the gateway as a whole, each of
 * which says a part of it.
 */

static char *
ngx_http_llmgw_add_global(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_str_t *name, ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t   s;

    s.len = lmcf->global.len + name->len + value->len + sizeof(",\"\":");

    s.data = ngx_pnalloc(cf->pool, s.len);
    if (s.data == NULL) {
        return NGX_CONF_ERROR;
    }

    p = s.data;

    if (lmcf->global.len) {
        p = ngx_cpymem(p, lmcf->global.data, lmcf->global.len);
        *p++ = ',';

    } else {
        *p++ = '{';
    }

    p = ngx_sprintf(p, "\"%V\":%V", name, value);

    s.len = p - s.data;
    lmcf->global = s;

    return NGX_CONF_OK;
}


/* llmgw_limit [rpm=N] [tpm=N] [parallel=N]; */

char *
ngx_http_llmgw_limit_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    char        *rv;
    ngx_str_t   *value, s;
    ngx_uint_t   i, k;

    static struct {
        ngx_str_t  param;
        ngx_str_t  name;
    } names[] = {
        { ngx_string("rpm="), ngx_string("rpm_limit") },
        { ngx_string("tpm="), ngx_string("tpm_limit") },
        { ngx_string("parallel="), ngx_string("max_parallel_requests") }
    };

    if (lmcf->has_limit) {
        return "is duplicate";
    }

    lmcf->has_limit = 1;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        for (k = 0; k < llmgw_nelts(names); k++) {

            if (value[i].len <= names[k].param.len
                || ngx_strncmp(value[i].data, names[k].param.data,
                               names[k].param.len)
                   != 0)
            {
                continue;
            }

            s.data = value[i].data + names[k].param.len;
            s.len = value[i].len - names[k].param.len;

            if (ngx_atoi(s.data, s.len) == NGX_ERROR) {
                break;
            }

            rv = ngx_http_llmgw_add_global(cf, lmcf, &names[k].name, &s);

            if (rv != NGX_CONF_OK) {
                return rv;
            }

            goto next;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": a limit takes rpm=N, "
                           "tpm=N and parallel=N", &value[i]);
        return NGX_CONF_ERROR;

    next:

        continue;
    }

    return NGX_CONF_OK;
}


/* llmgw_budget DOLLARS [DURATION]; */

char *
ngx_http_llmgw_budget_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    char       *rv;
    int64_t     n;
    ngx_str_t  *value, name, s;

    if (lmcf->has_budget) {
        return "is duplicate";
    }

    lmcf->has_budget = 1;

    value = cf->args->elts;

    if (llmgw_money_parse(ngx_http_llmgw_str(value[1]), &n) != LLMGW_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid amount \"%V\": write dollars, such as "
                           "100 or 12.5", &value[1]);
        return NGX_CONF_ERROR;
    }

    ngx_str_set(&name, "max_budget");

    rv = ngx_http_llmgw_add_global(cf, lmcf, &name, &value[1]);

    if (rv != NGX_CONF_OK || cf->args->nelts == 2) {
        return rv;
    }

    if (llmgw_duration_parse(ngx_http_llmgw_str(value[2]), &n) != LLMGW_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid duration \"%V\": write one such as 1d, "
                           "30d or 1mo", &value[2]);
        return NGX_CONF_ERROR;
    }

    ngx_str_set(&name, "budget_duration");

    s.data = ngx_pnalloc(cf->pool, value[2].len + 2);
    if (s.data == NULL) {
        return NGX_CONF_ERROR;
    }

    s.len = ngx_sprintf(s.data, "\"%V\"", &value[2]) - s.data;

    return ngx_http_llmgw_add_global(cf, lmcf, &name, &s);
}


/* owners that a key of the configuration names have to be somewhere */

static ngx_int_t
ngx_http_llmgw_check_owner(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    const llmgw_policy_t *policy, llmgw_field_e field, llmgw_kind_e kind,
    ngx_str_t *name)
{
    ngx_str_t    id;
    llmgw_str_t  s, what;

    s = llmgw_policy_string(policy, field);
    what = llmgw_kind_name(kind);

    id.data = (u_char *) s.data;
    id.len = s.len;

    if (s.len == 0 || lmcf->store
        || ngx_http_llmgw_policy_find(lmcf, kind, &id))
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "%*s \"%V\" of key \"%V\" is not defined: add \"llmgw_policy "
                  "%*s %V '{...}';\"", what.len, what.data, &id, name,
                  what.len, what.data, &id);

    return NGX_ERROR;
}


ngx_int_t
ngx_http_llmgw_policies_init(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf)
{
    u_char                   *p;
    ngx_str_t                 json;
    ngx_uint_t                i, n, size;
    ngx_http_llmgw_key_t     *key;
    ngx_http_llmgw_policy_t  *policy;

    if (lmcf->global.len) {

        json.len = lmcf->global.len + 1;

        json.data = ngx_pnalloc(cf->pool, json.len);
        if (json.data == NULL) {
            return NGX_ERROR;
        }

        p = ngx_cpymem(json.data, lmcf->global.data, lmcf->global.len);
        *p = '}';

        policy = ngx_array_push(&lmcf->policies);
        if (policy == NULL) {
            return NGX_ERROR;
        }

        policy->kind = LLMGW_KIND_GLOBAL;
        ngx_str_set(&policy->id, "global");
        policy->policy = ngx_http_llmgw_conf_policy(cf, LLMGW_KIND_GLOBAL,
                                                    &json);
        if (policy->policy == NULL) {
            return NGX_ERROR;
        }
    }

    key = lmcf->keys.elts;

    for (i = 0; i < lmcf->keys.nelts; i++) {

        if (ngx_http_llmgw_check_owner(cf, lmcf, key[i].policy,
                                       LLMGW_F_TEAM_ID, LLMGW_KIND_TEAM,
                                       &key[i].name)
            != NGX_OK
            || ngx_http_llmgw_check_owner(cf, lmcf, key[i].policy,
                                          LLMGW_F_ORGANIZATION_ID,
                                          LLMGW_KIND_ORGANIZATION,
                                          &key[i].name)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (key[i].policy && key[i].limited && lmcf->zone == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "the policy of key \"%V\" needs memory that the "
                          "workers share: add \"llmgw_zone\"", &key[i].name);
            return NGX_ERROR;
        }
    }

    if (lmcf->queue && lmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_queue\" needs memory that the workers share: "
                      "add \"llmgw_zone\"");
        return NGX_ERROR;
    }

    if (lmcf->failures && lmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_auth_failures\" needs memory that the workers "
                      "share: add \"llmgw_zone\"");
        return NGX_ERROR;
    }

    if (lmcf->policies.nelts == 0) {
        return NGX_OK;
    }

    if (lmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "limits need memory that the workers share: add "
                      "\"llmgw_zone\"");
        return NGX_ERROR;
    }

    for (size = 8; size < 2 * lmcf->policies.nelts; size *= 2) { /* void */ }

    lmcf->policy_slots = ngx_pcalloc(cf->pool, size * sizeof(uint32_t));
    if (lmcf->policy_slots == NULL) {
        return NGX_ERROR;
    }

    lmcf->policy_mask = size - 1;

    policy = lmcf->policies.elts;

    for (i = 0; i < lmcf->policies.nelts; i++) {

        n = ngx_http_llmgw_policy_slot(policy[i].kind,
                                       ngx_http_llmgw_str(policy[i].id));

        while (lmcf->policy_slots[n & lmcf->policy_mask]) {
            n++;
        }

        lmcf->policy_slots[n & lmcf->policy_mask] = i + 1;
    }

    return NGX_OK;
}


/* ids of nginx's own hashes do not tell capital letters from small ones */

static ngx_uint_t
ngx_http_llmgw_policy_slot(llmgw_kind_e kind, llmgw_str_t id)
{
    return ngx_murmur_hash2((u_char *) id.data, id.len) + kind;
}


const ngx_http_llmgw_policy_t *
ngx_http_llmgw_configured(ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_kind_e kind, llmgw_str_t id)
{
    uint32_t                        i;
    ngx_uint_t                      n;
    const ngx_http_llmgw_policy_t  *p;

    if (lmcf->policy_slots == NULL) {
        return NULL;
    }

    n = ngx_http_llmgw_policy_slot(kind, id);

    for ( ;; ) {

        i = lmcf->policy_slots[n & lmcf->policy_mask];

        if (i == 0) {
            return NULL;
        }

        p = (ngx_http_llmgw_policy_t *) lmcf->policies.elts + (i - 1);

        if (p->kind == kind && p->id.len == id.len
            && ngx_memcmp(p->id.data, id.data, id.len) == 0)
        {
            return p;
        }

        n++;
    }
}


ngx_uint_t
ngx_http_llmgw_configured_policy(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_kind_e kind, llmgw_str_t id,
    const llmgw_policy_t **policy)
{
    const ngx_http_llmgw_policy_t  *p;

    *policy = NULL;

    if (kind == LLMGW_KIND_KEY) {

        if (ctx->key == NULL
            || ngx_memcmp(ctx->key->hex, id.data, sizeof(ctx->key->hex)) != 0)
        {
            return 0;
        }

        *policy = ctx->key->policy;

        return 1;
    }

    p = ngx_http_llmgw_configured(lmcf, kind, id);

    if (p == NULL) {
        return 0;
    }

    *policy = p->policy;

    return 1;
}
