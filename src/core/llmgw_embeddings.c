
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <float.h>

#include "llmgw_check.h"
#include "llmgw_embeddings.h"
#include "llmgw_jstr.h"
#include "llmgw_task.h"


/* more texts than any provider takes at a time */
#define LLMGW_EMBEDDINGS_MAX  65536

/* floats that are packed at a time: whole groups of three bytes */
#define LLMGW_EMBEDDINGS_PACK  192


static llmgw_int_t llmgw_embeddings_input(llmgw_call_t *call,
    llmgw_embeddings_t *em);
static llmgw_int_t llmgw_vectors_base64(llmgw_out_t *o, const u_char *p,
    const u_char *end);
static llmgw_int_t llmgw_vectors_numbers(const u_char *p, const u_char *end);


llmgw_int_t
llmgw_embeddings_read(llmgw_call_t *call, llmgw_embeddings_t *em)
{
    llmgw_int_t               rc;
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v;

    memset(em, 0, sizeof(llmgw_embeddings_t));

    em->dimensions = -1;
    j = &em->doc;

    rc = llmgw_json_parse(&em->doc, call->arena, call->body, 2,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {

        /* the body has been parsed before */

        return LLMGW_ERROR;
    }

    rc = llmgw_embeddings_input(call, em);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_get(j, j->nodes, "encoding_format");

    if (v && v->type != LLMGW_JSON_NULL) {

        em->base64 = v->type == LLMGW_JSON_STRING
                     && llmgw_json_is(j, v, "base64");

        if (!em->base64
            && (v->type != LLMGW_JSON_STRING
                || !llmgw_json_is(j, v, "float")))
        {
            return llmgw_refuse(&call->error, llmgw_lit("invalid_value"),
                                llmgw_lit("encoding_format"),
                                llmgw_lit("\"encoding_format\" must be "
                                          "\"float\" or \"base64\""));
        }
    }

    return llmgw_check_int(j, llmgw_json_get(j, j->nodes, "dimensions"),
                           llmgw_lit("dimensions"), 1, INT32_MAX,
                           &em->dimensions, &call->error, call->arena);
}


static llmgw_int_t
llmgw_embeddings_input(llmgw_call_t *call, llmgw_embeddings_t *em)
{
    const llmgw_json_t       *j;
    const llmgw_json_node_t  *v, *input;

    j = &em->doc;
    input = llmgw_json_get(j, j->nodes, "input");

    if (input == NULL || input->type == LLMGW_JSON_NULL) {
        return llmgw_refuse(&call->error,
                            llmgw_lit("missing_required_parameter"),
                            llmgw_lit("input"),
                            llmgw_lit("\"input\" is missing"));
    }

    if (input->type == LLMGW_JSON_STRING) {
        em->first = input;
        em->last = input + 1;
        em->n = 1;
        em->single = 1;

        return LLMGW_OK;
    }

    if (input->type != LLMGW_JSON_ARRAY || input->span == 1) {
        return llmgw_refuse(&call->error, llmgw_lit("invalid_type"),
                            llmgw_lit("input"),
                            llmgw_lit("\"input\" must be a string or an array "
                                      "of strings that is not empty"));
    }

    em->first = input + 1;
    em->last = input + input->span;

    llmgw_json_each(v, input) {

        if (v->type == LLMGW_JSON_STRING) {
            em->n++;
            continue;
        }

        if (v->type == LLMGW_JSON_NUMBER || v->type == LLMGW_JSON_ARRAY) {
            return llmgw_refuse(&call->error,
                                llmgw_lit("unsupported_parameter"),
                                llmgw_lit("input"),
                                llmgw_lit("\"input\" must be text: the "
                                          "provider does not take token "
                                          "numbers"));
        }

        return llmgw_refuse(&call->error, llmgw_lit("invalid_type"),
                            llmgw_fmt(call->arena, "input[%u]", em->n),
                            llmgw_fmt(call->arena, "\"input[%u]\" must be a "
                                      "string", em->n));
    }

    return llmgw_embeddings_limit(call, em, LLMGW_EMBEDDINGS_MAX);
}


llmgw_int_t
llmgw_embeddings_limit(llmgw_call_t *call, const llmgw_embeddings_t *em,
    uint32_t max)
{
    if (em->n <= max) {
        return LLMGW_OK;
    }

    return llmgw_refuse(&call->error, llmgw_lit("batch_too_large"),
                        llmgw_lit("input"),
                        llmgw_fmt(call->arena, "\"input\" holds %u texts, the "
                                  "provider takes at most %u at a time",
                                  em->n, max));
}


void
llmgw_embeddings_put_texts(llmgw_out_t *o, const llmgw_embeddings_t *em,
    llmgw_str_t name)
{
    const llmgw_json_node_t  *v;

    llmgw_json_key_n(o, (const char *) name.data, name.len);

    llmgw_json_open(o, '[');

    llmgw_embeddings_each(v, em) {
        llmgw_json_put_raw(o, llmgw_json_raw(&em->doc, v));
    }

    llmgw_json_close(o, ']');
}


void
llmgw_embeddings_drop(llmgw_call_t *call, const llmgw_embeddings_t *em,
    const llmgw_str_t *known, size_t n)
{
    static const llmgw_str_t  read[] = {
        llmgw_string("model"),
        llmgw_string("input"),
        llmgw_string("encoding_format")
    };

    llmgw_task_drop(call, &em->doc, read, llmgw_nelts(read), known, n);
}


void
llmgw_vectors_open(llmgw_vectors_t *vs, llmgw_outcome_t *answer,
    const llmgw_embeddings_t *em)
{
    llmgw_out_t  *o;

    vs->answer = answer;
    vs->em = em;
    vs->n = 0;

    o = answer->out;
    o->comma = 0;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "object", llmgw_lit("list"));
    llmgw_json_key(o, "data");
    llmgw_json_open(o, '[');
}


static const u_char *
llmgw_vectors_blank(const u_char *p, const u_char *end)
{
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
        p++;
    }

    return p;
}


llmgw_int_t
llmgw_vectors_put(llmgw_vectors_t *vs, llmgw_str_t array)
{
    llmgw_int_t    rc;
    llmgw_out_t   *o;
    const u_char  *p, *end;

    if (vs->n == vs->em->n || array.len < 2 || array.data[0] != '[') {
        return LLMGW_INVALID;
    }

    end = array.data + array.len - 1;
    p = llmgw_vectors_blank(array.data + 1, end);

    if (p == end) {
        return LLMGW_INVALID;
    }

    o = vs->answer->out;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "object", llmgw_lit("embedding"));
    llmgw_json_member_int(o, "index", vs->n++);
    llmgw_json_key(o, "embedding");

    if (vs->em->base64) {
        rc = llmgw_vectors_base64(o, p, end);

    } else {
        rc = llmgw_vectors_numbers(p, end);

        llmgw_put_compact(o, array);
        o->comma = 1;
    }

    llmgw_json_close(o, '}');

    return rc;
}


/*
 * The next number of an array.  LLMGW_DONE: there is none; *pos is behind it
 * and its comma.
 */

static llmgw_int_t
llmgw_vectors_next(const u_char **pos, const u_char *end, llmgw_str_t *number)
{
    const u_char  *p, *start;

    p = llmgw_vectors_blank(*pos, end);

    if (p == end) {
        return LLMGW_DONE;
    }

    start = p;

    while (p < end && ((*p >= '0' && *p <= '9') || *p == '-' || *p == '.'
                       || *p == '+' || *p == 'e' || *p == 'E'))
    {
        p++;
    }

    *number = llmgw_str(start, (size_t) (p - start));

    p = llmgw_vectors_blank(p, end);

    if (number->len == 0 || (p < end && *p != ',')) {
        return LLMGW_INVALID;
    }

    *pos = (p < end) ? p + 1 : p;

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_vectors_numbers(const u_char *p, const u_char *end)
{
    llmgw_int_t  rc;
    llmgw_str_t  number;

    do {
        rc = llmgw_vectors_next(&p, end, &number);
    } while (rc == LLMGW_OK);

    return (rc == LLMGW_DONE) ? LLMGW_OK : rc;
}


/* little-endian IEEE 754, four bytes each */

static llmgw_int_t
llmgw_vectors_base64(llmgw_out_t *o, const u_char *p, const u_char *end)
{
    float        f;
    size_t       n;
    u_char      *d, packed[LLMGW_EMBEDDINGS_PACK * 4];
    uint32_t     bits;
    llmgw_int_t  rc;
    llmgw_str_t  number;

    llmgw_putc(o, '"');

    do {

        for (n = 0; n < LLMGW_EMBEDDINGS_PACK; n++) {

            rc = llmgw_vectors_next(&p, end, &number);

            if (rc == LLMGW_OK) {
                rc = llmgw_float(number, &f);
            }

            if (rc != LLMGW_OK) {
                break;
            }

            memcpy(&bits, &f, sizeof(uint32_t));

            packed[n * 4] = (u_char) bits;
            packed[n * 4 + 1] = (u_char) (bits >> 8);
            packed[n * 4 + 2] = (u_char) (bits >> 16);
            packed[n * 4 + 3] = (u_char) (bits >> 24);
        }

        if (n) {
            d = llmgw_out_room(o, llmgw_base64_size(n * 4));

            if (d == NULL) {
                return LLMGW_ERROR;
            }

            o->pos = llmgw_base64_encode(d, llmgw_str(packed, n * 4));
        }

    } while (rc == LLMGW_OK);

    llmgw_putc(o, '"');
    o->comma = 1;

    return (rc == LLMGW_DONE) ? LLMGW_OK : rc;
}


llmgw_int_t
llmgw_vectors_close(llmgw_vectors_t *vs, llmgw_str_t model, int64_t tokens)
{
    llmgw_out_t      *o;
    llmgw_usage_t    *u;
    llmgw_outcome_t  *answer;

    answer = vs->answer;

    if (vs->n != vs->em->n) {
        return LLMGW_INVALID;
    }

    o = answer->out;
    u = answer->usage;

    llmgw_json_close(o, ']');
    llmgw_json_member(o, "model", model);

    if (tokens >= 0) {
        u->prompt = tokens;
        u->completion = 0;
        u->total = tokens;
        u->reported = 1;

    } else {
        tokens = 0;
    }

    llmgw_json_key(o, "usage");
    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "prompt_tokens", tokens);
    llmgw_json_member_int(o, "total_tokens", tokens);
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    answer->model = model;

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


/*
 * The value is digits times a power of ten: the first 19 of them, which is
 * more than a double holds.  LLMGW_INVALID: not a number.
 */

static llmgw_int_t
llmgw_float_digits(const u_char *p, const u_char *end, uint64_t *digits,
    int64_t *power)
{
    int64_t   e;
    uint64_t  m;
    unsigned  point, n;

    m = 0;
    n = 0;
    point = 0;
    *power = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p == '.' && !point) {
            point = 1;
            continue;
        }

        if (*p < '0' || *p > '9') {
            break;
        }

        n = 1;

        if (m < (uint64_t) 1000000000000000000) {
            m = m * 10 + (*p - '0');
            *power -= point;

        } else {
            *power += !point;
        }
    }

    *digits = m;

    if (n == 0) {
        return LLMGW_INVALID;
    }

    if (p == end) {
        return LLMGW_OK;
    }

    if ((*p | 0x20) != 'e') {
        return LLMGW_INVALID;
    }

    p++;
    p += (p < end && *p == '+');

    if (llmgw_json_int(llmgw_str(p, (size_t) (end - p)), &e) != LLMGW_OK
        || e > 10000 || e < -10000)
    {
        e = 10000;
    }

    *power += e;

    return LLMGW_OK;
}


/*
 * strtod() takes longer for one number than all the rest does for it.  The
 * first digits give a double that is off by a few units in its last place,
 * which is nothing to a float unless the number stands just between two.
 */

llmgw_int_t
llmgw_float(llmgw_str_t s, float *value)
{
    double    d, slack;
    int64_t   power;
    uint64_t  m;
    unsigned  neg;

    static const double  tens[] = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    neg = (s.len && s.data[0] == '-');

    if (llmgw_float_digits(s.data + neg, s.data + s.len, &m, &power)
        != LLMGW_OK)
    {
        return LLMGW_INVALID;
    }

    if (power >= -22 && power <= 22) {

        d = (power < 0) ? (double) m / tens[-power]
                        : (double) m * tens[power];

        slack = d * 1e-15;

        if (d + slack <= FLT_MAX && (float) (d - slack) == (float) (d + slack))
        {
            *value = neg ? -(float) d : (float) d;
            return LLMGW_OK;
        }
    }

    d = llmgw_json_double(s);

    if (d > FLT_MAX || d < -FLT_MAX) {
        return LLMGW_INVALID;
    }

    *value = (float) d;

    return LLMGW_OK;
}
