
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * AWS Signature Version 4 of a POST request without a query.
 */


#ifndef _LLMGW_SIGV4_H_INCLUDED_
#define _LLMGW_SIGV4_H_INCLUDED_


#include "llmgw_out.h"


#define LLMGW_SIGV4_KEY  32


typedef struct {

    /* what is signed, and by whom */
    llmgw_str_t         access_key_id;
    llmgw_str_t         secret_access_key;
    llmgw_str_t         session_token;    /* or empty */
    llmgw_str_t         region;
    llmgw_str_t         service;          /* "bedrock" … */
    int64_t             now;              /* Unix seconds */

    llmgw_str_t         host;             /* the headers, as they are sent */
    llmgw_str_t         content_type;
    llmgw_str_t         path;             /* as it is sent: encoded */
    const llmgw_seg_t  *body;

    /* what comes of it */
    llmgw_str_t         date;             /* of the header x-amz-date */
    llmgw_str_t         authorization;    /* of the header of that name */

    /* on the way; the key is wiped unless keep_key is set */
    llmgw_str_t         canonical;
    llmgw_str_t         to_sign;
    u_char              key[LLMGW_SIGV4_KEY];
    unsigned            keep_key:1;
} llmgw_sigv4_t;


/*
 * The body is hashed as it stands: nothing may change it afterwards.
 * LLMGW_OK; LLMGW_ERROR: no memory, or the hash failed.
 */

llmgw_int_t llmgw_sigv4(llmgw_sigv4_t *s, llmgw_arena_t *a);


#endif /* _LLMGW_SIGV4_H_INCLUDED_ */
