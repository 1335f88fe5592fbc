
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers of Converse, whole and streamed, as events.
 */


#include "llmgw_bedrock_reader.h"


static llmgw_int_t llmgw_bedrock_read_whole(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_bedrock_read_event(llmgw_reader_t *rd,
    llmgw_str_t name, llmgw_str_t data);
static llmgw_int_t llmgw_bedrock_read_end(llmgw_reader_t *rd);
static llmgw_int_t llmgw_bedrock_start(llmgw_reader_t *rd);
static llmgw_int_t llmgw_bedrock_block_start(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_bedrock_block_delta(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_bedrock_metadata(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_bedrock_finish(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_bedrock_done(llmgw_reader_t *rd);


const llmgw_reader_ops_t  llmgw_bedrock_reader = {
    sizeof(llmgw_bedrock_state_t),
    llmgw_bedrock_read_whole,
    llmgw_bedrock_read_event,
    llmgw_bedrock_read_end,
    0,
    NULL
};


static void
llmgw_bedrock_init(llmgw_reader_t *rd, llmgw_arena_t *mem)
{
    llmgw_bedrock_state_t *s = rd->state;

    if (!s->init) {
        s->init = 1;
        s->mem = mem;
        llmgw_usage_init(&s->usage);
    }
}


static llmgw_int_t
llmgw_bedrock_read_event(llmgw_reader_t *rd, llmgw_str_t name,
    llmgw_str_t data)
{
    int64_t                   index;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_error_t             e;
    const llmgw_json_node_t  *v;
    llmgw_bedrock_block_t    *b;
    llmgw_bedrock_state_t    *s;

    llmgw_bedrock_init(rd, rd->scratch);

    if (rd->exception) {
        llmgw_bedrock_exception(rd->call, name, data, rd->scratch, &e);
        return llmgw_reader_fail(rd, &e);
    }

    s = rd->state;

    rc = llmgw_json_parse(&j, rd->scratch, data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : llmgw_reader_invalid(rd);
    }

    if (j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return llmgw_reader_invalid(rd);
    }

    if (rd->call->attempt) {

        if (!llmgw_str_is(name, "chunk")) {
            return LLMGW_OK;
        }

        rc = llmgw_bedrock_claude_event(rd, &j);

        return (rc == LLMGW_DECLINED) ? llmgw_reader_invalid(rd) : rc;
    }

    if (llmgw_str_is(name, "contentBlockDelta")) {
        return llmgw_bedrock_block_delta(rd, &j);
    }

    if (llmgw_str_is(name, "contentBlockStart")) {
        return llmgw_bedrock_block_start(rd, &j);
    }

    if (llmgw_str_is(name, "contentBlockStop")) {

        v = llmgw_json_number(&j, j.nodes, "contentBlockIndex");

        if (v == NULL
            || llmgw_json_int(llmgw_json_str(&j, v), &index) != LLMGW_OK)
        {
            return LLMGW_OK;
        }

        for (b = s->open; b; b = b->next) {
            if (b->index == index) {
                return llmgw_bedrock_block_stop(rd, b);
            }
        }

        return LLMGW_OK;
    }

    if (llmgw_str_is(name, "messageStart")) {
        return llmgw_bedrock_start(rd);
    }

    if (llmgw_str_is(name, "messageStop")) {

        rc = llmgw_bedrock_start(rd);

        return (rc == LLMGW_OK) ? llmgw_bedrock_finish(rd, &j) : rc;
    }

    if (llmgw_str_is(name, "metadata")) {
        return llmgw_bedrock_metadata(rd, &j);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_read_end(llmgw_reader_t *rd)
{
    llmgw_bedrock_state_t *s = rd->state;

    if (rd->call->attempt) {
        return llmgw_bedrock_claude_end(rd);
    }

    /* usage comes behind the end of the message, or not at all */

    return s->finished ? llmgw_bedrock_done(rd) : LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_start(llmgw_reader_t *rd)
{
    llmgw_int_t             rc;
    llmgw_event_t           ev;
    llmgw_bedrock_model_t   model;
    llmgw_bedrock_state_t  *s;

    s = rd->state;

    if (s->started) {
        return LLMGW_OK;
    }

    s->started = 1;

    /* the service says neither who it is nor what this is called */

    if (llmgw_bedrock_model(rd->call, &model) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_START;
    ev.id = rd->request_id;
    ev.name = model.id;

    rc = llmgw_reader_send(rd, &ev);
    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_CHOICE;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_bedrock_block_start(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    int64_t                   index;
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v, *use;
    llmgw_bedrock_state_t    *s;
    llmgw_bedrock_block_t    *b;

    s = rd->state;

    v = llmgw_json_number(j, j->nodes, "contentBlockIndex");

    if (v == NULL
        || llmgw_json_int(llmgw_json_str(j, v), &index) != LLMGW_OK)
    {
        return llmgw_reader_invalid(rd);
    }

    rc = llmgw_bedrock_start(rd);
    if (rc != LLMGW_OK) {
        return rc;
    }

    for (b = s->open; b; b = b->next) {

        if (b->index == index) {

            rc = llmgw_bedrock_block_stop(rd, b);
            if (rc != LLMGW_OK) {
                return rc;
            }

            break;
        }
    }

    b = llmgw_bedrock_block_open(rd, index);
    if (b == NULL) {
        return llmgw_reader_invalid(rd);
    }

    use = llmgw_json_object(j, llmgw_json_object(j, j->nodes, "start"),
                            "toolUse");

    return use ? llmgw_bedrock_block_tool(rd, b, j, use) : LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_block_delta(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    int64_t                   index;
    llmgw_int_t               rc;
    const llmgw_json_node_t  *k, *v, *delta;
    llmgw_bedrock_state_t    *s;
    llmgw_bedrock_block_t    *b;

    s = rd->state;

    v = llmgw_json_number(j, j->nodes, "contentBlockIndex");
    delta = llmgw_json_object(j, j->nodes, "delta");

    if (v == NULL || delta == NULL
        || llmgw_json_int(llmgw_json_str(j, v), &index) != LLMGW_OK)
    {
        return llmgw_reader_invalid(rd);
    }

    for (b = s->open; b; b = b->next) {
        if (b->index == index) {
            break;
        }
    }

    if (b == NULL) {

        /* most blocks begin without saying so */

        rc = llmgw_bedrock_start(rd);
        if (rc != LLMGW_OK) {
            return rc;
        }

        b = llmgw_bedrock_block_open(rd, index);
        if (b == NULL) {
            return llmgw_reader_invalid(rd);
        }
    }

    rc = LLMGW_OK;

    llmgw_json_each_member(k, v, delta) {

        if (llmgw_json_is(j, k, "text")) {

            if (v->type == LLMGW_JSON_STRING) {
                rc = llmgw_bedrock_block_text(rd, b, llmgw_json_str(j, v));
            }

        } else if (llmgw_json_is(j, k, "toolUse")) {
            rc = llmgw_bedrock_block_args(rd, b,
                                          llmgw_json_get_str(j, v, "input"));

        } else if (llmgw_json_is(j, k, "reasoningContent")) {

            rc = llmgw_bedrock_block_reasoning(rd, b,
                                         llmgw_json_get_str(j, v, "text"));

            if (rc == LLMGW_OK) {
                rc = llmgw_bedrock_block_keep(rd, b, &b->signature,
                                    llmgw_json_get_str(j, v, "signature"));
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_bedrock_block_keep(rd, b, &b->redacted,
                               llmgw_json_get_str(j, v, "redactedContent"));
            }

        } else if (llmgw_json_is(j, k, "citation")) {
            rc = llmgw_bedrock_block_cite(rd, b, j, v);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* usage and tier: members of a whole answer, and of the last event */

static llmgw_int_t
llmgw_bedrock_metadata(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_str_t               tier;
    llmgw_bedrock_state_t    *s;
    const llmgw_json_node_t  *v;

    s = rd->state;

    v = llmgw_json_object(j, j->nodes, "usage");

    if (v) {
        llmgw_bedrock_read_usage(&s->usage, j, v);
    }

    tier = llmgw_json_get_str(j, llmgw_json_object(j, j->nodes,
                                                   "serviceTier"), "type");
    if (tier.len == 0 || s->tier.len) {
        return LLMGW_OK;
    }

    s->tier = llmgw_str_dup(rd->arena, tier);

    return s->tier.data ? LLMGW_OK : LLMGW_ERROR;
}


/* the one stop sequence that the client gave, which no answer repeats */

static llmgw_str_t
llmgw_bedrock_only_stop(llmgw_reader_t *rd)
{
    const llmgw_chat_t       *chat;
    const llmgw_value_t      *v;
    const llmgw_json_node_t  *n;

    chat = rd->call->chat;
    v = chat ? &chat->param[LLMGW_P_STOP] : NULL;

    if (v == NULL || v->raw.len < 3) {
        return llmgw_null_str;
    }

    if (v->type == LLMGW_JSON_STRING) {
        return llmgw_str(v->raw.data + 1, v->raw.len - 2);
    }

    n = v->node;

    if (n == NULL || n->type != LLMGW_JSON_ARRAY || n->span != 2
        || n[1].type != LLMGW_JSON_STRING)
    {
        return llmgw_null_str;
    }

    return llmgw_json_str(chat->doc, n + 1);
}


static llmgw_int_t
llmgw_bedrock_finish(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t             rc;
    llmgw_str_t             reason;
    llmgw_error_t           e;
    llmgw_event_t           ev;
    llmgw_bedrock_state_t  *s;

    s = rd->state;

    if (s->finished) {
        return LLMGW_OK;
    }

    while (s->open) {
        rc = llmgw_bedrock_block_stop(rd, s->open);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    s->finished = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_FINISH;

    reason = llmgw_json_get_str(j, j->nodes, "stopReason");

    if (llmgw_str_is(reason, "content_filtered")
        || llmgw_str_is(reason, "guardrail_intervened"))
    {
        ev.finish = LLMGW_FINISH_CONTENT_FILTER;

    } else if (llmgw_str_is(reason, "max_tokens")) {
        ev.finish = LLMGW_FINISH_LENGTH;

    } else if (llmgw_str_is(reason, "model_context_window_exceeded")) {
        ev.finish = LLMGW_FINISH_LENGTH;
        ev.context = 1;

    } else {

        if (llmgw_str_starts(reason, "malformed_") && !s->text && !s->tools) {

            /* nothing came of it but that */

            llmgw_error_set(&e, 502, reason, llmgw_null_str, reason);
            e.upstream = 1;

            return llmgw_reader_fail(rd, &e);
        }

        ev.finish = s->tools ? LLMGW_FINISH_TOOL_CALLS : LLMGW_FINISH_STOP;
    }

    if (llmgw_str_is(reason, "stop_sequence")) {
        ev.stop = llmgw_bedrock_only_stop(rd);
    }

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_bedrock_done(llmgw_reader_t *rd)
{
    llmgw_int_t             rc;
    llmgw_event_t           ev;
    llmgw_bedrock_state_t  *s;

    s = rd->state;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_USAGE;
    ev.usage = &s->usage;
    ev.tier = s->tier;

    rc = llmgw_reader_send(rd, &ev);
    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_END;

    return llmgw_reader_send(rd, &ev);
}


/* the input of a call, all of it */

static llmgw_int_t
llmgw_bedrock_whole_input(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    const llmgw_json_t *j, const llmgw_json_node_t *input)
{
    llmgw_out_t    o;
    llmgw_str_t    text;
    llmgw_event_t  ev;

    if (input == NULL || input->span == 1 || (!b->tool && !b->json)) {
        return LLMGW_OK;
    }

    if (b->json) {

        llmgw_out_init(&o, rd->arena, 1024, 0, 0);
        llmgw_put_compact_escaped(&o, llmgw_json_raw(j, input));

        if (llmgw_out_close(&o) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        text = llmgw_out_join(&o, rd->arena);

        return text.data ? llmgw_bedrock_block_text(rd, b, text)
                         : LLMGW_ERROR;
    }

    b->begun = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TOOL_ARGS;
    ev.index = b->ordinal;
    ev.raw = llmgw_json_raw(j, input);

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_bedrock_whole_citations(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    const llmgw_json_t *j, const llmgw_json_node_t *content)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v, *list;

    list = llmgw_json_array(j, content, "content");

    if (list) {
        llmgw_json_each(v, list) {

            rc = llmgw_bedrock_block_text(rd, b,
                                          llmgw_json_get_str(j, v, "text"));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    list = llmgw_json_array(j, content, "citations");

    if (list) {
        llmgw_json_each(v, list) {

            rc = llmgw_bedrock_block_cite(rd, b, j, v);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return LLMGW_OK;
}


/* one block of a whole answer: as if it had come in one piece */

static llmgw_int_t
llmgw_bedrock_whole_block(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *block)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *k, *v, *n;
    llmgw_bedrock_block_t    *b;

    if (block->type != LLMGW_JSON_OBJECT) {
        return LLMGW_OK;
    }

    b = llmgw_bedrock_block_open(rd, 0);
    if (b == NULL) {
        return LLMGW_ERROR;
    }

    rc = LLMGW_OK;

    llmgw_json_each_member(k, v, block) {

        if (llmgw_json_is(j, k, "text")) {

            if (v->type == LLMGW_JSON_STRING) {
                rc = llmgw_bedrock_block_text(rd, b, llmgw_json_str(j, v));
            }

        } else if (llmgw_json_is(j, k, "reasoningContent")) {

            n = llmgw_json_object(j, v, "reasoningText");

            if (n) {
                rc = llmgw_bedrock_block_reasoning(rd, b,
                                         llmgw_json_get_str(j, n, "text"));

                if (rc == LLMGW_OK) {
                    rc = llmgw_bedrock_block_keep(rd, b, &b->signature,
                                    llmgw_json_get_str(j, n, "signature"));
                }
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_bedrock_block_keep(rd, b, &b->redacted,
                               llmgw_json_get_str(j, v, "redactedContent"));
            }

        } else if (llmgw_json_is(j, k, "toolUse")) {

            if (v->type == LLMGW_JSON_OBJECT) {
                rc = llmgw_bedrock_block_tool(rd, b, j, v);
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_bedrock_whole_input(rd, b, j,
                                        llmgw_json_object(j, v, "input"));
            }

        } else if (llmgw_json_is(j, k, "citationsContent")) {
            rc = llmgw_bedrock_whole_citations(rd, b, j, v);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_bedrock_block_stop(rd, b);
}


static llmgw_int_t
llmgw_bedrock_read_whole(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *content, *message, *v;

    if (rd->call->attempt) {
        return llmgw_bedrock_claude_whole(rd, j);
    }

    llmgw_bedrock_init(rd, rd->arena);

    message = llmgw_json_object(j, llmgw_json_object(j, j->nodes, "output"),
                                "message");
    content = llmgw_json_array(j, message, "content");

    if (content == NULL) {
        return LLMGW_OK;
    }

    rc = llmgw_bedrock_start(rd);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_each(v, content) {

        rc = llmgw_bedrock_whole_block(rd, j, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_bedrock_metadata(rd, j);

    if (rc == LLMGW_OK) {
        rc = llmgw_bedrock_finish(rd, j);
    }

    return (rc == LLMGW_OK) ? llmgw_bedrock_done(rd) : rc;
}
