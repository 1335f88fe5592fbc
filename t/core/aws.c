
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Credentials files and regions of AWS; signatures are in extra.c.
 */


#include "test.h"
#include "llmgw_aws.h"


#define FILE_TEXT                                                            \
    "# keys of the team\n"                                                   \
    "[default]\r\n"                                                          \
    "aws_access_key_id = AKIADEFAULT\r\n"                                    \
    "aws_secret_access_key=abc/d+e=f#g\r\n"                                  \
    "\n"                                                                     \
    "[ profile  dev ] ; another\n"                                           \
    "AWS_ACCESS_KEY_ID=AKIADEV   # comment\n"                                \
    "aws_secret_access_key\t=\tdevsecret\n"                                  \
    "aws_session_token = token==\n"                                          \
    "region=eu-west-1\n"                                                     \
    "s3 =\n"                                                                 \
    "  region = us-east-1\n"                                                 \
    "  aws_access_key_id = NESTED\n"                                         \
    "output = json\n"                                                        \
    "[role]\n"                                                               \
    "role_arn = arn:aws:iam::1:role/x\n"                                     \
    "source_profile = default\n"                                             \
    "[half]\n"                                                               \
    "aws_access_key_id = AKIAHALF\n"                                         \
    "[default]\n"                                                            \
    "region = us-west-2"


/* absent and empty are the same */

static llmgw_str_t
filled(llmgw_str_t s)
{
    return s.len ? s : llmgw_lit("");
}


static void
aws_profiles(void)
{
    size_t              i;
    unsigned            line;
    const char         *why;
    llmgw_int_t         rc;
    llmgw_credential_t  cred;

    static const struct {
        const char   *text;
        const char   *profile;
        llmgw_int_t   rc;
        const char   *id;
        const char   *secret;
        const char   *token;
        const char   *region;
        unsigned      line;
    } cases[] = {
        { FILE_TEXT, "default", LLMGW_OK, "AKIADEFAULT", "abc/d+e=f#g", "",
          "us-west-2", 0 },
        { FILE_TEXT, "dev", LLMGW_OK, "AKIADEV", "devsecret", "token==",
          "eu-west-1", 0 },
        { FILE_TEXT, "role", LLMGW_INVALID, "", "", "", "", 0 },
        { FILE_TEXT, "half", LLMGW_INVALID, "AKIAHALF", "", "", "", 0 },
        { FILE_TEXT, "none", LLMGW_DECLINED, "", "", "", "", 0 },
        { "", "default", LLMGW_DECLINED, "", "", "", "", 0 },
        { "\xef\xbb\xbf[a]\naws_access_key_id=1\naws_secret_access_key=2",
          "a", LLMGW_OK, "1", "2", "", "", 0 },
        { "[a]\nwhat is this\n", "a", LLMGW_INVALID, "", "", "", "", 2 },
        { "[a\n", "a", LLMGW_INVALID, "", "", "", "", 1 },
        { "[]\n", "a", LLMGW_INVALID, "", "", "", "", 1 },
        { "[a]\naws_access_key_id =\n", "a", LLMGW_INVALID, "", "", "", "",
          2 },
        { "[a]\n\naws_access_key_id = a b\n", "a", LLMGW_INVALID, "", "", "",
          "", 3 },
        { "[a]\nregion = ../x\n", "a", LLMGW_INVALID, "", "", "", "", 2 }
    };

    for (i = 0; i < llmgw_nelts(cases); i++) {

        test_case("profile, row %zu", i);

        memset(&cred, 0, sizeof(llmgw_credential_t));

        rc = llmgw_aws_profile(&cred, test_cstr(cases[i].text),
                               test_cstr(cases[i].profile), &why, &line);

        check_int(rc, cases[i].rc);
        check_int(line, cases[i].line);
        check(rc == LLMGW_OK || why != NULL);
        check_str(filled(cred.access_key_id), test_cstr(cases[i].id));
        check_str(filled(cred.secret_access_key), test_cstr(cases[i].secret));
        check_str(filled(cred.session_token), test_cstr(cases[i].token));
        check_str(filled(cred.region), test_cstr(cases[i].region));
    }
}


static void
aws_regions(void)
{
    size_t       i;
    llmgw_str_t  region;

    static const struct {
        const char  *configured;
        const char  *host;
        const char  *path;
        const char  *region;
    } cases[] = {
        { "eu-west-1", "bedrock-runtime.us-east-1.amazonaws.com", "/",
          "eu-west-1" },
        { "", "bedrock-runtime.us-east-1.amazonaws.com", "/", "us-east-1" },
        { "", "bedrock-runtime-fips.us-gov-west-1.amazonaws.com:8443", "/",
          "us-gov-west-1" },
        { "", "bedrock-runtime.cn-north-1.amazonaws.com.cn", "/",
          "cn-north-1" },
        { "", "bedrock-runtime.eu-west-3.api.aws", "/", "eu-west-3" },
        { "", "vpce-0a1-b2.bedrock-runtime.us-west-2.vpce.amazonaws.com",
          "/", "us-west-2" },
        { "", "10.0.0.1", "/x/model/arn%3Aaws%3Abedrock%3Aap-south-1%3A1%3A"
                          "inference-profile%2Fa/converse", "ap-south-1" },
        { "", "10.0.0.1", "/model/arn%3Aaws%3Abedrock%3A%3Afoundation-model"
                          "%2Fa/converse", "" },
        { "", "10.0.0.1", "/model/arn%3Aaws/converse", "" },
        { "", "localhost", "/model/amazon.nova-lite-v1%3A0/converse", "" },
        { "", "amazonaws.com", "/", "" },
        { "", "us-east-1.amazonaws.com", "/", "" }
    };

    for (i = 0; i < llmgw_nelts(cases); i++) {

        test_case("region, row %zu", i);

        region = llmgw_aws_region(test_cstr(cases[i].configured),
                                  test_cstr(cases[i].host),
                                  test_cstr(cases[i].path));

        check_str(filled(region), test_cstr(cases[i].region));
    }

    test_case("names of regions");

    check(llmgw_aws_is_region(llmgw_lit("us-east-1")));
    check(!llmgw_aws_is_region(llmgw_lit("")));
    check(!llmgw_aws_is_region(llmgw_lit("-us")));
    check(!llmgw_aws_is_region(llmgw_lit("us-")));
    check(!llmgw_aws_is_region(llmgw_lit("US-EAST-1")));
    check(!llmgw_aws_is_region(llmgw_lit("us.east")));
    check(!llmgw_aws_is_region(llmgw_lit("a@b")));

    check_lit(llmgw_aws_domain(llmgw_lit("us-east-1")), "amazonaws.com");
    check_lit(llmgw_aws_domain(llmgw_lit("cn-north-1")), "amazonaws.com.cn");
}


static void
aws_credentials(void)
{
    test_mem_t          m;
    llmgw_error_t       e;
    llmgw_upstream_t    up;
    llmgw_credential_t  cred;

    test_mem_init(&m, 0, 0);

    memset(&cred, 0, sizeof(llmgw_credential_t));
    memset(&up, 0, sizeof(llmgw_upstream_t));

    up.path = llmgw_lit("/model/a/converse");

    test_case("no credential, no header");

    check_int(llmgw_aws_authorize(llmgw_lit("bedrock"), &cred,
                                  llmgw_lit("h"), 1, &up, &m.arena, &e),
              LLMGW_OK);
    check(up.headers == NULL);

    test_case("keys without a region");

    cred.access_key_id = llmgw_lit("AKIDEXAMPLE");
    cred.secret_access_key = llmgw_lit("secret");
    cred.session_token = llmgw_lit("token");

    check_int(llmgw_aws_authorize(llmgw_lit("bedrock"), &cred,
                                  llmgw_lit("h"), 1, &up, &m.arena, &e),
              LLMGW_INVALID);
    check_int(e.status, 500);
    check(up.headers == NULL);

    test_case("a bearer key wins");

    cred.key = llmgw_lit("ABSKexample");

    check_int(llmgw_aws_authorize(llmgw_lit("bedrock"), &cred,
                                  llmgw_lit("h"), 1, &up, &m.arena, &e),
              LLMGW_OK);

    if (check(up.headers != NULL)) {
        check_lit(up.headers->name, "authorization");
        check_lit(up.headers->value, "Bearer ABSKexample");
        check(up.headers->next == NULL);
    }

    test_case("… under Anthropic's name where it is Anthropic's API");

    up.headers = NULL;

    check_int(llmgw_aws_authorize(llmgw_lit("bedrock-mantle"), &cred,
                                  llmgw_lit("h"), 1, &up, &m.arena, &e),
              LLMGW_OK);

    if (check(up.headers != NULL)) {
        check_lit(up.headers->name, "x-api-key");
        check_lit(up.headers->value, "ABSKexample");
        check(up.headers->next == NULL);
    }

    test_mem_free(&m);
}


void
test_aws(void)
{
    aws_profiles();
    aws_regions();
    aws_credentials();
}
