
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_listing.h"
#include "llmgw_azure.h"
#include "llmgw_traits.h"


static llmgw_int_t llmgw_listing_anthropic(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_str_t llmgw_listing_beside(llmgw_call_t *call, const char *path);


llmgw_int_t
llmgw_listing(const llmgw_provider_t *p, llmgw_call_t *call,
    llmgw_upstream_t *up)
{
    llmgw_str_t             base;
    const llmgw_dialect_t  *d;

    d = call->target->dialect;
    base = call->target->base_path;

    if (p->auth == LLMGW_AUTH_AWS) {

        /* models are listed by a service of another host */

        return LLMGW_DECLINED;
    }

    if (d == &llmgw_dialect_openai || d == &llmgw_dialect_huggingface) {
        up->path = llmgw_openai_path(call, LLMGW_EP_MODELS,
                                     llmgw_lit("/models"));

    } else if (d == &llmgw_dialect_anthropic) {
        return llmgw_listing_anthropic(call, up);

    } else if (d == &llmgw_dialect_azure) {
        return llmgw_azure_listing(call, up);

    } else if (d == &llmgw_dialect_gemini) {
        up->path = llmgw_fmt(call->arena, "%.*s%s/models", llmgw_arg(base),
                             llmgw_str_ends(base, "/v1beta")
                             || llmgw_str_ends(base, "/v1")
                             || llmgw_str_ends(base, "/v1alpha")
                             ? "" : "/v1beta");

    } else if (d == &llmgw_dialect_cohere) {
        up->path = llmgw_listing_beside(call, "/v1/models");

    } else if (d == &llmgw_dialect_tgi || d == &llmgw_dialect_tei) {

        /* servers of one model, which say whether it is loaded */

        up->path = llmgw_listing_beside(call, "/health");

    } else {
        return LLMGW_DECLINED;
    }

    return up->path.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_listing_anthropic(llmgw_call_t *call, llmgw_upstream_t *up)
{
    const llmgw_settings_t  *set;

    set = call->target->settings;

    up->path = llmgw_v1_path(call->arena, call->target->base_path,
                             llmgw_lit("/models"));

    if (up->path.data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_upstream_header(up, call->arena,
                                 llmgw_lit("anthropic-version"),
                                 set && set->anthropic_version.len
                                 ? set->anthropic_version
                                 : llmgw_lit("2023-06-01"));
}


/* base URLs are written with the version and without it */

static llmgw_str_t
llmgw_listing_beside(llmgw_call_t *call, const char *path)
{
    llmgw_str_t  base;

    base = call->target->base_path;

    if (llmgw_str_ends(base, "/v1") || llmgw_str_ends(base, "/v2")) {
        base.len -= sizeof("/v1") - 1;
    }

    return llmgw_fmt(call->arena, "%.*s%s", llmgw_arg(base), path);
}


llmgw_str_t
llmgw_ping(const llmgw_provider_t *p, llmgw_arena_t *a, llmgw_str_t model)
{
    const char  *limit;

    /*
     * The older name is known to all but the newest models of OpenAI's own,
     * which want some room for thoughts.
     */

    limit = (llmgw_str_is(p->name, "openai") || llmgw_str_is(p->name, "azure"))
            ? "\"max_completion_tokens\":16" : "\"max_tokens\":1";

    return llmgw_fmt(a, "{\"model\":\"%.*s\",\"messages\":[{\"role\":\"user\","
                     "\"content\":\"ping\"}],%s}", llmgw_arg(model), limit);
}
