
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "call.h"


#define FUZZ_MAX  65536


typedef struct {
    fuzz_mem_t          mem;
    llmgw_call_t        call;
    llmgw_settings_t    settings;
    llmgw_target_t      target;
    llmgw_upstream_t    up;
    llmgw_reply_t       reply;
    llmgw_arena_t       output;
    llmgw_out_t         out;

    llmgw_int_t         rc;
    u_char             *body;
    size_t              len;
} fuzz_run_t;


/* visible text: what ends a line would begin another header */

static void
fuzz_check_line(llmgw_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        fuzz_assert(s.data[i] >= 0x20 && s.data[i] != 0x7f);
    }
}


static void
fuzz_check_error(fuzz_run_t *r, const llmgw_error_t *e)
{
    llmgw_str_t  s;
    llmgw_out_t  o;

    fuzz_assert(e->status >= 400 && e->status <= 599);
    fuzz_assert(e->message.len != 0);

    llmgw_out_init(&o, &r->mem.arena, 512, 0, 0);
    llmgw_call_error(&r->call, e, &o);
    fuzz_assert(llmgw_out_close(&o) == LLMGW_OK);

    s = llmgw_out_join(&o, &r->mem.arena);
    fuzz_assert(llmgw_json_check(s) == LLMGW_JSON_OBJECT);
}


static void
fuzz_azure(fuzz_run_t *r, const fuzz_case_t *c)
{
    if (strcmp(c->model, "old") == 0) {
        r->settings.azure_api_version = llmgw_lit("2024-06-01");
        r->settings.model_family = llmgw_lit("o3-mini");

    } else {
        r->settings.azure_api_version = llmgw_lit("2024-10-21");
    }
}


static void
fuzz_prepare(fuzz_run_t *r, const fuzz_case_t *c, llmgw_str_t body,
    llmgw_str_t type)
{
    llmgw_int_t      rc;
    llmgw_str_t      s, rest;
    const char      *query;
    llmgw_header_t  *h;

    query = strchr(c->path, '?');

    s = llmgw_str((const u_char *) c->path,
                  query ? (size_t) (query - c->path) : strlen(c->path));

    rest = llmgw_null_str;

    llmgw_call_init(&r->call, &r->mem.arena, llmgw_endpoint_find(s, &rest));
    fuzz_assert(r->call.endpoint != NULL);

    r->call.rest = rest;

    if (query) {
        r->call.query = llmgw_str((const u_char *) query + 1,
                                  strlen(query + 1));
    }

    r->call.now = 1795341600;
    r->call.request_id = llmgw_lit("req_0123456789");

    rc = llmgw_call_read(&r->call, body, type);

    if (rc == LLMGW_OK) {

        fuzz_assert(r->call.model.len != 0);

        memset(&r->settings, 0, sizeof(llmgw_settings_t));
        memset(&r->target, 0, sizeof(llmgw_target_t));

        if (c->provider == &llmgw_dialect_azure) {
            fuzz_azure(r, c);
        }

        r->settings.bedrock_invoke = (strcmp(c->model, FUZZ_INVOKED) == 0);

        if (c->provider == &llmgw_dialect_vertex) {
            r->settings.google_project = llmgw_lit("p");
            r->settings.google_location = llmgw_lit("global");
        }

        r->target.dialect = c->provider;
        r->target.settings = &r->settings;
        r->target.model = llmgw_str((const u_char *) c->model,
                                    strlen(c->model));

        memset(&r->up, 0, sizeof(llmgw_upstream_t));
        llmgw_out_init(&r->up.body, &r->mem.arena, 1000, 300, 0);

        rc = llmgw_call_prepare(&r->call, &r->target, &r->up);
    }

    r->rc = rc;

    if (rc == LLMGW_INVALID) {
        fuzz_check_error(r, &r->call.error);
        return;
    }

    fuzz_assert(rc == LLMGW_OK);
    fuzz_assert(llmgw_out_close(&r->up.body) == LLMGW_OK);
    fuzz_assert(r->up.path.len && r->up.path.data[0] == '/');

    fuzz_check_line(r->up.path);

    for (h = r->up.headers; h; h = h->next) {
        fuzz_check_line(h->name);
        fuzz_check_line(h->value);
    }

    if (!r->call.multipart) {
        s = llmgw_out_join(&r->up.body, &r->mem.arena);
        fuzz_assert(llmgw_json_check(s) == LLMGW_JSON_OBJECT);
    }
}


/* the output goes on at once, and its memory is used again */

static void
fuzz_flush(fuzz_run_t *r)
{
    llmgw_seg_t  *seg;

    fuzz_assert(llmgw_out_close(&r->out) == LLMGW_OK);

    r->body = realloc(r->body, r->len + r->out.size + 1);
    fuzz_assert(r->body != NULL);

    for (seg = r->out.head; seg; seg = seg->next) {
        memcpy(r->body + r->len, seg->pos, (size_t) (seg->last - seg->pos));
        r->len += (size_t) (seg->last - seg->pos);
    }

    llmgw_arena_reset(&r->output);
    llmgw_out_init(&r->out, &r->output, 256, 0, 0);
}


static void
fuzz_answer(fuzz_run_t *r, const fuzz_case_t *c, llmgw_str_t body,
    uint32_t seed)
{
    size_t        n;
    fuzz_mem_t    piece;
    llmgw_int_t   rc;
    llmgw_str_t   s;
    llmgw_head_t  head;

    memset(&head, 0, sizeof(llmgw_head_t));

    head.status = c->status;
    head.content_type = llmgw_str((const u_char *) c->type, strlen(c->type));

    llmgw_arena_init(&r->output, r->mem.arena.alloc, r->mem.arena.data, 0, 0);
    llmgw_out_init(&r->out, &r->output, 256, 0, 0);

    fuzz_assert(llmgw_reply_init(&r->reply, &r->call, &r->mem.arena, &head,
                                 FUZZ_MAX)
                == LLMGW_OK);

    rc = LLMGW_OK;

    while (rc == LLMGW_OK) {

        fuzz_mem_init(&piece);

        if (body.len) {
            n = seed ? fuzz_piece(&seed, body.len) : body.len;
            s = fuzz_copy(&piece, llmgw_str(body.data, n));

            rc = llmgw_reply_feed(&r->reply, s.data, s.len, &r->out);

            body.data += n;
            body.len -= n;

        } else {
            rc = llmgw_reply_end(&r->reply, 0, &r->out);
            fuzz_assert(rc != LLMGW_OK);
        }

        fuzz_assert(rc != LLMGW_ERROR);

        if (r->reply.begun && rc != LLMGW_INVALID) {
            fuzz_flush(r);
        }

        fuzz_mem_free(&piece);
    }

    r->rc = rc;

    if (rc == LLMGW_INVALID) {

        /* the client has seen nothing, so another attempt may follow */

        fuzz_assert(r->len == 0);
        fuzz_check_error(r, &r->reply.error);

        return;
    }

    fuzz_assert(rc == LLMGW_DONE);
}


/* what passes as it is, is JSON where it was */

static llmgw_int_t
fuzz_json(void *ctx, const llmgw_sse_event_t *ev)
{
    if (ev->partial
        || (ev->data.len && !llmgw_str_is(ev->data, "[DONE]")
            && llmgw_json_check(ev->data) != LLMGW_JSON_OBJECT))
    {
        return LLMGW_DECLINED;
    }

    return LLMGW_OK;
}


static unsigned
fuzz_is_json(fuzz_run_t *r, llmgw_str_t body)
{
    llmgw_sse_t  sse;

    llmgw_sse_init(&sse, &r->mem.arena, SIZE_MAX, fuzz_json, r);

    return llmgw_sse_feed(&sse, body.data, body.len) == LLMGW_OK
           && llmgw_sse_finish(&sse) == LLMGW_OK;
}


/* Events of JSON, each ended by a blank line. */

static llmgw_int_t
fuzz_event(void *ctx, const llmgw_sse_event_t *ev)
{
    fuzz_assert(!ev->partial);

    if (ev->data.len && !llmgw_str_is(ev->data, "[DONE]")) {
        fuzz_assert(llmgw_json_check(ev->data) == LLMGW_JSON_OBJECT);
    }

    return LLMGW_OK;
}


static void
fuzz_check_answer(fuzz_run_t *r, llmgw_str_t input)
{
    llmgw_sse_t  sse;
    llmgw_str_t  body;

    if (r->rc != LLMGW_DONE) {
        return;
    }

    body = fuzz_copy(&r->mem, llmgw_str(r->body, r->len));

    switch (r->reply.mode) {

    case LLMGW_REPLY_WHOLE:
    case LLMGW_REPLY_TASK:
        fuzz_assert(llmgw_json_check(body) == LLMGW_JSON_OBJECT);
        break;

    case LLMGW_REPLY_PASS_WHOLE:
        fuzz_assert(llmgw_json_check(body) >= 0);
        break;

    case LLMGW_REPLY_PASS_EDITED:

        if (fuzz_is_json(r, fuzz_copy(&r->mem, input))) {
            fuzz_assert(fuzz_is_json(r, body));
        }

        break;

    case LLMGW_REPLY_STREAM:

        if (r->call.array) {
            fuzz_assert(llmgw_json_check(body) == LLMGW_JSON_ARRAY);
            break;
        }

        llmgw_sse_init(&sse, &r->mem.arena, SIZE_MAX, fuzz_event, r);

        fuzz_assert(llmgw_sse_feed(&sse, body.data, body.len) == LLMGW_OK);
        fuzz_assert(llmgw_sse_finish(&sse) == LLMGW_OK);
        break;

    default:
        break;
    }
}


static void
fuzz_start(fuzz_run_t *r, const fuzz_case_t *c)
{
    llmgw_str_t  request;

    memset(r, 0, sizeof(fuzz_run_t));
    fuzz_mem_init(&r->mem);

    request = llmgw_str((const u_char *) c->request, strlen(c->request));

    fuzz_prepare(r, c, request, llmgw_lit("application/json"));
    fuzz_assert(r->rc == LLMGW_OK);
}


static void
fuzz_stop(fuzz_run_t *r)
{
    free(r->body);
    fuzz_mem_free(&r->mem);
}


void
fuzz_call(const fuzz_case_t *cases, size_t n, const uint8_t *data,
    size_t size)
{
    llmgw_str_t         body;
    fuzz_run_t         *whole, *split;
    const fuzz_case_t  *c;

    if (size < 2) {
        return;
    }

    c = &cases[data[0] % n];
    body = llmgw_str(data + 2, size - 2);

    whole = malloc(sizeof(fuzz_run_t));
    split = malloc(sizeof(fuzz_run_t));
    fuzz_assert(whole != NULL && split != NULL);

    if (c->request == NULL) {

        memset(whole, 0, sizeof(fuzz_run_t));
        fuzz_mem_init(&whole->mem);

        fuzz_prepare(whole, c, fuzz_copy(&whole->mem, body),
                     llmgw_str((const u_char *) c->type, strlen(c->type)));

        fuzz_stop(whole);
        free(whole);
        free(split);

        return;
    }

    fuzz_start(whole, c);
    fuzz_start(split, c);

    fuzz_answer(whole, c, body, 0);
    fuzz_check_answer(whole, body);

    fuzz_answer(split, c, body, data[1] + 1u);

    fuzz_assert(whole->rc == split->rc);
    fuzz_assert(whole->len == split->len
                && (whole->len == 0
                    || memcmp(whole->body, split->body, whole->len) == 0));
    fuzz_assert(whole->reply.failed == split->reply.failed);
    fuzz_assert(whole->reply.error.status == split->reply.error.status);
    fuzz_assert(memcmp(&whole->reply.usage, &split->reply.usage,
                       sizeof(llmgw_usage_t))
                == 0);

    fuzz_stop(whole);
    fuzz_stop(split);
    free(whole);
    free(split);
}
