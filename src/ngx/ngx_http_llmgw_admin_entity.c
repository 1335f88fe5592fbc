
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Keys, teams, users, customers, organizations, budgets and tags: what is done
 * with all of them in one way.
 */


#include "ngx_http_llmgw_admin.h"


/* keys and teams that come with a user or a team */
#define NGX_HTTP_LLMGW_ADMIN_OWNED  1000


static ngx_int_t ngx_http_llmgw_new_begin(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_new_id(ngx_http_llmgw_admin_t *a,
    llmgw_kind_e kind, llmgw_str_t *id);
static ngx_int_t ngx_http_llmgw_new_team(ngx_http_llmgw_admin_t *a,
    llmgw_str_t id);
static ngx_int_t ngx_http_llmgw_new_user(ngx_http_llmgw_admin_t *a,
    llmgw_str_t id);
static ngx_int_t ngx_http_llmgw_update_begin(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_info_many(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_info_begin(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_info_owner(ngx_http_llmgw_admin_t *a);


llmgw_str_t
ngx_http_llmgw_admin_dup(ngx_http_llmgw_admin_t *a, llmgw_str_t s)
{
    return llmgw_str_dup(&a->ctx->arena, s);
}


ngx_http_llmgw_change_t *
ngx_http_llmgw_change_n(ngx_http_llmgw_admin_t *a, ngx_uint_t n)
{
    ngx_http_llmgw_change_t  **changes;

    changes = a->changes.elts;

    return changes[n];
}


/* the change that the answer is about: the first that was asked for */

static ngx_http_llmgw_change_t *
ngx_http_llmgw_change_main(ngx_http_llmgw_admin_t *a)
{
    ngx_uint_t                i;
    ngx_http_llmgw_change_t  *ch;

    for (i = 0; i < a->changes.nelts; i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (ch->edit && ch->kind == (llmgw_kind_e) a->route->kind) {
            return ch;
        }
    }

    return NULL;
}


json_t *
ngx_http_llmgw_change_row(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    return ngx_http_llmgw_admin_row(a, ch->kind, ch->id,
                                    ch->after ? ch->after : ch->before,
                                    &ch->totals);
}


ngx_int_t
ngx_http_llmgw_admin_new(ngx_http_llmgw_admin_t *a)
{
    json_t                   *row;
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_http_llmgw_change_t  *ch, *key;

    if (a->step == 0) {

        rc = ngx_http_llmgw_new_begin(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 1;
    }

    rc = ngx_http_llmgw_admin_apply(a);

    if (rc != NGX_OK) {
        return rc;
    }

    ch = ngx_http_llmgw_change_main(a);
    row = ngx_http_llmgw_change_row(a, ch);

    key = (ch->kind == LLMGW_KIND_KEY) ? ch : NULL;

    for (i = 0; i < a->changes.nelts; i++) {
        if (ngx_http_llmgw_change_n(a, i)->kind == LLMGW_KIND_KEY) {
            key = ngx_http_llmgw_change_n(a, i);
        }
    }

    if (row && key
        && (json_object_set_new(row, "key", llmgw_admin_string(a->new_key))
            != 0
            || json_object_set_new(row, "token_id",
                                   llmgw_admin_string(key->id))
               != 0
            || json_object_set_new(row, "token", llmgw_admin_string(key->id))
               != 0))
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    a->answer = row;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_new_begin(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t                 rc;
    llmgw_str_t               id;
    llmgw_kind_e              kind;
    ngx_http_llmgw_change_t  *ch;

    kind = (llmgw_kind_e) a->route->kind;

    rc = ngx_http_llmgw_admin_require(a, a->rq.fields);

    if (rc != NGX_OK) {
        return rc;
    }

    if (kind == LLMGW_KIND_KEY) {
        return ngx_http_llmgw_admin_new_key(a, json_incref(a->rq.fields),
                                            &ch);
    }

    rc = ngx_http_llmgw_new_id(a, kind, &id);

    if (rc != NGX_OK) {
        return rc;
    }

    if (kind == LLMGW_KIND_CUSTOMER) {
        (void) json_object_del(a->rq.fields, "spend");
    }

    ch = ngx_http_llmgw_admin_add(a, kind, id, ngx_http_llmgw_edit_new,
                                  "created");
    if (ch == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->create = 1;
    ch->fields = json_incref(a->rq.fields);

    switch (kind) {

    case LLMGW_KIND_TEAM:
        return ngx_http_llmgw_new_team(a, id);

    case LLMGW_KIND_USER:
        return ngx_http_llmgw_new_user(a, id);

    default:
        return NGX_OK;
    }
}


/* as the client says, or one of our own; the record has it, too */

static ngx_int_t
ngx_http_llmgw_new_id(ngx_http_llmgw_admin_t *a, llmgw_kind_e kind,
    llmgw_str_t *id)
{
    u_char       random[16], uuid[LLMGW_ADMIN_UUID_LEN];
    llmgw_str_t  name;

    name = llmgw_admin_id_name(kind);

    *id = llmgw_admin_text(a->rq.fields, (char *) name.data);

    if (id->len) {

        if (!llmgw_id_valid(kind, *id)) {
            return ngx_http_llmgw_admin_wrong(a, (char *) name.data,
                                              "cannot be an id");
        }

        *id = ngx_http_llmgw_admin_dup(a, *id);

        return id->data ? NGX_OK : ngx_http_llmgw_admin_failed(a);
    }

    if (kind == LLMGW_KIND_CUSTOMER || kind == LLMGW_KIND_TAG) {
        return ngx_http_llmgw_admin_wrong(a, (char *) name.data,
                                          "must be given");
    }

    if (ngx_http_llmgw_admin_random(a, random, sizeof(random)) != NGX_OK) {
        return ngx_http_llmgw_admin_failed(a);
    }

    llmgw_admin_uuid(random, uuid);

    *id = ngx_http_llmgw_admin_dup(a, llmgw_str(uuid, sizeof(uuid)));

    if (id->data == NULL
        || json_object_set_new(a->rq.fields, (char *) name.data,
                               llmgw_admin_string(*id))
           != 0)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


/* three ways to say who is in a team become one */

static ngx_int_t
ngx_http_llmgw_new_team(ngx_http_llmgw_admin_t *a, llmgw_str_t id)
{
    size_t       i, n;
    json_t      *list, *item;
    ngx_int_t    rc;
    llmgw_str_t  user;

    static const struct {
        const char   *field;
        const char   *role;
    } lists[] = {
        { "members", "user" },
        { "admins", "admin" }
    };

    for (n = 0; n < llmgw_nelts(lists); n++) {

        list = json_object_get(a->rq.fields, lists[n].field);

        json_array_foreach(list, i, item) {

            user = llmgw_str((u_char *) json_string_value(item),
                             json_string_length(item));

            if (llmgw_admin_member_add(a->rq.fields, user,
                                       llmgw_str((u_char *) lists[n].role,
                                                 strlen(lists[n].role)))
                != LLMGW_OK)
            {
                return ngx_http_llmgw_admin_failed(a);
            }
        }

        (void) json_object_del(a->rq.fields, lists[n].field);
    }

    list = json_object_get(a->rq.fields, "members_with_roles");

    json_array_foreach(list, i, item) {

        rc = ngx_http_llmgw_admin_join(a, id,
                                       llmgw_admin_text(item, "user_id"),
                                       llmgw_admin_text(item, "role"), 0);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_new_user(ngx_http_llmgw_admin_t *a, llmgw_str_t id)
{
    size_t                    i;
    json_t                   *list, *item, *fields;
    ngx_int_t                 rc;
    llmgw_str_t               team;
    ngx_http_llmgw_change_t  *ch;

    list = json_object_get(a->rq.fields, "teams");

    json_array_foreach(list, i, item) {

        team = llmgw_str((u_char *) json_string_value(item),
                         json_string_length(item));

        rc = ngx_http_llmgw_admin_join(a, team, id, llmgw_lit("user"), 2);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (!llmgw_admin_true(a->rq.params, "auto_create_key", 1)) {
        return NGX_OK;
    }

    fields = json_object();

    if (fields == NULL
        || json_object_set_new(fields, "user_id", llmgw_admin_string(id))
           != 0)
    {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    item = json_object_get(a->rq.params, "key_alias");

    if (item && json_object_set(fields, "key_alias", item) != 0) {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    return ngx_http_llmgw_admin_new_key(a, fields, &ch);
}


ngx_int_t
ngx_http_llmgw_admin_update(ngx_http_llmgw_admin_t *a)
{
    json_t                   *row;
    ngx_int_t                 rc;
    llmgw_str_t               name;
    ngx_http_llmgw_change_t  *ch;

    if (a->step == 0) {

        rc = ngx_http_llmgw_update_begin(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 1;
    }

    rc = ngx_http_llmgw_admin_apply(a);

    if (rc != NGX_OK) {
        return rc;
    }

    ch = ngx_http_llmgw_change_main(a);
    row = ngx_http_llmgw_change_row(a, ch);

    if (row && ch->kind == LLMGW_KIND_KEY
        && json_object_set_new(row, "key", llmgw_admin_string(ch->id)) != 0)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    if (row && (ch->kind == LLMGW_KIND_TEAM || ch->kind == LLMGW_KIND_USER)) {

        name = llmgw_admin_id_name(ch->kind);

        a->answer = json_pack("{s:o, s:o}", (char *) name.data,
                              llmgw_admin_string(ch->id), "data", row);
        return NGX_OK;
    }

    a->answer = row;

    return NGX_OK;
}


static void
ngx_http_llmgw_update_spend(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ngx_http_llmgw_admin_present(a, ch);
    ngx_http_llmgw_admin_set_spend(a, ch->kind, ch->id, ch->money);
}


/* what is not a matter of this record alone */

static ngx_int_t
ngx_http_llmgw_update_refused(ngx_http_llmgw_admin_t *a, llmgw_kind_e kind)
{
    size_t  i;

    static const struct {
        llmgw_kind_e   kind;
        const char    *field;
    } others[] = {
        { LLMGW_KIND_TEAM, "members_with_roles" },
        { LLMGW_KIND_TEAM, "members" },
        { LLMGW_KIND_TEAM, "admins" },
        { LLMGW_KIND_USER, "teams" }
    };

    for (i = 0; i < llmgw_nelts(others); i++) {

        if (others[i].kind == kind
            && json_object_get(a->rq.fields, others[i].field))
        {
            return ngx_http_llmgw_admin_wrong(a, others[i].field,
                                "is changed by /team/member_add and "
                                "/team/member_delete");
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_update_begin(ngx_http_llmgw_admin_t *a)
{
    int64_t                   life;
    json_t                   *v;
    ngx_int_t                 rc;
    llmgw_str_t               name, id;
    llmgw_kind_e              kind;
    ngx_http_llmgw_change_t  *ch;

    kind = (llmgw_kind_e) a->route->kind;

    rc = ngx_http_llmgw_update_refused(a, kind);

    if (rc == NGX_OK) {
        rc = ngx_http_llmgw_admin_require(a, a->rq.fields);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (kind == LLMGW_KIND_KEY) {
        id = llmgw_admin_text(a->rq.params, "key");

    } else {
        name = llmgw_admin_id_name(kind);
        id = llmgw_admin_text(a->rq.fields, (char *) name.data);

        if (id.len == 0) {
            return ngx_http_llmgw_admin_wrong(a, (char *) name.data,
                                              "must be given");
        }
    }

    ch = ngx_http_llmgw_admin_add(a, kind, id, ngx_http_llmgw_edit_update,
                                  "updated");
    if (ch == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->fields = json_incref(a->rq.fields);

    life = llmgw_admin_number(a->rq.params, "duration", -1);

    if (life >= 0
        && json_object_set_new(ch->fields, "expires",
                               llmgw_admin_time(life == 0 ? 0
                                      : llmgw_duration_after(a->now, life)))
           != 0)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    /* of a record that is there the sums count, and not what it says */

    v = json_object_get(ch->fields, "spend");

    if (v) {

        if (json_is_number(v)) {
            ch->money = (int64_t) (json_number_value(v) * LLMGW_DOLLAR
                                   + 0.5);
            ch->done = ngx_http_llmgw_update_spend;
        }

        (void) json_object_del(ch->fields, "spend");
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_admin_info(ngx_http_llmgw_admin_t *a)
{
    json_t                   *row;
    ngx_int_t                 rc;
    ngx_http_llmgw_change_t  *ch;

    if (a->step == 0) {

        rc = ngx_http_llmgw_info_begin(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 1;
    }

    if (a->step == 1) {

        rc = ngx_http_llmgw_admin_look(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 2;
    }

    switch (a->route->kind) {

    case LLMGW_KIND_BUDGET:
    case LLMGW_KIND_TAG:
        return ngx_http_llmgw_info_many(a);

    case LLMGW_KIND_TEAM:
    case LLMGW_KIND_USER:
        return ngx_http_llmgw_info_owner(a);

    default:
        break;
    }

    ch = ngx_http_llmgw_change_n(a, 0);
    row = ngx_http_llmgw_change_row(a, ch);

    a->answer = (ch->kind == LLMGW_KIND_KEY)
                ? json_pack("{s:o, s:o}", "key", llmgw_admin_string(ch->id),
                            "info", row)
                : row;
    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_info_begin(ngx_http_llmgw_admin_t *a)
{
    size_t                      i;
    json_t                     *list, *item;
    llmgw_str_t                 id, own;
    const char                 *name;
    llmgw_kind_e                kind;
    ngx_http_llmgw_change_t    *ch;
    ngx_http_llmgw_identity_t  *identity;

    kind = (llmgw_kind_e) a->route->kind;
    identity = a->ctx->identity;

    switch (kind) {

    case LLMGW_KIND_BUDGET:
    case LLMGW_KIND_TAG:

        name = (kind == LLMGW_KIND_BUDGET) ? "budgets" : "names";
        list = json_object_get(a->rq.params, name);

        json_array_foreach(list, i, item) {

            id = llmgw_str((u_char *) json_string_value(item),
                           json_string_length(item));

            ch = ngx_http_llmgw_admin_add(a, kind, id, NULL, NULL);
            if (ch == NULL) {
                return ngx_http_llmgw_admin_failed(a);
            }

            ch->optional = 1;
        }

        return NGX_OK;

    case LLMGW_KIND_KEY:

        id = llmgw_admin_text(a->rq.params, "key");
        own = identity->id[LLMGW_KIND_KEY];

        if (id.len == 0) {
            id = own;
        }

        if (id.len == 0) {
            return ngx_http_llmgw_admin_wrong(a, "key", "must be given: the "
                                              "master key has no record");
        }

        if (a->own && !llmgw_str_eq(id, own)) {
            return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_FORBIDDEN,
                               "permission_denied", llmgw_lit("key"),
                               llmgw_lit("is another one than your own"));
        }

        break;

    case LLMGW_KIND_CUSTOMER:
        id = llmgw_admin_text(a->rq.params, "end_user_id");
        break;

    default:
        id = llmgw_admin_text(a->rq.params,
                              (char *) llmgw_admin_id_name(kind).data);
    }

    return ngx_http_llmgw_admin_add(a, kind, id, NULL, NULL)
           ? NGX_OK : ngx_http_llmgw_admin_failed(a);
}


/* those of a list of ids that there are */

static ngx_int_t
ngx_http_llmgw_info_many(ngx_http_llmgw_admin_t *a)
{
    json_t                   *row, *rows;
    ngx_int_t                 rc;
    ngx_uint_t                i, tags;
    ngx_http_llmgw_change_t  *ch;

    tags = (a->route->kind == LLMGW_KIND_TAG);
    rows = tags ? json_object() : json_array();

    for (i = 0; rows && i < a->changes.nelts; i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (ch->before == NULL) {
            continue;
        }

        row = ngx_http_llmgw_change_row(a, ch);

        rc = tags ? json_object_setn_new(rows, (char *) ch->id.data,
                                         ch->id.len, row)
                  : json_array_append_new(rows, row);

        if (rc != 0) {
            json_decref(rows);
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    a->answer = rows;

    return NGX_OK;
}


/* a team or a user, with the keys that are its own and who belongs to whom */

static ngx_int_t
ngx_http_llmgw_info_owner(ngx_http_llmgw_admin_t *a)
{
    size_t                    i;
    json_t                   *row, *list, *item, *more;
    ngx_int_t                 rc;
    ngx_uint_t                n, team;
    llmgw_str_t               id, user, member;
    ngx_http_llmgw_change_t  *ch, *other;

    ch = ngx_http_llmgw_change_n(a, 0);
    team = (ch->kind == LLMGW_KIND_TEAM);

    if (a->step == 2) {

        rc = ngx_http_llmgw_admin_owned(a, team ? "team_id" : "user_id",
                                        ch->id);
        if (rc != NGX_OK) {
            return rc;
        }

        /* the memberships, or the teams */

        list = json_object_get(ch->before,
                               team ? "members_with_roles" : "teams");

        json_array_foreach(list, i, item) {

            if (i == NGX_HTTP_LLMGW_ADMIN_OWNED) {
                break;
            }

            if (team) {
                user = llmgw_admin_text(item, "user_id");
                member = llmgw_fmt(&a->ctx->arena, "%.*s/%.*s",
                                   llmgw_arg(ch->id), llmgw_arg(user));

                if (!llmgw_id_valid(LLMGW_KIND_MEMBER, member)) {
                    continue;
                }

                id = member;

            } else {
                id = llmgw_str((u_char *) json_string_value(item),
                               json_string_length(item));
            }

            other = ngx_http_llmgw_admin_add(a, team ? LLMGW_KIND_MEMBER
                                                     : LLMGW_KIND_TEAM,
                                             id, NULL, NULL);
            if (other == NULL) {
                return ngx_http_llmgw_admin_failed(a);
            }

            other->optional = 1;
        }

        a->step = 3;
    }

    rc = ngx_http_llmgw_admin_look(a);

    if (rc != NGX_OK) {
        return rc;
    }

    more = json_array();

    for (n = 1; more && n < a->changes.nelts; n++) {

        other = ngx_http_llmgw_change_n(a, n);

        if (other->before == NULL) {
            continue;
        }

        row = ngx_http_llmgw_change_row(a, other);

        if (json_array_append_new(more, row) != 0) {
            json_decref(more);
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    row = ngx_http_llmgw_change_row(a, ch);

    a->answer = json_pack("{s:o, s:o, s:O, s:o}",
                          team ? "team_id" : "user_id",
                          llmgw_admin_string(ch->id),
                          team ? "team_info" : "user_info", row,
                          "keys", a->rows,
                          team ? "team_memberships" : "teams", more);
    return NGX_OK;
}


/* named by id, or by ids in a list */

static json_t *
ngx_http_llmgw_block_ids(ngx_http_llmgw_admin_t *a)
{
    json_t      *v;
    const char  *name;

    switch (a->route->kind) {

    case LLMGW_KIND_KEY:
        name = "key";
        break;

    case LLMGW_KIND_TEAM:
        name = "team_id";
        break;

    default:
        name = "user_ids";
    }

    v = json_object_get(a->rq.params, name);

    return json_is_array(v) ? json_incref(v) : json_pack("[O]", v);
}


static ngx_int_t
ngx_http_llmgw_block_begin(ngx_http_llmgw_admin_t *a)
{
    size_t                    i;
    json_t                   *list, *item;
    ngx_uint_t                block;
    llmgw_str_t               id;
    ngx_http_llmgw_change_t  *ch;

    block = (a->route->op == LLMGW_ADMIN_BLOCK);
    list = ngx_http_llmgw_block_ids(a);

    json_array_foreach(list, i, item) {

        id = ngx_http_llmgw_admin_dup(a,
                              llmgw_str((u_char *) json_string_value(item),
                                        json_string_length(item)));

        ch = ngx_http_llmgw_admin_add(a, (llmgw_kind_e) a->route->kind, id,
                                      ngx_http_llmgw_edit_update,
                                      block ? "blocked" : "unblocked");
        if (ch == NULL) {
            json_decref(list);
            return ngx_http_llmgw_admin_failed(a);
        }

        /* an end user may be blocked before it comes for the first time */

        ch->make = (ch->kind == LLMGW_KIND_CUSTOMER && block);
        ch->fields = json_pack("{s:b}", "blocked", (int) block);

        if (ch->make && ch->fields
            && json_object_set_new(ch->fields, "user_id",
                                   llmgw_admin_string(id))
               != 0)
        {
            json_decref(list);
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    json_decref(list);

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_admin_block(ngx_http_llmgw_admin_t *a)
{
    json_t      *rows;
    ngx_int_t    rc;
    ngx_uint_t   i;

    if (a->step == 0) {

        rc = ngx_http_llmgw_block_begin(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->step = 1;
    }

    rc = ngx_http_llmgw_admin_apply(a);

    if (rc != NGX_OK) {
        return rc;
    }

    if (a->route->kind == LLMGW_KIND_KEY || a->route->kind == LLMGW_KIND_TEAM)
    {
        a->answer = ngx_http_llmgw_change_row(a,
                                             ngx_http_llmgw_change_n(a, 0));
        return NGX_OK;
    }

    rows = json_array();

    for (i = 0; rows && i < a->changes.nelts; i++) {

        if (json_array_append_new(rows, ngx_http_llmgw_change_row(a,
                                             ngx_http_llmgw_change_n(a, i)))
            != 0)
        {
            json_decref(rows);
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    a->answer = json_pack("{s:o}", a->route->op == LLMGW_ADMIN_BLOCK
                                   ? "blocked_users" : "unblocked_users",
                          rows);
    return NGX_OK;
}
