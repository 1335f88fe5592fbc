
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"
#include "llmgw_openai.h"
#include "llmgw_task.h"
#include "llmgw_vertex.h"


/* the Messages API there */
#define LLMGW_VERTEX_CLAUDE_VERSION  "vertex-2023-10-16"

#define LLMGW_VERTEX_CLAUDE_LACKS                                            \
    "container, mcp_servers, inference_geo, speed, fallbacks, "              \
    "service_tier, code_execution, web_fetch, file"

#define LLMGW_VERTEX_CLAUDE_BETAS                                            \
    "interleaved-thinking-2025-05-14, context-1m-2025-08-07"

/* what a tuned model is made of, unless the operator says */
#define LLMGW_VERTEX_TUNED  "gemini-2.5-flash"

/* an error is a small object: more values than this are something else */
#define LLMGW_VERTEX_ERROR_NODES  4096


static llmgw_int_t llmgw_vertex_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
static llmgw_int_t llmgw_vertex_write_count(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
static llmgw_int_t llmgw_vertex_read_count(const llmgw_json_t *j,
    int64_t *tokens);
static llmgw_int_t llmgw_vertex_whole(llmgw_reader_t *rd,
    const llmgw_json_t *doc);
static llmgw_int_t llmgw_vertex_event(llmgw_reader_t *rd, llmgw_str_t name,
    llmgw_str_t data);
static llmgw_int_t llmgw_vertex_end(llmgw_reader_t *rd);
static void llmgw_vertex_read_error(llmgw_call_t *call,
    const llmgw_head_t *head, llmgw_str_t body, llmgw_error_t *e);
static void llmgw_vertex_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    llmgw_node_t *usage);
static unsigned llmgw_vertex_passes(const llmgw_call_t *call);
static llmgw_int_t llmgw_vertex_pass_request(llmgw_call_t *call,
    llmgw_upstream_t *up);


/* the state of whichever reader a model needs */

typedef struct {
    void                      *state;
    const llmgw_reader_ops_t  *ops;
} llmgw_vertex_state_t;

static const llmgw_reader_ops_t  llmgw_vertex_reader = {
    sizeof(llmgw_vertex_state_t),
    llmgw_vertex_whole,
    llmgw_vertex_event,
    llmgw_vertex_end,
    0,
    NULL
};


const llmgw_dialect_t  llmgw_dialect_vertex = {
    .name = llmgw_string("vertex"),
    .write_request = llmgw_vertex_write_request,
    .reader = &llmgw_vertex_reader,
    .read_error = llmgw_vertex_read_error,
    .read_usage = llmgw_vertex_read_usage,
    .write_count = llmgw_vertex_write_count,
    .read_count = llmgw_vertex_read_count,
    .tasks = llmgw_vertex_tasks,
    .arrays = 1,
    .passes = llmgw_vertex_passes,
    .pass_request = llmgw_vertex_pass_request
};


/* who makes models of such names, where the name does not say */

static const struct {
    llmgw_str_t  begin;
    llmgw_str_t  publisher;
} llmgw_vertex_makers[] = {
    { llmgw_string("claude-"), llmgw_string("anthropic") },
    { llmgw_string("mistral-"), llmgw_string("mistralai") },
    { llmgw_string("codestral-"), llmgw_string("mistralai") },
    { llmgw_string("jamba-"), llmgw_string("ai21") }
};

/* … and in which format they are asked; others are asked in OpenAI's */

static const struct {
    llmgw_str_t            publisher;
    llmgw_vertex_format_e  format;
} llmgw_vertex_formats[] = {
    { llmgw_string("google"), LLMGW_VERTEX_GOOGLE },
    { llmgw_string("anthropic"), LLMGW_VERTEX_CLAUDE },
    { llmgw_string("mistralai"), LLMGW_VERTEX_RAW },
    { llmgw_string("ai21"), LLMGW_VERTEX_RAW }
};


static unsigned
llmgw_vertex_digits(llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len && s.data[i] >= '0' && s.data[i] <= '9'; i++) {
        /* void */
    }

    return s.len && i == s.len;
}


void
llmgw_vertex(llmgw_vertex_t *v, llmgw_str_t name)
{
    size_t         i;
    llmgw_str_t    begin;
    const u_char  *p;

    memset(v, 0, sizeof(llmgw_vertex_t));

    v->model = name;

    if (llmgw_vertex_digits(name)) {
        v->endpoint = name;
        v->publisher = llmgw_lit("google");
        return;
    }

    p = memchr(name.data, '/', name.len);

    if (p) {

        v->publisher = llmgw_str(name.data, (size_t) (p - name.data));
        v->model = llmgw_str(p + 1, name.len - v->publisher.len - 1);

        if (llmgw_str_is(v->publisher, "endpoints")) {
            v->format = LLMGW_VERTEX_OPENAPI;
            v->endpoint = v->model;
            return;
        }

    } else {

        v->publisher = llmgw_str_ends(name, "-maas") ? llmgw_lit("")
                                                     : llmgw_lit("google");

        for (i = 0; i < llmgw_nelts(llmgw_vertex_makers); i++) {

            begin = llmgw_vertex_makers[i].begin;

            if (name.len > begin.len
                && memcmp(name.data, begin.data, begin.len) == 0)
            {
                v->publisher = llmgw_vertex_makers[i].publisher;
                break;
            }
        }
    }

    for (i = 0; i < llmgw_nelts(llmgw_vertex_formats); i++) {

        if (llmgw_str_eq(v->publisher, llmgw_vertex_formats[i].publisher)) {
            v->format = llmgw_vertex_formats[i].format;
            return;
        }
    }

    v->format = LLMGW_VERTEX_OPENAPI;
    v->model = name;
}


llmgw_str_t
llmgw_vertex_host(llmgw_arena_t *a, llmgw_str_t location)
{
    if (location.len == 0 || llmgw_str_is(location, "global")) {
        return llmgw_lit("aiplatform.googleapis.com");
    }

    if (llmgw_str_is(location, "us") || llmgw_str_is(location, "eu")) {
        return llmgw_fmt(a, "aiplatform.%.*s.rep.googleapis.com",
                         llmgw_arg(location));
    }

    return llmgw_fmt(a, "%.*s-aiplatform.googleapis.com",
                     llmgw_arg(location));
}


/* what follows the location: the model, or what serves it */

static llmgw_int_t
llmgw_vertex_what(llmgw_call_t *call, const llmgw_vertex_t *v,
    llmgw_str_t *what)
{
    llmgw_int_t  rc;
    llmgw_str_t  name;

    if (v->endpoint.len) {

        rc = llmgw_path_segment(call, v->endpoint, &name);
        if (rc != LLMGW_OK) {
            return rc;
        }

        *what = llmgw_fmt(call->arena, "/endpoints/%.*s", llmgw_arg(name));

    } else if (v->format == LLMGW_VERTEX_OPENAPI) {
        *what = llmgw_lit("/endpoints/openapi");

    } else {

        rc = llmgw_gemini_model(call, v->model, &name);
        if (rc != LLMGW_OK) {
            return rc;
        }

        *what = llmgw_fmt(call->arena, "/publishers/%.*s/%.*s",
                          llmgw_arg(v->publisher), llmgw_arg(name));
    }

    return what->data ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_vertex_path(llmgw_call_t *call, const llmgw_vertex_t *v,
    const char *method, llmgw_upstream_t *up)
{
    llmgw_int_t              rc;
    llmgw_str_t              base, place, what, location;
    llmgw_arena_t           *a;
    const llmgw_settings_t  *set;

    a = call->arena;
    set = call->target->settings;
    base = call->target->base_path;

    rc = llmgw_vertex_what(call, v, &what);
    if (rc != LLMGW_OK) {
        return rc;
    }

    place = llmgw_lit("");

    if (set && set->google_project.len) {

        location = set->google_location.len ? set->google_location
                                            : llmgw_lit("global");

        place = llmgw_fmt(a, "/projects/%.*s/locations/%.*s",
                          llmgw_arg(set->google_project),
                          llmgw_arg(location));

        if (place.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    up->path = llmgw_fmt(a, "%.*s%s%.*s%.*s%s%s", llmgw_arg(base),
                         llmgw_str_ends(base, "/v1")
                         || llmgw_str_ends(base, "/v1beta1") ? "" : "/v1",
                         llmgw_arg(place), llmgw_arg(what),
                         v->format == LLMGW_VERTEX_OPENAPI ? "" : ":",
                         v->format == LLMGW_VERTEX_OPENAPI
                         ? "/chat/completions" : method);

    return up->path.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_vertex_billed(llmgw_call_t *call, llmgw_upstream_t *up)
{
    const llmgw_settings_t  *set;

    set = call->target->settings;

    if (set == NULL || set->google_user_project.len == 0) {
        return LLMGW_OK;
    }

    return llmgw_upstream_header(up, call->arena,
                                 llmgw_lit("x-goog-user-project"),
                                 set->google_user_project);
}


llmgw_int_t
llmgw_vertex_headers(llmgw_call_t *call, llmgw_upstream_t *up,
    unsigned stream)
{
    return (llmgw_vertex_billed(call, up) == LLMGW_OK)
           ? llmgw_gemini_headers(call, up, stream) : LLMGW_ERROR;
}


llmgw_vertex_t *
llmgw_vertex_begin(llmgw_call_t *call)
{
    llmgw_vertex_t    *v;
    llmgw_target_t    *t;
    llmgw_settings_t  *set;

    v = llmgw_alloc(call->arena, sizeof(llmgw_vertex_t));
    t = llmgw_alloc(call->arena, sizeof(llmgw_target_t));
    set = llmgw_calloc(call->arena, sizeof(llmgw_settings_t));

    if (v == NULL || t == NULL || set == NULL) {
        return NULL;
    }

    llmgw_vertex(v, call->target->model);

    if (call->target->settings) {
        *set = *call->target->settings;
    }

    /* makers' own APIs report tokens unasked, and refuse what they do not know */

    set->no_stream_usage |= (v->format == LLMGW_VERTEX_RAW);

    *t = *call->target;
    t->model = v->model;
    t->settings = set;

    call->target = t;
    call->attempt = v;

    return v;
}


static void
llmgw_vertex_platform(const llmgw_call_t *call,
    llmgw_anthropic_platform_t *p)
{
    const llmgw_settings_t  *set;

    set = call->target->settings;

    memset(p, 0, sizeof(llmgw_anthropic_platform_t));

    p->version = llmgw_lit(LLMGW_VERTEX_CLAUDE_VERSION);

    p->betas = (set && set->claude_betas.data)
               ? set->claude_betas : llmgw_lit(LLMGW_VERTEX_CLAUDE_BETAS);

    p->lacks = (set && set->claude_lacks.data)
               ? set->claude_lacks : llmgw_lit(LLMGW_VERTEX_CLAUDE_LACKS);
}


/* tokens of Claude's requests are counted by a model of that name */

static llmgw_int_t
llmgw_vertex_claude_count(llmgw_call_t *call, const llmgw_vertex_t *v,
    llmgw_upstream_t *up)
{
    llmgw_vertex_t  counter;

    counter = *v;
    counter.model = llmgw_lit("count-tokens");

    return llmgw_vertex_path(call, &counter, "rawPredict", up);
}


static const char *
llmgw_vertex_method(const llmgw_vertex_t *v, unsigned stream)
{
    if (v->format == LLMGW_VERTEX_GOOGLE) {
        return stream ? "streamGenerateContent?alt=sse" : "generateContent";
    }

    return stream ? "streamRawPredict" : "rawPredict";
}


/* members of generateContent, also of countTokens */

static llmgw_int_t
llmgw_vertex_google(llmgw_call_t *call, llmgw_chat_t *chat,
    const llmgw_vertex_t *v, unsigned count, llmgw_upstream_t *up)
{
    llmgw_int_t             rc;
    llmgw_gemini_request_t  r;

    llmgw_gemini_request(&r, call, chat, up);

    r.vertex = 1;
    r.count = count;

    if (v->endpoint.len && r.settings->model_family.len == 0) {
        r.name = llmgw_lit(LLMGW_VERTEX_TUNED);
    }

    llmgw_json_open(r.out, '{');

    rc = llmgw_gemini_write_members(&r);

    llmgw_json_close(r.out, '}');

    return (rc == LLMGW_OK)
           ? llmgw_vertex_headers(call, up, !count && chat->stream) : rc;
}


/* Claude's requests, also those that only count */

static llmgw_int_t
llmgw_vertex_claude(llmgw_call_t *call, llmgw_chat_t *chat, unsigned count,
    llmgw_upstream_t *up)
{
    llmgw_anthropic_platform_t  platform;

    llmgw_vertex_platform(call, &platform);

    return (llmgw_vertex_billed(call, up) == LLMGW_OK)
           ? llmgw_anthropic_write_platform(call, chat, &platform, count, up)
           : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_vertex_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_int_t      rc;
    llmgw_vertex_t  *v;

    v = llmgw_vertex_begin(call);

    if (v == NULL) {
        return LLMGW_ERROR;
    }

    switch (v->format) {

    case LLMGW_VERTEX_GOOGLE:
        rc = llmgw_vertex_google(call, chat, v, 0, up);

        if (rc == LLMGW_OK) {
            rc = llmgw_out_close(&up->body);
        }

        break;

    case LLMGW_VERTEX_CLAUDE:
        rc = llmgw_vertex_claude(call, chat, 0, up);
        break;

    default: /* LLMGW_VERTEX_RAW, LLMGW_VERTEX_OPENAPI */
        rc = llmgw_vertex_billed(call, up);

        if (rc == LLMGW_OK) {
            rc = llmgw_openai_write_request(call, chat, up);
        }
    }

    return (rc == LLMGW_OK)
           ? llmgw_vertex_path(call, v, llmgw_vertex_method(v, chat->stream),
                               up)
           : rc;
}


static llmgw_int_t
llmgw_vertex_write_count(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_int_t      rc;
    llmgw_vertex_t  *v;

    v = llmgw_vertex_begin(call);

    if (v == NULL) {
        return LLMGW_ERROR;
    }

    switch (v->format) {

    case LLMGW_VERTEX_GOOGLE:
        rc = llmgw_vertex_google(call, chat, v, 1, up);

        if (rc == LLMGW_OK) {
            rc = llmgw_out_close(&up->body);
        }

        return (rc == LLMGW_OK)
               ? llmgw_vertex_path(call, v, "countTokens", up) : rc;

    case LLMGW_VERTEX_CLAUDE:
        rc = llmgw_vertex_claude(call, chat, 1, up);

        return (rc == LLMGW_OK) ? llmgw_vertex_claude_count(call, v, up) : rc;

    default: /* LLMGW_VERTEX_RAW, LLMGW_VERTEX_OPENAPI */
        return LLMGW_DECLINED;
    }
}


static llmgw_int_t
llmgw_vertex_read_count(const llmgw_json_t *j, int64_t *tokens)
{
    return (llmgw_gemini_read_count(j, tokens) == LLMGW_OK)
           ? LLMGW_OK : llmgw_anthropic_read_count(j, tokens);
}


/* clients of a model's own format, whose bytes go through */

static unsigned
llmgw_vertex_passes(const llmgw_call_t *call)
{
    llmgw_vertex_t  v;

    llmgw_vertex(&v, call->target->model);

    switch (call->endpoint->id) {

    case LLMGW_EP_CHAT:
        return v.format == LLMGW_VERTEX_RAW
               || v.format == LLMGW_VERTEX_OPENAPI;

    case LLMGW_EP_MESSAGES:
    case LLMGW_EP_COUNT_TOKENS:
        return v.format == LLMGW_VERTEX_CLAUDE;

    case LLMGW_EP_GENERATE:
    case LLMGW_EP_STREAM_GENERATE:
        return v.format == LLMGW_VERTEX_GOOGLE;

    default:
        return 0;
    }
}


static llmgw_int_t
llmgw_vertex_pass_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    const char                 *method;
    llmgw_int_t                 rc;
    llmgw_vertex_t             *v;
    llmgw_anthropic_platform_t  platform;

    v = llmgw_vertex_begin(call);

    if (v == NULL || llmgw_vertex_billed(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    method = llmgw_vertex_method(v, call->stream);

    switch (v->format) {

    case LLMGW_VERTEX_GOOGLE:
        rc = llmgw_gemini_pass_body(call, llmgw_null_str, up);

        if (rc == LLMGW_OK) {
            rc = llmgw_gemini_headers(call, up, call->stream && !call->array);
        }

        if (call->array) {
            method = "streamGenerateContent";
        }

        break;

    case LLMGW_VERTEX_CLAUDE:
        llmgw_vertex_platform(call, &platform);

        rc = llmgw_anthropic_pass_platform(call, &platform, up);

        if (rc == LLMGW_OK && call->endpoint->count) {
            return llmgw_vertex_claude_count(call, v, up);
        }

        break;

    default: /* LLMGW_VERTEX_RAW, LLMGW_VERTEX_OPENAPI */
        rc = llmgw_openai_pass_request(call, up);
    }

    return (rc == LLMGW_OK) ? llmgw_vertex_path(call, v, method, up) : rc;
}


/*
 * Readers.  Which one is known since the request was written; the state of it
 * takes the place of the dialect's own for as long as it runs.
 */

static llmgw_vertex_state_t *
llmgw_vertex_enter(llmgw_reader_t *rd)
{
    llmgw_vertex_state_t  *s;
    const llmgw_vertex_t  *v;

    s = rd->state;
    v = rd->call->attempt;

    if (s->ops == NULL) {

        switch (v->format) {

        case LLMGW_VERTEX_GOOGLE:
            s->ops = &llmgw_gemini_reader;
            break;

        case LLMGW_VERTEX_CLAUDE:
            s->ops = &llmgw_anthropic_reader;
            break;

        default: /* LLMGW_VERTEX_RAW, LLMGW_VERTEX_OPENAPI */
            s->ops = &llmgw_openai_reader;
        }

        s->state = llmgw_calloc(rd->arena, s->ops->state);
    }

    if (s->state == NULL) {
        return NULL;
    }

    rd->state = s->state;

    return s;
}


static llmgw_int_t
llmgw_vertex_whole(llmgw_reader_t *rd, const llmgw_json_t *doc)
{
    llmgw_int_t            rc;
    llmgw_vertex_state_t  *s;

    s = llmgw_vertex_enter(rd);

    if (s == NULL) {
        return LLMGW_ERROR;
    }

    rc = s->ops->whole(rd, doc);
    rd->state = s;

    return rc;
}


static llmgw_int_t
llmgw_vertex_event(llmgw_reader_t *rd, llmgw_str_t name, llmgw_str_t data)
{
    llmgw_int_t            rc;
    llmgw_vertex_state_t  *s;

    s = llmgw_vertex_enter(rd);

    if (s == NULL) {
        return LLMGW_ERROR;
    }

    rc = s->ops->event(rd, name, data);
    rd->state = s;

    return rc;
}


static llmgw_int_t
llmgw_vertex_end(llmgw_reader_t *rd)
{
    llmgw_int_t            rc;
    llmgw_vertex_state_t  *s;

    s = llmgw_vertex_enter(rd);

    if (s == NULL) {
        return LLMGW_ERROR;
    }

    rc = s->ops->end(rd);
    rd->state = s;

    return rc;
}


/* Google's own error, which its front end also sends for models of others */

static unsigned
llmgw_vertex_is_google(const llmgw_json_t *j)
{
    llmgw_node_t  *v;

    v = j->nodes;

    if (v->type == LLMGW_JSON_ARRAY) {
        return 1;
    }

    v = llmgw_json_object(j, v, "error");

    return v && llmgw_json_string(j, v, "status");
}


static void
llmgw_vertex_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    llmgw_json_t           j;
    const llmgw_vertex_t  *v;

    v = call->attempt;

    if (v->format != LLMGW_VERTEX_GOOGLE
        && llmgw_json_parse(&j, call->arena, body, LLMGW_JSON_ALL,
                            LLMGW_VERTEX_ERROR_NODES)
           == LLMGW_OK
        && !llmgw_vertex_is_google(&j))
    {
        if (v->format == LLMGW_VERTEX_CLAUDE) {
            llmgw_anthropic_read_error(call, head, body, e);

        } else {
            llmgw_openai_read_error(call, head, body, e);
        }

        /* clients of that format get it in the form that it has there */

        e->raw = llmgw_null_str;

        return;
    }

    llmgw_gemini_read_error(call, head, body, e);
}


/* passing answers: whose usage it is is told by its members */

static void
llmgw_vertex_read_usage(llmgw_usage_t *u, const llmgw_json_t *j,
    llmgw_node_t *usage)
{
    if (llmgw_json_get(j, usage, "input_tokens")
        || llmgw_json_get(j, usage, "output_tokens"))
    {
        llmgw_anthropic_read_usage(u, j, usage);

    } else if (llmgw_json_get(j, usage, "prompt_tokens")
               || llmgw_json_get(j, usage, "completion_tokens"))
    {
        llmgw_usage_read_openai(u, j, usage);

    } else {
        llmgw_gemini_read_usage(u, j, usage);
    }
}
