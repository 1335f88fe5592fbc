
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Prices, and what a request has cost.  Integers only: pico-dollars a unit,
 * rounded once to nano-dollars a request.
 */


#ifndef _LLMGW_PRICE_H_INCLUDED_
#define _LLMGW_PRICE_H_INCLUDED_


#include "llmgw_usage.h"


/* What is billed. */

typedef enum {
    LLMGW_UNIT_INPUT = 0,        /* tokens */
    LLMGW_UNIT_OUTPUT,
    LLMGW_UNIT_CACHED,           /* of the prompt, read from a cache */
    LLMGW_UNIT_CACHE_WRITE,      /* … written to one */
    LLMGW_UNIT_CACHE_WRITE_1H,   /* … to be kept for an hour */
    LLMGW_UNIT_AUDIO_IN,
    LLMGW_UNIT_AUDIO_OUT,
    LLMGW_UNIT_IMAGE_IN,
    LLMGW_UNIT_IMAGE_OUT,
    LLMGW_UNIT_REASONING,

    LLMGW_UNIT_CHARACTER,        /* of text to be spoken */
    LLMGW_UNIT_IMAGE,            /* an image that was made */
    LLMGW_UNIT_SECOND,           /* of audio that was heard */
    LLMGW_UNIT_QUERY,            /* a search, a rerank; of a chat: the request */
    LLMGW_UNIT_MAX
} llmgw_unit_e;

#define LLMGW_UNIT_TIERED  (LLMGW_UNIT_CACHE_WRITE_1H + 1)

#define LLMGW_PRICE_TIERS  4


typedef struct {
    int64_t  above;                     /* tokens of the prompt */
    int64_t  unit[LLMGW_UNIT_TIERED];
} llmgw_tier_t;


/*
 * Pico-dollars a unit; -1: not known, or not billed that way.  In a prompt
 * longer than that of a tier all of the request has the tier's prices; tiers
 * stand in the order of "above".
 */

typedef struct {
    int64_t       unit[LLMGW_UNIT_MAX];
    llmgw_tier_t  tier[LLMGW_PRICE_TIERS];
    unsigned      ntiers;
} llmgw_price_t;


void llmgw_price_init(llmgw_price_t *p);

/*
 * Sets the price of a unit in pico-dollars; above is 0 or a tier's.
 * LLMGW_DECLINED: it has no tiers; LLMGW_INVALID: more than a thousand
 * dollars; LLMGW_TOO_LARGE: too many tiers.
 */

llmgw_int_t llmgw_price_put(llmgw_price_t *p, int64_t above,
    llmgw_unit_e unit, int64_t pico);

/*
 * Sets a unit by its name: "input", "output", "cached", "cache_write",
 * "cache_write_1h", "audio_in", "audio_out", "image_in", "image_out",
 * "reasoning", "characters" (in dollars per million), "image", "second",
 * "query" (in dollars).  LLMGW_DECLINED: no such name; LLMGW_INVALID: not a
 * number; otherwise as above.
 */

llmgw_int_t llmgw_price_set(llmgw_price_t *p, int64_t above,
    llmgw_str_t name, llmgw_str_t value);

/* Fills in what follows from the rest; comes behind the last _set(). */

void llmgw_price_finish(llmgw_price_t *p);

/*
 * A decimal number, also with an exponent, times 10 to the power of places;
 * what is left behind the point is rounded half up.  LLMGW_INVALID: no
 * number, negative, or too large.
 */

llmgw_int_t llmgw_price_number(llmgw_str_t s, int places, int64_t *value);

/*
 * Nano-dollars, at most INT64_MAX; -1: nothing of what was used has a price.
 * Counts that are not reported cost nothing.
 */

int64_t llmgw_price_cost(const llmgw_price_t *p, const llmgw_usage_t *u);


/* A table of prices, in the order of llmgw_price_list_sort(). */

typedef struct {
    llmgw_str_t    provider;     /* empty: of any */
    llmgw_str_t    model;
    uint32_t       index;        /* where it stood */
    llmgw_price_t  price;
} llmgw_price_entry_t;

typedef struct {
    llmgw_price_entry_t  *entries;
    size_t                n;
} llmgw_price_list_t;

/* Of entries with one name the last one stays. */

void llmgw_price_list_sort(llmgw_price_list_t *list);

/*
 * The price of a provider's model: of list (which may be NULL), else built in.
 * The name is looked for as it is, then without the provider, the region or
 * the date that names carry.  LLMGW_OK, LLMGW_DECLINED.
 */

llmgw_int_t llmgw_price_find(const llmgw_price_list_t *list,
    llmgw_str_t provider, llmgw_str_t model, llmgw_price_t *p);


/*
 * Reads a file of prices: LiteLLM's model_prices_and_context_window.json, or
 * the form of docs/prices.md; an entry may have either.  The list is sorted,
 * and its memory comes from a; tmp is for the time of the call.
 * LLMGW_INVALID: error, in tmp, says what is wrong.  LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_price_read(llmgw_price_list_t *list, llmgw_arena_t *a,
    llmgw_arena_t *tmp, llmgw_str_t text, llmgw_str_t *error);


#endif /* _LLMGW_PRICE_H_INCLUDED_ */
