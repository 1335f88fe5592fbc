
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the Redis store makes of replies and of records.  With the name of a
 * script as its argument the program prints that.
 */


#include "test.h"
#include "llmgw_bytes.h"
#include "llmgw_redis_model.h"
#include "llmgw_window.h"


#define PREFIX  llmgw_lit("llmgw")


/* The reply as text: +s -e :n $"s" _ [a,b] */

static char *
reply_text(char *p, const llmgw_redis_value_t *v)
{
    size_t  i;

    switch (v->type) {

    case LLMGW_REDIS_STRING:
        return p + sprintf(p, "$%.*s", test_arg(v->str));

    case LLMGW_REDIS_STATUS:
        return p + sprintf(p, "+%.*s", test_arg(v->str));

    case LLMGW_REDIS_ERROR:
        return p + sprintf(p, "-%.*s", test_arg(v->str));

    case LLMGW_REDIS_INTEGER:
        return p + sprintf(p, ":%lld", (long long) v->number);

    case LLMGW_REDIS_NIL:
        return p + sprintf(p, "_");

    default:
        p += sprintf(p, "[");

        for (i = 0; i < v->n; i++) {
            p = reply_text(p, v->elts[i]);
            p += sprintf(p, "%s", i + 1 < v->n ? "," : "");
        }

        return p + sprintf(p, "]");
    }
}


/* All replies in a text, given in pieces of a size (0: at once). */

static llmgw_int_t
reply_read(llmgw_str_t text, size_t piece, size_t max, char *out,
    const char **why)
{
    size_t                i, n;
    llmgw_int_t           rc;
    test_mem_t            mem;
    llmgw_redis_t         r;
    llmgw_redis_value_t  *v;

    test_mem_init(&mem, 256, 0);
    *out = '\0';
    *why = NULL;

    check_int(llmgw_redis_init(&r, &mem.arena, max), LLMGW_OK);

    rc = LLMGW_AGAIN;

    for (i = 0; i < text.len; i += n) {

        n = text.len - i;
        n = (piece && n > piece) ? piece : n;

        rc = llmgw_redis_feed(&r, llmgw_str(text.data + i, n));

        while (rc == LLMGW_OK) {

            rc = llmgw_redis_next(&r, &v);

            if (rc == LLMGW_OK) {
                out = reply_text(out, v);
                out += sprintf(out, " ");
            }
        }

        if (rc != LLMGW_AGAIN) {
            break;
        }
    }

    if (rc == LLMGW_INVALID) {
        *why = r.why;
        check_int(llmgw_redis_feed(&r, llmgw_lit("+OK\r\n")), LLMGW_INVALID);
        check_int(llmgw_redis_next(&r, &v), LLMGW_INVALID);

    } else if (llmgw_redis_idle(&r)) {
        rc = LLMGW_DONE;
    }

    llmgw_redis_free(&r);
    test_mem_free(&mem);

    return rc;
}


static const struct {
    llmgw_str_t   text;
    llmgw_int_t   rc;
    const char   *want;
} replies[] = {
    { llmgw_string("+OK\r\n"), LLMGW_DONE, "+OK " },
    { llmgw_string("+\r\n$0\r\n\r\n"), LLMGW_DONE, "+ $ " },
    { llmgw_string("-ERR no\r\n:0\r\n:-7\r\n"), LLMGW_DONE,
      "-ERR no :0 :-7 " },
    { llmgw_string(":9223372036854775807\r\n:-9223372036854775808\r\n"),
      LLMGW_DONE, ":9223372036854775807 :-9223372036854775808 " },
    { llmgw_string("$3\r\na\r\n\r\n$-1\r\n*-1\r\n*0\r\n"), LLMGW_DONE,
      "$a\r\n _ _ [] " },
    { llmgw_string("*3\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n*0\r\n+x\r\n"),
      LLMGW_DONE, "[$a,[:1,_],[]] +x " },
    { llmgw_string("*2\r\n-ERR a\r\n*1\r\n*1\r\n*1\r\n:1\r\n"), LLMGW_DONE,
      "[-ERR a,[[[:1]]]] " },
    { llmgw_string("$5\r\nabc"), LLMGW_AGAIN, "" },
    { llmgw_string("*2\r\n:1\r\n"), LLMGW_AGAIN, "" },
    { llmgw_string("+half"), LLMGW_AGAIN, "" },

    /* numbers that are none, or too many */
    { llmgw_string(":9223372036854775808\r\n"), LLMGW_INVALID, "" },
    { llmgw_string(":1x\r\n"), LLMGW_INVALID, "" },
    { llmgw_string(":\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("$-2\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("$a\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("$99999999999999999999\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*-2\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*2147483647\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*4294967297\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*1152921504606846976\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*65537\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*2\r\n*65000\r\n"), LLMGW_AGAIN, "" },
    { llmgw_string("*537\r\n*65000\r\n"), LLMGW_INVALID, "" },

    /* nesting */
    { llmgw_string("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"), LLMGW_DONE,
      "[[[[[[:1]]]]]] " },
    { llmgw_string("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"),
      LLMGW_INVALID, "" },

    /* RESP3 */
    { llmgw_string("_\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("#t\r\n"), LLMGW_INVALID, "" },
    { llmgw_string(",1.5\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("(12345678901234567890\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("=7\r\ntxt:abc\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("%1\r\n+a\r\n:1\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("~1\r\n:1\r\n"), LLMGW_INVALID, "" },
    { llmgw_string(">2\r\n+a\r\n+b\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("|1\r\n+a\r\n+b\r\n:1\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*1\r\n%1\r\n+a\r\n:1\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("*2\r\n:1\r\n#t\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("!5\r\nERR a\r\n"), LLMGW_INVALID, "" },

    /* other servers */
    { llmgw_string("HTTP/1.1 400 Bad Request\r\n\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("SSH-2.0-OpenSSH_9.2p1\r\n"), LLMGW_INVALID, "" },
    { llmgw_string("\x15\x03\x03\x00\x02\x02\x0a"), LLMGW_INVALID, "" },
    { llmgw_string("+OK\r\n\0"), LLMGW_INVALID, "+OK " }
};


static void
test_replies(void)
{
    char         out[1024];
    size_t       i, piece;
    const char  *why;

    for (i = 0; i < llmgw_nelts(replies); i++) {

        test_case("reply %.*s", test_arg(replies[i].text));

        for (piece = 0; piece <= replies[i].text.len; piece++) {

            test_at("pieces of %u", (unsigned) piece);

            check_int(reply_read(replies[i].text, piece, 1024 * 1024, out,
                                 &why),
                      replies[i].rc);
            check_str(test_cstr(out), test_cstr(replies[i].want));
            check((why != NULL) == (replies[i].rc == LLMGW_INVALID));
        }
    }
}


/* What is large, or said to be. */

static void
test_reply_limits(void)
{
    char          out[64];
    size_t        i, n, fed;
    u_char       *text;
    const char   *why;
    test_mem_t    mem;
    llmgw_redis_t r;

    test_case("a string of 512 MB");

    /* it is not waited for with the memory that it would take */

    test_mem_init(&mem, 256, 0);
    check_int(llmgw_redis_init(&r, &mem.arena, 100000), LLMGW_OK);
    check_int(llmgw_redis_feed(&r, llmgw_lit("$536870912\r\n")), LLMGW_OK);

    n = 1000;
    text = malloc(300000);
    memset(text, 'a', 300000);

    for (fed = 0; fed < 1000000; fed += n) {

        llmgw_redis_value_t  *v;

        if (llmgw_redis_feed(&r, llmgw_str(text, n)) != LLMGW_OK
            || llmgw_redis_next(&r, &v) != LLMGW_AGAIN)
        {
            break;
        }
    }

    check(fed <= 100000 && fed >= 98000);
    check_str(test_cstr(r.why), llmgw_lit("the reply is too large"));

    llmgw_redis_free(&r);
    test_mem_free(&mem);

    test_case("a line without an end");

    text[0] = '+';
    check_int(reply_read(llmgw_str(text, 300000), 500, 1000000, out, &why),
              LLMGW_INVALID);
    check_str(test_cstr(why), llmgw_lit("a line is too long"));

    test_case("many strings that are too much together");

    for (i = 0, n = sprintf((char *) text, "*1000\r\n"); i < 1000; i++) {
        n += sprintf((char *) text + n, "$100\r\n%0100d\r\n", 7);
    }

    check_int(reply_read(llmgw_str(text, n), 100, 90000, out, &why),
              LLMGW_INVALID);
    check_str(test_cstr(why), llmgw_lit("the reply is too large"));

    test_case("arrays deep in each other");

    for (i = 0; i + 4 < 300000; i += 4) {
        memcpy(text + i, "*1\r\n", 4);
    }

    check_int(reply_read(llmgw_str(text, i), 1000, 1000000, out, &why),
              LLMGW_INVALID);

    free(text);
}


static void
test_reply_memory(void)
{
    long                  n;
    int                   done;
    llmgw_int_t           rc;
    test_mem_t            mem;
    llmgw_redis_t         r;
    llmgw_redis_value_t  *v;

    test_case("replies without memory");

    test_chaos(&mem, n, done) {

        check_int(llmgw_redis_init(&r, &mem.arena, 1000), LLMGW_OK);
        check_int(llmgw_redis_feed(&r, llmgw_lit("*3\r\n$1\r\na\r\n:1\r\n"
                                                 "*1\r\n$-1\r\n")),
                  LLMGW_OK);

        rc = llmgw_redis_next(&r, &v);
        done = (rc == LLMGW_OK);

        check(done || (rc == LLMGW_INVALID
                       && llmgw_str_is(test_cstr(r.why), "no memory")));

        llmgw_redis_free(&r);
    }

    check(done && n > 4);
}


static void
test_format(void)
{
    char         *cmd;
    size_t        len;
    unsigned      i;
    llmgw_str_t   args[40];

    test_case("commands");

    args[0] = llmgw_lit("HSET");
    args[1] = llmgw_lit("a\r\n*1\r\n$8\r\nFLUSHALL\r\n");
    args[2] = llmgw_null_str;
    args[3] = llmgw_lit("\0 {x}");

    check_int(llmgw_redis_format(args, 4, &cmd, &len), LLMGW_OK);
    check_str(llmgw_str((u_char *) cmd, len),
              llmgw_lit("*4\r\n$4\r\nHSET\r\n$21\r\na\r\n*1\r\n$8\r\nFLUSHALL"
                        "\r\n\r\n$0\r\n\r\n$5\r\n\0 {x}\r\n"));
    llmgw_redis_format_free(cmd);

    for (i = 0; i < llmgw_nelts(args); i++) {
        args[i] = llmgw_lit("x");
    }

    check_int(llmgw_redis_format(args, i, &cmd, &len), LLMGW_OK);
    check_int(len, 5 + 40 * 7);
    llmgw_redis_format_free(cmd);

    check_int(llmgw_redis_format(args, 0, &cmd, &len), LLMGW_ERROR);
}


static const struct {
    llmgw_str_t          text;
    llmgw_redis_error_e  want;
} errors[] = {
    { llmgw_string("LOADING Redis is loading the dataset in memory"),
      LLMGW_REDIS_E_AWAY },
    { llmgw_string("BUSY Redis is busy running a script."),
      LLMGW_REDIS_E_AWAY },
    { llmgw_string("BUSYGROUP Consumer Group name already exists"),
      LLMGW_REDIS_E_OTHER },
    { llmgw_string("MASTERDOWN Link with MASTER is down"),
      LLMGW_REDIS_E_AWAY },
    { llmgw_string("CLUSTERDOWN The cluster is down"), LLMGW_REDIS_E_AWAY },
    { llmgw_string("TRYAGAIN Multiple keys request"), LLMGW_REDIS_E_AWAY },
    { llmgw_string("READONLY You can't write against a read only replica."),
      LLMGW_REDIS_E_READONLY },
    { llmgw_string("ERR Error running script (call to f_0123): "
                   "@user_script:1: @user_script: 1: -READONLY You can't "
                   "write against a read only replica."),
      LLMGW_REDIS_E_READONLY },
    { llmgw_string("ERR Error running script (call to f_0123): "
                   "@user_script:1: -OOM command not allowed"),
      LLMGW_REDIS_E_WRITES },
    { llmgw_string("OOM command not allowed when used memory > 'maxmemory'."),
      LLMGW_REDIS_E_WRITES },
    { llmgw_string("MISCONF Redis is configured to save RDB snapshots"),
      LLMGW_REDIS_E_WRITES },
    { llmgw_string("NOREPLICAS Not enough good replicas to write."),
      LLMGW_REDIS_E_WRITES },
    { llmgw_string("NOAUTH Authentication required."), LLMGW_REDIS_E_AUTH },
    { llmgw_string("WRONGPASS invalid username-password pair"),
      LLMGW_REDIS_E_AUTH },
    { llmgw_string("NOPERM this user has no permissions"),
      LLMGW_REDIS_E_AUTH },
    { llmgw_string("NOSCRIPT No matching script."), LLMGW_REDIS_E_SCRIPT },
    { llmgw_string("MOVED 3999 127.0.0.1:6381"), LLMGW_REDIS_E_MOVED },
    { llmgw_string("ASK 3999 127.0.0.1:6381"), LLMGW_REDIS_E_MOVED },
    { llmgw_string("CROSSSLOT Keys in request don't hash"),
      LLMGW_REDIS_E_MOVED },
    { llmgw_string("WRONGTYPE Operation against a key"),
      LLMGW_REDIS_E_TYPE },
    { llmgw_string("ERR unknown command: -OOM x"), LLMGW_REDIS_E_OTHER },
    { llmgw_string("ERR Error running script"), LLMGW_REDIS_E_OTHER },
    { llmgw_string("ERR Error running script: -"), LLMGW_REDIS_E_OTHER },
    { llmgw_string("ERR Error running script: - OOM"), LLMGW_REDIS_E_OTHER },
    { llmgw_string("loading"), LLMGW_REDIS_E_OTHER },
    { llmgw_string("LOADINGS"), LLMGW_REDIS_E_OTHER },
    { llmgw_string("LOADING"), LLMGW_REDIS_E_AWAY },
    { llmgw_string(""), LLMGW_REDIS_E_OTHER }
};


static const struct {
    llmgw_str_t  text;
    int          ok;
    int64_t      n;
} decimals[] = {
    { llmgw_string("0"), 1, 0 },
    { llmgw_string("7"), 1, 7 },
    { llmgw_string("-1"), 1, -1 },
    { llmgw_string("9223372036854775807"), 1, INT64_MAX },
    { llmgw_string("-9223372036854775808"), 1, INT64_MIN },
    { llmgw_string("9223372036854775808"), 0, 0 },
    { llmgw_string("-9223372036854775809"), 0, 0 },
    { llmgw_string("18446744073709551616"), 0, 0 },
    { llmgw_string("99999999999999999999999999"), 0, 0 },
    { llmgw_string(""), 0, 0 },
    { llmgw_string("-"), 0, 0 },
    { llmgw_string("-0"), 0, 0 },
    { llmgw_string("00"), 0, 0 },
    { llmgw_string("01"), 0, 0 },
    { llmgw_string("+1"), 0, 0 },
    { llmgw_string(" 1"), 0, 0 },
    { llmgw_string("1 "), 0, 0 },
    { llmgw_string("1.5"), 0, 0 },
    { llmgw_string("1e3"), 0, 0 },
    { llmgw_string("0x10"), 0, 0 }
};


static void
test_words(void)
{
    u_char   buf[32];
    size_t   i;
    int64_t  n;

    for (i = 0; i < llmgw_nelts(errors); i++) {
        test_case("error %.*s", test_arg(errors[i].text));
        check_int(llmgw_redis_error(llmgw_str(test_guard(errors[i].text),
                                              errors[i].text.len)),
                  errors[i].want);
    }

    for (i = 0; i < llmgw_nelts(decimals); i++) {

        test_case("decimal \"%.*s\"", test_arg(decimals[i].text));

        n = 0;
        check_int(llmgw_redis_decimal(llmgw_str(test_guard(decimals[i].text),
                                                decimals[i].text.len), &n),
                  decimals[i].ok ? LLMGW_OK : LLMGW_INVALID);
        check_int(n, decimals[i].n);

        if (decimals[i].ok) {
            check_str(llmgw_str(buf, llmgw_redis_put_decimal(buf, n) - buf),
                      decimals[i].text);
        }
    }
}


static void
test_names(void)
{
    u_char       buf[LLMGW_REDIS_NAME], id[200];
    llmgw_str_t  name, other;

    test_case("names of keys");

    check_str(llmgw_redis_entity_name(buf, PREFIX, LLMGW_KIND_TEAM,
                                      llmgw_lit("a-team_1.x@b/c+d=e:f"),
                                      ":spend"),
              llmgw_lit("llmgw:{team:a-team_1.x@b/c+d=e:f}:spend"));

    check_str(llmgw_redis_entity_name(buf, PREFIX, LLMGW_KIND_USER,
                                      llmgw_lit("a b"), ""),
              llmgw_lit("llmgw:{user:~c8687a08aa5d6ed2044328fa6a697ab8e96dc3"
                        "4291e8c2034ae8c38e6fcc6d65}"));

    check_str(llmgw_redis_word(buf, PREFIX, "changes:", llmgw_lit("0")),
              llmgw_lit("llmgw:changes:0"));

    test_case("ids that must not be seen");

    memset(id, 'a', sizeof(id));

    name = llmgw_redis_entity_name(buf, PREFIX, LLMGW_KIND_USER,
                                   llmgw_str(id, LLMGW_REDIS_PLAIN), "");
    check_int(name.len, 13 + LLMGW_REDIS_PLAIN);

    name = llmgw_redis_entity_name(buf, PREFIX, LLMGW_KIND_USER,
                                   llmgw_str(id, LLMGW_REDIS_PLAIN + 1), "");
    check_int(name.len, 13 + 1 + 64);

#define ODD(s)                                                               \
    other = llmgw_redis_entity_name(buf, PREFIX, LLMGW_KIND_USER,            \
                                    llmgw_lit(s), "");                       \
    check_int(other.len, 13 + 1 + 64);                                       \
    check(other.data[12] == '~')

    ODD("a}b");
    ODD("{a");
    ODD("a*");
    ODD("a?");
    ODD("[a]");
    ODD("a\r\n");
    ODD("a\0b");
    ODD("~a");
    ODD("a'b");
    ODD("a\"b");
    ODD("$(a)");
    ODD("\xc3\xa9");

    test_case("prefixes");

    check(llmgw_redis_prefix_valid(llmgw_lit("llmgw")));
    check(llmgw_redis_prefix_valid(llmgw_lit("my.app:gw-1_x")));
    check(!llmgw_redis_prefix_valid(llmgw_lit("")));
    check(!llmgw_redis_prefix_valid(llmgw_lit("a{b}")));
    check(!llmgw_redis_prefix_valid(llmgw_lit("a b")));
    check(!llmgw_redis_prefix_valid(llmgw_str(id, 33)));
}


/* One reply out of a text. */

static llmgw_redis_value_t *
reply_value(test_mem_t *mem, llmgw_redis_t *r, llmgw_str_t text)
{
    llmgw_redis_value_t  *v;

    check_int(llmgw_redis_init(r, &mem->arena, 1024 * 1024), LLMGW_OK);
    check_int(llmgw_redis_feed(r, text), LLMGW_OK);

    v = NULL;
    check_int(llmgw_redis_next(r, &v), LLMGW_OK);

    return v;
}


static const struct {
    const char   *name;
    llmgw_str_t   fields;
    llmgw_str_t   spend;
    llmgw_int_t   rc;
    uint64_t      version;
    size_t        ntotals;
    unsigned      damaged;
} records[] = {
    { "whole", llmgw_string("*3\r\n$2\r\nt1\r\n$2\r\n{}\r\n$2\r\n17\r\n"),
      llmgw_string("*8\r\n$5\r\nspend\r\n$2\r\n12\r\n$5\r\ntotal\r\n$2\r\n34"
                   "\r\n$9\r\napplied:n\r\n$1\r\n9\r\n$11\r\nspend:m:a:b\r\n"
                   "$1\r\n5\r\n"),
      LLMGW_OK, 17, 2, 0 },
    { "no record", llmgw_string("*3\r\n$-1\r\n$-1\r\n$-1\r\n"),
      llmgw_string("*0\r\n"), LLMGW_DECLINED, 0, 0, 0 },
    { "only a version", llmgw_string("*3\r\n$-1\r\n$-1\r\n$1\r\n7\r\n"),
      llmgw_string("*0\r\n"), LLMGW_DECLINED, 0, 0, 0 },
    { "json alone", llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("*0\r\n"), LLMGW_OK, 1, 0, 0 },
    { "a version that is none",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$3\r\nabc\r\n"),
      llmgw_string("*0\r\n"), LLMGW_OK, 1, 0, 0 },
    { "a version below 1",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$2\r\n-4\r\n"),
      llmgw_string("*0\r\n"), LLMGW_OK, 1, 0, 0 },
    { "a version that is too large",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$16\r\n1000000000000000\r\n"),
      llmgw_string("*0\r\n"), LLMGW_OK, 1, 0, 0 },
    { "the id of another", llmgw_string("*3\r\n$2\r\nt2\r\n$2\r\n{}\r\n"
                                        "$1\r\n1\r\n"),
      llmgw_string("*0\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "too few fields", llmgw_string("*2\r\n$-1\r\n$2\r\n{}\r\n"),
      llmgw_string("*0\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "nil", llmgw_string("$-1\r\n"), llmgw_string("*0\r\n"), LLMGW_INVALID,
      0, 0, 0 },
    { "nil for an array", llmgw_string("*-1\r\n"), llmgw_string("*0\r\n"),
      LLMGW_INVALID, 0, 0, 0 },
    { "numbers for strings", llmgw_string("*3\r\n:1\r\n:2\r\n:3\r\n"),
      llmgw_string("*0\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "an array inside",
      llmgw_string("*3\r\n$-1\r\n*1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("*0\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "no sums", llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("$-1\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "a name without a value",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("*1\r\n$5\r\nspend\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "a number for a name",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("*2\r\n:1\r\n$1\r\n5\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "nil for a sum",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("*2\r\n$5\r\nspend\r\n$-1\r\n"), LLMGW_INVALID, 0, 0, 0 },
    { "words for sums",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("*4\r\n$5\r\nspend\r\n$3\r\nall\r\n$5\r\ntotal\r\n$19\r\n"
                   "1000000000000000000\r\n"),
      LLMGW_OK, 1, 0, 1 },
    { "names that are none of ours",
      llmgw_string("*3\r\n$-1\r\n$2\r\n{}\r\n$-1\r\n"),
      llmgw_string("*6\r\n$0\r\n\r\n$3\r\nall\r\n$1\r\n:\r\n$1\r\n1\r\n"
                   "$7\r\nspender\r\n$1\r\n1\r\n"),
      LLMGW_OK, 1, 0, 0 }
};


static void
test_records(void)
{
    long                   n;
    int                    done;
    size_t                 i, len;
    char                  *text;
    test_mem_t             mem;
    llmgw_int_t            rc;
    llmgw_redis_t          r, r2;
    llmgw_redis_value_t   *fields, *spend;
    llmgw_redis_record_t   record;

    for (i = 0; i < llmgw_nelts(records); i++) {

        test_case("record: %s", records[i].name);
        test_mem_init(&mem, 256, 0);

        fields = reply_value(&mem, &r, records[i].fields);
        spend = reply_value(&mem, &r2, records[i].spend);

        check_int(llmgw_redis_record(&mem.arena, llmgw_lit("t1"), fields,
                                     spend, &record),
                  records[i].rc);

        if (records[i].rc == LLMGW_OK) {
            check_int(record.version, records[i].version);
            check_int(record.ntotals, records[i].ntotals);
            check_int(record.damaged, records[i].damaged);
            check_lit(record.json, "{}");

        } else {
            check((record.why != NULL) == (records[i].rc == LLMGW_INVALID));
        }

        if (i == 0) {
            check_int(record.totals[0].meter.len, 0);
            check_int(record.totals[0].spend, 12);
            check_int(record.totals[0].total, 34);
            check_lit(record.totals[1].meter, "m:a:b");
            check_int(record.totals[1].spend, 5);
        }

        llmgw_redis_free(&r);
        llmgw_redis_free(&r2);
        test_mem_free(&mem);
    }

    test_case("record: more sums than there are budgets");

    text = malloc(32 * 30000);
    len = sprintf(text, "*60000\r\n");

    for (i = 0; i < 30000; i++) {
        len += sprintf(text + len, "$11\r\nspend:%05u\r\n$1\r\n1\r\n",
                       (unsigned) i);
    }

    test_mem_init(&mem, 65536, 0);
    fields = reply_value(&mem, &r, records[0].fields);
    spend = reply_value(&mem, &r2, llmgw_str((u_char *) text, len));

    check_int(llmgw_redis_record(&mem.arena, llmgw_lit("t1"), fields, spend,
                                 &record), LLMGW_OK);
    check_int(record.ntotals, LLMGW_REDIS_METERS);
    check(record.damaged);

    llmgw_redis_free(&r);
    llmgw_redis_free(&r2);
    test_mem_free(&mem);
    free(text);

    test_case("record: without memory");

    test_chaos(&mem, n, done) {

        test_mem_t  own;

        test_mem_init(&own, 256, 0);
        fields = reply_value(&own, &r, records[0].fields);
        spend = reply_value(&own, &r2, records[0].spend);

        rc = llmgw_redis_record(&mem.arena, llmgw_lit("t1"), fields, spend,
                                &record);
        done = (rc == LLMGW_OK);
        check(done || rc == LLMGW_ERROR);

        llmgw_redis_free(&r);
        llmgw_redis_free(&r2);
        test_mem_free(&own);
    }

    check(done);
}


#define HEX64  "0123456789abcdef0123456789abcdef"                            \
               "0123456789abcdef0123456789abcdef"

static const struct {
    llmgw_str_t   text;
    int           ok;
    llmgw_kind_e  kind;
    llmgw_str_t   id;
    int64_t       version;
    unsigned      del;
} changes[] = {
    { llmgw_string("put 17 team a b c"), 1, LLMGW_KIND_TEAM,
      llmgw_string("a b c"), 17, 0 },
    { llmgw_string("del 0 key " HEX64), 1, LLMGW_KIND_KEY,
      llmgw_string(HEX64), 0, 1 },
    { llmgw_string("put 0 user"), 1, LLMGW_KIND_USER, llmgw_string(""), 0, 0 },
    { llmgw_string("put 0 user "), 1, LLMGW_KIND_USER, llmgw_string(""), 0,
      0 },
    { llmgw_string("put 0 key abc"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put 0 nobody x"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put -1 team x"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put x team x"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put  team x"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("set 1 team x"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put "), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string(""), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put 1 team a\nb"), 0, 0, llmgw_string(""), 0, 0 },
    { llmgw_string("put 1 team \xff"), 0, 0, llmgw_string(""), 0, 0 }
};


static void
test_messages(void)
{
    size_t                 i, n;
    u_char                *p;
    llmgw_str_t            text, rest;
    llmgw_redis_news_t     a, b, news;
    llmgw_redis_change_t   c;
    u_char                 buf[3 * LLMGW_REDIS_NEWS];

    for (i = 0; i < llmgw_nelts(changes); i++) {

        test_case("change \"%.*s\"", test_arg(changes[i].text));

        text = llmgw_str(test_guard(changes[i].text), changes[i].text.len);

        check_int(llmgw_redis_change(text, &c),
                  changes[i].ok ? LLMGW_OK : LLMGW_INVALID);

        if (changes[i].ok) {
            check_int(c.kind, changes[i].kind);
            check_int(c.id.len, changes[i].id.len);
            check(c.id.len == 0 || llmgw_str_eq(c.id, changes[i].id));
            check_int(c.version, changes[i].version);
            check_int(c.del, changes[i].del);
        }
    }

    test_case("news of sums");

    memset(&a, 0, sizeof(a));
    a.kind = LLMGW_KIND_TEAM;
    a.id = llmgw_lit("a team 1 2");
    a.total.meter = llmgw_lit("m:gpt 4");
    a.total.spend = INT64_MIN;
    a.total.total = INT64_MAX;
    a.total.reset_at = 1764547200;

    b = a;
    b.kind = LLMGW_KIND_USER;
    b.id = llmgw_lit("u");
    b.total.meter = llmgw_null_str;

    p = llmgw_redis_news_write(buf, &a);
    p = llmgw_redis_news_write(p, &b);
    text = llmgw_str(buf, p - buf);
    rest = text;

    check_int(llmgw_redis_news_read(&rest, &news), LLMGW_OK);
    check_int(news.kind, a.kind);
    check_str(news.id, a.id);
    check_str(news.total.meter, a.total.meter);
    check_int(news.total.spend, a.total.spend);
    check_int(news.total.total, a.total.total);
    check_int(news.total.reset_at, a.total.reset_at);
    check_int(llmgw_redis_news_read(&rest, &news), LLMGW_OK);
    check_lit(news.id, "u");
    check_int(news.total.meter.len, 0);
    check_int(llmgw_redis_news_read(&rest, &news), LLMGW_DONE);

    test_case("news that end too early");

    for (n = 1; n < text.len; n++) {

        rest = llmgw_str(test_guard(llmgw_str(text.data, n)), n);

        for (i = 0; llmgw_redis_news_read(&rest, &news) == LLMGW_OK; i++) {
            /* void */
        }

        check(i <= 1);
    }

    test_case("news that are none");

#define BAD(s)                                                               \
    rest = llmgw_lit(s);                                                     \
    check_int(llmgw_redis_news_read(&rest, &news), LLMGW_INVALID)

    BAD("x");
    BAD("team 1 0 1 1 1 a\n");
    BAD("team 0 0 1 1 1  \n");
    BAD("team 1000 0 1 1 1 a \n");
    BAD("team 1 -1 1 1 1 a \n");
    BAD("team 1 9223372036854775807 1 1 1 a \n");
    BAD("team 9223372036854775807 2 1 1 1 a \n");
    BAD("team 1 0 1 1 x a \n");
    BAD("team 1 0 1 1 1 a x");
    BAD("key 1 0 1 1 1 a \n");
}


/* Records of the ledger. */

static llmgw_str_t
spend_payload(test_mem_t *mem, int64_t cost, const char *team,
    const char *meter, int64_t reset_at)
{
    size_t         n;
    u_char        *p;
    llmgw_spend_t  s;

    llmgw_spend_init(&s);

    s.cost = cost;
    s.end = 5000;
    s.prompt = 10;
    s.completion = 5;
    s.ncharges = 2;
    s.charges[0].kind = LLMGW_KIND_TEAM;
    s.charges[0].id = test_cstr(team);
    s.charges[0].meter = test_cstr(meter);
    s.charges[0].reset_at = reset_at;
    s.charges[1].kind = LLMGW_KIND_GLOBAL;
    s.charges[1].id = llmgw_lit("global");
    s.charges[1].meter = llmgw_null_str;
    s.charges[1].reset_at = 0;

    n = llmgw_spend_size(&s);
    p = llmgw_alloc(&mem->arena, n);
    llmgw_spend_write(p, &s);

    return llmgw_str(p, n);
}


static llmgw_str_t
total_payload(test_mem_t *mem, const char *team, int64_t spend,
    int64_t total)
{
    size_t         n;
    u_char        *p;
    llmgw_total_t  t;

    memset(&t, 0, sizeof(t));

    t.kind = LLMGW_KIND_TEAM;
    t.id = test_cstr(team);
    t.spend = spend;
    t.total = total;

    n = llmgw_total_size(&t);
    p = llmgw_alloc(&mem->arena, n);
    llmgw_total_write(p, &t);

    return llmgw_str(p, n);
}


/* The arguments as text, with blanks. */

static llmgw_str_t
group_text(test_mem_t *mem, llmgw_redis_group_t *group)
{
    size_t        i, len;
    u_char       *p, *start;
    unsigned      n;
    llmgw_str_t  *args;

    if (group == NULL) {
        return llmgw_null_str;
    }

    check_int(llmgw_redis_group_args(&mem->arena, group, llmgw_lit("n"),
                                     &args, &n), LLMGW_OK);

    for (len = 0, i = 0; i < n; i++) {
        len += args[i].len + 1;
    }

    p = start = llmgw_alloc(&mem->arena, len);

    for (i = 0; i < n; i++) {
        if (args[i].len) {
            memcpy(p, args[i].data, args[i].len);
        }
        p += args[i].len;
        *p++ = ' ';
    }

    return llmgw_str(start, len - 1);
}


static void
test_groups(void)
{
    long                  n;
    int                   done;
    uint64_t              have;
    size_t                ntotals;
    unsigned              notes;
    test_mem_t            mem, own;
    llmgw_int_t           rc;
    llmgw_str_t           payload[4];
    llmgw_redis_t         r;
    llmgw_redis_value_t  *v;
    llmgw_redis_group_t  *group;
    llmgw_redis_groups_t  g, g2;
    llmgw_redis_total_t  *totals;

    test_mem_init(&mem, 4096, 0);

    test_case("a batch by entities");

    check_int(llmgw_redis_groups_init(&g, &mem.arena, 100), LLMGW_OK);

    check_int(llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 11,
                                     spend_payload(&mem, 100, "t", "", 0),
                                     NULL), LLMGW_OK);
    check_int(llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 12,
                                     spend_payload(&mem, 10, "t", "", 0),
                                     NULL), LLMGW_OK);
    check_int(llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 13,
                                     spend_payload(&mem, 1, "t", "d:0", 60),
                                     NULL), LLMGW_OK);
    check_int(llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 14,
                                     spend_payload(&mem, 5, "u", "", 60),
                                     NULL), LLMGW_OK);
    check_int(llmgw_redis_groups_add(&g, LLMGW_RECORD_LOST, 15,
                                     spend_payload(&mem, 900, "u", "", 60),
                                     NULL), LLMGW_OK);

    check_int(g.n, 3);
    check_str(group_text(&mem, g.list),
              llmgw_lit("n 11 13 add d:0 60 1 1 1 15 5"
                        " add  0 110 110 2 30 5"));
    check_str(group_text(&mem, g.list->newer),
              llmgw_lit("n 11 14 add  0 116 116 4 60 5"));
    check_str(group_text(&mem, g.list->newer->newer),
              llmgw_lit("n 14 14 add  60 5 5 1 15 5"));

    test_case("a batch, only one of its entities");

    check_int(llmgw_redis_groups_init(&g2, &mem.arena, 1), LLMGW_OK);
    check_int(llmgw_redis_groups_add(&g2, LLMGW_RECORD_SPEND, 12,
                                     spend_payload(&mem, 10, "t", "", 0),
                                     g.list), LLMGW_OK);
    check_int(llmgw_redis_groups_add(&g2, LLMGW_RECORD_SPEND, 14,
                                     spend_payload(&mem, 5, "u", "", 60),
                                     g.list), LLMGW_OK);
    check_int(g2.n, 1);
    check_str(group_text(&mem, g2.list),
              llmgw_lit("n 12 12 add  0 10 10 1 15 5"));

    test_case("periods in a batch");

    check_int(llmgw_redis_groups_init(&g, &mem.arena, 1), LLMGW_OK);
    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 1,
                                  spend_payload(&mem, 1, "t", "", 60), NULL);
    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 2,
                                  spend_payload(&mem, 10, "t", "", 120), NULL);
    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 3,
                                  spend_payload(&mem, 100, "t", "", 60), NULL);
    check_str(group_text(&mem, g.list),
              llmgw_lit("n 1 3 add  120 10 111 3 45 5"));

    test_case("an entity that is gone, and comes again");

    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_GONE, 4,
                                  total_payload(&mem, "t", 0, 0), NULL);
    check_str(group_text(&mem, g.list), llmgw_lit("n 1 4 gone"));
    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_ADJUST, 5,
                                  total_payload(&mem, "t", -7, 2), NULL);
    check_str(group_text(&mem, g.list),
              llmgw_lit("n 1 5 gone add  0 -7 2 0 0 0"));

    test_case("sums in place of what is lost");

    check_int(llmgw_redis_groups_init(&g, &mem.arena, 1), LLMGW_OK);
    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_TOTAL, 99,
                                  total_payload(&mem, "t", 3, 4), NULL);
    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_ADJUST, 100,
                                  total_payload(&mem, "t", 1, 1), NULL);
    check_str(group_text(&mem, g.list),
              llmgw_lit("n 99 100 add  0 1 1 0 0 0 sum  0 3 4 0 0 0"));

    test_case("numbers that are too large for a script");

    check_int(llmgw_redis_groups_init(&g, &mem.arena, 1), LLMGW_OK);
    (void) llmgw_redis_groups_add(&g, LLMGW_RECORD_ADJUST, 1,
                                  total_payload(&mem, "t", INT64_MIN,
                                                INT64_MAX), NULL);
    check_str(group_text(&mem, g.list),
              llmgw_lit("n 1 1 add  0 -899999999999999999 899999999999999999"
                        " 0 0 0"));

    test_case("records that cannot be read");

    check_int(llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 2,
                                     llmgw_lit("short"), NULL),
              LLMGW_INVALID);
    check_int(llmgw_redis_groups_add(&g, LLMGW_RECORD_ADJUST, 2,
                                     llmgw_lit("short"), NULL),
              LLMGW_INVALID);
    check_int(llmgw_redis_groups_add(&g, 77, 2, llmgw_lit("short"), NULL),
              LLMGW_OK);

    test_case("replies of the script");

    v = reply_value(&mem, &r,
                    llmgw_lit("*10\r\n:1\r\n:14\r\n$0\r\n\r\n$2\r\n60\r\n"
                              "$1\r\n7\r\n$2\r\n-9\r\n$3\r\nd:0\r\n$1\r\n0\r\n"
                              "$1\r\n1\r\n$1\r\n2\r\n"));
    check_int(llmgw_redis_group_reply(&mem.arena, v, &totals, &ntotals, &have,
                                      &notes), LLMGW_OK);
    check_int(have, 14);
    check_int(notes, 1);
    check_int(ntotals, 2);
    check_int(totals[0].reset_at, 60);
    check_int(totals[0].spend, 7);
    check_int(totals[0].total, -9);
    check_lit(totals[1].meter, "d:0");
    llmgw_redis_free(&r);

    v = reply_value(&mem, &r, llmgw_lit("*2\r\n:-1\r\n:12\r\n"));
    check_int(llmgw_redis_group_reply(&mem.arena, v, &totals, &ntotals, &have,
                                      &notes), LLMGW_AGAIN);
    check_int(have, 12);
    llmgw_redis_free(&r);

#define BAD_REPLY(s)                                                         \
    v = reply_value(&mem, &r, llmgw_lit(s));                                 \
    check_int(llmgw_redis_group_reply(&mem.arena, v, &totals, &ntotals,      \
                                      &have, &notes), LLMGW_INVALID);        \
    llmgw_redis_free(&r)

    BAD_REPLY("$-1\r\n");
    BAD_REPLY("*-1\r\n");
    BAD_REPLY("*1\r\n:1\r\n");
    BAD_REPLY("*2\r\n$1\r\n1\r\n:1\r\n");
    BAD_REPLY("*2\r\n:0\r\n:-1\r\n");
    BAD_REPLY("*3\r\n:0\r\n:1\r\n$0\r\n\r\n");
    BAD_REPLY("*6\r\n:0\r\n:1\r\n:1\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n1\r\n");
    BAD_REPLY("*6\r\n:0\r\n:1\r\n$0\r\n\r\n$-1\r\n$1\r\n1\r\n$1\r\n1\r\n");
    BAD_REPLY("*6\r\n:0\r\n:1\r\n$0\r\n\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\n1\r\n");

    test_case("batches without memory");

    test_mem_init(&own, 4096, 0);
    payload[0] = spend_payload(&own, 1, "t", "m:x", 60);
    payload[1] = total_payload(&own, "u", 1, 1);

    test_mem_free(&mem);

    test_chaos(&mem, n, done) {

        llmgw_str_t  *args;
        unsigned      nargs;

        rc = llmgw_redis_groups_init(&g, &mem.arena, 4);

        if (rc == LLMGW_OK) {
            rc = llmgw_redis_groups_add(&g, LLMGW_RECORD_SPEND, 1, payload[0],
                                        NULL);
        }

        if (rc == LLMGW_OK) {
            rc = llmgw_redis_groups_add(&g, LLMGW_RECORD_TOTAL, 1, payload[1],
                                        NULL);
        }

        for (group = rc == LLMGW_OK ? g.list : NULL;
             group && rc == LLMGW_OK;
             group = group->newer)
        {
            rc = llmgw_redis_group_args(&mem.arena, group, llmgw_lit("n"),
                                        &args, &nargs);
        }

        done = (rc == LLMGW_OK);
        check(done || rc == LLMGW_ERROR);
    }

    check(done && n > 10);

    test_mem_free(&own);
}


static void
test_export(void)
{
    long           n;
    int            done;
    test_mem_t     mem, own;
    llmgw_int_t    rc;
    llmgw_str_t    json, payload;

    test_mem_init(&own, 4096, 0);

    test_case("a record for the stream");

    payload = spend_payload(&own, 1500, "t", "", 0);

    test_chaos(&mem, n, done) {
        rc = llmgw_redis_export(&mem.arena, payload, &json);
        done = (rc == LLMGW_OK);
        check(done || rc == LLMGW_ERROR);

        if (done) {
            check_lit(json,
                      "{\"request_id\":\"\",\"start_ms\":0,\"end_ms\":5000,"
                      "\"status\":0,\"spend_nano_usd\":1500,"
                      "\"prompt_tokens\":10,\"completion_tokens\":5,"
                      "\"latency_ms\":0,\"attempts\":0}");
        }
    }

    check(done);

    test_case("no record for the stream");

    check_int(llmgw_redis_export(&own.arena, llmgw_lit("short"), &json),
              LLMGW_INVALID);

    test_mem_free(&own);
}


/* A request of a day, as the ledger has it. */

static llmgw_str_t
day_payload(test_mem_t *mem, int64_t end, int64_t cost, const char *customer,
    const char *tag)
{
    size_t         n;
    u_char        *p;
    llmgw_spend_t  s;

    llmgw_spend_init(&s);

    s.end = end;
    s.cost = cost;
    s.prompt = 10;
    s.completion = 5;
    s.key = llmgw_lit("k");
    s.team = llmgw_lit("a|b,c%");
    s.model = llmgw_lit("gpt-4o");
    s.customer = test_cstr(customer);

    if (*tag) {
        s.ntags = 2;
        s.tags[0] = test_cstr(tag);
        s.tags[1] = llmgw_lit("\xc3\xbc");
    }

    n = llmgw_spend_size(&s);
    p = llmgw_alloc(&mem->arena, n);
    llmgw_spend_write(p, &s);

    return llmgw_str(p, n);
}


static void
test_days(void)
{
    long                n;
    int                 done;
    int64_t             day;
    size_t              i;
    unsigned            count;
    test_mem_t          mem, own;
    llmgw_int_t         rc;
    llmgw_str_t         payload[4], *args, tags[LLMGW_TAGS_MAX];
    llmgw_group_t       c;
    llmgw_redis_day_t  *days, *only;
    u_char              buf[LLMGW_TIME_LEN];

    static const char  *dates[] = {
        "1970-01-01", "1970-12-31", "1972-02-29", "1999-12-31", "2000-02-29",
        "2000-03-01", "2026-11-25", "2100-02-28", "2100-03-01", "2400-02-29",
        "9999-12-31"
    };

    static const char  *none[] = {
        "", "2026-11-2", "2026-11-255", "2026/11/25", "2026-13-01",
        "2026-00-01", "2026-01-00", "2026-01-32", "1969-12-31", "2o26-01-01"
    };

    static const char  *damaged[] = {
        "", "applied:n", "a|b", "|||||||", "%|||||||||", "%4|||||||||",
        "%zz||||||||", "||||||||a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,"
        "p,q"
    };

    static const char  *values[] = {
        "", "1", "1 2 3 4 5 6", "1 2 3 4 5 6 7 8", "1 2 3 4 5 6 x",
        "1 2 3 4 5 6 99999999999999999999", " 1 2 3 4 5 6 7"
    };

    test_case("days and their names");

    for (i = 0; i < llmgw_nelts(dates); i++) {
        check_int(llmgw_redis_day_read(test_cstr(dates[i]), &day), LLMGW_OK);
        check_int(day % 86400, 0);
        check_str(llmgw_redis_day(buf, day), test_cstr(dates[i]));
    }

    for (i = 0; i < llmgw_nelts(none); i++) {
        check_int(llmgw_redis_day_read(test_cstr(none[i]), &day),
                  LLMGW_INVALID);
    }

    test_mem_init(&own, 4096, 0);

    payload[0] = day_payload(&own, 86400000, 100, "end user", "x");
    payload[1] = day_payload(&own, 86400001, 10, "end user", "x");
    payload[2] = day_payload(&own, 2 * 86400000, 1, "", "");
    payload[3] = day_payload(&own, 86400002, 5, "other", "");

    test_case("a batch by days");

    test_chaos(&mem, n, done) {

        days = NULL;
        rc = LLMGW_OK;

        for (i = 0; rc == LLMGW_OK && i < 4; i++) {
            rc = llmgw_redis_days_add(&mem.arena, &days, 11 + i, payload[i],
                                      NULL);
        }

        if (rc == LLMGW_OK) {
            rc = llmgw_redis_day_args(&mem.arena, days->next,
                                      llmgw_lit("n"), 60, &args, &count);
        }

        done = (rc == LLMGW_OK);
        check(done || rc == LLMGW_ERROR);

        if (!done) {
            continue;
        }

        check_int(days->day, 2 * 86400);
        check(days->next->next == NULL);
        check_int(count, 5 + 2 * 9);
        check_lit(args[0], "n");
        check_lit(args[1], "11");
        check_lit(args[2], "14");
        check_lit(args[3], "60");
        check_lit(args[4], "100000");
        check_lit(args[5], "k||a%7cb%2cc%25||end%20user|gpt-4o|||x,%c3%bc");
        check_lit(args[6], "k||a%7cb%2cc%25|||gpt-4o|||");
        check_lit(args[7], "110");
        check_lit(args[8], "2");
        check_lit(args[9], "0");
        check_lit(args[10], "20");
        check_lit(args[14], "k||a%7cb%2cc%25||other|gpt-4o|||");

        check_int(llmgw_redis_day_group(&own.arena, args[5],
                                        llmgw_lit("1 2 3 4 5 6 7"), &c,
                                        tags),
                  LLMGW_OK);
        check_lit(c.key, "k");
        check_lit(c.team, "a|b,c%");
        check_lit(c.customer, "end user");
        check_lit(c.endpoint, "");
        check_int(c.ntags, 2);
        check_lit(c.tags[1], "\xc3\xbc");
        check_int(c.cost, 1);
        check_int(c.cache_write, 7);
    }

    check(done);

    test_case("a batch, only one of its days");

    only = days = NULL;
    (void) llmgw_redis_days_add(&own.arena, &days, 1, payload[2], NULL);

    for (i = 0; i < 4; i++) {
        check_int(llmgw_redis_days_add(&own.arena, &only, 11 + i, payload[i],
                                       days), LLMGW_OK);
    }

    check(only->next == NULL);
    check_int(only->first, 13);
    check_int(only->last, 13);

    test_case("what is no group, and no record");

    for (i = 0; i < llmgw_nelts(damaged); i++) {
        check_int(llmgw_redis_day_group(&own.arena, test_cstr(damaged[i]),
                                        llmgw_lit("1 2 3 4 5 6 7"), &c,
                                        tags),
                  LLMGW_INVALID);
    }

    for (i = 0; i < llmgw_nelts(values); i++) {
        check_int(llmgw_redis_day_group(&own.arena, llmgw_lit("||||||||"),
                                        test_cstr(values[i]), &c, tags),
                  LLMGW_INVALID);
    }

    check_int(llmgw_redis_days_add(&own.arena, &days, 1, llmgw_lit("short"),
                                   NULL), LLMGW_INVALID);

    test_mem_free(&own);
}


static void
print_script(const char *name)
{
    size_t       i;
    llmgw_str_t  s;

    static const char  *names[LLMGW_REDIS_SCRIPTS] = {
        "put", "del", "spend", "mark", "export", "rates", "day"
    };

    for (i = 0; i < LLMGW_REDIS_SCRIPTS; i++) {
        if (strcmp(names[i], name) == 0) {
            s = llmgw_redis_script(i);
            fwrite(s.data, 1, s.len, stdout);
        }
    }
}


int
main(int argc, char **argv)
{
    if (argc == 2) {
        print_script(argv[1]);
        return 0;
    }

    test_replies();
    test_reply_limits();
    test_reply_memory();
    test_format();
    test_words();
    test_names();
    test_records();
    test_messages();
    test_groups();
    test_export();
    test_days();

    return test_done();
}
