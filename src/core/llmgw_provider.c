
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_aws.h"
#include "llmgw_provider.h"


const llmgw_provider_t *
llmgw_provider_find(llmgw_str_t name)
{
    const llmgw_provider_t  *p;

    for (p = llmgw_providers; p->name.len; p++) {
        if (llmgw_str_eq(p->name, name)
            || llmgw_str_listed(p->aliases, name))
        {
            return p;
        }
    }

    return NULL;
}


static llmgw_int_t
llmgw_authorize_with(llmgw_str_t header, llmgw_str_t scheme, llmgw_str_t key,
    llmgw_upstream_t *up, llmgw_arena_t *a)
{
    llmgw_str_t  value;

    if (scheme.len == 0) {
        return llmgw_upstream_header(up, a, header, key);
    }

    value = llmgw_fmt(a, "%.*s%.*s", llmgw_arg(scheme), llmgw_arg(key));

    if (value.data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_upstream_header(up, a, header, value);
}


llmgw_int_t
llmgw_authorize(const llmgw_provider_t *p, const llmgw_credential_t *cred,
    llmgw_str_t host, int64_t now, llmgw_upstream_t *up, llmgw_arena_t *a,
    llmgw_error_t *e)
{
    llmgw_str_t  key;

    switch (p->auth) {

    case LLMGW_AUTH_BEARER:

        /* never both, a token comes first */

        key = cred->token.len ? cred->token : cred->key;

        return key.len ? llmgw_authorize_with(p->header, p->scheme, key, up, a)
                       : LLMGW_OK;

    case LLMGW_AUTH_AZURE:
    case LLMGW_AUTH_GOOGLE:

        /* never both */

        if (cred->token.len) {
            return llmgw_authorize_with(llmgw_lit("Authorization"),
                                        llmgw_lit("Bearer "), cred->token,
                                        up, a);
        }

        /* fall through */

    case LLMGW_AUTH_HEADER:

        if (cred->key.len == 0) {
            return LLMGW_OK;
        }

        return llmgw_authorize_with(p->header, p->scheme, cred->key, up, a);

    case LLMGW_AUTH_AWS:
        return llmgw_aws_authorize(p->header, cred, host, now, up, a, e);

    default:
        return LLMGW_OK;
    }
}
