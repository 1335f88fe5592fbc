# Health: open to everybody, and saying nothing.

use lib 't/lib';
use LLMGW;

repeat_each(2);
plan tests => repeat_each() * 57;

gateway_tests();

__DATA__

=== TEST 1: alive
--- request eval: ["GET /health/liveliness", "GET /health/liveness"]
--- more_headers
--- response_body eval: ['"I\'m alive!"', '"I\'m alive!"']
--- error_code eval: [200, 200]



=== TEST 2: ready
--- request
GET /health/readiness
--- more_headers
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"status":"connected"[^@]*\}$
--- error_code: 200



=== TEST 3: not ready without any model
--- http_config
    llmgw_master_key sk-llmgw-test-master-key-0001;
--- config
    location / { llmgw on; }
--- request eval: ["GET /health/readiness", "GET /health/liveliness"]
--- more_headers
--- response_body_like eval: [qr/not ready/, qr/alive/]
--- error_code eval: [503, 200]



=== TEST 4: HEAD, and a wrong key does not matter
--- raw_request eval
"HEAD /health/liveliness HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer wrong\r\nConnection: close\r\n\r\n"
--- response_body
--- error_code: 200



=== TEST 5: no other method
--- request
POST /health/liveliness
{}
--- more_headers
--- response_body_like: "code":"method_not_allowed"
--- error_code: 405



=== TEST 6: details need the master key
--- request
GET /health
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- response_body_unlike: @up|127\.0\.0\.1|healthy
--- error_code_like: ^(401|403|404)$



=== TEST 7: details without any key
--- request
GET /health
--- more_headers
--- response_body_unlike: @up|127\.0\.0\.1|healthy
--- error_code_like: ^(401|404)$



=== TEST 8: details for the master key
--- http
    llmgw_model two { deployment @gone; deployment @up model=x; }
--- server
    location @gone { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }
--- request eval
["POST /v1/chat/completions\n" . LLMGW::chat('two'), "GET /health"]
--- response_body_like eval
my $idle = qr/,"status":"healthy","in_flight":0,"requests_per_minute":\d+,"tokens_per_minute":\d+(?:,"first_token_ms":\d+)?(?:,"token_us":\d+)?/;
[qr/"line"/,
 qr/^\{"deployments":\[\{"model_name":"gpt-4o","deployment":"\@up","model":"gpt-4o-2024","attempts":(\d+),"failures":0$idle\},\{"model_name":"two","deployment":"\@gone","model":"two","attempts":\d+,"failures":\d+,"last_status":502,"last_failure":\d{10}$idle\},\{"model_name":"two","deployment":"\@up","model":"x","attempts":\1,"failures":0$idle\}\]\}$/]
--- error_code eval: [200, 200]
--- no_error_log
[alert]



=== TEST 9: without a zone there are no counters
--- http_config
    llmgw_master_key sk-llmgw-test-master-key-0001;
    llmgw_model gpt-4o { deployment @up; }
--- request
GET /health
--- response_body eval
'{"deployments":[{"model_name":"gpt-4o","deployment":"@up","model":"gpt-4o"}]}'
--- error_code: 200
