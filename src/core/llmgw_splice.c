
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_splice.h"


void
llmgw_splice_add(llmgw_splice_t *sp, const u_char *pos, const u_char *last,
    llmgw_str_t text)
{
    llmgw_edit_t  *e, **p;

    e = llmgw_alloc(sp->arena, sizeof(llmgw_edit_t));
    if (e == NULL) {
        sp->failed = 1;
        return;
    }

    e->pos = pos;
    e->last = last;
    e->text = text;

    /* mostly they come in order */

    p = (sp->last && sp->last->pos <= pos) ? &sp->last->next : &sp->head;

    while (*p && (*p)->pos <= pos) {
        p = &(*p)->next;
    }

    e->next = *p;
    *p = e;

    if (e->next == NULL) {
        sp->last = e;
    }
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


llmgw_int_t
llmgw_splice_put(llmgw_splice_t *sp, llmgw_str_t body, llmgw_out_t *o)
{
    llmgw_edit_t  *e;
    const u_char  *p;

    if (sp->failed) {
        return LLMGW_ERROR;
    }

    p = body.data;

    for (e = sp->head; e; e = e->next) {

        /* cutting two neighbours may name the comma between them twice */

        if (e->pos > p) {
            llmgw_put_n(o, p, (size_t) (e->pos - p));
        }

        llmgw_put(o, e->text);

        if (e->last > p) {
            p = e->last;
        }
    }

    llmgw_put_n(o, p, (size_t) (body.data + body.len - p));

    return LLMGW_OK;
}
