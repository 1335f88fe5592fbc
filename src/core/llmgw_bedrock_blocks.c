
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The content blocks of an answer of Converse.
 */


#include "llmgw_bedrock_reader.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_bedrock_thoughts(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b);
static llmgw_int_t llmgw_bedrock_cited(llmgw_reader_t *rd,
    llmgw_bedrock_block_t *b);


/* blocks that may be open at a time; the service has one or two */
#define LLMGW_BEDROCK_BLOCKS     64

/* what is kept of one block's thinking, and of all citations, in bytes */
#define LLMGW_BEDROCK_KEPT       4194304
#define LLMGW_BEDROCK_CITATIONS  262144

#define LLMGW_BEDROCK_THINKING   "{\"type\":\"thinking\",\"thinking\":\""


llmgw_bedrock_block_t *
llmgw_bedrock_block_open(llmgw_reader_t *rd, int64_t index)
{
    llmgw_bedrock_block_t  *b, kept;
    llmgw_bedrock_state_t  *s;

    s = rd->state;

    if (s->nopen == LLMGW_BEDROCK_BLOCKS) {
        return NULL;
    }

    b = s->free;

    if (b) {
        s->free = b->next;

    } else {
        b = llmgw_calloc(rd->arena, sizeof(llmgw_bedrock_block_t));
        if (b == NULL) {
            return NULL;
        }
    }

    /* the memory of earlier blocks is used again */

    kept = *b;

    memset(b, 0, sizeof(llmgw_bedrock_block_t));

    b->thought = kept.thought;
    b->thought.len = 0;
    b->signature = kept.signature;
    b->signature.len = 0;
    b->redacted = kept.redacted;
    b->redacted.len = 0;

    b->index = index;
    b->start = s->chars;
    b->last_cite = &b->cites;

    b->next = s->open;
    s->open = b;
    s->nopen++;

    return b;
}


llmgw_int_t
llmgw_bedrock_block_keep(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    llmgw_bedrock_buf_t *buf, llmgw_str_t s)
{
    size_t   size;
    u_char  *data;

    if (b->lost) {
        return LLMGW_OK;
    }

    if (s.len > LLMGW_BEDROCK_KEPT - buf->len) {
        b->lost = 1;
        return LLMGW_OK;
    }

    if (s.len > buf->size - buf->len) {

        size = buf->size ? buf->size : 256;

        while (size < buf->len + s.len) {
            size *= 2;
        }

        data = llmgw_nalloc(rd->arena, size);
        if (data == NULL) {
            return LLMGW_ERROR;
        }

        if (buf->len) {
            memcpy(data, buf->data, buf->len);
        }

        buf->data = data;
        buf->size = size;
    }

    if (s.len) {
        memcpy(buf->data + buf->len, s.data, s.len);
        buf->len += s.len;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_bedrock_block_args(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    llmgw_str_t text)
{
    llmgw_event_t  ev;

    /* a call of the service's own tools is none of the client's business */

    if (text.len == 0 || (!b->tool && !b->json)) {
        return LLMGW_OK;
    }

    b->begun = 1;

    if (b->json) {
        return llmgw_bedrock_block_text(rd, b, text);
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TOOL_ARGS;
    ev.index = b->ordinal;
    ev.text = text;

    return llmgw_reader_send(rd, &ev);
}


static size_t
llmgw_bedrock_chars(llmgw_str_t s)
{
    size_t  i, n;

    if (memchr(s.data, '\\', s.len)) {
        return llmgw_jstr_chars(s);
    }

    n = 0;

    for (i = 0; i < s.len; i++) {
        n += (s.data[i] & 0xc0) != 0x80;
    }

    return n;
}


llmgw_int_t
llmgw_bedrock_block_text(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    llmgw_str_t text)
{
    llmgw_event_t           ev;
    llmgw_bedrock_state_t  *s;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    s = rd->state;

    if (!b->begun) {
        b->begun = 1;
        b->start = s->chars;
    }

    s->text = 1;
    s->chars += llmgw_bedrock_chars(text);

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TEXT;
    ev.text = text;

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_bedrock_block_reasoning(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    llmgw_str_t text)
{
    llmgw_int_t    rc;
    llmgw_event_t  ev;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    rc = LLMGW_OK;

    if (b->thought.len == 0) {
        rc = llmgw_bedrock_block_keep(rd, b, &b->thought,
                                llmgw_lit(LLMGW_BEDROCK_THINKING));
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_bedrock_block_keep(rd, b, &b->thought, text);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_REASONING;
    ev.text = text;

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_bedrock_block_tool(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    const llmgw_json_t *j, const llmgw_json_node_t *use)
{
    llmgw_str_t             name;
    llmgw_event_t           ev;
    llmgw_bedrock_state_t  *s;

    s = rd->state;

    name = llmgw_json_get_str(j, use, "type");

    if (llmgw_str_is(name, "server_tool_use")) {
        return LLMGW_OK;
    }

    name = llmgw_json_get_str(j, use, "name");

    if (rd->call->json_tool && llmgw_str_is(name, "json_response")) {
        b->json = 1;
        return LLMGW_OK;
    }

    b->tool = 1;
    b->ordinal = s->tools++;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TOOL_BEGIN;
    ev.index = b->ordinal;
    ev.id = llmgw_json_get_str(j, use, "toolUseId");
    ev.name = name;

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_bedrock_block_stop(llmgw_reader_t *rd, llmgw_bedrock_block_t *b)
{
    llmgw_int_t              rc;
    llmgw_event_t            ev;
    llmgw_bedrock_state_t   *s;
    llmgw_bedrock_block_t  **prev;

    s = rd->state;

    for (prev = &s->open; *prev != b; prev = &(*prev)->next) { /* void */ }

    *prev = b->next;
    b->next = s->free;
    s->free = b;
    s->nopen--;

    if (b->json) {
        return b->begun ? LLMGW_OK
                        : llmgw_bedrock_block_text(rd, b, llmgw_lit("{}"));
    }

    if (!b->tool) {

        rc = llmgw_bedrock_thoughts(rd, b);

        return (rc == LLMGW_OK && b->cites) ? llmgw_bedrock_cited(rd, b) : rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.index = b->ordinal;

    if (!b->begun) {
        ev.type = LLMGW_EV_TOOL_ARGS;
        ev.raw = llmgw_lit("{}");

        rc = llmgw_reader_send(rd, &ev);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    ev.type = LLMGW_EV_TOOL_END;
    ev.raw = llmgw_null_str;

    return llmgw_reader_send(rd, &ev);
}


/* what the service wants to have back, in the form that clients know */

static llmgw_int_t
llmgw_bedrock_thoughts(llmgw_reader_t *rd, llmgw_bedrock_block_t *b)
{
    size_t         len;
    llmgw_int_t    rc;
    llmgw_event_t  ev;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_THINKING;

    if (b->signature.len) {

        rc = LLMGW_OK;

        if (b->thought.len == 0) {
            rc = llmgw_bedrock_block_keep(rd, b, &b->thought,
                                    llmgw_lit(LLMGW_BEDROCK_THINKING));
        }

        len = b->thought.len;

        if (rc == LLMGW_OK) {
            rc = llmgw_bedrock_block_keep(rd, b, &b->thought,
                                    llmgw_lit("\",\"signature\":\""));
        }

        if (rc == LLMGW_OK) {
            rc = llmgw_bedrock_block_keep(rd, b, &b->thought,
                                    llmgw_str(b->signature.data,
                                              b->signature.len));
        }

        if (rc == LLMGW_OK) {
            rc = llmgw_bedrock_block_keep(rd, b, &b->thought, llmgw_lit("\"}"));
        }

        if (rc != LLMGW_OK) {
            return rc;
        }

        if (!b->lost) {

            ev.text = llmgw_str(b->thought.data
                                + sizeof(LLMGW_BEDROCK_THINKING) - 1,
                                len - (sizeof(LLMGW_BEDROCK_THINKING) - 1));
            ev.signature = llmgw_str(b->signature.data, b->signature.len);
            ev.raw = llmgw_str(b->thought.data, b->thought.len);

            rc = llmgw_reader_send(rd, &ev);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    if (b->redacted.len == 0 || b->lost) {
        return LLMGW_OK;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_THINKING;
    ev.raw = llmgw_fmt(rd->scratch, "{\"type\":\"redacted_thinking\","
                       "\"data\":\"%.*s\"}", (int) b->redacted.len,
                       (const char *) b->redacted.data);

    return ev.raw.data ? llmgw_reader_send(rd, &ev) : LLMGW_ERROR;
}


llmgw_int_t
llmgw_bedrock_block_cite(llmgw_reader_t *rd, llmgw_bedrock_block_t *b,
    const llmgw_json_t *j, const llmgw_json_node_t *citation)
{
    llmgw_bedrock_cite_t     *cite;
    llmgw_bedrock_state_t    *s;
    const llmgw_json_node_t  *url, *title;

    s = rd->state;

    if (citation->type != LLMGW_JSON_OBJECT) {
        return LLMGW_OK;
    }

    url = llmgw_json_string(j, llmgw_json_object(j,
                               llmgw_json_object(j, citation, "location"),
                               "web"), "url");
    title = llmgw_json_string(j, citation, "title");

    if (url == NULL) {
        return LLMGW_OK;
    }

    s->cited += sizeof(llmgw_bedrock_cite_t) + url->len
                + (title ? title->len : 0);

    if (s->cited > LLMGW_BEDROCK_CITATIONS) {
        return LLMGW_OK;
    }

    cite = llmgw_alloc(rd->arena, sizeof(llmgw_bedrock_cite_t));
    if (cite == NULL) {
        return LLMGW_ERROR;
    }

    cite->next = NULL;
    cite->url = llmgw_str_dup(rd->arena, llmgw_json_raw(j, url));
    cite->title = title ? llmgw_str_dup(rd->arena, llmgw_json_raw(j, title))
                        : llmgw_lit("\"\"");

    if (cite->url.data == NULL || cite->title.data == NULL) {
        return LLMGW_ERROR;
    }

    *b->last_cite = cite;
    b->last_cite = &cite->next;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_cited(llmgw_reader_t *rd, llmgw_bedrock_block_t *b)
{
    llmgw_out_t             o;
    llmgw_event_t           ev;
    llmgw_bedrock_cite_t   *cite;
    llmgw_bedrock_state_t  *s;

    s = rd->state;

    llmgw_out_init(&o, s->mem, 512, 0, 0);
    llmgw_json_open(&o, '[');

    for (cite = b->cites; cite; cite = cite->next) {
        llmgw_json_open(&o, '{');
        llmgw_puts(&o, "\"type\":\"url_citation\",\"url_citation\":");
        llmgw_json_open(&o, '{');
        llmgw_json_member_raw(&o, "url", cite->url);
        llmgw_json_member_raw(&o, "title", cite->title);
        llmgw_json_member_int(&o, "start_index", (int64_t) b->start);
        llmgw_json_member_int(&o, "end_index", (int64_t) s->chars);
        llmgw_json_close(&o, '}');
        llmgw_json_close(&o, '}');
    }

    llmgw_json_close(&o, ']');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_CITATIONS;
    ev.raw = llmgw_out_join(&o, s->mem);

    return ev.raw.data ? llmgw_reader_send(rd, &ev) : LLMGW_ERROR;
}
