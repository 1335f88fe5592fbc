
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What is shared by the halves of docs/fidelity.md: requests (fidelity.c) and
 * answers (fidelity_answers.c, with those that providers send in
 * fidelity_samples.c).  In all of its texts ' stands for ".
 */


#ifndef _FIDELITY_H_INCLUDED_
#define _FIDELITY_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llmgw_provider.h"
#include "llmgw_traits.h"


typedef struct {
    const char  *provider;
    const char  *model;
} fidelity_target_t;

#define FIDELITY_TARGETS  9

extern const fidelity_target_t  fidelity_targets[FIDELITY_TARGETS];


llmgw_str_t fidelity_str(const char *s);
llmgw_str_t fidelity_quoted(llmgw_arena_t *a, llmgw_str_t text);

/* Makes the request of a call whose endpoint is known; what
   llmgw_call_prepare() returns. */

llmgw_int_t fidelity_prepare(llmgw_call_t *call, llmgw_target_t *target,
    llmgw_settings_t *settings, llmgw_upstream_t *up, size_t n,
    llmgw_str_t body, const char *what);

void fidelity_table(const char *title);

/* The answers' half. */

void fidelity_answers(llmgw_arena_t *a);


/* The formats that answers come in */

typedef enum {
    FIDELITY_OPENAI = 0,
    FIDELITY_ANTHROPIC,
    FIDELITY_GEMINI,
    FIDELITY_BEDROCK,
    FIDELITY_COHERE,
    FIDELITY_RESPONSES,
    FIDELITY_FORMATS
} fidelity_format_e;

typedef struct {
    const char  *feature;
    const char  *whole;      /* NULL: whole answers never have it */
    const char  *events;     /* "NAME\tJSON\n" each, NULL: nor do streams */
    unsigned     status;     /* of an error; 0: 200 */
} fidelity_sample_t;

/* by fidelity_format_e; each ends with a feature that is NULL */

extern const fidelity_sample_t  *const fidelity_samples[FIDELITY_FORMATS];


#endif /* _FIDELITY_H_INCLUDED_ */
