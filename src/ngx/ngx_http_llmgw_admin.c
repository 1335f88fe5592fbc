
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Requests to the admin API: who may make them, reading and answering them,
 * and asking the store on the way.
 */


#include "ngx_http_llmgw_admin.h"

#include <sys/random.h>


static ngx_int_t ngx_http_llmgw_admin_check(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_admin_credential(ngx_http_request_t *r,
    ngx_str_t *key);
static ngx_int_t ngx_http_llmgw_admin_identify(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_admin_allow(ngx_http_llmgw_admin_t *a);
static void ngx_http_llmgw_admin_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_admin_go(ngx_http_llmgw_admin_t *a);
static void ngx_http_llmgw_admin_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_admin_read(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_admin_large(ngx_http_llmgw_admin_t *a);
static void ngx_http_llmgw_admin_run(ngx_http_llmgw_admin_t *a);
static void ngx_http_llmgw_admin_answer(ngx_http_llmgw_store_call_t *call);
static void ngx_http_llmgw_admin_event(ngx_event_t *ev);
static ngx_int_t ngx_http_llmgw_admin_send(ngx_http_llmgw_admin_t *a);
static void ngx_http_llmgw_admin_cleanup(void *data);


static const ngx_http_llmgw_admin_pt
    ngx_http_llmgw_admin_handlers[LLMGW_ADMIN_OPS] =
{
    ngx_http_llmgw_admin_new,
    ngx_http_llmgw_admin_update,
    ngx_http_llmgw_admin_info,
    ngx_http_llmgw_admin_list,
    ngx_http_llmgw_admin_delete,
    ngx_http_llmgw_admin_block,
    ngx_http_llmgw_admin_block,
    ngx_http_llmgw_admin_regenerate,
    ngx_http_llmgw_admin_reset_spend,
    ngx_http_llmgw_admin_member_add,
    ngx_http_llmgw_admin_member_update,
    ngx_http_llmgw_admin_member_delete,
    ngx_http_llmgw_admin_models,
    ngx_http_llmgw_admin_logs,
    ngx_http_llmgw_admin_logs,
    ngx_http_llmgw_admin_spend,
    ngx_http_llmgw_admin_report,
    ngx_http_llmgw_admin_audit
};


/* called where "llmgw_admin on" stands, when all of http {} is read */

ngx_int_t
ngx_http_llmgw_admin_conf(ngx_conf_t *cf)
{
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);

    if (lmcf->store) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"llmgw_admin\" needs a store: add \"llmgw_store "
                  "file:DIRECTORY\"");

    return NGX_ERROR;
}


/* whether it is this API's, where the location is the other's, too */

ngx_uint_t
ngx_http_llmgw_admin_path(ngx_http_request_t *r)
{
    llmgw_str_t  segment;

    return llmgw_admin_find(ngx_http_llmgw_str(r->uri), &segment) != NULL;
}


/* the content handler of a location with "llmgw_admin on" */

ngx_int_t
ngx_http_llmgw_admin_handler(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_pool_cleanup_t         *cln;
    ngx_http_llmgw_admin_t     *a;
    ngx_http_llmgw_loc_conf_t  *llcf;

    if (r != r->main) {
        return NGX_HTTP_NOT_FOUND;
    }

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    if (llcf->enable && !ngx_http_llmgw_admin_path(r)) {
        return ngx_http_llmgw_handler(r);
    }

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_llmgw_admin_t));
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    a = cln->data;

    ngx_memzero(a, sizeof(ngx_http_llmgw_admin_t));

    cln->handler = ngx_http_llmgw_admin_cleanup;

    a->request = r;
    a->now = ngx_time();
    a->status = NGX_HTTP_OK;
    a->lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    a->ctx = ngx_http_llmgw_get_ctx(r);

    if (a->ctx == NULL) {
        a->ctx = ngx_http_llmgw_create_ctx(r);
        if (a->ctx == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (ngx_array_init(&a->changes, r->pool, 4, sizeof(void *)) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_llmgw_admin_check(a);

    if (rc == NGX_OK) {
        rc = ngx_http_llmgw_admin_identify(a);
    }

    if (rc == NGX_AGAIN) {
        r->main->count++;
        ngx_http_set_ctx(r, a->ctx, ngx_http_llmgw_module);
        return NGX_DONE;
    }

    if (rc != NGX_OK) {

        /* what has come of a body is not read */

        if (ngx_http_discard_request_body(r) != NGX_OK) {
            r->keepalive = 0;
        }

        return ngx_http_llmgw_admin_send(a);
    }

    return ngx_http_llmgw_admin_go(a);
}


static ngx_int_t
ngx_http_llmgw_admin_check(ngx_http_llmgw_admin_t *a)
{
    uint8_t              method;
    ngx_http_request_t  *r;

    r = a->request;

    if (r->http_version < NGX_HTTP_VERSION_10
        || r->headers_in.server.len == 0)
    {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_BAD_REQUEST,
                                           "bad_request_error",
                                           llmgw_null_str,
                                           llmgw_lit("the request names no "
                                                     "host"));
    }

    a->route = llmgw_admin_find(ngx_http_llmgw_str(r->uri), &a->segment);

    if (a->route == NULL) {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_NOT_FOUND,
                                           "not_found_error", llmgw_null_str,
                                           llmgw_lit("there is no such "
                                                     "path"));
    }

    switch (r->method) {

    case NGX_HTTP_GET:
        method = LLMGW_ADMIN_GET;
        break;

    case NGX_HTTP_POST:
        method = LLMGW_ADMIN_POST;
        break;

    case NGX_HTTP_PATCH:
        method = LLMGW_ADMIN_PATCH;
        break;

    case NGX_HTTP_DELETE:
        method = LLMGW_ADMIN_DELETE_METHOD;
        break;

    default:
        method = 0;
    }

    if (a->route->methods & method) {
        return NGX_OK;
    }

    if (ngx_http_llmgw_push_header(r, llmgw_lit("Allow"),
                      a->route->methods == LLMGW_ADMIN_GET
                      ? llmgw_lit("GET")
                      : a->route->methods & LLMGW_ADMIN_PATCH
                        ? llmgw_lit("POST, PATCH")
                        : a->route->methods & LLMGW_ADMIN_DELETE_METHOD
                          ? llmgw_lit("POST, DELETE") : llmgw_lit("POST"))
        != NGX_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_NOT_ALLOWED,
                                       "bad_request_error", llmgw_null_str,
                                       llmgw_lit("this path takes another "
                                                 "method"));
}


/* "Bearer KEY" and no other way: nothing that a browser sends by itself */

static ngx_int_t
ngx_http_llmgw_admin_credential(ngx_http_request_t *r, ngx_str_t *key)
{
    u_char  *p, *last;

    if (r->headers_in.authorization == NULL) {
        return NGX_DECLINED;
    }

    p = r->headers_in.authorization->value.data;
    last = p + r->headers_in.authorization->value.len;

    if (last - p < 7 || ngx_strncasecmp(p, (u_char *) "bearer ", 7) != 0) {
        return NGX_DECLINED;
    }

    for (p += 7; p < last && *p == ' '; p++) { /* void */ }

    key->data = p;
    key->len = last - p;

    return key->len ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_llmgw_admin_identify(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t             rc;
    ngx_str_t             key;
    const char           *type;
    ngx_http_request_t   *r;
    const llmgw_error_t  *e;

    r = a->request;

    if (ngx_http_llmgw_admin_credential(r, &key) != NGX_OK) {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_UNAUTHORIZED,
                            "auth_error", llmgw_null_str,
                            llmgw_lit("no API key was sent: put it into the "
                                      "Authorization header as \"Bearer "
                                      "KEY\""));
    }

    rc = ngx_http_llmgw_jwt_like(a->lmcf, &key)
         ? ngx_http_llmgw_jwt_identify(r, a->ctx, &key,
                                       ngx_http_llmgw_admin_resume)
         : ngx_http_llmgw_identify(r, a->ctx, &key,
                                   ngx_http_llmgw_admin_resume);

    if (rc == NGX_OK) {
        return ngx_http_llmgw_admin_allow(a);
    }

    if (rc == NGX_AGAIN) {
        ngx_http_set_ctx(r, a->ctx, ngx_http_llmgw_module);
        a->ctx->admin = a;
        return rc;
    }

    if (!a->ctx->has_error) {
        return ngx_http_llmgw_admin_failed(a);
    }

    e = &a->ctx->error;
    a->ctx->has_error = 0;

    switch (rc) {

    case NGX_HTTP_UNAUTHORIZED:
        type = "auth_error";
        break;

    case NGX_HTTP_TOO_MANY_REQUESTS:
        type = "rate_limit_error";
        break;

    case NGX_HTTP_SERVICE_UNAVAILABLE:
        return ngx_http_llmgw_admin_unavailable(a);

    default:
        type = "permission_denied";
    }

    return ngx_http_llmgw_admin_refuse(a, rc, type, llmgw_null_str,
                                       e->message);
}


/*
 * The master key and keys of users with the role proxy_admin may do all of it,
 * those of a proxy_admin_viewer may look.  A key's own list of routes holds
 * for either.  Everybody else may see what his own key is.
 */

static ngx_int_t
ngx_http_llmgw_admin_allow(ngx_http_llmgw_admin_t *a)
{
    int64_t                     role;
    ngx_uint_t                  group;
    const llmgw_policy_t       *policy;
    ngx_http_llmgw_identity_t  *id;

    id = a->ctx->identity;

    a->by = id->alias;

    if (id->master) {
        return NGX_OK;
    }

    if (id->id[LLMGW_KIND_USER].len) {
        a->by = id->id[LLMGW_KIND_USER];
    }

    policy = id->policy[LLMGW_KIND_KEY];
    role = llmgw_policy_number(id->policy[LLMGW_KIND_USER],
                               LLMGW_F_USER_ROLE, -1);

    group = a->route->write ? LLMGW_ROUTES_MANAGEMENT
                            : LLMGW_ROUTES_MANAGEMENT|LLMGW_ROUTES_INFO;

    if (!llmgw_policy_route(policy, group,
                            ngx_http_llmgw_str(a->request->uri)))
    {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_FORBIDDEN,
                               "permission_denied", llmgw_null_str,
                               llmgw_lit("the API key may not use this "
                                         "path"));
    }

    if (role == LLMGW_USER_PROXY_ADMIN
        || (role == LLMGW_USER_PROXY_ADMIN_VIEWER && !a->route->write))
    {
        return NGX_OK;
    }

    if (a->route->op == LLMGW_ADMIN_INFO && a->route->kind == LLMGW_KIND_KEY)
    {
        a->own = 1;
        return NGX_OK;
    }

    return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_FORBIDDEN,
                               "permission_denied", llmgw_null_str,
                               llmgw_lit("only an administrator may do "
                                         "this"));
}


/* the store has said whose key it is */

static void
ngx_http_llmgw_admin_resume(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    ngx_http_llmgw_admin_t  *a;

    a = ngx_http_llmgw_get_ctx(r)->admin;

    rc = ngx_http_llmgw_admin_identify(a);

    if (rc == NGX_AGAIN) {
        return;
    }

    if (rc != NGX_OK) {

        if (ngx_http_discard_request_body(r) != NGX_OK) {
            r->keepalive = 0;
        }

        ngx_http_finalize_request(r, ngx_http_llmgw_admin_send(a));
        return;
    }

    ngx_http_finalize_request(r, ngx_http_llmgw_admin_go(a));
}


/* whoever asks may: what is it? */

static ngx_int_t
ngx_http_llmgw_admin_go(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = a->request;

    a->handler = ngx_http_llmgw_admin_handlers[a->route->op];
    a->ctx->admin = a;

    if (a->route->methods == LLMGW_ADMIN_GET) {

        rc = ngx_http_discard_request_body(r);

        if (rc != NGX_OK) {
            return rc;
        }

        r->main->count++;

        ngx_http_llmgw_admin_body(r);

        return NGX_DONE;
    }

    if (r->headers_in.content_length_n > LLMGW_ADMIN_BODY) {

        (void) ngx_http_llmgw_admin_large(a);

        if (ngx_http_discard_request_body(r) != NGX_OK) {
            r->keepalive = 0;
        }

        return ngx_http_llmgw_admin_send(a);
    }

    rc = ngx_http_llmgw_read_body(r, a->ctx, ngx_http_llmgw_admin_body);

    return (rc >= NGX_HTTP_SPECIAL_RESPONSE) ? rc : NGX_DONE;
}


static void
ngx_http_llmgw_admin_body(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    ngx_http_llmgw_ctx_t    *ctx;
    ngx_http_llmgw_admin_t  *a;

    ctx = ngx_http_llmgw_get_ctx(r);
    a = ctx->admin;

    ctx->state = ngx_http_llmgw_done;

    /* what was begun is done, whether the client still waits or not */

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    rc = ngx_http_llmgw_admin_read(a);

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, ngx_http_llmgw_admin_send(a));
        return;
    }

    ngx_http_llmgw_admin_run(a);
}


static ngx_int_t
ngx_http_llmgw_admin_read(ngx_http_llmgw_admin_t *a)
{
    ngx_str_t            type;
    llmgw_int_t          rc;
    llmgw_str_t          body;
    ngx_http_request_t  *r;

    r = a->request;

    if (a->route->methods == LLMGW_ADMIN_GET) {

        rc = llmgw_admin_read_query(&a->ctx->arena, a->route,
                                    a->ctx->admin_args, &a->rq);

    } else {
        body = llmgw_str(a->ctx->body, a->ctx->body_last - a->ctx->body);

        if (body.len > LLMGW_ADMIN_BODY) {
            return ngx_http_llmgw_admin_large(a);
        }

        if (body.len) {

            ngx_str_null(&type);

            if (r->headers_in.content_type) {
                type = r->headers_in.content_type->value;
            }

            if (type.len < 16
                || ngx_strncasecmp(type.data, (u_char *) "application/json",
                                   16)
                   != 0
                || (type.len > 16 && type.data[16] != ';'
                    && type.data[16] != ' '))
            {
                return ngx_http_llmgw_admin_refuse(a,
                               NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                               "bad_request_error", llmgw_null_str,
                               llmgw_lit("the body must be "
                                         "application/json"));
            }
        }

        rc = llmgw_admin_read_body(&a->ctx->arena, a->route, body, &a->rq);
    }

    if (rc == LLMGW_OK && a->route->segment.len) {
        rc = llmgw_admin_read_segment(&a->ctx->arena, a->route, a->segment,
                                      &a->rq);
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_admin_complete(&a->ctx->arena, a->route, &a->rq);
    }

    if (rc == LLMGW_OK) {
        return NGX_OK;
    }

    if (rc != LLMGW_INVALID) {
        return ngx_http_llmgw_admin_failed(a);
    }

    if (a->rq.syntax) {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_BAD_REQUEST,
                                           "bad_request_error",
                                           llmgw_null_str,
                                           a->rq.problem.message);
    }

    return ngx_http_llmgw_admin_refuse(a, 422, "validation_error",
                                       a->rq.problem.field,
                                       a->rq.problem.message);
}


static ngx_int_t
ngx_http_llmgw_admin_large(ngx_http_llmgw_admin_t *a)
{
    return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                       "bad_request_error", llmgw_null_str,
                                       llmgw_lit("the body is too large"));
}


static void
ngx_http_llmgw_admin_run(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t  rc;

    rc = a->handler(a);

    if (rc == NGX_AGAIN) {
        return;
    }

    if (rc == NGX_OK && a->answer == NULL) {
        (void) ngx_http_llmgw_admin_failed(a);
    }

    ngx_http_finalize_request(a->request, ngx_http_llmgw_admin_send(a));
}


ngx_uint_t
ngx_http_llmgw_admin_ask(ngx_http_llmgw_admin_t *a)
{
    if (a->answered) {
        return 0;
    }

    ngx_memzero(&a->call, sizeof(ngx_http_llmgw_store_call_t));

    a->call.handler = ngx_http_llmgw_admin_answer;
    a->call.data = a;
    a->call.log = a->request->connection->log;
    a->call.pool = a->request->pool;

    return 1;
}


ngx_int_t
ngx_http_llmgw_admin_tell(ngx_http_llmgw_admin_t *a,
    void (*fn)(ngx_http_llmgw_main_conf_t *lmcf,
               ngx_http_llmgw_store_call_t *call))
{
    if (!a->answered) {

        a->asking = 1;

        fn(a->lmcf, &a->call);

        a->asking = 0;

        if (!a->answered) {
            return NGX_AGAIN;
        }
    }

    a->answered = 0;

    return a->call.rc;
}


static void
ngx_http_llmgw_admin_answer(ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_admin_t *a = call->data;

    ngx_connection_t  *c;

    a->answered = 1;

    if (a->asking) {
        return;
    }

    c = a->request->connection;

    ngx_http_set_log_request(c->log, a->request);

    ngx_http_llmgw_admin_run(a);

    ngx_http_run_posted_requests(c);
}


/* lets others have their turn; the handler goes on later */

ngx_int_t
ngx_http_llmgw_admin_yield(ngx_http_llmgw_admin_t *a)
{
    a->event.handler = ngx_http_llmgw_admin_event;
    a->event.data = a;
    a->event.log = a->request->connection->log;

    ngx_post_event(&a->event, &ngx_posted_next_events);

    return NGX_AGAIN;
}


static void
ngx_http_llmgw_admin_event(ngx_event_t *ev)
{
    ngx_http_llmgw_admin_t *a = ev->data;

    ngx_connection_t  *c;

    c = a->request->connection;

    ngx_http_set_log_request(c->log, a->request);

    ngx_http_llmgw_admin_run(a);

    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_llmgw_admin_send(ngx_http_llmgw_admin_t *a)
{
    char                *text;
    u_char              *p;
    int64_t              wait;
    llmgw_out_t          out;
    ngx_http_request_t  *r;

    r = a->request;

    if (a->ended) {
        return NGX_ERROR;
    }

    a->ended = 1;

    text = json_dumps(a->answer, LLMGW_ADMIN_DUMP|JSON_ENCODE_ANY);

    if (text == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    llmgw_out_init(&out, &a->ctx->arena, 512, 0, 0);
    llmgw_put_n(&out, text, strlen(text));

    /* a key may have been in it */

    p = (u_char *) text;
    ngx_explicit_memzero(p, strlen(text));

    free(text);

    if (ngx_http_llmgw_push_header(r, llmgw_lit("X-Content-Type-Options"),
                                   llmgw_lit("nosniff"))
        != NGX_OK
        || ngx_http_llmgw_push_header(r, llmgw_lit("Cache-Control"),
                                      llmgw_lit("no-store"))
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (a->status == NGX_HTTP_UNAUTHORIZED
        && ngx_http_llmgw_push_header(r, llmgw_lit("WWW-Authenticate"),
                                      llmgw_lit("Bearer"))
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (a->status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        wait = 1000;

    } else if (a->status == NGX_HTTP_TOO_MANY_REQUESTS) {
        wait = a->ctx->error.retry_after;

    } else {
        wait = -1;
    }

    if (wait >= 0
        && ngx_http_llmgw_push_header(r, llmgw_lit("Retry-After"),
                              llmgw_fmt(&a->ctx->arena, "%lld",
                                        (long long) (wait + 999) / 1000))
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_llmgw_send(r, a->status, &out);
}


ngx_int_t
ngx_http_llmgw_admin_refuse(ngx_http_llmgw_admin_t *a, ngx_uint_t status,
    const char *type, llmgw_str_t param, llmgw_str_t message)
{
    json_decref(a->answer);

    a->status = status;
    a->answer = llmgw_admin_error(status,
                                  llmgw_str((u_char *) type, strlen(type)),
                                  param, message);

    if (a->answer == NULL) {
        a->status = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return status;
}


/* a value that cannot be */

ngx_int_t
ngx_http_llmgw_admin_wrong(ngx_http_llmgw_admin_t *a, const char *param,
    const char *message)
{
    return ngx_http_llmgw_admin_refuse(a, 422, "validation_error",
                                       llmgw_str((u_char *) param,
                                                 strlen(param)),
                                       llmgw_str((u_char *) message,
                                                 strlen(message)));
}


ngx_int_t
ngx_http_llmgw_admin_failed(ngx_http_llmgw_admin_t *a)
{
    return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_INTERNAL_SERVER_ERROR,
                                       "internal_server_error",
                                       llmgw_null_str,
                                       llmgw_lit("the request failed"));
}


ngx_int_t
ngx_http_llmgw_admin_unavailable(ngx_http_llmgw_admin_t *a)
{
    return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_SERVICE_UNAVAILABLE,
                                       "no_db_connection", llmgw_null_str,
                                       llmgw_lit("the store cannot be asked "
                                                 "at the moment"));
}


ngx_int_t
ngx_http_llmgw_admin_random(ngx_http_llmgw_admin_t *a, u_char *p, size_t n)
{
    /* up to 256 bytes come at once, or not at all */

    if (getrandom(p, n, 0) == (ssize_t) n) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_CRIT, a->request->connection->log, ngx_errno,
                  "getrandom() failed");

    return NGX_ERROR;
}


static void
ngx_http_llmgw_admin_cleanup(void *data)
{
    ngx_http_llmgw_admin_t *a = data;

    ngx_http_llmgw_store_cancel(a->lmcf, &a->call);

    if (a->event.posted) {
        ngx_delete_posted_event(&a->event);
    }

    if (a->scan.pool) {
        ngx_destroy_pool(a->scan.pool);
        a->scan.pool = NULL;
    }

    ngx_http_llmgw_admin_free_changes(a);

    json_decref(a->rq.params);
    json_decref(a->rq.fields);
    json_decref(a->answer);
    json_decref(a->rows);

    ngx_explicit_memzero(a->key, sizeof(a->key));
}
