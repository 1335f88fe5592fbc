
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Admission: limits and budgets of all levels that a request belongs to, in
 * one short look at the zone.
 */


#include "ngx_http_llmgw_check.h"


/* answers whose length nobody knows: at most, and where no limit was given */
#define NGX_HTTP_LLMGW_NEW_MAX  4096
#define NGX_HTTP_LLMGW_NEW      1024

/* the longest that a mean stands for */
#define NGX_HTTP_LLMGW_CEILING  (1024 * 1024)


static ngx_int_t ngx_http_llmgw_admit_request(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_resume_pt resume);
static ngx_int_t ngx_http_llmgw_enforced(ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_request_tags(ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_try_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a);
static ngx_int_t ngx_http_llmgw_resolve_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_level_t *level);
static ngx_int_t ngx_http_llmgw_begin_journal(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf);
static ngx_int_t ngx_http_llmgw_overloaded(ngx_http_llmgw_ctx_t *ctx);


ngx_int_t
ngx_http_llmgw_admit(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_resume_pt resume)
{
    ngx_int_t  rc;

    rc = ngx_http_llmgw_admit_request(r, ctx, resume);

    if (rc != NGX_AGAIN) {
        ngx_http_llmgw_queue_leave(ctx);
    }

    return rc;
}


static ngx_int_t
ngx_http_llmgw_admit_request(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_resume_pt resume)
{
    ngx_int_t                    rc;
    ngx_uint_t                   n;
    ngx_http_llmgw_admission_t   a;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    if (ctx->lease) {
        return NGX_OK;
    }

    if (ctx->ask == NULL) {

        ctx->ask = llmgw_alloc(&ctx->arena, sizeof(llmgw_ask_t));

        if (ctx->ask == NULL
            || llmgw_ask_read(&ctx->call, ctx->ask) != LLMGW_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        rc = ngx_http_llmgw_enforced(ctx);

        if (rc != NGX_OK) {
            return rc;
        }

        ngx_http_llmgw_request_tags(ctx);
        ngx_http_llmgw_estimate(ctx, ctx->steps);
    }

    if (ngx_http_llmgw_state(lmcf) == NULL) {
        return NGX_OK;
    }

    ngx_http_llmgw_levels(ctx, lmcf, ctx->steps->owner, &a);

    for (n = 0; n < 2 * NGX_HTTP_LLMGW_LEVELS; n++) {

        ngx_http_llmgw_lock(lmcf);

        rc = ngx_http_llmgw_try_locked(ctx, lmcf, &a);

        ngx_http_llmgw_unlock(lmcf);

        ngx_http_llmgw_warn(ctx, &a);

        switch (rc) {

        case NGX_OK:
            return ngx_http_llmgw_begin_journal(ctx, lmcf);

        case NGX_DECLINED:

            if (a.waits == NGX_AGAIN) {
                ngx_http_llmgw_queue_wait(r, ctx, lmcf, resume);
                return NGX_AGAIN;
            }

            return ngx_http_llmgw_refuse(ctx, &a);

        case NGX_ERROR:
            ngx_http_llmgw_zone_full(lmcf, r->connection->log);
            ngx_str_set(&ctx->detail, "zone_full");
            return ngx_http_llmgw_overloaded(ctx);

        default: /* NGX_AGAIN, NGX_BUSY */
            rc = ngx_http_llmgw_ask(r, ctx, a.kind, a.id, rc == NGX_BUSY
                                    && a.kind != LLMGW_KIND_CUSTOMER
                                    && a.kind != LLMGW_KIND_TAG, resume);
            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return ngx_http_llmgw_store_away(ctx);
}


static ngx_int_t
ngx_http_llmgw_overloaded(ngx_http_llmgw_ctx_t *ctx)
{
    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                llmgw_lit("overloaded"),
                                llmgw_lit("the gateway takes no more requests "
                                          "at the moment"));
    ctx->error.retry_after = 1000;

    return NGX_HTTP_SERVICE_UNAVAILABLE;
}


/* parameters that the key or its team demands */

static ngx_int_t
ngx_http_llmgw_enforced(ngx_http_llmgw_ctx_t *ctx)
{
    unsigned                    n, count;
    ngx_uint_t                  i;
    llmgw_item_t                item;
    const llmgw_policy_t       *policy;

    static const llmgw_kind_e  kinds[] = { LLMGW_KIND_KEY, LLMGW_KIND_TEAM };

    for (i = 0; i < llmgw_nelts(kinds); i++) {

        policy = ctx->identity->policy[kinds[i]];
        count = llmgw_policy_count(policy, LLMGW_F_ENFORCED_PARAMS);

        for (n = 0; n < count; n++) {

            llmgw_policy_item(policy, LLMGW_F_ENFORCED_PARAMS, n, &item);

            if (llmgw_ask_has(&ctx->call, item.name)) {
                continue;
            }

            ngx_str_set(&ctx->detail, "param_missing");

            (void) ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_REQUEST,
                        llmgw_lit("missing_required_parameter"),
                        llmgw_fmt(&ctx->arena, "the API key demands the "
                                  "parameter \"%.*s\"",
                                  llmgw_arg(item.name)));
            ctx->error.param = item.name;

            return NGX_HTTP_BAD_REQUEST;
        }
    }

    return NGX_OK;
}


static void
ngx_http_llmgw_tag(ngx_http_llmgw_identity_t *id, llmgw_str_t tag)
{
    ngx_uint_t  i;

    for (i = 0; i < id->ntags; i++) {
        if (llmgw_str_eq(id->tags[i], tag)) {
            return;
        }
    }

    if (id->ntags < NGX_HTTP_LLMGW_TAGS
        && llmgw_id_valid(LLMGW_KIND_TAG, tag))
    {
        id->tags[id->ntags++] = tag;
    }
}


/* x-llmgw-tags: a list with commas */

static void
ngx_http_llmgw_header_tags(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_identity_t *id)
{
    u_char           *p, *end, *last, *next;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &ctx->request->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {

            if (part->next == NULL) {
                return;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].key.len != sizeof("x-llmgw-tags") - 1
            || ngx_strncmp(h[i].lowcase_key, "x-llmgw-tags", h[i].key.len)
               != 0)
        {
            continue;
        }

        last = h[i].value.data + h[i].value.len;

        for (p = h[i].value.data; p < last; p = next) {

            end = ngx_strlchr(p, last, ',');

            if (end == NULL) {
                end = last;
            }

            next = end + 1;

            while (p < end && (*p == ' ' || *p == '\t')) {
                p++;
            }

            while (end > p && (end[-1] == ' ' || end[-1] == '\t')) {
                end--;
            }

            ngx_http_llmgw_tag(id, llmgw_str(p, end - p));
        }
    }
}


/* those of the owners first: what a request adds must not push them out */

static void
ngx_http_llmgw_request_tags(ngx_http_llmgw_ctx_t *ctx)
{
    unsigned                    n, count;
    ngx_uint_t                  i;
    llmgw_item_t                item;
    ngx_http_llmgw_identity_t  *id;

    static const llmgw_kind_e  kinds[] = {
        LLMGW_KIND_KEY, LLMGW_KIND_TEAM, LLMGW_KIND_USER
    };

    id = ctx->identity;

    for (i = 0; i < llmgw_nelts(kinds); i++) {

        count = llmgw_policy_count(id->policy[kinds[i]], LLMGW_F_TAGS);

        for (n = 0; n < count; n++) {
            llmgw_policy_item(id->policy[kinds[i]], LLMGW_F_TAGS, n, &item);
            ngx_http_llmgw_tag(id, item.name);
        }
    }

    for (n = 0; n < ctx->ask->ntags; n++) {
        ngx_http_llmgw_tag(id, ctx->ask->tags[n]);
    }

    ngx_http_llmgw_header_tags(ctx, id);

    id->id[LLMGW_KIND_CUSTOMER] = ctx->ask->customer;
}


/*
 * What the request is expected to come to.  Not the most that it might: that
 * is hundreds of times what most requests use, and would refuse keys that have
 * spent next to nothing.
 */

void
ngx_http_llmgw_estimate(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_step_t *step)
{
    uint64_t                       answer;
    const llmgw_ask_t             *ask;
    ngx_http_llmgw_expect_t       *x;
    const ngx_http_llmgw_mean_t   *mean;

    ask = ctx->ask;
    mean = step->owner->mean;
    x = &ctx->expect;

    x->prompt = ask->prompt;
    x->completion = 0;

    if (mean && mean->n && mean->prompt) {
        x->prompt = ask->prompt * mean->prompt / 256;
    }

    if (ask->answers) {

        if (mean && mean->n) {
            answer = ngx_min(mean->completion / 256 + 1,
                             NGX_HTTP_LLMGW_CEILING);

        } else if (ask->max_tokens < 0) {
            answer = NGX_HTTP_LLMGW_NEW;

        } else {
            answer = NGX_HTTP_LLMGW_NEW_MAX;
        }

        if (ask->max_tokens >= 0 && answer > (uint64_t) ask->max_tokens) {
            answer = ask->max_tokens;
        }

        x->completion = answer * ask->n;
    }

    ngx_http_llmgw_expect_cost(ctx, step, x);
}


/* those that the request belongs to, from its key to its tags */

void
ngx_http_llmgw_levels(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    ngx_http_llmgw_admission_t *a)
{
    ngx_uint_t                  i;
    llmgw_str_t                 name;
    llmgw_kind_e                kind;
    ngx_http_llmgw_level_t     *level;
    ngx_http_llmgw_identity_t  *id;

    static const llmgw_kind_e  kinds[] = {
        LLMGW_KIND_KEY, LLMGW_KIND_USER, LLMGW_KIND_TEAM, LLMGW_KIND_MEMBER,
        LLMGW_KIND_ORGANIZATION, LLMGW_KIND_GLOBAL, LLMGW_KIND_CUSTOMER
    };

    id = ctx->identity;

    a->n = 0;
    a->now = ngx_current_msec;
    a->time = ngx_time();
    a->model = ngx_http_llmgw_str(model->name);
    a->before = llmgw_null_str;
    a->tokens = ctx->expect.prompt + ctx->expect.completion;
    a->allow_unpriced = lmcf->allow_unpriced;

    for (i = 0; i < llmgw_nelts(kinds) + id->ntags; i++) {

        kind = (i < llmgw_nelts(kinds)) ? kinds[i] : LLMGW_KIND_TAG;

        name = (kind == LLMGW_KIND_TAG) ? id->tags[i - llmgw_nelts(kinds)]
                                        : id->id[kind];
        if (name.len == 0) {
            continue;
        }

        level = &a->level[a->n++];

        level->kind = kind;
        level->id = name;
        level->configured = ngx_http_llmgw_configured_policy(ctx, lmcf, kind,
                                                           name,
                                                           &level->policy);
    }
}


/* NGX_OK: ctx->lease; otherwise nothing has changed */

static ngx_int_t
ngx_http_llmgw_try_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_http_llmgw_level_t  *level;
    ngx_http_llmgw_state_t  *st;
    ngx_http_llmgw_lease_t  *lease;

    st = ngx_http_llmgw_state(lmcf);
    lease = NULL;
    rc = NGX_OK;

    a->warning.level = NULL;
    a->state = st;
    a->waits = NGX_DECLINED;

    for (i = 0; i < a->n; i++) {
        a->level[i].e = NULL;
        a->level[i].budget = NULL;
        a->level[i].budget_entity = NULL;
    }

    for (i = 0; i < a->n && rc == NGX_OK; i++) {
        rc = ngx_http_llmgw_resolve_locked(ctx, lmcf, a, &a->level[i]);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_llmgw_check_locked(ctx, lmcf, a);

        if (rc == NGX_DECLINED) {
            a->waits = ngx_http_llmgw_line_join_locked(ctx, lmcf, a);
        }
    }

    if (rc == NGX_OK) {

        lease = ngx_http_llmgw_lease_add_locked(ngx_http_llmgw_shpool(lmcf),
                                                st, a->model);
        if (lease == NULL) {
            rc = NGX_ERROR;

        } else {
            ngx_http_llmgw_take_locked(ctx, st, a, lease);
            ngx_http_llmgw_line_served_locked(ctx, lmcf);
            ctx->lease = lease;
            ctx->charged = ctx->steps->owner;
            ctx->admitted = 1;
        }
    }

    /* what was held for this look; the lease keeps its levels */

    for (i = 0; i < a->n; i++) {

        level = &a->level[i];

        if (level->budget_entity) {
            level->budget_entity->leases--;
        }

        if (level->e && lease == NULL) {
            level->e->leases--;
        }
    }

    return rc;
}


/*
 * Finds the level's entity and holds it, so that it does not go for another
 * one that is needed.  Returns as ngx_http_llmgw_try_locked().
 */

static ngx_int_t
ngx_http_llmgw_resolve_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_level_t *level)
{
    ngx_int_t                 rc;
    ngx_uint_t                member;
    ngx_http_llmgw_state_t   *st;
    ngx_http_llmgw_entity_t  *e;

    st = ngx_http_llmgw_state(lmcf);

    member = level->kind == LLMGW_KIND_MEMBER
             && ngx_http_llmgw_member_limits(ctx);

    if (level->configured || (member && lmcf->store == NULL)) {

        e = ngx_http_llmgw_configured_locked(lmcf, level->kind, level->id);
        if (e == NULL) {
            return NGX_ERROR;
        }

    } else {

        if (lmcf->store == NULL) {
            return NGX_OK;
        }

        rc = ngx_http_llmgw_usable_locked(lmcf, st, ctx, level->kind,
                                          level->id, &e);

        if (rc == NGX_DECLINED && member) {

            /* the team's limits hold for those who have no record, too */

            e = ngx_http_llmgw_configured_locked(lmcf, level->kind,
                                                 level->id);
            if (e == NULL) {
                return NGX_ERROR;
            }

            rc = NGX_OK;
        }

        if (rc == NGX_DECLINED) {

            if (level->kind != LLMGW_KIND_KEY
                && level->kind != LLMGW_KIND_TEAM
                && level->kind != LLMGW_KIND_ORGANIZATION)
            {
                return NGX_OK;
            }

            /* deleted while the body came in */

            a->refusal.what = ngx_http_llmgw_is_gone;
            a->refusal.level = level;

            return NGX_DECLINED;
        }

        if (rc != NGX_OK) {

            /* what a client says of itself is no reason to stop it */

            if (ctx->grace && (level->kind == LLMGW_KIND_CUSTOMER
                               || level->kind == LLMGW_KIND_TAG))
            {
                return NGX_OK;
            }

            a->kind = level->kind;
            a->id = level->id;

            return rc;
        }

        level->policy = e->policy;
    }

    e->leases++;
    level->e = e;

    ngx_http_llmgw_entity_touch_locked(st, e, a->now);

    return ngx_http_llmgw_find_budget_locked(ctx, lmcf, a, level);
}


/* the budget that a record refers to, for what it does not say itself */

ngx_int_t
ngx_http_llmgw_find_budget_locked(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_admission_t *a,
    ngx_http_llmgw_level_t *level)
{
    ngx_int_t                       rc;
    llmgw_str_t                     id;
    ngx_http_llmgw_entity_t        *e;
    const ngx_http_llmgw_policy_t  *configured;

    id = llmgw_policy_string(level->policy, LLMGW_F_BUDGET_ID);

    if (id.len == 0) {
        return NGX_OK;
    }

    configured = ngx_http_llmgw_configured(lmcf, LLMGW_KIND_BUDGET, id);

    if (configured) {
        level->budget = configured->policy;
        return NGX_OK;
    }

    if (lmcf->store == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_llmgw_usable_locked(lmcf, ngx_http_llmgw_state(lmcf), ctx,
                                      LLMGW_KIND_BUDGET, id, &e);

    if (rc == NGX_OK) {
        e->leases++;
        level->budget_entity = e;
        level->budget = e->policy;
        return NGX_OK;
    }

    if (rc == NGX_DECLINED) {
        return NGX_OK;
    }

    a->kind = LLMGW_KIND_BUDGET;
    a->id = llmgw_str(a->text, id.len);

    ngx_memcpy(a->text, id.data, id.len);

    return rc;
}


/* a request that the journal has no room for is as if it had not been */

static ngx_int_t
ngx_http_llmgw_begin_journal(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_mark_t  mark;

    if (lmcf->journal == NULL) {
        return NGX_OK;
    }

    ngx_memzero(&mark, sizeof(ngx_http_llmgw_mark_t));

    if (lmcf->journal->begin(ctx, &mark) == NGX_OK) {
        ctx->lease->mark = mark;
        return NGX_OK;
    }

    ngx_http_llmgw_undo(ctx);

    ngx_str_set(&ctx->detail, "journal_full");

    return ngx_http_llmgw_overloaded(ctx);
}
