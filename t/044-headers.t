# Headers that tell the client how its request was served, and the one with
# which it chooses tagged deployments.

use lib 't/lib';
use LLMGW;

sub err { my ($status, $code, @more) = @_;
    return { status => $status, json => { error => {
        message => "error $status", type => 'x', param => undef,
        code => $code } }, @more } }

mock(
    ok => { json => { id => 'x', object => 'chat.completion', choices => [],
                      usage => { prompt_tokens => 10, completion_tokens => 20,
                                 total_tokens => 30 } },
            headers => [['x-llmgw-model', 'wrong'], ['x-litellm-model-id', 'wrong']] },
    slow => { json => { answer => 'slow' }, delay => 1.5 },
    stream => { sse => sse_of('a', 'b') },
    e500 => err(500, 'x'),
    flaky => { turns => [err(500, 'x'), { json => { answer => 'ok' } }] },
    bad => err(400, 'invalid'),
    context => err(400, 'context_length_exceeded'),
    (map { $_ => { json => { answer => $_ } } } qw(one two three)),
);

our $locations = join '', (map { "
    location \@$_ { llmgw_provider openai; llmgw_api_key sk-upstream-secret;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(ok slow stream e500 flaky bad context one two three));

our $models = '
    llmgw_model plain { deployment @ok; price input=1 output=2; cooldown off; }
    llmgw_model slow { deployment @slow; cooldown off; }
    llmgw_model stream { deployment @stream; cooldown off; }
    llmgw_model dead { deployment @e500; cooldown off; }
    llmgw_model bad { deployment @bad; cooldown off; }
    llmgw_model chain { deployment @e500 model=a; deployment @e500 model=b; fallback plain; cooldown off; }
    llmgw_model again { deployment @flaky; retries 1 backoff=1ms max=1ms; cooldown off; }
    llmgw_model smile☺ { deployment @ok; cooldown off; }
';

our $tagged = '
    llmgw_model a { deployment @one; deployment @two tags=paid,eu; cooldown off; }
    llmgw_model b { deployment @one tags=default; deployment @two tags=paid; deployment @three; cooldown off; }
    llmgw_model c { deployment @two tags=paid; cooldown off; }
    llmgw_model d { deployment @e500; fallback a; cooldown off; }
    llmgw_model e { deployment @context; context_fallback a; cooldown off; }
    llmgw_model f { deployment @two tags=paid; fallback b; cooldown off; }
    llmgw_model f2 { deployment @one tags=x; deployment @two tags=default; cooldown off; }
    llmgw_model echo { deployment @up tags=paid; cooldown off; }
';

sub body { return { metadata => { tags => [@_] } } }

sub post { return "POST /v1/chat/completions\n" . chat(@_) }

repeat_each(2);
plan tests => repeat_each() * 225;

gateway_tests();

__DATA__

=== TEST 1: nothing is told by default
--- http eval: $::models
--- server eval: $::locations
--- request eval: main::post('plain')
--- raw_response_headers_unlike: x-litellm|x-llmgw-(?!response-cost)
--- error_code: 200



=== TEST 2: all of an answer
--- http eval: "$::models llmgw_expose_headers all;"
--- server eval: $::locations
--- request eval: main::post('plain')
--- response_headers_like
x-llmgw-call-id: [0-9a-f]{32}
x-llmgw-model: plain
x-llmgw-deployment: @ok
x-llmgw-provider: openai
x-llmgw-attempts: 1
x-llmgw-fallbacks: 0
x-llmgw-overhead-ms: \d+
x-llmgw-response-cost: [0-9.]+
--- raw_response_headers_unlike: x-litellm|wrong|127\.0\.0\.1|secret
--- error_code: 200



=== TEST 3: under LiteLLM's names as well
--- http eval: "$::models llmgw_expose_headers all litellm;"
--- server eval: $::locations
--- request eval: main::post('chain')
--- response_headers_like
x-llmgw-model: plain
x-llmgw-deployment: @ok
x-llmgw-attempts: 3
x-llmgw-fallbacks: 1
x-litellm-call-id: [0-9a-f]{32}
x-litellm-model-id: @ok
x-litellm-model-group: plain
x-litellm-attempted-retries: 1
x-litellm-attempted-fallbacks: 1
x-litellm-overhead-duration-ms: \d+
x-litellm-response-cost: 0\.00005
--- raw_response_headers_unlike: api-base|wrong|127\.0\.0\.1|secret
--- error_code: 200
--- no_error_log
[alert]



=== TEST 4: only those that are named
--- http eval: $::models
--- server eval: "$::locations llmgw_expose_headers attempts litellm deployment;"
--- request eval: main::post('plain')
--- response_headers
x-llmgw-attempts: 1
x-llmgw-deployment: @ok
x-litellm-attempted-retries: 0
x-litellm-model-id: @ok
--- raw_response_headers_unlike: call-id|provider|fallbacks|overhead|model-group|x-llmgw-model
--- error_code: 200



=== TEST 5: a location of its own says off
--- http eval: "$::models llmgw_expose_headers all;"
--- server eval: "$::locations location /v1/chat { llmgw on; llmgw_expose_headers off; }"
--- request eval: main::post('plain')
--- raw_response_headers_unlike: x-litellm|x-llmgw-(?!response-cost)
--- error_code: 200



=== TEST 6: what stands in the location of a provider does not count
--- server eval
"location \@here { llmgw_provider openai; llmgw_expose_headers all;
    llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/ok/v1; } $::locations"
--- http eval: "$::models llmgw_model here { deployment \@here; }"
--- request eval: main::post('here')
--- raw_response_headers_unlike: x-litellm|x-llmgw-(?!response-cost)
--- error_code: 200



=== TEST 7: a stream
--- http eval: "$::models llmgw_expose_headers all litellm;"
--- server eval: $::locations
--- request eval: main::post('stream', { stream => JSON::PP::true })
--- response_headers_like
Content-Type: text/event-stream.*
x-llmgw-call-id: [0-9a-f]{32}
x-llmgw-model: stream
x-llmgw-deployment: @stream
x-llmgw-attempts: 1
x-llmgw-fallbacks: 0
x-llmgw-overhead-ms: \d+
x-litellm-model-id: @stream
--- response_body_like: \[DONE\]
--- error_code: 200



=== TEST 8: an error of the provider
--- http eval: "$::models llmgw_expose_headers all;"
--- server eval: $::locations
--- request eval: main::post('bad')
--- response_headers_like
x-llmgw-call-id: [0-9a-f]{32}
x-llmgw-model: bad
x-llmgw-deployment: @bad
x-llmgw-provider: openai
x-llmgw-attempts: 1
x-llmgw-fallbacks: 0
x-llmgw-overhead-ms: \d+
--- error_code: 400
--- no_error_log
[alert]



=== TEST 9: an error after all deployments
--- http eval: "$::models llmgw_model none { deployment \@e500; fallback dead; cooldown off; } llmgw_expose_headers all;"
--- server eval: $::locations
--- request eval: main::post('none')
--- response_headers
x-llmgw-model: dead
x-llmgw-attempts: 2
x-llmgw-fallbacks: 1
--- error_code: 500
--- no_error_log
[alert]



=== TEST 10: nothing of errors before a deployment is asked
--- http eval: "$::models llmgw_expose_headers all litellm;"
--- server eval: $::locations
--- request eval
[main::post('nowhere'), "GET /v1/models", "GET /nothing"]
--- raw_response_headers_unlike eval
[(qr/x-litellm|x-llmgw-/) x 3]
--- error_code eval: [404, 200, 404]



=== TEST 11: an error without a key
--- http eval: "$::models llmgw_expose_headers all;"
--- server eval: $::locations
--- request eval: main::post('plain')
--- more_headers
--- raw_response_headers_unlike: x-litellm|x-llmgw-
--- error_code: 401



=== TEST 12: a retry is an attempt and no fallback
--- http eval: "$::models llmgw_expose_headers all litellm;"
--- server eval: $::locations
--- request eval
["GET /__mock/__clear", main::post('again')]
--- response_headers eval
["!x-llmgw-attempts", "x-llmgw-attempts: 2\nx-llmgw-fallbacks: 0\nx-litellm-attempted-retries: 1\nx-litellm-attempted-fallbacks: 0"]
--- error_code eval: [200, 200]
--- no_error_log
[alert]



=== TEST 13: the time of a provider is no overhead
--- http eval: "$::models llmgw_expose_headers overhead-ms;"
--- server eval: $::locations
--- request eval: main::post('slow')
--- response_headers_like
x-llmgw-overhead-ms: \d{1,3}
--- response_body: {"answer": "slow"}
--- error_code: 200
--- timeout: 10



=== TEST 14: nothing but printable characters
--- http eval: "$::models llmgw_expose_headers model;"
--- server eval: $::locations
--- request
POST /v1/chat/completions
{"model":"smile\u263a","messages":[]}
--- response_headers
x-llmgw-model: smile???
--- error_code: 200



=== TEST 15: a header that is none
--- http
    llmgw_expose_headers model address;
--- must_die
--- error_log
unknown header "address"



=== TEST 16: off and more
--- http
    llmgw_expose_headers off litellm;
--- must_die
--- error_log
unknown header "off"



=== TEST 17: no header
--- http
    llmgw_expose_headers litellm;
--- must_die
--- error_log
"llmgw_expose_headers" directive names no header



=== TEST 18: twice
--- http
    llmgw_expose_headers model;
    llmgw_expose_headers all;
--- must_die
--- error_log
"llmgw_expose_headers" directive is duplicate



=== TEST 19: tags of the body
--- http eval: $::tagged
--- server eval: $::locations
--- request eval
[main::post('a'), main::post('a', main::body('eu')), main::post('a', main::body('no')),
 main::post('b'), main::post('b', main::body('x', 'paid')), main::post('b', main::body('no')),
 main::post('f'), main::post('f', main::body('paid'))]
--- response_body_like eval
[map { qr/"answer": "$_"/ } qw(one two one one two one one two)]
--- error_code eval: [(200) x 8]



=== TEST 20: tags of the header
--- http eval: $::tagged
--- server eval: $::locations
--- request eval
[main::post('a'), main::post('b'), main::post('c'), main::post('f2')]
--- more_headers eval
"Authorization: Bearer $LLMGW::MASTER
Content-Type: application/json
X-LLMGW-Tags: ,none ,\t paid "
--- response_body_like eval
[map { qr/"answer": "$_"/ } qw(two two two two)]
--- error_code eval: [(200) x 4]



=== TEST 21: tags of a key
--- http eval: "$::tagged llmgw_key sk-headers-of-test-000021 'policy={\"tags\":[\"eu\"]}';"
--- server eval: $::locations
--- request eval: main::post('a')
--- more_headers
Authorization: Bearer sk-headers-of-test-000021
--- response_body: {"answer": "two"}
--- error_code: 200



=== TEST 22: fallbacks as well
--- http eval: $::tagged
--- server eval: $::locations
--- request eval
[main::post('d'), main::post('d', main::body('paid')), main::post('e'), main::post('e', main::body('paid'))]
--- response_body_like eval
[map { qr/"answer": "$_"/ } qw(one two one two)]
--- error_code eval: [(200) x 4]
--- no_error_log
[alert]



=== TEST 23: no deployment
--- http eval: $::tagged
--- server eval: $::locations
--- request eval
[main::post('c'), main::post('c', main::body('no')), main::post('c', main::body('paid'))]
--- response_body_like eval
[(qr/"code":"no_deployment_for_tags"/) x 2, qr/"answer": "two"/]
--- error_code eval: [400, 400, 200]



=== TEST 24: the provider does not get the header
--- http eval: $::tagged
--- server eval: $::locations
--- request eval: main::post('echo')
--- more_headers eval
"Authorization: Bearer $LLMGW::MASTER
Content-Type: application/json
x-llmgw-tags: paid"
--- response_body_like: "received"
--- response_body_unlike: (?i)x-llmgw|paid
--- error_code: 200



=== TEST 25: a tag that is none
--- http
    llmgw_model a { deployment @up tags=a,; }
--- must_die
--- error_log
invalid tag in "tags=a,"
