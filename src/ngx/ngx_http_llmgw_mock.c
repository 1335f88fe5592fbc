
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The built-in provider "mock": answers in OpenAI's format without any account
 * or network, to try a configuration out.
 */


#include "ngx_http_llmgw_module.h"


/* between the words of a streamed answer */
#define NGX_HTTP_LLMGW_MOCK_PACE  20

/* of the prompt that is said back, in bytes */
#define NGX_HTTP_LLMGW_MOCK_ECHO  400


typedef struct {
    ngx_http_request_t  *request;
    ngx_event_t          timer;
    llmgw_arena_t        arena;
    llmgw_str_t          text;       /* jstr */
    llmgw_str_t          model;      /* jstr */
    llmgw_str_t          id;
    size_t               pos;        /* of text, sent so far */
    int64_t              prompt;     /* tokens */
    ngx_uint_t           words;
    unsigned             usage:1;
    unsigned             done:1;
} ngx_http_llmgw_mock_t;


static ngx_int_t ngx_http_llmgw_mock_read(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_mock_t *m);
static ngx_int_t ngx_http_llmgw_mock_whole(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_mock_t *m);
static ngx_int_t ngx_http_llmgw_mock_stream(ngx_http_request_t *r,
    ngx_http_llmgw_mock_t *m);
static void ngx_http_llmgw_mock_event(ngx_event_t *ev);
static void ngx_http_llmgw_mock_cleanup(void *data);
static ngx_int_t ngx_http_llmgw_mock_words(ngx_http_request_t *r,
    ngx_http_llmgw_mock_t *m);
static ngx_int_t ngx_http_llmgw_mock_send(ngx_http_request_t *r,
    llmgw_out_t *o, ngx_uint_t last);


ngx_int_t
ngx_http_llmgw_mock_handler(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    llmgw_out_t             out;
    ngx_http_llmgw_ctx_t   *ctx;
    ngx_http_llmgw_mock_t  *m;

    ctx = ngx_http_llmgw_get_ctx(r);

    if (ctx == NULL || ctx->state != ngx_http_llmgw_sending) {
        return NGX_HTTP_NOT_FOUND;
    }

    m = ngx_pcalloc(r->pool, sizeof(ngx_http_llmgw_mock_t));
    if (m == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    m->request = r;

    llmgw_arena_init(&m->arena, ctx->arena.alloc, r->pool, 2048, 0);

    rc = ngx_http_llmgw_mock_read(r, ctx, m);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc == NGX_DECLINED) {

        llmgw_out_init(&out, &m->arena, 512, 0, 0);
        llmgw_puts(&out, "{\"error\":{\"message\":\"the mock provider answers "
                         "chat completions and embeddings only\",\"type\":"
                         "\"invalid_request_error\",\"param\":null,\"code\":"
                         "\"unsupported_endpoint\"}}");

        return ngx_http_llmgw_send(r, NGX_HTTP_NOT_FOUND, &out);
    }

    if (!ctx->call.stream) {
        return ngx_http_llmgw_mock_whole(r, ctx, m);
    }

    return ngx_http_llmgw_mock_stream(r, m);
}


/* NGX_DECLINED: not an endpoint of the mock's */

static ngx_int_t
ngx_http_llmgw_mock_read(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_mock_t *m)
{
    llmgw_str_t               body, said;
    llmgw_json_t              j;
    const llmgw_json_node_t  *messages, *v, *content, *part, *options;

    body = llmgw_out_join(&ctx->upstream.body, &m->arena);

    if (body.data == NULL) {
        return NGX_ERROR;
    }

    if (!llmgw_str_ends(ctx->upstream.path, "/chat/completions")
        && !llmgw_str_ends(ctx->upstream.path, "/embeddings"))
    {
        return NGX_DECLINED;
    }

    if (llmgw_json_parse(&j, &m->arena, body, LLMGW_JSON_ALL, LLMGW_JSON_ALL)
        != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    said = llmgw_null_str;
    messages = llmgw_json_array(&j, j.nodes, "messages");

    if (messages) {

        llmgw_json_each(v, messages) {

            content = llmgw_json_get(&j, v, "content");

            if (content == NULL
                || !llmgw_str_is(llmgw_json_get_str(&j, v, "role"), "user"))
            {
                continue;
            }

            if (content->type == LLMGW_JSON_STRING) {
                said = llmgw_json_str(&j, content);
                continue;
            }

            if (content->type == LLMGW_JSON_ARRAY) {
                llmgw_json_each(part, content) {
                    if (llmgw_json_string(&j, part, "text")) {
                        said = llmgw_json_get_str(&j, part, "text");
                    }
                }
            }
        }
    }

    options = llmgw_json_object(&j, j.nodes, "stream_options");

    v = llmgw_json_get(&j, options, "include_usage");
    m->usage = v && v->type == LLMGW_JSON_TRUE;

    said = llmgw_jstr_decode(&m->arena, said);

    if (said.len > NGX_HTTP_LLMGW_MOCK_ECHO) {
        said.len = NGX_HTTP_LLMGW_MOCK_ECHO;

        while (said.len && (said.data[said.len] & 0xc0) == 0x80) {
            said.len--;
        }
    }

    m->text = llmgw_fmt(&m->arena, "This is the mock provider. You said: "
                        "%.*s", llmgw_arg(said));
    m->text = llmgw_jstr_encode(&m->arena, m->text);
    m->model = llmgw_json_get_str(&j, j.nodes, "model");
    m->id = llmgw_call_id(&ctx->call, llmgw_lit("chatcmpl-"));
    m->prompt = body.len / 4 + 1;

    if (m->text.data == NULL || m->id.data == NULL) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_llmgw_mock_usage(llmgw_out_t *o, ngx_http_llmgw_mock_t *m)
{
    llmgw_usage_t  u;

    llmgw_usage_init(&u);

    u.prompt = m->prompt;
    u.completion = m->text.len / 4 + 1;
    u.cached = 0;
    u.reasoning = 0;
    u.reported = 1;

    llmgw_usage_write_chat(o, &u);
}


static ngx_int_t
ngx_http_llmgw_mock_whole(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_mock_t *m)
{
    llmgw_out_t  out, *o;

    o = &out;
    llmgw_out_init(o, &m->arena, 1024, 0, 0);

    if (ctx->call.endpoint->id == LLMGW_EP_EMBEDDINGS) {

        llmgw_puts(o, "{\"object\":\"list\",\"data\":[{\"object\":"
                      "\"embedding\",\"index\":0,\"embedding\":[0.5,-0.5,0.5,"
                      "-0.5]}],\"model\":");
        llmgw_put_jstr(o, m->model);
        llmgw_puts(o, ",\"usage\":{\"prompt_tokens\":");
        llmgw_put_int(o, m->prompt);
        llmgw_puts(o, ",\"total_tokens\":");
        llmgw_put_int(o, m->prompt);
        llmgw_puts(o, "}}");

        return ngx_http_llmgw_send(r, NGX_HTTP_OK, o);
    }

    llmgw_puts(o, "{\"id\":");
    llmgw_put_jstr(o, m->id);
    llmgw_puts(o, ",\"object\":\"chat.completion\",\"created\":");
    llmgw_put_int(o, ngx_time());
    llmgw_puts(o, ",\"model\":");
    llmgw_put_jstr(o, m->model);
    llmgw_puts(o, ",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                  "\"assistant\",\"content\":");
    llmgw_put_jstr(o, m->text);
    llmgw_puts(o, ",\"refusal\":null},\"logprobs\":null,\"finish_reason\":"
                  "\"stop\"}],\"usage\":");
    ngx_http_llmgw_mock_usage(o, m);
    llmgw_puts(o, "}");

    return ngx_http_llmgw_send(r, NGX_HTTP_OK, o);
}


static ngx_int_t
ngx_http_llmgw_mock_stream(ngx_http_request_t *r, ngx_http_llmgw_mock_t *m)
{
    ngx_int_t            rc;
    ngx_http_cleanup_t  *cln;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = -1;

    ngx_str_set(&r->headers_out.content_type, "text/event-stream");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_llmgw_mock_cleanup;
    cln->data = m;

    m->timer.handler = ngx_http_llmgw_mock_event;
    m->timer.data = m;
    m->timer.log = r->connection->log;

    /* a client that leaves ends the answer */

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    r->main->count++;

    ngx_add_timer(&m->timer, NGX_HTTP_LLMGW_MOCK_PACE);

    return NGX_DONE;
}


static void
ngx_http_llmgw_mock_cleanup(void *data)
{
    ngx_http_llmgw_mock_t *m = data;

    if (m->timer.timer_set) {
        ngx_del_timer(&m->timer);
    }
}


static void
ngx_http_llmgw_mock_event(ngx_event_t *ev)
{
    ngx_int_t               rc;
    ngx_connection_t       *c;
    ngx_http_request_t     *r;
    ngx_http_llmgw_mock_t  *m;

    m = ev->data;
    r = m->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ngx_http_llmgw_mock_words(r, m);

    if (rc == NGX_ERROR || m->done) {
        ngx_http_finalize_request(r, rc);

    } else {
        ngx_add_timer(&m->timer, NGX_HTTP_LLMGW_MOCK_PACE);
    }

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_llmgw_mock_chunk(llmgw_out_t *o, ngx_http_llmgw_mock_t *m)
{
    llmgw_puts(o, "data: {\"id\":");
    llmgw_put_jstr(o, m->id);
    llmgw_puts(o, ",\"object\":\"chat.completion.chunk\",\"created\":");
    llmgw_put_int(o, ngx_time());
    llmgw_puts(o, ",\"model\":");
    llmgw_put_jstr(o, m->model);

    if (m->usage && !m->done) {
        llmgw_puts(o, ",\"usage\":null");
    }
}


/* the next word; with the last one, what ends a stream */

static ngx_int_t
ngx_http_llmgw_mock_words(ngx_http_request_t *r, ngx_http_llmgw_mock_t *m)
{
    size_t       n;
    llmgw_str_t  word;
    llmgw_out_t  out, *o;

    o = &out;

    /* what was sent may still be waiting for a slow client */

    llmgw_out_init(o, &m->arena, 512, 0, 0);

    if (m->words++ == 0) {
        ngx_http_llmgw_mock_chunk(o, m);
        llmgw_puts(o, ",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
                      "\"assistant\",\"content\":\"\"},\"logprobs\":null,"
                      "\"finish_reason\":null}]}\n\n");
    }

    for (n = m->pos; n < m->text.len && m->text.data[n] == ' '; n++) {
        /* void */
    }

    while (n < m->text.len && m->text.data[n] != ' ') {
        n++;
    }

    word = llmgw_str(m->text.data + m->pos, n - m->pos);
    m->pos = n;

    ngx_http_llmgw_mock_chunk(o, m);
    llmgw_puts(o, ",\"choices\":[{\"index\":0,\"delta\":{\"content\":");
    llmgw_put_jstr(o, word);
    llmgw_puts(o, "},\"logprobs\":null,\"finish_reason\":null}]}\n\n");

    if (m->pos < m->text.len) {
        return ngx_http_llmgw_mock_send(r, o, 0);
    }

    ngx_http_llmgw_mock_chunk(o, m);
    llmgw_puts(o, ",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
                  "\"finish_reason\":\"stop\"}]}\n\n");

    m->done = 1;

    if (m->usage) {
        ngx_http_llmgw_mock_chunk(o, m);
        llmgw_puts(o, ",\"choices\":[],\"usage\":");
        ngx_http_llmgw_mock_usage(o, m);
        llmgw_puts(o, "}\n\n");
    }

    llmgw_puts(o, "data: [DONE]\n\n");

    return ngx_http_llmgw_mock_send(r, o, 1);
}


static ngx_int_t
ngx_http_llmgw_mock_send(ngx_http_request_t *r, llmgw_out_t *o,
    ngx_uint_t last)
{
    ngx_buf_t    *b;
    ngx_chain_t   cl;
    llmgw_str_t   s;

    if (llmgw_out_close(o) != LLMGW_OK) {
        return NGX_ERROR;
    }

    s = llmgw_out_join(o, o->arena);

    b = ngx_calloc_buf(r->pool);

    if (b == NULL || s.data == NULL) {
        return NGX_ERROR;
    }

    b->pos = (u_char *) s.data;
    b->last = b->pos + s.len;
    b->memory = 1;
    b->flush = 1;
    b->last_buf = last;
    b->last_in_chain = last;

    cl.buf = b;
    cl.next = NULL;

    return ngx_http_output_filter(r, &cl);
}
