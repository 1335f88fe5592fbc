
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_out.h"
#include "llmgw_jstr.h"


/* what is escaped at a time, since it may become six times as long */
#define LLMGW_OUT_PIECE  256


void
llmgw_out_init(llmgw_out_t *o, llmgw_arena_t *a, size_t block, size_t ref,
    size_t max)
{
    memset(o, 0, sizeof(llmgw_out_t));

    o->arena = a;
    o->block = block;
    o->ref = ref;
    o->max = max;
    o->tail = &o->head;
}


static void
llmgw_out_fail(llmgw_out_t *o)
{
    o->failed = 1;
    o->pos = NULL;
    o->end = NULL;
    o->from = NULL;
}


/* what was written since "from" becomes a segment */

static void
llmgw_out_cut(llmgw_out_t *o)
{
    llmgw_seg_t  *seg;

    if (o->pos == o->from) {
        return;
    }

    seg = llmgw_alloc(o->arena, sizeof(llmgw_seg_t));
    if (seg == NULL) {
        llmgw_out_fail(o);
        return;
    }

    seg->pos = o->from;
    seg->last = o->pos;
    seg->next = NULL;

    *o->tail = seg;
    o->tail = &seg->next;

    o->size += (size_t) (o->pos - o->from);
    o->from = o->pos;
}


static void
llmgw_out_block(llmgw_out_t *o, size_t n)
{
    u_char  *p;

    llmgw_out_cut(o);

    if (o->failed) {
        return;
    }

    if (n < o->block) {
        n = o->block;
    }

    p = llmgw_nalloc(o->arena, n);
    if (p == NULL) {
        llmgw_out_fail(o);
        return;
    }

    o->from = p;
    o->pos = p;
    o->end = p + n;
}


static int
llmgw_out_fits(llmgw_out_t *o, size_t n)
{
    size_t  size;

    size = llmgw_out_size(o);

    /* a block may reach past the maximum: what fit in it was not asked about */

    if (o->max && (size > o->max || n > o->max - size)) {
        o->large = 1;
        llmgw_out_fail(o);
        return 0;
    }

    return 1;
}


void
llmgw_put_slow(llmgw_out_t *o, const u_char *data, size_t len)
{
    size_t        n;
    llmgw_seg_t  *seg;

    if (o->failed || len == 0 || !llmgw_out_fits(o, len)) {
        return;
    }

    if (o->ref && len >= o->ref) {

        llmgw_out_cut(o);

        if (o->failed) {
            return;
        }

        seg = llmgw_alloc(o->arena, sizeof(llmgw_seg_t));
        if (seg == NULL) {
            llmgw_out_fail(o);
            return;
        }

        seg->pos = data;
        seg->last = data + len;
        seg->next = NULL;

        *o->tail = seg;
        o->tail = &seg->next;
        o->size += len;

        return;
    }

    n = (size_t) (o->end - o->pos);

    if (n) {
        memcpy(o->pos, data, n);
        o->pos += n;
        data += n;
        len -= n;
    }

    llmgw_out_block(o, len);

    if (o->failed) {
        return;
    }

    memcpy(o->pos, data, len);
    o->pos += len;
}


u_char *
llmgw_out_room(llmgw_out_t *o, size_t n)
{
    if (n <= (size_t) (o->end - o->pos) && !o->max) {
        return o->pos;
    }

    if (o->failed || !llmgw_out_fits(o, n)) {
        return NULL;
    }

    if (n > (size_t) (o->end - o->pos)) {
        llmgw_out_block(o, n);

        if (o->failed) {
            return NULL;
        }
    }

    return o->pos;
}


llmgw_int_t
llmgw_out_close(llmgw_out_t *o)
{
    if (!o->failed) {
        llmgw_out_cut(o);
    }

    if (!o->failed) {
        return (o->max && o->size > o->max) ? LLMGW_TOO_LARGE : LLMGW_OK;
    }

    return o->large ? LLMGW_TOO_LARGE : LLMGW_ERROR;
}


llmgw_str_t
llmgw_out_join(llmgw_out_t *o, llmgw_arena_t *a)
{
    u_char       *p, *d;
    llmgw_seg_t  *seg;

    if (o->head == NULL) {
        return llmgw_lit("");
    }

    if (o->head->next == NULL) {
        return llmgw_str(o->head->pos,
                         (size_t) (o->head->last - o->head->pos));
    }

    p = llmgw_nalloc(a, o->size);
    if (p == NULL) {
        return llmgw_null_str;
    }

    d = p;

    for (seg = o->head; seg; seg = seg->next) {
        memcpy(d, seg->pos, (size_t) (seg->last - seg->pos));
        d += seg->last - seg->pos;
    }

    return llmgw_str(p, o->size);
}


void
llmgw_put_int(llmgw_out_t *o, int64_t n)
{
    size_t    len;
    u_char    buf[24], *p, *d;
    uint64_t  u;

    u = (n < 0) ? (uint64_t) 0 - (uint64_t) n : (uint64_t) n;
    p = buf + sizeof(buf);

    do {
        *--p = (u_char) ('0' + u % 10);
        u /= 10;
    } while (u);

    if (n < 0) {
        *--p = '-';
    }

    /* the buffer ends here: it must not be referred to */

    len = (size_t) (buf + sizeof(buf) - p);

    d = llmgw_out_room(o, len);

    if (d) {
        memcpy(d, p, len);
        o->pos += len;
    }
}


void
llmgw_put_escaped(llmgw_out_t *o, llmgw_str_t s)
{
    u_char        *p;
    size_t         n, i;
    const u_char  *q, *end;

    /* plain runs are put as they are, the rest in small pieces */

    end = s.data + s.len;

    while (s.data < end) {

        q = llmgw_json_plain(s.data, end);

        llmgw_put_n(o, s.data, (size_t) (q - s.data));

        s.data = q;

        if (q == end) {
            return;
        }

        n = (size_t) (end - q);

        if (n > LLMGW_OUT_PIECE) {

            n = LLMGW_OUT_PIECE;

            /* not inside of a UTF-8 sequence: where does the last one begin? */

            for (i = 1; i <= 3; i++) {

                if ((q[n - i] & 0xc0) == 0x80) {
                    continue;
                }

                if (q[n - i] >= ((i == 1) ? 0xc0 : (i == 2) ? 0xe0 : 0xf0)) {
                    n -= i;
                }

                break;
            }
        }

        p = llmgw_out_room(o, LLMGW_JSTR_ESCAPED_SIZE(n));
        if (p == NULL) {
            return;
        }

        o->pos = llmgw_jstr_escape(p, llmgw_str(q, n));
        s.data = q + n;
    }
}


static const u_char  llmgw_out_ws[256] = {
    [' '] = 1, ['\n'] = 1, ['\r'] = 1, ['\t'] = 1
};


/* the end of a run without white space outside of strings */

static const u_char *
llmgw_out_dense(const u_char *p, const u_char *end)
{
    while (p < end && !llmgw_out_ws[*p]) {

        if (*p != '"') {
            p++;
            continue;
        }

        for ( ;; ) {
            p = llmgw_json_quote(p + 1, end);

            if (p == end || *p == '"') {
                break;
            }

            /* the backslash and what it escapes */

            if (++p == end) {
                break;
            }
        }

        if (p < end) {
            p++;
        }
    }

    return p;
}


void
llmgw_put_compact(llmgw_out_t *o, llmgw_str_t json)
{
    const u_char  *p, *q, *end;

    p = json.data;
    end = p + json.len;

    while (p < end) {

        q = llmgw_out_dense(p, end);

        llmgw_put_n(o, p, (size_t) (q - p));

        for (p = q; p < end && llmgw_out_ws[*p]; p++) { /* void */ }
    }
}


void
llmgw_put_compact_escaped(llmgw_out_t *o, llmgw_str_t json)
{
    const u_char  *p, *q, *end;

    p = json.data;
    end = p + json.len;

    while (p < end) {

        q = llmgw_out_dense(p, end);

        llmgw_put_escaped(o, llmgw_str(p, (size_t) (q - p)));

        for (p = q; p < end && llmgw_out_ws[*p]; p++) { /* void */ }
    }
}
