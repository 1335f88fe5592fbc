# Limits: who is limited, what a refusal says, what the headers tell.

use lib 't/lib';
use LLMGW;

# what was used stays used: each block once, and each with a key of its own

repeat_each(1);
plan tests => repeat_each() * 333;

our $chat = body_of('/v1/chat/completions', chat('gpt-4o'));
our $short = body_of('/v1/chat/completions',
                     chat('gpt-4o', { max_tokens => 10 }));
our $other = body_of('/v1/chat/completions', chat('other'));
our $tagged = body_of('/v1/chat/completions',
                      chat('gpt-4o', { user => 'ann',
                                       metadata => { tags => ['slow'] } }));
our $messages = body_of('/v1/messages',
    json({ model => 'gpt-4o', max_tokens => 10,
           messages => [{ role => 'user', content => 'Hello' }] }));

mock(answer => { headers => [['x-ratelimit-limit-requests', '7000']],
                 json => { id => 'chatcmpl-1', object => 'chat.completion',
                           created => 1760000000, model => 'gpt-4o-2024',
                           choices => [{ index => 0,
                                         message => { role => 'assistant',
                                                      content => 'Hi' },
                                         finish_reason => 'stop' }],
                           usage => { prompt_tokens => 5,
                                      completion_tokens => 3,
                                      total_tokens => 8 } } });

sub key {
    return "Authorization: Bearer $_[0]\nContent-Type: application/json\n";
}

sub limited {
    my ($who, $what, $used) = @_;
    return qr/^\{"error":\{"message":"rate limit reached: $who is limited to $what, used $used, try again in (?:1m)?[0-9.]+m?s","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"\}\}$/;
}

gateway_tests();

__DATA__

=== TEST 1: requests per minute of a key
--- http
    llmgw_key sk-limits-of-test-000001 'policy={"rpm_limit":2}';
--- mock: answer
--- request eval: [$::chat, $::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000001')
--- response_headers_like eval
["x-ratelimit-limit-requests: 2\nx-ratelimit-remaining-requests: 1\nx-ratelimit-reset-requests: 1m[0-5].*s",
"x-ratelimit-limit-requests: 2\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 1m[0-5].*s",
"x-ratelimit-limit-requests: 2\nx-ratelimit-remaining-requests: 0\nretry-after: 6[0-6]\nx-ratelimit-reset-requests: 1m[0-5].*s"]
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 main::limited('the key', '2 requests per minute', 2)]
--- error_code eval: [200, 200, 429]



=== TEST 2: the same to a client of Anthropic's
--- http
    llmgw_key sk-limits-of-test-000002 'policy={"rpm_limit":1}';
--- mock: answer
--- request eval: [$::messages, $::messages]
--- more_headers eval: main::key('sk-limits-of-test-000002')
--- response_headers_like eval
["anthropic-ratelimit-requests-limit: 1\nanthropic-ratelimit-requests-remaining: 0\nanthropic-ratelimit-requests-reset: 20\\d\\d-\\d\\d-\\d\\dT.*Z\nx-ratelimit-limit-requests:",
"anthropic-ratelimit-requests-limit: 1\nretry-after: 6[0-6]\nx-ratelimit-limit-requests:"]
--- response_body_like eval
[qr/"type":"message"/,
 qr/^\{"type":"error","error":\{"type":"rate_limit_error","message":"rate limit reached: the key is limited to 1 requests per minute, used 1, try again in 1m[0-9.]*s"\},"request_id":"req_\w+"\}$/]
--- error_code eval: [200, 429]



=== TEST 3: tokens per minute: what is used counts, not what was guessed
--- http
    llmgw_key sk-limits-of-test-000003 'policy={"tpm_limit":23}';
--- mock: answer
--- request eval: [$::short, $::short, $::short, $::short]
--- more_headers eval: main::key('sk-limits-of-test-000003')
--- response_headers_like eval
["x-ratelimit-limit-tokens: 23",
"x-ratelimit-limit-tokens: 23\nx-ratelimit-reset-tokens: 1m.*s",
"x-ratelimit-remaining-tokens: 7\nretry-after: 6[0-6]",
"x-ratelimit-remaining-tokens: 7"]
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 main::limited('the key', '23 tokens per minute', 16),
 main::limited('the key', '23 tokens per minute', 16)]
--- error_code eval: [200, 200, 429, 429]



=== TEST 4: a guess above the limit does not refuse for ever
--- http
    llmgw_key sk-limits-of-test-000004 'policy={"tpm_limit":8}';
--- mock: answer
--- request eval: [$::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000004')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the key', '8 tokens per minute', 8)]
--- error_code eval: [200, 429]



=== TEST 5: a limit of none
--- http
    llmgw_key sk-limits-of-test-000005 'policy={"rpm_limit":0}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000005')
--- response_headers_like eval
["retry-after: "]
--- response_body_like eval
[qr/^\{"error":\{"message":"rate limit reached: the key is limited to 0 requests per minute","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"\}\}$/]
--- error_code eval: [429]



=== TEST 6: no request at a time
--- http
    llmgw_key sk-limits-of-test-000006 'policy={"max_parallel_requests":0}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000006')
--- response_body_like eval
[qr/"message":"rate limit reached: the key is limited to 0 requests at a time"/]
--- error_code eval: [429]



=== TEST 7: one request at a time, one after the other
--- http
    llmgw_key sk-limits-of-test-000007 'policy={"max_parallel_requests":1}';
--- mock: answer
--- request eval: [$::chat, $::chat, $::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000007')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 200, 200, 200]



=== TEST 8: of a team
--- http
    llmgw_policy team t9 '{"rpm_limit":1}';
    llmgw_key sk-limits-of-test-000008 'policy={"team_id":"t9"}';
--- mock: answer
--- request eval: [$::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000008')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the team ."t9."', '1 requests per minute', 1)]
--- error_code eval: [200, 429]



=== TEST 9: of a user
--- http
    llmgw_policy user u10 '{"rpm_limit":1}';
    llmgw_key sk-limits-of-test-000009 'policy={"user_id":"u10"}';
--- mock: answer
--- request eval: [$::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000009')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the user ."u10."', '1 requests per minute', 1)]
--- error_code eval: [200, 429]



=== TEST 10: of an organization that the team belongs to
--- http
    llmgw_policy team t11 '{"organization_id":"o11"}';
    llmgw_policy organization o11 '{"rpm_limit":1}';
    llmgw_key sk-limits-of-test-000010 'policy={"team_id":"t11"}';
--- mock: answer
--- request eval: [$::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000010')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the organization ."o11."', '1 requests per minute', 1)]
--- error_code eval: [200, 429]



=== TEST 11: of each member of a team
--- http
    llmgw_policy team t12 '{"team_member_rpm_limit":1}';
    llmgw_key sk-limits-of-test-000011 'policy={"team_id":"t12","user_id":"u12"}';
--- mock: answer
--- request eval: [$::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000011')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the user in the team', '1 requests per minute', 1)]
--- error_code eval: [200, 429]



=== TEST 12: of an end user and of a tag
--- http
    llmgw_policy customer ann '{"rpm_limit":1}';
    llmgw_policy tag slow '{"rpm_limit":5}';
    llmgw_key sk-limits-of-test-000012 'policy={}';
--- mock: answer
--- request eval: [$::tagged, $::tagged, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000012')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the customer ."ann."', '1 requests per minute', 1),
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 429, 200]



=== TEST 13: of a tag that the key has
--- http
    llmgw_policy tag slow14 '{"rpm_limit":1}';
    llmgw_key sk-limits-of-test-000013 'policy={"tags":["slow14"]}';
--- mock: answer
--- request eval: [$::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000013')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the tag ."slow14."', '1 requests per minute', 1)]
--- error_code eval: [200, 429]



=== TEST 14: of the gateway
--- http
    llmgw_limit rpm=2 tpm=100000;
    llmgw_key sk-limits-of-test-000014 'policy={"rpm_limit":10}';
--- mock: answer
--- request eval: [$::chat, $::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000014')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 main::limited('the gateway', '2 requests per minute', 2)]
--- error_code eval: [200, 200, 429]



=== TEST 15: of one model of a key
--- http
    llmgw_model other { deployment @up; }
    llmgw_key sk-limits-of-test-000015 'policy={"model_rpm_limit":{"gpt-*":1}}';
--- mock: answer
--- request eval: [$::chat, $::chat, $::other]
--- more_headers eval: main::key('sk-limits-of-test-000015')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the key', '1 requests per minute of the model ."gpt-4o."', 1),
 qr/"content": ?"Hi"/]
--- error_code eval: [200, 429, 200]



=== TEST 16: a budget row fills what the key does not say
--- http
    llmgw_policy budget b16 '{"rpm_limit":1,"tpm_limit":1}';
    llmgw_key sk-limits-of-test-000016 'policy={"budget_id":"b16","tpm_limit":1000000}';
--- mock: answer
--- request eval: [$::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000016')
--- response_body_like eval
[qr/"content": ?"Hi"/,
 main::limited('the key', '1 requests per minute', 1)]
--- error_code eval: [200, 429]



=== TEST 17: the tightest wins, and a refusal counts nowhere
--- http
    llmgw_policy team t17 '{"rpm_limit":2}';
    llmgw_key sk-limits-of-test-000017 'policy={"team_id":"t17","rpm_limit":3}';
--- mock: answer
--- request eval: [$::chat, $::chat, $::chat, $::chat]
--- more_headers eval: main::key('sk-limits-of-test-000017')
--- response_headers_like eval
["x-ratelimit-remaining-requests: 1",
"x-ratelimit-remaining-requests: 0",
"x-ratelimit-limit-requests: 2",
"x-ratelimit-limit-requests: 2"]
--- response_body_like eval
[qr/"content": ?"Hi"/,
 qr/"content": ?"Hi"/,
 main::limited('the team ."t17."', '2 requests per minute', 2),
 main::limited('the team ."t17."', '2 requests per minute', 2)]
--- error_code eval: [200, 200, 429, 429]



=== TEST 18: without limits a provider's own headers pass
--- http
    llmgw_key sk-limits-of-test-000018 'policy={}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000018')
--- response_headers_like eval
["x-ratelimit-limit-requests: 7000"]
--- response_body_like eval
[qr/"content": ?"Hi"/]
--- error_code eval: [200]



=== TEST 19: models, by access group and wildcard
--- http
    llmgw_model other { deployment @up; access_group beta; }
    llmgw_key sk-limits-of-test-000019 'policy={"models":["beta","x-*"]}';
--- mock: answer
--- request eval: [$::chat, $::other]
--- more_headers eval: main::key('sk-limits-of-test-000019')
--- response_body_like eval
[qr/"message":"the key may not use the model .\"gpt-4o.\"","type":"permission_error","param":"model","code":"permission_denied"/,
 qr/"content": ?"Hi"/]
--- error_code eval: [403, 200]



=== TEST 20: models of the team
--- http
    llmgw_policy team t20 '{"models":["x"]}';
    llmgw_key sk-limits-of-test-000020 'policy={"team_id":"t20"}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000020')
--- response_body_like eval
[qr/"message":"the team may not use the model .\"gpt-4o.\""/]
--- error_code eval: [403]



=== TEST 21: aliases of the key
--- http
    llmgw_model other { deployment @up; }
    llmgw_key sk-limits-of-test-000021 'policy={"aliases":{"gpt-4o":"other"},"models":["other"]}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000021')
--- response_body_like eval
[qr/"content": ?"Hi"/]
--- error_code eval: [200]



=== TEST 22: parameters that a request must have
--- http
    llmgw_key sk-limits-of-test-000022 'policy={"enforced_params":["metadata.tags"]}';
--- mock: answer
--- request eval: [$::chat, $::tagged]
--- more_headers eval: main::key('sk-limits-of-test-000022')
--- response_body_like eval
[qr/"message":"the API key demands the parameter .\"metadata.tags.\"","type":"invalid_request_error","param":"metadata.tags","code":"missing_required_parameter"/,
 qr/"content": ?"Hi"/]
--- error_code eval: [400, 200]



=== TEST 23: a blocked key
--- http
    llmgw_key sk-limits-of-test-000023 'policy={"blocked":true}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000023')
--- response_body_like eval
[qr/"message":"the API key is blocked","type":"authentication_error","param":null,"code":"key_blocked"/]
--- error_code eval: [401]



=== TEST 24: a key that has expired
--- http
    llmgw_key sk-limits-of-test-000024 'policy={"expires":"2024-01-01T00:00:00Z"}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000024')
--- response_body_like eval
[qr/"message":"the API key has expired","type":"expired_key","param":null,"code":"expired_key"/]
--- error_code eval: [401]



=== TEST 25: a blocked team
--- http
    llmgw_policy team t25 '{"blocked":true}';
    llmgw_key sk-limits-of-test-000025 'policy={"team_id":"t25"}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000025')
--- response_body_like eval
[qr/"message":"the API key's team is blocked"/]
--- error_code eval: [401]



=== TEST 26: addresses
--- http
    llmgw_key sk-limits-of-test-000026 'policy={"allowed_ips":["10.0.0.0/8"]}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000026')
--- response_body_like eval
[qr/"message":"the API key may not be used from this address","type":"permission_error","param":null,"code":"ip_not_allowed"/]
--- error_code eval: [403]



=== TEST 27: an address of the right network
--- http
    llmgw_key sk-limits-of-test-000027 'policy={"allowed_ips":["127.0.0.0/8"]}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000027')
--- response_body_like eval
[qr/"content": ?"Hi"/]
--- error_code eval: [200]



=== TEST 28: routes
--- http
    llmgw_key sk-limits-of-test-000028 'policy={"allowed_routes":["/embeddings"]}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000028')
--- response_body_like eval
[qr/"message":"the API key may not use \/v1\/chat\/completions","type":"permission_error","param":null,"code":"route_not_allowed"/]
--- error_code eval: [403]



=== TEST 29: a client certificate
--- http
    llmgw_key sk-limits-of-test-000029 'policy={"allowed_client_fingerprints":["0123456789abcdef0123456789abcdef01234567"]}';
--- mock: answer
--- request eval: [$::chat]
--- more_headers eval: main::key('sk-limits-of-test-000029')
--- response_body_like eval
[qr/"code":"client_certificate_not_allowed"/]
--- error_code eval: [403]



=== TEST 30: a policy that is no JSON
--- http
    llmgw_key sk-limits-of-test-wrong1 'policy={rpm}';
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid policy "\{rpm\}"/]



=== TEST 31: a policy with an unknown field
--- http
    llmgw_key sk-limits-of-test-wrong2 'policy={"rpm":1}';
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid policy .*"rpm"/]



=== TEST 32: a policy with a wrong value
--- http
    llmgw_policy team t '{"rpm_limit":-1}';
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid policy .*"rpm_limit"/]



=== TEST 33: an unknown kind of policy
--- http
    llmgw_policy group t '{}';
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid kind "group"/]



=== TEST 34: two policies of one team
--- http
    llmgw_policy team t '{}'; llmgw_policy team t '{}';
--- must_die
--- error_log eval
[qr/\[emerg\].*team "t" has a policy already/]



=== TEST 35: a team that is not there
--- http
    llmgw_key sk-limits-of-test-wrong6 name=k 'policy={"team_id":"t"}';
--- must_die
--- error_log eval
[qr/\[emerg\].*team "t" of key "k" is not defined/]



=== TEST 36: a limit of something else
--- http
    llmgw_limit rps=1;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "rps=1"/]



=== TEST 37: a limit that is no number
--- http
    llmgw_limit rpm=many;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "rpm=many"/]



=== TEST 38: a budget that is no amount
--- http
    llmgw_budget many;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid amount "many"/]



=== TEST 39: a budget without an end
--- http
    llmgw_budget 10 monthly;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid duration "monthly"/]



=== TEST 40: a budget twice
--- http
    llmgw_budget 10; llmgw_budget 10;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_budget" directive is duplicate/]



=== TEST 41: limits without a zone
--- http_config
    llmgw_master_key sk-llmgw-test-master-key-0001;
    llmgw_model gpt-4o { deployment @up; }
    llmgw_limit rpm=1;
--- must_die
--- error_log eval
[qr/\[emerg\].*limits need memory that the workers share: add "llmgw_zone"/]
