
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "vectors.h"
#include "llmgw_jstr.h"
#include "llmgw_provider.h"
#include "llmgw_traits.h"


#define VECTOR_BOUNDARY  "llmgw-vector-boundary"

/* 2026-11-22 10:00:00: times in vectors are after it */
#define VECTOR_NOW       1795341600


typedef struct {
    u_char  *data;
    size_t   len;
    size_t   size;
} vector_buf_t;


static void
vector_put(vector_buf_t *b, const void *data, size_t len)
{
    while (len > b->size - b->len) {
        b->size = b->size ? b->size * 2 : 4096;
        b->data = realloc(b->data, b->size);

        if (b->data == NULL) {
            abort();
        }
    }

    if (len) {
        memcpy(b->data + b->len, data, len);
        b->len += len;
    }
}


/* the bytes alone, so that the sanitizer sees who reads past them */

static llmgw_str_t
vector_take(vector_buf_t *b)
{
    u_char  *p;

    p = malloc(b->len ? b->len : 1);

    if (p == NULL) {
        abort();
    }

    if (b->len) {
        memcpy(p, b->data, b->len);
    }

    free(b->data);

    return llmgw_str(p, b->len);
}


static void
vector_puts(vector_buf_t *b, const char *s)
{
    vector_put(b, s, strlen(s));
}


static void
vector_put_value(vector_buf_t *b, json_t *v)
{
    vector_put(b, json_string_value(v), json_string_length(v));
}


static void
vector_put_base64(vector_buf_t *b, json_t *v)
{
    test_mem_t   m;
    llmgw_str_t  bytes;

    test_mem_init(&m, 0, 0);

    if (llmgw_base64_decode(&m.arena,
                            llmgw_str((u_char *) json_string_value(v),
                                      json_string_length(v)),
                            &bytes)
        != LLMGW_OK)
    {
        abort();
    }

    vector_put(b, bytes.data, bytes.len);
    test_mem_free(&m);
}


llmgw_str_t
vector_bytes(json_t *body, char *content_type, size_t size)
{
    char          *text;
    size_t         i;
    json_t        *v, *part;
    vector_buf_t   b;

    memset(&b, 0, sizeof(vector_buf_t));

    if (content_type) {
        snprintf(content_type, size, "application/json");
    }

    v = json_object_get(body, "$text");
    if (v) {
        vector_put_value(&b, v);
        return vector_take(&b);
    }

    v = json_object_get(body, "$base64");
    if (v) {
        vector_put_base64(&b, v);
        return vector_take(&b);
    }

    v = json_object_get(body, "$multipart");

    if (v == NULL) {
        text = json_dumps(body, JSON_COMPACT|JSON_ENCODE_ANY);
        vector_puts(&b, text);
        free(text);

        return vector_take(&b);
    }

    if (content_type) {
        snprintf(content_type, size,
                 "multipart/form-data; boundary=" VECTOR_BOUNDARY);
    }

    json_array_foreach(v, i, part) {

        vector_puts(&b, "--" VECTOR_BOUNDARY "\r\n"
                        "Content-Disposition: form-data; name=\"");
        vector_put_value(&b, json_object_get(part, "name"));
        vector_puts(&b, "\"");

        if (json_object_get(part, "filename")) {
            vector_puts(&b, "; filename=\"");
            vector_put_value(&b, json_object_get(part, "filename"));
            vector_puts(&b, "\"");
        }

        if (json_object_get(part, "content_type")) {
            vector_puts(&b, "\r\nContent-Type: ");
            vector_put_value(&b, json_object_get(part, "content_type"));
        }

        vector_puts(&b, "\r\n\r\n");

        if (json_object_get(part, "base64")) {
            vector_put_base64(&b, json_object_get(part, "base64"));

        } else {
            vector_put_value(&b, json_object_get(part, "value"));
        }

        vector_puts(&b, "\r\n");
    }

    vector_puts(&b, "--" VECTOR_BOUNDARY "--\r\n");

    return vector_take(&b);
}


llmgw_str_t
vector_sse(json_t *sse)
{
    char          *text;
    size_t         i;
    json_t        *ev, *v;
    vector_buf_t   b;

    memset(&b, 0, sizeof(vector_buf_t));

    json_array_foreach(sse, i, ev) {

        v = json_object_get(ev, "event");

        if (json_is_string(v)) {
            vector_puts(&b, "event: ");
            vector_put_value(&b, v);
            vector_puts(&b, "\n");
        }

        vector_puts(&b, "data: ");

        v = json_object_get(ev, "data");

        if (json_is_string(v)) {
            vector_put_value(&b, v);

        } else {
            text = json_dumps(v, JSON_COMPACT);
            vector_puts(&b, text);
            free(text);
        }

        vector_puts(&b, "\n\n");
    }

    return vector_take(&b);
}


/* binary frames: "events" shows what is in them */

static llmgw_str_t
vector_binary(json_t *base64)
{
    vector_buf_t  b;

    memset(&b, 0, sizeof(vector_buf_t));
    vector_put_base64(&b, base64);

    return vector_take(&b);
}


static llmgw_str_t
vector_config(json_t *config, const char *name)
{
    json_t  *v;

    v = json_object_get(config, name);

    return llmgw_str((u_char *) json_string_value(v), json_string_length(v));
}


/* the path of the base URL: the provider's own, unless the vector says */

static void
vector_base_path(vector_t *v, json_t *config,
    const llmgw_provider_t *provider)
{
    llmgw_str_t    url;
    const u_char  *p;

    url = vector_config(config, "base_url");

    if (url.len == 0) {
        url = provider ? provider->base_url : llmgw_lit("");
    }

    p = llmgw_str_find(url, llmgw_lit("://"));
    p = p ? p + 3 : url.data;
    p = memchr(p, '/', (size_t) (url.data + url.len - p));

    snprintf(v->base_path, sizeof(v->base_path), "%.*s",
             p ? (int) (url.data + url.len - p) : 0, (const char *) p);

    if (v->base_path[0] && v->base_path[strlen(v->base_path) - 1] == '/') {
        v->base_path[strlen(v->base_path) - 1] = '\0';
    }

    v->target.base_path = test_cstr(v->base_path);
}


const char *
vector_init(vector_t *v, json_t *json, const char *name)
{
    json_t                  *config, *path, *answer;
    llmgw_str_t              s;
    const u_char            *p;
    const llmgw_provider_t  *provider;

    memset(v, 0, sizeof(vector_t));

    v->json = json;
    v->name = name;

    config = json_object_get(json, "config");

    provider = llmgw_provider_find(vector_config(config, "provider"));

    v->target.dialect = provider ? provider->dialect
                        : llmgw_dialect_find(vector_config(config,
                                                           "provider"));
    v->target.traits = provider ? provider->traits : NULL;

    s = vector_config(config, "kind");

    if (s.len && !llmgw_str_is(s, "router")) {
        v->target.dialect = llmgw_dialect_find(s);
    }

    if (v->target.dialect == NULL) {
        return "no such provider yet";
    }

    path = json_object_get(json, "openai_path");
    s = path ? test_cstr(json_string_value(path))
             : llmgw_lit("/v1/chat/completions");

    p = memchr(s.data, '?', s.len);

    if (p) {
        v->query = llmgw_str(p + 1, (size_t) (s.data + s.len - p - 1));
        s.len = (size_t) (p - s.data);
    }

    v->endpoint = llmgw_endpoint_find(s, &v->rest);

    if (v->endpoint == NULL) {
        return "no such endpoint yet";
    }

    v->target.settings = &v->settings;
    v->target.model = vector_config(config, "model");

    v->settings.anthropic_version = vector_config(config,
                                                  "anthropic_version");
    v->settings.openai_organization = vector_config(config, "organization");
    v->settings.openai_project = vector_config(config, "project");
    v->settings.google_project = vector_config(config, "project");
    v->settings.google_location = vector_config(config, "location");
    v->settings.azure_api_version = vector_config(config, "api_version");
    v->settings.model_family = vector_config(config, "family");
    v->settings.huggingface_bill_to = vector_config(config, "bill_to");
    v->settings.huggingface_adapter = vector_config(config, "adapter");
    v->settings.bedrock_invoke = llmgw_str_is(vector_config(config, "api"),
                                              "invoke");

    if (json_object_get(config, "credentials")) {
        v->settings.google_project = vector_config(
                              json_object_get(config, "credentials"),
                              "project_id");
    }

    v->settings.no_stream_usage = v->target.traits
                                  && v->target.traits->no_usage;

    vector_base_path(v, config, provider);

    v->request = vector_bytes(json_object_get(json, "openai_request"),
                              v->request_type, sizeof(v->request_type));

    answer = json_object_get(json, "provider_response");

    if (!json_is_object(answer)) {
        return NULL;
    }

    if (json_object_get(answer, "sse")) {
        v->answer = vector_sse(json_object_get(answer, "sse"));

    } else if (json_object_get(answer, "body_base64")) {
        v->answer = vector_binary(json_object_get(answer, "body_base64"));

    } else {
        v->answer = vector_bytes(json_object_get(answer, "body"), NULL, 0);
    }

    return NULL;
}


void
vector_free(vector_t *v)
{
    free((void *) v->request.data);
    free((void *) v->answer.data);
}


/* the header of that name, or a new one in front */

static llmgw_header_t *
vector_set_header(llmgw_arena_t *a, llmgw_header_t **list, llmgw_str_t name,
    llmgw_str_t value)
{
    size_t           i;
    u_char          *p;
    llmgw_header_t  *h;

    for (h = *list; h; h = h->next) {
        if (llmgw_str_caseeq(h->name, name)) {
            break;
        }
    }

    if (h == NULL) {
        h = llmgw_calloc(a, sizeof(llmgw_header_t));
        p = llmgw_nalloc(a, name.len + 1);

        for (i = 0; i < name.len; i++) {
            p[i] = llmgw_tolower(name.data[i]);
        }

        h->name = llmgw_str(p, name.len);
        h->next = *list;
        *list = h;
    }

    h->value = llmgw_str_dup(a, value);

    return h;
}


static llmgw_header_t *
vector_headers(llmgw_arena_t *a, json_t *headers)
{
    json_t          *value;
    const char      *name;
    llmgw_header_t  *list;

    list = NULL;

    json_object_foreach(headers, name, value) {
        vector_set_header(a, &list, test_cstr(name),
                          llmgw_str((u_char *) json_string_value(value),
                                    json_string_length(value)));
    }

    return list;
}


static llmgw_str_t
vector_header(const llmgw_header_t *h, const char *name)
{
    for ( /* void */ ; h; h = h->next) {
        if (llmgw_str_eq(h->name, test_cstr(name))) {
            return h->value;
        }
    }

    return llmgw_null_str;
}


/* What stays of the client's side once the library's memory is gone. */

static llmgw_int_t
vector_copy(vector_run_t *r, llmgw_out_t *o)
{
    size_t        n;
    u_char       *p;
    llmgw_int_t   rc;
    llmgw_seg_t  *seg;

    rc = llmgw_out_close(o);

    if (rc != LLMGW_OK) {
        return rc;
    }

    p = realloc((void *) r->body.data, r->body.len + o->size + 1);
    if (p == NULL) {
        abort();
    }

    n = r->body.len;

    for (seg = o->head; seg; seg = seg->next) {
        memcpy(p + n, seg->pos, (size_t) (seg->last - seg->pos));
        n += (size_t) (seg->last - seg->pos);
    }

    r->body = llmgw_str(p, n);

    return LLMGW_OK;
}


static void
vector_response_headers(vector_run_t *r, llmgw_header_t *provider)
{
    llmgw_str_t      name, value;
    llmgw_header_t  *h;

    for (h = provider; h; h = h->next) {

        if (llmgw_response_header(&r->call, h->name, h->value, &name, &value)
            == LLMGW_OK)
        {
            vector_set_header(&r->own.arena, &r->headers, name, value);
        }
    }
}


static llmgw_int_t
vector_error(vector_run_t *r, const llmgw_error_t *e)
{
    char                    text[32];
    llmgw_int_t             rc;
    llmgw_out_t             o;
    const llmgw_door_t     *door;

    door = r->call.endpoint->door;

    llmgw_out_init(&o, &r->mem.arena, 512, 0, 0);
    llmgw_call_error(&r->call, e, &o);

    r->body.len = 0;
    rc = vector_copy(r, &o);

    if (rc != LLMGW_OK) {
        return rc;
    }

    r->status = door->error_status ? door->error_status(e) : e->status;
    r->error = *e;
    r->failed = 1;

    vector_set_header(&r->own.arena, &r->headers, llmgw_lit("content-type"),
                      llmgw_lit("application/json"));

    if (e->retry_after >= 0 && (e->status == 429 || e->status == 503)) {

        snprintf(text, sizeof(text), "%lld",
                 (long long) (e->retry_after + 999) / 1000);

        vector_set_header(&r->own.arena, &r->headers,
                          llmgw_lit("retry-after"), test_cstr(text));
    }

    return LLMGW_OK;
}


static llmgw_int_t
vector_answer(vector_run_t *r, const vector_t *v, size_t first, size_t step)
{
    size_t           n;
    u_char          *p;
    llmgw_int_t      rc, rv;
    llmgw_out_t      o;
    llmgw_str_t      left;
    llmgw_arena_t    answer;

    /* the output's memory is used again for every piece, as that of a
       worker is; so it must not be needed after that */

    llmgw_arena_init(&answer, r->mem.arena.alloc, r->mem.arena.data, 0, 0);
    llmgw_out_init(&o, &answer, 256, 0, 0);

    rc = llmgw_reply_init(&r->reply, &r->call, &r->mem.arena, &r->head,
                          1 << 23);
    if (rc != LLMGW_OK) {
        return rc;
    }

    left = v->answer;

    while (rc == LLMGW_OK) {

        n = first ? first : step;
        first = 0;

        if (n == 0 || n > left.len) {
            n = left.len;
        }

        if (left.len) {
            p = malloc(n);
            memcpy(p, left.data, n);

            rc = llmgw_reply_feed(&r->reply, p, n, &o);

            left.data += n;
            left.len -= n;

        } else {
            p = NULL;
            rc = llmgw_reply_end(&r->reply, 0, &o);

            /* an end is an end */

            if (rc == LLMGW_OK) {
                rc = LLMGW_DONE;
            }
        }

        if (r->reply.begun && (rc == LLMGW_OK || rc == LLMGW_DONE)) {

            rv = vector_copy(r, &o);

            if (rv != LLMGW_OK) {
                rc = rv;
            }

            llmgw_arena_reset(&answer);
            llmgw_out_init(&o, &answer, 256, 0, 0);
        }

        free(p);
    }

    if (rc == LLMGW_INVALID) {

        if (r->body.len) {

            /* the client has seen bytes of an attempt that failed cleanly */

            r->late = 1;
        }

        return vector_error(r, &r->reply.error);
    }

    if (rc != LLMGW_DONE) {
        return rc;
    }

    r->status = r->head.status;
    r->failed = r->reply.failed;

    return LLMGW_OK;
}


llmgw_int_t
vector_run(vector_run_t *r, const vector_t *v, long fail, size_t first,
    size_t step)
{
    size_t           i;
    json_t          *answer;
    unsigned         n;
    llmgw_int_t      rc;
    llmgw_str_t      type, name, value;
    llmgw_header_t  *h, *provider;

    memset(r, 0, sizeof(vector_run_t));

    test_mem_init(&r->own, 4096, 0);
    test_mem_init(&r->mem, 0, 0);
    r->mem.fail = fail;

    llmgw_call_init(&r->call, &r->mem.arena, v->endpoint);

    r->call.now = VECTOR_NOW;
    r->call.headers = vector_headers(&r->own.arena,
                                     json_object_get(v->json,
                                                     "openai_headers"));
    r->call.request_id = llmgw_lit("req_vector0123456789abcdef");
    r->call.query = v->query;
    r->call.rest = v->rest;

    for (i = 0; i < sizeof(r->call.random); i++) {
        r->call.random[i] = (u_char) (i * 37 + 5);
    }

    rc = llmgw_call_read(&r->call, v->request, test_cstr(v->request_type));

    if (rc == LLMGW_OK) {

        r->target = v->target;

        if (r->target.model.len == 0) {
            r->target.model = r->call.model;
        }

        llmgw_out_init(&r->up.body, &r->mem.arena, 4096, 512, 0);
        rc = llmgw_call_prepare(&r->call, &r->target, &r->up);
    }

    if (rc == LLMGW_INVALID) {
        r->refused = 1;
        rc = vector_error(r, &r->call.error);
        goto done;
    }

    if (rc == LLMGW_DONE) {

        /* nobody is asked */

        r->refused = 1;
        r->status = 200;
        rc = vector_copy(r, &r->up.body);

        vector_set_header(&r->own.arena, &r->headers,
                          llmgw_lit("content-type"),
                          llmgw_lit("application/json"));
        goto done;
    }

    if (rc != LLMGW_OK) {
        goto done;
    }

    rc = llmgw_out_close(&r->up.body);

    if (rc != LLMGW_OK) {
        goto done;
    }

    r->request = llmgw_out_join(&r->up.body, &r->own.arena);

    answer = json_object_get(v->json, "provider_response");

    if (!json_is_object(answer)) {
        goto done;
    }

    provider = vector_headers(&r->own.arena,
                              json_object_get(answer, "headers"));

    r->head.status = (unsigned) json_integer_value(
                                           json_object_get(answer, "status"));

    for (h = provider; h; h = h->next) {
        llmgw_head_note(&r->head, h->name, h->value);
    }

    llmgw_request_id(&r->call, &r->head);

    vector_response_headers(r, provider);

    rc = vector_answer(r, v, first, step);

    if (rc == LLMGW_OK && !vector_header(r->headers, "content-type").len) {

        type = llmgw_reply_content_type(&r->reply);

        vector_set_header(&r->own.arena, &r->headers,
                          llmgw_lit("content-type"),
                          type.len ? type : r->head.content_type);
    }

done:

    for (n = 0; llmgw_own_header(&r->call, n, &name, &value) == LLMGW_OK;
         n++)
    {
        vector_set_header(&r->own.arena, &r->headers, name, value);
    }

    return rc;
}


void
vector_run_free(vector_run_t *r)
{
    test_mem_free(&r->mem);
    test_mem_free(&r->own);
    free((void *) r->body.data);
}


/*
 * What goes to the provider must not depend on the attempts before.  The
 * answer is a copy, to be freed; data is NULL when the request was refused.
 */

llmgw_str_t
vector_prepare_again(const vector_t *v)
{
    u_char            *p;
    llmgw_str_t        s;
    vector_run_t       r;
    llmgw_target_t     other;
    llmgw_upstream_t   up;

    s = llmgw_null_str;

    if (vector_run(&r, v, -1, 0, 0) != LLMGW_OK || r.refused) {
        vector_run_free(&r);
        return s;
    }

    other = r.target;
    other.dialect = (other.dialect == &llmgw_dialect_openai)
                    ? &llmgw_dialect_anthropic : &llmgw_dialect_openai;
    other.model = llmgw_lit("claude-sonnet-4-5");

    memset(&up, 0, sizeof(llmgw_upstream_t));
    llmgw_out_init(&up.body, &r.mem.arena, 4096, 512, 0);
    (void) llmgw_call_prepare(&r.call, &other, &up);

    memset(&up, 0, sizeof(llmgw_upstream_t));
    llmgw_out_init(&up.body, &r.mem.arena, 4096, 512, 0);

    if (llmgw_call_prepare(&r.call, &r.target, &up) == LLMGW_OK
        && llmgw_out_close(&up.body) == LLMGW_OK)
    {
        s = llmgw_out_join(&up.body, &r.mem.arena);
        p = malloc(s.len + 1);
        memcpy(p, s.data, s.len);
        s.data = p;
    }

    vector_run_free(&r);

    return s;
}
