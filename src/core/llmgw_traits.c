
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_traits_fit.h"


#define LLMGW_TRAITS_NODES     4000000


static unsigned llmgw_fit_unwanted(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *key);
static unsigned llmgw_fit_means_nothing(const llmgw_fit_t *f,
    const llmgw_json_node_t *key);
static void llmgw_fit_members(llmgw_fit_t *f);
static llmgw_int_t llmgw_fit_set(llmgw_fit_t *f);
static llmgw_int_t llmgw_traits_merge(llmgw_splice_t *sp,
    const llmgw_json_t *j, const llmgw_json_node_t *object,
    const llmgw_json_t *other, const llmgw_json_node_t *from);


llmgw_str_t
llmgw_openai_path(const llmgw_call_t *call, llmgw_ep_e endpoint,
    llmgw_str_t path)
{
    llmgw_str_t              base;
    const llmgw_traits_t    *t;
    const llmgw_own_path_t  *own;

    t = call->target->traits;
    base = call->target->base_path;

    for (own = t ? t->paths : NULL; own && own->endpoint; own++) {
        if (own->endpoint == endpoint) {
            return llmgw_fmt(call->arena, "%.*s%.*s",
                             llmgw_arg(own->root ? llmgw_null_str : base),
                             llmgw_arg(own->path));
        }
    }

    if (t && t->prefix) {
        return llmgw_fmt(call->arena, "%.*s%.*s", llmgw_arg(base),
                         llmgw_arg(path));
    }

    return llmgw_v1_path(call->arena, base, path);
}


void
llmgw_traits_plain(llmgw_traits_t *t, const llmgw_traits_t *from)
{
    memset(t, 0, sizeof(llmgw_traits_t));

    t->endpoints = from->endpoints;
    t->paths = from->paths;
    t->prefix = from->prefix;
}


unsigned
llmgw_traits_apply(const llmgw_call_t *call)
{
    const llmgw_target_t  *target;

    target = call->target;

    return !call->multipart
           && (target->set[0].len || target->set[1].len
               || (target->traits && target->traits->quirks));
}


/*
 * The members of an object and of those in it: the other one's values take the
 * place of what is there, or are added.
 */

static llmgw_int_t
llmgw_traits_merge(llmgw_splice_t *sp, const llmgw_json_t *j,
    const llmgw_json_node_t *object, const llmgw_json_t *other,
    const llmgw_json_node_t *from)
{
    llmgw_int_t               rc;
    llmgw_out_t               o;
    llmgw_str_t               name, raw;
    const llmgw_json_node_t  *k, *v, *there;

    llmgw_out_init(&o, sp->arena, 128, 0, 0);
    o.comma = (object->span > 1);

    llmgw_json_each_member(k, v, from) {

        name = llmgw_json_str(other, k);
        there = llmgw_json_get_n(j, object, (const char *) name.data,
                                 name.len);

        if (there == NULL) {
            llmgw_json_comma(&o);
            llmgw_put_jstr(&o, name);
            llmgw_puts(&o, ":");
            llmgw_put(&o, llmgw_json_raw(other, v));
            o.comma = 1;

            continue;
        }

        if (v->type == LLMGW_JSON_OBJECT && there->type == LLMGW_JSON_OBJECT
            && !(there->flags & LLMGW_JSON_COLLAPSED))
        {
            rc = llmgw_traits_merge(sp, j, there, other, v);
            if (rc != LLMGW_OK) {
                return rc;
            }

            continue;
        }

        raw = llmgw_json_raw(j, there);
        llmgw_splice_add(sp, raw.data, raw.data + raw.len,
                         llmgw_json_raw(other, v));
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (o.size == 0) {
        return LLMGW_OK;
    }

    name = llmgw_out_join(&o, sp->arena);

    if (name.data == NULL) {
        return LLMGW_ERROR;
    }

    raw = llmgw_json_raw(j, object);
    raw.data += raw.len - 1;

    llmgw_splice_add(sp, raw.data, raw.data, name);

    return LLMGW_OK;
}


/* the deployment's settings over those of its location */

static llmgw_int_t
llmgw_fit_set(llmgw_fit_t *f)
{
    size_t          i;
    llmgw_int_t     rc;
    llmgw_out_t     o;
    llmgw_str_t     text;
    llmgw_json_t    j[2];
    llmgw_splice_t  sp;

    const llmgw_str_t  *set;

    set = f->call->target->set;

    for (i = 0; i < 2; i++) {

        j[i].n = 0;

        if (set[i].len == 0) {
            continue;
        }

        rc = llmgw_json_parse(&j[i], f->call->arena, set[i], LLMGW_JSON_ALL,
                              LLMGW_TRAITS_NODES);

        if (rc != LLMGW_OK || j[i].nodes[0].type != LLMGW_JSON_OBJECT) {
            return LLMGW_ERROR;
        }
    }

    if (j[0].n == 0 || j[1].n == 0) {
        f->set = j[0].n ? j[0] : j[1];
        return LLMGW_OK;
    }

    llmgw_splice_init(&sp, f->call->arena);
    llmgw_out_init(&o, f->call->arena, set[0].len + set[1].len, 0, 0);

    if (llmgw_traits_merge(&sp, &j[0], j[0].nodes, &j[1], j[1].nodes)
        != LLMGW_OK
        || llmgw_splice_put(&sp, set[0], &o) != LLMGW_OK
        || llmgw_out_close(&o) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    text = llmgw_out_join(&o, f->call->arena);

    if (text.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_json_parse(&f->set, f->call->arena, text, LLMGW_JSON_ALL,
                          LLMGW_TRAITS_NODES);

    return (rc == LLMGW_OK) ? LLMGW_OK : LLMGW_ERROR;
}


/* what was written by a dialect is a chat of its own, whoever asked for it */

static llmgw_ep_e
llmgw_fit_endpoint(const llmgw_call_t *call)
{
    if (!call->pass && call->task == NULL) {
        return LLMGW_EP_CHAT;
    }

    return (call->endpoint->id == LLMGW_EP_COMPLETIONS)
           ? LLMGW_EP_CHAT : call->endpoint->id;
}


llmgw_int_t
llmgw_traits_edit(llmgw_call_t *call, const llmgw_json_t *j,
    llmgw_splice_t *sp)
{
    llmgw_int_t               rc;
    llmgw_fit_t               f;
    const llmgw_json_node_t  *v;

    call->fitted = 1;

    if (j->n == 0 || j->nodes[0].type != LLMGW_JSON_OBJECT) {
        return LLMGW_OK;
    }

    memset(&f, 0, sizeof(llmgw_fit_t));

    f.call = call;
    f.j = j;
    f.splice = sp;
    f.endpoint = llmgw_fit_endpoint(call);
    f.chat = (f.endpoint == LLMGW_EP_CHAT);

    if (call->target->traits) {
        f.quirks = call->target->traits->quirks;
    }

    rc = llmgw_fit_set(&f);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (f.quirks) {
        llmgw_splice_filter(sp, j, j->nodes, llmgw_fit_unwanted, &f);
        llmgw_fit_members(&f);
    }

    if (f.quirks && f.chat) {

        v = llmgw_json_array(j, j->nodes, "messages");

        if (v) {
            rc = llmgw_fit_messages(&f, v);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        v = llmgw_json_array(j, j->nodes, "tools");

        if (v && llmgw_fit_quirk(&f, NULL, LLMGW_QUIRK_NO_STRICT, NULL)) {
            llmgw_fit_tools(&f, v);
        }
    }

    if (f.set.n
        && llmgw_traits_merge(sp, j, j->nodes, &f.set, f.set.nodes)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return sp->failed ? LLMGW_ERROR : LLMGW_OK;
}


llmgw_int_t
llmgw_traits_rewrite(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t     rc;
    llmgw_out_t     o;
    llmgw_str_t     body;
    llmgw_json_t    j;
    llmgw_splice_t  sp;

    if (llmgw_out_close(&up->body) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    body = llmgw_out_join(&up->body, call->arena);

    if (body.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_json_parse(&j, call->arena, body, LLMGW_JSON_ALL,
                          LLMGW_TRAITS_NODES);

    if (rc != LLMGW_OK) {

        /* no JSON of ours: there is nothing in it to edit */

        return (rc == LLMGW_INVALID) ? LLMGW_OK : LLMGW_ERROR;
    }

    llmgw_splice_init(&sp, call->arena);

    rc = llmgw_traits_edit(call, &j, &sp);

    if (rc != LLMGW_OK || sp.head == NULL) {
        return rc;
    }

    llmgw_out_init(&o, call->arena, up->body.block, up->body.ref,
                   up->body.max);

    rc = llmgw_splice_put(&sp, body, &o);
    if (rc != LLMGW_OK) {
        return rc;
    }

    up->body = o;

    /* an output that is still in its first block points into itself */

    if (o.tail == &o.head) {
        up->body.tail = &up->body.head;
    }

    return LLMGW_OK;
}


/* whether a name has one of the words in it */

static unsigned
llmgw_fit_named(llmgw_str_t name, llmgw_str_t list)
{
    while (list.len) {
        if (llmgw_str_casefind(name, llmgw_str_word(&list))) {
            return 1;
        }
    }

    return 0;
}


const llmgw_quirk_t *
llmgw_fit_quirk(const llmgw_fit_t *f, const llmgw_quirk_t *after,
    llmgw_quirk_e kind, const llmgw_json_node_t *key)
{
    const llmgw_quirk_t  *q;

    if (f->quirks == NULL) {
        return NULL;
    }

    for (q = after ? after + 1 : f->quirks; q->kind; q++) {

        if (q->kind != kind || q->endpoint != f->endpoint
            || (key && !llmgw_json_is_n(f->j, key,
                                        (const char *) q->name.data,
                                        q->name.len))
            || (q->models.len
                && !llmgw_fit_named(f->call->target->model, q->models)))
        {
            continue;
        }

        return q;
    }

    return NULL;
}


/* what the operator sets is not touched by what is known of the provider */

static unsigned
llmgw_fit_is_set(const llmgw_fit_t *f, const llmgw_json_node_t *key)
{
    llmgw_str_t  name;

    if (f->set.n == 0) {
        return 0;
    }

    name = llmgw_json_str(f->j, key);

    return llmgw_json_get_n(&f->set, f->set.nodes, (const char *) name.data,
                            name.len)
           != NULL;
}


/* whether the body has a member, or gets it from the operator */

static unsigned
llmgw_fit_has(const llmgw_fit_t *f, llmgw_str_t name)
{
    const char  *data;

    data = (const char *) name.data;

    return llmgw_json_get_n(f->j, f->j->nodes, data, name.len) != NULL
           || (f->set.n
               && llmgw_json_get_n(&f->set, f->set.nodes, data, name.len)
                  != NULL);
}


/* the quirk for a client's tool_choice, or NULL */

static const llmgw_quirk_t *
llmgw_fit_choice(const llmgw_fit_t *f, const llmgw_json_node_t *v)
{
    const llmgw_quirk_t  *q;

    if (v->type != LLMGW_JSON_STRING) {
        return (v->type == LLMGW_JSON_OBJECT)
               ? llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_CHOICE_NAMED, NULL)
               : NULL;
    }

    for (q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_CHOICE, NULL); q;
         q = llmgw_fit_quirk(f, q, LLMGW_QUIRK_CHOICE, NULL))
    {
        if (llmgw_json_is_n(f->j, v, (const char *) q->name.data,
                            q->name.len))
        {
            return q;
        }
    }

    return NULL;
}


/* a member that does not go on; its name is told where it said something */

static unsigned
llmgw_fit_unwanted(void *ctx, const llmgw_json_t *j,
    const llmgw_json_node_t *key)
{
    llmgw_fit_t *f = ctx;

    llmgw_str_t                name;
    const llmgw_quirk_t       *q;
    const llmgw_json_node_t   *v;

    v = key + 1;
    name = llmgw_json_str(j, key);

    if (llmgw_fit_is_set(f, key)) {
        return 0;
    }

    /* both names are there: the service's own counts */

    q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_RENAME, key);

    if (q && llmgw_fit_has(f, q->value)) {
        return 1;
    }

    q = (f->chat && llmgw_json_is(j, key, "reasoning_effort"))
        ? llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_EFFORT, NULL) : NULL;

    if (q && llmgw_fit_has(f, q->name)) {
        return 1;
    }

    if (v->type == LLMGW_JSON_NULL) {
        return llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_NULLS, NULL)
               || llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_DROP, key);
    }

    q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_DROP, key);

    if (q == NULL) {

        q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_ONLY, NULL);

        if (q && llmgw_str_listed(q->value, name)) {
            q = NULL;
        }
    }

    if (q == NULL && f->chat && llmgw_json_is(j, key, "tool_choice")) {

        q = llmgw_fit_choice(f, v);

        if (q && q->value.len) {
            q = NULL;
        }
    }

    if (q == NULL) {
        return 0;
    }

    if (!llmgw_fit_means_nothing(f, key)) {
        llmgw_call_drop(f->call, name);
    }

    return 1;
}


/* a member that says what goes without saying, or that the gateway added */

static unsigned
llmgw_fit_means_nothing(const llmgw_fit_t *f, const llmgw_json_node_t *key)
{
    size_t       i;
    llmgw_str_t  raw;

    static const struct {
        llmgw_str_t  name;
        llmgw_str_t  value;
    } usual[] = {
        { llmgw_string("n"), llmgw_string("1") },
        { llmgw_string("store"), llmgw_string("false") },
        { llmgw_string("logprobs"), llmgw_string("false") },
        { llmgw_string("frequency_penalty"), llmgw_string("0") },
        { llmgw_string("presence_penalty"), llmgw_string("0") },
        { llmgw_string("parallel_tool_calls"), llmgw_string("true") },
        { llmgw_string("tool_choice"), llmgw_string("\"auto\"") },
        { llmgw_string("service_tier"), llmgw_string("\"auto\"") },
        { llmgw_string("logit_bias"), llmgw_string("{}") }
    };

    if (llmgw_json_is(f->j, key, "stream_options")) {
        return !f->call->include_usage;
    }

    raw = llmgw_json_raw(f->j, key + 1);

    for (i = 0; i < llmgw_nelts(usual); i++) {

        if (llmgw_json_is_n(f->j, key, (const char *) usual[i].name.data,
                            usual[i].name.len))
        {
            return llmgw_str_eq(raw, usual[i].value);
        }
    }

    return 0;
}


void
llmgw_fit_replace(llmgw_fit_t *f, const llmgw_json_node_t *v,
    llmgw_str_t text)
{
    llmgw_str_t  raw;

    raw = llmgw_json_raw(f->j, v);

    llmgw_splice_add(f->splice, raw.data, raw.data + raw.len, text);
}


static void
llmgw_fit_clamp(llmgw_fit_t *f, const llmgw_quirk_t *q,
    const llmgw_json_node_t *v)
{
    double  d;

    if (v->type != LLMGW_JSON_NUMBER) {
        return;
    }

    d = llmgw_json_double(llmgw_json_str(f->j, v));

    if (d >= q->min && d <= q->max) {
        return;
    }

    llmgw_call_drop(f->call, q->name);

    llmgw_fit_replace(f, v, llmgw_fmt(f->call->arena, "%g",
                                      d < q->min ? q->min : q->max));
}


/* the effort by the name that the service has for it */

static void
llmgw_fit_effort(llmgw_fit_t *f, const llmgw_quirk_t *q,
    const llmgw_json_node_t *key)
{
    llmgw_str_t  name, raw;

    name = llmgw_json_str(f->j, key);
    raw = llmgw_json_raw(f->j, key + 1);

    llmgw_splice_add(f->splice, name.data - 1, raw.data + raw.len,
                     llmgw_fmt(f->call->arena, "\"%.*s\":%.*s",
                               llmgw_arg(q->name),
                               llmgw_arg(llmgw_json_is(f->j, key + 1, "none")
                                         ? q->off : q->value)));
}


static void
llmgw_fit_stop(llmgw_fit_t *f, const llmgw_quirk_t *q,
    const llmgw_json_node_t *v)
{
    double                    n;
    llmgw_str_t               raw;
    const u_char             *from;
    const llmgw_json_node_t  *s;

    n = 0;
    from = NULL;

    if (v->type != LLMGW_JSON_ARRAY) {
        return;
    }

    llmgw_json_each(s, v) {

        raw = llmgw_json_raw(f->j, s);

        if (n == q->max) {
            llmgw_call_drop(f->call, llmgw_lit("stop"));

            raw = llmgw_json_raw(f->j, v);
            llmgw_splice_add(f->splice, from, raw.data + raw.len - 1,
                             llmgw_lit(""));
            return;
        }

        from = raw.data + raw.len;
        n++;
    }
}


/* members of the top level that stay, under another name or with another value */

static void
llmgw_fit_members(llmgw_fit_t *f)
{
    llmgw_str_t               name;
    const llmgw_quirk_t      *q;
    const llmgw_json_node_t  *k, *v, *type;

    llmgw_json_each_member(k, v, f->j->nodes) {

        if (llmgw_fit_is_set(f, k)) {
            continue;
        }

        q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_RENAME, k);

        if (q && !llmgw_fit_has(f, q->value)) {
            name = llmgw_json_str(f->j, k);
            llmgw_splice_add(f->splice, name.data, name.data + name.len,
                             q->value);
        }

        q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_CLAMP, k);

        if (q) {
            llmgw_fit_clamp(f, q, v);
        }

        if (!f->chat) {
            continue;
        }

        if (llmgw_json_is(f->j, k, "reasoning_effort")
            && v->type == LLMGW_JSON_STRING)
        {
            q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_EFFORT, NULL);

            if (q && !llmgw_fit_has(f, q->name)) {
                llmgw_fit_effort(f, q, k);
            }

        } else if (llmgw_json_is(f->j, k, "stop")) {

            q = llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_MAX_STOP, NULL);

            if (q) {
                llmgw_fit_stop(f, q, v);
            }

        } else if (llmgw_json_is(f->j, k, "tool_choice")) {

            q = llmgw_fit_choice(f, v);

            if (q && q->value.len) {
                llmgw_fit_replace(f, v, llmgw_fmt(f->call->arena, "\"%.*s\"",
                                                  llmgw_arg(q->value)));
            }

        } else if (llmgw_json_is(f->j, k, "response_format")
                   && v->type == LLMGW_JSON_OBJECT)
        {
            type = llmgw_json_string(f->j, v, "type");

            if (type && llmgw_json_is(f->j, type, "json_object")
                && llmgw_fit_quirk(f, NULL, LLMGW_QUIRK_SCHEMA_ONLY, NULL))
            {
                llmgw_fit_replace(f, v,
                                  llmgw_lit("{\"type\":\"json_schema\","
                                            "\"json_schema\":{\"name\":"
                                            "\"response\",\"schema\":"
                                            "{\"type\":\"object\"}}}"));
            }
        }
    }
}
