
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What OpenAI's clients would stumble over in answers of Azure OpenAI: an event
 * of filter results in front of the stream, events of filter results that say
 * nothing else, messages without content.
 */


#include "llmgw_azure.h"


typedef struct {
    llmgw_str_t  results;     /* members for the next chunk, commas in front */

    /* of the stream, as JSON; empty until a chunk has named them */
    llmgw_str_t  id;
    llmgw_str_t  object;
    llmgw_str_t  created;
    llmgw_str_t  model;
} llmgw_azure_answer_t;


static unsigned llmgw_azure_glance(llmgw_repair_t *rp, llmgw_str_t data);
static llmgw_int_t llmgw_azure_event(llmgw_repair_t *rp);
static llmgw_int_t llmgw_azure_whole(llmgw_repair_t *rp);
static llmgw_int_t llmgw_azure_name(llmgw_repair_t *rp);
static llmgw_int_t llmgw_azure_hold(llmgw_repair_t *rp);
static unsigned llmgw_azure_deltas(llmgw_repair_t *rp,
    const llmgw_json_node_t *choices);
static llmgw_int_t llmgw_azure_identify(llmgw_repair_t *rp);


const llmgw_repair_ops_t  llmgw_azure_repair = {
    sizeof(llmgw_azure_answer_t),
    llmgw_azure_glance,
    llmgw_azure_event,
    llmgw_azure_whole
};


static unsigned
llmgw_azure_glance(llmgw_repair_t *rp, llmgw_str_t data)
{
    llmgw_azure_answer_t  *st;

    st = rp->state;

    return st->results.len
           || (rp->call->endpoint->id == LLMGW_EP_CHAT
               && llmgw_str_find(data, llmgw_lit("\"delta\"")) == NULL);
}


static llmgw_int_t
llmgw_azure_event(llmgw_repair_t *rp)
{
    llmgw_str_t               raw;
    const llmgw_json_t       *j;
    llmgw_azure_answer_t     *st;
    const llmgw_json_node_t  *choices;

    j = rp->doc;
    st = rp->state;

    if (llmgw_azure_name(rp) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    choices = llmgw_json_array(j, j->nodes, "choices");

    if (choices == NULL) {
        return LLMGW_OK;
    }

    if (choices->span == 1) {

        /* the chunk of usage has no choices either, and passes */

        return llmgw_json_object(j, j->nodes, "usage")
               ? LLMGW_OK : llmgw_azure_hold(rp);
    }

    if (st->results.len) {
        raw = llmgw_json_raw(j, j->nodes);
        raw.data += raw.len - 1;

        llmgw_splice_add(rp->splice, raw.data, raw.data, st->results);

        st->results = llmgw_null_str;
    }

    if (rp->call->endpoint->id == LLMGW_EP_CHAT
        && llmgw_azure_deltas(rp, choices))
    {
        return llmgw_azure_identify(rp);
    }

    return LLMGW_OK;
}


static unsigned
llmgw_azure_names(const llmgw_json_node_t *v)
{
    return v && (v->type == LLMGW_JSON_STRING || v->type == LLMGW_JSON_NUMBER)
           && v->len;
}


/* what all chunks of a stream have in common, from the first that says it */

static llmgw_int_t
llmgw_azure_name(llmgw_repair_t *rp)
{
    size_t                    i;
    llmgw_str_t              *name;
    const llmgw_json_t       *j;
    llmgw_azure_answer_t     *st;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("id"),
        llmgw_string("object"),
        llmgw_string("created"),
        llmgw_string("model")
    };

    j = rp->doc;
    st = rp->state;
    name = &st->id;

    for (i = 0; i < llmgw_nelts(names); i++, name++) {

        if (name->len) {
            continue;
        }

        v = llmgw_json_get_n(j, j->nodes, (const char *) names[i].data,
                             names[i].len);

        if (!llmgw_azure_names(v)
            || llmgw_str_is(llmgw_json_raw(j, v), "0"))
        {
            continue;
        }

        *name = llmgw_str_dup(rp->arena, llmgw_json_raw(j, v));

        if (name->data == NULL) {
            return LLMGW_ERROR;
        }
    }

    return LLMGW_OK;
}


/* an event without choices: what it says of the prompt waits for one with */

static llmgw_int_t
llmgw_azure_hold(llmgw_repair_t *rp)
{
    size_t                    i;
    llmgw_out_t               o;
    const llmgw_json_t       *j;
    llmgw_azure_answer_t     *st;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("prompt_filter_results"),
        llmgw_string("prompt_annotations")
    };

    j = rp->doc;
    st = rp->state;

    llmgw_out_init(&o, rp->arena, 512, 0, 0);

    for (i = 0; i < llmgw_nelts(names); i++) {

        v = llmgw_json_get_n(j, j->nodes, (const char *) names[i].data,
                             names[i].len);

        if (v && v->type != LLMGW_JSON_NULL) {
            o.comma = 1;
            llmgw_json_key_n(&o, (const char *) names[i].data, names[i].len);
            llmgw_put_compact(&o, llmgw_json_raw(j, v));
        }
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    st->results = llmgw_out_join(&o, rp->arena);

    return st->results.data ? LLMGW_DECLINED : LLMGW_ERROR;
}


/* clients look into the delta of each choice; whether one was missing */

static unsigned
llmgw_azure_deltas(llmgw_repair_t *rp, const llmgw_json_node_t *choices)
{
    unsigned                  missing;
    const u_char             *p;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *c;

    j = rp->doc;
    missing = 0;

    llmgw_json_each(c, choices) {

        if (c->type != LLMGW_JSON_OBJECT || llmgw_json_get(j, c, "delta")) {
            continue;
        }

        p = llmgw_json_raw(j, c).data + 1;

        llmgw_splice_add(rp->splice, p, p,
                         c->span > 1 ? llmgw_lit("\"delta\":{},")
                                     : llmgw_lit("\"delta\":{}"));
        missing = 1;
    }

    return missing;
}


/* such an event does not name the stream it belongs to */

static llmgw_int_t
llmgw_azure_identify(llmgw_repair_t *rp)
{
    size_t                    i;
    llmgw_str_t              *name, raw, text;
    const u_char             *p;
    const llmgw_json_t       *j;
    llmgw_azure_answer_t     *st;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("id"),
        llmgw_string("object"),
        llmgw_string("created"),
        llmgw_string("model")
    };

    j = rp->doc;
    st = rp->state;
    name = &st->id;

    for (i = 0; i < llmgw_nelts(names); i++, name++) {

        if (name->len == 0) {
            continue;
        }

        v = llmgw_json_get_n(j, j->nodes, (const char *) names[i].data,
                             names[i].len);

        if (v) {
            raw = llmgw_json_raw(j, v);

            if (!llmgw_azure_names(v) || llmgw_str_is(raw, "0")) {
                llmgw_splice_add(rp->splice, raw.data, raw.data + raw.len,
                                 *name);
            }

            continue;
        }

        /* there are choices, so something follows */

        text = llmgw_fmt(rp->arena, "\"%.*s\":%.*s,", llmgw_arg(names[i]),
                         llmgw_arg(*name));

        if (text.data == NULL) {
            return LLMGW_ERROR;
        }

        p = llmgw_json_raw(j, j->nodes).data + 1;
        llmgw_splice_add(rp->splice, p, p, text);
    }

    return LLMGW_OK;
}


/* a message whose text was filtered has no content at all */

static llmgw_int_t
llmgw_azure_whole(llmgw_repair_t *rp)
{
    const u_char             *p;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *c, *choices, *message;

    j = rp->doc;
    choices = llmgw_json_array(j, j->nodes, "choices");

    if (choices == NULL) {
        return LLMGW_OK;
    }

    llmgw_json_each(c, choices) {

        message = llmgw_json_object(j, c, "message");

        if (message == NULL || llmgw_json_get(j, message, "content")) {
            continue;
        }

        p = llmgw_json_raw(j, message).data + 1;

        llmgw_splice_add(rp->splice, p, p,
                         message->span > 1 ? llmgw_lit("\"content\":null,")
                                           : llmgw_lit("\"content\":null"));
    }

    return LLMGW_OK;
}
