
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * GET /v1/models, /v1/models/{id}: what the key may use, in the form of the
 * client's API.
 */


#include "ngx_http_llmgw_admit.h"
#include "llmgw_headers.h"


static void ngx_http_llmgw_put_model(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    llmgw_out_t *o);
static void ngx_http_llmgw_put_messages_model(
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    llmgw_out_t *o);
static void ngx_http_llmgw_put_gemini_model(ngx_http_llmgw_model_t *model,
    llmgw_out_t *o);
static ngx_int_t ngx_http_llmgw_one_model(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_out_t *o);
static void ngx_http_llmgw_all_models(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_out_t *o);
static void ngx_http_llmgw_messages_models(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_out_t *o);


#define ngx_http_llmgw_is_messages(ctx)                                      \
    ((ctx)->call.endpoint->door == &llmgw_door_messages)

#define ngx_http_llmgw_is_gemini(ctx)                                        \
    ((ctx)->call.endpoint->door == &llmgw_door_gemini_other)


ngx_int_t
ngx_http_llmgw_models_handler(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx)
{
    ngx_int_t                    rc;
    llmgw_out_t                  out;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_llmgw_module);

    llmgw_out_init(&out, &ctx->arena, 1024, 0, 0);

    if (ctx->call.endpoint->prefix) {

        rc = ngx_http_llmgw_one_model(r, ctx, lmcf, &out);
        if (rc != NGX_OK) {
            return rc;
        }

    } else if (ngx_http_llmgw_is_messages(ctx)) {
        ngx_http_llmgw_messages_models(r, ctx, lmcf, &out);

    } else {
        ngx_http_llmgw_all_models(ctx, lmcf, &out);
    }

    llmgw_request_id(&ctx->call, NULL);

    if (ngx_http_llmgw_own_headers(r, ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_llmgw_send(r, NGX_HTTP_OK, &out);
}


static ngx_int_t
ngx_http_llmgw_one_model(ngx_http_request_t *r, ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_out_t *o)
{
    ngx_str_t                name;
    ngx_http_llmgw_model_t  *model;

    name.data = (u_char *) ctx->rest.data;
    name.len = ctx->rest.len;

    model = ngx_http_llmgw_model_find(lmcf, &name);

    if (model == NULL || !ngx_http_llmgw_may_use(ctx, model)) {
        return ngx_http_llmgw_error(ctx, NGX_HTTP_NOT_FOUND,
                               llmgw_lit("model_not_found"),
                               llmgw_fmt(&ctx->arena, "the model \"%.*s\" "
                                         "does not exist or the key may not "
                                         "use it", llmgw_arg(ctx->rest)));
    }

    ngx_http_llmgw_put_model(ctx, lmcf, model, o);

    return NGX_OK;
}


static void
ngx_http_llmgw_all_models(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, llmgw_out_t *o)
{
    ngx_uint_t                i;
    ngx_http_llmgw_model_t  **models;

    models = lmcf->models.elts;

    if (ngx_http_llmgw_is_gemini(ctx)) {
        llmgw_puts(o, "{\"models\":[");

    } else {
        llmgw_puts(o, "{\"object\":\"list\",\"data\":[");
    }

    for (i = 0; i < lmcf->models.nelts; i++) {
        if (!models[i]->hidden && ngx_http_llmgw_may_use(ctx, models[i])) {
            ngx_http_llmgw_put_model(ctx, lmcf, models[i], o);
        }
    }

    llmgw_puts(o, "]}");
}


/* pages, as that API has them: "limit" of them behind "after_id" */

static void
ngx_http_llmgw_messages_models(ngx_http_request_t *r,
    ngx_http_llmgw_ctx_t *ctx, ngx_http_llmgw_main_conf_t *lmcf,
    llmgw_out_t *o)
{
    ngx_int_t                 n;
    ngx_str_t                 value, after;
    ngx_uint_t                i, limit, skip, more, count;
    ngx_http_llmgw_model_t   *first, *last, **models;

    limit = NGX_MAX_UINT32_VALUE;

    if (ngx_http_arg(r, (u_char *) "limit", 5, &value) == NGX_OK) {

        n = ngx_atoi(value.data, value.len);

        if (n > 0) {
            limit = n;
        }
    }

    skip = ngx_http_arg(r, (u_char *) "after_id", 8, &after) == NGX_OK;

    first = NULL;
    last = NULL;
    more = 0;
    count = 0;

    models = lmcf->models.elts;

    llmgw_puts(o, "{\"data\":[");

    for (i = 0; i < lmcf->models.nelts; i++) {

        if (models[i]->hidden || !ngx_http_llmgw_may_use(ctx, models[i])) {
            continue;
        }

        if (skip) {
            skip = models[i]->name.len != after.len
                   || ngx_strncmp(models[i]->name.data, after.data,
                                  after.len)
                      != 0;
            continue;
        }

        if (count == limit) {
            more = 1;
            break;
        }

        ngx_http_llmgw_put_model(ctx, lmcf, models[i], o);

        first = first ? first : models[i];
        last = models[i];
        count++;
    }

    llmgw_puts(o, "],\"has_more\":");
    llmgw_put(o, more ? llmgw_lit("true") : llmgw_lit("false"));

    if (first == NULL) {
        llmgw_puts(o, ",\"first_id\":null,\"last_id\":null}");
        return;
    }

    llmgw_puts(o, ",\"first_id\":\"");
    llmgw_put_escaped(o, ngx_http_llmgw_str(first->name));
    llmgw_puts(o, "\",\"last_id\":\"");
    llmgw_put_escaped(o, ngx_http_llmgw_str(last->name));
    llmgw_puts(o, "\"}");
}


static void
ngx_http_llmgw_put_model(ngx_http_llmgw_ctx_t *ctx,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_model_t *model,
    llmgw_out_t *o)
{
    if (ngx_http_llmgw_is_messages(ctx)) {
        ngx_http_llmgw_put_messages_model(lmcf, model, o);
        return;
    }

    if (ngx_http_llmgw_is_gemini(ctx)) {
        ngx_http_llmgw_put_gemini_model(model, o);
        return;
    }

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "id");
    llmgw_puts(o, "\"");
    llmgw_put_escaped(o, ngx_http_llmgw_str(model->name));
    llmgw_puts(o, "\"");
    o->comma = 1;
    llmgw_json_member(o, "object", llmgw_lit("model"));
    llmgw_json_member_int(o, "created", lmcf->started);
    llmgw_json_member(o, "owned_by", llmgw_lit("llmgw"));
    llmgw_json_close(o, '}');
}


static void
ngx_http_llmgw_put_messages_model(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_model_t *model, llmgw_out_t *o)
{
    u_char    text[sizeof("1970-01-01T00:00:00Z")], *p;
    ngx_tm_t  tm;

    ngx_gmtime(lmcf->started, &tm);

    p = ngx_sprintf(text, "%4d-%02d-%02dT%02d:%02d:%02dZ", tm.ngx_tm_year,
                    tm.ngx_tm_mon, tm.ngx_tm_mday, tm.ngx_tm_hour,
                    tm.ngx_tm_min, tm.ngx_tm_sec);

    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"type\":\"model\",\"id\":\"");
    llmgw_put_escaped(o, ngx_http_llmgw_str(model->name));
    llmgw_puts(o, "\",\"display_name\":\"");
    llmgw_put_escaped(o, ngx_http_llmgw_str(model->name));
    llmgw_puts(o, "\"");
    o->comma = 1;
    llmgw_json_member(o, "created_at", llmgw_str(text, p - text));
    llmgw_json_close(o, '}');
}


static void
ngx_http_llmgw_put_gemini_model(ngx_http_llmgw_model_t *model,
    llmgw_out_t *o)
{
    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"name\":\"models/");
    llmgw_put_escaped(o, ngx_http_llmgw_str(model->name));
    llmgw_puts(o, "\",\"version\":\"\",\"displayName\":\"");
    llmgw_put_escaped(o, ngx_http_llmgw_str(model->name));
    llmgw_puts(o, "\"");
    o->comma = 1;
    llmgw_json_member_raw(o, "supportedGenerationMethods",
                          llmgw_lit("[\"generateContent\","
                                    "\"countTokens\"]"));
    llmgw_json_close(o, '}');
}
