
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The parameters of a request: generationConfig.
 */


#include "llmgw_gemini.h"
#include "llmgw_jstr.h"


/* the service's own limit on answers to one request */
#define LLMGW_GEMINI_MAX_N  8


typedef struct {
    llmgw_gemini_request_t  *r;
    unsigned                 open:1;
    unsigned                 audio:1;
} llmgw_gemini_config_t;


static llmgw_int_t llmgw_gemini_candidates(llmgw_gemini_config_t *c);
static llmgw_int_t llmgw_gemini_stop(llmgw_gemini_config_t *c);
static llmgw_int_t llmgw_gemini_modalities(llmgw_gemini_config_t *c);
static llmgw_int_t llmgw_gemini_voice(llmgw_gemini_config_t *c);
static llmgw_int_t llmgw_gemini_format(llmgw_gemini_config_t *c);
static void llmgw_gemini_thinking(llmgw_gemini_config_t *c);
static void llmgw_gemini_effort(llmgw_gemini_config_t *c,
    llmgw_effort_e effort);
static void llmgw_gemini_budget(llmgw_gemini_config_t *c, int64_t budget);
static void llmgw_gemini_own(llmgw_gemini_config_t *c);
static llmgw_int_t llmgw_gemini_unknown(llmgw_gemini_config_t *c);


/* numbers that only change their names */

static const struct {
    llmgw_param_e  param;
    llmgw_str_t    name;
} llmgw_gemini_numbers[] = {
    { LLMGW_P_TEMPERATURE, llmgw_string("temperature") },
    { LLMGW_P_TOP_P, llmgw_string("topP") },
    { LLMGW_P_TOP_K, llmgw_string("topK") }
};


/* what is honored here or in another place, or is the gateway's own business */

static const uint8_t  llmgw_gemini_known[LLMGW_P_MAX] = {
    [LLMGW_P_TEMPERATURE] = 1,
    [LLMGW_P_TOP_P] = 1,
    [LLMGW_P_TOP_K] = 1,
    [LLMGW_P_N] = 1,
    [LLMGW_P_STOP] = 1,
    [LLMGW_P_PRESENCE_PENALTY] = 1,
    [LLMGW_P_FREQUENCY_PENALTY] = 1,
    [LLMGW_P_LOGPROBS] = 1,
    [LLMGW_P_TOP_LOGPROBS] = 1,
    [LLMGW_P_SEED] = 1,
    [LLMGW_P_MODALITIES] = 1,
    [LLMGW_P_AUDIO] = 1,
    [LLMGW_P_WEB_SEARCH_OPTIONS] = 1,
    [LLMGW_P_SERVICE_TIER] = 1
};


/* a parameter that was given and is not null */

static const llmgw_value_t *
llmgw_gemini_given(const llmgw_chat_t *chat, llmgw_param_e p)
{
    const llmgw_value_t  *v;

    v = &chat->param[p];

    return (v->raw.len && v->type != LLMGW_JSON_NULL) ? v : NULL;
}


static void
llmgw_gemini_key(llmgw_gemini_config_t *c, llmgw_str_t name)
{
    if (!c->open) {
        llmgw_json_key(c->r->out, "generationConfig");
        llmgw_json_open(c->r->out, '{');
        c->open = 1;
    }

    llmgw_json_key_n(c->r->out, (const char *) name.data, name.len);
}

#define llmgw_gemini_key_lit(c, lit)  llmgw_gemini_key(c, llmgw_lit(lit))


llmgw_int_t
llmgw_gemini_write_config(llmgw_gemini_request_t *r)
{
    size_t                 i;
    int64_t                n;
    llmgw_int_t            rc;
    llmgw_param_e          p;
    const llmgw_value_t   *v;
    llmgw_gemini_config_t  c;

    memset(&c, 0, sizeof(llmgw_gemini_config_t));

    c.r = r;

    for (i = 0; i < llmgw_nelts(llmgw_gemini_numbers); i++) {

        v = llmgw_gemini_given(r->chat, llmgw_gemini_numbers[i].param);

        if (v) {
            llmgw_gemini_key(&c, llmgw_gemini_numbers[i].name);
            llmgw_json_put_raw(r->out, v->raw);
        }
    }

    if (r->chat->max_tokens >= 0) {
        llmgw_gemini_key_lit(&c, "maxOutputTokens");
        llmgw_json_put_int(r->out, r->chat->max_tokens);
    }

    rc = llmgw_gemini_stop(&c);

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_candidates(&c);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_gemini_given(r->chat, LLMGW_P_SEED);

    if (v && llmgw_json_int(v->raw, &n) == LLMGW_OK) {

        /* 32 bits with a sign there */

        if (n < INT32_MIN || n > INT32_MAX) {
            n &= 0x7fffffff;
        }

        llmgw_gemini_key_lit(&c, "seed");
        llmgw_json_put_int(r->out, n);
    }

    for (p = LLMGW_P_PRESENCE_PENALTY; p <= LLMGW_P_FREQUENCY_PENALTY; p++) {

        v = llmgw_gemini_given(r->chat, p);

        if (v == NULL) {
            continue;
        }

        if (r->family.third) {
            llmgw_call_drop(r->call, llmgw_param_name(p));
            continue;
        }

        llmgw_gemini_key(&c, p == LLMGW_P_PRESENCE_PENALTY
                             ? llmgw_lit("presencePenalty")
                             : llmgw_lit("frequencyPenalty"));
        llmgw_json_put_raw(r->out, v->raw);
    }

    v = llmgw_gemini_given(r->chat, LLMGW_P_LOGPROBS);

    if (v && v->type == LLMGW_JSON_TRUE) {

        llmgw_gemini_key_lit(&c, "responseLogprobs");
        llmgw_json_put_raw(r->out, llmgw_lit("true"));

        v = llmgw_gemini_given(r->chat, LLMGW_P_TOP_LOGPROBS);

        if (v) {
            llmgw_gemini_key_lit(&c, "logprobs");
            llmgw_json_put_raw(r->out, v->raw);
        }
    }

    rc = llmgw_gemini_modalities(&c);

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_format(&c);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_gemini_thinking(&c);
    llmgw_gemini_own(&c);

    if (c.open) {
        llmgw_json_close(r->out, '}');
    }

    return llmgw_gemini_unknown(&c);
}


static llmgw_int_t
llmgw_gemini_candidates(llmgw_gemini_config_t *c)
{
    int64_t               n;
    const llmgw_value_t  *v;

    v = llmgw_gemini_given(c->r->chat, LLMGW_P_N);

    if (v == NULL) {
        return LLMGW_OK;
    }

    if (llmgw_json_int(v->raw, &n) != LLMGW_OK || n < 1
        || n > LLMGW_GEMINI_MAX_N)
    {
        return llmgw_gemini_refuse(c->r, llmgw_lit("n"),
                                   "must be 1 to 8 for this provider");
    }

    if (n > 1) {
        llmgw_gemini_key_lit(c, "candidateCount");
        llmgw_json_put_int(c->r->out, n);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_stop(llmgw_gemini_config_t *c)
{
    unsigned              open;
    llmgw_out_t          *o;
    llmgw_json_t          own;
    llmgw_node_t         *list, *n, *end;
    const llmgw_json_t   *j;
    const llmgw_value_t  *v;

    v = llmgw_gemini_given(c->r->chat, LLMGW_P_STOP);

    if (v == NULL) {
        return LLMGW_OK;
    }

    list = llmgw_schema_find(c->r->chat->doc, v->raw, c->r->arena, &own, &j);

    if (list == NULL) {
        return LLMGW_ERROR;
    }

    o = c->r->out;
    open = 0;

    n = (list->type == LLMGW_JSON_ARRAY) ? list + 1 : list;
    end = list + list->span;

    for ( /* void */ ; n < end; n = llmgw_json_next(n)) {

        if (n->type != LLMGW_JSON_STRING || n->len == 0) {
            continue;
        }

        if (!open) {
            llmgw_gemini_key_lit(c, "stopSequences");
            llmgw_json_open(o, '[');
            open = 1;
        }

        llmgw_json_put_raw(o, llmgw_json_raw(j, n));
    }

    if (open) {
        llmgw_json_close(o, ']');
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_modalities(llmgw_gemini_config_t *c)
{
    unsigned              text, image, audio;
    llmgw_json_t          own;
    llmgw_node_t         *list, *n;
    const llmgw_json_t   *j;
    const llmgw_value_t  *v;

    v = llmgw_gemini_given(c->r->chat, LLMGW_P_MODALITIES);

    if (v == NULL) {

        if (llmgw_gemini_given(c->r->chat, LLMGW_P_AUDIO)) {
            llmgw_call_drop(c->r->call, llmgw_lit("audio"));
        }

        return LLMGW_OK;
    }

    list = llmgw_schema_find(c->r->chat->doc, v->raw, c->r->arena, &own, &j);

    if (list == NULL) {
        return LLMGW_ERROR;
    }

    text = 0;
    image = 0;
    audio = 0;

    if (list->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(n, list) {

            if (n->type == LLMGW_JSON_STRING && llmgw_json_is(j, n, "text")) {
                text = 1;

            } else if (n->type == LLMGW_JSON_STRING
                       && llmgw_json_is(j, n, "image"))
            {
                image = 1;

            } else if (n->type == LLMGW_JSON_STRING
                       && llmgw_json_is(j, n, "audio"))
            {
                audio = 1;

            } else {
                return llmgw_gemini_refuse(c->r, llmgw_lit("modalities"),
                                           "may hold \"text\", \"image\" and "
                                           "\"audio\"");
            }
        }
    }

    if (audio) {
        llmgw_gemini_key_lit(c, "responseModalities");
        llmgw_json_put_raw(c->r->out, llmgw_lit("[\"AUDIO\"]"));

        return llmgw_gemini_voice(c);
    }

    if (image) {
        llmgw_gemini_key_lit(c, "responseModalities");
        llmgw_json_put_raw(c->r->out, text
                                      ? llmgw_lit("[\"TEXT\",\"IMAGE\"]")
                                      : llmgw_lit("[\"IMAGE\"]"));
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_voice(llmgw_gemini_config_t *c)
{
    llmgw_str_t           format, voice;
    llmgw_json_t          own;
    llmgw_node_t         *audio, *n;
    const llmgw_json_t   *j;
    const llmgw_value_t  *v;

    v = llmgw_gemini_given(c->r->chat, LLMGW_P_AUDIO);

    if (v == NULL) {
        return LLMGW_OK;
    }

    audio = llmgw_schema_find(c->r->chat->doc, v->raw, c->r->arena, &own, &j);

    if (audio == NULL) {
        return LLMGW_ERROR;
    }

    format = llmgw_json_get_str(j, audio, "format");

    if (format.len && !llmgw_str_is(format, "pcm16")) {
        return llmgw_gemini_refuse(c->r, llmgw_lit("audio.format"),
                                   "must be \"pcm16\" for this provider");
    }

    n = llmgw_json_get(j, audio, "voice");

    voice = (n && n->type == LLMGW_JSON_STRING)
            ? llmgw_json_str(j, n) : llmgw_json_get_str(j, n, "id");

    if (voice.len) {
        llmgw_gemini_key_lit(c, "speechConfig");
        llmgw_puts(c->r->out, "{\"voiceConfig\":{\"prebuiltVoiceConfig\":"
                              "{\"voiceName\":");
        llmgw_json_put_jstr(c->r->out, voice);
        llmgw_puts(c->r->out, "}}}");
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_format(llmgw_gemini_config_t *c)
{
    llmgw_int_t              rc;
    llmgw_json_t             own;
    llmgw_node_t            *schema;
    const llmgw_json_t      *j;
    llmgw_gemini_request_t  *r;

    r = c->r;

    if (r->chat->format != LLMGW_FORMAT_JSON
        && r->chat->format != LLMGW_FORMAT_SCHEMA)
    {
        return LLMGW_OK;
    }

    if (r->functions && !r->family.third) {

        /* older models take either */

        llmgw_call_drop(r->call, llmgw_lit("response_format"));
        return LLMGW_OK;
    }

    llmgw_gemini_key_lit(c, "responseMimeType");
    llmgw_json_put_jstr(r->out, llmgw_lit("application/json"));

    if (r->chat->format == LLMGW_FORMAT_JSON
        || r->chat->format_schema.len == 0)
    {
        return LLMGW_OK;
    }

    schema = llmgw_schema_find(r->chat->doc, r->chat->format_schema, r->arena,
                               &own, &j);
    if (schema == NULL) {
        return LLMGW_ERROR;
    }

    if (r->family.json) {
        llmgw_gemini_key_lit(c, "responseJsonSchema");

    } else {
        llmgw_gemini_key_lit(c, "responseSchema");
    }

    rc = llmgw_gemini_write_schema(r, j, schema, 1);

    if (rc == LLMGW_INVALID) {
        return llmgw_refuse(&r->call->error,
                            llmgw_lit("unsupported_parameter"),
                            llmgw_lit("response_format.json_schema.schema"),
                            llmgw_lit("the schema is too deep or too large "
                                      "for this provider"));
    }

    return rc;
}


static void
llmgw_gemini_thinking(llmgw_gemini_config_t *c)
{
    llmgw_chat_t             *chat;
    llmgw_effort_e            effort;
    llmgw_gemini_request_t   *r;

    r = c->r;
    chat = r->chat;

    if (chat->thinking == LLMGW_THINKING_UNSET
        && chat->effort == LLMGW_EFFORT_UNSET)
    {
        return;
    }

    if (r->family.thinking == LLMGW_GEMINI_THINK_NONE) {

        llmgw_call_drop(r->call, chat->thinking == LLMGW_THINKING_UNSET
                                 ? llmgw_lit("reasoning_effort")
                                 : llmgw_lit("thinking"));
        return;
    }

    if (llmgw_json_get(r->google_doc, r->google, "thinking_config")
        || llmgw_json_get(r->google_doc, r->google, "thinkingConfig"))
    {
        /* the client's own way to say it wins */

        return;
    }

    effort = chat->effort;

    switch (chat->thinking) {

    case LLMGW_THINKING_ENABLED:

        if (chat->thinking_budget >= 0
            || r->family.thinking == LLMGW_GEMINI_THINK_BUDGET)
        {
            llmgw_gemini_budget(c, chat->thinking_budget);
            return;
        }

        break;

    case LLMGW_THINKING_DISABLED:
        effort = LLMGW_EFFORT_NONE;
        break;

    case LLMGW_THINKING_OTHER:

        /* no more than is needed */

        if (llmgw_str_find(chat->thinking_raw, llmgw_lit("between_tools"))) {
            effort = LLMGW_EFFORT_NONE;
        }

        break;

    default: /* LLMGW_THINKING_ADAPTIVE: an effort says how much */
        break;
    }

    if (effort == LLMGW_EFFORT_UNSET) {
        return;
    }

    llmgw_gemini_effort(c, effort);
}


static void
llmgw_gemini_put_thinking(llmgw_gemini_config_t *c, llmgw_str_t level,
    int64_t budget, unsigned thoughts)
{
    llmgw_out_t  *o;

    o = c->r->out;

    llmgw_gemini_key_lit(c, "thinkingConfig");
    llmgw_json_open(o, '{');

    if (level.len) {
        llmgw_json_member(o, "thinkingLevel", level);

    } else {
        llmgw_json_member_int(o, "thinkingBudget", budget);
    }

    if (thoughts) {
        llmgw_json_member_raw(o, "includeThoughts", llmgw_lit("true"));
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_gemini_effort(llmgw_gemini_config_t *c, llmgw_effort_e effort)
{
    llmgw_str_t            level;
    const llmgw_gemini_t  *g;

    static const int64_t  budgets[] = {
        [LLMGW_EFFORT_NONE] = 0,
        [LLMGW_EFFORT_MINIMAL] = 1024,
        [LLMGW_EFFORT_LOW] = 1024,
        [LLMGW_EFFORT_MEDIUM] = 8192,
        [LLMGW_EFFORT_HIGH] = 24576,
        [LLMGW_EFFORT_XHIGH] = 24576,
        [LLMGW_EFFORT_MAX] = 24576
    };

    static const int64_t  pro_budgets[] = {
        [LLMGW_EFFORT_NONE] = 128,
        [LLMGW_EFFORT_MINIMAL] = 1024,
        [LLMGW_EFFORT_LOW] = 1024,
        [LLMGW_EFFORT_MEDIUM] = 8192,
        [LLMGW_EFFORT_HIGH] = 24576,
        [LLMGW_EFFORT_XHIGH] = 32768,
        [LLMGW_EFFORT_MAX] = 32768
    };

    g = &c->r->family;

    if (g->thinking == LLMGW_GEMINI_THINK_BUDGET) {
        llmgw_gemini_put_thinking(c, llmgw_null_str,
                                  g->flash ? budgets[effort]
                                           : pro_budgets[effort],
                                  effort != LLMGW_EFFORT_NONE);
        return;
    }

    switch (effort) {

    case LLMGW_EFFORT_NONE:
    case LLMGW_EFFORT_MINIMAL:
        level = g->flash ? llmgw_lit("MINIMAL") : llmgw_lit("LOW");
        break;

    case LLMGW_EFFORT_LOW:
        level = llmgw_lit("LOW");
        break;

    case LLMGW_EFFORT_MEDIUM:

        /* the first of them had two levels */

        level = (g->flash || g->version > 300) ? llmgw_lit("MEDIUM")
                                               : llmgw_lit("HIGH");
        break;

    default:
        level = llmgw_lit("HIGH");
    }

    llmgw_gemini_put_thinking(c, level, 0, effort != LLMGW_EFFORT_NONE);
}


/* tokens to think with, -1: as many as the model wants */

static void
llmgw_gemini_budget(llmgw_gemini_config_t *c, int64_t budget)
{
    int64_t                min, max;
    const llmgw_gemini_t  *g;

    g = &c->r->family;

    if (g->thinking == LLMGW_GEMINI_THINK_LEVEL) {
        llmgw_gemini_effort(c, budget <= 1024 ? LLMGW_EFFORT_LOW
                               : budget <= 8192 ? LLMGW_EFFORT_MEDIUM
                               : LLMGW_EFFORT_HIGH);
        return;
    }

    min = g->lite ? 512 : g->flash ? 0 : 128;
    max = g->flash ? 24576 : 32768;

    if (g->lite && budget == 0) {
        min = 0;
    }

    if (budget < 0) {
        budget = -1;

    } else if (budget < min) {
        budget = min;

    } else if (budget > max) {
        budget = max;
    }

    llmgw_gemini_put_thinking(c, llmgw_null_str, budget, 1);
}


typedef struct {
    llmgw_str_t  snake;
    llmgw_str_t  camel;
} llmgw_gemini_name_t;


/* an object of the service's own, in either spelling */

static void
llmgw_gemini_own_object(llmgw_gemini_config_t *c, llmgw_str_t name,
    llmgw_node_t *v, const llmgw_gemini_name_t *names, size_t n)
{
    size_t               i;
    llmgw_out_t         *o;
    llmgw_node_t        *m, *k;
    const llmgw_json_t  *j;

    o = c->r->out;
    j = c->r->google_doc;

    if (v->type != LLMGW_JSON_OBJECT) {
        return;
    }

    llmgw_gemini_key(c, name);
    llmgw_json_open(o, '{');

    llmgw_json_each_member(k, m, v) {

        for (i = 0; i < n; i++) {

            if (llmgw_json_is_n(j, k, (const char *) names[i].snake.data,
                                names[i].snake.len)
                || llmgw_json_is_n(j, k, (const char *) names[i].camel.data,
                                   names[i].camel.len))
            {
                llmgw_json_key_n(o, (const char *) names[i].camel.data,
                                 names[i].camel.len);
                llmgw_json_put_raw(o, llmgw_json_raw(j, m));
                break;
            }
        }
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_gemini_own(llmgw_gemini_config_t *c)
{
    llmgw_node_t        *k, *v;
    const llmgw_json_t  *j;

    static const llmgw_gemini_name_t  thinking[] = {
        { llmgw_string("thinking_budget"), llmgw_string("thinkingBudget") },
        { llmgw_string("thinking_level"), llmgw_string("thinkingLevel") },
        { llmgw_string("include_thoughts"), llmgw_string("includeThoughts") }
    };

    static const llmgw_gemini_name_t  image[] = {
        { llmgw_string("aspect_ratio"), llmgw_string("aspectRatio") },
        { llmgw_string("image_size"), llmgw_string("imageSize") },
        { llmgw_string("person_generation"),
          llmgw_string("personGeneration") },
        { llmgw_string("image_output_options"),
          llmgw_string("imageOutputOptions") }
    };

    if (c->r->google == NULL) {
        return;
    }

    j = c->r->google_doc;

    llmgw_json_each_member(k, v, c->r->google) {

        if (llmgw_json_is(j, k, "thinking_config")
            || llmgw_json_is(j, k, "thinkingConfig"))
        {
            llmgw_gemini_own_object(c, llmgw_lit("thinkingConfig"), v,
                                    thinking, llmgw_nelts(thinking));

        } else if (llmgw_json_is(j, k, "image_config")
                   || llmgw_json_is(j, k, "imageConfig"))
        {
            /* only AI Studio's images have no other settings */

            llmgw_gemini_own_object(c, llmgw_lit("imageConfig"), v, image,
                                    c->r->vertex ? llmgw_nelts(image) : 2);

        } else if ((llmgw_json_is(j, k, "media_resolution")
                    || llmgw_json_is(j, k, "mediaResolution"))
                   && v->type == LLMGW_JSON_STRING)
        {
            llmgw_gemini_key_lit(c, "mediaResolution");
            llmgw_json_put_raw(c->r->out, llmgw_json_raw(j, v));
        }
    }
}


/* what nobody took, with its name on the list of that */

static llmgw_int_t
llmgw_gemini_unknown(llmgw_gemini_config_t *c)
{
    unsigned                 p;
    llmgw_str_t              name;
    const llmgw_value_t     *v;
    llmgw_gemini_request_t  *r;

    r = c->r;

    for (p = 0; p < LLMGW_P_MAX; p++) {

        v = llmgw_gemini_given(r->chat, (llmgw_param_e) p);

        if (v == NULL || llmgw_gemini_known[p]) {
            continue;
        }

        name = llmgw_param_name((llmgw_param_e) p);

        if (r->settings->refuse_lossy && !r->settings->drop) {
            return llmgw_gemini_refuse(r, name, "is a parameter that this "
                                       "provider does not have");
        }

        llmgw_call_drop(r->call, name);
    }

    return LLMGW_OK;
}
