
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Clients of generateContent: their requests as the chat form.  What comes
 * here goes to another provider than Google, so what only Google's services
 * know is left out or refused.
 */


#include "llmgw_check.h"
#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"
#include "llmgw_query.h"


static llmgw_int_t llmgw_gemini_read_tier(llmgw_gemini_door_t *d,
    llmgw_node_t *v);


const llmgw_door_t  llmgw_door_gemini = {
    .read_request = llmgw_gemini_read_request,
    .whole = &llmgw_gemini_whole,
    .stream = &llmgw_gemini_stream,
    .stream_type = llmgw_gemini_stream_type,
    .write_error = llmgw_gemini_write_error,
    .error_status = llmgw_gemini_error_status,
    .check = llmgw_gemini_check,
    .write_count = llmgw_gemini_put_count
};

/* what is no chat: it passes, or is done by the provider's own means */

const llmgw_door_t  llmgw_door_gemini_other = {
    .stream = &llmgw_gemini_stream,
    .write_error = llmgw_gemini_write_error,
    .error_status = llmgw_gemini_error_status,
    .check = llmgw_gemini_check,
    .tasks = llmgw_gemini_door_tasks
};


enum {
    top_contents = 0,
    top_system,
    top_tools,
    top_tool_config,
    top_config,
    top_cached,
    top_tier,
    top_model,              /* the path has it */
    top_max
};

static const llmgw_str_t  llmgw_gemini_top[top_max] = {
    llmgw_string("contents"),
    llmgw_string("systemInstruction"),
    llmgw_string("tools"),
    llmgw_string("toolConfig"),
    llmgw_string("generationConfig"),
    llmgw_string("cachedContent"),
    llmgw_string("serviceTier"),
    llmgw_string("model")
};


unsigned
llmgw_gemini_spelled(const llmgw_json_t *j, llmgw_node_t *key,
    llmgw_str_t name, llmgw_arena_t *a)
{
    u_char       c;
    size_t       i, n;
    llmgw_str_t  s;

    s = llmgw_json_str(j, key);

    if (key->flags & LLMGW_JSON_ESCAPED) {
        s = llmgw_jstr_decode(a, s);
    }

    if (llmgw_str_eq(s, name)) {
        return 1;
    }

    n = 0;

    for (i = 0; i < name.len; i++) {

        c = name.data[i];

        if (c >= 'A' && c <= 'Z') {

            if (n == s.len || s.data[n++] != '_') {
                return 0;
            }

            c |= 0x20;
        }

        if (n == s.len || s.data[n++] != c) {
            return 0;
        }
    }

    return n == s.len;
}


llmgw_int_t
llmgw_gemini_members(llmgw_gemini_door_t *d, llmgw_node_t *object,
    const llmgw_str_t *names, size_t n, llmgw_node_t **member,
    const char *others)
{
    size_t         i;
    uint64_t       seen;
    llmgw_str_t    name;
    llmgw_node_t  *k, *v;

    memset(member, 0, n * sizeof(llmgw_node_t *));

    seen = 0;

    llmgw_json_each_member(k, v, object) {

        for (i = 0; i < n; i++) {
            if (llmgw_gemini_spelled(d->j, k, names[i], d->arena)) {
                break;
            }
        }

        if (i < n) {

            if (seen & (uint64_t) 1 << i) {
                return llmgw_gemini_bad(d, v, "is there in both spellings");
            }

            seen |= (uint64_t) 1 << i;

            if (v->type != LLMGW_JSON_NULL) {
                member[i] = v;
            }

        } else if (others && v->type != LLMGW_JSON_NULL) {

            name = llmgw_jstr_decode(d->arena, llmgw_json_str(d->j, k));

            llmgw_call_drop(d->call, llmgw_fmt(d->arena, "%s%.*s", others,
                                               llmgw_arg(name)));
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_bad(llmgw_gemini_door_t *d, llmgw_node_t *v, const char *why)
{
    llmgw_str_t  path;

    path = llmgw_json_path(d->j, v, d->arena);

    return llmgw_refuse(&d->call->error, llmgw_lit("invalid_value"), path,
                        llmgw_fmt(d->arena, "\"%.*s\" %s", llmgw_arg(path),
                                  why));
}


llmgw_int_t
llmgw_gemini_foreign(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    llmgw_str_t  path;

    path = llmgw_json_path(d->j, v, d->arena);

    return llmgw_refuse(&d->call->error, llmgw_lit("unsupported_parameter"),
                        path,
                        llmgw_fmt(d->arena, "\"%.*s\" is only taken by "
                                  "Google's own service, and the model is "
                                  "served by another provider",
                                  llmgw_arg(path)));
}


llmgw_int_t
llmgw_gemini_missing(llmgw_gemini_door_t *d, llmgw_node_t *object,
    const char *name)
{
    llmgw_str_t  path;

    path = llmgw_json_path(d->j, object, d->arena);
    path = llmgw_fmt(d->arena, "%.*s%s%s", llmgw_arg(path),
                     path.len ? "." : "", name);

    return llmgw_refuse(&d->call->error,
                        llmgw_lit("missing_required_parameter"), path,
                        llmgw_fmt(d->arena, "\"%.*s\" is missing",
                                  llmgw_arg(path)));
}


llmgw_int_t
llmgw_gemini_string(llmgw_gemini_door_t *d, llmgw_node_t *v, llmgw_str_t *s)
{
    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_gemini_bad(d, v, "must be a string");
    }

    *s = llmgw_json_str(d->j, v);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_name(llmgw_gemini_door_t *d, llmgw_node_t *v, llmgw_str_t *s)
{
    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_gemini_bad(d, v, "must be a string");
    }

    if (v->len == 0) {
        return llmgw_gemini_bad(d, v, "must not be empty");
    }

    if (v->flags & (LLMGW_JSON_SURROGATE|LLMGW_JSON_NUL)) {
        return llmgw_gemini_bad(d, v, "holds a character that is not allowed "
                                "there");
    }

    *s = llmgw_jstr_canonical(d->arena, llmgw_json_str(d->j, v));

    return s->data ? LLMGW_OK : LLMGW_ERROR;
}


/* the request itself; one to count tokens may hold it as a member */

static llmgw_int_t
llmgw_gemini_root(llmgw_gemini_door_t *d, llmgw_node_t **root)
{
    llmgw_int_t    rc;
    llmgw_node_t  *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("generateContentRequest")
    };

    *root = d->j->nodes;

    if (!d->call->endpoint->count) {
        return LLMGW_OK;
    }

    rc = llmgw_gemini_members(d, *root, names, 1, &v, NULL);

    if (rc != LLMGW_OK || v == NULL) {
        return rc;
    }

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    *root = v;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_read_request(llmgw_call_t *call, llmgw_chat_t *chat)
{
    llmgw_int_t           rc;
    llmgw_node_t         *root, *m[top_max];
    llmgw_gemini_door_t   d;

    memset(&d, 0, sizeof(llmgw_gemini_door_t));

    d.call = call;
    d.chat = chat;
    d.j = &call->doc;
    d.arena = call->arena;

    d.asked = llmgw_calloc(d.arena, sizeof(llmgw_gemini_asked_t));
    if (d.asked == NULL) {
        return LLMGW_ERROR;
    }

    call->asked = d.asked;

    llmgw_map_init(&d.names, d.arena);
    llmgw_map_init(&d.ids, d.arena);

    rc = llmgw_gemini_root(&d, &root);

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_members(&d, root, llmgw_gemini_top, top_max, m, "");
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (m[top_cached]) {
        return llmgw_gemini_foreign(&d, m[top_cached]);
    }

    if (m[top_system]) {
        rc = llmgw_gemini_read_system(&d, m[top_system]);
    }

    if (rc == LLMGW_OK) {
        rc = m[top_contents] ? llmgw_gemini_read_contents(&d, m[top_contents])
                             : llmgw_gemini_missing(&d, root, "contents");
    }

    if (rc == LLMGW_OK && m[top_tools]) {
        rc = llmgw_gemini_read_tools(&d, m[top_tools]);
    }

    if (rc == LLMGW_OK && m[top_tool_config]) {
        rc = llmgw_gemini_read_choice(&d, m[top_tool_config]);
    }

    if (rc == LLMGW_OK && m[top_config]) {
        rc = llmgw_gemini_read_config(&d, m[top_config]);
    }

    if (rc == LLMGW_OK && m[top_tier]) {
        rc = llmgw_gemini_read_tier(&d, m[top_tier]);
    }

    return rc;
}


static llmgw_int_t
llmgw_gemini_read_tier(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    size_t          i;
    llmgw_int_t     rc;
    llmgw_str_t     tier;
    llmgw_value_t  *value;

    static const struct {
        llmgw_str_t  tier;
        llmgw_str_t  raw;
    } tiers[] = {
        { llmgw_string("flex"), llmgw_string("\"flex\"") },
        { llmgw_string("priority"), llmgw_string("\"priority\"") },
        { llmgw_string("standard"), llmgw_string("\"default\"") }
    };

    rc = llmgw_gemini_string(d, v, &tier);
    if (rc != LLMGW_OK) {
        return rc;
    }

    for (i = 0; i < llmgw_nelts(tiers); i++) {

        if (llmgw_str_caseeq(tier, tiers[i].tier)) {

            value = &d->chat->param[LLMGW_P_SERVICE_TIER];

            value->raw = tiers[i].raw;
            value->type = LLMGW_JSON_STRING;

            return LLMGW_OK;
        }
    }

    if (!llmgw_str_caseeq(tier, llmgw_lit("unspecified"))) {
        llmgw_call_drop(d->call, llmgw_lit("serviceTier"));
    }

    return LLMGW_OK;
}


/* the value of "alt": what a stream is to look like */

static unsigned
llmgw_gemini_wants_events(llmgw_str_t query)
{
    llmgw_str_t  value;

    value = llmgw_query_value(query, llmgw_lit("alt"));

    if (value.len == 0) {
        value = llmgw_query_value(query, llmgw_lit("$alt"));
    }

    return llmgw_str_is(value, "sse");
}


/*
 * What limits and budgets will rely on has to be unambiguous also where the
 * bytes pass.
 */

llmgw_int_t
llmgw_gemini_check(llmgw_call_t *call)
{
    int64_t              n;
    llmgw_int_t          rc;
    llmgw_node_t        *root, *config, *limit[2];
    llmgw_gemini_door_t  d;

    static const llmgw_str_t  names[] = {
        llmgw_string("generationConfig")
    };

    static const llmgw_str_t  limits[] = {
        llmgw_string("maxOutputTokens"),
        llmgw_string("candidateCount")
    };

    memset(&d, 0, sizeof(llmgw_gemini_door_t));

    d.call = call;
    d.j = &call->doc;
    d.arena = call->arena;

    call->stream = call->endpoint->streams;
    call->array = call->stream && !llmgw_gemini_wants_events(call->query);

    rc = llmgw_gemini_root(&d, &root);

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_members(&d, root, names, 1, &config, NULL);
    }

    if (rc != LLMGW_OK || config == NULL
        || config->type != LLMGW_JSON_OBJECT)
    {
        return rc;
    }

    rc = llmgw_gemini_members(&d, config, limits, 2, limit, NULL);

    if (rc == LLMGW_OK) {
        rc = llmgw_check_int(d.j, limit[0],
                             llmgw_lit("generationConfig.maxOutputTokens"), 0,
                             LLMGW_CALL_MAX_TOKENS, &n, &call->error,
                             d.arena);
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_check_int(d.j, limit[1],
                             llmgw_lit("generationConfig.candidateCount"), 0,
                             LLMGW_CALL_MAX_N, &n, &call->error, d.arena);
    }

    return rc;
}
