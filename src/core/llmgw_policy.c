
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Reading policies: the block, and what it decides.
 */


#include "llmgw_policy_block.h"


/* number of bits that are set */

static size_t
llmgw_policy_bits(uint64_t v)
{
    v -= v >> 1 & 0x5555555555555555;
    v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0f;

    return (size_t) (v * 0x0101010101010101 >> 56);
}


static uint64_t
llmgw_policy_slot(const llmgw_policy_t *p, llmgw_field_e field)
{
    size_t    n;
    uint64_t  v;

    n = llmgw_policy_bits(p->mask & (((uint64_t) 1 << field) - 1));

    memcpy(&v, (const u_char *) p + sizeof(llmgw_policy_t) + n * 8, 8);

    return v;
}


#define llmgw_low(v)   ((uint32_t) (v))
#define llmgw_high(v)  ((uint32_t) ((v) >> 32))


int64_t
llmgw_policy_number(const llmgw_policy_t *p, llmgw_field_e field,
    int64_t missing)
{
    return llmgw_policy_has(p, field) ? (int64_t) llmgw_policy_slot(p, field)
                                      : missing;
}


llmgw_str_t
llmgw_policy_string(const llmgw_policy_t *p, llmgw_field_e field)
{
    uint64_t  v;

    if (!llmgw_policy_has(p, field)) {
        return llmgw_null_str;
    }

    v = llmgw_policy_slot(p, field);

    return llmgw_str((const u_char *) p + llmgw_low(v), llmgw_high(v));
}


unsigned
llmgw_policy_count(const llmgw_policy_t *p, llmgw_field_e field)
{
    return llmgw_policy_has(p, field) ? llmgw_high(llmgw_policy_slot(p, field))
                                      : 0;
}


/* the n-th entry of a list, of any type */

static void
llmgw_policy_entry(const llmgw_policy_t *p, llmgw_field_e field, unsigned n,
    llmgw_entry_t *e)
{
    size_t  size;

    size = llmgw_entry_size(field);

    memset(e, 0, sizeof(llmgw_entry_t));
    memcpy(e, (const u_char *) p + llmgw_low(llmgw_policy_slot(p, field))
              + n * size,
           size);
}


void
llmgw_policy_item(const llmgw_policy_t *p, llmgw_field_e field, unsigned n,
    llmgw_item_t *item)
{
    llmgw_entry_t  e;

    memset(item, 0, sizeof(llmgw_item_t));

    if (n >= llmgw_policy_count(p, field)) {
        return;
    }

    llmgw_policy_entry(p, field, n, &e);

    item->name = llmgw_str((const u_char *) p + e.name, e.len);

    switch (field) {

    case LLMGW_F_ALIASES:
    case LLMGW_F_JWT_CLAIMS:
        item->value = llmgw_str((const u_char *) p + llmgw_low(e.value),
                                llmgw_high(e.value));
        break;

    case LLMGW_F_BUDGETS:
    case LLMGW_F_MODEL_BUDGETS:
        item->duration = e.more;
        item->number = (int64_t) e.value;
        break;

    default:
        item->number = (int64_t) e.value;
    }
}


int
llmgw_policy_member(const llmgw_policy_t *p, llmgw_field_e field,
    llmgw_str_t name, llmgw_item_t *item)
{
    unsigned  i, n;

    n = llmgw_policy_count(p, field);

    for (i = 0; i < n; i++) {

        llmgw_policy_item(p, field, i, item);

        if (llmgw_str_eq(item->name, name)) {
            return 1;
        }
    }

    return 0;
}


int
llmgw_wildcard(llmgw_str_t pattern, llmgw_str_t text)
{
    size_t  p, t, star, mark;

    star = pattern.len;
    mark = 0;

    for (p = 0, t = 0; t < text.len; /* void */ ) {

        if (p < pattern.len && pattern.data[p] == '*') {
            star = p++;
            mark = t;

        } else if (p < pattern.len && pattern.data[p] == text.data[t]) {
            p++;
            t++;

        } else if (star < pattern.len) {

            /* the last star takes one more */

            p = star + 1;
            t = ++mark;

        } else {
            return 0;
        }
    }

    while (p < pattern.len && pattern.data[p] == '*') {
        p++;
    }

    return p == pattern.len;
}


int
llmgw_policy_model(const llmgw_policy_t *p, llmgw_str_t model,
    const llmgw_str_t *groups, unsigned ngroups)
{
    unsigned      i, k, n;
    llmgw_item_t  item;

    n = llmgw_policy_count(p, LLMGW_F_MODELS);

    if (n == 0) {
        return 1;
    }

    for (i = 0; i < n; i++) {

        llmgw_policy_item(p, LLMGW_F_MODELS, i, &item);

        if (llmgw_str_is(item.name, "all-proxy-models")
            || llmgw_str_is(item.name, "all-team-models")
            || llmgw_wildcard(item.name, model))
        {
            return 1;
        }

        for (k = 0; k < ngroups; k++) {
            if (llmgw_str_eq(item.name, groups[k])) {
                return 1;
            }
        }
    }

    return 0;
}


/* without "/v1" and without the slash in front */

static llmgw_str_t
llmgw_route_name(llmgw_str_t s)
{
    if (s.len && s.data[0] == '/') {
        s.data++;
        s.len--;
    }

    if (llmgw_str_starts(s, "v1/")) {
        s.data += 3;
        s.len -= 3;
    }

    return s;
}


int
llmgw_policy_route(const llmgw_policy_t *p, unsigned route_group,
    llmgw_str_t path)
{
    unsigned      i, n;
    llmgw_str_t   name;
    llmgw_item_t  item;

    if (p == NULL || (p->routes & (LLMGW_ROUTES_ALL|route_group))) {
        return 1;
    }

    path = llmgw_route_name(path);
    n = llmgw_policy_count(p, LLMGW_F_ALLOWED_ROUTES);

    for (i = 0; i < n; i++) {

        llmgw_policy_item(p, LLMGW_F_ALLOWED_ROUTES, i, &item);
        name = llmgw_route_name(item.name);

        if (name.len && name.data[name.len - 1] == '*') {

            name.len--;

            if (path.len >= name.len
                && memcmp(path.data, name.data, name.len) == 0)
            {
                return 1;
            }

            continue;
        }

        if (llmgw_str_eq(name, path)) {
            return 1;
        }
    }

    return 0;
}


int
llmgw_policy_address(const llmgw_policy_t *p, const u_char *addr, size_t len)
{
    u_char        mask;
    unsigned      i, n, bytes, bits;
    llmgw_net_t   net;

    static const u_char  mapped[] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
    };

    n = llmgw_policy_count(p, LLMGW_F_ALLOWED_IPS);

    if (n == 0) {
        return 1;
    }

    if (len == 16 && memcmp(addr, mapped, sizeof(mapped)) == 0) {
        addr += sizeof(mapped);
        len = 4;
    }

    for (i = 0; i < n; i++) {

        llmgw_policy_entry(p, LLMGW_F_ALLOWED_IPS, i, (llmgw_entry_t *) &net);

        bytes = net.prefix / 8;
        bits = net.prefix % 8;

        if (net.len != len || memcmp(net.addr, addr, bytes) != 0) {
            continue;
        }

        mask = (u_char) (0xff00 >> bits);

        if (bits == 0 || ((net.addr[bytes] ^ addr[bytes]) & mask) == 0) {
            return 1;
        }
    }

    return 0;
}


int
llmgw_policy_certificate(const llmgw_policy_t *p, llmgw_str_t hex)
{
    size_t        k, len;
    u_char        buf[LLMGW_FINGERPRINT_MAX];
    unsigned      i, n;
    llmgw_item_t  item;

    n = llmgw_policy_count(p, LLMGW_F_CLIENT_CERTS);

    if (n == 0) {
        return 1;
    }

    len = 0;

    for (k = 0; k < hex.len; k++) {

        if (hex.data[k] == ':') {
            continue;
        }

        if (len == sizeof(buf)) {
            return 0;
        }

        buf[len++] = llmgw_tolower(hex.data[k]);
    }

    for (i = 0; i < n && len; i++) {

        llmgw_policy_item(p, LLMGW_F_CLIENT_CERTS, i, &item);

        if (llmgw_str_eq(item.name, llmgw_str(buf, len))) {
            return 1;
        }
    }

    return 0;
}
