
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Prints what becomes of the requests for each endpoint at each provider of the
 * catalogue, for tools/gen-providers: NAME, ENDPOINT and "pass", "task", "chat"
 * or "none", divided by tabs.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llmgw_provider.h"
#include "llmgw_traits.h"


#define FORM                                                                 \
    "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"      \
    "--b\r\nContent-Disposition: form-data; name=\"file\"; "                 \
    "filename=\"a.mp3\"\r\n\r\nID3\r\n--b--\r\n"


typedef struct {
    const char  *name;
    const char  *path;
    const char  *body;
} matrix_request_t;


static const matrix_request_t  requests[] = {
    { "CHAT", "/v1/chat/completions",
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
      "\"hi\"}]}" },
    { "COMPLETIONS", "/v1/completions",
      "{\"model\":\"m\",\"prompt\":\"hi\"}" },
    { "RESPONSES", "/v1/responses", "{\"model\":\"m\",\"input\":\"hi\"}" },
    { "MESSAGES", "/v1/messages",
      "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
      "\"content\":\"hi\"}]}" },
    { "GENERATE", "/v1beta/models/m:generateContent",
      "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}" },
    { "EMBEDDINGS", "/v1/embeddings", "{\"model\":\"m\",\"input\":\"hi\"}" },
    { "IMAGES", "/v1/images/generations",
      "{\"model\":\"m\",\"prompt\":\"a cat\"}" },
    { "SPEECH", "/v1/audio/speech",
      "{\"model\":\"m\",\"input\":\"hi\",\"voice\":\"alloy\"}" },
    { "TRANSCRIPTIONS", "/v1/audio/transcriptions", FORM },
    { "MODERATIONS", "/v1/moderations", "{\"model\":\"m\",\"input\":\"hi\"}" },
    { "RERANK", "/v1/rerank",
      "{\"model\":\"m\",\"query\":\"a\",\"documents\":[\"b\"]}" }
};


static void *
matrix_alloc(void *data, size_t size)
{
    return malloc(size);
}


static llmgw_str_t
matrix_str(const char *s)
{
    return llmgw_str((const u_char *) s, strlen(s));
}


/* a name that a provider with several makers' models knows the maker by */

static llmgw_str_t
matrix_model(const llmgw_provider_t *p, const char *endpoint)
{
    static const struct {
        const char  *provider;
        const char  *endpoint;
        const char  *model;
    } models[] = {
        { "bedrock", "EMBEDDINGS", "amazon.titan-embed-text-v2:0" },
        { "bedrock", "IMAGES", "amazon.nova-canvas-v1:0" },
        { "bedrock", "RERANK", "cohere.rerank-v3-5:0" },
        { "gemini", "IMAGES", "imagen-4.0-generate-001" },
        { "vertex", "IMAGES", "imagen-4.0-generate-001" },
        { "gemini", "SPEECH", "gemini-2.5-flash-preview-tts" },
        { "vertex", "SPEECH", "gemini-2.5-flash-preview-tts" }
    };

    size_t  i;

    for (i = 0; i < llmgw_nelts(models); i++) {
        if (llmgw_str_eq(p->name, matrix_str(models[i].provider))
            && strcmp(models[i].endpoint, endpoint) == 0)
        {
            return matrix_str(models[i].model);
        }
    }

    return llmgw_lit("m");
}


static const char *
matrix_how(const llmgw_provider_t *p, const matrix_request_t *request,
    llmgw_arena_t *a)
{
    llmgw_int_t              rc;
    llmgw_str_t              rest;
    llmgw_call_t             call;
    llmgw_target_t           target;
    llmgw_settings_t         settings;
    llmgw_upstream_t         up;
    const llmgw_endpoint_t  *ep;

    memset(&target, 0, sizeof(llmgw_target_t));
    memset(&settings, 0, sizeof(llmgw_settings_t));
    memset(&up, 0, sizeof(llmgw_upstream_t));

    ep = llmgw_endpoint_find(matrix_str(request->path), &rest);

    target.dialect = p->dialect;
    target.traits = p->traits;
    target.model = matrix_model(p, request->name);
    target.settings = &settings;

    settings.google_project = llmgw_lit("project");
    settings.google_location = llmgw_lit("location");

    llmgw_call_init(&call, a, ep);
    call.rest = rest;

    llmgw_out_init(&up.body, a, 256, 0, 0);

    rc = llmgw_call_read(&call, matrix_str(request->body),
                         (request->body[0] == '{')
                         ? llmgw_lit("application/json")
                         : llmgw_lit("multipart/form-data; boundary=b"));

    if (rc != LLMGW_OK) {
        fprintf(stderr, "matrix: %s: %.*s\n", request->path,
                llmgw_arg(call.error.message));
        exit(1);
    }

    if (llmgw_call_prepare(&call, &target, &up) != LLMGW_OK) {
        return "none";
    }

    return call.pass ? "pass" : call.task ? "task" : "chat";
}


int
main(void)
{
    size_t                   i;
    llmgw_arena_t            a;
    const llmgw_provider_t  *p;

    llmgw_arena_init(&a, matrix_alloc, NULL, 65536, 0);

    for (p = llmgw_providers; p->name.len; p++) {

        for (i = 0; i < llmgw_nelts(requests); i++) {
            printf("%.*s\t%s\t%s\n", llmgw_arg(p->name), requests[i].name,
                   matrix_how(p, &requests[i], &a));
        }
    }

    return 0;
}
