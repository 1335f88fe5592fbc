
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Thoughts in passing chat completions, where clients look for them:
 * "reasoning_content", whatever the provider calls it.
 */


#include "llmgw_splice.h"
#include "llmgw_traits.h"


#define LLMGW_REASONING  "reasoning_content"


static unsigned llmgw_traits_glance(llmgw_repair_t *rp, llmgw_str_t data);
static llmgw_int_t llmgw_traits_event(llmgw_repair_t *rp);
static llmgw_int_t llmgw_traits_whole(llmgw_repair_t *rp);
static llmgw_int_t llmgw_traits_choices(llmgw_repair_t *rp, const char *name,
    size_t len);
static void llmgw_traits_rename(llmgw_repair_t *rp,
    const llmgw_json_node_t *message, llmgw_str_t name);
static llmgw_int_t llmgw_traits_parts(llmgw_repair_t *rp,
    const llmgw_json_node_t *message);


const llmgw_repair_ops_t  llmgw_traits_repair = {
    .state = 0,
    .glance = llmgw_traits_glance,
    .event = llmgw_traits_event,
    .whole = llmgw_traits_whole
};


/* most events have neither; a wrong guess only costs the time to look */

static unsigned
llmgw_traits_glance(llmgw_repair_t *rp, llmgw_str_t data)
{
    size_t                 n;
    llmgw_str_t            rest;
    const u_char          *p, *end;
    const llmgw_traits_t  *t;

    t = rp->call->target->traits;
    end = data.data + data.len;

    if (t->parts && llmgw_str_find(data, llmgw_lit("\"content\":["))) {
        return 1;
    }

    if (t->reasoning.len == 0) {
        return 0;
    }

    rest = data;

    for ( ;; ) {

        p = llmgw_str_find(rest, t->reasoning);

        if (p == NULL) {
            return 0;
        }

        n = t->reasoning.len;

        if (p > data.data && p[-1] == '"' && (size_t) (end - p) > n + 2
            && p[n] == '"' && !(p[n + 1] == ':' && p[n + 2] == 'n'))
        {
            return 1;
        }

        rest = llmgw_str(p + n, (size_t) (end - p) - n);
    }
}


static llmgw_int_t
llmgw_traits_event(llmgw_repair_t *rp)
{
    return llmgw_traits_choices(rp, "delta", 5);
}


static llmgw_int_t
llmgw_traits_whole(llmgw_repair_t *rp)
{
    return llmgw_traits_choices(rp, "message", 7);
}


static llmgw_int_t
llmgw_traits_choices(llmgw_repair_t *rp, const char *name, size_t len)
{
    llmgw_int_t               rc;
    const llmgw_json_t       *j;
    const llmgw_traits_t     *t;
    const llmgw_json_node_t  *choices, *c, *m;

    j = rp->doc;
    t = rp->call->target->traits;

    choices = (j->nodes[0].type == LLMGW_JSON_OBJECT)
              ? llmgw_json_array(j, j->nodes, "choices") : NULL;

    if (choices == NULL) {
        return LLMGW_OK;
    }

    llmgw_json_each(c, choices) {

        m = (c->type == LLMGW_JSON_OBJECT)
            ? llmgw_json_get_type(j, c, name, len, LLMGW_JSON_OBJECT) : NULL;

        if (m == NULL) {
            continue;
        }

        if (t->reasoning.len) {
            llmgw_traits_rename(rp, m, t->reasoning);
        }

        if (t->parts) {
            rc = llmgw_traits_parts(rp, m);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return rp->splice->failed ? LLMGW_ERROR : LLMGW_OK;
}


static void
llmgw_traits_rename(llmgw_repair_t *rp, const llmgw_json_node_t *message,
    llmgw_str_t name)
{
    llmgw_str_t               s;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *k, *v, *usual;

    j = rp->doc;
    usual = llmgw_json_get(j, message, LLMGW_REASONING);

    llmgw_json_each_member(k, v, message) {

        if (v->type != LLMGW_JSON_STRING
            || !llmgw_json_is_n(j, k, (const char *) name.data, name.len))
        {
            continue;
        }

        if (usual == NULL) {
            s = llmgw_json_str(j, k);
            llmgw_splice_add(rp->splice, s.data, s.data + s.len,
                             llmgw_lit(LLMGW_REASONING));

        } else if (usual->type == LLMGW_JSON_NULL) {
            s = llmgw_json_raw(j, usual);
            llmgw_splice_add(rp->splice, s.data, s.data + s.len,
                             llmgw_json_raw(j, v));
        }

        return;
    }
}


/* the texts of a list of parts; those of thoughts are a list themselves */

static void
llmgw_traits_texts(const llmgw_json_t *j, const llmgw_json_node_t *list,
    const char *type, const char *member, llmgw_out_t *o)
{
    size_t                    len;
    const llmgw_json_node_t  *p, *kind, *v, *inner;

    len = strlen(type);

    llmgw_json_each(p, list) {

        kind = (p->type == LLMGW_JSON_OBJECT)
               ? llmgw_json_string(j, p, "type") : NULL;

        if (kind == NULL || !llmgw_json_is_n(j, kind, type, len)) {
            continue;
        }

        v = llmgw_json_get_n(j, p, member, strlen(member));

        if (v && v->type == LLMGW_JSON_STRING) {
            llmgw_put(o, llmgw_json_str(j, v));

        } else if (v && v->type == LLMGW_JSON_ARRAY) {

            llmgw_json_each(inner, v) {
                if (inner->type == LLMGW_JSON_OBJECT) {
                    llmgw_put(o, llmgw_json_get_str(j, inner, "text"));
                }
            }
        }
    }
}


/* a content that is a list: its text, and its thoughts beside it */

static llmgw_int_t
llmgw_traits_parts(llmgw_repair_t *rp, const llmgw_json_node_t *message)
{
    llmgw_int_t               rc;
    llmgw_out_t               o;
    llmgw_str_t               raw, text;
    llmgw_json_t              j;
    const llmgw_json_node_t  *content;

    content = llmgw_json_array(rp->doc, message, "content");

    if (content == NULL) {
        return LLMGW_OK;
    }

    raw = llmgw_json_raw(rp->doc, content);

    /* what is in it may not have been looked at yet */

    rc = llmgw_json_parse(&j, rp->splice->arena, raw, LLMGW_JSON_ALL,
                          1000000);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_OK;
    }

    llmgw_out_init(&o, rp->splice->arena, raw.len + 64, 0, 0);

    llmgw_puts(&o, "\"");
    llmgw_traits_texts(&j, j.nodes, "text", "text", &o);
    llmgw_puts(&o, "\",\"" LLMGW_REASONING "\":\"");
    llmgw_traits_texts(&j, j.nodes, "thinking", "thinking", &o);
    llmgw_traits_texts(&j, j.nodes, "reasoning", "summary", &o);
    llmgw_puts(&o, "\"");

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    text = llmgw_out_join(&o, rp->splice->arena);

    if (text.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_splice_add(rp->splice, raw.data, raw.data + raw.len, text);

    return LLMGW_OK;
}
