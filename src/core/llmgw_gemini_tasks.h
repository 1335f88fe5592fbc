
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What is no chat, of the services that speak generateContent: embeddings,
 * images, speech.  Vertex AI has the same models behind other forms.
 */


#ifndef _LLMGW_GEMINI_TASKS_H_INCLUDED_
#define _LLMGW_GEMINI_TASKS_H_INCLUDED_


#include "llmgw_embeddings.h"
#include "llmgw_gemini.h"
#include "llmgw_task.h"


/*
 * All of these return LLMGW_OK; LLMGW_INVALID: the error of the call or of the
 * outcome is set; LLMGW_ERROR: no memory.
 */

/* 400 unsupported_parameter */

llmgw_int_t llmgw_gemini_task_refuse(llmgw_call_t *call, llmgw_str_t param,
    const char *why);


/*
 * Embeddings.  The request is kept in call->task_data; extension members may
 * be NULL.
 */

typedef struct {
    llmgw_embeddings_t   em;
    llmgw_node_t        *task_type;
    llmgw_node_t        *title;
    llmgw_node_t        *truncate;
} llmgw_gemini_embed_t;

llmgw_int_t llmgw_gemini_embed(llmgw_call_t *call, uint32_t max,
    llmgw_gemini_embed_t **embed);


/* Images */

/* The closest of "1:1", "16:9" … to a size as "1024x1024"; "auto": none. */

llmgw_int_t llmgw_gemini_ratio(llmgw_call_t *call, llmgw_str_t size,
    const llmgw_str_t *ratios, size_t n, llmgw_str_t *ratio);

/* How many: a number, or what a form has for one; empty: 1. */

llmgw_int_t llmgw_gemini_image_n(llmgw_call_t *call, llmgw_str_t raw,
    int64_t max, int64_t *n);
llmgw_int_t llmgw_gemini_image_missing(llmgw_call_t *call, const char *name);

/* {"created":…,"data":[ and what belongs into it and behind it */

void llmgw_gemini_image_begin(llmgw_call_t *call, llmgw_outcome_t *answer);
void llmgw_gemini_image_put(llmgw_outcome_t *answer, llmgw_str_t data);
void llmgw_gemini_image_format(llmgw_outcome_t *answer, llmgw_str_t mime);

llmgw_int_t llmgw_gemini_image_body(llmgw_call_t *call,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_gemini_image_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);

llmgw_int_t llmgw_gemini_imagen_body(llmgw_call_t *call,
    llmgw_upstream_t *up, unsigned vertex);
llmgw_int_t llmgw_gemini_imagen_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);

#define llmgw_gemini_is_imagen(model)                                        \
    (llmgw_str_find(model, llmgw_lit("imagen")) != NULL)


/* Speech */

llmgw_int_t llmgw_gemini_speech_body(llmgw_call_t *call,
    llmgw_upstream_t *up);
llmgw_int_t llmgw_gemini_speech_read(llmgw_call_t *call,
    llmgw_outcome_t *answer);

/* A candidate without what was asked for: why. */

llmgw_int_t llmgw_gemini_task_empty(llmgw_outcome_t *answer,
    const llmgw_json_t *j, llmgw_str_t code, const char *message);


#endif /* _LLMGW_GEMINI_TASKS_H_INCLUDED_ */
