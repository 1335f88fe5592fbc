
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The items of a Responses answer.  Of each the whole is needed at its end, so
 * it is kept; in a stream its beginning, its parts and its end are events.
 */


#include "llmgw_jstr.h"
#include "llmgw_responses_answer.h"


static llmgw_int_t llmgw_responses_open_part(llmgw_writer_t *w,
    llmgw_responses_part_e part);
static llmgw_int_t llmgw_responses_close_part(llmgw_writer_t *w);
static void llmgw_responses_put_part(llmgw_writer_t *w, llmgw_out_t *o);
static llmgw_int_t llmgw_responses_close_reasoning(llmgw_writer_t *w);
static void llmgw_responses_put_reasoning(llmgw_writer_t *w, llmgw_out_t *o);
static void llmgw_responses_put_message_item(llmgw_writer_t *w,
    llmgw_out_t *o, llmgw_str_t status);
static void llmgw_responses_item_event(llmgw_writer_t *w, unsigned done,
    llmgw_str_t status);


/* a longer text is not copied if it need not be */
#define LLMGW_RESPONSES_COPY  4096


static llmgw_int_t
llmgw_responses_kept(llmgw_out_t *o)
{
    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


llmgw_int_t
llmgw_responses_open(llmgw_writer_t *w, llmgw_responses_item_e kind,
    llmgw_str_t prefix)
{
    llmgw_responses_answer_t *a = w->state;

    a->item = llmgw_call_id(w->call, prefix);

    if (a->item.data == NULL) {
        return LLMGW_ERROR;
    }

    a->open = kind;
    a->part = LLMGW_RP_NONE;
    a->parts = 0;
    a->summary = 0;
    a->carries = 0;

    /* a new text, since the last one may still be on its way */

    memset(&a->text, 0, sizeof(llmgw_buf_t));
    memset(&a->content, 0, sizeof(llmgw_buf_t));
    memset(&a->thoughts, 0, sizeof(llmgw_buf_t));
    a->signature = llmgw_null_str;

    if (a->stream) {
        llmgw_responses_item_event(w, 0, llmgw_lit("in_progress"));
    }

    return llmgw_responses_kept(w->out);
}


static void
llmgw_responses_item_event(llmgw_writer_t *w, unsigned done,
    llmgw_str_t status)
{
    llmgw_responses_answer_t *a = w->state;

    if (done) {
        llmgw_responses_event(w, "response.output_item.done");

    } else {
        llmgw_responses_event(w, "response.output_item.added");
    }

    llmgw_puts(w->out, ",\"output_index\":");
    llmgw_put_int(w->out, a->index);
    llmgw_puts(w->out, ",\"item\":");
    llmgw_responses_put_item(w, w->out, status);
    llmgw_responses_event_end(w);
}


llmgw_int_t
llmgw_responses_close(llmgw_writer_t *w)
{
    llmgw_int_t                rc;
    llmgw_str_t                status;
    llmgw_responses_answer_t  *a;

    a = w->state;

    switch (a->open) {

    case LLMGW_RI_NONE:
        return LLMGW_OK;

    case LLMGW_RI_MESSAGE:
        rc = llmgw_responses_close_part(w);
        break;

    case LLMGW_RI_REASONING:
        rc = llmgw_responses_close_reasoning(w);
        break;

    default: /* LLMGW_RI_CALL */
        rc = llmgw_responses_close_call(w);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    status = a->cut ? llmgw_lit("incomplete") : llmgw_lit("completed");

    if (a->stream) {
        llmgw_responses_item_event(w, 1, status);
    }

    llmgw_json_comma(&a->items);
    llmgw_responses_put_item(w, &a->items, status);
    a->items.comma = 1;

    a->open = LLMGW_RI_NONE;
    a->calls.open = 0;
    a->index++;

    if (llmgw_responses_kept(&a->items) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return llmgw_responses_kept(w->out);
}


void
llmgw_responses_put_item(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_str_t status)
{
    llmgw_responses_answer_t *a = w->state;

    switch (a->open) {

    case LLMGW_RI_REASONING:
        llmgw_responses_put_reasoning(w, o);
        break;

    case LLMGW_RI_CALL:
        llmgw_responses_put_call(w, o, status);
        break;

    default: /* LLMGW_RI_MESSAGE */
        llmgw_responses_put_message_item(w, o, status);
    }
}


static void
llmgw_responses_put_message_item(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_str_t status)
{
    llmgw_responses_answer_t *a = w->state;

    llmgw_puts(o, "{\"id\":");
    llmgw_put_jstr(o, a->item);
    llmgw_puts(o, ",\"type\":\"message\",\"status\":");
    llmgw_put_jstr(o, status);
    llmgw_puts(o, ",\"role\":\"assistant\",\"content\":[");
    llmgw_put(o, llmgw_buf_str(&a->content));
    llmgw_puts(o, "]}");
}


llmgw_int_t
llmgw_responses_nothing(llmgw_writer_t *w)
{
    llmgw_int_t  rc;

    rc = llmgw_responses_open(w, LLMGW_RI_MESSAGE, llmgw_lit("msg_"));

    return (rc == LLMGW_OK) ? llmgw_responses_close(w) : rc;
}


/* the message is there, and a part of this kind */

static llmgw_int_t
llmgw_responses_open_part(llmgw_writer_t *w, llmgw_responses_part_e part)
{
    llmgw_int_t                rc;
    llmgw_responses_answer_t  *a;

    a = w->state;

    if (a->open != LLMGW_RI_MESSAGE) {

        rc = llmgw_turns_flush(w, &a->calls);

        if (rc == LLMGW_OK) {
            rc = llmgw_responses_open(w, LLMGW_RI_MESSAGE, llmgw_lit("msg_"));
        }

    } else {
        rc = llmgw_responses_close_part(w);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    a->part = part;
    a->cited = 0;

    memset(&a->text, 0, sizeof(llmgw_buf_t));
    memset(&a->notes, 0, sizeof(llmgw_buf_t));
    memset(&a->logprobs, 0, sizeof(llmgw_buf_t));

    if (!a->stream) {
        return LLMGW_OK;
    }

    llmgw_responses_event(w, "response.content_part.added");
    llmgw_responses_at_part(w);
    llmgw_puts(w->out, ",\"part\":");
    llmgw_responses_put_part(w, w->out);
    llmgw_responses_event_end(w);

    /* what all deltas of it have in common */

    a->delta = llmgw_fmt(w->arena, "event: response.%s.delta\ndata: "
                         "{\"type\":\"response.%s.delta\","
                         "\"item_id\":\"%.*s\",\"output_index\":%u,"
                         "\"content_index\":%u,\"delta\":\"",
                         part == LLMGW_RP_TEXT ? "output_text" : "refusal",
                         part == LLMGW_RP_TEXT ? "output_text" : "refusal",
                         llmgw_arg(a->item), a->index, a->parts);

    return a->delta.data ? LLMGW_OK : LLMGW_ERROR;
}


static void
llmgw_responses_put_part(llmgw_writer_t *w, llmgw_out_t *o)
{
    llmgw_responses_answer_t *a = w->state;

    if (a->part == LLMGW_RP_REFUSAL) {
        llmgw_puts(o, "{\"type\":\"refusal\",\"refusal\":");
        llmgw_put_jstr(o, llmgw_buf_str(&a->text));
        llmgw_puts(o, "}");

        return;
    }

    llmgw_puts(o, "{\"type\":\"output_text\",\"text\":");
    llmgw_put_jstr(o, llmgw_buf_str(&a->text));
    llmgw_puts(o, ",\"annotations\":[");
    llmgw_put(o, llmgw_buf_str(&a->notes));
    llmgw_puts(o, "],\"logprobs\":[");
    llmgw_put(o, llmgw_buf_str(&a->logprobs));
    llmgw_puts(o, "]}");
}


static llmgw_int_t
llmgw_responses_close_part(llmgw_writer_t *w)
{
    llmgw_out_t               *o, part;
    llmgw_str_t                text;
    llmgw_responses_answer_t  *a;

    a = w->state;
    o = w->out;

    if (a->part == LLMGW_RP_NONE) {
        return LLMGW_OK;
    }

    if (a->stream) {

        if (a->part == LLMGW_RP_REFUSAL) {
            llmgw_responses_event(w, "response.refusal.done");
            llmgw_responses_at_part(w);
            llmgw_puts(o, ",\"refusal\":");
            llmgw_put_jstr(o, llmgw_buf_str(&a->text));

        } else {
            llmgw_responses_event(w, "response.output_text.done");
            llmgw_responses_at_part(w);
            llmgw_puts(o, ",\"text\":");
            llmgw_put_jstr(o, llmgw_buf_str(&a->text));
            llmgw_puts(o, ",\"logprobs\":[");
            llmgw_put(o, llmgw_buf_str(&a->logprobs));
            llmgw_puts(o, "]");
        }

        llmgw_responses_event_end(w);

        llmgw_responses_event(w, "response.content_part.done");
        llmgw_responses_at_part(w);
        llmgw_puts(o, ",\"part\":");
        llmgw_responses_put_part(w, o);
        llmgw_responses_event_end(w);
    }

    llmgw_out_init(&part, w->arena, a->text.len + 256, 0, 0);
    llmgw_responses_put_part(w, &part);

    if (llmgw_out_close(&part) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    text = llmgw_out_join(&part, w->arena);

    if (text.data == NULL
        || (a->parts && llmgw_buf_add(w->arena, &a->content, llmgw_lit(","))
                        != LLMGW_OK)
        || llmgw_buf_add(w->arena, &a->content, text) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    a->part = LLMGW_RP_NONE;
    a->parts++;

    return llmgw_responses_kept(o);
}


llmgw_int_t
llmgw_responses_text_delta(llmgw_writer_t *w, llmgw_responses_part_e part,
    llmgw_str_t text)
{
    llmgw_int_t                rc;
    llmgw_out_t               *o;
    llmgw_str_t                logprobs;
    llmgw_responses_answer_t  *a;

    a = w->state;
    o = w->out;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    if (a->open != LLMGW_RI_MESSAGE || a->part != part) {
        rc = llmgw_responses_open_part(w, part);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (llmgw_buf_add(w->arena, &a->text, text) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    logprobs = llmgw_null_str;

    if (a->next.len && part == LLMGW_RP_TEXT) {

        logprobs = llmgw_buf_str(&a->next);

        if ((a->logprobs.len
             && llmgw_buf_add(w->arena, &a->logprobs, llmgw_lit(","))
                != LLMGW_OK)
            || llmgw_buf_add(w->arena, &a->logprobs, logprobs) != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }

        a->next.len = 0;
    }

    if (!a->stream) {
        return LLMGW_OK;
    }

    llmgw_put(o, a->delta);
    llmgw_put(o, text);

    if (part == LLMGW_RP_TEXT) {
        llmgw_puts(o, "\",\"logprobs\":[");
        llmgw_put(o, logprobs);
        llmgw_puts(o, "]");

    } else {
        llmgw_puts(o, "\"");
    }

    llmgw_responses_event_end(w);

    return llmgw_responses_kept(o);
}


/* they come ahead of the text that they are about: {"content":[…]} */

llmgw_int_t
llmgw_responses_logprobs_next(llmgw_writer_t *w, llmgw_str_t raw)
{
    llmgw_int_t                rc;
    llmgw_out_t                o;
    llmgw_str_t                text;
    llmgw_json_t               j;
    llmgw_node_t              *content, *v;
    llmgw_responses_answer_t  *a;

    a = w->state;
    a->next.len = 0;

    rc = llmgw_json_parse(&j, w->arena, raw, 2, 1000000);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_OK;
    }

    content = llmgw_json_array(&j, j.nodes, "content");

    if (content == NULL || content->span == 1) {
        return LLMGW_OK;
    }

    llmgw_out_init(&o, w->arena, raw.len, 0, 0);

    llmgw_json_each(v, content) {
        llmgw_json_comma(&o);
        llmgw_put_compact(&o, llmgw_json_raw(&j, v));
        o.comma = 1;
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    text = llmgw_out_join(&o, w->arena);

    return text.data ? llmgw_buf_add(w->arena, &a->next, text) : LLMGW_ERROR;
}


/* OpenAI's annotations of a chat: here they are a level flatter */

llmgw_int_t
llmgw_responses_cite(llmgw_writer_t *w, llmgw_str_t raw)
{
    size_t                     i;
    llmgw_int_t                rc;
    llmgw_out_t                o;
    llmgw_str_t                note;
    llmgw_json_t               j;
    llmgw_node_t              *v, *c, *m;
    llmgw_responses_answer_t  *a;

    static const char *const  names[] = {
        "url", "title", "start_index", "end_index"
    };

    a = w->state;

    if (a->open != LLMGW_RI_MESSAGE || a->part != LLMGW_RP_TEXT) {
        return LLMGW_OK;
    }

    rc = llmgw_json_parse(&j, w->arena, raw, LLMGW_JSON_ALL, 100000);

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_ARRAY) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_OK;
    }

    llmgw_json_each(v, j.nodes) {

        c = llmgw_json_object(&j, v, "url_citation");

        if (c == NULL) {
            c = v;
        }

        if (c->type != LLMGW_JSON_OBJECT
            || llmgw_json_string(&j, c, "url") == NULL)
        {
            continue;
        }

        llmgw_out_init(&o, w->arena, 256, 0, 0);
        llmgw_json_open(&o, '{');
        llmgw_json_member(&o, "type", llmgw_lit("url_citation"));

        for (i = 0; i < llmgw_nelts(names); i++) {

            m = llmgw_json_get_n(&j, c, names[i], strlen(names[i]));

            if (m && (m->type == LLMGW_JSON_STRING
                      || m->type == LLMGW_JSON_NUMBER))
            {
                llmgw_json_key_n(&o, names[i], strlen(names[i]));
                llmgw_json_put_raw(&o, llmgw_json_raw(&j, m));
            }
        }

        llmgw_json_close(&o, '}');

        if (llmgw_out_close(&o) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        note = llmgw_out_join(&o, w->arena);

        if (note.data == NULL
            || (a->cited && llmgw_buf_add(w->arena, &a->notes, llmgw_lit(","))
                            != LLMGW_OK)
            || llmgw_buf_add(w->arena, &a->notes, note) != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }

        if (a->stream) {
            llmgw_responses_event(w, "response.output_text.annotation.added");
            llmgw_responses_at_part(w);
            llmgw_puts(w->out, ",\"annotation_index\":");
            llmgw_put_int(w->out, a->cited);
            llmgw_puts(w->out, ",\"annotation\":");
            llmgw_put(w->out, note);
            llmgw_responses_event_end(w);
        }

        a->cited++;
    }

    return llmgw_responses_kept(w->out);
}


/* an image is an item of its own, and complete at once */

llmgw_int_t
llmgw_responses_draw(llmgw_writer_t *w, llmgw_str_t url)
{
    unsigned                   i;
    llmgw_int_t                rc;
    llmgw_out_t               *o;
    llmgw_str_t                id, result;
    llmgw_data_url_t           d;
    llmgw_responses_answer_t  *a;

    a = w->state;

    rc = llmgw_turns_flush(w, &a->calls);
    if (rc != LLMGW_OK) {
        return rc;
    }

    id = llmgw_call_id(w->call, llmgw_lit("ig_"));

    if (id.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_data_url(w->arena, url, &d);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    result = (rc == LLMGW_OK) ? d.payload : url;

    if (a->stream) {
        llmgw_responses_event(w, "response.output_item.added");
        llmgw_puts(w->out, ",\"output_index\":");
        llmgw_put_int(w->out, a->index);
        llmgw_puts(w->out, ",\"item\":{\"id\":");
        llmgw_put_jstr(w->out, id);
        llmgw_puts(w->out, ",\"type\":\"image_generation_call\","
                           "\"status\":\"in_progress\",\"result\":null}");
        llmgw_responses_event_end(w);

        llmgw_responses_event(w, "response.output_item.done");
        llmgw_puts(w->out, ",\"output_index\":");
        llmgw_put_int(w->out, a->index);
        llmgw_puts(w->out, ",\"item\":");
    }

    for (i = a->stream ? 0 : 1; i < 2; i++) {

        o = i ? &a->items : w->out;

        if (i) {
            llmgw_json_comma(o);
        }

        llmgw_puts(o, "{\"id\":");
        llmgw_put_jstr(o, id);
        llmgw_puts(o, ",\"type\":\"image_generation_call\","
                      "\"status\":\"completed\",\"result\":");
        llmgw_put_jstr(o, result);
        llmgw_puts(o, "}");

        if (i) {
            o->comma = 1;
        }
    }

    if (a->stream) {
        llmgw_responses_event_end(w);
    }

    a->index++;

    if (llmgw_responses_kept(&a->items) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    return llmgw_responses_kept(w->out);
}


static llmgw_int_t
llmgw_responses_open_reasoning(llmgw_writer_t *w)
{
    llmgw_int_t                rc;
    llmgw_responses_answer_t  *a;

    a = w->state;

    if (a->open == LLMGW_RI_REASONING) {
        return LLMGW_OK;
    }

    rc = llmgw_turns_flush(w, &a->calls);

    return (rc == LLMGW_OK) ? llmgw_responses_open(w, LLMGW_RI_REASONING,
                                                   llmgw_lit("rs_"))
                            : rc;
}


llmgw_int_t
llmgw_responses_think_delta(llmgw_writer_t *w, llmgw_str_t text)
{
    llmgw_int_t                rc;
    llmgw_out_t               *o;
    llmgw_responses_answer_t  *a;

    a = w->state;
    o = w->out;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    rc = llmgw_responses_open_reasoning(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_buf_add(w->arena, &a->text, text) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (!a->stream) {
        return LLMGW_OK;
    }

    if (!a->summary) {
        a->summary = 1;

        llmgw_responses_event(w, "response.reasoning_summary_part.added");
        llmgw_responses_at(w);
        llmgw_puts(o, ",\"summary_index\":0,\"part\":"
                      "{\"type\":\"summary_text\",\"text\":\"\"}");
        llmgw_responses_event_end(w);

        a->delta = llmgw_fmt(w->arena, "event: "
                             "response.reasoning_summary_text.delta\ndata: "
                             "{\"type\":"
                             "\"response.reasoning_summary_text.delta\","
                             "\"item_id\":\"%.*s\",\"output_index\":%u,"
                             "\"summary_index\":0,\"delta\":\"",
                             llmgw_arg(a->item), a->index);

        if (a->delta.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    llmgw_put(o, a->delta);
    llmgw_put(o, text);
    llmgw_puts(o, "\"");
    llmgw_responses_event_end(w);

    return llmgw_responses_kept(o);
}


/* a block that the client gets back to the provider */

llmgw_int_t
llmgw_responses_thought_block(llmgw_writer_t *w, llmgw_str_t raw)
{
    llmgw_int_t                rc;
    llmgw_out_t                o;
    llmgw_str_t                block;
    llmgw_responses_answer_t  *a;

    a = w->state;

    rc = llmgw_responses_open_reasoning(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_out_init(&o, w->arena, raw.len + 1, 0, 0);
    llmgw_put_compact(&o, raw);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    block = llmgw_out_join(&o, w->arena);

    if (block.data == NULL
        || llmgw_buf_add(w->arena, &a->thoughts, a->carries ? llmgw_lit(",")
                                                            : llmgw_lit("["))
           != LLMGW_OK
        || llmgw_buf_add(w->arena, &a->thoughts, block) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    a->carries = 1;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_close_reasoning(llmgw_writer_t *w)
{
    llmgw_out_t               *o;
    llmgw_responses_answer_t  *a;

    a = w->state;
    o = w->out;

    if (a->carries
        && llmgw_buf_add(w->arena, &a->thoughts, llmgw_lit("]")) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (!a->summary) {
        return LLMGW_OK;
    }

    llmgw_responses_event(w, "response.reasoning_summary_text.done");
    llmgw_responses_at(w);
    llmgw_puts(o, ",\"summary_index\":0,\"text\":");
    llmgw_put_jstr(o, llmgw_buf_str(&a->text));
    llmgw_responses_event_end(w);

    llmgw_responses_event(w, "response.reasoning_summary_part.done");
    llmgw_responses_at(w);
    llmgw_puts(o, ",\"summary_index\":0,\"part\":"
                  "{\"type\":\"summary_text\",\"text\":");
    llmgw_put_jstr(o, llmgw_buf_str(&a->text));
    llmgw_puts(o, "}");
    llmgw_responses_event_end(w);

    return llmgw_responses_kept(o);
}


static void
llmgw_responses_put_reasoning(llmgw_writer_t *w, llmgw_out_t *o)
{
    u_char                    *p;
    llmgw_responses_answer_t  *a;

    a = w->state;

    llmgw_puts(o, "{\"id\":");
    llmgw_put_jstr(o, a->item);
    llmgw_puts(o, ",\"type\":\"reasoning\",\"summary\":[");

    if (a->text.len) {
        llmgw_puts(o, "{\"type\":\"summary_text\",\"text\":");
        llmgw_put_jstr(o, llmgw_buf_str(&a->text));
        llmgw_puts(o, "}");
    }

    llmgw_puts(o, "]");

    if (a->carries) {

        llmgw_puts(o, ",\"encrypted_content\":\"" LLMGW_CARRIED_ANTHROPIC);

        p = llmgw_out_room(o, llmgw_base64_size(a->thoughts.len));

        if (p) {
            o->pos = llmgw_base64_encode(p, llmgw_buf_str(&a->thoughts));
        }

        llmgw_puts(o, "\"");

    } else if (a->signature.len) {
        llmgw_puts(o, ",\"encrypted_content\":\"" LLMGW_CARRIED_GEMINI);
        llmgw_put(o, a->signature);
        llmgw_puts(o, "\"");
    }

    llmgw_puts(o, "}");
}
