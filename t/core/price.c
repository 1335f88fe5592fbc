
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_price.h"


#define price_str(s)  test_cstr(s)


static void
test_price_numbers(void)
{
    size_t       i;
    int64_t      v;
    llmgw_int_t  rc;

    static const struct {
        const char   *text;
        int           places;
        llmgw_int_t   rc;
        int64_t       value;
    } rows[] = {
        { "0", 6, LLMGW_OK, 0 },
        { "2.50", 6, LLMGW_OK, 2500000 },
        { "10", 6, LLMGW_OK, 10000000 },
        { ".5", 6, LLMGW_OK, 500000 },
        { "5.", 6, LLMGW_OK, 5000000 },
        { "0.004302", 6, LLMGW_OK, 4302 },
        { "0.0000004", 6, LLMGW_OK, 0 },
        { "0.0000005", 6, LLMGW_OK, 1 },
        { "0.00000049999999999999999999999", 6, LLMGW_OK, 0 },
        { "0.00000050000000000000000000001", 6, LLMGW_OK, 1 },
        { "2.5e-06", 12, LLMGW_OK, 2500000 },
        { "2.5E-6", 12, LLMGW_OK, 2500000 },
        { "1e+2", 0, LLMGW_OK, 100 },
        { "1.000000000000000000000000000001e-06", 12, LLMGW_OK, 1000000 },
        { "3.0000000000000002e-07", 12, LLMGW_OK, 300000 },
        { "7.500000000000001e-08", 12, LLMGW_OK, 75000 },
        { "1.25e-7", 12, LLMGW_OK, 125000 },
        { "1e-999", 12, LLMGW_OK, 0 },
        { "0e999", 12, LLMGW_OK, 0 },
        { "00012", 0, LLMGW_OK, 12 },
        { "123456789012345678", 0, LLMGW_OK, 123456789012345678LL },
        { "9000000000000000000", 0, LLMGW_OK, 9000000000000000000LL },
        { "1e19", 0, LLMGW_INVALID, 0 },
        { "1e999", 0, LLMGW_INVALID, 0 },
        { "", 6, LLMGW_INVALID, 0 },
        { ".", 6, LLMGW_INVALID, 0 },
        { "-1", 6, LLMGW_INVALID, 0 },
        { "+1", 6, LLMGW_INVALID, 0 },
        { "1,5", 6, LLMGW_INVALID, 0 },
        { "1 ", 6, LLMGW_INVALID, 0 },
        { "$1", 6, LLMGW_INVALID, 0 },
        { "1.2.3", 6, LLMGW_INVALID, 0 },
        { "1e", 6, LLMGW_INVALID, 0 },
        { "1e-", 6, LLMGW_INVALID, 0 },
        { "1e1.5", 6, LLMGW_INVALID, 0 },
        { "1e1000", 6, LLMGW_INVALID, 0 },
        { "NaN", 6, LLMGW_INVALID, 0 },
        { "inf", 6, LLMGW_INVALID, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("price: number %s", rows[i].text);

        v = 0;
        rc = llmgw_price_number(test_cstr(rows[i].text), rows[i].places, &v);

        check_int(rc, rows[i].rc);
        check_int(v, rows[i].value);
    }
}


typedef struct {
    const char  *provider;
    const char  *model;
    int64_t      prompt;
    int64_t      cached;
    int64_t      cache_write;
    int64_t      cache_write_1h;
    int64_t      completion;
    int64_t      characters;
    int64_t      images;
    int64_t      ms;
    int64_t      queries;
    int64_t      nano;
} price_case_t;


static const price_case_t  price_cases[] = {
#include "price_cases.h"
};


static void
test_price_cases(void)
{
    size_t               i;
    llmgw_usage_t        u;
    llmgw_price_t        p;
    const price_case_t  *c;

    for (i = 0; i < llmgw_nelts(price_cases); i++) {

        c = &price_cases[i];

        test_case("price: %s %s, %lld and %lld tokens", c->provider,
                  c->model, (long long) c->prompt, (long long) c->completion);

        llmgw_usage_init(&u);

        u.prompt = c->prompt;
        u.cached = c->cached;
        u.cache_write = c->cache_write;
        u.cache_write_1h = c->cache_write_1h;
        u.completion = c->completion;
        u.characters = c->characters;
        u.images = c->images;
        u.queries = c->queries;
        u.seconds = (c->ms < 0) ? -1 : (double) c->ms / 1000;

        if (check(llmgw_price_find(NULL, price_str(c->provider),
                                   price_str(c->model), &p)
                  == LLMGW_OK))
        {
            check_int(llmgw_price_cost(&p, &u), c->nano);
        }
    }
}


static void
price_usage(llmgw_usage_t *u, int64_t prompt, int64_t completion)
{
    llmgw_usage_init(u);

    u->prompt = prompt;
    u->completion = completion;
}


static void
price_set(llmgw_price_t *p, int64_t above, const char *name,
    const char *value)
{
    check_int(llmgw_price_set(p, above, test_cstr(name), test_cstr(value)),
              LLMGW_OK);
}


static void
test_price_parts(void)
{
    llmgw_usage_t  u;
    llmgw_price_t  p;

    test_case("price: parts of prompt and completion");

    llmgw_price_init(&p);
    price_set(&p, 0, "input", "1");
    price_set(&p, 0, "output", "10");
    price_set(&p, 0, "cached", "0.1");
    price_set(&p, 0, "cache_write", "1.25");
    price_set(&p, 0, "audio_in", "100");
    price_set(&p, 0, "image_in", "1000");
    price_set(&p, 0, "audio_out", "10000");
    price_set(&p, 0, "image_out", "100000");
    price_set(&p, 0, "reasoning", "1000000");
    llmgw_price_finish(&p);

    price_usage(&u, 1000, 1000);
    u.cached = 100;
    u.cache_write = 50;
    u.cache_write_1h = 20;
    u.audio_in = 10;
    u.image_in = 5;
    u.reasoning = 7;
    u.audio_out = 3;
    u.image_out = 2;

    /* 835 + 10 + 37.5 + 40 + 1000 + 5000
       + 9880 + 30000 + 200000 + 7000000 millionths */

    check_int(llmgw_price_cost(&p, &u), 7246802500LL);

    test_case("price: parts without a price of their own");

    llmgw_price_init(&p);
    price_set(&p, 0, "input", "1");
    price_set(&p, 0, "output", "10");
    llmgw_price_finish(&p);

    check_int(llmgw_price_cost(&p, &u), 11000000);

    test_case("price: parts that are more than the whole");

    price_set(&p, 0, "cached", "0.5");
    price_set(&p, 0, "reasoning", "20");

    price_usage(&u, 100, 10);
    u.cached = 60;
    u.cache_write = 100;
    u.audio_in = 1000;
    u.reasoning = 1000000;

    check_int(llmgw_price_cost(&p, &u), 30000 + 40000 + 200000);

    test_case("price: nothing of what was used has a price");

    llmgw_price_init(&p);
    price_set(&p, 0, "image", "0.04");
    llmgw_price_finish(&p);

    check_int(llmgw_price_cost(&p, &u), -1);
    u.images = 3;
    check_int(llmgw_price_cost(&p, &u), 120000000);

    llmgw_price_init(&p);
    check_int(llmgw_price_cost(&p, &u), -1);

    test_case("price: free is not unknown");

    price_set(&p, 0, "input", "0");
    check_int(llmgw_price_cost(&p, &u), 0);

    test_case("price: rounded once");

    llmgw_price_init(&p);
    price_set(&p, 0, "input", "0.000499");
    price_set(&p, 0, "output", "0.000001");

    price_usage(&u, 1, 0);
    check_int(llmgw_price_cost(&p, &u), 0);
    price_usage(&u, 1, 1);
    check_int(llmgw_price_cost(&p, &u), 1);
    price_usage(&u, 3, 2);
    check_int(llmgw_price_cost(&p, &u), 1);
    price_usage(&u, 3, 3);
    check_int(llmgw_price_cost(&p, &u), 2);

    test_case("price: seconds");

    llmgw_price_init(&p);
    price_set(&p, 0, "second", "0.0001");
    llmgw_usage_init(&u);
    check_int(llmgw_price_cost(&p, &u), -1);
    u.seconds = 12.3456;
    check_int(llmgw_price_cost(&p, &u), 1234600);
    u.seconds = 1e300;
    check_int(llmgw_price_cost(&p, &u), 100000 * 1000000000LL);

    test_case("price: no overflow");

    llmgw_price_init(&p);
    price_set(&p, 0, "input", "1000000000");
    price_set(&p, 0, "output", "1000000000");
    price_usage(&u, LLMGW_USAGE_MAX, LLMGW_USAGE_MAX);
    check_int(llmgw_price_cost(&p, &u), INT64_MAX / 1000 + 1);
}


static void
test_price_tiers(void)
{
    llmgw_usage_t  u;
    llmgw_price_t  p;

    test_case("price: tiers");

    llmgw_price_init(&p);

    price_set(&p, 200000, "input", "6");
    price_set(&p, 200000, "output", "22.5");
    price_set(&p, 0, "input", "3");
    price_set(&p, 0, "output", "15");
    price_set(&p, 0, "cached", "0.3");
    price_set(&p, 500000, "output", "45");
    price_set(&p, 128000, "cached", "0.1");
    llmgw_price_finish(&p);

    check_int(p.ntiers, 3);
    check_int(p.tier[0].above, 128000);
    check_int(p.tier[1].above, 200000);
    check_int(p.tier[2].above, 500000);

    price_usage(&u, 128000, 1000);
    u.cached = 1000;
    check_int(llmgw_price_cost(&p, &u), 381000000 + 300000 + 15000000);

    u.prompt = 128001;
    check_int(llmgw_price_cost(&p, &u), 381003000 + 100000 + 15000000);

    u.prompt = 200000;
    check_int(llmgw_price_cost(&p, &u), 597000000 + 100000 + 15000000);

    u.prompt = 200001;
    check_int(llmgw_price_cost(&p, &u), 1194006000 + 600000 + 22500000);

    u.prompt = 500001;
    check_int(llmgw_price_cost(&p, &u), 1497003000LL + 300000 + 45000000);

    test_case("price: too many tiers");

    price_set(&p, 600000, "input", "6");
    check_int(llmgw_price_set(&p, 700000, llmgw_lit("input"), llmgw_lit("1")),
              LLMGW_TOO_LARGE);

    test_case("price: names and values that are none");

    check_int(llmgw_price_set(&p, 0, llmgw_lit("Input"), llmgw_lit("1")),
              LLMGW_DECLINED);
    check_int(llmgw_price_set(&p, 200000, llmgw_lit("image"), llmgw_lit("1")),
              LLMGW_DECLINED);
    check_int(llmgw_price_set(&p, 0, llmgw_lit("input"), llmgw_lit("a")),
              LLMGW_INVALID);
    check_int(llmgw_price_set(&p, 0, llmgw_lit("image"), llmgw_lit("1001")),
              LLMGW_INVALID);
    check_int(llmgw_price_set(&p, 0, llmgw_lit("image"), llmgw_lit("1000")),
              LLMGW_OK);
}


static void
test_price_names(void)
{
    size_t         i;
    llmgw_int_t    rc;
    llmgw_price_t  p, q;

    /* each is priced as the name next to it; NULL: unknown */

    static const struct {
        const char  *provider;
        const char  *model;
        const char  *as_provider;
        const char  *as;
    } rows[] = {
        { "openai", "gpt-4o", "openai", "gpt-4o" },
        { "openai", "GPT-4o", "openai", "gpt-4o" },
        { "openai", "openai/gpt-4o", "openai", "gpt-4o" },
        { "openai", "gpt-4o-2099-01-31", "openai", "gpt-4o" },
        { "openai", "gpt-4o-latest", "openai", "gpt-4o" },
        { "anthropic", "claude-sonnet-4-5@20250929", "anthropic",
          "claude-sonnet-4-5" },
        { "anthropic", "claude-3-opus", "anthropic",
          "claude-3-opus-20240229" },
        { "anthropic", "claude-3-5-sonnet", "anthropic",
          "claude-3-5-sonnet-20241022" },
        { "anthropic", "claude-opus-4", "anthropic",
          "claude-opus-4-20250514" },
        { "anthropic", "claude-opus-4-5-20991231", "anthropic",
          "claude-opus-4-5" },
        { "bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
          "bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0" },
        { "bedrock", "apac.anthropic.claude-3-haiku-20240307-v1:0",
          "bedrock", "anthropic.claude-3-haiku-20240307-v1:0" },
        { "bedrock", "arn:aws:bedrock:us-east-1:123456789012:inference-profile"
          "/eu.anthropic.claude-3-haiku-20240307-v1:0",
          "bedrock", "anthropic.claude-3-haiku-20240307-v1:0" },
        { "bedrock", "amazon.nova-pro-v2:0", "bedrock", NULL },
        { "vertex", "google/gemini-2.5-pro", "vertex_ai", "gemini-2.5-pro" },
        { "vertex", "gemini-2.5-flash-001", "vertex_ai", "gemini-2.5-flash" },
        { "gemini", "gemini-2.5-pro-preview-05-20", "gemini", NULL },
        { "openrouter", "openai/gpt-4o", "openrouter", "openai/gpt-4o" },
        { "azure", "my-own-name", "azure", NULL },
        { "openai", "gpt-4", "openai", "gpt-4" },
        { "openai", "gpt", "openai", NULL },
        { "openai", "gpt-", "openai", NULL },
        { "openai", "2024-08-06", "openai", NULL },
        { "openai", "", "openai", NULL },
        { "", "gpt-4o", "", NULL },
        { "mock", "gpt-4o", "mock", NULL }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("price: name %s of %s", rows[i].model, rows[i].provider);

        rc = llmgw_price_find(NULL, price_str(rows[i].provider),
                              price_str(rows[i].model), &p);

        if (rows[i].as == NULL) {
            check_int(rc, LLMGW_DECLINED);
            continue;
        }

        check_int(rc, LLMGW_OK);
        check_int(llmgw_price_find(NULL, price_str(rows[i].as_provider),
                                   price_str(rows[i].as), &q),
                  LLMGW_OK);
        check(memcmp(&p, &q, sizeof(llmgw_price_t)) == 0);
    }

    test_case("price: a name that is too long");
    {
        static u_char  name[4096];

        memset(name, 'a', sizeof(name));
        check_int(llmgw_price_find(NULL, llmgw_lit("openai"),
                                   llmgw_str(name, sizeof(name)), &p),
                  LLMGW_DECLINED);
    }
}


static const llmgw_str_t  price_file = llmgw_string(
    "{\"sample_spec\":{\"input_cost_per_token\":\"a number\"},"

    /* LiteLLM's */
    "\"gpt-x\":{\"litellm_provider\":\"openai\",\"mode\":\"chat\","
    "\"max_tokens\":1000,\"input_cost_per_token\":2.5e-06,"
    "\"output_cost_per_token\":1e-05,"
    "\"cache_read_input_token_cost\":1.25e-06,"
    "\"cache_creation_input_token_cost\":3.125e-06,"
    "\"cache_creation_input_token_cost_above_1hr\":5e-06,"
    "\"input_cost_per_audio_token\":4e-05,"
    "\"output_cost_per_audio_token\":8e-05,"
    "\"output_cost_per_reasoning_token\":null,"
    "\"input_cost_per_character\":1,"
    "\"search_context_cost_per_query\":{\"search_context_size_low\":0.03},"
    "\"input_cost_per_token_above_200k_tokens\":5e-06,"
    "\"output_cost_per_token_above_200k_tokens\":1.5e-05,"
    "\"supports_vision\":true},"
    "\"gemini/g-x\":{\"litellm_provider\":\"gemini\",\"mode\":\"chat\","
    "\"input_cost_per_token\":1e-07,\"output_cost_per_token\":4e-07},"
    "\"vertex_ai/v-x@1\":{\"litellm_provider\":\"vertex_ai-anthropic_models\","
    "\"mode\":\"chat\",\"input_cost_per_token\":3e-06},"
    "\"q-x\":{\"litellm_provider\":\"dashscope\",\"mode\":\"chat\","
    "\"tiered_pricing\":[{\"range\":[0,32000.0],\"input_cost_per_token\":1e-6,"
    "\"output_cost_per_token\":5e-6},{\"range\":[32000.0,128000.0],"
    "\"input_cost_per_token\":1.8e-6,\"output_cost_per_token\":9e-6}]},"
    "\"dall-x\":{\"litellm_provider\":\"openai\",\"mode\":\"image_generation\","
    "\"input_cost_per_image\":0.04,\"output_cost_per_image\":0.0},"
    "\"whisper-x\":{\"litellm_provider\":\"openai\","
    "\"mode\":\"audio_transcription\",\"input_cost_per_second\":0.0001,"
    "\"output_cost_per_second\":0.0},"
    "\"tts-x\":{\"litellm_provider\":\"openai\",\"mode\":\"audio_speech\","
    "\"input_cost_per_character\":1.5e-05},"
    "\"image-x\":{\"litellm_provider\":\"openai\",\"mode\":"
    "\"image_generation\",\"input_cost_per_token\":5e-06,"
    "\"input_cost_per_image_token\":1e-05,"
    "\"output_cost_per_image_token\":4e-05},"
    "\"hears-x\":{\"litellm_provider\":\"openai\",\"mode\":"
    "\"audio_transcription\",\"input_cost_per_audio_token\":6e-06,"
    "\"output_cost_per_token\":1e-05,\"input_cost_per_second\":1e-4},"
    "\"rerank-x\":{\"litellm_provider\":\"cohere\",\"mode\":\"rerank\","
    "\"input_cost_per_query\":0.002,\"input_cost_per_token\":0.0},"
    "\"nothing\":{\"litellm_provider\":\"openai\",\"mode\":\"chat\"},"
    "\"eu.c-x-v1:0\":{\"litellm_provider\":\"bedrock_converse\","
    "\"mode\":\"chat\",\"input_cost_per_token\":3e-06,"
    "\"cache_creation_input_token_cost_above_1hr\":6e-06,"
    "\"input_cost_per_token_above_200k_tokens\":6e-06,"
    "\"cache_creation_input_token_cost_above_1hr_above_200k_tokens\":"
    "1.3e-05},"
    "\"bedrock/c-latest\":{\"alias_of\":\"bedrock/c-newest\"},"
    "\"bedrock/c-newest\":{\"alias_of\":\"eu.c-x-v1:0\"},"
    "\"xy/search\":{\"litellm_provider\":\"xy\",\"mode\":\"search\","
    "\"tiered_pricing\":[{\"input_cost_per_query\":0.005,"
    "\"max_results_range\":[0,25]}]},"
    "\"perplexity/online\":{\"litellm_provider\":\"perplexity\","
    "\"mode\":\"chat\",\"input_cost_per_request\":0.005,"
    "\"input_cost_per_token\":0},"
    "\"fallback_generalizations\":{\"rules\":[{\"name\":\"x\"}]},"

    /* our own */
    "\"own\":{\"provider\":\"openai\",\"input\":2,\"output\":\"8.00\","
    "\"tiers\":[{\"above\":1000,\"input\":4}]},"
    "\"groq/own\":{\"input\":7},"
    "\"any\":{\"input\":9},"
    "\"any\":{\"input\":\"1.5\"},"
    "\"gpt-4o\":{\"input\":100}}");


static void
test_price_file(void)
{
    int                 done;
    long                n;
    size_t              i;
    test_mem_t          m;
    llmgw_int_t         rc;
    llmgw_str_t         error;
    llmgw_usage_t       u;
    llmgw_price_t       p;
    llmgw_price_list_t  list;

    static const struct {
        const char  *provider;
        const char  *model;
        int64_t      nano;         /* of 1000 and 100 tokens; -2: unknown */
    } rows[] = {
        { "openai", "gpt-x", 2500000 + 1000000 },
        { "openai", "gpt-x-2026-01-01", 2500000 + 1000000 },
        { "azure", "gpt-x", -2 },
        { "gemini", "g-x", 100000 + 40000 },
        { "gemini", "models/g-x", 100000 + 40000 },
        { "vertex", "v-x@1", 3000000 },
        { "vertex_ai", "anthropic/v-x@1", 3000000 },
        { "dashscope", "q-x", 1000000 + 500000 },
        { "openai", "image-x", 5000000 + 4000000 },
        { "openai", "hears-x", 6000000 + 1000000 },
        { "cohere", "rerank-x", 2000000 },
        { "openai", "nothing", -2 },
        { "bedrock", "eu.c-x-v1:0", 3000000 },
        { "bedrock", "c-latest", 3000000 },
        { "bedrock", "c-newest", 3000000 },
        { "xy", "search", -2 },
        { "perplexity", "online", 5000000 },
        { "openai", "fallback_generalizations", -2 },
        { "openai", "own", 2000000 + 800000 },
        { "groq", "own", 7000000 },
        { "mistral", "own", -2 },
        { "openai", "any", 1500000 },
        { "xyz", "any-20260101", 1500000 },
        { "openai", "gpt-4o", 100000000 },
        { "openai", "gpt-4o-mini", 150000 + 60000 }
    };

    test_case("price: a file");

    test_chaos(&m, n, done) {

        test_at("memory ends after %ld", n);

        rc = llmgw_price_read(&list, &m.arena, &m.arena, price_file, &error);

        if (rc != LLMGW_OK) {
            check_int(rc, LLMGW_ERROR);
            continue;
        }

        done = 1;

        for (i = 0; i < llmgw_nelts(rows); i++) {

            test_at("%s of %s", rows[i].model, rows[i].provider);

            rc = llmgw_price_find(&list, price_str(rows[i].provider),
                                  price_str(rows[i].model), &p);

            check_int(rc == LLMGW_OK, rows[i].nano != -2);

            if (rc == LLMGW_OK) {
                price_usage(&u, 1000, 100);
                check_int(llmgw_price_cost(&p, &u), rows[i].nano);
            }
        }

        test_at("all of an entry");

        check_int(llmgw_price_find(&list, llmgw_lit("openai"),
                                   llmgw_lit("gpt-x"), &p), LLMGW_OK);
        check_int(p.unit[LLMGW_UNIT_INPUT], 2500000);
        check_int(p.unit[LLMGW_UNIT_OUTPUT], 10000000);
        check_int(p.unit[LLMGW_UNIT_CACHED], 1250000);
        check_int(p.unit[LLMGW_UNIT_CACHE_WRITE], 3125000);
        check_int(p.unit[LLMGW_UNIT_CACHE_WRITE_1H], 5000000);
        check_int(p.unit[LLMGW_UNIT_AUDIO_IN], 40000000);
        check_int(p.unit[LLMGW_UNIT_AUDIO_OUT], 80000000);
        check_int(p.unit[LLMGW_UNIT_REASONING], -1);
        check_int(p.unit[LLMGW_UNIT_CHARACTER], -1);
        check_int(p.unit[LLMGW_UNIT_QUERY], -1);
        check_int(p.ntiers, 1);
        check_int(p.tier[0].above, 200000);
        check_int(p.tier[0].unit[LLMGW_UNIT_INPUT], 5000000);
        check_int(p.tier[0].unit[LLMGW_UNIT_OUTPUT], 15000000);
        check_int(p.tier[0].unit[LLMGW_UNIT_CACHED], 2500000);

        check_int(llmgw_price_find(&list, llmgw_lit("dashscope"),
                                   llmgw_lit("q-x"), &p), LLMGW_OK);
        check_int(p.ntiers, 1);
        check_int(p.tier[0].above, 32000);
        check_int(p.tier[0].unit[LLMGW_UNIT_OUTPUT], 9000000);

        check_int(llmgw_price_find(&list, llmgw_lit("bedrock"),
                                   llmgw_lit("eu.c-x-v1:0"), &p), LLMGW_OK);
        check_int(p.unit[LLMGW_UNIT_CACHE_WRITE_1H], 6000000);
        check_int(p.tier[0].unit[LLMGW_UNIT_CACHE_WRITE_1H], 13000000);

        /* by tokens or by time, not by both */

        check_int(llmgw_price_find(&list, llmgw_lit("openai"),
                                   llmgw_lit("hears-x"), &p), LLMGW_OK);
        price_usage(&u, 1000, 100);
        u.seconds = 10;
        check_int(llmgw_price_cost(&p, &u), 6000000 + 1000000);
        price_usage(&u, -1, -1);
        u.seconds = 10;
        check_int(llmgw_price_cost(&p, &u), 1000000);

        check_int(llmgw_price_find(&list, llmgw_lit("openai"),
                                   llmgw_lit("dall-x"), &p), LLMGW_OK);
        check_int(p.unit[LLMGW_UNIT_IMAGE], 40000000000LL);

        check_int(llmgw_price_find(&list, llmgw_lit("openai"),
                                   llmgw_lit("whisper-x"), &p), LLMGW_OK);
        check_int(p.unit[LLMGW_UNIT_SECOND], 100000000);

        check_int(llmgw_price_find(&list, llmgw_lit("openai"),
                                   llmgw_lit("tts-x"), &p), LLMGW_OK);
        check_int(p.unit[LLMGW_UNIT_CHARACTER], 15000000);
    }

    check(done);
}


static void
test_price_bad_files(void)
{
    size_t              i;
    test_mem_t          m;
    llmgw_str_t         error;
    llmgw_price_list_t  list;

    static const struct {
        const char  *text;
        const char  *error;
    } rows[] = {
        { "", "not JSON: " },
        { "{\"a\":", "not JSON: " },
        { "[]", "not a JSON object" },
        { "{\"a\":1}", "\"a\" is not an object" },
        { "{\"a\":{\"input\":-1}}", "\"input\" of \"a\" is not a price" },
        { "{\"a\":{\"input\":true}}", "\"input\" of \"a\" is not a price" },
        { "{\"a\":{\"inptu\":1}}", "\"inptu\" of \"a\" is not known" },
        { "{\"a\":{\"tiers\":1}}", "\"tiers\" of \"a\" is not an array" },
        { "{\"a\":{\"tiers\":[{\"input\":1}]}}",
          "\"tiers\" of \"a\" lack \"above\"" },
        { "{\"a\":{\"tiers\":[{\"above\":5,\"image\":1}]}}",
          "\"tiers\" of \"a\" hold what is no price of a tier" },
        { "{\"a\":{\"mode\":\"chat\",\"input_cost_per_token\":\"x\"}}",
          "\"input_cost_per_token\" of \"a\" is not a price" },
        { "{\"a\":{\"mode\":\"chat\",\"output_cost_per_token\":1001}}",
          "\"output_cost_per_token\" of \"a\" is too large" },
        { "{\"a\":{\"mode\":\"chat\",\"tiered_pricing\":{}}}",
          "\"tiered_pricing\" of \"a\" is not an array" },
        { "{\"a\":{\"mode\":\"chat\",\"tiered_pricing\":[{\"range\":[]}]}}",
          "\"tiered_pricing\" of \"a\" has no valid \"range\"" },
        { "{\"a\":{\"mode\":\"chat\",\"tiered_pricing\":[{\"range\":"
          "[\"1\",2]}]}}",
          "\"tiered_pricing\" of \"a\" has no valid \"range\"" },
        { "{\"a\":{\"alias_of\":\"b\"}}",
          "\"alias_of\" of \"a\" names no other entry" },
        { "{\"a\":{\"alias_of\":\"a\"}}",
          "\"alias_of\" of \"a\" is not" },
        { "{\"fallback_generalizations\":{\"rules\":[]}}",
          "\"rules\" of \"fallback_generalizations\" is not a price" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("price: file %s", rows[i].text);
        test_mem_init(&m, 0, 0);

        check_int(llmgw_price_read(&list, &m.arena, &m.arena,
                                   test_cstr(rows[i].text), &error),
                  LLMGW_INVALID);

        check(error.len >= strlen(rows[i].error)
              && memcmp(error.data, rows[i].error, strlen(rows[i].error))
                 == 0);

        test_mem_free(&m);
    }
}


/* many entries in any order are found again */

static void
test_price_order(void)
{
    int                  i, j;
    test_mem_t           m;
    llmgw_price_t        p;
    llmgw_price_list_t   list;
    static char          names[1000][16];

    test_case("price: a thousand entries");
    test_mem_init(&m, 0, 0);

    list.n = 1000;
    list.entries = llmgw_calloc(&m.arena,
                                1000 * sizeof(llmgw_price_entry_t));

    for (i = 0; i < 1000; i++) {

        /* 37 and 1000 have no common factor */

        j = i * 37 % 1000;

        sprintf(names[i], "%c%d-x", (j & 1) ? 'm' : 'M', j / 2);

        list.entries[i].provider = (j % 3) ? llmgw_lit("p") : llmgw_lit("");
        list.entries[i].model = test_cstr(names[i]);

        llmgw_price_init(&list.entries[i].price);
        list.entries[i].price.unit[LLMGW_UNIT_INPUT] = j;
    }

    llmgw_price_list_sort(&list);

    for (i = 0; i < 1000; i++) {

        j = i * 37 % 1000;

        test_at("%d", j);

        check_int(llmgw_price_find(&list, (j % 3) ? llmgw_lit("p")
                                                  : llmgw_lit("other"),
                                   test_cstr(names[i]), &p),
                  LLMGW_OK);
        check_int(p.unit[LLMGW_UNIT_INPUT], j);
    }

    test_mem_free(&m);
}


void
test_price(void)
{
    test_price_numbers();
    test_price_cases();
    test_price_parts();
    test_price_tiers();
    test_price_names();
    test_price_file();
    test_price_bad_files();
    test_price_order();
}
