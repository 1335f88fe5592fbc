
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_pick.h"


typedef enum {
    pick_between = 0,
    pick_string,
    pick_literal
} llmgw_pick_state_e;


static void llmgw_pick_value(llmgw_pick_t *pk);
static void llmgw_pick_value_end(llmgw_pick_t *pk);
static uint16_t llmgw_pick_filter(llmgw_pick_t *pk, const u_char *name,
    size_t len);


void
llmgw_pick_init(llmgw_pick_t *pk, const llmgw_pick_path_t *paths,
    unsigned npaths, llmgw_pick_handler_pt handler, void *ctx)
{
    memset(pk, 0, offsetof(llmgw_pick_t, stack));

    pk->paths = paths;
    pk->npaths = npaths;
    pk->handler = handler;
    pk->ctx = ctx;
    pk->all = (uint16_t) ((1u << npaths) - 1);

    llmgw_pick_reset(pk);
}


void
llmgw_pick_reset(llmgw_pick_t *pk)
{
    pk->next = pk->all;
    pk->depth = 0;
    pk->state = pick_between;
    pk->key_len = 0;
    pk->value_len = 0;
    pk->expect_key = 0;
    pk->is_key = 0;
    pk->escape = 0;
    pk->capture = 0;
    pk->cut = 0;
    pk->complete = 0;
    pk->broken = 0;
}


/* which of the paths that lead to this container go on with this name */

static uint16_t
llmgw_pick_filter(llmgw_pick_t *pk, const u_char *name, size_t len)
{
    uint16_t            mask, left, bit;
    unsigned            i;
    const llmgw_str_t  *segment;

    mask = pk->mask[pk->depth];

    for (left = mask; left; left &= (uint16_t) (left - 1)) {

        i = (unsigned) __builtin_ctz(left);
        bit = (uint16_t) (1u << i);

        segment = &pk->paths[i].segment[pk->depth - 1];

        if (pk->paths[i].n < pk->depth || segment->len != len
            || memcmp(segment->data, name, len) != 0)
        {
            mask &= (uint16_t) ~bit;
        }
    }

    return mask;
}


/* whether names in the container at hand matter at all */

static inline unsigned
llmgw_pick_looks(const llmgw_pick_t *pk)
{
    return pk->depth <= LLMGW_PICK_DEPTH && pk->mask[pk->depth];
}


static inline void
llmgw_pick_keep(llmgw_pick_t *pk, const u_char *p, size_t n)
{
    size_t  room;

    room = LLMGW_PICK_VALUE - pk->value_len;

    if (n > room) {
        n = room;
        pk->cut = 1;
    }

    memcpy(pk->value + pk->value_len, p, n);
    pk->value_len = (uint16_t) (pk->value_len + n);
}


/* a value begins: is it one that is asked for? */

static void
llmgw_pick_value(llmgw_pick_t *pk)
{
    uint16_t  left;
    unsigned  i;

    if (pk->next == 0 || pk->capture) {
        return;
    }

    for (left = pk->next; left; left &= (uint16_t) (left - 1)) {

        i = (unsigned) __builtin_ctz(left);

        if (pk->paths[i].n == pk->depth && !pk->paths[i].close) {
            pk->capture = 1;
            pk->capture_path = (uint8_t) i;
            pk->capture_depth = pk->depth;
            pk->value_len = 0;
            pk->cut = 0;
            return;
        }
    }
}


static void
llmgw_pick_value_end(llmgw_pick_t *pk)
{
    if (pk->capture && pk->capture_depth == pk->depth) {
        pk->capture = 0;
        pk->handler(pk->ctx, pk->capture_path,
                    llmgw_str(pk->value, pk->value_len), pk->cut);
    }

    if (pk->depth == 0) {
        pk->complete = 1;
    }
}


static void
llmgw_pick_open(llmgw_pick_t *pk, u_char c)
{
    llmgw_pick_value(pk);

    if (pk->depth == LLMGW_JSON_MAX_DEPTH) {
        pk->broken = 1;
        return;
    }

    pk->stack[pk->depth++] = c;

    if (pk->depth <= LLMGW_PICK_DEPTH) {
        pk->mask[pk->depth] = pk->next;
    }

    pk->expect_key = (c == '{');

    if (c == '[' && llmgw_pick_looks(pk)) {
        pk->next = llmgw_pick_filter(pk, (const u_char *) "*", 1);
        pk->star[pk->depth] = pk->next;
        return;
    }

    pk->next = 0;
}


static void
llmgw_pick_close(llmgw_pick_t *pk, u_char c)
{
    unsigned  i;
    uint16_t  left;

    if (pk->depth == 0 || pk->stack[pk->depth - 1] != (c == '}' ? '{' : '['))
    {
        pk->broken = 1;
        return;
    }

    if (llmgw_pick_looks(pk)) {

        for (left = pk->mask[pk->depth]; left; left &= (uint16_t) (left - 1))
        {
            i = (unsigned) __builtin_ctz(left);

            if (pk->paths[i].close && pk->paths[i].n == pk->depth - 1) {
                pk->handler(pk->ctx, i, llmgw_null_str, 0);
            }
        }
    }

    pk->depth--;
    pk->expect_key = 0;

    llmgw_pick_value_end(pk);
}


static void
llmgw_pick_comma(llmgw_pick_t *pk)
{
    if (pk->depth == 0) {
        pk->broken = 1;
        return;
    }

    if (pk->stack[pk->depth - 1] == '{') {
        pk->expect_key = 1;
        pk->next = 0;
        return;
    }

    pk->expect_key = 0;
    pk->next = llmgw_pick_looks(pk) ? pk->star[pk->depth] : 0;
}


static const u_char *
llmgw_pick_in_string(llmgw_pick_t *pk, const u_char *p, const u_char *end)
{
    size_t         n;
    const u_char  *start;

    start = p;

    for ( ;; ) {

        if (pk->escape && p < end) {
            pk->escape = 0;
            p++;
        }

        p = llmgw_json_quote(p, end);

        if (p == end || *p == '"') {
            break;
        }

        /* what the backslash escapes may come with the next piece */

        pk->escape = 1;
        p++;

        if (p == end) {
            break;
        }
    }

    n = (size_t) (p - start);

    if (pk->capture) {
        llmgw_pick_keep(pk, start, n);
    }

    if (pk->is_key && pk->key_len <= LLMGW_PICK_KEY && llmgw_pick_looks(pk)) {

        if (n > (size_t) (LLMGW_PICK_KEY - pk->key_len)) {
            pk->key_len = LLMGW_PICK_KEY + 1;

        } else {
            memcpy(pk->key + pk->key_len, start, n);
            pk->key_len = (uint16_t) (pk->key_len + n);
        }
    }

    if (p == end || pk->escape) {
        return p;
    }

    /* *p is the closing quote */

    if (pk->capture) {
        llmgw_pick_keep(pk, p, 1);
    }

    p++;
    pk->state = pick_between;

    if (!pk->is_key) {
        llmgw_pick_value_end(pk);
        return p;
    }

    pk->is_key = 0;

    pk->next = (pk->key_len <= LLMGW_PICK_KEY && llmgw_pick_looks(pk))
               ? llmgw_pick_filter(pk, pk->key, pk->key_len) : 0;

    return p;
}


void
llmgw_pick_feed(llmgw_pick_t *pk, const u_char *p, size_t n)
{
    u_char         c;
    const u_char  *end;

    end = p + n;

    while (p < end && !pk->broken) {

        if (pk->state == pick_string) {
            p = llmgw_pick_in_string(pk, p, end);
            continue;
        }

        c = *p;

        if (pk->state == pick_literal) {

            if (c != ',' && c != '}' && c != ']' && c > ' ') {

                if (pk->capture) {
                    llmgw_pick_keep(pk, p, 1);
                }

                p++;
                continue;
            }

            pk->state = pick_between;
            llmgw_pick_value_end(pk);

            continue;
        }

        switch (c) {

        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;

        case '"':
            pk->state = pick_string;
            pk->escape = 0;

            if (pk->expect_key) {
                pk->expect_key = 0;
                pk->is_key = 1;
                pk->key_len = 0;
                break;
            }

            llmgw_pick_value(pk);
            break;

        case '{':
        case '[':
            llmgw_pick_open(pk, c);
            break;

        case '}':
        case ']':

            /* the bracket belongs to the value that it ends */

            if (pk->capture) {
                llmgw_pick_keep(pk, p, 1);
            }

            llmgw_pick_close(pk, c);
            p++;

            continue;

        case ',':
            llmgw_pick_comma(pk);
            break;

        case ':':
            break;

        default:
            if (pk->complete) {
                pk->broken = 1;
                break;
            }

            llmgw_pick_value(pk);
            pk->state = pick_literal;
        }

        if (pk->capture) {
            llmgw_pick_keep(pk, p, 1);
        }

        p++;
    }
}


void
llmgw_pick_end(llmgw_pick_t *pk)
{
    if (pk->state == pick_literal) {
        pk->state = pick_between;
        llmgw_pick_value_end(pk);
    }
}
