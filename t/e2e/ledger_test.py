#!/usr/bin/env python3
"""The ledger as build/llmgw-ledger reads it: a record for each request, once;
what is damaged is reported with its place, and the rest is read.  The last
line is "N passed, N failed".
"""

import csv
import io
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway  # noqa: E402
import mock     # noqa: E402

PATH = "/v1/chat/completions"
TOOL = os.environ.get("LLMGW_LEDGER", os.path.join(gateway.TOP, "build",
                                                   "llmgw-ledger"))
HEADER = 24                  # of a record's frame


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


class Upstream:
    def __init__(self):
        self.server = mock.Server(self.handle, 1024)
        self.port = self.server.port

    def handle(self, conn, req):
        asked = json.loads(req.body)
        if asked["messages"] and asked["messages"][0]["content"] == "wrong":
            self.send(conn, 400, "application/json", json.dumps({
                "error": {"message": "no", "type": "invalid_request_error",
                          "param": None, "code": "bad"}}).encode())
            return
        usage = {"prompt_tokens": 100, "completion_tokens": 20,
                 "total_tokens": 120,
                 "prompt_tokens_details": {"cached_tokens": 40}}
        if asked.get("stream"):
            chunk = {"id": "c", "object": "chat.completion.chunk",
                     "created": 1, "model": "m"}
            events = [dict(chunk, choices=[{
                "index": 0, "delta": {"role": "assistant", "content": "a"},
                "finish_reason": None}]),
                dict(chunk, choices=[{"index": 0, "delta": {},
                                      "finish_reason": "stop"}]),
                dict(chunk, choices=[], usage=usage)]
            body = b"".join(b"data: %s\n\n" % json.dumps(e).encode()
                            for e in events) + b"data: [DONE]\n\n"
            self.send(conn, 200, "text/event-stream", body)
            return
        self.send(conn, 200, "application/json", json.dumps({
            "id": "c", "object": "chat.completion", "created": 1,
            "model": "m", "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "a"}}],
            "usage": usage}).encode())

    def send(self, conn, status, ctype, body):
        conn.send(b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d"
                  b"\r\n\r\n%s" % (status, ctype.encode(), len(body), body))


UP = Upstream()

HTTP = """
llmgw_zone llmgw:4m;
llmgw_master_key %s;
llmgw_store file:%s;
llmgw_node here;
llmgw_journal 1m;
llmgw_model gpt { deployment @up model=gpt-real; price input=1 output=2; }
llmgw_policy team t '{"max_budget":1000}';
llmgw_key sk-ledger-test-key-1 name=one 'policy={"team_id":"t"}';
keepalive_requests 10000000;
"""

SERVER = """
location / { llmgw on; }
location @up { llmgw_provider openai; llmgw_api_key sk-upstream;
    llmgw_base_url http://127.0.0.1:%d/v1; }
""" % UP.port


def make(name, workers=2, directory=None):
    gw = gateway.Gateway("ledger-" + name, workers=workers)
    gw.store = directory or os.path.join(gw.dir, "store")
    gw.write(HTTP % (gateway.MASTER, gw.store), SERVER)
    return gw


def finish(gw, allow=()):
    gw.stop(signal.SIGTERM)
    bad = [line for line in gw.faults()
           if not any(a in line for a in allow)]
    check(not bad, "nginx logged: " + "; ".join(bad[:3]))


def ask(gw, **more):
    text = more.pop("text", "hello")
    body = json.dumps(dict({"model": "gpt", "messages": [
        {"role": "user", "content": text}]}, **more)).encode()
    return gateway.call(gw.port, "POST", PATH,
                        [("Authorization", "Bearer sk-ledger-test-key-1"),
                         ("Content-Type", "application/json")], body)


def tool(gw, command, *args):
    """(exit status, what it said)"""
    p = subprocess.run([TOOL, command, gw.store, *args],
                       capture_output=True, text=True)
    return p.returncode, p.stdout + p.stderr


def export(gw, *args):
    p = subprocess.run([TOOL, "export", gw.store, *args],
                       capture_output=True, text=True)
    check(p.returncode == 0, p.stderr)
    return [json.loads(line) for line in p.stdout.splitlines()]


def replay(gw, *args):
    status, text = tool(gw, "replay", *args)
    check(status == 0, text)
    return {(r["kind"], r.get("id")): r
            for r in map(json.loads, text.splitlines())}


def ledger(gw):
    return os.path.join(gw.store, "ledger", "0000000001.led")


def shipped(gw, n):
    until(lambda: len(export(gw)) >= n, "not in the ledger")


def test_record():
    """what a record tells of its request"""
    gw = make("record", workers=1).start()
    try:
        check(ask(gw, user="carol", metadata={"tags": ["x", "y"]}).status
              == 200, "status")
        check(ask(gw, stream=True).status == 200, "stream")
        check(ask(gw, text="wrong").status == 400, "wrong")
        check(gateway.call(gw.port, "POST", PATH, [
            ("Authorization", "Bearer sk-wrong-wrong-wrong"),
            ("Content-Type", "application/json")], b"{}").status == 401, "key")
        shipped(gw, 3)
        rows = export(gw)
        check(len(rows) == 3, "one refused request is not in it")
        r, s, e = rows
        want = {"type": "request", "status": 200, "key_alias": "one",
                "team_id": "t", "end_user": "carol", "model_group": "gpt",
                "model": "gpt-real", "deployment": "@up",
                "custom_llm_provider": "openai", "prompt_tokens": 100,
                "completion_tokens": 20, "cached_tokens": 40, "attempts": 1,
                "stream": False, "estimated": False, "failed": False,
                "unpriced": False, "request_tags": ["x", "y"],
                "node": "here", "requester_ip_address": "127.0.0.1"}
        for name, value in want.items():
            check(r[name] == value, "%s: %r" % (name, r[name]))
        check(abs(r["spend"] - 140e-6) < 1e-12, r["spend"])
        check(len(r["api_key"]) == 64 and len(r["request_id"]) == 32, "ids")
        check(s["stream"] and s["completion_tokens"] == 20, s)
        check(e["failed"] and e["status"] == 400 and e["spend"] == 0, e)
        check(len({x["request_id"] for x in rows}) == 3, "ids are unique")
        text = tool(gw, "export", "--csv")[1]
        table = list(csv.DictReader(io.StringIO(text)))
        check(len(table) == 3 and table[0]["spend"] == "0.000140000"
              and table[0]["model_group"] == "gpt", table[0])
        check(export(gw, "--from", "2100-01-01") == [], "--from")
        check(len(export(gw, "--to", "2100-01-01T00:00:00Z")) == 3, "--to")
        sums = replay(gw)
        check(sums["all", None]["requests"] == 3, sums)
        check(abs(sums["team", "t"]["total"] - 280e-6) < 1e-12, sums)
        for top, _, names in os.walk(gw.store):
            for name in names:
                mode = os.stat(os.path.join(top, name)).st_mode
                check(stat.S_IMODE(mode) == 0o600, name)
        check(tool(gw, "verify")[0] == 0, "verify")
    finally:
        finish(gw)


def test_prices():
    """corrected prices give corrected sums, and change nothing"""
    gw = make("prices").start()
    try:
        for _ in range(3):
            ask(gw)
        shipped(gw, 3)
        prices = os.path.join(gw.dir, "prices.json")
        with open(prices, "w") as f:
            json.dump({"gpt-real": {"input": 10, "output": 20}}, f)
        before = replay(gw)["team", "t"]["total"]
        after = replay(gw, "--prices", prices)["team", "t"]["total"]
        check(abs(before - 420e-6) < 1e-12, before)
        check(abs(after - 4200e-6) < 1e-12, after)
        check(abs(export(gw, "--prices", prices)[0]["spend"] - 1400e-6)
              < 1e-12, "export")
        with open(prices, "w") as f:
            json.dump({"gpt-4o": {"input": 10, "output": 20}}, f)
        check(replay(gw, "--prices", prices)["team", "t"]["total"] == before,
              "another model's price")
        with open(prices, "w") as f:
            f.write("{")
        check(tool(gw, "replay", "--prices", prices)[0] == 3, "no prices")
        check(tool(gw, "replay", "--price", prices)[0] == 2, "no option")
    finally:
        finish(gw)


def test_killed():
    """after kill -9 of whoever ships, each request is in it once"""
    gw = make("killed").start()
    done = [0]
    cut = [0]
    lock = threading.Lock()
    stop = threading.Event()

    def loop():
        while not stop.is_set():
            try:
                r = ask(gw)
                good = r.status == 200 and r.complete
                with lock:
                    done[0] += good
                    cut[0] += not good
            except (OSError, gateway.Truncated, IndexError, ValueError):
                with lock:
                    cut[0] += 1
    threads = [threading.Thread(target=loop) for _ in range(4)]
    try:
        for t in threads:
            t.start()
        for _ in range(6):
            at = done[0]
            until(lambda: done[0] > at + 150, "no answers")
            out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid",
                                  str(gw.proc.pid)], capture_output=True,
                                 text=True).stdout
            for line in out.splitlines():
                if "worker" in line:
                    os.kill(int(line.split()[0]), signal.SIGKILL)
        at = done[0]
        until(lambda: done[0] > at + 50, "no answers")
        stop.set()
        for t in threads:
            t.join()
        gw.stop(signal.SIGTERM)
        rows = [r for r in export(gw) if r["type"] == "request"]
        ids = {r["request_id"] for r in rows}
        check(len(ids) == len(rows), "%d records of %d requests"
              % (len(rows), len(ids)))
        check(done[0] <= len([r for r in rows if r["status"] == 200])
              <= done[0] + cut[0], "%d answered, %d cut, %d records"
              % (done[0], cut[0], len(rows)))
        lost = {r["request_id"] for r in export(gw) if r["type"] == "lost"}
        check(not lost & ids, "lost and answered")
        check(tool(gw, "verify")[0] == 0, tool(gw, "verify")[1])
    finally:
        stop.set()
        finish(gw, ["exited on signal 9", "was locked by"])


def test_rate():
    """a journal is emptied as fast as it fills, and not only once a second"""
    gw = make("rate", workers=1)
    with open(gw.conf) as f:
        conf = f.read()
    with open(gw.conf, "w") as f:
        f.write(conf.replace("location / {", "location @mock { "
                             "llmgw_provider mock; } location / {").replace(
            "llmgw_policy", "llmgw_model fast { deployment @mock; "
            "price input=1 output=2; } llmgw_policy", 1).replace(
            "llmgw_journal 1m", "llmgw_journal 2m"))
    gw.start()
    n = 12000
    body = json.dumps({"model": "fast", "messages": [
        {"role": "user", "content": "hello"}]}).encode()
    one = gateway.request_bytes("POST", PATH, [
        ("Authorization", "Bearer sk-ledger-test-key-1"),
        ("Content-Type", "application/json")], body) + body
    try:
        c = gateway.Client(gw.port, 60)
        good = 0
        for _ in range(n // 50):
            c.send(one * 50)
            good += sum(c.response().status == 200 for _ in range(50))
        c.close()
        check(good == n, "%d of %d" % (good, n))
        shipped(gw, n)
    finally:
        finish(gw)


def test_torn():
    """a record that was not written to its end is passed over"""
    gw = make("torn").start()
    try:
        for _ in range(5):
            ask(gw)
        gw.stop(signal.SIGTERM)
        with open(ledger(gw), "rb") as f:
            data = f.read()
        with open(ledger(gw), "ab") as f:
            f.write(data[:HEADER + 10])
        status, text = tool(gw, "verify")
        check(status == 0 and "at offset %d, is not complete" % len(data)
              in text, text)
        check(replay(gw)["all", None]["requests"] == 5, "replay")
        gw.start()
        ask(gw)
        shipped(gw, 6)
        check(tool(gw, "verify")[0] == 0, tool(gw, "verify")[1])
        check("not complete" not in tool(gw, "verify")[1], "still there")
        check(replay(gw)["all", None]["requests"] == 6, "behind it")
    finally:
        finish(gw)


def test_damaged():
    """damage is reported with its place, and what is behind it is read"""
    gw = make("damaged").start()
    try:
        for _ in range(9):
            ask(gw)
        gw.stop(signal.SIGTERM)
        with open(ledger(gw), "r+b") as f:
            at = len(f.read()) // 2
            f.seek(at)
            byte = f.read(1)
            f.seek(at)
            f.write(bytes([byte[0] ^ 0x55]))
        status, text = tool(gw, "verify")
        place = text.split("damaged from offset ")[1].split()
        check(status == 1, text)
        check(int(place[0]) <= at < int(place[2]), text)
        gw.start()
        check("damaged from offset %s to %s" % (place[0], place[2])
              in gw.log(), "the error log")
        ask(gw)
        until(lambda: tool(gw, "replay")[1].count('"requests":9'),
              "8 of 9, and another one")
    finally:
        finish(gw, ["llmgw: "])


def test_upgrade():
    """a binary upgrade under load: two masters with a zone each, one ledger"""
    gw = make("upgrade")
    pid = os.path.join(gw.dir, "nginx.pid")

    def number(name):
        with open(name) as f:
            return int(f.read())

    def budget(text):
        with open(gw.conf) as f:
            conf = f.read()
        with open(gw.conf, "w") as f:
            f.write(conf.replace("daemon off;", "daemon on;").replace(
                '"team_id":"t"}', '"team_id":"t"%s}' % text))

    def spent():
        r = ask(gw)
        done[0] += r.status == 200
        m = re.search(rb"has spent \$([0-9.]+) of \$0", r.body)
        return round(float(m.group(1)) / 140e-6) if m else -1

    budget("")
    subprocess.run([gateway.binary(), "-e", gw.errors, "-c", gw.conf],
                   check=True, stdin=subprocess.DEVNULL)
    stop = threading.Event()
    done = [0]
    bad = []

    def loop():
        while not stop.is_set():
            try:
                r = ask(gw)
                if r.status == 200 and r.complete:
                    done[0] += 1
                else:
                    bad.append(r.status)
            except (OSError, gateway.Truncated, IndexError, ValueError) as e:
                bad.append(repr(e))
    thread = threading.Thread(target=loop)
    masters = set()
    try:
        until(lambda: ask(gw).status == 200, "does not start")
        done[0] += 1
        old = number(pid)
        masters.add(old)
        thread.start()
        until(lambda: done[0] > 100, "no answers")
        os.kill(old, signal.SIGUSR2)
        until(lambda: os.path.exists(pid + ".oldbin") and number(pid) != old,
              "no new master")
        new = number(pid)
        masters.add(new)
        at = done[0]
        until(lambda: done[0] > at + 300, "no answers of both")
        os.kill(old, signal.SIGQUIT)
        until(lambda: not os.path.exists("/proc/%d" % old), "old one lives")
        masters.discard(old)
        at = done[0]
        until(lambda: done[0] > at + 100, "no answers of the new one")
        stop.set()
        thread.join()
        check(not bad, bad[:3])
        shipped(gw, done[0])
        rows = export(gw)
        check(len(rows) == done[0] == len({r["request_id"] for r in rows}),
              "%d answered, %d records" % (done[0], len(rows)))

        # what the zone of the new one knows

        budget(',"max_budget":0')
        os.kill(new, signal.SIGHUP)
        until(lambda: spent() >= 0, "no reload")
        until(lambda: spent() == done[0], "the new zone lacks some")
    finally:
        stop.set()
        for p in masters:
            try:
                os.kill(p, signal.SIGTERM)
            except OSError:
                pass
        for p in masters:
            until(lambda: not os.path.exists("/proc/%d" % p), "it lives")
        finish(gw)


def test_read_only():
    """a disk that may not be written to: nothing is served unrecorded"""
    directory = os.path.join(os.environ.get(
        "LLMGW_TEST_DIR", os.path.join(gateway.TOP, "build", "t")),
        "ledger-disk")
    os.makedirs(directory, exist_ok=True)
    if (os.geteuid() != 0 or not shutil.which("mount")
            or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m",
                               "none", directory],
                              capture_output=True).returncode):
        print("skipped test_read_only: no mount")
        return
    gw = make("ro", workers=1, directory=os.path.join(directory, "s"))
    try:
        gw.start()
        check([ask(gw).status for _ in range(4)] == [200] * 4, "status")
        gw.stop(signal.SIGTERM)
        subprocess.run(["mount", "-o", "remount,ro", directory], check=True)
        gw.start()
        r = ask(gw)
        check(r.status == 503 and r.get("retry-after"), r.status)
        subprocess.run(["mount", "-o", "remount,rw", directory], check=True)
        until(lambda: ask(gw).status == 200, "does not come back")
        gw.stop(signal.SIGTERM)
        check(replay(gw)["all", None]["requests"] == 5, "sums")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", directory])
        finish(gw, ["llmgw: ", "Read-only"])
        subprocess.run(["umount", directory])


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
        except (AssertionError, OSError, IndexError, KeyError, ValueError,
                gateway.Truncated) as e:
            failed += 1
            print("FAIL %s (%s): %r" % (name, test.__doc__, e))
    UP.server.stop()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
