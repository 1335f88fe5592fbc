# Parameters that the operator sets.

use lib 't/lib';
use LLMGW;

mock(claude => { json => { id => 'msg_1', type => 'message', role => 'assistant',
    model => 'c', stop_reason => 'end_turn', stop_sequence => undef,
    content => [{ type => 'text', text => 'fine' }],
    usage => { input_tokens => 1, output_tokens => 1 } } });

our $post = sub { "POST /v1/chat/completions\n" . main::chat('gpt-4o', @_) };

our $claude = sub { '
    location @claude { llmgw_provider anthropic;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/claude; ' . $_[0] . ' }' };

repeat_each(2);
plan tests => repeat_each() * 74;

gateway_tests();

__DATA__

=== TEST 1: of all kinds
--- locs
    llmgw_set_param top_k 40;
    llmgw_set_param service_tier flex;
    llmgw_set_param echo true;
    llmgw_set_param nothing null;
    llmgw_set_param quoted '"5"';
    llmgw_set_param list '[1, 2]';
    llmgw_set_param text 'a "b"';
--- request eval: $::post->()
--- response_body_like eval
qr/"body": "\{\\"messages\\":\[\{\\"content\\":\\"Hello\\",\\"role\\":\\"user\\"\}\],\\"model\\":\\"gpt-4o-2024\\",\\"top_k\\":40,\\"service_tier\\":\\"flex\\",\\"echo\\":true,\\"nothing\\":null,\\"quoted\\":\\"5\\",\\"list\\":\[1, 2\],\\"text\\":\\"a \\\\\\"b\\\\\\"\\"\}"/
--- error_code: 200



=== TEST 2: instead of the client's own
--- locs
    llmgw_set_param temperature 0.5;
--- request eval: $::post->({ temperature => 2, top_p => 1 })
--- response_body_like eval: qr/\\"temperature\\":0.5,\\"top_p\\":1\}/
--- error_code: 200



=== TEST 3: inside of others
--- locs
    llmgw_set_param chat_template_kwargs.enable_thinking false;
    llmgw_set_param a.b.c 1;
    llmgw_set_param chat_template_kwargs.other.x 2;
    llmgw_set_param a.b.d 3;
--- request eval: $::post->({ chat_template_kwargs => { mine => 1, enable_thinking => JSON::PP::true } })
--- response_body_like eval
qr/\{\\"chat_template_kwargs\\":\{\\"enable_thinking\\":false,\\"mine\\":1,\\"other\\":\{\\"x\\":2\}\}.*\\"a\\":\{\\"b\\":\{\\"c\\":1,\\"d\\":3\}\}\}"/
--- error_code: 200



=== TEST 4: of a deployment, in front of its location's
--- http
    llmgw_model two { deployment @up param=top_k=1 param=seed=7 'param=a.b={"c":1}'; }
--- locs
    llmgw_set_param top_k 40;
    llmgw_set_param user operator;
    llmgw_set_param a.x 1;
--- request eval: "POST /v1/chat/completions\n" . main::chat('two')
--- response_body_like eval
qr/\\"top_k\\":1,\\"user\\":\\"operator\\",\\"a\\":\{\\"x\\":1,\\"b\\":\{\\"c\\":1\}\},\\"seed\\":7\}/
--- error_code: 200



=== TEST 5: of one deployment only
--- http
    llmgw_model two { deployment @up model=a; deployment @up model=b param=top_k=1; }
--- request eval: "POST /v1/chat/completions\n" . main::chat('two')
--- response_body_unlike: top_k
--- error_code: 200



=== TEST 6: in a translated request
--- http
    llmgw_model claude { deployment @claude model=claude-sonnet-4-5 param=top_k=5; }
--- server eval: $::claude->('llmgw_set_param metadata.user_id u1; llmgw_set_param max_tokens 77;')
--- request eval
["GET /__mock/__clear", "POST /v1/chat/completions\n" . main::chat('claude'), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/fine/, qr/\\"max_tokens\\":77.*\\"metadata\\":\{\\"user_id\\":\\"u1\\"\}.*\\"top_k\\":5/]
--- error_code eval: [200, 200, 200]



=== TEST 7: in a request of the provider's own format
--- http
    llmgw_model claude { deployment @claude model=claude-sonnet-4-5; }
--- server eval: $::claude->('llmgw_set_param top_k 5;')
--- request eval
["GET /__mock/__clear", "POST /v1/messages\n" . main::chat('claude', { max_tokens => 9 }), "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, qr/fine/, qr/\\"max_tokens\\":9.*\\"top_k\\":5\}/]
--- error_code eval: [200, 200, 200]



=== TEST 8: forms are left alone
--- locs
    llmgw_set_param temperature 0.5;
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- request eval
"POST /v1/audio/transcriptions\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n"
. "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\nID3\r\n--b--\r\n"
--- response_body_unlike: temperature
--- error_code: 200



=== TEST 9: what requests are routed by
--- locs
    llmgw_set_param model x;
--- must_die
--- error_log eval
[qr/\[emerg\].*the parameter "model" cannot be set: it is what requests are routed by in \S+nginx\.conf:\d+/]



=== TEST 10: … in any spelling
--- http
    llmgw_model x { deployment @up param=Stream=true; }
--- must_die
--- error_log
the parameter "Stream" cannot be set



=== TEST 11: twice
--- locs
    llmgw_set_param top_k 1;
    llmgw_set_param top_k 2;
--- must_die
--- error_log
directive is duplicate



=== TEST 12: once as a whole and once in part
--- locs
    llmgw_set_param a.b 1;
    llmgw_set_param a 2;
--- must_die
--- error_log
directive is duplicate



=== TEST 13: a bad name
--- locs
    llmgw_set_param a..b 1;
--- must_die
--- error_log
invalid name of a parameter "a..b"



=== TEST 14: a bad value
--- locs
    llmgw_set_param a '{"b":}';
--- must_die
--- error_log
"{"b":}" is not valid JSON



=== TEST 15: no value
--- http
    llmgw_model x { deployment @up param=top_k; }
--- must_die
--- error_log
invalid parameter "param=top_k": write "param=NAME=VALUE"
