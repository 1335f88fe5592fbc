# make build     build/ngx_http_llmgw_module.so, for the distribution's nginx,
#                and build/llmgw-ledger
# make run       a gateway on 127.0.0.1:4000, until Ctrl-C
# make stop      ends a running one
# make test      everything that has to pass
# make check     the library alone, in a second
# make bench     measurements (not a test)
# make fuzz      fuzzing for FUZZ_TIME seconds a target

.PHONY: all build run stop check check-asan test test-asan test-versions \
        bench bench-core fuzz deps \
        deps-test clean

all: build

deps:
	@tools/deps build

deps-test:
	@tools/deps test

build: deps
	@tools/build
	@$(MAKE) -s -C src/tool

run: build
	@tools/run

stop:
	@tools/stop

check: deps
	@$(MAKE) -s -C t/core check

check-asan: deps
	@$(MAKE) -s -C t/core check-asan

test: deps-test
	@t/run

test-asan: deps-test
	@t/run asan

test-versions: deps-test
	@t/run versions

bench: build
	@bench/run

bench-core: deps
	@$(MAKE) -s -C t/core bench-core

fuzz: deps-test
	@$(MAKE) -s -C t/core fuzz

clean:
	rm -rf build
