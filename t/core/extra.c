
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Vectors that are no calls: signatures and frames of AWS.
 *
 *     extra DIRECTORY
 */


#include <jansson.h>

#include "test.h"
#include "llmgw_aws.h"
#include "llmgw_digest.h"
#include "llmgw_eventstream.h"
#include "llmgw_jstr.h"
#include "llmgw_sigv4.h"


typedef struct {
    unsigned      n;
    u_char        text[16384];
    size_t        len;
    llmgw_int_t   rc;          /* what the handler returns */
} frames_t;


static llmgw_str_t
text(json_t *object, const char *name)
{
    json_t  *v;

    v = json_object_get(object, name);

    return llmgw_str((u_char *) json_string_value(v), json_string_length(v));
}


static int64_t
seconds(llmgw_str_t s)
{
    int      y, m, d, h, i, sec;
    int64_t  days;

    if (sscanf((char *) s.data, "%4d%2d%2dT%2d%2d%2dZ", &y, &m, &d, &h, &i,
               &sec)
        != 6)
    {
        return -1;
    }

    /* by counting, unlike the library */

    days = 0;

    while (--y >= 1970) {
        days += (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) ? 366 : 365;
    }

    sscanf((char *) s.data, "%4d", &y);

    while (--m > 0) {
        days += (m == 2) ? 28 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
                         : 30 + ((m + (m > 7)) % 2);
    }

    return ((days + d - 1) * 24 + h) * 3600 + i * 60 + sec;
}


static void
sigv4(json_t *c)
{
    u_char              hex[2 * LLMGW_SIGV4_KEY];
    size_t              i;
    test_mem_t          m;
    llmgw_str_t         body;
    llmgw_seg_t         seg[3];
    llmgw_sigv4_t       s;
    llmgw_error_t       e;
    llmgw_header_t     *h;
    llmgw_upstream_t    up;
    llmgw_credential_t  cred;

    test_case("sigv4 %s", json_string_value(json_object_get(c, "name")));
    test_mem_init(&m, 0, 0);

    memset(&s, 0, sizeof(llmgw_sigv4_t));
    memset(seg, 0, sizeof(seg));

    body = text(c, "body");

    /* the body in pieces, one of them empty */

    seg[0].pos = body.data;
    seg[0].last = body.data + body.len / 3;
    seg[0].next = &seg[1];
    seg[1].pos = seg[0].last;
    seg[1].last = seg[0].last;
    seg[1].next = &seg[2];
    seg[2].pos = seg[0].last;
    seg[2].last = body.data + body.len;

    s.access_key_id = text(c, "access_key_id");
    s.secret_access_key = text(c, "secret_access_key");
    s.session_token = text(c, "session_token");
    s.region = text(c, "region");
    s.service = text(c, "service");
    s.host = text(c, "host");
    s.path = text(c, "request_path");
    s.content_type = llmgw_lit("application/json");
    s.now = seconds(text(c, "time"));
    s.body = seg;
    s.keep_key = 1;

    check_int(llmgw_sigv4(&s, &m.arena), LLMGW_OK);
    check_str(s.date, text(c, "time"));
    check_str(s.canonical, text(c, "canonical_request"));
    check_str(s.to_sign, text(c, "string_to_sign"));
    check_str(s.authorization, text(c, "authorization"));

    (void) llmgw_hex(hex, s.key, sizeof(s.key));
    check_str(llmgw_str(hex, sizeof(hex)), text(c, "signing_key_hex"));

    /* the same as headers of a request */

    memset(&cred, 0, sizeof(llmgw_credential_t));
    memset(&up, 0, sizeof(llmgw_upstream_t));

    cred.access_key_id = s.access_key_id;
    cred.secret_access_key = s.secret_access_key;
    cred.session_token = s.session_token;

    up.path = s.path;
    up.body.head = seg;

    check_int(llmgw_aws_authorize(s.service, &cred, s.host, s.now, &up,
                                  &m.arena, &e), LLMGW_OK);
    i = 0;

    for (h = up.headers; h; h = h->next) {

        i++;

        if (llmgw_str_is(h->name, "authorization")) {
            check_str(h->value, text(c, "authorization"));

        } else if (llmgw_str_is(h->name, "x-amz-date")) {
            check_str(h->value, text(c, "time"));

        } else {
            check_lit(h->name, "x-amz-security-token");
            check_str(h->value, s.session_token);
        }
    }

    check_int(i, s.session_token.len ? 3 : 2);

    test_mem_free(&m);
}


static void
sigv4_chaos(json_t *c)
{
    long           n;
    unsigned       done;
    test_mem_t     m;
    llmgw_seg_t    seg;
    llmgw_sigv4_t  s;

    test_case("sigv4 without memory");

    test_chaos(&m, n, done) {

        memset(&s, 0, sizeof(llmgw_sigv4_t));
        memset(&seg, 0, sizeof(llmgw_seg_t));

        s.access_key_id = text(c, "access_key_id");
        s.secret_access_key = text(c, "secret_access_key");
        s.region = text(c, "region");
        s.service = text(c, "service");
        s.host = text(c, "host");
        s.path = text(c, "request_path");
        s.content_type = llmgw_lit("application/json");
        s.now = seconds(text(c, "time"));
        seg.pos = text(c, "body").data;
        seg.last = seg.pos + text(c, "body").len;
        s.body = &seg;

        if (llmgw_sigv4(&s, &m.arena) == LLMGW_OK) {
            check_str(s.authorization, text(c, "authorization"));
            done = 1;
        }
    }

    check(done && n > 3);
}


static void
note(frames_t *f, const char *name, llmgw_str_t value)
{
    f->len += (size_t) snprintf((char *) f->text + f->len,
                                sizeof(f->text) - f->len, "%s=%.*s\n", name,
                                test_arg(value));
}


static llmgw_int_t
frame(void *ctx, const llmgw_es_message_t *m)
{
    frames_t *f = ctx;

    f->n++;
    note(f, "type", m->type);
    note(f, "event", m->event);
    note(f, "exception", m->exception);
    note(f, "code", m->code);
    note(f, "message", m->message);
    note(f, "payload", m->payload);

    return f->rc;
}


/* one: the size of the first piece, step: that of those behind it */

static llmgw_int_t
feed(frames_t *f, test_mem_t *m, llmgw_str_t s, size_t one, size_t step)
{
    size_t                n;
    u_char               *p;
    llmgw_int_t           rc;
    llmgw_eventstream_t   es;

    memset(f, 0, sizeof(frames_t));
    llmgw_eventstream_init(&es, &m->arena, 1 << 20, frame, f);

    rc = LLMGW_OK;

    while (s.len && rc == LLMGW_OK) {

        n = one ? one : step;
        one = 0;

        if (n == 0 || n > s.len) {
            n = s.len;
        }

        /* a copy of its own, so that the sanitizer sees who reads past it */

        p = malloc(n);
        memcpy(p, s.data, n);

        rc = llmgw_eventstream_feed(&es, p, n);

        free(p);

        s.data += n;
        s.len -= n;
    }

    return (rc == LLMGW_OK && llmgw_eventstream_partial(&es)) ? LLMGW_AGAIN
                                                              : rc;
}


static llmgw_str_t
unhex(llmgw_str_t s, u_char *buf)
{
    size_t    i;
    unsigned  u;

    for (i = 0; i < s.len / 2; i++) {
        sscanf((char *) s.data + 2 * i, "%2x", &u);
        buf[i] = (u_char) u;
    }

    return llmgw_str(buf, s.len / 2);
}


static void
check_frame(const frames_t *f, json_t *want)
{
    json_t       *headers, *payload, *got;
    const char   *p;
    frames_t      w;

    memset(&w, 0, sizeof(frames_t));

    headers = json_object_get(want, "headers");

    note(&w, "type", text(headers, ":message-type"));
    note(&w, "event", text(headers, ":event-type"));
    note(&w, "exception", text(headers, ":exception-type"));
    note(&w, "code", text(headers, ":error-code"));
    note(&w, "message", text(headers, ":error-message"));

    check(f->len >= w.len && memcmp(f->text, w.text, w.len) == 0);

    p = (const char *) f->text + w.len;
    payload = json_object_get(want, "payload");

    if (json_is_null(payload)) {
        check(strcmp(p, "payload=\n") == 0);
        return;
    }

    got = json_loads(p + sizeof("payload=") - 1, 0, NULL);
    check(json_equal(got, payload));
    json_decref(got);
}


static void
eventstream(json_t *c, llmgw_str_t good)
{
    size_t        n;
    u_char        buf[1024], both[2048];
    frames_t      f, whole;
    test_mem_t    m;
    llmgw_int_t   want;
    llmgw_str_t   s, two;

    test_case("event stream, %s",
              json_string_value(json_object_get(c, "name")));

    s = unhex(text(c, "hex"), buf);

    want = json_is_true(json_object_get(c, "ok")) ? LLMGW_OK : LLMGW_INVALID;

    if (strcmp(json_string_value(json_object_get(c, "name")), "truncated")
        == 0)
    {
        want = LLMGW_AGAIN;
    }

    test_mem_init(&m, 0, 0);

    check_int(feed(&whole, &m, s, 0, 0), want);
    check_int(whole.n, want == LLMGW_OK);

    if (want == LLMGW_OK) {
        check_frame(&whole, c);
    }

    for (n = 0; n < s.len; n++) {

        test_at("split at %zu", n);
        check_int(feed(&f, &m, s, n, n ? 0 : 1), want);
        check(f.len == whole.len && memcmp(f.text, whole.text, f.len) == 0);
    }

    /* behind another one, of which nothing is lost */

    memcpy(both, good.data, good.len);
    memcpy(both + good.len, s.data, s.len);
    two = llmgw_str(both, good.len + s.len);

    for (n = 0; n < two.len; n++) {

        test_at("second, split at %zu", n);
        check_int(feed(&f, &m, two, n, n ? 0 : 1), want);
        check_int(f.n, 1 + (want == LLMGW_OK));
    }

    test_mem_free(&m);
}


static void
eventstream_rest(llmgw_str_t good)
{
    long                  n;
    size_t                i, k, size;
    u_char                buf[1024];
    unsigned              done;
    frames_t              f;
    test_mem_t            m;
    llmgw_eventstream_t   es;

    test_case("event stream, any bit is wrong");

    test_mem_init(&m, 0, 0);

    for (i = 0; i < good.len * 8; i++) {

        memcpy(buf, good.data, good.len);
        buf[i / 8] ^= (u_char) (1 << i % 8);

        test_at("bit %zu", i);
        check(feed(&f, &m, llmgw_str(buf, good.len), 0, 0) != LLMGW_OK);
        check_int(f.n, 0);
    }

    test_case("event stream, larger than allowed");

    memset(&f, 0, sizeof(frames_t));
    llmgw_eventstream_init(&es, &m.arena, good.len - 1, frame, &f);
    check_int(llmgw_eventstream_feed(&es, good.data, good.len),
              LLMGW_TOO_LARGE);

    llmgw_eventstream_init(&es, &m.arena, good.len, frame, &f);
    check_int(llmgw_eventstream_feed(&es, good.data, good.len), LLMGW_OK);

    test_case("event stream, what the handler says");

    f.rc = LLMGW_DONE;
    llmgw_eventstream_init(&es, &m.arena, 4096, frame, &f);
    check_int(llmgw_eventstream_feed(&es, good.data, good.len), LLMGW_DONE);

    test_case("event stream, the same memory for all messages");

    f.rc = LLMGW_OK;
    llmgw_eventstream_init(&es, &m.arena, 4096, frame, &f);
    size = 0;

    for (k = 0; k < 1000; k++) {

        f.len = 0;

        for (i = 0; i < good.len; i += 7) {
            (void) llmgw_eventstream_feed(&es, good.data + i,
                                          good.len - i < 7 ? good.len - i
                                                           : 7);
        }

        if (k == 0) {
            size = m.arena.size;
        }
    }

    check_int(m.arena.size, size);
    test_mem_free(&m);

    test_case("event stream without memory");

    test_chaos(&m, n, done) {
        done = feed(&f, &m, good, 3, 5) == LLMGW_OK;
        check_int(f.n, done);
    }

    check(done && n > 0);
}


static json_t *
load(const char *dir, const char *name)
{
    char           file[1024];
    json_t        *json;
    json_error_t   e;

    snprintf(file, sizeof(file), "%s/%s", dir, name);

    json = json_load_file(file, 0, &e);

    if (json == NULL) {
        printf("FAILED: %s: line %d: %s\n", file, e.line, e.text);
        exit(1);
    }

    return json;
}


int
main(int argc, char **argv)
{
    size_t        i;
    u_char        buf[1024];
    json_t       *json, *list, *c;
    llmgw_str_t   good;

    if (argc != 2) {
        printf("usage: extra DIRECTORY\n");
        return 1;
    }

    json = load(argv[1], "bedrock_sigv4.json");
    list = json_object_get(json, "cases");

    json_array_foreach(list, i, c) {
        sigv4(c);
    }

    sigv4_chaos(json_array_get(list, 0));
    json_decref(json);

    json = load(argv[1], "bedrock_eventstream.json");
    list = json_object_get(json, "frames");

    good = unhex(text(json_array_get(list, 0), "hex"), buf);

    json_array_foreach(list, i, c) {
        eventstream(c, good);
    }

    eventstream_rest(good);
    json_decref(json);

    return test_done();
}
