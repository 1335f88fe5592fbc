
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_json.h"
#include "llmgw_twin.h"


static const u_char *llmgw_twin_pad(const u_char *p, const u_char *end);
static const u_char *llmgw_twin_string(const u_char *p, const u_char *end);


/*
 * Members that hide the lengths of tokens.  Quotes inside of strings have a
 * backslash in front, so that these bytes cannot be a part of one.
 */

static const llmgw_str_t  llmgw_twin_padding[] = {
    llmgw_string(",\"obfuscation\":\""),
    llmgw_string(",\"p\":\"")
};


llmgw_int_t
llmgw_twin_learn(llmgw_twin_t *t, llmgw_arena_t *a, llmgw_str_t event,
    llmgw_str_t text)
{
    size_t         head, middle, tail;
    u_char        *p;
    const u_char  *last, *end, *pad;

    llmgw_twin_forget(t);

    last = event.data + event.len;
    end = text.data + text.len;

    if (text.len == 0 || text.data <= event.data || end >= last
        || text.data[-1] != '"' || *end != '"')
    {
        return LLMGW_OK;
    }

    head = (size_t) (text.data - event.data);
    middle = 0;
    tail = (size_t) (last - end);

    if (head + tail > LLMGW_TWIN_MAX) {
        return LLMGW_OK;
    }

    pad = llmgw_twin_pad(end, last);

    if (pad) {
        middle = (size_t) (pad - end);

        pad = llmgw_twin_string(pad, last);
        if (pad == NULL) {
            return LLMGW_OK;
        }

        tail = (size_t) (last - pad);
    }

    if (t->bytes == NULL) {
        t->bytes = llmgw_nalloc(a, LLMGW_TWIN_MAX);
        if (t->bytes == NULL) {
            return LLMGW_ERROR;
        }
    }

    p = t->bytes;

    memcpy(p, event.data, head);
    memcpy(p + head, end, middle);
    memcpy(p + head + middle, last - tail, tail);

    t->head = (uint16_t) head;
    t->middle = (uint16_t) middle;
    t->tail = (uint16_t) tail;

    return LLMGW_OK;
}


/* the padding's text, or NULL; it is the last member, as all that have it do */

static const u_char *
llmgw_twin_pad(const u_char *p, const u_char *end)
{
    size_t         i;
    const u_char  *pad;

    while (end - p > 2 && (end[-1] == '\n' || end[-1] == '\r')) {
        end--;
    }

    if (end - p < 2 || end[-1] != '}' || end[-2] != '"') {
        return NULL;
    }

    for (i = 0; i < llmgw_nelts(llmgw_twin_padding); i++) {

        pad = llmgw_str_find(llmgw_str(p, (size_t) (end - p)),
                             llmgw_twin_padding[i]);
        if (pad) {
            return pad + llmgw_twin_padding[i].len;
        }
    }

    return NULL;
}


size_t
llmgw_twin_match(const llmgw_twin_t *t, llmgw_str_t bytes, llmgw_str_t *text)
{
    const u_char  *p, *q, *end, *own;

    if (t->tail == 0
        || bytes.len < (size_t) t->head + t->middle + t->tail
        || memcmp(bytes.data, t->bytes, t->head) != 0)
    {
        return 0;
    }

    end = bytes.data + bytes.len;
    own = t->bytes + t->head;

    p = bytes.data + t->head;
    q = llmgw_twin_string(p, end);

    if (q == NULL || q == p) {
        return 0;
    }

    *text = llmgw_str(p, (size_t) (q - p));

    if (t->middle) {

        if ((size_t) (end - q) < t->middle
            || memcmp(q, own, t->middle) != 0)
        {
            return 0;
        }

        q = llmgw_twin_string(q + t->middle, end);
        if (q == NULL) {
            return 0;
        }

        own += t->middle;
    }

    if ((size_t) (end - q) < t->tail || memcmp(q, own, t->tail) != 0) {
        return 0;
    }

    return (size_t) (q + t->tail - bytes.data);
}


/*
 * p is behind the opening quote; the closing one, or NULL: there is none, or
 * what is in front of it takes a parser.
 */

static const u_char *
llmgw_twin_string(const u_char *p, const u_char *end)
{
    const u_char  *bad;

    for ( ;; ) {

        p = llmgw_json_plain(p, end);

        if (p == end) {
            return NULL;
        }

        switch (*p) {

        case '"':
            return p;

        case '\\':

            if (end - p < 2) {
                return NULL;
            }

            switch (p[1]) {

            case '"':
            case '\\':
            case '/':
            case 'b':
            case 'f':
            case 'n':
            case 'r':
            case 't':
                break;

            default:
                return NULL;
            }

            p += 2;
            break;

        default:

            if (*p < 0x80) {
                return NULL;
            }

            p = llmgw_json_text(p, end, &bad);
            if (p == NULL) {
                return NULL;
            }
        }
    }
}
