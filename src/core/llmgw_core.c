
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_core.h"


void
llmgw_arena_init(llmgw_arena_t *a, llmgw_alloc_pt alloc, void *data,
    size_t block, size_t limit)
{
    memset(a, 0, sizeof(llmgw_arena_t));

    a->alloc = alloc;
    a->data = data;
    a->block = block;
    a->limit = limit;
}


void
llmgw_arena_reset(llmgw_arena_t *a)
{
    a->current = a->first;

    if (a->first == NULL) {
        return;
    }

    a->pos = (u_char *) (a->first + 1);
    a->end = a->first->end;
}


void *
llmgw_arena_slow(llmgw_arena_t *a, size_t size, size_t align)
{
    u_char         *p;
    size_t          n;
    llmgw_block_t  *b, *next;

    if (size > SIZE_MAX / 2) {
        return NULL;
    }

    /* after a reset the old blocks are used again, in their order */

    while (a->current != NULL && a->current->next != NULL) {
        next = a->current->next;
        p = (u_char *) (next + 1);

        a->current = next;
        a->pos = p;
        a->end = next->end;

        if (size <= (size_t) (next->end - p)) {
            a->pos = p + size;
            return p;
        }
    }

    n = size + sizeof(llmgw_block_t) + align;

    if (n < a->block) {
        n = a->block;
    }

    if (a->limit != 0 && n > a->limit - a->size) {

        /* the last block may be a small one */

        n = size + sizeof(llmgw_block_t) + align;

        if (n > a->limit - a->size) {
            return NULL;
        }
    }

    b = a->alloc(a->data, n);
    if (b == NULL) {
        return NULL;
    }

    a->size += n;

    b->next = NULL;
    b->end = (u_char *) b + n;

    if (a->current == NULL) {
        a->first = b;

    } else {
        a->current->next = b;
    }

    a->current = b;

    /* the header keeps the first address aligned to 8 */

    p = (u_char *) (b + 1);
    a->pos = p + size;
    a->end = b->end;

    return p;
}


llmgw_str_t
llmgw_str_dup(llmgw_arena_t *a, llmgw_str_t s)
{
    u_char  *p;

    p = llmgw_nalloc(a, s.len);
    if (p == NULL) {
        return llmgw_null_str;
    }

    if (s.len) {
        memcpy(p, s.data, s.len);
    }

    return llmgw_str(p, s.len);
}


llmgw_int_t
llmgw_buf_add(llmgw_arena_t *a, llmgw_buf_t *b, llmgw_str_t s)
{
    size_t   size;
    u_char  *data;

    if (s.len == 0) {
        return LLMGW_OK;
    }

    if (s.len > b->size - b->len) {

        size = b->size ? b->size : 128;

        while (size < b->len + s.len) {
            size *= 2;
        }

        data = llmgw_nalloc(a, size);
        if (data == NULL) {
            return LLMGW_ERROR;
        }

        if (b->len) {
            memcpy(data, b->data, b->len);
        }

        b->data = data;
        b->size = size;
    }

    memcpy(b->data + b->len, s.data, s.len);
    b->len += s.len;

    return LLMGW_OK;
}


int
llmgw_str_caseeq(llmgw_str_t a, llmgw_str_t b)
{
    size_t  i;

    if (a.len != b.len) {
        return 0;
    }

    for (i = 0; i < a.len; i++) {
        if (llmgw_tolower(a.data[i]) != llmgw_tolower(b.data[i])) {
            return 0;
        }
    }

    return 1;
}


const u_char *
llmgw_str_find(llmgw_str_t s, llmgw_str_t needle)
{
    if (needle.len == 0 || s.len < needle.len) {
        return NULL;
    }

    return memmem(s.data, s.len, needle.data, needle.len);
}


const u_char *
llmgw_str_casefind(llmgw_str_t s, llmgw_str_t needle)
{
    size_t         n;
    const u_char  *p, *last;

    if (needle.len == 0 || s.len < needle.len) {
        return NULL;
    }

    last = s.data + s.len - needle.len;

    for (p = s.data; p <= last; p++) {

        if (llmgw_tolower(*p) != needle.data[0]) {
            continue;
        }

        for (n = 1; n < needle.len; n++) {
            if (llmgw_tolower(p[n]) != needle.data[n]) {
                break;
            }
        }

        if (n == needle.len) {
            return p;
        }
    }

    return NULL;
}


llmgw_str_t
llmgw_str_word(llmgw_str_t *list)
{
    size_t       n;
    llmgw_str_t  word;

    for (n = 0; n < list->len && list->data[n] != ' '; n++) { /* void */ }

    word = llmgw_str(list->data, n);

    n += (n < list->len);
    list->data += n;
    list->len -= n;

    return word;
}


unsigned
llmgw_str_listed(llmgw_str_t list, llmgw_str_t word)
{
    while (list.len) {
        if (llmgw_str_eq(llmgw_str_word(&list), word)) {
            return 1;
        }
    }

    return 0;
}
