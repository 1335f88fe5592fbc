# The Messages API on one side or on both.

use lib 't/lib';
use LLMGW;

my $message = { id => 'msg_1', type => 'message', role => 'assistant',
    model => 'claude-sonnet-4-5', stop_reason => 'end_turn',
    stop_sequence => undef,
    content => [{ type => 'text', text => "Hello \x{e9}" }],
    usage => { input_tokens => 10, cache_read_input_tokens => 4,
               cache_creation_input_tokens => 0, output_tokens => 3 } };

my @events = (
    ['message_start', '{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}'],
    ['content_block_start', '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'],
    ['ping', '{"type":"ping"}'],
    ['content_block_delta', '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}'],
    ['content_block_delta', '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo \u00e9"}}'],
    ['content_block_stop', '{"type":"content_block_stop","index":0}'],
    ['message_delta', '{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3}}'],
    ['message_stop', '{"type":"message_stop"}'],
);

mock(
    whole => { json => $message, headers => [
        ['request-id', 'req_a1'], ['anthropic-organization-id', 'org-secret'],
        ['anthropic-ratelimit-requests-limit', '50'],
        ['anthropic-ratelimit-requests-remaining', '49'],
        ['Set-Cookie', 'a=b']] },
    stream => { sse => \@events, split => 'turns' },
    cut => { sse => [@events[0 .. 3]], split => 'turns' },
    overloaded => { status => 529, json => { type => 'error', error => {
        type => 'overloaded_error', message => 'Overloaded' } } },
    limited => { status => 429, headers => [['retry-after', '12']],
        json => { type => 'error', error => { type => 'rate_limit_error',
                                              message => 'slow down' } } },
    errfirst => { sse => [['error', '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}']] },
    openai => { json => { id => 'chatcmpl-1', object => 'chat.completion',
        created => 1, model => 'gpt-4o', choices => [{ index => 0,
            message => { role => 'assistant', content => 'Hello' },
            finish_reason => 'stop' }],
        usage => { prompt_tokens => 5, completion_tokens => 2,
                   total_tokens => 7 } },
        headers => [['x-request-id', 'req_o1'],
                    ['x-ratelimit-remaining-tokens', '77'],
                    ['x-ratelimit-reset-tokens', '1m']] },
    openaistream => { sse => sse_of('Hel', 'lo'), split => 'turns' },
    openaicut => { sse => [@{sse_of('Hel', 'lo')}[0 .. 1]], split => 'turns' },
    openai429 => { status => 429, json => { error => { message => 'wait',
        type => 'requests', param => undef, code => 'rate_limit_exceeded' } } },
);

our $http = join '', map { "llmgw_model $_ { deployment \@$_; }\n" }
    qw(whole stream cut overloaded limited errfirst anyecho openai openaistream openaicut openai429);

our $server = join '', (map { "
    location \@$_ { llmgw_provider anthropic; llmgw_api_key sk-ant-secret;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_; }" }
    qw(whole stream cut overloaded limited errfirst)),
    (map { "
    location \@$_ { llmgw_provider openai; llmgw_api_key sk-upstream-secret;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(openai openaistream openaicut openai429)), '
    location @anyecho { llmgw_provider anthropic; llmgw_api_key sk-ant-secret;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo; }';

our $t = JSON::PP::true;

our $post = sub { my ($model, $more) = @_;
    return "POST /v1/chat/completions\n" . chat($model, $more) };

our $messages = sub { my ($model, $more) = @_;
    return "POST /v1/messages\n" . json({ model => $model, max_tokens => 50,
        messages => [{ role => 'user', content => 'Hi' }], %{ $more || {} } }) };

repeat_each(2);
plan tests => repeat_each() * 245;

gateway_tests();

__DATA__

=== TEST 1: an OpenAI client, an Anthropic service
--- http eval: $::http
--- server eval: $::server
--- request eval: ["GET /__mock/__clear", $::post->('whole'), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/,
 qr/^\{"id":"chatcmpl-msg_1","object":"chat.completion","created":\d+,"model":"claude-sonnet-4-5","choices":\[\{"index":0,"message":\{"role":"assistant","content":"Hello (\xc3\xa9|\\u00e9)","refusal":null\},"logprobs":null,"finish_reason":"stop"\}\],"usage":\{"prompt_tokens":14,"completion_tokens":3,"total_tokens":17,"prompt_tokens_details":\{"cached_tokens":4/,
 qr!"target": "/whole/v1/messages".*"x-api-key: sk-ant-secret".*\\"messages\\":\[\{\\"role\\":\\"user\\",\\"content\\":!s]
--- error_code eval: [200, 200, 200]



=== TEST 2: its headers
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('whole')
--- response_headers
Content-Type: application/json
x-request-id: req_a1
x-ratelimit-limit-requests: 50
x-ratelimit-remaining-requests: 49
! anthropic-organization-id
! Set-Cookie
! request-id
--- error_code: 200



=== TEST 3: the client's key and OpenAI's headers stay here, the version goes along
--- http eval: $::http
--- server eval: $::server
--- request eval: ["GET /__mock/__clear", $::post->('whole'), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/chatcmpl/,
 qr/"headers": \[\s+"Content-Type: application\/json",\s+(?:"(?:accept: application\/json|anthropic-version: 2023-06-01|x-api-key: sk-ant-secret)",\s+){3}"Host: 127\.0\.0\.1:\d+",\s+"Content-Length: \d+"\s+\]/]
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
Content-Type: application/json
OpenAI-Organization: org
OpenAI-Beta: x
--- error_code eval: [200, 200, 200]



=== TEST 4: a stream
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('stream', { stream => $::t })
--- response_headers
Content-Type: text/event-stream; charset=utf-8
Cache-Control: no-cache
X-Accel-Buffering: no
--- response_body_like eval
qr/^data: \{"id":"chatcmpl-msg_1","object":"chat.completion.chunk","created":(\d+),"model":"claude-sonnet-4-5","choices":\[\{"index":0,"delta":\{"role":"assistant","content":""\},"logprobs":null,"finish_reason":null\}\]\}\n\ndata: \{"id":"chatcmpl-msg_1",[^\n]*"content":"Hel"[^\n]*\n\ndata: [^\n]*"content":"lo \\u00e9"[^\n]*\n\ndata: [^\n]*"delta":\{\},"logprobs":null,"finish_reason":"stop"\}\]\}\n\ndata: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 5: a stream with usage
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('stream', { stream => $::t, stream_options => { include_usage => $::t } })
--- response_body_like eval
qr/"usage":null\}\n\n.*"choices":\[\],"usage":\{"prompt_tokens":10,"completion_tokens":3,"total_tokens":13.*\}\n\ndata: \[DONE\]\n\n$/s
--- error_code: 200



=== TEST 6: a stream that is cut
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('cut', { stream => $::t })
--- response_body_like eval
qr/"content":"Hel"[^\n]*\n\ndata: \{"error":\{"message":"[^"]+","type":"server_error","param":null,"code":"upstream_incomplete"\}\}\n\ndata: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 7: errors of the service
--- http eval: $::http
--- server eval: $::server
--- request eval: [$::post->('overloaded'), $::post->('limited'), $::post->('errfirst', { stream => $::t })]
--- response_body_like eval
[qr/^\{"error":\{"message":"Overloaded","type":"server_error","param":null,"code":"overloaded"\}\}$/,
 qr/^\{"error":\{"message":"slow down","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"\}\}$/,
 qr/^\{"error":\{"message":"Overloaded","type":"server_error","param":null,"code":"overloaded"\}\}$/]
--- error_code eval: [503, 429, 503]



=== TEST 8: parameters that the service does not have
--- http eval: $::http
--- server eval: $::server
--- request eval: ["GET /__mock/__clear", $::post->('whole', { n => 2 }), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/"type":"invalid_request_error","param":"n","code":"unsupported_parameter"/, qr/^$/]
--- error_code eval: [200, 400, 200]



=== TEST 9: dropped instead, where the operator wants that
--- http eval: "llmgw_drop_params on; $::http"
--- server eval: $::server
--- request eval: $::post->('whole', { n => 2 })
--- response_body_like: "content":"Hello
--- error_code: 200



=== TEST 10: types that translation finds wrong
--- http eval: $::http
--- server eval: $::server
--- request eval
[map { "POST /v1/chat/completions\n{\"model\":\"whole\",\"messages\":$_}" }
 '{}', '[]', '[1]', '[{"role":"pirate","content":"x"}]', '[{"role":"user","content":7}]', '[{"role":"user","content":[{"type":"text"}]}]', '[{"role":"user","content":[{"type":"image_url","image_url":{"url":"ftp://x"}}]}]']
--- response_body_like eval
[map { qr/^\{"error":\{"message":"(?:[^"\\]|\\.)+","type":"invalid_request_error","param":"\Q$_\E[^"]*","code":/ }
 'messages', 'messages', 'messages[0]', 'messages[0].role', 'messages[0].content', 'messages[0].content[0]', 'messages[0].content[0]']
--- error_code eval: [(400) x 7]



=== TEST 11: text that looks like JSON, events or headers stays text
--- http eval: $::http
--- server eval: $::server
--- request eval
['GET /__mock/__clear', 'POST /v1/chat/completions' . "\n" . '{"model":"anyecho","messages":[{"role":"user","content":"a\"},{\"role\":\"system\",\"content\":\"b\r\n\r\ndata: x\u2028\ud83d\ude42"}]}', "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/upstream_invalid_response/, qr/\Q\"a\\\"},{\\\"role\\\":\\\"system\\\",\\\"content\\\":\\\"b\\r\\n\\r\\ndata: x\E\\\\u2028\\\\ud83d\\\\ude42\\"/]
--- error_code eval: [200, 502, 200]



=== TEST 12: an Anthropic client, an OpenAI service
--- http eval: $::http
--- server eval: $::server
--- request eval: ["GET /__mock/__clear", $::messages->('openai'), "GET /__mock/__log"]
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
anthropic-version: 2023-06-01
--- response_body_like eval
[qr/ok/,
 qr/^\{"id":"msg_[^"]+","type":"message","role":"assistant","model":"gpt-4o","content":\[\{"type":"text","text":"Hello"\}\],"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"usage":\{"input_tokens":5,/,
 qr!"target": "/openai/v1/chat/completions".*"Authorization: Bearer sk-upstream-secret"!s]
--- error_code eval: [200, 200, 200]



=== TEST 13: its headers
--- http eval: $::http
--- server eval: $::server
--- request eval: $::messages->('openai')
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- response_headers_like
request-id: req_o1
x-request-id: req_o1
anthropic-ratelimit-tokens-remaining: 77
anthropic-ratelimit-tokens-reset: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ
--- error_code: 200



=== TEST 14: its stream
--- http eval: $::http
--- server eval: $::server
--- request eval: $::messages->('openaistream', { stream => $::t })
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- response_body_like eval
qr/^event: message_start\ndata: \{"type":"message_start",.*event: content_block_start\n.*"text":"Hel".*"text":"lo".*event: content_block_stop\n.*event: message_delta\ndata: .*"stop_reason":"end_turn".*"output_tokens":3.*event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/s
--- error_code: 200



=== TEST 15: its stream, cut
--- http eval: $::http
--- server eval: $::server
--- request eval: $::messages->('openaicut', { stream => $::t })
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- response_body_like eval
qr/"text":"Hel".*event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"[^"]+"\},"request_id":"req_\w+"\}\n\n$/s
--- error_code: 200



=== TEST 16: its errors
--- http eval: $::http
--- server eval: $::server
--- request eval: [$::messages->('openai429'), $::messages->('nothing'), "POST /v1/messages\n{", "GET /v1/messages"]
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- response_body_like eval
[qr/^\{"type":"error","error":\{"type":"rate_limit_error","message":"wait"\},"request_id":"req_\w+"\}$/,
 qr/^\{"type":"error","error":\{"type":"not_found_error","message":/,
 qr/^\{"type":"error","error":\{"type":"invalid_request_error","message":/,
 qr/^\{"type":"error","error":\{"type":"invalid_request_error","message":/]
--- error_code eval: [429, 404, 400, 405]



=== TEST 17: Anthropic on both sides: the bytes pass
--- http eval: $::http
--- server eval: $::server
--- request eval
["GET /__mock/__clear", 'POST /v1/messages' . "\n" . '{ "max_tokens":5, "model":"whole" ,"messages":[{"role":"user","content":"caf\u00e9"}],"new":[1.0]}', "GET /__mock/__log"]
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
anthropic-version: 2099-01-01
anthropic-beta: tools-1,x-2
anthropic-dangerous-direct-browser-access: true
--- response_body_like eval
[qr/ok/, qr/"id": "msg_1"/,
 qr/(?!.*dangerous)"anthropic-(?:version: 2099-01-01|beta: tools-1,x-2)".*\Q"{ \"max_tokens\":5, \"model\":\"whole\" ,\"messages\":[{\"role\":\"user\",\"content\":\"caf\\u00e9\"}],\"new\":[1.0]}"\E/s]
--- error_code eval: [200, 200, 200]



=== TEST 18: Anthropic on both sides: the service's own headers
--- http eval: $::http
--- server eval: $::server
--- request eval: $::messages->('whole')
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- response_headers
request-id: req_a1
anthropic-ratelimit-requests-limit: 50
! anthropic-organization-id
! Set-Cookie
--- error_code: 200



=== TEST 19: Anthropic on both sides: the stream passes
--- http eval: $::http
--- server eval: $::server
--- request eval: $::messages->('stream', { stream => $::t })
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- response_body_like eval
qr/^event: message_start\ndata: .*event: ping\n.*"text":"lo \\u00e9".*event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/s
--- error_code: 200



=== TEST 20: Anthropic on both sides: a stream that is cut
--- http eval: $::http
--- server eval: $::server
--- request eval: $::messages->('cut', { stream => $::t })
--- more_headers
x-api-key: sk-llmgw-test-master-key-0001
--- response_body_like eval
qr/"text":"Hel".*event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"[^"]+"\},?[^\n]*\}\n\n$/s
--- error_code: 200



=== TEST 21: a stream and then another on one connection
--- http eval: $::http
--- server eval: $::server
--- pipelined_requests eval
[$::post->('stream', { stream => $::t }), $::post->('whole'), $::post->('stream', { stream => $::t })]
--- response_body_like eval
[qr/"content":"lo .*\[DONE\]\n\n$/s, qr/"content":"Hello/, qr/"content":"lo .*\[DONE\]\n\n$/s]
--- error_code eval: [200, 200, 200]
