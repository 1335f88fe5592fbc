
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Images by models that do nothing else.
 */


#include "llmgw_gemini_tasks.h"
#include "llmgw_jstr.h"


/* answers to one request */
#define LLMGW_IMAGEN_MAX_N  4


static llmgw_int_t llmgw_imagen_output(llmgw_call_t *call, llmgw_out_t *o);


static const llmgw_str_t  llmgw_imagen_ratios[] = {
    llmgw_string("1:1"),
    llmgw_string("3:4"),
    llmgw_string("4:3"),
    llmgw_string("9:16"),
    llmgw_string("16:9")
};


/* parameters of clients that know the model; only Vertex AI takes them */

static const struct {
    llmgw_str_t  name;
    llmgw_str_t  there;
} llmgw_imagen_params[] = {
    { llmgw_string("personGeneration"), llmgw_string("personGeneration") },
    { llmgw_string("person_generation"), llmgw_string("personGeneration") },
    { llmgw_string("negativePrompt"), llmgw_string("negativePrompt") },
    { llmgw_string("negative_prompt"), llmgw_string("negativePrompt") },
    { llmgw_string("safetySetting"), llmgw_string("safetySetting") },
    { llmgw_string("language"), llmgw_string("language") },
    { llmgw_string("sampleImageSize"), llmgw_string("sampleImageSize") },
    { llmgw_string("enhancePrompt"), llmgw_string("enhancePrompt") }
};


/* the parameters of such clients, or their names on the list of dropped ones */

static void
llmgw_imagen_extensions(llmgw_call_t *call, llmgw_out_t *o, unsigned vertex)
{
    size_t               i;
    llmgw_str_t          name;
    llmgw_node_t        *k, *v;
    const llmgw_json_t  *j;

    static const llmgw_str_t  known[] = {
        llmgw_string("model"),
        llmgw_string("prompt"),
        llmgw_string("n"),
        llmgw_string("size"),
        llmgw_string("response_format"),
        llmgw_string("output_format"),
        llmgw_string("output_compression"),
        llmgw_string("stream")
    };

    j = &call->doc;

    llmgw_json_each_member(k, v, j->nodes) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        for (i = 0; i < llmgw_nelts(known); i++) {
            if (llmgw_json_is_n(j, k, (const char *) known[i].data,
                                known[i].len))
            {
                break;
            }
        }

        if (i < llmgw_nelts(known)) {
            continue;
        }

        if (vertex && v->type == LLMGW_JSON_NUMBER
            && llmgw_json_is(j, k, "seed"))
        {
            /* a mark in the picture would make each of them different */

            llmgw_json_member_raw(o, "seed", llmgw_json_raw(j, v));
            llmgw_json_member_raw(o, "addWatermark", llmgw_lit("false"));
            continue;
        }

        for (i = 0; i < llmgw_nelts(llmgw_imagen_params); i++) {

            name = llmgw_imagen_params[i].name;

            if (llmgw_json_is_n(j, k, (const char *) name.data, name.len)) {
                break;
            }
        }

        if (i < llmgw_nelts(llmgw_imagen_params)
            && (vertex || i < 2))
        {
            name = llmgw_imagen_params[i].there;

            llmgw_json_key_n(o, (const char *) name.data, name.len);
            llmgw_json_put_raw(o, llmgw_json_raw(j, v));
            continue;
        }

        llmgw_call_drop(call, llmgw_jstr_canonical(call->arena,
                                                   llmgw_json_str(j, k)));
    }
}


llmgw_int_t
llmgw_gemini_imagen_body(llmgw_call_t *call, llmgw_upstream_t *up,
    unsigned vertex)
{
    int64_t              n;
    llmgw_int_t          rc;
    llmgw_out_t         *o;
    llmgw_str_t          prompt, ratio;
    llmgw_node_t        *v;
    const llmgw_json_t  *j;

    if (call->endpoint->id != LLMGW_EP_IMAGES) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("model"),
                                        "does not edit images");
    }

    o = &up->body;
    j = &call->doc;

    if (call->stream) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("stream"),
                                        "cannot be served by this provider");
    }

    prompt = llmgw_json_get_str(j, j->nodes, "prompt");

    if (prompt.len == 0) {
        return llmgw_gemini_image_missing(call, "prompt");
    }

    v = llmgw_json_number(j, j->nodes, "n");

    rc = llmgw_gemini_image_n(call, v ? llmgw_json_str(j, v)
                                      : llmgw_null_str, LLMGW_IMAGEN_MAX_N,
                              &n);
    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_gemini_ratio(call, llmgw_json_get_str(j, j->nodes, "size"),
                            llmgw_imagen_ratios,
                            llmgw_nelts(llmgw_imagen_ratios), &ratio);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"instances\":[{\"prompt\":");
    llmgw_put_jstr(o, prompt);
    llmgw_puts(o, "}],\"parameters\":");

    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "sampleCount", n);

    if (ratio.len) {
        llmgw_json_member(o, "aspectRatio", ratio);
    }

    if (vertex) {
        llmgw_json_member_raw(o, "includeRaiReason", llmgw_lit("true"));
    }

    rc = llmgw_imagen_output(call, o);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_imagen_extensions(call, o, vertex);

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_imagen_output(llmgw_call_t *call, llmgw_out_t *o)
{
    llmgw_str_t          format;
    llmgw_node_t        *quality;
    const llmgw_json_t  *j;

    j = &call->doc;

    format = llmgw_json_get_str(j, j->nodes, "output_format");
    quality = llmgw_json_number(j, j->nodes, "output_compression");

    if (format.len && !llmgw_str_is(format, "jpeg")
        && !llmgw_str_is(format, "png"))
    {
        return llmgw_gemini_task_refuse(call, llmgw_lit("output_format"),
                                        "must be \"png\" or \"jpeg\" for "
                                        "this provider");
    }

    if (quality && format.len == 0) {
        format = llmgw_lit("jpeg");
    }

    if (format.len == 0) {
        return LLMGW_OK;
    }

    llmgw_json_key(o, "outputOptions");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "mimeType", llmgw_str_is(format, "png")
                                     ? llmgw_lit("image/png")
                                     : llmgw_lit("image/jpeg"));

    if (quality && !llmgw_str_is(format, "png")) {
        llmgw_json_member_raw(o, "compressionQuality",
                              llmgw_json_raw(j, quality));
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_imagen_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    uint32_t       n;
    llmgw_int_t    rc;
    llmgw_str_t    mime, data, reason;
    llmgw_json_t   j;
    llmgw_node_t  *list, *v;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    if (j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return LLMGW_INVALID;
    }

    list = llmgw_json_array(&j, j.nodes, "predictions");
    mime = llmgw_null_str;
    reason = llmgw_null_str;
    n = 0;

    llmgw_gemini_image_begin(call, answer);

    for (v = list ? list + 1 : NULL;
         v && v < list + list->span;
         v = llmgw_json_next(v))
    {
        data = llmgw_json_get_str(&j, v, "bytesBase64Encoded");

        if (data.len) {
            mime = llmgw_json_get_str(&j, v, "mimeType");
            n++;

            llmgw_gemini_image_put(answer, data);

        } else if (reason.len == 0) {
            reason = llmgw_json_get_str(&j, v, "raiFilteredReason");
        }
    }

    if (n == 0) {

        reason = llmgw_jstr_decode(answer->arena, reason);

        llmgw_error_set(answer->error, 400,
                        llmgw_lit("content_policy_violation"),
                        llmgw_null_str,
                        reason.len ? reason
                                   : llmgw_lit("all images were filtered"));
        answer->error->policy = 1;

        return LLMGW_INVALID;
    }

    llmgw_json_close(answer->out, ']');
    llmgw_gemini_image_format(answer, mime);
    llmgw_json_close(answer->out, '}');

    answer->model = call->target->model;

    return answer->out->failed ? LLMGW_ERROR : LLMGW_OK;
}
