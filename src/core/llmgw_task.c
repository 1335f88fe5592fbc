
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_jstr.h"
#include "llmgw_task.h"


static unsigned
llmgw_task_knows(const llmgw_json_t *j, const llmgw_json_node_t *key,
    const llmgw_str_t *names, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {

        if (llmgw_json_is_n(j, key, (const char *) names[i].data,
                            names[i].len))
        {
            return 1;
        }
    }

    return 0;
}


void
llmgw_task_drop(llmgw_call_t *call, const llmgw_json_t *j,
    const llmgw_str_t *read, size_t nread, const llmgw_str_t *known,
    size_t nknown)
{
    llmgw_str_t               name;
    const llmgw_json_node_t  *k, *v;

    llmgw_json_each_member(k, v, j->nodes) {

        if (v->type == LLMGW_JSON_NULL
            || llmgw_task_knows(j, k, read, nread)
            || llmgw_task_knows(j, k, known, nknown))
        {
            continue;
        }

        name = llmgw_jstr_decode(call->arena, llmgw_json_str(j, k));

        if (name.data) {
            llmgw_call_drop(call, name);
        }
    }
}


u_char *
llmgw_percent_encode(u_char *p, llmgw_str_t bytes)
{
    u_char  c;
    size_t  i;

    static const u_char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < bytes.len; i++) {

        c = bytes.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'
            || c == '~')
        {
            *p++ = c;
            continue;
        }

        *p++ = '%';
        *p++ = hex[c >> 4];
        *p++ = hex[c & 0x0f];
    }

    return p;
}


llmgw_int_t
llmgw_path_segment(llmgw_call_t *call, llmgw_str_t name,
    llmgw_str_t *segment)
{
    size_t       i;
    u_char      *p, *start;
    llmgw_str_t  bytes;

    bytes = llmgw_jstr_decode(call->arena, name);

    if (bytes.data == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < bytes.len; i++) {
        if (bytes.data[i] < ' ' || bytes.data[i] == 0x7f) {
            break;
        }
    }

    /* a dot cannot be encoded in a way that all servers take for a name */

    if (i < bytes.len || bytes.len == 0 || llmgw_str_is(bytes, ".")
        || llmgw_str_is(bytes, ".."))
    {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_value"),
                            llmgw_lit("model"),
                            llmgw_lit("the name of the model cannot stand in "
                                      "the provider's path"));
    }

    start = llmgw_nalloc(call->arena, LLMGW_PERCENT_SIZE(bytes.len));
    if (start == NULL) {
        return LLMGW_ERROR;
    }

    p = llmgw_percent_encode(start, bytes);

    *segment = llmgw_str(start, (size_t) (p - start));

    return LLMGW_OK;
}


llmgw_int_t
llmgw_upstream_json(llmgw_call_t *call, llmgw_upstream_t *up)
{
    return llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                                 llmgw_lit("application/json"));
}
