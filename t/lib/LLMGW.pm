# What the files t/*.t share: a gateway in few lines, and a mock upstream.
#
#     use lib 't/lib';
#     use LLMGW;
#
#     mock(NAME => { ... }, ...);        scenarios, see t/lib/mock.py
#     gateway_tests(CHECKS);             plan and run
#
# A block that has no "http_config" or "config" of its own gets a gateway with
# the model "gpt-4o", sent to "gpt-4o-2024" of the mock's scenario that the
# section "--- mock: NAME" names (default: echo).  "--- http:" and
# "--- server:" add lines to these, "--- locs:" (location @up's own) as well.
# Without "more_headers" the master key is sent.  Each block checks that no
# error was logged, unless it says what is to be expected.

package LLMGW;

use strict;
use warnings;

use File::Temp ();
use IO::Socket::INET ();
use IPC::Open2 ();
use JSON::PP ();

# a free port of this run's own: the harness looks at it when it is loaded

BEGIN {
    while (!defined $ENV{TEST_NGINX_PORT}) {

        # below those that the system gives to outgoing connections

        my $port = 20000 + int rand 12000;
        my $socket = IO::Socket::INET->new(LocalAddr => '0.0.0.0',
                                           LocalPort => $port, Listen => 1);
        $ENV{TEST_NGINX_PORT} = $port if $socket;
    }
}

use Test::Nginx::Socket ();

our $MASTER = 'sk-llmgw-test-master-key-0001';
our $SMALL  = 'sk-llmgw-test-small-key-00001';

my %scenarios = (echo => { echo => JSON::PP::true });
my ($mock_pid, $mock_in, $mock_out, $mock_file);


sub import {
    my $caller = caller;
    no strict 'refs';

    # Test::Nginx::Socket gives the caller its own names, and Test::More's

    eval "package $caller; use Test::Nginx::Socket; 1" or die $@;

    for my $name (qw(mock gateway_tests chat body_of json sse_of)) {
        *{"${caller}::$name"} = \&$name;
    }

    *{"${caller}::MASTER"} = \$MASTER;
    *{"${caller}::SMALL"} = \$SMALL;

}


sub mock {
    my (%more) = @_;
    %scenarios = (%scenarios, %more);
}


sub start_mock {
    $mock_file = File::Temp->new(SUFFIX => '.json');
    print $mock_file JSON::PP->new->ascii->encode(\%scenarios);
    close $mock_file;

    $mock_pid = IPC::Open2::open2($mock_out, $mock_in, 'python3',
                                  't/lib/mock.py', "$mock_file");

    my $port = <$mock_out>;
    defined $port or die "the mock upstream does not start";
    chomp $port;

    $ENV{TEST_NGINX_MOCK_PORT} = $port;
}


END {
    if ($mock_pid) {
        local $?;
        close $mock_in;                     # its standard input: it ends
        waitpid $mock_pid, 0;
    }
}


# a chat request of a model, with further members

sub chat {
    my ($model, $more) = @_;
    return json({ model => $model,
                  messages => [{ role => 'user', content => 'Hello' }],
                  %{ $more || {} } });
}


sub json {
    return JSON::PP->new->canonical->latin1->encode($_[0]);
}


sub body_of {
    my ($path, $body) = @_;
    return "POST $path\n$body";
}


# the chunks of a chat stream that says these words

sub sse_of {
    my (@words) = @_;

    my $chunk = sub {
        my ($delta, $finish) = @_;
        return { id => 'chatcmpl-1', object => 'chat.completion.chunk',
                 created => 1760000000, model => 'gpt-4o-2024',
                 choices => [{ index => 0, delta => $delta,
                               logprobs => undef,
                               finish_reason => $finish }],
                 usage => undef };
    };

    my $usage = $chunk->({}, undef);
    $usage->{choices} = [];
    $usage->{usage} = { prompt_tokens => 5, completion_tokens => 3,
                        total_tokens => 8,
                        prompt_tokens_details => { cached_tokens => 2 } };

    return [ $chunk->({ role => 'assistant', content => '' }, undef),
             (map { $chunk->({ content => $_ }, undef) } @words),
             $chunk->({}, 'stop'), $usage, '[DONE]' ];
}


sub preprocess {
    my ($block) = @_;

    my $mock = $block->mock // 'echo';
    my $http = $block->http // '';
    my $server = $block->server // '';
    my $locs = $block->locs // '';

    if (!defined $block->http_config) {
        $block->set_value('http_config', <<END);
    llmgw_zone llmgw:1m;
    llmgw_master_key $MASTER;
    llmgw_key $SMALL name=small models=gpt-4o;
    llmgw_model gpt-4o { deployment \@up model=gpt-4o-2024; cooldown off; }
    $http
END
    }

    if (!defined $block->config) {
        $block->set_value('config', <<END);
    location / { llmgw on; }
    location /__mock/ {
        proxy_pass http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/;
    }
    location \@up {
        llmgw_provider openai;
        llmgw_base_url http://127.0.0.1:\$TEST_NGINX_MOCK_PORT/$mock/v1;
        llmgw_api_key sk-upstream-secret;
        $locs
    }
    $server
END
    }

    if (!defined $block->more_headers && !defined $block->raw_request) {
        $block->set_value('more_headers',
                          "Authorization: Bearer $MASTER\n"
                          . "Content-Type: application/json\n");
    }

    if (defined $block->must_die) {
        return;
    }

    if (!defined $block->no_error_log && !defined $block->error_log) {
        $block->set_value('no_error_log', "[error]\n[alert]\n[crit]\n");

    } elsif (!defined $block->no_error_log) {
        $block->set_value('no_error_log', "[alert]\n[crit]\n");
    }
}


sub gateway_tests {
    start_mock();

    Test::Nginx::Socket::add_block_preprocessor(\&preprocess);
    Test::Nginx::Socket::no_long_string();
    Test::Nginx::Socket::no_root_location();
    Test::Nginx::Socket::run_tests();
}


1;
