
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a provider says of its limits: one that is used up is better left alone
 * until it begins anew.
 */


#include "ngx_http_llmgw_plan.h"
#include "llmgw_headers.h"


/* the longest that a provider's limit is believed to be used up, ms */
#define NGX_HTTP_LLMGW_DRAINED  60000


/* what is left of the account's limits, and when they begin anew */

void
ngx_http_llmgw_plan_limits(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx)
{
    int64_t                 wait;
    ngx_uint_t              i;
    llmgw_left_t            left;
    ngx_list_part_t        *part;
    ngx_table_elt_t        *h;
    ngx_http_llmgw_plan_t  *plan;

    plan = ctx->plan;

    if (plan->deployment == NULL) {
        return;
    }

    ngx_memzero(&left, sizeof(llmgw_left_t));

    part = &r->upstream->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {

            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].lowcase_key) {
            llmgw_left_note(&left, llmgw_str(h[i].lowcase_key, h[i].key.len),
                            ngx_http_llmgw_str(h[i].value), ngx_time());
        }
    }

    if (left.empty == 0) {
        return;
    }

    wait = llmgw_left_wait(&left);

    if (wait > 0) {
        llmgw_store(&plan->deployment->numbers->drained_until,
                    ngx_current_msec + ngx_min(wait, NGX_HTTP_LLMGW_DRAINED));
    }
}
