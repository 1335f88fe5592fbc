
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_jstr.h"
#include "llmgw_responses.h"
#include "llmgw_splice.h"
#include "llmgw_stored.h"


static llmgw_int_t llmgw_stored_missing(llmgw_call_t *call,
    llmgw_str_t param, llmgw_str_t id);
static llmgw_int_t llmgw_stored_take(llmgw_call_t *call, llmgw_splice_t *sp,
    const llmgw_json_node_t *v, llmgw_str_t param);
static unsigned llmgw_stored_unreadable(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *item);
static llmgw_int_t llmgw_stored_items(llmgw_call_t *call,
    llmgw_splice_t *sp, const llmgw_json_node_t *input);


/* no id of any service is longer, with its tag */
#define LLMGW_STORED_ID  320

/* who nobody says otherwise of is the operator */
static const llmgw_tags_t  llmgw_stored_operator;


typedef struct {
    llmgw_ep_e   endpoint;
    llmgw_str_t  rest;       /* behind the id; "*" stands for another id */
    unsigned     methods;
} llmgw_stored_path_t;


static const llmgw_stored_path_t  llmgw_stored_paths[] = {
    { LLMGW_EP_RESPONSE, llmgw_string(""),
      LLMGW_METHOD_GET|LLMGW_METHOD_DELETE },
    { LLMGW_EP_RESPONSE, llmgw_string("/cancel"), LLMGW_METHOD_POST },
    { LLMGW_EP_RESPONSE, llmgw_string("/input_items"), LLMGW_METHOD_GET },
    { LLMGW_EP_CONVERSATION, llmgw_string(""),
      LLMGW_METHOD_GET|LLMGW_METHOD_POST|LLMGW_METHOD_DELETE },
    { LLMGW_EP_CONVERSATION, llmgw_string("/items"),
      LLMGW_METHOD_GET|LLMGW_METHOD_POST },
    { LLMGW_EP_CONVERSATION, llmgw_string("/items/*"),
      LLMGW_METHOD_GET|LLMGW_METHOD_DELETE }
};


/* parameters of listings and of streams; nothing else goes on */

static const llmgw_str_t  llmgw_stored_params[] = {
    llmgw_string("stream"),
    llmgw_string("starting_after"),
    llmgw_string("include_obfuscation"),
    llmgw_string("include"),
    llmgw_string("include[]"),
    llmgw_string("include%5B%5D"),
    llmgw_string("limit"),
    llmgw_string("order"),
    llmgw_string("after"),
    llmgw_string("before")
};


/* how many characters an id has: it goes into paths as it is */

static size_t
llmgw_stored_id_len(llmgw_str_t s)
{
    u_char  c;
    size_t  n;

    for (n = 0; n < s.len; n++) {

        c = s.data[n];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_' || c == '-'))
        {
            break;
        }
    }

    return (n <= LLMGW_STORED_ID) ? n : 0;
}


/* splits "ID/items/ID" */

static const llmgw_stored_path_t *
llmgw_stored_split(const llmgw_endpoint_t *ep, llmgw_str_t rest,
    llmgw_str_t *id, llmgw_str_t *item)
{
    size_t                      i, n;
    llmgw_str_t                 form;
    const llmgw_stored_path_t  *p;

    *item = llmgw_null_str;
    *id = llmgw_str(rest.data, llmgw_stored_id_len(rest));

    if (id->len == 0) {
        return NULL;
    }

    rest.data += id->len;
    rest.len -= id->len;

    for (i = 0; i < llmgw_nelts(llmgw_stored_paths); i++) {

        p = &llmgw_stored_paths[i];
        form = p->rest;

        if (p->endpoint != ep->id) {
            continue;
        }

        if (llmgw_str_eq(form, rest)) {
            return p;
        }

        n = form.len - 1;

        if (!llmgw_str_ends(form, "*") || rest.len <= n
            || memcmp(rest.data, form.data, n) != 0)
        {
            continue;
        }

        *item = llmgw_str(rest.data + n, rest.len - n);

        if (llmgw_stored_id_len(*item) == item->len) {
            return p;
        }
    }

    return NULL;
}


unsigned
llmgw_stored_methods(const llmgw_endpoint_t *ep, llmgw_str_t rest)
{
    llmgw_str_t                 id, item;
    const llmgw_stored_path_t  *p;

    if (ep->id == LLMGW_EP_CONVERSATIONS) {
        return LLMGW_METHOD_POST;
    }

    p = llmgw_stored_split(ep, rest, &id, &item);

    return p ? p->methods : 0;
}


llmgw_int_t
llmgw_stored_read(llmgw_call_t *call, llmgw_str_t body,
    llmgw_str_t content_type)
{
    uint32_t                    where;
    llmgw_int_t                 rc;
    llmgw_str_t                 id, item, raw, raw_item;
    const llmgw_stored_path_t  *p;

    call->body = body;
    call->content_type = content_type;

    if (call->tags == NULL) {
        call->tags = &llmgw_stored_operator;
    }

    if (call->endpoint->id == LLMGW_EP_CONVERSATIONS) {
        call->stored = llmgw_lit("");
        return LLMGW_OK;
    }

    p = llmgw_stored_split(call->endpoint, call->rest, &id, &item);

    if (p == NULL) {
        return llmgw_stored_missing(call, llmgw_null_str, call->rest);
    }

    rc = llmgw_tag_take(call->tags, id, &raw, &call->where);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc == LLMGW_INVALID
        || (rc == LLMGW_DECLINED && call->tags->tenant.len))
    {
        return llmgw_stored_missing(call, llmgw_null_str, id);
    }

    call->pinned = (rc == LLMGW_OK);

    if (item.len == 0) {
        call->stored = llmgw_fmt(call->arena, "/%.*s%.*s", llmgw_arg(raw),
                                 llmgw_arg(p->rest));

        return call->stored.data ? LLMGW_OK : LLMGW_ERROR;
    }

    rc = llmgw_tag_take(call->tags, item, &raw_item, &where);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc == LLMGW_INVALID || (rc == LLMGW_OK && where != call->where)
        || (rc == LLMGW_DECLINED && call->tags->tenant.len))
    {
        return llmgw_stored_missing(call, llmgw_null_str, item);
    }

    call->stored = llmgw_fmt(call->arena, "/%.*s/items/%.*s", llmgw_arg(raw),
                             llmgw_arg(raw_item));

    return call->stored.data ? LLMGW_OK : LLMGW_ERROR;
}


/* the same for what is another tenant's and for what never was */

static llmgw_int_t
llmgw_stored_missing(llmgw_call_t *call, llmgw_str_t param, llmgw_str_t id)
{
    llmgw_error_set(&call->error, 404,
                    llmgw_str_is(param, "previous_response_id")
                    ? llmgw_lit("previous_response_not_found")
                    : llmgw_lit("not_found"),
                    param,
                    llmgw_fmt(call->arena, "\"%.*s\" was not found",
                              llmgw_arg(id)));

    return LLMGW_INVALID;
}


llmgw_str_t
llmgw_stored_path(const llmgw_call_t *call)
{
    return llmgw_fmt(call->arena, "%s%.*s",
                     call->endpoint->id == LLMGW_EP_RESPONSE
                     ? "/responses" : "/conversations",
                     llmgw_arg(call->stored));
}


static unsigned
llmgw_stored_param(llmgw_str_t name)
{
    size_t  i;

    for (i = 0; i < llmgw_nelts(llmgw_stored_params); i++) {
        if (llmgw_str_eq(llmgw_stored_params[i], name)) {
            return 1;
        }
    }

    return 0;
}


static unsigned
llmgw_stored_value(llmgw_str_t value)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < value.len; i++) {

        c = value.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'
              || c == '~' || c == '%'))
        {
            return 0;
        }
    }

    return 1;
}


llmgw_int_t
llmgw_stored_query(llmgw_call_t *call, llmgw_upstream_t *up)
{
    size_t         n;
    uint32_t       where;
    llmgw_out_t    o;
    llmgw_str_t    rest, param, name, value;
    const u_char  *p;

    llmgw_out_init(&o, call->arena, up->path.len + call->query.len + 16, 0,
                   0);
    llmgw_put(&o, up->path);

    rest = call->query;
    p = memchr(up->path.data, '?', up->path.len);

    while (rest.len) {

        for (n = 0; n < rest.len && rest.data[n] != '&'; n++) { /* void */ }

        param = llmgw_str(rest.data, n);

        n += (n < rest.len);
        rest.data += n;
        rest.len -= n;

        for (n = 0; n < param.len && param.data[n] != '='; n++) {
            /* void */
        }

        name = llmgw_str(param.data, n);

        n += (n < param.len);
        value = llmgw_str(param.data + n, param.len - n);

        if (!llmgw_stored_param(name) || !llmgw_stored_value(value)) {
            continue;
        }

        if (llmgw_str_is(name, "after") || llmgw_str_is(name, "before")) {

            switch (llmgw_tag_take(call->tags, value, &value, &where)) {

            case LLMGW_OK:
            case LLMGW_DECLINED:
                break;

            case LLMGW_ERROR:
                return LLMGW_ERROR;

            default:
                continue;
            }
        }

        llmgw_putc(&o, p ? '&' : '?');
        llmgw_put(&o, name);
        llmgw_putc(&o, '=');
        llmgw_put(&o, value);

        p = value.data;
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    up->path = llmgw_out_join(&o, call->arena);

    return up->path.data ? LLMGW_OK : LLMGW_ERROR;
}


static const llmgw_json_node_t *
llmgw_stored_conversation(const llmgw_json_t *j)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get(j, j->nodes, "conversation");

    if (v && v->type == LLMGW_JSON_OBJECT) {
        v = llmgw_json_get(j, v, "id");
    }

    return (v && v->type == LLMGW_JSON_STRING) ? v : NULL;
}


void
llmgw_stored_pin(llmgw_call_t *call)
{
    llmgw_str_t               id;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v, *item, *input, *type;

    j = &call->doc;

    v = llmgw_json_string(j, j->nodes, "previous_response_id");

    if (v == NULL) {
        v = llmgw_stored_conversation(j);
    }

    if (v) {
        call->pinned = llmgw_tag_take(call->tags, llmgw_json_str(j, v), &id,
                                      &call->where)
                       == LLMGW_OK;
        return;
    }

    input = llmgw_json_array(j, j->nodes, "input");

    if (input == NULL
        || llmgw_str_find(call->body, llmgw_lit("item_reference")) == NULL)
    {
        return;
    }

    llmgw_json_each(item, input) {

        if (item->type != LLMGW_JSON_OBJECT) {
            continue;
        }

        type = llmgw_json_string(j, item, "type");

        if (type && llmgw_json_is(j, type, "item_reference")
            && llmgw_tag_take(call->tags, llmgw_json_get_str(j, item, "id"),
                              &id, &call->where)
               == LLMGW_OK)
        {
            call->pinned = 1;
            return;
        }
    }
}


llmgw_int_t
llmgw_stored_request(llmgw_call_t *call, llmgw_splice_t *sp)
{
    llmgw_int_t               rc;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v;

    j = &call->doc;

    if (call->tags) {

        v = llmgw_json_get(j, j->nodes, "store");
        call->tagged = !(v && v->type == LLMGW_JSON_FALSE);

        v = llmgw_json_string(j, j->nodes, "previous_response_id");

        if (v) {
            rc = llmgw_stored_take(call, sp, v,
                                   llmgw_lit("previous_response_id"));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        v = llmgw_stored_conversation(j);

        if (v) {
            rc = llmgw_stored_take(call, sp, v, llmgw_lit("conversation"));
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    v = llmgw_json_array(j, j->nodes, "input");

    return v ? llmgw_stored_items(call, sp, v) : LLMGW_OK;
}


/* an id that names what is stored: it has to be the client's, and kept here */

static llmgw_int_t
llmgw_stored_take(llmgw_call_t *call, llmgw_splice_t *sp,
    const llmgw_json_node_t *v, llmgw_str_t param)
{
    uint32_t     where;
    llmgw_int_t  rc;
    llmgw_str_t  tagged, id;

    tagged = llmgw_json_str(&call->doc, v);

    rc = llmgw_tag_take(call->tags, tagged, &id, &where);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc == LLMGW_DECLINED && call->tags->tenant.len == 0) {
        return LLMGW_OK;
    }

    if (rc != LLMGW_OK || where != call->target->where) {
        return llmgw_stored_missing(call, param, tagged);
    }

    llmgw_splice_add(sp, tagged.data + id.len, tagged.data + tagged.len,
                     llmgw_lit(""));

    return LLMGW_OK;
}


/*
 * Reasoning that this gateway carried for another provider cannot be decrypted
 * there.  What is neither encrypted nor known to be the client's would be
 * looked up by its id.
 */

static unsigned
llmgw_stored_unreadable(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *item)
{
    const llmgw_call_t *call = ctx;

    uint32_t                  where;
    llmgw_str_t               payload, id;
    const llmgw_tags_t       *tags;
    const llmgw_json_node_t  *type;

    if (item->type != LLMGW_JSON_OBJECT) {
        return 0;
    }

    payload = llmgw_json_get_str(j, item, "encrypted_content");

    if (payload.len) {
        return llmgw_str_starts(payload, LLMGW_CARRIED);
    }

    type = llmgw_json_string(j, item, "type");
    tags = call->tags;

    return tags && tags->tenant.len && type
           && llmgw_json_is(j, type, "reasoning")
           && llmgw_tag_take(tags, llmgw_json_get_str(j, item, "id"), &id,
                             &where)
              == LLMGW_DECLINED;
}


static llmgw_int_t
llmgw_stored_items(llmgw_call_t *call, llmgw_splice_t *sp,
    const llmgw_json_node_t *input)
{
    llmgw_int_t               rc;
    uint32_t                  i, where;
    llmgw_str_t               tagged, id;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *item, *v, *type;

    j = &call->doc;

    if (call->tags
        || llmgw_str_find(call->body, llmgw_lit("\"" LLMGW_CARRIED)))
    {
        llmgw_splice_filter(sp, j, input, llmgw_stored_unreadable, call);
    }

    if (call->tags == NULL) {
        return LLMGW_OK;
    }

    i = 0;

    llmgw_json_each(item, input) {

        i++;

        v = (item->type == LLMGW_JSON_OBJECT)
            ? llmgw_json_string(j, item, "id") : NULL;

        if (v == NULL || llmgw_stored_unreadable(call, j, item)) {
            continue;
        }

        tagged = llmgw_json_str(j, v);

        rc = llmgw_tag_take(call->tags, tagged, &id, &where);

        if (rc == LLMGW_ERROR) {
            return rc;
        }

        type = llmgw_json_string(j, item, "type");

        if (rc == LLMGW_DECLINED
            && (call->tags->tenant.len == 0 || type == NULL
                || !llmgw_json_is(j, type, "item_reference")))
        {
            /* a name that the client gave to what it sends itself */

            continue;
        }

        if (rc != LLMGW_OK
            || (where != call->target->where && type
                && llmgw_json_is(j, type, "item_reference")))
        {
            return llmgw_stored_missing(call,
                                        llmgw_fmt(call->arena, "input[%u].id",
                                                  i - 1),
                                        tagged);
        }

        llmgw_splice_add(sp, tagged.data + id.len, tagged.data + tagged.len,
                         llmgw_lit(""));
    }

    return LLMGW_OK;
}
