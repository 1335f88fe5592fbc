
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A text with some runs of it replaced; all else goes on byte for byte.
 */


#ifndef _LLMGW_SPLICE_H_INCLUDED_
#define _LLMGW_SPLICE_H_INCLUDED_


#include "llmgw_out.h"


typedef struct llmgw_edit_s  llmgw_edit_t;

struct llmgw_edit_s {
    llmgw_edit_t  *next;
    const u_char  *pos;       /* what is replaced: from pos to last */
    const u_char  *last;
    llmgw_str_t    text;
};

typedef struct {
    llmgw_edit_t   *head;
    llmgw_edit_t   *last;
    llmgw_arena_t  *arena;
    unsigned        failed:1;
    unsigned        mixed:1;  /* they are not in order */
} llmgw_splice_t;


#define llmgw_splice_init(sp, a)                                             \
    ((sp)->head = NULL, (sp)->last = NULL, (sp)->arena = (a),                \
     (sp)->failed = 0, (sp)->mixed = 0)

/*
 * Edits may come in any order.  One inside of what another one takes out is
 * not made; they overlap in no other way.
 */

void llmgw_splice_add(llmgw_splice_t *sp, const u_char *pos,
    const u_char *last, llmgw_str_t text);

/* Takes a member out together with one comma. */

void llmgw_splice_cut(llmgw_splice_t *sp, llmgw_str_t body,
    const u_char *pos, const u_char *last);

/*
 * Takes those elements out of an array that "unwanted" names, or members out
 * of an object, of which it gets the keys; the number of what stays.
 */

typedef unsigned (*llmgw_unwanted_pt)(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *element);

size_t llmgw_splice_filter(llmgw_splice_t *sp, const llmgw_json_t *j,
    const llmgw_json_node_t *list, llmgw_unwanted_pt unwanted, void *ctx);

/* LLMGW_OK, LLMGW_ERROR */

llmgw_int_t llmgw_splice_put(llmgw_splice_t *sp, llmgw_str_t body,
    llmgw_out_t *o);


#endif /* _LLMGW_SPLICE_H_INCLUDED_ */
