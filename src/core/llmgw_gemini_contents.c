
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a chat as contents.  Neighbours of one kind become one
 * content; the results of calls come in the order of the calls, all in one
 * content, which is what the service demands.
 */


#include "llmgw_gemini.h"
#include "llmgw_jstr.h"
#include "llmgw_map.h"


typedef enum {
    content_none = 0,
    content_user,
    content_model,
    content_results
} llmgw_gemini_content_e;


/* a result among those that stand together */

typedef struct llmgw_gemini_result_s  llmgw_gemini_result_t;

struct llmgw_gemini_result_s {
    llmgw_gemini_result_t      *next;      /* another one of the same call */
    const llmgw_message_t      *message;
    unsigned                    done:1;
};


typedef struct {
    llmgw_gemini_request_t     *r;
    llmgw_out_t                *out;

    llmgw_gemini_content_e      open;
    unsigned                    signature:1;  /* the content has had one */

    llmgw_map_t                 ids;       /* calls so far */

    /* the calls of the last content of the model */
    const llmgw_part_t        **calls;
    uint32_t                    ncalls;
    uint32_t                    size;
} llmgw_gemini_contents_t;


static llmgw_int_t llmgw_gemini_message(llmgw_gemini_contents_t *c,
    const llmgw_message_t *m);
static llmgw_int_t llmgw_gemini_assistant(llmgw_gemini_contents_t *c,
    const llmgw_message_t *m);
static llmgw_int_t llmgw_gemini_call(llmgw_gemini_contents_t *c,
    const llmgw_part_t *p);
static llmgw_int_t llmgw_gemini_results(llmgw_gemini_contents_t *c,
    const llmgw_message_t *first, const llmgw_message_t *last);
static llmgw_int_t llmgw_gemini_result(llmgw_gemini_contents_t *c,
    const llmgw_message_t *m);
static llmgw_int_t llmgw_gemini_result_media(llmgw_gemini_contents_t *c,
    const llmgw_message_t *m);
static unsigned llmgw_gemini_system(llmgw_gemini_request_t *r,
    unsigned content);


static unsigned
llmgw_gemini_is_system(const llmgw_message_t *m)
{
    return m->role == LLMGW_ROLE_SYSTEM || m->role == LLMGW_ROLE_DEVELOPER;
}


static void
llmgw_gemini_close(llmgw_gemini_contents_t *c)
{
    if (c->open != content_none) {
        llmgw_json_close(c->out, ']');
        llmgw_json_close(c->out, '}');
    }

    c->open = content_none;
}


/* the content that the next part belongs to */

static void
llmgw_gemini_open(llmgw_gemini_contents_t *c, llmgw_gemini_content_e kind)
{
    if (c->open == kind) {
        return;
    }

    llmgw_gemini_close(c);

    c->open = kind;

    llmgw_json_open(c->out, '{');
    llmgw_json_member(c->out, "role", kind == content_model
                                      ? llmgw_lit("model")
                                      : llmgw_lit("user"));
    llmgw_json_key(c->out, "parts");
    llmgw_json_open(c->out, '[');

    if (kind == content_model) {
        c->ncalls = 0;
        c->signature = 0;
    }
}


llmgw_int_t
llmgw_gemini_write_contents(llmgw_gemini_request_t *r)
{
    size_t                    start;
    llmgw_int_t               rc;
    const llmgw_message_t    *m, *last;
    llmgw_gemini_contents_t   c;

    memset(&c, 0, sizeof(llmgw_gemini_contents_t));

    c.r = r;
    c.out = r->out;

    llmgw_map_init(&c.ids, r->arena);

    llmgw_json_key(r->out, "contents");
    llmgw_json_open(r->out, '[');

    start = llmgw_out_size(r->out);
    m = r->chat->messages;

    while (m) {

        if (llmgw_gemini_is_system(m)) {
            m = m->next;
            continue;
        }

        if (m->role != LLMGW_ROLE_TOOL) {

            rc = llmgw_gemini_message(&c, m);
            if (rc != LLMGW_OK) {
                return rc;
            }

            m = m->next;
            continue;
        }

        for (last = m->next;
             last && (last->role == LLMGW_ROLE_TOOL
                      || llmgw_gemini_is_system(last));
             last = last->next)
        {
            /* void */
        }

        rc = llmgw_gemini_results(&c, m, last);
        if (rc != LLMGW_OK) {
            return rc;
        }

        m = last;
    }

    llmgw_gemini_close(&c);

    if (llmgw_out_size(r->out) != start) {

        llmgw_json_close(r->out, ']');

        if (r->cached.len == 0) {
            llmgw_gemini_system(r, 0);
        }

        return LLMGW_OK;
    }

    /* the service refuses to be told nothing */

    llmgw_gemini_open(&c, content_user);

    if (r->cached.len || !llmgw_gemini_system(r, 1)) {
        llmgw_puts(r->out, "{\"text\":\" \"}");
    }

    llmgw_gemini_close(&c);
    llmgw_json_close(r->out, ']');

    return LLMGW_OK;
}


/* the texts of system messages; content: as parts of a content */

static unsigned
llmgw_gemini_system(llmgw_gemini_request_t *r, unsigned content)
{
    unsigned                n;
    const llmgw_part_t     *p;
    const llmgw_message_t  *m;

    n = 0;

    for (m = r->chat->messages; m; m = m->next) {

        if (!llmgw_gemini_is_system(m)) {
            continue;
        }

        for (p = m->parts; p; p = p->next) {

            if (p->text.len == 0) {
                continue;
            }

            if (n++ == 0 && !content) {
                llmgw_json_key(r->out, "systemInstruction");
                llmgw_json_open(r->out, '{');
                llmgw_json_key(r->out, "parts");
                llmgw_json_open(r->out, '[');
            }

            llmgw_json_open(r->out, '{');
            llmgw_json_member(r->out, "text", p->text);
            llmgw_json_close(r->out, '}');
        }
    }

    if (n && !content) {
        llmgw_json_close(r->out, ']');
        llmgw_json_close(r->out, '}');
    }

    return n != 0;
}


/* one of a user or of the model */

static llmgw_int_t
llmgw_gemini_message(llmgw_gemini_contents_t *c, const llmgw_message_t *m)
{
    llmgw_int_t          rc;
    const llmgw_part_t  *p;

    if (m->role == LLMGW_ROLE_ASSISTANT) {
        return llmgw_gemini_assistant(c, m);
    }

    for (p = m->parts; p; p = p->next) {

        if (p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL) {

            if (p->text.len == 0) {
                continue;
            }

            llmgw_gemini_open(c, content_user);
            llmgw_json_open(c->out, '{');
            llmgw_json_member(c->out, "text", p->text);
            llmgw_json_close(c->out, '}');

            continue;
        }

        llmgw_gemini_open(c, content_user);

        rc = llmgw_gemini_write_media(c->r, m, p);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_assistant(llmgw_gemini_contents_t *c, const llmgw_message_t *m)
{
    llmgw_int_t          rc;
    llmgw_str_t          signature;
    const llmgw_part_t  *p, *last;

    last = NULL;

    if (m->signature.len && !c->r->call->strip_thinking) {

        /* the service signs a text behind its last piece */

        for (p = m->parts; p; p = p->next) {
            if (p->type == LLMGW_PART_TEXT && p->text.len) {
                last = p;
            }
        }
    }

    for (p = m->parts; p; p = p->next) {

        switch (p->type) {

        case LLMGW_PART_TEXT:
        case LLMGW_PART_REFUSAL:

            if (p->text.len == 0) {
                break;
            }

            signature = (p == last) ? m->signature : p->signature;

            llmgw_gemini_open(c, content_model);
            llmgw_json_open(c->out, '{');
            llmgw_json_member(c->out, "text", p->text);

            if (signature.len && !c->r->call->strip_thinking) {
                llmgw_json_member(c->out, "thoughtSignature", signature);
            }

            llmgw_json_close(c->out, '}');
            break;

        case LLMGW_PART_THINKING:

            /* thoughts are never sent back, only what signs them */
            break;

        case LLMGW_PART_TOOL_CALL:
            llmgw_gemini_open(c, content_model);

            rc = llmgw_gemini_call(c, p);
            if (rc != LLMGW_OK) {
                return rc;
            }

            break;

        default:
            llmgw_gemini_open(c, content_model);

            rc = llmgw_gemini_write_media(c->r, m, p);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_call(llmgw_gemini_contents_t *c, const llmgw_part_t *p)
{
    uint32_t              size;
    llmgw_str_t           args, name, signature;
    const llmgw_part_t  **calls;

    if (c->ncalls == c->size) {

        size = c->size ? c->size * 2 : 8;

        calls = llmgw_alloc(c->r->arena, size * sizeof(llmgw_part_t *));
        if (calls == NULL) {
            return LLMGW_ERROR;
        }

        if (c->ncalls) {
            memcpy(calls, c->calls, c->ncalls * sizeof(llmgw_part_t *));
        }

        c->calls = calls;
        c->size = size;
    }

    name = llmgw_gemini_function(c->r->arena, p->name);
    args = llmgw_args_object(c->r->arena, p->args);

    if (name.data == NULL || args.data == NULL
        || llmgw_map_put(&c->ids, p->id, p) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_json_open(c->out, '{');
    llmgw_json_key(c->out, "functionCall");
    llmgw_json_open(c->out, '{');

    if (c->r->family.third && p->id.len) {
        llmgw_json_member(c->out, "id", p->id);
    }

    llmgw_json_member(c->out, "name", name);
    llmgw_json_member_raw(c->out, "args", args);
    llmgw_json_close(c->out, '}');

    signature = c->r->call->strip_thinking ? llmgw_null_str : p->signature;

    if (signature.len == 0 && c->r->family.third && c->ncalls == 0) {

        /* clients lose what they do not know, and the service insists */

        signature = llmgw_lit(LLMGW_GEMINI_SKIP);
    }

    if (signature.len) {
        llmgw_json_member(c->out, "thoughtSignature", signature);
    }

    llmgw_json_close(c->out, '}');

    c->calls[c->ncalls++] = p;

    return LLMGW_OK;
}


/* messages with results up to last, in the order of their calls */

static llmgw_int_t
llmgw_gemini_results(llmgw_gemini_contents_t *c,
    const llmgw_message_t *first, const llmgw_message_t *last)
{
    uint32_t                i, n, k;
    llmgw_int_t             rc;
    llmgw_map_t             ids;
    const llmgw_message_t  *m;
    llmgw_gemini_result_t  *results, *res, *same, **order;

    n = 0;

    for (m = first; m != last; m = m->next) {
        n += (m->role == LLMGW_ROLE_TOOL);
    }

    results = llmgw_calloc(c->r->arena, n * sizeof(llmgw_gemini_result_t));
    order = llmgw_alloc(c->r->arena, n * sizeof(llmgw_gemini_result_t *));

    if (results == NULL || order == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_map_init(&ids, c->r->arena);

    res = results;

    for (m = first; m != last; m = m->next) {

        if (m->role != LLMGW_ROLE_TOOL) {
            continue;
        }

        res->message = m;

        /* a second one of an id goes right behind the first */

        same = (llmgw_gemini_result_t *) llmgw_map_get(&ids, m->tool_call_id);

        if (same) {
            res->next = same->next;
            same->next = res;

        } else if (llmgw_map_put(&ids, m->tool_call_id, res) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        res++;
    }

    k = 0;

    for (i = 0; i < c->ncalls; i++) {

        res = (llmgw_gemini_result_t *) llmgw_map_get(&ids, c->calls[i]->id);

        for ( /* void */ ; res && !res->done; res = res->next) {
            res->done = 1;
            order[k++] = res;
        }
    }

    for (i = 0; i < n; i++) {
        if (!results[i].done) {
            order[k++] = &results[i];
        }
    }

    for (i = 0; i < n; i++) {
        rc = llmgw_gemini_result(c, order[i]->message);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (c->r->family.third) {
        return LLMGW_OK;
    }

    /* older models find what a tool drew behind its results */

    for (i = 0; i < n; i++) {
        rc = llmgw_gemini_result_media(c, order[i]->message);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_result(llmgw_gemini_contents_t *c, const llmgw_message_t *m)
{
    unsigned             open;
    llmgw_int_t          rc;
    llmgw_str_t          name, param;
    llmgw_out_t         *o;
    const llmgw_part_t  *p, *call;

    o = c->out;

    call = llmgw_map_get(&c->ids, m->tool_call_id);
    name = call ? call->name : m->name;

    if (name.len == 0) {

        param = llmgw_fmt(c->r->arena, "messages[%u].tool_call_id", m->index);

        return llmgw_refuse(&c->r->call->error,
                            llmgw_lit("unsupported_parameter"), param,
                            llmgw_fmt(c->r->arena, "\"%.*s\" belongs to no "
                                      "call in the messages before it",
                                      llmgw_arg(param)));
    }

    name = llmgw_gemini_function(c->r->arena, name);

    if (name.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_gemini_open(c, content_results);

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "functionResponse");
    llmgw_json_open(o, '{');

    if (c->r->family.third && m->tool_call_id.len) {
        llmgw_json_member(o, "id", m->tool_call_id);
    }

    llmgw_json_member(o, "name", name);

    /*
     * A text in any case: an object would be looked through for references,
     * and other values are not allowed.
     */

    llmgw_json_key(o, "response");
    llmgw_puts(o, "{\"output\":\"");

    for (p = m->parts; p; p = p->next) {

        if (p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL) {
            llmgw_put(o, p->text);
        }
    }

    llmgw_puts(o, "\"}");
    o->comma = 1;

    open = 0;

    for (p = m->parts; c->r->family.third && p; p = p->next) {

        if (p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL) {
            continue;
        }

        if (!open) {
            llmgw_json_key(o, "parts");
            llmgw_json_open(o, '[');
            open = 1;
        }

        rc = llmgw_gemini_write_media(c->r, m, p);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (open) {
        llmgw_json_close(o, ']');
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_result_media(llmgw_gemini_contents_t *c,
    const llmgw_message_t *m)
{
    llmgw_int_t          rc;
    const llmgw_part_t  *p;

    for (p = m->parts; p; p = p->next) {

        if (p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL) {
            continue;
        }

        llmgw_gemini_open(c, content_user);

        rc = llmgw_gemini_write_media(c->r, m, p);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}
