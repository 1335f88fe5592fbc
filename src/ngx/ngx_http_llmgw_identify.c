
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Who a request is from: a key, then its user, team and organization, and
 * whether these may make it at all.
 */


#include "ngx_http_llmgw_check.h"


/* keys that take each other's place, in a row */
#define NGX_HTTP_LLMGW_ROTATIONS  4

/* questions to the store that one request may have answered, one by one */
#define NGX_HTTP_LLMGW_QUESTIONS  64

/* room for copies of policies; most chains need a few hundred bytes */
#define NGX_HTTP_LLMGW_COPIES     1536


typedef enum {
    find_ok = 0,
    find_unknown,                /* no such key */
    find_blocked,
    find_expired,
    find_ask,                    /* the store has to be asked */
    find_stale                   /* … and nothing else will do */
} ngx_http_llmgw_find_e;


/* What the zone says of a chain; texts are copies, or the configuration's. */

typedef struct {
    const llmgw_policy_t   *policy[LLMGW_KINDS];
    ngx_http_llmgw_find_e   found[LLMGW_KINDS];
    llmgw_str_t             id[LLMGW_KINDS];
    llmgw_kind_e            kind;         /* whom it is that is to be asked */
    ngx_http_llmgw_find_e   result;
    u_char                  text[LLMGW_ID_MAX];   /* its id */
    u_char                  key[2 * NGX_HTTP_LLMGW_DIGEST];
    u_char                 *copies;
    size_t                  room;
    size_t                  size;         /* of what was to be copied */
    ngx_uint_t              unseen;       /* nothing is known of the key */
} ngx_http_llmgw_found_t;


static ngx_int_t ngx_http_llmgw_find_all(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_found_t *f);
static void ngx_http_llmgw_find_chain(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_found_t *f);
static void ngx_http_llmgw_find_owners(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_found_t *f);
static const llmgw_policy_t *ngx_http_llmgw_find_one(
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_found_t *f, llmgw_kind_e kind);
static void ngx_http_llmgw_find_copy(ngx_http_llmgw_found_t *f,
    llmgw_kind_e kind, const llmgw_policy_t *policy);
static ngx_int_t ngx_http_llmgw_take(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_found_t *f);
static ngx_int_t ngx_http_llmgw_check_chain(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_found_t *f);


static ngx_int_t
ngx_http_llmgw_unknown_key(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_llmgw_failures_take(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_str_set(&ctx->detail, "wrong_key");

    return ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                                llmgw_lit("invalid_api_key"),
                                llmgw_lit("the API key is not valid"));
}


ngx_int_t
ngx_http_llmgw_store_away(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_str_set(&ctx->detail, "store_unavailable");

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                llmgw_lit("store_unavailable"),
                                llmgw_lit("the key cannot be checked at the "
                                          "moment"));
    ctx->error.retry_after = 1000;

    return NGX_HTTP_SERVICE_UNAVAILABLE;
}


/* of an identity there is only one in the life of a request */

static ngx_http_llmgw_identity_t *
ngx_http_llmgw_identity(ngx_http_llmgw_ctx_t *ctx)
{
    if (ctx->identity == NULL) {
        ctx->identity = llmgw_calloc(&ctx->arena,
                                     sizeof(ngx_http_llmgw_identity_t));
    }

    return ctx->identity;
}


static ngx_int_t
ngx_http_llmgw_identity_of_key(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_str_t *key)
{
    ngx_http_llmgw_identity_t   *id;
    const ngx_http_llmgw_key_t  *known;

    id = ngx_http_llmgw_identity(ctx);

    if (id == NULL
        || ngx_http_llmgw_key_digest(lmcf, key, id->digest) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    known = ngx_http_llmgw_key_find(lmcf, id->digest);

    ctx->key = known;

    if (known && known->master) {
        id->master = 1;
        id->admin = 1;
        id->alias = ngx_http_llmgw_str(known->name);
        return NGX_OK;
    }

    (void) ngx_hex_dump(id->hex, id->digest, NGX_HTTP_LLMGW_DIGEST);

    id->id[LLMGW_KIND_KEY] = llmgw_str(id->hex, sizeof(id->hex));

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_identify(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_str_t *key, ngx_http_llmgw_resume_pt resume)
{
    ngx_int_t                    rc;
    ngx_uint_t                   n;
    ngx_http_llmgw_found_t       found;
    ngx_http_llmgw_identity_t   *id;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    if (key && ctx->identity == NULL) {

        rc = ngx_http_llmgw_identity_of_key(r, ctx, lmcf, key);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    id = ngx_http_llmgw_identity(ctx);

    if (id == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (id->master) {
        return NGX_OK;
    }

    for (n = 0; n < NGX_HTTP_LLMGW_QUESTIONS; n++) {

        rc = ngx_http_llmgw_find_all(ctx, lmcf, &found);

        if (rc != NGX_OK) {
            return rc;
        }

        if (found.result < find_ask) {
            return ngx_http_llmgw_check_chain(r, ctx, &found);
        }

        if (found.unseen) {

            rc = ngx_http_llmgw_failures_take(ctx);

            if (rc != NGX_OK) {
                return rc;
            }
        }

        rc = ngx_http_llmgw_ask(r, ctx, found.kind, found.id[found.kind],
                                found.result == find_stale, resume);

        if (rc == NGX_AGAIN) {
            return rc;
        }

        if (rc != NGX_OK) {
            ngx_http_llmgw_failures_back(ctx);
            return rc;
        }
    }

    ngx_http_llmgw_failures_back(ctx);

    return ngx_http_llmgw_store_away(ctx);
}


/*
 * NGX_OK: what the zone has is as good as it gets.  An answer that came for
 * this request is looked at once: a store that cannot be asked is not asked
 * again for the same.
 */

ngx_int_t
ngx_http_llmgw_ask(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_kind_e kind, llmgw_str_t id, ngx_uint_t must,
    ngx_http_llmgw_resume_pt resume)
{
    ngx_int_t  rc;

    if (ctx->lookup) {
        return NGX_AGAIN;
    }

    if (ctx->lookups++ == NGX_HTTP_LLMGW_QUESTIONS) {
        return ngx_http_llmgw_store_away(ctx);
    }

    if (ctx->lookup_answered) {
        ctx->lookup_answered = 0;
        rc = ctx->lookup_rc;

        if (rc == NGX_OK) {

            /* there are others to be asked for */

            rc = ngx_http_llmgw_lookup(r, ctx, kind, id, resume);
        }

    } else {
        rc = ngx_http_llmgw_lookup(r, ctx, kind, id, resume);
    }

    if (rc == NGX_OK || rc == NGX_AGAIN) {
        return rc;
    }

    if (rc == NGX_ERROR && !must) {

        /* what is known has to do, for as long as it may */

        ctx->grace = 1;
        return NGX_OK;
    }

    return ngx_http_llmgw_store_away(ctx);
}


/* copies what is found; once more when it is more than there was room for */

static ngx_int_t
ngx_http_llmgw_find_all(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_found_t *f)
{
    f->room = NGX_HTTP_LLMGW_COPIES;

    for ( ;; ) {

        f->copies = llmgw_alloc(&ctx->arena, f->room);
        if (f->copies == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        f->size = 0;

        if (ngx_http_llmgw_state(lmcf)) {

            ngx_http_llmgw_lock(lmcf);
            ngx_http_llmgw_find_chain(ctx, lmcf, f);
            ngx_http_llmgw_unlock(lmcf);

        } else {
            ngx_http_llmgw_find_chain(ctx, lmcf, f);
        }

        if (f->size <= f->room) {
            return NGX_OK;
        }

        f->room = f->size;
    }
}


static void
ngx_http_llmgw_find_chain(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_found_t *f)
{
    ngx_uint_t                  n;
    llmgw_str_t                 next;
    const llmgw_policy_t       *p;
    ngx_http_llmgw_identity_t  *id;

    id = ctx->identity;

    ngx_memzero(f->policy, sizeof(f->policy));
    ngx_memzero(f->found, sizeof(f->found));
    ngx_memcpy(f->id, id->id, sizeof(f->id));

    f->result = find_ok;
    f->unseen = 0;

    if (f->id[LLMGW_KIND_KEY].len == 0) {
        ngx_http_llmgw_find_owners(ctx, lmcf, f);
        return;
    }

    for (n = 0; n <= NGX_HTTP_LLMGW_ROTATIONS; n++) {

        p = ngx_http_llmgw_find_one(ctx, lmcf, f, LLMGW_KIND_KEY);

        if (f->result >= find_ask) {
            return;
        }

        if (f->found[LLMGW_KIND_KEY] != find_ok) {
            f->result = f->found[LLMGW_KIND_KEY];
            return;
        }

        if (llmgw_policy_number(p, LLMGW_F_BLOCKED, 0)) {
            f->result = find_blocked;
            return;
        }

        if (llmgw_policy_number(p, LLMGW_F_EXPIRES, INT64_MAX) <= ngx_time())
        {
            f->result = find_expired;
            return;
        }

        next = llmgw_policy_string(p, LLMGW_F_ROTATED_TO);

        if (next.len == 0) {
            ngx_http_llmgw_find_copy(f, LLMGW_KIND_KEY, p);
            ngx_http_llmgw_find_owners(ctx, lmcf, f);
            return;
        }

        /* a key that had its day, with what took its place behind it */

        if (next.len != sizeof(f->key)) {
            break;
        }

        ngx_memcpy(f->key, next.data, sizeof(f->key));
        f->id[LLMGW_KIND_KEY] = llmgw_str(f->key, sizeof(f->key));
    }

    f->result = find_unknown;
}


static void
ngx_http_llmgw_find_owners(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_found_t *f)
{
    u_char                *p;
    llmgw_kind_e           kind;
    const llmgw_policy_t  *key, *policy;

    static const llmgw_kind_e  kinds[] = {
        LLMGW_KIND_USER, LLMGW_KIND_TEAM, LLMGW_KIND_MEMBER,
        LLMGW_KIND_ORGANIZATION, LLMGW_KIND_GLOBAL
    };

    ngx_uint_t  i;

    key = f->policy[LLMGW_KIND_KEY];

    if (key) {
        f->id[LLMGW_KIND_USER] = llmgw_policy_string(key, LLMGW_F_USER_ID);
        f->id[LLMGW_KIND_TEAM] = llmgw_policy_string(key, LLMGW_F_TEAM_ID);
        f->id[LLMGW_KIND_ORGANIZATION] =
                           llmgw_policy_string(key, LLMGW_F_ORGANIZATION_ID);
    }

    f->id[LLMGW_KIND_GLOBAL] = llmgw_lit("global");

    for (i = 0; i < llmgw_nelts(kinds); i++) {

        kind = kinds[i];

        if (kind == LLMGW_KIND_MEMBER
            && f->id[LLMGW_KIND_TEAM].len && f->id[LLMGW_KIND_USER].len
            && f->id[LLMGW_KIND_TEAM].len + f->id[LLMGW_KIND_USER].len
               < LLMGW_ID_MAX)
        {
            p = ngx_cpymem(f->text, f->id[LLMGW_KIND_TEAM].data,
                           f->id[LLMGW_KIND_TEAM].len);
            *p++ = '/';
            p = ngx_cpymem(p, f->id[LLMGW_KIND_USER].data,
                           f->id[LLMGW_KIND_USER].len);

            f->id[LLMGW_KIND_MEMBER] = llmgw_str(f->text, p - f->text);
        }

        if (f->id[kind].len == 0) {
            continue;
        }

        policy = ngx_http_llmgw_find_one(ctx, lmcf, f, kind);

        if (f->result >= find_ask) {
            return;
        }

        ngx_http_llmgw_find_copy(f, kind, policy);

        if (kind == LLMGW_KIND_TEAM
            && f->id[LLMGW_KIND_ORGANIZATION].len == 0)
        {
            f->id[LLMGW_KIND_ORGANIZATION] =
                       llmgw_policy_string(f->policy[kind],
                                           LLMGW_F_ORGANIZATION_ID);
        }
    }
}


/*
 * The policy as it stands in the configuration or in the zone.  Sets found of
 * the kind, or the result when the store has to be asked.
 */

static const llmgw_policy_t *
ngx_http_llmgw_find_one(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_found_t *f,
    llmgw_kind_e kind)
{
    ngx_int_t                       rc;
    ngx_http_llmgw_state_t         *st;
    ngx_http_llmgw_entity_t        *e;
    const ngx_http_llmgw_key_t     *key;
    const ngx_http_llmgw_policy_t  *configured;

    if (kind == LLMGW_KIND_KEY) {

        key = ctx->key;

        if (key && ngx_memcmp(key->hex, f->id[kind].data, sizeof(key->hex))
                   == 0)
        {
            return key->policy;
        }

    } else {

        configured = ngx_http_llmgw_configured(lmcf, kind, f->id[kind]);

        if (configured) {
            return configured->policy;
        }
    }

    f->found[kind] = find_unknown;

    st = ngx_http_llmgw_state(lmcf);

    if (lmcf->store == NULL || st == NULL) {
        return NULL;
    }

    rc = ngx_http_llmgw_usable_locked(lmcf, st, ctx, kind, f->id[kind], &e);

    if (rc == NGX_AGAIN || rc == NGX_BUSY) {
        f->kind = kind;
        f->result = (rc == NGX_AGAIN) ? find_ask : find_stale;

        /* what took the place of a known key is not in question */

        f->unseen = kind == LLMGW_KIND_KEY
                    && f->id[kind].data != f->key
                    && (e == NULL || !e->stored);

        /* out of what may change under the caller */

        if (f->id[kind].data != f->key) {
            ngx_memmove(f->text, f->id[kind].data, f->id[kind].len);
            f->id[kind].data = f->text;
        }

        return NULL;
    }

    if (rc == NGX_DECLINED) {
        return NULL;
    }

    ngx_http_llmgw_entity_touch_locked(st, e, ngx_current_msec);

    f->found[kind] = find_ok;

    return e->policy;
}


/*
 * NGX_OK: *ep can be used; NGX_DECLINED: there is none; NGX_AGAIN: the store
 * has to be asked, but what is there will do if it does not answer; NGX_BUSY:
 * nothing will do without its answer.
 */

ngx_int_t
ngx_http_llmgw_usable_locked(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_state_t *st, ngx_http_llmgw_ctx_t *ctx, llmgw_kind_e kind,
    llmgw_str_t id, ngx_http_llmgw_entity_t **ep)
{
    ngx_msec_t                now;
    ngx_http_llmgw_entity_t  *e;

    e = ngx_http_llmgw_entity_find_locked(st, kind, id,
                                  ngx_http_llmgw_entity_hash(st, kind, id));
    *ep = e;

    if (e == NULL || (!e->stored && !e->missing)) {

        /* also what is only counted: maybe its configuration is no more */

        return st->complete ? NGX_DECLINED : NGX_BUSY;
    }

    now = ngx_current_msec;

    if (e->stale) {

        /* it was changed, and nobody here knows how */

        return NGX_BUSY;
    }

    if (ngx_http_llmgw_stale_locked(st, e, now)) {

        if (!ctx->grace) {
            return (e->missing && kind == LLMGW_KIND_KEY) ? NGX_BUSY
                                                          : NGX_AGAIN;
        }

    } else if (st->complete || ngx_http_llmgw_fed_locked(st, now)) {
        return e->missing ? NGX_DECLINED : NGX_OK;
    }

    if ((ngx_msec_int_t) (now - ngx_http_llmgw_confirmed_locked(st, e))
        > (ngx_msec_int_t) lmcf->store_grace)
    {
        return NGX_BUSY;
    }

    return e->missing ? NGX_DECLINED : NGX_OK;
}


/* behind what was copied so far; only counted when there is no room */

static void
ngx_http_llmgw_find_copy(ngx_http_llmgw_found_t *f, llmgw_kind_e kind,
    const llmgw_policy_t *policy)
{
    size_t  size;

    f->policy[kind] = policy;

    if (policy == NULL) {
        return;
    }

    size = ngx_align(policy->size, sizeof(uint64_t));

    if (f->size + size <= f->room) {
        ngx_memcpy(f->copies + f->size, policy, policy->size);
        f->policy[kind] = (llmgw_policy_t *) (f->copies + f->size);
    }

    f->size += size;
}


/* the chain as it is for the rest of the request */

static ngx_int_t
ngx_http_llmgw_take(ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_found_t *f)
{
    ngx_uint_t                  i;
    ngx_http_llmgw_identity_t  *id;

    id = ctx->identity;

    for (i = 0; i < LLMGW_KINDS; i++) {

        id->policy[i] = f->policy[i];

        if (f->id[i].data == f->text || f->id[i].data == f->key) {

            f->id[i] = llmgw_str_dup(&ctx->arena, f->id[i]);

            if (f->id[i].data == NULL) {
                return NGX_ERROR;
            }
        }

        id->id[i] = f->id[i];
    }

    id->alias = llmgw_policy_string(id->policy[LLMGW_KIND_KEY],
                                    LLMGW_F_ALIAS);

    if (ctx->key && ctx->key->name.len) {
        id->alias = ngx_http_llmgw_str(ctx->key->name);
    }

    id->admin = llmgw_policy_number(id->policy[LLMGW_KIND_USER],
                                    LLMGW_F_USER_ROLE, -1)
                == LLMGW_USER_PROXY_ADMIN;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_refused(ngx_http_llmgw_ctx_t *ctx, const char *detail,
    llmgw_str_t code, const char *what, llmgw_kind_e kind)
{
    llmgw_str_t  name;

    ctx->detail.data = (u_char *) detail;
    ctx->detail.len = ngx_strlen(detail);

    name = llmgw_kind_name(kind);

    return ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED, code,
                                llmgw_fmt(&ctx->arena, what,
                                          llmgw_arg(name)));
}


static ngx_int_t
ngx_http_llmgw_check_chain(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_found_t *f)
{
    ngx_int_t     rc;
    ngx_uint_t    i;
    llmgw_kind_e  kind;

    static const llmgw_kind_e  kinds[] = {
        LLMGW_KIND_USER, LLMGW_KIND_TEAM, LLMGW_KIND_MEMBER,
        LLMGW_KIND_ORGANIZATION
    };

    if (f->result == find_unknown) {
        return ngx_http_llmgw_unknown_key(ctx);
    }

    ngx_http_llmgw_failures_back(ctx);

    switch (f->result) {

    case find_blocked:
        ngx_str_set(&ctx->detail, "key_blocked");

        rc = ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                                  llmgw_lit("key_blocked"),
                                  llmgw_lit("the API key is blocked"));
        return rc;

    case find_expired:
        ngx_str_set(&ctx->detail, "key_expired");

        rc = ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                                  llmgw_lit("expired_key"),
                                  llmgw_lit("the API key has expired"));
        ctx->error.type = llmgw_lit("expired_key");

        return rc;

    default:
        break;
    }

    for (i = 0; i < llmgw_nelts(kinds); i++) {

        kind = kinds[i];

        if (f->id[kind].len == 0) {
            continue;
        }

        /* users come to be with their first request, teams are made */

        if (f->found[kind] == find_unknown
            && (kind == LLMGW_KIND_TEAM || kind == LLMGW_KIND_ORGANIZATION))
        {
            return ngx_http_llmgw_refused(ctx, "owner_unknown",
                                          llmgw_lit("owner_not_found"),
                                          "the API key's %.*s does not exist",
                                          kind);
        }

        if (llmgw_policy_number(f->policy[kind], LLMGW_F_BLOCKED, 0)) {
            return ngx_http_llmgw_refused(ctx, "owner_blocked",
                                          llmgw_lit("owner_blocked"),
                                          "the API key's %.*s is blocked",
                                          kind);
        }
    }

    if (ngx_http_llmgw_take(ctx, f) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_llmgw_check_caller(r, ctx);
}
