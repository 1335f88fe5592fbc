# Azure OpenAI, Hugging Face and Cohere: their directives, and what of them
# only shows in nginx.  What goes over the wire is in t/vectors.

use lib 't/lib';
use LLMGW;

sub err { my ($status, $error, @more) = @_;
    return { status => $status, json => $error, @more } }

mock(
    second => { json => { answer => 'second' } },
    e408 => err(408, { error => { code => 'Timeout', message => 'too slow' } }),
    key => err(401, { error => { code => '401', message => 'no sk-azure-secret',
        innererror => { code => 'x', detail => 'tok-azure-secret' } } }),
    filtered => err(400, { error => { code => 'content_filter', message => 'filtered',
        param => 'prompt', status => 400, innererror => {
            code => 'ResponsibleAIPolicyViolation' } } },
        headers => [['apim-request-id', 'ap-7'], ['x-ms-region', 'North'],
                    ['set-cookie', 'a=b'], ['azureml-model-session', 's1']]),
    loading => err(503, { error => 'loading', estimated_time => 1.2 }),
    nocontent => { json => { id => 'c', choices => [{ index => 0,
        message => { role => 'assistant' }, finish_reason => 'content_filter' }] } },
    big => { json => { id => 'c', choices => [{ index => 0, message => {
        role => 'assistant', content => 'x' x 1200000 }, finish_reason => 'stop' }] } },
    stream => { sse => sse_of('a') },
    vectors => { json => [[0.5, 0.25, -1]], headers => [['x-compute-tokens', '3']] },
    ranks => { json => [{ index => 0, score => 0.1 }, { index => 1, score => 0.9 }] },
);

our $models = join '', map { "
    llmgw_model $_ { deployment \@$_; }" } qw(key filtered nocontent big stream e408);

sub azure { my ($name, $more) = @_; $more ||= '';
    return "
    location \@$name { llmgw_provider azure; llmgw_azure_api_version 2024-10-21;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$name; $more }" }

our $locations = join '', map { azure($_, 'llmgw_api_key sk-azure-secret;
        llmgw_bearer_token tok-azure-secret;') }
    qw(key filtered nocontent big stream e408);

sub post { my ($model, $more) = @_;
    return "POST /v1/chat/completions\n" . chat($model, $more) }

repeat_each(2);
plan tests => repeat_each() * 133;

gateway_tests();

__DATA__

=== TEST 1: Azure has no address of its own
--- server
    location @x { llmgw_provider azure; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_provider azure" has no address of its own: add "llmgw_base_url", or write "llmgw_provider azure resource=\.\.\." in \S+nginx\.conf:\d+/]



=== TEST 2: an API version that is none
--- server
    location @x { llmgw_provider azure; llmgw_base_url http://127.0.0.1:9; llmgw_azure_api_version 2024-13; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid API version "2024-13": write "v1", "preview", or a date such as "2024-10-21" or "2025-04-01-preview" in \S+nginx\.conf:\d+/]



=== TEST 3: a date with something behind it
--- server
    location @x { llmgw_provider azure; llmgw_base_url http://127.0.0.1:9; llmgw_azure_api_version 2024-10-21-beta; }
--- must_die
--- error_log
invalid API version "2024-10-21-beta"



=== TEST 4: the versions that there are
--- server
    location @a { llmgw_provider azure; llmgw_base_url http://127.0.0.1:9; llmgw_azure_api_version v1; }
    location @b { llmgw_provider azure; llmgw_base_url http://127.0.0.1:9; llmgw_azure_api_version latest; }
    location @c { llmgw_provider azure; llmgw_base_url http://127.0.0.1:9; llmgw_azure_api_version preview; }
    location @d { llmgw_provider azure; llmgw_base_url http://127.0.0.1:9; llmgw_azure_api_version 2025-04-01-preview; }
--- request eval: main::post('gpt-4o')
--- error_code: 200



=== TEST 5: a kind of server that is none
--- server
    location @x { llmgw_provider huggingface; llmgw_huggingface_kind vllm; llmgw_base_url http://127.0.0.1:9; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid kind "vllm": write "router", "tgi", "tei" or "feature-extraction" in \S+nginx\.conf:\d+/]



=== TEST 6: a server without its address
--- server
    location @x { llmgw_provider huggingface; llmgw_huggingface_kind tgi; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_huggingface_kind tgi" needs the server's "llmgw_base_url" in \S+nginx\.conf:\d+/]



=== TEST 7: a kind of another provider
--- server
    location @x { llmgw_huggingface_kind router; llmgw_provider openai; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_huggingface_kind" goes with "llmgw_provider huggingface" in \S+nginx\.conf:\d+/]



=== TEST 8: a kind behind an included provider
--- user_files
>>> hf.conf
llmgw_provider huggingface;
--- server
    location @x { include $TEST_NGINX_SERVER_ROOT/html/hf.conf; llmgw_huggingface_kind tgi; }
--- must_die
--- error_log
write "llmgw_huggingface_kind" in front of an included "llmgw_provider"



=== TEST 9: the token goes instead of the key, and nothing of the client
--- http
    llmgw_model m { deployment @x model=my.gpt; }
--- server eval
main::azure('x', 'llmgw_api_key sk-azure-secret; llmgw_bearer_token tok-azure-secret; llmgw_openai_organization org;') =~ s!/x;!/echo;!r
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
OpenAI-Organization: mine
api-version: 2020-01-01
--- request eval: "POST /v1/chat/completions?api-version=2020-01-01\n" . LLMGW::chat('m')
--- response_body_like eval
qr~\A(?=.*POST /echo/openai/deployments/my\.gpt/chat/completions\?api-version=2024-10-21")(?=.*Authorization: Bearer tok-azure-secret)(?!.*sk-azure)(?!.*api-key)(?!.*rganization)(?!.*sk-llmgw)~s
--- error_code: 200



=== TEST 10: the key alone
--- http
    llmgw_model m { deployment @x; }
--- server eval
main::azure('x', 'llmgw_api_key sk-azure-secret;') =~ s!/x;!/echo;!r
--- request eval: main::post('m')
--- response_body_like eval
qr~\A(?=.*api-key: sk-azure-secret)(?!.*Authorization)~s
--- error_code: 200



=== TEST 11: neither is shown when a provider shows it
--- http eval: $::models
--- server eval: $::locations
--- request eval: main::post('key')
--- response_body_like eval
qr~\A(?!.*azure-secret).*the upstream refused the gateway's key~s
--- error_code: 401
--- no_error_log
azure-secret



=== TEST 12: a filtered prompt, with the headers that may be seen
--- http eval: $::models
--- server eval: $::locations
--- request eval: main::post('filtered')
--- response_headers
x-ms-region: North
apim-request-id: ap-7
x-request-id: ap-7
azureml-model-session: s1
!Set-Cookie
--- response_body_like eval
qr/"type":"invalid_request_error","param":"prompt","code":"content_filter","innererror":\{"code":"ResponsibleAIPolicyViolation"\}\}\}\z/
--- error_code: 400



=== TEST 13: an answer that is put right has its own length
--- http eval: $::models
--- server eval: $::locations
--- request eval: main::post('nocontent')
--- raw_response_headers_like eval
qr/Content-Length: \d+\r\n/
--- response_body_like eval
qr/"message": ?\{"content":null,/
--- error_code: 200



=== TEST 14: a large answer passes before it has ended
--- http eval: $::models
--- server eval: $::locations
--- request eval: main::post('big')
--- response_body_like: x{1000}
--- error_code: 200



=== TEST 15: a provider's 408 is an answer, and another deployment's business
--- http eval
$::models . "llmgw_model two { deployment \@e408; deployment \@second; }"
--- server eval
$::locations . main::azure('second')
--- request eval
[main::post('e408'), main::post('two')]
--- response_body_like eval
[qr/"message":"too slow","type":"timeout_error","param":null,"code":"request_timeout"/, qr/second/]
--- error_code eval: [408, 200]



=== TEST 16: streams that are not asked for their usage
--- http
    llmgw_model on { deployment @on; }
    llmgw_model off { deployment @off; }
--- server
    location @on { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
    location @off { llmgw_provider openai; llmgw_stream_usage off; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
--- request eval
[map { main::post($_, { stream => JSON::PP::true }) } qw(on off)]
--- response_body_like eval
[qr/include_usage/, qr/\A(?!.*include_usage)/s]
--- error_code eval: [200, 200]



=== TEST 17: who is billed
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider huggingface; llmgw_huggingface_bill_to acme; llmgw_api_key hf_x;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
X-HF-Bill-To: other
--- request eval: main::post('m')
--- response_body_like eval
qr/\A(?=.*x-hf-bill-to: acme)(?!.*other)/si
--- error_code: 200



=== TEST 18: a pipeline, and its token count in a variable
--- http
    llmgw_model m { deployment @x; }
    log_format t "tokens=[$llmgw_prompt_tokens]";
    access_log logs/access.log t;
--- server
    location @x { llmgw_provider huggingface; llmgw_huggingface_kind feature-extraction;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/vectors; }
--- request eval
LLMGW::body_of('/v1/embeddings', '{"model":"m","input":"alpha","encoding_format":"base64"}')
--- response_body: {"object":"list","data":[{"object":"embedding","index":0,"embedding":"AAAAPwAAgD4AAIC/"}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}
--- error_code: 200
--- access_log eval
qr/tokens=\[3\]/



=== TEST 19: reranking, under both paths and no other
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider huggingface; llmgw_huggingface_kind tei;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/ranks; }
--- request eval
[map { LLMGW::body_of($_, '{"model":"m","query":"q","documents":["a","b"],"top_n":1}') } qw(/v1/rerank /v2/rerank /rerank /v1/v2/rerank)]
--- response_body_like eval
[(qr/"results":\[\{"index":1,"relevance_score":0\.9\}\]\}\z/) x 3, qr/unknown path/]
--- error_code eval: [200, 200, 200, 404]



=== TEST 20: a model that is loading
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider huggingface;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/loading/v1; }
--- request eval: main::post('m')
--- response_headers
Retry-After: 2
--- error_code: 503



=== TEST 21: what no provider but OpenAI's has
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider cohere;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }
--- request eval
["GET /__mock/__clear", (map { LLMGW::body_of($_, '{"model":"m","input":"x","prompt":"x"}') } qw(/v1/moderations /v1/images/generations /v1/audio/speech)), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, (qr/"code":"unsupported_endpoint"/) x 3, qr/\A(?!.*echo)/s]
--- error_code eval: [200, 404, 404, 404, 200]
