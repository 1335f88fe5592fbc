
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Images and documents of a request to Anthropic.
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"


static const llmgw_str_t  llmgw_anthropic_images[] = {
    llmgw_string("image/jpeg"),
    llmgw_string("image/png"),
    llmgw_string("image/gif"),
    llmgw_string("image/webp")
};


static const llmgw_str_t  llmgw_anthropic_texts[] = {
    llmgw_string("text/plain"),
    llmgw_string("text/markdown"),
    llmgw_string("text/csv")
};


static unsigned
llmgw_anthropic_is_link(llmgw_str_t url)
{
    return (url.len > 6
            && llmgw_str_caseeq(llmgw_str(url.data, 6), llmgw_lit("https:")))
           || (url.len > 5
               && llmgw_str_caseeq(llmgw_str(url.data, 5),
                                   llmgw_lit("http:")));
}


static unsigned
llmgw_anthropic_one_of(llmgw_str_t s, const llmgw_str_t *list, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (llmgw_str_eq(s, list[i])) {
            return 1;
        }
    }

    return 0;
}


/* an open block: {"type":…,"source":{"type":"base64",…} */

static void
llmgw_anthropic_base64(llmgw_out_t *o, llmgw_str_t type, llmgw_str_t mime,
    llmgw_str_t data)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", type);
    llmgw_json_key(o, "source");
    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"type\":\"base64\",\"media_type\":");
    llmgw_json_put_jstr(o, mime);
    llmgw_json_member(o, "data", data);
    llmgw_json_close(o, '}');
}


static void
llmgw_anthropic_link(llmgw_out_t *o, llmgw_str_t type, llmgw_str_t url)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", type);
    llmgw_json_key(o, "source");
    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"type\":\"url\",\"url\":");
    llmgw_json_put_jstr(o, url);
    llmgw_json_close(o, '}');
}


/* base64 may stand in a data URL or alone, with its type beside it */

static llmgw_int_t
llmgw_anthropic_data(llmgw_anthropic_request_t *r, llmgw_str_t data,
    llmgw_str_t mime, llmgw_data_url_t *d)
{
    llmgw_int_t  rc;

    rc = llmgw_data_url(r->arena, data, d);

    if (rc != LLMGW_DECLINED || mime.len == 0
        || llmgw_anthropic_is_link(data))
    {
        return rc;
    }

    data = llmgw_fmt(r->arena, "data:%.*s;base64,%.*s", llmgw_arg(mime),
                     llmgw_arg(data));

    return data.data ? llmgw_data_url(r->arena, data, d) : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_anthropic_image(llmgw_anthropic_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p)
{
    llmgw_int_t       rc;
    llmgw_data_url_t  d;

    rc = llmgw_anthropic_data(r, p->url.len ? p->url : p->data, p->mime, &d);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc == LLMGW_DECLINED && llmgw_anthropic_is_link(p->url)) {

        if (llmgw_anthropic_lacks(r->platform, llmgw_lit("url"))) {
            return llmgw_anthropic_refuse_part(r, m, p,
                                     llmgw_lit("image_url_not_supported"),
                                     ".image_url.url",
                                     "must be a data URL: this provider does "
                                     "not fetch links");
        }

        llmgw_anthropic_link(r->out, llmgw_str_is(p->mime, "application/pdf")
                                   ? llmgw_lit("document")
                                   : llmgw_lit("image"), p->url);
        return LLMGW_OK;
    }

    if (rc == LLMGW_OK && d.payload.len) {

        if (llmgw_anthropic_one_of(d.mime, llmgw_anthropic_images,
                                   llmgw_nelts(llmgw_anthropic_images)))
        {
            llmgw_anthropic_base64(r->out, llmgw_lit("image"), d.mime,
                                   d.payload);
            return LLMGW_OK;
        }

        if (llmgw_str_is(d.mime, "application/pdf")) {
            llmgw_anthropic_base64(r->out, llmgw_lit("document"), d.mime,
                                   d.payload);
            return LLMGW_OK;
        }
    }

    return llmgw_anthropic_refuse_part(r, m, p, llmgw_lit("invalid_image_url"),
                                       ".image_url.url",
                                       "must be a link, or a data URL with "
                                       "the base64 text of a JPEG, PNG, GIF "
                                       "or WebP image");
}


static llmgw_int_t
llmgw_anthropic_file_data(llmgw_anthropic_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p)
{
    llmgw_int_t       rc;
    llmgw_str_t       mime, text;
    llmgw_out_t      *o;
    llmgw_data_url_t  d;

    o = r->out;
    mime = p->mime;

    /* bare base64: at least the name may say what it is */

    if (mime.len == 0 && p->name.len > 4
        && llmgw_str_caseeq(llmgw_str(p->name.data + p->name.len - 4, 4),
                            llmgw_lit(".pdf")))
    {
        mime = llmgw_lit("application/pdf");
    }

    rc = llmgw_anthropic_data(r, p->data, mime, &d);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc != LLMGW_OK || d.payload.len == 0) {
        goto refuse;
    }

    if (llmgw_str_is(d.mime, "application/pdf")) {
        llmgw_anthropic_base64(o, llmgw_lit("document"), d.mime, d.payload);
        return LLMGW_OK;
    }

    if (!llmgw_anthropic_one_of(d.mime, llmgw_anthropic_texts,
                                llmgw_nelts(llmgw_anthropic_texts)))
    {
        goto refuse;
    }

    rc = llmgw_base64_decode(r->arena, d.payload, &text);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc != LLMGW_OK) {
        goto refuse;
    }

    text = llmgw_jstr_encode(r->arena, text);
    if (text.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"type\":\"document\",\"source\":{\"type\":\"text\","
                  "\"media_type\":\"text/plain\",\"data\":");
    llmgw_json_put_jstr(o, text);
    llmgw_json_close(o, '}');

    return LLMGW_OK;

refuse:

    return llmgw_anthropic_refuse_part(r, m, p,
                                       llmgw_lit("unsupported_parameter"),
                                       ".file.file_data",
                                       "must be a data URL with the base64 "
                                       "text of a PDF or plain text file");
}


static llmgw_int_t
llmgw_anthropic_file(llmgw_anthropic_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p)
{
    llmgw_int_t   rc;
    llmgw_out_t  *o;

    o = r->out;

    if (p->data.len) {

        rc = llmgw_anthropic_file_data(r, m, p);
        if (rc != LLMGW_OK) {
            return rc;
        }

    } else if (llmgw_str_starts(p->id, "file_")
               && !llmgw_anthropic_lacks(r->platform, llmgw_lit("file")))
    {

        llmgw_json_open(o, '{');
        llmgw_puts(o, "\"type\":\"document\",\"source\":{\"type\":\"file\","
                      "\"file_id\":");
        llmgw_json_put_jstr(o, p->id);
        llmgw_json_close(o, '}');

    } else if (llmgw_anthropic_is_link(p->id)
               && !llmgw_anthropic_lacks(r->platform, llmgw_lit("url")))
    {
        llmgw_anthropic_link(o, llmgw_lit("document"), p->id);

    } else {
        return llmgw_anthropic_refuse_part(r, m, p,
                                           llmgw_lit("unsupported_parameter"),
                                           ".file.file_id",
                                           "names a file that this provider "
                                           "does not have");
    }

    if (p->name.len) {
        llmgw_json_member(o, "title", p->name);
    }

    if (p->citations) {
        llmgw_json_member_raw(o, "citations", llmgw_lit("{\"enabled\":true}"));
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_write_media(llmgw_anthropic_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p)
{
    return (p->type == LLMGW_PART_IMAGE) ? llmgw_anthropic_image(r, m, p)
                                         : llmgw_anthropic_file(r, m, p);
}
