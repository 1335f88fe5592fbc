
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The built-in prices.  Offsets instead of pointers: it stays as it is in the
 * module's file, and all workers see the same pages of it.
 */


#ifndef _LLMGW_PRICE_TABLE_H_INCLUDED_
#define _LLMGW_PRICE_TABLE_H_INCLUDED_


#include "llmgw_core.h"


/* bits of a price's mask, in the order of the values; tools/gen-prices */

#define LLMGW_PRICE_INPUT         0x0001   /* pico-dollars a token */
#define LLMGW_PRICE_OUTPUT        0x0002
#define LLMGW_PRICE_CACHED        0x0004
#define LLMGW_PRICE_CACHE_WRITE   0x0008
#define LLMGW_PRICE_INPUT_ABOVE   0x0010
#define LLMGW_PRICE_OUTPUT_ABOVE  0x0020
#define LLMGW_PRICE_THRESHOLD     0x0040   /* tokens */
#define LLMGW_PRICE_IMAGE         0x0080   /* nano-dollars */
#define LLMGW_PRICE_SECOND        0x0100   /* pico-dollars */
#define LLMGW_PRICE_QUERY         0x0200   /* nano-dollars */

#define LLMGW_PRICE_CHARACTERS    0x10000  /* input: by the character */
#define LLMGW_PRICE_INCLUSIVE     0x20000  /* threshold: at it as well */


typedef struct {
    uint32_t  name;       /* where it stands in llmgw_price_names */
    uint16_t  price;      /* … in llmgw_price_words */
    uint8_t   len;
} llmgw_price_row_t;

typedef struct {
    uint32_t  name;
    uint16_t  len;
    uint16_t  row;        /* the first one */
    uint16_t  n;
} llmgw_price_provider_t;


extern const char  llmgw_price_names[];
extern const uint32_t  llmgw_price_words[];
extern const llmgw_price_row_t  llmgw_price_rows[];
extern const llmgw_price_provider_t  llmgw_price_providers[];
extern const unsigned  llmgw_price_nproviders;


#endif /* _LLMGW_PRICE_TABLE_H_INCLUDED_ */
