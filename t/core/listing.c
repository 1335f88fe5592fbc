
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a provider is asked to see whether it is there.
 */


#include "test.h"
#include "llmgw_listing.h"
#include "llmgw_traits.h"


static void
listing_paths(void)
{
    size_t                   i;
    test_mem_t               m;
    llmgw_int_t              rc;
    llmgw_str_t              body;
    llmgw_call_t             call;
    llmgw_target_t           target;
    llmgw_settings_t         set;
    llmgw_upstream_t         up;
    const llmgw_provider_t  *p;

    static const struct {
        const char  *provider;
        const char  *base;
        const char  *version;   /* of Azure's API */
        const char  *path;      /* NULL: there is none */
    } cases[] = {
        { "openai", "/v1", "", "/v1/models" },
        { "openai", "", "", "/v1/models" },
        { "openai", "/x/v1", "", "/x/v1/models" },
        { "groq", "/openai/v1", "", "/openai/v1/models" },
        { "anthropic", "", "", "/v1/models" },
        { "anthropic", "/v1", "", "/v1/models" },
        { "azure", "", "", "/openai/v1/models" },
        { "azure", "/openai/v1", "preview",
          "/openai/v1/models?api-version=preview" },
        { "azure", "", "2024-10-21",
          "/openai/models?api-version=2024-10-21" },
        { "gemini", "", "", "/v1beta/models" },
        { "gemini", "/v1", "", "/v1/models" },
        { "cohere", "/v2", "", "/v1/models" },
        { "huggingface", "/v1", "", "/v1/models" },
        { "vertex", "", "", NULL },
        { "bedrock", "", "", NULL },
        { "bedrock-messages", "/anthropic", "", NULL }
    };

    for (i = 0; i < llmgw_nelts(cases); i++) {

        test_case("listing: %s at \"%s\" %s", cases[i].provider,
                  cases[i].base, cases[i].version);

        p = llmgw_provider_find(test_cstr(cases[i].provider));

        check(p != NULL);

        if (p == NULL) {
            continue;
        }

        test_mem_init(&m, 0, 0);

        memset(&call, 0, sizeof(llmgw_call_t));
        memset(&target, 0, sizeof(llmgw_target_t));
        memset(&set, 0, sizeof(llmgw_settings_t));
        memset(&up, 0, sizeof(llmgw_upstream_t));

        set.azure_api_version = test_cstr(cases[i].version);

        target.dialect = p->dialect;
        target.traits = p->traits;
        target.base_path = test_cstr(cases[i].base);
        target.settings = &set;

        call.arena = &m.arena;
        call.target = &target;

        rc = llmgw_listing(p, &call, &up);

        if (cases[i].path == NULL) {
            check_int(rc, LLMGW_DECLINED);

        } else {
            check_int(rc, LLMGW_OK);
            check_str(up.path, test_cstr(cases[i].path));

            check((up.headers != NULL)
                  == (p->dialect == &llmgw_dialect_anthropic));
        }

        test_mem_free(&m);
    }

    test_case("ping: a request that a client could have sent");

    for (i = 0; i < 2; i++) {

        test_mem_init(&m, 0, 0);

        p = llmgw_provider_find(i ? llmgw_lit("groq") : llmgw_lit("openai"));

        llmgw_call_init(&call, &m.arena,
                        llmgw_endpoint_find(llmgw_lit("/chat/completions"),
                                            &call.rest));

        body = llmgw_ping(p, &m.arena, llmgw_lit("m\\u0031"));

        check_int(llmgw_call_read(&call, body, llmgw_lit("application/json")),
                  LLMGW_OK);
        check(!call.stream);
        check(call.model.len > 1);

        test_mem_free(&m);
    }
}


void
test_listing(void)
{
    listing_paths();
}
