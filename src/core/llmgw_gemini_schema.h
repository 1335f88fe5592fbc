
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * JSON Schemas as the service takes them.  What it refuses is not only single
 * keywords: references have to be resolved, unions taken apart, subschemas
 * merged.  So a schema is first gathered into one view of all that holds for
 * it, and then written from there.
 */


#ifndef _LLMGW_GEMINI_SCHEMA_H_INCLUDED_
#define _LLMGW_GEMINI_SCHEMA_H_INCLUDED_


#include "llmgw_gemini.h"


typedef struct llmgw_gs_list_s  llmgw_gs_list_t;
typedef struct llmgw_gs_view_s  llmgw_gs_view_t;


enum {
    LLMGW_GS_ID = 0,
    LLMGW_GS_ANCHOR,
    LLMGW_GS_REF,
    LLMGW_GS_TYPE,
    LLMGW_GS_TITLE,
    LLMGW_GS_DESCRIPTION,
    LLMGW_GS_FORMAT,
    LLMGW_GS_ENUM,
    LLMGW_GS_CONST,
    LLMGW_GS_ITEMS,
    LLMGW_GS_PREFIX,
    LLMGW_GS_MIN_ITEMS,
    LLMGW_GS_MAX_ITEMS,
    LLMGW_GS_MIN_LENGTH,
    LLMGW_GS_MAX_LENGTH,
    LLMGW_GS_MIN_PROPERTIES,
    LLMGW_GS_MAX_PROPERTIES,
    LLMGW_GS_PATTERN,
    LLMGW_GS_MINIMUM,
    LLMGW_GS_MAXIMUM,
    LLMGW_GS_ABOVE,
    LLMGW_GS_BELOW,
    LLMGW_GS_ANY_OF,
    LLMGW_GS_ONE_OF,
    LLMGW_GS_ADDITIONAL,
    LLMGW_GS_ORDERING,
    LLMGW_GS_NULLABLE,
    LLMGW_GS_MAX
};


/* objects or arrays whose members count together */

struct llmgw_gs_list_s {
    llmgw_gs_list_t   *next;
    llmgw_node_t      *node;
};


struct llmgw_gs_view_s {
    llmgw_node_t      *kw[LLMGW_GS_MAX];   /* of several, the first */
    llmgw_gs_list_t   *properties;
    llmgw_gs_list_t   *required;
    llmgw_gs_list_t   *defs;
    llmgw_gs_list_t   *around;             /* targets of what is around */
    unsigned           nullable:1;
    unsigned           recursive:1;        /* a reference to what is around */
};


typedef struct {
    llmgw_out_t         *out;
    llmgw_arena_t       *arena;
    const llmgw_json_t  *doc;
    llmgw_node_t        *root;
    llmgw_gs_list_t     *refs;      /* targets that are being written */
    size_t               limit;     /* of the output, in bytes */
    size_t               steps;     /* that may still be gone */
    uint32_t             depth;
    unsigned             json:1;
    unsigned             response:1;
} llmgw_gs_t;


/*
 * All that holds for a schema.  LLMGW_OK, LLMGW_ERROR.  In OpenAPI's form
 * references are followed, in the other one only those inside of "allOf".
 */

llmgw_int_t llmgw_gs_view(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_node_t *schema);

/* More of it: what is there already stays. */

llmgw_int_t llmgw_gs_collect(llmgw_gs_t *s, llmgw_gs_view_t *view,
    llmgw_node_t *schema, unsigned resolve);

/* One name, and what the last one who says something about it says. */

typedef llmgw_int_t (*llmgw_gs_member_pt)(llmgw_gs_t *s, llmgw_node_t *key,
    llmgw_node_t *value, void *ctx);

llmgw_int_t llmgw_gs_each(llmgw_gs_t *s, const llmgw_gs_list_t *list,
    llmgw_gs_member_pt handler, void *ctx);

/* LLMGW_INVALID: too deep, or too much of it */

llmgw_int_t llmgw_gs_enter(llmgw_gs_t *s);

#define llmgw_gs_leave(s)  ((s)->depth--)

/* The lower bound, of two the narrower one; the upper one with below set. */

void llmgw_gs_bound(llmgw_gs_t *s, const llmgw_gs_view_t *view,
    unsigned below, unsigned integer);

/* What a list of values allows: sets of JSON types. */

#define LLMGW_GS_BIT(type)  (1u << (type))

unsigned llmgw_gs_types(llmgw_node_t *values);

/* The two forms; llmgw_gs_enter() has been called. */

llmgw_int_t llmgw_gs_write_json(llmgw_gs_t *s, llmgw_node_t *schema);
llmgw_int_t llmgw_gs_write_openapi(llmgw_gs_t *s, llmgw_node_t *schema,
    const llmgw_gs_view_t *around);


#endif /* _LLMGW_GEMINI_SCHEMA_H_INCLUDED_ */
