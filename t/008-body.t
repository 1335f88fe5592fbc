# Request bodies: how they come in, and what goes upstream for them.  (Bodies
# in pieces over time are in t/e2e/wire_test.py.)

use lib 't/lib';
use LLMGW;

our $big = chat('gpt-4o', { user => 'u' x (1 << 20) });
our $chat = chat('gpt-4o');

sub chunked { my ($body, $size) = @_;
    my $out = '';
    for (my $i = 0; $i < length $body; $i += $size) {
        my $piece = substr $body, $i, $size;
        $out .= sprintf("%x\r\n%s\r\n", length $piece, $piece);
    }
    return "${out}0\r\n\r\n" }

our $head = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $MASTER\r\n";

repeat_each(2);
plan tests => repeat_each() * 81;

gateway_tests();

__DATA__

=== TEST 1: 1 MB over a small client_body_buffer_size
--- http
    client_body_buffer_size 4k;
--- request eval: "POST /v1/chat/completions\n$::big"
--- response_body_like eval
my $length = length($::big) + 5;
qr/"Content-Length: $length"/
--- no_error_log
[error]
[alert]
a client request body is buffered to a temporary file
--- error_code: 200



=== TEST 2: 1 MB, chunked
--- http
    client_body_buffer_size 4k;
--- raw_request eval
$::head . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" . main::chunked($::big, 50000)
--- response_body_like eval
my $length = length($::big) + 5;
qr/"Content-Length: $length"/
--- no_error_log
[error]
[alert]
a client request body is buffered to a temporary file
--- error_code: 200



=== TEST 3: client_body_in_file_only does not write it to a file either
--- http
    client_body_in_file_only on;
    client_body_in_single_buffer on;
--- request eval: "POST /v1/chat/completions\n$::big"
--- no_error_log
[error]
[alert]
http client request body sent to file
a client request body is buffered to a temporary file
--- error_code: 200



=== TEST 4: client_max_body_size is not what decides
--- http
    client_max_body_size 1k;
--- request eval: "POST /v1/chat/completions\n$::big"
--- error_code: 200



=== TEST 5: llmgw_max_body is
--- http
    llmgw_max_body 1000k;
--- request eval: "POST /v1/chat/completions\n$::big"
--- response_body_like: "code":"request_too_large"
--- error_code: 413
--- error_log
client intended to send too large body



=== TEST 6: exactly the limit, and one byte more
--- http eval
"llmgw_max_body " . length(LLMGW::chat('gpt-4o', { user => 'u' })) . ";"
--- request eval
[map { "POST /v1/chat/completions\n" . LLMGW::chat('gpt-4o', { user => $_ }) } 'u', 'uu']
--- error_code eval: [200, 413]
--- no_error_log
[alert]



=== TEST 7: the same, chunked in single bytes
--- http eval
"llmgw_max_body " . length($::chat) . ";"
--- raw_request eval
$::head . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" . main::chunked($::chat, 1)
--- response_body_like eval
my $length = length($::chat) + 5;
qr/(?!.*Transfer-Encoding)"Content-Length: $length"/s
--- error_code: 200



=== TEST 8: one byte more, chunked in single bytes
--- http eval
"llmgw_max_body " . length($::chat) . ";"
--- raw_request eval
$::head . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" . main::chunked("$::chat ", 1)
--- response_body_like: "code":"request_too_large"
--- error_code: 413
--- error_log
client intended to send too large chunked body



=== TEST 9: a limit of a location
--- config
    location / { llmgw on; llmgw_max_body 10; }
    location @up { llmgw_provider openai; llmgw_base_url http://127.0.0.1:1/v1; }
--- request eval: "POST /v1/chat/completions\n$::chat"
--- error_code: 413
--- error_log
client intended to send too large body



=== TEST 10: no body at all
--- raw_request eval
$::head . "Connection: close\r\n\r\n"
--- response_body_like: "code":"invalid_json"
--- error_code: 400



=== TEST 11: Content-Length: 0
--- raw_request eval
$::head . "Content-Length: 0\r\nConnection: close\r\n\r\n"
--- response_body_like: "code":"invalid_json"
--- error_code: 400



=== TEST 12: no chunks
--- raw_request eval
$::head . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
--- response_body_like: "code":"invalid_json"
--- error_code: 400



=== TEST 13: invalid chunks
--- raw_request eval
$::head . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n"
--- response_body_like: ^\{"error":\{"message":".*","type":"invalid_request_error"
--- error_code: 400
--- error_log
client sent invalid chunked body
--- no_error_log
[alert]



=== TEST 14: a body with GET is left alone
--- raw_request eval
"GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $::MASTER\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
--- response_body_like: "object":"list"
--- error_code: 200



=== TEST 15: a longer model name: the length follows
--- http
    llmgw_model m { deployment @up model=a-model-name-that-is-quite-a-bit-longer-than-it-was; }
--- request eval
"POST /v1/chat/completions\n" . '{"model":"m","messages":[]}'
--- response_body_like: "Content-Length: 77"
--- error_code: 200



=== TEST 16: a body of blanks in front and behind
--- raw_request eval
my $body = " " x 5000 . $::chat . "\n" x 5000;
$::head . "Connection: close\r\nContent-Length: " . length($body) . "\r\n\r\n$body"
--- response_body_like eval
my $length = length($::chat) + 10005;
qr/"Content-Length: $length"/
--- error_code: 200



=== TEST 17: proxy_request_buffering and proxy_pass_request_body of the server do not matter
--- http
    proxy_request_buffering off;
    proxy_pass_request_body off;
    proxy_set_header X-Operator 1;
--- request eval: "POST /v1/chat/completions\n$::chat"
--- response_body_like eval
qr/(?!.*X-Operator)"body": "\{\\"messages\\"/s
--- error_code: 200
