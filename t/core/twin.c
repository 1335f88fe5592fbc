
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Events that are like the one before but for their text: what is taken for
 * one, and that streams come out as if each event had been parsed.  ' stands
 * for ".
 */


#include "test.h"
#include "llmgw_reply.h"


#define TWIN_EVENTS  300
#define TWIN_MAX     4096


typedef struct {
    const char  *name;
    const char  *event;
    const char  *text;      /* in it */
    const char  *input;
    const char  *more;      /* bytes behind its twin */
    const char  *want;      /* the text; NULL: it is no twin */
} twin_row_t;


static const twin_row_t  rows[] = {
    { "another text", "{'a':'x','b':1}", "x", "{'a':'yes','b':1}", "",
      "yes" },
    { "the same text", "{'a':'x','b':1}", "x", "{'a':'x','b':1}", "", "x" },
    { "no text", "{'a':'x','b':1}", "x", "{'a':'','b':1}", "", NULL },
    { "what is behind it", "{'a':'x'}\n\n", "x", "{'a':'y'}\n\n",
      "{'a':'z'}\n\n", "y" },
    { "escapes", "{'a':'x'}", "x", "{'a':'\\n\\\\\\'\\/\\t'}", "",
      "\\n\\\\\\'\\/\\t" },
    { "escapes of numbers are left to the parser", "{'a':'x'}", "x",
      "{'a':'\\u00e9'}", "", NULL },
    { "an escape that is none", "{'a':'x'}", "x", "{'a':'\\x'}", "", NULL },
    { "UTF-8", "{'a':'x'}", "x", "{'a':'\xc3\xa9\xe4\xb8\xad!'}", "",
      "\xc3\xa9\xe4\xb8\xad!" },
    { "broken UTF-8", "{'a':'x'}", "x", "{'a':'\xc3'}", "", NULL },
    { "a control character", "{'a':'x'}", "x", "{'a':'a\nb'}", "", NULL },
    { "another beginning", "{'a':'x'}", "x", "{'b':'x'}", "", NULL },
    { "another end", "{'a':'x','b':1}", "x", "{'a':'x','b':2}", "", NULL },
    { "an end too soon", "{'a':'x','b':1}", "x", "{'a':'x','b':1", "",
      NULL },
    { "a text that does not end", "{'a':'x'}", "x", "{'a':'xxxxxxxx", "",
      NULL },
    { "no content of a string", "{'a':1234}", "23", "{'a':1234}", "", NULL },
    { "a part of a string", "{'a':'xyz'}", "y", "{'a':'xyz'}", "", NULL },

    { "padding", "{'a':'x','obfuscation':'abc'}\n\n", "x",
      "{'a':'y','obfuscation':'defghi'}\n\n", "", "y" },
    { "padding of another length of name", "{'d':{'e':'x'},'p':'ab'}", "x",
      "{'d':{'e':'y'},'p':''}", "", "y" },
    { "padding that is not the last", "{'a':'x','p':'ab','c':1}", "x",
      "{'a':'y','p':'cd','c':1}", "", NULL },
    { "other members are no padding", "{'a':'x','q':'ab'}", "x",
      "{'a':'y','q':'cd'}", "", NULL },
    { "padding without an end", "{'a':'x','p':'ab'}", "x",
      "{'a':'y','p':'ab\\'}", "", NULL }
};


static llmgw_str_t
twin_quoted(llmgw_arena_t *a, const char *text)
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


static void
twin_match(const twin_row_t *row)
{
    size_t         n, twin;
    test_mem_t     m;
    llmgw_str_t    event, text, input, all;
    llmgw_twin_t   t;
    llmgw_arena_t *a;

    test_case("twins: %s", row->name);

    a = test_mem_init(&m, 4096, 0);
    memset(&t, 0, sizeof(llmgw_twin_t));

    event = twin_quoted(a, row->event);
    text = twin_quoted(a, row->text);
    text.data = llmgw_str_find(event, text);

    check_int(llmgw_twin_learn(&t, a, event, text), LLMGW_OK);

    input = twin_quoted(a, row->input);
    all = llmgw_fmt(a, "%.*s%s", llmgw_arg(input), row->more);

    text = llmgw_null_str;
    twin = llmgw_twin_match(&t, llmgw_str(test_guard(all), all.len), &text);

    if (row->want) {
        check_int(twin, input.len);
        check_str(text, twin_quoted(a, row->want));

        /* of a part it cannot be said */

        for (n = 0; n < input.len; n++) {
            test_at("the first %zu bytes", n);
            check_int(llmgw_twin_match(&t, llmgw_str(test_guard(input), n),
                                       &text), 0);
        }

    } else {
        check_int(twin, 0);
    }

    llmgw_twin_forget(&t);
    check_int(llmgw_twin_match(&t, event, &text), 0);

    test_mem_free(&m);
}


static void
twin_sizes(void)
{
    u_char         buf[LLMGW_TWIN_MAX + 16];
    test_mem_t     m, none;
    llmgw_str_t    event, text;
    llmgw_twin_t   t;

    test_case("twins: events that are too long are not remembered");

    test_mem_init(&m, 4096, 0);
    memset(&t, 0, sizeof(llmgw_twin_t));

    memset(buf, ' ', sizeof(buf));
    memcpy(buf, "{\"a\":\"x\"", 8);

    event = llmgw_str(buf, LLMGW_TWIN_MAX + 1);
    text = llmgw_str(buf + 6, 1);

    check_int(llmgw_twin_learn(&t, &m.arena, event, text), LLMGW_OK);
    check_int(llmgw_twin_match(&t, event, &text), event.len);

    event.len++;

    check_int(llmgw_twin_learn(&t, &m.arena, event, text), LLMGW_OK);
    check_int(llmgw_twin_match(&t, event, &text), 0);

    test_case("twins: no memory");

    test_mem_init(&none, 0, 0);
    none.fail = 0;

    event.len = 100;

    /* what it has is used again */

    check_int(llmgw_twin_learn(&t, &none.arena, event, text), LLMGW_OK);

    memset(&t, 0, sizeof(llmgw_twin_t));

    check_int(llmgw_twin_learn(&t, &none.arena, event, text), LLMGW_ERROR);
    check_int(llmgw_twin_match(&t, event, &text), 0);

    test_mem_free(&none);
    test_mem_free(&m);
}


/* streams of random texts; %s stands for one */

typedef struct {
    const char             *name;
    const char             *path;
    const char             *request;
    const llmgw_dialect_t  *provider;
    const char             *begin;
    const char             *events[4];
    const char             *end;
} twin_stream_t;


#define CHUNK(delta)  "{'id':'c','object':'chat.completion.chunk','created':" \
                      "1,'model':'m','choices':[{" delta "}]"
#define TEXT(i, name)                                                        \
    CHUNK("'index':" i ",'delta':{'" name "':'%s'},'finish_reason':null")
#define CALL(index, name)                                                    \
    CHUNK("'index':0,'delta':{'tool_calls':[{" index "'function':{" name     \
          "'arguments':'%s'}}]},'finish_reason':null") "}"
#define CHAT_END                                                             \
    CHUNK("'index':0,'delta':{},'finish_reason':'stop'")                     \
    ",'usage':{'prompt_tokens':5,'completion_tokens':6,'total_tokens':11}}"

#define BLOCK(i, block)                                                      \
    "{'type':'content_block_start','index':" i ",'content_block':{" block    \
    "}}\n"
#define BLOCK_DELTA(i, delta)                                                \
    "{'type':'content_block_delta','index':" i ",'delta':{" delta "}}"

#define ASK_CHAT                                                             \
    "{'model':'m','stream':true,'messages':[{'role':'user','content':'x'}]}"
#define ASK_MESSAGES                                                         \
    "{'model':'m','max_tokens':9,'stream':true,'thinking':{'type':"          \
    "'enabled','budget_tokens':2000},'messages':[{'role':'user',"            \
    "'content':'x'}]}"

static const twin_stream_t  streams[] = {
    { "OpenAI for the Messages API", "/v1/messages", ASK_MESSAGES,
      &llmgw_dialect_openai, "",
      { TEXT("0", "content") ",'usage':null}", TEXT("1", "content") "}",
        TEXT("0", "reasoning_content") "}",
        TEXT("0", "content") ",'obfuscation':'%s'}" },
      CHAT_END "\n[DONE]" },
    { "OpenAI, calls of tools", "/v1/messages", ASK_MESSAGES,
      &llmgw_dialect_openai,
      CHUNK("'index':0,'delta':{'tool_calls':[{'index':0,'id':'a',"
            "'function':{'name':'f','arguments':''}},{'index':1,'id':'b',"
            "'function':{'name':'g','arguments':''}}]},'finish_reason':null")
      "}\n",
      { CALL("'index':0,", ""), CALL("'index':1,", ""),
        CALL("'index':1,", "'name':'g',"), CALL("", "'name':'h',") },
      CHAT_END },
    { "OpenAI, passing", "/v1/chat/completions", ASK_CHAT,
      &llmgw_dialect_openai, "",
      { TEXT("0", "content") ",'usage':null}", TEXT("1", "content") "}",
        TEXT("0", "reasoning_content") "}", TEXT("0", "content") "}" },
      CHAT_END "\n[DONE]" },
    { "Anthropic for OpenAI's clients", "/v1/chat/completions", ASK_CHAT,
      &llmgw_dialect_anthropic,
      "{'type':'message_start','message':{'id':'m','model':'m','usage':"
      "{'input_tokens':5}}}\n"
      BLOCK("0", "'type':'thinking','thinking':''")
      BLOCK("1", "'type':'tool_use','id':'t','name':'f','input':{}")
      BLOCK("2", "'type':'text','text':''"),
      { BLOCK_DELTA("2", "'type':'text_delta','text':'%s'"),
        BLOCK_DELTA("0", "'type':'thinking_delta','thinking':'%s'"),
        BLOCK_DELTA("1", "'type':'input_json_delta','partial_json':'%s'"),
        BLOCK_DELTA("2", "'type':'citations_delta','citation':{'type':"
                    "'web_search_result_location','url':'%s'}") },
      "{'type':'content_block_stop','index':0}\n"
      "{'type':'content_block_stop','index':1}\n"
      "{'type':'content_block_stop','index':2}\n"
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':"
      "{'output_tokens':6}}\n{'type':'message_stop'}" },
    { "Anthropic, passing", "/v1/messages", ASK_MESSAGES,
      &llmgw_dialect_anthropic,
      "{'type':'message_start','message':{'id':'m','model':'m','usage':"
      "{'input_tokens':5}}}\n" BLOCK("0", "'type':'text','text':''"),
      { BLOCK_DELTA("0", "'type':'text_delta','text':'%s'"),
        BLOCK_DELTA("0", "'type':'thinking_delta','thinking':'%s'"),
        BLOCK_DELTA("0", "'type':'signature_delta','signature':'%s'"),
        "{'type':'ping','delta':'%s'}" },
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':"
      "{'output_tokens':6}}\n{'type':'message_stop'}" },
    { "Cohere", "/v1/chat/completions", ASK_CHAT, &llmgw_dialect_cohere,
      "{'type':'message-start','id':'c'}\n",
      { "{'type':'content-delta','index':0,'delta':{'message':{'content':"
        "{'text':'%s'}}}}",
        "{'type':'content-delta','index':0,'delta':{'message':{'content':"
        "{'thinking':'%s'}}}}",
        "{'type':'tool-plan-delta','delta':{'message':{'tool_plan':'%s'}}}",
        "{'type':'else','delta':{'message':{'content':{'text':'%s'}}}}" },
      "{'type':'message-end','delta':{'finish_reason':'COMPLETE','usage':"
      "{'tokens':{'input_tokens':5,'output_tokens':6}}}}" }
};


/* differs: no two events that follow each other are alike */

static void
twin_lines(llmgw_out_t *o, llmgw_arena_t *a, const char *lines,
    unsigned differs)
{
    size_t        n;
    unsigned      i;
    llmgw_str_t   s;
    const u_char *p;

    s = twin_quoted(a, lines);

    for (i = 0; s.len; i++) {

        p = memchr(s.data, '\n', s.len);
        n = p ? (size_t) (p - s.data) : s.len;

        llmgw_put(o, (differs && i % 2) ? llmgw_lit("data:  ")
                                       : llmgw_lit("data: "));
        llmgw_put_n(o, s.data, n);
        llmgw_puts(o, "\n\n");

        n += (p != NULL);
        s.data += n;
        s.len -= n;
    }
}


static llmgw_str_t
twin_make(const twin_stream_t *st, llmgw_arena_t *a, unsigned seed,
    unsigned differs)
{
    unsigned      i, k, n, kind;
    llmgw_out_t   o;
    llmgw_str_t   event;
    const char   *p;

    static const char  *const texts[] = {
        "a", " word", "\\n", "\\'", "", "\\u00e9", "\xc3\xa9", " and more",
        "\\\\", "\xe4\xb8\xad\xe6\x96\x87", "\\ud83d\\ude00", "':", ", "
    };

    llmgw_out_init(&o, a, 4096, 0, 0);
    twin_lines(&o, a, st->begin, differs);

    kind = 0;

    for (i = 0; i < TWIN_EVENTS; i++) {

        /* the same for both forms of the stream */

        seed = seed * 1103515245 + 12345;

        if ((seed >> 16) % 8 == 0) {
            kind = (seed >> 20) % 4;
        }

        llmgw_put(&o, (differs && i % 2) ? llmgw_lit("data:  ")
                                         : llmgw_lit("data: "));

        for (p = st->events[kind]; *p; p++) {

            if (p[0] != '%') {
                llmgw_putc(&o, (u_char) (*p == '\'' ? '"' : *p));
                continue;
            }

            p++;
            n = (seed >> 24) % 4;

            for (k = 0; k < n; k++) {
                seed = seed * 1103515245 + 12345;

                event = twin_quoted(a, texts[(seed >> 16)
                                             % llmgw_nelts(texts)]);

                /* quotes only where they are escaped */

                if (event.len && event.data[0] != '"') {
                    llmgw_put(&o, event);
                }
            }
        }

        llmgw_puts(&o, "\n\n");
    }

    twin_lines(&o, a, st->end, 0);

    check_int(llmgw_out_close(&o), LLMGW_OK);

    return llmgw_out_join(&o, a);
}


static llmgw_str_t
twin_read(const twin_stream_t *st, llmgw_arena_t *a, llmgw_str_t input,
    llmgw_reply_t *rp, size_t max)
{
    size_t             n;
    llmgw_int_t        rc;
    llmgw_out_t        o;
    llmgw_str_t        rest;
    llmgw_head_t       head;
    llmgw_call_t       call;
    llmgw_target_t     target;
    llmgw_settings_t   settings;
    llmgw_upstream_t   up;

    memset(&target, 0, sizeof(llmgw_target_t));
    memset(&settings, 0, sizeof(llmgw_settings_t));
    memset(&up, 0, sizeof(llmgw_upstream_t));
    memset(&head, 0, sizeof(llmgw_head_t));

    target.dialect = st->provider;
    target.model = llmgw_lit("m");
    target.settings = &settings;

    llmgw_call_init(&call, a, llmgw_endpoint_find(test_cstr(st->path),
                                                  &rest));
    llmgw_out_init(&up.body, a, 4096, 0, 0);

    check_int(llmgw_call_read(&call, twin_quoted(a, st->request),
                              llmgw_lit("application/json")), LLMGW_OK);
    check_int(llmgw_call_prepare(&call, &target, &up), LLMGW_OK);

    head.status = 200;
    head.content_type = llmgw_lit("text/event-stream");

    check_int(llmgw_reply_init(rp, &call, a, &head, 1 << 20), LLMGW_OK);
    llmgw_out_init(&o, a, 4096, 0, 0);

    rc = LLMGW_OK;

    while (rc == LLMGW_OK && input.len) {

        n = 1 + test_random((unsigned) max);
        n = (n < input.len) ? n : input.len;

        rc = llmgw_reply_feed(rp, input.data, n, &o);

        input.data += n;
        input.len -= n;
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_reply_end(rp, 0, &o);
    }

    check_int(rc, LLMGW_DONE);
    check_int(rp->error.message.len, 0);
    check_int(llmgw_out_close(&o), LLMGW_OK);

    return llmgw_out_join(&o, a);
}


static void
twin_stream(const twin_stream_t *st)
{
    size_t          max;
    unsigned        seed;
    test_mem_t      m;
    llmgw_str_t     alike, differs;
    llmgw_arena_t  *a;
    llmgw_reply_t   one, other;

    static const size_t  sizes[] = { TWIN_MAX, 600, 40 };

    test_case("twins in streams: %s", st->name);

    for (seed = 1; seed <= 30; seed++) {

        max = sizes[seed % llmgw_nelts(sizes)];

        test_at("stream %u, at most %zu bytes at a time", seed, max);

        a = test_mem_init(&m, 65536, 0);

        alike = twin_make(st, a, seed, 0);
        differs = twin_make(st, a, seed, 1);

        alike = twin_read(st, a, alike, &one, max);
        differs = twin_read(st, a, differs, &other, max);

        /* where they pass as they are, they are not the same */

        if (one.mode == LLMGW_REPLY_STREAM) {
            check_str(alike, differs);
        }

        check_int(one.text, other.text);
        check_int(one.complete, other.complete);
        check_int(memcmp(&one.usage, &other.usage, sizeof(llmgw_usage_t)), 0);
        check(one.text > 100);

        test_mem_free(&m);
    }
}


void
test_twin(void)
{
    size_t  i;

    for (i = 0; i < llmgw_nelts(rows); i++) {
        twin_match(&rows[i]);
    }

    twin_sizes();

    for (i = 0; i < llmgw_nelts(streams); i++) {
        twin_stream(&streams[i]);
    }
}
