
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_splice.h"


static llmgw_edit_t *llmgw_splice_merge(llmgw_edit_t *a, llmgw_edit_t *b);
static void llmgw_splice_sort(llmgw_splice_t *sp);


void
llmgw_splice_add(llmgw_splice_t *sp, const u_char *pos, const u_char *last,
    llmgw_str_t text)
{
    llmgw_edit_t  *e;

    e = llmgw_alloc(sp->arena, sizeof(llmgw_edit_t));
    if (e == NULL) {
        sp->failed = 1;
        return;
    }

    e->next = NULL;
    e->pos = pos;
    e->last = last;
    e->text = text;

    if (sp->head == NULL) {
        sp->head = e;

    } else {
        sp->mixed |= (pos < sp->last->pos);
        sp->last->next = e;
    }

    sp->last = e;
}


static unsigned
llmgw_splice_blank(u_char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


void
llmgw_splice_cut(llmgw_splice_t *sp, llmgw_str_t body, const u_char *pos,
    const u_char *last)
{
    const u_char  *p, *end;

    end = body.data + body.len;

    for (p = last; p < end && llmgw_splice_blank(*p); p++) { /* void */ }

    if (p < end && *p == ',') {
        p++;

        while (p < end && llmgw_splice_blank(*p)) {
            p++;
        }

        llmgw_splice_add(sp, pos, p, llmgw_lit(""));

        return;
    }

    /* the last one goes with the comma in front */

    for (p = pos; p > body.data && llmgw_splice_blank(p[-1]); p--) {
        /* void */
    }

    if (p > body.data && p[-1] == ',') {
        pos = p - 1;
    }

    llmgw_splice_add(sp, pos, last, llmgw_lit(""));
}


size_t
llmgw_splice_filter(llmgw_splice_t *sp, const llmgw_json_t *j,
    const llmgw_json_node_t *list, llmgw_unwanted_pt unwanted, void *ctx)
{
    size_t                    kept;
    unsigned                  members;
    llmgw_str_t               raw;
    const u_char             *from, *start, *last;
    const llmgw_json_node_t  *v, *value;

    kept = 0;
    from = NULL;         /* what goes, begins here */
    last = NULL;         /* the end of the element before */
    members = (list->type == LLMGW_JSON_OBJECT);

    for (v = list + 1; v < list + list->span; v = llmgw_json_next(value)) {

        value = v + members;
        start = llmgw_json_raw(j, v).data;
        raw = llmgw_json_raw(j, value);

        if (unwanted(ctx, j, v)) {

            /* with the comma in front, unless nothing stays in front of it */

            if (from == NULL) {
                from = kept ? last : start;
            }

        } else {

            if (from != NULL) {
                llmgw_splice_add(sp, from, kept ? last : start,
                                 llmgw_lit(""));
                from = NULL;
            }

            kept++;
        }

        last = raw.data + raw.len;
    }

    if (from != NULL) {
        llmgw_splice_add(sp, from, last, llmgw_lit(""));
    }

    return kept;
}


/* of two at the same place a's stays in front */

static llmgw_edit_t *
llmgw_splice_merge(llmgw_edit_t *a, llmgw_edit_t *b)
{
    llmgw_edit_t  *head, **last;

    for (last = &head; a && b; last = &(*last)->next) {

        if (b->pos < a->pos) {
            *last = b;
            b = b->next;

        } else {
            *last = a;
            a = a->next;
        }
    }

    *last = a ? a : b;

    return head;
}


static void
llmgw_splice_sort(llmgw_splice_t *sp)
{
    size_t         i;
    llmgw_edit_t  *e, *next, *run[64];

    memset(run, 0, sizeof(run));

    /* run[i] is empty or has 2^i edits, older ones than those below */

    for (e = sp->head; e; e = next) {
        next = e->next;
        e->next = NULL;

        for (i = 0; run[i]; i++) {
            e = llmgw_splice_merge(run[i], e);
            run[i] = NULL;
        }

        run[i] = e;
    }

    for (i = 0, e = NULL; i < 64; i++) {
        if (run[i]) {
            e = llmgw_splice_merge(run[i], e);
        }
    }

    sp->head = e;

    while (e && e->next) {
        e = e->next;
    }

    sp->last = e;
    sp->mixed = 0;
}


llmgw_int_t
llmgw_splice_put(llmgw_splice_t *sp, llmgw_str_t body, llmgw_out_t *o)
{
    llmgw_edit_t  *e;
    const u_char  *p, *from;

    if (sp->failed) {
        return LLMGW_ERROR;
    }

    if (sp->mixed) {
        llmgw_splice_sort(sp);
    }

    p = body.data;
    from = p;

    for (e = sp->head; e; e = e->next) {

        /* an edit inside of what another one has taken out */

        if (e->pos > from && e->pos < p && e->last <= p) {
            continue;
        }

        /* cutting two neighbours may name the comma between them twice */

        if (e->pos > p) {
            llmgw_put_n(o, p, (size_t) (e->pos - p));
        }

        llmgw_put(o, e->text);

        if (e->last > p) {
            p = e->last;
            from = e->pos;
        }
    }

    llmgw_put_n(o, p, (size_t) (body.data + body.len - p));

    return LLMGW_OK;
}
