#!/usr/bin/env python3
"""Limits and budgets where several are at it at once: workers, streams that
last, clients and workers that go away, reloads, a zone that is full.  The last
line is "N passed, N failed".
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

PATH = "/v1/chat/completions"
TOKENS = 10             # of a whole answer of the upstream's


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


def event(delta, finish=None, usage=None):
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return mock.event_bytes({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
        "model": "m", "choices": [] if usage else choices, "usage": usage})


class Upstream:
    """/now: a whole answer; /hold: a stream that goes on when it is told to;
    /talk: one that never stops."""

    def __init__(self):
        self.lock = threading.Lock()
        self.go = threading.Event()
        self.held = 0
        self.closed = 0
        self.server = mock.Server(self.handle, 1024)
        self.port = self.server.port

    def begin(self, conn):
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                  b"Connection: close\r\n\r\n"
                  + event({"role": "assistant", "content": "a"}))

    def handle(self, conn, req):
        how = req.target.split("/")[1]
        if how == "hold":
            self.begin(conn)
            with self.lock:
                self.held += 1
            self.go.wait(120)
            conn.send(event({}, "stop")
                      + event(None, usage={"prompt_tokens": 5,
                                           "completion_tokens": TOKENS,
                                           "total_tokens": TOKENS + 5})
                      + b"data: [DONE]\n\n")
            return conn.close()
        if how == "talk":
            self.begin(conn)
            try:
                while True:
                    conn.send(event({"content": "some more words "}))
                    time.sleep(0.02)
            finally:
                with self.lock:
                    self.closed += 1
        body = json.dumps({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1,
            "model": "m", "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "a"}}],
            "usage": {"prompt_tokens": 5, "completion_tokens": TOKENS,
                      "total_tokens": TOKENS + 5}}).encode()
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


UP = Upstream()

# a dollar a token, of answers only

HTTP = """
llmgw_zone %s;
llmgw_master_key %s;
llmgw_model now { deployment @now model=m; price input=0 output=1000000; }
llmgw_model hold { deployment @hold model=m; price input=0 output=1000000; }
llmgw_model talk { deployment @talk model=m; price input=0 output=1000000; }
llmgw_model quick { deployment @quick; price input=0 output=0; }
log_format pid "$pid $status";
access_log %s/pids.log pid;
keepalive_requests 10000000;
%s
"""

SERVER = """
location / { llmgw on; }
location @quick { llmgw_provider mock; }
""" + "".join("""
location @%s { llmgw_provider openai; llmgw_api_key sk-upstream;
    llmgw_base_url http://127.0.0.1:%d/%s/v1; proxy_read_timeout 120s; }
""" % (name, UP.port, name) for name in ("now", "hold", "talk"))


def start(name, more, workers=2, zone="llmgw:4m"):
    UP.go.clear()
    UP.held = 0
    UP.closed = 0
    gw = gateway.Gateway(name, workers=workers)
    gw.write(HTTP % (zone, gateway.MASTER, gw.dir, more), SERVER)
    return gw.start()


def end(gw, allow=()):
    UP.go.set()
    gw.stop()
    bad = [line for line in gw.faults()
           if not any(a in line for a in allow)]
    check(not bad, bad[:3])


def key(n, policy):
    return "llmgw_key sk-limits-test-key-%06d 'policy=%s';\n" % (n, policy)


def auth(n):
    return [("Authorization", "Bearer sk-limits-test-key-%06d" % n),
            ("Content-Type", "application/json")]


def body(model, **more):
    return json.dumps(dict({"model": model, "messages": [
        {"role": "user", "content": "Hello"}]}, **more)).encode()


def ask(gw, n, model="now", **more):
    return gateway.call(gw.port, "POST", PATH, auth(n), body(model, **more))


class Stream:
    """A request whose answer is not read before it is asked for."""

    def __init__(self, gw, n, model="hold", **more):
        self.client = gateway.Client(gw.port, 60)
        data = body(model, stream=True, **more)
        self.client.send(gateway.request_bytes(
            "POST", PATH, auth(n) + [("Connection", "close")], data) + data)

    def status(self):
        self.head = self.client.head()
        return self.head.status

    def rest(self):
        try:
            while True:
                self.client.fill()
        except (gateway.Truncated, OSError):
            pass
        self.close()
        return self.client.buf

    def close(self):
        self.client.close()


def workers(gw):
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                          str(gw.proc.pid)], capture_output=True, text=True)
    return {int(line.split()[0]) for line in out.stdout.splitlines()
            if "worker" in line}


def reload(gw):
    old = workers(gw)
    gw.kill(signal.SIGHUP)
    until(lambda: len(workers(gw) - old) == gw.workers, "no new workers")


def pipelined(gw, requests, results):
    """Many requests over one connection, a hundred at a time."""
    c = gateway.Client(gw.port, 60)
    while requests:
        some, requests = requests[:100], requests[100:]
        c.send(b"".join(some))
        for _ in some:
            results.append(c.response().status)
    c.close()


def test_exactly_the_limit():
    """four workers, 10,000 requests, a limit of 1,000: 1,000"""
    gw = start("limits-exact", key(1, '{"rpm_limit":1000}'), workers=4)
    try:
        data = body("quick")
        one = gateway.request_bytes("POST", PATH, auth(1), data) + data
        results = [[] for _ in range(20)]
        threads = [threading.Thread(target=pipelined,
                                    args=(gw, [one] * 500, r))
                   for r in results]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        got = [s for r in results for s in r]
        check(len(got) == 10000, len(got))
        check(got.count(200) == 1000, got.count(200))
        check(got.count(429) == 9000, got.count(429))
        gw.stop()
        with open(os.path.join(gw.dir, "pids.log")) as f:
            pids = {line.split()[0] for line in f if " 200" in line}
        check(len(pids) > 1, "one worker only")
    finally:
        end(gw)


def test_parallel_and_leaving():
    """places are exactly as many as allowed, and come back when clients go"""
    gw = start("limits-parallel", key(1, '{"max_parallel_requests":5}'))
    try:
        streams = [Stream(gw, 1) for _ in range(20)]
        statuses = [s.status() for s in streams]
        check(statuses.count(200) == 5, statuses)
        check(statuses.count(429) == 15, statuses)
        refused = [s for s in streams if s.head.status == 429][0]
        check(refused.head.get("retry-after") == "1", refused.head.headers)

        for s in streams:
            s.close()

        def free():
            more = [Stream(gw, 1) for _ in range(5)]
            ok = [s.status() for s in more] == [200] * 5
            for s in more:
                s.close()
            return ok

        until(free, "places of clients that left are not free")
        UP.go.set()
        until(lambda: [ask(gw, 1).status for _ in range(5)] == [200] * 5,
              "places are not free")
    finally:
        end(gw)


def test_killed_worker():
    """what a killed worker had reserved comes back"""
    gw = start("limits-killed", key(1, '{"max_parallel_requests":6,'
                                    '"max_budget":60}'))
    try:
        streams = [Stream(gw, 1, max_tokens=TOKENS) for _ in range(6)]
        check([s.status() for s in streams] == [200] * 6, "not admitted")
        check(ask(gw, 1, max_tokens=TOKENS).status == 429, "too many")
        for pid in workers(gw):
            os.kill(pid, signal.SIGKILL)
        UP.go.set()
        until(lambda: len(workers(gw)) == 2, "no new workers")
        for s in streams:
            s.close()
        n = 0
        for _ in range(7):
            n += ask(gw, 1, max_tokens=TOKENS).status == 200
        check(n == 6, "%d requests for the money of 6" % n)
    finally:
        end(gw, ["exited on signal 9"])


def test_reload():
    """a reload keeps what was counted, and requests under way hold theirs"""
    gw = start("limits-reload", key(1, '{"rpm_limit":3}')
               + key(2, '{"max_parallel_requests":1}')
               + key(3, '{"max_budget":15}'))
    try:
        check([ask(gw, 1).status for _ in range(2)] == [200] * 2, "before")
        check(ask(gw, 3, max_tokens=TOKENS).status == 200, "before")
        held = Stream(gw, 2)
        check(held.status() == 200, "not held")
        reload(gw)
        check(ask(gw, 1).status == 200, "behind the reload")
        check(ask(gw, 1).status == 429, "the limit is forgotten")
        check(ask(gw, 2).status == 429, "the place is forgotten")
        check(ask(gw, 3, max_tokens=TOKENS).status == 200, "money")
        check(b"has spent $20 of $15" in ask(gw, 3).body, "money forgotten")
        UP.go.set()
        check(b"[DONE]" in held.rest(), "the stream was cut")
        until(lambda: ask(gw, 2).status == 200, "the place is not free")
        until(lambda: len(workers(gw)) == 2, "the old workers stay")
    finally:
        end(gw)


def test_another_key():
    """a key that is no more in the configuration is no key"""
    gw = start("limits-gone", key(1, '{"rpm_limit":30}'))
    try:
        check(ask(gw, 1).status == 200, "before")
        gw.write(HTTP % ("llmgw:4m", gateway.MASTER, gw.dir, key(2, "{}")),
                 SERVER)
        reload(gw)
        until(lambda: ask(gw, 1).status == 401, "the key goes on")
        check(ask(gw, 2).status == 200, "the new key")
    finally:
        end(gw)


def test_budget_of_streams():
    """500 streams at once against money for 50: 50"""
    gw = start("limits-budget", key(1, '{"max_budget":%d}' % (50 * TOKENS)))
    try:
        streams = [Stream(gw, 1, max_tokens=TOKENS) for _ in range(500)]
        statuses = [s.status() for s in streams]
        check(statuses.count(200) == 50, statuses.count(200))
        check(statuses.count(429) == 450, statuses.count(429))
        for s in streams:
            if s.head.status == 429:
                check(b"and requests under way may need the rest"
                      in s.client.take(int(s.head.get("content-length"))),
                      "what is refused")
                break
        UP.go.set()
        for s in streams:
            if s.head.status == 200:
                check(b"[DONE]" in s.rest(), "cut")
            s.close()
        r = ask(gw, 1)
        check(r.status == 429, r.status)
        check(b"has spent $500 of $500" in r.body, r.body)
    finally:
        end(gw)


def test_budget_by_means():
    """what requests are expected to cost is what they have cost, not the most
    that they might"""
    gw = start("limits-mean", key(1, '{"max_budget":%d}' % (50 * TOKENS)))
    try:
        # one that could use all of the money uses ten dollars of it

        # one by one, requests that could use all of the money are served; and
        # the model is known to use ten dollars' worth of it

        UP.go.set()
        for _ in range(15):
            check(ask(gw, 1, "hold", max_tokens=4096).status == 200, "early")
        UP.go.clear()

        # 350 of 500 are left: expected are 11 for each

        streams = [Stream(gw, 1, "hold", max_tokens=4096) for _ in range(100)]
        n = [s.status() for s in streams].count(200)
        check(30 <= n <= 35, n)
        UP.go.set()
        for s in streams:
            s.rest()
            s.close()
        while ask(gw, 1, "now").status == 200:
            n += 1
        spent = int(re.search(rb"has spent \$(\d+) of", ask(gw, 1).body)
                    .group(1))
        check(spent <= 510, spent)
    finally:
        end(gw)


def test_client_leaves():
    """what a client has had before it left is paid for"""
    gw = start("limits-leaves", key(1, '{"max_budget":5}'))
    try:
        s = Stream(gw, 1, "talk", max_tokens=1000)
        check(s.status() == 200, "status")
        while s.client.buf.count(b"some more words") < 20:
            s.client.fill()
        s.close()
        until(lambda: UP.closed == 1, "the upstream goes on")

        def refused():
            r = ask(gw, 1)
            m = re.search(rb"has spent \$(\d+) of \$5", r.body)
            return m and int(m.group(1)) >= 60

        until(refused, "not paid: %s" % ask(gw, 1).body)
    finally:
        end(gw)


def test_stop_on_budget():
    """a stream ends when its money does, if that is asked for"""
    gw = start("limits-stop", "llmgw_stop_on_budget on;\n"
               + key(1, '{"max_budget":100}'))
    try:
        s = Stream(gw, 1, "talk", max_tokens=10)
        check(s.status() == 200, "status")
        text = s.rest()
        check(b'"code":"budget_exceeded"' in text, text[-300:])
        until(lambda: UP.closed == 1, "the upstream goes on")
        r = ask(gw, 1)
        check(r.status == 429, r.status)
        spent = int(re.search(rb"has spent \$(\d+) of", r.body).group(1))
        check(100 <= spent <= 160, spent)
    finally:
        end(gw)


def test_no_stop_on_budget():
    """otherwise what has begun goes on"""
    gw = start("limits-nostop", key(1, '{"max_budget":20}'))
    try:
        s = Stream(gw, 1, "talk", max_tokens=10)
        check(s.status() == 200, "status")
        while s.client.buf.count(b"some more words") < 40:
            s.client.fill()
        check(ask(gw, 1).status == 429, "the next one")
        s.close()
    finally:
        end(gw)


def test_soft_budget():
    """a soft budget is told once, and stops nobody"""
    gw = start("limits-soft", key(1, '{"soft_budget":15,"key_alias":"k"}'))
    try:
        check([ask(gw, 1).status for _ in range(5)] == [200] * 5, "status")
        lines = re.findall(r'\[warn\].*key "k" has spent \$20, its soft '
                           r'budget is \$15,', gw.log())
        check(len(lines) == 1, lines)
    finally:
        end(gw)


def test_full_zone():
    """a zone that is full refuses, says so, and is whole again"""
    gw = start("limits-full", key(1, "{}"), zone="llmgw:64k")
    try:
        began = time.time()
        streams = [Stream(gw, 1) for _ in range(300)]
        statuses = [s.status() for s in streams]
        check(set(statuses) == {200, 503}, set(statuses))
        n = statuses.count(200)
        check(n > 20, n)
        refused = [s for s in streams if s.head.status == 503][0]
        check(refused.head.get("retry-after") == "1", refused.head.headers)
        lines = re.findall(r'\[alert\].*llmgw: zone "llmgw" is full, (\d+) '
                           r'times', gw.log())
        check(1 <= len(lines) <= time.time() - began + 2, lines)
        UP.go.set()
        for s in streams:
            s.rest()
            s.close()
        UP.go.clear()

        # nothing has been lost of it

        def again():
            more = [Stream(gw, 1) for _ in range(n)]
            ok = [s.status() for s in more].count(200)
            for s in more:
                s.close()
            return ok == n

        until(again, "there is less room than before")
    finally:
        end(gw, ["is full"])


def memory(gw):
    total = 0
    for pid in workers(gw):
        with open("/proc/%d/smaps_rollup" % pid) as f:
            for line in f:
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total


def test_flood_of_keys():
    """a million keys that do not exist take no memory"""
    gw = start("limits-flood", key(1, "{}"))
    try:
        count = 1000000 if gateway.slow() == 1 else 50000
        rnd = random.Random(1)

        def flood(n):
            c = gateway.Client(gw.port, 60)
            while n > 0:
                some = min(n, 500)
                c.send(b"".join(
                    b"GET /v1/models HTTP/1.1\r\nHost: a\r\n"
                    b"Authorization: Bearer sk-%032x\r\n\r\n"
                    % rnd.getrandbits(128) for _ in range(some)))
                for _ in range(some):
                    c.until(b"\r\n\r\n")
                    check(c.take(13) == b'{"error":{"me', "not an error")
                    c.until(b"}}")
                n -= some
            c.close()

        def both(n):
            threads = [threading.Thread(target=flood, args=(n // 2,))
                       for _ in range(2)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()

        both(20000)
        before = memory(gw)
        both(count)
        after = memory(gw)
        if gateway.slow() > 1:
            after = before      # sanitizers keep what was freed
        check(after < before + 2000, "%d kB became %d kB" % (before, after))
        check(ask(gw, 1).status == 200, "does not serve")
    finally:
        end(gw)


def main():
    only = sys.argv[1:]
    passed = failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (only and name not in only):
            continue
        began = time.monotonic()
        try:
            test()
            passed += 1
            print("ok %s (%.1f s)" % (name, time.monotonic() - began))
        except (AssertionError, OSError, gateway.Truncated, KeyError,
                ValueError, AttributeError) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    UP.go.set()
    UP.server.stop()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
