
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A validating JSON tokenizer (RFC 8259) that yields spans into the text it
 * was given.  Nothing is unescaped or converted: a value moves from one format
 * to another as the bytes it came in.
 */


#ifndef _LLMGW_JSON_H_INCLUDED_
#define _LLMGW_JSON_H_INCLUDED_


#include "llmgw_core.h"


/* ../docs/architecture.md, "What is refused" */

#define LLMGW_JSON_MAX_DEPTH  128


typedef enum {
    LLMGW_JSON_NULL = 0,
    LLMGW_JSON_FALSE,
    LLMGW_JSON_TRUE,
    LLMGW_JSON_NUMBER,
    LLMGW_JSON_STRING,
    LLMGW_JSON_ARRAY,
    LLMGW_JSON_OBJECT
} llmgw_json_type_e;


#define LLMGW_JSON_ESCAPED    0x01   /* string with at least one escape */
#define LLMGW_JSON_SURROGATE  0x02   /* string with a lone \uD800-\uDFFF */
#define LLMGW_JSON_NUL        0x04   /* string with \u0000 */
#define LLMGW_JSON_INTEGER    0x08   /* number without fraction, exponent */
#define LLMGW_JSON_COLLAPSED  0x10   /* container whose inside has no nodes */


/*
 * Nodes stand in document order.  In an object a key node is followed by its
 * value; "span" is the number of nodes of the subtree, this one included, so
 * n + n->span is what comes after n.
 */

typedef struct {
    uint32_t  pos;     /* offset of the first byte; strings: behind the quote */
    uint32_t  len;     /* strings: without the quotes; containers: with them */
    uint32_t  span;
    uint8_t   type;
    uint8_t   flags;
    uint16_t  depth;   /* number of containers around it */
} llmgw_json_node_t;


typedef struct {
    const u_char       *text;
    size_t              len;
    llmgw_json_node_t  *nodes;      /* nodes[0] is the document's value */
    uint32_t            n;
    uint32_t            cap;
    uint32_t            max_nodes;
    uint32_t            node_depth;
    llmgw_arena_t      *arena;

    /* after LLMGW_INVALID: what was expected and where, in bytes */
    const char         *error;
    size_t              error_pos;
} llmgw_json_t;


/*
 * Parses the whole of text, which must stay as it is while the nodes are used;
 * nodes come from the arena.  Containers inside more than node_depth others
 * are checked, but get no nodes for what is in them (LLMGW_JSON_COLLAPSED);
 * at most max_nodes nodes are made.
 *
 * LLMGW_OK; LLMGW_INVALID: not JSON, error and error_pos say where;
 * LLMGW_TOO_LARGE: more than max_nodes values, or 4 GB; LLMGW_ERROR: memory.
 */

llmgw_int_t llmgw_json_parse(llmgw_json_t *j, llmgw_arena_t *a,
    llmgw_str_t text, uint32_t node_depth, uint32_t max_nodes);

#define LLMGW_JSON_ALL  UINT32_MAX


/* Walking */

#define llmgw_json_next(node)  ((node) + (node)->span)

#define llmgw_json_each(v, array)                                            \
    for (v = (array) + 1; v < (array) + (array)->span; v = v + v->span)

#define llmgw_json_each_member(k, v, object)                                 \
    for (k = (object) + 1, v = k + 1;                                        \
         k < (object) + (object)->span;                                      \
         k = v + v->span, v = k + 1)


/* The bytes of a value as they stand; of a string, what is in its quotes. */

static inline llmgw_str_t
llmgw_json_str(const llmgw_json_t *j, const llmgw_json_node_t *node)
{
    return llmgw_str(j->text + node->pos, node->len);
}


/* The bytes of a value with the quotes of a string. */

static inline llmgw_str_t
llmgw_json_raw(const llmgw_json_t *j, const llmgw_json_node_t *node)
{
    if (node->type == LLMGW_JSON_STRING) {
        return llmgw_str(j->text + node->pos - 1, (size_t) node->len + 2);
    }

    return llmgw_str(j->text + node->pos, node->len);
}


/* Whether a key (or any string) is this text; escapes in it are resolved. */

int llmgw_json_is_slow(const llmgw_json_t *j, const llmgw_json_node_t *node,
    const char *name, size_t len);

static inline int
llmgw_json_is_n(const llmgw_json_t *j, const llmgw_json_node_t *node,
    const char *name, size_t len)
{
    if (node->flags & LLMGW_JSON_ESCAPED) {
        return llmgw_json_is_slow(j, node, name, len);
    }

    return node->len == len && memcmp(j->text + node->pos, name, len) == 0;
}

#define llmgw_json_is(j, node, lit)                                          \
    llmgw_json_is_n(j, node, lit, sizeof(lit) - 1)


/* The value of a member, or NULL; of several of one name, the first. */

const llmgw_json_node_t *llmgw_json_get_n(const llmgw_json_t *j,
    const llmgw_json_node_t *object, const char *name, size_t len);

#define llmgw_json_get(j, object, lit)                                       \
    llmgw_json_get_n(j, object, lit, sizeof(lit) - 1)

/* The same, NULL also for a JSON null and for a value of another type. */

const llmgw_json_node_t *llmgw_json_get_type(const llmgw_json_t *j,
    const llmgw_json_node_t *object, const char *name, size_t len,
    llmgw_json_type_e type);

#define llmgw_json_object(j, object, lit)                                    \
    llmgw_json_get_type(j, object, lit, sizeof(lit) - 1, LLMGW_JSON_OBJECT)
#define llmgw_json_array(j, object, lit)                                     \
    llmgw_json_get_type(j, object, lit, sizeof(lit) - 1, LLMGW_JSON_ARRAY)
#define llmgw_json_string(j, object, lit)                                    \
    llmgw_json_get_type(j, object, lit, sizeof(lit) - 1, LLMGW_JSON_STRING)
#define llmgw_json_number(j, object, lit)                                    \
    llmgw_json_get_type(j, object, lit, sizeof(lit) - 1, LLMGW_JSON_NUMBER)

/* The content of a string member (escapes kept), or an empty string. */

llmgw_str_t llmgw_json_get_str_n(const llmgw_json_t *j,
    const llmgw_json_node_t *object, const char *name, size_t len);

#define llmgw_json_get_str(j, object, lit)                                   \
    llmgw_json_get_str_n(j, object, lit, sizeof(lit) - 1)


/*
 * The second key of a name that an object has twice, or NULL.  Linear in the
 * number of members.  With no memory for the table it answers with the first
 * key: too careful rather than too lax.
 */

const llmgw_json_node_t *llmgw_json_duplicate(const llmgw_json_t *j,
    const llmgw_json_node_t *object, llmgw_arena_t *a);


/*
 * Numbers.  llmgw_json_int() takes integers and values such as 1.0 and 1e3
 * that are integers; LLMGW_DECLINED when the value is not one, does not fit, or
 * when the text is no number at all.
 */

llmgw_int_t llmgw_json_int(llmgw_str_t number, int64_t *value);
double llmgw_json_double(llmgw_str_t number);


/*
 * Checks a text of JSON (at most LLMGW_JSON_MAX_DEPTH deep) without keeping
 * nodes.  Returns its type, or LLMGW_INVALID.
 */

llmgw_int_t llmgw_json_check(llmgw_str_t text);


/*
 * The end of the run of bytes that stand for themselves in a JSON string:
 * the first quote, backslash, control character or byte above 0x7f.
 */

const u_char *llmgw_json_plain(const u_char *p, const u_char *end);


/*
 * The same for text of any letters: the first quote, backslash or control
 * character, or end.  NULL where it is not UTF-8, *bad is the place.
 */

const u_char *llmgw_json_text(const u_char *p, const u_char *end,
    const u_char **bad);

/* The first quote or backslash, or end, in what is known to be JSON. */

const u_char *llmgw_json_quote(const u_char *p, const u_char *end);


/*
 * Checks UTF-8 from p while bytes are above 0x7f; the first ASCII byte or end,
 * NULL where the text is not UTF-8 (also overlong, surrogates, > 0x10ffff).
 */

const u_char *llmgw_utf8_run(const u_char *p, const u_char *end);


#endif /* _LLMGW_JSON_H_INCLUDED_ */
