
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a request says, member by member.
 */


#include "llmgw_admin_param.h"
#include "llmgw_error.h"
#include "llmgw_query.h"


static llmgw_int_t
llmgw_admin_read_field(llmgw_admin_reading_t *rd, const llmgw_field_t *f,
    json_t *v)
{
    char         *text;
    json_t       *list;
    llmgw_int_t   rc;
    llmgw_str_t   copy;

    if (f->record) {
        return llmgw_admin_wrong(rd, f->name, "cannot be set");
    }

    if (llmgw_str_is(f->name, "members_with_roles") && !json_is_null(v)) {

        rc = llmgw_admin_members(rd, f->name, v, &list);

        return rc == LLMGW_OK ? llmgw_admin_put(rd->rq->fields, f->name, list)
                              : rc;
    }

    text = json_dumps(v, JSON_ENCODE_ANY|LLMGW_ADMIN_DUMP);

    if (text == NULL) {
        return LLMGW_ERROR;
    }

    /* problems may refer to it */

    copy = llmgw_str_dup(rd->arena, llmgw_str((u_char *) text,
                                              strlen(text)));
    free(text);

    if (copy.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_field_check(rd->arena, f, copy, &rd->rq->problem);

    return rc == LLMGW_OK ? llmgw_admin_put(rd->rq->fields, f->name,
                                            json_incref(v))
                          : rc;
}


static llmgw_int_t
llmgw_admin_read_member(llmgw_admin_reading_t *rd, llmgw_str_t name,
    json_t *v)
{
    llmgw_str_t                 copy;
    const llmgw_field_t        *f;
    const llmgw_admin_param_t  *p;

    for (p = rd->route->params; p->name.len; p++) {

        if (llmgw_str_eq(p->name, name)) {

            /* as good as not given */

            return json_is_null(v) ? LLMGW_OK
                                   : llmgw_admin_read_param(rd, p, v);
        }
    }

    f = (rd->route->fields && name.len)
        ? llmgw_field_find((llmgw_kind_e) rd->route->kind, name) : NULL;

    if (f) {
        return llmgw_admin_read_field(rd, f, v);
    }

    if (name.len > LLMGW_ID_MAX) {
        name.len = 0;
    }

    copy = llmgw_str_dup(rd->arena, name);

    return copy.data ? llmgw_admin_wrong(rd, copy, "is not known")
                     : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_admin_begin(llmgw_admin_reading_t *rd, llmgw_arena_t *a,
    const llmgw_admin_route_t *route, llmgw_admin_request_t *rq)
{
    memset(rd, 0, sizeof(llmgw_admin_reading_t));
    memset(rq, 0, sizeof(llmgw_admin_request_t));

    rd->arena = a;
    rd->route = route;
    rd->rq = rq;

    rq->params = json_object();
    rq->fields = json_object();

    return rq->params && rq->fields ? LLMGW_OK : LLMGW_ERROR;
}


llmgw_int_t
llmgw_admin_read_body(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_str_t body, llmgw_admin_request_t *rq)
{
    json_t                 *doc, *v;
    const char             *name;
    llmgw_int_t             rc;
    json_error_t            error;
    llmgw_admin_reading_t   rd;

    if (llmgw_admin_begin(&rd, a, route, rq) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (body.len == 0) {
        return LLMGW_OK;
    }

    rq->syntax = 1;

    /* how deep it may be is ours to say */

    if (llmgw_json_check(body) == LLMGW_INVALID) {
        return llmgw_admin_wrong(&rd, llmgw_null_str,
                                 "the body is not valid JSON");
    }

    doc = json_loadb((const char *) body.data, body.len,
                     JSON_REJECT_DUPLICATES, &error);

    if (doc == NULL) {

        if (json_error_code(&error) == json_error_out_of_memory) {
            return LLMGW_ERROR;
        }

        return llmgw_admin_wrong(&rd, llmgw_null_str,
                                 json_error_code(&error)
                                 == json_error_duplicate_key
                                 ? "the body has a member twice"
                                 : "the body has a string or a number that "
                                   "cannot be used");
    }

    if (!json_is_object(doc)) {
        json_decref(doc);
        return llmgw_admin_wrong(&rd, llmgw_null_str,
                                 "the body is not a JSON object");
    }

    rq->syntax = 0;

    json_object_foreach(doc, name, v) {

        rc = llmgw_admin_read_member(&rd, llmgw_str((const u_char *) name,
                                                    strlen(name)),
                                     v);
        if (rc != LLMGW_OK) {
            json_decref(doc);
            return rc;
        }
    }

    json_decref(doc);

    return LLMGW_OK;
}


/* "+" is a blank in what forms and their kin send */

static llmgw_int_t
llmgw_admin_decode(llmgw_arena_t *a, llmgw_str_t s, llmgw_str_t *text)
{
    size_t   i;
    u_char  *p;

    p = llmgw_nalloc(a, s.len + 1);

    if (p == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < s.len; i++) {
        p[i] = (s.data[i] == '+') ? ' ' : s.data[i];
    }

    *text = llmgw_percent_decode(a, llmgw_str(p, s.len));

    if (text->data == NULL) {
        return LLMGW_ERROR;
    }

    return llmgw_admin_clean(*text) ? LLMGW_OK : LLMGW_INVALID;
}


static llmgw_int_t
llmgw_admin_read_pair(llmgw_admin_reading_t *rd, llmgw_str_t pair)
{
    json_t        *v;
    llmgw_int_t    rc;
    llmgw_str_t    name, value;
    const u_char  *p;

    p = memchr(pair.data, '=', pair.len);

    name = p ? llmgw_str(pair.data, p - pair.data) : pair;
    value = p ? llmgw_str(p + 1, pair.data + pair.len - p - 1)
              : llmgw_null_str;

    rc = llmgw_admin_decode(rd->arena, name, &name);

    if (rc == LLMGW_OK) {
        rc = llmgw_admin_decode(rd->arena, value, &value);
    }

    if (rc == LLMGW_INVALID) {
        return llmgw_admin_wrong(rd, llmgw_null_str, "the query has a "
                                 "character that is not allowed");
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (name.len <= LLMGW_ID_MAX
        && json_object_getn(rd->rq->params, (char *) name.data, name.len))
    {
        return llmgw_admin_wrong(rd, name, "is given twice");
    }

    v = json_stringn((char *) value.data, value.len);

    if (v == NULL) {
        return llmgw_admin_wrong(rd, name, "is not UTF-8");
    }

    rc = llmgw_admin_read_member(rd, name, v);

    json_decref(v);

    return rc;
}


llmgw_int_t
llmgw_admin_read_query(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_str_t query, llmgw_admin_request_t *rq)
{
    llmgw_int_t             rc;
    llmgw_str_t             pair;
    const u_char           *p;
    llmgw_admin_reading_t   rd;

    if (llmgw_admin_begin(&rd, a, route, rq) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    rd.query = 1;

    while (query.len) {

        p = memchr(query.data, '&', query.len);
        pair = p ? llmgw_str(query.data, p - query.data) : query;

        rc = pair.len ? llmgw_admin_read_pair(&rd, pair) : LLMGW_OK;

        if (rc != LLMGW_OK) {
            return rc;
        }

        if (p == NULL) {
            break;
        }

        query.len -= p + 1 - query.data;
        query.data = p + 1;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_admin_read_segment(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_str_t segment, llmgw_admin_request_t *rq)
{
    json_t                 *v, *given;
    llmgw_int_t             rc;
    llmgw_admin_reading_t   rd;

    memset(&rd, 0, sizeof(llmgw_admin_reading_t));

    rd.arena = a;
    rd.route = route;
    rd.rq = rq;

    given = json_object_getn(rq->params, (const char *) route->segment.data,
                             route->segment.len);
    json_incref(given);

    v = json_stringn((const char *) segment.data, segment.len);

    rc = v ? llmgw_admin_read_member(&rd, route->segment, v)
           : llmgw_admin_wrong(&rd, route->segment, "is not UTF-8");

    json_decref(v);

    if (rc == LLMGW_OK && given
        && !json_equal(given, json_object_getn(rq->params,
                                         (const char *) route->segment.data,
                                         route->segment.len)))
    {
        rc = llmgw_admin_wrong(&rd, route->segment,
                               "is another one than in the path");
    }

    json_decref(given);

    return rc;
}


llmgw_int_t
llmgw_admin_complete(llmgw_arena_t *a, const llmgw_admin_route_t *route,
    llmgw_admin_request_t *rq)
{
    const llmgw_admin_param_t  *p;

    for (p = route->params; p->name.len; p++) {

        if (p->required
            && json_object_getn(rq->params, (const char *) p->name.data,
                                p->name.len)
               == NULL)
        {
            rq->problem.field = p->name;
            rq->problem.message = llmgw_lit("must be given");

            return LLMGW_INVALID;
        }
    }

    return LLMGW_OK;
}


llmgw_str_t
llmgw_admin_text(const json_t *object, const char *name)
{
    json_t  *v;

    v = json_object_get(object, name);

    return json_is_string(v) ? llmgw_admin_value(v) : llmgw_null_str;
}


int64_t
llmgw_admin_number(const json_t *object, const char *name, int64_t missing)
{
    json_t  *v;

    v = json_object_get(object, name);

    return json_is_integer(v) ? (int64_t) json_integer_value(v) : missing;
}


int
llmgw_admin_true(const json_t *object, const char *name, int missing)
{
    json_t  *v;

    v = json_object_get(object, name);

    return json_is_boolean(v) ? json_is_true(v) : missing;
}
