
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * JSON Web Tokens of others: sets of public keys (RFC 7517) and what they have
 * signed with RS256 or ES256 (RFC 7515, 7518, 7519).
 */


#ifndef _LLMGW_JWKS_H_INCLUDED_
#define _LLMGW_JWKS_H_INCLUDED_


#include <jansson.h>

#include "llmgw_core.h"


#define LLMGW_JWKS_KEYS   64         /* in a set */
#define LLMGW_JWT_MAX     8192       /* bytes of a token */

typedef struct llmgw_jwks_s  llmgw_jwks_t;


/*
 * Reads a set.  Keys of other kinds and for other uses are passed over; NULL
 * where nothing is left, or no memory: error says what is wrong.
 */

llmgw_jwks_t *llmgw_jwks_read(llmgw_str_t text, const char **error);
void llmgw_jwks_free(llmgw_jwks_t *jwks);


/* What a token has to say beside its signature; empty: it does not matter. */

typedef struct {
    llmgw_str_t         issuer;
    const llmgw_str_t  *audiences;   /* one of these */
    unsigned            naudiences;
    int64_t             leeway;      /* seconds that clocks may differ */
} llmgw_jwt_rules_t;

/* Whether a text has the form of a token, and not that of a key. */

int llmgw_jwt_like(llmgw_str_t token);

/*
 * LLMGW_OK: claims are the caller's; LLMGW_INVALID: wrong says why, for a log;
 * LLMGW_ERROR: no memory.  now is in Unix seconds.
 */

llmgw_int_t llmgw_jwt_verify(const llmgw_jwks_t *jwks,
    const llmgw_jwt_rules_t *rules, llmgw_str_t token, int64_t now,
    json_t **claims, const char **wrong);

/*
 * Whether the token names a key (kid) that is not in the set: another set may
 * have it.
 */

int llmgw_jwks_lacks(const llmgw_jwks_t *jwks, llmgw_str_t token);

/*
 * A claim by its path, "realm.team": a text; of a list of texts the first.
 * Empty where there is none.
 */

llmgw_str_t llmgw_jwt_text(const json_t *claims, llmgw_str_t path);

/* Whether the claim is this text, this number, or a list that has it. */

int llmgw_jwt_has(const json_t *claims, llmgw_str_t path, llmgw_str_t value);


#endif /* _LLMGW_JWKS_H_INCLUDED_ */
