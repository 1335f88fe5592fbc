
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Test vectors: a client's request, what a provider must be sent, what it
 * answers and what the client must get.  The form is told by
 * t/vectors/README.md.
 */


#ifndef _LLMGW_VECTORS_H_INCLUDED_
#define _LLMGW_VECTORS_H_INCLUDED_


#include <jansson.h>

#include "test.h"
#include "llmgw_headers.h"
#include "llmgw_reply.h"


/* Comparing (vectors_compare.c) */

typedef struct {
    char     text[2048];     /* where it differs and how; empty: it does not */
    json_t  *ids;            /* "id" and "created" of the stream so far */
} vector_diff_t;


/* 1 when equal; the diff is written otherwise.  path is what leads here. */

int vector_equal(vector_diff_t *d, const char *path, json_t *want,
    json_t *got);

/* A body: JSON, {"$text"}, {"$base64"} or {"$multipart"}. */

int vector_body_equal(vector_diff_t *d, const char *path, json_t *want,
    llmgw_str_t got, llmgw_str_t content_type);

int vector_differs(vector_diff_t *d, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Events as the client sees them, in the form of "chunks"; NULL: no stream,
   and the diff says why. */

json_t *vector_chunks(vector_diff_t *d, llmgw_str_t body);


/* Bytes that stand for a member of a vector; freed by the caller. */

llmgw_str_t vector_bytes(json_t *body, char *content_type, size_t size);
llmgw_str_t vector_sse(json_t *sse);


/* Driving the library (vectors_drive.c) */

typedef struct {
    json_t            *json;
    const char        *name;        /* "openai/splice_model_bytes" */

    const llmgw_endpoint_t  *endpoint;
    llmgw_str_t        rest;        /* of the path */
    llmgw_str_t        query;
    llmgw_settings_t   settings;
    llmgw_target_t     target;
    char               base_path[256];

    llmgw_str_t        request;
    char               request_type[128];
    llmgw_str_t        answer;
    char               answer_type[128];
} vector_t;


typedef struct {
    test_mem_t         mem;         /* the library's */
    test_mem_t         own;

    llmgw_call_t       call;
    llmgw_target_t     target;
    llmgw_upstream_t   up;
    llmgw_reply_t      reply;
    llmgw_head_t       head;

    llmgw_str_t        request;     /* what the provider gets */

    /* what the client gets */
    unsigned           status;
    llmgw_str_t        body;
    llmgw_header_t    *headers;
    llmgw_error_t      error;

    unsigned           refused:1;   /* answered without the provider */
    unsigned           failed:1;
    unsigned           late:1;      /* … after bytes had gone to the client */
} vector_run_t;


/* NULL and a reason when the library has no such endpoint or provider. */

const char *vector_init(vector_t *v, json_t *json, const char *name);
void vector_free(vector_t *v);

/*
 * fail: allocations that succeed, or -1.  first and step: the sizes of the
 * first and of all later pieces of the answer, 0 for all of it.  LLMGW_OK or
 * LLMGW_ERROR: no memory.
 */

llmgw_int_t vector_run(vector_run_t *r, const vector_t *v, long fail,
    size_t first, size_t step);
void vector_run_free(vector_run_t *r);

llmgw_str_t vector_prepare_again(const vector_t *v);


#endif /* _LLMGW_VECTORS_H_INCLUDED_ */
