
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Members of teams.  Who is in a team stands in the record of the team, that
 * of the user says in which teams he is, and what a member may spend there is
 * a record of its own.
 */


#include "ngx_http_llmgw_admin.h"


static ngx_int_t ngx_http_llmgw_edit_join(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_edit_leave(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_edit_user_joins(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_edit_user_leaves(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_member_record(ngx_http_llmgw_admin_t *a,
    llmgw_str_t team, llmgw_str_t user, json_t *fields);
static ngx_int_t ngx_http_llmgw_member_answer(ngx_http_llmgw_admin_t *a);


/*
 * team_too: 0: the record of the team is changed elsewhere; 1: it is changed
 * here; 2: it is, and that of the user is made elsewhere.
 */

ngx_int_t
ngx_http_llmgw_admin_join(ngx_http_llmgw_admin_t *a, llmgw_str_t team,
    llmgw_str_t user, llmgw_str_t role, ngx_uint_t team_too)
{
    ngx_http_llmgw_change_t  *ch;

    if (team_too) {

        ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_TEAM, team,
                                      ngx_http_llmgw_edit_join, "updated");
        if (ch == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        ch->name = user;
        ch->role = role;

        if (team_too == 2) {
            ch->field = "teams";
            return NGX_OK;
        }
    }

    ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_USER, user,
                                  ngx_http_llmgw_edit_user_joins, "updated");
    if (ch == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->name = team;
    ch->make = 1;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_admin_leave(ngx_http_llmgw_admin_t *a, llmgw_str_t team,
    llmgw_str_t user, ngx_uint_t team_too, ngx_uint_t user_too)
{
    llmgw_str_t               id;
    ngx_http_llmgw_change_t  *ch;

    if (team_too) {

        ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_TEAM, team,
                                      ngx_http_llmgw_edit_leave, "updated");
        if (ch == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        ch->name = user;
        ch->optional = 1;
    }

    if (user_too) {

        ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_USER, user,
                                      ngx_http_llmgw_edit_user_leaves,
                                      "updated");
        if (ch == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        ch->name = team;
        ch->optional = 1;
    }

    id = llmgw_fmt(&a->ctx->arena, "%.*s/%.*s", llmgw_arg(team),
                   llmgw_arg(user));

    if (!llmgw_id_valid(LLMGW_KIND_MEMBER, id)) {
        return NGX_OK;
    }

    ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_MEMBER, id,
                                  ngx_http_llmgw_edit_remove, "deleted");
    if (ch == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->remove = 1;
    ch->optional = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_edit_join(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ch->after = json_copy(ch->before);

    if (ch->after == NULL
        || llmgw_admin_member_add(ch->after, ch->name, ch->role) != LLMGW_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_edit_leave(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    llmgw_int_t  rc;

    ch->after = json_copy(ch->before);

    rc = ch->after ? llmgw_admin_member_delete(ch->after, ch->name)
                   : LLMGW_ERROR;

    if (rc == LLMGW_DECLINED && !ch->optional) {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_NOT_FOUND,
                            "not_found_error", llmgw_lit("user_id"),
                            llmgw_lit("is not a member of the team"));
    }

    return rc == LLMGW_ERROR ? ngx_http_llmgw_admin_failed(a) : NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_edit_user_joins(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    if (ch->before) {
        ch->after = json_copy(ch->before);

    } else {
        ch->after = json_pack("{s:o, s:s}", "user_id",
                              llmgw_admin_string(ch->id), "user_role",
                              "internal_user");
        ch->action = "created";
    }

    if (ch->after == NULL
        || llmgw_admin_list_add(ch->after, "teams", ch->name) != LLMGW_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_edit_user_leaves(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ch->after = json_copy(ch->before);

    if (ch->after == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    llmgw_admin_list_delete(ch->after, "teams", ch->name);

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_member_record(ngx_http_llmgw_admin_t *a, llmgw_str_t team,
    llmgw_str_t user, json_t *fields)
{
    llmgw_str_t               id;
    ngx_http_llmgw_change_t  *ch;

    if (fields == NULL
        || json_object_set_new(fields, "team_id", llmgw_admin_string(team))
           != 0
        || json_object_set_new(fields, "user_id", llmgw_admin_string(user))
           != 0)
    {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    id = llmgw_fmt(&a->ctx->arena, "%.*s/%.*s", llmgw_arg(team),
                   llmgw_arg(user));

    if (!llmgw_id_valid(LLMGW_KIND_MEMBER, id)) {
        json_decref(fields);
        return ngx_http_llmgw_admin_wrong(a, "user_id", "and team_id are too "
                                          "long together");
    }

    ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_MEMBER, id,
                                  ngx_http_llmgw_edit_update, "updated");
    if (ch == NULL) {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->make = 1;
    ch->fields = fields;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_admin_member_add(ngx_http_llmgw_admin_t *a)
{
    size_t       i;
    json_t      *list, *item, *fields;
    int64_t      budget;
    ngx_int_t    rc;
    llmgw_str_t  team, user;

    if (a->step == 0) {

        team = llmgw_admin_text(a->rq.params, "team_id");
        list = json_object_get(a->rq.params, "member");
        budget = llmgw_admin_number(a->rq.params, "max_budget_in_team", -1);

        json_array_foreach(list, i, item) {

            user = llmgw_admin_text(item, "user_id");

            rc = ngx_http_llmgw_admin_join(a, team, user,
                                           llmgw_admin_text(item, "role"), 1);
            if (rc != NGX_OK) {
                return rc;
            }

            if (budget < 0) {
                continue;
            }

            fields = json_pack("{s:o}", "max_budget",
                               llmgw_admin_money(budget));

            rc = ngx_http_llmgw_member_record(a, team, user, fields);

            if (rc != NGX_OK) {
                return rc;
            }
        }

        a->step = 1;
    }

    rc = ngx_http_llmgw_admin_apply(a);

    return rc == NGX_OK ? ngx_http_llmgw_member_answer(a) : rc;
}


ngx_int_t
ngx_http_llmgw_admin_member_update(ngx_http_llmgw_admin_t *a)
{
    json_t                   *fields, *v;
    ngx_int_t                 rc;
    llmgw_str_t               team, user, role;
    ngx_http_llmgw_change_t  *ch;

    if (a->step == 0) {

        team = llmgw_admin_text(a->rq.params, "team_id");
        user = llmgw_admin_text(a->rq.params, "user_id");

        ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_TEAM, team, NULL, NULL);
        if (ch == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        a->step = 1;
    }

    if (a->step == 1) {

        rc = ngx_http_llmgw_admin_look(a);

        if (rc != NGX_OK) {
            return rc;
        }

        ch = ngx_http_llmgw_change_n(a, 0);

        team = ch->id;
        user = llmgw_admin_text(a->rq.params, "user_id");
        role = llmgw_admin_text(a->rq.params, "role");

        if (llmgw_admin_member(ch->before, user) == NULL) {
            return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_NOT_FOUND,
                            "not_found_error", llmgw_lit("user_id"),
                            llmgw_lit("is not a member of the team"));
        }

        if (role.len) {

            rc = ngx_http_llmgw_admin_join(a, team, user, role, 2);

            if (rc != NGX_OK) {
                return rc;
            }
        }

        fields = json_object();

        v = json_object_get(a->rq.params, "max_budget_in_team");

        if (v) {
            (void) json_object_set_new(fields, "max_budget",
                                   llmgw_admin_money(json_integer_value(v)));
        }

        v = json_object_get(a->rq.params, "rpm_limit");

        if (v) {
            (void) json_object_set(fields, "rpm_limit", v);
        }

        v = json_object_get(a->rq.params, "tpm_limit");

        if (v) {
            (void) json_object_set(fields, "tpm_limit", v);
        }

        if (json_object_size(fields) == 0) {
            json_decref(fields);

        } else {
            rc = ngx_http_llmgw_member_record(a, team, user, fields);

            if (rc != NGX_OK) {
                return rc;
            }
        }

        a->step = 2;
    }

    rc = ngx_http_llmgw_admin_apply(a);

    return rc == NGX_OK ? ngx_http_llmgw_member_answer(a) : rc;
}


ngx_int_t
ngx_http_llmgw_admin_member_delete(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t    rc;
    llmgw_str_t  team, user;

    if (a->step == 0) {

        team = llmgw_admin_text(a->rq.params, "team_id");
        user = llmgw_admin_text(a->rq.params, "user_id");

        rc = ngx_http_llmgw_admin_leave(a, team, user, 1, 1);

        if (rc != NGX_OK) {
            return rc;
        }

        /* of this one it is wanted */

        ngx_http_llmgw_change_n(a, 0)->optional = 0;

        a->step = 1;
    }

    rc = ngx_http_llmgw_admin_apply(a);

    return rc == NGX_OK ? ngx_http_llmgw_member_answer(a) : rc;
}


/* the team as it is now, and the others that were changed with it */

static ngx_int_t
ngx_http_llmgw_member_answer(ngx_http_llmgw_admin_t *a)
{
    json_t                   *team, *users, *members, *row, *list;
    ngx_uint_t                i;
    ngx_http_llmgw_change_t  *ch;

    team = NULL;
    users = json_array();
    members = json_array();

    for (i = 0; i < a->changes.nelts; i++) {

        ch = ngx_http_llmgw_change_n(a, i);

        if (ch->remove || (ch->before == NULL && ch->after == NULL)) {
            continue;
        }

        row = ngx_http_llmgw_change_row(a, ch);

        switch (ch->kind) {

        case LLMGW_KIND_TEAM:
            json_decref(team);
            team = row;
            continue;

        case LLMGW_KIND_USER:
            list = users;
            break;

        default:
            list = members;
        }

        if (json_array_append_new(list, row) != 0) {
            goto failed;
        }
    }

    if (team == NULL || users == NULL || members == NULL
        || json_object_set(team, "updated_users", users) != 0
        || json_object_set(team, "updated_team_memberships", members) != 0)
    {
        goto failed;
    }

    json_decref(users);
    json_decref(members);

    a->answer = team;

    return NGX_OK;

failed:

    json_decref(team);
    json_decref(users);
    json_decref(members);

    return ngx_http_llmgw_admin_failed(a);
}
