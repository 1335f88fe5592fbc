
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Requests of generateContent.  The service refuses members that it does not
 * know, so nothing goes there that has no place here.
 */


#include "llmgw_gemini.h"
#include "llmgw_jstr.h"


/* what schemas may grow to where they refer to themselves */
#define LLMGW_GEMINI_SCHEMA_BYTES  4194304
#define LLMGW_GEMINI_SCHEMA_STEPS  2097152


static llmgw_int_t llmgw_gemini_plan(llmgw_gemini_request_t *r);
static llmgw_int_t llmgw_gemini_extensions(llmgw_gemini_request_t *r);
static llmgw_int_t llmgw_gemini_safety(llmgw_gemini_request_t *r);
static void llmgw_gemini_tier(llmgw_gemini_request_t *r);


void
llmgw_gemini_request(llmgw_gemini_request_t *r, llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up)
{
    static const llmgw_settings_t  none;

    memset(r, 0, sizeof(llmgw_gemini_request_t));

    r->call = call;
    r->chat = chat;
    r->arena = call->arena;
    r->out = &up->body;
    r->settings = call->target->settings ? call->target->settings : &none;
    r->name = r->settings->model_family.len ? r->settings->model_family
                                            : call->target->model;
}


llmgw_int_t
llmgw_gemini_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_int_t             rc;
    llmgw_gemini_request_t  r;

    llmgw_gemini_request(&r, call, chat, up);

    rc = llmgw_gemini_model(call, call->target->model, &r.model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_open(r.out, '{');

    rc = llmgw_gemini_write_members(&r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_close(r.out, '}');

    up->path = llmgw_gemini_path(call, r.model, chat->stream
                                 ? "streamGenerateContent?alt=sse"
                                 : "generateContent");

    if (up->path.data == NULL
        || llmgw_gemini_headers(call, up, chat->stream) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_out_close(r.out);
}


llmgw_int_t
llmgw_gemini_write_count(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_int_t             rc;
    llmgw_gemini_request_t  r;

    llmgw_gemini_request(&r, call, chat, up);

    rc = llmgw_gemini_model(call, call->target->model, &r.model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_open(r.out, '{');
    llmgw_json_key(r.out, "generateContentRequest");
    llmgw_json_open(r.out, '{');
    llmgw_json_member(r.out, "model", r.model);

    rc = llmgw_gemini_write_members(&r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_close(r.out, '}');
    llmgw_json_close(r.out, '}');

    up->path = llmgw_gemini_path(call, r.model, "countTokens");

    if (up->path.data == NULL
        || llmgw_gemini_headers(call, up, 0) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_out_close(r.out);
}


llmgw_int_t
llmgw_gemini_read_count(const llmgw_json_t *j, int64_t *tokens)
{
    *tokens = llmgw_usage_count(j, llmgw_json_get(j, j->nodes,
                                                  "totalTokens"));

    return (*tokens >= 0) ? LLMGW_OK : LLMGW_INVALID;
}


llmgw_int_t
llmgw_gemini_write_members(llmgw_gemini_request_t *r)
{
    llmgw_int_t  rc;

    llmgw_gemini(&r->family, r->name);

    rc = llmgw_gemini_plan(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_gemini_write_contents(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_gemini_write_tools(r);

    if (rc != LLMGW_OK || r->count) {
        return rc;
    }

    rc = llmgw_gemini_write_config(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_gemini_safety(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (r->cached.len) {
        llmgw_json_member(r->out, "cachedContent", r->cached);
    }

    llmgw_gemini_tier(r);
    llmgw_call_drop_breakpoints(r->call, r->chat);

    return r->out->failed ? LLMGW_ERROR : LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_plan(llmgw_gemini_request_t *r)
{
    llmgw_int_t  rc;

    r->schema_bytes = LLMGW_GEMINI_SCHEMA_BYTES + 4 * r->call->body.len;
    r->schema_steps = LLMGW_GEMINI_SCHEMA_STEPS;

    rc = llmgw_gemini_extensions(r);

    return (rc == LLMGW_OK) ? llmgw_gemini_plan_tools(r) : rc;
}


/* a member of the vendor's object in either spelling */

static llmgw_node_t *
llmgw_gemini_google(llmgw_gemini_request_t *r, const char *snake,
    const char *camel)
{
    llmgw_node_t  *v;

    v = llmgw_json_get_n(r->google_doc, r->google, snake, strlen(snake));

    return v ? v : llmgw_json_get_n(r->google_doc, r->google, camel,
                                    strlen(camel));
}


/* "cachedContents/ID" is short for a name with its project on Vertex AI */

static llmgw_int_t
llmgw_gemini_cached(llmgw_gemini_request_t *r, llmgw_str_t name)
{
    r->cached = name;

    if (!r->vertex || !llmgw_str_starts(name, "cachedContents/")) {
        return LLMGW_OK;
    }

    r->cached = llmgw_fmt(r->arena, "projects/%.*s/locations/%.*s/%.*s",
                          llmgw_arg(r->settings->google_project),
                          llmgw_arg(r->settings->google_location),
                          llmgw_arg(name));

    return r->cached.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_gemini_extensions(llmgw_gemini_request_t *r)
{
    llmgw_str_t           name;
    llmgw_json_t         *own;
    llmgw_node_t         *v, *k;
    llmgw_member_t       *m;
    const llmgw_value_t  *value;

    own = llmgw_alloc(r->arena, sizeof(llmgw_json_t));
    if (own == NULL) {
        return LLMGW_ERROR;
    }

    value = NULL;

    for (m = r->chat->extra; m; m = m->next) {

        if (m->value.type == LLMGW_JSON_NULL) {
            continue;
        }

        if (llmgw_str_is(m->name, "cached_content")) {

            if (m->value.type == LLMGW_JSON_STRING
                && llmgw_gemini_cached(r, llmgw_str(m->value.raw.data + 1,
                                                    m->value.raw.len - 2))
                   != LLMGW_OK)
            {
                return LLMGW_ERROR;
            }

            continue;
        }

        if (llmgw_str_is(m->name, "google")
            || llmgw_str_is(m->name, "extra_body"))
        {
            if (value == NULL || llmgw_str_is(m->name, "extra_body")) {
                value = &m->value;
            }

            continue;
        }

        if (!llmgw_str_is(m->name, "safety_settings")) {
            llmgw_call_drop(r->call, m->name);
        }
    }

    if (value == NULL) {
        return LLMGW_OK;
    }

    r->google = llmgw_schema_find(r->chat->doc, value->raw, r->arena, own,
                                  &r->google_doc);
    if (r->google == NULL) {
        return LLMGW_ERROR;
    }

    if (value == llmgw_chat_extra(r->chat, "extra_body",
                                  sizeof("extra_body") - 1)
        && r->google->type == LLMGW_JSON_OBJECT)
    {
        v = NULL;

        llmgw_json_each_member(k, v, r->google) {

            if (!llmgw_json_is(r->google_doc, k, "google")) {

                name = llmgw_jstr_canonical(r->arena,
                                            llmgw_json_str(r->google_doc, k));
                llmgw_call_drop(r->call, llmgw_fmt(r->arena,
                                                   "extra_body.%.*s",
                                                   llmgw_arg(name)));
            }
        }

        r->google = llmgw_json_get(r->google_doc, r->google, "google");
    }

    if (r->google && r->google->type != LLMGW_JSON_OBJECT) {
        r->google = NULL;
    }

    if (r->google == NULL) {
        return LLMGW_OK;
    }

    v = llmgw_gemini_google(r, "cached_content", "cachedContent");

    return (v && v->type == LLMGW_JSON_STRING)
           ? llmgw_gemini_cached(r, llmgw_json_str(r->google_doc, v))
           : LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_safety(llmgw_gemini_request_t *r)
{
    llmgw_node_t         *v;
    const llmgw_value_t  *value;

    v = r->google ? llmgw_gemini_google(r, "safety_settings",
                                        "safetySettings")
                  : NULL;

    if (v && v->type == LLMGW_JSON_ARRAY && v->span > 1) {
        llmgw_json_member_raw(r->out, "safetySettings",
                              llmgw_json_raw(r->google_doc, v));
        return LLMGW_OK;
    }

    value = llmgw_chat_extra(r->chat, "safety_settings",
                             sizeof("safety_settings") - 1);

    if (value == NULL) {
        return LLMGW_OK;
    }

    if (value->type != LLMGW_JSON_ARRAY) {
        return llmgw_refuse(&r->call->error, llmgw_lit("invalid_type"),
                            llmgw_lit("safety_settings"),
                            llmgw_lit("\"safety_settings\" must be an "
                                      "array"));
    }

    llmgw_json_member_raw(r->out, "safetySettings", value->raw);

    return LLMGW_OK;
}


static void
llmgw_gemini_tier(llmgw_gemini_request_t *r)
{
    size_t                i;
    const llmgw_value_t  *v;

    static const struct {
        llmgw_str_t  raw;
        llmgw_str_t  tier;
    } tiers[] = {
        { llmgw_string("\"auto\""), llmgw_string("") },
        { llmgw_string("\"default\""), llmgw_string("standard") },
        { llmgw_string("\"flex\""), llmgw_string("flex") },
        { llmgw_string("\"priority\""), llmgw_string("priority") },
        { llmgw_string("\"fast\""), llmgw_string("priority") }
    };

    v = &r->chat->param[LLMGW_P_SERVICE_TIER];

    if (v->raw.len == 0 || v->type == LLMGW_JSON_NULL) {
        return;
    }

    for (i = 0; !r->vertex && i < llmgw_nelts(tiers); i++) {

        if (!llmgw_str_eq(v->raw, tiers[i].raw)) {
            continue;
        }

        if (tiers[i].tier.len) {
            llmgw_json_member(r->out, "serviceTier", tiers[i].tier);
        }

        return;
    }

    llmgw_call_drop(r->call, llmgw_lit("service_tier"));
}
