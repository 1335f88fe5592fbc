
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_aws.h"
#include "llmgw_provider.h"


static const llmgw_provider_t  llmgw_providers[] = {

    { llmgw_string("openai"), &llmgw_dialect_openai,
      llmgw_string("https://api.openai.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("") },

    { llmgw_string("anthropic"), &llmgw_dialect_anthropic,
      llmgw_string("https://api.anthropic.com"), LLMGW_AUTH_HEADER,
      llmgw_string("x-api-key") },

    { llmgw_string("azure"), &llmgw_dialect_azure, llmgw_string(""),
      LLMGW_AUTH_AZURE, llmgw_string("api-key") },

    { llmgw_string("gemini"), &llmgw_dialect_gemini,
      llmgw_string("https://generativelanguage.googleapis.com"),
      LLMGW_AUTH_GOOGLE, llmgw_string("x-goog-api-key") },

    { llmgw_string("cohere"), &llmgw_dialect_cohere,
      llmgw_string("https://api.cohere.com"), LLMGW_AUTH_BEARER,
      llmgw_string("") },

    /* the location says where it is */

    { llmgw_string("vertex"), &llmgw_dialect_vertex, llmgw_string(""),
      LLMGW_AUTH_GOOGLE, llmgw_string("x-goog-api-key") },

    { llmgw_string("huggingface"), &llmgw_dialect_huggingface,
      llmgw_string("https://router.huggingface.co/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("") },

    { llmgw_string("bedrock"), &llmgw_dialect_bedrock,
      llmgw_string("https://bedrock-runtime.{region}.{domain}"),
      LLMGW_AUTH_AWS, llmgw_string("bedrock") },

    { llmgw_string("bedrock-messages"), &llmgw_dialect_anthropic,
      llmgw_string("https://bedrock-mantle.{region}.api.aws/anthropic"),
      LLMGW_AUTH_AWS, llmgw_string("bedrock-mantle") },

    /* answers by itself */

    { llmgw_string("mock"), &llmgw_dialect_openai, llmgw_string(""),
      LLMGW_AUTH_NONE, llmgw_string("") },

    { llmgw_string(""), NULL, llmgw_string(""), LLMGW_AUTH_NONE,
      llmgw_string("") }
};


const llmgw_provider_t *
llmgw_provider_list(void)
{
    return llmgw_providers;
}


const llmgw_provider_t *
llmgw_provider_find(llmgw_str_t name)
{
    const llmgw_provider_t  *p;

    for (p = llmgw_providers; p->name.len; p++) {
        if (llmgw_str_eq(p->name, name)) {
            return p;
        }
    }

    return NULL;
}


static llmgw_int_t
llmgw_authorize_bearer(llmgw_str_t token, llmgw_upstream_t *up,
    llmgw_arena_t *a)
{
    u_char  *value;

    value = llmgw_nalloc(a, sizeof("Bearer ") - 1 + token.len);
    if (value == NULL) {
        return LLMGW_ERROR;
    }

    memcpy(value, "Bearer ", sizeof("Bearer ") - 1);
    memcpy(value + sizeof("Bearer ") - 1, token.data, token.len);

    return llmgw_upstream_header(up, a, llmgw_lit("Authorization"),
                                 llmgw_str(value, sizeof("Bearer ") - 1
                                                  + token.len));
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

        return key.len ? llmgw_authorize_bearer(key, up, a) : LLMGW_OK;

    case LLMGW_AUTH_AZURE:
    case LLMGW_AUTH_GOOGLE:

        /* never both */

        if (cred->token.len) {
            return llmgw_authorize_bearer(cred->token, up, a);
        }

        /* fall through */

    case LLMGW_AUTH_HEADER:

        if (cred->key.len == 0) {
            return LLMGW_OK;
        }

        return llmgw_upstream_header(up, a, p->header, cred->key);

    case LLMGW_AUTH_AWS:
        return llmgw_aws_authorize(p->header, cred, host, now, up, a, e);

    default:
        return LLMGW_OK;
    }
}
