
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_gemini.h"
#include "llmgw_jstr.h"


/* what counts as newer than every model that is named here */
#define LLMGW_GEMINI_NEWEST  9900


const llmgw_dialect_t  llmgw_dialect_gemini = {
    .name = llmgw_string("gemini"),
    .write_request = llmgw_gemini_write_request,
    .reader = &llmgw_gemini_reader,
    .read_error = llmgw_gemini_read_error,
    .read_usage = llmgw_gemini_read_usage,
    .tasks = llmgw_gemini_tasks,
    .write_count = llmgw_gemini_write_count,
    .read_count = llmgw_gemini_read_count,
    .arrays = 1,
    .passes = llmgw_gemini_passes,
    .pass_request = llmgw_gemini_pass_request
};


/* the number behind "gemini-", as in gemini-2.5-flash-lite */

static unsigned
llmgw_gemini_version(llmgw_str_t name)
{
    unsigned       n, part[2];
    const u_char  *p, *end;

    static const llmgw_str_t  family = llmgw_string("gemini-");

    end = name.data + name.len;

    for ( ;; ) {
        p = llmgw_str_casefind(name, family);

        if (p == NULL) {
            return LLMGW_GEMINI_NEWEST;
        }

        p += family.len;

        name = llmgw_str(p, (size_t) (end - p));

        if (p < end && *p >= '0' && *p <= '9') {
            break;
        }
    }

    part[0] = 0;
    part[1] = 0;

    for (n = 0; n < 2; n++) {

        while (p < end && *p >= '0' && *p <= '9' && part[n] < 100) {
            part[n] = part[n] * 10 + (*p++ - '0');
        }

        if (end - p < 2 || *p != '.' || p[1] < '0' || p[1] > '9') {
            break;
        }

        p++;
    }

    return part[0] * 100 + part[1];
}


void
llmgw_gemini(llmgw_gemini_t *g, llmgw_str_t name)
{
    size_t  i;

    /* models that do something else than to think */

    static const llmgw_str_t  others[] = {
        llmgw_string("image"),
        llmgw_string("tts"),
        llmgw_string("embedding")
    };

    memset(g, 0, sizeof(llmgw_gemini_t));

    g->version = llmgw_gemini_version(name);
    g->flash = (llmgw_str_casefind(name, llmgw_lit("flash")) != NULL);
    g->lite = (llmgw_str_casefind(name, llmgw_lit("lite")) != NULL);
    g->json = (g->version >= 205);
    g->third = (g->version >= 300);

    for (i = 0; i < llmgw_nelts(others); i++) {
        if (llmgw_str_casefind(name, others[i])) {
            return;
        }
    }

    g->thinking = g->third ? LLMGW_GEMINI_THINK_LEVEL
                  : g->json ? LLMGW_GEMINI_THINK_BUDGET
                  : LLMGW_GEMINI_THINK_NONE;
}


llmgw_int_t
llmgw_gemini_model(llmgw_call_t *call, llmgw_str_t name, llmgw_str_t *model)
{
    u_char        c, *p;
    size_t        i;
    unsigned      tuned;
    llmgw_str_t   prefix;

    static const u_char  hex[] = "0123456789ABCDEF";

    if (llmgw_str_starts(name, "models/")) {
        name.data += sizeof("models/") - 1;
        name.len -= sizeof("models/") - 1;

    } else if (llmgw_str_starts(name, "google/")) {
        name.data += sizeof("google/") - 1;
        name.len -= sizeof("google/") - 1;
    }

    tuned = llmgw_str_starts(name, "tunedModels/");
    prefix = tuned ? llmgw_lit("tunedModels/") : llmgw_lit("models/");

    if (tuned) {
        name.data += prefix.len;
        name.len -= prefix.len;
    }

    p = llmgw_nalloc(call->arena, prefix.len + name.len * 3);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    model->data = p;

    memcpy(p, prefix.data, prefix.len);
    p += prefix.len;

    for (i = 0; i < name.len; i++) {

        c = name.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'
            || c == '@' || c == ':')
        {
            *p++ = c;

        } else if (c == '/') {

            /* a name is one segment, whatever it is made of */

            *p++ = '%';
            *p++ = hex[c >> 4];
            *p++ = hex[c & 15];

        } else {
            break;
        }
    }

    if (name.len == 0 || i < name.len) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_value"),
                            llmgw_lit("model"),
                            llmgw_lit("\"model\" is no name of a model that "
                                      "the provider could have"));
    }

    model->len = (size_t) (p - model->data);

    return LLMGW_OK;
}


llmgw_str_t
llmgw_gemini_path(llmgw_call_t *call, llmgw_str_t model, const char *method)
{
    llmgw_str_t  base;

    base = call->target->base_path;

    /* base URLs are written with the version and without it */

    return llmgw_fmt(call->arena, "%.*s%s/%.*s:%s", llmgw_arg(base),
                     llmgw_str_ends(base, "/v1beta")
                     || llmgw_str_ends(base, "/v1")
                     || llmgw_str_ends(base, "/v1alpha")
                     ? "" : "/v1beta", llmgw_arg(model), method);
}


llmgw_int_t
llmgw_gemini_headers(llmgw_call_t *call, llmgw_upstream_t *up,
    unsigned stream)
{
    if (llmgw_upstream_header(up, call->arena, llmgw_lit("content-type"),
                              llmgw_lit("application/json"))
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    return llmgw_upstream_header(up, call->arena, llmgw_lit("accept"),
                                 stream ? llmgw_lit("text/event-stream")
                                        : llmgw_lit("application/json"));
}


llmgw_str_t
llmgw_gemini_function(llmgw_arena_t *a, llmgw_str_t name)
{
    if (name.len
        && ((name.data[0] >= '0' && name.data[0] <= '9')
            || name.data[0] == '-'))
    {
        return llmgw_fmt(a, "_%.*s", llmgw_arg(name));
    }

    return name;
}


llmgw_str_t
llmgw_gemini_client_function(const llmgw_chat_t *chat, llmgw_str_t name)
{
    llmgw_str_t          bare;
    const llmgw_tool_t  *tool;

    if (chat == NULL || name.len < 2 || name.data[0] != '_'
        || !((name.data[1] >= '0' && name.data[1] <= '9')
             || name.data[1] == '-'))
    {
        return name;
    }

    bare = llmgw_str(name.data + 1, name.len - 1);

    for (tool = chat->tools; tool; tool = tool->next) {

        if (llmgw_str_eq(tool->name, bare)) {
            return bare;
        }
    }

    return name;
}


llmgw_int_t
llmgw_gemini_refuse(llmgw_gemini_request_t *r, llmgw_str_t param,
    const char *why)
{
    if (param.data == NULL) {
        return LLMGW_ERROR;
    }

    if (r->settings->drop) {
        llmgw_call_drop(r->call, param);
        return LLMGW_OK;
    }

    return llmgw_refuse(&r->call->error, llmgw_lit("unsupported_parameter"),
                        param,
                        llmgw_fmt(r->arena, "\"%.*s\" %s", llmgw_arg(param),
                                  why));
}


llmgw_int_t
llmgw_gemini_refuse_part(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, llmgw_str_t code,
    const char *member, const char *why)
{
    llmgw_str_t  param;

    param = llmgw_fmt(r->arena, "messages[%u].content[%u]%s", m->index,
                      p->index, member);

    return llmgw_refuse(&r->call->error, code, param,
                        llmgw_fmt(r->arena, "\"%.*s\" %s", llmgw_arg(param),
                                  why));
}
