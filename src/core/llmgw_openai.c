
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_headers.h"
#include "llmgw_jstr.h"
#include "llmgw_openai.h"


/* an error is a small object: more values than this are something else */
#define LLMGW_OPENAI_ERROR_NODES  4096




const llmgw_door_t  llmgw_door_chat = {
    .read_request = llmgw_openai_read_request,
    .whole = &llmgw_openai_whole,
    .stream = &llmgw_openai_stream,
    .write_error = llmgw_openai_write_error,
    .error_status = llmgw_openai_error_status
};


const llmgw_dialect_t  llmgw_dialect_openai = {
    .name = llmgw_string("openai"),
    .write_request = llmgw_openai_write_request,
    .reader = &llmgw_openai_reader,
    .read_error = llmgw_openai_read_error,
    .read_usage = llmgw_usage_read_openai,
    .tasks = llmgw_openai_tasks,
    .passes = llmgw_openai_passes,
    .pass_request = llmgw_openai_pass_request
};


unsigned
llmgw_openai_error_status(const llmgw_error_t *e)
{
    if (e->status < 400 || e->status > 599) {
        return 502;
    }

    return (e->status == 529) ? 503 : e->status;
}


void
llmgw_openai_write_error(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o)
{
    size_t                    i;
    unsigned                  seen, members;
    llmgw_str_t               raw;
    llmgw_json_t              j;
    const llmgw_json_node_t  *k, *v;

    static const llmgw_str_t  names[] = {
        llmgw_string("message"),
        llmgw_string("type"),
        llmgw_string("param"),
        llmgw_string("code")
    };

    if (!e->upstream || e->raw.len == 0 || call->target == NULL
        || llmgw_dialect_base(call->target->dialect) != &llmgw_dialect_openai
        || llmgw_json_parse(&j, o->arena, e->raw, 1, LLMGW_OPENAI_ERROR_NODES)
           != LLMGW_OK
        || j.nodes[0].type != LLMGW_JSON_OBJECT)
    {
        llmgw_error_write(o, e);
        return;
    }

    seen = 0;
    members = 0;

    llmgw_json_each_member(k, v, j.nodes) {

        for (i = 0; i < llmgw_nelts(names); i++) {

            if (llmgw_json_is_n(&j, k, (const char *) names[i].data,
                                names[i].len))
            {
                seen |= 1u << i;
            }
        }

        members++;
    }

    raw = llmgw_json_raw(&j, j.nodes);

    llmgw_puts(o, "{\"error\":");

    /* on one line: it may be the data of an event */

    raw.len--;
    llmgw_put_compact(o, raw);

    o->comma = members != 0;

    for (i = 0; i < llmgw_nelts(names); i++) {

        if (!(seen & 1u << i)) {
            llmgw_json_key_n(o, (const char *) names[i].data, names[i].len);
            llmgw_json_put_raw(o, llmgw_lit("null"));
        }
    }

    llmgw_puts(o, "}}");

    o->comma = 1;
}


static llmgw_str_t
llmgw_openai_decoded(llmgw_arena_t *a, const llmgw_json_t *j,
    const llmgw_json_node_t *v)
{
    if (v == NULL || v->type != LLMGW_JSON_STRING) {
        return llmgw_null_str;
    }

    return llmgw_jstr_decode(a, llmgw_json_str(j, v));
}


/* the first of an array, or the value itself */

static const llmgw_json_node_t *
llmgw_openai_first(const llmgw_json_node_t *v)
{
    while (v && v->type == LLMGW_JSON_ARRAY) {
        v = (v->span > 1) ? v + 1 : NULL;
    }

    return v;
}


llmgw_str_t
llmgw_openai_error_sentence(llmgw_arena_t *a, const llmgw_json_t *j,
    llmgw_node_t *v)
{
    size_t                    i;
    llmgw_str_t               s;
    const llmgw_json_node_t  *m;

    static const llmgw_str_t  names[] = {
        llmgw_string("message"),
        llmgw_string("detail"),
        llmgw_string("msg"),
        llmgw_string("error")
    };

    v = llmgw_openai_first(v);

    if (v == NULL || v->type == LLMGW_JSON_STRING) {
        return llmgw_openai_decoded(a, j, v);
    }

    for (i = 0; i < llmgw_nelts(names); i++) {

        m = llmgw_openai_first(llmgw_json_get_n(j, v,
                                           (const char *) names[i].data,
                                           names[i].len));

        /* [{"loc":[…],"msg":"…"}] */

        if (m && m->type == LLMGW_JSON_OBJECT) {
            m = llmgw_json_string(j, m, "msg");
        }

        s = llmgw_openai_decoded(a, j, m);

        if (s.len) {
            return s;
        }
    }

    return llmgw_null_str;
}


/* of a parsed body or event */

static void
llmgw_openai_error(llmgw_call_t *call, const llmgw_json_t *j,
    unsigned status, llmgw_error_t *e)
{
    llmgw_str_t               s, type, code, param;
    llmgw_arena_t            *a;
    const llmgw_json_node_t  *root, *error;

    a = call->arena;

    /* [{"error":{…}}] */

    root = llmgw_openai_first(j->nodes);

    error = root ? llmgw_json_get(j, root, "error") : NULL;

    if (error == NULL || error->type == LLMGW_JSON_NULL) {

        /* the last event of a response that failed */

        error = llmgw_json_object(j, llmgw_json_object(j, root, "response"),
                                  "error");
    }

    if (error && error->type == LLMGW_JSON_OBJECT) {
        e->raw = llmgw_json_raw(j, error);

    } else {

        /* the members may also stand for themselves */

        error = root;
    }

    type = llmgw_openai_decoded(a, j, llmgw_json_get(j, error, "type"));
    code = llmgw_openai_decoded(a, j, llmgw_json_get(j, error, "code"));
    param = llmgw_openai_decoded(a, j, llmgw_json_get(j, error, "param"));

    if (status == 0) {
        status = llmgw_openai_stream_status(j, error, type);
    }

    llmgw_error_status(e, status);

    e->upstream = 1;

    /* words of services that do not speak this dialect would mislead */

    if (e->raw.len && type.len) {
        e->type = type;
    }

    if (code.len) {
        e->code = code;
    }

    e->param = param;

    s = llmgw_openai_error_sentence(a, j, error);

    if (s.len == 0 && error != root) {
        s = llmgw_openai_error_sentence(a, j, root);
    }

    if (s.len == 0) {
        s = llmgw_fmt(a, "upstream returned status %u", status);
    }

    e->message = s;

    llmgw_error_classify(e);

    if (e->status == 429 || e->status == 503) {
        e->retry_after = llmgw_error_wait(s, llmgw_lit("try again in "));
    }
}


unsigned
llmgw_openai_stream_status(const llmgw_json_t *j, llmgw_node_t *error,
    llmgw_str_t type)
{
    size_t                    i;
    int64_t                   n;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  members[] = {
        llmgw_string("status"),
        llmgw_string("code"),
        llmgw_string("http_status_code")
    };

    static const struct {
        llmgw_str_t  type;
        unsigned     status;
    } types[] = {
        { llmgw_string("invalid_request_error"), 400 },
        { llmgw_string("authentication_error"), 401 },
        { llmgw_string("permission_error"), 403 },
        { llmgw_string("rate_limit_error"), 429 },
        { llmgw_string("tokens"), 429 },
        { llmgw_string("requests"), 429 },
        { llmgw_string("insufficient_quota"), 429 },
        { llmgw_string("server_error"), 500 },
        { llmgw_string("service_unavailable_error"), 503 },
        { llmgw_string("overloaded"), 503 },
        { llmgw_string("timeout_error"), 504 }
    };

    for (i = 0; i < llmgw_nelts(members); i++) {

        v = llmgw_json_get_type(j, error, (const char *) members[i].data,
                                members[i].len, LLMGW_JSON_NUMBER);

        if (v && llmgw_json_int(llmgw_json_str(j, v), &n) == LLMGW_OK
            && n >= 400 && n <= 599)
        {
            return (unsigned) n;
        }
    }

    for (i = 0; i < llmgw_nelts(types); i++) {
        if (llmgw_str_eq(types[i].type, type)) {
            return types[i].status;
        }
    }

    return 502;
}


void
llmgw_openai_read_error(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_str_t body, llmgw_error_t *e)
{
    llmgw_int_t   rc;
    llmgw_json_t  j;

    rc = LLMGW_INVALID;

    if (body.len) {
        rc = llmgw_json_parse(&j, call->arena, body, LLMGW_JSON_ALL,
                              LLMGW_OPENAI_ERROR_NODES);
    }

    if (rc == LLMGW_OK && j.nodes[0].type >= LLMGW_JSON_STRING) {
        llmgw_openai_error(call, &j, head->status, e);

        /* the provider's status goes with the provider's body */

        if (e->raw.len && head->status >= 400 && head->status <= 599
            && head->status != 529)
        {
            e->status = head->status;
        }

    } else {
        llmgw_error_status(e, head->status);

        e->upstream = 1;
        e->message = llmgw_error_text(body, head->content_type);

        if (e->message.len == 0) {
            e->message = llmgw_fmt(call->arena, "upstream returned status %u",
                                   head->status ? head->status : e->status);
        }

        llmgw_error_classify(e);
    }

    llmgw_openai_error_hints(call, head, e);
}


/* when to come back */

void
llmgw_openai_error_hints(llmgw_call_t *call, const llmgw_head_t *head,
    llmgw_error_t *e)
{
    int64_t  ms;

    ms = llmgw_head_wait(head, call->now);

    if (ms >= 0) {
        e->retry_after = ms;
    }
}
