
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <zlib.h>

#include "llmgw_eventstream.h"


/* two lengths and their checksum; the checksum of the whole message */
#define LLMGW_ES_PRELUDE      12
#define LLMGW_ES_TRAILER      4

/* the format's own bounds, in bytes */
#define LLMGW_ES_MAX_HEADERS  131072
#define LLMGW_ES_MAX_PAYLOAD  25165824

#define LLMGW_ES_STRING       7


static llmgw_int_t llmgw_es_prelude(const llmgw_eventstream_t *es,
    const u_char *p, size_t *total);
static llmgw_int_t llmgw_es_emit(llmgw_eventstream_t *es, const u_char *p,
    size_t total);
static llmgw_int_t llmgw_es_headers(llmgw_es_message_t *m, const u_char *p,
    const u_char *end);
static llmgw_int_t llmgw_es_keep(llmgw_eventstream_t *es, const u_char *p,
    size_t n);


static uint32_t
llmgw_es_int(const u_char *p)
{
    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16
           | (uint32_t) p[2] << 8 | p[3];
}


void
llmgw_eventstream_init(llmgw_eventstream_t *es, llmgw_arena_t *a, size_t max,
    llmgw_es_handler_pt handler, void *ctx)
{
    memset(es, 0, sizeof(llmgw_eventstream_t));

    es->handler = handler;
    es->ctx = ctx;
    es->arena = a;
    es->max = max;
}


llmgw_int_t
llmgw_eventstream_feed(llmgw_eventstream_t *es, const u_char *p, size_t n)
{
    size_t       total, take;
    llmgw_int_t  rc;

    while (n) {

        if (es->len == 0 && n >= LLMGW_ES_PRELUDE) {

            /* messages that are all here are used where they stand */

            rc = llmgw_es_prelude(es, p, &total);
            if (rc != LLMGW_OK) {
                return rc;
            }

            if (n >= total) {

                rc = llmgw_es_emit(es, p, total);
                if (rc != LLMGW_OK) {
                    return rc;
                }

                p += total;
                n -= total;

                continue;
            }

            es->total = total;

        } else if (es->len == 0) {
            es->total = LLMGW_ES_PRELUDE;
        }

        take = es->total - es->len;

        if (take > n) {
            take = n;
        }

        rc = llmgw_es_keep(es, p, take);
        if (rc != LLMGW_OK) {
            return rc;
        }

        p += take;
        n -= take;

        if (es->len < es->total) {
            break;
        }

        if (es->total == LLMGW_ES_PRELUDE) {

            rc = llmgw_es_prelude(es, es->buf, &es->total);
            if (rc != LLMGW_OK) {
                return rc;
            }

            continue;
        }

        es->len = 0;

        rc = llmgw_es_emit(es, es->buf, es->total);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


/* a message is longer than its prelude: total tells which of them it is */

static llmgw_int_t
llmgw_es_prelude(const llmgw_eventstream_t *es, const u_char *p,
    size_t *total)
{
    size_t  size, headers;

    size = llmgw_es_int(p);
    headers = llmgw_es_int(p + 4);

    if (headers > LLMGW_ES_MAX_HEADERS
        || size < LLMGW_ES_PRELUDE + headers + LLMGW_ES_TRAILER
        || size > LLMGW_ES_PRELUDE + headers + LLMGW_ES_TRAILER
                  + LLMGW_ES_MAX_PAYLOAD
        || crc32(0, p, 8) != llmgw_es_int(p + 8))
    {
        return LLMGW_INVALID;
    }

    if (size > es->max) {
        return LLMGW_TOO_LARGE;
    }

    *total = size;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_es_emit(llmgw_eventstream_t *es, const u_char *p, size_t total)
{
    size_t              headers;
    llmgw_int_t         rc;
    const u_char       *end;
    llmgw_es_message_t  m;

    end = p + total - LLMGW_ES_TRAILER;

    if (crc32(0, p, (uInt) (end - p)) != llmgw_es_int(end)) {
        return LLMGW_INVALID;
    }

    headers = llmgw_es_int(p + 4);
    p += LLMGW_ES_PRELUDE;

    memset(&m, 0, sizeof(llmgw_es_message_t));

    rc = llmgw_es_headers(&m, p, p + headers);
    if (rc != LLMGW_OK) {
        return rc;
    }

    p += headers;
    m.payload = llmgw_str(p, (size_t) (end - p));

    return es->handler(es->ctx, &m);
}


static llmgw_int_t
llmgw_es_headers(llmgw_es_message_t *m, const u_char *p, const u_char *end)
{
    size_t       i, len;
    unsigned     type;
    llmgw_str_t  name;

    static const struct {
        llmgw_str_t  name;
        size_t       offset;
    } names[] = {
        { llmgw_string(":event-type"), offsetof(llmgw_es_message_t, event) },
        { llmgw_string(":message-type"), offsetof(llmgw_es_message_t, type) },
        { llmgw_string(":exception-type"),
          offsetof(llmgw_es_message_t, exception) },
        { llmgw_string(":error-code"), offsetof(llmgw_es_message_t, code) },
        { llmgw_string(":error-message"),
          offsetof(llmgw_es_message_t, message) }
    };

    /* by type: true, false, integers, bytes, string, time, UUID */

    static const uint8_t  sizes[] = { 0, 0, 1, 2, 4, 8, 0, 0, 8, 16 };

    while (p < end) {

        len = *p++;

        /* the name, and the type behind it */

        if (len == 0 || len >= (size_t) (end - p)) {
            return LLMGW_INVALID;
        }

        name = llmgw_str(p, len);
        p += len;

        type = *p++;

        if (type >= llmgw_nelts(sizes)) {
            return LLMGW_INVALID;
        }

        len = sizes[type];

        if (type == LLMGW_ES_STRING || type == LLMGW_ES_STRING - 1) {

            if (end - p < 2) {
                return LLMGW_INVALID;
            }

            len = (size_t) p[0] << 8 | p[1];
            p += 2;
        }

        if (len > (size_t) (end - p)) {
            return LLMGW_INVALID;
        }

        if (type == LLMGW_ES_STRING) {

            for (i = 0; i < llmgw_nelts(names); i++) {

                if (llmgw_str_eq(name, names[i].name)) {
                    *(llmgw_str_t *) ((u_char *) m + names[i].offset) =
                                                          llmgw_str(p, len);
                    break;
                }
            }
        }

        p += len;
    }

    return LLMGW_OK;
}


/*
 * The buffer grows with what has come, not with what a length announces: that
 * costs the sender as much as us.
 */

static llmgw_int_t
llmgw_es_keep(llmgw_eventstream_t *es, const u_char *p, size_t n)
{
    size_t   size;
    u_char  *buf;

    if (n > es->size - es->len) {

        size = es->size ? es->size * 2 : 1024;

        while (size < es->len + n) {
            size *= 2;
        }

        buf = llmgw_nalloc(es->arena, size);
        if (buf == NULL) {
            return LLMGW_ERROR;
        }

        if (es->len) {
            memcpy(buf, es->buf, es->len);
        }

        es->buf = buf;
        es->size = size;
    }

    memcpy(es->buf + es->len, p, n);
    es->len += n;

    return LLMGW_OK;
}
