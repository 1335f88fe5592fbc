
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_query.h"


static int
llmgw_query_hex(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


/* a character, which may be encoded; what is no encoding stands for itself */

static u_char
llmgw_query_char(const u_char **pos, const u_char *end)
{
    int            high, low;
    const u_char  *p;

    p = *pos;
    *pos = p + 1;

    if (*p != '%' || end - p < 3) {
        return *p;
    }

    high = llmgw_query_hex(p[1]);
    low = llmgw_query_hex(p[2]);

    if (high < 0 || low < 0) {
        return *p;
    }

    *pos = p + 3;

    return (u_char) (high << 4 | low);
}


/* whether a member is of that name; value: where it begins, or its end */

static unsigned
llmgw_query_is(llmgw_str_t member, llmgw_str_t name, const u_char **value)
{
    size_t         n;
    const u_char  *p, *end;

    p = member.data;
    end = p + member.len;

    for (n = 0; p < end && *p != '='; n++) {

        if (n == name.len || llmgw_query_char(&p, end) != name.data[n]) {
            return 0;
        }
    }

    *value = (p < end) ? p + 1 : p;

    return n == name.len;
}


/* the member at the beginning of a query, which is left without it */

static llmgw_str_t
llmgw_query_member(llmgw_str_t *query)
{
    size_t         n;
    const u_char  *p;

    p = memchr(query->data, '&', query->len);
    n = p ? (size_t) (p - query->data) : query->len;
    p = query->data;

    query->data += n;
    query->len -= n;

    if (query->len) {
        query->data++;
        query->len--;
    }

    return llmgw_str(p, n);
}


llmgw_str_t
llmgw_query_value(llmgw_str_t query, llmgw_str_t name)
{
    llmgw_str_t    member;
    const u_char  *value;

    while (query.len) {

        member = llmgw_query_member(&query);

        if (llmgw_query_is(member, name, &value)) {
            return llmgw_str(value, (size_t) (member.data + member.len
                                              - value));
        }
    }

    return llmgw_null_str;
}


u_char *
llmgw_query_cut(u_char *p, llmgw_str_t query, llmgw_str_t name)
{
    u_char        *start;
    llmgw_str_t    member;
    const u_char  *value;

    start = p;

    while (query.len) {

        member = llmgw_query_member(&query);

        if (llmgw_query_is(member, name, &value)) {
            continue;
        }

        if (p > start) {
            *p++ = '&';
        }

        memmove(p, member.data, member.len);
        p += member.len;
    }

    return p;
}


llmgw_str_t
llmgw_percent_decode(llmgw_arena_t *a, llmgw_str_t s)
{
    u_char        *p, *start;
    const u_char  *q, *end;

    start = llmgw_nalloc(a, s.len + 1);
    if (start == NULL) {
        return llmgw_null_str;
    }

    p = start;
    q = s.data;
    end = q + s.len;

    while (q < end) {
        *p++ = llmgw_query_char(&q, end);
    }

    return llmgw_str(start, (size_t) (p - start));
}
