
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <stdlib.h>

#include <hiredis/hiredis.h>

#include "llmgw_redis.h"


/* the type and length of a string that is awaited stand in so many bytes */
#define LLMGW_REDIS_HEAD  32


#if (HIREDIS_MAJOR > 0)
typedef size_t  llmgw_redis_count_t;
#else
typedef int     llmgw_redis_count_t;
#endif


static void *llmgw_redis_value(const redisReadTask *task,
    llmgw_redis_type_e type, llmgw_redis_value_t **vp);
static void *llmgw_redis_string(const redisReadTask *task, char *data,
    size_t len);
static void *llmgw_redis_array(const redisReadTask *task,
    llmgw_redis_count_t n);
static void *llmgw_redis_integer(const redisReadTask *task, long long n);
static void *llmgw_redis_nil(const redisReadTask *task);
#if (HIREDIS_MAJOR > 0)
static void *llmgw_redis_double(const redisReadTask *task, double d,
    char *data, size_t len);
static void *llmgw_redis_bool(const redisReadTask *task, int b);
#endif
static void llmgw_redis_object_free(void *v);
static size_t llmgw_redis_code(llmgw_str_t text);


/*
 * hiredis' own functions allocate as many elements as a server says there are,
 * and know types that are none of RESP2.
 */

static const redisReplyObjectFunctions  llmgw_redis_functions = {
    llmgw_redis_string,
    llmgw_redis_array,
    llmgw_redis_integer,
#if (HIREDIS_MAJOR > 0)
    llmgw_redis_double,
#endif
    llmgw_redis_nil,
#if (HIREDIS_MAJOR > 0)
    llmgw_redis_bool,
#endif
    llmgw_redis_object_free
};


static const struct {
    llmgw_str_t          code;
    llmgw_redis_error_e  error;
} llmgw_redis_errors[] = {
    { llmgw_string("LOADING"), LLMGW_REDIS_E_AWAY },
    { llmgw_string("BUSY"), LLMGW_REDIS_E_AWAY },
    { llmgw_string("MASTERDOWN"), LLMGW_REDIS_E_AWAY },
    { llmgw_string("CLUSTERDOWN"), LLMGW_REDIS_E_AWAY },
    { llmgw_string("TRYAGAIN"), LLMGW_REDIS_E_AWAY },
    { llmgw_string("READONLY"), LLMGW_REDIS_E_READONLY },
    { llmgw_string("OOM"), LLMGW_REDIS_E_WRITES },
    { llmgw_string("MISCONF"), LLMGW_REDIS_E_WRITES },
    { llmgw_string("NOREPLICAS"), LLMGW_REDIS_E_WRITES },
    { llmgw_string("NOAUTH"), LLMGW_REDIS_E_AUTH },
    { llmgw_string("WRONGPASS"), LLMGW_REDIS_E_AUTH },
    { llmgw_string("NOPERM"), LLMGW_REDIS_E_AUTH },
    { llmgw_string("NOSCRIPT"), LLMGW_REDIS_E_SCRIPT },
    { llmgw_string("MOVED"), LLMGW_REDIS_E_MOVED },
    { llmgw_string("ASK"), LLMGW_REDIS_E_MOVED },
    { llmgw_string("CROSSSLOT"), LLMGW_REDIS_E_MOVED },
    { llmgw_string("WRONGTYPE"), LLMGW_REDIS_E_TYPE }
};


llmgw_int_t
llmgw_redis_init(llmgw_redis_t *r, llmgw_arena_t *a, size_t max)
{
    memset(r, 0, sizeof(llmgw_redis_t));

    r->reader = redisReaderCreateWithFunctions(
                        (redisReplyObjectFunctions *) &llmgw_redis_functions);
    if (r->reader == NULL) {
        return LLMGW_ERROR;
    }

    r->arena = a;
    r->max = max;
    r->reader->privdata = r;

    return LLMGW_OK;
}


void
llmgw_redis_free(llmgw_redis_t *r)
{
    if (r->reader != NULL) {
        redisReaderFree(r->reader);
        r->reader = NULL;
    }
}


int
llmgw_redis_idle(const llmgw_redis_t *r)
{
    return r->reader->ridx == -1 && r->reader->len == r->reader->pos;
}


llmgw_int_t
llmgw_redis_feed(llmgw_redis_t *r, llmgw_str_t data)
{
    size_t        waiting;
    redisReader  *reader;

    reader = r->reader;

    if (r->why != NULL) {
        return LLMGW_INVALID;
    }

    waiting = reader->len - reader->pos;

    /* what is waiting is less than one element */

    if (data.len > r->max || waiting > r->max - data.len) {
        r->why = "the reply is too large";
        return LLMGW_INVALID;
    }

    /* a line would be searched for its end again with each piece of it */

    if (waiting > LLMGW_REDIS_LINE
        && memchr(reader->buf + reader->pos, '\n', LLMGW_REDIS_HEAD) == NULL)
    {
        r->why = "a line is too long";
        return LLMGW_INVALID;
    }

    if (redisReaderFeed(reader, (const char *) data.data, data.len)
        != REDIS_OK)
    {
        r->why = "no memory";
        return LLMGW_INVALID;
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_redis_next(llmgw_redis_t *r, llmgw_redis_value_t **v)
{
    void  *reply;

    if (r->why != NULL) {
        return LLMGW_INVALID;
    }

    /* asked with nothing to read, the reader takes a reply for begun */

    if (llmgw_redis_idle(r)) {
        return LLMGW_AGAIN;
    }

    if (redisReaderGetReply(r->reader, &reply) != REDIS_OK) {

        if (r->why == NULL) {
            r->why = "what came is no reply of a Redis server";
        }

        return LLMGW_INVALID;
    }

    if (reply == NULL) {
        return LLMGW_AGAIN;
    }

    r->elements = 0;
    r->bytes = 0;

    *v = reply;

    return LLMGW_OK;
}


/* A value in its place; NULL ends the reading. */

static void *
llmgw_redis_value(const redisReadTask *task, llmgw_redis_type_e type,
    llmgw_redis_value_t **vp)
{
    llmgw_redis_t        *r;
    llmgw_redis_value_t  *v, *parent;

    r = task->privdata;

    v = llmgw_calloc(r->arena, sizeof(llmgw_redis_value_t));
    if (v == NULL) {
        r->why = "no memory";
        return NULL;
    }

    v->type = type;

    if (task->parent != NULL) {
        parent = task->parent->obj;
        parent->elts[task->idx] = v;
    }

    *vp = v;

    return v;
}


static void *
llmgw_redis_string(const redisReadTask *task, char *data, size_t len)
{
    llmgw_redis_t        *r;
    llmgw_redis_type_e    type;
    llmgw_redis_value_t  *v;

    r = task->privdata;

    switch (task->type) {

    case REDIS_REPLY_STRING:
        type = LLMGW_REDIS_STRING;
        break;

    case REDIS_REPLY_STATUS:
        type = LLMGW_REDIS_STATUS;
        break;

    case REDIS_REPLY_ERROR:
        type = LLMGW_REDIS_ERROR;
        break;

    default:
        r->why = "the reply has a type of RESP3";
        return NULL;
    }

    if (len > r->max - r->bytes) {
        r->why = "the reply is too large";
        return NULL;
    }

    r->bytes += len;

    if (llmgw_redis_value(task, type, &v) == NULL) {
        return NULL;
    }

    v->str = llmgw_str_dup(r->arena, llmgw_str((u_char *) data, len));

    if (v->str.data == NULL) {
        r->why = "no memory";
        return NULL;
    }

    return v;
}


static void *
llmgw_redis_array(const redisReadTask *task, llmgw_redis_count_t n)
{
    unsigned              depth;
    llmgw_redis_t        *r;
    const redisReadTask  *t;
    llmgw_redis_value_t  *v;

    r = task->privdata;

    if (task->type != REDIS_REPLY_ARRAY) {
        r->why = "the reply has a type of RESP3";
        return NULL;
    }

    depth = 0;

    for (t = task->parent; t != NULL; t = t->parent) {
        depth++;
    }

    if (depth >= LLMGW_REDIS_DEPTH) {
        r->why = "the reply is nested too deep";
        return NULL;
    }

    if ((size_t) n > LLMGW_REDIS_ELEMENTS - r->elements) {
        r->why = "the reply has too many elements";
        return NULL;
    }

    r->elements += n;

    if (llmgw_redis_value(task, LLMGW_REDIS_ARRAY, &v) == NULL) {
        return NULL;
    }

    v->n = n;
    v->elts = llmgw_calloc(r->arena,
                           (n + 1) * sizeof(llmgw_redis_value_t *));

    if (v->elts == NULL) {
        r->why = "no memory";
        return NULL;
    }

    return v;
}


static void *
llmgw_redis_integer(const redisReadTask *task, long long n)
{
    llmgw_redis_value_t  *v;

    if (llmgw_redis_value(task, LLMGW_REDIS_INTEGER, &v) == NULL) {
        return NULL;
    }

    v->number = n;

    return v;
}


static void *
llmgw_redis_nil(const redisReadTask *task)
{
    llmgw_redis_t        *r;
    llmgw_redis_value_t  *v;

    r = task->privdata;

    if (task->type != REDIS_REPLY_STRING && task->type != REDIS_REPLY_ARRAY) {
        r->why = "the reply has a type of RESP3";
        return NULL;
    }

    return llmgw_redis_value(task, LLMGW_REDIS_NIL, &v);
}


#if (HIREDIS_MAJOR > 0)

static void *
llmgw_redis_double(const redisReadTask *task, double d, char *data,
    size_t len)
{
    llmgw_redis_t  *r;

    r = task->privdata;
    r->why = "the reply has a type of RESP3";

    return NULL;
}


static void *
llmgw_redis_bool(const redisReadTask *task, int b)
{
    return llmgw_redis_double(task, 0, NULL, 0);
}

#endif


static void
llmgw_redis_object_free(void *v)
{
    /* the arena's */
}


llmgw_int_t
llmgw_redis_format(llmgw_str_t *args, unsigned n, char **cmd, size_t *len)
{
    long long      rc;
    unsigned       i;
    const char   **argv;
    size_t        *lens;
    const char    *argv_few[16];
    size_t         lens_few[16];

    if (n == 0) {
        return LLMGW_ERROR;
    }

    argv = argv_few;
    lens = lens_few;

    if (n > llmgw_nelts(argv_few)) {

        argv = malloc(n * (sizeof(char *) + sizeof(size_t)));
        if (argv == NULL) {
            return LLMGW_ERROR;
        }

        lens = (size_t *) (argv + n);
    }

    for (i = 0; i < n; i++) {
        argv[i] = args[i].len ? (const char *) args[i].data : "";
        lens[i] = args[i].len;
    }

    rc = redisFormatCommandArgv(cmd, n, argv, lens);

    if (argv != argv_few) {
        free(argv);
    }

    if (rc < 0) {
        return LLMGW_ERROR;
    }

    *len = rc;

    return LLMGW_OK;
}


void
llmgw_redis_format_free(char *cmd)
{
    redisFreeCommand(cmd);
}


static size_t
llmgw_redis_code(llmgw_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len && text.data[i] >= 'A' && text.data[i] <= 'Z';
         i++)
    {
        /* void */
    }

    return i;
}


llmgw_redis_error_e
llmgw_redis_error(llmgw_str_t text)
{
    size_t        n, i;
    llmgw_str_t   code;
    const u_char  *p;

    n = llmgw_redis_code(text);

    if (n == 3 && memcmp(text.data, "ERR", 3) == 0) {

        /* "ERR Error running script (call to f_…): …: -READONLY You …" */

        p = llmgw_str_find(text, llmgw_lit(": -"));

        if (p != NULL && llmgw_str_starts(text, "ERR Error running script")) {
            text.len -= p + 3 - text.data;
            text.data = p + 3;
            n = llmgw_redis_code(text);
        }
    }

    code = llmgw_str(text.data, n);

    for (i = 0; i < llmgw_nelts(llmgw_redis_errors); i++) {
        if (llmgw_str_eq(code, llmgw_redis_errors[i].code)) {
            return llmgw_redis_errors[i].error;
        }
    }

    return LLMGW_REDIS_E_OTHER;
}


llmgw_int_t
llmgw_redis_decimal(llmgw_str_t s, int64_t *n)
{
    size_t    i;
    uint64_t  value, limit;

    i = (s.len > 1 && s.data[0] == '-');
    limit = (uint64_t) INT64_MAX + i;

    if (s.len == i || (s.data[i] == '0' && s.len > 1)) {
        return LLMGW_INVALID;
    }

    for (value = 0; i < s.len; i++) {

        if (s.data[i] < '0' || s.data[i] > '9'
            || value > (limit - (s.data[i] - '0')) / 10)
        {
            return LLMGW_INVALID;
        }

        value = value * 10 + (s.data[i] - '0');
    }

    *n = s.data[0] == '-' ? (int64_t) (0 - value) : (int64_t) value;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_redis_number(const llmgw_redis_value_t *v, int64_t *n)
{
    if (v->type == LLMGW_REDIS_INTEGER) {
        *n = v->number;
        return LLMGW_OK;
    }

    if (v->type == LLMGW_REDIS_STRING) {
        return llmgw_redis_decimal(v->str, n);
    }

    return LLMGW_INVALID;
}


u_char *
llmgw_redis_put_decimal(u_char *p, int64_t n)
{
    size_t    i;
    uint64_t  value;
    u_char    digits[LLMGW_REDIS_DECIMAL];

    value = n < 0 ? 0 - (uint64_t) n : (uint64_t) n;

    if (n < 0) {
        *p++ = '-';
    }

    i = 0;

    do {
        digits[i++] = (u_char) ('0' + value % 10);
        value /= 10;
    } while (value);

    while (i) {
        *p++ = digits[--i];
    }

    return p;
}
