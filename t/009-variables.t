# Variables for logs, with the log format of conf-examples.

use lib 't/lib';
use LLMGW;

mock(
    usage => { json => { id => 'x', object => 'chat.completion', choices => [],
        usage => { prompt_tokens => 12, completion_tokens => 34,
                   total_tokens => 46,
                   prompt_tokens_details => { cached_tokens => 5 } } } },
    stream => { sse => sse_of('a', 'b'), split => 'turns' },
    anthropic => { json => { id => 'msg_1', type => 'message',
        role => 'assistant', model => 'c', stop_reason => 'end_turn',
        stop_sequence => undef, content => [{ type => 'text', text => 'x' }],
        usage => { input_tokens => 10, cache_read_input_tokens => 4,
                   output_tokens => 3 } } },
    e500 => { status => 500, json => { error => { message => 'x', type => 'x',
                                                  param => undef, code => undef } } },
    lies => { json => { id => 'x', choices => [],
        usage => { prompt_tokens => -5, completion_tokens => 'many',
                   prompt_tokens_details => 7 } } },
    nousage => { json => { id => 'x', choices => [] } },
);

our $log = '
    log_format t escape=json \'[$llmgw_key_name|$llmgw_model|$llmgw_deployment|$llmgw_provider|$llmgw_attempts|$llmgw_prompt_tokens|$llmgw_completion_tokens|$llmgw_cached_tokens|$llmgw_ttft|$llmgw_status_detail]\';
    access_log logs/access.log t;
';

our $server = join '', map { "
    location \@$_ { llmgw_provider openai; llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(usage stream e500 lies nousage);

our $http = "$log\n" . join '', map { "llmgw_model $_ { deployment \@$_ model=u; }\n" }
    qw(usage stream e500 lies nousage);

our $post = sub { "POST /v1/chat/completions\n" . chat(@_) };

repeat_each(2);
plan tests => repeat_each() * 76;

gateway_tests();

__DATA__

=== TEST 1: an answer
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('usage')
--- access_log eval
qr/\[master\|usage\|\@usage\|openai\|1\|12\|34\|5\|\d+\.\d{3}\|\]/
--- error_code: 200



=== TEST 2: a stream whose usage the client has not asked for
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('stream', { stream => JSON::PP::true })
--- access_log eval
qr/\[master\|stream\|\@stream\|openai\|1\|5\|3\|2\|\d+\.\d{3}\|\]/
--- error_code: 200



=== TEST 3: a translated answer
--- http eval
$::http . 'llmgw_model claude { deployment @claude; }'
--- server eval
$::server . 'location @claude { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/anthropic; }'
--- request eval: $::post->('claude')
--- access_log eval
qr/\[master\|claude\|\@claude\|anthropic\|1\|14\|3\|4\|\d+\.\d{3}\|\]/
--- error_code: 200



=== TEST 4: attempts
--- http eval
$::http . 'llmgw_model two { deployment @e500; deployment @usage; }'
--- server eval: $::server
--- request eval: $::post->('two')
--- access_log eval
qr/\[master\|two\|\@usage\|openai\|2\|12\|34\|5\|/
--- error_code: 200



=== TEST 5: the error of an upstream
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('e500')
--- access_log eval
qr/\[master\|e500\|\@e500\|openai\|1\|\|\|\|\|upstream_error\]/
--- error_code: 500



=== TEST 6: no upstream
--- http eval
$::http . 'llmgw_model gone { deployment @gone; }'
--- server eval
$::server . 'location @gone { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }'
--- request eval: $::post->('gone')
--- access_log eval
qr/\[master\|gone\|\@gone\|openai\|1\|\|\|\|\|upstream_failed\]/
--- error_code: 502
--- error_log
Connection refused



=== TEST 7: no key
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('usage')
--- more_headers
--- access_log eval
qr/\[\|\|\|\|0\|\|\|\|\|no_key\]/
--- error_code: 401



=== TEST 8: a wrong key
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('usage')
--- more_headers
Authorization: Bearer wrong
--- access_log eval
qr/\[\|\|\|\|0\|\|\|\|\|wrong_key\]/
--- error_code: 401



=== TEST 9: an unknown model, as the client spelled it
--- http eval: $::http
--- server eval: $::server
--- request
POST /v1/chat/completions
{"model":"n\u006fpe\"|","messages":[]}
--- access_log eval
qr/\[master\|nope\\"\||\|\|\|0\|\|\|\|\|unknown_model\]/
--- error_code: 404



=== TEST 10: a bad request
--- http eval: $::http
--- server eval: $::server
--- request
POST /v1/chat/completions
{
--- access_log eval
qr/\[master\|\|\|\|0\|\|\|\|\|bad_request\]/
--- error_code: 400



=== TEST 11: a model that the key may not use
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('usage')
--- more_headers
Authorization: Bearer sk-llmgw-test-small-key-00001
--- access_log eval
qr/\[small\|usage\|\|\|0\|\|\|\|\|model_not_allowed\]/
--- error_code: 403



=== TEST 12: usage that cannot be true is replaced by an estimate
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('lies')
--- access_log eval
qr/\[master\|lies\|\@lies\|openai\|1\|6\|0\|\|/
--- error_code: 200



=== TEST 13: no usage: an estimate
--- http eval: $::http
--- server eval: $::server
--- request eval: $::post->('nousage')
--- access_log eval
qr/\[master\|nousage\|\@nousage\|openai\|1\|6\|0\|\|\d+\.\d{3}\|\]/
--- error_code: 200



=== TEST 14: locations without the gateway
--- http eval: $::http
--- server eval
$::server . 'location = /plain { return 200 "[$llmgw_key_name|$llmgw_model|$llmgw_attempts]"; }'
--- request
GET /plain
--- response_body eval: '[||]'
--- error_code: 200



=== TEST 15: variables in headers of the answer
--- http eval
$::http . 'add_header X-Model $llmgw_model always; add_header X-Deployment $llmgw_deployment always;'
--- server eval: $::server
--- request eval: $::post->('usage')
--- response_headers
X-Model: usage
X-Deployment: @usage
--- error_code: 200
