# What can go wrong at a provider, and whether another attempt follows.

use lib 't/lib';
use LLMGW;

sub err { my ($status, $code, @more) = @_;
    return { status => $status, json => { error => {
        message => "error $status", type => 'x', param => undef,
        code => $code } }, @more } }

sub raw { return { ops => [map { ref $_ ? $_ : ['send', $_] } @_] } }

our $head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
our $events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

# faults before a client can have seen anything; those of streams, and others

our %whole = (
    closes => raw(['close']),
    resets => raw(['reset']),
    midheader => raw("HTTP/1.1 200 OK\r\nContent-Ty", ['reset']),
    headclose => raw("HTTP/1.1 200 OK\r\nContent-Ty", ['close']),
    midbody => raw($head . "Content-Length: 100\r\n\r\n{\"answer\":", ['close']),
    midreset => raw($head . "Content-Length: 100\r\n\r\n{\"answer\":", ['reset']),
    midchunk => raw($head . "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"answer\":", ['close']),
    badchunk => raw($head . "Transfer-Encoding: chunked\r\n\r\nzz\r\n{\"answer\":", ['close']),
    nochunk => raw($head . "Transfer-Encoding: chunked\r\n\r\nb\r\n{\"answer\":1\r\n", ['close']),
    garbage => raw("\0\1\2 no answer at all\r\n\r\n", ['close']),
    notjson => { body => 'all is well', type => 'application/json' },
    half => { body => '{"answer":', type => 'application/json' },
    html => { body => '<html>Sign in</html>', type => 'text/html' },
    nobody => { body => '', type => 'application/json' },
    zipped => { json => { answer => 'zipped' }, headers => [['Content-Encoding', 'gzip']] },
    bighead => { json => { answer => 'big' }, headers => [['X-Big', 'x' x 100000]] },
);

our %streams = (
    sseempty => { sse => [] },
    ssecut => { sse => sse_of('x'), cut => 100 },
    ssereset => { sse => sse_of('x'), cut => 100, end => 'reset' },
    ssebroken => { sse => ['{"id":', '[DONE]'] },
    ssehead => raw($events . "Transfer-Encoding: chunked\r\n\r\n", ['close']),
    badevents => raw($events . "Transfer-Encoding: chunked\r\n\r\n4\r\n: x\n\r\nno size\r\n", ['close']),
    ssecomment => raw($events . "Transfer-Encoding: chunked\r\n\r\n4\r\n: x\n\r\n", ['close']),
);

mock(
    %whole, %streams,
    (map { $_ => { json => { answer => $_ } } } qw(one two)),
    stream => { sse => sse_of('second') },
    e400 => err(400, 'x'), e401 => err(401, 'x'), e404 => err(404, 'x'),
    e429 => err(429, 'rate_limit_exceeded'),
    e500 => err(500, 'x'), e503 => err(503, 'x'), e502 => err(502, 'x'),
    long => err(429, 'rate_limit_exceeded', headers => [['Retry-After', '86400']]),
    short => { turns => [err(429, 'rate_limit_exceeded', headers => [['retry-after-ms', '30']]),
                         { json => { answer => 'ok' } }] },
    gone => { end => 'gone' },
    errfirst => { sse => ['{"error":{"message":"first","type":"server_error"}}'] },
    begun => { sse => [@{sse_of('Hel', 'lo')}[0 .. 1]], end => 'close', cut => 520 },
    begunreset => { sse => [@{sse_of('Hel', 'lo')}[0 .. 1]], end => 'reset', cut => 520 },
    badbegun => raw($events . "Transfer-Encoding: chunked\r\n\r\n",
                    (map { sprintf("%x\r\n%s\r\n", length $_, $_) } map { 'data: ' . json($_) . "\n\n" }
                     @{sse_of('Hel', 'lo')}[0 .. 1]), ['pause', 0.1], "no size\r\n", ['wait']),
    drip => raw($head . "Content-Length: 17\r\n\r\n",
                map { (['pause', 0.1], $_) } split //, '{"answer":"drip"}'),
    driphead => raw(map { ($_, ['pause', 0.02]) }
                    split //, $head . "Content-Length: 17\r\n\r\n{\"answer\":\"drip\"}"),
    hangs => raw($head . "Content-Length: 100\r\n\r\n{\"answer\":", ['wait']),
    hangsevents => raw($events . "\r\n: x\n\n", ['wait']),
);

our @names = (sort(keys %whole), sort(keys %streams),
              qw(one two stream e400 e401 e404 e429 e500 e502 e503 long short gone errfirst begun
                 begunreset badbegun drip driphead hangs hangsevents));

our $locations = join '', (map { "
    location \@$_ { llmgw_provider openai; proxy_read_timeout 300ms;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$_/v1; }" } @names), "
    location \@slow { llmgw_provider openai; proxy_read_timeout 1s;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/drip/v1; }
    location \@refused { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }
    location \@tls { llmgw_provider openai;
        llmgw_base_url https://127.0.0.1:\$TEST_NGINX_MOCK_PORT/one/v1; }";

our $models = join '', map { "
    llmgw_model $_ { deployment \@$_; deployment \@one; cooldown off; }
    llmgw_model $_+ { deployment \@$_; deployment \@stream; cooldown off; }" } @names, 'refused', 'tls';

sub post { my ($model, %more) = @_;
    return "POST /v1/chat/completions\n" . chat($model, \%more) }

sub body { my ($path, %body) = @_; return "POST $path\n" . json(\%body) }

# what is asked for, and in which order, for each of several models

sub orders { return [map { ("GET /__mock/__clear", $_, "GET /__mock/__order") } @_] }

# models that go on for some failures only

our @failures = qw(refused gone closes notjson midbody e429 e500 e502 e503);

sub only { my ($on) = @_;
    return join '', map { "
    llmgw_model $_ { deployment \@$_; deployment \@one; cooldown off; retry_on $on; }" } @failures }

repeat_each(2);
plan tests => repeat_each() * 805;

gateway_tests();

__DATA__

=== TEST 1: faults of whole answers: the next deployment; a kept connection is tried anew
--- http eval: $::models
--- server eval: $::locations
--- request eval: main::orders(map { main::post($_) } sort keys %::whole)
--- response_body_like eval
[map { (qr/ok/, qr/^\{"answer": "one"\}$/, qr/^$_( $_)? one$/) } sort keys %::whole]
--- error_code eval: [(200) x (3 * keys %::whole)]
--- no_error_log
[alert]



=== TEST 2: faults of streams
--- http eval: $::models
--- server eval: $::locations
--- request eval
main::orders(map { main::post("$_+", stream => JSON::PP::true) } sort(keys %::streams), sort(keys %::whole))
--- response_body_like eval
[map { (qr/ok/, qr/"content":"second".*data: \[DONE\]\n\n$/s, qr/^$_( $_)? stream$/) }
 sort(keys %::streams), sort(keys %::whole)]
--- error_code eval: [(200) x (3 * (keys(%::streams) + keys(%::whole)))]
--- no_error_log
[alert]



=== TEST 3: faults of answers that a cache would have
--- http eval: "proxy_cache_path \$TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m; proxy_cache_methods POST; proxy_cache_valid 200 1m; $::models"
--- server eval: $::locations =~ s/300ms;/300ms; proxy_cache c; proxy_cache_key \$llmgw_cache_key;/gr
--- request eval
main::orders((map { main::post($_, user => $_) } qw(badchunk nochunk midchunk midbody)),
             (map { main::post("$_+", user => $_, stream => JSON::PP::true) } qw(badchunk nochunk badevents)),
             main::post('badbegun+', stream => JSON::PP::true))
--- response_body_like eval
[(map { (qr/ok/, qr/^\{"answer": "one"\}$/, qr/^$_( one)?$/) } qw(badchunk nochunk midchunk midbody)),
 (map { (qr/ok/, qr/"content":"second".*data: \[DONE\]\n\n$/s, qr/^$_( stream)?$/) } qw(badchunk nochunk badevents)),
 qr/ok/, qr/upstream_incomplete/, qr/^badbegun$/]
--- error_code eval: [(200) x 24]
--- no_error_log
[alert]



=== TEST 4: no connection, and no TLS on it
--- http eval: $::models
--- server eval: $::locations
--- request eval: main::orders(main::post('refused'), main::post('tls'))
--- response_body_like eval
[(qr/ok/, qr/^\{"answer": "one"\}$/, qr/^one$/) x 2]
--- error_code eval: [(200) x 6]
--- no_error_log
[alert]



=== TEST 5: the error of the last attempt in words of the gateway
--- http eval
join '', map { "llmgw_model $_ { deployment \@$_; cooldown off; }" } qw(closes midbody notjson refused gone)
--- server eval: $::locations
--- request eval: [map { main::post($_) } qw(closes midbody notjson refused gone)]
--- response_body_like eval
[map { qr/"code":"$_"/ } qw(bad_gateway upstream_incomplete upstream_invalid_response bad_gateway upstream_timeout)]
--- error_code eval: [502, 502, 502, 502, 504]
--- no_error_log
[alert]



=== TEST 6: streams that a client sees end with an error, and nobody else is asked
--- http
    llmgw_model begun { deployment @begun; deployment @stream; retries 3; fallback other; cooldown off; }
    llmgw_model begunreset { deployment @begunreset; deployment @stream; retries 3; fallback other; cooldown off; }
    llmgw_model badbegun { deployment @badbegun; deployment @stream; retries 3; fallback other; cooldown off; }
    llmgw_model other { deployment @stream; }
--- server eval: $::locations
--- request eval
main::orders(map {
    (main::post($_, stream => JSON::PP::true),
     main::body('/v1/messages', model => $_, max_tokens => 9, stream => JSON::PP::true,
                messages => [{ role => 'user', content => 'Hello' }]),
     main::body('/v1/responses', model => $_, input => 'Hello', stream => JSON::PP::true),
     main::body("/v1beta/models/$_:streamGenerateContent?alt=sse", contents => [{ parts => [{ text => 'Hello' }] }]))
    } qw(begun begunreset badbegun))
--- response_body_like eval
[map { my $name = $_;
       map { (qr/ok/, $_, qr/^$name$/) }
       qr/"code":"upstream_incomplete"\}\}\n\ndata: \[DONE\]\n\n$/, qr/event: error\n[^\n]*\n\n$/,
       qr/upstream_incomplete/, qr/"error"/ } qw(begun begunreset badbegun)]
--- error_code eval: [(200) x 36]
--- no_error_log
[alert]



=== TEST 7: 429 of all, without a time to wait: rounds, then the error
--- http
    llmgw_model a { deployment @e429; deployment @e429 model=b; retries 2 backoff=1ms max=2ms; cooldown off; }
    llmgw_model c { deployment @e429; deployment @e429 model=b; cooldown off; fallback d; }
    llmgw_model d { deployment @two; }
--- server eval: $::locations
--- request eval: main::orders(main::post('a'), main::post('c'))
--- response_body_like eval
[qr/ok/, qr/error 429/, qr/^(e429 ?){6}$/, qr/ok/, qr/two/, qr/^e429 e429 two$/]
--- error_code eval: [200, 429, 200, 200, 200, 200]



=== TEST 8: 429 with a time to wait: a short one is waited for, a day is not
--- http
    llmgw_model a { deployment @short; retries 1 backoff=1ms max=2s; cooldown off; }
    llmgw_model b { deployment @long; retries 5 backoff=1ms max=2s; cooldown off; fallback d; }
    llmgw_model c { deployment @long; retries 5 backoff=1ms max=2s; cooldown off; }
    llmgw_model d { deployment @two; }
--- server eval: $::locations
--- request eval: main::orders(map { main::post($_) } qw(a b c))
--- response_body_like eval
[qr/ok/, qr/"ok"/, qr/^short short$/, qr/ok/, qr/two/, qr/^long two$/, qr/ok/, qr/error 429/, qr/^long$/]
--- error_code eval: [200, 200, 200, 200, 200, 200, 200, 429, 200]



=== TEST 9: a slow drip is an answer, unless the deployment has a time for it; as a header it is none
--- http
    llmgw_model a { deployment @slow; deployment @one; cooldown off; }
    llmgw_model b { deployment @slow timeout=250ms; deployment @one; cooldown off; }
    llmgw_model c { deployment @slow timeout=10s; deployment @one; cooldown off; }
    llmgw_model d { deployment @driphead; deployment @one; cooldown off; }
--- server eval: $::locations
--- request eval: main::orders(map { main::post($_) } qw(a b c d))
--- response_body_like eval
[qr/ok/, qr/drip/, qr/^drip$/, qr/ok/, qr/one/, qr/^drip one$/, qr/ok/, qr/drip/, qr/^drip$/,
 qr/ok/, qr/one/, qr/^driphead one$/]
--- error_code eval: [(200) x 12]
--- no_error_log
[alert]



=== TEST 10: the time of a deployment: nothing, a part of an answer, a stream without a token
--- http
    proxy_read_timeout 20s;
    llmgw_model a { deployment @silent timeout=100ms; deployment @one; }
    llmgw_model b { deployment @partly timeout=100ms; deployment @one; }
    llmgw_model c { deployment @talks timeout=100ms; deployment @stream; }
    llmgw_model d { deployment @silent timeout=100ms; cooldown off; }
--- server eval
$::locations . join '', map { "
    location \@$$_[0] { llmgw_provider openai; proxy_read_timeout 20s;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$$_[1]/v1; }" }
    ['silent', 'gone'], ['partly', 'hangs'], ['talks', 'hangsevents']
--- request eval
[main::post('a'), main::post('b'), main::post('c', stream => JSON::PP::true), main::post('d'),
 "GET /__mock/__closed/gone", "GET /__mock/__closed/hangs", "GET /health"]
--- response_body_like eval
[qr/one/, qr/one/, qr/second/, qr/"code":"upstream_timeout"/, qr/closed/, qr/closed/,
 qr/"\@silent","model":"d",.*"failures":[1-9]/]
--- error_code eval: [200, 200, 200, 504, 200, 200, 200]
--- no_error_log
[alert]



=== TEST 11: retry_on connect
--- http eval: main::only('connect')
--- server eval: $::locations
--- request eval: [map { main::post($_) } @::failures]
--- error_code eval: [200, 504, 502, 502, 502, 429, 500, 502, 503]
--- no_error_log
[alert]



=== TEST 12: retry_on timeout
--- http eval: main::only('timeout')
--- server eval: $::locations
--- request eval: [map { main::post($_) } @::failures]
--- error_code eval: [502, 200, 502, 502, 502, 429, 500, 502, 503]
--- no_error_log
[alert]



=== TEST 13: retry_on invalid
--- http eval: main::only('invalid')
--- server eval: $::locations
--- request eval: [map { main::post($_) } @::failures]
--- error_code eval: [502, 504, 200, 200, 200, 429, 500, 502, 503]
--- no_error_log
[alert]



=== TEST 14: retry_on with status codes
--- http eval: main::only('429 502 503')
--- server eval: $::locations
--- request eval: [map { main::post($_) } @::failures]
--- error_code eval: [502, 504, 502, 502, 502, 200, 500, 200, 200]
--- no_error_log
[alert]



=== TEST 15: retry_on for what is not followed by default, in a stream as well
--- http
    llmgw_model a { deployment @e400; deployment @one; retry_on 400; }
    llmgw_model b { deployment @e500; deployment @two; retry_on 400; fallback a; retries 2; }
    llmgw_model c { deployment @errfirst; deployment @stream; retry_on 500; cooldown off; }
    llmgw_model d { deployment @errfirst; deployment @stream; retry_on 400; cooldown off; }
--- server eval: $::locations
--- request eval
[main::post('a'), main::post('b'), main::post('c', stream => JSON::PP::true), main::post('d', stream => JSON::PP::true)]
--- response_body_like eval
[qr/one/, qr/error 500/, qr/"content":"second"/, qr/"message":"first"/]
--- error_code eval: [200, 500, 200, 500]



=== TEST 16: a limit reached, a location full or a provider that cannot do it are no failures
--- http
    llmgw_model a { deployment @anthropic; deployment @one; retry_on connect; }
--- server eval
$::locations . ' location @anthropic { llmgw_provider anthropic; llmgw_base_url http://127.0.0.1:1/; }'
--- request
POST /v1/embeddings
{"model":"a","input":"x"}
--- response_body eval: '{"answer": "one"}'
--- error_code: 200



=== TEST 17: retry_on without a word
--- http
    llmgw_model a { deployment @up; retry_on; }
--- must_die
--- error_log
"retry_on" takes status codes from 400 to 599, "connect", "timeout" and "invalid"



=== TEST 18: retry_on with a word of another directive
--- http
    llmgw_model a { deployment @up; retry_on 500 error; }
--- must_die
--- error_log
"retry_on" takes status codes



=== TEST 19: retry_on with a status that is no error
--- http
    llmgw_model a { deployment @up; retry_on 200; }
--- must_die
--- error_log
"retry_on" takes status codes



=== TEST 20: retry_on twice
--- http
    llmgw_model a { deployment @up; retry_on 500; retry_on 503; }
--- must_die
--- error_log
"retry_on" is duplicate



=== TEST 21: a time that is none
--- http
    llmgw_model a { deployment @up timeout=soon; }
--- must_die
--- error_log
invalid time in "timeout=soon"



=== TEST 22: no time at all
--- http
    llmgw_model a { deployment @up timeout=0; }
--- must_die
--- error_log
invalid time in "timeout=0"
