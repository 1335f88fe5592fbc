
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * GET /model/info: models, where they are served and what they cost.
 */


#include "ngx_http_llmgw_admin.h"


#define NGX_HTTP_LLMGW_PICO  1e12


static json_t *ngx_http_llmgw_model_row(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_model_t *model, ngx_http_llmgw_step_t *step);
static ngx_int_t ngx_http_llmgw_model_prices(json_t *info,
    const llmgw_price_t *price);


ngx_int_t
ngx_http_llmgw_admin_models(ngx_http_llmgw_admin_t *a)
{
    json_t                   *list, *row;
    ngx_uint_t                i, j;
    llmgw_str_t               want, id;
    ngx_http_llmgw_step_t    *step;
    ngx_http_llmgw_model_t  **models;

    list = json_array();
    models = a->lmcf->models.elts;
    want = llmgw_admin_text(a->rq.params, "litellm_model_id");

    for (i = 0; list && i < a->lmcf->models.nelts; i++) {

        step = models[i]->steps.elts;

        for (j = 0; j < models[i]->steps.nelts; j++) {

            /* those of the models that it falls back to are theirs */

            if (step[j].owner != models[i]) {
                continue;
            }

            row = ngx_http_llmgw_model_row(a, models[i], &step[j]);
            id = llmgw_admin_text(json_object_get(row, "model_info"), "id");

            if (row && want.len && !llmgw_str_eq(want, id)) {
                json_decref(row);
                continue;
            }

            if (json_array_append_new(list, row) != 0) {
                json_decref(list);
                return ngx_http_llmgw_admin_failed(a);
            }
        }
    }

    a->answer = json_pack("{s:o}", "data", list);

    return NGX_OK;
}


static json_t *
ngx_http_llmgw_model_row(ngx_http_llmgw_admin_t *a,
    ngx_http_llmgw_model_t *model, ngx_http_llmgw_step_t *step)
{
    json_t               *info;
    llmgw_str_t           id;
    const llmgw_price_t  *price;

    id = llmgw_fmt(&a->ctx->arena, "%.*s%.*s",
                   llmgw_arg(ngx_http_llmgw_str(model->name)),
                   llmgw_arg(ngx_http_llmgw_str(step->location)));

    info = json_pack("{s:o, s:b, s:o}",
                     "id", llmgw_admin_string(id),
                     "db_model", 0,
                     "key", llmgw_admin_string(step->model));

    if (info == NULL) {
        return NULL;
    }

    price = ngx_http_llmgw_step_price(a->ctx, step);

    if (price && ngx_http_llmgw_model_prices(info, price) != NGX_OK) {
        json_decref(info);
        return NULL;
    }

    return json_pack("{s:o, s:{s:o}, s:o}",
                     "model_name",
                     llmgw_admin_string(ngx_http_llmgw_str(model->name)),
                     "litellm_params", "model",
                     llmgw_admin_string(step->model),
                     "model_info", info);
}


static ngx_int_t
ngx_http_llmgw_model_prices(json_t *info, const llmgw_price_t *price)
{
    size_t  i;

    static const struct {
        llmgw_unit_e   unit;
        const char    *name;
    } units[] = {
        { LLMGW_UNIT_INPUT, "input_cost_per_token" },
        { LLMGW_UNIT_OUTPUT, "output_cost_per_token" },
        { LLMGW_UNIT_CACHED, "cache_read_input_token_cost" },
        { LLMGW_UNIT_CACHE_WRITE, "cache_creation_input_token_cost" },
        { LLMGW_UNIT_REASONING, "output_cost_per_reasoning_token" }
    };

    for (i = 0; i < llmgw_nelts(units); i++) {

        if (price->unit[units[i].unit] >= 0
            && json_object_set_new(info, units[i].name,
                              json_real((double) price->unit[units[i].unit]
                                        / NGX_HTTP_LLMGW_PICO))
               != 0)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
