# What goes through: OpenAI's format on both sides.

use lib 't/lib';
use LLMGW;

mock(
    headers => {
        json => { ok => 1 },
        headers => [['Set-Cookie', 'session=1'], ['Set-Cookie', 'b=2'],
                    ['Location', 'http://evil.example/'],
                    ['Refresh', '0; url=http://evil.example/'],
                    ['X-Accel-Redirect', '/secret/file'],
                    ['X-Accel-Expires', '3600'],
                    ['X-Accel-Limit-Rate', '1'],
                    ['X-Accel-Buffering', 'yes'],
                    ['X-Accel-Charset', 'koi8-r'],
                    ['Alt-Svc', 'h3="evil.example:443"'],
                    ['Strict-Transport-Security', 'max-age=1'],
                    ['Access-Control-Allow-Origin', '*'],
                    ['Content-Security-Policy', 'x'],
                    ['Link', '<x>; rel=preload'],
                    ['WWW-Authenticate', 'Basic realm="x"'],
                    ['Server', 'evil'], ['Via', '1.1 evil'],
                    ['ETag', '"x"'], ['Last-Modified', 'Mon, 01 Jan 2024 00:00:00 GMT'],
                    ['Cache-Control', 'public, max-age=999'],
                    ['openai-organization', 'org-secret'],
                    ['x-request-id', 'req_42'],
                    ['openai-processing-ms', '17'],
                    ['openai-version', '2020-10-01'],
                    ['x-ratelimit-remaining-tokens', '99'],
                    ['Content-Disposition', 'attachment; filename="a.mp3"']],
    },
    badline => { ops => [['send', "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: a\x01b\r\nContent-Length: 2\r\n\r\n{}"]] },
    extra => { ops => [['send', "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"x\":666}"], ['pause', 0.05], ['close']] },
    texttype => { body => '{"id":"x","object":"chat.completion","choices":[]}', type => 'text/plain' },
    srt => { body => "1\n00:00:00,000 --> 00:00:01,000\nHi\n", type => 'text/plain' },
    mp3 => { body => join('', map { chr } 0 .. 255) x 40, type => 'audio/mpeg' },
    cutmp3 => { body => 'x' x 1000, type => 'audio/mpeg', cut => 600 },
    cutjson => { json => { a => 'x' x 1000 }, cut => 600 },
    informational => { ops => [['send', "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}"], ['close']] },
    created => { status => 201, json => { a => 1 } },
    big => { json => { a => 'x' x 3000000 } },
    keep => { turns => [ { json => { n => 1 } }, { json => { n => 2 } }, { json => { n => 3 } } ] },
);

# blanks, escapes, numbers, order, a lone surrogate, members of the same name

our $odd = qq( {\t"messages" :[ {"role":"user","content":"say \\"model\\":\\"y\\" \\ud83d\\ude42 caf\xc3\xa9 \\ud800"}],\r\n "metadata":{"model":"x"}, "model" : "gpt-4o" , "seed":9007199254740993, "temperature":1.0e0, "top_p":-0, "stop":null, "new":{"b":1,"a":[{"model":"q"}]}} \n);

our $chat = "POST /v1/chat/completions\n" . chat('gpt-4o');

repeat_each(2);
plan tests => repeat_each() * 242;

gateway_tests();

__DATA__

=== TEST 1: only the model's value changes
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nConnection: close\r\nContent-Length: "
. length($::odd) . "\r\n\r\n$::odd"
--- response_body_like eval
my $body = $::odd;
$body =~ s/"model" : "gpt-4o"/"model" : "gpt-4o-2024"/;
$body = JSON::PP->new->ascii->allow_nonref->encode($body);
qr/"body": \Q$body\E/
--- error_code: 200



=== TEST 2: members twice where they are the client's own business
--- request eval
'POST /v1/chat/completions' . "\n" . '{"model":"gpt-4o","messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"a":{"model":"q","model":"r"}}}}]}'
--- response_body_like eval
qr/"body": "\Q{\"model\":\"gpt-4o-2024\",\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":{\"model\":\"q\",\"model\":\"r\"}}}}]}\E"/
--- error_code: 200



=== TEST 3: a model written with escapes
--- request eval
'POST /v1/chat/completions' . "\n" . '{"messages":[],"model":"\u0067pt\u002D4o"}'
--- response_body_like eval
qr/"body": "\Q{\"messages\":[],\"model\":\"gpt-4o-2024\"}\E"/
--- error_code: 200



=== TEST 4: the member's name with escapes
--- request eval
'POST /v1/chat/completions' . "\n" . '{"messages":[],"m\u006fdel":"gpt-4o"}'
--- response_body_like eval
qr/"body": "\Q{\"messages\":[],\"m\\u006fdel\":\"gpt-4o-2024\"}\E"/
--- error_code: 200



=== TEST 5: the same name on both sides: the bytes of the client
--- http
    llmgw_model same { deployment @up; }
--- request eval
"POST /v1/chat/completions\n" . '{"messages":[] ,  "model":"same"}'
--- response_body_like eval
qr/"body": "\Q{\"messages\":[] ,  \"model\":\"same\"}\E"/
--- error_code: 200



=== TEST 6: the query string goes nowhere
--- request eval
"POST /v1/chat/completions?model=other&key=x&api-version=1&stream=true\n" . LLMGW::chat('gpt-4o')
--- response_body_like: "line": "POST /echo/v1/chat/completions"
--- error_code: 200



=== TEST 7: request headers go by a list
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
Content-Type: application/json; charset=utf-8
OpenAI-Beta: assistants=v2
Idempotency-Key: idem-1
X-Client-Request-Id: client-1
Accept: application/json
OpenAI-Organization: org-client
OpenAI-Project: proj-client
api-key: sk-llmgw-test-master-key-0001
x-goog-api-key: g
anthropic-version: 2023-06-01
anthropic-dangerous-direct-browser-access: true
Cookie: a=b
X-Forwarded-For: 6.6.6.6
X-Real-IP: 6.6.6.6
Forwarded: for=6.6.6.6
X-Amz-Security-Token: t
x-litellm-tags: x
x-pass-foo: bar
Accept-Encoding: gzip
Origin: http://evil.example
Referer: http://evil.example
User-Agent: test
TE: trailers
Upgrade: h2c
HTTP2-Settings: AAA
Keep-Alive: timeout=5
Proxy-Authorization: Basic x
Range: bytes=0-1
If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT
If-None-Match: "x"
--- response_body_like eval
qr/"headers": \[\n\s+"Content-Type: application\/json",\n\s+(?:"(?:openai-beta: assistants=v2|idempotency-key: idem-1|x-client-request-id: client-1|accept: application\/json|Authorization: Bearer sk-upstream-secret)",\n\s+){5}"Host: 127\.0\.0\.1:\d+",\n\s+"Content-Length: \d+"\n\s+\]/
--- error_code: 200



=== TEST 8: hop-by-hop naming takes nothing away and adds nothing
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
Connection: close, authorization, content-length, content-type
--- response_body_like eval
qr/"headers": \[\n\s+"Content-Type: application\/json",\n\s+"Authorization: Bearer sk-upstream-secret",\n\s+"Host: 127\.0\.0\.1:\d+",\n\s+"Content-Length: \d+"\n\s+\]/
--- error_code: 200



=== TEST 9: a header without colon and a bare LF go nowhere
--- raw_request eval
"POST /v1/chat/completions HTTP/1.1\r\nHost: a\nAuthorization: Bearer $::MASTER\ngarbage\r\nX_Under: 1\r\nContent-Type: a\r\nContent-Type: b\r\nConnection: close\r\nContent-Length: "
. length(LLMGW::chat('gpt-4o')) . "\r\n\r\n" . LLMGW::chat('gpt-4o')
--- response_body_like eval
qr/"headers": \[\n\s+"Content-Type: application\/json",\n\s+"Authorization: Bearer sk-upstream-secret",\n\s+"Host: 127\.0\.0\.1:\d+",\n\s+"Content-Length: \d+"\n\s+\]/
--- error_code: 200



=== TEST 10: control characters in a header that may pass
--- request eval: $::chat
--- more_headers eval
"Authorization: Bearer $::MASTER\nIdempotency-Key: a\x01b\nX-Client-Request-Id: a\tb\n"
--- response_body_unlike: idempotency-key|x-client-request-id
--- error_code: 200



=== TEST 11: organization and project from the configuration
--- locs
        llmgw_openai_organization org-gw;
        llmgw_openai_project proj-gw;
--- request eval: $::chat
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
OpenAI-Organization: org-client
--- response_body_like eval
[qr/"openai-organization: org-gw"/]
--- response_body_unlike: org-client
--- error_code: 200



=== TEST 12: response headers go by a list
--- mock: headers
--- request eval: $::chat
--- response_headers
Content-Type: application/json
x-request-id: req_42
openai-processing-ms: 17
openai-version: 2020-10-01
x-ratelimit-remaining-tokens: 99
! Set-Cookie
! Location
! Refresh
! X-Accel-Redirect
! X-Accel-Expires
! X-Accel-Limit-Rate
! X-Accel-Buffering
! X-Accel-Charset
! Alt-Svc
! Strict-Transport-Security
! Access-Control-Allow-Origin
! Content-Security-Policy
! Link
! WWW-Authenticate
! Via
! ETag
! Last-Modified
! Cache-Control
! openai-organization
--- response_body
{"ok": 1}
--- response_body_filters eval
sub { $_[0] . "\n" }
--- error_code: 200



=== TEST 13: X-Accel-Redirect does not make nginx go anywhere, even if the operator's location lets it
--- mock: headers
--- locs
        proxy_ignore_headers Vary;
--- server
    location /secret/ { internal; return 200 "secret"; }
--- request eval: $::chat
--- response_body_unlike: secret
--- error_code: 200



=== TEST 14: a control character in a header of the provider
--- mock: badline
--- request eval: $::chat
--- response_headers
! x-request-id
--- error_code: 200



=== TEST 15: a second response behind the first one is nobody's
--- mock: extra
--- request eval: [$::chat, $::chat]
--- response_body eval
["{}", "{}"]
--- error_code eval: [200, 200]
--- error_log
upstream sent more data than specified
--- no_error_log
[alert]



=== TEST 16: JSON under another type
--- mock: texttype
--- request eval: $::chat
--- response_body eval
'{"id":"x","object":"chat.completion","choices":[]}'
--- error_code: 200



=== TEST 17: text of a transcription
--- mock: srt
--- request eval
"POST /v1/audio/transcriptions\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n--b--\r\n"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- response_headers
Content-Type: text/plain
--- response_body eval
"1\n00:00:00,000 --> 00:00:01,000\nHi\n"
--- error_code: 200



=== TEST 18: the model of a multipart body, its bytes and the boundary untouched
--- request eval
"POST /v1/audio/transcriptions\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.wav\"\r\nContent-Type: audio/wav\r\n\r\n\x00\xff--b\r\n--c\r\nname=\"model\"\r\n\r\n--b\r\ncontent-disposition:form-data;name=model\r\n\r\ngpt-4o\r\n--b--\r\nepilogue"
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- response_body_like eval
my $body = JSON::PP->new->ascii->allow_nonref->encode("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.wav\"\r\nContent-Type: audio/wav\r\n\r\n\x00\xff--b\r\n--c\r\nname=\"model\"\r\n\r\n--b\r\ncontent-disposition:form-data;name=model\r\n\r\ngpt-4o-2024\r\n--b--\r\nepilogue");
qr/"Content-Type: multipart\/form-data; boundary=b".*"body": \Q$body\E/s
--- error_code: 200



=== TEST 19: a binary answer
--- mock: mp3
--- request
POST /v1/audio/speech
{"model":"gpt-4o","input":"Hi","voice":"alloy"}
--- response_headers
Content-Type: audio/mpeg
Content-Length: 10240
--- response_body eval
join('', map { chr } 0 .. 255) x 40
--- error_code: 200



=== TEST 20: a binary answer that is cut is not ended as if it were whole
--- mock: cutmp3
--- request
POST /v1/audio/speech
{"model":"gpt-4o","input":"Hi","voice":"alloy"}
--- ignore_response
--- error_log
upstream prematurely closed connection



=== TEST 21: a JSON answer that is cut is an error
--- mock: cutjson
--- request eval: $::chat
--- response_body_like: "code":"(upstream_incomplete|bad_gateway|upstream_invalid_response)"
--- error_code: 502
--- error_log
upstream prematurely closed connection



=== TEST 22: an informational answer that nobody asked for
--- mock: informational
--- request eval: $::chat
--- response_body_like: "message":"upstream returned status 100"
--- error_code: 502



=== TEST 23: another status of success
--- mock: created
--- request eval: $::chat
--- error_code: 201



=== TEST 24: an answer of 3 MB
--- mock: big
--- request eval: $::chat
--- response_body eval
'{"a": "' . "x" x 3000000 . '"}'
--- error_code: 200



=== TEST 25: the other endpoints
--- request eval
[map { "POST $_\n{\"model\":\"gpt-4o\",\"input\":\"x\",\"prompt\":\"x\"}" }
 qw(/v1/completions /v1/embeddings /v1/moderations /v1/images/generations
    /v1/audio/speech /v1/responses /v1/responses/input_tokens
    /v1/responses/compact /v1/images/edits)]
--- response_body_like eval
[map { qr!"line": "POST /echo$_"! }
 qw(/v1/completions /v1/embeddings /v1/moderations /v1/images/generations
    /v1/audio/speech /v1/responses /v1/responses/input_tokens
    /v1/responses/compact /v1/images/edits)]
--- error_code eval: [(200) x 9]



=== TEST 26: a base URL without /v1, and one with a longer path
--- http
    llmgw_model a { deployment @a; }
    llmgw_model b { deployment @b; }
--- server
    location @a { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/; }
    location @b { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/openai/v1/; }
--- request eval
["POST /v1/chat/completions\n" . LLMGW::chat('a'), "POST /v1/chat/completions\n" . LLMGW::chat('b')]
--- response_body_like eval
[qr!"line": "POST /echo/v1/chat/completions"!, qr!"line": "POST /echo/openai/v1/chat/completions"!]
--- error_code eval: [200, 200]



=== TEST 27: no key of the provider: no Authorization at all
--- http
    llmgw_model a { deployment @a; }
--- server
    location @a { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('a')
--- response_body_unlike: [Aa]uthorization|sk-llmgw
--- error_code: 200



=== TEST 28: connections to the provider are kept
--- mock: keep
--- request eval
["GET /__mock/__clear", $::chat, $::chat, $::chat, "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/"n": 1/, qr/"n": 2/, qr/"n": 3/, qr/"conn": (\d+).*"conn": \1.*"conn": \1/s]
--- error_code eval: [(200) x 5]



=== TEST 29: an image in a message is a link that nobody follows
--- request eval
"POST /v1/chat/completions\n" . LLMGW::json({ model => 'gpt-4o', api_base => "http://127.0.0.1:1/", messages => [{ role => 'user', content => [{ type => 'image_url', image_url => { url => "http://127.0.0.1:$ENV{TEST_NGINX_MOCK_PORT}/image.png" } }] }] })
--- response_body_like: "line": "POST /echo/v1/chat/completions"
--- error_code: 200



=== TEST 30: null members arrive as null
--- request eval
'POST /v1/chat/completions' . "\n" . '{"model":"gpt-4o","messages":[],"stop":null,"tools":null,"stream":null,"stream_options":null,"max_tokens":null}'
--- response_body_like eval
qr/"body": "\Q{\"model\":\"gpt-4o-2024\",\"messages\":[],\"stop\":null,\"tools\":null,\"stream\":null,\"stream_options\":null,\"max_tokens\":null}\E"/
--- error_code: 200
