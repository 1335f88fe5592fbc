# Prices: built in, from files, from the configuration; what requests cost.

use lib 't/lib';
use LLMGW;

sub answer { my (%usage) = @_;
    return { json => { id => 'x', object => 'chat.completion', model => 'm',
        created => 1, choices => [{ index => 0, finish_reason => 'stop',
            message => { role => 'assistant', content => 'Hello, you there' } }],
        usage => \%usage } } }

mock(
    usage => answer(prompt_tokens => 12, completion_tokens => 34,
        total_tokens => 46, prompt_tokens_details => { cached_tokens => 5 }),
    long => answer(prompt_tokens => 200001, completion_tokens => 1000,
        prompt_tokens_details => { cached_tokens => 1 }),
    threshold => answer(prompt_tokens => 200000, completion_tokens => 1000),
    all => answer(prompt_tokens => 1000, completion_tokens => 500,
        prompt_tokens_details => { cached_tokens => 100, audio_tokens => 200,
                                   image_tokens => 50 },
        completion_tokens_details => { reasoning_tokens => 300,
                                       audio_tokens => 100, image_tokens => 40 }),
    huge => answer(prompt_tokens => 1e15, completion_tokens => 1e15),
    nousage => { json => { id => 'x', choices => [{ index => 0,
        finish_reason => 'stop', message => { role => 'assistant',
            content => 'Hello, you there' } }] } },
    stream => { sse => sse_of('a', 'b'), split => 'turns' },
    quiet => { sse => [ grep { !ref || @{$_->{choices}} } @{ sse_of('Hello, ', 'you') } ] },
    claude => { json => { id => 'msg_1', type => 'message',
        role => 'assistant', model => 'c', stop_reason => 'end_turn',
        stop_sequence => undef, content => [{ type => 'text', text => 'x' }],
        usage => { input_tokens => 10, cache_read_input_tokens => 4,
                   cache_creation_input_tokens => 50, output_tokens => 3,
                   cache_creation => { ephemeral_5m_input_tokens => 20,
                                       ephemeral_1h_input_tokens => 30 } } } },
    e500 => { status => 500, json => { error => { message => 'x', type => 'x',
                                                  param => undef, code => undef } } },
    embed => { json => { object => 'list', model => 'm', data => [{ object => 'embedding',
        index => 0, embedding => [0.5] }], usage => { prompt_tokens => 9, total_tokens => 9 } } },
    images => { json => { created => 1, data => [{ url => 'http://x/1' }] } },
    speech => { body => 'ID3-sound', headers => [['content-type', 'audio/mpeg']] },
    heard => { json => { text => 'Hello', duration => 12.345 } },
);

my @names = qw(usage long threshold all huge nousage stream quiet e500 embed images
               speech heard);

our $log = '
    log_format t \'[$llmgw_cost|$llmgw_prompt_tokens|$llmgw_completion_tokens|$llmgw_usage_estimated]\';
    log_format d \'[$llmgw_cached_tokens|$llmgw_cache_write_tokens|$llmgw_reasoning_tokens|$llmgw_prompt_audio_tokens|$llmgw_completion_audio_tokens|$llmgw_prompt_image_tokens|$llmgw_completion_image_tokens|$llmgw_images|$llmgw_cost]\';
    access_log logs/access.log t;
';

our $server = join '', (map { "
    location \@$_ { llmgw_provider openai; llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    @names), '
    location @claude { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/claude; }
    location @arn { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/claude; llmgw_model_family claude-sonnet-4-5; }
';

our $post = sub { "POST /v1/chat/completions\n" . chat(@_) };

repeat_each(2);
plan tests => repeat_each() * 155;

gateway_tests();

__DATA__

=== TEST 1: a built-in price
7 x 2.5 + 5 x 1.25 + 34 x 10 = 363.75 millionths of a dollar
--- http eval: $::log . 'llmgw_model m { deployment @usage model=gpt-4o; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[0.00036375|12|34|0]
--- response_headers
x-llmgw-response-cost: 0.00036375
--- error_code: 200



=== TEST 2: of a model with a date, and another prefix
--- http eval: $::log . 'llmgw_model m { deployment @usage model=gpt-4o-2031-01-31; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- response_headers
x-llmgw-response-cost: 0.00036375
--- error_code: 200



=== TEST 3: a model that nobody knows
--- http eval: $::log . 'llmgw_model m { deployment @usage model=nobody-knows; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[-|12|34|0]
--- response_headers
! x-llmgw-response-cost
--- error_code: 200



=== TEST 4: the configuration goes before what is built in, as a whole
12 x 1 + 34 x 2: the price of what is cached is that of input
--- http eval: $::log . 'llmgw_model m { deployment @usage model=gpt-4o; price input=1 output=2.0; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[0.00008|12|34|0]
--- response_headers
x-llmgw-response-cost: 0.00008
--- error_code: 200



=== TEST 5: every kind of token
(1000-100-200-50) x 1 + 100 x .1 + 200 x 10 + 50 x 3
+ (500-300-100-40) x 4 + 300 x 5 + 100 x 20 + 40 x 30
--- http eval
$::log . 'access_log logs/access.log d;
    llmgw_model m { deployment @all; price input=1 cached=.1 audio_in=10 image_in=3 output=4 reasoning=5 audio_out=20 image_out=30; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[100|-|300|200|100|50|40|-|0.00775]
--- response_headers
x-llmgw-response-cost: 0.00775
--- error_code: 200



=== TEST 6: what is written to a cache, for five minutes and for an hour
10 x 3 + 4 x .3 + 20 x 3.75 + 30 x 6 + 3 x 15
--- http eval
$::log . 'access_log logs/access.log d;
    llmgw_model m { deployment @claude model=claude-sonnet-4-5-20250929; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[4|50|-|-|-|-|-|-|0.0003312]
--- error_code: 200



=== TEST 7: the price of what a name stands for
--- http eval
$::log . 'llmgw_model m { deployment @arn model=my-own-name; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- response_headers
x-llmgw-response-cost: 0.0003312
--- error_code: 200



=== TEST 8: a long prompt has prices of its own
200000 x 2 + 1 x .2 + 1000 x 6: the price of a cache rises as input does
--- http eval
$::log . 'llmgw_model m { deployment @long; price input=1 cached=0.1 output=4; price above=200000 input=2 output=6; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- response_headers
x-llmgw-response-cost: 0.4060002
--- error_code: 200



=== TEST 9: one that is as long as the threshold has not
--- http eval
$::log . 'llmgw_model m { deployment @threshold; price above=200000 input=2 output=6; price input=1 cached=0.1 output=4; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- response_headers
x-llmgw-response-cost: 0.204
--- error_code: 200



=== TEST 10: a price for one of the deployments, that of the attempt that answered
--- http eval
$::log . 'llmgw_model m { deployment @e500; deployment @usage; price input=100 output=100; price @usage input=1 output=1; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[0.000046|12|34|0]
--- response_headers
x-llmgw-response-cost: 0.000046
--- error_code: 200



=== TEST 11: a fallback has the price of its own model
--- http eval
$::log . 'llmgw_model m { deployment @e500; price input=100 output=100; fallback n; }
    llmgw_model n { deployment @usage; price input=2 output=1; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- response_headers
x-llmgw-response-cost: 0.000058
--- error_code: 200



=== TEST 12: what is free
--- http eval
$::log . 'llmgw_model m { deployment @usage model=gpt-4o; price input=0 output=0; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[0|12|34|0]
--- response_headers
x-llmgw-response-cost: 0
--- error_code: 200



=== TEST 13: an error costs nothing
--- http eval
$::log . 'llmgw_model m { deployment @e500; price input=1 output=1; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[-|-|-|-]
--- response_headers
! x-llmgw-response-cost
--- error_code: 500



=== TEST 14: a lie has an end
a thousand million tokens each, of a thousand dollars: more than can be said
--- http eval
$::log . 'llmgw_model m { deployment @huge; price input=1000000000 output=1000000000; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- response_headers
x-llmgw-response-cost: 9223372.036854776
--- error_code: 200



=== TEST 15: a stream: its cost is in the log, and no header can have it
--- http eval
$::log . 'llmgw_model m { deployment @stream; price input=1 output=2 cached=0.5; }'
--- server eval: $::server
--- request eval: $::post->('m', { stream => JSON::PP::true })
--- access_log
[0.00001|5|3|0]
--- response_headers
! x-llmgw-response-cost
--- error_code: 200



=== TEST 16: a stream without usage
--- http eval
$::log . 'llmgw_model m { deployment @quiet; price input=1 output=2; }'
--- server eval: $::server
--- request eval: $::post->('m', { stream => JSON::PP::true })
--- access_log
[0.000012|6|3|1]
--- error_code: 200



=== TEST 17: an answer without usage
--- http eval
$::log . 'llmgw_model m { deployment @nousage; price input=1 output=2; }'
--- server eval: $::server
--- request eval: $::post->('m')
--- access_log
[0.000014|6|4|1]
--- response_headers
x-llmgw-response-cost: 0.000014
--- error_code: 200



=== TEST 18: LiteLLM's file
--- http eval
$::log . 'llmgw_prices ../html/litellm.json;
    llmgw_model m { deployment @usage model=gpt-4o; }'
--- server eval: $::server
--- user_files eval
">>> litellm.json
{
    \"sample_spec\": { \"input_cost_per_token\": 0.0, \"mode\": \"one of: chat\" },
    \"gpt-4o\": {
        \"cache_read_input_token_cost\": 5e-07,
        \"input_cost_per_token\": 1e-06,
        \"output_cost_per_token\": \"2E-6\",
        \"litellm_provider\": \"openai\",
        \"mode\": \"chat\",
        \"max_tokens\": 16384,
        \"supports_vision\": true
    }
}
"
--- request eval: $::post->('m')
--- response_headers
x-llmgw-response-cost: 0.0000775
--- error_code: 200



=== TEST 19: our own form; of two files the last one holds; others stay
--- http eval
$::log . 'llmgw_prices ../html/first.json; llmgw_prices ../html/second.json;
    llmgw_model m { deployment @usage model=one; }
    llmgw_model n { deployment @usage model=two; }'
--- server eval: $::server
--- user_files
>>> first.json
{ "one": { "input": 100, "output": 100 }, "two": { "provider": "openai", "input": 1, "output": 1 } }
>>> second.json
{ "openai/one": { "provider": "openai", "input": 1, "output": 2, "tiers": [{ "above": 11, "input": 3 }] } }
--- request eval: [$::post->('m'), $::post->('n')]
--- response_headers eval
['x-llmgw-response-cost: 0.000104', 'x-llmgw-response-cost: 0.000046']
--- error_code eval: [200, 200]



=== TEST 20: embeddings
--- http eval
$::log . 'llmgw_model m { deployment @embed model=text-embedding-3-small; }'
--- server eval: $::server
--- request
POST /v1/embeddings
{"model":"m","input":"Hello"}
--- access_log
[0.00000018|9|-|0]
--- response_headers
x-llmgw-response-cost: 0.00000018
--- error_code: 200



=== TEST 21: images
--- http eval
$::log . 'access_log logs/access.log d;
    llmgw_model m { deployment @images model=dall-e-3; }'
--- server eval: $::server
--- request
POST /v1/images/generations
{"model":"m","prompt":"a cat","n":3}
--- access_log
[-|-|-|-|-|-|-|3|0.12]
--- response_headers
x-llmgw-response-cost: 0.12
--- error_code: 200



=== TEST 22: speech, by the character
--- http eval
$::log . 'llmgw_model m { deployment @speech model=tts-1; }'
--- server eval: $::server
--- request
POST /v1/audio/speech
{"model":"m","input":"Gr\u00fc\u00dfe, 10 x","voice":"alloy"}
--- response_headers
x-llmgw-response-cost: 0.000165
--- error_code: 200



=== TEST 23: transcriptions, by the millisecond
--- http eval
$::log . 'llmgw_model m { deployment @heard model=whisper-1; }'
--- server eval: $::server
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b"
--- request eval
"POST /v1/audio/transcriptions\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
. "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\nID3\r\n--b--\r\n"
--- response_headers
x-llmgw-response-cost: 0.0012345
--- error_code: 200



=== TEST 24: an unknown unit
--- http
    llmgw_model m { deployment @up; price input=1 outputs=2; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "outputs=2" of "price" in \S+nginx\.conf:\d+/]



=== TEST 25: no number
--- http
    llmgw_model m { deployment @up; price input=1 output=2,5; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid price in "output=2,5" in \S+nginx\.conf:\d+/]



=== TEST 26: too much
--- http
    llmgw_model m { deployment @up; price input=1e10; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid price in "input=1e10" in/]



=== TEST 27: no prices
--- http
    llmgw_model m { deployment @up; price; }
--- must_die
--- error_log
"price" takes prices: "price input=2.50 output=10;", in US dollars per million tokens



=== TEST 28: twice
--- http
    llmgw_model m { deployment @up; price input=1; price output=2; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"price" directive is duplicate|\[emerg\].*is duplicate/]



=== TEST 29: a tier of what has none
--- http
    llmgw_model m { deployment @up; price input=1; price above=1000 audio_in=2; }
--- must_die
--- error_log
invalid parameter "audio_in=2" behind "above"



=== TEST 30: a tier alone
--- http
    llmgw_model m { deployment @up; price above=1000 input=2; }
--- must_die
--- error_log
has a "price" above so many tokens, and none below



=== TEST 31: a number of tokens that is none
--- http
    llmgw_model m { deployment @up; price above=many input=2; }
--- must_die
--- error_log
invalid number of tokens in "above=many"



=== TEST 32: a price for where there is no deployment
--- http
    llmgw_model m { deployment @up; price @upp input=2; }
--- must_die
--- error_log
has a "price" for "@upp", where it has no deployment



=== TEST 33: no file
--- http
    llmgw_prices ../html/nothing.json;
--- must_die
--- error_log eval
[qr/\[emerg\].*open\(\) "\S+nothing\.json" failed.* in \S+nginx\.conf:\d+/]



=== TEST 34: a file that is no JSON
--- http
    llmgw_prices ../html/bad.json;
--- user_files
>>> bad.json
{ "gpt-4o": { "input": 1, } }
--- must_die
--- error_log eval
[qr/\[emerg\].*the prices in "\S+bad\.json" cannot be read: not JSON: .* at byte \d+ in \S+nginx\.conf:\d+/]



=== TEST 35: a file with something else
--- http
    llmgw_prices ../html/bad.json;
--- user_files
>>> bad.json
{ "gpt-4o": { "input": 1, "outputs": 2 } }
--- must_die
--- error_log
cannot be read: "outputs" of "gpt-4o" is not known
