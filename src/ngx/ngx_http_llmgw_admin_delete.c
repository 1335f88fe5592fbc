
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Deleting records, and what hangs on them: the keys of a team and of a user
 * go with these, and so do memberships.
 */


#include "ngx_http_llmgw_admin.h"


static ngx_int_t ngx_http_llmgw_delete_begin(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_delete_one(ngx_http_llmgw_admin_t *a,
    llmgw_kind_e kind, llmgw_str_t id, ngx_uint_t optional);
static void ngx_http_llmgw_delete_done(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_delete_match(ngx_http_llmgw_admin_t *a,
    llmgw_str_t id, json_t *record);
static ngx_int_t ngx_http_llmgw_delete_aliases(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_delete_members(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_delete_answer(ngx_http_llmgw_admin_t *a);


/* a key that is found by one of the aliases that were named */

typedef struct {
    llmgw_str_t   alias;
    ngx_uint_t    keys;
} ngx_http_llmgw_alias_t;


static llmgw_str_t
ngx_http_llmgw_delete_text(const json_t *v)
{
    return llmgw_str((u_char *) json_string_value(v), json_string_length(v));
}


ngx_int_t
ngx_http_llmgw_admin_delete(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t  rc;

    switch (a->step) {

    case 0:
        rc = ngx_http_llmgw_delete_begin(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 1;

        /* fall through */

    case 1:
        rc = ngx_http_llmgw_admin_look(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->total = a->changes.nelts;
        a->step = 2;

        /* fall through */

    case 2:

        if (a->route->kind == LLMGW_KIND_TEAM
            || a->route->kind == LLMGW_KIND_USER || a->found.nelts)
        {
            rc = ngx_http_llmgw_admin_scan(a, LLMGW_KIND_KEY,
                                           ngx_http_llmgw_delete_match);
            if (rc != NGX_OK) {
                return rc;
            }
        }

        rc = a->found.nelts ? ngx_http_llmgw_delete_aliases(a)
                            : ngx_http_llmgw_delete_members(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 3;

        /* fall through */

    default:
        rc = ngx_http_llmgw_admin_apply(a);

        return rc == NGX_OK ? ngx_http_llmgw_delete_answer(a) : rc;
    }
}


static ngx_int_t
ngx_http_llmgw_delete_begin(ngx_http_llmgw_admin_t *a)
{
    size_t                   i;
    json_t                  *list, *item, *aliases;
    ngx_int_t                rc;
    llmgw_str_t              id;
    const char              *name;
    llmgw_kind_e             kind;
    ngx_http_llmgw_alias_t  *alias;

    kind = (llmgw_kind_e) a->route->kind;

    if (ngx_array_init(&a->found, a->request->pool, 4,
                       sizeof(ngx_http_llmgw_alias_t))
        != NGX_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    switch (kind) {

    case LLMGW_KIND_KEY:
        name = "keys";
        break;

    case LLMGW_KIND_TEAM:
        name = "team_ids";
        break;

    case LLMGW_KIND_ORGANIZATION:
        name = "organization_ids";
        break;

    case LLMGW_KIND_BUDGET:
        name = "id";
        break;

    case LLMGW_KIND_TAG:
        name = "name";
        break;

    default:
        name = "user_ids";
    }

    list = json_object_get(a->rq.params, name);

    if (kind == LLMGW_KIND_KEY) {

        aliases = json_object_get(a->rq.params, "key_aliases");

        if ((list == NULL) == (aliases == NULL)) {
            return ngx_http_llmgw_admin_wrong(a, "keys", "or key_aliases must "
                                              "be given, and not both");
        }

        json_array_foreach(aliases, i, item) {

            alias = ngx_array_push(&a->found);
            if (alias == NULL) {
                return ngx_http_llmgw_admin_failed(a);
            }

            alias->alias = ngx_http_llmgw_delete_text(item);
            alias->keys = 0;
        }
    }

    if (json_is_string(list)) {
        return ngx_http_llmgw_delete_one(a, kind,
                                         ngx_http_llmgw_delete_text(list), 0);
    }

    json_array_foreach(list, i, item) {

        id = ngx_http_llmgw_delete_text(item);

        rc = ngx_http_llmgw_delete_one(a, kind, id, 0);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_delete_one(ngx_http_llmgw_admin_t *a, llmgw_kind_e kind,
    llmgw_str_t id, ngx_uint_t optional)
{
    ngx_uint_t                i;
    ngx_http_llmgw_change_t  *ch;

    /* it may be named twice */

    for (i = 0; i < a->total || (a->step == 0 && i < a->changes.nelts); i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (ch->kind == kind && llmgw_str_eq(ch->id, id)) {
            return NGX_OK;
        }
    }

    ch = ngx_http_llmgw_admin_add(a, kind, id, ngx_http_llmgw_edit_remove,
                                  "deleted");
    if (ch == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->remove = 1;
    ch->optional = optional;
    ch->done = ngx_http_llmgw_delete_done;

    return NGX_OK;
}


/* a back end may tell the zone later, but now is when it has to know */

static void
ngx_http_llmgw_delete_done(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ngx_http_llmgw_zone_del(a->lmcf, ch->kind, ch->id);
}


/* a key: is its alias among those, or its owner? */

static ngx_int_t
ngx_http_llmgw_delete_match(ngx_http_llmgw_admin_t *a, llmgw_str_t id,
    json_t *record)
{
    ngx_uint_t                i;
    llmgw_str_t               s;
    ngx_http_llmgw_alias_t   *alias;
    ngx_http_llmgw_change_t  *ch;

    if (a->route->kind == LLMGW_KIND_KEY) {

        s = llmgw_admin_text(record, "key_alias");
        alias = a->found.elts;

        for (i = 0; s.len && i < a->found.nelts; i++) {
            if (llmgw_str_eq(alias[i].alias, s)) {
                alias[i].keys++;
                goto found;
            }
        }

        return NGX_OK;
    }

    s = llmgw_admin_text(record, a->route->kind == LLMGW_KIND_TEAM
                                 ? "team_id" : "user_id");

    for (i = 0; s.len && i < a->total; i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (llmgw_str_eq(ch->id, s)) {
            goto found;
        }
    }

    return NGX_OK;

found:

    id = ngx_http_llmgw_admin_dup(a, id);

    return id.data ? ngx_http_llmgw_delete_one(a, LLMGW_KIND_KEY, id, 1)
                   : ngx_http_llmgw_admin_failed(a);
}


/* which key it would be is not for us to guess */

static ngx_int_t
ngx_http_llmgw_delete_aliases(ngx_http_llmgw_admin_t *a)
{
    ngx_uint_t               i;
    llmgw_str_t              message;
    ngx_http_llmgw_alias_t  *alias;

    alias = a->found.elts;

    for (i = 0; i < a->found.nelts; i++) {

        if (alias[i].keys == 1) {
            continue;
        }

        message = llmgw_fmt(&a->ctx->arena, "\"%.*s\" is the alias of %u "
                            "keys", llmgw_arg(alias[i].alias),
                            (unsigned) alias[i].keys);

        return ngx_http_llmgw_admin_refuse(a,
                                   alias[i].keys ? NGX_HTTP_CONFLICT
                                                 : NGX_HTTP_NOT_FOUND,
                                   "not_found_error", llmgw_null_str,
                                   message);
    }

    return NGX_OK;
}


/* records are read by now: they say who was where */

static ngx_int_t
ngx_http_llmgw_delete_members(ngx_http_llmgw_admin_t *a)
{
    size_t                    n;
    json_t                   *list, *item;
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_http_llmgw_change_t  *ch;

    for (i = 0; i < a->total; i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (ch->kind == LLMGW_KIND_TEAM) {

            list = json_object_get(ch->before, "members_with_roles");

            json_array_foreach(list, n, item) {

                rc = ngx_http_llmgw_admin_leave(a, ch->id,
                                    llmgw_admin_text(item, "user_id"), 0, 1);
                if (rc != NGX_OK) {
                    return rc;
                }
            }
        }

        if (ch->kind == LLMGW_KIND_USER) {

            list = json_object_get(ch->before, "teams");

            json_array_foreach(list, n, item) {

                rc = ngx_http_llmgw_admin_leave(a,
                                             ngx_http_llmgw_delete_text(item),
                                             ch->id, 1, 0);
                if (rc != NGX_OK) {
                    return rc;
                }
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_delete_answer(ngx_http_llmgw_admin_t *a)
{
    json_t                   *list;
    ngx_uint_t                i;
    const char               *name;
    ngx_http_llmgw_change_t  *ch;

    switch (a->route->kind) {

    case LLMGW_KIND_KEY:
        name = "deleted_keys";
        break;

    case LLMGW_KIND_TEAM:
        name = "deleted_teams";
        break;

    case LLMGW_KIND_USER:
        name = "deleted_users";
        break;

    case LLMGW_KIND_CUSTOMER:
        name = "deleted_customers";
        break;

    case LLMGW_KIND_ORGANIZATION:
        name = "deleted_organizations";
        break;

    default:
        a->answer = ngx_http_llmgw_change_row(a,
                                             ngx_http_llmgw_change_n(a, 0));
        return NGX_OK;
    }

    list = json_array();

    for (i = 0; list && i < a->changes.nelts; i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (ch->kind == (llmgw_kind_e) a->route->kind && ch->written
            && json_array_append_new(list, llmgw_admin_string(ch->id)) != 0)
        {
            json_decref(list);
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    a->answer = json_pack("{s:o}", name, list);

    return NGX_OK;
}
