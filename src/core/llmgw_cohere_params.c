
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The parameters of a chat in Cohere's words and within its limits.
 */


#include "llmgw_chat_write.h"
#include "llmgw_cohere.h"


#define LLMGW_COHERE_MAX_STOPS  5
#define LLMGW_COHERE_MAX_K      500


static void llmgw_cohere_write_sampling(llmgw_cohere_write_t *w);
static void llmgw_cohere_write_penalties(llmgw_cohere_write_t *w);
static void llmgw_cohere_write_format(llmgw_cohere_write_t *w);
static void llmgw_cohere_write_thinking(llmgw_cohere_write_t *w);
static void llmgw_cohere_write_extra(llmgw_cohere_write_t *w);


/* Cohere's own members, which clients may give as they are */

static const llmgw_str_t  llmgw_cohere_extra[] = {
    llmgw_string("documents"),
    llmgw_string("citation_options"),
    llmgw_string("safety_mode"),
    llmgw_string("strict_tools"),
    llmgw_string("priority")
};


#define llmgw_cohere_take(w, p)  ((w)->taken |= (uint64_t) 1 << (p))


llmgw_int_t
llmgw_cohere_write_params(llmgw_cohere_write_t *w)
{
    int64_t        n;
    llmgw_int_t    rc;
    llmgw_out_t   *o;
    llmgw_chat_t  *c;

    o = w->out;
    c = w->chat;

    w->documents = llmgw_chat_extra(c, "documents", sizeof("documents") - 1)
                   != NULL;

    if (c->max_tokens >= 0) {
        llmgw_json_member_int(o, "max_tokens", c->max_tokens);
    }

    llmgw_cohere_write_sampling(w);
    llmgw_cohere_write_penalties(w);

    llmgw_cohere_take(w, LLMGW_P_STOP);

    rc = llmgw_chat_put_stop(w->call, c, o, llmgw_lit("stop_sequences"),
                             LLMGW_COHERE_MAX_STOPS);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_chat_given(c, LLMGW_P_N)) {

        llmgw_cohere_take(w, LLMGW_P_N);

        if (llmgw_json_int(c->param[LLMGW_P_N].raw, &n) != LLMGW_OK || n > 1)
        {
            rc = llmgw_chat_cannot(w->call, llmgw_lit("n"),
                                   "way to make several choices");
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    llmgw_cohere_write_format(w);
    llmgw_cohere_write_thinking(w);
    llmgw_cohere_write_extra(w);

    llmgw_chat_drop_rest(w->call, c, w->taken, llmgw_cohere_extra,
                         llmgw_nelts(llmgw_cohere_extra));

    return LLMGW_OK;
}


static void
llmgw_cohere_write_sampling(llmgw_cohere_write_t *w)
{
    double         p;
    int64_t        n;
    llmgw_out_t   *o;
    llmgw_str_t    raw;
    llmgw_chat_t  *c;

    o = w->out;
    c = w->chat;

    if (llmgw_chat_given(c, LLMGW_P_TEMPERATURE)) {
        llmgw_cohere_take(w, LLMGW_P_TEMPERATURE);
        llmgw_json_member_raw(o, "temperature",
                              c->param[LLMGW_P_TEMPERATURE].raw);
    }

    if (llmgw_chat_given(c, LLMGW_P_TOP_P)) {

        llmgw_cohere_take(w, LLMGW_P_TOP_P);

        raw = c->param[LLMGW_P_TOP_P].raw;
        p = llmgw_json_double(raw);

        /* 1 is refused, and what its absence means */

        if (p != 1) {
            raw = (p < 0.01) ? llmgw_lit("0.01")
                  : (p > 0.99) ? llmgw_lit("0.99") : raw;
            llmgw_json_member_raw(o, "p", raw);
        }
    }

    if (llmgw_chat_given(c, LLMGW_P_TOP_K)
        && llmgw_json_int(c->param[LLMGW_P_TOP_K].raw, &n) == LLMGW_OK
        && n >= 0)
    {
        llmgw_cohere_take(w, LLMGW_P_TOP_K);
        llmgw_json_member_int(o, "k", n > LLMGW_COHERE_MAX_K
                                      ? LLMGW_COHERE_MAX_K : n);
    }

    if (llmgw_chat_given(c, LLMGW_P_SEED)) {
        llmgw_cohere_take(w, LLMGW_P_SEED);
        llmgw_json_member_raw(o, "seed", c->param[LLMGW_P_SEED].raw);
    }

    if (llmgw_chat_given(c, LLMGW_P_LOGPROBS)) {

        llmgw_cohere_take(w, LLMGW_P_LOGPROBS);

        if (c->param[LLMGW_P_LOGPROBS].type == LLMGW_JSON_TRUE) {
            llmgw_json_member_raw(o, "logprobs", llmgw_lit("true"));
        }
    }
}


/* from 0 to 1; some models refuse both of them together */

static void
llmgw_cohere_write_penalties(llmgw_cohere_write_t *w)
{
    size_t         i;
    double         p;
    unsigned       one;
    llmgw_str_t    name, raw;
    llmgw_chat_t  *c;

    static const llmgw_param_e  penalties[] = {
        LLMGW_P_FREQUENCY_PENALTY,
        LLMGW_P_PRESENCE_PENALTY
    };

    c = w->chat;
    one = 0;

    for (i = 0; i < llmgw_nelts(penalties); i++) {

        if (!llmgw_chat_given(c, penalties[i])) {
            continue;
        }

        raw = c->param[penalties[i]].raw;
        p = llmgw_json_double(raw);

        if (p > 0) {

            if (one) {
                continue;
            }

            one = 1;
        }

        name = llmgw_param_name(penalties[i]);
        raw = (p < 0) ? llmgw_lit("0") : (p > 1) ? llmgw_lit("1") : raw;

        llmgw_json_key_n(w->out, (const char *) name.data, name.len);
        llmgw_json_put_raw(w->out, raw);

        llmgw_cohere_take(w, penalties[i]);
    }
}


static void
llmgw_cohere_write_format(llmgw_cohere_write_t *w)
{
    llmgw_out_t   *o;
    llmgw_chat_t  *c;

    o = w->out;
    c = w->chat;

    if (c->format == LLMGW_FORMAT_UNSET || c->format == LLMGW_FORMAT_TEXT) {
        return;
    }

    if (w->tools || w->documents) {

        /* refused together */

        llmgw_call_drop(w->call, llmgw_lit("response_format"));
        return;
    }

    llmgw_json_key(o, "response_format");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("json_object"));

    if (c->format_schema.len) {
        llmgw_json_member_raw(o, "json_schema", c->format_schema);
    }

    llmgw_json_close(o, '}');
}


/* the others refuse to be told how much to think */

static unsigned
llmgw_cohere_reasons(const llmgw_call_t *call)
{
    llmgw_str_t              model;
    const llmgw_settings_t  *set;

    set = call->target->settings;
    model = (set && set->model_family.len) ? set->model_family
                                           : call->target->model;

    return llmgw_str_find(model, llmgw_lit("reasoning")) != NULL
           || llmgw_str_starts(model, "command-a-plus");
}


static void
llmgw_cohere_put_thinking(llmgw_out_t *o, unsigned enabled, int64_t budget)
{
    llmgw_json_key(o, "thinking");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", enabled ? llmgw_lit("enabled")
                                         : llmgw_lit("disabled"));

    if (enabled && budget >= 0) {
        llmgw_json_member_int(o, "token_budget", budget);
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_cohere_write_thinking(llmgw_cohere_write_t *w)
{
    llmgw_chat_t  *c;

    static const int64_t  budgets[] = {
        [LLMGW_EFFORT_MINIMAL] = 1024,
        [LLMGW_EFFORT_LOW] = 1024,
        [LLMGW_EFFORT_MEDIUM] = 2048,
        [LLMGW_EFFORT_HIGH] = 4096,
        [LLMGW_EFFORT_XHIGH] = 8192,
        [LLMGW_EFFORT_MAX] = 16384
    };

    c = w->chat;

    if (c->thinking != LLMGW_THINKING_UNSET) {

        if (llmgw_str_find(c->thinking_raw, llmgw_lit("\"token_budget\""))) {

            /* it is written in Cohere's own form */

            llmgw_json_member_raw(w->out, "thinking", c->thinking_raw);

        } else if (llmgw_cohere_reasons(w->call)) {
            llmgw_cohere_put_thinking(w->out,
                                      c->thinking != LLMGW_THINKING_DISABLED,
                                      c->thinking_budget);

        } else if (c->thinking != LLMGW_THINKING_DISABLED) {
            llmgw_call_drop(w->call, llmgw_lit("thinking"));
        }

        return;
    }

    if (c->effort == LLMGW_EFFORT_UNSET) {
        return;
    }

    if (!llmgw_cohere_reasons(w->call)) {
        llmgw_call_drop(w->call, llmgw_lit("reasoning_effort"));
        return;
    }

    llmgw_cohere_put_thinking(w->out, c->effort != LLMGW_EFFORT_NONE,
                              budgets[c->effort]);
}


static void
llmgw_cohere_write_extra(llmgw_cohere_write_t *w)
{
    size_t                i;
    unsigned              strict;
    llmgw_str_t           name;
    const llmgw_value_t  *v;

    strict = 0;

    for (i = 0; i < llmgw_nelts(llmgw_cohere_extra); i++) {

        name = llmgw_cohere_extra[i];

        v = llmgw_chat_extra(w->chat, (const char *) name.data, name.len);

        if (v == NULL) {
            continue;
        }

        strict |= llmgw_str_is(name, "strict_tools");

        llmgw_json_key_n(w->out, (const char *) name.data, name.len);
        llmgw_json_put_raw(w->out, v->raw);
    }

    if (w->strict && !strict) {
        llmgw_json_member_raw(w->out, "strict_tools", llmgw_lit("true"));
    }
}
