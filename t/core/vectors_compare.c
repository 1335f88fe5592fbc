
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "vectors.h"
#include "llmgw_jstr.h"


static int vector_object_equal(vector_diff_t *d, const char *path,
    json_t *want, json_t *got);


int
vector_differs(vector_diff_t *d, const char *path, const char *fmt, ...)
{
    int      n;
    va_list  args;

    n = snprintf(d->text, sizeof(d->text), "%s: ", path);

    if (n < 0 || n >= (int) sizeof(d->text)) {
        return 0;
    }

    va_start(args, fmt);
    vsnprintf(d->text + n, sizeof(d->text) - n, fmt, args);
    va_end(args);

    return 0;
}


static int
vector_differ(vector_diff_t *d, const char *path, json_t *want, json_t *got)
{
    char  *w, *g;

    w = json_dumps(want, JSON_ENCODE_ANY|JSON_COMPACT);
    g = json_dumps(got, JSON_ENCODE_ANY|JSON_COMPACT);

    vector_differs(d, path, "\n    expected %.700s\n    got      %.700s",
                   w ? w : "?", g ? g : "?");

    free(w);
    free(g);

    return 0;
}


static json_t *
vector_parse(const char *s, size_t len)
{
    return json_loadb(s, len, JSON_DECODE_ANY|JSON_ALLOW_NUL
                              |JSON_DECODE_INT_AS_REAL, NULL);
}


/* a string that holds JSON and is compared by what it holds */

static int
vector_held_equal(vector_diff_t *d, const char *path, json_t *want,
    json_t *got)
{
    int      rc;
    char    *text;
    json_t  *w, *g;

    /* read again: one form of numbers on both sides */

    text = json_dumps(want, JSON_ENCODE_ANY);
    w = text ? vector_parse(text, strlen(text)) : NULL;
    free(text);

    g = vector_parse(json_string_value(got), json_string_length(got));

    if (g == NULL || w == NULL) {
        rc = vector_differ(d, path, want, got);

    } else {
        rc = vector_equal(d, path, w, g);
    }

    json_decref(w);
    json_decref(g);

    return rc;
}


static int
vector_any(vector_diff_t *d, const char *path, const char *key, json_t *want,
    json_t *got)
{
    json_t  *first;

    if (!json_is_string(got) && !json_is_number(got)) {
        return vector_differ(d, path, want, got);
    }

    /* all chunks of a stream are of one answer; what is inside is not */

    if (d->ids == NULL || strchr(path, '.') != strrchr(path, '.')
        || (strcmp(key, "id") != 0 && strcmp(key, "created") != 0))
    {
        return 1;
    }

    first = json_object_get(d->ids, key);

    if (first == NULL) {
        json_object_set(d->ids, key, got);
        return 1;
    }

    return json_equal(first, got) ? 1 : vector_differ(d, path, first, got);
}


int
vector_equal(vector_diff_t *d, const char *path, json_t *want, json_t *got)
{
    int          rc;
    char         name[512];
    size_t       i, n;
    json_t      *held;
    const char  *key;

    key = strrchr(path, '.');
    key = key ? key + 1 : path;

    if (json_is_string(want)
        && strcmp(json_string_value(want), "<any>") == 0)
    {
        return vector_any(d, path, key, want, got);
    }

    if (json_is_string(want) && json_is_string(got)
        && strcmp(key, "arguments") == 0)
    {
        held = vector_parse(json_string_value(want),
                            json_string_length(want));
        if (held) {
            rc = vector_held_equal(d, path, held, got);
            json_decref(held);
            return rc;
        }
    }

    if (json_is_object(want)) {

        held = json_object_get(want, "$json");

        if (held && json_object_size(want) == 1) {
            return json_is_string(got) ? vector_held_equal(d, path, held, got)
                                       : vector_differ(d, path, want, got);
        }
    }

    if (json_is_number(want) && json_is_number(got)) {

        if (json_is_integer(want) && json_is_integer(got)) {
            rc = (json_integer_value(want) == json_integer_value(got));

        } else {
            rc = (json_number_value(want) == json_number_value(got));
        }

        return rc ? 1 : vector_differ(d, path, want, got);
    }

    if (json_typeof(want) != json_typeof(got)) {
        return vector_differ(d, path, want, got);
    }

    if (json_is_object(want)) {
        return vector_object_equal(d, path, want, got);
    }

    if (!json_is_array(want)) {
        return json_equal(want, got) ? 1 : vector_differ(d, path, want, got);
    }

    n = json_array_size(want);

    for (i = 0; i < n && i < json_array_size(got); i++) {

        snprintf(name, sizeof(name), "%s[%zu]", path, i);

        if (!vector_equal(d, name, json_array_get(want, i),
                          json_array_get(got, i)))
        {
            return 0;
        }
    }

    return (n == json_array_size(got)) ? 1 : vector_differ(d, path, want, got);
}


static int
vector_object_equal(vector_diff_t *d, const char *path, json_t *want,
    json_t *got)
{
    char         name[512];
    json_t      *value, *other;
    const char  *key;

    json_object_foreach(want, key, value) {

        other = json_object_get(got, key);
        snprintf(name, sizeof(name), "%s.%s", path, key);

        if (other == NULL) {
            return vector_differs(d, name, "is missing");
        }

        if (!vector_equal(d, name, value, other)) {
            return 0;
        }
    }

    json_object_foreach(got, key, value) {

        if (json_object_get(want, key) == NULL) {
            snprintf(name, sizeof(name), "%s.%s", path, key);

            (void) vector_differ(d, name, json_null(), value);

            return vector_differs(d, name, "is not expected");
        }
    }

    return 1;
}


static int
vector_text_equal(vector_diff_t *d, const char *path, llmgw_str_t want,
    llmgw_str_t got)
{
    size_t  i;

    if (llmgw_str_eq(want, got)) {
        return 1;
    }

    for (i = 0; i < want.len && i < got.len && want.data[i] == got.data[i];
         i++)
    {
        /* void */
    }

    return vector_differs(d, path, "differs from byte %zu of %zu (got %zu)\n"
                          "    expected %.*s\n    got      %.*s", i,
                          want.len, got.len,
                          (int) (want.len - i < 300 ? want.len - i : 300),
                          (const char *) want.data + i,
                          (int) (got.len - i < 300 ? got.len - i : 300),
                          (const char *) got.data + i);
}


/* a value of a header of a part: …; name="value" */

static json_t *
vector_parameter(llmgw_str_t head, const char *name)
{
    char           key[64];
    size_t         n;
    const u_char  *p, *q;

    n = (size_t) snprintf(key, sizeof(key), " %s=\"", name);
    p = llmgw_str_find(head, llmgw_str((u_char *) key, n));

    if (p == NULL) {
        return NULL;
    }

    p += n;
    q = memchr(p, '"', (size_t) (head.data + head.len - p));

    return q ? json_stringn((const char *) p, (size_t) (q - p)) : NULL;
}


/* One part as the vectors write it; written anew, not by the library. */

static json_t *
vector_part(llmgw_str_t head, llmgw_str_t body, unsigned base64)
{
    char          *text;
    u_char        *end;
    json_t        *part, *v;
    const u_char  *p, *q;

    part = json_object();

    v = vector_parameter(head, "name");
    if (v) {
        json_object_set_new(part, "name", v);
    }

    v = vector_parameter(head, "filename");
    if (v) {
        json_object_set_new(part, "filename", v);
    }

    p = llmgw_str_casefind(head, llmgw_lit("content-type: "));
    if (p) {
        p += 14;
        q = memchr(p, '\r', (size_t) (head.data + head.len - p));
        q = q ? q : head.data + head.len;

        json_object_set_new(part, "content_type",
                            json_stringn((const char *) p,
                                         (size_t) (q - p)));
    }

    if (!base64) {
        json_object_set_new(part, "value",
                            json_stringn_nocheck((const char *) body.data,
                                                 body.len));
        return part;
    }

    text = malloc(llmgw_base64_size(body.len) + 1);
    end = llmgw_base64_encode((u_char *) text, body);

    json_object_set_new(part, "base64",
                        json_stringn(text, (size_t) (end - (u_char *) text)));
    free(text);

    return part;
}


static int
vector_multipart_equal(vector_diff_t *d, const char *path, json_t *want,
    llmgw_str_t got, llmgw_str_t content_type)
{
    int            rc;
    char           mark[128];
    size_t         n, i;
    json_t        *parts;
    llmgw_str_t    head, body;
    const u_char  *p, *q, *end;

    p = llmgw_str_find(content_type, llmgw_lit("boundary="));

    if (p == NULL) {
        return vector_differs(d, path, "no boundary in \"%.*s\"",
                              test_arg(content_type));
    }

    p += 9;
    n = (size_t) snprintf(mark, sizeof(mark), "\r\n--%.*s",
                          (int) (content_type.data + content_type.len - p),
                          (const char *) p);

    /* the first line has no line end in front */

    if (got.len < n - 2 || memcmp(got.data, mark + 2, n - 2) != 0) {
        return vector_differs(d, path, "does not begin with its boundary");
    }

    parts = json_array();
    p = got.data + n - 2;
    end = got.data + got.len;

    for (i = 0; end - p >= 2 && memcmp(p, "\r\n", 2) == 0; i++) {

        p += 2;

        head.data = p;
        q = llmgw_str_find(llmgw_str(p, (size_t) (end - p)),
                           llmgw_lit("\r\n\r\n"));
        if (q == NULL) {
            break;
        }

        head.len = (size_t) (q - p);
        body.data = q + 4;

        p = llmgw_str_find(llmgw_str(body.data, (size_t) (end - body.data)),
                           llmgw_str((u_char *) mark, n));
        if (p == NULL) {
            break;
        }

        body.len = (size_t) (p - body.data);
        p += n;

        json_array_append_new(parts,
                   vector_part(head, body,
                               json_object_get(json_array_get(want, i),
                                               "base64") != NULL));
    }

    if (p == NULL || end - p < 2 || memcmp(p, "--", 2) != 0) {
        rc = vector_differs(d, path, "is no multipart body");

    } else {
        rc = vector_equal(d, path, want, parts);
    }

    json_decref(parts);

    return rc;
}


int
vector_body_equal(vector_diff_t *d, const char *path, json_t *want,
    llmgw_str_t got, llmgw_str_t content_type)
{
    int            rc;
    json_t        *v, *text;
    llmgw_str_t    bytes;
    json_error_t   error;

    text = json_is_object(want) ? json_object_get(want, "$multipart") : NULL;

    if (text) {
        return vector_multipart_equal(d, path, text, got, content_type);
    }

    if (json_is_object(want)
        && (json_object_get(want, "$text") || json_object_get(want, "$base64")))
    {
        bytes = vector_bytes(want, NULL, 0);
        rc = vector_text_equal(d, path, bytes, got);
        free((void *) bytes.data);
        return rc;
    }

    v = json_loadb((const char *) got.data, got.len,
                   JSON_DECODE_ANY|JSON_ALLOW_NUL|JSON_REJECT_DUPLICATES,
                   &error);

    if (v == NULL) {
        return vector_differs(d, path, "is no JSON (%s at byte %d)\n"
                              "    got      %.*s", error.text, error.position,
                              (int) (got.len < 700 ? got.len : 700),
                              (const char *) got.data);
    }

    rc = vector_equal(d, path, want, v);

    json_decref(v);

    return rc;
}


json_t *
vector_chunks(vector_diff_t *d, llmgw_str_t body)
{
    json_t        *chunks, *data, *name, *ev;
    llmgw_str_t    line;
    const u_char  *p, *q, *end;

    chunks = json_array();
    name = NULL;
    data = NULL;

    p = body.data;
    end = p + body.len;

    while (p < end) {

        q = memchr(p, '\n', (size_t) (end - p));

        if (q == NULL) {
            vector_differs(d, "stream", "ends inside of a line: %.*s",
                           (int) (end - p), (const char *) p);
            goto failed;
        }

        line = llmgw_str(p, (size_t) (q - p));
        p = q + 1;

        if (line.len && line.data[line.len - 1] == '\r') {
            line.len--;
        }

        if (llmgw_str_starts(line, "event: ") && name == NULL) {
            name = json_stringn((const char *) line.data + 7, line.len - 7);
            continue;
        }

        if (llmgw_str_starts(line, "data: ") && data == NULL) {

            data = json_loadb((const char *) line.data + 6, line.len - 6,
                              JSON_ALLOW_NUL, NULL);
            if (data == NULL) {
                data = json_stringn((const char *) line.data + 6,
                                    line.len - 6);
            }

            continue;
        }

        if (line.len && line.data[0] == ':') {
            continue;
        }

        if (line.len || (data == NULL && name)) {
            vector_differs(d, "stream", "a line that is not expected: \"%.*s\"",
                           test_arg(line));
            goto failed;
        }

        if (data == NULL) {
            continue;
        }

        if (name) {
            ev = json_object();
            json_object_set_new(ev, "$event", name);
            json_object_set_new(ev, "data", data);
            json_array_append_new(chunks, ev);

        } else {
            json_array_append_new(chunks, data);
        }

        name = NULL;
        data = NULL;
    }

    if (data == NULL && name == NULL) {
        return chunks;
    }

    vector_differs(d, "stream", "the last event has no blank line");

failed:

    json_decref(name);
    json_decref(data);
    json_decref(chunks);

    return NULL;
}
