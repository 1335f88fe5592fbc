
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_frames.h"


static const u_char *llmgw_frames_string(llmgw_frames_t *f, const u_char *p,
    const u_char *end);
static const u_char *llmgw_frames_element(llmgw_frames_t *f, const u_char *p,
    const u_char *end, unsigned *done);
static llmgw_int_t llmgw_frames_emit(llmgw_frames_t *f, const u_char *start,
    const u_char *end, unsigned element);
static llmgw_int_t llmgw_frames_keep(llmgw_frames_t *f, const u_char *p,
    size_t n);


void
llmgw_frames_init(llmgw_frames_t *f, llmgw_arena_t *a, size_t max,
    llmgw_frame_handler_pt handler, void *ctx)
{
    memset(f, 0, sizeof(llmgw_frames_t));

    f->handler = handler;
    f->ctx = ctx;
    f->arena = a;
    f->max = max;
}


llmgw_int_t
llmgw_frames_feed(llmgw_frames_t *f, const u_char *p, size_t n)
{
    unsigned       done;
    llmgw_int_t    rc;
    const u_char  *end, *start;

    start = p;
    end = p + n;

    while (p < end) {

        if (f->begun) {

            p = llmgw_frames_element(f, p, end, &done);

            if (done) {
                rc = llmgw_frames_emit(f, start, p, 1);
                if (rc != LLMGW_OK) {
                    return rc;
                }

                start = p;
            }

            continue;
        }

        switch (*p) {

        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;

        case '[':

            if (f->array || f->ended) {
                return LLMGW_INVALID;
            }

            f->array = 1;
            break;

        case ',':

            if (!f->array || f->ended) {
                return LLMGW_INVALID;
            }

            break;

        case ']':

            if (!f->array || f->ended) {
                return LLMGW_INVALID;
            }

            f->ended = 1;
            break;

        case '{':

            if (f->ended) {
                return LLMGW_INVALID;
            }

            f->begun = 1;
            f->depth = 0;
            f->data = f->len + (size_t) (p - start);

            /* the bracket is the element's own */

            continue;

        default:
            return LLMGW_INVALID;
        }

        p++;
    }

    if (f->ended) {
        return llmgw_frames_emit(f, start, end, 0);
    }

    return llmgw_frames_keep(f, start, (size_t) (end - start));
}


llmgw_int_t
llmgw_frames_finish(const llmgw_frames_t *f)
{
    return f->ended ? LLMGW_OK : LLMGW_INVALID;
}


/* behind the string, or the end of the input inside of it */

static const u_char *
llmgw_frames_string(llmgw_frames_t *f, const u_char *p, const u_char *end)
{
    if (f->escape) {
        f->escape = 0;
        p++;
    }

    for ( ;; ) {
        p = llmgw_json_quote(p, end);

        if (p == end) {
            return p;
        }

        if (*p == '"') {
            f->string = 0;
            return p + 1;
        }

        /* the backslash and what it escapes */

        p++;

        if (p == end) {
            f->escape = 1;
            return p;
        }

        p++;
    }
}


/* behind the element, with done set, or the end of the input inside of it */

static const u_char *
llmgw_frames_element(llmgw_frames_t *f, const u_char *p, const u_char *end,
    unsigned *done)
{
    *done = 0;

    while (p < end) {

        if (f->string) {
            p = llmgw_frames_string(f, p, end);
            continue;
        }

        switch (*p++) {

        case '"':
            f->string = 1;
            break;

        case '{':
        case '[':
            f->depth++;
            break;

        case '}':
        case ']':
            f->depth--;

            if (f->depth == 0) {
                f->begun = 0;
                f->ended = !f->array;
                *done = 1;
                return p;
            }

            break;
        }
    }

    return p;
}


/* start to end: what is not in the buffer yet */

static llmgw_int_t
llmgw_frames_emit(llmgw_frames_t *f, const u_char *start, const u_char *end,
    unsigned element)
{
    llmgw_int_t      rc;
    llmgw_element_t  frame;

    frame.raw = llmgw_str(start, (size_t) (end - start));

    if (f->len) {

        rc = llmgw_frames_keep(f, start, frame.raw.len);
        if (rc != LLMGW_OK) {
            return rc;
        }

        frame.raw = llmgw_str(f->buf, f->len);
    }

    if (frame.raw.len > f->max) {
        return LLMGW_TOO_LARGE;
    }

    if (frame.raw.len == 0) {
        return LLMGW_OK;
    }

    frame.data = element ? llmgw_str(frame.raw.data + f->data,
                                     frame.raw.len - f->data)
                         : llmgw_null_str;

    f->len = 0;
    f->data = 0;

    return f->handler(f->ctx, &frame);
}


static llmgw_int_t
llmgw_frames_keep(llmgw_frames_t *f, const u_char *p, size_t n)
{
    size_t   size;
    u_char  *buf;

    if (n > f->max - f->len) {
        return LLMGW_TOO_LARGE;
    }

    if (n > f->size - f->len) {

        size = f->size ? f->size * 2 : 1024;

        while (size < f->len + n) {
            size *= 2;
        }

        buf = llmgw_nalloc(f->arena, size);
        if (buf == NULL) {
            return LLMGW_ERROR;
        }

        if (f->len) {
            memcpy(buf, f->buf, f->len);
        }

        f->buf = buf;
        f->size = size;
    }

    if (n) {
        memcpy(f->buf + f->len, p, n);
        f->len += n;
    }

    return LLMGW_OK;
}
