# GET /v1/models

use lib 't/lib';
use LLMGW;

our $models = '
    llmgw_model claude { deployment @up; }
    llmgw_model vendor/name:1.5 { deployment @up; }
    llmgw_model "say \"hi\"" { deployment @up; }
';

repeat_each(2);
plan tests => repeat_each() * 133;

gateway_tests();

__DATA__

=== TEST 1: all of them, in their order
--- http eval: $::models
--- request
GET /v1/models
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"object":"list","data":\[\{"id":"gpt-4o","object":"model","created":\d{10},"owned_by":"llmgw"\},\{"id":"claude",[^}]*\},\{"id":"vendor\/name:1\.5",[^}]*\},\{"id":"say \\"hi\\"",[^}]*\}\]\}$/
--- error_code: 200



=== TEST 2: what a key may use
--- http eval: $::models
--- request
GET /v1/models
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- response_body_like eval
qr/^\{"object":"list","data":\[\{"id":"gpt-4o",[^}]*\}\]\}$/
--- error_code: 200



=== TEST 3: one of them
--- http eval: $::models
--- request eval
["GET /v1/models/claude", "GET /v1/models/vendor/name:1.5", "GET /models/gpt-4o", "GET /v1/models/say%20%22hi%22"]
--- response_body_like eval
[qr/^\{"id":"claude","object":"model","created":\d{10},"owned_by":"llmgw"\}$/, qr/"id":"vendor\/name:1\.5"/, qr/"id":"gpt-4o"/, qr/"id":"say \\"hi\\""/]
--- error_code eval: [(200) x 4]



=== TEST 4: none
--- request
GET /v1/models/nope
--- response_body_like: "type":"invalid_request_error","param":null,"code":"model_not_found"
--- error_code: 404



=== TEST 5: one that the key may not use is as none
--- http eval: $::models
--- request
GET /v1/models/claude
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- response_body_like: "code":"model_not_found"
--- error_code: 404



=== TEST 6: not without a key
--- request eval: ["GET /v1/models", "GET /v1/models/gpt-4o"]
--- more_headers
--- response_body_like eval: [(qr/"code":"invalid_api_key"/) x 2]
--- error_code eval: [401, 401]



=== TEST 7: HEAD
--- request
HEAD /v1/models
--- response_headers
Content-Type: application/json
--- response_body
--- error_code: 200



=== TEST 8: the query string has no effect
--- request
GET /v1/models?model=claude&key=x
--- response_body_like: "id":"gpt-4o"
--- error_code: 200



=== TEST 9: 500 models
--- http eval
join "", map { "llmgw_model m-$_ { deployment \@up; }\n" } 1 .. 500
--- request eval: ["GET /v1/models", "GET /v1/models/m-417"]
--- response_body_like eval: [qr/"id":"m-1",.*"id":"m-500",/, qr/"id":"m-417"/]
--- error_code eval: [200, 200]



=== TEST 10: for clients of the Messages API
--- http eval: $::models
--- request
GET /v1/models?beta=true
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
anthropic-version: 2023-06-01
--- response_headers_like
request-id: req_\w+
--- response_body_like eval
qr/^\{"data":\[\{"type":"model","id":"gpt-4o","display_name":"gpt-4o","created_at":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"\},\{"type":"model","id":"claude",[^}]*\},\{"type":"model","id":"vendor\/name:1\.5",[^}]*\},\{"type":"model","id":"say \\"hi\\"",[^}]*\}\],"has_more":false,"first_id":"gpt-4o","last_id":"say \\"hi\\""\}$/
--- error_code: 200



=== TEST 11: pages of them, and one
--- http eval: $::models
--- request eval
["GET /v1/models?limit=2", "GET /v1/models?limit=2&after_id=claude", "GET /v1/models?after_id=nope", "GET /v1/models/claude"]
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
anthropic-version: 2023-06-01
--- response_body_like eval
[qr/"id":"gpt-4o".*"id":"claude"[^]]*\],"has_more":true,"first_id":"gpt-4o","last_id":"claude"\}$/, qr/^\{"data":\[\{"type":"model","id":"vendor\/name:1\.5".*\],"has_more":false,"first_id":"vendor\/name:1\.5"/, qr/^\{"data":\[\],"has_more":false,"first_id":null,"last_id":null\}$/, qr/^\{"type":"model","id":"claude","display_name":"claude","created_at":"[^"]+"\}$/]
--- error_code eval: [(200) x 4]



=== TEST 12: errors in the form of that API
--- request eval
["GET /v1/models/nope", "GET /v1/models"]
--- more_headers eval
["x-api-key: $::MASTER\nanthropic-version: 2023-06-01", "x-api-key: wrong\nanthropic-version: 2023-06-01"]
--- response_body_like eval
[qr/^\{"type":"error","error":\{"type":"not_found_error",/, qr/^\{"type":"error","error":\{"type":"authentication_error",/]
--- error_code eval: [404, 401]



=== TEST 13: what agents ask to warm up their connection
--- raw_request eval
["HEAD /api/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /api/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"]
--- response_body eval
["", ""]
--- error_code eval: [200, 200]



=== TEST 14: capitals matter, to clients and to providers
--- http
    llmgw_model Org/Llama-3.3-70B-Instruct { deployment @up; }
    llmgw_model org/llama-3.3-70b-instruct { deployment @up model=small; }
--- request eval
["GET /v1/models/Org/Llama-3.3-70B-Instruct",
 "POST /v1/chat/completions\n" . LLMGW::chat('Org/Llama-3.3-70B-Instruct'),
 "POST /v1/chat/completions\n" . LLMGW::chat('org/llama-3.3-70b-instruct'),
 "GET /v1/models/ORG/LLAMA"]
--- response_body_like eval
[qr/"id":"Org\/Llama-3\.3-70B-Instruct"/, qr/Org\/Llama-3\.3-70B-Instruct/,
 qr/"model\\?":\s*\\?"small/, qr/model_not_found/]
--- error_code eval: [200, 200, 200, 404]
