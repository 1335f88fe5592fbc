# The names that clients have for a model, and the one for all other names.

use lib 't/lib';
use LLMGW;

mock(map { $_ => { json => { answer => $_ } } } qw(one two));

our $locations = join '', map { "
    location \@$_ { llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(one two);

our $none = 'location @none { llmgw_provider openai;
    llmgw_base_url http://127.0.0.1:1/v1; }';

sub post { return "POST /v1/chat/completions\n" . chat($_[0]) }

repeat_each(2);
plan tests => repeat_each() * 112;

gateway_tests();

__DATA__

=== TEST 1: an alias leads to the model
--- http
    llmgw_model a { deployment @one; alias b c; }
    llmgw_model d { deployment @two; }
--- server eval: $::locations
--- request eval: [map { main::post($_) } qw(a b c d)]
--- response_body_like eval: [qr/one/, qr/one/, qr/one/, qr/two/]
--- error_code eval: [(200) x 4]



=== TEST 2: without a default an unknown model is none
--- http
    llmgw_model a { deployment @one; alias b; }
--- server eval: $::locations
--- request eval: main::post('z')
--- response_body_like: model_not_found
--- error_code: 404



=== TEST 3: the default model has the names that are nobody's
--- http
    llmgw_model a { deployment @one; }
    llmgw_model d { deployment @two; }
    llmgw_default_model d;
--- server eval: $::locations
--- request eval: [main::post('a'), main::post('z')]
--- response_body_like eval: [qr/one/, qr/two/]
--- error_code eval: [200, 200]



=== TEST 4: neither leads where the key may not go
--- http
    llmgw_model a { deployment @one; alias b; }
    llmgw_model d { deployment @two; alias e; }
    llmgw_default_model e;
    llmgw_key sk-key-that-may-use-one-model models=a;
--- server eval: $::locations
--- request eval: [map { main::post($_) } qw(b e z)]
--- more_headers: Authorization: Bearer sk-key-that-may-use-one-model
--- response_body_like eval: [qr/one/, qr/permission_denied/, qr/model_not_found/]
--- error_code eval: [200, 403, 404]



=== TEST 5: aliases are not listed, and are found
--- http
    llmgw_model a { deployment @one; alias b; }
--- server eval: $::locations
--- request eval: ["GET /v1/models", "GET /v1/models/b"]
--- response_body_like eval: [qr/\A(?!.*"b").*"id":"a"/s, qr/"id":"a"/]
--- error_code eval: [200, 200]



=== TEST 6: a fallback by an alias
--- http
    llmgw_model a { deployment @none; fallback e; cooldown off; }
    llmgw_model d { deployment @two; alias e; }
--- server eval: "$::locations $::none"
--- request eval: main::post('a')
--- response_body_like: two
--- error_code: 200
--- error_log
Connection refused



=== TEST 7: an alias that is another model's name
--- http
    llmgw_model a { deployment @one; alias d; }
    llmgw_model d { deployment @two; }
--- server eval: $::locations
--- must_die
--- error_log eval
[qr/\[emerg\].*alias "d" of model "a" in \S+nginx\.conf:\d+ is already a name of model "d" in \S+nginx\.conf:\d+: take one of them out/]



=== TEST 8: a default model that is not there
--- http
    llmgw_model a { deployment @one; }
    llmgw_default_model z;
--- server eval: $::locations
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_default_model" "z" is not defined: add "llmgw_model z \{ \.\.\. \}"/]



=== TEST 9: a model without a fallback has the default one
--- http
    llmgw_model a { deployment @none; cooldown off; }
    llmgw_model b { deployment @none; fallback c; cooldown off; }
    llmgw_model c { deployment @one; }
    llmgw_model d { deployment @two; }
    llmgw_default_fallback d;
--- server eval: "$::locations $::none"
--- request eval: [map { main::post($_) } qw(a b)]
--- response_body_like eval: [qr/two/, qr/one/]
--- error_code eval: [200, 200]
--- error_log
Connection refused



=== TEST 10: no model is its own default fallback, the others are
--- http
    llmgw_model a { deployment @none; cooldown off; }
    llmgw_model d { deployment @two; }
    llmgw_default_fallback a d;
    llmgw_expose_headers attempts fallbacks;
--- server eval: "$::locations $::none"
--- request eval: main::post('a')
--- response_body_like: two
--- response_headers
x-llmgw-attempts: 2
x-llmgw-fallbacks: 1
--- error_code: 200
--- error_log
Connection refused



=== TEST 11: it does not lead where the key may not go
--- http
    llmgw_model a { deployment @none; cooldown off; }
    llmgw_model d { deployment @two; }
    llmgw_default_fallback d;
    llmgw_key sk-key-that-may-use-one-model models=a;
--- server eval: "$::locations $::none"
--- request eval: main::post('a')
--- more_headers: Authorization: Bearer sk-key-that-may-use-one-model
--- response_body_like: bad_gateway
--- error_code: 502
--- error_log
Connection refused



=== TEST 12: an inner level has its own, or none
--- http
    llmgw_model a { deployment @none; cooldown off; }
    llmgw_model c { deployment @one; }
    llmgw_model d { deployment @two; }
    llmgw_default_fallback d;
--- server eval
"$::locations $::none"
. 'location /v1/completions { llmgw on; llmgw_default_fallback off; }
   location /v1/embeddings { llmgw on; llmgw_default_fallback c; }'
--- request eval
[main::post('a'),
 main::body_of('/v1/completions', main::json({ model => 'a', prompt => 'x' })),
 main::body_of('/v1/embeddings', main::json({ model => 'a', input => 'x' }))]
--- response_body_like eval: [qr/two/, qr/bad_gateway/, qr/one/]
--- error_code eval: [200, 502, 200]
--- error_log
Connection refused



=== TEST 13: a default fallback that is not there
--- http
    llmgw_model a { deployment @one; }
    llmgw_default_fallback a z;
--- server eval: $::locations
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_default_fallback" "z" in \S+nginx\.conf:\d+ is not defined: add "llmgw_model z \{ \.\.\. \}"/]



=== TEST 14: one that leads back to itself
--- http
    llmgw_model a { deployment @one; }
    llmgw_model d { deployment @two; fallback a; }
    llmgw_default_fallback d;
--- server eval: $::locations
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_default_fallback" "d" in \S+nginx\.conf:\d+ leads back to itself by its fallback "a", which has no other/]



=== TEST 15: twice
--- http
    llmgw_model a { deployment @one; }
    llmgw_default_fallback a;
    llmgw_default_fallback off;
--- server eval: $::locations
--- must_die
--- error_log
"llmgw_default_fallback" directive is duplicate
