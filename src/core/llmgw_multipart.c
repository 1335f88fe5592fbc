
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_multipart.h"


/* RFC 2046, 5.1.1 */
#define LLMGW_MULTIPART_BOUNDARY  70

/* all headers of one part; no client comes near */
#define LLMGW_MULTIPART_HEADERS   4096


static const u_char *llmgw_multipart_find(llmgw_multipart_t *mp,
    const u_char *p);
static llmgw_int_t llmgw_multipart_headers(llmgw_multipart_t *mp,
    llmgw_multipart_part_t *part);


/* the value of name= in a header value, quoted or not */

static llmgw_str_t
llmgw_multipart_attr(llmgw_str_t s, llmgw_str_t name, unsigned *found)
{
    unsigned       quoted;
    llmgw_str_t    v;
    const u_char  *p, *start, *end;

    end = s.data + s.len;
    p = s.data;
    *found = 0;

    /* attributes follow semicolons; one inside of quotes is none */

    quoted = 0;

    while (p < end) {

        if (*p == '"') {
            quoted = !quoted;

        } else if (*p == '\\' && quoted && p + 1 < end) {
            p++;

        } else if (*p == ';' && !quoted) {

            for (p++; p < end && (*p == ' ' || *p == '\t'); p++) {
                /* void */
            }

            if ((size_t) (end - p) > name.len && p[name.len] == '='
                && llmgw_str_caseeq(llmgw_str(p, name.len), name))
            {
                p += name.len + 1;
                *found = 1;

                if (p < end && *p == '"') {

                    for (start = ++p; p < end && *p != '"'; p++) {
                        if (*p == '\\' && p + 1 < end) {
                            p++;
                        }
                    }

                } else {
                    for (start = p; p < end && *p != ';' && *p != ' '; p++) {
                        /* void */
                    }
                }

                v = llmgw_str(start, (size_t) (p - start));

                return v;
            }

            continue;
        }

        p++;
    }

    return llmgw_null_str;
}


llmgw_str_t
llmgw_multipart_boundary(llmgw_str_t content_type)
{
    unsigned     found;
    llmgw_str_t  b;

    b = llmgw_multipart_attr(content_type, llmgw_lit("boundary"), &found);

    if (b.len > LLMGW_MULTIPART_BOUNDARY) {
        return llmgw_null_str;
    }

    return b;
}


llmgw_int_t
llmgw_multipart_init(llmgw_multipart_t *mp, llmgw_str_t boundary,
    llmgw_str_t body)
{
    mp->boundary = boundary;
    mp->pos = body.data;
    mp->end = body.data + body.len;
    mp->closed = 0;

    if (boundary.len == 0 || body.len < boundary.len + 4
        || body.data[0] != '-' || body.data[1] != '-'
        || memcmp(body.data + 2, boundary.data, boundary.len) != 0)
    {
        return LLMGW_INVALID;
    }

    mp->pos += 2 + boundary.len;

    return LLMGW_OK;
}


/* the CRLF in front of the next delimiter */

static const u_char *
llmgw_multipart_find(llmgw_multipart_t *mp, const u_char *p)
{
    u_char  delimiter[LLMGW_MULTIPART_BOUNDARY + 4];

    memcpy(delimiter, "\r\n--", 4);
    memcpy(delimiter + 4, mp->boundary.data, mp->boundary.len);

    return memmem(p, (size_t) (mp->end - p), delimiter,
                  mp->boundary.len + 4);
}


static llmgw_int_t
llmgw_multipart_headers(llmgw_multipart_t *mp, llmgw_multipart_part_t *part)
{
    unsigned       found, disposition;
    llmgw_str_t    line;
    const u_char  *p, *eol, *limit;

    p = mp->pos;
    limit = mp->end;

    if (limit - p > LLMGW_MULTIPART_HEADERS) {
        limit = p + LLMGW_MULTIPART_HEADERS;
    }

    disposition = 0;

    for ( ;; ) {

        eol = memmem(p, (size_t) (limit - p), "\r\n", 2);
        if (eol == NULL) {
            return LLMGW_INVALID;
        }

        line = llmgw_str(p, (size_t) (eol - p));
        p = eol + 2;

        if (line.len == 0) {
            break;
        }

        if (line.len > 20
            && llmgw_str_caseeq(llmgw_str(line.data, 20),
                                llmgw_lit("content-disposition:")))
        {
            if (disposition) {
                return LLMGW_INVALID;
            }

            disposition = 1;

            part->name = llmgw_multipart_attr(line, llmgw_lit("name"),
                                              &found);
            if (!found) {
                return LLMGW_INVALID;
            }

            part->filename = llmgw_multipart_attr(line,
                                               llmgw_lit("filename"), &found);
            part->file = found;

            if (!found) {
                (void) llmgw_multipart_attr(line, llmgw_lit("filename*"),
                                            &found);
                part->file = found;
            }

            continue;
        }

        if (line.len > 13
            && llmgw_str_caseeq(llmgw_str(line.data, 13),
                                llmgw_lit("content-type:")))
        {
            line.data += 13;
            line.len -= 13;

            while (line.len && line.data[0] == ' ') {
                line.data++;
                line.len--;
            }

            part->content_type = line;
        }
    }

    if (!disposition) {
        return LLMGW_INVALID;
    }

    mp->pos = p;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_multipart_next(llmgw_multipart_t *mp, llmgw_multipart_part_t *part)
{
    llmgw_int_t    rc;
    const u_char  *p;

    memset(part, 0, sizeof(llmgw_multipart_part_t));

    if (mp->closed) {
        return LLMGW_DONE;
    }

    /* pos is behind a boundary */

    p = mp->pos;

    if (mp->end - p >= 2 && p[0] == '-' && p[1] == '-') {
        mp->closed = 1;
        return LLMGW_DONE;
    }

    while (p < mp->end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    if (mp->end - p < 2 || p[0] != '\r' || p[1] != '\n') {
        return LLMGW_INVALID;
    }

    mp->pos = p + 2;

    rc = llmgw_multipart_headers(mp, part);
    if (rc != LLMGW_OK) {
        return rc;
    }

    /* the line end of an empty part is the one behind its headers */

    p = llmgw_multipart_find(mp, mp->pos - 2);
    if (p == NULL) {
        return LLMGW_INVALID;
    }

    part->value = llmgw_str(mp->pos,
                            p < mp->pos ? 0 : (size_t) (p - mp->pos));

    mp->pos = p + 4 + mp->boundary.len;

    return LLMGW_OK;
}
