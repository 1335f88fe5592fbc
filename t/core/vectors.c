
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Runs test vectors through the library: at every two-way split of the answer,
 * a byte at a time, and with every allocation failing once.
 *
 *     vectors [-q] DIRECTORY|FILE...
 */


#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vectors.h"


/* credentials are the business of who does the I/O */

static const char  *credentials[] = {
    "authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-date",
    "x-amz-security-token"
};


static struct {
    unsigned  passed;
    unsigned  failed;
    unsigned  skipped;
    unsigned  quick:1;
} vectors;


static llmgw_str_t
vectors_header(const llmgw_header_t *h, const char *name)
{
    for ( /* void */ ; h; h = h->next) {
        if (llmgw_str_caseeq(h->name, test_cstr(name))) {
            return h->value;
        }
    }

    return llmgw_null_str;
}


/* Only what is listed is compared; null: the header must not be there. */

static int
vectors_headers(vector_diff_t *d, const char *path, json_t *want,
    const llmgw_header_t *got, unsigned request)
{
    char         name[256];
    size_t       i;
    json_t      *value;
    llmgw_str_t  s, w;
    const char  *key;

    json_object_foreach(want, key, value) {

        snprintf(name, sizeof(name), "%s.%s", path, key);
        s = vectors_header(got, key);

        if (json_is_null(value)) {

            if (s.data) {
                return vector_differs(d, name, "must be absent, is \"%.*s\"",
                                      test_arg(s));
            }

            continue;
        }

        for (i = 0; request && i < llmgw_nelts(credentials); i++) {
            if (strcasecmp(key, credentials[i]) == 0) {
                break;
            }
        }

        if (request && i < llmgw_nelts(credentials)) {

            /* and that is why the library must not send any itself */

            if (s.data) {
                return vector_differs(d, name, "comes from the library: "
                                      "\"%.*s\"", test_arg(s));
            }

            continue;
        }

        w = test_cstr(json_string_value(value));

        if (s.data == NULL
            || (!llmgw_str_is(w, "<any>") && !llmgw_str_eq(s, w)))
        {
            return vector_differs(d, name, "expected \"%.*s\", got %s%.*s%s",
                                  test_arg(w), s.data ? "\"" : "none",
                                  test_arg(s), s.data ? "\"" : "");
        }
    }

    return 1;
}


static int
vectors_by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}


/* path and query; parameters are a set */

static int
vectors_path(vector_diff_t *d, json_t *want, llmgw_str_t got)
{
    char      *part[2][16], text[2][1024], *p;
    size_t     n[2], i, k;

    if (want == NULL) {
        return 1;
    }

    snprintf(text[0], sizeof(text[0]), "%s", json_string_value(want));
    snprintf(text[1], sizeof(text[1]), "%.*s", test_arg(got));

    for (k = 0; k < 2; k++) {

        n[k] = 0;

        for (p = strtok(text[k], "?&"); p && n[k] < 16;
             p = strtok(NULL, "?&"))
        {
            part[k][n[k]++] = p;
        }

        qsort(part[k] + 1, n[k] ? n[k] - 1 : 0, sizeof(char *),
              vectors_by_name);
    }

    for (i = 0; i < n[0] && i < n[1]; i++) {
        if (strcmp(part[0][i], part[1][i]) != 0) {
            break;
        }
    }

    if (i == n[0] && i == n[1]) {
        return 1;
    }

    return vector_differs(d, "provider_request.path",
                          "expected \"%s\", got \"%.*s\"",
                          json_string_value(want), test_arg(got));
}


static int
vectors_request(vector_diff_t *d, const vector_t *v, vector_run_t *r)
{
    int          rc;
    json_t      *want;
    llmgw_str_t  again;

    want = json_object_get(v->json, "provider_request");

    if (!json_is_object(want)) {

        if (!r->refused) {
            return vector_differs(d, "provider_request",
                                  "must be answered without the provider, "
                                  "goes to \"%.*s\":\n    %.*s",
                                  test_arg(r->up.path),
                                  test_arg(r->request));
        }

        return 1;
    }

    if (r->refused) {
        return vector_differs(d, "provider_request",
                              "is refused with status %u: %.*s", r->status,
                              test_arg(r->body));
    }

    if (!vectors_path(d, json_object_get(want, "path"), r->up.path)
        || !vectors_headers(d, "provider_request.headers",
                            json_object_get(want, "headers"),
                            r->up.headers, 1)
        || !vector_body_equal(d, "provider_request.body",
                              json_object_get(want, "body"), r->request,
                              vectors_header(r->up.headers, "content-type")))
    {
        return 0;
    }

    again = vector_prepare_again(v);

    rc = llmgw_str_eq(again, r->request);

    if (!rc) {
        vector_differs(d, "provider_request", "another attempt differs:\n"
                       "    first  %.*s\n    second %.*s",
                       test_arg(r->request), test_arg(again));
    }

    free((void *) again.data);

    return rc;
}


static int
vectors_stream(vector_diff_t *d, json_t *want, llmgw_str_t body)
{
    int      rc;
    char    *w, *g, path[64];
    size_t   i, n;
    json_t  *got;

    got = vector_chunks(d, body);

    if (got == NULL) {
        return 0;
    }

    d->ids = json_object();
    n = json_array_size(want);
    rc = 1;

    for (i = 0; rc && i < n && i < json_array_size(got); i++) {

        snprintf(path, sizeof(path), "chunk %zu ", i);

        rc = vector_equal(d, path, json_array_get(want, i),
                          json_array_get(got, i));
    }

    if (rc && n != json_array_size(got)) {

        w = json_dumps(json_array_get(want, i), JSON_COMPACT|JSON_ENCODE_ANY);
        g = json_dumps(json_array_get(got, i), JSON_COMPACT|JSON_ENCODE_ANY);

        rc = vector_differs(d, "chunks", "%zu instead of %zu; the first that "
                            "is %s:\n    %s", json_array_size(got), n,
                            i < n ? "missing" : "not expected",
                            i < n ? w : g);
        free(w);
        free(g);
    }

    json_decref(d->ids);
    d->ids = NULL;
    json_decref(got);

    return rc;
}


/* The counts that are logged are those that the client is shown. */

static int
vectors_usage(vector_diff_t *d, const vector_t *v, vector_run_t *r)
{
    size_t    i;
    json_t   *want, *usage, *body, *chunk;
    int64_t   n;

    static const struct {
        const char  *name;
        const char  *details;
        size_t       offset;
    } counts[] = {
        { "prompt_tokens", NULL, offsetof(llmgw_usage_t, prompt) },
        { "completion_tokens", NULL, offsetof(llmgw_usage_t, completion) },
        { "cached_tokens", "prompt_tokens_details",
          offsetof(llmgw_usage_t, cached) },
        { "reasoning_tokens", "completion_tokens_details",
          offsetof(llmgw_usage_t, reasoning) }
    };

    want = json_object_get(v->json, "openai_response");
    body = json_object_get(want, "body");
    usage = json_object_get(v->json, "usage");

    if (usage == NULL) {
        usage = json_object_get(body, "usage");
    }

    json_array_foreach(json_object_get(want, "chunks"), i, chunk) {
        if (json_is_object(json_object_get(chunk, "usage"))) {
            usage = json_object_get(chunk, "usage");
        }
    }

    if (usage == NULL || json_object_get(usage, "prompt_tokens") == NULL) {
        return 1;
    }

    for (i = 0; i < llmgw_nelts(counts); i++) {

        body = counts[i].details ? json_object_get(usage, counts[i].details)
                                 : usage;
        body = json_object_get(body, counts[i].name);

        if (!json_is_integer(body)) {
            continue;
        }

        n = *(int64_t *) ((char *) &r->reply.usage + counts[i].offset);

        /* clients are shown 0 for what nobody counted */

        if (n != json_integer_value(body)
            && !(n < 0 && json_integer_value(body) == 0))
        {
            return vector_differs(d, "usage", "%s is %lld in the log, "
                      "expected %lld", counts[i].name, (long long) n,
                      (long long) json_integer_value(body));
        }
    }

    return 1;
}


static int
vectors_response(vector_diff_t *d, const vector_t *v, vector_run_t *r)
{
    size_t     n;
    json_t    *want, *status;
    unsigned   code;

    want = json_object_get(v->json, "openai_response");
    status = json_object_get(want, "status");
    code = status ? (unsigned) json_integer_value(status) : 200;

    if (r->late) {
        return vector_differs(d, "openai_response",
                              "the answer failed as if the client had seen "
                              "nothing, but it has");
    }

    if (r->status != code) {
        return vector_differs(d, "openai_response.status",
                              "expected %u, got %u with\n    %.*s", code,
                              r->status, test_arg(r->body));
    }

    if (!vectors_headers(d, "openai_response.headers",
                         json_object_get(want, "headers"), r->headers, 0))
    {
        return 0;
    }

    if (json_object_get(want, "chunks")) {

        if (!vectors_stream(d, json_object_get(want, "chunks"), r->body)) {
            return 0;
        }

    } else if (json_object_get(want, "body")
               && !vector_body_equal(d, "openai_response.body",
                                     json_object_get(want, "body"), r->body,
                                     llmgw_null_str))
    {
        return 0;
    }

    /*
     * Where nothing is taken out or put right, not a byte changes on the way;
     * comments in front of the first event came before there was an answer.
     */

    if (r->call.pass && !r->call.usage_added && !r->failed && code < 300
        && !r->reply.edited
        && v->answer.len && v->answer.data[0] != ':')
    {

        n = (v->answer.len < r->body.len) ? v->answer.len : r->body.len;

        if (memcmp(v->answer.data, r->body.data, n) != 0) {
            return vector_differs(d, "openai_response", "does not pass byte "
                                  "for byte:\n    %.*s", test_arg(r->body));
        }
    }

    return vectors_usage(d, v, r);
}


/* An answer in pieces is the same answer. */

static int
vectors_same(vector_diff_t *d, vector_run_t *whole, vector_run_t *r,
    const char *path)
{
    if (r->status == whole->status && llmgw_str_eq(r->body, whole->body)
        && r->failed == whole->failed
        && memcmp(&r->reply.usage, &whole->reply.usage,
                  sizeof(llmgw_usage_t))
           == 0
        && llmgw_str_eq(r->reply.model, whole->reply.model)
        && r->reply.complete == whole->reply.complete
        && r->reply.tokens == whole->reply.tokens)
    {
        return 1;
    }

    return vector_differs(d, path, "status %u, failed %u, complete %u, "
                          "tokens %u, usage %lld+%lld:\n    %.*s\n"
                          "whole: status %u, failed %u, complete %u, "
                          "tokens %u, usage %lld+%lld:\n    %.*s",
                          r->status, r->failed, r->reply.complete,
                          r->reply.tokens, (long long) r->reply.usage.prompt,
                          (long long) r->reply.usage.completion,
                          test_arg(r->body), whole->status, whole->failed,
                          whole->reply.complete, whole->reply.tokens,
                          (long long) whole->reply.usage.prompt,
                          (long long) whole->reply.usage.completion,
                          test_arg(whole->body));
}


static int
vectors_splits(vector_diff_t *d, const vector_t *v, vector_run_t *whole)
{
    int           rc;
    char          path[64];
    size_t        n, step;
    vector_run_t  r;

    step = vectors.quick ? 1 + v->answer.len / 50 : 1;

    for (n = 0; n < v->answer.len; n += step) {

        snprintf(path, sizeof(path), n ? "split at %zu" : "byte by byte", n);

        if (vector_run(&r, v, -1, n, n ? 0 : 1) != LLMGW_OK) {
            vector_run_free(&r);
            return vector_differs(d, path, "an error of the library");
        }

        rc = !r.late && vectors_same(d, whole, &r, path);
        vector_run_free(&r);

        if (!rc) {
            return 0;
        }
    }

    return 1;
}


/* Without memory there is no answer, but never a wrong one. */

static int
vectors_chaos(vector_diff_t *d, const vector_t *v, vector_run_t *whole)
{
    int           rc;
    long          n, step;
    char          path[64];
    llmgw_int_t   rv;
    vector_run_t  r;

    step = vectors.quick ? 7 : 1;

    for (n = 0; /* void */ ; n += step) {

        snprintf(path, sizeof(path), "allocation %ld", n);

        rv = vector_run(&r, v, n, 100, 100);

        if (rv != LLMGW_OK) {

            vector_run_free(&r);

            if (rv == LLMGW_ERROR) {
                continue;
            }

            return vector_differs(d, path, "returns %d without memory", rv);
        }

        if (n >= r.mem.calls) {
            vector_run_free(&r);
            return 1;
        }

        /* an answer all the same: then it is the right one */

        rc = llmgw_str_eq(r.body, whole->body)
             && llmgw_str_eq(r.request, whole->request);

        if (!rc) {
            vector_differs(d, path, "without memory, the answer differs:\n"
                           "    request %.*s\n    answer %.*s",
                           test_arg(r.request), test_arg(r.body));
        }

        vector_run_free(&r);

        if (!rc) {
            return 0;
        }
    }
}


static int
vectors_run(vector_diff_t *d, const vector_t *v)
{
    int           rc;
    vector_run_t  whole;

    if (vector_run(&whole, v, -1, 0, 0) != LLMGW_OK) {
        rc = vector_differs(d, "run", "an error of the library");

    } else {
        rc = vectors_request(d, v, &whole)
             && vectors_response(d, v, &whole)
             && vectors_splits(d, v, &whole)
             && vectors_chaos(d, v, &whole);
    }

    vector_run_free(&whole);

    return rc;
}


static void
vectors_file(const char *file)
{
    char           name[256];
    json_t        *json;
    vector_t       v;
    const char    *reason, *p;
    json_error_t   error;
    vector_diff_t  diff;

    /* the set and the file, without .json */

    for (p = file + strlen(file); p > file && p[-1] != '/'; p--) {
        /* void */
    }

    for (p--; p > file && p[-1] != '/'; p--) { /* void */ }

    snprintf(name, sizeof(name), "%s", p > file ? p : file);

    if (strlen(name) > 5) {
        name[strlen(name) - 5] = '\0';
    }

    json = json_load_file(file, JSON_ALLOW_NUL|JSON_REJECT_DUPLICATES,
                          &error);

    if (json == NULL) {
        printf("FAILED %s: line %d: %s\n", name, error.line, error.text);
        vectors.failed++;
        return;
    }

    reason = vector_init(&v, json, name);

    if (reason) {
        printf("not run %s: %s\n", name, reason);
        vectors.skipped++;

    } else {
        memset(&diff, 0, sizeof(vector_diff_t));

        if (vectors_run(&diff, &v)) {
            vectors.passed++;

        } else {
            printf("FAILED %s: %s\n", name, diff.text);
            vectors.failed++;
        }
    }

    vector_free(&v);
    json_decref(json);
}


static void
vectors_walk(const char *path)
{
    int              n, i;
    char             file[1024];
    size_t           len;
    struct stat      st;
    struct dirent  **list;

    if (stat(path, &st) != 0) {
        printf("FAILED %s: no such file\n", path);
        vectors.failed++;
        return;
    }

    if (!S_ISDIR(st.st_mode)) {
        vectors_file(path);
        return;
    }

    /* what is in there are no calls: extra.c */

    if (strlen(path) > 6 && strcmp(path + strlen(path) - 6, "/extra") == 0) {
        return;
    }

    n = scandir(path, &list, NULL, alphasort);

    for (i = 0; i < n; i++) {

        len = strlen(list[i]->d_name);

        if (list[i]->d_name[0] != '.') {

            snprintf(file, sizeof(file), "%s/%s", path, list[i]->d_name);

            if (list[i]->d_type == DT_DIR) {
                vectors_walk(file);

            } else if (len > 5
                       && strcmp(list[i]->d_name + len - 5, ".json") == 0)
            {
                vectors_file(file);
            }
        }

        free(list[i]);
    }

    if (n >= 0) {
        free(list);
    }
}


int
main(int argc, char **argv)
{
    int  i;

    for (i = 1; i < argc; i++) {

        /* fewer splits, for a sanitizer's run */

        if (strcmp(argv[i], "-q") == 0) {
            vectors.quick = 1;
            continue;
        }

        vectors_walk(argv[i]);
    }

    printf("%u passed, %u failed, %u not run\n", vectors.passed,
           vectors.failed, vectors.skipped);

    return vectors.failed ? 1 : 0;
}
