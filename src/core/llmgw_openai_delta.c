
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * One message of a provider, or one delta of it.
 */


#include "llmgw_openai_reader.h"


/* no answer calls more tools */
#define LLMGW_OPENAI_MAX_CALLS  4096


/* one call, or a piece of it */

typedef struct {
    int64_t                 index;
    llmgw_str_t             id;
    llmgw_str_t             name;
    llmgw_str_t             args;
    llmgw_str_t             raw;        /* arguments that are no string */
    llmgw_str_t             signature;
    unsigned                whole:1;
} llmgw_openai_piece_t;


enum {
    LLMGW_D_REASONING = 0,
    LLMGW_D_REASONING2,
    LLMGW_D_THINKING,
    LLMGW_D_CONTENT,
    LLMGW_D_REFUSAL,
    LLMGW_D_IMAGES,
    LLMGW_D_AUDIO,
    LLMGW_D_ANNOTATIONS,
    LLMGW_D_CALLS,
    LLMGW_D_FUNCTION,
    LLMGW_D_EXTRA,
    LLMGW_D_MAX
};


static llmgw_int_t llmgw_openai_read_media(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t **member);
static llmgw_int_t llmgw_openai_read_pieces(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t *calls,
    unsigned whole);
static llmgw_int_t llmgw_openai_read_piece(llmgw_reader_t *rd,
    uint32_t index, const llmgw_openai_piece_t *piece);


static const llmgw_str_t  llmgw_openai_delta[LLMGW_D_MAX] = {
    llmgw_string("reasoning_content"),
    llmgw_string("reasoning"),
    llmgw_string("thinking_blocks"),
    llmgw_string("content"),
    llmgw_string("refusal"),
    llmgw_string("images"),
    llmgw_string("audio"),
    llmgw_string("annotations"),
    llmgw_string("tool_calls"),
    llmgw_string("function_call"),
    llmgw_string("extra_content")
};


/* text events; nothing is sent for nothing */

static llmgw_int_t
llmgw_openai_emit_text(llmgw_reader_t *rd, llmgw_event_e type,
    uint32_t index, llmgw_str_t text)
{
    llmgw_event_t  ev;

    if (text.len == 0) {
        return LLMGW_OK;
    }

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = type;
    ev.choice = index;
    ev.text = text;

    return llmgw_reader_send(rd, &ev);
}


llmgw_int_t
llmgw_openai_emit_raw(llmgw_reader_t *rd, llmgw_event_e type, uint32_t index,
    llmgw_str_t raw)
{
    llmgw_event_t  ev;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = type;
    ev.choice = index;
    ev.raw = raw;

    return llmgw_reader_send(rd, &ev);
}


/* a string, or an array of {"type":"text","text":…} */

static llmgw_int_t
llmgw_openai_read_text(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *v, llmgw_event_e type)
{
    llmgw_int_t    rc;
    llmgw_node_t  *p, *kind, *inner;

    if (v->type == LLMGW_JSON_STRING) {
        return llmgw_openai_emit_text(rd, type, index, llmgw_json_str(j, v));
    }

    if (v->type != LLMGW_JSON_ARRAY) {
        return LLMGW_OK;
    }

    llmgw_json_each(p, v) {

        kind = llmgw_json_string(j, p, "type");

        if (kind == NULL) {
            continue;
        }

        if (llmgw_json_is(j, kind, "text")) {
            rc = llmgw_openai_emit_text(rd, type, index,
                                        llmgw_json_get_str(j, p, "text"));

        } else if (llmgw_json_is(j, kind, "thinking")
                   && type == LLMGW_EV_TEXT)
        {
            inner = llmgw_json_get(j, p, "thinking");

            rc = inner ? llmgw_openai_read_text(rd, j, index, inner,
                                                LLMGW_EV_REASONING)
                       : LLMGW_OK;

        } else {
            continue;
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_openai_read_delta(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *delta, unsigned whole)
{
    llmgw_int_t           rc;
    llmgw_node_t         *v, *block, *member[LLMGW_D_MAX];
    llmgw_openai_piece_t  piece;

    llmgw_openai_members(j, delta, llmgw_openai_delta, LLMGW_D_MAX, member);

    v = member[LLMGW_D_REASONING] ? member[LLMGW_D_REASONING]
                                  : member[LLMGW_D_REASONING2];

    if (v) {
        rc = llmgw_openai_read_text(rd, j, index, v, LLMGW_EV_REASONING);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = member[LLMGW_D_THINKING];

    if (v && v->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(block, v) {

            if (block->type != LLMGW_JSON_OBJECT) {
                continue;
            }

            rc = llmgw_openai_emit_raw(rd, LLMGW_EV_THINKING, index,
                                       llmgw_json_raw(j, block));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    v = member[LLMGW_D_CONTENT];

    if (v) {
        rc = llmgw_openai_read_text(rd, j, index, v, LLMGW_EV_TEXT);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_openai_read_media(rd, j, index, member);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = member[LLMGW_D_CALLS];

    if (v) {
        rc = llmgw_openai_read_pieces(rd, j, index, v, whole);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = member[LLMGW_D_FUNCTION];

    if (v == NULL || v->type != LLMGW_JSON_OBJECT || member[LLMGW_D_CALLS]) {
        return LLMGW_OK;
    }

    /* the deprecated call, of which there is one */

    memset(&piece, 0, sizeof(llmgw_openai_piece_t));

    piece.name = llmgw_json_get_str(j, v, "name");
    piece.args = llmgw_json_get_str(j, v, "arguments");

    return llmgw_openai_read_piece(rd, index, &piece);
}


static llmgw_int_t
llmgw_openai_read_media(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t **member)
{
    llmgw_int_t    rc;
    llmgw_node_t  *v, *image;
    llmgw_event_t  ev;

    v = member[LLMGW_D_REFUSAL];

    if (v && v->type == LLMGW_JSON_STRING) {
        rc = llmgw_openai_emit_text(rd, LLMGW_EV_REFUSAL, index,
                                    llmgw_json_str(j, v));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = member[LLMGW_D_IMAGES];

    if (v && v->type == LLMGW_JSON_ARRAY) {

        llmgw_json_each(image, v) {

            rc = llmgw_openai_emit_text(rd, LLMGW_EV_IMAGE, index,
                    llmgw_json_get_str(j, llmgw_json_get(j, image,
                                                         "image_url"),
                                       "url"));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    v = member[LLMGW_D_AUDIO];

    if (v && v->type == LLMGW_JSON_OBJECT) {
        rc = llmgw_openai_emit_raw(rd, LLMGW_EV_AUDIO, index,
                                   llmgw_json_raw(j, v));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = member[LLMGW_D_ANNOTATIONS];

    if (v && v->type == LLMGW_JSON_ARRAY && v->span > 1) {
        rc = llmgw_openai_emit_raw(rd, LLMGW_EV_CITATIONS, index,
                                   llmgw_json_raw(j, v));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.signature = llmgw_openai_signature(j, member[LLMGW_D_EXTRA]);

    if (ev.signature.len == 0) {
        return LLMGW_OK;
    }

    ev.type = LLMGW_EV_SIGNATURE;
    ev.choice = index;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_openai_read_pieces(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *calls, unsigned whole)
{
    llmgw_int_t           rc;
    llmgw_node_t         *v, *function, *end;
    llmgw_openai_piece_t  piece;

    /* old servers send a single object */

    v = (calls->type == LLMGW_JSON_ARRAY) ? calls + 1 : calls;
    end = calls + calls->span;

    for ( /* void */ ; v < end; v = llmgw_json_next(v)) {

        if (v->type != LLMGW_JSON_OBJECT) {
            continue;
        }

        memset(&piece, 0, sizeof(llmgw_openai_piece_t));

        piece.whole = whole;
        piece.index = -1;
        piece.id = llmgw_json_get_str(j, v, "id");
        piece.signature = llmgw_openai_signature(j,
                                          llmgw_json_get(j, v,
                                                         "extra_content"));

        function = llmgw_json_number(j, v, "index");

        if (function
            && llmgw_json_int(llmgw_json_str(j, function), &piece.index)
               != LLMGW_OK)
        {
            piece.index = -1;
        }

        function = llmgw_json_object(j, v, "function");

        if (function == NULL) {
            function = llmgw_json_object(j, v, "custom");
            piece.args = llmgw_json_get_str(j, function, "input");
        }

        piece.name = llmgw_json_get_str(j, function, "name");

        function = llmgw_json_get(j, function, "arguments");

        if (function) {

            if (function->type == LLMGW_JSON_STRING) {
                piece.args = llmgw_json_str(j, function);

            } else if (function->type >= LLMGW_JSON_ARRAY) {
                piece.raw = llmgw_json_raw(j, function);
            }
        }

        rc = llmgw_openai_read_piece(rd, index, &piece);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/*
 * The call that a piece belongs to, or NULL.  Servers leave out the index,
 * give each call the same one, or each piece another id.
 */

static llmgw_openai_call_t *
llmgw_openai_find_call(llmgw_openai_choice_t *ch,
    const llmgw_openai_piece_t *piece)
{
    uint32_t              i;
    llmgw_openai_call_t  *c;

    if (ch->ncalls == 0 || piece->whole) {
        return NULL;
    }

    c = &ch->calls[ch->ncalls - 1];

    if (piece->index >= 0 && c->index != piece->index) {

        c = NULL;

        if (piece->index < ch->ncalls
            && ch->calls[piece->index].index == piece->index)
        {
            c = &ch->calls[piece->index];

        } else {
            for (i = ch->ncalls; i-- > 0; /* void */ ) {
                if (ch->calls[i].index == piece->index) {
                    c = &ch->calls[i];
                    break;
                }
            }
        }

        if (c == NULL) {
            return NULL;
        }
    }

    if (piece->name.len == 0) {
        return c;
    }

    if (piece->id.len && c->id.len) {
        return llmgw_str_eq(piece->id, c->id) ? c : NULL;
    }

    return (piece->index < 0 && c->args) ? NULL : c;
}


static llmgw_openai_call_t *
llmgw_openai_add_call(llmgw_reader_t *rd, llmgw_openai_choice_t *ch)
{
    uint32_t              size;
    llmgw_openai_call_t  *calls;

    if (ch->ncalls == ch->size) {

        size = ch->size ? ch->size * 2 : 4;

        calls = llmgw_calloc(rd->arena, size * sizeof(llmgw_openai_call_t));
        if (calls == NULL) {
            return NULL;
        }

        if (ch->ncalls) {
            memcpy(calls, ch->calls,
                   ch->ncalls * sizeof(llmgw_openai_call_t));
        }

        ch->calls = calls;
        ch->size = size;
    }

    return &ch->calls[ch->ncalls++];
}


/* clients find a result's call by its id: it must be there and be the only */

static llmgw_str_t
llmgw_openai_call_id(llmgw_reader_t *rd, llmgw_openai_choice_t *ch,
    llmgw_openai_call_t *c)
{
    llmgw_openai_call_t  *other;

    for (other = ch->calls; c->id.len && other < c; other++) {
        if (llmgw_str_eq(other->id, c->id)) {
            return llmgw_call_id(rd->call, llmgw_lit("call_"));
        }
    }

    return c->id.len ? c->id : llmgw_call_id(rd->call, llmgw_lit("call_"));
}


static llmgw_int_t
llmgw_openai_begin_call(llmgw_reader_t *rd, uint32_t index,
    llmgw_openai_call_t *c, const llmgw_openai_piece_t *piece)
{
    llmgw_event_t           ev;
    llmgw_openai_choice_t  *ch;

    ch = &((llmgw_openai_reader_t *) rd->state)->choices[index];

    c->begun = 1;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_TOOL_BEGIN;
    ev.choice = index;
    ev.index = (uint32_t) (c - ch->calls);
    ev.id = llmgw_openai_call_id(rd, ch, c);
    ev.name = piece->name;
    ev.signature = piece->signature;
    ev.text = piece->args;
    ev.raw = piece->raw;

    if (ev.id.data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_openai_read_piece(llmgw_reader_t *rd, uint32_t index,
    const llmgw_openai_piece_t *piece)
{
    unsigned                begins;
    llmgw_int_t             rc;
    llmgw_event_t           ev;
    llmgw_openai_call_t    *c;
    llmgw_openai_choice_t  *ch;

    ch = &((llmgw_openai_reader_t *) rd->state)->choices[index];

    /* a name may begin another call where it comes again */

    rd->once |= (piece->name.len != 0);

    c = llmgw_openai_find_call(ch, piece);

    if (c == NULL) {

        if (ch->ncalls == LLMGW_OPENAI_MAX_CALLS) {
            return llmgw_openai_invalid(rd, llmgw_lit("the upstream's answer "
                                                      "calls too many "
                                                      "tools"));
        }

        c = llmgw_openai_add_call(rd, ch);
        if (c == NULL) {
            return LLMGW_ERROR;
        }

        c->index = piece->index;
    }

    if (c->id.len == 0 && piece->id.len) {

        c->id = llmgw_str_dup(rd->arena, piece->id);
        if (c->id.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    begins = !c->begun;

    if (begins) {

        /* the name may be on its way yet */

        if (piece->name.len == 0 && piece->args.len == 0
            && piece->raw.len == 0 && !piece->whole)
        {
            return LLMGW_OK;
        }

        rc = llmgw_openai_begin_call(rd, index, c, piece);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    c->args |= (piece->args.len || piece->raw.len);

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.choice = index;
    ev.index = (uint32_t) (c - ch->calls);

    if (!begins && (piece->args.len || piece->raw.len)) {

        ev.type = LLMGW_EV_TOOL_ARGS;
        ev.text = piece->args;
        ev.raw = piece->raw;

        rc = llmgw_reader_send(rd, &ev);
        if (rc != LLMGW_OK) {
            return rc;
        }

        ev.text = llmgw_null_str;
        ev.raw = llmgw_null_str;
    }

    if (!piece->whole) {
        return LLMGW_OK;
    }

    c->ended = 1;

    ev.type = LLMGW_EV_TOOL_END;

    return llmgw_reader_send(rd, &ev);
}
