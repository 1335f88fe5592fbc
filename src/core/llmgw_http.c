
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_http.h"


/* 100 Continue, 103 Early Hints: a service that sends no end of them is ill */
#define LLMGW_HTTP_INFORMATIONAL  16


typedef enum {
    http_status = 0,
    http_header,
    http_body,               /* of known length */
    http_body_end,           /* up to the end of the connection */
    http_chunk_size,
    http_chunk,
    http_chunk_end,
    http_trailer,
    http_done
} llmgw_http_state_e;


static llmgw_int_t llmgw_http_line(llmgw_http_t *h, const u_char **p,
    const u_char *end);
static llmgw_int_t llmgw_http_read_line(llmgw_http_t *h);
static llmgw_int_t llmgw_http_read_status(llmgw_http_t *h, llmgw_str_t line);
static llmgw_int_t llmgw_http_read_header(llmgw_http_t *h, llmgw_str_t line);
static llmgw_int_t llmgw_http_framing(llmgw_http_t *h,
    const llmgw_header_t *header);
static llmgw_int_t llmgw_http_head_end(llmgw_http_t *h);
static llmgw_int_t llmgw_http_read_size(llmgw_http_t *h, llmgw_str_t line);
static llmgw_int_t llmgw_http_keep(llmgw_http_t *h, const u_char *p,
    size_t n);


void
llmgw_http_init(llmgw_http_t *h, llmgw_arena_t *a, size_t max, unsigned head)
{
    memset(h, 0, offsetof(llmgw_http_t, line));

    h->arena = a;
    h->max = max;
    h->head = head;
    h->body = llmgw_lit("");
    h->last = &h->headers;
    h->state = http_status;
}


llmgw_int_t
llmgw_http_feed(llmgw_http_t *h, const u_char *p, size_t n)
{
    size_t         len;
    llmgw_int_t    rc;
    const u_char  *end;

    end = p + n;

    while (h->state != http_done) {

        if (p == end) {
            return LLMGW_OK;
        }

        len = (size_t) (end - p);

        switch ((llmgw_http_state_e) h->state) {

        case http_body:
        case http_chunk:

            if (len > h->rest) {
                len = (size_t) h->rest;
            }

            rc = llmgw_http_keep(h, p, len);

            p += len;
            h->rest -= len;

            if (h->rest == 0) {
                h->state = (h->state == http_body) ? http_done
                                                   : http_chunk_end;
            }

            break;

        case http_body_end:
            rc = llmgw_http_keep(h, p, len);
            p = end;
            break;

        default:
            rc = llmgw_http_line(h, &p, end);

            if (rc == LLMGW_AGAIN) {
                return LLMGW_OK;
            }

            if (rc == LLMGW_OK) {
                rc = llmgw_http_read_line(h);
                h->line_len = 0;
            }
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_DONE;
}


llmgw_int_t
llmgw_http_end(llmgw_http_t *h)
{
    if (h->state == http_body_end) {
        h->state = http_done;
    }

    return (h->state == http_done) ? LLMGW_DONE : LLMGW_INVALID;
}


llmgw_str_t
llmgw_http_header(const llmgw_http_t *h, llmgw_str_t name)
{
    const llmgw_header_t  *header;

    for (header = h->headers; header; header = header->next) {
        if (llmgw_str_eq(header->name, name)) {
            return header->value;
        }
    }

    return llmgw_null_str;
}


/* gathers a line, without its end */

static llmgw_int_t
llmgw_http_line(llmgw_http_t *h, const u_char **p, const u_char *end)
{
    size_t         len;
    const u_char  *lf;

    lf = memchr(*p, '\n', (size_t) (end - *p));
    len = (size_t) ((lf ? lf : end) - *p);

    if (len > LLMGW_HTTP_LINE - h->line_len) {
        return LLMGW_TOO_LARGE;
    }

    memcpy(h->line + h->line_len, *p, len);
    h->line_len += len;

    *p += len;

    if (lf == NULL) {
        return LLMGW_AGAIN;
    }

    *p += 1;

    if (h->line_len && h->line[h->line_len - 1] == '\r') {
        h->line_len--;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_http_read_line(llmgw_http_t *h)
{
    llmgw_str_t  line;

    line = llmgw_str(h->line, h->line_len);

    switch ((llmgw_http_state_e) h->state) {

    case http_status:
        return llmgw_http_read_status(h, line);

    case http_header:
        return line.len ? llmgw_http_read_header(h, line)
                        : llmgw_http_head_end(h);

    case http_chunk_size:
        return llmgw_http_read_size(h, line);

    case http_chunk_end:
        h->state = http_chunk_size;
        return line.len ? LLMGW_INVALID : LLMGW_OK;

    default: /* http_trailer */

        if (line.len) {
            return (++h->nheaders > LLMGW_HTTP_HEADERS) ? LLMGW_TOO_LARGE
                                                        : LLMGW_OK;
        }

        h->state = http_done;

        return LLMGW_OK;
    }
}


/* HTTP/1.1 200 OK */

static llmgw_int_t
llmgw_http_read_status(llmgw_http_t *h, llmgw_str_t line)
{
    unsigned       i, status;
    const u_char  *p;

    p = line.data;

    if (line.len < sizeof("HTTP/1.1 200") - 1
        || memcmp(p, "HTTP/1.", 7) != 0
        || p[7] < '0' || p[7] > '9' || p[8] != ' '
        || (line.len > 12 && p[12] != ' '))
    {
        return LLMGW_INVALID;
    }

    status = 0;

    for (i = 9; i < 12; i++) {

        if (p[i] < '0' || p[i] > '9') {
            return LLMGW_INVALID;
        }

        status = status * 10 + (unsigned) (p[i] - '0');
    }

    if (status < 100 || status == 101) {
        return LLMGW_INVALID;
    }

    h->status = status;
    h->state = http_header;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_http_read_header(llmgw_http_t *h, llmgw_str_t line)
{
    size_t           i;
    u_char          *name;
    llmgw_str_t      value;
    const u_char    *colon, *p, *end;
    llmgw_header_t  *header;

    if (++h->nheaders > LLMGW_HTTP_HEADERS) {
        return LLMGW_TOO_LARGE;
    }

    colon = memchr(line.data, ':', line.len);

    if (colon == NULL || colon == line.data) {
        return LLMGW_INVALID;
    }

    end = line.data + line.len;

    for (p = line.data; p < colon; p++) {
        if (*p <= ' ' || *p >= 0x7f) {
            return LLMGW_INVALID;
        }
    }

    for (p = colon + 1; p < end && (*p == ' ' || *p == '\t'); p++) {
        /* void */
    }

    while (end > p && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }

    value = llmgw_str(p, (size_t) (end - p));

    for ( /* void */ ; p < end; p++) {
        if ((*p < ' ' && *p != '\t') || *p == 0x7f) {
            return LLMGW_INVALID;
        }
    }

    header = llmgw_alloc(h->arena, sizeof(llmgw_header_t));
    name = llmgw_nalloc(h->arena, (size_t) (colon - line.data));

    if (header == NULL || name == NULL) {
        return LLMGW_ERROR;
    }

    header->name = llmgw_str(name, (size_t) (colon - line.data));

    for (i = 0; i < header->name.len; i++) {
        name[i] = llmgw_tolower(line.data[i]);
    }

    header->value = llmgw_str_dup(h->arena, value);

    if (header->value.data == NULL) {
        return LLMGW_ERROR;
    }

    header->next = NULL;

    *h->last = header;
    h->last = &header->next;

    return llmgw_http_framing(h, header);
}


/* two ways to tell where a body ends are two answers: none is believed */

static llmgw_int_t
llmgw_http_framing(llmgw_http_t *h, const llmgw_header_t *header)
{
    size_t       i;
    uint64_t     n;
    llmgw_str_t  value;

    value = header->value;

    if (llmgw_str_is(header->name, "transfer-encoding")) {

        if (h->chunked || h->has_length
            || !llmgw_str_caseeq(value, llmgw_lit("chunked")))
        {
            return LLMGW_INVALID;
        }

        h->chunked = 1;

    } else if (llmgw_str_is(header->name, "content-length")) {

        if (h->chunked || h->has_length || value.len == 0
            || value.len > 15)
        {
            return LLMGW_INVALID;
        }

        n = 0;

        for (i = 0; i < value.len; i++) {

            if (value.data[i] < '0' || value.data[i] > '9') {
                return LLMGW_INVALID;
            }

            n = n * 10 + (uint64_t) (value.data[i] - '0');
        }

        h->has_length = 1;
        h->rest = n;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_http_head_end(llmgw_http_t *h)
{
    if (h->status < 200) {

        if (++h->informational > LLMGW_HTTP_INFORMATIONAL) {
            return LLMGW_INVALID;
        }

        h->state = http_status;
        h->headers = NULL;
        h->last = &h->headers;
        h->chunked = 0;
        h->has_length = 0;
        h->rest = 0;

        return LLMGW_OK;
    }

    if (h->head || h->status == 204 || h->status == 304
        || (h->has_length && h->rest == 0))
    {
        h->state = http_done;

    } else if (h->chunked) {
        h->state = http_chunk_size;

    } else if (h->has_length) {

        if (h->rest > h->max) {
            return LLMGW_TOO_LARGE;
        }

        h->state = http_body;

    } else {
        h->state = http_body_end;
    }

    return LLMGW_OK;
}


/* hexadecimal digits, and extensions that nobody needs */

static llmgw_int_t
llmgw_http_read_size(llmgw_http_t *h, llmgw_str_t line)
{
    size_t    i;
    u_char    c;
    uint64_t  n;

    n = 0;

    for (i = 0; i < line.len; i++) {

        c = llmgw_tolower(line.data[i]);

        if (c >= '0' && c <= '9') {
            c = (u_char) (c - '0');

        } else if (c >= 'a' && c <= 'f') {
            c = (u_char) (c - 'a' + 10);

        } else {
            break;
        }

        if (i == 15) {
            return LLMGW_INVALID;
        }

        n = n * 16 + c;
    }

    if (i == 0
        || (i < line.len && line.data[i] != ';' && line.data[i] != ' '
            && line.data[i] != '\t'))
    {
        return LLMGW_INVALID;
    }

    if (n > h->max - h->body.len) {
        return LLMGW_TOO_LARGE;
    }

    h->rest = n;
    h->state = n ? http_chunk : http_trailer;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_http_keep(llmgw_http_t *h, const u_char *p, size_t n)
{
    size_t   size;
    u_char  *buf;

    if (n > h->max - h->body.len) {
        return LLMGW_TOO_LARGE;
    }

    if (n > h->size - h->body.len) {

        size = h->size ? h->size * 2 : 2048;

        if (h->state == http_body && size < h->body.len + h->rest) {
            size = h->body.len + (size_t) h->rest;
        }

        while (size < h->body.len + n) {
            size *= 2;
        }

        buf = llmgw_nalloc(h->arena, size);
        if (buf == NULL) {
            return LLMGW_ERROR;
        }

        if (h->body.len) {
            memcpy(buf, h->buf, h->body.len);
        }

        h->buf = buf;
        h->size = size;
    }

    memcpy(h->buf + h->body.len, p, n);

    h->body.data = h->buf;
    h->body.len += n;

    return LLMGW_OK;
}
