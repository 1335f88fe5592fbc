
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Images, sound, films and files of a request, as inline data or as links.
 */


#include "llmgw_gemini.h"
#include "llmgw_jstr.h"


static llmgw_int_t llmgw_gemini_image(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);
static llmgw_int_t llmgw_gemini_audio(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);
static llmgw_int_t llmgw_gemini_video(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);
static llmgw_int_t llmgw_gemini_file(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p);


typedef struct {
    llmgw_str_t  name;
    llmgw_str_t  mime;
} llmgw_gemini_type_t;


/* by the ends of names */

static const llmgw_gemini_type_t  llmgw_gemini_extensions[] = {
    { llmgw_string("jpg"), llmgw_string("image/jpeg") },
    { llmgw_string("jpeg"), llmgw_string("image/jpeg") },
    { llmgw_string("png"), llmgw_string("image/png") },
    { llmgw_string("webp"), llmgw_string("image/webp") },
    { llmgw_string("heic"), llmgw_string("image/heic") },
    { llmgw_string("heif"), llmgw_string("image/heif") },
    { llmgw_string("gif"), llmgw_string("image/gif") },
    { llmgw_string("pdf"), llmgw_string("application/pdf") },
    { llmgw_string("mp3"), llmgw_string("audio/mp3") },
    { llmgw_string("wav"), llmgw_string("audio/wav") },
    { llmgw_string("flac"), llmgw_string("audio/flac") },
    { llmgw_string("aac"), llmgw_string("audio/aac") },
    { llmgw_string("ogg"), llmgw_string("audio/ogg") },
    { llmgw_string("m4a"), llmgw_string("audio/m4a") },
    { llmgw_string("mp4"), llmgw_string("video/mp4") },
    { llmgw_string("mpeg"), llmgw_string("video/mpeg") },
    { llmgw_string("mov"), llmgw_string("video/quicktime") },
    { llmgw_string("avi"), llmgw_string("video/avi") },
    { llmgw_string("webm"), llmgw_string("video/webm") },
    { llmgw_string("txt"), llmgw_string("text/plain") },
    { llmgw_string("md"), llmgw_string("text/markdown") },
    { llmgw_string("csv"), llmgw_string("text/csv") },
    { llmgw_string("html"), llmgw_string("text/html") }
};


/* by the beginnings of what base64 makes of files */

static const llmgw_gemini_type_t  llmgw_gemini_beginnings[] = {
    { llmgw_string("/9j/"), llmgw_string("image/jpeg") },
    { llmgw_string("iVBORw0KGgo"), llmgw_string("image/png") },
    { llmgw_string("R0lGOD"), llmgw_string("image/gif") },
    { llmgw_string("UklGR"), llmgw_string("image/webp") },
    { llmgw_string("JVBERi0"), llmgw_string("application/pdf") },
    { llmgw_string("SUQz"), llmgw_string("audio/mp3") },
    { llmgw_string("//uQ"), llmgw_string("audio/mp3") }
};


/* by the formats of input_audio */

static const llmgw_gemini_type_t  llmgw_gemini_sounds[] = {
    { llmgw_string("wav"), llmgw_string("audio/wav") },
    { llmgw_string("mp3"), llmgw_string("audio/mp3") },
    { llmgw_string("flac"), llmgw_string("audio/flac") },
    { llmgw_string("aac"), llmgw_string("audio/aac") },
    { llmgw_string("ogg"), llmgw_string("audio/ogg") },
    { llmgw_string("aiff"), llmgw_string("audio/aiff") },
    { llmgw_string("pcm16"), llmgw_string("audio/pcm") }
};


/* the type of a link or a file name, or an empty string */

static llmgw_str_t
llmgw_gemini_extension(llmgw_str_t name, unsigned url)
{
    size_t       i;
    llmgw_str_t  end;

    if (url) {
        for (i = 0; i < name.len; i++) {
            if (name.data[i] == '?' || name.data[i] == '#') {
                name.len = i;
                break;
            }
        }
    }

    for (i = name.len; i > 0; i--) {

        if (name.data[i - 1] == '/') {
            return llmgw_null_str;
        }

        if (name.data[i - 1] == '.') {
            break;
        }
    }

    if (i == 0) {
        return llmgw_null_str;
    }

    end = llmgw_str(name.data + i, name.len - i);

    for (i = 0; i < llmgw_nelts(llmgw_gemini_extensions); i++) {

        if (llmgw_str_caseeq(end, llmgw_gemini_extensions[i].name)) {
            return llmgw_gemini_extensions[i].mime;
        }
    }

    return llmgw_null_str;
}


static llmgw_str_t
llmgw_gemini_sniff(llmgw_str_t payload)
{
    size_t       i;
    llmgw_str_t  name;

    for (i = 0; i < llmgw_nelts(llmgw_gemini_beginnings); i++) {

        name = llmgw_gemini_beginnings[i].name;

        if (payload.len >= name.len
            && memcmp(payload.data, name.data, name.len) == 0)
        {
            return llmgw_gemini_beginnings[i].mime;
        }
    }

    return llmgw_null_str;
}


static unsigned
llmgw_gemini_scheme(llmgw_str_t url, llmgw_str_t scheme)
{
    return url.len > scheme.len
           && llmgw_str_caseeq(llmgw_str(url.data, scheme.len), scheme);
}


static unsigned
llmgw_gemini_is_link(llmgw_str_t url)
{
    return llmgw_gemini_scheme(url, llmgw_lit("https://"))
           || llmgw_gemini_scheme(url, llmgw_lit("http://"))
           || llmgw_gemini_scheme(url, llmgw_lit("gs://"));
}


static void
llmgw_gemini_inline(llmgw_gemini_request_t *r, llmgw_str_t mime,
    llmgw_str_t data)
{
    llmgw_json_open(r->out, '{');
    llmgw_json_key(r->out, "inlineData");
    llmgw_json_open(r->out, '{');
    llmgw_json_member(r->out, "mimeType", mime);
    llmgw_json_member(r->out, "data", data);
    llmgw_json_close(r->out, '}');
    llmgw_json_close(r->out, '}');
}


static void
llmgw_gemini_link(llmgw_gemini_request_t *r, llmgw_str_t mime,
    llmgw_str_t url)
{
    llmgw_json_open(r->out, '{');
    llmgw_json_key(r->out, "fileData");
    llmgw_json_open(r->out, '{');

    if (mime.len) {
        llmgw_json_member(r->out, "mimeType", mime);
    }

    llmgw_json_member(r->out, "fileUri", url);
    llmgw_json_close(r->out, '}');
    llmgw_json_close(r->out, '}');
}


/*
 * What stands in a data URL, or as base64 alone.  LLMGW_DECLINED: a link;
 * LLMGW_INVALID: neither.
 */

static llmgw_int_t
llmgw_gemini_data(llmgw_gemini_request_t *r, llmgw_str_t data,
    llmgw_data_url_t *d)
{
    llmgw_int_t  rc;

    rc = llmgw_data_url(r->arena, data, d);

    if (rc != LLMGW_DECLINED) {
        return (rc == LLMGW_OK && d->payload.len == 0) ? LLMGW_INVALID : rc;
    }

    if (llmgw_gemini_is_link(data)) {
        return LLMGW_DECLINED;
    }

    d->mime = llmgw_null_str;

    rc = llmgw_base64_clean(r->arena, data, &d->payload);

    return (rc == LLMGW_OK && d->payload.len == 0) ? LLMGW_INVALID : rc;
}


/* escapes of a link or of base64 are nobody's business */

static llmgw_str_t
llmgw_gemini_plain(llmgw_gemini_request_t *r, llmgw_str_t s)
{
    if (s.len == 0 || memchr(s.data, '\\', s.len) == NULL) {
        return s;
    }

    return llmgw_jstr_canonical(r->arena, s);
}


llmgw_int_t
llmgw_gemini_write_media(llmgw_gemini_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p)
{
    switch (p->type) {

    case LLMGW_PART_IMAGE:
        return llmgw_gemini_image(r, m, p);

    case LLMGW_PART_AUDIO:
        return llmgw_gemini_audio(r, m, p);

    case LLMGW_PART_VIDEO:
        return llmgw_gemini_video(r, m, p);

    case LLMGW_PART_FILE:
        return llmgw_gemini_file(r, m, p);

    default:
        return llmgw_gemini_refuse_part(r, m, p,
                                        llmgw_lit("unsupported_parameter"),
                                        ".type", "is of a type that this "
                                        "provider does not take");
    }
}


static llmgw_int_t
llmgw_gemini_image(llmgw_gemini_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    llmgw_int_t       rc;
    llmgw_str_t       url, mime;
    llmgw_data_url_t  d;

    url = llmgw_gemini_plain(r, p->url.len ? p->url : p->data);

    if (url.len && url.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_gemini_data(r, url, &d);

    switch (rc) {

    case LLMGW_OK:
        mime = p->mime.len ? p->mime : d.mime;

        if (mime.len == 0) {
            mime = llmgw_gemini_sniff(d.payload);
        }

        llmgw_gemini_inline(r, mime.len ? mime : llmgw_lit("image/jpeg"),
                            d.payload);
        return LLMGW_OK;

    case LLMGW_DECLINED:
        mime = p->mime.len ? p->mime : llmgw_gemini_extension(url, 1);

        if (mime.len == 0
            && (r->vertex
                || llmgw_str_find(url, llmgw_lit("/files/")) == NULL
                || !llmgw_gemini_scheme(url,
                      llmgw_lit("https://generativelanguage.googleapis.com"
                                "/"))))
        {
            mime = llmgw_lit("image/jpeg");
        }

        llmgw_gemini_link(r, mime, url);
        return LLMGW_OK;

    case LLMGW_ERROR:
        return LLMGW_ERROR;

    default:
        return llmgw_gemini_refuse_part(r, m, p,
                                        llmgw_lit("invalid_image_url"),
                                        ".image_url.url", "must be a link, or "
                                        "a data URL with base64 text");
    }
}


static llmgw_int_t
llmgw_gemini_audio(llmgw_gemini_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    size_t            i;
    llmgw_int_t       rc;
    llmgw_str_t       data, mime;
    llmgw_data_url_t  d;

    data = llmgw_gemini_plain(r, p->data);

    if (data.len && data.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_gemini_data(r, data, &d);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK) {
        return llmgw_gemini_refuse_part(r, m, p, llmgw_lit("invalid_value"),
                                        ".input_audio.data",
                                        "must be base64 text");
    }

    mime = p->mime.len ? p->mime : d.mime;

    for (i = 0; mime.len == 0 && i < llmgw_nelts(llmgw_gemini_sounds); i++) {

        if (llmgw_str_eq(p->format, llmgw_gemini_sounds[i].name)) {
            mime = llmgw_gemini_sounds[i].mime;
        }
    }

    if (mime.len == 0) {
        return llmgw_gemini_refuse_part(r, m, p,
                                        llmgw_lit("unsupported_parameter"),
                                        ".input_audio.format", "must be wav, "
                                        "mp3, flac, aac, ogg, aiff or pcm16 "
                                        "for this provider");
    }

    llmgw_gemini_inline(r, mime, d.payload);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_video(llmgw_gemini_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    llmgw_int_t       rc;
    llmgw_str_t       url, mime;
    llmgw_data_url_t  d;

    url = llmgw_gemini_plain(r, p->url);

    if (url.len && url.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_data_url(r->arena, url, &d);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc == LLMGW_OK && d.payload.len) {
        mime = p->mime.len ? p->mime : d.mime;

        llmgw_gemini_inline(r, mime.len ? mime : llmgw_lit("video/mp4"),
                            d.payload);
        return LLMGW_OK;
    }

    if (!llmgw_gemini_is_link(url)) {
        return llmgw_gemini_refuse_part(r, m, p,
                                        llmgw_lit("unsupported_parameter"),
                                        ".video_url.url", "must be a link, "
                                        "or a data URL with base64 text");
    }

    mime = p->mime.len ? p->mime : llmgw_gemini_extension(url, 1);

    llmgw_gemini_link(r, (mime.len || !r->vertex) ? mime
                                                  : llmgw_lit("video/mp4"),
                      url);
    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_file_link(llmgw_gemini_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    llmgw_str_t  url, mime;

    url = llmgw_gemini_plain(r, p->id);

    if (url.len && url.data == NULL) {
        return LLMGW_ERROR;
    }

    if (!llmgw_gemini_scheme(url, llmgw_lit("https://"))
        && !llmgw_gemini_scheme(url, llmgw_lit("gs://")))
    {
        return llmgw_gemini_refuse_part(r, m, p,
                                        llmgw_lit("unsupported_parameter"),
                                        ".file.file_id", "names a file that "
                                        "this provider does not have");
    }

    mime = p->mime.len ? p->mime : llmgw_gemini_extension(url, 1);

    if (mime.len == 0) {
        mime = llmgw_gemini_extension(p->name, 0);
    }

    /* a service knows the type of what lies with itself */

    if (mime.len == 0
        && (r->vertex
            || !llmgw_gemini_scheme(url,
                    llmgw_lit("https://generativelanguage.googleapis.com/"))))
    {
        return llmgw_gemini_refuse_part(r, m, p,
                                        llmgw_lit("unsupported_parameter"),
                                        ".file.file_id", "does not tell its "
                                        "type: add \"mime_type\"");
    }

    llmgw_gemini_link(r, mime, url);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_file(llmgw_gemini_request_t *r, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    llmgw_int_t       rc;
    llmgw_str_t       data, mime;
    llmgw_data_url_t  d;

    if (p->data.len == 0) {
        return llmgw_gemini_file_link(r, m, p);
    }

    data = llmgw_gemini_plain(r, p->data);

    if (data.data == NULL) {
        return LLMGW_ERROR;
    }

    rc = llmgw_gemini_data(r, data, &d);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc == LLMGW_OK) {

        mime = p->mime.len ? p->mime : d.mime;

        if (mime.len == 0) {
            mime = llmgw_gemini_extension(p->name, 0);
        }

        if (mime.len == 0) {
            mime = llmgw_gemini_sniff(d.payload);
        }

        if (mime.len) {
            llmgw_gemini_inline(r, mime, d.payload);
            return LLMGW_OK;
        }
    }

    return llmgw_gemini_refuse_part(r, m, p,
                                    llmgw_lit("unsupported_parameter"),
                                    ".file.file_data", "must be base64 text "
                                    "of a known type: write it as a data "
                                    "URL");
}
