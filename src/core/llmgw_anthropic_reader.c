
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Answers of the Messages API, whole and streamed, as events.
 */


#include "llmgw_anthropic_reader.h"


static llmgw_int_t llmgw_anthropic_read_whole(llmgw_reader_t *rd,
    const llmgw_json_t *j);
static llmgw_int_t llmgw_anthropic_read_event(llmgw_reader_t *rd,
    llmgw_str_t name, llmgw_str_t data);
static llmgw_int_t llmgw_anthropic_read_end(llmgw_reader_t *rd);
static llmgw_int_t llmgw_anthropic_start(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *message);
static llmgw_int_t llmgw_anthropic_block_start(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *root);
static llmgw_int_t llmgw_anthropic_block_delta(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *root);
static llmgw_int_t llmgw_anthropic_args(llmgw_reader_t *rd,
    llmgw_anthropic_block_t *b, llmgw_str_t text);
static llmgw_int_t llmgw_anthropic_message_delta(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *root);
static llmgw_int_t llmgw_anthropic_message_stop(llmgw_reader_t *rd);
static llmgw_int_t llmgw_anthropic_read_again(llmgw_reader_t *rd,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_anthropic_finish(llmgw_reader_t *rd,
    const llmgw_json_t *j, const llmgw_json_node_t *message);


const llmgw_reader_ops_t  llmgw_anthropic_reader = {
    sizeof(llmgw_anthropic_state_t),
    llmgw_anthropic_read_whole,
    llmgw_anthropic_read_event,
    llmgw_anthropic_read_end,
    LLMGW_EV_BIT(LLMGW_EV_TEXT)|LLMGW_EV_BIT(LLMGW_EV_REASONING)
    |LLMGW_EV_BIT(LLMGW_EV_TOOL_ARGS),
    llmgw_anthropic_read_again
};


static void
llmgw_anthropic_init(llmgw_reader_t *rd, llmgw_arena_t *mem)
{
    llmgw_anthropic_state_t *s = rd->state;

    if (!s->init) {
        s->init = 1;
        s->count = 1;
        s->mem = mem;
        llmgw_usage_init(&s->usage);
    }
}


static llmgw_int_t
llmgw_anthropic_read_event(llmgw_reader_t *rd, llmgw_str_t name,
    llmgw_str_t data)
{
    int64_t                   index;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *root, *type, *v;
    llmgw_anthropic_state_t  *s;
    llmgw_anthropic_block_t  *b;

    (void) name;

    llmgw_anthropic_init(rd, rd->scratch);

    s = rd->state;

    rc = llmgw_json_parse(&j, rd->scratch, data, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : llmgw_reader_invalid(rd);
    }

    root = j.nodes;

    if (root->type != LLMGW_JSON_OBJECT) {
        return llmgw_reader_invalid(rd);
    }

    type = llmgw_json_string(&j, root, "type");

    if (type == NULL) {
        return llmgw_json_get(&j, root, "error")
               ? llmgw_reader_error(rd, data) : LLMGW_OK;
    }

    if (llmgw_json_is(&j, type, "content_block_delta")) {
        return llmgw_anthropic_block_delta(rd, &j, root);
    }

    if (llmgw_json_is(&j, type, "content_block_start")) {
        return llmgw_anthropic_block_start(rd, &j, root);
    }

    if (llmgw_json_is(&j, type, "content_block_stop")) {

        v = llmgw_json_number(&j, root, "index");

        if (v == NULL
            || llmgw_json_int(llmgw_json_str(&j, v), &index) != LLMGW_OK)
        {
            return LLMGW_OK;
        }

        b = llmgw_anthropic_block_find(s, index);

        return b ? llmgw_anthropic_block_stop(rd, b) : LLMGW_OK;
    }

    if (llmgw_json_is(&j, type, "message_delta")) {
        return llmgw_anthropic_message_delta(rd, &j, root);
    }

    if (llmgw_json_is(&j, type, "message_start")) {

        v = llmgw_json_object(&j, root, "message");

        return llmgw_anthropic_start(rd, &j, v);
    }

    if (llmgw_json_is(&j, type, "message_stop")) {
        return llmgw_anthropic_message_stop(rd);
    }

    if (llmgw_json_is(&j, type, "error")) {
        return llmgw_reader_error(rd, data);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_read_end(llmgw_reader_t *rd)
{
    llmgw_anthropic_state_t *s = rd->state;

    /* only the end mark is missing, or more than that */

    return s->finished ? llmgw_anthropic_message_stop(rd) : LLMGW_OK;
}


/* message: of a stream's first event or the whole answer; NULL: unknown */

static llmgw_int_t
llmgw_anthropic_start(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *message)
{
    llmgw_int_t               rc;
    llmgw_event_t             ev;
    const llmgw_json_node_t  *v;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    if (s->started) {
        return LLMGW_OK;
    }

    s->started = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_START;

    if (message) {
        ev.id = llmgw_json_get_str(j, message, "id");
        ev.name = llmgw_json_get_str(j, message, "model");

        v = llmgw_json_object(j, message, "usage");

        if (v) {
            llmgw_anthropic_read_usage(&s->usage, j, v);
        }
    }

    if (ev.id.len == 0) {
        ev.id = rd->request_id;
    }

    if (ev.name.len == 0) {
        ev.name = rd->call->target->model;
    }

    rc = llmgw_reader_send(rd, &ev);
    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_CHOICE;

    return llmgw_reader_send(rd, &ev);
}


/* a call of the service's own tools, or what came out of it */

static unsigned
llmgw_anthropic_server_tool(llmgw_str_t type)
{
    return llmgw_str_is(type, "server_tool_use")
           || llmgw_str_is(type, "mcp_tool_use")
           || llmgw_str_ends(type, "_tool_result");
}


static llmgw_int_t
llmgw_anthropic_block_start(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *root)
{
    int64_t                   index;
    llmgw_int_t               rc;
    llmgw_str_t               type;
    llmgw_anthropic_block_t  *b;
    const llmgw_json_node_t  *v, *block;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    v = llmgw_json_number(j, root, "index");
    block = llmgw_json_object(j, root, "content_block");

    if (block == NULL || v == NULL
        || llmgw_json_int(llmgw_json_str(j, v), &index) != LLMGW_OK)
    {
        return llmgw_reader_invalid(rd);
    }

    rc = llmgw_anthropic_start(rd, NULL, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    b = llmgw_anthropic_block_find(s, index);

    if (b) {
        rc = llmgw_anthropic_block_stop(rd, b);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    b = llmgw_anthropic_block_open(rd, index);
    if (b == NULL) {
        return llmgw_reader_invalid(rd);
    }

    type = llmgw_json_get_str(j, block, "type");

    if (llmgw_str_is(type, "text")) {
        b->kind = LLMGW_CB_TEXT;

        return llmgw_anthropic_block_text(rd, b,
                                    llmgw_json_get_str(j, block, "text"));
    }

    if (llmgw_str_is(type, "thinking")) {
        b->kind = LLMGW_CB_THINKING;

        rc = llmgw_anthropic_block_keep(rd, b, &b->text,
                                  llmgw_lit(LLMGW_ANTHROPIC_THINKING));
        if (rc != LLMGW_OK) {
            return rc;
        }

        rc = llmgw_anthropic_block_keep(rd, b, &b->signature,
                                  llmgw_json_get_str(j, block, "signature"));
        if (rc != LLMGW_OK) {
            return rc;
        }

        return llmgw_anthropic_block_thinking(rd, b,
                                     llmgw_json_get_str(j, block, "thinking"));
    }

    if (llmgw_str_is(type, "redacted_thinking")) {
        b->kind = LLMGW_CB_REDACTED;

        return llmgw_anthropic_block_keep(rd, b, &b->text,
                                    llmgw_json_raw(j, block));
    }

    if (llmgw_str_is(type, "tool_use")) {
        return llmgw_anthropic_block_tool(rd, b, j, block);
    }

    if (llmgw_anthropic_server_tool(type)) {
        s->apart = 1;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_block_delta(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *root)
{
    int64_t                   index;
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v, *delta, *type;
    llmgw_anthropic_state_t  *s;
    llmgw_anthropic_block_t  *b;

    s = rd->state;

    v = llmgw_json_number(j, root, "index");
    delta = llmgw_json_object(j, root, "delta");
    type = llmgw_json_string(j, delta, "type");

    if (v == NULL || type == NULL
        || llmgw_json_int(llmgw_json_str(j, v), &index) != LLMGW_OK)
    {
        return llmgw_reader_invalid(rd);
    }

    b = llmgw_anthropic_block_find(s, index);

    if (b == NULL) {

        /* a server that leaves the start out: only text can do without */

        if (!llmgw_json_is(j, type, "text_delta")) {
            return LLMGW_OK;
        }

        rc = llmgw_anthropic_start(rd, NULL, NULL);
        if (rc != LLMGW_OK) {
            return rc;
        }

        b = llmgw_anthropic_block_open(rd, index);
        if (b == NULL) {
            return llmgw_reader_invalid(rd);
        }

        b->kind = LLMGW_CB_TEXT;
    }

    s->latest = b;

    if (llmgw_json_is(j, type, "text_delta")) {
        return llmgw_anthropic_block_text(rd, b,
                                    llmgw_json_get_str(j, delta, "text"));
    }

    if (llmgw_json_is(j, type, "input_json_delta")) {

        return llmgw_anthropic_args(rd, b,
                                 llmgw_json_get_str(j, delta, "partial_json"));
    }

    if (b->kind == LLMGW_CB_THINKING) {

        if (llmgw_json_is(j, type, "thinking_delta")) {
            return llmgw_anthropic_block_thinking(rd, b,
                                     llmgw_json_get_str(j, delta, "thinking"));
        }

        if (llmgw_json_is(j, type, "signature_delta")) {
            return llmgw_anthropic_block_keep(rd, b, &b->signature,
                                    llmgw_json_get_str(j, delta, "signature"));
        }
    }

    if (b->kind == LLMGW_CB_TEXT && llmgw_json_is(j, type, "citations_delta")) {

        v = llmgw_json_object(j, delta, "citation");

        return v ? llmgw_anthropic_block_cite(rd, b, j, v) : LLMGW_OK;
    }

    return LLMGW_OK;
}


/* one more delta of the block that had the last one, and is open still */

static llmgw_int_t
llmgw_anthropic_read_again(llmgw_reader_t *rd, const llmgw_event_t *ev)
{
    llmgw_anthropic_state_t *s = rd->state;

    switch (ev->type) {

    case LLMGW_EV_TEXT:
        return llmgw_anthropic_block_text(rd, s->latest, ev->text);

    case LLMGW_EV_REASONING:
        return llmgw_anthropic_block_thinking(rd, s->latest, ev->text);

    default: /* LLMGW_EV_TOOL_ARGS */
        return llmgw_reader_send(rd, ev);
    }
}


/* a fragment of a call's arguments */

static llmgw_int_t
llmgw_anthropic_args(llmgw_reader_t *rd, llmgw_anthropic_block_t *b,
    llmgw_str_t text)
{
    llmgw_event_t  ev;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    if (b->kind == LLMGW_CB_JSON) {
        b->begun = 1;
        return llmgw_anthropic_block_text(rd, b, text);
    }

    /* the service's own tools are none of the client's business */

    if (b->kind != LLMGW_CB_TOOL) {
        return LLMGW_OK;
    }

    b->begun = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TOOL_ARGS;
    ev.index = b->ordinal;
    ev.text = text;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_anthropic_message_delta(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *root)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *usage, *delta;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    usage = llmgw_json_object(j, root, "usage");

    if (usage) {
        llmgw_anthropic_read_usage(&s->usage, j, usage);
    }

    delta = llmgw_json_object(j, root, "delta");

    if (s->finished || llmgw_json_string(j, delta, "stop_reason") == NULL) {
        return LLMGW_OK;
    }

    rc = llmgw_anthropic_start(rd, NULL, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    return llmgw_anthropic_finish(rd, j, delta);
}


/* message: of a whole answer or what changed in it; NULL: nothing was said */

static llmgw_int_t
llmgw_anthropic_finish(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *message)
{
    llmgw_int_t               rc;
    llmgw_str_t               reason, text;
    llmgw_event_t             ev;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    while (s->open) {
        rc = llmgw_anthropic_block_stop(rd, s->open);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    s->finished = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));

    reason = message ? llmgw_json_get_str(j, message, "stop_reason")
                     : llmgw_null_str;

    if (llmgw_str_is(reason, "refusal")) {

        text = llmgw_json_get_str(j, llmgw_json_object(j, message,
                                                       "stop_details"),
                                  "explanation");
        if (text.len) {
            ev.type = LLMGW_EV_REFUSAL;
            ev.text = text;

            rc = llmgw_reader_send(rd, &ev);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        ev.text = llmgw_null_str;
        ev.finish = LLMGW_FINISH_CONTENT_FILTER;

    } else if (llmgw_str_is(reason, "max_tokens")) {
        ev.finish = LLMGW_FINISH_LENGTH;

    } else if (llmgw_str_is(reason, "model_context_window_exceeded")) {
        ev.finish = LLMGW_FINISH_LENGTH;
        ev.context = 1;

    } else {
        ev.finish = s->tools ? LLMGW_FINISH_TOOL_CALLS : LLMGW_FINISH_STOP;
    }

    if (llmgw_str_is(reason, "stop_sequence")) {
        ev.stop = llmgw_json_get_str(j, message, "stop_sequence");
    }

    ev.type = LLMGW_EV_FINISH;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_anthropic_message_stop(llmgw_reader_t *rd)
{
    llmgw_int_t               rc;
    llmgw_event_t             ev;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    if (s->ended) {
        return LLMGW_DONE;
    }

    if (!s->finished) {

        if (!s->started) {
            return llmgw_reader_invalid(rd);
        }

        rc = llmgw_anthropic_finish(rd, NULL, NULL);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    s->ended = 1;

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


/* one block of a whole answer */

static llmgw_int_t
llmgw_anthropic_whole_block(llmgw_reader_t *rd, const llmgw_json_t *j,
    const llmgw_json_node_t *block)
{
    llmgw_int_t               rc;
    llmgw_str_t               type;
    llmgw_event_t             ev;
    const llmgw_json_node_t  *v, *list;
    llmgw_anthropic_state_t  *s;
    llmgw_anthropic_block_t  *b;

    s = rd->state;

    type = llmgw_json_get_str(j, block, "type");

    memset(&ev, 0, sizeof(llmgw_event_t));

    if (llmgw_str_is(type, "thinking")) {

        ev.type = LLMGW_EV_REASONING;
        ev.text = llmgw_json_get_str(j, block, "thinking");

        rc = ev.text.len ? llmgw_reader_send(rd, &ev) : LLMGW_OK;
        if (rc != LLMGW_OK) {
            return rc;
        }

        ev.type = LLMGW_EV_THINKING;
        ev.signature = llmgw_json_get_str(j, block, "signature");
        ev.raw = llmgw_json_raw(j, block);

        return ev.signature.len ? llmgw_reader_send(rd, &ev) : LLMGW_OK;
    }

    if (llmgw_str_is(type, "redacted_thinking")) {

        ev.type = LLMGW_EV_THINKING;
        ev.raw = llmgw_json_raw(j, block);

        return llmgw_reader_send(rd, &ev);
    }

    if (llmgw_anthropic_server_tool(type)) {
        s->apart = 1;
        return LLMGW_OK;
    }

    b = llmgw_anthropic_block_open(rd, 0);
    if (b == NULL) {
        return LLMGW_ERROR;
    }

    rc = LLMGW_OK;

    if (llmgw_str_is(type, "text")) {

        b->kind = LLMGW_CB_TEXT;
        rc = llmgw_anthropic_block_text(rd, b,
                                        llmgw_json_get_str(j, block, "text"));

        list = llmgw_json_array(j, block, "citations");

        if (list && rc == LLMGW_OK) {
            llmgw_json_each(v, list) {

                rc = llmgw_anthropic_block_cite(rd, b, j, v);
                if (rc != LLMGW_OK) {
                    break;
                }
            }
        }

    } else if (llmgw_str_is(type, "tool_use")) {
        rc = llmgw_anthropic_block_tool(rd, b, j, block);
    }

    return (rc == LLMGW_OK) ? llmgw_anthropic_block_stop(rd, b) : rc;
}


static llmgw_int_t
llmgw_anthropic_read_whole(llmgw_reader_t *rd, const llmgw_json_t *j)
{
    llmgw_int_t               rc;
    llmgw_str_t               tier;
    const llmgw_json_node_t  *root, *content, *v;
    llmgw_anthropic_state_t  *s;

    llmgw_anthropic_init(rd, rd->arena);

    s = rd->state;
    root = j->nodes;

    content = llmgw_json_array(j, root, "content");

    if (content == NULL) {

        return llmgw_json_get(j, root, "error")
               ? llmgw_reader_error(rd, llmgw_json_raw(j, root))
               : LLMGW_OK;
    }

    rc = llmgw_anthropic_start(rd, j, root);
    if (rc != LLMGW_OK) {
        return rc;
    }

    /* positions are only asked for where something is cited */

    s->count = llmgw_str_find(llmgw_json_raw(j, content),
                              llmgw_lit("web_search_result_location"))
               != NULL;

    llmgw_json_each(v, content) {

        rc = llmgw_anthropic_whole_block(rd, j, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_anthropic_finish(rd, j, root);
    if (rc != LLMGW_OK) {
        return rc;
    }

    tier = llmgw_json_get_str(j, llmgw_json_object(j, root, "usage"),
                              "service_tier");

    if (llmgw_str_is(tier, "standard") || llmgw_str_is(tier, "batch")) {
        s->tier = llmgw_lit("default");

    } else if (llmgw_str_is(tier, "priority")) {
        s->tier = llmgw_lit("priority");
    }

    return llmgw_anthropic_message_stop(rd);
}
