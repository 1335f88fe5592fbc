
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * multipart/form-data (RFC 7578), read where it stands: file bytes are only
 * skipped over while looking for the boundary.
 */


#ifndef _LLMGW_MULTIPART_H_INCLUDED_
#define _LLMGW_MULTIPART_H_INCLUDED_


#include "llmgw_core.h"


typedef struct {
    llmgw_str_t    boundary;
    const u_char  *pos;
    const u_char  *end;
    unsigned       closed:1;     /* the closing boundary has been seen */
} llmgw_multipart_t;


typedef struct {
    llmgw_str_t    name;
    llmgw_str_t    filename;
    llmgw_str_t    content_type;
    llmgw_str_t    value;
    unsigned       file:1;       /* has a file name */
} llmgw_multipart_part_t;


/* The boundary of a Content-Type, or an empty string. */

llmgw_str_t llmgw_multipart_boundary(llmgw_str_t content_type);

/* LLMGW_INVALID: the body does not begin with the boundary. */

llmgw_int_t llmgw_multipart_init(llmgw_multipart_t *mp, llmgw_str_t boundary,
    llmgw_str_t body);

/* LLMGW_OK: a part; LLMGW_DONE: there are no more; LLMGW_INVALID. */

llmgw_int_t llmgw_multipart_next(llmgw_multipart_t *mp,
    llmgw_multipart_part_t *part);


#endif /* _LLMGW_MULTIPART_H_INCLUDED_ */
