
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_json.h"
#include "llmgw_jstr.h"
#include "llmgw_scan.h"


static const u_char *llmgw_json_scan(llmgw_json_t *j, const u_char *p,
    const u_char *end, unsigned *flags);
static const u_char *llmgw_json_escape(llmgw_json_t *j, const u_char *p,
    const u_char *end, unsigned *flags);
static const u_char *llmgw_json_number_end(const u_char *p, const u_char *end,
    unsigned *flags);
static llmgw_json_node_t *llmgw_json_grow(llmgw_json_t *j);


static inline const u_char *
llmgw_json_ws(const u_char *p, const u_char *end)
{
    /* mostly there is none, which one comparison tells */

    while (p < end && *p <= ' '
           && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    {
        p++;
    }

    return p;
}


/* p is behind the opening quote; returns the closing quote */

static const u_char *
llmgw_json_scan(llmgw_json_t *j, const u_char *p, const u_char *end,
    unsigned *flags)
{
    const u_char  *q, *bad;

    p = llmgw_scan_string(p, end, flags);

    for ( ;; ) {

        p = llmgw_json_plain(p, end);

        if (p == end) {
            j->error = "the string is not closed";
            j->error_pos = p - j->text;
            return NULL;
        }

        if (*p == '"') {
            return p;
        }

        if (*p == '\\') {

            /* where there is one, there are often several */

            do {
                p = llmgw_json_escape(j, p, end, flags);
                if (p == NULL) {
                    return NULL;
                }

            } while (p < end && *p == '\\');

            continue;
        }

        if (*p < 0x20) {
            j->error = "control character in a string";
            j->error_pos = p - j->text;
            return NULL;
        }

        q = llmgw_json_text(p, end, &bad);
        if (q == NULL) {
            j->error = "the text is not UTF-8";
            j->error_pos = bad - j->text;
            return NULL;
        }

        p = q;
    }
}


static const u_char *
llmgw_json_escape(llmgw_json_t *j, const u_char *p, const u_char *end,
    unsigned *flags)
{
    const u_char  *q;

    *flags |= LLMGW_JSON_ESCAPED;

    if (end - p < 2) {
        goto invalid;
    }

    switch (p[1]) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 2;

    case 'u':
        break;

    default:
        goto invalid;
    }

    q = llmgw_scan_unicode(p, end, flags);

    if (q) {
        return q;
    }

invalid:

    j->error = "invalid escape in a string";
    j->error_pos = p - j->text;

    return NULL;
}


/* NULL: not a number */

static const u_char *
llmgw_json_number_end(const u_char *p, const u_char *end, unsigned *flags)
{
    *flags = LLMGW_JSON_INTEGER;

    if (*p == '-') {
        p++;
    }

    if (p == end) {
        return NULL;
    }

    if (*p == '0') {
        p++;

    } else if (*p >= '1' && *p <= '9') {

        while (p < end && *p >= '0' && *p <= '9') {
            p++;
        }

    } else {
        return NULL;
    }

    if (p < end && *p == '.') {

        *flags = 0;
        p++;

        if (p == end || *p < '0' || *p > '9') {
            return NULL;
        }

        while (p < end && *p >= '0' && *p <= '9') {
            p++;
        }
    }

    if (p < end && (*p == 'e' || *p == 'E')) {

        *flags = 0;
        p++;

        if (p < end && (*p == '+' || *p == '-')) {
            p++;
        }

        if (p == end || *p < '0' || *p > '9') {
            return NULL;
        }

        while (p < end && *p >= '0' && *p <= '9') {
            p++;
        }
    }

    return p;
}


static llmgw_json_node_t *
llmgw_json_grow(llmgw_json_t *j)
{
    uint32_t            cap;
    llmgw_json_node_t  *nodes;

    if (j->n >= j->max_nodes) {
        j->error = "too many values";
        return NULL;
    }

    cap = j->cap ? j->cap * 2 : 64;

    if (cap > j->max_nodes) {
        cap = j->max_nodes;
    }

    nodes = llmgw_alloc(j->arena, cap * sizeof(llmgw_json_node_t));
    if (nodes == NULL) {
        j->error = NULL;
        return NULL;
    }

    if (j->n) {
        memcpy(nodes, j->nodes, j->n * sizeof(llmgw_json_node_t));
    }

    j->nodes = nodes;
    j->cap = cap;

    return &nodes[j->n++];
}


static inline llmgw_json_node_t *
llmgw_json_push(llmgw_json_t *j)
{
    if (j->n < j->cap) {
        return &j->nodes[j->n++];
    }

    return llmgw_json_grow(j);
}


llmgw_int_t
llmgw_json_parse(llmgw_json_t *j, llmgw_arena_t *a, llmgw_str_t text,
    uint32_t node_depth, uint32_t max_nodes)
{
    size_t              cap;
    unsigned            flags, depth, type, is_key;
    const u_char       *p, *q, *end;
    llmgw_json_node_t  *node;

    /* index of each open container; UINT32_MAX when it has no node */
    uint32_t            stack[LLMGW_JSON_MAX_DEPTH + 1];
    u_char              kind[LLMGW_JSON_MAX_DEPTH + 1];

    if (text.data == NULL) {
        text = llmgw_lit("");
    }

    j->text = text.data;
    j->len = text.len;
    j->nodes = NULL;
    j->n = 0;
    j->cap = 0;
    j->max_nodes = max_nodes < UINT32_MAX / 64 ? max_nodes : UINT32_MAX / 64;
    j->node_depth = node_depth;
    j->arena = a;
    j->error = NULL;
    j->error_pos = 0;

    if (text.len >= UINT32_MAX) {
        j->error = "the text is too long";
        return LLMGW_TOO_LARGE;
    }

    /* a guess that fits most bodies, so that growing is rare */

    cap = text.len / 24 + 8;

    if (cap > 1024) {
        cap = 1024;
    }

    if (cap > j->max_nodes) {
        cap = j->max_nodes;
    }

    j->nodes = llmgw_alloc(a, cap * sizeof(llmgw_json_node_t));
    if (j->nodes == NULL) {
        return LLMGW_ERROR;
    }

    j->cap = (uint32_t) cap;

    p = text.data;
    end = p + text.len;
    depth = 0;
    is_key = 0;

    p = llmgw_json_ws(p, end);

value:

    if (p == end) {
        j->error = "a value is missing";
        goto invalid;
    }

    node = NULL;
    flags = 0;

    if (depth <= node_depth) {

        node = llmgw_json_push(j);
        if (node == NULL) {
            j->error_pos = p - text.data;
            return j->error ? LLMGW_TOO_LARGE : LLMGW_ERROR;
        }

        node->span = 1;
        node->depth = (uint16_t) depth;
    }

    switch (*p) {

    case '"':
        q = llmgw_json_scan(j, p + 1, end, &flags);
        if (q == NULL) {
            return LLMGW_INVALID;
        }

        if (node) {
            node->pos = (uint32_t) (p + 1 - text.data);
            node->len = (uint32_t) (q - p - 1);
            node->type = LLMGW_JSON_STRING;
            node->flags = (uint8_t) flags;
        }

        p = llmgw_json_ws(q + 1, end);

        if (is_key) {

            if (p == end || *p != ':') {
                j->error = "expected ':'";
                goto invalid;
            }

            p = llmgw_json_ws(p + 1, end);
            is_key = 0;

            goto value;
        }

        goto after;

    case '{':
    case '[':

        if (depth == LLMGW_JSON_MAX_DEPTH) {
            j->error = "nested too deep";
            goto invalid;
        }

        type = *p;

        if (node) {
            node->pos = (uint32_t) (p - text.data);
            node->type = (type == '{') ? LLMGW_JSON_OBJECT : LLMGW_JSON_ARRAY;
            node->flags = (depth == node_depth) ? LLMGW_JSON_COLLAPSED : 0;
            stack[depth] = j->n - 1;

        } else {
            stack[depth] = UINT32_MAX;
        }

        kind[depth] = (u_char) type;
        depth++;

        p = llmgw_json_ws(p + 1, end);

        if (p < end && *p == (type == '{' ? '}' : ']')) {
            goto close;
        }

        if (type == '[') {
            goto value;
        }

        goto key;

    case 't':
        if (end - p < 4 || memcmp(p, "true", 4) != 0) {
            goto unknown;
        }

        type = LLMGW_JSON_TRUE;
        q = p + 4;
        break;

    case 'f':
        if (end - p < 5 || memcmp(p, "false", 5) != 0) {
            goto unknown;
        }

        type = LLMGW_JSON_FALSE;
        q = p + 5;
        break;

    case 'n':
        if (end - p < 4 || memcmp(p, "null", 4) != 0) {
            goto unknown;
        }

        type = LLMGW_JSON_NULL;
        q = p + 4;
        break;

    default:
        if (*p != '-' && (*p < '0' || *p > '9')) {
            goto unknown;
        }

        type = LLMGW_JSON_NUMBER;
        q = llmgw_json_number_end(p, end, &flags);

        if (q == NULL) {
            j->error = "invalid number";
            goto invalid;
        }
    }

    if (node) {
        node->pos = (uint32_t) (p - text.data);
        node->len = (uint32_t) (q - p);
        node->type = (uint8_t) type;
        node->flags = (uint8_t) flags;
    }

    p = llmgw_json_ws(q, end);

after:

    if (depth == 0) {

        if (p != end) {
            j->error = "unexpected text behind the value";
            goto invalid;
        }

        return LLMGW_OK;
    }

    if (p == end) {
        j->error = (kind[depth - 1] == '{') ? "expected ',' or '}'"
                                            : "expected ',' or ']'";
        goto invalid;
    }

    if (*p == ',') {

        p = llmgw_json_ws(p + 1, end);

        if (kind[depth - 1] == '[') {
            goto value;
        }

        goto key;
    }

    if (*p != (kind[depth - 1] == '{' ? '}' : ']')) {
        j->error = (kind[depth - 1] == '{') ? "expected ',' or '}'"
                                            : "expected ',' or ']'";
        goto invalid;
    }

close:

    depth--;

    if (stack[depth] != UINT32_MAX) {
        node = &j->nodes[stack[depth]];
        node->len = (uint32_t) (p + 1 - text.data) - node->pos;
        node->span = j->n - stack[depth];
    }

    p = llmgw_json_ws(p + 1, end);

    goto after;

key:

    if (p == end || *p != '"') {
        j->error = "expected a member name";
        goto invalid;
    }

    is_key = 1;

    goto value;

unknown:

    j->error = "expected a value";

invalid:

    j->error_pos = p - text.data;

    return LLMGW_INVALID;
}


llmgw_int_t
llmgw_json_check(llmgw_str_t text)
{
    llmgw_int_t    rc;
    llmgw_json_t   j;
    llmgw_arena_t  a;

    /* the document's value is all that gets a node */

    u_char         mem[sizeof(llmgw_json_node_t) + 16];

    memset(&a, 0, sizeof(llmgw_arena_t));
    a.pos = mem;
    a.end = mem + sizeof(mem);

    rc = llmgw_json_parse(&j, &a, text, 0, 1);

    return (rc == LLMGW_OK) ? j.nodes[0].type : LLMGW_INVALID;
}


int
llmgw_json_is_slow(const llmgw_json_t *j, const llmgw_json_node_t *node,
    const char *name, size_t len)
{
    /* an escape is at least one byte longer than what it stands for */

    if (node->len <= len) {
        return 0;
    }

    return llmgw_jstr_equal(llmgw_json_str(j, node),
                            llmgw_str((const u_char *) name, len));
}


const llmgw_json_node_t *
llmgw_json_get_n(const llmgw_json_t *j, const llmgw_json_node_t *object,
    const char *name, size_t len)
{
    const llmgw_json_node_t  *k, *v;

    if (object == NULL || object->type != LLMGW_JSON_OBJECT) {
        return NULL;
    }

    llmgw_json_each_member(k, v, object) {
        if (llmgw_json_is_n(j, k, name, len)) {
            return v;
        }
    }

    return NULL;
}


const llmgw_json_node_t *
llmgw_json_get_type(const llmgw_json_t *j, const llmgw_json_node_t *object,
    const char *name, size_t len, llmgw_json_type_e type)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get_n(j, object, name, len);

    return (v != NULL && v->type == type) ? v : NULL;
}


llmgw_str_t
llmgw_json_get_str_n(const llmgw_json_t *j, const llmgw_json_node_t *object,
    const char *name, size_t len)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get_type(j, object, name, len, LLMGW_JSON_STRING);

    return v ? llmgw_json_str(j, v) : llmgw_null_str;
}


/*
 * Keys are compared as what they stand for: "a" and "\u0061" are one name.
 * The seed keeps a body from being made of colliding names.
 */

static uint32_t
llmgw_json_key_hash(llmgw_str_t key, uint64_t seed)
{
    size_t    i;
    uint64_t  h;

    h = seed;

    for (i = 0; i < key.len; i++) {
        h = (h ^ key.data[i]) * 0x9e3779b97f4a7c15ULL;
        h ^= h >> 29;
    }

    return (uint32_t) (h >> 32);
}


const llmgw_json_node_t *
llmgw_json_duplicate(const llmgw_json_t *j, const llmgw_json_node_t *object,
    llmgw_arena_t *a)
{
    size_t                    n, size, i;
    uint64_t                  seed;
    unsigned                  escaped;
    llmgw_str_t               key, *keys;
    const llmgw_json_node_t  *k, *v, *k2, *v2;

    n = 0;
    escaped = 0;

    llmgw_json_each_member(k, v, object) {
        escaped |= k->flags & LLMGW_JSON_ESCAPED;
        n++;
    }

    if (n <= 8 && !escaped) {

        llmgw_json_each_member(k, v, object) {

            for (k2 = object + 1; k2 < k; k2 = llmgw_json_next(v2)) {
                v2 = k2 + 1;

                if (k2->len == k->len
                    && memcmp(j->text + k2->pos, j->text + k->pos, k->len)
                       == 0)
                {
                    return k;
                }
            }
        }

        return NULL;
    }

    for (size = 4; size < n * 2; size *= 2) { /* void */ }

    keys = llmgw_calloc(a, size * sizeof(llmgw_str_t));
    if (keys == NULL) {
        return object + 1;
    }

    /* the address space is laid out at random */

    seed = (uint64_t) (uintptr_t) keys ^ (uint64_t) (uintptr_t) j->text << 20
           ^ (uint64_t) (uintptr_t) &n;

    llmgw_json_each_member(k, v, object) {

        key = llmgw_json_str(j, k);

        if (k->flags & LLMGW_JSON_ESCAPED) {
            key = llmgw_jstr_decode(a, key);

            if (key.data == NULL) {
                return k;
            }
        }

        i = llmgw_json_key_hash(key, seed) & (size - 1);

        while (keys[i].data) {
            if (llmgw_str_eq(keys[i], key)) {
                return k;
            }

            i = (i + 1) & (size - 1);
        }

        keys[i] = key;
    }

    return NULL;
}
