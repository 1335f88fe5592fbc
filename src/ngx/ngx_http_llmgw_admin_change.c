
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Records that are read and changed by one request.  All of them are read and
 * checked before the first is written, so that what is refused has changed
 * nothing.  Each write is in the audit log.
 */


#include "ngx_http_llmgw_admin.h"


/* somebody else changes the same record at the same time */
#define NGX_HTTP_LLMGW_ADMIN_TRIES  5


static ngx_int_t ngx_http_llmgw_change_read(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_change_missing(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_change_edit(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_change_write(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_change_audit(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_change_audit_text(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch, ngx_str_t *text);


ngx_http_llmgw_change_t *
ngx_http_llmgw_admin_add(ngx_http_llmgw_admin_t *a, llmgw_kind_e kind,
    llmgw_str_t id, ngx_http_llmgw_edit_pt edit, const char *action)
{
    ngx_http_llmgw_change_t  *ch, **chp;

    chp = ngx_array_push(&a->changes);
    if (chp == NULL) {
        return NULL;
    }

    *chp = NULL;

    ch = ngx_pcalloc(a->request->pool, sizeof(ngx_http_llmgw_change_t));
    if (ch == NULL) {
        return NULL;
    }

    *chp = ch;

    ch->kind = kind;
    ch->id = id;
    ch->edit = edit;
    ch->action = action;

    return ch;
}


/*
 * Reads what was added so far, and checks what is to be written; more may be
 * added afterwards.
 */

ngx_int_t
ngx_http_llmgw_admin_look(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t                  rc;
    ngx_http_llmgw_change_t  **changes;

    while (a->at < a->changes.nelts) {

        changes = a->changes.elts;

        if (changes[a->at] == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        rc = ngx_http_llmgw_change_read(a, changes[a->at]);

        if (rc != NGX_OK) {
            return rc;
        }

        a->at++;
    }

    return NGX_OK;
}


/*
 * Does all that was added.  NGX_AGAIN: the handler is called again, and has to
 * come here once more.
 */

ngx_int_t
ngx_http_llmgw_admin_apply(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t                  rc;
    ngx_http_llmgw_change_t  **changes, *ch;

    if (a->phase == ngx_http_llmgw_admin_reading) {

        rc = ngx_http_llmgw_admin_look(a);

        if (rc != NGX_OK) {
            return rc;
        }

        a->phase = ngx_http_llmgw_admin_writing;
        a->at = 0;
    }

    changes = a->changes.elts;

    while (a->at < a->changes.nelts) {

        ch = changes[a->at];

        switch (a->phase) {

        case ngx_http_llmgw_admin_writing_again:
            rc = ngx_http_llmgw_change_read(a, ch);

            if (rc != NGX_OK) {
                return rc;
            }

            a->phase = ngx_http_llmgw_admin_writing;
            break;

        case ngx_http_llmgw_admin_writing:

            if (ch->edit == NULL
                || (!ch->remove && ch->after == NULL)
                || (ch->remove && ch->before == NULL))
            {
                a->at++;
                break;
            }

            rc = ngx_http_llmgw_change_write(a, ch);

            if (rc == NGX_BUSY) {
                a->phase = ngx_http_llmgw_admin_writing_again;
                break;
            }

            if (rc != NGX_OK) {
                return rc;
            }

            ch->written = 1;

            if (ch->done) {
                ch->done(a, ch);
            }

            a->phase = ngx_http_llmgw_admin_auditing;
            break;

        default: /* ngx_http_llmgw_admin_auditing */
            rc = ngx_http_llmgw_change_audit(a, ch);

            if (rc != NGX_OK) {
                return rc;
            }

            a->phase = ngx_http_llmgw_admin_writing;
            a->at++;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_change_read(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ngx_int_t                      rc;
    ngx_uint_t                     i;
    ngx_http_llmgw_store_total_t  *total;

    if (ngx_http_llmgw_admin_ask(a)) {
        a->call.kind = ch->kind;
        a->call.id.data = (u_char *) ch->id.data;
        a->call.id.len = ch->id.len;
    }

    rc = ngx_http_llmgw_admin_tell(a, ngx_http_llmgw_store_get);

    if (rc == NGX_AGAIN) {
        return rc;
    }

    json_decref(ch->before);
    json_decref(ch->after);

    ch->before = NULL;
    ch->after = NULL;
    ch->version = NGX_HTTP_LLMGW_VERSION_NONE;

    if (rc == NGX_DECLINED) {
        rc = ngx_http_llmgw_change_missing(a, ch);

        return (rc == NGX_DONE) ? ngx_http_llmgw_change_edit(a, ch) : rc;
    }

    if (rc != NGX_OK) {
        return ngx_http_llmgw_admin_unavailable(a);
    }

    if (ch->create) {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_CONFLICT,
                            "bad_request_error",
                            llmgw_admin_id_name(ch->kind),
                            llmgw_lit("is in use already"));
    }

    total = a->call.totals.elts;

    for (i = 0; i < a->call.totals.nelts; i++) {
        if (total[i].meter.len == 0) {
            ch->totals = total[i].totals;
        }
    }

    ch->version = a->call.version;
    ch->before = llmgw_admin_record(ngx_http_llmgw_str(a->call.json));

    if (ch->before == NULL) {
        ngx_log_error(NGX_LOG_ERR, a->request->connection->log, 0,
                      "llmgw: the store's record of %*s is not valid",
                      llmgw_kind_name(ch->kind).len,
                      llmgw_kind_name(ch->kind).data);

        return ngx_http_llmgw_admin_failed(a);
    }

    return ch->edit ? ngx_http_llmgw_change_edit(a, ch) : NGX_OK;
}


/* NGX_DONE: it is to be made */

static ngx_int_t
ngx_http_llmgw_change_missing(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    llmgw_str_t  message;

    if (ch->create || ch->make) {
        return NGX_DONE;
    }

    if (ch->optional) {
        return NGX_OK;
    }

    message = llmgw_fmt(&a->ctx->arena, "there is no %.*s \"%.*s\"",
                        llmgw_arg(llmgw_kind_name(ch->kind)),
                        llmgw_arg(ch->id));

    if (ch->field) {

        /* a record that the request refers to */

        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_BAD_REQUEST,
                            "bad_request_error",
                            llmgw_str((u_char *) ch->field,
                                      strlen(ch->field)),
                            llmgw_fmt(&a->ctx->arena, "is not right: %.*s",
                                      llmgw_arg(message)));
    }

    return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_NOT_FOUND,
                                       "not_found_error", llmgw_null_str,
                                       message);
}


static ngx_int_t
ngx_http_llmgw_change_edit(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ngx_int_t        rc;
    llmgw_problem_t  problem;

    rc = ch->edit(a, ch);

    if (rc != NGX_OK || ch->remove || ch->after == NULL) {
        return rc;
    }

    if (llmgw_admin_stamp(ch->after, a->now, a->by, ch->before == NULL)
        != LLMGW_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    rc = llmgw_admin_record_text(&a->ctx->arena, ch->kind, ch->after,
                                 &ch->text, &problem);

    if (rc == LLMGW_INVALID) {
        return ngx_http_llmgw_admin_refuse(a, 422, "validation_error",
                                           problem.field, problem.message);
    }

    return rc == LLMGW_OK ? NGX_OK : ngx_http_llmgw_admin_failed(a);
}


static ngx_int_t
ngx_http_llmgw_change_write(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ngx_int_t  rc;

    if (ngx_http_llmgw_admin_ask(a)) {

        a->call.kind = ch->kind;
        a->call.id.data = (u_char *) ch->id.data;
        a->call.id.len = ch->id.len;
        a->call.version = ch->version;

        if (!ch->remove) {
            a->call.json.data = (u_char *) ch->text.data;
            a->call.json.len = ch->text.len;
        }
    }

    rc = ngx_http_llmgw_admin_tell(a, ch->remove ? ngx_http_llmgw_store_del
                                                 : ngx_http_llmgw_store_put);

    if (rc == NGX_OK || rc == NGX_AGAIN) {
        return rc;
    }

    if (rc == NGX_BUSY || rc == NGX_DECLINED) {

        if (ch->tries++ < NGX_HTTP_LLMGW_ADMIN_TRIES) {
            return NGX_BUSY;
        }

        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_CONFLICT,
                            "bad_request_error", llmgw_null_str,
                            llmgw_lit("the record is being changed by "
                                      "somebody else"));
    }

    return ngx_http_llmgw_admin_unavailable(a);
}


/* what was done is done: a log that cannot be written does not undo it */

static ngx_int_t
ngx_http_llmgw_change_audit(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    size_t     len;
    ngx_int_t  rc;

    if (ngx_http_llmgw_admin_ask(a)
        && ngx_http_llmgw_change_audit_text(a, ch, &a->call.json) != NGX_OK)
    {
        rc = NGX_ERROR;

    } else {
        rc = ngx_http_llmgw_admin_tell(a, ngx_http_llmgw_store_audit_append);
    }

    if (rc == NGX_OK || rc == NGX_AGAIN) {
        return rc;
    }

    len = (ch->kind == LLMGW_KIND_KEY && ch->id.len > 8) ? 8 : ch->id.len;

    ngx_log_error(NGX_LOG_ALERT, a->request->connection->log, 0,
                  "llmgw: the audit log cannot be written: %*s \"%*s\" was %s "
                  "by \"%*s\"", llmgw_kind_name(ch->kind).len,
                  llmgw_kind_name(ch->kind).data, len, ch->id.data,
                  ch->action, a->by.len, a->by.data);

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_change_audit_text(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch, ngx_str_t *text)
{
    char                       *json;
    u_char                      random[16], uuid[LLMGW_ADMIN_UUID_LEN];
    json_t                     *entry, *was, *is;
    llmgw_str_t                 s, table, address;
    ngx_http_llmgw_identity_t  *id;

    id = a->ctx->identity;

    if (ngx_http_llmgw_admin_random(a, random, sizeof(random)) != NGX_OK
        || llmgw_admin_diff(ch->before, ch->remove ? NULL : ch->after, &was,
                            &is)
           != LLMGW_OK)
    {
        return NGX_ERROR;
    }

    llmgw_admin_uuid(random, uuid);

    table = llmgw_admin_table(ch->kind);
    address = ngx_http_llmgw_str(a->request->connection->addr_text);

    entry = json_pack("{s:s%, s:o, s:o, s:o, s:s, s:s%, s:o, s:o, s:o, s:o,"
                      " s:o}",
                      "id", uuid, sizeof(uuid),
                      "updated_at", llmgw_admin_time(ngx_time()),
                      "changed_by", llmgw_admin_string(a->by),
                      "changed_by_api_key",
                      id->master ? json_null()
                                 : llmgw_admin_string(
                                                  id->id[LLMGW_KIND_KEY]),
                      "action", ch->action,
                      "table_name", table.data, table.len,
                      "object_id", llmgw_admin_string(ch->id),
                      "client_ip", llmgw_admin_string(address),
                      "gateway", llmgw_admin_string(
                                     ngx_http_llmgw_str(a->lmcf->store->node)),
                      "before_value", was, "updated_values", is);

    if (entry == NULL) {
        return NGX_ERROR;
    }

    json = json_dumps(entry, LLMGW_ADMIN_DUMP);

    json_decref(entry);

    if (json == NULL) {
        return NGX_ERROR;
    }

    s = llmgw_str_dup(&a->ctx->arena, llmgw_str((u_char *) json,
                                                strlen(json)));
    free(json);

    text->data = (u_char *) s.data;
    text->len = s.len;

    return s.data ? NGX_OK : NGX_ERROR;
}


/*
 * The records that the fields of a key, a team … refer to have to be there: a
 * key of a team that does not exist could not be used.
 */

ngx_int_t
ngx_http_llmgw_admin_require(ngx_http_llmgw_admin_t *a, const json_t *fields)
{
    size_t                    i;
    llmgw_str_t               s;
    ngx_http_llmgw_change_t  *ch;

    static const struct {
        const char    *field;
        llmgw_kind_e   kind;
    } owners[] = {
        { "team_id", LLMGW_KIND_TEAM },
        { "organization_id", LLMGW_KIND_ORGANIZATION },
        { "budget_id", LLMGW_KIND_BUDGET }
    };

    for (i = 0; i < llmgw_nelts(owners); i++) {

        s = llmgw_admin_text(fields, owners[i].field);

        if (s.len == 0 || owners[i].kind == (llmgw_kind_e) a->route->kind) {
            continue;
        }

        ch = ngx_http_llmgw_admin_add(a, owners[i].kind, s, NULL, NULL);
        if (ch == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        ch->field = owners[i].field;
    }

    return NGX_OK;
}


/* what the zone does not have in use is as the store says; totals or NULL */

json_t *
ngx_http_llmgw_admin_row(ngx_http_llmgw_admin_t *a, llmgw_kind_e kind,
    llmgw_str_t id, const json_t *record,
    const ngx_http_llmgw_totals_t *totals)
{
    ngx_http_llmgw_info_t  info;
    llmgw_admin_state_t    state;

    ngx_memzero(&state, sizeof(llmgw_admin_state_t));

    state.now = a->now;

    if (ngx_http_llmgw_zone_info(a->lmcf, kind, id, &info) == NGX_OK
        && !info.missing)
    {
        state.spend = info.spend;
        state.total = info.total;
        state.reset_at = info.reset_at;

    } else if (totals) {
        state.total = totals->total;

        if (totals->reset_at == 0 || totals->reset_at > a->now) {
            state.spend = totals->spend;
            state.reset_at = totals->reset_at;
        }
    }

    return llmgw_admin_row(kind, id, record, &state);
}


/*
 * A store that is shared tells the zone to ask anew: what has just been written
 * may not be there yet, and its sums are wanted now.
 */

void
ngx_http_llmgw_admin_present(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    llmgw_policy_t         *policy;
    llmgw_problem_t         problem;
    ngx_http_llmgw_info_t   info;

    if ((ngx_http_llmgw_zone_info(a->lmcf, ch->kind, ch->id, &info) == NGX_OK
         && !info.missing)
        || llmgw_policy_read(&a->ctx->arena, ch->kind, ch->text, 0, &policy,
                             &problem)
           != LLMGW_OK)
    {
        return;
    }

    if (ngx_http_llmgw_zone_put(a->lmcf, ch->kind, ch->id, policy,
                                (int64_t) a->call.version, NULL, NULL,
                                ngx_http_llmgw_zone_serial(a->lmcf))
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ALERT, a->request->connection->log, 0,
                      "llmgw: \"llmgw_zone\" has no room for another %*s",
                      llmgw_kind_name(ch->kind).len,
                      llmgw_kind_name(ch->kind).data);
    }
}


/*
 * What was spent in the period is another amount from now on: in the zone, and
 * in the sums that are made anew at each start.
 */

void
ngx_http_llmgw_admin_set_spend(ngx_http_llmgw_admin_t *a, llmgw_kind_e kind,
    llmgw_str_t id, int64_t spend)
{
    ngx_http_llmgw_info_t    info;
    ngx_http_llmgw_charge_t  charge;

    if (ngx_http_llmgw_zone_info(a->lmcf, kind, id, &info) != NGX_OK) {
        return;
    }

    ngx_http_llmgw_zone_reset_spend(a->lmcf, kind, id, spend);

    ngx_memzero(&charge, sizeof(ngx_http_llmgw_charge_t));

    charge.kind = kind;
    charge.id = id;
    charge.reset_at = info.reset_at;

    if (ngx_http_llmgw_store_adjust(a->lmcf, &charge, spend - info.spend, 0,
                                    a->request->connection->log)
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ALERT, a->request->connection->log, 0,
                      "llmgw: the journal is full: the spend of %*s that was "
                      "set holds until the next start only",
                      llmgw_kind_name(kind).len, llmgw_kind_name(kind).data);
    }
}


void
ngx_http_llmgw_admin_free_changes(ngx_http_llmgw_admin_t *a)
{
    ngx_uint_t                 i;
    ngx_http_llmgw_change_t  **changes;

    changes = a->changes.elts;

    for (i = 0; i < a->changes.nelts; i++) {

        if (changes[i]) {
            json_decref(changes[i]->fields);
            json_decref(changes[i]->before);
            json_decref(changes[i]->after);
        }
    }

    a->changes.nelts = 0;
}


ngx_int_t
ngx_http_llmgw_edit_new(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ch->after = json_object();

    if (ch->after == NULL
        || llmgw_admin_merge(ch->after, ch->fields) != LLMGW_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_edit_update(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ch->after = ch->before ? json_copy(ch->before) : json_object();

    if (ch->after == NULL
        || llmgw_admin_merge(ch->after, ch->fields) != LLMGW_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_edit_remove(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    return NGX_OK;
}
