# The choice among the deployments of a model, retries, and cooldowns.

use lib 't/lib';
use LLMGW;

sub err { my ($status, $code, @more) = @_;
    return { status => $status, json => { error => {
        message => "error $status", type => 'x', param => undef,
        code => $code } }, @more } }

mock(
    (map { $_ => { json => { answer => $_ } } } qw(one two three)),
    e401 => err(401, 'invalid_api_key'),
    e429 => err(429, 'rate_limit_exceeded', headers => [['Retry-After', '60']]),
    e500 => err(500, 'x'),
    context => err(400, 'context_length_exceeded'),
    policy => err(400, 'content_policy_violation'),
    flaky => { turns => [err(500, 'x'), err(503, 'x'), { json => { answer => 'ok' } }] },
    empty => { json => { answer => 'empty' },
               headers => [['x-ratelimit-remaining-requests', '0'],
                           ['x-ratelimit-reset-requests', '1m0s']] },
    begun => { sse => [@{sse_of('Hel', 'lo')}[0 .. 1]], end => 'close', cut => 520 },
);

our $locations = join '', (map { "
    location \@$_ { llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(one two three e401 e429 e500 context policy flaky empty begun)),
    "
    location \@refused { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }";

sub post { my ($model, $more) = @_;
    return "POST /v1/chat/completions\n" . chat($model, $more) }

sub many { my ($n, $model, @more) = @_;
    return ["GET /__mock/__clear", (map { post($model) } 1 .. $n), @more] }

repeat_each(2);
plan tests => repeat_each() * 734;

gateway_tests();

__DATA__

=== TEST 1: in proportion to the weights
--- http
    llmgw_model a { deployment @one weight=3; deployment @two; }
--- server eval: $::locations
--- request eval: main::many(40, 'a', "GET /__mock/__count/one", "GET /__mock/__count/two")
--- response_body_like eval
[qr/ok/, (qr/answer/) x 40, qr/^(29|30|31)$/, qr/^(9|10|11)$/]
--- error_code eval: [(200) x 43]



=== TEST 2: one after the other
--- http
    llmgw_model a { deployment @one; deployment @two; deployment @three; strategy round_robin; }
--- server eval: $::locations
--- request eval: main::many(6, 'a', "GET /__mock/__count/one", "GET /__mock/__count/two", "GET /__mock/__count/three")
--- response_body_like eval
[qr/ok/, (qr/answer/) x 6, (qr/^2$/) x 3]
--- error_code eval: [(200) x 10]



=== TEST 3: without weights and strategy in the order that is written, tiers first
--- http
    llmgw_model a { deployment @two order=2; deployment @one order=1; deployment @three order=1; }
--- server eval: $::locations
--- request eval: main::many(4, 'a', "GET /__mock/__order")
--- response_body_like eval
[qr/ok/, (qr/answer/) x 4, qr/^one one one one$/]
--- error_code eval: [(200) x 6]



=== TEST 4: a deployment that answers 429 is left alone for as long as it asks for
--- http
    llmgw_model a { deployment @e429; deployment @one; }
--- server eval: $::locations
--- request eval: main::many(4, 'a', "GET /__mock/__count/one")
--- response_body_like eval
[qr/ok/, (qr/"answer": "one"/) x 4, qr/^4$/]
--- error_code eval: [(200) x 6]



=== TEST 5: one that refuses the key as well
--- http
    llmgw_model a { deployment @e401; deployment @one; }
--- server eval: $::locations
--- request eval: main::many(4, 'a', "GET /__mock/__count/one", "GET /__mock/__count/e401")
--- response_body_like eval
[qr/ok/, (qr/"answer": "one"/) x 4, qr/^4$/, qr/^[01]$/]
--- error_code eval: [(200) x 7]
--- no_error_log
[alert]



=== TEST 6: of which an operator is told
--- http
    llmgw_model a { deployment @e401; deployment @one; cooldown 1ms; }
--- server eval: $::locations
--- request eval: main::post('a')
--- response_body eval: '{"answer": "one"}'
--- error_code: 200
--- error_log eval
qr/\[error\].*llmgw: deployment "\@e401" of model "a" is left alone for \d+ ms after status 401/



=== TEST 7: three failures in a row, then no more
--- http
    llmgw_model a { deployment @e500; deployment @one; cooldown 60s; }
    llmgw_model off { deployment @e500; deployment @one; cooldown off; }
--- server eval: $::locations
--- request eval
[@{main::many(8, 'off', "GET /__mock/__count/e500")}, @{main::many(8, 'a', "GET /__mock/__count/e500")}]
--- response_body_like eval
[qr/ok/, (qr/"answer": "one"/) x 8, qr/^8$/, qr/ok/, (qr/"answer": "one"/) x 8, qr/^[03]$/]
--- error_code eval: [(200) x 20]



=== TEST 8: all of them in cooldown: the cooldown refuses nobody
--- http
    llmgw_model a { deployment @e429; }
    llmgw_model b { deployment @e429; fallback a; }
--- server eval: $::locations
--- request eval: [main::post('a'), main::post('a'), main::post('b')]
--- response_body_like eval: [(qr/"message":\s*"error 429"/) x 3]
--- error_code eval: [(429) x 3]



=== TEST 9: retries after a while
--- http
    llmgw_model a { deployment @flaky; retries 2 backoff=20ms max=40ms; }
    llmgw_model none { deployment @flaky; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", main::post('a'), "GET /__mock/__clear", main::post('none'), main::post('none')]
--- response_body_like eval
[qr/ok/, qr/"answer": "ok"/, qr/ok/, qr/error 500/, qr/error 503/]
--- error_code eval: [200, 200, 200, 500, 503]



=== TEST 10: no retry for a client that would have to wait too long
--- http
    llmgw_model a { deployment @e429; retries 3 backoff=1ms max=50ms; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", main::post('a'), "GET /__mock/__count/e429"]
--- response_body_like eval: [qr/ok/, qr/error 429/, qr/^1$/]
--- error_code eval: [200, 429, 200]



=== TEST 11: retries of all requests have a budget
--- http
    llmgw_model a { deployment @e500; retries 20 backoff=0 max=0; }
--- server eval: $::locations
--- request eval: main::many(20, 'a', "GET /__mock/__count/e500")
--- response_body_like eval
[qr/ok/, (qr/error 500/) x 20, qr/^(2\d|3\d)$/]
--- error_code eval: [200, (500) x 20, 200]



=== TEST 12: other models for a prompt that is too long, or refused
--- http
    llmgw_model a { deployment @context; context_fallback long; fallback other; }
    llmgw_model b { deployment @policy; content_fallback other; }
    llmgw_model c { deployment @context; fallback other; }
    llmgw_model long { deployment @one; }
    llmgw_model other { deployment @two; }
--- server eval: $::locations
--- request eval: [map { main::post($_) } qw(a b c)]
--- response_body_like eval: [qr/"answer": "one"/, qr/"answer": "two"/, qr/error 400/]
--- error_code eval: [200, 200, 400]



=== TEST 13: what runs against a limit of the provider is not asked for a while
--- http
    llmgw_model a { deployment @empty; deployment @one; }
--- server eval: $::locations
--- request eval: main::many(3, 'a', "GET /__mock/__count/one")
--- response_body_like eval: [qr/ok/, qr/answer/, (qr/"answer": "one"/) x 2, qr/^[23]$/]
--- error_code eval: [(200) x 5]



=== TEST 14: the same deployment for the same user, another one without it
--- http
    llmgw_model a { deployment @one; deployment @two; deployment @three; strategy round_robin; affinity $http_x_session; }
--- server eval: $::locations
--- more_headers
Authorization: Bearer sk-llmgw-test-master-key-0001
Content-Type: application/json
X-Session: 4711
--- request eval: main::many(5, 'a', "GET /__mock/__order")
--- response_body_like eval
[qr/ok/, (qr/answer/) x 5, qr/^(\w+)( \1){4}$/]
--- error_code eval: [(200) x 7]



=== TEST 15: a stream that the client sees is never begun again
--- http
    llmgw_model a { deployment @begun; deployment @one; retries 3; }
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", main::post('a', { stream => JSON::PP::true }), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/"code":"upstream_incomplete"/, qr/^begun$/]
--- error_code eval: [200, 200, 200]
--- no_error_log
[alert]



=== TEST 16: a model that is not listed
--- http
    llmgw_model a { deployment @one; hidden; }
--- server eval: $::locations
--- request eval: ["GET /v1/models", main::post('a')]
--- response_body_like eval: [qr/^(?!.*"id":"a")/, qr/"answer": "one"/]
--- error_code eval: [200, 200]



=== TEST 17: how deployments do
--- http
    llmgw_model a { deployment @e429 weight=2; deployment @one; strategy ordered; }
--- server eval: $::locations
--- request eval: [main::post('a'), "GET /health"]
--- response_body_like eval
[qr/answer/, qr/"deployment":"\@e429","model":"a",.*"last_status":429,.*"status":"cooldown","cooldown_ms":[56]\d\d\d\d,"in_flight":0,.*"deployment":"\@one","model":"a",.*"status":"healthy","in_flight":0,/]
--- error_code eval: [200, 200]



=== TEST 18: a circle of models for prompts that are too long
--- http
    llmgw_model a { deployment @up; context_fallback b; }
    llmgw_model b { deployment @up; context_fallback a; }
--- must_die
--- error_log
context_fallback "a" of model "b" leads back to itself



=== TEST 19: a model that is not there
--- http
    llmgw_model a { deployment @up; content_fallback b; }
--- must_die
--- error_log
content_fallback "b" of model "a" is not defined



=== TEST 20: a strategy that is none
--- http
    llmgw_model a { deployment @up; strategy fastest; }
--- must_die
--- error_log
"strategy" takes "ordered", "weighted"



=== TEST 21: numbers out of range
--- http
    llmgw_model a { deployment @up weight=0; }
--- must_die
--- error_log
invalid number in "weight=0": it must be from 1 to 10000



=== TEST 22: retries that are no number
--- http
    llmgw_model a { deployment @up; retries many; }
--- must_die
--- error_log
"retries" takes a number below 30



=== TEST 23: a cooldown that shrinks
--- http
    llmgw_model a { deployment @up; cooldown 10s max=5s; }
--- must_die
--- error_log
"cooldown" takes "off", or a time



=== TEST 24: one strategy
--- http
    llmgw_model a { deployment @up; strategy usage; strategy cost; }
--- must_die
--- error_log
"strategy" is duplicate
