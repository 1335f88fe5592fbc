
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the embeddings tasks of all providers share: the client's request in
 * OpenAI's form, read once, and the answer in OpenAI's form.
 */


#ifndef _LLMGW_EMBEDDINGS_H_INCLUDED_
#define _LLMGW_EMBEDDINGS_H_INCLUDED_


#include "llmgw_call.h"


typedef struct {

    /*
     * The request down to the elements of its arrays; what is inside of those
     * has no nodes.  Extension members are found here, too.
     */

    llmgw_json_t              doc;

    const llmgw_json_node_t  *first;       /* the texts are strings */
    const llmgw_json_node_t  *last;        /* behind the last one */
    uint32_t                  n;           /* how many there are */

    int64_t                   dimensions;  /* -1: not given */
    unsigned                  base64:1;    /* encoding_format */
    unsigned                  single:1;    /* input is one string */
} llmgw_embeddings_t;


/*
 * Reads call->body.  LLMGW_INVALID: call->error says why; token numbers are
 * refused, since what they stand for is known to one tokenizer only.
 */

llmgw_int_t llmgw_embeddings_read(llmgw_call_t *call, llmgw_embeddings_t *em);

/* The texts; text by text as jstr: llmgw_json_str(&em->doc, v) */

#define llmgw_embeddings_each(v, em)                                         \
    for (v = (em)->first; v < (em)->last; v++)

/* Refuses more than max texts.  LLMGW_OK, LLMGW_INVALID. */

llmgw_int_t llmgw_embeddings_limit(llmgw_call_t *call,
    const llmgw_embeddings_t *em, uint32_t max);

/* The member "name":["text",…] */

void llmgw_embeddings_put_texts(llmgw_out_t *o, const llmgw_embeddings_t *em,
    llmgw_str_t name);

/* Tells the client of the members that are none of those known. */

void llmgw_embeddings_drop(llmgw_call_t *call, const llmgw_embeddings_t *em,
    const llmgw_str_t *known, size_t n);


/* The answer, written vector by vector. */

typedef struct {
    llmgw_outcome_t           *answer;
    const llmgw_embeddings_t  *em;
    uint32_t                   n;
} llmgw_vectors_t;


void llmgw_vectors_open(llmgw_vectors_t *vs, llmgw_outcome_t *answer,
    const llmgw_embeddings_t *em);

/*
 * One vector: the JSON text of an array of numbers, checked to be JSON but not
 * to be numbers.  LLMGW_INVALID: it is something else, or one too many;
 * LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_vectors_put(llmgw_vectors_t *vs, llmgw_str_t array);

/*
 * model: jstr; tokens: what the provider counted, -1: it said nothing, which
 * the client sees as 0.  LLMGW_INVALID: not as many vectors as texts.
 */

llmgw_int_t llmgw_vectors_close(llmgw_vectors_t *vs, llmgw_str_t model,
    int64_t tokens);


/*
 * A number's text as the float next to it.  LLMGW_INVALID: no number, or one
 * that is too large for a float.
 */

llmgw_int_t llmgw_float(llmgw_str_t number, float *value);


#endif /* _LLMGW_EMBEDDINGS_H_INCLUDED_ */
