# Errors: OpenAI's shape and status, whoever found them.

use lib 't/lib';
use LLMGW;

mock(
    gone => { end => 'gone' },
    closes => { ops => [['close']] },
    junk => { ops => [['send', "SSH-2.0-OpenSSH_9.2\r\n\r\n"], ['close']] },
    nojson => { body => 'all is well', type => 'application/json' },
    redirect => { status => 302, reason => 'Found',
                  headers => [['Location', 'http://127.0.0.1:1/']],
                  body => '' },
    html => { status => 502, type => 'text/html',
              body => '<html><h1>502 Bad Gateway</h1></html>' },
    badreq => { status => 400, type => 'application/json',
                body => '{"error":{"message":"Unsupported value","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}' },
    limited => { status => 429,
                 headers => [['retry-after', '3'], ['retry-after-ms', '2100'],
                             ['x-ratelimit-remaining-requests', '0'],
                             ['x-request-id', 'req_abc'],
                             ['Set-Cookie', 'a=b'],
                             ['openai-organization', 'org-secret']],
                 json => { error => { message => 'slow down',
                                      type => 'requests', param => undef,
                                      code => 'rate_limit_exceeded' } } },
    unauthorized => { status => 401,
                      json => { error => { message => 'Incorrect API key provided: sk-upstream-secret. You can find your key at',
                                           type => 'invalid_request_error', param => undef,
                                           code => 'invalid_api_key' } } },
    large => { json => { id => 'msg_1', type => 'message', role => 'assistant',
                         model => 'claude', stop_reason => 'end_turn',
                         content => [{ type => 'text', text => 'x' x 2000 }],
                         usage => { input_tokens => 1, output_tokens => 1 } } },
    gzip => { body => "\x1f\x8b\x08\x00", type => 'application/json',
              headers => [['Content-Encoding', 'gzip']] },
);

repeat_each(2);
plan tests => repeat_each() * 652;

gateway_tests();

__DATA__

=== TEST 1: no JSON
--- request eval
"POST /v1/chat/completions\n" . q{hello}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 2: an empty body
--- request eval
"POST /v1/chat/completions\n" . ""
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 3: an array
--- request eval
"POST /v1/chat/completions\n" . q{[1]}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 4: a string
--- request eval
"POST /v1/chat/completions\n" . q{"gpt-4o"}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 5: JSON that ends too early
--- request eval
"POST /v1/chat/completions\n" . qq(\x7b"model":"gpt-4o",)
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 6: a second document
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]} {"model":"gpt-4o"}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 7: something behind the document
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}]}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 8: a comment
--- request eval
"POST /v1/chat/completions\n" . q{{/* x */"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 9: a trailing comma
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 10: single quotes
--- request eval
"POST /v1/chat/completions\n" . q{{'model':'gpt-4o'}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 11: a byte order mark
--- request eval
"POST /v1/chat/completions\n" . "\xef\xbb\xbf{\"model\":\"gpt-4o\"}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 12: a NUL
--- request eval
"POST /v1/chat/completions\n" . "{\"model\":\"gpt-4o\"\0}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 13: UTF-16
--- request eval
"POST /v1/chat/completions\n" . join("", map { "$_\0" } split //, q({"model":"gpt-4o"}))
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 14: invalid UTF-8
--- request eval
"POST /v1/chat/completions\n" . "{\"model\":\"gpt-4o\",\"user\":\"\xff\"}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 15: an overlong UTF-8 sequence
--- request eval
"POST /v1/chat/completions\n" . "{\"model\":\"gpt-4o\",\"user\":\"\xc0\xaf\"}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 16: a surrogate in UTF-8
--- request eval
"POST /v1/chat/completions\n" . "{\"model\":\"gpt-4o\",\"user\":\"\xed\xa0\x80\"}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 17: a line end in a string
--- request eval
"POST /v1/chat/completions\n" . "{\"model\":\"gpt-4o\",\"user\":\"a\nb\"}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 18: NaN
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","temperature":NaN}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 19: 129 levels
--- request eval
"POST /v1/chat/completions\n" . "{\"model\":\"gpt-4o\",\"x\":" . "[" x 128 . "]" x 128 . "}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 20: no model
--- request eval
"POST /v1/chat/completions\n" . q{{"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"missing_required_parameter"\E\}\}$/
--- error_code: 400



=== TEST 21: a model that is a number
--- request eval
"POST /v1/chat/completions\n" . q{{"model":1,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 22: a model that is null
--- request eval
"POST /v1/chat/completions\n" . q{{"model":null,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"missing_required_parameter"\E\}\}$/
--- error_code: 400



=== TEST 23: a model that is an array
--- request eval
"POST /v1/chat/completions\n" . q{{"model":["gpt-4o"],"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 24: an empty model
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 25: a model of 257 characters
--- request eval
"POST /v1/chat/completions\n" . "{\"model\":\"" . "m" x 257 . "\"}"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 26: a lone surrogate in the model
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o\ud800","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 27: a NUL in the model
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o\u0000","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 28: an unknown model
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-9","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"the model \\"gpt-9\\" does not exist",\Q"type":"invalid_request_error","param":"model","code":"model_not_found"\E\}\}$/
--- error_code: 404



=== TEST 29: a model's name in another case
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"GPT-4O","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"model_not_found"\E\}\}$/
--- error_code: 404



=== TEST 30: a model's name with a blank
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o ","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"model_not_found"\E\}\}$/
--- error_code: 404



=== TEST 31: a model that is a path
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"../gpt-4o","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"model_not_found"\E\}\}$/
--- error_code: 404



=== TEST 32: markup in a model's name
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"<b>\"x","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"the model \\"<b>\\"x\\" does not exist",\Q"type":"invalid_request_error","param":"model","code":"model_not_found"\E\}\}$/
--- error_code: 404



=== TEST 33: line ends in a model's name
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"a\r\nSet-Cookie: x=1","messages":[{"role":"user","content":"x"}]}}
--- response_headers
! Set-Cookie
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"model_not_found"\E\}\}$/
--- error_code: 404



=== TEST 34: two models
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","model":"gpt-4o","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 35: two models, one of them escaped
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","mod\u0065l":"other","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 36: two models, both escaped in other ways
--- request eval
"POST /v1/chat/completions\n" . q{{"\u006dodel":"gpt-4o","mode\u006C":"other","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"model","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 37: another member twice
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","seed":1,"seed":2,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"seed","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 38: a member twice in a message
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","messages":[{"role":"user","content":"a","content":"b"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"messages[0].content","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 39: a member twice in a part
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"text","text":"a","text":"b"}]}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"messages[0].content[0].text","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 40: a member twice in a tool
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","tools":[{"type":"function","function":{"name":"a","name":"b"}}],"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"tools[0].function.name","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 41: a member twice in stream_options
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true,"include_usage":false},"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"stream_options.include_usage","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 42: Model
--- request eval
"POST /v1/chat/completions\n" . q{{"Model":"other","model":"gpt-4o","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"Model","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 43: STREAM
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","STREAM":true,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"STREAM","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 44: an escaped variant
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","M\u006fdel":"x","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"Model","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 45: extra_body.model
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","extra_body":{"model":"x"},"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"extra_body.model","code":"invalid_json"\E\}\}$/
--- error_code: 400



=== TEST 46: stream that is a string
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","stream":"true","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"stream","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 47: stream that is a number
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","stream":1,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"stream","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 48: stream_options that is an array
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","stream":true,"stream_options":[],"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"stream_options","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 49: include_usage that is a string
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":"yes"},"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"stream_options.include_usage","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 50: max_tokens: negative
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","max_tokens":-1,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"max_tokens","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 51: max_tokens: too large
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","max_tokens":2147483648,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"max_tokens","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 52: max_tokens: a fraction
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","max_tokens":1.5,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"max_tokens","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 53: max_tokens: a string
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","max_tokens":"10","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"max_tokens","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 54: max_tokens: a huge number
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","max_tokens":9999999999999999999999999999999999999999,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"max_tokens","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 55: max_completion_tokens: negative
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","max_completion_tokens":-5,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"max_completion_tokens","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 56: n: too large
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","n":129,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"n","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 57: n: negative
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","n":-1,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"n","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 58: user that is a number
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","user":7,"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"user","code":"invalid_type"\E\}\}$/
--- error_code: 400



=== TEST 59: a lone surrogate in the user
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","user":"\udc00","messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"user","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 60: a lone surrogate in a key of metadata
--- request eval
"POST /v1/chat/completions\n" . q{{"model":"gpt-4o","metadata":{"\udc00":"x"},"messages":[{"role":"user","content":"x"}]}}
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":"metadata","code":"invalid_value"\E\}\}$/
--- error_code: 400



=== TEST 61: a body of Content-Encoding gzip
--- request eval
"POST /v1/chat/completions\n" . "\x1f\x8b\x08\x00junk"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Encoding: gzip"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"unsupported_content_encoding"\E\}\}$/
--- error_code: 415



=== TEST 62: a body of Content-Encoding br
--- request eval
"POST /v1/chat/completions\n" . "\x1f\x8b\x08\x00junk"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Encoding: br"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"unsupported_content_encoding"\E\}\}$/
--- error_code: 415



=== TEST 63: a body of Content-Encoding deflate
--- request eval
"POST /v1/chat/completions\n" . "\x1f\x8b\x08\x00junk"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Encoding: deflate"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"unsupported_content_encoding"\E\}\}$/
--- error_code: 415



=== TEST 64: a body of Content-Encoding gzip, identity
--- request eval
"POST /v1/chat/completions\n" . "\x1f\x8b\x08\x00junk"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Encoding: gzip, identity"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"unsupported_content_encoding"\E\}\}$/
--- error_code: 415



=== TEST 65: a multipart body for chat
--- request eval
"POST /v1/chat/completions\n" . "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n--b--\r\n"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- response_headers
Content-Type: application/json
--- response_body_like eval
qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+",\Q"type":"invalid_request_error","param":null,"code":"unsupported_media_type"\E\}\}$/
--- error_code: 415



=== TEST 66: JSON for an endpoint of multipart
--- request
POST /v1/audio/transcriptions
{"model":"gpt-4o"}
--- response_body_like: "type":"invalid_request_error","param":null,"code":"unsupported_media_type"
--- error_code: 415



=== TEST 67: a multipart body without boundary
--- request
POST /v1/audio/transcriptions
x
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data"
--- response_body_like: "code":"invalid_multipart"
--- error_code: 400



=== TEST 68: a multipart body with two models
--- request eval
"POST /v1/audio/transcriptions\n"
. "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n"
. "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nother\r\n--b--\r\n"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- response_body_like: "param":"model","code":"invalid_multipart"
--- error_code: 400



=== TEST 69: a multipart body without model
--- request eval
"POST /v1/audio/transcriptions\n"
. "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ngpt-4o\r\n--b--\r\n"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- response_body_like: "param":"model","code":"missing_required_parameter"
--- error_code: 400



=== TEST 70: a multipart body that is cut
--- request eval
"POST /v1/audio/transcriptions\n"
. "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n--b"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- response_body_like: "code":"invalid_multipart"
--- error_code: 400



=== TEST 71: an unknown path
--- request
POST /v1/no/such/path
{}
--- response_body
{"error":{"message":"unknown path \"/v1/no/such/path\"","type":"invalid_request_error","param":null,"code":"not_found"}}
--- response_body_filters eval
sub { $_[0] . "\n" }
--- error_code: 404



=== TEST 72: an unknown path is told before the key
--- request
GET /nothing
--- more_headers
--- response_body_like: "code":"not_found"
--- error_code: 404



=== TEST 73: a trailing slash
--- request eval
"POST /v1/chat/completions/\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "code":"not_found"
--- error_code: 404



=== TEST 74: another case
--- request eval
"POST /v1/Chat/Completions\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "code":"not_found"
--- error_code: 404



=== TEST 75: a path parameter
--- request eval
"POST /v1/chat/completions;x=1\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "code":"not_found"
--- error_code: 404



=== TEST 76: paths that mean the same are the same
--- request eval
["POST //v1//chat/completions\n" . LLMGW::chat('gpt-4o'),
 "POST /v1/x/../chat/completions\n" . LLMGW::chat('gpt-4o'),
 "POST /v1/chat%2fcompletions\n" . LLMGW::chat('gpt-4o'),
 "POST /%76%31/chat/completions\n" . LLMGW::chat('gpt-4o'),
 "POST /chat/completions\n" . LLMGW::chat('gpt-4o')]
--- response_body_like eval
[(qr!"line": "POST /echo/v1/chat/completions"!) x 5]
--- error_code eval: [(200) x 5]



=== TEST 77: an absolute URI
--- raw_request eval
"POST http://evil.example/v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nContent-Length: "
. length(LLMGW::chat('gpt-4o')) . "\r\nConnection: close\r\n\r\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "Host: 127\.0\.0\.1:\d+"
--- error_code: 200



=== TEST 78: markup in a path
--- request
POST /v1/<script>"x
{}
--- response_body_like: unknown path \\"/v1/<script>\\"x\\"
--- response_headers
Content-Type: application/json
--- error_code: 404



=== TEST 79: line ends in a path
--- raw_request eval
"GET /v1/a%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
--- response_headers
! Set-Cookie
--- response_body_like: unknown path \\"/v1/a\\r\\nSet-Cookie: x=1\\"
--- error_code: 404



=== TEST 80: a path that leaves the root
--- raw_request eval
"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
--- server
    llmgw on;
--- response_body_like: ^\{"error":\{"message":".*","type":"invalid_request_error","param":null,"code":(null|"\w+")\}\}$
--- error_code: 400



=== TEST 81: GET where POST is due
--- request
GET /v1/chat/completions
--- response_headers
Allow: POST
--- response_body_like: "type":"invalid_request_error","param":null,"code":"method_not_allowed"
--- error_code: 405



=== TEST 82: POST where GET is due
--- request
POST /v1/models
{}
--- response_body_like: "code":"method_not_allowed"
--- error_code: 405



=== TEST 83: methods nobody takes
--- request eval
["PUT /v1/chat/completions\n{}", "DELETE /v1/chat/completions", "OPTIONS /v1/chat/completions", "PATCH /v1/models\n{}", "PROPFIND /v1/models"]
--- response_body_like eval
[(qr/"code":"method_not_allowed"/) x 5]
--- error_code eval: [(405) x 5]



=== TEST 84: HEAD of an endpoint of POST has no body
--- raw_request eval
"HEAD /v1/chat/completions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
--- response_body_like: ^$
--- error_code: 405



=== TEST 85: a body that is too large
--- server
    location /small/ { llmgw on; }
--- http
    llmgw_max_body 100;
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o', { user => 'x' x 200 })
--- response_body
{"error":{"message":"the request body is too large","type":"invalid_request_error","param":null,"code":"request_too_large"}}
--- response_body_filters eval
sub { $_[0] . "\n" }
--- error_code: 413
--- error_log
client intended to send too large body



=== TEST 86: a chunked body that is too large
--- http
    llmgw_max_body 100;
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
. join("", map { "10\r\n" . "x" x 16 . "\r\n" } 1 .. 20) . "0\r\n\r\n"
--- response_body_like: "code":"request_too_large"
--- error_code: 413
--- error_log
client intended to send too large chunked body



=== TEST 87: too many values
--- request eval
"POST /v1/chat/completions\n{\"model\":\"gpt-4o\",\"x\":[" . "1," x 1100000 . "1]}"
--- response_body_like: "code":"request_too_large"
--- error_code: 413



=== TEST 88: a client that does not send its body in time
--- http
    client_body_timeout 300ms;
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nContent-Length: 100\r\n\r\n{"
--- response_body_like: "type":"timeout_error","param":null,"code":"request_timeout"
--- error_code: 408



=== TEST 89: no Host
--- raw_request eval
"GET /v1/models HTTP/1.1\r\nAuthorization: Bearer $::MASTER\r\nConnection: close\r\n\r\n"
--- server
    llmgw on;
--- response_body_like: ^\{"error":\{"message":".*","type":"invalid_request_error"
--- error_code: 400



=== TEST 90: HTTP/1.0 without Host
--- raw_request eval
"GET /v1/models HTTP/1.0\r\nAuthorization: Bearer $::MASTER\r\n\r\n"
--- response_body_like: ^\{"error":\{"message":".*","type":"invalid_request_error"
--- error_code: 400



=== TEST 91: length and chunks at once
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
--- server
    llmgw on;
--- response_body_like: ^\{"error":\{"message":".*","type":"invalid_request_error"
--- error_code: 400



=== TEST 92: an unknown transfer encoding
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
--- server
    llmgw on;
--- response_body_like: ^\{"error":\{"message":".*","type":"server_error"
--- error_code: 501
--- error_log
client sent unknown "Transfer-Encoding"



=== TEST 93: nobody listens
--- server
    location @unused { return 404; }
--- http_config
    llmgw_master_key sk-llmgw-test-master-key-0001;
    llmgw_model gpt-4o { deployment @gone; }
--- config
    location / { llmgw on; }
    location @gone { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"error":\{"message":".*","type":"server_error","param":null,"code":"bad_gateway"\}\}$
--- error_code: 502
--- error_log
Connection refused



=== TEST 94: an upstream that does not answer in time
--- mock: gone
--- locs
        proxy_read_timeout 200ms;
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body_like: ^\{"error":\{"message":".*","type":"timeout_error","param":null,"code":"upstream_timeout"\}\}$
--- error_code: 504
--- error_log
upstream timed out



=== TEST 95: an upstream that closes without an answer
--- mock: closes
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "type":"server_error","param":null,"code":"bad_gateway"
--- error_code: 502
--- error_log
upstream prematurely closed connection



=== TEST 96: an upstream that is no HTTP server
--- mock: junk
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "code":"(upstream_invalid_response|bad_gateway)"
--- error_code: 502
--- error_log eval
qr/upstream sent (no valid HTTP|invalid header)/



=== TEST 97: an upstream that answers no JSON
--- mock: nojson
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "type":"server_error","param":null,"code":"upstream_invalid_response"
--- error_code: 502



=== TEST 98: an upstream that redirects
--- mock: redirect
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_headers
! Location
--- response_body_like: "code":"bad_gateway"
--- error_code: 502



=== TEST 99: an HTML page of an upstream's proxy
--- mock: html
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_headers
Content-Type: application/json
--- response_body_like: "message":"upstream returned status 502","type":"server_error","param":null,"code":"bad_gateway"
--- error_code: 502



=== TEST 100: an error of the upstream goes through unchanged
--- mock: badreq
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body
{"error":{"message":"Unsupported value","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}
--- response_body_filters eval
sub { $_[0] . "\n" }
--- error_code: 400



=== TEST 101: the upstream's rate limit and how long to wait
--- mock: limited
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_headers
Retry-After: 3
retry-after-ms: 2100
x-ratelimit-remaining-requests: 0
x-request-id: req_abc
! Set-Cookie
! openai-organization
--- response_body_like: "code":"rate_limit_exceeded"
--- error_code: 429



=== TEST 102: a wrong key of the gateway's own does not show the key
--- mock: unauthorized
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body_unlike: sk-upstream-secret
--- error_code: 401



=== TEST 103: an answer that is too large to be translated
--- http
    llmgw_max_answer 1k;
    llmgw_model claude { deployment @claude; }
--- server
    location @claude { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/large; }
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('claude')
--- response_body_like: "code":"upstream_invalid_response"
--- error_code: 502



=== TEST 104: a compressed answer that nobody asked for
--- mock: gzip
--- request eval: "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "code":"upstream_invalid_response"
--- error_code: 502
--- error_log
upstream sent a compressed answer



=== TEST 105: an endpoint that the provider does not have
--- http
    llmgw_model claude { deployment @claude; }
--- server
    location @claude { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }
--- request
POST /v1/embeddings
{"model":"claude","input":"x"}
--- response_body_like: "code":"unsupported_endpoint"
--- error_code: 404



=== TEST 106: a connection that had an error serves the next request
--- pipelined_requests eval
["POST /v1/chat/completions\n{", "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')]
--- response_body_like eval
[qr/"code":"invalid_json"/, qr/"line": "POST/]
--- error_code eval: [400, 200]
