#!/usr/bin/env python3
"""Limits and budgets of the models that requests fall back to, with two
workers and a store.  The last line is "N passed, N failed".
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

TOOL = os.environ.get("LLMGW_LEDGER") or os.path.join(
    gateway.TOP, "build", "llmgw-ledger")
PATH = "/v1/chat/completions"
TOKENS = 10             # of an answer


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        try:
            if what():
                return
        except (OSError, gateway.Truncated):
            pass
        time.sleep(0.02)
    raise AssertionError(message)


def chunk(delta, finish=None):
    return mock.event_bytes({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
        "model": "m", "choices": [{"index": 0, "delta": delta,
                                   "finish_reason": finish}]})


class Upstream:
    """/e500: fails; /hold: a stream that ends when it is told to"""

    def __init__(self):
        self.go = threading.Event()
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def handle(self, conn, req):
        how = req.target.split("/")[1]
        usage = {"prompt_tokens": 5, "completion_tokens": TOKENS,
                 "total_tokens": TOKENS + 5}
        if how == "e500":
            data = b'{"error":{"message":"the first one","type":"x"}}'
            return conn.send(b"HTTP/1.1 500 X\r\nContent-Type: "
                             b"application/json\r\nContent-Length: %d\r\n\r\n"
                             % len(data) + data)
        if how == "hold":
            conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream"
                      b"\r\nConnection: close\r\n\r\n"
                      + chunk({"role": "assistant", "content": "a"}))
            self.go.wait(120)
            last = {"id": "chatcmpl-1", "object": "chat.completion.chunk",
                    "created": 1, "model": "m", "choices": [], "usage": usage}
            conn.send(chunk({}, "stop") + mock.event_bytes(last)
                      + b"data: [DONE]\n\n")
            return conn.close()
        data = json.dumps({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1,
            "model": "m", "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": how}}],
            "usage": usage}).encode()
        return conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json"
                         b"\r\nContent-Length: %d\r\n\r\n" % len(data) + data)


UP = Upstream()
NAMES = ("e500", "hold", "ok", "third")

# a dollar a token, of answers only; "dear" a hundred

MODELS = """
llmgw_model alone { deployment @e500 model=m; price input=0 output=0; }
llmgw_model first { deployment @e500 model=m; fallback other;
                    price input=0 output=0; }
llmgw_model both { deployment @e500 model=m; fallback other third;
                   price input=0 output=0; }
llmgw_model other { deployment @ok model=m; price input=0 output=1000000; }
llmgw_model third { deployment @third model=m; price input=0 output=0; }
llmgw_model held { deployment @e500 model=m; fallback hold;
                   price input=0 output=0; }
llmgw_model hold { deployment @hold model=m; price input=0 output=1000000; }
llmgw_model dear { deployment @e500 model=m; fallback hold;
                   price input=0 output=100000000; }
llmgw_model blind { deployment @e500 model=m; fallback nobody third;
                    price input=0 output=0; }
llmgw_model nobody { deployment @ok model=nobody-knows; }
llmgw_model full { deployment @hold model=m max_parallel=1; fallback other;
                   price input=0 output=0; }
""".replace("; }", "; cooldown off; }")

SERVER = """
location / { llmgw on; llmgw_expose_headers model; }
""" + "".join("""
location @%s { llmgw_provider openai; llmgw_api_key sk-upstream;
    llmgw_base_url http://127.0.0.1:%d/%s/v1; }
""" % (name, UP.port, name) for name in NAMES)


def key(n, policy):
    return ("llmgw_key sk-fallback-test-key-%04d 'name=k%d' 'policy=%s';\n"
            % (n, n, json.dumps(policy)))


def day(n):
    return {"budget_limit": n, "time_period": "1d"}


KEYS = "".join(key(n, policy) for n, policy in {
    1: {"model_rpm_limit": {"other": 2}},
    2: {"model_max_budget": {"other": day(15)}},
    3: {"max_budget": 15},
    4: {"max_budget": 15},
    5: {"max_budget": 1015},
    6: {"model_rpm_limit": {"*": 2}},
    7: {"model_rpm_limit": {"full": 2, "other": 2}},
    8: {"max_parallel_requests": 1, "rpm_limit": 3},
    9: {"max_budget": 15},
    10: {"model_tpm_limit": {"other": 45, "first": 5}},
    11: {"max_budget": 15, "tags": ["team-tag"]},
}.items())


def auth(n):
    return [("Authorization", "Bearer sk-fallback-test-key-%04d" % n),
            ("Content-Type", "application/json")]


def body(model, **more):
    return json.dumps(dict({"model": model, "max_tokens": TOKENS, "messages": [
        {"role": "user", "content": "Hello"}]}, **more)).encode()


def ask(gw, n, model="first"):
    return gateway.call(gw.port, "POST", PATH, auth(n), body(model))


def statuses(gw, n, count, model="first"):
    return [ask(gw, n, model).status for _ in range(count)]


class Stream:
    def __init__(self, gw, headers, model):
        self.client = gateway.Client(gw.port, 60)
        data = body(model, stream=True)
        self.client.send(gateway.request_bytes(
            "POST", PATH, headers + [("Connection", "close")], data) + data)
        self.status = self.client.head().status

    def rest(self):
        try:
            while True:
                self.client.fill()
        except (gateway.Truncated, OSError):
            pass
        self.client.close()
        return self.client.buf


def records(gw, n):
    p = subprocess.run([TOOL, "export", gw.store], capture_output=True,
                       text=True)
    check(p.returncode == 0, p.stderr)
    rows = [json.loads(line) for line in p.stdout.splitlines()]
    return [r for r in rows if r.get("key_alias") == "k%d" % n]


def test_requests(gw):
    """requests of a minute; what is answered is the failure, not the limit"""
    alone = ask(gw, 1, "alone")
    check(alone.status == 500 and b"the first one" in alone.body, alone.body)
    check(statuses(gw, 1, 2) == [200, 200], "first")
    r = ask(gw, 1)
    check(r.status == 500 and b"the first one" in r.body, r.body)
    r = ask(gw, 1, "other")
    check(r.status == 429 and b"used 2" in r.body, r.body)


def test_next_step(gw):
    """behind a fallback that is passed over there is the next one"""
    r = ask(gw, 1, "both")
    check(r.status == 200 and r.get("x-llmgw-model") == "third", r.headers)


def test_model_budget(gw):
    """a budget of the fallback's model"""
    check(statuses(gw, 2, 3) == [200, 200, 500], "statuses")
    r = ask(gw, 2, "other")
    check(r.status == 429 and b"has spent $20 of $15" in r.body, r.body)


def test_budget(gw):
    """a budget of everything; the ledger has the price of who answered"""
    check(statuses(gw, 3, 3) == [200, 200, 500], "statuses")
    check(statuses(gw, 3, 1, "third") == [200], "what is free")
    until(lambda: len(records(gw, 3)) == 4, "not in the ledger")
    got = [(r["model_group"], r["deployment"], r["spend"], r["status"])
           for r in records(gw, 3)]
    check(sorted(got) == [
        ("first", "@e500", 0, 500), ("first", "@ok", 10, 200),
        ("first", "@ok", 10, 200), ("third", "@third", 0, 200)], got)


def test_reserved(gw):
    """what a fallback needs is reserved while it is under way"""
    UP.go.clear()
    s = Stream(gw, auth(4), "held")
    check(s.status == 200, s.status)
    check(statuses(gw, 4, 1) == [500], "two for the money of one")
    UP.go.set()
    check(b"[DONE]" in s.rest(), "cut")
    until(lambda: ask(gw, 4).status == 200, "it stays reserved")
    check(ask(gw, 4).status == 500, "spent")


def test_released(gw):
    """what the first model would have cost is not kept"""
    UP.go.clear()
    one = Stream(gw, auth(5), "dear")
    check(one.status == 200, one.status)
    two = Stream(gw, auth(5), "dear")
    check(two.status == 200, two.status)
    UP.go.set()
    check(b"[DONE]" in one.rest() and b"[DONE]" in two.rest(), "cut")
    until(lambda: sorted(r["spend"] for r in records(gw, 5)) == [10, 10],
          "spend")


def test_counted_once(gw):
    """a limit of both models counts a request once"""
    check(statuses(gw, 6, 3) == [200, 200, 429], "statuses")


def test_not_asked(gw):
    """a model that had no room, and was not asked, has not been used"""
    UP.go.clear()
    s = Stream(gw, [("Authorization", "Bearer " + gateway.MASTER),
                    ("Content-Type", "application/json")], "full")
    check(s.status == 200, s.status)
    check(statuses(gw, 7, 2, "full") == [200, 200], "to the other one")
    r = ask(gw, 7, "full")
    check(r.status == 429 and b"no deployment" in r.body, r.body)
    UP.go.set()
    s.rest()
    until(lambda: ask(gw, 7, "full").status == 200, "the slot")


def test_own_slot(gw):
    """a request is not refused for its own slot, nor counted again"""
    check(statuses(gw, 8, 4) == [200, 200, 200, 429], "statuses")


def test_killed(gw):
    """what a killed worker had reserved for a fallback comes back"""
    UP.go.clear()
    s = Stream(gw, auth(9), "held")
    check(s.status == 200, s.status)
    check(ask(gw, 9).status == 500, "two for the money of one")
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                          str(gw.proc.pid)], capture_output=True, text=True)
    for line in out.stdout.splitlines():
        if "worker" in line:
            os.kill(int(line.split()[0]), signal.SIGKILL)
    UP.go.set()
    s.rest()
    until(lambda: ask(gw, 9).status == 200, "it stays reserved")


def test_tokens(gw):
    """tokens: those of the fallback's model, and no more of the first one"""
    check(statuses(gw, 10, 3) == [200, 200, 200], "45 tokens")
    check(statuses(gw, 10, 1) == [500], "more than 45")


def test_unpriced(gw):
    """a fallback without a price is passed over where there is a budget"""
    r = ask(gw, 11, "blind")
    check(r.status == 200 and r.get("x-llmgw-model") == "third", r.headers)
    r = gateway.call(gw.port, "POST", PATH, auth(1), body("blind"))
    check(r.status == 200 and r.get("x-llmgw-model") == "nobody", r.headers)


def main():
    gw = gateway.Gateway("fallback", workers=2)
    gw.store = os.path.join(gw.dir, "store")
    gw.write("llmgw_zone llmgw:4m; llmgw_master_key %s; llmgw_store file:%s;"
             "keepalive_requests 100000; %s %s"
             % (gateway.MASTER, gw.store, MODELS, KEYS), SERVER)
    only = sys.argv[1:]
    passed = failed = 0
    try:
        gw.start()
        for name, test in list(globals().items()):
            if not name.startswith("test_") or (only and name not in only):
                continue
            try:
                test(gw)
                passed += 1
                print("ok %s" % name)
            except (AssertionError, OSError, gateway.Truncated, KeyError,
                    IndexError, ValueError) as e:
                failed += 1
                print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    finally:
        UP.go.set()
        gw.stop()
        UP.server.stop()

    for line in gw.faults():
        if "exited on signal 9" in line:
            continue
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
