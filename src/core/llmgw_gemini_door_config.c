
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The parameters of requests of generateContent's clients: generationConfig.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"


/* tokens that other services want to have for thinking, at least */
#define LLMGW_GEMINI_DOOR_BUDGET  1024


enum {
    config_temperature = 0,
    config_top_p,
    config_top_k,
    config_seed,
    config_presence,
    config_frequency,
    config_numbers,             /* those before it are such */

    config_max_tokens = config_numbers,
    config_stop,
    config_candidates,
    config_logprobs,
    config_top_logprobs,
    config_mime,
    config_json_schema,
    config_json_schema2,
    config_schema,
    config_modalities,
    config_thinking,
    config_max
};

static const llmgw_str_t  llmgw_gemini_config_members[config_max] = {
    llmgw_string("temperature"),
    llmgw_string("topP"),
    llmgw_string("topK"),
    llmgw_string("seed"),
    llmgw_string("presencePenalty"),
    llmgw_string("frequencyPenalty"),
    llmgw_string("maxOutputTokens"),
    llmgw_string("stopSequences"),
    llmgw_string("candidateCount"),
    llmgw_string("responseLogprobs"),
    llmgw_string("logprobs"),
    llmgw_string("responseMimeType"),
    llmgw_string("responseJsonSchema"),
    llmgw_string("_responseJsonSchema"),
    llmgw_string("responseSchema"),
    llmgw_string("responseModalities"),
    llmgw_string("thinkingConfig")
};

static const llmgw_param_e  llmgw_gemini_config_params[config_numbers] = {
    LLMGW_P_TEMPERATURE,
    LLMGW_P_TOP_P,
    LLMGW_P_TOP_K,
    LLMGW_P_SEED,
    LLMGW_P_PRESENCE_PENALTY,
    LLMGW_P_FREQUENCY_PENALTY
};


static llmgw_int_t llmgw_gemini_config_stop(llmgw_gemini_door_t *d,
    llmgw_node_t *v);
static llmgw_int_t llmgw_gemini_config_format(llmgw_gemini_door_t *d,
    llmgw_node_t **m);
static llmgw_int_t llmgw_gemini_config_modalities(llmgw_gemini_door_t *d,
    llmgw_node_t *v);
static llmgw_int_t llmgw_gemini_config_thinking(llmgw_gemini_door_t *d,
    llmgw_node_t *v);


static void
llmgw_gemini_config_value(llmgw_gemini_door_t *d, llmgw_param_e p,
    llmgw_node_t *v)
{
    llmgw_value_t  *value;

    value = &d->chat->param[p];

    value->raw = llmgw_json_raw(d->j, v);
    value->node = v;
    value->type = v->type;
}


static llmgw_int_t
llmgw_gemini_config_int(llmgw_gemini_door_t *d, llmgw_node_t *v, int64_t *n)
{
    if (v->type != LLMGW_JSON_NUMBER
        || llmgw_json_int(llmgw_json_str(d->j, v), n) != LLMGW_OK
        || *n < INT32_MIN || *n > INT32_MAX)
    {
        return llmgw_gemini_bad(d, v, "must be an integer");
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_read_config(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    size_t         i;
    int64_t        n;
    llmgw_int_t    rc;
    llmgw_node_t  *m[config_max];

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, llmgw_gemini_config_members, config_max,
                              m, "generationConfig.");
    if (rc != LLMGW_OK) {
        return rc;
    }

    for (i = 0; i < config_numbers; i++) {

        if (m[i] == NULL) {
            continue;
        }

        if (m[i]->type != LLMGW_JSON_NUMBER) {
            return llmgw_gemini_bad(d, m[i], "must be a number");
        }

        llmgw_gemini_config_value(d, llmgw_gemini_config_params[i], m[i]);
    }

    if (m[config_max_tokens]) {
        rc = llmgw_gemini_config_int(d, m[config_max_tokens],
                                     &d->chat->max_tokens);
    }

    if (rc == LLMGW_OK && m[config_candidates]) {

        rc = llmgw_gemini_config_int(d, m[config_candidates], &n);

        if (rc == LLMGW_OK && n > 1) {
            llmgw_gemini_config_value(d, LLMGW_P_N, m[config_candidates]);
        }
    }

    if (rc == LLMGW_OK && m[config_stop]) {
        rc = llmgw_gemini_config_stop(d, m[config_stop]);
    }

    if (rc == LLMGW_OK && m[config_modalities]) {
        rc = llmgw_gemini_config_modalities(d, m[config_modalities]);
    }

    if (rc == LLMGW_OK && m[config_thinking]) {
        rc = llmgw_gemini_config_thinking(d, m[config_thinking]);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (m[config_logprobs] && m[config_logprobs]->type == LLMGW_JSON_TRUE) {

        llmgw_gemini_config_value(d, LLMGW_P_LOGPROBS, m[config_logprobs]);

        if (m[config_top_logprobs]) {
            llmgw_gemini_config_value(d, LLMGW_P_TOP_LOGPROBS,
                                      m[config_top_logprobs]);
        }
    }

    return llmgw_gemini_config_format(d, m);
}


static llmgw_int_t
llmgw_gemini_config_stop(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    llmgw_node_t  *s;

    if (v->type != LLMGW_JSON_ARRAY) {
        return llmgw_gemini_bad(d, v, "must be an array of strings");
    }

    llmgw_json_each(s, v) {
        if (s->type != LLMGW_JSON_STRING) {
            return llmgw_gemini_bad(d, s, "must be a string");
        }
    }

    if (v->span > 1) {
        llmgw_gemini_config_value(d, LLMGW_P_STOP, v);
    }

    return LLMGW_OK;
}


/* whether it is one that allows nothing which it does not require */

static unsigned
llmgw_gemini_config_closed(llmgw_gemini_door_t *d, llmgw_str_t schema)
{
    llmgw_json_t         own;
    llmgw_node_t        *v;
    const llmgw_json_t  *j;

    v = llmgw_schema_find(d->j, schema, d->arena, &own, &j);

    return v && llmgw_schema_closed(j, v, d->arena);
}


static llmgw_int_t
llmgw_gemini_config_format(llmgw_gemini_door_t *d, llmgw_node_t **m)
{
    llmgw_int_t    rc;
    llmgw_str_t    mime;
    llmgw_chat_t  *c;
    llmgw_node_t  *schema;

    c = d->chat;

    if (m[config_mime]) {

        rc = llmgw_gemini_string(d, m[config_mime], &mime);
        if (rc != LLMGW_OK) {
            return rc;
        }

        if (llmgw_str_is(mime, "text/x.enum")) {
            return llmgw_gemini_foreign(d, m[config_mime]);
        }

        if (llmgw_str_is(mime, "application/json")) {
            c->format = LLMGW_FORMAT_JSON;

        } else if (mime.len && !llmgw_str_is(mime, "text/plain")) {
            return llmgw_gemini_bad(d, m[config_mime],
                                    "must be text/plain or "
                                    "application/json");
        }
    }

    schema = m[config_json_schema] ? m[config_json_schema]
             : m[config_json_schema2] ? m[config_json_schema2]
             : m[config_schema];

    if (schema == NULL) {
        return LLMGW_OK;
    }

    if (schema->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, schema, "must be an object");
    }

    c->format = LLMGW_FORMAT_SCHEMA;
    c->format_name = llmgw_lit("response");
    c->format_schema = (schema == m[config_schema])
                       ? llmgw_gemini_json_schema(d->arena, d->j, schema)
                       : llmgw_json_raw(d->j, schema);

    if (c->format_schema.data == NULL) {
        return LLMGW_ERROR;
    }

    c->format_strict = llmgw_gemini_config_closed(d, c->format_schema);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_config_modalities(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    unsigned        image;
    llmgw_int_t     rc;
    llmgw_str_t     s;
    llmgw_node_t   *m;
    llmgw_value_t  *value;

    if (v->type != LLMGW_JSON_ARRAY) {
        return llmgw_gemini_bad(d, v, "must be an array of strings");
    }

    image = 0;

    llmgw_json_each(m, v) {

        rc = llmgw_gemini_string(d, m, &s);
        if (rc != LLMGW_OK) {
            return rc;
        }

        if (llmgw_str_caseeq(s, llmgw_lit("image"))) {
            image = 1;

        } else if (llmgw_str_caseeq(s, llmgw_lit("audio"))) {

            /* its voices have names that no other service knows */

            return llmgw_gemini_foreign(d, m);
        }
    }

    if (image) {
        value = &d->chat->param[LLMGW_P_MODALITIES];

        value->raw = llmgw_lit("[\"text\",\"image\"]");
        value->type = LLMGW_JSON_ARRAY;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_config_thinking(llmgw_gemini_door_t *d, llmgw_node_t *v)
{
    size_t         i;
    int64_t        budget;
    llmgw_int_t    rc;
    llmgw_chat_t  *c;
    llmgw_node_t  *m[3];

    static const llmgw_str_t  names[] = {
        llmgw_string("includeThoughts"),
        llmgw_string("thinkingBudget"),
        llmgw_string("thinkingLevel")
    };

    static const struct {
        llmgw_str_t     name;
        llmgw_effort_e  effort;
    } levels[] = {
        { llmgw_string("minimal"), LLMGW_EFFORT_MINIMAL },
        { llmgw_string("low"), LLMGW_EFFORT_LOW },
        { llmgw_string("medium"), LLMGW_EFFORT_MEDIUM },
        { llmgw_string("high"), LLMGW_EFFORT_HIGH }
    };

    c = d->chat;

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, names, 3, m,
                              "generationConfig.thinkingConfig.");
    if (rc != LLMGW_OK) {
        return rc;
    }

    d->asked->thoughts = m[0] && m[0]->type == LLMGW_JSON_TRUE;

    if (m[1]) {

        rc = llmgw_gemini_config_int(d, m[1], &budget);
        if (rc != LLMGW_OK) {
            return rc;
        }

        if (budget == 0) {
            c->thinking = LLMGW_THINKING_DISABLED;
            c->thinking_raw = llmgw_lit("{\"type\":\"disabled\"}");

        } else if (budget > 0) {

            /* others refuse less */

            if (budget < LLMGW_GEMINI_DOOR_BUDGET) {
                budget = LLMGW_GEMINI_DOOR_BUDGET;
            }

            c->thinking = LLMGW_THINKING_ENABLED;
            c->thinking_budget = budget;
            c->thinking_raw = llmgw_fmt(d->arena, "{\"type\":\"enabled\","
                                        "\"budget_tokens\":%lld}",
                                        (long long) budget);

            if (c->thinking_raw.data == NULL) {
                return LLMGW_ERROR;
            }
        }
    }

    if (m[2]) {

        if (m[2]->type != LLMGW_JSON_STRING) {
            return llmgw_gemini_bad(d, m[2], "must be a string");
        }

        for (i = 0; i < llmgw_nelts(levels); i++) {

            if (llmgw_str_caseeq(llmgw_json_str(d->j, m[2]),
                                 levels[i].name))
            {
                c->effort = levels[i].effort;
                c->effort_name = levels[i].name;
            }
        }
    }

    return LLMGW_OK;
}
