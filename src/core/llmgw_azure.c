
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Requests to Azure OpenAI.  What the service takes depends on its API's
 * version, which the operator states, and on the model behind a deployment,
 * whose name says nothing about it.
 */


#include "llmgw_azure.h"
#include "llmgw_openai_write.h"
#include "llmgw_pass.h"
#include "llmgw_stored.h"
#include "llmgw_task.h"


/* members of a request that are taken out of it */
#define LLMGW_AZURE_CUTS  4


typedef struct {
    llmgw_str_t               version;    /* as it is configured */
    unsigned                  v1:1;       /* OpenAI's own paths */
    unsigned                  dated:1;    /* a version that is a date */
    unsigned                  no_usage:1; /* no stream_options … */
    unsigned                  old:1;      /* … nor max_completion_tokens */
    unsigned                  system:1;   /* no developer */
} llmgw_azure_version_t;


typedef struct {
    llmgw_call_t             *call;
    llmgw_splice_t            splice;
    llmgw_azure_version_t     version;
    llmgw_str_t               family;     /* the model; empty: unknown */
    const llmgw_json_node_t  *cut[LLMGW_AZURE_CUTS];
    unsigned                  cuts;
} llmgw_azure_pass_t;


static unsigned llmgw_azure_passes(const llmgw_call_t *call);
static llmgw_int_t llmgw_azure_pass_request(llmgw_call_t *call,
    llmgw_upstream_t *up);
static llmgw_int_t llmgw_azure_write_request(llmgw_call_t *call,
    llmgw_chat_t *chat, llmgw_upstream_t *up);
static void llmgw_azure_version(const llmgw_settings_t *set,
    llmgw_azure_version_t *v);
static llmgw_int_t llmgw_azure_path(llmgw_call_t *call,
    const llmgw_azure_version_t *v, llmgw_str_t operation,
    unsigned deployment, llmgw_upstream_t *up);
static void llmgw_azure_pass_usage(llmgw_azure_pass_t *az);
static void llmgw_azure_pass_limit(llmgw_azure_pass_t *az);
static void llmgw_azure_pass_roles(llmgw_azure_pass_t *az);
static void llmgw_azure_pass_family(llmgw_azure_pass_t *az);


const llmgw_dialect_t  llmgw_dialect_azure = {
    .name = llmgw_string("azure"),
    .base = &llmgw_dialect_openai,
    .repair = &llmgw_azure_repair,
    .write_request = llmgw_azure_write_request,
    .reader = &llmgw_openai_reader,
    .read_error = llmgw_azure_read_error,
    .read_usage = llmgw_usage_read_openai,
    .passes = llmgw_azure_passes,
    .pass_request = llmgw_azure_pass_request
};


static unsigned
llmgw_azure_passes(const llmgw_call_t *call)
{
    switch (call->endpoint->id) {

    case LLMGW_EP_CHAT:
    case LLMGW_EP_COMPLETIONS:
    case LLMGW_EP_EMBEDDINGS:
    case LLMGW_EP_IMAGES:
    case LLMGW_EP_IMAGE_EDITS:
    case LLMGW_EP_TRANSCRIPTIONS:
    case LLMGW_EP_TRANSLATIONS:
    case LLMGW_EP_SPEECH:
    case LLMGW_EP_RESPONSES:
    case LLMGW_EP_RESPONSES_INPUT_TOKENS:
    case LLMGW_EP_RESPONSES_COMPACT:
    case LLMGW_EP_RESPONSE:
    case LLMGW_EP_CONVERSATIONS:
    case LLMGW_EP_CONVERSATION:
        return 1;

    default:
        return 0;
    }
}


static llmgw_int_t
llmgw_azure_pass_request(llmgw_call_t *call, llmgw_upstream_t *up)
{
    unsigned                 deployment;
    llmgw_int_t              rc;
    llmgw_str_t              path;
    llmgw_azure_pass_t       az;
    const llmgw_settings_t  *set;

    set = call->target->settings;

    memset(&az, 0, sizeof(llmgw_azure_pass_t));

    az.call = call;
    az.family = set ? set->model_family : llmgw_null_str;

    llmgw_azure_version(set, &az.version);
    llmgw_splice_init(&az.splice, call->arena);

    /* stored responses belong to the resource, not to one deployment of it */

    deployment = call->endpoint->id != LLMGW_EP_RESPONSES
                 && call->endpoint->id != LLMGW_EP_RESPONSES_INPUT_TOKENS
                 && call->endpoint->id != LLMGW_EP_RESPONSES_COMPACT
                 && !call->endpoint->stored;

    path = call->endpoint->stored ? llmgw_stored_path(call)
                                  : call->endpoint->path;
    if (path.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_azure_path(call, &az.version, path, deployment, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_pass_openai_headers(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (call->endpoint->stored) {
        call->tagged = 1;
        llmgw_put(&up->body, call->body);

        return llmgw_stored_query(call, up);
    }

    llmgw_pass_model(call, &az.splice);

    if (!call->multipart) {

        if (call->endpoint->usage) {
            llmgw_azure_pass_usage(&az);
        }

        if (call->endpoint->id == LLMGW_EP_CHAT) {
            llmgw_azure_pass_limit(&az);
            llmgw_azure_pass_roles(&az);
        }

        llmgw_azure_pass_family(&az);
    }

    if (call->endpoint->door == &llmgw_door_responses) {
        rc = llmgw_stored_request(call, &az.splice);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_splice_put(&az.splice, call->body, &up->body);
}


static llmgw_int_t
llmgw_azure_write_request(llmgw_call_t *call, llmgw_chat_t *chat,
    llmgw_upstream_t *up)
{
    llmgw_int_t              rc;
    llmgw_openai_write_t     w;
    llmgw_azure_version_t    v;
    const llmgw_settings_t  *set;

    set = call->target->settings;

    llmgw_azure_version(set, &v);

    rc = llmgw_azure_path(call, &v, llmgw_lit("/chat/completions"), 1, up);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_upstream_json(call, up) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    memset(&w, 0, sizeof(llmgw_openai_write_t));

    w.call = call;
    w.chat = chat;
    w.out = &up->body;
    w.family = set ? set->model_family : llmgw_null_str;
    w.no_usage = v.no_usage;
    w.max_tokens = v.old;
    w.system = v.system;

    return llmgw_openai_write_body(&w);
}


/* the versions are dates, so they compare as texts */

static unsigned
llmgw_azure_before(llmgw_str_t version, const char *date)
{
    return memcmp(version.data, date, 10) < 0;
}


static void
llmgw_azure_version(const llmgw_settings_t *set, llmgw_azure_version_t *v)
{
    unsigned  preview;

    memset(v, 0, sizeof(llmgw_azure_version_t));

    v->version = set ? set->azure_api_version : llmgw_null_str;

    if (v->version.len < 10 || v->version.data[0] < '0'
        || v->version.data[0] > '9')
    {
        v->v1 = 1;
        return;
    }

    preview = llmgw_str_ends(v->version, "-preview");

    v->dated = 1;
    v->old = llmgw_azure_before(v->version, preview ? "2024-09-01"
                                                    : "2024-10-21");
    v->no_usage = v->old;
    v->system = llmgw_azure_before(v->version, "2024-12-01");
}


llmgw_int_t
llmgw_azure_listing(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_azure_version_t  v;

    llmgw_azure_version(call->target->settings, &v);

    return llmgw_azure_path(call, &v, llmgw_lit("/models"), 0, up);
}


static llmgw_int_t
llmgw_azure_path(llmgw_call_t *call, const llmgw_azure_version_t *v,
    llmgw_str_t operation, unsigned deployment, llmgw_upstream_t *up)
{
    u_char       *p, *start;
    llmgw_int_t   rc;
    llmgw_str_t   base, segment;

    base = call->target->base_path;
    segment = llmgw_null_str;

    while (llmgw_str_ends(base, "/")) {
        base.len--;
    }

    if (llmgw_str_ends(base, "/openai/v1")) {
        base.len -= sizeof("/v1") - 1;
    }

    if (llmgw_str_ends(base, "/openai")) {
        base.len -= sizeof("/openai") - 1;
    }

    if (v->dated && deployment) {

        rc = llmgw_path_segment(call, call->target->model, &segment);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    start = llmgw_nalloc(call->arena,
                         base.len + sizeof("/openai/deployments/") - 1
                         + segment.len + operation.len
                         + sizeof("?api-version=") - 1
                         + LLMGW_PERCENT_SIZE(v->version.len));
    if (start == NULL) {
        return LLMGW_ERROR;
    }

    p = start;

    if (base.len) {
        memcpy(p, base.data, base.len);
        p += base.len;
    }

    if (v->v1) {
        memcpy(p, "/openai/v1", sizeof("/openai/v1") - 1);
        p += sizeof("/openai/v1") - 1;

    } else if (deployment) {
        memcpy(p, "/openai/deployments/", sizeof("/openai/deployments/") - 1);
        p += sizeof("/openai/deployments/") - 1;

        memcpy(p, segment.data, segment.len);
        p += segment.len;

    } else {
        memcpy(p, "/openai", sizeof("/openai") - 1);
        p += sizeof("/openai") - 1;
    }

    memcpy(p, operation.data, operation.len);
    p += operation.len;

    if (v->dated || llmgw_str_is(v->version, "preview")) {
        memcpy(p, "?api-version=", sizeof("?api-version=") - 1);
        p += sizeof("?api-version=") - 1;
        p = llmgw_percent_encode(p, v->version);
    }

    up->path = llmgw_str(start, (size_t) (p - start));

    return LLMGW_OK;
}


/* the key of a top-level member, or NULL */

static const llmgw_json_node_t *
llmgw_azure_key(const llmgw_azure_pass_t *az, const char *name, size_t len)
{
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v;

    j = &az->call->doc;
    v = llmgw_json_get_n(j, j->nodes, name, len);

    return v ? v - 1 : NULL;
}


static void
llmgw_azure_cut(llmgw_azure_pass_t *az, const llmgw_json_node_t *key)
{
    if (az->cuts < LLMGW_AZURE_CUTS) {
        az->cut[az->cuts++] = key;
    }
}


static unsigned
llmgw_azure_is_cut(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *key)
{
    llmgw_azure_pass_t *az = ctx;

    unsigned  i;

    (void) j;

    for (i = 0; i < az->cuts; i++) {
        if (az->cut[i] == key) {
            return 1;
        }
    }

    return 0;
}


static void
llmgw_azure_pass_usage(llmgw_azure_pass_t *az)
{
    unsigned                  unknown;
    llmgw_call_t             *call;
    const llmgw_json_node_t  *options, *sources;

    call = az->call;

    sources = llmgw_azure_key(az, "data_sources",
                              sizeof("data_sources") - 1);

    unknown = az->version.no_usage
              || (sources && sources[1].type != LLMGW_JSON_NULL);

    if (!unknown) {

        if (call->stream) {
            llmgw_pass_usage(call, &az->splice);
        }

        return;
    }

    options = llmgw_azure_key(az, "stream_options",
                              sizeof("stream_options") - 1);

    if (options) {
        llmgw_azure_cut(az, options);

        if (options[1].type != LLMGW_JSON_NULL) {
            llmgw_call_drop(call, llmgw_lit("stream_options"));
        }
    }
}


/* models from before the limit of tokens had its present name */

static unsigned
llmgw_azure_early(llmgw_str_t family)
{
    return llmgw_str_starts(family, "gpt-35")
           || llmgw_str_starts(family, "gpt-3.5")
           || llmgw_str_is(family, "gpt-4")
           || llmgw_str_starts(family, "gpt-4-32k")
           || llmgw_str_starts(family, "gpt-4-0");
}


/* the one name that the model knows its limit by */

static void
llmgw_azure_pass_limit(llmgw_azure_pass_t *az)
{
    llmgw_str_t               name;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *limit, *other;

    j = &az->call->doc;

    if (az->family.len == 0) {
        return;
    }

    limit = llmgw_azure_key(az, "max_completion_tokens",
                            sizeof("max_completion_tokens") - 1);
    other = llmgw_azure_key(az, "max_tokens", sizeof("max_tokens") - 1);

    if (az->version.old || llmgw_azure_early(az->family)) {
        name = llmgw_lit("max_tokens");

    } else if (llmgw_openai_reasons(az->family)) {
        name = llmgw_lit("max_completion_tokens");

    } else {
        return;
    }

    /* where both are given, the present name is the one that counts */

    if (limit && limit[1].type == LLMGW_JSON_NULL) {
        llmgw_azure_cut(az, limit);
        limit = NULL;
    }

    if (limit && other) {
        llmgw_azure_cut(az, other);
        other = NULL;
    }

    if (limit == NULL) {
        limit = other;
    }

    if (limit) {
        llmgw_splice_add(&az->splice, llmgw_json_str(j, limit).data,
                         llmgw_json_str(j, limit).data + limit->len, name);
    }
}


static void
llmgw_azure_pass_roles(llmgw_azure_pass_t *az)
{
    llmgw_str_t               s;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *m, *role, *messages;

    if (!az->version.system
        || llmgw_str_find(az->call->body, llmgw_lit("developer")) == NULL)
    {
        return;
    }

    j = &az->call->doc;
    messages = llmgw_json_array(j, j->nodes, "messages");

    if (messages == NULL) {
        return;
    }

    llmgw_json_each(m, messages) {

        if (m->type != LLMGW_JSON_OBJECT) {
            continue;
        }

        role = llmgw_json_string(j, m, "role");

        if (role && llmgw_json_is(j, role, "developer")) {
            s = llmgw_json_str(j, role);
            llmgw_splice_add(&az->splice, s.data, s.data + s.len,
                             llmgw_lit("system"));
        }
    }
}


/* what the model behind the deployment would answer 400 to */

static void
llmgw_azure_pass_family(llmgw_azure_pass_t *az)
{
    llmgw_ep_e                ep;
    llmgw_str_t               name;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *key;

    j = &az->call->doc;
    ep = az->call->endpoint->id;

    name = llmgw_null_str;

    if (ep == LLMGW_EP_CHAT && az->family.len > 1 && az->family.data[0] == 'o'
        && az->family.data[1] >= '0' && az->family.data[1] <= '9')
    {
        name = llmgw_lit("parallel_tool_calls");

    } else if ((ep == LLMGW_EP_IMAGES || ep == LLMGW_EP_IMAGE_EDITS)
               && llmgw_str_starts(az->family, "gpt-image"))
    {
        name = llmgw_lit("response_format");
    }

    if (name.len) {
        key = llmgw_azure_key(az, (const char *) name.data, name.len);

        if (key) {
            llmgw_azure_cut(az, key);

            if (key[1].type != LLMGW_JSON_NULL) {
                llmgw_call_drop(az->call, name);
            }
        }
    }

    if (az->cuts) {
        (void) llmgw_splice_filter(&az->splice, j, j->nodes,
                                   llmgw_azure_is_cut, az);
    }
}


llmgw_str_t
llmgw_azure_token_path(llmgw_arena_t *a, llmgw_str_t tenant)
{
    u_char  *p, *start;

    static const llmgw_str_t  tail = llmgw_string("/oauth2/v2.0/token");

    start = llmgw_nalloc(a, 1 + LLMGW_PERCENT_SIZE(tenant.len) + tail.len);
    if (start == NULL) {
        return llmgw_null_str;
    }

    p = start;
    *p++ = '/';
    p = llmgw_percent_encode(p, tenant);

    memcpy(p, tail.data, tail.len);
    p += tail.len;

    return llmgw_str(start, (size_t) (p - start));
}


llmgw_str_t
llmgw_azure_token_form(llmgw_arena_t *a, llmgw_str_t client_id,
    llmgw_str_t client_secret, llmgw_str_t scope)
{
    size_t   i, len;
    u_char  *p, *start;

    const struct {
        llmgw_str_t  name;
        llmgw_str_t  value;
    } fields[] = {
        { llmgw_string("grant_type="), llmgw_string("client_credentials") },
        { llmgw_string("&client_id="), client_id },
        { llmgw_string("&client_secret="), client_secret },
        { llmgw_string("&scope="), scope }
    };

    len = 0;

    for (i = 0; i < llmgw_nelts(fields); i++) {
        len += fields[i].name.len + LLMGW_PERCENT_SIZE(fields[i].value.len);
    }

    start = llmgw_nalloc(a, len);
    if (start == NULL) {
        return llmgw_null_str;
    }

    p = start;

    for (i = 0; i < llmgw_nelts(fields); i++) {
        memcpy(p, fields[i].name.data, fields[i].name.len);
        p += fields[i].name.len;
        p = llmgw_percent_encode(p, fields[i].value);
    }

    return llmgw_str(start, (size_t) (p - start));
}
