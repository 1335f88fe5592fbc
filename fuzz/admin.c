
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What comes to the admin API, and tokens.  The first byte chooses: 0 a token,
 * 1 a set of keys, others a path of the API with a body or a query.  What is
 * taken is a record that can be stored, and read again as the same.
 */


#include "fuzz.h"
#include "llmgw_admin.h"
#include "llmgw_jwks.h"


/* a public key whose private one nobody has any more */

static const char  fuzz_jwks[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\",\"x\":"
    "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":"
    "\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";


static void
fuzz_token(llmgw_str_t s)
{
    json_t        *claims;
    const char    *wrong;
    llmgw_int_t    rc;

    static llmgw_jwks_t             *jwks;
    static const llmgw_jwt_rules_t   rules;

    if (jwks == NULL) {
        jwks = llmgw_jwks_read(llmgw_str((const u_char *) fuzz_jwks,
                                         sizeof(fuzz_jwks) - 1),
                               &wrong);
        fuzz_assert(jwks != NULL);
    }

    (void) llmgw_jwks_lacks(jwks, s);

    rc = llmgw_jwt_verify(jwks, &rules, s, 1767225600, &claims, &wrong);

    /* nobody can sign */

    fuzz_assert(rc == LLMGW_INVALID && wrong != NULL);
}


static void
fuzz_keys(llmgw_str_t s)
{
    const char    *error;
    llmgw_jwks_t  *jwks;

    jwks = llmgw_jwks_read(s, &error);

    fuzz_assert(jwks != NULL || error != NULL);

    llmgw_jwks_free(jwks);
}


static void
fuzz_record(fuzz_mem_t *m, const llmgw_admin_route_t *route,
    llmgw_admin_request_t *rq)
{
    json_t                *record, *again, *row;
    llmgw_int_t            rc;
    llmgw_str_t            text;
    llmgw_problem_t        problem;
    llmgw_admin_state_t    state;

    record = json_object();

    fuzz_assert(llmgw_admin_merge(record, rq->fields) == LLMGW_OK);

    rc = llmgw_admin_record_text(&m->arena, (llmgw_kind_e) route->kind,
                                 record, &text, &problem);

    /* field by field it was right: what is left is what they are together */

    fuzz_assert(rc == LLMGW_OK || (rc == LLMGW_INVALID
                                   && problem.message.len));

    if (rc == LLMGW_OK) {

        again = llmgw_admin_record(text);
        fuzz_assert(again != NULL);

        memset(&state, 0, sizeof(state));

        row = llmgw_admin_row((llmgw_kind_e) route->kind, llmgw_lit("id"),
                              again, &state);
        fuzz_assert(row != NULL);

        json_decref(row);
        json_decref(again);
    }

    json_decref(record);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t                     *error;
    unsigned                    n;
    fuzz_mem_t                  m;
    llmgw_str_t                 s;
    llmgw_int_t                 rc;
    llmgw_admin_request_t       rq;
    const llmgw_admin_route_t  *route;

    if (size == 0) {
        return 0;
    }

    fuzz_mem_init(&m);

    s = fuzz_copy(&m, llmgw_str(data + 1, size - 1));

    if (data[0] < 2) {

        if (data[0] == 0) {
            fuzz_token(s);

        } else {
            fuzz_keys(s);
        }

        fuzz_mem_free(&m);

        return 0;
    }

    for (n = 0; llmgw_admin_route(n); n++) { /* void */ }

    route = llmgw_admin_route((unsigned) (data[0] - 2) % n);

    rc = (route->methods == LLMGW_ADMIN_GET)
         ? llmgw_admin_read_query(&m.arena, route, s, &rq)
         : llmgw_admin_read_body(&m.arena, route, s, &rq);

    if (rc == LLMGW_OK && route->segment.len) {
        rc = llmgw_admin_read_segment(&m.arena, route, llmgw_lit("sk-1"),
                                      &rq);
    }

    if (rc == LLMGW_OK) {
        rc = llmgw_admin_complete(&m.arena, route, &rq);
    }

    fuzz_assert(rc == LLMGW_OK || rc == LLMGW_INVALID);

    if (rc == LLMGW_INVALID) {

        fuzz_assert(rq.problem.message.len);

        error = llmgw_admin_error(422, llmgw_lit("validation_error"),
                                  rq.problem.field, rq.problem.message);
        fuzz_assert(error != NULL);
        json_decref(error);

    } else if (route->fields) {
        fuzz_record(&m, route, &rq);
    }

    json_decref(rq.params);
    json_decref(rq.fields);

    fuzz_mem_free(&m);

    return 0;
}
