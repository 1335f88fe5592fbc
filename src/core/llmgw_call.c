
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_call.h"
#include "llmgw_check.h"
#include "llmgw_count.h"
#include "llmgw_jstr.h"
#include "llmgw_multipart.h"
#include "llmgw_resume.h"
#include "llmgw_stored.h"
#include "llmgw_traits.h"


/* one node is 16 bytes: a body of many small values may take 16 MB more */
#define LLMGW_CALL_MAX_NODES  1000000

#define LLMGW_CALL_MAX_MODEL   256


static llmgw_int_t llmgw_call_read_json(llmgw_call_t *call);
static llmgw_int_t llmgw_call_read_path(llmgw_call_t *call);
static llmgw_int_t llmgw_call_read_multipart(llmgw_call_t *call);
static llmgw_int_t llmgw_call_check_limits(llmgw_call_t *call);
static llmgw_int_t llmgw_call_read_stream(llmgw_call_t *call);
static llmgw_int_t llmgw_call_write(llmgw_call_t *call,
    llmgw_upstream_t *up);


void
llmgw_call_init(llmgw_call_t *call, llmgw_arena_t *a,
    const llmgw_endpoint_t *ep)
{
    memset(call, 0, sizeof(llmgw_call_t));

    call->arena = a;
    call->endpoint = ep;
    call->dropped_last = &call->dropped;
}


llmgw_str_t
llmgw_call_header(const llmgw_call_t *call, llmgw_str_t name)
{
    llmgw_header_t  *h;

    for (h = call->headers; h; h = h->next) {
        if (llmgw_str_eq(h->name, name)) {
            return h->value;
        }
    }

    return llmgw_null_str;
}


void
llmgw_call_drop(llmgw_call_t *call, llmgw_str_t name)
{
    llmgw_name_t  *n;

    n = llmgw_alloc(call->arena, sizeof(llmgw_name_t));
    if (n == NULL) {
        return;
    }

    n->name = name;
    n->next = NULL;

    *call->dropped_last = n;
    call->dropped_last = &n->next;
}


void
llmgw_call_drop_breakpoints(llmgw_call_t *call, const llmgw_chat_t *chat)
{
    unsigned                found;
    const llmgw_part_t     *p;
    const llmgw_tool_t     *tool;
    const llmgw_message_t  *m;

    found = 0;

    for (m = chat->messages; m && !found; m = m->next) {

        found = m->cache_control.len != 0;

        for (p = m->parts; p && !found; p = p->next) {
            found = p->cache_control.len != 0;
        }
    }

    for (tool = chat->tools; tool && !found; tool = tool->next) {
        found = tool->cache_control.len != 0;
    }

    if (found) {
        llmgw_call_drop(call, llmgw_lit("cache_control"));
    }
}


llmgw_str_t
llmgw_call_id(llmgw_call_t *call, llmgw_str_t prefix)
{
    u_char      *p, *id;
    uint64_t     x, y;
    unsigned     i;

    static const u_char  abc[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    id = llmgw_nalloc(call->arena, prefix.len + 24);
    if (id == NULL) {
        return llmgw_null_str;
    }

    memcpy(id, prefix.data, prefix.len);
    p = id + prefix.len;

    /*
     * The random bytes tell calls apart, the counter the ids of one call: ids
     * are names, not secrets.
     */

    memcpy(&x, call->random, 8);
    memcpy(&y, call->random + 8, 8);

    x += (uint64_t) ++call->ids * 0x9e3779b97f4a7c15ULL;

    for (i = 0; i < 24; i++) {

        /* splitmix64, a new word every eight characters */

        if (i % 8 == 0) {
            x += y | 1;
            y = x;
            y = (y ^ y >> 30) * 0xbf58476d1ce4e5b9ULL;
            y = (y ^ y >> 27) * 0x94d049bb133111ebULL;
            y ^= y >> 31;
        }

        *p++ = abc[(y & 0xff) % 62];
        y >>= 8;
        y |= x << 56;
    }

    return llmgw_str(id, prefix.len + 24);
}


llmgw_int_t
llmgw_upstream_header(llmgw_upstream_t *up, llmgw_arena_t *a,
    llmgw_str_t name, llmgw_str_t value)
{
    llmgw_header_t  *h;

    h = llmgw_alloc(a, sizeof(llmgw_header_t));
    if (h == NULL) {
        return LLMGW_ERROR;
    }

    h->name = name;
    h->value = value;
    h->next = up->headers;
    up->headers = h;

    return LLMGW_OK;
}


void
llmgw_call_error(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    call->endpoint->door->write_error(call, e, o);
}


llmgw_int_t
llmgw_call_read(llmgw_call_t *call, llmgw_str_t body,
    llmgw_str_t content_type)
{
    unsigned     multipart;
    llmgw_str_t  encoding, boundary;

    call->body = body;
    call->content_type = content_type;

    encoding = llmgw_call_header(call, llmgw_lit("content-encoding"));

    if (encoding.len && !llmgw_str_caseeq(encoding, llmgw_lit("identity"))) {
        llmgw_error_set(&call->error, 415,
                        llmgw_lit("unsupported_content_encoding"),
                        llmgw_null_str,
                        llmgw_lit("compressed request bodies are not taken: "
                                  "send the body without Content-Encoding"));
        return LLMGW_INVALID;
    }

    multipart = content_type.len >= 10
                && llmgw_str_caseeq(llmgw_str(content_type.data, 10),
                                    llmgw_lit("multipart/"));

    if (multipart && (call->endpoint->body & LLMGW_BODY_MULTIPART)) {

        boundary = llmgw_multipart_boundary(content_type);

        if (boundary.len == 0) {
            return llmgw_refuse(&call->error, llmgw_lit("invalid_multipart"),
                                llmgw_null_str,
                                llmgw_lit("the Content-Type of a multipart "
                                          "body must name its boundary"));
        }

        call->multipart = 1;
        call->boundary = boundary;

        return llmgw_call_read_multipart(call);
    }

    if (!(call->endpoint->body & LLMGW_BODY_JSON)) {
        llmgw_error_set(&call->error, 415,
                        llmgw_lit("unsupported_media_type"), llmgw_null_str,
                        llmgw_lit("this endpoint takes "
                                  "multipart/form-data"));
        return LLMGW_INVALID;
    }

    if (multipart) {
        llmgw_error_set(&call->error, 415,
                        llmgw_lit("unsupported_media_type"), llmgw_null_str,
                        llmgw_lit("this endpoint takes application/json"));
        return LLMGW_INVALID;
    }

    return llmgw_call_read_json(call);
}


static llmgw_int_t
llmgw_call_read_json(llmgw_call_t *call)
{
    uint32_t                  depth;
    llmgw_int_t               rc;
    llmgw_json_t             *j;
    llmgw_error_t            *e;
    const llmgw_json_node_t  *v;

    j = &call->doc;
    e = &call->error;

    /* the numbers of an embeddings input need no nodes */

    depth = (call->endpoint->id == LLMGW_EP_EMBEDDINGS) ? 1 : LLMGW_JSON_ALL;

    rc = llmgw_json_parse(j, call->arena, call->body, depth,
                          LLMGW_CALL_MAX_NODES);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc == LLMGW_TOO_LARGE) {
        llmgw_error_set(e, 413, llmgw_lit("request_too_large"),
                        llmgw_null_str,
                        llmgw_lit("the body holds too many values"));
        return LLMGW_INVALID;
    }

    if (rc != LLMGW_OK) {
        return llmgw_refuse(e, llmgw_lit("invalid_json"), llmgw_null_str,
                            llmgw_fmt(call->arena, "the body is not valid "
                                      "JSON: %s at byte %zu",
                                      j->error, j->error_pos));
    }

    if (j->nodes[0].type != LLMGW_JSON_OBJECT) {
        return llmgw_refuse(e, llmgw_lit("invalid_json"), llmgw_null_str,
                            llmgw_lit("the body must be a JSON object"));
    }

    if (llmgw_check_duplicates(j, call->arena, e) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    if (call->endpoint->in_path) {
        return llmgw_call_read_path(call);
    }

    if (llmgw_check_case(j, call->arena, e) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    v = llmgw_json_get(j, llmgw_json_object(j, j->nodes, "extra_body"),
                       "model");
    if (v) {
        return llmgw_refuse(e, llmgw_lit("invalid_json"),
                            llmgw_lit("extra_body.model"),
                            llmgw_lit("\"extra_body.model\" is not taken: "
                                      "\"model\" names the model"));
    }

    v = llmgw_json_get(j, j->nodes, "model");

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return llmgw_refuse(e, llmgw_lit("missing_required_parameter"),
                            llmgw_lit("model"),
                            llmgw_lit("\"model\" is missing"));
    }

    if (v->type != LLMGW_JSON_STRING || v->len == 0
        || v->len > LLMGW_CALL_MAX_MODEL)
    {
        return llmgw_refuse(e, llmgw_lit("invalid_type"), llmgw_lit("model"),
                            llmgw_lit("\"model\" must be a string of 1 to "
                                      "256 characters"));
    }

    if (llmgw_check_name(v, llmgw_lit("model"), e, call->arena) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    call->model = llmgw_jstr_canonical(call->arena, llmgw_json_str(j, v));
    call->model_span = llmgw_json_raw(j, v);
    call->model_quoted = 1;

    if (call->model.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_call_read_stream(call);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (call->tags && call->endpoint->door == &llmgw_door_responses) {
        llmgw_stored_pin(call);
    }

    return llmgw_call_check_limits(call);
}


/* the model is in the path, and the rest is the business of the door */

static llmgw_int_t
llmgw_call_read_path(llmgw_call_t *call)
{
    const u_char  *end;

    call->model = call->rest;
    end = call->model.data + call->model.len;

    if (call->model.len == 0 || call->model.len > LLMGW_CALL_MAX_MODEL
        || llmgw_json_plain(call->model.data, end) != end)
    {
        call->model = llmgw_null_str;

        return llmgw_refuse(&call->error, llmgw_lit("invalid_value"),
                            llmgw_lit("model"),
                            llmgw_lit("the name of the model in the path must "
                                      "be 1 to 256 printable characters"));
    }

    return call->endpoint->door->check(call);
}


static llmgw_int_t
llmgw_call_read_stream(llmgw_call_t *call)
{
    llmgw_error_t            *e;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v, *usage;

    j = &call->doc;
    e = &call->error;

    v = llmgw_json_get(j, j->nodes, "stream");

    if (v && v->type > LLMGW_JSON_TRUE) {
        return llmgw_refuse(e, llmgw_lit("invalid_type"), llmgw_lit("stream"),
                            llmgw_lit("\"stream\" must be a boolean"));
    }

    call->stream = v && v->type == LLMGW_JSON_TRUE && !call->endpoint->count;

    /* an endpoint with its own word for it */

    if (call->endpoint->id == LLMGW_EP_SPEECH) {
        v = llmgw_json_string(j, j->nodes, "stream_format");
        call->stream = v && llmgw_json_is(j, v, "sse");
    }

    if (!call->endpoint->usage) {
        return LLMGW_OK;
    }

    v = llmgw_json_get(j, j->nodes, "stream_options");

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return LLMGW_OK;
    }

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_refuse(e, llmgw_lit("invalid_type"),
                            llmgw_lit("stream_options"),
                            llmgw_lit("\"stream_options\" must be an "
                                      "object"));
    }

    usage = llmgw_json_get(j, v, "include_usage");

    if (usage && usage->type > LLMGW_JSON_TRUE) {
        return llmgw_refuse(e, llmgw_lit("invalid_type"),
                            llmgw_lit("stream_options.include_usage"),
                            llmgw_lit("\"stream_options.include_usage\" must "
                                      "be a boolean"));
    }

    call->include_usage = usage && usage->type == LLMGW_JSON_TRUE;

    return LLMGW_OK;
}


/* what limits and budgets will rely on */

static llmgw_int_t
llmgw_call_check_limits(llmgw_call_t *call)
{
    size_t                    i;
    int64_t                   n;
    llmgw_str_t               name;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *k, *v, *m;

    static const struct {
        llmgw_str_t  name;
        int64_t      max;
    } limits[] = {
        { llmgw_string("max_tokens"), LLMGW_CALL_MAX_TOKENS },
        { llmgw_string("max_completion_tokens"), LLMGW_CALL_MAX_TOKENS },
        { llmgw_string("max_output_tokens"), LLMGW_CALL_MAX_TOKENS },
        { llmgw_string("n"), LLMGW_CALL_MAX_N }
    };

    j = &call->doc;

    llmgw_json_each_member(k, v, j->nodes) {

        if (k->len > 24 || v->type == LLMGW_JSON_NULL) {
            continue;
        }

        if (llmgw_json_is(j, k, "user")) {

            if (v->type != LLMGW_JSON_STRING) {
                return llmgw_refuse(&call->error, llmgw_lit("invalid_type"),
                                    llmgw_lit("user"),
                                    llmgw_lit("\"user\" must be a string"));
            }

            if (llmgw_check_name(v, llmgw_lit("user"), &call->error,
                                 call->arena)
                != LLMGW_OK)
            {
                return LLMGW_INVALID;
            }

            continue;
        }

        if (llmgw_json_is(j, k, "metadata") && v->type == LLMGW_JSON_OBJECT) {

            m = v + 1;

            while (m < v + v->span) {

                if (llmgw_check_name(m, llmgw_lit("metadata"), &call->error,
                                     call->arena)
                    != LLMGW_OK)
                {
                    return LLMGW_INVALID;
                }

                m = llmgw_json_next(m + 1);
            }

            continue;
        }

        for (i = 0; i < llmgw_nelts(limits); i++) {

            name = limits[i].name;

            if (!llmgw_json_is_n(j, k, (const char *) name.data, name.len)) {
                continue;
            }

            if (llmgw_check_int(j, v, name, 0, limits[i].max, &n,
                                &call->error, call->arena)
                != LLMGW_OK)
            {
                return LLMGW_INVALID;
            }
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_call_read_multipart(llmgw_call_t *call)
{
    unsigned                models;
    llmgw_int_t             rc;
    llmgw_multipart_t       mp;
    llmgw_multipart_part_t  part;

    models = 0;

    rc = llmgw_multipart_init(&mp, call->boundary, call->body);

    while (rc == LLMGW_OK) {

        rc = llmgw_multipart_next(&mp, &part);

        if (rc != LLMGW_OK) {
            break;
        }

        if (llmgw_str_is(part.name, "model")) {
            models++;
            call->model = part.value;
            call->model_span = part.value;
            continue;
        }

        if (llmgw_str_is(part.name, "stream")) {
            call->stream = llmgw_str_is(part.value, "true")
                           || llmgw_str_is(part.value, "True")
                           || llmgw_str_is(part.value, "1");
        }
    }

    if (rc != LLMGW_DONE) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_multipart"),
                            llmgw_null_str,
                            llmgw_lit("the body is not valid "
                                      "multipart/form-data"));
    }

    if (models == 0) {
        return llmgw_refuse(&call->error,
                            llmgw_lit("missing_required_parameter"),
                            llmgw_lit("model"),
                            llmgw_lit("the part \"model\" is missing"));
    }

    if (models > 1) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_multipart"),
                            llmgw_lit("model"),
                            llmgw_lit("duplicate part \"model\""));
    }

    if (call->model.len == 0 || call->model.len > LLMGW_CALL_MAX_MODEL
        || llmgw_json_plain(call->model.data,
                            call->model.data + call->model.len)
           != call->model.data + call->model.len)
    {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_value"),
                            llmgw_lit("model"),
                            llmgw_lit("\"model\" must be 1 to 256 printable "
                                      "characters"));
    }

    return LLMGW_OK;
}


static const llmgw_task_t *
llmgw_call_task(const llmgw_call_t *call, const llmgw_task_t *tasks)
{
    for ( /* void */ ; tasks && tasks->endpoint; tasks++) {
        if (tasks->endpoint == call->endpoint->id) {
            return tasks;
        }
    }

    return NULL;
}


llmgw_int_t
llmgw_call_prepare(llmgw_call_t *call, const llmgw_target_t *target,
    llmgw_upstream_t *up)
{
    llmgw_int_t  rc;

    call->target = target;
    call->task = NULL;
    call->attempt = NULL;
    call->pass = 0;
    call->usage_added = 0;
    call->json_tool = 0;
    call->estimated = 0;
    call->tagged = 0;
    call->fitted = 0;
    call->other_id = 0;
    call->dropped = NULL;
    call->dropped_last = &call->dropped;

    rc = llmgw_call_write(call, up);

    return (rc == LLMGW_OK && llmgw_traits_apply(call) && !call->fitted)
           ? llmgw_traits_rewrite(call, up) : rc;
}


static llmgw_int_t
llmgw_call_write(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t             rc;
    const llmgw_task_t     *task;
    const llmgw_dialect_t  *provider;

    provider = call->target->dialect;

    if (call->resume && call->resume->on) {

        /* the client's own request does not have the beginning of its answer */

        rc = llmgw_resume_target(call);

        if (rc == LLMGW_OK) {
            rc = llmgw_call_read_chat(call);
        }

        return (rc == LLMGW_OK)
               ? provider->write_request(call, call->chat, up) : rc;
    }

    if (provider->passes && provider->passes(call)) {
        call->pass = 1;

        return provider->pass_request(call, up);
    }

    task = llmgw_traits_has(call->target->traits, call->endpoint->id)
           ? llmgw_call_task(call, provider->tasks) : NULL;

    if (task == NULL) {
        task = llmgw_call_task(call, call->endpoint->door->tasks);

        /* what it asks for is a call of its own, fitted as such */

        call->fitted = (task != NULL);
    }

    if (task) {
        call->task = task;

        return task->write(call, up);
    }

    if (provider->write_request == NULL
        || call->endpoint->door->read_request == NULL
        || !llmgw_traits_has(call->target->traits, LLMGW_EP_CHAT))
    {
        llmgw_error_set(&call->error, 404, llmgw_lit("unsupported_endpoint"),
                        llmgw_null_str,
                        llmgw_fmt(call->arena, "the provider of model "
                                  "\"%.*s\" does not serve this endpoint",
                                  llmgw_arg(call->model)));
        return LLMGW_INVALID;
    }

    rc = llmgw_call_read_chat(call);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (call->endpoint->count) {
        call->fitted = 1;

        return llmgw_count_request(call, up);
    }

    return provider->write_request(call, call->chat, up);
}


/* the chat form; it is made once, and what that left out holds for all */

llmgw_int_t
llmgw_call_read_chat(llmgw_call_t *call)
{
    llmgw_int_t    rc;
    llmgw_chat_t  *chat;

    if (call->chat == NULL) {

        chat = llmgw_calloc(call->arena, sizeof(llmgw_chat_t));
        if (chat == NULL) {
            return LLMGW_ERROR;
        }

        chat->doc = &call->doc;
        chat->arena = call->arena;
        chat->last = &chat->messages;
        chat->max_tokens = -1;
        chat->thinking_budget = -1;
        chat->model = call->model;
        chat->stream = call->stream;
        chat->include_usage = call->include_usage;

        rc = call->endpoint->door->read_request(call, chat);

        if (rc != LLMGW_OK) {

            /* the next attempt starts over, and fails in the same way */

            return rc;
        }

        call->chat = chat;
        call->read_dropped = call->dropped;
        call->read_last = call->dropped_last;
    }

    if (call->read_dropped) {
        *call->read_last = NULL;

        call->dropped = call->read_dropped;
        call->dropped_last = call->read_last;
    }

    return LLMGW_OK;
}


const llmgw_dialect_t *
llmgw_dialect_find(llmgw_str_t name)
{
    size_t  i;

    static const llmgw_dialect_t *const  dialects[] = {
        &llmgw_dialect_openai,
        &llmgw_dialect_anthropic,
        &llmgw_dialect_azure,
        &llmgw_dialect_gemini,
        &llmgw_dialect_cohere,
        &llmgw_dialect_vertex,
        &llmgw_dialect_huggingface,
        &llmgw_dialect_tgi,
        &llmgw_dialect_tei,
        &llmgw_dialect_features,
        &llmgw_dialect_bedrock
    };

    for (i = 0; i < llmgw_nelts(dialects); i++) {
        if (llmgw_str_eq(dialects[i]->name, name)) {
            return dialects[i];
        }
    }

    return NULL;
}
