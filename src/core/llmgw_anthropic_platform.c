
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The Messages API on platforms of others: the same requests in another
 * envelope, and never all of what Anthropic itself has.
 */


#include "llmgw_anthropic.h"
#include "llmgw_pass.h"
#include "llmgw_splice.h"


/* the next word of a list; empty: there is none */

static llmgw_str_t
llmgw_anthropic_word(llmgw_str_t *list)
{
    size_t       i;
    llmgw_str_t  word;

    static const u_char  gap[256] = { [' '] = 1, [','] = 1, ['\t'] = 1 };

    for (i = 0; i < list->len && gap[list->data[i]]; i++) { /* void */ }

    word = llmgw_str(list->data + i, 0);

    for ( /* void */ ; i < list->len && !gap[list->data[i]]; i++) {
        word.len++;
    }

    list->data += i;
    list->len -= i;

    return word;
}


unsigned
llmgw_anthropic_lacks(const llmgw_anthropic_platform_t *platform,
    llmgw_str_t name)
{
    llmgw_str_t  list, word;

    if (platform == NULL) {
        return 0;
    }

    list = platform->lacks;

    for ( ;; ) {
        word = llmgw_anthropic_word(&list);

        if (word.len == 0) {
            return 0;
        }

        /* tools have a date behind their name */

        if (name.len >= word.len && memcmp(name.data, word.data, word.len) == 0
            && (name.len == word.len
                || (name.len > word.len + 1 && name.data[word.len] == '_'
                    && name.data[word.len + 1] >= '0'
                    && name.data[word.len + 1] <= '9')))
        {
            return 1;
        }
    }
}


void
llmgw_anthropic_platform_betas(const llmgw_anthropic_platform_t *platform,
    llmgw_out_t *o, llmgw_str_t list)
{
    llmgw_str_t  beta, taken, word;

    for ( ;; ) {
        beta = llmgw_anthropic_word(&list);

        if (beta.len == 0) {
            return;
        }

        taken = platform->betas;

        do {
            word = llmgw_anthropic_word(&taken);
        } while (word.len && !llmgw_str_eq(word, beta));

        if (word.len == 0) {
            continue;
        }

        if (llmgw_out_size(o)) {
            llmgw_putc(o, ',');
        }

        llmgw_put(o, beta);
    }
}


typedef struct {
    const llmgw_anthropic_platform_t  *platform;
    unsigned                           count;
} llmgw_anthropic_passed_t;


/* a member that has no place in the body there */

static unsigned
llmgw_anthropic_unwanted(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *key)
{
    llmgw_anthropic_passed_t *p = ctx;

    const llmgw_json_node_t  *value;

    /* the path has the model, unless it is that of what counts */

    if (llmgw_json_is(j, key, "model")) {
        return !p->count;
    }

    if (llmgw_json_is(j, key, "anthropic_version")) {
        return 1;
    }

    if (llmgw_json_is(j, key, "stream")) {

        /* it says the same as the path, or nothing */

        value = key + 1;

        return value->type != LLMGW_JSON_TRUE;
    }

    return llmgw_anthropic_lacks(p->platform, llmgw_json_str(j, key));
}


llmgw_int_t
llmgw_anthropic_pass_platform(llmgw_call_t *call,
    const llmgw_anthropic_platform_t *platform, llmgw_upstream_t *up)
{
    size_t                    n;
    llmgw_out_t               o;
    llmgw_str_t               raw, betas, version;
    llmgw_header_t           *h;
    llmgw_splice_t            sp;
    llmgw_anthropic_passed_t  passed;

    llmgw_out_init(&o, call->arena, 256, 0, 0);

    for (h = call->headers; h; h = h->next) {
        if (llmgw_str_is(h->name, "anthropic-beta")) {
            llmgw_anthropic_platform_betas(platform, &o, h->value);
        }
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    betas = llmgw_out_join(&o, call->arena);

    if (betas.data == NULL
        || (betas.len
            && llmgw_upstream_header(up, call->arena,
                                     llmgw_lit("anthropic-beta"), betas)
               != LLMGW_OK)
        || llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                                 llmgw_lit("application/json"))
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_splice_init(&sp, call->arena);

    passed.platform = platform;
    passed.count = call->endpoint->count;

    n = llmgw_splice_filter(&sp, &call->doc, call->doc.nodes,
                            llmgw_anthropic_unwanted, &passed);

    if (passed.count) {
        llmgw_pass_model(call, &sp);
    }

    llmgw_pass_foreign(call, &sp);

    raw = llmgw_json_raw(&call->doc, call->doc.nodes);

    version = llmgw_fmt(call->arena, "%s\"anthropic_version\":\"%.*s\"",
                        n ? "," : "", llmgw_arg(platform->version));

    if (version.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_splice_add(&sp, raw.data + raw.len - 1, raw.data + raw.len - 1,
                     version);

    return llmgw_splice_put(&sp, call->body, &up->body);
}
