# The names that clients have for a model, and the one for all other names.

use lib 't/lib';
use LLMGW;

mock(map { $_ => { json => { answer => $_ } } } qw(one two));

our $locations = join '', map { "
    location \@$_ { llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(one two);

sub post { return "POST /v1/chat/completions\n" . chat($_[0]) }

repeat_each(2);
plan tests => repeat_each() * 69;

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
--- server eval
$::locations . 'location @none { llmgw_provider openai;
    llmgw_base_url http://127.0.0.1:1/v1; }'
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
