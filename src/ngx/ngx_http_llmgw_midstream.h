
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Streams that another attempt goes on with, behind their first bytes:
 *
 *     interrupted   the attempt failed, and the client is still to get what
 *                   came of it
 *     continuing    it has got all of that, and the next attempt has not
 *                   begun to answer
 */


#ifndef _NGX_HTTP_LLMGW_MIDSTREAM_H_INCLUDED_
#define _NGX_HTTP_LLMGW_MIDSTREAM_H_INCLUDED_


#include "ngx_http_llmgw_plan.h"
#include "llmgw_resume.h"


struct ngx_http_llmgw_midstream_s {
    llmgw_resume_t           resume;

    /* of the answer that the client has, while others are asked */
    ngx_http_headers_out_t   headers_out;
    void                   **filters;      /* r->ctx */

    llmgw_error_t            error;        /* with which it broke off */
    ngx_uint_t               times;        /* that another one went on */
    int64_t                  cost;         /* of the attempts before, nano */

    unsigned                 over:1;       /* interrupted: nothing more
                                              comes */
    unsigned                 counted:1;    /* ctx->reply is in resume.usage */
    unsigned                 unpriced:1;   /* of some the price is unknown */
};


/* an answer begins to come in */

ngx_int_t ngx_http_llmgw_midstream_reply(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* its header would be sent: the client has one */

ngx_int_t ngx_http_llmgw_midstream_begin(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* The filters' contexts, which the jump to a location has cleared. */

void ngx_http_llmgw_midstream_filters(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/*
 * The interrupted attempt is over.  As the body filter's return value:
 * NGX_HTTP_BAD_GATEWAY leads to the next attempt; NGX_AGAIN: the client has
 * not taken all yet.
 */

ngx_int_t ngx_http_llmgw_midstream_next(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* There is no other attempt: ends the client's stream with an error. */

ngx_int_t ngx_http_llmgw_midstream_fail(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx);

/* Tokens and cost of the attempts before are added to those of this one. */

ngx_int_t ngx_http_llmgw_midstream_usage(ngx_http_llmgw_ctx_t *ctx,
    llmgw_usage_t *u, ngx_int_t rc);
int64_t ngx_http_llmgw_midstream_cost(ngx_http_llmgw_ctx_t *ctx,
    int64_t cost);


#endif /* _NGX_HTTP_LLMGW_MIDSTREAM_H_INCLUDED_ */
