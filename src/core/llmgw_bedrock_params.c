
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The parameters of a request of Converse that all models share.
 */


#include "llmgw_bedrock.h"
#include "llmgw_jstr.h"
#include "llmgw_schema.h"


static llmgw_int_t llmgw_bedrock_number(llmgw_bedrock_request_t *r,
    llmgw_param_e p, llmgw_str_t *value);
static llmgw_int_t llmgw_bedrock_stop(llmgw_bedrock_request_t *r,
    unsigned *open);
static llmgw_int_t llmgw_bedrock_modalities(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_unknown(llmgw_bedrock_request_t *r);
static void llmgw_bedrock_metadata(llmgw_bedrock_request_t *r);
static void llmgw_bedrock_tier(llmgw_bedrock_request_t *r);
static void llmgw_bedrock_guardrail(llmgw_bedrock_request_t *r);
static void llmgw_bedrock_extensions(llmgw_bedrock_request_t *r);


/* the service's own limits */
#define LLMGW_BEDROCK_METADATA       16
#define LLMGW_BEDROCK_METADATA_TEXT  256


/* lossy: without it the answer may be another one */

static const struct {
    llmgw_param_e  param;
    unsigned       lossy;
} llmgw_bedrock_unknown_params[] = {
    { LLMGW_P_PRESENCE_PENALTY, 1 },
    { LLMGW_P_FREQUENCY_PENALTY, 1 },
    { LLMGW_P_LOGIT_BIAS, 1 },
    { LLMGW_P_LOGPROBS, 1 },
    { LLMGW_P_TOP_LOGPROBS, 1 },
    { LLMGW_P_SEED, 1 },
    { LLMGW_P_PREDICTION, 1 },
    { LLMGW_P_WEB_SEARCH_OPTIONS, 0 },
    { LLMGW_P_VERBOSITY, 0 },
    { LLMGW_P_STORE, 0 },
    { LLMGW_P_USER, 0 },
    { LLMGW_P_SAFETY_IDENTIFIER, 0 },
    { LLMGW_P_PROMPT_CACHE_KEY, 0 },
    { LLMGW_P_PROMPT_CACHE_RETENTION, 0 },
    { LLMGW_P_PROMPT_CACHE_OPTIONS, 0 },
    { LLMGW_P_MODERATION, 0 }
};


/* members of the service's own that clients send under its own names */

static const llmgw_str_t  llmgw_bedrock_own_members[] = {
    llmgw_string("guardrailConfig"),
    llmgw_string("performanceConfig"),
    llmgw_string("additionalModelResponseFieldPaths"),
    llmgw_string("promptVariables")
};


const llmgw_value_t *
llmgw_bedrock_given(const llmgw_bedrock_request_t *r, llmgw_param_e p)
{
    const llmgw_value_t  *v;

    v = &r->chat->param[p];

    return (v->raw.len && v->type != LLMGW_JSON_NULL) ? v : NULL;
}


void
llmgw_bedrock_drop(llmgw_bedrock_request_t *r, llmgw_param_e p)
{
    llmgw_call_drop(r->call, llmgw_param_name(p));
}


static void
llmgw_bedrock_open(llmgw_bedrock_request_t *r, unsigned *open)
{
    if (!*open) {
        llmgw_json_key(r->out, "inferenceConfig");
        llmgw_json_open(r->out, '{');
        *open = 1;
    }
}


llmgw_int_t
llmgw_bedrock_write_inference(llmgw_bedrock_request_t *r)
{
    unsigned      open, off;
    llmgw_int_t   rc;
    llmgw_str_t   temperature, top_p;

    open = 0;

    rc = llmgw_bedrock_number(r, LLMGW_P_TEMPERATURE, &temperature);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_bedrock_number(r, LLMGW_P_TOP_P, &top_p);
    if (rc != LLMGW_OK) {
        return rc;
    }

    off = r->bare || r->plan.on
          || (r->model.family == LLMGW_BEDROCK_CLAUDE
              && !r->model.claude.sampling);

    if (temperature.len && off) {
        llmgw_bedrock_drop(r, LLMGW_P_TEMPERATURE);
        temperature = llmgw_null_str;
    }

    if (llmgw_str_is(top_p, "1") && !off) {
        top_p = llmgw_null_str;
    }

    if (top_p.len
        && (off || (temperature.len && r->model.claude.one_of_two)))
    {
        llmgw_bedrock_drop(r, LLMGW_P_TOP_P);
        top_p = llmgw_null_str;
    }

    if (r->max_tokens >= 1) {

        if (r->bare) {
            llmgw_call_drop(r->call, llmgw_lit("max_tokens"));

        } else {
            llmgw_bedrock_open(r, &open);
            llmgw_json_member_int(r->out, "maxTokens", r->max_tokens);
        }
    }

    if (temperature.len) {
        llmgw_bedrock_open(r, &open);
        llmgw_json_member_raw(r->out, "temperature", temperature);
    }

    if (top_p.len) {
        llmgw_bedrock_open(r, &open);
        llmgw_json_member_raw(r->out, "topP", top_p);
    }

    rc = llmgw_bedrock_stop(r, &open);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (open) {
        llmgw_json_close(r->out, '}');
    }

    return LLMGW_OK;
}


/* a number from 0 to 1; what is outside becomes the end that is next to it */

static llmgw_int_t
llmgw_bedrock_number(llmgw_bedrock_request_t *r, llmgw_param_e p,
    llmgw_str_t *value)
{
    double                d;
    llmgw_str_t           name;
    const llmgw_value_t  *v;

    *value = llmgw_null_str;
    v = llmgw_bedrock_given(r, p);

    if (v == NULL) {
        return LLMGW_OK;
    }

    if (v->type != LLMGW_JSON_NUMBER) {
        name = llmgw_param_name(p);

        return llmgw_refuse(&r->call->error, llmgw_lit("invalid_type"), name,
                            llmgw_fmt(r->arena, "\"%.*s\" must be a number",
                                      llmgw_arg(name)));
    }

    d = llmgw_json_double(v->raw);

    *value = (d >= 1) ? llmgw_lit("1")
                      : (d <= 0) ? llmgw_lit("0") : v->raw;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_stop(llmgw_bedrock_request_t *r, unsigned *open)
{
    unsigned                  n;
    llmgw_str_t               text;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *v;
    const llmgw_json_node_t  *list, *node, *end;

    v = llmgw_bedrock_given(r, LLMGW_P_STOP);

    if (v == NULL) {
        return LLMGW_OK;
    }

    list = llmgw_schema_find(r->chat->doc, v->raw, r->arena, &own, &doc);
    if (list == NULL) {
        return LLMGW_ERROR;
    }

    n = 0;
    node = (list->type == LLMGW_JSON_ARRAY) ? list + 1 : list;
    end = list + list->span;

    for ( /* void */ ; node < end; node = llmgw_json_next(node)) {

        if (node->type != LLMGW_JSON_STRING) {
            return llmgw_refuse(&r->call->error, llmgw_lit("invalid_type"),
                                llmgw_lit("stop"),
                                llmgw_lit("\"stop\" must be a string or an "
                                          "array of strings"));
        }

        text = llmgw_json_str(doc, node);

        if (text.len == 0 || (r->model.family == LLMGW_BEDROCK_CLAUDE
                              && llmgw_jstr_blank(text)))
        {
            continue;
        }

        if (n++ == 0) {
            llmgw_bedrock_open(r, open);
            llmgw_json_key(r->out, "stopSequences");
            llmgw_json_open(r->out, '[');
        }

        llmgw_json_put_jstr(r->out, text);
    }

    if (n) {
        llmgw_json_close(r->out, ']');
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_bedrock_write_rest(llmgw_bedrock_request_t *r)
{
    int64_t               n;
    llmgw_int_t           rc;
    const llmgw_value_t  *v;

    v = llmgw_bedrock_given(r, LLMGW_P_N);

    if (v && (llmgw_json_int(v->raw, &n) != LLMGW_OK || n != 1)) {

        rc = llmgw_bedrock_refuse(r, llmgw_lit("n"),
                                  llmgw_lit("\"n\" must be 1: the provider "
                                            "gives one answer"));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_bedrock_modalities(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_bedrock_unknown(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_bedrock_guardrail(r);
    llmgw_bedrock_metadata(r);
    llmgw_bedrock_tier(r);
    llmgw_bedrock_extensions(r);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_modalities(llmgw_bedrock_request_t *r)
{
    llmgw_int_t               rc;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *v;
    const llmgw_json_node_t  *list, *n;

    v = llmgw_bedrock_given(r, LLMGW_P_MODALITIES);

    if (v) {

        list = llmgw_schema_find(r->chat->doc, v->raw, r->arena, &own, &doc);
        if (list == NULL) {
            return LLMGW_ERROR;
        }

        n = list + 1;

        if (list->type == LLMGW_JSON_ARRAY) {
            while (n < list + list->span && n->type == LLMGW_JSON_STRING
                   && llmgw_json_is(doc, n, "text"))
            {
                n = llmgw_json_next(n);
            }
        }

        if (list->type != LLMGW_JSON_ARRAY || n < list + list->span) {

            rc = llmgw_bedrock_refuse(r, llmgw_lit("modalities"),
                                      llmgw_lit("the provider answers with "
                                                "text only"));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    if (llmgw_bedrock_given(r, LLMGW_P_AUDIO)) {
        return llmgw_bedrock_refuse(r, llmgw_lit("audio"),
                                    llmgw_lit("the provider answers with "
                                              "text only"));
    }

    return LLMGW_OK;
}


/* clients that always send a parameter send the value that does nothing */

static unsigned
llmgw_bedrock_idle(const llmgw_value_t *v)
{
    switch (v->type) {

    case LLMGW_JSON_FALSE:
        return 1;

    case LLMGW_JSON_NUMBER:
        return llmgw_json_double(v->raw) == 0;

    case LLMGW_JSON_OBJECT:
        return v->node && v->node->span == 1;

    default:
        return 0;
    }
}


static llmgw_int_t
llmgw_bedrock_unknown(llmgw_bedrock_request_t *r)
{
    size_t                i;
    llmgw_str_t           name;
    llmgw_param_e         p;
    const llmgw_value_t  *v;

    for (i = 0; i < llmgw_nelts(llmgw_bedrock_unknown_params); i++) {

        p = llmgw_bedrock_unknown_params[i].param;
        v = llmgw_bedrock_given(r, p);

        if (v == NULL) {
            continue;
        }

        if (llmgw_bedrock_unknown_params[i].lossy
            && r->settings->refuse_lossy
            && (p == LLMGW_P_SEED || !llmgw_bedrock_idle(v)))
        {
            name = llmgw_param_name(p);

            return llmgw_refuse(&r->call->error,
                                llmgw_lit("unsupported_parameter"), name,
                                llmgw_fmt(r->arena, "the provider has no "
                                          "\"%.*s\"", llmgw_arg(name)));
        }

        llmgw_bedrock_drop(r, p);
    }

    return LLMGW_OK;
}


static unsigned
llmgw_bedrock_is_label(llmgw_arena_t *a, llmgw_str_t s, size_t min)
{
    u_char  c;
    size_t  i;

    static const char  others[] = " \t\n\r\f\v:_@$#=/+,-.";

    s = llmgw_jstr_decode(a, s);

    if (s.len < min || s.len > LLMGW_BEDROCK_METADATA_TEXT) {
        return 0;
    }

    for (i = 0; i < s.len; i++) {

        c = s.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || (c && memchr(others, c, sizeof(others) - 1))))
        {
            return 0;
        }
    }

    return 1;
}


static void
llmgw_bedrock_metadata(llmgw_bedrock_request_t *r)
{
    unsigned                  n, lost;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *given;
    const llmgw_json_node_t  *object, *k, *v;

    given = llmgw_bedrock_given(r, LLMGW_P_METADATA);

    if (given == NULL) {
        return;
    }

    n = 0;
    lost = 1;

    object = llmgw_schema_find(r->chat->doc, given->raw, r->arena, &own,
                               &doc);

    if (object && object->type == LLMGW_JSON_OBJECT) {

        lost = 0;

        llmgw_json_each_member(k, v, object) {

            if (n == LLMGW_BEDROCK_METADATA || v->type != LLMGW_JSON_STRING
                || !llmgw_bedrock_is_label(r->arena, llmgw_json_str(doc, k), 1)
                || !llmgw_bedrock_is_label(r->arena, llmgw_json_str(doc, v),
                                           0))
            {
                lost = 1;
                continue;
            }

            if (n++ == 0) {
                llmgw_json_key(r->out, "requestMetadata");
                llmgw_json_open(r->out, '{');
            }

            llmgw_json_put_jstr(r->out, llmgw_json_str(doc, k));
            llmgw_putc(r->out, ':');
            r->out->comma = 0;
            llmgw_json_put_raw(r->out, llmgw_json_raw(doc, v));
        }
    }

    if (n) {
        llmgw_json_close(r->out, '}');
    }

    if (lost) {
        llmgw_bedrock_drop(r, LLMGW_P_METADATA);
    }
}


static void
llmgw_bedrock_tier(llmgw_bedrock_request_t *r)
{
    const llmgw_value_t  *v;

    v = llmgw_bedrock_given(r, LLMGW_P_SERVICE_TIER);

    if (v == NULL || llmgw_str_is(v->raw, "\"auto\"")) {
        return;
    }

    if (llmgw_str_is(v->raw, "\"default\"")
        || llmgw_str_is(v->raw, "\"flex\"")
        || llmgw_str_is(v->raw, "\"priority\""))
    {
        llmgw_json_key(r->out, "serviceTier");
        llmgw_json_open(r->out, '{');
        llmgw_json_member_raw(r->out, "type", v->raw);
        llmgw_json_close(r->out, '}');

        return;
    }

    llmgw_bedrock_drop(r, LLMGW_P_SERVICE_TIER);
}


static void
llmgw_bedrock_guardrail(llmgw_bedrock_request_t *r)
{
    llmgw_out_t             *o;
    const llmgw_settings_t  *s;

    s = r->settings;
    o = r->out;

    if (s->bedrock_guardrail.len == 0) {
        return;
    }

    llmgw_json_key(o, "guardrailConfig");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "guardrailIdentifier", s->bedrock_guardrail);
    llmgw_json_member(o, "guardrailVersion", s->bedrock_guardrail_version);
    llmgw_json_member(o, "trace", llmgw_lit("disabled"));

    if (r->chat->stream && s->bedrock_guardrail_mode.len) {
        llmgw_json_member(o, "streamProcessingMode", s->bedrock_guardrail_mode);
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_bedrock_extensions(llmgw_bedrock_request_t *r)
{
    size_t           i;
    llmgw_str_t      name;
    llmgw_member_t  *m;

    for (m = r->chat->extra; m; m = m->next) {

        if (m->value.type == LLMGW_JSON_NULL
            || llmgw_str_is(m->name, "additionalModelRequestFields")
            || (llmgw_str_is(m->name, "output_config")
                && r->model.family == LLMGW_BEDROCK_CLAUDE))
        {
            continue;
        }

        /* the operator's guardrail is not the client's to change */

        if (llmgw_str_is(m->name, "guardrailConfig")
            && r->settings->bedrock_guardrail.len)
        {
            llmgw_call_drop(r->call, m->name);
            continue;
        }

        for (i = 0; i < llmgw_nelts(llmgw_bedrock_own_members); i++) {

            name = llmgw_bedrock_own_members[i];

            if (llmgw_str_eq(m->name, name)) {
                llmgw_json_key_n(r->out, (const char *) name.data, name.len);
                llmgw_json_put_raw(r->out, m->value.raw);
                break;
            }
        }

        if (i == llmgw_nelts(llmgw_bedrock_own_members)) {
            llmgw_call_drop(r->call, m->name);
        }
    }
}
