
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_canon.h"
#include "llmgw_jstr.h"


#define LLMGW_CANON_BUF  256


/* small pieces go to the digest together */

typedef struct {
    llmgw_sha256_t      *digest;
    llmgw_arena_t       *arena;
    const llmgw_json_t  *doc;
    llmgw_int_t          rc;
    size_t               len;
    u_char               buf[LLMGW_CANON_BUF];
} llmgw_canon_t;


typedef struct {
    llmgw_str_t               name;
    const llmgw_json_node_t  *value;
} llmgw_canon_member_t;


static void llmgw_canon_value(llmgw_canon_t *c, const llmgw_json_node_t *n);


static void
llmgw_canon_flush(llmgw_canon_t *c)
{
    if (c->len && c->rc == LLMGW_OK) {
        c->rc = llmgw_sha256_update(c->digest, llmgw_str(c->buf, c->len));
    }

    c->len = 0;
}


static void
llmgw_canon_put(llmgw_canon_t *c, llmgw_str_t s)
{
    if (s.len > sizeof(c->buf) - c->len) {
        llmgw_canon_flush(c);

        if (s.len > sizeof(c->buf)) {

            if (c->rc == LLMGW_OK) {
                c->rc = llmgw_sha256_update(c->digest, s);
            }

            return;
        }
    }

    if (s.len) {
        memcpy(c->buf + c->len, s.data, s.len);
        c->len += s.len;
    }
}


/* a kind, a length and the bytes: nothing else can look like it */

static void
llmgw_canon_text(llmgw_canon_t *c, u_char kind, llmgw_str_t s)
{
    size_t    i;
    u_char    head[9];
    uint64_t  len;

    head[0] = kind;
    len = s.len;

    for (i = 1; i < sizeof(head); i++) {
        head[i] = (u_char) len;
        len >>= 8;
    }

    llmgw_canon_put(c, llmgw_str(head, sizeof(head)));
    llmgw_canon_put(c, s);
}


/*
 * The bytes that a string stands for.  A lone surrogate stands for none: a
 * string with one is told apart by its spelling.
 */

static llmgw_str_t
llmgw_canon_string(llmgw_canon_t *c, llmgw_str_t s, u_char *kind)
{
    llmgw_str_t  text;

    *kind = 's';

    text = llmgw_jstr_decode(c->arena, s);

    if (text.data == NULL) {
        c->rc = LLMGW_ERROR;
        return llmgw_null_str;
    }

    if (text.data != s.data
        && llmgw_str_find(text, llmgw_lit("\xef\xbf\xbd")))
    {
        *kind = 'r';
        return s;
    }

    return text;
}


static int
llmgw_canon_compare(const llmgw_canon_member_t *a,
    const llmgw_canon_member_t *b)
{
    int     rc;
    size_t  n;

    n = a->name.len < b->name.len ? a->name.len : b->name.len;
    rc = n ? memcmp(a->name.data, b->name.data, n) : 0;

    if (rc) {
        return rc;
    }

    if (a->name.len != b->name.len) {
        return a->name.len < b->name.len ? -1 : 1;
    }

    /* of the same name: as they stand */

    return (a->value > b->value) - (a->value < b->value);
}


/* lets one of n members sink to where it belongs in a heap */

static void
llmgw_canon_sink(llmgw_canon_member_t *m, size_t i, size_t n)
{
    size_t                k;
    llmgw_canon_member_t  one;

    one = m[i];

    for ( ;; ) {
        k = 2 * i + 1;

        if (k >= n) {
            break;
        }

        if (k + 1 < n && llmgw_canon_compare(&m[k], &m[k + 1]) < 0) {
            k++;
        }

        if (llmgw_canon_compare(&one, &m[k]) >= 0) {
            break;
        }

        m[i] = m[k];
        i = k;
    }

    m[i] = one;
}


/* a heap needs no memory, and its time does not depend on the order */

static void
llmgw_canon_sort(llmgw_canon_member_t *m, size_t n)
{
    size_t                i;
    llmgw_canon_member_t  one;

    for (i = n / 2; i; i--) {
        llmgw_canon_sink(m, i - 1, n);
    }

    for (i = n; i > 1; i--) {

        one = m[0];
        m[0] = m[i - 1];
        m[i - 1] = one;

        llmgw_canon_sink(m, 0, i - 1);
    }
}


static void
llmgw_canon_object(llmgw_canon_t *c, const llmgw_json_node_t *object)
{
    size_t                    i, n;
    u_char                    kind;
    llmgw_canon_member_t     *m;
    const llmgw_json_node_t  *k, *v;

    n = 0;

    llmgw_json_each_member(k, v, object) {
        n++;
    }

    m = llmgw_alloc(c->arena, (n ? n : 1) * sizeof(llmgw_canon_member_t));
    if (m == NULL) {
        c->rc = LLMGW_ERROR;
        return;
    }

    i = 0;

    llmgw_json_each_member(k, v, object) {

        m[i].name = llmgw_canon_string(c, llmgw_json_str(c->doc, k), &kind);
        m[i].value = v;
        i++;
    }

    if (c->rc != LLMGW_OK) {
        return;
    }

    llmgw_canon_sort(m, n);

    llmgw_canon_put(c, llmgw_lit("{"));

    for (i = 0; i < n && c->rc == LLMGW_OK; i++) {
        llmgw_canon_text(c, 'm', m[i].name);
        llmgw_canon_value(c, m[i].value);
    }

    llmgw_canon_put(c, llmgw_lit("}"));
}


/* as deep as the parser lets a text be */

static void
llmgw_canon_value(llmgw_canon_t *c, const llmgw_json_node_t *n)
{
    u_char                    kind;
    llmgw_str_t               s;
    const llmgw_json_node_t  *v;

    switch (n->type) {

    case LLMGW_JSON_OBJECT:
        llmgw_canon_object(c, n);
        return;

    case LLMGW_JSON_ARRAY:

        llmgw_canon_put(c, llmgw_lit("["));

        llmgw_json_each(v, n) {

            if (c->rc != LLMGW_OK) {
                return;
            }

            llmgw_canon_value(c, v);
        }

        llmgw_canon_put(c, llmgw_lit("]"));
        return;

    case LLMGW_JSON_STRING:
        s = llmgw_canon_string(c, llmgw_json_str(c->doc, n), &kind);
        llmgw_canon_text(c, kind, s);
        return;

    default:
        llmgw_canon_text(c, 'n', llmgw_json_raw(c->doc, n));
    }
}


llmgw_int_t
llmgw_canon(llmgw_sha256_t *digest, llmgw_arena_t *a, llmgw_str_t text)
{
    llmgw_int_t    rc;
    llmgw_json_t   j;
    llmgw_canon_t  c;

    rc = llmgw_json_parse(&j, a, text, LLMGW_JSON_ALL, LLMGW_JSON_ALL);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    c.digest = digest;
    c.arena = a;
    c.doc = &j;
    c.rc = LLMGW_OK;
    c.len = 0;

    if (rc == LLMGW_OK) {
        llmgw_canon_value(&c, j.nodes);

    } else {
        llmgw_canon_text(&c, 'b', text);
    }

    llmgw_canon_flush(&c);

    return c.rc;
}


static llmgw_int_t
llmgw_cache_control_read(llmgw_cache_control_t *cc, const llmgw_json_t *j,
    const llmgw_json_node_t *object, llmgw_str_t *param)
{
    unsigned                  set;
    const llmgw_json_node_t  *k, *v;

    /* whose member it is shows in the names */

    llmgw_json_each_member(k, v, object) {

        if (!llmgw_json_is(j, k, "no-cache")
            && !llmgw_json_is(j, k, "no-store")
            && !llmgw_json_is(j, k, "ttl"))
        {
            return LLMGW_DECLINED;
        }
    }

    llmgw_json_each_member(k, v, object) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        if (llmgw_json_is(j, k, "ttl")) {

            if (llmgw_json_int(llmgw_json_raw(j, v), &cc->ttl) != LLMGW_OK
                || cc->ttl < 1)
            {
                *param = llmgw_lit("cache.ttl");
                return LLMGW_INVALID;
            }

            continue;
        }

        set = (v->type == LLMGW_JSON_TRUE);

        if (!set && v->type != LLMGW_JSON_FALSE) {
            *param = llmgw_json_is(j, k, "no-cache")
                     ? llmgw_lit("cache.no-cache")
                     : llmgw_lit("cache.no-store");
            return LLMGW_INVALID;
        }

        if (llmgw_json_is(j, k, "no-cache")) {
            cc->no_cache = set;

        } else {
            cc->no_store = set;
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_cache_control(llmgw_cache_control_t *cc, llmgw_arena_t *a,
    u_char *body, size_t len, llmgw_str_t *param)
{
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *k, *v, *key, *value;

    cc->no_cache = 0;
    cc->no_store = 0;
    cc->ttl = -1;

    rc = llmgw_json_parse(&j, a, llmgw_str(body, len), 2, LLMGW_JSON_ALL);

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {

        /* who reads the request says what is wrong with it */

        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_DECLINED;
    }

    key = NULL;
    value = NULL;

    llmgw_json_each_member(k, v, j.nodes) {

        if (llmgw_json_is(&j, k, "cache")) {

            if (key) {
                return LLMGW_DECLINED;
            }

            key = k;
            value = v;
        }
    }

    if (key == NULL || value->type != LLMGW_JSON_OBJECT) {
        return LLMGW_DECLINED;
    }

    rc = llmgw_cache_control_read(cc, &j, value, param);

    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_blank_member(body, &j, key);

    return LLMGW_OK;
}


void
llmgw_blank_member(u_char *body, const llmgw_json_t *j,
    const llmgw_json_node_t *key)
{
    u_char       *p, *last;
    llmgw_str_t   raw;

    raw = llmgw_json_raw(j, key + 1);
    p = body + key->pos - 1;
    last = body + (raw.data - j->text) + raw.len;

    /* what ends the object follows in any case */

    while (*last == ' ' || *last == '\t' || *last == '\r' || *last == '\n') {
        last++;
    }

    /* one of the commas beside it goes, too */

    if (*last == ',') {
        last++;

    } else {

        while (p[-1] != ',' && p[-1] != '{') {
            p--;
        }

        if (p[-1] == ',') {
            p--;
        }
    }

    memset(p, ' ', (size_t) (last - p));
}
