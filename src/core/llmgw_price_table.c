
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Made of data/prices.tsv by tools/gen-prices, not to be edited.
 */


#include "llmgw_price_table.h"


const char  llmgw_price_names[] =
    "abliterationabliterated-modelai21jamba-1.5-largejamba-1.5-minijamba-larg"
    "ejamba-large-1.5-2024-08jamba-large-1.6-2025-03jamba-large-1.7jamba-larg"
    "e-1.7-2025-07jamba-minijamba-mini-1.5-2024-08jamba-mini-1.6-2025-03jamba"
    "-mini-1.7-2025-08jamba-mini-2jamba-mini-2-2026-01aihubmixalicloud-deepse"
    "ek-v4-flashalicloud-deepseek-v4-proalicloud-glm-5.1claude-opus-4-6claude"
    "-opus-4-6-thinkclaude-opus-4-7claude-opus-4-7-thinkclaude-sonnet-4-6clau"
    "de-sonnet-4-6-thinkcoding-glm-5.1coding-minimax-m2.7coding-minimax-m2.7-"
    "highspeedcoding-xiaomi-mimo-v2.5coding-xiaomi-mimo-v2.5-prodeep-deepseek"
    "-v4-flashdeep-deepseek-v4-prodoubao-seed-2-0-code-previewdoubao-seed-2-0"
    "-lite-260428doubao-seed-2-0-mini-260428doubao-seed-2-0-progemini-2.5-fla"
    "shgemini-2.5-progemini-3-flash-previewgemini-3.1-flash-litegemini-3.1-pr"
    "o-previewgemini-3.1-pro-preview-customtoolsglm-5.2glm-5v-turbogpt-5.1gpt"
    "-5.1-codexgpt-5.1-codex-minigpt-5.2gpt-5.2-codexgpt-5.3-codexgpt-5.4gpt-"
    "5.4-minigpt-5.5grok-4.3kimi-k2.5kimi-k2.6minimax-m2.7qwen3.6-flashqwen3."
    "6-max-previewqwen3.6-plusqwen3.7-maxqwen3.7-plusxiaomi-mimo-v2.5xiaomi-m"
    "imo-v2.5-prozai-glm-5.1anthropicclaude-2.1claude-3-5-haiku-20241022claud"
    "e-3-5-haiku-latestclaude-3-5-sonnet-20240620claude-3-5-sonnet-20241022cl"
    "aude-3-5-sonnet-latestclaude-3-7-sonnet-20250219claude-3-7-sonnet-latest"
    "claude-3-haiku-20240307claude-3-opus-20240229claude-3-opus-latestclaude-"
    "3-sonnet-20240229claude-fable-5claude-haiku-4-5claude-haiku-4-5-20251001"
    "claude-opus-4-0claude-opus-4-1claude-opus-4-1-20250805claude-opus-4-2025"
    "0514claude-opus-4-5claude-opus-4-5-20251101claude-opus-4-8claude-opus-5c"
    "laude-sonnet-4-0claude-sonnet-4-20250514claude-sonnet-4-5claude-sonnet-4"
    "-5-20250929claude-sonnet-5assemblyaibestavianMeta-Llama-3.1-405B-Instruc"
    "tMeta-Llama-3.1-70B-InstructMeta-Llama-3.1-8B-InstructMeta-Llama-3.3-70B"
    "-Instructazurechatgpt-4o-latestcodex-minicodex-mini-latestcomputer-use-p"
    "reviewdall-e-2dall-e-3gpt-3.5-turbogpt-3.5-turbo-0125gpt-3.5-turbo-0301g"
    "pt-3.5-turbo-0613gpt-3.5-turbo-1106gpt-3.5-turbo-16kgpt-3.5-turbo-instru"
    "ctgpt-35-turbogpt-35-turbo-1106gpt-35-turbo-16kgpt-4gpt-4-0125-previewgp"
    "t-4-0314gpt-4-0613gpt-4-1106-previewgpt-4-32kgpt-4-32k-0314gpt-4-32k-061"
    "3gpt-4-turbogpt-4-turbo-2024-04-09gpt-4-turbo-visiongpt-4-vision-preview"
    "gpt-4.1gpt-4.1-2025-04-14gpt-4.1-minigpt-4.1-mini-2025-04-14gpt-4.1-nano"
    "gpt-4.1-nano-2025-04-14gpt-4.5-preview-2025-02-27gpt-4ogpt-4o-2024-05-13"
    "gpt-4o-2024-08-06gpt-4o-2024-11-20gpt-4o-minigpt-4o-mini-2024-07-18gpt-4"
    "o-mini-search-previewgpt-4o-mini-search-preview-2025-03-11gpt-4o-mini-tr"
    "anscribegpt-4o-search-previewgpt-4o-search-preview-2025-03-11gpt-4o-tran"
    "scribegpt-4o-transcribe-diarizegpt-5gpt-5-2025-08-07gpt-5-chatgpt-5-chat"
    "-latestgpt-5-codexgpt-5-minigpt-5-mini-2025-08-07gpt-5-nanogpt-5-nano-20"
    "25-08-07gpt-5-progpt-5-pro-2025-10-06gpt-5-search-apigpt-5-search-api-20"
    "25-10-14gpt-5.1-2025-11-13gpt-5.1-chatgpt-5.1-chat-latestgpt-5.1-codex-m"
    "axgpt-5.2-2025-12-11gpt-5.2-chatgpt-5.2-chat-2025-12-11gpt-5.2-chat-late"
    "stgpt-5.2-progpt-5.2-pro-2025-12-11gpt-5.3-chatgpt-5.4-2026-03-05gpt-5.4"
    "-mini-2026-03-17gpt-5.4-nanogpt-5.4-nano-2026-03-17gpt-5.4-progpt-5.5-20"
    "26-04-24gpt-5.5-progpt-5.6gpt-5.6-2026-07-09gpt-5.6-lunagpt-5.6-luna-202"
    "6-07-09gpt-5.6-solgpt-5.6-sol-2026-07-09gpt-5.6-terragpt-5.6-terra-2026-"
    "07-09gpt-audiogpt-audio-minigpt-chat-latestgpt-image-1gpt-image-1.5gpt-i"
    "mage-2gpt-image-2-2026-04-21o1o1-2024-12-17o1-minio1-mini-2024-09-12o1-p"
    "reviewo1-preview-2024-09-12o1-proo1-pro-2025-03-19o3o3-2025-04-16o3-deep"
    "-researcho3-deep-research-2025-06-26o3-minio3-mini-2025-01-31o3-proo3-pr"
    "o-2025-06-10o4-minio4-mini-2025-04-16text-embedding-3-largetext-embeddin"
    "g-3-smalltext-embedding-ada-002text-moderation-001text-moderation-004tex"
    "t-moderation-latesttext-moderation-stablettstts-1tts-1-hdtts-hdazure_aiA"
    "I21-Jamba-1.5-LargeAI21-Jamba-1.5-MiniCodestral-2501codestral-2501cohere"
    "-command-aCohere-command-r-08-2024cohere-command-r-08-2024Cohere-command"
    "-r-plus-08-2024cohere-command-r-plus-08-2024cohere-embed-v-4-0cohere-emb"
    "ed-v3-englishcohere-embed-v3-multilingualCohere-rerank-v4.0-fastCohere-r"
    "erank-v4.0-prodeepseek-r1deepseek-r1-0528DeepSeek-V3DeepSeek-V3-0324deep"
    "seek-v3-0324DeepSeek-V3.1deepseek-v3.1DeepSeek-V3.2deepseek-v3.2DeepSeek"
    "-V3.2-Specialedeepseek-v3.2-specialeDeepSeek-V4-Flashdeepseek-v4-flashDe"
    "epSeek-V4-Flash-0731DeepSeek-V4-Prodeepseek-v4-progrok-3grok-3-betagrok-"
    "3-fastgrok-3-fast-betagrok-3-fast-latestgrok-3-latestgrok-3-minigrok-3-m"
    "ini-betagrok-3-mini-latestgrok-4grok-4-1-fast-non-reasoninggrok-4-1-fast"
    "-reasoninggrok-4-20-non-reasoninggrok-4-20-reasoninggrok-4-fast-non-reas"
    "oninggrok-4-fast-reasoninggrok-4.20-beta-0309-non-reasoninggrok-4.20-bet"
    "a-0309-reasoninggrok-code-fast-1kimi-k2-thinkingKimi-K2.5Kimi-K2.6Kimi-K"
    "2.7-CodeLlama-2-70b-chatLlama-2-7b-chatLlama-3.2-11B-Vision-Instructllam"
    "a-3.2-11b-vision-instructLlama-3.2-90B-Vision-Instructllama-3.2-90b-visi"
    "on-instructLlama-3.3-70B-Instructllama-3.3-70b-instructLlama-4-Maverick-"
    "17B-128E-Instruct-FP8llama-4-maverick-17b-128e-instruct-fp8Llama-4-Scout"
    "-17B-16E-Instructllama-4-scout-17b-16e-instructMAI-Image-2.5MAI-Image-2."
    "5-FlashMeta-Llama-3-70B-Instructmeta-llama-3-70b-instructMeta-Llama-3-8B"
    "-Instructmeta-llama-3-8b-instructmeta-llama-3.1-405b-instructmeta-llama-"
    "3.1-70b-instructmeta-llama-3.1-8b-instructministral-3bministral-3b-2410m"
    "istral-large-2411Mistral-Large-3mistral-medium-2505mistral-medium-3-5Mis"
    "tral-Nemomistral-nemomistral-small-2503phi-3-medium-128k-instructphi-3-m"
    "edium-4k-instructphi-3-mini-128k-instructphi-3-mini-4k-instructphi-3-sma"
    "ll-128k-instructphi-3-small-8k-instructPhi-3.5-mini-instructphi-3.5-mini"
    "-instructPhi-3.5-MoE-instructphi-3.5-moe-instructPhi-3.5-vision-instruct"
    "Phi-4phi-4phi-4-miniPhi-4-mini-instructphi-4-mini-reasoningphi-4-multimo"
    "dalPhi-4-multimodal-instructphi-4-reasoningphi-4-reasoning-plusStable-Di"
    "ffusion-3.5-LargeStable-Image-CoreStable-Image-Ultrabasetendeepseek-ai/D"
    "eepSeek-V3.1deepseek-ai/DeepSeek-V4-ProMiniMaxAI/MiniMax-M2.5moonshotai/"
    "Kimi-K2.5moonshotai/Kimi-K2.6moonshotai/Kimi-K2.7-Codenvidia/Nemotron-12"
    "0B-A12Bnvidia/NVIDIA-Nemotron-3-Ultra-550B-A55Bopenai/gpt-oss-120bzai-or"
    "g/GLM-4.7zai-org/GLM-5zai-org/GLM-5.1zai-org/GLM-5.2bedrockai21.j2-mid-v"
    "1ai21.j2-ultra-v1amazon.nova-2-lite-v1:0amazon.nova-lite-v1:0amazon.nova"
    "-micro-v1:0amazon.nova-pro-v1:0amazon.rerank-v1:0amazon.titan-embed-g1-t"
    "ext-02amazon.titan-embed-text-v1amazon.titan-embed-text-v2:0amazon.titan"
    "-text-express-v1amazon.titan-text-lite-v1anthropic.claude-3-5-haiku-2024"
    "1022-v1:0anthropic.claude-3-5-sonnet-20240620-v1:0anthropic.claude-3-5-s"
    "onnet-20241022-v2:0anthropic.claude-3-7-sonnet-20250219-v1:0anthropic.cl"
    "aude-3-haiku-20240307-v1:0anthropic.claude-3-opus-20240229-v1:0anthropic"
    ".claude-3-sonnet-20240229-v1:0anthropic.claude-fable-5anthropic.claude-h"
    "aiku-4-5-20251001-v1:0anthropic.claude-instant-v1anthropic.claude-opus-4"
    "-1-20250805-v1:0anthropic.claude-opus-4-20250514-v1:0anthropic.claude-op"
    "us-4-5-20251101-v1:0anthropic.claude-opus-4-6-v1anthropic.claude-opus-4-"
    "7anthropic.claude-opus-4-8anthropic.claude-opus-5anthropic.claude-sonnet"
    "-4-20250514-v1:0anthropic.claude-sonnet-4-5-20250929-v1:0anthropic.claud"
    "e-sonnet-4-6anthropic.claude-sonnet-5anthropic.claude-v1anthropic.claude"
    "-v2anthropic.claude-v2:1au.anthropic.claude-haiku-4-5-20251001-v1:0au.an"
    "thropic.claude-opus-4-6-v1au.anthropic.claude-opus-4-8au.anthropic.claud"
    "e-sonnet-4-5-20250929-v1:0au.anthropic.claude-sonnet-4-6au.anthropic.cla"
    "ude-sonnet-5cohere.command-light-text-v14cohere.command-r-plus-v1:0coher"
    "e.command-r-v1:0cohere.command-text-v14cohere.embed-english-v3cohere.emb"
    "ed-multilingual-v3cohere.embed-v4:0cohere.rerank-v3-5:0deepseek.r1-v1:0d"
    "eepseek.v3-v1:0deepseek.v3.2eu.anthropic.claude-fable-5eu.anthropic.clau"
    "de-haiku-4-5-20251001-v1:0eu.anthropic.claude-opus-4-5-20251101-v1:0eu.a"
    "nthropic.claude-opus-4-6-v1eu.anthropic.claude-opus-4-7eu.anthropic.clau"
    "de-opus-4-8eu.anthropic.claude-opus-5eu.anthropic.claude-sonnet-4-5-2025"
    "0929-v1:0eu.anthropic.claude-sonnet-4-6eu.anthropic.claude-sonnet-5globa"
    "l.anthropic.claude-fable-5global.anthropic.claude-haiku-4-5-20251001-v1:"
    "0global.anthropic.claude-opus-4-5-20251101-v1:0global.anthropic.claude-o"
    "pus-4-6-v1global.anthropic.claude-opus-4-7global.anthropic.claude-opus-4"
    "-8global.anthropic.claude-opus-5global.anthropic.claude-sonnet-4-5-20250"
    "929-v1:0global.anthropic.claude-sonnet-4-6global.anthropic.claude-sonnet"
    "-5global.openai.gpt-5.6-lunaglobal.openai.gpt-5.6-solglobal.openai.gpt-5"
    ".6-terraglobal.xai.grok-4.6google.gemma-3-12b-itgoogle.gemma-3-27b-itgoo"
    "gle.gemma-3-4b-itin.openai.gpt-5.6-lunain.openai.gpt-5.6-terrajp.anthrop"
    "ic.claude-opus-4-7jp.anthropic.claude-opus-4-8jp.anthropic.claude-sonnet"
    "-4-5-20250929-v1:0jp.anthropic.claude-sonnet-4-6jp.anthropic.claude-sonn"
    "et-5meta.llama2-13b-chat-v1meta.llama2-70b-chat-v1meta.llama3-1-405b-ins"
    "truct-v1:0meta.llama3-1-70b-instruct-v1:0meta.llama3-1-8b-instruct-v1:0m"
    "eta.llama3-2-11b-instruct-v1:0meta.llama3-2-1b-instruct-v1:0meta.llama3-"
    "2-3b-instruct-v1:0meta.llama3-2-90b-instruct-v1:0meta.llama3-3-70b-instr"
    "uct-v1:0meta.llama3-70b-instruct-v1:0meta.llama3-8b-instruct-v1:0meta.ll"
    "ama4-maverick-17b-instruct-v1:0meta.llama4-scout-17b-instruct-v1:0minima"
    "x.minimax-m2minimax.minimax-m2.1minimax.minimax-m2.5mistral.devstral-2-1"
    "23bmistral.magistral-small-2509mistral.ministral-3-14b-instructmistral.m"
    "inistral-3-3b-instructmistral.ministral-3-8b-instructmistral.mistral-7b-"
    "instruct-v0:2mistral.mistral-large-2402-v1:0mistral.mistral-large-2407-v"
    "1:0mistral.mistral-large-3-675b-instructmistral.mistral-small-2402-v1:0m"
    "istral.mixtral-8x7b-instruct-v0:1mistral.pixtral-large-2502-v1:0mistral."
    "voxtral-mini-3b-2507mistral.voxtral-small-24b-2507moonshot.kimi-k2-think"
    "ingmoonshotai.kimi-k2.5nvidia.nemotron-nano-12b-v2nvidia.nemotron-nano-3"
    "-30bnvidia.nemotron-nano-9b-v2nvidia.nemotron-super-3-120bopenai.gpt-5.4"
    "openai.gpt-5.5openai.gpt-5.6-lunaopenai.gpt-5.6-solopenai.gpt-5.6-terrao"
    "penai.gpt-oss-120bopenai.gpt-oss-120b-1:0openai.gpt-oss-20bopenai.gpt-os"
    "s-20b-1:0openai.gpt-oss-safeguard-120bopenai.gpt-oss-safeguard-20bqwen.q"
    "wen3-235b-a22b-2507-v1:0qwen.qwen3-32b-v1:0qwen.qwen3-coder-30b-a3b-v1:0"
    "qwen.qwen3-coder-480b-a35b-v1:0qwen.qwen3-coder-nextqwen.qwen3-next-80b-"
    "a3bqwen.qwen3-vl-235b-a22bstability.sd3-5-large-v1:0stability.sd3-large-"
    "v1:0stability.stable-diffusion-xl-v0stability.stable-diffusion-xl-v1stab"
    "ility.stable-image-core-v1:0stability.stable-image-core-v1:1stability.st"
    "able-image-ultra-v1:0stability.stable-image-ultra-v1:1us-gov.anthropic.c"
    "laude-opus-4-8us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0us.anthrop"
    "ic.claude-fable-5us.anthropic.claude-haiku-4-5-20251001-v1:0us.anthropic"
    ".claude-opus-4-1-20250805-v1:0us.anthropic.claude-opus-4-5-20251101-v1:0"
    "us.anthropic.claude-opus-4-6-v1us.anthropic.claude-opus-4-7us.anthropic."
    "claude-opus-4-8us.anthropic.claude-opus-5us.anthropic.claude-sonnet-4-5-"
    "20250929-v1:0us.anthropic.claude-sonnet-4-6us.anthropic.claude-sonnet-5u"
    "s.deepseek.r1-v1:0us.meta.llama4-maverick-17b-instruct-v1:0us.meta.llama"
    "4-scout-17b-instruct-v1:0us.openai.gpt-5.6-lunaus.openai.gpt-5.6-solus.o"
    "penai.gpt-5.6-terraus.writer.palmyra-x4-v1:0us.writer.palmyra-x5-v1:0us."
    "xai.grok-4.6writer.palmyra-vision-7b-v1:0writer.palmyra-x4-v1:0writer.pa"
    "lmyra-x5-v1:0xai.grok-4.3xai.grok-4.6zai.glm-4.7zai.glm-4.7-flashzai.glm"
    "-5bedrock_mantledeepseek.v3.1google.gemma-4-26b-a4bgoogle.gemma-4-31bgoo"
    "gle.gemma-4-e2bmoonshotai.kimi-k2-thinkingqwen.qwen3-235b-a22b-2507qwen."
    "qwen3-32bqwen.qwen3-coder-30b-a3b-instructqwen.qwen3-coder-480b-a35b-ins"
    "tructqwen.qwen3-next-80b-a3b-instructqwen.qwen3-vl-235b-a22b-instructwri"
    "ter.palmyra-vision-7bzai.glm-4.6bergetgoogle/gemma-4-31B-itmeta-llama/Ll"
    "ama-3.3-70B-Instructmistralai/Mistral-Medium-3.5-128Bmistralai/Mistral-S"
    "mall-3.2-24B-Instruct-2506byteplusdeepseek-v3-2deepseek-v3-2-251201seed-"
    "1-6seed-1-6-250915seed-1-6-flashseed-1-6-flash-250715seed-1-8seed-1-8-25"
    "1228seed-2-0-code-previewseed-2-0-code-preview-260328seed-2-0-liteseed-2"
    "-0-lite-260228seed-2-0-miniseed-2-0-mini-260215seed-2-0-proseed-2-0-pro-"
    "260328seededit-3-0-i2iseededit-3-0-i2i-250628seedream-3-0-t2iseedream-3-"
    "0-t2i-250415seedream-4-0seedream-4-0-250828seedream-4-5seedream-4-5-2511"
    "28seedream-5-0-liteseedream-5-0-lite-260128cerebrasgemma-4-31bgpt-oss-12"
    "0bllama-3.3-70bllama-4-maverick-17b-128e-instructllama3.1-70bllama3.1-8b"
    "qwen-3-235b-a22b-instruct-2507qwen-3-235b-a22b-thinking-2507qwen-3-32bqw"
    "en-3-coder-480bzai-glm-4.6zai-glm-4.7chutesdeepseek-ai/DeepSeek-V3.2-TEE"
    "google/gemma-4-31B-turbo-TEEMiniMaxAI/MiniMax-M2.5-TEEmoonshotai/Kimi-K2"
    ".5-TEEmoonshotai/Kimi-K2.6-TEEQwen/Qwen3-235B-A22B-Thinking-2507-TEEQwen"
    "/Qwen3-32B-TEEQwen/Qwen3.5-397B-A17B-TEEQwen/Qwen3.6-27B-TEEunsloth/Mist"
    "ral-Nemo-Instruct-2407-TEEzai-org/GLM-5-TEEzai-org/GLM-5.1-TEEzai-org/GL"
    "M-5.2-TEEclarifaiarcee_ai/AFM/models/trinity-miniclarifai/main/models/mm"
    "-poly-8bdeepseek-ai/deepseek-ocr/models/DeepSeek-OCRminimaxai/chat-compl"
    "etion/models/MiniMax-M2_5-high-throughputmistralai/completion/models/Min"
    "istral-3-14B-Reasoning-2512mistralai/completion/models/Ministral-3-3B-Re"
    "asoning-2512moonshotai/chat-completion/models/Kimi-K2_6openai/chat-compl"
    "etion/models/gpt-oss-120b-high-throughputopenai/chat-completion/models/g"
    "pt-oss-20bqwen/qwenCoder/models/Qwen3-Coder-30B-A3B-Instructqwen/qwenLM/"
    "models/Qwen3-30B-A3B-Instruct-2507qwen/qwenLM/models/Qwen3-30B-A3B-Think"
    "ing-2507cloudflare@cf/ai4bharat/indictrans2-en-indic-1B@cf/aisingapore/g"
    "emma-sea-lion-v4-27b-it@cf/baai/bge-base-en-v1.5@cf/baai/bge-large-en-v1"
    ".5@cf/baai/bge-m3@cf/baai/bge-reranker-base@cf/baai/bge-small-en-v1.5@cf"
    "/deepseek-ai/deepseek-r1-distill-qwen-32b@cf/google/gemma-3-12b-it@cf/go"
    "ogle/gemma-4-26b-a4b-it@cf/ibm-granite/granite-4.0-h-micro@cf/meta/llama"
    "-2-7b-chat-fp16@cf/meta/llama-3-8b-instruct@cf/meta/llama-3-8b-instruct-"
    "awq@cf/meta/llama-3.1-70b-instruct-fp8-fast@cf/meta/llama-3.1-8b-instruc"
    "t@cf/meta/llama-3.1-8b-instruct-awq@cf/meta/llama-3.1-8b-instruct-fp8@cf"
    "/meta/llama-3.1-8b-instruct-fp8-fast@cf/meta/llama-3.2-11b-vision-instru"
    "ct@cf/meta/llama-3.2-1b-instruct@cf/meta/llama-3.2-3b-instruct@cf/meta/l"
    "lama-3.3-70b-instruct-fp8-fast@cf/meta/llama-4-scout-17b-16e-instruct@cf"
    "/meta/llama-guard-3-8b@cf/meta/m2m100-1.2b@cf/mistral/mistral-7b-instruc"
    "t-v0.1@cf/mistralai/mistral-small-3.1-24b-instruct@cf/moondream/moondrea"
    "m3.1-9B-A2B@cf/moonshotai/kimi-k2.5@cf/moonshotai/kimi-k2.6@cf/moonshota"
    "i/kimi-k2.7-code@cf/nvidia/nemotron-3-120b-a12b@cf/openai/gpt-oss-120b@c"
    "f/openai/gpt-oss-20b@cf/pfnet/plamo-embedding-1b@cf/qwen/qwen2.5-coder-3"
    "2b-instruct@cf/qwen/qwen3-30b-a3b-fp8@cf/qwen/qwen3-embedding-0.6b@cf/qw"
    "en/qwq-32b@cf/zai-org/glm-4.7-flash@cf/zai-org/glm-5.2cognitionswe-1.6sw"
    "e-1.7swe-1.7-lightningcoherecommandcommand-a-03-2025command-a-plus-05-20"
    "26command-a-reasoning-08-2025command-a-vision-07-2025command-lightcomman"
    "d-light-nightlycommand-nightlycommand-rcommand-r-08-2024command-r-plusco"
    "mmand-r-plus-08-2024command-r7bcommand-r7b-12-2024command-r7b-arabic-02-"
    "2025embed-english-light-v2.0embed-english-v2.0embed-english-v3.0embed-mu"
    "ltilingual-v2.0embed-multilingual-v3.0embed-v4.0rerank-english-v2.0reran"
    "k-english-v3.0rerank-multilingual-v2.0rerank-multilingual-v3.0rerank-v3."
    "5rerank-v4.0-fastrerank-v4.0-procortecsclaude-4-5-sonnetclaude-4-6-sonne"
    "tclaude-opus4-5claude-opus4-6claude-opus4-7claude-opus4-8claude-sonnet-4"
    "codestral-2508glm-4.5glm-4.5-airglm-4.7glm-4.7-flashglm-5glm-5-turboglm-"
    "5.1hermes-4-70bintellect-3kimi-k2-instructkimi-k2.7-codellama-4-maverick"
    "minimax-m2minimax-m2.1minimax-m2.5minimax-m3mistral-large-2512mixtral-8x"
    "7B-instruct-v0.1nemotron-3-super-120b-a12bnova-pro-v1qwen-2.5-72b-instru"
    "ctqwen3-235b-a22b-instruct-2507qwen3-32bqwen3-coder-30b-a3b-instructqwen"
    "3-coder-480b-a35b-instructqwen3-coder-nextqwen3-next-80b-a3b-thinkingqwe"
    "n3.5-122b-a10bqwen3.5-397b-a17bdashscopeglm-4.6MiniMax-M2.1MiniMax-M2.5M"
    "oonshot-Kimi-K2-Instructqvq-maxqvq-max-2025-03-25qvq-max-2025-05-15qvq-m"
    "ax-latestqvq-plusqvq-plus-2025-05-15qvq-plus-latestqwen-coderqwen-coder-"
    "plusqwen-coder-plus-2024-11-06qwen-coder-plus-latestqwen-coder-turboqwen"
    "-coder-turbo-2024-09-19qwen-coder-turbo-latestqwen-flashqwen-flash-2025-"
    "07-28qwen-flash-characterqwen-long-2025-01-25qwen-long-latestqwen-math-p"
    "lusqwen-math-plus-2024-08-16qwen-math-plus-2024-09-19qwen-math-plus-late"
    "stqwen-math-turboqwen-math-turbo-2024-09-19qwen-math-turbo-latestqwen-ma"
    "xqwen-max-2025-01-25qwen-max-latestqwen-mt-flashqwen-mt-liteqwen-mt-plus"
    "qwen-mt-turboqwen-omni-turboqwen-omni-turbo-2025-01-19qwen-omni-turbo-20"
    "25-03-26qwen-omni-turbo-latestqwen-plusqwen-plus-2025-01-25qwen-plus-202"
    "5-04-28qwen-plus-2025-07-14qwen-plus-2025-07-28qwen-plus-2025-09-11qwen-"
    "plus-2025-12-01qwen-plus-characterqwen-plus-character-jaqwen-plus-latest"
    "qwen-turboqwen-turbo-2024-11-01qwen-turbo-2025-04-28qwen-turbo-latestqwe"
    "n-vl-maxqwen-vl-max-2025-04-02qwen-vl-max-2025-04-08qwen-vl-max-2025-08-"
    "13qwen-vl-max-latestqwen-vl-ocrqwen-vl-plusqwen-vl-plus-2025-01-25qwen-v"
    "l-plus-2025-05-07qwen-vl-plus-2025-08-15qwen-vl-plus-latestqwen2-5-14b-i"
    "nstructqwen2-5-32b-instructqwen2-5-72b-instructqwen2-5-7b-instructqwen2-"
    "5-omni-7bqwen2-5-vl-72b-instructqwen2-5-vl-7b-instructqwen2-vl-72b-instr"
    "uctqwen2.5-14b-instructqwen2.5-32b-instructqwen2.5-72b-instructqwen2.5-7"
    "b-instructqwen2.5-omni-7bqwen2.5-vl-32b-instructqwen2.5-vl-3b-instructqw"
    "en2.5-vl-72b-instructqwen2.5-vl-7b-instructqwen3-14bqwen3-235b-a22bqwen3"
    "-8bqwen3-asr-flashqwen3-coder-flashqwen3-coder-flash-2025-07-28qwen3-cod"
    "er-plusqwen3-coder-plus-2025-07-22qwen3-coder-plus-2025-09-23qwen3-maxqw"
    "en3-max-2025-09-23qwen3-max-2026-01-23qwen3-max-previewqwen3-next-80b-a3"
    "b-instructqwen3-omni-30b-a3b-captionerqwen3-omni-flashqwen3-omni-flash-2"
    "025-09-15qwen3-omni-flash-2025-12-01qwen3-vl-235b-a22bqwen3-vl-235b-a22b"
    "-instructqwen3-vl-235b-a22b-thinkingqwen3-vl-30b-a3bqwen3-vl-30b-a3b-ins"
    "tructqwen3-vl-30b-a3b-thinkingqwen3-vl-32b-instructqwen3-vl-32b-thinking"
    "qwen3-vl-8b-instructqwen3-vl-8b-thinkingqwen3-vl-flashqwen3-vl-flash-202"
    "5-10-15qwen3-vl-flash-2026-01-22qwen3-vl-plusqwen3-vl-plus-2025-09-23qwe"
    "n3-vl-plus-2025-12-19qwen3.5-27bqwen3.5-35b-a3bqwen3.5-flashqwen3.5-flas"
    "h-2026-02-23qwen3.5-plusqwen3.5-plus-2026-02-15qwen3.6-27bqwen3.6-35b-a3"
    "bqwq-32b-previewqwq-plusqwq-plus-2025-03-05qwq-plus-latestdatabricksdata"
    "bricks-claude-haiku-4-5databricks-claude-opus-4-1databricks-claude-opus-"
    "4-5databricks-claude-opus-4-6databricks-claude-opus-4-7databricks-claude"
    "-sonnet-4databricks-claude-sonnet-4-5databricks-claude-sonnet-4-6databri"
    "cks-gemini-2-5-flashdatabricks-gemini-2-5-prodatabricks-gemini-3-1-flash"
    "-litedatabricks-gemini-3-1-prodatabricks-gemini-3-flashdatabricks-gemini"
    "-3-prodatabricks-gpt-5databricks-gpt-5-1databricks-gpt-5-2databricks-gpt"
    "-5-4databricks-gpt-5-4-minidatabricks-gpt-5-4-nanodatabricks-gpt-5-5data"
    "bricks-gpt-5-minidatabricks-gpt-5-nanodatabricks-gpt-oss-120bdatabricks-"
    "gpt-oss-20bdeepgramaura-2-andromeda-enaura-2-apollo-enaura-2-thalia-enau"
    "ra-asteria-enaura-luna-ennova-2nova-3nova-3-generaldeepinfraallenai/Olmo"
    "-3.1-32B-Instructallenai/olmOCR-2-7B-1025allenai/olmOCR-7B-0725-FP8anthr"
    "opic/claude-3-7-sonnet-latestanthropic/claude-4-opusanthropic/claude-4-s"
    "onnetanthropic/claude-haiku-4-5anthropic/claude-opus-4-7anthropic/claude"
    "-sonnet-4-6Austism/chronos-hermes-13b-v2BAAI/bge-base-en-v1.5BAAI/bge-en"
    "-iclBAAI/bge-large-en-v1.5BAAI/bge-m3BAAI/bge-m3-multiByteDance/Seed-1.8"
    "ByteDance/Seed-2.0-codeByteDance/Seed-2.0-miniByteDance/Seed-2.0-procogn"
    "itivecomputations/dolphin-2.6-mixtral-8x7bdeepinfra/airoboros-70bdeepsee"
    "k-ai/DeepSeek-OCRdeepseek-ai/DeepSeek-R1deepseek-ai/DeepSeek-R1-0528deep"
    "seek-ai/DeepSeek-R1-0528-Turbodeepseek-ai/DeepSeek-R1-Distill-Llama-70Bd"
    "eepseek-ai/DeepSeek-R1-Distill-Qwen-32Bdeepseek-ai/DeepSeek-R1-Turbodeep"
    "seek-ai/DeepSeek-V3deepseek-ai/DeepSeek-V3-0324deepseek-ai/DeepSeek-V3-0"
    "324-Turbodeepseek-ai/DeepSeek-V3.1-Terminusdeepseek-ai/DeepSeek-V3.2deep"
    "seek-ai/DeepSeek-V4-Flashgoogle/embeddinggemma-300mgoogle/gemini-1.5-fla"
    "shgoogle/gemini-1.5-flash-8bgoogle/gemini-2.0-flash-001google/gemini-2.5"
    "-flashgoogle/gemini-2.5-progoogle/gemini-3.1-flash-litegoogle/gemini-3.1"
    "-progoogle/gemma-3-12b-itgoogle/gemma-3-27b-itgoogle/gemma-3-4b-itgoogle"
    "/gemma-4-26B-A4B-itgoogle/gemma-4-26b-itgoogle/gemma-4-31b-itgoogle/gemm"
    "a-4-31B-it-turbointfloat/e5-base-v2intfloat/e5-large-v2intfloat/multilin"
    "gual-e5-largeintfloat/multilingual-e5-large-instructlizpreciatior/lzlv_7"
    "0b_fp16_hfmeta-llama/Llama-2-13b-chat-hfmeta-llama/Llama-2-70b-chat-hfme"
    "ta-llama/Llama-3.2-11B-Vision-Instructmeta-llama/Llama-3.2-3B-Instructme"
    "ta-llama/Llama-3.3-70B-Instruct-Turbometa-llama/Llama-4-Maverick-17B-128"
    "E-Instruct-FP8meta-llama/Llama-4-Maverick-17B-128E-Instruct-Turbometa-ll"
    "ama/Llama-4-Scout-17B-16E-Instructmeta-llama/Llama-Guard-4-12Bmeta-llama"
    "/Meta-Llama-3.1-70B-Instructmeta-llama/Meta-Llama-3.1-70B-Instruct-Turbo"
    "meta-llama/Meta-Llama-3.1-8B-Instructmeta-llama/Meta-Llama-3.1-8B-Instru"
    "ct-Turbomicrosoft/phi-4microsoft/WizardLM-2-7Bmicrosoft/WizardLM-2-8x22B"
    "MiniMaxAI/MiniMax-M2MiniMaxAI/MiniMax-M2.1mistralai/Devstral-Small-2507m"
    "istralai/Mistral-7B-Instruct-v0.1mistralai/Mistral-7B-Instruct-v0.3mistr"
    "alai/Mistral-Nemo-Instruct-2407mistralai/Mistral-Small-24B-Instruct-2501"
    "mistralai/Mistral-Small-3.1-24B-Instruct-2503mistralai/Mixtral-8x7B-Inst"
    "ruct-v0.1moonshotai/Kimi-K2-Instruct-0905moonshotai/Kimi-K2-Thinkingmoon"
    "shotai/Kimi-K2.5-TurboNousResearch/Hermes-3-Llama-3.1-405BNousResearch/H"
    "ermes-3-Llama-3.1-70Bnvidia/Llama-3.1-Nemotron-70B-Instructnvidia/Llama-"
    "3.3-Nemotron-Super-49B-v1.5nvidia/llama-nemotron-embed-vl-1b-v2nvidia/Ne"
    "motron-3-Nano-30B-A3Bnvidia/Nemotron-3-Nano-Omni-30B-A3B-Reasoningnvidia"
    "/NVIDIA-Nemotron-3-Super-120B-A12Bnvidia/NVIDIA-Nemotron-Nano-12B-v2-VLn"
    "vidia/NVIDIA-Nemotron-Nano-9B-v2openai/gpt-oss-120b-Turboopenai/gpt-oss-"
    "20bopenchat/openchat_3.5PaddlePaddle/PaddleOCR-VL-0.9BPhind/Phind-CodeLl"
    "ama-34B-v2Qwen/Qwen2.5-72B-InstructQwen/Qwen2.5-7B-InstructQwen/Qwen3-14"
    "BQwen/Qwen3-235B-A22B-Instruct-2507Qwen/Qwen3-235B-A22B-Thinking-2507Qwe"
    "n/Qwen3-30B-A3BQwen/Qwen3-32BQwen/Qwen3-Coder-480B-A35B-InstructQwen/Qwe"
    "n3-Coder-480B-A35B-Instruct-TurboQwen/Qwen3-Embedding-0.6BQwen/Qwen3-Emb"
    "edding-4BQwen/Qwen3-Embedding-8BQwen/Qwen3-MaxQwen/Qwen3-Max-ThinkingQwe"
    "n/Qwen3-Next-80B-A3B-InstructQwen/Qwen3-Reranker-0.6BQwen/Qwen3-Reranker"
    "-4BQwen/Qwen3-Reranker-8BQwen/Qwen3-VL-235B-A22B-InstructQwen/Qwen3-VL-3"
    "0B-A3B-InstructQwen/Qwen3.5-0.8BQwen/Qwen3.5-122B-A10BQwen/Qwen3.5-27BQw"
    "en/Qwen3.5-2BQwen/Qwen3.5-35B-A3BQwen/Qwen3.5-397B-A17BQwen/Qwen3.5-4BQw"
    "en/Qwen3.5-9BQwen/Qwen3.6-27BQwen/Qwen3.6-35B-A3BSao10K/L3-8B-Lunaris-v1"
    "-TurboSao10K/L3.1-70B-Euryale-v2.2Sao10K/L3.3-70B-Euryale-v2.3sentence-t"
    "ransformers/all-MiniLM-L12-v2sentence-transformers/all-MiniLM-L6-v2sente"
    "nce-transformers/all-mpnet-base-v2sentence-transformers/clip-ViT-B-32sen"
    "tence-transformers/clip-ViT-B-32-multilingual-v1sentence-transformers/mu"
    "lti-qa-mpnet-base-dot-v1sentence-transformers/paraphrase-MiniLM-L6-v2shi"
    "bing624/text2vec-base-chinesestepfun-ai/Step-3.5-Flashthenlper/gte-baset"
    "henlper/gte-largeXiaomiMiMo/MiMo-V2.5XiaomiMiMo/MiMo-V2.5-Prozai-org/GLM"
    "-4.5zai-org/GLM-4.6zai-org/GLM-4.6Vzai-org/GLM-4.7-Flashdeepseekdeepseek"
    "-chatdeepseek-reasonerdoublewordmistralai/Devstral-2-123B-Instruct-2512n"
    "vidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4Qwen/Qwen3-14B-FP8Qwen/Qwen"
    "3-VL-235B-A22B-Instruct-FP8Qwen/Qwen3-VL-30B-A3B-Instruct-FP8Qwen/Qwen3."
    "5-35B-A3B-FP8Qwen/Qwen3.6-35B-A3B-FP8zai-org/GLM-5.1-FP8elevenlabseleven"
    "_v3scribe_v1evrocevroc/rocnvidia/Llama-3.3-70B-Instruct-FP8fal_aifal-ai/"
    "flux-2-profal-ai/flux-pro/kontextfal-ai/flux-pro/v1.1fal-ai/flux-pro/v1."
    "1-ultrafal-ai/flux/devfal-ai/flux/schnellfal-ai/hidream-i1-fastfal-ai/hi"
    "dream-i1-fullfal-ai/ideogram/v2fal-ai/ideogram/v2/turbofal-ai/recraft-v3"
    "fal-ai/recraft/v4/pro/text-to-imagefireworks_aiaccounts/fireworks/models"
    "/100baccounts/fireworks/models/16baccounts/fireworks/models/4baccounts/f"
    "ireworks/models/dbrx-instructaccounts/fireworks/models/deepseek-v3accoun"
    "ts/fireworks/models/deepseek-v3p2accounts/fireworks/models/deepseek-v4-f"
    "lashaccounts/fireworks/models/deepseek-v4-proaccounts/fireworks/models/g"
    "lm-4p7accounts/fireworks/models/glm-5accounts/fireworks/models/glm-5p1ac"
    "counts/fireworks/models/glm-5p1-fastaccounts/fireworks/models/glm-5p2acc"
    "ounts/fireworks/models/gpt-oss-120baccounts/fireworks/models/gpt-oss-20b"
    "accounts/fireworks/models/kimi-k2-instructaccounts/fireworks/models/kimi"
    "-k2-instruct-0905accounts/fireworks/models/kimi-k2-thinkingaccounts/fire"
    "works/models/kimi-k2p5accounts/fireworks/models/kimi-k2p6accounts/firewo"
    "rks/models/kimi-k2p6-fastaccounts/fireworks/models/kimi-k2p7-codeaccount"
    "s/fireworks/models/kimi-k2p7-code-fastaccounts/fireworks/models/kimi-k3a"
    "ccounts/fireworks/models/llama-v3p1-405b-instructaccounts/fireworks/mode"
    "ls/llama-v3p1-8b-instructaccounts/fireworks/models/llama4-maverick-instr"
    "uct-basicaccounts/fireworks/models/llama4-scout-instruct-basicaccounts/f"
    "ireworks/models/minimax-m2p1accounts/fireworks/models/minimax-m2p5accoun"
    "ts/fireworks/models/minimax-m2p7accounts/fireworks/models/minimax-m3acco"
    "unts/fireworks/models/mixtral-8x22b-instructaccounts/fireworks/models/mi"
    "xtral-8x7baccounts/fireworks/models/nemotron-3-ultra-nvfp4accounts/firew"
    "orks/models/qwen3-235b-a22baccounts/fireworks/models/qwen3p6-plusaccount"
    "s/fireworks/models/qwen3p7-plusaccounts/fireworks/routers/glm-5p1-fastac"
    "counts/fireworks/routers/glm-5p2-fastaccounts/fireworks/routers/kimi-k2p"
    "6-fastaccounts/fireworks/routers/kimi-k2p6-turboaccounts/fireworks/route"
    "rs/kimi-k2p7-code-fastnomic-ai/nomic-embed-text-v1nomic-ai/nomic-embed-t"
    "ext-v1.5WhereIsAI/UAE-Large-V1friendliaigeminideep-research-pro-preview-"
    "12-2025gemini-2.0-flashgemini-2.0-flash-001gemini-2.0-flash-litegemini-2"
    ".0-flash-lite-001gemini-2.5-computer-use-preview-10-2025gemini-2.5-flash"
    "-imagegemini-2.5-flash-image-previewgemini-2.5-flash-litegemini-2.5-flas"
    "h-lite-preview-09-2025gemini-2.5-flash-preview-09-2025gemini-2.5-flash-p"
    "review-ttsgemini-2.5-pro-preview-ttsgemini-3-pro-imagegemini-3-pro-image"
    "-previewgemini-3-pro-previewgemini-3.1-flash-imagegemini-3.1-flash-image"
    "-previewgemini-3.1-flash-lite-imagegemini-3.1-flash-lite-previewgemini-3"
    ".5-flashgemini-3.5-flash-litegemini-3.6-flashgemini-3.7-flashgemini-embe"
    "dding-001gemini-embedding-2gemini-embedding-2-previewgemini-flash-latest"
    "gemini-flash-lite-latestgemini-omni-flash-previewgemini-pro-latestimagen"
    "-4.0-fast-generate-001imagen-4.0-generate-001imagen-4.0-ultra-generate-0"
    "01gmianthropic/claude-opus-4.6anthropic/claude-opus-4.7anthropic/claude-"
    "sonnet-4.6moonshotai/kimi-k2.7-code-highspeedQwen/Qwen3.7-Maxzai-org/GLM"
    "-5-FP8zai-org/GLM-5.2-FP8gradient_aialibaba-qwen3-32ball-mini-lm-l6-v2an"
    "thropic-claude-3-opusanthropic-claude-3.5-haikuanthropic-claude-3.5-sonn"
    "etanthropic-claude-3.7-sonnetanthropic-claude-4.1-opusanthropic-claude-4"
    ".5-haikuanthropic-claude-4.5-sonnetanthropic-claude-4.6-sonnetanthropic-"
    "claude-haiku-4.5anthropic-claude-opus-4anthropic-claude-opus-4.5anthropi"
    "c-claude-opus-4.6anthropic-claude-opus-4.7anthropic-claude-opus-4.8anthr"
    "opic-claude-sonnet-4arcee-trinity-large-thinkingbge-m3bge-reranker-v2-m3"
    "deepseek-3.2deepseek-r1-distill-llama-70be5-large-v2gemma-4-31B-itgte-la"
    "rge-en-v1.5llama3-8b-instructllama3.3-70b-instructmistral-3-14Bmistral-n"
    "emo-instruct-2407multi-qa-mpnet-base-dot-v1nemotron-3-nano-omninemotron-"
    "nano-12b-v2-vlnvidia-nemotron-3-super-120bopenai-gpt-4.1openai-gpt-4oope"
    "nai-gpt-4o-miniopenai-gpt-5openai-gpt-5-miniopenai-gpt-5-nanoopenai-gpt-"
    "5.1-codex-maxopenai-gpt-5.2openai-gpt-5.2-proopenai-gpt-5.3-codexopenai-"
    "gpt-5.4openai-gpt-5.4-miniopenai-gpt-5.4-nanoopenai-gpt-5.4-proopenai-gp"
    "t-5.5openai-gpt-image-1openai-gpt-oss-120bopenai-gpt-oss-20bopenai-o1ope"
    "nai-o3openai-o3-miniqwen3-embedding-0.6bstable-diffusion-3.5-largegroqll"
    "ama-3.1-8b-instantllama-3.3-70b-versatilemeta-llama/llama-4-maverick-17b"
    "-128e-instructmeta-llama/llama-4-scout-17b-16e-instructmeta-llama/llama-"
    "guard-4-12bmeta-llama/llama-prompt-guard-2-22mmeta-llama/llama-prompt-gu"
    "ard-2-86mmoonshotai/kimi-k2-instructmoonshotai/kimi-k2-instruct-0905open"
    "ai/gpt-oss-safeguard-20bqwen/qwen3-32bwhisper-large-v3whisper-large-v3-t"
    "urboheliconeclaude-3.5-haikuclaude-3.5-sonnet-v2claude-3.7-sonnetclaude-"
    "4.5-haikuclaude-4.5-opusclaude-4.5-sonnetclaude-opus-4deepseek-tng-r1t2-"
    "chimeradeepseek-v3deepseek-v3.1-terminusernie-4.5-21b-a3b-thinkinggemma-"
    "3-12b-itgemma2-9b-itgpt-oss-20bhermes-2-pro-llama-3-8bkimi-k2-0711kimi-k"
    "2-0905llama-3.1-8b-instructllama-3.1-8b-instruct-turbollama-4-scoutllama"
    "-guard-4llama-prompt-guard-2-22mllama-prompt-guard-2-86mmistral-smallqwe"
    "n2.5-coder-7b-fastqwen3-235b-a22b-thinkingqwen3-30b-a3bqwen3-codersonars"
    "onar-deep-researchsonar-prosonar-reasoningsonar-reasoning-prohuggingface"
    "MiniMaxAI/MiniMax-M2.7MiniMaxAI/MiniMax-M3moonshotai/Kimi-K2-InstructQwe"
    "n/Qwen3-235B-A22BQwen/Qwen3-Coder-30B-A3B-InstructQwen/Qwen3-Coder-NextQ"
    "wen/Qwen3-Next-80B-A3B-Thinkingstepfun-ai/Step-3.7-FlashXiaomiMiMo/MiMo-"
    "V2-Flashzai-org/GLM-4.5-Airzai-org/GLM-4.5Vinceptionmercury-2mercury-edi"
    "t-2inference_netgoogle/gemma-3meta/llama-3.1-8b-instructmeta/llama-3.2-1"
    "1b-vision-instructmeta/llama-3.2-1b-instructmeta/llama-3.2-3b-instructmi"
    "stral/mistral-nemo-12b-instructosmosis/osmosis-structure-0.6bqwen/qwen-2"
    ".5-7b-vision-instructqwen/qwen3-embedding-4bio_netIntel/Qwen3-Coder-480B"
    "-A35B-Instruct-int4-mixed-armeta-llama/Llama-3.2-90B-Vision-Instructmist"
    "ralai/Devstral-Small-2505mistralai/Magistral-Small-2506mistralai/Mistral"
    "-Large-Instruct-2411Qwen/Qwen2.5-VL-32B-Instructjina_aijina-colbert-v1-e"
    "njina-colbert-v2jina-embeddings-v2-base-codejina-embeddings-v2-base-deji"
    "na-embeddings-v2-base-enjina-embeddings-v2-base-esjina-embeddings-v2-bas"
    "e-zhjina-reranker-v1-base-enjina-reranker-v2-base-multilingualjina-reran"
    "ker-v3minimaxM2-herMiniMax-M2MiniMax-M2.1-highspeedMiniMax-M2.5-highspee"
    "dMiniMax-M2.7MiniMax-M2.7-highspeedMiniMax-M3mistralcodestral-embedcodes"
    "tral-embed-2505codestral-latestdevstral-2512devstral-latestdevstral-medi"
    "um-2507devstral-medium-latestdevstral-small-2505devstral-small-2507devst"
    "ral-small-latestmagistral-medium-2509magistral-medium-latestmagistral-sm"
    "allmagistral-small-2509magistral-small-latestministral-14b-2512ministral"
    "-14b-latestministral-3b-2512ministral-3b-latestministral-8b-2512ministra"
    "l-8b-latestmistral-embedmistral-embed-2312mistral-large-2407mistral-larg"
    "e-latestmistral-medium-2508mistral-medium-2604mistral-medium-latestmistr"
    "al-saba-2502mistral-small-2409mistral-small-2501mistral-small-2506mistra"
    "l-small-2603mistral-small-latestmistral-tiny-2407mistral-tiny-latestopen"
    "-mistral-7bopen-mistral-nemoopen-mistral-nemo-2407open-mixtral-8x22bopen"
    "-mixtral-8x7bpixtral-12bpixtral-12b-2409pixtral-large-2411pixtral-large-"
    "latestmodalmoonshotai/Kimi-K3moonshotkimi-k2-0711-previewkimi-k2-0905-pr"
    "eviewkimi-k2-thinking-turbokimi-k2-turbo-previewkimi-k2.7-code-highspeed"
    "kimi-k3moonshot-v1-128kmoonshot-v1-128k-vision-previewmoonshot-v1-32kmoo"
    "nshot-v1-32k-vision-previewmoonshot-v1-8kmoonshot-v1-8k-vision-previewmo"
    "rphautomorph-v3-fastmorph-v3-largenearaianthropic/claude-opus-4-6anthrop"
    "ic/claude-sonnet-4-5google/gemini-2.5-flash-litegoogle/gemini-3-progoogl"
    "e/gemini-3.5-flashopenai/gpt-4.1openai/gpt-4.1-miniopenai/gpt-4.1-nanoop"
    "enai/gpt-5openai/gpt-5-miniopenai/gpt-5-nanoopenai/gpt-5.1openai/gpt-5.2"
    "openai/gpt-5.4openai/gpt-5.4-miniopenai/gpt-5.4-nanoopenai/gpt-5.5openai"
    "/o3openai/o3-miniopenai/o4-miniQwen/Qwen3-30B-A3B-Instruct-2507nebiusBAA"
    "I/bge-multilingual-gemma2deepseek-ai/DeepSeek-R1-0528-fastdeepseek-ai/De"
    "epSeek-V3-0324-fastdeepseek-ai/DeepSeek-V3.2-fastgoogle/gemma-2-2b-itgoo"
    "gle/gemma-2-9b-it-fastgoogle/gemma-3-27b-it-fastintfloat/e5-mistral-7b-i"
    "nstructmeta-llama/Llama-3.3-70B-Instruct-fastmeta-llama/Llama-Guard-3-8B"
    "meta-llama/Meta-Llama-3.1-8B-Instruct-fastMiniMaxAI/MiniMax-M2.5-fastmoo"
    "nshotai/Kimi-K2.5-fastNousResearch/Hermes-4-405BNousResearch/Hermes-4-70"
    "Bnvidia/Llama-3_1-Nemotron-Ultra-253B-v1nvidia/Nemotron-3-Nano-Omninvidi"
    "a/nemotron-3-super-120b-a12bnvidia/NVIDIA-Nemotron-3-Nano-30B-A3Bopenai/"
    "gpt-oss-120b-fastPrimeIntellect/INTELLECT-3Qwen/Qwen2.5-Coder-7B-fastQwe"
    "n/Qwen2.5-VL-72B-InstructQwen/Qwen3-235B-A22B-Thinking-2507-fastQwen/Qwe"
    "n3-30B-A3B-Thinking-2507Qwen/Qwen3-32B-fastQwen/Qwen3-Next-80B-A3B-Think"
    "ing-fastQwen/Qwen3.5-397B-A17B-fastnomicnomic-embed-text-v1novitabaichua"
    "n/baichuan-m2-32bbaidu/ernie-4.5-21B-a3bbaidu/ernie-4.5-21B-a3b-thinking"
    "baidu/ernie-4.5-300b-a47b-paddlebaidu/ernie-4.5-vl-28b-a3bbaidu/ernie-4."
    "5-vl-28b-a3b-thinkingbaidu/ernie-4.5-vl-424b-a47bdeepseek/deepseek-ocrde"
    "epseek/deepseek-ocr-2deepseek/deepseek-prover-v2-671bdeepseek/deepseek-r"
    "1-0528deepseek/deepseek-r1-0528-qwen3-8bdeepseek/deepseek-r1-distill-lla"
    "ma-70bdeepseek/deepseek-r1-distill-qwen-14bdeepseek/deepseek-r1-distill-"
    "qwen-32bdeepseek/deepseek-r1-turbodeepseek/deepseek-v3-0324deepseek/deep"
    "seek-v3-turbodeepseek/deepseek-v3.1deepseek/deepseek-v3.1-terminusdeepse"
    "ek/deepseek-v3.2deepseek/deepseek-v3.2-expdeepseek/deepseek-v4-flashdeep"
    "seek/deepseek-v4-progoogle/gemma-4-26b-a4b-itgryphe/mythomax-l2-13binclu"
    "sionai/ling-2.6-1tinclusionai/ling-2.6-flashinclusionai/ring-2.6-1tkwaip"
    "ilot/kat-coder-prolzlv_70bmeta-llama/llama-3-70b-instructmeta-llama/llam"
    "a-3-8b-instructmeta-llama/llama-3.1-8b-instructmeta-llama/llama-3.2-3b-i"
    "nstructmeta-llama/llama-3.3-70b-instructmeta-llama/llama-4-maverick-17b-"
    "128e-instruct-fp8microsoft/wizardlm-2-8x22bminimax/minimax-m2minimax/min"
    "imax-m2.1minimax/minimax-m2.5minimax/minimax-m2.5-highspeedminimax/minim"
    "ax-m2.7minimax/minimax-m2.7-highspeedminimax/minimax-m3minimaxai/minimax"
    "-m1-80kmistralai/mistral-nemomoonshotai/kimi-k2-0905moonshotai/kimi-k2-t"
    "hinkingmoonshotai/kimi-k2.5moonshotai/kimi-k2.6moonshotai/kimi-k2.7-code"
    "moonshotai/kimi-k3Nous-Hermes-2-Mixtral-8x7B-DPOnousresearch/hermes-2-pr"
    "o-llama-3-8bnousresearch/nous-hermes-llama2-13bpaddlepaddle/paddleocr-vl"
    "qwen/qwen-2.5-72b-instructqwen/qwen-mt-plusqwen/qwen2.5-7b-instructqwen/"
    "qwen2.5-vl-72b-instructqwen/qwen3-235b-a22b-fp8qwen/qwen3-235b-a22b-inst"
    "ruct-2507qwen/qwen3-235b-a22b-thinking-2507qwen/qwen3-30b-a3b-fp8qwen/qw"
    "en3-32b-fp8qwen/qwen3-4b-fp8qwen/qwen3-8b-fp8qwen/qwen3-coder-30b-a3b-in"
    "structqwen/qwen3-coder-480b-a35b-instructqwen/qwen3-coder-nextqwen/qwen3"
    "-maxqwen/qwen3-next-80b-a3b-instructqwen/qwen3-next-80b-a3b-thinkingqwen"
    "/qwen3-omni-30b-a3b-instructqwen/qwen3-omni-30b-a3b-thinkingqwen/qwen3-v"
    "l-235b-a22b-instructqwen/qwen3-vl-235b-a22b-thinkingqwen/qwen3-vl-30b-a3"
    "b-instructqwen/qwen3-vl-30b-a3b-thinkingqwen/qwen3-vl-8b-instructqwen/qw"
    "en3.5-122b-a10bqwen/qwen3.5-27bqwen/qwen3.5-35b-a3bqwen/qwen3.5-397b-a17"
    "bqwen/qwen3.7-maxsao10K/l3-70b-euryale-v2.1sao10k/l3-70b-euryale-v2.1sao"
    "10K/l3-8b-lunarissao10k/l3-8b-lunarissao10K/L3-8B-stheno-v3.2sao10K/l31-"
    "70b-euryale-v2.2teknium/openhermes-2.5-mistral-7btencent/hy3xiaomimimo/m"
    "imo-v2-flashxiaomimimo/mimo-v2-proxiaomimimo/mimo-v2.5-prozai-org/autogl"
    "m-phone-9b-multilingualzai-org/glm-4.5zai-org/glm-4.5-airzai-org/glm-4.5"
    "vzai-org/glm-4.6zai-org/glm-4.6vzai-org/glm-4.7zai-org/glm-4.7-flashzai-"
    "org/glm-5zai-org/glm-5.1zai-org/glm-5.2ocigoogle.gemini-2.5-proxai.grok-"
    "3xai.grok-3-fastxai.grok-3-minixai.grok-3-mini-fastxai.grok-4xai.grok-4-"
    "fast-non-reasoningxai.grok-4-fast-reasoningxai.grok-code-fast-1openaibab"
    "bage-002chat-latestchatgpt-image-latestcomputer-use-preview-2025-03-11da"
    "vinci-002ft:gpt-3.5-turboft:gpt-3.5-turbo-0125ft:gpt-3.5-turbo-0613ft:gp"
    "t-3.5-turbo-1106ft:gpt-4.1ft:gpt-4.1-2025-04-14ft:gpt-4.1-minift:gpt-4.1"
    "-mini-2025-04-14ft:gpt-4.1-nano-2025-04-14ft:gpt-4oft:gpt-4o-2024-08-06f"
    "t:gpt-4o-minift:gpt-4o-mini-2024-07-18ft:o4-mini-2025-04-16gpt-3.5-turbo"
    "-16k-0613gpt-3.5-turbo-instruct-0914gpt-4-1106-vision-previewgpt-4-turbo"
    "-previewgpt-4o-audio-previewgpt-4o-audio-preview-2024-10-01gpt-4o-audio-"
    "preview-2024-12-17gpt-4o-audio-preview-2025-06-03gpt-4o-mini-audio-previ"
    "ewgpt-4o-mini-audio-preview-2024-12-17gpt-4o-mini-transcribe-2025-03-20g"
    "pt-4o-mini-transcribe-2025-12-15gpt-4o-mini-ttsgpt-4o-mini-tts-2025-03-2"
    "0gpt-4o-mini-tts-2025-12-15gpt-5.3-chat-latestgpt-5.3-codex-sparkgpt-5.4"
    "-pro-2026-03-05gpt-5.5-2026-04-23gpt-5.5-pro-2026-04-23gpt-audio-1.5gpt-"
    "audio-2025-08-28gpt-audio-mini-2025-10-06gpt-audio-mini-2025-12-15gpt-im"
    "age-1-minigpt-image-1.5-2025-12-16o4-mini-deep-researcho4-mini-deep-rese"
    "arch-2025-06-26omni-moderation-2024-09-26omni-moderation-latesttts-1-110"
    "6tts-1-hd-1106whisper-1openrouterai21/jamba-large-1.7aion-labs/aion-1.0a"
    "ion-labs/aion-1.0-miniaion-labs/aion-2.0aion-labs/aion-rp-llama-3.1-8bal"
    "fredpros/codellama-7b-instruct-solidityallenai/olmo-3-32b-thinkamazon/no"
    "va-2-lite-v1amazon/nova-lite-v1amazon/nova-micro-v1amazon/nova-premier-v"
    "1amazon/nova-pro-v1anthracite-org/magnum-v4-72banthropic/claude-3-haikua"
    "nthropic/claude-3-opusanthropic/claude-3.5-haikuanthropic/claude-3.7-son"
    "netanthropic/claude-fable-5anthropic/claude-haiku-4.5anthropic/claude-op"
    "us-4anthropic/claude-opus-4.1anthropic/claude-opus-4.5anthropic/claude-o"
    "pus-4.6-fastanthropic/claude-opus-4.7-fastanthropic/claude-opus-4.8anthr"
    "opic/claude-opus-4.8-fastanthropic/claude-opus-5anthropic/claude-opus-5-"
    "fastanthropic/claude-sonnet-4anthropic/claude-sonnet-4.5anthropic/claude"
    "-sonnet-5arcee-ai/coder-largearcee-ai/trinity-large-thinkingarcee-ai/tri"
    "nity-miniarcee-ai/virtuoso-largebytedance-seed/seed-1.6bytedance-seed/se"
    "ed-1.6-flashbytedance-seed/seed-2.0-litebytedance-seed/seed-2.0-minibyte"
    "dance/ui-tars-1.5-7bcohere/command-acohere/command-r-08-2024cohere/comma"
    "nd-r-plus-08-2024cohere/command-r7b-12-2024deepcogito/cogito-v2.1-671bde"
    "epseek/deepseek-chatdeepseek/deepseek-chat-v3-0324deepseek/deepseek-chat"
    "-v3.1deepseek/deepseek-r1eleutherai/llemma_7bessentialai/rnj-1-instructg"
    "oogle/gemini-2.0-flash-lite-001google/gemini-2.5-flash-lite-preview-09-2"
    "025google/gemini-2.5-flash-preview-09-2025google/gemini-2.5-pro-previewg"
    "oogle/gemini-2.5-pro-preview-05-06google/gemini-3-flash-previewgoogle/ge"
    "mini-3.1-flash-lite-previewgoogle/gemini-3.1-pro-previewgoogle/gemini-3."
    "1-pro-preview-customtoolsgoogle/gemma-2-27b-itgoogle/gemma-3n-e4b-itibm-"
    "granite/granite-4.0-h-microibm-granite/granite-4.1-8binception/mercury-2"
    "inflection/inflection-3-piinflection/inflection-3-productivitykwaipilot/"
    "kat-coder-pro-v2liquid/lfm-2-24b-a2bmancer/weavermeta-llama/llama-3.1-70"
    "b-instructmeta-llama/llama-3.2-11b-vision-instructmeta-llama/llama-3.2-1"
    "b-instructmeta-llama/llama-4-maverickmeta-llama/llama-4-scoutmeta-llama/"
    "llama-guard-2-8bmicrosoft/phi-3-medium-128k-instructmicrosoft/phi-3-mini"
    "-128k-instructmicrosoft/phi-3.5-mini-128k-instructmicrosoft/phi-4-mini-i"
    "nstructmicrosoft/phi-4-multimodal-instructminimax/minimax-01minimax/mini"
    "max-m1minimax/minimax-m2-hermistralai/codestral-2508mistralai/devstral-2"
    "512mistralai/ministral-14b-2512mistralai/ministral-3bmistralai/ministral"
    "-3b-2512mistralai/ministral-8bmistralai/ministral-8b-2512mistralai/mistr"
    "al-7b-instruct-v0.2mistralai/mistral-largemistralai/mistral-large-2407mi"
    "stralai/mistral-large-2512mistralai/mistral-medium-3mistralai/mistral-me"
    "dium-3-5mistralai/mistral-medium-3.1mistralai/mistral-sabamistralai/mist"
    "ral-small-24b-instruct-2501mistralai/mistral-small-2603mistralai/mistral"
    "-small-3.1-24b-instructmistralai/mistral-small-3.2-24b-instructmistralai"
    "/mistral-tinymistralai/mixtral-8x22b-instructmistralai/pixtral-12bmistra"
    "lai/pixtral-large-2411mistralai/voxtral-small-24b-2507moonshotai/kimi-k2"
    "morph/morph-v3-fastmorph/morph-v3-largenex-agi/nex-n2-pronousresearch/he"
    "rmes-3-llama-3.1-405bnousresearch/hermes-3-llama-3.1-70bnousresearch/her"
    "mes-4-405bnousresearch/hermes-4-70bnvidia/llama-3.3-nemotron-super-49b-v"
    "1.5nvidia/nemotron-3-nano-30b-a3bnvidia/nemotron-3-ultra-550b-a55bnvidia"
    "/nemotron-nano-9b-v2openai/chatgpt-4o-latestopenai/codex-miniopenai/gpt-"
    "3.5-turboopenai/gpt-3.5-turbo-0613openai/gpt-3.5-turbo-16kopenai/gpt-3.5"
    "-turbo-instructopenai/gpt-4openai/gpt-4-1106-previewopenai/gpt-4-turboop"
    "enai/gpt-4-turbo-previewopenai/gpt-4oopenai/gpt-4o-2024-05-13openai/gpt-"
    "4o-2024-08-06openai/gpt-4o-2024-11-20openai/gpt-4o-miniopenai/gpt-4o-min"
    "i-2024-07-18openai/gpt-4o-mini-search-previewopenai/gpt-4o-search-previe"
    "wopenai/gpt-4o:extendedopenai/gpt-5-chatopenai/gpt-5-codexopenai/gpt-5-p"
    "roopenai/gpt-5.1-chatopenai/gpt-5.1-codexopenai/gpt-5.1-codex-maxopenai/"
    "gpt-5.1-codex-miniopenai/gpt-5.2-chatopenai/gpt-5.2-codexopenai/gpt-5.2-"
    "proopenai/gpt-5.3-chatopenai/gpt-5.3-codexopenai/gpt-5.4-proopenai/gpt-5"
    ".5-proopenai/gpt-audioopenai/gpt-audio-miniopenai/gpt-chat-latestopenai/"
    "o1openai/o1-proopenai/o3-deep-researchopenai/o3-mini-highopenai/o3-proop"
    "enai/o4-mini-deep-researchopenai/o4-mini-highperceptron/perceptron-mk1pe"
    "rplexity/sonarperplexity/sonar-deep-researchperplexity/sonar-properplexi"
    "ty/sonar-pro-searchperplexity/sonar-reasoningperplexity/sonar-reasoning-"
    "propoolside/laguna-m.1poolside/laguna-xs.2prime-intellect/intellect-3qwe"
    "n/qwen-2.5-7b-instructqwen/qwen-2.5-coder-32b-instructqwen/qwen-2.5-vl-7"
    "b-instructqwen/qwen-plusqwen/qwen-plus-2025-07-28qwen/qwen-plus-2025-07-"
    "28:thinkingqwen/qwen3-14bqwen/qwen3-235b-a22bqwen/qwen3-235b-a22b-2507qw"
    "en/qwen3-30b-a3bqwen/qwen3-30b-a3b-instruct-2507qwen/qwen3-30b-a3b-think"
    "ing-2507qwen/qwen3-8bqwen/qwen3-coderqwen/qwen3-coder-flashqwen/qwen3-co"
    "der-plusqwen/qwen3-max-thinkingqwen/qwen3-vl-32b-instructqwen/qwen3-vl-8"
    "b-thinkingqwen/qwen3.5-9bqwen/qwen3.5-flash-02-23qwen/qwen3.5-plus-02-15"
    "qwen/qwen3.5-plus-20260420qwen/qwen3.6-27bqwen/qwen3.6-35b-a3bqwen/qwen3"
    ".6-flashqwen/qwen3.6-max-previewqwen/qwen3.6-plusqwen/qwen3.7-plusraifle"
    "/sorcererlm-8x22brekaai/reka-edgerekaai/reka-flash-3relace/relace-apply-"
    "3relace/relace-searchsakana/fugu-ultrasao10k/l3-euryale-70bsao10k/l3-lun"
    "aris-8bsao10k/l3.1-70b-hanami-x1sao10k/l3.1-euryale-70bsao10k/l3.3-eurya"
    "le-70bstepfun/step-3.5-flashstepfun/step-3.7-flashswitchpoint/routertenc"
    "ent/hunyuan-a13b-instructtencent/hy3-previewthedrummer/cydonia-24b-v4.1t"
    "hedrummer/rocinante-12bthedrummer/skyfall-36b-v2thedrummer/unslopnemo-12"
    "bundi95/remm-slerp-l2-13bupstage/solar-pro-3writer/palmyra-x5x-ai/grok-3"
    "-betax-ai/grok-3-mini-betax-ai/grok-4-fastx-ai/grok-4.20x-ai/grok-4.20-m"
    "ulti-agentx-ai/grok-4.3x-ai/grok-build-0.1x-ai/grok-code-fast-1xiaomi/mi"
    "mo-v2.5xiaomi/mimo-v2.5-proz-ai/glm-4.5z-ai/glm-4.5-airz-ai/glm-4.5vz-ai"
    "/glm-4.6z-ai/glm-4.6vz-ai/glm-4.7z-ai/glm-4.7-flashz-ai/glm-5z-ai/glm-5-"
    "turboz-ai/glm-5.1z-ai/glm-5.2z-ai/glm-5v-turbo~anthropic/claude-fable-la"
    "test~anthropic/claude-haiku-latest~anthropic/claude-opus-latest~anthropi"
    "c/claude-sonnet-latest~google/gemini-flash-latest~google/gemini-pro-late"
    "st~moonshotai/kimi-latest~openai/gpt-latest~openai/gpt-mini-latestovhclo"
    "udbge-base-en-v1.5bge-multilingual-gemma2DeepSeek-R1-Distill-Llama-70BLl"
    "ama-3.1-8B-InstructMeta-Llama-3_3-70B-Instructmeta-llama-3_3-70b-instruc"
    "tMistral-7B-Instruct-v0.3mistral-7b-instruct-v0.3Mistral-Nemo-Instruct-2"
    "407Mistral-Small-3.2-24B-Instruct-2506mistral-small-3.2-24b-instruct-250"
    "6Mixtral-8x7B-Instruct-v0.1Qwen2.5-VL-72B-InstructQwen3-32BQwen3-Coder-3"
    "0B-A3B-Instructqwen3.5-9bperplexitypoeanthropic/claude-haiku-3anthropic/"
    "claude-haiku-3.5anthropic/claude-sonnet-3.5anthropic/claude-sonnet-3.5-j"
    "uneanthropic/claude-sonnet-3.7cerebras/gpt-oss-120b-cscerebras/llama-3.1"
    "-8b-csempiriolabs/deepseek-v4-flash-elempiriolabs/deepseek-v4-pro-elgoog"
    "le/gemini-2.0-flashgoogle/gemini-2.0-flash-litegoogle/gemini-3-flashgoog"
    "le/gemini-deep-researchnovita/deepseek-v3.2novita/glm-5novita/kimi-k2.5n"
    "ovita/kimi-k2.6openai/gpt-3.5-turbo-rawopenai/gpt-4-classicopenai/gpt-4-"
    "classic-0314openai/gpt-4o-augopenai/gpt-4o-mini-searchopenai/gpt-4o-sear"
    "chopenai/gpt-5.1-instantopenai/gpt-5.2-instantopenai/gpt-5.3-instantopen"
    "ai/gpt-image-2xai/grok-3xai/grok-3-minixai/grok-4xai/grok-4-fast-non-rea"
    "soningxai/grok-4-fast-reasoningxai/grok-4.20-multi-agentxai/grok-code-fa"
    "st-1regolomistral-small-4-119bmistral-small3.2qwen3-embedding-8bqwen3-re"
    "ranker-4bqwen3.5-122brekareka-corereka-core-20240415reka-core-20240501re"
    "ka-edgereka-edge-20240208reka-flashreka-flash-20240226requestyanthropic/"
    "claude-3-7-sonnetanthropic/claude-opus-4-1anthropic/claude-opus-4-5googl"
    "e/gemini-3-pro-previewxai/grok-4-fastsapanthropic--claude-3-haikuanthrop"
    "ic--claude-3-opusanthropic--claude-3-sonnetanthropic--claude-3.5-sonneta"
    "nthropic--claude-3.7-sonnetanthropic--claude-4-opusanthropic--claude-4-s"
    "onnetanthropic--claude-4.5-haikuanthropic--claude-4.5-opusanthropic--cla"
    "ude-4.5-sonnetanthropic--claude-4.6-opusanthropic--claude-4.6-sonnetanth"
    "ropic--claude-4.7-opusscalewaydevstral-2-123b-instruct-2512gemma-3-27b-i"
    "tgemma-4-26b-a4b-itmistral-medium-3.5-128bvoxtral-small-24b-2507siliconf"
    "lowbaidu/ERNIE-4.5-300B-A47BByteDance-Seed/Seed-OSS-36B-Instructdeepseek"
    "-ai/DeepSeek-V3.2-ExpinclusionAI/Ling-flash-2.0Qwen/Qwen3-8BQwen/Qwen3-V"
    "L-235B-A22B-ThinkingQwen/Qwen3-VL-30B-A3B-ThinkingQwen/Qwen3-VL-32B-Inst"
    "ructQwen/Qwen3-VL-32B-ThinkingQwen/Qwen3-VL-8B-Instructtencent/Hunyuan-A"
    "13B-Instructtencent/Hy3-previewzai-org/GLM-5V-Turbostabilitycoresd3-larg"
    "esd3-large-turbosd3-mediumsd3.5-largesd3.5-large-turbosd3.5-mediumstable"
    "-diffusion-v1-6stable-diffusion-xl-1024-v1-0stable-diffusion-xl-beta-v2-"
    "2-2ultrastackitcortecs/Llama-3.3-70B-Instruct-FP8-Dynamicneuralmagic/Met"
    "a-Llama-3.1-8B-Instruct-FP8neuralmagic/Mistral-Nemo-Instruct-2407-FP8Qwe"
    "n/Qwen3-VL-Embedding-8Bstepfunstep-1-32kstep-2-16kstep-3.5-flashstep-3.5"
    "-flash-2603step-3.7-flashstepfun_intlsubmodelQwen/Qwen3-Coder-480B-A35B-"
    "Instruct-FP8zai-org/GLM-4.5-FP8synthetichf:MiniMaxAI/MiniMax-M3hf:moonsh"
    "otai/Kimi-K2.6hf:nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4hf:openai"
    "/gpt-oss-120bhf:Qwen/Qwen3.5-397B-A17Bhf:Qwen/Qwen3.6-27Bhf:zai-org/GLM-"
    "4.7hf:zai-org/GLM-4.7-Flashhf:zai-org/GLM-5.1hf:zai-org/GLM-5.2tinfoilge"
    "mma4-31bglm-5-2gpt-oss-safeguard-120bkimi-k2-6llama3-3-70bnomic-embed-te"
    "xttogether_aiarcee-ai/maestro-reasoningdeepcogito/cogito-v2-1-671bdeepco"
    "gito/cogito-v2-preview-deepseek-671bdeepcogito/cogito-v2-preview-llama-1"
    "09B-MoEdeepcogito/cogito-v2-preview-llama-405Bdeepcogito/cogito-v2-previ"
    "ew-llama-70Bdeepseek-ai/deepseek-llm-67b-chatdeepseek-ai/DeepSeek-R1-052"
    "8-tputdeepseek-ai/DeepSeek-R1-Distill-Qwen-14Bdeepseek-ai/DeepSeek-V3-1e"
    "ssentialai/Rnj-1-Instructgoogle/gemma-3n-E4B-itLiquidAI/LFM2-24B-A2Bmeta"
    "-llama/Llama-3.2-11B-Vision-Instruct-Turbometa-llama/Llama-3.2-3B-Instru"
    "ct-Turbometa-llama/Llama-3.2-90B-Vision-Instruct-Turbometa-llama/Meta-Ll"
    "ama-3-8B-Instruct-Litemeta-llama/Meta-Llama-3.1-405B-Instruct-Turbometa-"
    "llama/Meta-Llama-3.1-70B-Instruct-Referencemeta-llama/Meta-Llama-3.1-70B"
    "-Referencemeta-llama/Meta-Llama-3.1-8B-Instruct-Referencemeta-llama/Meta"
    "-Llama-3.1-8B-Referencemoonshot-ai/kimi-k2-instructmoonshot-ai/kimi-k2-i"
    "nstruct-0905moonshot-ai/kimi-k2-thinkingpearl-ai/gemma-4-31b-itQwen/Qwen"
    "2.5-72B-Instruct-TurboQwen/Qwen2.5-7B-Instruct-TurboQwen/Qwen2.5-Coder-3"
    "2B-InstructQwen/Qwen3-235B-A22B-fp8-tputQwen/Qwen3-235B-A22B-Instruct-25"
    "07-tputQwen/Qwen3-Coder-Next-FP8Qwen/Qwen3.6-PlusQwen/QwQ-32Btogethercom"
    "puter/m2-bert-80M-2k-retrievaltogethercomputer/m2-bert-80M-32k-retrieval"
    "togethercomputer/m2-bert-80M-8k-retrievalzai-org/GLM-4.5-Air-FP8upstages"
    "olar-minisolar-pro2solar-pro3v0v0-1.0-mdv0-1.5-lgv0-1.5-mdveniceaiaion-l"
    "abs-aion-2-0claude-opus-4-7-fastclaude-opus-4-8-fastgemini-3-1-pro-previ"
    "ewgemini-3-5-flashgemma-4-uncensoredgoogle-gemma-3-27b-itgoogle-gemma-4-"
    "26b-a4b-itgoogle-gemma-4-31b-itgrok-4-20grok-4-20-multi-agentgrok-4-3gro"
    "k-build-0-1hermes-3-llama-3.1-405bkimi-k2-5kimi-k2-7-codellama-3.2-3bmin"
    "imax-m25minimax-m27minimax-m3-previewmistral-small-3-2-24b-instructnvidi"
    "a-nemotron-3-nano-30b-a3bnvidia-nemotron-3-ultra-550b-a55bnvidia-nemotro"
    "n-cascade-2-30b-a3bolafangensan-glm-4.7-flash-hereticopenai-gpt-4o-2024-"
    "11-20openai-gpt-4o-mini-2024-07-18openai-gpt-52openai-gpt-52-codexopenai"
    "-gpt-53-codexopenai-gpt-54openai-gpt-54-miniopenai-gpt-54-proopenai-gpt-"
    "55openai-gpt-55-proqwen-3-6-plusqwen-3-7-maxqwen-3-7-plusqwen3-235b-a22b"
    "-thinking-2507qwen3-5-35b-a3bqwen3-5-397b-a17bqwen3-5-9bqwen3-6-27bqwen3"
    "-coder-480b-a35b-instruct-turboqwen3-next-80bvenice-uncensored-1-2venice"
    "-uncensored-role-playxiaomi-mimo-v2-5z-ai-glm-5-turboz-ai-glm-5v-turboza"
    "i-org-glm-4.6zai-org-glm-4.7zai-org-glm-4.7-flashzai-org-glm-5zai-org-gl"
    "m-5-1zai-org-glm-5-2vercel_ai_gatewayalibaba/qwen-3-14balibaba/qwen-3-23"
    "5balibaba/qwen-3-30balibaba/qwen-3-32balibaba/qwen-3.6-max-previewalibab"
    "a/qwen3-235b-a22b-thinkingalibaba/qwen3-coderalibaba/qwen3-coder-30b-a3b"
    "alibaba/qwen3-coder-nextalibaba/qwen3-coder-plusalibaba/qwen3-maxalibaba"
    "/qwen3-max-previewalibaba/qwen3-max-thinkingalibaba/qwen3-next-80b-a3b-i"
    "nstructalibaba/qwen3-next-80b-a3b-thinkingalibaba/qwen3-vl-235b-a22b-ins"
    "tructalibaba/qwen3-vl-instructalibaba/qwen3-vl-thinkingalibaba/qwen3.5-f"
    "lashalibaba/qwen3.5-plusalibaba/qwen3.6-27balibaba/qwen3.6-plusalibaba/q"
    "wen3.7-maxalibaba/qwen3.7-plusamazon/nova-2-liteamazon/nova-liteamazon/n"
    "ova-microamazon/nova-proarcee-ai/trinity-large-previewbytedance/seed-1.6"
    "bytedance/seed-1.8deepseek/deepseek-v3deepseek/deepseek-v3.2-thinkinginc"
    "eption/mercury-coder-smallinterfaze/interfaze-betakwaipilot/kat-coder-pr"
    "o-v1meta/llama-3.1-70bmeta/llama-3.1-8bmeta/llama-3.2-11bmeta/llama-3.2-"
    "1bmeta/llama-3.2-3bmeta/llama-3.2-90bminimax/minimax-m2.1-lightningmistr"
    "al/codestralmistral/devstral-2mistral/devstral-smallmistral/devstral-sma"
    "ll-2mistral/magistral-mediummistral/magistral-smallmistral/ministral-14b"
    "mistral/ministral-3bmistral/ministral-8bmistral/mistral-large-3mistral/m"
    "istral-mediummistral/mistral-medium-3.5mistral/mistral-nemomistral/mistr"
    "al-smallmistral/pixtral-12bmistral/pixtral-largenvidia/nemotron-nano-12b"
    "-v2-vlopenai/gpt-4o-mini-transcribeopenai/gpt-4o-transcribeopenai/gpt-5."
    "1-thinkingopenai/gpt-image-1openai/gpt-image-1-miniopenai/gpt-image-1.5x"
    "ai/grok-4.1-fast-non-reasoningxai/grok-4.1-fast-reasoningxai/grok-4.20-m"
    "ulti-agent-betaxai/grok-4.20-non-reasoningxai/grok-4.20-non-reasoning-be"
    "taxai/grok-4.20-reasoningxai/grok-4.20-reasoning-betaxai/grok-4.3xai/gro"
    "k-build-0.1xiaomi/mimo-v2-flashxiaomi/mimo-v2-prozai/glm-4.5zai/glm-4.5-"
    "airzai/glm-4.5vzai/glm-4.6zai/glm-4.6vzai/glm-4.7zai/glm-4.7-flashzai/gl"
    "m-4.7-flashxzai/glm-5zai/glm-5-turbozai/glm-5.1zai/glm-5.2zai/glm-5.2-fa"
    "stzai/glm-5v-turbovertex_aichirp-3-hdclaude-3-5-haiku@20241022claude-3-5"
    "-sonnet-v2@20241022claude-3-5-sonnet@20240620claude-3-7-sonnet@20250219c"
    "laude-3-haiku@20240307claude-3-opus@20240229claude-3-sonnet@20240229clau"
    "de-haiku-4-5@20251001claude-opus-4-1@20250805claude-opus-4-5@20251101cla"
    "ude-opus-4@20250514claude-sonnet-4-5@20250929claude-sonnet-4@20250514cod"
    "estral-2deepseek-ai/deepseek-r1-0528-maasdeepseek-ai/deepseek-v3.1-maasd"
    "eepseek-ai/deepseek-v3.2-maasgemini-2.0-flash-preview-image-generationge"
    "mini-2.5-flash-lite-preview-ttsgemini-2.5-flash-ttsgemini-2.5-pro-ttsgem"
    "ini-3.1-flash-ttsgoogle/gemma-4-26b-a4b-it-maasimagegeneration@006imagen"
    "-3.0-fast-generate-001imagen-3.0-generate-001imagen-3.0-generate-002imag"
    "en-4.0-fast-generate-preview-06-06imagen-4.0-generate-preview-06-06image"
    "n-4.0-ultra-generate-preview-06-06meta/llama-3.1-405b-instruct-maasmeta/"
    "llama-3.3-70b-instruct-maasmeta/llama-4-maverick-17b-128e-instruct-maasm"
    "inimaxai/minimax-m2-maasmistral-medium-3moonshotai/kimi-k2-thinking-maas"
    "multimodalembeddingmultimodalembedding@001openai/gpt-oss-120b-maasopenai"
    "/gpt-oss-20b-maasqwen/qwen3-235b-a22b-instruct-2507-maasqwen/qwen3-coder"
    "-480b-a35b-instruct-maasqwen/qwen3-next-80b-a3b-instruct-maasqwen/qwen3-"
    "next-80b-a3b-thinking-maastext-embeddingtext-embedding-004text-embedding"
    "-005text-embedding-large-exp-03-07text-embedding-preview-0815text-multil"
    "ingual-embedding-002zai-org/glm-4.7-maaszai-org/glm-5-maasvoyagererank-2"
    ".5rerank-2.5-litevoyage-01voyage-02voyage-2voyage-3voyage-3-largevoyage-"
    "3-litevoyage-3.5voyage-3.5-litevoyage-4voyage-4-largevoyage-4-litevoyage"
    "-code-2voyage-code-3voyage-context-3voyage-finance-2voyage-large-2voyage"
    "-large-2-instructvoyage-law-2voyage-lite-01voyage-lite-01-instructvoyage"
    "-lite-02-instructvoyage-multilingual-2vultrnvidia/DeepSeek-V3.2-NVFP4nvi"
    "dia/Llama-3.1-Nemotron-Safety-Guard-8B-v3nvidia/Nemotron-3-Nano-Omni-30B"
    "-A3B-Reasoning-BF16nvidia/Nemotron-Cascade-2-30B-A3Bwandbmeta-llama/Llam"
    "a-3.1-70B-Instructmeta-llama/Llama-3.1-8B-Instructmicrosoft/Phi-4-mini-i"
    "nstructnvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8OpenPipe/Qwen3-14B-In"
    "structxaigrok-3-mini-fastgrok-3-mini-fast-latestgrok-4-0709grok-4-1-fast"
    "grok-4-1-fast-non-reasoning-latestgrok-4-1-fast-reasoning-latestgrok-4-f"
    "astgrok-4-fast-non-reasoning-latestgrok-4-fast-reasoning-latestgrok-4-la"
    "testgrok-4.20grok-4.20-0309grok-4.20-0309-non-reasoninggrok-4.20-0309-re"
    "asoninggrok-4.20-0309-reasoning-latestgrok-4.20-multi-agentgrok-4.20-mul"
    "ti-agent-0309grok-4.20-multi-agent-latestgrok-4.20-non-reasoninggrok-4.2"
    "0-non-reasoning-latestgrok-4.20-reasoninggrok-4.20-reasoning-latestgrok-"
    "4.3-latestgrok-4.5grok-4.5-latestgrok-4.6grok-build-0.1grok-build-latest"
    "grok-code-fastgrok-code-fast-1-0825xiaomi_mimomimo-v2-flashmimo-v2-omnim"
    "imo-v2-promimo-v2.5mimo-v2.5-promimo-v2.5-pro-ultraspeedzaiglm-4-32b-041"
    "4-128kglm-4.5-airxglm-4.5-xglm-4.5vglm-4.6vglm-4.7-flashxglm-5-codeglm-5"
    ".3zhipu";


/* a mask of what follows, then the values */

const uint32_t  llmgw_price_words[] = {
    3, 0x2dc6c0, 0x2dc6c0, 3, 0x1e8480, 0x7a1200, 3, 0x30d40, 0x61a80, 7,
    0x222e0, 0x445c0, 0x6d60, 7, 0x19c990, 0x339320, 0x1fbd0, 0xf, 0xcd140,
    0x339320, 0x29428, 0x101dfa, 0x7f, 0x4c4b40, 0x17d7840, 0x7a120, 0x5f5e10,
    0x989680, 0x23c3460, 0x30d40, 0x7f, 0x2dc6c0, 0xe4e1c0, 0x493e0, 0x393870,
    0x5b8d80, 0x15752a0, 0x30d40, 7, 0xea60, 0x35b60, 0x32c8, 3, 0x30d40,
    0x30d40, 0x77, 0x13880, 0x61a80, 0x3e80, 0x27100, 0xc3500, 0x3e800, 0x77,
    0x30d40, 0x927c0, 0x9c40, 0x61a80, 0x124f80, 0x3e800, 7, 0x25990, 0x4b320,
    0x7850, 7, 0x74b30, 0xe9660, 0x10ce, 0x77, 0x75300, 0x24c610, 0x178b8,
    0xafc80, 0x373ca0, 0x7d00, 0x77, 0x13880, 0x7c830, 0x4218, 0x1fbd0,
    0xb98c0, 0x7d00, 0x77, 0x7530, 0x445c0, 0x1608, 0xea60, 0x88b80, 0x7d00, 7,
    0x493e0, 0x2625a0, 0x7530, 0x77, 0x1312d0, 0x989680, 0x1e848, 0x2625a0,
    0xe4e1c0, 0x30d40, 7, 0x7a120, 0x2dc6c0, 0xc350, 0xf, 0x3d090, 0x16e360,
    0x61a8, 0xf4240, 0x77, 0x1e8480, 0xb71b00, 0x30d40, 0x3d0900, 0x112a880,
    0x30d40, 7, 0x113190, 0x3c2d78, 0x44c64, 7, 0xabec8, 0x2f4770, 0x29430, 7,
    0x1312d0, 0x989680, 0x1fbd0, 7, 0x1312d0, 0x989680, 0x1e848, 7, 0x3d090,
    0x1e8480, 0x61a8, 7, 0x1ab3f0, 0xd59f80, 0x2ab98, 0x77, 0x2625a0, 0xe4e1c0,
    0x3d090, 0x4c4b40, 0x15752a0, 0x42680, 7, 0xb71b0, 0x44aa20, 0x124f8, 0x77,
    0x4c4b40, 0x1c9c380, 0x7a120, 0x989680, 0x2aea540, 0x42680, 0x77, 0x1312d0,
    0x2625a0, 0x30d40, 0x2625a0, 0x4c4b40, 0x30d40, 7, 0x927c0, 0x2dc6c0,
    0x186a0, 7, 0xe7ef0, 0x3d0900, 0x27100, 0xf, 0x493e0, 0x124f80, 0xea60,
    0x5b8d8, 0x7f, 0x29810, 0xf6950, 0x4204, 0x33932, 0xa6040, 0x3df360,
    0x3e800, 0x7f, 0x1360f0, 0x741e90, 0x1ef50, 0x182f68, 0x203230, 0xc15430,
    0x1f400, 0x7f, 0x445c0, 0x19c990, 0x6e28, 0x560f4, 0x113e10, 0x674d50,
    0x3e800, 0xf, 0x19c990, 0x4d5cb0, 0x29428, 0x203bf4, 0xf, 0x44d90,
    0x113640, 0xdc50, 0x560f4, 0x77, 0x6b6c0, 0x2191c0, 0x157c0, 0xd6d80,
    0x432380, 0x3e800, 0x77, 0x10c8e0, 0x325aa0, 0x35b60, 0x2191c0, 0x64b540,
    0x3e800, 7, 0xce4c8, 0x339320, 0x2cb48, 3, 0x7a1200, 0x16e3600, 0xf,
    0xc3500, 0x3d0900, 0x13880, 0xf4240, 0xf, 0x2dc6c0, 0xe4e1c0, 0x493e0,
    0x393870, 0xf, 0x3d090, 0x1312d0, 0x7530, 0x493e0, 0xf, 0xe4e1c0,
    0x47868c0, 0x16e360, 0x11e1a30, 7, 0x2dc6c0, 0xe4e1c0, 0x493e0, 0xf,
    0x989680, 0x2faf080, 0xf4240, 0xbebc20, 0xf, 0xf4240, 0x4c4b40, 0x186a0,
    0x1312d0, 0xf, 0x4c4b40, 0x17d7840, 0x7a120, 0x5f5e10, 0x100, 0x1fc9350, 3,
    0x16e360, 0x16e360, 3, 0x6ddd0, 0x6ddd0, 3, 0x186a0, 0x186a0, 7, 0x2625a0,
    0x989680, 0x1312d0, 7, 0x16e360, 0x5b8d80, 0x5b8d8, 3, 0x16e360, 0x5b8d80,
    3, 0x2dc6c0, 0xb71b00, 0x80, 0x1312d00, 0x80, 0x2625a00, 3, 0x16e360,
    0x1e8480, 3, 0x7a120, 0x16e360, 3, 0xf4240, 0x1e8480, 3, 0x2dc6c0,
    0x3d0900, 3, 0x1c9c380, 0x3938700, 3, 0x989680, 0x1c9c380, 3, 0x3938700,
    0x7270e00, 7, 0x1e8480, 0x7a1200, 0x7a120, 7, 0x61a80, 0x186a00, 0x186a0,
    7, 0x186a0, 0x61a80, 0x61a8, 7, 0x186a0, 0x61a80, 0x7530, 7, 0x47868c0,
    0x8f0d180, 0x23c3460, 3, 0x4c4b40, 0xe4e1c0, 7, 0x249f0, 0x927c0, 0x124f8,
    3, 0x249f0, 0x927c0, 3, 0x1312d0, 0x4c4b40, 3, 0x2625a0, 0x989680, 7,
    0xc350, 0x61a80, 0x1388, 3, 0xe4e1c0, 0x7270e00, 3, 0x1406f40, 0xa037a00,
    7, 0x2625a0, 0xe4e1c0, 0x3d090, 7, 0x30d40, 0x1312d0, 0x4e20, 0x73,
    0x1c9c380, 0xaba9500, 0x3938700, 0x1017df80, 0x42680, 7, 0x4c4b40,
    0x1c9c380, 0x7a120, 7, 0x1c9c380, 0xaba9500, 0x2dc6c0, 0xf, 0x4c4b40,
    0x1c9c380, 0x7a120, 0x5f5e10, 0xf, 0x30d40, 0x124f80, 0x4e20, 0x3d090, 0xf,
    0x1e8480, 0xb71b00, 0x30d40, 0x2625a0, 3, 0x927c0, 0x249f00, 7, 0x4c4b40,
    0x2625a00, 0x1312d0, 7, 0x4c4b40, 0x1e84800, 0x1312d0, 7, 0x4c4b40,
    0x1c9c380, 0x1312d0, 7, 0xe4e1c0, 0x3938700, 0x7270e0, 7, 0x10c8e0,
    0x432380, 0x86470, 7, 0x2dc6c0, 0xb71b00, 0x16e360, 3, 0x8f0d180,
    0x23c34600, 7, 0x989680, 0x2625a00, 0x2625a0, 3, 0x1312d00, 0x4c4b400, 7,
    0x10c8e0, 0x432380, 0x43238, 1, 0x1fbd0, 1, 0x4e20, 1, 0x186a0, 3, 0, 0,
    0x10001, 0xe4e1c0, 0x10001, 0x1c9c380, 0xf, 0x1e8480, 0x989680, 0x30d40,
    0x2625a0, 3, 0x493e0, 0xdbba0, 1, 0x1d4c0, 0x200, 0x1e8480, 0x200,
    0x2625a0, 3, 0x149970, 0x5265c0, 3, 0x116520, 0x459480, 3, 0x12c4b0,
    0x4b60e0, 3, 0x88b80, 0x19a280, 3, 0x8d9a0, 0x19a280, 7, 0x2e630, 0x7c830,
    0x6d60, 3, 0x2e630, 0x7c830, 7, 0x1a8ce0, 0x3519c0, 0x23668, 3, 0x1a8ce0,
    0x3519c0, 3, 0x2dc6c0, 0xe4e1c0, 7, 0x2dc6c0, 0xe4e1c0, 0xb71b0, 3,
    0x3d090, 0x1360f0, 3, 0x493e0, 0x7a120, 7, 0x30d40, 0x7a120, 0xc350, 3,
    0x1e8480, 0x5b8d80, 3, 0x30d40, 0x16e360, 7, 0x927c0, 0x2625a0, 0x249f0, 3,
    0x927c0, 0x2dc6c0, 3, 0xe7ef0, 0x3d0900, 7, 0xe7ef0, 0x3d0900, 0x2e630, 3,
    0x177fa0, 0x1b0210, 3, 0xa3930, 0x7ef40, 3, 0x5a550, 0x5a550, 3, 0x1f20c0,
    0x1f20c0, 3, 0xad570, 0xad570, 3, 0x55730, 0x1583d0, 3, 0x3d090, 0xf4240,
    3, 0x30d40, 0xbe6e0, 3, 0x4c4b40, 0x2cd29c0, 3, 0x1ab3f0, 0x1f78a40, 3,
    0x28e4c0, 0x28e4c0, 3, 0x28e4c0, 0x360420, 3, 0x493e0, 0x94ed0, 3,
    0x515450, 0xf42400, 3, 0x9c40, 0x9c40, 3, 0x61a80, 0x1e8480, 3, 0x16e360,
    0x7270e0, 3, 0x249f0, 0x249f0, 3, 0x186a0, 0x493e0, 3, 0x29810, 0xa6040, 3,
    0x1fbd0, 0x7ef40, 3, 0x27100, 0x9c400, 3, 0x1e848, 0x7a120, 3, 0x124f8,
    0x493e0, 3, 0x13880, 0x4e200, 0x80, 0x4c4b400, 0x80, 0x8583b00, 3, 0x493e0,
    0x124f80, 7, 0x927c0, 0x2dc6c0, 0x1d4c0, 7, 0x493e0, 0xb71b0, 0xea60, 7,
    0x927c0, 0x249f00, 0x1d4c0, 3, 0x186a0, 0x7a120, 7, 0x927c0, 0x2191c0,
    0x1d4c0, 7, 0xe7ef0, 0x3010b0, 0x30d40, 7, 0x13d620, 0x419ce0, 0x3f7a0, 7,
    0x155cc0, 0x432380, 0x493e0, 3, 0xbebc20, 0xbebc20, 3, 0x11edd80,
    0x11edd80, 3, 0x50910, 0x29f630, 7, 0xea60, 0x3a980, 0x3a98, 7, 0x88b8,
    0x222e0, 0x222e, 7, 0xc3500, 0x30d400, 0x30d40, 0x200, 0xf4240, 3, 0x30d40,
    0x927c0, 3, 0x249f0, 0x30d40, 3, 0x3d090, 0x1312d0, 3, 0xe4e1c0, 0x47868c0,
    0xf, 0xa7d8c0, 0x3473bc0, 0x10c8e0, 0xd1cef0, 0xf, 0x10c8e0, 0x53ec60,
    0x1adb0, 0x14fb18, 3, 0xc3500, 0x249f00, 0xf, 0x53ec60, 0x1a39de0, 0x86470,
    0x68e778, 0xf, 0x325aa0, 0xfbc520, 0x50910, 0x3ef148, 3, 0x493e0, 0x927c0,
    3, 0x975e0, 0x1c3a90, 0x7f, 0x30d40, 0x124f80, 0x4e20, 0x3d090, 0x61a80,
    0x1b7740, 0x42680, 0x7f, 0x4c4b40, 0x1c9c380, 0x7a120, 0x5f5e10, 0x989680,
    0x2aea540, 0x42680, 0x7f, 0x1e8480, 0xb71b00, 0x30d40, 0x2625a0, 0x3d0900,
    0x112a880, 0x42680, 7, 0x1e8480, 0x5b8d80, 0x7a120, 3, 0x15f90, 0x46cd0, 3,
    0x38270, 0x5cc60, 3, 0x9c40, 0x13880, 0x7f, 0x35b60, 0x142440, 0x55f0,
    0x43238, 0x6b6c0, 0x1e3660, 0x42680, 0x7f, 0x2191c0, 0xc96a80, 0x35b60,
    0x29f630, 0x432380, 0x12e1fc0, 0x42680, 3, 0xb71b0, 0xf4240, 3, 0x1dc130,
    0x271000, 3, 0x249f00, 0x249f00, 3, 0xafc80, 0xafc80, 3, 0x35b60, 0x35b60,
    3, 0x27100, 0x27100, 3, 0x286f90, 0x3567e0, 3, 0x3a980, 0xecd10, 3,
    0x29810, 0xa1220, 3, 0x3d0900, 0xb71b00, 3, 0xf4240, 0x2dc6c0, 3, 0x6ddd0,
    0xaae60, 3, 0x927c0, 0x2625a0, 3, 0xea60, 0x3a980, 3, 0xea60, 0x38270, 3,
    0x249f0, 0x9eb10, 7, 0x29f630, 0xfbc520, 0x43238, 7, 0x53ec60, 0x1f78a40,
    0x86470, 0x7f, 0x53ec60, 0x1f78a40, 0x86470, 0x68e778, 0xa7d8c0, 0x2f34f60,
    0x42680, 3, 0x11170, 0x493e0, 3, 0x11170, 0x30d40, 3, 0x35b60, 0xd6d80, 3,
    0x6ddd0, 0x1b7740, 3, 0x35b60, 0x1b7740, 3, 0x222e0, 0x155cc0, 3, 0x81650,
    0x2896a0, 0xf, 0x5b8d80, 0x1c9c380, 0x927c0, 0x7270e0, 0xf, 0x36ee80,
    0x112a880, 0x57e40, 0x44aa20, 3, 0x927c0, 0x5b8d80, 7, 0x2191c0, 0x64b540,
    0x86470, 7, 0x1312d0, 0x2625a0, 0x30d40, 3, 0x927c0, 0x2191c0, 3, 0x11170,
    0x61a80, 3, 0xf4240, 0x30d400, 3, 0x91d98, 0x1a6760, 3, 0x1fbd0, 0x61a80,
    3, 0x222e0, 0x61a80, 0xf, 0x35b60, 0x142440, 0x55f0, 0x43238, 0xf,
    0x2191c0, 0xc96a80, 0x35b60, 0x29f630, 3, 0x25b84, 0x96e10, 3, 0x119a4,
    0x4b708, 3, 0x37528, 0xdd4a0, 3, 0x7a120, 0x124f80, 3, 0x249f0, 0x124f80,
    3, 0x43238, 0x86470, 3, 0xf1b30, 0xf1b30, 3, 0x192d50, 0x53ec60, 3,
    0x50910, 0x50910, 7, 0xcaa30, 0x3abf10, 0x27100, 3, 0x35b60, 0xcaa30, 3,
    0xbbfd0, 0x29f630, 3, 0x177fa0, 0x49da40, 7, 0x445c0, 0x668a0, 0xdac0, 7,
    0x3d090, 0x1e8480, 0xc350, 7, 0x124f8, 0x493e0, 0x3a98, 7, 0x7a120,
    0x2dc6c0, 0x186a0, 7, 0x186a0, 0x61a80, 0x4e20, 0x80, 0x1c9c380, 0x80,
    0x2160ec0, 3, 0xf1b30, 0x16bc50, 3, 0x55730, 0xb71b0, 3, 0xcf850, 0x124f80,
    3, 0x9eb10, 0xcf850, 3, 0x927c0, 0x927c0, 3, 0x927c0, 0x124f80, 3, 0x61a80,
    0xc3500, 3, 0x1e8480, 0x1e8480, 3, 0x225510, 0x29f630, 7, 0xf4240, 0xf4240,
    0x7a120, 7, 0x1d4c0, 0x5a550, 0xea60, 7, 0x249f0, 0x124f80, 0x124f8, 7,
    0x6b6c0, 0x1e8480, 0x35b60, 7, 0xa1220, 0x3567e0, 0x50910, 7, 0x48f94,
    0x123eb4, 0x247ca, 7, 0x19640, 0x65900, 0xcb20, 7, 0x6ddd0, 0x2dc6c0,
    0x36ee8, 7, 0x493e0, 0x1e8480, 0x249f0, 7, 0x5fb4, 0x17e08, 0x2fda, 7,
    0xe7ef0, 0x26e8f0, 0x73f78, 7, 0xef420, 0x2eff40, 0x77a10, 7, 0x155cc0,
    0x432380, 0xaae60, 3, 0xafc8, 0x249f0, 3, 0xa0a50, 0x10eff0, 3, 0x30d40,
    0xaae60, 3, 0x2625a0, 0x19f0a0, 3, 0xfda98, 0x85d9a, 3, 0x15f90, 0x57e40,
    3, 0xafc8, 0x2bf20, 3, 0x1bf94, 0xb6a58, 3, 0x57e40, 0x13d620, 3, 0x537f0,
    0x537f0, 3, 0x55b18, 0x877f8, 1, 0x105b8, 1, 0x31ce0, 1, 0x2ee0, 1, 0xbb8,
    3, 0x79568, 0x4a7a68, 3, 0x543a8, 0x87be0, 3, 0x4268, 0x1b580, 3, 0x87be0,
    0x65baf8, 3, 0x44d90, 0xc9e78, 3, 0x1e078, 0x40f10, 3, 0x47888, 0x2260c8,
    3, 0x251c0, 0x46118, 3, 0xafc8, 0x5dc00, 3, 0xbd74, 0xa50a0, 3, 0x6978,
    0x31128, 3, 0xc6d4, 0x51c98, 3, 0x41eb0, 0xcf850, 3, 0x762a0, 0x7530, 3,
    0x1adb0, 0x2e630, 3, 0x493e0, 0xf4240, 3, 0x30d40, 0x493e0, 1, 0x4a38, 3,
    0xa1220, 0xf4240, 3, 0xec54, 0x61a80, 7, 0x155cc0, 0x432380, 0x3f7a0, 7,
    0x7a120, 0x2625a0, 0x30d40, 7, 0x2625a0, 0xbebc20, 0xf4240, 3, 0x927c,
    0x249f0, 3, 0x31ba78, 0xf8a840, 3, 0x36c770, 0x1117000, 3, 0x10a1d0,
    0x52daf0, 3, 0x5b3f60, 0x1c815d0, 0xf, 0x557300, 0x1ab17f0, 0x88b80,
    0x6aa8b0, 0xf, 0x560f40, 0x1ae4470, 0x89738, 0x6b8f28, 3, 0x3275f8,
    0xfc51c0, 7, 0x493e0, 0xdbba0, 0x7530, 3, 0x8ed28, 0x2333b8, 3, 0x86858,
    0x193cf0, 3, 0x40f10, 0x6c660, 7, 0x20788, 0x40f10, 0xaf0, 7, 0x17b268,
    0x2f64d0, 0xe29, 3, 0x193cf0, 0xa83680, 3, 0xa3930, 0x258960, 3, 0x35b60,
    0x147260, 3, 0x6ddd0, 0x2206f0, 3, 0x15f90, 0x81650, 3, 0x107ac0, 0x347d80,
    0xf, 0x12d838, 0x3ed5f0, 0x4b320, 0x178f40, 7, 0x13fd30, 0x3e8fa0, 0x3a980,
    7, 0x15f900, 0x451f50, 0x5f370, 3, 0x23eb50, 0x8fb128, 7, 0x2dc6c0,
    0xf61fd0, 0x3d090, 3, 0x1c520, 0x57670, 3, 0x35778, 0x125750, 3, 0x86858,
    0x285ff0, 3, 0xa0280, 0x29abf8, 3, 0x86470, 0x2a1d40, 7, 0xc5c10, 0x360420,
    0x30d40, 7, 0x138800, 0x46a5f0, 0x4e200, 3, 0x15ba8, 0x43238, 0xf, 0x1e460,
    0x93378, 0x7530, 0x24dd8, 3, 0x5f370, 0x17f4d0, 3, 0x53020, 0x147260, 3,
    0x4e200, 0x120160, 3, 0x72bf0, 0x155cc0, 7, 0x56ab8, 0x1b1598, 0x15ba8, 7,
    0x7a120, 0x16e360, 0xc350, 3, 0x6aef0, 0xa6040, 3, 0x40f10, 0xc3118, 3,
    0xf80c0, 0x3df748, 3, 0xf230, 0x38658, 3, 0xf230, 0x639c0, 3, 0x182b8,
    0x50910, 3, 0xcf08, 0x36330, 3, 0x6baa8, 0x1e4600, 3, 0x26930, 0xcd140, 3,
    0x280a0, 0x140118, 3, 0x6c660, 0x2f64d0, 3, 0x927c0, 0x36ee80, 3, 0x8c230,
    0x2300f0, 7, 0x8b290, 0x1a17b0, 0x1bd50, 3, 0x69398, 0x1e9fd8, 3, 0x8be48,
    0x275e20, 3, 0x8c230, 0x2df1b8, 3, 0x41eb0, 0xe7ef0, 3, 0x4a380, 0x128248,
    3, 0x124f80, 0x493e00, 3, 0x118078, 0x4601e0, 3, 0x46118, 0xaf0c8, 3,
    0x493e0, 0x16e360, 3, 0x7a8f0, 0xf51e0, 3, 0x46118, 0xd2348, 7, 0xc350,
    0x61a80, 0x2710, 3, 0xc350, 0x61a80, 3, 0x11940, 0x46118, 3, 0x8c230,
    0x1a42a8, 7, 0x186a00, 0x61a800, 0x4e200, 3, 0x186a00, 0x61a800, 3,
    0x27100, 0x77a10, 3, 0x1d4c0, 0x57e40, 3, 0x258960, 0x707510, 3, 0x11170,
    0x41eb0, 3, 0xe290, 0x38270, 3, 0x61a80, 0x124f80, 3, 0x7a120, 0x155cc0, 3,
    0xc350, 0x30d40, 3, 0xc3500, 0x30d400, 3, 0x69398, 0x13b2f8, 3, 0x33450,
    0x99cf0, 3, 0x55730, 0x155cc0, 3, 0xaae60, 0x2ab980, 3, 0x155cc0, 0x557300,
    3, 0x2ab98, 0xaae60, 3, 0x186a0, 0x61a80, 3, 0x2ab980, 0x802c80, 3,
    0x55730, 0x100590, 3, 0x2300f0, 0x68fee8, 3, 0x155cc0, 0x401640, 3,
    0x2bf20, 0xaae60, 0x100, 0x2160ec0, 3, 0x6ddd0, 0x225510, 3, 0xf4240,
    0x4c4b40, 7, 0x124f80, 0x5b8d80, 0x3a980, 3, 0xd2348, 0x348168, 3,
    0x124f80, 0x5b8d80, 3, 0x7a120, 0x1e8480, 3, 0x7a120, 0x5b8d80, 3,
    0x3a22d0, 0x2eb120, 3, 0x68fb0, 0x195460, 3, 0x61a80, 0x186a00, 3, 0x61a80,
    0x3d0900, 3, 0x30d40, 0xc3500, 3, 0x30d40, 0x249f00, 3, 0x2bf20, 0x200b20,
    3, 0x30d40, 0x186a00, 3, 0x61a80, 0x30d400, 3, 0x493e0, 0x249f00, 3,
    0x3d090, 0x1e8480, 3, 0x61a80, 0x249f00, 3, 0x3c8c0, 0x16a8c8, 0xb,
    0x2dc6c, 0x112a88, 0x39387, 0xf, 0x13d620, 0x7704c0, 0x1fbd0, 0x18cba8,
    0x7f, 0x7a120, 0x2dc6c0, 0xc350, 0x98968, 0x1e8480, 0x5b8d80, 0x3e800, 0xf,
    0x2625a0, 0x7270e0, 0x7a120, 0x2faf08, 7, 0x3d090, 0x16e360, 0x61a8, 3,
    0x11940, 0x445c0, 0x100, 0x4458c0c, 3, 0x15f90, 0x2e630, 7, 0x325aa0,
    0xfbc520, 0x50910, 3, 0xfbc520, 0x4ead9a0, 3, 0x325aa0, 0xfbc520, 3,
    0x4c4b40, 0x17d7840, 3, 0x61a80, 0x61a80, 1, 0x1388, 1, 0x2710, 3, 0x1d4c0,
    0x5f370, 3, 0x186a0, 0x4e200, 3, 0x7530, 0x186a0, 7, 0x7a120, 0x20ce70,
    0x61a80, 7, 0x7a120, 0x20ce70, 0x55730, 3, 0xaae60, 0xc3500, 3, 0x4e200,
    0xd9490, 7, 0x30d40, 0xbbfd0, 0x19e10, 7, 0x33450, 0xc0df0, 0x29040, 7,
    0x41eb0, 0xe7ef0, 0x1fbd0, 7, 0x3f7a0, 0x5cc60, 0x1fbd0, 7, 0x186a0,
    0x30d40, 0x4e20, 7, 0x13d620, 0x27ac40, 0x186a0, 1, 0x7d0, 3, 0x493e0,
    0x2625a0, 3, 0x1312d0, 0x989680, 3, 0x3d090, 0x16e360, 3, 0x1e8480,
    0xb71b00, 3, 0x9c40, 0x1fbd0, 3, 0x13880, 0x27100, 3, 0x11170, 0x53020, 3,
    0x1fbd0, 0x5cc60, 3, 0x1d4c0, 0x5a550, 3, 0x55730, 0x61a80, 3, 0x7530,
    0x9c40, 3, 0x3bd08, 0x3bd08, 3, 0x4e20, 0x4e20, 3, 0x2bf20, 0x2bf20, 3,
    0x4e20, 0xc350, 3, 0x4e20, 0x7530, 3, 0x11170, 0x222e0, 3, 0xd6d8, 0xd6d8,
    3, 0x75300, 0x75300, 3, 0x41eb0, 0x118c30, 7, 0x41eb0, 0xe7ef0, 0x7530,
    0xf, 0x249f0, 0x118c30, 0x7530, 0x5b8d8, 3, 0x124f8, 0x30d40, 3, 0x7530,
    0xd6d8, 3, 0x4e20, 0x9c40, 3, 0xc350, 0x13880, 3, 0x83d60, 0x83d60, 7,
    0x61a80, 0x1e8480, 0x61a80, 7, 0x72bf0, 0x1e8480, 0x226c8, 7, 0x6ddd0,
    0x225510, 0x11170, 7, 0xb71b0, 0x3567e0, 0x249f0, 7, 0xb4aa0, 0x3567e0,
    0x249f0, 3, 0xf4240, 0xf4240, 3, 0x493e0, 0x493e0, 3, 0x124f80, 0x124f80,
    7, 0x186a0, 0x7a120, 0x9c40, 3, 0x9c40, 0x27100, 3, 0x9858, 0x2e630, 3,
    0x7530, 0x222e0, 3, 0x222e0, 0xc3500, 3, 0x57e40, 0x61a80, 3, 0x1d4c0,
    0x3a980, 3, 0x11558, 0x186a0, 3, 0x38270, 0x231860, 3, 0x15f90, 0x6ddd0, 3,
    0x13880, 0x445c0, 7, 0x493e0, 0xf4240, 0x186a0, 3, 0x15f90, 0x10c8e0, 1,
    0x61a8, 1, 0xc350, 3, 0x30d40, 0xd6d80, 3, 0x2710, 0xc350, 3, 0x46cd0,
    0x249f00, 3, 0x3f7a0, 0x27ac40, 3, 0x4e20, 0x186a0, 7, 0x222e0, 0xf4240,
    0xc350, 7, 0x6ddd0, 0x2dc6c0, 0x35b60, 3, 0x7530, 0x249f0, 3, 0x9c40,
    0x249f0, 3, 0x4e200, 0x30d400, 3, 0x249f0, 0xe7ef0, 3, 0x9c40, 0xc350, 3,
    0xcf850, 0xcf850, 7, 0x15f90, 0x493e0, 0x4e20, 0x77, 0x61a80, 0x1e8480,
    0x13880, 0xc3500, 0x3d0900, 0x3e800, 0x77, 0xf4240, 0x2dc6c0, 0x30d40,
    0x1e8480, 0x5b8d80, 0x3e800, 7, 0x68fb0, 0x1a8ce0, 0x13880, 7, 0x61a80,
    0x1ab3f0, 0x13880, 7, 0xea60, 0x61a80, 0x2710, 7, 0x927c0, 0x1fbd00,
    0x1d4c0, 7, 0x100590, 0x3567e0, 0x320c8, 7, 0xe7ef0, 0x2dc6c0, 0x2bf20, 7,
    0x222e0, 0x445c0, 0xaf0, 7, 0x6a338, 0xd4670, 0xe29, 3, 0x222e0, 0x445c0,
    3, 0x493e0, 0xb71b0, 3, 0x9c40, 0x493e0, 3, 0xc350, 0x927c0, 1, 0x9c40, 3,
    0x27100, 0xc3500, 3, 0x13880, 0xaae60, 3, 0x155cc0, 0x432380, 0x10001,
    0xaba9500, 0x100, 0x3a47ad8, 3, 0x2bde78, 0xafb860, 3, 0x23280, 0x8c618, 1,
    0x1bd50, 3, 0x1a5248, 0x694920, 3, 0x15ef3c, 0x57bcf0, 3, 0x118c30,
    0x118c30, 3, 0x38270, 0xe09c0, 1, 0x1c138, 1, 0xe09c, 3, 0x543a8, 0x150ea0,
    0x80, 0x3938700, 0x80, 0x17d7840, 0x80, 0x2dc6c0, 0x80, 0x989680, 0x80,
    0x2faf080, 3, 0xdbba0, 0xdbba0, 7, 0x88b80, 0x19a280, 0x445c0, 7, 0x2ab980,
    0x864700, 0x7ef40, 7, 0x249f0, 0x927c0, 0x3a98, 7, 0x11170, 0x493e0,
    0x88b8, 7, 0x1e8480, 0x7a1200, 0x493e0, 7, 0x1cfde0, 0x7a1200, 0x5cc60, 7,
    0x493e0, 0x124f80, 0x7530, 7, 0x493e0, 0x124f80, 0xea60, 3, 0x7a120,
    0x7a120, 7, 0x61a80, 0x186a00, 0x13880, 7, 0x200b20, 0x64b540, 0x33450, 1,
    0x1f40, 1, 0x3e80, 7, 0x7a120, 0x16e360, 0x3d090, 7, 0xf4240, 0x30d400,
    0x7a120, 3, 0x493e0, 0x1c9c380, 7, 0x186a0, 0x61a80, 0x2710, 3, 0x7a120,
    0x989680, 3, 0xf4240, 0x1312d00, 3, 0x1e8480, 0x7270e00, 3, 0x7a120,
    0x3938700, 3, 0x3d090, 0x1c9c380, 7, 0x16e360, 0x895440, 0x249f0, 7,
    0xb71b0, 0x393870, 0x124f8, 1, 0x249f0, 1, 0x30d40, 3, 0x16e360, 0x895440,
    7, 0x4c4b40, 0x17d7840, 0x7a120, 7, 0x44aa20, 0x15752a0, 0x6ddd0, 7,
    0x1b580, 0x36b00, 0x55f0, 7, 0x153d80, 0x2a7b00, 0x1c520, 7, 0xd0bd8,
    0x36ee80, 0x23280, 0xf, 0x2625a0, 0x7270e0, 0x3d090, 0x2faf08, 7, 0x927c0,
    0x1d4c00, 0x1d4c0, 7, 0xef420, 0x2eff40, 0x2c6f0, 7, 0xef038, 0x2eff40,
    0x2c6f0, 3, 0x3d090, 0x86470, 1, 0x2328, 0xf, 0xf4240, 0x4c4b40, 0xf4240,
    0x1312d0, 7, 0x3d090, 0xdbba0, 0xea60, 3, 0x7a120, 0x186a00, 3, 0x2bf20,
    0x7a120, 1, 0x15f90, 3, 0x7a120, 0x2932e0, 3, 0x3d090, 0xd4670, 3, 0x30570,
    0x30570, 3, 0x9eb10, 0x9eb10, 3, 0x7a120, 0xdbba0, 3, 0x493e0, 0x9eb10, 3,
    0x1c9c380, 0xaba9500, 3, 0x186a0, 0xaae60, 3, 0xc350, 0x6ddd0, 3, 0x6ddd0,
    0x19f0a0, 3, 0x86470, 0x3567e0, 3, 0x900b0, 0xc0df0, 3, 0x1adb0, 0x53020,
    3, 0x7530, 0x7530, 7, 0xf4240, 0x2dc6c0, 0x7a120, 7, 0x124f8, 0x493e0,
    0x927c, 3, 0x46cd0, 0x900b0, 0x100, 0x1d67968, 0x100, 0xa98a58, 7,
    0x4c4b40, 0x1312d00, 0x2625a0, 3, 0x7530, 0x1fbd0, 7, 0x88b80, 0x19a280,
    0x11170, 7, 0x41eb0, 0xf4240, 0x34bc0, 3, 0x41eb0, 0x64190, 3, 0x11170,
    0x445c0, 0xf, 0x493e0, 0x2625a0, 0x124f8, 0x493e0, 0xf, 0x186a0, 0x61a80,
    0x61a8, 0x186a0, 0xf, 0x1312d0, 0x989680, 0x4c4b4, 0x1312d0, 7, 0x1e8480,
    0xb71b00, 0x30d40, 3, 0xc350, 0x186a0, 3, 0x2710, 0x7530, 3, 0x6ddd0,
    0x16e360, 7, 0x493e0, 0x7a120, 0x124f8, 7, 0x30d40, 0x16e360, 0x4e20, 3,
    0x222e0, 0x222e0, 3, 0x8b290, 0x231860, 7, 0x7a120, 0x1e8480, 0x61a80, 3,
    0x75300, 0x1e8480, 3, 0x1fbd0, 0x5f370, 3, 0x13880, 0x493e0, 3, 0x33450,
    0x33450, 3, 0x2710, 0x2710, 3, 0x1312d00, 0x2625a00, 3, 0x7530, 0x15f90, 3,
    0x493e0, 0x2c4020, 3, 0x13880, 0x46cd0, 3, 0x35b60, 0xe7ef0, 3, 0xaae60,
    0x2625a0, 3, 0x2dc6c0, 0x4c4b40, 3, 0x445c0, 0x61a80, 3, 0x3d090, 0xa8750,
    3, 0x493e0, 0x2dc6c0, 3, 0x11170, 0x3f7a0, 3, 0x493e0, 0x1e8480, 3,
    0x29810, 0x3d090, 3, 0x72bf0, 0x30acf0, 3, 0x30d40, 0x118c30, 3, 0x1fbd0,
    0xcf850, 3, 0x927c0, 0x1b7740, 3, 0x86470, 0x2191c0, 7, 0x927c0, 0x2191c0,
    0x1adb0, 7, 0xf4240, 0x30d400, 0x30d40, 7, 0x3d090, 0xb71b0, 0x61a8, 3,
    0x249f0, 0x493e0, 3, 0x61a8, 0x61a8, 3, 0x9470, 0x186a0, 0xf, 0x1e8480,
    0x8583b0, 0xf4240, 0x3d0900, 0xf, 0x35b60, 0xe7ef0, 0x1adb0, 0x6b6c0, 0xf,
    0x55730, 0x61a80, 0x2ab98, 0xaae60, 0xf, 0x1fbd0, 0x5cc60, 0xfde8, 0x3f7a0,
    0xf, 0x249f0, 0x927c0, 0x124f8, 0x493e0, 0xf, 0xc350, 0x35b60, 0x61a8,
    0x186a0, 0xf, 0x7a120, 0x16e360, 0x3d090, 0xf4240, 0xf, 0x1e8480, 0x5b8d80,
    0xf4240, 0x3d0900, 0xf, 0x4e20, 0x9c40, 0x2710, 0x9c40, 0xf, 0x5f370,
    0x1cfde0, 0x2f9b8, 0xbe6e0, 0xf, 0x86470, 0x225510, 0x43238, 0x10c8e0, 0xf,
    0x9c40, 0x61a80, 0x4e20, 0x13880, 0xf, 0x7530, 0x222e0, 0x3a98, 0xea60,
    0xf, 0x1adb0, 0x927c0, 0xd6d8, 0x35b60, 0xf, 0x186a0, 0xc3500, 0xc350,
    0x30d40, 0xf, 0x61a80, 0x1ab3f0, 0x30d40, 0xc3500, 0xf, 0x493e0, 0x124f80,
    0x7530, 0x5b8d8, 0xf, 0x927c0, 0x249f00, 0x7530, 0x5b8d8, 0xf, 0x927c0,
    0x249f00, 0xea60, 0x5b8d8, 0x77, 0x493e0, 0x124f80, 0xea60, 0x927c0,
    0x249f00, 0x7d000, 7, 0x61a80, 0x1e8480, 0x9c40, 3, 0x1e8480, 0x4c4b40, 7,
    0x30d40, 0x30d40, 0x4e20, 7, 0x186a0, 0x186a0, 0x2710, 3, 0x3d090, 0x3d090,
    3, 0xaae60, 0xaae60, 7, 0x118c30, 0x7a1200, 0x249f0, 3, 0x30d40, 0x1e8480,
    3, 0xcf850, 0x17a6b0, 3, 0xc3500, 0x124f80, 3, 0xdbba0, 0x1cfde0, 0xf,
    0x2dc6c0, 0xec82e0, 0x493e0, 0x393870, 3, 0x1312d0, 0xe4e1c0, 7, 0x1fbd0,
    0x61a80, 0x6590, 7, 0x1b7740, 0xec82e0, 0x2bf20, 3, 0x249f0, 0x86470, 7,
    0x29810, 0x10c8e0, 0xdac0, 3, 0xcf850, 0x325aa0, 3, 0xb71b0, 0x225510, 0xf,
    0x493e0, 0x6ddd0, 0x7530, 0x5b8d8, 0xf, 0x61a80, 0x1e8480, 0x9c40, 0x7a120,
    7, 0x1ab3f0, 0x3567e0, 0x249f0, 3, 0x4e20, 0xea60, 0xf, 0x186a0, 0x493e0,
    0x2710, 0x1e848, 0xf, 0x1fbd0, 0x61a80, 0x32c8, 0x27100, 3, 0x3d090,
    0xb71b0, 3, 0x7a120, 0x249f00, 0xf, 0x7a120, 0x2625a0, 0xc350, 0x98968,
    0xf, 0xf4240, 0x2dc6c0, 0x186a0, 0x1312d0, 0xf, 0x927c0, 0x1b7740, 0xea60,
    0xb71b0, 0xf, 0xea60, 0x3a980, 0x1770, 0x124f8, 0xf, 0x249f0, 0x927c0,
    0x3a98, 0x2bf20, 0xf, 0x186a0, 0x7a120, 0x2710, 0x1e848, 0xf, 0x30d40,
    0x10c8e0, 0x4e20, 0x3d090, 0xf, 0x3d090, 0xb71b0, 0x61a8, 0x4baf0, 0xf,
    0x7a120, 0x1e8480, 0xc350, 0x98968, 3, 0x61a80, 0x1b7740, 0xf, 0x249f0,
    0x124f80, 0x3a98, 0x2bf20, 0xf, 0x249f0, 0x124f80, 0x3a98, 0x2dc6c, 0xf,
    0x927c0, 0x36ee80, 0xea60, 0xb71b0, 3, 0x30d40, 0x124f80, 0xf, 0xf4240,
    0x30d400, 0x186a0, 0xf4240, 3, 0x11170, 0x11170, 3, 0x445c0, 0x10c8e0, 3,
    0x222e0, 0x88b80, 3, 0x5f370, 0x5f370, 3, 0x668a0, 0x1312d0, 7, 0xaae60,
    0x2625a0, 0x55730, 3, 0xea60, 0x15f90, 3, 0xc3500, 0xc3500, 7, 0x41eb0,
    0x111700, 0x20f58, 3, 0x61a80, 0x13d620, 7, 0x41eb0, 0xf4240, 0x20f58, 7,
    0x41ac8, 0x61a80, 0x20d64, 3, 0x1d0d8, 0x30d40, 3, 0x15f90, 0x15f90, 7,
    0x493e0, 0x2625a0, 0xea60, 7, 0x186a0, 0x493e0, 0x4e20, 3, 0x7c830,
    0xb4aa0, 3, 0x7530, 0xc350, 3, 0x20f58, 0x61a80, 3, 0x2bf20, 0x900b0, 3,
    0x975e0, 0x975e0, 7, 0x927c0, 0x249f00, 0x7530, 3, 0x9c40, 0x29810, 3,
    0x41eb0, 0x41eb0, 3, 0x3f7a0, 0x3f7a0, 3, 0xc350, 0x3d090, 3, 0x5cc60,
    0x61a80, 3, 0x15f90, 0x8d9a0, 3, 0x186a0, 0x6ddd0, 3, 0x88b8, 0x21b10, 3,
    0x493e0, 0x13d620, 3, 0x203230, 0x80efd0, 3, 0x249f0, 0x16e360, 3, 0x3d090,
    0xecd10, 3, 0xef420, 0x3c45b0, 3, 0x30d40, 0xf4240, 3, 0x13880, 0x7a120,
    0xf, 0x1312d0, 0x393870, 0x1e848, 0x17d784, 3, 0x169540, 0x169540, 3,
    0xc350, 0xc350, 3, 0x29810, 0x29810, 7, 0x222e0, 0x8d9a0, 0x88b8, 7,
    0x1e8480, 0x5b8d80, 0x61a80, 7, 0x927c0, 0x1b7740, 0x1adb0, 7, 0x86470,
    0x2191c0, 0x1adb0, 7, 0x493e0, 0xdbba0, 0xd6d8, 7, 0x11170, 0x61a80,
    0x2710, 7, 0x4c4b40, 0x17d7840, 0x1312d0, 7, 0x927c0, 0x3d0900, 0x249f0, 7,
    0x4c4b40, 0xe4e1c0, 0x1312d0, 3, 0x4c4b40, 0x1e84800, 3, 0x2dc6c0,
    0x5b8d80, 7, 0x2dc6c0, 0xb71b00, 0xb71b0, 7, 0x30d40, 0xc3500, 0xc350, 7,
    0x393870, 0xe4e1c0, 0x1c9c38, 7, 0x493e0, 0x124f80, 0x249f0, 7, 0x3d0900,
    0xf42400, 0xf4240, 3, 0x927c0, 0xb71b00, 3, 0x5b8d80, 0x989680, 0x77,
    0x1c9c380, 0xaba9500, 0x2dc6c0, 0x3938700, 0x1017df80, 0x42680, 7,
    0x1e8480, 0x7a1200, 0x30d40, 0x100, 0x5f5e100, 3, 0x3d0900, 0x7a1200, 3,
    0xaae60, 0x155cc0, 7, 0xc3500, 0x186a00, 0x30d40, 3, 0xc3500, 0x186a00, 3,
    0x249f0, 0x7a120, 3, 0x88b8, 0x222e0, 7, 0x2625a0, 0xbebc20, 0x98968, 0xf,
    0x1c9c380, 0x8f0d180, 0x2dc6c0, 0x23c3460, 3, 0x7a120, 0xc3500, 7, 0x35b60,
    0xcf850, 0xea60, 3, 0xb71b0, 0x124f80, 7, 0x186a0, 0x30d40, 0x186a0, 3,
    0x1312d0, 0x1312d0, 3, 0x30e08, 0xc3564, 7, 0x30d40, 0xbbfd0, 0x20f58, 7,
    0x33450, 0xc0df0, 0x1fbd0, 7, 0x37dc0, 0x53ca0, 0x5960, 7, 0x17ed0,
    0x2fda0, 0x4e20, 0xf, 0x493e0, 0x2625a0, 0x124f8, 0x5d818, 3, 0xc350,
    0x249f0, 3, 0xea60, 0x1d4c0, 3, 0xea60, 0x50910, 7, 0x1d4c0, 0x55730,
    0x15f90, 3, 0xea60, 0xea60, 7, 0xc350, 0x186a0, 0xc350, 7, 0x124f8,
    0x98968, 0x3a98, 7, 0x2710, 0x7530, 0x7d0, 3, 0x7530, 0x1d4c0, 3, 0x543a8,
    0x543a8, 3, 0x13880, 0x55730, 3, 0x30d40, 0x10c8e0, 3, 0x61a80, 0x2191c0,
    7, 0x3e418, 0xf4240, 0x7530, 7, 0x46cd0, 0xe7ef0, 0x7530, 3, 0x1d4c0,
    0x75300, 3, 0x2bf20, 0xafc80, 7, 0x249f0, 0x249f0, 0x3a98, 7, 0x1e8480,
    0x5b8d80, 0x30d40, 7, 0x30d40, 0x927c0, 0x4e20, 7, 0x186a0, 0x493e0,
    0x2710, 7, 0x927c0, 0x2625a0, 0x927c0, 3, 0x5b8d8, 0x1ee628, 7, 0x86470,
    0x30d400, 0x1adb0, 7, 0x3d090, 0xf4240, 0x61a8, 7, 0xc350, 0x30d40, 0x7530,
    3, 0x14c08, 0x61a80, 7, 0x7a120, 0x2191c0, 0x186a0, 3, 0x5b8d80, 0x112a880,
    3, 0x7148, 0x222e0, 7, 0x30d40, 0x61a80, 0x186a0, 7, 0x186a0, 0x30d40,
    0xc350, 3, 0x9c40, 0x186a0, 0xf, 0x3f7a0, 0xbe6e0, 0xcb20, 0x4f588, 3,
    0x3f7a0, 0xbe6e0, 0xb, 0x3f7a0, 0xbe6e0, 0x4f588, 7, 0xc3500, 0xf4240,
    0x61a80, 3, 0x186a0, 0x3a980, 3, 0x6f158, 0x1bc560, 3, 0x15f90, 0x186a0, 3,
    0x247fc, 0x16cfd8, 3, 0x1d4c0, 0x7a120, 3, 0xbc16, 0x2f21a, 7, 0x13880,
    0x61a80, 0x13880, 7, 0x13880, 0x445c0, 0x9c40, 7, 0xc350, 0x61a80, 0xc350,
    0xf, 0x2f9b8, 0xee098, 0x9858, 0x3b826, 7, 0x1adb0, 0xc3500, 0x11170, 0xf,
    0x9eb10, 0x319750, 0x1fbd0, 0xc65d4, 0xf, 0xbe6e0, 0x3b8260, 0x26160,
    0xee098, 3, 0xbe6e0, 0x3b8260, 3, 0x17cdc, 0xbe6e0, 7, 0x30d40, 0xd6d80,
    0x1adb0, 3, 0x1fbd0, 0x17cdc0, 3, 0x19640, 0x65900, 3, 0x1c908, 0x14d408,
    3, 0x3f7a0, 0x1fbd00, 3, 0x2f9b8, 0x17cdc0, 3, 0x5dfe8, 0x256250, 3,
    0x186a0, 0x249f0, 3, 0xfde8, 0x3f7a0, 3, 0x3f7a0, 0x17cdc0, 0xb, 0x493e0,
    0x1b7740, 0x5b8d8, 3, 0x468e8, 0x249f00, 0xb, 0xfde80, 0x5f3700, 0x13d620,
    0xb, 0x4f588, 0x1dc130, 0x632ea, 0xf, 0x1312d0, 0x393870, 0x3d090,
    0x17d784, 0xf, 0x4e200, 0x138800, 0xfa00, 0x61a80, 3, 0x44aa20, 0x44aa20,
    3, 0x186a0, 0x30d40, 3, 0xcf850, 0x1312d0, 3, 0x9eb10, 0xb71b0, 7, 0x30d40,
    0x118c30, 0x9c40, 3, 0xcf850, 0x33e140, 3, 0x222e0, 0x8b290, 7, 0xf618,
    0x33450, 0x5208, 7, 0x493e0, 0x7a120, 0x249f0, 3, 0x3d090, 0x7a120, 7,
    0x86470, 0xc3500, 0x3d090, 3, 0x6ddd0, 0x9eb10, 0x77, 0x30d40, 0x7a120,
    0xc350, 0x61a80, 0xf4240, 0x1f400, 7, 0xf4240, 0x1e8480, 0x30d40, 7,
    0x6a338, 0xd4670, 0xe10, 7, 0x1fbd0, 0xcf850, 0x61a8, 7, 0x124f80,
    0x3d0900, 0x3a980, 3, 0xee098, 0x419ce0, 7, 0xe30d0, 0x2dc6c0, 0x2bf20, 3,
    0xb4aa0, 0xb4aa0, 3, 0x15f90, 0x72bf0, 3, 0xc350, 0x2bf20, 3, 0x1adb0,
    0x1adb0, 3, 0x186a0, 0x4baf0, 3, 0xf6950, 0xf6950, 3, 0x15f90, 0x3d090, 3,
    0xad570, 0x40d990, 3, 0x1d4c0, 0x2bf20, 0x203, 0xf4240, 0xf4240, 0x4c4b40,
    0x203, 0x1e8480, 0x7a1200, 0x4c4b40, 0x203, 0x2dc6c0, 0xe4e1c0, 0x5b8d80,
    0x203, 0xf4240, 0x4c4b40, 0x4c4b40, 0x203, 0x1e8480, 0x7a1200, 0x5b8d80,
    0xf, 0x33450, 0x10c8e0, 0x5208, 0x3f7a0, 0xf, 0xa6040, 0x33e140, 0x109a0,
    0xcf850, 0xf, 0xcf850, 0x419ce0, 0x14c08, 0x10c8e0, 0xf, 0xc65d40,
    0x3d09000, 0x13d620, 0xf42400, 0xf, 0x419ce0, 0x1406f40, 0x68fb0, 0x50df20,
    0xf, 0x419ce0, 0x1406f40, 0x68fb0, 0x5265c0, 3, 0x418124, 0x1478618, 0xf,
    0x27ac40, 0xc65d40, 0x3f7a0, 0x30d400, 3, 0x197b70, 0x32cfd0, 3, 0x186a0,
    0x668a0, 3, 0xcb20, 0x33450, 7, 0x33450, 0x1b7740, 0x5208, 7, 0xd4670,
    0x6acfc0, 0x153d8, 7, 0x61a80, 0x249f00, 0x9c40, 7, 0x186a00, 0x927c00,
    0x27100, 7, 0x171ec0, 0x8ab754, 0x24fcc, 3, 0x186a00, 0x927c00, 7, 0x41eb0,
    0x61a80, 0x1fbd0, 7, 0xea600, 0x3da540, 0x27100, 3, 0x44aa20, 0xd59f80, 3,
    0x6ddd0, 0x155cc0, 3, 0x155cc0, 0x1b7740, 3, 0x19bfcc0, 0x337f980, 3,
    0x895440, 0x19bfcc0, 7, 0x1b7740, 0x6ddd00, 0x6ddd0, 7, 0x57e40, 0x155cc0,
    0x15f90, 7, 0x15f90, 0x57e40, 0x55f0, 7, 0x2191c0, 0x895440, 0x10c8e0, 7,
    0x222e0, 0x83d60, 0x109a0, 3, 0x222e0, 0x83d60, 3, 0x2191c0, 0x895440, 7,
    0x10c8e0, 0x895440, 0x1adb0, 3, 0x10c8e0, 0x895440, 7, 0x35b60, 0x1b7740,
    0x55f0, 7, 0xafc8, 0x57e40, 0x1194, 3, 0xd59f80, 0x68e7780, 7, 0x186a00,
    0xc65d40, 0x27100, 3, 0x121eac0, 0x8f0d180, 7, 0x2191c0, 0xd59f80, 0x35b60,
    7, 0xa6040, 0x3d0900, 0x109a0, 7, 0x2bf20, 0x10c8e0, 0x4650, 3, 0x19bfcc0,
    0x9896800, 7, 0x455bdc, 0x1a025fc, 0x6ef64, 3, 0x1a025fc, 0x9c0e320, 7,
    0x4d1084, 0x1ed3680, 0x134408, 3, 0xd59f80, 0x337f980, 3, 0x8583b00,
    0x202fbf00, 7, 0x895440, 0x2255100, 0x2191c0, 3, 0xf1b30, 0x3d0900, 3,
    0x112a880, 0x44aa200, 7, 0xf1b30, 0x3d0900, 0x3d090, 3, 0xf4240, 0x401640,
    3, 0x927c0, 0x2932e0, 3, 0xc3500, 0x3567e0, 3, 0xb71b0, 0x2dc6c0, 3,
    0x7a120, 0x2191c0, 3, 0xdbba0, 0x36ee80, 3, 0x989680, 0x17d7840, 3,
    0x61a80, 0xf4240, 3, 0xc3500, 0x1e8480, 0xf, 0x493e0, 0x2625a0, 0x124f8,
    0x86470, 0x7f, 0x1312d0, 0x989680, 0x4baf0, 0x243d58, 0x2625a0, 0xe4e1c0,
    0x30d40, 0xf, 0x7a120, 0x2dc6c0, 0xc350, 0xf4240, 0xf, 0x1e8480, 0xb71b00,
    0x30d40, 0x44aa20, 7, 0x249f0, 0x927c0, 0x13880, 7, 0x3d090, 0x1e8480,
    0x7530, 7, 0x1c9c380, 0xaba9500, 0x1c9c380, 7, 0x10c8e0, 0x432380, 0x445c0,
    0xf, 0x2dc6c0, 0xe4e1c0, 0xb71b0, 0x2dc6c0, 0xf, 0x30d40, 0x7a120, 0xc350,
    0x30d40, 3, 0x1b7740, 0x53ec60, 3, 0x249f0, 0x55730, 0x100, 0x2faf080, 3,
    0x33450, 0x8b290, 3, 0x7a120, 0x2143a0, 3, 0x41eb0, 0xf4240, 3, 0x41eb0,
    0x668a0, 3, 0x1d4c0, 0x61a80, 7, 0xbbfd0, 0x3d0900, 0x30d40, 3, 0x9c40,
    0x2bf20, 3, 0x900b0, 0x900b0, 3, 0x1fbd0, 0x927c0, 3, 0x15f90, 0x493e0, 3,
    0x6ddd0, 0x3567e0, 3, 0x46cd0, 0xf4240, 3, 0x2bf20, 0xa6040, 3, 0x3a980,
    0x1b7740, 3, 0x5f370, 0x23b4a0, 3, 0x493e0, 0x30d400, 7, 0x101d0, 0x3f7a0,
    0x7148, 3, 0x222e0, 0xd1f60, 3, 0xe7ef0, 0x26e8f0, 3, 0x124f80, 0x3d0900,
    0x80, 0x3dfd240, 3, 0x77a10, 0xad570, 3, 0x27100, 0x41eb0, 3, 0x190640,
    0x1d24f0, 7, 0x1f47d0, 0x9254f0, 0x64190, 7, 0x4f7f90, 0xfadac0, 0xfde80,
    3, 0x7a120, 0x20ce70, 7, 0x927c0, 0x124f80, 0x927c0, 7, 0xe7ef0, 0x3d0900,
    0xe7ef0, 7, 0x493e0, 0xf4240, 0x493e0, 7, 0x186a0, 0x186a0, 0x186a0, 7,
    0x927c0, 0x36ee80, 0x927c0, 7, 0x6ddd0, 0x36ee80, 0x6ddd0, 7, 0x6ddd0,
    0x216ab0, 0x6ddd0, 7, 0x186a0, 0x7a120, 0x186a0, 7, 0xf4240, 0x2dc6c0,
    0xf4240, 7, 0x155cc0, 0x432380, 0x155cc0, 3, 0x16e360, 0x501bd0, 3,
    0x1ab3f0, 0x29f630, 3, 0xdbba0, 0x325aa0, 3, 0x3567e0, 0x3567e0, 3,
    0xd6d80, 0xd6d80, 3, 0x2dc6c0, 0x6acfc0, 3, 0x86470, 0x216ab0, 3, 0x927c0,
    0x19f0a0, 7, 0x1a8ce0, 0x3519c0, 0x30d40, 3, 0x5f370, 0xecd10, 3, 0x7a120,
    0x2ab980, 7, 0x124f80, 0x44aa20, 0x30d40, 7, 0x927c0, 0x36ee80, 0x30d40, 3,
    0x445c0, 0xd1f60, 3, 0x1dc130, 0x7a1200, 3, 0x9eb10, 0x2dc6c0, 7, 0x927c0,
    0x36ee80, 0x55730, 3, 0x7a120, 0x2dc6c0, 7, 0x1312d0, 0x393870, 0x1fbd0, 7,
    0xf4240, 0x1e8480, 0x3d090, 7, 0x4c4b4, 0x112a88, 0x124f8, 0xf, 0xb71b00,
    0x3938700, 0x124f80, 0xe4e1c0, 0xf, 0x2255100, 0xaba9500, 0x36ee80,
    0x2aea540, 0xf, 0x393870, 0x11e1a30, 0x5b8d8, 0x479050, 7, 0x50910,
    0x75300, 0x27100, 7, 0x21b10, 0x43238, 0x6d60, 7, 0x192d50, 0x325e88,
    0x50910, 0x77, 0x2625a0, 0xe4e1c0, 0x7a120, 0x4c4b40, 0x15752a0, 0x30d40,
    7, 0x17a6b0, 0x903210, 0x25d78, 7, 0xaae60, 0x393870, 0x11170, 3, 0x27ac4,
    0x7a120, 3, 0x1d4c0, 0x30d40, 7, 0x1d4c0, 0x57e40, 0x15f90, 0x77, 0x15aae0,
    0x2b2eb0, 0x38270, 0x2b2eb0, 0x568470, 0x30d40, 0x77, 0xf4240, 0x1e8480,
    0x30d40, 0x1e8480, 0x3d0900, 0x30d40, 3, 0x10c8e0, 0x2dc6c0, 7, 0x88b80,
    0x3567e0, 0x35b60, 7, 0xb71b0, 0x3567e0, 0x27100, 7, 0xdbba0, 0x419ce0,
    0x30d40, 7, 0x4c4b4, 0xe4e1c, 0x7a12, 7, 0x53020, 0x122870, 0x9c40, 7,
    0x5b8d8, 0x16e360, 0x10c8e, 3, 0x2dc6c, 0xb71b0, 3, 0x16e36, 0x3d090, 7,
    0x98968, 0x2faf08, 0x2dc6c, 3, 0x2faf08, 0xbebc20, 7, 0x2dc6c, 0xb71b0,
    0x16e36, 7, 0x216ab0, 0x10b0760, 0x35778, 7, 0x2fc290, 0x11edd80, 0x4c6a8,
    7, 0xe4e1c, 0x55d4a8, 0x16e36, 0x73, 0x23c3460, 0xd693a40, 0x47868c0,
    0x141dd760, 0x42680, 0x77, 0x5f5e10, 0x23c3460, 0x98968, 0xbebc20,
    0x35a4e90, 0x42680, 3, 0x23c3460, 0xd693a40, 0x7f, 0x98968, 0x393870,
    0xf424, 0xbe6e0, 0x2625a0, 0x7270e0, 0x3e800, 0xf, 0x2932e0, 0x7ad550,
    0x41eb0, 0x331df0, 0x7f, 0x7a120, 0x1e8480, 0xc350, 0x98968, 0x16e360,
    0x5b8d80, 0x3e800, 3, 0x249f0, 0xb71b0, 7, 0x4c4b4, 0x1312d0, 0x2625a, 3,
    0xb71b0, 0x44aa20, 3, 0x4f588, 0x319750, 7, 0x55730, 0x16e360, 0x9c40, 3,
    0x55730, 0x1cfde0, 3, 0x30d40, 0xdbba0, 7, 0x2ab98, 0x55730, 0xf424, 7,
    0x16e360, 0x4c4b40, 0x493e0, 7, 0x68fb0, 0x1ab3f0, 0x13880, 7, 0x86470,
    0x286f90, 0x1adb0, 7, 0x1ab3f0, 0x53ec60, 0x4f588, 0xf, 0x13d620, 0x7704c0,
    0x3f7a0, 0x18cba8, 7, 0x16e360, 0x7270e0, 0x493e0, 7, 0xf4240, 0x4c4b40,
    0x30d40, 0xf, 0x186a0, 0x61a80, 0x3e8, 0x1e848, 0xf, 0x61a80, 0x249f00,
    0x9c40, 0x7a120, 0xf, 0x7a120, 0x2dc6c0, 0x186a0, 0x98968, 0xf, 0x61a80,
    0x186a00, 0x13880, 0x7a120, 7, 0x493e0, 0x2625a0, 0x124f8, 3, 0x3d090,
    0xdbba0, 7, 0x445c0, 0x668a0, 0x6d60, 7, 0x3d090, 0x16e360, 0x7530, 3,
    0x16e360, 0x3567e0, 0xf, 0x493e0, 0x249f00, 0x7530, 0x5b8d8, 3, 0xc350,
    0x3a980, 7, 0x124f8, 0x493e0, 0x9088, 7, 0x1312d0, 0x2625a0, 0x61a80, 7,
    0xf4240, 0x2dc6c0, 0x30d40, 7, 0x30d40, 0x10c8e0, 0x7530, 7, 0x493e0,
    0xdbba0, 0xc350, 7, 0x16e360, 0x44aa20, 0x493e0, 7, 0x2dc6c0, 0x9c6710,
    0x7a120, 7, 0xf4240, 0x4c4b40, 0x186a0, 7, 0x927c0, 0x19f0a0, 0xea60, 7,
    0x88b80, 0x19a280, 0xdac0, 0x73, 0x1312d0, 0x989680, 0x2625a0, 0xe4e1c0,
    0x30d40, 3, 0x4c4b40, 0xf42400, 3, 0x55730, 0x118c30, 7, 0x927c0, 0x2625a0,
    0xea60, 1, 0, 3, 0x11170, 0x3d090, 7, 0xf4240, 0x30d400, 0x186a0, 1,
    0xea60, 1, 0x2bf20, 3, 0x86470, 0x192d50, 3, 0xcf850, 0x2f4d60, 3, 0x7a120,
    0x2b7cd0, 3, 0xc350, 0x35b60, 3, 0xf4240, 0x16e360, 0x20007, 0x2dc6c0,
    0xe4e1c0, 0xb71b0, 0x20007, 0x4c4b40, 0x17d7840, 0x1312d0, 0x20007,
    0x493e0, 0x7a120, 0x124f8, 0x20007, 0x927c0, 0x3d0900, 0x249f0, 0x20007,
    0x30d40, 0x7a120, 0xc350, 0x20007, 0x1312d0, 0x2625a0, 0x30d40, 0x20007,
    0x1e8480, 0x5b8d80, 0x30d40, 0x20077, 0x1312d0, 0x2625a0, 0x30d40,
    0x2625a0, 0x4c4b40, 0x30d40, 0x20077, 0x1e8480, 0x5b8d80, 0x493e0,
    0x3d0900, 0xb71b00, 0x30d40, 0x20007, 0x1e8480, 0x5b8d80, 0x7a120, 0x20077,
    0xf4240, 0x1e8480, 0x30d40, 0x1e8480, 0x3d0900, 0x30d40, 0x20007, 0x1e8480,
    0x5b8d80, 0x493e0, 0x20007, 0x30d40, 0x16e360, 0x4e20, 7, 0x13e9a8,
    0x27d350, 0x2a30, 7, 0x10c8e0, 0x44aa20, 0x35b60, 7, 0x2191c0, 0x87cda0,
    0x6ddd0, 7, 0x124f80, 0x4c4b40, 0x493e0, 7, 0x1adb0, 0x43620, 0x55f0, 7,
    0x43620, 0x10d498, 0xd6d8, 7, 0x10d88, 0x65130, 0x36b0, 7, 0x86c40,
    0x25e338, 0x21b10, 7, 0xa8750, 0x2e4b90, 0x28870, 7, 0xca260, 0x3281b0,
    0x2bb38, 7, 0x10d498, 0x3aedf0, 0x43620, 7, 0x4c4b40, 0x14fb180, 0x124f80
};


/* models of a provider in the order of their names in lower case */

const llmgw_price_row_t  llmgw_price_rows[] = {
    { 12, 0, 17 }, { 33, 3, 15 }, { 48, 6, 14 }, { 62, 3, 11 }, { 73, 3, 23 },
    { 96, 3, 23 }, { 119, 3, 15 }, { 134, 3, 23 }, { 157, 6, 10 },
    { 167, 6, 22 }, { 189, 6, 22 }, { 211, 6, 22 }, { 233, 6, 12 },
    { 245, 6, 20 }, { 273, 9, 26 }, { 299, 13, 24 }, { 323, 17, 16 },
    { 339, 22, 15 }, { 354, 22, 21 }, { 375, 22, 15 }, { 390, 22, 21 },
    { 411, 30, 17 }, { 428, 30, 23 }, { 451, 38, 14 }, { 465, 42, 19 },
    { 484, 42, 29 }, { 513, 45, 23 }, { 536, 52, 27 }, { 563, 59, 22 },
    { 585, 63, 20 }, { 605, 67, 28 }, { 633, 74, 27 }, { 660, 81, 27 },
    { 687, 67, 19 }, { 706, 88, 16 }, { 722, 92, 14 }, { 736, 99, 22 },
    { 758, 103, 21 }, { 779, 108, 22 }, { 801, 108, 34 }, { 835, 115, 7 },
    { 842, 119, 12 }, { 854, 123, 7 }, { 861, 127, 13 }, { 874, 131, 18 },
    { 892, 135, 7 }, { 899, 135, 13 }, { 912, 135, 13 }, { 925, 139, 7 },
    { 932, 146, 12 }, { 944, 150, 7 }, { 951, 157, 8 }, { 959, 164, 9 },
    { 968, 168, 9 }, { 977, 172, 12 }, { 989, 177, 13 }, { 1002, 185, 19 },
    { 1021, 193, 12 }, { 1033, 201, 11 }, { 1044, 206, 12 }, { 1056, 211, 16 },
    { 1072, 218, 20 }, { 1092, 225, 11 }, { 1112, 229, 10 }, { 1122, 232, 25 },
    { 1147, 232, 23 }, { 1170, 237, 26 }, { 1196, 237, 26 }, { 1222, 237, 24 },
    { 1246, 237, 26 }, { 1272, 237, 24 }, { 1296, 242, 23 }, { 1319, 247, 22 },
    { 1341, 247, 20 }, { 1361, 252, 24 }, { 1385, 256, 14 }, { 1399, 261, 16 },
    { 1415, 261, 25 }, { 1440, 247, 15 }, { 1455, 247, 15 }, { 1470, 247, 24 },
    { 1494, 247, 22 }, { 1516, 266, 15 }, { 1531, 266, 24 }, { 339, 266, 15 },
    { 375, 266, 15 }, { 1555, 266, 15 }, { 1570, 266, 13 }, { 1583, 237, 17 },
    { 1600, 237, 24 }, { 1624, 30, 17 }, { 1641, 30, 26 }, { 411, 237, 17 },
    { 1667, 237, 15 }, { 1692, 271, 4 }, { 1701, 273, 28 }, { 1729, 276, 27 },
    { 1756, 279, 26 }, { 1782, 276, 27 }, { 1814, 282, 17 }, { 1831, 286, 10 },
    { 1841, 290, 17 }, { 1858, 293, 20 }, { 1878, 296, 8 }, { 1886, 298, 8 },
    { 1894, 300, 13 }, { 1907, 303, 18 }, { 1925, 300, 18 }, { 1943, 300, 18 },
    { 1961, 306, 18 }, { 1979, 309, 17 }, { 1996, 300, 22 }, { 2018, 300, 12 },
    { 2030, 306, 17 }, { 2047, 309, 16 }, { 2063, 312, 5 }, { 2068, 315, 18 },
    { 2086, 312, 10 }, { 2096, 312, 10 }, { 2106, 315, 18 }, { 2124, 318, 9 },
    { 2133, 318, 14 }, { 2147, 318, 14 }, { 2161, 315, 11 }, { 2172, 315, 22 },
    { 2194, 315, 18 }, { 2212, 315, 20 }, { 2232, 321, 7 }, { 2239, 321, 18 },
    { 2257, 325, 12 }, { 2269, 325, 23 }, { 2292, 329, 12 }, { 2304, 333, 23 },
    { 2327, 337, 26 }, { 2353, 282, 6 }, { 2359, 341, 17 }, { 2376, 282, 17 },
    { 2393, 282, 17 }, { 2410, 344, 11 }, { 2421, 344, 22 }, { 2443, 348, 26 },
    { 2469, 348, 37 }, { 2506, 351, 22 }, { 2528, 354, 21 }, { 2549, 354, 32 },
    { 2581, 354, 17 }, { 2598, 354, 25 }, { 2623, 127, 5 }, { 2628, 127, 16 },
    { 2644, 123, 10 }, { 2654, 127, 17 }, { 2671, 127, 11 }, { 2682, 131, 10 },
    { 2692, 131, 21 }, { 2713, 357, 10 }, { 2723, 357, 21 }, { 2744, 361, 9 },
    { 2753, 361, 20 }, { 2773, 127, 16 }, { 2789, 127, 27 }, { 854, 127, 7 },
    { 2816, 127, 18 }, { 2834, 127, 12 }, { 2846, 127, 19 }, { 861, 127, 13 },
    { 2865, 127, 17 }, { 874, 131, 18 }, { 892, 135, 7 }, { 2882, 135, 18 },
    { 2900, 135, 12 }, { 2912, 135, 23 }, { 2935, 135, 19 }, { 899, 135, 13 },
    { 2954, 364, 11 }, { 2965, 364, 22 }, { 2987, 135, 12 }, { 912, 135, 13 },
    { 925, 139, 7 }, { 2999, 367, 18 }, { 932, 146, 12 }, { 3017, 146, 23 },
    { 3040, 371, 12 }, { 3052, 371, 23 }, { 3075, 375, 11 }, { 944, 150, 7 },
    { 3086, 381, 18 }, { 3104, 385, 11 }, { 3115, 389, 7 }, { 3122, 389, 18 },
    { 3140, 394, 12 }, { 3152, 394, 23 }, { 3175, 389, 11 }, { 3186, 389, 22 },
    { 3208, 399, 13 }, { 3221, 399, 24 }, { 3245, 354, 9 }, { 3254, 404, 14 },
    { 3268, 381, 15 }, { 3283, 407, 11 }, { 3294, 411, 13 }, { 3307, 415, 11 },
    { 3318, 415, 22 }, { 3340, 419, 2 }, { 3342, 419, 13 }, { 3355, 423, 7 },
    { 3362, 427, 18 }, { 3380, 419, 10 }, { 3390, 419, 21 }, { 3411, 431, 6 },
    { 3417, 431, 17 }, { 3434, 321, 2 }, { 3436, 321, 13 }, { 3449, 434, 16 },
    { 3465, 434, 27 }, { 3492, 423, 7 }, { 3499, 423, 18 }, { 3517, 438, 6 },
    { 3523, 438, 17 }, { 3540, 441, 7 }, { 3547, 441, 18 }, { 3565, 445, 22 },
    { 3587, 447, 22 }, { 3609, 449, 22 }, { 3631, 451, 19 }, { 3650, 451, 19 },
    { 3669, 451, 22 }, { 3691, 451, 22 }, { 3713, 454, 3 }, { 3716, 454, 5 },
    { 3721, 456, 8 }, { 3729, 456, 6 }, { 3743, 3, 20 }, { 3763, 6, 19 },
    { 1385, 256, 14 }, { 1399, 261, 16 }, { 1415, 261, 25 }, { 1455, 247, 15 },
    { 1470, 247, 24 }, { 1516, 266, 15 }, { 1531, 266, 24 }, { 339, 22, 15 },
    { 375, 266, 15 }, { 1555, 22, 15 }, { 1570, 266, 13 }, { 1624, 237, 17 },
    { 1641, 237, 26 }, { 411, 237, 17 }, { 1667, 458, 15 }, { 3782, 463, 14 },
    { 3796, 463, 14 }, { 3810, 354, 16 }, { 3826, 348, 24 }, { 3850, 348, 24 },
    { 3874, 354, 29 }, { 3903, 354, 29 }, { 3932, 466, 18 }, { 3950, 449, 23 },
    { 3973, 449, 28 }, { 4001, 468, 23 }, { 4024, 470, 22 }, { 4046, 472, 11 },
    { 4057, 472, 16 }, { 4073, 475, 11 }, { 4084, 475, 16 }, { 4100, 475, 16 },
    { 4116, 478, 13 }, { 4129, 481, 13 }, { 4142, 484, 13 }, { 4155, 484, 13 },
    { 4168, 484, 22 }, { 4190, 484, 22 }, { 4212, 487, 17 }, { 4229, 491, 17 },
    { 4246, 487, 22 }, { 4268, 494, 15 }, { 4283, 498, 15 }, { 4298, 501, 6 },
    { 4304, 501, 11 }, { 4315, 504, 11 }, { 4326, 504, 16 }, { 4342, 504, 18 },
    { 4360, 501, 13 }, { 4373, 508, 11 }, { 4384, 511, 16 }, { 4400, 511, 18 },
    { 4418, 501, 6 }, { 4424, 514, 27 }, { 4451, 514, 23 }, { 4474, 518, 23 },
    { 4497, 518, 19 }, { 4516, 514, 25 }, { 4541, 514, 21 }, { 4562, 518, 33 },
    { 4595, 518, 29 }, { 4624, 521, 16 }, { 33, 3, 15 }, { 48, 6, 14 },
    { 4640, 524, 16 }, { 4656, 528, 9 }, { 959, 528, 9 }, { 4665, 531, 9 },
    { 968, 531, 9 }, { 4674, 534, 14 }, { 4688, 538, 16 }, { 4704, 541, 15 },
    { 4719, 544, 29 }, { 4748, 544, 29 }, { 4777, 547, 29 }, { 4806, 547, 29 },
    { 4835, 550, 22 }, { 4857, 550, 22 }, { 4879, 553, 38 }, { 4917, 556, 38 },
    { 4955, 559, 30 }, { 4985, 559, 30 }, { 5015, 562, 13 }, { 5028, 565, 19 },
    { 5047, 568, 25 }, { 5072, 571, 25 }, { 5097, 574, 24 }, { 5121, 574, 24 },
    { 1701, 577, 28 }, { 5145, 577, 28 }, { 1729, 550, 27 }, { 5173, 571, 27 },
    { 1756, 574, 26 }, { 5200, 574, 26 }, { 5226, 580, 12 }, { 5238, 580, 17 },
    { 5255, 518, 18 }, { 5273, 303, 15 }, { 5288, 583, 19 }, { 5307, 586, 18 },
    { 5325, 589, 12 }, { 5337, 589, 12 }, { 5349, 592, 18 }, { 5367, 595, 26 },
    { 5393, 595, 24 }, { 5417, 598, 24 }, { 5441, 598, 22 }, { 5463, 348, 25 },
    { 5488, 348, 23 }, { 5511, 598, 21 }, { 5532, 598, 21 }, { 5553, 601, 20 },
    { 5573, 601, 20 }, { 5593, 598, 23 }, { 5616, 604, 5 }, { 5621, 604, 5 },
    { 5626, 607, 10 }, { 5636, 607, 19 }, { 5655, 607, 20 }, { 5675, 610, 16 },
    { 5691, 610, 25 }, { 5716, 604, 15 }, { 5731, 604, 20 }, { 5751, 613, 26 },
    { 5777, 298, 17 }, { 5794, 615, 18 }, { 5819, 303, 25 }, { 5844, 494, 27 },
    { 5871, 617, 22 }, { 5893, 620, 20 }, { 5913, 168, 20 }, { 5933, 168, 25 },
    { 5958, 624, 25 }, { 5983, 628, 40 }, { 6023, 632, 19 }, { 6042, 635, 15 },
    { 6057, 639, 13 }, { 6070, 643, 15 }, { 6085, 647, 15 }, { 6107, 651, 14 },
    { 6121, 654, 16 }, { 6137, 657, 23 }, { 6160, 660, 21 }, { 6181, 664, 22 },
    { 6203, 668, 20 }, { 6223, 672, 18 }, { 6241, 447, 29 }, { 6270, 449, 26 },
    { 6296, 447, 28 }, { 6324, 674, 28 }, { 6352, 677, 25 }, { 6377, 232, 40 },
    { 6417, 237, 41 }, { 6458, 237, 41 }, { 6499, 237, 41 }, { 6540, 680, 38 },
    { 6578, 683, 37 }, { 6615, 237, 39 }, { 6654, 686, 24 }, { 6678, 691, 40 },
    { 6718, 696, 27 }, { 6745, 247, 39 }, { 6784, 247, 37 }, { 6821, 699, 39 },
    { 6860, 699, 28 }, { 6888, 699, 25 }, { 6913, 699, 25 }, { 6938, 699, 23 },
    { 6961, 237, 39 }, { 7000, 704, 41 }, { 7041, 704, 27 }, { 7068, 704, 25 },
    { 7093, 229, 19 }, { 7112, 229, 19 }, { 7131, 229, 21 }, { 7152, 691, 43 },
    { 7195, 699, 31 }, { 7226, 699, 28 }, { 7254, 704, 44 }, { 7298, 704, 30 },
    { 7328, 704, 28 }, { 7356, 709, 29 }, { 7385, 501, 26 }, { 7411, 303, 21 },
    { 7432, 300, 23 }, { 7455, 449, 23 }, { 7478, 449, 28 }, { 7506, 466, 17 },
    { 7523, 468, 20 }, { 7543, 472, 16 }, { 7559, 484, 16 }, { 7575, 712, 13 },
    { 7588, 686, 27 }, { 7615, 691, 43 }, { 7658, 699, 42 }, { 7700, 699, 31 },
    { 7731, 699, 28 }, { 7759, 699, 28 }, { 7787, 699, 26 }, { 7813, 704, 44 },
    { 7857, 704, 30 }, { 7887, 704, 28 }, { 7915, 256, 31 }, { 7946, 261, 47 },
    { 7993, 266, 46 }, { 8039, 266, 35 }, { 8074, 266, 32 }, { 8106, 266, 32 },
    { 8138, 266, 30 }, { 8168, 237, 48 }, { 8216, 237, 34 }, { 8250, 237, 32 },
    { 8282, 715, 26 }, { 8308, 723, 25 }, { 8333, 731, 27 }, { 8360, 739, 19 },
    { 8379, 743, 21 }, { 8400, 746, 21 }, { 8421, 749, 20 }, { 8441, 752, 22 },
    { 8463, 760, 23 }, { 8486, 699, 28 }, { 8514, 699, 28 }, { 8542, 704, 44 },
    { 8586, 704, 30 }, { 8616, 704, 28 }, { 8644, 768, 23 }, { 8667, 771, 23 },
    { 8690, 774, 32 }, { 8722, 777, 31 }, { 8753, 780, 30 }, { 8783, 783, 31 },
    { 8814, 279, 30 }, { 8844, 589, 30 }, { 8874, 777, 31 }, { 8905, 777, 31 },
    { 8936, 786, 29 }, { 8965, 709, 28 }, { 8993, 789, 38 }, { 9031, 792, 35 },
    { 9066, 617, 18 }, { 9084, 617, 20 }, { 9104, 617, 20 }, { 9124, 583, 23 },
    { 9147, 303, 28 }, { 9175, 42, 32 }, { 9207, 279, 31 }, { 9238, 589, 31 },
    { 9269, 677, 32 }, { 9301, 795, 31 }, { 9332, 518, 31 }, { 9363, 303, 37 },
    { 9400, 798, 31 }, { 9431, 801, 34 }, { 9465, 518, 31 }, { 9496, 580, 28 },
    { 9524, 592, 30 }, { 9554, 804, 25 }, { 9579, 528, 20 }, { 9599, 674, 27 },
    { 9626, 807, 26 }, { 9652, 810, 26 }, { 9678, 813, 28 }, { 9706, 816, 14 },
    { 9720, 820, 14 }, { 9734, 752, 19 }, { 9753, 824, 18 }, { 9771, 760, 20 },
    { 9791, 348, 19 }, { 9810, 348, 23 }, { 9833, 832, 18 }, { 9851, 832, 22 },
    { 9873, 348, 29 }, { 9902, 835, 28 }, { 9930, 838, 30 }, { 9960, 348, 19 },
    { 9979, 348, 29 }, { 10008, 841, 31 }, { 10039, 844, 21 },
    { 10060, 847, 23 }, { 10083, 850, 23 }, { 10106, 613, 26 },
    { 10132, 613, 24 }, { 10156, 298, 32 }, { 10188, 298, 32 },
    { 10220, 298, 32 }, { 10252, 298, 32 }, { 10284, 615, 33 },
    { 10317, 615, 33 }, { 10350, 853, 32 }, { 10382, 858, 48 },
    { 10430, 686, 27 }, { 10457, 691, 43 }, { 10500, 247, 42 },
    { 10542, 699, 42 }, { 10584, 699, 31 }, { 10615, 699, 28 },
    { 10643, 699, 28 }, { 10671, 699, 26 }, { 10697, 704, 44 },
    { 10741, 704, 30 }, { 10771, 704, 28 }, { 10799, 472, 19 },
    { 10818, 789, 41 }, { 10859, 792, 38 }, { 10897, 752, 22 },
    { 10919, 824, 21 }, { 10940, 760, 23 }, { 10963, 354, 25 },
    { 10988, 863, 25 }, { 11013, 866, 15 }, { 11028, 348, 29 },
    { 11057, 354, 22 }, { 11079, 863, 22 }, { 11101, 870, 12 },
    { 11113, 739, 12 }, { 11125, 874, 11 }, { 11136, 877, 17 },
    { 11153, 880, 9 }, { 6654, 256, 24 }, { 6888, 266, 25 }, { 6913, 266, 25 },
    { 6938, 266, 23 }, { 7068, 458, 25 }, { 11176, 883, 13 },
    { 7575, 712, 13 }, { 8379, 743, 21 }, { 8400, 746, 21 }, { 8421, 749, 20 },
    { 11189, 886, 22 }, { 11211, 889, 18 }, { 11229, 749, 18 },
    { 9066, 617, 18 }, { 9084, 617, 20 }, { 9104, 617, 20 }, { 9124, 583, 23 },
    { 9147, 303, 28 }, { 9175, 42, 32 }, { 9207, 279, 31 }, { 9238, 589, 31 },
    { 9363, 303, 37 }, { 9496, 580, 28 }, { 9524, 592, 30 },
    { 11247, 804, 27 }, { 9579, 528, 20 }, { 9599, 810, 27 },
    { 9626, 807, 26 }, { 9652, 810, 26 }, { 9678, 813, 28 }, { 9706, 367, 14 },
    { 9720, 381, 14 }, { 9734, 892, 19 }, { 9753, 389, 18 }, { 9771, 897, 20 },
    { 9791, 902, 19 }, { 9833, 905, 18 }, { 9873, 348, 29 }, { 9902, 835, 28 },
    { 11274, 908, 25 }, { 11299, 902, 14 }, { 11313, 902, 33 },
    { 11346, 911, 35 }, { 10039, 911, 21 }, { 11381, 914, 32 },
    { 11413, 850, 32 }, { 11445, 348, 24 }, { 11113, 866, 12 },
    { 11469, 874, 11 }, { 11125, 874, 11 }, { 11136, 877, 17 },
    { 11153, 880, 9 }, { 11486, 917, 21 }, { 11507, 920, 33 },
    { 11540, 923, 33 }, { 11573, 926, 45 }, { 5913, 929, 20 },
    { 6023, 933, 19 }, { 6042, 936, 15 }, { 6085, 939, 15 },
    { 11626, 942, 13 }, { 11639, 942, 20 }, { 11659, 946, 8 },
    { 11667, 946, 15 }, { 11682, 950, 14 }, { 11696, 950, 21 },
    { 11717, 946, 8 }, { 11725, 946, 15 }, { 11740, 954, 21 },
    { 11761, 954, 28 }, { 11789, 946, 13 }, { 11802, 946, 20 },
    { 11822, 958, 13 }, { 11835, 958, 20 }, { 11855, 954, 12 },
    { 11867, 954, 19 }, { 11886, 962, 16 }, { 11902, 962, 23 },
    { 11925, 962, 16 }, { 11941, 962, 23 }, { 11964, 962, 12 },
    { 11976, 962, 19 }, { 11995, 298, 12 }, { 12007, 298, 19 },
    { 12026, 964, 17 }, { 12043, 964, 24 }, { 12075, 966, 11 },
    { 12086, 969, 12 }, { 12098, 972, 13 }, { 12111, 674, 34 },
    { 4985, 975, 30 }, { 12145, 978, 12 }, { 12157, 279, 11 },
    { 12168, 981, 30 }, { 12198, 981, 30 }, { 12228, 984, 10 },
    { 12238, 987, 17 }, { 12255, 990, 11 }, { 12266, 990, 11 },
    { 12283, 993, 29 }, { 12312, 997, 28 }, { 12340, 1001, 26 },
    { 12366, 1005, 24 }, { 12390, 1009, 24 }, { 12414, 1013, 38 },
    { 12452, 1017, 18 }, { 12470, 1021, 26 }, { 12496, 1025, 20 },
    { 12516, 1029, 38 }, { 12554, 1033, 17 }, { 12571, 1037, 19 },
    { 12590, 1041, 19 }, { 12617, 1045, 32 }, { 12649, 1048, 31 },
    { 12680, 1051, 44 }, { 12724, 617, 61 }, { 12785, 1054, 58 },
    { 12843, 1057, 57 }, { 12900, 531, 43 }, { 12943, 1060, 58 },
    { 13001, 1063, 41 }, { 13042, 1066, 50 }, { 13092, 511, 46 },
    { 13138, 1069, 46 }, { 13194, 1072, 37 }, { 13231, 1075, 40 },
    { 13271, 1078, 25 }, { 13296, 1080, 26 }, { 13322, 1082, 15 },
    { 13337, 1084, 26 }, { 13363, 447, 26 }, { 13389, 1086, 44 },
    { 13433, 1089, 25 }, { 13458, 592, 29 }, { 13487, 1092, 35 },
    { 13522, 1095, 29 }, { 13551, 1098, 28 }, { 13579, 1101, 32 },
    { 13611, 1104, 40 }, { 13651, 1098, 30 }, { 13681, 1101, 34 },
    { 13715, 1107, 34 }, { 13749, 1110, 39 }, { 13788, 1113, 38 },
    { 13826, 1116, 30 }, { 13856, 1119, 30 }, { 13886, 1104, 40 },
    { 13926, 1122, 39 }, { 13965, 1125, 25 }, { 13990, 1072, 20 },
    { 14010, 1128, 36 }, { 14046, 1075, 44 }, { 14090, 1131, 33 },
    { 14123, 164, 24 }, { 14147, 168, 24 }, { 14171, 534, 29 },
    { 14200, 303, 31 }, { 14231, 969, 23 }, { 14254, 1134, 22 },
    { 14276, 1137, 28 }, { 14304, 1139, 35 }, { 14339, 1119, 26 },
    { 14365, 1082, 29 }, { 14394, 1139, 16 }, { 14410, 1142, 25 },
    { 14435, 1145, 19 }, { 14463, 1149, 7 }, { 14470, 1149, 7 },
    { 14477, 1153, 17 }, { 14500, 306, 7 }, { 14507, 354, 17 },
    { 14524, 354, 22 }, { 14546, 354, 27 }, { 14573, 354, 24 },
    { 14597, 709, 13 }, { 14610, 709, 21 }, { 14631, 306, 15 },
    { 14646, 348, 9 }, { 14655, 348, 17 }, { 14672, 354, 14 },
    { 14686, 354, 22 }, { 14708, 1157, 11 }, { 14719, 1157, 19 },
    { 14738, 1157, 26 }, { 14764, 449, 24 }, { 14788, 449, 18 },
    { 14806, 449, 18 }, { 14824, 449, 23 }, { 14847, 449, 23 },
    { 14870, 466, 10 }, { 14880, 672, 19 }, { 14899, 468, 19 },
    { 14918, 672, 24 }, { 14942, 468, 24 }, { 14966, 468, 11 },
    { 14977, 468, 16 }, { 14993, 470, 15 }, { 15015, 1160, 17 },
    { 15032, 1163, 17 }, { 1399, 1166, 16 }, { 15049, 1169, 14 },
    { 15063, 1169, 14 }, { 15077, 1172, 14 }, { 15091, 1177, 14 },
    { 15105, 1182, 15 }, { 15120, 1185, 14 }, { 4057, 1189, 16 },
    { 4100, 1192, 16 }, { 4155, 1195, 13 }, { 4229, 1198, 17 },
    { 4283, 1202, 15 }, { 722, 1206, 14 }, { 15134, 1209, 7 },
    { 15141, 1212, 11 }, { 15152, 1215, 7 }, { 15159, 1218, 13 },
    { 15172, 1221, 5 }, { 15177, 1224, 11 }, { 15188, 1229, 7 },
    { 835, 1233, 7 }, { 842, 1224, 12 }, { 2232, 1237, 7 }, { 925, 1240, 7 },
    { 15195, 1244, 12 }, { 15207, 1247, 11 }, { 15218, 1250, 16 },
    { 4640, 1253, 16 }, { 959, 1256, 9 }, { 968, 1259, 9 },
    { 15234, 1263, 14 }, { 4857, 1267, 22 }, { 15248, 1270, 16 },
    { 15264, 1275, 10 }, { 15274, 1278, 12 }, { 15286, 1281, 12 },
    { 977, 1284, 12 }, { 15298, 1287, 10 }, { 15308, 1291, 18 },
    { 15326, 1295, 26 }, { 15352, 1298, 26 }, { 15378, 1301, 11 },
    { 15389, 1304, 21 }, { 15410, 1307, 29 }, { 15439, 1310, 9 },
    { 15448, 1313, 28 }, { 15476, 1316, 30 }, { 15506, 1319, 16 },
    { 15522, 1322, 27 }, { 15549, 1325, 17 }, { 15566, 1328, 17 },
    { 4046, 1331, 11 }, { 4155, 1334, 13 }, { 15592, 1338, 7 },
    { 15152, 1338, 7 }, { 15172, 1341, 5 }, { 4640, 1331, 16 },
    { 959, 1344, 9 }, { 15599, 1347, 12 }, { 15611, 1350, 12 },
    { 15623, 1331, 25 }, { 15648, 1353, 7 }, { 15655, 1353, 18 },
    { 15673, 1356, 18 }, { 15691, 1353, 14 }, { 15705, 1359, 8 },
    { 15713, 1359, 19 }, { 15732, 1359, 15 }, { 15747, 1362, 10 },
    { 15757, 1365, 15 }, { 15772, 1365, 26 }, { 15798, 1365, 22 },
    { 15820, 1368, 16 }, { 15836, 1368, 27 }, { 15863, 1368, 23 },
    { 15886, 1371, 10 }, { 15896, 1375, 21 }, { 15917, 1375, 20 },
    { 15937, 1378, 20 }, { 15957, 1378, 16 }, { 15973, 1381, 14 },
    { 15987, 1381, 25 }, { 16012, 1381, 25 }, { 16037, 1381, 21 },
    { 16058, 1368, 15 }, { 16073, 1368, 26 }, { 16099, 1368, 22 },
    { 16121, 1384, 8 }, { 16129, 1388, 19 }, { 16148, 1388, 15 },
    { 16163, 1391, 13 }, { 16176, 1394, 12 }, { 16188, 1397, 12 },
    { 16200, 1391, 13 }, { 16213, 1400, 15 }, { 16228, 1403, 26 },
    { 16254, 1400, 26 }, { 16280, 1400, 22 }, { 16302, 1406, 9 },
    { 16311, 1406, 20 }, { 16331, 1406, 20 }, { 16351, 1406, 20 },
    { 16371, 1406, 20 }, { 16391, 1406, 20 }, { 16411, 1406, 20 },
    { 16431, 1409, 19 }, { 16450, 1409, 22 }, { 16472, 1406, 16 },
    { 16488, 1412, 10 }, { 16498, 1412, 21 }, { 16519, 1412, 21 },
    { 16540, 1412, 17 }, { 16557, 1415, 11 }, { 16568, 1418, 22 },
    { 16590, 1415, 22 }, { 16612, 1415, 22 }, { 16634, 1415, 18 },
    { 16652, 777, 11 }, { 16663, 1421, 12 }, { 16675, 1421, 23 },
    { 16698, 1421, 23 }, { 16721, 1421, 23 }, { 16744, 1421, 19 },
    { 16763, 1424, 20 }, { 16783, 1427, 20 }, { 16803, 1430, 20 },
    { 16823, 1433, 19 }, { 16842, 1436, 15 }, { 16857, 1439, 23 },
    { 16880, 1442, 22 }, { 16902, 1445, 21 }, { 16923, 1424, 20 },
    { 16943, 1427, 20 }, { 16963, 1430, 20 }, { 16983, 1433, 19 },
    { 17002, 1436, 15 }, { 17017, 1448, 23 }, { 17040, 1421, 22 },
    { 17062, 1439, 23 }, { 17085, 1442, 22 }, { 17107, 1424, 9 },
    { 17116, 1427, 15 }, { 15439, 1427, 9 }, { 17131, 1451, 8 },
    { 17139, 1454, 15 }, { 15448, 1456, 28 }, { 15476, 586, 30 },
    { 17154, 1362, 17 }, { 17171, 1362, 28 }, { 15506, 1362, 16 },
    { 17199, 1459, 16 }, { 17215, 1459, 27 }, { 17242, 1459, 27 },
    { 17269, 1462, 9 }, { 17278, 1466, 20 }, { 17298, 1469, 20 },
    { 17318, 1462, 17 }, { 17335, 1472, 27 }, { 15522, 1475, 27 },
    { 17362, 1478, 28 }, { 17390, 1481, 16 }, { 17406, 1481, 27 },
    { 17433, 1481, 27 }, { 17460, 1427, 18 }, { 17478, 1484, 27 },
    { 17505, 1487, 27 }, { 17532, 1490, 16 }, { 17548, 1490, 25 },
    { 17573, 1493, 25 }, { 17598, 601, 21 }, { 17619, 601, 21 },
    { 17640, 1451, 20 }, { 17660, 1496, 20 }, { 17680, 1375, 14 },
    { 17694, 1375, 25 }, { 17719, 1375, 25 }, { 17744, 1499, 13 },
    { 17757, 1499, 24 }, { 17781, 1499, 24 }, { 15549, 1502, 17 },
    { 17805, 1505, 11 }, { 17816, 1508, 15 }, { 15566, 1328, 17 },
    { 17831, 1436, 13 }, { 17844, 1436, 24 }, { 17868, 1511, 12 },
    { 17880, 1511, 23 }, { 17903, 1328, 11 }, { 17914, 1514, 15 },
    { 989, 1517, 13 }, { 1002, 1521, 19 }, { 1021, 1526, 12 },
    { 1033, 1534, 11 }, { 1044, 1526, 12 }, { 17929, 348, 15 },
    { 17944, 696, 8 }, { 17952, 696, 19 }, { 17971, 696, 15 },
    { 17996, 261, 27 }, { 18023, 247, 26 }, { 18049, 266, 26 },
    { 18075, 266, 26 }, { 18101, 266, 26 }, { 18127, 237, 26 },
    { 18153, 237, 28 }, { 18181, 237, 28 }, { 18209, 88, 27 },
    { 18236, 92, 25 }, { 18261, 1539, 32 }, { 18293, 108, 25 },
    { 18318, 99, 25 }, { 18343, 108, 23 }, { 18366, 127, 16 },
    { 18382, 127, 18 }, { 18400, 135, 18 }, { 18418, 139, 18 },
    { 18436, 146, 23 }, { 18459, 371, 23 }, { 18482, 150, 18 },
    { 18500, 131, 21 }, { 18521, 357, 21 }, { 18542, 1543, 23 },
    { 18565, 1412, 22 }, { 18595, 456, 19 }, { 18614, 456, 16 },
    { 18630, 456, 16 }, { 18646, 454, 15 }, { 18661, 454, 12 },
    { 18673, 1546, 6 }, { 18679, 1546, 6 }, { 18685, 1546, 14 },
    { 18708, 674, 29 }, { 18737, 1548, 24 }, { 18761, 1548, 26 },
    { 18787, 1551, 34 }, { 18821, 1555, 23 }, { 18844, 1558, 25 },
    { 18869, 1459, 26 }, { 18895, 1561, 25 }, { 18920, 501, 27 },
    { 18947, 1564, 29 }, { 18976, 1567, 21 }, { 18997, 1569, 15 },
    { 19012, 1569, 22 }, { 19034, 1569, 11 }, { 19045, 1569, 17 },
    { 19062, 946, 18 }, { 19080, 954, 23 }, { 19103, 958, 23 },
    { 19126, 954, 22 }, { 19148, 1571, 46 }, { 19194, 1574, 23 },
    { 19217, 1577, 24 }, { 19241, 1580, 23 }, { 19264, 1584, 28 },
    { 19292, 798, 34 }, { 19326, 1588, 41 }, { 19367, 1588, 40 },
    { 19407, 1580, 29 }, { 19436, 1591, 23 }, { 19459, 1594, 28 },
    { 19487, 1594, 34 }, { 5819, 1598, 25 }, { 19521, 1602, 34 },
    { 19555, 1606, 25 }, { 19580, 1610, 29 }, { 5844, 1614, 27 },
    { 19609, 1618, 26 }, { 19635, 607, 23 }, { 19658, 1157, 26 },
    { 19684, 1436, 27 }, { 19711, 1620, 23 }, { 19734, 1623, 21 },
    { 19755, 1626, 28 }, { 19783, 1629, 21 }, { 19804, 1632, 21 },
    { 19825, 1635, 21 }, { 19846, 749, 20 }, { 19866, 1638, 25 },
    { 19891, 1638, 21 }, { 11486, 1641, 21 }, { 19912, 1641, 21 },
    { 19933, 1644, 27 }, { 19960, 1567, 19 }, { 19979, 1569, 20 },
    { 19999, 1569, 30 }, { 20029, 1569, 39 }, { 20068, 1647, 30 },
    { 20098, 1650, 30 }, { 20128, 1564, 30 }, { 20158, 1653, 40 },
    { 20198, 1656, 32 }, { 11507, 1574, 33 }, { 20230, 1574, 39 },
    { 20269, 348, 49 }, { 20318, 348, 51 }, { 20369, 592, 41 },
    { 20410, 1659, 28 }, { 20438, 1564, 38 }, { 20476, 1564, 44 },
    { 20520, 1662, 37 }, { 20557, 1665, 43 }, { 20600, 1668, 15 },
    { 20615, 1671, 23 }, { 20638, 1674, 26 }, { 20664, 1677, 20 },
    { 20684, 1680, 22 }, { 5871, 1684, 22 }, { 20706, 1689, 29 },
    { 20735, 1689, 34 }, { 20769, 1692, 34 }, { 20803, 1695, 36 },
    { 20839, 1698, 41 }, { 20880, 1689, 45 }, { 11573, 1689, 45 },
    { 20925, 1701, 36 }, { 20961, 1704, 32 }, { 20993, 1708, 27 },
    { 5893, 1712, 20 }, { 21020, 164, 26 }, { 5913, 1716, 20 },
    { 5933, 1720, 25 }, { 21046, 1724, 36 }, { 21082, 1727, 35 },
    { 21117, 1730, 38 }, { 21155, 1436, 40 }, { 21195, 1569, 36 },
    { 21231, 1412, 30 }, { 21261, 1490, 45 }, { 21306, 1733, 40 },
    { 21346, 674, 37 }, { 21383, 1737, 33 }, { 6023, 1740, 19 },
    { 21416, 348, 25 }, { 21441, 1743, 18 }, { 21459, 1671, 21 },
    { 21480, 1746, 30 }, { 21510, 1564, 28 }, { 21538, 1749, 25 },
    { 21563, 1752, 24 }, { 21587, 1752, 14 }, { 21601, 1755, 34 },
    { 21635, 1758, 34 }, { 21669, 1761, 18 }, { 21687, 1764, 14 },
    { 21701, 1484, 35 }, { 21736, 1767, 41 }, { 21777, 1569, 25 },
    { 21802, 447, 23 }, { 21825, 1569, 23 }, { 21848, 1462, 14 },
    { 21862, 1462, 23 }, { 21885, 1771, 32 }, { 21917, 1569, 24 },
    { 21941, 1774, 22 }, { 21963, 1776, 22 }, { 21985, 1778, 32 },
    { 22017, 348, 30 }, { 22047, 1781, 17 }, { 22064, 1784, 22 },
    { 22086, 1787, 16 }, { 22102, 1790, 15 }, { 22117, 1793, 20 },
    { 22137, 1797, 22 }, { 22159, 1801, 15 }, { 22174, 1804, 15 },
    { 22189, 1807, 16 }, { 22205, 1810, 20 }, { 22225, 1813, 29 },
    { 22254, 1816, 28 }, { 22282, 1816, 28 }, { 22310, 1567, 39 },
    { 22349, 1567, 38 }, { 22387, 1567, 39 }, { 22426, 1567, 35 },
    { 22461, 1567, 51 }, { 22512, 1567, 48 }, { 22560, 1567, 45 },
    { 22605, 1567, 32 }, { 22637, 1819, 25 }, { 22662, 1567, 17 },
    { 22679, 1569, 18 }, { 22697, 1823, 20 }, { 22717, 1830, 24 },
    { 22741, 1837, 15 }, { 22756, 1837, 15 }, { 22771, 463, 16 },
    { 6042, 1841, 15 }, { 22787, 1845, 21 }, { 6057, 1849, 13 },
    { 6070, 1853, 15 }, { 6085, 1857, 15 }, { 22816, 1861, 13 },
    { 22829, 1861, 17 }, { 4229, 1861, 17 }, { 4283, 1865, 15 },
    { 19580, 1869, 29 }, { 5844, 498, 27 }, { 11486, 889, 21 },
    { 22856, 583, 39 }, { 5913, 531, 20 }, { 22895, 1872, 46 },
    { 21441, 1875, 18 }, { 22941, 1878, 18 }, { 21825, 1881, 23 },
    { 22959, 981, 36 }, { 22995, 1883, 34 }, { 23029, 1508, 24 },
    { 22137, 1328, 22 }, { 22174, 1886, 15 }, { 23053, 1508, 24 },
    { 23077, 1889, 19 }, { 23106, 1892, 9 }, { 23115, 1894, 9 },
    { 23129, 1896, 9 }, { 19866, 1899, 25 }, { 20029, 1902, 39 },
    { 11540, 1904, 33 }, { 5913, 1907, 20 }, { 23138, 1910, 33 },
    { 6023, 1913, 19 }, { 21825, 1916, 23 }, { 21941, 1918, 22 },
    { 22017, 1913, 30 }, { 23053, 1920, 24 }, { 23177, 962, 17 },
    { 23194, 298, 23 }, { 23217, 298, 20 }, { 23237, 1923, 26 },
    { 23263, 1925, 15 }, { 23278, 1927, 19 }, { 23297, 1929, 22 },
    { 23319, 1931, 22 }, { 23341, 613, 18 }, { 23359, 1931, 24 },
    { 23383, 298, 17 }, { 23400, 298, 35 }, { 23447, 1933, 30 },
    { 23477, 42, 29 }, { 23506, 279, 28 }, { 23534, 1730, 39 },
    { 23573, 481, 37 }, { 23610, 1936, 39 }, { 23649, 9, 43 },
    { 23692, 494, 41 }, { 23733, 874, 33 }, { 23766, 880, 31 },
    { 23797, 1145, 33 }, { 23830, 1940, 38 }, { 23868, 1145, 33 },
    { 23901, 1944, 38 }, { 23939, 1948, 37 }, { 23976, 804, 42 },
    { 24018, 804, 47 }, { 24065, 804, 42 }, { 24107, 164, 35 },
    { 24142, 168, 35 }, { 24177, 1952, 40 }, { 24217, 534, 40 },
    { 24257, 1956, 45 }, { 24302, 252, 33 }, { 24335, 0, 50 },
    { 24385, 42, 48 }, { 24433, 838, 56 }, { 24489, 348, 53 },
    { 24542, 617, 38 }, { 24580, 1960, 38 }, { 24618, 1964, 38 },
    { 24656, 1964, 36 }, { 24692, 1730, 48 }, { 24740, 1968, 38 },
    { 24778, 628, 48 }, { 24826, 838, 41 }, { 24867, 954, 38 },
    { 24905, 1971, 38 }, { 24943, 1940, 39 }, { 24982, 1975, 39 },
    { 25021, 1952, 41 }, { 25062, 1952, 42 }, { 25104, 1956, 46 },
    { 25150, 1979, 28 }, { 25178, 1979, 30 }, { 22662, 1979, 17 },
    { 22679, 1981, 18 }, { 25208, 1981, 22 }, { 19555, 1983, 25 },
    { 11486, 889, 21 }, { 5871, 1964, 22 }, { 21601, 1490, 34 },
    { 6057, 1987, 13 }, { 6070, 1145, 15 }, { 6085, 1145, 15 },
    { 25246, 108, 33 }, { 25279, 329, 16 }, { 25295, 329, 20 },
    { 25315, 607, 21 }, { 25336, 607, 25 }, { 25361, 1623, 39 },
    { 706, 88, 16 }, { 25400, 1991, 22 }, { 25422, 1991, 30 },
    { 25452, 1994, 21 }, { 25473, 1994, 37 }, { 25510, 88, 32 },
    { 25542, 1998, 28 }, { 722, 92, 14 }, { 25570, 2001, 26 }, { 736, 99, 22 },
    { 25596, 2004, 18 }, { 25614, 2004, 26 }, { 25640, 108, 20 },
    { 25660, 2007, 22 }, { 25682, 2007, 30 }, { 758, 1539, 21 },
    { 25712, 2010, 27 }, { 25739, 1539, 29 }, { 779, 108, 22 },
    { 801, 108, 34 }, { 25768, 2013, 16 }, { 25784, 88, 21 },
    { 25805, 2017, 16 }, { 25821, 2017, 16 }, { 25837, 2021, 20 },
    { 25857, 2023, 18 }, { 25875, 2023, 26 }, { 25901, 99, 19 },
    { 25920, 1539, 24 }, { 25944, 2025, 25 }, { 25969, 108, 17 },
    { 25986, 296, 28 }, { 26014, 298, 23 }, { 26037, 1923, 29 },
    { 26069, 2028, 25 }, { 26094, 2032, 25 }, { 26119, 252, 27 },
    { 19580, 2036, 29 }, { 5844, 2040, 27 }, { 5913, 2044, 20 },
    { 26146, 1956, 35 }, { 26181, 2048, 16 }, { 26197, 2053, 17 },
    { 23077, 2057, 19 }, { 26214, 2061, 19 }, { 26244, 2065, 17 },
    { 26261, 2068, 17 }, { 26278, 247, 23 }, { 26301, 232, 26 },
    { 26327, 237, 27 }, { 26354, 237, 27 }, { 26381, 247, 25 },
    { 26406, 2070, 26 }, { 26432, 30, 27 }, { 26459, 30, 27 },
    { 26486, 2070, 26 }, { 26512, 247, 23 }, { 26535, 266, 25 },
    { 26560, 22, 25 }, { 26585, 266, 25 }, { 26610, 266, 25 },
    { 26635, 30, 25 }, { 26660, 2075, 28 }, { 26688, 447, 6 },
    { 26694, 1569, 18 }, { 26712, 2079, 12 }, { 26724, 920, 29 },
    { 4283, 498, 15 }, { 26753, 447, 11 }, { 26764, 2082, 14 },
    { 15172, 880, 5 }, { 26778, 2085, 17 }, { 959, 2087, 9 }, { 968, 531, 9 },
    { 15248, 2090, 16 }, { 26795, 2093, 18 }, { 26813, 2096, 21 },
    { 15286, 617, 12 }, { 26834, 42, 13 }, { 26847, 1727, 26 },
    { 26873, 2068, 26 }, { 26899, 2099, 20 }, { 26919, 674, 23 },
    { 26942, 2102, 28 }, { 26970, 321, 14 }, { 26984, 282, 13 },
    { 26997, 344, 18 }, { 27015, 127, 12 }, { 27027, 131, 17 },
    { 27044, 357, 17 }, { 27061, 127, 24 }, { 27085, 135, 14 },
    { 27099, 364, 18 }, { 27117, 135, 20 }, { 27137, 367, 14 },
    { 27151, 146, 19 }, { 27170, 371, 19 }, { 27189, 2105, 18 },
    { 27207, 150, 14 }, { 27221, 407, 18 }, { 27239, 2108, 19 },
    { 27258, 2111, 18 }, { 27276, 419, 9 }, { 27285, 321, 9 },
    { 27294, 423, 14 }, { 17154, 2114, 17 }, { 27308, 1881, 20 },
    { 15566, 2117, 17 }, { 27328, 613, 26 }, { 27358, 1698, 20 },
    { 27378, 2120, 23 }, { 27401, 674, 45 }, { 27446, 2123, 41 },
    { 27487, 42, 28 }, { 27515, 2126, 35 }, { 27550, 580, 35 },
    { 27585, 2129, 27 }, { 27612, 2129, 32 }, { 6023, 344, 19 },
    { 21441, 2133, 18 }, { 27644, 607, 28 }, { 27672, 2137, 14 },
    { 27686, 2140, 16 }, { 27702, 2142, 22 }, { 1814, 2144, 17 },
    { 1296, 242, 23 }, { 27732, 232, 16 }, { 27748, 237, 20 },
    { 27768, 237, 17 }, { 27785, 261, 16 }, { 27801, 266, 15 },
    { 27816, 237, 17 }, { 1415, 261, 25 }, { 27833, 247, 13 },
    { 1455, 247, 15 }, { 1470, 247, 24 }, { 15105, 237, 15 },
    { 1641, 237, 26 }, { 26724, 2148, 29 }, { 22829, 2151, 17 },
    { 27846, 617, 25 }, { 27871, 2151, 11 }, { 27882, 2155, 22 },
    { 4155, 2159, 13 }, { 27904, 2162, 26 }, { 706, 2165, 16 },
    { 25452, 2170, 21 }, { 722, 2175, 14 }, { 25640, 2180, 20 },
    { 27930, 2184, 14 }, { 27944, 2187, 12 }, { 15592, 2190, 7 },
    { 2232, 321, 7 }, { 2257, 325, 12 }, { 2269, 325, 23 }, { 2292, 329, 12 },
    { 2353, 282, 6 }, { 2410, 344, 11 }, { 2623, 127, 5 }, { 2654, 127, 17 },
    { 2671, 127, 11 }, { 2682, 131, 10 }, { 2713, 357, 10 }, { 2744, 361, 9 },
    { 854, 127, 7 }, { 2846, 127, 19 }, { 861, 127, 13 }, { 874, 131, 18 },
    { 12086, 1737, 12 }, { 27956, 1412, 11 }, { 4298, 504, 6 },
    { 4373, 2193, 11 }, { 4418, 504, 6 }, { 4424, 514, 27 }, { 4451, 514, 23 },
    { 4516, 514, 25 }, { 4541, 514, 21 }, { 4624, 2197, 16 },
    { 27967, 2201, 23 }, { 27990, 2204, 12 }, { 28002, 2207, 12 },
    { 4640, 2211, 16 }, { 27358, 1698, 20 }, { 28014, 1662, 21 },
    { 28035, 1665, 27 }, { 4857, 2214, 22 }, { 27378, 2120, 23 },
    { 15248, 348, 16 }, { 28062, 2217, 13 }, { 28075, 2220, 13 },
    { 28088, 2223, 24 }, { 28112, 2223, 24 }, { 5255, 518, 18 },
    { 5337, 2226, 12 }, { 28136, 1689, 13 }, { 3340, 419, 2 },
    { 3355, 423, 7 }, { 3434, 321, 2 }, { 3492, 423, 7 }, { 3517, 438, 6 },
    { 3540, 441, 7 }, { 28149, 2229, 21 }, { 28170, 2232, 24 },
    { 28194, 2235, 13 }, { 15439, 2137, 9 }, { 28207, 2238, 11 },
    { 15448, 592, 28 }, { 17335, 847, 27 }, { 17478, 1362, 27 },
    { 28218, 1724, 5 }, { 28223, 3, 19 }, { 28242, 501, 9 },
    { 28251, 1459, 15 }, { 28266, 3, 19 }, { 19241, 2241, 23 },
    { 19264, 2244, 28 }, { 19555, 2247, 25 }, { 19580, 1869, 29 },
    { 5844, 1865, 27 }, { 19866, 886, 25 }, { 11486, 889, 21 },
    { 11507, 2120, 33 }, { 20664, 617, 20 }, { 20684, 617, 22 },
    { 5871, 1960, 22 }, { 28296, 1964, 22 }, { 28318, 617, 20 },
    { 28338, 798, 27 }, { 20961, 798, 32 }, { 20993, 524, 27 },
    { 5893, 164, 20 }, { 5913, 168, 20 }, { 5933, 531, 25 },
    { 6023, 2250, 19 }, { 28365, 1490, 20 }, { 21635, 2253, 34 },
    { 21687, 2137, 14 }, { 28385, 2256, 33 }, { 21701, 987, 35 },
    { 28418, 521, 21 }, { 21802, 1569, 23 }, { 21825, 1569, 23 },
    { 21885, 556, 32 }, { 28439, 2259, 32 }, { 22064, 1502, 22 },
    { 22086, 1505, 16 }, { 22117, 1508, 20 }, { 22137, 1328, 22 },
    { 22174, 2262, 15 }, { 22189, 2265, 16 }, { 22205, 1810, 20 },
    { 22637, 592, 25 }, { 28471, 2268, 25 }, { 28496, 592, 24 },
    { 22717, 798, 24 }, { 22741, 874, 15 }, { 28520, 2271, 19 },
    { 28539, 2274, 16 }, { 22756, 2277, 15 }, { 6042, 2280, 15 },
    { 6057, 2284, 13 }, { 6070, 2284, 15 }, { 6085, 1889, 15 },
    { 28564, 2288, 9 }, { 28573, 2288, 14 }, { 28600, 2292, 14 },
    { 28614, 2295, 26 }, { 28640, 1671, 34 }, { 28674, 2223, 26 },
    { 28700, 1656, 26 }, { 28726, 2298, 33 }, { 28759, 632, 30 },
    { 28789, 42, 32 }, { 28821, 1569, 23 }, { 19264, 2301, 28 },
    { 28850, 2306, 50 }, { 28900, 2311, 40 }, { 11507, 2316, 33 },
    { 20269, 2321, 49 }, { 28940, 2326, 29 }, { 28969, 2331, 30 },
    { 28999, 2336, 37 }, { 20803, 2341, 36 }, { 20961, 2346, 32 },
    { 20993, 2351, 27 }, { 6023, 2356, 19 }, { 21441, 2361, 18 },
    { 29036, 2326, 28 }, { 21635, 2366, 34 }, { 21885, 2371, 32 },
    { 22756, 2376, 15 }, { 29071, 447, 18 }, { 29089, 447, 15 },
    { 29104, 447, 28 }, { 29132, 447, 26 }, { 29158, 447, 26 },
    { 29184, 447, 26 }, { 29210, 447, 26 }, { 29236, 447, 24 },
    { 29260, 447, 34 }, { 29294, 1776, 16 }, { 29317, 617, 6 },
    { 29323, 2381, 10 }, { 15599, 2381, 12 }, { 29333, 2386, 22 },
    { 15611, 2381, 12 }, { 29355, 2386, 22 }, { 29377, 172, 12 },
    { 29389, 2391, 22 }, { 29411, 2396, 10 }, { 3796, 463, 14 },
    { 15120, 1185, 14 }, { 29428, 2021, 15 }, { 29443, 2021, 20 },
    { 29463, 463, 16 }, { 29479, 2403, 13 }, { 29492, 583, 15 },
    { 29507, 583, 20 }, { 29527, 583, 22 }, { 29549, 592, 19 },
    { 29568, 592, 19 }, { 29587, 592, 21 }, { 29608, 2407, 21 },
    { 29629, 2407, 23 }, { 29652, 303, 15 }, { 29667, 303, 20 },
    { 29687, 303, 22 }, { 29709, 2410, 18 }, { 29727, 42, 20 },
    { 29747, 2414, 17 }, { 29764, 279, 19 }, { 29783, 589, 17 },
    { 29800, 589, 19 }, { 29819, 449, 13 }, { 29832, 449, 18 },
    { 29850, 518, 18 }, { 5255, 518, 18 }, { 15308, 1291, 18 },
    { 29868, 303, 20 }, { 5288, 583, 19 }, { 29888, 583, 19 },
    { 29907, 586, 19 }, { 29926, 583, 21 }, { 5337, 589, 12 },
    { 29947, 674, 17 }, { 29964, 592, 18 }, { 29982, 592, 18 },
    { 5349, 592, 18 }, { 30000, 592, 18 }, { 30018, 1944, 18 },
    { 30036, 348, 20 }, { 30056, 589, 17 }, { 30073, 589, 19 },
    { 30092, 2418, 15 }, { 30107, 589, 17 }, { 30124, 589, 22 },
    { 30146, 518, 18 }, { 30164, 2421, 17 }, { 30181, 589, 11 },
    { 30192, 589, 16 }, { 30208, 518, 18 }, { 30226, 518, 20 },
    { 30251, 252, 18 }, { 30277, 524, 20 }, { 30297, 524, 20 },
    { 4640, 524, 16 }, { 30317, 2424, 22 }, { 30339, 2424, 21 },
    { 959, 164, 9 }, { 968, 168, 9 }, { 15234, 534, 14 }, { 30360, 1956, 24 },
    { 30384, 252, 7 }, { 30391, 2407, 16 }, { 30407, 2407, 31 },
    { 30438, 798, 15 }, { 30453, 798, 30 }, { 30483, 2428, 14 },
    { 30497, 2428, 29 }, { 30531, 2431, 4 }, { 30535, 2434, 13 },
    { 30548, 2437, 14 }, { 18869, 261, 26 }, { 30568, 266, 25 },
    { 18895, 266, 25 }, { 30593, 2440, 27 }, { 18920, 237, 27 },
    { 19711, 88, 23 }, { 30620, 1994, 28 }, { 19734, 92, 21 },
    { 30648, 2445, 19 }, { 19755, 1539, 28 }, { 30667, 2013, 23 },
    { 11486, 2448, 21 }, { 30690, 321, 14 }, { 30704, 325, 19 },
    { 30723, 329, 19 }, { 30742, 127, 12 }, { 30754, 131, 17 },
    { 30771, 357, 17 }, { 30788, 127, 14 }, { 30802, 2452, 14 },
    { 30816, 139, 14 }, { 30830, 146, 19 }, { 30849, 371, 19 },
    { 30868, 150, 14 }, { 6023, 2456, 19 }, { 30882, 321, 9 },
    { 30891, 423, 14 }, { 30905, 441, 14 }, { 30919, 2456, 32 },
    { 21777, 1569, 25 }, { 21917, 1569, 24 }, { 22017, 2456, 30 },
    { 22064, 1502, 22 }, { 23053, 2459, 24 }, { 23077, 2463, 19 },
    { 30957, 1569, 28 }, { 19264, 696, 28 }, { 30985, 518, 33 },
    { 19459, 303, 28 }, { 31018, 2466, 33 }, { 19555, 2469, 25 },
    { 31051, 2474, 30 }, { 5844, 2479, 27 }, { 31081, 2483, 20 },
    { 31101, 2229, 25 }, { 19825, 2486, 21 }, { 31126, 674, 26 },
    { 31152, 1569, 31 }, { 11507, 2491, 33 }, { 31183, 2496, 38 },
    { 31221, 674, 27 }, { 20520, 2483, 37 }, { 31248, 2229, 42 },
    { 5871, 2381, 22 }, { 31290, 2381, 27 }, { 28338, 2499, 27 },
    { 5893, 2502, 20 }, { 31317, 2502, 25 }, { 31342, 2507, 26 },
    { 31368, 2491, 25 }, { 31393, 2512, 39 }, { 31432, 2517, 27 },
    { 31459, 463, 33 }, { 31492, 2517, 37 }, { 6023, 2522, 19 },
    { 31529, 2527, 24 }, { 21441, 1412, 18 }, { 31553, 2532, 26 },
    { 31579, 2229, 26 }, { 31605, 2537, 28 }, { 21601, 674, 34 },
    { 21635, 1490, 34 }, { 31633, 2542, 39 }, { 30919, 2486, 32 },
    { 31672, 592, 32 }, { 21687, 2486, 14 }, { 31704, 674, 19 },
    { 28385, 592, 33 }, { 21701, 2547, 35 }, { 21825, 1569, 23 },
    { 28439, 2550, 32 }, { 31723, 2555, 37 }, { 22137, 2560, 22 },
    { 31760, 2560, 27 }, { 22741, 874, 15 }, { 28520, 2565, 19 },
    { 6057, 2568, 13 }, { 6085, 1889, 15 }, { 31792, 449, 19 },
    { 31817, 2573, 24 }, { 31841, 2162, 23 }, { 31864, 2162, 32 },
    { 31896, 2576, 32 }, { 31928, 2579, 26 }, { 31954, 2582, 35 },
    { 31989, 2585, 28 }, { 32017, 2126, 21 }, { 32038, 2126, 23 },
    { 32061, 2241, 32 }, { 32093, 2588, 25 }, { 32118, 2592, 34 },
    { 32152, 2595, 38 }, { 32190, 589, 37 }, { 32227, 1727, 37 },
    { 32264, 2241, 26 }, { 32290, 2598, 25 }, { 32315, 2602, 26 },
    { 32341, 2605, 22 }, { 32363, 2605, 31 }, { 32394, 2609, 22 },
    { 32416, 2159, 26 }, { 32442, 9, 26 }, { 32468, 13, 24 },
    { 19804, 2184, 21 }, { 19825, 2613, 21 }, { 32492, 886, 25 },
    { 19912, 889, 21 }, { 32517, 2616, 22 }, { 32539, 2619, 23 },
    { 32562, 2623, 26 }, { 32588, 2619, 23 }, { 32611, 1964, 23 },
    { 32634, 1588, 8 }, { 32642, 2627, 31 }, { 32673, 580, 30 },
    { 32703, 1662, 32 }, { 32735, 2630, 32 }, { 32767, 2633, 33 },
    { 32800, 1122, 49 }, { 27446, 2636, 41 }, { 32849, 2639, 26 },
    { 32875, 1960, 18 }, { 32893, 1960, 20 }, { 32913, 1960, 20 },
    { 32933, 2642, 30 }, { 32963, 1964, 20 }, { 32983, 2391, 30 },
    { 33013, 1964, 18 }, { 33031, 2277, 24 }, { 33055, 2646, 22 },
    { 33077, 804, 23 }, { 27585, 2204, 27 }, { 33100, 524, 27 },
    { 33127, 164, 20 }, { 33147, 168, 20 }, { 33167, 534, 25 },
    { 33192, 252, 18 }, { 33210, 2649, 30 }, { 33240, 2201, 36 },
    { 33276, 2652, 35 }, { 6023, 2655, 19 }, { 21441, 1804, 18 },
    { 33311, 1656, 25 }, { 33336, 2658, 26 }, { 33362, 2496, 17 },
    { 33379, 2573, 24 }, { 33403, 2595, 28 }, { 33431, 1490, 24 },
    { 33455, 2661, 34 }, { 33489, 2253, 34 }, { 33523, 1761, 22 },
    { 33545, 2664, 18 }, { 33563, 2126, 17 }, { 33580, 2667, 17 },
    { 33597, 1400, 33 }, { 33630, 2670, 35 }, { 33665, 521, 21 },
    { 33686, 2673, 14 }, { 33700, 2676, 32 }, { 33732, 2676, 32 },
    { 33764, 2679, 32 }, { 33796, 2679, 32 }, { 33828, 1362, 32 },
    { 33860, 2682, 32 }, { 33892, 1051, 30 }, { 33922, 2685, 30 },
    { 33952, 2688, 25 }, { 33977, 1502, 22 }, { 33999, 1505, 16 },
    { 34015, 1508, 20 }, { 34035, 1328, 22 }, { 34057, 2691, 16 },
    { 34073, 2696, 26 }, { 34099, 2696, 26 }, { 34125, 2699, 20 },
    { 34145, 2699, 20 }, { 34165, 2699, 24 }, { 34189, 2696, 27 },
    { 34216, 2702, 33 }, { 34249, 2705, 11 }, { 34260, 592, 24 },
    { 34284, 2709, 22 }, { 34306, 2709, 24 }, { 34330, 2667, 37 },
    { 34367, 2280, 15 }, { 34382, 2271, 19 }, { 34401, 2713, 16 },
    { 34417, 2717, 15 }, { 34432, 2721, 16 }, { 34448, 2280, 15 },
    { 34463, 2725, 21 }, { 34484, 2284, 13 }, { 34497, 1145, 15 },
    { 34512, 1145, 15 }, { 34530, 1623, 21 }, { 9791, 348, 19 },
    { 9833, 832, 18 }, { 34551, 504, 10 }, { 34561, 2729, 15 },
    { 34576, 2193, 15 }, { 34591, 2733, 20 }, { 34611, 504, 10 },
    { 34621, 514, 29 }, { 34650, 514, 25 }, { 34675, 2197, 20 },
    { 34701, 1564, 11 }, { 34712, 381, 11 }, { 1814, 2737, 17 },
    { 34723, 2741, 20 }, { 1841, 286, 17 }, { 1858, 293, 20 },
    { 34743, 293, 31 }, { 1878, 296, 8 }, { 1886, 298, 8 }, { 34774, 987, 11 },
    { 34785, 2744, 16 }, { 34801, 2744, 21 }, { 34822, 2744, 21 },
    { 34843, 2744, 21 }, { 34864, 2747, 10 }, { 34874, 2747, 21 },
    { 34895, 668, 15 }, { 34910, 668, 26 }, { 34936, 2751, 26 },
    { 34962, 2755, 9 }, { 34971, 2755, 20 }, { 34991, 2759, 14 },
    { 35005, 2759, 25 }, { 35030, 2763, 21 }, { 1894, 303, 13 },
    { 1907, 303, 18 }, { 1943, 300, 18 }, { 1961, 306, 18 }, { 1979, 309, 17 },
    { 35051, 309, 22 }, { 1996, 300, 22 }, { 35073, 300, 27 },
    { 2063, 312, 5 }, { 2068, 315, 18 }, { 2086, 312, 10 }, { 2096, 312, 10 },
    { 2106, 315, 18 }, { 35100, 315, 25 }, { 2124, 318, 9 }, { 2133, 318, 14 },
    { 2147, 318, 14 }, { 2161, 315, 11 }, { 2172, 315, 22 },
    { 35125, 315, 19 }, { 2212, 315, 20 }, { 2232, 321, 7 }, { 2239, 321, 18 },
    { 2257, 325, 12 }, { 2269, 325, 23 }, { 2292, 329, 12 }, { 2304, 329, 23 },
    { 2327, 337, 26 }, { 2353, 282, 6 }, { 2359, 341, 17 }, { 2376, 282, 17 },
    { 2393, 282, 17 }, { 35144, 354, 20 }, { 35164, 354, 31 },
    { 35195, 354, 31 }, { 35226, 354, 31 }, { 2410, 344, 11 },
    { 2421, 344, 22 }, { 35257, 348, 25 }, { 35282, 348, 36 },
    { 2443, 344, 26 }, { 2469, 344, 37 }, { 2506, 2244, 22 },
    { 35318, 2244, 33 }, { 35351, 2244, 33 }, { 35384, 2767, 15 },
    { 35399, 2767, 26 }, { 35425, 2767, 26 }, { 2528, 354, 21 },
    { 2549, 354, 32 }, { 2581, 2770, 17 }, { 2598, 2770, 25 },
    { 2623, 127, 5 }, { 2628, 127, 16 }, { 2654, 127, 17 }, { 2671, 127, 11 },
    { 2682, 131, 10 }, { 2692, 131, 21 }, { 2713, 357, 10 }, { 2723, 357, 21 },
    { 2744, 361, 9 }, { 2753, 361, 20 }, { 2773, 127, 16 }, { 2789, 127, 27 },
    { 854, 127, 7 }, { 2816, 127, 18 }, { 2846, 127, 19 }, { 861, 127, 13 },
    { 2865, 127, 17 }, { 874, 131, 18 }, { 892, 135, 7 }, { 2882, 135, 18 },
    { 2912, 135, 23 }, { 2935, 135, 19 }, { 899, 135, 13 }, { 2954, 364, 11 },
    { 2965, 364, 22 }, { 35451, 135, 19 }, { 912, 135, 13 },
    { 35470, 135, 19 }, { 925, 139, 7 }, { 2999, 139, 18 }, { 932, 146, 12 },
    { 3017, 146, 23 }, { 3040, 371, 12 }, { 3052, 371, 23 }, { 3075, 375, 11 },
    { 35489, 375, 22 }, { 944, 150, 7 }, { 35511, 150, 18 },
    { 3104, 2773, 11 }, { 35529, 2773, 22 }, { 3115, 723, 7 },
    { 3122, 723, 18 }, { 3140, 715, 12 }, { 3152, 715, 23 }, { 3175, 723, 11 },
    { 3186, 723, 22 }, { 3208, 731, 13 }, { 3221, 731, 24 }, { 3245, 354, 9 },
    { 35551, 354, 13 }, { 35564, 354, 20 }, { 3254, 404, 14 },
    { 35584, 404, 25 }, { 35609, 404, 25 }, { 3283, 407, 11 },
    { 35634, 2780, 16 }, { 3294, 411, 13 }, { 35650, 411, 24 },
    { 3307, 415, 11 }, { 3318, 415, 22 }, { 3340, 419, 2 }, { 3342, 419, 13 },
    { 3355, 423, 7 }, { 3362, 423, 18 }, { 3380, 419, 10 }, { 3390, 419, 21 },
    { 3411, 431, 6 }, { 3417, 431, 17 }, { 3434, 321, 2 }, { 3436, 321, 13 },
    { 3449, 434, 16 }, { 3465, 434, 27 }, { 3492, 423, 7 }, { 3499, 423, 18 },
    { 3517, 438, 6 }, { 3523, 438, 17 }, { 3540, 441, 7 }, { 3547, 441, 18 },
    { 35674, 321, 21 }, { 35695, 321, 32 }, { 35727, 451, 26 },
    { 35753, 451, 22 }, { 3565, 445, 22 }, { 3587, 447, 22 },
    { 3609, 449, 22 }, { 3650, 451, 19 }, { 3669, 451, 22 }, { 3691, 451, 22 },
    { 3716, 454, 5 }, { 35775, 454, 10 }, { 3721, 456, 8 }, { 35785, 456, 13 },
    { 35798, 2784, 9 }, { 35817, 3, 20 }, { 35837, 2786, 18 },
    { 35855, 2789, 23 }, { 35878, 2792, 18 }, { 35896, 2796, 30 },
    { 35926, 2434, 41 }, { 35967, 2799, 24 }, { 35991, 1620, 21 },
    { 36012, 807, 19 }, { 36031, 2802, 20 }, { 36051, 2805, 22 },
    { 36073, 1415, 18 }, { 36091, 2244, 28 }, { 36119, 242, 24 },
    { 36143, 683, 23 }, { 36166, 232, 26 }, { 36192, 237, 27 },
    { 36219, 256, 24 }, { 36243, 261, 26 }, { 36269, 247, 23 },
    { 36292, 247, 25 }, { 36317, 266, 25 }, { 26069, 22, 25 },
    { 36342, 2809, 30 }, { 26094, 22, 25 }, { 36372, 2809, 30 },
    { 36402, 266, 25 }, { 36427, 256, 30 }, { 36457, 266, 23 },
    { 36480, 256, 28 }, { 36508, 30, 25 }, { 36533, 30, 27 },
    { 26119, 30, 27 }, { 36560, 237, 25 }, { 36585, 2814, 20 },
    { 36605, 2817, 31 }, { 36636, 1045, 21 }, { 36657, 2821, 23 },
    { 31989, 2585, 28 }, { 36680, 1508, 23 }, { 36703, 607, 29 },
    { 36732, 1508, 28 }, { 36760, 1436, 28 }, { 36788, 2824, 24 },
    { 36812, 354, 16 }, { 36828, 348, 24 }, { 36852, 354, 29 },
    { 36881, 1157, 26 }, { 36907, 2828, 27 }, { 36934, 2831, 22 },
    { 36956, 2834, 30 }, { 36986, 2838, 27 }, { 37013, 2241, 20 },
    { 32093, 1584, 25 }, { 32152, 2595, 38 }, { 32363, 1602, 31 },
    { 32394, 2842, 22 }, { 32416, 2159, 26 }, { 32442, 2846, 26 },
    { 32468, 1865, 24 }, { 37033, 2434, 20 }, { 37053, 589, 26 },
    { 19684, 329, 27 }, { 37079, 607, 32 }, { 19711, 88, 23 },
    { 30620, 1994, 28 }, { 37111, 1994, 44 }, { 37155, 2850, 39 },
    { 19734, 127, 21 }, { 37194, 127, 29 }, { 37223, 127, 35 },
    { 37258, 99, 29 }, { 19755, 1539, 28 }, { 37287, 1539, 36 },
    { 37323, 108, 29 }, { 37352, 108, 41 }, { 30667, 2013, 23 },
    { 37393, 2096, 21 }, { 19804, 2855, 21 }, { 19825, 1635, 21 },
    { 19846, 2184, 20 }, { 37414, 2858, 22 }, { 32492, 2861, 25 },
    { 19912, 2864, 21 }, { 32517, 2868, 22 }, { 37436, 1092, 31 },
    { 37467, 2871, 26 }, { 37493, 2288, 19 }, { 32539, 2875, 23 },
    { 32562, 2879, 26 }, { 32588, 2875, 23 }, { 37512, 354, 26 },
    { 37538, 354, 36 }, { 37574, 1964, 26 }, { 37600, 2883, 20 },
    { 37620, 768, 13 }, { 32673, 2201, 30 }, { 37633, 1564, 33 },
    { 32703, 1665, 32 }, { 37666, 2886, 40 }, { 37706, 1116, 32 },
    { 32735, 1119, 32 }, { 32767, 1574, 33 }, { 37738, 348, 27 },
    { 37765, 592, 24 }, { 37789, 42, 27 }, { 27487, 1659, 28 },
    { 37816, 1724, 36 }, { 37852, 279, 34 }, { 37886, 279, 36 },
    { 20600, 1668, 15 }, { 37922, 2889, 29 }, { 37951, 2184, 35 },
    { 32849, 2639, 26 }, { 37986, 2892, 18 }, { 38004, 2895, 18 },
    { 32875, 2898, 18 }, { 38022, 1960, 22 }, { 32893, 2902, 20 },
    { 32913, 2906, 20 }, { 32963, 2909, 20 }, { 33013, 1964, 18 },
    { 38044, 1185, 24 }, { 38068, 2403, 23 }, { 38091, 2410, 28 },
    { 38119, 580, 22 }, { 38141, 2414, 27 }, { 38168, 279, 22 },
    { 38190, 2912, 27 }, { 38217, 42, 34 }, { 38251, 2916, 23 },
    { 38274, 2916, 28 }, { 38302, 1291, 28 }, { 38330, 2403, 26 },
    { 38356, 586, 28 }, { 38384, 2403, 28 }, { 33055, 1665, 22 },
    { 38412, 2920, 22 }, { 38434, 1698, 41 }, { 38475, 1944, 28 },
    { 38503, 1075, 40 }, { 38543, 1689, 40 }, { 38583, 2418, 22 },
    { 38605, 2916, 32 }, { 38637, 279, 21 }, { 38658, 2916, 28 },
    { 38686, 2924, 32 }, { 38718, 2204, 18 }, { 33077, 804, 23 },
    { 33100, 2928, 27 }, { 33127, 2932, 20 }, { 33147, 2935, 20 },
    { 33167, 1720, 25 }, { 33192, 252, 18 }, { 38736, 2434, 19 },
    { 38755, 2437, 20 }, { 38775, 2939, 18 }, { 38793, 1724, 36 },
    { 38829, 2421, 35 }, { 38864, 798, 26 }, { 38890, 886, 25 },
    { 38915, 1564, 40 }, { 38955, 2943, 30 }, { 31459, 2947, 33 },
    { 38985, 2950, 33 }, { 39018, 1737, 26 }, { 39044, 341, 24 },
    { 39068, 286, 17 }, { 39085, 303, 20 }, { 39105, 306, 25 },
    { 39130, 309, 24 }, { 39154, 300, 29 }, { 39183, 312, 12 },
    { 39195, 315, 25 }, { 39220, 315, 18 }, { 39238, 315, 26 },
    { 30690, 321, 14 }, { 30704, 325, 19 }, { 30723, 329, 19 },
    { 39264, 282, 13 }, { 39277, 341, 24 }, { 39301, 282, 24 },
    { 39325, 282, 24 }, { 39349, 344, 18 }, { 39367, 344, 29 },
    { 39396, 348, 33 }, { 39429, 354, 28 }, { 39457, 2954, 22 },
    { 30742, 127, 12 }, { 39479, 127, 17 }, { 39496, 127, 18 },
    { 30754, 131, 17 }, { 30771, 1371, 17 }, { 39514, 361, 16 },
    { 30788, 123, 14 }, { 39530, 123, 19 }, { 39549, 123, 20 },
    { 39569, 127, 24 }, { 39593, 131, 25 }, { 30802, 135, 14 },
    { 39618, 135, 19 }, { 39637, 135, 20 }, { 39657, 364, 18 },
    { 39675, 135, 19 }, { 39694, 135, 20 }, { 30816, 367, 14 },
    { 30830, 146, 19 }, { 30849, 371, 19 }, { 39714, 2105, 18 },
    { 30868, 381, 14 }, { 39732, 2105, 18 }, { 39750, 354, 16 },
    { 39766, 404, 21 }, { 39787, 381, 22 }, { 6023, 1801, 19 },
    { 21441, 2957, 18 }, { 27644, 2133, 28 }, { 39809, 419, 9 },
    { 39818, 431, 13 }, { 30882, 321, 9 }, { 39831, 434, 23 },
    { 30891, 423, 14 }, { 39854, 423, 19 }, { 39873, 438, 13 },
    { 30905, 441, 14 }, { 39886, 321, 28 }, { 39914, 441, 19 },
    { 39933, 2676, 25 }, { 39958, 1724, 16 }, { 39974, 3, 30 },
    { 40004, 501, 20 }, { 40024, 501, 27 }, { 40051, 1459, 26 },
    { 40077, 3, 30 }, { 40107, 2960, 19 }, { 40126, 2964, 20 },
    { 40146, 2892, 27 }, { 33336, 1749, 26 }, { 40173, 2968, 25 },
    { 40198, 1139, 32 }, { 40230, 42, 28 }, { 40258, 2971, 14 },
    { 40272, 2976, 25 }, { 40297, 2979, 34 }, { 33403, 2983, 28 },
    { 40331, 2987, 14 }, { 40345, 2990, 20 }, { 40365, 2993, 25 },
    { 33489, 2996, 34 }, { 40390, 2999, 18 }, { 40408, 3002, 32 },
    { 40440, 3005, 32 }, { 27672, 3009, 14 }, { 40472, 3013, 13 },
    { 40485, 844, 16 }, { 33597, 1400, 33 }, { 40501, 3017, 22 },
    { 33665, 3022, 21 }, { 40523, 3026, 21 }, { 33686, 3031, 14 },
    { 40544, 3036, 23 }, { 33700, 1771, 32 }, { 33732, 3039, 32 },
    { 33828, 3042, 32 }, { 33860, 1787, 32 }, { 33892, 598, 30 },
    { 33922, 3046, 30 }, { 40567, 3049, 26 }, { 33952, 2688, 25 },
    { 40593, 3052, 25 }, { 33977, 3055, 22 }, { 33999, 3058, 16 },
    { 34015, 1793, 20 }, { 34035, 3061, 22 }, { 40618, 3064, 15 },
    { 40633, 3067, 24 }, { 40657, 3070, 23 }, { 40680, 3073, 26 },
    { 40706, 3077, 16 }, { 40722, 1793, 20 }, { 40742, 1517, 18 },
    { 40760, 3080, 24 }, { 40784, 3084, 17 }, { 34057, 3088, 16 },
    { 40801, 3093, 17 }, { 40818, 3098, 23 }, { 40841, 279, 16 },
    { 40857, 3101, 19 }, { 40876, 3104, 21 }, { 40897, 798, 20 },
    { 40917, 381, 17 }, { 40934, 2696, 21 }, { 40955, 1813, 20 },
    { 40975, 0, 25 }, { 41000, 1816, 23 }, { 41023, 3107, 23 },
    { 41046, 592, 22 }, { 41068, 3110, 22 }, { 41090, 3114, 18 },
    { 41108, 3117, 29 }, { 41137, 3120, 19 }, { 41156, 3124, 27 },
    { 41183, 3128, 24 }, { 41207, 3131, 25 }, { 41232, 1564, 25 },
    { 41257, 3135, 24 }, { 41281, 1944, 19 }, { 41300, 863, 17 },
    { 41317, 504, 16 }, { 41333, 2193, 21 }, { 41354, 3138, 16 },
    { 41370, 870, 14 }, { 41384, 870, 26 }, { 41410, 157, 13 },
    { 41423, 3145, 19 }, { 41442, 2197, 21 }, { 41463, 1861, 16 },
    { 41479, 3149, 20 }, { 41499, 2280, 12 }, { 41511, 3153, 16 },
    { 41527, 2713, 13 }, { 41540, 1837, 12 }, { 41552, 2721, 13 },
    { 41565, 1841, 12 }, { 41577, 1845, 18 }, { 41595, 2053, 10 },
    { 41605, 3157, 16 }, { 41621, 3161, 12 }, { 41633, 3164, 12 },
    { 41645, 3157, 17 }, { 41662, 256, 30 }, { 41692, 261, 30 },
    { 41722, 266, 29 }, { 41751, 458, 31 }, { 41782, 2013, 27 },
    { 41809, 2180, 25 }, { 41834, 2935, 23 }, { 41857, 381, 18 },
    { 41875, 146, 23 }, { 41906, 1569, 16 }, { 26688, 1569, 6 },
    { 41922, 1569, 23 }, { 41945, 3168, 29 }, { 12086, 3171, 12 },
    { 27956, 3174, 11 }, { 41974, 3177, 21 }, { 41995, 3168, 27 },
    { 42022, 3168, 27 }, { 42049, 3177, 24 }, { 42073, 3177, 24 },
    { 42097, 2201, 26 }, { 26847, 2201, 26 }, { 42123, 3180, 35 },
    { 42158, 3180, 35 }, { 42193, 2421, 26 }, { 42219, 3183, 23 },
    { 17062, 3183, 23 }, { 42242, 3186, 9 }, { 15439, 3186, 9 },
    { 42251, 2256, 28 }, { 15448, 2256, 28 }, { 15566, 3189, 17 },
    { 42279, 3192, 10 }, { 17903, 2265, 11 }, { 28218, 3195, 5 },
    { 28223, 3199, 19 }, { 28242, 3203, 9 }, { 28251, 3207, 15 },
    { 28266, 3211, 19 }, { 42302, 3215, 24 }, { 42326, 3220, 26 },
    { 36243, 3225, 26 }, { 36269, 3230, 23 }, { 36292, 3230, 25 },
    { 36317, 3235, 25 }, { 26069, 3235, 25 }, { 26094, 3240, 25 },
    { 36402, 3245, 25 }, { 42352, 3248, 27 }, { 42379, 3248, 32 },
    { 42411, 3248, 27 }, { 36508, 3248, 25 }, { 36533, 3248, 27 },
    { 26119, 3248, 27 }, { 42438, 969, 24 }, { 42462, 279, 24 },
    { 42486, 1869, 32 }, { 42518, 3253, 30 }, { 42548, 3256, 23 },
    { 42571, 3259, 28 }, { 19711, 3262, 23 }, { 30620, 2162, 28 },
    { 19734, 3266, 21 }, { 42599, 3270, 21 }, { 30648, 3274, 19 },
    { 19755, 1626, 28 }, { 19783, 2180, 21 }, { 30667, 3278, 23 },
    { 42620, 3282, 27 }, { 42647, 3285, 20 }, { 42667, 2284, 12 },
    { 42679, 164, 16 }, { 42695, 3289, 16 }, { 39044, 3293, 24 },
    { 39085, 3296, 20 }, { 39154, 3299, 29 }, { 42711, 3296, 24 },
    { 42735, 3302, 20 }, { 42755, 3302, 25 }, { 39220, 3305, 18 },
    { 30690, 3308, 14 }, { 30704, 3312, 19 }, { 30723, 3316, 19 },
    { 42780, 3320, 17 }, { 39349, 3324, 18 }, { 42797, 3328, 25 },
    { 42822, 3331, 20 }, { 30742, 3334, 12 }, { 39479, 3334, 17 },
    { 39496, 3338, 18 }, { 30754, 3341, 17 }, { 30771, 3345, 17 },
    { 39514, 3349, 16 }, { 30788, 3334, 14 }, { 39549, 3334, 20 },
    { 39569, 3334, 24 }, { 39593, 3341, 25 }, { 42842, 3334, 22 },
    { 30802, 3352, 14 }, { 39637, 3352, 20 }, { 42864, 3352, 22 },
    { 39657, 3356, 18 }, { 39694, 3352, 20 }, { 42886, 3352, 22 },
    { 30816, 3359, 14 }, { 30830, 3363, 19 }, { 30849, 3367, 19 },
    { 39714, 3371, 18 }, { 30868, 3374, 14 }, { 39732, 3378, 18 },
    { 42908, 3381, 18 }, { 39809, 3385, 9 }, { 39818, 3388, 13 },
    { 30882, 3308, 9 }, { 39831, 3391, 23 }, { 30891, 3395, 14 },
    { 39854, 3395, 19 }, { 39873, 3398, 13 }, { 30905, 3401, 14 },
    { 39886, 3308, 28 }, { 42926, 504, 10 }, { 42936, 2193, 15 },
    { 42951, 504, 10 }, { 42961, 514, 29 }, { 42990, 514, 25 },
    { 43015, 2916, 25 }, { 43040, 2197, 20 }, { 12086, 3405, 12 },
    { 27956, 2547, 11 }, { 28014, 2655, 21 }, { 4857, 3408, 22 },
    { 15286, 3411, 12 }, { 43066, 3414, 20 }, { 43086, 3417, 16 },
    { 15506, 617, 16 }, { 43102, 449, 18 }, { 43120, 466, 17 },
    { 43137, 3420, 12 }, { 42279, 348, 10 }, { 43153, 3423, 9 },
    { 43162, 3423, 18 }, { 43180, 3423, 18 }, { 43198, 3426, 9 },
    { 43207, 3426, 18 }, { 43225, 3429, 10 }, { 43235, 3429, 19 },
    { 43262, 237, 27 }, { 18869, 261, 26 }, { 36269, 247, 23 },
    { 43289, 247, 25 }, { 43314, 266, 25 }, { 30568, 22, 25 },
    { 36508, 237, 25 }, { 30593, 237, 27 }, { 18920, 30, 27 },
    { 19711, 3432, 23 }, { 19734, 3437, 21 }, { 37258, 3445, 29 },
    { 43339, 3450, 27 }, { 30690, 321, 14 }, { 30704, 325, 19 },
    { 39349, 3455, 18 }, { 30742, 123, 12 }, { 39479, 1623, 17 },
    { 39496, 127, 18 }, { 30754, 3459, 17 }, { 30771, 1371, 17 },
    { 39514, 361, 16 }, { 30788, 127, 14 }, { 39530, 127, 19 },
    { 39549, 127, 20 }, { 39569, 3334, 24 }, { 39593, 131, 25 },
    { 30802, 135, 14 }, { 39618, 135, 19 }, { 39637, 135, 20 },
    { 39657, 364, 18 }, { 39694, 135, 20 }, { 30816, 139, 14 },
    { 39714, 3463, 18 }, { 30905, 3467, 14 }, { 42951, 3471, 10 },
    { 43366, 3476, 15 }, { 43384, 242, 25 }, { 43409, 247, 24 },
    { 43433, 237, 26 }, { 43459, 237, 28 }, { 43487, 237, 28 },
    { 43515, 247, 24 }, { 43539, 237, 26 }, { 43565, 261, 27 },
    { 43592, 266, 26 }, { 43618, 237, 28 }, { 43646, 266, 26 },
    { 43672, 237, 28 }, { 43700, 266, 26 }, { 706, 88, 16 },
    { 25452, 1994, 21 }, { 722, 127, 14 }, { 2232, 321, 7 }, { 2257, 325, 12 },
    { 2623, 127, 5 }, { 2682, 131, 10 }, { 2713, 357, 10 }, { 925, 367, 7 },
    { 944, 381, 7 }, { 28218, 1724, 5 }, { 28223, 3, 19 }, { 28242, 501, 9 },
    { 41922, 449, 23 }, { 43734, 583, 29 }, { 43763, 3128, 14 },
    { 43777, 3128, 18 }, { 835, 3481, 7 }, { 12086, 348, 12 },
    { 4857, 1933, 22 }, { 43795, 586, 23 }, { 42158, 3484, 35 },
    { 30192, 42, 16 }, { 15410, 2466, 29 }, { 15448, 1490, 28 },
    { 43102, 449, 18 }, { 15566, 1328, 17 }, { 17914, 1626, 15 },
    { 43818, 3484, 22 }, { 27686, 3487, 16 }, { 43851, 2576, 25 },
    { 43876, 3489, 36 }, { 19241, 3492, 23 }, { 19436, 556, 23 },
    { 5819, 3495, 25 }, { 19521, 3495, 34 }, { 19555, 3498, 25 },
    { 43912, 2159, 29 }, { 19580, 9, 29 }, { 5844, 494, 27 },
    { 19866, 3501, 25 }, { 11486, 886, 21 }, { 43941, 3117, 26 },
    { 5871, 617, 22 }, { 5893, 1456, 20 }, { 5913, 3504, 20 },
    { 6023, 2111, 19 }, { 21441, 3508, 18 }, { 21538, 3511, 25 },
    { 21563, 2699, 24 }, { 21587, 2162, 14 }, { 21635, 3514, 34 },
    { 30919, 3517, 32 }, { 21687, 3117, 14 }, { 43967, 2868, 13 },
    { 28385, 2162, 33 }, { 21701, 556, 35 }, { 21985, 1362, 32 },
    { 43980, 3520, 32 }, { 22017, 3523, 30 }, { 44012, 3523, 30 },
    { 44042, 674, 26 }, { 44068, 521, 26 }, { 44094, 3526, 25 },
    { 22064, 3055, 22 }, { 22086, 1508, 16 }, { 22117, 3529, 20 },
    { 22137, 3532, 22 }, { 22174, 3064, 15 }, { 22189, 3535, 16 },
    { 22205, 1499, 20 }, { 22637, 592, 25 }, { 44119, 3117, 29 },
    { 44148, 3538, 19 }, { 28520, 3542, 19 }, { 6057, 3545, 13 },
    { 6070, 1889, 15 }, { 6085, 1889, 15 }, { 44167, 3548, 20 },
    { 44196, 962, 4 }, { 44200, 3551, 9 }, { 44209, 298, 15 },
    { 44224, 964, 10 }, { 44234, 3551, 11 }, { 44245, 298, 17 },
    { 44262, 964, 12 }, { 44274, 298, 21 }, { 44295, 298, 29 },
    { 44324, 298, 31 }, { 44355, 613, 5 }, { 44367, 3553, 42 },
    { 19825, 3553, 21 }, { 31152, 447, 31 }, { 44409, 3556, 42 },
    { 44451, 3553, 42 }, { 6023, 3553, 19 }, { 22959, 3559, 36 },
    { 44493, 2085, 26 }, { 44526, 3562, 10 }, { 44536, 3566, 10 },
    { 44546, 2623, 14 }, { 44560, 2623, 19 }, { 44579, 3110, 14 },
    { 44546, 2623, 14 }, { 44560, 2623, 19 }, { 19264, 3570, 28 },
    { 19459, 1490, 28 }, { 5819, 1490, 25 }, { 6023, 632, 19 },
    { 21601, 1134, 34 }, { 21635, 674, 34 }, { 44613, 1490, 39 },
    { 28520, 632, 19 }, { 44652, 1490, 19 }, { 44680, 3573, 23 },
    { 44703, 3577, 23 }, { 44726, 3581, 49 }, { 44775, 3585, 22 },
    { 44797, 3589, 25 }, { 44822, 3593, 19 }, { 44841, 3597, 18 },
    { 44859, 3601, 24 }, { 44883, 3605, 18 }, { 44901, 3609, 18 },
    { 44926, 3426, 10 }, { 44936, 3613, 7 }, { 12086, 348, 12 },
    { 44943, 348, 22 }, { 44965, 3613, 9 }, { 44974, 3616, 12 },
    { 44986, 1776, 16 }, { 36585, 2814, 20 }, { 45013, 3619, 26 },
    { 36657, 2821, 23 }, { 18976, 1979, 21 }, { 19012, 1981, 22 },
    { 45039, 2828, 27 }, { 45066, 2828, 42 }, { 45108, 2636, 43 },
    { 45151, 3622, 39 }, { 45190, 3625, 38 }, { 45228, 1933, 33 },
    { 19241, 3628, 23 }, { 45261, 3631, 33 }, { 19326, 987, 41 },
    { 45294, 1659, 40 }, { 19436, 2828, 23 }, { 45334, 3634, 25 },
    { 5819, 3634, 25 }, { 5844, 3637, 27 }, { 45359, 589, 26 },
    { 45385, 2858, 22 }, { 11486, 3641, 21 }, { 45407, 2883, 21 },
    { 45428, 1659, 46 }, { 45474, 2868, 38 }, { 45512, 1730, 46 },
    { 20230, 3625, 39 }, { 20269, 1122, 49 }, { 20369, 2636, 41 },
    { 45558, 2201, 40 }, { 45598, 3622, 45 }, { 45643, 1933, 48 },
    { 20476, 3625, 44 }, { 45691, 1933, 39 }, { 45730, 42, 47 },
    { 20557, 1659, 43 }, { 45777, 42, 38 }, { 5871, 1964, 22 },
    { 28296, 1964, 22 }, { 28318, 1964, 20 }, { 20839, 2595, 41 },
    { 45815, 798, 28 }, { 45843, 798, 33 }, { 45876, 3548, 28 },
    { 28338, 798, 27 }, { 20961, 798, 32 }, { 20993, 3548, 27 },
    { 5893, 3644, 20 }, { 5913, 3647, 20 }, { 5933, 534, 25 },
    { 38985, 3651, 33 }, { 6023, 348, 19 }, { 21441, 1412, 18 },
    { 45904, 3655, 23 }, { 45927, 1730, 31 }, { 45958, 1727, 30 },
    { 45988, 2595, 31 }, { 31605, 3658, 28 }, { 46019, 674, 29 },
    { 46048, 674, 39 }, { 21635, 3661, 34 }, { 44613, 987, 39 },
    { 46087, 911, 25 }, { 22137, 3664, 22 }, { 22174, 2262, 15 },
    { 46112, 3668, 17 }, { 26181, 3671, 16 }, { 46129, 1730, 12 },
    { 46141, 1979, 41 }, { 46182, 1979, 42 }, { 46224, 1979, 41 },
    { 46265, 2892, 23 }, { 6057, 880, 13 }, { 6070, 1889, 15 },
    { 6085, 1145, 15 }, { 46295, 589, 10 }, { 46305, 2418, 10 },
    { 46315, 2418, 10 }, { 46327, 501, 9 }, { 46336, 683, 9 },
    { 46345, 501, 9 }, { 46362, 3675, 18 }, { 26660, 3679, 28 },
    { 1385, 3683, 14 }, { 1516, 853, 15 }, { 339, 853, 15 }, { 375, 853, 15 },
    { 46380, 3688, 20 }, { 1555, 853, 15 }, { 46400, 3683, 20 },
    { 1624, 3693, 17 }, { 411, 858, 17 }, { 4155, 3698, 13 },
    { 4229, 3702, 17 }, { 4283, 3706, 15 }, { 46420, 3710, 22 },
    { 46442, 3717, 16 }, { 736, 3721, 22 }, { 46458, 3725, 18 },
    { 46476, 3728, 21 }, { 46497, 3725, 25 }, { 46522, 3731, 21 },
    { 46543, 3735, 9 }, { 46552, 3735, 21 }, { 46573, 3735, 8 },
    { 46581, 3742, 14 }, { 46595, 3749, 23 }, { 46618, 3752, 9 },
    { 44965, 3756, 9 }, { 46627, 3760, 14 }, { 46641, 348, 12 },
    { 12098, 1427, 13 }, { 28564, 3764, 9 }, { 46653, 3768, 11 },
    { 46664, 3772, 11 }, { 46675, 1964, 18 }, { 30018, 3776, 18 },
    { 46693, 3779, 30 }, { 46723, 607, 30 }, { 46753, 3782, 33 },
    { 46786, 1746, 33 }, { 46819, 1746, 34 }, { 46853, 3786, 24 },
    { 46877, 3789, 29 }, { 46906, 3793, 13 }, { 46919, 3793, 19 },
    { 46938, 3793, 19 }, { 46957, 3797, 13 }, { 46970, 3801, 18 },
    { 46988, 3805, 17 }, { 47005, 3811, 13 }, { 47018, 3818, 17 },
    { 27239, 832, 19 }, { 47035, 3821, 13 }, { 47048, 3829, 12 },
    { 47060, 3834, 13 }, { 15410, 3842, 29 }, { 47073, 3520, 29 },
    { 47102, 3845, 15 }, { 47117, 3849, 17 }, { 47134, 3064, 10 },
    { 47144, 3852, 11 }, { 47155, 3855, 36 }, { 47191, 3859, 14 },
    { 17460, 1626, 18 }, { 47205, 3862, 21 }, { 47226, 1472, 27 },
    { 47253, 3865, 16 }, { 47269, 3157, 16 }, { 47285, 3869, 17 },
    { 47302, 3873, 15 }, { 47317, 3877, 15 }, { 47332, 604, 21 },
    { 47353, 2284, 13 }, { 47366, 3881, 15 }, { 47381, 1145, 15 },
    { 47413, 1752, 18 }, { 47431, 838, 19 }, { 47450, 2999, 18 },
    { 47468, 601, 18 }, { 47486, 3885, 28 }, { 47514, 1487, 32 },
    { 47546, 3890, 19 }, { 47565, 348, 27 }, { 47592, 911, 24 },
    { 47616, 3894, 24 }, { 47640, 1462, 17 }, { 47657, 1462, 25 },
    { 47682, 1462, 26 }, { 47708, 914, 35 }, { 47743, 914, 35 },
    { 47778, 1484, 35 }, { 47813, 1484, 25 }, { 47838, 1487, 25 },
    { 47863, 3898, 21 }, { 47884, 3903, 20 }, { 47904, 1328, 19 },
    { 47923, 3908, 20 }, { 47943, 3088, 19 }, { 47962, 3913, 20 },
    { 47982, 3918, 18 }, { 48000, 660, 16 }, { 48016, 664, 17 },
    { 48033, 668, 15 }, { 36119, 242, 24 }, { 36166, 232, 26 },
    { 36243, 261, 26 }, { 36269, 247, 23 }, { 36292, 247, 25 },
    { 36317, 266, 25 }, { 26069, 266, 25 }, { 26094, 266, 25 },
    { 36402, 266, 25 }, { 36508, 237, 25 }, { 36533, 237, 27 },
    { 26119, 30, 27 }, { 36560, 458, 25 }, { 48048, 556, 30 },
    { 36605, 3922, 31 }, { 36636, 1045, 21 }, { 48078, 946, 18 },
    { 48096, 946, 18 }, { 36812, 354, 16 }, { 37013, 472, 20 },
    { 48114, 2598, 20 }, { 32341, 3634, 22 }, { 32363, 2605, 31 },
    { 32394, 3925, 22 }, { 48134, 712, 31 }, { 32442, 1861, 26 },
    { 32468, 3149, 24 }, { 19711, 88, 23 }, { 30620, 1994, 28 },
    { 19734, 92, 21 }, { 42599, 99, 21 }, { 43339, 108, 27 },
    { 19755, 3929, 28 }, { 37287, 3929, 36 }, { 37323, 2180, 29 },
    { 30667, 2013, 23 }, { 32492, 1944, 25 }, { 19912, 889, 21 },
    { 37493, 2288, 19 }, { 48165, 556, 29 }, { 48194, 3933, 24 },
    { 48218, 1964, 26 }, { 37574, 1964, 26 }, { 48244, 777, 18 },
    { 48262, 780, 17 }, { 48279, 783, 18 }, { 48297, 279, 17 },
    { 48314, 589, 17 }, { 48331, 777, 18 }, { 32875, 2381, 18 },
    { 32893, 2381, 20 }, { 48349, 3936, 30 }, { 32913, 2381, 20 },
    { 32933, 2386, 30 }, { 32963, 172, 20 }, { 32983, 2391, 30 },
    { 33013, 1964, 18 }, { 48379, 463, 17 }, { 48396, 583, 18 },
    { 48414, 592, 22 }, { 48436, 592, 24 }, { 48460, 2407, 24 },
    { 48484, 303, 23 }, { 48507, 42, 21 }, { 48528, 580, 20 },
    { 48548, 279, 20 }, { 48568, 303, 23 }, { 48591, 583, 22 },
    { 48613, 586, 26 }, { 48639, 589, 20 }, { 48659, 592, 21 },
    { 48680, 589, 19 }, { 48699, 518, 21 }, { 38718, 2204, 18 },
    { 33100, 1708, 27 }, { 33127, 164, 20 }, { 33147, 168, 20 },
    { 33167, 534, 25 }, { 26146, 1956, 35 }, { 38736, 2434, 19 },
    { 38755, 2437, 20 }, { 38955, 3941, 30 }, { 31459, 813, 33 },
    { 38985, 628, 33 }, { 48720, 674, 30 }, { 39018, 810, 26 },
    { 39085, 303, 20 }, { 39154, 300, 29 }, { 39220, 315, 18 },
    { 30690, 321, 14 }, { 30704, 325, 19 }, { 30723, 329, 19 },
    { 39264, 282, 13 }, { 39349, 344, 18 }, { 39396, 348, 33 },
    { 48750, 351, 29 }, { 48779, 354, 24 }, { 30742, 127, 12 },
    { 39479, 127, 17 }, { 39496, 127, 18 }, { 30754, 131, 17 },
    { 30771, 357, 17 }, { 39514, 361, 16 }, { 39549, 127, 20 },
    { 39569, 127, 24 }, { 39593, 131, 25 }, { 42842, 127, 22 },
    { 48803, 127, 23 }, { 30802, 135, 14 }, { 39618, 135, 19 },
    { 39637, 135, 20 }, { 39657, 364, 18 }, { 39675, 135, 19 },
    { 39694, 135, 20 }, { 30816, 367, 14 }, { 30830, 146, 19 },
    { 30849, 371, 19 }, { 39714, 2105, 18 }, { 30868, 381, 14 },
    { 39732, 2105, 18 }, { 48826, 407, 18 }, { 48844, 2780, 23 },
    { 48867, 411, 20 }, { 42908, 415, 18 }, { 6023, 632, 19 },
    { 21441, 1412, 18 }, { 27644, 3944, 28 }, { 39809, 419, 9 },
    { 30882, 321, 9 }, { 39831, 434, 23 }, { 30891, 423, 14 },
    { 39873, 438, 13 }, { 30905, 441, 14 }, { 40917, 381, 17 },
    { 41046, 1819, 22 }, { 41068, 3110, 22 }, { 48887, 514, 31 },
    { 48918, 514, 27 }, { 43015, 870, 25 }, { 48945, 870, 30 },
    { 48975, 870, 27 }, { 49002, 3948, 32 }, { 49034, 870, 23 },
    { 49057, 870, 28 }, { 49085, 870, 12 }, { 49097, 3145, 18 },
    { 49115, 2924, 20 }, { 49135, 3952, 18 }, { 41463, 1861, 16 },
    { 41479, 3149, 20 }, { 49153, 2280, 11 }, { 49164, 3956, 15 },
    { 49179, 2713, 12 }, { 49191, 2280, 11 }, { 49202, 3960, 12 },
    { 49214, 635, 11 }, { 49225, 877, 17 }, { 49242, 1845, 18 },
    { 49260, 639, 9 }, { 49269, 3157, 15 }, { 49284, 643, 11 },
    { 49295, 3964, 11 }, { 49306, 3968, 16 }, { 49322, 3157, 16 },
    { 49347, 456, 10 }, { 49357, 232, 25 }, { 49382, 237, 29 },
    { 49411, 237, 26 }, { 49437, 237, 26 }, { 49463, 242, 23 },
    { 49486, 247, 22 }, { 49508, 501, 24 }, { 1385, 256, 14 },
    { 1399, 3972, 16 }, { 49532, 261, 25 }, { 49557, 247, 24 },
    { 1516, 2028, 15 }, { 49581, 266, 24 }, { 339, 22, 15 }, { 375, 22, 15 },
    { 1555, 22, 15 }, { 49605, 247, 22 }, { 1570, 266, 13 },
    { 15105, 237, 15 }, { 1624, 30, 17 }, { 49627, 30, 26 }, { 411, 30, 17 },
    { 49653, 237, 24 }, { 1667, 458, 15 }, { 49677, 463, 11 },
    { 49688, 472, 33 }, { 49721, 3976, 30 }, { 49751, 3980, 30 },
    { 25279, 348, 16 }, { 25295, 348, 20 }, { 25315, 607, 21 },
    { 25336, 607, 25 }, { 49781, 348, 41 }, { 25361, 3984, 39 },
    { 706, 88, 16 }, { 25400, 1991, 22 }, { 25422, 1991, 30 },
    { 25452, 1994, 21 }, { 25473, 1994, 37 }, { 49822, 1998, 33 },
    { 25510, 88, 32 }, { 49855, 1998, 20 }, { 722, 92, 14 },
    { 49875, 2001, 18 }, { 736, 99, 22 }, { 25596, 2004, 18 },
    { 25614, 2004, 26 }, { 25640, 108, 20 }, { 25660, 2007, 22 },
    { 25682, 2007, 30 }, { 758, 1539, 21 }, { 25712, 2010, 27 },
    { 25739, 1539, 29 }, { 49893, 2001, 20 }, { 779, 108, 22 },
    { 801, 108, 34 }, { 25768, 2013, 16 }, { 25784, 88, 21 },
    { 25805, 2017, 16 }, { 25821, 2017, 16 }, { 25837, 2021, 20 },
    { 25857, 2023, 18 }, { 25875, 2023, 26 }, { 25901, 2850, 19 },
    { 25920, 329, 24 }, { 25944, 2025, 25 }, { 49913, 1944, 30 },
    { 951, 157, 8 }, { 49943, 296, 19 }, { 49962, 296, 28 },
    { 49990, 298, 23 }, { 50013, 298, 23 }, { 25986, 296, 28 },
    { 50036, 296, 38 }, { 26014, 298, 23 }, { 50074, 298, 33 },
    { 26037, 1923, 29 }, { 50107, 1923, 39 }, { 50146, 3990, 33 },
    { 50179, 777, 32 }, { 50211, 3993, 44 }, { 50255, 1960, 25 },
    { 50280, 583, 16 }, { 5349, 592, 18 }, { 50296, 3996, 32 },
    { 50328, 1774, 19 }, { 50347, 4000, 23 }, { 50370, 1060, 24 },
    { 50394, 4002, 23 }, { 50417, 838, 39 }, { 50456, 3341, 40 },
    { 50496, 914, 37 }, { 50533, 914, 37 }, { 50570, 1774, 14 },
    { 50584, 449, 18 }, { 50602, 1774, 18 }, { 50620, 1774, 30 },
    { 50650, 449, 27 }, { 50677, 1774, 31 }, { 50708, 874, 20 },
    { 50728, 4005, 18 }, { 50752, 1776, 10 }, { 50762, 447, 15 },
    { 50777, 449, 9 }, { 50786, 449, 9 }, { 50795, 449, 8 },
    { 50803, 4009, 8 }, { 50811, 4011, 14 }, { 50825, 447, 13 },
    { 50838, 4009, 10 }, { 50848, 447, 15 }, { 50863, 4009, 8 },
    { 50871, 466, 14 }, { 50885, 447, 13 }, { 50898, 466, 13 },
    { 50911, 4011, 13 }, { 50924, 4011, 16 }, { 50940, 466, 16 },
    { 50956, 466, 14 }, { 50970, 466, 23 }, { 50993, 466, 12 },
    { 51005, 449, 14 }, { 51019, 449, 23 }, { 51042, 449, 23 },
    { 51065, 466, 21 }, { 28296, 617, 22 }, { 5913, 348, 20 },
    { 51091, 4013, 26 }, { 51117, 2223, 44 }, { 51161, 1641, 50 },
    { 51211, 348, 33 }, { 23077, 4016, 19 }, { 5819, 4013, 25 },
    { 51249, 2595, 33 }, { 51282, 780, 32 }, { 11507, 550, 33 },
    { 20369, 792, 41 }, { 51314, 2889, 29 }, { 5871, 617, 22 },
    { 5893, 4019, 20 }, { 51343, 1490, 44 }, { 6023, 348, 19 },
    { 21441, 1412, 18 }, { 51387, 4022, 27 }, { 21601, 279, 34 },
    { 21635, 279, 34 }, { 30919, 592, 32 }, { 21701, 4025, 35 },
    { 26197, 880, 17 }, { 6070, 1145, 15 }, { 4298, 4028, 6 },
    { 4315, 4032, 11 }, { 4342, 4032, 18 }, { 4360, 4028, 13 },
    { 4373, 4036, 11 }, { 51417, 4040, 16 }, { 51433, 4040, 23 },
    { 4400, 4036, 18 }, { 4418, 4028, 6 }, { 51456, 4028, 11 },
    { 51467, 4044, 13 }, { 4424, 4044, 27 }, { 51480, 4044, 34 },
    { 4451, 4044, 23 }, { 51514, 4044, 30 }, { 51544, 4044, 11 },
    { 4516, 4044, 25 }, { 51555, 4044, 32 }, { 4541, 4044, 21 },
    { 51587, 4044, 28 }, { 51615, 4028, 13 }, { 51628, 4048, 9 },
    { 51637, 4052, 14 }, { 51651, 4056, 28 }, { 51679, 4056, 24 },
    { 51703, 4052, 31 }, { 51734, 4052, 21 }, { 51755, 4056, 26 },
    { 51781, 4052, 28 }, { 51809, 4052, 23 }, { 51832, 4052, 30 },
    { 51862, 4052, 19 }, { 51881, 4052, 26 }, { 951, 4056, 8 },
    { 51907, 4048, 15 }, { 51922, 4063, 8 }, { 51930, 4063, 15 },
    { 51945, 4070, 8 }, { 51953, 4074, 14 }, { 51967, 4081, 17 },
    { 51984, 4085, 14 }, { 4624, 4085, 16 }, { 51998, 4085, 21 },
    { 52030, 1861, 13 }, { 52043, 1861, 12 }, { 52055, 3149, 11 },
    { 52066, 1861, 9 }, { 52075, 3149, 13 }, { 52088, 4089, 24 },
    { 52115, 279, 19 }, { 15134, 2280, 7 }, { 15141, 3956, 11 },
    { 52134, 4093, 12 }, { 52146, 4097, 9 }, { 52155, 2713, 8 },
    { 15592, 2280, 7 }, { 52163, 3960, 8 }, { 15152, 2280, 7 },
    { 52171, 2725, 14 }, { 15172, 2284, 5 }, { 52185, 4101, 10 },
    { 15177, 3157, 11 }, { 15188, 1145, 7 }, { 835, 1145, 7 },
    { 52195, 1145, 7 }, { 842, 3157, 12 }, { 52115, 279, 19 },
    { 15134, 2280, 7 }, { 15141, 4105, 11 }, { 52134, 4093, 12 },
    { 52146, 4097, 9 }, { 52155, 2713, 8 }, { 15592, 2280, 7 },
    { 52163, 463, 8 }, { 15152, 4109, 7 }, { 52171, 4113, 14 },
    { 15172, 4117, 5 }, { 52185, 4101, 10 }, { 15177, 4121, 11 },
    { 15188, 4125, 7 }, { 835, 4129, 7 }, { 842, 4133, 12 }
};


const llmgw_price_provider_t  llmgw_price_providers[] = {
    { 0, 12, 0, 1 }, { 29, 4, 1, 13 }, { 265, 8, 14, 49 }, { 1103, 9, 63, 31 },
    { 1682, 10, 94, 1 }, { 1696, 5, 95, 4 }, { 1809, 5, 99, 132 },
    { 3735, 8, 231, 128 }, { 5812, 7, 359, 13 }, { 6100, 7, 372, 180 },
    { 11162, 14, 552, 52 }, { 11480, 6, 604, 8 }, { 11618, 8, 612, 26 },
    { 12067, 8, 638, 13 }, { 12277, 6, 651, 13 }, { 12609, 8, 664, 12 },
    { 13184, 10, 676, 42 }, { 14454, 9, 718, 3 }, { 14494, 6, 721, 28 },
    { 15008, 7, 749, 53 }, { 15583, 9, 802, 147 }, { 17986, 10, 949, 25 },
    { 18587, 8, 974, 8 }, { 18699, 9, 982, 161 }, { 22808, 8, 1143, 4 },
    { 22846, 10, 1147, 16 }, { 23096, 10, 1163, 2 }, { 23124, 5, 1165, 11 },
    { 23171, 6, 1176, 12 }, { 23435, 12, 1188, 48 }, { 25230, 10, 1236, 7 },
    { 25240, 6, 1243, 40 }, { 26066, 3, 1283, 11 }, { 26233, 11, 1294, 64 },
    { 27354, 4, 1358, 15 }, { 27724, 8, 1373, 90 }, { 28285, 11, 1463, 49 },
    { 28555, 9, 1512, 2 }, { 28587, 13, 1514, 9 }, { 28844, 6, 1523, 17 },
    { 29064, 7, 1540, 10 }, { 29310, 7, 1550, 9 }, { 29421, 7, 1559, 52 },
    { 30246, 5, 1611, 1 }, { 30269, 8, 1612, 16 }, { 30526, 5, 1628, 3 },
    { 30562, 6, 1631, 35 }, { 30951, 6, 1666, 53 }, { 31787, 5, 1719, 1 },
    { 31811, 6, 1720, 115 }, { 34527, 3, 1835, 11 }, { 34695, 6, 1846, 169 },
    { 35807, 10, 2015, 339 }, { 41898, 8, 2354, 25 }, { 42289, 10, 2379, 5 },
    { 42299, 3, 2384, 88 }, { 43060, 6, 2472, 12 }, { 43149, 4, 2484, 7 },
    { 43254, 8, 2491, 37 }, { 43381, 3, 2528, 26 }, { 43726, 8, 2554, 17 },
    { 43840, 11, 2571, 49 }, { 44187, 9, 2620, 11 }, { 44360, 7, 2631, 8 },
    { 44519, 7, 2639, 5 }, { 44593, 12, 2644, 2 }, { 44605, 8, 2646, 9 },
    { 44671, 9, 2655, 10 }, { 44919, 7, 2665, 7 }, { 45002, 11, 2672, 75 },
    { 46288, 7, 2747, 3 }, { 46325, 2, 2750, 3 }, { 46354, 8, 2753, 75 },
    { 47396, 17, 2828, 192 }, { 49338, 9, 3020, 102 }, { 50746, 6, 3122, 24 },
    { 51086, 5, 3146, 7 }, { 51244, 5, 3153, 18 }, { 51414, 3, 3171, 43 },
    { 52019, 11, 3214, 6 }, { 52112, 3, 3220, 17 }, { 52202, 5, 3237, 16 }
};


const unsigned  llmgw_price_nproviders = 82;
