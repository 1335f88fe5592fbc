
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The half of docs/fidelity.md that is about answers: what the clients of each
 * API get of what each kind of provider says, whole and in streams.
 */


#include <zlib.h>

#include "fidelity.h"
#include "llmgw_headers.h"
#include "llmgw_reply.h"


/* what one client's answer has in it when the thing has come through */

typedef struct {
    const char  *whole;
    const char  *stream;   /* NULL: the same */
} fidelity_sign_t;

typedef enum {
    FIDELITY_CHAT = 0,
    FIDELITY_MESSAGES,
    FIDELITY_RESPONSE,
    FIDELITY_GENERATE,
    FIDELITY_DOORS
} fidelity_door_e;

typedef struct {
    const char       *feature;
    fidelity_sign_t   signs[FIDELITY_DOORS];
    unsigned          search:1;   /* it comes of a search in the web */
} fidelity_answer_t;


#define NONE  { NULL, NULL }

static const fidelity_answer_t  answers[] = {
    { "text", {
        { "'content':'QTEXT'", NULL },
        { "'text':'QTEXT'", NULL },
        { "'text':'QTEXT'", NULL },
        { "'text':'QTEXT'", NULL } }, 0 },
    { "several choices", {
        { "'index':1,", NULL },
        NONE,
        NONE,
        { "'index':1", NULL } }, 0 },
    { "tool call", {
        { "\\'QARGS\\'", NULL },
        { "'input':{'q':'QARGS'}", "\\'QARGS\\'" },
        { "\\'QARGS\\'", NULL },
        { "'args':{'q':'QARGS'}", NULL } }, 0 },
    { "parallel tool calls", {
        { "\\'QARGS\\'", NULL },
        { "'input':{'q':'QARGS'}", "\\'QARGS\\'" },
        { "\\'QARGS\\'", NULL },
        { "'args':{'q':'QARGS'}", NULL } }, 0 },
    { "reasoning text", {
        { "'reasoning_content':'QTHINK'", NULL },
        { "'thinking':'QTHINK'", NULL },
        { "'text':'QTHINK'", NULL },
        { "'text':'QTHINK','thought':true", NULL } }, 0 },
    { "signature of reasoning", {
        { "'signature':'UVNJRw=='", NULL },
        { "'signature':'UVNJRw=='", NULL },
        { "'encrypted_content'", NULL },
        { "'thoughtSignature'", NULL } }, 0 },
    { "signature of a tool call", {
        { "UVNJRw==", NULL },
        { "UVNJRw", NULL },
        { "'encrypted_content'", NULL },
        { "'thoughtSignature':'UVNJRw=='", NULL } }, 0 },
    { "redacted reasoning", {
        { "'redacted_thinking','data':'UVJFRA=='", NULL },
        { "'redacted_thinking','data':'UVJFRA=='", NULL },
        { "'encrypted_content'", NULL },
        { "'thoughtSignature'", NULL } }, 0 },
    { "refusal text", {
        { "'refusal':'QREFUSAL'", NULL },
        { "'text':'QREFUSAL'", NULL },
        { "'refusal':'QREFUSAL'", NULL },
        { "'text':'QREFUSAL'", NULL } }, 0 },
    { "log probabilities", {
        { "'logprob':-0.25", NULL },
        NONE,
        { "'logprob':-0.25", NULL },
        { "'logProbability':-0.25", NULL } }, 0 },
    { "citation of a page", {
        { "'url':'https://q.example/'", NULL },
        { "'url':'https://q.example/'", NULL },
        { "'url':'https://q.example/'", NULL },
        { "'uri':'https://q.example/'", NULL } }, 1 },
    { "image", {
        { "data:image/png;base64,UUlNRw==", NULL },
        NONE,
        { "'result':'UUlNRw=='", NULL },
        { "'data':'UUlNRw=='", NULL } }, 0 },
    { "audio", {
        { "'data':'UUFVRA=='", NULL },
        NONE,
        NONE,
        { "'data':'UUFVRA=='", NULL } }, 0 },
    { "finish: length", {
        { "'finish_reason':'length'", NULL },
        { "'stop_reason':'max_tokens'", NULL },
        { "'reason':'max_output_tokens'", NULL },
        { "'finishReason':'MAX_TOKENS'", NULL } }, 0 },
    { "finish: content filter", {
        { "'finish_reason':'content_filter'", NULL },
        { "'stop_reason':'refusal'", NULL },
        { "'reason':'content_filter'", NULL },
        { "'finishReason':'SAFETY'", NULL } }, 0 },
    { "finish: stop sequence", {
        { "QSTOP", NULL },
        { "'stop_sequence':'QSTOP'", NULL },
        { "QSTOP", NULL },
        { "QSTOP", NULL } }, 0 },
    { "usage: prompt", {
        { "'prompt_tokens':1100", NULL },
        { "'input_tokens':1100", NULL },
        { "'input_tokens':1100", NULL },
        { "'promptTokenCount':1100", NULL } }, 0 },
    { "usage: answer", {
        { "'completion_tokens':70", NULL },
        { "'output_tokens':70", NULL },
        { "'output_tokens':70", NULL },
        { "'candidatesTokenCount':70", NULL } }, 0 },
    { "usage: cache read", {
        { "'cached_tokens':300", NULL },
        { "'cache_read_input_tokens':300", NULL },
        { "'cached_tokens':300", NULL },
        { "'cachedContentTokenCount':300", NULL } }, 0 },
    { "usage: cache write", {
        { "'cache_write_tokens':200", NULL },
        { "'cache_creation_input_tokens':200", NULL },
        { "cache_write_tokens':200", NULL },
        NONE }, 0 },
    { "usage: reasoning", {
        { "'reasoning_tokens':40", NULL },
        { "'thinking_tokens':40", NULL },
        { "'reasoning_tokens':40", NULL },
        { "'thoughtsTokenCount':40", NULL } }, 0 },
    { "usage: audio", {
        { "'audio_tokens':13", NULL },
        NONE,
        NONE,
        { "'tokenCount':13", NULL } }, 0 },
    { "service tier", {
        { "'service_tier':'", NULL },
        { "'service_tier':'", NULL },
        { "'service_tier':'", NULL },
        { "'serviceTier'", NULL } }, 0 },
    { "error: context is full", {
        { "'code':'context_length_exceeded'", NULL },
        { "prompt is too long", NULL },
        { "'code':'context_length_exceeded'", NULL },
        { "'status':'INVALID_ARGUMENT'", NULL } }, 0 },
    { "error: content policy", {
        { "'code':'content_policy_violation'", NULL },
        { "'type':'invalid_request_error'", NULL },
        { "'code':'content_policy_violation'", NULL },
        { "'status':'INVALID_ARGUMENT'", NULL } }, 0 },
    { "prompt is blocked", {
        { "'finish_reason':'content_filter'", NULL },
        { "'stop_reason':'refusal'", NULL },
        { "'reason':'content_filter'", NULL },
        { "'blockReason':'SAFETY'", NULL } }, 0 },
    { "error: wrong key", {
        { "'code':'invalid_api_key'", NULL },
        { "'type':'authentication_error'", NULL },
        { "'code':'invalid_api_key'", NULL },
        { "'status':'UNAUTHENTICATED'", NULL } }, 0 },
    { "error: rate limit", {
        { "'code':'rate_limit_exceeded'", NULL },
        { "'type':'rate_limit_error'", NULL },
        { "'code':'rate_limit_exceeded'", NULL },
        { "'status':'RESOURCE_EXHAUSTED'", NULL } }, 0 },
    { "error: when to try again", {
        { "Retry-After: 7", NULL },
        { "Retry-After: 7", NULL },
        { "Retry-After: 7", NULL },
        { "Retry-After: 7", NULL } }, 0 },
    { "error: overloaded", {
        { "'type':'server_error'", NULL },
        { "'type':'overloaded_error'", NULL },
        { "'type':'server_error'", NULL },
        { "'status':'UNAVAILABLE'", NULL } }, 0 },
    { "error: inside a stream", {
        { "QERROR", NULL },
        { "QERROR", NULL },
        { "QERROR", NULL },
        { "QERROR", NULL } }, 0 }
};


#define FUNCTION  "'name':'lookup','description':'d'"
#define SCHEMA    "{'type':'object','properties':{'q':{'type':'string'}}}"

static const struct {
    const char  *title;
    const char  *path;
    const char  *stream;    /* path of streams */
    const char  *body;      /* up to the list of tools … */
    const char  *tools;     /* … and that, usually */
    const char  *search;
    const char  *more;      /* members of streams */
} doors[FIDELITY_DOORS] = {
    { "Answers: chat completions", "/v1/chat/completions",
      "/v1/chat/completions",
      "{'model':'m','messages':[{'role':'user','content':'hi'}],",
      "'tools':[{'type':'function','function':{" FUNCTION ",'parameters':"
      SCHEMA "}}]",
      "'web_search_options':{}",
      ",'stream':true,'stream_options':{'include_usage':true}" },
    { "Answers: messages", "/v1/messages", "/v1/messages",
      "{'model':'m','max_tokens':4000,'messages':[{'role':'user','content':"
      "'hi'}],'thinking':{'type':'enabled','budget_tokens':2000},",
      "'tools':[{" FUNCTION ",'input_schema':" SCHEMA "}]",
      "'tools':[{'type':'web_search_20250305','name':'web_search'}]",
      ",'stream':true" },
    { "Answers: responses", "/v1/responses", "/v1/responses",
      "{'model':'m','store':false,'input':'hi','reasoning':{'effort':'low',"
      "'summary':'auto'},'include':['reasoning.encrypted_content',"
      "'message.output_text.logprobs'],",
      "'tools':[{'type':'function'," FUNCTION ",'parameters':" SCHEMA
      ",'strict':false}]",
      "'tools':[{'type':'web_search'}]",
      ",'stream':true" },
    { "Answers: Gemini", "/v1beta/models/m:generateContent",
      "/v1beta/models/m:streamGenerateContent",
      "{'contents':[{'role':'user','parts':[{'text':'hi'}]}],"
      "'generationConfig':{'thinkingConfig':{'includeThoughts':true,"
      "'thinkingBudget':2000}},",
      "'tools':[{'functionDeclarations':[{" FUNCTION ",'parameters':{'type':"
      "'OBJECT','properties':{'q':{'type':'STRING'}}}}]}]",
      "'tools':[{'googleSearch':{}}]", "" }
};


static fidelity_format_e
fidelity_format(const llmgw_call_t *call, size_t n)
{
    size_t       i;
    llmgw_str_t  name;

    static const struct {
        const char         *provider;
        fidelity_format_e   format;
    } formats[] = {
        { "anthropic", FIDELITY_ANTHROPIC },
        { "gemini", FIDELITY_GEMINI },
        { "vertex", FIDELITY_GEMINI },
        { "bedrock", FIDELITY_BEDROCK },
        { "cohere", FIDELITY_COHERE }
    };

    if (call->pass && call->endpoint->id == LLMGW_EP_RESPONSES) {
        return FIDELITY_RESPONSES;
    }

    name = fidelity_str(fidelity_targets[n].provider);

    for (i = 0; i < llmgw_nelts(formats); i++) {
        if (llmgw_str_eq(name, fidelity_str(formats[i].provider))) {
            return formats[i].format;
        }
    }

    return FIDELITY_OPENAI;
}


static void
fidelity_number(llmgw_out_t *o, size_t n)
{
    u_char  p[4];

    p[0] = (u_char) (n >> 24);
    p[1] = (u_char) (n >> 16);
    p[2] = (u_char) (n >> 8);
    p[3] = (u_char) n;

    llmgw_put(o, llmgw_str(p, 4));
}


static void
fidelity_frame_header(llmgw_out_t *o, llmgw_str_t name, llmgw_str_t value)
{
    u_char  p[3];

    p[0] = (u_char) name.len;
    llmgw_put(o, llmgw_str(p, 1));
    llmgw_put(o, name);

    p[0] = 7;
    p[1] = 0;
    p[2] = (u_char) value.len;
    llmgw_put(o, llmgw_str(p, 3));
    llmgw_put(o, value);
}


/* a message of AWS; ! in front of its name: an exception */

static void
fidelity_frame(llmgw_out_t *o, llmgw_str_t name, llmgw_str_t data,
    llmgw_arena_t *a)
{
    llmgw_out_t  part;
    llmgw_str_t  headers, frame;

    llmgw_out_init(&part, a, 256, 0, 0);

    if (name.len && name.data[0] == '!') {
        fidelity_frame_header(&part, llmgw_lit(":exception-type"),
                              llmgw_str(name.data + 1, name.len - 1));
        fidelity_frame_header(&part, llmgw_lit(":message-type"),
                              llmgw_lit("exception"));

    } else {
        fidelity_frame_header(&part, llmgw_lit(":event-type"), name);
        fidelity_frame_header(&part, llmgw_lit(":message-type"),
                              llmgw_lit("event"));
    }

    (void) llmgw_out_close(&part);
    headers = llmgw_out_join(&part, a);

    llmgw_out_init(&part, a, 256, 0, 0);
    fidelity_number(&part, 16 + headers.len + data.len);
    fidelity_number(&part, headers.len);
    (void) llmgw_out_close(&part);
    frame = llmgw_out_join(&part, a);

    llmgw_out_init(&part, a, 256, 0, 0);
    llmgw_put(&part, frame);
    fidelity_number(&part, crc32(0, frame.data, (uInt) frame.len));
    llmgw_put(&part, headers);
    llmgw_put(&part, data);
    (void) llmgw_out_close(&part);
    frame = llmgw_out_join(&part, a);

    llmgw_put(o, frame);
    fidelity_number(o, crc32(0, frame.data, (uInt) frame.len));
}


/* the events of a sample as the provider frames them */

static llmgw_str_t
fidelity_events(const char *events, fidelity_format_e format,
    llmgw_arena_t *a)
{
    llmgw_out_t    o;
    llmgw_str_t    left, name, data;
    const u_char  *tab, *end;

    llmgw_out_init(&o, a, 4096, 0, 0);

    left = fidelity_quoted(a, fidelity_str(events));

    while (left.len) {

        tab = memchr(left.data, '\t', left.len);
        end = memchr(left.data, '\n', left.len);

        name = llmgw_str(left.data, (size_t) (tab - left.data));
        data = llmgw_str(tab + 1, (size_t) (end - tab - 1));

        left = llmgw_str(end + 1,
                         (size_t) (left.data + left.len - end - 1));

        if (format == FIDELITY_BEDROCK) {
            fidelity_frame(&o, name, data, a);
            continue;
        }

        if (name.len) {
            llmgw_puts(&o, "event: ");
            llmgw_put(&o, name);
            llmgw_puts(&o, "\n");
        }

        llmgw_puts(&o, "data: ");
        llmgw_put(&o, data);
        llmgw_puts(&o, "\n\n");
    }

    (void) llmgw_out_close(&o);

    return llmgw_out_join(&o, a);
}


/* all that the client gets, and Retry-After in a line behind an error */

static llmgw_str_t
fidelity_receive(llmgw_call_t *call, unsigned status, llmgw_str_t answer,
    llmgw_str_t type, llmgw_arena_t *a)
{
    llmgw_int_t     rc;
    llmgw_out_t     o;
    llmgw_head_t    head;
    llmgw_reply_t   reply;

    memset(&head, 0, sizeof(llmgw_head_t));

    head.status = status;
    head.content_type = type;

    if (status == 429) {
        head.retry_after = llmgw_lit("7");
    }

    llmgw_out_init(&o, a, 4096, 0, 0);

    if (llmgw_reply_init(&reply, call, a, &head, 1 << 20) != LLMGW_OK) {
        return llmgw_null_str;
    }

    rc = llmgw_reply_feed(&reply, answer.data, answer.len, &o);

    if (rc == LLMGW_OK) {
        rc = llmgw_reply_end(&reply, 0, &o);
    }

    if (rc == LLMGW_INVALID) {

        llmgw_out_init(&o, a, 4096, 0, 0);
        llmgw_call_error(call, &reply.error, &o);

        if (reply.error.retry_after >= 0) {
            llmgw_put(&o, llmgw_fmt(a, "\nRetry-After: %lld", (long long)
                                    (reply.error.retry_after + 999) / 1000));
        }
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return llmgw_null_str;
    }

    return llmgw_out_join(&o, a);
}


static const fidelity_sample_t *
fidelity_sample(const char *feature, fidelity_format_e format)
{
    const fidelity_sample_t  *s;

    for (s = fidelity_samples[format]; s->feature; s++) {
        if (strcmp(s->feature, feature) == 0) {
            return s;
        }
    }

    return NULL;
}


/* LLMGW_INVALID: the request is refused already */

static llmgw_int_t
fidelity_ask(llmgw_call_t *call, llmgw_target_t *target,
    llmgw_settings_t *settings, fidelity_door_e door, unsigned stream,
    size_t n, const char *tools, const char *what, llmgw_arena_t *a)
{
    llmgw_str_t       rest;
    llmgw_upstream_t  up;

    llmgw_call_init(call, a,
                    llmgw_endpoint_find(fidelity_str(stream
                                                     ? doors[door].stream
                                                     : doors[door].path),
                                        &rest));
    call->rest = rest;
    call->now = 1;

    if (door == FIDELITY_GENERATE && stream) {
        call->query = llmgw_lit("alt=sse");
    }

    return fidelity_prepare(call, target, settings, &up, n,
                            llmgw_fmt(a, "%s%s%s}", doors[door].body, tools,
                                      stream ? doors[door].more : ""), what);
}


static const char *
fidelity_answer(const fidelity_answer_t *answer, fidelity_door_e door,
    unsigned stream, size_t n, llmgw_arena_t *a)
{
    const char               *sign, *data;
    llmgw_int_t               rc;
    llmgw_str_t               type, got;
    llmgw_call_t              call;
    llmgw_target_t            target;
    llmgw_settings_t          settings;
    fidelity_format_e         format;
    const fidelity_sample_t  *s;

    /* some cannot search, and cite all the same */

    rc = LLMGW_INVALID;

    if (answer->search) {
        rc = fidelity_ask(&call, &target, &settings, door, stream, n,
                          doors[door].search, answer->feature, a);
    }

    if (rc == LLMGW_INVALID) {
        rc = fidelity_ask(&call, &target, &settings, door, stream, n,
                          doors[door].tools, answer->feature, a);
    }

    if (rc != LLMGW_OK) {
        fprintf(stderr, "fidelity: %s: %.*s\n", answer->feature,
                llmgw_arg(call.error.message));
        exit(1);
    }

    format = fidelity_format(&call, n);

    s = fidelity_sample(strcmp(answer->feature, "error: when to try again")
                        ? answer->feature : "error: rate limit", format);

    data = s ? (stream ? s->events : s->whole) : NULL;

    if (data == NULL) {
        return NULL;
    }

    type = !stream ? llmgw_lit("application/json")
           : (format == FIDELITY_BEDROCK)
             ? llmgw_lit("application/vnd.amazon.eventstream")
             : llmgw_lit("text/event-stream");

    got = fidelity_receive(&call, s->status ? s->status : 200,
                           stream ? fidelity_events(data, format, a)
                                  : fidelity_quoted(a, fidelity_str(data)),
                           type, a);

    sign = answer->signs[door].whole;

    if (stream && answer->signs[door].stream) {
        sign = answer->signs[door].stream;
    }

    if (getenv("FIDELITY_SHOW")) {
        fprintf(stderr, "== %s | %s | %s | %s\n%.*s\n", answer->feature,
                doors[door].title, fidelity_targets[n].provider,
                stream ? "stream" : "whole", llmgw_arg(got));
    }

    if (sign == NULL
        || llmgw_str_find(got, fidelity_quoted(a, fidelity_str(sign)))
           == NULL)
    {
        return "dropped";
    }

    return call.pass ? "carried" : "mapped";
}


/* one word for both, where it is the same */

static void
fidelity_cell(const fidelity_answer_t *answer, fidelity_door_e door, size_t n,
    llmgw_arena_t *a)
{
    const char  *whole, *stream;

    whole = fidelity_answer(answer, door, 0, n, a);
    stream = fidelity_answer(answer, door, 1, n, a);

    if (whole == NULL && stream == NULL) {
        printf(" - |");

    } else if (whole == NULL || stream == NULL
               || strcmp(whole, stream) == 0)
    {
        printf(" %s |", whole ? whole : stream);

    } else {
        printf(" %s; stream: %s |", whole, stream);
    }
}


void
fidelity_answers(llmgw_arena_t *a)
{
    size_t           i, n;
    fidelity_door_e  door;

    printf("\n# Answers\n\n"
           "What the clients of each API get of what is in the answers of "
           "each kind of\nprovider, whole and in streams; a cell says both "
           "where they differ. The answers\nare made by the same program, "
           "and read as the gateway reads them\n"
           "(`t/core/fidelity_answers.c`). Signatures and redacted "
           "reasoning stand in front\nof a tool call, where they have to "
           "come back.\n\n"
           "- **carried**: the answer passes as it is\n"
           "- **mapped**: the client gets it in the form of its own API\n"
           "- **dropped**: the client does not get it: its API has no place "
           "for it\n"
           "- **-**: such a provider has nothing like it\n");

    for (door = 0; door < FIDELITY_DOORS; door++) {

        fidelity_table(doors[door].title);

        for (i = 0; i < llmgw_nelts(answers); i++) {

            printf("| %s |", answers[i].feature);

            for (n = 0; n < FIDELITY_TARGETS; n++) {
                fidelity_cell(&answers[i], door, n, a);
            }

            printf("\n");
        }
    }
}
