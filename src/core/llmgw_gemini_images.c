
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Images by models that chat.
 */


#include "llmgw_gemini_tasks.h"
#include "llmgw_jstr.h"
#include "llmgw_multipart.h"


static llmgw_int_t llmgw_gemini_image_multipart(llmgw_call_t *call,
    llmgw_out_t *o, llmgw_str_t *prompt, llmgw_str_t *size);
static llmgw_int_t llmgw_gemini_image_json(llmgw_call_t *call,
    llmgw_out_t *o, llmgw_str_t *prompt, llmgw_str_t *size,
    llmgw_str_t *quality);


static const llmgw_str_t  llmgw_gemini_ratios[] = {
    llmgw_string("1:1"),
    llmgw_string("2:3"),
    llmgw_string("3:2"),
    llmgw_string("3:4"),
    llmgw_string("4:3"),
    llmgw_string("4:5"),
    llmgw_string("5:4"),
    llmgw_string("9:16"),
    llmgw_string("16:9"),
    llmgw_string("21:9")
};


/* two numbers with one sign between them */

static unsigned
llmgw_gemini_pair(llmgw_str_t s, u_char sign, int64_t *a, int64_t *b)
{
    const u_char  *p;

    p = memchr(s.data, sign, s.len);

    return p
           && llmgw_json_int(llmgw_str(s.data, (size_t) (p - s.data)), a)
              == LLMGW_OK
           && llmgw_json_int(llmgw_str(p + 1, s.len
                                              - (size_t) (p + 1 - s.data)),
                             b)
              == LLMGW_OK
           && *a > 0 && *b > 0 && *a < 100000 && *b < 100000;
}


llmgw_int_t
llmgw_gemini_ratio(llmgw_call_t *call, llmgw_str_t size,
    const llmgw_str_t *ratios, size_t n, llmgw_str_t *ratio)
{
    size_t   i;
    double   off, best;
    int64_t  w, h, x, y;

    *ratio = llmgw_null_str;

    if (size.len == 0 || llmgw_str_is(size, "auto")) {
        return LLMGW_OK;
    }

    if (!llmgw_gemini_pair(size, 'x', &w, &h)) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_value"),
                            llmgw_lit("size"),
                            llmgw_lit("\"size\" must be \"auto\" or "
                                      "WIDTHxHEIGHT"));
    }

    best = 0;

    for (i = 0; i < n; i++) {

        if (!llmgw_gemini_pair(ratios[i], ':', &x, &y)) {
            continue;
        }

        /* the factor between the two, whichever is the wider one */

        off = (double) (w * y) / (double) (h * x);

        if (off > 1) {
            off = 1 / off;
        }

        if (off > best) {
            best = off;
            *ratio = ratios[i];
        }
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_image_n(llmgw_call_t *call, llmgw_str_t raw, int64_t max,
    int64_t *n)
{
    *n = 1;

    if (raw.len == 0) {
        return LLMGW_OK;
    }

    if (llmgw_json_int(raw, n) != LLMGW_OK || *n < 1 || *n > max) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("n"), max == 1
                                        ? "must be 1 for this provider"
                                        : "must be 1 to 4 for this provider");
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_image_missing(llmgw_call_t *call, const char *name)
{
    llmgw_str_t  param;

    param = llmgw_str((const u_char *) name, strlen(name));

    return llmgw_refuse(&call->error, llmgw_lit("missing_required_parameter"),
                        param, llmgw_fmt(call->arena, "\"%s\" is missing",
                                         name));
}


llmgw_int_t
llmgw_gemini_image_body(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_int_t      rc;
    llmgw_out_t     *o;
    llmgw_str_t      prompt, size, quality, ratio;
    llmgw_gemini_t   family;

    o = &up->body;

    prompt = llmgw_null_str;
    size = llmgw_null_str;
    quality = llmgw_null_str;

    llmgw_puts(o, "{\"contents\":[{\"role\":\"user\",\"parts\":[");

    rc = call->multipart
         ? llmgw_gemini_image_multipart(call, o, &prompt, &size)
         : llmgw_gemini_image_json(call, o, &prompt, &size, &quality);

    if (rc != LLMGW_OK) {
        return rc;
    }

    rc = llmgw_gemini_ratio(call, size, llmgw_gemini_ratios,
                            llmgw_nelts(llmgw_gemini_ratios), &ratio);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_gemini(&family, call->target->model);

    if (quality.len
        && (!family.third || (!llmgw_str_is(quality, "high")
                              && !llmgw_str_is(quality, "hd"))))
    {
        llmgw_call_drop(call, llmgw_lit("quality"));
        quality = llmgw_null_str;
    }

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "text", prompt);
    llmgw_json_close(o, '}');
    llmgw_puts(o, "]}],\"generationConfig\":{"
                  "\"responseModalities\":[\"IMAGE\"]");

    if (ratio.len || quality.len) {

        o->comma = 1;

        llmgw_json_key(o, "imageConfig");
        llmgw_json_open(o, '{');

        if (ratio.len) {
            llmgw_json_member(o, "aspectRatio", ratio);
        }

        if (quality.len) {
            llmgw_json_member(o, "imageSize", llmgw_lit("2K"));
        }

        llmgw_json_close(o, '}');
    }

    llmgw_puts(o, "}}");

    return LLMGW_OK;
}


/* an image that the prompt is about, in a data URL */

static llmgw_int_t
llmgw_gemini_image_url(llmgw_call_t *call, llmgw_out_t *o,
    const llmgw_json_t *j, llmgw_node_t *v)
{
    llmgw_int_t       rc;
    llmgw_node_t     *url;
    llmgw_data_url_t  d;

    if (v->type == LLMGW_JSON_OBJECT) {

        url = llmgw_json_get(j, v, "image_url");

        v = (url && url->type == LLMGW_JSON_OBJECT)
            ? llmgw_json_get(j, url, "url") : url;
    }

    rc = (v && v->type == LLMGW_JSON_STRING)
         ? llmgw_data_url(call->arena, llmgw_json_str(j, v), &d)
         : LLMGW_INVALID;

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || d.payload.len == 0) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_image_url"),
                            llmgw_lit("image"),
                            llmgw_lit("an image must be a data URL with "
                                      "base64 text"));
    }

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "inlineData");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "mimeType", d.mime.len ? d.mime
                                                : llmgw_lit("image/png"));
    llmgw_json_member(o, "data", d.payload);
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_image_json(llmgw_call_t *call, llmgw_out_t *o,
    llmgw_str_t *prompt, llmgw_str_t *size, llmgw_str_t *quality)
{
    size_t         i;
    int64_t        n;
    llmgw_int_t    rc;
    llmgw_json_t  *j;
    llmgw_node_t  *v, *image;

    static const llmgw_str_t  known[] = {
        llmgw_string("model"),
        llmgw_string("prompt"),
        llmgw_string("n"),
        llmgw_string("size"),
        llmgw_string("quality"),
        llmgw_string("response_format"),
        llmgw_string("image"),
        llmgw_string("images"),
        llmgw_string("mask"),
        llmgw_string("stream")
    };

    j = &call->doc;

    llmgw_task_drop(call, j, NULL, 0, known, llmgw_nelts(known));

    if (call->stream) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("stream"),
                                        "cannot be served by this provider");
    }

    v = llmgw_json_get(j, j->nodes, "mask");

    if (v && v->type != LLMGW_JSON_NULL) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("mask"),
                                        "cannot be served by this provider");
    }

    v = llmgw_json_number(j, j->nodes, "n");

    rc = llmgw_gemini_image_n(call, v ? llmgw_json_str(j, v)
                                      : llmgw_null_str, 1, &n);
    if (rc != LLMGW_OK) {
        return rc;
    }

    *prompt = llmgw_json_get_str(j, j->nodes, "prompt");
    *size = llmgw_json_get_str(j, j->nodes, "size");
    *quality = llmgw_json_get_str(j, j->nodes, "quality");

    if (prompt->len == 0) {
        return llmgw_gemini_image_missing(call, "prompt");
    }

    if (call->endpoint->id != LLMGW_EP_IMAGE_EDITS) {
        return LLMGW_OK;
    }

    n = 0;

    for (i = 6; i <= 7; i++) {

        v = llmgw_json_get_n(j, j->nodes, (const char *) known[i].data,
                             known[i].len);

        if (v == NULL || v->type == LLMGW_JSON_NULL) {
            continue;
        }

        if (v->type != LLMGW_JSON_ARRAY) {
            n++;
            rc = llmgw_gemini_image_url(call, o, j, v);

        } else {

            llmgw_json_each(image, v) {
                n++;
                rc = llmgw_gemini_image_url(call, o, j, image);

                if (rc != LLMGW_OK) {
                    break;
                }
            }
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return n ? LLMGW_OK : llmgw_gemini_image_missing(call, "image");
}


static llmgw_int_t
llmgw_gemini_image_multipart(llmgw_call_t *call, llmgw_out_t *o,
    llmgw_str_t *prompt, llmgw_str_t *size)
{
    u_char                  *text, *p;
    int64_t                  n;
    unsigned                 images;
    llmgw_int_t              rc;
    llmgw_multipart_t        mp;
    llmgw_multipart_part_t   part;

    images = 0;

    rc = llmgw_multipart_init(&mp, call->boundary, call->body);

    for ( ;; ) {

        if (rc == LLMGW_OK) {
            rc = llmgw_multipart_next(&mp, &part);
        }

        if (rc != LLMGW_OK) {
            break;
        }

        if (llmgw_str_is(part.name, "image")
            || llmgw_str_is(part.name, "image[]"))
        {
            text = llmgw_nalloc(call->arena,
                                llmgw_base64_size(part.value.len));
            if (text == NULL) {
                return LLMGW_ERROR;
            }

            p = llmgw_base64_encode(text, part.value);

            llmgw_json_open(o, '{');
            llmgw_json_key(o, "inlineData");
            llmgw_json_open(o, '{');
            llmgw_json_member(o, "mimeType",
                              llmgw_str_starts(part.content_type, "image/")
                              ? llmgw_jstr_encode(call->arena,
                                                  part.content_type)
                              : llmgw_lit("image/png"));
            llmgw_json_member(o, "data", llmgw_str(text, (size_t) (p - text)));
            llmgw_json_close(o, '}');
            llmgw_json_close(o, '}');

            images++;

        } else if (llmgw_str_is(part.name, "prompt")) {

            *prompt = llmgw_jstr_encode(call->arena, part.value);

            if (prompt->data == NULL && part.value.len) {
                return LLMGW_ERROR;
            }

        } else if (llmgw_str_is(part.name, "size")) {
            *size = part.value;

        } else if (llmgw_str_is(part.name, "n")) {

            rc = llmgw_gemini_image_n(call, part.value, 1, &n);
            if (rc != LLMGW_OK) {
                return rc;
            }

        } else if (llmgw_str_is(part.name, "mask")) {
            return llmgw_gemini_task_refuse(call, llmgw_lit("mask"),
                                          "cannot be served by this provider");

        } else if (!llmgw_str_is(part.name, "model")
                   && !llmgw_str_is(part.name, "response_format"))
        {
            llmgw_call_drop(call, part.name);
        }
    }

    if (rc != LLMGW_DONE) {
        return LLMGW_ERROR;
    }

    if (call->stream) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("stream"),
                                        "cannot be served by this provider");
    }

    if (images == 0) {
        return llmgw_gemini_image_missing(call, "image");
    }

    return prompt->len ? LLMGW_OK
                       : llmgw_gemini_image_missing(call, "prompt");
}


llmgw_int_t
llmgw_gemini_task_empty(llmgw_outcome_t *answer, const llmgw_json_t *j,
    llmgw_str_t code, const char *message)
{
    llmgw_str_t    reason, text;
    llmgw_node_t  *feedback, *candidate, *v, *part;

    feedback = llmgw_json_object(j, j->nodes, "promptFeedback");
    v = llmgw_json_array(j, j->nodes, "candidates");
    candidate = (v && v->span > 1) ? v + 1 : NULL;

    reason = llmgw_json_get_str(j, feedback, "blockReason");
    text = llmgw_json_get_str(j, feedback, "blockReasonMessage");

    if (reason.len == 0) {

        reason = llmgw_json_get_str(j, candidate, "finishReason");
        text = llmgw_json_get_str(j, candidate, "finishMessage");

        if (!llmgw_gemini_blocked(reason)) {

            /* what it says instead */

            v = llmgw_json_array(j, llmgw_json_object(j, candidate,
                                                      "content"), "parts");

            for (part = v ? v + 1 : NULL;
                 text.len == 0 && part && part < v + v->span;
                 part = llmgw_json_next(part))
            {
                text = llmgw_json_get_str(j, part, "text");
            }

            text = llmgw_jstr_decode(answer->arena, text);

            llmgw_error_set(answer->error, 502, code, llmgw_null_str,
                            text.len ? text
                                     : llmgw_str((const u_char *) message,
                                                 strlen(message)));
            return LLMGW_INVALID;
        }
    }

    text = llmgw_jstr_decode(answer->arena, text);

    llmgw_error_set(answer->error, 400, llmgw_lit("content_policy_violation"),
                    llmgw_null_str,
                    text.len ? text
                             : llmgw_fmt(answer->arena, "the request was "
                                         "blocked: %.*s", llmgw_arg(reason)));
    answer->error->policy = 1;

    return LLMGW_INVALID;
}


/* the counts of an image, by OpenAI's names */

static void
llmgw_gemini_image_usage(llmgw_outcome_t *answer, const llmgw_json_t *j)
{
    int64_t         text, n;
    llmgw_out_t    *o;
    llmgw_node_t   *usage, *list, *v, *modality;
    llmgw_usage_t  *u;

    usage = llmgw_json_object(j, j->nodes, "usageMetadata");

    if (usage == NULL) {
        return;
    }

    o = answer->out;
    u = answer->usage;

    llmgw_gemini_read_usage(u, j, usage);

    if (!u->reported) {
        return;
    }

    text = 0;
    list = llmgw_json_array(j, usage, "promptTokensDetails");

    for (v = list ? list + 1 : NULL;
         v && v < list + list->span;
         v = llmgw_json_next(v))
    {
        modality = llmgw_json_string(j, v, "modality");
        n = llmgw_usage_count(j, llmgw_json_get(j, v, "tokenCount"));

        if (modality && llmgw_json_is(j, modality, "TEXT") && n > 0) {
            text += n;
        }
    }

    llmgw_json_key(o, "usage");
    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "input_tokens", u->prompt);
    llmgw_json_member_int(o, "output_tokens", u->completion);
    llmgw_json_member_int(o, "total_tokens", u->prompt + u->completion);
    llmgw_json_key(o, "input_tokens_details");
    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "text_tokens", text);
    llmgw_json_member_int(o, "image_tokens", u->image_in > 0 ? u->image_in
                                                             : 0);
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}


void
llmgw_gemini_image_begin(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    llmgw_out_t  *o;

    o = answer->out;
    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "created", call->now);
    llmgw_json_key(o, "data");
    llmgw_json_open(o, '[');
}


void
llmgw_gemini_image_put(llmgw_outcome_t *answer, llmgw_str_t data)
{
    llmgw_json_open(answer->out, '{');
    llmgw_json_member(answer->out, "b64_json", data);
    llmgw_json_close(answer->out, '}');
}


void
llmgw_gemini_image_format(llmgw_outcome_t *answer, llmgw_str_t mime)
{
    static const llmgw_str_t  image = llmgw_string("image/");

    if (llmgw_str_starts(mime, "image/") && mime.len > image.len) {
        llmgw_json_member(answer->out, "output_format",
                          llmgw_str(mime.data + image.len,
                                    mime.len - image.len));
    }
}


llmgw_int_t
llmgw_gemini_image_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    uint32_t       n;
    llmgw_int_t    rc;
    llmgw_str_t    mime;
    llmgw_json_t   j;
    llmgw_node_t  *list, *c, *parts, *part, *data;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    if (j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return LLMGW_INVALID;
    }

    list = llmgw_json_array(&j, j.nodes, "candidates");
    mime = llmgw_null_str;
    n = 0;

    llmgw_gemini_image_begin(call, answer);

    for (c = list ? list + 1 : NULL;
         c && c < list + list->span;
         c = llmgw_json_next(c))
    {
        parts = llmgw_json_array(&j, llmgw_json_object(&j, c, "content"),
                                 "parts");
        if (parts == NULL) {
            continue;
        }

        llmgw_json_each(part, parts) {

            data = llmgw_json_object(&j, part, "inlineData");

            if (data == NULL
                || !llmgw_str_starts(llmgw_json_get_str(&j, data, "mimeType"),
                                     "image/"))
            {
                continue;
            }

            mime = llmgw_json_get_str(&j, data, "mimeType");
            n++;

            llmgw_gemini_image_put(answer,
                                   llmgw_json_get_str(&j, data, "data"));
        }
    }

    if (n == 0) {
        return llmgw_gemini_task_empty(answer, &j, llmgw_lit("no_image"),
                                       "the model gave no image");
    }

    llmgw_json_close(answer->out, ']');
    llmgw_gemini_image_format(answer, mime);
    llmgw_gemini_image_usage(answer, &j);
    llmgw_json_close(answer->out, '}');

    answer->model = llmgw_json_get_str(&j, j.nodes, "modelVersion");

    return answer->out->failed ? LLMGW_ERROR : LLMGW_OK;
}
