
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Pictures, sound and files in requests of generateContent's clients.
 */


#include "llmgw_gemini_door.h"
#include "llmgw_jstr.h"


/* base64 of the standard's alphabet; what it holds is checked by who needs it */

static llmgw_int_t
llmgw_gemini_base64(llmgw_gemini_door_t *d, llmgw_node_t *v,
    llmgw_str_t *data)
{
    u_char       *p;
    size_t        i;
    llmgw_int_t   rc;
    llmgw_str_t   s;

    if (v->type != LLMGW_JSON_STRING) {
        return llmgw_gemini_bad(d, v, "must be a string");
    }

    rc = llmgw_base64_clean(d->arena, llmgw_json_str(d->j, v), &s);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc
                                   : llmgw_gemini_bad(d, v, "must be base64");
    }

    *data = s;

    if (memchr(s.data, '-', s.len) == NULL
        && memchr(s.data, '_', s.len) == NULL)
    {
        return LLMGW_OK;
    }

    p = llmgw_nalloc(d->arena, s.len);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < s.len; i++) {
        p[i] = (s.data[i] == '-') ? '+' : (s.data[i] == '_') ? '/'
                                                             : s.data[i];
    }

    data->data = p;

    return LLMGW_OK;
}


/* audio/x-wav, audio/mpeg … as the formats that other services know */

static llmgw_str_t
llmgw_gemini_audio_format(llmgw_str_t mime)
{
    size_t  i;

    static const struct {
        llmgw_str_t  mime;
        llmgw_str_t  format;
    } formats[] = {
        { llmgw_string("audio/wav"), llmgw_string("wav") },
        { llmgw_string("audio/x-wav"), llmgw_string("wav") },
        { llmgw_string("audio/mp3"), llmgw_string("mp3") },
        { llmgw_string("audio/mpeg"), llmgw_string("mp3") },
        { llmgw_string("audio/flac"), llmgw_string("flac") },
        { llmgw_string("audio/aac"), llmgw_string("aac") },
        { llmgw_string("audio/ogg"), llmgw_string("ogg") }
    };

    for (i = 0; i < llmgw_nelts(formats); i++) {
        if (llmgw_str_caseeq(mime, formats[i].mime)) {
            return formats[i].format;
        }
    }

    return llmgw_null_str;
}


/* a name for a file that has none: its ending says what it is */

static llmgw_str_t
llmgw_gemini_file_name(llmgw_gemini_door_t *d, llmgw_str_t mime)
{
    size_t         i;
    llmgw_str_t    sub;
    const u_char  *p;

    static const struct {
        llmgw_str_t  mime;
        llmgw_str_t  name;
    } names[] = {
        { llmgw_string("application/pdf"), llmgw_string("file.pdf") },
        { llmgw_string("application/json"), llmgw_string("file.json") },
        { llmgw_string("text/plain"), llmgw_string("file.txt") },
        { llmgw_string("text/html"), llmgw_string("file.html") },
        { llmgw_string("text/css"), llmgw_string("file.css") },
        { llmgw_string("text/csv"), llmgw_string("file.csv") },
        { llmgw_string("text/md"), llmgw_string("file.md") },
        { llmgw_string("text/markdown"), llmgw_string("file.md") },
        { llmgw_string("text/xml"), llmgw_string("file.xml") },
        { llmgw_string("text/rtf"), llmgw_string("file.rtf") },
        { llmgw_string("text/x-python"), llmgw_string("file.py") },
        { llmgw_string("text/javascript"), llmgw_string("file.js") },
        { llmgw_string("video/quicktime"), llmgw_string("file.mov") },
        { llmgw_string("video/x-msvideo"), llmgw_string("file.avi") },
        { llmgw_string("video/mpeg"), llmgw_string("file.mpg") }
    };

    for (i = 0; i < llmgw_nelts(names); i++) {
        if (llmgw_str_caseeq(mime, names[i].mime)) {
            return names[i].name;
        }
    }

    p = memchr(mime.data, '/', mime.len);

    if (p == NULL) {
        return llmgw_lit("file.bin");
    }

    sub = llmgw_str(p + 1, (size_t) (mime.data + mime.len - p - 1));

    for (i = 0; i < sub.len; i++) {
        if (!((sub.data[i] >= 'a' && sub.data[i] <= 'z')
              || (sub.data[i] >= '0' && sub.data[i] <= '9')))
        {
            break;
        }
    }

    return (i && i == sub.len && i <= 8)
           ? llmgw_fmt(d->arena, "file.%.*s", llmgw_arg(sub))
           : llmgw_lit("file.bin");
}


static llmgw_int_t
llmgw_gemini_read_data(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t at)
{
    llmgw_int_t    rc;
    llmgw_str_t    mime, format, data;
    llmgw_part_t  *p;
    llmgw_node_t  *member[3];

    static const llmgw_str_t  names[] = {
        llmgw_string("mimeType"),
        llmgw_string("data"),
        llmgw_string("displayName")
    };

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, names, 3, member, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (member[0] == NULL) {
        return llmgw_gemini_missing(d, v, "mimeType");
    }

    if (member[1] == NULL) {
        return llmgw_gemini_missing(d, v, "data");
    }

    rc = llmgw_gemini_name(d, member[0], &mime);

    if (rc == LLMGW_OK) {
        rc = llmgw_gemini_base64(d, member[1], &data);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    format = llmgw_gemini_audio_format(mime);

    p = llmgw_chat_part(d->chat, m, llmgw_str_starts(mime, "image/")
                                    ? LLMGW_PART_IMAGE
                                    : format.len ? LLMGW_PART_AUDIO
                                                 : LLMGW_PART_FILE, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    p->data = data;

    if (format.len) {
        p->format = format;
        return LLMGW_OK;
    }

    p->mime = llmgw_str_is(mime, "image/jpg") ? llmgw_lit("image/jpeg") : mime;

    if (p->type == LLMGW_PART_FILE) {

        if (member[2] && member[2]->type == LLMGW_JSON_STRING
            && member[2]->len)
        {
            p->name = llmgw_json_str(d->j, member[2]);

        } else {
            p->name = llmgw_gemini_file_name(d, mime);
        }

        if (p->name.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    return LLMGW_OK;
}


static unsigned
llmgw_gemini_is_picture(llmgw_str_t uri)
{
    size_t         i;
    const u_char  *p;

    static const llmgw_str_t  endings[] = {
        llmgw_string(".png"),
        llmgw_string(".jpg"),
        llmgw_string(".jpeg"),
        llmgw_string(".webp"),
        llmgw_string(".gif")
    };

    p = memchr(uri.data, '?', uri.len);

    if (p) {
        uri.len = (size_t) (p - uri.data);
    }

    for (i = 0; i < llmgw_nelts(endings); i++) {

        if (uri.len > endings[i].len
            && llmgw_str_caseeq(llmgw_str(uri.data + uri.len - endings[i].len,
                                          endings[i].len),
                                endings[i]))
        {
            return 1;
        }
    }

    return 0;
}


static llmgw_int_t
llmgw_gemini_read_link(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t *v, uint32_t at)
{
    unsigned       image;
    llmgw_int_t    rc;
    llmgw_str_t    mime, uri;
    llmgw_part_t  *p;
    llmgw_node_t  *member[3];

    static const llmgw_str_t  names[] = {
        llmgw_string("mimeType"),
        llmgw_string("fileUri"),
        llmgw_string("displayName")
    };

    if (v->type != LLMGW_JSON_OBJECT) {
        return llmgw_gemini_bad(d, v, "must be an object");
    }

    rc = llmgw_gemini_members(d, v, names, 3, member, NULL);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (member[1] == NULL) {
        return llmgw_gemini_missing(d, v, "fileUri");
    }

    rc = llmgw_gemini_name(d, member[1], &uri);
    if (rc != LLMGW_OK) {
        return rc;
    }

    if (llmgw_str_find(uri, llmgw_lit("generativelanguage.googleapis.com"))
        || llmgw_str_starts(uri, "files/"))
    {
        /* what was uploaded there nobody else may read */

        return llmgw_gemini_foreign(d, member[1]);
    }

    mime = (member[0] && member[0]->type == LLMGW_JSON_STRING)
           ? llmgw_json_str(d->j, member[0]) : llmgw_null_str;

    image = (llmgw_str_starts(uri, "https:")
             || llmgw_str_starts(uri, "http:"))
            && (mime.len ? llmgw_str_starts(mime, "image/")
                         : llmgw_gemini_is_picture(uri));

    p = llmgw_chat_part(d->chat, m, image ? LLMGW_PART_IMAGE
                                          : LLMGW_PART_FILE, at);
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    p->mime = mime;

    if (image) {
        p->url = uri;
        return LLMGW_OK;
    }

    p->id = uri;

    if (member[2] && member[2]->type == LLMGW_JSON_STRING) {
        p->name = llmgw_json_str(d->j, member[2]);
    }

    return LLMGW_OK;
}


/* text, data or a link; other kinds have been looked at */

llmgw_int_t
llmgw_gemini_read_media(llmgw_gemini_door_t *d, llmgw_message_t *m,
    llmgw_node_t **member, uint32_t at)
{
    llmgw_int_t  rc;

    rc = LLMGW_OK;

    if (member[LLMGW_GP_TEXT]) {
        rc = llmgw_gemini_read_text(d, m, member[LLMGW_GP_TEXT], at);
    }

    if (rc == LLMGW_OK && member[LLMGW_GP_DATA]) {
        rc = llmgw_gemini_read_data(d, m, member[LLMGW_GP_DATA], at);
    }

    if (rc == LLMGW_OK && member[LLMGW_GP_FILE]) {
        rc = llmgw_gemini_read_link(d, m, member[LLMGW_GP_FILE], at);
    }

    return rc;
}
