
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#ifndef _LLMGW_USAGE_H_INCLUDED_
#define _LLMGW_USAGE_H_INCLUDED_


#include "llmgw_out.h"


/*
 * Token counts of one answer, in OpenAI's meaning: prompt includes cached,
 * completion includes reasoning.  -1: not reported.
 */

typedef struct {
    int64_t   prompt;
    int64_t   completion;
    int64_t   total;            /* as reported; -1: the sum */

    /* of prompt */
    int64_t   cached;
    int64_t   cache_write;
    int64_t   cache_write_1h;   /* of cache_write, kept for an hour */
    int64_t   audio_in;
    int64_t   image_in;
    int64_t   text_in;

    /* of completion */
    int64_t   reasoning;
    int64_t   audio_out;
    int64_t   image_out;
    int64_t   text_out;
    int64_t   accepted_prediction;
    int64_t   rejected_prediction;

    double    seconds;          /* of audio; negative: not reported */

    int64_t   images;           /* made */
    int64_t   characters;       /* of text that was spoken */
    int64_t   queries;          /* searches, reranks */

    unsigned  reported:1;       /* a provider said so */
    unsigned  estimated:1;      /* some of it nobody said */
} llmgw_usage_t;


/* No provider answers with more tokens; what claims to is a lie. */

#define LLMGW_USAGE_MAX  1000000000


void llmgw_usage_init(llmgw_usage_t *u);

/*
 * A token count: 0 to LLMGW_USAGE_MAX, clamped; -1 when the value is no
 * number.  Also takes digits in a string, which some servers send.
 */

int64_t llmgw_usage_count(const llmgw_json_t *j, const llmgw_json_node_t *v);

/*
 * OpenAI's usage object of any endpoint: chat, completions and embeddings
 * (prompt_tokens …), responses, images and audio (input_tokens …).
 */

void llmgw_usage_read_openai(llmgw_usage_t *u, const llmgw_json_t *j,
    const llmgw_json_node_t *usage);

/* The chat form: {"prompt_tokens":…} */

void llmgw_usage_write_chat(llmgw_out_t *o, const llmgw_usage_t *u);


#endif /* _LLMGW_USAGE_H_INCLUDED_ */
