
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What was spent: requests out of the ledger, and sums of them.
 */


#include "ngx_http_llmgw_admin.h"


static ngx_http_llmgw_log_query_t *ngx_http_llmgw_spend_query(
    ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_spend_ask(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_log_query_t *q);
static ngx_int_t ngx_http_llmgw_spend_local(ngx_http_llmgw_admin_t *a);
static json_t *ngx_http_llmgw_spend_entry(llmgw_spend_t *s);
static json_t *ngx_http_llmgw_spend_tags(llmgw_spend_t *s);
static json_t *ngx_http_llmgw_spend_meta(llmgw_spend_t *s);
static ngx_int_t ngx_http_llmgw_spend_days(ngx_http_llmgw_admin_t *a);
static json_t *ngx_http_llmgw_spend_sums(ngx_http_llmgw_log_group_t *g);
static json_t *ngx_http_llmgw_spend_day(int64_t day);
static ngx_int_t ngx_http_llmgw_report_days(ngx_http_llmgw_admin_t *a,
    ngx_uint_t customers);
static ngx_int_t ngx_http_llmgw_report_keys(ngx_http_llmgw_admin_t *a);
static ngx_int_t ngx_http_llmgw_report_flat(ngx_http_llmgw_admin_t *a,
    ngx_uint_t group);


/* groups under the names of the report, in their order there */

static const struct {
    const char              *name;
    const char              *member;
    ngx_http_llmgw_group_e   group;
    size_t                   offset;
} ngx_http_llmgw_groups[] = {
    { "team", "team_id", ngx_http_llmgw_group_team,
      offsetof(ngx_http_llmgw_log_group_t, team) },
    { "customer", "customer", ngx_http_llmgw_group_customer,
      offsetof(ngx_http_llmgw_log_group_t, customer) },
    { "api_key", "api_key", ngx_http_llmgw_group_key,
      offsetof(ngx_http_llmgw_log_group_t, key) },
    { "day", NULL, ngx_http_llmgw_group_none, 0 },
    { "user", "user_id", ngx_http_llmgw_group_user,
      offsetof(ngx_http_llmgw_log_group_t, user) },
    { "tag", "individual_request_tag", ngx_http_llmgw_group_tag,
      offsetof(ngx_http_llmgw_log_group_t, tag) },
    { "model", "model", ngx_http_llmgw_group_model,
      offsetof(ngx_http_llmgw_log_group_t, model) },
    { "provider", "provider", ngx_http_llmgw_group_provider,
      offsetof(ngx_http_llmgw_log_group_t, provider) },
    { "organization", "organization_id", ngx_http_llmgw_group_organization,
      offsetof(ngx_http_llmgw_log_group_t, organization) }
};


static ngx_http_llmgw_log_query_t *
ngx_http_llmgw_spend_query(ngx_http_llmgw_admin_t *a)
{
    size_t                       i;
    ngx_str_t                   *s;
    llmgw_str_t                  text;
    ngx_http_llmgw_log_query_t  *q;

    static const struct {
        const char   *name;
        size_t        offset;
    } texts[] = {
        { "request_id", offsetof(ngx_http_llmgw_log_query_t, request_id) },
        { "api_key", offsetof(ngx_http_llmgw_log_query_t, key) },
        { "user_id", offsetof(ngx_http_llmgw_log_query_t, user) },
        { "internal_user_id", offsetof(ngx_http_llmgw_log_query_t, user) },
        { "team_id", offsetof(ngx_http_llmgw_log_query_t, team) },
        { "organization_id",
          offsetof(ngx_http_llmgw_log_query_t, organization) },
        { "end_user", offsetof(ngx_http_llmgw_log_query_t, customer) },
        { "customer_id", offsetof(ngx_http_llmgw_log_query_t, customer) },
        { "tag", offsetof(ngx_http_llmgw_log_query_t, tag) },
        { "model", offsetof(ngx_http_llmgw_log_query_t, model) },
        { "custom_llm_provider",
          offsetof(ngx_http_llmgw_log_query_t, provider) },
        { "session_id", offsetof(ngx_http_llmgw_log_query_t, session) }
    };

    q = ngx_pcalloc(a->request->pool, sizeof(ngx_http_llmgw_log_query_t));
    if (q == NULL) {
        return NULL;
    }

    for (i = 0; i < llmgw_nelts(texts); i++) {

        text = llmgw_admin_text(a->rq.params, texts[i].name);

        if (text.len) {
            s = (ngx_str_t *) ((u_char *) q + texts[i].offset);
            s->data = (u_char *) text.data;
            s->len = text.len;
        }
    }

    q->from = llmgw_admin_number(a->rq.params, "start_date", 0) * 1000;
    q->to = (llmgw_admin_number(a->rq.params, "end_date", -1) + 1) * 1000;
    q->min_cost = llmgw_admin_number(a->rq.params, "min_spend", 0);
    q->max_cost = llmgw_admin_number(a->rq.params, "max_spend", -1);
    q->limit = 1000;

    text = llmgw_admin_text(a->rq.params, "status_filter");

    q->status = llmgw_str_is(text, "success") ? 1
                : llmgw_str_is(text, "failure") ? 2
                : llmgw_str_is(text, "lost") ? 3 : 0;

    q->ascending = llmgw_str_is(llmgw_admin_text(a->rq.params, "sort_order"),
                                "asc");
    return q;
}


static ngx_int_t
ngx_http_llmgw_spend_ask(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_log_query_t *q)
{
    ngx_int_t  rc;

    if (ngx_http_llmgw_admin_ask(a)) {
        a->call.query = q;
    }

    rc = ngx_http_llmgw_admin_tell(a, ngx_http_llmgw_store_logs);

    if (rc == NGX_OK && a->call.local) {
        return ngx_http_llmgw_spend_local(a);
    }

    if (rc == NGX_OK || rc == NGX_AGAIN) {
        return rc;
    }

    return ngx_http_llmgw_admin_unavailable(a);
}


/* an answer that others would give otherwise says whose it is */

static ngx_int_t
ngx_http_llmgw_spend_local(ngx_http_llmgw_admin_t *a)
{
    if (ngx_http_llmgw_push_header(a->request, llmgw_lit("x-llmgw-gateway"),
                                   ngx_http_llmgw_str(a->lmcf->store->node))
        != NGX_OK)
    {
        return ngx_http_llmgw_admin_failed(a);
    }

    return NGX_OK;
}


/* requests, one by one; or what LiteLLM makes of dates: sums of days */

ngx_int_t
ngx_http_llmgw_admin_logs(ngx_http_llmgw_admin_t *a)
{
    json_t                      *rows;
    ngx_int_t                    rc;
    ngx_uint_t                   i, paged, page, days;
    llmgw_spend_t               *s;
    ngx_http_llmgw_log_query_t  *q;

    paged = (a->route->op == LLMGW_ADMIN_LOGS_PAGE);
    page = (ngx_uint_t) llmgw_admin_number(a->rq.params, "page", 1);

    days = !paged && json_object_get(a->rq.params, "start_date")
           && json_object_get(a->rq.params, "end_date")
           && json_object_get(a->rq.params, "request_id") == NULL
           && llmgw_admin_true(a->rq.params, "summarize", 1);

    if (a->data == NULL) {

        q = ngx_http_llmgw_spend_query(a);
        if (q == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        if (days) {
            q->group = ngx_http_llmgw_group_day|ngx_http_llmgw_group_user
                       |ngx_http_llmgw_group_model;

        } else {
            q->limit = (ngx_uint_t) llmgw_admin_number(a->rq.params,
                                                       "page_size",
                                                       paged ? 50 : 100);
            q->offset = (page - 1) * q->limit;
            q->count = paged;
        }

        a->data = q;
    }

    q = a->data;

    rc = ngx_http_llmgw_spend_ask(a, q);

    if (rc != NGX_OK) {
        return rc;
    }

    if (days) {
        return ngx_http_llmgw_spend_days(a);
    }

    rows = json_array();
    s = a->call.rows.elts;

    for (i = 0; rows && i < a->call.rows.nelts; i++) {
        if (json_array_append_new(rows, ngx_http_llmgw_spend_entry(&s[i]))
            != 0)
        {
            json_decref(rows);
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    a->answer = !paged ? rows
                : json_pack("{s:o, s:I, s:I, s:I, s:I}", "data", rows,
                            "total", (json_int_t) a->call.total,
                            "page", (json_int_t) page,
                            "page_size", (json_int_t) q->limit,
                            "total_pages",
                            (json_int_t) ((a->call.total + q->limit - 1)
                                          / q->limit));
    return NGX_OK;
}


static json_t *
ngx_http_llmgw_spend_count(int64_t n)
{
    return json_integer(n < 0 ? 0 : n);
}


static json_t *
ngx_http_llmgw_spend_entry(llmgw_spend_t *s)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
                     " s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o,"
                     " s:b, s:o}",
                     "request_id", llmgw_admin_string(s->request_id),
                     "call_type", llmgw_admin_string(s->endpoint),
                     "api_key", llmgw_admin_string(s->key),
                     "spend", llmgw_admin_money(s->cost),
                     "total_tokens",
                     ngx_http_llmgw_spend_count(ngx_max(s->prompt, 0)
                                                + ngx_max(s->completion, 0)),
                     "prompt_tokens", ngx_http_llmgw_spend_count(s->prompt),
                     "completion_tokens",
                     ngx_http_llmgw_spend_count(s->completion),
                     "startTime", llmgw_admin_time(s->start / 1000),
                     "endTime", llmgw_admin_time(s->end / 1000),
                     "request_duration_ms",
                     json_integer((json_int_t) s->latency_ms),
                     "model", llmgw_admin_string(s->upstream.len
                                                 ? s->upstream : s->model),
                     "model_group", llmgw_admin_string(s->model),
                     "model_id", llmgw_admin_string(s->deployment),
                     "custom_llm_provider", llmgw_admin_string(s->provider),
                     "user", llmgw_admin_string(s->user),
                     "team_id", llmgw_admin_string(s->team),
                     "organization_id", llmgw_admin_string(s->organization),
                     "end_user", llmgw_admin_string(s->customer),
                     "session_id", llmgw_admin_string(s->session),
                     "requester_ip_address", llmgw_admin_string(s->address),
                     "status", s->flags & LLMGW_SPEND_FAILED ? "failure"
                                                             : "success",
                     "request_tags", ngx_http_llmgw_spend_tags(s),
                     "cache_hit", (s->flags & LLMGW_SPEND_CACHE_HIT) != 0,
                     "metadata", ngx_http_llmgw_spend_meta(s));
}


static json_t *
ngx_http_llmgw_spend_tags(llmgw_spend_t *s)
{
    json_t    *tags;
    unsigned   i;

    tags = json_array();

    for (i = 0; tags && i < s->ntags; i++) {
        (void) json_array_append_new(tags, llmgw_admin_string(s->tags[i]));
    }

    return tags;
}


static json_t *
ngx_http_llmgw_spend_meta(llmgw_spend_t *s)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:b, s:b,"
                     " s:b, s:b, s:o}",
                     "user_api_key_alias", llmgw_admin_string(s->key_alias),
                     "cache_read_input_tokens",
                     ngx_http_llmgw_spend_count(s->cached),
                     "cache_creation_input_tokens",
                     ngx_http_llmgw_spend_count(s->cache_write),
                     "reasoning_tokens",
                     ngx_http_llmgw_spend_count(s->reasoning),
                     "service_tier", llmgw_admin_string(s->tier),
                     "status_code", (int) s->status,
                     "attempts", (int) s->attempts,
                     "time_to_first_token_ms", (int) s->first_ms,
                     "error_code", llmgw_admin_string(s->error),
                     "stream", (s->flags & LLMGW_SPEND_STREAM) != 0,
                     "estimated", (s->flags & LLMGW_SPEND_ESTIMATED) != 0,
                     "unpriced", (s->flags & LLMGW_SPEND_UNPRICED) != 0,
                     "aborted", (s->flags & LLMGW_SPEND_ABORTED) != 0,
                     "gateway", llmgw_admin_string(s->node));
}


/* "2026-01-31" */

static json_t *
ngx_http_llmgw_spend_day(int64_t day)
{
    u_char  buf[LLMGW_TIME_LEN];

    if (day <= 0) {
        return json_string("1970-01-01");
    }

    (void) llmgw_time_write(buf, day);

    return json_stringn((char *) buf, sizeof("2026-01-31") - 1);
}


/* rows with a day, of which each has several users and models */

static ngx_int_t
ngx_http_llmgw_spend_add(json_t *object, ngx_str_t name, int64_t cost)
{
    json_t  *sum, *key;
    double   v;
    int      rc;

    key = llmgw_admin_string(ngx_http_llmgw_str(name));

    if (key == NULL) {
        return NGX_ERROR;
    }

    sum = json_object_getn(object, json_string_value(key),
                           json_string_length(key));

    v = json_number_value(sum) + (double) cost / LLMGW_DOLLAR;

    rc = json_object_setn_new(object, json_string_value(key),
                              json_string_length(key), json_real(v));
    json_decref(key);

    return rc == 0 ? NGX_OK : NGX_ERROR;
}


static int ngx_libc_cdecl
ngx_http_llmgw_spend_by_day(const void *one, const void *two)
{
    const ngx_http_llmgw_log_group_t  *x, *y;

    x = one;
    y = two;

    return (x->day > y->day) - (x->day < y->day);
}


static int ngx_libc_cdecl
ngx_http_llmgw_spend_by_cost(const void *one, const void *two)
{
    const ngx_http_llmgw_log_group_t  *x, *y;

    x = one;
    y = two;

    return (x->cost < y->cost) - (x->cost > y->cost);
}


static ngx_int_t
ngx_http_llmgw_spend_days(ngx_http_llmgw_admin_t *a)
{
    json_t                      *day, *users, *models;
    int64_t                      cost;
    ngx_uint_t                   i;
    ngx_http_llmgw_log_group_t  *g;

    g = a->call.rows.elts;

    ngx_qsort(g, a->call.rows.nelts, sizeof(ngx_http_llmgw_log_group_t),
              ngx_http_llmgw_spend_by_day);

    a->answer = json_array();
    users = NULL;
    models = NULL;
    cost = 0;
    day = NULL;

    for (i = 0; a->answer && i < a->call.rows.nelts; i++) {

        if (i == 0 || g[i].day != g[i - 1].day) {

            users = json_object();
            models = json_object();
            cost = 0;

            day = json_pack("{s:o, s:o, s:o}", "startTime",
                            ngx_http_llmgw_spend_day(g[i].day),
                            "users", users, "models", models);

            if (day == NULL || json_array_append_new(a->answer, day) != 0) {
                return ngx_http_llmgw_admin_failed(a);
            }
        }

        cost += g[i].cost;

        if (ngx_http_llmgw_spend_add(users, g[i].user, g[i].cost) != NGX_OK
            || ngx_http_llmgw_spend_add(models, g[i].model, g[i].cost)
               != NGX_OK
            || json_object_set_new(day, "spend", llmgw_admin_money(cost))
               != 0)
        {
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    return NGX_OK;
}


static json_t *
ngx_http_llmgw_spend_sums(ngx_http_llmgw_log_group_t *g)
{
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I,"
                     " s:I}",
                     "total_spend", llmgw_admin_money(g->cost),
                     "spend", llmgw_admin_money(g->cost),
                     "log_count", (json_int_t) g->requests,
                     "api_requests", (json_int_t) g->requests,
                     "successful_requests",
                     (json_int_t) (g->requests - g->failed),
                     "failed_requests", (json_int_t) g->failed,
                     "prompt_tokens", (json_int_t) g->prompt,
                     "completion_tokens", (json_int_t) g->completion,
                     "total_tokens", (json_int_t) (g->prompt + g->completion),
                     "cache_read_input_tokens", (json_int_t) g->cached,
                     "cache_creation_input_tokens",
                     (json_int_t) g->cache_write);
}


/* /spend/keys, /spend/users, /spend/teams, /spend/tags: the dearest first */

ngx_int_t
ngx_http_llmgw_admin_spend(ngx_http_llmgw_admin_t *a)
{
    json_t                      *row;
    ngx_int_t                    rc;
    ngx_str_t                   *s;
    ngx_uint_t                   i, n, limit;
    const char                  *member;
    ngx_http_llmgw_log_group_t  *g;
    ngx_http_llmgw_log_query_t  *q;

    n = (a->route->group == LLMGW_KIND_TEAM) ? 0
        : (a->route->group == LLMGW_KIND_KEY) ? 2
        : (a->route->group == LLMGW_KIND_USER) ? 4 : 5;

    if (a->data == NULL) {

        q = ngx_http_llmgw_spend_query(a);
        if (q == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        q->group = ngx_http_llmgw_groups[n].group;

        a->data = q;
    }

    rc = ngx_http_llmgw_spend_ask(a, a->data);

    if (rc != NGX_OK) {
        return rc;
    }

    g = a->call.rows.elts;
    limit = (ngx_uint_t) llmgw_admin_number(a->rq.params, "limit", 100);
    member = (n == 2) ? "token" : ngx_http_llmgw_groups[n].member;

    ngx_qsort(g, a->call.rows.nelts, sizeof(ngx_http_llmgw_log_group_t),
              ngx_http_llmgw_spend_by_cost);

    a->answer = json_array();

    for (i = 0; a->answer && i < a->call.rows.nelts; i++) {

        s = (ngx_str_t *) ((u_char *) &g[i]
                           + ngx_http_llmgw_groups[n].offset);

        /* what belongs to nobody */

        if (s->len == 0) {
            continue;
        }

        if (json_array_size(a->answer) == limit) {
            break;
        }

        row = ngx_http_llmgw_spend_sums(&g[i]);

        if (row == NULL
            || json_object_set_new(row, member,
                                   llmgw_admin_string(
                                                  ngx_http_llmgw_str(*s)))
               != 0
            || json_array_append_new(a->answer, row) != 0)
        {
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_admin_report(ngx_http_llmgw_admin_t *a)
{
    ngx_int_t                    rc;
    ngx_uint_t                   n;
    llmgw_str_t                  by;
    ngx_http_llmgw_log_query_t  *q;

    by = llmgw_admin_text(a->rq.params, "group_by");

    if (by.len == 0) {
        by = json_object_get(a->rq.params, "api_key")
             || json_object_get(a->rq.params, "internal_user_id")
             ? llmgw_lit("api_key") : llmgw_lit("team");
    }

    for (n = 0; n < llmgw_nelts(ngx_http_llmgw_groups) - 1; n++) {
        if (llmgw_str_eq(by, llmgw_str((u_char *)
                                       ngx_http_llmgw_groups[n].name,
                                       strlen(ngx_http_llmgw_groups[n].name))))
        {
            break;
        }
    }

    if (a->data == NULL) {

        q = ngx_http_llmgw_spend_query(a);
        if (q == NULL) {
            return ngx_http_llmgw_admin_failed(a);
        }

        switch (n) {

        case 0:
        case 1:
            q->group = ngx_http_llmgw_group_day|ngx_http_llmgw_group_model
                       |ngx_http_llmgw_group_key
                       |ngx_http_llmgw_groups[n].group;
            break;

        case 2:
            q->group = ngx_http_llmgw_group_key|ngx_http_llmgw_group_model;
            break;

        default:
            q->group = ngx_http_llmgw_group_day
                       |ngx_http_llmgw_groups[n].group;
        }

        a->data = q;
    }

    rc = ngx_http_llmgw_spend_ask(a, a->data);

    if (rc != NGX_OK) {
        return rc;
    }

    switch (n) {

    case 0:
    case 1:
        return ngx_http_llmgw_report_days(a, n);

    case 2:
        return ngx_http_llmgw_report_keys(a);

    default:
        return ngx_http_llmgw_report_flat(a, n);
    }
}


/* the member of a list with this name, which is made where it is missing */

static json_t *
ngx_http_llmgw_report_row(json_t *list, const char *name, json_t *value)
{
    size_t   i;
    json_t  *item;

    json_array_foreach(list, i, item) {
        if (json_equal(json_object_get(item, name), value)) {
            json_decref(value);
            return item;
        }
    }

    item = json_pack("{s:o}", name, value);

    return item && json_array_append_new(list, item) == 0 ? item : NULL;
}


/* adds an amount, or a number of tokens, to a member */

static ngx_int_t
ngx_http_llmgw_report_add(json_t *row, const char *name, json_t *value)
{
    json_t  *sum;

    sum = json_object_get(row, name);

    if (sum == NULL) {
        return json_object_set_new(row, name, value) == 0 ? NGX_OK
                                                          : NGX_ERROR;
    }

    sum = json_is_integer(sum)
          ? json_integer(json_integer_value(sum) + json_integer_value(value))
          : json_real(json_number_value(sum) + json_number_value(value));

    json_decref(value);

    return json_object_set_new(row, name, sum) == 0 ? NGX_OK : NGX_ERROR;
}


static json_t *
ngx_http_llmgw_report_list(json_t *row, const char *name)
{
    json_t  *list;

    list = json_object_get(row, name);

    if (list) {
        return list;
    }

    list = json_array();

    return list && json_object_set_new(row, name, list) == 0 ? list : NULL;
}


/* LiteLLM's report: days, in them teams, in them keys with models */

static ngx_int_t
ngx_http_llmgw_report_days(ngx_http_llmgw_admin_t *a, ngx_uint_t customers)
{
    json_t                      *day, *list, *row, *item;
    ngx_str_t                    who;
    ngx_uint_t                   i;
    ngx_http_llmgw_log_group_t  *g;

    g = a->call.rows.elts;

    ngx_qsort(g, a->call.rows.nelts, sizeof(ngx_http_llmgw_log_group_t),
              ngx_http_llmgw_spend_by_day);

    a->answer = json_array();
    day = NULL;

    for (i = 0; a->answer && i < a->call.rows.nelts; i++) {

        who = customers ? g[i].customer : g[i].team;

        if (i == 0 || g[i].day != g[i - 1].day) {

            day = json_pack("{s:o}", "group_by_day",
                            ngx_http_llmgw_spend_day(g[i].day));

            if (day == NULL || json_array_append_new(a->answer, day) != 0) {
                return ngx_http_llmgw_admin_failed(a);
            }
        }

        list = ngx_http_llmgw_report_list(day, customers ? "customers"
                                                         : "teams");

        row = ngx_http_llmgw_report_row(list, customers ? "customer"
                                                        : "team_name",
                               llmgw_admin_string(ngx_http_llmgw_str(who)));

        item = json_pack("{s:o, s:o, s:o, s:I}",
                         "model",
                         llmgw_admin_string(ngx_http_llmgw_str(g[i].model)),
                         "api_key",
                         llmgw_admin_string(ngx_http_llmgw_str(g[i].key)),
                         "spend", llmgw_admin_money(g[i].cost),
                         "total_tokens",
                         (json_int_t) (g[i].prompt + g[i].completion));

        if (row == NULL
            || ngx_http_llmgw_report_add(row, "total_spend",
                                         llmgw_admin_money(g[i].cost))
               != NGX_OK
            || json_array_append_new(ngx_http_llmgw_report_list(row,
                                                                "metadata"),
                                     item)
               != 0)
        {
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_report_tokens(json_t *row, ngx_http_llmgw_log_group_t *g)
{
    return ngx_http_llmgw_report_add(row, "total_cost",
                                     llmgw_admin_money(g->cost)) == NGX_OK
           && ngx_http_llmgw_report_add(row, "total_input_tokens",
                                        json_integer(g->prompt)) == NGX_OK
           && ngx_http_llmgw_report_add(row, "total_output_tokens",
                                        json_integer(g->completion)) == NGX_OK
           ? NGX_OK : NGX_ERROR;
}


/* keys, in them models */

static ngx_int_t
ngx_http_llmgw_report_keys(ngx_http_llmgw_admin_t *a)
{
    json_t                      *row, *item;
    ngx_uint_t                   i;
    ngx_http_llmgw_log_group_t  *g;

    g = a->call.rows.elts;

    a->answer = json_array();

    for (i = 0; a->answer && i < a->call.rows.nelts; i++) {

        row = ngx_http_llmgw_report_row(a->answer, "api_key",
                           llmgw_admin_string(ngx_http_llmgw_str(g[i].key)));

        item = json_pack("{s:o}", "model",
                         llmgw_admin_string(ngx_http_llmgw_str(g[i].model)));

        if (row == NULL || item == NULL
            || ngx_http_llmgw_report_tokens(row, &g[i]) != NGX_OK
            || ngx_http_llmgw_report_tokens(item, &g[i]) != NGX_OK
            || json_array_append_new(ngx_http_llmgw_report_list(row,
                                                           "model_details"),
                                     item)
               != 0)
        {
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    return NGX_OK;
}


/* a row for each day and what else was asked for */

static ngx_int_t
ngx_http_llmgw_report_flat(ngx_http_llmgw_admin_t *a, ngx_uint_t n)
{
    json_t                      *row;
    ngx_str_t                   *s;
    ngx_uint_t                   i;
    ngx_http_llmgw_log_group_t  *g;

    g = a->call.rows.elts;

    ngx_qsort(g, a->call.rows.nelts, sizeof(ngx_http_llmgw_log_group_t),
              ngx_http_llmgw_spend_by_day);

    a->answer = json_array();

    for (i = 0; a->answer && i < a->call.rows.nelts; i++) {

        row = ngx_http_llmgw_spend_sums(&g[i]);

        if (row == NULL
            || json_object_set_new(row, "group_by_day",
                                   ngx_http_llmgw_spend_day(g[i].day))
               != 0)
        {
            json_decref(row);
            return ngx_http_llmgw_admin_failed(a);
        }

        if (ngx_http_llmgw_groups[n].member) {

            s = (ngx_str_t *) ((u_char *) &g[i]
                               + ngx_http_llmgw_groups[n].offset);

            if (json_object_set_new(row, ngx_http_llmgw_groups[n].member,
                                    llmgw_admin_string(
                                                  ngx_http_llmgw_str(*s)))
                != 0)
            {
                json_decref(row);
                return ngx_http_llmgw_admin_failed(a);
            }
        }

        if (json_array_append_new(a->answer, row) != 0) {
            return ngx_http_llmgw_admin_failed(a);
        }
    }

    return NGX_OK;
}
