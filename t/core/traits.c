
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a provider's traits and the operator make of a body.  The bodies here
 * have ' for ".
 */


#include "test.h"
#include "llmgw_splice.h"
#include "llmgw_traits.h"


#define CHAT  "/v1/chat/completions"


typedef struct {
    const char            *name;
    const char            *path;
    const llmgw_quirk_t   *quirks;
    const char            *body;
    const char            *want;
    const char            *dropped;
    const char            *set[2];
    const char            *model;
    llmgw_traits_t         traits;     /* but for the quirks */
} traits_row_t;


static llmgw_str_t
traits_quoted(llmgw_arena_t *a, const char *text)
{
    u_char  *p;
    size_t   i, len;

    len = strlen(text);
    p = llmgw_nalloc(a, len ? len : 1);

    for (i = 0; i < len; i++) {
        p[i] = (u_char) (text[i] == '\'' ? '"' : text[i]);
    }

    return llmgw_str(p, len);
}


static const llmgw_quirk_t  drop[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("n") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("seed") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("stop"),
      .models = llmgw_string("grok-4 grok-code") },
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_EMBEDDINGS,
      .name = llmgw_string("user") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_quirk_t  change[] = {
    { .kind = LLMGW_QUIRK_RENAME, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("max_completion_tokens"),
      .value = llmgw_string("max_tokens") },
    { .kind = LLMGW_QUIRK_CLAMP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("temperature"), .min = 0.1, .max = 1 },
    { .kind = LLMGW_QUIRK_MAX_STOP, .endpoint = LLMGW_EP_CHAT, .max = 2 },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("required"), .value = llmgw_string("any") },
    { .kind = LLMGW_QUIRK_CHOICE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("none") },
    { .kind = LLMGW_QUIRK_CHOICE_NAMED, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_SCHEMA_ONLY, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_EFFORT, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("thinking"),
      .value = llmgw_string("{\"on\":1}"),
      .off = llmgw_string("{\"on\":0}") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_quirk_t  nulls[] = {
    { .kind = LLMGW_QUIRK_NULLS, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_quirk_t  messages[] = {
    { .kind = LLMGW_QUIRK_DROP_INSIDE, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("name") },
    { .kind = LLMGW_QUIRK_FLATTEN, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NO_DEVELOPER, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NO_STRICT, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_SHORT_IDS, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_quirk_t  only[] = {
    { .kind = LLMGW_QUIRK_ONLY, .endpoint = LLMGW_EP_CHAT,
      .value = llmgw_string("model messages") },
    { .kind = LLMGW_QUIRK_NONE }
};

static const llmgw_quirk_t  tools[] = {
    { .kind = LLMGW_QUIRK_DROP, .endpoint = LLMGW_EP_CHAT,
      .name = llmgw_string("tools") },
    { .kind = LLMGW_QUIRK_NO_STRICT, .endpoint = LLMGW_EP_CHAT },
    { .kind = LLMGW_QUIRK_NONE }
};


static const traits_row_t  traits_rows[] = {

    { "nothing to do", CHAT, drop,
      "{ 'model' : 'm',\t'messages':[{'a':1}], 'x': 1.0e1 }",
      "{ 'model' : 'm',\t'messages':[{'a':1}], 'x': 1.0e1 }", "",
      { NULL, NULL }, NULL, { 0 } },

    /* members that go, with one comma each */

    { "the last member goes", CHAT, drop,
      "{'model':'m','messages':[],'n':2}",
      "{'model':'m','messages':[]}", "n", { NULL, NULL }, NULL, { 0 } },

    { "the first members go", CHAT, drop,
      "{ 'n':2 , 'seed':3 , 'model':'m','messages':[]}",
      "{ 'model':'m','messages':[]}", "n seed", { NULL, NULL }, NULL, { 0 } },

    { "members in between go", CHAT, drop,
      "{'model':'m', 'seed':{'a':[1,2]}, 'n':2, 'messages':[], 'seed2':1}",
      "{'model':'m', 'messages':[], 'seed2':1}", "seed n",
      { NULL, NULL }, NULL, { 0 } },

    { "what goes without saying goes without a word", CHAT, drop,
      "{'model':'m','n':1,'messages':[]}",
      "{'model':'m','messages':[]}", "", { NULL, NULL }, NULL, { 0 } },

    { "an escaped name is the same name", CHAT, drop,
      "{'model':'m','s\\u0065ed':1,'messages':[]}",
      "{'model':'m','messages':[]}", "s\\u0065ed", { NULL, NULL }, NULL,
      { 0 } },

    { "null says nothing", CHAT, drop,
      "{'model':'m','seed':null,'stop':null,'messages':[]}",
      "{'model':'m','stop':null,'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "of some models", CHAT, drop,
      "{'model':'m','stop':'a','messages':[]}",
      "{'model':'Grok-4-Fast','messages':[]}", "stop",
      { NULL, NULL }, "Grok-4-Fast", { 0 } },

    { "… and not of others", CHAT, drop,
      "{'model':'m','stop':'a','messages':[]}",
      "{'model':'grok-3','stop':'a','messages':[]}", "",
      { NULL, NULL }, "grok-3", { 0 } },

    { "legacy completions are like chats", "/v1/completions", drop,
      "{'model':'m','prompt':'a','n':2}",
      "{'model':'m','prompt':'a'}", "n", { NULL, NULL }, NULL, { 0 } },

    { "embeddings are not", "/v1/embeddings", drop,
      "{'model':'m','input':'a','n':2,'user':'u'}",
      "{'model':'m','input':'a','n':2}", "user", { NULL, NULL }, NULL,
      { 0 } },

    { "only some", CHAT, only,
      "{'top_p':1,'model':'m','n':1,'messages':[],'x':null,'user':'u'}",
      "{'model':'m','messages':[],'x':null}", "top_p user",
      { NULL, NULL }, NULL, { 0 } },

    /* members that change */

    { "another name", CHAT, change,
      "{'model':'m','max_completion_tokens':5,'messages':[]}",
      "{'model':'m','max_tokens':5,'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "both names", CHAT, change,
      "{'model':'m','max_completion_tokens':5,'max_tokens':6,"
      "'messages':[]}",
      "{'model':'m','max_tokens':6,'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "too much", CHAT, change,
      "{'model':'m','temperature':1.5,'messages':[]}",
      "{'model':'m','temperature':1,'messages':[]}", "temperature",
      { NULL, NULL }, NULL, { 0 } },

    { "too little", CHAT, change,
      "{'model':'m','temperature':0.0,'messages':[]}",
      "{'model':'m','temperature':0.1,'messages':[]}", "temperature",
      { NULL, NULL }, NULL, { 0 } },

    { "within the limits", CHAT, change,
      "{'model':'m','temperature':1.00,'messages':[]}",
      "{'model':'m','temperature':1.00,'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "no number", CHAT, change,
      "{'model':'m','temperature':'hot','messages':[]}",
      "{'model':'m','temperature':'hot','messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "too many stop sequences", CHAT, change,
      "{'model':'m','stop':[ 'a', 'b' , 'c' ],'messages':[]}",
      "{'model':'m','stop':[ 'a', 'b'],'messages':[]}", "stop",
      { NULL, NULL }, NULL, { 0 } },

    { "not too many", CHAT, change,
      "{'model':'m','stop':['a','b' ],'messages':[]}",
      "{'model':'m','stop':['a','b' ],'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "another word for a choice", CHAT, change,
      "{'model':'m','tool_choice':'required','messages':[]}",
      "{'model':'m','tool_choice':'any','messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "no word for a choice", CHAT, change,
      "{'model':'m','tool_choice':'none','messages':[]}",
      "{'model':'m','messages':[]}", "tool_choice",
      { NULL, NULL }, NULL, { 0 } },

    { "no choice of one tool", CHAT, change,
      "{'model':'m','tool_choice':{'type':'function'},'messages':[]}",
      "{'model':'m','messages':[]}", "tool_choice",
      { NULL, NULL }, NULL, { 0 } },

    { "a choice that there is", CHAT, change,
      "{'model':'m','tool_choice':'auto','messages':[]}",
      "{'model':'m','tool_choice':'auto','messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "JSON of any schema", CHAT, change,
      "{'model':'m','response_format':{'type':'json_object'},"
      "'messages':[]}",
      "{'model':'m','response_format':{'type':'json_schema','json_schema':"
      "{'name':'response','schema':{'type':'object'}}},'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "another format", CHAT, change,
      "{'model':'m','response_format':{'type':'text'},'messages':[]}",
      "{'model':'m','response_format':{'type':'text'},'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "an effort", CHAT, change,
      "{'model':'m', 'reasoning_effort' : 'high' ,'messages':[]}",
      "{'model':'m', 'thinking':{'on':1} ,'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "no effort", CHAT, change,
      "{'model':'m','reasoning_effort':'none','messages':[]}",
      "{'model':'m','thinking':{'on':0},'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "an effort by its own name, too", CHAT, change,
      "{'model':'m','thinking':1,'reasoning_effort':'low','messages':[]}",
      "{'model':'m','thinking':1,'messages':[]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "nulls", CHAT, nulls,
      "{'a':null,'model':'m','b':null,'messages':[{'role':'assistant',"
      "'content':null,'tool_calls':null,'name':null}],'c':{'d':null}}",
      "{'model':'m','messages':[{'role':'assistant',"
      "'content':null}],'c':{'d':null}}", "",
      { NULL, NULL }, NULL, { 0 } },

    /* messages and tools */

    { "names of messages", CHAT, messages,
      "{'model':'m','messages':[{'name':'a','role':'user'},"
      "{'role':'user','name':'b'},{'name':'c'}]}",
      "{'model':'m','messages':[{'role':'user'},"
      "{'role':'user'},{}]}", "messages.name",
      { NULL, NULL }, NULL, { 0 } },

    { "the role in front of the content and behind it", CHAT, messages,
      "{'model':'m','messages':[{'role':'developer','content':"
      "[{'type':'text','text':'a'}]},{'content':[{'text':'b',"
      "'type':'text'},{'type':'text','text':'\\u0063'}],"
      "'role':'developer'}]}",
      "{'model':'m','messages':[{'role':'system','content':'a'},"
      "{'content':'b\\n\\u0063','role':'system'}]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "what is no text stays a list", CHAT, messages,
      "{'model':'m','messages':[{'role':'user','content':"
      "[{'type':'text','text':'a'},{'type':'image_url'}]},"
      "{'content':[{'type':'text'}]},{'content':['a']},{'content':[]}]}",
      "{'model':'m','messages':[{'role':'user','content':"
      "[{'type':'text','text':'a'},{'type':'image_url'}]},"
      "{'content':[{'type':'text'}]},{'content':['a']},{'content':''}]}",
      "", { NULL, NULL }, NULL, { 0 } },

    { "messages that are none", CHAT, messages,
      "{'model':'m','messages':[1,null,[],'a',{'tool_calls':[1,{'id':1}],"
      "'tool_call_id':2,'role':3}],'tools':[1,{},{'function':1}]}",
      "{'model':'m','messages':[1,null,[],'a',{'tool_calls':[1,{'id':1}],"
      "'tool_call_id':2,'role':3}],'tools':[1,{},{'function':1}]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "ids of nine letters and digits stay", CHAT, messages,
      "{'model':'m','messages':[{'tool_calls':[{'id':'aB3456789'}]},"
      "{'tool_call_id':'aB3456789'}]}",
      "{'model':'m','messages':[{'tool_calls':[{'id':'aB3456789'}]},"
      "{'tool_call_id':'aB3456789'}]}", "",
      { NULL, NULL }, NULL, { 0 } },

    { "tools are not strict", CHAT, messages,
      "{'model':'m','messages':[],'tools':[{'type':'function',"
      "'function':{'strict':true,'name':'f'}},{'type':'function',"
      "'function':{'name':'g','strict':false}}]}",
      "{'model':'m','messages':[],'tools':[{'type':'function',"
      "'function':{'name':'f'}},{'type':'function',"
      "'function':{'name':'g'}}]}", "tools.strict",
      { NULL, NULL }, NULL, { 0 } },

    { "an edit inside of what goes", CHAT, tools,
      "{'model':'m','messages':[],'tools':[{'type':'function',"
      "'function':{'strict':true,'name':'f'}}]}",
      "{'model':'m','messages':[]}", "tools tools.strict",
      { NULL, NULL }, NULL, { 0 } },

    /* what the operator sets */

    { "a new member", CHAT, NULL,
      "{'model':'m','messages':[] }",
      "{'model':'m','messages':[] ,'a':{'b':[1, 2]},'c':'d'}", "",
      { "{'a':{'b':[1, 2]},'c':'d'}", NULL }, NULL, { 0 } },

    { "another value", CHAT, NULL,
      "{'model':'m','a':1,'messages':[]}",
      "{'model':'m','a':[2],'messages':[]}", "",
      { "{'a':[2]}", NULL }, NULL, { 0 } },

    { "members of members", CHAT, NULL,
      "{'model':'m','a':{'b':{},'x':1},'messages':[]}",
      "{'model':'m','a':{'b':{'c':2},'x':1,'y':3},'messages':[]}", "",
      { "{'a':{'b':{'c':2},'y':3}}", NULL }, NULL, { 0 } },

    { "an object for what is none", CHAT, NULL,
      "{'model':'m','a':1,'b':{'x':1},'messages':[]}",
      "{'model':'m','a':{'c':2},'b':3,'messages':[]}", "",
      { "{'a':{'c':2},'b':3}", NULL }, NULL, { 0 } },

    { "the deployment's over the location's", CHAT, NULL,
      "{'model':'m','messages':[]}",
      "{'model':'m','messages':[],'a':3,'b':{'c':2,'d':4},'e':5}", "",
      { "{'a':1,'b':{'c':2}}", "{'a':3,'b':{'d':4},'e':5}" }, NULL,
      { 0 } },

    { "only the deployment's", CHAT, NULL,
      "{'model':'m','messages':[]}",
      "{'model':'m','messages':[],'a':3}", "",
      { NULL, "{'a':3}" }, NULL, { 0 } },

    { "of any endpoint", "/v1/embeddings", NULL,
      "{'model':'m','input':['a']}",
      "{'model':'m','input':['a'],'input_type':'query'}", "",
      { "{'input_type':'query'}", NULL }, NULL, { 0 } },

    { "… of reranking", "/v1/rerank", NULL,
      "{'model':'m','query':'q','documents':['a']}",
      "{'model':'m','query':'q','documents':['a'],"
      "'return_documents':false,'x':1}", "",
      { "{'x':1}", NULL }, NULL, { 0 } },

    { "what is set is neither dropped nor changed", CHAT, drop,
      "{'model':'m','seed':7,'messages':[]}",
      "{'model':'m','seed':8,'messages':[],'n':4}", "",
      { "{'n':4,'seed':8}", NULL }, NULL, { 0 } },

    { "… nor is its name", CHAT, change,
      "{'model':'m','temperature':9,'reasoning_effort':'low',"
      "'messages':[],'max_completion_tokens':1}",
      "{'model':'m','temperature':5,"
      "'messages':[],'thinking':6,'max_tokens':7}", "",
      { "{'temperature':5,'thinking':6,'max_tokens':7}", NULL }, NULL,
      { 0 } },

    { "with everything else gone", CHAT, only,
      "{'x':1,'model':'m','messages':[],'y':2}",
      "{'model':'m','messages':[],'z':3}", "x y",
      { "{'z':3}", NULL }, NULL, { 0 } },

    /* written bodies */

    { "a translated chat", "/v1/messages", change,
      "{'model':'m','max_tokens':5,'temperature':1.5,'messages':["
      "{'role':'user','content':'hi'}]}",
      "{'model':'m','messages':[{'role':'user','content':'hi'}],"
      "'max_tokens':5,'temperature':1}", "temperature",
      { NULL, NULL }, NULL, { 0 } },

    { "… with more in it", "/v1/messages", NULL,
      "{'model':'m','max_tokens':5,'messages':["
      "{'role':'user','content':'hi'}]}",
      "{'model':'m','messages':[{'role':'user','content':'hi'}],"
      "'max_completion_tokens':5,'a':1}", "",
      { "{'a':1}", NULL }, NULL, { 0 } },

    { "an effort of any model", "/v1/messages", NULL,
      "{'model':'m','max_tokens':5000,'thinking':{'type':'enabled',"
      "'budget_tokens':2000},'messages':[{'role':'user','content':'hi'}]}",
      "{'model':'m','messages':[{'role':'user','content':'hi'}],"
      "'max_completion_tokens':5000,'reasoning_effort':'medium'}", "",
      { NULL, NULL }, NULL, { .efforts = 1 } },

    { "… by another name", "/v1/messages", change,
      "{'model':'m','max_tokens':5000,'thinking':{'type':'enabled',"
      "'budget_tokens':2000},'messages':[{'role':'user','content':'hi'}]}",
      "{'model':'m','messages':[{'role':'user','content':'hi'}],"
      "'max_tokens':5000,'thinking':{'on':1}}", "",
      { NULL, NULL }, NULL, { .efforts = 1 } },

    { "an effort that no model is known to take", "/v1/messages", NULL,
      "{'model':'m','max_tokens':5000,'thinking':{'type':'enabled',"
      "'budget_tokens':2000},'messages':[{'role':'user','content':'hi'}]}",
      "{'model':'m','messages':[{'role':'user','content':'hi'}],"
      "'max_completion_tokens':5000}", "thinking",
      { NULL, NULL }, NULL, { .echo = 1 } },

    { "thoughts that are sent back", "/v1/messages", NULL,
      "{'model':'m','max_tokens':5,'messages':["
      "{'role':'assistant','content':[{'type':'thinking','thinking':'a\\n',"
      "'signature':''},{'type':'thinking','thinking':'b','signature':''},"
      "{'type':'text','text':'c'}]},{'role':'user','content':'hi'}]}",
      "{'model':'m','messages':[{'role':'assistant','content':'c',"
      "'reasoning_content':'a\\nb'},{'role':'user','content':'hi'}],"
      "'max_completion_tokens':5}", "",
      { NULL, NULL }, NULL, { .echo = 1 } },

    { "… and are not", "/v1/messages", NULL,
      "{'model':'m','max_tokens':5,'messages':["
      "{'role':'assistant','content':[{'type':'thinking','thinking':'a',"
      "'signature':''},{'type':'text','text':'c'}]},"
      "{'role':'user','content':'hi'}]}",
      "{'model':'m','messages':[{'role':'assistant','content':'c'},"
      "{'role':'user','content':'hi'}],'max_completion_tokens':5}", "",
      { NULL, NULL }, NULL, { .efforts = 1 } },

    { "an endpoint that the provider has not", "/v1/responses", drop,
      "{'model':'m','input':'hi','store':false}",
      "{'model':'m','messages':[{'role':'user','content':'hi'}]}", "",
      { NULL, NULL }, NULL,
      { .endpoints = (uint64_t) 1 << LLMGW_EP_CHAT } },

    { "… and one that it has", "/v1/responses", drop,
      "{'model':'m','input':'hi','store':false,'n':2}",
      "{'model':'m','input':'hi','store':false,'n':2}", "",
      { NULL, NULL }, NULL,
      { .endpoints = (uint64_t) 1 << LLMGW_EP_CHAT
                     | (uint64_t) 1 << LLMGW_EP_RESPONSES } }
};


static llmgw_int_t
traits_prepare(llmgw_call_t *call, llmgw_target_t *target,
    llmgw_traits_t *traits, const traits_row_t *row, llmgw_arena_t *a,
    llmgw_upstream_t *up)
{
    size_t       i;
    llmgw_int_t  rc;
    llmgw_str_t  rest;

    memset(target, 0, sizeof(llmgw_target_t));

    *traits = row->traits;
    traits->quirks = row->quirks;

    target->dialect = &llmgw_dialect_openai;
    target->model = test_cstr(row->model ? row->model : "m");
    target->traits = traits;

    for (i = 0; i < 2; i++) {
        if (row->set[i]) {
            target->set[i] = traits_quoted(a, row->set[i]);
        }
    }

    llmgw_call_init(call, a, llmgw_endpoint_find(test_cstr(row->path),
                                                 &rest));

    rc = llmgw_call_read(call, traits_quoted(a, row->body),
                         llmgw_lit("application/json"));
    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(up, 0, sizeof(llmgw_upstream_t));
    llmgw_out_init(&up->body, a, 256, 0, 0);

    return llmgw_call_prepare(call, target, up);
}


static llmgw_str_t
traits_dropped(llmgw_call_t *call)
{
    llmgw_out_t    o;
    llmgw_name_t  *n;

    llmgw_out_init(&o, call->arena, 0, 0, 0);

    for (n = call->dropped; n; n = n->next) {
        if (n != call->dropped) {
            llmgw_putc(&o, ' ');
        }

        llmgw_put(&o, n->name);
    }

    (void) llmgw_out_close(&o);

    return llmgw_out_join(&o, call->arena);
}


static void
traits_bodies(void)
{
    size_t             i;
    test_mem_t         mem;
    llmgw_call_t       call;
    llmgw_traits_t     traits;
    llmgw_target_t     target;
    llmgw_upstream_t   up;

    for (i = 0; i < llmgw_nelts(traits_rows); i++) {

        test_case("traits: %s", traits_rows[i].name);

        test_mem_init(&mem, 0, 0);

        check_int(traits_prepare(&call, &target, &traits, &traits_rows[i],
                                 &mem.arena, &up),
                  LLMGW_OK);

        check_int(llmgw_out_close(&up.body), LLMGW_OK);
        check_str(llmgw_out_join(&up.body, &mem.arena),
                  traits_quoted(&mem.arena, traits_rows[i].want));
        check_str(traits_dropped(&call), test_cstr(traits_rows[i].dropped));

        test_mem_free(&mem);
    }
}


static void
traits_memory(void)
{
    long               n;
    size_t             i;
    unsigned           done;
    test_mem_t         mem;
    llmgw_int_t        rc;
    llmgw_call_t       call;
    llmgw_traits_t     traits;
    llmgw_target_t     target;
    llmgw_upstream_t   up;

    for (i = 0; i < llmgw_nelts(traits_rows); i++) {

        test_case("traits: no memory: %s", traits_rows[i].name);

        test_mem_init(&mem, 0, 0);
        (void) traits_prepare(&call, &target, &traits, &traits_rows[i],
                              &mem.arena, &up);
        n = mem.calls;
        test_mem_free(&mem);

        check(n > 0 && n < 1000);

        /* the test's own texts are the first ones */

        test_chaos(&mem, n, done) {

            if (n < 4) {
                continue;
            }

            rc = traits_prepare(&call, &target, &traits, &traits_rows[i],
                                &mem.arena, &up);

            if (rc == LLMGW_OK) {
                done = (llmgw_out_close(&up.body) == LLMGW_OK);

            } else {
                check_int(rc, LLMGW_ERROR);
            }
        }

        check(done);
    }
}


/* ids are as short as they have to be, each its own and the same each time */

static void
traits_ids(void)
{
    size_t             i;
    llmgw_str_t        body, id[4];
    llmgw_json_t       j;
    test_mem_t         mem;
    llmgw_call_t       call;
    llmgw_traits_t     traits;
    llmgw_target_t     target;
    llmgw_upstream_t   up;

    const llmgw_json_node_t  *m, *v;

    static const traits_row_t  row = {
        "ids", CHAT, messages,
        "{'model':'m','messages':[{'tool_calls':[{'id':'call_abc'}]},"
        "{'tool_call_id':'call_abc'},{'tool_call_id':'call_abd'},"
        "{'tool_call_id':'aB345678-'}]}",
        NULL, NULL, { NULL, NULL }, NULL, { 0 }
    };

    test_case("traits: ids");

    test_mem_init(&mem, 0, 0);

    check_int(traits_prepare(&call, &target, &traits, &row, &mem.arena, &up),
              LLMGW_OK);
    check_int(llmgw_out_close(&up.body), LLMGW_OK);

    body = llmgw_out_join(&up.body, &mem.arena);

    check_int(llmgw_json_parse(&j, &mem.arena, body, LLMGW_JSON_ALL, 100),
              LLMGW_OK);

    i = 0;

    llmgw_json_each(m, llmgw_json_array(&j, j.nodes, "messages")) {

        v = llmgw_json_array(&j, m, "tool_calls");

        id[i++] = v ? llmgw_json_get_str(&j, v + 1, "id")
                    : llmgw_json_get_str(&j, m, "tool_call_id");
    }

    for (i = 0; i < 4; i++) {
        check_int(id[i].len, 9);
        check(memchr(id[i].data, '_', id[i].len) == NULL);
        check(memchr(id[i].data, '-', id[i].len) == NULL);
    }

    check_str(id[0], id[1]);
    check(!llmgw_str_eq(id[1], id[2]));

    test_mem_free(&mem);
}


static void
traits_paths(void)
{
    size_t             i;
    test_mem_t         mem;
    llmgw_call_t       call;
    llmgw_traits_t     plain;
    llmgw_target_t     target;

    static const llmgw_own_path_t  own[] = {
        { .endpoint = LLMGW_EP_RESPONSES, .path = llmgw_string("/r/x") },
        { .endpoint = LLMGW_EP_RERANK, .path = llmgw_string("/rr"),
          .root = 1 },
        { .endpoint = LLMGW_EP_NONE }
    };

    static const llmgw_traits_t  bare = { .prefix = 1 };
    static const llmgw_traits_t  paths = {
        .endpoints = 7, .paths = own, .prefix = 1, .echo = 1,
        .reasoning = llmgw_string("r"), .quirks = drop
    };

    static const struct {
        const llmgw_traits_t  *traits;
        const char            *base;
        llmgw_ep_e             endpoint;
        const char            *want;
    } rows[] = {
        { NULL, "", LLMGW_EP_CHAT, "/v1/a" },
        { NULL, "/p", LLMGW_EP_CHAT, "/p/v1/a" },
        { NULL, "/p/v1", LLMGW_EP_CHAT, "/p/v1/a" },
        { &bare, "", LLMGW_EP_CHAT, "/a" },
        { &bare, "/p", LLMGW_EP_CHAT, "/p/a" },
        { &bare, "/p/v4", LLMGW_EP_CHAT, "/p/v4/a" },
        { &paths, "/p", LLMGW_EP_CHAT, "/p/a" },
        { &paths, "/p", LLMGW_EP_RESPONSES, "/p/r/x" },
        { &paths, "", LLMGW_EP_RESPONSES, "/r/x" },
        { &paths, "/p", LLMGW_EP_RERANK, "/rr" },
        { NULL, "/p", LLMGW_EP_RERANK, "/p/v1/a" }
    };

    llmgw_traits_plain(&plain, &paths);

    test_case("traits: without the quirks");
    check(plain.quirks == NULL);
    check_int(plain.endpoints, 7);
    check_int(plain.echo, 0);
    check_int(plain.reasoning.len, 0);

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("traits: path %s", rows[i].want);

        test_mem_init(&mem, 0, 0);
        memset(&call, 0, sizeof(llmgw_call_t));
        memset(&target, 0, sizeof(llmgw_target_t));

        call.arena = &mem.arena;
        call.target = &target;
        target.traits = rows[i].traits;
        target.base_path = test_cstr(rows[i].base);

        check_str(llmgw_openai_path(&call, rows[i].endpoint,
                                    llmgw_lit("/a")),
                  test_cstr(rows[i].want));

        test_mem_free(&mem);
    }
}


/* edits in any order, next to and in each other */

static void
traits_splice(void)
{
    size_t          i, k;
    test_mem_t      mem;
    llmgw_out_t     o;
    llmgw_str_t     text;
    llmgw_splice_t  sp;

    static const struct {
        const char  *edits;    /* of two digits and a letter, "-" for none */
        const char  *want;
    } rows[] = {
        { "", "0123456789" },
        { "00a", "a0123456789" },
        { "99a33b", "012b345678a9" },
        { "34a99b45c02d", "d2ac5678b9" },
        { "33a33b33c", "012abc3456789" },
        { "55z33a33b33c11y", "0y12abc34z56789" },
        { "28-45a", "0189" },
        { "45a28-", "0189" },
        { "28x23a", "01xa89" },
        { "28-88a", "01a89" },
        { "88a28-22b", "01b" "a89" },
        { "09-", "9" },
        { "24-46-", "016789" },
        { "46-24-", "016789" }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("splice: %s", rows[i].edits);

        test_mem_init(&mem, 0, 0);

        text = llmgw_lit("0123456789");
        llmgw_splice_init(&sp, &mem.arena);
        llmgw_out_init(&o, &mem.arena, 0, 0, 0);

        for (k = 0; rows[i].edits[k]; k += 3) {
            llmgw_splice_add(&sp, text.data + (rows[i].edits[k] - '0'),
                             text.data + (rows[i].edits[k + 1] - '0'),
                             llmgw_str((u_char *) &rows[i].edits[k + 2],
                                       rows[i].edits[k + 2] != '-'));
        }

        check_int(llmgw_splice_put(&sp, text, &o), LLMGW_OK);
        check_int(llmgw_out_close(&o), LLMGW_OK);
        check_str(llmgw_out_join(&o, &mem.arena), test_cstr(rows[i].want));

        test_mem_free(&mem);
    }

    /* many, from the end to the beginning, in no time */

    test_case("splice: many");

    test_mem_init(&mem, 4096, 0);
    llmgw_splice_init(&sp, &mem.arena);
    llmgw_out_init(&o, &mem.arena, 0, 0, 0);

    text.len = 400000;
    text.data = llmgw_nalloc(&mem.arena, text.len);
    memset((u_char *) text.data, '.', text.len);

    for (i = text.len; i; i--) {
        llmgw_splice_add(&sp, text.data + i - 1, text.data + i,
                         llmgw_lit("x"));
    }

    check_int(llmgw_splice_put(&sp, text, &o), LLMGW_OK);
    check_int(llmgw_out_close(&o), LLMGW_OK);

    text = llmgw_out_join(&o, &mem.arena);
    check_int(text.len, 400000);
    check(memchr(text.data, '.', text.len) == NULL);

    test_mem_free(&mem);
}


void
test_traits(void)
{
    traits_splice();
    traits_paths();
    traits_bodies();
    traits_ids();
    traits_memory();
}
