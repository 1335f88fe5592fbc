
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_aws.h"
#include "llmgw_sigv4.h"


/* what a profile may hold that somebody else would have to resolve */

static const llmgw_str_t  llmgw_aws_indirect[] = {
    llmgw_string("credential_process"),
    llmgw_string("role_arn"),
    llmgw_string("source_profile"),
    llmgw_string("credential_source"),
    llmgw_string("web_identity_token_file"),
    llmgw_string("sso_session"),
    llmgw_string("sso_start_url"),
    llmgw_string("login_session")
};


static llmgw_int_t llmgw_aws_member(llmgw_credential_t *cred,
    llmgw_str_t name, llmgw_str_t value);


static llmgw_str_t
llmgw_aws_trim(llmgw_str_t s)
{
    while (s.len && (s.data[0] == ' ' || s.data[0] == '\t')) {
        s.data++;
        s.len--;
    }

    while (s.len && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t'
                     || s.data[s.len - 1] == '\r'))
    {
        s.len--;
    }

    return s;
}


/* the name in "[name]" or "[profile name]"; empty: it is none of them */

static llmgw_str_t
llmgw_aws_section(llmgw_str_t line)
{
    const u_char  *p;

    p = memchr(line.data, ']', line.len);

    if (p == NULL) {
        return llmgw_null_str;
    }

    line = llmgw_aws_trim(llmgw_str(line.data + 1,
                                    (size_t) (p - line.data) - 1));

    if (llmgw_str_starts(line, "profile ")
        || llmgw_str_starts(line, "profile\t"))
    {
        line = llmgw_aws_trim(llmgw_str(line.data + 8, line.len - 8));
    }

    return line;
}


/* a comment begins at the line's start, or behind a blank */

static llmgw_str_t
llmgw_aws_value(llmgw_str_t value)
{
    size_t  i;

    for (i = 1; i < value.len; i++) {

        if ((value.data[i] == '#' || value.data[i] == ';')
            && (value.data[i - 1] == ' ' || value.data[i - 1] == '\t'))
        {
            value.len = i;
            break;
        }
    }

    return llmgw_aws_trim(value);
}


llmgw_int_t
llmgw_aws_profile(llmgw_credential_t *cred, llmgw_str_t text,
    llmgw_str_t profile, const char **why, unsigned *number)
{
    size_t         n;
    unsigned       found, inside, indirect;
    llmgw_int_t    rc;
    llmgw_str_t    line, name;
    const u_char  *p;

    *number = 0;
    *why = NULL;

    found = 0;
    inside = 0;
    indirect = 0;

    if (llmgw_str_starts(text, "\xef\xbb\xbf")) {
        text.data += 3;
        text.len -= 3;
    }

    for ( /* void */ ; text.len; text.data += n, text.len -= n) {

        p = memchr(text.data, '\n', text.len);

        n = p ? (size_t) (p - text.data) + 1 : text.len;
        line = llmgw_str(text.data, n - (p != NULL));

        (*number)++;

        /* an indented line belongs to a nested value */

        if (line.len && (line.data[0] == ' ' || line.data[0] == '\t')) {
            continue;
        }

        line = llmgw_aws_trim(line);

        if (line.len == 0 || line.data[0] == '#' || line.data[0] == ';') {
            continue;
        }

        if (line.data[0] == '[') {

            name = llmgw_aws_section(line);

            if (name.len == 0) {
                *why = "is no line of a credentials file";
                return LLMGW_INVALID;
            }

            inside = llmgw_str_eq(name, profile);
            found |= inside;

            continue;
        }

        p = memchr(line.data, '=', line.len);

        if (p == NULL) {
            *why = "is no line of a credentials file";
            return LLMGW_INVALID;
        }

        if (!inside) {
            continue;
        }

        name = llmgw_aws_trim(llmgw_str(line.data,
                                        (size_t) (p - line.data)));
        line = llmgw_aws_value(llmgw_str(p + 1, (size_t) (line.data + line.len
                                                          - p) - 1));

        rc = llmgw_aws_member(cred, name, line);

        if (rc == LLMGW_INVALID) {
            *why = "holds a value that is empty or that no header can carry";
            return LLMGW_INVALID;
        }

        indirect |= rc == LLMGW_DECLINED;
    }

    *number = 0;

    if (!found) {
        *why = "has no such profile";
        return LLMGW_DECLINED;
    }

    if (cred->access_key_id.len && cred->secret_access_key.len) {
        return LLMGW_OK;
    }

    *why = indirect ? "has a profile that refers to a role, to another "
                      "profile or to a program, which is not followed: it "
                      "must hold the keys themselves"
                    : "has a profile without aws_access_key_id and "
                      "aws_secret_access_key";

    return LLMGW_INVALID;
}


/* LLMGW_DECLINED: the keys are somewhere else */

static llmgw_int_t
llmgw_aws_member(llmgw_credential_t *cred, llmgw_str_t name,
    llmgw_str_t value)
{
    size_t        i;
    llmgw_str_t  *member;

    const struct {
        llmgw_str_t   name;
        llmgw_str_t  *value;
    } members[] = {
        { llmgw_string("aws_access_key_id"), &cred->access_key_id },
        { llmgw_string("aws_secret_access_key"), &cred->secret_access_key },
        { llmgw_string("aws_session_token"), &cred->session_token },
        { llmgw_string("region"), &cred->region }
    };

    member = NULL;

    for (i = 0; i < llmgw_nelts(members); i++) {

        if (llmgw_str_caseeq(name, members[i].name)) {
            member = members[i].value;
            break;
        }
    }

    if (member == NULL) {

        for (i = 0; i < llmgw_nelts(llmgw_aws_indirect); i++) {

            if (llmgw_str_caseeq(name, llmgw_aws_indirect[i])) {
                return LLMGW_DECLINED;
            }
        }

        return LLMGW_OK;
    }

    for (i = 0; i < value.len; i++) {
        if (value.data[i] <= ' ' || value.data[i] >= 0x7f) {
            return LLMGW_INVALID;
        }
    }

    if (value.len == 0
        || (member == &cred->region && !llmgw_aws_is_region(value)))
    {
        return LLMGW_INVALID;
    }

    *member = value;

    return LLMGW_OK;
}


unsigned
llmgw_aws_is_region(llmgw_str_t region)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < region.len; i++) {

        c = region.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
              || (c == '-' && i > 0 && i + 1 < region.len)))
        {
            return 0;
        }
    }

    return region.len > 0 && region.len <= 32;
}


llmgw_str_t
llmgw_aws_domain(llmgw_str_t region)
{
    return llmgw_str_starts(region, "cn-") ? llmgw_lit("amazonaws.com.cn")
                                           : llmgw_lit("amazonaws.com");
}


/* bedrock-runtime.REGION.amazonaws.com, vpce-….REGION.vpce.amazonaws.com */

static llmgw_str_t
llmgw_aws_host_region(llmgw_str_t host)
{
    size_t         i;
    llmgw_str_t    label;
    const u_char  *p;

    static const llmgw_str_t  ends[] = {
        llmgw_string(".vpce.amazonaws.com"),
        llmgw_string(".amazonaws.com"),
        llmgw_string(".api.aws")
    };

    for (i = 0; i < llmgw_nelts(ends); i++) {

        p = llmgw_str_casefind(host, ends[i]);

        if (p == NULL) {
            continue;
        }

        label = llmgw_str(host.data, (size_t) (p - host.data));

        while (p > host.data && p[-1] != '.') {
            p--;
        }

        label.len -= (size_t) (p - host.data);
        label.data = p;

        if (p > host.data && llmgw_aws_is_region(label)) {
            return label;
        }
    }

    return llmgw_null_str;
}


/* /model/arn%3Aaws%3Abedrock%3AREGION%3A… */

static llmgw_str_t
llmgw_aws_path_region(llmgw_str_t path)
{
    unsigned       n;
    llmgw_str_t    region;
    const u_char  *p, *end;

    p = llmgw_str_find(path, llmgw_lit("/arn%3A"));

    if (p == NULL) {
        return llmgw_null_str;
    }

    end = path.data + path.len;

    for (n = 0; n < 3; n++) {

        p = llmgw_str_find(llmgw_str(p, (size_t) (end - p)),
                           llmgw_lit("%3A"));
        if (p == NULL) {
            return llmgw_null_str;
        }

        p += 3;
    }

    region.data = p;

    while (p < end && *p != '%' && *p != '/') {
        p++;
    }

    region.len = (size_t) (p - region.data);

    return llmgw_aws_is_region(region) ? region : llmgw_null_str;
}


llmgw_str_t
llmgw_aws_region(llmgw_str_t configured, llmgw_str_t host, llmgw_str_t path)
{
    llmgw_str_t  region;

    if (configured.len) {
        return configured;
    }

    region = llmgw_aws_host_region(host);

    return region.len ? region : llmgw_aws_path_region(path);
}


llmgw_int_t
llmgw_aws_authorize(llmgw_str_t service, const llmgw_credential_t *cred,
    llmgw_str_t host, int64_t now, llmgw_upstream_t *up, llmgw_arena_t *a,
    llmgw_error_t *e)
{
    llmgw_str_t      key;
    llmgw_sigv4_t    s;
    llmgw_header_t  *h;

    key = cred->key.len ? cred->key : cred->token;

    if (key.len) {

        /* where it is Anthropic's API, keys are where Anthropic has them */

        if (llmgw_str_is(service, "bedrock-mantle")) {
            return llmgw_upstream_header(up, a, llmgw_lit("x-api-key"), key);
        }

        key = llmgw_fmt(a, "Bearer %.*s", llmgw_arg(key));

        return key.data ? llmgw_upstream_header(up, a,
                                                llmgw_lit("authorization"),
                                                key)
                        : LLMGW_ERROR;
    }

    if (cred->access_key_id.len == 0) {
        return LLMGW_OK;
    }

    memset(&s, 0, sizeof(llmgw_sigv4_t));

    s.access_key_id = cred->access_key_id;
    s.secret_access_key = cred->secret_access_key;
    s.session_token = cred->session_token;
    s.service = service;
    s.now = now;
    s.host = host;
    s.path = up->path;
    s.body = up->body.head;
    s.region = llmgw_aws_region(cred->region, host, up->path);

    if (s.region.len == 0) {
        llmgw_error_set(e, 500, llmgw_lit("no_region"), llmgw_null_str,
                        llmgw_lit("no AWS region is configured for this "
                                  "provider"));
        return LLMGW_INVALID;
    }

    s.content_type = llmgw_lit("application/json");

    for (h = up->headers; h; h = h->next) {
        if (llmgw_str_is(h->name, "content-type")) {
            s.content_type = h->value;
        }
    }

    if (llmgw_sigv4(&s, a) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    if (llmgw_upstream_header(up, a, llmgw_lit("authorization"),
                              s.authorization)
        != LLMGW_OK
        || llmgw_upstream_header(up, a, llmgw_lit("x-amz-date"), s.date)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    if (s.session_token.len == 0) {
        return LLMGW_OK;
    }

    return llmgw_upstream_header(up, a, llmgw_lit("x-amz-security-token"),
                                 s.session_token);
}
