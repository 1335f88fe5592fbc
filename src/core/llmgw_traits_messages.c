
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Messages and tools as a provider takes them.
 */


#include "llmgw_digest.h"
#include "llmgw_traits_fit.h"


/* Mistral's */
#define LLMGW_TRAITS_SHORT_ID  9


static llmgw_int_t llmgw_fit_flatten(llmgw_fit_t *f,
    const llmgw_json_node_t *content);
static llmgw_int_t llmgw_fit_id(llmgw_fit_t *f, const llmgw_json_node_t *id);


static unsigned
llmgw_fit_message_unwanted(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *key)
{
    llmgw_fit_t *f = ctx;

    if (key[1].type == LLMGW_JSON_NULL) {

        /* an assistant's content may have to be there */

        return !llmgw_json_is(j, key, "content")
               && llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_NULLS, NULL);
    }

    if (llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_DROP_INSIDE, key) == NULL) {
        return 0;
    }

    if (!f->noted) {
        f->noted = 1;
        llmgw_call_drop(f->call,
                        llmgw_fmt(f->call->arena, "messages.%.*s",
                                  llmgw_arg(llmgw_json_str(j, key))));
    }

    return 1;
}


llmgw_int_t
llmgw_fit_messages(llmgw_fit_t *f, const llmgw_json_node_t *messages)
{
    unsigned                  developer, flatten, ids, members;
    llmgw_int_t               rc;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *m, *v, *c;

    j = f->j;

    developer = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_NO_DEVELOPER, NULL)
                != NULL;
    flatten = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_FLATTEN, NULL) != NULL;
    ids = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_SHORT_IDS, NULL) != NULL;
    members = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_NULLS, NULL)
              || llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_DROP_INSIDE, NULL);

    if (!developer && !flatten && !ids && !members) {
        return LLMGW_OK;
    }

    llmgw_json_each(m, messages) {

        if (m->type != LLMGW_JSON_OBJECT) {
            continue;
        }

        if (members) {
            llmgw_splice_filter(f->splice, j, m, llmgw_fit_message_unwanted,
                                 f);
        }

        v = developer ? llmgw_json_string(j, m, "role") : NULL;

        if (v && llmgw_json_is(j, v, "developer")) {
            llmgw_fit_replace(f, v, llmgw_lit("\"system\""));
        }

        v = flatten ? llmgw_json_array(j, m, "content") : NULL;

        if (v) {
            rc = llmgw_fit_flatten(f, v);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        if (!ids) {
            continue;
        }

        rc = llmgw_fit_id(f, llmgw_json_string(j, m, "tool_call_id"));
        if (rc != LLMGW_OK) {
            return rc;
        }

        v = llmgw_json_array(j, m, "tool_calls");

        if (v == NULL) {
            continue;
        }

        llmgw_json_each(c, v) {

            if (c->type != LLMGW_JSON_OBJECT) {
                continue;
            }

            rc = llmgw_fit_id(f, llmgw_json_string(j, c, "id"));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return LLMGW_OK;
}


/* parts of nothing but text as one string, a line each */

static llmgw_int_t
llmgw_fit_flatten(llmgw_fit_t *f, const llmgw_json_node_t *content)
{
    unsigned                  first;
    llmgw_out_t               o;
    llmgw_str_t               text;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *p, *type;

    j = f->j;

    llmgw_json_each(p, content) {

        type = (p->type == LLMGW_JSON_OBJECT)
               ? llmgw_json_string(j, p, "type") : NULL;

        if (type == NULL || !llmgw_json_is(j, type, "text")
            || llmgw_json_string(j, p, "text") == NULL)
        {
            return LLMGW_OK;
        }
    }

    llmgw_out_init(&o, f->call->arena, content->len + 16, 0, 0);
    llmgw_putc(&o, '"');

    first = 1;

    llmgw_json_each(p, content) {

        if (!first) {
            llmgw_puts(&o, "\\n");
        }

        llmgw_put(&o, llmgw_json_get_str(j, p, "text"));
        first = 0;
    }

    llmgw_putc(&o, '"');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    text = llmgw_out_join(&o, f->call->arena);

    if (text.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_fit_replace(f, content, text);

    return LLMGW_OK;
}


/* another provider's id of a call: the same short one each time */

static llmgw_int_t
llmgw_fit_id(llmgw_fit_t *f, const llmgw_json_node_t *v)
{
    u_char       digest[LLMGW_SHA256_LEN], *p, c;
    size_t       i;
    llmgw_str_t  id;

    static const u_char  abc[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    if (v == NULL) {
        return LLMGW_OK;
    }

    id = llmgw_json_str(f->j, v);

    for (i = 0; i < id.len; i++) {

        c = id.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')))
        {
            break;
        }
    }

    if (i == id.len && i == LLMGW_TRAITS_SHORT_ID) {
        return LLMGW_OK;
    }

    p = llmgw_nalloc(f->call->arena, LLMGW_TRAITS_SHORT_ID);

    if (p == NULL || llmgw_sha256(id, digest) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < LLMGW_TRAITS_SHORT_ID; i++) {
        p[i] = abc[digest[i] % (sizeof(abc) - 1)];
    }

    llmgw_splice_add(f->splice, id.data, id.data + id.len,
                     llmgw_str(p, LLMGW_TRAITS_SHORT_ID));

    return LLMGW_OK;
}


static unsigned
llmgw_fit_strict_unwanted(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *key)
{
    llmgw_fit_t *f = ctx;

    if (!llmgw_json_is(j, key, "strict")) {
        return 0;
    }

    if (!f->noted && key[1].type == LLMGW_JSON_TRUE) {
        f->noted = 1;
        llmgw_call_drop(f->call, llmgw_lit("tools.strict"));
    }

    return 1;
}


void
llmgw_fit_tools(llmgw_fit_t *f, const llmgw_json_node_t *tools)
{
    const llmgw_json_node_t  *tool, *function;

    f->noted = 0;

    llmgw_json_each(tool, tools) {

        function = (tool->type == LLMGW_JSON_OBJECT)
                   ? llmgw_json_object(f->j, tool, "function") : NULL;

        if (function) {
            llmgw_splice_filter(f->splice, f->j, function,
                                 llmgw_fit_strict_unwanted, f);
        }
    }
}
