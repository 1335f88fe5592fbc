
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Google's Vertex AI: a platform that serves the models of many, each in the
 * format of its maker, behind paths of its own.
 */


#ifndef _LLMGW_VERTEX_H_INCLUDED_
#define _LLMGW_VERTEX_H_INCLUDED_


#include "llmgw_gemini.h"


/* Whose format a model is asked in. */

typedef enum {
    LLMGW_VERTEX_GOOGLE = 0,
    LLMGW_VERTEX_CLAUDE,
    LLMGW_VERTEX_RAW,        /* its maker's own, which is like OpenAI's */
    LLMGW_VERTEX_OPENAPI     /* OpenAI's */
} llmgw_vertex_format_e;

typedef struct {
    llmgw_vertex_format_e  format;
    llmgw_str_t            publisher;
    llmgw_str_t            model;      /* jstr; as the body or the path has it */
    llmgw_str_t            endpoint;   /* id of one of the project's own */
} llmgw_vertex_t;

/* By the configured name: "publisher/model", "claude-…", an id of digits … */

void llmgw_vertex(llmgw_vertex_t *v, llmgw_str_t name);

/*
 * The same of the call's target, which gets the model's own name; it is
 * call->attempt.  NULL without memory.
 */

llmgw_vertex_t *llmgw_vertex_begin(llmgw_call_t *call);

/*
 * The host of a location: "us-central1", "global", "eu" …; empty: global.
 * data is NULL without memory.
 */

llmgw_str_t llmgw_vertex_host(llmgw_arena_t *a, llmgw_str_t location);

/*
 * base + /v1/projects/PROJECT/locations/LOCATION + the model's or the
 * endpoint's part + ":" + method.  Without a project: the one that goes with
 * an API key.  LLMGW_INVALID: call->error says why.
 */

llmgw_int_t llmgw_vertex_path(llmgw_call_t *call, const llmgw_vertex_t *v,
    const char *method, llmgw_upstream_t *up);

/* Content type, accept, who is billed. */

llmgw_int_t llmgw_vertex_headers(llmgw_call_t *call, llmgw_upstream_t *up,
    unsigned stream);


extern const llmgw_task_t  llmgw_vertex_tasks[];


#endif /* _LLMGW_VERTEX_H_INCLUDED_ */
