
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_oauth.h"
#include "llmgw_jstr.h"
#include "llmgw_task.h"


/* an endpoint that does not say how long its tokens live */
#define LLMGW_OAUTH_LIFETIME  300

#define LLMGW_OAUTH_TEXT      256


static llmgw_int_t llmgw_oauth_error(llmgw_oauth_t *o, llmgw_arena_t *a,
    const llmgw_json_t *j);
static llmgw_str_t llmgw_oauth_text(llmgw_arena_t *a, const llmgw_json_t *j,
    const llmgw_json_node_t *node);
static int64_t llmgw_oauth_lifetime(const llmgw_json_t *j,
    const llmgw_json_node_t *node);


llmgw_int_t
llmgw_oauth_read(llmgw_oauth_t *o, llmgw_arena_t *a, unsigned status,
    llmgw_str_t body)
{
    size_t                    i;
    llmgw_int_t               rc;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v;

    memset(o, 0, sizeof(llmgw_oauth_t));

    rc = llmgw_json_parse(&j, a, body, LLMGW_JSON_ALL, 1024);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return (status == 400 || status == 401 || status == 403)
               ? LLMGW_DECLINED : LLMGW_INVALID;
    }

    if (status != 200) {
        return llmgw_oauth_error(o, a, &j);
    }

    v = llmgw_json_string(&j, j.nodes, "token_type");

    if (v && !llmgw_str_caseeq(llmgw_json_str(&j, v), llmgw_lit("bearer"))) {
        return LLMGW_INVALID;
    }

    v = llmgw_json_string(&j, j.nodes, "access_token");

    if (v == NULL) {
        return LLMGW_INVALID;
    }

    o->token = llmgw_jstr_decode(a, llmgw_json_str(&j, v));

    if (o->token.data == NULL) {
        return LLMGW_ERROR;
    }

    if (o->token.len == 0 || o->token.len > LLMGW_OAUTH_TOKEN_MAX) {
        return LLMGW_INVALID;
    }

    for (i = 0; i < o->token.len; i++) {
        if (o->token.data[i] <= ' ' || o->token.data[i] >= 0x7f) {
            return LLMGW_INVALID;
        }
    }

    o->lifetime = llmgw_oauth_lifetime(&j, llmgw_json_get(&j, j.nodes,
                                                          "expires_in"));

    return (o->lifetime > 0) ? LLMGW_OK : LLMGW_INVALID;
}


static int64_t
llmgw_oauth_lifetime(const llmgw_json_t *j, const llmgw_json_node_t *node)
{
    int64_t  n;

    if (node == NULL || node->type == LLMGW_JSON_NULL) {
        return LLMGW_OAUTH_LIFETIME;
    }

    /* a number, or its digits in a string */

    if (node->type != LLMGW_JSON_NUMBER && node->type != LLMGW_JSON_STRING) {
        return -1;
    }

    if (llmgw_json_int(llmgw_json_str(j, node), &n) != LLMGW_OK) {
        return -1;
    }

    return (n < LLMGW_OAUTH_LIFETIME_MAX) ? n : LLMGW_OAUTH_LIFETIME_MAX;
}


/*
 * {"error":"code","error_description":"text"}, or what Google's services say
 * beside OAuth: {"error":{"status":"CODE","message":"text"}}
 */

static llmgw_int_t
llmgw_oauth_error(llmgw_oauth_t *o, llmgw_arena_t *a, const llmgw_json_t *j)
{
    const llmgw_json_node_t  *v, *text;

    v = llmgw_json_get(j, j->nodes, "error");
    text = llmgw_json_string(j, j->nodes, "error_description");

    if (v && v->type == LLMGW_JSON_OBJECT) {
        text = llmgw_json_string(j, v, "message");
        v = llmgw_json_string(j, v, "status");
    }

    if (v == NULL || v->type != LLMGW_JSON_STRING) {
        return LLMGW_DECLINED;
    }

    o->error = llmgw_oauth_text(a, j, v);
    o->description = llmgw_oauth_text(a, j, text);

    return (o->error.data == NULL || o->description.data == NULL)
           ? LLMGW_ERROR : LLMGW_DECLINED;
}


/* goes into logs and messages: one line of ASCII */

static llmgw_str_t
llmgw_oauth_text(llmgw_arena_t *a, const llmgw_json_t *j,
    const llmgw_json_node_t *node)
{
    size_t       i, n;
    u_char      *p;
    llmgw_str_t  s;

    if (node == NULL) {
        return llmgw_lit("");
    }

    s = llmgw_jstr_decode(a, llmgw_json_str(j, node));

    if (s.data == NULL) {
        return s;
    }

    n = (s.len < LLMGW_OAUTH_TEXT) ? s.len : LLMGW_OAUTH_TEXT;

    p = llmgw_nalloc(a, n + 1);
    if (p == NULL) {
        return llmgw_null_str;
    }

    for (i = 0; i < n; i++) {
        p[i] = (s.data[i] >= ' ' && s.data[i] < 0x7f) ? s.data[i] : ' ';
    }

    while (n && p[n - 1] == ' ') {
        n--;
    }

    return llmgw_str(p, n);
}


void
llmgw_oauth_put(llmgw_out_t *o, llmgw_str_t name, llmgw_str_t value)
{
    u_char  *p;

    if (llmgw_out_size(o)) {
        llmgw_putc(o, '&');
    }

    llmgw_put(o, name);
    llmgw_putc(o, '=');

    p = llmgw_out_room(o, LLMGW_PERCENT_SIZE(value.len));

    if (p != NULL) {
        o->pos = llmgw_percent_encode(p, value);
    }
}
