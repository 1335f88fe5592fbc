
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The ids in passing answers of the Responses API.
 */


#include "llmgw_splice.h"
#include "llmgw_stored.h"


/* the events of one item name it over and over */

typedef struct {
    llmgw_buf_t  id;
    llmgw_str_t  tagged;
} llmgw_stored_last_t;


static llmgw_int_t llmgw_stored_event(llmgw_repair_t *rp);
static llmgw_int_t llmgw_stored_whole(llmgw_repair_t *rp);
static llmgw_int_t llmgw_stored_response(llmgw_repair_t *rp,
    const llmgw_json_node_t *object);
static llmgw_int_t llmgw_stored_list(llmgw_repair_t *rp,
    const llmgw_json_node_t *list);
static llmgw_int_t llmgw_stored_tag(llmgw_repair_t *rp,
    const llmgw_json_node_t *v);


const llmgw_repair_ops_t  llmgw_stored_repair = {
    .state = sizeof(llmgw_stored_last_t),
    .event = llmgw_stored_event,
    .whole = llmgw_stored_whole
};


static llmgw_int_t
llmgw_stored_event(llmgw_repair_t *rp)
{
    llmgw_int_t               rc;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *k, *v;

    j = rp->doc;

    llmgw_json_each_member(k, v, j->nodes) {

        rc = LLMGW_OK;

        if (llmgw_json_is(j, k, "item_id")) {
            rc = llmgw_stored_tag(rp, v);

        } else if (llmgw_json_is(j, k, "item")) {
            rc = llmgw_stored_tag(rp, llmgw_json_string(j, v, "id"));

        } else if (llmgw_json_is(j, k, "response")
                   && v->type == LLMGW_JSON_OBJECT)
        {
            rc = llmgw_stored_response(rp, v);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* a response, a list of items, an item, a conversation */

static llmgw_int_t
llmgw_stored_whole(llmgw_repair_t *rp)
{
    size_t                    i;
    llmgw_int_t               rc;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *root;

    static const char *const  names[] = { "first_id", "last_id" };

    j = rp->doc;
    root = j->nodes;

    if (root->type != LLMGW_JSON_OBJECT) {
        return LLMGW_OK;
    }

    for (i = 0; i < llmgw_nelts(names); i++) {

        rc = llmgw_stored_tag(rp, llmgw_json_get_type(j, root, names[i],
                                                      strlen(names[i]),
                                                      LLMGW_JSON_STRING));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_stored_list(rp, llmgw_json_array(j, root, "data"));

    return (rc == LLMGW_OK) ? llmgw_stored_response(rp, root) : rc;
}


static llmgw_int_t
llmgw_stored_response(llmgw_repair_t *rp, const llmgw_json_node_t *object)
{
    llmgw_int_t               rc;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *k, *v;

    j = rp->doc;

    llmgw_json_each_member(k, v, object) {

        rc = LLMGW_OK;

        if (llmgw_json_is(j, k, "id")
            || llmgw_json_is(j, k, "previous_response_id"))
        {
            rc = llmgw_stored_tag(rp, v);

        } else if (llmgw_json_is(j, k, "conversation")) {
            rc = llmgw_stored_tag(rp, v->type == LLMGW_JSON_OBJECT
                                      ? llmgw_json_get(j, v, "id") : v);

        } else if (llmgw_json_is(j, k, "output")
                   && v->type == LLMGW_JSON_ARRAY)
        {
            rc = llmgw_stored_list(rp, v);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_stored_list(llmgw_repair_t *rp, const llmgw_json_node_t *list)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v;

    if (list == NULL) {
        return LLMGW_OK;
    }

    llmgw_json_each(v, list) {

        if (v->type != LLMGW_JSON_OBJECT) {
            continue;
        }

        rc = llmgw_stored_tag(rp, llmgw_json_string(rp->doc, v, "id"));

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_stored_tag(llmgw_repair_t *rp, const llmgw_json_node_t *v)
{
    llmgw_str_t           id;
    llmgw_stored_last_t  *last;

    if (v == NULL || v->type != LLMGW_JSON_STRING || v->len == 0
        || (v->flags & LLMGW_JSON_ESCAPED))
    {
        return LLMGW_OK;
    }

    last = rp->state;
    id = llmgw_json_str(rp->doc, v);

    if (last->tagged.len == 0
        || !llmgw_str_eq(llmgw_buf_str(&last->id), id))
    {
        last->id.len = 0;

        if (llmgw_buf_add(rp->arena, &last->id, id) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        last->tagged = llmgw_tag_add(rp->call->tags, rp->call->target->where,
                                     llmgw_buf_str(&last->id), rp->arena);

        if (last->tagged.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    if (last->tagged.len != id.len) {
        llmgw_splice_add(rp->splice, id.data + id.len, id.data + id.len,
                         llmgw_str(last->tagged.data + id.len,
                                   last->tagged.len - id.len));
    }

    return LLMGW_OK;
}
