
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Images, documents, sounds and films of a request of Converse: base64 or an
 * object in S3, with a word for the format where others have a media type.
 */


#include "llmgw_bedrock.h"
#include "llmgw_jstr.h"


typedef struct {
    llmgw_str_t  mime;      /* or the end of a file's name */
    llmgw_str_t  format;
} llmgw_bedrock_format_t;


static llmgw_int_t llmgw_bedrock_image(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, unsigned *document);
static llmgw_int_t llmgw_bedrock_video(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);
static llmgw_int_t llmgw_bedrock_audio(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);
static llmgw_int_t llmgw_bedrock_file(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, unsigned *document);
static llmgw_int_t llmgw_bedrock_document(llmgw_bedrock_request_t *r,
    const llmgw_part_t *p, llmgw_str_t format, llmgw_str_t data,
    llmgw_str_t uri);
static llmgw_int_t llmgw_bedrock_document_name(llmgw_bedrock_request_t *r,
    llmgw_str_t name, llmgw_str_t *unique);


/* the longest name of a document; what is left of it in front of a number */
#define LLMGW_BEDROCK_NAME        200
#define LLMGW_BEDROCK_NAME_PREFIX 185


static const llmgw_bedrock_format_t  llmgw_bedrock_images[] = {
    { llmgw_string("image/png"), llmgw_string("png") },
    { llmgw_string("image/jpeg"), llmgw_string("jpeg") },
    { llmgw_string("image/gif"), llmgw_string("gif") },
    { llmgw_string("image/webp"), llmgw_string("webp") },
    { llmgw_string(".png"), llmgw_string("png") },
    { llmgw_string(".jpg"), llmgw_string("jpeg") },
    { llmgw_string(".jpeg"), llmgw_string("jpeg") },
    { llmgw_string(".gif"), llmgw_string("gif") },
    { llmgw_string(".webp"), llmgw_string("webp") },
    { llmgw_string(""), llmgw_string("") }
};


static const llmgw_bedrock_format_t  llmgw_bedrock_videos[] = {
    { llmgw_string("video/mp4"), llmgw_string("mp4") },
    { llmgw_string("video/webm"), llmgw_string("webm") },
    { llmgw_string("video/mpeg"), llmgw_string("mpeg") },
    { llmgw_string("video/mpg"), llmgw_string("mpg") },
    { llmgw_string("video/mov"), llmgw_string("mov") },
    { llmgw_string("video/quicktime"), llmgw_string("mov") },
    { llmgw_string("video/x-matroska"), llmgw_string("mkv") },
    { llmgw_string("video/mkv"), llmgw_string("mkv") },
    { llmgw_string("video/x-flv"), llmgw_string("flv") },
    { llmgw_string("video/flv"), llmgw_string("flv") },
    { llmgw_string("video/x-ms-wmv"), llmgw_string("wmv") },
    { llmgw_string("video/wmv"), llmgw_string("wmv") },
    { llmgw_string("video/3gpp"), llmgw_string("three_gp") },
    { llmgw_string(".mp4"), llmgw_string("mp4") },
    { llmgw_string(".webm"), llmgw_string("webm") },
    { llmgw_string(".mpeg"), llmgw_string("mpeg") },
    { llmgw_string(".mpg"), llmgw_string("mpg") },
    { llmgw_string(".mov"), llmgw_string("mov") },
    { llmgw_string(".mkv"), llmgw_string("mkv") },
    { llmgw_string(".flv"), llmgw_string("flv") },
    { llmgw_string(".wmv"), llmgw_string("wmv") },
    { llmgw_string(".3gp"), llmgw_string("three_gp") },
    { llmgw_string(""), llmgw_string("") }
};


static const llmgw_bedrock_format_t  llmgw_bedrock_documents[] = {
    { llmgw_string("application/pdf"), llmgw_string("pdf") },
    { llmgw_string("text/csv"), llmgw_string("csv") },
    { llmgw_string("application/msword"), llmgw_string("doc") },
    { llmgw_string("application/vnd.openxmlformats-officedocument."
                   "wordprocessingml.document"), llmgw_string("docx") },
    { llmgw_string("application/vnd.ms-excel"), llmgw_string("xls") },
    { llmgw_string("application/vnd.openxmlformats-officedocument."
                   "spreadsheetml.sheet"), llmgw_string("xlsx") },
    { llmgw_string("text/html"), llmgw_string("html") },
    { llmgw_string("text/plain"), llmgw_string("txt") },
    { llmgw_string("text/markdown"), llmgw_string("md") },
    { llmgw_string(".pdf"), llmgw_string("pdf") },
    { llmgw_string(".csv"), llmgw_string("csv") },
    { llmgw_string(".doc"), llmgw_string("doc") },
    { llmgw_string(".docx"), llmgw_string("docx") },
    { llmgw_string(".xls"), llmgw_string("xls") },
    { llmgw_string(".xlsx"), llmgw_string("xlsx") },
    { llmgw_string(".html"), llmgw_string("html") },
    { llmgw_string(".htm"), llmgw_string("html") },
    { llmgw_string(".txt"), llmgw_string("txt") },
    { llmgw_string(".md"), llmgw_string("md") },
    { llmgw_string(""), llmgw_string("") }
};


/* by media type, or else by the end of a name; empty: none of them */

static llmgw_str_t
llmgw_bedrock_find_format(const llmgw_bedrock_format_t *f, llmgw_str_t mime,
    llmgw_str_t name)
{
    for ( /* void */ ; f->mime.len; f++) {

        if (f->mime.data[0] != '.') {

            if (llmgw_str_caseeq(f->mime, mime)) {
                return f->format;
            }

            continue;
        }

        if (name.len > f->mime.len
            && llmgw_str_caseeq(llmgw_str(name.data + name.len - f->mime.len,
                                          f->mime.len),
                                f->mime))
        {
            return f->format;
        }
    }

    return llmgw_null_str;
}


static unsigned
llmgw_bedrock_is_s3(llmgw_str_t s)
{
    return s.len > 5 && llmgw_str_caseeq(llmgw_str(s.data, 5),
                                         llmgw_lit("s3://"));
}


static unsigned
llmgw_bedrock_is_link(llmgw_str_t url)
{
    return (url.len > 6
            && llmgw_str_caseeq(llmgw_str(url.data, 6), llmgw_lit("https:")))
           || (url.len > 5
               && llmgw_str_caseeq(llmgw_str(url.data, 5),
                                   llmgw_lit("http:")));
}


/* base64 may stand in a data URL, or alone with its type beside it */

static llmgw_int_t
llmgw_bedrock_data(llmgw_bedrock_request_t *r, llmgw_str_t data,
    llmgw_str_t mime, llmgw_data_url_t *d)
{
    llmgw_int_t  rc;

    d->mime = mime;
    d->payload = llmgw_null_str;

    rc = llmgw_data_url(r->arena, data, d);

    if (rc == LLMGW_DECLINED && data.len && !llmgw_bedrock_is_link(data)) {
        d->mime = mime;
        rc = llmgw_base64_clean(r->arena, data, &d->payload);
    }

    return (rc == LLMGW_OK && d->payload.len == 0) ? LLMGW_INVALID : rc;
}


static void
llmgw_bedrock_put_source(llmgw_out_t *o, llmgw_str_t data, llmgw_str_t uri)
{
    llmgw_json_key(o, "source");
    llmgw_json_open(o, '{');

    if (uri.len) {
        llmgw_json_key(o, "s3Location");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "uri", uri);
        llmgw_json_close(o, '}');

    } else {
        llmgw_json_member(o, "bytes", data);
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_bedrock_put_media(llmgw_out_t *o, llmgw_str_t type, llmgw_str_t format,
    llmgw_str_t data, llmgw_str_t uri)
{
    llmgw_json_open(o, '{');
    llmgw_json_key_n(o, (const char *) type.data, type.len);
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "format", format);
    llmgw_bedrock_put_source(o, data, uri);
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}


llmgw_int_t
llmgw_bedrock_write_media(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, unsigned *document)
{
    switch (p->type) {

    case LLMGW_PART_IMAGE:
        return llmgw_bedrock_image(r, m, p, document);

    case LLMGW_PART_FILE:
        return llmgw_bedrock_file(r, m, p, document);

    case LLMGW_PART_AUDIO:
        return llmgw_bedrock_audio(r, m, p);

    case LLMGW_PART_VIDEO:
        return llmgw_bedrock_video(r, m, p);

    default:
        return llmgw_bedrock_refuse_part(r, m, p,
                                       llmgw_lit("unsupported_parameter"), "",
                                       "is of a type that this provider does "
                                       "not take");
    }
}


static llmgw_int_t
llmgw_bedrock_image(llmgw_bedrock_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p, unsigned *document)
{
    llmgw_int_t       rc;
    llmgw_str_t       format, url;
    llmgw_data_url_t  d;

    url = p->url.len ? p->url : p->data;

    if (llmgw_bedrock_is_s3(url)) {

        format = llmgw_bedrock_find_format(llmgw_bedrock_images, p->mime, url);

        if (format.len) {
            llmgw_bedrock_put_media(r->out, llmgw_lit("image"), format,
                                    llmgw_null_str, url);
            return LLMGW_OK;
        }

    } else if (llmgw_bedrock_is_link(url)) {

        return llmgw_bedrock_refuse_part(r, m, p,
                                     llmgw_lit("image_url_not_supported"),
                                     ".image_url.url",
                                     "must be a data URL or s3://…: this "
                                     "provider does not fetch links");
    } else {

        rc = llmgw_bedrock_data(r, url, p->mime, &d);

        if (rc == LLMGW_ERROR) {
            return LLMGW_ERROR;
        }

        if (rc == LLMGW_OK && llmgw_str_is(d.mime, "application/pdf")) {
            *document = 1;

            return llmgw_bedrock_document(r, p, llmgw_lit("pdf"), d.payload,
                                          llmgw_null_str);
        }

        format = llmgw_null_str;

        if (rc == LLMGW_OK) {
            format = llmgw_bedrock_find_format(llmgw_bedrock_images, d.mime,
                                               llmgw_null_str);
        }

        if (format.len) {
            llmgw_bedrock_put_media(r->out, llmgw_lit("image"), format,
                                    d.payload, llmgw_null_str);
            return LLMGW_OK;
        }
    }

    return llmgw_bedrock_refuse_part(r, m, p, llmgw_lit("invalid_image_url"),
                                     ".image_url.url",
                                     "must be a data URL with the base64 text "
                                     "of a PNG, JPEG, GIF or WebP image");
}


static llmgw_int_t
llmgw_bedrock_video(llmgw_bedrock_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    llmgw_int_t       rc;
    llmgw_str_t       format, uri, url;
    llmgw_data_url_t  d;

    rc = LLMGW_OK;
    url = p->url.len ? p->url : p->data;
    uri = llmgw_null_str;

    memset(&d, 0, sizeof(llmgw_data_url_t));

    if (llmgw_bedrock_is_s3(url)) {
        uri = url;
        d.mime = p->mime;

    } else {
        rc = llmgw_bedrock_data(r, url, p->mime, &d);
    }

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    format = llmgw_bedrock_find_format(llmgw_bedrock_videos, d.mime, uri);

    if (rc != LLMGW_OK || format.len == 0) {
        return llmgw_bedrock_refuse_part(r, m, p,
                                       llmgw_lit("unsupported_parameter"),
                                       ".video_url.url",
                                       "must be a data URL with the base64 "
                                       "text of a film, or s3://…");
    }

    llmgw_bedrock_put_media(r->out, llmgw_lit("video"), format, d.payload,
                            uri);
    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_audio(llmgw_bedrock_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    llmgw_int_t       rc;
    llmgw_data_url_t  d;

    rc = llmgw_bedrock_data(r, p->data, llmgw_null_str, &d);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc != LLMGW_OK || p->format.len == 0) {
        return llmgw_bedrock_refuse_part(r, m, p,
                                       llmgw_lit("unsupported_parameter"),
                                       ".input_audio",
                                       "must hold the base64 text of a sound "
                                       "and its format");
    }

    llmgw_bedrock_put_media(r->out, llmgw_lit("audio"), p->format, d.payload,
                            llmgw_null_str);
    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_file(llmgw_bedrock_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p, unsigned *document)
{
    llmgw_int_t       rc;
    llmgw_str_t       format;
    llmgw_data_url_t  d;

    *document = 1;

    if (p->data.len == 0) {

        if (llmgw_bedrock_is_s3(p->id)) {

            format = llmgw_bedrock_find_format(llmgw_bedrock_documents,
                                               p->mime, p->id);
            if (format.len) {
                return llmgw_bedrock_document(r, p, format, llmgw_null_str,
                                              p->id);
            }
        }

        return llmgw_bedrock_refuse_part(r, m, p,
                                       llmgw_lit("unsupported_parameter"),
                                       ".file.file_id",
                                       "names a file that this provider does "
                                       "not have");
    }

    rc = llmgw_bedrock_data(r, p->data, p->mime, &d);

    if (rc == LLMGW_ERROR) {
        return LLMGW_ERROR;
    }

    if (rc == LLMGW_OK) {

        /* a type that says nothing leaves it to the name */

        format = llmgw_bedrock_find_format(llmgw_bedrock_documents, d.mime,
                                           p->name);
        if (format.len) {
            return llmgw_bedrock_document(r, p, format, d.payload,
                                          llmgw_null_str);
        }
    }

    return llmgw_bedrock_refuse_part(r, m, p,
                                     llmgw_lit("unsupported_parameter"),
                                     ".file.file_data",
                                     "must be a data URL with the base64 text "
                                     "of a PDF, Word, Excel, CSV, HTML, "
                                     "Markdown or text file");
}


/* uri: where it is, when its bytes are not in the request */

static llmgw_int_t
llmgw_bedrock_document(llmgw_bedrock_request_t *r, const llmgw_part_t *p,
    llmgw_str_t format, llmgw_str_t data, llmgw_str_t uri)
{
    llmgw_int_t   rc;
    llmgw_out_t  *o;
    llmgw_str_t   name;

    rc = llmgw_bedrock_document_name(r, p->name, &name);
    if (rc != LLMGW_OK) {
        return rc;
    }

    o = r->out;

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "document");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "format", format);
    llmgw_json_member(o, "name", name);
    llmgw_bedrock_put_source(o, data, uri);

    /* without it only the text of a PDF is read */

    if (p->citations && r->model.family == LLMGW_BEDROCK_CLAUDE) {
        llmgw_json_member_raw(o, "citations", llmgw_lit("{\"enabled\":true}"));
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


/* what the service takes for a name: few characters, no blanks in a row */

static llmgw_str_t
llmgw_bedrock_plain_name(llmgw_arena_t *a, llmgw_str_t name)
{
    u_char         c, buf[4], *d, *start;
    size_t         n;
    const u_char  *p, *end;

    p = memrchr(name.data, '.', name.len);

    if (p && p > name.data) {
        name.len = (size_t) (p - name.data);
    }

    start = llmgw_nalloc(a, LLMGW_BEDROCK_NAME + 1);
    if (start == NULL) {
        return llmgw_null_str;
    }

    d = start;
    p = name.data;
    end = p + name.len;

    while (p < end && d < start + LLMGW_BEDROCK_NAME) {

        p = llmgw_jstr_char(p, end, buf, &n);
        c = (n == 1) ? buf[0] : '-';

        if (c == '\t' || c == '\n' || c == '\r') {
            c = ' ';
        }

        if (c == ' ') {

            if (d > start && d[-1] != ' ') {
                *d++ = ' ';
            }

            continue;
        }

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '(' || c == ')' || c == '['
              || c == ']'))
        {
            c = '-';
        }

        *d++ = c;
    }

    while (d > start && d[-1] == ' ') {
        d--;
    }

    return (d > start) ? llmgw_str(start, (size_t) (d - start))
                       : llmgw_lit("document");
}


/* the value of a name in the map: how often it has been asked for */

static llmgw_int_t
llmgw_bedrock_document_name(llmgw_bedrock_request_t *r, llmgw_str_t name,
    llmgw_str_t *unique)
{
    unsigned     *times, *taken;
    llmgw_str_t   plain, next;

    plain = name.len ? llmgw_bedrock_plain_name(r->arena, name)
                     : llmgw_lit("document");
    if (plain.data == NULL) {
        return LLMGW_ERROR;
    }

    times = (unsigned *) llmgw_map_get(&r->documents, plain);
    next = plain;

    if (times) {

        if (plain.len > LLMGW_BEDROCK_NAME_PREFIX) {
            plain.len = LLMGW_BEDROCK_NAME_PREFIX;
        }

        do {
            next = llmgw_fmt(r->arena, "%.*s (%u)", llmgw_arg(plain),
                             ++*times);
            if (next.data == NULL) {
                return LLMGW_ERROR;
            }

        } while (llmgw_map_get(&r->documents, next));
    }

    taken = llmgw_alloc(r->arena, sizeof(unsigned));
    if (taken == NULL) {
        return LLMGW_ERROR;
    }

    *taken = 1;
    *unique = next;

    return llmgw_map_put(&r->documents, next, taken);
}
