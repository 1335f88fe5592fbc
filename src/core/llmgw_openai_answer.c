
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Events into one chat completion.
 */


#include "llmgw_openai.h"


/* texts of an answer that comes in pieces are gathered in such blocks */
#define LLMGW_OPENAI_BLOCK  1024


typedef struct {
    llmgw_str_t             id;
    llmgw_str_t             name;
    llmgw_str_t             signature;
    llmgw_out_t             args;
} llmgw_openai_tool_t;


typedef struct {
    llmgw_out_t             text;
    llmgw_out_t             reasoning;
    llmgw_out_t             refusal;
    llmgw_out_t             thinking;
    llmgw_out_t             images;
    llmgw_out_t             annotations;
    llmgw_out_t             logprobs;
    llmgw_out_t             logprobs_refusal;
    llmgw_str_t             audio;
    llmgw_str_t             signature;

    llmgw_openai_tool_t   **tools;
    uint32_t                ntools;
    uint32_t                tools_size;
    uint32_t                nimages;

    llmgw_finish_e          finish;
    unsigned                has_logprobs:1;
    unsigned                has_refusals:1;  /* among the logprobs */
} llmgw_openai_message_t;


typedef struct {
    llmgw_openai_message_t  **messages;   /* by choice; NULL: none yet */
    uint32_t                  nmessages;
    llmgw_str_t               id;
    llmgw_str_t               model;
    llmgw_str_t               tier;
    int64_t                   created;
    llmgw_usage_t             usage;
    unsigned                  counted:1;
} llmgw_openai_whole_t;


static llmgw_int_t llmgw_openai_whole_event(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_whole_start(llmgw_writer_t *w,
    const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_whole_tool(llmgw_writer_t *w,
    llmgw_openai_message_t *m, const llmgw_event_t *ev);
static llmgw_int_t llmgw_openai_whole_logprobs(llmgw_writer_t *w,
    llmgw_openai_message_t *m, llmgw_str_t raw);
static llmgw_int_t llmgw_openai_whole_end(llmgw_writer_t *w);
static void llmgw_openai_whole_choice(llmgw_writer_t *w, uint32_t index,
    llmgw_openai_message_t *m);
static void llmgw_openai_whole_content(llmgw_out_t *o,
    llmgw_openai_message_t *m);
static void llmgw_openai_whole_calls(llmgw_writer_t *w,
    llmgw_openai_message_t *m);


const llmgw_writer_ops_t  llmgw_openai_whole = {
    sizeof(llmgw_openai_whole_t),
    llmgw_openai_whole_event
};


llmgw_str_t
llmgw_openai_answer_id(llmgw_writer_t *w, llmgw_str_t id)
{
    if (id.len == 0) {
        return llmgw_call_id(w->call, llmgw_lit("chatcmpl-"));
    }

    if (llmgw_str_starts(id, "chatcmpl-")) {
        return llmgw_str_dup(w->arena, id);
    }

    return llmgw_fmt(w->arena, "chatcmpl-%.*s", llmgw_arg(id));
}


llmgw_str_t
llmgw_openai_finish_reason(const llmgw_call_t *call, llmgw_finish_e finish,
    unsigned tools)
{
    if (tools && finish == LLMGW_FINISH_STOP) {
        finish = LLMGW_FINISH_TOOL_CALLS;
    }

    switch (finish) {

    case LLMGW_FINISH_LENGTH:
        return llmgw_lit("length");

    case LLMGW_FINISH_CONTENT_FILTER:
        return llmgw_lit("content_filter");

    case LLMGW_FINISH_TOOL_CALLS:

        if (call->chat && call->chat->functions) {
            return llmgw_lit("function_call");
        }

        return llmgw_lit("tool_calls");

    default: /* LLMGW_FINISH_STOP */
        return llmgw_lit("stop");
    }
}


/* where a piece of text goes; nothing is taken until the first one */

static llmgw_out_t *
llmgw_openai_gather(llmgw_writer_t *w, llmgw_out_t *o)
{
    if (o->arena == NULL) {
        llmgw_out_init(o, w->arena, LLMGW_OPENAI_BLOCK, w->out->ref, 0);
    }

    return o;
}


static void
llmgw_openai_put_gathered(llmgw_out_t *o, llmgw_out_t *gathered)
{
    llmgw_seg_t  *seg;

    if (gathered->arena == NULL) {
        return;
    }

    if (llmgw_out_close(gathered) != LLMGW_OK) {
        o->failed = 1;
        return;
    }

    for (seg = gathered->head; seg; seg = seg->next) {
        llmgw_put_n(o, seg->pos, (size_t) (seg->last - seg->pos));
    }
}


static void
llmgw_openai_put_string(llmgw_out_t *o, llmgw_out_t *gathered)
{
    llmgw_putc(o, '"');
    llmgw_openai_put_gathered(o, gathered);
    llmgw_putc(o, '"');

    o->comma = 1;
}


static void
llmgw_openai_put_array(llmgw_out_t *o, llmgw_str_t name,
    llmgw_out_t *gathered)
{
    llmgw_json_key_n(o, (const char *) name.data, name.len);

    if (gathered->arena == NULL || llmgw_out_size(gathered) == 0) {
        llmgw_json_put_raw(o, llmgw_lit("null"));
        return;
    }

    llmgw_putc(o, '[');
    llmgw_openai_put_gathered(o, gathered);
    llmgw_putc(o, ']');

    o->comma = 1;
}


/* the elements of an array, behind those that are there already */

static void
llmgw_openai_put_elements(llmgw_out_t *o, llmgw_str_t array)
{
    size_t  i;

    for (i = 1; i + 1 < array.len && array.data[i] <= ' '; i++) {
        /* void */
    }

    if (i + 1 < array.len) {
        llmgw_json_comma(o);
        llmgw_put_compact(o, llmgw_str(array.data + 1, array.len - 2));
        o->comma = 1;
    }
}


static llmgw_openai_message_t *
llmgw_openai_whole_message(llmgw_writer_t *w, uint32_t index)
{
    uint32_t                  n;
    llmgw_openai_whole_t     *st;
    llmgw_openai_message_t   *m, **messages;

    st = w->state;

    if (index >= st->nmessages) {

        for (n = st->nmessages ? st->nmessages : 1; n <= index; n *= 2) {
            /* void */
        }

        messages = llmgw_calloc(w->arena, n * sizeof(void *));
        if (messages == NULL) {
            return NULL;
        }

        if (st->nmessages) {
            memcpy(messages, st->messages, st->nmessages * sizeof(void *));
        }

        st->messages = messages;
        st->nmessages = n;
    }

    if (st->messages[index] == NULL) {

        m = llmgw_calloc(w->arena, sizeof(llmgw_openai_message_t));
        if (m == NULL) {
            return NULL;
        }

        st->messages[index] = m;
    }

    return st->messages[index];
}


static llmgw_int_t
llmgw_openai_whole_event(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_out_t             *o;
    llmgw_openai_whole_t    *st;
    llmgw_openai_message_t  *m;

    st = w->state;

    switch (ev->type) {

    case LLMGW_EV_START:
        return llmgw_openai_whole_start(w, ev);

    case LLMGW_EV_USAGE:
        st->usage = *ev->usage;
        st->counted = 1;
        st->tier = llmgw_str_dup(w->arena, ev->tier);
        return LLMGW_OK;

    case LLMGW_EV_ERROR:
        llmgw_openai_write_error(w->call, ev->error, w->out);
        return LLMGW_OK;

    case LLMGW_EV_END:
        return llmgw_openai_whole_end(w);

    default:
        break;
    }

    m = llmgw_openai_whole_message(w, ev->choice);
    if (m == NULL) {
        return LLMGW_ERROR;
    }

    switch (ev->type) {

    case LLMGW_EV_TEXT:
        llmgw_put(llmgw_openai_gather(w, &m->text), ev->text);
        break;

    case LLMGW_EV_REASONING:
        llmgw_put(llmgw_openai_gather(w, &m->reasoning), ev->text);
        break;

    case LLMGW_EV_REFUSAL:
        llmgw_put(llmgw_openai_gather(w, &m->refusal), ev->text);
        break;

    case LLMGW_EV_THINKING:
        o = llmgw_openai_gather(w, &m->thinking);
        llmgw_json_put_raw(o, ev->raw);

        /* its signature is in it */

        return LLMGW_OK;

    case LLMGW_EV_CITATIONS:
        o = llmgw_openai_gather(w, &m->annotations);
        llmgw_openai_put_elements(o, ev->raw);
        break;

    case LLMGW_EV_AUDIO:
        m->audio = llmgw_str_dup(w->arena, ev->raw);
        break;

    case LLMGW_EV_TOOL_BEGIN:
    case LLMGW_EV_TOOL_ARGS:
        return llmgw_openai_whole_tool(w, m, ev);

    case LLMGW_EV_IMAGE:
        o = llmgw_openai_gather(w, &m->images);
        llmgw_openai_put_image(o, ev->text, m->nimages++);
        break;

    case LLMGW_EV_LOGPROBS:
        return llmgw_openai_whole_logprobs(w, m, ev->raw);

    case LLMGW_EV_FINISH:
        m->finish = ev->finish;
        return LLMGW_OK;

    default: /* LLMGW_EV_CHOICE, LLMGW_EV_SIGNATURE, LLMGW_EV_TOOL_END */
        break;
    }

    if (ev->signature.len) {
        m->signature = llmgw_str_dup(w->arena, ev->signature);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_whole_start(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_openai_whole_t  *st;

    st = w->state;

    st->created = ev->created;
    st->model = llmgw_str_dup(w->arena, ev->name);
    st->id = llmgw_openai_answer_id(w, ev->id);

    return (st->id.data && (st->model.data || ev->name.len == 0))
           ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_openai_tool_t *
llmgw_openai_whole_begin(llmgw_writer_t *w, llmgw_openai_message_t *m,
    const llmgw_event_t *ev)
{
    uint32_t               size;
    llmgw_openai_tool_t   *t, **tools;

    if (m->ntools == m->tools_size) {

        size = m->tools_size ? m->tools_size * 2 : 4;

        tools = llmgw_alloc(w->arena, size * sizeof(llmgw_openai_tool_t *));
        if (tools == NULL) {
            return NULL;
        }

        if (m->ntools) {
            memcpy(tools, m->tools, m->ntools * sizeof(void *));
        }

        m->tools = tools;
        m->tools_size = size;
    }

    t = llmgw_calloc(w->arena, sizeof(llmgw_openai_tool_t));
    if (t == NULL) {
        return NULL;
    }

    t->id = llmgw_str_dup(w->arena, ev->id);
    t->name = llmgw_str_dup(w->arena, ev->name);
    t->signature = llmgw_str_dup(w->arena, ev->signature);

    m->tools[m->ntools++] = t;

    return t;
}


static llmgw_int_t
llmgw_openai_whole_tool(llmgw_writer_t *w, llmgw_openai_message_t *m,
    const llmgw_event_t *ev)
{
    llmgw_out_t          *o;
    llmgw_openai_tool_t  *t;

    if (ev->type == LLMGW_EV_TOOL_BEGIN) {

        t = llmgw_openai_whole_begin(w, m, ev);
        if (t == NULL) {
            return LLMGW_ERROR;
        }

    } else {

        if (ev->index >= m->ntools) {
            return LLMGW_OK;
        }

        t = m->tools[ev->index];
    }

    o = llmgw_openai_gather(w, &t->args);

    if (ev->raw.len) {
        llmgw_put_compact_escaped(o, ev->raw);

    } else {
        llmgw_put(o, ev->text);
    }

    return LLMGW_OK;
}


void
llmgw_openai_put_image(llmgw_out_t *o, llmgw_str_t url, uint32_t index)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("image_url"));
    llmgw_json_key(o, "image_url");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "url", url);
    llmgw_json_close(o, '}');
    llmgw_json_member_int(o, "index", index);
    llmgw_json_close(o, '}');
}


void
llmgw_openai_put_signature(llmgw_out_t *o, llmgw_str_t signature)
{
    llmgw_json_key(o, "extra_content");
    llmgw_json_open(o, '{');
    llmgw_json_key(o, "google");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "thought_signature", signature);
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}


/* an answer that came in pieces has its logprobs in pieces, too */

static llmgw_int_t
llmgw_openai_whole_logprobs(llmgw_writer_t *w, llmgw_openai_message_t *m,
    llmgw_str_t raw)
{
    llmgw_out_t   *o;
    llmgw_json_t   j;
    llmgw_node_t  *k, *v;

    if (llmgw_json_parse(&j, w->arena, raw, 1, LLMGW_JSON_ALL) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    m->has_logprobs = 1;

    llmgw_json_each_member(k, v, j.nodes) {

        if (llmgw_json_is(&j, k, "content")) {
            o = llmgw_openai_gather(w, &m->logprobs);

        } else if (llmgw_json_is(&j, k, "refusal")) {
            m->has_refusals = 1;
            o = llmgw_openai_gather(w, &m->logprobs_refusal);

        } else {
            continue;
        }

        if (v->type == LLMGW_JSON_ARRAY) {
            llmgw_openai_put_elements(o, llmgw_json_raw(&j, v));
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_openai_whole_end(llmgw_writer_t *w)
{
    uint32_t               i;
    llmgw_out_t           *o;
    llmgw_openai_whole_t  *st;

    o = w->out;
    st = w->state;

    if (st->id.len == 0) {
        st->id = llmgw_openai_answer_id(w, llmgw_null_str);

        if (st->id.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    if (!st->counted) {
        llmgw_usage_init(&st->usage);
    }

    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "id", st->id);
    llmgw_json_member(o, "object", llmgw_lit("chat.completion"));
    llmgw_json_member_int(o, "created",
                          st->created ? st->created : w->call->now);
    llmgw_json_member(o, "model", st->model.len ? st->model
                                                : w->call->target->model);

    llmgw_json_key(o, "choices");
    llmgw_json_open(o, '[');

    for (i = 0; i < st->nmessages; i++) {
        if (st->messages[i]) {
            llmgw_openai_whole_choice(w, i, st->messages[i]);
        }
    }

    llmgw_json_close(o, ']');

    llmgw_json_key(o, "usage");
    llmgw_usage_write_chat(o, &st->usage);

    if (st->tier.len) {
        llmgw_json_member(o, "service_tier", st->tier);
    }

    llmgw_json_close(o, '}');

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


static void
llmgw_openai_whole_choice(llmgw_writer_t *w, uint32_t index,
    llmgw_openai_message_t *m)
{
    llmgw_out_t  *o;

    o = w->out;

    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "index", index);

    llmgw_json_key(o, "message");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "role", llmgw_lit("assistant"));

    llmgw_openai_whole_content(o, m);

    if (m->ntools) {
        llmgw_openai_whole_calls(w, m);
    }

    if (m->signature.len) {
        llmgw_openai_put_signature(o, m->signature);
    }

    llmgw_json_close(o, '}');

    llmgw_json_key(o, "logprobs");

    if (m->has_logprobs) {

        llmgw_json_open(o, '{');
        llmgw_openai_put_array(o, llmgw_lit("content"), &m->logprobs);

        if (m->has_refusals) {
            llmgw_openai_put_array(o, llmgw_lit("refusal"),
                                   &m->logprobs_refusal);
        }

        llmgw_json_close(o, '}');

    } else {
        llmgw_json_put_raw(o, llmgw_lit("null"));
    }

    llmgw_json_member(o, "finish_reason",
                      llmgw_openai_finish_reason(w->call, m->finish,
                                                 m->ntools));
    llmgw_json_close(o, '}');
}


static void
llmgw_openai_whole_content(llmgw_out_t *o, llmgw_openai_message_t *m)
{
    llmgw_json_key(o, "content");

    if (llmgw_out_size(&m->text) == 0
        && (m->ntools || m->nimages || m->audio.len
            || m->finish == LLMGW_FINISH_CONTENT_FILTER))
    {
        llmgw_json_put_raw(o, llmgw_lit("null"));

    } else {
        llmgw_openai_put_string(o, &m->text);
    }

    llmgw_json_key(o, "refusal");

    if (llmgw_out_size(&m->refusal) == 0) {
        llmgw_json_put_raw(o, llmgw_lit("null"));

    } else {
        llmgw_openai_put_string(o, &m->refusal);
    }

    if (llmgw_out_size(&m->reasoning)) {
        llmgw_json_key(o, "reasoning_content");
        llmgw_openai_put_string(o, &m->reasoning);
    }

    if (llmgw_out_size(&m->thinking)) {
        llmgw_openai_put_array(o, llmgw_lit("thinking_blocks"),
                               &m->thinking);
    }

    if (m->nimages) {
        llmgw_openai_put_array(o, llmgw_lit("images"), &m->images);
    }

    if (llmgw_out_size(&m->annotations)) {
        llmgw_openai_put_array(o, llmgw_lit("annotations"),
                               &m->annotations);
    }

    if (m->audio.len) {
        llmgw_json_member_raw(o, "audio", m->audio);
    }
}


static void
llmgw_openai_whole_call(llmgw_out_t *o, llmgw_openai_tool_t *t)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "name", t->name);
    llmgw_json_key(o, "arguments");

    if (llmgw_out_size(&t->args)) {
        llmgw_openai_put_string(o, &t->args);

    } else {
        llmgw_json_put_jstr(o, llmgw_lit("{}"));
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_openai_whole_calls(llmgw_writer_t *w, llmgw_openai_message_t *m)
{
    uint32_t              i;
    llmgw_out_t          *o;
    llmgw_openai_tool_t  *t;

    o = w->out;

    if (w->call->chat && w->call->chat->functions) {

        /* the deprecated form has room for one */

        llmgw_json_key(o, "function_call");
        llmgw_openai_whole_call(o, m->tools[0]);

        return;
    }

    llmgw_json_key(o, "tool_calls");
    llmgw_json_open(o, '[');

    for (i = 0; i < m->ntools; i++) {

        t = m->tools[i];

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "id", t->id);
        llmgw_json_member(o, "type", llmgw_lit("function"));
        llmgw_json_key(o, "function");
        llmgw_openai_whole_call(o, t);

        if (t->signature.len) {
            llmgw_openai_put_signature(o, t->signature);
        }

        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
}
