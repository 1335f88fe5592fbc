
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_tokens.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif


/* quarters of a token */
#define LLMGW_TOKENS_MESSAGE  12
#define LLMGW_TOKENS_NUMBER   4

/* a string of so many bytes in base64 is no text */
#define LLMGW_TOKENS_BASE64   256


typedef struct {
    uint64_t  sum;
    unsigned  depth;        /* containers around */
    unsigned  counted:1;    /* the top-level member holds a prompt */
    unsigned  names:1;      /* … or schemas: names are part of it */
    unsigned  numbers:1;    /* … or may be given as tokens */
    unsigned  messages:1;   /* … or messages */
    unsigned  link:1;       /* the string to come is a link to an image */
} llmgw_tokens_t;


static uint64_t llmgw_tokens_bytes(const u_char *p, const u_char *end);
static int64_t llmgw_tokens_escape(const u_char *p, const u_char *end,
    unsigned *len);
static unsigned llmgw_tokens_skips(const llmgw_json_t *j,
    const llmgw_json_node_t *k);
static unsigned llmgw_tokens_medium(llmgw_str_t s);
static const u_char *llmgw_tokens_string(llmgw_tokens_t *t, const u_char *p,
    const u_char *end);
static void llmgw_tokens_member(llmgw_tokens_t *t, llmgw_str_t name);


/* weights by the first byte of a character; what follows it weighs nothing */

static uint64_t
llmgw_tokens_bytes(const u_char *p, const u_char *end)
{
    u_char    c;
    uint64_t  sum;

    sum = 0;

#ifdef __SSE2__
    {
        __m128i  b, w, neg, lead, acc;

        acc = _mm_setzero_si128();

        for ( /* void */ ; end - p >= 16; p += 16) {

            b = _mm_loadu_si128((const __m128i *) p);

            /* signed: continuation bytes are -128 to -65 */

            lead = _mm_cmpgt_epi8(b, _mm_set1_epi8(-65));
            neg = _mm_cmplt_epi8(b, _mm_setzero_si128());

            w = _mm_and_si128(lead, _mm_set1_epi8(1));

            w = _mm_add_epi8(w, _mm_and_si128(_mm_and_si128(lead, neg),
                                              _mm_set1_epi8(1)));
            w = _mm_add_epi8(w,
                    _mm_and_si128(_mm_and_si128(neg,
                                  _mm_cmpgt_epi8(b, _mm_set1_epi8(-33))),
                                  _mm_set1_epi8(2)));
            w = _mm_add_epi8(w,
                    _mm_and_si128(_mm_and_si128(neg,
                                  _mm_cmpgt_epi8(b, _mm_set1_epi8(-17))),
                                  _mm_set1_epi8(4)));

            acc = _mm_add_epi64(acc, _mm_sad_epu8(w, _mm_setzero_si128()));
        }

        sum = (uint64_t) _mm_cvtsi128_si64(acc)
              + (uint64_t) _mm_cvtsi128_si64(_mm_srli_si128(acc, 8));
    }
#endif

    for ( /* void */ ; p < end; p++) {

        c = *p;
        sum += (c < 0x80) ? 1 : (c < 0xc0) ? 0 : (c < 0xe0) ? 2
               : (c < 0xf0) ? 4 : 8;
    }

    return sum;
}


/* what an escape weighs more than its bytes, mostly less; its length in *len */

static int64_t
llmgw_tokens_escape(const u_char *p, const u_char *end, unsigned *len)
{
    u_char    c;
    unsigned  i, v;

    *len = 2;

    if (end - p < 6 || p[1] != 'u') {
        return -1;
    }

    v = 0;

    for (i = 2; i < 6; i++) {
        c = llmgw_tolower(p[i]);
        v = v * 16 + (unsigned) ((c <= '9') ? c - '0' : c - 'a' + 10);
    }

    *len = 6;

    /* a half of a surrogate pair is a half of four bytes */

    return ((v < 0x80) ? 1 : (v < 0x800) ? 2 : 4) - 6;
}


uint64_t
llmgw_tokens_jstr(llmgw_str_t s)
{
    int64_t        sum;
    unsigned       len;
    const u_char  *p, *end;

    if (s.len == 0) {
        return 0;
    }

    end = s.data + s.len;
    sum = (int64_t) llmgw_tokens_bytes(s.data, end);

    for (p = s.data; p < end; p += len) {

        p = memchr(p, '\\', (size_t) (end - p));

        if (p == NULL) {
            break;
        }

        sum += llmgw_tokens_escape(p, end, &len);
    }

    return (sum > 0) ? (uint64_t) sum : 0;
}


/* by the length of the name: this is asked for each member of each event */

static unsigned
llmgw_tokens_skips(const llmgw_json_t *j, const llmgw_json_node_t *k)
{
    llmgw_str_t  s;

    s = llmgw_json_str(j, k);

    switch (s.len) {

    case 2:
        return llmgw_str_is(s, "id");

    case 4:
        return llmgw_str_is(s, "role") || llmgw_str_is(s, "type")
               || llmgw_str_is(s, "data");

    case 6:
        return llmgw_str_is(s, "status") || llmgw_str_is(s, "object");

    case 7:
        return llmgw_str_is(s, "call_id");

    case 8:
        return llmgw_str_is(s, "b64_json") || llmgw_str_is(s, "mimeType");

    case 9:
        return llmgw_str_is(s, "signature");

    case 11:
        return llmgw_str_is(s, "stop_reason")
               || llmgw_str_is(s, "tool_use_id");

    case 12:
        return llmgw_str_is(s, "finishReason");

    case 13:
        return llmgw_str_is(s, "finish_reason")
               || llmgw_str_is(s, "stop_sequence");

    case 16:
        return llmgw_str_is(s, "thoughtSignature");

    case 17:
        return llmgw_str_is(s, "encrypted_content");

    default:
        return 0;
    }
}


uint64_t
llmgw_tokens_value(const llmgw_json_t *j, const llmgw_json_node_t *v)
{
    uint64_t                  sum;
    const llmgw_json_node_t  *k, *child;

    switch (v->type) {

    case LLMGW_JSON_STRING:
        return llmgw_tokens_jstr(llmgw_json_str(j, v));

    case LLMGW_JSON_ARRAY:
        sum = 0;

        llmgw_json_each(child, v) {
            sum += llmgw_tokens_value(j, child);
        }

        return sum;

    case LLMGW_JSON_OBJECT:
        sum = 0;

        llmgw_json_each_member(k, child, v) {
            if (!llmgw_tokens_skips(j, k)) {
                sum += llmgw_tokens_value(j, child);
            }
        }

        return sum;

    default:
        return 0;
    }
}


/* base64, with or without its "data:" in front */

static unsigned
llmgw_tokens_medium(llmgw_str_t s)
{
    size_t  i;
    u_char  c;

    if (llmgw_str_starts(s, "data:")) {
        return 1;
    }

    if (s.len < LLMGW_TOKENS_BASE64) {
        return 0;
    }

    for (i = 0; i < LLMGW_TOKENS_BASE64; i++) {

        c = s.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '/' && c <= '9') || c == '+' || c == '-' || c == '_'
              || c == '\\'))
        {
            return 0;
        }
    }

    return 1;
}


/* what a member at the top of a request is */

static void
llmgw_tokens_member(llmgw_tokens_t *t, llmgw_str_t name)
{
    size_t  i;

    static const llmgw_str_t  messages[] = {
        llmgw_string("messages"),
        llmgw_string("contents"),
        llmgw_string("chat_history")
    };

    static const llmgw_str_t  texts[] = {
        llmgw_string("system"),
        llmgw_string("systemInstruction"),
        llmgw_string("system_instruction"),
        llmgw_string("instructions"),
        llmgw_string("suffix"),
        llmgw_string("message"),
        llmgw_string("content"),
        llmgw_string("requests"),
        llmgw_string("query"),
        llmgw_string("documents"),
        llmgw_string("texts")
    };

    static const llmgw_str_t  schemas[] = {
        llmgw_string("tools"),
        llmgw_string("functions"),
        llmgw_string("response_format"),
        llmgw_string("text")
    };

    t->counted = 0;
    t->names = 0;
    t->numbers = 0;
    t->messages = 0;

    if (llmgw_str_is(name, "input") || llmgw_str_is(name, "prompt")) {
        t->counted = 1;
        t->numbers = 1;
        t->messages = 1;
        return;
    }

    for (i = 0; i < llmgw_nelts(messages); i++) {
        if (llmgw_str_eq(name, messages[i])) {
            t->counted = 1;
            t->messages = 1;
            return;
        }
    }

    for (i = 0; i < llmgw_nelts(texts); i++) {
        if (llmgw_str_eq(name, texts[i])) {
            t->counted = 1;
            return;
        }
    }

    for (i = 0; i < llmgw_nelts(schemas); i++) {
        if (llmgw_str_eq(name, schemas[i])) {
            t->counted = 1;
            t->names = 1;
            return;
        }
    }
}


/* p is behind the opening quote; returns what is behind the closing one */

static const u_char *
llmgw_tokens_string(llmgw_tokens_t *t, const u_char *p, const u_char *end)
{
    llmgw_str_t    s;
    const u_char  *q;

    for (q = p; /* void */ ; q += 2) {

        q = llmgw_json_quote(q, end);

        if (q >= end || *q == '"') {
            break;
        }
    }

    if (q > end) {
        q = end;
    }

    s = llmgw_str(p, (size_t) (q - p));

    if (q < end) {
        q++;
    }

    for (p = q; p < end && *p <= ' '; p++) { /* void */ }

    if (p < end && *p == ':') {

        if (t->depth == 1) {
            llmgw_tokens_member(t, s);

        } else if (t->names) {
            t->sum += llmgw_tokens_jstr(s);
        }

        if (llmgw_str_is(s, "image_url")) {
            t->link = 1;
        }

        return p + 1;
    }

    if (!t->counted) {
        return q;
    }

    if ((t->link && llmgw_str_starts(s, "http")) || llmgw_tokens_medium(s)) {
        t->sum += 4 * LLMGW_TOKENS_MEDIUM;
        t->link = 0;
        return q;
    }

    t->sum += llmgw_tokens_jstr(s);

    return q;
}


uint64_t
llmgw_tokens_request(llmgw_str_t body)
{
    llmgw_tokens_t  t;
    const u_char   *p, *end;

    memset(&t, 0, sizeof(llmgw_tokens_t));

    p = body.data;
    end = p + body.len;

    while (p < end) {

        switch (*p) {

        case '"':
            p = llmgw_tokens_string(&t, p + 1, end);
            continue;

        case '{':

            /* an element of the list of messages */

            if (t.depth == 2 && t.messages) {
                t.sum += LLMGW_TOKENS_MESSAGE;
            }

            /* fall through */

        case '[':
            t.depth++;
            break;

        case '}':
        case ']':
            t.depth -= (t.depth > 0);
            break;

        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':

            if (t.counted && t.numbers) {
                t.sum += LLMGW_TOKENS_NUMBER;
            }

            while (p < end && *p != ',' && *p != ']' && *p != '}'
                   && *p > ' ')
            {
                p++;
            }

            continue;
        }

        p++;
    }

    return t.sum;
}
