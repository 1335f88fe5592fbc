
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Google's APIs: paths, queries, hosts, pieces of arrays, schemas.
 */


#include "test.h"
#include "llmgw_frames.h"
#include "llmgw_gemini_door.h"
#include "llmgw_query.h"
#include "llmgw_vertex.h"


static void
google_endpoints(void)
{
    size_t                   i;
    llmgw_str_t              rest;
    const llmgw_endpoint_t  *ep;

    static const struct {
        llmgw_str_t  path;
        llmgw_ep_e   id;
        llmgw_str_t  rest;
    } rows[] = {
        { llmgw_string("/v1beta/models/g:generateContent"),
          LLMGW_EP_GENERATE, llmgw_string("g") },
        { llmgw_string("/v1/models/g:generateContent"), LLMGW_EP_GENERATE,
          llmgw_string("g") },
        { llmgw_string("/v1alpha/models/g:streamGenerateContent"),
          LLMGW_EP_STREAM_GENERATE, llmgw_string("g") },
        { llmgw_string("/gemini/v1beta/models/g:countTokens"),
          LLMGW_EP_GEMINI_COUNT, llmgw_string("g") },
        { llmgw_string("/gemini/v1/models/g:embedContent"),
          LLMGW_EP_EMBED_CONTENT, llmgw_string("g") },
        { llmgw_string("/v1beta/models/g:batchEmbedContents"),
          LLMGW_EP_BATCH_EMBED, llmgw_string("g") },
        { llmgw_string("/v1beta/models/imagen:predict"),
          LLMGW_EP_GEMINI_PREDICT, llmgw_string("imagen") },

        /* names with slashes and colons */
        { llmgw_string("/v1beta/models/org/name:generateContent"),
          LLMGW_EP_GENERATE, llmgw_string("org/name") },
        { llmgw_string("/v1beta/models/ft:a:b:generateContent"),
          LLMGW_EP_GENERATE, llmgw_string("ft:a:b") },
        { llmgw_string("/v1beta/tunedModels/t1:generateContent"),
          LLMGW_EP_GENERATE, llmgw_string("tunedModels/t1") },
        { llmgw_string("/v1beta/models/models/g:generateContent"),
          LLMGW_EP_GENERATE, llmgw_string("models/g") },

        /* none: what reads the request says so */
        { llmgw_string("/v1beta/models/:generateContent"),
          LLMGW_EP_GENERATE, llmgw_string("") },

        { llmgw_string("/v1beta/models"), LLMGW_EP_GEMINI_MODELS,
          llmgw_null_str },
        { llmgw_string("/gemini/v1/models"), LLMGW_EP_GEMINI_MODELS,
          llmgw_null_str },
        { llmgw_string("/v1beta/models/g"), LLMGW_EP_GEMINI_MODEL,
          llmgw_string("g") },
        { llmgw_string("/v1beta/models/ft:a"), LLMGW_EP_GEMINI_MODEL,
          llmgw_string("ft:a") },

        /* the same paths are OpenAI's there */
        { llmgw_string("/v1/models"), LLMGW_EP_MODELS, llmgw_null_str },
        { llmgw_string("/v1/models/ft:gpt-4o:org::id"), LLMGW_EP_MODEL,
          llmgw_string("ft:gpt-4o:org::id") },
        { llmgw_string("/v1/models/a:generatecontent"), LLMGW_EP_MODEL,
          llmgw_string("a:generatecontent") },

        /* of the API, and not served */
        { llmgw_string("/v1beta/models/veo:predictLongRunning"),
          LLMGW_EP_GEMINI_OTHER, llmgw_string("veo") },
        { llmgw_string("/v1/models/g:batchGenerateContent"),
          LLMGW_EP_GEMINI_OTHER, llmgw_string("g") },
        { llmgw_string("/v1beta/cachedContents"), LLMGW_EP_GEMINI_OTHER,
          llmgw_null_str },
        { llmgw_string("/v1beta/files/x"), LLMGW_EP_GEMINI_OTHER,
          llmgw_null_str },
        { llmgw_string("/upload/v1beta/files"), LLMGW_EP_GEMINI_OTHER,
          llmgw_null_str },
        { llmgw_string("/v1beta/chat/completions"), LLMGW_EP_GEMINI_OTHER,
          llmgw_null_str },
        { llmgw_string("/gemini/models"), LLMGW_EP_GEMINI_OTHER,
          llmgw_null_str },

        { llmgw_string("/v1beta"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/v1beta2/models"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/upload"), LLMGW_EP_NONE, llmgw_null_str },
        { llmgw_string("/geminix/v1/models"), LLMGW_EP_NONE, llmgw_null_str }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("google: endpoint of \"%.*s\"", test_arg(rows[i].path));

        ep = llmgw_endpoint_find(llmgw_str(test_guard(rows[i].path),
                                           rows[i].path.len),
                                 &rest);

        check_int(ep ? ep->id : LLMGW_EP_NONE, rows[i].id);

        if (ep && rows[i].rest.len) {
            check_str(rest, rows[i].rest);
        }
    }
}


static void
google_queries(void)
{
    size_t       i;
    u_char       buf[64], *p;
    test_mem_t   m;
    llmgw_str_t  value, query;

    static const struct {
        llmgw_str_t  query;
        llmgw_str_t  value;
        llmgw_str_t  without;
    } rows[] = {
        { llmgw_string(""), llmgw_null_str, llmgw_string("") },
        { llmgw_string("key=k"), llmgw_string("k"), llmgw_string("") },
        { llmgw_string("alt=sse&key=k"), llmgw_string("k"),
          llmgw_string("alt=sse") },
        { llmgw_string("key=k&alt=sse"), llmgw_string("k"),
          llmgw_string("alt=sse") },
        { llmgw_string("a=1&key=k&b=2&key=l"), llmgw_string("k"),
          llmgw_string("a=1&b=2") },
        { llmgw_string("%6Bey=k&a"), llmgw_string("k"), llmgw_string("a") },
        { llmgw_string("ke%79=k"), llmgw_string("k"), llmgw_string("") },
        { llmgw_string("key"), llmgw_string(""), llmgw_string("") },
        { llmgw_string("key=&a="), llmgw_string(""), llmgw_string("a=") },
        { llmgw_string("a&&key=x=y&"), llmgw_string("x=y"),
          llmgw_string("a&") },
        { llmgw_string("Key=k&keys=l&ke=m&xkey=n"), llmgw_null_str,
          llmgw_string("Key=k&keys=l&ke=m&xkey=n") },
        { llmgw_string("key%=k&%&%4=%zz"), llmgw_null_str,
          llmgw_string("key%=k&%&%4=%zz") },
        { llmgw_string("a=key=k"), llmgw_null_str, llmgw_string("a=key=k") }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("google: key in \"%.*s\"", test_arg(rows[i].query));

        query = llmgw_str(test_guard(rows[i].query), rows[i].query.len);
        value = llmgw_query_value(query, llmgw_lit("key"));

        check_int(value.data != NULL, rows[i].value.data != NULL);

        if (value.data) {
            check_str(value, rows[i].value);
        }

        p = llmgw_query_cut(buf, query, llmgw_lit("key"));
        check_str(llmgw_str(buf, (size_t) (p - buf)), rows[i].without);

        /* where it stands */

        memcpy(buf, query.data, query.len);
        p = llmgw_query_cut(buf, llmgw_str(buf, query.len), llmgw_lit("key"));
        check_str(llmgw_str(buf, (size_t) (p - buf)), rows[i].without);
    }

    test_case("google: percent encoding");

    test_mem_init(&m, 0, 0);

    check_lit(llmgw_percent_decode(&m.arena, llmgw_lit("a%20b%2Fc%2fd")),
              "a b/c/d");
    check_lit(llmgw_percent_decode(&m.arena, llmgw_lit("%%4%zz%4")),
              "%%4%zz%4");
    check_lit(llmgw_percent_decode(&m.arena, llmgw_lit("")), "");

    test_mem_free(&m);
}


static void
google_vertex(void)
{
    size_t            i;
    test_mem_t        m;
    llmgw_int_t       rc;
    llmgw_str_t       rest;
    llmgw_call_t      call;
    llmgw_target_t    target;
    llmgw_vertex_t    v;
    llmgw_settings_t  set;
    llmgw_upstream_t  up;

    static const struct {
        llmgw_str_t            name;
        llmgw_vertex_format_e  format;
        llmgw_str_t            path;     /* empty: refused */
    } rows[] = {
        { llmgw_string("gemini-2.5-flash"), LLMGW_VERTEX_GOOGLE,
          llmgw_string("/publishers/google/models/gemini-2.5-flash:do") },
        { llmgw_string("google/gemini-2.5-flash"), LLMGW_VERTEX_GOOGLE,
          llmgw_string("/publishers/google/models/gemini-2.5-flash:do") },
        { llmgw_string("4965075652664360960"), LLMGW_VERTEX_GOOGLE,
          llmgw_string("/endpoints/4965075652664360960:do") },
        { llmgw_string("claude-sonnet-4-5@20250929"), LLMGW_VERTEX_CLAUDE,
          llmgw_string("/publishers/anthropic/models/"
                       "claude-sonnet-4-5@20250929:do") },
        { llmgw_string("anthropic/claude-x"), LLMGW_VERTEX_CLAUDE,
          llmgw_string("/publishers/anthropic/models/claude-x:do") },
        { llmgw_string("mistral-medium-3"), LLMGW_VERTEX_RAW,
          llmgw_string("/publishers/mistralai/models/mistral-medium-3:do") },
        { llmgw_string("ai21/jamba-1.5"), LLMGW_VERTEX_RAW,
          llmgw_string("/publishers/ai21/models/jamba-1.5:do") },
        { llmgw_string("meta/llama-4-maas"), LLMGW_VERTEX_OPENAPI,
          llmgw_string("/endpoints/openapi/chat/completions") },
        { llmgw_string("llama-4-maas"), LLMGW_VERTEX_OPENAPI,
          llmgw_string("/endpoints/openapi/chat/completions") },
        { llmgw_string("endpoints/123"), LLMGW_VERTEX_OPENAPI,
          llmgw_string("/endpoints/123/chat/completions") },

        { llmgw_string("endpoints/.."), LLMGW_VERTEX_OPENAPI,
          llmgw_null_str },
        { llmgw_string("endpoints/a/b"), LLMGW_VERTEX_OPENAPI,
          llmgw_string("/endpoints/a%2Fb/chat/completions") },
        { llmgw_string("google/"), LLMGW_VERTEX_GOOGLE, llmgw_null_str },
        { llmgw_string("gemini?x"), LLMGW_VERTEX_GOOGLE, llmgw_null_str },
        { llmgw_string("google/a/b"), LLMGW_VERTEX_GOOGLE,
          llmgw_string("/publishers/google/models/a%2Fb:do") }
    };

    static const struct {
        llmgw_str_t  location;
        llmgw_str_t  host;
    } hosts[] = {
        { llmgw_string(""), llmgw_string("aiplatform.googleapis.com") },
        { llmgw_string("global"), llmgw_string("aiplatform.googleapis.com") },
        { llmgw_string("us-central1"),
          llmgw_string("us-central1-aiplatform.googleapis.com") },
        { llmgw_string("eu"),
          llmgw_string("aiplatform.eu.rep.googleapis.com") },
        { llmgw_string("us"),
          llmgw_string("aiplatform.us.rep.googleapis.com") }
    };

    memset(&set, 0, sizeof(llmgw_settings_t));
    memset(&target, 0, sizeof(llmgw_target_t));

    target.dialect = &llmgw_dialect_vertex;
    target.settings = &set;

    test_mem_init(&m, 4096, 0);

    llmgw_call_init(&call, &m.arena,
                    llmgw_endpoint_find(llmgw_lit("/v1/chat/completions"),
                                        &rest));
    call.target = &target;

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("google: the platform's path of \"%.*s\"",
                  test_arg(rows[i].name));

        llmgw_vertex(&v, rows[i].name);
        check_int(v.format, rows[i].format);

        set.google_project = llmgw_lit("p");
        set.google_location = llmgw_lit("l");
        target.base_path = llmgw_lit("");

        rc = llmgw_vertex_path(&call, &v, "do", &up);
        check_int(rc, rows[i].path.len ? LLMGW_OK : LLMGW_INVALID);

        if (rc != LLMGW_OK) {
            check_int(call.error.status, 400);
            continue;
        }

        check(llmgw_str_starts(up.path, "/v1/projects/p/locations/l/"));
        check_str(llmgw_str(up.path.data + 26, up.path.len - 26),
                  rows[i].path);

        /* a key instead of a project, and a version in the base URL */

        set.google_project = llmgw_null_str;
        target.base_path = llmgw_lit("/x/v1beta1");

        check_int(llmgw_vertex_path(&call, &v, "do", &up), LLMGW_OK);
        check(llmgw_str_starts(up.path, "/x/v1beta1/"));
        check_str(llmgw_str(up.path.data + 10, up.path.len - 10),
                  rows[i].path);
    }

    for (i = 0; i < llmgw_nelts(hosts); i++) {
        test_case("google: host of \"%.*s\"", test_arg(hosts[i].location));
        check_str(llmgw_vertex_host(&m.arena, hosts[i].location),
                  hosts[i].host);
    }

    test_mem_free(&m);
}


static void
google_families(void)
{
    size_t          i;
    llmgw_gemini_t  g;

    static const struct {
        llmgw_str_t              name;
        unsigned                 version;
        llmgw_gemini_thinking_e  thinking;
        unsigned                 flash;
    } rows[] = {
        { llmgw_string("gemini-1.5-pro-002"), 105,
          LLMGW_GEMINI_THINK_NONE, 0 },
        { llmgw_string("gemini-2.0-flash"), 200, LLMGW_GEMINI_THINK_NONE, 1 },
        { llmgw_string("gemini-2.5-flash-lite"), 205,
          LLMGW_GEMINI_THINK_BUDGET, 1 },
        { llmgw_string("models/gemini-2.5-pro"), 205,
          LLMGW_GEMINI_THINK_BUDGET, 0 },
        { llmgw_string("gemini-2.5-flash-image"), 205,
          LLMGW_GEMINI_THINK_NONE, 1 },
        { llmgw_string("gemini-2.5-flash-preview-tts"), 205,
          LLMGW_GEMINI_THINK_NONE, 1 },
        { llmgw_string("gemini-3-pro-preview"), 300,
          LLMGW_GEMINI_THINK_LEVEL, 0 },
        { llmgw_string("gemini-3.1-flash"), 301,
          LLMGW_GEMINI_THINK_LEVEL, 1 },
        { llmgw_string("gemini-pro-latest"), 9900,
          LLMGW_GEMINI_THINK_LEVEL, 0 },
        { llmgw_string("gemini-flash-latest"), 9900,
          LLMGW_GEMINI_THINK_LEVEL, 1 },
        { llmgw_string("my-tuned"), 9900, LLMGW_GEMINI_THINK_LEVEL, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("google: family of \"%.*s\"", test_arg(rows[i].name));

        llmgw_gemini(&g, rows[i].name);

        check_int(g.version, rows[i].version);
        check_int(g.thinking, rows[i].thinking);
        check_int(g.flash, rows[i].flash);
        check_int(g.json, rows[i].version >= 205);
    }
}


/* the elements of an array, and all of its bytes */

typedef struct {
    char    data[512];
    size_t  len;
    char    raw[512];
    size_t  raw_len;
} google_frames_t;


static llmgw_int_t
google_frame(void *ctx, const llmgw_element_t *e)
{
    google_frames_t *g = ctx;

    if (e->data.len) {
        memcpy(g->data + g->len, e->data.data, e->data.len);
        g->len += e->data.len;
        g->data[g->len++] = '|';
    }

    memcpy(g->raw + g->raw_len, e->raw.data, e->raw.len);
    g->raw_len += e->raw.len;

    return LLMGW_OK;
}


static void
google_frames(void)
{
    size_t           i, first, n, pos, end;
    test_mem_t       m;
    llmgw_int_t      rc;
    llmgw_str_t      text, piece;
    llmgw_frames_t   f;
    google_frames_t  g;

    static const struct {
        llmgw_str_t  text;
        llmgw_str_t  data;
        llmgw_int_t  rc;
        llmgw_int_t  end;
    } rows[] = {
        { llmgw_string("[{\"a\":1},\r\n{\"b\":\"]}\\\"\"}\n]\n"),
          llmgw_string("{\"a\":1}|{\"b\":\"]}\\\"\"}|"), LLMGW_OK,
          LLMGW_OK },
        { llmgw_string("[]"), llmgw_string(""), LLMGW_OK, LLMGW_OK },
        { llmgw_string("{\"error\":{}}"), llmgw_string("{\"error\":{}}|"),
          LLMGW_OK, LLMGW_OK },
        { llmgw_string(" [ { } , [1] ]"), llmgw_string("{ }|"),
          LLMGW_INVALID, LLMGW_INVALID },
        { llmgw_string("[{\"a\":[{}]}"), llmgw_string("{\"a\":[{}]}|"),
          LLMGW_OK, LLMGW_INVALID },
        { llmgw_string("[{\"a\":"), llmgw_string(""), LLMGW_OK,
          LLMGW_INVALID },
        { llmgw_string("[1]"), llmgw_string(""), LLMGW_INVALID,
          LLMGW_INVALID },
        { llmgw_string("data: {}"), llmgw_string(""), LLMGW_INVALID,
          LLMGW_INVALID },
        { llmgw_string("[{}]x"), llmgw_string("{}|"), LLMGW_INVALID,
          LLMGW_OK },
        { llmgw_string("[{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1}]"),
          llmgw_string(""), LLMGW_TOO_LARGE, LLMGW_INVALID }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        text = rows[i].text;

        test_case("google: elements of %.*s", test_arg(text));

        for (first = 0; first <= text.len; first++) {

            test_at("split at %zu", first);

            memset(&g, 0, sizeof(google_frames_t));
            test_mem_init(&m, 0, 0);

            llmgw_frames_init(&f, &m.arena, 64, google_frame, &g);

            rc = LLMGW_OK;

            for (pos = 0; pos < text.len && rc == LLMGW_OK; pos = end) {

                /* the first piece, then one byte at a time */

                end = (pos < first) ? first : pos + 1;
                n = end - pos;

                piece = llmgw_str(text.data + pos, n);
                rc = llmgw_frames_feed(&f, test_guard(piece), n);
            }

            check_int(rc, rows[i].rc);
            check_str(llmgw_str((u_char *) g.data, g.len), rows[i].data);

            if (rc == LLMGW_OK) {
                check_int(llmgw_frames_finish(&f), rows[i].end);
            }

            if (rc == LLMGW_OK && rows[i].end == LLMGW_OK) {
                check_str(llmgw_str((u_char *) g.raw, g.raw_len), text);
            }

            test_mem_free(&m);
        }
    }
}


static void
google_schemas(void)
{
    long           n;
    size_t         i;
    unsigned       done;
    test_mem_t     m;
    llmgw_str_t    got;
    llmgw_json_t   j;

    static const struct {
        llmgw_str_t  openapi;
        llmgw_str_t  json;
    } rows[] = {
        { llmgw_string("{\"type\":\"STRING\",\"nullable\":true}"),
          llmgw_string("{\"type\":[\"string\",\"null\"]}") },
        { llmgw_string("{\"type\":\"OBJECT\",\"properties\":{\"a\":{},"
                       "\"type\":{\"type\":\"INTEGER\"},\"b\":{}},"
                       "\"propertyOrdering\":[\"b\",\"x\",\"type\",\"b\"]}"),
          llmgw_string("{\"type\":\"object\",\"properties\":{\"b\":{},"
                       "\"type\":{\"type\":\"integer\"},\"a\":{}}}") },
        { llmgw_string("{\"type\":\"ARRAY\",\"minItems\":\"1\","
                       "\"maxItems\":2,\"items\":{\"type\":\"NUMBER\","
                       "\"example\":7,\"minimum\":0.5}}"),
          llmgw_string("{\"type\":\"array\",\"minItems\":1,\"maxItems\":2,"
                       "\"items\":{\"type\":\"number\",\"minimum\":0.5}}") },
        { llmgw_string("{\"anyOf\":[{\"type\":\"STRING\"},"
                       "{\"type\":\"BOOLEAN\"}],\"nullable\":true}"),
          llmgw_string("{\"anyOf\":[{\"type\":\"string\"},"
                       "{\"type\":\"boolean\"},{\"type\":\"null\"}]}") },
        { llmgw_string("{\"type\":\"STRING\",\"enum\":[\"TYPE\",\"b\"],"
                       "\"nullable\":true,\"format\":\"enum\"}"),
          llmgw_string("{\"type\":[\"string\",\"null\"],"
                       "\"enum\":[\"TYPE\",\"b\",null],"
                       "\"format\":\"enum\"}") },
        { llmgw_string("{\"type\":\"TYPE_UNSPECIFIED\",\"title\":\"T\","
                       "\"default\":null,\"description\":null}"),
          llmgw_string("{\"title\":\"T\",\"default\":null}") },
        { llmgw_string("{\"type\":[\"STRING\",\"NULL\"],"
                       "\"nullable\":true}"),
          llmgw_string("{\"type\":[\"string\",\"null\"]}") },
        { llmgw_string("{\"properties\":{\"nullable\":{\"type\":\"STRING\"},"
                       "\"example\":{}},\"additionalProperties\":"
                       "{\"type\":\"STRING\"},\"required\":[\"TYPE\"]}"),
          llmgw_string("{\"properties\":{\"nullable\":{\"type\":\"string\"},"
                       "\"example\":{}},\"additionalProperties\":"
                       "{\"type\":\"string\"},\"required\":[\"TYPE\"]}") },
        { llmgw_string("{\"minLength\":\"x\",\"type\":7}"),
          llmgw_string("{\"minLength\":\"x\",\"type\":7}") }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("google: schema %.*s", test_arg(rows[i].openapi));

        test_chaos(&m, n, done) {

            if (llmgw_json_parse(&j, &m.arena, rows[i].openapi,
                                 LLMGW_JSON_ALL, 1000)
                != LLMGW_OK)
            {
                continue;
            }

            got = llmgw_gemini_json_schema(&m.arena, &j, j.nodes);

            if (got.data) {
                check_str(got, rows[i].json);
                done = 1;
            }
        }

        check(done);
    }
}


/* a schema that refers to itself ever more often, in a request for a tool */

static void
google_schema_limits(void)
{
    char              body[8192], *p;
    unsigned          i;
    test_mem_t        m;
    llmgw_str_t       rest;
    llmgw_int_t       rc;
    llmgw_call_t      call;
    llmgw_target_t    target;
    llmgw_upstream_t  up;

    static const char *const  models[] = {
        "gemini-2.0-flash", "gemini-2.5-flash"
    };

    for (i = 0; i < llmgw_nelts(models); i++) {

        test_case("google: a schema of many references, %s", models[i]);

        p = body + sprintf(body, "{\"model\":\"m\",\"messages\":[{\"role\":"
                           "\"user\",\"content\":\"x\"}],\"tools\":[{"
                           "\"type\":\"function\",\"function\":{\"name\":"
                           "\"f\",\"parameters\":{\"type\":\"object\","
                           "\"properties\":{\"x\":{\"$ref\":\"#/$defs/d0\"}},"
                           "\"$defs\":{");

        for (unsigned k = 0; k < 40; k++) {
            p += sprintf(p, "%s\"d%u\":{\"type\":\"object\",\"properties\":{"
                         "\"a\":{\"$ref\":\"#/$defs/d%u\"},"
                         "\"b\":{\"$ref\":\"#/$defs/d%u\"}}}",
                         k ? "," : "", k, k + 1, k + 1);
        }

        p += sprintf(p, ",\"d40\":{\"type\":\"string\"}}}}}]}");

        memset(&target, 0, sizeof(llmgw_target_t));
        memset(&up, 0, sizeof(llmgw_upstream_t));

        target.dialect = &llmgw_dialect_gemini;
        target.model = test_cstr(models[i]);

        test_mem_init(&m, 65536, 0);

        llmgw_call_init(&call, &m.arena,
                        llmgw_endpoint_find(llmgw_lit("/v1/chat/completions"),
                                            &rest));
        llmgw_out_init(&up.body, &m.arena, 4096, 512, 0);

        check_int(llmgw_call_read(&call,
                                  llmgw_str((u_char *) body,
                                            (size_t) (p - body)),
                                  llmgw_lit("application/json")),
                  LLMGW_OK);

        rc = llmgw_call_prepare(&call, &target, &up);

        /* 2^40 of them: refused, or cut where they begin to repeat */

        check(rc == LLMGW_INVALID
              || (rc == LLMGW_OK && llmgw_out_size(&up.body) < 16777216));

        if (rc == LLMGW_INVALID) {
            check_int(call.error.status, 400);
            check_lit(call.error.param, "tools[0].function.parameters");
        }

        check(m.arena.size < 134217728);

        test_mem_free(&m);
    }
}


void
test_google(void)
{
    google_endpoints();
    google_queries();
    google_vertex();
    google_families();
    google_frames();
    google_schemas();
    google_schema_limits();
}
