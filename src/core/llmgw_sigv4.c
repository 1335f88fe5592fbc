
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_digest.h"
#include "llmgw_error.h"
#include "llmgw_sigv4.h"


#define LLMGW_SIGV4_NAMES  "content-type;host;x-amz-date"
#define LLMGW_SIGV4_TOKEN  ";x-amz-security-token"


static llmgw_int_t llmgw_sigv4_date(llmgw_sigv4_t *s, llmgw_arena_t *a);
static llmgw_int_t llmgw_sigv4_canonical(llmgw_sigv4_t *s, llmgw_sha256_t *md,
    llmgw_arena_t *a);
static llmgw_int_t llmgw_sigv4_derive(llmgw_sigv4_t *s, llmgw_sha256_t *md,
    llmgw_arena_t *a);
static void llmgw_sigv4_put_path(llmgw_out_t *o, llmgw_str_t path);
static void llmgw_sigv4_put_value(llmgw_out_t *o, llmgw_str_t value);
static void llmgw_sigv4_put_hex(llmgw_out_t *o, const u_char *digest);


llmgw_int_t
llmgw_sigv4(llmgw_sigv4_t *s, llmgw_arena_t *a)
{
    llmgw_int_t     rc;
    llmgw_sha256_t  md;

    if (llmgw_sigv4_date(s, a) != LLMGW_OK
        || llmgw_sha256_init(&md) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    rc = llmgw_sigv4_canonical(s, &md, a);

    if (rc == LLMGW_OK) {
        rc = llmgw_sigv4_derive(s, &md, a);
    }

    llmgw_sha256_free(&md);

    if (!s->keep_key) {
        llmgw_wipe(s->key, sizeof(s->key));
    }

    return rc;
}


/* 20261122T101500Z */

static llmgw_int_t
llmgw_sigv4_date(llmgw_sigv4_t *s, llmgw_arena_t *a)
{
    int64_t  days, sec, era, doe, yoe, doy, month;

    days = s->now / 86400 + 719468;
    sec = s->now % 86400;

    /* the civil calendar, in eras of 400 years that begin in March */

    era = days / 146097;
    doe = days - era * 146097;
    yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    month = (5 * doy + 2) / 153;

    s->date = llmgw_fmt(a, "%04u%02u%02uT%02u%02u%02uZ",
                        (unsigned) (era * 400 + yoe + (month >= 10)),
                        (unsigned) (month < 10 ? month + 3 : month - 9),
                        (unsigned) (doy - (153 * month + 2) / 5 + 1),
                        (unsigned) (sec / 3600), (unsigned) (sec / 60 % 60),
                        (unsigned) (sec % 60));

    return s->date.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_sigv4_canonical(llmgw_sigv4_t *s, llmgw_sha256_t *md, llmgw_arena_t *a)
{
    u_char              digest[LLMGW_SHA256_LEN];
    llmgw_out_t         o;
    const llmgw_seg_t  *seg;

    for (seg = s->body; seg; seg = seg->next) {
        if (llmgw_sha256_update(md, llmgw_str(seg->pos,
                                           (size_t) (seg->last - seg->pos)))
            != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }
    }

    if (llmgw_sha256_final(md, digest) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    llmgw_out_init(&o, a, 1024, 0, 0);

    llmgw_puts(&o, "POST\n");
    llmgw_sigv4_put_path(&o, s->path);
    llmgw_puts(&o, "\n\ncontent-type:");
    llmgw_sigv4_put_value(&o, s->content_type);
    llmgw_puts(&o, "\nhost:");
    llmgw_sigv4_put_value(&o, s->host);
    llmgw_puts(&o, "\nx-amz-date:");
    llmgw_put(&o, s->date);

    if (s->session_token.len) {
        llmgw_puts(&o, "\nx-amz-security-token:");
        llmgw_sigv4_put_value(&o, s->session_token);
    }

    llmgw_puts(&o, "\n\n" LLMGW_SIGV4_NAMES);

    if (s->session_token.len) {
        llmgw_puts(&o, LLMGW_SIGV4_TOKEN);
    }

    llmgw_putc(&o, '\n');
    llmgw_sigv4_put_hex(&o, digest);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    s->canonical = llmgw_out_join(&o, a);

    return s->canonical.data ? LLMGW_OK : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_sigv4_derive(llmgw_sigv4_t *s, llmgw_sha256_t *md, llmgw_arena_t *a)
{
    size_t        i;
    u_char        digest[LLMGW_SHA256_LEN];
    llmgw_str_t   scope, key;
    llmgw_out_t   o;

    const llmgw_str_t  texts[] = {
        llmgw_str(s->date.data, 8), s->region, s->service,
        llmgw_lit("aws4_request")
    };

    scope = llmgw_fmt(a, "%.8s/%.*s/%.*s/aws4_request",
                      (const char *) s->date.data, llmgw_arg(s->region),
                      llmgw_arg(s->service));
    key = llmgw_fmt(a, "AWS4%.*s", llmgw_arg(s->secret_access_key));

    if (scope.data == NULL || key.data == NULL
        || llmgw_sha256_update(md, s->canonical) != LLMGW_OK
        || llmgw_sha256_final(md, digest) != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_out_init(&o, a, 256, 0, 0);

    llmgw_puts(&o, "AWS4-HMAC-SHA256\n");
    llmgw_put(&o, s->date);
    llmgw_putc(&o, '\n');
    llmgw_put(&o, scope);
    llmgw_putc(&o, '\n');
    llmgw_sigv4_put_hex(&o, digest);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    s->to_sign = llmgw_out_join(&o, a);
    if (s->to_sign.data == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < llmgw_nelts(texts); i++) {

        if (llmgw_sha256_hmac(md, i ? llmgw_str(s->key, sizeof(s->key)) : key,
                              texts[i], s->key)
            != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }
    }

    llmgw_wipe((u_char *) key.data, key.len);

    if (llmgw_sha256_hmac(md, llmgw_str(s->key, sizeof(s->key)), s->to_sign,
                          digest)
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_out_init(&o, a, 512, 0, 0);

    llmgw_puts(&o, "AWS4-HMAC-SHA256 Credential=");
    llmgw_put(&o, s->access_key_id);
    llmgw_putc(&o, '/');
    llmgw_put(&o, scope);
    llmgw_puts(&o, ", SignedHeaders=" LLMGW_SIGV4_NAMES);

    if (s->session_token.len) {
        llmgw_puts(&o, LLMGW_SIGV4_TOKEN);
    }

    llmgw_puts(&o, ", Signature=");
    llmgw_sigv4_put_hex(&o, digest);

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    s->authorization = llmgw_out_join(&o, a);

    return s->authorization.data ? LLMGW_OK : LLMGW_ERROR;
}


/* every segment is encoded once more: all services but S3 want that */

static void
llmgw_sigv4_put_path(llmgw_out_t *o, llmgw_str_t path)
{
    u_char  c;
    size_t  i;

    static const char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < path.len; i++) {

        c = path.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'
            || c == '~' || c == '/')
        {
            llmgw_putc(o, c);
            continue;
        }

        llmgw_putc(o, '%');
        llmgw_putc(o, (u_char) hex[c >> 4]);
        llmgw_putc(o, (u_char) hex[c & 0x0f]);
    }
}


/* without blanks at its ends, and one for several inside */

static void
llmgw_sigv4_put_value(llmgw_out_t *o, llmgw_str_t value)
{
    size_t    i;
    unsigned  blank, begun;

    blank = 0;
    begun = 0;

    for (i = 0; i < value.len; i++) {

        if (value.data[i] == ' ' || value.data[i] == '\t') {
            blank = begun;
            continue;
        }

        if (blank) {
            llmgw_putc(o, ' ');
            blank = 0;
        }

        begun = 1;
        llmgw_putc(o, value.data[i]);
    }
}


static void
llmgw_sigv4_put_hex(llmgw_out_t *o, const u_char *digest)
{
    u_char  text[2 * LLMGW_SHA256_LEN];

    (void) llmgw_hex(text, digest, LLMGW_SHA256_LEN);
    llmgw_put_n(o, text, sizeof(text));
}
