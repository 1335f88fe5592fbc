
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_usage.h"


static void llmgw_usage_take(llmgw_usage_t *u, int64_t *count,
    const llmgw_json_t *j, const llmgw_json_node_t *v);
static void llmgw_usage_read_prompt(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *details);
static void llmgw_usage_read_completion(llmgw_usage_t *u,
    const llmgw_json_t *j, const llmgw_json_node_t *details);


void
llmgw_usage_init(llmgw_usage_t *u)
{
    memset(u, 0, sizeof(llmgw_usage_t));

    u->prompt = -1;
    u->completion = -1;
    u->total = -1;

    u->cached = -1;
    u->cache_write = -1;
    u->cache_write_1h = -1;
    u->audio_in = -1;
    u->image_in = -1;
    u->text_in = -1;

    u->reasoning = -1;
    u->audio_out = -1;
    u->image_out = -1;
    u->text_out = -1;
    u->accepted_prediction = -1;
    u->rejected_prediction = -1;

    u->seconds = -1;

    u->images = -1;
    u->characters = -1;
    u->queries = -1;
}


int64_t
llmgw_usage_count(const llmgw_json_t *j, const llmgw_json_node_t *v)
{
    double       d;
    size_t       i;
    int64_t      n;
    llmgw_str_t  s;

    if (v == NULL) {
        return -1;
    }

    s = llmgw_json_str(j, v);

    if (v->type == LLMGW_JSON_STRING) {

        if (s.len == 0) {
            return -1;
        }

        for (i = 0; i < s.len; i++) {
            if (s.data[i] < '0' || s.data[i] > '9') {
                return -1;
            }
        }

    } else if (v->type != LLMGW_JSON_NUMBER) {
        return -1;
    }

    if (llmgw_json_int(s, &n) != LLMGW_OK) {

        d = llmgw_json_double(s);

        n = (d >= LLMGW_USAGE_MAX) ? LLMGW_USAGE_MAX
                                   : (d > 0) ? (int64_t) d : 0;
    }

    if (n < 0) {
        return 0;
    }

    return (n < LLMGW_USAGE_MAX) ? n : LLMGW_USAGE_MAX;
}


static void
llmgw_usage_take(llmgw_usage_t *u, int64_t *count, const llmgw_json_t *j,
    const llmgw_json_node_t *v)
{
    int64_t  n;

    n = llmgw_usage_count(j, v);

    if (n >= 0) {
        *count = n;
        u->reported = 1;
    }
}


void
llmgw_usage_read_openai(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage)
{
    double                    d;
    const llmgw_json_node_t  *k, *v;

    if (usage == NULL || usage->type != LLMGW_JSON_OBJECT) {
        return;
    }

    llmgw_json_each_member(k, v, usage) {

        if (llmgw_json_is(j, k, "prompt_tokens")
            || llmgw_json_is(j, k, "input_tokens"))
        {
            llmgw_usage_take(u, &u->prompt, j, v);

        } else if (llmgw_json_is(j, k, "completion_tokens")
                   || llmgw_json_is(j, k, "output_tokens"))
        {
            llmgw_usage_take(u, &u->completion, j, v);

        } else if (llmgw_json_is(j, k, "total_tokens")) {
            llmgw_usage_take(u, &u->total, j, v);

        } else if (llmgw_json_is(j, k, "prompt_tokens_details")
                   || llmgw_json_is(j, k, "input_tokens_details")
                   || llmgw_json_is(j, k, "input_token_details"))
        {
            llmgw_usage_read_prompt(u, j, v);

        } else if (llmgw_json_is(j, k, "completion_tokens_details")
                   || llmgw_json_is(j, k, "output_tokens_details"))
        {
            llmgw_usage_read_completion(u, j, v);

        } else if (llmgw_json_is(j, k, "prompt_cache_hit_tokens")) {

            /* servers that count cached tokens beside the details */

            llmgw_usage_take(u, &u->cached, j, v);

        } else if (llmgw_json_is(j, k, "seconds")
                   && v->type == LLMGW_JSON_NUMBER)
        {
            d = llmgw_json_double(llmgw_json_str(j, v));

            if (d >= 0) {
                u->seconds = (d < LLMGW_USAGE_MAX) ? d : LLMGW_USAGE_MAX;
                u->reported = 1;
            }
        }
    }

    /* services that count thoughts beside the answer, not in it */

    if (u->reasoning > 0 && u->prompt >= 0 && u->completion >= 0
        && u->total == u->prompt + u->completion + u->reasoning)
    {
        u->completion += u->reasoning;
    }
}


static void
llmgw_usage_read_prompt(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *details)
{
    const llmgw_json_node_t  *k, *v;

    if (details->type != LLMGW_JSON_OBJECT) {
        return;
    }

    llmgw_json_each_member(k, v, details) {

        if (llmgw_json_is(j, k, "cached_tokens")) {
            llmgw_usage_take(u, &u->cached, j, v);

        } else if (llmgw_json_is(j, k, "cache_write_tokens")) {
            llmgw_usage_take(u, &u->cache_write, j, v);

        } else if (llmgw_json_is(j, k, "audio_tokens")) {
            llmgw_usage_take(u, &u->audio_in, j, v);

        } else if (llmgw_json_is(j, k, "image_tokens")) {
            llmgw_usage_take(u, &u->image_in, j, v);

        } else if (llmgw_json_is(j, k, "text_tokens")) {
            llmgw_usage_take(u, &u->text_in, j, v);
        }
    }
}


static void
llmgw_usage_read_completion(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *details)
{
    const llmgw_json_node_t  *k, *v;

    if (details->type != LLMGW_JSON_OBJECT) {
        return;
    }

    llmgw_json_each_member(k, v, details) {

        if (llmgw_json_is(j, k, "reasoning_tokens")) {
            llmgw_usage_take(u, &u->reasoning, j, v);

        } else if (llmgw_json_is(j, k, "audio_tokens")) {
            llmgw_usage_take(u, &u->audio_out, j, v);

        } else if (llmgw_json_is(j, k, "image_tokens")) {
            llmgw_usage_take(u, &u->image_out, j, v);

        } else if (llmgw_json_is(j, k, "text_tokens")) {
            llmgw_usage_take(u, &u->text_out, j, v);

        } else if (llmgw_json_is(j, k, "accepted_prediction_tokens")) {
            llmgw_usage_take(u, &u->accepted_prediction, j, v);

        } else if (llmgw_json_is(j, k, "rejected_prediction_tokens")) {
            llmgw_usage_take(u, &u->rejected_prediction, j, v);
        }
    }
}


typedef struct {
    const char  *name;
    int64_t      count;
} llmgw_usage_member_t;


/* only what was reported, and no object when nothing was */

static void
llmgw_usage_write_details(llmgw_out_t *o, llmgw_str_t name,
    const llmgw_usage_member_t *m, size_t n)
{
    size_t    i;
    unsigned  open;

    open = 0;

    for (i = 0; i < n; i++) {

        if (m[i].count < 0) {
            continue;
        }

        if (!open) {
            llmgw_json_key_n(o, (const char *) name.data, name.len);
            llmgw_json_open(o, '{');
            open = 1;
        }

        llmgw_json_key_n(o, m[i].name, strlen(m[i].name));
        llmgw_json_put_int(o, m[i].count);
    }

    if (open) {
        llmgw_json_close(o, '}');
    }
}


void
llmgw_usage_write_chat(llmgw_out_t *o, const llmgw_usage_t *u)
{
    int64_t  prompt, completion;

    const llmgw_usage_member_t  in[] = {
        { "cached_tokens", u->cached },
        { "cache_write_tokens", u->cache_write },
        { "audio_tokens", u->audio_in },
        { "image_tokens", u->image_in },
        { "text_tokens", u->text_in }
    };

    const llmgw_usage_member_t  out[] = {
        { "reasoning_tokens", u->reasoning },
        { "audio_tokens", u->audio_out },
        { "image_tokens", u->image_out },
        { "text_tokens", u->text_out },
        { "accepted_prediction_tokens", u->accepted_prediction },
        { "rejected_prediction_tokens", u->rejected_prediction }
    };

    prompt = (u->prompt > 0) ? u->prompt : 0;
    completion = (u->completion > 0) ? u->completion : 0;

    llmgw_json_open(o, '{');

    llmgw_json_member_int(o, "prompt_tokens", prompt);
    llmgw_json_member_int(o, "completion_tokens", completion);

    /* clients add up: a total of another kind would not fit their sums */

    llmgw_json_member_int(o, "total_tokens", prompt + completion);

    llmgw_usage_write_details(o, llmgw_lit("prompt_tokens_details"), in,
                              llmgw_nelts(in));
    llmgw_usage_write_details(o, llmgw_lit("completion_tokens_details"), out,
                              llmgw_nelts(out));

    llmgw_json_close(o, '}');
}
