# Streams of OpenAI's format.  The mock sends each scenario in one piece and
# byte by byte, by turns.

use lib 't/lib';
use LLMGW;

my @turns = (split => 'turns');
my $text = sse_of('Hel', 'lo');

# an event's text as the client gets it, by members of the mock's chunks

our $words = qr/^data: \{[^\n]*"content":""[^\n]*\}\n\ndata: \{[^\n]*"content":"Hel"[^\n]*\}\n\ndata: \{[^\n]*"content":"lo"[^\n]*\}\n\ndata: \{[^\n]*"finish_reason":"stop"[^\n]*\}\n\n/;

our $incomplete = qr/data: \{"error":\{"message":"upstream stream ended before the response was complete","type":"server_error","param":null,"code":"upstream_incomplete"\}\}\n\ndata: \[DONE\]\n\n$/;

sub plain { my ($content) = @_;
    return '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"' . $content . '"},"finish_reason":null}]}' }

our $finish = '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}';

mock(
    text => { sse => $text, @turns },
    nodone => { sse => [@$text[0 .. 3]], @turns },
    nofinish => { sse => [@$text[0 .. 2]], @turns },
    cut => { sse => $text, cut => 520, @turns },
    reset => { sse => $text, cut => 520, end => 'reset', @turns },
    cutfirst => { sse => $text, cut => 3, @turns },
    nothing => { sse => [], @turns },
    hang => { sse => [@$text[0 .. 1]], end => 'hang', @turns },
    errfirst => { sse => ['{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}'],
                  @turns },
    errstatus => { sse => [{ error => { message => 'Bad', type => 'x',
                                        code => 422 } }], @turns },
    errmid => { sse => [@$text[0 .. 1],
                        '{"error":{"message":"Overloaded","type":"server_error"}}',
                        @$text[2 .. 5]], @turns },
    after => { sse => [@$text, plain('more'), '[DONE]'], @turns },
    forms => { ops => [['send',
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        . ": comment\r\n\r\nid: 7\r\nretry: 10\r\ndata:" . plain('A') . "\r\n\r\n"
        . "event: x\ndata: " . plain('B') . "\n\n"
        . "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\n"
        . "data: \"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"C\"},\"finish_reason\":null}]}\n\n"
        . "data: $finish\n\ndata:[DONE]\n\n"], ['close']] },
    cr => { ops => [['send',
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        . "data: " . plain('A') . "\r\rdata: $finish\r\rdata: [DONE]\r\r"], ['close']] },
    inject => { sse => [plain('a\n\ndata: [DONE]\n\nevent: error\r\rdata: x\u2028'),
                        $finish, '[DONE]'], @turns },
    json => { json => { id => 'x', object => 'chat.completion', choices => [] } },
    big => { sse => [plain('x' x 300000), $finish, '[DONE]'] },
    compat => { sse => [plain('A'),
        '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"B"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}',
        '[DONE]'], @turns },
    responses => { sse => [
        ['response.created', { type => 'response.created', sequence_number => 0 }],
        ['response.output_text.delta', { type => 'response.output_text.delta', sequence_number => 1, delta => 'Hi' }],
        ['response.completed', { type => 'response.completed', sequence_number => 2,
            response => { usage => { input_tokens => 3, output_tokens => 4 } } }]], @turns },
    responsescut => { sse => [
        ['response.created', { type => 'response.created', sequence_number => 0 }],
        ['response.output_text.delta', { type => 'response.output_text.delta', sequence_number => 1, delta => 'Hi' }]],
        @turns },
    notjson => { sse => [plain('A'), 'this is no JSON', $finish, '[DONE]'], @turns },
);

our $stream = "POST /v1/chat/completions\n" . chat('gpt-4o', { stream => JSON::PP::true });

our $asked = "POST /v1/chat/completions\n"
             . chat('gpt-4o', { stream => JSON::PP::true,
                                stream_options => { include_usage => JSON::PP::true } });

repeat_each(2);
plan tests => repeat_each() * 219;

gateway_tests();

__DATA__

=== TEST 1: usage is asked for and taken out again
--- mock: text
--- request eval: ["GET /__mock/__clear", $::stream, "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/,
 qr/^${main::words}data: \[DONE\]\n\n$/,
 qr/\Q,\"stream\":true,\"stream_options\":{\"include_usage\":true}}"\E/]
--- error_code eval: [200, 200, 200]



=== TEST 2: no member "usage" is left
--- mock: text
--- request eval: $::stream
--- response_body_unlike: usage
--- response_headers
Content-Type: text/event-stream
Cache-Control: no-cache
X-Accel-Buffering: no
! Content-Length
--- error_code: 200



=== TEST 3: a client that asks for usage gets the provider's bytes
--- mock: text
--- request eval: $::asked
--- response_body_like eval
qr/^${main::words}data: \{[^\n]*"choices":\[\][^\n]*\}\n\ndata: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 4: how stream_options is spliced
--- request eval
[map { "POST /v1/chat/completions\n{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":$_,\"messages\":[]}" }
 '{}', '{ }', 'null', '{"include_usage":false}', '{"include_usage":null}', '{"include_obfuscation":false}', '{"include_usage":true,"x":1}']
--- response_body_like eval
[map { qr/\Q\"stream_options\":$_,\"messages\"\E/ }
 '{\"include_usage\":true}', '{\"include_usage\":true }', '{\"include_usage\":true}', '{\"include_usage\":true}', '{\"include_usage\":true}', '{\"include_usage\":true,\"include_obfuscation\":false}', '{\"include_usage\":true,\"x\":1}']
--- error_code eval: [(200) x 7]



=== TEST 5: nothing is asked for without a stream
--- request eval
["POST /v1/chat/completions\n{\"model\":\"gpt-4o\",\"stream\":false,\"messages\":[]}",
 "POST /v1/chat/completions\n{\"model\":\"gpt-4o\",\"messages\":[]}",
 "POST /v1/responses\n{\"model\":\"gpt-4o\",\"stream\":true,\"input\":\"x\"}"]
--- response_body_like eval
[qr/\Q"{\"model\":\"gpt-4o-2024\",\"stream\":false,\"messages\":[]}"\E/,
 qr/\Q"{\"model\":\"gpt-4o-2024\",\"messages\":[]}"\E/,
 qr/\Q"{\"model\":\"gpt-4o-2024\",\"stream\":true,\"input\":\"x\"}"\E/]
--- error_code eval: [200, 200, 200]



=== TEST 6: legacy completions take part in it
--- mock: text
--- request eval
"POST /v1/completions\n{\"model\":\"gpt-4o\",\"stream\":true,\"prompt\":\"x\"}"
--- response_body_unlike: usage
--- error_code: 200



=== TEST 7: usage on the last chunk with choices
--- mock: compat
--- request eval: $::stream
--- response_body_like eval
qr/^data: \{[^\n]*"content":"A"[^\n]*\}\n\ndata: \{[^\n]*"content":"B"\},"finish_reason":"stop"\}\]\}\n\ndata: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 8: an end mark that is missing behind a finished answer is added
--- mock: nodone
--- request eval: $::stream
--- response_body_like eval: qr/^${main::words}data: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 9: an answer that ends without having finished
--- mock: nofinish
--- request eval: $::stream
--- response_body_like eval: qr/"content":"lo"[^\n]*\n\n${main::incomplete}/
--- error_code: 200



=== TEST 10: a connection that is cut
--- mock: cut
--- request eval: $::stream
--- response_body_like eval: qr/^data: \{.*\n\n${main::incomplete}/s
--- error_code: 200
--- error_log
upstream prematurely closed connection



=== TEST 11: a connection that is reset
--- mock: reset
--- request eval: $::stream
--- response_body_like eval: qr/${main::incomplete}/
--- error_code: 200
--- error_log eval
qr/upstream prematurely closed connection|Connection reset by peer/



=== TEST 12: cut before the first event: an ordinary error
--- mock: cutfirst
--- request eval: $::stream
--- response_headers
Content-Type: application/json
--- response_body_like: "type":"server_error","param":null,"code":"(upstream_incomplete|bad_gateway)"
--- error_code: 502
--- error_log
upstream prematurely closed connection



=== TEST 13: no event at all
--- mock: nothing
--- request eval: $::stream
--- response_body_like: "code":"upstream_incomplete"
--- error_code: 502



=== TEST 14: an upstream that falls silent
--- mock: hang
--- locs
        proxy_read_timeout 300ms;
--- request eval: $::stream
--- response_body_like eval: qr/"content":"Hel"[^\n]*\n\n${main::incomplete}/
--- error_code: 200
--- error_log
upstream timed out



=== TEST 15: an error as the first event is an ordinary error
--- mock: errfirst
--- request eval: $::stream
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"error":\{"message":"Slow down","type":"requests","(code":"rate_limit_exceeded","param":null|param":null,"code":"rate_limit_exceeded")\}\}$
--- error_code: 429



=== TEST 16: its status, where it has one
--- mock: errstatus
--- request eval: $::stream
--- response_body_like: "message":"Bad"
--- error_code: 422



=== TEST 17: an error as the first event leads to the next deployment
--- mock: errfirst
--- http
    llmgw_model two { deployment @up; deployment @second; }
--- server
    location @second { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/text/v1; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('two', { stream => JSON::PP::true })
--- response_headers
Content-Type: text/event-stream
--- response_body_like eval: qr/^${main::words}data: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 18: an error in the middle, and nothing behind it
--- mock: errmid
--- request eval: $::stream
--- response_body_like eval
qr/"content":"Hel".*\n\ndata: \{"error":\{"message":"Overloaded","type":"server_error",("param":null,"code":null|"code":null,"param":null)\}\}\n\ndata: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 19: what comes behind the end mark is nobody's
--- mock: after
--- request eval: [$::stream, $::stream]
--- response_body_like eval: [(qr/^${main::words}data: \[DONE\]\n\n$/) x 2]
--- error_code eval: [200, 200]



=== TEST 20: line ends, comments, other fields, several data lines
--- mock: forms
--- request eval: $::stream
--- response_body_like eval
qr/"content":"A".*"content":"B".*"content":"C".*"finish_reason":"stop".*data: ?\[DONE\]\s+$/s
--- error_code: 200



=== TEST 21: CR alone ends lines as well
--- mock: cr
--- request eval: $::stream
--- response_body_like eval
qr/"content":"A".*"finish_reason":"stop".*data: ?\[DONE\]\s+$/s
--- error_code: 200



=== TEST 22: text that looks like events
--- mock: inject
--- request eval: $::stream
--- response_body_like eval
qr/^data: \{[^\n]*\Q"content":"a\n\ndata: [DONE]\n\nevent: error\r\rdata: x\E\\u2028"[^\n]*\}\n\ndata: \{[^\n]*"stop"[^\n]*\}\n\ndata: \[DONE\]\n\n$/
--- error_code: 200



=== TEST 23: a provider that answers with JSON where a stream was asked for
--- mock: json
--- request eval: $::stream
--- response_headers
Content-Type: application/json
--- response_body_like: "object":\s*"chat.completion"
--- error_code: 200



=== TEST 24: an event of 300 kB
--- mock: big
--- request eval: $::stream
--- response_body_like eval: my $x = "x" x 300000; qr/"content":"$x"/
--- error_code: 200



=== TEST 25: an event larger than what may be held
--- mock: big
--- http
    llmgw_max_answer 64k;
--- request eval: $::stream
--- response_body_like: "code":"upstream_invalid_response"
--- error_code: 502



=== TEST 26: an event that is no JSON is passed on
--- mock: notjson
--- request eval: $::stream
--- response_body_like eval: qr/"content":"A".*\n\n.*data: \[DONE\]\n\n$/s
--- error_code: 200



=== TEST 27: events of the Responses API keep their names, and no end mark is added
--- mock: responses
--- request
POST /v1/responses
{"model":"gpt-4o","stream":true,"input":"x"}
--- response_body_like eval
qr/^event: response\.created\ndata: \{.*\n\nevent: response\.output_text\.delta\ndata: .*\n\nevent: response\.completed\ndata: \{.*\n\n$/
--- error_code: 200



=== TEST 28: a Responses stream that is cut
--- mock: responsescut
--- request
POST /v1/responses
{"model":"gpt-4o","stream":true,"input":"x"}
--- response_body_like eval
qr/output_text\.delta\n.*\n\nevent: error\ndata: \{"type":"error","code":"upstream_incomplete",.*"sequence_number":2\}\n\nevent: response\.failed\ndata: \{.*"status":"failed".*"sequence_number":3\}\n\n$/
--- error_code: 200



=== TEST 29: the mock provider streams
--- http
    llmgw_model mock { deployment @mock; }
--- server
    location @mock { llmgw_provider mock; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('mock', { stream => JSON::PP::true })
--- response_headers
Content-Type: text/event-stream
--- response_body_like eval
qr/^data: \{.*"role":"assistant".*"content":"This".*"content":" Hello".*"finish_reason":"stop".*data: \[DONE\]\n\n$/s
--- error_code: 200



=== TEST 30: and answers with its usage
--- http
    llmgw_model mock { deployment @mock; }
--- server
    location @mock { llmgw_provider mock; }
--- request eval
["POST /v1/chat/completions\n" . LLMGW::chat('mock'),
 "POST /v1/chat/completions\n" . LLMGW::chat('mock', { stream => JSON::PP::true, stream_options => { include_usage => JSON::PP::true } })]
--- response_body_like eval
[qr/"content":"This is the mock provider\. You said: Hello".*"total_tokens":\d+/,
 qr/"choices":\[\],"usage":\{"prompt_tokens":\d+.*\}\n\ndata: \[DONE\]\n\n$/s]
--- error_code eval: [200, 200]
