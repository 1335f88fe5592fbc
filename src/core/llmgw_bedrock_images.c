
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Images by the models of Amazon and of Stability.
 */


#include "llmgw_bedrock.h"
#include "llmgw_check.h"
#include "llmgw_jstr.h"
#include "llmgw_task.h"


typedef struct {
    llmgw_bedrock_model_t     model;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *root;
    int64_t                   n;         /* -1: not given */
    int64_t                   width;     /* 0: the model's own size */
    int64_t                   height;
    unsigned                  stability:1;
} llmgw_bedrock_images_t;


static llmgw_int_t llmgw_bedrock_images_plan(llmgw_call_t *call,
    llmgw_bedrock_images_t *im);
static llmgw_int_t llmgw_bedrock_images_size(llmgw_call_t *call,
    llmgw_bedrock_images_t *im);
static void llmgw_bedrock_images_amazon(llmgw_bedrock_images_t *im,
    llmgw_out_t *o);
static void llmgw_bedrock_images_stability(llmgw_bedrock_images_t *im,
    llmgw_out_t *o);
static llmgw_int_t llmgw_bedrock_images_failed(llmgw_outcome_t *answer,
    llmgw_str_t reason);


/* what the models of Amazon draw at once, and where nobody says how large */
#define LLMGW_BEDROCK_IMAGES_N     5
#define LLMGW_BEDROCK_IMAGES_SIDE  1024

/* sides past this are no sides of an image */
#define LLMGW_BEDROCK_IMAGES_MAX   65535


static const struct {
    int64_t      width;
    int64_t      height;
    llmgw_str_t  name;
} llmgw_bedrock_ratios[] = {
    { 1, 1, llmgw_string("1:1") },
    { 16, 9, llmgw_string("16:9") },
    { 21, 9, llmgw_string("21:9") },
    { 2, 3, llmgw_string("2:3") },
    { 3, 2, llmgw_string("3:2") },
    { 4, 5, llmgw_string("4:5") },
    { 5, 4, llmgw_string("5:4") },
    { 9, 16, llmgw_string("9:16") },
    { 9, 21, llmgw_string("9:21") }
};


llmgw_int_t
llmgw_bedrock_write_images(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t             rc;
    llmgw_bedrock_images_t  *im;

    im = llmgw_calloc(call->arena, sizeof(llmgw_bedrock_images_t));
    if (im == NULL) {
        return LLMGW_ERROR;
    }

    call->task_data = im;

    rc = llmgw_bedrock_model(call, &im->model);
    if (rc != LLMGW_OK) {
        return rc;
    }

    im->stability = (im->model.family == LLMGW_BEDROCK_STABILITY);

    if (!im->stability
        && !llmgw_str_starts(im->model.name, "amazon.nova-canvas")
        && !llmgw_str_starts(im->model.name, "amazon.titan-image"))
    {
        llmgw_error_set(&call->error, 404, llmgw_lit("unsupported_endpoint"),
                        llmgw_null_str,
                        llmgw_fmt(call->arena, "model \"%.*s\" does not serve "
                                  "this endpoint", llmgw_arg(call->model)));
        return LLMGW_INVALID;
    }

    im->j = &call->doc;
    im->root = call->doc.nodes;

    rc = llmgw_bedrock_images_plan(call, im);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_open(&up->body, '{');

    if (im->stability) {
        llmgw_bedrock_images_stability(im, &up->body);

    } else {
        llmgw_bedrock_images_amazon(im, &up->body);
    }

    llmgw_json_close(&up->body, '}');

    rc = llmgw_bedrock_head(call, &im->model, llmgw_lit("invoke"), up);

    return (rc == LLMGW_OK) ? llmgw_upstream_header(up, call->arena,
                                               llmgw_lit("accept"),
                                               llmgw_lit("application/json"))
                            : rc;
}


static llmgw_int_t
llmgw_bedrock_images_refuse(llmgw_call_t *call, llmgw_str_t param,
    llmgw_str_t message)
{
    if (call->target->settings && call->target->settings->drop) {
        llmgw_call_drop(call, param);
        return LLMGW_OK;
    }

    return llmgw_refuse(&call->error, llmgw_lit("unsupported_parameter"),
                        param, message);
}


static llmgw_int_t
llmgw_bedrock_images_plan(llmgw_call_t *call, llmgw_bedrock_images_t *im)
{
    int64_t                   max;
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v;

    static const llmgw_str_t  known[] = {
        llmgw_string("model"),
        llmgw_string("prompt"),
        llmgw_string("n"),
        llmgw_string("size"),
        llmgw_string("response_format"),
        llmgw_string("seed"),
        llmgw_string("negative_prompt"),
        llmgw_string("stream")
    };

    static const llmgw_str_t  amazon[] = { llmgw_string("quality") };
    static const llmgw_str_t  stability[] = { llmgw_string("output_format") };

    v = llmgw_json_get(im->j, im->root, "prompt");

    if (v == NULL || v->type == LLMGW_JSON_NULL) {
        return llmgw_refuse(&call->error,
                            llmgw_lit("missing_required_parameter"),
                            llmgw_lit("prompt"),
                            llmgw_lit("\"prompt\" is missing"));
    }

    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_type"),
                            llmgw_lit("prompt"),
                            llmgw_lit("\"prompt\" must be a string"));
    }

    im->n = -1;
    max = im->stability ? 1 : LLMGW_BEDROCK_IMAGES_N;

    rc = llmgw_check_int(im->j, llmgw_json_get(im->j, im->root, "n"),
                         llmgw_lit("n"), 1, max, &im->n, &call->error,
                         call->arena);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_bedrock_images_size(call, im);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get(im->j, im->root, "response_format");

    if (v && v->type != LLMGW_JSON_NULL
        && !(v->type == LLMGW_JSON_STRING
             && llmgw_json_is(im->j, v, "b64_json")))
    {
        rc = llmgw_bedrock_images_refuse(call, llmgw_lit("response_format"),
                                  llmgw_lit("\"response_format\" must be "
                                            "\"b64_json\": the provider keeps "
                                            "no images"));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (call->stream) {
        rc = llmgw_bedrock_images_refuse(call, llmgw_lit("stream"),
                                  llmgw_lit("the provider does not stream "
                                            "images"));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    v = im->stability ? llmgw_json_string(im->j, im->root, "output_format")
                      : NULL;

    if (v && !llmgw_json_is(im->j, v, "png")
        && !llmgw_json_is(im->j, v, "jpeg"))
    {
        rc = llmgw_bedrock_images_refuse(call, llmgw_lit("output_format"),
                                  llmgw_lit("\"output_format\" must be "
                                            "\"png\" or \"jpeg\""));
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_task_drop(call, im->j, known, llmgw_nelts(known),
                    im->stability ? stability : amazon, 1);

    return LLMGW_OK;
}


/* 1024x768, auto */

static llmgw_int_t
llmgw_bedrock_images_size(llmgw_call_t *call, llmgw_bedrock_images_t *im)
{
    int64_t                   side[2];
    unsigned                  i;
    llmgw_str_t               s;
    const u_char             *p, *end;
    const llmgw_json_node_t  *v;

    v = llmgw_json_get(im->j, im->root, "size");

    if (v == NULL || v->type == LLMGW_JSON_NULL
        || (v->type == LLMGW_JSON_STRING && llmgw_json_is(im->j, v, "auto")))
    {
        return LLMGW_OK;
    }

    s = (v->type == LLMGW_JSON_STRING) ? llmgw_json_str(im->j, v)
                                       : llmgw_null_str;
    p = s.data;
    end = p + s.len;

    side[0] = 0;
    side[1] = 0;

    for (i = 0; i < 2; i++) {

        while (p < end && *p >= '0' && *p <= '9'
               && side[i] <= LLMGW_BEDROCK_IMAGES_MAX)
        {
            side[i] = side[i] * 10 + (*p++ - '0');
        }

        if (i == 0 && p < end && *p == 'x') {
            p++;
        }
    }

    if (p < end || side[0] == 0 || side[1] == 0
        || side[0] > LLMGW_BEDROCK_IMAGES_MAX
        || side[1] > LLMGW_BEDROCK_IMAGES_MAX)
    {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_value"),
                            llmgw_lit("size"),
                            llmgw_lit("\"size\" must be \"auto\", or a width "
                                      "and a height such as \"1024x768\""));
    }

    im->width = side[0];
    im->height = side[1];

    return LLMGW_OK;
}


static void
llmgw_bedrock_images_copy(llmgw_bedrock_images_t *im, llmgw_out_t *o,
    const char *name, const char *to, llmgw_json_type_e type)
{
    const llmgw_json_node_t  *v;

    v = llmgw_json_get_type(im->j, im->root, name, strlen(name), type);

    if (v) {
        llmgw_json_key_n(o, to, strlen(to));
        llmgw_json_put_raw(o, llmgw_json_raw(im->j, v));
    }
}


static void
llmgw_bedrock_images_amazon(llmgw_bedrock_images_t *im, llmgw_out_t *o)
{
    const llmgw_json_node_t  *v;

    llmgw_json_member(o, "taskType", llmgw_lit("TEXT_IMAGE"));

    llmgw_json_key(o, "textToImageParams");
    llmgw_json_open(o, '{');
    llmgw_bedrock_images_copy(im, o, "prompt", "text", LLMGW_JSON_STRING);
    llmgw_bedrock_images_copy(im, o, "negative_prompt", "negativeText",
                              LLMGW_JSON_STRING);
    llmgw_json_close(o, '}');

    llmgw_json_key(o, "imageGenerationConfig");
    llmgw_json_open(o, '{');

    if (im->n > 0) {
        llmgw_json_member_int(o, "numberOfImages", im->n);
    }

    llmgw_json_member_int(o, "width", im->width ? im->width
                                                : LLMGW_BEDROCK_IMAGES_SIDE);
    llmgw_json_member_int(o, "height", im->height
                                       ? im->height
                                       : LLMGW_BEDROCK_IMAGES_SIDE);

    v = llmgw_json_string(im->j, im->root, "quality");

    if (v) {
        llmgw_json_member(o, "quality",
                          (llmgw_json_is(im->j, v, "hd")
                           || llmgw_json_is(im->j, v, "high"))
                          ? llmgw_lit("premium") : llmgw_lit("standard"));
    }

    llmgw_bedrock_images_copy(im, o, "seed", "seed", LLMGW_JSON_NUMBER);

    llmgw_json_close(o, '}');
}


/* the ratio that is next to the one of the size: by the larger quotient */

static llmgw_str_t
llmgw_bedrock_images_ratio(int64_t width, int64_t height)
{
    size_t   i, best;
    double   ratio, r, least;

    best = 0;
    least = 0;

    ratio = (double) width / (double) height;

    for (i = 0; i < llmgw_nelts(llmgw_bedrock_ratios); i++) {

        r = (double) llmgw_bedrock_ratios[i].width
            / (double) llmgw_bedrock_ratios[i].height;

        r = (r > ratio) ? r / ratio : ratio / r;

        if (i == 0 || r < least) {
            least = r;
            best = i;
        }
    }

    return llmgw_bedrock_ratios[best].name;
}


static void
llmgw_bedrock_images_stability(llmgw_bedrock_images_t *im, llmgw_out_t *o)
{
    const llmgw_json_node_t  *v;

    llmgw_bedrock_images_copy(im, o, "prompt", "prompt", LLMGW_JSON_STRING);
    llmgw_json_member(o, "mode", llmgw_lit("text-to-image"));

    if (im->width) {
        llmgw_json_member(o, "aspect_ratio",
                          llmgw_bedrock_images_ratio(im->width, im->height));
    }

    llmgw_bedrock_images_copy(im, o, "negative_prompt", "negative_prompt",
                              LLMGW_JSON_STRING);
    llmgw_bedrock_images_copy(im, o, "seed", "seed", LLMGW_JSON_NUMBER);

    v = llmgw_json_string(im->j, im->root, "output_format");

    if (v && (llmgw_json_is(im->j, v, "png")
              || llmgw_json_is(im->j, v, "jpeg")))
    {
        llmgw_json_member_raw(o, "output_format", llmgw_json_raw(im->j, v));
    }
}


llmgw_int_t
llmgw_bedrock_read_images(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    unsigned                  n;
    llmgw_int_t               rc;
    llmgw_out_t              *o;
    llmgw_json_t              j;
    llmgw_bedrock_images_t   *im;
    const llmgw_json_node_t  *v, *list;

    im = call->task_data;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? LLMGW_ERROR : LLMGW_INVALID;
    }

    list = llmgw_json_array(&j, j.nodes, "finish_reasons");

    if (list) {
        llmgw_json_each(v, list) {

            if (v->type == LLMGW_JSON_STRING) {
                return llmgw_bedrock_images_failed(answer,
                                                   llmgw_json_str(&j, v));
            }
        }
    }

    list = llmgw_json_array(&j, j.nodes, "images");

    if (list == NULL || list->span == 1) {

        v = llmgw_json_string(&j, j.nodes, "error");

        return v ? llmgw_bedrock_images_failed(answer, llmgw_json_str(&j, v))
                 : LLMGW_INVALID;
    }

    o = answer->out;
    o->comma = 0;
    n = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "created", call->now);
    llmgw_json_key(o, "data");
    llmgw_json_open(o, '[');

    llmgw_json_each(v, list) {

        if (v->type != LLMGW_JSON_STRING) {
            continue;
        }

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "b64_json", llmgw_json_str(&j, v));
        llmgw_json_close(o, '}');
        n++;
    }

    llmgw_json_close(o, ']');
    llmgw_json_close(o, '}');

    answer->model = im->model.id;

    return n ? LLMGW_OK : LLMGW_INVALID;
}


/* status 200 without an image: what was asked for, or came of it, is refused */

static llmgw_int_t
llmgw_bedrock_images_failed(llmgw_outcome_t *answer, llmgw_str_t reason)
{
    reason = llmgw_jstr_decode(answer->arena, reason);

    if (reason.data == NULL) {
        return LLMGW_ERROR;
    }

    if (llmgw_str_starts(reason, "Inference error")) {
        llmgw_error_set(answer->error, 502, llmgw_lit("bad_gateway"),
                        llmgw_null_str, reason);

    } else {
        llmgw_error_set(answer->error, 400,
                        llmgw_lit("content_policy_violation"),
                        llmgw_null_str, reason);
        answer->error->policy = 1;
    }

    return LLMGW_INVALID;
}
