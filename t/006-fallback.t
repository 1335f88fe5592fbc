# From one deployment to the next.

use lib 't/lib';
use LLMGW;

sub err { my ($status, $message, $code, @more) = @_;
    return { status => $status, json => { error => {
        message => $message, type => 'x', param => undef, code => $code } },
        @more } }

mock(
    ok => { json => { answer => 'ok' } },
    second => { json => { answer => 'second' } },
    e400 => err(400, 'bad', 'invalid_value'),
    e401 => err(401, 'unauthorized', 'invalid_api_key'),
    e402 => err(402, 'pay', 'billing'),
    e403 => err(403, 'forbidden', 'x'),
    e404 => err(404, 'no such model', 'model_not_found'),
    e408 => err(408, 'timeout', 'x'),
    e409 => err(409, 'conflict', 'x'),
    e413 => err(413, 'large', 'x'),
    e422 => err(422, 'unprocessable', 'x'),
    e429 => err(429, 'slow down', 'rate_limit_exceeded',
                headers => [['Retry-After', '7']]),
    quota => err(429, 'no money', 'insufficient_quota'),
    e500 => err(500, 'first failed', 'x'),
    e502 => { status => 502, type => 'text/html', body => '<html>' },
    e503 => err(503, 'overloaded', 'x', headers => [['Retry-After', '9']]),
    e529 => err(529, 'overloaded', 'x'),
    gone => { end => 'gone' },
    closes => { ops => [['close']] },
    errfirst => { sse => ['{"error":{"message":"x","type":"server_error"}}'] },
    stream => { sse => sse_of('second') },
    begun => { sse => [@{sse_of('Hel', 'lo')}[0 .. 1]], end => 'close', cut => 520 },
    silent => { sse => sse_of('x'), cut => 400 },
    flaky => { turns => [err(500, 'x', 'x'), { json => { answer => 'ok' } }] },
    redirect => { status => 307, headers => [['Location', 'http://127.0.0.1:1/']], body => '' },
    eight => err(500, 'one of many', 'x'),
);

# models of two deployments: the named scenario, then "second"

our $two = join '', map { "
    llmgw_model $_ { deployment \@$_; deployment \@second; cooldown off; }" }
    qw(e400 e401 e402 e403 e404 e408 e409 e413 e422 e429 quota e500 e502 e503
       e529 gone closes errfirst begun flaky redirect refused);

our $locations = join '', (map { "
    location \@$_ { llmgw_provider openai; proxy_read_timeout 300ms;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(e400 e401 e402 e403 e404 e408 e409 e413 e422 e429 quota e500 e502 e503
       e529 gone closes errfirst begun silent flaky redirect second stream ok eight)),
    "
    location \@refused { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }";

sub post { my ($model, $more) = @_;
    return "POST /v1/chat/completions\n" . chat($model, $more) }

repeat_each(2);
plan tests => repeat_each() * 299;

gateway_tests();

__DATA__

=== TEST 1: errors that another deployment may not have
--- http eval: $::two
--- server eval: $::locations
--- request eval
[map { main::post($_) } qw(e401 e402 e403 e404 e408 e409 e429 quota e500 e502 e503 e529 redirect)]
--- response_body eval
[('{"answer": "second"}') x 13]
--- error_code eval: [(200) x 13]



=== TEST 2: errors that the request would have everywhere
--- http eval: $::two
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", (map { main::post($_) } qw(e400 e413 e422)), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/"bad"/, qr/"large"/, qr/"unprocessable"/, qr/^e400 e413 e422$/]
--- error_code eval: [200, 400, 413, 422, 200]



=== TEST 3: nobody listens
--- http eval: $::two
--- server eval: $::locations
--- request eval: main::post('refused')
--- response_body eval: '{"answer": "second"}'
--- error_code: 200
--- error_log
Connection refused



=== TEST 4: no answer in time
--- http eval: $::two
--- server eval: $::locations
--- request eval: main::post('gone')
--- response_body eval: '{"answer": "second"}'
--- error_code: 200
--- error_log
upstream timed out



=== TEST 5: a connection that is closed without an answer
--- http eval: $::two
--- server eval: $::locations
--- request eval: main::post('closes')
--- response_body eval: '{"answer": "second"}'
--- error_code: 200
--- error_log
upstream prematurely closed connection



=== TEST 6: an error as the first event of a stream
--- http eval: "$::two llmgw_model s { deployment \@errfirst; deployment \@stream; }"
--- server eval: $::locations
--- request eval: main::post('s', { stream => JSON::PP::true })
--- response_headers
Content-Type: text/event-stream
--- response_body_like eval: qr/"content":"second".*data: \[DONE\]\n\n$/s
--- error_code: 200



=== TEST 7: the order of deployments and fallbacks, each once
--- http
    llmgw_model a { deployment @e500; deployment @e503; fallback b c; cooldown off; }
    llmgw_model b { deployment @e401; fallback d; cooldown off; }
    llmgw_model c { deployment @e404; cooldown off; }
    llmgw_model d { deployment @e429; cooldown off; }
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", main::post('a'), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/"message":\s*"no such model"/, qr/^e500 e503 e401 e429 e404$/]
--- error_code eval: [200, 404, 200]



=== TEST 8: the model's name of each attempt
--- http
    llmgw_model a { deployment @e500 model=one; fallback b; }
    llmgw_model b { deployment @e503; deployment @ok model=three; }
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", main::post('a'), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/"answer": "ok"/, qr/\\"model\\":\\"one\\".*\\"model\\":\\"b\\".*\\"model\\":\\"three\\"/s]
--- error_code eval: [200, 200, 200]



=== TEST 9: each attempt starts from the client's bytes, streams as well
--- http
    llmgw_model a { deployment @e500 model=a-longer-name; deployment @stream model=s; }
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", main::post('a', { stream => JSON::PP::true, user => 'u' x 5000 }), "GET /__mock/__log"]
--- response_body_like eval
my $u = 'u' x 5000;
[qr/ok/, qr/"content":"second"/, qr/\\"model\\":\\"a-longer-name\\".*$u.*\\"include_usage\\":true.*\\"model\\":\\"s\\".*$u.*\\"include_usage\\":true/s]
--- error_code eval: [200, 200, 200]



=== TEST 10: the last error is the answer, with its time to wait
--- http
    llmgw_model a { deployment @e500; deployment @e503; cooldown off; }
--- server eval: $::locations
--- request eval: main::post('a')
--- response_headers
Retry-After: 9
--- response_body_like: "message":\s*"overloaded"
--- error_code: 503



=== TEST 11: no header of an attempt before the last one
--- http
    llmgw_model a { deployment @e429; deployment @e500; cooldown off; }
    llmgw_model b { deployment @e429; deployment @refused; cooldown off; }
--- server eval: $::locations
--- request eval: [main::post('a'), main::post('b')]
--- response_headers eval
["Retry-After: ", "Retry-After: "]
--- error_code eval: [500, 502]
--- no_error_log
[alert]



=== TEST 12: bytes that were sent are never followed by a second attempt
--- http eval: $::two
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", main::post('begun', { stream => JSON::PP::true }), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/^data: \{.*"code":"upstream_incomplete"\}\}\n\ndata: \[DONE\]\n\n$/s, qr/^begun$/]
--- error_code eval: [200, 200, 200]
--- no_error_log
[alert]



=== TEST 13: a stream that is cut before it has said anything leads to the next deployment
--- http
    llmgw_model a { deployment @silent; deployment @stream; }
    llmgw_model b { deployment @silent; deployment @second; }
--- server eval: $::locations
--- request eval: [main::post('a', { stream => JSON::PP::true }), main::post('b', { stream => JSON::PP::true })]
--- response_body_like eval
[qr/"content":"second".*data: \[DONE\]\n\n$/s, qr/"answer": "second"/]
--- error_code eval: [200, 200]
--- no_error_log
[alert]



=== TEST 14: more steps than nginx has redirects
--- http eval
"llmgw_model a { cooldown off; " . "deployment \@eight; " x 25 . "deployment \@ok; }"
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", main::post('a'), "GET /__mock/__count/eight"]
--- response_body_like eval
[qr/ok/, qr/"answer": "ok"/, qr/^25$/]
--- error_code eval: [200, 200, 200]



=== TEST 15: many steps, none of which answers
--- http eval
"llmgw_model a { cooldown off; " . "deployment \@refused; " x 15 . "deployment \@eight; " x 15 . " }"
--- server eval: $::locations
--- request eval: main::post('a')
--- response_body_like: "message":\s*"one of many"
--- error_code: 500
--- error_log
Connection refused



=== TEST 16: the same deployment twice is a retry
--- http
    llmgw_model a { deployment @flaky; deployment @flaky; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", main::post('a')]
--- response_body_like eval: [qr/ok/, qr/"answer": "ok"/]
--- error_code eval: [200, 200]



=== TEST 17: a deployment that cannot serve the endpoint is passed over
--- http
    llmgw_model a { deployment @anthropic; deployment @ok; }
--- server eval
$::locations . ' location @anthropic { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:1/; }'
--- request
POST /v1/embeddings
{"model":"a","input":"x"}
--- response_body eval: '{"answer": "ok"}'
--- error_code: 200



=== TEST 18: all of them refuse: their own reason
--- http
    llmgw_model a { deployment @anthropic; deployment @anthropic; }
--- server eval
$::locations . ' location @anthropic { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:1/; }'
--- request eval: main::post('a', { n => 2 })
--- response_body_like: "type":"invalid_request_error","param":"n","code":"unsupported_parameter"
--- error_code: 400



=== TEST 19: from one provider's format to another's
--- http
    llmgw_model a { deployment @anthropic; deployment @stream; }
--- server eval
$::locations . ' location @anthropic { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/e529; }'
--- request eval
["GET /__mock/__clear", main::post('a', { stream => JSON::PP::true }), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/"content":"second"/, qr!"target": "/e529/v1/messages".*"target": "/stream/v1/chat/completions"!s]
--- error_code eval: [200, 200, 200]



=== TEST 20: from the mock provider and to it
--- http
    llmgw_model a { deployment @e500; deployment @mock; }
    llmgw_model b { deployment @mock; deployment @ok; }
--- server eval
$::locations . ' location @mock { llmgw_provider mock; }'
--- request eval
[main::post('a'), main::post('a', { stream => JSON::PP::true }), "POST /v1/moderations\n{\"model\":\"b\",\"input\":\"x\"}"]
--- response_body_like eval
[qr/This is the mock provider/, qr/"content":"This".*\[DONE\]/s, qr/"answer": "ok"/]
--- error_code eval: [200, 200, 200]



=== TEST 21: one upstream block of two servers: nginx's own next upstream comes first
--- http
    upstream pair {
        server 127.0.0.1:1;
        server 127.0.0.1:$TEST_NGINX_MOCK_PORT;
    }
    llmgw_model a { deployment @pair; }
--- server eval
$::locations . ' location @pair { llmgw_provider openai; llmgw_base_url http://pair/ok/v1; }'
--- request eval: [main::post('a'), main::post('a')]
--- response_body eval: ['{"answer": "ok"}', '{"answer": "ok"}']
--- error_code eval: [200, 200]
--- no_error_log
[alert]



=== TEST 22: a connection that the provider had closed meanwhile is no failed attempt
--- http
    llmgw_model a { deployment @once; }
--- server eval
$::locations . ' location @once { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/ok/v1; }'
--- request eval: [main::post('a'), main::post('a')]
--- response_body eval: ['{"answer": "ok"}', '{"answer": "ok"}']
--- error_code eval: [200, 200]



=== TEST 23: two workers
--- workers: 2
--- main_config
--- http eval: $::two
--- server eval: $::locations
--- request eval
[map { main::post($_) } qw(e500 e503 e429 e500 e503 e429)]
--- response_body eval
[('{"answer": "second"}') x 6]
--- error_code eval: [(200) x 6]
