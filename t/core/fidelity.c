
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Prints docs/fidelity.md: what becomes of each part of a request, from the
 * clients of each API to each kind of provider.  Nothing in it is written by
 * hand: requests are made with and without the part.  ' stands for ".
 */


#include "fidelity.h"


#define PNG  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"       \
             "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

#define FUNCTION  "'name':'lookup','description':'d'"
#define SCHEMA    "{'type':'object','properties':{'q':{'type':'string'}},"   \
                  "'required':['q'],'additionalProperties':false}"


typedef struct {
    const char  *feature;
    const char  *turns;    /* instead of the usual ones */
    const char  *more;     /* members behind them */
    const char  *sign;     /* is in a body that carries it as it is */
} fidelity_part_t;

typedef struct {
    const char             *title;
    const char             *path;
    const char             *head;   /* in front of the turns */
    const char             *turns;
    const fidelity_part_t  *parts;
} fidelity_door_t;


#define CHAT_TOOLS  "'tools':[{'type':'function','function':{" FUNCTION      \
                    ",'parameters':" SCHEMA "}}]"

static const fidelity_part_t  chat_parts[] = {
    { "system message", "[{'role':'system','content':'be brief'},"
      "{'role':'user','content':'hi'}]", NULL, "'role':'system'" },
    { "image by data", "[{'role':'user','content':[{'type':'text','text':"
      "'hi'},{'type':'image_url','image_url':{'url':'data:image/png;base64,"
      PNG "'}}]}]", NULL, "image_url" },
    { "image by URL", "[{'role':'user','content':[{'type':'text','text':"
      "'hi'},{'type':'image_url','image_url':{'url':"
      "'https://example.com/a.png'}}]}]", NULL, "image_url" },
    { "audio", "[{'role':'user','content':[{'type':'input_audio',"
      "'input_audio':{'data':'UklGRg==','format':'wav'}}]}]", NULL,
      "input_audio" },
    { "file by data", "[{'role':'user','content':[{'type':'text','text':"
      "'hi'},{'type':'file','file':{'filename':'a.pdf','file_data':"
      "'data:application/pdf;base64,JVBERi0='}}]}]", NULL, "file_data" },
    { "tool calls and results", "[{'role':'user','content':'hi'},"
      "{'role':'assistant','content':null,'tool_calls':[{'id':'call_1',"
      "'type':'function','function':{'name':'lookup','arguments':"
      "'{\\'q\\':\\'a\\'}'}}]},{'role':'tool','tool_call_id':'call_1',"
      "'content':'r'}]", CHAT_TOOLS, "tool_call_id" },
    { "tools", NULL, CHAT_TOOLS, "'parameters'" },
    { "tool_choice: required", NULL, CHAT_TOOLS ",'tool_choice':'required'",
      "'tool_choice':'required'" },
    { "tool_choice: a function", NULL, CHAT_TOOLS ",'tool_choice':{'type':"
      "'function','function':{'name':'lookup'}}",
      "'tool_choice':{'type':'function'" },
    { "parallel_tool_calls: false", NULL, CHAT_TOOLS
      ",'parallel_tool_calls':false", "parallel_tool_calls" },
    { "response_format: json_object", NULL,
      "'response_format':{'type':'json_object'}", "'json_object'" },
    { "response_format: json_schema", NULL, "'response_format':{'type':"
      "'json_schema','json_schema':{'name':'s','strict':true,'schema':"
      SCHEMA "}}", "'response_format':{'type':'json_schema'" },
    { "reasoning_effort", NULL, "'reasoning_effort':'low'",
      "reasoning_effort" },
    { "max_completion_tokens", NULL, "'max_completion_tokens':4000",
      "max_completion_tokens" },
    { "temperature", NULL, "'temperature':0.5", "'temperature':0.5" },
    { "top_p", NULL, "'top_p':0.5", "top_p" },
    { "stop", NULL, "'stop':['END']", "'stop':" },
    { "n: 2", NULL, "'n':2", "'n':2" },
    { "seed", NULL, "'seed':7", "'seed':7" },
    { "logprobs", NULL, "'logprobs':true,'top_logprobs':2", "top_logprobs" },
    { "logit_bias", NULL, "'logit_bias':{'1':1}", "logit_bias" },
    { "frequency_penalty", NULL, "'frequency_penalty':0.5",
      "frequency_penalty" },
    { "presence_penalty", NULL, "'presence_penalty':0.5",
      "presence_penalty" },
    { "user", NULL, "'user':'u'", "'user':'u'" },
    { "metadata", NULL, "'metadata':{'a':'b'}", "'metadata'" },
    { "service_tier", NULL, "'service_tier':'flex'", "service_tier" },
    { "prompt_cache_key", NULL, "'prompt_cache_key':'k'",
      "prompt_cache_key" },
    { NULL, NULL, NULL, NULL }
};


#define MESSAGES_TOOLS  "'tools':[{" FUNCTION ",'input_schema':" SCHEMA "}]"

static const fidelity_part_t  messages_parts[] = {
    { "system", NULL, "'system':'be brief'", "'system':" },
    { "image by data", "[{'role':'user','content':[{'type':'image',"
      "'source':{'type':'base64','media_type':'image/png','data':'" PNG
      "'}}]}]", NULL, "'media_type'" },
    { "image by URL", "[{'role':'user','content':[{'type':'image',"
      "'source':{'type':'url','url':'https://example.com/a.png'}}]}]", NULL,
      "'source'" },
    { "document", "[{'role':'user','content':[{'type':'document','source':"
      "{'type':'base64','media_type':'application/pdf','data':'JVBERi0='}}"
      "]}]", NULL, "'media_type'" },
    { "cache_control", "[{'role':'user','content':[{'type':'text','text':"
      "'hi','cache_control':{'type':'ephemeral'}}]}]", NULL,
      "cache_control" },
    { "tool calls and results", "[{'role':'user','content':'hi'},"
      "{'role':'assistant','content':[{'type':'tool_use','id':'toolu_1',"
      "'name':'lookup','input':{'q':'a'}}]},{'role':'user','content':[{"
      "'type':'tool_result','tool_use_id':'toolu_1','content':'r'}]}]",
      MESSAGES_TOOLS, "tool_use_id" },
    { "tools", NULL, MESSAGES_TOOLS, "input_schema" },
    { "tool_choice: any", NULL, MESSAGES_TOOLS
      ",'tool_choice':{'type':'any'}", "'tool_choice':{'type':'any'" },
    { "tool_choice: a tool", NULL, MESSAGES_TOOLS
      ",'tool_choice':{'type':'tool','name':'lookup'}",
      "'tool_choice':{'type':'tool'" },
    { "disable_parallel_tool_use", NULL, MESSAGES_TOOLS ",'tool_choice':"
      "{'type':'auto','disable_parallel_tool_use':true}",
      "disable_parallel_tool_use" },
    { "thinking", NULL,
      "'thinking':{'type':'enabled','budget_tokens':2000}",
      "budget_tokens" },
    { "temperature", NULL, "'temperature':0.5", "'temperature':0.5" },
    { "top_p", NULL, "'top_p':0.5", "'top_p'" },
    { "top_k", NULL, "'top_k':5", "'top_k'" },
    { "stop_sequences", NULL, "'stop_sequences':['END']",
      "stop_sequences" },
    { "metadata.user_id", NULL, "'metadata':{'user_id':'u'}", "user_id" },
    { NULL, NULL, NULL, NULL }
};


#define RESPONSES_TOOLS  "'tools':[{'type':'function'," FUNCTION             \
                         ",'parameters':" SCHEMA ",'strict':true}]"

static const fidelity_part_t  responses_parts[] = {
    { "instructions", NULL, "'instructions':'be brief'", "instructions" },
    { "image", "[{'role':'user','content':[{'type':'input_image',"
      "'image_url':'data:image/png;base64," PNG "'}]}]", NULL,
      "input_image" },
    { "file by data", "[{'role':'user','content':[{'type':'input_file',"
      "'filename':'a.pdf','file_data':"
      "'data:application/pdf;base64,JVBERi0='}]}]", NULL, "input_file" },
    { "function calls and outputs", "[{'role':'user','content':'hi'},"
      "{'type':'function_call','call_id':'call_1','name':'lookup',"
      "'arguments':'{}'},{'type':'function_call_output','call_id':'call_1',"
      "'output':'r'}]", RESPONSES_TOOLS, "function_call_output" },
    { "tools", NULL, RESPONSES_TOOLS, "'type':'function','name'" },
    { "tool_choice: required", NULL, RESPONSES_TOOLS
      ",'tool_choice':'required'", "'tool_choice':'required'" },
    { "parallel_tool_calls: false", NULL, RESPONSES_TOOLS
      ",'parallel_tool_calls':false", "parallel_tool_calls" },
    { "text.format: json_schema", NULL, "'text':{'format':{'type':"
      "'json_schema','name':'s','strict':true,'schema':" SCHEMA "}}",
      "'format':{'type':'json_schema'" },
    { "reasoning.effort", NULL, "'reasoning':{'effort':'low'}",
      "'reasoning':{" },
    { "max_output_tokens", NULL, "'max_output_tokens':4000",
      "max_output_tokens" },
    { "temperature", NULL, "'temperature':0.5", "'temperature':0.5" },
    { "top_p", NULL, "'top_p':0.5", "top_p" },
    { "previous_response_id", NULL, "'previous_response_id':'resp_1'",
      "previous_response_id" },
    { "background", NULL, "'background':true", "background" },
    { "metadata", NULL, "'metadata':{'a':'b'}", "'metadata'" },
    { "user", NULL, "'user':'u'", "'user':'u'" },
    { NULL, NULL, NULL, NULL }
};


#define GENERATE_TOOLS  "'tools':[{'functionDeclarations':[{" FUNCTION       \
                        ",'parameters':{'type':'OBJECT','properties':"       \
                        "{'q':{'type':'STRING'}}}}]}]"

static const fidelity_part_t  generate_parts[] = {
    { "systemInstruction", NULL,
      "'systemInstruction':{'parts':[{'text':'be brief'}]}",
      "systemInstruction" },
    { "inlineData: image", "[{'role':'user','parts':[{'inlineData':"
      "{'mimeType':'image/png','data':'" PNG "'}}]}]", NULL, "inlineData" },
    { "function calls and responses", "[{'role':'user','parts':[{'text':"
      "'hi'}]},{'role':'model','parts':[{'functionCall':{'name':'lookup',"
      "'args':{'q':'a'}}}]},{'role':'user','parts':[{'functionResponse':"
      "{'name':'lookup','response':{'r':1}}}]}]", GENERATE_TOOLS,
      "functionResponse" },
    { "tools", NULL, GENERATE_TOOLS, "functionDeclarations" },
    { "functionCallingConfig: ANY", NULL, GENERATE_TOOLS
      ",'toolConfig':{'functionCallingConfig':{'mode':'ANY'}}",
      "functionCallingConfig" },
    { "responseSchema", NULL, "'generationConfig':{'responseMimeType':"
      "'application/json','responseSchema':{'type':'OBJECT','properties':"
      "{'q':{'type':'STRING'}}}}", "responseSchema" },
    { "thinkingConfig", NULL, "'generationConfig':{'thinkingConfig':"
      "{'thinkingBudget':2000}}", "thinkingBudget" },
    { "maxOutputTokens", NULL, "'generationConfig':{'maxOutputTokens':4000}",
      "maxOutputTokens" },
    { "temperature", NULL, "'generationConfig':{'temperature':0.5}",
      "generationConfig" },
    { "topP", NULL, "'generationConfig':{'topP':0.5}", "topP" },
    { "topK", NULL, "'generationConfig':{'topK':5}", "topK" },
    { "stopSequences", NULL, "'generationConfig':{'stopSequences':['END']}",
      "stopSequences" },
    { "candidateCount: 2", NULL, "'generationConfig':{'candidateCount':2}",
      "candidateCount" },
    { "seed", NULL, "'generationConfig':{'seed':7}", "generationConfig" },
    { NULL, NULL, NULL, NULL }
};


static const fidelity_door_t  doors[] = {
    { "Chat completions: `/v1/chat/completions`", "/v1/chat/completions",
      "{'model':'m','messages':", "[{'role':'user','content':'hi'}]",
      chat_parts },
    { "Messages: `/v1/messages`", "/v1/messages",
      "{'model':'m','max_tokens':4000,'messages':",
      "[{'role':'user','content':'hi'}]", messages_parts },
    { "Responses: `/v1/responses`", "/v1/responses",
      "{'model':'m','store':false,'input':", "'hi'", responses_parts },
    { "Gemini: `/v1beta/models/...:generateContent`",
      "/v1beta/models/m:generateContent",
      "{'contents':", "[{'role':'user','parts':[{'text':'hi'}]}]",
      generate_parts }
};


const fidelity_target_t  fidelity_targets[FIDELITY_TARGETS] = {
    { "openai", "gpt-5-mini" },
    { "azure", "gpt-5-mini" },
    { "anthropic", "claude-sonnet-4-5" },
    { "gemini", "gemini-2.5-flash" },
    { "vertex", "gemini-2.5-flash" },
    { "bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0" },
    { "cohere", "command-a-reasoning-08-2025" },
    { "huggingface", "Qwen/Qwen3-32B" },
    { "tgi", "Qwen/Qwen3-32B" }
};


typedef struct {
    llmgw_int_t  rc;
    llmgw_str_t  body;
    unsigned     dropped;
} fidelity_result_t;


static void *
fidelity_alloc(void *data, size_t size)
{
    return malloc(size);
}


llmgw_str_t
fidelity_quoted(llmgw_arena_t *a, llmgw_str_t text)
{
    u_char  *p;
    size_t   i;

    p = llmgw_nalloc(a, text.len ? text.len : 1);

    for (i = 0; i < text.len; i++) {
        p[i] = (u_char) (text.data[i] == '\'' ? '"' : text.data[i]);
    }

    return llmgw_str(p, text.len);
}


llmgw_str_t
fidelity_str(const char *s)
{
    return llmgw_str((const u_char *) s, strlen(s));
}


llmgw_int_t
fidelity_prepare(llmgw_call_t *call, llmgw_target_t *target,
    llmgw_settings_t *settings, llmgw_upstream_t *up, size_t n,
    llmgw_str_t body, const char *what)
{
    llmgw_arena_t           *a;
    const llmgw_provider_t  *p;

    a = call->arena;

    memset(target, 0, sizeof(llmgw_target_t));
    memset(settings, 0, sizeof(llmgw_settings_t));
    memset(up, 0, sizeof(llmgw_upstream_t));

    p = llmgw_provider_find(fidelity_str(fidelity_targets[n].provider));

    target->dialect = p->dialect;
    target->traits = p->traits;
    target->model = fidelity_str(fidelity_targets[n].model);
    target->settings = settings;

    settings->google_project = llmgw_lit("project");
    settings->google_location = llmgw_lit("location");

    llmgw_out_init(&up->body, a, 4096, 0, 0);

    if (llmgw_call_read(call, fidelity_quoted(a, body),
                        llmgw_lit("application/json"))
        != LLMGW_OK)
    {
        fprintf(stderr, "fidelity: %s: %.*s\n", what,
                llmgw_arg(call->error.message));
        exit(1);
    }

    return llmgw_call_prepare(call, target, up);
}


static fidelity_result_t
fidelity_send(const fidelity_door_t *door, const fidelity_part_t *part,
    size_t n, llmgw_arena_t *a)
{
    llmgw_str_t        rest, body;
    llmgw_call_t       call;
    llmgw_target_t     target;
    llmgw_settings_t   settings;
    llmgw_upstream_t   up;
    fidelity_result_t  result;

    memset(&result, 0, sizeof(fidelity_result_t));

    body = llmgw_fmt(a, "%s%s%s%s}", door->head,
                     part && part->turns ? part->turns : door->turns,
                     part && part->more ? "," : "",
                     part && part->more ? part->more : "");

    llmgw_call_init(&call, a,
                    llmgw_endpoint_find(fidelity_str(door->path), &rest));
    call.rest = rest;

    result.rc = fidelity_prepare(&call, &target, &settings, &up, n, body,
                                 part ? part->feature : "");

    if (result.rc == LLMGW_OK && llmgw_out_close(&up.body) == LLMGW_OK) {
        result.body = llmgw_out_join(&up.body, a);
        result.dropped = (call.dropped != NULL);
    }

    return result;
}


static const char *
fidelity_word(const fidelity_door_t *door, const fidelity_part_t *part,
    size_t n, llmgw_arena_t *a)
{
    fidelity_result_t  with, without;

    with = fidelity_send(door, part, n, a);
    without = fidelity_send(door, NULL, n, a);

    if (with.rc != LLMGW_OK) {
        return "refused";
    }

    if (llmgw_str_find(with.body,
                       fidelity_quoted(a, fidelity_str(part->sign))))
    {
        return "carried";
    }

    if (with.dropped && !without.dropped) {
        return "dropped";
    }

    if (llmgw_str_eq(with.body, without.body)) {
        return "left out";
    }

    return "mapped";
}


void
fidelity_table(const char *title)
{
    size_t  n;

    printf("\n## %s\n\n| |", title);

    for (n = 0; n < FIDELITY_TARGETS; n++) {
        printf(" %s |", fidelity_targets[n].provider);
    }

    printf("\n|---|");

    for (n = 0; n < FIDELITY_TARGETS; n++) {
        printf("---|");
    }

    printf("\n");
}


static void
fidelity_requests(const fidelity_door_t *door, llmgw_arena_t *a)
{
    size_t                  n;
    const fidelity_part_t  *part;

    fidelity_table(door->title);

    for (part = door->parts; part->feature; part++) {

        printf("| %s |", part->feature);

        for (n = 0; n < FIDELITY_TARGETS; n++) {
            printf(" %s |", fidelity_word(door, part, n, a));
        }

        printf("\n");
    }
}


int
main(void)
{
    size_t         i;
    llmgw_arena_t  a;

    llmgw_arena_init(&a, fidelity_alloc, NULL, 65536, 0);

    printf("# Fidelity\n\n"
           "What becomes of each part of a request, from the clients of each "
           "API to each\nkind of provider, and below of what is in the "
           "[answers](#answers). This page is\nprinted by a program that "
           "makes the requests with and without the part\n"
           "(`t/core/fidelity.c`), and a test fails when it is stale.\n\n"
           "- **carried**: the provider has it by the same name, and gets it "
           "so\n"
           "- **mapped**: the provider gets it in its own form\n"
           "- **dropped**: the provider has nothing like it; "
           "`x-llmgw-dropped-params` names\n  it\n"
           "- **refused**: the provider has nothing like it, and leaving it "
           "out would change\n  the answer: 400, or the next deployment. "
           "`llmgw_drop_params on`\n  drops some of it\n"
           "- **left out**: a hint that changes no answer, without a word\n\n"
           "The models are");

    for (i = 0; i < FIDELITY_TARGETS; i++) {
        printf("%s\n`%s` (%s)", i ? "," : "", fidelity_targets[i].model,
               fidelity_targets[i].provider);
    }

    printf(".\nOther models of a provider may take more or less.\n");

    for (i = 0; i < llmgw_nelts(doors); i++) {
        fidelity_requests(&doors[i], &a);
    }

    fidelity_answers(&a);

    return 0;
}
