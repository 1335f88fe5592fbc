# Mistakes in nginx.conf are found by "nginx -t", with file, line, and what to
# write instead.

use lib 't/lib';
use LLMGW;

repeat_each(1);
plan tests => repeat_each() * 142;

gateway_tests();

__DATA__

=== TEST 1: unknown provider
--- server
    location @x { llmgw_provider opanai; }
--- must_die
--- error_log eval
[qr/\[emerg\].*unknown provider "opanai", docs\/providers\.md has their names; .* write "openai" and its "llmgw_base_url" in \S+nginx\.conf:\d+/]



=== TEST 2: a deployment names no location
--- http
    llmgw_model other { deployment @nowhere; }
--- must_die
--- error_log eval
[qr/\[emerg\].*deployment "\@nowhere" of model "other" in \S+nginx\.conf:\d+ names no location of server "localhost": add "location \@nowhere \{ llmgw_provider \.\.\.; \}" to it/]



=== TEST 3: a deployment's location has no provider
--- http
    llmgw_model other { deployment @plain; }
--- server
    location @plain { return 404; }
--- must_die
--- error_log eval
[qr/\[emerg\].*location "\@plain", a deployment of model "other" in \S+nginx\.conf:\d+, has no "llmgw_provider": add it/]



=== TEST 4: a model without deployment
--- http
    llmgw_model other { }
--- must_die
--- error_log eval
[qr/\[emerg\].*model "other" has no deployment: write "deployment \@location;" into its block in \S+nginx\.conf:\d+/]



=== TEST 5: a model with nothing but a fallback
--- http
    llmgw_model other { fallback gpt-4o; }
--- must_die
--- error_log eval
[qr/\[emerg\].*model "other" has no deployment/]



=== TEST 6: a secret file that is not there
--- server
    location @x { llmgw_provider openai; llmgw_api_key file:/nonexistent/openai.key; }
--- must_die
--- error_log eval
[qr/\[emerg\].*cannot read the secret file "\/nonexistent\/openai\.key" \(2: No such file or directory\)|\[emerg\].*cannot read the secret file "\/nonexistent\/openai\.key".* in \S+nginx\.conf:\d+/]



=== TEST 7: a secret file that is a directory
--- server
    location @x { llmgw_provider openai; llmgw_api_key file:/tmp; }
--- must_die
--- error_log eval
[qr/\[emerg\].*the secret file "\/tmp" is not a file of at most \d+ bytes/]



=== TEST 8: an empty secret file
--- server
    location @x { llmgw_provider openai; llmgw_api_key file:$TEST_NGINX_SERVER_ROOT/html/empty.key; }
--- user_files
>>> empty.key

--- must_die
--- error_log
the secret is empty



=== TEST 9: an environment variable that is not set
--- server
    location @x { llmgw_provider openai; llmgw_api_key env:LLMGW_TEST_NOT_SET; }
--- must_die
--- error_log eval
[qr/\[emerg\].*environment variable "LLMGW_TEST_NOT_SET" is not set: set it for the nginx master process, or write file:PATH in \S+nginx\.conf:\d+/]



=== TEST 10: a secret that no header can carry
--- server
    location @x { llmgw_provider openai; llmgw_api_key "sk-a b"; }
--- must_die
--- error_log eval
[qr/\[emerg\].*the secret holds a blank or a character that a header cannot carry, at position 4 in \S+nginx\.conf:\d+/]



=== TEST 11: a line end in a secret
--- server eval
"    location \@x { llmgw_provider openai; llmgw_api_key \"sk-a\r\nx-evil: 1\"; }"
--- must_die
--- error_log
the secret holds a blank or a character that a header cannot carry, at position 4



=== TEST 12: two models of one name
--- http
    llmgw_model gpt-4o { deployment @up; }
--- must_die
--- error_log eval
[qr/\[emerg\].*model "gpt-4o" is already defined in \S+nginx\.conf:\d+: put all its deployments into one block in \S+nginx\.conf:\d+/]



=== TEST 13: a fallback that leads back to itself
--- http
    llmgw_model a { deployment @up; fallback b; }
    llmgw_model b { deployment @up; fallback a; }
--- must_die
--- error_log eval
[qr/\[emerg\].*fallback "a" of model "b" leads back to itself in \S+nginx\.conf:\d+: take it out/]



=== TEST 14: a model that falls back to itself
--- http
    llmgw_model a { deployment @up; fallback a; }
--- must_die
--- error_log eval
[qr/\[emerg\].*fallback "a" of model "a" leads back to itself/]



=== TEST 15: a fallback that is not defined
--- http
    llmgw_model a { deployment @up; fallback zz; }
--- must_die
--- error_log eval
[qr/\[emerg\].*fallback "zz" of model "a" is not defined in \S+nginx\.conf:\d+: add "llmgw_model zz \{ \.\.\. \}"/]



=== TEST 16: a short master key
--- http_config
    llmgw_master_key sk-short;
--- config
    location / { llmgw on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*the master key must have at least 16 characters: make one with "openssl rand -hex 24" in \S+nginx\.conf:\d+/]



=== TEST 17: a well-known master key
--- http_config
    llmgw_master_key sk-1234;
--- config
    location / { llmgw on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*the master key is a well-known example: make one with "openssl rand -hex 24" in \S+nginx\.conf:\d+/]



=== TEST 18: a well-known master key that is long enough
--- http_config
    llmgw_master_key sk-1234567890abcdef;
--- config
    location / { llmgw on; }
--- must_die
--- error_log
the master key is a well-known example



=== TEST 19: two master keys
--- http
    llmgw_master_key sk-another-master-key-000002;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_master_key" directive is duplicate in \S+nginx\.conf:\d+/]



=== TEST 20: the secret of a master key does not stand in the message
--- http_config
    llmgw_master_key sk-secret9;
--- config
    location / { llmgw on; }
--- must_die
--- error_log
the master key must have at least
--- no_error_log
sk-secret9



=== TEST 21: one secret for two keys
--- http
    llmgw_key sk-the-same-secret-000000001 name=first;
    llmgw_key sk-the-same-secret-000000001 name=second;
--- must_die
--- error_log eval
[qr/\[emerg\].*keys "first" in \S+nginx\.conf:\d+ and "second" in \S+nginx\.conf:\d+ are the same secret: take one out/]



=== TEST 22: a malformed digest
--- http
    llmgw_key sha256:0123 name=x;
--- must_die
--- error_log eval
[qr/\[emerg\].*"sha256:" must be followed by 64 hex digits in \S+nginx\.conf:\d+/]



=== TEST 23: an unknown parameter of a key
--- http
    llmgw_key sk-some-secret-0000000000001 model=gpt-4o;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "model=gpt-4o": a key takes name=NAME, models=NAME,NAME and policy=JSON in \S+nginx\.conf:\d+/]



=== TEST 24: a base URL without scheme
--- server
    location @x { llmgw_provider openai; llmgw_base_url api.example.com/v1; }
--- must_die
--- error_log eval
[qr/\[emerg\].*base URL "api\.example\.com\/v1" must begin with "https:\/\/" or "http:\/\/" in \S+nginx\.conf:\d+/]



=== TEST 25: a base URL with a query
--- server
    location @x { llmgw_provider openai; llmgw_base_url https://api.example.com/v1?x=1; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid character "\?" in base URL/]



=== TEST 26: a base URL with credentials
--- server
    location @x { llmgw_provider openai; llmgw_base_url https://me:pw@api.example.com/v1; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid character "\@" in base URL/]



=== TEST 27: a base URL with a bad port
--- server
    location @x { llmgw_provider openai; llmgw_base_url https://api.example.com:99999/v1; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid port in base URL "https:\/\/api\.example\.com:99999\/v1" in \S+nginx\.conf:\d+/]



=== TEST 28: a base URL with a variable
--- server
    location @x { llmgw_provider openai; llmgw_base_url https://$host/v1; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid character "\$" in base URL/]



=== TEST 29: a base URL of a socket
--- server
    location @x { llmgw_provider openai; llmgw_base_url http://unix:/tmp/x.sock; }
--- must_die
--- error_log eval
[qr/\[emerg\].*put the socket into an "upstream" block/]



=== TEST 30: the provider of an ordinary location
--- server
    location /x { llmgw_provider openai; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_provider" in \S+nginx\.conf:\d+ belongs into a named location: write "location \@name" instead of "location \/x"/]



=== TEST 31: two providers in one location
--- server
    location @x { llmgw_provider openai; llmgw_provider anthropic; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_provider" directive is duplicate in \S+nginx\.conf:\d+/]



=== TEST 32: an unknown parameter of a provider
--- server
    location @x { llmgw_provider openai fast; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "fast": there is "manual", and what stands in braces in the address of the provider in \S+nginx\.conf:\d+/]



=== TEST 33: a provider outside of a location
--- server
    llmgw_provider openai;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_provider" directive is not allowed here in \S+nginx\.conf:\d+/]



=== TEST 34: a key inside a server
--- server
    llmgw_key sk-some-secret-0000000000001;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_key" directive is not allowed here/]



=== TEST 35: two API keys
--- server
    location @x { llmgw_provider openai; llmgw_api_key sk-a; llmgw_api_key sk-b; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_api_key" directive is duplicate in \S+nginx\.conf:\d+/]



=== TEST 36: two base URLs
--- server
    location @x { llmgw_provider openai; llmgw_base_url http://a/v1; llmgw_base_url http://b/v1; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_base_url" directive is duplicate in \S+nginx\.conf:\d+/]



=== TEST 37: a deployment without @
--- http
    llmgw_model other { deployment up; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"deployment" takes a named location: "deployment \@name model=NAME;" in \S+nginx\.conf:\d+/]



=== TEST 38: an unknown parameter of a deployment
--- http
    llmgw_model other { deployment @up wieght=2; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "wieght=2": a deployment takes .* in \S+nginx\.conf:\d+/]



=== TEST 39: an upstream model name with a quote
--- http
    llmgw_model other { deployment @up 'model=a"b'; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid character in "model=a"b"/]



=== TEST 40: an unknown word in a model
--- http
    llmgw_model other { deployement @up; }
--- must_die
--- error_log eval
[qr/\[emerg\].*unknown "deployement" in llmgw_model: it takes "deployment", "fallback", "price", "alias", "access_group", "strategy", "retries", "cooldown", "affinity", "context_fallback", "content_fallback", "midstream_fallback" and "hidden" in \S+nginx\.conf:\d+/]



=== TEST 41: a fallback without a name
--- http
    llmgw_model other { deployment @up; fallback; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"fallback" takes the names of models in \S+nginx\.conf:\d+/]



=== TEST 42: a zone without a size
--- http_config
    llmgw_zone llmgw;
--- config
    location / { llmgw on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid zone "llmgw": write NAME:SIZE, for example llmgw:32m in \S+nginx\.conf:\d+/]



=== TEST 43: a zone of a bad size
--- http_config
    llmgw_zone llmgw:big;
--- config
    location / { llmgw on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid size "big" of zone "llmgw" in \S+nginx\.conf:\d+/]



=== TEST 44: a zone that is too small
--- http_config
    llmgw_zone llmgw:4k;
--- config
    location / { llmgw on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*zone "llmgw" is too small: it needs at least \d+ bytes in \S+nginx\.conf:\d+/]



=== TEST 45: two zones
--- http
    llmgw_zone other:1m;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_zone" directive is duplicate/]



=== TEST 46: "llmgw" twice
--- server
    location /a { llmgw on; llmgw on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw" directive is duplicate/]



=== TEST 47: a bad value of "llmgw"
--- server
    location /a { llmgw yes; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid value "yes" in "llmgw" directive, it must be "on" or "off"/]



=== TEST 48: a bad size of llmgw_max_body
--- server
    location /a { llmgw on; llmgw_max_body lots; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_max_body" directive invalid value in \S+nginx\.conf:\d+/]



=== TEST 49: an operator's line that the provider needs for itself
--- server
    location @x { llmgw_provider openai; llmgw_base_url http://127.0.0.1:9/v1; proxy_pass http://127.0.0.1:9; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_provider" needs "proxy_pass http:\/\/\S+" and found it taken: leave it out of the location, or use "llmgw_provider NAME manual" in \S+nginx\.conf:\d+/]



=== TEST 50: request headers that the provider does not get
--- server
    location @x { llmgw_provider openai; llmgw_base_url http://127.0.0.1:9/v1; proxy_pass_request_headers on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_provider" needs "proxy_pass_request_headers off" and found it taken/]



=== TEST 51: two servers, one of them without the locations
--- http
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        server_name second;
        location / { llmgw on; }
    }
--- must_die
--- error_log eval
[qr/\[emerg\].*deployment "\@up" of model "gpt-4o" in \S+nginx\.conf:\d+ names no location of server "second"/]



=== TEST 52: an included provider before its base URL
--- server
    location @x { include $TEST_NGINX_SERVER_ROOT/html/p.conf; llmgw_base_url http://127.0.0.1:9/v1; }
--- user_files
>>> p.conf
llmgw_provider openai;
--- must_die
--- error_log eval
[qr/\[emerg\].*write "llmgw_base_url" in front of an included "llmgw_provider" in \S+nginx\.conf:\d+/]



=== TEST 53: an upstream that stands behind the location which names it
--- http_config
    llmgw_master_key sk-llmgw-test-master-key-0001;
    llmgw_model gpt-4o { deployment @up; }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        location / { llmgw on; }
        location @up { llmgw_provider openai; llmgw_base_url http://backend/v1; }
    }
    upstream backend { server 127.0.0.1:1; }
--- config
    location / { return 204; }
--- must_die
--- error_log eval
[qr/\[emerg\].*upstream "backend" is named by "llmgw_base_url" before it is defined: put it in front of the server/]



=== TEST 54: a manual provider without the operator's proxy
--- server
    location @x { llmgw_provider openai manual; }
--- must_die
--- error_log eval
[qr/\[emerg\].*location "\@x" with "llmgw_provider openai manual" in \S+nginx\.conf:\d+ has no handler: add "proxy_pass"/]



=== TEST 55: the operator's stock directives win, before and behind the provider
--- locs
        proxy_read_timeout 7s;
        proxy_buffer_size 32k;
        proxy_busy_buffers_size 64k;
        error_page 418 = @other;
--- server
    location @other { return 204; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- error_code: 200



=== TEST 56: a base URL whose host is an upstream
--- http
    upstream backend { server 127.0.0.1:$TEST_NGINX_MOCK_PORT; keepalive 4; }
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider openai; llmgw_base_url http://backend/echo/v1; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('m')
--- response_body_like: "Host: backend"
--- error_code: 200



=== TEST 57: a short key is taken with a warning
--- http
    llmgw_key sk-kurz name=short;
--- more_headers
Authorization: Bearer sk-kurz
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- error_code: 200



=== TEST 58: a host name that cannot be resolved does not keep nginx from starting
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider openai; llmgw_base_url http://no-such-host.invalid/v1; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o')
--- error_code: 200



=== TEST 59: checks of a provider that has no list of models
--- http
    llmgw_model m { deployment @x; }
--- server
    location @x { llmgw_provider bedrock; llmgw_aws_region us-east-1; llmgw_api_key k; llmgw_health_check on; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_health_check" in \S+nginx\.conf:\d+: "llmgw_provider bedrock" of location "\@x" has no list of models to ask for: write "llmgw_health_check off" into the location, or one with "ping" or "uri="/]



=== TEST 60: checks without a zone
--- http_config
    llmgw_master_key sk-llmgw-test-master-key-0001;
    llmgw_model m { deployment @x; }
--- config
    location / { llmgw on; }
    location @x { llmgw_provider openai; llmgw_health_check interval=5s; }
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_health_check" in \S+nginx\.conf:\d+ needs "llmgw_zone"/]



=== TEST 61: checks too often
--- server
    location @x { llmgw_provider openai; llmgw_health_check interval=10ms; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "interval=10ms": "llmgw_health_check" takes "off", "on", interval=TIME \(100ms or more\)/]



=== TEST 62: checks in two ways
--- server
    location @x { llmgw_provider openai; llmgw_health_check ping uri=/health; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "uri=\/health"/]



=== TEST 63: a path for checks that is none
--- server
    location @x { llmgw_provider openai; llmgw_health_check uri=health; }
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid path in "uri=health": it begins with "\/"/]



=== TEST 64: a jitter that is longer than the interval
--- server
    location @x { llmgw_provider openai; llmgw_health_check interval=1s jitter=2s; }
--- must_die
--- error_log eval
[qr/\[emerg\].*has a "jitter" that is longer than its "interval"/]



=== TEST 65: checks of all providers but one
--- http
    llmgw_health_check interval=1h;
    llmgw_model m { deployment @x; deployment @y; deployment @z; }
--- server
    location @x { llmgw_provider openai; llmgw_base_url http://127.0.0.1:$TEST_NGINX_MOCK_PORT/echo/v1; }
    location @y { llmgw_provider bedrock; llmgw_aws_region us-east-1; llmgw_api_key k; llmgw_health_check off; }
    location @z { llmgw_provider mock; }
--- request eval
"POST /v1/chat/completions\n" . LLMGW::chat('m')
--- error_code: 200
