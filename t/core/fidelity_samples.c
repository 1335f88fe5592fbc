
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * One answer of each kind of provider for each thing that answers can have.
 * What the clients have to get of it is in fidelity_answers.c.
 */


#include "fidelity.h"


#define EV(name, data)  name "\t" data "\n"

#define ARGS(q)         "'{\\'q\\':\\'" q "\\'}'"


/* OpenAI: chat completions */

#define CHUNK(choices, more)                                                 \
    EV("", "{'id':'c1','object':'chat.completion.chunk','created':1,"        \
       "'model':'m','choices':[" choices "]" more "}")

#define DELTA(delta)                                                         \
    CHUNK("{'index':0,'delta':{" delta "},'finish_reason':null}", "")

#define CHAT_FINISH(reason)                                                  \
    CHUNK("{'index':0,'delta':{},'finish_reason':'" reason "'}", "")

#define CHAT_TOKENS  "'prompt_tokens':1100,'completion_tokens':70,"          \
                     "'total_tokens':1170"

#define CHAT_FULL(choices, usage, more)                                      \
    "{'id':'c1','object':'chat.completion','created':1,'model':'m',"         \
    "'choices':[" choices "],'usage':{" usage "}" more "}"

#define CHAT_CHOICE(i, message, reason, more)                                \
    "{'index':" i ",'message':{'role':'assistant'," message "},"             \
    "'finish_reason':'" reason "'" more "}"

#define CHAT_WHOLE(message, reason)                                          \
    CHAT_FULL(CHAT_CHOICE("0", message, reason, ""), CHAT_TOKENS, "")

#define CHAT_BEGIN   DELTA("'role':'assistant','content':''")

#define CHAT_END(usage)                                                      \
    CHUNK("", ",'usage':{" usage "}") EV("", "[DONE]")

#define CHAT_STREAM(delta, reason)                                           \
    CHAT_BEGIN DELTA(delta) CHAT_FINISH(reason) CHAT_END(CHAT_TOKENS)

#define CHAT(feature, message)                                               \
    { feature, CHAT_WHOLE(message, "stop"), CHAT_STREAM(message, "stop"), 0 }

#define CHAT_USAGE(feature, usage)                                           \
    { feature,                                                               \
      CHAT_FULL(CHAT_CHOICE("0", "'content':'QTEXT'", "stop", ""),           \
                CHAT_TOKENS usage, ""),                                      \
      CHAT_BEGIN DELTA("'content':'QTEXT'") CHAT_FINISH("stop")              \
      CHAT_END(CHAT_TOKENS usage), 0 }

#define CHAT_CALL(i, id, q)                                                  \
    "{" i "'id':'" id "','type':'function','function':{'name':'lookup',"     \
    "'arguments':" ARGS(q) "}}"

#define CHAT_LOGPROBS  "'logprobs':{'content':[{'token':'QTEXT',"            \
                       "'logprob':-0.25,'bytes':null,'top_logprobs':[]}]}"

#define CHAT_SITE  "'annotations':[{'type':'url_citation','url_citation':{"  \
                   "'url':'https://q.example/','title':'T',"                 \
                   "'start_index':0,'end_index':5}}]"

#define CHAT_ERROR(type, code)                                               \
    "{'error':{'message':'QERROR','type':'" type "','param':null,"           \
    "'code':" code "}}"

static const fidelity_sample_t  chat_samples[] = {
    CHAT("text", "'content':'QTEXT'"),
    { "several choices",
      CHAT_FULL(CHAT_CHOICE("0", "'content':'a'", "stop", "") ","
                CHAT_CHOICE("1", "'content':'QTEXT'", "stop", ""),
                CHAT_TOKENS, ""),
      CHAT_BEGIN DELTA("'content':'a'") CHAT_FINISH("stop")
      CHUNK("{'index':1,'delta':{'content':'QTEXT'},'finish_reason':null}",
            "")
      CHUNK("{'index':1,'delta':{},'finish_reason':'stop'}", "")
      CHAT_END(CHAT_TOKENS), 0 },
    { "tool call",
      CHAT_WHOLE("'content':null,'tool_calls':[" CHAT_CALL("", "call_1",
                 "QARGS") "]", "tool_calls"),
      CHAT_STREAM("'tool_calls':[" CHAT_CALL("'index':0,", "call_1", "QARGS")
                  "]", "tool_calls"), 0 },
    { "parallel tool calls",
      CHAT_WHOLE("'content':null,'tool_calls':[" CHAT_CALL("", "call_1", "a")
                 "," CHAT_CALL("", "call_2", "QARGS") "]", "tool_calls"),
      CHAT_STREAM("'tool_calls':[" CHAT_CALL("'index':0,", "call_1", "a") ","
                  CHAT_CALL("'index':1,", "call_2", "QARGS") "]",
                  "tool_calls"), 0 },
    CHAT("reasoning text", "'content':'a','reasoning_content':'QTHINK'"),
    CHAT("refusal text", "'content':null,'refusal':'QREFUSAL'"),
    { "log probabilities",
      CHAT_FULL(CHAT_CHOICE("0", "'content':'QTEXT'", "stop",
                            "," CHAT_LOGPROBS), CHAT_TOKENS, ""),
      CHAT_BEGIN
      CHUNK("{'index':0,'delta':{'content':'QTEXT'}," CHAT_LOGPROBS
            ",'finish_reason':null}", "")
      CHAT_FINISH("stop") CHAT_END(CHAT_TOKENS), 0 },
    { "citation of a page",
      CHAT_WHOLE("'content':'QTEXT'," CHAT_SITE, "stop"),
      CHAT_BEGIN DELTA("'content':'QTEXT'") DELTA(CHAT_SITE)
      CHAT_FINISH("stop") CHAT_END(CHAT_TOKENS), 0 },
    CHAT("image", "'content':'a','images':[{'type':'image_url','image_url':"
         "{'url':'data:image/png;base64,UUlNRw=='}}]"),
    CHAT("audio", "'content':null,'audio':{'id':'audio_1','data':'UUFVRA==',"
         "'expires_at':2,'transcript':'a'}"),
    { "finish: length", CHAT_WHOLE("'content':'QTEXT'", "length"),
      CHAT_STREAM("'content':'QTEXT'", "length"), 0 },
    { "finish: content filter",
      CHAT_WHOLE("'content':'QTEXT'", "content_filter"),
      CHAT_STREAM("'content':'QTEXT'", "content_filter"), 0 },
    CHAT_USAGE("usage: prompt", ""),
    CHAT_USAGE("usage: answer", ""),
    CHAT_USAGE("usage: cache read",
               ",'prompt_tokens_details':{'cached_tokens':300}"),
    CHAT_USAGE("usage: reasoning",
               ",'completion_tokens_details':{'reasoning_tokens':40}"),
    CHAT_USAGE("usage: audio",
               ",'prompt_tokens_details':{'audio_tokens':13}"),
    { "service tier",
      CHAT_FULL(CHAT_CHOICE("0", "'content':'QTEXT'", "stop", ""),
                CHAT_TOKENS, ",'service_tier':'flex'"),
      CHAT_BEGIN
      CHUNK("{'index':0,'delta':{'content':'QTEXT'},'finish_reason':null}",
            ",'service_tier':'flex'")
      CHAT_FINISH("stop") CHAT_END(CHAT_TOKENS), 0 },
    { "error: context is full",
      CHAT_ERROR("invalid_request_error", "'context_length_exceeded'"), NULL,
      400 },
    { "error: content policy",
      CHAT_ERROR("invalid_request_error", "'content_policy_violation'"),
      NULL, 400 },
    { "error: wrong key",
      CHAT_ERROR("invalid_request_error", "'invalid_api_key'"), NULL, 401 },
    { "error: rate limit",
      CHAT_ERROR("requests", "'rate_limit_exceeded'"), NULL, 429 },
    { "error: overloaded", CHAT_ERROR("server_error", "null"), NULL, 503 },
    { "error: inside a stream", NULL,
      CHAT_BEGIN DELTA("'content':'a'")
      EV("", CHAT_ERROR("server_error", "null")), 0 },
    { NULL, NULL, NULL, 0 }
};


/* OpenAI: responses, for its own clients */

#define RESPONSE(state, output, usage, more)                                 \
    "{'id':'resp_1','object':'response','created_at':1,'status':'" state     \
    "','model':'m','output':[" output "],'usage':{'input_tokens':1100,"      \
    "'output_tokens':70,'total_tokens':1170" usage "}" more "}"

#define ITEM(content)                                                        \
    "{'id':'msg_1','type':'message','status':'completed','role':"            \
    "'assistant','content':[" content "]}"

#define SPOKEN(more)  "{'type':'output_text','text':'QTEXT'" more "}"

#define RESPONSE_EVENTS(event, state, output, usage, more)                   \
    EV("response.created", "{'type':'response.created','response':{'id':"    \
       "'resp_1','object':'response','created_at':1,'status':"               \
       "'in_progress','model':'m','output':[]},'sequence_number':0}")        \
    EV("response." event, "{'type':'response." event "','response':"         \
       RESPONSE(state, output, usage, more) ",'sequence_number':1}")

#define RESPONSE_BOTH(feature, output, usage, more)                          \
    { feature, RESPONSE("completed", output, usage, more),                   \
      RESPONSE_EVENTS("completed", "completed", output, usage, more), 0 }

#define RESPONSE_CUT(feature, reason)                                        \
    { feature,                                                               \
      RESPONSE("incomplete", ITEM(SPOKEN("")), "",                           \
               ",'incomplete_details':{'reason':'" reason "'}"),             \
      RESPONSE_EVENTS("incomplete", "incomplete", ITEM(SPOKEN("")), "",      \
                      ",'incomplete_details':{'reason':'" reason "'}"), 0 }

#define RESPONSE_CALL(id, q)                                                 \
    "{'id':'fc_1','type':'function_call','status':'completed','call_id':'"   \
    id "','name':'lookup','arguments':" ARGS(q) "}"

static const fidelity_sample_t  responses_samples[] = {
    RESPONSE_BOTH("text", ITEM(SPOKEN("")), "", ""),
    RESPONSE_BOTH("tool call", RESPONSE_CALL("call_1", "QARGS"), "", ""),
    RESPONSE_BOTH("parallel tool calls", RESPONSE_CALL("call_1", "a") ","
                  RESPONSE_CALL("call_2", "QARGS"), "", ""),
    RESPONSE_BOTH("reasoning text", "{'id':'rs_1','type':'reasoning',"
                  "'summary':[{'type':'summary_text','text':'QTHINK'}]}",
                  "", ""),
    RESPONSE_BOTH("signature of reasoning", "{'id':'rs_1','type':"
                  "'reasoning','summary':[],'encrypted_content':'UVNJRw=='}",
                  "", ""),
    RESPONSE_BOTH("refusal text",
                  ITEM("{'type':'refusal','refusal':'QREFUSAL'}"), "", ""),
    RESPONSE_BOTH("log probabilities", ITEM(SPOKEN(",'logprobs':[{'token':"
                  "'QTEXT','logprob':-0.25,'bytes':[],'top_logprobs':[]}]")),
                  "", ""),
    RESPONSE_BOTH("citation of a page", ITEM(SPOKEN(",'annotations':[{"
                  "'type':'url_citation','url':'https://q.example/',"
                  "'title':'T','start_index':0,'end_index':5}]")), "", ""),
    RESPONSE_BOTH("image", "{'id':'ig_1','type':'image_generation_call',"
                  "'status':'completed','result':'UUlNRw=='}", "", ""),
    RESPONSE_CUT("finish: length", "max_output_tokens"),
    RESPONSE_CUT("finish: content filter", "content_filter"),
    RESPONSE_BOTH("usage: prompt", ITEM(SPOKEN("")), "", ""),
    RESPONSE_BOTH("usage: answer", ITEM(SPOKEN("")), "", ""),
    RESPONSE_BOTH("usage: cache read", ITEM(SPOKEN("")),
                  ",'input_tokens_details':{'cached_tokens':300}", ""),
    RESPONSE_BOTH("usage: reasoning", ITEM(SPOKEN("")),
                  ",'output_tokens_details':{'reasoning_tokens':40}", ""),
    RESPONSE_BOTH("service tier", ITEM(SPOKEN("")), "",
                  ",'service_tier':'flex'"),
    { "error: context is full",
      CHAT_ERROR("invalid_request_error", "'context_length_exceeded'"), NULL,
      400 },
    { "error: content policy",
      CHAT_ERROR("invalid_request_error", "'content_policy_violation'"),
      NULL, 400 },
    { "error: wrong key",
      CHAT_ERROR("invalid_request_error", "'invalid_api_key'"), NULL, 401 },
    { "error: rate limit",
      CHAT_ERROR("requests", "'rate_limit_exceeded'"), NULL, 429 },
    { "error: overloaded", CHAT_ERROR("server_error", "null"), NULL, 503 },
    { "error: inside a stream", NULL,
      EV("response.created", "{'type':'response.created','response':{'id':"
         "'resp_1','object':'response','created_at':1,'status':"
         "'in_progress','model':'m','output':[]},'sequence_number':0}")
      EV("response.output_text.delta", "{'type':"
         "'response.output_text.delta','item_id':'msg_1','output_index':0,"
         "'content_index':0,'delta':'a','sequence_number':1}")
      EV("error", "{'type':'error','code':'server_error','message':'QERROR',"
         "'param':null,'sequence_number':2}"), 0 },
    { NULL, NULL, NULL, 0 }
};


/* Anthropic */

#define MESSAGE(content, reason, sequence, usage)                            \
    "{'id':'msg_1','type':'message','role':'assistant','model':'m',"         \
    "'content':[" content "],'stop_reason':" reason ",'stop_sequence':"      \
    sequence ",'usage':{" usage "}}"

#define TOKENS(prompt, usage)                                                \
    "'input_tokens':" prompt usage ",'output_tokens':70"

#define MESSAGE_START(usage)                                                 \
    EV("message_start", "{'type':'message_start','message':"                 \
       MESSAGE("", "null", "null", usage) "}")

#define MESSAGE_END(reason, sequence)                                        \
    EV("message_delta", "{'type':'message_delta','delta':{'stop_reason':'"   \
       reason "','stop_sequence':" sequence "},'usage':{'output_tokens':"    \
       "70}}")                                                               \
    EV("message_stop", "{'type':'message_stop'}")

#define BLOCK(i, block)                                                      \
    EV("content_block_start", "{'type':'content_block_start','index':" i     \
       ",'content_block':{" block "}}")

#define BLOCK_DELTA(i, delta)                                                \
    EV("content_block_delta", "{'type':'content_block_delta','index':" i     \
       ",'delta':{" delta "}}")

#define BLOCK_STOP(i)                                                        \
    EV("content_block_stop", "{'type':'content_block_stop','index':" i "}")

#define BLOCK_TEXT                                                           \
    BLOCK("0", "'type':'text','text':''")                                    \
    BLOCK_DELTA("0", "'type':'text_delta','text':'QTEXT'") BLOCK_STOP("0")

#define TEXT_BLOCK  "{'type':'text','text':'QTEXT'}"

#define MESSAGE_USAGE(feature, prompt, usage)                                \
    { feature,                                                               \
      MESSAGE(TEXT_BLOCK, "'end_turn'", "null", TOKENS(prompt, usage)),      \
      MESSAGE_START(TOKENS(prompt, usage)) BLOCK_TEXT                        \
      MESSAGE_END("end_turn", "null"), 0 }

#define MESSAGE_CUT(feature, reason, sequence)                               \
    { feature,                                                               \
      MESSAGE(TEXT_BLOCK, "'" reason "'", sequence, TOKENS("1100", "")),     \
      MESSAGE_START(TOKENS("1100", "")) BLOCK_TEXT                           \
      MESSAGE_END(reason, sequence), 0 }

#define MESSAGE_BOTH(feature, content, blocks, reason)                       \
    { feature,                                                               \
      MESSAGE(content, "'" reason "'", "null", TOKENS("1100", "")),          \
      MESSAGE_START(TOKENS("1100", "")) blocks MESSAGE_END(reason, "null"),  \
      0 }

#define TOOL_USE(id, q)                                                      \
    "{'type':'tool_use','id':'" id "','name':'lookup','input':{'q':'" q      \
    "'}}"

#define BLOCK_CALL(i, id, q)                                                 \
    BLOCK(i, "'type':'tool_use','id':'" id "','name':'lookup','input':{}")   \
    BLOCK_DELTA(i, "'type':'input_json_delta','partial_json':" ARGS(q))      \
    BLOCK_STOP(i)

#define THOUGHT                                                              \
    "{'type':'thinking','thinking':'QTHINK','signature':'UVNJRw=='}"

#define BLOCK_THOUGHT                                                        \
    BLOCK("0", "'type':'thinking','thinking':'','signature':''")             \
    BLOCK_DELTA("0", "'type':'thinking_delta','thinking':'QTHINK'")          \
    BLOCK_DELTA("0", "'type':'signature_delta','signature':'UVNJRw=='")      \
    BLOCK_STOP("0")

#define WEB_SITE                                                             \
    "{'type':'web_search_result_location','url':'https://q.example/',"       \
    "'title':'T','encrypted_index':'x','cited_text':'t'}"

#define MESSAGE_ERROR(type, text)                                            \
    "{'type':'error','error':{'type':'" type "','message':'" text "'}}"

static const fidelity_sample_t  anthropic_samples[] = {
    MESSAGE_BOTH("text", TEXT_BLOCK, BLOCK_TEXT, "end_turn"),
    MESSAGE_BOTH("tool call", TOOL_USE("toolu_1", "QARGS"),
                 BLOCK_CALL("0", "toolu_1", "QARGS"), "tool_use"),
    MESSAGE_BOTH("parallel tool calls", TOOL_USE("toolu_1", "a") ","
                 TOOL_USE("toolu_2", "QARGS"),
                 BLOCK_CALL("0", "toolu_1", "a")
                 BLOCK_CALL("1", "toolu_2", "QARGS"), "tool_use"),
    MESSAGE_BOTH("reasoning text", THOUGHT, BLOCK_THOUGHT, "end_turn"),
    MESSAGE_BOTH("signature of reasoning",
                 THOUGHT "," TOOL_USE("toolu_1", "a"),
                 BLOCK_THOUGHT BLOCK_CALL("1", "toolu_1", "a"), "tool_use"),
    MESSAGE_BOTH("redacted reasoning",
                 "{'type':'redacted_thinking','data':'UVJFRA=='},"
                 TOOL_USE("toolu_1", "a"),
                 BLOCK("0", "'type':'redacted_thinking','data':'UVJFRA=='")
                 BLOCK_STOP("0") BLOCK_CALL("1", "toolu_1", "a"),
                 "tool_use"),
    MESSAGE_BOTH("citation of a page", "{'type':'text','text':'QTEXT',"
                 "'citations':[" WEB_SITE "]}",
                 BLOCK("0", "'type':'text','text':''")
                 BLOCK_DELTA("0", "'type':'text_delta','text':'QTEXT'")
                 BLOCK_DELTA("0", "'type':'citations_delta','citation':"
                             WEB_SITE) BLOCK_STOP("0"), "end_turn"),
    MESSAGE_CUT("finish: length", "max_tokens", "null"),
    MESSAGE_CUT("finish: content filter", "refusal", "null"),
    MESSAGE_CUT("finish: stop sequence", "stop_sequence", "'QSTOP'"),
    MESSAGE_USAGE("usage: prompt", "1100", ""),
    MESSAGE_USAGE("usage: answer", "1100", ""),
    MESSAGE_USAGE("usage: cache read", "800",
                  ",'cache_read_input_tokens':300"),
    MESSAGE_USAGE("usage: cache write", "900",
                  ",'cache_creation_input_tokens':200"),
    MESSAGE_USAGE("service tier", "1100", ",'service_tier':'priority'"),
    { "error: context is full",
      MESSAGE_ERROR("invalid_request_error",
                    "prompt is too long: 210000 tokens > 200000 maximum"),
      NULL, 400 },
    { "error: wrong key", MESSAGE_ERROR("authentication_error", "QERROR"),
      NULL, 401 },
    { "error: rate limit", MESSAGE_ERROR("rate_limit_error", "QERROR"), NULL,
      429 },
    { "error: overloaded", MESSAGE_ERROR("overloaded_error", "QERROR"), NULL,
      529 },
    { "error: inside a stream", NULL,
      MESSAGE_START(TOKENS("1100", "")) BLOCK("0", "'type':'text','text':''")
      BLOCK_DELTA("0", "'type':'text_delta','text':'a'")
      EV("error", MESSAGE_ERROR("overloaded_error", "QERROR")), 0 },
    { NULL, NULL, NULL, 0 }
};


/* Gemini, of Google AI and of Vertex AI */

#define GEMINI(candidates, usage)                                            \
    "{'candidates':[" candidates "],'usageMetadata':{'promptTokenCount':"    \
    "1100," usage "},'modelVersion':'m','responseId':'r1'}"

#define CANDIDATE(parts, reason, more)                                       \
    "{'content':{'role':'model','parts':[" parts "]},'finishReason':'"       \
    reason "','index':0" more "}"

#define GEMINI_TOKENS  "'candidatesTokenCount':70,'totalTokenCount':1170"

#define GEMINI_BOTH(feature, candidates, usage)                              \
    { feature, GEMINI(candidates, usage), EV("", GEMINI(candidates, usage)), \
      0 }

#define GEMINI_PARTS(feature, parts)                                         \
    GEMINI_BOTH(feature, CANDIDATE(parts, "STOP", ""), GEMINI_TOKENS)

#define GEMINI_TEXT    "{'text':'QTEXT'}"

#define GEMINI_CALL(q, more)                                                 \
    "{'functionCall':{'name':'lookup','args':{'q':'" q "'}}" more "}"

#define GEMINI_ERROR(code, status, text)                                     \
    "{'error':{'code':" code ",'message':'" text "','status':'" status "'}}"

static const fidelity_sample_t  gemini_samples[] = {
    GEMINI_PARTS("text", GEMINI_TEXT),
    GEMINI_BOTH("several choices", CANDIDATE("{'text':'a'}", "STOP", "")
                ",{'content':{'role':'model','parts':[" GEMINI_TEXT "]},"
                "'finishReason':'STOP','index':1}", GEMINI_TOKENS),
    GEMINI_PARTS("tool call", GEMINI_CALL("QARGS", "")),
    GEMINI_PARTS("parallel tool calls", GEMINI_CALL("a", "") ","
                 GEMINI_CALL("QARGS", "")),
    GEMINI_PARTS("reasoning text", "{'text':'QTHINK','thought':true},"
                 GEMINI_TEXT),
    GEMINI_PARTS("signature of a tool call",
                 GEMINI_CALL("QARGS", ",'thoughtSignature':'UVNJRw=='")),
    GEMINI_BOTH("log probabilities",
                CANDIDATE(GEMINI_TEXT, "STOP", ",'logprobsResult':{"
                "'topCandidates':[{'candidates':[{'token':'QTEXT',"
                "'tokenId':1,'logProbability':-0.25}]}],'chosenCandidates':"
                "[{'token':'QTEXT','tokenId':1,'logProbability':-0.25}]}"),
                GEMINI_TOKENS),
    GEMINI_BOTH("citation of a page",
                CANDIDATE(GEMINI_TEXT, "STOP", ",'groundingMetadata':{"
                "'groundingChunks':[{'web':{'uri':'https://q.example/',"
                "'title':'T'}}],'groundingSupports':[{'segment':{"
                "'startIndex':0,'endIndex':5,'text':'QTEXT'},"
                "'groundingChunkIndices':[0]}]}"), GEMINI_TOKENS),
    GEMINI_PARTS("image", "{'inlineData':{'mimeType':'image/png','data':"
                 "'UUlNRw=='}}"),
    GEMINI_BOTH("finish: length", CANDIDATE(GEMINI_TEXT, "MAX_TOKENS", ""),
                GEMINI_TOKENS),
    GEMINI_BOTH("finish: content filter",
                CANDIDATE(GEMINI_TEXT, "SAFETY", ""), GEMINI_TOKENS),
    GEMINI_PARTS("usage: prompt", GEMINI_TEXT),
    GEMINI_PARTS("usage: answer", GEMINI_TEXT),
    GEMINI_BOTH("usage: cache read", CANDIDATE(GEMINI_TEXT, "STOP", ""),
                GEMINI_TOKENS ",'cachedContentTokenCount':300"),
    GEMINI_BOTH("usage: reasoning", CANDIDATE(GEMINI_TEXT, "STOP", ""),
                "'candidatesTokenCount':30,'thoughtsTokenCount':40,"
                "'totalTokenCount':1170"),
    GEMINI_BOTH("usage: audio", CANDIDATE(GEMINI_TEXT, "STOP", ""),
                GEMINI_TOKENS ",'promptTokensDetails':[{'modality':'AUDIO',"
                "'tokenCount':13}]"),
    { "error: context is full",
      GEMINI_ERROR("400", "INVALID_ARGUMENT", "The input token count "
                   "(1100000) exceeds the maximum number of tokens allowed "
                   "(1048576)."), NULL, 400 },
    { "prompt is blocked",
      "{'promptFeedback':{'blockReason':'SAFETY'},'usageMetadata':"
      "{'promptTokenCount':1100,'totalTokenCount':1100},'modelVersion':'m'}",
      EV("", "{'promptFeedback':{'blockReason':'SAFETY'},'usageMetadata':"
      "{'promptTokenCount':1100,'totalTokenCount':1100},'modelVersion':"
      "'m'}"), 0 },
    { "error: wrong key",
      GEMINI_ERROR("401", "UNAUTHENTICATED", "QERROR"), NULL, 401 },
    { "error: rate limit",
      GEMINI_ERROR("429", "RESOURCE_EXHAUSTED", "QERROR"), NULL, 429 },
    { "error: overloaded",
      GEMINI_ERROR("503", "UNAVAILABLE", "QERROR"), NULL, 503 },
    { "error: inside a stream", NULL,
      EV("", "{'candidates':[{'content':{'role':'model','parts':[{'text':"
         "'a'}]},'index':0}],'modelVersion':'m'}")
      EV("", GEMINI_ERROR("503", "UNAVAILABLE", "QERROR")), 0 },
    { NULL, NULL, NULL, 0 }
};


/* Bedrock: Converse */

#define CONVERSE(content, reason, usage, more)                               \
    "{'output':{'message':{'role':'assistant','content':[" content "]}},"    \
    "'stopReason':'" reason "','usage':{" usage ",'outputTokens':70,"        \
    "'totalTokens':1170},'metrics':{'latencyMs':1}" more "}"

#define CONVERSE_START   EV("messageStart", "{'role':'assistant'}")

#define CONVERSE_END(reason, usage, more)                                    \
    EV("messageStop", "{'stopReason':'" reason "'" more "}")                 \
    EV("metadata", "{'usage':{" usage ",'outputTokens':70,'totalTokens':"    \
       "1170},'metrics':{'latencyMs':1}}")

#define CONVERSE_DELTA(i, delta)                                             \
    EV("contentBlockDelta", "{'contentBlockIndex':" i ",'delta':{" delta     \
       "}}")

#define CONVERSE_STOP(i)                                                     \
    EV("contentBlockStop", "{'contentBlockIndex':" i "}")

#define CONVERSE_TEXT                                                        \
    CONVERSE_DELTA("0", "'text':'QTEXT'") CONVERSE_STOP("0")

#define CONVERSE_BOTH(feature, content, blocks, reason)                      \
    { feature, CONVERSE(content, reason, "'inputTokens':1100", ""),          \
      CONVERSE_START blocks CONVERSE_END(reason, "'inputTokens':1100", ""),  \
      0 }

#define CONVERSE_USAGE(feature, usage)                                       \
    { feature, CONVERSE("{'text':'QTEXT'}", "end_turn", usage, ""),          \
      CONVERSE_START CONVERSE_TEXT CONVERSE_END("end_turn", usage, ""), 0 }

#define CONVERSE_USE(id, q)                                                  \
    "{'toolUse':{'toolUseId':'" id "','name':'lookup','input':{'q':'" q      \
    "'}}}"

#define CONVERSE_CALL(i, id, q)                                              \
    EV("contentBlockStart", "{'contentBlockIndex':" i ",'start':{"           \
       "'toolUse':{'toolUseId':'" id "','name':'lookup'}}}")                 \
    CONVERSE_DELTA(i, "'toolUse':{'input':" ARGS(q) "}") CONVERSE_STOP(i)

#define CONVERSE_THOUGHT                                                     \
    "{'reasoningContent':{'reasoningText':{'text':'QTHINK','signature':"     \
    "'UVNJRw=='}}}"

#define CONVERSE_THINKS                                                      \
    CONVERSE_DELTA("0", "'reasoningContent':{'text':'QTHINK'}")              \
    CONVERSE_DELTA("0", "'reasoningContent':{'signature':'UVNJRw=='}")       \
    CONVERSE_STOP("0")

#define CONVERSE_SITE                                                        \
    "{'title':'T','location':{'web':{'url':'https://q.example/'}}}"

static const fidelity_sample_t  bedrock_samples[] = {
    CONVERSE_BOTH("text", "{'text':'QTEXT'}", CONVERSE_TEXT, "end_turn"),
    CONVERSE_BOTH("tool call", CONVERSE_USE("t1", "QARGS"),
                  CONVERSE_CALL("0", "t1", "QARGS"), "tool_use"),
    CONVERSE_BOTH("parallel tool calls", CONVERSE_USE("t1", "a") ","
                  CONVERSE_USE("t2", "QARGS"), CONVERSE_CALL("0", "t1", "a")
                  CONVERSE_CALL("1", "t2", "QARGS"), "tool_use"),
    CONVERSE_BOTH("reasoning text", CONVERSE_THOUGHT, CONVERSE_THINKS,
                  "end_turn"),
    CONVERSE_BOTH("signature of reasoning",
                  CONVERSE_THOUGHT "," CONVERSE_USE("t1", "a"),
                  CONVERSE_THINKS CONVERSE_CALL("1", "t1", "a"),
                  "tool_use"),
    CONVERSE_BOTH("redacted reasoning",
                  "{'reasoningContent':{'redactedContent':'UVJFRA=='}},"
                  CONVERSE_USE("t1", "a"),
                  CONVERSE_DELTA("0", "'reasoningContent':{"
                                 "'redactedContent':'UVJFRA=='}")
                  CONVERSE_STOP("0") CONVERSE_CALL("1", "t1", "a"),
                  "tool_use"),
    CONVERSE_BOTH("citation of a page",
                  "{'citationsContent':{'content':[{'text':'QTEXT'}],"
                  "'citations':[" CONVERSE_SITE "]}}",
                  CONVERSE_DELTA("0", "'text':'QTEXT'")
                  CONVERSE_DELTA("0", "'citation':" CONVERSE_SITE)
                  CONVERSE_STOP("0"), "end_turn"),
    CONVERSE_BOTH("finish: length", "{'text':'QTEXT'}", CONVERSE_TEXT,
                  "max_tokens"),
    CONVERSE_BOTH("finish: content filter", "{'text':'QTEXT'}",
                  CONVERSE_TEXT, "guardrail_intervened"),
    CONVERSE_BOTH("finish: stop sequence", "{'text':'QTEXT'}", CONVERSE_TEXT,
                  "stop_sequence"),
    CONVERSE_USAGE("usage: prompt", "'inputTokens':1100"),
    CONVERSE_USAGE("usage: answer", "'inputTokens':1100"),
    CONVERSE_USAGE("usage: cache read",
                   "'inputTokens':800,'cacheReadInputTokens':300"),
    CONVERSE_USAGE("usage: cache write",
                   "'inputTokens':900,'cacheWriteInputTokens':200"),
    { "service tier",
      CONVERSE("{'text':'QTEXT'}", "end_turn", "'inputTokens':1100",
               ",'serviceTier':{'type':'flex'}"),
      CONVERSE_START CONVERSE_TEXT
      EV("messageStop", "{'stopReason':'end_turn'}")
      EV("metadata", "{'usage':{'inputTokens':1100,'outputTokens':70,"
         "'totalTokens':1170},'metrics':{'latencyMs':1},'serviceTier':"
         "{'type':'flex'}}"), 0 },
    { "error: context is full",
      "{'__type':'ValidationException','message':'Input is too long for "
      "requested model.'}", NULL, 400 },
    { "error: wrong key",
      "{'__type':'UnrecognizedClientException','message':'QERROR'}", NULL,
      403 },
    { "error: rate limit",
      "{'__type':'ThrottlingException','message':'QERROR'}", NULL, 429 },
    { "error: overloaded",
      "{'__type':'ServiceUnavailableException','message':'QERROR'}", NULL,
      503 },
    { "error: inside a stream", NULL,
      CONVERSE_START CONVERSE_DELTA("0", "'text':'a'")
      EV("!throttlingException", "{'message':'QERROR'}"), 0 },
    { NULL, NULL, NULL, 0 }
};


/* Cohere */

#define COHERE(message, reason, usage)                                       \
    "{'id':'c1','message':{'role':'assistant'," message "},"                 \
    "'finish_reason':'" reason "','usage':{'tokens':{'input_tokens':1100,"   \
    "'output_tokens':70}" usage "}}"

#define COHERE_MESSAGE(type, more, message)                                  \
    EV(type, "{'type':'" type "'" more ",'delta':{'message':{" message       \
       "}}}")

#define COHERE_START                                                         \
    EV("message-start", "{'type':'message-start','id':'c1','delta':{"        \
       "'message':{'role':'assistant','content':[],'tool_plan':'',"          \
       "'tool_calls':[],'citations':[]}}}")

#define COHERE_END(reason, usage)                                            \
    EV("message-end", "{'type':'message-end','delta':{'finish_reason':'"     \
       reason "','usage':{'tokens':{'input_tokens':1100,'output_tokens':"    \
       "70}" usage "}}}")

#define COHERE_CONTENT(kind, text)                                           \
    COHERE_MESSAGE("content-start", ",'index':0",                            \
                   "'content':{'type':'" kind "','" kind "':''}")            \
    COHERE_MESSAGE("content-delta", ",'index':0",                            \
                   "'content':{'" kind "':'" text "'}")                      \
    EV("content-end", "{'type':'content-end','index':0}")

#define COHERE_BOTH(feature, message, events, reason, usage)                 \
    { feature, COHERE(message, reason, usage),                               \
      COHERE_START events COHERE_END(reason, usage), 0 }

#define COHERE_TEXT  "'content':[{'type':'text','text':'QTEXT'}]"

#define COHERE_SAYS(feature, reason, usage)                                  \
    COHERE_BOTH(feature, COHERE_TEXT, COHERE_CONTENT("text", "QTEXT"),       \
                reason, usage)

#define COHERE_USE(id, q)                                                    \
    "{'id':'" id "','type':'function','function':{'name':'lookup',"          \
    "'arguments':" ARGS(q) "}}"

#define COHERE_CALL(i, id, q)                                                \
    COHERE_MESSAGE("tool-call-start", ",'index':" i,                         \
                   "'tool_calls':{'id':'" id "','type':'function',"          \
                   "'function':{'name':'lookup','arguments':''}}")           \
    COHERE_MESSAGE("tool-call-delta", ",'index':" i,                         \
                   "'tool_calls':{'function':{'arguments':" ARGS(q) "}}")    \
    EV("tool-call-end", "{'type':'tool-call-end','index':" i "}")

static const fidelity_sample_t  cohere_samples[] = {
    COHERE_SAYS("text", "COMPLETE", ""),
    COHERE_BOTH("tool call",
                "'tool_calls':[" COHERE_USE("t1", "QARGS") "]",
                COHERE_CALL("0", "t1", "QARGS"), "TOOL_CALL", ""),
    COHERE_BOTH("parallel tool calls",
                "'tool_calls':[" COHERE_USE("t1", "a") ","
                COHERE_USE("t2", "QARGS") "]", COHERE_CALL("0", "t1", "a")
                COHERE_CALL("1", "t2", "QARGS"), "TOOL_CALL", ""),
    COHERE_BOTH("reasoning text",
                "'content':[{'type':'thinking','thinking':'QTHINK'}]",
                COHERE_CONTENT("thinking", "QTHINK"), "COMPLETE", ""),
    COHERE_SAYS("finish: length", "MAX_TOKENS", ""),
    COHERE_SAYS("usage: prompt", "COMPLETE", ""),
    COHERE_SAYS("usage: answer", "COMPLETE", ""),
    COHERE_SAYS("usage: cache read", "COMPLETE", ",'cached_tokens':300"),
    { "error: context is full",
      "{'message':'too many tokens: total number of tokens in the prompt "
      "cannot exceed 256000 - received 300000.'}", NULL, 400 },
    { "error: wrong key", "{'message':'QERROR'}", NULL, 401 },
    { "error: rate limit", "{'message':'QERROR'}", NULL, 429 },
    { "error: overloaded", "{'message':'QERROR'}", NULL, 503 },
    { "error: inside a stream", NULL,
      COHERE_START
      COHERE_MESSAGE("content-delta", ",'index':0", "'content':{'text':'a'}")
      EV("message-end", "{'type':'message-end','delta':{'finish_reason':"
         "'ERROR','error':'QERROR'}}"), 0 },
    { NULL, NULL, NULL, 0 }
};


const fidelity_sample_t  *const fidelity_samples[FIDELITY_FORMATS] = {
    chat_samples,
    anthropic_samples,
    gemini_samples,
    bedrock_samples,
    cohere_samples,
    responses_samples
};
