# proxy_cache in a provider's location.

use lib 't/lib';
use LLMGW;

my $n = [map { { json => { n => $_ } } } 1 .. 9];

mock(
    count => { turns => $n },
    stream => { sse => sse_of('a', 'b') },
    fails => { turns => [{ status => 500, json => { error => { message => 'first', type => 'x', param => undef, code => undef } } }, { json => { n => 2 } }] },
    anthropic => { json => { id => 'msg_1', type => 'message',
        role => 'assistant', model => 'c', stop_reason => 'end_turn',
        stop_sequence => undef, content => [{ type => 'text', text => 'Hello' }],
        usage => { input_tokens => 10, output_tokens => 3 } } },
);

our $cache = '
        proxy_cache c;
        proxy_cache_methods POST;
        proxy_cache_key $uri$request_body;
        proxy_cache_valid 200 1m;
        add_header X-Cache $upstream_cache_status;
';

our $zone = '
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
    llmgw_model claude { deployment @claude; }
';

our $claude = '
    location @claude { llmgw_provider anthropic;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/anthropic;' . $cache . '}';

our $chat = sub { "POST /v1/chat/completions\n" . chat(@_) };

repeat_each(1);
plan tests => repeat_each() * 57;

gateway_tests();

__DATA__

=== TEST 1: an answer, from the provider and from the cache
--- mock: count
--- http eval: $::zone
--- locs eval: $::cache
--- server eval: $::claude
--- request eval: [$::chat->('gpt-4o', { seed => 1 }), $::chat->('gpt-4o', { seed => 1 }), $::chat->('gpt-4o', { seed => 2 })]
--- response_headers eval: ["X-Cache: MISS", "X-Cache: HIT", "X-Cache: MISS"]
--- response_body eval: ['{"n": 1}', '{"n": 1}', '{"n": 2}']
--- error_code eval: [200, 200, 200]



=== TEST 2: a translated answer
--- http eval: $::zone
--- server eval: $::claude
--- request eval: [$::chat->('claude', { seed => 3 }), $::chat->('claude', { seed => 3 })]
--- response_headers eval: ["X-Cache: MISS", "X-Cache: HIT"]
--- response_body_like eval: [(qr/^\{"id":"chatcmpl-msg_1".*"content":"Hello"/) x 2]
--- error_code eval: [200, 200]



=== TEST 3: a stream
--- mock: stream
--- http eval: $::zone
--- locs eval: $::cache
--- server eval: $::claude
--- request eval: [$::chat->('gpt-4o', { seed => 4, stream => JSON::PP::true }), $::chat->('gpt-4o', { seed => 4, stream => JSON::PP::true })]
--- response_headers eval: ["X-Cache: MISS", "X-Cache: HIT"]
--- response_body_like eval: [(qr/"content":"a".*"content":"b".*data: \[DONE\]\n\n$/s) x 2]
--- error_code eval: [200, 200]



=== TEST 4: an error is not kept
--- mock: fails
--- http eval: $::zone
--- locs eval: $::cache
--- server eval: $::claude
--- request eval: [$::chat->('gpt-4o', { seed => 5 }), $::chat->('gpt-4o', { seed => 5 })]
--- response_body_like eval: [qr/"message":\s*"first"/, qr/"n": 2/]
--- error_code eval: [500, 200]



=== TEST 5: the cache does not open the gateway
--- mock: count
--- http eval: $::zone
--- locs eval: $::cache
--- server eval: $::claude
--- request eval: [$::chat->('gpt-4o', { seed => 1 })]
--- more_headers
Authorization: Bearer wrong
--- response_body_like eval: [qr/invalid_api_key/]
--- error_code eval: [401]
