
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_aws.h"
#include "llmgw_provider.h"


const llmgw_provider_t *
llmgw_provider_find(llmgw_str_t name)
{
    const llmgw_provider_t  *p;

    for (p = llmgw_providers; p->name.len; p++) {
        if (llmgw_str_eq(p->name, name)
            || llmgw_str_listed(p->aliases, name))
        {
            return p;
        }
    }

    return NULL;
}


/*
 * The next word in braces, and what stands in front of it; both are taken off.
 * 0: the rest has none.
 */

static unsigned
llmgw_provider_word(llmgw_str_t *rest, llmgw_str_t *text, llmgw_str_t *word)
{
    const u_char  *p, *q;

    p = llmgw_str_find(*rest, llmgw_lit("{"));

    if (p == NULL) {
        return 0;
    }

    *text = llmgw_str(rest->data, (size_t) (p - rest->data));

    for (q = p + 1; *q != '}'; q++) { /* void */ }

    *word = llmgw_str(p + 1, (size_t) (q - (p + 1)));

    rest->len -= (size_t) (q + 1 - rest->data);
    rest->data = q + 1;

    return 1;
}


unsigned
llmgw_provider_takes(const llmgw_provider_t *p, llmgw_str_t name)
{
    llmgw_str_t  rest, text, word;

    rest = p->base_url;

    while (llmgw_provider_word(&rest, &text, &word)) {
        if (llmgw_str_eq(word, name)) {
            return 1;
        }
    }

    return 0;
}


/* the value of a word in a list of NAME=VALUE; empty: it is not there */

static llmgw_str_t
llmgw_provider_param(llmgw_str_t params, llmgw_str_t word)
{
    size_t       n;
    llmgw_str_t  pair;

    n = word.len;

    while (params.len) {

        pair = llmgw_str_word(&params);

        if (pair.len > n && pair.data[n] == '='
            && llmgw_str_eq(llmgw_str(pair.data, n), word))
        {
            return llmgw_str(pair.data + n + 1, pair.len - n - 1);
        }
    }

    return llmgw_null_str;
}


llmgw_int_t
llmgw_provider_url(const llmgw_provider_t *p, llmgw_str_t params,
    llmgw_arena_t *a, llmgw_str_t *url)
{
    llmgw_out_t  o;
    llmgw_str_t  rest, text, word, value;

    rest = p->base_url;
    llmgw_out_init(&o, a, 128, 0, 0);

    while (llmgw_provider_word(&rest, &text, &word)) {

        value = llmgw_provider_param(params, word);

        if (value.len == 0) {
            *url = word;
            return LLMGW_DECLINED;
        }

        llmgw_put(&o, text);
        llmgw_put(&o, value);
    }

    llmgw_put(&o, rest);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    *url = llmgw_out_join(&o, a);

    return url->data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_authorize_with(llmgw_str_t header, llmgw_str_t scheme, llmgw_str_t key,
    llmgw_upstream_t *up, llmgw_arena_t *a)
{
    u_char  *p;

    if (scheme.len == 0) {
        return llmgw_upstream_header(up, a, header, key);
    }

    p = llmgw_nalloc(a, scheme.len + key.len);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    memcpy(p, scheme.data, scheme.len);
    memcpy(p + scheme.len, key.data, key.len);

    return llmgw_upstream_header(up, a, header,
                                 llmgw_str(p, scheme.len + key.len));
}


llmgw_int_t
llmgw_authorize(const llmgw_provider_t *p, const llmgw_credential_t *cred,
    llmgw_str_t host, int64_t now, llmgw_upstream_t *up, llmgw_arena_t *a,
    llmgw_error_t *e)
{
    llmgw_str_t  key;

    switch (p->auth) {

    case LLMGW_AUTH_BEARER:

        /* never both, a token comes first */

        key = cred->token.len ? cred->token : cred->key;

        return key.len ? llmgw_authorize_with(p->header, p->scheme, key, up, a)
                       : LLMGW_OK;

    case LLMGW_AUTH_AZURE:
    case LLMGW_AUTH_GOOGLE:

        /* never both */

        if (cred->token.len) {
            return llmgw_authorize_with(llmgw_lit("Authorization"),
                                        llmgw_lit("Bearer "), cred->token,
                                        up, a);
        }

        /* fall through */

    case LLMGW_AUTH_HEADER:

        if (cred->key.len == 0) {
            return LLMGW_OK;
        }

        return llmgw_authorize_with(p->header, p->scheme, cred->key, up, a);

    case LLMGW_AUTH_AWS:
        return llmgw_aws_authorize(p->header, cred, host, now, up, a, e);

    default:
        return LLMGW_OK;
    }
}
