
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * llmgw_provider: what makes a named location talk to a provider, written in
 * nginx's own directives.
 */


#include "ngx_http_llmgw_module.h"


/* where distributions keep the certificates of public authorities */

static char  *ngx_http_llmgw_ca_files[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    NULL
};


typedef struct {
    ngx_uint_t   kind;
    char        *text;
} ngx_http_llmgw_line_t;


/* docs/directives.md prints these lines under "llmgw_provider" */

#define required  NGX_HTTP_LLMGW_LINE_REQUIRED
#define optional  NGX_HTTP_LLMGW_LINE_OPTIONAL

static ngx_http_llmgw_line_t  ngx_http_llmgw_lines[] = {

    { required, "proxy_pass_request_headers off" },
    { required, "proxy_pass_request_body on" },
    { required, "proxy_request_buffering on" },
    { required, "proxy_intercept_errors off" },
    { required, "proxy_redirect off" },
    { required, "proxy_set_header Content-Type $llmgw_upstream_headers" },
    { required, "proxy_set_header Connection \"\"" },
    { optional, "proxy_http_version 1.1" },
    { optional, "proxy_ignore_headers X-Accel-Redirect X-Accel-Expires "
                "X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset "
                "Expires Cache-Control Set-Cookie Vary" },
    { optional, "proxy_connect_timeout 5s" },
    { optional, "proxy_send_timeout 60s" },
    { optional, "proxy_read_timeout 600s" },
    { optional, "proxy_socket_keepalive on" },
    { optional, "proxy_buffer_size 16k" },
    { optional, "proxy_buffers 8 16k" },
    { optional, "proxy_busy_buffers_size 32k" },
    { optional, "proxy_max_temp_file_size 0" },
    { required, "recursive_error_pages on" },
    { required, "error_page 429 500 502 503 504 = $llmgw_next" },
    { optional, "allow all" },
    { optional, "auth_request off" },
    { optional, "auth_basic off" },

    { 0, NULL }
};


static ngx_http_llmgw_line_t  ngx_http_llmgw_ssl_lines[] = {

    { optional, "proxy_ssl_server_name on" },
    { optional, "proxy_ssl_verify on" },
    { optional, "proxy_ssl_verify_depth 5" },
    { optional, "proxy_ssl_protocols TLSv1.2 TLSv1.3" },

    { 0, NULL }
};

#undef required
#undef optional


static char *ngx_http_llmgw_rest_of_block(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf);
static ngx_int_t ngx_http_llmgw_lines_feed(ngx_conf_t *cf,
    ngx_http_llmgw_line_t *line);
static char *ngx_http_llmgw_kind(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf);
static char *ngx_http_llmgw_base(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf, ngx_url_t *u, ngx_uint_t *ssl);
static char *ngx_http_llmgw_proxy(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf, ngx_uint_t manual);
static char *ngx_http_llmgw_tls(ngx_conf_t *cf, ngx_str_t *host);


char *
ngx_http_llmgw_provider(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    ngx_str_t                        *value;
    ngx_uint_t                        manual;
    ngx_http_core_loc_conf_t         *clcf;
    const llmgw_provider_t           *provider;

    if (llcf->provider) {
        return "is duplicate";
    }

    value = cf->args->elts;
    provider = llmgw_provider_find(ngx_http_llmgw_str(value[1]));

    if (provider == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown provider \"%V\", docs/providers.md has "
                           "their names; for a service that speaks OpenAI's "
                           "format write \"openai\" and its "
                           "\"llmgw_base_url\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    llcf->provider = provider;
    llcf->file_name = cf->conf_file->file.name.data;
    llcf->line = cf->conf_file->line;
    llcf->target.dialect = provider->dialect;
    llcf->target.settings = &llcf->settings;

    if (ngx_http_llmgw_catalogue_params(cf, llcf, &manual) != NGX_OK
        || ngx_http_llmgw_rest_of_block(cf, llcf) != NGX_CONF_OK
        || ngx_http_llmgw_kind(cf, llcf) != NGX_CONF_OK
        || ngx_http_llmgw_aws_base(cf, llcf) != NGX_OK
        || ngx_http_llmgw_google_base(cf, llcf) != NGX_OK
        || ngx_http_llmgw_catalogue_base(cf, llcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (provider->base_url.len == 0 && provider->auth == LLMGW_AUTH_NONE) {

        /* the mock answers by itself */

        clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
        clcf->handler = ngx_http_llmgw_mock_handler;

        llcf->mock = 1;

        return (ngx_http_llmgw_lines_feed(cf, ngx_http_llmgw_lines) == NGX_OK)
               ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    return ngx_http_llmgw_proxy(cf, llcf, manual);
}


/*
 * The lines of a provider give way to what the operator writes, wherever in
 * the location that is.  So the rest of the block is parsed first; its closing
 * bracket is put back for whoever began the block.
 */

static char *
ngx_http_llmgw_rest_of_block(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf)
{
    char  *rv;

    if (cf->conf_file != llcf->conf_file) {

        /* an included file, which ends before the block does */

        llcf->applied = 1;

        return NGX_CONF_OK;
    }

    rv = ngx_conf_parse(cf, NULL);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    cf->conf_file->buffer->pos--;

    return NGX_CONF_OK;
}


char *
ngx_http_llmgw_base_url(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *rv;

    rv = ngx_http_llmgw_early(cf, conf);

    return (rv == NGX_CONF_OK) ? ngx_conf_set_str_slot(cf, cmd, conf) : rv;
}


/* what llmgw_provider looks at has to be there when it takes effect */

char *
ngx_http_llmgw_early(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf)
{
    ngx_str_t  *value;

    if (!llcf->applied) {
        return NGX_CONF_OK;
    }

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "write \"%V\" in front of an included "
                       "\"llmgw_provider\"", &value[0]);

    return NGX_CONF_ERROR;
}


/* a date with or without "-preview", or one of three names */

char *
ngx_http_llmgw_azure_api_version(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    u_char      *p;
    ngx_str_t   *value, *version;
    ngx_uint_t   i;

    value = cf->args->elts;
    version = &value[1];
    p = version->data;

    if (ngx_strcmp(p, "v1") == 0 || ngx_strcmp(p, "latest") == 0
        || ngx_strcmp(p, "preview") == 0)
    {
        return ngx_conf_set_str_slot(cf, cmd, conf);
    }

    for (i = 0; i < 10 && i < version->len; i++) {

        if ((i == 4 || i == 7) ? (p[i] != '-')
                               : (p[i] < '0' || p[i] > '9'))
        {
            break;
        }
    }

    if (i == 10
        && (version->len == 10 || ngx_strcmp(p + 10, "-preview") == 0))
    {
        return ngx_conf_set_str_slot(cf, cmd, conf);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid API version \"%V\": write \"v1\", "
                       "\"preview\", or a date such as \"2024-10-21\" or "
                       "\"2025-04-01-preview\"", version);

    return NGX_CONF_ERROR;
}


char *
ngx_http_llmgw_huggingface_kind(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    static char  *kinds[] = { "router", "tgi", "tei", "feature-extraction" };

    rv = ngx_http_llmgw_early(cf, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (ngx_strcmp(value[1].data, kinds[i]) == 0) {
            return ngx_conf_set_str_slot(cf, cmd, conf);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid kind \"%V\": write \"router\", \"tgi\", "
                       "\"tei\" or \"feature-extraction\"", &value[1]);

    return NGX_CONF_ERROR;
}


/* the kinds but the router are servers of their own, each with its dialect */

static char *
ngx_http_llmgw_kind(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf)
{
    ngx_str_t  *kind;

    kind = &llcf->huggingface_kind;

    if (kind->len == 0) {
        return NGX_CONF_OK;
    }

    if (!llmgw_str_is(llcf->provider->name, "huggingface")) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"llmgw_huggingface_kind\" goes with "
                           "\"llmgw_provider huggingface\"");
        return NGX_CONF_ERROR;
    }

    if (ngx_strcmp(kind->data, "router") == 0) {
        return NGX_CONF_OK;
    }

    if (llcf->base_url.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"llmgw_huggingface_kind %V\" needs the server's "
                           "\"llmgw_base_url\"", kind);
        return NGX_CONF_ERROR;
    }

    llcf->target.dialect = llmgw_dialect_find(ngx_http_llmgw_str(*kind));

    return NGX_CONF_OK;
}


/* https://host:port/prefix */

static char *
ngx_http_llmgw_base(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf,
    ngx_url_t *u, ngx_uint_t *ssl)
{
    u_char     *p, *last;
    size_t      add;
    ngx_str_t  *url;

    url = &llcf->base_url;

    if (url->len > 8
        && ngx_strncasecmp(url->data, (u_char *) "https://", 8) == 0)
    {
        *ssl = 1;
        add = 8;

    } else if (url->len > 7
               && ngx_strncasecmp(url->data, (u_char *) "http://", 7) == 0)
    {
        *ssl = 0;
        add = 7;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "base URL \"%V\" must begin with \"https://\" or "
                           "\"http://\"", url);
        return NGX_CONF_ERROR;
    }

    last = url->data + url->len;

    for (p = url->data + add; p < last; p++) {
        if (*p <= ' ' || *p >= 0x7f || *p == '?' || *p == '#' || *p == '@'
            || *p == '"' || *p == '\\' || *p == '$' || *p == '%')
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid character \"%c\" in base URL \"%V\"",
                               *p, url);
            return NGX_CONF_ERROR;
        }
    }

    ngx_memzero(u, sizeof(ngx_url_t));

    u->url.data = url->data + add;
    u->url.len = url->len - add;
    u->default_port = *ssl ? 443 : 80;
    u->uri_part = 1;
    u->no_resolve = 1;

    if (ngx_parse_url(cf->pool, u) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in base URL \"%V\"",
                           u->err ? u->err : "error", url);
        return NGX_CONF_ERROR;
    }

    while (u->uri.len && u->uri.data[u->uri.len - 1] == '/') {
        u->uri.len--;
    }

    llcf->target.base_path = ngx_http_llmgw_str(u->uri);

    /* the port is part of the name when it is not the scheme's own */

    llcf->host = u->host;

    if (!u->no_port && u->port != u->default_port) {

        llcf->host.data = ngx_pnalloc(cf->pool,
                                      u->host.len + sizeof(":65535"));
        if (llcf->host.data == NULL) {
            return NGX_CONF_ERROR;
        }

        llcf->host.len = ngx_sprintf(llcf->host.data, "%V:%ui", &u->host,
                                     (ngx_uint_t) u->port)
                         - llcf->host.data;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_llmgw_proxy(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf,
    ngx_uint_t manual)
{
    u_char      text[1024], *p;
    ngx_str_t   name, host;
    ngx_url_t   u;
    ngx_uint_t  ssl;

    if (ngx_http_llmgw_base(cf, llcf, &u, &ssl) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (manual) {

        /* the operator writes the proxy_* lines */

        return NGX_CONF_OK;
    }

    if (u.host.len > 255) {
        return "has a host name that is too long";
    }

    if (ngx_http_llmgw_lines_feed(cf, ngx_http_llmgw_lines) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    host = u.host;
    name = u.host;

    if (u.family != AF_UNIX
        && ngx_http_llmgw_upstream_add(cf, &u, ssl, &name) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (u.family == AF_UNIX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "put the socket into an \"upstream\" block and "
                           "name that in \"llmgw_base_url\"");
        return NGX_CONF_ERROR;
    }

    p = ngx_slprintf(text, text + sizeof(text), "proxy_set_header Host \"%V\"",
                     &llcf->host);

    if (ngx_http_llmgw_line(cf, NGX_HTTP_LLMGW_LINE_REQUIRED, text, p - text)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ssl && ngx_http_llmgw_tls(cf, &host) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    p = ngx_slprintf(text, text + sizeof(text), "proxy_pass %s://%V",
                     ssl ? "https" : "http", &name);

    if (ngx_http_llmgw_line(cf, NGX_HTTP_LLMGW_LINE_REQUIRED, text, p - text) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_llmgw_tls(ngx_conf_t *cf, ngx_str_t *host)
{
    char    *ca;
    u_char   text[512], *p;

    p = ngx_slprintf(text, text + sizeof(text), "proxy_ssl_name \"%V\"",
                     host);

    if (ngx_http_llmgw_line(cf, NGX_HTTP_LLMGW_LINE_OPTIONAL, text, p - text) != NGX_OK
        || ngx_http_llmgw_lines_feed(cf, ngx_http_llmgw_ssl_lines) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ca = ngx_http_llmgw_ca_file();

    if (ca == NULL) {

        /* nginx itself refuses to verify without any */

        return NGX_CONF_OK;
    }

    p = ngx_slprintf(text, text + sizeof(text),
                     "proxy_ssl_trusted_certificate %s", ca);

    return (ngx_http_llmgw_line(cf, NGX_HTTP_LLMGW_LINE_OPTIONAL, text,
                                p - text)
            == NGX_OK)
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* of the system's authorities; NULL: it has none */

char *
ngx_http_llmgw_ca_file(void)
{
    char            **ca;
    ngx_file_info_t   fi;

    for (ca = ngx_http_llmgw_ca_files; *ca; ca++) {
        if (ngx_file_info(*ca, &fi) != NGX_FILE_ERROR) {
            return *ca;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_llmgw_lines_feed(ngx_conf_t *cf, ngx_http_llmgw_line_t *line)
{
    for ( /* void */ ; line->text; line++) {

        if (ngx_http_llmgw_line(cf, line->kind, (u_char *) line->text,
                                ngx_strlen(line->text))
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * One directive, given to nginx's parser from memory as ngx_conf_param() does.
 * What nginx says about a line that the operator has written already, or whose
 * module is not there, is not for the operator.
 */

ngx_int_t
ngx_http_llmgw_line(ngx_conf_t *cf, ngx_uint_t kind, u_char *text,
    size_t len)
{
    char             *rv;
    u_char           *p;
    ngx_buf_t         b;
    ngx_log_t         quiet;
    ngx_conf_t        save;
    ngx_conf_file_t   conf_file;

    /* ngx_conf_parse() keeps what it reads */

    p = ngx_pnalloc(cf->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, text, len);
    p[len] = ';';

    ngx_memzero(&conf_file, sizeof(ngx_conf_file_t));
    ngx_memzero(&b, sizeof(ngx_buf_t));

    b.start = p;
    b.pos = p;
    b.last = p + len + 1;
    b.end = b.last;
    b.temporary = 1;

    conf_file.file.fd = NGX_INVALID_FILE;
    conf_file.file.name = cf->conf_file->file.name;
    conf_file.line = cf->conf_file->line;
    conf_file.buffer = &b;

    save = *cf;

    cf->args = ngx_array_create(cf->pool, 10, sizeof(ngx_str_t));
    if (cf->args == NULL) {
        *cf = save;
        return NGX_ERROR;
    }

    cf->conf_file = &conf_file;

    if (kind != NGX_HTTP_LLMGW_LINE_REQUIRED) {
        quiet = *cf->log;
        quiet.log_level = NGX_LOG_STDERR;

        cf->log = &quiet;
    }

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv == NGX_CONF_OK || kind != NGX_HTTP_LLMGW_LINE_REQUIRED) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"llmgw_provider\" needs \"%*s\" and found it taken: "
                       "leave it out of the location, or use "
                       "\"llmgw_provider NAME manual\"", len, text);

    return NGX_ERROR;
}
