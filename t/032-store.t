# The directives of stores.

use lib 't/lib';
use LLMGW;

repeat_each(1);
plan tests => repeat_each() * 18;

gateway_tests();

__DATA__

=== TEST 1: no such store
--- http
    llmgw_store mysql://here;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid store: write "file:DIRECTORY"/]



=== TEST 2: two of them
--- http
    llmgw_store file:store-a;
    llmgw_store file:store-b;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_store" directive is duplicate/]



=== TEST 3: more than a directory
--- http
    llmgw_store file:store-a fast;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid parameter "fast"/]



=== TEST 4: without a zone
--- http_config
    llmgw_master_key sk-llmgw-test-master-key-0001;
    llmgw_model gpt-4o { deployment @up; }
    llmgw_store file:store-a;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_store" needs "llmgw_zone"/]



=== TEST 5: a journal that is too small
--- http
    llmgw_store file:store-a;
    llmgw_journal 1k;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid size "1k" of the journal: it is from 1m to 1g/]



=== TEST 6: a journal of files elsewhere
--- http
    llmgw_store file:store-a;
    llmgw_journal 1m dir=elsewhere;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_journal" cannot have "dir="/]



=== TEST 7: a name with a blank
--- http
    llmgw_store file:store-a;
    llmgw_node "a b";
--- must_die
--- error_log eval
[qr/\[emerg\].*the name of this gateway, "a b", has other characters/]



=== TEST 8: a time of nothing
--- http
    llmgw_store file:store-a;
    llmgw_ledger_retention never;
--- must_die
--- error_log eval
[qr/\[emerg\].*"llmgw_ledger_retention" directive has an invalid value/]



=== TEST 9: what a full journal does
--- http
    llmgw_store file:store-a;
    llmgw_journal_full wait;
--- must_die
--- error_log eval
[qr/\[emerg\].*invalid value "wait"/]
