
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Chat completions of a provider, whole or in chunks, into events.  Servers
 * that call themselves compatible differ in everything that can differ: no
 * member is taken for granted, and none for being of its type.
 */


#include "llmgw_openai_reader.h"


/* "n" has this maximum; an index past it is none */
#define LLMGW_OPENAI_MAX_CHOICES  128

static llmgw_int_t llmgw_openai_read_whole(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_openai_read_event(llmgw_reader_t *rd,
    llmgw_str_t name, llmgw_str_t data);
static llmgw_int_t llmgw_openai_read_end(llmgw_reader_t *rd);
static llmgw_int_t llmgw_openai_read_choices(llmgw_reader_t *rd,
    const llmgw_json_t *j, llmgw_node_t *choices, unsigned whole);
static llmgw_int_t llmgw_openai_read_finish(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t *choice);
static llmgw_int_t llmgw_openai_read_last(llmgw_reader_t *rd);


const llmgw_reader_ops_t  llmgw_openai_reader = {
    sizeof(llmgw_openai_reader_t),
    llmgw_openai_read_whole,
    llmgw_openai_read_event,
    llmgw_openai_read_end,
    LLMGW_EV_BIT(LLMGW_EV_TEXT)|LLMGW_EV_BIT(LLMGW_EV_REASONING)
    |LLMGW_EV_BIT(LLMGW_EV_TOOL_ARGS),
    NULL
};


llmgw_int_t
llmgw_openai_invalid(llmgw_reader_t *rd, llmgw_str_t message)
{
    return llmgw_reader_fail_with(rd, 502,
                                  llmgw_lit("upstream_invalid_response"),
                                  message);
}


static unsigned
llmgw_openai_has_error(const llmgw_json_t *j)
{
    const llmgw_json_node_t  *error;

    error = llmgw_json_get(j, j->nodes, "error");

    return error && error->type >= LLMGW_JSON_STRING
           && (error->len != 0 || error->type != LLMGW_JSON_STRING);
}


static void
llmgw_openai_count(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_str_t             tier;
    llmgw_openai_reader_t  *st;

    st = rd->state;

    if (!st->counted) {
        llmgw_usage_init(&st->usage);
        st->counted = 1;
    }

    llmgw_usage_read_openai(&st->usage, j,
                            llmgw_json_object(j, j->nodes, "usage"));

    tier = llmgw_json_get_str(j, j->nodes, "service_tier");

    if (tier.len && !llmgw_str_eq(tier, st->tier)) {
        st->tier = llmgw_str_dup(rd->arena, tier);
    }
}


static llmgw_int_t
llmgw_openai_read_start(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_event_t           ev;
    llmgw_node_t           *created;
    llmgw_openai_reader_t  *st;

    st = rd->state;

    if (st->started) {
        return LLMGW_OK;
    }

    st->started = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_START;
    ev.id = llmgw_json_get_str(j, j->nodes, "id");
    ev.name = llmgw_json_get_str(j, j->nodes, "model");

    created = llmgw_json_number(j, j->nodes, "created");

    if (created
        && (llmgw_json_int(llmgw_json_str(j, created), &ev.created)
            != LLMGW_OK
            || ev.created < 0))
    {
        ev.created = 0;
    }

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_openai_read_whole(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t    rc;
    llmgw_node_t  *choices;

    choices = llmgw_json_array(j, j->nodes, "choices");

    if (choices == NULL || choices->span == 1) {

        if (llmgw_openai_has_error(j)) {
            return llmgw_reader_error(rd, llmgw_str(j->text, j->len));
        }

        return llmgw_openai_invalid(rd, llmgw_lit("the upstream's answer "
                                                  "holds no choice"));
    }

    llmgw_openai_count(rd, j);

    rc = llmgw_openai_read_start(rd, j);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_openai_read_choices(rd, j, choices, 1);
    if (rc != LLMGW_OK) {
        return rc;
    }

    return llmgw_openai_read_last(rd);
}


static llmgw_int_t
llmgw_openai_read_event(llmgw_reader_t *rd, llmgw_str_t name,
    llmgw_str_t data)
{
    uint32_t                i;
    llmgw_int_t             rc;
    llmgw_json_t            j;
    llmgw_node_t           *choices;
    llmgw_openai_reader_t  *st;

    st = rd->state;

    if (llmgw_str_is(data, "[DONE]")) {

        if (st->nchoices == 0) {
            return llmgw_openai_invalid(rd, llmgw_lit("the upstream's stream "
                                                      "holds no answer"));
        }

        /* some servers lose the token that carries the finish_reason */

        for (i = 0; i < st->nchoices; i++) {
            rc = llmgw_openai_read_finish(rd, NULL, i, NULL);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        return llmgw_openai_read_last(rd);
    }

    rc = llmgw_json_parse(&j, rd->scratch, data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK) {
        return llmgw_openai_invalid(rd, llmgw_lit("the upstream sent an "
                                                  "event that is not JSON"));
    }

    choices = llmgw_json_array(&j, j.nodes, "choices");

    if (llmgw_openai_has_error(&j)
        || (choices == NULL && llmgw_str_is(name, "error")))
    {
        return llmgw_reader_error(rd, llmgw_str(j.text, j.len));
    }

    llmgw_openai_count(rd, &j);

    if (choices == NULL || choices->span == 1) {
        return LLMGW_OK;
    }

    /* earlier chunks may come without the id and the model */

    rc = llmgw_openai_read_start(rd, &j);
    if (rc != LLMGW_OK) {
        return rc;
    }

    return llmgw_openai_read_choices(rd, &j, choices, 0);
}


static llmgw_int_t
llmgw_openai_read_end(llmgw_reader_t *rd)
{
    uint32_t                i;
    llmgw_openai_reader_t  *st;

    st = rd->state;

    for (i = 0; i < st->nchoices; i++) {
        if (st->choices[i].begun && !st->choices[i].ended) {
            return LLMGW_OK;
        }
    }

    return st->nchoices ? llmgw_openai_read_last(rd) : LLMGW_OK;
}


/* the state of a choice; NULL: there cannot be one, or no memory */

static llmgw_openai_choice_t *
llmgw_openai_choice(llmgw_reader_t *rd, uint32_t index)
{
    llmgw_openai_reader_t  *st;
    llmgw_openai_choice_t  *choices;

    st = rd->state;

    if (index < st->nchoices) {
        return &st->choices[index];
    }

    choices = llmgw_calloc(rd->arena,
                           (index + 1) * sizeof(llmgw_openai_choice_t));
    if (choices == NULL) {
        return NULL;
    }

    if (st->nchoices) {
        memcpy(choices, st->choices,
               st->nchoices * sizeof(llmgw_openai_choice_t));
    }

    st->choices = choices;
    st->nchoices = index + 1;

    return &choices[index];
}


static llmgw_int_t
llmgw_openai_read_choices(llmgw_reader_t *rd, const llmgw_json_t *j,
    llmgw_node_t *choices, unsigned whole)
{
    int64_t                 index;
    uint32_t                n;
    llmgw_int_t             rc;
    llmgw_node_t           *c, *v, *delta;
    llmgw_openai_choice_t  *ch;

    n = 0;

    llmgw_json_each(c, choices) {

        /* without an index it is the place that counts */

        index = n++;
        v = llmgw_json_number(j, c, "index");

        if (c->type != LLMGW_JSON_OBJECT
            || (v && llmgw_json_int(llmgw_json_str(j, v), &index) != LLMGW_OK)
            || index < 0 || index >= LLMGW_OPENAI_MAX_CHOICES)
        {
            return llmgw_openai_invalid(rd, llmgw_lit("the upstream's answer "
                                                      "is not valid"));
        }

        ch = llmgw_openai_choice(rd, (uint32_t) index);
        if (ch == NULL) {
            return LLMGW_ERROR;
        }

        if (ch->ended) {
            continue;
        }

        if (!ch->begun) {
            ch->begun = 1;

            rc = llmgw_openai_emit_raw(rd, LLMGW_EV_CHOICE, (uint32_t) index,
                                       llmgw_null_str);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        /* ahead of the text that it belongs to */

        v = llmgw_json_object(j, c, "logprobs");

        if (v) {
            rc = llmgw_openai_emit_raw(rd, LLMGW_EV_LOGPROBS,
                                       (uint32_t) index,
                                       llmgw_json_raw(j, v));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        delta = whole ? llmgw_json_object(j, c, "message")
                      : llmgw_json_object(j, c, "delta");

        if (delta == NULL && whole) {
            return llmgw_openai_invalid(rd, llmgw_lit("the upstream's answer "
                                                      "lacks a message"));
        }

        if (delta) {
            rc = llmgw_openai_read_delta(rd, j, (uint32_t) index, delta,
                                         whole);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        v = llmgw_json_string(j, c, "finish_reason");

        if (whole || (v && v->len)) {
            rc = llmgw_openai_read_finish(rd, j, (uint32_t) index, c);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return LLMGW_OK;
}


static llmgw_finish_e
llmgw_openai_finish(const llmgw_json_t *j, llmgw_node_t *reason)
{
    size_t  i;

    static const struct {
        llmgw_str_t     name;
        llmgw_finish_e  finish;
    } reasons[] = {
        { llmgw_string("length"), LLMGW_FINISH_LENGTH },
        { llmgw_string("max_tokens"), LLMGW_FINISH_LENGTH },
        { llmgw_string("model_length"), LLMGW_FINISH_LENGTH },
        { llmgw_string("tool_calls"), LLMGW_FINISH_TOOL_CALLS },
        { llmgw_string("function_call"), LLMGW_FINISH_TOOL_CALLS },
        { llmgw_string("content_filter"), LLMGW_FINISH_CONTENT_FILTER }
    };

    for (i = 0; reason && i < llmgw_nelts(reasons); i++) {

        if (llmgw_json_is_n(j, reason, (const char *) reasons[i].name.data,
                            reasons[i].name.len))
        {
            return reasons[i].finish;
        }
    }

    return LLMGW_FINISH_STOP;
}


/* ends a choice, if it has begun and not ended; choice may be NULL */

static llmgw_int_t
llmgw_openai_read_finish(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *choice)
{
    uint32_t                i, tools;
    llmgw_int_t             rc;
    llmgw_event_t           ev;
    llmgw_openai_choice_t  *ch;

    ch = &((llmgw_openai_reader_t *) rd->state)->choices[index];

    if (!ch->begun || ch->ended) {
        return LLMGW_OK;
    }

    ch->ended = 1;
    tools = 0;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.choice = index;

    for (i = 0; i < ch->ncalls; i++) {

        if (!ch->calls[i].begun) {
            continue;
        }

        tools++;

        if (ch->calls[i].ended) {
            continue;
        }

        ev.type = LLMGW_EV_TOOL_END;
        ev.index = i;

        rc = llmgw_reader_send(rd, &ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    ev.type = LLMGW_EV_FINISH;
    ev.index = 0;

    if (choice) {
        ev.finish = llmgw_openai_finish(j, llmgw_json_string(j, choice,
                                                        "finish_reason"));

        if (ev.finish == LLMGW_FINISH_STOP) {

            /* the sequence that hit, where a server names it */

            ev.stop = llmgw_json_get_str(j, choice, "stop_reason");
        }
    }

    if (tools && ev.finish == LLMGW_FINISH_STOP) {
        ev.finish = LLMGW_FINISH_TOOL_CALLS;
    }

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_openai_read_last(llmgw_reader_t *rd)
{
    llmgw_int_t             rc;
    llmgw_event_t           ev;
    llmgw_openai_reader_t  *st;

    st = rd->state;

    memset(&ev, 0, sizeof(llmgw_event_t));

    if (st->usage.reported) {

        ev.type = LLMGW_EV_USAGE;
        ev.usage = &st->usage;
        ev.tier = st->tier;

        rc = llmgw_reader_send(rd, &ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    ev.type = LLMGW_EV_END;

    rc = llmgw_reader_send(rd, &ev);

    return (rc == LLMGW_OK) ? LLMGW_DONE : rc;
}
