#!/usr/bin/env python3
"""Routing under load, with two workers: outages of some deployments, weights,
deployments that come back, slots that are given back, connections that were
closed.  The last line is "N passed, N failed".
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

KEY = gateway.MASTER
AUTH = [("Authorization", "Bearer " + KEY),
        ("Content-Type", "application/json")]
PATH = "/v1/chat/completions"
OK = (b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
      b"Content-Length: 8\r\n\r\n{\"ok\":1}")
ERROR = b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n%b\r\n{}"


def check(value, what):
    if not value:
        raise AssertionError(what)


def until(what, message, timeout=20):
    end = time.monotonic() + timeout * gateway.slow()
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.02)
    raise AssertionError(message)


class Upstream:
    """what it does depends on the first word of the path"""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = {}
        self.down = set()
        self.hold = threading.Event()
        self.server = mock.Server(self.handle)
        self.port = self.server.port

    def take(self):
        with self.lock:
            counts, self.counts = self.counts, {}
        return counts

    def handle(self, conn, req):
        name = req.target.split("/")[1]
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
        if name in self.down or name == "e500":
            conn.send(ERROR % (500, b""))
        elif name == "storm":
            conn.send(ERROR % (429, b""))
        elif name == "wait":
            conn.send(ERROR % (429, b"Retry-After: 30\r\n"))
        elif name == "reset":
            conn.send(OK[:30])
            conn.reset()
        elif name == "body":
            conn.send(OK[:-3])
            conn.reset()
        elif name == "garbage":
            conn.send(b"\x00\x01\x02 no answer at all\r\n\r\n")
            conn.close()
        elif name == "hold":
            self.hold.wait(20)
            conn.send(OK)
        elif name == "once" and getattr(conn, "used", False):
            conn.close()
        else:
            conn.used = True
            conn.send(OK)


UP = Upstream()
NAMES = ("a", "b", "c", "e500", "storm", "wait", "reset", "body", "garbage",
         "hold", "once", "spare")

HTTP = """
keepalive_requests 100000;
llmgw_zone llmgw:1m;
llmgw_master_key %s;
llmgw_model outage { deployment @dead; deployment @storm; deployment @a;
                     strategy round_robin; }
llmgw_model weights { deployment @a weight=5; deployment @b weight=3;
                      deployment @c weight=2; }
llmgw_model back { deployment @b; deployment @a;
                   cooldown 200ms max=200ms failures=1; }
llmgw_model faults { deployment @dead; deployment @e500; deployment @reset;
                     deployment @body; deployment @garbage; deployment @wait;
                     deployment @a; cooldown off; }
llmgw_model slots { deployment @hold max_parallel=2; deployment @spare; }
llmgw_model rates { deployment @a rpm=4; deployment @b rpm=2; }
llmgw_model once { deployment @once; }
""" % KEY

SERVER = """
location / { llmgw on; }
location @dead { llmgw_provider openai; llmgw_base_url http://127.0.0.1:%d/v1; }
""" % gateway.free_port() + "".join("""
location @%s { llmgw_provider openai; llmgw_api_key sk-upstream;
    llmgw_base_url http://127.0.0.1:%d/%s/v1; }
""" % (n, UP.port, n) for n in NAMES)


def body(model):
    return json.dumps({"model": model, "messages": []}).encode()


def ask(gw, model):
    return gateway.call(gw.port, "POST", PATH, AUTH, body(model))


def deployments(gw, model):
    r = gateway.call(gw.port, "GET", "/health", AUTH)
    check(r.status == 200, r.body)
    return {d["deployment"]: d for d in json.loads(r.body)["deployments"]
            if d["model_name"] == model}


def load(gw, model, n, clients):
    """the statuses of n requests over kept connections"""
    statuses = {}
    lock = threading.Lock()
    left = [n]

    def work():
        data = body(model)
        head = gateway.request_bytes("POST", PATH, AUTH, data)
        c = gateway.Client(gw.port)
        mine = {}
        while True:
            with lock:
                if left[0] == 0:
                    break
                left[0] -= 1
            c.send(head + data)
            s = c.response().status
            mine[s] = mine.get(s, 0) + 1
        c.close()
        with lock:
            for s in mine:
                statuses[s] = statuses.get(s, 0) + mine[s]

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return statuses


def test_outage(gw):
    """one of three is dead, one answers 429: 10,000 requests succeed"""
    UP.take()
    check(load(gw, "outage", 10000, 64) == {200: 10000}, "statuses")
    counts = UP.take()
    check(counts["a"] == 10000, counts)
    check(counts["storm"] < 300, counts)
    d = deployments(gw, "outage")
    check(d["@dead"]["attempts"] < 300, d)
    check(all(x["in_flight"] == 0 for x in d.values()), d)


def test_weights(gw):
    """weights within 2 % at 10,000 requests and two workers"""
    UP.take()
    check(load(gw, "weights", 10000, 16) == {200: 10000}, "statuses")
    counts = UP.take()
    for name, want in (("a", 5000), ("b", 3000), ("c", 2000)):
        check(abs(counts[name] - want) <= want * 0.02, counts)


def test_back(gw):
    """a deployment that was down is back within the time of its cooldown"""
    UP.down.add("b")
    try:
        for _ in range(5):
            check(ask(gw, "back").status == 200, "status")
        check(deployments(gw, "back")["@b"]["failures"] > 0, "no failure")
    finally:
        UP.down.discard("b")
    began = time.monotonic()

    def back():
        UP.take()
        check(ask(gw, "back").status == 200, "status")
        return UP.take() == {"b": 1}

    until(back, "does not come back", 5)
    check(time.monotonic() - began < 1.5 * gateway.slow(), "too late")


def test_faults(gw):
    """all that can go wrong before the first byte"""
    for _ in range(10):
        UP.take()
        r = ask(gw, "faults")
        check(r.status == 200 and r.body == b'{"ok":1}', r.body)
        check(UP.take() == {n: 1 for n in ("e500", "reset", "body", "garbage",
                                           "wait", "a")}, "counts")


def test_slots(gw):
    """what is full is passed by; slots come back, also of killed workers"""
    UP.take()
    UP.hold.clear()
    held = [gateway.Client(gw.port) for _ in range(2)]
    data = body("slots")
    for c in held:
        c.send(gateway.request_bytes("POST", PATH, AUTH, data) + data)
    until(lambda: UP.counts.get("hold") == 2, "not under way")
    check(deployments(gw, "slots")["@hold"]["in_flight"] == 2, "in flight")
    for _ in range(10):
        check(ask(gw, "slots").status == 200, "status")
    check(UP.take() == {"hold": 2, "spare": 10}, "counts")

    # a client that leaves
    held[0].close()
    until(lambda: deployments(gw, "slots")["@hold"]["in_flight"] == 1,
          "the slot of a client that left stays")

    # workers that are killed
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                          str(gw.proc.pid)], capture_output=True, text=True)
    for line in out.stdout.splitlines():
        if "worker" in line:
            os.kill(int(line.split()[0]), signal.SIGKILL)

    def free():
        try:
            return deployments(gw, "slots")["@hold"]["in_flight"] == 0
        except (OSError, gateway.Truncated, IndexError, ValueError):
            return False

    until(free, "slots of killed workers stay")
    UP.hold.set()
    held[1].close()


def test_rates(gw):
    """requests of a minute, and then 429 with a time to wait"""
    UP.take()
    statuses = [ask(gw, "rates").status for _ in range(10)]
    check(statuses == [200] * 6 + [429] * 4, statuses)
    check(UP.take() == {"a": 4, "b": 2}, "counts")
    r = ask(gw, "rates")
    check(r.get("retry-after"), r.headers)


def test_closed(gw):
    """a kept connection that had been closed is no failed attempt"""
    UP.take()
    for _ in range(20):
        check(ask(gw, "once").status == 200, "status")
    check(deployments(gw, "once")["@once"]["failures"] == 0, "failures")


def test_reload(gw):
    """a cooldown outlives a reload"""
    check(deployments(gw, "outage")["@dead"]["attempts"] > 0, "attempts")
    for _ in range(10):
        check(ask(gw, "outage").status == 200, "status")
    before = deployments(gw, "outage")["@storm"]
    gw.kill(signal.SIGHUP)
    after = deployments(gw, "outage")["@storm"]
    check(after["status"] == before["status"], (before, after))


def main():
    gw = gateway.Gateway("routing", HTTP, SERVER, workers=2)
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
        UP.hold.set()
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
