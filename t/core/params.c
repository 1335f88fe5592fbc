
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Members that the operator sets in the bodies for a provider.
 */


#include "test.h"
#include "llmgw_call.h"


#define USER  "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"


static void
test_params_body(const char *dialect, const char *path, const char *set,
    const char *deployment, const char *body, const char *want)
{
    test_mem_t               m;
    llmgw_str_t              rest, got;
    llmgw_call_t             call;
    llmgw_target_t           target;
    llmgw_settings_t         settings;
    llmgw_upstream_t         up;
    const llmgw_endpoint_t  *ep;

    test_case("params: %s, %s, set %s, %s: %s", dialect, path, set,
              deployment, body);

    test_mem_init(&m, 4096, 0);

    memset(&target, 0, sizeof(llmgw_target_t));
    memset(&settings, 0, sizeof(llmgw_settings_t));
    memset(&up, 0, sizeof(llmgw_upstream_t));

    ep = llmgw_endpoint_find(test_cstr(path), &rest);
    check(ep != NULL);

    llmgw_call_init(&call, &m.arena, ep);
    call.rest = rest;

    check_int(llmgw_call_read(&call, test_cstr(body),
                              llmgw_lit("application/json")),
              LLMGW_OK);

    target.dialect = llmgw_dialect_find(test_cstr(dialect));
    target.model = llmgw_lit("m");
    target.settings = &settings;
    target.set[0] = test_cstr(set);
    target.set[1] = test_cstr(deployment);

    llmgw_out_init(&up.body, &m.arena, 1024, 0, 0);

    check_int(llmgw_call_prepare(&call, &target, &up), LLMGW_OK);
    check_int(llmgw_out_close(&up.body), LLMGW_OK);

    got = llmgw_out_join(&up.body, &m.arena);

    check_str(got, test_cstr(want));

    test_mem_free(&m);
}


void
test_params(void)
{
    size_t  i;

    static const struct {
        const char  *dialect;
        const char  *path;
        const char  *set;
        const char  *deployment;
        const char  *body;
        const char  *want;
    } rows[] = {

        /* bodies that pass: nothing else changes */
        { "openai", "/v1/chat/completions", "{\"a\":1}", "",
          "{ \"model\": \"m\", " USER " , \"x\":1.0e+2 }",
          "{ \"model\": \"m\", " USER " , \"x\":1.0e+2 ,\"a\":1}" },
        { "openai", "/v1/chat/completions", "{\"x\":{\"y\":2}}", "",
          "{\"model\":\"m\",\"x\": 5 ," USER "}",
          "{\"model\":\"m\",\"x\": {\"y\":2} ," USER "}" },
        { "openai", "/v1/chat/completions", "{\"x\":{\"y\":2}}", "",
          "{\"model\":\"m\",\"x\":{}," USER "}",
          "{\"model\":\"m\",\"x\":{\"y\":2}," USER "}" },
        { "openai", "/v1/chat/completions", "{\"x\":{\"y\":2}}", "",
          "{\"model\":\"m\",\"x\":{\"z\":1,\"y\":null}," USER "}",
          "{\"model\":\"m\",\"x\":{\"z\":1,\"y\":2}," USER "}" },
        { "openai", "/v1/chat/completions", "{\"x\":2}", "",
          "{\"model\":\"m\",\"\\u0078\":1," USER "}",
          "{\"model\":\"m\",\"\\u0078\":2," USER "}" },
        { "openai", "/v1/embeddings", "{\"a\":1}", "",
          "{\"model\":\"m\",\"input\":[1,2]}",
          "{\"model\":\"m\",\"input\":[1,2],\"a\":1}" },

        /* the deployment's go before those of its location */
        { "openai", "/v1/chat/completions", "{\"a\":1,\"b\":{\"c\":1}}",
          "{\"a\":2,\"b\":{\"d\":2},\"e\":3}",
          "{\"model\":\"m\"," USER "}",
          "{\"model\":\"m\"," USER ",\"a\":2,\"b\":{\"c\":1,\"d\":2},"
          "\"e\":3}" },
        { "openai", "/v1/chat/completions", "", "{\"a\":2}",
          "{\"model\":\"m\"," USER "}",
          "{\"model\":\"m\"," USER ",\"a\":2}" },

        /* bodies that were written: whatever the client's API */
        { "anthropic", "/v1/chat/completions", "{\"top_k\":5}",
          "{\"max_tokens\":7}", "{\"model\":\"m\"," USER "}",
          "{\"model\":\"m\",\"max_tokens\":7,\"messages\":[{\"role\":"
          "\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}],"
          "\"top_k\":5}" },
        { "bedrock", "/v1/chat/completions",
          "{\"inferenceConfig\":{\"maxTokens\":7},"
          "\"serviceTier\":{\"type\":\"flex\"}}", "",
          "{\"model\":\"m\"," USER "}",
          "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":"
          "\"Hi\"}]}],\"inferenceConfig\":{\"maxTokens\":7},"
          "\"serviceTier\":{\"type\":\"flex\"}}" },
        { "gemini", "/v1/messages",
          "{\"generationConfig\":{\"topK\":3}}", "",
          "{\"model\":\"m\",\"max_tokens\":9," USER "}",
          "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":"
          "\"Hi\"}]}],\"generationConfig\":{\"maxOutputTokens\":9,"
          "\"topK\":3}}" },
        { "cohere", "/v1/embeddings", "{\"truncate\":\"END\"}", "",
          "{\"model\":\"m\",\"input\":\"Hi\"}",
          "{\"model\":\"m\",\"texts\":[\"Hi\"],\"input_type\":"
          "\"search_document\",\"embedding_types\":[\"float\"],"
          "\"truncate\":\"END\"}" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {
        test_params_body(rows[i].dialect, rows[i].path, rows[i].set,
                         rows[i].deployment, rows[i].body, rows[i].want);
    }
}
