
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a key may be used for: routes, addresses, certificates, models.
 */


#include "ngx_http_llmgw_check.h"


static ngx_int_t ngx_http_llmgw_forbidden(ngx_http_llmgw_ctx_t *ctx,
    llmgw_str_t code, llmgw_str_t message);
static ngx_uint_t ngx_http_llmgw_check_address(ngx_http_request_t *r,
    const llmgw_policy_t *policy);
static ngx_int_t ngx_http_llmgw_check_claims(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, const llmgw_policy_t *policy);
static ngx_int_t ngx_http_llmgw_refusing_level(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_model_t *model, llmgw_kind_e *kind);


/* The levels that say which models, in the order in which they refuse. */

static const llmgw_kind_e  ngx_http_llmgw_model_levels[] = {
    LLMGW_KIND_KEY, LLMGW_KIND_TEAM, LLMGW_KIND_MEMBER, LLMGW_KIND_USER,
    LLMGW_KIND_ORGANIZATION
};


static ngx_int_t
ngx_http_llmgw_forbidden(ngx_http_llmgw_ctx_t *ctx, llmgw_str_t code,
    llmgw_str_t message)
{
    ctx->detail.data = (u_char *) code.data;
    ctx->detail.len = code.len;

    return ngx_http_llmgw_error(ctx, NGX_HTTP_FORBIDDEN, code, message);
}


static ngx_uint_t
ngx_http_llmgw_check_address(ngx_http_request_t *r,
    const llmgw_policy_t *policy)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (llmgw_policy_count(policy, LLMGW_F_ALLOWED_IPS) == 0) {
        return 1;
    }

    switch (r->connection->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;
        return llmgw_policy_address(policy, (u_char *) &sin->sin_addr, 4);

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;
        return llmgw_policy_address(policy, sin6->sin6_addr.s6_addr, 16);
#endif

    default:
        return 0;
    }
}


/* from where, with what and for what the key may be used */

ngx_int_t
ngx_http_llmgw_check_caller(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_str_t                   name;
    llmgw_str_t                 hex;
    ngx_uint_t                  group;
    const llmgw_policy_t       *policy;
    ngx_http_llmgw_identity_t  *id;
    ngx_http_variable_value_t  *vv;

    id = ctx->identity;
    policy = id->policy[LLMGW_KIND_KEY];

    if (ctx->call.endpoint) {

        group = ctx->call.endpoint->post ? LLMGW_ROUTES_LLM
                                         : LLMGW_ROUTES_LLM|LLMGW_ROUTES_INFO;

        if (!llmgw_policy_route(policy, group, ngx_http_llmgw_str(r->uri))) {
            return ngx_http_llmgw_forbidden(ctx,
                         llmgw_lit("route_not_allowed"),
                         llmgw_fmt(&ctx->arena, "the API key may not use %.*s",
                                   llmgw_arg(ngx_http_llmgw_str(r->uri))));
        }
    }

    if (!ngx_http_llmgw_check_address(r, policy)
        || !ngx_http_llmgw_check_address(r, id->policy[LLMGW_KIND_USER])
        || !ngx_http_llmgw_check_address(r, id->policy[LLMGW_KIND_TEAM]))
    {
        return ngx_http_llmgw_forbidden(ctx, llmgw_lit("ip_not_allowed"),
                         llmgw_lit("the API key may not be used from this "
                                   "address"));
    }

    if (llmgw_policy_count(policy, LLMGW_F_CLIENT_CERTS)) {

        ngx_str_set(&name, "ssl_client_fingerprint");
        hex = llmgw_null_str;

        vv = ngx_http_get_variable(r, &name,
                                   ngx_hash_key(name.data, name.len));

        if (vv && !vv->not_found && vv->valid) {
            hex = llmgw_str(vv->data, vv->len);
        }

        if (!llmgw_policy_certificate(policy, hex)) {
            return ngx_http_llmgw_forbidden(ctx,
                         llmgw_lit("client_certificate_not_allowed"),
                         llmgw_lit("the API key may not be used without its "
                                   "client certificate"));
        }
    }

    return ngx_http_llmgw_check_claims(r, ctx, policy);
}


static ngx_int_t
ngx_http_llmgw_check_claims(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    const llmgw_policy_t *policy)
{
    unsigned                     i, n;
    ngx_int_t                    rc;
    llmgw_item_t                 claim;
    ngx_http_llmgw_main_conf_t  *lmcf;

    n = llmgw_policy_count(policy, LLMGW_F_JWT_CLAIMS);

    if (n == 0) {
        return NGX_OK;
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    for (i = 0; i < n; i++) {

        llmgw_policy_item(policy, LLMGW_F_JWT_CLAIMS, i, &claim);

        rc = lmcf->jwt_claim ? lmcf->jwt_claim(r, claim.name, claim.value)
                             : NGX_DECLINED;

        if (rc == NGX_BUSY) {
            return ngx_http_llmgw_jwt_away(ctx);
        }

        if (rc != NGX_OK) {
            return ngx_http_llmgw_forbidden(ctx,
                         llmgw_lit("jwt_claim_not_allowed"),
                         llmgw_lit("the API key may not be used without its "
                                   "token"));
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_refusing_level(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_model_t *model, llmgw_kind_e *kind)
{
    ngx_uint_t                  i;
    ngx_http_llmgw_identity_t  *id;

    id = ctx->identity;

    if (id == NULL) {
        *kind = LLMGW_KIND_KEY;
        return NGX_DECLINED;
    }

    if (id->master) {
        return NGX_OK;
    }

    for (i = 0; i < llmgw_nelts(ngx_http_llmgw_model_levels); i++) {

        *kind = ngx_http_llmgw_model_levels[i];

        /* of a team's key the user's own list does not matter */

        if (*kind == LLMGW_KIND_USER && id->id[LLMGW_KIND_TEAM].len) {
            continue;
        }

        if (!llmgw_policy_model(id->policy[*kind],
                                ngx_http_llmgw_str(model->name),
                                model->groups.elts, model->groups.nelts))
        {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_llmgw_may_use(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_model_t *model)
{
    llmgw_kind_e  kind;

    return ngx_http_llmgw_refusing_level(ctx, model, &kind) == NGX_OK;
}


ngx_uint_t
ngx_http_llmgw_may_use_any(ngx_http_llmgw_ctx_t *ctx)
{
    llmgw_kind_e            kind;
    ngx_http_llmgw_model_t  any;

    /* a name that no model has: only who may use all of them may use it */

    ngx_memzero(&any, sizeof(ngx_http_llmgw_model_t));
    ngx_str_set(&any.name, "?");

    return ngx_http_llmgw_refusing_level(ctx, &any, &kind) == NGX_OK;
}


ngx_int_t
ngx_http_llmgw_check_model(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_model_t *model)
{
    llmgw_str_t   name;
    llmgw_kind_e  kind;

    if (ngx_http_llmgw_refusing_level(ctx, model, &kind) == NGX_OK) {
        return NGX_OK;
    }

    name = llmgw_kind_name(kind);

    ngx_str_set(&ctx->detail, "model_not_allowed");

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_FORBIDDEN,
                      llmgw_lit("permission_denied"),
                      llmgw_fmt(&ctx->arena, "the %.*s may not use the model "
                                "\"%.*s\"", llmgw_arg(name),
                                llmgw_arg(ngx_http_llmgw_str(model->name))));

    ctx->error.param = llmgw_lit("model");

    return NGX_HTTP_FORBIDDEN;
}


llmgw_str_t
ngx_http_llmgw_alias(ngx_http_llmgw_ctx_t *ctx, llmgw_str_t model)
{
    ngx_uint_t                  i;
    llmgw_item_t                item;
    ngx_http_llmgw_identity_t  *id;

    static const llmgw_kind_e  kinds[] = {
        LLMGW_KIND_KEY, LLMGW_KIND_TEAM, LLMGW_KIND_USER
    };

    id = ctx->identity;

    for (i = 0; id && i < llmgw_nelts(kinds); i++) {
        if (llmgw_policy_member(id->policy[kinds[i]], LLMGW_F_ALIASES, model,
                                &item))
        {
            return item.value;
        }
    }

    return model;
}
