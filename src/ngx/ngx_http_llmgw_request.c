
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A client's request up to the point where it is routed.
 */


#include "ngx_http_llmgw_admit.h"
#include "ngx_http_llmgw_plan.h"
#include "llmgw_stored.h"


/* the client should speak another protocol, or HTTP without upgrades */
#define NGX_HTTP_LLMGW_UPGRADE_REQUIRED  426


static void ngx_http_llmgw_cleanup(void *data);
static ngx_int_t ngx_http_llmgw_authenticate(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_resume_pt resume);
static ngx_int_t ngx_http_llmgw_endpoint(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_uint_t ngx_http_llmgw_has_header(ngx_http_request_t *r,
    const char *name, size_t len);
static void ngx_http_llmgw_access_resume(ngx_http_request_t *r);
static void ngx_http_llmgw_handler_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_method(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_hello(ngx_http_request_t *r);
static llmgw_int_t ngx_http_llmgw_read_call(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, llmgw_str_t body, llmgw_str_t type);
static void ngx_http_llmgw_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_llmgw_client_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_random(ngx_http_request_t *r, u_char *p);


void *
ngx_http_llmgw_alloc(void *data, size_t size)
{
    return ngx_palloc(data, size);
}


/* the pool frees the context; what may still fire is stopped here */

static void
ngx_http_llmgw_cleanup(void *data)
{
    ngx_http_llmgw_ctx_t *ctx = data;

    ngx_http_llmgw_queue_leave(ctx);

    ctx->request = NULL;

    if (ctx->linger.timer_set) {
        ngx_del_timer(&ctx->linger);
    }

    if (ctx->pulse.timer_set) {
        ngx_del_timer(&ctx->pulse);
    }

    ngx_http_llmgw_lookup_cancel(ctx);
}


ngx_http_llmgw_ctx_t *
ngx_http_llmgw_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t    *cln;
    ngx_http_llmgw_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_llmgw_module);

    if (ctx != NULL || (!r->internal && !r->filter_finalize)) {
        return ctx;
    }

    /*
     * A jump to a named location clears the contexts.  Subrequests share the
     * pool, but not the context.
     */

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler == ngx_http_llmgw_cleanup) {

            ctx = cln->data;

            if (ctx->request == r) {
                ngx_http_set_ctx(r, ctx, ngx_http_llmgw_module);
                return ctx;
            }
        }
    }

    return NULL;
}


ngx_http_llmgw_ctx_t *
ngx_http_llmgw_create_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t    *cln;
    ngx_http_llmgw_ctx_t  *ctx;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_llmgw_ctx_t));
    if (cln == NULL) {
        return NULL;
    }

    ctx = cln->data;

    ngx_memzero(ctx, sizeof(ngx_http_llmgw_ctx_t));

    cln->handler = ngx_http_llmgw_cleanup;

    ctx->request = r;
    ctx->keepalive = r->keepalive;
    ctx->http_version = r->http_version;
    ctx->start = ngx_current_msec;
    ctx->requests.limit = -1;
    ctx->tokens.limit = -1;

    llmgw_arena_init(&ctx->arena, ngx_http_llmgw_alloc, r->pool, 2048, 0);

    /* errors that come before an endpoint is known are OpenAI's */

    llmgw_call_init(&ctx->call, &ctx->arena, NULL);

    ngx_http_llmgw_random(r, ctx->call.random);
    ctx->call.now = ngx_time();

    ngx_http_set_ctx(r, ctx, ngx_http_llmgw_module);

    return ctx;
}


/*
 * What goes wrong is kept in the context, and the status is returned to nginx:
 * its own way of special responses runs ("error_page" works), and our header
 * filter turns the page it would send into the dialect's error.
 */

ngx_int_t
ngx_http_llmgw_error(ngx_http_llmgw_ctx_t *ctx, ngx_uint_t status,
    llmgw_str_t code, llmgw_str_t message)
{
    llmgw_error_set(&ctx->error, status, code, llmgw_null_str, message);

    ctx->has_error = 1;

    return status;
}


ngx_int_t
ngx_http_llmgw_access_handler(ngx_http_request_t *r)
{
    ngx_http_llmgw_ctx_t       *ctx;
    ngx_http_llmgw_loc_conf_t  *llcf;

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    if (r != r->main || !llcf->enable || llcf->provider
        || (llcf->admin && ngx_http_llmgw_admin_path(r)))
    {
        return NGX_DECLINED;
    }

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL) {
        ctx = ngx_http_llmgw_create_ctx(r);
        if (ctx == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return ngx_http_llmgw_authenticate(r, ctx, ngx_http_llmgw_access_resume);
}


/* the store has answered: the phases go on where they have stopped */

static void
ngx_http_llmgw_access_resume(ngx_http_request_t *r)
{
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


/*
 * NGX_DECLINED: the request may go on, which is remembered for the time after
 * a jump; NGX_AGAIN: it waits for the store.
 */

static ngx_int_t
ngx_http_llmgw_authenticate(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_resume_pt resume)
{
    ngx_int_t                    rc;
    ngx_str_t                    key;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (ctx->identified) {
        return NGX_DECLINED;
    }

    if (ctx->call.endpoint == NULL) {

        rc = ngx_http_llmgw_endpoint(r, ctx);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (ctx->call.endpoint->open) {
        ctx->identified = 1;
        return NGX_DECLINED;
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    if (ngx_http_llmgw_credential(r, ctx, &key) != NGX_OK) {
        ngx_str_set(&ctx->detail, "no_key");

        return ngx_http_llmgw_error(ctx, NGX_HTTP_UNAUTHORIZED,
                              llmgw_lit("invalid_api_key"),
                              ctx->call.endpoint->native
                              == &llmgw_dialect_gemini
                              ? llmgw_lit("no API key was sent: put it into "
                                          "the header x-goog-api-key")
                              : llmgw_lit("no API key was sent: put it into "
                                          "the Authorization header as "
                                          "\"Bearer KEY\""));
    }

    rc = ngx_http_llmgw_jwt_like(lmcf, &key)
         ? ngx_http_llmgw_jwt_identify(r, ctx, &key, resume)
         : ngx_http_llmgw_identify(r, ctx, &key, resume);

    if (rc != NGX_OK) {
        return rc;
    }

    ctx->identified = 1;

    ngx_http_llmgw_tags(lmcf, ctx);

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_llmgw_endpoint(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    const llmgw_endpoint_t  *ep;

    if (r->http_version < NGX_HTTP_VERSION_10) {
        return ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_REQUEST,
                                    llmgw_lit("invalid_request"),
                                    llmgw_lit("HTTP/0.9 is not served"));
    }

    if (r->headers_in.server.len == 0) {
        return ngx_http_llmgw_error(ctx, NGX_HTTP_BAD_REQUEST,
                                    llmgw_lit("invalid_request"),
                                    llmgw_lit("the request names no host"));
    }

    ep = llmgw_endpoint_find(ngx_http_llmgw_str(r->uri), &ctx->rest);

    if (ep == NULL) {
        return ngx_http_llmgw_error(ctx, NGX_HTTP_NOT_FOUND,
                               llmgw_lit("not_found"),
                               llmgw_fmt(&ctx->arena, "unknown path \"%.*s\"",
                                         llmgw_arg(ngx_http_llmgw_str(
                                                   r->uri))));
    }

    /* clients say which version of an API they mean, or which key they have */

    if (ngx_http_llmgw_has_header(r, "anthropic-version",
                                  sizeof("anthropic-version") - 1))
    {
        ep = llmgw_endpoint_messages(ep);

    } else if ((ctx->query_key.len && r->headers_in.authorization == NULL)
               || ngx_http_llmgw_has_header(r, "x-goog-api-key",
                                            sizeof("x-goog-api-key") - 1))
    {
        ep = llmgw_endpoint_gemini(ep);
    }

    ctx->call.endpoint = ep;
    ctx->call.rest = ctx->rest;
    ctx->call.query = ngx_http_llmgw_str(r->args);

    return ngx_http_llmgw_method(r, ctx);
}


static ngx_uint_t
ngx_http_llmgw_has_header(ngx_http_request_t *r, const char *name, size_t len)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {

            if (part->next == NULL) {
                return 0;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].key.len == len
            && ngx_strncmp(h[i].lowcase_key, name, len) == 0)
        {
            return 1;
        }
    }
}


/* LLMGW_METHOD_GET …; 0: there is no such path */

static ngx_uint_t
ngx_http_llmgw_methods(ngx_http_llmgw_ctx_t *ctx)
{
    const llmgw_endpoint_t  *ep;

    ep = ctx->call.endpoint;

    if (ep->stored) {
        return llmgw_stored_methods(ep, ctx->rest);
    }

    if (ep->id == LLMGW_EP_GEMINI_OTHER) {
        return 0;
    }

    return ep->post ? LLMGW_METHOD_POST : LLMGW_METHOD_GET;
}


/* the value of an "Allow" header */

llmgw_str_t
ngx_http_llmgw_allow(ngx_http_llmgw_ctx_t *ctx)
{
    switch (ngx_http_llmgw_methods(ctx)) {

    case LLMGW_METHOD_POST:
        return llmgw_lit("POST");

    case LLMGW_METHOD_GET:
        return ctx->call.endpoint->stored ? llmgw_lit("GET")
                                          : llmgw_lit("GET, HEAD");

    case LLMGW_METHOD_GET|LLMGW_METHOD_POST:
        return llmgw_lit("GET, POST");

    case LLMGW_METHOD_GET|LLMGW_METHOD_DELETE:
        return llmgw_lit("GET, DELETE");

    default:
        return llmgw_lit("GET, POST, DELETE");
    }
}


static ngx_int_t
ngx_http_llmgw_method(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t               methods, method;
    const llmgw_endpoint_t  *ep;

    ep = ctx->call.endpoint;
    methods = ngx_http_llmgw_methods(ctx);

    if (methods == 0) {
        return ngx_http_llmgw_error(ctx, NGX_HTTP_NOT_FOUND,
                               llmgw_lit("not_found"),
                               llmgw_fmt(&ctx->arena, "unknown path \"%.*s\"",
                                         llmgw_arg(ngx_http_llmgw_str(
                                                   r->uri))));
    }

    switch (r->method) {

    case NGX_HTTP_POST:
        method = LLMGW_METHOD_POST;
        break;

    case NGX_HTTP_GET:
        method = LLMGW_METHOD_GET;
        break;

    case NGX_HTTP_HEAD:
        method = ep->stored ? 0 : LLMGW_METHOD_GET;
        break;

    case NGX_HTTP_DELETE:
        method = LLMGW_METHOD_DELETE;
        break;

    default:
        method = 0;
    }

    if (methods & method) {
        return NGX_OK;
    }

    /* agents ask for a WebSocket first, and take this for an answer */

    if (ep->id == LLMGW_EP_RESPONSES && method == LLMGW_METHOD_GET
        && r->headers_in.upgrade)
    {
        return ngx_http_llmgw_error(ctx, NGX_HTTP_LLMGW_UPGRADE_REQUIRED,
                                    llmgw_lit("websocket_not_supported"),
                                    llmgw_lit("there are no WebSockets here: "
                                              "ask for a stream by POST"));
    }

    return ngx_http_llmgw_error(ctx, NGX_HTTP_NOT_ALLOWED,
                         llmgw_lit("method_not_allowed"),
                         llmgw_fmt(&ctx->arena, "%.*s takes %.*s, not %.*s",
                                   llmgw_arg(ngx_http_llmgw_str(r->uri)),
                                   llmgw_arg(ngx_http_llmgw_allow(ctx)),
                                   llmgw_arg(ngx_http_llmgw_str(
                                             r->method_name))));
}


/* the content handler of a location with "llmgw on" */

ngx_int_t
ngx_http_llmgw_handler(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_http_llmgw_ctx_t  *ctx;

    if (r != r->main) {
        return NGX_HTTP_NOT_FOUND;
    }

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL) {

        /* "satisfy any" lets a request by without our access handler */

        ctx = ngx_http_llmgw_create_ctx(r);
        if (ctx == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (!ctx->identified) {

        rc = ngx_http_llmgw_authenticate(r, ctx,
                                         ngx_http_llmgw_handler_resume);

        if (rc == NGX_AGAIN) {
            r->main->count++;
            return NGX_DONE;
        }

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    ctx->entry = r->loc_conf;

    switch (ctx->call.endpoint->id) {

    case LLMGW_EP_HELLO:

        rc = ngx_http_discard_request_body(r);

        return (rc == NGX_OK) ? ngx_http_llmgw_hello(r) : rc;

    case LLMGW_EP_HEALTH:
    case LLMGW_EP_LIVELINESS:
    case LLMGW_EP_READINESS:

        rc = ngx_http_discard_request_body(r);

        return (rc == NGX_OK) ? ngx_http_llmgw_health_handler(r, ctx) : rc;

    case LLMGW_EP_MODELS:
    case LLMGW_EP_MODEL:
    case LLMGW_EP_GEMINI_MODELS:
    case LLMGW_EP_GEMINI_MODEL:

        rc = ngx_http_discard_request_body(r);

        return (rc == NGX_OK) ? ngx_http_llmgw_models_handler(r, ctx) : rc;

    default:
        break;
    }

    rc = ngx_http_llmgw_read_body(r, ctx, ngx_http_llmgw_body_handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


/* the connection is there: that is all that is asked */

static ngx_int_t
ngx_http_llmgw_hello(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = 0;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_send_special(r, NGX_HTTP_LAST);
}


static void
ngx_http_llmgw_handler_resume(ngx_http_request_t *r)
{
    ngx_http_finalize_request(r, ngx_http_llmgw_handler(r));
}


/* a JSON answer of our own */

ngx_int_t
ngx_http_llmgw_send(ngx_http_request_t *r, ngx_uint_t status,
    llmgw_out_t *out)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t   cl;
    llmgw_str_t   body;

    if (llmgw_out_close(out) != LLMGW_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body = llmgw_out_join(out, out->arena);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = body.len;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = (u_char *) body.data;
    b->last = b->pos + body.len;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    cl.buf = b;
    cl.next = NULL;

    return ngx_http_output_filter(r, &cl);
}


static void
ngx_http_llmgw_body_handler(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    llmgw_str_t                 type, body;
    ngx_http_llmgw_ctx_t       *ctx;
    ngx_http_llmgw_loc_conf_t  *llcf;

    ctx = ngx_http_llmgw_get_ctx(r);
    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    ctx->state = ngx_http_llmgw_routing;

    if (ngx_http_llmgw_client_headers(r, ctx) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    type = llmgw_null_str;

    if (r->headers_in.content_type) {
        type = ngx_http_llmgw_str(r->headers_in.content_type->value);
    }

    ctx->call.hosted = llcf->hosted;

    body = llmgw_str(ctx->body, ctx->body_last - ctx->body);

    rc = ngx_http_llmgw_read_call(r, ctx, body, type);

    if (rc == LLMGW_OK) {

        rc = ngx_http_llmgw_own_members(ctx);

        if (rc == LLMGW_OK) {
            rc = ngx_http_llmgw_read_call(r, ctx, body, type);

        } else if (rc == LLMGW_DECLINED) {
            rc = LLMGW_OK;
        }
    }

    if (rc == LLMGW_OK) {
        ngx_http_llmgw_route(r, ctx);
        return;
    }

    if (rc != LLMGW_INVALID) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    ngx_str_set(&ctx->detail, "bad_request");

    ctx->error = ctx->call.error;
    ctx->has_error = 1;

    ngx_http_finalize_request(r, ctx->error.status);
}


static llmgw_int_t
ngx_http_llmgw_read_call(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    llmgw_str_t body, llmgw_str_t type)
{
    ngx_str_t  stream;

    if (!ctx->call.endpoint->stored) {
        return llmgw_call_read(&ctx->call, body, type);
    }

    ctx->call.stream = r->method == NGX_HTTP_GET
                       && ngx_http_arg(r, (u_char *) "stream", 6, &stream)
                          == NGX_OK
                       && stream.len == 4
                       && ngx_strncmp(stream.data, "true", 4) == 0;

    return llmgw_stored_read(&ctx->call, body, type);
}


/* headers that a dialect may pass on or has to look at; names in lower case */

static ngx_int_t
ngx_http_llmgw_client_headers(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t        i;
    llmgw_str_t       name;
    llmgw_header_t   *h, **last;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    static const llmgw_str_t  names[] = {
        llmgw_string("accept"),
        llmgw_string("content-encoding"),
        llmgw_string("openai-beta"),
        llmgw_string("idempotency-key"),
        llmgw_string("x-client-request-id")
    };

    last = &ctx->call.headers;
    part = &r->headers_in.headers.part;
    header = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {

            if (part->next == NULL) {
                break;
            }

            part = part->next;
            header = part->elts;
            i = 0;
        }

        name = llmgw_str(header[i].lowcase_key, header[i].key.len);

        if (!llmgw_str_starts(name, "anthropic-")) {

            if (llmgw_str_eq(name, names[0])
                || llmgw_str_eq(name, names[1])
                || llmgw_str_eq(name, names[2])
                || llmgw_str_eq(name, names[3])
                || llmgw_str_eq(name, names[4]))
            {
                /* void */

            } else {
                continue;
            }
        }

        h = llmgw_alloc(&ctx->arena, sizeof(llmgw_header_t));
        if (h == NULL) {
            return NGX_ERROR;
        }

        h->name = name;
        h->value = ngx_http_llmgw_str(header[i].value);
        h->next = NULL;

        *last = h;
        last = &h->next;
    }

    return NGX_OK;
}


/* $request_id's way to get bytes that no other request has */

static void
ngx_http_llmgw_random(ngx_http_request_t *r, u_char *p)
{
    uint64_t  n[2];

    n[0] = (uint64_t) ngx_random() << 32 ^ (uint64_t) ngx_random()
           ^ (uint64_t) (uintptr_t) r;
    n[1] = (uint64_t) ngx_random() << 33 ^ (uint64_t) r->connection->number
           ^ (uint64_t) ngx_pid << 48 ^ (uint64_t) ngx_current_msec << 8;

    ngx_memcpy(p, n, 16);
}
