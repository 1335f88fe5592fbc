# Gemini and Vertex AI: their directives, and what of them only shows in nginx.
# What goes over the wire is in t/vectors.

use lib 't/lib';
use LLMGW;

mock(
    gemini => { json => { candidates => [{ index => 0, finishReason => 'STOP',
        content => { role => 'model', parts => [{ text => 'Hello' }] } }],
        usageMetadata => { promptTokenCount => 3, candidatesTokenCount => 2, totalTokenCount => 5 } } },
    key => { status => 400, json => { error => { code => 400, status => 'INVALID_ARGUMENT',
        message => 'API key not valid. Please pass a valid API key.' } } },
);

our $gemini = '
    location @gemini { llmgw_provider gemini; llmgw_api_key sk-gemini-secret;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/gemini; }
    location @key { llmgw_provider gemini; llmgw_api_key sk-gemini-secret;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/key; }
    location @echo { llmgw_provider gemini; llmgw_api_key sk-gemini-secret;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }';

our $models = '
    llmgw_model gemini { deployment @gemini model=gemini-2.5-flash; }
    llmgw_model key { deployment @key model=gemini-2.5-flash; deployment @gemini model=gemini-2.5-flash; }
    llmgw_model echo { deployment @echo model=gemini-2.5-flash; }
    llmgw_model org/name { deployment @gemini model=gemini-2.5-flash; }';

sub vertex { my ($more) = @_;
    return "
    location \@x { llmgw_provider vertex; $more }" }

our $ask = '{"contents":[{"parts":[{"text":"Hi"}]}]}';

repeat_each(2);
plan tests => repeat_each() * 93;

gateway_tests();

__DATA__

=== TEST 1: a client of OpenAI's API
--- http eval: $::models
--- server eval: $::gemini
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gemini')
--- response_body_like: "content":"Hello".*"prompt_tokens":3,"completion_tokens":2
--- error_code: 200



=== TEST 2: keys in the headers and in the query, which goes no further
--- http eval: $::models
--- server eval: $::gemini
--- request eval
["POST /v1beta/models/echo:generateContent\n$::ask",
 "POST /v1beta/models/echo:generateContent?key=sk-llmgw-test-master-key-0001\n$::ask",
 "POST /v1beta/models/echo:generateContent?key=wrong\n$::ask"]
--- more_headers eval
["x-goog-api-key: sk-llmgw-test-master-key-0001", "X-A: b", "X-A: b"]
--- response_body_like eval
[(qr!"line": "POST /echo/v1beta/models/gemini-2.5-flash:generateContent"!) x 2, qr/"status":"UNAUTHENTICATED"/]
--- response_body_unlike eval
[(qr/sk-llmgw-test|key=/) x 3]
--- error_code eval: [200, 200, 401]



=== TEST 3: a model with a slash in its name, and none
--- http eval: $::models
--- server eval: $::gemini
--- request eval
["POST /v1beta/models/org%2Fname:generateContent\n$::ask",
 "POST /v1beta/models/org/name:generateContent\n$::ask",
 "POST /v1beta/models/nobody:generateContent\n$::ask"]
--- response_body_like eval
[(qr/"text": ?"Hello"/) x 2, qr!"code":404,"message":"models/nobody is not found.*","status":"NOT_FOUND"!]
--- error_code eval: [200, 200, 404]



=== TEST 4: a key that is refused leads to the next deployment
--- http eval: $::models
--- server eval: $::gemini
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('key')
--- response_body_like: "content":"Hello"
--- error_code: 200
--- no_error_log
sk-gemini-secret



=== TEST 5: lists of models as such clients know them
--- http eval: $::models
--- server eval: $::gemini
--- request eval: ["GET /v1beta/models", "GET /v1beta/models/gemini", "GET /v1beta/models/nobody"]
--- response_body_like eval
[qr!"name":"models/gemini".*"supportedGenerationMethods":\["generateContent"!, qr!"name":"models/gemini"!, qr/"status":"NOT_FOUND"/]
--- error_code eval: [200, 200, 404]



=== TEST 6: other methods of the API
--- http eval: $::models
--- server eval: $::gemini
--- request eval: ["POST /v1beta/cachedContents\n{}", "POST /v1beta/models/gemini:generateText\n{}"]
--- response_body_like eval: [(qr/"status":"NOT_FOUND"/) x 2]
--- error_code eval: [404, 404]



=== TEST 7: Vertex AI without a project
--- server eval: main::vertex('llmgw_bearer_token x;')
--- must_die
--- error_log eval
qr/\[emerg\].*"llmgw_provider vertex" in \S+nginx\.conf:\d+ knows no project: add "llmgw_google_project"/



=== TEST 8: a project that is no name
--- server eval: main::vertex('llmgw_google_project a/../b; llmgw_bearer_token x;')
--- must_die
--- error_log eval
qr/\[emerg\].*invalid project "a\/..\/b": write its id or its number in \S+nginx\.conf:\d+/



=== TEST 9: a location that is no name
--- server eval: main::vertex('llmgw_google_location a.b/c; llmgw_google_project p; llmgw_bearer_token x;')
--- must_die
--- error_log eval
qr/\[emerg\].*invalid location "a.b\/c"/



=== TEST 10: lists of what Claude has there
--- server eval: main::vertex('llmgw_claude_betas a b; llmgw_claude_betas c; llmgw_google_project p; llmgw_bearer_token x;')
--- must_die
--- error_log
"llmgw_claude_betas" directive is duplicate



=== TEST 11: names with a comma
--- server eval: main::vertex('llmgw_claude_lacks a,b; llmgw_google_project p; llmgw_bearer_token x;')
--- must_die
--- error_log
invalid name "a,b"



=== TEST 12: what the operator says that Claude has
--- http
    llmgw_model claude { deployment @claude model=claude-sonnet-4-5@20250929; }
    llmgw_model bare   { deployment @bare   model=claude-sonnet-4-5@20250929; }
--- server
    location @claude { llmgw_provider vertex; llmgw_google_project p; llmgw_google_location global;
        llmgw_bearer_token tok-secret; llmgw_claude_betas one two; llmgw_claude_lacks service_tier;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }
    location @bare { llmgw_provider vertex; llmgw_google_project p; llmgw_google_location global;
        llmgw_bearer_token tok-secret; llmgw_claude_betas none; llmgw_claude_lacks none;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }
--- request eval
["POST /v1/messages\n" . '{"model":"claude","max_tokens":9,"service_tier":"auto","container":"c1","messages":[{"role":"user","content":"x"}]}',
 "POST /v1/messages\n" . '{"model":"bare","max_tokens":9,"service_tier":"auto","messages":[{"role":"user","content":"x"}]}']
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
anthropic-beta: two,three
--- response_body_like eval
[qr!(?=.*models/claude-sonnet-4-5\@20250929:rawPredict)(?=.*"anthropic-beta: two")(?=.*\\"container\\")!s,
 qr!(?=.*:rawPredict)(?=.*\\"service_tier\\")!s]
--- response_body_unlike eval
[qr/service_tier|three/, qr/anthropic-beta/]
--- error_code eval: [200, 200]



=== TEST 13: the header of Google's clients where others ask
--- http eval: $::models
--- server eval: $::gemini
--- request eval: ["POST /v1/chat/completions\n" . LLMGW::chat('gemini'), "POST /v1/chat/completions\n" . LLMGW::chat('gemini')]
--- more_headers eval
["x-goog-api-key: sk-llmgw-test-master-key-0001", "x-goog-api-key: sk-llmgw-test-master-key-0001\nAuthorization: Bearer wrong"]
--- response_body_like eval: [qr/"content":"Hello"/, qr/"code":"invalid_api_key"/]
--- error_code eval: [200, 401]
