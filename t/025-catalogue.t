# Providers of the catalogue: addresses, differences, and how to do without.
# What goes to each of them is in t/core/catalogue.tsv.

use lib 't/lib';
use LLMGW;

mock(
    thoughts => { json => { id => 'c', object => 'chat.completion', created => 1,
        model => 'm', choices => [{ index => 0, finish_reason => 'stop', message => {
            role => 'assistant', content => 'c', reasoning => 'hm' } }] } },
);

sub provider { my ($name, $what, $more) = @_;
    return "
    llmgw_model m { deployment \@p; }", "
    location \@p { llmgw_provider $name; llmgw_api_key sk-upstream-secret;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$what; " . ($more || '') . ' }' }

our $post = sub { "POST /v1/chat/completions\n" . main::chat('m', @_) };

repeat_each(2);
plan tests => repeat_each() * 40;

gateway_tests();

__DATA__

=== TEST 1: what the provider refuses is left out, and said to be
--- http eval: (main::provider('groq', 'echo/openai/v1'))[0]
--- server eval: (main::provider('groq', 'echo/openai/v1'))[1]
--- request eval: $::post->({ logit_bias => { 1 => 1 }, top_logprobs => 1, user => 'u' })
--- response_body_like eval: qr/"line": "POST \/echo\/openai\/v1\/chat\/completions".*"body": "\{(?!.*(?:logit_bias|top_logprobs)).*\\"user\\":\\"u\\"/s
--- response_headers
x-llmgw-dropped-params: logit_bias, top_logprobs
--- error_code: 200



=== TEST 2: not so with llmgw_quirks off
--- http eval: (main::provider('groq', 'echo/openai/v1'))[0]
--- server eval: (main::provider('groq', 'echo/openai/v1', 'llmgw_quirks off;'))[1]
--- request eval: $::post->({ logit_bias => { 1 => 1 } })
--- response_body_like eval: qr/\\"logit_bias\\":/
--- response_headers
! x-llmgw-dropped-params
--- error_code: 200



=== TEST 3: nor for what the operator sets
--- http eval: (main::provider('groq', 'echo/openai/v1'))[0]
--- server eval: (main::provider('groq', 'echo/openai/v1', 'llmgw_set_param logit_bias 5;'))[1]
--- request eval: $::post->({ logit_bias => { 1 => 1 } })
--- response_body_like eval: qr/\\"logit_bias\\":5/
--- error_code: 200



=== TEST 4: thoughts are where clients look for them
--- http eval: (main::provider('groq', 'thoughts/openai/v1'))[0]
--- server eval: (main::provider('groq', 'thoughts/openai/v1'))[1]
--- request eval: $::post->()
--- response_body_like eval: qr/"reasoning_content": ?"hm"/
--- error_code: 200



=== TEST 5: an endpoint that the provider does not have
--- http eval: (main::provider('groq', 'echo/openai/v1'))[0]
--- server eval: (main::provider('groq', 'echo/openai/v1'))[1]
--- request
POST /v1/embeddings
{"model":"m","input":"a"}
--- response_body_like eval: qr/"code":"unsupported_endpoint"/
--- error_code: 404



=== TEST 6: an alias
--- http eval: (main::provider('togetherai', 'echo/v1'))[0]
--- server eval: (main::provider('togetherai', 'echo/v1'))[1]
--- request eval: $::post->({ max_completion_tokens => 5 })
--- response_body_like eval: qr/\\"max_tokens\\":5/
--- error_code: 200



=== TEST 7: a word of the address
--- server
    location @x { llmgw_provider cloudflare; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_provider cloudflare" has no address of its own: add "llmgw_base_url", or write "llmgw_provider cloudflare account_id=\.\.\." in \S+nginx\.conf:\d+/]



=== TEST 8: a word that it does not have
--- server
    location @x { llmgw_provider cloudflare account=1; }
--- must_die
--- error_log
invalid parameter "account=1": there is "manual", and what stands in braces in the address of the provider



=== TEST 9: a value that would make another address
--- server
    location @x { llmgw_provider cloudflare account_id=../x; }
--- must_die
--- error_log
invalid parameter "account_id=../x": its value is letters, digits, dots, hyphens and underscores



=== TEST 10: no value
--- server
    location @x { llmgw_provider cloudflare account_id=; }
--- must_die
--- error_log
invalid parameter "account_id=": its value is letters, digits, dots, hyphens and underscores
