# Thoughts of a history go where they were had; services say whether to come
# again.

use lib 't/lib';
use LLMGW;

sub refused { my ($status, $message, @more) = @_;
    return { status => $status, json => { type => 'error', error => {
        type => 'invalid_request_error', message => $message } }, @more } }

my $answer = { json => { id => 'msg_1', type => 'message', role => 'assistant',
    model => 'c', stop_reason => 'end_turn', stop_sequence => undef,
    content => [{ type => 'text', text => 'fine' }],
    usage => { input_tokens => 1, output_tokens => 1 } } };

my $modified = 'messages.1.content.0: `thinking` or `redacted_thinking` blocks in '
    . 'the latest assistant message cannot be modified.';

mock(
    answer => $answer,
    once => { turns => [refused(400, $modified), $answer, refused(400, $modified), $answer] },
    always => refused(400, $modified),
    down => refused(500, 'down'),
    no => refused(400, 'bad', headers => [['x-should-retry', 'true']]),
    limited => { status => 429, json => { type => 'error', error => {
        type => 'rate_limit_error', message => 'x' } },
        headers => [['x-should-retry', 'false']] },
);

our $locations = join '', map { "
    location \@$_ { llmgw_provider anthropic;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_; }" }
    qw(answer once always down no limited);

our $messages = sub { "POST /v1/messages\n" . json({ model => 'm', max_tokens => 9,
    messages => [{ role => 'user', content => 'Hi' },
        { role => 'assistant', content => [
            { type => 'thinking', thinking => 'hm', signature => 'sig-A' },
            { type => 'text', text => 'said' }] },
        { role => 'user', content => 'go on' }], @_ }) };

repeat_each(1);
plan tests => repeat_each() * 110;

gateway_tests();

__DATA__

=== TEST 1: a deployment that refuses them is asked once more without
--- http
    llmgw_model m { deployment @once; deployment @down; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", $::messages->(), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/"fine"/, qr/sig-A.*said.*\/once\/v1\/messages(?!.*sig-A).*said/s]
--- error_code eval: [200, 200, 200]



=== TEST 2: but only once
--- http
    llmgw_model m { deployment @always; deployment @answer; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", $::messages->(), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/cannot be modified/, qr/^always always$/]
--- error_code eval: [200, 400, 200]



=== TEST 3: another deployment does not get them
--- http
    llmgw_model m { deployment @down; deployment @answer; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", $::messages->(), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/"fine"/, qr/\/down\/v1\/messages.*sig-A.*said.*\/answer\/v1\/messages(?!.*sig-A).*said/s]
--- error_code eval: [200, 200, 200]



=== TEST 4: nor does another model at the same place
--- http
    llmgw_model m { deployment @down model=a; deployment @down model=b; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", $::messages->(), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/down/, qr/sig-A.*\\"model\\":\\"a\\"(?!.*sig-A).*\\"model\\":\\"b\\"/s]
--- error_code eval: [200, 500, 200]



=== TEST 5: the same place once more does
--- http
    llmgw_model m { deployment @down; deployment @down; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", $::messages->(), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/down/, qr/sig-A.*said.*sig-A.*said/s]
--- error_code eval: [200, 500, 200]



=== TEST 6: a service that says that another attempt may help
--- http
    llmgw_model m { deployment @no; deployment @answer; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", $::messages->(), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/"fine"/, qr/^no answer$/]
--- error_code eval: [200, 200, 200]



=== TEST 7: one that wants no other attempt: another account may have it
--- http
    llmgw_model m { deployment @limited; deployment @answer; }
--- server eval: $::locations
--- request eval: ["GET /__mock/__clear", $::messages->(), "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/"fine"/, qr/^limited answer$/]
--- error_code eval: [200, 200, 200]



=== TEST 8: the client is told
--- http
    llmgw_model m { deployment @limited; }
--- server eval: $::locations
--- request eval: $::messages->()
--- response_headers
x-should-retry: false
--- error_code: 429
