#!/usr/bin/env python3
"""Requests that wait for a slot: fair between keys, bounded, given up by
clients that leave and by workers that die.  The last line is
"N passed, N failed".
"""

import json
import os
import signal
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

PATH = "/v1/chat/completions"
A = "sk-queue-test-key-of-team-a-0001"
B = "sk-queue-test-key-of-team-b-0001"
C = "sk-queue-test-key-of-team-c-0001"
D = "sk-queue-test-key-of-nobody-0001"


class Upstream:
    """Answers when it is told to, one request after the other."""

    def __init__(self):
        self.cond = threading.Condition()
        self.order = []                 # who has arrived: message texts
        self.allowed = 0
        self.texts = set()
        self.open = False
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def reset(self):
        with self.cond:
            self.order = []
            self.allowed = 0
            self.texts = set()
            self.open = False

    def handle(self, conn, req):
        if req.target.startswith("/bad"):
            conn.send(mock.head_bytes(500, "Error", [
                ("Content-Length", 0)]))
            return
        text = json.loads(req.body)["messages"][0]["content"]
        with self.cond:
            self.order.append(text)
            n = len(self.order)
            self.cond.notify_all()
            self.cond.wait_for(lambda: self.open or n <= self.allowed
                               or text in self.texts)
        body = json.dumps({
            "id": "x", "object": "chat.completion", "created": 1,
            "model": "m", "choices": [{"index": 0, "message": {
                "role": "assistant", "content": text},
                "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1,
                      "total_tokens": 2}}).encode()
        conn.send(mock.head_bytes(200, "OK", [
            ("Content-Type", "application/json"),
            ("Content-Length", len(body))]) + body)

    def release(self, n=1):
        with self.cond:
            self.allowed += n
            self.cond.notify_all()

    def release_text(self, text):
        with self.cond:
            self.texts.add(text)
            self.cond.notify_all()

    def release_all(self):
        with self.cond:
            self.open = True
            self.cond.notify_all()

    def arrived(self, n, timeout=20):
        with self.cond:
            assert self.cond.wait_for(lambda: len(self.order) >= n,
                                      timeout * gateway.slow()), \
                "%d of %d requests arrived" % (len(self.order), n)
            return list(self.order)


UP = Upstream()
GATEWAYS = []


def start(queue="llmgw_queue 1000;", limit=1, workers=2, more="",
          model="deployment @up;", location=""):
    UP.reset()
    gw = gateway.Gateway("queue-%d" % len(GATEWAYS), """
llmgw_zone llmgw:4m;
%s
llmgw_policy team t '{"max_parallel_requests": %d}';
llmgw_key %s name=a 'policy={"team_id": "t"}';
llmgw_key %s name=b 'policy={"team_id": "t"}';
llmgw_key %s name=c 'policy={"team_id": "t", "queue_weight": 3}';
llmgw_model m { %s }
log_format q '$llmgw_key_name $status $llmgw_status_detail '
             '$llmgw_queue_position $llmgw_queue_time';
%s
""" % (queue, limit, A, B, C, model, more), """
access_log logs.txt q;
location / { llmgw on; %s }
location @up {
    llmgw_provider openai;
    llmgw_base_url http://127.0.0.1:%d/v1;
    llmgw_api_key sk-up;
}
location @two {
    llmgw_provider openai;
    llmgw_base_url http://127.0.0.1:%d/v1;
    llmgw_api_key sk-two;
}
location @bad {
    llmgw_provider openai;
    llmgw_base_url http://127.0.0.1:%d/bad;
    llmgw_api_key sk-bad;
}
""" % (location, UP.port, UP.port, UP.port), workers)
    gw.log_file = os.path.join(gw.dir, "q.log")
    with open(gw.conf) as f:
        text = f.read().replace("access_log logs.txt q;",
                                "access_log %s q;" % gw.log_file)
    with open(gw.conf, "w") as f:
        f.write(text)
    GATEWAYS.append(gw)
    return gw.start()


def send(gw, key, text, model="m", tags=None):
    body = json.dumps({"model": model, "messages": [
        {"role": "user", "content": text}]}).encode()
    c = gateway.Client(gw.port, 60)
    headers = [("Authorization", "Bearer " + key),
               ("Content-Type", "application/json")]
    if tags:
        headers.append(("x-llmgw-tags", tags))
    c.send(gateway.request_bytes("POST", PATH, headers, body) + body)
    return c


def waiting(gw, n, timeout=20):
    """Until so many requests have begun to wait."""
    end = time.monotonic() + timeout * gateway.slow()
    while gw.log().count("waits for a slot") < n:
        assert time.monotonic() < end, "%d wait, not %d" % (
            gw.log().count("waits for a slot"), n)
        time.sleep(0.01)


def logged(gw, n, timeout=20):
    """The lines of the access log, when there are so many."""
    end = time.monotonic() + timeout * gateway.slow()
    while True:
        with open(gw.log_file) as f:
            lines = f.read().splitlines()
        if len(lines) >= n:
            return lines
        assert time.monotonic() < end, lines
        time.sleep(0.01)


def ok(c):
    r = c.response()
    c.close()
    assert r.status == 200 and r.complete, (r.status, r.body)
    return r


def fill(gw, key, n, name, **more):
    """n requests of a key, one after the other into the line."""
    base = gw.log().count("waits for a slot")
    clients = []
    for i in range(n):
        clients.append(send(gw, key, "%s%d" % (name, i), **more))
        waiting(gw, base + i + 1)
    return clients


def test_off():
    """Without a queue what is over the limit is refused at once."""
    gw = start("")
    one = send(gw, A, "1")
    UP.arrived(1)
    two = send(gw, B, "2").response()
    assert two.status == 429, two.status
    assert json.loads(two.body)["error"]["code"] == "rate_limit_exceeded", \
        two.body
    UP.release_all()
    ok(one)
    gw.stop()


def test_waits():
    """Requests wait, are served in their order, and logs say how long."""
    gw = start()
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 3, "a")
    assert UP.arrived(1) == ["first"]
    UP.release_all()
    for c in clients:
        ok(c)
    assert UP.order == ["first", "a0", "a1", "a2"], UP.order
    lines = sorted(logged(gw, 4))
    assert lines[0] == "a 200 - - -", lines
    for i, line in enumerate(lines[1:]):
        words = line.split()
        assert words[:4] == ["a", "200", "-", str(i + 1)], lines
        assert float(words[4]) < 20, lines
    gw.stop()


def test_fair():
    """A hundred requests of one key delay another's by one slot time."""
    gw = start()
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 100, "a")
    clients += fill(gw, B, 1, "b")
    UP.release()
    assert UP.arrived(2)[1] == "b0", UP.order
    for i in range(1, 4):
        clients += fill(gw, B, 1, "again%d-" % i)
        n = len(UP.order)
        UP.release()
        UP.release()
        order = UP.arrived(n + 2)
        assert "again%d-0" % i in order[n:n + 2], order
    UP.release_all()
    for c in clients:
        ok(c)
    assert len(UP.order) == 105
    gw.stop()


def test_turns():
    """Keys take turns however their requests came, by their weights."""
    gw = start()
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 12, "a") + fill(gw, B, 12, "b")
    clients += fill(gw, C, 36, "c")
    UP.release_all()
    for c in clients:
        ok(c)
    order = [w[0] for w in UP.order[1:]]
    for i in range(5, 55, 5):
        head = order[:i]
        for key, share in (("a", 1), ("b", 1), ("c", 3)):
            assert abs(head.count(key) - i * share / 5) <= 2, (i, order)
    gw.stop()


def test_full():
    """A full line refuses, with the time to come back."""
    gw = start("llmgw_queue 2;")
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 2, "a")
    r = send(gw, B, "b").response()
    assert r.status == 429, r.status
    assert int(r.get("retry-after")) >= 1, r.headers
    assert "at a time" in json.loads(r.body)["error"]["message"], r.body
    UP.release_all()
    for c in clients:
        ok(c)
    gw.stop()


def test_timeout():
    """Who has waited long enough is refused."""
    gw = start("llmgw_queue 10 timeout=300ms;")
    one = send(gw, A, "first")
    UP.arrived(1)
    r = send(gw, B, "b").response()
    assert r.status == 429, r.status
    assert int(r.get("retry-after")) >= 1, r.headers
    line = logged(gw, 1)[0].split()
    assert line[:4] == ["b", "429", "parallel_limit", "1"], line
    assert 0.29 <= float(line[4]) < 20, line
    UP.release_all()
    ok(one)
    ok(send(gw, B, "later"))
    gw.stop()


def test_client_leaves():
    """A client that leaves gives up its place."""
    gw = start("llmgw_queue 3;")
    one = send(gw, A, "first")
    UP.arrived(1)
    gone = fill(gw, A, 3, "a")
    for c in gone:
        c.close()
    logged(gw, 3)
    assert all(" 499 " in line for line in logged(gw, 3)), logged(gw, 3)
    clients = fill(gw, B, 3, "b")
    UP.release_all()
    ok(one)
    for c in clients:
        ok(c)
    assert UP.order == ["first", "b0", "b1", "b2"], UP.order
    gw.stop()


def worker_pids(gw):
    with open("/proc/%d/task/%d/children" % (gw.proc.pid,
                                             gw.proc.pid)) as f:
        return [int(p) for p in f.read().split()]


def test_worker_dies():
    """Places and slots of a worker that was killed do not stop the others."""
    gw = start()
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 12, "a")
    for pid in worker_pids(gw):
        os.kill(pid, signal.SIGKILL)
    for c in clients:
        c.close()
    ok_after = send(gw, B, "after")
    UP.release_all()
    ok(ok_after)
    gw.stop()


def test_reload():
    """Those who wait in a worker that is to end are served."""
    gw = start()
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 4, "a")
    before = set(worker_pids(gw))
    gw.kill(signal.SIGHUP)
    end = time.monotonic() + 20 * gateway.slow()
    while not set(worker_pids(gw)) - before:
        assert time.monotonic() < end
        time.sleep(0.01)
    clients += fill(gw, B, 1, "b")
    UP.release_all()
    for c in clients:
        ok(c)
    assert UP.order[:3] == ["first", "b0", "a0"] or \
        UP.order[:3] == ["first", "a0", "b0"], UP.order
    gw.stop()


def test_stream_and_levels():
    """Keys with a limit of their own wait for it, and for the team's."""
    gw = start(limit=2, more="""
llmgw_key sk-queue-test-key-limited-00001 name=d
    'policy={"team_id": "t", "max_parallel_requests": 1}';""")
    d = "sk-queue-test-key-limited-00001"
    clients = [send(gw, d, "first")]
    UP.arrived(1)
    clients += fill(gw, d, 2, "d")
    clients.append(send(gw, A, "second"))
    UP.arrived(2)
    clients += fill(gw, A, 2, "a")
    UP.release_all()
    for c in clients:
        ok(c)
    assert len(UP.order) == 6, UP.order
    gw.stop()


ONE = "deployment @up max_parallel=1;"


def test_model_off():
    """Without a queue a model that is full refuses at once."""
    gw = start("", limit=1000, model=ONE)
    one = send(gw, A, "1")
    UP.arrived(1)
    r = send(gw, B, "2").response()
    assert r.status == 429, r.status
    assert int(r.get("retry-after")) >= 1, r.headers
    UP.release_all()
    ok(one)
    gw.stop()


def test_model_waits():
    """Requests wait for a deployment, and logs say how long."""
    gw = start(limit=1000, model=ONE)
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 3, "a")
    assert UP.arrived(1) == ["first"]
    UP.release_all()
    for c in clients:
        ok(c)
    assert UP.order == ["first", "a0", "a1", "a2"], UP.order
    lines = sorted(logged(gw, 4))
    assert lines[0] == "a 200 - - -", lines
    for i, line in enumerate(lines[1:]):
        words = line.split()
        assert words[:4] == ["a", "200", "-", str(i + 1)], lines
        assert float(words[4]) < 20, lines
    gw.stop()


def test_both_lines():
    """Who has waited for one slot waits for the next one as well."""
    gw = start(limit=1, model="deployment @up max_parallel=1;",
               more="llmgw_model n { deployment @two; }"
               " llmgw_key %s name=d;" % D)
    clients = [send(gw, D, "slot"), send(gw, A, "team", "n")]
    UP.arrived(2)
    clients += fill(gw, A, 1, "a")
    UP.release_text("team")
    waiting(gw, 2)
    UP.release_text("slot")
    assert UP.arrived(3)[2] == "a0", UP.order
    UP.release_all()
    for c in clients:
        ok(c)
    gw.stop()


def test_model_fair():
    """A hundred requests of one key delay another's by one slot time."""
    gw = start(limit=1000, model="deployment @up max_parallel=1; "
               "deployment @two max_parallel=1; strategy round_robin;")
    clients = [send(gw, A, "first"), send(gw, A, "second")]
    UP.arrived(2)
    clients += fill(gw, A, 98, "a")
    clients += fill(gw, B, 1, "b")
    UP.release()
    assert UP.arrived(3)[2] == "b0", UP.order
    for i in range(1, 5):
        clients += fill(gw, B, 1, "again%d-" % i)
        n = len(UP.order)
        UP.release(2)
        order = UP.arrived(n + 2)
        assert "again%d-0" % i in order[n:n + 2], order
    UP.release_all()
    for c in clients:
        ok(c)
    assert len(UP.order) == 105
    gw.stop()


def test_model_turns():
    """Keys take turns however their requests came, by their weights."""
    gw = start(limit=1000, model=ONE)
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 12, "a") + fill(gw, B, 12, "b")
    clients += fill(gw, C, 36, "c")
    UP.release_all()
    for c in clients:
        ok(c)
    order = [w[0] for w in UP.order[1:]]
    for i in range(5, 55, 5):
        head = order[:i]
        for key, share in (("a", 1), ("b", 1), ("c", 3)):
            assert abs(head.count(key) - i * share / 5) <= 2, (i, order)
    gw.stop()


def test_model_full():
    """A full line refuses; whose time is over is refused."""
    gw = start("llmgw_queue 2 timeout=400ms;", limit=1000, model=ONE)
    one = send(gw, A, "first")
    UP.arrived(1)
    two = fill(gw, A, 2, "a")
    for c in [send(gw, B, "b")] + two:
        r = c.response()
        assert r.status == 429, r.status
        assert int(r.get("retry-after")) >= 1, r.headers
        assert json.loads(r.body)["error"]["code"] == "rate_limit_exceeded"
    lines = [line.split() for line in logged(gw, 3)]
    assert all(w[1:3] == ["429", "deployments_full"] for w in lines), lines
    assert sum(1 for w in lines if w[3] != "-" and float(w[4]) >= 0.39) == 2
    UP.release_all()
    ok(one)
    ok(send(gw, B, "later"))
    gw.stop()


def test_model_deadline():
    """The time of a request ends its wait, and its place is free."""
    gw = start("llmgw_queue 1;", limit=1000, model=ONE,
               location="llmgw_deadline %dms;" % (1000 * gateway.slow()))
    for text in ("first", "again"):
        one = send(gw, A, text)
        UP.arrived(1)
        r = fill(gw, B, 1, "b")[0].response()
        assert r.status == 504, r.status
        assert one.response().status == 504
        UP.reset()
    lines = [line.split() for line in logged(gw, 4)]
    assert sorted(w[2] for w in lines) == ["deadline"] * 4, lines
    gw.stop()


def test_model_fallback():
    """A fallback that has room is better than a wait; then its line."""
    gw = start(limit=1000, model=ONE + " fallback f;", more="""
llmgw_model f { deployment @two max_parallel=1; }""")
    clients = [send(gw, A, "first"), send(gw, A, "second")]
    UP.arrived(2)
    clients += fill(gw, A, 2, "a")
    clients += fill(gw, B, 1, "f", model="f")
    UP.release_all()
    for c in clients:
        ok(c)
    assert len(UP.order) == 5, UP.order
    gw.stop()


def test_model_rooms():
    """Who waits for one deployment does not stop those for another."""
    gw = start(limit=1000, model="deployment @up max_parallel=1 tags=x; "
               "deployment @two max_parallel=1 tags=y;")
    clients = [send(gw, A, "x", tags="x")]
    UP.arrived(1)
    clients += fill(gw, A, 5, "ax", tags="x")
    clients.append(send(gw, B, "y", tags="y"))
    assert UP.arrived(2)[1] == "y", UP.order
    clients += fill(gw, B, 1, "by", tags="y")
    clients += fill(gw, B, 1, "both", tags="x,y")
    UP.release_text("y")
    assert UP.arrived(3)[2] == "by0", UP.order
    UP.release_text("by0")
    assert UP.arrived(4)[3] == "both0", UP.order
    UP.release_all()
    for c in clients:
        ok(c)
    gw.stop()


def test_model_after_failure():
    """After a failure the request waits for what is left of its model."""
    gw = start(limit=1000, model="deployment @bad; "
               "deployment @up max_parallel=1; cooldown off;")
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 3, "a")
    UP.release_all()
    for c in clients:
        ok(c)
    assert UP.order == ["first", "a0", "a1", "a2"], UP.order
    gw.stop()


def test_model_cooldown():
    """A deployment in cooldown is no reason not to wait for a good one."""
    gw = start(limit=1000, model="deployment @bad max_parallel=9; "
               "deployment @up max_parallel=1; cooldown 60s failures=1;")
    ok_first = send(gw, A, "first")
    UP.arrived(1)
    clients = [ok_first] + fill(gw, B, 2, "b")
    UP.release_all()
    for c in clients:
        ok(c)
    assert UP.order == ["first", "b0", "b1"], UP.order
    gw.stop()


def test_model_client_leaves():
    """A client that leaves gives up its place, or its slot."""
    gw = start("llmgw_queue 3;", limit=1000, model=ONE)
    one = send(gw, A, "first")
    UP.arrived(1)
    gone = fill(gw, A, 3, "a")
    for c in gone:
        c.close()
    assert all(" 499 " in line for line in logged(gw, 3)), logged(gw, 3)
    clients = fill(gw, B, 3, "b")
    one.close()
    UP.arrived(2)
    UP.release_all()
    for c in clients:
        ok(c)
    assert UP.order == ["first", "b0", "b1", "b2"], UP.order
    gw.stop()


def test_model_worker_dies():
    """Slots of workers that were killed come back, and so do places."""
    gw = start(limit=1000, model=ONE)
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 12, "a")
    for pid in worker_pids(gw):
        os.kill(pid, signal.SIGKILL)
    for c in clients:
        c.close()
    ok_after = send(gw, B, "after")
    UP.release_all()
    ok(ok_after)
    gw.stop()


def test_model_one_worker_dies():
    """Those of the other worker get the slot of the one that was killed."""
    gw = start(limit=1000, model=ONE)
    base = worker_pids(gw)
    first = send(gw, A, "first")
    UP.arrived(1)
    clients = fill(gw, B, 8, "b")
    os.kill(base[0], signal.SIGKILL)
    UP.release_all()
    for c in [first] + clients:
        try:
            assert c.response().status == 200
        except (gateway.Truncated, OSError):
            pass
        c.close()
    ok(send(gw, C, "after"))
    gw.stop()


def test_model_reload():
    """Those who wait in a worker that is to end are served."""
    gw = start(limit=1000, model=ONE)
    clients = [send(gw, A, "first")]
    UP.arrived(1)
    clients += fill(gw, A, 4, "a")
    before = set(worker_pids(gw))
    gw.kill(signal.SIGHUP)
    end = time.monotonic() + 20 * gateway.slow()
    while not set(worker_pids(gw)) - before:
        assert time.monotonic() < end
        time.sleep(0.01)
    clients += fill(gw, B, 1, "b")
    UP.release_all()
    for c in clients:
        ok(c)
    assert UP.order[:2] == ["first", "b0"], UP.order
    gw.stop()


def test_configuration():
    """Mistakes are found by nginx -t."""
    for line, message in (
            ("llmgw_queue 1;", "add \"llmgw_zone\""),
            ("llmgw_queue 0;", "that may wait"),
            ("llmgw_queue many;", "that may wait"),
            ("llmgw_queue 1 wait=1;", "timeout=TIME"),
            ("llmgw_queue 1 timeout=x;", "invalid time"),
            ("llmgw_queue 1; llmgw_queue 2;", "is duplicate")):
        gw = gateway.Gateway("queue-conf", line, "")
        code, text = gw.check()
        assert code != 0 and message in text, (line, text)


def main():
    only = sys.argv[1:]
    passed = failed = 0

    for name, test in list(globals().items()):
        if not name.startswith("test_") or (only and name not in only):
            continue
        try:
            test()
            passed += 1
            print("ok %s" % name)
        except (AssertionError, OSError, gateway.Truncated, KeyError,
                ValueError) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))
            for gw in GATEWAYS:
                gw.stop(signal.SIGTERM)

    for gw in GATEWAYS:
        gw.stop()
        for line in gw.faults():
            if "exited on signal 9" in line:
                continue
            failed += 1
            print("FAIL nginx: " + line)

    UP.server.stop()

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
