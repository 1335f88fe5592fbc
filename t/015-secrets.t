# Secrets stay where they are.

use lib 't/lib';
use LLMGW;

BEGIN { $ENV{LLMGW_TEST_OPENAI_KEY} = 'sk-from-the-environment'; }

mock(
    e401 => { status => 401, json => { error => {
        message => 'wrong key sk-upstream-secret', type => 'x',
        param => undef, code => undef } } },
    e429 => { status => 429, json => { error => {
        message => 'key sk-upstream-secret is limited', type => 'x',
        param => undef, code => undef } } },
    stream => { sse => sse_of('a') },
);

our $chat = "POST /v1/chat/completions\n"
            . chat('gpt-4o', { user => 'the-secret-prompt' });

our $print = '
    log_format t "[$llmgw_upstream_headers][$http_x][$llmgw_next][$sent_http_x_secret]";
    access_log logs/access.log t;
    add_header X-Secret "a$llmgw_upstream_headers" always;
';

repeat_each(2);
plan tests => repeat_each() * 92;

gateway_tests();

__DATA__

=== TEST 1: a key from the environment
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider openai; llmgw_api_key env:LLMGW_TEST_OPENAI_KEY;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('m')
--- response_body_like: "Authorization: Bearer sk-from-the-environment"
--- error_code: 200



=== TEST 2: a key from a file, its line end not included
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider openai; llmgw_api_key file:$TEST_NGINX_SERVER_ROOT/html/openai.key;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
--- user_files
>>> openai.key
sk-from-a-file
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('m')
--- response_body_like: "Authorization: Bearer sk-from-a-file"
--- error_code: 200



=== TEST 3: the master key from a file
--- http_config
    llmgw_master_key file:$TEST_NGINX_SERVER_ROOT/html/master.key;
    llmgw_model gpt-4o { deployment @up; }
--- user_files
>>> master.key
sk-llmgw-test-master-key-0001
--- request eval: $::chat
--- error_code: 200



=== TEST 4: no variable prints the provider's key: log, header, trailer
--- http eval: $::print
--- request eval: $::chat
--- response_headers
X-Secret: a
--- access_log eval: qr/^\[-?\]\[-?\]\[[^\]]*\]\[a\]$/m
--- raw_response_headers_unlike: sk-upstream
--- error_code: 200



=== TEST 5: nor of a stream
--- mock: stream
--- http eval: $::print
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o', { stream => JSON::PP::true })
--- response_headers
X-Secret: a
--- access_log eval: qr/^\[-?\]\[-?\]\[[^\]]*\]\[a\]$/m
--- response_body_unlike: sk-upstream
--- error_code: 200



=== TEST 6: nor of an error
--- mock: e401
--- http eval: $::print
--- request eval: $::chat
--- response_headers
X-Secret: a
--- access_log eval: qr/^\[-?\]\[-?\]\[[^\]]*\]\[a\]$/m
--- response_body_unlike: sk-upstream
--- error_code: 401



=== TEST 7: nor when the upstream cannot be reached
--- http eval: $::print
--- locs
        llmgw_max_body 1m;
--- config
    location / { llmgw on; }
    location @up { llmgw_provider openai; llmgw_api_key sk-upstream-secret; llmgw_base_url http://127.0.0.1:1/v1; }
--- request eval: $::chat
--- response_headers
X-Secret: a
--- access_log eval: qr/^\[-?\]\[-?\]\[[^\]]*\]\[a\]$/m
--- error_code: 502
--- error_log
Connection refused



=== TEST 8: a variable evaluated early keeps nothing of it
--- http eval
$::print . 'map $llmgw_upstream_headers $mapped { default "[$llmgw_upstream_headers]"; }'
--- server
    set $early "x$llmgw_upstream_headers";
    add_header X-Early $early;
    add_header X-Mapped $mapped;
--- request eval: $::chat
--- raw_response_headers_unlike: sk-upstream
--- error_code: 200



=== TEST 9: set in the provider's location
--- locs
        set $early "x$llmgw_upstream_headers";
        add_header X-Early $early;
--- request eval: $::chat
--- raw_response_headers_unlike: sk-upstream
--- error_code: 200



=== TEST 10: proxy_set_header of another location
--- server
    location /other { proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo;
        proxy_set_header X-Headers "a$llmgw_upstream_headers"; }
--- request
GET /other
--- response_body_like: "X-Headers: a"
--- error_code: 200



=== TEST 11: no secret and no prompt in the error log, at debug level
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- no_error_log
the-secret-prompt
sk-upstream-secret
[error]
--- error_code: 200



=== TEST 12: no error text of the upstream in the error log
--- mock: e429
--- request eval: $::chat
--- no_error_log
the-secret-prompt
is limited
sk-upstream-secret
[alert]
--- response_body_unlike: sk-upstream
--- error_code: 429



=== TEST 13: the client's key does not reach a subrequest's upstream by itself
--- config
    location / { llmgw on; auth_request /auth; }
    location = /auth { internal; proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo;
        proxy_pass_request_headers off; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
    location @up { llmgw_provider openai; llmgw_api_key sk-upstream-secret;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
    location /__mock/ { proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/; }
--- request eval: ["GET /__mock/__clear", $::chat, "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/"line"/, qr/(?!.*sk-llmgw)"target": "\/echo"/s]
--- error_code eval: [200, 200, 200]



=== TEST 14: nor after a fallback, nor of a stream, at debug level
--- http
    llmgw_model two { deployment @gone; deployment @stream; }
--- server
    location @gone { llmgw_provider openai; llmgw_api_key sk-upstream-secret; llmgw_base_url http://127.0.0.1:1/v1; }
    location @stream { llmgw_provider openai; llmgw_api_key sk-upstream-secret; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/stream/v1; }
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('two', { stream => JSON::PP::true, user => 'the-secret-prompt' })
--- no_error_log
the-secret-prompt
sk-upstream-secret
[alert]
--- response_body_like: data: \[DONE\]
--- error_code: 200



=== TEST 15: an upstream block with a server that is down, at debug level
--- http
    upstream pair { server 127.0.0.1:1 max_fails=0; server 127.0.0.1:$TEST_NGINX_MOCK_PORT max_fails=0; }
    llmgw_model two { deployment @pair; }
--- server
    location @pair { llmgw_provider openai; llmgw_api_key sk-upstream-secret; llmgw_base_url http://pair/echo/v1; }
--- request eval: [("POST /v1/chat/completions\n" . LLMGW::chat('two')) x 2]
--- no_error_log
sk-upstream-secret
[alert]
--- error_code eval: [200, 200]
