
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Refusals in words, and the headers that tell how much is left.
 */


#include "ngx_http_llmgw_check.h"
#include "llmgw_headers.h"


static llmgw_str_t ngx_http_llmgw_level_name(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_level_t *level);
static ngx_int_t ngx_http_llmgw_refuse_rate(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a);
static ngx_int_t ngx_http_llmgw_refuse_budget(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a);
static llmgw_str_t ngx_http_llmgw_wait(llmgw_arena_t *a, int64_t ms);


/* those who share it may know whose limit it is; a key goes without a name */

static llmgw_str_t
ngx_http_llmgw_level_name(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_level_t *level)
{
    llmgw_str_t  kind;

    kind = llmgw_kind_name(level->kind);

    switch (level->kind) {

    case LLMGW_KIND_KEY:
        return llmgw_lit("the key");

    case LLMGW_KIND_GLOBAL:
        return llmgw_lit("the gateway");

    case LLMGW_KIND_MEMBER:
        return llmgw_lit("the user in the team");

    default:
        return llmgw_fmt(&ctx->arena, "the %.*s \"%.*s\"", llmgw_arg(kind),
                         llmgw_arg(level->id));
    }
}


ngx_int_t
ngx_http_llmgw_refuse(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a)
{
    llmgw_str_t  name;

    name = ngx_http_llmgw_level_name(ctx, a->refusal.level);

    switch (a->refusal.what) {

    case ngx_http_llmgw_is_requests:
    case ngx_http_llmgw_is_tokens:
    case ngx_http_llmgw_is_parallel:
        return ngx_http_llmgw_refuse_rate(ctx, a);

    case ngx_http_llmgw_is_budget:
        return ngx_http_llmgw_refuse_budget(ctx, a);

    case ngx_http_llmgw_is_unpriced:
        ngx_str_set(&ctx->detail, "unpriced");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_FORBIDDEN,
                        llmgw_lit("model_not_priced"),
                        llmgw_fmt(&ctx->arena, "%.*s has a budget, and the "
                                  "model \"%.*s\" has no price",
                                  llmgw_arg(name), llmgw_arg(a->model)));
        ctx->error.param = llmgw_lit("model");

        return NGX_HTTP_FORBIDDEN;

    case ngx_http_llmgw_is_blocked:

        if (a->refusal.level->kind == LLMGW_KIND_CUSTOMER
            || a->refusal.level->kind == LLMGW_KIND_TAG)
        {
            ngx_str_set(&ctx->detail, "customer_blocked");

            return ngx_http_llmgw_error(ctx, NGX_HTTP_FORBIDDEN,
                                  llmgw_lit("customer_blocked"),
                                  llmgw_fmt(&ctx->arena, "%.*s is blocked",
                                            llmgw_arg(name)));
        }

        ngx_str_set(&ctx->detail, "key_blocked");

        return ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                                    llmgw_lit("key_blocked"),
                                    llmgw_fmt(&ctx->arena, "%.*s is blocked",
                                              llmgw_arg(name)));

    default: /* ngx_http_llmgw_is_gone */
        ngx_str_set(&ctx->detail, "wrong_key");

        return ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                                    llmgw_lit("invalid_api_key"),
                                    llmgw_lit("the API key is not valid"));
    }
}


static void
ngx_http_llmgw_retry_after(ngx_http_llmgw_ctx_t *ctx, int64_t wait)
{
    /* what does not come back has no time to come back at */

    ctx->error.retry_after = wait;
    ctx->error.quota = (wait < 0 || wait > LLMGW_WINDOW_MS);
    ctx->error.retryable = !ctx->error.quota;
}


static ngx_int_t
ngx_http_llmgw_refuse_rate(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a)
{
    const char                *unit;
    llmgw_str_t                name, wait, model;
    ngx_http_llmgw_rate_t     *rate;
    ngx_http_llmgw_refusal_t  *rf;

    rf = &a->refusal;
    name = ngx_http_llmgw_level_name(ctx, rf->level);
    wait = ngx_http_llmgw_wait(&ctx->arena, rf->wait);
    model = llmgw_null_str;
    rate = NULL;

    if (rf->model) {
        model = llmgw_fmt(&ctx->arena, " of the model \"%.*s\"",
                          llmgw_arg(a->model));
    }

    switch (rf->what) {

    case ngx_http_llmgw_is_requests:
        ngx_str_set(&ctx->detail, "rpm_limit");
        unit = "requests per minute";
        rate = &ctx->requests;
        break;

    case ngx_http_llmgw_is_tokens:
        ngx_str_set(&ctx->detail, "tpm_limit");
        unit = "tokens per minute";
        rate = &ctx->tokens;
        break;

    default: /* ngx_http_llmgw_is_parallel */
        ngx_str_set(&ctx->detail, "parallel_limit");
        unit = "requests at a time";
    }

    if (rf->wait < 0) {
        name = llmgw_fmt(&ctx->arena, "rate limit reached: %.*s is limited "
                         "to %lld %s%.*s", llmgw_arg(name),
                         (long long) rf->limit, unit, llmgw_arg(model));

    } else {
        name = llmgw_fmt(&ctx->arena, "rate limit reached: %.*s is limited "
                         "to %lld %s%.*s, used %lld, try again in %.*s",
                         llmgw_arg(name), (long long) rf->limit, unit,
                         llmgw_arg(model), (long long) rf->used,
                         llmgw_arg(wait));
    }

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_TOO_MANY_REQUESTS,
                                llmgw_lit("rate_limit_exceeded"), name);

    ngx_http_llmgw_retry_after(ctx, rf->wait);

    ctx->requests.limit = -1;
    ctx->tokens.limit = -1;

    if (rate) {
        rate->limit = rf->limit;
        rate->remaining = ngx_max(rf->limit - rf->used, 0);
        rate->reset = ngx_max(rf->wait, 0);
    }

    return NGX_HTTP_TOO_MANY_REQUESTS;
}


static llmgw_str_t
ngx_http_llmgw_amount(llmgw_arena_t *a, int64_t nano)
{
    u_char  buf[LLMGW_MONEY_LEN];

    return llmgw_str_dup(a, llmgw_str(buf, llmgw_money_write(buf, nano)
                                           - buf));
}


static ngx_int_t
ngx_http_llmgw_refuse_budget(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_admission_t *a)
{
    u_char                     buf[LLMGW_TIME_LEN];
    llmgw_str_t                name, used, limit, model, reset;
    ngx_http_llmgw_refusal_t  *rf;

    rf = &a->refusal;
    name = ngx_http_llmgw_level_name(ctx, rf->level);
    used = ngx_http_llmgw_amount(&ctx->arena, rf->used);
    limit = ngx_http_llmgw_amount(&ctx->arena, rf->limit);
    model = llmgw_null_str;
    reset = llmgw_null_str;

    ngx_str_set(&ctx->detail, "budget_exceeded");

    if (rf->model) {
        model = llmgw_fmt(&ctx->arena, " for the model \"%.*s\"",
                          llmgw_arg(a->model));
    }

    if (rf->reset_at) {
        (void) llmgw_time_write(buf, rf->reset_at);
        reset = llmgw_fmt(&ctx->arena, ", resets at %.*s",
                          (int) LLMGW_TIME_LEN, (char *) buf);
    }

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_TOO_MANY_REQUESTS,
                llmgw_lit("budget_exceeded"),
                llmgw_fmt(&ctx->arena, "budget exceeded: %.*s has spent $%.*s "
                          "of $%.*s%.*s%s%.*s", llmgw_arg(name),
                          llmgw_arg(used), llmgw_arg(limit), llmgw_arg(model),
                          rf->used < rf->limit
                          ? " and requests under way may need the rest" : "",
                          llmgw_arg(reset)));

    ctx->error.type = llmgw_lit("budget_exceeded");

    ngx_http_llmgw_retry_after(ctx, rf->wait);

    return NGX_HTTP_TOO_MANY_REQUESTS;
}


/* of a key there is no name but its alias */

void
ngx_http_llmgw_warn(ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_admission_t *a)
{
    llmgw_str_t                used, limit, name;
    ngx_http_llmgw_level_t    *level;

    level = a->warning.level;

    if (level == NULL) {
        return;
    }

    name = (level->kind == LLMGW_KIND_KEY) ? ctx->identity->alias
                                           : level->id;
    used = ngx_http_llmgw_amount(&ctx->arena, a->warning.used);
    limit = ngx_http_llmgw_amount(&ctx->arena, a->warning.limit);

    ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                  "llmgw: %*s \"%*s\" has spent $%*s, its soft budget is "
                  "$%*s", llmgw_kind_name(level->kind).len,
                  llmgw_kind_name(level->kind).data, name.len, name.data,
                  used.len, used.data, limit.len, limit.data);
}


/* as OpenAI writes it: 20ms, 6.5s, 1m4.2s */

static llmgw_str_t
ngx_http_llmgw_wait(llmgw_arena_t *a, int64_t ms)
{
    u_char    buf[64], *p;
    unsigned  rest;

    p = buf;

    if (ms < 0) {
        ms = 0;
    }

    if (ms > 0 && ms < 1000) {
        p = ngx_sprintf(p, "%Lms", ms);
        return llmgw_str_dup(a, llmgw_str(buf, p - buf));
    }

    if (ms >= 60000) {
        p = ngx_sprintf(p, "%Lm", ms / 60000);
        ms %= 60000;
    }

    rest = ms % 1000;
    p = ngx_sprintf(p, "%L", ms / 1000);

    if (rest) {
        p = ngx_sprintf(p, ".%03ud", rest);

        while (p[-1] == '0') {
            p--;
        }
    }

    *p++ = 's';

    return llmgw_str_dup(a, llmgw_str(buf, p - buf));
}


/* by the names that the client's own API has for them, if it has any */

static ngx_int_t
ngx_http_llmgw_rate_header(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_str_t name, llmgw_str_t value)
{
    llmgw_int_t  rc;

    if (value.data == NULL) {
        return NGX_ERROR;
    }

    rc = llmgw_response_header(&ctx->call, name, value, &name, &value);

    if (rc == LLMGW_DECLINED) {
        return NGX_OK;
    }

    return (rc == LLMGW_OK) ? ngx_http_llmgw_push_header(r, name, value)
                            : NGX_ERROR;
}


static ngx_int_t
ngx_http_llmgw_rate_headers(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_rate_t *rate, const llmgw_str_t *names)
{
    u_char       *p, *last;
    llmgw_str_t   limit, remaining;

    if (rate->limit < 0) {
        return NGX_OK;
    }

    p = llmgw_alloc(&ctx->arena, 2 * NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    last = ngx_sprintf(p, "%L", rate->limit);
    limit = llmgw_str(p, last - p);

    p = last;
    last = ngx_sprintf(p, "%L", rate->remaining);
    remaining = llmgw_str(p, last - p);

    if (ngx_http_llmgw_rate_header(r, ctx, names[0], limit) != NGX_OK
        || ngx_http_llmgw_rate_header(r, ctx, names[1], remaining) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_llmgw_rate_header(r, ctx, names[2],
                                      ngx_http_llmgw_wait(&ctx->arena,
                                                          rate->reset));
}


ngx_int_t
ngx_http_llmgw_limit_headers(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    static const llmgw_str_t  requests[] = {
        llmgw_string("x-ratelimit-limit-requests"),
        llmgw_string("x-ratelimit-remaining-requests"),
        llmgw_string("x-ratelimit-reset-requests")
    };

    static const llmgw_str_t  tokens[] = {
        llmgw_string("x-ratelimit-limit-tokens"),
        llmgw_string("x-ratelimit-remaining-tokens"),
        llmgw_string("x-ratelimit-reset-tokens")
    };

    if (ngx_http_llmgw_rate_headers(r, ctx, &ctx->requests, requests)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_llmgw_rate_headers(r, ctx, &ctx->tokens, tokens);
}
