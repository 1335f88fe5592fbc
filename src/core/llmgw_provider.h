
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The catalogue of providers: where each one is, how it wants to be addressed,
 * and in what it differs from the dialect it speaks.
 */


#ifndef _LLMGW_PROVIDER_H_INCLUDED_
#define _LLMGW_PROVIDER_H_INCLUDED_


#include "llmgw_call.h"


typedef enum {
    LLMGW_AUTH_NONE = 0,
    LLMGW_AUTH_BEARER,       /* Authorization: Bearer KEY */
    LLMGW_AUTH_HEADER,       /* NAME: KEY */
    LLMGW_AUTH_AWS,          /* Signature V4, or a bearer key */
    LLMGW_AUTH_GOOGLE,       /* an OAuth access token, or an API key */
    LLMGW_AUTH_AZURE         /* api-key, or an Entra token */
} llmgw_auth_e;


typedef struct {
    llmgw_str_t              name;
    const llmgw_dialect_t   *dialect;
    llmgw_str_t              base_url;    /* empty: has to be configured; a
                                             word in braces: is filled in */
    llmgw_auth_e             auth;
    llmgw_str_t              header;      /* for the key; the service that
                                             LLMGW_AUTH_AWS signs for */
    llmgw_str_t              scheme;      /* in front of the key */
    llmgw_str_t              aliases;     /* a list with blanks */
    const llmgw_traits_t    *traits;      /* NULL: it has none */
} llmgw_provider_t;


/* All of them by name, the last one with an empty name. */

extern const llmgw_provider_t  llmgw_providers[];

/* By its name or an alias; NULL: there is no such provider. */

const llmgw_provider_t *llmgw_provider_find(llmgw_str_t name);

/*
 * Its base URL with the words in braces filled in from params, a list of
 * NAME=VALUE with blanks between them.  LLMGW_DECLINED: there is none for the
 * word that url is; LLMGW_ERROR: no memory.
 */

llmgw_int_t llmgw_provider_url(const llmgw_provider_t *p, llmgw_str_t params,
    llmgw_arena_t *a, llmgw_str_t *url);

/* Whether a word in braces is part of its base URL. */

unsigned llmgw_provider_takes(const llmgw_provider_t *p, llmgw_str_t name);


/* A credential; secrets are printable ASCII. */

typedef struct {
    llmgw_str_t  key;                /* API key, or a bearer key */
    llmgw_str_t  token;              /* access token: fixed, or obtained */
    llmgw_str_t  access_key_id;      /* AWS */
    llmgw_str_t  secret_access_key;
    llmgw_str_t  session_token;
    llmgw_str_t  region;
} llmgw_credential_t;


/*
 * Adds the headers that carry the credential to a request whose body is
 * complete; host is the value of its Host header, now Unix seconds.
 * LLMGW_INVALID: the credential lacks something, e says what.
 */

llmgw_int_t llmgw_authorize(const llmgw_provider_t *p,
    const llmgw_credential_t *cred, llmgw_str_t host, int64_t now,
    llmgw_upstream_t *up, llmgw_arena_t *a, llmgw_error_t *e);


#endif /* _LLMGW_PROVIDER_H_INCLUDED_ */
