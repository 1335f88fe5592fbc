
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * From a model's name to provider locations, one attempt after the other.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_midstream.h"
#include "llmgw_headers.h"


/* runs of the client's body from here on are sent from where they stand */
#define NGX_HTTP_LLMGW_REF    512

#define NGX_HTTP_LLMGW_BLOCK  2048


static ngx_int_t ngx_http_llmgw_select(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_route_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_no_other(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_no_room(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_attempt_failed(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_own_answer(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_prepare(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_loc_conf_t *llcf);
static ngx_int_t ngx_http_llmgw_request_body(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_request_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_request_uri(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_restore_uri(void *data);


void
ngx_http_llmgw_route(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t  rc;

    ngx_http_llmgw_deadline(r, ctx);

    rc = ctx->call.endpoint->stored ? ngx_http_llmgw_stored_select(r, ctx)
                                    : ngx_http_llmgw_select(r, ctx);

    if (rc == NGX_OK && ctx->overrides) {
        rc = ngx_http_llmgw_own_fallbacks(r, ctx);
    }

    if (rc == NGX_OK && ctx->call.pinned) {
        rc = ngx_http_llmgw_pinned(r, ctx);
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    ngx_http_llmgw_route_resume(r);
}


/* limits and budgets; once more when the store had to be asked for some */

static void
ngx_http_llmgw_route_resume(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_llmgw_get_ctx(r);

    rc = ngx_http_llmgw_admit(r, ctx, ngx_http_llmgw_route_resume);

    if (rc == NGX_AGAIN) {
        return;
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    rc = ngx_http_llmgw_select_tagged(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_llmgw_plan(ctx);
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "llmgw model \"%V\" to \"%V\"", &ctx->model->name,
                   &ctx->steps[0].location);

    /* reading the body holds the request, the jump takes a hold of its own */

    (void) ngx_http_named_location(r, &ctx->steps[0].location);

    ngx_http_finalize_request(r, NGX_DONE);
}


static ngx_int_t
ngx_http_llmgw_select(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t                    rc;
    ngx_str_t                    name;
    ngx_uint_t                   i, n;
    llmgw_str_t                  model, asked;
    ngx_http_llmgw_step_t       *step;
    ngx_http_llmgw_loc_conf_t   *llcf;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    asked = llmgw_jstr_decode(&ctx->arena, ctx->call.model);
    if (asked.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    model = ngx_http_llmgw_alias(ctx, asked);

    name.data = (u_char *) model.data;
    name.len = model.len;

    ctx->model = ngx_http_llmgw_model_find(lmcf, &name);

    if (ctx->model == NULL && lmcf->default_model
        && ngx_http_llmgw_may_use(ctx, lmcf->default_model))
    {
        ctx->model = lmcf->default_model;
    }

    if (ctx->model == NULL) {
        ngx_str_set(&ctx->detail, "unknown_model");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_NOT_FOUND,
                                    llmgw_lit("model_not_found"),
                                    llmgw_fmt(&ctx->arena, "the model "
                                              "\"%.*s\" does not exist",
                                              llmgw_arg(asked)));
        ctx->error.param = llmgw_lit("model");

        return NGX_HTTP_NOT_FOUND;
    }

    rc = ngx_http_llmgw_check_model(ctx, ctx->model);

    if (rc != NGX_OK) {
        return rc;
    }

    ctx->steps = ctx->model->steps.elts;
    ctx->nsteps = ctx->model->steps.nelts;

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    if (llcf->defaults && ctx->model->fallback.nelts == 0
        && ngx_http_llmgw_defaults_add(ctx, llcf->defaults) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* a fallback does not lead where the key itself may not go */

    for (i = 0; i < ctx->nsteps; i++) {

        if (i && ctx->steps[i].owner == ctx->steps[i - 1].owner) {
            continue;
        }

        if (!ngx_http_llmgw_may_use(ctx, ctx->steps[i].owner)) {
            break;
        }
    }

    if (i == ctx->nsteps) {
        return NGX_OK;
    }

    step = ngx_palloc(r->pool, ctx->nsteps * sizeof(ngx_http_llmgw_step_t));
    if (step == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    n = 0;

    for (i = 0; i < ctx->nsteps; i++) {
        if (ngx_http_llmgw_may_use(ctx, ctx->steps[i].owner)) {
            step[n++] = ctx->steps[i];
        }
    }

    ctx->steps = step;
    ctx->nsteps = n;

    return NGX_OK;
}


/* where "error_page" goes on: $llmgw_next */

ngx_str_t *
ngx_http_llmgw_next(ngx_http_llmgw_ctx_t *ctx)
{
    if (ctx->nsteps == 0) {
        return NULL;
    }

    if (ctx->attempts < ctx->nsteps) {
        return &ctx->steps[ctx->attempts].location;
    }

    /*
     * Nothing is left, or it is not decided yet: the last location again,
     * which then answers or leads on.
     */

    return &ctx->steps[ctx->nsteps - 1].location;
}


/*
 * The first handler of a provider location: one more attempt begins, and is
 * counted, before a limit of nginx can turn it away.
 */

ngx_int_t
ngx_http_llmgw_attempt(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_str_t                  *location;
    ngx_http_llmgw_ctx_t       *ctx;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    if (llcf->provider == NULL || r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL || ctx->plan == NULL || ctx->nsteps == 0) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "llmgw: a provider location was reached from a location "
                      "without \"llmgw on\"");
        return NGX_HTTP_NOT_FOUND;
    }

    if (ctx->state == ngx_http_llmgw_sending
        || ctx->state == ngx_http_llmgw_chosen)
    {
        ngx_http_llmgw_attempt_failed(r, ctx);
        ctx->state = ngx_http_llmgw_routing;
    }

    /* our own limit ends a chain: the number of its steps */

    r->uri_changes = NGX_HTTP_MAX_URI_CHANGES + 1;

    if (ctx->attempts == ctx->nsteps) {
        return ngx_http_llmgw_no_other(r, ctx);
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    location = &ctx->steps[ctx->attempts].location;

    if (clcf->name.len != location->len
        || ngx_strncmp(clcf->name.data, location->data, location->len) != 0)
    {
        /* where it goes on was decided here */

        (void) ngx_http_named_location(r, location);

        ngx_http_finalize_request(r, NGX_DONE);

        return NGX_DONE;
    }

    rc = ngx_http_llmgw_plan_wait(r, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_llmgw_time_left(ctx) == 0) {
        return ctx->continuing ? ngx_http_llmgw_no_other(r, ctx)
                               : ngx_http_llmgw_expired(r, ctx);
    }

    if (ngx_http_llmgw_plan_begin(ctx) != NGX_OK) {
        return ngx_http_llmgw_no_room(r, ctx);
    }

    ctx->state = ngx_http_llmgw_chosen;
    ctx->step = &ctx->steps[ctx->attempts++];
    ctx->llcf = llcf;
    ctx->token = NULL;
    ctx->wait_until = 0;
    ctx->wait_over = 0;

    if (ctx->step->stat) {
        (void) ngx_atomic_fetch_add(&ctx->step->stat->attempts, 1);
    }

    r->keepalive = ctx->keepalive;

    return NGX_DECLINED;
}


/* a phase cannot return what ends a stream, which is not an error to nginx */

static ngx_int_t
ngx_http_llmgw_no_other(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    if (!ctx->continuing) {
        return ngx_http_llmgw_final(r, ctx);
    }

    ngx_http_finalize_request(r, ngx_http_llmgw_final(r, ctx));

    return NGX_DONE;
}


/* other requests were faster: another deployment, or an answer that says so */

static ngx_int_t
ngx_http_llmgw_no_room(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t  rc;

    /* in the middle of a stream nobody waits in a line */

    rc = ctx->continuing ? NGX_DECLINED : ngx_http_llmgw_room_wait(r, ctx);

    if (rc != NGX_DECLINED) {
        return (rc == NGX_OK) ? ngx_http_llmgw_attempt(r) : rc;
    }

    ctx->step = &ctx->steps[ctx->attempts++];

    if (!ctx->has_error) {
        ngx_str_set(&ctx->detail, "deployments_full");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_TOO_MANY_REQUESTS,
                                    llmgw_lit("rate_limit_exceeded"),
                                    llmgw_lit("no deployment of the model "
                                              "takes more requests at the "
                                              "moment"));
        ctx->error.retry_after = NGX_HTTP_LLMGW_SLOT_WAIT;
    }

    (void) ngx_http_llmgw_plan_next(ctx, 1);

    return ngx_http_llmgw_attempt(r);
}


/*
 * The content handler of a provider location, in front of the proxy's.  Access
 * rules do not come into it: "satisfy any" ends that phase early.  It is called
 * again when the request has waited for an access token.
 */

ngx_int_t
ngx_http_llmgw_provider_handler(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_log_t                  *log;
    ngx_uint_t                  level;
    ngx_http_llmgw_ctx_t       *ctx;
    ngx_http_llmgw_loc_conf_t  *llcf;

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL || ctx->state != ngx_http_llmgw_chosen) {
        return NGX_HTTP_NOT_FOUND;
    }

    if (ngx_http_llmgw_time_left(ctx) == 0) {

        /* it has waited, for a limit of nginx or for a token */

        ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);

        return ngx_http_llmgw_expired(r, ctx);
    }

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    rc = NGX_OK;

    if (llcf->token) {

        rc = ngx_http_llmgw_token_get(r, ctx, llcf->token);

        if (rc == NGX_AGAIN) {
            return NGX_DONE;
        }

        if (rc == NGX_DECLINED) {
            ngx_http_llmgw_count_failure(ctx);
        }
    }

    if (rc == NGX_OK) {
        rc = ngx_http_llmgw_prepare(r, ctx, llcf);
    }

    if (rc == NGX_OK) {

        if (ctx->continuing) {
            ngx_http_llmgw_midstream_filters(r, ctx);
        }

        ctx->state = ngx_http_llmgw_sending;

        ngx_http_llmgw_pulse(ctx);

        /* a debug log would get the proxy's request, with the credential */

        log = r->connection->log;
        level = log->log_level;
        log->log_level &= ~NGX_LOG_DEBUG_HTTP;

        rc = llcf->handler(r);

        log->log_level = level;

        return rc;
    }

    ctx->state = ngx_http_llmgw_routing;

    if (rc == NGX_DONE) {

        /* the provider need not be asked */

        return ngx_http_llmgw_own_answer(r, ctx);
    }

    if (rc != NGX_DECLINED) {
        return rc;
    }

    /* this provider cannot serve the request; what failed before counts more */

    if (!ctx->has_error) {
        ctx->error = ctx->call.error;
        ctx->has_error = 1;
        ngx_str_set(&ctx->detail, "refused");
    }

    ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);

    if (ngx_http_llmgw_plan_next(ctx, 1)) {
        return NGX_HTTP_BAD_GATEWAY;
    }

    return ngx_http_llmgw_final(r, ctx);
}


void
ngx_http_llmgw_count_failure(ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_stat_t  *stat;

    stat = ctx->step->stat;

    if (stat && !ctx->expired) {
        (void) ngx_atomic_fetch_add(&stat->failures, 1);

        stat->last_status = ctx->error.status;
        stat->last_failure = ngx_time();
    }
}


/* nginx ended the attempt: no connection, no answer, no valid answer */

static void
ngx_http_llmgw_attempt_failed(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t                  status;
    ngx_http_upstream_state_t  *state;

    if (ctx->state == ngx_http_llmgw_chosen) {

        /* "limit_conn" and such: the provider has not been asked */

        ngx_str_set(&ctx->detail, "limited");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    llmgw_null_str,
                                    llmgw_lit("the upstream takes no more "
                                              "requests at the moment"));

        ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);
        (void) ngx_http_llmgw_plan_next(ctx, 1);

        return;
    }

    if (ngx_http_llmgw_plan_stale(r, ctx)) {
        ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);
        ctx->attempts--;
        return;
    }

    status = NGX_HTTP_BAD_GATEWAY;

    if (r->upstream_states && r->upstream_states->nelts) {

        state = r->upstream_states->elts;
        state += r->upstream_states->nelts - 1;

        if (state->status >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
            status = state->status;
        }

        if (state->connect_time == (ngx_msec_t) -1) {
            ctx->plan->failure = NGX_HTTP_LLMGW_NO_CONNECTION;
        }
    }

    if (status == NGX_HTTP_GATEWAY_TIME_OUT) {
        ctx->plan->failure |= NGX_HTTP_LLMGW_TIMED_OUT;

    } else if (ctx->plan->failure == 0) {
        ctx->plan->failure = NGX_HTTP_LLMGW_NO_ANSWER;
    }

    if (ctx->expired) {
        ngx_http_llmgw_expired_error(ctx);

    } else if (status == NGX_HTTP_GATEWAY_TIME_OUT) {
        ngx_str_set(&ctx->detail, "upstream_timeout");

        (void) ngx_http_llmgw_error(ctx, status,
                                    llmgw_lit("upstream_timeout"),
                                    llmgw_lit("the upstream did not answer "
                                              "in time"));

    } else {
        ngx_str_set(&ctx->detail, "upstream_failed");

        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_GATEWAY,
                                    llmgw_lit("bad_gateway"),
                                    llmgw_lit("no valid answer from the "
                                              "upstream"));
    }

    ngx_http_llmgw_count_failure(ctx);
    ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_bad);

    (void) ngx_http_llmgw_plan_next(ctx, 0);
}


/*
 * The answer is an error.  It is given where the request came in, so that the
 * "error_page" of that location holds and not the one of the provider's.
 */

ngx_int_t
ngx_http_llmgw_final(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_queue_leave(ctx);

    if (ctx->continuing) {
        return ngx_http_llmgw_midstream_fail(r, ctx);
    }

    ctx->state = ngx_http_llmgw_done;
    ctx->exhausted = 1;

    if (!ctx->has_error) {
        (void) ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_GATEWAY,
                                    llmgw_lit("bad_gateway"),
                                    llmgw_lit("no valid answer from the "
                                              "upstream"));
    }

    r->loc_conf = ctx->entry;
    ngx_http_update_location_config(r);

    switch (ctx->error.status) {

    case NGX_HTTP_REQUEST_TIME_OUT:
    case NGX_HTTP_CLOSE:
    case NGX_HTTP_CLIENT_CLOSED_REQUEST:

        /*
         * To nginx these say that there is no client to answer.  The page has
         * the error's own status all the same.
         */

        return NGX_HTTP_GATEWAY_TIME_OUT;

    default:
        return ctx->error.status;
    }
}


static ngx_int_t
ngx_http_llmgw_own_answer(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ctx->state = ngx_http_llmgw_done;

    llmgw_request_id(&ctx->call, NULL);

    if (ngx_http_llmgw_own_headers(r, ctx) != NGX_OK
        || ngx_http_llmgw_limit_headers(r, ctx) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_llmgw_plan_end(ctx, ngx_http_llmgw_neutral);
    ngx_http_llmgw_settle(ctx);

    return ngx_http_llmgw_send(r, NGX_HTTP_OK, &ctx->upstream.body);
}


/* NGX_DECLINED: the target cannot serve the call; NGX_DONE: it is answered */

static ngx_int_t
ngx_http_llmgw_prepare(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_loc_conf_t *llcf)
{
    ngx_str_t          *token;
    llmgw_int_t         rc;
    llmgw_upstream_t   *up;
    llmgw_credential_t  cred;

    ctx->target = llcf->target;
    ctx->target.model = ctx->step->model;
    ctx->target.where = ctx->step->where;
    ctx->target.set[1] = ctx->step->params;
    ctx->replied = 0;

    /* thoughts are taken where they were had, which is the first choice */

    if (ctx->step != ctx->steps
        && (ctx->step->where != ctx->steps->where
            || !llmgw_str_eq(ctx->step->model, ctx->steps->model)))
    {
        ctx->call.strip_thinking = 1;
    }

    up = &ctx->upstream;
    up->headers = NULL;
    up->path = llmgw_null_str;

    llmgw_out_init(&up->body, &ctx->arena, NGX_HTTP_LLMGW_BLOCK,
                   NGX_HTTP_LLMGW_REF, 0);

    rc = llmgw_call_prepare(&ctx->call, &ctx->target, up);

    if (rc == LLMGW_INVALID) {
        return NGX_DECLINED;
    }

    if (rc == LLMGW_DONE) {
        return NGX_DONE;
    }

    if (rc != LLMGW_OK || llmgw_out_close(&up->body) != LLMGW_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cred = llcf->credential;

    if (ctx->token) {
        token = ngx_http_llmgw_token_value(ctx->token);
        cred.token = ngx_http_llmgw_str(*token);
    }

    rc = llmgw_authorize(llcf->provider, &cred,
                         ngx_http_llmgw_str(llcf->host), ngx_time(), up,
                         &ctx->arena, &ctx->call.error);

    if (rc == LLMGW_INVALID) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "llmgw: no credential for \"%V\": %*s",
                      &ctx->step->location, ctx->call.error.message.len,
                      ctx->call.error.message.data);
        return NGX_DECLINED;
    }

    if (rc != LLMGW_OK
        || ngx_http_llmgw_request_body(r, ctx) != NGX_OK
        || ngx_http_llmgw_request_headers(r, ctx) != NGX_OK
        || ngx_http_llmgw_request_uri(r, ctx) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_OK;
}


/*
 * The proxy sends what stands here, not what the client wrote.  A path with
 * escapes has to arrive as it is: it is signed, and "%2F" is no slash.
 */

static ngx_int_t
ngx_http_llmgw_request_uri(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    u_char              *p;
    llmgw_str_t          path;
    ngx_http_cleanup_t  *cln;

    path = ctx->upstream.path;

    r->args.len = 0;
    r->valid_unparsed_uri = 0;

    if (memchr(path.data, '%', path.len)) {

        if (ctx->unparsed_uri.data == NULL) {

            /* logs have the client's again, however the request ends */

            cln = ngx_http_cleanup_add(r, 0);
            if (cln == NULL) {
                return NGX_ERROR;
            }

            cln->handler = ngx_http_llmgw_restore_uri;
            cln->data = ctx;

            ctx->unparsed_uri = r->unparsed_uri;
        }

        r->unparsed_uri.data = (u_char *) path.data;
        r->unparsed_uri.len = path.len;
        r->valid_unparsed_uri = 1;
    }

    p = memchr(path.data, '?', path.len);

    if (p) {
        r->args.data = p + 1;
        r->args.len = path.data + path.len - (p + 1);
        path.len = p - path.data;
    }

    r->uri.data = (u_char *) path.data;
    r->uri.len = path.len;

    return NGX_OK;
}


static void
ngx_http_llmgw_restore_uri(void *data)
{
    ngx_http_llmgw_ctx_t *ctx = data;

    ctx->request->unparsed_uri = ctx->unparsed_uri;
}


static ngx_int_t
ngx_http_llmgw_request_body(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl, **ll;
    llmgw_seg_t  *seg;

    ll = &r->request_body->bufs;
    *ll = NULL;

    for (seg = ctx->upstream.body.head; seg; seg = seg->next) {

        cl = ngx_alloc_chain_link(r->pool);
        b = ngx_calloc_buf(r->pool);

        if (cl == NULL || b == NULL) {
            return NGX_ERROR;
        }

        b->pos = (u_char *) seg->pos;
        b->last = (u_char *) seg->last;
        b->start = b->pos;
        b->end = b->last;
        b->memory = 1;

        cl->buf = b;
        cl->next = NULL;

        *ll = cl;
        ll = &cl->next;
    }

    r->headers_in.content_length_n = ctx->upstream.body.size;
    r->headers_in.chunked = 0;

    if (ctx->upstream.body.size == 0 && r->method != NGX_HTTP_POST) {
        r->headers_in.content_length_n = -1;
    }

    return NGX_OK;
}


/*
 * All headers in one string, as the value of the first one: "proxy_set_header
 * Content-Type $llmgw_upstream_headers" writes them out at the cost of one.
 */

static ngx_int_t
ngx_http_llmgw_request_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    u_char           *p;
    size_t            len, i;
    llmgw_str_t       type;
    llmgw_header_t   *h;

    type = llmgw_lit("application/json");
    len = 0;

    for (h = ctx->upstream.headers; h; h = h->next) {

        /* nothing but one line of text may come from here */

        for (i = 0; i < h->value.len; i++) {
            if (h->value.data[i] < ' ' || h->value.data[i] == 0x7f) {
                h->value.len = 0;
                break;
            }
        }

        if (llmgw_str_is(h->name, "content-type") && h->value.len) {
            type = h->value;
            h->value.len = 0;
        }

        len += h->name.len + sizeof(": ") - 1 + h->value.len
               + sizeof(CRLF) - 1;
    }

    len += type.len;

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ctx->headers.data = p;

    p = ngx_cpymem(p, type.data, type.len);

    for (h = ctx->upstream.headers; h; h = h->next) {

        if (h->value.len == 0) {
            continue;
        }

        *p++ = CR;
        *p++ = LF;
        p = ngx_cpymem(p, h->name.data, h->name.len);
        *p++ = ':';
        *p++ = ' ';
        p = ngx_cpymem(p, h->value.data, h->value.len);
    }

    ctx->headers.len = p - ctx->headers.data;

    return NGX_OK;
}
