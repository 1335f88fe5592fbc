
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The content blocks of an answer of the Messages API.
 */


#include "llmgw_anthropic_reader.h"
#include "llmgw_jstr.h"


/* blocks that may be open at a time; the service has one */
#define LLMGW_ANTHROPIC_BLOCKS  64

/* what is kept of one thinking block, and of all citations, in bytes */
#define LLMGW_ANTHROPIC_KEPT  4194304
#define LLMGW_ANTHROPIC_CITATIONS  262144


/* NULL: too many are open, or no memory */

llmgw_anthropic_block_t *
llmgw_anthropic_block_open(llmgw_reader_t *rd, int64_t index)
{
    llmgw_anthropic_buf_t     text, signature;
    llmgw_anthropic_block_t  *b;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    if (s->nopen == LLMGW_ANTHROPIC_BLOCKS) {
        return NULL;
    }

    b = s->free;

    if (b) {
        s->free = b->next;

    } else {
        b = llmgw_calloc(rd->arena, sizeof(llmgw_anthropic_block_t));
        if (b == NULL) {
            return NULL;
        }
    }

    /* the memory of earlier blocks is used again */

    text = b->text;
    signature = b->signature;

    memset(b, 0, sizeof(llmgw_anthropic_block_t));

    b->text = text;
    b->text.len = 0;
    b->signature = signature;
    b->signature.len = 0;

    b->index = index;
    b->start = s->chars;
    b->last_cite = &b->cites;

    b->next = s->open;
    s->open = b;
    s->nopen++;

    return b;
}


llmgw_anthropic_block_t *
llmgw_anthropic_block_find(llmgw_anthropic_state_t *s, int64_t index)
{
    llmgw_anthropic_block_t  *b;

    for (b = s->open; b; b = b->next) {
        if (b->index == index) {
            return b;
        }
    }

    return NULL;
}


llmgw_int_t
llmgw_anthropic_block_keep(llmgw_reader_t *rd, llmgw_anthropic_block_t *b,
    llmgw_anthropic_buf_t *buf, llmgw_str_t s)
{
    size_t   size;
    u_char  *data;

    if (b->lost) {
        return LLMGW_OK;
    }

    if (s.len > LLMGW_ANTHROPIC_KEPT - buf->len) {
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


static size_t
llmgw_anthropic_chars(llmgw_str_t s)
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


/* whether a text ends in white space, looking only at its end */

static unsigned
llmgw_anthropic_ends_blank(llmgw_str_t s)
{
    u_char         c;
    size_t         n;
    llmgw_str_t    tail;
    const u_char  *p;

    c = s.data[s.len - 1];

    if (c == ' ') {
        return 1;
    }

    n = (s.len >= 6 && s.data[s.len - 5] == 'u') ? 6 : 2;

    if (s.len < n || s.data[s.len - n] != '\\') {
        return 0;
    }

    tail = llmgw_str(s.data + s.len - n, n);

    /* the backslash may be the second half of another escape */

    for (p = tail.data; p > s.data && p[-1] == '\\'; p--) { /* void */ }

    return ((tail.data - p) & 1) == 0 && llmgw_jstr_blank(tail);
}


/*
 * Blocks of text are one text: citations cut sentences.  But what stood around
 * a search does not belong together.
 */

llmgw_int_t
llmgw_anthropic_block_text(llmgw_reader_t *rd, llmgw_anthropic_block_t *b,
    llmgw_str_t text)
{
    u_char                   *p;
    llmgw_event_t             ev;
    llmgw_anthropic_state_t  *s;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    s = rd->state;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TEXT;
    ev.text = text;

    if (s->apart) {

        if (s->text && !s->blank) {

            p = llmgw_nalloc(s->mem, text.len + 4);
            if (p == NULL) {
                return LLMGW_ERROR;
            }

            memcpy(p, "\\n\\n", 4);
            memcpy(p + 4, text.data, text.len);

            ev.text = llmgw_str(p, text.len + 4);
            s->chars += 2;
        }

        s->apart = 0;
    }

    if (!b->begun) {
        b->begun = 1;
        b->start = s->chars;
    }

    if (s->count) {
        s->chars += llmgw_anthropic_chars(text);
    }

    s->text = 1;
    s->blank = llmgw_anthropic_ends_blank(text);

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_anthropic_block_thinking(llmgw_reader_t *rd, llmgw_anthropic_block_t *b,
    llmgw_str_t text)
{
    llmgw_int_t    rc;
    llmgw_event_t  ev;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    rc = llmgw_anthropic_block_keep(rd, b, &b->text, text);
    if (rc != LLMGW_OK) {
        return rc;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_REASONING;
    ev.text = text;

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_anthropic_block_tool(llmgw_reader_t *rd, llmgw_anthropic_block_t *b,
    const llmgw_json_t *j, const llmgw_json_node_t *block)
{
    llmgw_int_t               rc;
    llmgw_str_t               name, text;
    llmgw_out_t               o;
    llmgw_event_t             ev;
    const llmgw_json_node_t  *input;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    name = llmgw_json_get_str(j, block, "name");
    input = llmgw_json_get(j, block, "input");

    /* a stream's first event shows an empty object: it says nothing yet */

    if (input && (input->type != LLMGW_JSON_OBJECT || input->span == 1)) {
        input = NULL;
    }

    if (rd->call->json_tool && llmgw_str_is(name, "json_response")) {

        b->kind = LLMGW_CB_JSON;

        if (input == NULL) {
            return LLMGW_OK;
        }

        b->begun = 1;

        llmgw_out_init(&o, s->mem, 1024, 0, 0);
        llmgw_put_compact_escaped(&o, llmgw_json_raw(j, input));

        if (llmgw_out_close(&o) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        text = llmgw_out_join(&o, s->mem);

        return text.data ? llmgw_anthropic_block_text(rd, b, text)
                         : LLMGW_ERROR;
    }

    b->kind = LLMGW_CB_TOOL;
    b->ordinal = s->tools++;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TOOL_BEGIN;
    ev.index = b->ordinal;
    ev.id = llmgw_json_get_str(j, block, "id");
    ev.name = name;

    rc = llmgw_reader_send(rd, &ev);

    if (rc != LLMGW_OK || input == NULL) {
        return rc;
    }

    b->begun = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_TOOL_ARGS;
    ev.index = b->ordinal;
    ev.raw = llmgw_json_raw(j, input);

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_anthropic_block_cite(llmgw_reader_t *rd, llmgw_anthropic_block_t *b,
    const llmgw_json_t *j, const llmgw_json_node_t *citation)
{
    llmgw_anthropic_cite_t   *cite;
    const llmgw_json_node_t  *type, *url, *title;
    llmgw_anthropic_state_t  *s;

    s = rd->state;

    type = llmgw_json_string(j, citation, "type");
    url = llmgw_json_string(j, citation, "url");
    title = llmgw_json_string(j, citation, "title");

    if (type == NULL || url == NULL
        || !llmgw_json_is(j, type, "web_search_result_location"))
    {
        return LLMGW_OK;
    }

    s->cited += sizeof(llmgw_anthropic_cite_t) + url->len
                + (title ? title->len : 0);

    if (s->cited > LLMGW_ANTHROPIC_CITATIONS) {
        return LLMGW_OK;
    }

    cite = llmgw_alloc(rd->arena, sizeof(llmgw_anthropic_cite_t));
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
llmgw_anthropic_cited(llmgw_reader_t *rd, llmgw_anthropic_block_t *b)
{
    llmgw_out_t               o;
    llmgw_event_t             ev;
    llmgw_anthropic_cite_t   *cite;
    llmgw_anthropic_state_t  *s;

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

    if (ev.raw.data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_reader_send(rd, &ev);
}


/* the block as the service wants to have it back */

static llmgw_int_t
llmgw_anthropic_thought(llmgw_reader_t *rd, llmgw_anthropic_block_t *b)
{
    size_t         len;
    llmgw_int_t    rc;
    llmgw_event_t  ev;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.type = LLMGW_EV_THINKING;

    if (b->kind == LLMGW_CB_THINKING) {

        if (b->signature.len == 0) {
            return LLMGW_OK;
        }

        len = b->text.len;

        rc = llmgw_anthropic_block_keep(rd, b, &b->text,
                                  llmgw_lit("\",\"signature\":\""));

        if (rc == LLMGW_OK) {
            rc = llmgw_anthropic_block_keep(rd, b, &b->text,
                                      llmgw_str(b->signature.data,
                                                b->signature.len));
        }

        if (rc == LLMGW_OK) {
            rc = llmgw_anthropic_block_keep(rd, b, &b->text, llmgw_lit("\"}"));
        }

        if (rc != LLMGW_OK) {
            return rc;
        }

        ev.text = llmgw_str(b->text.data
                            + sizeof(LLMGW_ANTHROPIC_THINKING) - 1,
                            len - (sizeof(LLMGW_ANTHROPIC_THINKING) - 1));
        ev.signature = llmgw_str(b->signature.data, b->signature.len);
    }

    if (b->lost) {
        return LLMGW_OK;
    }

    ev.raw = llmgw_str(b->text.data, b->text.len);

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_anthropic_block_stop(llmgw_reader_t *rd, llmgw_anthropic_block_t *b)
{
    llmgw_int_t                rc;
    llmgw_event_t              ev;
    llmgw_anthropic_state_t   *s;
    llmgw_anthropic_block_t  **prev;

    s = rd->state;
    rc = LLMGW_OK;

    for (prev = &s->open; *prev != b; prev = &(*prev)->next) { /* void */ }

    *prev = b->next;
    b->next = s->free;
    s->free = b;
    s->nopen--;

    memset(&ev, 0, sizeof(llmgw_event_t));
    ev.index = b->ordinal;

    switch (b->kind) {

    case LLMGW_CB_TEXT:
        return b->cites ? llmgw_anthropic_cited(rd, b) : LLMGW_OK;

    case LLMGW_CB_THINKING:
    case LLMGW_CB_REDACTED:
        return llmgw_anthropic_thought(rd, b);

    case LLMGW_CB_TOOL:

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

    case LLMGW_CB_JSON:
        return b->begun ? LLMGW_OK
                        : llmgw_anthropic_block_text(rd, b, llmgw_lit("{}"));

    default:
        return LLMGW_OK;
    }
}
