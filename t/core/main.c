
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"


static const struct {
    const char  *name;
    void       (*run)(void);
} suites[] = {
    { "arena", test_arena },
    { "strings", test_strings },
    { "json", test_json },
    { "nodes", test_json_nodes },
    { "number", test_number },
    { "jstr", test_jstr },
    { "base64", test_base64 },
    { "out", test_out },
    { "sse", test_sse },
    { "http", test_http },
    { "price", test_price },
    { "tokens", test_tokens },
    { "params", test_params },
    { "thoughts", test_thoughts },
    { "digest", test_digest },
    { "canon", test_canon },
    { "overrides", test_overrides },
    { "tag", test_tag },
    { "twin", test_twin },
    { "aws", test_aws },
    { "call", test_call },
    { "traits", test_traits },
    { "tasks", test_tasks },
    { "google", test_google },
    { "window", test_window },
    { "policy", test_policy },
    { "ask", test_ask },
    { "record", test_record },
    { "ring", test_ring },
    { "breaker", test_breaker },
    { "route", test_route },
    { "listing", test_listing }
};


/* The names of suites limit the run to them. */

int
main(int argc, char **argv)
{
    int     i, named;
    size_t  n;

    for (n = 0; n < llmgw_nelts(suites); n++) {

        named = (argc == 1);

        for (i = 1; i < argc; i++) {
            named |= (strcmp(argv[i], suites[n].name) == 0);
        }

        if (named) {
            suites[n].run();
        }
    }

    return test_done();
}
