
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_digest.h"
#include "llmgw_redis_model.h"


static int llmgw_redis_plain(llmgw_str_t id);
static llmgw_int_t llmgw_redis_totals(llmgw_arena_t *a,
    const llmgw_redis_value_t *spend, llmgw_redis_record_t *record);
static llmgw_redis_total_t *llmgw_redis_total(llmgw_redis_record_t *record,
    llmgw_str_t meter);
static llmgw_str_t llmgw_redis_token(llmgw_str_t *text);


#define llmgw_redis_letter(c)                                                \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z')                \
     || ((c) >= '0' && (c) <= '9'))


int
llmgw_redis_prefix_valid(llmgw_str_t prefix)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < prefix.len; i++) {

        c = prefix.data[i];

        if (!llmgw_redis_letter(c) && c != '.' && c != '_' && c != '-'
            && c != ':')
        {
            return 0;
        }
    }

    return prefix.len > 0 && prefix.len <= LLMGW_REDIS_PREFIX;
}


/* Braces, wildcards, quotes and all that a shell knows are not plain. */

static int
llmgw_redis_plain(llmgw_str_t id)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < id.len; i++) {

        c = id.data[i];

        if (!llmgw_redis_letter(c) && c != '.' && c != '_' && c != '-'
            && c != ':' && c != '@' && c != '/' && c != '+' && c != '=')
        {
            return 0;
        }
    }

    return id.len > 0 && id.len <= LLMGW_REDIS_PLAIN;
}


llmgw_str_t
llmgw_redis_name(u_char *buf, llmgw_str_t prefix, llmgw_str_t kind,
    llmgw_str_t id, const char *suffix)
{
    size_t   len;
    u_char  *p;
    u_char   digest[LLMGW_SHA256_LEN];

    p = buf;

    memcpy(p, prefix.data, prefix.len);
    p += prefix.len;
    *p++ = ':';
    *p++ = '{';
    memcpy(p, kind.data, kind.len);
    p += kind.len;
    *p++ = ':';

    if (llmgw_redis_plain(id)) {
        memcpy(p, id.data, id.len);
        p += id.len;

    } else {

        if (llmgw_sha256(id, digest) != LLMGW_OK) {
            return llmgw_null_str;
        }

        *p++ = '~';
        p = llmgw_hex(p, digest, sizeof(digest));
    }

    *p++ = '}';

    len = strlen(suffix);
    memcpy(p, suffix, len);
    p += len;

    return llmgw_str(buf, p - buf);
}


llmgw_str_t
llmgw_redis_word(u_char *buf, llmgw_str_t prefix, const char *name,
    llmgw_str_t more)
{
    size_t   len;
    u_char  *p;

    p = buf;
    len = strlen(name);

    memcpy(p, prefix.data, prefix.len);
    p += prefix.len;
    *p++ = ':';
    memcpy(p, name, len);
    p += len;

    if (more.len) {
        memcpy(p, more.data, more.len);
        p += more.len;
    }

    return llmgw_str(buf, p - buf);
}


llmgw_int_t
llmgw_redis_pair(const llmgw_redis_value_t *v, llmgw_redis_pair_t *pair)
{
    if (v->type != LLMGW_REDIS_ARRAY || v->n != 2
        || v->elts[0]->type != LLMGW_REDIS_INTEGER
        || v->elts[1]->type != LLMGW_REDIS_INTEGER)
    {
        return LLMGW_INVALID;
    }

    pair->code = v->elts[0]->number;
    pair->number = v->elts[1]->number;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_redis_record(llmgw_arena_t *a, llmgw_str_t id,
    const llmgw_redis_value_t *fields, const llmgw_redis_value_t *spend,
    llmgw_redis_record_t *record)
{
    size_t   i;
    int64_t  n;

    memset(record, 0, sizeof(llmgw_redis_record_t));

    if (fields->type != LLMGW_REDIS_ARRAY || fields->n != 3) {
        record->why = "the reply is not that of HMGET";
        return LLMGW_INVALID;
    }

    for (i = 0; i < fields->n; i++) {
        if (fields->elts[i]->type != LLMGW_REDIS_STRING
            && fields->elts[i]->type != LLMGW_REDIS_NIL)
        {
            record->why = "the reply is not that of HMGET";
            return LLMGW_INVALID;
        }
    }

    if (fields->elts[1]->type == LLMGW_REDIS_NIL) {
        return LLMGW_DECLINED;
    }

    record->id = id;
    record->json = fields->elts[1]->str;

    if (record->json.len > LLMGW_RECORD_MAX) {
        record->why = "the record is too large";
        return LLMGW_INVALID;
    }

    if (fields->elts[0]->type == LLMGW_REDIS_STRING
        && !llmgw_str_eq(fields->elts[0]->str, id))
    {
        record->why = "the field \"id\" has another id";
        return LLMGW_INVALID;
    }

    /* the same that scripts make of it */

    record->version = 1;

    if (llmgw_redis_number(fields->elts[2], &n) == LLMGW_OK
        && n > 0 && n < 1000000000000000LL)
    {
        record->version = n;
    }

    return spend ? llmgw_redis_totals(a, spend, record) : LLMGW_OK;
}


static llmgw_int_t
llmgw_redis_totals(llmgw_arena_t *a, const llmgw_redis_value_t *spend,
    llmgw_redis_record_t *record)
{
    size_t                      i;
    int64_t                     n;
    llmgw_str_t                 name, meter, value;
    const u_char               *p;
    llmgw_redis_total_t        *t;

    if (spend->type != LLMGW_REDIS_ARRAY || spend->n % 2) {
        record->why = "the reply is not that of HGETALL";
        return LLMGW_INVALID;
    }

    record->totals = llmgw_alloc(a, (spend->n / 2 + 1)
                                    * sizeof(llmgw_redis_total_t));
    if (record->totals == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < spend->n; i += 2) {

        if (spend->elts[i]->type != LLMGW_REDIS_STRING
            || spend->elts[i + 1]->type != LLMGW_REDIS_STRING)
        {
            record->why = "the reply is not that of HGETALL";
            return LLMGW_INVALID;
        }

        name = spend->elts[i]->str;
        value = spend->elts[i + 1]->str;
        meter = llmgw_null_str;

        p = name.len ? memchr(name.data, ':', name.len) : NULL;

        if (p != NULL) {
            meter = llmgw_str(p + 1, name.data + name.len - p - 1);
            name.len = p - name.data;
        }

        if ((!llmgw_str_is(name, "spend") && !llmgw_str_is(name, "total")
             && !llmgw_str_is(name, "reset_at"))
            || meter.len > LLMGW_RECORD_TEXT)
        {
            continue;
        }

        if (llmgw_redis_decimal(value, &n) != LLMGW_OK
            || n > 999999999999999999LL || n < -999999999999999999LL)
        {
            record->damaged = 1;
            continue;
        }

        t = llmgw_redis_total(record, meter);

        if (t == NULL) {
            record->damaged = 1;
            continue;
        }

        if (name.data[0] == 's') {
            t->spend = n;

        } else if (name.data[0] == 't') {
            t->total = n;

        } else {
            t->reset_at = n;
        }
    }

    return LLMGW_OK;
}


static llmgw_redis_total_t *
llmgw_redis_total(llmgw_redis_record_t *record, llmgw_str_t meter)
{
    size_t                i;
    llmgw_redis_total_t  *t;

    /* fields of a meter mostly follow each other: the last one comes first */

    for (i = record->ntotals; i-- > 0; /* void */ ) {
        if (llmgw_str_eq(record->totals[i].meter, meter)) {
            return &record->totals[i];
        }
    }

    if (record->ntotals == LLMGW_REDIS_METERS) {
        return NULL;
    }

    t = &record->totals[record->ntotals++];

    memset(t, 0, sizeof(llmgw_redis_total_t));
    t->meter = meter;

    return t;
}


/* The text up to a blank, and what follows that. */

static llmgw_str_t
llmgw_redis_token(llmgw_str_t *text)
{
    llmgw_str_t    token;
    const u_char  *p;

    token = *text;
    p = text->len ? memchr(text->data, ' ', text->len) : NULL;

    if (p == NULL) {
        *text = llmgw_null_str;
        return token;
    }

    token.len = p - text->data;
    text->len -= token.len + 1;
    text->data = p + 1;

    return token;
}


llmgw_int_t
llmgw_redis_change(llmgw_str_t text, llmgw_redis_change_t *c)
{
    llmgw_str_t  verb;

    verb = llmgw_redis_token(&text);

    c->del = llmgw_str_is(verb, "del");

    if (!c->del && !llmgw_str_is(verb, "put")) {
        return LLMGW_INVALID;
    }

    if (llmgw_redis_decimal(llmgw_redis_token(&text), &c->version) != LLMGW_OK
        || c->version < 0)
    {
        return LLMGW_INVALID;
    }

    c->kind = llmgw_kind_find(llmgw_redis_token(&text));

    if (c->kind >= LLMGW_KINDS) {
        return LLMGW_INVALID;
    }

    c->id = text;

    return (text.len == 0 || llmgw_id_valid(c->kind, text)) ? LLMGW_OK
                                                            : LLMGW_INVALID;
}


u_char *
llmgw_redis_news_write(u_char *p, const llmgw_redis_news_t *n)
{
    size_t       i;
    llmgw_str_t  kind;
    int64_t      numbers[5];

    kind = llmgw_kind_name(n->kind);

    memcpy(p, kind.data, kind.len);
    p += kind.len;

    numbers[0] = n->id.len;
    numbers[1] = n->total.meter.len;
    numbers[2] = n->total.spend;
    numbers[3] = n->total.total;
    numbers[4] = n->total.reset_at;

    for (i = 0; i < llmgw_nelts(numbers); i++) {
        *p++ = ' ';
        p = llmgw_redis_put_decimal(p, numbers[i]);
    }

    *p++ = ' ';
    memcpy(p, n->id.data, n->id.len);
    p += n->id.len;

    *p++ = ' ';

    if (n->total.meter.len) {
        memcpy(p, n->total.meter.data, n->total.meter.len);
        p += n->total.meter.len;
    }

    *p++ = '\n';

    return p;
}


llmgw_int_t
llmgw_redis_news_read(llmgw_str_t *text, llmgw_redis_news_t *n)
{
    size_t       i, len, meter;
    llmgw_str_t  rest;
    int64_t      numbers[5];

    if (text->len == 0) {
        return LLMGW_DONE;
    }

    rest = *text;

    n->kind = llmgw_kind_find(llmgw_redis_token(&rest));

    if (n->kind >= LLMGW_KINDS) {
        return LLMGW_INVALID;
    }

    for (i = 0; i < llmgw_nelts(numbers); i++) {
        if (llmgw_redis_decimal(llmgw_redis_token(&rest), &numbers[i])
            != LLMGW_OK)
        {
            return LLMGW_INVALID;
        }
    }

    if (numbers[0] < 1 || numbers[0] > LLMGW_RECORD_ID
        || numbers[1] < 0 || numbers[1] > LLMGW_RECORD_TEXT)
    {
        return LLMGW_INVALID;
    }

    len = numbers[0];
    meter = numbers[1];

    if (rest.len < len + meter + 2 || rest.data[len] != ' '
        || rest.data[len + 1 + meter] != '\n')
    {
        return LLMGW_INVALID;
    }

    n->id = llmgw_str(rest.data, len);
    n->total.meter = llmgw_str(rest.data + len + 1, meter);
    n->total.spend = numbers[2];
    n->total.total = numbers[3];
    n->total.reset_at = numbers[4];

    if (!llmgw_id_valid(n->kind, n->id)) {
        return LLMGW_INVALID;
    }

    text->data = rest.data + len + meter + 2;
    text->len = rest.len - len - meter - 2;

    return LLMGW_OK;
}
