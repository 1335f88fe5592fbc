
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The same dialect on both sides: the client's bytes go to the provider with
 * single members spliced, and nothing else touched.
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"
#include "llmgw_openai.h"
#include "llmgw_pass.h"
#include "llmgw_stored.h"
#include "llmgw_traits.h"


static size_t llmgw_pass_elements(const llmgw_json_node_t *list);
static void llmgw_pass_thinking_lost(llmgw_call_t *call, llmgw_splice_t *sp,
    const llmgw_json_node_t *last);


/* a base URL may end in /v1 or not: exactly one goes upstream */

llmgw_str_t
llmgw_v1_path(llmgw_arena_t *a, llmgw_str_t base, llmgw_str_t path)
{
    u_char  *p, *start;

    start = llmgw_nalloc(a, base.len + 3 + path.len);
    if (start == NULL) {
        return llmgw_null_str;
    }

    p = start;

    if (base.len) {
        memcpy(p, base.data, base.len);
        p += base.len;
    }

    if (!llmgw_str_ends(base, "/v1")) {
        memcpy(p, "/v1", 3);
        p += 3;
    }

    memcpy(p, path.data, path.len);
    p += path.len;

    return llmgw_str(start, (size_t) (p - start));
}


unsigned
llmgw_openai_passes(const llmgw_call_t *call)
{
    return call->endpoint->native == &llmgw_dialect_openai
           && call->endpoint->id != LLMGW_EP_RERANK
           && llmgw_traits_has(call->target->traits, call->endpoint->id);
}


llmgw_int_t
llmgw_openai_pass_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t              rc;
    llmgw_str_t              path;
    llmgw_splice_t           sp;
    const llmgw_target_t    *target;
    const llmgw_settings_t  *set;

    target = call->target;
    set = target->settings;

    path = call->endpoint->stored ? llmgw_stored_path(call)
                                  : call->endpoint->path;
    if (path.data == NULL) {
        return LLMGW_ERROR;
    }

    up->path = llmgw_openai_path(call, call->endpoint->id, path);
    if (up->path.data == NULL) {
        return LLMGW_ERROR;
    }

    if (llmgw_pass_openai_headers(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (set && set->openai_organization.len
        && llmgw_upstream_header(up, call->arena,
                                 llmgw_lit("openai-organization"),
                                 set->openai_organization)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (set && set->openai_project.len
        && llmgw_upstream_header(up, call->arena,
                                 llmgw_lit("openai-project"),
                                 set->openai_project)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (call->endpoint->stored) {
        call->tagged = 1;
        llmgw_put(&up->body, call->body);

        return llmgw_stored_query(call, up);
    }

    llmgw_splice_init(&sp, call->arena);

    llmgw_pass_model(call, &sp);

    if (call->stream && call->endpoint->usage) {
        llmgw_pass_usage(call, &sp);
    }

    if (call->endpoint->door == &llmgw_door_responses) {
        rc = llmgw_stored_request(call, &sp);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (llmgw_traits_apply(call)) {
        rc = llmgw_traits_edit(call, &call->doc, &sp);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_splice_put(&sp, call->body, &up->body);
}


void
llmgw_pass_model(llmgw_call_t *call, llmgw_splice_t *sp)
{
    llmgw_str_t  model, span;

    model = call->target->model;
    span = call->model_span;

    if (model.len == 0 || llmgw_str_eq(model, call->model)) {
        return;
    }

    if (call->model_quoted) {
        span.data++;
        span.len -= 2;
    }

    llmgw_splice_add(sp, span.data, span.data + span.len, model);
}


/*
 * The gateway counts tokens whether or not the client asked: the usage chunk
 * is requested here and taken out of the answer again.
 */

void
llmgw_pass_usage(llmgw_call_t *call, llmgw_splice_t *sp)
{
    llmgw_str_t               raw;
    const llmgw_json_t       *j;
    const llmgw_settings_t   *set;
    const llmgw_json_node_t  *v, *usage;

    j = &call->doc;
    set = call->target->settings;

    if (call->include_usage || (set && set->no_stream_usage)) {
        return;
    }

    call->usage_added = 1;

    v = llmgw_json_get(j, j->nodes, "stream_options");

    if (v == NULL) {
        raw = llmgw_json_raw(j, j->nodes);

        /* the object has a model, so there is something in front */

        llmgw_splice_add(sp, raw.data + raw.len - 1, raw.data + raw.len - 1,
                     llmgw_lit(",\"stream_options\":{\"include_usage\":true}"));
        return;
    }

    raw = llmgw_json_raw(j, v);

    if (v->type == LLMGW_JSON_NULL) {
        llmgw_splice_add(sp, raw.data, raw.data + raw.len,
                         llmgw_lit("{\"include_usage\":true}"));
        return;
    }

    usage = llmgw_json_get(j, v, "include_usage");

    if (usage) {
        raw = llmgw_json_raw(j, usage);
        llmgw_splice_add(sp, raw.data, raw.data + raw.len,
                         llmgw_lit("true"));
        return;
    }

    llmgw_splice_add(sp, raw.data + 1, raw.data + 1,
                     v->span > 1 ? llmgw_lit("\"include_usage\":true,")
                                 : llmgw_lit("\"include_usage\":true"));
}


unsigned
llmgw_anthropic_passes(const llmgw_call_t *call)
{
    return call->endpoint->native == &llmgw_dialect_anthropic;
}


llmgw_int_t
llmgw_anthropic_pass_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    unsigned                 version;
    llmgw_header_t          *h;
    llmgw_splice_t           sp;
    const llmgw_target_t    *target;
    const llmgw_settings_t  *set;

    target = call->target;
    set = target->settings;

    up->path = llmgw_v1_path(call->arena, target->base_path,
                                 call->endpoint->path);

    if (up->path.data == NULL
        || llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                                 llmgw_lit("application/json"))
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    /* versions, betas, workspace: the service's own business */

    version = 0;

    for (h = call->headers; h; h = h->next) {

        if (!llmgw_str_starts(h->name, "anthropic-")
            || llmgw_str_starts(h->name, "anthropic-dangerous-"))
        {
            continue;
        }

        version |= llmgw_str_is(h->name, "anthropic-version");

        if (llmgw_upstream_header(up, call->arena, h->name, h->value)
            != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }
    }

    if (!version
        && llmgw_upstream_header(up, call->arena,
                                 llmgw_lit("anthropic-version"),
                                 (set && set->anthropic_version.len)
                                 ? set->anthropic_version
                                 : llmgw_lit("2023-06-01"))
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_splice_init(&sp, call->arena);

    llmgw_pass_model(call, &sp);
    llmgw_pass_foreign(call, &sp);

    return llmgw_splice_put(&sp, call->body, &up->body);
}


/*
 * A thinking block that the service did not make, or that lost its signature;
 * any of them where none would be taken.
 */

static unsigned
llmgw_pass_foreign_block(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *block)
{
    llmgw_call_t *call = ctx;

    llmgw_str_t               signature;
    const llmgw_json_node_t  *type;

    type = llmgw_json_string(j, block, "type");

    if (type == NULL) {
        return 0;
    }

    if (call->strip_thinking && llmgw_json_is(j, type, "redacted_thinking")) {
        return 1;
    }

    if (!llmgw_json_is(j, type, "thinking")) {
        return 0;
    }

    if (call->strip_thinking) {
        return 1;
    }

    signature = llmgw_json_get_str(j, block, "signature");

    return signature.len == 0 || llmgw_str_starts(signature, "llmgw1.");
}


/* an assistant message of nothing but such blocks */

static unsigned
llmgw_pass_foreign_message(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *message)
{
    const llmgw_json_node_t  *v, *content;

    content = llmgw_json_array(j, message, "content");

    if (content == NULL || content->span == 1) {
        return 0;
    }

    llmgw_json_each(v, content) {
        if (!llmgw_pass_foreign_block(ctx, j, v)) {
            return 0;
        }
    }

    return 1;
}


void
llmgw_pass_foreign(llmgw_call_t *call, llmgw_splice_t *sp)
{
    size_t                    n;
    unsigned                  cut;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *messages, *m, *v, *content, *last;

    cut = 0;

    if (llmgw_str_find(call->body, llmgw_lit("thinking\"")) == NULL) {
        return;
    }

    j = &call->doc;

    messages = llmgw_json_array(j, j->nodes, "messages");
    if (messages == NULL) {
        return;
    }

    llmgw_splice_filter(sp, j, messages, llmgw_pass_foreign_message, call);

    last = NULL;

    llmgw_json_each(m, messages) {

        content = llmgw_json_array(j, m, "content");

        if (content == NULL || llmgw_pass_foreign_message(call, j, m)) {
            continue;
        }

        n = llmgw_splice_filter(sp, j, content, llmgw_pass_foreign_block,
                                call);

        v = llmgw_json_string(j, m, "role");

        if (v && llmgw_json_is(j, v, "assistant")) {
            last = content;
            cut = (n < llmgw_pass_elements(content));
        }
    }

    if (last && cut) {
        llmgw_pass_thinking_lost(call, sp, last);
    }
}


static size_t
llmgw_pass_elements(const llmgw_json_node_t *list)
{
    size_t                    n;
    const llmgw_json_node_t  *v;

    n = 0;

    llmgw_json_each(v, list) {
        n++;
    }

    return n;
}


/*
 * With a budget for it, the service insists on the thinking in front of calls:
 * without, it must not think at all.  last: the content of the last message of
 * the assistant's, of which some has been cut.
 */

static void
llmgw_pass_thinking_lost(llmgw_call_t *call, llmgw_splice_t *sp,
    const llmgw_json_node_t *last)
{
    unsigned                  calls;
    llmgw_str_t               raw;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *thinking, *type, *v;

    j = &call->doc;

    thinking = llmgw_json_object(j, j->nodes, "thinking");
    type = llmgw_json_string(j, thinking, "type");

    if (type == NULL || !llmgw_json_is(j, type, "enabled")) {
        return;
    }

    calls = 0;

    llmgw_json_each(v, last) {

        type = llmgw_json_string(j, v, "type");

        if (type == NULL) {
            continue;
        }

        calls |= llmgw_json_is(j, type, "tool_use");

        if ((llmgw_json_is(j, type, "thinking")
             || llmgw_json_is(j, type, "redacted_thinking"))
            && !llmgw_pass_foreign_block(call, j, v))
        {
            return;
        }
    }

    if (!calls) {
        return;
    }

    llmgw_call_drop(call, llmgw_lit("thinking"));

    raw = llmgw_json_raw(j, thinking);

    llmgw_splice_add(sp, raw.data, raw.data + raw.len,
                     llmgw_lit("{\"type\":\"disabled\"}"));
}


llmgw_int_t
llmgw_pass_openai_headers(llmgw_call_t *call, llmgw_upstream_t *up)
{
    size_t       i;
    llmgw_str_t  value;

    static const llmgw_str_t  names[] = {
        llmgw_string("openai-beta"),
        llmgw_string("idempotency-key"),
        llmgw_string("x-client-request-id"),
        llmgw_string("accept")
    };

    for (i = 0; i < llmgw_nelts(names); i++) {

        value = llmgw_call_header(call, names[i]);

        if (value.len
            && llmgw_upstream_header(up, call->arena, names[i], value)
               != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }
    }

    return llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                                 call->multipart
                                 ? call->content_type
                                 : llmgw_lit("application/json"));
}
