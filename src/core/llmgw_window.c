
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Rates in a sliding minute.
 */


#include "llmgw_window.h"


/*
 * The part that time stands in.  The clock of another process may be a little
 * behind: then it is the latest part that anybody has seen.  One that is far
 * ahead was set by another clock.
 */

static uint64_t
llmgw_window_part(const llmgw_window_t *w, uint64_t now)
{
    uint64_t  part;

    part = now / LLMGW_WINDOW_PART;

    if (part < w->part && w->part - part < LLMGW_WINDOW_PARTS) {
        return w->part;
    }

    return part;
}


/* what a part has, as seen from the part that time stands in */

static uint64_t
llmgw_window_get(const llmgw_window_t *w, uint64_t now, uint64_t part)
{
    if (part > w->part || w->part > now
        || part + LLMGW_WINDOW_PARTS <= w->part
        || part + LLMGW_WINDOW_PARTS <= now)
    {
        return 0;
    }

    return w->used[part % LLMGW_WINDOW_PARTS];
}


uint64_t
llmgw_window_used(const llmgw_window_t *w, uint64_t now)
{
    uint64_t  n, part, used;

    part = llmgw_window_part(w, now);
    used = 0;

    if (part == w->part) {

        for (n = 0; n < LLMGW_WINDOW_PARTS; n++) {
            used += w->used[n];
        }

        return used;
    }

    for (n = 0; n < LLMGW_WINDOW_PARTS && n <= part; n++) {
        used += llmgw_window_get(w, part, part - n);
    }

    return used;
}


uint32_t
llmgw_window_add(llmgw_window_t *w, uint64_t now, uint64_t n)
{
    uint32_t  *used;
    uint64_t   part;

    part = llmgw_window_part(w, now);

    if (part < w->part || part - w->part >= LLMGW_WINDOW_PARTS) {

        memset(w->used, 0, sizeof(w->used));
        w->part = part;
    }

    while (w->part != (uint32_t) part) {
        w->part++;
        w->used[w->part % LLMGW_WINDOW_PARTS] = 0;
    }

    used = &w->used[w->part % LLMGW_WINDOW_PARTS];

    *used = (n > UINT32_MAX - *used) ? UINT32_MAX : *used + n;

    return w->part;
}


void
llmgw_window_sub(llmgw_window_t *w, uint64_t now, uint32_t part, uint64_t n)
{
    uint32_t  *used;

    if (llmgw_window_get(w, llmgw_window_part(w, now), part) == 0) {
        return;
    }

    used = &w->used[part % LLMGW_WINDOW_PARTS];

    *used = (n > *used) ? 0 : *used - n;
}


/* from now until a part does not count any more */

static int64_t
llmgw_window_leaves(uint64_t part, uint64_t now)
{
    uint64_t  end;

    end = (part + LLMGW_WINDOW_PARTS) * LLMGW_WINDOW_PART;

    return end > now ? (int64_t) (end - now) : 1;
}


int64_t
llmgw_window_wait(const llmgw_window_t *w, uint64_t now, uint64_t limit,
    uint64_t n)
{
    uint64_t  part, q, used;

    if (n > limit) {
        return -1;
    }

    part = llmgw_window_part(w, now);
    used = llmgw_window_used(w, now);

    if (used + n <= limit) {
        return 0;
    }

    q = (part < LLMGW_WINDOW_PARTS) ? 0 : part - (LLMGW_WINDOW_PARTS - 1);

    for ( /* void */ ; q < part; q++) {

        used -= llmgw_window_get(w, part, q);

        if (used + n <= limit) {
            break;
        }
    }

    return llmgw_window_leaves(q, now);
}


int64_t
llmgw_window_reset(const llmgw_window_t *w, uint64_t now)
{
    uint64_t  part, n;

    part = llmgw_window_part(w, now);

    for (n = 0; n < LLMGW_WINDOW_PARTS && n <= part; n++) {

        if (llmgw_window_get(w, part, part - n)) {
            return llmgw_window_leaves(part - n, now);
        }
    }

    return 0;
}
