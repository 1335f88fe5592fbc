
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the rerank tasks of all providers share.  OpenAI has no such endpoint:
 * clients speak Cohere's form, {model, query, documents, top_n,
 * return_documents}, and get {id, model, results, meta}.
 */


#ifndef _LLMGW_RERANK_H_INCLUDED_
#define _LLMGW_RERANK_H_INCLUDED_


#include "llmgw_call.h"


/* The rank of one document, as the provider states it. */

typedef struct {
    uint32_t       index;
    llmgw_str_t    score;       /* a JSON number */
} llmgw_rank_t;


typedef struct {
    llmgw_str_t    query;       /* jstr */
    llmgw_str_t   *texts;       /* jstr; objects as their text, or as JSON */
    uint32_t       n;
    int64_t        top_n;       /* -1: not given */
    int64_t        max_tokens_per_doc;
    unsigned       return_documents:1;

    llmgw_rank_t  *ranks;       /* what llmgw_rerank_rank() has taken */
    uint32_t       nranks;
    u_char        *taken;       /* by document: it has a rank */
} llmgw_rerank_t;


/*
 * Reads the client's request.  LLMGW_INVALID: call->error says why.  The
 * object is the task's data and lives as long as the attempt.
 */

llmgw_int_t llmgw_rerank_read(llmgw_call_t *call, llmgw_rerank_t *rr);

/* The member "name":["text",…] */

void llmgw_rerank_put_texts(llmgw_out_t *o, const llmgw_rerank_t *rr,
    llmgw_str_t name);

/* Tells the client of the members that are none of those known. */

void llmgw_rerank_drop(llmgw_call_t *call, const llmgw_str_t *known,
    size_t n);


/*
 * Takes one rank off the provider's answer: index and score are numbers of j.
 * LLMGW_INVALID: they are not, or there is no such document, or it has a rank
 * already.
 */

llmgw_int_t llmgw_rerank_rank(llmgw_rerank_t *rr, const llmgw_json_t *j,
    const llmgw_json_node_t *index, const llmgw_json_node_t *score,
    llmgw_arena_t *a);

/*
 * Writes the answer: highest score first, no more than top_n.  id: jstr, a new
 * one where it is empty; meta: raw, left out where it is empty.
 */

llmgw_int_t llmgw_rerank_write(llmgw_call_t *call, llmgw_rerank_t *rr,
    llmgw_outcome_t *answer, llmgw_str_t id, llmgw_str_t meta);


#endif /* _LLMGW_RERANK_H_INCLUDED_ */
