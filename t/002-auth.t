# Who may call: keys, where they stand, and what they may use.

use lib 't/lib';
use LLMGW;

repeat_each(2);
plan tests => repeat_each() * 152;

our $chat = "POST /v1/chat/completions\n" . chat('gpt-4o');

our $unauthorized = qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+","type":"authentication_error","param":null,"code":"invalid_api_key"\}\}$/;

gateway_tests();

__DATA__

=== TEST 1: the master key
--- request eval: $::chat
--- response_body_like: "line": "POST /echo/v1/chat/completions"
--- error_code: 200



=== TEST 2: no key
--- request eval: $::chat
--- more_headers
Content-Type: application/json
--- response_headers
Content-Type: application/json
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 3: a wrong key
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0002
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 4: the beginning of a key
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-000
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 5: a key and more
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001x
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 6: the same answer for a key that is malformed
--- request eval: $::chat
--- more_headers eval
"Authorization: Bearer \x01\x02\xff\xfe"
--- response_body_like: "message":"the API key is not valid"
--- error_code: 401



=== TEST 7: an empty key
--- request eval: $::chat
--- more_headers
Authorization: Bearer
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 8: an empty x-api-key does not fall back to another header
--- request eval: $::chat
--- more_headers
x-api-key:
Authorization: Bearer sk-llmgw-test-master-key-0001
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 9: a scheme that is not Bearer
--- request eval: $::chat
--- more_headers
Authorization: Basic c2stbGxtZ3ctdGVzdC1tYXN0ZXIta2V5LTAwMDE=
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 10: the scheme in any case
--- request eval: $::chat
--- more_headers
Authorization: bEARER   sk-llmgw-test-master-key-0001
--- error_code: 200



=== TEST 11: the key in x-api-key
--- request eval: $::chat
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- error_code: 200



=== TEST 12: the key in api-key
--- request eval: $::chat
--- more_headers
api-key: sk-llmgw-test-master-key-0001
--- error_code: 200



=== TEST 13: one header decides, whatever the others say
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
x-api-key: wrong
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 14: Authorization twice
--- server
    llmgw on;
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nAuthorization: Bearer $::MASTER\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
--- response_body_like: "type":"invalid_request_error"
--- error_code: 400



=== TEST 15: no key in the query string
--- request eval
"POST /v1/chat/completions?key=$::MASTER&api-key=$::MASTER\n" . LLMGW::chat('gpt-4o')
--- more_headers
Content-Type: application/json
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 16: no key in a cookie
--- request eval: $::chat
--- more_headers
Cookie: Authorization=sk-llmgw-test-master-key-0001
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 17: a key is refused before its body is read
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nAuthorization: Bearer nope\r\nConnection: close\r\n\r\n"
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 18: a virtual key
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- error_code: 200



=== TEST 19: a model that the key may not use
--- http
    llmgw_model big { deployment @up; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('big')
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- response_body
{"error":{"message":"the key may not use the model \"big\"","type":"permission_error","param":"model","code":"permission_denied"}}
--- response_body_filters eval
sub { $_[0] . "\n" }
--- error_code: 403



=== TEST 20: a model that is not there, for a key that may not use all
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('no-such-model')
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- response_body_like: "code":"model_not_found"
--- error_code: 404



=== TEST 21: a key of model patterns
--- http
    llmgw_key sk-llmgw-test-pattern-key-001 name=p models=gpt-4*,claude*;
    llmgw_model other { deployment @up; }
--- request eval
[$::chat, "POST /v1/chat/completions\n" . LLMGW::chat('other')]
--- more_headers
Authorization: Bearer sk-llmgw-test-pattern-key-001
--- error_code eval: [200, 403]



=== TEST 22: a fallback does not lead where the key may not go
--- http
    llmgw_key sk-llmgw-test-first-key-00001 name=f models=first;
    llmgw_model first { deployment @gone; fallback gpt-4o; }
--- server
    location @gone { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('first')
--- more_headers
Authorization: Bearer sk-llmgw-test-first-key-00001
--- response_body_like: "code":"bad_gateway"
--- error_code: 502
--- error_log
Connection refused



=== TEST 23: a key of which only the digest is in the configuration
--- http eval
use Digest::SHA;
"llmgw_key sha256:" . Digest::SHA::sha256_hex("sk-llmgw-test-hashed-key-0001") . " name=hashed;"
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-hashed-key-0001
--- error_code: 200



=== TEST 24: the digest itself is no key
--- http eval
use Digest::SHA;
"llmgw_key sha256:" . Digest::SHA::sha256_hex("sk-llmgw-test-hashed-key-0001") . " name=hashed;"
--- request eval: $::chat
--- more_headers eval
use Digest::SHA;
"Authorization: Bearer sha256:" . Digest::SHA::sha256_hex("sk-llmgw-test-hashed-key-0001")
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 25: a digest in upper case
--- http eval
use Digest::SHA;
"llmgw_key sha256:" . uc(Digest::SHA::sha256_hex("sk-llmgw-test-hashed-key-0001")) . " name=hashed;"
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-hashed-key-0001
--- error_code: 200



=== TEST 26: many keys
--- http eval
join "", map { "llmgw_key sk-llmgw-test-many-keys-$_-000 name=k$_;\n" } 1 .. 300
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-many-keys-217-000
--- error_code: 200



=== TEST 27: a key of 4000 characters
--- http eval
"llmgw_key " . "k" x 4000 . " name=long;"
--- request eval: $::chat
--- more_headers eval
"Authorization: Bearer " . "k" x 4000
--- error_code: 200



=== TEST 28: no keys at all: nobody comes in
--- http_config
    llmgw_model gpt-4o { deployment @up; }
--- request eval: $::chat
--- more_headers
Authorization: Bearer anything
--- response_body_like eval: $::unauthorized
--- error_code: 401



=== TEST 29: clients of the Messages API get their own form of error
--- request eval
"POST /v1/messages\n" . LLMGW::json({ model => 'gpt-4o', max_tokens => 5, messages => [] })
--- more_headers
x-api-key: wrong
--- response_headers_like
request-id: req_\w{24}
--- response_body_like chomp
^\{"type":"error","error":\{"type":"authentication_error","message":"(?:[^"\\]|\\.)+"\},"request_id":"req_\w{24}"\}$
--- error_code: 401



=== TEST 30: keys after a look at a wrong one on the same connection
--- pipelined_requests eval
["GET /v1/models", "GET /v1/models"]
--- more_headers eval
["Authorization: Bearer wrong", "Authorization: Bearer $::MASTER"]
--- response_body_like eval
[$::unauthorized, qr/^\{"object":"list"/]
--- error_code eval: [401, 200]
