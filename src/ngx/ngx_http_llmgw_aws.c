
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the configuration says about AWS: regions, keys, and where they come
 * from.  Files and the environment are read with the configuration, and again
 * when it is loaded anew.
 */


#include "ngx_http_llmgw_module.h"
#include "llmgw_aws.h"


static ngx_int_t ngx_http_llmgw_aws_file(ngx_conf_t *cf,
    ngx_http_llmgw_loc_conf_t *llcf);
static ngx_int_t ngx_http_llmgw_aws_env(ngx_conf_t *cf, const char *name,
    ngx_str_t *value);
static ngx_int_t ngx_http_llmgw_aws_fill(ngx_conf_t *cf, ngx_str_t *text,
    llmgw_str_t region);


char *
ngx_http_llmgw_aws_region(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char       *rv;
    ngx_str_t  *value;

    rv = ngx_http_llmgw_early(cf, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    if (!llmgw_aws_is_region(ngx_http_llmgw_str(value[1]))) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid region \"%V\": regions are called "
                           "us-east-1, eu-west-1 …", &value[1]);
        return NGX_CONF_ERROR;
    }

    return ngx_conf_set_str_slot(cf, cmd, conf);
}


/* FILE [profile] */

char *
ngx_http_llmgw_aws_credentials(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    char       *rv;
    ngx_str_t  *value;

    rv = ngx_http_llmgw_early(cf, llcf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (llcf->aws_file.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    llcf->aws_file = value[1];

    if (cf->args->nelts == 3) {
        llcf->aws_profile = value[2];

    } else {
        ngx_str_set(&llcf->aws_profile, "default");
    }

    return NGX_CONF_OK;
}


/* ID VERSION [stream=sync|async] */

char *
ngx_http_llmgw_bedrock_guardrail(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_loc_conf_t *llcf = conf;

    u_char      *p;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (llcf->bedrock_guardrail.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < 3; i++) {

        /* goes into JSON and into headers as it is */

        for (p = value[i].data; p < value[i].data + value[i].len; p++) {

            if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '\\') {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "invalid guardrail \"%V\"", &value[i]);
                return NGX_CONF_ERROR;
            }
        }

        if (value[i].len == 0) {
            return "has an empty parameter";
        }
    }

    llcf->bedrock_guardrail = value[1];
    llcf->bedrock_guardrail_version = value[2];

    if (cf->args->nelts == 3) {
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[3].data, "stream=sync") != 0
        && ngx_strcmp(value[3].data, "stream=async") != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": there are "
                           "\"stream=sync\" and \"stream=async\"", &value[3]);
        return NGX_CONF_ERROR;
    }

    llcf->bedrock_guardrail_mode.data = value[3].data + sizeof("stream=") - 1;
    llcf->bedrock_guardrail_mode.len = value[3].len - (sizeof("stream=") - 1);

    return NGX_CONF_OK;
}


/* the address of a provider, where the region is a part of it */

ngx_int_t
ngx_http_llmgw_aws_base(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf)
{
    ngx_str_t  text;

    if (llcf->provider->auth != LLMGW_AUTH_AWS) {
        return NGX_OK;
    }

    if (ngx_http_llmgw_aws_file(cf, llcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (llcf->aws_region.len == 0) {

        llcf->aws_region.data = (u_char *) llcf->credential.region.data;
        llcf->aws_region.len = llcf->credential.region.len;
    }

    if (llcf->aws_region.len == 0
        && (ngx_http_llmgw_aws_env(cf, "AWS_REGION", &llcf->aws_region)
            != NGX_OK
            || (llcf->aws_region.len == 0
                && ngx_http_llmgw_aws_env(cf, "AWS_DEFAULT_REGION",
                                          &llcf->aws_region)
                   != NGX_OK)))
    {
        return NGX_ERROR;
    }

    llcf->credential.region = ngx_http_llmgw_str(llcf->aws_region);

    if (llcf->aws_region.len
        && !llmgw_aws_is_region(llcf->credential.region))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid region \"%V\" in the environment",
                           &llcf->aws_region);
        return NGX_ERROR;
    }

    if (llcf->base_url.len) {
        return NGX_OK;
    }

    if (llcf->aws_region.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no AWS region: add \"llmgw_aws_region\", or set "
                           "AWS_REGION for the nginx master process");
        return NGX_ERROR;
    }

    text.data = (u_char *) llcf->provider->base_url.data;
    text.len = llcf->provider->base_url.len;

    if (ngx_http_llmgw_aws_fill(cf, &text, llcf->credential.region)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    llcf->base_url = text;

    return NGX_OK;
}


/* fills in what the address of a provider has in braces */

static ngx_int_t
ngx_http_llmgw_aws_fill(ngx_conf_t *cf, ngx_str_t *text, llmgw_str_t region)
{
    u_char       *p, *d, *last;
    llmgw_str_t   value, domain;

    domain = llmgw_aws_domain(region);

    d = ngx_pnalloc(cf->pool, text->len + region.len + domain.len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    p = text->data;
    last = p + text->len;
    text->data = d;

    while (p < last) {

        if (*p != '{') {
            *d++ = *p++;
            continue;
        }

        value = (p[1] == 'r') ? region : domain;
        d = ngx_cpymem(d, value.data, value.len);

        while (*p++ != '}') { /* void */ }
    }

    text->len = d - text->data;

    return NGX_OK;
}


/* the keys, once all directives have been read */

ngx_int_t
ngx_http_llmgw_aws(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *conf)
{
    ngx_str_t           *id, *secret, *token;
    llmgw_credential_t  *cred;

    if (conf->provider->auth != LLMGW_AUTH_AWS) {
        return NGX_OK;
    }

    cred = &conf->credential;
    id = &conf->aws_access_key_id;
    secret = &conf->aws_secret_access_key;
    token = &conf->aws_session_token;

    if (cred->key.len || cred->token.len) {

        /* a bearer key wins over whatever there is */

        return NGX_OK;
    }

    if (conf->aws_file.len) {

        if (id->len || secret->len || token->len) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "the location of \"llmgw_provider\" in %s:%ui has "
                          "both \"llmgw_aws_credentials\" and keys: keep one "
                          "of them", conf->file_name, conf->line);
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    if (id->len == 0 && secret->len == 0 && token->len == 0) {

        if (ngx_http_llmgw_aws_env(cf, "AWS_BEARER_TOKEN_BEDROCK",
                                   &conf->api_key)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (conf->api_key.len) {
            cred->key = ngx_http_llmgw_str(conf->api_key);
            return NGX_OK;
        }

        if (ngx_http_llmgw_aws_env(cf, "AWS_ACCESS_KEY_ID", id) != NGX_OK
            || ngx_http_llmgw_aws_env(cf, "AWS_SECRET_ACCESS_KEY", secret)
               != NGX_OK
            || ngx_http_llmgw_aws_env(cf, "AWS_SESSION_TOKEN", token)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if ((id->len == 0) != (secret->len == 0)
        || (id->len == 0 && token->len))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the location of \"llmgw_provider\" in %s:%ui needs "
                      "both an access key id and its secret",
                      conf->file_name, conf->line);
        return NGX_ERROR;
    }

    cred->access_key_id = ngx_http_llmgw_str(*id);
    cred->secret_access_key = ngx_http_llmgw_str(*secret);
    cred->session_token = ngx_http_llmgw_str(*token);

    return NGX_OK;
}


static ngx_int_t
ngx_http_llmgw_aws_file(ngx_conf_t *cf, ngx_http_llmgw_loc_conf_t *llcf)
{
    unsigned      line;
    ngx_str_t     text;
    const char   *why;
    llmgw_int_t   rc;

    if (llcf->aws_file.len == 0) {
        return NGX_OK;
    }

    if (ngx_http_llmgw_secret_file(cf, &llcf->aws_file, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = llmgw_aws_profile(&llcf->credential, ngx_http_llmgw_str(text),
                           ngx_http_llmgw_str(llcf->aws_profile), &why,
                           &line);

    if (rc == LLMGW_OK) {
        return NGX_OK;
    }

    if (line) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "line %ui of credentials file \"%V\" %s",
                           (ngx_uint_t) line, &llcf->aws_file, why);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "credentials file \"%V\", profile \"%V\": %s",
                           &llcf->aws_file, &llcf->aws_profile, why);
    }

    return NGX_ERROR;
}


/* a variable that is not set leaves the value empty */

static ngx_int_t
ngx_http_llmgw_aws_env(ngx_conf_t *cf, const char *name, ngx_str_t *value)
{
    char    *env;
    size_t   i;

    env = getenv(name);

    if (env == NULL || *env == '\0') {
        return NGX_OK;
    }

    value->len = ngx_strlen(env);

    for (i = 0; i < value->len; i++) {

        if ((u_char) env[i] <= ' ' || (u_char) env[i] >= 0x7f) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "environment variable \"%s\" holds a blank or a "
                          "character that a header cannot carry", name);
            return NGX_ERROR;
        }
    }

    value->data = ngx_pnalloc(cf->pool, value->len);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(value->data, env, value->len);

    return NGX_OK;
}
