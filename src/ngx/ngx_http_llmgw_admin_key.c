
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Virtual keys: making them, giving one the place of another, and setting what
 * one has spent.  A key itself is in the answer to whoever made it and nowhere
 * else.
 */


#include "ngx_http_llmgw_admin.h"


/* A key that takes the place of another, step by step. */

typedef enum {
    rotate_begin = 0,
    rotate_look,                 /* what it is */
    rotate_new,                  /* … and what it is to become */
    rotate_apply,
    rotate_done
} ngx_http_llmgw_rotate_e;

/* where the two stand in a->changes */
#define NGX_HTTP_LLMGW_ROTATE_OLD  0


static ngx_int_t ngx_http_llmgw_key_record(ngx_http_llmgw_admin_t *a,
    json_t *fields, llmgw_str_t *id);
static void ngx_http_llmgw_key_spent(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static ngx_int_t ngx_http_llmgw_rotate_begin(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_rotate_new(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_edit_rotated(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);
static void ngx_http_llmgw_rotated(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch);


/* a key, as the client wants it or of our own, and its id */

static ngx_int_t
ngx_http_llmgw_key_record(ngx_http_llmgw_admin_t *a, json_t *fields,
    llmgw_str_t *id)
{
    u_char      *p, random[LLMGW_ADMIN_RANDOM], name[LLMGW_ADMIN_NAME_LEN];
    u_char       digest[NGX_HTTP_LLMGW_DIGEST];
    int64_t      life;
    ngx_str_t    key;
    llmgw_str_t  given;

    given = llmgw_admin_text(a->rq.params,
                             a->route->op == LLMGW_ADMIN_REGENERATE
                             ? "new_key" : "key");

    if (given.len) {
        a->new_key = given;

    } else {

        if (ngx_http_llmgw_admin_random(a, random, sizeof(random)) != NGX_OK)
        {
            return ngx_http_llmgw_admin_failed(a);
        }

        llmgw_admin_make_key(random, a->key);

        ngx_explicit_memzero(random, sizeof(random));

        a->new_key = llmgw_str(a->key, sizeof(a->key));
    }

    key.data = (u_char *) a->new_key.data;
    key.len = a->new_key.len;

    p = llmgw_nalloc(&a->ctx->arena, LLMGW_ADMIN_DIGEST);

    if (p == NULL
        || ngx_http_llmgw_key_digest(a->lmcf, &key, digest) != NGX_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    if (ngx_http_llmgw_key_find(a->lmcf, digest)) {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_CONFLICT,
                                   "bad_request_error",
                                   llmgw_lit("key"),
                                   llmgw_lit("is in use already"));
    }

    (void) ngx_hex_dump(p, digest, NGX_HTTP_LLMGW_DIGEST);

    *id = llmgw_str(p, LLMGW_ADMIN_DIGEST);

    llmgw_admin_key_name(a->new_key, name);

    if (json_object_set_new(fields, "key_name",
                            json_stringn((char *) name, sizeof(name)))
        != 0)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    life = llmgw_admin_number(a->rq.params, "duration", -1);

    if (life >= 0
        && json_object_set_new(fields, "expires",
                               llmgw_admin_time(life == 0 ? 0
                                      : llmgw_duration_after(a->now, life)))
           != 0)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


/* takes the reference to fields over */

ngx_int_t
ngx_http_llmgw_admin_new_key(ngx_http_llmgw_admin_t *a, json_t *fields,
    ngx_http_llmgw_change_t **chp)
{
    json_t                   *v;
    ngx_int_t                 rc;
    llmgw_str_t               id;
    ngx_http_llmgw_change_t  *ch;

    rc = ngx_http_llmgw_key_record(a, fields, &id);

    if (rc != NGX_OK) {
        json_decref(fields);
        return rc;
    }

    ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_KEY, id,
                                  ngx_http_llmgw_edit_new, "created");
    if (ch == NULL) {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->create = 1;
    ch->fields = fields;

    /* sums are kept apart from records */

    v = json_object_get(fields, "spend");

    if (json_is_number(v) && json_number_value(v) > 0) {
        ch->money = (int64_t) (json_number_value(v) * LLMGW_DOLLAR + 0.5);
        ch->done = ngx_http_llmgw_key_spent;
    }

    (void) json_object_del(fields, "spend");

    *chp = ch;

    return NGX_OK;
}


static void
ngx_http_llmgw_key_spent(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    ngx_http_llmgw_admin_present(a, ch);
    ngx_http_llmgw_admin_set_spend(a, ch->kind, ch->id, ch->money);
}


/*
 * The new key is there first, then it gets what was counted for the old one,
 * and then that one is deleted, or leads to the new one as long as it may
 * still be used.
 */

ngx_int_t
ngx_http_llmgw_admin_regenerate(ngx_http_llmgw_admin_t *a)
{
    json_t                   *row;
    ngx_int_t                 rc;
    ngx_http_llmgw_change_t  *ch;

    while (a->step != rotate_done) {

        switch (a->step) {

        case rotate_begin:
            rc = ngx_http_llmgw_rotate_begin(a);
            break;

        case rotate_look:
            rc = ngx_http_llmgw_admin_look(a);
            break;

        case rotate_new:
            rc = ngx_http_llmgw_rotate_new(a);
            break;

        default: /* rotate_apply */
            rc = ngx_http_llmgw_admin_apply(a);
        }

        if (rc != NGX_OK) {
            return rc;
        }

        a->step++;
    }

    ch = a->data;
    row = ngx_http_llmgw_change_row(a, ch);

    if (row
        && (json_object_set_new(row, "key", llmgw_admin_string(a->new_key))
            != 0
            || json_object_set_new(row, "token_id",
                                   llmgw_admin_string(ch->id))
               != 0))
    {
        json_decref(row);
        return ngx_http_llmgw_admin_failed(a);
    }

    a->answer = row;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_rotate_begin(ngx_http_llmgw_admin_t *a)
{
    /* spend stays what it is; /key/update sets it */

    if (json_object_get(a->rq.fields, "spend")) {
        return ngx_http_llmgw_admin_wrong(a, "spend", "cannot be set here");
    }

    return ngx_http_llmgw_admin_add(a, LLMGW_KIND_KEY,
                                    llmgw_admin_text(a->rq.params, "key"),
                                    NULL, NULL)
           ? NGX_OK : ngx_http_llmgw_admin_failed(a);
}


static ngx_int_t
ngx_http_llmgw_rotate_new(ngx_http_llmgw_admin_t *a)
{
    json_t                   *fields, *v;
    ngx_int_t                 rc;
    llmgw_str_t               id;
    ngx_http_llmgw_change_t  *ch, *old;

    old = ngx_http_llmgw_change_n(a, NGX_HTTP_LLMGW_ROTATE_OLD);

    /* where the zone does not have them: the store's sums */

    a->found = a->call.totals;

    if (json_object_get(old->before, "rotated_to")) {
        return ngx_http_llmgw_admin_refuse(a, NGX_HTTP_CONFLICT,
                                   "bad_request_error", llmgw_lit("key"),
                                   llmgw_lit("has a successor already"));
    }

    rc = ngx_http_llmgw_admin_require(a, a->rq.fields);

    if (rc != NGX_OK) {
        return rc;
    }

    fields = json_copy(old->before);

    if (fields == NULL
        || llmgw_admin_merge(fields, a->rq.fields) != LLMGW_OK)
    {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    rc = ngx_http_llmgw_key_record(a, fields, &id);

    if (rc != NGX_OK) {
        json_decref(fields);
        return rc;
    }

    v = json_object_get(fields, "rotation_count");

    if (json_object_set_new(fields, "rotation_count",
                            json_integer(1 + json_integer_value(v)))
        != 0
        || json_object_set_new(fields, "last_rotation_at",
                               llmgw_admin_time(a->now))
           != 0)
    {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_KEY, id,
                                  ngx_http_llmgw_edit_new, "rotated");
    if (ch == NULL) {
        json_decref(fields);
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->create = 1;
    ch->fields = fields;
    ch->name = old->id;
    ch->done = ngx_http_llmgw_rotated;

    a->data = ch;

    ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_KEY, old->id,
                                  ngx_http_llmgw_edit_rotated, "updated");
    if (ch == NULL) {
        return ngx_http_llmgw_admin_failed(a);
    }

    ch->name = id;

    if (llmgw_admin_number(a->rq.params, "grace_period", 0) == 0) {
        ch->action = "deleted";
        ch->remove = 1;
    }

    return NGX_OK;
}


/* the old record: its end is not later than it was */

static ngx_int_t
ngx_http_llmgw_edit_rotated(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_change_t *ch)
{
    int64_t      until, expires;
    llmgw_str_t  s;

    if (ch->remove) {
        return NGX_OK;
    }

    until = llmgw_duration_after(a->now,
                         llmgw_admin_number(a->rq.params, "grace_period", 0));

    s = llmgw_admin_text(ch->before, "expires");

    if (s.len && llmgw_time_parse(s, &expires) == LLMGW_OK && expires < until)
    {
        until = expires;
    }

    ch->after = json_copy(ch->before);

    if (ch->after == NULL
        || json_object_set_new(ch->after, "rotated_to",
                               llmgw_admin_string(ch->name))
           != 0
        || json_object_set_new(ch->after, "expires", llmgw_admin_time(until))
           != 0
        || json_object_set_new(ch->after, "revoke_at",
                               llmgw_admin_time(until))
           != 0)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


/*
 * In the zone the new key has all of it at once.  Sums that outlive a restart
 * are by id: what goes to the one is taken from the other.
 */

static void
ngx_http_llmgw_rotated(ngx_http_llmgw_admin_t *a, ngx_http_llmgw_change_t *ch)
{
    ngx_int_t                      rc;
    ngx_log_t                     *log;
    ngx_uint_t                     i;
    ngx_array_t                    totals, *sums;
    ngx_http_llmgw_charge_t        charge;
    ngx_http_llmgw_store_total_t  *total;

    log = a->request->connection->log;
    sums = &totals;

    ngx_http_llmgw_admin_present(a, ch);

    rc = ngx_http_llmgw_zone_succeed(a->lmcf, LLMGW_KIND_KEY, ch->name,
                                     ch->id, a->request->pool, &totals);

    if (rc != NGX_OK) {
        sums = &a->found;
    }

    total = sums->elts;

    for (i = 0; i < sums->nelts; i++) {

        ngx_memzero(&charge, sizeof(ngx_http_llmgw_charge_t));

        charge.kind = LLMGW_KIND_KEY;
        charge.id = ch->id;
        charge.meter = ngx_http_llmgw_str(total[i].meter);
        charge.reset_at = total[i].totals.reset_at;

        rc = ngx_http_llmgw_store_adjust(a->lmcf, &charge,
                                         total[i].totals.spend,
                                         total[i].totals.total, log);

        charge.id = ch->name;

        if (rc != NGX_OK
            || ngx_http_llmgw_store_adjust(a->lmcf, &charge,
                                           -total[i].totals.spend,
                                           -total[i].totals.total, log)
               != NGX_OK)
        {
            ngx_log_error(NGX_LOG_ALERT, log, 0,
                          "llmgw: the journal is full: what the key \"%*s\" "
                          "has spent is not with its successor after the "
                          "next start", (size_t) 8, ch->name.data);
            return;
        }
    }
}


ngx_int_t
ngx_http_llmgw_admin_reset_spend(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t                 rc;
    ngx_http_llmgw_change_t  *ch;

    if (a->step == 0) {

        ch = ngx_http_llmgw_admin_add(a, LLMGW_KIND_KEY,
                                      llmgw_admin_text(a->rq.params, "key"),
                                      ngx_http_llmgw_edit_update, "updated");
        if (ch == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        ch->money = llmgw_admin_number(a->rq.params, "reset_to", 0);
        ch->done = ngx_http_llmgw_key_spent;

        a->step = 1;
    }

    rc = ngx_http_llmgw_admin_apply(a);

    if (rc == NGX_OK) {
        a->answer = ngx_http_llmgw_change_row(a,
                                             ngx_http_llmgw_change_n(a, 0));
    }

    return rc;
}
