
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The parameters of a request to Anthropic: what it has, under its own names
 * and within its own ranges, and what it has not.
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"
#include "llmgw_schema.h"


static llmgw_int_t llmgw_anthropic_sampling(llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_stop(llmgw_anthropic_request_t *r);
static void llmgw_anthropic_user(llmgw_anthropic_request_t *r);
static void llmgw_anthropic_tier(llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_unknown(llmgw_anthropic_request_t *r);
static llmgw_int_t llmgw_anthropic_modalities(llmgw_anthropic_request_t *r);
static void llmgw_anthropic_extensions(llmgw_anthropic_request_t *r);


/* longer names of users are refused by the service */
#define LLMGW_ANTHROPIC_USER  256


/* lossy: without it the answer may be another one */

static const struct {
    llmgw_param_e  param;
    unsigned       lossy;
} llmgw_anthropic_unknown_params[] = {
    { LLMGW_P_PRESENCE_PENALTY, 1 },
    { LLMGW_P_FREQUENCY_PENALTY, 1 },
    { LLMGW_P_LOGIT_BIAS, 1 },
    { LLMGW_P_LOGPROBS, 1 },
    { LLMGW_P_TOP_LOGPROBS, 1 },
    { LLMGW_P_SEED, 1 },
    { LLMGW_P_PREDICTION, 1 },
    { LLMGW_P_VERBOSITY, 0 },
    { LLMGW_P_STORE, 0 },
    { LLMGW_P_PROMPT_CACHE_KEY, 0 },
    { LLMGW_P_PROMPT_CACHE_RETENTION, 0 },
    { LLMGW_P_PROMPT_CACHE_OPTIONS, 0 },
    { LLMGW_P_MODERATION, 0 }
};


/* members of the service's own that clients send under its own names */

static const llmgw_str_t  llmgw_anthropic_own_members[] = {
    llmgw_string("cache_control"),
    llmgw_string("inference_geo"),
    llmgw_string("speed"),
    llmgw_string("container"),
    llmgw_string("mcp_servers"),
    llmgw_string("context_management")
};


static const llmgw_value_t *
llmgw_anthropic_given(const llmgw_chat_t *chat, llmgw_param_e p)
{
    const llmgw_value_t  *v;

    v = &chat->param[p];

    return (v->raw.len && v->type != LLMGW_JSON_NULL) ? v : NULL;
}


static void
llmgw_anthropic_drop(llmgw_anthropic_request_t *r, llmgw_param_e p)
{
    llmgw_call_drop(r->call, llmgw_param_name(p));
}


llmgw_int_t
llmgw_anthropic_write_params(llmgw_anthropic_request_t *r)
{
    int64_t               n;
    llmgw_int_t           rc;
    const llmgw_value_t  *v;

    v = llmgw_anthropic_given(r->chat, LLMGW_P_N);

    if (v && (llmgw_json_int(v->raw, &n) != LLMGW_OK || n != 1)) {

        rc = llmgw_anthropic_refuse(r, llmgw_lit("n"),
                                    llmgw_lit("\"n\" must be 1: the provider "
                                              "gives one answer"));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_anthropic_modalities(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_anthropic_sampling(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_anthropic_stop(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_anthropic_unknown(r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_anthropic_user(r);
    llmgw_anthropic_tier(r);
    llmgw_anthropic_extensions(r);

    return LLMGW_OK;
}


/* a number within its range, or why not */

static llmgw_int_t
llmgw_anthropic_number(llmgw_anthropic_request_t *r, llmgw_param_e p,
    double *d)
{
    llmgw_str_t           name;
    const llmgw_value_t  *v;

    v = &r->chat->param[p];
    name = llmgw_param_name(p);

    if (v->type != LLMGW_JSON_NUMBER) {
        return llmgw_refuse(&r->call->error, llmgw_lit("invalid_type"), name,
                            llmgw_fmt(r->arena, "\"%.*s\" must be a number",
                                      llmgw_arg(name)));
    }

    *d = llmgw_json_double(v->raw);

    if (*d < 0) {
        return llmgw_refuse(&r->call->error,
                            llmgw_lit("unsupported_parameter"), name,
                            llmgw_fmt(r->arena, "\"%.*s\" must not be "
                                      "negative", llmgw_arg(name)));
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_sampling(llmgw_anthropic_request_t *r)
{
    double                t, p;
    unsigned              thinking;
    llmgw_int_t           rc;
    llmgw_out_t          *o;
    const llmgw_value_t  *temperature, *top_p, *top_k;

    o = r->out;
    t = 0;
    p = 0;

    temperature = llmgw_anthropic_given(r->chat, LLMGW_P_TEMPERATURE);
    top_p = llmgw_anthropic_given(r->chat, LLMGW_P_TOP_P);
    top_k = llmgw_anthropic_given(r->chat, LLMGW_P_TOP_K);

    if (temperature) {
        rc = llmgw_anthropic_number(r, LLMGW_P_TEMPERATURE, &t);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (top_p) {
        rc = llmgw_anthropic_number(r, LLMGW_P_TOP_P, &p);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    /* with thinking the service takes next to nothing of it */

    thinking = r->think_on;

    if (temperature && (r->no_sampling || (thinking && t < 1))) {
        llmgw_anthropic_drop(r, LLMGW_P_TEMPERATURE);
        temperature = NULL;
    }

    if (top_p && p == 1 && !r->no_sampling) {
        top_p = NULL;
    }

    if (top_p && (r->no_sampling || (thinking && (p < 0.95 || p > 1))
                  || (temperature && r->model.one_of_two)))
    {
        llmgw_anthropic_drop(r, LLMGW_P_TOP_P);
        top_p = NULL;
    }

    if (top_k && (r->no_sampling || thinking)) {
        llmgw_anthropic_drop(r, LLMGW_P_TOP_K);
        top_k = NULL;
    }

    if (temperature) {
        llmgw_json_member_raw(o, "temperature", t > 1 ? llmgw_lit("1")
                                                      : temperature->raw);
    }

    if (top_p) {
        llmgw_json_member_raw(o, "top_p", top_p->raw);
    }

    if (top_k) {
        llmgw_json_member_raw(o, "top_k", top_k->raw);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_stop(llmgw_anthropic_request_t *r)
{
    unsigned                  open;
    llmgw_out_t              *o;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *v;
    const llmgw_json_node_t  *list, *n, *end;

    v = llmgw_anthropic_given(r->chat, LLMGW_P_STOP);
    if (v == NULL) {
        return LLMGW_OK;
    }

    list = llmgw_schema_find(r->chat->doc, v->raw, r->arena, &own, &doc);
    if (list == NULL) {
        return LLMGW_ERROR;
    }

    o = r->out;
    open = 0;

    n = (list->type == LLMGW_JSON_ARRAY) ? list + 1 : list;
    end = list + list->span;

    for ( /* void */ ; n < end; n = llmgw_json_next(n)) {

        if (n->type != LLMGW_JSON_STRING) {
            return llmgw_refuse(&r->call->error, llmgw_lit("invalid_type"),
                                llmgw_lit("stop"),
                                llmgw_lit("\"stop\" must be a string or an "
                                          "array of strings"));
        }

        /* the service refuses blank ones */

        if (llmgw_jstr_blank(llmgw_json_str(doc, n))) {
            continue;
        }

        if (!open) {
            llmgw_json_key(o, "stop_sequences");
            llmgw_json_open(o, '[');
            open = 1;
        }

        llmgw_json_put_raw(o, llmgw_json_raw(doc, n));
    }

    if (open) {
        llmgw_json_close(o, ']');
    }

    return LLMGW_OK;
}


/* the service refuses names that tell who somebody is */

static unsigned
llmgw_anthropic_is_person(llmgw_str_t s)
{
    u_char    c;
    size_t    i;
    unsigned  digits, others;

    digits = 0;
    others = 0;

    for (i = 0; i < s.len; i++) {

        c = s.data[i];

        if (c == '@') {
            return i > 0 && i + 1 < s.len;
        }

        if (c >= '0' && c <= '9') {
            digits++;

        } else if (c != '+' && c != ' ' && c != '-' && c != '(' && c != ')'
                   && c != '.' && c != '/')
        {
            others++;
        }
    }

    return others == 0 && digits >= 7 && digits <= 15;
}


static void
llmgw_anthropic_user(llmgw_anthropic_request_t *r)
{
    size_t                    i;
    unsigned                  exact, lacks;
    llmgw_str_t               id, text;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *v, *metadata;
    const llmgw_json_node_t  *object;

    static const llmgw_param_e  names[] = {
        LLMGW_P_SAFETY_IDENTIFIER,
        LLMGW_P_USER
    };

    lacks = llmgw_anthropic_lacks(r->platform, llmgw_lit("metadata"));
    metadata = llmgw_anthropic_given(r->chat, LLMGW_P_METADATA);

    if (metadata) {

        object = llmgw_schema_find(r->chat->doc, metadata->raw, r->arena, &own,
                                   &doc);

        exact = !lacks && object && object->type == LLMGW_JSON_OBJECT
                && object->span == 3
                && llmgw_json_string(doc, object, "user_id");

        if (exact) {
            llmgw_json_member_raw(r->out, "metadata", metadata->raw);

        } else {
            llmgw_anthropic_drop(r, LLMGW_P_METADATA);
            metadata = NULL;
        }
    }

    for (i = 0; i < llmgw_nelts(names); i++) {

        v = llmgw_anthropic_given(r->chat, names[i]);

        if (v == NULL || v->type != LLMGW_JSON_STRING || v->raw.len <= 2) {
            continue;
        }

        id = llmgw_str(v->raw.data + 1, v->raw.len - 2);
        text = llmgw_jstr_decode(r->arena, id);

        if (lacks || metadata || text.data == NULL
            || llmgw_anthropic_is_person(text)
            || llmgw_jstr_chars(id) > LLMGW_ANTHROPIC_USER)
        {
            llmgw_anthropic_drop(r, names[i]);
            continue;
        }

        llmgw_json_key(r->out, "metadata");
        llmgw_json_open(r->out, '{');
        llmgw_json_member(r->out, "user_id", id);
        llmgw_json_close(r->out, '}');

        return;
    }
}


static void
llmgw_anthropic_tier(llmgw_anthropic_request_t *r)
{
    const llmgw_value_t  *v;

    v = llmgw_anthropic_given(r->chat, LLMGW_P_SERVICE_TIER);
    if (v == NULL) {
        return;
    }

    if (llmgw_anthropic_lacks(r->platform, llmgw_lit("service_tier"))) {
        llmgw_anthropic_drop(r, LLMGW_P_SERVICE_TIER);

    } else if (llmgw_str_is(v->raw, "\"auto\"")
               || llmgw_str_is(v->raw, "\"priority\""))
    {
        llmgw_json_member(r->out, "service_tier", llmgw_lit("auto"));

    } else if (llmgw_str_is(v->raw, "\"default\"")) {
        llmgw_json_member(r->out, "service_tier", llmgw_lit("standard_only"));

    } else {
        llmgw_anthropic_drop(r, LLMGW_P_SERVICE_TIER);
    }
}


/* clients that always send a parameter send the value that does nothing */

static unsigned
llmgw_anthropic_idle(const llmgw_value_t *v)
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
llmgw_anthropic_unknown(llmgw_anthropic_request_t *r)
{
    size_t                i;
    llmgw_str_t           name;
    llmgw_param_e         p;
    const llmgw_value_t  *v;

    for (i = 0; i < llmgw_nelts(llmgw_anthropic_unknown_params); i++) {

        p = llmgw_anthropic_unknown_params[i].param;
        v = llmgw_anthropic_given(r->chat, p);

        if (v == NULL) {
            continue;
        }

        if (llmgw_anthropic_unknown_params[i].lossy
            && r->settings->refuse_lossy
            && (p == LLMGW_P_SEED || !llmgw_anthropic_idle(v)))
        {
            name = llmgw_param_name(p);

            return llmgw_refuse(&r->call->error,
                                llmgw_lit("unsupported_parameter"), name,
                                llmgw_fmt(r->arena, "the provider has no "
                                          "\"%.*s\"", llmgw_arg(name)));
        }

        llmgw_anthropic_drop(r, p);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_modalities(llmgw_anthropic_request_t *r)
{
    llmgw_int_t               rc;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *v;
    const llmgw_json_node_t  *list, *n;

    v = llmgw_anthropic_given(r->chat, LLMGW_P_MODALITIES);

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

            rc = llmgw_anthropic_refuse(r, llmgw_lit("modalities"),
                                        llmgw_lit("the provider answers with "
                                                  "text only"));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    if (llmgw_anthropic_given(r->chat, LLMGW_P_AUDIO)) {
        return llmgw_anthropic_refuse(r, llmgw_lit("audio"),
                                      llmgw_lit("the provider answers with "
                                                "text only"));
    }

    return LLMGW_OK;
}


static void
llmgw_anthropic_extensions(llmgw_anthropic_request_t *r)
{
    size_t           i;
    llmgw_str_t      name;
    llmgw_member_t  *m;

    for (m = r->chat->extra; m; m = m->next) {

        if (m->value.type == LLMGW_JSON_NULL
            || llmgw_str_is(m->name, "output_config"))
        {
            continue;
        }

        for (i = 0; i < llmgw_nelts(llmgw_anthropic_own_members); i++) {

            name = llmgw_anthropic_own_members[i];

            if (llmgw_str_eq(m->name, name)
                && !llmgw_anthropic_lacks(r->platform, name))
            {
                llmgw_json_key_n(r->out, (const char *) name.data, name.len);
                llmgw_json_put_raw(r->out, m->value.raw);
                break;
            }
        }

        if (i == llmgw_nelts(llmgw_anthropic_own_members)) {
            llmgw_call_drop(r->call, m->name);
        }
    }
}
