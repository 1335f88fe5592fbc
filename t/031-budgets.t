# Budgets: what is spent, who is refused, and what a refusal says.

use lib 't/lib';
use LLMGW;

# what was spent stays spent: each block once, and each with a key of its own

repeat_each(1);
plan tests => repeat_each() * 250;

sub ask {
    my ($model, $more) = @_;
    return body_of('/v1/chat/completions',
                   chat($model, { max_tokens => 3, %{ $more || {} } }));
}

our $paid = ask('paid');
our $free = ask('free');
our $none = ask('none');
our $tagged = ask('paid', { user => 'ann', metadata => { tags => ['x'] } });
our $messages = body_of('/v1/messages',
    json({ model => 'paid', max_tokens => 3,
           messages => [{ role => 'user', content => 'Hello' }] }));

# what the mock reports, 5 and 3 tokens, is $0.50 and $1.50

our $models = 'llmgw_model paid { deployment @up model=a; '
              . 'price input=100000 output=500000; } '
              . 'llmgw_model free { deployment @up model=b; '
              . 'price input=0 output=0; } '
              . 'llmgw_model none { deployment @up model=nobody-knows; }';

mock(answer => { json => { id => 'chatcmpl-1', object => 'chat.completion',
                           created => 1760000000, model => 'a',
                           choices => [{ index => 0,
                                         message => { role => 'assistant',
                                                      content => 'Hi' },
                                         finish_reason => 'stop' }],
                           usage => { prompt_tokens => 5,
                                      completion_tokens => 3,
                                      total_tokens => 8 } } });

sub http {
    my ($key, $policy, $more) = @_;
    return "$models llmgw_key $key 'policy=$policy'; " . ($more // '');
}

sub key {
    return "Authorization: Bearer $_[0]\nContent-Type: application/json\n";
}

sub spent {
    my ($who, $text) = @_;
    return qr/^\{"error":\{"message":"budget exceeded: $who has spent $text","type":"budget_exceeded","param":null,"code":"budget_exceeded"\}\}$/;
}

gateway_tests();

__DATA__

=== TEST 1: of a key that never begins anew
--- http eval: main::http('sk-budgets-of-test-000001', '{"max_budget":3}', q())
--- mock: answer
--- request eval: [$::paid, $::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000001')
--- response_headers_like eval
["X-Llmgw-Response-Cost: 2",
"X-Llmgw-Response-Cost: 2",
"Content-Type: application/json"]
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 main::spent('the key', '\$4 of \$3')]
--- error_code eval: [200, 200, 429]



=== TEST 2: by periods: when the next one begins
--- http eval: main::http('sk-budgets-of-test-000002', '{"max_budget":1.5,"budget_duration":"1d"}', q())
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000002')
--- response_headers_like eval
["X-Llmgw-Response-Cost: 2",
"Retry-After: \\d+"]
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the key', '\$2 of \$1.5, resets at 20\d\d-\d\d-\d\dT00:00:00Z')]
--- error_code eval: [200, 429]



=== TEST 3: to a client of Anthropic's
--- http eval: main::http('sk-budgets-of-test-000003', '{"max_budget":1.5}', q())
--- mock: answer
--- request eval: [$::messages, $::messages]
--- more_headers eval: main::key('sk-budgets-of-test-000003')
--- response_body_like eval
[qr/"type":"message"/,
 qr/^\{"type":"error","error":\{"type":"\w+","message":"budget exceeded: the key has spent \$2 of \$1.5"\},"request_id":"req_\w+"\}$/]
--- error_code eval: [200, 429]



=== TEST 4: of nothing
--- http eval: main::http('sk-budgets-of-test-000004', '{"max_budget":0}', q())
--- mock: answer
--- request eval: [$::paid, $::free]
--- more_headers eval: main::key('sk-budgets-of-test-000004')
--- response_body_like eval
[main::spent('the key', '\$0 of \$0'),
 qr/"content": ?"Hi"/]
--- error_code eval: [429, 200]



=== TEST 5: what costs nothing is never refused
--- http eval: main::http('sk-budgets-of-test-000005', '{"max_budget":1.5}', q())
--- mock: answer
--- request eval: [$::paid, $::paid, $::free]
--- more_headers eval: main::key('sk-budgets-of-test-000005')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the key', '\$2 of \$1.5'),
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 429, 200]



=== TEST 6: a model that has no price
--- http eval: main::http('sk-budgets-of-test-000006', '{"max_budget":1.5}', q())
--- mock: answer
--- request eval: [$::none]
--- more_headers eval: main::key('sk-budgets-of-test-000006')
--- response_body_like eval
[qr/^\{"error":\{"message":"the key has a budget, and the model .\"none.\" has no price","type":"permission_error","param":"model","code":"model_not_priced"\}\}$/]
--- error_code eval: [403]



=== TEST 7: … with llmgw_allow_unpriced
--- http eval: main::http('sk-budgets-of-test-000007', '{"max_budget":1.5}', q(llmgw_allow_unpriced on;))
--- mock: answer
--- request eval: [$::none, $::none]
--- more_headers eval: main::key('sk-budgets-of-test-000007')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 200]



=== TEST 8: without a budget
--- http eval: main::http('sk-budgets-of-test-000008', '{}', q())
--- mock: answer
--- request eval: [$::none]
--- more_headers eval: main::key('sk-budgets-of-test-000008')
--- response_body_like eval
[qr/"content": ?"Hi"/]
--- error_code eval: [200]



=== TEST 9: of a team
--- http eval: main::http('sk-budgets-of-test-000009', '{"team_id":"t9"}', q(llmgw_policy team t9 '{"max_budget":1.5}';))
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000009')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the team .\"t9.\"', '\$2 of \$1.5')]
--- error_code eval: [200, 429]



=== TEST 10: of a user
--- http eval: main::http('sk-budgets-of-test-000010', '{"user_id":"u10"}', q(llmgw_policy user u10 '{"max_budget":1.5}';))
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000010')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the user .\"u10.\"', '\$2 of \$1.5')]
--- error_code eval: [200, 429]



=== TEST 11: of an organization
--- http eval: main::http('sk-budgets-of-test-000011', '{"organization_id":"o11"}', q(llmgw_policy organization o11 '{"max_budget":1.5}';))
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000011')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the organization .\"o11.\"', '\$2 of \$1.5')]
--- error_code eval: [200, 429]



=== TEST 12: of each member of a team
--- http eval: main::http('sk-budgets-of-test-000012', '{"team_id":"t12","user_id":"u12"}', q(llmgw_policy team t12 '{"team_member_budget":1.5}';))
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000012')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the user in the team', '\$2 of \$1.5')]
--- error_code eval: [200, 429]



=== TEST 13: of a member, by a record of its own
--- http eval: main::http('sk-budgets-of-test-000013', '{"team_id":"t13","user_id":"u13"}', q(llmgw_policy team t13 '{"team_member_budget":1.5}'; llmgw_policy member t13/u13 '{"max_budget":3}';))
--- mock: answer
--- request eval: [$::paid, $::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000013')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 main::spent('the user in the team', '\$4 of \$3')]
--- error_code eval: [200, 200, 429]



=== TEST 14: of an end user
--- http eval: main::http('sk-budgets-of-test-000014', '{}', q(llmgw_policy customer ann '{"max_budget":1.5}';))
--- mock: answer
--- request eval: [$::tagged, $::tagged, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000014')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the customer .\"ann.\"', '\$2 of \$1.5'),
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 429, 200]



=== TEST 15: of a tag
--- http eval: main::http('sk-budgets-of-test-000015', '{}', q(llmgw_policy tag x '{"max_budget":1.5}';))
--- mock: answer
--- request eval: [$::tagged, $::tagged, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000015')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the tag .\"x.\"', '\$2 of \$1.5'),
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 429, 200]



=== TEST 16: of the gateway
--- http eval: main::http('sk-budgets-of-test-000016', '{"max_budget":100}', q(llmgw_budget 1.5 1h;))
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000016')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the gateway', '\$2 of \$1.5, resets at 20\d\d-\d\d-\d\dT\d\d:00:00Z')]
--- error_code eval: [200, 429]



=== TEST 17: several at once
--- http eval: main::http('sk-budgets-of-test-000017', '{"budget_limits":[{"max_budget":100,"budget_duration":"1d"},{"max_budget":1.5,"budget_duration":"1h"}]}', q())
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000017')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the key', '\$2 of \$1.5, resets at 20\d\d-\d\d-\d\dT\d\d:00:00Z')]
--- error_code eval: [200, 429]



=== TEST 18: of a model
--- http eval: main::http('sk-budgets-of-test-000018', '{"model_max_budget":{"pa*":{"budget_limit":1.5,"time_period":"1d"}}}', q())
--- mock: answer
--- request eval: [$::paid, $::paid, $::free]
--- more_headers eval: main::key('sk-budgets-of-test-000018')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the key', '\$2 of \$1.5 for the model .\"paid.\", resets at 20\d\d-\d\d-\d\dT00:00:00Z'),
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 429, 200]



=== TEST 19: a row that several share fills what is not said
--- http eval: main::http('sk-budgets-of-test-000019', '{"budget_id":"b19"}', q(llmgw_policy budget b19 '{"max_budget":1.5}';))
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000019')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the key', '\$2 of \$1.5')]
--- error_code eval: [200, 429]



=== TEST 20: more for a while
--- http eval: main::http('sk-budgets-of-test-000020', '{"max_budget":1.5,"temp_budget_increase":1,"temp_budget_expiry":"2099-01-01T00:00:00Z"}', q())
--- mock: answer
--- request eval: [$::paid, $::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000020')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 main::spent('the key', '\$4 of \$2.5')]
--- error_code eval: [200, 200, 429]



=== TEST 21: … that is over
--- http eval: main::http('sk-budgets-of-test-000021', '{"max_budget":1.5,"temp_budget_increase":10,"temp_budget_expiry":"2020-01-01T00:00:00Z"}', q())
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000021')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the key', '\$2 of \$1.5')]
--- error_code eval: [200, 429]



=== TEST 22: the budget that lasts longest is named
--- http eval: main::http('sk-budgets-of-test-000022', '{"max_budget":1.5,"budget_duration":"1h","team_id":"t22"}', q(llmgw_policy team t22 '{"max_budget":1.6}';))
--- mock: answer
--- request eval: [$::paid, $::paid]
--- more_headers eval: main::key('sk-budgets-of-test-000022')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::spent('the team .\"t22.\"', '\$2 of \$1.6')]
--- error_code eval: [200, 429]
