# HUP, and more than one worker.  (Reloads under load, with open streams and
# kept connections, are in t/e2e/wire_test.py and t/e2e/server_test.py.)

use lib 't/lib';
use LLMGW;

master_on();
workers(2);

mock(stream => { sse => sse_of('a', 'b'), split => 'turns' },
     e500 => { status => 500, json => { error => { message => 'x',
        type => 'x', param => undef, code => undef } } });

our $chat = "POST /v1/chat/completions\n" . chat('gpt-4o');

repeat_each(2);
plan tests => repeat_each() * 130;

gateway_tests();

__DATA__

=== TEST 1: answers of two workers
--- request eval: [($::chat) x 8]
--- response_body_like eval: [(qr/"line": "POST/) x 8]
--- error_code eval: [(200) x 8]



=== TEST 2: streams of two workers
--- mock: stream
--- request eval: [("POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o', { stream => JSON::PP::true })) x 8]
--- response_body_like eval: [(qr/"content":"b".*data: \[DONE\]\n\n$/s) x 8]
--- error_code eval: [(200) x 8]



=== TEST 3: fallback in two workers
--- http
    llmgw_model two { deployment @bad; deployment @up; }
--- server
    location @bad { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/e500/v1; }
--- request eval: [("POST /v1/chat/completions\n" . LLMGW::chat('two')) x 8]
--- response_body_like eval: [(qr/"line": "POST \/echo/) x 8]
--- error_code eval: [(200) x 8]



=== TEST 4: a secret that appears in a file is read at the next start only
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider openai; llmgw_api_key file:$TEST_NGINX_SERVER_ROOT/html/k.key;
        llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
--- user_files
>>> k.key
sk-file-1
--- request eval: ["POST /v1/chat/completions\n" . LLMGW::chat('m'), "GET /v1/models"]
--- response_body_like eval: [qr/sk-file-1/, qr/"id":"m"/]
--- error_code eval: [200, 200]
