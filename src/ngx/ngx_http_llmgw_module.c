
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "ngx_http_llmgw_files.h"
#include "ngx_http_llmgw_probe.h"

#if (defined __GLIBC__)
#include <malloc.h>
#endif


/* the largest body that a provider takes (Anthropic: 32 MB) */
#define NGX_HTTP_LLMGW_MAX_BODY    (32 * 1024 * 1024)

/* of each request, in servers with "llmgw on" */
#define NGX_HTTP_LLMGW_POOL        (12 * 1024)

/* freed memory that a worker keeps, and from where on a piece is mapped */
#define NGX_HTTP_LLMGW_KEEP        (16 * 1024 * 1024)
#define NGX_HTTP_LLMGW_MAPPED      (4 * 1024 * 1024)

/* the largest answer, or event of a stream, that is held to be translated */
#define NGX_HTTP_LLMGW_MAX_ANSWER  (16 * 1024 * 1024)


static void *ngx_http_llmgw_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_llmgw_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_llmgw_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_llmgw_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_http_llmgw_add_server(ngx_conf_t *cf);
static ngx_int_t ngx_http_llmgw_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_llmgw_postconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_llmgw_init_process(ngx_cycle_t *cycle);
static void ngx_http_llmgw_exit_process(ngx_cycle_t *cycle);


/*
 * A reload that fails here has built the chains of filters up to this module,
 * and the master forks from them the worker that follows one that died: they
 * are put back.
 */

static ngx_http_output_header_filter_pt  ngx_http_llmgw_old_header;
static ngx_http_output_body_filter_pt    ngx_http_llmgw_old_body;
static ngx_http_request_body_filter_pt   ngx_http_llmgw_old_request_body;


static ngx_http_module_t  ngx_http_llmgw_module_ctx = {
    ngx_http_llmgw_preconfiguration,       /* preconfiguration */
    ngx_http_llmgw_postconfiguration,      /* postconfiguration */

    ngx_http_llmgw_create_main_conf,       /* create main configuration */
    ngx_http_llmgw_init_main_conf,         /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_llmgw_create_loc_conf,        /* create location configuration */
    ngx_http_llmgw_merge_loc_conf          /* merge location configuration */
};


ngx_module_t  ngx_http_llmgw_module = {
    NGX_MODULE_V1,
    &ngx_http_llmgw_module_ctx,            /* module context */
    ngx_http_llmgw_commands,               /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_llmgw_init_process,           /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_llmgw_exit_process,           /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_llmgw_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_main_conf_t));
    if (lmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&lmcf->models, cf->pool, 8, sizeof(void *)) != NGX_OK
        || ngx_array_init(&lmcf->keys, cf->pool, 8,
                          sizeof(ngx_http_llmgw_key_t))
           != NGX_OK
        || ngx_array_init(&lmcf->servers, cf->pool, 4, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&lmcf->defaults, cf->pool, 1, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&lmcf->trusts, cf->pool, 1,
                          sizeof(ngx_http_llmgw_trust_t))
           != NGX_OK
        || ngx_array_init(&lmcf->tokens, cf->pool, 4, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&lmcf->probes, cf->pool, 4, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&lmcf->policies, cf->pool, 4,
                          sizeof(ngx_http_llmgw_policy_t))
           != NGX_OK)
    {
        return NULL;
    }

    lmcf->started = ngx_time();
    lmcf->store_grace = NGX_CONF_UNSET_MSEC;
    lmcf->lookup_timeout = NGX_CONF_UNSET_MSEC;
    lmcf->stop_on_budget = NGX_CONF_UNSET;
    lmcf->queue = NGX_CONF_UNSET_UINT;
    lmcf->allow_unpriced = NGX_CONF_UNSET;
    lmcf->sync = NGX_CONF_UNSET_MSEC;
    lmcf->journal_size = NGX_CONF_UNSET_SIZE;
    lmcf->journal_full = NGX_CONF_UNSET_UINT;
    lmcf->fsync = NGX_CONF_UNSET_UINT;
    lmcf->ledger_retention = NGX_CONF_UNSET;
    lmcf->failures = NGX_CONF_UNSET_PTR;

    return lmcf;
}


static char *
ngx_http_llmgw_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_conf_init_msec_value(lmcf->store_grace, 3600000);
    ngx_conf_init_msec_value(lmcf->lookup_timeout, 1000);
    ngx_conf_init_value(lmcf->stop_on_budget, 0);
    ngx_conf_init_uint_value(lmcf->queue, 0);
    ngx_conf_init_value(lmcf->allow_unpriced, 0);
    ngx_conf_init_msec_value(lmcf->sync, 1000);
    ngx_conf_init_size_value(lmcf->journal_size, 16 * 1024 * 1024);
    ngx_conf_init_uint_value(lmcf->journal_full, ngx_http_llmgw_full_refuse);
    ngx_conf_init_uint_value(lmcf->fsync, ngx_http_llmgw_fsync_everysec);
    ngx_conf_init_value(lmcf->ledger_retention, 0);
    ngx_conf_init_ptr_value(lmcf->failures, NULL);

    return NGX_CONF_OK;
}


static void *
ngx_http_llmgw_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_llmgw_loc_conf_t  *llcf;

    /*
     * set by ngx_pcalloc():
     *
     *     llcf->provider = NULL;
     *     llcf->target = { 0 };
     *     llcf->settings = { 0 };
     *     llcf->token = NULL;
     *     all strings empty
     *     llcf->mock = 0;
     */

    llcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_loc_conf_t));
    if (llcf == NULL) {
        return NULL;
    }

    llcf->enable = NGX_CONF_UNSET;
    llcf->admin = NGX_CONF_UNSET;
    llcf->max_body = NGX_CONF_UNSET_SIZE;
    llcf->max_answer = NGX_CONF_UNSET_SIZE;
    llcf->drop_params = NGX_CONF_UNSET;
    llcf->hosted = NGX_CONF_UNSET_UINT;
    llcf->cache_scope = NGX_CONF_UNSET_UINT;
    llcf->stream_keepalive = NGX_CONF_UNSET_MSEC;
    llcf->ttft_timeout = NGX_CONF_UNSET_MSEC;
    llcf->stall_timeout = NGX_CONF_UNSET_MSEC;
    llcf->deadline = NGX_CONF_UNSET_MSEC;
    llcf->stream_usage = NGX_CONF_UNSET;
    llcf->quirks = NGX_CONF_UNSET;
    llcf->expose = NGX_CONF_UNSET_UINT;
    llcf->defaults = NGX_CONF_UNSET_PTR;
    llcf->max_tokens = NGX_CONF_UNSET_UINT;
    llcf->azure_managed_identity = NGX_CONF_UNSET;
    llcf->token_timeout = NGX_CONF_UNSET_MSEC;
    llcf->bedrock_api = NGX_CONF_UNSET_UINT;
    llcf->probe = NGX_CONF_UNSET_PTR;
    llcf->conf_file = cf->conf_file;

    return llcf;
}


static char *
ngx_http_llmgw_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_llmgw_loc_conf_t *prev = parent;
    ngx_http_llmgw_loc_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_value(conf->enable, prev->enable, 0);
    ngx_conf_merge_value(conf->admin, prev->admin, 0);
    ngx_conf_merge_size_value(conf->max_body, prev->max_body,
                              NGX_HTTP_LLMGW_MAX_BODY);
    ngx_conf_merge_size_value(conf->max_answer, prev->max_answer,
                              NGX_HTTP_LLMGW_MAX_ANSWER);
    ngx_conf_merge_value(conf->drop_params, prev->drop_params, 0);
    ngx_conf_merge_msec_value(conf->stream_keepalive, prev->stream_keepalive,
                              15000);
    ngx_conf_merge_msec_value(conf->ttft_timeout, prev->ttft_timeout, 0);
    ngx_conf_merge_msec_value(conf->stall_timeout, prev->stall_timeout, 0);
    ngx_conf_merge_msec_value(conf->deadline, prev->deadline, 0);
    ngx_conf_merge_uint_value(conf->cache_scope, prev->cache_scope,
                              NGX_HTTP_LLMGW_CACHE_TENANT);
    ngx_conf_merge_uint_value(conf->hosted, prev->hosted,
                              LLMGW_HOSTED_DEFAULT);
    ngx_conf_merge_value(conf->stream_usage, prev->stream_usage, 1);
    ngx_conf_merge_value(conf->quirks, prev->quirks, 1);
    ngx_conf_merge_uint_value(conf->expose, prev->expose, 0);
    ngx_conf_merge_ptr_value(conf->defaults, prev->defaults, NULL);
    ngx_conf_merge_msec_value(conf->token_timeout, prev->token_timeout,
                              10000);
    ngx_conf_merge_ptr_value(conf->probe, prev->probe, NULL);
    ngx_conf_merge_str_value(conf->trusted_certificate,
                             prev->trusted_certificate, "");

    /* what a provider location says is its own and is not inherited */

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (conf->provider) {

        if (!clcf->named) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"llmgw_provider\" in %s:%ui belongs into a named "
                          "location: write \"location @name\" instead of "
                          "\"location %V\"", conf->file_name, conf->line,
                          &clcf->name);
            return NGX_CONF_ERROR;
        }

        conf->settings.anthropic_version =
                                  ngx_http_llmgw_str(conf->anthropic_version);
        conf->settings.openai_organization =
                                ngx_http_llmgw_str(conf->openai_organization);
        conf->settings.openai_project =
                                     ngx_http_llmgw_str(conf->openai_project);
        conf->settings.azure_api_version =
                                  ngx_http_llmgw_str(conf->azure_api_version);
        conf->settings.model_family = ngx_http_llmgw_str(conf->model_family);
        conf->settings.huggingface_adapter =
                                ngx_http_llmgw_str(conf->huggingface_adapter);
        conf->settings.huggingface_bill_to =
                                ngx_http_llmgw_str(conf->huggingface_bill_to);
        conf->settings.bedrock_guardrail =
                                  ngx_http_llmgw_str(conf->bedrock_guardrail);
        conf->settings.bedrock_guardrail_version =
                          ngx_http_llmgw_str(conf->bedrock_guardrail_version);
        conf->settings.bedrock_guardrail_mode =
                             ngx_http_llmgw_str(conf->bedrock_guardrail_mode);
        conf->settings.bedrock_invoke = (conf->bedrock_api == 1);
        conf->settings.drop = conf->drop_params;
        conf->settings.no_stream_usage = !conf->stream_usage;

        if (conf->max_tokens != NGX_CONF_UNSET_UINT) {
            conf->settings.max_tokens = conf->max_tokens;
        }

        conf->credential.key = ngx_http_llmgw_str(conf->api_key);

        if (ngx_http_llmgw_catalogue_traits(cf, conf) != NGX_OK
            || ngx_http_llmgw_credentials(cf, conf) != NGX_OK
            || ngx_http_llmgw_aws(cf, conf) != NGX_OK
            || ngx_http_llmgw_vertex(cf, conf) != NGX_OK
            || ngx_http_llmgw_params_json(cf, conf->params,
                                          &conf->target.set[0])
               != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }

        if (clcf->handler == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "location \"%V\" with \"llmgw_provider %V manual\" "
                          "in %s:%ui has no handler: add \"proxy_pass\"",
                          &clcf->name, &conf->provider->name,
                          conf->file_name, conf->line);
            return NGX_CONF_ERROR;
        }

        conf->handler = clcf->handler;
        clcf->handler = ngx_http_llmgw_provider_handler;

        return NGX_CONF_OK;
    }

    if (clcf->noname && prev->provider) {

        /* an "if" of a provider location, for which nginx made the handler */

        *conf = *prev;

        if (!conf->mock && clcf->handler) {
            conf->handler = clcf->handler;
        }

        clcf->handler = ngx_http_llmgw_provider_handler;

        return NGX_CONF_OK;
    }

    if ((!conf->enable && !conf->admin) || clcf->named) {
        return NGX_CONF_OK;
    }

    /*
     * A body is gathered in memory whatever the buffer sizes say, and its
     * limit is ours: one place decides.
     */

    clcf->client_max_body_size = conf->max_body;

    if (clcf->name.len == 0) {

        /* a server's own level: only its locations answer */

        return NGX_CONF_OK;
    }

    if (conf->admin && ngx_http_llmgw_admin_conf(cf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (clcf->handler == NULL) {
        clcf->handler = conf->admin ? ngx_http_llmgw_admin_handler
                                    : ngx_http_llmgw_handler;
    }

    if (ngx_http_llmgw_add_server(cf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_llmgw_add_server(ngx_conf_t *cf)
{
    ngx_uint_t                   i;
    ngx_http_core_srv_conf_t    *cscf, **cscfp;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    cscfp = lmcf->servers.elts;

    for (i = 0; i < lmcf->servers.nelts; i++) {
        if (cscfp[i] == cscf) {
            return NGX_OK;
        }
    }

    cscfp = ngx_array_push(&lmcf->servers);
    if (cscfp == NULL) {
        return NGX_ERROR;
    }

    *cscfp = cscf;

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_preconfiguration(ngx_conf_t *cf)
{
    ngx_http_llmgw_old_header = ngx_http_top_header_filter;
    ngx_http_llmgw_old_body = ngx_http_top_body_filter;
    ngx_http_llmgw_old_request_body = ngx_http_top_request_body_filter;

    return ngx_http_llmgw_add_variables(cf);
}


static ngx_int_t
ngx_http_llmgw_postconfiguration(ngx_conf_t *cf)
{
    ngx_uint_t                   n;
    ngx_array_t                 *handlers;
    ngx_http_handler_pt         *h;
    ngx_http_core_srv_conf_t   **cscfp;
    ngx_http_core_main_conf_t   *cmcf;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_llmgw_module);

    if (ngx_http_llmgw_models_init(cf, lmcf) != NGX_OK
        || ngx_http_llmgw_probes_init(cf, lmcf) != NGX_OK
        || ngx_http_llmgw_keys_init(cf, lmcf) != NGX_OK
        || ngx_http_llmgw_policies_init(cf, lmcf) != NGX_OK
        || ngx_http_llmgw_jwt_init(cf, lmcf) != NGX_OK
        || ngx_http_llmgw_store_init_conf(cf, lmcf) != NGX_OK)
    {
        ngx_http_top_header_filter = ngx_http_llmgw_old_header;
        ngx_http_top_body_filter = ngx_http_llmgw_old_body;
        ngx_http_top_request_body_filter = ngx_http_llmgw_old_request_body;

        return NGX_ERROR;
    }

    if (lmcf->servers.nelts == 0) {
        return NGX_OK;
    }

    /*
     * A call works in about 12 kB.  To take that at once is cheaper than to
     * ask for one page after the other.
     */

    cscfp = lmcf->servers.elts;

    for (n = 0; n < lmcf->servers.nelts; n++) {
        if (cscfp[n]->request_pool_size < NGX_HTTP_LLMGW_POOL) {
            cscfp[n]->request_pool_size = NGX_HTTP_LLMGW_POOL;
        }
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    handlers = &cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers;

    h = ngx_array_push(handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    /*
     * Handlers of a phase run from the last to the first.  Ours goes behind
     * "allow", "deny", "auth_basic" and "auth_request": what these refuse
     * needs no look at its key.
     */

    h = handlers->elts;

    for (n = handlers->nelts - 1; n > 0; n--) {
        h[n] = h[n - 1];
    }

    h[0] = ngx_http_llmgw_access_handler;

    /* as the last one it is the first: what follows may log the request */

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_llmgw_query_handler;

    /* here, too: before "limit_req" and "limit_conn" */

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_PREACCESS_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_llmgw_attempt;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_llmgw_log_handler;

    ngx_http_llmgw_next_request_body = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = ngx_http_llmgw_request_body_filter;

    return ngx_http_llmgw_filter_init(cf);
}


static ngx_int_t
ngx_http_llmgw_init_process(ngx_cycle_t *cycle)
{
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    if (lmcf == NULL || lmcf->servers.nelts == 0) {
        return NGX_OK;
    }

#if (defined __GLIBC__)

    /*
     * A prompt is larger than what glibc keeps by default: it would go back to
     * the system with each request, and be faulted in again page by page with
     * the next, which costs as much as all else that a request needs.
     */

    (void) mallopt(M_TRIM_THRESHOLD, NGX_HTTP_LLMGW_KEEP);
    (void) mallopt(M_MMAP_THRESHOLD, NGX_HTTP_LLMGW_MAPPED);

#endif

    /* what leases of a dead worker came to, stands in its journal */

    if (ngx_http_llmgw_probes_init_process(cycle) != NGX_OK
        || ngx_http_llmgw_store_init_process(cycle) != NGX_OK
        || ngx_http_llmgw_leases_init_process(cycle) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_llmgw_jwt_init_process(cycle, lmcf);

    return ngx_http_llmgw_tokens_init_process(cycle);
}


static void
ngx_http_llmgw_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    if (lmcf == NULL || lmcf->servers.nelts == 0) {
        return;
    }

    ngx_http_llmgw_store_exit_process(cycle);
    ngx_http_llmgw_tokens_exit_process(cycle);
    ngx_http_llmgw_probes_exit_process(cycle);
    ngx_http_llmgw_jwt_exit_process(lmcf);
}
