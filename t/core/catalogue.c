
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What goes to each provider of the catalogue: the URL, the headers and the
 * body of a request, against the rows of catalogue.tsv.
 */


#include <string.h>

#include "test.h"
#include "llmgw_provider.h"
#include "llmgw_traits.h"


#define CATALOGUE_LINE  65536
#define CATALOGUE_NOW   1700000000


typedef struct {
    const char  *name;
    const char  *path;
    const char  *body;
    const char  *usual;    /* NULL: the body as it is */
} catalogue_request_t;


/* ' stands for " */

#define CHAT_HEAD  "{'model':'m','messages':"                                \
    "[{'role':'developer','content':[{'type':'text','text':'a'},"            \
    "{'type':'text','text':'b'}]},"                                          \
    "{'role':'user','name':'u','content':'c'},"                              \
    "{'role':'assistant','content':null,'tool_calls':[{'id':'call_1',"       \
    "'type':'function','function':{'name':'f','arguments':'{}'}}]},"         \
    "{'role':'tool','tool_call_id':'call_1','content':'d'}],"                \
    "'tools':[{'type':'function','function':{'name':'f','parameters':"       \
    "{'type':'object'},'strict':true}}],"                                    \
    "'tool_choice':'required','parallel_tool_calls':false,"                  \
    "'max_completion_tokens':9,'temperature':1.5,'top_p':0.5,'n':2,"         \
    "'seed':7,'stop':['1','2','3','4','5','6','7','8','9','10','11','12',"   \
    "'13','14','15','16','17'],'logit_bias':{'1':1},'logprobs':true,"        \
    "'top_logprobs':2,'frequency_penalty':1,'presence_penalty':1,"           \
    "'user':'u','store':true,'service_tier':'flex','prompt_cache_key':'k',"  \
    "'verbosity':'low','reasoning_effort':'high',"                           \
    "'response_format':{'type':'json_object'},'web_search_options':{},"      \
    "'prediction':null,'stream':true"

#define ASK_BODY  "{'model':'m','messages':[{'role':'user','content':'hi'}]"

static const catalogue_request_t  requests[] = {

    { "chat", "/v1/chat/completions", CHAT_HEAD "}",
      CHAT_HEAD ",'stream_options':{'include_usage':true}}" },

    { "choice", "/v1/chat/completions",
      ASK_BODY ",'tool_choice':{'type':'function','function':{'name':'f'}}}",
      NULL },

    { "ask", "/v1/chat/completions", ASK_BODY ",'max_completion_tokens':50}",
      NULL },

    { "embeddings", "/v1/embeddings",
      "{'model':'m','input':'a','dimensions':8,'user':'u'}", NULL },

    { "images", "/v1/images/generations",
      "{'model':'m','prompt':'a','n':2,'user':'u'}", NULL },

    { "rerank", "/v1/rerank",
      "{'model':'m','query':'a','documents':['b','c'],'top_n':1}",
      "{'model':'m','query':'a','documents':['b','c'],"
      "'return_documents':false}" },

    { "responses", "/v1/responses",
      "{'model':'m','input':'a','store':false}", NULL }
};


static llmgw_str_t
catalogue_quoted(llmgw_arena_t *a, const char *text)
{
    u_char  *p;
    size_t   i, len;

    len = strlen(text);
    p = llmgw_nalloc(a, len);

    for (i = 0; i < len; i++) {
        p[i] = (u_char) (text[i] == '\'' ? '"' : text[i]);
    }

    return llmgw_str(p, len);
}


/* each word in braces by itself */

static llmgw_str_t
catalogue_url(const llmgw_provider_t *p, llmgw_arena_t *a)
{
    llmgw_int_t  rc;
    llmgw_str_t  url, params;

    params = llmgw_lit("region=us-east-1 domain=amazonaws.com");

    for ( ;; ) {

        rc = llmgw_provider_url(p, params, a, &url);

        if (rc != LLMGW_DECLINED) {
            check_int(rc, LLMGW_OK);
            return url;
        }

        params = llmgw_fmt(a, "%.*s %.*s=%.*s", llmgw_arg(params),
                           llmgw_arg(url), llmgw_arg(url));
    }
}


static llmgw_str_t
catalogue_headers(const llmgw_upstream_t *up, llmgw_arena_t *a)
{
    llmgw_out_t      o;
    llmgw_header_t  *h;

    llmgw_out_init(&o, a, 0, 0, 0);

    for (h = up->headers; h; h = h->next) {

        if (h != up->headers) {
            llmgw_puts(&o, "; ");
        }

        llmgw_put(&o, h->name);
        llmgw_puts(&o, ": ");
        llmgw_put(&o, h->value);
    }

    (void) llmgw_out_close(&o);

    return llmgw_out_join(&o, a);
}


static void
catalogue_send(const llmgw_provider_t *p, const catalogue_request_t *request,
    const char *model, char **want, llmgw_arena_t *a)
{
    size_t              n;
    llmgw_str_t         url, rest, host;
    llmgw_call_t        call;
    llmgw_error_t       e;
    llmgw_target_t      target;
    const u_char       *slash;
    llmgw_settings_t    settings;
    llmgw_upstream_t    up;
    llmgw_credential_t  cred;

    memset(&target, 0, sizeof(llmgw_target_t));
    memset(&settings, 0, sizeof(llmgw_settings_t));
    memset(&up, 0, sizeof(llmgw_upstream_t));
    memset(&cred, 0, sizeof(llmgw_credential_t));

    url = catalogue_url(p, a);
    n = 0;

    /* where the path begins */

    slash = llmgw_str_find(url, llmgw_lit("://"));

    if (slash) {
        for (n = (size_t) (slash + 3 - url.data);
             n < url.len && url.data[n] != '/';
             n++)
        {
            /* void */
        }
    }

    rest = slash ? llmgw_str(slash + 3, n - (size_t) (slash + 3 - url.data))
                 : llmgw_lit("host");
    host = rest;

    target.dialect = p->dialect;
    target.traits = p->traits;
    target.model = test_cstr(model);
    target.base_path = llmgw_str(url.data + n, url.len - n);
    target.settings = &settings;

    settings.google_project = llmgw_lit("project");
    settings.google_location = llmgw_lit("location");
    settings.no_stream_usage = p->traits && p->traits->no_usage;

    cred.key = llmgw_lit("KEY");

    if (p->auth == LLMGW_AUTH_AWS) {
        cred.key = llmgw_null_str;
        cred.access_key_id = llmgw_lit("AKID");
        cred.secret_access_key = llmgw_lit("SECRET");
        cred.region = llmgw_lit("us-east-1");
    }

    llmgw_call_init(&call, a, llmgw_endpoint_find(test_cstr(request->path),
                                                  &rest));
    llmgw_out_init(&up.body, a, 256, 0, 0);

    check_int(llmgw_call_read(&call, catalogue_quoted(a, request->body),
                              llmgw_lit("application/json")),
              LLMGW_OK);

    if (!check_int(llmgw_call_prepare(&call, &target, &up), LLMGW_OK)) {
        fprintf(stderr, "  %.*s\n", llmgw_arg(call.error.message));
        return;
    }

    check_int(llmgw_out_close(&up.body), LLMGW_OK);
    check_int(llmgw_authorize(p, &cred, host, CATALOGUE_NOW, &up, a, &e),
              LLMGW_OK);

    check_str(llmgw_fmt(a, "%.*s%.*s", (int) n, url.data,
                        llmgw_arg(up.path)),
              test_cstr(want[0]));
    check_str(catalogue_headers(&up, a), test_cstr(want[1]));
    check_str(llmgw_out_join(&up.body, a),
              strcmp(want[2], "=") == 0
              ? catalogue_quoted(a, request->usual ? request->usual
                                                   : request->body)
              : test_cstr(want[2]));
}


static void
catalogue_row(char **cell)
{
    char                    *model;
    size_t                   i;
    test_mem_t               mem;
    const llmgw_provider_t  *p;

    test_case("catalogue: %s %s", cell[0], cell[1]);

    p = llmgw_provider_find(test_cstr(cell[0]));

    if (!check(p != NULL)) {
        return;
    }

    /* ENDPOINT@MODEL */

    model = strchr(cell[1], '@');

    if (model) {
        *model++ = '\0';
    }

    for (i = 0; i < llmgw_nelts(requests); i++) {
        if (strcmp(requests[i].name, cell[1]) == 0) {
            break;
        }
    }

    if (!check(i < llmgw_nelts(requests))) {
        return;
    }

    test_mem_init(&mem, 4096, 0);

    catalogue_send(p, &requests[i], model ? model : "m", cell + 2,
                   &mem.arena);

    test_mem_free(&mem);
}


static int
catalogue_read(const char *name, unsigned char *seen)
{
    char                    *cell[5], *p;
    size_t                   i, n;
    FILE                    *f;
    const llmgw_provider_t  *provider;

    static char  line[CATALOGUE_LINE];

    f = fopen(name, "r");

    if (f == NULL) {
        perror(name);
        return 0;
    }

    for (n = 1; fgets(line, sizeof(line), f); n++) {

        if (line[0] == '#') {
            continue;
        }

        line[strcspn(line, "\n")] = '\0';
        p = line;

        for (i = 0; i < llmgw_nelts(cell) && p; i++) {

            cell[i] = p;
            p = strchr(p, '\t');

            if (p) {
                *p++ = '\0';
            }
        }

        if (i < llmgw_nelts(cell) || p) {
            test_case("catalogue: line %zu", n);
            check(!"the number of columns");
            continue;
        }

        provider = llmgw_provider_find(test_cstr(cell[0]));

        if (provider) {
            seen[provider - llmgw_providers] = 1;
        }

        catalogue_row(cell);
    }

    fclose(f);

    return 1;
}


int
main(int argc, char **argv)
{
    const llmgw_provider_t  *p;

    static unsigned char  seen[1000];

    if (argc != 2 || !catalogue_read(argv[1], seen)) {
        fprintf(stderr, "usage: catalogue FILE\n");
        return 2;
    }

    test_case("catalogue: each provider has a row");

    for (p = llmgw_providers; p->name.len; p++) {

        test_at("%.*s", llmgw_arg(p->name));

        /* nothing goes out */

        check(seen[p - llmgw_providers] || p->auth == LLMGW_AUTH_NONE);

        if (p > llmgw_providers) {
            check(strncmp((const char *) p[-1].name.data,
                          (const char *) p->name.data, p->name.len + 1)
                  != 0);
        }
    }

    return test_done();
}
