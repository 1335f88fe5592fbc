
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Picks single values out of JSON that passes by, in memory of fixed size and
 * for any split of the input.  It follows the structure and does not validate:
 * what it looks at is not ours to judge.
 */


#ifndef _LLMGW_PICK_H_INCLUDED_
#define _LLMGW_PICK_H_INCLUDED_


#include "llmgw_json.h"


#define LLMGW_PICK_DEPTH  5       /* segments of a path */
#define LLMGW_PICK_PATHS  16
#define LLMGW_PICK_KEY    32
#define LLMGW_PICK_VALUE  2048


/*
 * A path's segments are member names; "*" is any element of an array.  With
 * "close" the handler is called, without a value, when a container at this
 * path ends.
 */

typedef struct {
    llmgw_str_t  segment[LLMGW_PICK_DEPTH];
    uint8_t      n;
    uint8_t      close;
} llmgw_pick_path_t;

#define llmgw_pick_1(a)           { { llmgw_string(a) }, 1, 0 }
#define llmgw_pick_2(a, b)        { { llmgw_string(a), llmgw_string(b) }, 2, 0 }
#define llmgw_pick_3(a, b, c)                                                \
    { { llmgw_string(a), llmgw_string(b), llmgw_string(c) }, 3, 0 }
#define llmgw_pick_close_2(a, b)  { { llmgw_string(a), llmgw_string(b) }, 2, 1 }


/*
 * value is the JSON text at the path; of one longer than LLMGW_PICK_VALUE only
 * the beginning, and "cut" is set.
 */

typedef void (*llmgw_pick_handler_pt)(void *ctx, unsigned path,
    llmgw_str_t value, unsigned cut);


typedef struct {
    const llmgw_pick_path_t  *paths;
    unsigned                  npaths;
    llmgw_pick_handler_pt     handler;
    void                     *ctx;

    uint16_t                  all;
    uint16_t                  next;         /* paths of the coming value */
    uint16_t                  mask[LLMGW_PICK_DEPTH + 1]; /* by container */
    uint16_t                  star[LLMGW_PICK_DEPTH + 1]; /* its elements */
    uint32_t                  depth;
    uint32_t                  capture_depth;
    uint8_t                   capture_path;
    uint8_t                   state;
    uint16_t                  key_len;
    uint16_t                  value_len;
    u_char                    stack[LLMGW_JSON_MAX_DEPTH];
    u_char                    key[LLMGW_PICK_KEY];
    u_char                    value[LLMGW_PICK_VALUE];

    unsigned                  expect_key:1;
    unsigned                  is_key:1;
    unsigned                  escape:1;
    unsigned                  capture:1;
    unsigned                  cut:1;
    unsigned                  complete:1;   /* one value has ended */
    unsigned                  broken:1;     /* not JSON */
} llmgw_pick_t;


void llmgw_pick_init(llmgw_pick_t *pk, const llmgw_pick_path_t *paths,
    unsigned npaths, llmgw_pick_handler_pt handler, void *ctx);

/* Ready for the next document. */

void llmgw_pick_reset(llmgw_pick_t *pk);

void llmgw_pick_feed(llmgw_pick_t *pk, const u_char *p, size_t n);

/* The document ended: a number at the top level ends with it. */

void llmgw_pick_end(llmgw_pick_t *pk);


#endif /* _LLMGW_PICK_H_INCLUDED_ */
