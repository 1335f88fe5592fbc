# What requests say of their own routing: fallbacks, num_retries, timeout.

use lib 't/lib';
use LLMGW;

sub err { my ($status, $code, @more) = @_;
    return { status => $status, json => { error => {
        message => "error $status", type => 'x', param => undef,
        code => $code } }, @more } }

mock(
    (map { $_ => { json => { answer => $_ } } } qw(one two three)),
    e500 => err(500, 'x'),
    flaky => { turns => [err(500, 'x'), err(503, 'x'), { json => { answer => 'ok' } }] },
    gone => { end => 'gone' },
);

our $locations = join '', map { "
    location \@$_ { llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" }
    qw(one two three e500 flaky gone);

our $models = "llmgw_model one { deployment \@one; }
    llmgw_model two { deployment \@two; alias deux; }
    llmgw_model three { deployment \@three; }
    llmgw_model bad { deployment \@e500; fallback two; cooldown off; }
    llmgw_model none { deployment \@e500; cooldown off; }
    llmgw_model worse { deployment \@e500; fallback bad; cooldown off; }";

our @all = (num_retries => 2, timeout => 50.5, fallbacks => ['gpt-4o', { model => 'gpt-4o' }]);

sub post { my ($model, %more) = @_;
    return "POST /v1/chat/completions\n" . chat($model, \%more) }

sub body { my ($path, %body) = @_; return "POST $path\n" . json(\%body) }

sub user { return [{ role => 'user', content => 'Hello' }] }

repeat_each(2);
plan tests => repeat_each() * 309;

gateway_tests();

__DATA__

=== TEST 1: none of it goes upstream, whatever comes in
--- request eval
["GET /__mock/__clear",
 main::post('gpt-4o', @::all),
 main::post('gpt-4o', @::all, stream => JSON::PP::true),
 main::body('/v1/completions', model => 'gpt-4o', prompt => 'Hello', @::all),
 main::body('/v1/embeddings', model => 'gpt-4o', input => ['Hello'], @::all),
 main::body('/v1/responses', model => 'gpt-4o', input => 'Hello', @::all),
 main::body('/v1/moderations', model => 'gpt-4o', input => 'Hello', @::all),
 main::body('/v1/messages', model => 'gpt-4o', max_tokens => 9, messages => main::user(),
            num_retries => 2, timeout => 50.5),
 main::body('/v1beta/models/gpt-4o:generateContent', contents => [{ parts => [{ text => 'Hello' }] }], @::all),
 "GET /__mock/__log"]
--- response_body_like eval
[qr/ok/, (qr/./) x 8, qr/^(?!.*(num_retries|timeout|fallbacks)).*(Hello.*){8}/s]
--- error_code eval: [(200) x 10]



=== TEST 2: what stands beside them is as it was
--- request eval
["POST /v1/chat/completions\n" . '{"timeout": 5 ,"model":"gpt-4o", "num_retries":1,"x": 1.50,"messages":[{"role":"user","content":"timeout"}],"fallbacks":[]}']
--- response_body_like eval
qr/"body": "\{ +\\"model\\":\\"gpt-4o-2024\\", +\\"x\\": 1\.50,\\"messages\\":\[\{\\"role\\":\\"user\\",\\"content\\":\\"timeout\\"\}\] +\}"/
--- error_code: 200



=== TEST 3: fallbacks of Anthropic's API are Anthropic's
--- request eval
main::body('/v1/messages', model => 'gpt-4o', max_tokens => 9, messages => main::user(), fallbacks => ['gpt-4o'])
--- response_body_like eval: qr/"fallbacks/
--- error_code: 400



=== TEST 4: values that are none
--- request eval
[main::post('gpt-4o', timeout => '5'),
 main::post('gpt-4o', timeout => 0),
 main::post('gpt-4o', num_retries => -1),
 main::post('gpt-4o', num_retries => 1.5),
 main::post('gpt-4o', fallbacks => 'two'),
 main::post('gpt-4o', fallbacks => ['gpt-4o', 2]),
 main::post('gpt-4o', fallbacks => [{ model => 'gpt-4o', temperature => 0 }]),
 main::body('/v1/embeddings', model => 'gpt-4o', input => 'x', fallbacks => [[]]),
 main::body('/v1beta/models/gpt-4o:generateContent', contents => [{ parts => [{ text => 'Hello' }] }], timeout => 'x')]
--- response_body_like eval
[(map { qr/"param":"$_"/ } 'timeout', 'timeout', 'num_retries', 'num_retries', 'fallbacks',
  'fallbacks\[1\]', 'fallbacks\[0\]\.temperature', 'fallbacks\[0\]'), qr/INVALID_ARGUMENT/]
--- error_code eval: [(400) x 9]



=== TEST 5: nulls are nothing
--- request eval
main::post('gpt-4o', timeout => undef, num_retries => undef, fallbacks => undef)
--- response_body_like eval: qr/^(?!.*(num_retries|timeout|fallbacks)).*Hello/s
--- error_code: 200



=== TEST 6: fallbacks in place of the model's own
--- http eval: $::models
--- server eval: $::locations
--- request eval
[main::post('bad'),
 main::post('bad', fallbacks => ['three']),
 main::post('bad', fallbacks => [{ model => 'three' }, 'one']),
 main::post('bad', fallbacks => ['worse', 'deux']),
 main::post('worse', fallbacks => ['bad']),
 main::post('none', fallbacks => ['none', 'none', 'one']),
 main::post('one', fallbacks => ['two']),
 main::post('bad', fallbacks => [])]
--- response_body_like eval
[map { qr/$_/ } qw(two three three two two one one), 'error 500']
--- error_code eval: [(200) x 7, 500]



=== TEST 7: the sixth is not asked
--- http eval: $::models
--- server eval: $::locations
--- request eval
["GET /__mock/__clear",
 main::post('bad', fallbacks => [('none') x 5, 'two']),
 main::post('bad', fallbacks => [('none') x 4, 'two']),
 "GET /__mock/__order"]
--- response_body_like eval
[qr/ok/, qr/error 500/, qr/two/, qr/^e500 e500 e500 e500 two$/]
--- error_code eval: [200, 500, 200, 200]



=== TEST 8: fallbacks that there are not
--- http eval: $::models
--- server eval: $::locations
--- request eval
[main::post('one', fallbacks => ['two', 'nine'])]
--- response_body_like eval
qr/"message":"the fallback \\"nine\\" does not exist","type":"invalid_request_error","param":"fallbacks","code":"model_not_found"/
--- error_code: 400



=== TEST 9: fallbacks that the key may not use, and where they lead
--- http eval: "$::models llmgw_key sk-llmgw-test-some-key-00001 models=one,worse,bad;"
--- server eval: $::locations
--- more_headers
Authorization: Bearer sk-llmgw-test-some-key-00001
Content-Type: application/json
--- request eval
[main::post('one', fallbacks => ['two']),
 main::post('worse', fallbacks => ['bad']),
 main::post('bad', fallbacks => ['one']),
 main::body('/v1/messages', model => 'one', max_tokens => 9, messages => main::user(),
            fallbacks => [{ model => 'two' }])]
--- response_body_like eval
[qr/"param":"fallbacks","code":"permission_denied"/, qr/error 500/, qr/one/,
 qr/"type":"permission_error","message":"fallbacks: an API key that may use some/]
--- error_code eval: [403, 500, 200, 403]



=== TEST 10: retries, as far as the operator lets them
--- http
    llmgw_model a { deployment @flaky; retries 0 backoff=0 limit=3; cooldown off; }
    llmgw_model b { deployment @e500; retries 1 backoff=0 limit=2; cooldown off; }
    llmgw_model c { deployment @e500; retries 1 backoff=0; cooldown off; }
--- server eval: $::locations
--- request eval
[(map { ("GET /__mock/__clear", $_, "GET /__mock/__order") }
 main::post('a', num_retries => 2),
 main::post('a', num_retries => 1),
 main::post('b'),
 main::post('b', num_retries => 9),
 main::post('b', num_retries => 0),
 main::post('c', num_retries => 2))]
--- response_body_like eval
[map { (qr/ok/, qr/$$_[0]/, qr/^$$_[1]$/) }
 ['ok', 'flaky flaky flaky'], ['error 503', 'flaky flaky'],
 ['error 500', 'e500 e500'], ['error 500', 'e500 e500 e500'], ['error 500', 'e500'],
 ['error 500', 'e500 e500']]
--- error_code eval
[map { (200, $_, 200) } 200, 503, 500, 500, 500, 500]



=== TEST 11: a time that ends
--- http eval: "$::models llmgw_model gone { deployment \@gone; fallback one; }"
--- server eval: $::locations
--- request eval
[main::post('gone', timeout => 0.25),
 main::post('gone', timeout => 0.25, stream => JSON::PP::true)]
--- response_body_like eval
[(qr/"type":"timeout_error","param":null,"code":"deadline_exceeded"/) x 2]
--- error_code eval: [504, 504]
--- error_log
the request's time is over



=== TEST 12: a time beyond the operator's
--- http eval: "llmgw_deadline 250ms; $::models llmgw_model gone { deployment \@gone; fallback one; }"
--- server eval: $::locations
--- request eval
main::post('gone', timeout => 60)
--- response_body_like eval: qr/deadline_exceeded/
--- error_code: 504
--- error_log
the request's time is over



=== TEST 13: parts of a form are no such members
--- mock: one
--- request eval
["POST /v1/audio/transcriptions\n" . join "\r\n", '--b', 'Content-Disposition: form-data; name="model"', '', 'gpt-4o',
 '--b', 'Content-Disposition: form-data; name="timeout"', '', 'x',
 '--b', 'Content-Disposition: form-data; name="file"; filename="a.wav"', '', 'RIFF', '--b--', '']
--- more_headers eval
"Authorization: Bearer $::MASTER\nContent-Type: multipart/form-data; boundary=b\n"
--- response_body_like eval: qr/one/
--- error_code: 200



=== TEST 14: a limit below the number
--- http
    llmgw_model a { deployment @up; retries 2 limit=1; }
--- request: GET /
--- must_die
--- error_log
"retries" takes a number below 30



=== TEST 15: a limit of too much
--- http
    llmgw_model a { deployment @up; retries 2 limit=30; }
--- request: GET /
--- must_die
--- error_log
"retries" takes a number below 30
