
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * About how many tokens a text has, where nobody counted them.  No tokenizer:
 * the models' own differ more from each other than this differs from them.
 *
 * In quarters of a token: an ASCII character 1, a letter of Latin with accents,
 * Greek, Cyrillic, Arabic or Hebrew (two bytes in UTF-8) 2, a character of
 * three bytes (Chinese, Japanese, Korean, Indic, Thai …) 4, of four (emoji) 8.
 */


#ifndef _LLMGW_TOKENS_H_INCLUDED_
#define _LLMGW_TOKENS_H_INCLUDED_


#include "llmgw_json.h"


/* An image or another medium, whatever its size. */

#define LLMGW_TOKENS_MEDIUM  765

#define llmgw_tokens(quarters)  (int64_t) (((quarters) + 3) / 4)


/* Of a jstr, in quarters. */

uint64_t llmgw_tokens_jstr(llmgw_str_t s);

/*
 * Of the texts in a value: all its strings but those whose names say that they
 * are ids, types or signatures.
 */

uint64_t llmgw_tokens_value(const llmgw_json_t *j,
    const llmgw_json_node_t *v);

/*
 * Of a request of any dialect, in constant memory; body is valid JSON.  Counts
 * the texts of all members that hold prompts, the names in schemas of tools,
 * three tokens around each message, one for each number of a prompt that is
 * given as tokens.
 */

uint64_t llmgw_tokens_request(llmgw_str_t body);


#endif /* _LLMGW_TOKENS_H_INCLUDED_ */
