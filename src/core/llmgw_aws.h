
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What requests to AWS need beside their signature: credentials files,
 * regions, host names.
 */


#ifndef _LLMGW_AWS_H_INCLUDED_
#define _LLMGW_AWS_H_INCLUDED_


#include "llmgw_provider.h"


/*
 * One profile of a shared credentials file, or of a configuration file: the
 * members of cred that it names.  They point into text.
 *
 * LLMGW_OK; LLMGW_DECLINED: the file has no such profile; LLMGW_INVALID: the
 * profile has no keys of its own or is not well-formed.  *why says so, line is
 * where (0: nowhere in particular).
 */

llmgw_int_t llmgw_aws_profile(llmgw_credential_t *cred, llmgw_str_t text,
    llmgw_str_t profile, const char **why, unsigned *line);

/* Whether a name can be a region's: it becomes part of a host name. */

unsigned llmgw_aws_is_region(llmgw_str_t region);

/* The end of host names in that region. */

llmgw_str_t llmgw_aws_domain(llmgw_str_t region);

/*
 * The region that a request is signed for: the configured one, else that of
 * the host name, else that of an ARN in the path.  Empty: none of them says.
 */

llmgw_str_t llmgw_aws_region(llmgw_str_t configured, llmgw_str_t host,
    llmgw_str_t path);

/*
 * The headers of a request to a service of AWS: a key of Bedrock's where there
 * is one, else a signature, else nothing.  Returns as llmgw_authorize() does.
 */

llmgw_int_t llmgw_aws_authorize(llmgw_str_t service,
    const llmgw_credential_t *cred, llmgw_str_t host, int64_t now,
    llmgw_upstream_t *up, llmgw_arena_t *a, llmgw_error_t *e);


#endif /* _LLMGW_AWS_H_INCLUDED_ */
