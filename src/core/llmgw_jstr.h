
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Texts as they stand between the quotes of a JSON string.  All texts of the
 * intermediate form are of this kind ("jstr"): escapes are kept, so that a
 * text is copied from one format to another and never unescaped on the way.
 */


#ifndef _LLMGW_JSTR_H_INCLUDED_
#define _LLMGW_JSTR_H_INCLUDED_


#include "llmgw_core.h"


/*
 * The bytes that a jstr stands for, in UTF-8; a lone surrogate becomes U+FFFD.
 * Without escapes that is the jstr itself.  data is NULL without memory.
 */

llmgw_str_t llmgw_jstr_decode(llmgw_arena_t *a, llmgw_str_t s);

/* The jstr that stands for these bytes; invalid UTF-8 becomes U+FFFD. */

llmgw_str_t llmgw_jstr_encode(llmgw_arena_t *a, llmgw_str_t bytes);

/* The same jstr with the fewest escapes: equal texts become equal bytes. */

llmgw_str_t llmgw_jstr_canonical(llmgw_arena_t *a, llmgw_str_t s);

/* Whether a jstr stands for these bytes. */

int llmgw_jstr_equal(llmgw_str_t s, llmgw_str_t bytes);

/* Whether it stands for nothing but blanks, tabs and line ends. */

int llmgw_jstr_blank(llmgw_str_t s);

/* Without the white space (also escaped: \n, \t …) at its end. */

llmgw_str_t llmgw_jstr_rtrim(llmgw_str_t s);

/* Number of Unicode code points a jstr stands for. */

size_t llmgw_jstr_chars(llmgw_str_t s);


/* Room that llmgw_jstr_escape() may need for n bytes. */

#define LLMGW_JSTR_ESCAPED_SIZE(n)  ((n) * 6)

/* Writes the jstr of bytes to p, which has room for it; its end. */

u_char *llmgw_jstr_escape(u_char *p, llmgw_str_t bytes);


/*
 * Reads one escape or UTF-8 sequence of a valid jstr: writes at most 4 bytes
 * to buf, sets *n, returns what follows in the jstr.
 */

const u_char *llmgw_jstr_char(const u_char *p, const u_char *end,
    u_char *buf, size_t *n);


/*
 * Base64 (RFC 4648).  Decoding takes the standard and the URL-safe alphabet,
 * with or without padding, and skips white space and JSON's "\/", "\n".
 * LLMGW_INVALID: another character, or a length that cannot be.
 */

#define llmgw_base64_size(n)  (((n) + 2) / 3 * 4)

u_char *llmgw_base64_encode(u_char *p, llmgw_str_t bytes);
llmgw_int_t llmgw_base64_decode(llmgw_arena_t *a, llmgw_str_t s,
    llmgw_str_t *bytes);

/*
 * The base64 text of a jstr without white space and escapes, which is the jstr
 * itself where it has none.  LLMGW_INVALID: it holds other characters.
 */

llmgw_int_t llmgw_base64_clean(llmgw_arena_t *a, llmgw_str_t s,
    llmgw_str_t *text);


/*
 * A data URL: "data:TYPE/SUBTYPE;param=value;base64,PAYLOAD".  The scheme and
 * the type are case-insensitive, parameters other than base64 are skipped.
 * mime is lower case, "image/jpg" becomes "image/jpeg"; payload is a jstr
 * without white space.  LLMGW_DECLINED: not a data URL; LLMGW_INVALID: one
 * without base64, or with characters that base64 does not have.
 */

typedef struct {
    llmgw_str_t  mime;
    llmgw_str_t  payload;
} llmgw_data_url_t;

llmgw_int_t llmgw_data_url(llmgw_arena_t *a, llmgw_str_t url,
    llmgw_data_url_t *d);


#endif /* _LLMGW_JSTR_H_INCLUDED_ */
