# What the operator writes with nginx's own means works with the gateway, and
# the gateway leaves everything else alone.

use lib 't/lib';
use LLMGW;

mock(
    e500 => { status => 500, json => { error => { message => 'x', type => 'x',
                                                  param => undef, code => undef } } },
    ok => { json => { answer => 'ok' } },
    slow => { json => { answer => 'slow' }, delay => 0.3 },
);

our $chat = "POST /v1/chat/completions\n" . chat('gpt-4o');
our $up = '
    location @up { llmgw_provider openai; llmgw_api_key sk-upstream-secret;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }';

repeat_each(2);
plan tests => repeat_each() * 318;

gateway_tests();

__DATA__

=== TEST 1: deny refuses before the key is looked at
--- config eval
"location / { llmgw on; deny all; } $::up"
--- request eval: $::chat
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"error":\{"message":"access is not allowed","type":"permission_error","param":null,"code":"permission_denied"\}\}$
--- error_code: 403
--- error_log
access forbidden by rule



=== TEST 2: satisfy any does not let anyone past the key
--- config eval
"location / { llmgw on; satisfy any; allow all; } $::up"
--- request eval: $::chat
--- more_headers
Authorization: Bearer wrong
--- response_body_like: "code":"invalid_api_key"
--- error_code: 401



=== TEST 3: satisfy any without any key
--- config eval
"location / { llmgw on; satisfy any; allow 127.0.0.1; deny all; } $::up"
--- request eval: [$::chat, "GET /v1/models", "GET /health/liveliness"]
--- more_headers
--- error_code eval: [401, 401, 200]



=== TEST 4: satisfy any: a key does not let anyone past the addresses either
--- config eval
"location / { llmgw on; satisfy any; deny all; } $::up"
--- request eval: $::chat
--- response_body_like: "code":"permission_denied"
--- error_code: 403
--- error_log
access forbidden by rule



=== TEST 5: satisfy any, and no one allows
--- config eval
"location / { llmgw on; satisfy any; deny all; } $::up"
--- request eval: $::chat
--- more_headers
Authorization: Bearer wrong
--- response_body_like: "code":"(invalid_api_key|permission_denied)"
--- error_code_like: ^40[13]$
--- no_error_log
[alert]



=== TEST 6: satisfy any in the provider's location reaches nobody new
--- config
    location / { llmgw on; }
    location @up { llmgw_provider openai; satisfy any; allow all;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
    location = /jump { error_page 418 = @up; return 418; }
--- request eval: ["GET /jump", $::chat]
--- more_headers
Authorization: Bearer wrong
--- response_body_unlike eval: [qr/"line"/, qr/"line"/]
--- error_code eval: [404, 401]
--- no_error_log
[alert]



=== TEST 7: satisfy any of a whole server: who is let in is served, and goes on to the provider as anybody
--- config eval
"satisfy any; allow 127.0.0.1; deny all; auth_basic x;
location / { llmgw on; } $::up"
--- request eval: [$::chat, $::chat]
--- response_body_like eval
[(qr!"line": "POST /echo/v1/chat/completions".*"Authorization: Bearer sk-upstream-secret".*\\"model\\":\\"gpt-4o-2024\\"!s) x 2]
--- error_code eval: [200, 200]



=== TEST 8: what a server demands of a client, a provider's location does not demand again
--- http
    map $http_x_user $address { default 127.0.0.1; }
--- config eval
"satisfy any; deny all; auth_request /auth;
location = /auth { internal; satisfy all; allow all; auth_request off; proxy_pass http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/ok; proxy_pass_request_body off; proxy_set_header Content-Length ''; }
location / { llmgw on; } $::up"
--- request eval: [$::chat, $::chat]
--- response_body_like eval
[(qr!"line": "POST /echo/v1/chat/completions"!) x 2]
--- error_code eval: [200, 200]



=== TEST 9: a provider location that another location jumps to
--- config eval
"location / { llmgw on; } location = /jump { error_page 418 = \@up; return 418; }
location = /try { try_files /nothing \@up; } $::up"
--- request eval: ["POST /jump\n{\"model\":\"gpt-4o\"}", "POST /try\n{\"model\":\"gpt-4o\"}"]
--- response_body_unlike eval: [qr/"line"/, qr/"line"/]
--- error_code eval: [404, 404]
--- no_error_log
[alert]



=== TEST 10: auth_request
--- config eval
'location / { llmgw on; auth_request /auth; }
location = /auth { internal; if ($http_x_let_in) { return 204; } return 403; }' . $::up
--- request eval: $::chat
--- response_body_like: "type":"permission_error"
--- error_code: 403



=== TEST 11: auth_request lets in, the key still counts
--- config eval
'location / { llmgw on; auth_request /auth; }
location = /auth { internal; return 204; }' . $::up
--- request eval: [$::chat, $::chat]
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
--- response_body_like eval: [(qr/"line": "POST \/echo/) x 2]
--- error_code eval: [200, 200]



=== TEST 12: auth_request through the gateway itself does not open it
--- config eval
'location / { llmgw on; }
location = /protected { auth_request /v1/models; proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/ok; }' . $::up
--- request
GET /protected
--- more_headers
--- response_body_unlike: answer
--- error_code_like: ^(401|403|404|500)$
--- error_log
auth request unexpected status



=== TEST 13: limit_req
--- http
    limit_req_zone $binary_remote_addr zone=one:1m rate=1r/m;
    limit_req_status 429;
--- config eval
"location / { llmgw on; limit_req zone=one; } $::up"
--- request eval: [$::chat, $::chat]
--- response_body_like eval
[qr/./, qr/^\{"error":\{"message":"too many requests","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"\}\}$/]
--- error_code_like eval: [qr/^(200|429)$/, qr/^429$/]
--- no_error_log
[alert]



=== TEST 14: limit_req at a provider leads to the next one
--- http
    limit_req_zone $server_name zone=two:1m rate=1r/m;
    llmgw_model two { deployment @full; deployment @up; }
    llmgw_model one { deployment @full; }
--- config eval
'location / { llmgw on; }
location @full { llmgw_provider openai; limit_req zone=two; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/ok/v1; }
location /__mock/ { proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/; }' . $::up
--- request eval
["GET /__mock/__clear", (map { "POST /v1/chat/completions\n" . LLMGW::chat($_) } qw(two two one)), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/"answer": "ok"|"line"/, qr!"line": "POST /echo!, qr/^\{"error":\{"message":"the upstream takes no more requests at the moment","type":"server_error","param":null,"code":"overloaded"\}\}$/, qr/^(ok )?(echo ?)+$/]
--- error_code eval: [200, 200, 200, 503, 200]
--- no_error_log
[alert]



=== TEST 15: error_page of the gateway's location
--- config eval
'location / { llmgw on; error_page 401 = @login; error_page 404 /nothing.html; error_page 502 =503 @sorry; }
location @login { return 200 "log in"; }
location = /nothing.html { internal; return 404 "nothing here"; }
location @sorry { return 503 "sorry"; }
location @up { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }'
--- request eval: ["GET /v1/models", "GET /unknown"]
--- more_headers
--- response_body eval: ["log in", "nothing here"]
--- error_code eval: [200, 404]



=== TEST 16: error_page of the gateway's location, for what an upstream did
--- config
    location / { llmgw on; error_page 502 = @sorry; }
    location @sorry { return 503 "sorry"; }
    location @up { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }
--- request eval: $::chat
--- response_body eval: "sorry"
--- error_code: 503
--- error_log
Connection refused



=== TEST 17: add_header, also for errors
--- config eval
'add_header X-Operator yes always; location / { llmgw on; }' . $::up
--- request eval: [$::chat, "POST /v1/chat/completions\n{"]
--- response_headers eval: ["X-Operator: yes", "X-Operator: yes"]
--- error_code eval: [200, 400]



=== TEST 18: an access log of a provider's location
--- http
    log_format t '[$uri|$upstream_status|$llmgw_deployment]';
--- locs
        access_log logs/access.log t;
--- request eval: $::chat
--- access_log eval: qr/\|200\|\@up\]/
--- error_code: 200



=== TEST 19: nested and exact locations
--- config eval
'location /api/ { location /api/v1/ { llmgw on; } return 204; }
location = /v1/models { llmgw on; }
location ~ ^/regex { llmgw on; }
location /static { return 200 "static"; }' . $::up
--- request eval: ["GET /api/x", "GET /v1/models", "GET /static/v1/models", "GET /regex/v1/models"]
--- response_body_like eval: [qr/^$/, qr/"object":"list"/, qr/^static$/, qr/"code":"not_found"/]
--- error_code eval: [204, 200, 200, 404]



=== TEST 20: llmgw on for a whole server, off for a part of it
--- config eval
'llmgw on;
location / { }
location /off/ { llmgw off; return 200 "off"; }
location = /own { return 200 "own"; }' . $::up
--- request eval: [$::chat, "GET /off/x", "GET /own", "GET /nothing"]
--- response_body_like eval: [qr/"line": "POST/, qr/^off$/, qr/^own$/, qr/"code":"not_found"/]
--- error_code eval: [200, 200, 200, 404]



=== TEST 21: rewrite in front of the gateway
--- config eval
'location / { llmgw on; }
rewrite ^/openai/(.*)$ /v1/$1 last;' . $::up
--- request eval: "POST /openai/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "line": "POST /echo/v1/chat/completions"
--- error_code: 200



=== TEST 22: other locations have nginx's own errors and bodies
--- server
    location /plain { return 404; }
    location /echo-body { proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }
    location /html { default_type text/html; return 500; }
--- config eval
'location /v1/ { llmgw on; }
location /plain { return 404; }
location /other { proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }' . $::up
--- request eval: ["GET /plain", "POST /other\nnot json", "GET /nothing"]
--- response_body_like eval: [qr/<title>404 Not Found/, qr/"body": "not json"/, qr/<title>404 Not Found/]
--- error_code eval: [404, 200, 404]
--- no_error_log
[alert]



=== TEST 23: a stock proxy beside the gateway keeps its headers
--- config eval
'location /v1/ { llmgw on; }
location /other { proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }' . $::up
--- request
GET /other?a=b
--- more_headers
X-Mine: 1
Authorization: Bearer client
--- response_body_like eval: qr/"line": "GET \/echo\?a=b".*"X-Mine: 1".*"Authorization: Bearer client"/s
--- error_code: 200



=== TEST 24: the module without any configuration does nothing
--- http_config
    map $llmgw_model $m { default "[$llmgw_model]"; }
--- config
    location / { return 200 "plain $m"; }
    location /p { proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/ok; }
    location /e { return 403; }
--- request eval: ["GET /v1/models", "POST /p\nx", "GET /e"]
--- response_body_like eval: [qr/^plain \[\]$/, qr/"answer": "ok"/, qr/<title>403 Forbidden/]
--- error_code eval: [200, 200, 403]



=== TEST 25: models and keys, but no location of the gateway
--- config
    location / { return 200 "plain"; }
--- request
GET /v1/models
--- response_body eval: "plain"
--- error_code: 200



=== TEST 26: gzip by nginx
--- http
    gzip on;
    gzip_types application/json text/event-stream;
    gzip_min_length 1;
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
Accept-Encoding: gzip
--- response_headers
Content-Encoding: gzip
--- error_code: 200



=== TEST 27: sub_filter, addition of other filters to the gateway's answers
--- locs
        sub_filter_types application/json;
        sub_filter '"ok"' '"changed"';
--- request eval: $::chat
--- response_body_like: "content": "changed"
--- error_code: 200



=== TEST 28: the operator's time limit for a provider
--- mock: slow
--- locs
        proxy_read_timeout 100ms;
--- request eval: $::chat
--- response_body_like: "code":"upstream_timeout"
--- error_code: 504
--- error_log
upstream timed out



=== TEST 29: manual: the operator's own proxy lines
--- config
    location / { llmgw on; }
    location @up {
        llmgw_provider openai manual;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1;
        llmgw_api_key sk-upstream-secret;
        proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT;
        proxy_pass_request_headers off;
        proxy_http_version 1.1;
        proxy_set_header Content-Type $llmgw_upstream_headers;
        proxy_set_header X-Operator yes;
        recursive_error_pages on;
        error_page 429 500 502 503 504 = $llmgw_next;
    }
--- request eval: $::chat
--- response_body_like eval
qr/"line": "POST \/echo\/v1\/chat\/completions".*"Authorization: Bearer sk-upstream-secret".*"X-Operator: yes"/s
--- error_code: 200



=== TEST 30: "if" in a provider's location
--- locs
        set $backend "plain";
        if ($http_x_client_request_id) {
            set $backend "other";
            add_header X-Backend $backend;
        }
--- request eval: [$::chat, $::chat]
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
X-Client-Request-Id: 1
--- response_headers eval: ["X-Backend: other", "X-Backend: other"]
--- response_body_like eval
[(qr!"line": "POST /echo/v1/chat/completions".*"Authorization: Bearer sk-upstream-secret".*gpt-4o-2024!s) x 2]
--- error_code eval: [200, 200]



=== TEST 31: "if" in a mock provider's location
--- http
    llmgw_model mock { deployment @mock; }
--- server
    location @mock { llmgw_provider mock; if ($http_authorization) { add_header X-If 1; } }
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('mock')
--- response_headers
X-If: 1
--- response_body_like: This is the mock provider
--- error_code: 200



=== TEST 32: error_page for all that may go wrong behind the gateway
--- http
    llmgw_model down { deployment @refuses; deployment @fails; deployment @late; }
--- config
    location / { llmgw on; error_page 500 502 503 504 = @maintenance; }
    location @maintenance { default_type application/json; return 503 '{"maintenance":true}'; }
    location @refuses { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }
    location @fails { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/e500/v1; }
    location @late { llmgw_provider openai; proxy_read_timeout 100ms; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/slow/v1; }
    location @up { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/e500/v1; }
--- request eval: [$::chat, "POST /v1/chat/completions\n" . LLMGW::chat('down'), "POST /v1/chat/completions\n{"]
--- response_body_like eval
[(qr/^\{"maintenance":true\}$/) x 2, qr/"type":"invalid_request_error"/]
--- error_code eval: [503, 503, 400]
--- no_error_log
[alert]



=== TEST 33: the same with a page that another server has
--- config
    location / { llmgw on; error_page 500 502 503 504 = /maintenance; }
    location = /maintenance { internal; proxy_method GET; proxy_pass_request_body off; proxy_set_header Content-Length ''; proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/ok; }
    location @up { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/e500/v1; }
--- request eval: $::chat
--- response_body_like: ^\{\s*"answer": "ok"\s*\}$
--- error_code: 200
--- no_error_log
[alert]



=== TEST 34: a map in front chooses whom limit_req holds for
--- http
    map $http_x_plan $limited { premium ""; default $binary_remote_addr; }
    limit_req_zone $limited zone=plan:1m rate=1r/m;
    limit_req_status 429;
--- config eval
"location / { llmgw on; limit_req zone=plan; } $::up"
--- request eval: [$::chat, $::chat, $::chat]
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
X-Plan: premium
--- response_body_like eval: [(qr/"line": "POST \/echo/) x 3]
--- error_code eval: [200, 200, 200]



=== TEST 35: a map in front leads a path to the gateway's
--- http
    map $uri $endpoint { ~^/legacy/(?<what>[a-z]+)$ /v1/chat/completions; default ""; }
--- config eval
'location / { llmgw on; }
location /legacy/ { rewrite ^ $endpoint last; }' . $::up
--- request eval: "POST /legacy/talk\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "line": "POST /echo/v1/chat/completions"
--- error_code: 200



=== TEST 36: split_clients in front chooses a location of the gateway
--- http
    split_clients $request_id $variant { 100% /b; * /a; }
    llmgw_model other { deployment @up model=gpt-4o-mini; }
--- config eval
'location /v1/ { rewrite ^(.*)$ $variant$1 last; }
location /a/ { return 500; }
location /b/ { rewrite ^/b(/.*)$ $1 break; llmgw on; }
add_header X-Variant $variant;' . $::up
--- request eval: [$::chat, "POST /v1/chat/completions\n" . LLMGW::chat('other'), "GET /v1/models"]
--- response_headers eval: ["X-Variant: /b", "X-Variant: /b", "X-Variant: /b"]
--- response_body_like eval
[qr/gpt-4o-2024/, qr/\\"model\\":\\"gpt-4o-mini\\"/, qr/"object":"list"/]
--- error_code eval: [200, 200, 200]



=== TEST 37: split_clients in a provider's location
--- http
    split_clients $request_id $share { 100% all; * none; }
--- locs
        add_header X-Share $share;
        proxy_set_header X-Share $share;
--- request eval: $::chat
--- response_headers
X-Share: all
--- response_body_like: "X-Share: all"
--- error_code: 200



=== TEST 38: access_log with a condition on what the gateway knows
--- http
    map $llmgw_status_detail $failed { "" 0; default 1; }
    log_format d '[$status|$llmgw_key_name|$llmgw_status_detail]';
--- config eval
"access_log logs/access.log d if=\$failed; location / { llmgw on; } $::up"
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('nobody')
--- access_log eval: qr/\[404\|master\|unknown_model\]/
--- error_code: 404



=== TEST 39: auth_request that hands something on, allow and deny beside it
--- config eval
'location / { llmgw on; allow 127.0.0.1; deny all; auth_request /auth; auth_request_set $who $upstream_status; }
add_header X-Who $who;
location = /auth { internal; proxy_pass http://127.0.0.1:$TEST_NGINX_MOCK_PORT/ok; proxy_pass_request_body off; proxy_set_header Content-Length ""; }' . $::up
--- request eval: $::chat
--- response_headers
X-Who: 200
--- response_body_like: "line": "POST /echo
--- error_code: 200
