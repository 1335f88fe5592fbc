# GET /v1/models

use lib 't/lib';
use LLMGW;

our $models = '
    llmgw_model claude { deployment @up; }
    llmgw_model vendor/name:1.5 { deployment @up; }
    llmgw_model "say \"hi\"" { deployment @up; }
';

repeat_each(2);
plan tests => repeat_each() * 72;

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
