
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The inner loops of the tokenizer, for llmgw_json.c alone.
 */


#ifndef _LLMGW_SCAN_H_INCLUDED_
#define _LLMGW_SCAN_H_INCLUDED_


#include "llmgw_json.h"


/* vectors of 64 bytes pay from here on */

#define LLMGW_SCAN_LONG  64


/*
 * p is at the backslash of "\u".  What follows the escape, or the pair of
 * escapes that make one character; NULL when there are not four hex digits.
 */

const u_char *llmgw_scan_unicode(const u_char *p, const u_char *end,
    unsigned *flags);

/*
 * Walks a string from p, which is behind its opening quote or anywhere in it
 * between two characters.  The closing quote, or a place from where the rest
 * has to be read byte by byte: near the end, or in front of what is wrong.
 */

const u_char *llmgw_scan_string(const u_char *p, const u_char *end,
    unsigned *flags);


#endif /* _LLMGW_SCAN_H_INCLUDED_ */
