
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Error pages in the client's dialect, also for errors that nginx found.
 */


#include "ngx_http_llmgw_admit.h"
#include "llmgw_headers.h"


static ngx_uint_t ngx_http_llmgw_page_wanted(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static void ngx_http_llmgw_page_error(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);
static ngx_int_t ngx_http_llmgw_page_header_int(ngx_http_request_t *r,
    const char *name, size_t len, int64_t value);


/*
 * nginx's built-in page and no other: it is made by the special response
 * handler, which sets err_status and this very string as the type.
 */

static ngx_uint_t
ngx_http_llmgw_page_wanted(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_http_llmgw_loc_conf_t  *llcf;

    if (r != r->main || r->err_status < NGX_HTTP_BAD_REQUEST
        || (ctx && ctx->json_page))
    {
        return 0;
    }

    if (r->headers_out.content_type.len
        && (r->headers_out.content_type.len != sizeof("text/html") - 1
            || ngx_strncmp(r->headers_out.content_type.data, "text/html", 9)
               != 0))
    {
        return 0;
    }

    llcf = ngx_http_get_module_loc_conf(r, ngx_http_llmgw_module);

    return llcf->enable || llcf->admin || llcf->provider;
}


static void
ngx_http_llmgw_page_error(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_uint_t   status;
    llmgw_str_t  message;

    status = r->err_status;

    if (ctx->has_error) {
        return;
    }

    switch (status) {

    case NGX_HTTP_NOT_FOUND:
        message = llmgw_fmt(&ctx->arena, "unknown path \"%.*s\"",
                            llmgw_arg(ngx_http_llmgw_str(r->uri)));
        break;

    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
        message = llmgw_lit("the request body is too large");
        break;

    case NGX_HTTP_FORBIDDEN:
        message = llmgw_lit("access is not allowed");
        break;

    case NGX_HTTP_UNAUTHORIZED:
        message = llmgw_lit("authorization is required");
        break;

    case NGX_HTTP_TOO_MANY_REQUESTS:
        message = llmgw_lit("too many requests");
        break;

    case NGX_HTTP_BAD_GATEWAY:
        message = llmgw_lit("no answer from the upstream");
        break;

    case NGX_HTTP_SERVICE_UNAVAILABLE:
        message = llmgw_lit("the service is not available at the moment");
        break;

    case NGX_HTTP_GATEWAY_TIME_OUT:
        message = llmgw_lit("the upstream did not answer in time");
        break;

    default:
        message = llmgw_fmt(&ctx->arena, "the request failed with status %u",
                            (unsigned) status);
    }

    (void) ngx_http_llmgw_error(ctx, status, llmgw_null_str, message);

    /* nginx knows some that the APIs do not, such as 501 */

    ctx->error.status = status;

    if (status == NGX_HTTP_NOT_FOUND) {
        ctx->error.code = llmgw_lit("not_found");
    }
}


static ngx_int_t
ngx_http_llmgw_page_header_int(ngx_http_request_t *r, const char *name,
    size_t len, int64_t value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.len = len;
    h->key.data = (u_char *) name;
    h->lowcase_key = NULL;
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    h->value.data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (h->value.data == NULL) {
        h->hash = 0;
        return NGX_ERROR;
    }

    h->value.len = ngx_sprintf(h->value.data, "%L", value) - h->value.data;

    return NGX_OK;
}


/*
 * NGX_DECLINED: the response is not for us.  NGX_OK: the header has been
 * changed to that of the dialect's error, and the body is to be replaced.
 */

ngx_int_t
ngx_http_llmgw_page_header(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t **ctxp)
{
    unsigned                 status;
    llmgw_error_t           *e;
    ngx_http_llmgw_ctx_t    *ctx;
    const llmgw_door_t      *door;

    ctx = *ctxp;

    if (!ngx_http_llmgw_page_wanted(r, ctx)) {
        return NGX_DECLINED;
    }

    if (ctx == NULL) {
        ctx = ngx_http_llmgw_create_ctx(r);
        if (ctx == NULL) {
            return NGX_ERROR;
        }

        *ctxp = ctx;
    }

    /* limits and rules of nginx come before we have looked at the request */

    if (ctx->call.endpoint == NULL && r->uri.len) {
        ctx->call.endpoint = llmgw_endpoint_find(ngx_http_llmgw_str(r->uri),
                                                 &ctx->rest);
    }

    ngx_http_llmgw_page_error(r, ctx);
    ngx_http_llmgw_settle(ctx);
    llmgw_request_id(&ctx->call, NULL);

    e = &ctx->error;
    door = ctx->call.endpoint ? ctx->call.endpoint->door
                              : &llmgw_door_chat;

    llmgw_out_init(&ctx->out, &ctx->arena, 512, 0, 0);

    if (ctx->call.endpoint) {
        llmgw_call_error(&ctx->call, e, &ctx->out);

    } else {
        llmgw_error_write(&ctx->out, e);
    }

    if (llmgw_out_close(&ctx->out) != LLMGW_OK) {
        return NGX_ERROR;
    }

    status = door->error_status ? door->error_status(e) : e->status;

    r->err_status = 0;
    r->headers_out.status = status;
    r->headers_out.status_line.len = 0;
    r->headers_out.content_length_n = ctx->out.size;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (r->headers_out.content_length) {
        r->headers_out.content_length->hash = 0;
        r->headers_out.content_length = NULL;
    }

    if (ngx_http_llmgw_copy_headers(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (e->status == NGX_HTTP_NOT_ALLOWED && ctx->call.endpoint
        && ngx_http_llmgw_push_header(r, llmgw_lit("Allow"),
                                      ngx_http_llmgw_allow(ctx))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* the body was read to its end, so the connection can be used again */

    if (ctx->state != ngx_http_llmgw_start
        && ctx->state != ngx_http_llmgw_reading)
    {
        r->keepalive = ctx->keepalive;
    }

    if (e->retry_after >= 0
        && (e->status == NGX_HTTP_TOO_MANY_REQUESTS
            || e->status == NGX_HTTP_SERVICE_UNAVAILABLE))
    {
        if (ngx_http_llmgw_page_header_int(r, "Retry-After",
                                           sizeof("Retry-After") - 1,
                                           (e->retry_after + 999) / 1000)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ctx->json_page = 1;

    return NGX_OK;
}


/* the error's body, once; then nothing */

ngx_chain_t *
ngx_http_llmgw_page_body(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;
    llmgw_str_t   body;

    ctx->page_sent = 1;

    body = llmgw_out_join(&ctx->out, &ctx->arena);

    cl = ngx_alloc_chain_link(r->pool);
    b = ngx_calloc_buf(r->pool);

    if (cl == NULL || b == NULL || body.data == NULL) {
        return NULL;
    }

    b->pos = (u_char *) body.data;
    b->last = b->pos + body.len;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    cl->buf = b;
    cl->next = NULL;

    return cl;
}


/* some services say which key it was that they refuse */

void
ngx_http_llmgw_hide_key(ngx_http_llmgw_ctx_t *ctx)
{
    size_t               i;
    llmgw_str_t          keys[4];
    llmgw_error_t       *e;
    llmgw_credential_t  *cred;

    e = &ctx->error;
    cred = &ctx->llcf->credential;

    keys[0] = cred->key;
    keys[1] = ctx->token
              ? ngx_http_llmgw_str(*ngx_http_llmgw_token_value(ctx->token))
              : cred->token;
    keys[2] = cred->secret_access_key;
    keys[3] = cred->session_token;

    for (i = 0; i < llmgw_nelts(keys); i++) {

        if (keys[i].len == 0) {
            continue;
        }

        if (llmgw_str_find(e->message, keys[i])) {
            e->message = llmgw_lit("the upstream refused the gateway's key");
            e->raw = llmgw_null_str;
        }

        if (llmgw_str_find(e->raw, keys[i])) {
            e->raw = llmgw_null_str;
        }
    }
}
