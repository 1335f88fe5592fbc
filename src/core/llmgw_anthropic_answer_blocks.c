
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The content blocks of an answer for clients of the Messages API.  In a whole
 * answer a block is an object that is written while it is open; in a stream
 * its beginning, its parts and its end are events.
 */


#include "llmgw_anthropic_answer.h"
#include "llmgw_jstr.h"


static void llmgw_answer_put_citations(llmgw_writer_t *w, llmgw_out_t *o,
    const llmgw_json_t *j);


void
llmgw_answer_begin(llmgw_writer_t *w, llmgw_answer_block_e kind,
    const llmgw_turn_t *turn)
{
    llmgw_out_t     *o;
    llmgw_answer_t  *a;

    a = w->state;
    o = w->out;

    a->open = kind;
    a->signature = llmgw_null_str;
    a->cited = 0;

    if (a->stream) {

        llmgw_puts(o, "event: content_block_start\ndata: "
                      "{\"type\":\"content_block_start\",\"index\":");
        llmgw_put_int(o, a->index);
        llmgw_puts(o, ",\"content_block\":");

    } else {
        llmgw_json_comma(o);
    }

    switch (kind) {

    case LLMGW_AB_TOOL:
        llmgw_puts(o, "{\"type\":\"tool_use\",\"id\":");
        llmgw_put_jstr(o, turn->id);
        llmgw_puts(o, ",\"name\":");
        llmgw_put_jstr(o, turn->name);

        if (a->stream) {
            llmgw_puts(o, ",\"input\":{}}}\n\n");

        } else {
            llmgw_puts(o, ",\"input\":");
        }

        break;

    case LLMGW_AB_THINKING:

        if (a->stream) {
            llmgw_puts(o, "{\"type\":\"thinking\",\"thinking\":\"\","
                          "\"signature\":\"\"}}\n\n");

        } else {
            llmgw_puts(o, "{\"type\":\"thinking\",\"thinking\":\"");
        }

        break;

    default:

        if (a->stream) {
            llmgw_puts(o, "{\"type\":\"text\",\"text\":\"\"}}\n\n");

        } else {
            llmgw_puts(o, "{\"type\":\"text\",\"text\":\"");
        }
    }
}


/* the beginning of an event that carries a part of the open block */

void
llmgw_answer_delta(llmgw_writer_t *w)
{
    llmgw_answer_t *a = w->state;

    llmgw_puts(w->out, "event: content_block_delta\ndata: "
                       "{\"type\":\"content_block_delta\",\"index\":");
    llmgw_put_int(w->out, a->index);
}


/* the end of the open block, behind what belongs to its kind */

void
llmgw_answer_end(llmgw_writer_t *w)
{
    llmgw_answer_t *a = w->state;

    if (a->stream) {
        llmgw_puts(w->out, "event: content_block_stop\ndata: "
                           "{\"type\":\"content_block_stop\",\"index\":");
        llmgw_put_int(w->out, a->index);
        llmgw_puts(w->out, "}\n\n");

    } else {
        llmgw_putc(w->out, '}');
        w->out->comma = 1;
    }

    a->open = LLMGW_AB_NONE;
    a->calls.open = 0;
    a->index++;
}


/*
 * The signature of thoughts that are not Claude's: clients send their blocks
 * back as they are, so it carries what the provider needs to have back.
 */

llmgw_int_t
llmgw_answer_signed(llmgw_writer_t *w, llmgw_str_t payload)
{
    llmgw_str_t      name;
    llmgw_answer_t  *a;

    a = w->state;

    /* only Gemini has some of its own, whoever sells it */

    name = payload.len ? llmgw_lit("gemini") : w->call->target->dialect->name;

    a->signature = llmgw_fmt(w->arena, LLMGW_SIGNATURE "%.*s.%.*s",
                             llmgw_arg(name), llmgw_arg(payload));

    return a->signature.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_answer_close_thinking(llmgw_writer_t *w)
{
    llmgw_int_t      rc;
    llmgw_out_t     *o;
    llmgw_answer_t  *a;

    a = w->state;
    o = w->out;

    if (a->signature.len == 0) {
        rc = llmgw_answer_signed(w, llmgw_lit(""));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (a->stream) {
        llmgw_answer_delta(w);
        llmgw_puts(o, ",\"delta\":{\"type\":\"signature_delta\","
                      "\"signature\":");
        llmgw_put_jstr(o, a->signature);
        llmgw_puts(o, "}}\n\n");

        return LLMGW_OK;
    }

    llmgw_puts(o, "\",\"signature\":");
    llmgw_put_jstr(o, a->signature);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_answer_close(llmgw_writer_t *w)
{
    llmgw_int_t      rc;
    llmgw_str_t      cites;
    llmgw_answer_t  *a;

    a = w->state;

    switch (a->open) {

    case LLMGW_AB_NONE:
        return LLMGW_OK;

    case LLMGW_AB_THINKING:
        rc = llmgw_answer_close_thinking(w);
        if (rc != LLMGW_OK) {
            return rc;
        }

        break;

    case LLMGW_AB_TOOL:

        if (!a->stream) {
            rc = llmgw_answer_input(w);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        break;

    default: /* LLMGW_AB_TEXT, LLMGW_AB_REFUSAL */

        if (a->stream) {
            break;
        }

        llmgw_putc(w->out, '"');

        if (a->cited) {

            if (llmgw_out_close(&a->cites) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            cites = llmgw_out_join(&a->cites, w->arena);

            if (cites.data == NULL) {
                return LLMGW_ERROR;
            }

            llmgw_puts(w->out, ",\"citations\":[");
            llmgw_put(w->out, cites);
            llmgw_putc(w->out, ']');
        }
    }

    llmgw_answer_end(w);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_answer_text(llmgw_writer_t *w, llmgw_answer_block_e kind,
    llmgw_str_t text)
{
    llmgw_int_t      rc;
    llmgw_out_t     *o;
    llmgw_answer_t  *a;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    a = w->state;
    o = w->out;

    if (a->open != kind) {

        rc = llmgw_answer_flush(w);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_answer_begin(w, kind, NULL);
    }

    if (!a->stream) {
        llmgw_put(o, text);
        return LLMGW_OK;
    }

    llmgw_answer_delta(w);
    llmgw_puts(o, ",\"delta\":{\"type\":\"text_delta\",\"text\":");
    llmgw_put_jstr(o, text);
    llmgw_puts(o, "}}\n\n");

    return LLMGW_OK;
}


llmgw_int_t
llmgw_answer_thinking(llmgw_writer_t *w, llmgw_str_t text)
{
    llmgw_int_t      rc;
    llmgw_out_t     *o;
    llmgw_answer_t  *a;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    a = w->state;
    o = w->out;

    if (a->open != LLMGW_AB_THINKING) {

        rc = llmgw_answer_flush(w);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_answer_begin(w, LLMGW_AB_THINKING, NULL);
    }

    if (w->call->omit_thinking) {
        return LLMGW_OK;
    }

    if (!a->stream) {
        llmgw_put(o, text);
        return LLMGW_OK;
    }

    llmgw_answer_delta(w);
    llmgw_puts(o, ",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":");
    llmgw_put_jstr(o, text);
    llmgw_puts(o, "}}\n\n");

    return LLMGW_OK;
}


/* one whole block of Claude's, whose text may have come before */

llmgw_int_t
llmgw_answer_thought(llmgw_writer_t *w, const llmgw_event_t *ev)
{
    llmgw_int_t               rc;
    llmgw_out_t              *o;
    llmgw_str_t               signature;
    llmgw_json_t              j;
    llmgw_answer_t           *a;
    const llmgw_json_node_t  *type;

    a = w->state;
    o = w->out;

    signature = ev->signature;

    if (signature.len == 0) {

        if (llmgw_json_parse(&j, w->arena, ev->raw, LLMGW_JSON_ALL, 64)
            != LLMGW_OK)
        {
            return LLMGW_OK;
        }

        type = llmgw_json_string(&j, j.nodes, "type");

        if (type && llmgw_json_is(&j, type, "thinking")) {
            signature = llmgw_json_get_str(&j, j.nodes, "signature");
        }
    }

    if (signature.len) {

        if (a->open != LLMGW_AB_THINKING) {

            rc = llmgw_answer_flush(w);
            if (rc != LLMGW_OK) {
                return rc;
            }

            llmgw_answer_begin(w, LLMGW_AB_THINKING, NULL);
        }

        a->signature = signature;

        return llmgw_answer_close(w);
    }

    /* redacted: nothing of it can be read */

    rc = llmgw_answer_flush(w);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (a->stream) {
        llmgw_puts(o, "event: content_block_start\ndata: "
                      "{\"type\":\"content_block_start\",\"index\":");
        llmgw_put_int(o, a->index);
        llmgw_puts(o, ",\"content_block\":");
        llmgw_put_compact(o, ev->raw);
        llmgw_puts(o, "}\n\n");

        llmgw_answer_end(w);

        return LLMGW_OK;
    }

    llmgw_json_put_raw(o, ev->raw);
    a->index++;

    return LLMGW_OK;
}


/* OpenAI's annotations: an array of url_citation */

llmgw_int_t
llmgw_answer_citations(llmgw_writer_t *w, llmgw_str_t raw)
{
    llmgw_int_t      rc;
    llmgw_json_t     j;
    llmgw_answer_t  *a;

    a = w->state;

    if (a->open != LLMGW_AB_TEXT) {
        return LLMGW_OK;
    }

    rc = llmgw_json_parse(&j, w->arena, raw, LLMGW_JSON_ALL, 100000);

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_ARRAY) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_OK;
    }

    if (a->stream) {
        llmgw_answer_put_citations(w, w->out, &j);
        return LLMGW_OK;
    }

    if (!a->cited) {
        llmgw_out_init(&a->cites, w->arena, 512, 0, 0);
    }

    llmgw_answer_put_citations(w, &a->cites, &j);

    a->cited = (llmgw_out_size(&a->cites) != 0);

    return LLMGW_OK;
}


static void
llmgw_answer_put_citations(llmgw_writer_t *w, llmgw_out_t *o,
    const llmgw_json_t *j)
{
    llmgw_answer_t           *a;
    const llmgw_json_node_t  *v, *c, *url, *title;

    a = w->state;

    llmgw_json_each(v, j->nodes) {

        c = llmgw_json_object(j, v, "url_citation");

        if (c == NULL) {
            c = v;
        }

        url = llmgw_json_string(j, c, "url");
        title = llmgw_json_string(j, c, "title");

        if (url == NULL) {
            continue;
        }

        if (a->stream) {
            llmgw_answer_delta(w);
            llmgw_puts(o, ",\"delta\":{\"type\":\"citations_delta\","
                          "\"citation\":");

        } else {
            llmgw_json_comma(o);
        }

        llmgw_puts(o, "{\"type\":\"web_search_result_location\",\"url\":");
        llmgw_put(o, llmgw_json_raw(j, url));
        llmgw_puts(o, ",\"title\":");
        llmgw_put(o, title ? llmgw_json_raw(j, title) : llmgw_lit("null"));
        llmgw_puts(o, ",\"cited_text\":\"\",\"encrypted_index\":\"\"}");

        if (a->stream) {
            llmgw_puts(o, "}}\n\n");

        } else {
            o->comma = 1;
        }
    }
}
