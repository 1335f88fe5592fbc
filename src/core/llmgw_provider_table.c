
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Made by tools/gen-providers of data/providers.tsv.
 */


#include "llmgw_provider.h"
#include "llmgw_traits.h"


#define endpoint(name)  ((uint64_t) 1 << LLMGW_EP_##name)


static const llmgw_traits_t  llmgw_traits_plain1 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES)
};

static const llmgw_traits_t  llmgw_traits_plain2 = {
    .endpoints = endpoint(CHAT)
};

static const llmgw_quirk_t  llmgw_quirks_ai21[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("top_p") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("frequency_penalty") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("presence_penalty") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_ai21 = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_ai21
};

static const llmgw_traits_t  llmgw_traits_plain3 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES) | endpoint(SPEECH)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(RERANK) | endpoint(MODERATIONS)
                 | endpoint(RESPONSES) | endpoint(RESPONSE)
};

static const llmgw_traits_t  llmgw_traits_plain4 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES)
                 | endpoint(RESPONSES) | endpoint(RESPONSE)
};

static const llmgw_quirk_t  llmgw_quirks_apertis[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_apertis = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS),
    .quirks = llmgw_quirks_apertis
};

static const llmgw_traits_t  llmgw_traits_plain5 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
};

static const llmgw_traits_t  llmgw_traits_plain6 = {
    .endpoints = endpoint(CHAT) | endpoint(RESPONSES) | endpoint(RESPONSE)
};

static const llmgw_traits_t  llmgw_traits_plain7 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(RERANK)
};

static const llmgw_quirk_t  llmgw_quirks_byteplus[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("parallel_tool_calls") },
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("thinking"),
      .value = llmgw_string("{\"type\":\"enabled\"}"),
      .off = llmgw_string("{\"type\":\"disabled\"}") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_byteplus = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES),
    .quirks = llmgw_quirks_byteplus,
    .efforts = 1,
    .prefix = 1
};

static const llmgw_quirk_t  llmgw_quirks_cerebras[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("frequency_penalty") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("presence_penalty") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("service_tier") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("store") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("prompt_cache_key") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("verbosity") },
    { .kind = LLMGW_QUIRK_NO_DEVELOPER, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 4 },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_cerebras = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS),
    .quirks = llmgw_quirks_cerebras,
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_quirk_t  llmgw_quirks_charity_engine[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_charity_engine = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_charity_engine,
    .prefix = 1
};

static const llmgw_quirk_t  llmgw_quirks_chutes[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NO_DEVELOPER, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("store") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_chutes = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS),
    .quirks = llmgw_quirks_chutes
};

static const llmgw_traits_t  llmgw_traits_plain8 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE)
};

static const llmgw_traits_t  llmgw_traits_plain9 = {
    .endpoints = endpoint(CHAT) | endpoint(RESPONSES) | endpoint(RESPONSE),
    .prefix = 1
};

static const llmgw_quirk_t  llmgw_quirks_codestral[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("seed"), .value = llmgw_string("random_seed") },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("required"), .value = llmgw_string("any") },
    { .kind = LLMGW_QUIRK_NULLS, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP_INSIDE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("name") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logprobs") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("stream_options") },
    { .kind = LLMGW_QUIRK_SHORT_IDS, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_codestral = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_codestral,
    .no_usage = 1,
    .parts = 1
};

static const llmgw_quirk_t  llmgw_quirks_coralbricks[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_coralbricks = {
    .endpoints = endpoint(CHAT) | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_coralbricks
};

static const llmgw_quirk_t  llmgw_quirks_crusoe[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_crusoe = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_crusoe
};

static const llmgw_quirk_t  llmgw_quirks_dashscope[] = {
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("enable_thinking"), .value = llmgw_string("true"),
      .off = llmgw_string("false") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_own_path_t  llmgw_paths_dashscope[] = {
    { .endpoint = LLMGW_EP_RERANK,
      .path = llmgw_string("/compatible-api/v1/reranks"), .root = 1 },
    { .endpoint = LLMGW_EP_NONE }
};

static const llmgw_traits_t  llmgw_traits_dashscope = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(RERANK)
                 | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_dashscope,
    .paths = llmgw_paths_dashscope,
    .efforts = 1
};

static const llmgw_quirk_t  llmgw_quirks_databricks[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("stream_options") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_databricks = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE),
    .quirks = llmgw_quirks_databricks,
    .no_usage = 1,
    .parts = 1,
    .prefix = 1
};

static const llmgw_traits_t  llmgw_traits_plain10 = {
    .endpoints = endpoint(CHAT),
    .prefix = 1
};

static const llmgw_traits_t  llmgw_traits_plain11 = {
    .endpoints = endpoint(CHAT) | endpoint(IMAGES)
};

static const llmgw_quirk_t  llmgw_quirks_deepinfra[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("required") },
    { .kind = LLMGW_QUIRK_CHOICE_NAMED, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 16 },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_deepinfra = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES) | endpoint(SPEECH)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS),
    .quirks = llmgw_quirks_deepinfra,
    .prefix = 1
};

static const llmgw_quirk_t  llmgw_quirks_deepseek[] = {
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("required"), .models = llmgw_string("reasoner") },
    { .kind = LLMGW_QUIRK_FLATTEN, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NO_DEVELOPER, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("store") },
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 16 },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_deepseek = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE),
    .quirks = llmgw_quirks_deepseek,
    .echo = 1,
    .efforts = 1
};

static const llmgw_traits_t  llmgw_traits_plain12 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS)
};

static const llmgw_traits_t  llmgw_traits_plain13 = {
    .endpoints = endpoint(CHAT) | endpoint(IMAGES) | endpoint(RESPONSES)
                 | endpoint(RESPONSE)
};

static const llmgw_traits_t  llmgw_traits_plain14 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(RERANK)
};

static const llmgw_traits_t  llmgw_traits_plain15 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
};

static const llmgw_quirk_t  llmgw_quirks_fireworks_ai[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("parallel_tool_calls") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_fireworks_ai = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(TRANSCRIPTIONS)
                 | endpoint(TRANSLATIONS) | endpoint(RERANK)
                 | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_fireworks_ai
};

static const llmgw_traits_t  llmgw_traits_plain16 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES)
                 | endpoint(RESPONSES) | endpoint(RESPONSE)
};

static const llmgw_quirk_t  llmgw_quirks_groq[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logprobs") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("top_logprobs") },
    { .kind = LLMGW_QUIRK_DROP_INSIDE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("name") },
    { .kind = LLMGW_QUIRK_CLAMP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("n"), .min = 1, .max = 1 },
    { .kind = LLMGW_QUIRK_NULLS, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 4 },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_groq = {
    .endpoints = endpoint(CHAT) | endpoint(SPEECH) | endpoint(TRANSCRIPTIONS)
                 | endpoint(TRANSLATIONS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE),
    .quirks = llmgw_quirks_groq,
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_quirk_t  llmgw_quirks_hosted_vllm[] = {
    { .kind = LLMGW_QUIRK_NO_STRICT, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_hosted_vllm = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(TRANSCRIPTIONS)
                 | endpoint(TRANSLATIONS) | endpoint(RERANK)
                 | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_hosted_vllm,
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_traits_t  llmgw_traits_plain17 = {
    .endpoints = endpoint(EMBEDDINGS) | endpoint(RERANK),
    .prefix = 1
};

static const llmgw_traits_t  llmgw_traits_plain18 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
};

static const llmgw_traits_t  llmgw_traits_plain19 = {
    .endpoints = endpoint(EMBEDDINGS) | endpoint(RERANK)
};

static const llmgw_traits_t  llmgw_traits_plain20 = {
    .endpoints = endpoint(CHAT) | endpoint(IMAGES) | endpoint(SPEECH)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
};

static const llmgw_traits_t  llmgw_traits_plain21 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(RERANK)
};

static const llmgw_quirk_t  llmgw_quirks_llama_stack[] = {
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 16 },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_llama_stack = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(MODERATIONS)
                 | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_llama_stack
};

static const llmgw_quirk_t  llmgw_quirks_lm_studio[] = {
    { .kind = LLMGW_QUIRK_SCHEMA_ONLY, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_lm_studio = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE),
    .quirks = llmgw_quirks_lm_studio
};

static const llmgw_traits_t  llmgw_traits_plain22 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES) | endpoint(SPEECH)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(RERANK)
};

static const llmgw_quirk_t  llmgw_quirks_minimax[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("response_format") },
    { .kind = LLMGW_QUIRK_CLAMP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("temperature"), .min = 0, .max = 1 },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_minimax = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_minimax
};

static const llmgw_quirk_t  llmgw_quirks_mistral[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("seed"), .value = llmgw_string("random_seed") },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("required"), .value = llmgw_string("any") },
    { .kind = LLMGW_QUIRK_NULLS, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP_INSIDE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("name") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logprobs") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("stream_options") },
    { .kind = LLMGW_QUIRK_SHORT_IDS, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_mistral = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(MODERATIONS),
    .quirks = llmgw_quirks_mistral,
    .no_usage = 1,
    .parts = 1
};

static const llmgw_quirk_t  llmgw_quirks_moonshot[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("required") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("functions") },
    { .kind = LLMGW_QUIRK_FLATTEN, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_CLAMP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("temperature"), .min = 0, .max = 1 },
    { .kind = LLMGW_QUIRK_NO_STRICT, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("thinking"),
      .value = llmgw_string("{\"type\":\"enabled\"}"),
      .off = llmgw_string("{\"type\":\"disabled\"}") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_moonshot = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_moonshot,
    .echo = 1,
    .efforts = 1
};

static const llmgw_quirk_t  llmgw_quirks_morph[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("tools") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("tool_choice") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("parallel_tool_calls") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_morph = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(RERANK),
    .quirks = llmgw_quirks_morph
};

static const llmgw_quirk_t  llmgw_quirks_nano_gpt[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_nano_gpt = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS),
    .quirks = llmgw_quirks_nano_gpt,
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_traits_t  llmgw_traits_plain23 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES)
                 | endpoint(RERANK)
};

static const llmgw_traits_t  llmgw_traits_plain24 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES)
};

static const llmgw_traits_t  llmgw_traits_plain25 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
                 | endpoint(MODERATIONS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE)
};

static const llmgw_quirk_t  llmgw_quirks_novita[] = {
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("enable_thinking"), .value = llmgw_string("true"),
      .off = llmgw_string("false") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_novita = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES),
    .quirks = llmgw_quirks_novita,
    .efforts = 1
};

static const llmgw_quirk_t  llmgw_quirks_nvidia_nim[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 4 },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_nvidia_nim = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS),
    .quirks = llmgw_quirks_nvidia_nim
};

static const llmgw_quirk_t  llmgw_quirks_ollama[] = {
    { .kind = LLMGW_QUIRK_NO_STRICT, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("n") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_ollama = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS),
    .quirks = llmgw_quirks_ollama,
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_traits_t  llmgw_traits_ollama_cloud = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS),
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_quirk_t  llmgw_quirks_opencode[] = {
    { .kind = LLMGW_QUIRK_NO_DEVELOPER, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("store") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_opencode = {
    .endpoints = endpoint(CHAT) | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_opencode
};

static const llmgw_quirk_t  llmgw_quirks_openrouter[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_openrouter = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE),
    .quirks = llmgw_quirks_openrouter,
    .reasoning = llmgw_string("reasoning"),
    .efforts = 1
};

static const llmgw_traits_t  llmgw_traits_plain26 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(TRANSCRIPTIONS)
                 | endpoint(TRANSLATIONS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE)
};

static const llmgw_quirk_t  llmgw_quirks_parasail[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("prompt_cache_key") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("store") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("service_tier") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("verbosity") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_parasail = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_parasail
};

static const llmgw_quirk_t  llmgw_quirks_perplexity[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("tools") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("tool_choice") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("parallel_tool_calls") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("n") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("seed") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("stop") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_own_path_t  llmgw_paths_perplexity[] = {
    { .endpoint = LLMGW_EP_RESPONSES, .path = llmgw_string("/v1/responses") },
    { .endpoint = LLMGW_EP_NONE }
};

static const llmgw_traits_t  llmgw_traits_perplexity = {
    .endpoints = endpoint(CHAT) | endpoint(RESPONSES),
    .quirks = llmgw_quirks_perplexity,
    .paths = llmgw_paths_perplexity,
    .prefix = 1
};

static const llmgw_quirk_t  llmgw_quirks_poe[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("reasoning_effort") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_poe = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE),
    .quirks = llmgw_quirks_poe
};

static const llmgw_traits_t  llmgw_traits_plain27 = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES) | endpoint(SPEECH)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(RESPONSES) | endpoint(RESPONSE)
};

static const llmgw_traits_t  llmgw_traits_plain28 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
};

static const llmgw_quirk_t  llmgw_quirks_publicai[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_FLATTEN, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_publicai = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_publicai
};

static const llmgw_traits_t  llmgw_traits_plain29 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES)
                 | endpoint(RERANK),
    .prefix = 1
};

static const llmgw_quirk_t  llmgw_quirks_qwen_ai_platform[] = {
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("enable_thinking"), .value = llmgw_string("true"),
      .off = llmgw_string("false") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_own_path_t  llmgw_paths_qwen_ai_platform[] = {
    { .endpoint = LLMGW_EP_RERANK,
      .path = llmgw_string("/compatible-api/v1/reranks"), .root = 1 },
    { .endpoint = LLMGW_EP_NONE }
};

static const llmgw_traits_t  llmgw_traits_qwen_ai_platform = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(RERANK)
                 | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_qwen_ai_platform,
    .paths = llmgw_paths_qwen_ai_platform,
    .efforts = 1
};

static const llmgw_traits_t  llmgw_traits_plain30 = {
    .endpoints = endpoint(IMAGES)
};

static const llmgw_quirk_t  llmgw_quirks_reka[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("n") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_reka = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_reka
};

static const llmgw_traits_t  llmgw_traits_plain31 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE)
};

static const llmgw_quirk_t  llmgw_quirks_sambanova[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_FLATTEN, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("n") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("seed") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("frequency_penalty") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("presence_penalty") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_sambanova = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS),
    .quirks = llmgw_quirks_sambanova
};

static const llmgw_traits_t  llmgw_traits_plain32 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(RESPONSES) | endpoint(RESPONSE)
};

static const llmgw_traits_t  llmgw_traits_plain33 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(MODERATIONS) | endpoint(RESPONSES)
                 | endpoint(RESPONSE)
};

static const llmgw_quirk_t  llmgw_quirks_siliconflow[] = {
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 16 },
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("enable_thinking"), .value = llmgw_string("true"),
      .off = llmgw_string("false") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_siliconflow = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES) | endpoint(SPEECH)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(RERANK),
    .quirks = llmgw_quirks_siliconflow,
    .efforts = 1
};

static const llmgw_quirk_t  llmgw_quirks_snowflake[] = {
    { .kind = LLMGW_QUIRK_NO_STRICT, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_snowflake = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS),
    .quirks = llmgw_quirks_snowflake
};

static const llmgw_quirk_t  llmgw_quirks_synthetic[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_synthetic = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS),
    .quirks = llmgw_quirks_synthetic
};

static const llmgw_quirk_t  llmgw_quirks_together_ai[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_together_ai = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS)
                 | endpoint(EMBEDDINGS) | endpoint(IMAGES) | endpoint(SPEECH)
                 | endpoint(TRANSCRIPTIONS) | endpoint(TRANSLATIONS)
                 | endpoint(RERANK),
    .quirks = llmgw_quirks_together_ai
};

static const llmgw_quirk_t  llmgw_quirks_v0[] = {
    { .kind = LLMGW_QUIRK_ONLY, .endpoint = LLMGW_EP_CHAT,
      .value = llmgw_string("model messages stream tools tool_choice") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_v0 = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_v0,
    .no_usage = 1
};

static const llmgw_traits_t  llmgw_traits_plain34 = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES)
                 | endpoint(SPEECH) | endpoint(RESPONSES)
                 | endpoint(RESPONSE)
};

static const llmgw_quirk_t  llmgw_quirks_volcengine[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("parallel_tool_calls") },
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("thinking"),
      .value = llmgw_string("{\"type\":\"enabled\"}"),
      .off = llmgw_string("{\"type\":\"disabled\"}") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_volcengine = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES)
                 | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_volcengine,
    .efforts = 1,
    .prefix = 1
};

static const llmgw_quirk_t  llmgw_quirks_voyage[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_EMBEDDINGS,
      .name = llmgw_string("dimensions"),
      .value = llmgw_string("output_dimension") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_voyage = {
    .endpoints = endpoint(EMBEDDINGS) | endpoint(RERANK),
    .quirks = llmgw_quirks_voyage
};

static const llmgw_traits_t  llmgw_traits_vultr = {
    .endpoints = endpoint(CHAT),
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_traits_t  llmgw_traits_wandb = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS),
    .reasoning = llmgw_string("reasoning")
};

static const llmgw_own_path_t  llmgw_paths_writer[] = {
    { .endpoint = LLMGW_EP_CHAT, .path = llmgw_string("/chat") },
    { .endpoint = LLMGW_EP_NONE }
};

static const llmgw_traits_t  llmgw_traits_writer = {
    .endpoints = endpoint(CHAT),
    .paths = llmgw_paths_writer
};

static const llmgw_quirk_t  llmgw_quirks_xai[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_NO_STRICT, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP_INSIDE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("name") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("web_search_options") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("stop"),
      .models = llmgw_string("grok-3-mini grok-4 grok-code") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("frequency_penalty"),
      .models = llmgw_string("grok-4 grok-code") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("presence_penalty"),
      .models = llmgw_string("grok-3-mini grok-4 grok-code") },
    { .kind = LLMGW_QUIRK_NO_DEVELOPER, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("store") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_xai = {
    .endpoints = endpoint(CHAT) | endpoint(COMPLETIONS) | endpoint(IMAGES)
                 | endpoint(RESPONSES) | endpoint(RESPONSE),
    .quirks = llmgw_quirks_xai
};

static const llmgw_quirk_t  llmgw_quirks_xiaomi_mimo[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("thinking"),
      .value = llmgw_string("{\"type\":\"enabled\"}"),
      .off = llmgw_string("{\"type\":\"disabled\"}") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_xiaomi_mimo = {
    .endpoints = endpoint(CHAT),
    .quirks = llmgw_quirks_xiaomi_mimo,
    .efforts = 1
};

static const llmgw_quirk_t  llmgw_quirks_zai[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("n") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("seed") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("logit_bias") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("frequency_penalty") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("presence_penalty") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("store") },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("required") },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("none") },
    { .kind = LLMGW_QUIRK_CHOICE_NAMED, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NO_DEVELOPER, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_FLATTEN, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("thinking"),
      .value = llmgw_string("{\"type\":\"enabled\"}"),
      .off = llmgw_string("{\"type\":\"disabled\"}") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_traits_t  llmgw_traits_zai = {
    .endpoints = endpoint(CHAT) | endpoint(EMBEDDINGS) | endpoint(IMAGES),
    .quirks = llmgw_quirks_zai,
    .efforts = 1,
    .prefix = 1
};


const llmgw_provider_t  llmgw_providers[] = {

    { llmgw_string("302ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.302.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain1 },

    { llmgw_string("abacus"), &llmgw_dialect_openai,
      llmgw_string("https://routellm.abacus.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("abliteration"), &llmgw_dialect_openai,
      llmgw_string("https://api.abliteration.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("ai21"), &llmgw_dialect_openai,
      llmgw_string("https://api.ai21.com/studio/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("ai21_chat"), &llmgw_traits_ai21 },

    { llmgw_string("aibadgr"), &llmgw_dialect_openai,
      llmgw_string("https://aibadgr.com/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("aihubmix"), &llmgw_dialect_openai,
      llmgw_string("https://aihubmix.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain3 },

    { llmgw_string("aiml"), &llmgw_dialect_openai,
      llmgw_string("https://api.aimlapi.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain4 },

    { llmgw_string("amazon_nova"), &llmgw_dialect_openai,
      llmgw_string("https://api.nova.amazon.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("nova"), &llmgw_traits_plain2 },

    { llmgw_string("ambient"), &llmgw_dialect_openai,
      llmgw_string("https://api.ambient.xyz/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("anthropic"), &llmgw_dialect_anthropic,
      llmgw_string("https://api.anthropic.com"), LLMGW_AUTH_HEADER,
      llmgw_string("x-api-key"), llmgw_string(""), llmgw_string(""), NULL },

    { llmgw_string("anyapi"), &llmgw_dialect_openai,
      llmgw_string("https://api.anyapi.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("apertis"), &llmgw_dialect_openai,
      llmgw_string("https://api.stima.tech/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_apertis },

    { llmgw_string("arcee"), &llmgw_dialect_openai,
      llmgw_string("https://api.arcee.ai/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("assemblyai"), &llmgw_dialect_openai,
      llmgw_string("https://llm-gateway.assemblyai.com/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("auriko"), &llmgw_dialect_openai,
      llmgw_string("https://api.auriko.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("azure"), &llmgw_dialect_azure,
      llmgw_string("https://{resource}.openai.azure.com"), LLMGW_AUTH_AZURE,
      llmgw_string("api-key"), llmgw_string(""),
      llmgw_string("azure-openai"), NULL },

    { llmgw_string("azure_anthropic"), &llmgw_dialect_anthropic,
      llmgw_string("https://{resource}.services.ai.azure.com/anthropic"),
      LLMGW_AUTH_HEADER, llmgw_string("x-api-key"), llmgw_string(""),
      llmgw_string(""), NULL },

    { llmgw_string("baichuan"), &llmgw_dialect_openai,
      llmgw_string("https://api.baichuan-ai.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain5 },

    { llmgw_string("baseten"), &llmgw_dialect_openai,
      llmgw_string("https://inference.baseten.co/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("bedrock"), &llmgw_dialect_bedrock,
      llmgw_string("https://bedrock-runtime.{region}.{domain}"),
      LLMGW_AUTH_AWS, llmgw_string("bedrock"), llmgw_string(""),
      llmgw_string("amazon-bedrock"), NULL },

    { llmgw_string("bedrock-messages"), &llmgw_dialect_anthropic,
      llmgw_string("https://bedrock-mantle.{region}.api.aws/anthropic"),
      LLMGW_AUTH_AWS, llmgw_string("bedrock-mantle"), llmgw_string(""),
      llmgw_string(""), NULL },

    { llmgw_string("bedrock_mantle"), &llmgw_dialect_openai,
      llmgw_string("https://bedrock-mantle.{region}.api.aws/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain6 },

    { llmgw_string("berget"), &llmgw_dialect_openai,
      llmgw_string("https://api.berget.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain7 },

    { llmgw_string("byteplus"), &llmgw_dialect_openai,
      llmgw_string("https://ark.ap-southeast.bytepluses.com/api/v3"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("modelark"),
      &llmgw_traits_byteplus },

    { llmgw_string("cerebras"), &llmgw_dialect_openai,
      llmgw_string("https://api.cerebras.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_cerebras },

    { llmgw_string("charity_engine"), &llmgw_dialect_openai,
      llmgw_string("https://api.charityengine.services/remotejobs/v2/inference"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_charity_engine },

    { llmgw_string("chutes"), &llmgw_dialect_openai,
      llmgw_string("https://llm.chutes.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_chutes },

    { llmgw_string("clarifai"), &llmgw_dialect_openai,
      llmgw_string("https://api.clarifai.com/v2/ext/openai/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("clf_ai_gateway"), &llmgw_dialect_openai,
      llmgw_string("https://api.clfaigateway.dev/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("cloudferro"), &llmgw_dialect_openai,
      llmgw_string("https://api-sherlock.cloudferro.com/openai/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("cloudferro-sherlock"),
      &llmgw_traits_plain2 },

    { llmgw_string("cloudflare"), &llmgw_dialect_openai,
      llmgw_string("https://api.cloudflare.com/client/v4/accounts/{account_id}/ai/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "),
      llmgw_string("workers-ai cloudflare-workers-ai"), &llmgw_traits_plain8 },

    { llmgw_string("cloudflare_ai_gateway"), &llmgw_dialect_openai,
      llmgw_string("https://gateway.ai.cloudflare.com/v1/{account_id}/{gateway_id}/compat"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain9 },

    { llmgw_string("codestral"), &llmgw_dialect_openai,
      llmgw_string("https://codestral.mistral.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("text-completion-codestral"), &llmgw_traits_codestral },

    { llmgw_string("cognition"), &llmgw_dialect_openai,
      llmgw_string("https://api.cognition.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("cohere"), &llmgw_dialect_cohere,
      llmgw_string("https://api.cohere.com"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), NULL },

    { llmgw_string("cometapi"), &llmgw_dialect_openai,
      llmgw_string("https://api.cometapi.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain5 },

    { llmgw_string("compactifai"), &llmgw_dialect_openai,
      llmgw_string("https://api.compactif.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("coralbricks"), &llmgw_dialect_openai,
      llmgw_string("https://inference.coralbricks.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_coralbricks },

    { llmgw_string("cortecs"), &llmgw_dialect_openai,
      llmgw_string("https://api.cortecs.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("crof"), &llmgw_dialect_openai,
      llmgw_string("https://crof.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("crusoe"), &llmgw_dialect_openai,
      llmgw_string("https://api.inference.crusoecloud.com/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_crusoe },

    { llmgw_string("custom_openai"), &llmgw_dialect_openai, llmgw_string(""),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("openai_like openai-compatible"),
      NULL },

    { llmgw_string("darkbloom"), &llmgw_dialect_openai,
      llmgw_string("https://api.darkbloom.dev/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_crusoe },

    { llmgw_string("dashscope"), &llmgw_dialect_openai,
      llmgw_string("https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("alibaba qwen"),
      &llmgw_traits_dashscope },

    { llmgw_string("dashscope_cn"), &llmgw_dialect_openai,
      llmgw_string("https://dashscope.aliyuncs.com/compatible-mode/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("alibaba-cn"),
      &llmgw_traits_dashscope },

    { llmgw_string("databricks"), &llmgw_dialect_openai,
      llmgw_string("https://{workspace}/serving-endpoints"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_databricks },

    { llmgw_string("datarobot"), &llmgw_dialect_openai,
      llmgw_string("https://app.datarobot.com/api/v2/genai/llmgw"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain10 },

    { llmgw_string("deepbricks"), &llmgw_dialect_openai,
      llmgw_string("https://api.deepbricks.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain11 },

    { llmgw_string("deepinfra"), &llmgw_dialect_openai,
      llmgw_string("https://api.deepinfra.com/v1/openai"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_deepinfra },

    { llmgw_string("deepseek"), &llmgw_dialect_openai,
      llmgw_string("https://api.deepseek.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_deepseek },

    { llmgw_string("dinference"), &llmgw_dialect_openai,
      llmgw_string("https://api.dinference.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("docker_model_runner"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:12434/engines/llama.cpp/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain12 },

    { llmgw_string("drun"), &llmgw_dialect_openai,
      llmgw_string("https://chat.d.run/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("edenai"), &llmgw_dialect_openai,
      llmgw_string("https://api.edenai.run/v3"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain10 },

    { llmgw_string("empiriolabs"), &llmgw_dialect_openai,
      llmgw_string("https://api.empiriolabs.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain13 },

    { llmgw_string("evroc"), &llmgw_dialect_openai,
      llmgw_string("https://models.think.evroc.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain14 },

    { llmgw_string("fastrouter"), &llmgw_dialect_openai,
      llmgw_string("https://go.fastrouter.ai/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("featherless_ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.featherless.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("featherless-ai"), &llmgw_traits_plain15 },

    { llmgw_string("fireworks_ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.fireworks.ai/inference/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("fireworks-ai"),
      &llmgw_traits_fireworks_ai },

    { llmgw_string("friendliai"), &llmgw_dialect_openai,
      llmgw_string("https://api.friendli.ai/serverless/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("friendli"),
      &llmgw_traits_plain15 },

    { llmgw_string("function_network"), &llmgw_dialect_openai,
      llmgw_string("https://api.function.network/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("function-network"), &llmgw_traits_plain5 },

    { llmgw_string("gemini"), &llmgw_dialect_gemini,
      llmgw_string("https://generativelanguage.googleapis.com"),
      LLMGW_AUTH_GOOGLE, llmgw_string("x-goog-api-key"), llmgw_string(""),
      llmgw_string("google"), NULL },

    { llmgw_string("gmi"), &llmgw_dialect_openai,
      llmgw_string("https://api.gmi-serving.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("gmicloud"), &llmgw_traits_plain2 },

    { llmgw_string("gradient_ai"), &llmgw_dialect_openai,
      llmgw_string("https://inference.do-ai.run/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("digitalocean"), &llmgw_traits_plain16 },

    { llmgw_string("greenpt"), &llmgw_dialect_openai,
      llmgw_string("https://api.greenpt.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("groq"), &llmgw_dialect_openai,
      llmgw_string("https://api.groq.com/openai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_groq },

    { llmgw_string("helicone"), &llmgw_dialect_openai,
      llmgw_string("https://ai-gateway.helicone.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain6 },

    { llmgw_string("heroku"), &llmgw_dialect_openai,
      llmgw_string("https://us.inference.heroku.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain1 },

    { llmgw_string("hetzner"), &llmgw_dialect_openai,
      llmgw_string("https://inference.hetzner.com/api/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("hosted_vllm"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:8000/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("vllm"), &llmgw_traits_hosted_vllm },

    { llmgw_string("hpc_ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.hpc-ai.com/inference/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("hpc-ai"), &llmgw_traits_plain2 },

    { llmgw_string("huggingface"), &llmgw_dialect_huggingface,
      llmgw_string("https://router.huggingface.co/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), NULL },

    { llmgw_string("hunyuan"), &llmgw_dialect_openai,
      llmgw_string("https://api.hunyuan.cloud.tencent.com/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain5 },

    { llmgw_string("hyperbolic"), &llmgw_dialect_openai,
      llmgw_string("https://api.hyperbolic.xyz/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain15 },

    { llmgw_string("iflytek_spark"), &llmgw_dialect_openai,
      llmgw_string("https://spark-api-open.xf-yun.com/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("inception"), &llmgw_dialect_openai,
      llmgw_string("https://api.inceptionlabs.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain15 },

    { llmgw_string("inceptron"), &llmgw_dialect_openai,
      llmgw_string("https://api.inceptron.io/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("inference_net"), &llmgw_dialect_openai,
      llmgw_string("https://api.inference.net/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("inference"), &llmgw_traits_plain15 },

    { llmgw_string("infinity"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:7997"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain17 },

    { llmgw_string("infomaniak"), &llmgw_dialect_openai,
      llmgw_string("https://api.infomaniak.com/2/ai/{product_id}/openai/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain18 },

    { llmgw_string("io_net"), &llmgw_dialect_openai,
      llmgw_string("https://api.intelligence.io.solutions/api/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("iointelligence io-net"),
      &llmgw_traits_plain5 },

    { llmgw_string("jan"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:1337/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("atomic-chat"), &llmgw_traits_plain2 },

    { llmgw_string("jiekou"), &llmgw_dialect_openai,
      llmgw_string("https://api.jiekou.ai/openai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("jina_ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.jina.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("jina"), &llmgw_traits_plain19 },

    { llmgw_string("kilo"), &llmgw_dialect_openai,
      llmgw_string("https://api.kilo.ai/api/gateway"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain9 },

    { llmgw_string("krutrim"), &llmgw_dialect_openai,
      llmgw_string("https://cloud.olakrutrim.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("lemonade"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:8000/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain12 },

    { llmgw_string("lemonfox"), &llmgw_dialect_openai,
      llmgw_string("https://api.lemonfox.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("lemonfox-ai"), &llmgw_traits_plain20 },

    { llmgw_string("libertai"), &llmgw_dialect_openai,
      llmgw_string("https://api.libertai.io/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain5 },

    { llmgw_string("lingyi"), &llmgw_dialect_openai,
      llmgw_string("https://api.lingyiwanwu.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("yi"), &llmgw_traits_plain2 },

    { llmgw_string("litellm_proxy"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:4000/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), NULL },

    { llmgw_string("llama_cpp"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:8080/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("llama.cpp"), &llmgw_traits_plain21 },

    { llmgw_string("llama_stack"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:8321/v1/openai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("llamastack"), &llmgw_traits_llama_stack },

    { llmgw_string("llamafile"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:8080/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain12 },

    { llmgw_string("llamagate"), &llmgw_dialect_openai,
      llmgw_string("https://api.llamagate.dev/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_apertis },

    { llmgw_string("llmgateway"), &llmgw_dialect_openai,
      llmgw_string("https://api.llmgateway.io/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("lm_studio"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:1234/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("lmstudio"), &llmgw_traits_lm_studio },

    { llmgw_string("localai"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:8080/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain22 },

    { llmgw_string("lucidquery"), &llmgw_dialect_openai,
      llmgw_string("https://api.lucidquery.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("maritalk"), &llmgw_dialect_openai,
      llmgw_string("https://chat.maritaca.ai/api"), LLMGW_AUTH_HEADER,
      llmgw_string("Authorization"), llmgw_string("Key "), llmgw_string(""),
      &llmgw_traits_plain10 },

    { llmgw_string("meganova"), &llmgw_dialect_openai,
      llmgw_string("https://api.meganova.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("meta"), &llmgw_dialect_openai,
      llmgw_string("https://api.meta.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("meta-model-api"), &llmgw_traits_plain6 },

    { llmgw_string("minimax"), &llmgw_dialect_openai,
      llmgw_string("https://api.minimax.io/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_minimax },

    { llmgw_string("minimax_cn"), &llmgw_dialect_openai,
      llmgw_string("https://api.minimaxi.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("minimax-cn"), &llmgw_traits_minimax },

    { llmgw_string("mistral"), &llmgw_dialect_openai,
      llmgw_string("https://api.mistral.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_mistral },

    { llmgw_string("mixlayer"), &llmgw_dialect_openai,
      llmgw_string("https://models.mixlayer.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("moark"), &llmgw_dialect_openai,
      llmgw_string("https://moark.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("mock"), &llmgw_dialect_openai, llmgw_string(""),
      LLMGW_AUTH_NONE, llmgw_string(""), llmgw_string(""), llmgw_string(""),
      NULL },

    { llmgw_string("modal"), &llmgw_dialect_openai,
      llmgw_string("https://inference.us-west.modal.direct/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("modelscope"), &llmgw_dialect_openai,
      llmgw_string("https://api-inference.modelscope.cn/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain11 },

    { llmgw_string("monsterapi"), &llmgw_dialect_openai,
      llmgw_string("https://llm.monsterapi.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("moonshot"), &llmgw_dialect_openai,
      llmgw_string("https://api.moonshot.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("moonshotai"), &llmgw_traits_moonshot },

    { llmgw_string("moonshot_cn"), &llmgw_dialect_openai,
      llmgw_string("https://api.moonshot.cn/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("moonshotai-cn"), &llmgw_traits_moonshot },

    { llmgw_string("morph"), &llmgw_dialect_openai,
      llmgw_string("https://api.morphllm.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_morph },

    { llmgw_string("nadir"), &llmgw_dialect_openai,
      llmgw_string("https://api.getnadir.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("nano-gpt"), &llmgw_dialect_openai,
      llmgw_string("https://nano-gpt.com/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("nanogpt"), &llmgw_traits_nano_gpt },

    { llmgw_string("ncompass"), &llmgw_dialect_openai,
      llmgw_string("https://api.ncompass.tech/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("nearai"), &llmgw_dialect_openai,
      llmgw_string("https://cloud-api.near.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain23 },

    { llmgw_string("nebius"), &llmgw_dialect_openai,
      llmgw_string("https://api.tokenfactory.nebius.com/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain24 },

    { llmgw_string("neosantara"), &llmgw_dialect_openai,
      llmgw_string("https://api.neosantara.xyz/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain25 },

    { llmgw_string("neuralwatt"), &llmgw_dialect_openai,
      llmgw_string("https://api.neuralwatt.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("nextbit"), &llmgw_dialect_openai,
      llmgw_string("https://api.nextbit256.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain15 },

    { llmgw_string("nous"), &llmgw_dialect_openai,
      llmgw_string("https://inference-api.nousresearch.com/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("novita"), &llmgw_dialect_openai,
      llmgw_string("https://api.novita.ai/openai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("novita-ai"), &llmgw_traits_novita },

    { llmgw_string("nscale"), &llmgw_dialect_openai,
      llmgw_string("https://inference.api.nscale.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain11 },

    { llmgw_string("nvidia_nim"), &llmgw_dialect_openai,
      llmgw_string("https://integrate.api.nvidia.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("nvidia"), &llmgw_traits_nvidia_nim },

    { llmgw_string("ollama"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:11434/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("ollama_chat"), &llmgw_traits_ollama },

    { llmgw_string("ollama_cloud"), &llmgw_dialect_openai,
      llmgw_string("https://ollama.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("ollama-cloud"), &llmgw_traits_ollama_cloud },

    { llmgw_string("oobabooga"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:5000/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("text-gen-webui"), &llmgw_traits_plain12 },

    { llmgw_string("openai"), &llmgw_dialect_openai,
      llmgw_string("https://api.openai.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), NULL },

    { llmgw_string("opencode"), &llmgw_dialect_openai,
      llmgw_string("https://opencode.ai/zen/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_opencode },

    { llmgw_string("openrouter"), &llmgw_dialect_openai,
      llmgw_string("https://openrouter.ai/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_openrouter },

    { llmgw_string("opper"), &llmgw_dialect_openai,
      llmgw_string("https://api.opper.ai/v3/compat"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain10 },

    { llmgw_string("orcarouter"), &llmgw_dialect_openai,
      llmgw_string("https://api.orcarouter.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("ovhcloud"), &llmgw_dialect_openai,
      llmgw_string("https://oai.endpoints.kepler.ai.cloud.ovh.net/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain26 },

    { llmgw_string("parasail"), &llmgw_dialect_openai,
      llmgw_string("https://api.parasail.io/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_parasail },

    { llmgw_string("perplexity"), &llmgw_dialect_openai,
      llmgw_string("https://api.perplexity.ai"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("perplexity-ai"), &llmgw_traits_perplexity },

    { llmgw_string("pinstripes"), &llmgw_dialect_openai,
      llmgw_string("https://pinstripes.io/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_apertis },

    { llmgw_string("poe"), &llmgw_dialect_openai,
      llmgw_string("https://api.poe.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_poe },

    { llmgw_string("poolside"), &llmgw_dialect_openai,
      llmgw_string("https://inference.poolside.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("portkey"), &llmgw_dialect_openai,
      llmgw_string("https://api.portkey.ai/v1"), LLMGW_AUTH_HEADER,
      llmgw_string("x-portkey-api-key"), llmgw_string(""), llmgw_string(""),
      &llmgw_traits_plain27 },

    { llmgw_string("prism"), &llmgw_dialect_openai,
      llmgw_string("https://api.prisminference.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain6 },

    { llmgw_string("privatemode"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:8080/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("privatemode-ai"), &llmgw_traits_plain28 },

    { llmgw_string("publicai"), &llmgw_dialect_openai,
      llmgw_string("https://api.publicai.co/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_publicai },

    { llmgw_string("qianfan"), &llmgw_dialect_openai,
      llmgw_string("https://qianfan.baidubce.com/v2"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("baidu"), &llmgw_traits_plain29 },

    { llmgw_string("qihang"), &llmgw_dialect_openai,
      llmgw_string("https://api.qhaigc.net/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("qihang-ai"), &llmgw_traits_plain2 },

    { llmgw_string("qiniu"), &llmgw_dialect_openai,
      llmgw_string("https://api.qnaigc.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("qiniu-ai"), &llmgw_traits_plain2 },

    { llmgw_string("qwen_ai_platform"), &llmgw_dialect_openai,
      llmgw_string("https://dashscope.aliyuncs.com/compatible-mode/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""),
      &llmgw_traits_qwen_ai_platform },

    { llmgw_string("qwencloud"), &llmgw_dialect_openai,
      llmgw_string("https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""),
      &llmgw_traits_qwen_ai_platform },

    { llmgw_string("ragflow"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:9380/api/v1/chats_openai/{chat_id}"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain10 },

    { llmgw_string("recraft"), &llmgw_dialect_openai,
      llmgw_string("https://external.api.recraft.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("recraft-ai"), &llmgw_traits_plain30 },

    { llmgw_string("regolo"), &llmgw_dialect_openai,
      llmgw_string("https://api.regolo.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("regolo-ai"), &llmgw_traits_plain23 },

    { llmgw_string("reka"), &llmgw_dialect_openai,
      llmgw_string("https://api.reka.ai/v1"), LLMGW_AUTH_HEADER,
      llmgw_string("X-Api-Key"), llmgw_string(""), llmgw_string("reka-ai"),
      &llmgw_traits_reka },

    { llmgw_string("requesty"), &llmgw_dialect_openai,
      llmgw_string("https://router.requesty.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain31 },

    { llmgw_string("sakana"), &llmgw_dialect_openai,
      llmgw_string("https://api.sakana.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("salad_cloud"), &llmgw_dialect_openai,
      llmgw_string("https://ai.salad.cloud/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("sambanova"), &llmgw_dialect_openai,
      llmgw_string("https://api.sambanova.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_sambanova },

    { llmgw_string("sarvam"), &llmgw_dialect_openai,
      llmgw_string("https://api.sarvam.ai/v1"), LLMGW_AUTH_HEADER,
      llmgw_string("api-subscription-key"), llmgw_string(""),
      llmgw_string(""), &llmgw_traits_crusoe },

    { llmgw_string("scaleway"), &llmgw_dialect_openai,
      llmgw_string("https://api.scaleway.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain32 },

    { llmgw_string("scx-ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.scx.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain33 },

    { llmgw_string("sglang"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:30000/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("sgl"), &llmgw_traits_plain21 },

    { llmgw_string("siliconflow"), &llmgw_dialect_openai,
      llmgw_string("https://api.siliconflow.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_siliconflow },

    { llmgw_string("siliconflow_cn"), &llmgw_dialect_openai,
      llmgw_string("https://api.siliconflow.cn/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("siliconflow-cn"), &llmgw_traits_siliconflow },

    { llmgw_string("snowflake"), &llmgw_dialect_openai,
      llmgw_string("https://{account}.snowflakecomputing.com/api/v2/cortex/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("snowflake-cortex cortex"),
      &llmgw_traits_snowflake },

    { llmgw_string("stackit"), &llmgw_dialect_openai,
      llmgw_string("https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string(""), &llmgw_traits_plain5 },

    { llmgw_string("stepfun"), &llmgw_dialect_openai,
      llmgw_string("https://api.stepfun.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("stepfun-cn"), &llmgw_traits_plain20 },

    { llmgw_string("stepfun_intl"), &llmgw_dialect_openai,
      llmgw_string("https://api.stepfun.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("stepfun-ai"), &llmgw_traits_plain2 },

    { llmgw_string("submodel"), &llmgw_dialect_openai,
      llmgw_string("https://llm.submodel.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("synthetic"), &llmgw_dialect_openai,
      llmgw_string("https://api.synthetic.new/openai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_synthetic },

    { llmgw_string("tars"), &llmgw_dialect_openai,
      llmgw_string("https://api.router.tetrate.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("tetrate"), &llmgw_traits_plain2 },

    { llmgw_string("tei"), &llmgw_dialect_tei,
      llmgw_string("http://localhost:8080"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("text-embeddings-inference"), NULL },

    { llmgw_string("tencent"), &llmgw_dialect_openai,
      llmgw_string("https://tokenhub.tencentmaas.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("tencent-tokenhub"), &llmgw_traits_plain2 },

    { llmgw_string("tensormesh"), &llmgw_dialect_openai,
      llmgw_string("https://serverless.tensormesh.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain15 },

    { llmgw_string("tgi"), &llmgw_dialect_tgi,
      llmgw_string("http://localhost:8080"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("huggingface-tgi"), NULL },

    { llmgw_string("the_grid_ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.thegrid.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("the-grid-ai"), &llmgw_traits_plain2 },

    { llmgw_string("tinfoil"), &llmgw_dialect_openai,
      llmgw_string("https://inference.tinfoil.sh/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain28 },

    { llmgw_string("together_ai"), &llmgw_dialect_openai,
      llmgw_string("https://api.together.xyz/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("together-ai togetherai"), &llmgw_traits_together_ai },

    { llmgw_string("upstage"), &llmgw_dialect_openai,
      llmgw_string("https://api.upstage.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain5 },

    { llmgw_string("v0"), &llmgw_dialect_openai,
      llmgw_string("https://api.v0.dev/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_v0 },

    { llmgw_string("veniceai"), &llmgw_dialect_openai,
      llmgw_string("https://api.venice.ai/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("venice"), &llmgw_traits_plain34 },

    { llmgw_string("vercel_ai_gateway"), &llmgw_dialect_openai,
      llmgw_string("https://ai-gateway.vercel.sh/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("vercel"), &llmgw_traits_plain4 },

    { llmgw_string("vertex"), &llmgw_dialect_vertex, llmgw_string(""),
      LLMGW_AUTH_GOOGLE, llmgw_string("x-goog-api-key"), llmgw_string(""),
      llmgw_string("vertex_ai google-vertex"), NULL },

    { llmgw_string("vivgrid"), &llmgw_dialect_openai,
      llmgw_string("https://api.vivgrid.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain6 },

    { llmgw_string("volcengine"), &llmgw_dialect_openai,
      llmgw_string("https://ark.cn-beijing.volces.com/api/v3"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("doubao"),
      &llmgw_traits_volcengine },

    { llmgw_string("voyage"), &llmgw_dialect_openai,
      llmgw_string("https://api.voyageai.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_voyage },

    { llmgw_string("vultr"), &llmgw_dialect_openai,
      llmgw_string("https://api.vultrinference.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_vultr },

    { llmgw_string("wafer"), &llmgw_dialect_openai,
      llmgw_string("https://pass.wafer.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("wafer.ai"), &llmgw_traits_plain2 },

    { llmgw_string("wandb"), &llmgw_dialect_openai,
      llmgw_string("https://api.inference.wandb.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_wandb },

    { llmgw_string("writer"), &llmgw_dialect_openai,
      llmgw_string("https://api.writer.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_writer },

    { llmgw_string("xai"), &llmgw_dialect_openai,
      llmgw_string("https://api.x.ai/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("x-ai"), &llmgw_traits_xai },

    { llmgw_string("xiaomi_mimo"), &llmgw_dialect_openai,
      llmgw_string("https://api.xiaomimimo.com/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("xiaomi"), &llmgw_traits_xiaomi_mimo },

    { llmgw_string("xinference"), &llmgw_dialect_openai,
      llmgw_string("http://localhost:9997/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain22 },

    { llmgw_string("zai"), &llmgw_dialect_openai,
      llmgw_string("https://api.z.ai/api/paas/v4"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string("z-ai"), &llmgw_traits_zai },

    { llmgw_string("zenmux"), &llmgw_dialect_openai,
      llmgw_string("https://zenmux.ai/api/v1"), LLMGW_AUTH_BEARER,
      llmgw_string("Authorization"), llmgw_string("Bearer "),
      llmgw_string(""), &llmgw_traits_plain2 },

    { llmgw_string("zhipu"), &llmgw_dialect_openai,
      llmgw_string("https://open.bigmodel.cn/api/paas/v4"),
      LLMGW_AUTH_BEARER, llmgw_string("Authorization"),
      llmgw_string("Bearer "), llmgw_string("zhipuai"), &llmgw_traits_zai },

    { llmgw_string(""), NULL, llmgw_string(""), LLMGW_AUTH_NONE,
      llmgw_string(""), llmgw_string(""), llmgw_string(""), NULL }
};
