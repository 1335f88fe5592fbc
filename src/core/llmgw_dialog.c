
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_dialog.h"


static unsigned llmgw_dialog_silent(const llmgw_dialog_t *d,
    const void *request, const llmgw_message_t *m);


llmgw_int_t
llmgw_dialog_write(const llmgw_dialog_t *d, void *request, llmgw_out_t *o)
{
    unsigned          user, first;
    llmgw_int_t       rc;
    llmgw_message_t  *m, *to;

    first = 1;

    for (m = d->chat->messages; m; m = to) {

        to = m->next;

        if (llmgw_dialog_silent(d, request, m)) {
            continue;
        }

        user = (m->role != LLMGW_ROLE_ASSISTANT);

        while (to && (llmgw_dialog_silent(d, request, to)
                      || (to->role != LLMGW_ROLE_ASSISTANT) == user))
        {
            to = to->next;
        }

        if (first && !user) {
            llmgw_json_put_raw(o, d->first);
        }

        first = 0;

        rc = user ? d->user(request, m, to) : d->assistant(request, m, to);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (first) {
        llmgw_json_put_raw(o, d->first);
    }

    return LLMGW_OK;
}


unsigned
llmgw_dialog_empty(const llmgw_dialog_t *d, const void *request,
    const llmgw_message_t *m)
{
    const llmgw_part_t  *p;

    for (p = m->parts; p; p = p->next) {
        if (d->kept(request, m, p)) {
            return 0;
        }
    }

    return 1;
}


/* a message that leaves no trace, so that its neighbors meet */

static unsigned
llmgw_dialog_silent(const llmgw_dialog_t *d, const void *request,
    const llmgw_message_t *m)
{
    switch (m->role) {

    case LLMGW_ROLE_SYSTEM:
    case LLMGW_ROLE_DEVELOPER:
        return 1;

    case LLMGW_ROLE_ASSISTANT:
        return llmgw_dialog_empty(d, request, m);

    default:
        return 0;
    }
}


llmgw_part_t *
llmgw_dialog_prefill(const llmgw_dialog_t *d, const void *request)
{
    llmgw_part_t     *p, *text;
    llmgw_message_t  *m, *last;

    last = NULL;

    for (m = d->chat->messages; m; m = m->next) {
        if (!llmgw_dialog_silent(d, request, m)) {
            last = m;
        }
    }

    if (last == NULL || last->role != LLMGW_ROLE_ASSISTANT) {
        return NULL;
    }

    text = NULL;

    for (p = last->parts; p; p = p->next) {

        if (!d->kept(request, last, p)) {
            continue;
        }

        text = (p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL)
               ? p : NULL;
    }

    return text;
}


llmgw_str_t
llmgw_dialog_breakpoint(const llmgw_dialog_t *d, const void *request,
    const llmgw_message_t *m, const llmgw_part_t *p)
{
    llmgw_str_t          cache;
    const llmgw_part_t  *q;

    cache = p->cache_control;

    for (q = p->next; q && !d->kept(request, m, q); q = q->next) {
        if (cache.len == 0) {
            cache = q->cache_control;
        }
    }

    if (cache.len == 0
        && (m->string ? p->type == LLMGW_PART_TEXT : q == NULL))
    {
        cache = m->cache_control;
    }

    return cache;
}
