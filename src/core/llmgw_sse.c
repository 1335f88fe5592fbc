
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_sse.h"


#define LLMGW_SSE_BUFFER  1024


static const u_char *llmgw_sse_event_end(llmgw_sse_t *s, const u_char *p,
    const u_char *end, const u_char **lf);
static llmgw_int_t llmgw_sse_keep(llmgw_sse_t *s, const u_char *p, size_t n);
static llmgw_int_t llmgw_sse_dispatch(llmgw_sse_t *s, llmgw_str_t raw,
    unsigned partial);


void
llmgw_sse_init(llmgw_sse_t *s, llmgw_arena_t *a, size_t max,
    llmgw_sse_handler_pt handler, void *ctx)
{
    memset(s, 0, sizeof(llmgw_sse_t));

    s->arena = a;
    s->max = max;
    s->handler = handler;
    s->ctx = ctx;
    s->bol = 1;
}


/*
 * The first LF at p or behind it, or end.  lf keeps the last answer: lines that
 * end in CR would search the whole rest for an LF, each of them.
 */

static inline const u_char *
llmgw_sse_lf(const u_char *p, const u_char *end, const u_char **lf)
{
    if (*lf == NULL || *lf < p) {
        *lf = memchr(p, '\n', (size_t) (end - p));

        if (*lf == NULL) {
            *lf = end;
        }
    }

    return *lf;
}


/*
 * Finds the end of the event: behind the blank line.  NULL when the input ends
 * before that.  Line ends are LF, CR and CRLF; a CR at the end of the input
 * may be followed by its LF in the next piece.
 */

static const u_char *
llmgw_sse_event_end(llmgw_sse_t *s, const u_char *p, const u_char *end,
    const u_char **lf)
{
    const u_char  *q;

    while (p < end) {

        if (s->cr) {

            s->cr = 0;

            if (*p == '\n') {
                p++;

                if (s->end) {
                    s->end = 0;
                    return p;
                }

                continue;
            }

            if (s->end) {
                s->end = 0;
                return p;
            }
        }

        if (s->bol) {

            if (*p == '\n') {
                return p + 1;
            }

            if (*p == '\r') {

                s->cr = 1;
                p++;

                if (p < end) {
                    s->cr = 0;
                    return (*p == '\n') ? p + 1 : p;
                }

                /* its LF may follow */

                s->end = 1;
                return NULL;
            }

            s->bol = 0;
        }

        q = llmgw_sse_lf(p, end, lf);

        /* bare CR line ends are legal, and nobody sends them */

        p = memchr(p, '\r', (size_t) (q - p));

        if (p == NULL) {

            if (q == end) {
                return NULL;
            }

            p = q + 1;

        } else {
            s->cr = 1;
            p++;
        }

        s->bol = 1;
    }

    return NULL;
}


static llmgw_int_t
llmgw_sse_keep(llmgw_sse_t *s, const u_char *p, size_t n)
{
    size_t   size;
    u_char  *buf;

    if (n > s->max - s->len) {
        return LLMGW_TOO_LARGE;
    }

    if (n > s->size - s->len) {

        size = s->size ? s->size * 2 : LLMGW_SSE_BUFFER;

        while (size < s->len + n) {
            size *= 2;
        }

        buf = llmgw_nalloc(s->arena, size);
        if (buf == NULL) {
            return LLMGW_ERROR;
        }

        if (s->len) {
            memcpy(buf, s->buf, s->len);
        }

        s->buf = buf;
        s->size = size;
    }

    if (n) {
        memcpy(s->buf + s->len, p, n);
        s->len += n;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_sse_feed(llmgw_sse_t *s, const u_char *p, size_t n)
{
    size_t         done;
    llmgw_int_t    rc;
    llmgw_str_t    raw;
    const u_char  *q, *lf, *end;

    end = p + n;
    lf = NULL;

    while (p < end) {

        if (s->shortcut && s->len == 0 && s->bol && !s->cr) {

            rc = s->shortcut(s->ctx, llmgw_str(p, (size_t) (end - p)),
                             s->max, &done);
            if (rc != LLMGW_OK) {
                return rc;
            }

            p += done;

            if (p == end) {
                break;
            }
        }

        q = llmgw_sse_event_end(s, p, end, &lf);

        if (q == NULL) {
            return llmgw_sse_keep(s, p, (size_t) (end - p));
        }

        if (s->len) {

            rc = llmgw_sse_keep(s, p, (size_t) (q - p));
            if (rc != LLMGW_OK) {
                return rc;
            }

            raw = llmgw_str(s->buf, s->len);

        } else {
            raw = llmgw_str(p, (size_t) (q - p));

            if (raw.len > s->max) {
                return LLMGW_TOO_LARGE;
            }
        }

        s->bol = 1;
        s->len = 0;
        p = q;

        rc = llmgw_sse_dispatch(s, raw, 0);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_sse_finish(llmgw_sse_t *s)
{
    llmgw_str_t  raw;

    raw = llmgw_str(s->buf, s->len);
    s->len = 0;

    if (raw.len == 0) {
        return LLMGW_OK;
    }

    return llmgw_sse_dispatch(s, raw, !s->end);
}


static llmgw_int_t
llmgw_sse_dispatch(llmgw_sse_t *s, llmgw_str_t raw, unsigned partial)
{
    size_t              len, size;
    u_char             *d;
    unsigned            lines;
    llmgw_str_t         line, value;
    const u_char       *p, *q, *lf, *end;
    llmgw_sse_event_t   ev;

    memset(&ev, 0, sizeof(llmgw_sse_event_t));

    ev.raw = raw;
    ev.partial = partial;

    p = raw.data;
    end = p + raw.len;

    if (!s->started) {
        s->started = 1;

        if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
            p += 3;
        }
    }

    lines = 0;
    d = NULL;
    lf = NULL;

    while (p < end) {

        q = llmgw_sse_lf(p, end, &lf);
        len = (size_t) (q - p);

        line.data = memchr(p, '\r', len);

        if (line.data) {
            len = (size_t) (line.data - p);
            q = line.data;

            if (q + 1 < end && q[1] == '\n') {
                q++;
            }
        }

        line = llmgw_str(p, len);
        p = (q < end) ? q + 1 : end;

        if (len == 0) {
            continue;
        }

        if (line.data[0] == ':') {
            ev.comment = 1;
            continue;
        }

        if (llmgw_str_starts(line, "data")
            && (len == 4 || line.data[4] == ':'))
        {
            value = llmgw_str(line.data + len, 0);

            if (len > 5) {
                value.data = line.data + 5;
                value.len = len - 5;

                if (value.data[0] == ' ') {
                    value.data++;
                    value.len--;
                }
            }

            lines++;

            if (lines == 1) {
                ev.data = value;
                continue;
            }

            if (d == NULL) {

                /* all data lines together are shorter than the event */

                if (raw.len > s->joined_size) {

                    /* doubled: each event may be a little larger */

                    size = s->joined_size ? s->joined_size : LLMGW_SSE_BUFFER;

                    while (size < raw.len) {
                        size *= 2;
                    }

                    s->joined = llmgw_nalloc(s->arena, size);
                    if (s->joined == NULL) {
                        return LLMGW_ERROR;
                    }

                    s->joined_size = size;
                }

                d = s->joined;

                if (ev.data.len) {
                    memcpy(d, ev.data.data, ev.data.len);
                    d += ev.data.len;
                }
            }

            *d++ = '\n';
            memcpy(d, value.data, value.len);
            d += value.len;

            ev.data = llmgw_str(s->joined, (size_t) (d - s->joined));

            continue;
        }

        if (llmgw_str_starts(line, "event:")) {
            ev.name = llmgw_str(line.data + 6, len - 6);

            if (ev.name.len && ev.name.data[0] == ' ') {
                ev.name.data++;
                ev.name.len--;
            }

            continue;
        }

        if (llmgw_str_is(line, "event")) {
            ev.name = llmgw_null_str;
        }
    }

    if (lines) {
        ev.comment = 0;
    }

    return s->handler(s->ctx, &ev);
}
