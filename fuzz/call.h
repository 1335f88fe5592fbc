
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Calls for the fuzz targets of the dialects.
 */


#ifndef _LLMGW_FUZZ_CALL_H_INCLUDED_
#define _LLMGW_FUZZ_CALL_H_INCLUDED_


#include "fuzz.h"
#include "llmgw_reply.h"


/* A model of Bedrock's that is asked in its own format. */

#define FUZZ_INVOKED  "anthropic.claude-sonnet-4-5"

/*
 * The input is a client's body, or with "request" set the answer of the
 * provider to it.  The path may have a query.
 */

typedef struct {
    const char             *path;
    const llmgw_dialect_t  *provider;
    const char             *model;

    const char             *request;
    unsigned                status;
    const char             *type;      /* content type of the input */
} fuzz_case_t;


/*
 * The first byte of the input chooses the case, the second seeds the cuts of
 * an answer, the rest is the body.
 */

void fuzz_call(const fuzz_case_t *cases, size_t n, const uint8_t *data,
    size_t size);


#endif /* _LLMGW_FUZZ_CALL_H_INCLUDED_ */
